// Counties that share money of each year, worked out together: what each would do
// with its part, and what all of it costs at least.

package proposal

import (
	"context"
	"errors"
	"fmt"
	"math"

	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// City is an answer for several counties.
type City struct {
	Scenario Scenario
	Status   string // of propose.Status, of all together: the worst
	Cost     float64
	Bound    float64 // what any plans cost at least together
	Gap      float64
	Shared   []Year // the money that they share and what is spent of all counties; empty where none is
	// Counties are those that were planned, with their lines. A county's own bound is
	// not known where money is shared: what it does depends on the others.
	Counties []*Proposal
}

// Planned tells that there is a plan.
func (c *City) Planned() bool { return c.Cost >= 0 }

// SolveCity works counties out together. Each has its own budgets besides; shared is
// money of each year of the plan that all of them may spend at most, beyond which
// nothing is done; a year of it below 0 has no limit.
func SolveCity(ctx context.Context, counties []*propose.County, names []*propose.Names, s Scenario, shared []means.Budget, o solve.Options) (*City, error) {
	if len(counties) == 0 || s == Wait {
		return nil, fmt.Errorf("%d counties, scenario %s: there is nothing to plan together: %w", len(counties), s, fault.Invalid)
	}
	under := make([]*propose.County, len(counties))
	for k, c := range counties {
		under[k] = Under(c, s)
	}
	var money []propose.Year
	for _, b := range shared {
		money = append(money, propose.Year{Name: b.Year.String(), Budget: b.Yuan})
	}
	got, err := propose.City(ctx, under, money, o)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		got, err = &propose.CityPlan{Status: propose.Stopped, Cost: math.Inf(1)}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &City{Scenario: s, Status: string(got.Status), Cost: NoPlan}
	order := 0.0
	for k, p := range got.Plans {
		order += p.Order
		out.Counties = append(out.Counties, Of(p, under[k], names[k], s))
	}
	for _, b := range shared {
		out.Shared = append(out.Shared, Year{Period: b.Year, Budget: b.Yuan})
	}
	if math.IsInf(got.Cost, 0) || math.IsNaN(got.Cost) {
		return out, nil
	}
	out.Cost = got.Cost
	out.Bound = math.Max(0, math.Min(got.Cost, got.Bound-order))
	out.Gap = (out.Cost - out.Bound) / math.Max(1, out.Cost)
	for y := range out.Shared {
		for _, p := range out.Counties {
			if y < len(p.Years) {
				out.Shared[y].Spent += p.Years[y].Spent
			}
		}
	}
	return out, nil
}
