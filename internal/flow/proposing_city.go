// All counties worked out together, with money that they share: behind the pages, as a
// county's proposal is. What comes of it is an answer to look at; it replaces no
// county's own proposal, nor what a county decided on it.

package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
	"shuren/internal/store"
)

const (
	kindCityProposing = "city-proposing" // how far the making is
	kindCityAnswer    = "city-answer"    // what came of the last one, county by county
	kindCityLines     = "city-lines"     // its lines
)

// CityWish is how all counties are worked out together.
type CityWish struct {
	Scenario proposal.Scenario
	// Shared is the money of each year that all of them may spend together; below 0, or
	// of a year without one, there is no limit. Without any, each has its own alone.
	Shared []means.Budget
}

// CityProposing is the making.
type CityProposing struct {
	CityWish
	Making
}

// CityAnswer is what came of the last making.
type CityAnswer struct {
	CityWish
	Made   time.Time
	By     string // account
	Pack   string
	Period edu.Period
	Data   string // version of the figures
	Status string
	Cost   float64 // below 0 there is no plan
	Bound  float64
	Gap    float64
	Spent  []proposal.Year `json:",omitempty"` // of the money that is shared
	Parts  []CityPart
	Left   []edu.UnitID `json:",omitempty"` // have told no prices or no staff
}

// CityPart is a county's part.
type CityPart struct {
	County                  edu.UnitID
	Status                  string
	Cost                    float64
	Lines                   int
	Sections, Before, After int  // After by the standard's own engine
	Spread                  bool // after it
	SpentBy                 []proposal.Year
}

// Planned tells that there is a plan.
func (a *CityAnswer) Planned() bool { return a.Cost >= 0 }

// PlannedYears are the school years of a plan that is made of figures of a period.
func PlannedYears(p edu.Period) (out []edu.Period) {
	for k := range proposedYears {
		out = append(out, edu.Year(p.Int()+1+k))
	}
	return out
}

// ProposeCity begins to work all counties out together: for whoever keeps all of them.
// One that is being made is given back.
func (c *City) ProposeCity(ctx context.Context, who auth.Actor, wish CityWish, ref string, p edu.Period) (CityProposing, error) {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	if err != nil {
		return CityProposing{}, err
	}
	if !who.Reach(auth.KeepCounty).Whole {
		return CityProposing{}, fmt.Errorf("all counties together: %w", fault.Forbidden)
	}
	if !slices.Contains(proposal.Scenarios, wish.Scenario) || wish.Scenario == proposal.Wait {
		return CityProposing{}, fmt.Errorf("scenario %q of all counties: %w", wish.Scenario, fault.Invalid)
	}
	if wish.Shared, err = sharedYears(wish.Shared, p); err != nil {
		return CityProposing{}, err
	}
	ins, left, err := c.cityInputs(ctx, ref, p, wish.Scenario)
	if err != nil {
		return CityProposing{}, err
	}
	if len(ins) == 0 {
		return CityProposing{}, auth.Refuse(fault.Invalid, "没有一个县填齐单价表和教职工人数，请先填写，再测算", "no county has told its prices and staff: tell these first")
	}
	at, err := c.begin(ctx, job{kindCityProposing, kindCityProposing, "", string(wish.Scenario), sc, who, func(m Making) any { return CityProposing{wish, m} }}, func(ctx context.Context, at *makingJob) (string, error) {
		got, err := c.proposer.all(ctx, ins, wish, at.tell)
		if err != nil || c.making.closing() {
			return "", err
		}
		return kindCityAnswer, c.keepCity(context.WithoutCancel(ctx), who, sc, wish, ins, left, got)
	})
	return CityProposing{wish, at}, err
}

// sharedYears puts money that is shared to the years of the plan; nil where none was told.
func sharedYears(told []means.Budget, p edu.Period) (out []means.Budget, err error) {
	years := PlannedYears(p)
	for _, y := range years {
		out = append(out, means.Budget{Year: y, Yuan: -1})
	}
	limited := false
	for _, b := range told {
		k := slices.Index(years, b.Year)
		if k < 0 || math.IsNaN(b.Yuan) || math.IsInf(b.Yuan, 0) {
			return nil, fmt.Errorf("money of %s: not a year of the plan, or no sum: %w", b.Year, fault.Invalid)
		}
		if b.Yuan >= 0 {
			out[k], limited = b, true
		}
	}
	if !limited {
		return nil, nil
	}
	return out, nil
}

// cityInputs are what each county is proposed of, and the counties that have not told
// enough.
func (c *City) cityInputs(ctx context.Context, ref string, p edu.Period, s proposal.Scenario) (ins []ProposalInput, left []edu.UnitID, err error) {
	a, err := c.Measure(ctx, ref, p)
	if err != nil {
		return nil, nil, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, nil, err
	}
	data, err := c.version(ctx, local, p)
	if err != nil {
		return nil, nil, err
	}
	for _, u := range tree.Units() {
		if u.Level != edu.County {
			continue
		}
		in := ProposalInput{Assessment: a, Tree: tree, County: u.ID, Within: countyIn(a, tree, u.ID), Scenario: s, Data: data}
		if in.Within == "" {
			continue // no figures of this year
		}
		if in.Means, err = c.meansToPropose(ctx, tree, u.ID, p); err != nil {
			return nil, nil, err
		}
		if len(in.Means.Lacks()) > 0 {
			left = append(left, u.ID)
			continue
		}
		ins = append(ins, in)
	}
	return ins, left, nil
}

