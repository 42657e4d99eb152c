package task

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Paper is an official text as content: a page prints it, and a document can be
// made of it.
type Paper struct {
	Title  edu.Text
	No     string // 编号; blank brackets where a person gives it
	Fields []Field
	Paras  []string // of a letter, in Chinese: it goes out as it stands
	To     string   // 主送
	From   string   // who signs
	Day    edu.Date
}

// Field is a line of a sheet.
type Field struct {
	Name  edu.Text
	Value string
	Wide  bool // over the whole width: a text, not a word
	Part  int  // 0 what is given, 1 what the owner fills, 2 what the review says
}

// Rows lay the fields of a part out: two short ones beside each other, a long one, or
// one that stands alone, over the whole width.
func (p *Paper) Rows(part int) (out [][]Field) {
	for _, f := range p.Fields {
		last := len(out) - 1
		switch {
		case f.Part != part:
		case !f.Wide && last >= 0 && len(out[last]) == 1 && !out[last][0].Wide:
			out[last] = append(out[last], f)
		default:
			out = append(out, []Field{f})
		}
	}
	return out
}

// Number is the number of a sheet as it is written, with a blank while it has
// none.
func (s Sheet) Number() string {
	if s.No == 0 {
		return "〔　　　　〕　　号"
	}
	return fmt.Sprintf("〔%d〕%d号", s.Year, s.No)
}

// MatterName is the field of a sheet that says what it is about.
const MatterName = "事项"

// PaperOf is the 督办单 of a task: one matter, one sheet, in the order in which it
// is printed. It is nil for a task that has no sheet.
func PaperOf(t Task, name func(string) edu.Text, events []Event) *Paper {
	if t.Sheet.None() {
		return nil
	}
	p := &Paper{Title: edu.Text{ZH: "督办单", EN: "Supervision sheet"}, No: t.Sheet.Number(), From: name(t.Issuer).ZH, Day: t.Opens}
	add := func(part int, wide bool, zh, en, value string) {
		p.Fields = append(p.Fields, Field{Name: edu.Text{ZH: zh, EN: en}, Value: value, Wide: wide, Part: part})
	}
	var with []string
	for _, w := range t.With {
		with = append(with, name(w).ZH)
	}
	add(0, false, "编号", "No.", t.Sheet.Number())
	add(0, false, "交办日期", "Issued on", t.Opens.Official())
	add(0, false, "交办单位", "Issued by", name(t.Issuer).ZH)
	add(0, false, "缓急", "Urgency", t.Sheet.Urgency.Name().ZH)
	add(0, true, "督办依据", "Basis", strings.TrimSpace(t.Source.Kind.Name().ZH+" "+t.Source.Name))
	add(0, true, MatterName, "Matter", t.Title)
	add(0, true, "办理要求", "What is wanted", t.Demand)
	add(0, false, "牵头单位", "Lead", name(t.Lead).ZH)
	add(0, false, "配合单位", "Helpers", strings.Join(with, "、"))
	add(0, false, "责任领导", "Leader", t.Leader)
	add(0, false, "时限", "Limit", t.officialLimit())
	add(0, false, "反馈方式", "How to report", t.Sheet.Feedback)
	signed := ""
	if !t.Signed.IsZero() {
		signed = strings.TrimSpace(t.SignedBy + " " + officialClock(t.Signed))
	}
	add(1, false, "签收人/时间", "Signed", signed)
	add(1, true, "拟办意见", "How it is to be done", opinion(events))
	add(1, true, "办理情况", "What was done", t.Handed.Text)
	add(1, true, "存在问题", "Problems", cmp.Or(t.Handed.Problems, t.Last.Problems))
	add(1, true, "下步措施", "Next steps", cmp.Or(t.Handed.Next, t.Last.Next))
	add(1, false, "单位负责人审签", "Signed by the head", t.Handed.Head)
	add(1, false, "附件", "Enclosures", enclosures(t.Handed.Files))
	add(2, true, "审核意见", "Review", t.Review.words())
	verdict := ""
	switch {
	case t.State == Closed:
		verdict = "办结"
	case !t.Review.At.IsZero() && t.State != InReview:
		verdict = "退回：" + t.Review.Text
	}
	add(2, false, "办结/退回（理由）", "Closed or returned", verdict)
	add(2, false, "批办领导审阅", "Read by", t.Sheet.Reader)
	return p
}

