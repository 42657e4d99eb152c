package web

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/task"
)

// Gaps are what counties have to work with, what they are proposed and what they
// make of it. flow implements it; nil leaves the pages out.
type Gaps interface {
	SeatPlans
	CityPlans
	Means(ctx context.Context, who auth.Actor, of edu.UnitID) (*flow.Means, error)
	// Keepers answer fault.Conflict where something was saved meanwhile.
	KeepPrices(ctx context.Context, who auth.Actor, p means.Prices) (means.Prices, error)
	KeepStaff(ctx context.Context, who auth.Actor, s means.Staff) (means.Staff, error)
	KeepWays(ctx context.Context, who auth.Actor, w means.Ways) (means.Ways, error)
	KeepLessons(ctx context.Context, who auth.Actor, l means.Lessons) (means.Lessons, error)
	KeepMoney(ctx context.Context, who auth.Actor, m flow.Money) (flow.Money, error)
	ReadMeans(ctx context.Context, k flow.MeansKind, name string, r io.ReadCloser) (*flow.Means, []edu.Text, error)
	MeansTemplate(w io.Writer) error

	Proposals(ctx context.Context, who auth.Actor, of edu.UnitID) (now, older []proposal.Proposal, err error)
	Proposal(ctx context.Context, who auth.Actor, id string) (proposal.Proposal, error)
	ProposedCounties(ctx context.Context, who auth.Actor) (map[edu.UnitID][]proposal.Scenario, error)
	SchoolLines(ctx context.Context, who auth.Actor, school edu.UnitID) ([]proposal.Proposal, error)
	DecideProposal(ctx context.Context, who auth.Actor, id string, rev int, nos []int, ch proposal.Choice) (proposal.Proposal, error)
	UndoProposal(ctx context.Context, who auth.Actor, id string, rev int) (proposal.Proposal, error)
	RecheckProposal(ctx context.Context, who auth.Actor, id string, rev int) (proposal.Proposal, error)
	TasksOfProposal(ctx context.Context, who auth.Actor, id string, rev int, into flow.ProposalInto, sent string) (proposal.Proposal, []task.Task, error)

	Propose(ctx context.Context, who auth.Actor, of edu.UnitID, s proposal.Scenario, ref string, p edu.Period) (flow.Proposing, error)
	StopProposing(ctx context.Context, who auth.Actor, of edu.UnitID, s proposal.Scenario) error
	ProposingOf(ctx context.Context, who auth.Actor, of edu.UnitID) ([]flow.Proposing, error)
}

func (s *Server) gapRoutes() []route {
	list := append([]route{{"GET /staff", auth.ReadSchool, aboutReach, s.staffPage}, {"GET /api/v1/staff", auth.ReadSchool, aboutReach, s.apiStaff}}, s.teamRoutes()...)
	if s.gaps == nil {
		return list
	}
	return append(list, []route{
		{"GET /gaps", auth.ReadSchool, aboutReach, s.gapsPage},
		{"GET /gaps/proposals/{proposal}", auth.ReadSchool, aboutReach, s.openProposal},
		{"GET /gaps/counties/{county}", auth.ReadRegion, aboutCounty, s.countyProposal},
		{"GET /gaps/counties/{county}/means", auth.ReadRegion, aboutCounty, s.meansPage},
		{"GET /gaps/counties/{county}/means/template", auth.ReadRegion, aboutCounty, s.meansTemplate},
		{"POST /gaps/counties/{county}/means", auth.KeepCounty, aboutCounty, s.typeMeans},
		{"POST /gaps/counties/{county}/means/upload", auth.KeepCounty, aboutCounty, s.sendMeans},
		{"POST /gaps/counties/{county}/make", auth.KeepCounty, aboutCounty, s.makeProposals},
		{"POST /gaps/counties/{county}/stop", auth.KeepCounty, aboutCounty, s.stopProposal},
		{"POST /gaps/counties/{county}/decide", auth.KeepCounty, aboutCounty, s.decideProposal},
		{"POST /gaps/counties/{county}/tasks", auth.GiveTasks, aboutCounty, s.proposalTasks},
		{"GET /api/v1/gaps", auth.ReadSchool, aboutReach, s.apiGaps},
		{"GET /api/v1/counties/{county}/means", auth.ReadRegion, aboutCounty, s.apiMeans},
		{"GET /api/v1/counties/{county}/proposals", auth.ReadRegion, aboutCounty, s.apiProposals},
		{"POST /api/v1/counties/{county}/proposals/{proposal}/decisions", auth.KeepCounty, aboutCounty, s.apiDecide},
	}...)
}

func (s *Server) gapNavigation(r *request, sh *Shell) {
	if !r.who.May(auth.ReadSchool) {
		return
	}
	if s.gaps != nil {
		sh.item("gaps", r.T("gaps.title"), "", "M2 13h12M4 13V9M8 13V5M12 13V3M3 4l3-2 3 2", r.to([]string{"gaps"}), 0)
	}
	sh.item("staff", r.T("staff.title"), "", "M5 7a2 2 0 100-4 2 2 0 000 4zM1.5 13c0-2.5 1.5-4 3.5-4s3.500 1.500 3.500 4M9 4h5M9 7h5M10 10h4", r.to([]string{"staff"}), 0)
}

