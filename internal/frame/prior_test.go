package frame

import (
	"math"
	"testing"

	"shuren/internal/edu"
)

// yearOf is a set of primary sections with pupils and the year they were built.
func yearOf(t *testing.T, year int, pupils map[string]float64) *Set {
	t.Helper()
	tab := &Table{Period: edu.Year(year), Level: edu.Section, Cols: map[string][]float64{}, File: "a.csv", Key: &Strings{}, Name: &Strings{}, Stage: &Strings{Dict: []string{"primary"}}}
	tab.Path[edu.County] = &Strings{Dict: []string{"c"}}
	for _, code := range []string{"a", "b", "c", "m", "s1", "s2"} {
		n, ok := pupils[code]
		if !ok {
			continue
		}
		tab.Key.Dict, tab.Key.Code = append(tab.Key.Dict, code), append(tab.Key.Code, uint32(tab.N))
		tab.Stage.Code, tab.Path[edu.County].Code = append(tab.Stage.Code, 0), append(tab.Path[edu.County].Code, 0)
		tab.Cols["pupils"] = append(tab.Cols["pupils"], n)
		tab.Cols["built"] = append(tab.Cols["built"], 2000)
		tab.N++
		tab.Rows = append(tab.Rows, int32(tab.N+1))
	}
	tab.Name = tab.Key
	set, problems := Build([]*Table{tab}, Options{Stages: []edu.Stage{"primary"}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

func TestPrior(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name          string
		then          map[string]float64
		from          []string
		pupils, built float64
		cells         int
	}{
		{"its own code", map[string]float64{"m": 5}, []string{"m"}, 5, 2000, 1},
		{"another code", map[string]float64{"a": 7}, []string{"a"}, 7, 2000, 1},
		{"a merger is the sum; what does not add up is open", map[string]float64{"a": 7, "b": 8}, []string{"a", "b"}, 15, nan, 2},
		{"a part of the sum is missing", map[string]float64{"a": 7, "b": edu.Missing()}, []string{"a", "b"}, nan, nan, 1},
		{"a predecessor without this stage", map[string]float64{"a": 7}, []string{"a", "b"}, 7, 2000, 1},
		{"a part of a split one has no past", map[string]float64{"a": 7, "m": 9}, nil, nan, nan, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := yearOf(t, 2025, map[string]float64{"m": 20, "c": 3})
			tt.then["c"] = 4
			set.Prev = yearOf(t, 2024, tt.then)
			set.Prior = &Prior{Schools: map[string][]string{"m": tt.from}, Adds: func(e string) bool { return e == "pupils" }}
			f := set.Stage("primary")
			row, _ := f.Find("m")
			same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
			if col, _ := f.Column("pupils@prev"); !same(col[row], tt.pupils) {
				t.Errorf("pupils were %v, want %v", col[row], tt.pupils)
			}
			if col, _ := f.Column("built@prev"); !same(col[row], tt.built) {
				t.Errorf("built was %v, want %v", col[row], tt.built)
			}
			if cells := f.Origin(row, "pupils@prev"); len(cells) != tt.cells {
				t.Errorf("%d cells behind it, want %d", len(cells), tt.cells)
			}
			other, _ := f.Find("c")
			if col, _ := f.Column("pupils@prev"); !same(col[other], 4) {
				t.Errorf("a school of which nothing is said had %v pupils; want those of its code", col[other])
			}
		})
	}
}
