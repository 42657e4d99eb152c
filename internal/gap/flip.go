package gap

import (
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Flips tells whether the figure as shown, rounded to the indicator's digits,
// would get another verdict than the unrounded figure that counts. A person who
// checks by hand from the page would then think the page wrong.
func Flips(jd *standard.Judged, row int) bool {
	v := jd.Verdict(row)
	if v != edu.Met && v != edu.Short {
		return false
	}
	shown := Round(jd.Item.Value(row), jd.Item.Def.Decimals)
	return standard.Compare(shown, jd.Threshold.Op, jd.Limit(row)) != v
}

// Flip is one section and indicator whose verdict rounding would flip.
type Flip struct {
	Stage, Row int
	Judged     *standard.Judged
}

// FlipsOf lists the flips in a unit.
func FlipsOf(a *standard.Assessment, level edu.Level, unit int) []Flip {
	var out []Flip
	for si, st := range a.Stages {
		lo, hi := a.Rows(level, unit, si)
		for _, jd := range st.Judged {
			if jd.Threshold == nil {
				continue
			}
			for row := lo; row < hi; row++ {
				if Flips(jd, row) {
					out = append(out, Flip{si, row, jd})
				}
			}
		}
	}
	return out
}

// RegionFlip is a figure of a unit above the sections whose verdict rounding
// would flip: an indicator's own value, or its dispersion.
type RegionFlip struct {
	Stage         int
	Judged        *standard.Judged
	Rule          *pack.Rule // the rule of dispersion, nil for the indicator's own value
	Value, Shown  float64
	Op            pack.Op
	Limit         float64
	Verdict       edu.Verdict
	ShownDecimals int
}

// SpreadDecimals is how many digits of a difference coefficient are shown
// (domain page 0.2).
const SpreadDecimals = 3

// RegionFlipsOf lists the flips among a unit's own figures.
func RegionFlipsOf(a *standard.Assessment, level edu.Level, unit int) []RegionFlip {
	var out []RegionFlip
	for si, st := range a.Stages {
		ri := a.Units[level][unit].Region[si]
		if ri < 0 || a.Standard == nil {
			continue
		}
		add := func(f RegionFlip) {
			f.Stage = si
			f.Shown = Round(f.Value, f.ShownDecimals)
			f.Verdict = standard.Compare(f.Value, f.Op, f.Limit)
			if v := standard.Compare(f.Shown, f.Op, f.Limit); v != f.Verdict {
				out = append(out, f)
			}
		}
		for _, jd := range st.Judged {
			s := jd.Item.Stats[level][ri]
			if t := jd.Region; t != nil {
				add(RegionFlip{Judged: jd, Value: s.Value, Op: t.Op, Limit: t.Value, ShownDecimals: jd.Item.Def.Decimals})
			}
			for _, r := range a.Standard.Rules {
				limit, ok := r.Limit[st.Frame.Stage]
				if ok && !r.Mean && slices.Contains(r.Of, jd.Item.Def.ID) {
					add(RegionFlip{Judged: jd, Rule: r, Value: standard.Dispersion(s, r.Statistic), Op: r.Op, Limit: limit, ShownDecimals: SpreadDecimals})
				}
			}
		}
	}
	return out
}

// Round rounds half to even at a number of decimals, as figures are shown.
func Round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.RoundToEven(x*p) / p
}
