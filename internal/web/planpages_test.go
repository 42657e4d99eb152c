package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/i18n"
)

// planHandler serves the demo city to the person at the machine, with its plan.
func planHandler(t testing.TB) http.Handler {
	t.Helper()
	city := demoCity(t)
	h, err := New(city, Config{Log: quiet(), Plans: city.Office(), Dossier: city, Versions: city})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

const planAt = "/plan/" + demo.ActionID

// planAddresses are the pages of the demo city's plan.
var planAddresses = []string{
	"/plan", planAt, planAt + "?v=2", planAt + "?line=L3", planAt + "/matrix", planAt + "/matrix?gap=any&line=L6", planAt + "/matrix?gap=double", planAt + "/gantt", planAt + "/gantt?line=L2",
	planAt + "/targets/T12", planAt + "/targets/T14", planAt + "/targets/T19", planAt + "/counties/990102", planAt + "/diff?from=1&to=2", "/owners/section-compulsory", "/owners/dept-finance", "/owners/gov:YX-QW", "/owners/bureau:",
	planAt + "/edit", planAt + "/edit?part=L2", planAt + "/edit?part=T12", planAt + "/edit?part=M26", planAt + "/edit?new=measure&in=L4", planAt + "/edit?new=target&in=L4", planAt + "/edit?new=project&in=M26",
}

// A page of the plan is whole, in one language, marked as made up, and small.
func TestPlanPages(t *testing.T) {
	h := planHandler(t)
	for _, lang := range i18n.Languages {
		for _, path := range planAddresses {
			t.Run(lang+path, func(t *testing.T) {
				w := get(t, h, path, "Cookie", "lang="+lang)
				if w.Code != http.StatusOK {
					t.Fatalf("status %d: %s", w.Code, w.Body)
				}
				check(t, w.Body.String(), lang)
				if n := elements(t, w.Body.String()); n > 1500-shellRoom {
					t.Errorf("%d elements; the limit is 1,500, of which %d are for a larger city's shell", n, shellRoom)
				}
			})
		}
	}
}

func postPlan(t testing.TB, h http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var (
	revField   = regexp.MustCompile(`name="rev" value="(\d+)"`)
	planField  = regexp.MustCompile(`<(?:input|textarea)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)"[^>]*>|>([^<]*)</textarea>|>)|<select name="([^"]+)"[^>]*>(.*?)</select>`)
	planChosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// planForm reads the fields of a form as a browser would send them.
func planForm(page string) url.Values {
	out := url.Values{}
	_, page, _ = strings.Cut(page, `class="card edit"`)
	page, _, _ = strings.Cut(page, "</form>")
	for _, m := range planField.FindAllStringSubmatch(page, -1) {
		switch {
		case m[4] != "":
			v := ""
			if s := planChosen.FindStringSubmatch(m[5]); s != nil {
				v = s[1]
			}
			out.Set(m[4], unescape(v))
		case strings.Contains(m[0], `type="checkbox"`):
			if strings.Contains(m[0], " checked") {
				out.Set(m[1], "1")
			}
		default:
			out.Set(m[1], unescape(m[2]+m[3]))
		}
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&#43;", "+").Replace(s)
}

// A form that is sent back as it was shown changes nothing but the revision; one
// over an older revision shows what it would change, and does not.
func TestPlanEdit(t *testing.T) {
	h := planHandler(t)
	changed := func() string {
		t.Helper()
		_, page, _ := strings.Cut(get(t, h, planAt+"/diff?from=1&to=2").Body.String(), "<main")
		return page
	}
	before := changed()
	for _, part := range []string{"plan", "L2", "T12", "T14", "M26", "M27"} {
		page := get(t, h, planAt+"/edit?part="+part).Body.String()
		form := planForm(page)
		form.Set("do", "save")
		if w := postPlan(t, h, planAt+"/edit", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", part, w.Code, firstLine(w.Body.String()))
		}
	}
	if after := changed(); after != before {
		t.Errorf("forms sent as they were shown changed the plan: %s", firstLine(after))
	}
	form := planForm(get(t, h, planAt+"/edit?part=M26").Body.String())
	form.Set("do", "save")
	form.Set("text", "另一种写法")
	stale := url.Values{}
	for k, v := range form {
		stale[k] = v
	}
	if w := postPlan(t, h, planAt+"/edit", form); w.Code != http.StatusSeeOther {
		t.Fatalf("status %d", w.Code)
	}
	stale.Set("text", "第三种写法")
	w := postPlan(t, h, planAt+"/edit", stale)
	if body := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(body, "内容由“另一种写法”改为“第三种写法”") || !strings.Contains(body, "第三种写法</textarea>") {
		t.Errorf("a stale form: status %d, %s", w.Code, firstLine(body))
	}
	rev := revField.FindStringSubmatch(w.Body.String())
	stale.Set("rev", rev[1])
	if w := postPlan(t, h, planAt+"/edit", stale); w.Code != http.StatusSeeOther {
		t.Errorf("over what stands now: status %d", w.Code)
	}
	bad := planForm(get(t, h, planAt+"/edit?part=T12").Body.String())
	bad.Set("value.2024", "很多")
	if w := postPlan(t, h, planAt+"/edit", bad); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "不是数") || !strings.Contains(w.Body.String(), `value="很多"`) {
		t.Errorf("no number: status %d", w.Code)
	}
}

// A plan that was exported and is edited in a workbook shows its changes, and is
// kept on a second word; a wrong cell keeps all of it out.
func TestPlanWorkbook(t *testing.T) {
	h := planHandler(t)
	b := get(t, h, planAt+"/export?v=2").Body.Bytes()
	send := func(change func(*excelize.File)) *httptest.ResponseRecorder {
		f, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		change(f)
		var body, book bytes.Buffer
		if err := f.Write(&book); err != nil {
			t.Fatal(err)
		}
		m := multipart.NewWriter(&body)
		w, err := m.CreateFormFile("file", "plan.xlsx")
		if err == nil {
			_, err = w.Write(book.Bytes())
		}
		if err != nil || m.Close() != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, planAt+"/upload", &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Accept-Language", "zh-CN")
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		return out
	}
	if w := send(func(*excelize.File) {}); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `id="same"`) {
		t.Errorf("unchanged: status %d, %s", w.Code, firstLine(w.Body.String()))
	}
	if w := send(func(f *excelize.File) { f.SetCellValue("措施", "F3", "下个月") }); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "措施 F3：") {
		t.Errorf("a wrong cell: status %d, %s", w.Code, firstLine(w.Body.String()))
	}
	w := send(func(f *excelize.File) { f.SetCellValue("主线", "C2", "学前教育（改）") })
	body := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(body, "名称由“学前教育”改为“学前教育（改）”") {
		t.Fatalf("a change: status %d, %s", w.Code, firstLine(body))
	}
	_, rest, _ := strings.Cut(body, `name="plan" value="`)
	text, _, _ := strings.Cut(rest, `"`)
	form := url.Values{"plan": {unescape(text)}, "rev": {revField.FindStringSubmatch(body)[1]}}
	var sent bytes.Buffer
	m := multipart.NewWriter(&sent)
	for k := range form {
		if err := m.WriteField(k, form.Get(k)); err != nil {
			t.Fatal(err)
		}
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, planAt+"/import/upload", &sent)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	out := httptest.NewRecorder()
	h.ServeHTTP(out, r)
	if out.Code != http.StatusSeeOther || !strings.Contains(get(t, h, planAt+"?v=2").Body.String(), "学前教育（改）") {
		t.Errorf("kept: status %d, %s", out.Code, firstLine(out.Body.String()))
	}
}

// What a clerk accepted of a notice goes into a plan with one button; what was not
// accepted does not.
func TestDraftIntoPlan(t *testing.T) {
	h := planHandler(t)
	read := sendNotice(t, h, notice, "", nil)
	if !strings.Contains(read.Body.String(), `value="plan"`) {
		t.Fatal("the page does not offer to put proposals into a plan")
	}
	form := draftForm(read.Body.String())
	form.Set("act", "plan")
	form.Set("into", "")
	form.Set("into.name", "通知列入的方案")
	form.Set("into.tasks", "1")
	if w := postDraft(t, h, form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "没有采纳的任务建议") {
		t.Errorf("nothing was accepted: status %d, %s", w.Code, firstLine(w.Body.String()))
	}
	form.Set("state.0", "accepted")
	w := postDraft(t, h, form)
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/plan/p") {
		t.Fatalf("status %d to %s: %s", w.Code, to, firstLine(w.Body.String()))
	}
	page := get(t, h, to).Body.String()
	if !strings.Contains(page, "新建公办幼儿园3所") || strings.Contains(page, "控辍保学</h3>") {
		t.Errorf("the plan does not hold what was accepted, or more: %s", firstLine(page))
	}
}

