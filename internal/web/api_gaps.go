package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/proposal"
)

// apiGap is a gap as programs read it.
type apiGap struct {
	School    string   `json:"school"`
	Name      string   `json:"name"`
	County    string   `json:"county,omitempty"`
	Stage     string   `json:"stage"`
	Indicator string   `json:"indicator"`
	Value     *float64 `json:"value,omitempty"`
	Target    float64  `json:"target"`
	Lack      float64  `json:"lack"`
	Unit      string   `json:"unit"`
	Yuan      *float64 `json:"yuan,omitempty"`
	Price     string   `json:"price_item,omitempty"`
	Basis     string   `json:"price_basis,omitempty"`
}

// apiGaps lists gaps by the keys of the page: ?year=&county=&stage=&indicator=&page=.
func (s *Server) apiGaps(w http.ResponseWriter, r *request) error {
	if err := s.begin(r, route{pattern: "GET /gaps"}); err != nil {
		return err
	}
	if r.a == nil {
		return fmt.Errorf("there are no figures: %w", fault.NotFound)
	}
	f, err := r.gapFilter()
	if err != nil {
		return err
	}
	lines, prices := s.gapsFiltered(r, f), &pricesOf{s: s, r: r, seen: map[int]*flow.Means{}}
	const size = 200
	lo := min(len(lines), (f.Page-1)*size)
	out := struct {
		Year   string   `json:"year"`
		Scheme string   `json:"scheme"`
		Total  int      `json:"total"`
		Page   int      `json:"page"`
		Gaps   []apiGap `json:"gaps"`
	}{r.period.String(), r.a.Pack.Ref(), len(lines), f.Page, []apiGap{}}
	for _, g := range lines[lo:min(len(lines), lo+size)] {
		st := r.a.Stages[g.stage]
		x := apiGap{School: st.Frame.Rows[g.row].Code, Name: r.called(st.Frame.Rows[g.row]), Stage: string(st.Frame.Stage), Indicator: g.lack.Indicator.ID, Value: number(g.lack.Value), Target: g.lack.Target, Lack: g.lack.Amount, Unit: g.lack.Unit}
		if g.county >= 0 {
			x.County = codeOf(r.a.Units[edu.County][g.county])
		}
		if c := costOf(r.a.Pack, g.lack, prices.of(g.county)); !math.IsNaN(c.yuan) {
			x.Yuan, x.Price, x.Basis = &c.yuan, c.price.Item, c.price.Basis
		}
		out.Gaps = append(out.Gaps, x)
	}
	if prices.err != nil {
		return prices.err
	}
	return s.answer(w, r, out)
}

// apiPrice and the others are what a county has to work with, for programs.
type apiPrice struct {
	Item  string  `json:"item"`
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Yuan  float64 `json:"yuan"`
	Year  int     `json:"year"`
	Basis string  `json:"basis"`
}

// apiMeans gives a county's price list and money, and how much of the rest it told.
func (s *Server) apiMeans(w http.ResponseWriter, r *request) error {
	id, err := s.apiCounty(r)
	if err != nil {
		return err
	}
	m, err := s.gaps.Means(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("means: %w", err)
	}
	type year struct {
		Year   string  `json:"year"`
		Yuan   float64 `json:"yuan"`
		Source string  `json:"source"`
	}
	type lesson struct {
		Stage      edu.Stage `json:"stage"`
		Subject    string    `json:"subject"`
		PerClass   float64   `json:"lessons_per_class"`
		PerTeacher float64   `json:"lessons_per_teacher"`
		Year       int       `json:"year"`
		Basis      string    `json:"basis"`
	}
	out := struct {
		Prices []apiPrice     `json:"prices"`
		Money  []year         `json:"money"`
		Plan   []lesson       `json:"lessons"`
		Rev    map[string]int `json:"revisions"`
		Lines  map[string]int `json:"lines"`
		Lacks  []string       `json:"lacks"`
	}{Prices: []apiPrice{}, Money: []year{}, Plan: []lesson{}, Rev: map[string]int{"prices": m.Prices.Rev, "staff": m.Staff.Rev, "ways": m.Ways.Rev, "money": m.Money.Rev, "lessons": m.Lessons.Rev}, Lines: map[string]int{}, Lacks: []string{}}
	for _, p := range m.Prices.Lines {
		out.Prices = append(out.Prices, apiPrice{p.Item, p.Name, p.Unit, p.Yuan, p.Year, p.Basis})
	}
	for _, b := range m.Money.Lines {
		out.Money = append(out.Money, year{b.Year.String(), b.Yuan, b.Source})
	}
	for _, l := range m.Lessons.Lines {
		out.Plan = append(out.Plan, lesson{l.Stage, l.Subject, l.PerClass, l.PerTeacher, l.Year, l.Basis})
	}
	for k, t := range m.Told {
		out.Lines[string(k)] = t.Lines
	}
	for _, k := range m.Lacks() {
		out.Lacks = append(out.Lacks, string(k))
	}
	return s.answer(w, r, out)
}

