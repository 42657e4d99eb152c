package collect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// fairDays is how many working days at least there are to answer a request.
const fairDays = 3

// Urgency is a ground on which a request may fall due sooner than is fair.
type Urgency string

const (
	NotUrgent     Urgency = ""
	UrgentSafety  Urgency = "safety"  // 安全
	UrgentDropout Urgency = "dropout" // 控辍
	UrgentTop     Urgency = "top"     // 特急
)

// Exception waives the rule of fair time. It carries the name of who answers
// for it, or it waives nothing.
type Exception struct {
	Ground Urgency
	By     string // name of the approver
}

// Unfair says why a request may not fall due when it was to, and when it may.
type Unfair struct {
	Why  []edu.Text
	Next time.Time // the earliest fair time
}

// Text is the refusal as the person who issues the request reads it.
func (u *Unfair) Text() edu.Text {
	var zh, en []string
	for _, w := range u.Why {
		zh, en = append(zh, w.ZH), append(en, w.EN)
	}
	next := u.Next.In(China).Format("2006-01-02 15:04")
	return edu.Text{
		ZH: strings.Join(zh, "；") + "。最早可定为" + next + "；确属安全、控辍、特急的，须写明批准人。",
		EN: strings.Join(en, "; ") + ". The earliest fair time is " + next + "; for safety, dropout or top urgency name who approves it.",
	}
}

// In is the refusal in a language.
func (u *Unfair) In(lang string) string { return u.Text().In(lang) }

func (u *Unfair) Error() string { return u.Text().EN }

func (u *Unfair) Unwrap() error { return fault.Invalid }

// FairDue is burden rule 8: no request may fall due within three working days
// of its issue, at night, on a holiday or in the first week of teaching. The
// error is an [*Unfair], or says what is wrong with the exception.
//
// A request that is due on a day is due when the offices close: see [Closes].
// One that opens later than it is issued counts from its opening.
func FairDue(issued, due time.Time, cal *Calendar, x Exception) error {
	if x.Ground != NotUrgent {
		switch {
		case !slices.Contains([]Urgency{UrgentSafety, UrgentDropout, UrgentTop}, x.Ground):
			return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是缩短时限的理由，只能是安全、控辍或特急", x.Ground), fmt.Sprintf("%q is no ground for a short deadline; want safety, dropout or top", x.Ground))
		case strings.TrimSpace(x.By) == "":
			return auth.Refuse(fault.Invalid, "缩短时限须写明批准人", "a short deadline needs the name of who approves it")
		case !due.After(issued):
			return auth.Refuse(fault.Invalid, "截止时间早于下发时间", "it would be due before it is issued")
		}
		return nil
	}
	why := unfair(issued, due, cal)
	if why == nil {
		return nil
	}
	return &Unfair{Why: why, Next: NextFair(issued, cal)}
}

func unfair(issued, due time.Time, cal *Calendar) (why []edu.Text) {
	because := func(zh, en string) { why = append(why, edu.Text{ZH: zh, EN: en}) }
	if due.Before(answerable(issued, cal)) {
		because(fmt.Sprintf("留给填报单位的时间不足%d个工作日", fairDays), fmt.Sprintf("it leaves less than %d working days to answer", fairDays))
	}
	d := Today(due)
	if due.Before(Opens(d)) || due.After(Closes(d)) {
		because("截止时间不在上班时间", "it falls due outside office hours")
	}
	if !cal.Working(d) {
		m, _ := cal.Mark(d)
		name := m.Name
		if name.ZH == "" {
			name = edu.Text{ZH: "周末", EN: "a weekend"}
		}
		because("截止日为"+name.ZH, "it falls due on "+name.EN)
	}
	if _, week, ok := cal.Week(d); ok && week == 1 {
		because("截止日在开学第一周", "it falls due in the first week of teaching")
	}
	return why
}

// answerable is when three working days have passed since a moment, the clock
// standing still outside office hours.
func answerable(issued time.Time, cal *Calendar) time.Time {
	d := Today(issued)
	at := issued.In(China)
	switch {
	case !cal.Working(d) || at.After(Closes(d)):
		if at.After(Closes(d)) {
			d++
		}
		d = cal.AddWorking(d, 0)
		at = Opens(d)
	case at.Before(Opens(d)):
		at = Opens(d)
	}
	if in := at.Sub(Opens(d)); in > 0 {
		return Opens(cal.AddWorking(d, fairDays)).Add(in)
	}
	// Issued before the day began, that day is the first of the three.
	return Closes(cal.AddWorking(d, fairDays-1))
}

// NextFair is the earliest time at which a request that is issued now may fall
// due.
func NextFair(issued time.Time, cal *Calendar) time.Time {
	at := answerable(issued, cal)
	for d := Today(at); ; d++ {
		if _, week, ok := cal.Week(d); cal.Working(d) && (!ok || week != 1) {
			if d > Today(at) {
				return Opens(d)
			}
			return at
		}
	}
}
