package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// 五个一: weekly dispatch, monthly summary, quarterly review, half-year supervision
// and yearly look-back are queries over the tasks and the one progress entry that
// each has. Nobody writes them.

type cadencePage struct {
	Shell
	Sub      string
	Kinds    []Choice
	Kind     string
	Day      string
	Prev     string
	Next     string
	Lamps    []Lamp
	KPIs     []KPI
	Agenda   []string
	Counties Table
	Bodies   Table
	Moved    Table
	Late     Table
	Missed   Table
	Due      Table
	Open     string

	FoundLate, FoundMissed, FoundMoved, FoundDue, FoundBodies string
}

// rowsShown is how many tasks a part of a digest shows; the export has them all.
const rowsShown = 15

func (s *Server) cadence(w http.ResponseWriter, r *request) error {
	kind := task.Cadence(cmp.Or(r.query.Get("kind"), string(task.Week)))
	if !slices.Contains(task.Cadences, kind) {
		return fmt.Errorf("kind %q: %w", kind, fault.Invalid)
	}
	day := collect.Today(s.now())
	if typed := r.query.Get("day"); typed != "" {
		var err error
		if day, err = parseDate(typed); err != nil {
			return err
		}
	}
	d, err := s.tasks.Digest(r.Context(), r.who, kind, day)
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	p := cadencePage{Shell: s.shell(r, r.T("cadence.title"), "cadence"), Kind: string(kind), Day: day.String()}
	p.Sub = r.T("cadence.sub", first(r.Text(kind.Name())), d.From.String(), d.Until.String(), d.Day.String())
	for _, k := range task.Cadences {
		p.Kinds = append(p.Kinds, Choice{Link{first(r.Text(k.Name())), r.here("kind", string(k), "as", "")}, k == kind})
	}
	p.Prev, p.Next = r.here("day", (d.From-1).String(), "as", ""), r.here("day", (d.Until+1).String(), "as", "")
	if today := collect.Today(s.now()); d.Until >= today {
		p.Next = ""
	}
	p.KPIs = r.tallyCards(&d)
	for _, a := range d.Agenda {
		p.Agenda = append(p.Agenda, r.Text(a))
	}
	p.Export = r.here("as", "xlsx")
	all := r.query.Get("as") == "xlsx"
	if d.Counties, err = s.byCode(r, d.Counties); err != nil {
		return err
	}
	p.Counties = r.tallyTable("counties", r.T("cadence.counties"), r.T("level.county"), d.Counties, all)
	p.Bodies = r.tallyTable("owners", r.T("cadence.bodies"), r.T("task.lead"), d.Bodies, all)
	p.Moved = r.movedTable(d.Moved, all)
	p.Late = r.digestTable("late", r.T("cadence.late"), d.Late, all)
	p.Missed = r.digestTable("missed", r.T("cadence.missed"), d.Missed, all)
	p.Due = r.digestTable("due", r.T("cadence.due"), d.Due, all)
	if all {
		name := first(r.Text(kind.Name()))
		agenda := Table{Sheet: r.T("cadence.agenda"), Cols: []Col{{Label: r.T("cadence.agenda")}}}
		for _, a := range p.Agenda {
			agenda.Rows = append(agenda.Rows, Row{Cells: []Cell{text(a)}})
		}
		note := r.T("cadence.note", r.Text(r.city.Name()), name, d.From.String(), d.Until.String(), d.Day.String())
		return s.sendTables(w, r, name+"-"+d.Day.String(), note, edu.Period{}, []Table{p.Counties, p.Bodies, p.Moved, p.Late, p.Missed, p.Due, agenda})
	}
	p.FoundLate, p.FoundMissed, p.FoundMoved, p.FoundDue, p.FoundBodies = r.shownOf(len(d.Late)), r.shownOf(len(d.Missed)), r.shownOf(len(d.Moved)), r.shownOf(len(d.Due)), r.shownOf(len(d.Bodies))
	if r.who.May(auth.DoTasks) {
		p.Open = "/cadence/open"
	}
	return s.render(w, r, "cadence.html", p)
}

// byCode puts counties in the order of their codes, the city's own first.
func (s *Server) byCode(r *request, list []task.Tally) ([]task.Tally, error) {
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	code := func(x task.Tally) string {
		if i := t.Find(edu.UnitID(x.ID)); i >= 0 {
			return t.Nodes[i].Key
		}
		return x.ID
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b task.Tally) int { return cmp.Compare(code(a), code(b)) })
	return list, nil
}

