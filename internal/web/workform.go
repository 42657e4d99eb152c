package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// escape makes a text one segment of a path.
func escape(s string) string { return url.PathEscape(s) }

// revOf is the revision that the one who acts has seen.
func revOf(r *http.Request) (int, error) {
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		return 0, fmt.Errorf("rev %q: want a whole number: %w", r.PostFormValue("rev"), fault.Invalid)
	}
	return rev, nil
}

// chosen is a filing in a batch, as the box of its row sends it.
func chosen(issue string, unit string, rev int) string {
	return escape(issue) + "/" + escape(unit) + "/" + strconv.Itoa(rev)
}

func parseChosen(s string) (issue string, unit edu.UnitID, rev int, err error) {
	parts := strings.Split(s, "/")
	bad := fmt.Errorf("unit %q: %w", s, fault.Invalid)
	if len(parts) != 3 {
		return "", "", 0, bad
	}
	issue, err1 := url.PathUnescape(parts[0])
	u, err2 := url.PathUnescape(parts[1])
	rev, err3 := strconv.Atoi(parts[2])
	if err1 != nil || err2 != nil || err3 != nil {
		return "", "", 0, bad
	}
	return issue, edu.UnitID(u), rev, nil
}

// Pick is what the box of a row sends.
func (w workRow) Pick() string { return chosen(w.Issue, w.Unit, w.Rev) }
