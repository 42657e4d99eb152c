package saved

import (
	"net/url"
	"strings"
	"testing"
)

func TestQuery(t *testing.T) {
	for _, tt := range []struct{ name, page, in, want string }{
		{"one spelling, whatever the order", "/schools", "stage=junior&col=r1&col=classes&county=1", "col=r1&col=classes&county=1&stage=junior"},
		{"the year is not part of it", "/schools", "year=2025&stage=junior", "stage=junior"},
		{"nor the page, the language or the export", "/schools", "page=3&lang=en&as=xlsx", ""},
		{"empty keys say nothing", "/schools", "q=&verdict=short", "verdict=short"},
		{"another page's keys are not its own", "/counties", "verdict=short&sort=name", "sort=name"},
		{"a page without views", "/help", "sort=name", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := url.ParseQuery(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := Query(tt.page, q); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   View
		ok   bool
	}{
		{"plain", View{Page: "/schools", Name: "乡村薄弱", Query: "area=2&verdict=short"}, true},
		{"no name", View{Page: "/schools", Name: "  ", Query: ""}, false},
		{"a long name", View{Page: "/schools", Name: strings.Repeat("长", 41)}, false},
		{"a name of the longest kind", View{Page: "/schools", Name: strings.Repeat("长", 40)}, true},
		{"no list", View{Page: "/admin", Name: "x"}, false},
		{"no query", View{Page: "/schools", Name: "x", Query: "%zz"}, false},
		{"too much", View{Page: "/schools", Name: "x", Query: "q=" + strings.Repeat("a", 2000)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.in.Check(); (err == nil) != tt.ok {
				t.Errorf("%v", err)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("/schools", "name", "stage=junior&col=r1")
	f.Add("/", "a\x00b", "a=%00")
	f.Fuzz(func(t *testing.T, page, name, query string) {
		v := View{Page: page, Name: name, Query: query}
		if v.Check() != nil {
			return
		}
		again := v
		if err := again.Check(); err != nil || again != v {
			t.Errorf("%+v becomes %+v, %v", v, again, err)
		}
	})
}
