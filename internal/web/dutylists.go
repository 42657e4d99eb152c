package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/incident"
)

func dutyPosts() []duty.Post { return incident.Posts }

// dutyListsPage is the lists as entries of the list of forms, and where the city
// switches them.
type dutyListsPage struct {
	Shell
	Said  string
	Error string
	Keeps bool
	Lists []dutyListView
}

type dutyListView struct {
	ID, Name, About, Facts, Basis string
	Lamp                          Lamp
	Table                         Table
	On                            bool
	Rev                           int
	Open                          bool // the city has to say what it rests on
	Since                         string
	Typed                         duty.Setting
}

func (s *Server) dutyLists(w http.ResponseWriter, r *request) error {
	p := dutyListsPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("duties.switched")
	}
	return s.showDutyLists(w, r, p, duty.Setting{}, http.StatusOK)
}

func (s *Server) showDutyLists(w http.ResponseWriter, r *request, p dutyListsPage, typed duty.Setting, status int) error {
	all, err := s.duties.Lists(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("lists of duties: %w", err)
	}
	p.Shell = s.shell(r, r.T("duties.lists"), "duties", Link{r.T("duties.title"), "/duties"})
	p.Keeps = r.who.Reach(auth.KeepDuties).Whole
	var tables []Table
	for _, l := range all {
		v := dutyListView{ID: l.List.ID, Name: r.Text(l.Name), About: r.Text(l.About), On: l.On, Rev: l.Setting.Rev, Open: l.List.Basis == "", Basis: l.Rests(l.List, nil), Lamp: Lamp{Word: r.T("settings.off")}, Typed: l.Setting}
		if typed.List == v.ID {
			v.Typed = typed
		}
		if l.On {
			v.Lamp = Lamp{Tone: chart.Good, Word: r.T("settings.on")}
		}
		if v.Basis == "" {
			v.Basis = r.T("duties.nobasis")
		}
		v.Facts = r.T("duties.facts", r.Text(l.Every.Name()), l.Minutes, v.Basis)
		if l.Setting.Rev > 0 {
			v.Since = r.T("settings.since", l.By, r.Minute(l.At.In(collect.China)), joinWords(" · ", l.Reason, l.Approver, l.Waived))
		}
		v.Table = r.dutyItems(l)
		tables = append(tables, v.Table)
		p.Lists = append(p.Lists, v)
	}
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title, r.T("duties.note"), edu.Period{}, tables)
	}
	p.Export = r.here("as", "xlsx", "did", "")
	return s.write(w, r, status, "dutylists.html", p)
}

// dutyItems are the duties of a list with what each rests on and where that was
// read.
func (r *request) dutyItems(l flow.DutyList) Table {
	t := Table{ID: "l-" + l.List.ID, Caption: r.Text(l.Name), Sheet: r.Text(l.Name), Cols: []Col{{Label: r.T("duties.item"), Wrap: true}, {Label: r.T("duties.who")}, {Label: r.T("duties.norm")}, {Label: r.T("duties.for"), Wrap: true}, {Label: r.T("duties.basis"), Wrap: true}, {Label: r.T("duties.source"), Wrap: true}, {Label: r.T("duties.evidence")}}}
	for i := range l.Items {
		it := &l.Items[i]
		norm, stages := "", []string{}
		if it.Least > 0 {
			norm = r.T("duties.least", it.Least)
		}
		for _, st := range it.Stages {
			stages = append(stages, r.Stage(st))
		}
		basis := l.Rests(l.List, it)
		if basis == "" {
			basis = r.T("duties.nobasis")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(it.Text)), text(r.Text(it.Post.Name())), text(norm), text(r.List(stages)), text(basis), text(it.Source), r.mark(it.Evidence)}})
	}
	for _, c := range l.Counts {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: r.Text(c.Text), Small: r.T("duties.few.rule")}, text(""), text(r.Text(c.Unit)), text(""), text(""), text(""), text("")}})
	}
	return t
}

