package retention

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/edu"
)

// The four reports (四个一, 教基厅函〔2024〕15号) are counts of live cases over a
// period: a school's month, a county's quarter, the city's term and the province's
// school year. Nothing of them is typed.

// Cadence is which of the four reports it is.
type Cadence string

const (
	Monthly   Cadence = "month"   // 校, 每月
	Quarterly Cadence = "quarter" // 县, 每季度
	Termly    Cadence = "term"    // 市, 每学期
	Yearly    Cadence = "year"    // 省, 每学年
)

// Cadences in their order.
var Cadences = []Cadence{Monthly, Quarterly, Termly, Yearly}

// Span is the period of a report.
type Span struct {
	Key         string // 2026-09, 2026Q3, 2026T1, 2026
	Name        edu.Text
	First, Last edu.Date
}

// termName is a term in words.
func termName(p edu.Period) edu.Text {
	zh, en := "一", "first"
	if p.Reference().Month() == time.March { // the second term begins then
		zh, en = "二", "second"
	}
	year := edu.Year(p.Int()).Label()
	return edu.Text{ZH: year + "学年第" + zh + "学期", EN: en + " term of " + year}
}

// Spans are the periods of a cadence that have begun, the newest first.
func Spans(c Cadence, env Env, n int) (out []Span) {
	today := env.today()
	t := today.Time()
	first := func(y int, m time.Month) edu.Date { return edu.DateOf(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)) }
	switch c {
	case Monthly:
		for i := range n {
			a := time.Date(t.Year(), t.Month()-time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			out = append(out, Span{a.Format("2006-01"), edu.Text{ZH: fmt.Sprintf("%d年%d月", a.Year(), a.Month()), EN: a.Format("January 2006")}, edu.DateOf(a), first(a.Year(), a.Month()+1) - 1})
		}
	case Quarterly:
		q := (int(t.Month()) - 1) / 3
		for i := range n {
			a := time.Date(t.Year(), time.Month(3*(q-i)+1), 1, 0, 0, 0, 0, time.UTC)
			k := (int(a.Month())-1)/3 + 1
			out = append(out, Span{fmt.Sprintf("%dQ%d", a.Year(), k), edu.Text{ZH: fmt.Sprintf("%d年第%d季度", a.Year(), k), EN: fmt.Sprintf("quarter %d of %d", k, a.Year())}, edu.DateOf(a), first(a.Year(), a.Month()+3) - 1})
		}
	case Termly:
		for _, x := range slices.Backward(env.Calendar.Terms()) {
			if x.First <= today && len(out) < n {
				out = append(out, Span{x.Period.String(), termName(x.Period), x.First, x.Last})
			}
		}
	case Yearly:
		y := t.Year()
		if t.Month() < time.September {
			y--
		}
		for i := range n {
			out = append(out, Span{fmt.Sprint(y - i), edu.Text{ZH: fmt.Sprintf("%d—%d学年", y-i, y-i+1), EN: fmt.Sprintf("school year %d to %d", y-i, y-i+1)}, first(y-i, time.September), first(y-i+1, time.September) - 1})
		}
	}
	return out
}

// Cell is a count of cases that stand in a state at a school, or of acts done there.
type Cell struct {
	County, School edu.UnitID
	State          State // standing in it; empty for an act
	Act            Act
	To             State // of an act
	N              int
}

// Counts are one line of a report.
type Counts struct {
	Enrolled int // 应在校; -1 where no register says
	Present  int // 实在校: enrolled but for those suspected and those away; -1 unknown
	Suspects int // 疑似, at the end
	Away     int // 确认辍学未返校, at the end
	New      int // 新增: opened
	Back     int // 返校: returned, transferred, placed
	Closed   int // 销号
	Observed int // 巩固观察中, at the end
	Excepted int // 不计入, at the end
}

// Add counts a cell.
func (c *Counts) Add(x Cell) {
	switch {
	case x.Act == Open:
		c.New += x.N
	case x.Act != "" && x.To.Arrived():
		c.Back += x.N
	case x.Act != "" && x.To == Closed:
		c.Closed += x.N
	case x.Act != "":
	case x.State == Suspected:
		c.Suspects += x.N
	case x.State.Away():
		c.Away += x.N
	case x.State == Observing:
		c.Observed += x.N
	case x.State == Excepted:
		c.Excepted += x.N
	}
}

// Enrol sets how many are enrolled, and what follows of how many are there.
func (c *Counts) Enrol(n int) {
	c.Enrolled, c.Present = n, -1
	if n >= 0 {
		c.Present = max(0, n-c.Suspects-c.Away)
	}
}

// Columns are the counts of cases in the order of the report, without those of the
// roll.
func (c Counts) Columns() []int {
	return []int{c.Suspects, c.Away, c.New, c.Back, c.Closed, c.Observed, c.Excepted}
}

// None tells that there is nothing to report but a zero.
func (c Counts) None() bool { return c.Suspects+c.Away+c.New+c.Back+c.Closed == 0 }
