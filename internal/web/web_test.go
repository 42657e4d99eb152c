package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// Every kind of page of the demo city.
func addresses(t testing.TB) []string {
	a := newest(t)
	county := codeOf(a.Units[edu.County][0])
	primary := a.Stage(edu.Primary)
	school := primary.Frame.Rows[0].Code
	nine := school // a school with two sections, if there is one
	for _, r := range a.Stage(edu.Junior).Frame.Rows {
		if _, ok := primary.Frame.Find(r.Code); ok {
			nine = r.Code
			break
		}
	}
	return []string{
		"/", "/?stage=junior&sort=spread&dir=asc", "/?year=2024",
		"/compare", "/compare?stage=junior&by=ownership&indicator=r4", "/compare?county=" + county, "/compare/schools/" + nine, "/compare/counties/" + county,
		"/counties", "/counties?sort=name&dir=asc", "/counties/" + county, "/counties/" + county + "?stage=junior",
		"/what-if", "/what-if?indicator=r1&stage=primary&to=5", "/versions", "/indicators?of=all", "/indicators?of=all&tag=M&stage=junior",
		"/recognition", "/counties/" + county + "/progress", "/counties/" + county + "/evidence",
		"/schools", "/schools?stage=junior&verdict=short&sort=r5&dir=asc&size=100", "/schools?q=" + school, "/schools?area=2&col=code&col=county&col=classes&page=2", "/schools?q=nothing-is-called-so",
		"/schools/" + school, "/schools/" + nine,
		"/indicators", "/indicators?q=r5", "/indicators/r5", "/indicators/r5?stage=junior", "/indicators/g5", "/indicators/g9", "/indicators/g1", "/indicators/recognition", "/indicators/q1",
		"/trace/section/" + school + "/r3?stage=primary", "/trace/section/" + school + "/pupils?stage=primary", "/trace/section/" + school + "/classes?stage=primary", "/trace/section/" + school + "/school?stage=primary", "/trace/section/" + school + "/g5?stage=primary",
		"/trace/county/" + county + "/r5?stage=junior", "/trace/county/" + county + "/g9", "/trace/county/" + county + "/g1", "/trace/county/" + county + "/g8_pay",
		"/trace/county/" + county + "/balanced", "/trace/county/" + county + "/resources", "/trace/county/" + county + "/dispersion", "/trace/county/" + county + "/guarantee", "/trace/county/" + county + "/g3",
		"/search", "/search?q=" + school, "/search?q=nothing-is-called-so", "/help",
	}
}

var unfilled = regexp.MustCompile(`\[[a-z]+(\.[a-zA-Z]+)*\]|\{[0-9]\}|%!|&lt;no value|NaN|<nil>`)

