package proposal

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"shuren/internal/edu"
	"shuren/internal/propose"
	"shuren/internal/solve"
	"shuren/internal/standard"
)

// Make works out one scenario for a county, from the figures to the proposal with
// its check. A county that cannot pass has a proposal without lines that says why.
func Make(ctx context.Context, a *standard.Assessment, county edu.UnitID, in propose.Means, s Scenario, o solve.Options) (*Proposal, error) {
	c, n, err := propose.Of(a, county, in)
	if err != nil {
		return nil, err
	}
	p, err := Solve(ctx, c, n, s, o)
	if err == nil && p.Status == string(propose.Infeasible) {
		err = Explain(ctx, p, c, n)
	}
	return p, err
}

// Solve is Make for a County that is made already.
func Solve(ctx context.Context, c *propose.County, n *propose.Names, s Scenario, o solve.Options) (*Proposal, error) {
	if s == Wait {
		return Of(&propose.Plan{Status: propose.Nothing}, c, n, s), nil
	}
	c = Under(c, s)
	plan, err := propose.Make(ctx, c, o)
	if err != nil {
		return nil, err
	}
	return Of(plan, c, n, s), nil
}

// Asked is what another solver may be asked about a proposal: the model that it
// answers, and the answer.
func Asked(p *Proposal, c *propose.County) (*solve.Model, solve.Result, error) {
	m, err := propose.Problem(Under(c, p.Scenario))
	r := solve.Result{Status: solve.Within, Value: p.Cost + p.Order, Bound: p.Bound + p.Order}
	switch propose.Status(p.Status) {
	case propose.Optimal:
		r.Status = solve.Optimal
	case propose.Infeasible:
		r.Status = solve.Infeasible
	case propose.Stopped:
		r.Status = solve.Stopped
	}
	return m, r, err
}

// explainTime bounds the search for requirements that contradict each other: that
// there is no plan is told at once, and why within this. With spreads the search may
// take much longer than finding that there is none.
const explainTime = 30 * time.Second

// Explain says why a county cannot pass under a scenario: requirements that
// contradict each other. Where explainTime or ctx ends first, the words say only that.
func Explain(ctx context.Context, p *Proposal, c *propose.County, n *propose.Names) error {
	return explain(ctx, p, c, n, explainTime)
}

func explain(ctx context.Context, p *Proposal, c *propose.County, n *propose.Names, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	conflicts, err := propose.Why(ctx, Under(c, p.Scenario))
	if errors.Is(err, solve.Unclear) || ctx.Err() != nil {
		p.Conflict = []edu.Text{{ZH: "在现有经费、编制、人员和场地条件下没有可行方案；限时内未能找出最小的矛盾条件。", EN: "There is no plan within the money, posts, people and places there are; which of them contradict each other was not found in time."}}
		return nil
	}
	if err != nil {
		return err
	}
	for _, x := range conflicts {
		p.Conflict = append(p.Conflict, conflict(x, c, n))
	}
	return nil
}

// Under is a county that may do only what a scenario lets it.
func Under(c *propose.County, s Scenario) *propose.County {
	out := *c
	out.Prices.Build, out.Prices.Train = slices.Clone(c.Prices.Build), slices.Clone(c.Prices.Train)
	switch s {
	case Transfer:
		for i := range out.Prices.Build {
			out.Prices.Build[i] = 0
		}
		out.Prices.Hire = math.NaN()
	case Build:
		out.Prices.Move, out.Prices.Tour = math.NaN(), math.NaN()
	}
	return &out
}
