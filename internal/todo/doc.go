// Package todo is what one person has to do, from wherever it comes: papers to
// fill and to review, tasks, decisions that wait. It is one list, and it leaves
// the system as a daily digest by mail and as a calendar.
//
// What leaves the system is read on telephones and kept by others' servers. It
// says only what an item gives for that, words that the system itself made; what
// somebody typed stays inside.
package todo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// Lamp is how an item stands. Pages show it by shape and word too.
type Lamp uint8

const (
	Plain Lamp = iota
	Amber      // due soon, or at risk
	Red        // late
)

// Item is one thing that somebody has to do.
type Item struct {
	Kind  Kind
	ID    string   // with the kind it names the item for ever: a calendar knows it again
	Do    edu.Text // what is to be done: 填报, 审核
	Title edu.Text // with what
	From  edu.Text // of which unit, or who gave it; may be empty
	Link  string   // page of this system
	Due   edu.Date // 0 where nobody set a day
	Lamp  Lamp
	Why   edu.Text  // why the lamp is lit; may be empty
	Since time.Time // since when it is with this person; zero where that is not known
	N     int       // how many things of one kind it stands for; 0 and 1 are one
	// Outside is what leaves the system in place of the title. Empty leaves only
	// what is to be done and with which kind of thing.
	Outside edu.Text
}

// Kind is what an item is about.
type Kind string

const (
	Paper   Kind = "paper"
	Pack    Kind = "pack"
	Task    Kind = "task"
	Plan    Kind = "plan"
	Meeting Kind = "meeting"
	Duty    Kind = "duty"
	Hazard  Kind = "hazard"
	Report  Kind = "report"
	// Retention is a case of dropout prevention, called by its id and never by a name.
	Retention Kind = "retention"
	Drill     Kind = "drill"
	Event     Kind = "incident"
	List      Kind = "dutylist"
)

var kindNames = map[Kind]edu.Text{
	Paper: {ZH: "数据填报", EN: "data collection"}, Pack: {ZH: "本市方案", EN: "own pack"}, Task: {ZH: "任务", EN: "task"},
	Plan:      {ZH: "行动计划", EN: "action plan"},
	Meeting:   {ZH: "会议", EN: "meeting"},
	Duty:      {ZH: "责任清单", EN: "duty"},
	Hazard:    {ZH: "平安校园", EN: "safe campus"},
	Report:    {ZH: "报告", EN: "document"},
	Retention: {ZH: "控辍保学", EN: "dropout prevention"},
	Drill:     {ZH: "应急演练", EN: "drill"},
	Event:     {ZH: "校园事件", EN: "incident"},
	List:      {ZH: "单位责任清单", EN: "list of duties"},
}

// Name is the kind in words.
func (k Kind) Name() edu.Text {
	if n, ok := kindNames[k]; ok {
		return n
	}
	return edu.Text{ZH: "事项", EN: "matter"}
}

// Source gives what somebody has to do with one kind of thing. Each part of the
// system that gives people work has one.
type Source func(ctx context.Context, who auth.Actor) ([]Item, error)

// count is how many things an item stands for.
func (i *Item) count() int { return max(1, i.N) }

// Count is how many things items stand for.
func Count(items []Item) (n int) {
	for i := range items {
		n += items[i].count()
	}
	return n
}

// Sort puts what is due first first, and what has no day last; of one day the
// worst lamp, then what waits longest.
func Sort(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(due(a), due(b)), cmp.Compare(b.Lamp, a.Lamp), a.Since.Compare(b.Since), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
}

func due(i Item) edu.Date {
	if i.Due == 0 {
		return 1 << 30
	}
	return i.Due
}

// When is a part of the list, by its day.
type When uint8

const (
	Overdue When = iota
	Today
	Week  // until Sunday
	Later // after it
	Open  // without a day
)

// Name is the part in words.
func (w When) Name() edu.Text {
	return []edu.Text{{ZH: "已逾期", EN: "Overdue"}, {ZH: "今天", EN: "Today"}, {ZH: "本周", EN: "This week"}, {ZH: "以后", EN: "Later"}, {ZH: "未定期限", EN: "Without a day"}}[w]
}

// WhenOf is the part in which an item stands on a day.
func WhenOf(i Item, today edu.Date) When {
	sunday := today + edu.Date((7-int(today.Time().Weekday()))%7)
	switch {
	case i.Due == 0:
		return Open
	case i.Due < today:
		return Overdue
	case i.Due == today:
		return Today
	case i.Due <= sunday:
		return Week
	}
	return Later
}

// Group is a part of a list with its items.
type Group struct {
	When  When
	Items []Item
}

// Groups parts a list, sorted; parts without items are left out.
func Groups(items []Item, today edu.Date) (out []Group) {
	items = slices.Clone(items)
	Sort(items)
	for w := Overdue; w <= Open; w++ {
		g := Group{When: w}
		for _, i := range items {
			if WhenOf(i, today) == w {
				g.Items = append(g.Items, i)
			}
		}
		if len(g.Items) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// outside is what may be said of an item where others can read it.
func (i *Item) outside(lang string) string {
	do, of := i.Do.In(lang), i.Outside.In(lang)
	if of == "" {
		of = i.Kind.Name().In(lang)
	}
	if do == "" {
		return of
	}
	if lang == "zh" {
		return do + "：" + of
	}
	return do + ": " + of
}

// Settings are what somebody wants to hear of the own to-dos outside the system.
type Settings struct {
	Digest bool
	Feed   time.Time // when the address of the calendar was made; zero without one
}
