package web

import (
	"math"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/gap"
	"shuren/internal/standard"
)

// summary is what several pages count over all sections of an assessment. It is
// counted once for each assessment, not for each request.
type summary struct {
	of *standard.Assessment
	// short and lack are by stage, measure and county (index len(counties) is
	// the whole): sections that fall short, and what they lack together.
	short [][][]int
	lack  [][][]float64
	unit  [][]string
	// owes is by county and element: sections that lack the figure.
	owes []map[string]int
	// owed is by county: sections whose verdict is unknown.
	owed []int
}

type summaries struct {
	mu  sync.Mutex
	all map[summaryKey]*summary
}

type summaryKey struct {
	pack   string
	period edu.Period
}

// get gives the summary of an assessment; an old assessment of the period gives
// way to a new one.
func (c *summaries) get(l *lens) *summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := summaryKey{l.a.Pack.Ref(), l.a.Period}
	if s := c.all[key]; s != nil && same(s.of, l.a) {
		return s
	}
	if c.all == nil {
		c.all = map[summaryKey]*summary{}
	}
	s := summarize(l)
	c.all[key] = s
	return s
}

// same tells that two assessments are one, whatever its units are called.
func same(a, b *standard.Assessment) bool {
	return a == b || len(a.Stages) > 0 && len(b.Stages) > 0 && a.Stages[0] == b.Stages[0]
}

func summarize(l *lens) *summary {
	a := l.a
	counties := a.Units[edu.County]
	n := len(counties)
	s := &summary{of: a, owes: make([]map[string]int, n), owed: make([]int, n)}
	for i := range s.owes {
		s.owes[i] = map[string]int{}
	}
	for stage, st := range a.Stages {
		short := make([][]int, len(l.measures))
		lack := make([][]float64, len(l.measures))
		unit := make([]string, len(l.measures))
		at := map[string]int{}
		for m, d := range l.measures {
			short[m], lack[m] = make([]int, n+1), make([]float64, n+1)
			at[d.ID] = m
		}
		for row := range st.Frame.Rows {
			c := n
			if k := st.Frame.RegionOf(edu.County, row); k >= 0 {
				if u := a.Unit(edu.County, st.Frame.Regions[edu.County][k].ID); u >= 0 {
					c = u
				}
			}
			for _, x := range gap.Section(st, row) {
				m, ok := at[x.Indicator.ID]
				if !ok {
					continue
				}
				if !math.IsNaN(x.Amount) {
					lack[m][n] += x.Amount
					unit[m] = x.Unit
					if c < n {
						lack[m][c] += x.Amount
					}
				}
			}
			for m, d := range l.measures {
				jd := st.Indicator(d.ID)
				if jd == nil {
					continue
				}
				switch jd.Verdict(row) {
				case edu.Short:
					short[m][n]++
					if c < n {
						short[m][c]++
					}
				case edu.Unknown:
					if c == n {
						continue
					}
					for _, e := range d.Needs {
						if st.Frame.Value(row, e).IsMissing() {
							s.owes[c][e]++
						}
					}
				}
			}
			if rule := l.ruleAt(stage); rule != nil && c < n && rule.Verdicts[row] == edu.Unknown {
				s.owed[c]++
			}
		}
		s.short, s.lack, s.unit = append(s.short, short), append(s.lack, lack), append(s.unit, unit)
	}
	return s
}

// mostOwed is the element that most sections of a county lack.
func (s *summary) mostOwed(county int) (element string, n int) {
	for e, k := range s.owes[county] {
		if k > n || k == n && e < element {
			element, n = e, k
		}
	}
	return element, n
}
