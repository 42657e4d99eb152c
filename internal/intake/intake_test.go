package intake_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
)

// A clerk's workbook: titles above the header, a header of two rows with merged
// cells, a row that numbers the columns, totals and signatures below.
func TestClerksWorkbook(t *testing.T) {
	rows := map[string][][]any{
		"学校基本数据": {
			{"某县学校基本数据"},
			{"县区代码:530302", nil, nil, "学年", "2025—2026"},
			{"学校标识码", "学校名称", "学段", "在校生数", nil, "教师", "教学仪器设备值(万元)", "备注"},
			{nil, nil, nil, "一年级", "二年级", "专任教师数", nil, nil},
			{"甲", "乙", "丙", 1, 2, 3, 4, 5},
			{"2153000001", "城关小学", "小学", 40, "38", " 1,234 ", "12.34", "x"},
			{2153000002, "二小", "小学", "", 0, 5, 0.1},
			{"合计", nil, nil, 40, 38, 1239, 12.44},
			{"填表人:张三"},
		},
		"说明": {{"请于十月底前填报"}},
	}
	b := read(t, open(t, "cn-compulsory"), intake.Options{}, file("a.xlsx", book(t, []string{"学校基本数据", "说明"}, rows, "A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "G3:G4")))
	same(t, "tables", dump(b.Tables...), `2025 section
6 2153000001/primary 城关小学 county:530302 equipment=123400 pupils.g1=40 pupils.g2=38 teachers=1234
7 2153000002/primary 二小 county:530302 equipment=1000 pupils.g1=_ pupils.g2=0 teachers=5`)
	same(t, "problems", strings.Join(said(b), "\n"), `? a.xlsx, sheet 学校基本数据, row 8: taken for a sum or a remark, so not read: 8, 9
? a.xlsx, sheet 说明: nothing in it is known, so it was not read`)
	same(t, "ignored", fmt.Sprint(b.Ignored), "[{a.xlsx 学校基本数据 H 备注}]")
	h := b.Tables[0].Heads["pupils.g2"]
	if h.Column != "E" || h.Header != "在校生数 二年级" {
		t.Errorf("head %+v", h)
	}
	if h := b.Tables[0].Heads["equipment"]; h.FilledIn != "万元" {
		t.Errorf("head %+v", h)
	}
}

const head = "学校标识码,学校名称,学段,县区代码,在校生数,专任教师数,教学及辅助用房面积,教学仪器设备值\n"

// Every cell that cannot be a figure is a problem with its place; none stops
// the others from being found.
func TestCells(t *testing.T) {
	for _, tt := range []struct{ header, cell, value, problem string }{
		{"专任教师数", "12", "12", ""},
		{"专任教师数", "１２", "12", ""},
		{"专任教师数", `"1,234"`, "1234", ""},
		{"专任教师数", "1 234", "1234", ""},
		{"专任教师数", "１\uff0c２３４", "1234", ""},
		{"专任教师数", "'12", "12", ""},
		{"专任教师数", "12.0", "12", ""},
		{"专任教师数", "", "_", ""},
		{"专任教师数", "—", "_", ""},
		{"专任教师数", "NA", "_", ""},
		{"五年级", "/", "/", ""},
		{"校外租赁场馆面积", "不适用", "/", ""},
		{"专任教师数", "/", "_", `"/" is no answer here: write 0 for none, or leave the cell empty while it is not known`},
		{"体育馆面积", "不适用", "_", `"/" is no answer here: write 0 for none, or leave the cell empty while it is not known`},
		{"专任教师数", "0", "0", ""},
		{"专任教师数", "无", "_", `"无" is not a number: write 0 for none, or leave the cell empty`},
		{"专任教师数", "十二", "_", `"十二" is not a whole number`},
		{"专任教师数", "12.5", "_", `"12.5" is not a whole number`},
		{"专任教师数", "-1", "_", `"-1" is negative`},
		{"专任教师数", "45人", "_", `"45人" holds more than a number; write the number alone`},
		{"专任教师数", `"12,34"`, "_", `"12,34" is not a whole number`},
		{"专任教师数", "2024-01-05", "_", `"2024-01-05" is a date, not a number`},
		{"专任教师数", "1月5日", "_", `"1月5日" is a date, not a number`},
		{"专任教师数", "#DIV/0!", "_", `"#DIV/0!" is an Excel error; mend its formula or write the figure`},
		{"专任教师数", "=A1+B1", "_", `"=A1+B1" is a formula without a value; open and save the file in Excel, or write the figure`},
		{"专任教师数", "85%", "_", `"85%" is a percentage, which this column is not`},
		{"专任教师数", "1e15", "1000000000000000", ""},
		{"专任教师数", "1e16", "_", `"10000000000000000" is too large to be true`},
		{"专任教师数", "1e308", "_", `"1e+308" is too large to be true`},
		{"专任教师数", "5e-324", "_", `"5e-324" is not a whole number`},
		{"专任教师数", "1e400", "_", `"1e400" is not a whole number`},
		{"教学及辅助用房面积(㎡)", "12.5", "12.5", ""},
		{"教学及辅助用房面积(万平方米)", "0.12345", "1234.5", ""},
		{"教学及辅助用房面积", "abc", "_", `"abc" is not a number`},
		{"教学仪器设备值", "12.34", "123400", ""},
		{"教学仪器设备值(万元)", "12.34", "123400", ""},
		{"教学仪器设备值(元)", "12.34", "12.34", ""},
		{"教学仪器设备值[千元]", "0.07", "70", ""},
		{"教学仪器设备值（亿元）", "0.0001", "10000", ""},
		{"教学仪器设备值", "-5.5", "_", `"-5.5" is negative`},
		{"建校年份", "1799", "_", `"1799" is less than 1800, the least that can be`},
		{"办学类型", "211", "0", ""},
		{"办学类型", "小学教学点", "1", ""},
		{"办学类型", "Nine-year school", "4", ""},
		{"办学类型", "999", "_", `"999" is not one of the choices: 211 Primary school, 218 Teaching point, 219 Attached primary classes, 311 Junior middle school, 312 Nine-year school, 319 Attached junior classes, 341 Complete secondary school, 345 Twelve-year school, 361 Vocational school, 511 Special school, 111 Kindergarten, 119 Attached kindergarten classes, …`},
		{"人口过密中心城区校", "是", "1", ""},
		{"人口过密中心城区校", "No", "0", ""},
		{"人口过密中心城区校", "也许", "_", `"也许" is neither yes nor no: want 是 or 否`},
	} {
		t.Run(tt.header+" "+tt.cell, func(t *testing.T) {
			b := read(t, open(t, "cn-compulsory"), intake.Options{}, text("t.csv", "学校标识码,学段,"+tt.header+"\ns1,小学,"+tt.cell+"\n"))
			got := "no column"
			for id, col := range b.Tables[0].Cols {
				got = edu.FromFloat(col[0]).String()
				if b.Tables[0].Heads[id].Header != tt.header {
					t.Errorf("header %q", b.Tables[0].Heads[id].Header)
				}
			}
			if got != tt.value {
				t.Errorf("value %s, want %s", got, tt.value)
			}
			want := ""
			if tt.problem != "" {
				want = "t.csv, row 2, column " + tt.header + ": " + tt.problem
			}
			same(t, "problems", strings.Join(said(b), "\n"), want)
		})
	}
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"all at once", head + "s1,一小,小学,c1,十二,x,5,5\n,二小,小学,c1,1,1,1,1\ns1,三小,小学,c1,1,1,1,1\ns4,四小,大学,c1,1,1,1,1\n",
			`t.csv, row 2, column 在校生数: "十二" is not a whole number
t.csv, row 2, column 专任教师数: "x" is not a whole number
t.csv, row 3, column 学校标识码: the cell is empty; every record needs one
t.csv, row 4, column 学校标识码: "s1" is there already in row 2
t.csv, row 5, column 学段: "大学" is not a known stage of schooling`},
		{"a code over two lines", head + "\"s1\ns2\",一校,小学,c1,1,1,1,1\n", `t.csv, row 2, column 学校标识码: "s1 s2" is not a code: want at most 64 characters and no line break`},
		{"a table in a cell", head + "s1," + strings.Repeat("校", 201) + ",小学," + strings.Repeat("x", 201) + ",1,1,1,1\n",
			`t.csv, row 2, column 学校名称: "` + strings.Repeat("校", 60) + `…" is longer than a name may be: at most 200 characters
t.csv, row 2, column 县区代码: "` + strings.Repeat("x", 60) + `…" is longer than a name may be: at most 200 characters`},
		{"a nine-year school has two rows", head + "s1,一校,小学,c1,1,1,1,1\ns1,一校,初中,c1,1,1,1,1\n", ""},
		{"digits of a code are lost", head + "2.15E+09,一校,小学,c1,1,1,1,1\n",
			`t.csv, row 2, column 学校标识码: "2.15E+09" is in scientific notation and has lost digits; format the cell as text and write the code again`},
		{"a comma inside a number", head + "s1,一校,小学,c1,1,234,1,1,1\n", "t.csv, row 2: 9 cells, more than the header has; a comma inside a number needs quotes around it"},
		{"no key", "学校名称,学段,在校生数\n一校,小学,1\n", "t.csv, row 1: no column for the code of the unit: its header should be 学校标识码, 学校(机构)标识码, 标识码, 学校代码, school_code"},
		{"no stage", "学校标识码,在校生数\ns1,1\n", "t.csv, row 1: no column for the stage of schooling: its header should be 学段, 教育阶段, stage"},
		{"a column twice", "学校标识码,学段,在校生数,在校生\ns1,小学,1,2\n", "t.csv, row 1, column 在校生: is pupils, and so is column C (在校生数)"},
		{"a unit that is another", "学校标识码,学段,在校生数,教学仪器设备值(㎡)\ns1,小学,1,2\n", `t.csv, row 1, column 教学仪器设备值(㎡): the header says "m2", but it is measured in "yuan"`},
		{"nothing known", "a,b\n1,2\n", "t.csv: no table is recognised: its header should name a key and elements of cn-compulsory@2017"},
		{"a period that is none", "学校标识码,学段,学年,在校生数\ns1,小学,去年,2\n", `t.csv, row 2, column 学年: "去年" is not a period: want 2025 or 2025-2026`},
		{"an element of a higher level", "学校标识码,学段,在校生数,优质高中计划\ns1,小学,1,2\n", "? t.csv, row 1, column 优质高中计划: is asked of a county, but a row here is a school; it was not read"},
		{"not a table", "%PDF-1.4", "t.csv: not a table: want xlsx, CSV or Parquet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := read(t, open(t, "cn-compulsory"), intake.Options{}, text("t.csv", tt.in))
			same(t, "problems", strings.Join(said(b), "\n"), tt.want)
			blocks := 0
			for _, p := range b.Problems {
				if p.Blocking {
					blocks++
				}
				if zh := p.Chinese(); !strings.HasPrefix(zh, "t.csv") && p.File != "" || strings.Contains(zh, "%!") || strings.Contains(p.String(), "%!") {
					t.Errorf("in Chinese: %s", zh)
				}
			}
			if blocks != b.Blocking || (b.Err() != nil) != (blocks > 0) || b.Err() != nil && !errors.Is(b.Err(), fault.Blocked) {
				t.Errorf("%d block, says %d, %v", blocks, b.Blocking, b.Err())
			}
		})
	}
}

