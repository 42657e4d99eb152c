package incident

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/edu"
)

// Limits are the times within which an incident of a level is to be reported, in
// minutes. 0 is no clock.
type Limits struct {
	Phone   int // 电话首报, from when it was known
	Written int // 书面报告, from when it was known
	Pass    int // 上报: by whoever took the first report, from then
	Follow  int // 续报, from the last report until the final one
	Final   int // 终报, from when it was known
	Sources map[ClockKind]Source
}

// Rules are the limits of each level. A city sets its own.
type Rules map[Level]Limits

const day = 24 * 60

var (
	from493   = Source{"国务院令第493号：1小时内报县级，逐级上报每级不超过2小时", "M"}
	fromRule  = Source{"地方学校规定（一个区）：重大事件2小时内首报、8小时内书面，其他24小时内", "S"}
	fromOwn   = Source{"本系统默认值，由市级设定", "E"}
	accidents = Limits{Phone: 60, Written: 2 * 60, Pass: 2 * 60, Follow: day, Final: 30 * day, Sources: map[ClockKind]Source{PhoneClock: from493, WrittenClock: fromOwn, PassClock: from493, FollowClock: fromOwn, FinalClock: fromOwn}}
)

// Default are the limits as they are shipped, each with its source (standards of
// the domain, section 7.4). None was read in the document itself.
var Default = Rules{
	Extreme: accidents, Grave: accidents, Serious: accidents, Accident: accidents,
	Major: {Phone: 2 * 60, Written: 8 * 60, Pass: 2 * 60, Follow: day, Final: 30 * day, Sources: map[ClockKind]Source{PhoneClock: fromRule, WrittenClock: fromRule, PassClock: from493, FollowClock: fromOwn, FinalClock: fromOwn}},
	Other: {Phone: day, Written: day, Final: 30 * day, Sources: map[ClockKind]Source{PhoneClock: fromRule, WrittenClock: fromRule, FinalClock: fromOwn}},
}

// Of are the limits of a level.
func (r Rules) Of(l Level) Limits {
	if x, ok := r[l]; ok {
		return x
	}
	return Default[l]
}

// Wrong is everything that is wrong with rules that a city sets.
func (r Rules) Wrong() (why []edu.Text) {
	for _, l := range Levels {
		x := r.Of(l)
		bad := func(zh, en string) {
			n := l.Name()
			why = append(why, edu.Text{ZH: n.ZH + "：" + zh, EN: n.EN + ": " + en})
		}
		if x.Phone < 1 || x.Phone > day || x.Written < 1 || x.Written > 7*day || x.Pass < 0 || x.Pass > day || x.Follow < 0 || x.Follow > 30*day || x.Final < 1 || x.Final > 366*day {
			bad("时限超出允许范围", "a limit is outside what is allowed")
			continue
		}
		if x.Written < x.Phone {
			bad("书面报告不能早于电话首报", "the written report cannot be due before the call")
		}
		if x.Final < x.Written {
			bad("终报不能早于书面报告", "the final report cannot be due before the written one")
		}
		if l.Passes() && x.Pass == 0 {
			bad("未填上报时限", "the limit of passing on is missing")
		}
	}
	return why
}

// ClockKind is what a clock runs for.
type ClockKind string

const (
	PhoneClock   ClockKind = "phone"
	WrittenClock ClockKind = "written"
	PassClock    ClockKind = "pass"
	FollowClock  ClockKind = "follow"
	FinalClock   ClockKind = "final"
)

// ClockKinds lists them in the order in which they run.
var ClockKinds = []ClockKind{PhoneClock, WrittenClock, PassClock, FollowClock, FinalClock}

// Name is what a clock runs for.
func (k ClockKind) Name() edu.Text {
	switch k {
	case PhoneClock:
		return edu.Text{ZH: "电话首报", EN: "First report by telephone"}
	case WrittenClock:
		return edu.Text{ZH: "书面报告", EN: "Written report"}
	case PassClock:
		return edu.Text{ZH: "逐级上报", EN: "Passed on to the next level"}
	case FollowClock:
		return edu.Text{ZH: "续报", EN: "Follow-up"}
	case FinalClock:
		return edu.Text{ZH: "终报", EN: "Final report"}
	}
	return edu.Text{ZH: string(k), EN: string(k)}
}

