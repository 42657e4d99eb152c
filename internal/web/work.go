package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// workPage is 数据填报: what is mine first, by deadline.
type workPage struct {
	Shell
	Sub      string
	Tabs     []Choice
	Filter   collect.Filter
	Issues   []Choice
	States   []Choice
	Hidden   []Param
	Rows     []workRow
	Found    string
	Filtered bool
	Plain    string
	Pages    []Choice
	Prev     string
	Next     string
	Batch    []act
	Note     string
	Empty    string
	Links    []Link
	Reviews  bool // the one who asks reviews: units in the first column, a box before each
	More     []filterNote
}

type filterNote struct{ Text, Href string }

type workRow struct {
	Unit    string // id, for batches
	Issue   string
	Rev     int
	Name    string
	Where   string
	Form    string
	Period  string
	Href    string
	Lamp    Lamp
	Due     Lamp
	DueDay  string
	Inner   string // the county's own earlier day
	Say     string // what is wrong or what to do: the reason of a return first
	Do      string // name of the main act
	Mine    bool
	Batched bool // it can be passed or locked in one act
}

const workSize = 50

// work lists filings by deadline: to-dos first.
func (s *Server) work(w http.ResponseWriter, r *request) error {
	d := s.desk(r.who)
	f, page, err := r.workFilter()
	if err != nil {
		return err
	}
	mine, err := d.Tasks(r.Context(), collect.Filter{Mine: true, Limit: 1})
	if err != nil {
		return fmt.Errorf("to-dos: %w", err)
	}
	// Whoever asked for nothing in particular gets what is theirs, if there is any.
	tab := r.query.Get("list")
	if tab == "" && mine.Total > 0 && len(filterKeys(r)) == 0 {
		tab = "mine"
	}
	f.Mine = tab == "mine"
	f.Late = f.Late || tab == "late"
	tasks, err := d.Tasks(r.Context(), f)
	if err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	issues, err := d.Issues(r.Context(), edu.Period{})
	if err != nil {
		return fmt.Errorf("issues: %w", err)
	}
	p := workPage{Shell: s.shell(r, r.T("work.title"), "work"), Filter: f, Plain: r.to([]string{"work"}, "list", "all"), Filtered: len(filterKeys(r)) > 0,
		Reviews: r.who.May(auth.ReviewTown) || r.who.May(auth.ReviewForm) || r.who.May(auth.LockForm)}
	late, err := d.Tasks(r.Context(), collect.Filter{Late: true, Limit: 1})
	if err != nil {
		return fmt.Errorf("late tasks: %w", err)
	}
	list := func(id, word string, n int) {
		p.Tabs = append(p.Tabs, Choice{Link{word + " " + strconv.Itoa(n), r.here("list", id, "page", "", "late", "")}, tab == id || tab == "" && id == "all"})
	}
	list("mine", r.T("work.mine"), mine.Total)
	list("late", r.T("work.late"), late.Total)
	all := tasks.Total
	if f.Mine || f.Late {
		x, err := d.Tasks(r.Context(), collect.Filter{Issue: f.Issue, Unit: f.Unit, State: f.State, Query: f.Query, Limit: 1})
		if err != nil {
			return err
		}
		all = x.Total
	}
	list("all", r.T("work.all"), all)
	p.Sub = r.T("work.sub", mine.Total, late.Total)
	names := map[string]string{}
	for _, is := range issues {
		of := tasks.List
		if !slices.ContainsFunc(of, func(t collect.Task) bool { return t.Issue == is.ID }) {
			one, err := d.Tasks(r.Context(), collect.Filter{Issue: is.ID, Limit: 1})
			if err != nil {
				return fmt.Errorf("tasks of %s: %w", is.ID, err)
			}
			if of = one.List; len(of) == 0 && is.ID != f.Issue { // nobody whom the reader sees has to file it
				continue
			}
		}
		names[is.ID] = r.issueName(is, of)
		p.Issues = append(p.Issues, Choice{Link{names[is.ID], is.ID}, is.ID == f.Issue})
	}
	for _, st := range collect.States {
		p.States = append(p.States, Choice{Link{r.State(st), string(st)}, st == f.State})
	}
	p.Hidden = []Param{{"list", tab}}
	if f.Unit != "" {
		p.Hidden = append(p.Hidden, Param{"unit", string(f.Unit)})
		p.More = append(p.More, filterNote{r.T("work.below"), r.here("unit", "", "page", "")})
	}
	for _, t := range tasks.List {
		p.Rows = append(p.Rows, r.workRow(t))
	}
	pages := max(1, (tasks.Total+workSize-1)/workSize)
	p.Found = r.T("work.found", tasks.Total, min(f.Offset+1, tasks.Total), f.Offset+len(tasks.List))
	p.pager(r, page, pages)
	p.Batch = r.batch(tasks.List)
	p.Empty = r.T("work.empty")
	if f.Mine {
		p.Empty = r.T("work.empty.mine")
	}
	p.Links = s.workLinks(r, d)
	if n, err := strconv.Atoi(r.query.Get("done")); err == nil {
		left, _ := strconv.Atoi(r.query.Get("left"))
		p.Note = r.T("batch.done", n)
		if left > 0 {
			p.Note = r.T("batch.some", n, left)
		}
	}
	return s.render(w, r, "work.html", p)
}