// A page is whole, in one language, marked as made up, and brings nothing that
// the content security policy would refuse.
func TestPages(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	for _, lang := range i18n.Languages {
		for _, path := range addresses(t) {
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

func check(t *testing.T, page, lang string) {
	t.Helper()
	l := locale{i18n.For(lang)}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	nodes := 0
	ids := map[string]bool{}
	walk(doc, func(n *html.Node) {
		if n.Type == html.TextNode {
			if m := unfilled.FindString(n.Data); m != "" {
				t.Errorf("text %q holds %q", n.Data, m)
			}
			return
		}
		if n.Type != html.ElementNode {
			return
		}
		nodes++
		counts[n.Data]++
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s %s>: the policy refuses it", n.Data, a.Key)
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("id %q stands twice", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case (a.Key == "href" || a.Key == "src") && strings.Contains(a.Val, "//"):
				t.Errorf("<%s %s=%q> leads elsewhere", n.Data, a.Key, a.Val)
			case unfilled.MatchString(a.Val) && a.Key != "href" && a.Key != "value":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	})
	if counts["h1"] != 1 || counts["main"] != 1 {
		t.Errorf("%d h1 and %d main, want one of each", counts["h1"], counts["main"])
	}
	if counts["table"] != counts["caption"] {
		t.Errorf("%d tables and %d captions", counts["table"], counts["caption"])
	}
	if nodes > 1500 && !strings.Contains(page, "size=100") {
		t.Errorf("%d elements; the limit is 1,500", nodes)
	}
	if !strings.Contains(page, l.T("sample.mark")) || !strings.Contains(page, `class="wm"`) {
		t.Error("the page does not say that its figures are made up")
	}
	if !strings.Contains(page, `<html lang="`+l.Tag()+`">`) {
		t.Error("the page does not say its language")
	}
}

func walk(n *html.Node, do func(*html.Node)) {
	do(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, do)
	}
}

// Every link on these pages leads somewhere: no figure without its trace.
func TestLinksLeadSomewhere(t *testing.T) {
	testkit.Sequential(t)
	h := handlerOf(t, demoCity(t))
	seen := map[string]bool{}
	perKind := map[string]int{}
	for _, from := range addresses(t) {
		doc, err := html.Parse(get(t, h, from).Body)
		if err != nil {
			t.Fatal(err)
		}
		walk(doc, func(n *html.Node) {
			for _, a := range n.Attr {
				if n.Type != html.ElementNode || a.Key != "href" || !strings.HasPrefix(a.Val, "/") || seen[a.Val] {
					continue
				}
				seen[a.Val] = true
				kind := regexp.MustCompile(`[0-9]{6,}`).ReplaceAllString(a.Val, "#")
				if perKind[kind]++; perKind[kind] > 2 {
					continue // two of each kind will do
				}
				if w := get(t, h, a.Val); w.Code != http.StatusOK {
					t.Errorf("%s leads to %s: status %d", from, a.Val, w.Code)
				}
			}
		})
	}
	if len(perKind) < 100 {
		t.Errorf("only %d kinds of links: the pages have lost theirs", len(perKind))
	}
}

// A pack with other names, without stages or without a standard is shown too.
func TestOtherPacks(t *testing.T) {
	for _, tt := range []struct{ name, file, pack string }{
		{"measures only", testdata("caschools/caschools.csv"), "california-1999"},
		{"a state of 67 counties", testkit.Shared(t, "data/florida-schools/public_schools_fl.csv.gz"), "florida-2024"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := evaluated(t, tt.file, tt.pack)
			h := handlerOf(t, c)
			a := c.all[c.periods[0]]
			paths := []string{"/", "/counties", "/schools", "/indicators", "/search?q=a", "/indicators/" + a.Pack.Indicators[0].ID, "/schools/" + a.Stages[0].Frame.Rows[0].Code,
				"/trace/section/" + a.Stages[0].Frame.Rows[0].Code + "/" + a.Pack.Indicators[0].ID}
			if u := a.Units[edu.County]; len(u) > 0 {
				paths = append(paths, "/counties/"+codeOf(u[0]), "/trace/county/"+codeOf(u[0])+"/"+a.Pack.Indicators[0].ID)
			}
			for _, p := range paths {
				w := get(t, h, p)
				if w.Code != http.StatusOK {
					t.Errorf("%s: status %d: %s", p, w.Code, w.Body)
				}
				if strings.Contains(w.Body.String(), i18n.For("zh").T("sample.mark")) {
					t.Errorf("%s calls real data made up", p)
				}
			}
		})
	}
}

// What goes wrong has its own page, status and words; the state of the data is
// never taken for an error of the reader.
func TestErrors(t *testing.T) {
	l := locale{i18n.For("zh")}
	full, broken := demoCity(t), stubCity{periods: []edu.Period{edu.Year(2025)}, err: errors.New("disk I/O error")}
	for _, tt := range []struct {
		name   string
		city   City
		path   string
		status int
		want   string
	}{
		{"no data", stubCity{}, "/", 200, l.T("empty.text")},
		{"no data on any page", stubCity{}, "/schools", 200, l.T("empty.text")},
		{"no such page", full, "/nowhere", 404, l.T("error.notfound")},
		{"no such county", full, "/counties/1", 404, l.T("error.notfound")},
		{"no such school", full, "/schools/1", 404, l.T("error.notfound")},
		{"no such indicator", full, "/indicators/zz", 404, l.T("error.notfound")},
		{"no such year", full, "/?year=1999", 404, l.T("error.notfound")},
		{"not a year", full, "/?year=soon", 400, "soon"},
		{"not a size", full, "/schools?size=7", 400, "want 50, 100 or 200"},
		{"not a column", full, "/schools?sort=zz", 400, l.T("error.invalid")},
		{"not a page", full, "/schools?page=0", 400, l.T("error.invalid")},
		{"not a verdict", full, "/schools?verdict=good", 400, l.T("error.invalid")},
		{"a page beyond the last is the last", full, "/schools?page=999", 200, "aria-current=\"page\""},
		{"the city fails", broken, "/", 500, l.T("error.internal")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := get(t, handlerOf(t, tt.city), tt.path)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("status %d, want %d with %q:\n%s", w.Code, tt.status, tt.want, w.Body)
			}
			if strings.Contains(w.Body.String(), "disk I/O") {
				t.Error("the page shows what only the log may say")
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	for _, tt := range []struct{ name, path, accept, cookie, want string }{
		{"Chinese first", "/", "", "", "zh-CN"},
		{"the browser's", "/", "en-US,en;q=0.9", "", "en"},
		{"the reader's choice beats the browser's", "/", "en", "lang=zh", "zh-CN"},
		{"the address beats both", "/?lang=en", "zh-CN", "lang=zh", "en"},
		{"nonsense is ignored", "/?lang=xx", "", "lang=yy", "zh-CN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := get(t, h, tt.path, "Accept-Language", tt.accept, "Cookie", tt.cookie)
			if !strings.Contains(w.Body.String(), `<html lang="`+tt.want+`">`) {
				t.Errorf("want lang=%s", tt.want)
			}
			if strings.Contains(tt.path, "lang=en") != strings.Contains(w.Header().Get("Set-Cookie"), "lang=en") {
				t.Errorf("cookie %q", w.Header().Get("Set-Cookie"))
			}
		})
	}
}

func TestGuards(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	w := get(t, h, "/", "Accept-Encoding", "gzip")
	if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'self'") || strings.Contains(got, "unsafe") {
		t.Errorf("policy %q", got)
	}
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Error("not compressed")
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if page, err := io.ReadAll(z); err != nil || !bytes.Contains(page, []byte("</html>")) {
		t.Errorf("compressed page is not whole: %v", err)
	}

	post := httptest.NewRequest(http.MethodPost, "http://city.example/", nil)
	post.Header.Set("Sec-Fetch-Site", "cross-site")
	out := httptest.NewRecorder()
	h.ServeHTTP(out, post)
	if out.Code != http.StatusForbidden {
		t.Errorf("a form from elsewhere: status %d, want 403", out.Code)
	}

	w = get(t, h, "/static/app.css")
	tag := w.Header().Get("ETag")
	if w.Code != 200 || tag == "" {
		t.Fatalf("app.css: status %d, ETag %q", w.Code, tag)
	}
	if w = get(t, h, "/static/app.css", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("unchanged app.css: status %d, want 304", w.Code)
	}
	for _, p := range []string{"/static/", "/static/../web.go", "/static/nothing.js"} {
		if w = get(t, h, p); w.Code == http.StatusOK {
			t.Errorf("%s is served", p)
		}
	}
}

// A page from elsewhere that points its name at this machine gets nothing.
func TestHosts(t *testing.T) {
	h, err := New(stubCity{}, Config{Hosts: []string{"localhost", "127.0.0.1", "::1"}})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{"localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "localhost": 200, "evil.example:8080": 421, "localhost.evil.example": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %s: status %d, want %d", host, w.Code, want)
		}
	}
}

