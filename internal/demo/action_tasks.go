package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// Tasks of the demo city's action, in every state and with every lamp, made by acts
// of its people over the last months. All of it is fictional.

// story is what becomes of a demo task.
type story string

const (
	drafting    story = "drafting"
	asking      story = "asking"    // requested of whoever has the authority
	takenUp     story = "taken up"  // and given by it
	fresh       story = "fresh"     // issued today
	unsigned    story = "unsigned"  // nobody signs
	onTrack     story = "on track"  // reported on last week
	silent      story = "silent"    // no entry for two months
	soon        story = "soon"      // falls due within days
	late        story = "late"      // past its limit
	veryLate    story = "very late" // for weeks
	asksTime    story = "asks time"
	extended    story = "extended"
	inReview    story = "in review"
	lateReview  story = "late review"
	sentBack    story = "sent back"
	closedWell  story = "closed"
	closedLate  story = "closed late"
	carriedOn   story = "carried on"
	adjustedTo  story = "adjusted"
	transferred story = "transferred"
	declined    story = "declined"
	withdrawn   story = "withdrawn"
	reopened    story = "reopened"
	standingOne story = "standing"
	mergedInto  story = "merged" // into the first that is on track
)

// duty is a demo task. lead is "county 3", "gov 3", or a body's id.
type duty struct {
	title, lead string
	kind        task.Duty
	source      task.SourceKind
	becomes     story
	key, sheet  bool
}

// asks are what the city asks of counties; each becomes something else in each.
var asks = []struct {
	title  string
	source task.SourceKind
	sheet  bool
	in     []story // by county
}{
	{"逐校消除教学及辅助用房不达标，按月报整改进度", task.FromPlan, false, []story{onTrack, closedWell, late, soon, silent, onTrack, inReview, asksTime, closedLate, onTrack}},
	{"落实控辍保学“一人一案”，完成疑似辍学学生劝返", task.FromMeeting, true, []story{closedWell, onTrack, onTrack, veryLate, soon, closedWell, sentBack, late, onTrack, inReview}},
	{"起始年级按标准班额编班，化解城区大班额", task.FromPlan, false, []story{late, onTrack, extended, onTrack, closedWell, onTrack, onTrack, unsigned, inReview, silent}},
	{"校园封闭管理、专职保安、一键报警和视频联网逐校达标", task.FromInspection, true, []story{inReview, closedWell, onTrack, lateReview, onTrack, reopened, soon, closedWell, onTrack, transferred}},
}

// others are tasks of one body each.
var duties = []duty{
	{"核定空编并优先补充紧缺学科教师", "dept-posts", task.Departmental, task.FromMeeting, takenUp, false, true},
	{"落实公办幼儿园新建项目市级补助资金", "dept-finance", task.Departmental, task.FromMeeting, asking, false, true},
	{"清理批而未建教育用地", "dept-land", task.Departmental, task.FromPlan, asking, false, false},
	{"一般公共预算教育支出只增不减，年度自查", "gov 3", task.Territorial, task.FromDocument, takenUp, false, true},
	{"乡镇寄宿制学校“一校一策”方案编制", "section-compulsory", task.Departmental, task.FromPlan, onTrack, false, false},
	{"教师交流轮岗年度计划和名单公示", "section-teachers", task.Departmental, task.FromPlan, closedWell, false, false},
	{"中职学校办学条件未达标清单逐项销号", "section-vocational", task.Departmental, task.FromPlan, soon, true, false},
	{"重大安全隐患挂牌督办台账按周更新", "section-safety", task.Departmental, task.FromInstruction, late, true, true},
	{"每天一小时校内体育活动落实情况抽查", "county 0", task.Territorial, task.FromDocument, standingOne, false, false},
	{"四查三比对每学期两轮", "county 5", task.Territorial, task.FromPlan, standingOne, true, false},
	{"家庭教育指导服务站覆盖到乡镇", "county 2", task.Territorial, task.FromPlan, carriedOn, false, false},
	{"劳动教育实践基地选址", "county 6", task.Territorial, task.FromPlan, adjustedTo, false, false},
	{"随迁子女入学材料清单精简并公开", "county 1", task.Territorial, task.FromPetition, fresh, false, true},
	{"校园食品安全问题整改", "county 4", task.Territorial, task.FromPetition, declined, false, true},
	{"义务教育学校收费专项核查", "county 8", task.Territorial, task.FromInspection, withdrawn, false, true},
	{"县域普通高中托管帮扶协议签订", "county 3", task.Territorial, task.FromMeeting, drafting, false, false},
	{"编制优质均衡创建年度攻坚方案", "county 0", task.Territorial, task.FromMeeting, fresh, true, true},
	{"心理辅导中心建设进度月报", "county 9", task.Territorial, task.FromPlan, silent, true, false},
	{"防溺水专项排查", "county 7", task.Territorial, task.FromInstruction, veryLate, true, true},
	{"校舍达标整改进度按月报送", "county 0", task.Territorial, task.FromInspection, mergedInto, false, true},
	{"幼儿园未持证教师转岗或取证", "county 2", task.Territorial, task.FromPlan, asksTime, false, false},
}

