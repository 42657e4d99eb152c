package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

// DutyLists is what the pages of lists of duties do. flow implements it; nil leaves
// the pages and their item of the navigation out.
type DutyLists interface {
	Lists(ctx context.Context, who auth.Actor) ([]flow.DutyList, error)
	List(ctx context.Context, who auth.Actor, id string) (flow.DutyList, error)
	Switch(ctx context.Context, who auth.Actor, s duty.Setting) (duty.Setting, error)
	Sheet(ctx context.Context, who auth.Actor, list string, unit edu.UnitID, p edu.Period) (flow.DutySheet, error)
	Save(ctx context.Context, who auth.Actor, s duty.Sheet) (duty.Sheet, error)
	Matrix(ctx context.Context, who auth.Actor, p edu.Period, county edu.UnitID) (flow.DutyMatrix, error)
	Counts(ctx context.Context, who auth.Actor, list, count string, p edu.Period) (flow.DutyCount, error)
}

func (s *Server) dutyRoutes() []route {
	if s.duties == nil {
		return nil
	}
	return []route{
		{"GET /duties", auth.ReadReports, aboutReach, s.dutyMatrix},
		{"GET /duties/lists", auth.ReadReports, aboutReach, s.dutyLists},
		{"POST /duties/lists", auth.KeepDuties, aboutWhole, s.switchDuty},
		{"GET /duties/counts/{list}", auth.ReadReports, aboutReach, s.dutyCounts},
		{"GET /duties/{list}/{unit}", auth.ReadReports, aboutUnit, s.dutySheet},
		{"POST /duties/{list}/{unit}", auth.DoDuties, aboutUnit, s.keepDutySheet},
	}
}

func dutyLight(path string) bool { return path == "/duties" || strings.HasPrefix(path, "/duties/") }

// dutyNavigation adds the lists of duties to the group of daily work.
func (s *Server) dutyNavigation(r *request, sh *Shell) {
	if s.duties != nil && (r.who.May(auth.DoDuties) || r.who.May(auth.KeepDuties)) {
		sh.item("duties", r.T("duties.title"), "", "M3 3h10v10H3zM5 6l1 1 2-2M5 10l1 1 2-2M9.5 6.5H12M9.5 10.5H12", "/duties", 0)
	}
}

type dutiesPage struct {
	Shell
	Sub     string
	Lists   string // address of the lists, for everybody
	Of      []Choice
	Periods []Choice
	Table   Table
	Counts  []Link
	Pages   []Choice
	Prev    string
	Next    string
	None    bool
}

// dutyPeriod is the round that the address names; zero is the newest of each list.
func dutyPeriod(r *request) (p edu.Period, err error) {
	if q := r.query.Get("round"); q != "" {
		if p, err = edu.ParsePeriod(q); err != nil {
			return p, fmt.Errorf("round: %w: %w", err, fault.Invalid)
		}
	}
	return p, nil
}

