package council

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/task"
)

// Linked is a school that a leader is linked to (挂联).
type Linked struct {
	ID     string
	Rev    int    `json:"-"`
	Sent   string `json:"-"` // id of the form of a new one: sent twice it is one
	Leader string
	Post   string
	School edu.UnitID
	Basis  string // document
	From   edu.Date
	To     edu.Date // last day; 0 while it lasts
}

// On tells whether the link holds on a day.
func (l *Linked) On(day edu.Date) bool { return l.From <= day && (l.To == 0 || day <= l.To) }

// Within tells whether the link holds on some day of a span.
func (l *Linked) Within(from, to edu.Date) bool { return l.From <= to && (l.To == 0 || l.To >= from) }

// Problems is everything that is wrong with a link as it was typed.
func (l *Linked) Problems() (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(strings.TrimSpace(l.Leader) == "", "未填挂联领导", "the leader is missing")
	add(strings.TrimSpace(l.Post) == "", "未填职务", "the post is missing")
	add(l.School == "", "未填挂联学校", "the school is missing")
	add(l.From == 0, "未填起始日期", "the first day is missing")
	add(l.To != 0 && l.To < l.From, "终止日期早于起始日期", "it ends before it begins")
	return append(why, checkTexts(l.Leader, l.Post, l.Basis)...)
}

// Double is a school that two leaders are linked to at the same time. It is shown
// and not refused: a hand-over may overlap.
type Double struct {
	School edu.UnitID
	A, B   *Linked
	From   edu.Date // first day on which both hold
	To     edu.Date // last day; 0 while both last
	Same   bool     // the same leader twice
}

// Doubles finds the links that overlap, each pair once.
func Doubles(all []Linked) (out []Double) {
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			a, b := &all[i], &all[j]
			if a.School != b.School {
				continue
			}
			from, to := max(a.From, b.From), a.To
			if to == 0 || b.To != 0 && b.To < to {
				to = b.To
			}
			if to != 0 && to < from {
				continue
			}
			out = append(out, Double{a.School, a, b, from, to, a.Leader == b.Leader})
		}
	}
	return out
}

// Visit is a leader's visit to a linked school.
type Visit struct {
	ID       string
	Rev      int `json:"-"`
	Sent     string
	Leader   string
	School   edu.UnitID
	Day      edu.Date
	Seen     string // what was seen
	Problems []Problem
}

// Problem is something that a visit found; it may become a task.
type Problem struct {
	No   int
	Text string
	Lead string // body; empty while it is 待定
	Due  edu.Date
	Made string // key under which its task was made; empty before
}

// Item is the id of a problem as a task cites it.
func (v *Visit) Item(no int) string { return fmt.Sprintf("%s-%d", v.ID, no) }

// Check is everything that is wrong with a visit as it was typed.
func (v *Visit) Check(today edu.Date) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(strings.TrimSpace(v.Leader) == "", "未填走访领导", "the leader is missing")
	add(v.School == "", "未填学校", "the school is missing")
	add(v.Day == 0, "未填走访日期", "the day is missing")
	add(v.Day > today, "走访日期还没有到", "the day has not come yet")
	add(strings.TrimSpace(v.Seen) == "", "未填走访情况", "what was seen is missing")
	add(len(v.Problems) > 20, "一次走访最多记20个问题", "a visit has at most 20 problems")
	texts := []string{v.Leader, v.Seen}
	for _, p := range v.Problems {
		texts = append(texts, p.Text)
	}
	return append(why, checkTexts(texts...)...)
}

// Given tells that a problem of the visit has become a task.
func (v *Visit) Given() bool {
	return slices.ContainsFunc(v.Problems, func(p Problem) bool { return p.Made != "" })
}

// Keep takes over from the visit as it was what cannot be changed: problems that
// have become tasks, and the numbers that were given.
func (v *Visit) Keep(was *Visit) {
	last := 0
	for _, p := range was.Problems {
		last = max(last, p.No)
	}
	v.Problems = slices.DeleteFunc(slices.Clone(v.Problems), func(p Problem) bool { return strings.TrimSpace(p.Text) == "" })
	var out []Problem
	for _, p := range was.Problems {
		if p.Made != "" {
			out = append(out, p)
		}
	}
	taken := map[int]bool{} // two problems never share a number, by which tasks are made once
	for _, p := range v.Problems {
		i := slices.IndexFunc(was.Problems, func(o Problem) bool { return o.No == p.No && p.No != 0 })
		switch {
		case i >= 0 && was.Problems[i].Made != "":
			continue // it is there already
		case i < 0 || taken[p.No]:
			last++
			p.No = last
		}
		taken[p.No] = true
		p.Made = ""
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Problem) int { return a.No - b.No })
	v.Problems = out
}

// TaskOfProblem is the draft of the task that a problem becomes, with the id of the
// problem.
func TaskOfProblem(v *Visit, p Problem, school, issuer string) task.Task {
	return task.Task{
		ID: v.Item(p.No), Title: TitleOf(p.Text), Demand: p.Text, Issuer: issuer, Lead: p.Lead, Due: p.Due, Duty: task.Departmental,
		Source: task.Source{Kind: task.FromVisit, Ref: v.ID, Item: v.Item(p.No), Name: fmt.Sprintf("%s走访%s（%s）", v.Leader, school, v.Day), Text: p.Text},
	}
}
