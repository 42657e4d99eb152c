package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// The pages of comparison in a browser, in both languages, with ranking off and
// on: they fit the window and the budget, everybody can use them, and choosing
// another measure or parting keeps the place.
func TestBrowserCompare(t *testing.T) {
	off, on, links := visitAt(t, ranked(t, false)), visitAt(t, ranked(t, true)), visitAt(t, linkedCity(t, 2021))
	empty, _ := kept(t)
	bare := visitAt(t, empty)
	axe := axeScript(t)
	a := newest(t)
	county := codeOf(a.Units[edu.County][1])
	shots := os.Getenv("SHUREN_SHOTS")
	if shots != "" {
		if err := os.MkdirAll(shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range i18n.Languages {
		for i, x := range []struct {
			v     *visitor
			path  string
			ranks bool
		}{
			{off, "/compare", false}, {on, "/compare", true}, {on, "/compare?sort=r4&dir=desc", true}, {off, "/compare?county=" + county + "&by=ownership&indicator=r6", false},
			{off, "/compare/counties/" + county, false}, {off, "/settings", false}, {links, "/partners", false}, {links, "/compare", false}, {bare, "/compare", false}, {bare, "/partners", false},
		} {
			t.Run(lang+x.path, func(t *testing.T) {
				v := x.v
				v.t = t
				v.speak(lang)
				v.open(x.path)
				if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("the page is %d px wide", width)
				}
				if cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("details:not([open])")).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
					t.Errorf("tables that do not fit: %v", cut)
				}
				if n := eval[int](v, `document.querySelectorAll("*").length`); n > 1500 {
					t.Errorf("%d elements; the limit is 1,500", n)
				}
				if text := eval[string](v, `(document.querySelector("#t-compare tbody") || {innerText: ""}).innerText`); strings.Contains(text, "第") != (x.ranks && lang == "zh") || strings.Contains(text, "no. ") != (x.ranks && lang == "en") {
					t.Errorf("places are shown wrongly: %.200s", text)
				}
				v.judge(axe)
				if shots != "" {
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("%s-%02d.png", lang, i)), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				v.quiet()
			})
		}
	}
	off.t, on.t, links.t, bare.t = t, t, t, t

	off.speak("zh")
	off.open("/compare")
	off.run(chromedp.Click(`[data-key="公办与民办"]`))
	off.until(`location.search.includes("by=ownership") && document.querySelector("#t-parts tbody th").textContent === "公办"`)
	eval[int](off, `(s => { s.value = "r5"; s.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.querySelector('main select[name="indicator"]'))`)
	off.until(`location.search.includes("indicator=r5")`)
	if here := eval[string](off, `location.search`); !strings.Contains(here, "by=ownership") {
		t.Errorf("choosing a measure lost the parting: %s", here)
	}
	off.quiet()
	on.speak("zh")
	on.open("/compare")
	on.run(chromedp.Click(`[data-key="sort-r2"]`))
	on.until(`document.querySelector('#t-compare th[aria-sort="descending"] [data-key="sort-r2"]')`)
	on.quiet()
}

// In a browser the planner switches ranking on, and a clerk cannot.
func TestBrowserSettings(t *testing.T) {
	h, c := kept(t)
	v := visitAt(t, h)
	v.speak("zh")
	v.open("/settings")
	v.run(chromedp.SendKeys(`#s-ranking input[name="reason"]`, "局务会纪要5号"), chromedp.Click(`#s-ranking button`))
	v.until(`document.querySelector("#s-ranking .l.g") && location.search === "?did=save"`)
	if s, err := c.Switches(t.Context()); err != nil || !s.Ranking.On || s.ValueAdded.On {
		t.Errorf("%+v, %v", s, err)
	}
	v.quiet()
	w := newTown(t)
	for role, want := range map[auth.Role]int{auth.CityPlanner: http.StatusOK, auth.CitySection: http.StatusForbidden, auth.Leader: http.StatusForbidden, auth.SystemAdmin: http.StatusForbidden} {
		_, _, secret := w.person("", auth.Grant{Role: role, Whole: true})
		if got := w.ask("GET", "/settings", "", secret); got.Code != want {
			t.Errorf("%s: status %d, want %d", role, got.Code, want)
		}
	}
}