// dutyMatrix shows how far each list is: by county, or by school. Rows stand in code
// order; nothing is ranked and no upload or visit is counted.
func (s *Server) dutyMatrix(w http.ResponseWriter, r *request) error {
	period, err := dutyPeriod(r)
	if err != nil {
		return err
	}
	county := edu.UnitID(r.query.Get("county"))
	m, err := s.duties.Matrix(r.Context(), r.who, period, county)
	if err != nil {
		return fmt.Errorf("lists of duties: %w", err)
	}
	p := dutiesPage{Shell: s.shell(r, r.T("duties.title"), "duties"), Lists: "/duties/lists", None: len(m.Lists) == 0}
	if p.Of, err = s.countyChoice(r, auth.ReadReports, county); err != nil {
		return err
	}
	t, err := s.tree(r)
	if err != nil {
		return err
	}
	seen := map[edu.Period]bool{}
	for _, l := range m.Lists {
		for i := len(l.Rounds) - 1; i >= 0 && len(p.Periods) < 8; i-- {
			if x := l.Rounds[i]; x.Asked && !seen[x.Period] {
				seen[x.Period] = true
				p.Periods = append(p.Periods, Choice{Link{r.round(x.Period), x.Period.String()}, x.Period == period})
			}
		}
		for _, c := range l.Counts {
			p.Counts = append(p.Counts, Link{joinWords(r.T("mark.colon"), r.Text(l.Name), r.Text(c.Text)), "/duties/counts/" + l.List.ID})
		}
	}
	done, owed := 0, 0
	p.Table = Table{ID: "duties", Caption: r.T("duties.matrix"), Sheet: r.T("duties.title"), Empty: r.T("duties.nobody"), List: true, Cols: []Col{{Label: r.T("duties.unit"), Wrap: true}}}
	for i, l := range m.Lists {
		p.Table.Cols = append(p.Table.Cols, Col{Label: r.Text(l.Name), Title: joinWords(" · ", r.round(m.Rounds[i].Period), m.Rounds[i].Due.String())})
	}
	today := collect.Today(s.now())
	rows := m.Rows
	sheet := r.query.Get("as") == "xlsx"
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	if !sheet {
		pages := (len(rows) + drillsPerPage - 1) / drillsPerPage
		page = min(page, max(1, pages))
		p.Pages, p.Prev, p.Next = r.pager(page, pages)
		rows = rows[min(len(rows), (page-1)*drillsPerPage):min(len(rows), page*drillsPerPage)]
	}
	for _, x := range m.Rows {
		for _, c := range x.Cells {
			done, owed = done+c.Progress.Done, owed+c.Owed
		}
	}
	for _, x := range rows {
		i := t.Find(x.Unit)
		isCounty := i >= 0 && t.Nodes[i].Unit.Level == edu.County
		row := Row{Cells: []Cell{{Text: r.Text(x.Name)}}}
		if isCounty {
			row.Cells[0].Href, row.Cells[0].Small = r.here("county", string(x.Unit), "page", ""), r.T("duties.schools", x.Schools)
		}
		for k, c := range x.Cells {
			if c.Owed == 0 {
				row.Cells = append(row.Cells, text("—"))
				continue
			}
			l := Lamp{Tone: chart.Near, Word: r.T("duties.done.of", c.Progress.Done, c.Owed)}
			switch {
			case c.Whole():
				l.Tone = chart.Good
			case m.Rounds[k].Due < today:
				l.Tone = chart.Bad
			case c.Progress.Done == 0:
				l.Tone = chart.Open
			}
			cell := lampCell(l)
			if isCounty {
				cell.Small = r.T("duties.schools.done", c.Done, c.Schools)
			} else {
				cell.Href = dutyHref(m.Lists[k].List.ID, x.Unit, m.Rounds[k].Period)
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	p.Sub = r.T("duties.sub", len(m.Lists), done, owed)
	if sheet {
		return s.sendTables(w, r, r.T("duties.title"), r.T("duties.note"), edu.Period{}, []Table{p.Table})
	}
	if p.Export = r.here("as", "xlsx", "page", ""); p.None {
		p.Export = ""
	}
	return s.render(w, r, "duties.html", p)
}

func dutyHref(list string, unit edu.UnitID, p edu.Period) string {
	return flow.DutyLink(list, unit) + "?round=" + p.String()
}

// round is a term or a year as people say it.
func (l locale) round(p edu.Period) string {
	if p.Kind() != edu.Term {
		return p.Label()
	}
	if strings.HasSuffix(p.String(), "1") {
		return l.T("duties.autumn", edu.Year(p.Int()).Label())
	}
	return l.T("duties.spring", edu.Year(p.Int()).Label())
}

type dutySheetPage struct {
	Shell
	Said   string
	Error  string
	Sub    string
	About  string
	Due    string
	Action string
	Does   bool
	Rev    int
	Shown  string // the sheet as it is kept, as the form sends it back
	Today  string
	Lines  []dutyLine
	Counts []dutyNumber
	Posts  []Choice
	Only   bool // document numbers, no remark
	Max    int
	Lamp   Lamp
	By     string
	Table  Table // the same, to be printed and exported
}

type dutyLine struct {
	ID, Text, Norm, Basis, Source, Evidence string
	Counted                                 bool
	Day, Times, Number, Remark              string
	Posts                                   []Choice
	Lamp                                    Lamp
	Theirs                                  string // what somebody else saved of it meanwhile
}

type dutyNumber struct{ ID, Label, Help, Value, Said, Theirs string }

func (s *Server) dutySheet(w http.ResponseWriter, r *request) error {
	p := dutySheetPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("duties.did")
	}
	return s.showDutySheet(w, r, p, nil, http.StatusOK)
}

func (s *Server) showDutySheet(w http.ResponseWriter, r *request, p dutySheetPage, typed *dutyTyped, status int) error {
	period, err := dutyPeriod(r)
	if err != nil {
		return err
	}
	v, err := s.duties.Sheet(r.Context(), r.who, r.PathValue("list"), edu.UnitID(r.PathValue("unit")), period)
	if err != nil {
		return fmt.Errorf("list of duties: %w", err)
	}
	sheet, theirs := v.Sheet, map[string]bool{}
	if typed != nil {
		sheet, theirs = typed.over(&v)
	}
	if p.Shown, err = dutyShown(&v); err != nil {
		return err
	}
	l := v.Of.List
	p.Shell = s.shell(r, joinWords(" · ", r.Text(l.Name), r.Text(v.Name)), "duties", Link{r.T("duties.title"), "/duties"})
	p.Sub, p.About, p.Due = r.round(v.Round.Period), r.Text(l.About), v.Round.Due.String()
	p.Action, p.Does, p.Rev, p.Today, p.Only, p.Max = dutyHref(l.ID, v.Unit, v.Round.Period), v.Does, v.Rev, collect.Today(s.now()).String(), l.Numbers, duty.MaxRemark
	p.Lamp = Lamp{Tone: chart.Near, Word: r.T("duties.done.of", v.Progress.Done, v.Progress.Owed)}
	if v.Progress.Whole() {
		p.Lamp.Tone = chart.Good
	}
	if v.By != "" {
		p.By = r.T("duties.by", v.By)
	}
	p.Table = Table{ID: "sheet", Caption: p.Title, Sheet: r.Text(l.Name), Cols: []Col{{Label: r.T("duties.item"), Wrap: true}, {Label: r.T("duties.basis"), Wrap: true}, {Label: r.T("duties.evidence")}, {Label: r.T("duties.who")}, {Label: r.T("duties.day")}, {Label: r.T("duties.times"), Num: true}, {Label: r.T("duties.number"), Wrap: true}, {Label: r.T("note"), Wrap: true}, {Label: r.T("log.state")}}}
	for _, it := range l.For(v.Stages) {
		m := sheet.Marks[it.ID]
		post := m.By
		if post == "" {
			post = it.Post
		}
		line := dutyLine{ID: it.ID, Text: r.Text(it.Text), Basis: v.Of.Rests(l, it), Source: it.Source, Evidence: it.Evidence, Counted: it.Least > 0, Day: m.Done.String(), Number: m.Number, Remark: m.Remark, Posts: options(r, dutyPosts(), duty.Post.Name, post)}
		if theirs[it.ID] {
			line.Theirs = r.dutyTheirs(v.Marks[it.ID])
		}
		if it.Least > 0 {
			line.Norm = r.T("duties.least", it.Least)
		}
		if m.Times > 0 {
			line.Times = strconv.Itoa(m.Times)
		}
		switch sheet.On(it) {
		case duty.Done:
			line.Lamp = Lamp{Tone: chart.Good, Word: r.T("duties.state.done")}
		case duty.Less:
			line.Lamp = Lamp{Tone: chart.Near, Word: r.T("duties.state.less")}
		case duty.Open:
			line.Lamp = Lamp{Tone: chart.Open, Word: r.T("duties.state.open")}
		}
		p.Lines = append(p.Lines, line)
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{{Text: line.Text, Small: line.Norm}, {Text: line.Basis, Small: line.Source}, r.mark(line.Evidence), text(r.Text(post.Name())), text(line.Day), text(line.Times), text(line.Number), text(line.Remark), lampCell(line.Lamp)}})
	}
	for _, c := range l.Counts {
		n, said := sheet.Counts[c.ID]
		x := dutyNumber{ID: c.ID, Label: joinWords(r.T("mark.comma"), r.Text(c.Text), r.Text(c.Unit)), Help: r.Text(c.Help), Said: r.T("duties.unsaid")}
		switch {
		case said && n == flow.Hidden:
			x.Said = r.T("duties.few")
		case said:
			x.Value, x.Said = strconv.Itoa(n), strconv.Itoa(n)
		}
		if theirs[c.ID] {
			x.Theirs = r.T("duties.theirs", r.T("duties.unsaid"))
			if n, said := v.Counts[c.ID]; said {
				x.Theirs = r.T("duties.theirs", strconv.Itoa(n))
			}
		}
		if !v.Own {
			x.ID = "" // shown, not asked
		}
		p.Counts = append(p.Counts, x)
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{text(x.Label), text(""), text(""), text(""), text(""), text(x.Said), text(""), text(""), text("")}})
	}
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title+"-"+v.Round.Period.String(), p.About, edu.Period{}, []Table{p.Table})
	}
	p.Export = r.here("as", "xlsx", "did", "")
	return s.write(w, r, status, "dutysheet.html", p)
}

