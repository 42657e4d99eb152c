package inspection_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/inspection"
)

func visitOf() *inspection.Inspection {
	x := &inspection.Inspection{ID: "v1", Kind: inspection.Term, Day: 20500, State: inspection.Open, Groups: []inspection.Group{{ID: "fire", Name: edu.Text{ZH: "消防", EN: "fire"}}}, Answers: map[string]inspection.Answer{}}
	for _, id := range []string{"one", "two", "three"} {
		x.Items = append(x.Items, inspection.Item{ID: id, Group: "fire", What: edu.Text{ZH: "项目" + id, EN: id}, How: edu.Text{ZH: "看", EN: "look"}})
	}
	return x
}

func readVisit(body []byte, x *inspection.Inspection) (map[string]inspection.Answer, error) {
	return inspection.ReadBook(context.Background(), io.NopCloser(bytes.NewReader(body)), x)
}

// What was filled in comes back as it stands there, in either language; every wrong
// cell is named with what was found and what is wanted; another inspection's workbook
// is none.
func TestWorkbookOfAnInspection(t *testing.T) {
	for _, tt := range []struct {
		name string
		lang string
		set  map[string]string
		want map[string]inspection.Answer
		bad  string
	}{
		{"filled", "zh", map[string]string{"F3": "合格", "F4": "不合格", "G4": "楼梯", "H4": "堵塞", "J4": "是", "K4": "封闭", "L4": "2026年3月9日", "F5": "不合格", "H5": "坏", "I5": "是"}, map[string]inspection.Answer{
			"one": {Result: inspection.Fit}, "two": {Result: inspection.Unfit, Part: "楼梯", Problem: "堵塞", Major: true, Control: "封闭", Due: 20521}, "three": {Result: inspection.Unfit, Problem: "坏", Fixed: true}}, ""},
		{"in English", "en", map[string]string{"F3": "Fit", "F4": "not applicable"}, map[string]inspection.Answer{"one": {Result: inspection.Fit}, "two": {Result: inspection.NotHere}}, ""},
		{"nothing", "zh", nil, nil, "没有填写"},
		{"a result that nobody knows", "zh", map[string]string{"F3": "还行"}, nil, "F3：结果“还行”应为合格、不合格或不适用"},
		{"no day", "zh", map[string]string{"F3": "不合格", "L3": "月底"}, nil, "L3：日期“月底”应为2025-09-01的形式"},
		{"yes in other words", "zh", map[string]string{"F3": "不合格", "I3": "对"}, nil, "I3：“对”应为是，或留空"},
		{"an item that is none", "zh", map[string]string{"A3": "four", "F3": "合格"}, nil, "A3：没有编号“four”的检查项目"},
		{"an item twice", "zh", map[string]string{"A4": "one", "F3": "合格", "F4": "合格"}, nil, "A4：没有编号“one”的检查项目，或重复"},
		{"a lost column", "zh", map[string]string{"F2": "结论"}, nil, "第2行第6列应为“结果”"},
		{"another inspection", "zh", map[string]string{"A1": "shuren-inspection@v2"}, nil, "不是本次检查的工作簿"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := visitOf()
			var b bytes.Buffer
			if err := inspection.WriteBook(&b, x, "一小", tt.lang, "示例数据"); err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(&b)
			if err != nil {
				t.Fatal(err)
			}
			for cell, v := range tt.set {
				if err := f.SetCellStr(f.GetSheetName(0), cell, v); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			if err := f.Write(&out); err != nil {
				t.Fatal(err)
			}
			got, err := readVisit(out.Bytes(), x)
			if tt.bad != "" {
				var says interface{ In(string) string }
				if !errors.As(err, &says) || !strings.Contains(says.In("zh"), tt.bad) || strings.Contains(says.In("en"), "%!") {
					t.Fatalf("%v; want %s", err, tt.bad)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v\nwant %+v", got, err, tt.want)
			}
		})
	}
}

// A workbook of the time before places were asked is not refused for headings that
// nobody changed: it is said that it is old, and what to do.
func TestOlderWorkbook(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		x := visitOf()
		x.School = "s1"
		var b, out bytes.Buffer
		if err := inspection.WriteBook(&b, x, "一小", lang, ""); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err == nil {
			err = f.RemoveCol(f.GetSheetName(0), "G")
		}
		if err == nil {
			err = f.SetCellStr(f.GetSheetName(0), "F3", "合格")
		}
		if err == nil {
			err = f.Write(&out)
		}
		if err != nil {
			t.Fatal(err)
		}
		if id, blank, err := inspection.BookOf(t.Context(), io.NopCloser(bytes.NewReader(out.Bytes()))); id != x.ID || blank.School != x.School || err != nil {
			t.Errorf("%s: of %q, %+v, %v", lang, id, blank, err)
		}
		got, err := readVisit(out.Bytes(), x)
		var says interface{ In(string) string }
		if !errors.As(err, &says) || got != nil || !strings.Contains(says.In("zh"), "旧版本，没有“部位”一列：请重新导出") || strings.Contains(says.In("zh"), "应为") || !strings.Contains(says.In("en"), "export it anew") {
			t.Errorf("%s: %+v, %v", lang, got, err)
		}
	}
}

