// This week's list of visits, and what tells that the model has grown old.

package warning

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Visit is one line of the list: a child, and why.
type Visit struct {
	Case        int // in what was scored
	Probability float64
	Reasons     []Reason // the strongest that speak for a visit, at most three
}

// Visits picks the children that a number of visits should go to. Ties follow the
// rule list, then the earlier day, then the record's id.
func (m *Model) Visits(d *Data, capacity int) []Visit {
	p := make([]float64, len(d.Cases))
	why := make([][]Reason, len(d.Cases))
	for i, c := range d.Cases {
		p[i], why[i] = m.Score(c.X)
	}
	var out []Visit
	for _, i := range order(d.Cases, p)[:min(max(capacity, 0), len(d.Cases))] {
		r := slices.DeleteFunc(why[i], func(r Reason) bool { return r.Adds <= 0 })
		slices.SortStableFunc(r, func(a, b Reason) int { return cmp.Compare(b.Adds, a.Adds) })
		out = append(out, Visit{i, p[i], r[:min(3, len(r))]})
	}
	return out
}

// Drift is how far the children of today are from those that a model was made of,
// for one feature: the population stability index.
type Drift struct {
	Feature int
	PSI     float64
}

// Drifted is from where a model should be made anew; below Steady nothing is to be
// done. The two limits are the usual ones of credit scoring, from memory (M).
const (
	Steady  = 0.10
	Drifted = 0.25
)

// Points is a model as a scorecard: whole points to be added up by hand. Base points
// and 20 points for each doubling of the odds.
type Points struct {
	Base  int
	Lines []Line
}

// Line is the points of a feature: so many for each unit of it, from the mean.
type Line struct {
	Feature int
	Per     float64 // points for one unit
	Mean    float64 // from here
	Unknown int     // points where it is not known
}

// PerDouble is how many points double the odds.
const PerDouble = 20

// Scorecard writes the model as points.
func (m *Model) Scorecard() Points {
	k := PerDouble / math.Ln2
	p := Points{Base: int(math.Round(m.Base * k))}
	for f := range m.Features {
		p.Lines = append(p.Lines, Line{f, m.Weight[f] / m.Scale[f] * k, m.Mean[f], int(math.Round(m.Missing[f] * k))})
	}
	return p
}

// Total adds up a child's points, each line rounded as by hand.
func (p Points) Total(x []float64) int {
	t := p.Base
	for _, l := range p.Lines {
		if math.IsNaN(x[l.Feature]) {
			t += l.Unknown
		} else {
			t += int(math.Round(l.Per * (x[l.Feature] - l.Mean)))
		}
	}
	return t
}

// Words says the reasons of a visit in one line.
func (m *Model) Words(rs []Reason, lang string) string {
	var out []string
	for _, r := range rs {
		s := m.Features[r.Feature].Text.In(lang)
		if r.Unknown {
			if lang == "en" {
				s += " (not known)"
			} else {
				s += "（不详）"
			}
		}
		out = append(out, s)
	}
	if lang == "en" {
		return strings.Join(out, "; ")
	}
	return strings.Join(out, "；")
}
