package forecast

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/testkit"
)

func open(t testing.TB, text string) *sheet.Book {
	book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func TestReadPupils(t *testing.T) {
	const head = "学年,县区,学校,年级,学生数\n"
	for _, tt := range []struct {
		name, file string
		c          Columns
		says       string // part of a blocking problem or a refusal; empty for none
	}{
		{"plain", head + "2023-2024,甲县,一小,一年级,30\n2024-2025,甲县,一小,一年级,31\n", Columns{}, ""},
		{"a title above the heading", "在校生情况表,,,,\n" + head + "2023,甲县,一小,1,30\n2024,甲县,一小,1,31\n", Columns{}, ""},
		{"not known is not zero", head + "2023,甲县,一小,1,30\n2024,甲县,一小,1,\n", Columns{}, ""},
		{"full width and thousands", head + "２０２３,甲县,一小,一年级,\"1,030\"\n2024,甲县,一小,一年级,３１\n", Columns{}, ""},
		{"an own heading", "Jahr,年级,Kinder\n2023,1,3\n2024,1,4\n", Columns{Year: "Jahr", Pupils: "Kinder"}, ""},
		{"an own heading that is not there", head, Columns{Year: "Jahr"}, `f.csv: no column was found for year "Jahr"; the table has 学年, 县区`},
		{"no heading of pupils", "year,grade,n\n2023,1,3\n", Columns{}, "no column was found for pupils (such as"},
		{"a word where a number belongs", head + "2023,甲县,一小,1,约30\n", Columns{}, `f.csv, row 2, column 学生数: found "约30", want a whole number of 0 or more, or nothing where it is not known`},
		{"half a pupil", head + "2023,甲县,一小,1,30.5\n", Columns{}, `found "30.5"`},
		{"less than none", head + "2023,甲县,一小,1,-3\n", Columns{}, `found "-3"`},
		{"a year that is none", head + "二三年,甲县,一小,1,30\n", Columns{}, `row 2, column 学年: found "二三年", want a year such as 2024 or 2024-2025`},
		{"a school year of two years", head + "2023-2025,甲县,一小,1,30\n", Columns{}, `found "2023-2025"`},
		{"no place", head + "2023,甲县,,1,30\n", Columns{}, "row 2, column 学校: is empty, want the name of a place"},
		{"no grade", head + "2023,甲县,一小,,30\n", Columns{}, "column 年级: is empty, want a grade"},
		{"twice", head + "2023,甲县,一小,1,30\n2023,甲县,一小,1,31\n", Columns{}, "row 3, column 学生数: is the same year, place and grade as row 2, want one"},
		{"classes are added", head + "2023,甲县,一小,1,30\n2023,甲县,一小,1,31\n2024,甲县,一小,1,60\n", Columns{Add: true}, ""},
		{"a grade is left out", head + "2023,甲县,一小,1,30\n2024,甲县,一小,3,31\n", Columns{}, `goes from "1" to "3": want every grade between them`},
		{"one grade by two names", head + "2023,甲县,一小,1,30\n2024,甲县,一小,一年级,31\n", Columns{}, "which are one grade"},
		{"one year", head + "2023,甲县,一小,1,30\n", Columns{}, "holds one year, want two at least"},
		{"too many years", head + "1901,甲县,一小,1,30\n2024,甲县,一小,1,30\n", Columns{}, "spans 1901 to 2024"},
		{"nothing but a heading", head, Columns{}, "holds no line"},
		{"a sheet that is not there", head, Columns{Sheet: "表2"}, `no sheet is called "表2"`},
		{"a grade of two stages", "年份,年级,学段,人数\n2023,6,小学,3\n2024,6,初中,3\n", Columns{}, `row 3, column 学段: found "初中", want "小学"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read(context.Background(), open(t, tt.file), "dir/f.csv", tt.c)
			var said []string
			if err != nil {
				said = append(said, err.Error())
			}
			if got != nil {
				for _, p := range got.Problems {
					said = append(said, p.In("en"))
					if p.Text.ZH == "" || p.In("zh") == p.In("en") {
						t.Errorf("not in Chinese: %s", p.In("en"))
					}
				}
			}
			switch all := strings.Join(said, "\n"); {
			case tt.says == "" && err != nil:
				t.Errorf("refused: %s", all)
			case !strings.Contains(all, tt.says):
				t.Errorf("said %s\nwant %s", all, tt.says)
			case tt.says != "" && !errors.Is(err, fault.Blocked) && !errors.Is(err, fault.Invalid):
				t.Errorf("error %v", err)
			case tt.says == "":
				if _, err := Make(&got.Input, Options{}); err != nil {
					t.Errorf("what was read cannot be forecast: %v", err)
				}
			}
		})
	}
}

// A county's schools stand under it; stages come from the grades; the step into
// another school is found where schools end; a school year is its first year.
func TestReadTree(t *testing.T) {
	got, err := Read(context.Background(), open(t, "year,county,school,grade,pupils\n"+
		"2022-2023,A,P,6,20\n2023/24,A,P,6,22\n2022,A,J,7,19\n2023,A,J,7,20\n2022,B,P,6,5\n2023,B,P,6,\n"), "f", Columns{})
	if err != nil {
		t.Fatal(err)
	}
	in := got.Input
	if in.First != 2022 || in.Years != 2 || in.Lag != 11 || len(in.Nodes) != 6 || len(in.Grades) != 2 {
		t.Fatalf("%+v", in)
	}
	if g := in.Grades[0]; g.Section != Primary || !g.Away || in.Grades[1].Section != Junior || in.Grades[1].Away {
		t.Errorf("grades %+v", in.Grades)
	}
	for i, want := range []Node{{"", -1}, {"A", 0}, {"B", 0}, {"P", 1}, {"J", 1}, {"P", 2}} {
		if in.Nodes[i] != want {
			t.Errorf("place %d is %+v, want %+v", i, in.Nodes[i], want)
		}
	}
	if in.Counts[3][0][1] != 22 || !math.IsNaN(in.Counts[5][0][1]) || in.Counts[1] != nil {
		t.Errorf("counts %v", in.Counts)
	}
}

func TestReadBirths(t *testing.T) {
	const pupils = "year,county,school,grade,pupils\n2022,A,P,1,20\n2023,A,P,1,22\n2022,B,P,1,5\n2023,B,P,1,7\n2022,B,Q,1,5\n2023,B,Q,1,7\n"
	for _, tt := range []struct{ name, file, says string }{
		{"of counties", "place,year,births\nA,2016,30\nA,2017,31\nB,2017,9\n", ""},
		{"boys and girls", "乡镇,出生年份,男,女\nA,2016,15,14\n", ""},
		{"of everybody", "year,births\n2016,30\n2018,33\n", ""},
		{"of a place that is not known", "place,year,births\nC,2016,30\n", `row 2, column place: found "C", want a place that the file of pupils has`},
		{"of a name that two places have", "place,year,births\nP,2016,30\n", "several places are called"},
		{"of one place that has the name alone", "place,year,births\nQ,2016,30\n", ""},
		{"twice", "place,year,births\nA,2016,30\nA,2016,30\n", "is the same place and year as row 2"},
		{"a word", "place,year,births\nA,2016,few\n", `found "few", want a whole number`},
		{"no figure", "place,year\nA,2016\n", "no column was found for births (or boys and girls)"},
		{"no line", "place,year,births\n", "holds no line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read(context.Background(), open(t, pupils), "f", Columns{})
			if err != nil {
				t.Fatal(err)
			}
			err = got.ReadBirths(context.Background(), open(t, tt.file), "b", BirthColumns{})
			said := ""
			if err != nil {
				said = err.Error()
			}
			for _, p := range got.Problems {
				said += "\n" + p.In("en")
			}
			if (tt.says == "") != (err == nil) || !strings.Contains(said, tt.says) {
				t.Errorf("said %s\nwant %s", said, tt.says)
			}
			if err == nil {
				if _, err := Make(&got.Input, Options{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// The district's files are read to what the tests of the engine read by hand, as
// sums and as classes.
func TestReadEauClaire(t *testing.T) {
	dir, want := testkit.Shared(t, "data/eau-claire-enrollment"), eauClaire(t)
	at := map[string]int{}
	for i, n := range want.Nodes {
		at[n.ID] = i
	}
	for _, c := range []struct {
		file string
		c    Columns
	}{{"enrollment_by_school_grade.csv", Columns{}}, {"classes.csv", Columns{Add: true}}} {
		f, err := os.Open(filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(f, sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(context.Background(), book, c.file, c.c)
		if err != nil {
			t.Fatal(c.file, err, got.Problems)
		}
		book.Close()
		in := got.Input
		if len(in.Nodes) != len(want.Nodes) || in.Lag != 5 || in.Years != 27 {
			t.Fatalf("%s: %d places, lag %d, %d years", c.file, len(in.Nodes), in.Lag, in.Years)
		}
		for i, n := range in.Nodes[1:] {
			for g := range in.Grades {
				for y := range in.Years {
					a, b := in.Counts[i+1][g][y], want.Counts[at[n.ID]][g][y]
					if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
						t.Errorf("%s: %s grade %s %d: %v, want %v", c.file, n.ID, in.Grades[g].ID, in.First+y, a, b)
					}
				}
			}
		}
	}
}

// No file brings the reader down, and what it lets through can be forecast.
func FuzzRead(f *testing.F) {
	f.Add([]byte("year,county,school,grade,pupils\n2022,A,P,6,20\n2023,A,P,6,22\n"), []byte("place,year,births\nA,2016,30\n"), false)
	f.Add([]byte("学年,年级,学生数\n2022-2023,初一,20\n2023-2024,初二,22\n"), []byte("出生年份,男,女\n2010,3,4\n"), true)
	f.Add([]byte("year,stage,grade,pupils\n2022,a,x,20\n2024,b,y,1e9\n"), []byte("year,births\n2300,1\n"), true)
	lim := sheet.DefaultLimits
	lim.File, lim.Text, lim.Unzipped, lim.Strings, lim.Rows, lim.Columns, lim.Cells = 1<<16, 1<<16, 1<<18, 1<<16, 500, 30, 10_000
	f.Fuzz(func(t *testing.T, pupils, births []byte, add bool) {
		book, err := sheet.Open(io.NopCloser(bytes.NewReader(pupils)), lim)
		if err != nil {
			return
		}
		defer book.Close()
		got, err := Read(context.Background(), book, "f", Columns{Add: add})
		if err != nil {
			if got != nil && errors.Is(err, fault.Blocked) && !got.Blocked() {
				t.Fatal("blocked, and nothing to mend")
			}
			return
		}
		if b, err := sheet.Open(io.NopCloser(bytes.NewReader(births)), lim); err == nil {
			defer b.Close()
			_ = got.ReadBirths(context.Background(), b, "b", BirthColumns{}) // what it refuses is not taken
		}
		if len(got.Input.Nodes) > 20 || got.Input.Years > 30 {
			return
		}
		if _, err := Make(&got.Input, Options{Horizon: 3}); err != nil {
			t.Fatalf("read, and cannot be forecast: %v", err)
		}
	})
}
