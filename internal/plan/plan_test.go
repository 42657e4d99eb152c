package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/auth"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// sound is a small plan with which nothing is wrong.
func sound() Plan {
	p := Default("p1", "示例三年行动", "", 2023, 2025)
	l := &p.Lines[1]
	l.Targets = []Target{{ID: p.NewID(TargetID), Name: "达标率", Scheme: "cn-compulsory@2017", Indicator: "r1", BaseYear: 2022, Values: map[int]float64{2023: 80, 2025: 95}}}
	l.Measures = []Measure{{ID: p.NewID(MeasureID), Text: "补齐教师", Due: edu.DateOf(time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)), Target: l.Targets[0].ID, Owners: []Owner{
		{Body: "gov:c1", Duty: task.Territorial, Lead: true}, {Body: "dept:finance", Duty: task.Departmental}, {Body: "bureau:", Duty: task.Industry}}}}
	return p
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Plan)
		want   string // part of the worst fault, in English; empty for none that blocks
		grade  Grade
	}{
		{"a sound plan", func(*Plan) {}, "", 0},
		{"a name is wanted", func(p *Plan) { p.Name = " " }, "the name is missing", Breaks},
		{"years in order", func(p *Plan) { p.To = 2022 }, "are none", Breaks},
		{"an id stands once", func(p *Plan) { p.Lines[1].Targets[0].ID = p.Lines[0].ID }, "stands twice", Breaks},
		{"a value outside the years", func(p *Plan) { p.Lines[1].Targets[0].Values[2026] = 1 }, "outside the years", Breaks},
		{"a target without its last year", func(p *Plan) { delete(p.Lines[1].Targets[0].Values, 2025) }, "no value for the last year", Blocks},
		{"a typed base without its source", func(p *Plan) { v := 70.0; p.Lines[1].Targets[0].BaseValue = &v }, "has no source", Blocks},
		{"nobody leads", func(p *Plan) { p.Lines[1].Measures[0].Owners[0].Lead = false }, "nobody leads", Blocks},
		{"two lead", func(p *Plan) { p.Lines[1].Measures[0].Owners[1].Lead = true }, "2 bodies lead", Blocks},
		{"a kind of owner is missing: it may be handed in and is shown", func(p *Plan) { p.Lines[1].Measures[0].Owners = p.Lines[1].Measures[0].Owners[:2] }, "", 0},
		{"standing and due exclude each other", func(p *Plan) { p.Lines[1].Measures[0].Standing = true }, "standing measure has no day", Breaks},
		{"due before it begins", func(p *Plan) { p.Lines[1].Measures[0].From = p.Lines[1].Measures[0].Due + 1 }, "before it begins", Breaks},
		{"money below nothing", func(p *Plan) {
			p.Lines[1].Measures[0].Projects = []Project{{ID: "P90", Name: "x", Money: []task.Fund{{Year: 2024, Amount: -1}}}}
		}, "is no amount", Breaks},
		{"a milestone without a day", func(p *Plan) {
			p.Lines[1].Measures[0].Projects = []Project{{ID: "P90", Name: "x", Stones: []task.Milestone{{ID: "N91", Mark: "y"}}}}
		}, "has no day", Blocks},
		{"a row that the mission has not", func(p *Plan) { p.Lines[0].Row = "S99" }, "no row", Breaks},
		{"nothing to do", func(p *Plan) { p.Lines[1].Measures = nil }, "no measures", Blocks},
		{"control characters", func(p *Plan) { p.Lines[1].Measures[0].Text = "a\x00b" }, "control characters", Breaks},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sound()
			tt.change(&p)
			bad := Blocking(p.Check())
			if tt.want == "" {
				if len(bad) > 0 {
					t.Fatalf("faults: %v", bad)
				}
				return
			}
			i := slices.IndexFunc(bad, func(f Fault) bool { return strings.Contains(f.Text.EN, tt.want) })
			if i < 0 || bad[i].Grade != tt.grade || bad[i].Text.ZH == "" || bad[i].Where.ZH == "" {
				t.Errorf("faults %+v; want %q of grade %d", bad, tt.want, tt.grade)
			}
		})
	}
}

