package council

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Duty is something that a leading group does again and again, with what it rests
// on. What is due in a cycle follows from it and is not written down.
type Duty struct {
	ID     string
	Unit   edu.UnitID
	Rev    int    `json:"-"`
	Sent   string `json:"-"` // id of the form of a new one: sent twice it is one
	Words  string
	Basis  string // document and article
	Owner  string // leader or body, as they are called
	Every  Every
	From   edu.Date
	Until  edu.Date // 0 while it goes on
	Marks  map[string]Done
	Closed string // why it ended
}

// Every is how often a duty comes round.
type Every string

const (
	Month   Every = "month"
	Quarter Every = "quarter"
	Half    Every = "half"
	Yearly  Every = "year"
)

// Everies lists how often duties come round.
var Everies = []Every{Month, Quarter, Half, Yearly}

// Name is what a cycle is called.
func (e Every) Name() edu.Text {
	switch e {
	case Month:
		return edu.Text{ZH: "每月", EN: "Monthly"}
	case Quarter:
		return edu.Text{ZH: "每季度", EN: "Quarterly"}
	case Half:
		return edu.Text{ZH: "每半年", EN: "Half-yearly"}
	case Yearly:
		return edu.Text{ZH: "每年", EN: "Yearly"}
	}
	return edu.Text{ZH: string(e), EN: string(e)}
}

func (e Every) months() int {
	switch e {
	case Month:
		return 1
	case Quarter:
		return 3
	case Half:
		return 6
	case Yearly:
		return 12
	}
	return 0
}

// Done says that a duty was done in a cycle.
type Done struct {
	Day      edu.Date
	Evidence string // file number, meeting, or name of a file
	Name     string // who said so
	At       time.Time
}

// Turn is a duty in one cycle.
type Turn struct {
	Duty  *Duty
	Key   string // 2025-03, 2025-Q1, 2025-H1, 2025
	First edu.Date
	Last  edu.Date // the day until which it is to be done
	Done  *Done
}

// Standing is how a turn stands on a day.
type Standing string

const (
	Ahead    Standing = "ahead"    // its cycle has not ended
	OnTime   Standing = "done"     // done within its cycle
	DoneLate Standing = "donelate" // done after it
	Owed     Standing = "owed"     // its cycle is over and it is not done
)

// On is how a turn stands on a day. What was done later than that day counts as
// not done yet.
func (t Turn) On(day edu.Date) Standing {
	switch {
	case t.Done != nil && t.Done.Day <= min(t.Last, day):
		return OnTime
	case t.Done != nil && t.Done.Day <= day:
		return DoneLate
	case day > t.Last:
		return Owed
	}
	return Ahead
}

// Turns are the cycles of a duty that touch a span of days, oldest first: none
// that begins before the duty or after its end.
func (d *Duty) Turns(from, to edu.Date) (out []Turn) {
	n := d.Every.months()
	if n == 0 || d.From == 0 {
		return nil
	}
	from = max(from, d.From)
	if d.Until != 0 {
		to = min(to, d.Until)
	}
	if to < from {
		return nil
	}
	t := from.Time()
	start := time.Date(t.Year(), time.Month((int(t.Month())-1)/n*n+1), 1, 0, 0, 0, 0, time.UTC)
	for first := edu.DateOf(start); first <= to; first = edu.DateOf(start) {
		next := start.AddDate(0, n, 0)
		turn := Turn{Duty: d, Key: cycle(start, n), First: first, Last: edu.DateOf(next) - 1}
		if k, ok := d.Marks[turn.Key]; ok {
			turn.Done = &k
		}
		out = append(out, turn)
		start = next
	}
	return out
}

func cycle(start time.Time, months int) string {
	switch months {
	case 1:
		return start.Format("2006-01")
	case 3:
		return fmt.Sprintf("%d-Q%d", start.Year(), (int(start.Month())-1)/3+1)
	case 6:
		return fmt.Sprintf("%d-H%d", start.Year(), (int(start.Month())-1)/6+1)
	}
	return fmt.Sprint(start.Year())
}

// Problems is everything that is wrong with a duty as it was typed.
func (d *Duty) Problems() (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(strings.TrimSpace(d.Words) == "", "未填职责内容", "what is to be done is missing")
	add(strings.TrimSpace(d.Basis) == "", "未填依据", "the basis is missing")
	add(strings.TrimSpace(d.Owner) == "", "未填责任人或责任单位", "who does it is missing")
	add(d.Every.months() == 0, "未选周期", "how often is missing")
	add(d.From == 0, "未填起始日期", "the first day is missing")
	add(d.Until != 0 && d.Until < d.From, "终止日期早于起始日期", "it ends before it begins")
	return append(why, checkTexts(d.Words, d.Basis, d.Owner)...)
}

// MarkDone says that a turn was done. A day that has not come and a cycle that the
// duty has not got are refused.
func (d *Duty) MarkDone(key string, k Done, today edu.Date) (why []edu.Text) {
	i := slices.IndexFunc(d.Turns(d.From, max(today, d.From)), func(t Turn) bool { return t.Key == key })
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(i < 0, "该周期没有这项职责", "the duty has no such cycle")
	add(k.Day == 0, "未填完成日期", "the day is missing")
	add(k.Day > today, "完成日期还没有到", "the day has not come yet")
	add(strings.TrimSpace(k.Evidence) == "", "未填佐证（文号、会议或文件名）", "the evidence is missing: a number, a meeting or a file")
	if i >= 0 {
		t := d.Turns(d.From, max(today, d.From))[i]
		add(k.Day != 0 && k.Day < t.First, "完成日期早于本周期", "the day is before the cycle")
	}
	if why = append(why, checkTexts(k.Evidence)...); len(why) > 0 {
		return why
	}
	marks := map[string]Done{key: k}
	for o, v := range d.Marks {
		if o != key {
			marks[o] = v
		}
	}
	d.Marks = marks
	return nil
}

// SortTurns puts turns in order: what is owed longest first, then what comes next.
func SortTurns(ts []Turn) {
	slices.SortStableFunc(ts, func(a, b Turn) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.Duty.Words, b.Duty.Words), cmp.Compare(a.Duty.ID, b.Duty.ID))
	})
}

// checkTexts refuses what bears the mark of a state secret or is too long.
func checkTexts(texts ...string) (why []edu.Text) {
	for _, s := range texts {
		if Secret(s) {
			return []edu.Text{noSecret}
		}
		if len([]rune(s)) > MaxWords {
			why = append(why, edu.Text{ZH: fmt.Sprintf("文字不能超过%d字", MaxWords), EN: fmt.Sprintf("a text has more than %d characters", MaxWords)})
		}
	}
	return why
}
