package means

import (
	"bytes"
	"context"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

var asked = []Element{{"teachers_qualified", edu.Text{ZH: "高于规定学历教师数", EN: "Qualified teachers"}, nil}, {"teachers_pe", edu.Text{ZH: "体育专任教师数", EN: "PE"}, []string{"体育教师"}}}

func take(t testing.TB, text string, kinds ...Kind) (*Taken, error) {
	book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	got := &Taken{}
	return got, got.Read(context.Background(), book, "f.csv", asked, kinds...)
}

// A table is known by its headings, in any order and with other columns beside.
func TestTablesAreKnownByTheirHeadings(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       Taken
	}{
		{"prices", "依据,项目,单价（元）,年份\n文件1,公招教师,81000,2025\n,新建教学用房,2600.5,\n,校车,9,\n,运动场,,\n", Taken{Prices: Prices{Lines: []Price{
			{Item: "hire_year", Yuan: 81000, Year: 2025, Basis: "文件1"}, {Item: "build_rooms", Yuan: 2600.5}, {Item: "校车", Name: "校车", Yuan: 9}}}}},
		{"staff", "学校标识码,学段,主教学科,人数,病休,符合交流条件,高于规定学历教师数,体育专任教师数\ns1,小学,体育,3,1,2,是,√\ns1,小学,语文,4,,,否,\n", Taken{Staff: Staff{Groups: []Group{
			{School: "s1", Stage: edu.Primary, Subject: "体育", People: 3, Posts: 3, Held: map[Hold]int{Ill: 1}, Eligible: 2, Counts: []string{"teachers_pe", "teachers_qualified"}},
			{School: "s1", Stage: edu.Primary, Subject: "语文", People: 4, Posts: 4}}}}},
		{"staff, what they count to named in a cell", "学校代码,学段,学科,计入,人数,其中编制在本校,孕期哺乳,9月1日不在岗,2027退休,2028-2029 retiring,体育专任教师数\ns1,小学,音乐,Qualified teachers、体育教师,3,2,,1,2,,是\n,,,,,,,,,,\ns1,primary,,teachers_pe,4,,1,,,1,否\n", Taken{Staff: Staff{Groups: []Group{
			{School: "s1", Stage: edu.Primary, Subject: "音乐", People: 3, Posts: 2, Leave: 1, Counts: []string{"teachers_pe", "teachers_qualified"}, Retiring: map[edu.Period]int{edu.Year(2027): 2}},
			{School: "s1", Stage: edu.Primary, People: 4, Posts: 4, Held: map[Hold]int{Nursing: 1}, Counts: []string{"teachers_pe"}, Retiring: map[edu.Period]int{edu.Year(2028): 1}}}}}},
		{"posts", "核定编制,在编人数,依据\n\"1,200\",1190,县编委\n", Taken{Staff: Staff{Posts: &Posts{1200, 1190, "县编委"}}}},
		{"budgets", "学年,经费（元）,依据\n2026,1000000,预算\n2027-2028,,\n", Taken{Budgets: []Budget{{edu.Year(2026), 1e6, "预算"}, {edu.Year(2027), -1, ""}}}},
		{"lessons", "学段,学科,每班周课时,教师周课时,年份,依据\n小学,语文,7.5,14,2025,县教〔2025〕1号\njunior,物理,2,\"12\",,\n", Taken{Lessons: Lessons{Lines: []Lesson{{edu.Primary, "语文", 7.5, 14, 2025, "县教〔2025〕1号"}, {edu.Junior, "物理", 2, 12, 0, ""}}}}},
		{"budgets, as a page has them", "学年,金额（元）,来源\n2026—2027学年,1000000,县财政\n", Taken{Budgets: []Budget{{edu.Year(2026), 1e6, "县财政"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := take(t, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got %+v, want %+v", *got, tt.want)
			}
		})
	}
	got, err := take(t, "乡镇,到乡镇,路程,时间\n东镇,西镇,12.5,\n", WayTable)
	if err != nil || len(got.Ways.Lines) != 1 || !math.IsNaN(got.Ways.Lines[0].Minutes) {
		t.Errorf("ways without minutes: %+v, %v", got, err)
	}
	got, err = take(t, "起点,终点,路程,时间\n东镇,西镇,12.5,20\n")
	if err != nil || len(got.Ways.Lines) != 1 || got.Ways.Lines[0].Km != 12.5 || got.Ways.Lines[0].To != "西镇" || got.Ways.Lines[0].Minutes != 20 {
		t.Errorf("ways: %+v, %v", got, err)
	}
}

// What is wrong is told with its cell, what was found and what is wanted; a wrong
// line is not taken.
func TestProblemsNameTheirCell(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no number", "项目,单价\n公招教师,八万\n", `"八万" is not a number from 0`},
		{"below nothing", "项目,单价\n公招教师,-1\n", `"-1" is not a number from 0`},
		{"not a number at all", "项目,单价\n公招教师,NaN\n", `"NaN" is not a number from 0`},
		{"half a person", "学校,学段,人数\ns1,小学,1.5\n", `"1.5" is not a whole number`},
		{"no stage", "学校,学段,人数\ns1,大学堂,1\n", `"大学堂" is not a stage`},
		{"more held than there are", "学校,学段,人数,病休\ns1,小学,1,2\n", "2 who may not move of 1"},
		{"more due than free", "学校,学段,人数,病休,符合交流条件\ns1,小学,3,2,2\n", "2 due for exchange of 1"},
		{"neither yes nor no", "学校,学段,人数,体育专任教师数\ns1,小学,3,5\n", `"5" is neither yes nor no`},
		{"what nobody counts to", "学校,学段,人数,计入\ns1,小学,3,某类\n", `"某类" is nothing that staff count to`},
		{"more posts than people", "学校,学段,人数,编制在本校\ns1,小学,1,2\n", "2 with their post here of 1"},
		{"more away than there are", "学校,学段,人数,9月1日不在岗\ns1,小学,1,2\n", "2 away on 1 September of 1"},
		{"more retire than there are", "学校,学段,人数,2027退休,2028退休\ns1,小学,1,1,1\n", "2 who retire of 1"},
		{"a way without kilometres", "乡镇,到乡镇,路程\n甲,乙,\n", "is not a number from 0"},
		{"twice", "项目,单价\n公招教师,1\n公招教师,2\n", "same as in row 2"},
		{"the same people twice", "学校,学段,人数\ns1,小学,3\ns1,小学,4\n", "same as in row 2"},
		{"no school", "学校,学段,人数\n,小学,3\n", "is empty"},
		{"a teacher who gives none", "学段,学科,每班周课时,教师周课时\n小学,语文,7,0\n", `"0" is not 0.1 to 60`},
		{"more lessons than a week has", "学段,学科,每班周课时,教师周课时\n小学,语文,61,14\n", `"61" is not 0.1 to 60`},
		{"a subject twice", "学段,学科,每班周课时,教师周课时\n小学,语文,7,14\n小学,语文,6,14\n", "same as in row 2"},
		{"no year", "学年,经费\n明年,1\n", `"明年" is not a school year`},
		{"a month", "学年,经费\n2026-03,1\n", "is not a school year"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := take(t, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].In("en"), tt.want) {
				t.Fatalf("problems %v, want %q", got.Problems, tt.want)
			}
			if at := got.Problems[0].In("en"); !strings.HasPrefix(at, "f.csv") || !strings.Contains(at, "column "+got.Problems[0].Cell.Header) || got.Problems[0].Cell.Column == "" || got.Problems[0].Cell.Row < 2 {
				t.Errorf("%q does not say where", at)
			}
			if n := len(got.Prices.Lines) + len(got.Staff.Groups) + len(got.Budgets) + len(got.Lessons.Lines); n > 1 {
				t.Errorf("%d lines were taken", n)
			}
		})
	}
	if _, err := take(t, "项目,单价\n公招教师,1\n", StaffTable, PostTable); err == nil || !strings.Contains(err.Error(), "staff (学校标识码, 学段, 人数) or posts") {
		t.Errorf("another kind of table: %v", err)
	}
	if _, err := take(t, "学校,学生\ns1,3\n"); err == nil || !strings.Contains(err.Error(), "学生") {
		t.Errorf("a file of something else: %v", err)
	}
}

