// This week's suggested visits: a list for people, with the reasons of each line.

package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/warning"
)

// warningRoutes are the addresses of early warning. An address names a county and a
// week, never a child; a form has the id of a child.
func (s *Server) warningRoutes() []route {
	if s.retention == nil {
		return nil
	}
	return []route{
		{"GET /retention/visits", auth.DoRetention, aboutReach, s.warnVisits},
		{"POST /retention/visits", auth.DoRetention, aboutReach, s.warnVisitSaid},
		{"POST /retention/visits/make", auth.EndCases, aboutReach, s.makeVisits},
		{"GET /retention/warning", auth.EndCases, aboutReach, s.warningPage},
		{"POST /retention/warning", auth.EndCases, aboutReach, s.keepWarning},
	}
}

// warnVisitsPage is the list of a week.
type warnVisitsPage struct {
	Shell
	Sub      string
	Said     string
	Error    string
	Notice   Lamp
	Says     string
	Counties []Choice
	Weeks    []Choice
	County   string
	Week     string
	Page     int
	Facts    []Fact
	Cols     []string
	Rows     []warnVisitRow
	Empty    string
	Found    string
	Make     bool
	Model    string // address of the page of the model
	Pages    []Choice
	Prev     string
	Next     string
	Results  []Choice
}

// warnVisitRow is a child on the list.
type warnVisitRow struct {
	No             int
	Child, Person  string
	School, Grade  string
	Lamp           *Lamp
	Why            []string
	Chance         string
	Done           string // what was done, and by whom
	Note           string
	Case           *Link
	Open           string // address to open a case at the front door
	Chosen         string // result
	Changes, Fresh bool
}

const warnPerPage = 30

func (s *Server) warnVisits(w http.ResponseWriter, r *request) error {
	return s.showVisits(w, r, http.StatusOK, edu.UnitID(r.query.Get("county")), r.query.Get("week"), "")
}

func (s *Server) showVisits(w http.ResponseWriter, r *request, status int, of edu.UnitID, typed, why string) error {
	week, err := r.dayTyped(typed)
	if err != nil {
		return fmt.Errorf("week %q: %w", typed, fault.Invalid)
	}
	page := 1
	if r.Method == http.MethodGet {
		if page, err = pageOf(r); err != nil {
			return err
		}
	}
	v, err := s.retention.Warnings().Visits(r.Context(), r.who, of, week)
	if err != nil {
		return fmt.Errorf("suggested visits: %w", err)
	}
	p := warnVisitsPage{Shell: s.shell(r, r.T("warning.visits"), "retention", Link{r.T("retention.title"), "/retention"}), Sub: r.T("warning.visits.sub", r.Text(v.Name), v.Week.String()), Error: why, County: string(v.County), Week: v.Week.String(), Page: page}
	rows := r.warnRows(&v)
	if r.query.Get("as") == "xlsx" {
		if err := s.noteRead(r, "suggested visits", v.County); err != nil {
			return err
		}
		return s.exportPlain(w, r, r.T("warning.visits")+"-"+v.Week.String(), r.warnTable(rows))
	}
	for i, id := range v.Counties {
		if len(v.Counties) > 1 {
			p.Counties = append(p.Counties, Choice{Link{r.Text(v.Names[i]), string(id)}, id == v.County})
		}
	}
	for _, x := range v.Weeks {
		p.Weeks = append(p.Weeks, Choice{Link{r.T("warning.week", x.String()), x.String()}, x == v.Week})
	}
	if !v.Made.IsZero() {
		p.Notice, p.Says = r.warnNotice(&v)
	}
	p.Make = v.Keeps && v.Made.IsZero() && v.Week == flow.Monday(collect.Today(s.now()))
	if v.Keeps {
		p.Model = flow.WarningLink(v.County)
	}
	if v.Made.IsZero() {
		p.Empty = r.T("warning.visits.unmade")
	} else {
		p.Export = r.here("as", "xlsx", "did", "", "page", "")
		p.Facts = []Fact{{Term: r.T("warning.capacity"), Text: strconv.Itoa(v.Capacity)}, {Term: r.T("warning.listed"), Text: strconv.Itoa(len(v.Lines))}, {Term: r.T("warning.done"), Text: strconv.Itoa(v.Done)}, {Term: r.T("warning.made"), Text: r.T("warning.made.by", r.Minute(v.Made.In(collect.China)), v.Children)}}
		p.Empty = r.T("warning.visits.none")
	}
	p.Found = r.T("warning.visits.found", len(rows))
	p.Pages, p.Prev, p.Next = r.pager(page, (len(rows)+warnPerPage-1)/warnPerPage)
	from := min((page-1)*warnPerPage, len(rows))
	p.Rows = rows[from:min(from+warnPerPage, len(rows))]
	for _, id := range []string{flow.VisitFine, flow.VisitHelp, flow.VisitRisk, flow.VisitUnneeded} {
		p.Results = append(p.Results, Choice{Link{r.warnSaid(id), id}, false})
	}
	switch r.query.Get("did") {
	case "said":
		p.Said = r.T("warning.did.said")
	case "make":
		p.Said = r.T("warning.did.make")
	}
	return s.write(w, r, status, "retentionvisits.html", p)
}

