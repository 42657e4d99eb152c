package web

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/i18n"
)

const notice = "全市教育發(fā)展大会召开\n会议决定，由市教体局牵头，2025年底前新建公办幼儿园3所。\n周明强调，要抓实控辍保学。\n要提高政治站位。\n"

// send posts a form of several parts, a text or a file.
func sendNotice(t *testing.T, h http.Handler, text, name string, file []byte) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("text", text); err != nil {
		t.Fatal(err)
	}
	w, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = w.Write(file)
	}
	if err != nil || m.Close() != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/draft/upload", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	out := httptest.NewRecorder()
	h.ServeHTTP(out, r)
	return out
}

func postDraft(t *testing.T, h http.Handler, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/draft", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var draftField = regexp.MustCompile(`<(?:input|textarea)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)"[^>]*>|>([^<]*)</textarea>|>)|<select name="([^"]+)">(.*?)</select>`)

var selectedIn = regexp.MustCompile(`value="([^"]*)" selected`)

// draftForm reads the fields of the draft's form as a browser would send them.
func draftForm(page string) url.Values {
	out := url.Values{}
	_, form, _ := strings.Cut(page, `id="draft">`)
	for _, m := range draftField.FindAllStringSubmatch(form, -1) {
		switch {
		case m[4] != "":
			value := ""
			if c := selectedIn.FindStringSubmatch(m[5]); c != nil {
				value = c[1]
			}
			out.Set(m[4], value)
		default:
			out.Set(m[1], html.UnescapeString(m[2]+m[3]))
		}
	}
	return out
}

// inventedCity is a city without data that says that it is made up.
type inventedCity struct{ stubCity }

func (inventedCity) Fictional() bool { return true }

func draftHandler(t *testing.T) http.Handler {
	return handlerOf(t, inventedCity{stubCity{name: edu.Text{ZH: "云岫市", EN: "Yunxiu"}}})
}

func TestDraftPageStates(t *testing.T) {
	h := draftHandler(t)
	l := locale{i18n.For("zh")}
	if w := get(t, h, "/draft"); w.Code != 200 || !strings.Contains(w.Body.String(), l.T("draft.unsaved")) {
		t.Errorf("the empty page: %d", w.Code)
	} else {
		check(t, w.Body.String(), "zh")
	}
	for _, tt := range []struct {
		name, text, file string
		body             []byte
		status           int
		want             string
	}{
		{"pasted", notice, "", nil, 200, "第 2 条"},
		{"a file goes before the text", "要提高政治站位。", "a.txt", []byte(notice), 200, "第 2 条"},
		{"the sentence as it came in, marked", notice, "", nil, 200, `会议决定，<mark>由市教体局牵头，2025年底前新建公办幼儿园3所</mark>。`},
		{"nothing to do", "要提高政治站位，意义重大。", "", nil, 200, `id="none"`},
		{"no text", "  ", "", nil, 400, "没有文字"},
		{"too long", strings.Repeat("会", mostDraftText+1), "", nil, 400, "shuren draft"},
		{"a PDF", "", "a.pdf", []byte("%PDF-1.7"), 400, "PDF"},
		{"hostile text is shown as text", "会议决定，由市教体局牵头，落实<script>alert(1)</script>控辍保学。", "", nil, 200, "&lt;script&gt;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := sendNotice(t, h, tt.text, tt.file, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Fatalf("status %d, want %d with %q:\n%s", w.Code, tt.status, tt.want, w.Body)
			}
			check(t, w.Body.String(), "zh")
		})
	}
}

