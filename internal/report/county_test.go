package report_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/county"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// One county of the demo city, measured without a database.
var measured = sync.OnceValues(func() (*standard.Assessment, error) {
	dir, err := os.MkdirTemp("", "shuren-report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var b bytes.Buffer
	city := demo.New(1)
	if err := city.Workbook(&b, 6, city.Years()[len(city.Years())-1]); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "county.xlsx")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		return nil, err
	}
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		return nil, err
	}
	m, err := flow.Evaluate(context.Background(), []intake.File{intake.Path(name)}, p, intake.Options{})
	if err != nil {
		return nil, err
	}
	return m.Periods[0], nil
})

func assessed(t *testing.T) *standard.Assessment {
	t.Helper()
	a, err := measured()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func countyBook(t *testing.T, lang string) *report.Book {
	t.Helper()
	register := &county.Register{
		Documents:   []county.Document{{ID: "d1", Number: "教督〔2024〕3号", Title: "关于工资的通知"}},
		Cites:       []county.Cite{{Item: "g8_pay", Document: "d1", Page: "12"}},
		Departments: map[string]string{"g8_pay": "财政局"},
	}
	return report.CountyBook(assessed(t), 0, report.CountyOptions{Lang: lang, Mark: "示例数据", Register: register, Progress: []county.Progress{{Year: 2027, Step: county.Self, Issues: 3, Closed: 1}}})
}

// The sheets stand in the order in which they are handed in.
func TestCountyBookOrder(t *testing.T) {
	want := []string{"小学", "初中", "政府保障程度", "教育质量", "社会认可度", "一票否决", "县级填报", "未达标清单", "创建进程"}
	var got []string
	for _, s := range countyBook(t, "zh").Sheets {
		got = append(got, s.Name)
		for i, row := range s.Rows {
			if len(row) != len(s.Cols) {
				t.Fatalf("%s, row %d: %d cells for %d columns", s.Name, i, len(row), len(s.Cols))
			}
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("sheets %v, want %v", got, want)
	}
	if items := countyBook(t, "zh").Sheet("政府保障程度"); !hasNumber(items, "15") || hasNumber(items, "16") {
		t.Error("the guarantee does not have its 15 items")
	}
	if items := countyBook(t, "zh").Sheet("教育质量"); !hasNumber(items, "9") || hasNumber(items, "10") {
		t.Error("the quality does not have its 9 items")
	}
}

func hasNumber(s *report.Sheet, no string) bool {
	for _, row := range s.Rows {
		if row[0].Text == no {
			return true
		}
	}
	return false
}

// Every figure of a stage's sheet is the assessment's own, unrounded; what is
// unmet is marked and shaded, what is met is 1.
func TestCountyBookFigures(t *testing.T) {
	a := assessed(t)
	sheet := countyBook(t, "zh").Sheet("小学")
	st := a.Stage(edu.Primary)
	rule := st.Rule("school")
	if len(sheet.Rows) != st.Frame.Len()+5 || sheet.Foot != 5 {
		t.Fatalf("%d rows of %d sections", len(sheet.Rows), st.Frame.Len())
	}
	short := 0
	for row := range st.Frame.Rows {
		cells := sheet.Rows[row]
		met := 0
		for k, id := range rule.Rule.Of {
			jd := st.Indicator(id)
			have, value, mark := cells[4+3*k], cells[5+3*k], cells[6+3*k]
			want := jd.Item.Value(row)
			if value.Number != (want == want) || value.Number && value.Value != want {
				t.Errorf("%s %s: %v, want %v", st.Frame.Rows[row].Name, id, value.Value, want)
			}
			if pupils, ok := st.Frame.Value(row, "pupils").Number(); ok && have.Number && value.Number && pupils > 0 {
				if per := want / (have.Value / pupils); math.Abs(per-1) > 1e-9 && math.Abs(per-100) > 1e-7 {
					t.Errorf("%s %s: resource %v over %v pupils is not %v", st.Frame.Rows[row].Name, id, have.Value, pupils, want)
				}
			}
			switch jd.Verdict(row) {
			case edu.Met:
				met++
				if !mark.Number || mark.Value != 1 || mark.Bad {
					t.Errorf("%s %s is met but shows %+v", st.Frame.Rows[row].Name, id, mark)
				}
			case edu.Short:
				short++
				if mark.Text != "■" || !mark.Bad || !value.Bad {
					t.Errorf("%s %s is unmet but shows %+v and %+v", st.Frame.Rows[row].Name, id, mark, value)
				}
			}
		}
		if n := cells[len(cells)-3]; n.Value != float64(met) {
			t.Errorf("%s: %v items met, want %d", st.Frame.Rows[row].Name, n.Value, met)
		}
	}
	if short == 0 {
		t.Error("nothing is unmet here: the test shows nothing")
	}
	foot := sheet.Rows[len(sheet.Rows)-5:]
	for k, id := range rule.Rule.Of {
		stat := st.Indicator(id).Item.Stats[edu.County][0]
		mean, sd, cv := foot[0][5+3*k].Value, foot[1][5+3*k].Value, foot[2][5+3*k].Value
		if mean != stat.Value || cv != standard.Dispersion(stat, "wcv") {
			t.Errorf("%s: mean %v and coefficient %v, want %v and %v", id, mean, cv, stat.Value, standard.Dispersion(stat, "wcv"))
		}
		if math.Abs(sd/stat.Weighted.Mean()-cv) > 1e-12 {
			t.Errorf("%s: the deviation %v over the mean is not the coefficient %v", id, sd, cv)
		}
	}
}

// An item names who answers and what proves it: the county's own words before
// the pack's.
func TestCountyBookEvidence(t *testing.T) {
	sheet := countyBook(t, "zh").Sheet("政府保障程度")
	found := 0
	for _, row := range sheet.Rows {
		switch row[0].Text {
		case "8.1":
			found++
			if row[8].Text != "财政局" || row[9].Text != "教督〔2024〕3号 p.12" || !row[3].Number || !row[4].Number {
				t.Errorf("pay of teachers: %+v", row)
			}
			if q := row[3].Value / row[4].Value; math.Abs(q-row[5].Value) > 1e-12 {
				t.Errorf("%v over %v is not %v", row[3].Value, row[4].Value, row[5].Value)
			}
		case "1":
			found++
			if !strings.Contains(row[9].Text, "号") || row[8].Text == "" {
				t.Errorf("the layout cites %q and names %q", row[9].Text, row[8].Text)
			}
		}
	}
	if found != 2 {
		t.Errorf("found %d of the two items", found)
	}
}

// Everything that is short is in the list of what is unmet, once.
func TestCountyBookUnmet(t *testing.T) {
	a := assessed(t)
	want := 0
	for _, st := range a.Stages {
		for _, jd := range st.Judged {
			if jd.Threshold != nil {
				want += standard.Tally(jd.Verdicts, 0, st.Frame.Len()).Count[edu.Short]
			}
		}
	}
	for _, jd := range a.Counties.Judged {
		if jd.Threshold != nil {
			want += standard.Tally(jd.Verdicts, 0, 1).Count[edu.Short]
		}
	}
	if got := len(countyBook(t, "zh").Sheet("未达标清单").Rows); got != want || want == 0 {
		t.Errorf("%d lines, want %d", got, want)
	}
}

// The workbook prints on A3 across with its head on every page, and an office
// program opens it and finds the same figures.
func TestCountyBookPrints(t *testing.T) {
	var b bytes.Buffer
	if err := countyBook(t, "zh").Write(&b); err != nil {
		t.Fatal(err)
	}
	check := func(name string, open func() (*excelize.File, error)) {
		f, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		layout, err := f.GetPageLayout("小学")
		if err != nil {
			t.Fatal(err)
		}
		if layout.Size == nil || *layout.Size != 8 || layout.Orientation == nil || *layout.Orientation != "landscape" {
			t.Errorf("%s: page layout %+v, want A3 landscape", name, layout)
		}
		if props, err := f.GetSheetProps("小学"); err != nil || props.FitToPage == nil || !*props.FitToPage || layout.FitToWidth == nil || *layout.FitToWidth != 1 {
			t.Errorf("%s: the sheet is wider than its page: %v", name, err)
		}
		titles := ""
		for _, d := range f.GetDefinedName() {
			if d.Name == "_xlnm.Print_Titles" && strings.Contains(d.RefersTo, "小学") {
				titles = d.RefersTo
			}
		}
		if !strings.Contains(titles, "$1:$3") {
			t.Errorf("%s: the head is not repeated: %q", name, titles)
		}
		got, err := f.GetCellValue("小学", "F4", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		// A workbook keeps fifteen digits.
		want := assessed(t).Stage(edu.Primary).Indicator("r1").Item.Value(0)
		if v, err := strconv.ParseFloat(got, 64); err != nil || math.Abs(v-want) > 1e-12 {
			t.Errorf("%s: the first school's value is %s, want %v", name, got, want)
		}
	}
	check("written", func() (*excelize.File, error) { return excelize.OpenReader(bytes.NewReader(b.Bytes())) })

	testkit.OutOfProcess(t)
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		testkit.Missing(t, "office", "soffice (LibreOffice) is not installed")
	}
	dir := t.TempDir()
	given := filepath.Join(dir, "summary.xlsx")
	if err := os.WriteFile(given, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, soffice, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")), "--headless", "--convert-to", "xlsx", "--outdir", filepath.Join(dir, "saved"), given)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	check("saved by an office program", func() (*excelize.File, error) { return excelize.OpenFile(filepath.Join(dir, "saved", "summary.xlsx")) })
}
