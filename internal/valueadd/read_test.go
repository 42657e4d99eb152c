package valueadd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/valueadd/cohort"
)

func openBook(t testing.TB, b []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(io.NopCloser(bytes.NewReader(b)), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func read(t testing.TB, b []byte, c Choice) (*Taken, error) {
	t.Helper()
	return Read(context.Background(), openBook(t, b), "成绩.csv", c, nil)
}

// said joins what a reading tells, for tests to look into.
func said(r *Taken, lang string) string {
	var b strings.Builder
	for _, p := range r.Problems {
		mark := "note "
		if p.Blocking {
			mark = "mend "
		}
		b.WriteString(mark + p.In(lang) + "\n")
	}
	return b.String()
}

// A file of pupils comes to what its rows come to.
func TestFileGivesWhatItsRowsGive(t *testing.T) {
	for _, d := range cohort.Designs {
		if d.Name == "many" {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			var b bytes.Buffer
			if err := d.CSV(&b); err != nil {
				t.Fatal(err)
			}
			h := d.Head()
			got, err := read(t, b.Bytes(), Choice{School: "school", Outcome: "outcome", Priors: h[2:3], Covariates: h[3:]})
			if err != nil {
				t.Fatal(err)
			}
			r, err := Fit(got.Gather, Options{SchoolMeans: d.Means})
			if err != nil {
				t.Fatal(err)
			}
			want := fit(t, d)
			if bad, _ := cohort.Differ(estimates(r), estimates(want), 1e-9); len(bad) > 0 {
				t.Error(strings.Join(bad[:min(5, len(bad))], "\n"))
			}
		})
	}
}

const monitored = `2025年质量监测
学籍号,学生姓名,学校代码,前测,成绩,性别,班级编号
G530302201501010011,张三,5303020001,61,７２.５,男,1
G530302201501010022,李四,5303020001,70,缺考,女,1
G530302201501010033,王五,5303020002,,66,女,2
G530302201501010044,赵六,5303020002,58,60,,2
G530302201501010055,孙七,,58,60,男,2
G530302201501010066,周八,5303020002,80,77,男,3
G530302201501010077,吴九,5303020001,55,51,女,3
`

func TestColumnsAreGuessed(t *testing.T) {
	ts, err := Look(context.Background(), openBook(t, []byte(monitored)))
	if err != nil || len(ts) != 1 || ts[0].Row != 2 {
		t.Fatalf("%+v, %v", ts, err)
	}
	got := map[string]string{}
	for _, c := range ts[0].Columns {
		got[c.Name] = fmt.Sprint(c.Guess, " ", c.Personal, " ", c.Numbers)
	}
	for name, want := range map[string]string{
		"学籍号": " true false", "学生姓名": " true false", "学校代码": "school false true",
		"前测": "prior false true", "成绩": "outcome false true", "性别": " false false", "班级编号": " false true",
	} {
		if got[name] != want {
			t.Errorf("%s: role, personal, numbers are %q, want %q", name, got[name], want)
		}
	}
}

func TestRowsAndColumnsThatDoNotCountAreTold(t *testing.T) {
	r, err := read(t, []byte(monitored), Choice{School: "学校代码", Outcome: "成绩", Priors: []string{"前测"}, Covariates: []string{"性别", "学籍号"}})
	if err != nil {
		t.Fatalf("%v\n%s", err, said(r, "en"))
	}
	if r.Gather.Rows() != 7 || r.Gather.Used() != 3 {
		t.Errorf("%d of %d rows count, want 3 of 7", r.Gather.Used(), r.Gather.Rows())
	}
	text := said(r, "zh")
	for _, want := range []string{
		"note 成绩.csv，“学籍号”列：像是个人姓名或编号，没有读取",
		"note 1 行没有“学校代码”", "note 1 行没有“成绩”", "note 1 行没有“前测”", "note 1 行没有“性别”",
		"没有读取的列：学籍号、学生姓名、班级编号",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q in\n%s", want, text)
		}
	}
	for _, never := range []string{"G5303", "张三", "李四"} {
		if strings.Contains(text, never) || strings.Contains(strings.Join(r.Gather.Keys(), " "), never) {
			t.Errorf("a pupil comes out: %s", never)
		}
	}
}

