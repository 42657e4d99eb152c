package web

import (
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/form"
	"shuren/internal/i18n"
	"shuren/internal/pack"
)

func memDeskOf(t testing.TB, n int) *memDesk {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	return newMemDesk(p, n)
}

// deskHandler serves the demo city with a desk in memory.
func deskHandler(t testing.TB, d *memDesk) http.Handler {
	t.Helper()
	h, err := New(demoCity(t), Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Desk: func(auth.Actor) Desk { return d }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func post(t testing.TB, h http.Handler, path string, v url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const memPaper = "/work/" + memIssue + "/s001"

// Every page of collection is whole, in both languages, and within the budget.
func TestWorkPages(t *testing.T) {
	d := memDeskOf(t, 120)
	h := deskHandler(t, d)
	d.files["s001"].content.Cells = map[string]string{"primary/teachers": "十二", "primary/migrant_pupils": "999"}
	d.files["s002"].filing.State, d.files["s002"].filing.Reason = collect.Returned, "教师数与名册不符"
	d.files["s003"].filing.State = collect.AtCounty
	d.files["s004"].filing.State = collect.AtCity
	d.files["s005"].filing.State = collect.Locked
	d.files["s006"].filing.Due -= 20
	for _, lang := range i18n.Languages {
		for _, path := range []string{"/work", "/work?list=all&page=2", "/work?q=nothing", "/work?list=late", "/work/matrix", "/work/forms", "/work/upload", "/work/mapping", memPaper, memPaper + "/sign", memPaper + "/blank", memPaper + "/trial",
			"/work/" + memIssue + "/s002", "/work/" + memIssue + "/s003", "/work/" + memIssue + "/s004", "/work/" + memIssue + "/s005"} {
			t.Run(lang+path, func(t *testing.T) {
				w := get(t, h, path, "Cookie", "lang="+lang)
				if w.Code != http.StatusOK {
					t.Fatalf("status %d: %s", w.Code, w.Body)
				}
				check(t, w.Body.String(), lang)
			})
		}
	}
}

// A plain form saves what was changed, and only that: what is known from
// elsewhere is no answer until it is confirmed.
func TestPlainFormSaves(t *testing.T) {
	d := memDeskOf(t, 2)
	h := deskHandler(t, d)
	v := url.Values{"rev": {"0"}, "cell:primary/boarders": {"118"}, "cell:primary/teachers": {" 41 "}, "cell:junior/teachers": {""}, "sign.filler": {"某老师"}, "group": {"premises"},
		"from:classes": {"0"}, "count:classes": {"0"}, "shown:classes": {"2"}, "row:classes:0:grade": {"一年级"}, "row:classes:0:part": {"小学"}, "row:classes:0:class_pupils": {"40"}}
	w := post(t, h, memPaper, v)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	m := d.files["s001"]
	if got := m.content.Cells; len(got) != 1 || got["primary/teachers"] != "41" {
		t.Errorf("cells %v, want the one that was typed", got)
	}
	if rows := m.content.Lists["classes"]; len(rows) != 1 || rows[0].Part != "primary" || rows[0].Cells["class_pupils"] != "40" {
		t.Errorf("classes %v", rows)
	}
	if m.content.Sign.Filler != "某老师" || m.content.Sign.At.IsZero() {
		t.Errorf("signature %+v", m.content.Sign)
	}
	v = url.Values{"rev": {"1"}, "cell:primary/boarders": {"118"}, "confirm": {"pupils"}, "group": {"premises"}, "same": {"premises"}}
	if w := post(t, h, memPaper, v); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if got := m.content.Cells["primary/boarders"]; got != "118" {
		t.Errorf("confirmed, the cell is %q", got)
	}
	if len(m.content.Same) != 1 || m.content.Sign.Filler != "某老师" {
		t.Errorf("same %v, signature %+v", m.content.Same, m.content.Sign)
	}
}

// Two versions of a paper are shown beside each other; the filler chooses cell
// by cell, and nothing of either is lost.
func TestConflict(t *testing.T) {
	d := memDeskOf(t, 2)
	h := deskHandler(t, d)
	theirs := form.Content{Cells: map[string]string{"primary/teachers": "40", "primary/boarders": "90"}}
	if _, err := d.Save(t.Context(), memIssue, "s001", 0, theirs); err != nil {
		t.Fatal(err)
	}
	w := post(t, h, memPaper, url.Values{"rev": {"0"}, "cell:primary/teachers": {"41"}, "cell:primary/boarders": {"90"}, "cell:junior/teachers": {"22"}})
	page := w.Body.String()
	if w.Code != http.StatusConflict || !strings.Contains(page, `id="conflict"`) {
		t.Fatalf("status %d: %s", w.Code, page)
	}
	for _, want := range []string{`<td class="n">41</td><td class="n">40</td>`, `name="text:junior/teachers" value="22"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s on the page", want)
		}
	}
	if strings.Contains(page, `name="text:primary/boarders"`) {
		t.Error("a cell that both filled alike is a conflict")
	}
	check(t, page, "zh")
	w = post(t, h, memPaper+"/merge", url.Values{"rev": {"1"}, "mine": {"junior/teachers"}, "text:junior/teachers": {"22"}, "text:primary/teachers": {"41"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	got := d.files["s001"].content.Cells
	if got["primary/teachers"] != "40" || got["junior/teachers"] != "22" || got["primary/boarders"] != "90" {
		t.Errorf("merged to %v", got)
	}
}

// A step that wants a reason is not taken without one, a step from a state that
// has moved on is a conflict, and a blocked submission lists what blocks it.
func TestSteps(t *testing.T) {
	d := memDeskOf(t, 3)
	h := deskHandler(t, d)
	m := d.files["s001"]
	m.content.Cells = map[string]string{"primary/teachers": "十二"}
	if w := post(t, h, memPaper+"/step", url.Values{"rev": {"0"}, "action": {"submit"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "不是数字") {
		t.Errorf("blocked: status %d", w.Code)
	}
	m.content.Cells = map[string]string{"primary/teachers": "12"}
	for _, tt := range []struct {
		name   string
		form   url.Values
		status int
		state  collect.State
	}{
		{"submit", url.Values{"rev": {"0"}, "action": {"submit"}}, http.StatusSeeOther, collect.AtCounty},
		{"return without a reason", url.Values{"rev": {"1"}, "action": {"return"}, "reason": {" "}}, http.StatusBadRequest, collect.AtCounty},
		{"an old revision", url.Values{"rev": {"0"}, "action": {"pass"}}, http.StatusConflict, collect.AtCounty},
		{"pass", url.Values{"rev": {"1"}, "action": {"pass"}}, http.StatusSeeOther, collect.AtCity},
		{"pass again", url.Values{"rev": {"2"}, "action": {"pass"}}, http.StatusConflict, collect.AtCity},
		{"lock", url.Values{"rev": {"2"}, "action": {"lock"}}, http.StatusSeeOther, collect.Locked},
		{"fill what is locked", url.Values{"rev": {"3"}, "action": {"submit"}}, http.StatusConflict, collect.Locked},
		{"ask to unlock", url.Values{"rev": {"3"}, "action": {"ask_unlock"}, "reason": {"漏填一个班"}}, http.StatusSeeOther, collect.Locked},
		{"unlock", url.Values{"rev": {"4"}, "action": {"grant_unlock"}}, http.StatusSeeOther, collect.Returned},
		{"extend", url.Values{"rev": {"5"}, "action": {"extend"}, "reason": {"停电"}, "due": {"2027-01-15"}}, http.StatusSeeOther, collect.Returned},
		{"nonsense", url.Values{"rev": {"6"}, "action": {"explode"}}, http.StatusBadRequest, collect.Returned},
	} {
		w := post(t, h, memPaper+"/step", tt.form)
		if w.Code != tt.status || m.filing.State != tt.state {
			t.Errorf("%s: status %d, state %s; want %d, %s", tt.name, w.Code, m.filing.State, tt.status, tt.state)
		}
	}
	if m.filing.Due.String() != "2027-01-15" {
		t.Errorf("extended to %s", m.filing.Due)
	}
}

// One that moved meanwhile holds up no other: the page says how many were left.
func TestBatch(t *testing.T) {
	d := memDeskOf(t, 4)
	h := deskHandler(t, d)
	for _, id := range []string{"s001", "s002", "s003"} {
		d.files[id].filing.State = collect.AtCity
	}
	d.files["s002"].filing.Rev = 7
	w := post(t, h, "/work/batch", url.Values{"action": {"lock"}, "unit": {chosen(memIssue, "s001", 0), chosen(memIssue, "s002", 0), chosen(memIssue, "s003", 0)}})
	if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "done=2&left=1") {
		t.Fatalf("status %d to %s", w.Code, w.Header().Get("Location"))
	}
	if d.files["s001"].filing.State != collect.Locked || d.files["s002"].filing.State != collect.AtCity || d.files["s003"].filing.State != collect.Locked {
		t.Error("the wrong ones were locked")
	}
	if w := post(t, h, "/work/batch", url.Values{"action": {"lock"}}); w.Code != http.StatusBadRequest {
		t.Errorf("nobody chosen: status %d", w.Code)
	}
}

// What the filler left as the page showed it is no change of theirs, even where
// somebody else changed it meanwhile.
func TestConflictKnowsWhatWasTouched(t *testing.T) {
	d := memDeskOf(t, 1)
	h := deskHandler(t, d)
	if _, err := d.Save(t.Context(), memIssue, "s001", 0, form.Content{Cells: map[string]string{"primary/boarders": "90"}}); err != nil {
		t.Fatal(err)
	}
	w := post(t, h, memPaper, url.Values{"rev": {"0"}, "base": {`{"primary/boarders":"118"}`}, "cell:primary/boarders": {"118"}, "cell:primary/teachers": {"41"}})
	page := w.Body.String()
	if w.Code != http.StatusConflict || strings.Contains(page, `name="text:primary/boarders"`) || !strings.Contains(page, `name="text:primary/teachers" value="41"`) {
		t.Errorf("status %d; the comparison holds the wrong cells", w.Code)
	}
}

// Pages of collection stay within the budget too, with their own styles and
// scripts.
func TestWorkBudget(t *testing.T) {
	h := deskHandler(t, memDeskOf(t, 120))
	size := func(path string) int { return get(t, h, path, "Accept-Encoding", "gzip").Body.Len() }
	fixed := 0
	names, err := fs.Glob(static, "static/*")
	if err != nil || len(names) < 15 {
		t.Fatalf("static files %v, %v", names, err)
	}
	for _, name := range names {
		fixed += size("/" + name)
	}
	for _, path := range []string{"/work?list=all", "/work/matrix", memPaper, memPaper + "/sign"} {
		if n := size(path) + fixed; n > 80<<10 {
			t.Errorf("%s: %d bytes with all styles and scripts; the limit is 80 KB", path, n)
		} else {
			t.Logf("%s: %d bytes, %d of them styles and scripts", path, n, fixed)
		}
	}
}
