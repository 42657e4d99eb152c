package forecast

import "math"

// part is one of several that add up to a figure with two scenarios.
type part struct {
	mid, ownLow, ownHigh float64 // ownLow and ownHigh are its own band
	low, high            float64 // its parts of the scenarios
}

// split hands the scenarios of a figure down to its parts, each taking of them by
// the width of its own band, so that they add up.
func split(parts []part, low, mid, high float64) {
	down, up := mid-low, high-mid
	var widthDown, widthUp float64
	for _, x := range parts {
		widthDown += x.mid - x.ownLow
		widthUp += x.ownHigh - x.mid
	}
	for i := range parts {
		x := &parts[i]
		d, u := 0.0, 0.0
		// No part can lose more than its own band says unless all together must:
		// then each loses the same part of what it has.
		switch {
		case widthDown >= down && widthDown > 0:
			d = down * (x.mid - x.ownLow) / widthDown
		case mid > 0:
			d = down * x.mid / mid
		}
		switch {
		case widthUp > 0:
			u = up * (x.ownHigh - x.mid) / widthUp
		default:
			u = up / float64(len(parts))
		}
		x.low, x.high = x.mid-d, x.mid+u
	}
}

// gradeBands are the bands of a grade at a leaf by grade and year ahead, from the
// errors of all leaves: by them the scenarios of a stage are handed down to its
// grades. A near entry is less sure than a grade that only moves up.
func (p *past) gradeBands(ms []method, used int, o Options) (low, high [][]float64) {
	errs := make([][][]float64, len(p.in.Grades))
	came := p.actual()
	for _, n := range origins(p.years) {
		h := min(o.Horizon, p.years-n)
		got := p.after(n).forecastBy(ms, used, h)
		for k := range got {
			for g := range got[k] {
				for y, want := range got[k][g] {
					x := came[k][g][n+y]
					if math.IsNaN(x) || x == 0 && want == 0 {
						continue
					}
					for len(errs[g]) <= y {
						errs[g] = append(errs[g], nil)
					}
					errs[g][y] = append(errs[g][y], math.Log((x+0.5)/(want+0.5)))
				}
			}
		}
	}
	low, high = make([][]float64, len(errs)), make([][]float64, len(errs))
	for g := range errs {
		low[g], high[g], _ = widths(errs[g], o.Horizon, o.Level)
	}
	return low, high
}

// byGrade hands the scenarios of the leaves' stages down to their grades, and adds
// grades up the tree: they add to stages, and leaves to counties to the root.
func (p *past) byGrade(r *Result, mid [][][]float64, of []int, bandLow, bandHigh [][]float64) (low, high [][][]float64) {
	ahead := len(r.Years)
	lows, highs := p.empty(ahead), p.empty(ahead)
	members := make([][]int, len(r.Sections))
	for g, s := range of {
		members[s] = append(members[s], g)
	}
	parts := make([]part, len(of))
	for k, leaf := range p.leaves {
		for s, gs := range members {
			w := &r.Section[leaf][s]
			for h := range ahead {
				parts = parts[:0]
				for _, g := range gs {
					x := mid[k][g][h]
					parts = append(parts, part{mid: x, ownLow: math.Max(0, (x+0.5)*math.Exp(bandLow[g][h])-0.5), ownHigh: (x+0.5)*math.Exp(bandHigh[g][h]) - 0.5})
				}
				split(parts, w.Low[h], w.Mid[h], w.High[h])
				for i, g := range gs {
					lows[k][g][h], highs[k][g][h] = parts[i].low, parts[i].high
				}
			}
		}
	}
	return p.sums(lows), p.sums(highs)
}