// warnNotice says by what the list was made.
func (r *request) warnNotice(v *flow.VisitList) (Lamp, string) {
	switch {
	case v.Model:
		return Lamp{chart.Good, r.T("warning.by.model"), ""}, r.T("warning.by.model.says")
	case v.Drifted:
		return Lamp{chart.Near, r.T("warning.by.rules"), ""}, r.T("warning.by.drift.says")
	}
	return Lamp{chart.Open, r.T("warning.by.rules"), ""}, r.T("warning.by.rules.says")
}

func (r *request) warnSaid(id string) string {
	switch id {
	case flow.VisitFine:
		return r.T("warning.said.fine")
	case flow.VisitHelp:
		return r.T("warning.said.help")
	case flow.VisitRisk:
		return r.T("warning.said.risk")
	case flow.VisitUnneeded:
		return r.T("warning.said.unneeded")
	}
	return ""
}

func (r *request) warnRows(v *flow.VisitList) (out []warnVisitRow) {
	for i := range v.Lines {
		x := &v.Lines[i]
		row := warnVisitRow{No: x.No, Child: x.Shown, Person: string(x.Person), School: r.Text(x.SchoolAt), Grade: r.gradeWords(x.Grade, x.Class), Chosen: x.Said, Note: x.Note, Changes: x.Said != "", Fresh: x.Said == "" && x.Case.ID == ""}
		if x.Colour != "" {
			l := r.caseLamp(x.Colour, nil)
			row.Lamp = &l
		}
		for _, t := range x.Rules {
			row.Why = append(row.Why, r.Text(t))
		}
		for _, pt := range x.Why {
			row.Why = append(row.Why, r.pointWords(pt))
		}
		if v.Model {
			row.Chance = r.T("warning.chance", warnPercent(x.Chance))
		}
		if x.Said != "" {
			row.Done = r.T("warning.said.by", r.warnSaid(x.Said), x.By, r.Minute(x.At.In(collect.China)))
		}
		if x.Case.ID != "" {
			row.Case = &Link{r.T("warning.case", r.Text(x.Case.State.Name())), flow.CaseLink(x.Case.ID)}
		} else {
			row.Open = "/retention/new?source=visit&child=" + url.QueryEscape(string(x.Person))
		}
		out = append(out, row)
	}
	return out
}

// warnPercent is a chance in whole per cent; what is below one is said to be.
func warnPercent(p float64) string {
	if p > 0 && p < 0.01 {
		return "<1%"
	}
	return fmt.Sprintf("%.0f%%", 100*p)
}

