package demo

import (
	"fmt"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/task"
)

var basisOf = map[task.SourceKind]string{
	task.FromPlan: "云岫市教育高质量发展三年行动（示例）", task.FromMeeting: "云岫市教育大会（示例）", task.FromDocument: "云岫教体〔2025〕示例7号（虚构）",
	task.FromInstruction: "市领导批示（示例）", task.FromInspection: "市委巡察反馈意见（示例）", task.FromPetition: "市长热线转办件（示例）",
}

var progress = []string{
	"已完成逐校摸底，形成清单并报县政府审定。", "本周现场核查4所学校，3所已整改到位，1所正在施工。", "完成招标，施工单位已进场；预计下月完成主体改造。",
	"召开专题会议，明确责任人和完成时间，问题清单已分解到乡镇。", "已销号过半，余下问题主要卡在资金拨付。",
}

// tell makes a task and lets happen to it what its story says: when it was issued
// and falls due, and what people did.
func (w *writing) tell(d duty) {
	if w.err != nil {
		return
	}
	w.n++
	lead, owner := d.lead, w.city
	var i int
	if _, err := fmt.Sscanf(d.lead, "county %d", &i); err == nil {
		lead, owner = task.BureauOf(counties[i].ID), clerk(i, auth.CountyClerk, "填报员")
	} else if _, err := fmt.Sscanf(d.lead, "gov %d", &i); err == nil {
		lead = task.GovernmentOf(counties[i].ID)
	}
	issued, due := 60, 45 // days ago, days ahead
	switch d.becomes {
	case fresh:
		issued = 0
	case drafting, unsigned:
		issued = 6
	case soon:
		due = 3
	case late, lateReview, closedLate:
		due = -4
	case veryLate:
		due = -24
	case silent:
		issued = 120
	case closedWell, sentBack:
		due = 12
	}
	x := task.Task{Title: d.title, Demand: "按职责办理，逐项建立清单，明确责任人和完成时间，按期反馈。", Issuer: task.BureauOf(""), Lead: lead, Duty: d.kind, Key: d.key, Due: w.fair(due),
		Leader: "示例分管负责人", Person: "示例责任人", Contact: "0999-0000000", Source: task.Source{Kind: d.source, Name: basisOf[d.source]}}
	x.Stones = []task.Milestone{{ID: "m1", Day: x.Due - 20, Mark: "完成清单并公示"}, {ID: "m2", Day: x.Due, Mark: "全部完成"}}
	if d.kind == task.Territorial && strings.HasPrefix(d.lead, "county") {
		x.With = []string{"section-compulsory"}
	}
	if d.sheet {
		x.Sheet = task.Sheet{Urgency: task.Ordinary, Feedback: "系统填报"}
	}
	if d.becomes == standingOne {
		x.Due, x.Standing, x.Stones = 0, true, nil
	}
	x.Serves = servesOf(x.Title)
	w.t, w.err = w.at(issued+1).NewTask(w.ctx, w.city, x, fmt.Sprint("demo-", w.n))
	w.owner = owner
	switch d.becomes {
	case drafting:
	case asking:
		w.act(w.city, 20, task.Request, task.Options{})
	case takenUp:
		w.act(w.city, issued, task.Request, task.Options{})
		w.act(w.city, issued-9, task.TakenUp, task.Options{Text: "云岫教组发〔2025〕示例4号（虚构）"})
		w.report(w.city, 5)
	default:
		w.act(w.city, issued, task.Issue, task.Options{})
		w.given(d, issued)
	}
}

