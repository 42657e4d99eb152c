// What schools add up to, held against what is stated above them.

package reconcile

import (
	"cmp"
	"slices"

	"shuren/internal/edu"
)

// Total is a number of pupils that somebody stated.
type Total struct {
	Unit   edu.UnitID
	Grade  int // 0 for all grades
	Pupils int
}

// Disagreement is a stated number that the register does not bear out.
type Disagreement struct {
	Total
	Counted  int // rows of the register that have not left
	Children int // of them: who is there twice counts once
	Below    int // sum of what was stated one level below; -1 where nothing was
}

// Agrees tells that the register and the totals below bear a number out.
func (d Disagreement) Agrees() bool {
	return d.Counted == d.Pupils && d.Children == d.Pupils && (d.Below < 0 || d.Below == d.Pupils)
}

// Levels holds totals against the register and against the totals below them.
// above gives the unit that a unit belongs to, the empty one at the top. Totals
// that agree are left out.
func (r *Result) Levels(totals []Total, above func(edu.UnitID) edu.UnitID) []Disagreement {
	return slices.DeleteFunc(r.Held(totals, above), Disagreement.Agrees)
}

// Held is Levels with those that agree.
func (r *Result) Held(totals []Total, above func(edu.UnitID) edu.UnitID) []Disagreement {
	type cell struct {
		unit  edu.UnitID
		grade int
	}
	wanted := map[cell]bool{}
	below := map[cell]int{}
	for _, t := range totals {
		wanted[cell{t.Unit, t.Grade}] = true
		if up := above(t.Unit); up != "" {
			below[cell{up, t.Grade}] += t.Pupils
		}
	}
	rows, children := map[cell]int{}, map[cell]int{}
	seen := map[cell]int{} // the child that was counted there last, from 1
	for i := range r.Len() {
		for _, row := range r.g.of(i) {
			l, at := r.g.at(row)
			if l.Source != Register || l.Left[at] != 0 || l.Unit[at] == 0 {
				continue
			}
			for u, depth := l.Units[l.Unit[at]-1], 0; u != "" && depth < 8; u, depth = above(u), depth+1 {
				for _, grade := range []int{0, int(l.Grade[at])} {
					c := cell{u, grade}
					if !wanted[c] {
						continue
					}
					rows[c]++
					if seen[c] != i+1 {
						seen[c] = i + 1
						children[c]++
					}
					if grade == int(l.Grade[at]) {
						break // grade 0 is counted once
					}
				}
			}
		}
	}
	var out []Disagreement
	for _, t := range totals {
		c := cell{t.Unit, t.Grade}
		d := Disagreement{Total: t, Counted: rows[c], Children: children[c], Below: -1}
		if sum, ok := below[c]; ok {
			d.Below = sum
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Disagreement) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Grade, b.Grade))
	})
	return out
}
