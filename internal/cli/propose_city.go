// All counties together, with money that they share.

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
	"shuren/internal/standard"
)

// yearYuan reads 2026=1500000.
func yearYuan(flag, text string) (means.Budget, error) {
	y, yuan, ok := strings.Cut(text, "=")
	p, err := edu.ParsePeriod(y)
	var v float64
	if n, serr := fmt.Sscan(yuan, &v); !ok || err != nil || serr != nil || n != 1 || p.Kind() != edu.SchoolYear || !(v >= 0) {
		return means.Budget{}, fmt.Errorf("%s: found %q, want a school year and yuan, as 2026=1500000: %w", flag, text, fault.Invalid)
	}
	return means.Budget{Year: p, Yuan: v}, nil
}

// shared is the money of each year of the plan that all counties share; nil where none
// was told.
func (c *proposeCmd) shared(period edu.Period) ([]means.Budget, error) {
	if len(c.Shared) == 0 {
		return nil, nil
	}
	var out []means.Budget
	for k := range c.Years {
		out = append(out, means.Budget{Year: edu.Year(period.Int() + 1 + k), Yuan: -1})
	}
	for _, text := range c.Shared {
		b, err := yearYuan("--shared", text)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out, func(x means.Budget) bool { return x.Year == b.Year })
		if i < 0 {
			return nil, fmt.Errorf("--shared: %s is not a year of the plan: %w", b.Year, fault.Invalid)
		}
		out[i].Yuan = b.Yuan
	}
	return out, nil
}

// whole works all counties out together. A county that has told neither prices nor
// staff is left out, and said to be.
func (c *proposeCmd) whole(a *app, as *standard.Assessment, of func(standard.Unit) (propose.Means, error), all []standard.Unit) (out []*proposal.Proposal, ended bool, err error) {
	if c.Scenario == "all" || c.Scenario == string(proposal.Wait) || c.County != "" || c.SecondOpinion != "" {
		return nil, false, fmt.Errorf("--city is of one scenario that does something, of all counties, and asks no other solver: %w", fault.Invalid)
	}
	shared, err := c.shared(as.Period)
	if err != nil {
		return nil, false, err
	}
	var counties []*propose.County
	var names []*propose.Names
	var units []standard.Unit
	for _, u := range all {
		in, err := of(u)
		if err != nil {
			return nil, false, err
		}
		if len(in.Prices.Lines) == 0 || len(in.Staff.Groups) == 0 {
			fmt.Fprintf(a.Err, a.say("▲ %s 未填单价表或教职工人数，未纳入全市测算\n", "▲ %s has told no prices or no staff and is left out\n"), u.Name)
			continue
		}
		years := in.Years
		in.Years = nil
		for k := range c.Years { // the same of all counties
			b := means.Budget{Year: edu.Year(as.Period.Int() + 1 + k), Yuan: -1}
			if i := slices.IndexFunc(years, func(x means.Budget) bool { return x.Year == b.Year }); i >= 0 {
				b = years[i]
			}
			in.Years = append(in.Years, b)
		}
		county, n, err := propose.Of(as, u.ID, in)
		if err != nil {
			return nil, false, err
		}
		counties, names, units = append(counties, county), append(names, n), append(units, u)
	}
	if len(counties) == 0 {
		return nil, false, fmt.Errorf("no county has told prices and staff: %w", fault.NotFound)
	}
	ctx, cancel := a.ctx, context.CancelFunc(func() {})
	if c.Time > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.Time)
	}
	defer cancel()
	bar := a.progress(a.say("测算", "solving"), -1)
	o := solve.Options{Gap: c.Gap}
	if shared != nil { // without, counties are solved side by side and have no common bound on the way
		o.Progress = func(g solve.Progress) {
			bar.Describe(fmt.Sprintf(a.say("全市：现有最好 %s 元，不低于 %s 元，差距 %.2f%%", "city: best %s yuan, at least %s, gap %.2f %%"), chart.Number(g.Best, 0), chart.Number(g.Bound, 0), 100*g.Gap))
			_ = bar.Add(1)
		}
	}
	city, err := proposal.SolveCity(ctx, counties, names, proposal.Scenario(c.Scenario), shared, o)
	_ = bar.Finish()
	if err != nil {
		return nil, false, err
	}
	if c.Out != "-" {
		c.printCity(a, city, units)
		for k, p := range city.Counties {
			c.print(a, units[k].Name, p)
		}
	}
	return city.Counties, ctx.Err() != nil, nil
}

// printCity shows what all counties cost together, and each county's part.
func (c *proposeCmd) printCity(a *app, city *proposal.City, units []standard.Unit) {
	fmt.Fprintf(a.Out, "\n%s · %s · %s\n", a.say("全市", "city"), city.Scenario.Name().In(a.lang), statusWords[propose.Status(city.Status)].In(a.lang))
	if !city.Planned() {
		fmt.Fprintln(a.Out, a.say("费用 —（没有方案）", "cost — (no plan)"))
		return
	}
	fmt.Fprintf(a.Out, a.say("费用 %s 元，任何方案不低于 %s 元，差距 %.2f%%\n", "cost %s yuan, no plan below %s, gap %.2f %%\n"), chart.Number(city.Cost, 0), chart.Number(city.Bound, 0), 100*city.Gap)
	for _, y := range city.Shared {
		fmt.Fprintf(a.Out, "  %s  %s", y.Period.Label(), chart.Number(y.Spent, 0))
		if y.Budget >= 0 {
			fmt.Fprintf(a.Out, a.say(" / 全市共用 %s", " / shared %s"), chart.Number(y.Budget, 0))
		}
		fmt.Fprintln(a.Out)
	}
	t := table{head: []string{a.say("县区", "county"), a.say("现达标", "now"), a.say("方案后", "after"), a.say("项数", "lines"), a.say("费用（元）", "yuan")}, right: []bool{false, true, true, true, true}}
	for k, p := range city.Counties {
		t.add(units[k].Name, fmt.Sprintf("%d/%d", p.Before.Passing, p.Before.Sections), fmt.Sprintf("%d/%d", p.Checked.Passing, p.Checked.Sections), fmt.Sprint(len(p.Lines)), chart.Number(p.Cost, 0))
	}
	t.print(a.Out)
}
