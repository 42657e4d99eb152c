package plan

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// A plan as a workbook: a sheet for each kind of part. A row keeps its part's id
// in a hidden first column, so that a text can be changed without losing what
// hangs on it; rows point to each other by the numbers that people see.

// Names gives bodies, counties and schools their names, and finds them by name or
// code; a name that fits several gives several.
type Names struct {
	Of         func(id string) edu.Text // a body's or a unit's
	Bodies     func(typed string) []string
	Counties   func(typed string) []string
	Schools    func(typed string) []string // or counties
	Indicators func(scheme, id string) bool
}

// columns of the sheets; both names are read.
type column struct {
	key    string
	name   edu.Text
	width  float64
	wanted bool // the sheet is none of ours without it
}

type bookSheet struct {
	key  string
	name edu.Text
	cols []column
}

func col(key, zh, en string, width float64) column {
	return column{key, edu.Text{ZH: zh, EN: en}, width, false}
}
func key(k, zh, en string, width float64) column {
	return column{k, edu.Text{ZH: zh, EN: en}, width, true}
}

// Sheets of the workbook, but for the first, which says what the plan is.
const (
	onAction   = "action"
	onLines    = "lines"
	onTargets  = "targets"
	onMeasures = "measures"
	onOwners   = "owners"
	onProjects = "projects"
	onMoney    = "money"
	onStones   = "stones"
	onShares   = "shares"
)

// sheets are the sheets of a plan of some years, whose columns some of them have.
func sheets(years []int) []bookSheet {
	id := col("id", "编号（勿改）", "id (leave)", 8)
	var by []column
	for _, y := range years {
		by = append(by, col(fmt.Sprint(y), fmt.Sprintf("%d年", y), fmt.Sprint(y), 10))
	}
	no := func(what, zh, en string) column { return key(what, zh+"序号", en+" no.", 9) }
	return []bookSheet{
		{onLines, edu.Text{ZH: "主线", EN: "lines"}, []column{id, no("line", "主线", "line"), key("name", "名称", "name", 28), col("stage", "学段", "stage", 10), col("row", "任务行", "row", 8)}},
		{onTargets, edu.Text{ZH: "目标", EN: "targets"}, slices.Concat([]column{id, no("target", "目标", "target"), no("line", "主线", "line"), key("name", "名称", "name", 36), col("scheme", "指标体系", "scheme", 22), col("indicator", "指标", "indicator", 16),
			col("istage", "指标学段", "stage of the indicator", 10), col("of", "口径", "figure", 10), col("unit", "单位", "unit", 8), col("direction", "方向", "direction", 8), col("base", "基期", "base year", 8), col("basevalue", "基期值", "base value", 10), col("basesource", "基期值来源", "source of the base", 24)},
			by, []column{col("combine", "分解方式", "sharing", 10), col("source", "依据", "source", 30)})},
		{onMeasures, edu.Text{ZH: "措施", EN: "measures"}, []column{id, no("measure", "措施", "measure"), no("line", "主线", "line"), key("text", "内容", "text", 60), col("from", "开始", "begins", 12), col("due", "完成时限", "due", 12), col("target", "目标序号", "target no.", 9), col("figures", "数值", "figures", 16), col("source", "出处", "source", 40)}},
		{onOwners, edu.Text{ZH: "责任", EN: "owners"}, []column{no("measure", "措施", "measure"), key("body", "责任单位", "body", 26), col("duty", "责任类型", "duty", 10), col("lead", "牵头", "leads", 8)}},
		{onProjects, edu.Text{ZH: "项目", EN: "projects"}, []column{id, no("project", "项目", "project"), no("measure", "措施", "measure"), key("name", "名称", "name", 34), col("kind", "类型", "kind", 12), col("school", "学校或县", "school or county", 20), col("scale", "规模", "scale", 18), col("place", "地点", "place", 18)}},
		{onMoney, edu.Text{ZH: "资金", EN: "money"}, []column{no("project", "项目", "project"), key("year", "年份", "year", 8), key("amount", "金额（万元）", "amount (10000 yuan)", 14), col("source", "来源", "source", 24)}},
		{onStones, edu.Text{ZH: "节点", EN: "milestones"}, []column{id, no("project", "项目", "project"), key("day", "日期", "day", 12), key("mark", "标志性成果", "mark", 36)}},
		{onShares, edu.Text{ZH: "县区分解", EN: "shares"}, slices.Concat([]column{no("target", "目标", "target"), key("county", "县（市、区）", "county", 18)}, by)},
	}
}

