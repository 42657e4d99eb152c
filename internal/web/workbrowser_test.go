package web

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"shuren/internal/collect"
	"shuren/internal/form"
	"shuren/internal/i18n"
)

func visitDesk(t *testing.T, d *memDesk) *visitor {
	t.Helper()
	return visitAt(t, deskHandler(t, d))
}

// paperReady is a paper whose script has started.
func (v *visitor) paper() {
	v.t.Helper()
	v.open(memPaper)
	v.until(`document.querySelector("html.js form[data-paper]")`)
}

// focus enters a cell the way a click does.
func (v *visitor) into(id string) {
	v.t.Helper()
	eval[int](v, `(e => { e.focus(); e.select(); return 0 })(document.querySelector(`+quote(id)+`))`)
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func cell(key string) string { return `[name="cell:` + key + `"]` }

// paste sends a paste event, as the browser does for Ctrl+V.
func (v *visitor) paste(text string) {
	v.t.Helper()
	eval[int](v, `(t => { const d = new DataTransfer(); d.setData("text/plain", t); document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); return 0 })(`+quote(text)+`)`)
}

func (v *visitor) value(sel string) string {
	v.t.Helper()
	return eval[string](v, `document.querySelector(`+quote(sel)+`).value`)
}

// net switches the network off and on.
func (v *visitor) net(on bool) {
	v.t.Helper()
	c := network.Conditions{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}
	command(v, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&c}})
}

// saved waits until the server has answered and nothing is pending.
func (v *visitor) saved() {
	v.t.Helper()
	v.until(`document.getElementById("saved").textContent.includes("服务器") && !document.querySelector(".c.dirty")`)
}

func (d *memDesk) content(unit string) form.Content {
	d.mu.Lock()
	defer d.mu.Unlock()
	return copied(d.files[unit].content)
}

