package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// reportsPage is the gallery: what can be made, the form of the kind that was
// chosen, and the archive.
type reportsPage struct {
	Shell
	Links  []Link
	Kinds  []kindCard
	Form   *makeForm
	Error  string
	Chosen []Choice // kinds, to narrow the archive
	States []Choice
	Found  string
	Table  Table
	Pages  []Choice
	Prev   string
	Next   string
}

type kindCard struct {
	Link
	About, Of string
	On        bool
}

// makeForm asks for what a kind needs, and for nothing else.
type makeForm struct {
	Kind, Name, About string
	Units             []Choice // of which one is chosen; Href is its id
	School            bool     // typed, by code
	Typed             string
	Tasks             []Choice
	None              bool   // there is nothing of which one could be made
	Open              []Link // where what is missing is begun
	Hazards           []Link // that would have to become tasks first
	Years             []Choice
	Day               string
}

const reportsPerPage = 50

func (s *Server) reportList(w http.ResponseWriter, r *request) error {
	return s.showReports(w, r, reportsPage{}, "", http.StatusOK)
}

func (s *Server) showReports(w http.ResponseWriter, r *request, p reportsPage, kind string, status int) error {
	p.Shell = s.shell(r, r.T("report.title"), "reports")
	p.Links = r.reportLinks()
	kind = cmp.Or(kind, r.query.Get("make"))
	makes := r.who.Reach(auth.MakeReports)
	for _, k := range gallery.Kinds {
		if makes.None() || k.Of() == gallery.OfCity && !makes.Whole && !(k.Bulletin() && r.who.May(auth.ReadRegion)) || k.Of() == gallery.OfCounty && !r.who.May(auth.ReadRegion) || k.Of() == gallery.OfTask && !r.who.May(auth.ReadTasks) {
			continue
		}
		p.Kinds = append(p.Kinds, kindCard{Link{r.Text(k.Name()), "/reports?make=" + string(k) + "#make"}, r.Text(k.About()), r.reportScope(k), string(k) == kind})
		if string(k) == kind {
			f, err := s.makeFormOf(r, k)
			if err != nil {
				return err
			}
			p.Form = f
		}
	}
	if err := s.reportArchive(r, &p); err != nil {
		return err
	}
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, r.T("report.title"), p.Table)
	}
	return s.write(w, r, status, "reports.html", p)
}

// reportScope says of what a document is.
func (r *request) reportScope(k gallery.Kind) string {
	if k.Bulletin() {
		return r.T("report.of.either")
	}
	switch k.Of() {
	case gallery.OfCounty:
		return r.T("report.of.county")
	case gallery.OfSchool:
		return r.T("report.of.school")
	case gallery.OfTask:
		return r.T("report.of.task")
	case gallery.OfCity:
	}
	return r.T("report.of.city")
}

// reportArchive is the list of what was made.
func (s *Server) reportArchive(r *request, p *reportsPage) error {
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	f := store.ReportFilter{Kind: r.query.Get("kind"), State: r.query.Get("state"), Limit: reportsPerPage, Offset: (page - 1) * reportsPerPage}
	if f.Kind != "" && !gallery.Kind(f.Kind).Known() || f.State != "" && !slices.Contains(gallery.States, gallery.State(f.State)) {
		return fmt.Errorf("kind %q, state %q: %w", f.Kind, f.State, fault.Invalid)
	}
	if r.query.Get("as") == "xlsx" {
		f.Limit, f.Offset = 0, 0
	}
	list, total, err := s.reports.Reports(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("list of documents: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	for _, k := range gallery.Kinds {
		p.Chosen = append(p.Chosen, Choice{Link{r.Text(k.Name()), string(k)}, string(k) == f.Kind})
	}
	for _, st := range gallery.States {
		p.States = append(p.States, Choice{Link{r.Text(st.Name()), string(st)}, string(st) == f.State})
	}
	t := Table{ID: "reports", Caption: r.T("report.archive"), Show: false, Sheet: r.T("report.archive"), Empty: r.T("report.none"), List: true,
		Cols: []Col{{Label: r.T("report.name"), Wrap: true}, {Label: r.T("report.kind")}, {Label: r.T("report.unit")}, {Label: r.T("year")}, {Label: r.T("report.day")}, {Label: r.T("log.state")}, {Label: r.T("report.by")}}}
	for _, x := range list {
		period := "—"
		if !x.Period.IsZero() {
			period = r.Period(x.Period)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(x.Title, "/reports/"+x.ID), text(r.Text(gallery.Kind(x.Kind).Name())), text(units(x.Unit)), text(period), text(x.Day.String()), lampCell(r.reportLamp(gallery.State(x.State))), {Text: x.ByName, Small: r.Day(x.At.In(collect.China))}}})
	}
	pages := (total + reportsPerPage - 1) / reportsPerPage
	p.Table, p.Found = t, r.T("report.found", total)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Export = r.here("as", "xlsx", "page", "", "make", "")
	return nil
}

// mostChoices is how many units stand in a list to choose from; more are typed.
const mostChoices = 60