// Clock is a time that runs, or that ran until it was met.
type Clock struct {
	Kind ClockKind
	From time.Time
	Due  time.Time
	Met  time.Time // zero while it runs
	Source
}

// Late is by how much it was met late, or is late by now; 0 where it is not.
func (c Clock) Late(now time.Time) time.Duration {
	at := c.Met
	if at.IsZero() {
		at = now
	}
	return max(0, at.Sub(c.Due))
}

// Left is what is left of a clock that runs; negative where it is late, 0 of one
// that was met.
func (c Clock) Left(now time.Time) time.Duration {
	if !c.Met.IsZero() {
		return 0
	}
	return c.Due.Sub(now)
}

// Near tells that a clock that runs is close to its end: at most 15 % of its time are
// left, as for tasks, or two hours.
func (c Clock) Near(now time.Time) bool {
	left := c.Left(now)
	return c.Met.IsZero() && (left <= 2*time.Hour || left <= c.Due.Sub(c.From)*15/100)
}

// Lasting is a duration as people say it.
func Lasting(d time.Duration) edu.Text {
	m := int(d.Round(time.Minute) / time.Minute)
	switch {
	case m < 60:
		return edu.Text{ZH: fmt.Sprintf("%d分钟", m), EN: fmt.Sprintf("%d min", m)}
	case m < 2*day && m%60 == 0:
		return edu.Text{ZH: fmt.Sprintf("%d小时", m/60), EN: fmt.Sprintf("%d h", m/60)}
	case m < 2*day:
		return edu.Text{ZH: fmt.Sprintf("%d小时%d分", m/60, m%60), EN: fmt.Sprintf("%d h %d min", m/60, m%60)}
	}
	if h := m % day / 60; h > 0 {
		return edu.Text{ZH: fmt.Sprintf("%d天%d小时", m/day, h), EN: fmt.Sprintf("%d d %d h", m/day, h)}
	}
	return edu.Text{ZH: fmt.Sprintf("%d天", m/day), EN: fmt.Sprintf("%d days", m/day)}
}

// Clocks are the clocks of an incident on the rules, as far as they have begun.
// They follow from the entries: late is computed and never typed. A correction of
// when it was known never makes a report less late.
func (x *Incident) Clocks(rules Rules) (out []Clock) {
	f := x.Facts()
	lim := rules.Of(f.Level)
	known := x.firstKnown()
	met := func(a Act) time.Time { return x.firstAt(a) }
	add := func(k ClockKind, from time.Time, minutes int, met time.Time) {
		if minutes > 0 && !from.IsZero() {
			out = append(out, Clock{k, from, from.Add(time.Duration(minutes) * time.Minute), met, lim.Sources[k]})
		}
	}
	add(PhoneClock, known, lim.Phone, met(Phone))
	add(WrittenClock, known, lim.Written, met(Write))
	if f.Level.Passes() {
		add(PassClock, met(Phone), lim.Pass, met(Pass))
	}
	// Follow-ups run from report to report until the final one.
	reports := x.reports()
	for i, r := range reports {
		switch last := i == len(reports)-1; {
		case !last && reports[i+1].Act == Follow:
			add(FollowClock, r.At, lim.Follow, reports[i+1].At)
		case last && r.Act != Finish && slices.Contains(open, x.State):
			add(FollowClock, r.At, lim.Follow, time.Time{})
		}
	}
	add(FinalClock, known, lim.Final, x.finished())
	return out
}

// Worst is the clock that runs and is due first, and whether any was met late or is
// late.
func Worst(clocks []Clock, now time.Time) (running *Clock, late bool) {
	for i := range clocks {
		c := &clocks[i]
		late = late || c.Late(now) > 0
		if c.Met.IsZero() && (running == nil || c.Due.Before(running.Due)) {
			running = c
		}
	}
	return running, late
}
