package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// The three-year action of the demo city: fictional like all of it. No figure of it
// is any real city's target.

// ActionID is the id of the demo city's plan.
const ActionID = "yunxiu-2024"

const actionBasis = "云岫政发〔2024〕示例3号（虚构）"

// departments are the bodies beside bureaus and governments, by id.
var departments = []task.Body{
	{ID: "dept-posts", Kind: task.Department, Name: edu.Text{ZH: "市委编办", EN: "City office of posts"}},
	{ID: "dept-finance", Kind: task.Department, Name: edu.Text{ZH: "市财政局", EN: "City finance bureau"}},
	{ID: "dept-staff", Kind: task.Department, Name: edu.Text{ZH: "市人力资源和社会保障局", EN: "City human resources bureau"}},
	{ID: "dept-reform", Kind: task.Department, Name: edu.Text{ZH: "市发展和改革委员会", EN: "City development and reform commission"}},
	{ID: "dept-land", Kind: task.Department, Name: edu.Text{ZH: "市自然资源和规划局", EN: "City bureau of land and planning"}},
	{ID: "dept-police", Kind: task.Department, Name: edu.Text{ZH: "市公安局", EN: "City police bureau"}},
	{ID: "dept-health", Kind: task.Department, Name: edu.Text{ZH: "市卫生健康委员会", EN: "City health commission"}},
	{ID: "dept-industry", Kind: task.Department, Name: edu.Text{ZH: "市工业和信息化局", EN: "City bureau of industry"}},
	{ID: "section-preschool", Kind: task.Section, Name: edu.Text{ZH: "市教体局学前教育科", EN: "Bureau's preschool section"}},
	{ID: "section-compulsory", Kind: task.Section, Name: edu.Text{ZH: "市教体局基础教育科", EN: "Bureau's basic education section"}},
	{ID: "section-vocational", Kind: task.Section, Name: edu.Text{ZH: "市教体局职业与高等教育科", EN: "Bureau's vocational and higher section"}},
	{ID: "section-teachers", Kind: task.Section, Name: edu.Text{ZH: "市教体局教师工作科", EN: "Bureau's teachers section"}},
	{ID: "section-safety", Kind: task.Section, Name: edu.Text{ZH: "市教体局安全稳定科", EN: "Bureau's safety section"}},
	{ID: "section-planning", Kind: task.Section, Name: edu.Text{ZH: "市教体局规划财务科", EN: "Bureau's planning and finance section"}},
}

// goal is a target of the demo plan; its values are of 2024, 2025 and 2026.
type goal struct {
	line             int
	name, scheme, id string
	stage            edu.Stage
	of               plan.Of
	unit             string
	down             bool
	values           [3]float64
	shared           bool
}

var goals = []goal{
	{0, "公办园在园幼儿占比", "cn-preschool@2020", "k3", edu.Preschool, plan.Value, "%", false, [3]float64{54.5, 55.5, 58}, true},
	{0, "幼儿园班额达标率", "cn-preschool@2020", "k9", edu.Preschool, plan.Value, "%", false, [3]float64{95, 97, 98}, true},
	{0, "新增公办幼儿园学位", "", "", "", plan.Value, "个", false, [3]float64{1500, 3200, 5000}, true},
	{1, "小学教学及辅助用房达标学校占比", "cn-compulsory@2017", "r4", edu.Primary, plan.Passed, "%", false, [3]float64{78, 82, 86}, true},
	{1, "小学生均教学仪器设备值校际差异系数", "cn-compulsory@2017", "r6", edu.Primary, plan.Spread, "", true, [3]float64{0.48, 0.46, 0.44}, false},
	{1, "初中三年巩固率", "cn-compulsory@2017", "q1", edu.Junior, plan.Value, "%", false, [3]float64{98, 98.2, 98.5}, true},
	{2, "普通高中大班额比例", "cn-senior", "large_share", edu.Senior, plan.Value, "%", true, [3]float64{10, 5, 0}, true},
	{2, "高中阶段毛入学率", "cn-senior", "ger", "", plan.Value, "%", false, [3]float64{93.5, 95, 96}, true},
	{3, "双师型教师占专业课教师比例", "cn-vocational@2022", "v_dual", edu.Vocational, plan.Value, "%", false, [3]float64{55, 58, 62}, false},
	{4, "具有研究生学位教师占比", "cn-higher@2004", "h2", "", plan.Value, "%", false, [3]float64{38, 40, 42}, false},
	{5, "教师交流轮岗比例", "cn-teachers", "tc_exchange", "", plan.Value, "%", false, [3]float64{11, 12, 13}, true},
	{6, "平安校园创建达标小学占比", "cn-safety", "sf_created", edu.Primary, plan.Value, "%", false, [3]float64{96, 98, 100}, true},
	{7, "初中巩固率（控辍口径）", "cn-retention", "rt_junior_a", edu.Junior, plan.Value, "%", false, [3]float64{98, 98.2, 98.5}, true},
	{8, "小学生体质健康优良率", "cn-wellbeing", "wb_fit_good", edu.Primary, plan.Value, "%", false, [3]float64{50, 53, 56}, true},
}

