package web

import (
	"encoding/json"
	"math"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// sums are equations of who reads every table: what some schools have together.
// They are kept reduced, so that what they tell of one school alone is seen.
type sums struct{ rows [][]float64 }

// add takes an equation over n unknown schools.
func (s *sums) add(row []float64) {
	for _, r := range s.rows {
		p := lead(r)
		if f := row[p]; f != 0 {
			for i := range row {
				row[i] -= f * r[i]
			}
		}
	}
	p := lead(row)
	if p < 0 {
		return
	}
	f := row[p]
	for i := range row {
		row[i] /= f
	}
	for _, r := range s.rows {
		if f := r[p]; f != 0 {
			for i := range r {
				r[i] -= f * row[i]
			}
		}
	}
	s.rows = append(s.rows, row)
}

func lead(row []float64) int {
	for i, v := range row {
		if math.Abs(v) > 1e-9 {
			return i
		}
	}
	return -1
}

// told are the unknowns that the equations give one by one.
func (s *sums) told() (out []int) {
	for _, r := range s.rows {
		n := 0
		for _, v := range r {
			if math.Abs(v) > 1e-9 {
				n++
			}
		}
		if n == 1 {
			out = append(out, lead(r))
		}
	}
	return out
}

// A figure that is left out in one table of a comparison is found in no other, and
// no adding and taking away of all of them gives it: the city's counties, each
// county's schools, both partings of each, on the page, in the workbook and for
// programs. Whoever knows all rolls knows what each rate stands for.
func TestNoTwoTablesOfAComparisonGiveAFewAway(t *testing.T) {
	c := manySchemes(t)
	p, err := pack.Open(filepath.Join(testkit.Root(), "internal", "web", "testdata", "t-parted.yaml"))
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
	col, _ := st.Frame.Column("disabled_pupils")
	item := st.Item("parted_share")
	n := st.Frame.Len()
	var known sums
	over := func(in func(row int) bool) {
		eq := make([]float64, n)
		for row := range eq {
			if in(row) && !math.IsNaN(item.Value(row)) {
				eq[row] = 1
			}
		}
		known.add(eq)
	}
	whole := func(q url.Values) (lo, hi int) {
		if code := q.Get("county"); code != "" {
			for k, r := range st.Frame.Regions[edu.County] {
				if r.Code == code {
					return st.Frame.Regions[edu.County][k].Lo, r.Hi
				}
			}
		}
		return 0, n
	}
	hidden, shown, parted := map[string]bool{}, map[string]bool{}, 0
	over(func(int) bool { return true }) // the city's own figure is on the overview
	places := []string{""}
	for _, u := range a.Units[edu.County][:3] {
		places = append(places, codeOf(u))
	}
	for _, place := range places {
		q := url.Values{"stage": {"primary"}, "scheme": {p.Ref()}, "indicator": {"parted_share"}}
		if place != "" {
			q.Set("county", place)
		}
		lo, hi := whole(q)
		if place != "" {
			over(func(row int) bool { return row >= lo && row < hi })
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
		if err := json.Unmarshal(get(t, h, "/api/v1/compare?"+q.Encode()).Body.Bytes(), &api); err != nil {
			t.Fatal(err)
		}
		for _, by := range compare.Bys {
			q.Set("by", by.ID)
			page := get(t, h, "/compare?"+q.Encode()).Body.String()
			q.Set("as", "xlsx")
			book := sheets(t, get(t, h, "/compare?"+q.Encode()))
			q.Del("as")
			cells := map[string]string{}
			for _, row := range book["比较"][2:] {
				cells[row[1]] = row[2]
			}
			for _, x := range api.Units {
				f := x.Figures["parted_share"]
				hidden[x.Code], shown[x.Code] = hidden[x.Code] || f.Few, shown[x.Code] || f.Value != nil
				if (cells[x.Code] == hiddenMark) != f.Few {
					t.Errorf("%s: in the workbook %q, for programs left out: %t", x.Code, cells[x.Code], f.Few)
				}
			}
			for _, trend := range book["趋势"] {
				for _, x := range api.Units {
					if k := rowOf(a, x.Code); len(trend) > 1 && trend[0] == k && (trend[len(trend)-1] == hiddenMark) && !x.Figures["parted_share"].Few {
						t.Errorf("%s is left out of the trend alone", k)
					}
				}
			}
			if has := strings.Contains(page, `id="t-parts"`); has != (len(book["分组分解"]) > 0) {
				t.Errorf("%v: the parting is on the page: %t, sheets %v", q, has, keys(book))
			} else if has {
				parted++
				group, _ := by.Of(a, st)
				for g := range by.Groups {
					over(func(row int) bool { return row >= lo && row < hi && group[row] == g })
				}
			}
		}
		for _, x := range api.Units {
			f := x.Figures["parted_share"]
			if f.Value == nil {
				continue
			}
			if row, ok := st.Frame.Find(x.Code); ok {
				over(func(r int) bool { return r == row })
			}
			for _, r := range st.Frame.Regions[edu.County] {
				if r.Code == x.Code {
					over(func(row int) bool { return row >= r.Lo && row < r.Hi })
				}
			}
		}
	}
	// What is beside one school is beside all.
	secret := 0
	for code := range hidden {
		row, ok := st.Frame.Find(code)
		if !hidden[code] || !ok {
			continue
		}
		if shown[code] {
			t.Errorf("%s is left out and shown", code)
		}
		if v := col[row]; v > 0 && v < compare.Least {
			secret++
		}
	}
	for _, row := range known.told() {
		if v := col[row]; v > 0 && v < compare.Least && hidden[st.Frame.Rows[row].Code] {
			t.Errorf("%s with %v pupils can be worked out from all tables together", st.Frame.Rows[row].Code, v)
		}
	}
	if secret == 0 {
		t.Fatal("nothing is left out: the test looks at the wrong places")
	}
	t.Logf("%d secrets, %d partings shown", secret, parted)
}

// rowOf is the name of a county of a code.
func rowOf(a *standard.Assessment, code string) string {
	for _, u := range a.Units[edu.County] {
		if codeOf(u) == code {
			return u.Name
		}
	}
	return code
}

func keys(m map[string][][]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}
