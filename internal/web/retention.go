package web

import (
	"cmp"
	"context"
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
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// Retention is what the pages of dropout prevention do. flow's implements it; nil
// leaves them and their item of the navigation out.
type Retention interface {
	Cases(ctx context.Context, who auth.Actor, f store.CaseFilter) (flow.CasePage, error)
	Case(ctx context.Context, who auth.Actor, id string) (flow.CaseFull, error)
	Open(ctx context.Context, who auth.Actor, c retention.Case, sent string) (retention.Case, error)
	// Act takes an act over the revision that was seen; a stale one is fault.Conflict.
	Act(ctx context.Context, who auth.Actor, id string, rev int, act retention.Act, o retention.Options, files ...flow.Attached) (retention.Case, error)
	// File gives a file of a case and logs that it was read.
	File(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error)
	DropFile(ctx context.Context, who auth.Actor, id, hash string) error
	Children(ctx context.Context, who auth.Actor, f register.ChildFilter) ([]flow.ChildLine, int, error)
	Child(ctx context.Context, who auth.Actor, id register.PersonID) (flow.ChildLine, error)
	Classmates(ctx context.Context, who auth.Actor, school edu.UnitID, grade int) ([]flow.ChildRow, error)
	Mark(ctx context.Context, who auth.Actor, marks ...retention.Mark) error
	Marks(ctx context.Context, who auth.Actor, f store.MarkFilter) ([]flow.MarkRow, error)
	Zero(ctx context.Context, who auth.Actor, school edu.UnitID, month string) error
	Zeros(ctx context.Context, who auth.Actor, month string) ([]flow.ZeroState, error)
	Report(ctx context.Context, who auth.Actor, c retention.Cadence, key string, of edu.UnitID) (flow.RetentionReport, error)
	FromPlatform(ctx context.Context, who auth.Actor) (int, error)
	// RulesKept are the rules in force, and whether the reader may set them.
	RulesKept(ctx context.Context, who auth.Actor) (flow.RulesKept, bool, error)
	SetRules(ctx context.Context, who auth.Actor, r retention.Rules) error
	// Comparison is that of a year's lists; Compare begins it, and a person decides pairs.
	Comparison(ctx context.Context, who auth.Actor, year, page, size int) (flow.CaseComparison, error)
	Compare(ctx context.Context, who auth.Actor, year int) error
	StopComparing(ctx context.Context, who auth.Actor, year int) error
	DecidePair(ctx context.Context, who auth.Actor, year int, a, b register.PersonID, said string) error
	// Warnings is early warning, on the same children.
	Warnings() *flow.Warnings
}

// retentionRoutes are the addresses of dropout prevention. Which act somebody may do
// is in the table of steps (retention.Steps), and flow asks for it. An address has the
// id of a case or of a child, never a name or a number.
func (s *Server) retentionRoutes() []route {
	if s.retention == nil {
		return nil
	}
	return []route{
		{"GET /retention", auth.DoRetention, aboutReach, s.caseList},
		{"GET /retention/children", auth.DoRetention, aboutReach, s.childList},
		{"GET /retention/new", auth.DoRetention, aboutReach, s.newCase},
		{"POST /retention/new", auth.DoRetention, aboutReach, s.openCase},
		{"GET /retention/cases/{case}", auth.DoRetention, aboutCase, s.casePage},
		{"POST /retention/cases/{case}/acts", auth.DoRetention, aboutCase, s.doCase},
		{"POST /retention/cases/{case}/acts/upload", auth.DoRetention, aboutCase, s.doCase},
		{"GET /retention/cases/{case}/files/{hash}", auth.DoRetention, aboutCase, s.sendCaseFile},
		{"POST /retention/cases/{case}/files/drop", auth.DoRetention, aboutCase, s.dropCaseFile},
		{"GET /retention/attendance", auth.DoRetention, aboutReach, s.attendance},
		{"POST /retention/attendance", auth.DoRetention, aboutReach, s.markAbsent},
		{"GET /retention/reports", auth.DoRetention, aboutReach, s.caseReports},
		{"POST /retention/reports", auth.DoRetention, aboutReach, s.zeroReport},
		{"GET /retention/counts", auth.ReadRegion, aboutReach, s.caseReports},
		{"POST /retention/platform", auth.DoRetention, aboutReach, s.fromPlatform},
		{"GET /retention/rules", auth.DoRetention, aboutReach, s.caseRules},
		{"POST /retention/rules", auth.EndCases, aboutWhole, s.setCaseRules},
		{"GET /retention/compare", auth.EndCases, aboutReach, s.caseComparison},
		{"POST /retention/compare", auth.EndCases, aboutReach, s.compareLists},
		{"POST /retention/compare/stop", auth.EndCases, aboutReach, s.stopComparing},
		{"POST /retention/compare/pairs", auth.EndCases, aboutReach, s.decidePair},
	}
}

// retentionLight tells that an address is of cases, which need no assessment.
func retentionLight(path string) bool {
	return path == "/retention" || strings.HasPrefix(path, "/retention/")
}

// retentionNavigation adds dropout prevention to the group of daily work: its cases
// for who follows them up, its counts for who reads the figures of regions.
func (s *Server) retentionNavigation(r *request, sh *Shell) {
	if s.retention == nil {
		return
	}
	href := ""
	switch {
	case r.who.May(auth.DoRetention):
		href = "/retention"
	case r.who.May(auth.ReadRegion):
		href = "/retention/counts"
	default:
		return
	}
	sh.item("retention", r.T("retention.nav"), "", "M8 8a3 3 0 100-6 3 3 0 000 6zM2 14c0-3 3-5 6-5M10 12l2 2 3-4", href, 0)
}

// casesPage is one of the ledgers.
type casesPage struct {
	Shell
	Sub      string
	Said     string
	Tabs     []Choice
	Links    []Link
	Action   string
	States   []Choice
	Colours  []Choice
	Counties []Choice
	School   string // as it was typed
	Error    string // why a school that was typed is none
	Grades   []Choice
	Hidden   []Param
	Filtered bool
	Plain    string
	Found    string
	Table    Table
	Pages    []Choice
	Prev     string
	Next     string
	Lists    []Choice
	Ask      bool // the ledger can be narrowed to exceptions that ended
	Ends     bool // and is
	Platform bool // cases can be opened from the export of the national platform
	Homes    bool // the household list is shown, which has no schools to narrow by
}

// ledgers are the views of the one record, with the states that each shows.
var ledgers = []struct {
	id     string
	states []retention.State
}{
	{"live", nil},
	{"suspected", []retention.State{retention.Suspected}},
	{"dropouts", []retention.State{retention.Confirmed, retention.Persuading, retention.Returned, retention.Transferred, retention.Placed, retention.Observing}},
	{"excepted", []retention.State{retention.Excepted}},
	{"ended", []retention.State{retention.Closed, retention.Excluded, retention.Elsewhere}},
}

func (r *request) ledgerName(id string) string {
	switch id {
	case "suspected":
		return r.T("retention.ledger.suspected")
	case "dropouts":
		return r.T("retention.ledger.dropouts")
	case "excepted":
		return r.T("retention.ledger.excepted")
	case "ended":
		return r.T("retention.ledger.ended")
	case "children":
		return r.T("retention.ledger.children")
	}
	return r.T("retention.ledger.live")
}

// tabs are the ledgers as a switch; the register's is one of them.
func (r *request) ledgerTabs(on string) (out []Choice) {
	for _, l := range ledgers {
		href := "/retention"
		if l.id != "live" {
			href += "?ledger=" + l.id
		}
		out = append(out, Choice{Link{r.ledgerName(l.id), href}, l.id == on})
	}
	return append(out, Choice{Link{r.ledgerName("children"), "/retention/children"}, on == "children"})
}

func (r *request) retentionLinks() []Link {
	out := []Link{{r.T("warning.visits"), "/retention/visits"}, {r.T("retention.attendance"), "/retention/attendance"}, {r.T("retention.reports"), "/retention/reports"}}
	if r.who.May(auth.EndCases) {
		out = append(out, Link{r.T("retention.compare"), "/retention/compare"})
	}
	out = append(out, Link{r.T("retention.rules"), "/retention/rules"})
	return out
}

func (s *Server) caseList(w http.ResponseWriter, r *request) error {
	q := r.query
	ledger := cmp.Or(q.Get("ledger"), "live")
	i := slices.IndexFunc(ledgers, func(l struct {
		id     string
		states []retention.State
	}) bool {
		return l.id == ledger
	})
	if i < 0 {
		return fmt.Errorf("ledger %q: %w", ledger, fault.Invalid)
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	f := store.CaseFilter{States: ledgers[i].states, Live: ledger == "live", Colour: retention.Colour(q.Get("colour")), Page: page, Size: 30, Sort: q.Get("sort")}
	if f.Colour != "" && !slices.Contains(retention.Colours, f.Colour) {
		return fmt.Errorf("colour %q: %w", f.Colour, fault.Invalid)
	}
	if st := retention.State(q.Get("state")); st != "" {
		if !slices.Contains(retention.States, st) {
			return fmt.Errorf("state %q: %w", st, fault.Invalid)
		}
		f.States = []retention.State{st}
	}
	excel := q.Get("as") == "xlsx"
	if excel {
		f.Page, f.Size = 1, -1
	}
	narrow, err := s.narrowed(r)
	if err != nil {
		return err
	}
	f.County, f.School = narrow.county, narrow.school
	list, err := s.retention.Cases(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	if narrow.why != "" {
		list = flow.CasePage{}
	}
	p := casesPage{Shell: s.shell(r, r.T("retention.title"), "retention"), Sub: r.T("retention.sub"), Tabs: r.ledgerTabs(ledger), Links: r.retentionLinks(), Action: "/retention", Platform: r.who.May(auth.EndCases)}
	p.Table = r.caseTable(list.Rows, ledger, excel)
	if excel {
		return s.exportPlain(w, r, r.ledgerName(ledger), p.Table)
	}
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	if ledger != "live" {
		p.Hidden = []Param{{"ledger", ledger}}
	}
	for _, c := range retention.Colours {
		p.Colours = append(p.Colours, Choice{Link{r.colourWord(c) + " " + fmt.Sprint(list.Colours[c]), string(c)}, c == f.Colour})
	}
	for _, st := range retention.States {
		if n := list.States[st]; n > 0 || len(f.States) == 1 && f.States[0] == st {
			p.States = append(p.States, Choice{Link{r.label(st.Name()) + " " + fmt.Sprint(n), string(st)}, q.Get("state") == string(st)})
		}
	}
	p.Counties, p.School, p.Error = narrow.counties, q.Get("school"), narrow.why
	p.Filtered = q.Get("colour") != "" || q.Get("state") != "" || narrow.any
	p.Plain = "/retention"
	if ledger != "live" {
		p.Plain += "?ledger=" + ledger
	}
	p.Found = r.T("retention.found", list.Total)
	p.Pages, p.Prev, p.Next = r.pager(page, (list.Total+f.Size-1)/f.Size)
	switch did := q.Get("did"); {
	case did == "platform":
		p.Said = r.T("retention.did.platform", cmp.Or(q.Get("n"), "0"))
	}
	return s.render(w, r, "retention.html", p)
}

// narrowing is a ledger narrowed to a county or a school.
type narrowing struct {
	county, school edu.UnitID
	counties       []Choice // to choose from, where the reader has more than one
	why            string   // why the school that was typed is none
	any            bool
}

// narrowed reads by which county and school a ledger is narrowed. A school is typed, by
// its name or its code: a county has hundreds.
func (s *Server) narrowed(r *request) (n narrowing, err error) {
	n.county = edu.UnitID(r.query.Get("county"))
	all, err := s.retention.Warnings().Counties(r.Context(), r.who)
	if err != nil {
		return n, fmt.Errorf("counties of a ledger: %w", err)
	}
	if n.county != "" && !slices.Contains(all, n.county) {
		return n, fmt.Errorf("county %q: %w", n.county, fault.NotFound)
	}
	tree, err := r.city.Tree(r.Context())
	if err != nil {
		return n, err
	}
	for _, id := range all {
		if u, ok := tree.Unit(id); ok && len(all) > 1 {
			n.counties = append(n.counties, Choice{Link{r.Text(u.Attrs[len(u.Attrs)-1].Name), string(id)}, id == n.county})
		}
	}
	if typed := strings.TrimSpace(r.query.Get("school")); typed != "" {
		if n.school, n.why, err = s.caseSchool(r, r.who.Reach(auth.DoRetention), typed); err != nil {
			return n, err
		}
	}
	n.any = n.county != "" || n.school != "" || n.why != ""
	return n, nil
}

// colourWord is a colour in words, for who does not see it.
func (r *request) colourWord(c retention.Colour) string {
	switch c {
	case retention.Red:
		return r.T("retention.red")
	case retention.Amber:
		return r.T("retention.amber")
	case retention.Watch:
		return r.T("retention.watch")
	}
	return r.T("retention.plain")
}

func (r *request) caseLamp(c retention.Colour, why []retention.Warning) Lamp {
	l := Lamp{Tone: chart.Open, Word: r.colourWord(c)}
	switch c {
	case retention.Red:
		l.Tone = chart.Bad
	case retention.Amber:
		l.Tone = chart.Near
	case retention.Plain:
		l.Tone = chart.Good
	}
	var words []string
	for _, w := range why {
		words = append(words, r.Text(w.Text))
	}
	l.Why = r.sentences(words)
	return l
}

func (r *request) partWords(list []retention.Part) string {
	var out []string
	for _, p := range list {
		out = append(out, r.Text(retention.Word(retention.Parts, p)))
	}
	return r.List(out)
}

func (r *request) groupWords(g register.Groups) string {
	var out []string
	for i, t := range register.GroupTerms {
		if g.Has(1 << i) {
			out = append(out, r.Text(t.Text))
		}
	}
	return r.List(out)
}

// gradeWords is a grade with the class.
func (r *request) gradeWords(grade int, class string) string {
	switch {
	case grade == 0:
		return ""
	case class == "":
		return r.T("retention.grade.only", grade)
	}
	return r.T("retention.grade.class", grade, class)
}

// childList is the ledger of school-age children (适龄儿童台账): the register, with the
// case that each child has.
func (s *Server) childList(w http.ResponseWriter, r *request) error {
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	q := r.query
	f := register.ChildFilter{Page: page, Size: 30, Schooling: register.Schooling(q.Get("status")), List: register.List(q.Get("list"))}
	if f.Schooling != "" && !slices.ContainsFunc(register.Schoolings, func(t register.Term) bool { return t.ID == string(f.Schooling) }) || f.List != register.Register && f.List != register.Household {
		return fmt.Errorf("a list of children: %w", fault.Invalid)
	}
	if g := q.Get("grade"); g != "" {
		if f.Grade, err = strconv.Atoi(g); err != nil || f.Grade < 1 || f.Grade > 12 {
			return fmt.Errorf("grade %q: %w", g, fault.Invalid)
		}
	}
	due := q.Get("due") == "1"
	if due {
		f.Due = collect.Today(s.now())
	}
	excel := q.Get("as") == "xlsx"
	if excel {
		f.Page, f.Size = 1, -1
	}
	p := casesPage{Shell: s.shell(r, r.T("retention.title"), "retention"), Sub: r.T("retention.sub"), Tabs: r.ledgerTabs("children"), Links: r.retentionLinks(), Action: "/retention/children", Plain: "/retention/children"}
	narrow, err := s.narrowed(r)
	if err != nil {
		return err
	}
	if p.Homes = f.List == register.Household; p.Homes {
		if narrow.school, narrow.why = "", ""; q.Get("school") != "" || f.Grade != 0 || f.Schooling != "" || due {
			p.Said = r.T("retention.homes.whole")
		}
	}
	f.County, f.School = narrow.county, narrow.school
	list, total, err := s.retention.Children(r.Context(), r.who, f)
	why := ""
	if err != nil {
		if why = r.why(err); why == "" { // no key of the registers is an answer, not a failure
			return fmt.Errorf("ledger of children: %w", err)
		}
	}
	if narrow.why != "" {
		list, total = nil, 0
	}
	p.Counties, p.School, p.Error = narrow.counties, q.Get("school"), narrow.why
	p.Table = r.childTable(list, cmp.Or(why, r.T("retention.children.none")))
	if excel {
		if err := s.noteRead(r, "retention children", ""); err != nil {
			return err
		}
		return s.exportPlain(w, r, r.ledgerName("children"), p.Table)
	}
	p.Export = r.here("as", "xlsx", "page", "")
	if !p.Homes {
		for g := 1; g <= 9; g++ {
			p.Grades = append(p.Grades, Choice{Link{r.T("retention.grade.only", g), fmt.Sprint(g)}, f.Grade == g})
		}
		for _, t := range register.Schoolings {
			p.States = append(p.States, Choice{Link{r.Text(t.Text), t.ID}, string(f.Schooling) == t.ID})
		}
		p.Ask, p.Ends = true, due
	}
	p.Lists = []Choice{{Link{r.T("retention.list.register"), ""}, f.List == register.Register}, {Link{r.T("retention.list.household"), string(register.Household)}, f.List == register.Household}}
	p.Filtered = f.Grade != 0 || f.Schooling != "" || f.List != "" || due || narrow.any
	p.Found = r.T("retention.children.found", total)
	p.Pages, p.Prev, p.Next = r.pager(page, (total+29)/30)
	return s.render(w, r, "retention.html", p)
}

func (r *request) childTable(list []flow.ChildLine, empty string) Table {
	name := r.ledgerName("children")
	t := Table{ID: "children", Caption: name, Sheet: name, List: true, Tight: true, Empty: empty}
	t.Cols = []Col{{Label: r.T("retention.child")}, {Label: r.T("retention.school"), Wrap: true}, {Label: r.T("retention.grade")}, {Label: r.T("retention.home"), Wrap: true}, {Label: r.T("retention.schooling")}, {Label: r.T("retention.groups"), Wrap: true}, {Label: r.T("retention.proof"), Wrap: true}, {Label: r.T("retention.approved"), Wrap: true}, {Label: r.T("retention.recheck")}, {Label: r.T("retention.compare.reason"), Wrap: true}, {Label: r.T("retention.case")}}
	for _, x := range list {
		case1 := Cell{Text: r.T("retention.open"), Href: "/retention/new?child=" + url.QueryEscape(string(x.Person)), Quiet: true}
		if x.Case.ID != "" {
			case1 = Cell{Text: r.label(x.Case.State.Name()), Href: flow.CaseLink(x.Case.ID)}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(x.Shown), text(cmp.Or(r.Text(x.SchoolAt), r.T("retention.noschool"))), text(r.gradeWords(x.Grade, x.Class)), text(r.Text(x.HomeAt)), text(r.Text(register.Words(register.Schoolings, string(x.Schooling)))), text(r.groupWords(x.Groups)), text(cmp.Or(x.Proof, r.Text(register.Words(register.ProofKinds, x.ProofKind)))), text(strings.TrimSpace(x.Approved + " " + x.Approval)), r.recheck(x), text(r.lineReason(x)), case1}})
	}
	return t
}

// recheck is until when an exception is good, and that it no longer is.
func (r *request) recheck(x flow.ChildLine) Cell {
	if !x.Overdue {
		return text(x.Until.String())
	}
	return lampCell(Lamp{chart.Near, x.Until.String(), r.T("retention.ended.recheck")})
}

// lineReason is why a child stands in the ledger as it does: what its case says, what
// the newest comparison of lists found, or else its state of schooling.
func (r *request) lineReason(x flow.ChildLine) string {
	if x.Case.ID != "" && x.Case.State.Live() {
		return r.Text(retention.Word(retention.Causes, cmp.Or(x.Case.Cause, x.Case.Guess)))
	}
	return r.reasonWords(x.Why)
}

// fromPlatform opens the cases of the imported export of the national platform.
func (s *Server) fromPlatform(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	n, err := s.retention.FromPlatform(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("cases of the national platform: %w", err)
	}
	return away{fmt.Sprintf("/retention?did=platform&n=%d", n)}
}
