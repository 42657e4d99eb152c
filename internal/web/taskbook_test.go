package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/task"
)

// multi sends a form with a file, or with fields only.
func (d *desks) multi(path, secret string, file []byte, fields ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if file != nil {
		w, err := m.CreateFormFile("file", "tasks.xlsx")
		if err == nil {
			_, err = w.Write(file)
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	for i := 0; i+1 < len(fields); i += 2 {
		if err := m.WriteField(fields[i], fields[i+1]); err != nil {
			d.t.Fatal(err)
		}
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Cookie", sessionName+"="+secret)
	out := httptest.NewRecorder()
	d.h.ServeHTTP(out, r)
	return out
}

// The list is exported as a workbook, edited and read back on the pages: first what
// it would change, then, once it is confirmed, that and nothing else; a wrong cell is
// named, and whoever gives no tasks is refused.
func TestTaskBookPages(t *testing.T) {
	d := newDesks(t)
	title := fmt.Sprintf("工作簿任务%d", people.Add(1))
	id := d.draft(title)
	under := d.draft(title + "在办")
	d.does(under, d.city, task.Issue, task.ToSign)
	out := d.ask(http.MethodGet, "/tasks?state=all&as=book&q="+queryEscape(title), "", d.city)
	if out.Code != http.StatusOK || !strings.Contains(out.Header().Get("Content-Type"), "sheet") {
		t.Fatalf("export: %d", out.Code)
	}
	book := func(change func(f *excelize.File, row map[string]int)) []byte {
		f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("任务分解表")
		if err != nil || len(rows) != 4 {
			t.Fatalf("%d rows, %v; want two tasks", len(rows), err)
		}
		at := map[string]int{}
		for i, r := range rows[2:] {
			got, _, _ := strings.Cut(r[0], "@")
			at[got] = i + 3
		}
		change(f, at)
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	set := func(id, col, value string) []byte {
		return book(func(f *excelize.File, at map[string]int) {
			f.SetCellStr("任务分解表", fmt.Sprint(col, at[id]), value)
		})
	}
	d.refused(d.multi("/tasks/import/upload", d.city, set(id, "D", "教育工作会议")), http.StatusOK, `id="same"`)
	d.refused(d.multi("/tasks/import/upload", d.city, set(id, "O", "年底")), http.StatusUnprocessableEntity, "日期“年底”应为2025-09-01的形式")
	d.refused(d.multi("/tasks/import/upload", d.city, set(under, "F", "想改")), http.StatusUnprocessableEntity, "任务待签收，不能在工作簿中修改任务内容")
	d.refused(d.multi("/tasks/import/upload", d.city, []byte("no workbook")), http.StatusUnprocessableEntity)
	d.refused(d.multi("/tasks/import/upload", d.county, set(id, "F", "县里改")), http.StatusForbidden)

	read := d.multi("/tasks/import/upload", d.city, book(func(f *excelize.File, at map[string]int) {
		f.SetCellStr("任务分解表", fmt.Sprint("F", at[id]), title+"改")
		f.SetCellStr("任务分解表", "F5", title+"新增")
	}))
	d.refused(read, http.StatusOK, "新增1项，改动1项", "任务内容由“"+title+"”改为“"+title+"改”", "新增任务“"+title+"新增”")
	check(t, read.Body.String(), "zh")
	if x := d.stands(id, task.Drafted); x.Title != title {
		t.Fatal("the preview kept something")
	}
	_, rest, _ := strings.Cut(read.Body.String(), `name="rows" value="`)
	rows, _, _ := strings.Cut(rest, `"`)
	for range 2 { // sent twice it is kept once
		if w := d.multi("/tasks/import/keep/upload", d.city, nil, "rows", unescape(rows), "sent", "book-"+title); w.Code != http.StatusSeeOther {
			t.Fatalf("kept: %d: %s", w.Code, firstLine(w.Body.String()))
		}
	}
	if x := d.stands(id, task.Drafted); x.Title != title+"改" || x.Rev != 2 {
		t.Errorf("%s, revision %d", x.Title, x.Rev)
	}
	page, err := d.s.tasks.Tasks(t.Context(), auth.Operator(), task.Filter{Query: title + "新增", Size: 5})
	if err != nil || page.Total != 1 || page.Tasks[0].State != task.Drafted {
		t.Errorf("%d new tasks, %v", page.Total, err)
	}
	d.refused(d.multi("/tasks/import/keep/upload", d.city, nil, "rows", unescape(rows), "sent", "again-"+title), http.StatusUnprocessableEntity, "请重新导出")
	for _, rows := range []string{"", "x", `[{"Row":1,"Task":{"Title":"越权","Issuer":"gov:"}}]`} {
		if w := d.multi("/tasks/import/keep/upload", d.city, nil, "rows", rows, "sent", "s"); w.Code < 400 {
			t.Errorf("rows %q: %d", rows, w.Code)
		}
	}
	form := d.ask(http.MethodGet, "/tasks/import", "", d.city)
	d.refused(form, http.StatusOK, "/tasks/import?as=book")
	check(t, form.Body.String(), "zh")
}
