package web

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// Teams are the three teams, exchanges and merit pay. flow implements it; nil leaves
// the pages out.
type Teams interface {
	Counties(ctx context.Context, who auth.Actor) ([]edu.UnitID, error)
	Of(ctx context.Context, who auth.Actor, county edu.UnitID) (*flow.TeamsOf, error)
	KeepRules(ctx context.Context, who auth.Actor, county edu.UnitID, rules teams.Rules, rev int) error
	KeepMore(ctx context.Context, who auth.Actor, m teams.More) error
	KeepMove(ctx context.Context, who auth.Actor, x teams.Exchange) (teams.Exchange, error)
	ReadMoves(ctx context.Context, who auth.Actor, name string, in io.ReadCloser) ([]teams.Exchange, []edu.Text, error)
	KeepMoves(ctx context.Context, who auth.Actor, all []teams.Exchange) (int, error)
	MoveTask(ctx context.Context, who auth.Actor, id string, rev int) (teams.Exchange, error)
	Schemes(ctx context.Context, who auth.Actor) ([]teams.Scheme, error)
	Scheme(ctx context.Context, who auth.Actor, id string) (teams.Scheme, error)
	StepScheme(ctx context.Context, who auth.Actor, s teams.Scheme, a teams.Act, approval string) (teams.Scheme, error)
	Appraised(ctx context.Context, who auth.Actor, scheme string) (*flow.Appraised, error)
	KeepMarks(ctx context.Context, who auth.Actor, scheme string, rev int, changes map[register.PersonID]map[string]float64) (teams.Marks, error)
	ReadMarks(ctx context.Context, a *flow.Appraised, in io.ReadCloser) ([]teams.MarkRow, map[register.PersonID]map[string]float64, error)
	MarkRows(ctx context.Context, a *flow.Appraised) ([]teams.MarkRow, error)
	Decide(ctx context.Context, who auth.Actor, scheme string, rev int, pool teams.Fen, source string, day edu.Date) (teams.Decision, error)
	Decisions(ctx context.Context, who auth.Actor, scheme string) ([]teams.Decision, error)
	Pools(ctx context.Context, who auth.Actor, school edu.UnitID) ([]teams.Pool, error)
	KeepPool(ctx context.Context, who auth.Actor, school edu.UnitID, p teams.Pool) error
	Pay(ctx context.Context, who auth.Actor, county edu.UnitID) (teams.Pay, error)
	KeepPay(ctx context.Context, who auth.Actor, county edu.UnitID, p teams.Pay) error
}

func (s *Server) teamRoutes() []route {
	if s.teams == nil {
		return nil
	}
	return []route{
		{"GET /staff/teams", auth.ReadStaff, aboutReach, s.teamLists},
		{"POST /staff/teams", auth.KeepStaff, aboutReach, s.keepMore},
		{"GET /staff/exchange", auth.ReadStaff, aboutReach, s.exchangePage},
		{"POST /staff/exchange", auth.KeepStaff, aboutReach, s.keepMove},
		{"POST /staff/exchange/task", auth.GiveTasks, aboutReach, s.moveTask},
		{"POST /staff/exchange/upload", auth.KeepStaff, aboutReach, s.sendMoves},
		{"GET /staff/exchange/template", auth.KeepStaff, aboutReach, s.moveTemplate},
		{"GET /staff/training", auth.ReadStaff, aboutReach, s.trainingPage},
		{"GET /staff/pay", auth.ReadStaff, aboutReach, s.payPage},
		{"POST /staff/pay", auth.KeepStaff, aboutReach, s.keepPay},
		{"GET /staff/pay/{scheme}", auth.KeepStaff, aboutReach, s.schemePage},
		{"POST /staff/pay/{scheme}", auth.KeepStaff, aboutReach, s.stepScheme},
		{"GET /staff/pay/{scheme}/marks", auth.KeepStaff, aboutReach, s.marksPage},
		{"POST /staff/pay/{scheme}/marks", auth.KeepStaff, aboutReach, s.keepMarks},
		{"POST /staff/pay/{scheme}/marks/upload", auth.KeepStaff, aboutReach, s.sendMarks},
		{"GET /staff/pay/{scheme}/marks/marked/{file}", auth.KeepStaff, aboutReach, s.marked},
		{"GET /staff/pay/{scheme}/shares", auth.KeepStaff, aboutReach, s.sharesPage},
		{"GET /staff/rules", auth.ReadStaff, aboutReach, s.teamRulesPage},
		{"POST /staff/rules", auth.KeepStaff, aboutReach, s.keepTeamRules},
	}
}

// staffTabs lead from one page of teachers to the next; empty where there is but one.
func (s *Server) staffTabs(r *request, on string) (out []Choice) {
	if s.teams == nil || !r.who.May(auth.ReadStaff) {
		return nil
	}
	for _, t := range []struct{ id, word string }{{"", r.T("teams.tab.counts")}, {"teams", r.T("teams.tab.teams")}, {"exchange", r.T("teams.tab.exchange")}, {"training", r.T("teams.tab.training")}, {"pay", r.T("teams.tab.pay")}, {"rules", r.T("teams.tab.rules")}} {
		path := []string{"staff"}
		if t.id != "" {
			path = append(path, t.id)
		}
		out = append(out, Choice{Link{t.word, r.to(path, "county", r.query.Get("county"))}, t.id == on})
	}
	return out
}

