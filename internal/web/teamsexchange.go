// The page of exchanges: who must move this summer, who is exempt and why, what is
// planned, and the two ratios.

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"shuren/internal/edu"
	"shuren/internal/teams"
)

type exchangeView struct {
	*teamPage
	Summer   string
	States   []Choice
	Ratios   Table
	Counties Table
	Counts   Table
	BySchool Table
	People   Table
	Moves    Table
	Apart    Table
	Form     moveForm
	May      bool // a line can be entered
	Gives    []taskable
	Back     []Param // where in the page its forms come back to
}

// taskable is a planned exchange that can become a task.
type taskable struct {
	ID, Words string
	Rev       int
}

func (s *Server) exchangePage(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
	if err != nil {
		return err
	}
	switch r.query.Get("did") {
	case "move":
		p.Said = r.T("teams.did.move")
	case "file":
		if n, err := strconv.Atoi(r.query.Get("n")); err == nil && n > 0 {
			p.Said = r.T("teams.did.file", n)
		}
	case "task":
		p.Said = r.T("teams.did.task")
	}
	return s.showExchange(w, r, p, moveForm{}, http.StatusOK)
}

func (s *Server) showExchange(w http.ResponseWriter, r *request, p *teamPage, f moveForm, status int) error {
	v := &exchangeView{teamPage: p}
	if p.Wide {
		if err := v.wide(s, r); err != nil {
			return err
		}
		if r.query.Get("as") == "xlsx" {
			return s.exportPlain(w, r, p.Title, v.Counties)
		}
		p.Export = r.here("as", "xlsx")
		return s.write(w, r, status, "teamsexchange.html", v)
	}
	summer, err := p.summer(r)
	if err != nil {
		return err
	}
	if summer == 0 { // nobody is on the register
		return s.write(w, r, status, "teamsexchange.html", v)
	}
	v.Summer = strconv.Itoa(summer)
	round := teams.Exchanges(&p.of.Input, summer)
	export := r.query.Get("as") == "xlsx"
	v.ratios(r, round)
	v.counts(r, round)
	v.bySchool(r, round)
	state := r.query.Get("state")
	if state == "" {
		state = string(teams.Due)
	}
	v.States = r.termChoices(teams.States, state)
	v.people(r, round, state, export)
	v.moves(r, round, export)
	v.apart(r, round)
	v.Answer = r.exchangeAnswer(round)
	p.Export = r.here("as", "xlsx", "page", "")
	if export {
		if err := s.noteRead(r, "staff list, exchange", p.of.County); err != nil {
			return err
		}
		return s.exportPlain(w, r, p.Title, v.Ratios, v.Counts, v.BySchool, v.People, v.Moves, v.Apart)
	}
	if err := p.paged(r, &v.People); err != nil {
		return err
	}
	v.form(s, r, f)
	v.Back = r.asked(movePlace...)
	return s.write(w, r, status, "teamsexchange.html", v)
}

// wide counts due and moved by county, for who sees several: nobody is listed.
func (v *exchangeView) wide(s *Server, r *request) error {
	v.Counties = Table{ID: "counties", Caption: r.T("teams.counties"), Sheet: r.T("teams.counties"), Empty: r.T("teams.none"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("teams.register.year")}, {Label: r.T("teams.staff"), Num: true}, {Label: r.T("teams.due"), Num: true}, {Label: r.T("teams.moved"), Num: true}, {Label: r.T("teams.percent"), Num: true}, {Label: r.T("measures.bar"), Draw: true}, {Label: r.T("log.state")}, {Label: r.T("teams.lacks"), Num: true}, {Label: r.T("teams.planned"), Num: true}, {Label: r.T("teams.backbone.moved"), Num: true}, {Label: r.T("teams.percent"), Num: true}}}
	due, moved, planned := 0, 0, 0
	var lines countyLines
	for _, id := range v.all {
		of, err := s.teams.Of(r.Context(), r.who, id)
		if err != nil {
			return fmt.Errorf("teams of %s: %w", id, err)
		}
		code, name := s.unitSays(r, v.tree, id)
		if len(of.Input.Staff) == 0 {
			v.Counties.Rows = append(v.Counties.Rows, r.unregistered(code, name, len(v.Counties.Cols)))
			lines.none = append(lines.none, name)
			continue
		}
		x := teams.Exchanges(&of.Input, of.Year+1)
		due, moved, planned = due+x.Moved.Den, moved+x.Moved.Num, planned+x.Planned.Num-x.Moved.Num
		lines.add(name, x.Moved)
		m, b := r.ratioCells(x.Moved), r.ratioCells(x.Backbone)
		v.Counties.Rows = append(v.Counties.Rows, Row{Cells: []Cell{linked(name, r.here("county", code)), text(edu.Year(of.Year).Label()), count(len(of.Input.Staff)), m[1], m[0], m[2], r.ratioBar(name, x.Moved), m[5], m[6], count(x.Planned.Num - x.Moved.Num), b[0], b[2]}})
	}
	if len(lines.none) < len(v.all) {
		v.Answer = []Fact{{Term: r.T("teams.answer.due"), Text: r.T("teams.answer.due.counties", due, moved, planned)}}
	}
	v.Answer = append(v.Answer, r.countyFacts(r.T("teams.answer.ratio"), &lines)...)
	return nil
}