// step is a measure of the demo plan. who are bodies: the first one leads; "*" is
// every county's government, "1" to "9" that of one county.
type step struct {
	line int
	text string
	who  string
	due  string // 2025-12-31, or - for a standing one
}

var measures = []step{
	{0, "每个县（市、区）新建、改扩建公办幼儿园不少于1所，优先布局在人口流入片区", "section-preschool * dept-reform dept-land", "2026-08-31"},
	{0, "城镇小区配套幼儿园移交后办成公办园或普惠性民办园", "dept-land section-preschool *", "2025-12-31"},
	{0, "落实普惠性民办园分类补助，补助标准逐年核定并公开", "dept-finance section-preschool", "2025-08-31"},
	{0, "幼儿园教师持证上岗，未持证人员一年内转岗或取得资格", "section-preschool dept-staff 0 2 5", "2025-12-31"},
	{1, "按年度消除教学及辅助用房不达标学校，逐校列出缺口和完成年月", "section-compulsory * dept-finance", "2026-08-31"},
	{1, "乡镇寄宿制学校和小规模学校“一校一策”，先改后并，不搞“一刀切”", "section-compulsory * dept-reform", "2026-06-30"},
	{1, "教学仪器设备向差异系数偏大的县倾斜配置", "section-planning dept-finance 3 4 6", "2025-12-31"},
	{1, "化解城区学校大班额，起始年级严格按标准班额编班", "section-compulsory 0 2", "2025-09-30"},
	{1, "推进优质均衡县创建：每年确定一个县攻坚，市级复核前置", "section-compulsory 0 dept-finance", "2026-12-31"},
	{1, "随迁子女以公办学校为主安排入学，材料能减尽减", "section-compulsory dept-police *", "-"},
	{2, "县域普通高中托管帮扶全覆盖，每所县中确定一所市属优质高中结对", "section-compulsory 3 4 5 6", "2025-08-31"},
	{2, "新建、改扩建普通高中，新增学位向人口流入县倾斜", "section-planning dept-reform dept-land 0", "2026-08-31"},
	{2, "普通高中起始年级不再新增56人以上班级", "section-compulsory *", "-"},
	{2, "优质高中指标到校分配名额继续向农村初中倾斜", "section-compulsory 3 7 8", "2025-06-30"},
	{3, "中等职业学校办学条件达标攻坚，未达标学校逐项销号", "section-vocational dept-finance 1 9", "2025-12-31"},
	{3, "建设区域产教联合体，龙头企业与职业学校共建产业学院", "dept-industry section-vocational 1", "2026-06-30"},
	{3, "双师型教师认定与企业实践，专业课教师每年到企业实践不少于一个月", "section-vocational dept-staff", "2026-12-31"},
	{3, "专业设置每年对照本地产业目录调整一次", "section-vocational dept-industry", "-"},
	{4, "支持市属高校改善基本办学条件，生均图书、仪器逐年补齐", "section-vocational dept-finance", "2026-12-31"},
	{4, "引进和培养研究生学位教师，安家补助当年兑现", "section-vocational dept-staff dept-finance", "2025-12-31"},
	{5, "核定编制后空编优先用于补充紧缺学科教师", "dept-posts dept-staff section-teachers *", "2025-12-31"},
	{5, "县管校聘：符合条件教师交流轮岗比例逐年提高，骨干教师占两成以上", "section-teachers dept-staff *", "2026-08-31"},
	{5, "书记校长、班主任、骨干教师三支队伍分层培训，三年轮训一遍", "section-teachers dept-finance", "2026-08-31"},
	{5, "绩效工资增量向班主任和乡村教师倾斜", "dept-staff dept-finance section-teachers", "2025-03-31"},
	{5, "教师平均工资收入水平不低于公务员，县级每年自查一次", "dept-finance dept-staff *", "-"},
	{6, "校园封闭管理、专职保安、一键报警、视频联网逐校达标", "section-safety dept-police *", "2025-12-31"},
	{6, "重大隐患挂牌督办，整改前落实管控措施", "section-safety dept-police", "-"},
	{6, "防溺水、防欺凌、食品安全和校车安全专项排查，每学期一轮", "section-safety dept-health *", "-"},
	{6, "校园周边交通和治安综合治理，护学岗全覆盖", "dept-police section-safety 0 1", "2025-06-30"},
	{7, "四查三比对每学期两轮，疑似辍学一人一案劝返", "section-compulsory dept-police *", "-"},
	{7, "适龄残疾儿童少年入学安置“一人一案”，送教上门有记录", "section-compulsory dept-health 5 7", "2025-12-31"},
	{7, "建立失学辍学预警，连续缺课三天即报", "section-compulsory *", "2024-12-31"},
	{8, "开齐体育课，每天一小时校内体育活动，体质健康数据逐校公布到校", "section-compulsory *", "-"},
	{8, "专职心理健康教师配备，县级建立学生心理辅导中心", "dept-posts dept-health section-compulsory", "2026-06-30"},
	{8, "家庭教育指导服务站覆盖到乡镇，家长学校每学期不少于两次", "section-compulsory 2 6", "2025-12-31"},
	{8, "劳动教育实践基地每县不少于一个", "section-compulsory *", "2026-06-30"},
	{9, "一般公共预算教育支出、按在校学生人数平均的教育支出只增不减", "dept-finance section-planning *", "-"},
	{9, "教育用地优先纳入国土空间规划，批而未建地块逐宗清理", "dept-land section-planning 0 1 2", "2025-12-31"},
	{9, "教育专项资金一年两次公开支出进度", "dept-finance section-planning", "2026-12-31"},
	{10, "集团化办学：城区优质学校与薄弱学校组建教育集团，两年评估一次", "section-compulsory 0 1", "2026-08-31"},
	{10, "增值评价试点，结果不用于学校排名和教师考核", "section-compulsory section-planning", "2026-12-31"},
}

