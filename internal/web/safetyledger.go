package web

import (
	"cmp"
	"fmt"
	"net/http"
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

// The ledger of hazards as a list, and as the table that is handed on.

type hazardsPage struct {
	Shell
	Sub      string
	Said     string
	Table    Table
	Tabs     []Choice
	Pages    []Choice
	Prev     string
	Next     string
	New      string
	Escalate string
	Counties []Choice
	Cats     []Choice
	Ticks    []Choice
	State    string
	Township string // code of the one that the list is narrowed to
	Chips    []Link
}

const hazardsSize = 50

// hazardTable is the ledger as pages show it. The county stands under the school and
// the person under who has to act: beside each other they leave no room for words in
// two languages. What is handed on has a column for each.
func (s *Server) hazardTable(r *request, rows []flow.HazardRow, names func(edu.UnitID) flow.SafetyUnit) Table {
	t := Table{ID: "hazards", Caption: r.T("safety.hazards"), Empty: r.T("safety.hazards.none"), List: true, Tight: true, Cols: []Col{{Label: r.T("safety.no")}, {Label: r.T("level.school"), Wrap: true}, {Label: r.T("safety.category"), Wrap: true}, {Label: r.T("safety.text"), Wrap: true}, {Label: r.T("safety.grade"), Wrap: true}, {Label: r.T("safety.foundat")}, {Label: r.T("safety.due")}, {Label: r.T("safety.holder"), Wrap: true}, {Label: r.T("status")}}}
	cats, wide := s.categories(r), s.wide(r)
	for _, h := range rows {
		school, turn := text(r.Text(h.Unit.Name)), text(r.label(h.Turn()))
		if wide {
			school.Small = r.Text(names(h.County).Name)
		}
		turn.Small = h.Person
		if h.State == inspection.ToCheck {
			turn.Small = "" // who mended it has done so
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(strconv.FormatInt(h.No, 10), flow.HazardLink(h.ID)), school, text(cats[h.Category]), text(h.Text), text(r.hazardGrade(&h.Hazard)), text(day(h.FoundAt)), text(day(h.Due)), turn, lampCell(r.hazardLamp(h.Shown, h.Days))}})
	}
	return t
}

// hazardGrade is how grave a hazard is, and that it is on the list.
func (r *request) hazardGrade(h *inspection.Hazard) string {
	grade := r.T("safety.grade.plain")
	if h.Major {
		grade = r.T("safety.grade.major")
	}
	if h.Listed.Day != 0 {
		grade += " · " + r.T("safety.listed")
	}
	return grade
}

// day is a date, or nothing.
func day(d edu.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// hazardLedger is the ledger with all columns that bureaus keep, in their order
// (隐患台账, forms of the domain, section 7), for the workbook. Photos are counts: they
// are looked at on the hazard's page, to which the number leads.
func (s *Server) hazardLedger(r *request, rows []flow.HazardRow, names func(edu.UnitID) flow.SafetyUnit) Table {
	t := Table{ID: "hazards", Caption: r.T("safety.hazards")}
	for _, k := range []string{r.T("safety.no"), r.T("level.school"), r.T("level.county"), r.T("safety.foundat"), r.T("safety.source"), r.T("safety.finders"), r.T("safety.part"), r.T("safety.category"), r.T("safety.text"), r.T("safety.grade")} {
		t.Cols = append(t.Cols, Col{Label: k, Wrap: true})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("safety.before"), Num: true}, Col{Label: r.T("safety.self")}, Col{Label: r.T("safety.measure"), Wrap: true}, Col{Label: r.T("safety.control"), Wrap: true}, Col{Label: r.T("safety.sum"), Num: true}, Col{Label: r.T("safety.funds")}, Col{Label: r.T("safety.person")}, Col{Label: r.T("safety.due")}, Col{Label: r.T("safety.firstdue")}, Col{Label: r.T("safety.mendedat")}, Col{Label: r.T("safety.after"), Num: true})
	for _, k := range []string{r.T("safety.rechecker"), r.T("safety.recheckat"), r.T("safety.conclusion"), r.T("status"), r.T("safety.late"), r.T("safety.holder"), r.T("safety.listed"), r.T("safety.closedat")} {
		t.Cols = append(t.Cols, Col{Label: k, Wrap: true})
	}
	cats := s.categories(r)
	for _, h := range rows {
		sum, late := Cell{}, Cell{}
		if h.Sum > 0 {
			sum = figure(h.Sum, digits(h.Sum))
		}
		if h.Days > 0 {
			late = count(h.Days)
		}
		listed := ""
		if h.Listed.Day != 0 {
			listed = h.Listed.Day.String() + " " + h.Listed.Name
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			linked(strconv.FormatInt(h.No, 10), flow.HazardLink(h.ID)), text(r.Text(h.Unit.Name)), text(r.Text(names(h.County).Name)), text(day(h.FoundAt)), text(r.label(h.Source.Name())), text(r.List(h.Finders)), text(s.partName(r, h.Part)), text(cats[h.Category]), text(h.Text), text(r.hazardGrade(&h.Hazard)),
			count(len(h.Before)), text(r.selfMend(&h.Hazard)), text(h.Measure), text(h.Control), sum, text(h.Funds), text(h.Person), text(day(h.Due)), text(day(h.FirstDue)), text(day(h.MendedAt)), count(len(h.After)),
			text(h.Rechecker), text(day(h.RecheckAt)), text(h.Conclusion), text(r.label(h.Shown.Name())), late, text(r.label(h.Turn())), text(listed), text(day(h.ClosedAt))}})
	}
	return t
}

// selfMend is whether the school can mend it itself (能否自行整改), as far as it was said.
func (r *request) selfMend(h *inspection.Hazard) string {
	switch can, told := h.SelfMend(); {
	case can:
		return r.T("safety.self.yes")
	case told:
		return r.T("safety.self.no")
	}
	return ""
}

