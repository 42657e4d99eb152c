package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// What counts as a figure: a text with a digit in a cell of a table's body that
// is no row head, in the table behind a chart, or on a card. A figure can be
// explained where its own cell, or the head of its row, leads to a trace; a
// count may lead to the list that it counts, and a verdict by another scheme to
// that scheme's page of the unit, which is walked too. A derived statistic may
// lead to its formula on the same page, where there is one with numbers in it.
//
// Not figures: row heads (names, codes, years), captions, notes and running
// sentences, which repeat what stands in a cell; drawings, which have their
// table; what a trace says of itself.
var (
	digit     = regexp.MustCompile(`[0-9]`)
	explains  = regexp.MustCompile(`^/trace/`)
	countsOf  = regexp.MustCompile(`^/(schools\?|counties/|schools/|indicators/|gaps[?/]|staff)`)
	spokenFor = []struct{ table, column, why string }{
		{"t-cells", "", "the end of the way: file, sheet, cell and time stand in the row"},
		{"t-reported", "", "the end of the way: file, sheet and cell stand in the row"},
		{"t-thresholds", "", "a figure of the standard: its document and evidence mark stand in the row"},
		{"t-catalogue", "", "a figure of the standard: its document and evidence mark stand in the row"},
		{"t-rules", "", "a figure of the standard: its document and evidence mark stand in the row"},
		{"t-inrules", "", "a rule's own words, with its document and evidence mark in the row"},
		{"t-schools", "school.code", "a code"},
		{"t-versions", "", "names and hashes of packs"},
		{"t-gaps", "standard", "a figure of the standard: the value beside it leads to its document"},
		{"t-gaps", "gaps.share", "the value by the standard, which both stand in the row"},
		{"t-gaps", "gaps.lack", "what the formula of the indicator lacks to the standard: the value beside it leads to both"},
		{"t-gaps", "gaps.by", "a price of the county's list, with the document that it is from"},
		{"t-norm", "staff.net", "the difference of two figures of the row, which both lead on"},
		{"t-norm", "staff.short", "a sum over the schools that the count beside it lists"},
		{"t-norm", "staff.over", "a sum over the schools that the count beside it lists"},
		{"t-each", "staff.net", "the difference of two figures of the row, which both lead on"},
		{"t-subjects", "", "counts that a county told: the row's name leads to them"},
		{"t-surplus", "", "what a county told and planned: the row's basis leads to both"},
		{"t-retiring", "", "sums of what counties told, which the table by subject leads to"},
		{"", "note", "codes of what was found"},
		{"", "source", "the number of a document"},
	}
)

// explainable lists every page with figures.
func explainable(t testing.TB) []string {
	a := newest(t)
	l := newLens(a)
	level, top := l.top()
	whole := "/trace/" + level.String() + "/" + codeOf(a.Units[level][top]) + "/"
	county := "/trace/county/" + codeOf(a.Units[edu.County][2]) + "/"
	town := "/trace/township/" + codeOf(a.Units[edu.Township][0]) + "/"
	return append(addresses(t),
		whole+"r5?stage=primary", whole+"balanced", whole+"dispersion", whole+"resources", whole+"school?stage=junior", whole+"classes_over_norm", whole+"pupils?stage=primary", whole+"g5", whole+"g9", whole+"recognition",
		county+"school?stage=primary", county+"school?stage=primary&verdict=short", county+"pupils", county+"pupils?stage=junior", county+"pay_teacher", county+"r5?stage=primary&page=2",
		whole+"r5?stage=primary&group=town", whole+"pupils?stage=primary&group=rural", county+"r5?stage=junior&group=public", county+"pupils?stage=primary&group=place-none",
		town+"r5?stage=primary", town+"pupils?stage=primary")
}

func TestEveryFigureCanBeExplained(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	c := manySchemes(t)
	plain, many := handlerOf(t, demoCity(t)), handlerOf(t, c)
	seen := 0
	for _, path := range explainable(t) {
		t.Run(path, func(t *testing.T) { seen += explained(t, plain, path) })
	}
	county, junior := codeOf(newest(t).Units[edu.County][0]), newest(t).Stage(edu.Junior).Frame.Rows[0].Code
	for _, path := range []string{"/", "/?scheme=t-senior@1", "/?scheme=t-ratios", "/?scheme=t-duties", "/counties?scheme=t-duties", "/counties/" + county, "/counties/" + county + "?scheme=t-senior@1", "/counties/" + county + "?scheme=t-ratios", "/counties/" + county + "?scheme=t-duties", "/schools/" + junior, "/schools/" + junior + "?scheme=t-ratios", "/indicators/ptr?scheme=t-senior@1", "/indicators/exchanged?scheme=t-duties"} {
		t.Run("many"+path, func(t *testing.T) { seen += explained(t, many, path) })
	}
	city := demoCity(t)
	h, err := New(city, Config{Log: quiet(), Dossier: city, Versions: city, Gaps: city})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/gaps", "/gaps?county=" + county, "/staff", "/staff?stage=preschool", "/staff?stage=junior&county=" + county} {
		t.Run(path, func(t *testing.T) { seen += explained(t, h, path) })
	}
	if seen < 4000 {
		t.Errorf("only %d figures found: the test looks at the wrong places", seen)
	}
}

