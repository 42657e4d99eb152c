package form_test

import (
	"testing"
	"testing/fstest"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// small is a pack with one of everything that a form can ask.
const small = `id: small
version: "1"
name: {zh: 小包, en: Small}
source: made up
sources: {doc: 文件}
stages: [primary, junior]
units:
  - {id: pupil, name: {zh: 人, en: pupils}}
  - {id: yuan, name: {zh: 元, en: yuan}}
  - {id: m2, name: {zh: ㎡, en: m²}}
keys:
  - {role: code, headers: [代码]}
split: {by: pupils, weights: {primary: 1, junior: 1.1}, elements: [money], note: {zh: 拆分, en: Split}, source: [doc], evidence: V}
elements:
  - {id: pupils, name: {zh: 学生, en: Pupils}, type: count, unit: pupil, required: true, always_applies: true, source: [doc], evidence: V, by: {id: grade, parts: [
      {id: g1, name: {zh: 一年级, en: Grade 1}, stages: [primary]}, {id: g7, name: {zh: 七年级, en: Grade 7}, stages: [junior]}, {id: g8, name: {zh: 八年级, en: Grade 8}, stages: [junior]}]}}
  - {id: boarders, name: {zh: 寄宿生, en: Boarders}, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: girls, name: {zh: 女生, en: Girls}, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: boys, name: {zh: 男生, en: Boys}, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: children, name: {zh: 儿童, en: Children}, type: count, unit: pupil, required: true, source: [doc], evidence: V}
  - {id: money, name: {zh: 经费, en: Money}, type: money, unit: yuan, filled_in: 10000 yuan, source: [doc], evidence: V}
  - {id: area, name: {zh: 面积, en: Area}, type: area, unit: m2, required: true, always_applies: true, max: 100000, source: [doc], evidence: V}
  - {id: kind, name: {zh: 类型, en: Kind}, type: choice, source: [doc], evidence: V, choices: [{id: "211", name: {zh: 小学, en: Primary}, stages: [primary]}, {id: "311", name: {zh: 初中, en: Junior}, stages: [junior]}, {id: "312", name: {zh: 九年, en: Nine-year}}]}
  - {id: opened, name: {zh: 建校日期, en: Opened}, type: date, source: [doc], evidence: V}
  - {id: motto, name: {zh: 校训, en: Motto}, type: text, source: [doc], evidence: V}
  - {id: base, name: {zh: 定额, en: Base}, level: county, type: money, unit: yuan/pupil, required: true, source: [doc], evidence: V}
  - {id: done, name: {zh: 已做, en: Done}, level: county, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: planned, name: {zh: 计划, en: Planned}, level: county, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: review, name: {zh: 审核项, en: Review}, level: county, type: yesno, needs_evidence: true, always_applies: true, source: [doc], evidence: V}
  - {id: largest, name: {zh: 最大班, en: Largest}, type: count, unit: pupil, source: [doc], evidence: V, derive: {list: classes, agg: max, of: heads}}
lists:
  - id: classes
    name: {zh: 班级名册, en: Class list}
    source: [doc]
    evidence: V
    columns:
      - {id: grade, name: {zh: 年级, en: Grade}, type: choice, required: true, choices: [{id: g1, name: {zh: 一年级, en: Grade 1}, stages: [primary]}, {id: g7, name: {zh: 七年级, en: Grade 7}, stages: [junior]}, {id: g8, name: {zh: 八年级, en: Grade 8}, stages: [junior]}]}
      - {id: no, name: {zh: 班号, en: No}, type: text, required: true}
      - {id: mixed, name: {zh: 复式, en: Mixed}, type: yesno}
      - {id: heads, name: {zh: 人数, en: Heads}, type: count, unit: pupil, required: true}
      - {id: beds, name: {zh: 寄宿, en: Beds}, type: count, unit: pupil}
checks:
  - {id: boarders_le, rule: boarders <= pupils, if_broken: error, message: {zh: 寄宿生多于学生。, en: More boarders than pupils.}, fields: [boarders, pupils], source: [doc], evidence: V}
  - {id: change, rule: abs(pupils - prev(pupils)) <= 0.2 * prev(pupils), if_broken: warning, message: {zh: 变化超过20%。, en: Changed by more than 20 %.}, fields: [pupils], source: [doc], evidence: V}
  - {id: large, rule: largest < 56, if_broken: warning, message: {zh: 大班额。, en: A large class.}, fields: [largest], source: [doc], evidence: V}
  - {id: done_le, level: county, rule: done <= planned, if_broken: error, message: {zh: 多于计划。, en: More than planned.}, fields: [done, planned], source: [doc], evidence: V}
forms:
  - id: school
    name: {zh: 学校表, en: School form}
    basis: 文件
    frequency: yearly
    fills: school
    opens: 09-01
    closes: 10-31
    minutes: 10
    approver: 市局
    source: [doc]
    evidence: V
    same_groups: [{id: all, name: {zh: 全部, en: All}}]
    reasons: [{id: built, name: {zh: 竣工, en: Built}}, {id: other, name: {zh: 其他, en: Other}}]
    lists: [{list: classes, from: [register, export], required: true}]
    asks:
      - {element: pupils, from: [computed, export], compute: {list: classes, agg: sum, of: heads, part_by: grade, unless: mixed}}
      - {element: boarders, from: [computed], compute: {list: classes, agg: sum, of: beds}}
      - {elements: [girls, boys], from: [register]}
      - {element: children, from: [computed], compute: {sum: [girls, boys]}}
      - {element: money, from: [last_year], whole: true}
      - {elements: [area, kind, opened, motto], from: [export, last_year], same: all}
  - id: county
    name: {zh: 县表, en: County form}
    basis: 文件
    frequency: yearly
    fills: county
    level: county
    opens: 09-01
    closes: 10-31
    minutes: 10
    approver: 市局
    source: [doc]
    evidence: V
    sign: [{name: {zh: 填报人, en: Filler}}]
    asks:
      - {elements: [base, done, planned, review], from: [last_year]}
feeds:
  - id: roll
    name: {zh: 学籍, en: Roll}
    kind: export
    headers: {代码: code}
    compare: [{id: roll_differs, element: pupils, within: 2%, message: {zh: 与学籍不同。, en: Differs from the roll.}, source: [doc], evidence: V}]
    source: [doc]
    evidence: V
`

func smallPack(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := pack.Load(fstest.MapFS{"pack.yaml": {Data: []byte(small)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	unit     = form.Unit{ID: "s1", Level: edu.School, Code: "901", Name: edu.Text{ZH: "示例学校", EN: "Example school"}}
	aCounty  = form.Unit{ID: "c1", Level: edu.County, Code: "999901", Name: edu.Text{ZH: "示例县", EN: "Example county"}}
	thisYear = edu.Year(2025)
)

// paper is the small pack's form of a school with sections.
func paper(t testing.TB, c form.Content, stages ...edu.Stage) *form.Paper {
	t.Helper()
	p := smallPack(t)
	out := form.New(p, p.Form("school"), thisYear, unit, []form.Unit{aCounty}, stages)
	out.Content = c
	return out
}

// row is a row of the class list.
func row(grade, no, heads string) form.Row {
	return form.Row{Cells: map[string]string{"grade": grade, "no": no, "heads": heads}}
}

// known is a source that knows what a paper hands in.
func known(t testing.TB, kind string, of *form.Paper, feed *pack.Feed) *form.Source {
	t.Helper()
	s, err := form.NewSource(of.Pack, kind, edu.Text{ZH: "已锁定数据", EN: "locked figures"}, of.Tables())
	if err != nil {
		t.Fatal(err)
	}
	s.Feed = feed
	return s
}

// column is one figure of handed-in tables, and whether it is there.
func figure(ts []*frame.Table, level edu.Level, stage edu.Stage, id string) (edu.Value, bool) {
	for _, t := range ts {
		if t.Level != level || t.List != "" || t.Cols[id] == nil {
			continue
		}
		for i := range t.N {
			if t.Stage == nil || edu.Stage(t.Stage.At(i)) == stage {
				return edu.FromFloat(t.Cols[id][i]), true
			}
		}
	}
	return edu.Value{}, false
}
