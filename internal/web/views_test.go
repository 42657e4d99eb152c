package web

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// A view is kept under a name, stands as a chip above the list, opens the list
// where that is wanted, and is its owner's: shared, others see it where the unit
// is theirs, and nobody else can change it.
func TestSavedViews(t *testing.T) {
	w := newTown(t)
	person := func(role auth.Role, unit edu.UnitID) string {
		_, _, secret := w.person(unit, auth.Grant{Role: role, Unit: unit, Whole: unit == ""})
		return secret
	}
	county, near := person(auth.CountyClerk, w.county.Unit.ID), person(auth.CountyReviewer, w.county.Unit.ID)
	far, reader := person(auth.CountyClerk, w.other.Unit.ID), person(auth.Inspector, w.county.Unit.ID)
	city := person(auth.CityPlanner, "")
	l := i18n.For("zh")
	post := func(who, path string, kv ...string) int {
		t.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(kv); i += 2 {
			form.Add(kv[i], kv[i+1])
		}
		return w.ask(http.MethodPost, path, form.Encode(), who).Code
	}
	list := func(who, path string) string { return w.ask(http.MethodGet, path, "", who).Body.String() }
	const filtered = "/schools?stage=junior&verdict=short"

	if page := list(county, filtered); !strings.Contains(page, l.T("views.none")) {
		t.Error("a person without views is not told how to keep one")
	}
	if code := post(county, "/views", "page", "/schools", "name", "初中不达标", "query", "stage=junior&verdict=short&year=2024&page=3", "share", string(w.county.Unit.ID), "back", filtered); code != http.StatusSeeOther {
		t.Fatalf("keeping a view: status %d", code)
	}
	for who, want := range map[string]bool{county: true, near: true, reader: true, far: false, city: false} {
		page := list(who, "/schools?stage=junior")
		if got := strings.Contains(page, "初中不达标"); got != want {
			t.Errorf("%s sees the county's view: %v, want %v", who, got, want)
		}
	}
	if page := list(near, filtered); !strings.Contains(page, `href="/schools?stage=junior&amp;verdict=short&amp;year=2025" data-swap title=`) || strings.Contains(page, `name="do" value="drop"`) {
		t.Error("another's view is not a chip, or can be deleted")
	}

	if code := post(reader, "/views", "page", "/schools", "name", "督学", "query", "area=2", "share", string(w.county.Unit.ID), "back", "/schools"); code != http.StatusForbidden {
		t.Errorf("sharing without the permission: status %d", code)
	}
	for _, with := range []string{"*", string(w.other.Unit.ID)} {
		if code := post(county, "/views", "page", "/schools", "name", "外县", "query", "area=2", "share", with, "back", "/schools"); code != http.StatusForbidden {
			t.Errorf("sharing with %s: status %d", with, code)
		}
	}
	if code := post(city, "/views", "page", "/schools", "name", "全市乡村", "query", "area=2", "share", "*", "opens", "1", "back", "/schools"); code != http.StatusSeeOther {
		t.Errorf("sharing with the city: status %d", code)
	}
	if !strings.Contains(list(far, "/schools?stage=junior"), "全市乡村") {
		t.Error("what is shared with the whole city is not seen in a county")
	}
	if to := w.ask(http.MethodGet, "/schools?year=2025", "", city).Header().Get("Location"); !strings.Contains(to, "area=2") || !strings.Contains(to, "year=2025") {
		t.Errorf("the list opens at %q, want the view that was chosen", to)
	}
	for _, plain := range []string{"/schools?view=-", "/schools?stage=primary"} {
		if code := w.ask(http.MethodGet, plain, "", city).Code; code != http.StatusOK {
			t.Errorf("%s: status %d, want the list itself", plain, code)
		}
	}
	for name, x := range map[string]struct {
		who, path string
		kv        []string
		want      int
	}{
		"no name":         {city, "/views", []string{"page", "/schools", "name", " ", "query", "area=2"}, 400},
		"no such page":    {city, "/views", []string{"page", "/admin", "name", "x", "query", ""}, 400},
		"another's view":  {near, "/views/change", []string{"id", w.viewID(t, county), "do", "drop"}, 404},
		"another's name":  {near, "/views/change", []string{"id", w.viewID(t, county), "do", "rename", "name", "x"}, 404},
		"nothing to do":   {county, "/views/change", []string{"id", w.viewID(t, county)}, 400},
		"no such default": {county, "/views/default", []string{"page", "/schools", "id", "zz"}, 404},
		"elsewhere back":  {county, "/views/default", []string{"page", "/schools", "id", "", "back", "//evil.example/"}, 303},
	} {
		if code := post(x.who, x.path, x.kv...); code != x.want {
			t.Errorf("%s: status %d, want %d", name, code, x.want)
		}
	}
	if code := post(county, "/views/change", "id", w.viewID(t, county), "do", "rename", "name", "薄弱初中", "back", "/schools"); code != 303 || !strings.Contains(list(near, filtered), "薄弱初中") {
		t.Errorf("renamed: status %d", code)
	}
	if code := post(county, "/views/change", "id", w.viewID(t, county), "do", "drop", "back", "/schools"); code != 303 || strings.Contains(list(near, filtered), "薄弱初中") {
		t.Errorf("deleted: status %d", code)
	}
}

// viewID is a person's first own view of the schools.
func (w *town) viewID(t *testing.T, who string) string {
	t.Helper()
	page := w.ask(http.MethodGet, "/schools?stage=junior", "", who).Body.String()
	_, rest, ok := strings.Cut(page, `<select name="id"><option value="`)
	if !ok {
		return "none"
	}
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// A view is kept in the browser, chosen by its chip, and found again.
func TestBrowserViews(t *testing.T) {
	c := demoCity(t)
	h, err := New(c, Config{Log: quiet(), Views: c})
	if err != nil {
		t.Fatal(err)
	}
	v := visitAt(t, h)
	axe := axeScript(t)
	county := codeOf(newest(t).Units[edu.County][1])
	v.open("/schools?stage=junior&county=" + county + "&sort=r5&dir=asc&col=classes&col=r5")
	v.run(chromedp.Click(`.views summary`), chromedp.SendKeys(`.views form[action="/views"] input[name="name"]`, "乙县初中"))
	v.judge(axe)
	v.run(chromedp.Click(`.views form[action="/views"] button`))
	v.until(`document.querySelector('.chip[aria-current]') && document.querySelector('.chip[aria-current]').textContent.includes("乙县初中")`)
	v.open("/schools?stage=primary")
	v.run(chromedp.Click(`.chip:nth-child(2)`))
	v.until(`location.search.includes("county=` + county + `") && location.search.includes("col=classes") && !document.querySelector("main.busy") && document.querySelector('.chip[aria-current]').textContent.includes("乙县初中")`)
	if cols := eval[int](v, `document.querySelectorAll("#t-schools thead th").length`); cols > 5 {
		t.Errorf("the view shows %d columns: those that were chosen are forgotten", cols)
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/schools?stage=primary")
		v.fits(axe)
		v.run(chromedp.Click(`.views summary`))
		v.shoot(os.Getenv("SHUREN_SHOTS"), "views-"+lang)
		v.fits(axe)
	}
	v.quiet()
}