// opinion is what the owner said when it signed.
func opinion(events []Event) string {
	for _, e := range slices.Backward(events) {
		if e.Act == Sign {
			return e.Text
		}
	}
	return ""
}

func enclosures(files []string) string {
	if len(files) == 0 {
		return ""
	}
	return fmt.Sprintf("%d件", len(files))
}

func (t Task) limit() string {
	switch {
	case t.Standing:
		return "长期坚持"
	case t.Due == 0:
		return "待定"
	}
	return t.Due.String()
}

// officialLimit is the limit as documents write it.
func (t Task) officialLimit() string {
	if t.Due != 0 && !t.Standing {
		return t.Due.Official()
	}
	return t.limit()
}

// officialClock is a moment as documents write it.
func officialClock(t time.Time) string {
	return t.In(collect.China).Format("2006年1月2日15时04分")
}

func (r Review) words() string {
	if r.At.IsZero() {
		return "事实清楚□  问题解决□  任务落实□  结论准确□"
	}
	box := func(yes bool) string {
		if yes {
			return "☑"
		}
		return "□"
	}
	return strings.TrimSpace(fmt.Sprintf("事实清楚%s  问题解决%s  任务落实%s  结论准确%s  %s", box(r.Facts), box(r.Solved), box(r.Done), box(r.Conclusion), r.Text))
}

// LetterOf is the 提请函 of a task whose issuer has no authority over its lead: a
// draft for whoever has, with the number and the signature left blank. It is nil
// where the issuer can issue itself.
func LetterOf(t Task, env Env, name func(string) edu.Text) *Paper {
	issuer, ok1 := env.body(t.Issuer)
	lead, ok2 := env.body(t.Lead)
	if !ok1 || !ok2 || Authority(issuer, lead) {
		return nil
	}
	to := "市委教育工作领导小组秘书组"
	if issuer.County != "" {
		to = "县（市、区）委教育工作领导小组秘书组"
	}
	p := &Paper{Title: edu.Text{ZH: "关于提请交办“" + t.Title + "”的函", EN: "Letter asking to give the task: " + t.Title}, No: "〔　　　　〕　　号", To: to, From: issuer.Name.ZH, Day: t.Opens}
	basis := t.Source.Name
	if basis == "" {
		basis = t.Source.Kind.Name().ZH
	}
	text := "根据" + basis
	if t.Source.Text != "" {
		text += "“" + strings.TrimRight(t.Source.Text, "。；; ") + "”的要求"
	}
	var with []string
	for _, w := range t.With {
		with = append(with, name(w).ZH)
	}
	p.Paras = []string{text + "，现有下列事项需由" + lead.Name.ZH + "牵头办理，提请予以交办："}
	p.Paras = append(p.Paras, "一、事项："+sentenceOf(t.Title))
	if t.Demand != "" {
		p.Paras = append(p.Paras, "二、办理要求："+sentenceOf(t.Demand))
	} else {
		p.Paras = append(p.Paras, "二、办理要求：按职责办理并反馈结果。")
	}
	who := "三、牵头单位：" + lead.Name.ZH
	if len(with) > 0 {
		who += "；配合单位：" + strings.Join(with, "、")
	}
	p.Paras = append(p.Paras, who+"。", "四、建议完成时限："+t.officialLimit()+"。", "妥否，请示。交办后请将文号告知我单位，以便跟踪落实。")
	add := func(zh, en, v string) { p.Fields = append(p.Fields, Field{Name: edu.Text{ZH: zh, EN: en}, Value: v}) }
	add("主送", "To", to)
	add("事项", "Matter", t.Title)
	add("牵头单位", "Lead", lead.Name.ZH)
	add("建议时限", "Suggested limit", t.officialLimit())
	add("交办文号", "Number of the document that gives it", t.Approval)
	return p
}

// sentenceOf ends a text with a full stop, once.
func sentenceOf(s string) string { return strings.TrimRight(s, "。．. ") + "。" }
