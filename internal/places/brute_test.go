package places

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// tiny draws an input so small that every plan can be tried: two stages and
// up to four schools and sites.
func tiny(t *rapid.T) *Input {
	num := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, name) }
	chance := func(name string) bool { return rapid.Bool().Draw(t, name) }
	in := &Input{}
	years := num("years", 1, 2)
	for y := range years {
		in.Years = append(in.Years, Year{2026 + y, -1})
		if num("limited", 0, 3) == 0 {
			in.Years[y].Budget = float64(num("budget", 10, 80))
		}
	}
	for _, id := range []string{"preschool", "junior"} {
		st := Stage{ID: id, Class: 1 + num("class", 0, 1), Km: float64(num("limit", 3, 7)), Prices: Prices{
			Expand: float64(num("expand", 1, 9)), Build: float64(num("build", 1, 9)), Convert: float64(num("convert", 0, 5)), Run: float64(num("run", 0, 6)),
			Bus: float64(num("bus", 0, 4)), Board: float64(num("board", 0, 9) - 1), PerKm: float64(num("perkm", 0, 2)) / 4}}
		if num("buses", 0, 2) > 0 {
			st.BusKm = 8
		}
		in.Stages = append(in.Stages, st)
	}
	for range num("areas", 1, 2) {
		a := Area{}
		for st := range in.Stages {
			var children []int
			for range years {
				children = append(children, num("children", 0, 3-st))
			}
			a.Children = append(a.Children, children)
		}
		in.Areas = append(in.Areas, a)
	}
	for s := range num("schools", 3, 4) {
		sc := School{Stage: []int{1, 0, 1, 0}[s], Seats: num("seats", 0, 4), Beds: num("beds", 0, 1), Most: num("most", 0, 2), From: num("from", 0, 5) / 5}
		if s >= 2 && chance("new") {
			sc = School{Stage: sc.Stage, New: true, Most: num("most", 1, 3), From: num("from", 0, 5) / 5, Fixed: float64(num("fixed", 0, 9))}
			sc.Least = num("least", 0, sc.Most)
		}
		sc.Small = num("small", 0, 3) == 0
		yes := num("steps", 0, 3)
		sc.Steps = Steps{yes > 0, yes > 0, yes > 0, yes > 1, yes > 2, chance("optional")}
		in.Schools = append(in.Schools, sc)
	}
	if chance("converts") {
		in.Convert = []Conversion{{1, 0, num("give", 0, in.Schools[1].Seats/in.Stages[0].Class)}}
	}
	for range in.Areas {
		var ways []Way
		for range in.Schools {
			w := Way{Km: float64(num("km", 0, 9)), Minutes: math.NaN()}
			if num("cut", 0, 9) == 0 {
				w.Km = math.NaN()
			}
			ways = append(ways, w)
		}
		in.Ways = append(in.Ways, ways)
	}
	return in
}

