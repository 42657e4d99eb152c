package web

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// kept is a server of a city that may be changed: the demo city's units in a
// database of its own, without figures.
func kept(t *testing.T) (http.Handler, *flow.City) {
	t.Helper()
	ctx := context.Background()
	c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "a.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := demo.New(1).Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	return records(t, c), c
}

func records(t *testing.T, c *flow.City) http.Handler {
	t.Helper()
	h, err := New(c, Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), ValueAdded: c, Checks: c, Units: c, Calendar: c, Inbox: c, Choices: c, Partners: c,
		Clock: func() time.Time { return time.Date(2025, 11, 26, 2, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func fetch(h http.Handler, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestQualityPage(t *testing.T) {
	c := demoCity(t)
	h := records(t, c)
	periods, _ := c.Periods(context.Background())
	found, err := c.Findings(context.Background(), auth.Actor{Local: true}, periods[len(periods)-1])
	if err != nil || len(found) == 0 {
		t.Fatalf("%d questions, %v", len(found), err)
	}
	first := found[0]
	page := fetch(h, "GET", "/quality", nil)
	for _, want := range []string{first.School.Name, first.Reason.ZH, "数据质量", "/trace/section/" + first.School.Code} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if en := fetch(h, "GET", "/quality?lang=en", nil).Body.String(); !strings.Contains(en, first.Reason.EN) {
		t.Errorf("the English page lacks %q", first.Reason.EN)
	}
	for _, f := range found {
		if f.Method == "jump" {
			page := html.UnescapeString(fetch(h, "GET", "/quality?method=jump&q="+f.School.Code, nil).Body.String())
			if !strings.Contains(page, f.Reason.ZH) || strings.Contains(page, "个 MAD") || !strings.Contains(page, "1所学校有") {
				t.Errorf("filtered by method and code: %s", page)
			}
			break
		}
	}
	for path, want := range map[string]int{"/quality?method=nothing": 400, "/quality?page=0": 400, "/quality?page=9999": 200, "/quality?county=990000": 200} {
		if w := fetch(h, "GET", path, nil); w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
	if w := fetch(h, "GET", "/quality?as=xlsx", nil); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("export: status %d", w.Code)
	}
}

// A change is shown before it is made, made once, and undone.
func TestChangePages(t *testing.T) {
	h, c := kept(t)
	tree, err := c.Tree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	var names []string
	on := tree.On(edu.Year(2025))
	for i := range on.Nodes {
		if n := on.Nodes[i]; n.Unit.Level == edu.School && len(codes) < 2 {
			codes, names = append(codes, n.Code), append(names, n.Name.ZH)
		}
	}
	form := url.Values{"kind": {"merged"}, "id": {"one"}, "day": {"2026-09-01"}, "document": {"某教发〔2026〕1号"}, "units": {codes[0]}, "into": {codes[1]}, "do": {"preview"}}
	w := fetch(h, "POST", "/changes", form)
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, names[0]+"并入"+names[1]) || !strings.Contains(body, "合并前各校之和") {
		t.Fatalf("preview: status %d: %s", w.Code, body)
	}
	if list, _ := c.Changes(context.Background(), auth.Actor{Local: true}); len(list) != 0 {
		t.Fatal("a preview made the change")
	}
	form.Set("do", "save")
	for range 2 { // a double click
		if w := fetch(h, "POST", "/changes", form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/changes?did=save" {
			t.Fatalf("save: status %d: %s", w.Code, w.Body)
		}
	}
	list, _ := c.Changes(context.Background(), auth.Actor{Local: true})
	if len(list) != 1 {
		t.Fatalf("%d changes", len(list))
	}
	if body := fetch(h, "GET", "/changes?did=save", nil).Body.String(); !strings.Contains(body, "某教发〔2026〕1号") || !strings.Contains(body, "变更已登记") {
		t.Errorf("the list: %s", body)
	}
	// The merged school cannot be renamed any more, and the reason is said.
	w = fetch(h, "POST", "/changes", url.Values{"kind": {"renamed"}, "id": {"two"}, "day": {"2026-08-01"}, "document": {"2号"}, "units": {codes[0]}, "name": {"新名"}, "do": {"save"}})
	if w.Code != 400 || !strings.Contains(w.Body.String(), "已于2026-09-01撤销或并入他校") || !strings.Contains(w.Body.String(), `value="新名"`) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := fetch(h, "POST", "/changes/undo", url.Values{"id": {"one"}}); w.Code != http.StatusSeeOther {
		t.Errorf("undo: status %d: %s", w.Code, w.Body)
	}
	if body := fetch(h, "GET", "/changes", nil).Body.String(); !strings.Contains(body, "已于") {
		t.Error("the list does not say that it was undone")
	}
	for _, k := range collect.ChangeKinds {
		if w := fetch(h, "GET", "/changes/new?kind="+string(k), nil); w.Code != 200 || !strings.Contains(w.Body.String(), `name="document"`) {
			t.Errorf("form of %s: status %d", k, w.Code)
		}
	}
	for path, want := range map[string]int{"/changes/new": 404, "/changes/new?kind=eaten": 404, "/changes?page=x": 400} {
		if w := fetch(h, "GET", path, nil); w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
	for name, bad := range map[string]url.Values{
		"no day":         {"kind": {"closed"}, "units": {codes[1]}, "document": {"1"}},
		"no such school": {"kind": {"closed"}, "units": {"nobody"}, "day": {"2026-09-01"}, "document": {"1"}},
		"new, nowhere":   {"kind": {"opened"}, "new_code": {"123"}, "new_name": {"新校"}, "day": {"2026-09-01"}, "document": {"1"}},
		"no document":    {"kind": {"closed"}, "units": {codes[1]}, "day": {"2026-09-01"}},
	} {
		if w := fetch(h, "POST", "/changes", bad); w.Code != 400 || !strings.Contains(w.Body.String(), `id="wrong"`) {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
}

func TestCalendarPage(t *testing.T) {
	h, c := kept(t)
	body := fetch(h, "GET", "/calendar", nil).Body.String()
	for _, want := range []string{"2025-10-01 周三 至 2025-10-08 周三", "调休上班", "2025-11-26 周三 · 工作日 · 2025—2026学年第一学期第13周", "国办发明电〔2024〕12号"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if !strings.Contains(fetch(h, "GET", "/calendar?of=2031", nil).Body.String(), "2031年的节假日尚未登记") {
		t.Error("a year that is not known does not say so")
	}
	day := url.Values{"day": {"2026-08-06"}, "off": {"1"}, "name": {"火把节"}, "source": {"市政府通知"}, "do": {"set"}}
	if w := fetch(h, "POST", "/calendar/days", day); w.Code != http.StatusSeeOther {
		t.Fatalf("enter a day: status %d: %s", w.Code, w.Body)
	}
	if cal, _ := c.Calendar(context.Background()); cal.Working(edu.DateOf(time.Date(2026, 8, 6, 0, 0, 0, 0, time.UTC))) {
		t.Error("the day does not count")
	}
	if w := fetch(h, "POST", "/calendar/days", url.Values{"day": {"2026-08-06"}, "do": {"drop"}}); w.Code != http.StatusSeeOther {
		t.Errorf("take it back: status %d", w.Code)
	}
	if w := fetch(h, "POST", "/calendar/terms", url.Values{"term": {"2026T1"}, "first": {"2026-08-31"}, "last": {"2027-01-15"}, "source": {"校历"}}); w.Code != http.StatusSeeOther {
		t.Errorf("enter a term: status %d: %s", w.Code, w.Body)
	}
	for _, bad := range []struct {
		path string
		form url.Values
	}{
		{"/calendar/days", url.Values{"day": {"x"}}},
		{"/calendar/days", url.Values{"day": {"2026-08-06"}, "name": {"火把节"}}},
		{"/calendar/terms", url.Values{"term": {"2026"}, "first": {"2026-08-31"}, "last": {"2027-01-15"}}},
		{"/calendar/terms", url.Values{"term": {"2026T1"}, "first": {"2026-08-31"}, "last": {"2026-09-02"}}},
	} {
		if w := fetch(h, "POST", bad.path, bad.form); w.Code != 400 || !strings.Contains(w.Body.String(), `id="wrong"`) {
			t.Errorf("%s %v: status %d", bad.path, bad.form, w.Code)
		}
	}
	if w := fetch(h, "GET", "/calendar?of=x", nil); w.Code != 400 {
		t.Errorf("a year that is none: status %d", w.Code)
	}
}

func TestMessagesPage(t *testing.T) {
	h, c := kept(t)
	if body := fetch(h, "GET", "/messages", nil).Body.String(); !strings.Contains(body, "没有消息") {
		t.Error("an empty page does not say so")
	}
	list := []collect.Message{
		{Account: "local", ID: "1", At: time.Now(), Kind: "remind", Title: edu.Text{ZH: "还有3个工作日"}, Body: edu.Text{ZH: "请<报送>"}, Link: "/papers/x"},
		{Account: "local", ID: "2", At: time.Now(), Kind: "remind", Title: edu.Text{ZH: "坏链接"}, Link: "//elsewhere.example"},
		{Account: "other", ID: "3", At: time.Now(), Kind: "remind", Title: edu.Text{ZH: "别人的"}},
	}
	if _, err := c.Tell(context.Background(), list, nil, ""); err != nil {
		t.Fatal(err)
	}
	body := fetch(h, "GET", "/messages", nil).Body.String()
	for _, want := range []string{"请&lt;报送&gt;", `href="/papers/x"`, "消息（2）", "共2条，2条未读"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "elsewhere.example") || strings.Contains(body, "别人的") {
		t.Error("it leads elsewhere, or shows what is another's")
	}
	for _, tt := range []struct{ id, want string }{{"1", "消息（1）"}, {"", "共2条，0条未读"}} {
		if w := fetch(h, "POST", "/messages/read", url.Values{"id": {tt.id}}); w.Code != http.StatusSeeOther {
			t.Errorf("read %q: status %d", tt.id, w.Code)
		}
		if body := fetch(h, "GET", "/messages", nil).Body.String(); !strings.Contains(body, tt.want) {
			t.Errorf("after reading %q the page lacks %q", tt.id, tt.want)
		}
	}
}

// Without what they show the pages are not there, and nothing leads to them.
func TestRecordPagesAbsent(t *testing.T) {
	h, err := New(demoCity(t), Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/quality", "/changes", "/changes/new?kind=opened", "/calendar", "/messages"} {
		if w := fetch(h, "GET", path, nil); w.Code != 404 {
			t.Errorf("GET %s: status %d", path, w.Code)
		}
	}
	for _, path := range []string{"/changes", "/changes/undo", "/calendar/days", "/calendar/terms", "/messages/read"} {
		if w := fetch(h, "POST", path, url.Values{"kind": {"opened"}}); w.Code != 404 {
			t.Errorf("POST %s: status %d", path, w.Code)
		}
	}
	if body := fetch(h, "GET", "/schools", nil).Body.String(); strings.Contains(body, "/quality") || strings.Contains(body, "/messages") {
		t.Error("the navigation leads to a page that is not there")
	}
}

// The page of a merged school says why its history is short; that of a school
// to which nothing happened does not.
func TestSchoolPast(t *testing.T) {
	c := demoCity(t)
	ctx := context.Background()
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	periods, _ := c.Periods(ctx)
	last := periods[len(periods)-1]
	day, then := edu.DateOf(last.Reference()), edu.DateOf(last.LastTime().Reference())
	a, err := c.Assessment(ctx, last)
	if err != nil {
		t.Fatal(err)
	}
	on, before := tree.At(day), tree.At(then)
	merged, plain := "", ""
	for _, row := range a.Stages[0].Frame.Rows {
		i := on.ByKey(edu.School, row.Code)
		if len(i) != 1 {
			continue
		}
		switch past := tree.Past(on.Nodes[i[0]].Unit.ID, then, day); {
		case len(past.Sum) > 1 && merged == "":
			merged = row.Code
			body := fetch(records(t, c), "GET", "/schools/"+row.Code, nil).Body.String()
			for _, u := range past.Sum {
				if name := before.Nodes[before.Find(u)].Name.ZH; !strings.Contains(body, name) {
					t.Errorf("the page of the merged school does not name %s", name)
				}
			}
			if !strings.Contains(body, "往年为合并前的") {
				t.Error("it does not say why its history is short")
			}
		case len(past.Sum) == 1 && plain == "":
			plain = row.Code
			if body := fetch(records(t, c), "GET", "/schools/"+row.Code, nil).Body.String(); strings.Contains(body, "往年为合并前的") || !strings.Contains(body, last.LastTime().String()) {
				t.Error("the page of a school to which nothing happened says that it was merged, or has no history")
			}
		}
	}
	if merged == "" || plain == "" {
		t.Fatal("the demo city has no merged school in its last two years")
	}
}
