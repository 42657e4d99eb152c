package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// shellRoom is what a city of eight years adds to a page beyond the test's city of
// two, which has every scheme: options of the switches, views and counts.
const shellRoom = 30

// A page as a signed-in planner gets it, with the whole navigation and views of
// their own, keeps the budget of elements as well: TestPages has no shell.
func TestSignedInPagesKeepTheBudget(t *testing.T) {
	w := newTown(t)
	_, _, secret := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	for i := range 8 {
		body := url.Values{"page": {"/schools"}, "name": {fmt.Sprintf("视图%d", i+1)}, "query": {fmt.Sprintf("stage=primary&verdict=short&size=%d00", i%2+1)}, "back": {"/schools"}}
		if got := w.ask(http.MethodPost, "/views", body.Encode(), secret); got.Code != http.StatusSeeOther {
			t.Fatalf("keeping a view: status %d", got.Code)
		}
	}
	for _, path := range addresses(t) {
		if strings.Contains(path, "size=100") { // who asks for more rows gets more
			continue
		}
		got := w.ask(http.MethodGet, path, "", secret)
		if got.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, got.Code)
			continue
		}
		if n := elements(t, got.Body.String()); n > 1500-shellRoom {
			t.Errorf("%s: %d elements; the limit is 1,500, of which %d are for a larger city's shell", path, n, shellRoom)
		}
	}
}

// elements is how many elements a page has.
func elements(t *testing.T, page string) int {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	walk(doc, func(x *html.Node) {
		if x.Type == html.ElementNode {
			n++
		}
	})
	return n
}

// moreYears is what eight years add to a page beyond the two of the tests' city:
// options of the switch of years, and on the overview three more rows behind six
// cards, of two elements a cell.
func moreYears(path string) int {
	if strings.HasPrefix(path, "/?") {
		return 10 + 3*(2+2*6)
	}
	return 10
}

// The cards show five years, whatever there are.
func TestCardsShowTheLastYears(t *testing.T) {
	for n, want := range map[int]int{0: 0, 2: 2, 5: 5, 9: 5} {
		var all []year
		for y := range n {
			all = append(all, year{period: edu.Year(2017 + y)})
		}
		got := lastYears(all)
		if len(got) != want || want > 0 && got[want-1].period != all[n-1].period {
			t.Errorf("of %d years: %v", n, got)
		}
	}
}

// Each scheme's pages keep the budget too, for a planner with eight kept views, in
// both languages and at every stage: a scheme may have more measures, stages and
// columns than the first one.
func TestEverySchemeKeepsTheBudget(t *testing.T) {
	testkit.Sequential(t)
	w := newTown(t)
	_, _, secret := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	for i := range 8 {
		body := url.Values{"page": {"/schools"}, "name": {fmt.Sprintf("各方案视图%d", i+1)}, "query": {"verdict=short"}, "back": {"/schools"}}
		if got := w.ask(http.MethodPost, "/views", body.Encode(), secret); got.Code != http.StatusSeeOther {
			t.Fatalf("keeping a view: status %d", got.Code)
		}
	}
	c := demoCity(t)
	period := newest(t).Period
	for _, p := range c.Packs() {
		a, err := c.Measure(t.Context(), p.Ref(), period)
		if err != nil {
			t.Fatal(err)
		}
		paths := []string{"/?", "/counties?", "/indicators?", "/compare?", "/what-if?"}
		for _, u := range a.Units[edu.County][:2] {
			paths = append(paths, "/counties/"+codeOf(u)+"?")
		}
		for _, st := range a.Stages {
			paths = append(paths, "/schools?stage="+string(st.Frame.Stage)+"&")
			paths = append(paths, "/schools/"+st.Frame.Rows[0].Code+"?stage="+string(st.Frame.Stage)+"&")
		}
		for _, path := range paths {
			for _, lang := range i18n.Languages {
				at := path + "scheme=" + url.QueryEscape(p.Ref()) + "&lang=" + lang
				got := w.ask(http.MethodGet, at, "", secret)
				if got.Code == http.StatusNotFound || got.Code == http.StatusSeeOther { // the scheme has no such page
					continue
				}
				if got.Code != http.StatusOK {
					t.Errorf("%s: status %d", at, got.Code)
					continue
				}
				if n, more := elements(t, got.Body.String()), moreYears(path); n > 1500-more {
					t.Errorf("%s: %d elements; the limit is 1,500, of which %d are for more years", at, n, more)
				}
			}
		}
	}
}
