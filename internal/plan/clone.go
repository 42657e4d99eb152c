package plan

import (
	"maps"
	"slices"

	"shuren/internal/edu"
)

// Clone is a copy that shares nothing with the plan.
func (p *Plan) Clone() Plan {
	q := *p
	q.Lines = slices.Clone(p.Lines)
	for i := range q.Lines {
		l := &q.Lines[i]
		l.Targets, l.Measures = slices.Clone(l.Targets), slices.Clone(l.Measures)
		for k := range l.Targets {
			t := &l.Targets[k]
			t.Values = maps.Clone(t.Values)
			if t.BaseValue != nil {
				v := *t.BaseValue
				t.BaseValue = &v
			}
			if t.Shares != nil {
				shares := make(map[edu.UnitID]map[int]float64, len(t.Shares))
				for u, by := range t.Shares {
					shares[u] = maps.Clone(by)
				}
				t.Shares = shares
			}
		}
		for k := range l.Measures {
			m := &l.Measures[k]
			m.Owners, m.Projects = slices.Clone(m.Owners), slices.Clone(m.Projects)
			for n := range m.Projects {
				m.Projects[n].Money, m.Projects[n].Stones = slices.Clone(m.Projects[n].Money), slices.Clone(m.Projects[n].Stones)
			}
		}
	}
	return q
}
