// When a school may say that a month had nothing to tell (零报告), and by when.

package retention

import (
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// ZeroDays are the days of a month's zero report.
type ZeroDays struct {
	Open  edu.Date // from which it may be given
	Last  edu.Date // of the month's school days
	Due   edu.Date // by which it is asked for
	Asked bool     // the month has school days
}

// ZeroDaysOf gives the days of a month's zero report. A report that is given while most
// of its month is still to come says nothing, so it opens some days before the last
// school day: where a term ends within the month that is the term's.
func ZeroDaysOf(month string, cal *collect.Calendar, r Rules) (z ZeroDays, ok bool) {
	first, last, ok := MonthDays(month)
	if !ok {
		return z, false
	}
	for _, t := range cal.Terms() {
		if t.First <= last && t.Last >= first {
			z.Asked, z.Last = true, max(z.Last, min(t.Last, last))
		}
	}
	if !z.Asked {
		z.Last = last
	}
	z.Open, z.Due = max(first, z.Last-edu.Date(r.ZeroReportFrom)), last+edu.Date(r.ZeroReportOn)
	return z, true
}
