package web

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/i18n"
)

// The pages of a plan in a real browser, in both languages: they fit, they are
// usable by everyone, and an official act asks in a dialog.
func TestPlanInTheBrowser(t *testing.T) {
	v := visitAt(t, planHandler(t))
	shots, axe := os.Getenv("SHUREN_SHOTS"), axeScript(t)
	for _, lang := range i18n.Languages {
		t.Run(lang, func(t *testing.T) {
			v.t = t
			v.speak(lang)
			for i, path := range []string{"/plan", planAt, planAt + "?v=2&line=L2", planAt + "/matrix", planAt + "/gantt", planAt + "/targets/T12", planAt + "/counties/990102", "/owners/section-compulsory", planAt + "/edit?part=T12", planAt + "/edit?part=M26", planAt + "/edit"} {
				v.open(path)
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("%s is %d px wide", path, width)
				}
				if n := eval[int](v, `document.querySelectorAll("*").length`); n > 1500 {
					t.Errorf("%s has %d elements; the limit is 1,500", path, n)
				}
				v.judge(axe)
				if shots != "" {
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("plan-%s-%02d.png", lang, i)), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			}
			v.open(planAt + "?v=2")
			v.run(chromedp.Evaluate[chromedp.Void](`document.querySelector("summary[data-key=hand_in]").click()`))
			v.until(`document.querySelector("dialog[open] h2") && document.querySelector("dialog[open] [name=act]").value === "hand_in"`)
			v.judge(axe)
		})
	}
}
