package web

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// Another scheme is chosen in the scope bar and stays chosen along the links;
// every kind of page of every kind of scheme fits the window and can be used by
// everybody.
func TestBrowserSchemes(t *testing.T) {
	c := manySchemes(t)
	v := visitAt(t, handlerOf(t, c))
	v.open("/")
	choose := func(ref string) {
		t.Helper()
		eval[int](v, `(s => { s.value = "`+ref+`"; s.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.getElementById("scheme"))`)
		v.until(`location.search.includes("scheme=` + ref + `") && document.querySelector("html.js #scheme").value === "` + ref + `"`)
	}
	choose("t-ratios")
	v.run(chromedp.Click(`#t-matrix tbody a`))
	v.until(`location.pathname.startsWith("/counties/") && location.search.includes("scheme=t-ratios") && document.querySelector("html.js #t-schemes")`)
	choose("t-duties")
	if path := eval[string](v, `location.pathname`); len(path) < len("/counties/1") {
		t.Errorf("another scheme of the same county leads to %s", path)
	}
	v.run(chromedp.Click(`[data-go="i"]`))
	v.until(`location.pathname === "/indicators" && location.search.includes("scheme=t-duties")`)
	v.quiet()

	axe := axeScript(t)
	county := codeOf(newest(t).Units[edu.County][0])
	junior := newest(t).Stage(edu.Junior).Frame.Rows[0].Code
	shots := os.Getenv("SHUREN_SHOTS")
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for i, path := range []string{
			"/", "/?scheme=t-senior@1", "/?scheme=t-ratios", "/?scheme=t-duties", "/?scheme=t-asks",
			"/counties/" + county, "/counties/" + county + "?scheme=t-senior@1", "/counties/" + county + "?scheme=t-duties", "/counties/" + county + "?scheme=t-ratios",
			"/schools/" + junior, "/schools/" + junior + "?scheme=t-duties", "/schools?scheme=t-senior@1", "/counties?scheme=t-duties", "/indicators?scheme=t-senior@1", "/indicators/ptr?scheme=t-senior@1",
		} {
			t.Run(lang+path, func(t *testing.T) {
				v.t = t
				v.open(path)
				v.fits(axe)
				v.shoot(shots, fmt.Sprintf("schemes-%s-%02d", lang, i))
				v.quiet()
			})
		}
	}
	v.t = t
}

// fits fails the test where the page is too large for the budget or the window,
// or cannot be used by everybody.
func (v *visitor) fits(axe string) {
	v.t.Helper()
	if nodes := eval[int](v, `document.querySelectorAll("*").length`); nodes > 1500 {
		v.t.Errorf("%d elements; the limit is 1,500", nodes)
	}
	if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
		v.t.Errorf("the page is %d px wide: it scrolls sideways at 1366", width)
	}
	if cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("details:not([open])")).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
		v.t.Errorf("tables that do not fit at 1366: %v", cut)
	}
	v.judge(axe)
}

// shoot keeps a picture of the page for people to look at.
func (v *visitor) shoot(dir, name string) {
	v.t.Helper()
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// From a county's figure one comes down to the cell of the workbook, link by
// link.
func TestBrowserTrace(t *testing.T) {
	v := visit(t)
	axe := axeScript(t)
	county := codeOf(newest(t).Units[edu.County][0])
	for _, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/counties/" + county)
		v.run(chromedp.Click(`#t-measures tbody tr:nth-child(3) td a`))
		v.until(`location.pathname.startsWith("/trace/county/` + county + `/r3") && document.querySelector("html.js #t-sections")`)
		v.fits(axe)
		v.shoot(os.Getenv("SHUREN_SHOTS"), "trace-"+lang+"-county")
		v.run(chromedp.Click(`#t-sections tbody a`))
		v.until(`location.pathname.startsWith("/trace/section/") && document.querySelector("html.js #t-cells")`)
		v.fits(axe)
		if cell := eval[string](v, `document.querySelector("#t-cells tbody tr td:nth-child(5)").textContent`); len(cell) < 2 {
			t.Errorf("the end of the way is the cell %q", cell)
		}
		v.shoot(os.Getenv("SHUREN_SHOTS"), "trace-"+lang+"-section")
		// And up to the whole, whose figure is explained by the counties.
		v.open("/")
		v.run(chromedp.Click(`.kpi .v a`))
		v.until(`location.pathname.startsWith("/trace/city/") && document.querySelector("html.js #t-sections")`)
		v.fits(axe)
	}
	v.quiet()
}

// Every pack that the demo city is measured by has pages like the first one's.
func TestBrowserShippedSchemes(t *testing.T) {
	c := demoCity(t)
	v := visitAt(t, handlerOf(t, c))
	axe := axeScript(t)
	county := codeOf(newest(t).Units[edu.County][0])
	for i, p := range c.Packs() {
		for k, path := range []string{"/", "/counties/" + county, "/counties", "/schools", "/indicators"} {
			t.Run(p.Ref()+path, func(t *testing.T) {
				v.t = t
				v.open(path + "?scheme=" + p.Ref())
				v.fits(axe)
				v.shoot(os.Getenv("SHUREN_SHOTS"), fmt.Sprintf("pack-%02d-%d", i, k))
				v.quiet()
			})
		}
	}
	v.t = t
}