// apiCounty is the county of an address of the interface for programs.
func (s *Server) apiCounty(r *request) (edu.UnitID, error) {
	if err := s.begin(r, route{pattern: "GET /gaps"}); err != nil {
		return "", err
	}
	_, id, err := s.countyHere(r)
	return id, err
}

// apiProposal is a proposal as programs read it.
type apiProposal struct {
	ID       string            `json:"id"`
	Rev      int               `json:"rev"`
	Scenario proposal.Scenario `json:"scenario"`
	Scheme   string            `json:"scheme"`
	Year     string            `json:"year"`
	Made     string            `json:"made"`
	Status   string            `json:"status"`
	Yuan     *float64          `json:"yuan"` // null where there is no plan
	Bound    float64           `json:"bound"`
	Gap      float64           `json:"gap"`
	Before   apiMet            `json:"before"`
	After    apiMet            `json:"after"`
	Checked  apiMet            `json:"checked"`
	Conflict []string          `json:"conflict,omitempty"`
	Lines    []apiLine         `json:"lines"`
}

type apiMet struct {
	Sections int  `json:"sections"`
	Passing  int  `json:"passing"`
	Spread   bool `json:"spread"`
}

func metJSON(m proposal.Met) apiMet { return apiMet{m.Sections, m.Passing, m.Spread} }

type apiLine struct {
	No        int            `json:"no"`
	Act       proposal.Act   `json:"act"`
	What      string         `json:"what"`
	School    string         `json:"school"`
	Stage     string         `json:"stage"`
	From      string         `json:"from,omitempty"`
	Effective string         `json:"effective"`
	Amount    float64        `json:"amount"`
	Proposed  float64        `json:"proposed"`
	Unit      string         `json:"unit"`
	Yuan      float64        `json:"yuan"`
	Why       string         `json:"why"`
	Authority string         `json:"authority"`
	State     proposal.State `json:"state"`
	Note      string         `json:"note,omitempty"`
	Task      string         `json:"task,omitempty"`
}

func (r *request) proposalJSON(x *proposal.Proposal) apiProposal {
	out := apiProposal{ID: x.ID, Rev: x.Rev, Scenario: x.Scenario, Scheme: x.Pack, Year: x.Period.String(), Made: x.Made.UTC().Format("2006-01-02T15:04:05Z"), Status: x.Status, Bound: x.Bound, Gap: x.Gap, Before: metJSON(x.Before), After: metJSON(x.After), Checked: metJSON(x.Checked), Lines: []apiLine{}}
	if planned(x) {
		out.Yuan = &x.Cost
	}
	for _, c := range x.Conflict {
		out.Conflict = append(out.Conflict, r.Text(c))
	}
	pk := r.packOf(x.Pack)
	for i := range x.Lines {
		l := &x.Lines[i]
		y := apiLine{No: l.No, Act: l.Act, What: r.lineWords(pk, l), School: l.At.Code, Stage: string(l.At.Stage), Effective: edu.DateOf(l.Year().Reference()).String(), Amount: l.Now(), Proposed: l.Amount, Unit: l.Unit, Yuan: l.CostNow(), Why: r.Text(l.Why), Authority: r.Text(l.Authority), State: stateOr(l.State), Note: l.Note, Task: l.Task}
		if l.From != nil {
			y.From = l.From.Code
		}
		out.Lines = append(out.Lines, y)
	}
	return out
}

