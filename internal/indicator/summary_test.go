package indicator

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/testkit"
)

// district is one row of the California data.
type district struct {
	code, county                            string
	students, teachers, computers, expended float64
}

func california(t *testing.T) []district {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data/caschools/caschools.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := func(name string) int { return slices.Index(rows[0], name) }
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var out []district
	for _, r := range rows[1:] {
		out = append(out, district{r[col("district")], r[col("county")], number(r[col("students")]), number(r[col("teachers")]), number(r[col("computer")]), number(r[col("expenditure")])})
	}
	return out
}

// TestSummaryOfCalifornia compares every statistic, over the state and over
// each county, with sums written straight from their definitions.
func TestSummaryOfCalifornia(t *testing.T) {
	ds := california(t)
	tab := &frame.Table{Level: edu.Section, N: len(ds), Cols: map[string][]float64{}, Key: &frame.Strings{}}
	tab.PathName[edu.County] = &frame.Strings{}
	for i, d := range ds {
		for _, c := range []struct {
			s    *frame.Strings
			text string
		}{{tab.Key, d.code}, {tab.PathName[edu.County], d.county}} {
			c.s.Dict, c.s.Code = append(c.s.Dict, c.text), append(c.s.Code, uint32(i))
		}
		tab.Cols["students"] = append(tab.Cols["students"], d.students)
		tab.Cols["teachers"] = append(tab.Cols["teachers"], d.teachers)
		tab.Cols["computers"] = append(tab.Cols["computers"], d.computers)
		tab.Cols["expenditure"] = append(tab.Cols["expenditure"], d.expended)
	}
	set, problems := frame.Build([]*frame.Table{tab}, frame.Options{})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	f := set.Sections[0]
	def := func(id, section, region string) *pack.Indicator {
		return &pack.Indicator{ID: id, Section: parse(t, section), Region: parse(t, region), Weight: "students"}
	}
	res, err := Evaluate(f, []*pack.Indicator{
		def("teachers", "100 * teachers / students", "100 * sum(teachers) / sum(students)"),
		def("computers", "100 * computers / students", "100 * sum(computers) / sum(students)"),
		def("expenditure", "expenditure", "wmean(expenditure, students)"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Regions[edu.County]) != 45 || f.Levels[0] != edu.Root {
		t.Fatalf("%d counties under %s", len(f.Regions[edu.County]), f.Levels[0])
	}
	per := map[string]func(d district) float64{
		"teachers":    func(d district) float64 { return 100 * d.teachers / d.students },
		"computers":   func(d district) float64 { return 100 * d.computers / d.students },
		"expenditure": func(d district) float64 { return d.expended },
	}
	for _, it := range res.Items {
		for _, level := range f.Levels {
			for k, r := range f.Regions[level] {
				var x, w []float64
				var county []string
				for _, d := range ds {
					if level == edu.Root || d.county == r.Code {
						x, w, county = append(x, per[it.Def.ID](d)), append(w, d.students), append(county, d.county)
					}
				}
				if level == edu.County {
					county = nil
				}
				want := directly(x, w, county)
				got := it.Summary(level, k)
				if len(got) != len(Statistics) {
					t.Fatalf("%d statistics", len(got))
				}
				for i, g := range got {
					if g.Statistic != Statistics[i] {
						t.Fatalf("statistic %d is %s, want %s", i, g.Statistic, Statistics[i])
					}
					wv, ok := want[g.Statistic]
					if !ok || wv-wv != 0 {
						if g.Value == g.Value {
							t.Errorf("%s %s %s is %v, want missing", it.Def.ID, r.Code, g.Statistic, g.Value)
						}
						continue
					}
					if math.Abs(g.Value-wv) > 1e-9*math.Max(1, math.Abs(wv)) || g.N != len(x) || g.Missing != 0 {
						t.Errorf("%s %s %s is %+v, want %v of %d", it.Def.ID, r.Code, g.Statistic, g, wv, len(x))
					}
				}
			}
		}
	}
}

// directly computes every statistic from its definition, with all pairs for
// Gini. The value is the weighted mean, which the three indicators' are.
func directly(x, w []float64, groups []string) map[string]float64 {
	n := float64(len(x))
	out := map[string]float64{"max": slices.Max(x), "min": slices.Min(x)}
	out["max_min"] = out["max"] / out["min"]
	var sw, sx, swx, zero float64
	for i := range x {
		sw += w[i]
		sx += x[i]
		swx += w[i] * x[i]
		if x[i] == 0 {
			zero++
		}
	}
	mean, wmean := sx/n, swx/sw
	var v, wv, g, wg, th, wth float64
	xlogx := func(r float64) float64 {
		if r == 0 {
			return 0
		}
		return r * math.Log(r)
	}
	for i := range x {
		v += (x[i] - mean) * (x[i] - mean)
		wv += w[i] * (x[i] - wmean) * (x[i] - wmean)
		th += xlogx(x[i]/mean) / n
		wth += w[i] / sw * xlogx(x[i]/wmean)
		for j := range x {
			g += math.Abs(x[i] - x[j])
			wg += w[i] * w[j] * math.Abs(x[i]-x[j])
		}
	}
	out["n_zero"], out["weight"], out["mean"], out["wmean"], out["value"] = zero, sw, mean, wmean, wmean
	out["cv"], out["scv"], out["wcv"] = math.Sqrt(v/n)/mean, math.Sqrt(v/(n-1))/mean, math.Sqrt(wv/sw)/wmean
	out["gini"], out["wgini"] = g/(2*n*n*mean), wg/(2*sw*sw*wmean)
	out["theil"], out["wtheil"] = th, wth
	if groups == nil {
		return out
	}
	type part struct{ n, sx, sw, swx float64 }
	parts := map[string]*part{}
	for i, name := range groups {
		p := parts[name]
		if p == nil {
			p = &part{}
			parts[name] = p
		}
		p.n++
		p.sx += x[i]
		p.sw += w[i]
		p.swx += w[i] * x[i]
	}
	var b, wb float64
	for _, p := range parts {
		b += p.n / n * xlogx(p.sx/p.n/mean)
		wb += p.sw / sw * xlogx(p.swx/p.sw/wmean)
	}
	out["theil_between"], out["theil_within"] = b, th-b
	out["wtheil_between"], out["wtheil_within"] = wb, wth-wb
	return out
}

func TestSummaryLeavesOut(t *testing.T) {
	some, none := edu.Some, edu.Value{}
	ss := []section{
		{code: "s1", county: "k1", township: "t1", pupils: some(100), area: some(500)},
		{code: "s2", county: "k1", township: "t1", pupils: some(200), area: some(0)},
		{code: "s3", county: "k1", township: "t2", pupils: some(50), area: none},
		{code: "s4", county: "k1", township: "t2", pupils: none, area: some(70)},
		{code: "s5", county: "k1", township: "t2", pupils: some(10), area: some(900)},
		{code: "s6", county: "k1", township: "t2", pupils: some(60), area: edu.NotApplicable},
	}
	defs := []*pack.Indicator{ratio(t, "x", "area", "sum(area)")}
	res := evaluate(t, defs, parse(t, "coalesce(pupils, 50) >= 50"), table("a.csv", ss))
	s := res.Items[0].Summary(edu.County, 0)
	for _, tt := range []struct {
		statistic  string
		value      string
		n, missing int
	}{
		{"value", "570", 3, 1},                        // s5 is out of scope, s6 does not apply
		{"n_zero", "1", 3, 1},                         // s2
		{"mean", "190", 3, 1},                         //
		{"weight", "300", 2, 2},                       // s4 has no pupils
		{"wmean", edu.Some(500.0 / 3).String(), 2, 2}, //
		{"min", "0", 3, 1},                            //
		{"max_min", "_", 3, 1},                        // the smallest is 0
		{"no such statistic", "_", 0, 0},              //
	} {
		g := s.Get(tt.statistic)
		if edu.FromFloat(g.Value).String() != tt.value || g.N != tt.n || g.Missing != tt.missing {
			t.Errorf("%s is %s of %d, %d missing; want %s of %d, %d missing", tt.statistic, edu.FromFloat(g.Value), g.N, g.Missing, tt.value, tt.n, tt.missing)
		}
	}
	if v := res.Items[0].Summary(edu.Township, 0).Get("theil_between"); v.Value == v.Value {
		t.Error("a part of Theil's index between regions of a level that is not there")
	}
}

func TestScope(t *testing.T) {
	ss := []section{
		{code: "s1", county: "k1", township: "t1", pupils: edu.Some(100), area: edu.Some(500)},
		{code: "s2", county: "k1", township: "t1", pupils: edu.Some(10), area: edu.Some(90)},
		{code: "s3", county: "k1", township: "t1", pupils: edu.Value{}, area: edu.Some(40)},
	}
	res := evaluate(t, []*pack.Indicator{ratio(t, "x", "area / pupils", "sum(area) / sum(pupils)")}, parse(t, "pupils >= 50"), table("a.csv", ss))
	if want := []edu.Verdict{edu.Met, edu.Exempt, edu.Unknown}; !slices.Equal(res.Scope, want) {
		t.Errorf("scope %v, want %v", res.Scope, want)
	}
	st := res.Items[0].Stats[edu.County][0]
	if st.Value != 5 || st.N != 1 || st.Missing != 1 {
		t.Errorf("%+v: a section under 50 pupils got in, or one without pupils is not counted as missing", st)
	}
	if owes := res.Items[0].Owes(edu.County, 0); len(owes) != 1 || owes[0].Row != 2 || owes[0].Reason == "" {
		t.Errorf("owes %v", owes)
	}
	// A section's own value is there whether or not it is in scope.
	if v := res.Items[0].Value(1); v != 9 {
		t.Errorf("value of a section out of scope is %v", v)
	}
}

func TestWhatApplies(t *testing.T) {
	tab := table("a.csv", []section{{code: "s1", county: "k1", township: "t1", pupils: edu.Some(1)}})
	tab.Stage = &frame.Strings{Dict: []string{"primary"}, Code: []uint32{0}}
	set, _ := frame.Build([]*frame.Table{tab}, frame.Options{})
	defs := []*pack.Indicator{
		{ID: "every", Section: parse(t, "pupils")},
		{ID: "primary", Stages: []edu.Stage{edu.Primary}, Level: edu.Section, Section: parse(t, "pupils")},
		{ID: "junior", Stages: []edu.Stage{edu.Junior}, Level: edu.Section, Section: parse(t, "pupils")},
		{ID: "county", Level: edu.County, Section: parse(t, "pupils")},
	}
	for _, tt := range []struct {
		frame *frame.Frame
		want  []string
	}{{set.Sections[0], []string{"every", "primary"}}, {set.Counties, []string{"county"}}} {
		res, err := Evaluate(tt.frame, defs, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, it := range res.Items {
			got = append(got, it.Def.ID)
			if res.Item(it.Def.ID) != it {
				t.Errorf("%s is not found by its id", it.Def.ID)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("over %s: %v, want %v", tt.frame.Base, got, tt.want)
		}
		if res.Item("junior") != nil {
			t.Error("an indicator of juniors over primary sections")
		}
	}
	if _, err := Evaluate(set.Sections[0], []*pack.Indicator{{ID: "bad", Section: parse(t, "sum(pupils)")}}, nil); err == nil {
		t.Error("an aggregate in a section formula went through")
	}
	if _, err := Evaluate(set.Sections[0], defs, parse(t, "sum(pupils) > 1")); err == nil {
		t.Error("an aggregate in a scope went through")
	}
}
