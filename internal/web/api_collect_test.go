package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// example is a call as docs/api.md shows it, with its answer.
type example struct {
	method, path, body string
	status             int
	answer             string
}

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```")
	curlWord     = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)
)

// examples reads the calls of a page: "$ curl …", the status, the JSON.
func examples(t *testing.T, page string) []example {
	t.Helper()
	var all []example
	for _, block := range consoleBlock.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			n := len(all) - 1
			switch {
			case strings.HasPrefix(line, "$ curl "):
				e := example{method: http.MethodGet}
				words := curlWord.FindAllString(line, -1)
				for i, w := range words {
					w = strings.Trim(w, `'"`)
					switch {
					case i > 0 && words[i-1] == "-X":
						e.method = w
					case i > 0 && (words[i-1] == "-d" || words[i-1] == "--data-binary"):
						e.body = w
					case strings.HasPrefix(w, "$SHUREN"):
						e.path = strings.TrimPrefix(w, "$SHUREN")
					}
				}
				all = append(all, e)
			case n >= 0 && all[n].status == 0:
				status, err := strconv.Atoi(line)
				if err != nil {
					t.Fatalf("%q is no status", line)
				}
				all[n].status = status
			case n >= 0:
				all[n].answer += line
			}
		}
	}
	return all
}

// holds tells whether an answer has everything that the page shows; "…" stands
// for anything, and a shown list may stop early with it.
func holds(got, want any) bool {
	switch want := want.(type) {
	case string:
		return want == "…" || got == want
	case map[string]any:
		g, ok := got.(map[string]any)
		for k, v := range want {
			if k != "…" && (!ok || !holds(g[k], v)) {
				return false
			}
		}
		return ok
	case []any:
		g, ok := got.([]any)
		for i, v := range want {
			if v == "…" {
				return ok
			}
			if !ok || i >= len(g) || !holds(g[i], v) {
				return false
			}
		}
		return ok && len(g) == len(want)
	default:
		return got == want
	}
}

// What docs/api.md shows is what programs get.
func TestShownCalls(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	h := deskHandler(t, memDeskOf(t, 3))
	all := examples(t, string(page))
	if len(all) < 12 {
		t.Fatalf("only %d calls found", len(all))
	}
	for _, e := range all {
		r := httptest.NewRequest(e.method, e.path, strings.NewReader(e.body))
		r.Header.Set("Accept-Language", "zh-CN")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var got, want any
		if err := json.Unmarshal([]byte(e.answer), &want); err != nil {
			t.Errorf("%s %s: the page shows no JSON: %v", e.method, e.path, err)
			continue
		}
		err := json.Unmarshal(w.Body.Bytes(), &got)
		if w.Code != e.status || err != nil || !holds(got, want) {
			t.Errorf("%s %s %s:\n%d %s\nthe page shows\n%d %s", e.method, e.path, e.body, w.Code, w.Body, e.status, e.answer)
		}
		if kind := w.Header().Get("Content-Type"); (e.status >= 400) != (kind == "application/problem+json") {
			t.Errorf("%s %s: %d as %s", e.method, e.path, e.status, kind)
		}
	}
}

// What comes from outside is bounded, and strange keys are named.
func TestDraftsFromOutside(t *testing.T) {
	h := deskHandler(t, memDeskOf(t, 1))
	for _, tt := range []struct{ name, body string }{
		{"no JSON", `{`}, {"a key that there is not", `{"rev":0,"cell":{}}`}, {"a list that there is not", `{"rev":0,"lists":{"x":{"from":0,"count":0,"rows":[]}}}`},
		{"rows that there are not", `{"rev":0,"lists":{"classes":{"from":5,"count":1,"rows":[]}}}`}, {"rows before the first", `{"rev":0,"lists":{"classes":{"from":-1,"count":1,"rows":[]}}}`},
		{"a part that the school has not", `{"rev":0,"cells":{"senior/teachers":"1"}}`},
	} {
		r := httptest.NewRequest(http.MethodPut, "/api/v1/forms/"+memIssue+"/units/s001/draft", strings.NewReader(tt.body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d: %s", tt.name, w.Code, w.Body)
		}
	}
}

func FuzzPatch(f *testing.F) {
	for _, s := range []string{`{}`, `{"rev":1,"cells":{"primary/teachers":null}}`, `{"lists":{"classes":{"from":0,"count":0,"rows":[{"cells":{"grade":"g1"}}]}}}`, `{"content":{"cells":{"a":"b"}}}`, `[`} {
		f.Add(s)
	}
	d := memDeskOf(f, 1)
	f.Fuzz(func(t *testing.T, s string) {
		p, err := readPatch(strings.NewReader(s))
		if err != nil {
			return
		}
		paper := d.paper(d.files["s001"])
		before := paper.Content.JSON()
		if _, err := p.apply(paper); err == nil && p.Content == nil {
			for k := range p.Cells {
				if !has(paper, k) {
					t.Errorf("took the cell %q", k)
				}
			}
		}
		if string(paper.Content.JSON()) != string(before) {
			t.Error("the paper itself was changed")
		}
	})
}
