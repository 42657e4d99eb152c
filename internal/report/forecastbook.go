package report

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/forecast"
)

// book is the forecast as a workbook: stages, grades, the test, ratios, notes.
func (f *Forecast) book() *Book {
	b := &Book{Note: strings.Join(nonEmpty(f.Mark, f.text(f.Result.Conclusion())), " · ")}
	b.add(f.stageSheet())
	if len(f.Seats) > 0 {
		b.add(f.seatSheet())
	}
	b.add(f.gradeSheet())
	b.add(f.testSheet())
	b.add(f.heldSheet())
	b.add(f.ratioSheet())
	b.add(f.noteSheet())
	return b
}

func (f *Forecast) col(zh, en string, width float64) SheetCol {
	return SheetCol{Label: f.say(zh, en), Width: width}
}

func (f *Forecast) stageSheet() *Sheet {
	s := &Sheet{Name: f.say("预测", "Forecast"), Cols: []SheetCol{
		f.col("地方", "Place", 22), f.col("所属", "Within", 16), f.col("学段", "Stage", 10), f.col("年份", "Year", 11), f.col("类别", "Kind", 9),
		f.col("学生数", "Pupils", 10), f.col("低方案", "Low", 10), f.col("高方案", "High", 10), f.col("本地区间下限", "Own band from", 12), f.col("本地区间上限", "to", 12)},
		Text: f.say("低、高方案逐级相加，各地之和等于上级；本地区间比方案宽，不能相加。", "Low and high are scenarios that add up the tree; a place's own band is wider and does not add up.")}
	for l := range f.stages() {
		kind := f.say("实际", "past")
		if l.ahead {
			kind = f.say("预测", "forecast")
		}
		s.Rows = append(s.Rows, []SheetCell{say(f.name(l.node)), say(f.name(f.Input.Nodes[l.node].Up)), say(f.stage(l.stage)), say(f.year(l.year)), say(kind),
			f.count(l, l.pupils), f.count(l, l.low), f.count(l, l.high), f.count(l, l.ownLow), f.count(l, l.ownHigh)})
	}
	return s
}

// scenarios are the lines of a grade in the workbook.
var scenarios = []struct {
	name edu.Text
	of   func(l forecastLine) float64
}{
	{edu.Text{ZH: "中方案", EN: "middle"}, func(l forecastLine) float64 { return l.pupils }},
	{edu.Text{ZH: "低方案", EN: "low"}, func(l forecastLine) float64 { return l.low }},
	{edu.Text{ZH: "高方案", EN: "high"}, func(l forecastLine) float64 { return l.high }},
}

func (f *Forecast) gradeSheet() *Sheet {
	s := &Sheet{Name: f.say("年级", "Grades"), Cols: []SheetCol{f.col("地方", "Place", 22), f.col("所属", "Within", 16), f.col("学段", "Stage", 10), f.col("年级", "Grade", 10), f.col("方案", "Scenario", 10)},
		Text: f.say("各年级之和等于学段，各地之和等于上级；低、高方案由学段向下分到年级。", "Grades add to stages and places to what they lie in; low and high are handed down from the stage.")}
	for y := range f.Input.Years {
		s.Cols = append(s.Cols, SheetCol{Label: f.year(f.Input.First+y) + f.say("实际", " past"), Width: 11})
	}
	for _, y := range f.Result.Years {
		s.Cols = append(s.Cols, SheetCol{Label: f.year(y), Width: 11})
	}
	var past, ahead []forecastLine
	for l := range f.byGrade() {
		if !l.ahead {
			past = append(past, l)
			continue
		}
		if ahead = append(ahead, l); len(ahead) < len(f.Result.Years) {
			continue
		}
		for k, sc := range scenarios {
			if k > 0 && !f.Result.Banded {
				break
			}
			row := []SheetCell{say(f.name(l.node)), say(f.name(f.Input.Nodes[l.node].Up)), say(f.stage(l.stage)), say(f.grade(l.grade)), say(f.text(sc.name))}
			for _, x := range past {
				if k > 0 { // the past has one figure
					row = append(row, SheetCell{})
					continue
				}
				row = append(row, f.count(x, x.pupils))
			}
			for _, x := range ahead {
				row = append(row, f.count(x, sc.of(x)))
			}
			s.Rows = append(s.Rows, row)
		}
		past, ahead = nil, nil
	}
	return s
}

