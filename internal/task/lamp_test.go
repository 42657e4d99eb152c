package task_test

import (
	"strings"
	"testing"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/task"
)

func noon(m time.Month, d int) time.Time { return time.Date(2025, m, d, 12, 0, 0, 0, collect.China) }

// working is a task in hand since 14 April, due on 30 June.
func working(change func(*task.Task)) task.Task {
	d := whole()
	d.State, d.Opens, d.Ball, d.Signed, d.FirstDue, d.Source.Kind = task.Working, day(4, 14), monday, monday, d.Due, task.FromPlan
	d.Last, d.Entries = task.Entry{No: 1, Day: day(6, 10), Text: "在办"}, 1
	if change != nil {
		change(&d)
	}
	return d
}

// The rule of the lamps: ■ past due; ▲ with 15 % of the time or 7 days left, or
// after a missed report; ● otherwise; ○ not started. What is standing is never red.
func TestLampOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		d    task.Task
		now  time.Time
		want task.Lamp
		why  string
	}{
		{"a draft", whole(), noon(12, 1), task.Grey, "拟制"},
		{"requested", working(func(d *task.Task) { d.State = task.Requested }), noon(12, 1), task.Grey, "已提请"},
		{"to be signed, in time", working(func(d *task.Task) { d.State, d.SignBy = task.ToSign, noon(4, 15) }), noon(4, 14), task.Grey, "待签收"},
		{"not signed in time", working(func(d *task.Task) { d.State, d.SignBy = task.ToSign, noon(4, 15) }), noon(4, 15).Add(time.Minute), task.Amber, "未签收"},
		{"never signed", working(func(d *task.Task) { d.State, d.SignBy = task.ToSign, noon(4, 15) }), noon(7, 1), task.Red, "逾期1天"},
		{"with time left", working(nil), noon(6, 18), task.Green, "未到预警期"},
		{"15 % of 77 days left", working(nil), noon(6, 19), task.Amber, "15%"},
		{"12 days left of a short one are enough", working(func(d *task.Task) { d.Opens = day(6, 1) }), noon(6, 18), task.Green, "未到"},
		{"8 days left", working(func(d *task.Task) { d.Opens = day(6, 1) }), noon(6, 22), task.Green, "未到"},
		{"7 days left", working(func(d *task.Task) { d.Opens = day(6, 1) }), noon(6, 23), task.Amber, "不足7天"},
		{"the last minute of the last day", working(nil), time.Date(2025, 6, 30, 23, 59, 0, 0, collect.China), task.Amber, "15%"},
		{"the day after", working(nil), time.Date(2025, 7, 1, 0, 0, 0, 0, collect.China), task.Red, "逾期1天"},
		{"no report in the month before", working(func(d *task.Task) { d.Last.Day = day(4, 20) }), noon(6, 1), task.Amber, "上月未填报"},
		{"one in the month before", working(func(d *task.Task) { d.Last.Day = day(5, 1) }), noon(6, 1), task.Green, "未到"},
		{"key, no report in the week before", working(func(d *task.Task) { d.Key, d.Last.Day = true, day(5, 18) }), noon(5, 26), task.Amber, "上周未填报"},
		{"key, one in the week before", working(func(d *task.Task) { d.Key, d.Last.Day = true, day(5, 19) }), noon(5, 26), task.Green, "未到"},
		{"a meeting's, until its seventh day", working(func(d *task.Task) { d.Source.Kind, d.Entries, d.Last = task.FromMeeting, 0, task.Entry{} }), noon(4, 21), task.Green, "未到"},
		{"a meeting's, no first report", working(func(d *task.Task) { d.Source.Kind, d.Entries, d.Last = task.FromMeeting, 0, task.Entry{} }), noon(4, 22), task.Amber, "首次反馈"},
		{"standing", working(func(d *task.Task) { d.Standing, d.Due = true, 0 }), noon(6, 20), task.Green, "长期坚持"},
		{"standing, years later", working(func(d *task.Task) { d.Standing, d.Due = true, 0 }), noon(6, 20).AddDate(3, 0, 0), task.Amber, "上月未填报"},
		{"standing, not checked for a year", working(func(d *task.Task) { d.Standing, d.Due, d.Opens, d.Last.Day = true, 0, day(4, 14)-366, day(4, 10) }), noon(4, 14), task.Amber, "未复核"},
		{"standing, checked", working(func(d *task.Task) {
			d.Standing, d.Due, d.Opens, d.Last.Day, d.Checked = true, 0, day(4, 14)-366, day(4, 10), day(4, 1)
		}), noon(4, 14), task.Green, "长期坚持"},
		{"handed in before the limit, long in review", working(func(d *task.Task) { d.State = task.InReview }), noon(9, 1), task.Green, "待审核"},
		{"handed in late", working(func(d *task.Task) { d.State, d.Late = task.InReview, 3 }), noon(9, 1), task.Red, "逾期3天"},
		{"an extension that nobody answers", working(func(d *task.Task) { d.State = task.Extension }), noon(9, 1), task.Amber, "15%"},
		{"closed", working(func(d *task.Task) { d.State, d.Outcome = task.Closed, task.Completed }), noon(9, 1), task.Green, "已办结"},
		{"closed after delay", working(func(d *task.Task) { d.State, d.Outcome, d.Late = task.Closed, task.Completed, 3 }), noon(9, 1), task.Green, "曾逾期3天"},
		{"carried on", working(func(d *task.Task) { d.State, d.Outcome = task.Closed, task.Carried }), noon(9, 1), task.Grey, "转接续"},
		{"cancelled", working(func(d *task.Task) { d.State, d.Outcome, d.Approval = task.Closed, task.Cancelled, "9号" }), noon(9, 1), task.Grey, "9号"},
		{"merged", working(func(d *task.Task) { d.State = task.Merged }), noon(9, 1), task.Grey, "并入"},
		{"withdrawn", working(func(d *task.Task) { d.State = task.Withdrawn }), noon(9, 1), task.Grey, "撤销"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, why := task.LampOf(tt.d, at(tt.now))
			if got != tt.want || !strings.Contains(why.ZH, tt.why) {
				t.Errorf("%s (%s), want %s (%s)", got, why.ZH, tt.want, tt.why)
			}
		})
	}
}

