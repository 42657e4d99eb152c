package flow_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/standard"
)

// demoYear is the demo city with its newest year.
func demoYear(t *testing.T) (*flow.City, edu.Period) {
	t.Helper()
	ctx := context.Background()
	c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "demo.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	d := demo.New(1)
	if err := d.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	years, err := d.Wanting(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.ReadIn(ctx, c, years[0], nil); err != nil {
		t.Fatal(err)
	}
	return c, years[0]
}

func as(role auth.Role, units ...edu.UnitID) auth.Actor {
	who := auth.Actor{Account: "x", Name: "x"}
	for _, u := range units {
		who.Grants = append(who.Grants, auth.Grant{Role: role, Unit: u})
	}
	if len(units) == 0 {
		who.Grants = []auth.Grant{{Role: role, Whole: true}}
	}
	return who
}

// sections lists the codes of all sections of an assessment.
func sections(a *standard.Assessment) (codes []string) {
	for _, st := range a.Stages {
		for _, r := range st.Frame.Rows {
			codes = append(codes, r.Code+"/"+string(st.Frame.Stage))
		}
	}
	slices.Sort(codes)
	return codes
}

func TestView(t *testing.T) {
	city, year := demoYear(t)
	t.Run("counties", func(t *testing.T) { viewIsThePart(t, city, year) })
	t.Run("below a region", func(t *testing.T) { viewBelowARegion(t, city, year) })
}

// A reader's part is made of the reader's records alone, and what is seen whole
// has the same figures and verdicts as for whoever sees everything.
func viewIsThePart(t *testing.T, city *flow.City, year edu.Period) {
	ctx := context.Background()
	whole, err := city.Assessment(ctx, year)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := city.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(year)
	below := func(top int, level edu.Level) (codes map[string]bool) {
		codes = map[string]bool{}
		for i := top; i < on.Nodes[top].End; i++ {
			if on.Nodes[i].Unit.Level == level {
				codes[on.Nodes[i].Key] = true
			}
		}
		return codes
	}
	n := 0
	for i, node := range on.Nodes {
		if node.Unit.Level != edu.County {
			continue
		}
		n++
		v := city.As(as(auth.CountyReviewer, node.Unit.ID))
		if got, want := v.Name(), node.Name; got != want {
			t.Errorf("the part of %s is called %s", want.ZH, got.ZH)
		}
		a, err := v.Assessment(ctx, year)
		if err != nil {
			t.Fatal(err)
		}
		schools := below(i, edu.School)
		got := sections(a)
		want := slices.DeleteFunc(sections(whole), func(c string) bool { code, _, _ := strings.Cut(c, "/"); return !schools[code] })
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: %d sections; want %d", node.Key, len(got), len(want))
		}
		// The root is all that the reader sees, and no region.
		if len(a.Units[edu.City])+len(a.Units[edu.Province])+len(a.Units[edu.Nation]) > 0 || len(a.Units[edu.Root]) > 1 {
			t.Errorf("%s sees a region above it", node.Key)
		}
		if u := a.Units[edu.County]; len(u) != 1 || u[0].Code != node.Key {
			t.Fatalf("%s sees the counties %v", node.Key, u)
		}
		sameFigures(t, whole, a, edu.County, whole.Unit(edu.County, a.Units[edu.County][0].ID), 0)
		if again, _ := v.Assessment(ctx, year); again != a {
			t.Error("a part is computed again although nothing changed")
		}
		if ps, err := v.Periods(ctx); err != nil || !slices.Contains(ps, year) {
			t.Errorf("periods %v, %v", ps, err)
		}
	}
	if n < 5 {
		t.Fatalf("only %d counties were looked at", n)
	}
	for _, who := range []auth.Actor{auth.Operator(), as(auth.CitySection)} {
		if a, err := city.As(who).Assessment(ctx, year); err != nil || a != whole {
			t.Errorf("who sees the whole shares it: %v", err)
		}
	}
}

