// A second opinion on proposals: what another solver says of the same model.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"shuren/internal/chart"
	"shuren/internal/fault"
	"shuren/internal/opinion"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// opinionTime is how long the other program has where --time says nothing.
const opinionTime = 10 * time.Minute

// errDoubt makes the exit code 1 after everything is printed and written.
var errDoubt = errors.New("the other solver contradicts a plan (see ■ above): one of the two is wrong; decide nothing by it before that is known")

// other finds the program to be asked, before anything is worked out; "" for none.
func (c *proposeCmd) other() (string, error) {
	if c.SecondOpinion == "" {
		return "", nil
	}
	program := opinion.Find(c.SecondOpinion)
	if program == "" {
		return "", fmt.Errorf("--second-opinion: %s is not installed, or not in a folder of PATH: %w", c.SecondOpinion, fault.NotFound)
	}
	return program, nil
}

// ask has the other program answer the model of a proposal and prints what it says.
// contradicts tells that both cannot be right.
func (c *proposeCmd) ask(a *app, w io.Writer, program string, county *propose.County, p *proposal.Proposal) (contradicts bool, err error) {
	if p.Scenario == proposal.Wait {
		return false, nil // nothing was searched
	}
	m, r, err := proposal.Asked(p, county)
	if err != nil {
		return false, err
	}
	most := c.Time
	if most <= 0 {
		most = opinionTime
	}
	ctx, cancel := context.WithTimeout(a.ctx, most)
	defer cancel()
	bar := a.progress(fmt.Sprintf(a.say("询问 %s", "asking %s"), c.SecondOpinion), -1)
	o, err := opinion.Ask(ctx, program, m)
	_ = bar.Finish()
	if err != nil {
		return false, fmt.Errorf("--second-opinion: %w", err)
	}
	agrees, known := o.Agrees(r)
	fmt.Fprintln(w, c.opinionWords(a, o, r, agrees, known))
	if p.Order > 0 {
		fmt.Fprintf(w, a.say("  （两者均含为使公招排在最后而计入的 %s 元）\n", "  (both with %s yuan that the search adds so that hires come last)\n"), chart.Number(p.Order, 0))
	}
	return !agrees, nil
}

// opinionWords say whether the other program agrees, with its value, how far that is
// from ours, and the time it took.
func (c *proposeCmd) opinionWords(a *app, o opinion.Opinion, r solve.Result, agrees, known bool) string {
	has := r.Status == solve.Optimal || r.Status == solve.Within
	yuan := func(v float64) string { return chart.Number(v, 0) }
	took := fmt.Sprintf(a.say("用时 %.1f 秒", "took %.1f s"), o.Took.Seconds())
	var says string
	switch {
	case o.Status == solve.Infeasible:
		says = a.say("没有可行方案", "there is no such plan")
	case o.Status == solve.Optimal && has:
		says = fmt.Sprintf(a.say("最省 %s 元，与本方案相差 %s 元", "the least is %s yuan, %s from this plan"), yuan(o.Value), yuan(o.Value-r.Value))
	case o.Status == solve.Optimal:
		says = fmt.Sprintf(a.say("有方案，最省 %s 元", "there is a plan, the least is %s yuan"), yuan(o.Value))
	case !math.IsInf(o.Value, -1):
		says = fmt.Sprintf(a.say("限时内未算完，任何方案不低于 %s 元", "came to no end in time, no plan is below %s yuan"), yuan(o.Value))
	default:
		says = a.say("限时内未算完", "came to no end in time")
	}
	switch {
	case !agrees && o.Status == solve.Optimal && has && o.Value < r.Bound:
		return fmt.Sprintf(a.say("■ %s 找到了更省的方案：%s，低于本方案的下限 %s 元；%s", "■ %s finds a better plan: %s, and below our bound of %s yuan; %s"), c.SecondOpinion, says, yuan(r.Bound), took)
	case !agrees:
		return fmt.Sprintf(a.say("■ %s 不一致：%s；%s", "■ %s disagrees: %s; %s"), c.SecondOpinion, says, took)
	case !known:
		return fmt.Sprintf(a.say("▲ %s 未能比较：%s；%s", "▲ %s neither agrees nor disagrees: %s; %s"), c.SecondOpinion, says, took)
	}
	return fmt.Sprintf(a.say("● %s 一致：%s；%s", "● %s agrees: %s; %s"), c.SecondOpinion, says, took)
}
