package web

import (
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
	"shuren/internal/proposal"
	"shuren/internal/propose"
)

// proposalLines is how many lines of a proposal a page shows.
const proposalLines = 30

// proposalPage is what a county is proposed: the answer, the scenarios side by side,
// the lines of one of them.
type proposalPage struct {
	Shell
	Said, Error string
	Code        string
	Base        string // address of the page, without a query
	Means       string
	Keeps       bool
	Lacks       string // what must be told first
	Running     bool
	Answer      []Fact
	Scenarios   []scenarioRow
	Plan        *offerView
	None        string
	Older       Table
}

// scenarioRow is a scenario in the table that puts them side by side.
type scenarioRow struct {
	Key, Name, Href string
	On              bool
	Lamp            Lamp
	Cost            string
	Before, After   string
	Spread          Lamp
	Bound           string
	Made            string
	Running, Waits  bool
	Percent         int
	Progress        string
	Cut             string
}

// offerView is one proposal.
type offerView struct {
	ID                  string
	Rev                 int
	Name                string
	Made                string
	Filters             []Choice
	Acts                []Choice
	Query               string
	State, Act, Q       string
	Found               string
	Lines               []lineView
	Pages               []Choice
	Prev, Next          string
	Edit                *lineEdit
	Picked              bool // there is something to decide on
	Undo                bool
	Keeps               bool   // the reader may decide on it
	Replaced            string // a newer one has replaced it
	Moves               *chartView
	MoveNote            string
	Years, Check, Fails Table
	Easing, Waiting     Table // of the scenario that does nothing
	Conflict            []string
	Short               string
	Notes               []string
	Gives               bool
	GiveNote            string
	Ready               int // taken lines that are no task yet
	Measures            []Choice
	Leads               []Choice
	Sent                string
	Export              string
}

// lineView is a line of the table.
type lineView struct {
	No                         int
	Pick                       bool
	What, Why, Rests           string
	School, SchoolHref, Place  string
	Year, Amount, Cost         string
	Was                        string
	Lamp                       Lamp
	Note, Edit, Task, TaskWord string
}

// lineEdit is the form that changes one line.
type lineEdit struct {
	No                 int
	What, Amount, Unit string
	Note               string
	Whole              bool
	Years              []Choice // from which it may be done; none where it may not be shifted
	Back               string
}

func (s *Server) countyProposal(w http.ResponseWriter, r *request) error {
	p := proposalPage{}
	if did := r.query.Get("did"); did != "" {
		p.Said = map[string]string{"make": r.T("proposal.did.make"), "stop": r.T("proposal.did.stop"), "accept": r.T("proposal.did.accept"), "edit": r.T("proposal.did.edit"), "reject": r.T("proposal.did.reject"), "reopen": r.T("proposal.did.reopen"), "undo": r.T("proposal.did.undo"), "check": r.T("proposal.did.check"), "tasks": r.T("proposal.did.tasks")}[did]
	}
	return s.showProposal(w, r, p, http.StatusOK)
}

// countyHere is the county of the address: of the assessment, and as the unit that it
// is in the tree.
func (s *Server) countyHere(r *request) (i int, id edu.UnitID, err error) {
	if r.a == nil {
		return -1, "", fmt.Errorf("there are no figures: %w", fault.NotFound)
	}
	if i = r.lens.county(r.PathValue("county")); i < 0 {
		return i, "", fmt.Errorf("county %s: %w", r.PathValue("county"), fault.NotFound)
	}
	return i, s.unitOfCounty(r, i), nil
}

// unitOfCounty is the unit of a county of the assessment, which knows codes; empty
// where the tree has none.
func (s *Server) unitOfCounty(r *request, i int) edu.UnitID {
	on, err := s.tree(r)
	if err != nil {
		return ""
	}
	if at := on.ByKey(edu.County, codeOf(r.a.Units[edu.County][i])); len(at) == 1 {
		return on.Nodes[at[0]].Unit.ID
	}
	return ""
}