// A city's own rules move the lamps.
func TestOwnRules(t *testing.T) {
	env := at(noon(6, 18))
	env.Rules.AmberShare = 0.5
	if got, why := task.LampOf(working(nil), env); got != task.Amber || !strings.Contains(why.ZH, "50%") {
		t.Errorf("%s (%s)", got, why.ZH)
	}
	for _, bad := range []func(*task.Rules){func(r *task.Rules) { r.SignDays = 0 }, func(r *task.Rules) { r.AmberShare = 2 }, func(r *task.Rules) { r.Levels = []task.Escalation{{Days: 9}, {Days: 1}} }} {
		r := task.Default
		bad(&r)
		if r.Check() == nil {
			t.Errorf("taken: %+v", r)
		}
	}
	if err := task.Default.Check(); err != nil {
		t.Error(err)
	}
}

// Time runs only while the owner has the ball, and more people are told the longer
// it runs.
func TestOverdueAndLevel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		d     task.Task
		now   time.Time
		late  int
		level int
	}{
		{"before", working(nil), noon(6, 30), 0, 0},
		{"one day", working(nil), noon(7, 1), 1, 1},
		{"a week", working(nil), noon(7, 7), 7, 2},
		{"a fortnight and a day", working(nil), noon(7, 15), 15, 3},
		{"a month", working(nil), noon(7, 30), 30, 4},
		{"in review it stands", working(func(d *task.Task) { d.State, d.Late = task.InReview, 5 }), noon(9, 1), 5, 0},
		{"back since today", working(func(d *task.Task) { d.Late, d.Ball = 5, noon(9, 1) }), noon(9, 1), 5, 1},
		{"back since three days", working(func(d *task.Task) { d.Late, d.Ball = 5, noon(9, 1) }), noon(9, 4), 8, 2},
		{"standing", working(func(d *task.Task) { d.Standing, d.Due = true, 0 }), noon(9, 1), 0, 0},
	} {
		level, who := task.Level(tt.d, at(tt.now))
		if late := task.Overdue(tt.d, at(tt.now)); late != tt.late || level != tt.level || (level > 0) != (who.ZH != "") {
			t.Errorf("%s: %d days, level %d (%s); want %d and %d", tt.name, late, level, who.ZH, tt.late, tt.level)
		}
	}
	// The same as acts, one after another.
	d, _, err := walk(whole(), step{act: task.Issue}, step{act: task.Sign}, step{act: task.HandIn, days: 80, o: task.Options{Text: "完成", Head: "李"}})
	if err != nil || d.Late != 3 {
		t.Fatalf("handed in on 3 July: %d days late, %v", d.Late, err)
	}
	d, _, err = task.Next(d, task.Return, task.Giver, task.Options{Text: "缺佐证"}, at(noon(7, 20)))
	if err != nil || task.Overdue(d, at(noon(7, 20))) != 3 || task.Overdue(d, at(noon(7, 22))) != 5 {
		t.Errorf("returned on 20 July: %d days on the 22nd, %v", task.Overdue(d, at(noon(7, 22))), err)
	}
}