func (s *Server) makeFormOf(r *request, k gallery.Kind) (*makeForm, error) {
	f := &makeForm{Kind: string(k), Name: r.Text(k.Name()), About: r.Text(k.About()), Typed: r.PostFormValue("school"), Day: cmp.Or(r.PostFormValue("day"), collect.Today(s.now()).String())}
	for i := len(r.periods) - 1; i >= 0; i-- {
		p := r.periods[i]
		f.Years = append(f.Years, Choice{Link{r.Period(p), p.String()}, p.String() == cmp.Or(r.PostFormValue("year"), r.periods[len(r.periods)-1].String())})
	}
	tree, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	reach := r.who.Reach(auth.MakeReports)
	chosen := r.PostFormValue("unit")
	units := func(level edu.Level) (n int) {
		for i := range tree.Nodes {
			x := &tree.Nodes[i]
			if x.Unit.Level != level || !within(tree, reach, i) {
				continue
			}
			if n++; n <= mostChoices {
				f.Units = append(f.Units, Choice{Link{r.Text(x.Name), string(x.Unit.ID)}, string(x.Unit.ID) == chosen})
			}
		}
		return n
	}
	switch k.Of() {
	case gallery.OfCounty:
		units(edu.County)
	case gallery.OfSchool:
		if units(edu.School) > mostChoices {
			f.Units, f.School = nil, true
		}
	case gallery.OfTask:
		f.Years = nil
		list, err := s.reports.Sheets(r.Context(), r.who)
		if err != nil {
			return nil, fmt.Errorf("tasks with a sheet: %w", err)
		}
		for _, t := range list {
			f.Tasks = append(f.Tasks, Choice{Link{t.Title + " · " + r.bodyName(t.LeadName), t.ID}, t.ID == r.PostFormValue("task")})
		}
		return f, s.sheetless(r, f)
	case gallery.OfCity:
		if !k.Bulletin() {
			break
		}
		if reach.Whole {
			f.Units = append(f.Units, Choice{Link{r.T("report.whole"), ""}, chosen == ""})
		}
		units(edu.County)
	}
	return f, nil
}

// sheetless says what to do where nothing has a supervision sheet yet, and names the
// listed hazards (挂牌督办) that are not a task.
func (s *Server) sheetless(r *request, f *makeForm) error {
	if f.None = len(f.Tasks) == 0; f.None {
		f.Open = append(f.Open, Link{r.T("report.task.open"), "/tasks?sheet=1"})
		if r.who.May(auth.GiveTasks) {
			f.Open = append(f.Open, Link{r.T("report.task.new"), "/tasks/new?sheet=1"})
		}
	}
	if s.safety == nil || !r.who.May(auth.ReadSafety) {
		return nil
	}
	list, _, err := s.safety.Hazards(r.Context(), r.who, store.HazardFilter{Listed: true, Live: true, Unasked: true, Size: mostChoices})
	if err != nil {
		return fmt.Errorf("listed hazards: %w", err)
	}
	for i := range list {
		f.Hazards = append(f.Hazards, Link{joinWords(" · ", r.Text(list[i].Unit.Name), list[i].Text), flow.HazardLink(list[i].ID)})
	}
	return nil
}

// makeReport makes a document and shows it.
func (s *Server) makeReport(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	kind := gallery.Kind(r.PostFormValue("kind"))
	again := func(err error) error {
		return s.orSay(err, func(why string) error {
			return s.showReports(w, r, reportsPage{Error: why}, string(kind), http.StatusBadRequest)
		}, r)
	}
	o := flow.ReportOrder{Kind: kind, Unit: edu.UnitID(r.PostFormValue("unit")), Subject: r.PostFormValue("task")}
	if !kind.Known() {
		return fmt.Errorf("document %q: %w", kind, fault.Invalid)
	}
	var err error
	if v := r.PostFormValue("year"); v != "" {
		if o.Period, err = edu.ParsePeriod(v); err != nil {
			return fmt.Errorf("year %q: %w", v, fault.Invalid)
		}
	}
	if v := r.PostFormValue("day"); v != "" {
		if o.Day, err = dayOf(v); err != nil {
			return again(err)
		}
		if o.Day > collect.Today(s.now()) {
			return again(auth.Refuse(fault.Invalid, "日期不能晚于今天", "the day cannot be later than today"))
		}
	}
	if code := strings.TrimSpace(r.PostFormValue("school")); code != "" && kind.Of() == gallery.OfSchool {
		tree, err := s.tree(r)
		if err != nil {
			return err
		}
		for _, i := range tree.ByKey(edu.School, code) {
			o.Unit = tree.Nodes[i].Unit.ID
		}
		if o.Unit == "" {
			return again(auth.Refuse(fault.NotFound, "没有这个标识码的学校："+code, "there is no school with the code "+code))
		}
	}
	d, err := s.reports.Make(r.Context(), r.who, o)
	if err != nil {
		return again(err)
	}
	return away{"/reports/" + d.ID + "?did=made"}
}
