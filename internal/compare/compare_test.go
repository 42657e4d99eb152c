package compare

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

var nan = math.NaN()

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		name   string
		in     []float64
		better string
		want   []Place
	}{
		{"1, 2, 2, 4", []float64{7, 9, 8, 8}, "higher", []Place{{4, false, 4}, {1, false, 4}, {2, true, 4}, {2, true, 4}}},
		{"less is better", []float64{7, 9, 8}, "lower", []Place{{1, false, 3}, {3, false, 3}, {2, false, 3}}},
		{"a missing one has no place", []float64{nan, 9, nan, 8}, "higher", []Place{{}, {1, false, 2}, {}, {2, false, 2}}},
		{"binary noise is no difference", []float64{0.1 + 0.2, 0.3}, "higher", []Place{{1, true, 2}, {1, true, 2}}},
		{"zero is a value", []float64{0, -1}, "higher", []Place{{1, false, 2}, {2, false, 2}}},
		{"an infinity is no value", []float64{math.Inf(1), 1}, "higher", []Place{{}, {1, false, 1}}},
		{"all alike", []float64{5, 5, 5}, "higher", []Place{{1, true, 3}, {1, true, 3}, {1, true, 3}}},
		{"nobody", nil, "higher", []Place{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Places(tt.in, tt.better); !slices.Equal(got, tt.want) {
				t.Errorf("%v: %v, want %v", tt.in, got, tt.want)
			}
		})
	}
}

// A unit's place is one more than how many are truly better, and who shares it
// are those that are exactly as good.
func TestPlaceCountsTheBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-5, 5), 0, 12).Draw(t, "values")
		values := make([]float64, len(whole))
		for i, v := range whole {
			if values[i] = float64(v) / 3; v == -5 {
				values[i] = nan
			}
		}
		for i, p := range Places(values, "higher") {
			better, alike, of := 0, 0, 0
			for _, v := range values {
				if v > values[i] {
					better++
				}
				if v == values[i] {
					alike++
				}
				if v == v {
					of++
				}
			}
			want := Place{better + 1, alike > 1, of}
			if values[i] != values[i] {
				want = Place{}
			}
			if p != want {
				t.Fatalf("%v of %v: %+v, want %+v", values[i], values, p, want)
			}
		}
	})
}

