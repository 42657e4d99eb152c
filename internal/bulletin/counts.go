package bulletin

import (
	"shuren/internal/compare"
	"shuren/internal/edu"
)

// hider tells of a row which counts must not be shown; [compare.Counted] is one.
type hider interface {
	Whole(row int) bool  // of its class in the whole
	County(row int) bool // of its class in its county
	Total(row int) bool  // of its county
}

// Row is a row of a population: where it is, of which group, and how many.
type Row struct {
	County int // from 0; negative for none
	Group  int
	N      int // negative where it does not say
}

// countTable adds rows up by place and group, and leaves out what must be left out.
// The first place is the city.
func countTable(rows []Row, h hider, counties, groups int) [][]Value {
	out := make([][]Value, counties+1)
	sums, some, hide := make([][]int, len(out)), make([][]bool, len(out)), make([][]bool, len(out))
	for p := range out {
		out[p], sums[p], some[p], hide[p] = make([]Value, groups+1), make([]int, groups+1), make([]bool, groups+1), make([]bool, groups+1)
	}
	for i, r := range rows {
		at := []int{0}
		if r.County >= 0 {
			at = append(at, r.County+1)
		}
		for _, p := range at {
			for _, g := range []int{r.Group, groups} {
				sums[p][g] += max(r.N, 0)
				some[p][g] = true
			}
			if p == 0 {
				hide[p][r.Group] = hide[p][r.Group] || h.Whole(i)
			} else {
				hide[p][r.Group] = hide[p][r.Group] || h.County(i)
				hide[p][groups] = hide[p][groups] || h.Total(i)
			}
		}
	}
	for p := range out {
		for g := range out[p] {
			v := Value{Number: float64(sums[p][g]), State: Shown}
			switch {
			case !some[p][g]:
				v = Value{State: Missing}
			// A sum below ten is shown nowhere, whoever may know it elsewhere.
			case hide[p][g] || sums[p][g] < compare.Least:
				v = Value{State: Hidden}
			}
			out[p][g] = v
		}
	}
	return out
}

// groupNames are the groups of a table of counts, in their order.
func groupNames(by compare.By) (names []edu.Text, ids []string) {
	names, ids = append(names, by.Groups...), append(ids, by.IDs...)
	return append(names, edu.Text{ZH: "未分组", EN: "Not grouped"}), append(ids, "none")
}