// What cannot be seen in a name or a code would turn the text around it, move
// a terminal's cursor, or make two codes that look alike.
func TestHiddenCharacters(t *testing.T) {
	b := read(t, open(t, "cn-compulsory"), intake.Options{}, text("t.csv", head+"s1\u200b,\u202e一\x1b[31m小\ufeff,小学,c1,1,1,1,1\ns2,\"二\n小\",小学,c1,\u202ex,1,1,1\n"))
	same(t, "names", b.Tables[0].Key.At(0)+" "+b.Tables[0].Name.At(0)+", "+b.Tables[0].Name.At(1), "s1 一[31m小, 二 小")
	same(t, "problems", strings.Join(said(b), "\n"), `t.csv, row 3, column 在校生数: "x" is not a whole number`)
}

// A cell that cannot be read is not said to be empty as well.
func TestToldOnce(t *testing.T) {
	b := read(t, open(t, "cn-compulsory"), intake.Options{}, text("t.csv", "学校标识码,学校名称,学段,县区代码,在校生数,办学类型\ns1,一校,小学,c1,x,999\ns2,二校,小学,c1,-1,\n"))
	n := map[string]int{}
	for _, p := range b.Problems {
		if p.Row > 0 {
			n[fmt.Sprint(p.Row, " ", p.Header)]++
		}
	}
	same(t, "problems", fmt.Sprint(n), "map[2 办学类型:1 2 在校生数:1 3 办学类型:1 3 在校生数:1]")
}

