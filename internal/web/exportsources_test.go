package web

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// Every figure of an exported sheet has a row of the sheet of sources that says
// what its column is, and an address at the end of its own row that opens. A
// figure is a cell with a digit that is neither the first of its row nor a code.
// Every sheet says of when its figures are, every column of figures has its own
// date beside its source, and every figure's own cell carries a hyperlink to its
// explanation; of these a sample is followed.
func TestEveryExportedFigureHasItsSource(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	h := everyPage(t, manySchemes(t))
	a := newest(t)
	l := newLens(a)
	level, top := l.top()
	whole := "/trace/" + level.String() + "/" + codeOf(a.Units[level][top]) + "/"
	county, school := codeOf(a.Units[edu.County][0]), a.Stage(edu.Primary).Frame.Rows[0].Code
	zh := i18n.For("zh")
	// What stands beside its own source, or names where a figure stood.
	itself := []string{zh.T("thresholds.title"), zh.T("rules.title"), zh.T("nav.indicators"), zh.T("trace.cells"), zh.T("trace.rules"), zh.T("versions.title")}
	seen, followed := 0, 0
	for _, path := range []string{"/?", "/?scheme=t-senior@1&", "/?scheme=t-duties&", "/counties?", "/counties/" + county + "?", "/counties/" + county + "?scheme=t-ratios&", "/schools?county=" + county + "&", "/schools?scheme=t-senior@1&",
		"/schools/" + school + "?", "/indicators?", "/indicators/r5?", "/indicators/g9?", "/trace/section/" + school + "/r3?stage=primary&", "/trace/county/" + county + "/r5?stage=primary&", "/trace/county/" + county + "/balanced?", whole + "r5?stage=junior&", whole + "balanced?", whole + "school?stage=primary&", whole + "pupils?stage=junior&",
		"/recognition?", "/counties/" + county + "/progress?", "/counties/" + county + "/evidence?", "/compare?", "/compare?by=ownership&indicator=r4&", "/compare?county=" + county + "&", "/compare/schools/" + school + "?", "/compare/counties/" + county + "?",
		"/what-if?indicator=r1&stage=primary&to=5&", "/versions?", "/partners?"} {
		t.Run(path, func(t *testing.T) {
			h := h
			if strings.HasPrefix(path, "/what-if") { // which is asked of the whole city
				h = handlerOf(t, demoCity(t))
			}
			w := get(t, h, path+"as=xlsx")
			if w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			names := f.GetSheetList()
			if names[len(names)-1] != zh.T("sources.sheet") {
				t.Fatalf("sheets %v: the last is not the one of sources", names)
			}
			said := map[[2]string]bool{}
			all := ""
			for _, row := range must(f.GetRows(names[len(names)-1])) {
				all += strings.Join(row, "\n") + "\n"
				if len(row) > 2 && row[2] != "" {
					said[[2]string{row[0], row[1]}] = true
					if slices.Contains(names[:len(names)-1], row[0]) && (len(row) < 10 || row[9] == "") {
						t.Errorf("sheet %s: nothing says of when column %q is", row[0], row[1])
					}
				}
			}
			for _, want := range []string{sourcesPack(t, path, a.Pack.Hash), zh.T("sources.version")} {
				if !strings.Contains(all, want) {
					t.Errorf("the sheet of sources does not say %q", want)
				}
			}
			opened := 0
			until, err := manySchemes(t).AsOf(t.Context(), a.Period)
			if err != nil || until.IsZero() {
				t.Fatalf("as of %v, %v", until, err)
			}
			for _, name := range names[:len(names)-1] {
				rows := must(f.GetRows(name))
				for _, want := range []string{"基准日 2025-09-01", "数据截至 " + until.In(collect.China).Format("2006-01-02 15:04")} {
					if !strings.Contains(rows[0][0], want) {
						t.Errorf("sheet %s: its note %q does not say %q", name, rows[0][0], want)
					}
				}
				links := map[string]bool{}
				for _, cell := range must(f.GetHyperLinkCells(name, "External")) {
					links[cell] = true
				}
				head := rows[1]
				at := slices.Index(head, zh.T("sources.trace"))
				for i, row := range rows[2:] {
					figures := false
					for k := 1; k < len(row); k++ {
						if k == at || !digit.MatchString(row[k]) || head[k] == zh.T("school.code") {
							continue
						}
						seen++
						figures = true
						if !said[[2]string{name, head[k]}] {
							t.Errorf("sheet %s, row %d: %q: nothing says where column %q comes from", name, i+3, row[k], head[k])
							said[[2]string{name, head[k]}] = true
						}
					}
					if !figures || slices.Contains(itself, name) {
						continue
					}
					for k := 1; k < len(row); k++ {
						if k == at || !digit.MatchString(row[k]) || head[k] == zh.T("school.code") {
							continue
						}
						cell := must(excelize.CoordinatesToCellName(k+1, i+3))
						if !links[cell] {
							t.Errorf("sheet %s, cell %s: %q leads nowhere", name, cell, row[k])
							continue
						}
						if followed++; followed%211 != 1 {
							continue
						}
						_, to, err := f.GetCellHyperLink(name, cell)
						to, _, _ = strings.Cut(to, "#")
						if x := get(t, h, strings.TrimPrefix(to, "http://example.com")); err != nil || x.Code != http.StatusOK {
							t.Errorf("sheet %s, cell %s: %s: status %d, %v", name, cell, to, x.Code, err)
						}
					}
					if at < 0 || at >= len(row) || !strings.HasPrefix(row[at], "http://example.com/") {
						t.Errorf("sheet %s, row %d (%s) has no address", name, i+3, row[0])
						break
					}
					if opened++; opened%37 == 1 {
						to, _, _ := strings.Cut(row[at], "#")
						if x := get(t, h, strings.TrimPrefix(to, "http://example.com")); x.Code != http.StatusOK {
							t.Errorf("sheet %s, row %d: %s: status %d", name, i+3, row[at], x.Code)
						}
					}
				}
			}
		})
	}
	if seen < 4000 || followed < 4000 {
		t.Errorf("only %d figures found, %d of them with links: the test looks at the wrong places", seen, followed)
	}
}

// everyPage are all pages with figures of a city of several schemes.
func everyPage(t testing.TB, c *manyCity) http.Handler {
	t.Helper()
	city := demoCity(t)
	h, err := New(c, Config{Log: quiet(), Dossier: city, Versions: city, Checks: city, Units: city, Partners: city, ValueAdded: city, Choices: city})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// sourcesPack is the hash that the export of an address has to name.
func sourcesPack(t *testing.T, path, first string) string {
	_, ref, ok := strings.Cut(path, "scheme=")
	if !ok {
		return first
	}
	ref, _, _ = strings.Cut(ref, "&")
	for _, p := range manySchemes(t).Packs() {
		if p.Ref() == ref {
			return p.Hash
		}
	}
	return "?"
}