// A workbook that was made before its inspection began says what that begins with;
// one of an inspection that has begun says nothing of it.
func TestBookOfWhat(t *testing.T) {
	x := visitOf()
	x.Plan, x.School, x.Day = "p", "s", 0
	want := inspection.Blank{Plan: "p", School: "s", Kind: inspection.Term, Lists: []string{"fire"}}
	for _, no := range []int64{0, 7} {
		x.No = no
		var b bytes.Buffer
		if err := inspection.WriteBook(&b, x, "一小", "zh", ""); err != nil {
			t.Fatal(err)
		}
		id, got, err := inspection.BookOf(t.Context(), io.NopCloser(&b))
		if no > 0 {
			want = inspection.Blank{}
		}
		if err != nil || id != "v1" || !reflect.DeepEqual(got, want) {
			t.Errorf("no. %d: %q %+v, %v", no, id, got, err)
		}
	}
	f := excelize.NewFile()
	var other bytes.Buffer
	if err := f.Write(&other); err != nil {
		t.Fatal(err)
	}
	if _, _, err := inspection.BookOf(t.Context(), io.NopCloser(&other)); err == nil {
		t.Error("any workbook is one of an inspection")
	}
}

// Whatever a file is, reading ends with answers that can be kept, or with what is
// wrong; never with both. The seeds are workbooks as they are written and filled in.
func FuzzReadBook(f *testing.F) {
	for _, lang := range []string{"zh", "en"} {
		for _, filled := range []bool{false, true} {
			x := visitOf()
			if filled {
				x.Answers = map[string]inspection.Answer{"one": {Result: inspection.Fit}, "two": {Result: inspection.Unfit, Part: "楼梯", Problem: "堵塞", Major: true, Control: "封闭", Due: 20521}, "three": {Result: inspection.Unfit, Problem: "坏", Fixed: true}}
				x.No = 7
			}
			var b bytes.Buffer
			if err := inspection.WriteBook(&b, x, "一小", lang, ""); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
	}
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, body []byte) {
		x := visitOf()
		id, b, err := inspection.BookOf(t.Context(), io.NopCloser(bytes.NewReader(body)))
		if (id == "") == (err == nil) || err != nil && b.School != "" {
			t.Fatalf("%q of %+v, %v", id, b, err)
		}
		got, err := readVisit(body, x)
		if (got == nil) == (err == nil) {
			t.Fatalf("%+v, %v", got, err)
		}
		for id := range got {
			if x.Item(id) == nil {
				t.Fatalf("an answer to %q", id)
			}
		}
	})
}

// Whatever stands in a cell, reading ends with answers that can be kept, or with what
// is wrong; never with both.
func FuzzBookCells(f *testing.F) {
	for _, s := range []string{"", "合格", "不合格", "2026-03-09", "46090", "是", "=1+1", strings.Repeat("字", 3000), "one"} {
		f.Add(s, uint8(5), s)
	}
	f.Fuzz(func(t *testing.T, a string, col uint8, b string) {
		x := visitOf()
		var body bytes.Buffer
		if err := inspection.WriteBook(&body, x, "一小", "zh", ""); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&body)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := excelize.ColumnNumberToName(int(col)%13 + 1)
		if book.SetCellStr("检查表", name+"3", a) != nil || book.SetCellStr("检查表", name+"4", b) != nil || book.SetCellStr("检查表", "F5", "合格") != nil {
			t.Skip("no cell holds it")
		}
		var out bytes.Buffer
		if err := book.Write(&out); err != nil {
			t.Skip("no workbook holds it")
		}
		got, err := readVisit(out.Bytes(), x)
		if (got == nil) == (err == nil) {
			t.Fatalf("%+v, %v", got, err)
		}
		if got != nil {
			inspection.Fill(*x, got, envOf(0, "a"))
			for id := range got {
				if x.Item(id) == nil {
					t.Fatalf("an answer to %q", id)
				}
			}
		}
	})
}