// The pages of collection load without a complaint, fit the window and the
// budget, and say nothing about themselves that cannot be heard or read.
func TestBrowserWorkPages(t *testing.T) {
	d := memDeskOf(t, 120)
	d.files["s001"].content.Cells = map[string]string{"primary/teachers": "十二", "primary/migrant_pupils": "999", "junior/teachers": "31"}
	d.files["s002"].filing.State, d.files["s002"].filing.Reason = collect.Returned, "专任教师数与教职工名册相差 3 人，请核对后重报"
	d.files["s003"].filing.State = collect.AtCounty
	d.files["s003"].content = form.Content{Cells: map[string]string{"primary/teachers": "31", "primary/migrant_pupils": "999", "primary/boarders": "140"}}
	d.files["s004"].filing.State = collect.AtCity
	d.files["s005"].filing.State = collect.Locked
	d.files["s006"].filing.Due -= 20
	d.files["s002"].log = []collect.Event{{No: 1, At: time.Now().Add(-72 * time.Hour), Name: "李老师", Action: collect.Submit, From: collect.Draft, To: collect.AtCounty, Handed: 1}, {No: 2, At: time.Now().Add(-24 * time.Hour), Name: "王审核", Action: collect.Return, From: collect.AtCounty, To: collect.Returned, Reason: d.files["s002"].filing.Reason}}
	v := visitDesk(t, d)
	axe := ""
	if path := os.Getenv("SHUREN_AXE"); path != "" {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		axe = string(body)
	}
	shots := os.Getenv("SHUREN_SHOTS")
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for _, path := range []string{"/work", "/work?list=all&page=2", "/work?list=late", "/work/matrix", "/work/forms", "/work/upload", "/work/mapping", memPaper, memPaper + "/sign", memPaper + "/blank", memPaper + "/trial",
			"/work/" + memIssue + "/s002", "/work/" + memIssue + "/s003", "/work/" + memIssue + "/s004", "/work/" + memIssue + "/s005"} {
			t.Run(lang+path, func(t *testing.T) {
				v.t = t
				v.open(path)
				v.until(`document.querySelector("html.js")`)
				if nodes := eval[int](v, `document.querySelectorAll("*").length`); nodes > 1500 {
					t.Errorf("%d elements; the limit is 1,500", nodes)
				} else {
					t.Logf("%d elements", nodes)
				}
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("the page is %d px wide: it scrolls sideways at 1366", width)
				}
				cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("details:not([open])")).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`)
				if len(cut) > 0 {
					t.Errorf("tables that do not fit at 1366: %v", cut)
				}
				if axe != "" {
					v.run(chromedp.Evaluate[chromedp.Void](axe))
					found := ask(v, chromedp.Evaluate[string](`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => JSON.stringify(r.violations.map(x => ({id: x.id, help: x.help, nodes: x.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary)}))))`, chromedp.EvalAwaitPromise))
					if found != "[]" {
						var b bytes.Buffer
						json.Indent(&b, []byte(found), "", " ")
						t.Errorf("axe: %s", b.String())
					}
				}
				if shots != "" {
					png := ask(v, chromedp.FullScreenshot(100))
					name := lang + strings.NewReplacer("/", "-", "?", "_", "&", "_", "=", "-").Replace(path) + ".png"
					if err := os.WriteFile(filepath.Join(shots, name), png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			})
		}
	}
	v.t = t
}

// A block from a spreadsheet is pasted, undone and done again; quoted cells,
// separators of thousands and full-width digits are understood, and what finds
// no place is told.
func TestBrowserPaste(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	v.paper()
	first := `[name="row:classes:0:part"]`
	v.into(first)
	v.paste("小学\t一年级\t\"1\"\"甲\"\t普通\t１，０４5\r\n小学\t二年级\t2班\t普通\t 38 \r\n初中\t七年级\t\"第\n3班\"\t普通\t40\r\n")
	want := [][]string{{"小学", "一年级", `1"甲`, "普通", "1045"}, {"小学", "二年级", "2班", "普通", "38"}, {"初中", "七年级", "第 3班", "普通", "40"}}
	got := func() [][]string {
		return eval[[][]string](v, `[...document.querySelectorAll('[data-rows="classes"] tbody tr')].slice(0, 3).map(r => [...r.querySelectorAll("input")].slice(0, 5).map(i => i.value))`)
	}
	same := func(a, b [][]string) bool { return quoteAll(a) == quoteAll(b) }
	if g := got(); !same(g, want) {
		t.Fatalf("pasted %q, want %q", g, want)
	}
	if said := eval[string](v, `document.getElementById("told").textContent`); !strings.Contains(said, "15") {
		t.Errorf("told %q, want the number of cells", said)
	}
	v.saved()
	rows := d.content("s001").Lists["classes"]
	if len(rows) != 3 || rows[2].Part != "junior" || rows[0].Cells["class_pupils"] != "1045" {
		t.Fatalf("saved %v", rows)
	}
	v.until(`document.getElementById("c:primary/pupils.g1").value === "1045" && document.getElementById("c:primary/pupils.g1").readOnly`)
	v.run(chromedp.KeyEvent("z", chromedp.KeyModifiers(2)))
	if g := got(); g[0][1] != "" || g[2][4] != "" {
		t.Errorf("after undo %q", g)
	}
	v.run(chromedp.KeyEvent("y", chromedp.KeyModifiers(2)))
	if g := got(); !same(g, want) {
		t.Errorf("after redo %q", g)
	}
	// More than fits: the sheet of figures has two columns.
	v.into(cell("primary/teachers"))
	v.paste("1\t2\t3\t4\n5\t6")
	if said := eval[string](v, `document.getElementById("told").textContent`); !strings.Contains(said, "2 格超出") {
		t.Errorf("told %q, want the two cells that found no place", said)
	}
	if a, b := v.value(cell("primary/teachers")), v.value(cell("junior/teachers")); a != "1" || b != "2" {
		t.Errorf("pasted %q and %q", a, b)
	}
	v.quiet()
}

func quoteAll(a [][]string) string {
	b, _ := json.Marshal(a)
	return string(b)
}

