//go:build unix

package main

import (
	"fmt"
	"math"
	"slices"
	"time"

	"shuren/internal/solve/family"
)

// sweep solves so many counties of 100 sections: as CBC can read them, beside
// CBC, and with their convex rules. One seed says little of a search; the median
// and the worst of many do. It gives how many answers differ.
func sweep(seeds int, limit time.Duration, file string) (wrong int) {
	if seeds <= 0 {
		return 0
	}
	var flat, theirs, whole []time.Duration
	open := [3]int{} // not finished
	for seed := range uint64(seeds) {
		m := family.County(100, seed).Model
		linear := m.Linear()
		write(file, linear)
		a, b := run(test{}, linear, limit), cbc(file, limit)
		c := run(test{}, m, limit)
		if a.finished && b.finished && math.Abs(a.value-b.value) > bound*math.Max(1, math.Abs(b.value)) {
			wrong++
			fmt.Printf("county %d: %.9g, CBC finds %.9g\n", seed, a.value, b.value)
		}
		if a.finished && c.finished && c.value < a.value*(1-bound) {
			wrong++
			fmt.Printf("county %d: %.9g with more rules, %.9g without\n", seed, c.value, a.value)
		}
		for k, one := range []answer{a, b, c} {
			if !one.finished {
				open[k]++
			}
		}
		flat, theirs, whole = append(flat, a.time), append(theirs, b.time), append(whole, c.time)
	}
	for k, t := range [][]time.Duration{flat, theirs, whole} {
		name := []string{"ours", "CBC", "ours, with convex rules"}[k]
		slices.Sort(t)
		fmt.Printf("%d counties of 100 sections, %s: median %.2f s, worst %.2f s, %d not finished\n",
			seeds, name, t[len(t)/2].Seconds(), t[len(t)-1].Seconds(), open[k])
	}
	return wrong
}