// bySchool counts who must move and who is exempt at each school, the most first; each
// school leads to its people. One school alone says it in the counts already.
func (v *exchangeView) bySchool(r *request, x *teams.Round) {
	v.BySchool = Table{ID: "byschool", Caption: r.T("teams.byschool"), Sheet: r.T("teams.byschool"), Tight: true, Tall: true, Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("teams.due"), Num: true}, {Label: r.T("teams.planned"), Num: true}, {Label: r.T("teams.moved"), Num: true}}}
	for _, st := range []teams.State{teams.Exempt, teams.Unclear} {
		v.BySchool.Cols = append(v.BySchool.Cols, Col{Label: r.Text(teams.WordOf(teams.States, string(st))), Num: true})
	}
	type line struct{ due, planned, moved, exempt, unclear int }
	at := map[edu.UnitID]*line{}
	var order []edu.UnitID
	for i := range x.People {
		p := &x.People[i]
		l := at[p.Person.Unit]
		if l == nil {
			l = &line{}
			at[p.Person.Unit], order = l, append(order, p.Person.Unit)
		}
		switch p.State {
		case teams.Due:
			l.due++
			if p.Move != nil && p.Move.Stage == teams.Done {
				l.moved++
			} else if p.Move != nil {
				l.planned++
			}
		case teams.Exempt:
			l.exempt++
		case teams.Unclear:
			l.unclear++
		}
	}
	if len(order) < 2 {
		return
	}
	slices.SortStableFunc(order, func(a, b edu.UnitID) int { return at[b].due - at[a].due })
	for _, id := range order {
		code, name := v.unit(r, id)
		l := at[id]
		v.BySchool.Rows = append(v.BySchool.Rows, Row{Cells: []Cell{linked(name, r.here("school", code, "page", "")), count(l.due), count(l.planned), count(l.moved), count(l.exempt), count(l.unclear)}})
	}
	r.cutTable(&v.BySchool, 60)
}

func (v *exchangeView) ratios(r *request, x *teams.Round) {
	v.Ratios = Table{ID: "ratios", Caption: r.T("teams.ratios"), Sheet: r.T("teams.ratios"), Tight: true, Cols: append([]Col{{Label: r.T("teams.what"), Wrap: true}}, r.ratioCols()...)}
	for _, l := range []struct {
		word string
		of   teams.Ratio
	}{{r.T("teams.ratio.moved"), x.Moved}, {r.T("teams.ratio.planned"), x.Planned}, {r.T("teams.ratio.backbone"), x.Backbone}} {
		v.Ratios.Rows = append(v.Ratios.Rows, Row{Cells: append([]Cell{text(l.word)}, r.ratioCells(l.of)...)})
	}
}

func (v *exchangeView) counts(r *request, x *teams.Round) {
	v.Counts = Table{ID: "states", Caption: r.T("teams.states"), Sheet: r.T("teams.states"), Tight: true, Cols: []Col{{Label: r.T("log.state")}, {Label: r.T("teams.all"), Num: true}, {Label: r.T("teams.inscope"), Num: true}}}
	for _, st := range teams.States {
		v.Counts.Rows = append(v.Counts.Rows, Row{Cells: []Cell{linked(r.Text(st.Text), r.here("state", st.ID, "page", "", "did", "")), count(x.Count[teams.State(st.ID)]), count(x.InScope[teams.State(st.ID)])}})
	}
}
