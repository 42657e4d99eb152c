package standard_test

import (
	"fmt"
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// school is one section of a made-up county; figures that are not given are
// missing.
type school struct {
	code   string
	county string
	kind   string // 学校办学类型代码
	given  map[string]float64
}

// good are the figures of a primary school of 500 that meets R1 to R7, each
// exactly at the standard where that can be.
func good() map[string]float64 {
	return map[string]float64{
		"pupils": 500, "teachers": 30, "teachers_qualified": 21, "teachers_backbone": 5,
		"teachers_pe": 2, "teachers_music": 1, "teachers_art": 2, "teachers_arts": 0,
		"area_teaching": 2350, "area_indoor_sport": 100, "area_hall": 100, "area_field": 3650,
		"equipment": 1_000_000, "multimedia_rooms": 12,
	}
}

func with(change map[string]float64) map[string]float64 {
	g := good()
	for k, v := range change {
		g[k] = v
	}
	return g
}

func texts(n int, at func(i int) string) *frame.Strings {
	s := &frame.Strings{}
	for i := range n {
		s.Dict = append(s.Dict, at(i))
		s.Code = append(s.Code, uint32(i))
	}
	return s
}

// assess measures and judges made-up primary schools by the shipped pack.
func assess(t *testing.T, schools ...school) *standard.Assessment {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	n := len(schools)
	tab := &frame.Table{Period: edu.Year(2025), Level: edu.Section, File: "made.csv", N: n, Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}
	tab.Key = texts(n, func(i int) string { return schools[i].code })
	tab.Name = tab.Key
	tab.Stage = texts(n, func(int) string { return "primary" })
	tab.Path[edu.County] = texts(n, func(i int) string { return schools[i].county })
	kinds := p.Element("school_kind")
	for i, s := range schools {
		tab.Rows = append(tab.Rows, int32(i+2))
		for id, v := range s.given {
			if id == "pupils" {
				id = "pupils.g1" // the form asks by grade; the rest of the grades are empty classes
			}
			set(tab, id, i, n, v)
		}
		if _, ok := s.given["pupils"]; ok {
			for g := 2; g <= 6; g++ {
				set(tab, fmt.Sprintf("pupils.g%d", g), i, n, 0)
			}
		}
		for k, c := range kinds.Choices {
			if c.ID == s.kind {
				set(tab, "school_kind", i, n, float64(k))
			}
		}
	}
	opt := frame.Options{Stages: p.Stages}
	for _, e := range p.Elements {
		if e.By == nil {
			continue
		}
		sum := frame.Sum{Element: e.ID}
		for _, part := range e.By.Parts {
			sum.Parts = append(sum.Parts, frame.Part{ID: e.ID + "." + part.ID, Stages: part.Stages})
		}
		opt.Sums = append(opt.Sums, sum)
	}
	set, problems := frame.Build([]*frame.Table{tab}, opt)
	for _, q := range problems {
		if q.Blocking {
			t.Fatal(q)
		}
	}
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func set(tab *frame.Table, id string, row, n int, v float64) {
	c := tab.Cols[id]
	if c == nil {
		c = make([]float64, n)
		for i := range c {
			c[i] = edu.Missing()
		}
		tab.Cols[id] = c
	}
	c[row] = v
}

func TestSchoolRule(t *testing.T) {
	missing := edu.Missing()
	for _, tt := range []struct {
		name  string
		kind  string
		given map[string]float64
		want  edu.Verdict
		steps int
	}{
		{"every indicator exactly at its standard", "211", good(), edu.Met, 0},
		{"six of seven, R6 at exactly 85 %", "211", with(map[string]float64{"equipment": 850_000}), edu.Met, 0},
		{"six of seven, R6 one yuan under 85 %", "211", with(map[string]float64{"equipment": 849_999}), edu.Short, 1},
		{"five of seven, both above the floor", "211", with(map[string]float64{"equipment": 900_000, "multimedia_rooms": 11}), edu.Short, 1},
		{"R4 subtracts the indoor sports area", "211", with(map[string]float64{"area_indoor_sport": 2000}), edu.Short, 1},
		{"R5 adds the hall, another element", "211", with(map[string]float64{"area_field": 3200, "area_hall": 550}), edu.Met, 0},
		{"equipment not reported", "211", with(map[string]float64{"equipment": missing}), edu.Unknown, 0},
		{"not reported, but already short elsewhere", "211", with(map[string]float64{"equipment": missing, "teachers_qualified": 1}), edu.Short, 1},
		{"no pupils: not computable, never a pass", "211", with(map[string]float64{"pupils": 0}), edu.Unknown, 0},
		{"pupils not reported", "211", with(map[string]float64{"pupils": missing}), edu.Unknown, 0},
		{"a point under 50 pupils is outside", "218", with(map[string]float64{"pupils": 49, "area_field": 10}), edu.Exempt, 0},
		{"a point with 50 pupils is inside", "218", with(map[string]float64{"pupils": 50, "area_field": 10}), edu.Short, 1},
		{"a small school that is no point is inside", "211", with(map[string]float64{"pupils": 49, "area_field": 10}), edu.Short, 1},
		{"a special school is outside", "511", with(map[string]float64{"area_field": 10}), edu.Exempt, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := assess(t, school{"2153900001", "990101", tt.kind, tt.given})
			st := a.Stages[0]
			if got := st.Rule("school").Verdicts[0]; got != tt.want {
				for _, jd := range st.Judged[:7] {
					t.Logf("%s = %v %v", jd.Item.Def.ID, jd.Item.Value(0), jd.Verdict(0))
				}
				t.Fatalf("verdict = %v, want %v", got, tt.want)
			}
			if got := len(gap.WayOf(st, st.Rule("school").Rule, 0, 0).Steps); got != tt.steps {
				t.Errorf("%d steps to a pass, want %d", got, tt.steps)
			}
		})
	}
}

func TestCountyFollowsItsSchools(t *testing.T) {
	a := assess(t,
		school{"1", "990101", "211", good()},
		school{"2", "990101", "211", good()},
		school{"3", "990102", "211", good()},
		school{"4", "990102", "211", with(map[string]float64{"equipment": 1})},
		school{"5", "990103", "211", good()},
		school{"6", "990103", "211", with(map[string]float64{"equipment": edu.Missing()})},
		school{"7", "990104", "218", with(map[string]float64{"pupils": 20})},
	)
	for i, want := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown, edu.Exempt} {
		if got := a.Verdict("resources", edu.County, i); got != want {
			t.Errorf("county %s: resources = %v, want %v", a.Units[edu.County][i].Code, got, want)
		}
		// No county has answered, so none can be recognised, and none is refused
		// for what it did not say.
		wantWhole := edu.Unknown
		if want == edu.Short {
			wantWhole = edu.Short
		}
		if got := a.Verdict("balanced", edu.County, i); got != wantWhole {
			t.Errorf("county %s: balanced = %v, want %v", a.Units[edu.County][i].Code, got, wantWhole)
		}
	}
	if got := a.Verdict("resources", edu.Root, 0); got != edu.Short {
		t.Errorf("the whole = %v, want short: one county is", got)
	}
}