// apiProposals gives the newest proposal of each scenario of a county, and what is
// being made.
func (s *Server) apiProposals(w http.ResponseWriter, r *request) error {
	id, err := s.apiCounty(r)
	if err != nil {
		return err
	}
	now, _, err := s.gaps.Proposals(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	jobs, err := s.gaps.ProposingOf(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("proposals under way: %w", err)
	}
	type job struct {
		Scenario proposal.Scenario `json:"scenario"`
		State    flow.MakingState  `json:"state"`
		Best     *float64          `json:"best,omitempty"`
		Bound    *float64          `json:"bound,omitempty"`
	}
	out := struct {
		Proposals []apiProposal `json:"proposals"`
		Jobs      []job         `json:"jobs"`
	}{[]apiProposal{}, []job{}}
	for i := range now {
		out.Proposals = append(out.Proposals, r.proposalJSON(&now[i]))
	}
	for _, j := range jobs {
		x := job{Scenario: j.Scenario, State: j.State}
		if j.State == flow.MakingNow && j.Found() {
			x.Best, x.Bound = number(j.Progress.Best), finite(j.Progress.Bound)
		}
		out.Jobs = append(out.Jobs, x)
	}
	return s.answer(w, r, out)
}

// finite is a figure that JSON can say.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return number(v)
}

// apiDecide makes a decision on lines: {"rev": 1, "lines": [1, 2], "decision":
// "accept", "amount": 2, "note": ""}. It answers with the proposal as it is then.
func (s *Server) apiDecide(w http.ResponseWriter, r *request) error {
	id, err := s.apiCounty(r)
	if err != nil {
		return err
	}
	var in struct {
		Rev      int               `json:"rev"`
		Lines    []int             `json:"lines"`
		Decision proposal.Decision `json:"decision"`
		Amount   float64           `json:"amount"`
		Year     string            `json:"year"` // of edit: the school year from which on
		Note     string            `json:"note"`
	}
	d := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return errors.Join(fault.Invalid, fmt.Errorf("decision: %w", err))
	}
	x, err := s.gaps.Proposal(r.Context(), r.who, r.PathValue("proposal"))
	if err != nil {
		return fmt.Errorf("proposal: %w", err)
	}
	if x.County != id {
		return fmt.Errorf("proposal %s: %w", x.ID, fault.NotFound)
	}
	ch := proposal.Choice{Decision: in.Decision, Amount: in.Amount, Note: in.Note}
	if in.Year != "" {
		if ch.Year, err = edu.ParsePeriod(in.Year); err != nil {
			return fmt.Errorf("year %q: %w", in.Year, fault.Invalid)
		}
	}
	if x, err = s.gaps.DecideProposal(r.Context(), r.who, x.ID, in.Rev, in.Lines, ch); err != nil {
		return err
	}
	return s.answer(w, r, r.proposalJSON(&x))
}

// apiStaff gives staff against the norm by county and stage: ?year=&county=&stage=.
func (s *Server) apiStaff(w http.ResponseWriter, r *request) error {
	if err := s.begin(r, route{pattern: "GET /staff"}); err != nil {
		return err
	}
	if r.a == nil {
		return fmt.Errorf("there are no figures: %w", fault.NotFound)
	}
	v, err := s.staffing(r)
	if err != nil {
		return err
	}
	type line struct {
		County   string  `json:"county"`
		Stage    string  `json:"stage"`
		Sections int     `json:"sections"`
		Unknown  int     `json:"sections_without_figures"`
		Needed   float64 `json:"needed"`
		Have     float64 `json:"have"`
		Short    float64 `json:"short"`
		Over     float64 `json:"over"`
	}
	out := struct {
		Year  string `json:"year"`
		Lines []line `json:"lines"`
	}{r.period.String(), []line{}}
	if v.a != nil {
		for i, u := range v.a.Units[edu.County] {
			for k := range staffNorms {
				if r.query.Get("stage") != "" && staffNorms[k].stage != v.stage {
					continue
				}
				var x staffSum
				for j := range v.lines {
					if l := &v.lines[j]; l.county == i && l.norm == &staffNorms[k] {
						x.add(l)
					}
				}
				if x.n > 0 {
					out.Lines = append(out.Lines, line{codeOf(u), string(staffNorms[k].stage), x.n, x.unknown, x.needed, x.have, x.short, x.over})
				}
			}
		}
	}
	return s.answer(w, r, out)
}
