package task_test

import (
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/task"
)

func called(id string) edu.Text { return bodies[id].Name }

// The sheet has the fields of a 督办单 in their order, and none of it is typed
// twice: what was said with acts is what it shows.
func TestPaper(t *testing.T) {
	d, _, err := walk(whole(), step{act: task.Issue}, step{act: task.Sign, o: task.Options{Text: "由人事股拟办", Leader: "李局长"}},
		step{act: task.HandIn, days: 7, o: task.Options{Text: "已核定到校", Problems: "两校待复核", Next: "五月完成", Head: "李局长", Files: []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	d.Sheet.No = 12
	p := task.PaperOf(d, called, []task.Event{{Act: task.Sign, Text: "由人事股拟办"}})
	var names []string
	value := map[string]string{}
	for _, f := range p.Fields {
		names, value[f.Name.ZH] = append(names, f.Name.ZH), f.Value
		if f.Name.EN == "" {
			t.Errorf("%s has no English name", f.Name.ZH)
		}
	}
	const want = "编号 交办日期 交办单位 缓急 督办依据 事项 办理要求 牵头单位 配合单位 责任领导 时限 反馈方式 签收人/时间 拟办意见 办理情况 存在问题 下步措施 单位负责人审签 附件 审核意见 办结/退回（理由） 批办领导审阅"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("fields:\n%s\nwant\n%s", got, want)
	}
	for k, v := range map[string]string{"编号": "〔2025〕12号", "交办日期": "2025年4月14日", "牵头单位": "东县教育体育局", "督办依据": "会议 市教育大会", "责任领导": "李局长", "时限": "2025年6月30日", "签收人/时间": "甲 2025年4月14日10时00分", "拟办意见": "由人事股拟办",
		"办理情况": "已核定到校", "存在问题": "两校待复核", "下步措施": "五月完成", "单位负责人审签": "李局长", "附件": "2件", "办结/退回（理由）": ""} {
		if value[k] != v {
			t.Errorf("%s: %q, want %q", k, value[k], v)
		}
	}
	d, _, err = task.Next(d, task.Return, task.Giver, task.Options{Text: "缺清单", Review: task.Review{Facts: true}}, at(monday.AddDate(0, 0, 9)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range task.PaperOf(d, called, nil).Fields {
		if f.Name.ZH == "审核意见" && f.Value != "事实清楚☑  问题解决□  任务落实□  结论准确□  缺清单" || f.Name.ZH == "办结/退回（理由）" && f.Value != "退回：缺清单" {
			t.Errorf("%s: %q", f.Name.ZH, f.Value)
		}
	}
	d.Sheet = task.Sheet{}
	if task.PaperOf(d, called, nil) != nil {
		t.Error("a task without a sheet has one")
	}
}

// Towards those over whom the issuer has no authority a letter is drafted, with its
// number left blank; towards others there is none.
func TestLetter(t *testing.T) {
	d := whole()
	if task.LetterOf(d, at(monday), called) != nil {
		t.Error("a letter to a body that can be given a task")
	}
	d.Lead, d.With, d.Source.Text = "dept:finance", []string{"bureau:east"}, "财政部门要落实经费。"
	l := task.LetterOf(d, at(monday), called)
	if l == nil {
		t.Fatal("no letter")
	}
	all := strings.Join(l.Paras, "\n")
	for _, want := range []string{"根据市教育大会“财政部门要落实经费”的要求，现有下列事项需由市财政局牵头办理，提请予以交办：", "一、事项：落实教师编制。", "配合单位：东县教育体育局。", "四、建议完成时限：2025年6月30日。"} {
		if !strings.Contains(all, want) {
			t.Errorf("the letter lacks %q:\n%s", want, all)
		}
	}
	if l.To != "市委教育工作领导小组秘书组" || l.From != "市教育体育局" || !strings.HasPrefix(l.No, "〔　") || strings.Contains(all, "。。") {
		t.Errorf("%+v", l)
	}
}

// A digest counts by county and body, and shows what moved, what is late and what
// was missed.
func TestGather(t *testing.T) {
	env := at(noon(7, 2)) // a Wednesday
	row := func(id, lead string, d task.Task) task.Moved {
		d.ID, d.Lead = id, lead
		r := task.Row{Task: d, Overdue: task.Overdue(d, env), Wanted: task.Open(d, env)}
		r.Lamp, r.Why = task.LampOf(d, env)
		return task.Moved{Row: r}
	}
	late := row("late", "bureau:east", working(nil))
	moved := row("moved", "bureau:west", working(func(d *task.Task) { d.Due, d.Last.Day = day(12, 31), day(7, 1) }))
	moved.Entries = []task.Entry{{No: 2, Day: day(7, 1), Text: "开工"}}
	quiet := row("quiet", "sec:basic", working(func(d *task.Task) { d.Due = day(7, 11) }))
	closed := row("closed", "bureau:east", working(func(d *task.Task) { d.State, d.Outcome, d.Ended = task.Closed, task.Completed, day(7, 1) }))
	closed.Events = []task.Event{{Act: task.Close}}
	before := row("before", "bureau:east", working(func(d *task.Task) { d.State, d.Outcome, d.Ended = task.Closed, task.Completed, day(6, 20) }))
	draft := row("draft", "bureau:east", whole())
	g := task.Gather(task.Week, day(7, 2), []task.Moved{late, moved, quiet, closed, before, draft}, env, called, func(id string) (string, edu.Text) {
		return string(bodies[id].County), bodies[id].Name
	})
	if g.From != day(6, 30) || g.Until != day(7, 6) || g.Total.Live != 3 || g.Total.Closed != 1 || g.Total.Overdue != 1 || g.Total.Reports != 1 {
		t.Errorf("%s to %s: %+v", g.From, g.Until, g.Total)
	}
	ids := func(rows []task.Row) (out []string) {
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return out
	}
	if got := strings.Join(ids(g.Late), " "); got != "late" {
		t.Errorf("late: %s", got)
	}
	if got := strings.Join(ids(g.Due), " "); got != "quiet" {
		t.Errorf("due next week: %s", got)
	}
	if len(g.Moved) != 2 || len(g.Counties) != 3 || g.Bodies[0].ID != "bureau:east" || g.Bodies[0].Overdue != 1 {
		t.Errorf("moved %d, counties %+v, bodies %+v", len(g.Moved), g.Counties, g.Bodies)
	}
	if len(g.Agenda) == 0 || g.Agenda[0].ZH != "通报逾期任务1项，逐项说明原因和完成时间" {
		t.Errorf("agenda: %+v", g.Agenda)
	}
}