// sameFigures compares every value of a unit's indicators and every verdict.
func sameFigures(t *testing.T, a, b *standard.Assessment, level edu.Level, ua, ub int) {
	t.Helper()
	compared := 0
	for si, st := range a.Stages {
		k := slices.IndexFunc(b.Stages, func(x *standard.Stage) bool { return x.Frame.Stage == st.Frame.Stage })
		ra := a.Units[level][ua].Region[si]
		if k < 0 || ra < 0 {
			continue
		}
		rb := b.Units[level][ub].Region[k]
		for ji, jd := range st.Judged {
			x, y := jd.Item.Stats[level][ra], b.Stages[k].Judged[ji].Item.Stats[level][rb]
			if jd.Item.Def.ID != b.Stages[k].Judged[ji].Item.Def.ID || !near(x.Value, y.Value) || !near(x.Weighted.CV(), y.Weighted.CV()) {
				t.Errorf("%s %s: %v with CV %v alone, %v with CV %v in the whole", st.Frame.Stage, jd.Item.Def.ID, y.Value, y.Weighted.CV(), x.Value, x.Weighted.CV())
			}
			compared++
		}
	}
	for _, r := range a.Standard.Rules {
		if r.Level == edu.Section || a.RuleLevel(r.ID) < level {
			continue
		}
		if x, y := a.Verdict(r.ID, level, ua), b.Verdict(r.ID, level, ub); x != y {
			t.Errorf("rule %s is %v alone, %v in the whole", r.ID, y, x)
		}
		compared++
	}
	if compared < 20 {
		t.Errorf("only %d figures were compared", compared)
	}
}

func near(x, y float64) bool {
	return math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-12*math.Max(1, math.Abs(x))
}

func viewBelowARegion(t *testing.T, city *flow.City, year edu.Period) {
	ctx := context.Background()
	tree, err := city.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(year)
	var counties []edu.UnitID
	var school, town int
	for i, n := range on.Nodes {
		switch n.Unit.Level {
		case edu.County:
			counties = append(counties, n.Unit.ID)
		case edu.School:
			if on.Above(i, edu.Township) >= 0 {
				school, town = i, on.Above(i, edu.Township)
			}
		}
	}
	county := on.Above(school, edu.County)
	code := on.Nodes[school].Key
	for _, tt := range []struct {
		name     string
		who      auth.Actor
		counties []string
		only     string // one school
	}{
		{"a school clerk sees the school and no region", as(auth.SchoolClerk, on.Nodes[school].Unit.ID), nil, code},
		{"a township clerk sees schools and no region", as(auth.TownshipClerk, on.Nodes[town].Unit.ID), nil, ""},
		{"a clerk of two counties sees the two", as(auth.CountyClerk, counties[0], counties[1]), []string{on.Nodes[on.Find(counties[0])].Key, on.Nodes[on.Find(counties[1])].Key}, ""},
		{"a county seen whole beside a school of another", auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.Leader, Unit: other(counties, on.Nodes[county].Unit.ID)},
			{Role: auth.SchoolClerk, Unit: on.Nodes[school].Unit.ID}}}, []string{on.Nodes[on.Find(other(counties, on.Nodes[county].Unit.ID))].Key}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := city.As(tt.who).Assessment(ctx, year)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range a.Units[edu.County] {
				if u.Code != "" {
					got = append(got, u.Code)
				}
			}
			slices.Sort(got)
			slices.Sort(tt.counties)
			if !slices.Equal(got, tt.counties) {
				t.Errorf("counties %v; want %v", got, tt.counties)
			}
			if len(a.Units[edu.City]) > 0 {
				t.Error("sees the city")
			}
			codes := sections(a)
			if len(codes) == 0 {
				t.Error("sees no school")
			}
			for _, c := range codes {
				if tt.only != "" && !strings.HasPrefix(c, tt.only+"/") {
					t.Errorf("sees %s", c)
				}
			}
			for _, u := range a.Units[edu.Township] {
				if len(tt.counties) == 0 && u.Code != "" {
					t.Errorf("sees figures of the township %s", u.Code)
				}
			}
		})
	}
	for _, who := range []auth.Actor{{}, as(auth.SystemAdmin), as(auth.SecurityAdmin), as(auth.AuditAdmin), as(auth.Leader, "nowhere")} {
		v := city.As(who)
		if ps, err := v.Periods(ctx); err != nil || len(ps) > 0 {
			t.Errorf("%v sees the periods %v, %v", who.Grants, ps, err)
		}
		if a, err := v.Assessment(ctx, year); err == nil && len(sections(a)) > 0 || err != nil && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%v sees figures: %v", who.Grants, err)
		}
		if at, err := v.AsOf(ctx, year); err != nil || !at.IsZero() {
			t.Errorf("%v sees that figures came in at %v, %v", who.Grants, at, err)
		}
		if tr, err := v.Tree(ctx); err != nil || tr.Len() > 0 {
			t.Errorf("%v sees units, %v", who.Grants, err)
		}
	}
}

func other(ids []edu.UnitID, than edu.UnitID) edu.UnitID {
	return ids[slices.IndexFunc(ids, func(u edu.UnitID) bool { return u != than })]
}
