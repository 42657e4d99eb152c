package compare

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// A rate tells how many it is made of as soon as the roll is known: 0.5 % of 400
// is two pupils. So a figure that is compared is looked at for the persons behind
// it, as a count is.

// Nobodys is what Behind gives of a figure that tells of no pupils.
const Nobodys = math.MaxInt

// learners are the units of measure in which pupils are counted.
var learners = []string{"pupil", "child", "student"}

// Behind is the fewest pupils of whom a figure of some rows tells: the smallest,
// none aside, of the counts of pupils that its formulas read and of what lies
// between two of them, who are those that a rate leaves out.
func Behind(p *pack.Pack, st *standard.Stage, d *pack.Indicator, rows iter.Seq[int]) int {
	var sums []int
	for _, id := range d.Needs {
		e := p.Element(id)
		if e == nil || e.Type != edu.TypeCount || !slices.Contains(learners, e.Unit) {
			continue
		}
		col, ok := st.Frame.Column(id)
		if !ok {
			continue
		}
		sum := 0.0
		for row := range rows {
			if v := col[row]; v > 0 {
				sum += v
			}
		}
		sums = append(sums, int(math.Round(sum)))
	}
	least := Nobodys
	for i, a := range sums {
		if a > 0 {
			least = min(least, a)
		}
		for _, b := range sums[:i] {
			if a != b {
				least = min(least, max(a-b, b-a))
			}
		}
	}
	return least
}

// Few finds which figures of units side by side must not be shown, from the
// fewest persons behind each: those below least, and of the others the smallest,
// until at least two are left out that tell of least together. Otherwise the one
// that is missing could be worked out from the figure of all.
func Few(behind []int, least int) []bool {
	out := make([]bool, len(behind))
	sum, n := 0, 0
	hide := func(i int) {
		out[i] = true
		sum, n = sum+behind[i], n+1
	}
	var rest []int
	for i, v := range behind {
		switch {
		case v < least:
			hide(i)
		case v != Nobodys:
			rest = append(rest, i)
		}
	}
	if n == 0 {
		return out
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(behind[a], behind[b]) })
	for _, i := range rest {
		if n >= 2 && sum >= least {
			break
		}
		hide(i)
	}
	return out
}