func TestStyle(t *testing.T) {
	p := intake.Problem{File: "teachers.xlsx", Sheet: "小学", Row: 14, Column: "H", Header: "专任教师数", Found: edu.Text{ZH: "“十二”", EN: `"十二"`}, Wanted: edu.Text{ZH: "不是整数", EN: "is not a whole number"}}
	same(t, "en", p.String(), `teachers.xlsx, sheet 小学, row 14, column 专任教师数: "十二" is not a whole number`)
	same(t, "zh", p.In("zh"), `teachers.xlsx，工作表“小学”，第 14 行，“专任教师数”列：“十二”不是整数`)
}

// One workbook for a county: sections, two lists, and the county's answers,
// item by item with evidence.
func TestCountyWorkbook(t *testing.T) {
	rows := map[string][][]any{
		"学校基本数据": {{"学校标识码", "学校名称", "学段", "乡镇", "专任教师数"}, {"s1", "一校", "小学", "东镇", 9}, {"s1", "一校", "初中", "东镇", 8}},
		"班级名册":   {{"学校标识码", "学段", "年级", "班级", "班型", "人数", "寄宿人数"}, {"s1", "小学", "一年级", "1班", "普通", 40, 0}, {"s1", "初中", 7, 2, "随班就读班", "41", ""}},
		"专用教室":   {{"学校标识码", "学段", "室号", "类型", "面积(㎡)", "启用年份"}, {"s1", "小学", "A101", "音乐", 96.5, 2015}},
		"县级填报": {{"县区代码", 530302, "县区名称", "甲县"}, {"项目", "数值", "佐证材料"}, {"小学生均公用经费标准(元)", 720}, {"社会认可度(%)", "86.5%"}, {"教师年均工资", 9.8, "人社局〔2025〕3号"},
			{"学校布局规划合理，符合国家要求", "是", "第3页"}, {"国家质量监测水平等级 语文", "/"}, {"没有的项目", 1}},
		"其他学段": {{"学校标识码", "学校名称", "学段", "在校生数"}, {"k1", "幼儿园", "幼儿园", 120}},
	}
	names := []string{"学校基本数据", "班级名册", "专用教室", "县级填报", "其他学段"}
	b := read(t, open(t, "cn-compulsory"), intake.Options{}, file("甲县2025-2026学年.xlsx", book(t, names, rows)))
	same(t, "tables", dump(b.Tables...), `2025 section
2 s1/primary 一校 county:530302 county=甲县 township=东镇 teachers=9
3 s1/junior 一校 county:530302 county=甲县 township=东镇 teachers=8
2025 sectionclasses
2 s1/primary county:530302 county=甲县 class_boarders=0 class_kind=0 class_pupils=40 grade=0 class_no="1班"
3 s1/junior county:530302 county=甲县 class_boarders=_ class_kind=3 class_pupils=41 grade=6 class_no="2"
2025 sectionrooms
2 s1/primary county:530302 county=甲县 room_area=96.5 room_kind=0 room_year=2015 room_no="A101"
2025 county
3 530302/ 甲县 base_primary=720 monitor_level.chinese=/ pay_teacher=98000 recognition=86.5 review_g1=1 pay_teacher="人社局〔2025〕3号" review_g1="第3页"
2025 section
2 k1/preschool 幼儿园 county:530302 county=甲县 pupils=120`)
	same(t, "problems", strings.Join(said(b), "\n"), `? 甲县2025-2026学年.xlsx, sheet 县级填报, row 8, column 项目: "没有的项目" is not a known item; the row was not read`)
	if h := b.Tables[3].Heads["review_g1"]; h.Row != 6 || h.Column != "B" {
		t.Errorf("head of review_g1 is %+v", h)
	}
}

