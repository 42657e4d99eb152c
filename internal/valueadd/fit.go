// Fitting: from gathered rows to estimates.

package valueadd

import (
	"math"
)

// Options of a fit.
type Options struct {
	// SchoolMeans adds the school's mean of each prior result: pupils are then
	// compared with pupils who began alike among schoolmates who began alike.
	SchoolMeans bool `json:"school_means"`
	// MinPupils is how many pupils a school needs for its estimate to be shown; 0
	// is DefaultMinPupils, and less than FewestPupils is refused.
	MinPupils int `json:"min_pupils"`
}

// Coefficient is one fixed effect.
type Coefficient struct {
	Predictor         // zero for the intercept
	Intercept bool    `json:"intercept,omitempty"`
	Estimate  float64 `json:"estimate"`
	SE        float64 `json:"se"`
	VIF       float64 `json:"vif"` // variance inflation by the other predictors; 0 for the intercept
}

// Variances are the two parts of what the predictors leave unexplained.
type Variances struct {
	School float64 `json:"school"` // σu²
	Pupil  float64 `json:"pupil"`  // σe²
}

// ICC is the share of the variance that lies between schools.
func (v Variances) ICC() float64 { return v.School / (v.School + v.Pupil) }

// Result is a fitted model.
type Result struct {
	// File is the SHA-256 of the file of pupils; empty where it came through a pipe.
	File string `json:"file_sha256,omitempty"`

	Outcome string  `json:"outcome"`
	Terms   []Term  `json:"terms"`
	Options Options `json:"options"`

	Rows    int     `json:"rows"` // of the file
	Without Without `json:"without"`
	Pupils  int     `json:"pupils"` // that count
	Schools int     `json:"schools"`
	Mean    float64 `json:"mean"` // of the outcome over all pupils
	SD      float64 `json:"sd"`

	Fixed     []Coefficient `json:"fixed"` // the intercept first
	Dropped   []Dropped     `json:"dropped,omitempty"`
	Variances Variances     `json:"variances"`
	Empty     Variances     `json:"empty"` // of the model without predictors, on the same pupils
	// Criterion is −2 log restricted likelihood, constants included, as lme4's
	// REMLcrit.
	Criterion float64 `json:"criterion"`

	Checks Checks `json:"checks"`
	Tally  Tally  `json:"tally"`

	Effects []Effect `json:"-"` // in the order of the schools' keys
}

// Tally counts the schools by what their effects say.
type Tally struct {
	Above      int `json:"above"`
	Below      int `json:"below"`
	Indistinct int `json:"indistinct"`
	Held       int `json:"held"`        // not shown
	HeldPupils int `json:"held_pupils"` // never one to nine
}

// LogLik is the restricted log likelihood.
func (r *Result) LogLik() float64 { return -r.Criterion / 2 }

// Fit estimates the model by REML.
func Fit(g *Gather, opt Options) (*Result, error) {
	if opt.MinPupils == 0 {
		opt.MinPupils = DefaultMinPupils
	}
	if opt.MinPupils < FewestPupils {
		return nil, refuse("最低公布人数不得少于 %d 人", "estimates of fewer than %d pupils are never shown", FewestPupils)
	}
	if err := g.enough(); err != nil {
		return nil, err
	}
	d, err := g.design(opt.SchoolMeans)
	if err != nil {
		return nil, err
	}
	if err := d.identified(); err != nil {
		return nil, err
	}
	s, err := d.best()
	if err != nil {
		return nil, err
	}
	r := &Result{Outcome: g.Outcome, Terms: g.Terms, Options: opt, Rows: g.rows, Without: g.without, Pupils: g.used, Schools: len(d.keys),
		Mean: d.centre[d.p], SD: d.scale[d.p], Dropped: d.dropped}
	r.fixed(d, &s)
	r.Empty = r.Variances
	if d.p > 0 {
		empty := *d
		empty.restrict(nil)
		e, err := empty.best()
		if err != nil {
			return nil, err
		}
		r.Empty = empty.variances(&e.state)
	}
	r.effects(d, &s.state)
	r.publish()
	r.checks(d, &s)
	return r, nil
}

// enough refuses what no model can be made of.
func (g *Gather) enough() error {
	switch {
	case g.used == 0:
		return refuse("没有一行数据是完整的", "no row has its school, its outcome and every column that was chosen")
	case len(g.keys) < 2:
		return refuse("只有一所学校，无法比较", "there is only one school: nothing to compare")
	case g.used == len(g.keys):
		return refuse("每所学校只有一名学生，无法区分学校差异和学生差异", "each school has only one pupil: schools and pupils cannot be told apart")
	}
	return nil
}

// identified refuses designs that leave nothing to estimate variances from.
func (d *design) identified() error {
	between := 0
	for i := range d.p {
		if d.within[at(d.p+1, i, i)] <= almost*(d.total-1) {
			between++
		}
	}
	switch {
	case len(d.keys) <= between+1:
		return refuse("学校数（%d）太少：学校层面的变量有 %d 个", "%d schools are too few for %d columns that are the same within a school", len(d.keys), between)
	case int(d.total)-len(d.keys) <= d.p-between:
		return refuse("学生数太少：%d 名学生，%d 所学校，%d 个变量", "too few pupils: %d in %d schools for %d predictors", int(d.total), len(d.keys), d.p)
	}
	return nil
}

// variances are those of a state, on the outcome's own scale.
func (d *design) variances(s *state) Variances {
	e := s.rss / d.df() * d.scale[d.p] * d.scale[d.p]
	return Variances{School: s.ratio * e, Pupil: e}
}

// fixed brings the coefficients back to the file's own units.
func (r *Result) fixed(d *design, s *search) {
	sy := d.scale[d.p]
	r.Variances = d.variances(&s.state)
	r.Criterion = s.crit + 2*d.df()*math.Log(sy)
	diag := s.a.inverseDiagonal()
	zero := Coefficient{Intercept: true, Estimate: d.centre[d.p] + sy*s.mid[d.p]}
	shift := make([]float64, d.p)
	for i, b := range s.beta {
		sx := d.scale[i]
		r.Criterion += 2 * math.Log(sx)
		zero.Estimate -= b*sy*s.mid[i] + b*sy/sx*d.centre[i]
		shift[i] = s.mid[i] + d.centre[i]/sx
		r.Fixed = append(r.Fixed, Coefficient{Predictor: d.names[i], Estimate: b * sy / sx, SE: math.Sqrt(r.Variances.Pupil*diag[i]) / sx, VIF: d.vif[i]})
	}
	s.a.half(shift)
	zero.SE = math.Sqrt(r.Variances.Pupil * (1/s.w + dot(shift, shift)))
	r.Fixed = append([]Coefficient{zero}, r.Fixed...)
}
