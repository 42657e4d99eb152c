package plan

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/task"
)

// Duties are the three kinds of responsibility, in the order in which they are
// shown.
var Duties = []task.Duty{task.Territorial, task.Departmental, task.Industry}

// DutyName is a kind of responsibility as officers write it.
func DutyName(d task.Duty) edu.Text {
	switch d {
	case task.Territorial:
		return edu.Text{ZH: "属地", EN: "territorial"}
	case task.Departmental:
		return edu.Text{ZH: "部门", EN: "departmental"}
	case task.Industry:
		return edu.Text{ZH: "行业", EN: "industry"}
	}
	return edu.Text{ZH: "待定", EN: "to be set"}
}

// Gap is what a measure's owners lack.
type Gap struct {
	Missing []task.Duty // kinds of which there is no owner
	Leads   int         // exactly one is right
	Unset   int         // owners whose kind or body is still 待定
}

// Sound tells that every kind has an owner and exactly one leads.
func (g Gap) Sound() bool { return len(g.Missing) == 0 && g.Leads == 1 && g.Unset == 0 }

// GapOf looks at the owners of a measure.
func GapOf(m *Measure) Gap {
	var g Gap
	for _, d := range Duties {
		if !slices.ContainsFunc(m.Owners, func(o Owner) bool { return o.Duty == d }) {
			g.Missing = append(g.Missing, d)
		}
	}
	for _, o := range m.Owners {
		if o.Lead {
			g.Leads++
		}
		if o.Duty == "" || o.Body == "" {
			g.Unset++
		}
	}
	return g
}

// Matrix is the responsibility of every measure.
type Matrix struct {
	Rows   []MatrixRow
	NoLead int // measures
	Double int
	Lacks  map[task.Duty]int
	Unset  int // measures with an owner that is 待定
}

// MatrixRow is a measure with its owners by kind.
type MatrixRow struct {
	Line    *Line
	Measure *Measure
	By      map[task.Duty][]Owner // "" are those whose kind is 待定
	Gap     Gap
}

// MatrixOf is the matrix of a plan.
func MatrixOf(p *Plan) Matrix {
	m := Matrix{Lacks: map[task.Duty]int{}}
	for i := range p.Lines {
		for k := range p.Lines[i].Measures {
			r := MatrixRow{Line: &p.Lines[i], Measure: &p.Lines[i].Measures[k], By: map[task.Duty][]Owner{}}
			for _, o := range r.Measure.Owners {
				r.By[o.Duty] = append(r.By[o.Duty], o)
			}
			r.Gap = GapOf(r.Measure)
			switch {
			case r.Gap.Leads == 0:
				m.NoLead++
			case r.Gap.Leads > 1:
				m.Double++
			}
			if r.Gap.Unset > 0 {
				m.Unset++
			}
			for _, d := range r.Gap.Missing {
				m.Lacks[d]++
			}
			m.Rows = append(m.Rows, r)
		}
	}
	return m
}

// Owes tells with which duties a body answers for a measure; lead where it leads.
func (m *Measure) Owes(body string) (duties []task.Duty, lead, any bool) {
	for _, o := range m.Owners {
		if o.Body == body && body != "" {
			duties, lead, any = append(duties, o.Duty), lead || o.Lead, true
		}
	}
	return duties, lead, any
}
