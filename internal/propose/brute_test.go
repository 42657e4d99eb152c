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
			{ID: "qa", Counts: []bool{true, true, false}, Into: []int{-1, -1, -1}, Hire: rapid.Bool().Draw(t, "hireqa"), Tours: true},
		},
		Townships: []string{"x", "y"}, Km: [][]float64{{0, 7}, {7, 0}},
		Years:   []Year{{"1", -1}},
		Prices:  Prices{Build: []float64{0, 0, num("room", 1, 9) * 10}, Hire: num("hire", 1, 60), Train: []float64{num("train", 5, 30), 0, 0}, Move: num("move", 1, 10), PerKm: 1},
		Bounded: rapid.Bool().Draw(t, "bounded"),
	}
	c.Prices.Tour = math.NaN()
	if rapid.Bool().Draw(t, "tours") {
		c.Prices.Tour = num("tour", 1, 30)
	}
	if rapid.IntRange(0, 2).Draw(t, "posts") == 0 {
		posts := rapid.IntRange(0, 2).Draw(t, "posts left")
		c.Posts = &posts
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
		if rapid.Bool().Draw(t, "guests") {
			sec.Guest = []float64{0, 1, 0}
		}
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
	order := newModel(c).order(0)
	try := func(train, hireQ, hireQA, build, tour [2]int) {
		cost := 0.0
		for s := range 2 { // so many of the other section teach here too
			if tour[s] == 0 {
				continue
			}
			other := &c.Sections[1-s]
			if !(c.Prices.Tour >= 0) || !takes(&c.Sections[s]) || takes(other) || other.Township != c.Sections[s].Township || tour[s]+move[1-s][2] > other.Free[2] {
				return
			}
			cost += float64(tour[s]) * c.Prices.Tour
		}
		if c.Posts != nil && hireQ[0]+hireQ[1]+hireQA[0]+hireQA[1] > *c.Posts {
			return
		}
		spent := cost
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
			after[s][1] += float64(hireQA[s] + tour[s])
			after[s][2] += float64(build[s])
			if people[s] < min(sec.Least, first) || train[s] > sec.Staff[0]-move[s][0] || float64(build[s]) > sec.Room[2] {
				return
			}
			hires := float64(hireQ[s] + hireQA[s])
			spent += float64(train[s])*c.Prices.Train[0] + hires*c.Prices.Hire + float64(build[s])*c.Prices.Build[2]
			for k := range 3 {
				spent += float64(move[s][k]) * (c.Prices.Move + c.Prices.PerKm*c.km(c.Sections[s].Township, c.Sections[1-s].Township))
			}
		}
		if cost = spent + float64(hireQ[0]+hireQ[1]+hireQA[0]+hireQA[1])*order; c.Years[0].Budget >= 0 && spent > c.Years[0].Budget || cost >= best {
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
						two([2]int{2, 2}, func(b [2]int) {
							try(train, q, qa, b, [2]int{})
							for n := 1; n <= 2; n++ {
								try(train, q, qa, b, [2]int{n, 0})
								try(train, q, qa, b, [2]int{0, n})
							}
						})
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
		if cost := p.Cost + p.Order; cost > want+1e-6 || cost < want-1e-6 && !math.IsInf(want, 1) && hired(p) <= 5 {
			t.Fatalf("costs %v, the cheapest %v: %+v", cost, want, p.Lines)
		}
		if people := instead(c, p); people != "" {
			t.Fatalf("%s; %+v", people, p.Lines)
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

// instead finds somebody of the county who could do what a hire of the plan is to
// do, within all rules: there must be nobody. It is empty if so.
func instead(c *County, p *Plan) string {
	people := func(s int) (n int) {
		for k := range c.Kinds {
			n += c.Sections[s].Staff[k]
		}
		return n
	}
	for _, h := range p.Lines {
		if h.Act != Hired {
			continue
		}
		for from := range c.Sections {
			for k := range c.Kinds {
				left, now := c.Sections[from].Free[k], people(from)
				for _, l := range p.Lines {
					if (l.Act == Moved || l.Act == Toured) && l.From == from && l.Kind == k {
						left -= int(l.Amount)
					}
					if l.Act == Moved && l.From == from {
						now -= int(l.Amount)
					}
					if (l.Act == Moved || l.Act == Hired) && l.Section == from {
						now += int(l.Amount)
					}
				}
				least := min(c.Sections[from].Least, people(from))
				if from == h.Section || left <= 0 || now-1 < least || c.Sections[from].Stage != c.Sections[h.Section].Stage || !(c.moving(c.Sections[from].Township, c.Sections[h.Section].Township) >= 0) {
					continue
				}
				trained := 0.0 // of those who stay: the one who moves may be needed for it
				for _, l := range p.Lines {
					if l.Act == Trained && l.Section == from {
						trained += l.Amount
					}
				}
				if trained > 0 && c.Kinds[k].Into[0] >= 0 {
					continue
				}
				after := [][]float64{}
				for s := range p.After {
					after = append(after, append([]float64(nil), p.After[s]...))
				}
				for i := range c.Indicators {
					if c.Kinds[h.Kind].Counts[i] {
						after[h.Section][i]--
					}
					if c.Kinds[k].Counts[i] {
						after[h.Section][i]++
						after[from][i]--
					}
				}
				spent := p.Spent[0] - c.Prices.Hire + c.moving(c.Sections[from].Township, c.Sections[h.Section].Township)
				if b := c.Years[0].Budget; b >= 0 && spent > b {
					continue
				}
				if len(c.Passes(after)) == 0 {
					return "hired for section " + c.Sections[h.Section].ID + ", and one of kind " + c.Kinds[k].ID + " could have moved from " + c.Sections[from].ID
				}
			}
		}
	}
	return ""
}
