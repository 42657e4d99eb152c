package propose

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/solve"
)

// tiny draws a county so small that every plan can be tried: one indicator of
// people, or two, and one of rooms.
func tiny(t *rapid.T) *County {
	num := func(name string, lo, hi int) float64 { return float64(rapid.IntRange(lo, hi).Draw(t, name)) }
	c := &County{
		Indicators: []Indicator{{ID: "Q", Per: 100}, {ID: "A", Per: 100}, {ID: "R", Per: 100, What: Amount, Whole: true}},
		Kinds: []Kind{
			{ID: "plain", Counts: []bool{false, false, false}, Into: []int{1, -1, -1}},
			{ID: "q", Counts: []bool{true, false, false}, Into: []int{-1, -1, -1}, Hire: rapid.Bool().Draw(t, "hireq")},
			{ID: "qa", Counts: []bool{true, true, false}, Into: []int{-1, -1, -1}, Hire: rapid.Bool().Draw(t, "hireqa")},
		},
		Townships: []string{"x", "y"}, Km: [][]float64{{0, 7}, {7, 0}},
		Years:   []Year{{"1", -1}},
		Prices:  Prices{Build: []float64{0, 0, num("room", 1, 9) * 10}, Hire: num("hire", 20, 60), Train: []float64{num("train", 5, 30), 0, 0}, Move: num("move", 1, 10), PerKm: 1},
		Bounded: rapid.Bool().Draw(t, "bounded"),
	}
	if rapid.Bool().Draw(t, "budget") {
		c.Years[0].Budget = num("money", 0, 150)
	}
	st := Stage{Name: "s", Need: rapid.IntRange(1, 3).Draw(t, "need"), Floor: 0.85}
	for range c.Indicators {
		st.Limit = append(st.Limit, num("limit", 0, 6)+0.3)
		st.Spread = append(st.Spread, []float64{0, 0.317, 0.613}[rapid.IntRange(0, 2).Draw(t, "spread")])
	}
	c.Stages = []Stage{st}
	for s := range 2 {
		sec := Section{ID: string(rune('a' + s)), Township: rapid.IntRange(0, 1).Draw(t, "at"), Pupils: num("pupils", 10, 60), Counted: rapid.IntRange(0, 5).Draw(t, "counted") > 0, Least: rapid.IntRange(0, 3).Draw(t, "least"),
			Room: []float64{math.NaN(), math.NaN(), num("place", 0, 2)}}
		var have [3]float64
		for k := range c.Kinds {
			n := rapid.IntRange(0, 2).Draw(t, "staff")
			sec.Staff = append(sec.Staff, n)
			sec.Free = append(sec.Free, rapid.IntRange(0, n).Draw(t, "free"))
			for i := range 2 {
				if c.Kinds[k].Counts[i] {
					have[i] += float64(n)
				}
			}
		}
		have[2] = num("rooms", 0, 3)
		sec.Have = have[:]
		c.Sections = append(c.Sections, sec)
	}
	return c
}

// cheapest tries every plan with up to so many of each act and gives the cost of
// the cheapest that passes, +Inf where none does.
func cheapest(c *County, most int) float64 {
	best := math.Inf(1)
	var move [2][3]int // from section 0 to 1, and back, by kind
	try := func(train, hireQ, hireQA, build [2]int) {
		cost := 0.0
		after := [][]float64{append([]float64(nil), c.Sections[0].Have...), append([]float64(nil), c.Sections[1].Have...)}
		var people [2]int
		for s := range 2 {
			sec := c.Sections[s]
			for k := range 3 {
				people[s] += sec.Staff[k]
			}
			first := people[s]
			for k := range 3 {
				n := move[1-s][k] - move[s][k] // come and gone
				people[s] += n
				for i := range 2 {
					if c.Kinds[k].Counts[i] {
						after[s][i] += float64(n)
					}
				}
			}
			people[s] += hireQ[s] + hireQA[s]
			after[s][0] += float64(train[s] + hireQ[s] + hireQA[s])
			after[s][1] += float64(hireQA[s])
			after[s][2] += float64(build[s])
			if people[s] < min(sec.Least, first) || train[s] > sec.Staff[0]-move[s][0] || float64(build[s]) > sec.Room[2] {
				return
			}
			cost += float64(train[s])*c.Prices.Train[0] + float64(hireQ[s]+hireQA[s])*c.Prices.Hire + float64(build[s])*c.Prices.Build[2]
			for k := range 3 {
				cost += float64(move[s][k]) * (c.Prices.Move + c.Prices.PerKm*c.km(c.Sections[s].Township, c.Sections[1-s].Township))
			}
		}
		if b := c.Years[0].Budget; b >= 0 && cost > b || cost >= best {
			return
		}
		if len(c.Passes(after)) == 0 {
			best = cost
		}
	}
	two := func(limit [2]int, do func([2]int)) {
		for a := 0; a <= limit[0]; a++ {
			for b := 0; b <= limit[1]; b++ {
				do([2]int{a, b})
			}
		}
	}
	hires := func(k int) [2]int {
		if !c.Kinds[k].Hire {
			return [2]int{}
		}
		return [2]int{most, most}
	}
	var moves func(k int)
	moves = func(k int) {
		if k == 3 {
			two([2]int{c.Sections[0].Staff[0], c.Sections[1].Staff[0]}, func(train [2]int) {
				two(hires(1), func(q [2]int) {
					two(hires(2), func(qa [2]int) {
						two([2]int{2, 2}, func(b [2]int) { try(train, q, qa, b) })
					})
				})
			})
			return
		}
		for a := 0; a <= c.Sections[0].Free[k]; a++ {
			for b := 0; b <= c.Sections[1].Free[k]; b++ {
				if a > 0 && b > 0 {
					continue // the same kind both ways is never the cheapest
				}
				move[0][k], move[1][k] = a, b
				moves(k + 1)
			}
		}
		move[0][k], move[1][k] = 0, 0
	}
	moves(0)
	return best
}

// The plan is the cheapest of all plans there are, and what it promises holds in
// the standard's own terms.
func TestPlanIsTheCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := tiny(t)
		p, err := Make(context.Background(), c, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := cheapest(c, 5)
		if p.Status == Infeasible {
			if !math.IsInf(want, 1) {
				t.Fatalf("said to be infeasible, and a plan costs %v", want)
			}
			return
		}
		if p.Status != Optimal && p.Status != Nothing {
			t.Fatalf("status %s", p.Status)
		}
		if fails := c.Passes(p.After); len(fails) > 0 {
			t.Fatalf("after the plan %+v does not hold: %+v", fails, p)
		}
		if p.Cost > want+1e-6 || p.Cost < want-1e-6 && !math.IsInf(want, 1) && hired(p) <= 5 {
			t.Fatalf("costs %v, the cheapest %v: %+v", p.Cost, want, p.Lines)
		}
		if b := c.Years[0].Budget; b >= 0 && p.Spent[0] > b+1e-6 {
			t.Fatalf("spends %v of %v", p.Spent[0], b)
		}
	})
}

func hired(p *Plan) (most float64) {
	for _, l := range p.Lines {
		if l.Act == Hired {
			most = math.Max(most, l.Amount)
		}
	}
	return most
}
