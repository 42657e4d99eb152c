package council

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// Class is the nature (性质) of what was said in a meeting.
type Class string

const (
	Agreed    Class = "agreed"    // 议定事项
	Demanded  Class = "demanded"  // 工作要求
	Principle Class = "principle" // 原则性表述: kept in its words, and makes no task
)

// Classes lists the classes in the order in which they are shown.
var Classes = []Class{Agreed, Demanded, Principle}

// Name is what a class is called.
func (c Class) Name() edu.Text {
	switch c {
	case Agreed:
		return edu.Text{ZH: "议定事项", EN: "Decision"}
	case Demanded:
		return edu.Text{ZH: "工作要求", EN: "Demand"}
	case Principle:
		return edu.Text{ZH: "原则性表述", EN: "Principle"}
	}
	return edu.Text{ZH: string(c), EN: string(c)}
}

// Decision is something that a meeting decided, demanded or said, in its own
// words.
type Decision struct {
	No    int // in the meeting; never given twice
	Words string
	Class Class
	Lead  string   // body; empty while it is 待定
	With  []string // bodies that help
	Due   edu.Date // 0 while it is 待定
	Sent  string   // id that the client made: a form sent twice writes one
	Made  string   // key under which its task was made; empty before
}

// NumberOf is the number of a decision: year, meeting, place.
func (m *Meeting) NumberOf(no int) string { return fmt.Sprintf("%s-%d", m.Number(), no) }

// Tasks tells whether a decision may become a task.
func (d Decision) Tasks() bool { return d.Class == Agreed || d.Class == Demanded }

// Problems is everything that is wrong with a decision.
func (d Decision) Problems() (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(d.Words == "", "未填原文", "the words are missing")
	add(utf8.RuneCountInString(d.Words) > MaxWords, fmt.Sprintf("原文超过%d字，请分成几条", MaxWords), fmt.Sprintf("there are more than %d characters; make it several", MaxWords))
	add(!slices.Contains(Classes, d.Class), "未选性质", "the class is missing")
	add(d.Lead != "" && slices.Contains(d.With, d.Lead), "牵头单位不能同时为配合单位", "the lead is also one who helps")
	if Secret(d.Words) {
		why = append(why, noSecret)
	}
	return why
}

// Write adds a decision to a meeting and gives it its number. The same form sent
// twice writes one.
func Write(m Meeting, d Decision) (Meeting, Decision, error) {
	d.Words = strings.TrimSpace(d.Words)
	if d.Sent != "" {
		if i := slices.IndexFunc(m.Decisions, func(o Decision) bool { return o.Sent == d.Sent }); i >= 0 {
			return m, m.Decisions[i], nil
		}
	}
	why := d.Problems()
	if !m.Deciding() {
		return m, d, auth.Refuse(fault.Conflict, "会议现为“"+m.State.Name().ZH+"”，不能记录事项", "the meeting is in the state “"+m.State.Name().EN+"”, in which no decision is written")
	}
	if len(m.Decisions) >= MaxDecisions {
		why = append(why, edu.Text{ZH: fmt.Sprintf("一次会议最多记录%d条", MaxDecisions), EN: fmt.Sprintf("a meeting has at most %d decisions", MaxDecisions)})
	}
	if len(why) > 0 {
		return m, d, &auth.Refusal{Kind: fault.Invalid, Texts: why}
	}
	if d.Class == Principle {
		d.Lead, d.With, d.Due = "", nil, 0
	}
	m.Given++
	d.No, d.Made = m.Given, ""
	m.Decisions = append(slices.Clone(m.Decisions), d)
	return m, d, nil
}

// Rewrite changes a decision, or takes it out where its words are empty. One that
// has become a task is changed there and no more here.
func Rewrite(m Meeting, d Decision) (Meeting, error) {
	d.Words = strings.TrimSpace(d.Words)
	i := slices.IndexFunc(m.Decisions, func(o Decision) bool { return o.No == d.No })
	switch {
	case i < 0:
		return m, fmt.Errorf("decision %d: %w", d.No, fault.NotFound)
	case !m.Deciding():
		return m, auth.Refuse(fault.Conflict, "会议现为“"+m.State.Name().ZH+"”，不能修改事项", "the meeting is in the state “"+m.State.Name().EN+"”, in which no decision is changed")
	case m.Decisions[i].Made != "":
		return m, auth.Refuse(fault.Conflict, "该事项已转为任务，请在任务中修改", "the decision has become a task: change it there")
	}
	m.Decisions = slices.Clone(m.Decisions)
	if d.Words == "" {
		m.Decisions = slices.Delete(m.Decisions, i, i+1)
		return m, nil
	}
	if why := d.Problems(); len(why) > 0 {
		return m, &auth.Refusal{Kind: fault.Invalid, Texts: why}
	}
	if d.Class == Principle {
		d.Lead, d.With, d.Due = "", nil, 0
	}
	d.Sent, d.Made = m.Decisions[i].Sent, ""
	m.Decisions[i] = d
	return m, nil
}

// TaskOf is the draft of the task that a decision becomes. What the meeting left
// open stays 待定. Its id follows from the decision's, so that no decision can
// become two.
func TaskOf(m *Meeting, d Decision, issuer string) task.Task {
	return task.Task{
		ID: fmt.Sprintf("%s.%d", m.ID, d.No), Title: TitleOf(d.Words), Demand: d.Words, Issuer: issuer, Lead: d.Lead, With: d.With, Due: d.Due, Duty: task.Departmental,
		Source: task.Source{Kind: task.FromMeeting, Ref: m.ID, Item: m.NumberOf(d.No), Name: m.Name + "（" + m.NumberOf(d.No) + "）", Text: d.Words},
	}
}

// TitleOf is the first clause of a text, cut to what a list can show.
func TitleOf(words string) string {
	words = strings.TrimSpace(words)
	first := words
	if parts := strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune("。；;!！?？\n", r) }); len(parts) > 0 {
		first = strings.TrimSpace(parts[0])
	}
	if utf8.RuneCountInString(first) <= 40 {
		return first
	}
	if i := strings.IndexAny(first, "，,"); i > 0 {
		if head := first[:i]; utf8.RuneCountInString(head) >= 8 && utf8.RuneCountInString(head) <= 40 {
			return head
		}
	}
	return strings.TrimRightFunc(cut(first, 39), unicode.IsPunct) + "…"
}