// A leader approves what another person handed in, in the browser's words; the
// writer is not offered to.
func TestPlanApproval(t *testing.T) {
	w := newTown(t)
	_, _, section := w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	_, _, leader := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	ok := func(out *httptest.ResponseRecorder) *httptest.ResponseRecorder {
		t.Helper()
		if out.Code != http.StatusSeeOther && out.Code != http.StatusOK {
			t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
		}
		return out
	}
	ok(w.ask("POST", "/plan", url.Values{"name": {"批准试验"}, "id": {"approve-me"}, "from": {"2026"}, "to": {"2028"}}.Encode(), section))
	at := "/plan/approve-me"
	act := func(name, text, who string) *httptest.ResponseRecorder {
		rev := revField.FindStringSubmatch(w.ask("GET", at+"?v=1", "", who).Body.String())
		if rev == nil {
			rev = []string{"", "0"}
		}
		return w.ask("POST", at+"/acts", url.Values{"act": {name}, "v": {"1"}, "rev": {rev[1]}, "text": {text}}.Encode(), who)
	}
	if out := act("hand_in", "", section); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "没有措施") {
		t.Errorf("an empty plan was handed in: %d", out.Code)
	}
	page := w.ask("GET", at+"/edit?new=measure&in=L1", "", section).Body.String()
	form := planForm(page)
	form.Set("text", "试验措施")
	form.Set("standing", "1")
	form.Set("body.0", "云岫市教育体育局")
	form.Set("lead.0", "1")
	ok(w.ask("POST", at+"/edit", form.Encode(), section))
	ok(act("hand_in", "", section))
	if own := w.ask("GET", at+"?v=1", "", section).Body.String(); strings.Contains(own, `value="approve"`) {
		t.Error("the writer is offered to approve")
	}
	if out := w.ask("GET", at+"?v=1", "", leader).Body.String(); !strings.Contains(out, `value="approve"`) || !strings.Contains(out, "批准后本版不再改动") {
		t.Error("the leader is not offered to approve")
	}
	ok(act("approve", "1号", leader))
	for _, path := range []string{at + "/edit", at + "/edit?part=L1"} {
		if out := w.ask("GET", path, "", section); out.Code != http.StatusConflict {
			t.Errorf("an approved version can be edited: status %d", out.Code)
		}
	}
	_, _, county := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	if out := w.ask("GET", at, "", county); out.Code != http.StatusOK || strings.Contains(out.Body.String(), "开始新版本") {
		t.Errorf("a county reads the approved plan: status %d", out.Code)
	}
}
