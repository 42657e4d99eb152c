package task

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Draft gives a new task as it is first kept: what people say of it, in the state
// drafted. Nothing has to be complete yet; what is there has to be sound.
func Draft(t Task, env Env) (Task, error) {
	d := Task{ID: t.ID, State: Drafted, Title: strings.TrimSpace(t.Title), Demand: strings.TrimSpace(t.Demand), Source: t.Source, Sheet: t.Sheet, Serves: t.Serves, Target: t.Target,
		Duty: t.Duty, Key: t.Key, Issuer: t.Issuer, Lead: t.Lead, With: t.With, Leader: strings.TrimSpace(t.Leader), Person: strings.TrimSpace(t.Person), Contact: strings.TrimSpace(t.Contact),
		Due: t.Due, Standing: t.Standing, Stones: slices.Clone(t.Stones), Funds: t.Funds, Made: env.Now, Changed: env.Now}
	d.Sheet.Year, d.Sheet.No = 0, 0
	if t.Sheet.None() {
		d.Sheet = Sheet{}
	} else if d.Sheet.Urgency == "" {
		d.Sheet.Urgency = Ordinary
	}
	var lacks []edu.Text
	lack := func(zh, en string) { lacks = append(lacks, edu.Text{ZH: zh, EN: en}) }
	if d.Title == "" {
		lack("未填任务内容", "what is to be done is missing")
	}
	for _, f := range []struct {
		text, zh, en string
		most         int
	}{
		{d.Title, "任务内容", "what is to be done", 500}, {d.Demand, "办理要求", "the demand", 2000}, {d.Source.Name, "来源名称", "the name of the basis", 300}, {d.Source.Text, "来源原文", "the words of the basis", 4000},
		{d.Leader, "责任领导", "the leader", 50}, {d.Person, "责任人", "the person", 50}, {d.Contact, "联系方式", "the contact", 100},
	} {
		if n := utf8.RuneCountInString(f.text); n > f.most {
			lack(fmt.Sprintf("%s%d字，不得超过%d字", f.zh, n, f.most), fmt.Sprintf("%s: %d characters; at most %d", f.en, n, f.most))
		}
	}
	if d.Source.Kind != "" && !slices.Contains(Sources, d.Source.Kind) {
		lack("来源类别“"+string(d.Source.Kind)+"”不存在", "there is no kind of basis "+string(d.Source.Kind))
	}
	if d.Duty != "" && !slices.Contains(Duties, d.Duty) {
		lack("责任类型“"+string(d.Duty)+"”不存在", "there is no duty "+string(d.Duty))
	}
	if d.Sheet.Urgency != "" && !slices.Contains(Urgencies, d.Sheet.Urgency) {
		lack("缓急“"+string(d.Sheet.Urgency)+"”不存在", "there is no urgency "+string(d.Sheet.Urgency))
	}
	if d.Standing && d.Due != 0 {
		lack("长期坚持的任务不设时限", "a standing task has no limit")
	}
	for i := range d.Stones {
		if d.Stones[i].ID == "" {
			d.Stones[i].ID = fmt.Sprintf("m%d", i+1)
		}
		if strings.TrimSpace(d.Stones[i].Mark) == "" {
			lack("节点未填标志性成果", "a milestone has no result")
		}
	}
	if len(d.With) > 60 || len(d.Serves) > maxServes || len(d.Stones) > 60 || len(d.Funds) > 60 {
		lack("配合单位、关联措施、节点、资金各不得超过60项", "at most sixty helpers, measures, milestones and funds each")
	}
	if d.Lead != "" && slices.Contains(d.With, d.Lead) {
		lack("牵头、配合单位重复", "the lead is among the helpers")
	}
	if lacks != nil {
		return t, &auth.Refusal{Kind: fault.Invalid, Texts: lacks}
	}
	return d, nil
}

// Sources, Duties and Urgencies in the order in which they are offered.
var (
	Sources   = []SourceKind{FromPlan, FromMeeting, FromDocument, FromInstruction, FromInspection, FromPetition, FromVisit, FromProposal, FromHazard}
	Duties    = []Duty{Territorial, Departmental, Industry}
	Urgencies = []Urgency{Ordinary, Urgent, Extra}
	Outcomes  = []Outcome{Completed, Carried, Adjusted, Cancelled}
)

// Name is what people call it.
func (k SourceKind) Name() edu.Text {
	return map[SourceKind]edu.Text{FromPlan: {ZH: "行动计划", EN: "plan"}, FromMeeting: {ZH: "会议", EN: "meeting"}, FromDocument: {ZH: "文件", EN: "document"},
		FromInstruction: {ZH: "批示", EN: "instruction"}, FromInspection: {ZH: "巡察", EN: "inspection"}, FromPetition: {ZH: "信访", EN: "petition"}, FromVisit: {ZH: "走访", EN: "visit"}, FromProposal: {ZH: "差距与方案", EN: "gaps and proposals"}, FromHazard: {ZH: "安全隐患", EN: "hazard"}}[k]
}

// Name is what people call it.
func (d Duty) Name() edu.Text {
	return map[Duty]edu.Text{Territorial: {ZH: "属地责任", EN: "territorial"}, Departmental: {ZH: "部门责任", EN: "departmental"}, Industry: {ZH: "行业责任", EN: "industry"}}[d]
}

// Name is what people call it.
func (u Urgency) Name() edu.Text {
	return map[Urgency]edu.Text{Ordinary: {ZH: "一般", EN: "ordinary"}, Urgent: {ZH: "急件", EN: "urgent"}, Extra: {ZH: "特急", EN: "extra urgent"}}[u]
}

// Name is what people call it.
func (o Outcome) Name() edu.Text {
	return map[Outcome]edu.Text{Completed: {ZH: "完成", EN: "completed"}, Carried: {ZH: "未完成转接续", EN: "carried on"}, Adjusted: {ZH: "调整", EN: "adjusted"}, Cancelled: {ZH: "取消", EN: "cancelled"}}[o]
}

// May lists what somebody (env.By) on some sides may do with a task now, in the
// order in which a page offers it: rows of the table whose needs can still be met.
func May(t Task, side Side, env Env) []Act {
	var out []Act
	issuer, ok1 := env.body(t.Issuer)
	lead, ok2 := env.body(t.Lead)
	authority := ok1 && ok2 && Authority(issuer, lead)
	for _, st := range Steps {
		if st.By&side == 0 || !slices.Contains(st.From, t.State) {
			continue
		}
		switch st.Act {
		case Absorb: // follows from merging another
			continue
		case Issue:
			if ok1 && ok2 && !authority {
				continue
			}
		case Request:
			if !ok1 || !ok2 || authority {
				continue
			}
		case Ask:
			if t.Standing || env.today() > t.Due || t.Extended >= env.Rules.Extensions {
				continue
			}
		case Recheck:
			if !t.Standing {
				continue
			}
		case Close:
			if t.Handed.own(env) {
				continue
			}
		}
		out = append(out, st.Act)
	}
	return out
}