// keepDutySheet keeps what a school ticked off.
func (s *Server) keepDutySheet(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	period, err := dutyPeriod(r)
	if err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	in := duty.Sheet{List: r.PathValue("list"), Unit: edu.UnitID(r.PathValue("unit")), Period: period, Marks: map[string]duty.Mark{}, Counts: map[string]int{}}
	in.Rev, _ = strconv.Atoi(v("rev"))
	shown, err := dutySent(v("shown"))
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(r.PostForm)) {
		kind, id, ok := strings.Cut(key, ".")
		if !ok || len(r.PostForm) > 500 {
			continue
		}
		switch kind {
		case "day":
			m := duty.Mark{By: duty.Post(v("post." + id)), Number: v("number." + id), Remark: v("remark." + id)}
			if t := v("times." + id); t != "" {
				n, e := strconv.Atoi(t)
				if e != nil {
					err = auth.Refuse(fault.Invalid, "次数应为整数", "how many times is not a whole number")
				}
				m.Times = n
			}
			if d, e := r.dayTyped(v(key)); e == nil {
				m.Done = d
			} else {
				err = e
			}
			in.Marks[id] = m
		case "count":
			if v(key) == "" {
				continue
			}
			n, e := strconv.Atoi(v(key))
			if e != nil {
				err = auth.Refuse(fault.Invalid, "人数应为整数", "a number of persons is not a whole number")
			}
			in.Counts[id] = n
		}
	}
	in.Tidy() // as it would be kept: compared with what the form showed
	typed := &dutyTyped{dutySaid{in.Marks, in.Counts}, shown}
	if err == nil {
		_, err = s.duties.Save(r.Context(), r.who, in)
	}
	if err != nil {
		if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
			return s.showDutySheet(w, r, dutySheetPage{Error: r.T("duties.conflict")}, typed, http.StatusConflict)
		}
		return s.orSay(err, func(why string) error {
			return s.showDutySheet(w, r, dutySheetPage{Error: why}, typed, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{flow.DutyLink(in.List, in.Unit) + "?" + with(r.query, "did", "save").Encode()}
}