// build is a project of the demo plan, under a measure by its place in the list.
type build struct {
	measure           int
	name, kind, scale string
	county            int
	money             [3]float64 // 万元 of 2024, 2025 and 2026
	source            string
	starts, opens     string    // milestones
	done              [2]string // when they were reached
}

var builds = []build{
	{0, "栖梧区东湖幼儿园新建工程", "新建", "12班，360个学位", 0, [3]float64{900, 1400, 300}, "区级财政", "2024-06-30", "2026-12-20", [2]string{"2024-07-12"}},
	{0, "鹿衔市城南幼儿园改扩建", "改扩建", "增加180个学位", 9, [3]float64{300, 520, 0}, "市级财政", "2024-09-30", "2025-08-31", [2]string{"2024-10-08", "2025-08-20"}},
	{4, "霁川县乡镇小学教学楼改造", "改造", "6 400㎡", 3, [3]float64{1200, 1800, 600}, "中央和省级资金", "2024-05-31", "2026-11-30", [2]string{"2024-05-28"}},
	{4, "枕溪县中心小学综合楼", "新建", "3 200㎡", 4, [3]float64{0, 860, 640}, "县级财政", "2025-03-31", "2026-12-20", [2]string{}},
	{6, "泓岭县实验室和功能室设备", "设备", "42间", 8, [3]float64{260, 340, 0}, "省级资金", "2024-10-31", "2025-09-30", [2]string{"2024-11-20", "2025-10-09"}},
	{8, "栖梧区优质均衡创建校舍提升", "改造", "18所学校", 0, [3]float64{1500, 2600, 1800}, "区级财政", "2024-04-30", "2026-12-20", [2]string{"2024-04-30"}},
	{11, "市第二高级中学新校区", "新建", "60班，3 000个学位", 0, [3]float64{6000, 9800, 5200}, "专项债券", "2024-08-31", "2026-12-20", [2]string{"2024-09-15"}},
	{14, "荻浦区职业学校实训楼", "新建", "5 600㎡", 2, [3]float64{0, 1600, 900}, "市级财政", "2025-05-31", "2026-12-20", [2]string{"2025-06-12"}},
	{15, "装备制造产业学院", "共建", "2个专业群", 1, [3]float64{200, 400, 400}, "企业投入", "2024-12-31", "2026-12-20", [2]string{"2025-01-16"}},
	{25, "校园视频联网平台", "设备", "全市1 800所学校（园）", 0, [3]float64{420, 380, 120}, "市级财政", "2024-06-30", "2025-06-30", [2]string{"2024-06-20"}},
}

