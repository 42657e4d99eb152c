package propose

import (
	"errors"
	"fmt"
	"math"

	"shuren/internal/fault"
	"shuren/internal/stats"
)

// check names every fault of a county.
func (c *County) check() error {
	var errs []error
	bad := func(format string, args ...any) {
		if len(errs) < 100 {
			errs = append(errs, fmt.Errorf(format+": %w", append(args, fault.Invalid)...))
		}
	}
	n := len(c.Indicators)
	if n == 0 || len(c.Stages) == 0 || len(c.Years) == 0 {
		bad("%d indicators, %d stages, %d years: want some of each", n, len(c.Stages), len(c.Years))
	}
	for i, st := range c.Stages {
		if len(st.Limit) != n || len(st.Spread) != 0 && len(st.Spread) != n || st.Need < 0 || st.Need > n || !(st.Floor >= 0 && st.Floor <= 1) {
			bad("stage %d: %d limits, %d spreads of %d indicators, %d needed, a floor of %v", i, len(st.Limit), len(st.Spread), n, st.Need, st.Floor)
		}
	}
	for k, kind := range c.Kinds {
		if len(kind.Counts) != n || len(kind.Into) != 0 && len(kind.Into) != n {
			bad("kind %d: counts to %d indicators and is trained for %d of %d", k, len(kind.Counts), len(kind.Into), n)
		}
	}
	if c.Km != nil && len(c.Km) != len(c.Townships) {
		bad("ways of %d townships, and %d townships", len(c.Km), len(c.Townships))
	}
	for s := range c.Sections {
		sec := &c.Sections[s]
		if sec.Stage < 0 || sec.Stage >= len(c.Stages) || sec.Township < 0 || sec.Township >= len(c.Townships) {
			bad("section %s: stage %d, township %d", sec.ID, sec.Stage, sec.Township)
			continue
		}
		if sec.Counted && !(sec.Pupils > 0) || len(sec.Have) != n || len(sec.Staff) != len(c.Kinds) || len(sec.Free) != len(c.Kinds) {
			bad("section %s: %v pupils, %d amounts, staff of %d kinds, %d free", sec.ID, sec.Pupils, len(sec.Have), len(sec.Staff), len(sec.Free))
			continue
		}
		if sec.Guest != nil && len(sec.Guest) != n || sec.Limit != nil && len(sec.Limit) != n || sec.Unit != nil && len(sec.Unit) != n {
			bad("section %s: %d guests, %d limits, %d units of %d indicators", sec.ID, len(sec.Guest), len(sec.Limit), len(sec.Unit), n)
		}
		for i, u := range sec.Unit {
			if sec.Counted && !(u > 0) {
				bad("section %s: indicator %d is per %v", sec.ID, i, u)
			}
		}
		for k := range sec.Staff {
			if sec.Free[k] < 0 || sec.Free[k] > sec.Staff[k] {
				bad("section %s: %d of %d people of a kind are free", sec.ID, sec.Free[k], sec.Staff[k])
			}
		}
		for _, h := range sec.Have {
			if !(h >= 0) || math.IsInf(h, 0) {
				bad("section %s: an amount of %v; what is missing cannot be planned from", sec.ID, h)
			}
		}
	}
	return errors.Join(errs...)
}

// Passes tells what of a county would not pass with so much in each section, in
// the standard's own terms and without the solver: an independent check of a
// plan. Nothing is the answer of a county that passes.
func (c *County) Passes(after [][]float64) (fails []Conflict) {
	for s := range c.Sections {
		sec := &c.Sections[s]
		if !sec.Counted {
			continue
		}
		st := c.Stages[sec.Stage]
		short := 0
		for i := range c.Indicators {
			if !(c.Limit(s, i) > 0) {
				continue
			}
			ratio := after[s][i] / c.Unit(s, i)
			if !c.reaches(s, i, after[s][i]) {
				short++
			}
			if ratio < st.Floor*c.Limit(s, i)*(1-same) {
				fails = append(fails, Conflict{Rule: "limit", Section: s, Stage: sec.Stage, Indicator: i})
			}
		}
		if short > len(c.Indicators)-st.Need {
			fails = append(fails, Conflict{Rule: "limit", Section: s, Stage: sec.Stage, Indicator: -1})
		}
	}
	if !c.Bounded {
		return fails
	}
	for stage, st := range c.Stages {
		for i := range c.Indicators {
			if i >= len(st.Spread) || st.Spread[i] <= 0 {
				continue
			}
			var x, w []float64
			for s, sec := range c.Sections {
				if sec.Stage == stage && sec.Counted {
					x, w = append(x, after[s][i]/c.Unit(s, i)), append(w, sec.Pupils)
				}
			}
			if len(x) > 0 && !(stats.WCV(x, w) <= st.Spread[i]*(1+same)) {
				fails = append(fails, Conflict{Rule: "spread", Stage: stage, Indicator: i, Section: -1})
			}
		}
	}
	return fails
}