func TestMatrix(t *testing.T) {
	p := sound()
	m := &p.Lines[1].Measures[0]
	if g := GapOf(m); !g.Sound() {
		t.Errorf("three kinds and one lead are sound: %+v", g)
	}
	m.Owners = []Owner{{Body: "gov:c1", Duty: task.Territorial, Lead: true}, {Body: "gov:c2", Duty: task.Territorial, Lead: true}, {Said: "市财政局"}}
	x := MatrixOf(&p)
	if g := x.Rows[0].Gap; !slices.Equal(g.Missing, []task.Duty{task.Departmental, task.Industry}) || g.Leads != 2 || g.Unset != 1 {
		t.Errorf("gap %+v", g)
	}
	if x.Double != 1 || x.NoLead != 0 || x.Lacks[task.Industry] != 1 || x.Unset != 1 || len(x.Rows[0].By[task.Territorial]) != 2 {
		t.Errorf("matrix %+v", x)
	}
}

func TestShares(t *testing.T) {
	by := func(v ...float64) map[edu.UnitID]map[int]float64 {
		out := map[edu.UnitID]map[int]float64{}
		for i, x := range v {
			out[edu.UnitID(fmt.Sprint(i))] = map[int]float64{2025: x}
		}
		return out
	}
	for _, tt := range []struct {
		name string
		t    Target
		want string
		v    edu.Verdict
	}{
		{"without shares nothing is said", Target{Values: map[int]float64{2025: 10}}, "", edu.Exempt},
		{"they add up", Target{Values: map[int]float64{2025: 0.3}, Shares: by(0.1, 0.2)}, "is the city's target", edu.Met},
		{"they are short", Target{Values: map[int]float64{2025: 10}, Shares: by(4, 5)}, "miss the city's target of 10 by 1", edu.Short},
		{"they are more", Target{Values: map[int]float64{2025: 10}, Shares: by(8, 5)}, "better than", edu.Met},
		{"less is better: more is short", Target{Direction: Down, Values: map[int]float64{2025: 10}, Shares: by(8, 5)}, "miss", edu.Short},
		{"rates do not add up: all reach it", Target{Combine: Each, Values: map[int]float64{2025: 95}, Shares: by(95, 97)}, "so the city does", edu.Met},
		{"rates: none reaches it", Target{Combine: Each, Values: map[int]float64{2025: 95}, Shares: by(90, 94)}, "missed even if", edu.Short},
		{"rates: it depends", Target{Combine: Each, Values: map[int]float64{2025: 95}, Shares: by(90, 99)}, "depends on their sizes", edu.Unknown},
		{"rates, less is better", Target{Combine: Each, Direction: Down, Values: map[int]float64{2025: 5}, Shares: by(6, 7)}, "missed even if", edu.Short},
		{"a share without a target", Target{Shares: by(1)}, "no target", edu.Short},
	} {
		t.Run(tt.name, func(t *testing.T) {
			said, v := ShareOf(&tt.t, 2025)
			if v != tt.v || !strings.Contains(said.EN, tt.want) || (said.ZH == "") != (tt.want == "") {
				t.Errorf("%q, %v; want %q, %v", said.EN, v, tt.want, tt.v)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	up := Target{Indicator: "x", BaseYear: 2022, Values: map[int]float64{2023: 80, 2025: 90}}
	down := Target{Indicator: "x", Direction: Down, BaseYear: 2022, Values: map[int]float64{2025: 10}}
	r := func(kv ...float64) map[int]Reading {
		out := map[int]Reading{}
		for i := 0; i < len(kv); i += 2 {
			out[int(kv[i])] = Reading{Value: kv[i+1]}
		}
		return out
	}
	nan := edu.Missing()
	typed := up
	base := 70.0
	typed.BaseValue = &base
	for _, tt := range []struct {
		name string
		t    Target
		r    map[int]Reading
		want Track
		goal float64
	}{
		{"exactly the value of the year", up, r(2022, 70, 2023, 80), OnTrack, 80},
		{"a year between two is on the line between them", up, r(2022, 70, 2024, 85), OnTrack, 85},
		{"most of the way", up, r(2022, 70, 2023, 79), Close, 80},
		{"exactly the bound of close", up, r(2022, 70, 2023, 78), Close, 80},
		{"behind", up, r(2022, 70, 2023, 77.9), Late, 80},
		{"backwards", up, r(2022, 70, 2023, 60), Late, 80},
		{"without a base nothing is close", up, r(2023, 79.9), Late, 80},
		{"a typed base serves where the system has none", typed, r(2023, 79), Close, 80},
		{"the system's base goes before the typed one", typed, r(2022, 79.9, 2023, 79), Late, 80},
		{"the last year is over", up, r(2022, 70, 2025, 89), Failed, 90},
		{"missing is no pass", up, r(2022, 70, 2023, nan), Unheard, nan},
		{"not whole is no pass", up, map[int]Reading{2023: {Value: 85, Owed: 2}}, Unheard, 80},
		{"not whole and short all the same", up, map[int]Reading{2022: {Value: 70}, 2023: {Value: 71, Owed: 2}}, Late, 80},
		{"who has not reported is counted as short, and it is reached all the same", up, map[int]Reading{2023: {Value: 85, Owed: 2, Floor: true}}, OnTrack, 80},
		{"counted as short is no proof where less is better", down, map[int]Reading{2025: {Value: 5, Owed: 2, Floor: true}}, Unheard, 10},
		{"only the base", up, r(2022, 99), NotYet, nan},
		{"nothing", up, nil, Unheard, nan},
		{"no indicator", Target{Values: up.Values}, r(2023, 99), Unheard, nan},
		{"less is better", down, r(2022, 40, 2024, 20), OnTrack, 20},
		{"less is better and it is more", down, r(2022, 40, 2024, 25), Late, 20},
		{"a figure after the plan is not the plan's", up, r(2023, 80, 2026, 10), OnTrack, 80},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Judge(&tt.t, tt.r, 0, 2025)
			if p.Track != tt.want || (p.Want != tt.goal && !(p.Want != p.Want && tt.goal != tt.goal)) {
				t.Errorf("%s, want of the year %v (%s); want %s, %v", p.Track, p.Want, p.Why.EN, tt.want, tt.goal)
			}
			if p.Why.ZH == "" || p.Why.EN == "" {
				t.Error("no reason is given")
			}
		})
	}
}

// No figure that is missing, and none that is not whole, ever makes a target be
// on track, whatever the plan says.
func TestMissingIsNeverAPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tg := Target{Indicator: "x", BaseYear: rapid.IntRange(0, 2024).Draw(t, "base"), Values: map[int]float64{}, Direction: rapid.SampledFrom([]Direction{Up, Down}).Draw(t, "direction")}
		for _, y := range rapid.SliceOfN(rapid.IntRange(2023, 2025), 0, 3).Draw(t, "years") {
			tg.Values[y] = rapid.Float64Range(-100, 100).Draw(t, "value")
		}
		figures := map[int]Reading{}
		for y := 2021; y <= 2026; y++ {
			switch rapid.IntRange(0, 3).Draw(t, "figure") {
			case 1:
				figures[y] = Reading{Value: edu.Missing()}
			case 2:
				figures[y] = Reading{Value: rapid.Float64Range(-100, 100).Draw(t, "now"), Owed: rapid.IntRange(0, 1).Draw(t, "owed"), Floor: rapid.Bool().Draw(t, "floor")}
			}
		}
		p := Judge(&tg, figures, rapid.Float64Range(0, 1).Draw(t, "near"), 2025)
		if p.Track != OnTrack {
			return
		}
		if f := figures[p.Year]; !finite(f.Value) || f.Owed > 0 && !(f.Floor && tg.Direction == Up) || p.Year <= tg.BaseYear || p.Year > 2025 {
			t.Fatalf("on track with %+v of %d", f, p.Year)
		}
	})
}

