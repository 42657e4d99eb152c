package web

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Names and codes come from files of strangers. None of them becomes an element
// or a script, and the pages of each can be reached from each other.
func TestHostileNames(t *testing.T) {
	names := []string{`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `</svg><script>alert(2)</script>`, `x' onclick='x`, `"; DROP TABLE units;--`,
		`{{.}}`, `javascript:alert(1)`, `../../etc/passwd`, `a?b#c&d=e/f`, `%2e%2e`, `%s%d`, `&lt;`, `=cmd|' /C calc'!A0`, `//example.org/`}
	var b strings.Builder
	b.WriteString("district,school,county,students,teachers,computer,expenditure\n")
	for _, n := range names {
		q := `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		b.WriteString(q + "," + q + "," + q + ",10,1,2,3\n")
	}
	file := filepath.Join(t.TempDir(), "hostile.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	h := handlerOf(t, evaluated(t, file, "california-1999"))
	seen := map[string]bool{}
	var visit func(from, path string, depth int)
	visit = func(from, path string, depth int) {
		if seen[path] || depth == 0 {
			return
		}
		seen[path] = true
		w := get(t, h, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s leads to %s: status %d", from, path, w.Code)
			return
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			return
		}
		doc, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		walk(doc, func(n *html.Node) {
			if n.Type != html.ElementNode {
				return
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || n.Data == "img" || n.Data == "script" && a.Key == "src" && !strings.HasPrefix(a.Val, "/static/") {
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
				if a.Key != "href" && a.Key != "action" || strings.HasPrefix(a.Val, "#") {
					continue
				}
				if u, err := url.Parse(a.Val); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(a.Val, "/") {
					t.Errorf("%s: %s=%q leads elsewhere", path, a.Key, a.Val)
				} else if n.Data == "a" {
					u.Fragment = ""
					visit(path, u.String(), depth-1)
				}
			}
		})
	}
	for _, n := range names {
		visit("the test", "/counties/"+url.PathEscape(n), 2)
		visit("the test", "/schools/"+url.PathEscape(n), 2)
		visit("the test", "/trace/section/"+url.PathEscape(n)+"/computers_per_100_students", 2)
	}
	visit("the test", "/", 2)
	visit("the test", "/search?q="+url.QueryEscape("<script>"), 2)
}