// gapsPerPage is how many gaps a page lists.
const gapsPerPage = 50

type gapsPage struct {
	Shell
	Answer     []Fact
	Filter     gapFilter
	Stages     []Choice
	Counties   []Choice
	Indicators []Choice
	Filtered   bool
	Plain      string
	Found      string
	Table      Table
	Pages      []Choice
	Prev, Next string
	Each       Table // county by county
	Mine       Table // of a school: what its county has taken
	Note       string
	City       string // where all counties are worked out together; empty for who sees not all
}

// gapsPage lists what falls short, the furthest first, and where its county stands
// with a proposal.
func (s *Server) gapsPage(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "gaps")
	}
	f, err := r.gapFilter()
	if err != nil {
		return err
	}
	p := gapsPage{Shell: s.shell(r, r.T("gaps.title"), "gaps"), Filter: f, Plain: r.to([]string{"gaps"})}
	prices := &pricesOf{s: s, r: r, seen: map[int]*flow.Means{}}
	lines := s.gapsFiltered(r, f)
	several := len(r.a.Units[edu.County]) > 1 && f.County == ""
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		t := r.gapTable(lines, prices, several)
		if prices.err != nil {
			return prices.err
		}
		return s.export(w, r, r.T("gaps.list"), t)
	}
	pages := max(1, (len(lines)+gapsPerPage-1)/gapsPerPage)
	page := min(f.Page, pages)
	lo := (page - 1) * gapsPerPage
	hi := min(lo+gapsPerPage, len(lines))
	p.Table = r.gapTable(lines[lo:hi], prices, several)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Filtered = f.County+f.Stage+f.Indicator != ""
	sum := r.sumGaps(lines, prices)
	p.Found = r.T("gaps.found", sum.gaps, sum.sections, min(lo+1, hi), hi)
	p.choices(r, f)
	if r.who.May(auth.ReadRegion) {
		if err := s.gapCounties(r, &p, prices); err != nil {
			return err
		}
	} else if p.Mine, err = s.schoolLines(r); err != nil {
		return err
	}
	if prices.err != nil {
		return prices.err
	}
	p.Answer = r.gapAnswer(lines, sum, &p, prices.shown())
	p.Note = r.T("gaps.note")
	if r.who.Reach(auth.ReadRegion).Whole {
		p.City = r.to([]string{"gaps", "city"})
	}
	return s.render(w, r, "gaps.html", p)
}

// choices are what the list can be narrowed to.
func (p *gapsPage) choices(r *request, f gapFilter) {
	for _, k := range r.lens.stages {
		st := r.a.Stages[k].Frame.Stage
		p.Stages = append(p.Stages, Choice{Link{r.Stage(st), string(st)}, string(st) == f.Stage})
	}
	if units := r.a.Units[edu.County]; len(units) > 1 {
		for _, u := range units {
			p.Counties = append(p.Counties, Choice{Link{u.Name, codeOf(u)}, codeOf(u) == f.County})
		}
	}
	for _, d := range r.lens.measures {
		if d.Lack != nil {
			p.Indicators = append(p.Indicators, Choice{Link{joinCode(d.Code, shortName(r.locale, d)), d.ID}, d.ID == f.Indicator})
		}
	}
}

// gapAnswer says first how much is lacking, what most, and whose turn it is.
func (r *request) gapAnswer(lines []gapLine, sum gapSum, p *gapsPage, priced bool) []Fact {
	if len(lines) == 0 {
		return nil
	}
	by := map[*pack.Indicator]int{}
	most := lines[0].lack.Indicator
	for i := range lines {
		d := lines[i].lack.Indicator
		if by[d]++; by[d] > by[most] {
			most = d
		}
	}
	out := []Fact{{Term: r.T("gaps.what"), Text: r.T("gaps.what.text", sum.gaps, sum.sections, joinCode(most.Code, shortName(r.locale, most)), by[most])}}
	if priced {
		cost := r.T("gaps.cost.text", r.wan(sum.yuan))
		switch {
		case sum.unpriced == sum.gaps:
			cost = r.T("gaps.cost.none")
		case sum.unpriced > 0:
			cost += r.T("gaps.cost.some", sum.unpriced)
		}
		out = append(out, Fact{Term: r.T("gaps.cost"), Text: cost})
	}
	if n := len(p.Each.Rows); n > 0 {
		made := 0
		for _, row := range p.Each.Rows {
			if row.Cells[len(row.Cells)-1].Number {
				made++
			}
		}
		out = append(out, Fact{Term: r.T("gaps.turn"), Text: r.T("gaps.turn.text", made, n)})
	}
	return out
}

