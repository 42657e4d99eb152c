//go:build unix

package main

import (
	"fmt"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
)

// A test is one model. Where it is a network, ours solves that.
type test struct {
	name    string
	model   func() *solve.Model
	network func() *solve.Network
}

func cases() (list []test) {
	for _, c := range []struct {
		n, k int
	}{{600, 20}, {2500, 30}} {
		list = append(list, test{fmt.Sprintf("network, %d places, %d nearest", c.n, c.k),
			func() *solve.Model { return family.Carry(c.n, c.k, 1) },
			func() *solve.Network { return family.Transport(c.n, c.k, 1) }})
	}
	add := func(name string, m func() *solve.Model) { list = append(list, test{name: name, model: m}) }
	add("the first as a linear model", func() *solve.Model { return family.Carry(600, 20, 1) })
	for seed := range uint64(3) {
		add(fmt.Sprintf("places, 200 areas, 40 sites, %d", seed), func() *solve.Model { return family.Places(200, 40, seed) })
		add(fmt.Sprintf("assign, 15 people, 60 jobs, %d", seed), func() *solve.Model { return family.Assign(15, 60, seed) })
		add(fmt.Sprintf("knapsacks, 60 things, 5 limits, %d", seed), func() *solve.Model { return family.Knapsacks(60, 5, seed) })
		add(fmt.Sprintf("county, 100 sections, %d", seed), func() *solve.Model { return family.Flat(family.County(100, seed).Model) })
	}
	return list
}
