package task

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/fault"
)

// Acts from the time on at which the owner has a task.

var zeroTime time.Time

func (m *move) report() {
	t, o := &m.t, m.o
	if (o.Text == "") == !o.NoChange {
		m.lack("请填写进展，或只选“本期无变化”", "write the progress, or say that nothing changed, not both")
	}
	for _, f := range []struct{ text, zh, en string }{{o.Text, "进展", "the progress"}, {o.Problems, "存在问题", "the problems"}, {o.Next, "下步打算", "the next steps"}} {
		if n := utf8.RuneCountInString(f.text); n > m.env.Rules.EntryRunes {
			m.lack(fmt.Sprintf("%s%d字，不得超过%d字", f.zh, n, m.env.Rules.EntryRunes), fmt.Sprintf("%s: %d characters; at most %d", f.en, n, m.env.Rules.EntryRunes))
		}
	}
	day := o.Day
	switch {
	case day == 0:
		day = m.today
	case day > m.today, t.Entries > 0 && day < t.Last.Day, day < dayOf(t.Signed):
		m.lack("进展日期须在签收和上次进展之后，不晚于今天", "the day of the entry must lie after the signature and the last entry, and not in the future")
	}
	if p := o.Percent; p != nil {
		switch {
		case t.Target != Target{}:
			m.lack("该任务有关联指标，完成率由指标计算，不填", "the task has an indicator: its progress is measured and not typed")
		case math.IsNaN(*p) || *p < 0 || *p > 100:
			m.lack("完成率须在0至100之间", "the percentage must lie between 0 and 100")
		}
	}
	for _, id := range o.Stones {
		i := slices.IndexFunc(t.Stones, func(s Milestone) bool { return s.ID == id })
		if i < 0 {
			m.lack("没有这个节点", "there is no such milestone")
			continue
		}
		t.Stones = slices.Clone(t.Stones)
		t.Stones[i].Done = day
	}
	t.Entries++
	t.Last = Entry{No: t.Entries, Day: day, Text: o.Text, NoChange: o.NoChange, Percent: o.Percent, Problems: strings.TrimSpace(o.Problems), Next: strings.TrimSpace(o.Next),
		At: m.env.Now, By: m.env.By, Name: m.env.Name, Body: m.env.Body, Files: o.Files}
}

func (m *move) ask() {
	t, o := &m.t, m.o
	switch {
	case t.Standing:
		m.lack("长期坚持的任务没有时限，不需延期", "a standing task has no limit to extend")
		return
	case m.today > t.Due:
		m.no(fault.Conflict, "已过时限"+t.Due.String()+"，不能再申请延期", "the limit "+t.Due.String()+" has passed: no more time can be asked for")
		return
	case t.Extended >= m.env.Rules.Extensions:
		m.no(fault.Conflict, fmt.Sprintf("已延期%d次，最多%d次", t.Extended, m.env.Rules.Extensions), fmt.Sprintf("it was extended %d times; at most %d", t.Extended, m.env.Rules.Extensions))
		return
	}
	if o.Due <= t.Due {
		m.lack("新的时限须晚于"+t.Due.String(), "the new limit must be later than "+t.Due.String())
	} else {
		m.limit(o.Due)
	}
	if strings.TrimSpace(o.Progress) == "" {
		m.lack("请说明目前进展", "say how far it has come")
	}
	t.Asked = Asked{Until: o.Due, Reason: o.Text, Progress: strings.TrimSpace(o.Progress), At: m.env.Now, By: m.env.Name}
	m.ev.Due = o.Due
}

func (m *move) grant() {
	t := &m.t
	due := t.Asked.Until
	if m.o.Due != 0 {
		if due = m.o.Due; due <= t.Due {
			m.lack("新的时限须晚于"+t.Due.String(), "the new limit must be later than "+t.Due.String())
		} else {
			m.limit(due)
		}
	}
	t.Due, t.Asked, m.ev.Due = due, Asked{}, due
	t.Extended++
}

func (m *move) refuse() { m.t.Asked = Asked{} }

func (m *move) handIn() {
	if m.o.Text == "" {
		m.lack("请填写办理情况", "say what was done")
	}
	head := strings.TrimSpace(m.o.Head)
	if head == "" {
		m.lack("须由单位负责人审签，请填写姓名", "the head of the body signs: give the name")
	}
	m.t.Handed = Handed{Text: m.o.Text, Problems: strings.TrimSpace(m.o.Problems), Next: strings.TrimSpace(m.o.Next), Head: head, Files: m.o.Files, At: m.env.Now, By: m.env.Name, Account: m.env.By}
}