// The published worked example of the difference coefficient, through R6: the
// weighting decides the verdict at 0.50.
func TestDispersionIsWeightedByPupils(t *testing.T) {
	pupils := []float64{45, 37, 89, 76, 55}
	books := []float64{279, 137, 935, 160, 402}
	var schools []school
	for i := range pupils {
		schools = append(schools, school{fmt.Sprint(i + 1), "990101", "211", with(map[string]float64{"pupils": pupils[i], "equipment": books[i]})})
	}
	a := assess(t, schools...)
	s := a.Stages[0].Item("r6").Stats[edu.County][0]
	if got := standard.Dispersion(s, "wcv"); math.Abs(got-0.515257) > 5e-7 {
		t.Errorf("wcv = %.6f, want 0.515257", got)
	}
	if got := standard.Dispersion(s, "cv"); math.Abs(got-0.488771) > 5e-7 {
		t.Errorf("cv = %.6f, want 0.488771", got)
	}
	if got := a.Verdict("dispersion", edu.County, 0); got != edu.Short {
		t.Errorf("dispersion = %v, want short: 0.515 > 0.50", got)
	}
}

func TestLackIsWhatMustBeProvided(t *testing.T) {
	a := assess(t, school{"1", "990101", "211", with(map[string]float64{"teachers_qualified": 15, "teachers_backbone": 4, "area_field": 3000, "equipment": 900_000})})
	want := map[string]float64{"r1": 6, "r2": 1, "r5": 650, "r6": 100_000}
	lacks := gap.Section(a.Stages[0], 0)
	for _, l := range lacks {
		if w, ok := want[l.Indicator.ID]; ok && l.Amount != w {
			t.Errorf("%s lacks %v %s, want %v", l.Indicator.ID, l.Amount, l.Unit, w)
		}
		delete(want, l.Indicator.ID)
	}
	if len(want) > 0 {
		t.Errorf("no lack told for %v", want)
	}
}