// served says which measure, by its place in the list, a task of the demo city
// serves; several tasks may serve one.
var served = map[string]int{
	"逐校消除教学及辅助用房不达标，按月报整改进度": 4, "校舍达标整改进度按月报送": 4, "落实控辍保学“一人一案”，完成疑似辍学学生劝返": 29, "四查三比对每学期两轮": 29, "起始年级按标准班额编班，化解城区大班额": 7,
	"校园封闭管理、专职保安、一键报警和视频联网逐校达标": 25, "核定空编并优先补充紧缺学科教师": 20, "落实公办幼儿园新建项目市级补助资金": 0, "清理批而未建教育用地": 37, "一般公共预算教育支出只增不减，年度自查": 36,
	"乡镇寄宿制学校“一校一策”方案编制": 5, "教师交流轮岗年度计划和名单公示": 21, "中职学校办学条件未达标清单逐项销号": 14, "重大安全隐患挂牌督办台账按周更新": 26, "每天一小时校内体育活动落实情况抽查": 32,
	"家庭教育指导服务站覆盖到乡镇": 34, "劳动教育实践基地选址": 35, "随迁子女入学材料清单精简并公开": 9, "县域普通高中托管帮扶协议签订": 10, "编制优质均衡创建年度攻坚方案": 8, "心理辅导中心建设进度月报": 33, "防溺水专项排查": 27,
	"幼儿园未持证教师转岗或取证": 3,
}

// servesOf are the measures that a task of the demo city serves.
func servesOf(title string) []task.Serves {
	i, ok := served[title]
	if !ok {
		return nil
	}
	return []task.Serves{{Plan: ActionID, Measure: measureID(i)}}
}

// measureID is the id of a measure by its place in the list: lines and targets had
// theirs before.
func measureID(i int) string {
	p := plan.Default("", "", "", 2024, 2026)
	return fmt.Sprintf("%s%d", plan.MeasureID, p.Last+len(goals)+1+i)
}

// ActionPlan lets two people of the city make its three-year action: the section
// writes and hands in, the leader approves; then the planner begins a second
// version. What was there before is left as it is.
func (c *City) ActionPlan(ctx context.Context, into *flow.City) error {
	section, leader, planner := c.actor("city"), c.actor("leader"), c.actor("planner")
	have, err := into.Office().Plans(ctx, planner)
	if err != nil || slices.ContainsFunc(have, func(p flow.PlanRow) bool { return p.ID == ActionID }) {
		return err
	}
	at := func(day string) *flow.Office {
		t, _ := time.Parse(time.DateOnly, day) // which a test reads
		return into.Office().At(func() time.Time { return t.Add(2 * time.Hour) })
	}
	office := at("2024-02-20")
	known, err := office.Bodies(ctx, section)
	if err != nil {
		return err
	}
	for _, b := range departments {
		if !slices.ContainsFunc(known, func(k task.Body) bool { return k.ID == b.ID }) {
			if err := office.KeepBody(ctx, section, b, 0); err != nil {
				return fmt.Errorf("body %s: %w", b.ID, err)
			}
		}
	}
	p, reached := c.actionPlan()
	v, err := office.SavePlan(ctx, section, p, 1, 0)
	if err == nil {
		v, err = at("2024-02-26").ActPlan(ctx, section, v.ID, v.Version, v.Rev, plan.HandIn, "")
	}
	if err == nil {
		v, err = at("2024-03-01").ActPlan(ctx, leader, v.ID, v.Version, v.Rev, plan.Approve, actionBasis)
	}
	if err != nil {
		return fmt.Errorf("plan of the demo city: %w", err)
	}
	for id, done := range reached {
		if err := at("2025-10-20").ReachProject(ctx, section, v.ID, id, done, "按计划推进（示例）"); err != nil {
			return fmt.Errorf("project of the demo city: %w", err)
		}
	}
	next, err := at("2026-01-12").FollowPlan(ctx, planner, v.ID)
	if err != nil {
		return err
	}
	q := next.Plan.Clone()
	q.Lines[2].Targets[1].Values[2026] = 96.5
	q.Lines[6].Measures[3].Due = day("2026-06-30")
	_, err = at("2026-01-13").SavePlan(ctx, planner, q, next.Version, next.Rev)
	return err
}

