// A city: counties that plan each for itself, or share some money.

package propose

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"

	"shuren/internal/fault"
	"shuren/internal/solve"
)

// CityPlan is an answer for several counties.
type CityPlan struct {
	Status Status // of all together: the worst
	Plans  []*Plan
	Cost   float64
	Bound  float64 // what any plans cost at least together
	Gap    float64
	// Shared is what is spent of the money that they share, by year.
	Shared []float64
}

// City plans counties that have the same years, several at a time. shared is money
// of each year that all of them together may spend at most, beside their own
// budgets; nil where each has only its own. Nobody moves from one to another.
func City(ctx context.Context, counties []*County, shared []Year, o solve.Options) (*CityPlan, error) {
	if len(counties) == 0 {
		return nil, fmt.Errorf("no county: %w", fault.Invalid)
	}
	var errs []error
	for _, c := range counties {
		if err := c.check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
		}
		if shared != nil && len(c.Years) != len(shared) {
			errs = append(errs, fmt.Errorf("%s plans %d years, and money of %d is shared: %w", c.Name, len(c.Years), len(shared), fault.Invalid))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if shared == nil {
		return apart(ctx, counties, o)
	}
	models := make([]*model, len(counties))
	parts := make([]solve.Part, len(counties))
	for k, c := range counties {
		models[k] = newModel(c)
		parts[k].Model = &models[k].m
		for y := range shared {
			parts[k].Uses = append(parts[k].Uses, models[k].spending(y))
		}
	}
	var rows []solve.Shared
	for _, y := range shared {
		hi := math.Inf(1)
		if y.Budget >= 0 {
			hi = y.Budget
		}
		rows = append(rows, solve.Shared{Name: y.Name, Lo: math.Inf(-1), Hi: hi})
	}
	w, err := solve.Split(ctx, parts, rows, o)
	if err != nil {
		return nil, err
	}
	out := &CityPlan{Status: status(w.Status), Bound: w.Bound, Shared: make([]float64, len(shared))}
	for k := range counties {
		p := &Plan{Status: out.Status}
		if w.X != nil {
			models[k].read(p, w.X[k])
			p.Bound = math.Inf(-1) // what the shared money costs each is not known
			if len(p.Lines) == 0 {
				p.Status = Nothing
			}
			for y := range shared {
				out.Shared[y] += p.Spent[y]
			}
		} else if w.Alone == k {
			p.Status = Infeasible
		} else if out.Status == Infeasible {
			p.Status = Stopped // that all fail together says nothing of one
		}
		out.Plans = append(out.Plans, p)
	}
	out.sum(w.X != nil)
	return out, nil
}

// status is what is known of a plan by what is known of its model.
func status(s solve.Status) Status {
	switch s {
	case solve.Infeasible:
		return Infeasible
	case solve.Optimal:
		return Optimal
	case solve.Within:
		return Within
	}
	return Stopped
}

// sum adds the plans up.
func (c *CityPlan) sum(found bool) {
	if !found {
		c.Cost, c.Gap = math.Inf(1), math.Inf(1)
		return
	}
	order := 0.0
	for _, p := range c.Plans {
		c.Cost += p.Cost
		order += p.Order
	}
	c.Bound = math.Min(c.Bound, c.Cost+order)
	c.Gap = (c.Cost + order - c.Bound) / math.Max(1, c.Cost+order)
}

// apart plans each county by itself, several at a time.
func apart(ctx context.Context, counties []*County, o solve.Options) (*CityPlan, error) {
	out := &CityPlan{Status: Nothing, Plans: make([]*Plan, len(counties))}
	errs := make([]error, len(counties))
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, len(counties)) {
		wg.Go(func() {
			for k := range next {
				out.Plans[k], errs[k] = Make(ctx, counties[k], o)
			}
		})
	}
	for k := range counties {
		next <- k
	}
	close(next)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	worst := map[Status]int{Nothing: 0, Optimal: 1, Within: 2, Stopped: 3, Infeasible: 4}
	found := true
	for _, p := range out.Plans {
		if worst[p.Status] > worst[out.Status] {
			out.Status = p.Status
		}
		found = found && p.After != nil
		out.Bound += p.Bound
	}
	out.sum(found)
	return out, nil
}