var actionName = edu.Text{ZH: "行动", EN: "action"}

// actionRows are the lines of the first sheet.
var actionRows = []column{col("name", "方案名称", "name", 0), col("basis", "依据", "basis", 0), col("from", "起始年", "first year", 0), col("to", "终止年", "last year", 0), col("near", "“接近”界限（0至1，空为0.8）", "bound of close (0 to 1, empty is 0.8)", 0)}

// bookMark stands in the first cell, before id, version and revision.
const bookMark = "shuren-plan"

// words of a field that has few values.
var (
	ofWords        = map[Of]edu.Text{Value: {ZH: "数值", EN: "value"}, Passed: {ZH: "达标率", EN: "share that meets"}, Spread: {ZH: "差异系数", EN: "difference coefficient"}, RuleOf: {ZH: "判定", EN: "rule"}}
	directionWords = map[Direction]edu.Text{Up: {ZH: "不低于", EN: "at least"}, Down: {ZH: "不高于", EN: "at most"}}
	combineWords   = map[Combine]edu.Text{Sum: {ZH: "相加", EN: "sum"}, Each: {ZH: "各自达到", EN: "each"}}
	yes            = edu.Text{ZH: "是", EN: "yes"}
	standing       = edu.Text{ZH: "长期坚持", EN: "standing"}
)

// Name is which figure is meant, in words.
func (o Of) Name() edu.Text { return ofWords[o] }

// Name is the direction in words.
func (d Direction) Name() edu.Text { return directionWords[d] }

// Name is the way of sharing in words.
func (c Combine) Name() edu.Text { return combineWords[c] }

