package proposal_test

import (
	"encoding/json"
	"testing"

	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// Without a plan there is no cost, which is not a cost of nothing; doing nothing is
// a plan and costs nothing. Both can be kept.
func TestNoPlanIsNotFree(t *testing.T) {
	d := ruralDraft(t)
	d.set(0, "area_teaching", 10)
	d.in.Prices.Lines = nil
	c, n, err := propose.Of(d.assess(t), "530300", d.in)
	if err != nil {
		t.Fatal(err)
	}
	for s, planned := range map[proposal.Scenario]bool{proposal.Mixed: false, proposal.Wait: true} {
		p, err := proposal.Solve(t.Context(), c, n, s, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Planned() != planned || planned && p.Cost != 0 || !planned && p.Cost != proposal.NoPlan {
			t.Errorf("%s: %s with a cost of %v", s, p.Status, p.Cost)
		}
		if _, err := json.Marshal(p); err != nil {
			t.Error(err)
		}
	}
	// Stopped before anything was found.
	d = ruralDraft(t)
	d.set(0, "area_teaching", 10)
	c, n, err = propose.Of(d.assess(t), "530300", d.in)
	if err != nil {
		t.Fatal(err)
	}
	x := proposal.Of(&propose.Plan{Status: propose.Stopped}, c, n, proposal.Mixed)
	if x.Planned() {
		t.Errorf("stopped, with a cost of %v", x.Cost)
	}
	if p, err := proposal.Solve(t.Context(), c, n, proposal.Mixed, solve.Options{}); err != nil || !p.Planned() || p.Cost == 0 {
		t.Errorf("there is a plan: %+v, %v", p, err)
	}
}