func day(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0
	}
	return edu.DateOf(t)
}

// actionPlan is the plan, and which milestones were reached.
func (c *City) actionPlan() (plan.Plan, map[string]map[string]edu.Date) {
	p := plan.Default(ActionID, "云岫市教育高质量发展三年行动（示例）", "", 2024, 2026)
	p.Basis = actionBasis
	for _, g := range goals {
		t := plan.Target{ID: p.NewID(plan.TargetID), Name: g.name, Scheme: g.scheme, Indicator: g.id, Stage: g.stage, Of: g.of, Unit: g.unit, Combine: plan.Each, Source: actionBasis, Values: map[int]float64{}}
		if g.id != "" {
			t.BaseYear = 2023
		} else {
			t.Combine = plan.Sum
		}
		if g.down {
			t.Direction = plan.Down
		}
		for i, v := range g.values {
			t.Values[2024+i] = v
		}
		if g.shared {
			t.Shares = c.shares(&t)
		}
		l := &p.Lines[g.line]
		l.Targets = append(l.Targets, t)
	}
	var ids []string
	for _, s := range measures {
		l := &p.Lines[s.line]
		m := plan.Measure{ID: p.NewID(plan.MeasureID), Text: s.text, Source: "《" + p.Name + "》" + l.Name + "部分", From: day("2024-03-01"), Standing: s.due == "-"}
		if !m.Standing {
			m.Due = day(s.due)
		}
		if len(l.Targets) > 0 {
			m.Target = l.Targets[0].ID
		}
		for i, w := range strings.Fields(s.who) {
			m.Owners = append(m.Owners, owners(w, i == 0)...)
		}
		l.Measures = append(l.Measures, m)
		ids = append(ids, m.ID)
	}
	reached := map[string]map[string]edu.Date{}
	for _, b := range builds {
		x := plan.Project{ID: p.NewID(plan.ProjectID), Name: b.name, Kind: b.kind, Scale: b.scale, School: counties[b.county].ID, Place: counties[b.county].Name.ZH}
		for i, v := range b.money {
			if v > 0 {
				x.Money = append(x.Money, task.Fund{Year: 2024 + i, Amount: v, Source: b.source})
			}
		}
		x.Stones = []task.Milestone{{ID: p.NewID(plan.StoneID), Day: day(b.starts), Mark: "开工（启动）"}, {ID: p.NewID(plan.StoneID), Day: day(b.opens), Mark: "竣工并投入使用"}}
		for i, d := range b.done {
			if d != "" {
				if reached[x.ID] == nil {
					reached[x.ID] = map[string]edu.Date{}
				}
				reached[x.ID][x.Stones[i].ID] = day(d)
			}
		}
		_, m := p.Measure(ids[b.measure])
		m.Projects = append(m.Projects, x)
	}
	return p, reached
}

// shares gives every county its part: of a number a part that adds up, of a rate
// about what the city wants.
func (c *City) shares(t *plan.Target) map[edu.UnitID]map[int]float64 {
	out := map[edu.UnitID]map[int]float64{}
	for i := range counties {
		by := map[int]float64{}
		for y, v := range t.Values {
			if t.Combine == plan.Sum {
				part := float64(int(v) / len(counties))
				if i == 0 {
					part += v - part*float64(len(counties))
				}
				by[y] = part
				continue
			}
			d := []float64{0, 0.5, -0.5}[i%3]
			if t.Direction == plan.Down {
				d = 0
			}
			by[y] = min(100, max(0, v+d))
		}
		out[counties[i].ID] = by
	}
	return out
}

// owners are the bodies that a word of a measure names.
func owners(word string, lead bool) []plan.Owner {
	one := func(body string) plan.Owner {
		d := plan.DutyOf(body)
		if strings.HasPrefix(body, "section-") {
			d = task.Industry // 行业主管: the bureau of education is it
		}
		return plan.Owner{Body: body, Duty: d, Lead: lead}
	}
	switch {
	case word == "*":
		var out []plan.Owner
		for i := range counties {
			out = append(out, one(task.GovernmentOf(counties[i].ID)))
		}
		return out
	case len(word) == 1 && word[0] >= '0' && word[0] <= '9':
		return []plan.Owner{one(task.GovernmentOf(counties[word[0]-'0'].ID))}
	}
	return []plan.Owner{one(word)}
}