// Write writes a version as a workbook; mark, where not empty, stands on its first
// sheet: 示例数据.
func Write(w io.Writer, v *Version, lang string, names Names, mark string) error {
	f := excelize.NewFile()
	defer f.Close()
	in := func(t edu.Text) string { return t.In(lang) }
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	first := in(actionName)
	if err := f.SetSheetName("Sheet1", first); err != nil {
		return err
	}
	set := func(sheet string, row int, cells []any) {
		if err == nil {
			err = f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &cells)
		}
	}
	near := any(nil)
	if v.Near != 0 {
		near = v.Near
	}
	set(first, 1, []any{fmt.Sprintf("%s:%s:%d:%d", bookMark, v.ID, v.Version, v.Rev), mark})
	for i, x := range []any{v.Name, v.Basis, v.From, v.To, near} {
		set(first, i+2, []any{"", in(actionRows[i].name), x})
	}
	if err != nil {
		return err
	}
	if err := f.SetColWidth(first, "B", "C", 34); err != nil {
		return err
	}
	if err := f.SetColVisible(first, "A", false); err != nil {
		return err
	}
	rows := bookRows(v, in, names)
	for _, sh := range sheets(v.Years()) {
		name := in(sh.name)
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
		heads := make([]any, len(sh.cols))
		for i, c := range sh.cols {
			heads[i] = in(c.name)
		}
		set(name, 1, heads)
		for i, r := range rows[sh.key] {
			set(name, i+2, r)
		}
		if err != nil {
			return err
		}
		if err := dress(f, name, sh, head, wrap, in); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// dress sets widths, hides the ids, holds the head and offers the few values that
// a field can have.
func dress(f *excelize.File, name string, sh bookSheet, head, wrap int, in func(edu.Text) string) error {
	for i, c := range sh.cols {
		at, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := f.SetColStyle(name, at, wrap); err != nil {
			return err
		}
		if err := f.SetColWidth(name, at, at, c.width); err != nil {
			return err
		}
		if c.key == "id" {
			if err := f.SetColVisible(name, at, false); err != nil {
				return err
			}
		}
		if list := offered(c.key, in); len(list) > 0 {
			dv := excelize.NewDataValidation(true)
			dv.Sqref = fmt.Sprintf("%s2:%s2000", at, at)
			if err := dv.SetDropList(list); err != nil {
				return err
			}
			if err := f.AddDataValidation(name, dv); err != nil {
				return err
			}
		}
	}
	if err := f.SetRowStyle(name, 1, 1, head); err != nil {
		return err
	}
	return f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func offered(key string, in func(edu.Text) string) (out []string) {
	add := func(t edu.Text) { out = append(out, in(t)) }
	switch key {
	case "stage":
		for _, s := range draft.Stages {
			add(s.Name())
		}
	case "of":
		for _, o := range []Of{Value, Passed, Spread, RuleOf} {
			add(ofWords[o])
		}
	case "direction":
		add(directionWords[Up])
		add(directionWords[Down])
	case "combine":
		add(combineWords[Sum])
		add(combineWords[Each])
	case "duty":
		for _, d := range Duties {
			add(DutyName(d))
		}
	case "lead":
		add(yes)
	}
	return out
}

// bookRows are the rows of every sheet.
func bookRows(v *Version, in func(edu.Text) string, names Names) map[string][][]any {
	out := map[string][][]any{}
	add := func(sheet string, cells ...any) { out[sheet] = append(out[sheet], cells) }
	name := func(id string) string {
		if n := strings.TrimSpace(in(names.Of(id))); n != "" {
			return n
		}
		return id
	}
	by := func(m map[int]float64) (cells []any) {
		for _, y := range v.Years() {
			if x, ok := m[y]; ok {
				cells = append(cells, x)
			} else {
				cells = append(cells, nil)
			}
		}
		return cells
	}
	number := map[string]int{}
	targets, measures, projects := 0, 0, 0
	for i := range v.Lines {
		for k := range v.Lines[i].Targets {
			targets++
			number[v.Lines[i].Targets[k].ID] = targets
		}
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		add(onLines, l.ID, i+1, l.Name, in(l.Stage.Name()), l.Row)
		for k := range l.Targets {
			t := &l.Targets[k]
			n := number[t.ID]
			base, value := any(nil), any(nil)
			if t.BaseYear != 0 {
				base = t.BaseYear
			}
			if t.BaseValue != nil {
				value = *t.BaseValue
			}
			cells := []any{t.ID, n, i + 1, t.Name, t.Scheme, t.Indicator, string(t.Stage), in(ofWords[t.Of]), t.Unit, in(directionWords[t.Direction]), base, value, t.BaseSource}
			add(onTargets, append(append(cells, by(t.Values)...), in(combineWords[t.Combine]), t.Source)...)
			for _, u := range Counties(t) {
				add(onShares, append([]any{n, name(string(u))}, by(t.Shares[u])...)...)
			}
		}
		for k := range l.Measures {
			m := &l.Measures[k]
			measures++
			due, target := m.Due.String(), any(nil)
			if m.Standing {
				due = in(standing)
			}
			if m.Target != "" {
				target = number[m.Target]
			}
			add(onMeasures, m.ID, measures, i+1, m.Text, m.From.String(), due, target, m.Figures, m.Source)
			for _, o := range m.Owners {
				who, lead, duty := o.Said, "", ""
				if o.Body != "" {
					who = name(o.Body)
				}
				if o.Lead {
					lead = in(yes)
				}
				if o.Duty != "" {
					duty = in(DutyName(o.Duty))
				}
				add(onOwners, measures, who, duty, lead)
			}
			for n := range m.Projects {
				p := &m.Projects[n]
				projects++
				school := ""
				if p.School != "" {
					school = name(string(p.School))
				}
				add(onProjects, p.ID, projects, measures, p.Name, p.Kind, school, p.Scale, p.Place)
				for _, x := range p.Money {
					add(onMoney, projects, x.Year, x.Amount, x.Source)
				}
				for _, s := range p.Stones {
					add(onStones, s.ID, projects, s.Day.String(), s.Mark)
				}
			}
		}
	}
	return out
}

// dutyNamed reads a kind of responsibility.
func dutyNamed(s string) (task.Duty, bool) {
	for _, d := range Duties {
		if n := DutyName(d); s == n.ZH || s == n.EN || s == string(d) || s == n.ZH+"责任" {
			return d, true
		}
	}
	return "", s == "" || s == "待定" || s == "to be set"
}
