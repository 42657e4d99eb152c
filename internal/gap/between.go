package gap

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Between is what tells two assessments of the same units apart: the verdicts
// that flip, and what is lacking in one and in the other.
type Between struct {
	// Sections are the sections whose verdict by the section rule flips; without
	// such a rule, those of which an indicator's does.
	Sections []SectionFlip
	// Figures counts the flips of single indicators, by indicator and stage.
	Figures []FigureFlip
	// Units are the units above whose verdict by a rule flips.
	Units []UnitFlip
	// Lacks compares what is lacking, by indicator and stage, where it differs.
	Lacks []LackChange
	// Lost and New are rows that only one of the two has.
	Lost, New int
}

// SectionFlip is a section with another verdict.
type SectionFlip struct {
	Stage         int
	Row           int // in the later assessment
	Indicator     *pack.Indicator
	Before, After edu.Verdict
}

// FigureFlip counts the rows whose verdict on one indicator flips. Stage is -1
// for what counties answer.
type FigureFlip struct {
	Stage     int
	Indicator *pack.Indicator
	Count     [4][4]int // from, to
}

// UnitFlip is a unit above sections with another verdict by a rule.
type UnitFlip struct {
	Level         edu.Level
	Unit          int // in the later assessment
	Rule          *pack.Rule
	Before, After edu.Verdict
}

// LackChange is what is lacking of one thing before and after.
type LackChange struct {
	Stage         int
	Indicator     *pack.Indicator
	Before, After float64
	Unit          string
}

// Compare finds what differs from one assessment to another of the same pack's
// rules over the same units.
func Compare(a, b *standard.Assessment) Between {
	var out Between
	for si, st := range b.Stages {
		was := a.Stage(st.Frame.Stage)
		if was == nil {
			out.New += st.Frame.Len()
			continue
		}
		out.stage(was, st, si, sectionRule(b))
	}
	if a.Counties != nil && b.Counties != nil {
		out.figures(a.Counties, b.Counties, -1, identical(a.Counties, b.Counties))
	}
	out.units(a, b)
	return out
}

func sectionRule(a *standard.Assessment) *pack.Rule {
	if a.Standard != nil {
		for _, r := range a.Standard.Rules {
			if r.Level == edu.Section {
				return r
			}
		}
	}
	return nil
}

// identical maps rows of the later frame to those of the earlier; -1 for new ones.
func identical(a, b *standard.Stage) []int {
	at := make([]int, b.Frame.Len())
	for i, r := range b.Frame.Rows {
		if i < a.Frame.Len() && a.Frame.Rows[i].ID == r.ID {
			at[i] = i
		} else if k, ok := a.Frame.Find(r.Code); ok {
			at[i] = k
		} else {
			at[i] = -1
		}
	}
	return at
}

func (out *Between) stage(was, st *standard.Stage, si int, rule *pack.Rule) {
	rows := identical(was, st)
	known := 0
	for _, k := range rows {
		if k >= 0 {
			known++
		} else {
			out.New++
		}
	}
	out.Lost += was.Frame.Len() - known
	out.figures(was, st, si, rows)
	if rule == nil {
		return
	}
	before, after := was.Rule(rule.ID), st.Rule(rule.ID)
	if before == nil || after == nil {
		return
	}
	for i, k := range rows {
		if k >= 0 && before.Verdicts[k] != after.Verdicts[i] {
			out.Sections = append(out.Sections, SectionFlip{Stage: si, Row: i, Before: before.Verdicts[k], After: after.Verdicts[i]})
		}
	}
}

// figures compares indicator by indicator.
func (out *Between) figures(was, st *standard.Stage, si int, rows []int) {
	ruled := len(st.Rules) > 0
	for _, jd := range st.Judged {
		d := jd.Item.Def
		old := was.Indicator(d.ID)
		if old == nil || old.Threshold == nil && jd.Threshold == nil {
			continue
		}
		flip := FigureFlip{Stage: si, Indicator: d}
		some := false
		for i, k := range rows {
			if k < 0 {
				continue
			}
			from, to := old.Verdict(k), jd.Verdict(i)
			if from == to {
				continue
			}
			flip.Count[from][to]++
			some = true
			if si >= 0 && !ruled {
				out.Sections = append(out.Sections, SectionFlip{Stage: si, Row: i, Indicator: d, Before: from, After: to})
			}
		}
		if some {
			out.Figures = append(out.Figures, flip)
		}
		if d.Lack == nil || d.Better != "higher" {
			continue
		}
		before, after := lacking(was, old), lacking(st, jd)
		if before != after {
			out.Lacks = append(out.Lacks, LackChange{Stage: si, Indicator: d, Before: before, After: after, Unit: d.Lack.Unit})
		}
	}
}

// lacking is what all rows together lack of one indicator.
func lacking(st *standard.Stage, jd *standard.Judged) float64 {
	sum := 0.0
	for row, v := range jd.Verdicts {
		if v != edu.Short || jd.Threshold.Op != pack.AtLeast {
			continue
		}
		if l := lack(st, jd, row, jd.Limit(row)); !math.IsNaN(l.Amount) {
			sum += l.Amount
		}
	}
	return sum
}

func (out *Between) units(a, b *standard.Assessment) {
	if b.Standard == nil || a.Standard == nil {
		return
	}
	for level := range b.Units {
		l := edu.Level(level)
		for i, u := range b.Units[level] {
			k := a.Unit(l, u.ID)
			if k < 0 {
				continue
			}
			for _, r := range b.Standard.Rules {
				if r.Level == edu.Section {
					continue
				}
				if from, to := a.Verdict(r.ID, l, k), b.Verdict(r.ID, l, i); from != to {
					out.Units = append(out.Units, UnitFlip{Level: l, Unit: i, Rule: r, Before: from, After: to})
				}
			}
		}
	}
}