// shownOf says how many of a list a page shows, where that is not all.
func (r *request) shownOf(n int) string {
	if n > rowsShown {
		return r.T("cadence.shown", rowsShown, n)
	}
	return r.T("cadence.count", n)
}

// tallyCards are the figures of the whole: first what is wrong.
func (r *request) tallyCards(d *task.Digest) []KPI {
	t := d.Total
	card := func(label, href string, n int, lamp Lamp) KPI {
		return KPI{Label: label, Href: href, Value: strconv.Itoa(n), Unit: r.T("task.unit"), Lamp: lamp}
	}
	lamp := func(x task.Lamp) Lamp { return r.taskLamp(x, edu.Text{}) }
	return []KPI{
		card(r.T("cadence.live"), "/tasks", t.Live, Lamp{}),
		card(r.T("cadence.overdue"), "/tasks?overdue=1", t.Overdue, lamp(map[bool]task.Lamp{true: task.Red, false: task.Green}[t.Overdue > 0])),
		card(r.T("cadence.amber"), "/tasks?lamp=amber", t.Lamps[task.Amber], lamp(map[bool]task.Lamp{true: task.Amber, false: task.Green}[t.Lamps[task.Amber] > 0])),
		card(r.T("cadence.missed.n"), "#missed", t.Missed, lamp(map[bool]task.Lamp{true: task.Red, false: task.Green}[t.Missed > 0])),
		card(r.T("cadence.reports"), "#moved", t.Reports, Lamp{}),
		card(r.T("cadence.closed"), "#moved", t.Closed, Lamp{}),
	}
}

func (r *request) tallyTable(id, caption, head string, list []task.Tally, all bool) Table {
	t := Table{ID: id, Caption: caption, Sheet: caption, Empty: r.T("cadence.none")}
	t.Cols = []Col{{Label: head, Wrap: true}}
	for _, h := range []string{r.T("cadence.live"), r.T("cadence.overdue"), r.T("cadence.missed.n"), r.T("cadence.reports"), r.T("cadence.closed")} {
		t.Cols = append(t.Cols, Col{Label: h, Num: true, Wrap: true})
	}
	for _, x := range task.Lamps {
		t.Cols = append(t.Cols, Col{Label: x.Mark() + " " + r.Text(x.Name()), Num: true})
	}
	for _, x := range list {
		if !all && len(t.Rows) == rowsShown {
			break
		}
		name := text(r.bodyName(x.Name))
		if id == "owners" && x.ID != "" {
			name = linked(name.Text, "/tasks?body="+queryEscape(x.ID))
		}
		row := []Cell{name, count(x.Live), count(x.Overdue), count(x.Missed), count(x.Reports), count(x.Closed)}
		for _, l := range task.Lamps {
			row = append(row, count(x.Lamps[l]))
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

func (r *request) movedTable(list []task.Moved, all bool) Table {
	t := Table{ID: "moved", Caption: r.T("cadence.moved"), Sheet: r.T("cadence.moved"), Empty: r.T("cadence.moved.none"), List: true}
	t.Cols = []Col{{Label: r.T("task.col.title"), Wrap: true}, {Label: r.T("task.lead"), Wrap: true}, {Label: r.T("task.lamp")}, {Label: r.T("cadence.what"), Wrap: true}}
	for i := range list {
		if !all && len(t.Rows) == rowsShown {
			break
		}
		x := &list[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(x.Title, "/tasks/"+x.ID), text(r.bodyName(x.LeadName)), lampCell(r.taskLamp(x.Lamp, x.Why)), text(r.movedWords(x, all))}})
	}
	return t
}

// movedWords says what happened to a task in a period: its entries word by word,
// and what else was done to it.
func (r *request) movedWords(x *task.Moved, all bool) string {
	var parts []string
	for i, e := range x.Entries {
		if !all && i == 2 {
			break
		}
		if e.NoChange {
			parts = append(parts, e.Day.String()+" "+r.T("task.nochange"))
		} else {
			parts = append(parts, e.Day.String()+" "+strings.TrimRight(e.Text, "。. "))
		}
	}
	for _, e := range x.Events {
		if e.Rev == 1 {
			parts = append(parts, r.T("task.made"))
		} else if e.Act != task.Report && e.From != e.To {
			parts = append(parts, r.T("task.source.words", r.ActName(e.Act), r.TaskState(e.To)))
		} else if e.Act != task.Report {
			parts = append(parts, r.ActName(e.Act))
		}
	}
	return joinWith(parts, r.T("list.semicolon"))
}

func (r *request) digestTable(id, caption string, rows []task.Row, all bool) Table {
	t := Table{ID: id, Caption: caption, Sheet: caption, Empty: r.T("cadence.none.good"), Tight: true}
	t.Cols = []Col{{Label: r.T("task.col.title"), Wrap: true}, {Label: r.T("task.lead"), Wrap: true}, {Label: r.T("task.due")}, {Label: r.T("task.late.days"), Num: true}, {Label: r.T("task.last"), Wrap: true}}
	for i := range rows {
		if !all && len(t.Rows) == rowsShown {
			break
		}
		x := &rows[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(x.Title, "/tasks/"+x.ID), text(r.bodyName(x.LeadName)), text(r.dueWords(&x.Task)), count(x.Overdue), text(r.lastWords(&x.Task))}})
	}
	return t
}

