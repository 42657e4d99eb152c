package partner

import (
	"math"
	"slices"

	"shuren/internal/compare"
	"shuren/internal/stats"
)

// Finding is what the figures support.
type Finding uint8

const (
	_            Finding = iota
	FewYears             // under two years before or after: 数据不足，不作结论
	FewUnits             // too few linked schools to tell a difference from chance
	Unlike               // no school without a link is like the linked ones
	TrendsApart          // they went apart before the link: no conclusion
	NoDifference         // no difference can be told
	More                 // improved more than those like them
	Less                 // improved less
)

// Concludes tells whether anything is said about a difference.
func (f Finding) Concludes() bool { return f >= NoDifference }

const (
	// Level is the share of false alarms that is taken: intervals are 95 %.
	Level = 0.05
	// TrendLevel is where trends before the link count as apart. It is larger than
	// Level: here a false alarm only makes the answer more careful.
	TrendLevel = 0.10
	// TrendShare is the part of a difference that a trend before the link may
	// explain, were it to go on.
	TrendShare = 0.5
)

// Effect is the matched comparison.
type Effect struct {
	Finding Finding
	Sets    []Set
	Left    []Left
	Leads   int // clusters: schools that lead the linked ones

	// Estimate is the mean over the linked schools of their change less that of
	// the schools like them (difference in differences); in the indicator's unit.
	Estimate  float64
	SE        float64 // clustered by lead; NaN with one
	Low, High float64 // 95 % interval by randomization; infinite where chance alone could do anything
	P         float64
	// Slope is by how much a year the linked schools moved away from the others
	// before the link, PreP how often chance alone would do so, and Drift what that
	// would come to by the years after, had it gone on.
	Slope, PreP, Drift float64
	Tried              int // assignments compared with; all there are where Exact
	Exact              bool

	Path []Moment // mean levels by the year counted from the link, the oldest first
}

// Moment is one year, counted from the first after the link (0).
type Moment struct {
	Year          int
	Linked, Other float64
	N             int // linked schools with a figure
}

// Estimate asks whether linked schools changed otherwise than those like them.
// better is the indicator's: of "lower", a fall is an improvement.
func Estimate(units []Unit, features []compare.Feature, better string) Effect {
	e := Effect{Estimate: math.NaN(), SE: math.NaN(), Low: math.NaN(), High: math.NaN(), P: math.NaN(), Slope: math.NaN(), PreP: math.NaN(), Drift: math.NaN()}
	e.Sets, e.Left = match(units, features)
	leads := map[string][]float64{}
	for i := range e.Sets {
		u := &units[e.Sets[i].Unit]
		leads[u.Lead] = append(leads[u.Lead], e.Sets[i].Effect())
	}
	e.Leads = len(leads)
	if len(e.Sets) == 0 {
		e.Finding = FewYears
		if slices.ContainsFunc(e.Left, func(l Left) bool { return l.Why == NobodyLike || l.Why == NoFeature }) {
			e.Finding = Unlike
		}
		return e
	}
	e.estimate(leads)
	e.Path = path(units, e.Sets)
	switch {
	case float64(e.Tried)*Level < 1:
		e.Finding = FewUnits
	case e.PreP <= TrendLevel:
		e.Finding = TrendsApart
	case e.P > Level:
		e.Finding = NoDifference
	case e.Drift*e.Estimate > 0 && math.Abs(e.Drift) >= TrendShare*math.Abs(e.Estimate):
		e.Finding = TrendsApart
	default:
		if e.Finding = More; (e.Estimate < 0) != (better == compare.Lower) {
			e.Finding = Less
		}
	}
	return e
}

func (e *Effect) estimate(leads map[string][]float64) {
	n := float64(len(e.Sets))
	var sum, drift stats.Total
	span := 0.0
	for i := range e.Sets {
		s := &e.Sets[i]
		sum.Add(s.Effect())
		drift.Add(s.Slope - s.OtherSlope)
		span += middle(s.After) - middle(s.Before)
	}
	e.Estimate, e.Slope = sum.Value()/n, drift.Value()/n
	e.Drift = e.Slope * span / n
	if g := float64(len(leads)); g > 1 {
		var squares stats.Total
		for _, ds := range leads {
			var t float64
			for _, d := range ds {
				t += d - e.Estimate
			}
			squares.Add(float64(t * t))
		}
		e.SE = math.Sqrt(g/(g-1)*squares.Value()) / n
	}
	e.randomize()
}

func middle(years []int) float64 {
	sum := 0
	for _, y := range years {
		sum += y
	}
	return float64(sum) / float64(len(years))
}

// path is the mean level of linked schools and of those like them.
func path(units []Unit, sets []Set) []Moment {
	by := map[int][]*Set{}
	lo, hi := 0, 0
	for i := range sets {
		first := units[sets[i].Unit].First
		for _, y := range append(slices.Clone(sets[i].Before), sets[i].After...) {
			by[y-first] = append(by[y-first], &sets[i])
			lo, hi = min(lo, y-first), max(hi, y-first)
		}
	}
	var out []Moment
	for at := lo; at <= hi; at++ {
		m := Moment{Year: at, Linked: math.NaN(), Other: math.NaN(), N: len(by[at])}
		if m.N > 0 {
			m.Linked, m.Other = 0, 0
			for _, s := range by[at] {
				y := units[s.Unit].First + at
				m.Linked += units[s.Unit].Values[y] / float64(m.N)
				for _, c := range s.With {
					m.Other += units[c].Values[y] / float64(m.N*len(s.With))
				}
			}
		}
		out = append(out, m)
	}
	return out
}
