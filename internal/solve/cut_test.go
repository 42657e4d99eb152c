package solve

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// points lists the points of a model whose variables are all whole.
func points(m *Model) (list [][]float64) {
	p := m.problem()
	x := make([]float64, m.Vars())
	var walk func(j int)
	walk = func(j int) {
		if j == len(x) {
			if p.keeps(x) {
				list = append(list, append([]float64(nil), x...))
			}
			return
		}
		lo, hi := m.Bounds(Var(j))
		for x[j] = math.Ceil(lo); x[j] <= hi; x[j]++ {
			walk(j + 1)
		}
	}
	walk(0)
	return list
}

// cheapest gives the least cost of those points, and whether there are any.
func cheapest(m *Model) (best float64, found bool) {
	best = math.Inf(1)
	for _, x := range points(m) {
		best, found = math.Min(best, m.Value(x)), true
	}
	return best, found
}

// drawBoxed has whole variables only.
func drawBoxed(t *rapid.T) *Model {
	m := &Model{}
	n := rapid.IntRange(1, 6).Draw(t, "vars")
	for range n {
		lo := float64(rapid.IntRange(-2, 2).Draw(t, "lo"))
		hi := lo + rapid.SampledFrom([]float64{1, 1, 1, 2, 3}).Draw(t, "room")
		m.Integer("", lo, hi, float64(rapid.IntRange(-9, 9).Draw(t, "cost")))
	}
	scale := rapid.SampledFrom([]float64{1, 1, 0.37, 50}).Draw(t, "scale")
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		var terms []Term
		for range rapid.IntRange(1, n+1).Draw(t, "terms") {
			terms = append(terms, Var(rapid.IntRange(0, n-1).Draw(t, "var")).Times(scale*float64(rapid.IntRange(-7, 11).Draw(t, "coef"))))
		}
		lo, hi := drawBounds(t, 12)
		m.Between("", lo*scale, hi*scale, terms...)
	}
	return m
}

// Presolve may take away points only where it leaves one that costs no more;
// without its argument from costs it takes away none.
func TestPresolveKeepsPoints(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		m := drawBoxed(t)
		list := points(m)
		red, ok := presolve(m.problem(), slices.Repeat([]bool{true}, m.Vars()))
		if !ok {
			if len(list) > 0 {
				t.Fatalf("%v is a point", list[0])
			}
			return
		}
		for _, x := range list {
			for j, now := range red.now {
				if now < 0 && red.fixed[j] != x[j] {
					t.Fatalf("%v is a point; presolve fixes variable %d", x, j)
				}
			}
			y := make([]float64, len(red.keep))
			for k, j := range red.keep {
				y[k] = x[j]
			}
			if !red.keeps(y) {
				t.Fatalf("%v is a point; presolve takes it away", x)
			}
		}
	})
}

func TestCutsKeepEveryWholePoint(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		m := drawBoxed(t)
		list := points(m)
		if len(list) == 0 {
			return
		}
		s, err := newSearch(context.Background(), m, Options{})
		if err != nil || s.none {
			t.Fatal(err, s.none)
		}
		s.findLocks()
		s.enter(nil)
		x, bound, end := s.relax(math.Inf(1), 0)
		if end != solved {
			t.Fatal("the relaxation: ", end)
		}
		if _, _, end = s.tighten(x, bound); end != solved && end != above {
			t.Fatal("with cuts: ", end)
		}
		best := math.Inf(1)
		for _, x := range list {
			best = math.Min(best, m.Value(x))
		}
		for _, x := range list {
			if m.Value(x) > best {
				continue // may be dropped by the argument from costs
			}
			y := make([]float64, len(s.p.keep))
			same := true
			for j, now := range s.p.now {
				if now >= 0 {
					y[now] = x[j]
				} else {
					same = same && s.p.fixed[j] == x[j]
				}
			}
			for i := range s.l.rows {
				if r := &s.l.rows[i]; same && r.broken(y) > 0.01 {
					t.Fatalf("the point %v breaks row %d by %v", x, i, r.broken(y)*Feasible)
				}
			}
		}
	})
}

func TestCutsAreMade(t *testing.T) {
	m := &Model{}
	var terms []Term
	for i, c := range []float64{31, 43, 57, 64, 79} {
		terms = append(terms, m.Binary("", -c-float64(i)).Times(c))
	}
	m.AtMost("", 150, terms...)
	r, err := Solve(context.Background(), m, Options{})
	if err != nil || r.Cuts == 0 {
		t.Errorf("%d cuts, %v", r.Cuts, err)
	}
}
