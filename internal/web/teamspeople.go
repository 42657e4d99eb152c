// The lists of the page of exchanges: the people who stand in a state, the table of
// exchanges as forms.md §3 has it, and those that no ratio counts.

package web

import (
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// people lists who stands in a state, those of urban and good schools first.
func (v *exchangeView) people(r *request, x *teams.Round, state string, export bool) {
	v.People = Table{ID: "people", Caption: r.Text(teams.WordOf(teams.States, state)), Sheet: r.T("teams.people"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Key: "school", Label: r.T("school"), Wrap: true}, {Key: "subject", Label: r.T("teams.subject"), Wrap: true}, {Key: "backbone", Label: r.T("teams.backbone")}, {Key: "head", Label: r.T("teams.head")}, {Key: "years", Label: r.T("teams.years"), Num: true}, {Label: r.T("log.state")}, {Label: r.T("teams.reason"), Wrap: true}, {Key: "counts", Label: r.T("teams.counts")}, {Key: "move", Label: r.T("teams.move")}}...)}
	var list []*teams.Judged
	for i := range x.People {
		if j := &x.People[i]; string(j.State) == state {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(a, b *teams.Judged) int {
		if a.Scope != b.Scope {
			if a.Scope {
				return -1
			}
			return 1
		}
		return b.Years - a.Years
	})
	for _, j := range list {
		years := Cell{Text: "–"}
		if j.Years >= 0 {
			years = count(j.Years)
		}
		scope := r.T("no")
		switch {
		case j.Scope:
			scope = r.T("yes")
		case !j.Placed:
			scope = r.T("teams.unplaced")
		}
		head := ""
		if j.Head {
			head = r.T("yes")
		}
		reason := r.Text(j.Reason)
		if j.Doubt {
			reason += r.T("teams.doubt")
		}
		// Who has no place yet is looked for first.
		move, to := Cell{Text: "–", Value: 5}, ""
		if v.Keeps {
			to = r.here("person", string(j.Person.Person), "did", "", "move", "") + "#plan"
		}
		if j.Move != nil {
			move = lampCell(r.moveLamp(j.Move.Stage))
			if v.Keeps {
				move.Href = r.here("move", j.Move.ID, "did", "", "person", "") + "#plan"
			}
			to = ""
		}
		v.People.Rows = append(v.People.Rows, Row{Cells: append(v.person(r, j.Person, export, to), text(v.schoolWords(j.School, j.Person.Unit)), text(r.Text(register.SubjectText(j.Person.Subject))), r.backbone(j.Person.Backbone), text(head), years, text(r.Text(teams.WordOf(teams.States, string(j.State)))), text(reason), text(scope), move)})
	}
	r.sortRows(&v.People)
}

// backbone is a level of the ladder, in order of the ladder.
func (r *request) backbone(id string) Cell {
	at := slices.IndexFunc(register.Backbones, func(t register.Term) bool { return t.ID == id })
	return Cell{Text: r.Text(teams.WordOf(register.Backbones, id)), Value: float64(at + 1)}
}

func (r *request) moveLamp(stage string) Lamp {
	return Lamp{map[string]chart.Tone{teams.Planned: chart.Near, teams.Done: chart.Good, teams.Called: chart.Open}[stage], r.Text(teams.WordOf(teams.Stages, stage)), ""}
}

// moves are the lines of the table of exchanges, as forms.md §3 has them.
func (v *exchangeView) moves(r *request, x *teams.Round, export bool) {
	v.Moves = Table{ID: "moves", Caption: r.T("teams.moves"), Sheet: r.T("teams.moves"), Empty: r.T("teams.moves.none"), Tight: true, Cols: append(v.personCols(r, export), []Col{{Label: r.T("teams.subject"), Wrap: true}, {Label: r.T("teams.from"), Wrap: true}, {Label: r.T("teams.to"), Wrap: true}, {Label: r.T("teams.way"), Wrap: true}, {Label: r.T("teams.begins")}, {Label: r.T("teams.ends")}, {Label: r.T("teams.isbackbone")}, {Label: r.T("teams.ishead")}, {Label: r.T("teams.years"), Num: true}, {Label: r.T("teams.isdue")}, {Label: r.T("teams.exempt"), Wrap: true}, {Label: r.T("teams.document"), Wrap: true}, {Label: r.T("log.state")}}...)}
	yes := map[bool]string{true: r.T("yes"), false: r.T("no")}
	gives := r.who.May(auth.GiveTasks)
	list := slices.Clone(v.of.Input.Moves)
	slices.SortStableFunc(list, func(a, b teams.Exchange) int { return int(b.Begins) - int(a.Begins) })
	for i := range list {
		m := &list[i]
		if !m.InSummer(x.Year) {
			continue
		}
		_, from := v.unit(r, m.From)
		_, to := v.unit(r, m.To)
		years := Cell{Text: "–"}
		if m.Years >= 0 {
			years = count(m.Years)
		}
		st := lampCell(r.moveLamp(m.Stage))
		if v.Keeps {
			st.Href = r.here("move", m.ID, "did", "", "person", "") + "#plan"
		}
		if m.Task {
			st.Small = r.T("teams.tasked")
		} else if gives && m.Stage == teams.Planned && len(v.Gives) < 40 {
			v.Gives = append(v.Gives, taskable{m.ID, joinWords(" · ", r.Text(register.SubjectText(m.Subject)), from+" → "+to, m.Begins.String()), m.Rev})
		}
		v.Moves.Rows = append(v.Moves.Rows, Row{Cells: append(v.person(r, &register.Staff{Person: m.Person}, export, ""), text(r.Text(register.SubjectText(m.Subject))), text(from), text(to), text(r.Text(teams.WordOf(teams.Ways, m.Way))), text(m.Begins.String()), text(m.Ends.String()), text(yes[m.Backbone]), text(yes[m.Head]), years, text(yes[m.Due]), text(r.Text(m.ExemptText())), text(m.Document), st)})
	}
	r.cutTable(&v.Moves, 40)
}

// unit is a school's code and name.
func (p *teamPage) unit(r *request, id edu.UnitID) (code, name string) {
	if u, ok := p.tree.Unit(id); ok {
		a := u.Attrs[len(u.Attrs)-1]
		return a.Code, r.Text(a.Name)
	}
	return string(id), string(id)
}

func (v *exchangeView) apart(r *request, x *teams.Round) {
	v.Apart = Table{ID: "apart", Caption: r.T("teams.apart"), Sheet: r.T("teams.apart"), Cols: []Col{{Label: r.T("teams.name")}, {Label: r.T("teams.from"), Wrap: true}, {Label: r.T("teams.to"), Wrap: true}, {Label: r.T("teams.reason"), Wrap: true}}}
	for _, a := range x.Apart {
		_, from := v.unit(r, a.Move.From)
		_, to := v.unit(r, a.Move.To)
		v.Apart.Rows = append(v.Apart.Rows, Row{Cells: []Cell{text(v.of.Names[a.Move.Person]), text(from), text(to), text(r.Text(a.Reason))}})
	}
	r.cutTable(&v.Apart, 20)
}