// The list's rows, read from the page.
func listed(t *testing.T, page string) (head []string, rows [][]string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode || n.Data != "tr" || attrOf(n.Parent.Parent, "id") != "t-schools" {
			return
		}
		var row []string
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				row = append(row, strings.TrimSpace(textOf(c)))
			}
		}
		if n.Parent.Data == "thead" {
			head = row
		} else {
			rows = append(rows, row)
		}
	})
	return head, rows
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return b.String()
}

// The export holds exactly what is filtered, all pages of it, in the order of
// the page; what is filtered is counted here from the assessment itself.
func TestExportIsWhatIsFiltered(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	county := 8
	st := a.Stage(edu.Primary)
	jd := st.Indicator("r5")
	lo, hi := a.Rows(edu.County, county, 0)
	var want []string
	for i := lo; i < hi; i++ {
		if jd.Verdict(i) == edu.Short {
			want = append(want, st.Frame.Rows[i].Code)
		}
	}
	if len(want) == 0 {
		t.Fatal("the demo city has lost its short schools")
	}
	query := "?stage=primary&short=r5&sort=r5&dir=asc&county=" + codeOf(a.Units[edu.County][county])
	w := get(t, h, "/schools"+query+"&as=xlsx")
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatalf("status %d: %v", w.Code, err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(rows[0][0], i18n.For("zh").T("sample.mark")) {
		t.Errorf("first row %q does not say that the figures are made up", rows[0][0])
	}
	if !strings.Contains(w.Header().Get("Content-Disposition"), "filename*=UTF-8''%E7%A4%BA%E4%BE%8B") {
		t.Errorf("file name %q does not begin with the mark", w.Header().Get("Content-Disposition"))
	}
	var got []string
	for _, r := range rows[2:] {
		got = append(got, r[0])
	}
	_, shown := listed(t, get(t, h, "/schools"+query).Body.String())
	if len(shown) != min(50, len(got)) {
		t.Fatalf("page shows %d rows, export has %d", len(shown), len(got))
	}
	for i, r := range shown {
		if r[0] != rows[i+2][1] {
			t.Fatalf("row %d: page %q, export %q", i, r[0], rows[i+2][1])
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("export has %d sections, the assessment %d", len(got), len(want))
	}
}

// Sorting puts what is missing last, whichever way.
func TestSort(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	for _, dir := range []string{"asc", "desc"} {
		head, rows := listed(t, get(t, h, "/schools?size=200&sort=r5&dir="+dir).Body.String())
		at := slices.IndexFunc(head, func(s string) bool { return strings.Contains(s, "体育场馆") })
		if at < 0 || len(rows) != 200 {
			t.Fatalf("head %v, %d rows", head, len(rows))
		}
		var last float64
		for i, r := range rows {
			text := strings.NewReplacer("\u2009", "", "●", "", "▲", "", "■", "", "○", "", " ", "").Replace(r[at])
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("row %d: %q is missing and stands before figures", i, r[at])
			}
			if i > 0 && (dir == "asc" && v < last || dir == "desc" && v > last) {
				t.Fatalf("%s: %v after %v", dir, v, last)
			}
			last = v
		}
	}
}

// The sums on a county's trace give the county's value: for every county and
// indicator, the explained value is the assessment's own.
func TestRegionTraceIsTheValue(t *testing.T) {
	a := newest(t)
	n := 0
	for _, st := range a.Stages {
		for _, jd := range st.Judged {
			d := jd.Item.Def
			if d.Region == nil {
				continue
			}
			for i, reg := range st.Frame.Regions[edu.County] {
				tr := jd.Item.RegionTrace(edu.County, i)
				want := edu.Some(jd.Item.Stats[edu.County][i].Value)
				if tr.Value != want {
					t.Errorf("%s of %s: trace %v, value %v", d.ID, reg.Code, tr.Value, want)
				}
				n++
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d values compared", n)
	}
}

// The cards count what the assessment says.
func TestOverviewFigures(t *testing.T) {
	a := newest(t)
	page := get(t, handlerOf(t, demoCity(t)), "/").Body.String()
	level, top := newLens(a).top()
	for i, st := range a.Stages {
		n := a.Sections("school", level, top, i)
		want := fmt.Sprintf("%.1f", 100*float64(n.Count[edu.Met])/float64(n.Count[edu.Met]+n.Count[edu.Short]+n.Count[edu.Unknown]))
		if !strings.Contains(page, ">"+want+"</a><small>%") {
			t.Errorf("%s: no card with %s %%", st.Frame.Stage, want)
		}
	}
	met := 0
	for u := range a.Units[edu.County] {
		if a.Verdict("resources", edu.County, u) == edu.Met {
			met++
		}
	}
	if want := fmt.Sprintf(`>%d</a><small>`, met); !strings.Contains(page, want) {
		t.Errorf("no card with %s", want)
	}
}

// All pages, styles and scripts stay within the budget, compressed.
func TestBudget(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	size := func(path string) int { return get(t, h, path, "Accept-Encoding", "gzip").Body.Len() }
	fixed := 0
	for _, name := range []string{"app.css", "app.js", "swap.js", "keys.js", "hover.js", "table.js", "find.js", "icon.svg", "watermark-zh.svg"} {
		fixed += size("/static/" + name)
	}
	for _, path := range addresses(t) {
		if n := size(path) + fixed; n > 80<<10 {
			t.Errorf("%s: %d bytes with styles and scripts; the limit is 80 KB", path, n)
		}
	}
}

// Chromium 86 is the floor, and there is no secure context: what is newer, or
// needs one, must not be used. A module is at most 200 lines.
func TestBrowserFloor(t *testing.T) {
	newer := regexp.MustCompile(`:has\(|:is\(|@layer|@container|\binert\b|structuredClone|randomUUID|navigator\.clipboard|serviceWorker|crypto\.subtle|Object\.hasOwn|\.at\(|replaceAll\(|color-mix|oklch|aspect-ratio|\?\?=|\|\|=|&&=|https?://[^w]|style="`)
	nested := regexp.MustCompile(`(?m)^\s+&|\{[^{}]*\{[^{}]*\{`)
	err := filepath.WalkDir("static", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if m := newer.Find(body); m != nil {
			t.Errorf("%s uses %q", path, m)
		}
		if filepath.Ext(path) == ".css" && nested.Match(body) {
			t.Errorf("%s nests rules", path)
		}
		if n := bytes.Count(body, []byte("\n")); filepath.Ext(path) == ".js" && n > 200 {
			t.Errorf("%s has %d lines; the limit is 200", path, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range must(fs.Glob(templates, "templates/*.html")) {
		body, err := templates.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(body, []byte("style=")) {
			t.Errorf("%s has a style attribute", name)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Every message is used, and every message that is used is there.
func TestMessages(t *testing.T) {
	testkit.Sequential(t)
	var src strings.Builder
	used := map[string]bool{}
	call := regexp.MustCompile(`(?:\.T\(|\{\{-? ?t |\(t )"([^"]+)"`)
	inTemplate := regexp.MustCompile(`\bt "([^"]+)"`)
	files := must(filepath.Glob("*.go"))
	files = append(files, must(filepath.Glob("templates/*.html"))...)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		src.Write(body)
		re := call
		if strings.HasSuffix(f, ".html") {
			re = inTemplate
		}
		for _, m := range re.FindAllStringSubmatch(string(body), -1) {
			used[m[1]] = true
		}
	}
	zh := i18n.For("zh")
	for k := range used {
		if !zh.Has(k) {
			t.Errorf("no message %q", k)
		}
	}
	for _, k := range zh.Keys() {
		if !strings.Contains(src.String(), `"`+k+`"`) {
			t.Errorf("message %q is used nowhere", k)
		}
	}
}

// A summary is counted once for an assessment, and again for a new one.
func TestSummaryFollowsTheAssessment(t *testing.T) {
	a := newest(t)
	var c summaries
	one := c.get(newLens(a))
	if c.get(newLens(a)) != one {
		t.Error("counted twice for the same assessment")
	}
	again, err := standard.Assess(a.Set, a.Pack)
	if err != nil {
		t.Fatal(err)
	}
	if c.get(newLens(again)) == one {
		t.Error("an old summary stands for a new assessment")
	}
}
