package workbook

import (
	"bytes"
	"fmt"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// testPack is a small form with everything that a workbook must carry: figures
// with a breakdown that is added up from a list, areas asked once and confirmed
// as last year, choices, yes or no, text, a list.
func testPack() *pack.Pack {
	num := func(f float64) *float64 { return &f }
	t := func(zh, en string) edu.Text { return edu.Text{ZH: zh, EN: en} }
	both := []edu.Stage{edu.Primary, edu.Junior}
	var grades []pack.Option
	names := []string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}
	for i, n := range names {
		s := edu.Primary
		if i > 5 {
			s = edu.Junior
		}
		grades = append(grades, pack.Option{ID: fmt.Sprintf("g%d", i+1), Name: t(n+"年级", fmt.Sprintf("Grade %d", i+1)), Stages: []edu.Stage{s}})
	}
	pupils := &pack.Element{ID: "pupils", Name: t("在校生数", "Pupils"), Help: t("9月1日在籍在校学生数，按年级统计。", "Pupils on the roll on 1 September, by grade."), Type: edu.TypeCount, Unit: "pupil", Level: edu.Section, Group: "pupils", Always: true,
		By: &pack.Breakdown{ID: "grade", Parts: grades}}
	boarders := &pack.Element{ID: "boarders", Name: t("寄宿生数", "Boarders"), Type: edu.TypeCount, Unit: "pupil", Level: edu.Section, Group: "pupils", Always: true}
	teachers := &pack.Element{ID: "teachers", Name: t("专任教师数", "Teachers"), Help: t("按任教学段统计；借出、长期不在岗的不计。", "Counted at the stage they teach; not those lent out or long absent."), Type: edu.TypeCount, Unit: "teacher", Level: edu.Section, Group: "teachers"}
	area := &pack.Element{ID: "area_teaching", Name: t("教学及辅助用房面积", "Teaching area"), Help: t("按建筑面积填写，保留两位小数。", "Built area, two decimals."), Type: edu.TypeArea, Unit: "m2", Level: edu.Section, Group: "premises"}
	hall := &pack.Element{ID: "area_hall", Name: t("体育馆面积", "Sports hall"), Type: edu.TypeArea, Unit: "m2", Level: edu.Section, Group: "premises"}
	funds := &pack.Element{ID: "funds_budget", Name: t("公用经费预算", "Budget"), Type: edu.TypeMoney, Unit: "yuan", FilledIn: "10000 yuan", Level: edu.Section, Group: "funds", Always: true}
	kind := &pack.Element{ID: "school_kind", Name: t("办学类型", "Kind of school"), Type: edu.TypeChoice, Level: edu.Section, Group: "basics", Choices: []pack.Option{{ID: "211", Name: t("小学", "Primary school")}, {ID: "312", Name: t("九年一贯制学校", "Nine-year school")}}}
	built := &pack.Element{ID: "built_year", Name: t("建校年份", "Year built"), Type: edu.TypeCount, Unit: "year", Level: edu.Section, Group: "basics", Min: num(1800), Max: num(2100), Always: true}
	crowded := &pack.Element{ID: "crowded_center", Name: t("人口过密中心城区校", "Over-dense inner city"), Type: edu.TypeYesNo, Level: edu.Section, Group: "basics"}
	grade := &pack.Element{ID: "grade", Name: t("年级", "Grade"), Type: edu.TypeChoice, Required: true}
	for _, g := range grades {
		grade.Choices = append(grade.Choices, pack.Option{ID: g.ID, Name: g.Name})
	}
	class := &pack.Element{ID: "class", Name: t("班级", "Class"), Type: edu.TypeText, Required: true}
	size := &pack.Element{ID: "class_pupils", Name: t("人数", "Pupils"), Type: edu.TypeCount, Unit: "pupil", Required: true, Always: true}
	classes := &pack.List{ID: "classes", Name: t("班级名册", "Classes"), Sheets: []string{"班级名册"}, Columns: []*pack.Element{grade, class, size}}

	f := &pack.Form{ID: "test-annual", Name: t("学校年度基本情况表", "Annual return of a school"), Basis: "示例文件〔2025〕1号", Fills: pack.FillSchool, Level: edu.School, Stages: both, Minutes: 60, Approver: "示例科室", Pack: "test-base"}
	f.Lists = []*pack.AskList{{List: classes, Required: true}}
	f.Asks = []*pack.Ask{
		{Element: kind, Required: true}, {Element: built, Required: true}, {Element: crowded},
		{Element: pupils, Compute: &pack.Compute{List: "classes", Agg: "sum", Of: "class_pupils", PartBy: "grade"}},
		{Element: boarders, Required: true}, {Element: teachers, Required: true},
		{Element: area, Same: "premises", Whole: true, Required: true}, {Element: hall, Same: "premises", Whole: true},
		{Element: funds, Whole: true, Required: true},
	}
	f.Reasons = []pack.Choice{{ID: "built", Name: t("新建或拆除", "Built or pulled down")}, {ID: "other", Name: t("其他", "Other")}}
	return &pack.Pack{ID: "test-base", Version: "1", Hash: "5f2a9c0d1e77aa00", Stages: both, Forms: []*pack.Form{f}, Lists: []*pack.List{classes},
		Elements: []*pack.Element{kind, built, crowded, pupils, boarders, teachers, area, hall, funds},
		Units:    []pack.Unit{{ID: "pupil", Name: t("人", "pupils")}, {ID: "teacher", Name: t("人", "teachers")}, {ID: "m2", Name: t("㎡", "m²")}, {ID: "yuan", Name: t("元", "yuan")}, {ID: "year", Name: t("年", "year")}},
		Groups:   []pack.Group{{ID: "basics", Name: t("基本情况", "Basics")}, {ID: "pupils", Name: t("学生", "Pupils")}, {ID: "teachers", Name: t("教师", "Teachers")}, {ID: "premises", Name: t("用房与场地", "Premises")}, {ID: "funds", Name: t("经费", "Funds")}},
	}
}