func someone(id string) auth.Actor { return auth.Actor{Account: id, Name: id} }

func TestSteps(t *testing.T) {
	at := time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)
	v := Version{Plan: sound(), Version: 1, State: Draft}
	do := func(v Version, act Act, who, text string) Version {
		t.Helper()
		n, err := Next(v, act, someone(who), text, at)
		if err != nil {
			t.Fatalf("%s by %s: %v", act, who, err)
		}
		return n
	}
	refused := func(v Version, act Act, who, text string, kind error) {
		t.Helper()
		if n, err := Next(v, act, someone(who), text, at); !isKind(err, kind) || n.State != v.State {
			t.Errorf("%s by %s in %s: %v, want %v", act, who, v.State, err, kind)
		}
	}
	v = do(v, Save, "a", "")
	refused(v, Approve, "b", "", fault.Conflict)
	v = do(v, HandIn, "b", "")
	refused(v, Save, "a", "", fault.Conflict)
	refused(v, Approve, "a", "", fault.Forbidden) // wrote it
	refused(v, Approve, "b", "", fault.Forbidden) // handed it in
	refused(v, Return, "c", "", fault.Invalid)    // without a reason
	back := do(v, Return, "c", "时限不清")
	if back.State != Draft {
		t.Errorf("a returned version is %s", back.State)
	}
	v = do(v, Approve, "c", "云岫政发〔2023〕1号")
	for _, a := range []Act{Save, HandIn, Approve, Return, Drop} {
		refused(v, a, "d", "x", fault.Conflict)
	}
	next := Following(v)
	if next.Version != 2 || next.State != Draft || len(next.Editors) != 0 || len(Diff(&v.Plan, &next.Plan, nil)) != 0 {
		t.Errorf("the next version is not a copy under the same ids: %+v", next)
	}
	next.Lines[1].Measures[0].Owners[0].Lead = false
	if v.Lines[1].Measures[0].Owners[0].Lead != true {
		t.Error("a draft changed the approved version")
	}
	next = do(next, Save, "a", "")
	refused(next, HandIn, "a", "", fault.Blocked)
}

