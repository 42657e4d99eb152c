package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// tasksPage is the list of tasks, or with sheet=1 the ledger of supervision: the
// same rows, those that have a sheet, with the ledger's columns.
type tasksPage struct {
	Shell
	Sub      string
	Said     string
	Links    []Link
	New      *Link
	Views    *viewBar
	Tabs     []Choice // by lamp, with counts
	Query    string
	Body     string
	States   []Choice
	Lamps    []Choice
	Counties []Choice
	Ticks    []Choice // Href is the key
	Hidden   []Param
	Chips    []Link
	Wrong    string
	Filtered bool
	Plain    string
	Found    string
	Table    Table
	Pages    []Choice
	Prev     string
	Next     string
}

const tasksSize = 50

// taskKeys are the keys of the address that narrow the list.
var taskKeys = []string{"state", "lamp", "body", "county", "township", "plan", "measure", "meeting", "key", "mine", "overdue", "q"}

func (s *Server) taskList(w http.ResponseWriter, r *request) error {
	if to, err := s.opensWith(r, "/tasks"); err != nil || to != "" {
		return cmp.Or(err, error(away{to}))
	}
	f, wrong, err := s.taskFilter(r)
	if err != nil {
		return err
	}
	title, section := r.T("task.title"), "tasks"
	if f.Sheet {
		title, section = r.T("task.sheets"), "sheets"
	}
	switch r.query.Get("as") {
	case "xlsx":
		return s.exportTasks(w, r, title, f)
	case "book":
		rows, err := s.allTasks(r, f)
		if err != nil {
			return err
		}
		return s.sendTaskBook(w, r, rows)
	}
	page, err := s.tasks.Tasks(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("list of tasks: %w", err)
	}
	p := tasksPage{Shell: s.shell(r, title, section), Query: f.Query, Body: r.query.Get("body"), Wrong: wrong}
	p.Export = r.here("as", "xlsx", "page", "", "size", "", "did", "")
	switch r.query.Get("did") {
	case "new":
		p.Said = r.T("task.did.new")
	case "book":
		p.Said = r.T("task.did.book")
	}
	p.Table = r.taskTable(page.Tasks, f, false)
	p.taskChoices(r, s, f, page)
	pages := max(1, (page.Total+f.Size-1)/f.Size)
	p.Pages, p.Prev, p.Next = r.pager(min(f.Page, pages), pages)
	lo := (f.Page - 1) * f.Size
	p.Found = r.T("task.found", page.Total, min(lo+1, lo+len(page.Tasks)), lo+len(page.Tasks))
	if p.Views, err = s.viewsOf(r, "/tasks"); err != nil {
		return err
	}
	if r.who.May(auth.GiveTasks) {
		if p.New = (&Link{r.T("task.new"), "/tasks/new"}); f.Sheet {
			p.New = &Link{r.T("task.new.sheet"), "/tasks/new?sheet=1"}
		}
	}
	if r.who.May(auth.DoTasks) {
		p.Links = append(p.Links, Link{r.T("cadence.open"), "/cadence/open"})
	}
	p.Links = append(append(p.Links, Link{r.T("body.title"), "/bodies"}), s.bookLinks(r)...)
	return s.render(w, r, "tasks.html", p)
}

