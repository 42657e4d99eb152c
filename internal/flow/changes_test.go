package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
)

// town is a made-up city of two counties, each school with so many pupils.
type town struct {
	*City
	t   *testing.T
	dir string // of its database
}

const townHeader = "学年,学校标识码,学校名称,学段,地市代码,县区代码,县区名称,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师"

func newTown(t *testing.T) *town { return newTownOf(t, "cn-compulsory@2017") }

func newTownOf(t *testing.T, ref string) *town {
	t.Helper()
	dir := t.TempDir()
	c, err := Open(context.Background(), filepath.Join(dir, "a.db"), ref)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	units := []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "某市"}}}},
		{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990121", Name: edu.Text{ZH: "东县"}, Parent: "city"}}},
		{ID: "west", Level: edu.County, Attrs: []edu.Attrs{{Code: "990122", Name: edu.Text{ZH: "西县"}, Parent: "city"}}},
	}
	if err := c.Register(context.Background(), units); err != nil {
		t.Fatal(err)
	}
	return &town{c, t, dir}
}

// year brings in a year: lines of "code name county pupils-per-grade".
func (c *town) year(year int, lines ...string) {
	c.t.Helper()
	var b strings.Builder
	b.WriteString(townHeader + "\n")
	for _, l := range lines {
		var code, name, county string
		var n int
		if _, err := fmt.Sscan(l, &code, &name, &county, &n); err != nil {
			c.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d,%s,%s,小学,990100,%s,,121,211,%d,%d,%d,%d,%d,%d,%d\n", year, code, name, county, n, n, n, n, n, n, n)
	}
	text := b.String()
	err := c.Import(context.Background(), []intake.File{{Name: fmt.Sprintf("%d.csv", year), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}},
		ImportOptions{By: "clerk", Done: func(r Receipt) {
			for _, p := range r.Problems {
				if r.Refused {
					c.t.Log(p.Text.EN)
				}
			}
		}})
	if err != nil {
		c.t.Fatal(err)
	}
}

// before is how many pupils and teachers a school had last year, as comparisons
// see it.
func (c *town) before(year int, code string) (pupils, teachers float64, cells int) {
	c.t.Helper()
	set, err := c.withPast(context.Background(), part{scope: local}, edu.Year(year))
	if err != nil {
		c.t.Fatal(err)
	}
	f := set.Stage("primary")
	row, ok := f.Find(code)
	if !ok {
		c.t.Fatalf("%s is not there in %d", code, year)
	}
	get := func(e string) float64 {
		if col, ok := f.Column(e + "@prev"); ok {
			return col[row]
		}
		return math.NaN()
	}
	return get("pupils"), get("teachers"), len(f.Origin(row, "teachers@prev"))
}

func (c *town) change(ch collect.UnitChange) collect.UnitChange {
	c.t.Helper()
	ch.Document = "某教发〔2025〕1号"
	done, err := c.ChangeUnit(context.Background(), auth.Actor{Local: true}, ch)
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

func autumn(year int) edu.Date { return edu.DateOf(edu.Year(year).Reference()) }

// The past of a school follows the school, not its code.
func TestPastFollowsTheSchool(t *testing.T) {
	fresh := func(code, name, parent string) collect.NewUnit {
		return collect.NewUnit{Code: code, Name: edu.Text{ZH: name}, Parent: edu.UnitID(parent), Kind: "211", Ownership: edu.Public, UrbanRural: "121"}
	}
	for _, tt := range []struct {
		name   string
		change collect.UnitChange
		next   string // a school of the year after
		code   string
		pupils float64
		cells  int
	}{
		{"no change", collect.UnitChange{}, "2100000001 甲小学 990121 11", "2100000001", 60, 1},
		{"merged into a new one", collect.UnitChange{Kind: collect.Merged, Units: []edu.UnitID{"school-2100000001", "school-2100000002"}, New: []collect.NewUnit{fresh("2100000009", "新小学", "east")}},
			"2100000009 新小学 990121 31", "2100000009", 60 + 120, 2},
		{"merged into one that exists", collect.UnitChange{Kind: collect.Merged, Units: []edu.UnitID{"school-2100000001"}, Into: "school-2100000002"},
			"2100000002 乙小学 990121 31", "2100000002", 60 + 120, 2},
		{"split", collect.UnitChange{Kind: collect.Split, Units: []edu.UnitID{"school-2100000002"}, New: []collect.NewUnit{fresh("2100000002", "乙小学", "east"), fresh("2100000008", "丁小学", "east")}},
			"2100000002 乙小学 990121 10", "2100000002", math.NaN(), 0},
		{"renamed", collect.UnitChange{Kind: collect.Renamed, Units: []edu.UnitID{"school-2100000001"}, Name: edu.Text{ZH: "育才小学"}},
			"2100000001 育才小学 990121 11", "2100000001", 60, 1},
		{"recoded", collect.UnitChange{Kind: collect.Recoded, Units: []edu.UnitID{"school-2100000001"}, Code: "2100000007"},
			"2100000007 甲小学 990121 11", "2100000007", 60, 1},
		{"moved to another county", collect.UnitChange{Kind: collect.Moved, Units: []edu.UnitID{"school-2100000001"}, Parent: "west"},
			"2100000001 甲小学 990122 11", "2100000001", 60, 1},
		{"its county became a district", collect.UnitChange{Kind: collect.Recoded, Units: []edu.UnitID{"east"}, Code: "990104", Name: edu.Text{ZH: "东区"}},
			"2100000001 甲小学 990104 11", "2100000001", 60, 1},
		{"opened", collect.UnitChange{Kind: collect.Opened, New: []collect.NewUnit{fresh("2100000006", "戊小学", "west")}},
			"2100000006 戊小学 990122 11", "2100000006", math.NaN(), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newTown(t)
			c.year(2024, "2100000001 甲小学 990121 10", "2100000002 乙小学 990121 20", "2100000003 丙小学 990122 30")
			if tt.change.Kind != "" {
				tt.change.Day = autumn(2025)
				c.change(tt.change)
			}
			c.year(2025, tt.next, "2100000003 丙小学 990122 33")
			pupils, teachers, cells := c.before(2025, tt.code)
			if pupils != tt.pupils && !(math.IsNaN(pupils) && math.IsNaN(tt.pupils)) || teachers != tt.pupils/6 && !math.IsNaN(tt.pupils) || cells != tt.cells {
				t.Errorf("last year %v pupils and %v teachers from %d cells; want %v, %v from %d", pupils, teachers, cells, tt.pupils, tt.pupils/6, tt.cells)
			}
			if other, _, _ := c.before(2025, "2100000003"); other != 180 {
				t.Errorf("a school that nothing happened to had %v pupils", other)
			}
		})
	}
}

// Whoever sees one of two predecessors only does not see half a sum.
func TestPastOutOfSight(t *testing.T) {
	ctx, c := context.Background(), newTown(t)
	c.year(2024, "2100000001 甲小学 990121 10", "2100000002 乙小学 990122 20")
	c.change(collect.UnitChange{Kind: collect.Merged, Day: autumn(2025), Units: []edu.UnitID{"school-2100000001"}, Into: "school-2100000002"})
	c.year(2025, "2100000002 乙小学 990122 31")
	for _, tt := range []struct {
		unit edu.UnitID
		want float64
	}{{"city", 180}, {"west", math.NaN()}} {
		v := c.As(auth.Actor{Account: "a", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: tt.unit}}})
		set, err := c.withPast(ctx, v.part, edu.Year(2025))
		if err != nil {
			t.Fatal(err)
		}
		f := set.Stage("primary")
		row, _ := f.Find("2100000002")
		col, ok := f.Column("pupils@prev")
		if ok && col[row] != tt.want && !(math.IsNaN(col[row]) && math.IsNaN(tt.want)) || !ok && !math.IsNaN(tt.want) {
			t.Errorf("seen from %s it had %v pupils, want %v", tt.unit, col, tt.want)
		}
	}
}

