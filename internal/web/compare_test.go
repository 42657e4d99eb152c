package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// decided is a city that has made its choices.
type decided flow.Switches

func (c decided) Switches(context.Context) (flow.Switches, error) { return flow.Switches(c), nil }

func (decided) SetSwitch(context.Context, auth.Actor, string, bool, string) error { return nil }

func ranked(t testing.TB, on bool) http.Handler {
	t.Helper()
	h, err := New(demoCity(t), Config{Log: quiet(), Choices: decided{Ranking: flow.Switch{On: on}}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// sheets are the rows of a workbook, by sheet.
func sheets(t testing.TB, w *httptest.ResponseRecorder) map[string][][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatalf("status %d: %v", w.Code, err)
	}
	out := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if out[name], err = f.GetRows(name, excelize.Options{RawCellValue: true}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

var (
	placeText = regexp.MustCompile(`第\d+|位次|no\. \d+`)
	sorted    = regexp.MustCompile(`data-key="sort-([a-z0-9_.]+)"`)
	rowHead   = regexp.MustCompile(`(?s)<tr><th scope="row"[^>]*>(.*?)</th>`)
	tagText   = regexp.MustCompile(`<[^>]*>`)
)

// heads are the names in the first column of a page's first table.
func heads(page string) (out []string) {
	table, _, _ := strings.Cut(page[strings.Index(page, "<tbody>"):], "</tbody>")
	for _, m := range rowHead.FindAllStringSubmatch(table, -1) {
		out = append(out, tagText.ReplaceAllString(m[1], ""))
	}
	return out
}

// Until the city switches ranking on, no page, export or call has a place, and
// none sorts counties by a figure, whatever the address says.
func TestNoRankUntilTheCitySaysSo(t *testing.T) {
	off, on := ranked(t, false), ranked(t, true)
	var codes []string
	for _, u := range newest(t).Units[edu.County] {
		codes = append(codes, u.Name)
	}
	for _, path := range []string{"/compare", "/counties", "/"} {
		page := get(t, off, path).Body.String()
		if places := placeText.FindAllString(page, -1); path == "/compare" && len(places) > 0 {
			t.Errorf("%s shows %v", path, places)
		}
		for _, m := range sorted.FindAllStringSubmatch(page, -1) {
			if m[1] != byName {
				t.Errorf("%s offers to sort by %s", path, m[1])
			}
		}
		if path != "/" {
			if got := heads(page); strings.Join(got, " ") != strings.Join(codes, " ") {
				t.Errorf("%s: counties stand as %v, want the order of their codes", path, got)
			}
		}
	}
	for _, path := range []string{"/compare?sort=r1&dir=asc", "/compare?sort=r1&dir=desc", "/counties?sort=schools&dir=desc"} {
		if got := heads(get(t, off, path).Body.String()); strings.Join(got, " ") != strings.Join(codes, " ") {
			t.Errorf("%s sorts counties: %v", path, got)
		}
	}
	if a, b := heads(get(t, on, "/compare?sort=r1&dir=asc").Body.String()), heads(get(t, on, "/compare?sort=r1&dir=desc").Body.String()); strings.Join(a, " ") == strings.Join(b, " ") || len(a) != len(codes) {
		t.Errorf("with ranking on a heading sorts: %v and %v", a, b)
	}
	page := get(t, on, "/compare").Body.String()
	if !strings.Contains(page, "<small>第1 ") || !sorted.MatchString(page) {
		t.Error("with ranking on there are no places, or no headings that sort")
	}
	if got := heads(page); strings.Join(got, " ") != strings.Join(codes, " ") {
		t.Errorf("with ranking on the order that nobody chose is %v, want that of the codes", got)
	}
	for _, x := range []struct {
		h      http.Handler
		places bool
	}{{off, false}, {on, true}} {
		found := false
		for _, row := range sheets(t, get(t, x.h, "/compare?as=xlsx"))["比较"][1:] {
			found = found || placeText.MatchString(strings.Join(row, " "))
		}
		if found != x.places {
			t.Errorf("the export has places: %v, want %v", found, x.places)
		}
		if body := get(t, x.h, "/api/v1/compare").Body.String(); strings.Contains(body, `"place"`) != x.places {
			t.Errorf("the call has places: %v, want %v", !x.places, x.places)
		}
	}
}

// Places of the page are those of the engine, ties and all.
func TestPlacesOnThePage(t *testing.T) {
	a := newest(t)
	l := newLens(a)
	d := l.measures[0]
	values := make([]float64, len(a.Units[edu.County]))
	for i := range values {
		values[i] = l.value(0, d.ID, edu.County, i)
	}
	var out struct {
		Units []struct {
			Code    string
			Figures map[string]struct {
				Value, Change *float64
				Place         int
			}
		}
	}
	if err := json.Unmarshal(get(t, ranked(t, true), "/api/v1/compare").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	for i, p := range compare.Places(values, d.Better) {
		f := out.Units[i].Figures[d.ID]
		if f.Place != p.At || f.Value == nil || *f.Value != values[i] || f.Change == nil {
			t.Errorf("%s: %+v, want %+v of %v", out.Units[i].Code, f, p, values[i])
		}
	}
}

// The export has every figure of the page and no other: values, changes, the
// parts and the counts.
func TestCompareExportIsThePage(t *testing.T) {
	h := ranked(t, false)
	a := newest(t)
	county := codeOf(a.Units[edu.County][2])
	for _, query := range []string{"?stage=primary", "?stage=junior&by=ownership&indicator=r4", "?stage=primary&county=" + county} {
		pages := ""
		for p := 1; ; p++ {
			body := get(t, h, fmt.Sprintf("/compare%s&page=%d", query, p)).Body.String()
			pages += body
			if !strings.Contains(body, `rel="next"`) {
				break
			}
		}
		book := sheets(t, get(t, h, "/compare"+query+"&as=xlsx"))
		for _, name := range []string{"比较", "分组分解", "八年走势", "学生构成"} {
			if len(book[name]) < 3 {
				t.Fatalf("%s: the sheet %s has %d rows", query, name, len(book[name]))
			}
		}
		rows := book["比较"][2:]
		shown := 0
		table := regexp.MustCompile(`(?s)id="t-compare".*?</table>`).FindAllString(pages, -1)
		for _, x := range table {
			shown += len(heads(x))
		}
		if shown != len(rows) {
			t.Errorf("%s: %d units on the pages, %d in the export", query, shown, len(rows))
		}
		all := strings.Join(table, "")
		k := 0
		if query[len("?stage="):len("?stage=")+1] == "j" {
			k = 1
		}
		st, l := a.Stages[k], newLens(a)
		col := 2
		for _, d := range l.measures {
			if st.Item(d.ID) == nil {
				continue
			}
			for _, row := range rows {
				if len(row) <= col || row[col] == "" {
					continue
				}
				var v float64
				if _, err := fmt.Sscan(row[col], &v); err != nil {
					continue // a dash
				}
				if !strings.Contains(all, ">"+chart.Number(v, d.Decimals)+"<") {
					t.Errorf("%s: %s of %s is %v in the export and not on the page", query, d.ID, row[0], v)
				}
			}
			col += 2
		}
		last := pages[strings.LastIndex(pages, "<!doctype"):]
		counts := regexp.MustCompile(`(?s)id="t-counts".*?</table>`).FindString(last)
		for _, row := range book["学生构成"][2:] {
			for _, c := range row[1:] {
				want := c
				var v float64
				if _, err := fmt.Sscan(c, &v); err == nil {
					want = chart.Number(v, 0)
				}
				if path := strings.TrimPrefix(c, "http://example.com"); path != c { // the row's explanation
					if !strings.Contains(counts, html.EscapeString(path)) {
						t.Errorf("%s: the explanation %s of %s is in the export and not on the page", query, path, row[0])
					}
					continue
				}
				if !strings.Contains(counts, ">"+want+"<") {
					t.Errorf("%s: %q of %s is in the export and not on the page", query, c, row[0])
				}
			}
		}
	}
}

// Similar schools are those of the engine, and a reader who sees no other school
// is shown none.
func TestPeersOnThePage(t *testing.T) {
	a := newest(t)
	st := a.Stage(edu.Primary)
	features, values, _ := compare.SchoolFeatures(a, st)
	at := 10
	veil := compare.NewVeil(a, st, compare.Least)
	for u := range values { // whose pupils are left out elsewhere, is nobody's peer
		for f := range values[u] {
			if u != at && veil.Row(compare.Matched, u) {
				values[u][f] = math.NaN()
			}
		}
	}
	want := compare.Alike(features, values, at, peerCount)
	h := handlerOf(t, demoCity(t))
	code := st.Frame.Rows[at].Code
	page := get(t, h, "/compare/schools/"+code+"?stage=primary").Body.String()
	panel := get(t, h, "/schools/"+code).Body.String()
	for _, p := range want.Nearest {
		name := st.Frame.Rows[p.Unit].Name
		if !strings.Contains(page, ">"+name+"<") || !strings.Contains(page, chart.Number(p.Distance, 3)) {
			t.Errorf("the page lacks %s at %v", name, p.Distance)
		}
		if !strings.Contains(panel, name) {
			t.Errorf("the panel lacks %s", name)
		}
	}
	for _, f := range features {
		if !strings.Contains(page, f.Name.ZH) || !strings.Contains(page, f.How.ZH) {
			t.Errorf("the page does not name the feature %s", f.Name.ZH)
		}
	}
	if en := get(t, h, "/compare/schools/"+code+"?stage=primary&lang=en").Body.String(); !strings.Contains(en, features[0].How.EN) {
		t.Error("the English page does not say how a feature is measured")
	}
	w := newTown(t)
	_, _, secret := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	own := w.ask("GET", "/compare/schools/"+w.school.Key, "", secret)
	if own.Code != 200 || !strings.Contains(own.Body.String(), "没有其他单位可比") {
		t.Errorf("a head sees, with status %d, other schools", own.Code)
	}
	if strings.Contains(w.ask("GET", "/schools/"+w.school.Key, "", secret).Body.String(), "相似学校") {
		t.Error("a head's own page has a panel of other schools")
	}
}

// A count below ten is on no page, and cannot be worked out from what is there.
func TestSmallCountsAreLeftOut(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	for _, st := range a.Stages {
		for _, by := range compare.Bys {
			if _, known := by.Of(a, st); !known {
				continue
			}
			for _, u := range a.Units[edu.County] {
				page := get(t, h, "/compare?county="+codeOf(u)+"&stage="+string(st.Frame.Stage)+"&by="+by.ID).Body.String()
				counts := regexp.MustCompile(`(?s)id="t-counts".*?</table>`).FindString(page)
				for _, m := range regexp.MustCompile(`<td class="n">([^<]*)</td>`).FindAllStringSubmatch(counts, -1) {
					if len([]rune(m[1])) == 1 && m[1] != "/" && m[1] != hiddenMark {
						t.Errorf("%s of %s, %s: the count %s is shown", by.ID, u.Name, st.Frame.Stage, m[1])
					}
				}
			}
		}
	}
}

// Every scheme of the city can be compared in: by what sections report, or, in a
// scheme that measures counties only, by what they answer themselves, with the
// change in percentage points where it is in percent.
func TestCompareInEveryScheme(t *testing.T) {
	c := manySchemes(t)
	h := handlerOf(t, c)
	a := newest(t)
	own := 0
	for _, p := range c.Packs() {
		w, x := get(t, h, "/compare?scheme="+p.Ref()), get(t, h, "/compare?as=xlsx&scheme="+p.Ref())
		if w.Code != http.StatusOK || x.Code != http.StatusOK {
			t.Errorf("%s: status %d, of the export %d", p.Ref(), w.Code, x.Code)
			continue
		}
		page := html.UnescapeString(w.Body.String())
		if !strings.Contains(page, "县级指标") {
			continue
		}
		own++
		m, err := c.Measure(t.Context(), p.Ref(), a.Period)
		if err != nil {
			t.Fatal(err)
		}
		if len(heads(page)) != m.Counties.Frame.Len() {
			t.Errorf("%s: %d counties in the table of %d that answered", p.Ref(), len(heads(page)), m.Counties.Frame.Len())
		}
		then, err := c.Measure(t.Context(), p.Ref(), a.Period.LastTime())
		if err != nil {
			t.Fatal(err)
		}
		it, was := m.Counties.Items[0], then.Counties.Items[0]
		for row, u := range m.Counties.Frame.Rows {
			before, ok := then.Counties.Frame.Find(u.Code)
			diff := it.Value(row) - was.Value(before)
			if !ok || diff != diff {
				continue
			}
			if want := "较上年" + chart.Change(diff, it.Def.Decimals) + "个百分点"; it.Def.Unit == compare.Percent && !strings.Contains(page, want) {
				t.Errorf("%s: %s lacks %q", p.Ref(), u.Code, want)
			}
		}
	}
	if own != 1 {
		t.Errorf("%d schemes compare counties by their own answers, want the one that measures nothing else", own)
	}
}