func TestFlipIsTold(t *testing.T) {
	// 4.4996 m² is shown as 4.50 and is short of 4.5.
	a := assess(t, school{"1", "990101", "211", with(map[string]float64{"area_teaching": 2349.8})})
	r4 := a.Stages[0].Indicator("r4")
	if r4.Verdict(0) != edu.Short || !gap.Flips(r4, 0) {
		t.Errorf("verdict %v, flips %v; want short and flips", r4.Verdict(0), gap.Flips(r4, 0))
	}
	if r5 := a.Stages[0].Indicator("r5"); gap.Flips(r5, 0) {
		t.Error("7.5 is 7.5 however it is rounded")
	}
}

// Two equal schools whose equipment differs so that the coefficient is 0.5004:
// shown as 0.500 it would pass.
func TestFlipOfADispersionIsTold(t *testing.T) {
	a := assess(t,
		school{"1", "990101", "211", with(map[string]float64{"equipment": 1_500_400})},
		school{"2", "990101", "211", with(map[string]float64{"equipment": 499_600})},
	)
	if got := a.Verdict("dispersion", edu.County, 0); got != edu.Short {
		t.Fatalf("dispersion = %v, want short", got)
	}
	flips := gap.RegionFlipsOf(a, edu.County, 0)
	if len(flips) != 1 || flips[0].Judged.Item.Def.ID != "r6" || flips[0].Shown != 0.5 || flips[0].Rule.ID != "dispersion" {
		t.Errorf("flips = %+v, want r6 shown as 0.500", flips)
	}
}

func TestTraceReachesTheCell(t *testing.T) {
	a := assess(t, school{"1", "990101", "211", with(map[string]float64{"equipment": 900_000, "multimedia_rooms": 11})})
	tr, ok := a.Trace(a.Stages[0], 0, "r6")
	if !ok || tr.Verdict != edu.Short || tr.Limit != 2000 {
		t.Fatalf("trace = %+v", tr)
	}
	found := false
	for _, in := range tr.Inputs {
		if in.Field == "equipment" {
			found = len(in.Cells) == 1 && in.Cells[0].File == "made.csv" && in.Cells[0].Row == 2
		}
	}
	if !found {
		t.Errorf("no cell of equipment in %+v", tr.Inputs)
	}
	var rules []string
	for _, r := range tr.Rules {
		rules = append(rules, fmt.Sprintf("%s %v", r.Rule.ID, r.Verdict))
	}
	if got := fmt.Sprint(rules); got != "[school short dispersion met resources short balanced short]" {
		t.Errorf("rules = %s", got)
	}
}