// filterKeys are the filters that the address names.
func filterKeys(r *request) []string {
	var out []string
	for _, k := range []string{"issue", "unit", "state", "q", "late"} {
		if r.query.Get(k) != "" {
			out = append(out, k)
		}
	}
	return out
}

func (r *request) workFilter() (collect.Filter, int, error) {
	q := r.query
	f := collect.Filter{Issue: q.Get("issue"), Unit: edu.UnitID(q.Get("unit")), State: collect.State(q.Get("state")), Query: q.Get("q"), Late: q.Get("late") == "1", Limit: workSize}
	if f.State != "" && !slices.Contains(collect.States, f.State) {
		return f, 0, fmt.Errorf("state %q: %w", f.State, fault.Invalid)
	}
	page := 1
	if v := q.Get("page"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100_000 {
			return f, 0, fmt.Errorf("page %q: want a whole number from 1: %w", v, fault.Invalid)
		}
		page = n
	}
	f.Offset = (page - 1) * workSize
	return f, page, nil
}

// issueName names an issue: by a task of it where there is one.
func (r *request) issueName(is collect.Issue, tasks []collect.Task) string {
	for _, t := range tasks {
		if t.Issue == is.ID {
			return r.Text(t.Form) + " " + is.Period.Label()
		}
	}
	return is.ID
}

func (r *request) workRow(t collect.Task) workRow {
	v := workRow{Unit: string(t.Unit), Issue: t.Issue, Rev: t.Rev, Name: r.Text(t.Place.Name), Where: r.placeWords(t.Place), Form: r.Text(t.Form), Period: t.Period.Label(),
		Href: r.to([]string{"work", t.Issue, string(t.Unit)}), Lamp: r.StateLamp(t.Filing), Due: r.Due(t), DueDay: t.Filing.Due.String(), Inner: r.inner(t.Filing), Mine: t.Mine}
	if !r.who.May(auth.ReadForm) { // who only watches how far they are
		v.Href = ""
	}
	switch {
	case t.State == collect.Returned && t.Reason != "":
		v.Say = r.T("say.returned", t.Reason)
	case t.Asked:
		v.Say = r.T("say.asked", t.Reason)
	case t.State == collect.Excused:
		v.Say = r.T("reason.is", t.Reason)
	case t.Blocking > 0:
		v.Say = r.T("say.blocking", t.Blocking)
	case t.State.Open() && t.Required > 0:
		v.Say = r.T("say.required", t.Required)
	case t.State.Open() && t.State != collect.NotStarted:
		v.Say = r.T("say.ready")
	case t.State == collect.NotStarted && t.Waiting >= 48*60*60*1e9:
		v.Say = r.T("say.unbegun", int(t.Waiting.Hours()/24))
	case t.Waiting >= 48*60*60*1e9:
		v.Say = r.T("say.waiting", int(t.Waiting.Hours()/24))
	}
	switch {
	case slices.Contains(t.Todo, collect.Save) || slices.Contains(t.Todo, collect.Submit):
		v.Do = r.T("do.fill")
		if t.State != collect.NotStarted {
			v.Do = r.T("do.goon")
		}
	case t.Asked && slices.Contains(t.Todo, collect.GrantUnlock):
		v.Do = r.T("do.answer")
	case slices.Contains(t.Todo, collect.Pass) || slices.Contains(t.Todo, collect.Lock):
		v.Do = r.T("do.review")
	default:
		v.Do = r.T("do.look")
	}
	v.Batched = slices.ContainsFunc(batched, func(a collect.Action) bool { return slices.Contains(t.Todo, a) })
	return v
}

