package workbook

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

func marked(t testing.TB, b []byte, r *Reading, papers []*form.Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Mark(&out, bytes.NewReader(b), int64(len(b)), r, papers, "zh"); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openFile(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// colour is the fill of a cell.
func colour(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	n, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return colourOf(f, n)
}

func commentAt(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	cs, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		if c.Cell == cell {
			return commentText(c)
		}
	}
	return ""
}

func TestMarkedWorkbookComesBackMendedAndUnmarked(t *testing.T) {
	papers := testPapers(t, 2)[1:]
	p := papers[0]
	const sheet = "填报表"
	var boarders, year, theirs string
	sent := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
		boarders, year = where(t, f, sheet, p.Unit.ID, edu.Junior, "boarders"), where(t, f, sheet, p.Unit.ID, edu.Primary, "built_year")
		theirs = where(t, f, sheet, p.Unit.ID, edu.Junior, "built_year")
		set(t, f, sheet, boarders, "十二")
		set(t, f, sheet, year, 1066)
		set(t, f, sheet, theirs, "去年")
		if err := f.AddComment(sheet, excelize.Comment{Cell: theirs, Author: "Wang", Text: "问一下教务处"}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.NewSheet("我的草稿"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "我的草稿", "A1", "电话 123")
	})
	r := reading(t, sent, papers)
	if r.Blocked() || len(r.Units) != 1 {
		t.Fatalf("%+v", r.Problems)
	}
	back := marked(t, sent, r, papers)
	f := openFile(t, back)
	if got := f.GetSheetList()[0]; got != errorSheet {
		t.Errorf("the first sheet is %s", got)
	}
	if got, _ := f.GetCellValue("我的草稿", "A1"); got != "电话 123" {
		t.Errorf("the clerk's own sheet is lost: %q", got)
	}
	for _, c := range []string{boarders, year, theirs} {
		if got := colour(t, f, sheet, c); got != lightRed {
			t.Errorf("%s is %s, want red", c, got)
		}
	}
	if got := commentAt(t, f, sheet, boarders); !strings.Contains(got, "必改") || !strings.Contains(got, "十二") {
		t.Errorf("comment at %s: %q", boarders, got)
	}
	if got := commentAt(t, f, sheet, theirs); !strings.Contains(got, "教务处") {
		t.Errorf("somebody's comment is lost: %q", got)
	}
	rows, err := f.GetRows(errorSheet)
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for i, row := range rows {
		if len(row) > 6 && row[3] == boarders && strings.Contains(row[6], "十二") {
			listed++
			if ok, link, _ := f.GetCellHyperLink(errorSheet, at(4, i+1)); !ok || !strings.Contains(link, boarders) {
				t.Errorf("no link to %s: %q", boarders, link)
			}
		}
	}
	if listed != 1 {
		t.Errorf("%s is listed %d times:\n%v", boarders, listed, rows)
	}

	// Sent again as it is, it says the same, and is marked once more, not twice.
	again := reading(t, back, papers)
	if again.Blocked() || len(again.Units[0].Problems) != len(r.Units[0].Problems) {
		t.Fatalf("again: %+v, %d problems, want %d", again.Problems, len(again.Units[0].Problems), len(r.Units[0].Problems))
	}
	twice := marked(t, back, again, papers)
	if got := strings.Join(openFile(t, twice).GetSheetList(), " "); strings.Count(got, errorSheet) != 1 {
		t.Errorf("sheets %s", got)
	}

	// Mended, the marks go and the colours from before come back.
	mended := edited(t, twice, func(f *excelize.File) {
		set(t, f, sheet, boarders, 12)
		set(t, f, sheet, year, 1966)
		set(t, f, sheet, theirs, 1966)
	})
	last := reading(t, mended, papers)
	done := openFile(t, marked(t, mended, last, papers))
	before := openFile(t, sent)
	for _, c := range []string{boarders, year, theirs} {
		if got, want := colour(t, done, sheet, c), colour(t, before, sheet, c); got != want {
			t.Errorf("%s is %q, want %q again", c, got, want)
		}
	}
	if got := commentAt(t, done, sheet, boarders); got != "" {
		t.Errorf("the comment stayed: %q", got)
	}
	if got := commentAt(t, done, sheet, theirs); !strings.Contains(got, "教务处") {
		t.Errorf("somebody's comment is lost: %q", got)
	}
}

func TestReasonsGivenInTheListAreRead(t *testing.T) {
	papers := testPapers(t, 1)
	r := reading(t, written(t, papers, Options{}), papers)
	// The test pack has no rule that asks for a reason: one is put in.
	u := &r.Units[0]
	u.Problems = append(u.Problems, form.Problem{Key: "check@primary/boarders", Rule: "c1", Text: both("与上年相差较大", "far from last year"), Do: both("请说明", "say why"), Cells: []form.Key{{Part: edu.Primary, Field: "boarders"}}})
	b := marked(t, written(t, papers, Options{}), r, papers)
	b = edited(t, b, func(f *excelize.File) {
		rows, _ := f.GetRows(errorSheet)
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 8 && r[8] == "需说明" })
		if i < 0 {
			t.Fatalf("no line that asks for a reason: %v", rows)
		}
		set(t, f, errorSheet, at(10, i+1), "新建或拆除")
		set(t, f, errorSheet, at(11, i+1), "新宿舍（sù shè）启用")
	})
	got := reading(t, b, papers).Units[0].Content.Reasons
	if want := (form.Reason{Code: "built", Text: "新宿舍启用"}); got["check@primary/boarders"] != want {
		t.Errorf("reasons %v, want %v", got, want)
	}
}
