// The page of exchanges: who must move this summer, who is exempt and why, what is
// planned, and the two ratios.

package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
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
}

// taskable is a planned exchange that can become a task.
type taskable struct {
	ID, Words string
	Rev       int
}

// moveForm is a line of the table of exchanges as it is typed.
type moveForm struct {
	ID, Rev, Person, Name, From, FromName, To, Way, Stage, Begins, Ends, Document string
	Ways, Stages, Targets                                                         []Choice
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
		p.Said = r.T("teams.did.file")
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
	return s.write(w, r, status, "teamsexchange.html", v)
}

// wide counts due and moved by county, for who sees several: nobody is listed.
func (v *exchangeView) wide(s *Server, r *request) error {
	v.Counties = Table{ID: "counties", Caption: r.T("teams.counties"), Sheet: r.T("teams.counties"), Empty: r.T("teams.none"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("teams.register.year")}, {Label: r.T("teams.staff"), Num: true}, {Label: r.T("teams.due"), Num: true}, {Label: r.T("teams.moved"), Num: true}, {Label: r.T("teams.percent"), Num: true}, {Label: r.T("log.state")}, {Label: r.T("teams.lacks"), Num: true}, {Label: r.T("teams.planned"), Num: true}, {Label: r.T("teams.backbone.moved"), Num: true}, {Label: r.T("teams.percent"), Num: true}}}
	for _, id := range v.all {
		of, err := s.teams.Of(r.Context(), r.who, id)
		if err != nil {
			return fmt.Errorf("teams of %s: %w", id, err)
		}
		code, name := s.unitSays(r, v.tree, id)
		if len(of.Input.Staff) == 0 {
			cells := []Cell{linked(name, r.here("county", code)), text(r.T("teams.register.none"))}
			v.Counties.Rows = append(v.Counties.Rows, Row{Cells: append(cells, make([]Cell, len(v.Counties.Cols)-2)...)})
			continue
		}
		x := teams.Exchanges(&of.Input, of.Year+1)
		m, b := r.ratioCells(x.Moved), r.ratioCells(x.Backbone)
		v.Counties.Rows = append(v.Counties.Rows, Row{Cells: []Cell{linked(name, r.here("county", code)), text(edu.Year(of.Year).Label()), count(len(of.Input.Staff)), m[1], m[0], m[2], m[5], m[6], count(x.Planned.Num - x.Moved.Num), b[0], b[2]}})
	}
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

// people lists who stands in a state, those of urban and good schools first.
func (v *exchangeView) people(r *request, x *teams.Round, state string, export bool) {
	v.People = Table{ID: "people", Caption: r.Text(teams.WordOf(teams.States, state)), Sheet: r.T("teams.people"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("teams.subject"), Wrap: true}, {Label: r.T("teams.backbone")}, {Label: r.T("teams.head")}, {Label: r.T("teams.years"), Num: true}, {Label: r.T("log.state")}, {Label: r.T("teams.reason"), Wrap: true}, {Label: r.T("teams.counts")}, {Label: r.T("teams.move")}}...)}
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
		move, to := Cell{Text: "–"}, ""
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
		v.People.Rows = append(v.People.Rows, Row{Cells: append(v.person(r, j.Person, export, to), text(v.schoolWords(j.School, j.Person.Unit)), text(r.Text(register.SubjectText(j.Person.Subject))), text(r.Text(backboneWord(j.Person.Backbone))), text(head), years, text(r.Text(teams.WordOf(teams.States, string(j.State)))), text(reason), text(scope), move)})
	}
}

func backboneWord(id string) edu.Text { return teams.WordOf(register.Backbones, id) }

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

// form is what a line is entered in: of somebody who was chosen in the list, or of a
// line that is there.
func (v *exchangeView) form(s *Server, r *request, f moveForm) {
	id, person := r.query.Get("move"), register.PersonID(r.query.Get("person"))
	if f.Person != "" {
		id, person = f.ID, register.PersonID(f.Person)
	}
	for i := range v.of.Input.Moves {
		if m := &v.of.Input.Moves[i]; id != "" && m.ID == id && f.Person == "" {
			to, _ := v.unit(r, m.To)
			person = m.Person
			f = moveForm{ID: m.ID, Rev: strconv.Itoa(m.Rev), From: string(m.From), To: to, Way: m.Way, Stage: m.Stage, Begins: m.Begins.String(), Ends: m.Ends.String(), Document: m.Document}
		}
	}
	for i := range v.of.Input.Staff {
		if st := &v.of.Input.Staff[i]; st.Person == person && f.From == "" {
			f.From = string(st.Unit)
		}
	}
	if !v.Keeps || person == "" || f.From == "" {
		return
	}
	v.May = true
	f.Person, f.Name = string(person), v.of.Names[person]
	_, f.FromName = v.unit(r, edu.UnitID(f.From))
	if f.Begins == "" {
		f.Begins = v.Summer + "-09-01"
	}
	f.Ways, f.Stages = r.termChoices(teams.Ways, f.Way), r.termChoices(teams.Stages, orElse(f.Stage, teams.Planned))
	if len(v.Schools) <= maxSchoolChoice {
		f.Targets = v.Schools
	}
	v.Form = f
}

