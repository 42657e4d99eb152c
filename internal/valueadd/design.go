// The design: which columns enter the model, in which order, on which scale.

package valueadd

import (
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Predictor is a column of the design.
type Predictor struct {
	Term  string `json:"term,omitempty"`        // heading of the file's column
	Level string `json:"level,omitempty"`       // of a category: the text that this coefficient speaks of
	Base  string `json:"base,omitempty"`        // of a category: the text it is compared with
	Mean  bool   `json:"school_mean,omitempty"` // the mean of the term over the school's pupils
}

// Label names the predictor for people.
func (p Predictor) Label() edu.Text {
	switch {
	case p.Mean:
		return edu.Text{ZH: p.Term + "（学校平均）", EN: p.Term + " (school mean)"}
	case p.Level != "":
		return edu.Text{ZH: p.Term + "：" + p.Level + "（对比" + p.Base + "）", EN: p.Term + ": " + p.Level + " (against " + p.Base + ")"}
	}
	return edu.Text{ZH: p.Term, EN: p.Term}
}

// Dropped is a predictor that was left out, and why.
type Dropped struct {
	Predictor
	// With are the predictors that together determine it; none where it is the
	// same for every pupil.
	With []Predictor `json:"with,omitempty"`
}

// design holds the sums of every school in the order of their keys, the outcome
// last, each column centred on its mean over all pupils and divided by its
// standard deviation. Rounding then means the same for every column.
type design struct {
	p       int // predictors without the intercept
	names   []Predictor
	dropped []Dropped
	keys    []string
	n       []float64
	total   float64
	mean    []float64 // by school, p+1 each
	cross   []float64 // by school, within it, packed
	within  []float64 // the sum of cross
	centre  []float64 // p+1
	scale   []float64 // p+1
	vif     []float64 // p: variance inflation of each predictor
}

// almost is what may be left of a column's variance, as a share, before the
// column counts as determined by the others.
const almost = 1e-10

func (g *Gather) design(means bool) (*design, error) {
	d := &design{keys: slices.Clone(g.keys)}
	slices.Sort(d.keys)
	var cols []int // in the gathered sums; a school mean is -1-column
	for t, term := range g.Terms {
		if !term.Category {
			cols = append(cols, slices.Index(g.cols, column{term: t}))
			d.names = append(d.names, Predictor{Term: term.Name})
			continue
		}
		texts := g.texts(t)
		base := g.base(t, texts)
		for _, l := range texts {
			if l != base {
				cols = append(cols, g.levels[t][l])
				d.names = append(d.names, Predictor{Term: term.Name, Level: l, Base: base})
			}
		}
	}
	for t, term := range g.Terms {
		if means && term.Prior && !term.Category {
			cols = append(cols, -1-slices.Index(g.cols, column{term: t}))
			d.names = append(d.names, Predictor{Term: term.Name, Mean: true})
		}
	}
	d.take(g, append(cols, 0))
	if err := d.standardise(g.Outcome); err != nil {
		return nil, err
	}
	d.thin()
	return d, nil
}

// base is the most frequent text of a term, the first of equals.
func (g *Gather) base(t int, texts []string) (base string) {
	most := -1.0
	for _, l := range texts {
		var n float64
		for i := range g.sums {
			n += float64(g.sums[i].n) * g.sums[i].mean[g.levels[t][l]]
		}
		if n = math.Round(n); n > most {
			most, base = n, l
		}
	}
	return base
}

// take copies the sums of the schools in the order of the design.
func (d *design) take(g *Gather, cols []int) {
	d.p = len(cols) - 1
	w, old := len(cols), len(g.cols)
	d.n = make([]float64, len(d.keys))
	d.mean = make([]float64, len(d.keys)*w)
	d.cross = make([]float64, len(d.keys)*triangle(w))
	for j, key := range d.keys {
		s := &g.sums[g.schools[key]]
		d.n[j] = float64(s.n)
		d.total += d.n[j]
		m, c := d.means(j), d.crossOf(j)
		for i, a := range cols {
			if a < 0 {
				m[i] = s.mean[-1-a] // the same for all pupils: no cross-products
				continue
			}
			m[i] = s.mean[a]
			for k := i; k < w; k++ {
				if b := cols[k]; b >= 0 {
					c[at(w, i, k)] = s.c[sym(old, a, b)]
				}
			}
		}
	}
}

func (d *design) means(j int) []float64 { return d.mean[j*(d.p+1) : (j+1)*(d.p+1)] }
func (d *design) crossOf(j int) []float64 {
	t := triangle(d.p + 1)
	return d.cross[j*t : (j+1)*t]
}

// standardise centres and scales every column.
func (d *design) standardise(outcome string) error {
	w := d.p + 1
	var all cross
	for j := range d.keys {
		all.mergeInto(cross{int(d.n[j]), d.means(j), d.crossOf(j)}, w)
	}
	d.centre, d.scale = all.mean, make([]float64, w)
	for i := range w {
		size := math.Abs(d.centre[i])
		sd := math.Sqrt(max(0, all.c[at(w, i, i)]) / max(1, d.total-1))
		if !(sd > 1e-12*size) {
			sd = 0
		}
		if d.scale[i] = sd; sd == 0 && i == d.p {
			return refuse("“%s”列的每个值都相同，无法估计", "every value of column %q is the same: there is nothing to explain", outcome)
		}
	}
	for j := range d.keys {
		m, c := d.means(j), d.crossOf(j)
		for i := range w {
			m[i] = d.scaled(m[i]-d.centre[i], i)
			for k := i; k < w; k++ {
				c[at(w, i, k)] = d.scaled(d.scaled(c[at(w, i, k)], i), k)
			}
		}
	}
	return nil
}

func (d *design) scaled(v float64, i int) float64 {
	if d.scale[i] == 0 {
		return 0
	}
	return v / d.scale[i]
}

// mergeInto is merge for a set that may not have its columns yet.
func (s *cross) mergeInto(o cross, d int) {
	if s.mean == nil {
		*s = newCross(d)
	}
	s.merge(&o)
}

// thin leaves out constant columns and those that others determine, the later
// of them, and works out how much the remaining ones overlap.
func (d *design) thin() {
	w := d.p + 1
	r := make([]float64, triangle(w)) // correlations
	for j := range d.keys {
		m, c := d.means(j), d.crossOf(j)
		for i := range w {
			for k := i; k < w; k++ {
				r[at(w, i, k)] += (c[at(w, i, k)] + float64(float64(d.n[j]*m[i])*m[k])) / (d.total - 1)
			}
		}
	}
	var keep []int
	var sub []float64
	var l factor
	for i := range d.p {
		if d.scale[i] == 0 {
			d.dropped = append(d.dropped, Dropped{Predictor: d.names[i]})
			continue
		}
		b := make([]float64, len(keep))
		for q, k := range keep {
			b[q] = r[at(w, k, i)]
		}
		if len(keep) > 0 {
			z := slices.Clone(b)
			l.half(z)
			if r[at(w, i, i)]-dot(z, z) < almost {
				l.solve(b)
				drop := Dropped{Predictor: d.names[i]}
				for q, k := range keep {
					if math.Abs(b[q]) > 1e-4 {
						drop.With = append(drop.With, d.names[k])
					}
				}
				d.dropped = append(d.dropped, drop)
				continue
			}
		}
		keep = append(keep, i)
		sub = pick(r, w, keep)
		l, _ = cholesky(sub, len(keep))
	}
	d.vif = l.inverseDiagonal()
	for q, k := range keep { // correlations may be off one by rounding
		d.vif[q] *= r[at(w, k, k)]
	}
	d.restrict(keep)
}

// pick is the part of a packed matrix of w rows that some of its rows make.
func pick(a []float64, w int, rows []int) []float64 {
	out := make([]float64, 0, triangle(len(rows)))
	for q, i := range rows {
		for _, k := range rows[q:] {
			out = append(out, a[sym(w, i, k)])
		}
	}
	return out
}

// restrict keeps some predictors and the outcome, and sums the cross-products.
func (d *design) restrict(keep []int) {
	w, cols := d.p+1, append(slices.Clone(keep), d.p)
	mean := make([]float64, 0, len(d.keys)*len(cols))
	var crosses []float64
	for j := range d.keys {
		for _, i := range cols {
			mean = append(mean, d.mean[j*w+i])
		}
		crosses = append(crosses, pick(d.crossOf(j), w, cols)...)
	}
	names, centre, scale := make([]Predictor, len(keep)), make([]float64, len(cols)), make([]float64, len(cols))
	for q, i := range cols {
		centre[q], scale[q] = d.centre[i], d.scale[i]
		if q < len(keep) {
			names[q] = d.names[i]
		}
	}
	d.p, d.mean, d.cross, d.names, d.centre, d.scale = len(keep), mean, crosses, names, centre, scale
	d.within = make([]float64, triangle(len(cols)))
	for j := range d.keys {
		for i, v := range d.crossOf(j) {
			d.within[i] += v
		}
	}
}

// labels joins the names of predictors.
func labels(ps []Predictor) edu.Text {
	var zh, en []string
	for _, p := range ps {
		zh, en = append(zh, p.Label().ZH), append(en, p.Label().EN)
	}
	return edu.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}