// batched are the steps that may be taken with several filings in one act.
var batched = []collect.Action{collect.Pass, collect.Lock, collect.Extend}

// batch are the steps that can be taken with several filings at once.
func (r *request) batch(tasks []collect.Task) []act {
	var out []act
	for _, a := range batched {
		n := 0
		for _, t := range tasks {
			if slices.Contains(t.Todo, a) {
				n++
			}
		}
		if n == 0 {
			continue
		}
		v := act{ID: "batch-" + string(a), Action: string(a), Name: r.T("batch.act", r.StepName(a)), Href: r.to([]string{"work", "batch"}), Says: r.T("batch.says", r.StepName(a)), Units: true}
		if a == collect.Extend {
			v.Date, v.Reason = true, true
		} else {
			v.Primary = len(out) == 0
		}
		out = append(out, v)
	}
	return out
}

// takeBatch takes one step with the chosen filings: each on its own, so that one
// that moved meanwhile holds up no other. It tells how many were left.
func (s *Server) takeBatch(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	a, opt, err := stepOf(r.Request)
	if err != nil {
		return err
	}
	if !slices.Contains(batched, a) {
		return fmt.Errorf("%s of several units at once: %w", a, fault.Invalid)
	}
	chosen := r.PostForm["unit"]
	if len(chosen) == 0 {
		return fmt.Errorf("%s: %w", r.T("batch.none"), fault.Invalid)
	}
	d := s.desk(r.who)
	done, left := 0, 0
	for _, c := range chosen {
		issue, unit, rev, err := parseChosen(c)
		if err != nil {
			return err
		}
		opt := opt
		switch _, _, err := d.Step(r.Context(), issue, unit, rev, a, opt); {
		case err == nil:
			done++
		case errors.Is(err, fault.Conflict) || errors.Is(err, fault.Blocked):
			left++
		default:
			return fmt.Errorf("%s of %s for %s, after %d others: %w", a, unit, issue, done, err)
		}
	}
	http.Redirect(w, r.Request, r.to([]string{"work"}, "list", r.PostFormValue("list"), "done", strconv.Itoa(done), "left", strconv.Itoa(left)), http.StatusSeeOther)
	return nil
}

// workLinks lead to the other pages of collection, as far as they are there.
func (s *Server) workLinks(r *request, d Desk) []Link {
	var out []Link
	add := func(p auth.Permission, word string, path ...string) {
		if r.who.May(p) {
			out = append(out, Link{word, r.to(append([]string{"work"}, path...))})
		}
	}
	add(auth.WatchForms, r.T("matrix.work"), "matrix")
	add(auth.FillForm, r.T("upload.title"), "upload")
	if _, ok := d.(Importer); ok {
		add(auth.ImportFiles, r.T("mapping.title"), "mapping")
	}
	if _, ok := d.(FormList); ok {
		add(auth.ReadSchool, r.T("forms.title"), "forms")
	}
	return out
}

func (p *workPage) pager(r *request, page, pages int) {
	if pages == 1 {
		return
	}
	at := func(n int) string { return r.here("page", strconv.Itoa(n)) }
	if page > 1 {
		p.Prev = at(page - 1)
	}
	if page < pages {
		p.Next = at(page + 1)
	}
	for n := 1; n <= pages; n++ {
		switch {
		case n == 1 || n == pages || n >= page-2 && n <= page+2:
			p.Pages = append(p.Pages, Choice{Link{strconv.Itoa(n), at(n)}, n == page})
		case n == page-3 || n == page+3:
			p.Pages = append(p.Pages, Choice{Link{"…", ""}, false})
		}
	}
}

// inner says the county's own earlier day, where it has one: it sorts lists and
// makes nobody late.
func (r *request) inner(f collect.Filing) string {
	if f.Inner == 0 || f.Inner == f.Due {
		return ""
	}
	return r.T("work.inner", f.Inner.String())
}