func TestUndoChange(t *testing.T) {
	ctx, c := context.Background(), newTown(t)
	c.year(2024, "2100000001 甲小学 990121 10", "2100000002 乙小学 990121 20")
	merger := c.change(collect.UnitChange{Kind: collect.Merged, Day: autumn(2025), Units: []edu.UnitID{"school-2100000001"}, Into: "school-2100000002"})
	renamed := c.change(collect.UnitChange{Kind: collect.Renamed, Day: autumn(2026), Units: []edu.UnitID{"school-2100000002"}, Name: edu.Text{ZH: "新小学"}})
	who := auth.Actor{Local: true}
	if err := c.UndoChange(ctx, who, merger.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("undone before the change that rests on it: %v", err)
	}
	for _, id := range []string{renamed.ID, merger.ID, merger.ID} {
		if err := c.UndoChange(ctx, who, id); err != nil {
			t.Fatal(err)
		}
	}
	tree, _ := c.Tree(ctx)
	for _, id := range []edu.UnitID{"school-2100000001", "school-2100000002"} {
		u, _ := tree.Unit(id)
		if a, _ := u.On(autumn(2027)); u.Ended != 0 || len(u.Into) > 0 || a.Name.ZH == "新小学" {
			t.Errorf("%s is still changed: %+v", id, u)
		}
	}
	opened := c.change(collect.UnitChange{Kind: collect.Opened, Day: autumn(2025), New: []collect.NewUnit{{Code: "2100000005", Name: edu.Text{ZH: "丁小学"}, Parent: "east"}}})
	second := c.change(collect.UnitChange{Kind: collect.Opened, Day: autumn(2025), New: []collect.NewUnit{{Code: "2100000006", Name: edu.Text{ZH: "戊小学"}, Parent: "east"}}})
	c.year(2025, "2100000005 丁小学 990121 9")
	if err := c.UndoChange(ctx, who, opened.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("undone although it has figures: %v", err)
	}
	if err := c.UndoChange(ctx, who, second.ID); err != nil {
		t.Fatal(err)
	}
	tree, _ = c.Tree(ctx)
	if on := tree.On(edu.Year(2025)); len(on.ByKey(edu.School, "2100000006")) != 0 || len(on.ByKey(edu.School, "2100000005")) != 1 {
		t.Error("a school whose opening was undone is there, or the other is not")
	}
	// Its code is free again.
	c.change(collect.UnitChange{Kind: collect.Opened, Day: autumn(2025), New: []collect.NewUnit{{Code: "2100000006", Name: edu.Text{ZH: "己小学"}, Parent: "east"}}})
	if err := c.UndoChange(ctx, who, "nothing"); !errors.Is(err, fault.NotFound) {
		t.Errorf("undo of nothing: %v", err)
	}
	list, err := c.Changes(ctx, who)
	if err != nil || len(list) != 5 || list[4].ID != merger.ID || list[4].Undone.IsZero() || !list[0].Undone.IsZero() {
		t.Errorf("%d changes, %v", len(list), err)
	}
}

