package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// What the leading group of the fictional city has done, through the front door:
// a meeting six weeks ago with its decisions, another one that is being planned and
// opens with them, duties, linked schools with visits, honours. Names are invented
// and say so.

// Council lets the city's planner and the counties' clerks keep meetings, duties,
// linked schools and honours. What is there is left as it is.
func (c *City) Council(ctx context.Context, into *flow.City) error {
	who := c.actor("planner")
	o := into.Office()
	have, err := o.Meetings(ctx, who)
	if err != nil || len(have) > 0 {
		return err
	}
	cal, err := into.Calendar(ctx)
	if err != nil {
		return err
	}
	g := &group{City: c, ctx: ctx, o: o, who: who, cal: cal, today: collect.Today(time.Now())}
	for _, step := range []func() error{g.held, g.planned, g.duties, g.schools, g.honours} {
		if err := step(); err != nil {
			return fmt.Errorf("leading group of the demo city: %w", err)
		}
	}
	return nil
}

// group is the work of the leading group while it is made.
type group struct {
	*City
	ctx   context.Context
	o     *flow.Office
	who   auth.Actor
	cal   *collect.Calendar
	today edu.Date
}

// on is the office in the morning of an earlier day.
func (g *group) on(day edu.Date) *flow.Office {
	at := day.Time().Add(2 * time.Hour) // 10:00 in China
	return g.o.At(func() time.Time { return at })
}

// fair is a day on which something may fall due that is asked for on another one,
// so many working days later or soon after.
func (g *group) fair(asked edu.Date, after int) edu.Date {
	for ; ; after++ {
		due := g.cal.AddWorking(asked, after)
		if collect.FairDue(collect.Opens(asked), collect.Closes(due), g.cal, collect.Exception{}) == nil {
			return due
		}
	}
}

const series = "市委教育工作领导小组会议"

func (g *group) meeting(session string, day edu.Date) council.Meeting {
	m := council.Meeting{
		Sent: "demo " + session, Series: series, Name: "示例市委教育工作领导小组会议", Session: session, Day: day, From: "09:30", Until: "11:30", Place: "市级机关一楼会议室（示例）", Form: council.Mixed, Link: "https://meeting.example/join/2025",
		Chair: "示例组长", Recorder: "示例秘书", Signer: "示例副组长", Level: council.Internal, Copies: "市委教育工作领导小组成员单位",
		People: []council.Person{
			{ID: "p1", Name: "示例组长", Post: "组长", As: council.Member}, {ID: "p2", Name: "示例副组长", Post: "副组长", As: council.Member},
			{ID: "p3", Name: "示例局长", Post: "局长", Body: "市教育体育局", As: council.Member}, {ID: "p4", Post: "分管负责人", Body: "市财政局", As: council.Member},
			{ID: "p5", Post: "分管负责人", Body: "市委编办", As: council.Member}, {ID: "p6", Name: "示例督学", Post: "督学", As: council.Observer},
		},
		Items: []council.Item{{Title: "义务教育学位建设进展", Reporter: "市教育体育局", Material: "示例材料1"}, {Title: "教师编制周转使用情况", Reporter: "市委编办", Material: "示例材料2"}, {Title: "校园安全专项整治", Reporter: "市教育体育局", Material: "示例材料3"}},
	}
	for i := range counties {
		p := &counties[i]
		m.Venues = append(m.Venues, council.Venue{Unit: p.ID, Place: "县级会议室（示例）"})
		m.Range = append(m.Range, p.ID)
		m.People = append(m.People, council.Person{ID: fmt.Sprintf("p%d", 10+2*i), Name: "示例" + p.Short.ZH + "分管负责人", Post: "分管负责人", Body: p.Name.ZH, Unit: p.ID, As: council.Member},
			council.Person{ID: fmt.Sprintf("p%d", 11+2*i), Name: "示例" + p.Short.ZH + "局长", Post: "局长", Body: p.Name.ZH + "教育体育局", Unit: p.ID, As: council.Member})
	}
	return m
}