func TestSince(t *testing.T) {
	for _, tt := range []struct {
		name        string
		now, then   float64
		unit        string
		diff, part  float64
		points, has bool
	}{
		{"percentages differ in points", 96.5, 95, Percent, 1.5, nan, true, true},
		{"amounts differ in their unit and as a part", 110, 100, "teacher", 10, 0.1, false, true},
		{"nothing now", nan, 100, "teacher", nan, nan, false, false},
		{"nothing then", 100, nan, Percent, nan, nan, true, false},
		{"from zero there is no part", 5, 0, "teacher", 5, nan, false, true},
		{"to zero is a change", 0, 5, "teacher", -5, -1, false, true},
		{"a negative one has no part", -1, -2, "1", 1, nan, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Since(tt.now, tt.then, tt.unit)
			if !same(c.Diff, tt.diff) || !same(c.Part, tt.part) || c.Points != tt.points {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestPast(t *testing.T) {
	st := stageOf(t, school{code: "a", pupils: 100, teachers: 8, largest: 40}, school{code: "b", pupils: 300, teachers: 18, largest: 50}, school{code: "c", pupils: 50, teachers: nan, largest: 20}, school{code: "d", pupils: 0, teachers: 3, largest: 10})
	for _, tt := range []struct {
		name      string
		indicator string
		codes     []string
		want      float64
		lost      Loss
	}{
		{"itself", "ratio", []string{"a"}, 8, Kept},
		{"two that merged: by their counts, not the mean of 8 and 6", "ratio", []string{"a", "b"}, 6.5, Kept},
		{"one of them did not report", "ratio", []string{"a", "c"}, nan, NotReported},
		{"one of them is not in the data", "ratio", []string{"a", "x"}, nan, NotReported},
		{"alone and not reported", "ratio", []string{"c"}, nan, NotReported},
		{"division by nothing is no figure", "ratio", []string{"a", "d"}, nan, NotReported},
		{"a largest one does not add up", "largest_class", []string{"a", "b"}, nan, NotAdding},
		{"a mean does not add up, though each alone agrees", "sized", []string{"a", "b"}, nan, NotAdding},
		{"nothing before", "ratio", nil, nan, NewUnit},
		{"not measured then", "other", []string{"a"}, nan, NotMeasured},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, lost, err := Past(st, tt.indicator, tt.codes)
			if err != nil || !same(got, tt.want) || lost != tt.lost {
				t.Errorf("%v, %v, %v; want %v, %v", got, lost, err, tt.want, tt.lost)
			}
		})
	}
}

func TestAlike(t *testing.T) {
	two := []Feature{{ID: "size", Weight: 1}, {ID: "rural", Weight: 1}}
	for _, tt := range []struct {
		name   string
		of     []Feature
		values [][]float64
		at, k  int
		want   []int
		lacks  int
		left   int
	}{
		{"the nearest first", two, [][]float64{{0, 0}, {5, 0}, {1, 0}, {2, 1}}, 0, 2, []int{2, 3}, 0, 0},
		{"equally far: in the order of the codes", two, [][]float64{{1, 0}, {0, 0}, {2, 0}, {9, 0}}, 0, 2, []int{1, 2}, 0, 0},
		{"a candidate that lacks one is left out", two, [][]float64{{0, 0}, {0, nan}, {3, 1}}, 0, 2, []int{2}, 0, 1},
		{"the unit itself lacks one: no peers", two, [][]float64{{nan, 0}, {0, 0}, {3, 1}}, 0, 2, nil, 1, 0},
		{"nobody else", two, [][]float64{{0, 0}}, 0, 2, nil, 0, 0},
		{"all alike", two, [][]float64{{1, 1}, {1, 1}, {1, 1}}, 1, 5, []int{0, 2}, 0, 0},
		{"a feature without weight tells nobody apart", []Feature{{Weight: 0}, {Weight: 1}}, [][]float64{{0, 0}, {0, 2}, {9, 1}}, 0, 1, []int{2}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Alike(tt.of, tt.values, tt.at, tt.k)
			var got []int
			for _, x := range p.Nearest {
				got = append(got, x.Unit)
			}
			if !slices.Equal(got, tt.want) || len(p.Lacks) != tt.lacks || p.Left != tt.left {
				t.Errorf("%v, lacks %v, %d left out", got, p.Lacks, p.Left)
			}
		})
	}
}

// The distance follows from what is shown of each feature, grows with the
// place, and does not change with the unit in which a feature is measured.
func TestDistanceIsExplainedByItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "units")
		of := []Feature{{Weight: 1}, {Weight: 0.5}, {Weight: 2}}
		values, scaled := make([][]float64, n), make([][]float64, n)
		for u := range values {
			values[u] = make([]float64, 3)
			scaled[u] = make([]float64, 3)
			for f := range values[u] {
				values[u][f] = float64(rapid.IntRange(0, 1000).Draw(t, "v")) / 8
				scaled[u][f] = values[u][f]*16 + 64
			}
		}
		a, b := Alike(of, values, 0, n), Alike(of, scaled, 0, n)
		last := 0.0
		for i, p := range a.Nearest {
			sum := 0.0
			for f, d := range p.Apart {
				sum += of[f].Weight * d * d
			}
			if want := math.Sqrt(sum / 3.5); math.Abs(p.Distance-want) > 1e-9 {
				t.Fatalf("distance %v, want %v", p.Distance, want)
			}
			if p.Distance < last-1e-9 {
				t.Fatalf("%v after %v", p.Distance, last)
			}
			last = p.Distance
			if q := b.Nearest[i]; q.Unit != p.Unit || math.Abs(q.Distance-p.Distance) > 1e-9 {
				t.Fatalf("in other units of measure: %+v, want %+v", q, p)
			}
		}
	})
}

func TestTrend(t *testing.T) {
	year := func(y int, v float64) Point { return Point{Period: edu.Year(y), Value: v, Limit: nan, Definition: "a"} }
	in := []Point{year(2016, 0), year(2017, 1), year(2018, 2), year(2019, nan), year(2020, 3), year(2021, 4), year(2022, 5), year(2023, 6), year(2024, 7)}
	in[5].Limit = 4
	in[6].Limit, in[6].Definition = 4, "b"
	in[7].Limit, in[7].Definition, in[7].Units = 4, "b", 2
	in[8].Limit, in[8].Definition = 4, "b"
	got := Trend(in)
	want := []Break{0, 0, 0, Gap, NewLimit, Redefined, Merged, Merged}
	if len(got) != Years || got[0].Period != edu.Year(2017) {
		t.Fatalf("%d years from %v", len(got), got[0].Period)
	}
	for i := range got {
		if got[i].Break != want[i] {
			t.Errorf("%v: break %b, want %b", got[i].Period, got[i].Break, want[i])
		}
	}
	if runs := Joined(got); !slices.Equal(runs, [][2]int{{0, 2}, {3, 5}, {5, 6}, {6, 7}, {7, 8}}) {
		t.Errorf("joined %v", runs)
	}
	if got := Trend([]Point{year(2020, 1), year(2023, 2)}); got[1].Break != Gap {
		t.Errorf("years that are not there at all: %b", got[1].Break)
	}
}
