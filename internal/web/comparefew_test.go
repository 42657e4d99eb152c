package web

import (
	"encoding/json"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/testkit"
)

// Where units stand beside each other, on the page, in the workbook, for programs
// and among peers, no figure tells of fewer than ten pupils, nor can one that is
// left out alone be worked out; each unit's own page has its own figure.
func TestFewPupilsAreNotCompared(t *testing.T) {
	c := manySchemes(t)
	p, err := pack.Open(filepath.Join(testkit.Root(), "internal", "web", "testdata", "t-few.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c.more = append(c.more, p)
	h := handlerOf(t, c)
	a, err := c.Measure(t.Context(), p.Ref(), newest(t).Period)
	if err != nil {
		t.Fatal(err)
	}
	st := a.Stage(edu.Primary)
	item := st.Item("few_share")
	hidden, shown, school := 0, 0, ""
	for i, u := range a.Units[edu.County][:3] {
		at := "county=" + codeOf(u) + "&stage=primary&scheme=" + p.Ref()
		book := map[string][]string{}
		for _, row := range sheets(t, get(t, h, "/compare?as=xlsx&"+at))["比较"][2:] {
			book[row[1]] = row
		}
		var api struct {
			Units []struct {
				Code    string
				Figures map[string]struct {
					Value *float64 `json:"value"`
					Few   bool     `json:"suppressed"`
				}
			}
		}
		if err := json.Unmarshal(get(t, h, "/api/v1/compare?"+at).Body.Bytes(), &api); err != nil {
			t.Fatal(err)
		}
		left, persons, open := 0, 0, 0
		for _, x := range api.Units {
			row, ok := st.Frame.Find(x.Code)
			if !ok {
				t.Fatalf("no school %s", x.Code)
			}
			n, of := int(must0(st.Frame.Value(row, "disabled_pupils").Number())), int(must0(st.Frame.Value(row, "pupils").Number()))
			small := n > 0 && n < compare.Least || of > 0 && of < compare.Least || of != n && of-n < compare.Least
			f := x.Figures["few_share"]
			inBook := len(book[x.Code]) > 2 && book[x.Code][2] != hiddenMark
			switch {
			case small && (!f.Few || f.Value != nil || inBook):
				t.Errorf("county %d, school %s: %d of %d pupils: API %v, workbook %v", i, x.Code, n, of, f, book[x.Code])
			case f.Few:
				left, persons, school = left+1, persons+n, x.Code
				if f.Value != nil || inBook {
					t.Errorf("school %s is left out and shown", x.Code)
				}
			case !math.IsNaN(item.Value(row)):
				shown++
				if n > 0 {
					open++
				}
			}
		}
		hidden += left
		if left > 0 && (left < 2 || persons < compare.Least) && open > 0 {
			t.Errorf("county %d: %d schools with %d pupils are left out, and what they have can be worked out", i, left, persons)
		}
		if w := get(t, h, "/compare?indicator=few_share&"+at); w.Code != http.StatusOK || strings.Contains(w.Body.String(), hiddenMark) != (left > 0) {
			t.Errorf("county %d: status %d; the page has the mark: %t, left out: %d", i, w.Code, strings.Contains(w.Body.String(), hiddenMark), left)
		}
	}
	if hidden == 0 || shown == 0 {
		t.Fatalf("%d figures left out, %d shown: the test looks at the wrong places", hidden, shown)
	}
	row, _ := st.Frame.Find(school)
	if own := figure(item.Value(row), item.Def.Decimals).Text; !strings.Contains(get(t, h, "/trace/section/"+school+"/few_share?stage=primary&scheme="+p.Ref()).Body.String(), own) {
		t.Errorf("the school's own page lacks its own %s", own)
	}
	peers := sheets(t, get(t, h, "/compare/schools/"+school+"?as=xlsx&stage=primary&scheme="+p.Ref()))
	for _, row := range peers["指标对照"][2:] {
		for k, head := range peers["指标对照"][1] {
			at, ok := -1, false
			for i, x := range st.Frame.Rows {
				if x.Name == head {
					at, ok = i, true
				}
			}
			if !ok || k < 4 || k >= len(row) {
				continue
			}
			if n := must0(st.Frame.Value(at, "disabled_pupils").Number()); n > 0 && n < compare.Least && row[k] != hiddenMark {
				t.Errorf("a peer with %v pupils is shown: %s", n, row[k])
			}
		}
	}
}

func must0(v float64, _ bool) float64 { return v }
