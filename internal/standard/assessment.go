// Package standard judges indicator values against the standards that units
// are held to.
//
// A missing value is never judged: its verdict is Unknown, not Short. An
// inspector must be able to tell "not enough" from "not reported".
package standard

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/pack"
)

// Assessment is what a pack says about one period's frames.
type Assessment struct {
	Pack     *pack.Pack
	Standard *pack.Standard // nil where the pack only measures
	Period   edu.Period
	Set      *frame.Set
	Stages   []*Stage // one for each frame of sections that the pack measures
	Counties *Stage   // county-level answers, one row a county; nil without any
	// Units are the units above sections, by level, each in the tree's order.
	Units [edu.NumLevels][]Unit

	lowest edu.Level // the lowest level of units that the data have
	byUnit [edu.NumLevels]map[edu.UnitID]int
	ruled  []*regionRuled // parallel to Standard.Rules, nil for section rules
}

// Unit is a unit above the sections, over all stages.
type Unit struct {
	Level  edu.Level
	ID     edu.UnitID
	Code   string
	Name   string
	Parent int // index in the level above that the data have, -1 at the top
	// Region is the unit's index in each stage's frame, -1 where it has no
	// section of the stage; Row is its row of county answers, or -1.
	Region []int
	Row    int
}

// Stage is one frame measured and judged.
type Stage struct {
	*indicator.Result
	Judged []*Judged // parallel to Result.Items
	// Rules are the outcomes of the standard's section rules over this frame.
	Rules []*SectionRuled

	byID map[string]*Judged
}

// Judged is one indicator of one stage with its verdicts.
type Judged struct {
	Item *indicator.Item
	// Threshold is what every row is held to; nil where there is none in force.
	Threshold *pack.Threshold
	// Limits is the threshold by row where a formula gives it, otherwise nil.
	Limits   []float64
	Verdicts []edu.Verdict // by row; nil without Threshold

	// Region is what the value of a region is held to; nil where there is none.
	Region         *pack.Threshold
	RegionVerdicts [edu.NumLevels][]edu.Verdict
	asked          []float64 // by row: the condition of Region; nil without one
}

// SectionRuled is a section rule's outcome over one frame.
type SectionRuled struct {
	Rule     *pack.Rule
	Verdicts []edu.Verdict // by row
}

type regionRuled struct {
	rule     *pack.Rule
	level    edu.Level // where it was judged
	verdicts [edu.NumLevels][]edu.Verdict
}

// Limit is the threshold of one row, NaN where there is none or where it
// cannot be computed.
func (j *Judged) Limit(row int) float64 {
	switch {
	case j.Threshold == nil:
		return edu.Missing()
	case j.Limits != nil:
		return j.Limits[row]
	default:
		return j.Threshold.Value
	}
}

// Verdict is the verdict of one row; Exempt where nothing is asked of it.
func (j *Judged) Verdict(row int) edu.Verdict {
	if j.Verdicts == nil {
		return edu.Exempt
	}
	return j.Verdicts[row]
}

// Indicator finds the judged indicator by id, or nil.
func (s *Stage) Indicator(id string) *Judged { return s.byID[id] }

// Rule finds the outcome of a section rule by id, or nil.
func (s *Stage) Rule(id string) *SectionRuled {
	for _, r := range s.Rules {
		if r.Rule.ID == id {
			return r
		}
	}
	return nil
}

// Tally counts the verdicts of rows lo to hi-1.
func Tally(verdicts []edu.Verdict, lo, hi int) edu.AllOf {
	var a edu.AllOf
	if verdicts != nil {
		for _, v := range verdicts[lo:hi] {
			a.Count[v]++
		}
	}
	return a
}

// Stage finds the judged frame of a stage, or nil.
func (a *Assessment) Stage(s edu.Stage) *Stage {
	for _, st := range a.Stages {
		if st.Frame.Stage == s {
			return st
		}
	}
	return nil
}

// Unit finds a unit's index by level and id, or -1.
func (a *Assessment) Unit(level edu.Level, id edu.UnitID) int {
	if i, ok := a.byUnit[level][id]; ok {
		return i
	}
	return -1
}

// Levels are the levels of units that the data have, from the top down.
func (a *Assessment) Levels() []edu.Level {
	var ls []edu.Level
	for l := range a.Units {
		if len(a.Units[l]) > 0 {
			ls = append(ls, edu.Level(l))
		}
	}
	return ls
}

// Rows is the range of rows that a unit has in a stage; empty where it has none.
func (a *Assessment) Rows(level edu.Level, unit, stage int) (lo, hi int) {
	r := a.Units[level][unit].Region[stage]
	if r < 0 {
		return 0, 0
	}
	reg := a.Stages[stage].Frame.Regions[level][r]
	return reg.Lo, reg.Hi
}

// Verdict is the outcome of a region rule for a unit: judged at the rule's own
// level, and above it all of the units below. Exempt where the rule does not
// reach that level.
func (a *Assessment) Verdict(rule string, level edu.Level, unit int) edu.Verdict {
	for _, r := range a.ruled {
		if r != nil && r.rule.ID == rule && r.verdicts[level] != nil {
			return r.verdicts[level][unit]
		}
	}
	return edu.Exempt
}

// RuleLevel is the level at which a region rule was judged.
func (a *Assessment) RuleLevel(rule string) edu.Level {
	for _, r := range a.ruled {
		if r != nil && r.rule.ID == rule {
			return r.level
		}
	}
	return edu.NoLevel
}

// Sections counts the verdicts of a section rule over a unit, all stages
// together or one (stage index, or -1).
func (a *Assessment) Sections(rule string, level edu.Level, unit, stage int) edu.AllOf {
	var sum edu.AllOf
	for i, st := range a.Stages {
		if stage >= 0 && i != stage {
			continue
		}
		if r := st.Rule(rule); r != nil {
			lo, hi := a.Rows(level, unit, i)
			t := Tally(r.Verdicts, lo, hi)
			for k := range t.Count {
				sum.Count[k] += t.Count[k]
			}
		}
	}
	return sum
}

// Member is the verdict of one member of a region rule for a unit: of an
// indicator, a section rule, or another region rule.
func (a *Assessment) Member(r *pack.Rule, id string, level edu.Level, unit int) edu.Verdict {
	return a.member(r, id, level, unit)
}

// Renamed is the same assessment with other names for some units, by code.
func (a *Assessment) Renamed(names map[string]string) *Assessment {
	if len(names) == 0 {
		return a
	}
	b := *a
	for l := range b.Units {
		b.Units[l] = slices.Clone(b.Units[l])
		for i := range b.Units[l] {
			if n := names[b.Units[l][i].Code]; n != "" {
				b.Units[l][i].Name = n
			}
		}
	}
	return &b
}