// cheapest tries every plan and every way to seat the children.
func cheapest(in *Input) float64 {
	best := math.Inf(1)
	d := in.today()
	years := len(in.Years)
	var kept func(s, y int)
	var rooms func(s, y int)
	var given func(i, y int)
	cost := func() {
		sum := 0.0
		for y := range years {
			if b := in.Years[y].Budget; b >= 0 && in.spent(d, y) > b+1e-9 {
				return
			}
			sum += in.spent(d, y)
			for s := range in.Schools {
				run := in.Stages[in.Schools[s].Stage].Prices.Run
				if in.Schools[s].New && d.open[s][y] {
					sum += run
				}
				if !in.Schools[s].New && !d.open[s][y] {
					sum -= run
				}
			}
			for st := range in.Stages {
				sum += seat(in, st, y, d)
			}
		}
		best = math.Min(best, sum)
	}
	given = func(i, y int) {
		if i == len(in.Convert) {
			cost()
			return
		}
		if y == years {
			given(i+1, 0)
			return
		}
		from := 0
		if y > 0 {
			from = d.given[i][y-1]
		}
		for n := from; n <= in.Convert[i].Most; n++ {
			d.given[i][y] = n
			given(i, y+1)
		}
		d.given[i][y] = 0
	}
	rooms = func(s, y int) {
		if s == len(in.Schools) {
			given(0, 0)
			return
		}
		if y == years {
			rooms(s+1, 0)
			return
		}
		sc := in.Schools[s]
		from := 0
		if y > 0 {
			from = d.rooms[s][y-1]
		}
		for n := from; n <= sc.Most; n++ {
			if n > 0 && (sc.From > y || n < sc.Least) {
				continue
			}
			d.rooms[s][y] = n
			if sc.New {
				d.open[s][y] = n > 0
			}
			rooms(s, y+1)
		}
		d.rooms[s][y] = 0
	}
	kept = func(s, y int) {
		if s == len(in.Schools) {
			rooms(0, 0)
			return
		}
		may, _, _ := in.closing(s)
		if y == years || !may {
			kept(s+1, 0)
			return
		}
		if y == 0 || d.open[s][y-1] {
			d.open[s][y] = true
			kept(s, y+1)
		}
		d.open[s][y] = false
		kept(s, y+1)
		d.open[s][y] = true
	}
	kept(0, 0)
	return best
}

// seat tries every way to seat the children of a stage and year, one child after
// the other.
func seat(in *Input, stage, y int, d *design) float64 {
	st := in.Stages[stage]
	seats, beds := make([]int, len(in.Schools)), make([]int, len(in.Schools))
	for s, sc := range in.Schools {
		if !d.open[s][y] {
			continue
		}
		seats[s], beds[s] = sc.Seats+d.rooms[s][y]*st.Class, sc.Beds
		for i, c := range in.Convert {
			if c.From == s {
				seats[s] -= d.given[i][y] * in.Stages[sc.Stage].Class
			}
			if c.To == s {
				seats[s] += d.given[i][y] * in.Stages[sc.Stage].Class
			}
		}
	}
	var queue []int
	for a := range in.Areas {
		for range in.Areas[a].Children[stage][y] {
			queue = append(queue, a)
		}
	}
	var next func(i int) float64
	next = func(i int) float64 {
		if i == len(queue) {
			return 0
		}
		best := math.Inf(1)
		for s := range in.Schools {
			km := in.Ways[queue[i]][s].Km
			if in.Schools[s].Stage != stage || seats[s] < 1 || math.IsNaN(km) {
				continue
			}
			seats[s]--
			if km <= st.Km {
				best = math.Min(best, st.Prices.PerKm*km+next(i+1))
			} else {
				if km <= st.BusKm {
					best = math.Min(best, st.Prices.Bus+st.Prices.PerKm*km+next(i+1))
				}
				if beds[s] > 0 && st.Prices.Board >= 0 {
					beds[s]--
					best = math.Min(best, st.Prices.Board+next(i+1))
					beds[s]++
				}
			}
			seats[s]++
		}
		return best
	}
	return next(0)
}

// The plan is the cheapest of all plans there are, and holds by plain counting.
// Where there is none, the conflict names rules, and without any of them there is
// a plan.
func TestPlanIsTheCheapest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tiny(t)
		p, err := Make(context.Background(), in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := cheapest(in)
		if math.IsInf(want, 1) {
			if p.Status != Infeasible {
				t.Fatalf("%s, and no plan there is: %+v", p.Status, p)
			}
			return
		}
		if p.Status != Optimal || math.Abs(p.Cost-want) > 1e-6 {
			t.Fatalf("%s at %v (bound %v), the cheapest costs %v: %+v", p.Status, p.Cost, p.Bound, want, p.Lines)
		}
		if wrong := in.Verify(p); len(wrong) > 0 {
			t.Fatalf("%v: %+v", wrong, p)
		}
		for _, l := range p.Lines {
			if may, _, _ := in.closing(l.School); l.Act == Merge && (!may || l.Cost >= 0) {
				t.Fatalf("closes what may not be closed, or for nothing: %+v", l)
			}
		}
	})
}

