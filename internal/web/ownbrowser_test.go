package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"shuren/internal/auth"
	"shuren/internal/i18n"
)

// In a browser a planner changes a threshold of the city's own pack, is told of a
// mistake while typing, and proposes; a second person reads it and approves; then
// the file is written and the city is measured by it. Every page on the way fits
// and can be used by everybody.
func TestBrowserOwnPack(t *testing.T) {
	h, city, dir, enter := ownTown(t)
	enter("planner1", auth.CityPlanner)
	enter("section1", auth.CitySection)
	v := visitAt(t, h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	look := func(name string) {
		t.Helper()
		v.fits(axe)
		v.shoot(shots, "own-"+name)
		v.quiet()
	}
	v.comeIn("planner1")
	for _, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/own-pack")
		look("list-" + lang)
	}
	v.speak("zh")
	v.open("/own-pack")
	choose := func(name, value string) {
		t.Helper()
		v.until(`document.querySelector("html.js") && (s => s && (s.value = "` + value + `") && s.value === "` + value + `")(document.querySelector('main select[name="` + name + `"]'))`)
	}
	choose("indicator", "r7")
	choose("stage", "junior")
	v.typed(`main input[name="value"]`, "3")
	v.typed(`main input[name="source"]`, "市文件第三条")
	v.typed(`main input[name="why"]`, "议定事项")
	v.run(chromedp.Click(`button[value="threshold"]`))
	v.until(`document.querySelector("html.js form[data-live]") && document.querySelector("#checked .say.good")`)
	look("edit")

	// A mistake is told while it stands, and no longer when it is mended; the
	// writer keeps the place.
	v.run(chromedp.Click(`textarea[name="body"]`))
	eval[int](v, `(b => { b.setSelectionRange(b.value.length, b.value.length); window.same = true; return 0 })(document.querySelector("textarea"))`)
	v.run(chromedp.KeyEvent("nonsense"))
	v.until(`document.querySelector("#checked .say.bad li")`)
	if !eval[bool](v, `window.same && document.activeElement.name === "body" && document.activeElement.value.endsWith("nonsense")`) {
		t.Error("the check took the writer's place or text")
	}
	look("mistake")
	v.run(chromedp.KeyEvent(strings.Repeat(kb.Backspace, len("nonsense"))))
	v.until(`document.querySelector("#checked .say.good") && !document.querySelector("#checked .say.bad")`)

	v.run(chromedp.Click(`button[value="propose"]`))
	v.until(`document.querySelector("html.js #t-changes .l.o") && location.pathname === "/own-pack"`)
	v.run(chromedp.Click(`#t-changes tbody a`))
	v.until(`location.pathname === "/own-pack/change" && document.querySelector("html.js")`)
	if eval[bool](v, `!!document.querySelector('button[value="approve"]')`) {
		t.Error("whoever proposed is offered to approve")
	}
	look("own-change")
	v.quiet()
	v.leave()

	v.comeIn("section1")
	v.open("/own-pack")
	v.run(chromedp.Click(`#t-changes tbody a`))
	v.until(`document.querySelector('html.js button[value="approve"]')`)
	look("decide")
	v.typed(`input[name="reason"]`, "同意")
	v.run(chromedp.Click(`button[value="approve"]`))
	v.until(`document.querySelector("html.js #t-changes .l.g")`)
	look("written")

	held := 0.0
	for _, th := range city.OwnPack().Standards[0].Thresholds {
		if th.Indicator == "r7" && th.Stage == "junior" {
			held = th.Value
		}
	}
	written := ""
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		written += string(b)
	}
	if held != 3 || !strings.Contains(written, "市文件第三条") || strings.Contains(written, "nonsense") {
		t.Errorf("r7 is held to %v by\n%s", held, written)
	}
}