// Signing: within a working day, 特急 within two hours.
func TestSignBy(t *testing.T) {
	friday := time.Date(2025, 4, 18, 16, 0, 0, 0, collect.China)
	if got := at(friday).SignBy(task.Ordinary); !got.Equal(collect.Closes(day(4, 21))) {
		t.Errorf("issued on a Friday: %s", got)
	}
	if got := at(friday).SignBy(task.Extra); !got.Equal(friday.Add(2 * time.Hour)) {
		t.Errorf("特急: %s", got)
	}
}

// Weekly are asked only red, amber and key tasks; others monthly; only while they
// are in hand; one entry answers.
func TestOpen(t *testing.T) {
	type want struct {
		every         task.Cadence
		due           edu.Date
		asked, missed bool
	}
	for _, tt := range []struct {
		name string
		d    task.Task
		now  time.Time
		want want
	}{
		{"on track, reported this month", working(nil), noon(6, 18), want{task.Month, day(6, 30), false, false}},
		{"on track, not yet this month", working(func(d *task.Task) { d.Last.Day = day(5, 20) }), noon(6, 18), want{task.Month, day(6, 30), true, false}},
		{"on track, May has no working day at its end", working(nil), noon(5, 5), want{task.Month, day(5, 30), false, false}},
		{"amber", working(nil), noon(6, 25), want{task.Week, day(6, 27), true, false}},
		{"amber, reported this week", working(func(d *task.Task) { d.Last.Day = day(6, 23) }), noon(6, 25), want{task.Week, day(6, 27), false, false}},
		{"red, two weeks without a word", working(nil), noon(7, 8), want{task.Week, day(7, 11), true, true}},
		{"key", working(func(d *task.Task) { d.Key, d.Last.Day = true, day(5, 20) }), noon(5, 28), want{task.Week, day(5, 30), true, false}},
		{"key, a week without a word", working(func(d *task.Task) { d.Key, d.Last.Day = true, day(5, 20) }), noon(6, 4), want{task.Week, day(6, 6), true, true}},
		{"a month without a word makes it amber, and then it is asked weekly", working(func(d *task.Task) { d.Last.Day = day(4, 20) }), noon(6, 4), want{task.Week, day(6, 6), true, true}},
		{"a meeting's first", working(func(d *task.Task) { d.Source.Kind, d.Entries, d.Last = task.FromMeeting, 0, task.Entry{} }), noon(4, 16), want{task.Month, day(4, 21), true, false}},
		{"a meeting's first, missed", working(func(d *task.Task) { d.Source.Kind, d.Entries, d.Last = task.FromMeeting, 0, task.Entry{} }), noon(4, 23), want{task.Week, day(4, 21), true, true}},
		{"in review", working(func(d *task.Task) { d.State = task.InReview }), noon(6, 25), want{}},
		{"not signed", working(func(d *task.Task) { d.State = task.ToSign }), noon(6, 25), want{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := task.Open(tt.d, at(tt.now))
			if got := (want{w.Every, w.Due, w.Asked(), w.Missed}); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
			if !w.Asked() {
				return
			}
			next, _, err := task.Next(tt.d, task.Report, task.Owner, task.Options{NoChange: true}, at(tt.now))
			if err != nil {
				t.Fatal(err)
			}
			if w := task.Open(next, at(tt.now)); w.Asked() || w.Missed {
				t.Errorf("after one click: %+v", w)
			}
		})
	}
}