// teamPage is what the pages of the teams have in common.
type teamPage struct {
	Shell
	Tabs     []Choice
	Regions  []Choice // counties to choose from, where there are several
	Region   string   // the chosen one, by code
	Schools  []Choice
	School   string
	Plain    string
	Filtered bool
	Said     string
	Error    string
	Keeps    bool
	Wide     bool // several counties, none chosen: counts only
	Nobody   bool // nobody is on the register of the county
	Answer   []Fact
	Found    string
	Pages    []Choice
	Prev     string
	Next     string

	of   *flow.TeamsOf // nil where Wide
	all  []edu.UnitID
	tree *edu.Tree
}

const staffRows = 30

// teamPage reads what the page is about: the county that is chosen, or the only one.
func (s *Server) teamPage(r *request, tab, title string) (*teamPage, error) {
	p := &teamPage{Shell: s.shell(r, title, "staff"), Tabs: s.staffTabs(r, tab), Region: r.query.Get("county"), School: r.query.Get("school"), Keeps: r.who.May(auth.KeepStaff)}
	p.Plain = r.to(append([]string{"staff"}, tab))
	p.Filtered = p.Region+p.School+r.query.Get("state")+r.query.Get("subject") != ""
	var err error
	if p.tree, err = s.city.Tree(r.Context()); err != nil {
		return nil, fmt.Errorf("tree of units: %w", err)
	}
	if p.all, err = s.teams.Counties(r.Context(), r.who); err != nil {
		return nil, fmt.Errorf("counties with staff: %w", err)
	}
	chosen := edu.UnitID("")
	for _, id := range p.all {
		code, name := s.unitSays(r, p.tree, id)
		if len(p.all) > 1 {
			p.Regions = append(p.Regions, Choice{Link{name, code}, code == p.Region})
		}
		if code == p.Region || p.Region == "" && len(p.all) == 1 {
			chosen = id
		}
	}
	if p.Region != "" && chosen == "" {
		return nil, fmt.Errorf("county %q: %w", p.Region, fault.NotFound)
	}
	if chosen == "" {
		p.Wide = true
		return p, nil
	}
	if p.of, err = s.teams.Of(r.Context(), r.who, chosen); err != nil {
		return nil, fmt.Errorf("teams of %s: %w", chosen, err)
	}
	p.Nobody = len(p.of.Input.Staff) == 0
	return p, p.schools(s, r)
}

// schools narrows what the page is about to the school that is chosen.
func (p *teamPage) schools(s *Server, r *request) error {
	in := &p.of.Input
	found := edu.UnitID("")
	for i := range in.Schools {
		x := &in.Schools[i]
		code, name := s.unitSays(r, p.tree, x.ID)
		x.Name = name
		if len(in.Schools) > 1 && len(in.Schools) <= maxSchoolChoice {
			p.Schools = append(p.Schools, Choice{Link{name, code}, code == p.School})
		}
		if code == p.School && code != "" {
			found = x.ID
		}
	}
	if p.School == "" {
		return nil
	}
	if found == "" {
		return fmt.Errorf("school %q: %w", p.School, fault.NotFound)
	}
	in.Staff = slices.DeleteFunc(in.Staff, func(x register.Staff) bool { return x.Unit != found })
	in.Schools = slices.DeleteFunc(in.Schools, func(x teams.School) bool { return x.ID != found })
	in.Moves = slices.DeleteFunc(in.Moves, func(x teams.Exchange) bool { return x.From != found })
	return nil
}

// maxSchoolChoice is the longest list of schools that a page offers to choose from.
const maxSchoolChoice = 150

// unitSays is a unit's code and name.
func (s *Server) unitSays(r *request, t *edu.Tree, id edu.UnitID) (code, name string) {
	u, ok := t.Unit(id)
	if !ok {
		return string(id), string(id)
	}
	a := u.Attrs[len(u.Attrs)-1]
	if code = a.Code; code == "" {
		code = string(id)
	}
	return code, r.Text(a.Name)
}

// unitPair are the code and name by which a form calls a unit: a name may be that of
// several, and is then no answer to which one is meant.
func (s *Server) unitPair(r *request, t *edu.Tree, id edu.UnitID) []string {
	code, name := s.unitSays(r, t, id)
	return []string{code, name}
}

// schoolWords is what a school is called on these pages.
func (p *teamPage) schoolWords(x *teams.School, id edu.UnitID) string {
	if x != nil {
		return x.Name
	}
	return string(id)
}

// person is somebody in a table: the masked name, which leads on where the reader may
// enter something.
func (p *teamPage) person(r *request, s *register.Staff, export bool, to string) []Cell {
	name := p.of.Names[s.Person]
	if name == "" {
		name = r.T("teams.nameless")
	}
	c := Cell{Text: name, Title: r.T("teams.record", string(s.Person)), Href: to}
	if export {
		return []Cell{text(string(s.Person)), text(name)}
	}
	return []Cell{c}
}

