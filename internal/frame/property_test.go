package frame

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// record is one row of a table in a form that is easy to shuffle and to split.
type record struct {
	code, name, stage, county, township string
	figures                             []edu.Value
}

var figureNames = []string{"pupils", "area", "teachers"}

func tableFrom(file string, rs []record) *Table {
	t := &Table{Period: edu.Year(2025), Level: edu.Section, File: file, N: len(rs), Cols: map[string][]float64{}}
	col := func(get func(record) string) *Strings {
		var cells []string
		for _, r := range rs {
			cells = append(cells, get(r))
		}
		return stringsOf(cells)
	}
	t.Key = col(func(r record) string { return r.code })
	t.Name = col(func(r record) string { return r.name })
	t.Stage = col(func(r record) string { return r.stage })
	t.Path[edu.County] = col(func(r record) string { return r.county })
	t.Path[edu.Township] = col(func(r record) string { return r.township })
	for i := range rs {
		t.Rows = append(t.Rows, int32(i+2))
	}
	for j, e := range figureNames {
		for _, r := range rs {
			t.Cols[e] = append(t.Cols[e], r.figures[j].Float())
		}
	}
	return t
}

func drawRecords(t *rapid.T) []record {
	n := rapid.IntRange(1, 40).Draw(t, "sections")
	var rs []record
	seen := map[string]bool{}
	for range n {
		school := rapid.IntRange(0, 30).Draw(t, "school")
		stage := rapid.SampledFrom([]string{"primary", "junior", "special"}).Draw(t, "stage")
		code := fmt.Sprint("s", school*37%31)
		if seen[code+stage] {
			continue
		}
		seen[code+stage] = true
		r := record{code: code, name: "n" + code, stage: stage, county: fmt.Sprint("k", school%3), township: fmt.Sprint("t", school%7, "of", school%3)}
		for range figureNames {
			v := rapid.OneOf(rapid.Just(edu.Value{}), rapid.Just(edu.NotApplicable), rapid.Map(rapid.IntRange(0, 99), func(i int) edu.Value { return edu.Some(float64(i)) })).Draw(t, "figure")
			r.figures = append(r.figures, v)
		}
		rs = append(rs, r)
	}
	return rs
}

var propertyOptions = Options{
	Stages: []edu.Stage{edu.Primary, edu.Junior},
	Derive: []Derive{{Element: "school_pupils", Agg: Total, Of: "pupils", Over: edu.School}, {Element: "county_area", Agg: Total, Of: "area", Over: edu.County}},
}

func TestOrderAndFilesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := drawRecords(t)
		set, problems := Build([]*Table{tableFrom("whole.csv", rs)}, propertyOptions)
		if len(problems) > 0 {
			t.Fatalf("problems: %v", problems)
		}
		want := dump(set)

		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 0))
		mixed := slices.Clone(rs)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		check := func(what string, tables ...*Table) {
			set, problems := Build(tables, propertyOptions)
			if len(problems) > 0 {
				t.Fatalf("%s: problems: %v", what, problems)
			}
			if got := dump(set); got != want {
				t.Fatalf("%s:\n%s\nwant:\n%s", what, got, want)
			}
		}
		check("shuffled", tableFrom("mixed.csv", mixed))
		cut := r.IntN(len(rs) + 1)
		check("split by rows", tableFrom("b.csv", mixed[cut:]), tableFrom("a.csv", mixed[:cut]))

		left, right := tableFrom("left.csv", rs), tableFrom("right.csv", mixed)
		delete(left.Cols, "area")
		delete(right.Cols, "pupils")
		right.Path[edu.Township], right.Name = nil, nil
		check("split by columns", right, left)
	})
}

func TestACountyAloneHoldsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := drawRecords(t)
		whole, _ := Build([]*Table{tableFrom("whole.csv", rs)}, propertyOptions)
		for _, county := range []string{"k0", "k1", "k2"} {
			var own []record
			for _, r := range rs {
				if r.county == county {
					own = append(own, r)
				}
			}
			alone, _ := Build([]*Table{tableFrom("alone.csv", own)}, propertyOptions)
			for _, f := range alone.Sections {
				g := whole.Stage(f.Stage)
				for i, row := range f.Rows {
					j, ok := g.Find(row.Code)
					if !ok || g.Rows[j] != row {
						t.Fatalf("row %v of %s is not in the whole", row, county)
					}
					for _, e := range append(slices.Clone(figureNames), "school_pupils", "county_area") {
						if a, b := f.Value(i, e), g.Value(j, e); a != b {
							t.Fatalf("%s of %s: %s alone, %s in the whole", e, row.Code, a, b)
						}
					}
				}
				k := slices.IndexFunc(g.Regions[edu.County], func(r Region) bool { return r.Code == county })
				if r := g.Regions[edu.County][k]; r.Hi-r.Lo != f.Len() {
					t.Fatalf("%s has %d rows alone, %d in the whole", county, f.Len(), r.Hi-r.Lo)
				}
			}
		}
	})
}

// TestRegions checks what every scan over a region relies on.
func TestRegions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, _ := Build([]*Table{tableFrom("whole.csv", drawRecords(t))}, propertyOptions)
		for _, f := range append(slices.Clone(set.Sections), set.Counties) {
			for k, level := range f.Levels {
				next := 0
				for i, r := range f.Regions[level] {
					if r.Lo != next || r.Hi <= r.Lo || r.Level != level {
						t.Fatalf("%s %d is %d..%d after %d", level, i, r.Lo, r.Hi, next)
					}
					next = r.Hi
					if k == 0 {
						if r.Parent != -1 || len(f.Regions[level]) != 1 {
							t.Fatal("the top is not one region")
						}
						continue
					}
					if up := f.Regions[f.Levels[k-1]][r.Parent]; r.Lo < up.Lo || r.Hi > up.Hi {
						t.Fatalf("%s %s lies outside its parent %s", level, r.Code, up.Code)
					}
					for row := r.Lo; row < r.Hi; row++ {
						if f.RegionOf(level, row) != i {
							t.Fatalf("row %d is not found in %s %s", row, level, r.Code)
						}
					}
				}
				if next != f.Len() {
					t.Fatalf("%s covers %d of %d rows", level, next, f.Len())
				}
			}
		}
	})
}

// TestDistinct: the numbers of nodes do not depend on how they are found.
func TestDistinct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "units")
		rank := []uint32{0, 3, 1, 2, 4}
		var parent, col []uint32
		for range n {
			parent = append(parent, rapid.Uint32Range(0, 9).Draw(t, "parent"))
			col = append(col, rapid.Uint32Range(0, 4).Draw(t, "place"))
		}
		keys, number := distinct(parent, col, rank, 50)
		keys2, number2 := distinct(parent, col, rank, 1<<40)
		if !slices.Equal(keys, keys2) || !slices.IsSorted(keys) {
			t.Fatalf("%v and %v", keys, keys2)
		}
		for i, k := range keys {
			if number(k) != uint32(i) || number2(k) != uint32(i) {
				t.Fatalf("pair %d has the numbers %d and %d", i, number(k), number2(k))
			}
		}
	})
}