func TestBadCellsAreNamedByPlace(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", "九年级"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"学校", "前测", "成绩"}, {"a", 1, 2}, {"a", "六十", 3}, {"b", 2, "＃"}, {"b", 3, "absent"}} {
		if err := f.SetSheetRow("九年级", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	r, err := Read(context.Background(), openBook(t, b.Bytes()), "/up/成绩.xlsx", Choice{School: "学校", Outcome: "成绩", Priors: []string{"前测"}}, nil)
	if !errors.Is(err, fault.Blocked) || r.BadCells != 2 {
		t.Fatalf("%v, %d bad cells", err, r.BadCells)
	}
	text := said(r, "en")
	for _, want := range []string{"mend 成绩.xlsx, sheet 九年级, row 3, column 前测: is not a number", "mend 成绩.xlsx, sheet 九年级, row 4, column 成绩: "} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "六十") {
		t.Errorf("the text of a cell comes out:\n%s", text)
	}
}

func TestWrongChoicesAreRefused(t *testing.T) {
	prior := []string{"前测"}
	for _, tt := range []struct {
		name string
		c    Choice
		says string
	}{
		{"no school", Choice{Outcome: "成绩", Priors: prior}, "say which column is the school"},
		{"no prior result", Choice{School: "学校代码", Outcome: "成绩"}, "without a start"},
		{"an unknown column", Choice{School: "学校代码", Outcome: "分数", Priors: prior}, "no column is called 分数; the table has 学籍号"},
		{"twice", Choice{School: "学校代码", Outcome: "成绩", Priors: []string{"成绩"}}, "chosen twice"},
		{"pupils as schools", Choice{School: "学籍号", Outcome: "成绩", Priors: prior}, "neither a school nor a result"},
		{"an unknown sheet", Choice{Sheet: "二", School: "学校代码", Outcome: "成绩", Priors: prior}, "no sheet is called"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := read(t, []byte(monitored), tt.c); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v; want a refusal that says %q", err, tt.says)
			}
		})
	}
	// The numbers may begin below what is looked at.
	var b strings.Builder
	b.WriteString("school,prior,outcome\n")
	for i := range 400 {
		fmt.Fprintf(&b, "s%d,%d,%d\n", i%7, i%50, i%60)
	}
	b.WriteString("G530302201501010011,5,6\n")
	if _, err := read(t, []byte(b.String()), Choice{School: "school", Outcome: "outcome", Priors: []string{"prior"}}); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "it is no school") {
		t.Errorf("a pupil's number among the schools: %v", err)
	}
}

// Whatever file comes: no panic, and counts that add up.
func FuzzRead(f *testing.F) {
	f.Add([]byte(monitored), "学校代码", "成绩", "前测", "性别")
	f.Add([]byte("school,outcome,prior,k\na,1,2,x\na,2,3,y\nb,4,1,x\nb,1,1,x\n"), "school", "outcome", "prior", "k")
	f.Add([]byte("a\tb\tc\n1\t2\t3\n"), "a", "b", "c", "c")
	f.Add([]byte("school,outcome,prior\ns,1e308,-1e308\ns,-1e308,1e308\nt,1,1\nt,2,1\n"), "school", "outcome", "prior", "")
	f.Fuzz(func(t *testing.T, b []byte, school, outcome, prior, other string) {
		lim := sheet.DefaultLimits
		lim.File, lim.Text, lim.Unzipped, lim.Strings, lim.Rows, lim.Columns, lim.Cells = 1<<18, 1<<18, 1<<20, 1<<18, 2000, 50, 50_000
		book, err := sheet.Open(io.NopCloser(bytes.NewReader(b)), lim)
		if err != nil {
			return
		}
		defer book.Close()
		c := Choice{School: school, Outcome: outcome, Priors: []string{prior}}
		if other != "" {
			c.Covariates = []string{other}
		}
		r, err := Read(context.Background(), book, "f", c, nil)
		if err != nil {
			return
		}
		g := r.Gather
		if g.Rows() != g.Used()+g.Without().Rows() {
			t.Fatalf("%d rows, %d used, %d not", g.Rows(), g.Used(), g.Without().Rows())
		}
		res, err := Fit(g, Options{})
		if err != nil {
			if !errors.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, e := range res.Effects {
			if !(e.Reliability >= 0 && e.Reliability <= 1) || e.Value != e.Value || e.SE != e.SE {
				t.Fatalf("%+v of %+v", e, res.Variances)
			}
		}
	})
}