// taskFilter reads the address. What names a body that nobody is called is said
// on the page, beside an empty list.
func (s *Server) taskFilter(r *request) (f task.Filter, wrong string, err error) {
	q := r.query
	f = task.Filter{Plan: q.Get("plan"), Measure: q.Get("measure"), Meeting: q.Get("meeting"), Sheet: q.Get("sheet") == "1", Key: q.Get("key") == "1", Mine: q.Get("mine") == "1",
		Overdue: q.Get("overdue") == "1", Query: strings.TrimSpace(q.Get("q")), Lamp: task.Lamp(q.Get("lamp")), Page: 1, Size: tasksSize}
	switch st := q.Get("state"); {
	case st == "":
		f.Live = true
	case st == "all":
	case slices.Contains(task.States, task.State(st)):
		f.State = []task.State{task.State(st)}
	default:
		return f, "", fmt.Errorf("state %q: %w", st, fault.Invalid)
	}
	if f.Lamp != "" && !slices.Contains(task.Lamps, f.Lamp) {
		return f, "", fmt.Errorf("lamp %q: %w", f.Lamp, fault.Invalid)
	}
	if code := q.Get("county"); code != "" {
		id, ok := s.countyID(r, code)
		if !ok {
			return f, "", fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
		f.County = id
	}
	if code := q.Get("township"); code != "" {
		town, ok := s.townOf(r, code)
		if !ok {
			return f, "", fmt.Errorf("township %q: %w", code, fault.NotFound)
		}
		f.Units = town.units
	}
	if typed := strings.TrimSpace(q.Get("body")); typed != "" {
		b, why, err := s.bodyTyped(r, typed)
		if err != nil {
			return f, "", err
		}
		f.Body, wrong = b.ID, why
		if why != "" {
			f.Body = typed // nobody's
		}
	}
	if f.Page, err = pageOf(r); err != nil {
		return f, "", err
	}
	if v := q.Get("size"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || !slices.Contains(pageSizes, n) {
			return f, "", fmt.Errorf("size %q: want 50, 100 or 200: %w", v, fault.Invalid)
		}
		f.Size = n
	}
	sort, dir := q.Get("sort"), q.Get("dir")
	if sort != "" && !slices.Contains(taskSorts, sort) {
		return f, "", fmt.Errorf("sort %q: want one of %s: %w", sort, strings.Join(taskSorts, ", "), fault.Invalid)
	}
	if f.Sort = sort; dir == "desc" {
		f.Sort = "-" + cmp.Or(sort, "due")
	}
	return f, wrong, nil
}

var taskSorts = []string{"due", "no", "changed", "lead", "state"}

// countyID finds a county by its code, within what the reader sees of tasks.
func (s *Server) countyID(r *request, code string) (edu.UnitID, bool) {
	t, err := s.tree(r)
	if err != nil {
		return "", false
	}
	reach := r.who.Reach(auth.ReadTasks)
	for _, i := range t.ByKey(edu.County, code) {
		if within(t, reach, i) {
			return t.Nodes[i].Unit.ID, true
		}
	}
	return "", false
}

// townPart is a township with all that lies in it.
type townPart struct {
	name  string
	units []edu.UnitID
}

// townOf finds a township by its code, within what the reader sees of tasks.
func (s *Server) townOf(r *request, code string) (townPart, bool) {
	t, err := s.tree(r)
	if err != nil {
		return townPart{}, false
	}
	for _, i := range t.ByKey(edu.Township, code) {
		if within(t, r.who.Reach(auth.ReadTasks), i) {
			return townPart{r.Text(t.Nodes[i].Name), t.Under(i)}, true
		}
	}
	return townPart{}, false
}

func (p *tasksPage) taskChoices(r *request, s *Server, f task.Filter, page task.Page) {
	all := 0
	for _, n := range page.Counts {
		all += n
	}
	tab := func(lamp task.Lamp, word string, n int) {
		p.Tabs = append(p.Tabs, Choice{Link{word + " " + strconv.Itoa(n), r.here("lamp", string(lamp), "page", "", "did", "")}, f.Lamp == lamp})
	}
	tab("", r.T("any"), all)
	for _, x := range task.Lamps {
		tab(x, x.Mark()+" "+r.Text(x.Name()), page.Counts[x])
		p.Lamps = append(p.Lamps, Choice{Link{x.Mark() + " " + r.Text(x.Name()), string(x)}, f.Lamp == x})
	}
	p.Sub = r.T("task.sub", page.Counts[task.Red], page.Counts[task.Amber])
	now := r.query.Get("state")
	live, total := 0, 0
	for st, n := range page.States {
		total += n
		if st.Live() {
			live += n
		}
	}
	p.States = append(p.States, Choice{Link{r.T("task.state.live", live), ""}, now == ""}, Choice{Link{r.T("task.state.all", total), "all"}, now == "all"})
	for _, st := range task.States {
		p.States = append(p.States, Choice{Link{r.TaskState(st) + " " + strconv.Itoa(page.States[st]), string(st)}, now == string(st)})
	}
	if t, err := s.tree(r); err == nil {
		list := below(t, r.who.Reach(auth.ReadTasks), edu.County, maxScope+1)
		if len(list) > 1 && len(list) <= maxScope {
			for _, i := range list {
				p.Counties = append(p.Counties, Choice{Link{r.Text(t.Nodes[i].Name), t.Nodes[i].Key}, t.Nodes[i].Key == r.query.Get("county")})
			}
		}
	}
	p.Ticks = []Choice{{Link{r.T("task.key"), "key"}, f.Key}, {Link{r.T("task.overdue"), "overdue"}, f.Overdue}}
	if r.who.May(auth.DoTasks) || r.who.May(auth.GiveTasks) {
		p.Ticks = append(p.Ticks, Choice{Link{r.T("task.mine"), "mine"}, f.Mine})
	}
	for _, k := range []string{"sheet", "township", "plan", "measure", "meeting", "sort", "dir", "size"} {
		if v := r.query.Get(k); v != "" {
			p.Hidden = append(p.Hidden, Param{k, v})
		}
	}
	chip := func(key, word string) {
		if r.query.Get(key) != "" {
			p.Chips = append(p.Chips, Link{word, r.here(key, "", "page", "")})
		}
	}
	if town, ok := s.townOf(r, r.query.Get("township")); ok {
		chip("township", town.name)
	}
	chip("plan", r.T("task.chip.plan"))
	chip("measure", r.T("task.chip.measure"))
	chip("meeting", r.T("task.chip.meeting"))
	p.Plain = "/tasks?" + url.Values{"view": {plainly}}.Encode()
	if f.Sheet {
		p.Plain += "&sheet=1"
	}
	p.Filtered = slices.ContainsFunc(taskKeys, func(k string) bool { return r.query.Get(k) != "" })
	p.Table.Empty = r.T("task.none")
	if p.Filtered {
		p.Table.Empty = r.T("task.none.filtered")
	}
}

// taskTable is the list; plain leaves out what only a page shows.
func (r *request) taskTable(rows []task.Row, f task.Filter, plain bool) Table {
	if f.Sheet {
		return r.sheetTable(rows, f, plain)
	}
	t := Table{ID: "tasks", Caption: r.T("task.title"), Sheet: r.T("task.title"), List: true}
	t.Cols = []Col{{Label: r.T("task.col.title"), Wrap: true}, {Label: r.T("task.lamp")}, {Label: r.T("task.lead"), Key: "lead", Wrap: true}, {Label: r.T("task.due"), Key: "due"}, {Label: r.T("log.state"), Key: "state"}, {Label: r.T("task.last"), Key: "changed", Wrap: true}}
	if plain {
		t.Cols = append(t.Cols, Col{Label: r.T("task.lamp.why")}, Col{Label: r.T("task.issuer")}, Col{Label: r.T("task.with")}, Col{Label: r.T("task.source")}, Col{Label: r.T("task.late.days"), Num: true}, Col{Label: r.T("task.key")}, Col{Label: r.T("task.demand")})
	}
	r.sortable(t.Cols, f)
	for i := range rows {
		x := &rows[i]
		name := Cell{Text: x.Title, Href: "/tasks/" + x.ID, Small: r.rowNote(x)}
		if plain {
			name.Small = ""
		}
		lamp := lampCell(r.taskLamp(x.Lamp, x.Why))
		due := text(r.dueWords(&x.Task))
		if x.Overdue > 0 {
			due.Small, due.Tone = r.T("due.late", x.Overdue), chart.Plain
		}
		last := text(r.lastWords(&x.Task))
		c := []Cell{name, lamp, text(r.bodyName(x.LeadName)), due, text(r.TaskState(x.State)), last}
		if plain {
			c = append(c, text(r.Text(x.Why)), text(r.Text(x.IssuerName)), text(r.names(x.WithNames)), text(r.sourceWords(x.Source)), count(x.Overdue), text(r.yes(x.Key)), text(x.Demand))
		}
		t.Rows = append(t.Rows, Row{Cells: c})
	}
	return t
}

// sheetTable has the columns of 督办台账.
func (r *request) sheetTable(rows []task.Row, f task.Filter, plain bool) Table {
	t := Table{ID: "sheets", Caption: r.T("task.sheets"), Sheet: r.T("task.sheets"), List: true, Tight: true}
	t.Cols = []Col{{Label: r.T("task.col.no"), Key: "no"}, {Label: r.T("task.source"), Wrap: true}, {Label: r.T("task.col.matter"), Wrap: true}, {Label: r.T("task.lead"), Key: "lead", Wrap: true}, {Label: r.T("task.due"), Key: "due"}, {Label: r.T("task.col.signed"), Wrap: true},
		{Label: r.T("task.col.entries"), Num: true, Wrap: true}, {Label: r.T("task.col.lastday"), Key: "changed"}, {Label: r.T("task.col.extended"), Wrap: true}, {Label: r.T("log.state"), Key: "state"}, {Label: r.T("task.lamp")}, {Label: r.T("task.late.days"), Num: true, Wrap: true}, {Label: r.T("task.col.end"), Wrap: true}}
	r.sortable(t.Cols, f)
	for i := range rows {
		x := &rows[i]
		no := linked(cmp.Or(r.sheetNo(x.Sheet), r.T("task.no.none")), "/tasks/"+x.ID)
		signed := ""
		if !x.Signed.IsZero() {
			signed = x.SignedBy + " " + r.Day(x.Signed.In(collect.China))
		}
		ext := ""
		if x.Extended > 0 {
			ext = r.T("task.extended", x.Extended, x.Due.String())
		}
		late := Cell{Text: ""}
		if x.Overdue > 0 || plain {
			late = count(x.Overdue)
		}
		lamp := lampCell(r.taskLamp(x.Lamp, x.Why))
		t.Rows = append(t.Rows, Row{Cells: []Cell{no, text(r.sourceWords(x.Source)), linked(x.Title, "/tasks/"+x.ID), text(r.bodyName(x.LeadName)), text(r.dueWords(&x.Task)), text(signed), count(x.Entries), text(x.Last.Day.String()), text(ext), text(r.TaskState(x.State)), lamp, late, text(r.endWords(&x.Task))}})
	}
	return t
}

// sortable gives the heads their links.
func (r *request) sortable(cols []Col, f task.Filter) {
	by, down := strings.TrimPrefix(f.Sort, "-"), strings.HasPrefix(f.Sort, "-")
	for i := range cols {
		c := &cols[i]
		if c.Key == "" {
			continue
		}
		dir := ""
		if cmp.Or(by, "due") == c.Key {
			c.Dir = "ascending"
			if dir = "desc"; down {
				c.Dir, dir = "descending", ""
			}
		}
		c.Sort = r.here("sort", c.Key, "dir", dir, "page", "", "did", "")
	}
}

// rowNote is what stands after a title: whether it is 重点, its number, its source.
func (r *request) rowNote(x *task.Row) string {
	var parts []string
	if x.Key {
		parts = append(parts, r.T("task.key"))
	}
	if no := r.sheetNo(x.Sheet); no != "" {
		parts = append(parts, no)
	}
	if src := r.sourceWords(x.Source); src != "" {
		parts = append(parts, src)
	}
	return strings.Join(parts, " · ")
}

func (r *request) sourceWords(s task.Source) string {
	switch {
	case s.Kind == "":
		return s.Name
	case s.Name == "":
		return r.SourceKind(s.Kind)
	}
	return r.T("task.source.words", r.SourceKind(s.Kind), s.Name)
}

// lastWords is the newest progress entry in a line.
func (r *request) lastWords(t *task.Task) string {
	switch {
	case t.Last.At.IsZero():
		return r.T("task.last.none")
	case t.Last.NoChange:
		return t.Last.Day.String() + " " + r.T("task.nochange")
	}
	return t.Last.Day.String() + " " + t.Last.Text
}

// endWords is how a task ended, with the number of what allowed it.
func (r *request) endWords(t *task.Task) string {
	switch {
	case t.State == task.Merged:
		return r.TaskState(t.State)
	case t.State == task.Withdrawn:
		return r.TaskState(t.State)
	case t.State != task.Closed:
		return ""
	}
	out := cmp.Or(r.Outcome(t.Outcome), r.Outcome(task.Completed))
	if t.Approval != "" {
		out += " " + t.Approval
	}
	return out
}

// bodyName is a name, or that none is set yet.
func (r *request) bodyName(n edu.Text) string { return cmp.Or(r.Text(n), r.T("task.unset")) }

func (r *request) names(list []edu.Text) string {
	var out []string
	for _, n := range list {
		out = append(out, r.Text(n))
	}
	return r.List(out)
}

func (r *request) yes(b bool) string {
	if b {
		return r.T("yes")
	}
	return ""
}

// exportTasks sends the whole of what is filtered, not only the page that is shown.
func (s *Server) exportTasks(w http.ResponseWriter, r *request, title string, f task.Filter) error {
	rows, err := s.allTasks(r, f)
	if err != nil {
		return err
	}
	today := collect.Today(s.now()).String()
	return s.sendTables(w, r, title+"-"+today, r.T("task.export.note", r.Text(r.city.Name()), today, len(rows)), edu.Period{}, []Table{r.taskTable(rows, f, true)})
}

// allTasks are the tasks of all pages of a list.
func (s *Server) allTasks(r *request, f task.Filter) (rows []task.Row, err error) {
	for f.Page, f.Size = 1, 1000; ; f.Page++ {
		page, err := s.tasks.Tasks(r.Context(), r.who, f)
		if err != nil {
			return nil, fmt.Errorf("list of tasks: %w", err)
		}
		if rows = append(rows, page.Tasks...); len(page.Tasks) == 0 || len(rows) >= page.Total {
			return rows, nil
		}
	}
}