// held is the meeting of six weeks ago: checked in, decided, signed; some of its
// tasks are closed, some run, one is late, one waits for an owner.
func (g *group) held() error {
	day := g.cal.AddWorking(g.today-45, 1)
	o := g.on(day)
	m, err := o.SaveMeeting(g.ctx, g.who, g.meeting(fmt.Sprintf("%d年第一次", day.Time().Year()), day))
	if err != nil {
		return err
	}
	if _, err := o.CheckIn(g.ctx, g.who, council.CheckIn{Meeting: m.ID, Present: []string{"p1", "p2", "p3", "p4", "p6"}, Leave: map[string]string{"p5": "参加省级会议"}, Ready: true}); err != nil {
		return err
	}
	for i := range counties {
		first, second := fmt.Sprintf("p%d", 10+2*i), fmt.Sprintf("p%d", 11+2*i)
		in := council.CheckIn{Meeting: m.ID, Unit: counties[i].ID, Present: []string{first, second}, Ready: true}
		switch i {
		case 3:
			in.Instead = map[string]string{first: "示例" + counties[i].Short.ZH + "副局长"}
		case 6:
			in.Present, in.Leave = []string{second}, map[string]string{first: "下乡调研"}
		case 8:
			continue // has not checked in
		}
		if _, err := o.CheckIn(g.ctx, clerk(i, auth.CountyClerk, "填报员"), in); err != nil {
			return err
		}
	}
	if m, err = o.StepMeeting(g.ctx, g.who, m.ID, m.Rev, council.Begin, ""); err != nil {
		return err
	}
	bureau := func(i int) string { return task.BureauOf(counties[i].ID) }
	soon, late := g.fair(day, 20), g.fair(g.today, 25)
	for i, d := range []council.Decision{
		{Words: "各县（市、区）教育体育局于会后一个月内完成学位缺口核查，建立到校清单。", Class: council.Agreed, Lead: bureau(1), With: []string{bureau(2), bureau(4)}, Due: soon},
		{Words: "校园安全隐患排查要逐校建账，逐项销号，结果报市教育体育局备案。", Class: council.Demanded, Lead: bureau(3), Due: soon},
		{Words: "县域教师编制周转方案由相关县提出，报市级研究。", Class: council.Agreed, Lead: bureau(5), Due: late},
		{Words: "控辍保学台账按月更新，重点群体逐人包保。", Class: council.Demanded, Lead: bureau(0), Due: late},
		{Words: "薄弱学校食堂改造资金安排另行研究。", Class: council.Agreed},
		{Words: "要坚持把教育摆在优先发展的位置。", Class: council.Principle},
	} {
		d.Sent = fmt.Sprintf("demo %d", i)
		if m, err = o.Decide(g.ctx, g.who, m.ID, 0, d); err != nil {
			return err
		}
	}
	if m, err = o.StepMeeting(g.ctx, g.who, m.ID, m.Rev, council.End, ""); err != nil {
		return err
	}
	if _, err := o.DecisionsToTasks(g.ctx, g.who, m.ID, nil); err != nil {
		return err
	}
	now, err := o.Meeting(g.ctx, g.who, m.ID)
	if err != nil {
		return err
	}
	if _, err := o.StepMeeting(g.ctx, g.who, m.ID, now.Rev, council.Sign, ""); err != nil {
		return err
	}
	return g.follow(now.Tasks, day)
}

