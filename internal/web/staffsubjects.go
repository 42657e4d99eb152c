// Surplus and shortage by stage and subject on the page of teachers: who teaches what
// against each county's own plan of lessons.

package web

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/means"
	"shuren/internal/register"
	"shuren/internal/report"
	"shuren/internal/standard"
)

// subjectNeeds holds a county's teachers against its own plan of lessons, in the
// stage that is shown.
func (v *staffing) subjectNeeds(county edu.UnitID, m *flow.Means) *means.StageNeeds {
	a := v.a
	if a == nil {
		a = v.request.a
	}
	var sections []means.Section
	for _, st := range a.Stages {
		if st.Frame.Stage == v.stage {
			sections = sectionsOf(a, st.Frame, county)
		}
	}
	staff := means.Staff{Groups: slices.DeleteFunc(slices.Clone(m.Staff.Groups), func(g means.Group) bool { return g.Stage != v.stage })}
	plan := means.Lessons{Lines: slices.DeleteFunc(slices.Clone(m.Lessons.Lines), func(l means.Lesson) bool { return l.Stage != v.stage })}
	for _, s := range means.Needs(sections, &staff, &plan, means.ElementsOf(v.city.Packs()...)) {
		return &s
	}
	return nil
}

// sectionsOf are a county's public sections with their classes.
func sectionsOf(a *standard.Assessment, f *frame.Frame, county edu.UnitID) (out []means.Section) {
	for row := range f.Rows {
		c := f.RegionOf(edu.County, row)
		if c < 0 || f.Regions[edu.County][c].ID != county || !public(a.Pack, f, row) {
			continue
		}
		x := means.Section{School: f.Rows[row].Code, Stage: f.Stage, Classes: math.NaN()}
		if n, ok := f.Value(row, "classes").Number(); ok {
			x.Classes = n
		}
		out = append(out, x)
	}
	return out
}

// surplus is what lacks and what is over by subject: of one county in detail, of
// several side by side, where a figure that would tell a small count is left out.
func (v *staffing) surplus() (Table, string, error) {
	t := Table{ID: "surplus", Caption: v.T("staff.surplus") + " · " + v.Stage(v.stage), Sheet: v.T("staff.surplus"), Empty: v.T("staff.surplus.none"), Tight: true}
	if v.wide {
		return v.surplusWide(t)
	}
	t.Cols = []Col{{Label: v.T("staff.surplus.subject")}, {Label: v.T("staff.people"), Num: true}, {Label: v.T("staff.surplus.kinds"), Wrap: true}, {Label: v.T("staff.leave"), Num: true}, {Label: v.T("staff.retire.all"), Num: true}, {Label: v.T("staff.surplus.needed"), Num: true}, {Label: v.T("staff.net"), Num: true}, {Label: v.T("staff.surplus.basis"), Wrap: true}}
	note := ""
	for _, u := range v.request.a.Units[edu.County] {
		m := v.means[u.ID]
		if m == nil {
			continue
		}
		s := v.subjectNeeds(u.ID, m)
		if s == nil {
			continue
		}
		to := v.s.toGaps(v.request, codeOf(u)) + "/means#lessons"
		for i := range s.Subjects {
			n := &s.Subjects[i]
			needed, net, basis := text(chart.NoNumber), text(chart.NoNumber), Cell{Text: v.Text(n.Why), Href: to}
			if n.Known {
				needed, net = figure(n.Needed, 1), change(n.Net(), 1)
				needed.Title = v.T("staff.surplus.how", chart.Number(s.Classes, 0), chart.Number(n.Lesson.PerClass, 1), chart.Number(n.Lesson.PerTeacher, 1))
				if n.Net() < 0 {
					net = net.toned(chart.Bad)
				}
				basis = Cell{Text: fmt.Sprintf("%s (%d, P)", n.Lesson.Basis, n.Lesson.Year), Href: to}
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(v.Text(register.SubjectText(n.Subject))), count(n.People), text(report.SubjectKinds(n, v.Lang())), count(n.Leave), count(n.Leaving), needed, net, basis}})
		}
		note = report.SubjectLeft(s, v.Lang())
	}
	return t, note, nil
}

// surplusWide puts counties side by side, over the subjects of their plans. Where a
// count of people is left out of the table of subjects, so is what follows from it.
func (v *staffing) surplusWide(t Table) (Table, string, error) {
	var subjects []string
	needs := map[edu.UnitID]*means.StageNeeds{}
	for _, u := range v.request.a.Units[edu.County] {
		m := v.means[u.ID]
		if m == nil || len(m.Staff.Groups) == 0 {
			continue
		}
		needs[u.ID] = v.subjectNeeds(u.ID, m)
		for i := range m.Staff.Groups {
			if g := &m.Staff.Groups[i]; g.Stage == v.stage && !slices.Contains(subjects, g.Subject) {
				subjects = append(subjects, g.Subject)
			}
		}
	}
	slices.Sort(subjects)
	in := compare.Counts{Up: []int{-1}, Cells: [][]int{nil}}
	var units []standard.Unit
	for _, u := range v.request.a.Units[edu.County] {
		m := v.means[u.ID]
		if m == nil || len(m.Staff.Groups) == 0 {
			continue
		}
		cells := slices.Repeat([]int{compare.Nobody}, len(subjects))
		for i := range m.Staff.Groups {
			if g := &m.Staff.Groups[i]; g.Stage == v.stage {
				k := slices.Index(subjects, g.Subject)
				cells[k] = max(cells[k], 0) + g.People
			}
		}
		units = append(units, u)
		in.Up, in.Cells = append(in.Up, 0), append(in.Cells, cells)
	}
	hidden, err := compare.Suppress(in, compare.Least)
	if err != nil || len(units) == 0 {
		return t, "", err
	}
	t.Cols = []Col{{Label: v.T("county")}}
	for _, x := range subjects {
		if x != "" {
			t.Cols = append(t.Cols, Col{Label: v.Text(register.SubjectText(x)), Num: true})
		}
	}
	t.Cols = append(t.Cols, Col{Label: v.T("staff.surplus.basis"), Wrap: true})
	left := 0
	for i, u := range units {
		s := needs[u.ID]
		row := Row{Cells: []Cell{linked(u.Name, v.here("county", codeOf(u), "page", ""))}}
		whole := s != nil && s.NoClasses == 0 && s.Counted() > 0
		said := Cell{Text: v.T("staff.surplus.untold"), Href: v.s.toGaps(v.request, codeOf(u)) + "/means#lessons"}
		for k, x := range subjects {
			if x == "" {
				continue
			}
			c := text(chart.NoNumber)
			if n := needOf(s, x); n != nil && n.Known {
				said.Text = fmt.Sprintf("%s (%d, P)", n.Lesson.Basis, n.Lesson.Year)
				switch {
				case hidden[i+1][k]:
					c = Cell{Text: hiddenMark, Title: v.T("compare.hidden")}
					left++
				case whole:
					c = change(n.Net(), 1)
					if n.Net() < 0 {
						c = c.toned(chart.Bad)
					}
				}
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, said)})
	}
	note := ""
	if left > 0 {
		note = v.T("staff.few", compare.Least, hiddenMark, left)
	}
	return t, note, nil
}

func needOf(s *means.StageNeeds, subject string) *means.Need {
	if s == nil {
		return nil
	}
	for i := range s.Subjects {
		if s.Subjects[i].Subject == subject {
			return &s.Subjects[i]
		}
	}
	return nil
}
