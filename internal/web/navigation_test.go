package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"shuren/internal/auth"
	"shuren/internal/testkit"
)

// What a navigation may have: about what fits on the smallest screen.
const mostItems = 16

// shownNav reads a page's navigation: the addresses of its items and of its tabs,
// and which of them are marked as the current one.
func shownNav(t *testing.T, page string) (items, tabs, on, onTabs []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	links := func(n *html.Node) (all, on []string) {
		walk(n, func(a *html.Node) {
			if a.Data != "a" || a.Type != html.ElementNode {
				return
			}
			path, _, _ := strings.Cut(attrOf(a, "href"), "?")
			if path == "/tasks" && strings.Contains(attrOf(a, "href"), "sheet=1") {
				path = attrOf(a, "href")
			}
			all = append(all, path)
			if attrOf(a, "aria-current") != "" {
				on = append(on, path)
			}
		})
		return all, on
	}
	walk(doc, func(n *html.Node) {
		switch {
		case n.Data == "nav" && attrOf(n, "id") == "nav":
			items, on = links(n)
		case n.Data == "nav" && strings.HasPrefix(attrOf(n, "class"), "parts"):
			tabs, onTabs = links(n)
		}
	})
	return items, tabs, on, onTabs
}

// The navigation fits on a screen for every role, and folding it lost no page: each
// of them is an item, or one click from an item. A page that a role may not see has
// no entry, and each says where one is.
func TestNavigationOfEveryRole(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	w := newTown(t)
	entries := []string{"/", "/counties", "/schools", "/compare", "/partners", "/changes", "/indicators",
		"/todo", "/messages", "/calendar", "/work", "/quality", "/gaps", "/forecast", "/staff", "/plan", "/draft",
		"/tasks", "/tasks?sheet=1", "/cadence", "/meetings", "/leading", "/honours",
		"/safety", "/safety/plans", "/safety/inspections", "/safety/hazards", "/safety/drills", "/safety/incidents", "/safety/limits",
		"/reports", "/board", "/settings", "/admin/accounts", "/admin/roles", "/admin/audit", "/help"}
	for _, role := range auth.Roles {
		t.Run(string(role), func(t *testing.T) {
			grant := auth.Grant{Role: role, Whole: true}
			switch role {
			case auth.SchoolClerk, auth.SchoolHead:
				grant = auth.Grant{Role: role, Unit: w.school.Unit.ID}
			case auth.TownshipClerk:
				grant = auth.Grant{Role: role, Unit: w.township.Unit.ID}
			case auth.CountyClerk, auth.CountyReviewer:
				grant = auth.Grant{Role: role, Unit: w.county.Unit.ID}
			}
			_, _, secret := w.person(grant.Unit, grant)
			read := func(path string) string {
				out := w.ask(http.MethodGet, path, "", secret)
				if out.Code != http.StatusOK {
					t.Errorf("%s in the navigation: %d", path, out.Code)
				}
				return out.Body.String()
			}
			items, _, _, _ := shownNav(t, read("/help"))
			if len(items) > mostItems {
				t.Errorf("%d items, more than %d: %v", len(items), mostItems, items)
			}
			reached := slices.Clone(items)
			for _, it := range items {
				again, tabs, on, onTabs := shownNav(t, read(it))
				if !slices.Equal(again, items) {
					t.Errorf("%s has another navigation: %v, want %v", it, again, items)
				}
				if !slices.Equal(on, []string{it}) || len(tabs) > 0 && !slices.Equal(onTabs, []string{it}) {
					t.Errorf("%s: the navigation says %v, the tabs %v", it, on, onTabs)
				}
				for _, tab := range tabs {
					if tab == it {
						continue
					}
					reached = append(reached, tab)
					_, same, on, onTabs := shownNav(t, read(tab))
					if !slices.Equal(same, tabs) || !slices.Equal(on, []string{it}) || !slices.Equal(onTabs, []string{tab}) {
						t.Errorf("%s: tabs %v, the navigation says %v, the tabs say %v", tab, same, on, onTabs)
					}
				}
			}
			for i, p := range reached {
				if slices.Contains(reached[:i], p) {
					t.Errorf("%s stands in the navigation twice", p)
				}
			}
			for _, p := range entries {
				may := w.ask(http.MethodGet, p, "", secret).Code == http.StatusOK
				switch has := slices.Contains(reached, p); {
				case p == "/work" && !has: // empty for who collects nothing
				case may && !has:
					t.Errorf("%s may be seen and is not reached: %v", p, reached)
				case has && !may:
					t.Errorf("%s is in the navigation and may not be seen", p)
				}
			}
		})
	}
}

// On the smallest screen that bureaus have, nothing of the navigation is below its
// edge, also under the bar of the sample city; on a phone the menu opens to the same
// items, each as high as a finger needs, and the page is no wider than the phone.
func TestBrowserNavigationFits(t *testing.T) {
	testkit.OutOfProcess(t)
	w := newTown(t)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true}, auth.Grant{Role: auth.CitySection, Whole: true}, auth.Grant{Role: auth.RetentionOfficer, Whole: true})
	v := visitAt(t, w.h)
	v.as(planner)
	for _, lang := range []string{"zh", "en"} {
		v.speak(lang)
		v.window(1366)
		v.open("/cadence")
		if low := eval[float64](v, `document.querySelector("#nav a:last-of-type").getBoundingClientRect().bottom`); low > 768 {
			t.Errorf("%s: the navigation ends at %v px", lang, low)
		}
		v.window(390)
		v.open("/cadence")
		shown := `[...document.querySelectorAll("#nav a")].filter(a => a.getBoundingClientRect().height >= 24).length`
		if n := eval[int](v, shown); n != 0 {
			t.Errorf("%s: the menu is open with %d items", lang, n)
		}
		v.run(chromedp.Focus("#menu"))
		v.clicks("#menu")
		if n := eval[int](v, shown); n < 14 || n > mostItems {
			t.Errorf("%s: the menu of a phone has %d items", lang, n)
		}
		if x := eval[int](v, `document.documentElement.scrollWidth`); x > 390 {
			t.Errorf("%s: the page is %d px wide", lang, x)
		}
		if axe := axeScript(t); axe != "" {
			v.judge(axe)
		}
	}
}
