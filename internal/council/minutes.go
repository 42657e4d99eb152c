package council

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

// Draft is the minutes of a meeting as text: a clerk's draft until they are
// signed. They are Chinese whatever the reader's language is, as the document is.
type Draft struct {
	Title string
	Paras []Para
}

// Para is a paragraph; a head has a level, a line of the list of heads a label.
type Para struct {
	Kind  ParaKind
	Label string
	Text  string
}

// ParaKind is how a paragraph is set.
type ParaKind string

const (
	Field ParaKind = "field" // 时间：…
	Head  ParaKind = "head"  // 一、…
	Body  ParaKind = "body"
)

// Names gives the words for units and bodies by their ids.
type Names struct {
	Unit func(edu.UnitID) string
	Body func(string) edu.Text
}

// MinutesOf writes the minutes from what the system knows, by plain rules: the
// heads in their order, what was heard, what was decided, demanded and said. What
// was left open is written 待定; nothing is made up.
func MinutesOf(m *Meeting, ins []CheckIn, n Names) *Draft {
	d := &Draft{Title: m.Name + "纪要"}
	field := func(label, text string) {
		if text != "" {
			d.Paras = append(d.Paras, Para{Field, label, text})
		}
	}
	venues, all := Roll(m, ins)
	if m.Session != "" {
		field("届次", m.Session)
	}
	field("时间", when(m))
	field("地点", m.Place)
	var places []string
	for _, v := range venues[1:] {
		places = append(places, join(n.Unit(v.Unit), v.Place))
	}
	field("分会场", strings.Join(places, "；"))
	field("形式", m.Form.Name().ZH)
	field("主持", m.Chair)
	field("出席", people(venues, func(a Attended) bool { return a.As == Member && (a.Mark == Present || a.Mark == Instead) }))
	field("列席", people(venues, func(a Attended) bool { return a.As == Observer && (a.Mark == Present || a.Mark == Instead) }))
	field("请假", people(venues, func(a Attended) bool { return a.Mark == OnLeave }))
	field("未到", people(venues, func(a Attended) bool { return a.As == Member && a.Mark == Absent }))
	field("应到实到", attendance(all))
	field("记录人", m.Recorder)
	field("签发人", m.Signer)
	field("密级", m.Level.Name().ZH)
	field("印发范围", rangeOf(m, n))

	head := heads()
	if len(m.Items) > 0 {
		d.head(head(), "会议议题")
		for i, it := range m.Items {
			text := fmt.Sprintf("（%d）%s", i+1, stop(it.Title))
			if it.Reporter != "" {
				text = fmt.Sprintf("（%d）听取%s关于“%s”的汇报。", i+1, it.Reporter, strings.TrimRight(it.Title, "。"))
			}
			if it.Material != "" {
				text += "材料：" + stop(it.Material)
			}
			d.body(text)
		}
	}
	for _, c := range []struct {
		class Class
		head  string
	}{{Agreed, "议定事项"}, {Demanded, "工作要求"}, {Principle, "会议强调"}} {
		first := true
		for _, x := range m.Decisions {
			if x.Class != c.class {
				continue
			}
			if first {
				d.head(head(), c.head)
				first = false
			}
			d.body(m.sentence(x, n))
		}
	}
	return d
}

// sentence is a decision with its number, who leads and until when.
func (m *Meeting) sentence(x Decision, n Names) string {
	text := "【" + m.NumberOf(x.No) + "】" + stop(x.Words)
	if !x.Tasks() {
		return text
	}
	var with []string
	for _, b := range x.With {
		with = append(with, n.Body(b).ZH)
	}
	lead, due := "待定", "待定"
	if x.Lead != "" {
		lead = n.Body(x.Lead).ZH
	}
	if x.Due != 0 {
		due = x.Due.Official()
	}
	text += "（牵头单位：" + lead
	if len(with) > 0 {
		text += "；配合单位：" + strings.Join(with, "、")
	}
	return text + "；完成时限：" + due + "）"
}

func (d *Draft) head(no, text string) {
	d.Paras = append(d.Paras, Para{Head, "", no + "、" + text})
}
func (d *Draft) body(text string) { d.Paras = append(d.Paras, Para{Body, "", text}) }

// Plain is the whole text, as it is copied into a document.
func (d *Draft) Plain() string {
	var b strings.Builder
	b.WriteString(d.Title + "\n")
	for _, p := range d.Paras {
		if p.Label != "" {
			b.WriteString(p.Label + "：")
		}
		b.WriteString(p.Text + "\n")
	}
	return b.String()
}

func heads() func() string {
	i := 0
	return func() string {
		i++
		return string([]rune("一二三四五六七八九十")[i-1])
	}
}

func when(m *Meeting) string {
	text := m.Day.Official() + m.From
	if m.Until != "" {
		text += "至" + m.Until
	}
	return text
}

func people(venues []VenueRoll, which func(Attended) bool) string {
	var out []string
	for _, v := range venues {
		for _, a := range v.People {
			if !which(a) {
				continue
			}
			text := a.Called()
			switch a.Mark {
			case Instead:
				text += "（" + a.Said + "代）"
			case OnLeave:
				text += "（" + a.Said + "）"
			case Unsaid, Present, Absent:
			}
			out = append(out, text)
		}
	}
	return strings.Join(out, "、")
}

func attendance(c Counts) string {
	text := fmt.Sprintf("应到%d人，实到%d人", c.Must, c.Present)
	if c.Instead > 0 {
		text += fmt.Sprintf("（其中替会%d人）", c.Instead)
	}
	for _, x := range []struct {
		n    int
		word string
	}{{c.OnLeave, "请假"}, {c.Absent, "未到"}, {c.Unsaid, "未签到"}} {
		if x.n > 0 {
			text += fmt.Sprintf("，%s%d人", x.word, x.n)
		}
	}
	return text
}

func rangeOf(m *Meeting, n Names) string {
	var out []string
	for _, u := range m.Range {
		out = append(out, n.Unit(u))
	}
	if m.Copies != "" {
		out = append(out, m.Copies)
	}
	return strings.Join(out, "、")
}

func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// stop ends a sentence where its writer did not.
func stop(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?;") {
		return s
	}
	if r := []rune(s); strings.ContainsRune("。！？；…”）", r[len(r)-1]) {
		return s
	}
	return s + "。"
}