// actionBodies are the bodies that demo tasks need beside those of the tree.
var actionBodies = []task.Body{
	{ID: "dept-posts", Kind: task.Department, Name: edu.Text{ZH: "市委编办", EN: "City office of posts"}},
	{ID: "dept-finance", Kind: task.Department, Name: edu.Text{ZH: "市财政局", EN: "City finance bureau"}},
	{ID: "dept-land", Kind: task.Department, Name: edu.Text{ZH: "市自然资源和规划局", EN: "City bureau of land and planning"}},
	{ID: "section-compulsory", Kind: task.Section, Name: edu.Text{ZH: "市教体局基础教育科", EN: "Bureau's basic education section"}},
	{ID: "section-teachers", Kind: task.Section, Name: edu.Text{ZH: "市教体局教师工作科", EN: "Bureau's teachers section"}},
	{ID: "section-vocational", Kind: task.Section, Name: edu.Text{ZH: "市教体局职业与高等教育科", EN: "Bureau's vocational and higher section"}},
	{ID: "section-safety", Kind: task.Section, Name: edu.Text{ZH: "市教体局安全稳定科", EN: "Bureau's safety section"}},
}

// ActionTasks lets the people of the demo city give tasks and act on them over the
// months before now. Where there are tasks already nothing is done.
func (c *City) ActionTasks(ctx context.Context, into *flow.City, now time.Time) error {
	city := c.actor("city")
	have, err := into.Office().Tasks(ctx, city, task.Filter{Size: 1, Source: task.FromPetition})
	if err != nil || have.Total > 0 {
		return err
	}
	cal, err := into.Calendar(ctx)
	if err != nil {
		return err
	}
	w := &writing{ctx: ctx, city: city, head: c.actor("planner"), cal: cal, now: now, office: into.Office()}
	for _, b := range actionBodies {
		if err := w.at(200).KeepBody(ctx, city, b, 0); err != nil && !errors.Is(err, fault.Conflict) {
			return fmt.Errorf("tasks of the demo city: %w", err)
		}
	}
	for _, a := range asks {
		for i, s := range a.in {
			w.tell(duty{a.title, fmt.Sprint("county ", i), task.Territorial, a.source, s, i == 3, a.sheet})
		}
	}
	for _, d := range duties {
		w.tell(d)
	}
	if w.err != nil {
		return fmt.Errorf("tasks of the demo city: %w", w.err)
	}
	return nil
}

// writing tells stories, and keeps the first thing that goes wrong.
type writing struct {
	ctx    context.Context
	office *flow.Office
	city   auth.Actor
	head   auth.Actor // who closes: not who handed in
	cal    *collect.Calendar
	now    time.Time
	n      int
	err    error

	t     task.Task
	owner auth.Actor
	into  string // the first task that is on track
}

// at is the office some days ago, in the morning of a working day.
func (w *writing) at(daysAgo int) *flow.Office {
	then := w.moment(daysAgo)
	return w.office.At(func() time.Time { return then })
}

func (w *writing) moment(daysAgo int) time.Time {
	if daysAgo == 0 {
		return w.now
	}
	d := collect.Today(w.now) - edu.Date(daysAgo)
	for !w.cal.Working(d) {
		d--
	}
	return collect.Opens(d).Add(time.Duration(30+w.n%90) * time.Minute)
}

// fair is the day in so many days, or the next on which something may fall due.
func (w *writing) fair(inDays int) edu.Date {
	for d := collect.Today(w.now) + edu.Date(inDays); ; d++ {
		if _, week, ok := w.cal.Week(d); w.cal.Working(d) && (!ok || week != 1) {
			return d
		}
	}
}

// act is an act of somebody so many days ago.
func (w *writing) act(who auth.Actor, daysAgo int, a task.Act, o task.Options) {
	if w.err == nil {
		o.Sent = fmt.Sprintf("demo-%d-%d", w.n, w.t.Rev)
		w.t, w.err = w.at(daysAgo).Act(w.ctx, who, w.t.ID, w.t.Rev, a, o)
		if w.err != nil {
			w.err = fmt.Errorf("%s %s: %w", w.t.Title, a, w.err)
		}
	}
}
