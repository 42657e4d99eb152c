package compare

import (
	"cmp"
	"math"
	"slices"
)

// Nobodys stands for a figure that tells of no persons.
const Nobodys = math.MaxInt

// few finds which of some figures must not be shown beside their sum, from the
// persons of whom each tells: those below least, those that must be left out for
// another reason, and of the others the smallest, until each that is left out can
// be least or more, and any of at least as many. sure is what everybody knows each
// to be at least, which is one where a figure of none is shown. enough tells
// whether there were so many.
func few(persons []int, must []bool, least, sure int) (hidden []bool, enough bool) {
	hidden = make([]bool, len(persons))
	sum, n := 0, 0
	hide := func(i int) {
		hidden[i] = true
		if persons[i] != Nobodys {
			sum, n = sum+persons[i]-sure, n+1
		}
	}
	var rest []int
	small := false
	for i, v := range persons {
		switch {
		case v < least || must != nil && must[i]:
			hide(i)
			small = true
		case v != Nobodys:
			rest = append(rest, i)
		}
	}
	if !small {
		return hidden, true
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(persons[a], persons[b]) })
	done := func() bool { return n >= 2 && sum >= least-sure }
	for _, i := range rest {
		if done() {
			break
		}
		hide(i)
	}
	return hidden, done()
}