// partName is what a key part is called; other places are words.
func (s *Server) partName(r *request, part string) string {
	if pk, err := s.safety.SafetyPack(); err == nil {
		if k := pk.KeyPart(part); k != nil {
			return r.Text(k.Name)
		}
	}
	return part
}

// keyParts are what the key parts are called.
func (s *Server) keyParts(r *request) (out []string) {
	if pk, err := s.safety.SafetyPack(); err == nil {
		for _, k := range pk.KeyParts {
			out = append(out, r.Text(k.Name))
		}
	}
	return out
}

func (s *Server) categories(r *request) map[string]string {
	out := map[string]string{}
	if pk, err := s.safety.SafetyPack(); err == nil {
		for _, c := range pk.Checklists {
			out[c.ID] = r.Text(c.Name)
		}
	}
	return out
}

// checkedText is what was looked at: in both languages while the list still says it so.
func (s *Server) checkedText(r *request, list, item, said string) string {
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return said
	}
	for _, c := range pk.Checklists {
		for _, it := range c.Items {
			if c.ID == list && it.ID == item && it.What.ZH == said {
				return r.Text(it.What)
			}
		}
	}
	return said
}

func (s *Server) hazardList(w http.ResponseWriter, r *request) error {
	q := r.query
	f := store.HazardFilter{State: inspection.HazardState(q.Get("state")), Category: q.Get("category"), Major: q.Get("major") == "1", Listed: q.Get("listed") == "1", Size: hazardsSize}
	if f.State != "" && f.State != "all" && !slices.Contains(inspection.HazardStates, f.State) {
		return fmt.Errorf("state %q: %w", f.State, fault.Invalid)
	}
	var err error
	if f.Page, err = pageOf(r); err != nil {
		return err
	}
	if code := q.Get("county"); code != "" {
		id, ok := s.countyID(r, code)
		if !ok {
			return fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
		f.County = id
	}
	var town townPart
	if code := q.Get("township"); code != "" {
		var ok bool
		if town, ok = s.townOf(r, code); !ok {
			return fmt.Errorf("township %q: %w", code, fault.NotFound)
		}
		f.Schools = town.units
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	narrow := f
	switch f.State {
	case "":
		f.Live = true
	case "all":
		f.State = ""
	}
	as := q.Get("as") == "xlsx"
	if as {
		f.Size = -1
	}
	rows, total, err := s.safety.Hazards(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("hazards: %w", err)
	}
	if as {
		return s.exportPlain(w, r, r.T("safety.hazards"), s.hazardLedger(r, rows, names))
	}
	p := hazardsPage{Shell: s.shell(r, r.T("safety.hazards"), "safety"), Table: s.hazardTable(r, rows, names), State: q.Get("state")}
	if p.Township = q.Get("township"); p.Township != "" {
		p.Chips = []Link{{town.name, r.here("township", "", "page", "", "did", "")}}
	}
	p.Crumbs = r.safetyCrumbs()
	p.Sub = r.T("safety.hazards.sub", total)
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	if n := q.Get("did"); strings.HasPrefix(n, "tasks") {
		p.Said = r.T("safety.did.tasks", strings.TrimPrefix(n, "tasks"))
	}
	narrow.State, narrow.Live = "", false
	counts, err := s.safety.CountHazards(r.Context(), r.who, narrow)
	if err != nil {
		return err
	}
	n, live, all := map[inspection.HazardState]int{}, 0, 0
	for _, c := range counts {
		n[c.State] += c.N
		all += c.N
		if c.State != inspection.Closed {
			live += c.N
		}
	}
	tab := func(key, word string, k int) {
		p.Tabs = append(p.Tabs, Choice{Link{word + " " + chart.Number(float64(k), 0), r.here("state", key, "page", "", "did", "")}, q.Get("state") == key})
	}
	tab("", r.T("safety.tab.live"), live)
	for _, st := range inspection.HazardStates {
		tab(string(st), r.label(st.Name()), n[st])
	}
	tab("all", r.T("any"), all)
	cats := s.categories(r)
	if pk, err := s.safety.SafetyPack(); err == nil {
		for _, c := range pk.Checklists {
			p.Cats = append(p.Cats, Choice{Link{cats[c.ID], c.ID}, c.ID == f.Category})
		}
	}
	if p.Counties, err = s.countyChoice(r, auth.ReadSafety, f.County); err != nil {
		return err
	}
	for i := range p.Counties { // by code, as links from reports and the overview name them
		c := &p.Counties[i].Link
		c.Href = cmp.Or(names(edu.UnitID(c.Href)).Code, c.Href)
	}
	p.Ticks = []Choice{{Link{r.T("safety.grade.major"), "major"}, f.Major}, {Link{r.T("safety.listed"), "listed"}, f.Listed}}
	pages := max(1, (total+hazardsSize-1)/hazardsSize)
	p.Pages, p.Prev, p.Next = r.pager(min(f.Page, pages), pages)
	switch {
	case r.who.May(auth.Inspect):
		p.New = "/safety/hazards/found"
	case r.who.May(auth.DoSafety):
		p.New = "/safety/hazards/new"
	}
	if r.who.May(auth.KeepSafety) && r.who.May(auth.GiveTasks) && n[inspection.Overdue] > 0 {
		p.Escalate = "/safety/hazards/escalate"
	}
	return s.render(w, r, "hazards.html", p)
}

func (s *Server) escalate(_ http.ResponseWriter, r *request) error {
	done, err := s.safety.EscalateOverdue(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("escalate: %w", err)
	}
	return away{"/safety/hazards?state=overdue&did=tasks" + strconv.Itoa(done.Made)}
}
