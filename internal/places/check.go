package places

import (
	"errors"
	"fmt"
	"math"

	"shuren/internal/fault"
)

// Limits of an input: beyond them it is a mistake.
const (
	maxChildren = 1_000_000 // of an area, stage and year
	maxSeats    = 1_000_000
	maxRooms    = 10_000
	maxPrice    = 1e9
	maxYears    = 30
	maxKm       = 10_000
)

// check names every fault of an input.
func (in *Input) check() error {
	var errs []error
	bad := func(format string, args ...any) {
		if len(errs) < 100 {
			errs = append(errs, fmt.Errorf(format+": %w", append(args, fault.Invalid)...))
		}
	}
	if n := len(in.Years); n == 0 || n > maxYears || len(in.Stages) == 0 || len(in.Areas) == 0 {
		bad("%d years (%d at most), %d stages, %d areas: want some of each", n, maxYears, len(in.Stages), len(in.Areas))
	}
	for y := range in.Years {
		if b := in.Years[y].Budget; math.IsNaN(b) || b > 1e12 || y > 0 && in.Years[y].First != in.Years[y-1].First+1 {
			bad("year %d: begins in %d, budget %v; want years one after the other", y, in.Years[y].First, b)
		}
	}
	price := func(x float64) bool { return x >= 0 && x <= maxPrice }
	for _, st := range in.Stages {
		p := st.Prices
		if st.Class < 1 || st.Class > 1000 || !price(st.Km) || !price(st.Minutes) || !price(st.BusKm) {
			bad("stage %s: %d seats a room, limits of %v km, %v minutes, %v km by bus", st.ID, st.Class, st.Km, st.Minutes, st.BusKm)
		}
		if !price(p.Expand) || !price(p.Build) || !price(p.Convert) || !price(p.Run) || !price(p.Bus) || !price(p.PerKm) || !(p.Board <= maxPrice) {
			bad("stage %s: prices %+v", st.ID, p)
		}
	}
	for _, a := range in.Areas {
		ok := len(a.Children) == len(in.Stages)
		for _, years := range a.Children {
			ok = ok && len(years) == len(in.Years)
			for _, n := range years {
				ok = ok && n >= 0 && n <= maxChildren
			}
		}
		if !ok {
			bad("area %s: children of %d stages, want of each of %d stages and %d years a number of 0 to %d", a.ID, len(a.Children), len(in.Stages), len(in.Years), maxChildren)
		}
	}
	for _, s := range in.Schools {
		if s.Stage < 0 || s.Stage >= len(in.Stages) || s.Seats < 0 || s.Seats > maxSeats || s.Beds < 0 || s.Most < 0 || s.Most > maxRooms || s.From < 0 || s.Least < 0 ||
			!price(s.Fixed) || s.New && (s.Seats > 0 || s.Least > s.Most) {
			bad("school %s: stage %d, %d seats, %d beds, %d to %d rooms, from year %d, %v yuan", s.ID, s.Stage, s.Seats, s.Beds, s.Least, s.Most, s.From, s.Fixed)
		}
	}
	for i, c := range in.Convert {
		n := len(in.Schools)
		if c.From < 0 || c.From >= n || c.To < 0 || c.To >= n || c.From == c.To || c.Most < 0 || c.Most > maxRooms || in.Schools[c.From].New || in.Schools[c.To].New ||
			in.Schools[c.From].Stage >= len(in.Stages) || in.Schools[c.To].Stage >= len(in.Stages) {
			bad("conversion %d: %+v; rooms go from a school that there is to another", i, c)
		}
	}
	if len(errs) == 0 {
		taken := make([]int, len(in.Schools))
		for _, c := range in.Convert {
			taken[c.From] += c.Most * in.Stages[in.Schools[c.From].Stage].Class
		}
		for s, n := range taken {
			if n > in.Schools[s].Seats {
				bad("school %s: rooms of %d seats are to be given away, and it has %d", in.Schools[s].ID, n, in.Schools[s].Seats)
			}
		}
	}
	if len(in.Ways) != len(in.Areas) {
		bad("ways from %d areas, and %d areas", len(in.Ways), len(in.Areas))
	}
	for a, ways := range in.Ways {
		if len(ways) != len(in.Schools) {
			bad("area %d: ways to %d schools, and %d schools", a, len(ways), len(in.Schools))
			continue
		}
		for s, w := range ways {
			if w.Km < 0 || w.Km > maxKm || w.Minutes < 0 || w.Minutes > maxKm {
				bad("the way from area %d to school %d: %v km, %v minutes", a, s, w.Km, w.Minutes)
			}
		}
	}
	return errors.Join(errs...)
}