// given is what happens to a task once it is issued.
func (w *writing) given(d duty, issued int) {
	yes := task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}
	handIn := task.Options{Text: "清单所列事项已全部办理，佐证材料存县教育体育局备查。", Head: "示例局长", Problems: "个别学校后续维护经费待落实。", Next: "纳入日常督查，防止反弹。"}
	switch d.becomes {
	case fresh, unsigned:
		return
	case declined:
		w.act(w.owner, issued-1, task.Decline, task.Options{Text: "该事项由市场监管部门负责，建议另行交办。"})
		return
	case withdrawn:
		w.act(w.city, issued-2, task.Withdraw, task.Options{Text: "与省级核查重复，按“一事不二督”撤销。"})
		return
	}
	w.act(w.owner, issued-1, task.Sign, task.Options{Text: "由基础教育股牵头办理。"})
	if d.becomes == silent {
		w.report(w.owner, 110)
		return
	}
	w.report(w.owner, issued-6)
	w.report(w.owner, issued-34)
	switch d.becomes {
	case mergedInto:
		w.act(w.city, 3, task.Merge, task.Options{Text: "与三年行动任务为同一事项，一次填报。", Into: w.into})
	case onTrack, soon, standingOne:
		if w.into == "" {
			w.into = w.t.ID
		}
		w.report(w.owner, 2+w.n%4)
		if w.n%3 == 0 {
			w.act(w.owner, 0, task.Report, task.Options{NoChange: true})
		}
	case late, veryLate:
		w.act(w.city, 2, task.Urge, task.Options{Text: "请于本周内报送进展。"})
	case asksTime:
		w.act(w.owner, 3, task.Ask, task.Options{Text: "施工受雨季影响，工期顺延。", Progress: "已完成约七成。", Due: w.fair(75)})
	case extended:
		w.act(w.owner, 15, task.Ask, task.Options{Text: "暑期集中施工，需延期。", Progress: "已完成设计和招标。", Due: w.fair(80)})
		w.act(w.city, 13, task.Grant, task.Options{Text: "同意延期一次。"})
		w.report(w.owner, 4)
	case inReview:
		w.act(w.owner, 2, task.HandIn, handIn)
	case lateReview:
		w.act(w.owner, 1, task.HandIn, handIn)
	case sentBack:
		w.act(w.owner, 8, task.HandIn, handIn)
		w.act(w.city, 5, task.Return, task.Options{Text: "缺2所学校的验收记录，请补充。", Review: task.Review{Facts: true, Solved: true, Conclusion: true}})
	case closedWell:
		w.act(w.owner, 10, task.HandIn, handIn)
		w.act(w.head, 7, task.Close, task.Options{Text: "材料齐全，现场抽查属实。", Review: yes})
	case closedLate:
		w.act(w.owner, 2, task.HandIn, handIn)
		w.act(w.head, 1, task.Close, task.Options{Text: "已核实，逾期情况纳入通报。", Review: yes})
	case reopened:
		w.act(w.owner, 20, task.HandIn, handIn)
		w.act(w.head, 18, task.Close, task.Options{Text: "同意办结。", Review: yes})
		w.act(w.city, 4, task.Reopen, task.Options{Text: "回头看发现2所学校一键报警未联网。", Due: w.fair(20)})
	case transferred:
		w.act(w.city, 6, task.Transfer, task.Options{Text: "职责调整，转由安全稳定科牵头。", Lead: "section-safety", With: []string{}, Due: w.fair(45)})
	case carriedOn:
		w.act(w.city, 3, task.Conclude, task.Options{Text: "未覆盖的6个乡镇转入下一年度接续办理。", Outcome: task.Carried})
	case adjustedTo:
		w.act(w.city, 3, task.Conclude, task.Options{Text: "选址与国土空间规划冲突，调整为依托现有基地。", Outcome: task.Adjusted, Approval: "云岫政办函〔2025〕示例11号（虚构）"})
	}
}

// report writes a progress entry so many days ago.
func (w *writing) report(who auth.Actor, daysAgo int) {
	o := task.Options{Text: progress[(w.n+daysAgo)%len(progress)], Next: "按清单逐项推进，月底前再报一次。"}
	if w.t.Entries == 0 && len(w.t.Stones) > 0 {
		o.Stones = []string{"m1"}
	}
	w.act(who, daysAgo, task.Report, o)
}
