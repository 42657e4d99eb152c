package proposal_test

import (
	"context"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// What a proposal promises is what the standard's own engine says once its lines are
// applied to the figures: of every section and of the spread.
func TestEngineSaysWhatWasPromised(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		d := drawn(t, p)
		a := d.assess(t)
		c, n, err := propose.Of(a, "530300", d.in)
		if err != nil {
			t.Fatal(err)
		}
		s := rapid.SampledFrom(proposal.Scenarios).Draw(t, "scenario")
		x, err := proposal.Solve(context.Background(), c, n, s, solve.Options{Nodes: 300})
		if err != nil {
			t.Fatal(err)
		}
		seen[string(s)+" "+x.Status]++
		got, err := proposal.Check(x, a)
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Lines) == 0 {
			if !reflect.DeepEqual(got, x.Before) {
				t.Fatalf("nothing is done, and %+v became %+v", x.Before, got)
			}
			return
		}
		if got.Passing != x.After.Passing || got.Sections != x.After.Sections || got.Spread != x.After.Spread || got.Passing != got.Sections || !got.Spread {
			t.Fatalf("promised %+v, the engine says %+v; lines %+v", x.After, got, x.Lines)
		}
		for y, now := range x.SpentNow() {
			if math.Abs(now.Spent-x.Years[y].Spent) > 1e-6*math.Max(1, now.Spent) || now.Over() {
				t.Fatalf("year %d: the lines spend %+v, the plan %+v", y, now, x.Years[y])
			}
		}
		sum := 0.0
		for _, l := range x.Lines {
			sum += l.Cost
			if l.Act != proposal.Buy && l.Price == "" || (l.Price == "") != (l.PriceName.ZH == "") || l.Authority.ZH == "" || l.Why.ZH == "" || l.Why.EN == "" {
				t.Fatalf("a line without price, authority or reason: %+v", l)
			}
		}
		if sum > x.Cost*(1+1e-9)+1e-6 || sum < x.Cost*(1-1e-9)-1e-6 {
			t.Fatalf("lines cost %v, the plan %v", sum, x.Cost)
		}
	})
	t.Log(seen)
}