// follow lets the owners of the decisions do what they owe, more or less.
func (g *group) follow(tasks map[int]task.Row, day edu.Date) error {
	owners := map[int]int{1: 1, 2: 3, 3: 5, 4: 0}
	for no := 1; no <= 4; no++ {
		t, owner := tasks[no].Task, clerk(owners[no], auth.CountyClerk, "填报员")
		act := func(on edu.Date, who auth.Actor, a task.Act, o task.Options) (err error) {
			t, err = g.on(on).Act(g.ctx, who, t.ID, t.Rev, a, o)
			if err != nil {
				err = fmt.Errorf("%s of decision %d: %w", a, no, err)
			}
			return err
		}
		if err := act(day, g.who, task.Issue, task.Options{}); err != nil {
			return err
		}
		if no == 4 {
			continue // nobody has signed it
		}
		if err := act(day+1, owner, task.Sign, task.Options{}); err != nil {
			return err
		}
		text := []string{"已核查全部学校，形成到校清单。", "已排查八成学校，隐患正在整改。", "方案初稿已形成，正在征求意见。"}[no-1]
		if err := act(day+8, owner, task.Report, task.Options{Text: text, Day: day + 8}); err != nil {
			return err
		}
		if no == 1 {
			if err := act(day+20, owner, task.HandIn, task.Options{Text: "学位缺口核查已完成，清单已报送。", Head: "示例局长"}); err != nil {
				return err
			}
			if err := act(day+22, g.who, task.Close, task.Options{Review: task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// planned is the next meeting: it opens with what the last one has left.
func (g *group) planned() error {
	day := g.cal.AddWorking(g.today, 4)
	m := g.meeting(fmt.Sprintf("%d年第二次", day.Time().Year()), day)
	m.Items = []council.Item{{Title: "上次会议议定事项落实情况", Reporter: "市教育体育局"}, {Title: "年度目标完成情况", Reporter: "市教育体育局", Material: "示例材料4"}}
	_, err := g.o.SaveMeeting(g.ctx, g.who, m)
	return err
}

func (g *group) duties() error {
	year := g.today.Time().Year()
	from := edu.DateOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
	for i, d := range []council.Duty{
		{Words: "领导小组听取教育工作汇报", Basis: "示例工作规则第3条", Owner: "示例组长", Every: council.Quarter, From: from},
		{Words: "到挂联学校讲思政课、开展调研", Basis: "示例工作规则第5条", Owner: "示例副组长", Every: council.Half, From: from},
		{Words: "调度校园安全和控辍保学", Basis: "示例工作规则第6条", Owner: "市教育体育局", Every: council.Month, From: from + 181},
	} {
		kept, err := g.o.KeepDuty(g.ctx, g.who, d)
		if err != nil {
			return err
		}
		turns := kept.Turns(kept.From, g.today)
		for k, t := range turns {
			done := t.Last - 10
			if k == len(turns)-1 || i == 2 && k == 1 {
				continue // not yet, or forgotten
			}
			if i == 0 && k == 1 {
				done = t.Last + 6
			}
			if kept, err = g.o.DutyDone(g.ctx, g.who, kept.ID, kept.Rev, t.Key, council.Done{Day: min(done, g.today), Evidence: "示例会议记录" + t.Key}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *group) schools() error {
	leaders := []struct{ name, post string }{{"示例组长", "组长"}, {"示例副组长", "副组长"}, {"示例局长", "市教育体育局局长"}}
	var pick []*school
	for i := range counties {
		k := slices.IndexFunc(g.City.schools, func(s *school) bool {
			return s.county == i && s.setting == village && s.closed == years && s.opened == 0
		})
		if k >= 0 {
			pick = append(pick, g.City.schools[k])
		}
	}
	for i, s := range pick {
		l := leaders[i%len(leaders)]
		if _, err := g.o.KeepLinked(g.ctx, g.who, council.Linked{Leader: l.name, Post: l.post, School: s.id(), Basis: "示例挂联通知", From: g.today - 300}); err != nil {
			return err
		}
	}
	// A hand-over that overlaps: it is shown, not refused.
	if _, err := g.o.KeepLinked(g.ctx, g.who, council.Linked{Leader: leaders[2].name, Post: leaders[2].post, School: pick[0].id(), Basis: "示例调整通知", From: g.today - 20}); err != nil {
		return err
	}
	for i, v := range []council.Visit{
		{Leader: leaders[0].name, School: pick[0].id(), Day: g.today - 60, Seen: "新建食堂已投入使用，寄宿条件有改善。", Problems: []council.Problem{{Text: "操场排水不畅，雨天不能上体育课。", Lead: task.BureauOf(counties[pick[0].county].ID)}}},
		{Leader: leaders[1].name, School: pick[1].id(), Day: g.today - 35, Seen: "课后服务正常开展，教师队伍稳定。", Problems: []council.Problem{{Text: "缺专任音乐教师一名。"}, {Text: "校门口道路没有减速设施。"}}},
		{Leader: leaders[2].name, School: pick[2].id(), Day: g.today - 12, Seen: "图书室、实验室管理规范。"},
	} {
		v.Sent = fmt.Sprintf("demo %d", i)
		kept, err := g.o.KeepVisit(g.ctx, g.who, v)
		if err != nil {
			return err
		}
		if i == 0 {
			if _, err := g.o.ProblemsToTasks(g.ctx, g.who, kept.ID, kept.Rev); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *group) honours() error {
	year := g.today.Time().Year()
	var hs []council.Honour
	for i := range counties {
		p := &counties[i]
		hs = append(hs,
			council.Honour{Unit: p.ID, Who: p.Name.ZH + "教育体育局", Quality: council.OfUnit, Title: "教育工作先进集体", Level: council.Municipal, Year: year - i%3, Issuer: "示例市人民政府", Number: fmt.Sprintf("示例政发〔%d〕%d号", year-i%3, 11+i), Category: "综合"},
			council.Honour{Unit: p.ID, Who: "示例" + p.Short.ZH + "教师", Quality: council.Teacher, Title: "优秀乡村教师", Level: []council.Rank{council.Provincial, council.Municipal}[i%2], Year: year - i%4, Issuer: "示例教育部门", Number: fmt.Sprintf("示例教师〔%d〕%d号", year-i%4, 30+i), Category: "师德师风"})
	}
	hs = append(hs, council.Honour{Who: "示例教研员", Quality: council.Advisor, Title: "教研工作先进个人", Level: council.Provincial, Year: year - 1, Issuer: "示例教育部门", Number: "示例教研〔4〕号", Category: "教研"})
	return g.o.KeepHonours(g.ctx, g.who, hs)
}
