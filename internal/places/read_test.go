package places

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/testkit"
)

func open(t testing.TB, name string, b []byte) File {
	book, err := sheet.Open(io.NopCloser(bytes.NewReader(b)), sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return File{name, book}
}

// example are the files of the documented example.
func example(t testing.TB) map[string][]byte {
	names, err := filepath.Glob(filepath.Join(testkit.Root(), "testdata", "places", "*.csv"))
	if err != nil || len(names) < 8 {
		t.Fatal(names, err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = b
	}
	return out
}

func readAll(t testing.TB, files map[string][]byte, c Choice) (*Taken, error) {
	var list []File
	for name, b := range files {
		list = append(list, open(t, name, b))
	}
	return Read(context.Background(), list, c)
}

// The example as files and as one workbook comes to the same plan.
func TestReadExample(t *testing.T) {
	files := example(t)
	a, err := readAll(t, files, Choice{})
	if err != nil {
		t.Fatal(err, a.Problems)
	}
	x := excelize.NewFile()
	for name, b := range files {
		s := strings.TrimSuffix(name, ".csv")
		if _, err := x.NewSheet(s); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			row := strings.Split(line, ",")
			if err := x.SetSheetRow(s, "A"+string([]byte{byte('0' + (i+1)/100), byte('0' + (i+1)/10%10), byte('0' + (i+1)%10)}), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := x.Write(&buf); err != nil {
		t.Fatal(err)
	}
	b, err := Read(context.Background(), []File{open(t, "all.xlsx", buf.Bytes())}, Choice{})
	if err != nil {
		t.Fatal(err, b.Problems)
	}
	in := a.Input
	if len(in.Areas) != 10 || len(in.Schools) != 12 || len(in.Convert) != 1 || len(in.Years) != 3 || in.Years[0].Budget != 2e6 {
		t.Fatalf("%d areas, %d schools, %d conversions, years %v", len(in.Areas), len(in.Schools), len(in.Convert), in.Years)
	}
	for _, got := range []*Taken{a, b} {
		p, err := Make(context.Background(), &got.Input, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != Optimal || p.Cost != 1100712.89 {
			t.Errorf("%s at %v", p.Status, p.Cost)
		}
		if wrong := got.Input.Verify(p); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
	low, err := readAll(t, files, Choice{Scenario: "low", Years: 1})
	if err != nil || len(low.Input.Years) != 1 || low.Input.Areas[0].Children[2][0] >= in.Areas[0].Children[2][0] {
		t.Errorf("low: %v, %v", err, low.Input.Years)
	}
}

// The CSV of shuren forecast is read as it is: neither its past, nor its grades,
// nor the places that others lie in are counted.
func TestReadForecast(t *testing.T) {
	files := example(t)
	files["儿童.csv"] = []byte("place,within,stage,grade,year,kind,pupils,low,high,own_low,own_high,method,data_as_of,note\n" +
		"合计,,小学,,2026,forecast,150,1,2,,,x,,\nV01,合计,小学,,2025,past,99,,,,,,,\nV01,合计,小学,,2026,forecast,149.6,140,160,,,x,,\nV01,合计,小学,1,2026,forecast,20,,,,,x,,\n")
	got, err := readAll(t, files, Choice{})
	if err != nil {
		t.Fatal(err, got.Problems)
	}
	if in := got.Input; len(in.Areas) != 1 || in.Areas[0].Children[1][0] != 150 || len(in.Years) != 1 {
		t.Errorf("%+v", got.Input.Areas)
	}
}

// What cannot be read is told by file and cell, with what was found and wanted.
func TestReadProblems(t *testing.T) {
	for _, tt := range []struct{ name, file, old, new, says string }{
		{"a word for a number", "儿童.csv", "V01,学前,2026,150", "V01,学前,2026,many", `儿童.csv, row 2, column 儿童数: found "many", want a number of 0 to 1000000`},
		{"part of a seat", "学校.csv", "中心幼儿园,学前,360", "中心幼儿园,学前,36.5", `学校.csv, row 2, column 学位: found "36.5", want a whole number of 0 to 1000000`},
		{"neither yes nor no", "学校.csv", "松林教学点,小学,60,0,,是", "松林教学点,小学,60,0,,maybe", `column 乡村小规模: found "maybe", want yes or no`},
		{"no source", "单价.csv", "扩建,小学,15000,元/学位,2026,示例单价，虚构", "扩建,小学,15000,元/学位,2026,", "单价.csv, row 2, column 依据: is empty, want something"},
		{"no limit", "学段.csv", "学前,30,4,20", "学前,30,,20", "has no limit of kilometres or minutes, want one at least"},
		{"no price for what can be built", "单价.csv", "新建,初中,30000", "新建,高中,30000", `the price list has no "build" for the stage "junior"`},
		{"a way to nowhere", "路程.csv", "V06,P4", "V06,P44", `路程.csv, row 2, column 学校: no school or site "P44"`},
		{"a way from nowhere", "路程.csv", "V06,P4", "V66,P4", `no area "V66"`},
		{"a year twice", "儿童.csv", "V01,学前,2027", "V01,学前,2026", "is the same area, stage and year as row 2, want one"},
		{"a school twice", "学校.csv", "K2,西街幼儿园", "K1,西街幼儿园", `"K1" is there twice for one stage`},
		{"more rooms than there are", "转用.csv", "K2,J1,7", "K2,J1,8", "8 rooms have 240 seats, more than its 210"},
		{"rooms of nobody", "转用.csv", "K2,J1,7", "K9,J1,7", `no school "K9" of this stage`},
		{"a year that is none", "资金.csv", "2026,2000000", "next,2000000", `资金.csv, row 2, column 年份: found "next", want a year such as 2026`},
		{"another table", "资金.csv", "年份,建设资金", "a,b", "资金.csv: is no table that is known and was not read; its columns are a, b"},
		{"no children", "儿童.csv", "片区,学段,年份,儿童数", "片区,学段,年份,什么", "no table of children: want one with the columns"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := example(t)
			if !bytes.Contains(files[tt.file], []byte(tt.old)) {
				t.Fatalf("%s has no %q", tt.file, tt.old)
			}
			files[tt.file] = bytes.Replace(files[tt.file], []byte(tt.old), []byte(tt.new), 1)
			got, err := readAll(t, files, Choice{})
			if !errors.Is(err, fault.Blocked) {
				t.Fatalf("%v", err)
			}
			var all []string
			for _, p := range got.Problems {
				all = append(all, p.In("en"))
				if p.In("zh") == "" || p.In("zh") == p.In("en") {
					t.Errorf("no Chinese: %q", p.In("zh"))
				}
			}
			if text := strings.Join(all, "\n"); !strings.Contains(text, tt.says) {
				t.Errorf("%s\nwant %s", text, tt.says)
			}
		})
	}
}

// No file brings the reader down, and what it lets through can be planned.
func FuzzRead(f *testing.F) {
	files := example(f)
	f.Add(files["儿童.csv"][:300], files["学校.csv"], files["路程.csv"])
	f.Add([]byte("area,stage,year,children\nV01,primary,2026,5\n"), []byte("school,stage,seats\nP1,primary,9\n"), []byte("area,school,km\nV01,P1,2\n"))
	f.Add([]byte("place,within,stage,grade,year,kind,pupils\nx,,k,,2026,past,1e9\n"), []byte("site,stage,most_rooms,least\nP1,primary,9,1\n"), []byte("convert from,convert to,most rooms\na,b,2\n"))
	lim := sheet.DefaultLimits
	lim.File, lim.Text, lim.Unzipped, lim.Strings, lim.Rows, lim.Columns, lim.Cells = 1<<16, 1<<16, 1<<18, 1<<16, 200, 30, 5_000
	f.Fuzz(func(t *testing.T, children, schools, ways []byte) {
		var list []File
		for _, b := range [][]byte{children, schools, ways, files["学段.csv"], files["单价.csv"]} {
			book, err := sheet.Open(io.NopCloser(bytes.NewReader(b)), lim)
			if err != nil {
				return
			}
			defer book.Close()
			list = append(list, File{"f", book})
		}
		got, err := Read(context.Background(), list, Choice{})
		if err != nil {
			if got != nil && errors.Is(err, fault.Blocked) && !got.Blocked() {
				t.Fatal("blocked, and nothing to mend")
			}
			return
		}
		if len(got.Input.Areas) > 10 || len(got.Input.Schools) > 10 || len(got.Input.Years) > 5 {
			return
		}
		p, err := Make(context.Background(), &got.Input, Options{Nodes: 20})
		if err != nil {
			t.Fatalf("read, and cannot be planned: %v", err)
		}
		if wrong := got.Input.Verify(p); len(wrong) > 0 {
			t.Fatal(wrong)
		}
	})
}
