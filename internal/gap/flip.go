package gap

import (
	"math"

	"shuren/internal/edu"
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
	shown := Round(jd.Item.Values[row], jd.Item.Def.Decimals)
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

// Round rounds half to even at a number of decimals, as figures are shown.
func Round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.RoundToEven(x*p) / p
}
