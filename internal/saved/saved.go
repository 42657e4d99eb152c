// Package saved holds the views of lists that people keep: which filter, order
// and columns, under a name.
//
// A view is a question, never an answer: it holds no figures and no unit's data,
// so whoever opens a shared one sees what they may see themselves.
package saved

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// View is a kept view.
type View struct {
	ID      string
	Account string // whose it is
	By      string // their name, for those who see it shared
	Page    string // path of the list
	Name    string
	Query   string // the address's keys, in one spelling
	// Shared is with whom: nobody, a unit with all who work in it, or everybody.
	Shared Shared
	At     time.Time
	// Default is set for whom the list opens with this view.
	Default bool
}

// Shared says who sees a view besides its owner. The zero Shared is nobody.
type Shared struct {
	All  bool
	Unit edu.UnitID
}

// None tells that nobody else sees it.
func (s Shared) None() bool { return !s.All && s.Unit == "" }

// MostNamed is how many views a person keeps of one list.
const MostNamed = 30

// longest is how long a name and a query may be.
const (
	longestName  = 40
	longestQuery = 2000
)

// lists are the keys of the address that make a view, by page. The year is not
// among them: a view is of whatever year is shown.
var lists = map[string][]string{
	"/":           {"scheme", "stage", "sort", "dir"},
	"/counties":   {"scheme", "sort", "dir"},
	"/schools":    {"scheme", "stage", "county", "verdict", "short", "area", "q", "sort", "dir", "size", "col"},
	"/indicators": {"scheme", "q", "of", "stage", "tag"},
	"/tasks":      {"sheet", "state", "lamp", "body", "county", "plan", "measure", "meeting", "key", "mine", "overdue", "q", "sort", "dir", "size"},
}

// Query is what of an address makes a view of a page, in one spelling; empty is
// the list as it is without any choice.
func Query(page string, q url.Values) string {
	out := url.Values{}
	for k, vs := range q {
		if !slices.Contains(lists[page], k) {
			continue
		}
		for _, v := range vs {
			if v != "" {
				out.Add(k, v)
			}
		}
	}
	return out.Encode()
}

// Check says what is wrong with a view that somebody wants to keep.
func (v *View) Check() error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if _, ok := lists[v.Page]; !ok {
		return fmt.Errorf("page %q has no views: %w", v.Page, fault.Invalid)
	}
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > longestName || !utf8.ValidString(v.Name) {
		return fmt.Errorf("name %q: want 1 to %d characters: %w", v.Name, longestName, fault.Invalid)
	}
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		return fmt.Errorf("view %q: %w: %w", v.Query, err, fault.Invalid)
	}
	if v.Query = Query(v.Page, q); len(v.Query) > longestQuery {
		return fmt.Errorf("view of %d characters, more than %d: %w", len(v.Query), longestQuery, fault.TooLarge)
	}
	return nil
}
