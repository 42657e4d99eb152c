package duty

import (
	"fmt"
	"slices"

	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Stated is what a school stated of a count.
type Stated struct {
	Unit, County edu.UnitID
	N            int
	Said         bool // false: it has not stated anything
}

// Shown is what of a count may be shown to others than the school itself.
type Shown struct {
	Unit   map[edu.UnitID]bool // a school's own figure
	County map[edu.UnitID]bool // a county's sum
	Whole  bool                // the sum of all
}

// Show decides of a count, once for everybody: what is below ten is hidden, and
// with it as much as it takes that nobody can work it out from the sums. It is
// the decision of [compare.Leave]. What cannot be decided is not shown.
func Show(all []Stated) (Shown, error) {
	out := Shown{Unit: map[edu.UnitID]bool{}, County: map[edu.UnitID]bool{}}
	var p compare.Population
	var counties []edu.UnitID
	sums := map[edu.UnitID]int{}
	total := 0
	for _, s := range all {
		if s.N < 0 {
			return Shown{}, fmt.Errorf("a count of %d: %w", s.N, fault.Invalid)
		}
		k := slices.Index(counties, s.County)
		if k < 0 {
			k = len(counties)
			counties = append(counties, s.County)
		}
		n := compare.Nobody
		if s.Said {
			n = s.N
			sums[s.County] += n
			total += n
		}
		p.County, p.Class, p.Count = append(p.County, k), append(p.Class, 0), append(p.Count, n)
	}
	left, err := compare.Leave(p, compare.Least)
	if err != nil {
		return Shown{}, err
	}
	for i, s := range all {
		out.Unit[s.Unit] = s.Said && !left.Row[i]
	}
	for k, id := range counties {
		out.County[id] = !left.County[k] && !left.Cell[k][0] && (sums[id] == 0 || sums[id] >= compare.Least)
	}
	out.Whole = len(all) > 0 && (len(left.Class) == 0 || !left.Class[0]) && (total == 0 || total >= compare.Least)
	return out, nil
}
