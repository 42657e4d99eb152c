// From lines to an input: places as a tree, counts as series.

package forecast

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/edu"
)

// build makes the input of the lines.
func (r *reader) build() {
	in := &r.Input
	in.First, in.Years = r.low, r.high-r.low+1
	if !r.setGrades() {
		return
	}
	r.places()
	in.Counts = make([][][]float64, len(in.Nodes))
	for _, s := range r.spots {
		c := make([][]float64, len(in.Grades))
		for g := range c {
			c[g] = slices.Repeat([]float64{math.NaN()}, in.Years)
		}
		in.Counts[r.leaf[s]] = c
	}
	at := map[string]int{}
	for g, x := range in.Grades {
		at[x.ID] = g
	}
	for l, c := range r.lines {
		in.Counts[r.leaf[l.spot]][at[l.grade]][l.year-in.First] = c.pupils
	}
	in.SetAway()
}

// SetAway finds where pupils move on into other schools: between two stages where
// some leaf has only one of them. Where every leaf has both they are areas, or
// schools that go on, and pupils stay.
func (in *Input) SetAway() {
	has := func(years []float64) bool {
		return slices.ContainsFunc(years, func(x float64) bool { return x > 0 })
	}
	for g := range in.Grades[:len(in.Grades)-1] {
		in.Grades[g].Away = false
		if len(in.Nodes) == 1 || in.Grades[g].Section == in.Grades[g+1].Section {
			continue
		}
		for _, c := range in.Counts {
			if c != nil && has(c[g]) != has(c[g+1]) {
				in.Grades[g].Away = true
				break
			}
		}
	}
}

// setGrades puts the grades in order, with their stages.
func (r *reader) setGrades() bool {
	in, at := &r.Input, r.t.column("grade")
	sorted, known := order(r.grades)
	if !known {
		r.note(at, false, "有不认识的年级名称，按文件中出现的先后排列：%s", "has grades that are not known; they move on in the order of the file: %s", list(sorted))
	}
	in.Lag = 6
	for i, g := range sorted {
		x := Grade{ID: g, Section: r.section[g]}
		if known {
			rank, _ := rankOf(g)
			if i == 0 {
				in.Lag = max(0, rank+5)
			} else if was, _ := rankOf(sorted[i-1]); was == rank {
				r.note(at, true, "“%s”和“%s”是同一个年级，应统一写法", "has %q and %q, which are one grade: want one name", sorted[i-1], g)
			} else if was != rank-1 {
				r.note(at, true, "“%s”之后是“%s”，中间缺少年级；应逐级写齐", "goes from %q to %q: want every grade between them", sorted[i-1], g)
			}
			if x.Section == "" {
				x.Section = stageOf(g, rank)
			}
		}
		in.Grades = append(in.Grades, x)
	}
	return !r.Blocked()
}

// places makes the tree: everything, what places lie in, and the places. One
// place alone is the whole tree.
func (r *reader) places() {
	in := &r.Input
	if len(r.spots) == 1 {
		s := r.spots[0]
		in.Nodes = []Node{{cmp.Or(s.place, s.within), -1}}
		r.leaf[s] = 0
		r.named[fold(s.place)] = 0
		if s.within != "" {
			r.within[fold(s.within)] = 0
		}
		return
	}
	in.Nodes = []Node{{"", -1}}
	for _, s := range r.spots {
		if _, known := r.within[fold(s.within)]; s.within != "" && !known {
			r.within[fold(s.within)] = len(in.Nodes)
			in.Nodes = append(in.Nodes, Node{s.within, 0})
		}
	}
	for _, s := range r.spots {
		up := 0
		if s.within != "" {
			up = r.within[fold(s.within)]
		}
		if s.place == "" { // no column of places: what they lie in is the place
			r.leaf[s] = up
			continue
		}
		if _, twice := r.named[fold(s.place)]; twice {
			r.named[fold(s.place)] = -1
		} else {
			r.named[fold(s.place)] = len(in.Nodes)
		}
		r.leaf[s] = len(in.Nodes)
		in.Nodes = append(in.Nodes, Node{s.place, up})
	}
}

// Total are the names by which a file of births means everything.
var total = []string{"", "合计", "总计", "全市", "全县", "全区", "total", "all"}

// node finds a place by its name.
func (t *Taken) node(name string) (node int, found, twice bool) {
	if slices.Contains(total, fold(name)) {
		return 0, true, false
	}
	if n, ok := t.within[fold(name)]; ok {
		return n, true, false
	}
	n, ok := t.named[fold(name)]
	return n, ok && n >= 0, ok && n < 0
}

func list(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += cut(n)
	}
	return out
}

// column is the place of a whole column.
func (t *table) column(name string) edu.Cell { return t.cell(0, name) }
