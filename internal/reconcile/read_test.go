package reconcile_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"shuren/internal/fault"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

func read(t testing.TB, k *reconcile.Keyer, text string) (*reconcile.Taken, error) {
	t.Helper()
	book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	return reconcile.Read(context.Background(), book, "h.csv", H, k, today, nil)
}

func TestColumnsAreRead(t *testing.T) {
	got, err := read(t, keyer(t), "县适龄儿童台账,,,,,,,,,,,\n姓名（必填）,性别,出生日期,户籍地,就读学校,年级,就学状态,证明材料,批准单位/文号,到期日期,群体标记,转出日期\n"+
		"王晓明,男,2015年3月1日,一乡,S1,三年级,休学,诊断书,某局1号,2026-01-31,留守、残疾儿童,2025/9/1\n李四,女,20150302,,,初一,县外就读,无,,,,\n")
	if err != nil || len(got.Problems) > 0 {
		t.Fatal(err, got)
	}
	l := got.List
	if l.Len() != 2 || l.Born[0] != tenBorn || l.Born[1] != tenBorn+1 || l.Grade[0] != 3 || l.Grade[1] != 7 || l.Sex[0] != register.Male || l.Sex[1] != register.Female ||
		l.Marks[0] != reconcile.Proof|reconcile.Approved || l.Marks[1] != 0 || l.Groups[0] != register.LeftBehind|register.Disabled || l.Until[0] != on(2026, 1, 31) || l.Left[0] != on(2025, 9, 1) ||
		l.Row[0] != 3 || l.Units[l.Unit[0]-1] != "S1" || l.Units[l.Home[0]-1] != "一乡" || register.Schoolings[l.Status[1]-1].ID != string(register.Elsewhere) {
		t.Errorf("%+v", l)
	}
}

// The headings of the registers' files are known, whatever else stands in them.
func TestHeadingsOfTheRegistersAreKnown(t *testing.T) {
	for _, f := range register.ChildFields {
		if f.ID != "name" && f.ID != "citizen" && f.ID != "school" && f.ID != "guardian" && f.ID != "schooling" {
			continue
		}
		for _, h := range f.Heads {
			if _, err := read(t, keyer(t), "学籍号,"+h+"\nG1,x\n"); err != nil {
				t.Errorf("%s: %v", h, err)
			}
		}
	}
}

func TestBadCellsAreToldByTheirPlace(t *testing.T) {
	got, err := read(t, keyer(t), "姓名,出生日期,年级,就学状态,性别,群体标记\n王晓明,春天,十三,不明,甲,孤儿+x\n,2015-03-01,1,,,\n")
	if err != nil {
		t.Fatal(err)
	}
	if got.List.Len() != 1 || len(got.Problems) != 6 {
		t.Errorf("%d rows, %d problems; want 1 and 6", got.List.Len(), len(got.Problems))
	}
	for _, p := range got.Problems {
		for _, lang := range []string{"zh", "en"} {
			for _, cell := range []string{"王晓明", "春天", "十三", "不明", "孤儿+x"} {
				if strings.Contains(p.In(lang), cell) {
					t.Errorf("%q is told", cell)
				}
			}
		}
	}
	if _, err := read(t, keyer(t), "a,b\n1,2\n"); !errors.Is(err, fault.Invalid) {
		t.Errorf("no heading: %v", err)
	}
}

func TestDecisionsAreRead(t *testing.T) {
	a, b := strings.Repeat("0a", 16), strings.Repeat("0b", 16)
	for text, want := range map[string]int{
		"记录甲,记录乙,同一人？,得分\n" + a + "," + b + ",是,30\n" + b + "," + a + ",,20\n": 1,
		"a,b,same\n" + a + "," + b + ",no\n":      1,
		"a,b,same\n" + a + "," + b + ",perhaps\n": -1,
		"a,b,same\nx," + b + ",yes\n":             -1,
		"a,b\n1,2\n":                              -1,
	} {
		book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		ds, err := reconcile.ReadDecisions(context.Background(), book, "d.csv")
		if want < 0 && !errors.Is(err, fault.Invalid) || want >= 0 && (err != nil || len(ds) != want) {
			t.Errorf("%q: %v, %v", text, ds, err)
		}
	}
}

func FuzzLists(f *testing.F) {
	f.Add("姓名,身份证号,出生日期,年级\n王晓明,539999201503011010,2015-3-1,三年级\n")
	f.Add("name,grade,left\nx,12,20250901\n")
	k := keyer(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := read(t, k, s)
		if err != nil {
			return
		}
		if _, err := reconcile.Compare(context.Background(), []*reconcile.List{got.List}, reconcile.Options{Today: today, Year: 2025}); err != nil {
			t.Error(err)
		}
	})
}

func totals(t testing.TB, text string) (*reconcile.Totals, error) {
	t.Helper()
	book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	out := &reconcile.Totals{}
	return out, out.ReadTotals(context.Background(), book, "t.csv")
}

// A stated number has a unit and a whole number; what cannot be one is told by its row.
func TestTotalsAreRead(t *testing.T) {
	got, err := totals(t, "学校,年级,在校生数,区县\n一小,三年级,40,东县\n一小,,200,东县\n东县,合计,900,\n,,,\n")
	want := []reconcile.Total{{Unit: "一小", Grade: 3, Pupils: 40}, {Unit: "一小", Pupils: 200}, {Unit: "东县", Pupils: 900}}
	if err != nil || !slices.Equal(got.List, want) || got.Above("一小") != "东县" || got.Above("东县") != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for text, row := range map[string]string{
		"unit,pupils\na,1.5\n":              "row 2",
		"unit,pupils\n,3\n":                 "row 2",
		"unit,pupils\na,3\nb,-1\n":          "row 3",
		"unit,pupils,grade\na,3,十三\n":       "row 2",
		"unit,pupils,above\na,3,x\na,4,y\n": "row 3",
		"unit,pupils,above\na,3,a\n":        "row 2",
		"unit,grade\na,3\n":                 "no heading",
	} {
		if _, err := totals(t, text); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), row) {
			t.Errorf("%q: %v; want %s", text, err, row)
		}
	}
}

func FuzzTotals(f *testing.F) {
	f.Add("学校,年级,在校生数,区县\n一小,三年级,40,东县\n")
	f.Add("unit,pupils\na,1\n")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := totals(t, s); err == nil {
			for _, x := range got.List {
				if x.Unit == "" || x.Pupils < 0 || x.Grade < 0 || x.Grade > 12 {
					t.Errorf("%+v", x)
				}
			}
		}
	})
}
