package compare

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The parts add up to the whole and agree with formulas written out the long way
// by somebody who did not read this package.
func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "schools")
		groups := rapid.IntRange(1, 4).Draw(t, "groups")
		schools := make([]school, n)
		group := make([]int, n)
		for i := range schools {
			schools[i] = school{code: numbered(i), pupils: float64(rapid.IntRange(1, 2000).Draw(t, "pupils")), teachers: float64(rapid.IntRange(0, 100).Draw(t, "teachers")), largest: 40}
			group[i] = rapid.IntRange(-1, groups-1).Draw(t, "group")
			if rapid.IntRange(0, 9).Draw(t, "reports") == 0 {
				schools[i].teachers = nan
			}
		}
		parts, err := PartBy(stageOf(t, schools...), "ratio", group, groups, 0, n)
		if err != nil {
			t.Fatal(err)
		}
		var w, wx float64
		gw, gwx := make([]float64, groups), make([]float64, groups)
		in, missing := 0, 0
		for i, s := range schools {
			switch g := group[i]; {
			case g < 0:
			case math.IsNaN(s.teachers):
				missing++
			default:
				in++
				w, wx = w+s.pupils, wx+100*s.teachers
				gw[g], gwx[g] = gw[g]+s.pupils, gwx[g]+100*s.teachers
			}
		}
		if parts.N != in || parts.Missing != missing {
			t.Fatalf("%d sections and %d missing, want %d and %d", parts.N, parts.Missing, in, missing)
		}
		mean := wx / w
		var variance, between, theil, theilBetween float64
		for i, s := range schools {
			if group[i] < 0 || math.IsNaN(s.teachers) {
				continue
			}
			r := 100 * s.teachers / s.pupils
			variance += s.pupils / w * (r - mean) * (r - mean)
			if r > 0 {
				theil += s.pupils / w * r / mean * math.Log(r/mean)
			}
		}
		for g := range gw {
			if gw[g] == 0 {
				continue
			}
			m := gwx[g] / gw[g]
			between += gw[g] / w * (m - mean) * (m - mean)
			if m > 0 {
				theilBetween += gw[g] / w * m / mean * math.Log(m/mean)
			}
			if got := parts.Groups[g]; !near(got.Value, m) || !near(got.Share, gw[g]/w) {
				t.Fatalf("group %d: %+v, want %v with a share of %v", g, got, m, gw[g]/w)
			}
		}
		if in == 0 {
			if !math.IsNaN(parts.Variance.Total) || !math.IsNaN(parts.Theil.Total) {
				t.Fatalf("of nothing: %+v", parts)
			}
			return
		}
		if v := parts.Variance; !near(v.Total, variance) || !near(v.Between, between) || !near(v.Between+v.Within, v.Total) {
			t.Fatalf("variance %+v, want %v with %v between", v, variance, between)
		}
		if mean == 0 {
			if !math.IsNaN(parts.Theil.Total) {
				t.Fatalf("Theil of nothing but zeros: %+v", parts.Theil)
			}
			return
		}
		if v := parts.Theil; !near(v.Total, theil) || !near(v.Between, theilBetween) || !near(v.Between+v.Within, v.Total) {
			t.Fatalf("Theil %+v, want %v with %v between", v, theil, theilBetween)
		}
	})
}

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

func TestGap(t *testing.T) {
	st := stageOf(t, school{code: "a", pupils: 100, teachers: 8, largest: 40}, school{code: "b", pupils: 300, teachers: 18, largest: 50}, school{code: "c", pupils: 100, teachers: 5, largest: 20}, school{code: "d", pupils: 100, teachers: nan, largest: 20}, school{code: "e", pupils: 100, teachers: 9, largest: 20})
	parts, err := PartBy(st, "ratio", []int{0, 0, 1, 1, -1}, 3, 0, 5)
	if err != nil {
		t.Fatal(err)
	}
	if got := parts.Gap(0, 1); !near(got, 1.5) { // 26/400 less 5/100, in teachers of a hundred
		t.Errorf("gap %v", got)
	}
	if !math.IsNaN(parts.Gap(0, 2)) {
		t.Errorf("the gap to a group of nobody is %v", parts.Gap(0, 2))
	}
	if first, last := parts.Ends(); first != 0 || last != 1 {
		t.Errorf("the groups with a value are %d to %d", first, last)
	}
	if parts.Missing != 1 || parts.Ungrouped != 1 || parts.Groups[1].Missing != 1 {
		t.Errorf("%+v", parts)
	}
	if none, err := PartBy(st, "none", []int{0, 0, 1, 1, -1}, 2, 0, 5); err != nil || !math.IsNaN(none.Gap(0, 1)) {
		t.Errorf("an indicator that is not measured: %+v, %v", none, err)
	}
}