// What a clerk says travels in the form: edits stay, the sentence cannot be
// changed, and what was dropped is not in the workbook.
func TestDraftEditsTravel(t *testing.T) {
	h := draftHandler(t)
	form := draftForm(sendNotice(t, h, notice, "", nil).Body.String())
	if form.Get("lead.0") != "市教体局" || form.Get("day.0") != "2025-12-31" || form.Get("lead.1") != "" || form.Get("row.1") != "S12" {
		t.Fatalf("the form holds %v", form)
	}
	form.Set("state.0", "accepted")
	form.Set("task.0", "新建公办幼儿园3所并招生")
	form.Set("with.0", "市财政局")
	form.Set("state.1", "dropped")
	form.Set("act", "show")
	w := postDraft(t, h, form)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "采纳 1，不采纳 1，未确认 0") {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	check(t, w.Body.String(), "zh")
	again := draftForm(w.Body.String())
	for _, key := range []string{"task.0", "with.0", "state.0", "state.1", "text"} {
		if again.Get(key) != form.Get(key) {
			t.Errorf("%s is %q after the round; want %q", key, again.Get(key), form.Get(key))
		}
	}
	again.Set("act", "xlsx")
	w = postDraft(t, h, again)
	if w.Header().Get("Content-Type") != xlsx {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(rows) != 3 || rows[2][1] != "采纳" || rows[2][3] != "新建公办幼儿园3所并招生" || rows[2][8] != "市财政局" || rows[2][13] != "会议决定，由市教体局牵头，2025年底前新建公办幼儿园3所。" {
		t.Errorf("%q, %v", rows, err)
	}
}

// A long notice is shown in pages; what was said on one is kept on the others.
func TestDraftPagesKeepEdits(t *testing.T) {
	h := draftHandler(t)
	var b strings.Builder
	for i := range 2*draftShown + 3 {
		fmt.Fprintf(&b, "会议决定，由市教体局牵头，新建公办幼儿园%d所。\n", i+2)
	}
	first := sendNotice(t, h, b.String(), "", nil)
	check(t, first.Body.String(), "zh")
	form := draftForm(first.Body.String())
	form.Set("state.0", "accepted")
	form.Set("task.0", "第一条改过")
	form.Set("go", "3")
	third := postDraft(t, h, form)
	check(t, third.Body.String(), "zh")
	form = draftForm(third.Body.String())
	if form.Get("page") != "3" || form.Get("task.0") != "" || form.Get("task.30") == "" {
		t.Fatalf("page %q holds %v", form.Get("page"), form)
	}
	form.Set("act", "accept")
	form = draftForm(postDraft(t, h, form).Body.String())
	form.Set("go", "1")
	back := postDraft(t, h, form)
	if got := draftForm(back.Body.String()); got.Get("task.0") != "第一条改过" || got.Get("state.1") != "accepted" || !strings.Contains(back.Body.String(), fmt.Sprintf("采纳 %d", 2*draftShown+3)) {
		t.Errorf("the first page holds %v", got)
	}
}

func TestDraftRefusesWhatNoPageSends(t *testing.T) {
	h := draftHandler(t)
	good := draftForm(sendNotice(t, h, notice, "", nil).Body.String())
	for _, tt := range []struct{ key, value string }{
		{"state.0", "done"}, {"class.0", "principle"}, {"row.0", "S99"}, {"stage.0", "nursery"}, {"day.0", "2025-13-01"}, {"task.0", strings.Repeat("会", longWording+1)},
		{"lead.0", strings.Repeat("会", longField+1)}, {"edits", "{"}, {"edits", `{"9":{"s":"done"}}`}, {"task.x", "1"},
	} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(tt.key, tt.value)
		if w := postDraft(t, h, form); w.Code != 400 {
			t.Errorf("%s=%.30q: status %d; want 400", tt.key, tt.value, w.Code)
		}
	}
	form := url.Values{"text": {notice}, "edits": {"null"}, "act": {"accept"}}
	if w := postDraft(t, h, form); w.Code != 200 {
		t.Errorf("edits of nothing: %d", w.Code)
	}
}

func FuzzReadEdits(f *testing.F) {
	f.Add("text=x&edits=%7B%220%22%3A%7B%22s%22%3A%22accepted%22%7D%7D&task.1=a&class.1=decision")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		edits, err := readEdits(form)
		if err != nil {
			return
		}
		for _, e := range edits {
			if err := e.check(); err != nil {
				t.Errorf("%v was taken", err)
			}
		}
	})
}
