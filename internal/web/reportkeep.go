package web

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"

	"shuren/internal/attach"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
)

// What the keeper of the gallery keeps: the city's own templates, and what is made
// by itself.

type reportTemplatesPage struct {
	Shell
	Said, Error string
	Unknown     []string // fields of what was just taken that nobody fills
	Names       []string // that fields may have
	Table       Table
	List        []Choice
}

func (s *Server) reportTemplates(w http.ResponseWriter, r *request) error {
	p := reportTemplatesPage{}
	if r.query.Get("did") == "drop" {
		p.Said = r.T("report.template.dropped")
	}
	return s.showTemplates(w, r, p, http.StatusOK)
}

func (s *Server) showTemplates(w http.ResponseWriter, r *request, p reportTemplatesPage, status int) error {
	p.Shell = s.shell(r, r.T("report.templates"), "reports", Link{r.T("report.title"), "/reports"})
	p.Names = flow.FieldNames()
	list, err := s.reports.Templates(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	p.Table = Table{ID: "templates", Caption: r.T("report.templates"), Empty: r.T("report.template.none"), Cols: []Col{{Label: r.T("report.template.file"), Wrap: true}, {Label: r.T("report.template.size"), Num: true}, {Label: r.T("report.by")}}}
	for _, t := range list {
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{text(t.Name), text(sizeWords(t.Size)), {Text: t.ByName, Small: r.Day(t.At.In(collect.China))}}})
		p.List = append(p.List, Choice{Link{t.Name, t.Hash}, false})
	}
	return s.write(w, r, status, "reporttemplates.html", p)
}

// takeReportTemplate takes a template, and tells which of its fields nobody fills.
func (s *Server) takeReportTemplate(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return s.templateWrong(w, r, err)
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, attach.MaxFile+1))
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	s.checking.Lock() // unpacking costs memory: one at a time
	t, err := s.reports.AddTemplate(r.Context(), r.who, filepath.Base(files[0].Filename), body)
	s.checking.Unlock()
	if err != nil {
		return s.templateWrong(w, r, err)
	}
	return s.showTemplates(w, r, reportTemplatesPage{Said: r.T("report.template.taken", t.Name, len(t.Known)), Unknown: t.Unknown}, http.StatusOK)
}

func (s *Server) templateWrong(w http.ResponseWriter, r *request, err error) error {
	return s.orSay(err, func(why string) error {
		return s.showTemplates(w, r, reportTemplatesPage{Error: why}, http.StatusBadRequest)
	}, r)
}

func (s *Server) dropReportTemplate(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	if err := s.reports.DropTemplate(r.Context(), r.who, r.PostFormValue("hash")); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return away{"/report-templates?did=drop"}
}

type schedulesPage struct {
	Shell
	Said, Error  string
	Table        Table
	List         []scheduleLine
	Kinds, Every []Choice
	Units        []Choice
	On, Login    string
}

type scheduleLine struct {
	ID, Name string
	Rev      int
	Off      bool
}

func (s *Server) reportSchedules(w http.ResponseWriter, r *request) error {
	p := schedulesPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("report.schedule.kept")
	}
	return s.showSchedules(w, r, p, http.StatusOK)
}

func (s *Server) showSchedules(w http.ResponseWriter, r *request, p schedulesPage, status int) error {
	p.Shell = s.shell(r, r.T("report.schedules"), "reports", Link{r.T("report.title"), "/reports"})
	list, err := s.reports.Schedules(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("schedules: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	today := collect.Today(s.now())
	p.Table = Table{ID: "schedules", Caption: r.T("report.schedules"), Empty: r.T("report.schedule.none"), Cols: []Col{{Label: r.T("report.kind")}, {Label: r.T("report.unit")}, {Label: r.T("report.schedule.every")}, {Label: r.T("report.schedule.to")}, {Label: r.T("report.schedule.last")}, {Label: r.T("report.schedule.next"), Wrap: true}}}
	for _, x := range list {
		next := text(x.Next(today).String())
		if x.Off {
			next = text(r.T("report.schedule.off"))
		}
		next.Small = x.Problem
		last := "—"
		if x.Last > 0 {
			last = x.Last.String()
		}
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{text(r.Text(x.Kind.Name())), text(units(x.Unit)), text(r.everyWords(x)), text(x.Name), text(last), next}})
		p.List = append(p.List, scheduleLine{x.ID, r.Text(x.Kind.Name()) + " · " + r.everyWords(x), x.Rev, x.Off})
	}
	for _, k := range gallery.Kinds {
		if k.Of() == gallery.OfCity || k.Of() == gallery.OfCounty {
			p.Kinds = append(p.Kinds, Choice{Link{r.Text(k.Name()), string(k)}, string(k) == r.PostFormValue("kind")})
		}
	}
	for _, e := range gallery.Everies {
		p.Every = append(p.Every, Choice{Link{r.Text(e.Name()), string(e)}, string(e) == r.PostFormValue("every")})
	}
	tree, err := s.tree(r)
	if err != nil {
		return err
	}
	for i := range tree.Nodes {
		if n := &tree.Nodes[i]; n.Unit.Level == edu.County && len(p.Units) < maxScope {
			p.Units = append(p.Units, Choice{Link{r.Text(n.Name), string(n.Unit.ID)}, string(n.Unit.ID) == r.PostFormValue("unit")})
		}
	}
	p.On, p.Login = cmp.Or(r.PostFormValue("on"), "1"), r.PostFormValue("login")
	return s.write(w, r, status, "reportschedules.html", p)
}

func (r *request) everyWords(x gallery.Schedule) string {
	switch x.Every {
	case gallery.Week:
		return r.T("report.schedule.on.week", x.On)
	case gallery.Quarter:
		return r.T("report.schedule.on.quarter", x.On)
	case gallery.Month:
	}
	return r.T("report.schedule.on.month", x.On)
}

// keepReportSchedule makes a schedule, or switches one on and off.
func (s *Server) keepReportSchedule(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	var x gallery.Schedule
	if id := r.PostFormValue("id"); id != "" {
		list, err := s.reports.Schedules(r.Context(), r.who)
		if err != nil {
			return fmt.Errorf("schedules: %w", err)
		}
		for _, have := range list {
			if have.ID == id {
				x = have
			}
		}
		if x.ID == "" {
			return fmt.Errorf("schedule %q: %w", id, fault.NotFound)
		}
		rev, err := strconv.Atoi(r.PostFormValue("rev"))
		if err != nil {
			return fmt.Errorf("revision: %w", fault.Invalid)
		}
		x.Rev, x.Off = rev, r.PostFormValue("do") == "off"
	} else {
		on, err := strconv.Atoi(cmp.Or(r.PostFormValue("on"), "0"))
		if err != nil {
			on = 0
		}
		x = gallery.Schedule{Kind: gallery.Kind(r.PostFormValue("kind")), Every: gallery.Every(r.PostFormValue("every")), On: on, Account: cmp.Or(r.PostFormValue("login"), r.who.Account)}
		if x.Kind.Of() == gallery.OfCounty || x.Kind.Bulletin() {
			x.Unit = edu.UnitID(r.PostFormValue("unit"))
		}
	}
	if _, err := s.reports.KeepSchedule(r.Context(), r.who, x); err != nil {
		return s.orSay(err, func(why string) error {
			return s.showSchedules(w, r, schedulesPage{Error: why}, http.StatusBadRequest)
		}, r)
	}
	return away{"/report-schedules?did=1"}
}
