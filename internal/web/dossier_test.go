package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
)

// The workbook of summary tables holds the figures that the pages show.
func TestCountySummary(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	u := a.Units[edu.County][1]
	w := get(t, h, "/counties/"+codeOf(u)+"/summary")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if sheets := strings.Join(f.GetSheetList(), " "); sheets != "小学 初中 政府保障程度 教育质量 社会认可度 一票否决 县级填报 未达标清单 创建进程" {
		t.Errorf("sheets %s", sheets)
	}
	rows, err := f.GetRows("小学", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, h, "/counties/"+codeOf(u)+"?stage=primary").Body.String()
	for _, row := range rows {
		if len(row) < 8 || row[1] != "县均值" {
			continue
		}
		for k, d := range newLens(a).measures {
			v, err := strconv.ParseFloat(row[5+3*k], 64)
			if err != nil {
				t.Fatal(err)
			}
			if shown := figure(v, d.Decimals).Text; !strings.Contains(page, shown) {
				t.Errorf("%s: the workbook has %s, which the page does not show", d.ID, shown)
			}
		}
	}
	if rows, err := f.GetRows("创建进程"); err != nil || len(rows) < 4 {
		t.Errorf("the recognition has %d rows, %v", len(rows), err)
	}
}

// Counties and the city keep a county's recognition and evidence; others read it,
// another county sees nothing, and a change over one that was not seen is refused.
func TestDossier(t *testing.T) {
	w := newTown(t)
	county := "/counties/" + w.county.Key
	secret := func(unit edu.UnitID, g auth.Grant) string {
		_, _, s := w.person(unit, g)
		return s
	}
	send := func(method, path, secret string, form url.Values) *httptest.ResponseRecorder {
		return w.ask(method, path, form.Encode(), secret)
	}
	clerk := secret(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	leader := secret("", auth.Grant{Role: auth.Leader, Whole: true})
	other := secret(w.other.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.other.Unit.ID})

	if got := send("GET", county+"/progress", other, nil); got.Code != http.StatusNotFound {
		t.Errorf("another county reads the recognition: %d", got.Code)
	}
	if got := send("POST", county+"/progress", leader, url.Values{"step": {"self"}}); got.Code != http.StatusForbidden {
		t.Errorf("a leader writes: %d", got.Code)
	}
	if page := send("GET", county+"/progress", leader, nil).Body.String(); strings.Contains(page, `name="step"`) {
		t.Error("a leader is shown a form")
	}
	page := send("GET", county+"/progress", clerk, nil).Body.String()
	_, rest, ok := strings.Cut(page, `name="seen" value="`)
	if !ok {
		t.Fatal("no form")
	}
	seen, _, _ := strings.Cut(rest, `"`)
	entry := url.Values{"seen": {seen}, "step": {"self"}, "year": {"2029"}, "issues": {"7"}, "closed": {"8"}}
	if got := send("POST", county+"/progress", clerk, entry); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "销号数不得多于问题数") || !strings.Contains(got.Body.String(), `value="2029"`) {
		t.Errorf("more closed than found: %d", got.Code)
	}
	entry.Set("closed", "2")
	entry.Set("conclusion", "自评达到")
	if got := send("POST", county+"/progress", clerk, entry); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	if got := send("POST", county+"/progress", clerk, entry); got.Code == http.StatusSeeOther {
		t.Error("an entry over one that was not seen is taken")
	}
	for _, at := range []string{county, county + "/progress"} {
		if page := send("GET", at, leader, nil).Body.String(); !strings.Contains(page, "自评达到") || !strings.Contains(page, "2029") {
			t.Errorf("%s does not show the entry", at)
		}
	}

	doc := url.Values{"do": {"document"}, "number": {"试〔2025〕1号"}, "title": {"一份文件"}, "day": {"2025-03-01"}}
	if got := send("POST", county+"/evidence", clerk, doc); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	if got := send("POST", county+"/evidence", clerk, doc); got.Code != http.StatusBadRequest {
		t.Errorf("a number twice: %d", got.Code)
	}
	page = send("GET", county+"/evidence", clerk, nil).Body.String()
	_, rest, _ = strings.Cut(page, `name="document" required`)
	before, _, ok := strings.Cut(rest, `">试〔2025〕1号`)
	if !ok {
		t.Fatal("the document cannot be cited")
	}
	id := before[strings.LastIndex(before, `"`)+1:]
	for _, item := range []string{"g8_pay", "g11_exchange"} {
		if got := send("POST", county+"/evidence", clerk, url.Values{"do": {"cite"}, "item": {item}, "document": {id}, "page": {"12"}}); got.Code != http.StatusSeeOther {
			t.Fatalf("cite: %d: %s", got.Code, got.Body)
		}
	}
	if got := send("POST", county+"/evidence", clerk, url.Values{"do": {"drop"}, "document": {id}}); got.Code != http.StatusBadRequest {
		t.Errorf("a cited document is dropped: %d", got.Code)
	}
	if page = send("GET", county+"/evidence", leader, nil).Body.String(); strings.Count(page, "试〔2025〕1号 第12页") != 2 {
		t.Errorf("two items cite the document, the page shows %d", strings.Count(page, "试〔2025〕1号 第12页"))
	}
	// Both are logged, without the name of anybody.
	if _, n, err := demoCity(t).AuditLog(t.Context(), auth.Operator(), audit.Filter{Action: "county.progress"}); err != nil || n == 0 {
		t.Errorf("%d lines of the recognition in the log, %v", n, err)
	}
	if _, n, err := demoCity(t).AuditLog(t.Context(), auth.Operator(), audit.Filter{Action: "evidence.cite"}); err != nil || n == 0 {
		t.Errorf("%d lines of the evidence in the log, %v", n, err)
	}
}
