// A proposal as a clerk edits it: plain words in the columns of the plan.

package draft

import (
	"strings"

	"shuren/internal/edu"
)

// Line is a proposal in words. Empty is 待定: the text does not give it, and it
// is for the clerk to say.
type Line struct {
	State     State  `json:"state"`
	Class     Class  `json:"class"`
	Wording   string `json:"wording"`
	Row       string `json:"row"`
	Stage     Stage  `json:"stage"`
	Indicator string `json:"indicator"`
	Lead      string `json:"lead"`
	With      string `json:"with"`
	Limit     string `json:"limit"`
	Day       string `json:"day"`
	Numbers   string `json:"numbers"`
	Speaker   string `json:"speaker"`
	Sentence  string `json:"sentence"` // as it came in; several, each on its line, where several say so
}

// State is what a clerk said of a proposal.
type State string

// States of a proposal; a dropped one is not written.
const (
	Open     State = "" // nobody has looked at it
	Accepted State = "accepted"
	Dropped  State = "dropped"
)

// Name is the state as it is written.
func (s State) Name() edu.Text {
	switch s {
	case Accepted:
		return edu.Text{ZH: "采纳", EN: "accepted"}
	case Dropped:
		return edu.Text{ZH: "不采纳", EN: "dropped"}
	}
	return edu.Text{ZH: "未确认", EN: "unconfirmed"}
}

// Lines are the proposals of a document in words.
func (d *Document) Lines() []Line {
	out := make([]Line, len(d.Proposals))
	for i, p := range d.Proposals {
		l := Line{Class: p.Class, Wording: p.Wording, Row: p.Row, Stage: p.Stage, Indicator: p.Indicator}
		var lead, with, limit, days, numbers, who, said []string
		for _, o := range p.Owners {
			if o.Lead {
				lead = append(lead, o.Text)
			} else {
				with = append(with, o.Text)
			}
		}
		for _, f := range p.Dates {
			limit = append(limit, f.Text)
			if f.Day != "" {
				days = append(days, f.Day)
			}
		}
		for _, f := range p.Numbers {
			numbers = append(numbers, f.Bound+f.Text)
		}
		for _, s := range p.Sources {
			said = append(said, s.Original)
			if s.Speaker != "" && !contains(who, s.Speaker) {
				who = append(who, s.Speaker)
			}
		}
		join := func(s []string) string { return strings.Join(s, "、") }
		l.Lead, l.With, l.Limit, l.Day, l.Numbers, l.Speaker, l.Sentence = join(lead), join(with), join(limit), join(days), join(numbers), join(who), strings.Join(said, "\n")
		out[i] = l
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Unset is what stands where the text gives nothing.
var Unset = edu.Text{ZH: "待定", EN: "to be set"}

// Columns are the columns of a draft, in their order: those of the task list of
// the action plan that a notice can fill, and where each comes from.
var Columns = []edu.Text{
	{ZH: "序号", EN: "No."}, {ZH: "确认", EN: "Confirmed"}, {ZH: "性质", EN: "Class"}, {ZH: "任务内容", EN: "Task"}, {ZH: "行动主线", EN: "Line of action"}, {ZH: "学段", EN: "Stage"}, {ZH: "关联指标", EN: "Indicator"},
	{ZH: "牵头单位", EN: "Lead"}, {ZH: "责任（配合）单位", EN: "Answerable with"}, {ZH: "完成时限", EN: "Time limit"}, {ZH: "时限日期", EN: "Day"}, {ZH: "目标数值", EN: "Figures"}, {ZH: "讲话人", EN: "Speaker"}, {ZH: "任务来源（原文）", EN: "Source sentence"},
}

// Cells are a line in the order of Columns, in a language.
func (l Line) Cells(number, lang string, g *Glossary) []string {
	set := func(s string) string {
		if s == "" {
			return Unset.In(lang)
		}
		return s
	}
	row := g.Row(l.Row).In(lang)
	return []string{number, l.State.Name().In(lang), l.Class.Name().In(lang), l.Wording, set(row), l.Stage.Name().In(lang), l.Indicator, set(l.Lead), set(l.With), set(l.Limit), l.Day, set(l.Numbers), l.Speaker, l.Sentence}
}
