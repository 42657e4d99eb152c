package task

import (
	"fmt"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Lamp is how a task stands, never by colour alone.
type Lamp string

const (
	Red   Lamp = "red"   // ■ 滞后
	Amber Lamp = "amber" // ▲ 预警
	Green Lamp = "green" // ● 正常
	Grey  Lamp = "grey"  // ○ 未启动, or out of the count
)

// Lamps in their order, the worst first.
var Lamps = []Lamp{Red, Amber, Green, Grey}

// Mark is the shape that a lamp has.
func (l Lamp) Mark() string {
	switch l {
	case Red:
		return "■"
	case Amber:
		return "▲"
	case Green:
		return "●"
	}
	return "○"
}

// Name is the word that a lamp has.
func (l Lamp) Name() edu.Text {
	switch l {
	case Red:
		return edu.Text{ZH: "滞后", EN: "late"}
	case Amber:
		return edu.Text{ZH: "预警", EN: "at risk"}
	case Green:
		return edu.Text{ZH: "正常", EN: "on track"}
	}
	return edu.Text{ZH: "未启动", EN: "not started"}
}

// far is when what never happens happens.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// lights says when a lamp turns if nothing is done: what it is until then, and
// from when it is amber and red.
type lights struct {
	rest       Lamp
	amber, red time.Time
	weekly     time.Time // from when a task that is not key is asked each week
	why        edu.Text  // of rest
	amberWhy   edu.Text
}

// Turns is when the lamp of a task turns if nothing is done: what it is at rest,
// and from when it is amber and red. A list that is chosen by lamp reads it from
// the row, so that the rule is in one place.
func Turns(t Task, env Env) (rest Lamp, amber, red time.Time) {
	l := light(t, env)
	return l.rest, l.amber, l.red
}

// LampOf is the lamp of a task with its reason in words. What is 长期坚持 is never
// red.
func LampOf(t Task, env Env) (Lamp, edu.Text) {
	l := light(t, env)
	switch {
	case !env.Now.Before(l.red):
		return Red, redWhy(t, env)
	case !env.Now.Before(l.amber):
		return Amber, l.amberWhy
	}
	return l.rest, l.why
}

func light(t Task, env Env) lights {
	l := lights{rest: Green, amber: far, red: far, weekly: far}
	switch t.State {
	case Drafted:
		l.rest, l.why = Grey, edu.Text{ZH: "拟制中，尚未交办", EN: "a draft, not issued yet"}
		return l
	case Requested:
		l.rest, l.why = Grey, edu.Text{ZH: "已提请，待有权单位交办", EN: "requested; whoever has the authority has not given it yet"}
		return l
	case Merged:
		l.rest, l.why = Grey, edu.Text{ZH: "已并入其他任务", EN: "merged into another task"}
		return l
	case Withdrawn:
		l.rest, l.why = Grey, edu.Text{ZH: "已撤销", EN: "withdrawn"}
		return l
	case Closed:
		l.rest, l.why = closedLamp(t)
		return l
	case InReview:
		if l.why = (edu.Text{ZH: "已报结，待审核", EN: "handed in, waits for review"}); t.Late > 0 {
			l.red = time.Time{}
		}
		return l
	}
	l.why = edu.Text{ZH: "办理中，未到预警期", EN: "in hand, with time left"}
	if t.State == ToSign {
		l.rest, l.why = Grey, edu.Text{ZH: "待签收，签收时限" + clock(t.SignBy), EN: "to be signed by " + clock(t.SignBy)}
		if !t.SignBy.IsZero() {
			l.turn(t.SignBy, edu.Text{ZH: "超过签收时限" + clock(t.SignBy) + "，未签收", EN: "not signed by " + clock(t.SignBy)})
		}
	}
	if t.Due > 0 && !t.Standing {
		days, why := amberDays(t, env)
		l.turn(midnight(t.Due-days), why)
		if t.State.Held() {
			l.red = midnight(t.Due + 1)
		}
	}
	if t.Standing {
		if year := max(t.Checked, t.Opens) + 366; t.Opens > 0 {
			l.turn(midnight(year), edu.Text{ZH: "长期任务已逾一年未复核", EN: "a standing task that was not checked for a year"})
		}
		if l.why = (edu.Text{ZH: "长期坚持，每年复核", EN: "standing, checked once a year"}); t.State == ToSign {
			l.why = edu.Text{ZH: "待签收，签收时限" + clock(t.SignBy), EN: "to be signed by " + clock(t.SignBy)}
		}
	}
	if t.State == Working {
		if due, ok := firstReport(t, env); ok {
			l.turn(midnight(due+1), edu.Text{ZH: "应于" + due.String() + "前首次反馈，未反馈", EN: "the first report was due on " + due.String()})
		}
		every, zh, en := Month, "上月未填报进展", "no progress entry in the month before"
		if t.Key {
			every, zh, en = Week, "重点任务上周未填报进展", "a key task without a progress entry in the week before"
		}
		l.turn(midnight(missedOn(every, reportBase(t))), edu.Text{ZH: zh, EN: en})
	}
	l.weekly = l.amber
	return l
}

// turn makes the lamp amber from a moment on, unless it is before.
func (l *lights) turn(at time.Time, why edu.Text) {
	if at.Before(l.amber) {
		l.amber, l.amberWhy = at, why
	}
}

func closedLamp(t Task) (Lamp, edu.Text) {
	switch t.Outcome {
	case Carried:
		return Grey, edu.Text{ZH: "收官：未完成转接续", EN: "concluded: not done, carried on"}
	case Adjusted:
		return Grey, edu.Text{ZH: "收官：调整（" + t.Approval + "）", EN: "concluded: adjusted (" + t.Approval + ")"}
	case Cancelled:
		return Grey, edu.Text{ZH: "收官：取消（" + t.Approval + "）", EN: "concluded: cancelled (" + t.Approval + ")"}
	}
	if t.Late > 0 {
		return Green, edu.Text{ZH: fmt.Sprintf("已办结，曾逾期%d天", t.Late), EN: fmt.Sprintf("closed, %d days late", t.Late)}
	}
	return Green, edu.Text{ZH: "已办结", EN: "closed"}
}

// amberDays is how many days before the limit a task turns amber, and why.
func amberDays(t Task, env Env) (edu.Date, edu.Text) {
	days := edu.Date(env.Rules.AmberDays)
	why := edu.Text{ZH: fmt.Sprintf("距时限%s不足%d天", t.Due, env.Rules.AmberDays), EN: fmt.Sprintf("%d days or less until %s", env.Rules.AmberDays, t.Due)}
	if share := edu.Date(env.Rules.AmberShare * float64(t.Due-t.Opens)); t.Opens > 0 && share > days {
		days = share
		why = edu.Text{ZH: fmt.Sprintf("距时限%s剩余时间不足%.0f%%", t.Due, 100*env.Rules.AmberShare), EN: fmt.Sprintf("%.0f %% or less of the time left until %s", 100*env.Rules.AmberShare, t.Due)}
	}
	return days, why
}

func redWhy(t Task, env Env) edu.Text {
	late := Overdue(t, env)
	if t.State == InReview {
		return edu.Text{ZH: fmt.Sprintf("报结时已逾期%d天（审核期间不计）", late), EN: fmt.Sprintf("handed in %d days late (time in review does not count)", late)}
	}
	return edu.Text{ZH: fmt.Sprintf("超过时限%s，逾期%d天", t.Due, late), EN: fmt.Sprintf("past its limit %s by %d days", t.Due, late)}
}

// Overdue counts the days by which the owner is or was late. Time runs only while
// the owner has the ball: what lies with the issuer, for review or for an answer
// to what was asked, is not its lateness, and the day on which it comes back does
// not count yet.
func Overdue(t Task, env Env) int {
	late := t.Late
	if today := env.today(); t.State.Held() && !t.Standing && t.Due > 0 && today > t.Due {
		late += max(0, int(today-max(t.Due, dayOf(t.Ball))))
	}
	return late
}

// Level is how far a late task has come, and who is to know: 0 where nobody has.
func Level(t Task, env Env) (level int, who edu.Text) {
	if l, _ := LampOf(t, env); l != Red || !t.State.Held() {
		return 0, edu.Text{}
	}
	late := Overdue(t, env)
	for i, e := range env.Rules.Levels {
		if late >= e.Days {
			level, who = i+1, e.Who
		}
	}
	return level, who
}

func dayOf(t time.Time) edu.Date {
	if t.IsZero() {
		return 0
	}
	return collect.Today(t)
}

// midnight is when a day begins in China.
func midnight(d edu.Date) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, collect.China)
}

func clock(t time.Time) string { return t.In(collect.China).Format("2006-01-02 15:04") }
