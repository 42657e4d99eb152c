package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// servesWords checks that what a task is to serve are measures of plans in force
// that the actor may read, and says what changes as the history keeps it: in the
// plans' own words, which say the same in every language of the pages.
func (o *Office) servesWords(ctx context.Context, who auth.Actor, opt task.Options) (string, error) {
	plans := map[string]*PlanView{}
	measure := func(s task.Serves) (string, error) {
		v, ok := plans[s.Plan]
		if !ok {
			var err error
			if v, err = o.Plan(ctx, who, s.Plan, 0); err != nil && !errors.Is(err, fault.NotFound) {
				return "", err
			}
			plans[s.Plan] = v
		}
		if v != nil && v.State == plan.Approved {
			if _, m := v.Measure(s.Measure); m != nil {
				return fmt.Sprintf("《%s》%s %s", v.Plan.Name, m.ID, clipRunes(m.Text, 60)), nil
			}
		}
		return "", nil
	}
	var said []string
	for _, s := range opt.Serve {
		words, err := measure(s)
		if err != nil {
			return "", err
		}
		if words == "" {
			return "", auth.Refuse(fault.Invalid, fmt.Sprintf("现行方案中没有措施“%s/%s”", s.Plan, s.Measure), fmt.Sprintf("no plan in force has the measure %s/%s", s.Plan, s.Measure))
		}
		said = append(said, "＋"+words)
	}
	for _, s := range opt.Unserve { // a measure that left its plan can be taken away
		words, err := measure(s)
		if err != nil {
			return "", err
		}
		if words == "" {
			words = s.Plan + "/" + s.Measure
		}
		said = append(said, "－"+words)
	}
	return clipRunes(strings.Join(said, "\n"), 2000), nil
}
