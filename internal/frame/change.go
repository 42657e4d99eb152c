package frame

import (
	"maps"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Change adds to one figure of one section.
type Change struct {
	Stage   edu.Stage
	Row     int // in the frame of the stage
	Element string
	Add     float64
}

// Changed is the set with some figures changed, to judge what would be. It shares
// all other columns with s, which stays as it is. A figure that nobody gave counts
// as nothing before; what is computed from changed figures of the same section is
// computed again, and totals over schools and counties are not.
func (s *Set) Changed(changes []Change) *Set {
	out := *s
	out.Sections = make([]*Frame, len(s.Sections))
	for i, f := range s.Sections {
		g := f.of(&out)
		var touched []string
		for _, c := range changes {
			if c.Stage != f.Stage || c.Add == 0 {
				continue
			}
			if !slices.Contains(touched, c.Element) {
				if touched == nil {
					g.cols = maps.Clone(f.cols)
				}
				touched = append(touched, c.Element)
				col := missingColumn(f.Len())
				if was, ok := f.Column(c.Element); ok {
					copy(col, was)
				}
				g.cols[c.Element] = col
			}
			col := g.cols[c.Element]
			if col[c.Row] != col[c.Row] {
				col[c.Row] = 0
			}
			col[c.Row] += c.Add
		}
		g.again(touched)
		out.Sections[i] = g
	}
	if s.Counties != nil {
		out.Counties = s.Counties.of(&out)
	}
	return &out
}

// again computes the elements of the same record that follow from changed ones,
// also by way of others.
func (f *Frame) again(touched []string) {
	done := map[string]bool{}
	for more := len(touched) > 0; more; {
		more = false
		for _, id := range slices.Sorted(maps.Keys(f.set.derive)) {
			d := f.set.derive[id]
			if done[id] || d.Formula == nil || f.cols[id] == nil || !slices.ContainsFunc(d.Formula.Fields(), func(x string) bool { return slices.Contains(touched, x) }) {
				continue
			}
			out := make([]float64, f.Len())
			d.Formula.Bind(f.Column).Eval(0, len(out), out, formula.NewScratch())
			f.cols[id] = out
			touched, done[id], more = append(touched, id), true, true
		}
	}
}
