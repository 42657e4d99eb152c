package flow

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/forecast"
)

// forecastOfCounts is a forecast of counties with one grade of each of two stages, so many
// pupils in every year.
func forecastOfCounts(t interface{ Fatal(...any) }, counts ...[2]float64) *Forecast {
	in := &forecast.Input{Nodes: []forecast.Node{{ID: "", Up: -1}}, First: 2020, Years: 3, Counts: [][][]float64{nil},
		Grades: []forecast.Grade{{ID: "g6", Section: "primary"}, {ID: "g7", Section: "junior"}}}
	f := &Forecast{Input: in, Places: []ForecastPlace{{Level: edu.City, County: -1}}, Shown: []bool{true}}
	for _, n := range counts {
		in.Nodes = append(in.Nodes, forecast.Node{ID: "c", Up: 0})
		in.Counts = append(in.Counts, [][]float64{{n[0], n[0], n[0]}, {n[1], n[1], n[1]}})
		f.Places, f.Shown = append(f.Places, ForecastPlace{Level: edu.County}), append(f.Shown, true)
	}
	var err error
	if f.Result, err = forecast.Make(in, forecast.Options{Horizon: 2}); err != nil {
		t.Fatal(err)
	}
	return f
}

// Whoever may not see the schools is told no figure of fewer than ten, counted or
// forecast, nor what it could be worked out from; whoever may is told all.
func TestForecastLeavesOutTheFew(t *testing.T) {
	f := forecastOfCounts(t, [2]float64{4, 300}, [2]float64{25, 400}, [2]float64{500, 600})
	var err error
	if f.few, err = f.hide(func(int) bool { return false }); err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{2020, 2022, 2023, 2024} {
		if !f.Few(1, 0, 0, year) || !f.Few(1, 0, -1, year) || !f.Few(2, 0, 0, year) {
			t.Errorf("%d: the few, or what they could be worked out from, are shown", year)
		}
		if f.Few(0, 0, -1, year) || f.Few(1, 1, 1, year) || f.Few(3, 1, -1, year) {
			t.Errorf("%d: more is left out than must be", year)
		}
	}
	if f.few, err = f.hide(func(int) bool { return true }); err != nil || f.few != nil {
		t.Errorf("who sees the schools: %v, %v", f.few, err)
	}
	if f.few, err = f.hide(func(i int) bool { return i == 1 }); err != nil || f.Few(1, 0, 0, 2022) {
		t.Errorf("the own county is left out: %v", err)
	}
}

// No figure below ten is ever shown, whatever the counties have; and a county that is
// left out is not alone where the whole is shown.
func TestForecastNeverTellsOfTheFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var counts [][2]float64
		for range rapid.IntRange(2, 5).Draw(t, "counties") {
			counts = append(counts, [2]float64{float64(rapid.IntRange(0, 40).Draw(t, "primary")), float64(rapid.IntRange(0, 40).Draw(t, "junior"))})
		}
		f := forecastOfCounts(t, counts...)
		var err error
		if f.few, err = f.hide(func(int) bool { return false }); err != nil {
			t.Fatal(err)
		}
		for s := range 2 {
			for y := range 5 {
				year, hidden := 2020+y, 0
				for i := 1; i <= len(counts); i++ {
					x := 0.0
					if y < 3 {
						x = f.Result.GradePast[i][s][y]
					} else {
						x = f.Result.Grade[i][s][y-3]
					}
					if f.Few(i, s, s, year) {
						hidden++
					} else if n := math.Round(x); n > 0 && n < 10 {
						t.Fatalf("county %d grade %d in %d: %v is shown", i, s, year, x)
					}
				}
				if hidden == 1 && !f.Few(0, s, s, year) {
					t.Fatalf("grade %d in %d: one county is left out, and the whole is shown", s, year)
				}
			}
		}
	})
}