// The network goes while one types: the page says so and goes on, keeps what is
// typed without names, and sends it when the network is back. Nothing is lost.
func TestBrowserOffline(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	v.paper()
	v.into(cell("primary/teachers"))
	v.run(chromedp.KeyEvent("41"), chromedp.KeyEvent(kb.Enter))
	v.saved()
	v.net(false)
	v.run(chromedp.KeyEvent("35"), chromedp.KeyEvent(kb.Enter))
	v.until(`!document.getElementById("offline").hidden`)
	v.run(chromedp.KeyEvent("22"), chromedp.KeyEvent(kb.Tab))
	eval[int](v, `(e => { e.value = "某老师"; e.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.querySelector('[name="sign.filler"]'))`)
	v.until(`document.getElementById("saved").textContent.includes("本机")`)
	kept := eval[string](v, `Object.keys(localStorage).filter(k => k.startsWith("shuren.draft.")).map(k => localStorage[k]).join()`)
	if !strings.Contains(kept, "35") || !strings.Contains(kept, "22") {
		t.Errorf("kept in the browser: %s", kept)
	}
	if strings.Contains(kept, "某老师") {
		t.Errorf("a name is kept in the browser: %s", kept)
	}
	// A submission is held until the server answers.
	eval[int](v, `document.querySelector('summary[data-key="submit"]').click(); 0`)
	v.until(`document.querySelector("dialog[open]")`)
	eval[int](v, `document.querySelector("dialog .btn.p").click(); 0`)
	v.until(`document.getElementById("told").textContent.includes("尚未提交")`)
	v.shot("zh-offline")
	if s := d.state("s001"); s == collect.AtCounty {
		t.Fatal("handed in without a network")
	}
	v.complaints = nil // the failed requests are what this is about
	v.net(true)
	v.until(`location.search.includes("done=step")`)
	c := d.content("s001")
	if c.Cells["primary/teachers"] != "41" || c.Cells["primary/teachers_qualified"] != "35" || c.Cells["primary/teachers_backbone"] != "22" || c.Sign.Filler != "某老师" {
		t.Errorf("saved %v, %v", c.Cells, c.Sign)
	}
	if s, n := d.state("s001"), d.files["s001"].filing.Handed; s != collect.AtCounty || n != 1 {
		t.Errorf("state %s, handed in %d times; want once", s, n)
	}
	if left := eval[int](v, `Object.keys(localStorage).filter(k => k.startsWith("shuren.draft.")).length`); left != 0 {
		t.Error("the browser still keeps a draft that the server has")
	}
}

func (d *memDesk) state(unit string) collect.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.files[unit].filing.State
}

// A page that is closed while the network is down brings back what it had when it
// is opened again; signing out erases it.
func TestBrowserLocalDraft(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	v.paper()
	v.net(false)
	v.into(cell("junior/teachers"))
	v.run(chromedp.KeyEvent("17"), chromedp.KeyEvent(kb.Enter))
	v.until(`!document.getElementById("offline").hidden`)
	v.run(chromedp.Navigate("about:blank"))
	v.net(true)
	v.paper()
	v.until(`document.getElementById("told").textContent.includes("恢复")`)
	v.saved()
	if got := d.content("s001").Cells["junior/teachers"]; got != "17" {
		t.Errorf("restored and saved %q", got)
	}
	v.net(false)
	v.into(cell("junior/teachers"))
	v.run(chromedp.KeyEvent("18"), chromedp.KeyEvent(kb.Enter))
	v.until(`Object.keys(localStorage).some(k => k.startsWith("shuren.draft."))`)
	eval[int](v, `document.dispatchEvent(new CustomEvent("shuren:signout")); 0`)
	if left := eval[int](v, `Object.keys(localStorage).filter(k => k.startsWith("shuren.draft.")).length`); left != 0 {
		t.Error("signing out left a draft in the browser")
	}
	v.net(true)
}

// Somebody else saves meanwhile: both versions are shown, cell by cell, and the
// chosen ones are saved.
func TestBrowserConflict(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	v.paper()
	if _, err := d.Save(t.Context(), memIssue, "s001", 0, form.Content{Cells: map[string]string{"primary/teachers": "40", "primary/boarders": "90"}}); err != nil {
		t.Fatal(err)
	}
	v.into(cell("primary/teachers"))
	v.run(chromedp.KeyEvent("41"), chromedp.KeyEvent(kb.Enter))
	v.until(`document.querySelector("dialog[open] #conflict")`)
	v.shot("zh-conflict")
	text := eval[string](v, `document.querySelector("dialog #conflict").textContent`)
	if !strings.Contains(text, "41") || !strings.Contains(text, "40") {
		t.Errorf("the comparison says %q", text)
	}
	v.complaints = nil // the browser logs the 409
	eval[int](v, `document.querySelector('dialog [name="mine"]').click(); document.querySelector("dialog .btn.p").click(); 0`)
	v.until(`location.search.includes("done=saved") && document.querySelector("html.js form[data-paper]")`)
	c := d.content("s001").Cells
	if c["primary/teachers"] != "41" || c["primary/boarders"] != "90" {
		t.Errorf("merged to %v", c)
	}
	if v.value(cell("primary/teachers")) != "41" {
		t.Error("the page does not show what was merged")
	}
	v.quiet()
}