// all works several counties out together by the solver.
func (e engine) all(ctx context.Context, ins []ProposalInput, wish CityWish, tell func(solve.Progress)) (*proposal.City, error) {
	var counties []*propose.County
	var names []*propose.Names
	for _, in := range ins {
		m := propose.Means{Prices: in.Means.Prices, Staff: in.Means.Staff, Ways: in.Means.Ways, Years: planYears(in), Lessons: in.Means.Lessons}
		county, n, err := propose.Of(in.Assessment, in.Within, m)
		if err != nil {
			return nil, err
		}
		counties, names = append(counties, county), append(names, n)
	}
	o := solve.Options{Gap: cityGap}
	if wish.Shared != nil { // without, they are solved side by side and have no common bound on the way
		o.Progress = tell
	}
	return proposal.SolveCity(ctx, counties, names, wish.Scenario, wish.Shared, o)
}

// cityGap is what all counties together may cost too much: a hundredth of a per cent.
const cityGap = 1e-4

func (c *City) keepCity(ctx context.Context, who auth.Actor, sc store.Scope, wish CityWish, ins []ProposalInput, left []edu.UnitID, got *proposal.City) error {
	first := ins[0]
	out := CityAnswer{CityWish: wish, Made: c.now(), Pack: first.Assessment.Pack.Ref(), Period: first.Assessment.Period, Data: first.Data, Status: got.Status, Cost: got.Cost, Bound: got.Bound, Gap: got.Gap, Spent: got.Shared, Left: left}
	rec := record(who, proposalMade, "city "+string(wish.Scenario), out.Made)
	out.By, rec.Object = rec.Account, kindCityAnswer
	for k, p := range got.Counties {
		in := ins[k]
		p.County, p.Scenario, p.Pack, p.Period, p.Made, p.By, p.Data = in.County, wish.Scenario, out.Pack, out.Period, out.Made, out.By, out.Data
		placed(p, in.Tree)
		storable(p)
		for i := range p.Lines {
			p.Lines[i].No, p.Lines[i].State = i+1, proposal.Open
		}
		if p.Checked.Sections == 0 {
			p.Checked = p.After
		}
		out.Parts = append(out.Parts, CityPart{in.County, p.Status, p.Cost, len(p.Lines), p.Before.Sections, p.Before.Passing, p.Checked.Passing, p.Checked.Spread, p.Years})
	}
	if err := c.putCity(ctx, who, sc, kindCityLines, wish, got.Counties); err != nil {
		return err
	}
	return c.putCity(ctx, who, sc, kindCityAnswer, wish, out, rec)
}

// putCity keeps one of the documents of the city over the one before.
func (c *City) putCity(ctx context.Context, who auth.Actor, sc store.Scope, kind string, wish CityWish, body any, recs ...audit.Record) error {
	old, err := c.store.Document(ctx, local, kind, kind)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	d, err := document(who, kind, kind, "", old.Rev, string(wish.Scenario), "", edu.DateOf(c.now()), body, c.now())
	if err != nil {
		return err
	}
	_, err = c.store.PutDocument(ctx, sc, d, recs...)
	return err
}

// StopCity ends the making for all counties; the best so far is kept.
func (c *City) StopCity(ctx context.Context, who auth.Actor) error {
	if !who.Reach(auth.KeepCounty).Whole {
		return fmt.Errorf("all counties together: %w", fault.Forbidden)
	}
	return c.making.halt(ctx, kindCityProposing)
}

// CityAnswer gives whoever sees all counties what came of the last making, nil before
// the first, and how far the making is that is under way or was last.
func (c *City) CityAnswer(ctx context.Context, who auth.Actor) (*CityAnswer, CityProposing, error) {
	at := CityProposing{}
	if !who.Reach(auth.ReadRegion).Whole {
		return nil, at, fmt.Errorf("all counties together: %w", fault.Forbidden)
	}
	d, err := c.store.Document(ctx, local, kindCityProposing, kindCityProposing)
	if err == nil {
		at, err = standing(ctx, c, d, func(p *CityProposing, m Making) { p.Making = m })
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, at, err
	}
	if d, err = c.store.Document(ctx, local, kindCityAnswer, kindCityAnswer); errors.Is(err, fault.NotFound) {
		return nil, at, nil
	}
	if err != nil {
		return nil, at, err
	}
	a, err := opened(d, func(*CityAnswer, int) {})
	return &a, at, err
}

// CityLines gives whoever sees all counties the lines of the last answer, a proposal
// for each county.
func (c *City) CityLines(ctx context.Context, who auth.Actor) ([]*proposal.Proposal, error) {
	if !who.Reach(auth.ReadRegion).Whole {
		return nil, fmt.Errorf("all counties together: %w", fault.Forbidden)
	}
	d, err := c.store.Document(ctx, local, kindCityLines, kindCityLines)
	if err != nil {
		return nil, err
	}
	return opened(d, func(*[]*proposal.Proposal, int) {})
}