func TestCountyAnswersWide(t *testing.T) {
	b := read(t, open(t, "cn-compulsory"), intake.Options{Period: edu.Year(2025)}, text("c.csv",
		"县区代码,县区名称,小学生均公用经费标准,审核,学校布局规划合理，符合国家要求,学校布局规划合理，符合国家要求佐证材料\n530302,甲县,720,x,是,第3页\n530303,乙县,650,y,否,\n"))
	same(t, "tables", dump(b.Tables...), `2025 county
2 530302/ 甲县 base_primary=720 review_g1=1 review_g1="第3页"
3 530303/ 乙县 base_primary=650 review_g1=0 review_g1=""`)
}

func TestPeriods(t *testing.T) {
	b := read(t, open(t, "cn-compulsory"), intake.Options{Period: edu.Year(1999)}, text("2021-2022学年.csv",
		"学校标识码,学段,学年,在校生数\ns1,小学,2024-2025学年,1\ns1,小学,2025,2\ns2,小学,2024—2025,3\n"))
	same(t, "tables", dump(b.Tables...), "2024 section\n2 s1/primary pupils=1\n4 s2/primary pupils=3\n2025 section\n3 s1/primary pupils=2")
	for name, want := range map[string]edu.Period{"a/2021-2022.csv": edu.Year(2021), "2023学年.csv": edu.Year(2023), "530302.csv": edu.Year(1999), "x2024.csv": edu.Year(1999)} {
		b := read(t, open(t, "cn-compulsory"), intake.Options{Period: edu.Year(1999)}, text(name, "学校标识码,学段,在校生数\ns1,小学,1\n"))
		if got := b.Tables[0].Period; got != want {
			t.Errorf("%s: period %v, want %v", name, got, want)
		}
	}
}

