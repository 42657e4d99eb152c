package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/collect"
)

func sendFiles(t *testing.T, h http.Handler, path string, fields map[string]string, files map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := mw.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		part, err := mw.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(content))
	}
	mw.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Each workbook says what became of it: saved or handed in, with its problems
// linked to their cells; the marked one can be fetched, by who uploaded it.
func TestUpload(t *testing.T) {
	d := memDeskOf(t, 3)
	h := deskHandler(t, d)
	w := sendFiles(t, h, "/work/upload", map[string]string{"submit": "1"}, map[string]string{"good.xlsx": "s001 95", "bad.xlsx": "s002 十", "strange.xlsx": "whatever"})
	page := w.Body.String()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, page)
	}
	check(t, page, "zh")
	for _, want := range []string{"1 个单位已提交", "1 个单位已存为草稿", `/work/` + memIssue + `/s002?year=2025#c:primary/boarders`, "没有导入", "file="} {
		if want == "没有导入" {
			want = "未导入"
		}
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if d.state("s001") != collect.AtCounty || d.state("s002") != collect.Draft || d.state("s003") != collect.NotStarted {
		t.Errorf("states %s, %s, %s", d.state("s001"), d.state("s002"), d.state("s003"))
	}
	marked := regexp.MustCompile(`/work/marked/[0-9a-f]+`).FindString(page)
	if w := get(t, h, marked); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "marked s00") {
		t.Errorf("%s: status %d: %s", marked, w.Code, w.Body)
	}
	if w := get(t, h, "/work/marked/0000"); w.Code != http.StatusNotFound {
		t.Errorf("a file that nobody put there: status %d", w.Code)
	}
	if w := sendFiles(t, h, "/work/upload", nil, nil); w.Code != http.StatusBadRequest {
		t.Errorf("no file: status %d", w.Code)
	}
}

// What a large upload wrote to the disk while it was read is gone with the
// answer, whether anything was taken or not.
func TestUploadLeavesNothingOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	srv := httptest.NewServer(deskHandler(t, memDeskOf(t, 1)))
	defer srv.Close()
	large := "s001 95" + strings.Repeat(" ", 20<<20)
	for _, path := range []string{"/work/upload", "/work/mapping/upload"} {
		var body bytes.Buffer
		mw := multipart.NewWriter(&body)
		part, err := mw.CreateFormFile("file", "large.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, large)
		mw.Close()
		resp, err := srv.Client().Post(srv.URL+path, mw.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: status %d left %v, %v", path, resp.StatusCode, left, err)
		}
	}
	resp, err := srv.Client().Post(srv.URL+"/api/v1/forms/"+memIssue+"/workbook", xlsx, strings.NewReader(large))
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 || resp.StatusCode != http.StatusOK {
		t.Errorf("by API: status %d, %s left %v, %v", resp.StatusCode, said, left, err)
	}
}

// What one person left for a moment is nobody else's, and makes room in time.
func TestShelf(t *testing.T) {
	var s shelf
	id := s.put("a", "x.xlsx", []byte("x"))
	if _, _, ok := s.get("b", id); ok {
		t.Error("somebody else got the file")
	}
	if name, body, ok := s.get("a", id); !ok || name != "x.xlsx" || string(body) != "x" {
		t.Error("the file is gone")
	}
	for range ownFiles {
		s.put("a", "y", nil)
	}
	if _, _, ok := s.get("a", id); ok || len(s.kept) > ownFiles {
		t.Errorf("%d files are kept, the oldest among them", len(s.kept))
	}
}

// Whoever uploads without end pushes out the own files, and nobody else's.
func TestShelfOfOthers(t *testing.T) {
	var s shelf
	id := s.put("school", "x.xlsx", []byte("x"))
	large := make([]byte, ownBytes/4)
	for range 3 * ownFiles {
		s.put("busy", "y", large)
	}
	if _, _, ok := s.get("school", id); !ok {
		t.Error("the school's file is gone")
	}
	held := 0
	for _, k := range s.kept {
		held += len(k.body)
	}
	if held > ownBytes+1 {
		t.Errorf("%d bytes are held", held)
	}
	for i := range 20 {
		s.put(string(rune('a'+i)), "z", large)
	}
	held = 0
	for _, k := range s.kept {
		held += len(k.body)
	}
	if held > shelfBytes {
		t.Errorf("%d bytes are held of all", held)
	}
	huge := s.put("huge", "h", make([]byte, 2*ownBytes))
	if _, _, ok := s.get("huge", huge); !ok {
		t.Error("a file larger than the own room is not kept at all")
	}
}

