package propose

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/solve"
)

// Counties that share money are planned as one county would be whose townships lie
// apart: the same cost, and no more spent than there is.
func TestCitySharesMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var counties []*County
		for range rapid.IntRange(1, 3).Draw(t, "counties") {
			c := tiny(t)
			c.Name = fmt.Sprint(len(counties))
			counties = append(counties, c)
		}
		money := float64(rapid.IntRange(0, 300).Draw(t, "shared"))
		got, err := City(context.Background(), counties, []Year{{"1", money}}, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		// By brute force: what each can do for how much, put together.
		var parts []solve.Part
		var rows []solve.Shared
		for _, c := range counties {
			b := newModel(c)
			parts = append(parts, solve.Part{Model: &b.m, Uses: [][]solve.Term{b.spending(0)}})
		}
		rows = append(rows, solve.Shared{Lo: math.Inf(-1), Hi: money})
		m, _ := solve.Join(parts, rows)
		want, err := solve.Solve(context.Background(), m, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want.Status == solve.Infeasible {
			if got.Status != Infeasible {
				t.Fatalf("%s, and together they are infeasible", got.Status)
			}
			return
		}
		order := 0.0
		for _, p := range got.Plans {
			order += p.Order
		}
		if math.Abs(got.Cost+order-want.Value) > 1e-5*math.Max(1, want.Value) || got.Shared[0] > money+1e-6 {
			t.Fatalf("costs %v with %v of %v spent; as one model %v", got.Cost+order, got.Shared[0], money, want.Value)
		}
		for k, c := range counties {
			if fails := c.Passes(got.Plans[k].After); len(fails) > 0 {
				t.Fatalf("county %d: %+v", k, fails)
			}
		}
	})
}