// testPaper is the paper of school n: even ones have two sections.
func testPaper(p *pack.Pack, n int) *form.Paper {
	f := p.Forms[0]
	code := fmt.Sprintf("53000000%04d", n)
	out := &form.Paper{Pack: p, Form: f, Period: edu.Year(2025), Unit: form.Unit{ID: edu.UnitID("u" + code), Level: edu.School, Code: code, Name: edu.Text{ZH: fmt.Sprintf("霁川县第%d学校", n), EN: fmt.Sprintf("School %d", n)}},
		Parts: []edu.Stage{edu.Primary}, Known: map[form.Key]form.Known{}, Prior: map[form.Key]form.Known{}}
	if n%2 == 0 {
		out.Parts = []edu.Stage{edu.Primary, edu.Junior}
	}
	for _, a := range f.Asks {
		if a.Element.By == nil {
			out.Fields = append(out.Fields, form.Field{ID: a.Element.ID, Element: a.Element, Ask: a, Stages: a.Element.Stages})
			continue
		}
		for i := range a.Element.By.Parts {
			o := &a.Element.By.Parts[i]
			out.Fields = append(out.Fields, form.Field{ID: a.Element.ID + "." + o.ID, Element: a.Element, Part: o, Ask: a, Stages: o.Stages})
		}
	}
	source := edu.Text{ZH: "事业统计导出 2025-09-12", EN: "statistics export 2025-09-12"}
	for _, s := range out.Parts {
		out.Known[form.Key{Part: s, Field: "school_kind"}] = form.Known{Text: "211", Source: edu.Text{ZH: "学校名录", EN: "register of schools"}, Sure: true}
		out.Known[form.Key{Part: s, Field: "teachers"}] = form.Known{Text: "38", Value: edu.Some(38), Source: source}
		out.Prior[form.Key{Part: s, Field: "teachers"}] = form.Known{Text: "37", Value: edu.Some(37)}
		out.Prior[form.Key{Part: s, Field: "boarders"}] = form.Known{Text: "210", Value: edu.Some(210)}
	}
	last := form.Known{Text: "3650.5", Value: edu.Some(3650.5), Source: edu.Text{ZH: "2024年已锁定数据", EN: "locked 2024"}}
	at := WholeSchool
	if len(out.Parts) == 1 {
		at = out.Parts[0]
	}
	k := form.Key{Part: at, Field: "area_teaching"}
	out.Known[k], out.Prior[k] = last, last
	out.Prior[form.Key{Part: at, Field: "funds_budget"}] = form.Known{Text: "86.4"}
	l := form.List{List: f.Lists[0].List}
	for i, g := range []string{"g1", "g1", "g2", "g7"} {
		s := edu.Primary
		if g == "g7" {
			if s = edu.Junior; n%2 == 1 {
				continue
			}
		}
		l.Known = append(l.Known, form.Row{Part: s, Cells: map[string]string{"grade": g, "class": fmt.Sprintf("（%d）班", i+1), "class_pupils": fmt.Sprint(40 + i)}})
	}
	out.Lists = []form.List{l}
	return out
}

func testPapers(n int) []*form.Paper {
	p := testPack()
	var out []*form.Paper
	for i := range n {
		out = append(out, testPaper(p, i+1))
	}
	return out
}

var (
	county   = form.Unit{ID: "c1", Level: edu.County, Code: "530399", Name: edu.Text{ZH: "霁川县", EN: "Jichuan county"}}
	testDate = edu.Date(20417)
)

// written is a workbook of papers.
func written(t testing.TB, papers []*form.Paper, opt Options) []byte {
	t.Helper()
	if opt.Issue == "" {
		opt.Issue = "test-annual-2025"
	}
	opt.Made, opt.Due, opt.Fictional = testDate, testDate+30, true
	if len(papers) > 1 && opt.Unit.ID == "" {
		opt.Unit = county
	}
	var b bytes.Buffer
	if err := Write(&b, papers, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