// Nobody is closed unasked: a school without all steps is open in every year, and
// a small rural one without approval.
func TestClosingNeedsItsSteps(t *testing.T) {
	all := Steps{Consulted: true, Published: true, Heard: true, SafeRoute: true}
	without := func(f func(*Steps)) Steps { s := all; f(&s); return s }
	approved := all
	approved.Approved = true
	for _, tt := range []struct {
		name  string
		stage string
		small bool
		steps Steps
		act   Act
		why   Reason
		lacks []Step
	}{
		{"nothing was begun", "primary", false, Steps{}, Keep, NotBegun, []Step{Consulted, Published, Heard, SafeRoute}},
		{"optional does not stand for the steps", "primary", false, Steps{Optional: true}, Keep, NotBegun, []Step{Consulted, Published, Heard, SafeRoute}},
		{"not consulted", "primary", false, without(func(s *Steps) { s.Consulted = false }), Keep, StepsMiss, []Step{Consulted}},
		{"not published", "junior", false, without(func(s *Steps) { s.Published = false }), Keep, StepsMiss, []Step{Published}},
		{"not heard", "primary", false, without(func(s *Steps) { s.Heard = false }), Keep, StepsMiss, []Step{Heard}},
		{"the way is not safe", "primary", false, without(func(s *Steps) { s.SafeRoute = false }), Keep, StepsMiss, []Step{SafeRoute}},
		{"all steps", "primary", false, all, Merge, Cheaper, nil},
		{"a small rural school, all steps", "primary", true, all, Keep, Protected, []Step{Approved}},
		{"a small rural school, approved", "primary", true, approved, Merge, Cheaper, nil},
		{"a kindergarten", "preschool", false, all, Keep, NotBegun, nil},
		{"a kindergarten whose county says so", "preschool", false, Steps{Optional: true}, Merge, Cheaper, nil},
		{"a small rural kindergarten", "preschool", true, Steps{Optional: true}, Keep, Protected, []Step{Consulted, Published, Heard, SafeRoute, Approved}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &Input{Years: []Year{{2026, -1}}, Stages: []Stage{{ID: tt.stage, Class: 45, Km: 5, Prices: Prices{Run: 1000}}},
				Areas: []Area{{ID: "v", Children: [][]int{{30}}}}, Ways: [][]Way{{{Km: 1, Minutes: math.NaN()}, {Km: 2, Minutes: math.NaN()}}},
				Schools: []School{{ID: "small", Seats: 40, Small: tt.small, Steps: tt.steps}, {ID: "big", Seats: 200}}}
			p, err := Make(context.Background(), in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(p.Lines, func(l Line) bool { return l.School == 0 })
			if l := p.Lines[i]; l.Act != tt.act || l.Why != tt.why || !slices.Equal(l.Lacks, tt.lacks) {
				t.Errorf("%+v, want %s, %s, %v", l, tt.act, tt.why, tt.lacks)
			}
		})
	}
}

// A closing that saves nothing is no line, whatever was heard.
func TestNothingIsClosedForNothing(t *testing.T) {
	in := &Input{Years: []Year{{2026, -1}}, Stages: []Stage{{ID: "primary", Class: 45, Km: 5, BusKm: 9, Prices: Prices{Run: 3000, Bus: 100}}},
		Areas: []Area{{ID: "v", Children: [][]int{{30}}}}, Ways: [][]Way{{{Km: 1, Minutes: math.NaN()}, {Km: 6, Minutes: math.NaN()}}},
		Schools: []School{{ID: "small", Seats: 40, Steps: Steps{true, true, true, true, true, true}}, {ID: "big", Seats: 200}}}
	p, err := Make(context.Background(), in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Cost != 0 || p.Lines[0].Act != Keep || p.Lines[0].Why != Needed {
		t.Errorf("running it costs what the buses would: %+v", p)
	}
}
