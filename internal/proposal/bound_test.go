package proposal_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// Where a hire is cheaper than a move the search adds to hires, so that they come
// last. What is added is in no figure that is shown: a bound above the cost would
// prove the plan impossible.
func TestTheBoundIsNotAboveTheCost(t *testing.T) {
	for _, tt := range []struct {
		name string
		hire float64
		last bool
	}{{"a usual price", 90000, false}, {"a hire cheaper than a move", 500, true}} {
		t.Run(tt.name, func(t *testing.T) {
			d := ruralDraft(t)
			for i := range d.code { // two more qualified teachers are wanted, and nobody can give one
				d.set(i, "teachers_qualified", 1)
				d.in.Staff.Groups[i].Counts = nil
			}
			for i := range d.in.Prices.Lines {
				switch p := &d.in.Prices.Lines[i]; p.Item {
				case "hire_year":
					p.Yuan = tt.hire
				case "train_degree":
					p.Item = "gone"
				}
			}
			d.in.Years = []means.Budget{{Year: edu.Year(2026), Yuan: -1}}
			c, n, err := propose.Of(d.assess(t), "530300", d.in)
			if err != nil {
				t.Fatal(err)
			}
			p, err := proposal.Solve(t.Context(), c, n, proposal.Mixed, solve.Options{})
			if err != nil {
				t.Fatal(err)
			}
			hires := 0.0
			for _, l := range p.Lines {
				if l.Act == proposal.Hire {
					hires += l.Amount
				}
			}
			if hires == 0 || p.Cost != hires*tt.hire || p.Bound > p.Cost || p.Bound < p.Cost*0.99 || p.Gap > 0.01 {
				t.Errorf("%v hires: cost %v, bound %v, gap %v", hires, p.Cost, p.Bound, p.Gap)
			}
			if p.HiresLast != tt.last || (len(p.Notes) > len(n.Notes)) != tt.last {
				t.Errorf("said that hires come last: %v, %v", p.HiresLast, p.Notes)
			}
		})
	}
}
