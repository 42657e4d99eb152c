package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// visitor is a browser tab that notes whatever a page complains about.
type visitor struct {
	context.Context
	t    *testing.T
	base string

	mu         sync.Mutex
	complaints []string
}

func visit(t *testing.T) *visitor {
	t.Helper()
	return visitAt(t, handlerOf(t, demoCity(t)))
}

// visitAt opens a browser on the pages of a handler.
func visitAt(t *testing.T, h http.Handler) *visitor {
	t.Helper()
	browses(t)
	path := chromium()
	if path == "" {
		testkit.Missing(t, "browser", "no chromium on the path")
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	opened, err := started()
	if err != nil {
		t.Fatal(err)
	}
	// A browser context has cookies, storage and windows of its own.
	ctx, cancel := chromedp.NewContext(opened, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, done := context.WithTimeout(ctx, 15*time.Minute)
	t.Cleanup(done)
	v := &visitor{Context: ctx, t: t, base: srv.URL}
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		t.Fatal(err)
	}
	command(v, log.Enable, cdp.Empty{})
	command(v, network.Enable, network.EnableParams{})
	v.speak("zh")
	return v
}

// browses says that a browser does a test's work. One that makes a city first says it
// before that, lest the city be made for a test that is skipped.
func browses(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	testkit.OutOfProcess(t)
}

// chromium is where the browser is; empty where there is none. Its shell without
// windows comes first: it is the same engine and takes half the time.
func chromium() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// started is the browser of all tests, once one asks: to start takes longer than
// most pages.
var started = sync.OnceValues(func() (context.Context, error) {
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1366, 768), chromedp.Flag("lang", "zh-CN"),
		chromedp.UserDataDir(filepath.Join(scratch, "browser")), chromedp.WSURLReadTimeout(60*time.Second))
	alloc, end := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	stopBrowser = func() { cancel(); end() }
	return ctx, chromedp.Do(ctx)
})

// stopBrowser ends the browser of all tests.
var stopBrowser = func() {}

// hear notes console errors, exceptions, refusals by the security policy and
// requests that went elsewhere.
func (v *visitor) hear(ev any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		v.complaints = append(v.complaints, fmt.Sprintf("exception: %s %s", ev.ExceptionDetails.Text, ev.ExceptionDetails.URL))
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			v.complaints = append(v.complaints, fmt.Sprintf("console: %s", ev.Args[0].Value))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			v.complaints = append(v.complaints, ev.Entry.Text+" "+ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, v.base) && !strings.HasPrefix(u, "data:") {
			v.complaints = append(v.complaints, "request to "+u)
		}
	}
}

// quiet fails the test where the pages so far complained.
func (v *visitor) quiet() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range v.complaints {
		v.t.Error(c)
	}
	v.complaints = nil
}

func (v *visitor) run(actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v, actions...); err != nil {
		v.t.Fatal(err)
	}
}