// keepMove keeps a line of the table of exchanges.
func (s *Server) keepMove(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := moveForm{ID: v("id"), Rev: v("rev"), Person: v("person"), From: v("from"), To: v("to"), Way: v("way"), Stage: v("stage"), Begins: v("begins"), Ends: v("ends"), Document: v("document")}
	back := r.to([]string{"staff", "exchange"}, "county", v("county"), "summer", v("summer"))
	err := func() error {
		x := teams.Exchange{ID: f.ID, Person: register.PersonID(f.Person), From: edu.UnitID(f.From), Way: f.Way, Stage: f.Stage, Document: f.Document}
		var err error
		x.Rev, _ = strconv.Atoi(f.Rev) // none is that of a new one
		if x.To, err = s.schoolCalled(r, f.To); err != nil {
			return err
		}
		if x.Begins, err = r.dayTyped(f.Begins); err != nil {
			return err
		}
		if x.Ends, err = r.dayTyped(f.Ends); err != nil {
			return err
		}
		_, err = s.teams.KeepMove(r.Context(), r.who, x)
		return err
	}()
	if err == nil {
		return away{back + "&did=move"}
	}
	r.query.Set("county", v("county"))
	r.query.Set("summer", v("summer"))
	return s.orSay(err, func(why string) error {
		p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showExchange(w, r, p, f, http.StatusUnprocessableEntity)
	}, r)
}

// schoolCalled is the school that was meant, by code or by its whole name.
func (s *Server) schoolCalled(r *request, typed string) (edu.UnitID, error) {
	return s.unitCalled(r, typed, edu.School)
}

// unitCalled is the unit of some levels that was meant.
func (s *Server) unitCalled(r *request, typed string, levels ...edu.Level) (edu.UnitID, error) {
	if typed == "" {
		return "", nil
	}
	if code, _, ok := strings.Cut(typed, " "); ok {
		typed = code
	}
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return "", fmt.Errorf("tree of units: %w", err)
	}
	var found []edu.UnitID
	for _, u := range tree.Units() {
		a := u.Attrs[len(u.Attrs)-1]
		if slices.Contains(levels, u.Level) && u.Ended == 0 && (a.Code == typed || a.Name.ZH == typed || a.Name.EN == typed) {
			found = append(found, u.ID)
		}
	}
	if len(found) != 1 {
		return "", auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”对应%d所学校，请填学校标识码或全称", typed, len(found)), fmt.Sprintf("%q fits %d schools; give the code or the whole name", typed, len(found)))
	}
	return found[0], nil
}

// moveTask makes a task of a planned exchange.
func (s *Server) moveTask(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, revText, _ := strings.Cut(r.PostFormValue("move"), " ")
	rev, _ := strconv.Atoi(revText) // none is of nothing, and conflicts
	r.query.Set("county", r.PostFormValue("county"))
	if _, err := s.teams.MoveTask(r.Context(), r.who, id, rev); err != nil {
		return s.exchangeWrong(w, r, err)
	}
	return away{r.to([]string{"staff", "exchange"}, "county", r.PostFormValue("county")) + "&did=task"}
}

func (s *Server) exchangeWrong(w http.ResponseWriter, r *request, err error) error {
	return s.orSay(err, func(why string) error {
		p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showExchange(w, r, p, moveForm{}, http.StatusUnprocessableEntity)
	}, r)
}

// sendMoves takes a table of exchanges from a file.
func (s *Server) sendMoves(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of exchanges: %w", err)
	}
	list, bad, err := s.teams.ReadMoves(r.Context(), r.who, files[0].Filename, f)
	if err == nil && len(bad) > 0 {
		err = &auth.Refusal{Kind: fault.Invalid, Texts: bad[:min(len(bad), 20)]}
	}
	if err == nil {
		_, err = s.teams.KeepMoves(r.Context(), r.who, list)
	}
	if err != nil {
		return s.exchangeWrong(w, r, err)
	}
	return away{r.to([]string{"staff", "exchange"}) + "&did=file"}
}

// moveTemplate is a file with everybody who is due, to be filled in.
func (s *Server) moveTemplate(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
	if err != nil {
		return err
	}
	summer, err := p.summer(r)
	if err != nil {
		return err
	}
	if p.of == nil {
		return fmt.Errorf("no county is chosen: %w", fault.NotFound)
	}
	if err := s.noteRead(r, "staff list, exchange template", p.of.County); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="exchange.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that a spreadsheet reads it as UTF-8
		return nil
	}
	out := csv.NewWriter(w)
	out.Write([]string{"记录编号", "姓名", "学科", "原校", "交流校", "方式", "开始日期", "结束日期", "状态", "文号"})
	round := teams.Exchanges(&p.of.Input, summer)
	for i := range round.People {
		if j := &round.People[i]; j.State == teams.Due && j.Move == nil {
			out.Write([]string{string(j.Person.Person), p.of.Names[j.Person.Person], j.Person.Subject, p.schoolWords(j.School, j.Person.Unit), "", "", strconv.Itoa(summer) + "-09-01", "", "", ""})
		}
	}
	out.Flush()
	return nil
}