func (f *Forecast) testSheet() *Sheet {
	t := f.Result.Test
	s := &Sheet{Name: f.say("检验", "Back-test"), Text: f.text(f.Result.Held(f.Level)),
		Cols: []SheetCol{f.col("方法", "Method", 36), f.col("采用", "Used", 8), f.col("前期误差 %", "Earlier %", 12), f.col("后期误差 %", "Later %", 12)}}
	n := len(f.Result.Years)
	for h := range n {
		s.Cols = append(s.Cols, SheetCol{Label: fmt.Sprintf(f.say("%d 年后 %%", "%d ahead %%"), h+1), Width: 10})
	}
	for _, m := range append(t.Methods, t.Chosen) {
		used := ""
		if m.Used {
			used = f.say("采用", "used")
		}
		row := []SheetCell{say(f.text(forecast.MethodName(m.Method))), say(used), number(m.Earlier, 1), number(m.Later, 1)}
		for h := range n {
			c := SheetCell{}
			if h < len(m.ByAhead) {
				c = number(m.ByAhead[h], 1)
			}
			row = append(row, c)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// yearOrNone is a year in words; nothing for 0.
func (f *Forecast) yearOrNone(y int) string {
	if y == 0 {
		return ""
	}
	return f.year(y)
}

// seatSheet is seats against pupils.
func (f *Forecast) seatSheet() *Sheet {
	s := &Sheet{Name: f.say("学位", "Seats"), Cols: []SheetCol{f.col("地方", "Place", 22), f.col("学段", "Stage", 10), f.col("学位数", "Seats", 10), f.col("现有学生", "Pupils now", 10),
		f.col("报了班级的校数", "Sections that say", 12), f.col("未报校数", "That do not", 10), f.col("开始不足", "Short from", 11), f.col("最多缺", "Most short", 10), f.col("在哪年", "In", 11),
		f.col("高方案下开始不足", "May be short from", 14), f.col("此后一直富余", "Too many from", 12), f.col("期末空余", "Left at the end", 12), f.col("方案", "Scenario", 10)},
		Text: f.say("学位按现有班级和标准班额计算，空置教室不计；没有报班级的学校，学位和学生两边都不计。", "Seats are those of the classes that there are by the norm of class size, empty rooms left out; sections that do not say their classes are left out on both sides.")}
	for _, y := range f.Result.Years {
		s.Cols = append(s.Cols, SheetCol{Label: f.year(y), Width: 11})
	}
	s.Cols = append(s.Cols, f.col("学位数据项和来源", "Element and source of seats", 60))
	for _, x := range f.Seats {
		for k, years := range [][]float64{x.Mid, x.Low, x.High} {
			if k > 0 && !f.Result.Banded {
				break
			}
			row := []SheetCell{say(f.name(x.Node)), say(f.stage(f.Result.Sections[x.Section])), number(x.Seats, 0), number(x.Now, 0), number(float64(x.Said), 0), number(float64(x.Missing), 0),
				say(f.yearOrNone(x.Short)), number(x.Most, 0), say(f.yearOrNone(x.MostYear)), say(f.yearOrNone(x.May)), say(f.yearOrNone(x.Over)), number(x.Left, 0), say(f.text(scenarios[k].name))}
			for _, n := range years {
				row = append(row, number(n, 0))
			}
			s.Rows = append(s.Rows, append(row, say(x.Source)))
		}
	}
	return s
}

// heldSheet is how often the bands held what came, by level.
func (f *Forecast) heldSheet() *Sheet {
	s := &Sheet{Name: f.say("区间", "Coverage"), Text: f.text(f.Result.Held(f.Level)),
		Cols: []SheetCol{f.col("级别", "Level", 20), f.col("实际数个数", "Later truths", 12), f.col("含住 %", "Held %", 10), f.col("放宽倍数", "Widened by", 10), f.col("放宽后含住 %", "Then held %", 12)}}
	for d, h := range f.Result.Test.Held {
		s.Rows = append(s.Rows, []SheetCell{say(f.text(f.Result.Test.LevelName(d))), number(float64(h.Checked), 0), number(100*h.Before, 1), number(h.Widened, 2), number(100*h.After, 1)})
	}
	return s
}

func (f *Forecast) ratioSheet() *Sheet {
	s := &Sheet{Name: f.say("逐级升学率", "Ratios"), Cols: []SheetCol{f.col("升入年级", "Into grade", 14), f.col("采用", "Used", 10)},
		Text: f.say("全部地方合计：某年级学生数与上一年低一年级学生数之比。", "Of all places: the pupils of a grade to those of the grade below a year before.")}
	for y := 1; y < f.Input.Years; y++ {
		s.Cols = append(s.Cols, SheetCol{Label: f.year(f.Input.First + y), Width: 11})
	}
	for g, r := range f.Result.Ratios {
		row := []SheetCell{say(f.grade(g + 1)), number(r.Used, 3)}
		for _, x := range r.Past {
			row = append(row, number(x, 3))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (f *Forecast) noteSheet() *Sheet {
	s := &Sheet{Name: f.say("说明", "Notes"), Cols: []SheetCol{f.col("说明", "Notes", 120)}}
	lines := nonEmpty(f.Mark, f.text(f.Result.Conclusion()), f.text(f.Result.Held(f.Level)))
	for _, n := range f.Result.Tell() {
		lines = append(lines, f.text(n.Text))
	}
	for _, l := range slices.Concat(lines, f.Added, f.Source) {
		s.Rows = append(s.Rows, []SheetCell{say(l)})
	}
	return s
}
