package incident

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Norm is a rule about drills, as pages show it beside what was done.
type Norm struct {
	Text edu.Text
	Source
}

const drillDocument = "教基一厅〔2014〕2号"

// Norms are the rules about drills (standards of the domain, section 7.3).
var Norms = []Norm{
	{edu.Text{ZH: "中小学每月至少开展一次应急疏散演练", EN: "Schools: at least one drill a month"}, Source{drillDocument, "V"}},
	{edu.Text{ZH: "幼儿园每季度至少开展一次", EN: "Kindergartens: at least one a quarter"}, Source{drillDocument, "V"}},
	{edu.Text{ZH: "寄宿制学校、特殊教育学校适当增加；有校车的学校同时演练校车突发事件", EN: "Boarding and special schools hold more; schools with buses practise bus incidents too"}, Source{drillDocument, "V"}},
	{edu.Text{ZH: "四层以下、出口畅通的教学楼应在2分钟内疏散完毕", EN: "Buildings of up to four floors with good exits are cleared within 2 minutes"}, Source{drillDocument, "V"}},
	{edu.Text{ZH: "另有资料：小学3分钟、中学2分钟（仅供参考，不据此判定）", EN: "Elsewhere: primary 3 minutes, secondary 2 (shown, not judged by)"}, Source{elsewhere, "S"}},
}

// LowFloors and LowSeconds are the norm of a low building.
const (
	LowFloors  = 4
	LowSeconds = 120
)

// Rhythm is how often a school drills.
type Rhythm uint8

const (
	Monthly Rhythm = iota
	Quarterly
)

// RhythmOf is how often a school with the stages drills: one with nothing but a
// kindergarten by the quarter, every other one by the month.
func RhythmOf(stages []edu.Stage) Rhythm {
	if len(stages) > 0 && !slices.ContainsFunc(stages, func(s edu.Stage) bool { return s != edu.Preschool }) {
		return Quarterly
	}
	return Monthly
}

// Slot is a month, or a quarter, of a school year with what was done in it.
type Slot struct {
	Label       edu.Text
	First, Last edu.Date
	Drills      int // in which buildings were cleared
	State       SlotState
}

// SlotState is how a slot stands on a day.
type SlotState string

const (
	Held    SlotState = "held"    // at least one drill
	Missing SlotState = "missing" // over, and none
	Now     SlotState = "now"     // not over, and none yet
	Ahead   SlotState = "ahead"   // not begun
)

// Name is what a state is called.
func (s SlotState) Name() edu.Text {
	switch s {
	case Held:
		return edu.Text{ZH: "已开展", EN: "Held"}
	case Missing:
		return edu.Text{ZH: "缺", EN: "Missing"}
	case Now:
		return edu.Text{ZH: "本期未开展", EN: "Not yet"}
	case Ahead:
		return edu.Text{ZH: "未到", EN: "Ahead"}
	}
	return edu.Text{ZH: string(s), EN: string(s)}
}

// Slots are the months with lessons of a school year, or its four quarters, with
// the drills that were held in them. A month with no teaching day asks for none;
// what is a teaching day follows from the city's calendar. Quarters are those of
// the school year, from September. The norm is about clearing the buildings: a drill
// of food safety is on record and does not stand for one.
func Slots(r Rhythm, year int, cal *collect.Calendar, drills []Drill, today edu.Date) (out []Slot) {
	drills = Standing(drills)
	step := 1
	if r == Quarterly {
		step = 3
	}
	start := time.Date(year, time.September, 1, 0, 0, 0, 0, time.UTC)
	for m := 0; m < 12; m += step {
		from, to := start.AddDate(0, m, 0), start.AddDate(0, m+step, 0)
		s := Slot{First: edu.DateOf(from), Last: edu.DateOf(to) - 1}
		if r == Monthly {
			if !taught(cal, year, s.First, s.Last) {
				continue
			}
			s.Label = edu.Text{ZH: fmt.Sprintf("%d月", from.Month()), EN: from.Month().String()[:3]}
		} else {
			last := to.AddDate(0, 0, -1)
			s.Label = edu.Text{ZH: fmt.Sprintf("%d—%d月", from.Month(), last.Month()), EN: from.Month().String()[:3] + "–" + last.Month().String()[:3]}
		}
		for _, d := range drills {
			if d.Kind.Clears() && d.Day >= s.First && d.Day <= s.Last {
				s.Drills++
			}
		}
		switch {
		case s.Drills > 0:
			s.State = Held
		case s.Last < today:
			s.State = Missing
		case s.First <= today:
			s.State = Now
		default:
			s.State = Ahead
		}
		out = append(out, s)
	}
	return out
}

// taught tells whether there is a teaching day between two days: a working day of
// a term. Of a year whose terms nobody entered, all months but February and those
// of summer count.
func taught(cal *collect.Calendar, year int, first, last edu.Date) bool {
	for _, t := range cal.Terms() {
		if t.Period.Int() != year {
			continue
		}
		for d := max(first, t.First); d <= min(last, t.Last); d++ {
			if cal.Working(d) {
				return true
			}
		}
	}
	m := first.Time().Month()
	return !termsKnown(cal, year) && m != time.February && m != time.July && m != time.August
}

func termsKnown(cal *collect.Calendar, year int) bool {
	return slices.ContainsFunc(cal.Terms(), func(t collect.TermDates) bool { return t.Period.Int() == year })
}

// Count counts slots by how they stand.
func Count(slots []Slot, s SlotState) (n int) {
	for _, x := range slots {
		if x.State == s {
			n++
		}
	}
	return n
}

// Slow tells whether a drill took longer than the norm allows of a building of so
// many floors; where nobody knows how many, nothing is judged.
func Slow(d Drill, floors int) bool {
	return floors > 0 && floors <= LowFloors && d.Kind.Clears() && d.Seconds > LowSeconds
}