// lacking names the questions of a review whose answer is no.
func (r Review) lacking() (zh, en []string) {
	for _, q := range []struct {
		yes    bool
		zh, en string
	}{{r.Facts, "事实清楚", "the facts are clear"}, {r.Solved, "问题解决", "the problem is solved"}, {r.Done, "任务落实", "the task is carried out"}, {r.Conclusion, "结论准确", "the conclusion is right"}} {
		if !q.yes {
			zh, en = append(zh, q.zh), append(en, q.en)
		}
	}
	return zh, en
}

func (m *move) reviewed() Review {
	r := m.o.Review
	r.Text, r.At, r.By = m.o.Text, m.env.Now, m.env.Name
	return r
}

// own tells that somebody handed in what is to be reviewed. Rows of before the
// account was kept know the name only.
func (h Handed) own(env Env) bool {
	if h.Account != "" {
		return h.Account == env.By
	}
	return h.By != "" && h.By == env.Name
}

func (m *move) close() {
	if m.t.Handed.own(m.env) {
		m.no(fault.Forbidden, "报结人不能审核自己报结的任务，请由交办单位的其他人员办结", "who handed a task in does not review it: somebody else of the issuer closes it")
		return
	}
	r := m.reviewed()
	if zh, en := r.lacking(); zh != nil {
		m.lack("办结须四项均为“是”，尚缺："+strings.Join(zh, "、"), "all four must hold before it is closed; lacking: "+strings.Join(en, ", "))
	}
	m.t.Review, m.t.Outcome = r, Completed
}

func (m *move) back() { m.t.Review = m.reviewed() }

func (m *move) transfer() {
	t, o := &m.t, m.o
	if o.Lead == "" || o.Lead == t.Lead {
		m.lack("请选择新的牵头单位", "choose another lead")
		return
	}
	if o.With == nil {
		o.With = slices.DeleteFunc(slices.Clone(t.With), func(w string) bool { return w == o.Lead })
	}
	lead := m.owner(o.Lead, o.With)
	if issuer, ok := m.env.body(t.Issuer); ok && lead.ID != "" && !Authority(issuer, lead) {
		m.authority(issuer, lead)
	}
	if !t.Standing {
		if o.Due == 0 {
			o.Due = t.Due
		}
		m.limit(o.Due)
		t.Due = o.Due
	}
	t.Lead, t.With, t.Late = o.Lead, o.With, 0
	t.Leader, t.Person, t.Contact, t.Signed, t.SignedBy = "", "", "", zeroTime, ""
	t.SignBy, t.Ball = m.env.SignBy(t.Sheet.Urgency), m.env.Now
	m.ev.Due = t.Due
}

func (m *move) merge() {
	into, ok := Task{}, false
	if m.env.Tasks != nil {
		into, ok = m.env.Tasks(m.o.Into)
	}
	switch {
	case m.o.Into == m.t.ID:
		m.lack("不能并入自身", "a task cannot be merged into itself")
	case !ok:
		m.lack("没有要并入的任务", "there is no task to merge into")
	case !into.State.Given():
		m.no(fault.Conflict, "要并入的任务"+into.State.Name().ZH+"，只能并入已交办、未办结的任务", "the task to merge into is "+into.State.Name().EN+": it must be an open one")
	}
	// What was merged is at its end and an open task was merged into nothing, so
	// that no chain can come back to where it began.
	m.t.Into = m.o.Into
}

func (m *move) absorb() {
	// The two are one from now on, and it serves what either served.
	if m.env.Tasks == nil {
		return
	}
	if from, ok := m.env.Tasks(m.o.Into); ok {
		m.t.Serves = slices.Clone(m.t.Serves)
		for _, s := range from.Serves {
			if !slices.Contains(m.t.Serves, s) {
				m.t.Serves = append(m.t.Serves, s)
			}
		}
	}
}

func (m *move) conclude() {
	o := m.o
	switch o.Outcome {
	case Carried:
	case Adjusted, Cancelled:
		if strings.TrimSpace(o.Approval) == "" {
			m.lack("调整、取消须填批准文号", "what is adjusted or cancelled needs the number of its approval")
		}
	default:
		m.lack("请选择收官结论：转接续、调整或取消；完成的请报结、办结", "choose the outcome: carried on, adjusted or cancelled; what is done is handed in and closed")
	}
	m.t.Outcome, m.t.Approval = o.Outcome, strings.TrimSpace(o.Approval)
}

func (m *move) reopen() {
	t := &m.t
	if !t.Standing {
		if m.o.Due == 0 {
			m.lack("请填写新的完成时限", "give a new limit")
		} else {
			m.limit(m.o.Due)
		}
		t.Due = m.o.Due
	}
	t.Outcome, t.Review, t.Ended, t.Late, t.Extended, m.ev.Due = NoOutcome, Review{}, 0, 0, 0, t.Due
}

func (m *move) recheck() {
	if !m.t.Standing {
		m.lack("只有长期坚持的任务需要年度复核", "only a standing task is checked each year")
	}
	m.t.Checked = m.today
}
