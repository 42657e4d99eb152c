// What a plan says, in words.

package places

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/forecast"
)

func say(zh, en string, args ...any) edu.Text {
	return edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// Closing is the rule of closings, with its sources.
var Closing = edu.Text{
	ZH: "撤并不作默认方案：征求意见、公示、听证、安全路线四项都完成才作比较，否则保留；乡村小规模学校和教学点还须有批准文件。依据：国办发〔2018〕27号“应留必留、先建后撤”，教育部2016年关于农村义务教育学校布局调整有关问题的通报（论证、公示、报批、听证，多数家长反对不得强行撤并）；均据转载，官方文本待核。",
	EN: "Closing is never a default: it is weighed only where consultation, publication, hearing and a safe route are done, and of small rural schools and teaching points where it was approved. Sources: 国办发〔2018〕27号, and the ministry's notice of 2016 on the layout of rural compulsory schools; both read in reprints (S).",
}

// StageName is a stage in words.
func StageName(id string) edu.Text { return forecast.SectionName(id) }

// StageName is a stage of the input in words.
func (in *Input) StageName(st int) edu.Text { return forecast.SectionName(in.Stages[st].ID) }

// ActName is an act in words.
func ActName(a Act, in *Input, school int) edu.Text {
	switch a {
	case Expand:
		return say("扩建", "expand")
	case Build:
		return say("新建", "build")
	case Convert:
		return say("转用", "convert")
	case Merge:
		if in.Stages[in.Schools[school].Stage].compulsory() {
			return say("撤并（须经审批）", "merge (to be approved)")
		}
		return say("停办（须经审批）", "close (to be approved)")
	}
	return say("保留", "keep")
}

var stepNames = map[Step]edu.Text{
	Consulted: {ZH: "征求意见", EN: "consultation"}, Published: {ZH: "公示", EN: "publication"}, Heard: {ZH: "听证", EN: "hearing"},
	SafeRoute: {ZH: "安全路线", EN: "a safe route"}, Approved: {ZH: "批准文件", EN: "approval"},
}

// Reason is why a line is there.
func (in *Input) Reason(p *Plan, l Line) edu.Text {
	var zh, en []string
	for _, s := range l.Lacks {
		zh, en = append(zh, stepNames[s].ZH), append(en, stepNames[s].EN)
	}
	lacks := edu.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	switch l.Why {
	case Protected:
		return say("乡村小规模学校、教学点默认保留；还缺：%[1]s", "a small rural school or teaching point is kept; lacking: %[2]s", lacks.ZH, lacks.EN)
	case StepsMiss:
		return say("撤并程序未完成，保留；还缺：%[1]s", "the steps of a closing are not done; lacking: %[2]s", lacks.ZH, lacks.EN)
	case NotBegun:
		if !in.steps(l.School) {
			return say("没有标明可停办，保留", "it is not marked as one that may close")
		}
		return say("未启动撤并程序，保留", "nobody asked for its closing")
	case Needed:
		return say("可以比较撤并，但撤并并不更省，保留", "its closing may be weighed, and would cost no less")
	case Cheaper:
		if !in.steps(l.School) {
			return say("县里标明可停办；少用的运行经费多于儿童多走的路和校车的费用；批准前保留", "the county says it may close; running it costs more than the longer ways and buses of its children; kept until approved")
		}
		return say("程序已完成；少用的运行经费多于学生多走的路和校车、寄宿的费用；批准前保留", "all steps are done; running it costs more than the longer ways, buses and beds of its children; kept until approved")
	}
	school := l.School
	if l.To >= 0 {
		school = l.To
	}
	st := in.Schools[school].Stage
	now, most := 0, 0
	for y := l.Year; y < len(in.Years); y++ {
		most = max(most, p.Used[school][y])
	}
	if !in.Schools[school].New {
		now = in.Schools[school].Seats
	}
	return say("%[1]s现有 %[2]d 个学位，%[3]d 年起最多 %[4]d 人就读", "%[5]s has %[2]d seats, and up to %[4]d children from %[3]d on", in.Schools[school].Name+"（"+in.StageName(st).ZH+"）", now, in.Years[l.Year].First, most, in.Schools[school].Name+" ("+in.StageName(st).EN+")")
}

// Money is a sum in yuan, or in 万元 where it is large.
func Money(x float64) edu.Text {
	if math.Abs(x) >= 1e4 {
		return edu.Text{ZH: strconv.FormatFloat(x/1e4, 'f', 1, 64) + " 万元", EN: strconv.FormatFloat(x/1e4, 'f', 1, 64) + "×10⁴ yuan"}
	}
	return edu.Text{ZH: strconv.FormatFloat(x, 'f', 0, 64) + " 元", EN: strconv.FormatFloat(x, 'f', 0, 64) + " yuan"}
}

// Conclusion says what is known of a plan.
func (p *Plan) Conclusion() edu.Text {
	cost := Money(p.Cost)
	switch p.Status {
	case Infeasible:
		return say("没有方案能让所有儿童都有学位。", "No plan gives every child a seat.")
	case Stopped:
		return say("停止前没有找到方案；这不等于没有方案。", "Stopped before a plan was found; there may be one.")
	case Optimal:
		return say("每个儿童都有学位的最省方案，合计 %[1]s；已证明没有更省的。", "Every child has a seat at the least cost, %[2]s; it is proven that nothing costs less.", cost.ZH, cost.EN)
	}
	bound := Money(p.Bound)
	return say("每个儿童都有学位，合计 %[1]s；已证明任何方案不低于 %[3]s，差距不超过 %[5].2f%%。", "Every child has a seat at %[2]s; no plan costs less than %[4]s, a gap of at most %[5].2f %%.", cost.ZH, cost.EN, bound.ZH, bound.EN, 100*p.Gap)
}

// Waiting says what comes of doing nothing.
func (in *Input) Waiting(p *Plan) edu.Text {
	var zh, en []string
	for st := range in.Stages {
		for y, n := range p.Still.Without[st] {
			if n > 0 {
				name := in.StageName(st)
				zh = append(zh, fmt.Sprintf("%d 年%s %d 人", in.Years[y].First, name.ZH, n))
				en = append(en, fmt.Sprintf("%d in %s in %d", n, name.EN, in.Years[y].First))
			}
		}
	}
	if len(zh) == 0 {
		return say("不动、等自然缓解：每年每个儿童都有学位。", "Doing nothing: every child has a seat in every year.")
	}
	return say("不动、等自然缓解：可到范围内没有学位的有 %[1]s。", "Doing nothing: without a seat in reach are %[2]s.", strings.Join(zh, "、"), strings.Join(en, ", "))
}

// Words is a conflict in a sentence.
func (in *Input) Words(c Conflict) edu.Text {
	year, area, school := 0, "", ""
	stage := edu.Text{}
	if c.Year >= 0 {
		year = in.Years[c.Year].First
	}
	if c.Area >= 0 {
		area = in.Areas[c.Area].Name
	}
	if c.School >= 0 {
		school = in.Schools[c.School].Name
	}
	if c.Stage >= 0 {
		stage = in.StageName(c.Stage)
	}
	n := strconv.FormatFloat(c.Number, 'f', -1, 64)
	if (c.Rule == AllPlaced || c.Rule == NoWay) && c.Number < 10 {
		n = "<10" // of one village: they may be known by their number
	}
	switch c.Rule {
	case AllPlaced:
		return say("%[1]d 年“%[2]s”的%[3]s儿童 %[5]s 人都要有学位", "in %[1]d all %[5]s children of %[2]s in %[4]s need a seat", year, area, stage.ZH, stage.EN, n)
	case NoWay:
		return say("%[1]d 年“%[2]s”的%[3]s儿童 %[5]s 人，上限内、校车和寄宿都没有可去的学校", "in %[1]d the %[5]s children of %[2]s in %[4]s have no school within the limit, by bus or with a bed", year, area, stage.ZH, stage.EN, n)
	case Enough:
		return say("%[1]d 年%[2]s合计还要 %[4]s 个学位，不建不够", "in %[1]d all of %[3]s need %[4]s seats more than there are for sure", year, stage.ZH, stage.EN, n)
	case MostSeats:
		return say("%[1]d 年“%[2]s”（%[3]s）全部可建完也只有 %[5]s 个学位", "in %[1]d %[2]s (%[4]s) has %[5]s seats with all that can be built", year, school, stage.ZH, stage.EN, n)
	case SeatsLimit:
		return say("%[1]d 年“%[2]s”（%[3]s）现有 %[5]s 个学位，多收要先扩建", "in %[1]d %[2]s (%[4]s) has %[5]s seats, and more only if built", year, school, stage.ZH, stage.EN, n)
	case RoomsLimit:
		return say("“%[1]s”至多可增 %[2]s 班", "%[1]s can have %[2]s rooms more at most", school, n)
	case ConvertMost:
		return say("“%[1]s”至多可转出 %[3]s 班给“%[2]s”", "%[1]s can give %[3]s rooms at most to %[2]s", school, in.Schools[c.To].Name, n)
	case BedsLimit:
		return say("“%[1]s”有 %[2]s 张寄宿床位", "%[1]s has %[2]s beds", school, n)
	case LeastRooms:
		return say("“%[1]s”新建至少 %[2]s 班", "%[1]s has %[2]s rooms at least", school, n)
	case BudgetLimit:
		return say("%[1]d 年建设资金 %[2]s 元", "building in %[1]d has %[2]s yuan", year, n)
	}
	return edu.Text{ZH: string(c.Rule), EN: string(c.Rule)}
}