// openPage is the page of an owner: every report that is still open, one click
// each where nothing changed.
type openPage struct {
	Shell
	Sub   string
	Said  string
	Error string
	Rows  []openRow
	Most  int
	Found string
}

type openRow struct {
	ID, Title, Href  string
	Rev              int
	Sent, Sent2      string
	Lamp             Lamp
	Asked, Last, Due string
	Missed           bool
}

// mostOpen is how many open reports one page holds.
const mostOpen = 50

func (s *Server) openReports(w http.ResponseWriter, r *request) error {
	said := ""
	if r.query.Get("did") != "" {
		said = r.T("cadence.did")
	}
	return s.showOpen(w, r, http.StatusOK, said, "")
}

func (s *Server) showOpen(w http.ResponseWriter, r *request, status int, said, wrong string) error {
	p := openPage{Shell: s.shell(r, r.T("cadence.open"), "cadence", Link{r.T("cadence.title"), "/cadence"}), Said: said, Error: wrong}
	rows, more, err := s.openOf(r)
	if err != nil {
		return err
	}
	for i := range rows {
		x := &rows[i]
		p.Rows = append(p.Rows, openRow{ID: x.ID, Title: x.Title, Href: "/tasks/" + x.ID, Rev: x.Rev, Sent: rand.Text(), Sent2: rand.Text(), Lamp: r.taskLamp(x.Lamp, x.Why), Asked: r.wantedWords(x.Wanted), Last: r.lastWords(&x.Task), Due: r.dueWords(&x.Task), Missed: x.Wanted.Missed})
	}
	p.Found = r.T("cadence.open.found", len(rows)+more, len(rows))
	if p.Most, err = s.entryRunes(r); err != nil {
		return err
	}
	return s.write(w, r, status, "openreports.html", p)
}

// openOf are the tasks of the reader's bodies of which an entry is asked for now;
// more tells how many further ones there are.
func (s *Server) openOf(r *request) (rows []task.Row, more int, err error) {
	f := task.Filter{State: []task.State{task.Working}, Mine: true, Page: 1, Size: 200}
	seen := 0
	for {
		page, err := s.tasks.Tasks(r.Context(), r.who, f)
		if err != nil {
			return nil, 0, fmt.Errorf("open reports: %w", err)
		}
		for _, x := range page.Tasks {
			if !x.Wanted.Asked() {
				continue
			}
			if len(rows) < mostOpen {
				rows = append(rows, x)
			} else {
				more++
			}
		}
		if seen += len(page.Tasks); len(page.Tasks) == 0 || seen >= page.Total {
			return rows, more, nil
		}
		f.Page++
	}
}

// reportAll writes one entry from the batch page: of one task, in words or with
// one click.
func (s *Server) reportAll(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	rev, err := revOf(r.Request)
	if err != nil {
		return err
	}
	id := r.PostFormValue("task")
	o := task.Options{Text: r.PostFormValue("text"), NoChange: r.PostFormValue("nochange") != "", Sent: r.PostFormValue("sent")}
	if _, err := s.tasks.Act(r.Context(), r.who, id, rev, task.Report, o); err != nil {
		why := r.why(err)
		if why == "" {
			return fmt.Errorf("report on task %s: %w", id, err)
		}
		status := http.StatusUnprocessableEntity
		switch {
		case errors.Is(err, fault.Conflict):
			status = http.StatusConflict
		case errors.Is(err, fault.Forbidden):
			status = http.StatusForbidden
		}
		if o.Text != "" {
			why += r.T("cadence.yours", o.Text)
		}
		return s.showOpen(w, r, status, "", why)
	}
	return away{"/cadence/open?did=report"}
}
