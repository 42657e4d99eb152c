package web

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// The page of drafts in a real browser, in both languages: it fits, it is usable
// by everyone, and the form goes round.
func TestDraftInTheBrowser(t *testing.T) {
	v := visitAt(t, handlerOf(t, demoCity(t)))
	b, err := os.ReadFile(filepath.Join(testkit.Root(), "internal", "draft", "testdata", "notices", "tune-3.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(string(b))
	if err != nil {
		t.Fatal(err)
	}
	shots, axe := os.Getenv("SHUREN_SHOTS"), axeScript(t)
	for _, lang := range i18n.Languages {
		t.Run(lang, func(t *testing.T) {
			v.t = t
			v.speak(lang)
			look := func(name string) {
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("%s is %d px wide", name, width)
				}
				if n := eval[int](v, `document.querySelectorAll("*").length`); n > 1500 {
					t.Errorf("%s has %d elements; the limit is 1,500", name, n)
				}
				v.judge(axe)
				if shots != "" {
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("draft-%s-%s.png", lang, name)), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			}
			v.open("/draft")
			look("empty")
			v.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector('[name=text]').value = %s; document.querySelector('form.up').submit()", text)))
			v.until(`document.querySelector("#found") && document.readyState === "complete"`)
			look("read")
			v.run(chromedp.Evaluate[chromedp.Void](`document.querySelector("[name='state.0']").value = "dropped"; document.querySelector("[value=show]").click()`))
			v.until(`document.querySelector("[name='state.0'] [value=dropped][selected]") && document.readyState === "complete"`)
			look("edited")
		})
	}
}
