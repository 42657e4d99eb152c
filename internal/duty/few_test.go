package duty

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/compare"
	"shuren/internal/edu"
)

// Whoever knows every figure that is shown, how they add up, and the sum of all
// besides, cannot work out a count below ten: neither a school's nor a county's.
func TestNobodyLearnsAFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Stated
		for i := range rapid.IntRange(1, 12).Draw(t, "schools") {
			all = append(all, Stated{Unit: edu.UnitID(fmt.Sprint("s", i)), County: edu.UnitID(fmt.Sprint("k", rapid.IntRange(0, 3).Draw(t, "county"))),
				N: rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 40)).Draw(t, "n"), Said: rapid.IntRange(0, 9).Draw(t, "said") > 0})
		}
		shown, err := Show(all)
		if err != nil {
			t.Fatal(err)
		}
		county, total := map[edu.UnitID]int{}, 0
		for _, s := range all {
			if s.Said {
				county[s.County] += s.N
				total += s.N
			}
		}
		// What the attacker has to share out: within a county whose sum is shown, or
		// over all that are not.
		rest, hidden, floor := map[edu.UnitID]int{}, map[edu.UnitID]int{}, map[edu.UnitID]int{}
		pool := func(s Stated) edu.UnitID {
			if shown.County[s.County] {
				return s.County
			}
			return ""
		}
		for _, s := range all {
			if s.Said && !shown.Unit[s.Unit] {
				rest[pool(s)] += s.N
				hidden[pool(s)]++
				if shown.County[s.County] {
					floor[pool(s)]++ // a school of none would be shown
				}
			}
		}
		if shown.Whole && total > 0 && total < compare.Least {
			t.Fatalf("the whole of %d is shown", total)
		}
		for _, s := range all {
			if !s.Said || s.N == 0 || s.N >= compare.Least {
				continue
			}
			if shown.Unit[s.Unit] {
				t.Fatalf("%d is shown of %+v", s.N, all)
			}
			if total < compare.Least {
				continue // everybody knows that all are so few
			}
			p := pool(s)
			low := min(1, floor[p])
			high := rest[p] - (floor[p] - low)
			if high < compare.Least || high-low+1 < compare.Least {
				t.Fatalf("%d can only be %d to %d of %+v", s.N, low, high, all)
			}
		}
		for k, n := range county {
			if n > 0 && n < compare.Least && shown.County[k] {
				t.Fatalf("county %s: %d is shown", k, n)
			}
		}
	})
}

// A county's only small school hides behind another one.
func TestASchoolAloneHidesBehindAnother(t *testing.T) {
	shown, err := Show([]Stated{{"a", "k", 3, true}, {"b", "k", 25, true}, {"c", "k", 60, true}})
	if err != nil {
		t.Fatal(err)
	}
	if shown.Unit["a"] || shown.Unit["b"] || !shown.Unit["c"] || !shown.County["k"] || !shown.Whole {
		t.Errorf("%+v", shown)
	}
}
