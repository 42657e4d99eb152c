package report

import (
	"fmt"
	"strings"

	"shuren/internal/forecast"
)

// book is the forecast as a workbook: stages, grades, the test, ratios, notes.
func (f *Forecast) book() *Book {
	b := &Book{Note: strings.Join(nonEmpty(f.Mark, f.text(f.Result.Conclusion())), " · ")}
	b.add(f.stageSheet())
	b.add(f.gradeSheet())
	b.add(f.testSheet())
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
			number(l.pupils, 0), number(l.low, 0), number(l.high, 0), number(l.ownLow, 0), number(l.ownHigh, 0)})
	}
	return s
}

func (f *Forecast) gradeSheet() *Sheet {
	s := &Sheet{Name: f.say("年级", "Grades"), Cols: []SheetCol{f.col("地方", "Place", 22), f.col("所属", "Within", 16), f.col("年级", "Grade", 10)}}
	for _, y := range f.Result.Years {
		s.Cols = append(s.Cols, SheetCol{Label: f.year(y), Width: 11})
	}
	var row []SheetCell
	for l := range f.byGrade() {
		if row == nil {
			row = []SheetCell{say(f.name(l.node)), say(f.name(f.Input.Nodes[l.node].Up)), say(f.grade(l.grade))}
		}
		if row = append(row, number(l.pupils, 0)); len(row) == len(s.Cols) {
			s.Rows, row = append(s.Rows, row), nil
		}
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
	for _, l := range append(lines, f.Source...) {
		s.Rows = append(s.Rows, []SheetCell{say(l)})
	}
	return s
}
