package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/auth"
)

// shellRoom is what a city with twelve schemes and four years adds to a page
// beyond the test's city of one scheme and two years: options of the switches,
// and a school's row for each other scheme.
const shellRoom = 60

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
