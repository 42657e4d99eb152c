package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/teams"
)

// Marks are typed or read from the downloaded workbook; a bad cell is said, red in the
// workbook that comes back, and nothing is kept. A pool is decided only once all are
// given, and the list adds up to the fen.
func TestMarksAreEnteredAndSharesDecided(t *testing.T) {
	w, city, clerk, head, section, _ := staffTown(t)
	tm := city.Teams(city.RegisterStaff())
	all, err := tm.Schemes(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	x := all[slices.IndexFunc(all, func(x teams.Scheme) bool { return x.Whom == teams.ForHeads })]
	at := "/staff/pay/" + x.ID
	for name, secret := range map[string]string{"a school, of the county's scheme": head, "the city's section, who only reads": section} {
		if out := w.ask(http.MethodGet, at+"/marks", "", secret); out.Code != http.StatusNotFound && out.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, out.Code)
		}
	}
	page := w.ask(http.MethodGet, at+"/marks", "", clerk).Body.String()
	fields := regexp.MustCompile(`name="(m\.[^"]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(fields) == 0 || !regexp.MustCompile(`>\p{Han}\*+<`).MatchString(page) {
		t.Fatalf("no fields, or names are not masked\n%s", page)
	}
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(page)[1]
	if out := w.form(at, clerk, "do", "decide", "decided", "0", "pool", "1000", "source", "示例", "day", "2026-09-01"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "评分没有填写") {
		t.Errorf("decided with marks lacking: %d", out.Code)
	}
	if out := w.form(at+"/marks", clerk, "rev", rev, "page", "1", fields[0][1], "101"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "不是0至100之间的数") || !strings.Contains(out.Body.String(), `value="101"`) {
		t.Errorf("above full marks: %d", out.Code)
	}
	book := w.ask(http.MethodGet, at+"/marks?as=book", "", clerk)
	send := func(change func(f *excelize.File)) *httptest.ResponseRecorder {
		f, err := excelize.OpenReader(bytes.NewReader(book.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		change(f)
		var file bytes.Buffer
		if err := f.Write(&file); err != nil {
			t.Fatal(err)
		}
		return w.sendFile(at+"/marks/upload", clerk, "marks.xlsx", xlsx, file.Bytes())
	}
	out := send(func(f *excelize.File) { f.SetCellValue("考核评分", "D3", "优") })
	back := regexp.MustCompile(`href="(/staff/pay/[^"]+/marks/marked/[^"]+)"`).FindStringSubmatch(out.Body.String())
	if out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "考核评分 D3") || back == nil {
		t.Fatalf("a bad cell: %d\n%s", out.Code, out.Body.String())
	}
	if got := w.ask(http.MethodGet, back[1], "", clerk); got.Code != 200 || !strings.Contains(got.Header().Get("Content-Type"), "spreadsheet") {
		t.Errorf("the marked workbook: %d", got.Code)
	}
	people := len(fields) / 3
	before, err := tm.Appraised(t.Context(), auth.Operator(), x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if out := send(func(f *excelize.File) {
		for i := range people {
			for c := range 3 {
				f.SetCellValue("考核评分", teams.MarkCell(i, c), 80+(i+c)%11)
			}
		}
	}); out.Code != http.StatusSeeOther {
		t.Fatalf("a filled workbook: %d\n%s", out.Code, out.Body.String())
	}
	now, err := tm.Appraised(t.Context(), auth.Operator(), x.ID)
	if err != nil || now.Marks.Rev != before.Marks.Rev+1 || now.Marks.Lacking(&now.Scheme, now.IDs()) != 0 {
		t.Fatalf("%+v, %v", now.Marks, err)
	}
	if out := w.form(at, clerk, "do", "decide", "decided", "0", "pool", "123,456.78", "source", "示例党组会议", "day", "2026-09-01"); out.Code != http.StatusSeeOther {
		t.Fatalf("decided: %d\n%s", out.Code, out.Body.String())
	}
	list := w.ask(http.MethodGet, at+"/shares", "", clerk)
	if body := list.Body.String(); list.Code != 200 || !strings.Contains(body, "123\u2009456.78") || !strings.Contains(body, "data-print") || !strings.Contains(body, "示例党组会议") {
		t.Errorf("the list: %d\n%s", list.Code, body)
	}
	if out := w.ask(http.MethodGet, at+"/shares?as=xlsx", "", clerk); out.Code != 200 || !strings.Contains(out.Header().Get("Content-Type"), "spreadsheet") {
		t.Errorf("the list as a file: %d", out.Code)
	}
	if out := w.ask(http.MethodGet, at+"/shares", "", head); out.Code != http.StatusNotFound {
		t.Errorf("what others get, seen by a school: %d", out.Code)
	}
}
