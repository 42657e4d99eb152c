// Package gap turns verdicts into what is lacking, where, and how near a
// section is to a pass.
//
// A lack is counted in things that can be provided (persons, rooms, square
// metres, yuan), from the unrounded figures; a missing figure has no lack: it
// has someone who owes it.
package gap

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Lack is how much of something a section lacks to bring one indicator to a
// target.
type Lack struct {
	Indicator *pack.Indicator
	Value     float64 // as measured
	Target    float64 // what it must become
	Limit     float64 // the standard; Target is lower where the floor is enough
	Amount    float64 // things to provide; NaN where the pack defines none
	Unit      string  // unit of Amount
}

// ToFloor tells that reaching the rule's floor is enough here.
func (l Lack) ToFloor() bool { return l.Target != l.Limit }

// Way is the shortest way of one section to a pass of a section rule.
type Way struct {
	Stage int // index in Assessment.Stages
	Row   int
	Steps []Lack
	// Distance is the sum of the relative rises of the steps: 0.1 means one
	// indicator a tenth below its target. It orders ways and has no unit.
	Distance float64
}

// Section lists what a row lacks in every indicator in which it is short.
func Section(st *standard.Stage, row int) []Lack {
	var out []Lack
	for _, jd := range st.Judged {
		if jd.Verdict(row) == edu.Short && jd.Threshold.Op == pack.AtLeast {
			out = append(out, lack(st, jd, row, jd.Limit(row)))
		}
	}
	return out
}

func lack(st *standard.Stage, jd *standard.Judged, row int, target float64) Lack {
	l := Lack{Indicator: jd.Item.Def, Value: jd.Item.Value(row), Target: target, Limit: jd.Limit(row), Amount: edu.Missing()}
	def := jd.Item.Def.Lack
	if def == nil {
		return l
	}
	get := func(field string) edu.Value { return st.Frame.Value(row, field) }
	have, ok1 := def.Have.Expr.Explain(get).Value.Number()
	per, ok2 := def.Per.Expr.Explain(get).Value.Number()
	if !ok1 || !ok2 {
		return l
	}
	l.Unit = def.Unit
	// Twelve digits take away the binary noise of the product, so that 4.2 for
	// each of 5 hundred pupils asks for 21 teachers and not for 22.
	l.Amount = tidy(target*per) - have
	if def.Whole {
		l.Amount = math.Ceil(tidy(l.Amount))
	}
	l.Amount = math.Max(0, l.Amount)
	return l
}

func tidy(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	if err != nil {
		return x
	}
	return y
}

// Shortest lists the sections of a unit that are short of a section rule, those
// nearest to passing first: fewest steps, then the least rise. Sections with an
// unknown verdict are not in it: nobody can say what they lack.
func Shortest(a *standard.Assessment, rule string, level edu.Level, unit int) []Way {
	var out []Way
	for si, st := range a.Stages {
		ruled := st.Rule(rule)
		if ruled == nil {
			continue
		}
		lo, hi := a.Rows(level, unit, si)
		for row := lo; row < hi; row++ {
			if ruled.Verdicts[row] == edu.Short {
				out = append(out, way(st, ruled.Rule, si, row))
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Way) int {
		return cmp.Or(cmp.Compare(len(x.Steps), len(y.Steps)), cmp.Compare(x.Distance, y.Distance))
	})
	return out
}

// WayOf is the shortest way of one row; without steps if it is not short.
func WayOf(st *standard.Stage, rule *pack.Rule, stage, row int) Way {
	if r := st.Rule(rule.ID); r == nil || r.Verdicts[row] != edu.Short {
		return Way{Stage: stage, Row: row}
	}
	return way(st, rule, stage, row)
}

// way finds the cheapest rise: the rule lets some indicators stay short if they
// reach the floor, so those stay whose rise to the standard would be longest.
func way(st *standard.Stage, rule *pack.Rule, stage, row int) Way {
	type candidate struct {
		jd          *standard.Judged
		full, floor float64 // relative rise to the standard, and to the floor
		floorAt     float64
	}
	var short []candidate
	k := 0
	for _, id := range rule.Of {
		jd := st.Indicator(id)
		if jd == nil || jd.Threshold == nil || jd.Verdict(row) == edu.Exempt {
			continue
		}
		k++
		if jd.Verdict(row) != edu.Short {
			continue
		}
		v, limit := jd.Item.Value(row), jd.Limit(row)
		c := candidate{jd: jd, full: math.Abs(limit-v) / math.Abs(limit), floorAt: limit}
		if rule.Floor > 0 && jd.Threshold.Op == pack.AtLeast {
			c.floorAt = tidy(rule.Floor * limit)
			c.floor = math.Max(0, c.floorAt-v) / limit
		}
		short = append(short, c)
	}
	mayStay := 0
	if rule.AtLeast > 0 {
		// An indicator that is exempt or absent lowers what is asked as much as
		// what is offered, so the number that may stay short is the rule's own.
		mayStay = min(len(rule.Of)-rule.AtLeast, k)
	}
	// Saved rise, longest first; ties by the order of the rule.
	slices.SortStableFunc(short, func(x, y candidate) int { return cmp.Compare(y.full-y.floor, x.full-x.floor) })
	w := Way{Stage: stage, Row: row}
	for i, c := range short {
		if i < mayStay {
			if c.floor > 0 {
				w.Steps = append(w.Steps, lack(st, c.jd, row, c.floorAt))
				w.Distance += c.floor
			}
			continue
		}
		w.Steps = append(w.Steps, lack(st, c.jd, row, c.jd.Limit(row)))
		w.Distance += c.full
	}
	return w
}
