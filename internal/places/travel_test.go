package places

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Travel is what a plain list of all children says.
func TestTravelIsThatOfEveryChild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tiny(t)
		p, err := Make(context.Background(), in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []*Served{&p.Served, &p.Still} {
			for st := range v.Travel {
				for y, got := range v.Travel[st] {
					var km []float64
					over, board, sum := 0, 0, 0.0
					for _, trip := range v.Trips {
						if in.Schools[trip.School].Stage != st || trip.Year != y {
							continue
						}
						for range trip.Children {
							if trip.Mode != Daily {
								over++
							}
							if trip.Mode == Board {
								board++
								continue
							}
							km = append(km, in.Ways[trip.Area][trip.School].Km)
							sum += km[len(km)-1]
						}
					}
					slices.Sort(km)
					if got.Children != len(km)+board || got.Over != over || got.Board != board || got.Bus != over-board {
						t.Fatalf("%+v, want %d children, %d beyond the limit, %d who board", got, len(km)+board, over, board)
					}
					if len(km) == 0 {
						if !math.IsNaN(got.MeanKm) || !math.IsNaN(got.P95Km) {
							t.Fatalf("%+v of nobody", got)
						}
						continue
					}
					p95 := km[int(math.Ceil(0.95*float64(len(km))-1e-9))-1]
					if math.Abs(got.MeanKm-sum/float64(len(km))) > 1e-9 || got.P95Km != p95 || got.MostKm != km[len(km)-1] {
						t.Fatalf("%+v, want %v, %v, %v", got, sum/float64(len(km)), p95, km[len(km)-1])
					}
				}
			}
		}
	})
}

// The 95th percentile is a way that somebody has: 95 of 100 go no farther.
func TestP95(t *testing.T) {
	for _, tt := range []struct {
		name string
		ws   []weighted
		want float64
	}{
		{"exactly 95", []weighted{{9, 5}, {1, 95}}, 1},
		{"one fewer", []weighted{{1, 94}, {9, 6}}, 9},
		{"one child", []weighted{{3, 1}}, 3},
	} {
		n := 0
		for _, w := range tt.ws {
			n += w.n
		}
		if _, got, _ := spread(tt.ws, n); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if mean, _, _ := spread([]weighted{{3, 1}}, 2); !math.IsNaN(mean) {
		t.Errorf("a mean of one of two: %v", mean)
	}
}

// Doing nothing is today's schools and seats: what lacks is said by year.
func TestDoNothing(t *testing.T) {
	in := &Input{Years: []Year{{2026, -1}, {2027, -1}, {2028, -1}}, Stages: []Stage{{ID: "junior", Class: 50, Km: 5, Prices: Prices{Expand: 100, Board: -1}}},
		Areas:   []Area{{ID: "a", Children: [][]int{{80, 120, 90}}}, {ID: "far", Children: [][]int{{0, 5, 0}}}},
		Schools: []School{{ID: "A", Seats: 100, Most: 4}, {ID: "B", Seats: 30}}, Ways: [][]Way{{km(1), km(9)}, {km(2), km(3)}}}
	p, err := Make(context.Background(), in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Still.Without[0], []int{0, 20, 0}) || !slices.Equal(p.Without[0], []int{0, 0, 0}) {
		t.Errorf("without a seat %v, with the plan %v", p.Still.Without, p.Without)
	}
	for y := range 3 {
		if p.Still.Seats[0][y] != 100 || p.Still.Travel[0][y].Seats != 130 {
			t.Errorf("seats in year %d: %v", y, p.Still.Seats)
		}
	}
	if len(p.Lines) < 1 || p.Lines[0].Act != Expand || p.Lines[0].Year != 1 || p.Lines[0].Rooms != 1 {
		t.Errorf("a room too early or too many: %+v", p.Lines)
	}
}
