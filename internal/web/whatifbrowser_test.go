package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/i18n"
)

// What changes if: the page and each of its tables fit a window of 1366 and of 1024
// px, with nothing supposed, with a threshold that nobody meets, and where what is
// lacking runs to millions of a unit with a long name.
func TestBrowserWhatIfFits(t *testing.T) {
	v := visit(t)
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for _, width := range []int64{1366, 1024} {
			v.run(chromedp.EmulateViewport(width, 768))
			for _, query := range []string{"", "?indicator=r1&stage=primary&to=5", "?indicator=r2&to=20000", "?indicator=r6&to=20000", "?indicator=r4&to=900", "?indicator=r1&to=0.1"} {
				t.Run(fmt.Sprintf("%s %d %s", lang, width, query), func(t *testing.T) {
					v.t = t
					v.open("/what-if" + query)
					if got := eval[int64](v, `document.documentElement.scrollWidth`); got > width {
						t.Errorf("the page is %d px wide in a window of %d", got, width)
					}
					if cut := eval[[]string](v, `[...document.querySelectorAll(".scroll, .card")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText.slice(0, 30) + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
						t.Errorf("does not fit: %v", cut)
					}
					if query != "" && eval[bool](v, `!document.querySelector("#said")`) {
						t.Error("nothing is supposed")
					}
				})
			}
		}
	}
	v.t = t
	v.quiet()
}