// wan is money in 万元, or in millions of yuan.
func (r *request) wan(yuan float64) string {
	if r.Lang() == "en" {
		if yuan > 0 && yuan < 1e6 {
			return chart.Number(yuan/1e6, 3)
		}
		return chart.Number(yuan/1e6, 2)
	}
	return chart.Number(yuan/1e4, 1)
}

// gapCounties is how far each county is: its gaps, its means, its proposals.
func (s *Server) gapCounties(r *request, p *gapsPage, prices *pricesOf) error {
	made, err := s.gaps.ProposedCounties(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	t := Table{ID: "each", Caption: r.T("gaps.each"), Sheet: r.T("gaps.each"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("gaps.sections"), Num: true}, {Label: r.T("gaps.n"), Num: true}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("gaps.means")}, {Label: r.T("gaps.proposals")}}}
	all := s.gapLists.get(r.lens)
	for i, u := range r.a.Units[edu.County] {
		var own []gapLine
		for _, g := range all {
			if g.county == i {
				own = append(own, g)
			}
		}
		sum := r.sumGaps(own, prices)
		cost := r.wanCell(sum.yuan)
		if sum.unpriced == sum.gaps && sum.gaps > 0 {
			cost = text(chart.NoNumber)
		} else if sum.unpriced > 0 {
			cost.Small = r.T("gaps.unpriced", sum.unpriced)
		}
		to, list := s.toGaps(r, codeOf(u)), r.to([]string{"gaps"}, "county", codeOf(u))
		has := Cell{Text: r.T("gaps.means.all"), Tone: chart.Plain, Href: to + "/means"}
		if m := prices.means(i); m == nil || len(m.Lacks()) > 0 {
			var lacks []string
			if m != nil {
				for _, k := range m.Lacks() {
					lacks = append(lacks, r.Text(k.Name()))
				}
			}
			has.Text = r.T("gaps.means.lack", r.List(lacks))
		}
		done := text(r.T("gaps.proposals.none"))
		if list := made[s.unitOfCounty(r, i)]; len(list) > 0 {
			var names []string
			for _, x := range proposal.Scenarios {
				if slices.Contains(list, x) {
					names = append(names, r.Text(x.Name()))
				}
			}
			done = Cell{Text: strings.Join(names, r.T("list.comma")), Value: float64(len(list)), Number: true}
		}
		done.Href = to
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(u.Name, to), count(sum.sections).to(list), count(sum.gaps).to(list), cost.to(list), has, done}})
	}
	p.Each = t
	return nil
}

// toGaps is the page of a county's proposals.
func (s *Server) toGaps(r *request, code string) string {
	return "/gaps/counties/" + url.PathEscape(code)
}

// openProposal leads from a proposal's id to its page; a school is shown its own.
func (s *Server) openProposal(w http.ResponseWriter, r *request) error {
	id := r.PathValue("proposal")
	if !r.who.May(auth.ReadRegion) {
		return s.gapsPage(w, r)
	}
	x, err := s.gaps.Proposal(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("proposal: %w", err)
	}
	code := string(x.County)
	if r.a != nil {
		for i, u := range r.a.Units[edu.County] {
			if s.unitOfCounty(r, i) == x.County {
				code = codeOf(u)
			}
		}
	}
	return away{s.toGaps(r, code) + "?" + with(nil, "proposal", id).Encode()}
}

// schoolLines are what counties have taken of which the reader's schools are part.
func (s *Server) schoolLines(r *request) (Table, error) {
	t := Table{ID: "mine", Caption: r.T("gaps.mine"), Empty: r.T("gaps.mine.none"), Tight: true, Cols: []Col{{Label: r.T("gaps.act"), Wrap: true}, {Label: r.T("gaps.year")}, {Label: r.T("gaps.why"), Wrap: true}, {Label: r.T("gaps.authority"), Wrap: true}, {Label: r.T("status")}}}
	on, err := s.tree(r)
	if err != nil {
		return t, err
	}
	for _, i := range below(on, r.who.Reach(auth.ReadSchool), edu.School, 50) {
		list, err := s.gaps.SchoolLines(r.Context(), r.who, on.Nodes[i].Unit.ID)
		if err != nil {
			return t, fmt.Errorf("lines of a school: %w", err)
		}
		for _, p := range list {
			for i := range p.Lines {
				l := &p.Lines[i]
				state := text(r.Text(l.State.Name()))
				if l.Task != "" {
					state = linked(r.T("gaps.task"), "/tasks/"+url.PathEscape(l.Task))
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: r.lineWords(r.packOf(p.Pack), l), Small: cmp.Or(r.english[l.At.Code], l.At.Name)}, text(r.Period(l.Year())), text(r.Text(l.Why)), text(r.Text(l.Authority)), state}})
			}
		}
	}
	return t, nil
}

// packOf is a pack of the city by its name and version, nil where it is none now.
func (r *request) packOf(ref string) *pack.Pack {
	for _, p := range r.city.Packs() {
		if p.Ref() == ref {
			return p
		}
	}
	return nil
}
