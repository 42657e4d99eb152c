package forecast

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWeigh(t *testing.T) {
	for _, tt := range []struct {
		name      string
		mid, high []float64
		want      Balance
	}{
		{"always enough", []float64{80, 70}, []float64{90, 85}, Balance{Over: 2026, Left: 30}},
		{"just enough is enough", []float64{100}, []float64{100}, Balance{Over: 2026}},
		{"short, then too many", []float64{110, 120, 80}, []float64{115, 130, 95}, Balance{Short: 2026, Most: 20, MostYear: 2027, May: 2026, Over: 2028, Left: 20}},
		{"may be short", []float64{95, 90}, []float64{99, 104}, Balance{May: 2027, Left: 10}},
		{"short at the end", []float64{90, 101}, []float64{95, 130}, Balance{Short: 2027, Most: 1, MostYear: 2027, May: 2027, Left: -1}},
	} {
		if got := Weigh(100, 2026, tt.mid, tt.high); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// More seats are never short earlier, nor of more.
func TestMoreSeatsAreShortLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mid := rapid.SliceOfN(rapid.Float64Range(0, 200), 1, 12).Draw(t, "mid")
		var high []float64
		for _, x := range mid {
			high = append(high, x+rapid.Float64Range(0, 50).Draw(t, "more"))
		}
		seats, more := rapid.Float64Range(0, 200).Draw(t, "seats"), rapid.Float64Range(0, 100).Draw(t, "built")
		a, b := Weigh(seats, 2026, mid, high), Weigh(seats+more, 2026, mid, high)
		later := func(x, y int) bool { return y == 0 || x != 0 && y >= x }
		if !later(a.Short, b.Short) || !later(a.May, b.May) || b.Most > a.Most || a.Short != 0 && a.May == 0 || a.Over != 0 && (b.Over == 0 || b.Over > a.Over) {
			t.Fatalf("%+v, and with more seats %+v", a, b)
		}
	})
}