// command sends one command of the protocol.
func command[P, R any](v *visitor, cmd cdp.Command[P, R], params P) R {
	v.t.Helper()
	r, err := chromedp.Call(v, cmd, params)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

// ask is what a piece of script gives, or an action finds.
func ask[T any](v *visitor, a chromedp.Action[T]) T {
	v.t.Helper()
	r, err := chromedp.Run(v, a)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

func eval[T any](v *visitor, script string) T {
	v.t.Helper()
	return ask(v, chromedp.Evaluate[T](script))
}

// speak sets the language as the browser asks for it.
func (v *visitor) speak(lang string) {
	v.t.Helper()
	command(v, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": locale{i18n.For(lang)}.Tag()}})
}

func (v *visitor) open(path string) { v.t.Helper(); v.run(chromedp.Navigate(v.base + path)) }

// patience is how long a page may take to become what a test waits for. No test is
// about speed: on a machine that others use too, seconds become many.
const patience = time.Minute

// until waits for a condition on the page.
func (v *visitor) until(condition string) {
	v.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		// A page on its way out answers with an error: ask again.
		ok, err := chromedp.Run(v, chromedp.Evaluate[bool]("!!("+condition+")"))
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			at, _ := chromedp.Run(v, chromedp.Evaluate[string](`location.href + " " + document.querySelector("main").innerText.slice(0, 500)`))
			v.t.Fatalf("%s does not come true: %v, at %s", condition, err, at)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// Every page loads without a complaint, fits the window and the budget, and
// says nothing about itself that cannot be heard or read.
func TestBrowserPages(t *testing.T) {
	v := visit(t)
	axe := axeScript(t)
	shots := os.Getenv("SHUREN_SHOTS") // where to put pictures of the pages, for people to look at
	if shots != "" {
		if err := os.MkdirAll(shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for i, path := range addresses(t) {
			t.Run(lang+path, func(t *testing.T) {
				v.t = t
				v.open(path)
				if nodes := eval[int](v, `document.querySelectorAll("*").length`); nodes > 1500 && !strings.Contains(path, "size=100") {
					t.Errorf("%d elements; the limit is 1,500", nodes)
				}
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("the page is %d px wide: it scrolls sideways at 1366", width)
				}
				cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("details:not([open])")).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`)
				if len(cut) > 0 && !strings.Contains(path, "col=") {
					t.Errorf("tables that do not fit at 1366: %v", cut)
				}
				v.judge(axe)
				if shots != "" {
					png := ask(v, chromedp.FullScreenshot(100))
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("%s-%02d.png", lang, i)), png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			})
		}
	}
	v.t = t
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}

// axeScript is the judge of accessibility; empty where it is not there.
func axeScript(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SHUREN_AXE")
	if path == "" {
		return ""
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// judge fails the test where the page cannot be used by everybody.
func (v *visitor) judge(axe string) {
	v.t.Helper()
	if axe == "" {
		return
	}
	v.run(chromedp.Evaluate[chromedp.Void](axe))
	found := ask(v, chromedp.Evaluate[string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(r.violations.map(x => ({id: x.id, help: x.help, nodes: x.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary)}))))`, chromedp.EvalAwaitPromise))
	if found != "[]" {
		var b bytes.Buffer
		json.Indent(&b, []byte(found), "", " ")
		v.t.Errorf("axe: %s", b.String())
	}
}

// Sorting, filtering and paging replace the list in place, keep the address in
// step, and can be gone back from.
func TestBrowserList(t *testing.T) {
	v := visit(t)
	v.open("/schools")
	eval[int](v, `window.same = true; 0`)
	v.run(chromedp.Click(`[data-key="sort-r5"]`))
	v.until(`document.querySelector('th[aria-sort="descending"] [data-key="sort-r5"]')`)
	v.run(chromedp.Click(`[data-key="sort-r5"]`))
	v.until(`document.querySelector('th[aria-sort="ascending"] [data-key="sort-r5"]')`)
	here := eval[string](v, `location.search`)
	if !strings.Contains(here, "sort=r5") || !strings.Contains(here, "dir=asc") {
		t.Errorf("address %q does not say how the list is sorted", here)
	}
	if focus := eval[string](v, `document.activeElement.dataset.key || ""`); focus != "sort-r5" {
		t.Errorf("focus is on %q after sorting, want the same head", focus)
	}

	county := codeOf(newest(t).Units[edu.County][1])
	eval[int](v, `(s => { s.value = "`+county+`"; s.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.querySelector('main select[name="county"]'))`)
	v.until(`location.search.includes("county=` + county + `")`)
	v.until(`document.querySelectorAll("#t-schools tbody tr").length > 0 && !document.querySelector("main.busy")`)
	names := eval[[]string](v, `[...new Set([...document.querySelectorAll("#t-schools tbody tr")].map(r => r.cells[1].textContent))]`)
	if len(names) != 1 || names[0] != newest(t).Units[edu.County][1].Name {
		t.Errorf("filtered by one county, the list shows %v", names)
	}
	if here := eval[string](v, `location.search`); !strings.Contains(here, "dir=asc") {
		t.Errorf("the filter lost the order: %s", here)
	}
	if !eval[bool](v, `window.same === true`) {
		t.Error("the page was loaded anew: nothing was swapped")
	}
	v.run(chromedp.NavigateBack())
	v.until(`!location.search.includes("county=")`)
	v.quiet()
}

// The keyboard leads everywhere, never fires inside a field, and can be switched
// off.
func TestBrowserKeys(t *testing.T) {
	v := visit(t)
	v.open("/")
	v.run(chromedp.KeyEvent("/"))
	v.until(`document.activeElement.id === "q"`)
	v.run(chromedp.KeyEvent("gc"))
	if typed := eval[string](v, `document.getElementById("q").value`); !strings.HasSuffix(typed, "gc") {
		t.Errorf("typed gc into the field, it holds %q", typed)
	}
	v.run(chromedp.KeyEvent(kb.Escape))
	v.until(`document.activeElement === document.body`)
	v.run(chromedp.KeyEvent("g"), chromedp.KeyEvent("c"))
	v.until(`location.pathname === "/counties" && document.querySelector("html.js #t-counties")`)
	v.run(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"))
	v.until(`document.querySelector("#t-counties tbody tr:nth-child(1)").classList.contains("at")`)
	v.run(chromedp.KeyEvent(kb.Enter))
	v.until(`location.pathname.startsWith("/counties/") && document.querySelector("html.js")`)
	v.run(chromedp.KeyEvent("?"))
	v.until(`location.pathname === "/help" && document.querySelector("html.js")`)
	v.run(chromedp.WaitVisible("#keys-off"), chromedp.Click("#keys-off"), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent("g"), chromedp.KeyEvent("o"), chromedp.Sleep(300*time.Millisecond))
	if path := eval[string](v, `location.pathname`); path != "/help" {
		t.Errorf("single keys are switched off, and g o still led to %s", path)
	}
	v.quiet()
}

// With script off everything can still be read, sorted, filtered and chosen.
func TestBrowserWithoutScript(t *testing.T) {
	v := visit(t)
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	v.open("/")
	click := func(sel, want string) {
		t.Helper()
		v.run(chromedp.Click(sel))
		deadline := time.Now().Add(patience)
		for {
			at := ask(v, chromedp.Location())
			if strings.Contains(at, want) {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("after %s the address is %s, want %s in it", sel, at, want)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	click(`[data-go="s"]`, "/schools")
	click(`[data-key="sort-r5"]`, "sort=r5")
	click(`form.filters button`, "county=")
	click(`#t-schools tbody a`, "/schools/")
	click(`.top a[hreflang]`, "lang=en")
	if ask(v, chromedp.TextContent("h1")) == "" {
		t.Error("no heading")
	}
	v.quiet()
}

// The export is a workbook that opens, and says that its figures are made up.
func TestBrowserExport(t *testing.T) {
	v := visit(t)
	file := v.downloads()
	v.open("/schools?verdict=short")
	v.run(chromedp.Click(`.acts a[href*="as=xlsx"]`))
	f, err := excelize.OpenFile(file())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(rows) < 10 || !strings.Contains(rows[0][0], i18n.For("zh").T("sample.mark")) {
		t.Errorf("workbook of %d rows, %v", len(rows), err)
	}
}

// Every page prints on A4; the bars and buttons stay off the paper, and a long
// list repeats its head.
func TestBrowserPrint(t *testing.T) {
	v := visit(t)
	for _, path := range []string{"/", "/counties/" + codeOf(newest(t).Units[edu.County][0]), "/schools", "/indicators"} {
		v.open(path)
		pdf := ask(v, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		if !bytes.HasPrefix(pdf, []byte("%PDF")) || len(pdf) < 10_000 {
			t.Errorf("%s: PDF of %d bytes", path, len(pdf))
		}
		if dir := os.Getenv("SHUREN_SHOTS"); dir != "" {
			name := "print" + strings.ReplaceAll(path, "/", "-") + ".pdf"
			if err := os.WriteFile(filepath.Join(dir, name), pdf, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		command(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		hidden := eval[bool](v, `[".nav", ".top", ".acts"].every(s => getComputedStyle(document.querySelector(s)).display === "none") && [...document.querySelectorAll("thead")].every(h => getComputedStyle(h).display === "table-header-group" || h.closest("details, .vh"))`)
		if !hidden {
			t.Errorf("%s: bars or buttons would be printed, or a list's head would not repeat", path)
		}
		command(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	}
	v.quiet()
}
