package task

import (
	"cmp"
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// Digest is what one of the five ones shows: made from live tasks and the one
// entry that each has, typed by nobody.
type Digest struct {
	Kind        Cadence
	Title       edu.Text
	From, Until edu.Date // the period
	Day         edu.Date // as of
	Total       Tally
	Counties    []Tally // by code
	Bodies      []Tally // leads, the worst first
	Moved       []Moved // tasks that changed or were reported on, newest first
	Late        []Row   // past their limit, the longest first
	Missed      []Row   // a report was asked for and did not come
	Due         []Row   // fall due in the next period
	Agenda      []edu.Text
}

// Tally counts the tasks of one county or body.
type Tally struct {
	ID      string
	Name    edu.Text
	Live    int // given and open
	Closed  int // in the period
	Overdue int
	Missed  int
	Reports int // entries in the period
	Lamps   map[Lamp]int
}

// Moved is a task with what happened to it in the period.
type Moved struct {
	Row
	Entries []Entry
	Events  []Event
}

// Gather makes a digest of what tasks are now and what happened to them in the
// period. county gives the county of a body, "" for the city's own.
func Gather(kind Cadence, day edu.Date, all []Moved, env Env, name func(string) edu.Text, county func(string) (string, edu.Text)) Digest {
	d := Digest{Kind: kind, Title: kind.Name(), Day: day, Total: Tally{Lamps: map[Lamp]int{}}}
	d.From, d.Until = kind.Span(day)
	next, last := kind.Span(d.Until + 1)
	counties, bodies := map[string]*Tally{}, map[string]*Tally{}
	of := func(m map[string]*Tally, id string, n edu.Text) *Tally {
		if m[id] == nil {
			m[id] = &Tally{ID: id, Name: n, Lamps: map[Lamp]int{}}
		}
		return m[id]
	}
	for _, x := range all {
		id, called := county(x.Lead)
		x.count([]*Tally{&d.Total, of(counties, id, called), of(bodies, x.Lead, name(x.Lead))}, d.From, d.Until)
		if len(x.Entries) > 0 || len(x.Events) > 0 {
			d.Moved = append(d.Moved, x)
		}
		if x.State.Held() && x.Lamp == Red {
			d.Late = append(d.Late, x.Row)
		}
		if x.Wanted.Missed {
			d.Missed = append(d.Missed, x.Row)
		}
		if x.State.Given() && x.Due >= next && x.Due <= last {
			d.Due = append(d.Due, x.Row)
		}
	}
	slices.SortStableFunc(d.Moved, func(a, b Moved) int { return b.Changed.Compare(a.Changed) })
	slices.SortStableFunc(d.Late, func(a, b Row) int { return cmp.Or(b.Overdue-a.Overdue, int(a.No-b.No)) })
	slices.SortStableFunc(d.Due, func(a, b Row) int { return cmp.Or(int(a.Due-b.Due), int(a.No-b.No)) })
	for _, t := range counties {
		d.Counties = append(d.Counties, *t)
	}
	slices.SortFunc(d.Counties, func(a, b Tally) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range bodies {
		d.Bodies = append(d.Bodies, *t)
	}
	slices.SortFunc(d.Bodies, func(a, b Tally) int {
		return cmp.Or(b.Overdue-a.Overdue, b.Missed-a.Missed, b.Lamps[Amber]-a.Lamps[Amber], cmp.Compare(a.ID, b.ID))
	})
	d.agenda()
	return d
}

// count adds a task to tallies.
func (x *Moved) count(ts []*Tally, from, until edu.Date) {
	for _, t := range ts {
		if x.State.Given() {
			t.Live++
			t.Lamps[x.Lamp]++
			if x.Lamp == Red {
				t.Overdue++
			}
		}
		if x.State == Closed && x.Ended >= from && x.Ended <= until {
			t.Closed++
		}
		if x.Wanted.Missed {
			t.Missed++
		}
		t.Reports += len(x.Entries)
	}
}

// agenda are the items that the look at the period is about.
func (d *Digest) agenda() {
	say := func(n int, zh, en string) {
		if n > 0 {
			d.Agenda = append(d.Agenda, edu.Text{ZH: fmt.Sprintf(zh, n), EN: fmt.Sprintf(en, n)})
		}
	}
	waiting, asked := 0, 0
	for _, m := range d.Moved {
		switch m.State {
		case InReview:
			waiting++
		case Extension:
			asked++
		}
	}
	say(d.Total.Overdue, "通报逾期任务%d项，逐项说明原因和完成时间", "%d late tasks: why, and until when they will be done")
	say(len(d.Missed), "未按期填报进展的任务%d项", "%d tasks without the progress entry they were asked for")
	say(d.Total.Lamps[Amber], "预警任务%d项", "%d tasks at risk")
	say(waiting, "本期报结、待审核任务%d项", "%d tasks handed in and waiting for review")
	say(asked, "延期申请%d项", "%d extensions asked for")
	say(d.Total.Closed, "本期办结任务%d项", "%d tasks closed in the period")
	say(len(d.Due), "下期到期任务%d项", "%d tasks due in the next period")
}