// What was counted leads on from the forecast too. Figures ahead lead nowhere: they
// are of the method, whose errors, bands and ratios stand on the page.
func TestCountsOfTheForecastCanBeExplained(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	city := demoCity(t)
	h, err := New(city, Config{Log: quiet(), Dossier: city, Versions: city, Forecasts: city})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range []string{"preschool", "primary", "junior", "senior"} {
		doc, err := html.Parse(get(t, h, "/forecast?stage="+stage).Body)
		if err != nil {
			t.Fatal(err)
		}
		// Cells that hold what was counted, by table; of years, in the rows of the past.
		counted := map[string][]int{"t-seats": {1, 2}, "t-around": {1}, "t-years": {2}}
		seen := 0
		walk(doc, func(x *html.Node) {
			if x.Type != html.ElementNode || x.Data != "tr" || x.Parent.Data != "tbody" {
				return
			}
			table := attrOf(x.Parent.Parent, "id")
			var cells []*html.Node
			for c := x.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.ElementNode {
					cells = append(cells, c)
				}
			}
			if table == "t-years" && shownText(cells[1]) != i18n.For("zh").T("forecast.past") {
				return
			}
			for _, k := range counted[table] {
				if seen++; digit.MatchString(shownText(cells[k])) && !links(cells[k], explains) {
					t.Errorf("%s, %s of %s: %q leads nowhere", stage, table, shownText(cells[0]), shownText(cells[k]))
				}
				walk(cells[k], func(a *html.Node) {
					if to := attrOf(a, "href"); to != "" && seen%7 == 1 {
						if got := get(t, h, to); got.Code != http.StatusOK {
							t.Errorf("%s: status %d", to, got.Code)
						}
					}
				})
			}
		})
		if seen < 10 {
			t.Errorf("%s: only %d figures found", stage, seen)
		}
	}
}

// explained fails the test for each figure of a page that leads nowhere, and
// tells how many figures there are.
func explained(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	doc, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	here := formulas(doc)
	leadsOn := func(x *html.Node) bool { return leadsOn(x, here) }
	walk(doc, func(x *html.Node) {
		if x.Type != html.ElementNode {
			return
		}
		switch {
		case x.Data == "div" && attrOf(x, "class") == "v":
			if n++; !leadsOn(x) {
				t.Errorf("card: %q leads nowhere", shownText(x))
			}
		case x.Data == "tbody":
			n += tableExplained(t, x, leadsOn)
		}
	})
	return n
}

func tableExplained(t *testing.T, body *html.Node, leadsOn func(*html.Node) bool) int {
	t.Helper()
	table := body.Parent
	var head []string
	walk(table, func(x *html.Node) {
		if x.Type == html.ElementNode && x.Data == "th" && attrOf(x, "scope") == "col" {
			head = append(head, strings.ReplaceAll(shownText(x), breakHere, ""))
		}
	})
	n, told := 0, 0
	for row := body.FirstChild; row != nil; row = row.NextSibling {
		byHead, at := false, -1
		for c := row.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			at++
			if c.Data == "th" {
				byHead = links(c, explains)
				continue
			}
			text := shownText(c)
			missing := text == chart.NoNumber && strings.Contains(" "+attrOf(c, "class")+" ", " n ")
			if !digit.MatchString(text) && !missing || excused(attrOf(table, "id"), head[at]) {
				continue
			}
			n++
			if !byHead && !leadsOn(c) {
				if told++; told <= 5 {
					t.Errorf("table %s %q, column %q: %q leads nowhere", attrOf(table, "id"), caption(table), head[at], text)
				}
			}
		}
	}
	return n
}

// formulas are the places of a page that say how a figure was computed: those
// with a digit or a link to a trace in them, never an empty one.
func formulas(doc *html.Node) map[string]bool {
	out := map[string]bool{}
	walk(doc, func(x *html.Node) {
		if id := attrOf(x, "id"); x.Type == html.ElementNode && strings.HasPrefix(id, "how-") && (digit.MatchString(shownText(x)) || links(x, explains)) {
			out["#"+id] = true
		}
	})
	return out
}

// leadsOn tells that a figure leads to a trace, a list, or a formula of the page.
func leadsOn(n *html.Node, here map[string]bool) (yes bool) {
	walk(n, func(x *html.Node) {
		yes = yes || x.Type == html.ElementNode && x.Data == "a" && here[attrOf(x, "href")]
	})
	return yes || links(n, explains) || links(n, countsOf)
}

func links(n *html.Node, to *regexp.Regexp) (yes bool) {
	walk(n, func(x *html.Node) {
		yes = yes || x.Type == html.ElementNode && x.Data == "a" && to.MatchString(attrOf(x, "href"))
	})
	return yes
}

func excused(table, column string) bool {
	zh := i18n.For("zh")
	return slices.ContainsFunc(spokenFor, func(x struct{ table, column, why string }) bool {
		return (x.table == "" || x.table == table) && (x.column == "" || zh.T(x.column) == column)
	})
}

// shownText is the text of a node without its drawings.
func shownText(n *html.Node) string {
	if n.Type == html.ElementNode && n.Data == "svg" {
		return ""
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(shownText(c))
	}
	return strings.TrimSpace(b.String())
}

func caption(table *html.Node) (text string) {
	walk(table, func(x *html.Node) {
		if x.Type == html.ElementNode && x.Data == "caption" {
			text = shownText(x)
		}
	})
	return text
}
