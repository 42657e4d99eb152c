package proposal

import (
	"testing"

	"shuren/internal/edu"
)

// A requirement is met by waiting from the year on from which it stays met: one that
// is met and lost again counts from the last time.
func TestEasingIsFromTheYearThatLasts(t *testing.T) {
	y := func(n int) edu.Period { return edu.Year(2026 + n) }
	short := []Requirement{{edu.Primary, "r1", 2}}
	p := &Proposal{ShortNow: []Requirement{{edu.Primary, "r1", 3}, {edu.Junior, "r4", 1}}, Waits: []Waited{
		{Period: y(0), Path: PathMid, Sections: 4, Passing: 2, Spread: true, Short: short},
		{Period: y(1), Path: PathMid, Sections: 4, Passing: 4, Spread: true},
		{Period: y(2), Path: PathMid, Sections: 4, Passing: 3, Spread: true, Short: short},
		{Period: y(3), Path: PathMid, Sections: 4, Passing: 4, Spread: true},
		{Period: y(0), Path: PathHigh, Sections: 4, Passing: 2, Spread: true, Short: short},
		{Period: y(3), Path: PathHigh, Sections: 4, Passing: 4, Spread: false, Short: []Requirement{{edu.Primary, "r2", 1}}},
	}}
	all := p.Easing()
	if len(all) != 3 || all[0].Sections != 3 || all[0].By[PathMid] != y(3) || all[1].By[PathMid] != y(0) || all[0].By[PathHigh] != y(3) {
		t.Fatalf("%+v", all)
	}
	if _, met := all[2].By[PathHigh]; all[2].Indicator != "r2" || met || all[2].Sections != 0 || all[2].By[PathMid] != y(0) {
		t.Errorf("what falls short later: %+v", all[2])
	}
	if p.AllBy(PathMid) != y(3) || !p.AllBy(PathHigh).IsZero() || !p.AllBy(PathLow).IsZero() || p.Told(PathLow) {
		t.Errorf("all by %v, %v", p.AllBy(PathMid), p.AllBy(PathHigh))
	}
}