func (p *teamPage) personCols(r *request, export bool) []Col {
	if export {
		return []Col{{Label: r.T("teams.id")}, {Label: r.T("teams.name")}}
	}
	return []Col{{Label: r.T("teams.name")}}
}

// paged cuts the rows of a table to a page.
func (p *teamPage) paged(r *request, t *Table) error {
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	n := len(t.Rows)
	pages := max(1, (n+staffRows-1)/staffRows)
	page = min(page, pages)
	lo, hi := (page-1)*staffRows, min(page*staffRows, n)
	t.Rows = t.Rows[lo:hi]
	p.Found = r.T("teams.found", n, min(lo+1, hi), hi)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return nil
}

// cutTable keeps the first rows of a table that a page shows whole, and says so: the
// export has all of them.
func (r *request) cutTable(t *Table, most int) {
	n := len(t.Rows)
	if n <= most || r.query.Get("as") == "xlsx" {
		return
	}
	t.Rows = t.Rows[:most]
	t.Cut = r.T("teams.cut", most, n)
}

// summer is the summer that a page is about: the one after the year of the register.
func (p *teamPage) summer(r *request) (int, error) {
	if t := r.query.Get("summer"); t != "" {
		y, err := strconv.Atoi(t)
		if err != nil || y < 2000 || y > 2100 {
			return 0, fmt.Errorf("summer %q: %w", t, fault.Invalid)
		}
		return y, nil
	}
	if p.of == nil || p.of.Year == 0 {
		return 0, nil
	}
	return p.of.Year + 1, nil
}

// ratioCells are a ratio with what it is made of and its line.
func (r *request) ratioCells(x teams.Ratio) []Cell {
	v := Cell{Text: "–"}
	if x.Den > 0 {
		v = figure(x.Percent, 1)
		v.Text += " %"
	}
	lamp := text("–")
	if x.Den > 0 {
		lamp = lampCell(r.Verdict(x.Verdict))
	}
	return []Cell{count(x.Num), count(x.Den), v, {Text: "≥ " + strconv.FormatFloat(x.Line.Value, 'g', -1, 64) + " %", Title: r.Text(x.Line.Basis())}, r.mark(x.Line.Evidence), lamp, count(x.Lacks)}
}

func (r *request) ratioCols() []Col {
	return []Col{{Label: r.T("teams.num"), Num: true}, {Label: r.T("teams.den"), Num: true}, {Label: r.T("teams.percent"), Num: true}, {Label: r.T("teams.line"), Num: true}, {Label: r.T("teams.evidence")}, {Label: r.T("log.state")}, {Label: r.T("teams.lacks"), Num: true}}
}

// asked are the parameters of a page that its form carries along, so that whoever works
// down a list comes back to the place in it.
func (r *request) asked(keys ...string) (out []Param) {
	for _, k := range keys {
		if v := r.query.Get(k); v != "" {
			out = append(out, Param{k, v})
		}
	}
	return out
}

// askedIn gives back to the page what its form carried along, and is the address of it
// once something was done there.
func (r *request) askedIn(path []string, did string, keys ...string) string {
	kv := []string{"did", did}
	for _, k := range keys {
		if v := r.PostFormValue(k); v != "" {
			r.query.Set(k, v)
			kv = append(kv, k, v)
		}
	}
	return r.to(path, kv...)
}

// ratioBar draws a ratio against its line, at the left third of the bar where the line
// is a small part of the whole.
func (r *request) ratioBar(name string, x teams.Ratio) Cell {
	if x.Den == 0 {
		return Cell{}
	}
	says := r.T("bullet.says", name, chart.Number(x.Percent, 1)+" %", "≥ "+chart.Number(x.Line.Value, 0)+" %")
	return Cell{Chart: draw(chart.Spec{Kind: chart.Bullet, Says: says, Width: 130, Full: min(100, 3*x.Line.Value), Series: []chart.Series{{Values: []float64{x.Percent}, Tones: []chart.Tone{r.Verdict(x.Verdict).Tone}}}, Target: &chart.Target{Value: x.Line.Value}})}
}

// unregistered is the row of a county without a register: nobody of a kind and no
// register are two things.
func (r *request) unregistered(code, name string, cols int) Row {
	cells := []Cell{linked(name, r.here("county", code)), text(r.T("teams.register.none"))}
	return Row{Cells: append(cells, make([]Cell, cols-len(cells))...)}
}

// formLines are the lines of a text area, less empty ones, each cut at commas of
// either kind, tabs included.
func formLines(textarea string) (out [][]string) {
	for _, l := range strings.Split(textarea, "\n") {
		if strings.TrimSpace(l) == "" {
			continue
		}
		parts := strings.FieldsFunc(l, func(c rune) bool { return c == ',' || c == '，' || c == '\t' })
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		out = append(out, parts)
	}
	return out
}