func (s *Server) showProposal(w http.ResponseWriter, r *request, p proposalPage, status int) error {
	if r.a == nil {
		return s.empty(w, r, "gaps")
	}
	i, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	u := r.a.Units[edu.County][i]
	p.Code = codeOf(u)
	p.Base = s.toGaps(r, p.Code)
	p.Means = p.Base + "/means"
	p.Shell = s.shell(r, r.T("proposal.title", u.Name), "gaps", Link{r.T("gaps.title"), r.to([]string{"gaps"})})
	p.Keeps = s.mayIn(r, auth.KeepCounty, id)
	m, err := s.gaps.Means(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("means: %w", err)
	}
	if lacks := m.Lacks(); len(lacks) > 0 {
		var names []string
		for _, k := range lacks {
			names = append(names, r.Text(k.Name()))
		}
		p.Lacks = r.T("proposal.lacks", r.List(names))
	}
	now, older, err := s.gaps.Proposals(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	jobs, err := s.gaps.ProposingOf(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("proposals under way: %w", err)
	}
	chosen, err := s.chosenProposal(r, id, now)
	if err != nil {
		return err
	}
	p.scenarios(r, now, jobs, chosen)
	if chosen == nil {
		p.None = r.T("proposal.none")
		if p.Running {
			p.None = r.T("proposal.none.running")
		}
	} else {
		if r.query.Get("as") == "xlsx" {
			return s.exportProposal(w, r, u.Name, chosen, now)
		}
		if p.Plan, err = s.planOf(r, &p, chosen, slices.ContainsFunc(older, func(q proposal.Proposal) bool { return q.ID == chosen.ID })); err != nil {
			return err
		}
		p.Export = r.here("as", "xlsx", "page", "", "did", "", "line", "")
		p.Answer = r.proposalAnswer(chosen)
	}
	p.Older = r.olderProposals(p.Base, older)
	if p.Running && r.Method == http.MethodGet && r.query.Get("line") == "" {
		w.Header().Set("Refresh", "2")
	}
	return s.write(w, r, status, "proposal.html", p)
}

// mayIn tells whether the reader has a permission over a unit.
func (s *Server) mayIn(r *request, p auth.Permission, id edu.UnitID) bool {
	reach := r.who.Reach(p)
	if reach.Whole {
		return true
	}
	on, err := s.tree(r)
	if err != nil {
		return false
	}
	for i := range on.Nodes {
		if on.Nodes[i].Unit.ID == id {
			return within(on, reach, i)
		}
	}
	return false
}

// chosenProposal is the one that is looked at: by its id, by its scenario, or the
// first that there is.
func (s *Server) chosenProposal(r *request, county edu.UnitID, now []proposal.Proposal) (*proposal.Proposal, error) {
	if id := r.query.Get("proposal"); id != "" {
		x, err := s.gaps.Proposal(r.Context(), r.who, id)
		if err != nil || x.County != county {
			return nil, fmt.Errorf("proposal %s: %w", id, fault.NotFound)
		}
		return &x, nil
	}
	want := proposal.Scenario(r.query.Get("scenario"))
	if want != "" && !slices.Contains(proposal.Scenarios, want) {
		return nil, fmt.Errorf("scenario %q: %w", want, fault.NotFound)
	}
	for i := range now {
		if want == "" || now[i].Scenario == want {
			return &now[i], nil
		}
	}
	return nil, nil
}

// scenarios puts what there is side by side, with what is being made.
func (p *proposalPage) scenarios(r *request, now []proposal.Proposal, jobs []flow.Proposing, chosen *proposal.Proposal) {
	for _, sc := range proposal.Scenarios {
		row := scenarioRow{Key: string(sc), Name: r.Text(sc.Name()), Lamp: Lamp{chart.Open, r.T("proposal.notmade"), ""}, Cost: chart.NoNumber, Before: chart.NoNumber, After: chart.NoNumber, Bound: ""}
		for i := range now {
			if x := &now[i]; x.Scenario == sc {
				row.Href = p.Base + "?" + with(nil, "scenario", string(sc)).Encode()
				row.Lamp, row.Bound = r.offerLamp(x), r.boundWords(x)
				if len(x.Waits) > 0 {
					row.Bound = r.waitWords(x)
				}
				row.Before, row.After = metWords(x.Before), metWords(x.After)
				if !planned(x) {
					row.After = chart.NoNumber
				} else {
					row.Cost = r.wan(max(0, x.CostNow()))
					if x.After.Sections > 0 {
						row.Spread = r.spreadLamp(x.After)
					}
				}
				row.Made = r.Minute(x.Made.In(collect.China))
				row.On = chosen != nil && chosen.ID == x.ID
			}
		}
		for _, j := range jobs {
			if j.Scenario != sc {
				continue
			}
			switch j.State {
			case flow.MakingNow:
				p.Running, row.Running, row.Waits = true, true, j.Waits
				row.Progress, row.Percent = r.progressWords(j.Making)
			case flow.MakingCut:
				row.Cut = r.T("proposal.cut")
			case flow.MakingFailed:
				row.Cut = r.T("proposal.failed", r.Text(j.Why))
			case flow.MakingStopped:
				if j.Proposal == "" {
					row.Cut = r.T("proposal.stopped.nothing")
				}
			}
		}
		p.Scenarios = append(p.Scenarios, row)
	}
}

// planned tells whether a proposal has a plan at all, which costs something or, where
// there is nothing to do, nothing.
func planned(p *proposal.Proposal) bool {
	s := propose.Status(p.Status)
	return p.Cost >= 0 && s != propose.Infeasible && s != propose.Stopped
}

// costWords is what a proposal costs as it was made; a dash where there is no plan.
func (r *request) costWords(p *proposal.Proposal) string {
	if !planned(p) {
		return chart.NoNumber
	}
	return r.wan(p.Cost)
}

// progressWords says how far a search is: what the best costs, what every plan costs
// at least, and how far the two are apart.
func (r *request) progressWords(j flow.Making) (string, int) {
	switch {
	case j.Waits:
		return r.T("proposal.waits"), 0
	case !j.Found():
		return r.T("proposal.searching"), 1
	}
	x := j.Progress
	return r.T("proposal.progress", r.wan(x.Best), r.wan(max(0, x.Bound)), chart.Percent(x.Gap)), int(100 * (1 - min(1, max(0, x.Gap))))
}

// metWords is how many of how many pass; a dash where nothing was judged.
func metWords(m proposal.Met) string {
	if m.Sections == 0 {
		return chart.NoNumber
	}
	return fmt.Sprintf("%d/%d", m.Passing, m.Sections)
}

func (r *request) spreadLamp(m proposal.Met) Lamp {
	if m.Spread {
		return Lamp{chart.Good, r.T("value.met"), r.T("proposal.spread.why")}
	}
	return Lamp{chart.Bad, r.T("value.short"), r.T("proposal.spread.why")}
}

// offerLamp says what is known of a proposal.
func (r *request) offerLamp(p *proposal.Proposal) Lamp {
	switch propose.Status(p.Status) {
	case propose.Optimal:
		return Lamp{chart.Good, r.T("proposal.optimal"), ""}
	case propose.Within:
		return Lamp{chart.Good, r.T("proposal.within"), ""}
	case propose.Infeasible:
		return Lamp{chart.Bad, r.T("proposal.infeasible"), ""}
	case propose.Nothing:
		if p.After.Passing < p.After.Sections || !p.After.Spread {
			return Lamp{chart.Near, r.T("proposal.nothing.short"), ""}
		}
		return Lamp{chart.Good, r.T("proposal.nothing"), ""}
	}
	return Lamp{chart.Open, r.T("proposal.stopped"), ""}
}

// boundWords says what was proven, for people who do not know what a bound is.
func (r *request) boundWords(p *proposal.Proposal) string {
	switch propose.Status(p.Status) {
	case propose.Optimal:
		return r.T("proposal.bound.optimal")
	case propose.Within:
		return r.T("proposal.bound.within", r.wan(max(0, p.Bound)), chart.Percent(max(0, p.Gap)))
	case propose.Infeasible:
		return r.T("proposal.bound.none")
	case propose.Nothing:
		return r.T("proposal.bound.nothing")
	}
	return r.T("proposal.bound.stopped")
}

// proposalAnswer says first what it costs and what comes of it, what was proven, and
// whose turn it is.
func (r *request) proposalAnswer(p *proposal.Proposal) []Fact {
	n := p.Counts()
	what := r.T("proposal.says", r.wan(max(0, p.Cost)), len(p.Years), p.Before.Passing, p.After.Passing, p.After.Sections)
	switch propose.Status(p.Status) {
	case propose.Infeasible:
		what = r.T("proposal.says.none")
	case propose.Stopped:
		what = r.T("proposal.says.stopped")
	case propose.Nothing:
		what = r.T("proposal.says.nothing", metWords(p.Before), metWords(p.After))
	default:
		if !planned(p) {
			what = r.T("proposal.says.stopped")
		}
	}
	if p.After.Sections > 0 && planned(p) {
		if p.After.Spread {
			what += r.T("proposal.says.spread")
		} else {
			what += r.T("proposal.says.nospread")
		}
	}
	out := []Fact{{Term: r.T("proposal.answer", r.Text(p.Scenario.Name())), Text: what}, {Term: r.T("proposal.proof"), Text: r.boundWords(p)}}
	turn := r.T("proposal.turn.text", n.By[proposal.Open], n.By[proposal.Accepted]+n.By[proposal.Edited], n.By[proposal.Rejected], n.Tasks)
	if len(p.Lines) == 0 {
		turn = r.T("proposal.turn.none")
	}
	if p.Checked.Sections > 0 {
		turn += r.T("proposal.turn.checked", p.Checked.Passing, p.Checked.Sections)
	}
	return append(out, Fact{Term: r.T("proposal.turn"), Text: turn})
}

// olderProposals are those that a newer one of the same scenario replaced.
func (r *request) olderProposals(base string, older []proposal.Proposal) Table {
	t := Table{ID: "older", Caption: r.T("proposal.older"), Tight: true, Cols: []Col{{Label: r.T("proposal.made")}, {Label: r.T("proposal.scenario")}, {Label: r.T("proposal.status")}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("proposal.after"), Num: true}}}
	for i := range older[:min(len(older), 20)] {
		x := &older[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.Minute(x.Made.In(collect.China)), base+"?"+with(nil, "proposal", x.ID).Encode()), text(r.Text(x.Scenario.Name())), lampCell(r.offerLamp(x)), text(r.costWords(x)), text(metWords(x.After))}})
	}
	return t
}

// lineFilter tells which lines a filter lets through.
func lineFilter(p *proposal.Proposal, q url.Values) (out []int) {
	state, act, find := q.Get("state"), q.Get("act"), strings.TrimSpace(q.Get("q"))
	for k := range p.Lines {
		l := &p.Lines[k]
		now := string(l.State)
		if l.Task != "" {
			now = "task"
		}
		if state != "" && now != state || act != "" && string(l.Act) != act {
			continue
		}
		if find != "" && !strings.Contains(l.At.Name+" "+l.At.Code+" "+l.At.Township, find) && (l.From == nil || !strings.Contains(l.From.Name+" "+l.From.Code+" "+l.From.Township, find)) {
			continue
		}
		out = append(out, k)
	}
	return out
}

// numberOf reads a whole number of the form.
func numberOf(r *request, key string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue(key)))
	if err != nil {
		return 0, fmt.Errorf("%s %q: want a whole number: %w", key, r.PostFormValue(key), fault.Invalid)
	}
	return n, nil
}
