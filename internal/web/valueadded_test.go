package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"html"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
)

// monitored writes pupils of the first schools of a city, whose second school is
// too small to be shown.
func monitored(t testing.TB, c *flow.City, schools int) (file []byte, codes, names []string) {
	t.Helper()
	tree, err := c.Tree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	var b bytes.Buffer
	b.WriteString("学籍号,姓名,学校标识码,前测,成绩,性别\n")
	on := tree.On(edu.Year(2025))
	for i := range on.Nodes {
		n := &on.Nodes[i]
		if n.Unit.Level != edu.School || len(codes) == schools {
			continue
		}
		codes, names = append(codes, n.Key), append(names, n.Name.ZH)
		pupils, add := 30, r.NormFloat64()*5
		if len(codes) == 2 {
			pupils = 6
		}
		for k := range pupils {
			prior := 60 + r.NormFloat64()*10
			fmt.Fprintf(&b, "G53030220150%d%05d,学生某某,%s,%.1f,%.1f,%s\n", len(codes)%10, k, n.Key, prior, 20+0.7*prior+add+r.NormFloat64()*8, []string{"男", "女"}[k%2])
		}
	}
	return b.Bytes(), codes, names
}

// upload sends a file of pupils and gives the address of its columns.
func uploadPupils(t *testing.T, h http.Handler, name string, file []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	w.Close()
	r := httptest.NewRequest("POST", "/value-added/upload", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	out := httptest.NewRecorder()
	h.ServeHTTP(out, r)
	if out.Code != http.StatusSeeOther {
		t.Fatalf("upload: status %d: %s", out.Code, out.Body)
	}
	return out.Header().Get("Location")
}

// form reads the choices that a page has made, as a browser would send them.
func formOf(t *testing.T, page string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="(?:hidden|search)" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		v.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select name="([^"]+)".*?</select>`).FindAllStringSubmatch(page, -1) {
		for _, option := range []string{`<option value="([^"]*)" selected`, `<option value="([^"]*)"`} {
			if o := regexp.MustCompile(option).FindStringSubmatch(m[0]); o != nil {
				v.Set(m[1], o[1])
				break
			}
		}
	}
	return v
}

// estimated switches value added on and makes an estimate as a person would.
func estimated(t *testing.T, h http.Handler, c *flow.City, file []byte, title string) (address string) {
	t.Helper()
	if err := c.SetSwitch(context.Background(), auth.Operator(), flow.ValueAdded, true, "某教发〔2025〕9号"); err != nil {
		t.Fatal(err)
	}
	at := uploadPupils(t, h, "四年级.csv", file)
	page := html.UnescapeString(fetch(h, "GET", at, nil).Body.String())
	form := formOf(t, page)
	form.Set("title", title)
	form.Set("period", "2025")
	w := fetch(h, "POST", "/value-added/new", form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("start: status %d: %s", w.Code, w.Body)
	}
	job := w.Header().Get("Location")
	for range 100 {
		w = fetch(h, "GET", job, nil)
		if w.Header().Get("Refresh") == "" {
			break
		}
	}
	return "/value-added/" + strings.TrimPrefix(job, "/value-added/jobs/")
}

// From the switch to the result: off at first, columns as they sound, no column
// of persons on offer, small schools not shown, files as the page has it.
func TestValueAddedPages(t *testing.T) {
	h, c := kept(t)
	if page := fetch(h, "GET", "/value-added", nil).Body.String(); !strings.Contains(page, "本市没有开启增值评价") || !strings.Contains(page, `href="/settings"`) || strings.Contains(page, "/value-added/new") {
		t.Errorf("before it is switched on: %s", page)
	}
	file, codes, names := monitored(t, c, 60)
	at := estimated(t, h, c, file, "四年级数学")
	page := html.UnescapeString(fetch(h, "GET", at, nil).Body.String())
	for _, want := range []string{"四年级数学", "60 所学校中", names[0], codes[0], "与平均水平无显著差异", "人数少，不公布", "成绩，扣除起点：前测", "不用于教师考核", "ch-caterpillar", "共 60 所学校"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"G530302", "学生某某", "按增值"} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %q", never)
		}
	}
	// In the order of the tree: the first school stands before the third.
	if a, b := strings.Index(page, codes[0]), strings.Index(page, codes[2]); a < 0 || b < 0 || a > b {
		t.Errorf("the schools are out of order: %d, %d", a, b)
	}
	if en := fetch(h, "GET", at+"?lang=en", nil).Body.String(); !strings.Contains(en, "indistinguishable from average") || !strings.Contains(en, "feeds no teacher") {
		t.Error("the English page lacks its words")
	}
	for path, want := range map[string]string{"?as=csv": "school,school_name,pupils", "?as=json": `"period": "2025"`, "?as=xlsx": "PK"} {
		if w := fetch(h, "GET", at+path, nil); w.Code != 200 || !strings.HasPrefix(strings.TrimLeft(w.Body.String(), "{\n "), want) {
			t.Errorf("%s: status %d: %.60s", path, w.Code, w.Body.String())
		} else if path == "?as=csv" && !strings.Contains(w.Body.String(), ",2025,20") || path == "?as=json" && !strings.Contains(w.Body.String(), `"data_as_of": "20`) {
			t.Errorf("%s does not say of when its figures are", path)
		}
	}
	addedExplained(t, h, at, codes[0])
	if page := html.UnescapeString(fetch(h, "GET", at+"?reading=held", nil).Body.String()); !strings.Contains(page, "共 2 所学校") {
		t.Error("the small school takes one other with it; the filter does not find two")
	}
	if w := fetch(h, "GET", at+"?as=parquet", nil); w.Code != 400 {
		t.Errorf("an unknown format: status %d", w.Code)
	}
	if list := fetch(h, "GET", "/value-added", nil).Body.String(); !strings.Contains(list, at) {
		t.Error("the list lacks the estimate")
	}
	// Ranking is another switch.
	if err := c.SetSwitch(context.Background(), auth.Actor{Local: true}, flow.Ranking, true, "试点"); err != nil {
		t.Fatal(err)
	}
	if page := fetch(h, "GET", at+"?sort=value", nil).Body.String(); !strings.Contains(page, "按增值") {
		t.Error("the city ranks, and no order is offered")
	}
	if w := fetch(h, "POST", at+"/drop", nil); w.Code != http.StatusSeeOther {
		t.Errorf("drop: status %d", w.Code)
	}
	if w := fetch(h, "GET", at, nil); w.Code != 404 {
		t.Errorf("after it was dropped: status %d", w.Code)
	}
}