// pointWords is a reason in words: what was observed, and how much it raised the line.
func (r *request) pointWords(x flow.VisitPoint) string {
	f, ok := featureNamed(x.Feature)
	if !ok {
		return x.Feature
	}
	name := r.Text(f.Text)
	switch {
	case x.Unknown:
		return r.T("warning.why.unknown", name, x.Points)
	case f.Unit == (edu.Text{}) && x.Value > 0:
		return r.T("warning.why.yes", name, x.Points)
	case f.Unit == (edu.Text{}):
		return r.T("warning.why.no", name, x.Points)
	}
	return r.T("warning.why.count", name, chart.Number(x.Value, 0), r.Text(f.Unit), x.Points)
}

func featureNamed(id string) (warning.Feature, bool) {
	list, ok := warning.Named([]string{id})
	if !ok {
		return warning.Feature{}, false
	}
	return list[0], true
}

// warnTable is the list for a workbook, names masked.
func (r *request) warnTable(rows []warnVisitRow) Table {
	t := Table{ID: "visits", Caption: r.T("warning.visits"), Sheet: r.T("warning.visits"), Cols: []Col{{Label: r.T("warning.no"), Num: true}, {Label: r.T("retention.child")}, {Label: r.T("retention.school"), Wrap: true}, {Label: r.T("retention.grade")}, {Label: r.T("retention.colour")}, {Label: r.T("warning.reasons"), Wrap: true}, {Label: r.T("warning.likely")}, {Label: r.T("warning.result"), Wrap: true}, {Label: r.T("warning.note"), Wrap: true}}}
	for _, x := range rows {
		lamp, done := "", x.Done
		if x.Lamp != nil {
			lamp = x.Lamp.Text()
		}
		if x.Case != nil {
			done = strings.TrimPrefix(done+r.T("list.semicolon")+x.Case.Text, r.T("list.semicolon"))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: strconv.Itoa(x.No), Value: float64(x.No), Number: true}, text(x.Child), text(x.School), text(x.Grade), text(lamp), text(strings.Join(x.Why, r.T("list.semicolon"))), text(x.Chance), text(done), text(x.Note)}})
	}
	return t
}

// warnVisitSaid keeps what somebody did about a line.
func (s *Server) warnVisitSaid(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	of, typed := edu.UnitID(r.PostFormValue("county")), r.PostFormValue("week")
	week, err := r.dayTyped(typed)
	if err != nil || week == 0 {
		return fmt.Errorf("week %q: %w", typed, fault.Invalid)
	}
	page, err := strconv.Atoi(r.PostFormValue("page"))
	if err != nil || page < 1 {
		page = 1
	}
	err = s.retention.Warnings().Said(r.Context(), r.who, of, week, register.PersonID(r.PostFormValue("child")), r.PostFormValue("said"), r.PostFormValue("note"))
	if err == nil {
		return away{fmt.Sprintf("/retention/visits?county=%s&week=%s&page=%d&did=said", url.QueryEscape(string(of)), week, page)}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("what came of a visit: %w", err)
	}
	return s.showVisits(w, r, warnStatus(err), of, typed, why)
}

// makeVisits makes this week's list.
func (s *Server) makeVisits(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	of := edu.UnitID(r.PostFormValue("county"))
	if err := s.retention.Warnings().MakeList(r.Context(), r.who, of); err != nil {
		why := r.why(err)
		if why == "" {
			return fmt.Errorf("make the list of visits: %w", err)
		}
		return s.showVisits(w, r, warnStatus(err), of, "", why)
	}
	return away{"/retention/visits?did=make&county=" + url.QueryEscape(string(of))}
}

// warnStatus is the status of a page that says why something was refused.
func warnStatus(err error) int {
	switch {
	case errors.Is(err, fault.Conflict):
		return http.StatusConflict
	case errors.Is(err, fault.Forbidden):
		return http.StatusForbidden
	}
	return http.StatusUnprocessableEntity
}
