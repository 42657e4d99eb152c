package proposal

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/propose"
)

// That there is no plan is said also where why is not found in time, or nobody waits
// for it any more: neither is an error.
func TestExplanationEndsInTime(t *testing.T) {
	c := &propose.County{
		Indicators: []propose.Indicator{{ID: "R", Per: 100, What: propose.Amount, Whole: true}},
		Townships:  []string{"x"}, Years: []propose.Year{{Name: "1", Budget: 20}},
		Prices: propose.Prices{Build: []float64{10}}, Stages: []propose.Stage{{Limit: []float64{5}, Need: 1, Floor: 0.85}},
		Sections: []propose.Section{{ID: "a", Pupils: 100, Counted: true, Have: []float64{2}, Room: []float64{math.Inf(1)}}},
	}
	n := &propose.Names{Years: []edu.Period{edu.Year(2026)}}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		most time.Duration
		says string
	}{
		{"no time", context.Background(), 0, "not found in time"},
		{"stopped", ended, time.Hour, "not found in time"},
		{"time enough", context.Background(), time.Hour, "the money of 2026"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &Proposal{Scenario: Mixed}
			if err := explain(tt.ctx, p, c, n, tt.most); err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(p.Conflict, func(x edu.Text) bool { return strings.Contains(x.EN, tt.says) }) {
				t.Errorf("%+v", p.Conflict)
			}
		})
	}
}
