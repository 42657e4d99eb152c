package flow

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/retention"
)

// smallCity is a city of two to four counties with some schools each.
func smallCity(t *rapid.T) (caseDesk, map[edu.UnitID][]edu.UnitID) {
	units := []edu.Unit{{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100"}}}}
	of := map[edu.UnitID][]edu.UnitID{}
	for c := range rapid.IntRange(2, 4).Draw(t, "counties") {
		county := edu.UnitID(fmt.Sprint("c", c))
		units = append(units, edu.Unit{ID: county, Level: edu.County, Attrs: []edu.Attrs{{Code: fmt.Sprint(990101 + c), Parent: "city"}}})
		for s := range rapid.IntRange(1, 4).Draw(t, "schools") {
			id := edu.UnitID(fmt.Sprint(county, "s", s))
			units = append(units, edu.Unit{ID: id, Level: edu.School, Attrs: []edu.Attrs{{Code: fmt.Sprint(2199000000 + 10*c + s), Parent: county}}})
			of[county] = append(of[county], id)
		}
	}
	tree, err := edu.NewTree(units)
	if err != nil {
		t.Fatal(err)
	}
	return caseDesk{tree: tree}, of
}

// Whoever reads all reports of a period, by school, by county and of the city, and all
// months of a longer one, works out no count below ten: of a total that is shown never
// exactly one part is left out, what is left out together is never below ten, and acts
// of a longer period are shown only where all their months are.
func TestReportsTogetherTellNoSmallCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, of := smallCity(t)
		acts := []retention.Act{retention.Open, retention.Return, retention.Close}
		columnOf := []int{2, 3, 4}
		var months [][]retention.Cell
		var all []retention.Cell
		n := rapid.IntRange(1, 3).Draw(t, "months")
		for range n {
			var cells []retention.Cell
			for county, schools := range of {
				for _, s := range schools {
					for k, a := range acts {
						if v := rapid.SampledFrom([]int{0, 0, 1, 3, 9, 10, 12, 40}).Draw(t, "count"); v > 0 {
							cells = append(cells, retention.Cell{County: county, School: s, Act: a, To: []retention.State{retention.Suspected, retention.Returned, retention.Closed}[k], N: v})
						}
					}
				}
			}
			months, all = append(months, cells), append(all, cells...)
		}
		counts := func(cells []retention.Cell) map[edu.UnitID][]int {
			sums := map[edu.UnitID]*retention.Counts{"": {}}
			for county, schools := range of {
				sums[county] = &retention.Counts{}
				for _, s := range schools {
					sums[s] = &retention.Counts{}
				}
			}
			for _, c := range cells {
				for _, id := range []edu.UnitID{"", c.County, c.School} {
					sums[id].Add(c)
				}
			}
			out := map[edu.UnitID][]int{}
			for id, c := range sums {
				out[id] = c.Columns()
			}
			return out
		}
		hidden := func(cells []retention.Cell, months [][]retention.Cell) func(edu.UnitID, int) bool {
			hide, err := fewOver(d, cells, months)
			if err != nil {
				t.Fatal(err)
			}
			return func(id edu.UnitID, col int) bool {
				_, county := of[id]
				return hide(id != "" && !county, id, col)
			}
		}
		each := make([]func(edu.UnitID, int) bool, n)
		for i := range months {
			each[i] = hidden(months[i], months[i:i+1])
		}
		long := hidden(all, months)
		check := func(what string, hide func(edu.UnitID, int) bool, n map[edu.UnitID][]int) {
			parts := map[edu.UnitID][]edu.UnitID{}
			for county, schools := range of {
				parts[""] = append(parts[""], county)
				parts[county] = schools
			}
			for _, col := range columnOf {
				for id, v := range n {
					if !hide(id, col) && v[col] > 0 && v[col] < compare.Least {
						t.Fatalf("%s: %q shows %d in column %d", what, id, v[col], col)
					}
				}
				for top, below := range parts {
					if hide(top, col) {
						continue
					}
					left, sum := 0, 0
					for _, id := range below {
						if hide(id, col) {
							left, sum = left+1, sum+n[id][col]
						}
					}
					if left == 1 || left > 0 && sum > 0 && sum < compare.Least {
						t.Fatalf("%s: of %q %d parts of together %d are left out in column %d", what, top, left, sum, col)
					}
				}
			}
		}
		for i := range months {
			check(fmt.Sprint("month ", i), each[i], counts(months[i]))
		}
		check("the longer period", long, counts(all))
		for id := range counts(all) {
			for _, col := range columnOf {
				for i := range each {
					if !long(id, col) && each[i](id, col) {
						t.Fatalf("%q shows the sum of column %d and not month %d", id, col, i)
					}
				}
			}
		}
	})
}

// A period that readers of no small counts see is whole months.
func TestFewSeeWholeMonths(t *testing.T) {
	first, last := wholeMonths(dayOf("2025-09-05"), dayOf("2026-01-23"))
	if first != dayOf("2025-09-01") || last != dayOf("2026-01-31") {
		t.Errorf("%s to %s", first, last)
	}
}