// The template that is given out is read back, and asks for nothing that is not
// known.
func TestTemplateIsRead(t *testing.T) {
	var b bytes.Buffer
	if err := Template(&b, asked); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(io.NopCloser(bytes.NewReader(b.Bytes())), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var got Taken
	if err := got.Read(context.Background(), book, "t.xlsx", asked); err != nil {
		t.Fatal(err)
	}
	if len(book.Sheets) != len(tables) || !reflect.DeepEqual(got, Taken{}) {
		t.Errorf("%d sheets, took %+v", len(book.Sheets), got)
	}
}

// Lines that are pasted without headings have those of the template put above them.
func TestPastedLinesAreHeaded(t *testing.T) {
	for _, text := range []string{"s1\t小学\t语文\t\t4", "学校代码\t学段\t学科\t计入\t人数\ns1\t小学\t语文\t\t4"} {
		got, err := take(t, Headed(StaffTable, text), StaffTable)
		if err != nil || len(got.Problems) > 0 || len(got.Staff.Groups) != 1 || got.Staff.Groups[0].People != 4 {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("项目,单价\n公招教师,81000\n")
	f.Add("学校标识码,学段,主教学科,人数,病休,高于规定学历教师数\ns1,小学,体育,3,1,是\n")
	f.Add("学年,经费\n2026,\n")
	f.Add("起点,终点,路程\na,b,1e309\n")
	f.Add("学校代码,学段,计入,人数,9月1日不在岗,2027退休\ns1,小学,PE、Qualified teachers,3,1,2\n")
	f.Add("学段,学科,每班周课时,教师周课时\n小学,语文,7,1e-320\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := take(t, text)
		if err != nil {
			return
		}
		for _, p := range got.Prices.Lines {
			if !(p.Yuan >= 0 && p.Yuan <= most) {
				t.Fatalf("a price of %v", p.Yuan)
			}
		}
		for _, l := range got.Lessons.Lines {
			if !(l.PerClass >= LeastLessons && l.PerTeacher >= LeastLessons && l.PerClass <= MostLessons) || l.Subject == "" || l.Stage == "" {
				t.Fatalf("a lesson %+v", l)
			}
		}
		for _, g := range got.Staff.Groups {
			held := 0
			for _, n := range g.Held {
				held += n
			}
			if g.People < 0 || held > g.People || g.Eligible > g.People-held || g.Posts > g.People || g.Leave > g.People || g.School == "" || g.Stage == "" {
				t.Fatalf("a group %+v", g)
			}
		}
	})
}
