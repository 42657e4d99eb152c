package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// The explanation of a region's figure comes to that figure: the value, the
// sums, and the sections behind a count, all pages of them.
func TestRegionTraces(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	ln := newLens(a)
	level, top := ln.top()
	l := locale{i18n.For("zh")}
	whole := "/trace/" + level.String() + "/" + codeOf(a.Units[level][top]) + "/"
	page := func(path string) string {
		t.Helper()
		w := get(t, h, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	t.Run("a value of the whole", func(t *testing.T) {
		s, _ := ln.stat(0, "r5", level, top)
		p := page(whole + "r5?stage=primary")
		for _, want := range []string{"= " + edu.Some(s.value).String(), a.Pack.Indicator("r5").Region.Src, l.T("trace.region", s.n, s.missing)} {
			if !strings.Contains(html.UnescapeString(p), want) {
				t.Errorf("no %q", want)
			}
		}
	})
	t.Run("sections behind a count", func(t *testing.T) {
		n := a.Sections("school", level, top, 1)
		for _, v := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown} {
			rows := 0
			for k := 1; k <= n.Count[v]/perPart+1; k++ {
				rows += rowsOf(t, page(fmt.Sprintf("%sschool?stage=junior&verdict=%s&page=%d", whole, v, k)), "t-sections")
			}
			if want := n.Count[v]; rows != want && want > 0 {
				t.Errorf("%s: %d sections listed, %d counted", v, rows, want)
			}
		}
	})
	t.Run("counties behind a verdict of the whole", func(t *testing.T) {
		if got := rowsOf(t, page(whole+"balanced"), "t-members"); got != len(a.Units[edu.County]) {
			t.Errorf("%d counties listed, want %d", got, len(a.Units[edu.County]))
		}
	})
	t.Run("a sum of what was reported", func(t *testing.T) {
		want := 0.0
		for _, st := range a.Stages {
			c, _ := st.Frame.Column("classes_over_norm")
			x, _ := sum(c, 0, len(c))
			want += x
		}
		e := a.Pack.Element("classes_over_norm")
		r := &request{locale: l, a: a}
		if p := page(whole + "classes_over_norm"); !strings.Contains(p, r.answerCell(e, want).Text) {
			t.Errorf("no %v", want)
		}
	})
	t.Run("what is missing and who owes it", func(t *testing.T) {
		told := 0
		for i, u := range a.Units[edu.County] {
			for k, st := range a.Stages {
				for _, d := range ln.measures {
					ri := u.Region[k]
					if st.Item(d.ID) == nil || ri < 0 {
						continue
					}
					owes := st.Item(d.ID).Owes(edu.County, ri)
					if len(owes) == 0 || told > 5 {
						continue
					}
					told++
					p := page("/trace/county/" + codeOf(a.Units[edu.County][i]) + "/" + d.ID + "?stage=" + string(st.Frame.Stage))
					for _, o := range owes[:min(mostOwes, len(owes))] {
						if !strings.Contains(p, st.Frame.Rows[o.Row].Name) || !strings.Contains(p, l.T("answers.school")) {
							t.Errorf("%s of %s: %s owes %v and is not named", d.ID, u.Name, st.Frame.Rows[o.Row].Name, o.Fields)
						}
						for _, f := range o.Fields {
							if e := a.Pack.Element(f); !strings.Contains(p, e.Name.ZH) {
								t.Errorf("%s of %s: the page does not say that %s is missing", d.ID, u.Name, f)
							}
						}
					}
				}
			}
		}
		if told == 0 {
			t.Error("nothing of the demo city is missing, so this test shows nothing")
		}
	})
	// The groups of a region list every section once, and what a group comes to is
	// what the comparison says of it.
	t.Run("groups of sections", func(t *testing.T) {
		st := a.Stage(edu.Primary)
		for _, by := range compare.Bys {
			group, _ := by.Of(a, st)
			parts, err := compare.PartBy(st, "r5", group, len(by.Groups), 0, st.Frame.Len())
			if err != nil {
				t.Fatal(err)
			}
			listed := 0
			for g := -1; g < len(by.Groups); g++ {
				want := 0
				for _, x := range group {
					if x == g {
						want++
					}
				}
				path := whole + "r5?stage=primary&group=" + by.GroupID(g)
				rows := 0
				for k := 1; k <= want/perPart+1 && want > 0; k++ {
					rows += rowsOf(t, page(fmt.Sprintf("%s&page=%d", path, k)), "t-sections")
					if want%perPart == 0 && k == want/perPart {
						break
					}
				}
				if rows != want {
					t.Errorf("%s: %d sections listed, want %d", path, rows, want)
				}
				listed += rows
				if g < 0 || want == 0 {
					continue
				}
				if p := html.UnescapeString(page(path)); !strings.Contains(p, "= "+edu.Some(parts.Groups[g].Value).String()) || !strings.Contains(p, l.T("trace.region", parts.Groups[g].N, parts.Groups[g].Missing)) {
					t.Errorf("%s does not come to %v of %d sections", path, parts.Groups[g].Value, parts.Groups[g].N)
				}
				col, _ := st.Frame.Column(compare.Pupils)
				total := 0.0
				for row, x := range group {
					if x == g && col[row] == col[row] {
						total += col[row]
					}
				}
				if p := page(whole + "pupils?stage=primary&group=" + by.GroupID(g)); !strings.Contains(p, chart.Number(total, 0)) {
					t.Errorf("pupils of %s: no %v", by.GroupID(g), total)
				}
			}
			if listed != st.Frame.Len() {
				t.Errorf("by %s: %d sections in the groups, %d in all", by.ID, listed, st.Frame.Len())
			}
		}
		if w := get(t, h, whole+"r5?stage=primary&group=elsewhere"); w.Code != http.StatusBadRequest {
			t.Errorf("a group that there is not: status %d", w.Code)
		}
	})
	t.Run("no county's answer below the county", func(t *testing.T) {
		for _, path := range []string{"/trace/township/" + codeOf(a.Units[edu.Township][0]) + "/g1", "/trace/county/1/r5", "/trace/city/1/r5", whole + "zz"} {
			if w := get(t, h, path); w.Code != http.StatusNotFound {
				t.Errorf("%s: status %d, want 404", path, w.Code)
			}
		}
	})
}

// rowsOf counts the rows of a table of a page.
func rowsOf(t *testing.T, page, id string) (n int) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	walk(doc, func(x *html.Node) {
		if x.Type == html.ElementNode && x.Data == "tr" && x.Parent.Data == "tbody" && within0(x, "table", id) {
			n++
		}
	})
	return n
}