func isKind(err, kind error) bool {
	r, ok := err.(*auth.Refusal)
	return ok && r.Kind == kind && r.In("zh") != ""
}

// Nobody who wrote or handed in a version ever approves it, and an approved
// version is never another one, whatever is tried in whatever order.
func TestApprovedByAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Version{Plan: sound(), Version: 1, State: Draft}
		wrote := map[string]bool{}
		handed := ""
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			act := rapid.SampledFrom([]Act{Save, HandIn, Approve, Return, Drop}).Draw(t, "act")
			who := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who")
			n, err := Next(v, act, someone(who), "x", time.Unix(0, 0))
			if err != nil {
				continue
			}
			if v.State == Approved || v.State == Dropped {
				t.Fatalf("%s changed a version that is %s", act, v.State)
			}
			switch act {
			case Save:
				wrote[who] = true
			case HandIn:
				handed = who
			case Approve, Return:
				if wrote[who] || handed == who {
					t.Fatalf("%s decided on the own version", who)
				}
			}
			v = n
		}
	})
}

func TestDiff(t *testing.T) {
	a := sound()
	b := a.Clone()
	b.Lines[1].Targets[0].Values[2025] = 96
	b.Lines[1].Measures[0].Text = "补齐音体美教师"
	b.Lines[1].Measures = append(b.Lines[1].Measures, Measure{ID: b.NewID(MeasureID), Text: "新的一条"})
	b.Lines = slices.Delete(b.Lines, 10, 11)
	var got []string
	for _, c := range Diff(&a, &b, nil) {
		got = append(got, c.Text.ZH)
	}
	want := []string{
		"目标“达标率”：年度目标由“2023: 80 2025: 95”改为“2023: 80 2025: 96”",
		"措施“补齐音体美教师”：内容由“补齐教师”改为“补齐音体美教师”",
		"新增措施“新的一条”",
		"删除主线“改革”",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFromDraft(t *testing.T) {
	p := sound()
	before := p.Last
	ids := FromDraft(&p, []draft.Line{
		{Wording: "化解大班额", Row: "S4", Stage: "compulsory", Indicator: "cn-compulsory@2017:r1", Lead: "市教体局", With: "市财政局、各县（市、区）政府", Day: "2024-12-31", Sentence: "原句一"},
		{Wording: "提高教师待遇", Row: "S9"},
		{Wording: "开展督办", Row: "S17", Limit: "长期坚持"},
	}, func(said string) string { return map[string]string{"市财政局": "dept:finance"}[said] })
	if len(ids) != 3 || ids[0] != fmt.Sprintf("M%d", before+1) {
		t.Fatalf("ids %v", ids)
	}
	l, m := p.Measure(ids[0])
	want := []Owner{{Said: "市教体局", Lead: true}, {Body: "dept:finance", Said: "市财政局", Duty: task.Departmental}, {Said: "各县（市、区）政府"}}
	if l.Row != "S4" || m.Target != p.Lines[1].Targets[0].ID || m.Due.String() != "2024-12-31" || m.Source != "原句一" || !reflect.DeepEqual(m.Owners, want) {
		t.Errorf("line %s, measure %+v", l.Row, m)
	}
	if l, m := p.Measure(ids[1]); l.Row != "S10" || m.Due != 0 || len(m.Owners) != 0 {
		t.Errorf("what the text does not give stays open: %s %+v", l.Row, m)
	}
	if l, m := p.Measure(ids[2]); l.Row != "S17" || !m.Standing {
		t.Errorf("a row without a line gets one: %s %+v", l.Row, m)
	}
	if bad := Breaking(p.Check()); len(bad) > 0 {
		t.Errorf("the draft cannot be saved: %v", bad)
	}
}

// What is saved is what is read.
func TestJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPlan(t)
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var q Plan
		if err := json.Unmarshal(b, &q); err != nil {
			t.Fatal(err)
		}
		if d := Diff(&p, &q, nil); len(d) > 0 {
			t.Fatalf("it is another plan: %v", d)
		}
	})
}