// The whole way by keyboard alone: fill, correct, confirm, save, hand in.
func TestBrowserSheetKeys(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	v.paper()
	at := func() string { return eval[string](v, `document.activeElement.name || document.activeElement.tagName`) }
	key := func(k string, want string) {
		t.Helper()
		v.run(chromedp.KeyEvent(k))
		if got := at(); got != "cell:"+want {
			t.Fatalf("after %q focus is on %s, want %s", k, got, want)
		}
	}
	v.into(cell("primary/teachers"))
	v.run(chromedp.KeyEvent("12"))
	key(kb.Enter, "primary/teachers_qualified")
	key(kb.ArrowUp, "primary/teachers")
	key(kb.ArrowRight, "junior/teachers")
	v.run(chromedp.KeyEvent("9"))
	key(kb.Tab, "primary/teachers_qualified")
	key(kb.ArrowUp, "primary/teachers")
	v.run(chromedp.KeyEvent("7"), chromedp.KeyEvent(kb.Escape))
	if got := v.value(cell("primary/teachers")); got != "12" {
		t.Errorf("after Esc the cell holds %q", got)
	}
	v.run(chromedp.KeyEvent(kb.F2), chromedp.KeyEvent("3"), chromedp.KeyEvent(kb.ArrowLeft))
	if got := at(); got != "cell:primary/teachers" {
		t.Errorf("while a cell is edited an arrow left it for %s", got)
	}
	key(kb.Enter, "primary/teachers_qualified")
	if got := v.value(cell("primary/teachers")); got != "123" {
		t.Errorf("F2 and 3 made it %q, want 123", got)
	}
	v.run(chromedp.KeyEvent("z", chromedp.KeyModifiers(2)))
	if got := v.value(cell("primary/teachers")); got != "12" {
		t.Errorf("undone to %q, want 12", got)
	}
	eval[int](v, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true})); 0`)
	if got := at(); got != "cell:primary/teachers" {
		t.Errorf("Enter of an input method moved to %s", got)
	}
	v.run(chromedp.KeyEvent("s", chromedp.KeyModifiers(2)))
	v.saved()
	if got := d.content("s001").Cells; got["primary/teachers"] != "12" || got["junior/teachers"] != "9" {
		t.Errorf("saved %v", got)
	}
	v.run(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	v.until(`document.querySelector("dialog[open]") && document.activeElement.closest("dialog")`)
	v.shot("zh-submit")
	v.run(chromedp.KeyEvent(kb.Enter))
	v.until(`location.search.includes("done=step")`)
	if s := d.state("s001"); s != collect.AtCounty {
		t.Errorf("state %s", s)
	}
	v.quiet()
}

// Without script a paper can be filled, saved and handed in.
func TestBrowserPaperWithoutScript(t *testing.T) {
	d := memDeskOf(t, 1)
	v := visitDesk(t, d)
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	v.open(memPaper)
	v.run(chromedp.SendKeys(cell("primary/teachers"), "41"), chromedp.Click(`[data-key="save"]`), chromedp.WaitVisible(`p.said`))
	if got := d.content("s001").Cells["primary/teachers"]; got != "41" {
		t.Fatalf("saved %q", got)
	}
	v.run(chromedp.Click(`summary[data-key="submit"]`), chromedp.Click(`form[data-submit] .btn.p`), chromedp.WaitNotPresent(`form[data-paper]`))
	if s := d.state("s001"); s != collect.AtCounty {
		t.Errorf("state %s", s)
	}
	v.quiet()
}
