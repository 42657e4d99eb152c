package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// Inspections: the list, and how one begins.

type visitsPage struct {
	Shell
	Sub    string
	Table  Table
	Pages  []Choice
	Prev   string
	Next   string
	New    string
	Kinds  []Choice
	States []Choice
	School string
	Plan   string
}

const visitsSize = 50

func (s *Server) visits(w http.ResponseWriter, r *request) error {
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	q := r.query
	f := store.InspectionFilter{Plan: q.Get("plan"), Kind: inspection.Kind(q.Get("kind")), State: inspection.State(q.Get("state")), Size: visitsSize}
	if f.Page, err = pageOf(r); err != nil {
		return err
	}
	p := visitsPage{Shell: s.shell(r, r.T("safety.inspections"), "safety"), School: q.Get("school"), Plan: f.Plan}
	nobody := ""
	if typed := q.Get("school"); typed != "" {
		all, err := s.safety.SafetySchools(r.Context(), r.who, auth.ReadSafety)
		if err != nil {
			return err
		}
		if u, ok := schoolNamed(all, typed); ok {
			f.School, p.School = u.ID, r.Text(u.Name)
		} else { // nothing is found, and what may have been meant is said
			f.School, nobody = edu.UnitID(typed), r.noSchool(all, typed)
		}
	}
	if code := q.Get("county"); code != "" {
		id, ok := s.countyID(r, code)
		if !ok {
			return fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
		f.County = id
	}
	as := q.Get("as") == "xlsx"
	if as {
		f.Size = -1
	}
	rows, total, err := s.safety.Visits(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("inspections: %w", err)
	}
	p.Crumbs = r.safetyCrumbs()
	p.Sub = r.T("safety.inspections.sub", total)
	p.Export = r.here("as", "xlsx", "page", "")
	t := Table{ID: "visits", Caption: p.Title, Empty: cmp.Or(nobody, r.T("safety.inspections.none")), List: true, Cols: []Col{{Label: r.T("safety.no")}, {Label: r.T("level.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.T("safety.day")}, {Label: r.T("safety.kind")}, {Label: r.T("safety.items"), Num: true}, {Label: r.T("safety.open"), Num: true}, {Label: r.T("safety.unfit"), Num: true}, {Label: r.T("safety.fixed"), Num: true}, {Label: r.T("status")}}}
	for _, x := range rows {
		u := names(x.School)
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(strconv.FormatInt(x.No, 10), flow.VisitLink(x.ID)), text(r.Text(u.Name)), text(r.Text(names(x.County).Name)), text(x.Day.String()), text(r.label(x.Kind.Name())), count(x.Items), count(x.Open), count(x.Unfit), count(x.Fixed), lampCell(r.visitLamp(x.State))}})
	}
	s.oneCounty(r, &t)
	p.Table = t
	if as {
		return s.exportPlain(w, r, p.Title, t)
	}
	for _, k := range inspection.Kinds {
		p.Kinds = append(p.Kinds, Choice{Link{r.label(k.Name()), string(k)}, k == f.Kind})
	}
	for _, st := range []inspection.State{inspection.Open, inspection.Signed, inspection.Done, inspection.Void} {
		p.States = append(p.States, Choice{Link{r.Text(st.Name()), string(st)}, st == f.State})
	}
	pages := max(1, (total+visitsSize-1)/visitsSize)
	p.Pages, p.Prev, p.Next = r.pager(min(f.Page, pages), pages)
	if r.who.May(auth.Inspect) {
		p.New = "/safety/inspections/new"
	}
	return s.render(w, r, "visits.html", p)
}

func (l locale) visitLamp(st inspection.State) Lamp {
	out := Lamp{Word: l.label(st.Name()), Tone: chart.Open}
	switch st {
	case inspection.Done:
		out.Tone = chart.Good
	case inspection.Signed:
		out.Tone = chart.Near
	}
	return out
}

type newVisitPage struct {
	Shell
	Error  string
	ID     string
	School string
	Plan   string
	Named  string // of the plan
	Kinds  []Choice
	Lists  []Choice
	Ways   []Choice
	Day    string
	Today  string
	Pupils string
	Board  string
	Norm   string // how many guards are wanted of so many pupils
	Mark   Cell   // of that norm
	Known  string
}

func (s *Server) newVisit(w http.ResponseWriter, r *request) error {
	return s.showNewVisit(w, r, http.StatusOK, url.Values{"school": {r.query.Get("school")}, "plan": {r.query.Get("plan")}, "kind": {string(inspection.Daily)}, "way": {string(inspection.OnPage)}}, "")
}

func (s *Server) showNewVisit(w http.ResponseWriter, r *request, status int, v url.Values, why string) error {
	p := newVisitPage{Shell: s.shell(r, r.T("safety.begin"), "safety"), Error: why, ID: v.Get("id"), School: v.Get("school"), Plan: v.Get("plan"), Day: v.Get("day"), Today: s.today().String(), Pupils: v.Get("pupils"), Board: v.Get("boarders")}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.inspections"), "/safety/inspections"})
	if p.ID == "" {
		p.ID = strings.ToLower(rand.Text())
	}
	if p.Day == "" {
		p.Day = p.Today
	}
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return err
	}
	lists := v["list"]
	kind := v.Get("kind")
	if p.Plan != "" {
		x, err := s.safety.VisitPlan(r.Context(), r.who, p.Plan)
		if err != nil {
			return fmt.Errorf("plan: %w", err)
		}
		p.Named, kind = x.Name, string(x.Kind)
		if lists == nil {
			lists = x.Checklists
		}
	}
	for _, k := range inspection.Kinds {
		p.Kinds = append(p.Kinds, Choice{Link{r.label(k.Name()), string(k)}, string(k) == kind})
	}
	for _, c := range pk.Checklists {
		p.Lists = append(p.Lists, Choice{Link{r.Text(c.Name), c.ID}, len(lists) == 0 || slices.Contains(lists, c.ID)})
	}
	for _, x := range []struct {
		way  inspection.Way
		word string
	}{{inspection.OnPage, r.T("safety.way.page")}, {inspection.OnPaper, r.T("safety.way.paper")}, {inspection.Workbook, r.T("safety.way.book")}} {
		p.Ways = append(p.Ways, Choice{Link{x.word, string(x.way)}, string(x.way) == v.Get("way")})
	}
	if p.School != "" {
		all, err := s.safety.SafetySchools(r.Context(), r.who, auth.Inspect)
		if err != nil {
			return err
		}
		if u, ok := schoolNamed(all, p.School); ok {
			facts, err := s.safety.Facts(r.Context(), u.ID)
			if err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
			if p.Pupils == "" && facts.Pupils != nil {
				p.Pupils = strconv.Itoa(int(*facts.Pupils))
				p.Known = r.T("safety.facts.known", r.Period(facts.Period))
			}
			if p.Board == "" && facts.Boarders != nil {
				p.Board = strconv.Itoa(int(*facts.Boarders))
			}
			if same := slices.IndexFunc(all, func(o flow.SafetyUnit) bool { return o.ID != u.ID && o.Name == u.Name }); same < 0 {
				p.School = r.Text(u.Name)
			}
		}
	}
	if err := s.guardNorm(r, &p); err != nil {
		return err
	}
	return s.write(w, r, status, "newvisit.html", p)
}

// guardNorm says how many guards a school of so many pupils and boarders should have,
// where the numbers are known and there is a norm. Boarders may be left open: they are
// then not taken for none.
func (s *Server) guardNorm(r *request, p *newVisitPage) error {
	pupils, err := strconv.Atoi(p.Pupils)
	if err != nil || pupils < 0 {
		return nil
	}
	var boarders *int
	if p.Board != "" {
		n, err := strconv.Atoi(p.Board)
		if err != nil || n < 0 {
			return nil
		}
		boarders = &n
	}
	says, source, tag, err := s.safety.GuardsWanted(pupils, boarders)
	if err != nil {
		return fmt.Errorf("guards wanted: %w", err)
	}
	switch {
	case says == (edu.Text{}):
		return nil
	case boarders == nil:
		p.Norm = r.T("safety.guards.pupils", pupils, r.Text(says))
	default:
		p.Norm = r.T("safety.guards.wanted", pupils, *boarders, r.Text(says))
	}
	p.Mark = Cell{Text: tag, Title: r.Evidence(tag) + " " + source}
	return nil
}

func (s *Server) beginVisit(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	show := func(why string) error {
		return s.showNewVisit(w, r, http.StatusUnprocessableEntity, r.PostForm, why)
	}
	b, err := s.visitTyped(r, r.PostForm)
	if err != nil {
		return s.orSay(err, show, r)
	}
	x, err := s.safety.BeginVisit(r.Context(), r.who, b)
	if err != nil {
		return s.orSay(err, show, r)
	}
	switch b.Way {
	case inspection.OnPaper:
		return away{flow.VisitLink(x.ID) + "/print"}
	}
	return away{flow.VisitLink(x.ID)}
}

// visitTyped reads the form with which an inspection begins.
func (s *Server) visitTyped(r *request, form url.Values) (b flow.VisitBegun, err error) {
	v := func(k string) string { return strings.TrimSpace(form.Get(k)) }
	refuse := func(why string) error { return auth.Refuse(fault.Invalid, why, why) }
	all, err := s.safety.SafetySchools(r.Context(), r.who, auth.Inspect)
	if err != nil {
		return b, fmt.Errorf("schools: %w", err)
	}
	u, ok := schoolNamed(all, v("school"))
	if !ok {
		return b, refuse(r.noSchool(all, v("school")))
	}
	b = flow.VisitBegun{ID: v("id"), Plan: v("plan"), School: u.ID, Kind: inspection.Kind(v("kind")), Way: inspection.Way(v("way")), Lists: form["list"]}
	if !slices.Contains([]inspection.Way{inspection.OnPage, inspection.OnPaper, inspection.Workbook}, b.Way) {
		return b, fmt.Errorf("way %q: %w", b.Way, fault.Invalid)
	}
	if b.Day, err = r.dayTyped(v("day")); err != nil {
		return b, err
	}
	for _, x := range []struct {
		typed string
		to    **int
	}{{v("pupils"), &b.Pupils}, {v("boarders"), &b.Boarders}} {
		if x.typed == "" {
			continue
		}
		n, err := strconv.Atoi(x.typed)
		if err != nil || n < 0 || n > 100_000 {
			return b, refuse(r.T("safety.pupils.wrong", x.typed))
		}
		*x.to = &n
	}
	return b, nil
}
