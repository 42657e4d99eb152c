package solve

import (
	"context"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// drawParts is a few small models that share one or two rows.
func drawParts(t *rapid.T) ([]Part, []Shared) {
	var shared []Shared
	for range rapid.IntRange(0, 2).Draw(t, "shared") {
		lo, hi := drawBounds(t, 9)
		if lo > hi {
			lo, hi = hi, lo
		}
		shared = append(shared, Shared{Lo: lo, Hi: hi})
	}
	var parts []Part
	for range rapid.IntRange(1, 3).Draw(t, "parts") {
		m := &Model{Offset: float64(rapid.IntRange(-2, 2).Draw(t, "offset"))}
		var terms []Term
		uses := make([][]Term, len(shared))
		for range rapid.IntRange(1, 3).Draw(t, "vars") {
			v := m.Integer("", float64(rapid.IntRange(-1, 0).Draw(t, "lo")), 1, float64(rapid.IntRange(-9, 9).Draw(t, "cost")))
			terms = append(terms, v.Times(float64(rapid.IntRange(-3, 4).Draw(t, "coef"))))
			for r := range uses {
				if c := rapid.IntRange(-3, 4).Draw(t, "use"); c != 0 {
					uses[r] = append(uses[r], v.Times(float64(c)))
				}
			}
		}
		lo, hi := drawBounds(t, 5)
		m.Between("", lo, hi, terms...)
		parts = append(parts, Part{m, uses})
	}
	return parts, shared
}

func TestSplitAgainstTrying(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		parts, shared := drawParts(t)
		m, _ := Join(parts, shared)
		best, found := cheapest(m)
		w, err := Split(context.Background(), parts, shared, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			if w.Status != Infeasible {
				t.Fatalf("%v; there are no points", w.Status)
			}
			return
		}
		if w.Status != Optimal || math.Abs(w.Value-best) > 1e-6*math.Max(1, math.Abs(best)) || w.Bound > best+1e-6*math.Max(1, math.Abs(best)) {
			t.Fatalf("%+v %v %v, bound %v; trying all gives %v", w, w.Status, w.Value, w.Bound, best)
		}
		var x []float64
		for _, p := range w.X {
			x = append(x, p...)
		}
		if !m.problem().keeps(x) {
			t.Fatal("the points break a rule")
		}
	})
}

// The bound of prices alone must hold too, and prices that prove that nothing
// fits must do so.
func TestSplitPrices(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		parts, shared := drawParts(t)
		m, _ := Join(parts, shared)
		best, found := cheapest(m)
		s, err := newSplitter(context.Background(), parts, shared, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		prices := make([]float64, len(shared))
		for r, row := range shared {
			prices[r] = float64(rapid.IntRange(-3, 3).Draw(t, "price"))
			if math.IsInf(row.Lo, -1) {
				prices[r] = math.Min(prices[r], 0)
			}
			if math.IsInf(row.Hi, 1) {
				prices[r] = math.Max(prices[r], 0)
			}
		}
		floors, err := s.each(prices, 1, defaultGap)
		if err != nil {
			t.Fatal(err)
		}
		if b := s.underPrices(prices, floors); found && b > best+1e-6*math.Max(1, math.Abs(best)) {
			t.Fatalf("the bound %v of prices %v is above the least cost %v", b, prices, best)
		}
		if found || s.alone >= 0 {
			return
		}
		if impossible, err := s.fit(defaultGap); err != nil || impossible && s.best != nil {
			t.Fatal(impossible, err)
		}
	})
}

func TestSplitIsTheSameWithAnyNumberOfWorkers(t *testing.T) {
	parts, shared := budget(5, 12, 40)
	var first Whole
	for i, workers := range []int{1, 2, 5} {
		w, err := Split(context.Background(), parts, shared, Options{Workers: workers, Gap: 1e-3})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = w
		} else if !reflect.DeepEqual(w, first) {
			t.Errorf("%d workers: %v at %v; one: %v at %v", workers, w.Value, w.Bound, first.Value, first.Bound)
		}
	}
}

// budget is parts that each choose among things, within one limit for all.
func budget(parts, things int, limit float64) ([]Part, []Shared) {
	var list []Part
	for p := range parts {
		m := &Model{}
		var size, uses []Term
		for i := range things {
			v := m.Binary("", -float64((p*31+i*17)%23+1))
			size = append(size, v.Times(float64((p*7+i*5)%9+1)))
			uses = append(uses, v.Times(float64((p*13+i*11)%8+1)))
		}
		m.AtMost("", float64(2*things), size...)
		list = append(list, Part{m, [][]Term{uses}})
	}
	return list, []Shared{{"limit", -Inf, limit}}
}

func TestSplitStopsWithWhatItHas(t *testing.T) {
	parts, shared := budget(8, 30, 120)
	ctx, cancel := context.WithCancel(context.Background())
	w, err := Split(ctx, parts, shared, Options{Gap: 1e-9, Progress: func(p Progress) {
		if !math.IsInf(p.Best, 1) {
			cancel()
		}
	}})
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	if w.X == nil || w.Status != Within && w.Status != Optimal || w.Bound > w.Value {
		t.Errorf("%v %v, bound %v", w.Status, w.Value, w.Bound)
	}
}