// Whoever may change schools may do so in the own part of the tree.
func TestChangeUnitReach(t *testing.T) {
	ctx, c := context.Background(), newTown(t)
	c.year(2024, "2100000001 甲小学 990121 10", "2100000002 乙小学 990122 20")
	clerk := func(role auth.Role, unit edu.UnitID) auth.Actor {
		return auth.Actor{Account: "a1", Grants: []auth.Grant{{Role: role, Unit: unit}}}
	}
	shut := collect.UnitChange{Kind: collect.Shut, Day: autumn(2025), Document: "1号", Units: []edu.UnitID{"school-2100000001"}}
	away := collect.UnitChange{Kind: collect.Moved, Day: autumn(2025), Document: "1号", Units: []edu.UnitID{"school-2100000001"}, Parent: "west"}
	for _, tt := range []struct {
		name string
		who  auth.Actor
		ch   collect.UnitChange
		ok   bool
	}{
		{"its county", clerk(auth.CountyClerk, "east"), shut, true},
		{"another county", clerk(auth.CountyClerk, "west"), shut, false},
		{"out of its county", clerk(auth.CountyClerk, "east"), away, false},
		{"into its county", clerk(auth.CountyClerk, "west"), away, false},
		{"a role that may not", clerk(auth.CountyReviewer, "east"), shut, false},
		{"nobody", auth.Actor{}, shut, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := c.PreviewChange(ctx, tt.who, tt.ch); (err == nil) != tt.ok || !tt.ok && !errors.Is(err, fault.Forbidden) {
				t.Errorf("preview: %v", err)
			}
			done, err := c.ChangeUnit(ctx, tt.who, tt.ch)
			if (err == nil) != tt.ok || !tt.ok && !errors.Is(err, fault.Forbidden) {
				t.Errorf("change: %v", err)
			}
			if tt.ok {
				if list, err := c.Changes(ctx, clerk(auth.CountyClerk, "west")); len(list) > 0 || err != nil {
					t.Errorf("the other county sees %d changes, %v", len(list), err)
				}
				if err := c.UndoChange(ctx, clerk(auth.CountyClerk, "west"), done.ID); !errors.Is(err, fault.Forbidden) {
					t.Errorf("undone by the other county: %v", err)
				}
				if err := c.UndoChange(ctx, tt.who, done.ID); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestAddsUp(t *testing.T) {
	c := newTown(t)
	adds := adds(c.Pack())
	for id, want := range map[string]bool{"pupils": true, "pupils.g1": true, "area_hall": true, "equipment": true, "built_year": false, "class_size_max": false,
		"urban_rural": false, "pay_teacher": false, "monitor_level": false, "exchange_done": true, "nothing": false} {
		if adds(id) != want {
			t.Errorf("%s adds up: %v", id, !want)
		}
	}
}