// What stands in the way is said with its place, and nothing is made.
func TestValueAddedProblems(t *testing.T) {
	h, c := kept(t)
	file, codes, _ := monitored(t, c, 12)
	bad := append(bytes.Clone(file), "G530302201599999999,学生某某,"+codes[0]+",六十,70,男\n"...)
	estimated(t, h, c, bad, "四年级数学")
	if list := fetch(h, "GET", "/value-added", nil).Body.String(); !strings.Contains(list, "还没有估计") {
		t.Error("an estimate was made of a file with a word where a number belongs")
	}
	at := uploadPupils(t, h, "坏.csv", bad)
	form := formOf(t, html.UnescapeString(fetch(h, "GET", at, nil).Body.String()))
	if w := fetch(h, "POST", "/value-added/new", form); w.Code != 400 || !strings.Contains(w.Body.String(), "请填写名称") {
		t.Errorf("without a name: status %d", w.Code)
	}
	form.Set("title", "x")
	w := fetch(h, "POST", "/value-added/new", form)
	page := html.UnescapeString(fetch(h, "GET", w.Header().Get("Location"), nil).Body.String())
	if !strings.Contains(page, "不是数") || !strings.Contains(page, "坏.csv") || strings.Contains(page, "六十") {
		t.Errorf("the page of problems: %s", page)
	}
	if w := fetch(h, "GET", "/value-added/jobs/nothing", nil); w.Code != 404 {
		t.Errorf("a job that is not there: status %d", w.Code)
	}
}

// The pages fit the window in both languages, complain of nothing, and the
// estimate can be made without a script.
func TestBrowserValueAdded(t *testing.T) {
	browses(t)
	h, c := kept(t)
	file, _, _ := monitored(t, c, 260)
	at := estimated(t, h, c, file, "四年级数学质量监测")
	match := uploadPupils(t, h, "四年级数学.csv", file)
	v := visitAt(t, h)
	shots := os.Getenv("SHUREN_SHOTS")
	for _, lang := range i18n.Languages {
		for i, path := range []string{"/value-added", "/value-added/new", match, at, at + "?page=2&reading=indistinct"} {
			t.Run(fmt.Sprint(lang, i), func(t *testing.T) {
				v.t = t
				v.speak(lang)
				v.open(path)
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("the page is %d px wide", width)
				}
				if cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
					t.Errorf("tables that do not fit: %v", cut)
				}
				if n := eval[int](v, `document.querySelectorAll("*").length`); n > 1500 {
					t.Errorf("%d elements; the limit is 1,500", n)
				}
				if shots != "" {
					if err := os.MkdirAll(shots, 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("va-%s-%d.png", lang, i)), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			})
		}
	}
}

// addedExplained follows every figure of an estimate to its explanation: from the page
// and from the file, which says the same numbers and the arithmetic between them.
func addedExplained(t *testing.T, h http.Handler, at, code string) {
	t.Helper()
	of := at + "/schools/" + code
	if n := strings.Count(fetch(h, "GET", at, nil).Body.String(), `href="`+of+`"`); n < 4 {
		t.Errorf("%d figures of a school lead to their explanation", n)
	}
	rows, err := csv.NewReader(fetch(h, "GET", at+"?as=csv", nil).Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		link := row[len(row)-1]
		u, err := url.Parse(link)
		if err != nil || !u.IsAbs() {
			t.Fatalf("%s is explained at %q", row[0], link)
		}
		if row[0] != code && row[2] != "" {
			continue
		}
		w := fetch(h, "GET", u.Path, nil)
		page := html.UnescapeString(w.Body.String())
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", u.Path, w.Code)
		}
		if row[2] == "" {
			if !strings.Contains(page, "人数少，不公布") || strings.Contains(page, "平均残差") {
				t.Errorf("%s is not shown, and explained", row[0])
			}
			continue
		}
		for _, want := range []string{row[3][:5], row[4][:5], strings.TrimPrefix(row[5], "-")[:5], "nλ / (1 + nλ)", "docs/value-added.md#the-model", "SHA-256"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the explanation lacks %q", row[0], want)
			}
		}
	}
	if w := fetch(h, "GET", at+"/schools/nobody", nil); w.Code != http.StatusNotFound {
		t.Errorf("a school that is not there: status %d", w.Code)
	}
}
