package retention

import (
	"cmp"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Mark is what a school says of one child that is not in class: the least from
// which a warning follows. There is no timetable and no roll-call here.
type Mark struct {
	Person register.PersonID `json:",omitzero"`
	School edu.UnitID        `json:",omitzero"`
	Kind   MarkKind          `json:",omitzero"`
	Since  edu.Date          `json:",omitzero"` // first day of absence, of the term, of the leave, of the transfer
	Days   int               `json:",omitzero"` // consecutive school days absent
	Day    edu.Date          `json:",omitzero"` // on which the school said so
	By     string            `json:",omitzero"`
	Name   string            `json:",omitzero"` // of whoever said so
	Case   string            `json:",omitzero"` // opened from it; empty while there is none
}

// MarkKind is in which way a child is not in class.
type MarkKind string

const (
	Absent   MarkKind = "absent" // 连续缺课
	Unseen   MarkKind = "unseen" // 开学未到校
	OnLeave  MarkKind = "leave"  // 请假、休学
	WentAway MarkKind = "left"   // 已转出，无回执
	BackHere MarkKind = "back"   // 已到校: takes the mark away
)

// MarkKinds in the order of the form.
var MarkKinds = []register.Term{
	term("absent", "连续缺课", "Absent"), term("unseen", "开学未到校", "Not appeared since the term began"), term("leave", "请假、休学", "On leave"),
	term("left", "已转出未收到回执", "Transferred out, no receipt"), term("back", "已到校", "Back in class"),
}

// Source is how a case was found that is opened from a report of attendance.
func (k MarkKind) Source() Source {
	switch k {
	case Absent, Unseen:
		return ByAttendance
	case WentAway:
		return ByTransfer
	}
	return ""
}

// CheckMark makes a report of attendance whole, or says what is wrong with it.
func CheckMark(m Mark, env Env) (Mark, error) {
	today := env.today()
	m.Day = today
	var lacks []edu.Text
	lack := func(zh, en string) { lacks = append(lacks, edu.Text{ZH: zh, EN: en}) }
	if m.Person == "" {
		lack("没有选择学生", "no child is chosen")
	}
	if level, ok := env.level(m.School); !ok || level != edu.School {
		lack("没有这所学校", "there is no such school")
	}
	if !known(MarkKinds, m.Kind) {
		lack("请选择缺勤情况", "choose what it is")
	}
	if m.Kind == Unseen && m.Since == 0 {
		m.Since = termStart(env, today)
	}
	m.Since = cmp.Or(m.Since, today)
	if m.Since > today || m.Since < today-tooLong {
		lack("开始日期不能晚于今天", "it cannot have begun after today")
	}
	switch {
	case m.Kind != Absent:
		m.Days = 0
	case m.Days < 1 || m.Days > 400:
		lack("请填写连续缺课天数", "give the number of school days in a row")
	}
	if lacks != nil {
		return m, &auth.Refusal{Kind: fault.Invalid, Texts: lacks}
	}
	return m, nil
}

// termStart is the first day of the term that runs, or ran last.
func termStart(env Env, today edu.Date) (first edu.Date) {
	for _, t := range env.Calendar.Terms() {
		if t.First <= today {
			first = t.First
		}
	}
	return first
}

// MarkWarnings are the rules of standards §8.4 that hold of a report of attendance,
// or will if nothing is done.
func MarkWarnings(m Mark, env Env) []Warning {
	r := env.Rules
	switch m.Kind {
	case Absent:
		return absences(m.Days, m.Day, r)
	case Unseen:
		return []Warning{{Amber, m.Since + edu.Date(7*r.Weeks), edu.Text{ZH: fmt.Sprintf("开学%d周未到校", r.Weeks), EN: fmt.Sprintf("not appeared %d weeks after the start of term", r.Weeks)}, "E"}}
	case OnLeave:
		return []Warning{longLeave(m.Since, r)}
	case WentAway:
		return []Warning{{Red, m.Since + edu.Date(r.ReceiptDays) + 1, edu.Text{ZH: fmt.Sprintf("转出%d天无回执", r.ReceiptDays), EN: fmt.Sprintf("no receipt for %d days after a transfer", r.ReceiptDays)}, "E"}}
	}
	return nil
}

// MarkColour is a mark's colour now, with the warnings that hold.
func MarkColour(m Mark, env Env) (Colour, []Warning) {
	return hold(MarkWarnings(m, env), env.today())
}
