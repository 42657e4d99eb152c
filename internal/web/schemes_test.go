package web

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// manyCity is the demo city measured by further packs than its own.
type manyCity struct {
	City
	more []*pack.Pack

	mu  sync.Mutex
	got map[string]*standard.Assessment
}

func (c *manyCity) Packs() []*pack.Pack { return append(c.City.Packs()[:1:1], c.more...) }

func (c *manyCity) Measure(ctx context.Context, ref string, p edu.Period) (*standard.Assessment, error) {
	first := c.City.Packs()[0].Ref()
	a, err := c.City.Measure(ctx, first, p)
	if err != nil || ref == first {
		return a, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := ref + p.String()
	if c.got[key] == nil {
		for _, x := range c.more {
			if x.Ref() == ref {
				if c.got[key], err = standard.Assess(a.Set, x); err != nil {
					return nil, err
				}
			}
		}
	}
	return c.got[key], nil
}

func manySchemes(t testing.TB) *manyCity {
	t.Helper()
	c := &manyCity{City: demoCity(t), got: map[string]*standard.Assessment{}}
	for _, name := range []string{"t-senior", "t-ratios", "t-duties", "t-asks"} {
		p, err := pack.Open(filepath.Join(testkit.Root(), "internal", "web", "testdata", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		c.more = append(c.more, p)
	}
	return c
}

// Every page serves every scheme, whatever the scheme has: no page is empty
// without saying why, and no link loses the scheme.
func TestSchemes(t *testing.T) {
	c := manySchemes(t)
	h := handlerOf(t, c)
	l := locale{i18n.For("zh")}
	county := codeOf(newest(t).Units[edu.County][0])
	junior := newest(t).Stage(edu.Junior).Frame.Rows[0].Code
	senior := ""
	for _, f := range newest(t).Set.Sections {
		for _, row := range f.Rows {
			if _, also := newest(t).Stage(edu.Junior).Frame.Find(row.Code); f.Stage == edu.Senior && !also && senior == "" {
				senior = row.Code
			}
		}
	}
	for _, tt := range []struct {
		name, path string
		status     int
		want       []string
	}{
		{"the first is meant without a choice", "/", 200, []string{`<option value="cn-compulsory@2017" selected>`, l.T("schemes.title"), l.T("schemes.measured")}},
		{"unknown", "/?scheme=nothing", 404, []string{"cn-compulsory@2017", "t-senior@1"}},
		{"one stage", "/?scheme=t-senior@1", 200, []string{`selected>测试·高中配备`, "生师比"}},
		{"one stage, county", "/counties/" + county + "?scheme=t-senior@1", 200, []string{"S1", l.T("schemes.county")}},
		{"one stage, list", "/schools?scheme=t-senior@1", 200, []string{senior}},
		{"one stage, trace", "/trace/section/" + senior + "/ptr?scheme=t-senior@1", 200, []string{"pupils / teachers"}},
		{"one stage, catalogue", "/indicators?scheme=t-senior@1", 200, []string{"生师比"}},
		{"one stage, indicator", "/indicators/ptr?scheme=t-senior@1", 200, []string{"12.5"}},
		{"a school that the chosen scheme does not measure", "/schools/" + junior + "?scheme=t-senior@1", 200, []string{"不测算", l.T("schemes.school"), "cn-compulsory"}},
		{"a school that the first scheme does not measure, without a choice", "/schools/" + senior, 303, nil},
		{"without a standard", "/?scheme=t-ratios", 200, []string{l.T("scheme.measures"), "师均学生"}},
		{"without a standard, county", "/counties/" + county + "?scheme=t-ratios", 200, []string{l.T("scheme.measures"), "师均学生"}},
		{"without a standard, list", "/schools?scheme=t-ratios", 200, []string{"师均学生"}},
		{"without a standard, school", "/schools/" + junior + "?scheme=t-ratios", 200, []string{"师均学生"}},
		{"counties' items only", "/?scheme=t-duties", 200, []string{l.T("scheme.counties"), "交流比例"}},
		{"counties' items only, county", "/counties/" + county + "?scheme=t-duties", 200, []string{l.T("scheme.counties"), "交流比例"}},
		{"counties' items only, counties", "/counties?scheme=t-duties", 200, []string{l.T("scheme.counties"), "合格"}},
		{"counties' items only, list", "/schools?scheme=t-duties", 200, []string{l.T("scheme.counties")}},
		{"counties' items only, trace", "/trace/county/" + county + "/exchanged?scheme=t-duties", 200, []string{"exchange_done / exchange_eligible"}},
		{"asks only", "/?scheme=t-asks", 200, []string{"只采集数据"}},
		{"asks only, catalogue", "/indicators?scheme=t-asks", 200, []string{"只采集数据"}},
		{"search in a scheme", "/search?scheme=t-senior@1&q=" + senior, 200, []string{senior}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := get(t, h, tt.path)
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			page := w.Body.String()
			for _, want := range tt.want {
				if !strings.Contains(page, want) {
					t.Errorf("no %q on the page", want)
				}
			}
			if w.Code == http.StatusOK {
				check(t, page, "zh")
			}
			if w.Code == http.StatusSeeOther && !strings.Contains(w.Header().Get("Location"), "scheme=t-senior") {
				t.Errorf("leads to %s", w.Header().Get("Location"))
			}
			if !strings.Contains(tt.path, "scheme=") || w.Code != http.StatusOK {
				return
			}
			doc, err := html.Parse(strings.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			walk(doc, func(n *html.Node) {
				for _, a := range n.Attr {
					if a.Key == "href" && strings.HasPrefix(a.Val, "/") && strings.Contains(a.Val, "year=") && !strings.Contains(a.Val, "scheme=") && !within0(n, "table", "t-schemes") && !within0(n, "table", "t-heads") {
						t.Errorf("%s loses the scheme", a.Val)
					}
				}
			})
		})
	}
}

// within0 tells that a node lies in an element with an id.
func within0(n *html.Node, tag, id string) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && n.Data == tag {
			for _, a := range n.Attr {
				if a.Key == "id" && a.Val == id {
					return true
				}
			}
		}
	}
	return false
}

// The table of all schemes says what each of them says on its own.
func TestSchemeMatrixIsWhatTheSchemesSay(t *testing.T) {
	c := manySchemes(t)
	p := newest(t).Period
	page := get(t, handlerOf(t, c), "/").Body.String()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	l := locale{i18n.For("zh")}
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode || n.Data != "tr" || n.Parent.Data != "tbody" || !within0(n, "table", "t-schemes") && !within0(n, "table", "t-heads") {
			return
		}
		var cells []string
		for x := n.FirstChild; x != nil; x = x.NextSibling {
			if x.Type == html.ElementNode {
				cells = append(cells, textOf(x))
			}
		}
		for _, k := range c.Packs() {
			if k.Name.ZH != cells[0] {
				continue
			}
			rows++
			a, err := c.Measure(t.Context(), k.Ref(), p)
			if err != nil {
				t.Fatal(err)
			}
			ln := newLens(a)
			for i := range a.Units[edu.County] {
				want := l.T("schemes.measured")
				if ln.root != nil {
					want = l.Verdict(a.Verdict(ln.root.ID, edu.County, i)).Word
				}
				if got := cells[2+i]; !strings.Contains(got, want) {
					t.Errorf("%s, county %d: %q, want %q", k.Ref(), i, got, want)
				}
			}
		}
	})
	if rows != 4 {
		t.Errorf("%d schemes in the table, want 4: the one that only asks is none", rows)
	}
}