// switchDuty switches a list on or off.
func (s *Server) switchDuty(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	in := duty.Setting{List: v("list"), On: v("to") == "on", Approver: v("approver"), Reason: v("reason"), Basis: v("basis"), Waived: v("waived")}
	in.Rev, _ = strconv.Atoi(v("rev"))
	if in.List == "" {
		return fmt.Errorf("which list is not said: %w", fault.Invalid)
	}
	if _, err := s.duties.Switch(r.Context(), r.who, in); err != nil {
		if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
			return s.showDutyLists(w, r, dutyListsPage{Error: r.T("duties.conflict")}, duty.Setting{}, http.StatusConflict)
		}
		return s.orSay(err, func(why string) error {
			return s.showDutyLists(w, r, dutyListsPage{Error: why}, in, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/duties/lists?did=save#s-" + in.List}
}

type dutyCountsPage struct {
	Shell
	Sub    string
	Tables []Table
	Pages  []Choice
	Prev   string
	Next   string
}

// dutyCounts shows the counts of a list: what is below ten is hidden, with what it
// takes that nobody can work it out.
func (s *Server) dutyCounts(w http.ResponseWriter, r *request) error {
	l, err := s.duties.List(r.Context(), r.who, r.PathValue("list"))
	if err != nil {
		return fmt.Errorf("list of duties: %w", err)
	}
	period, err := dutyPeriod(r)
	if err != nil {
		return err
	}
	if len(l.Counts) == 0 {
		return fmt.Errorf("counts of %s: %w", l.List.ID, fault.NotFound)
	}
	c, err := s.duties.Counts(r.Context(), r.who, l.List.ID, l.Counts[0].ID, period)
	if err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	p := dutyCountsPage{Shell: s.shell(r, r.Text(c.Of.Text), "duties", Link{r.T("duties.title"), "/duties"}), Sub: r.T("duties.few.rule")}
	counties := Table{ID: "counties", Caption: r.T("duties.bycounty"), Sheet: r.T("duties.bycounty"), Cols: []Col{{Label: r.T("level.county")}, {Label: r.T("duties.stated"), Num: true}, {Label: r.Text(c.Of.Unit), Num: true}}}
	schools := Table{ID: "schools", Caption: r.T("duties.byschool"), Sheet: r.T("duties.byschool"), Empty: r.T("duties.nobody"), Cols: []Col{{Label: r.T("drill.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.Text(c.Of.Unit), Num: true}}}
	for _, x := range c.Counties {
		cell := count(x.N)
		switch {
		case x.Said == 0: // nobody has said anything: not none
			cell = text(r.T("duties.unsaid"))
		case x.N == flow.Hidden:
			cell = text(r.T("duties.few"))
		}
		counties.Rows = append(counties.Rows, Row{Cells: []Cell{text(units(x.Unit)), text(r.T("duties.stated.of", x.Said, x.Asked)), cell}})
	}
	for _, x := range c.Rows {
		cell := text(r.T("duties.unsaid"))
		switch {
		case x.Said && x.N == flow.Hidden:
			cell = text(r.T("duties.few"))
		case x.Said:
			cell = count(x.N)
		}
		schools.Rows = append(schools.Rows, Row{Cells: []Cell{text(r.Text(x.Name)), text(units(x.County)), cell}})
	}
	if c.Whole > 0 {
		counties.Rows = append(counties.Rows, Row{Sum: true, Cells: []Cell{text(r.T("duties.whole")), text(""), count(c.Whole)}})
	}
	tables := func() []Table {
		if len(counties.Rows) == 0 { // of a reader who has schools and no county
			return []Table{schools}
		}
		return []Table{counties, schools}
	}
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title, p.Sub, edu.Period{}, tables())
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(schools.Rows) + drillsPerPage - 1) / drillsPerPage
	page = min(page, max(1, pages))
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	schools.Rows = schools.Rows[min(len(schools.Rows), (page-1)*drillsPerPage):min(len(schools.Rows), page*drillsPerPage)]
	p.Tables, p.Export = tables(), r.here("as", "xlsx", "page", "")
	return s.render(w, r, "dutycounts.html", p)
}