// A file that is no template of ours: its columns are shown with what they
// probably mean, a person corrects them by name, and no two may mean the same.
func TestMapping(t *testing.T) {
	d := memDeskOf(t, 1)
	h := deskHandler(t, d)
	w := sendFiles(t, h, "/work/mapping/upload", nil, map[string]string{"own.xlsx": "a table"})
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.Contains(to, "file=") {
		t.Fatalf("status %d to %s", w.Code, to)
	}
	page := get(t, h, to).Body.String()
	check(t, page, "zh")
	for _, want := range []string{`name="col:0:1" value="寄宿生数"`, "请核对 60.0%", "未识别", "学籍系统导出"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	u, _ := url.Parse(to)
	key := u.Query().Get("file")
	for _, tt := range []struct {
		name, head, other string
		status            int
		says              string
	}{
		{"as guessed", "学校名称", "寄宿生数", http.StatusOK, "24 个数据"},
		{"two columns of one meaning", "寄宿生数", "寄宿生数", http.StatusBadRequest, "同一个数据项"},
		{"a meaning that there is not", "学校名称", "天气", http.StatusBadRequest, "天气"},
	} {
		w := post(t, h, "/work/mapping", url.Values{"key": {key}, "period": {"2025"}, "col:0:0": {tt.head}, "col:0:1": {tt.other}, "col:0:2": {""}})
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("%s: status %d, want %d and %q", tt.name, w.Code, tt.status, tt.says)
		}
	}
	if w := post(t, h, "/work/mapping", url.Values{"key": {"gone"}}); w.Code != http.StatusNotFound {
		t.Errorf("a file that is no longer kept: status %d", w.Code)
	}
}

// 催报 in one act: who is late is reminded, and the text for the chat group
// stands ready.
func TestRemind(t *testing.T) {
	d := memDeskOf(t, 3)
	d.files["s002"].filing.Due -= 20
	h := deskHandler(t, d)
	page := get(t, h, "/work/matrix").Body.String()
	if !strings.Contains(page, `name="late" value="`+memIssue+` c1"`) || !strings.Contains(page, "逾期 1") {
		t.Error("the matrix offers no reminder")
	}
	w := post(t, h, "/work/matrix", url.Values{"late": {memIssue + " c1"}})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "【催报】") || !strings.Contains(w.Body.String(), "已催报 1 个单位") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	check(t, w.Body.String(), "zh")
	if w := post(t, h, "/work/matrix", url.Values{"late": {"x"}}); w.Code != http.StatusBadRequest {
		t.Errorf("nobody named: status %d", w.Code)
	}
}

// A form is issued from the list; where a burden rule stands against it, the page
// says which, and issues it when an approver gives a reason.
func TestIssueForm(t *testing.T) {
	h := deskHandler(t, memDeskOf(t, 1))
	page := get(t, h, "/work/forms?period=2026").Body.String()
	if strings.Count(page, "data-dialog") != 1 || !strings.Contains(page, "已过有效期") {
		t.Error("the list offers to issue what is issued, or has expired")
	}
	w := post(t, h, "/work/forms", url.Values{"form": {"more"}, "period": {"2026"}, "due": {"2027-03-01"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "超过上限6张") || !strings.Contains(w.Body.String(), `name="approver"`) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	check(t, w.Body.String(), "zh")
	w = post(t, h, "/work/forms", url.Values{"form": {"more"}, "period": {"2026"}, "approver": {"某局长"}, "reason": {"示例"}})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "报表已下发") {
		t.Errorf("status %d", w.Code)
	}
	for _, v := range []url.Values{{"form": {"more"}}, {"form": {"more"}, "period": {"2026"}, "due": {"1.3.2027"}}} {
		if w := post(t, h, "/work/forms", v); w.Code != http.StatusBadRequest {
			t.Errorf("%v: status %d", v, w.Code)
		}
	}
}

// Whoever says that the workbook counts is heard, on the page and by program, and
// nobody else.
func TestUploadOverwrites(t *testing.T) {
	d := memDeskOf(t, 1)
	h := deskHandler(t, d)
	page := sendFiles(t, h, "/work/upload", map[string]string{"overwrite": "1"}, map[string]string{"a.xlsx": "s001 95"}).Body.String()
	if !d.over || !strings.Contains(page, `name="overwrite" value="1" checked`) {
		t.Error("the box was ticked")
	}
	if sendFiles(t, h, "/work/upload", nil, map[string]string{"a.xlsx": "s001 96"}); d.over {
		t.Error("the box was not ticked")
	}
	for query, want := range map[string]bool{"": false, "?overwrite=1": true} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/forms/"+memIssue+"/workbook"+query, strings.NewReader("s001 97"))
		r.Header.Set("Content-Type", xlsx)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK || d.over != want {
			t.Errorf("%q: status %d, counts %v", query, w.Code, d.over)
		}
	}
}
