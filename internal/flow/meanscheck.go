// What is refused of a county's means, whether it was typed or came in a file.

package flow

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/means"
)

const (
	maxYuan       = 1e12
	maxMeansLines = 20_000
	maxWords      = 100
)

// lines gathers what is wrong with lines, the first of it.
type faults []edu.Text

func (f *faults) say(line int, zh, en string) {
	if len(*f) == 20 {
		return
	}
	if line > 0 {
		zh, en = fmt.Sprintf("第%d行：%s", line, zh), fmt.Sprintf("line %d: %s", line, en)
	}
	*f = append(*f, edu.Text{ZH: zh, EN: en})
}

func words(s string) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return n > 0 && n <= maxWords
}

func checkPrices(lines []means.Price) []edu.Text {
	var f faults
	seen := map[string]bool{}
	if len(lines) > 200 {
		f.say(0, "单价表不得超过200项", "at most 200 prices")
	}
	for i, p := range lines {
		switch {
		case !words(p.Item) || seen[p.Item]:
			f.say(i+1, "项目为空或重复", "the item is missing, or stands twice")
		case !words(p.Name):
			f.say(i+1, "请填写项目名称，100字以内", "name the item, in 100 characters")
		case !(p.Yuan > 0 && p.Yuan <= maxYuan):
			f.say(i+1, "单价应为大于0的数（元）", "want a price above 0, in yuan")
		case p.Year < 2000 || p.Year > 2100:
			f.say(i+1, "请填写价格年份，如2025", "say of which year the price is, such as 2025")
		case !words(p.Basis):
			f.say(i+1, "请填写依据（文号或中标结果），100字以内", "name the basis of the price (document or tender), in 100 characters")
		}
		seen[p.Item] = true
	}
	return f
}

func checkStaff(s *means.Staff) []edu.Text {
	var f faults
	if s.AsOf <= 0 {
		f.say(0, "请填写截至日期", "say of which day the counts are")
	}
	if !words(s.Source) {
		f.say(0, "请填写来源，100字以内", "name the source, in 100 characters")
	}
	if len(s.Groups) == 0 || len(s.Groups) > maxMeansLines {
		f.say(0, fmt.Sprintf("请填写1至%d行教职工人数", maxMeansLines), fmt.Sprintf("give 1 to %d lines of staff", maxMeansLines))
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		held, retiring := 0, 0
		bad := g.People < 0 || g.Posts < 0 || g.Eligible < 0 || g.Leave < 0
		for _, n := range g.Held {
			held, bad = held+n, bad || n < 0
		}
		for _, n := range g.Retiring {
			retiring, bad = retiring+n, bad || n < 0
		}
		switch {
		case g.School == "" || !slices.Contains(edu.Stages, g.Stage):
			f.say(i+1, "请填写学校代码和学段", "give the code of the school and the stage")
		case bad:
			f.say(i+1, "人数不得为负", "people are not fewer than none")
		case held > g.People || g.Posts > g.People || g.Eligible > g.People-held || g.Leave > g.People || retiring > g.People:
			f.say(i+1, "其中数大于总人数（不可流动者不计入符合交流条件者）", "a part is larger than the whole (who is held is not due for exchange)")
		}
	}
	return f
}

func checkWays(lines []means.Way) []edu.Text {
	var f faults
	if len(lines) > maxMeansLines {
		f.say(0, "行数过多", "too many lines")
	}
	for i, w := range lines {
		switch {
		case !words(w.From) || !words(w.To) || w.From == w.To:
			f.say(i+1, "请填写两个不同的乡镇", "give two different townships")
		case !(w.Km >= 0 && w.Km <= 1000):
			f.say(i+1, "路程应为0至1000公里", "want a way of 0 to 1000 kilometres")
		case !math.IsNaN(w.Minutes) && !(w.Minutes >= 0 && w.Minutes <= 1440):
			f.say(i+1, "时间应为0至1440分钟", "want 0 to 1440 minutes")
		}
	}
	return f
}

func checkLessons(lines []means.Lesson) []edu.Text {
	var f faults
	if len(lines) > 200 {
		f.say(0, "课程课时计划不得超过200行", "at most 200 lines of a plan of lessons")
	}
	fits := func(x float64) bool { return x >= means.LeastLessons && x <= means.MostLessons }
	seen := map[string]bool{}
	for i, l := range lines {
		key := string(l.Stage) + " " + l.Subject
		switch {
		case !words(l.Subject) || !slices.Contains(edu.Stages, l.Stage) || seen[key]:
			f.say(i+1, "学段、学科为空或重复", "stage or subject is missing, or stands twice")
		case !fits(l.PerClass) || !fits(l.PerTeacher):
			f.say(i+1, fmt.Sprintf("周课时应为%v至%d节", means.LeastLessons, means.MostLessons), fmt.Sprintf("want %v to %d lessons a week", means.LeastLessons, means.MostLessons))
		case l.Year < 2000 || l.Year > 2100:
			f.say(i+1, "请填写计划年份，如2025", "say of which year the plan is, such as 2025")
		case !words(l.Basis):
			f.say(i+1, "请填写依据（文号），100字以内", "name the document that the plan is from, in 100 characters")
		}
		seen[key] = true
	}
	return f
}

func checkMoney(lines []means.Budget) []edu.Text {
	var f faults
	if len(lines) > 20 {
		f.say(0, "年度资金不得超过20年", "at most twenty years of money")
	}
	for i, b := range lines {
		switch {
		case b.Year.Kind() != edu.SchoolYear:
			f.say(i+1, "应为学年，如2025", "want a school year, such as 2025")
		case i > 0 && lines[i-1].Year == b.Year:
			f.say(i+1, "学年重复", "the school year stands twice")
		case !(b.Yuan >= 0 && b.Yuan <= maxYuan):
			f.say(i+1, "金额应为不小于0的数（元）", "want an amount of 0 yuan or more")
		case !words(b.Source):
			f.say(i+1, "请写明资金来源，100字以内", "name the source of the money, in 100 characters")
		}
	}
	return f
}
