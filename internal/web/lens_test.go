package web

import (
	"testing"

	"shuren/internal/chart"
	"shuren/internal/edu"
)

// The pages may not show a coefficient as met from which a school's figures are
// missing: what they show of the parts must come to the verdict of the whole.
func TestSpreadsAreShownAsTheyAreJudged(t *testing.T) {
	a := newest(t)
	l := newLens(a)
	open := 0
	for u, unit := range a.Units[edu.County] {
		var all edu.AllOf
		for stage := range a.Stages {
			for _, d := range l.measures {
				if s, ok := l.stat(stage, d.ID, edu.County, u); ok && s.n > 0 {
					v := l.spreadVerdict(s.spread, s.missing, stage)
					all.Add(v)
					if v == edu.Unknown {
						open++
						if tone := l.spreadTone(s.spread, s.missing, stage); tone != chart.Open {
							t.Errorf("%s %s: tone %v of a coefficient without a verdict", unit.Name, d.ID, tone)
						}
					}
				}
			}
		}
		if got, want := all.Verdict(), a.Verdict(l.spread.ID, edu.County, u); got != want {
			t.Errorf("%s: the parts shown come to %v, the rule to %v", unit.Name, got, want)
		}
	}
	if open == 0 {
		t.Error("no coefficient of the demo city lacks a figure, so this test shows nothing")
	}
}
