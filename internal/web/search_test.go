package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/pinyin"
)

// initialsOf is how a name is typed by the first letter of each character.
func initialsOf(name string) string {
	var b strings.Builder
	for _, c := range name {
		if y := pinyin.Readings(c); len(y) > 0 {
			b.WriteByte(y[0][0])
		}
	}
	return b.String()
}

var firstHit = regexp.MustCompile(`(?s)<table data-list data-hits>.*?<th scope="row" class="w"><a href="([^"]*)">(.*?)</a>`)

// Schools, counties and indicators of every scheme are found by name, initials,
// pinyin and code; what was typed is marked.
func TestSearch(t *testing.T) {
	h := handlerOf(t, manySchemes(t))
	a := newest(t)
	school := a.Stage(edu.Primary).Frame.Rows[0]
	county := a.Units[edu.County][0]
	for _, tt := range []struct{ name, q, to, marked string }{
		{"a school by name", school.Name, "/schools/" + school.Code, school.Name},
		{"a school by initials", initialsOf(school.Name), "/schools/" + school.Code, school.Name},
		{"a school by code", school.Code, "/schools/" + school.Code, ""},
		{"a county by name", county.Name, "/counties/" + codeOf(county), county.Name},
		{"a county by initials", initialsOf(county.Name), "/counties/" + codeOf(county), county.Name},
		{"an indicator by code", "R5", "/indicators/r5", ""},
		{"an indicator by initials", initialsOf(a.Pack.Indicator("r5").Name.ZH), "/indicators/r5", ""},
		{"an indicator of another scheme", "生师比", "/indicators/ptr?scheme=t-senior", "生师比"},
		{"an indicator of another scheme by initials", "ssb", "/indicators/ptr?scheme=t-senior", "生师比"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := get(t, h, "/search?q="+url.QueryEscape(tt.q)).Body.String()
			check(t, page, "zh")
			to := strings.ReplaceAll(tt.to, "@", "%40")
			if !strings.Contains(page, `<a href="`+to) {
				t.Errorf("%q does not find %s: %s", tt.q, tt.to, firstHit.FindString(page))
			}
			if tt.marked != "" && !strings.Contains(page, "<mark>"+tt.marked+"</mark>") {
				t.Errorf("%q does not mark %s", tt.q, tt.marked)
			}
		})
	}
}

// The list of schools and the catalogue find what the search finds.
func TestListsFindByInitials(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	school := newest(t).Stage(edu.Primary).Frame.Rows[0]
	for path, want := range map[string]string{"/schools?q=" + initialsOf(school.Name): school.Code, "/indicators?q=" + initialsOf(newest(t).Pack.Indicator("r5").Name.ZH): "/indicators/r5"} {
		if w := get(t, h, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s does not list %s", path, want)
		}
	}
}

// A search is typed into the box, goes on while one types, and is walked with
// the keyboard alone.
func TestBrowserSearch(t *testing.T) {
	v := visitAt(t, handlerOf(t, demoCity(t)))
	school := newest(t).Stage(edu.Junior).Frame.Rows[0]
	typed := initialsOf(school.Name)
	v.open("/")
	v.run(chromedp.KeyEvent("/"))
	v.until(`document.activeElement.id === "q"`)
	empty := `document.getElementById("q").value = ""; 0` // the browser's driver types the key into the box that it opened
	eval[int](v, empty)
	v.run(chromedp.KeyEvent(typed[:2]), chromedp.KeyEvent(kb.Enter))
	v.until(`location.pathname === "/search" && document.querySelector("html.js #main table[data-hits]")`)
	v.fits(axeScript(t))
	v.run(chromedp.KeyEvent("/"))
	v.until(`document.activeElement.id === "q"`)
	eval[int](v, `(q => { q.value = "`+typed[:2]+`"; q.setSelectionRange(99, 99); window.same = true; return 0 })(document.getElementById("q"))`)
	v.run(chromedp.KeyEvent(typed[2:]))
	v.until(`document.querySelector('#main a[href^="/schools/` + school.Code + `"] mark')`)
	if !eval[bool](v, `window.same === true && location.search.includes("q=`+typed+`")`) {
		t.Error("the page was loaded anew, or the address does not say what is searched for")
	}
	v.run(chromedp.KeyEvent(kb.ArrowDown))
	v.until(`document.activeElement.closest("table[data-hits]")`)
	v.run(chromedp.KeyEvent(kb.ArrowUp))
	v.until(`document.activeElement.id === "q"`)
	v.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	v.until(`location.pathname.startsWith("/schools/") || location.pathname.startsWith("/counties/")`)
	v.quiet()
}

// englishCity has English names of schools.
type englishCity struct{ *flow.City }

func (c englishCity) English(ctx context.Context, p edu.Period) (map[string]string, error) {
	a, err := c.Assessment(ctx, p)
	names := map[string]string{}
	if err == nil {
		for _, x := range a.Stage(edu.Primary).Frame.Rows {
			names[x.Code] = "School no. " + x.Code
		}
	}
	return names, err
}

// An English reader sees a school's English name on every page, where it has one.
func TestEnglishNamesOfSchools(t *testing.T) {
	h := handlerOf(t, englishCity{demoCity(t)})
	a := newest(t)
	st := a.Stage(edu.Primary)
	row := st.Frame.Rows[0]
	county := codeOf(a.Units[edu.County][0])
	for _, path := range []string{"/schools?stage=primary&county=" + county, "/schools/" + row.Code, "/counties/" + county + "?stage=primary", "/trace/section/" + row.Code + "/r5?stage=primary"} {
		page := get(t, h, path, "Accept-Language", "en").Body.String()
		if !strings.Contains(page, "School no. ") {
			t.Errorf("%s has no English name of a school", path)
		}
		for _, x := range st.Frame.Rows {
			if strings.Contains(page, ">"+x.Name+"<") {
				t.Errorf("%s calls a school %s", path, x.Name)
				break
			}
		}
		if zh := get(t, h, path).Body.String(); strings.Contains(zh, "School no. ") {
			t.Errorf("%s has English names for a Chinese reader", path)
		}
	}
}