func TestStageOfSheet(t *testing.T) {
	rows := map[string][][]any{"小学": {{"学校标识码", "在校生数"}, {"s1", 1}}, "初中部": {{"学校标识码", "在校生数"}, {"s1", 2}}}
	b := read(t, open(t, "cn-compulsory"), intake.Options{}, file("t.xlsx", book(t, []string{"小学", "初中部"}, rows)))
	same(t, "tables", dump(b.Tables...), " section\n2 s1/primary pupils=1\n section\n2 s1/junior pupils=2")
}

func TestMapFile(t *testing.T) {
	m, err := intake.ReadMap("m.yaml", strings.NewReader("编号: code\n类别: stage\n人头(人): pupils\n一年级新生: pupils.g1\n其他: \"-\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	b := read(t, open(t, "cn-compulsory"), intake.Options{Map: m}, text("t.csv", "编号,类别,人头(人),一年级新生,其他\ns1,小学,50,9,x\n"))
	same(t, "tables", dump(b.Tables...), " section\n2 s1/primary pupils=50 pupils.g1=9")
	if len(b.Ignored) != 0 {
		t.Errorf("ignored %v", b.Ignored)
	}
	_, err = intake.Read(context.Background(), nil, open(t, "cn-compulsory"), intake.Options{Map: map[string]string{"x": "teachrs"}})
	if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `did you mean "teachers"?`) {
		t.Errorf("got %v", err)
	}
	for in, want := range map[string]string{
		"- a": "m.yaml:1:1: want lines", "a: [1]\nb: {c: d}": "m.yaml:2:4: the right side", "a: b\nA : c": "m.yaml:2:1: header \"A\" stands in line 1 already", "a: b: c": "m.yaml: mapping values",
	} {
		if _, err := intake.ReadMap("m.yaml", strings.NewReader(in)); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", in, err)
		}
	}
}

func TestManyProblems(t *testing.T) {
	var s strings.Builder
	s.WriteString("学校标识码,学段,在校生数\n")
	for i := range 5000 {
		fmt.Fprintf(&s, "s%d,小学,x\n", i)
	}
	b := read(t, open(t, "cn-compulsory"), intake.Options{Problems: 100}, text("t.csv", s.String()))
	// Beside the cells, the required columns that are not there are listed.
	if b.Blocking != 5000 || len(b.Problems) > 200 || b.Problems[99].Row != 101 {
		t.Errorf("%d listed, %d block, the hundredth in row %d", len(b.Problems), b.Blocking, b.Problems[99].Row)
	}
}

func TestErrors(t *testing.T) {
	p := open(t, "cn-compulsory")
	if _, err := intake.Read(context.Background(), []intake.File{intake.Path("no/such.csv")}, p, intake.Options{}); !errors.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := intake.Read(ctx, []intake.File{text("t.csv", head)}, p, intake.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
