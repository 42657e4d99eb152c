package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

// units: names and places are those of each period, in whatever order the
// periods come in.
func units(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	say := func(y int, name, town string) {
		r := section("2199000001", "primary", in("990101", town), "pupils", y)
		r.name = name
		put(t, s, submission(fmt.Sprint(y, name), edu.Year(y)), table(edu.Section, "", r))
	}
	say(2025, "新校", "102")
	say(2023, "旧校", "101")
	say(2024, "旧校", "102")
	say(2026, "新校", "102")
	for _, tt := range []struct {
		year       int
		name, town string
	}{
		{2022, "旧校", "990101101"}, // the first that is known holds before
		{2023, "旧校", "990101101"},
		{2024, "旧校", "990101102"},
		{2025, "新校", "990101102"},
		{2026, "新校", "990101102"},
		{2030, "新校", "990101102"},
	} {
		tree, err := s.Tree(ctx, all)
		if err != nil {
			t.Fatal(err)
		}
		snap := tree.On(edu.Year(tt.year))
		i := snap.Find("school-2199000001")
		if i < 0 {
			t.Fatalf("%d: no school", tt.year)
		}
		n := snap.Nodes[i]
		if town := snap.Nodes[n.Up].Code; n.Name.ZH != tt.name || town != tt.town {
			t.Errorf("%d: %s in %s; want %s in %s", tt.year, n.Name.ZH, town, tt.name, tt.town)
		}
	}
	got := read(t, s, all, store.Query{Period: edu.Year(2023)})[0]
	if got.Name.At(0) != "旧校" || got.Path[edu.Township].At(0) != "990101101" || got.PathName[edu.Township].At(0) != "镇101" {
		t.Errorf("records of 2023 carry %s, %s, %s", got.Name.At(0), got.Path[edu.Township].At(0), got.PathName[edu.Township].At(0))
	}
	// A correction of one year leaves the others alone.
	say(2025, "校正", "102")
	tree, _ := s.Tree(ctx, all)
	for y, want := range map[int]string{2024: "旧校", 2025: "校正", 2026: "新校"} {
		snap := tree.On(edu.Year(y))
		if got := snap.Nodes[snap.Find("school-2199000001")].Name.ZH; got != want {
			t.Errorf("%d after the correction: %s; want %s", y, got, want)
		}
	}
}

func registered(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	set := []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "城", EN: "City"}}}},
		{ID: "county", Level: edu.County, Attrs: []edu.Attrs{
			{Code: "990121", Name: edu.Text{ZH: "旧县"}, Parent: "city", Tag: "M", Source: "a page"},
			{From: edu.DateOf(edu.Year(2018).Reference()), Code: "990104", Name: edu.Text{ZH: "新区"}, Parent: "city"}}},
		{ID: "town", Level: edu.Township, Attrs: []edu.Attrs{{Code: "990104101", Name: edu.Text{ZH: "河镇"}, Parent: "county"}}},
		{ID: "zone", Level: edu.County, Attrs: []edu.Attrs{{Name: edu.Text{ZH: "开发区"}, Parent: "city", Kind: edu.Zone, Statutory: "county"}}},
		{ID: "gone", Level: edu.Township, Ended: edu.DateOf(edu.Year(2020).Reference()), Into: []edu.UnitID{"town"}, Attrs: []edu.Attrs{{Code: "990104102", Parent: "county"}}},
	}
	register := func() {
		t.Helper()
		if err := s.RegisterUnits(ctx, all, set); err != nil {
			t.Fatal(err)
		}
	}
	register()
	before, _ := s.Snapshot(ctx, all)
	register()
	if after, _ := s.Snapshot(ctx, all); !cmp.Equal(before.Seqs, after.Seqs) {
		t.Errorf("registering again moved %v to %v", before.Seqs, after.Seqs)
	}
	tree, err := s.Tree(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range set {
		got, ok := tree.Unit(want.ID)
		if !ok {
			t.Errorf("%s is not in the tree", want.ID)
		} else if d := cmp.Diff(want, *got); d != "" {
			t.Errorf("%s (-want +got):\n%s", want.ID, d)
		}
	}
	// A file may name a region by the code of its time, another time's, its id
	// or its name; a submission does not rename it.
	for i, path := range []map[edu.Level][2]string{
		{edu.County: {"990104", "某县"}, edu.Township: {"990104101", "某镇"}},
		{edu.County: {"990121", ""}, edu.Township: {"河镇", ""}},
		{edu.City: {"990100", ""}, edu.County: {"county", ""}, edu.Township: {"x", "河镇"}},
		{edu.City: {"city", ""}, edu.County: {"新区", ""}, edu.Township: {"town", ""}},
	} {
		p := edu.Year(2019 + i)
		put(t, s, submission("s"+p.String(), p), table(edu.Section, "", section("2199000001", "primary", path, "pupils", 1)))
		got := read(t, s, all, store.Query{Period: p})[0]
		if got.Path[edu.County].At(0) != "990104" || got.PathName[edu.County].At(0) != "新区" || got.PathName[edu.Township].At(0) != "河镇" || got.Path[edu.City].At(0) != "990100" {
			t.Errorf("%v came back as county %s %s, township %s, city %s", path, got.Path[edu.County].At(0), got.PathName[edu.County].At(0),
				got.PathName[edu.Township].At(0), got.Path[edu.City].At(0))
		}
	}
	put(t, s, submission("z", year), table(edu.County, "", row{key: "zone", cells: map[string]float64{"pay": 1}}))
	if f := figures(read(t, s, all, store.Query{Period: year})); f["zone  pay"] != "1" {
		t.Errorf("answers of a zone: %v", f)
	}
	// A new attribute replaces the old ones, as of now.
	set[2].Attrs[0].Name.ZH = "江镇"
	register()
	tree, _ = s.Tree(ctx, all)
	if u, _ := tree.Unit("town"); u.Attrs[0].Name.ZH != "江镇" {
		t.Errorf("renamed on purpose: %+v", u)
	}
	old := read(t, s, all, store.Query{Period: edu.Year(2019), AsOf: before})
	if len(old) != 0 {
		t.Errorf("as of the registration there were %d tables; want none", len(old))
	}
	put(t, s, submission("c", year), table(edu.County, "", row{key: "990177", cells: map[string]float64{"pay": 1}}))
	again := edu.Unit{ID: "mine", Level: edu.County, Attrs: []edu.Attrs{{Code: "990177", Parent: "city"}}}
	if err := s.RegisterUnits(ctx, all, []edu.Unit{again}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second county with the code 990177: %v", err)
	}
	for name, bad := range map[string]edu.Unit{
		"unknown parent":   {ID: "n", Level: edu.Township, Attrs: []edu.Attrs{{Parent: "nobody"}}},
		"zone with a code": {ID: "n", Level: edu.County, Attrs: []edu.Attrs{{Kind: edu.Zone, Code: "1", Statutory: "county", Parent: "city"}}},
		"a section":        {ID: "n", Level: edu.Section, Attrs: []edu.Attrs{{Parent: "school-2199000001"}}},
		"another level":    {ID: "town", Level: edu.County, Attrs: []edu.Attrs{{Parent: "city"}}},
	} {
		if err := s.RegisterUnits(ctx, all, []edu.Unit{bad}); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v; want invalid", name, err)
		}
	}
}

// schools: a national code follows a school that moves, a short one belongs to
// its county.
func schools(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	two := table(edu.Section, "",
		section("0021", "", in("990101", "101"), "pupils", 1),
		section("0021", "", in("990102", "101"), "pupils", 2))
	put(t, s, submission("1", year), two)
	got := read(t, s, all, store.Query{Period: year})
	if len(got) != 1 || got[0].N != 2 || got[0].Path[edu.County].At(0) != "990101" || got[0].Path[edu.County].At(1) != "990102" {
		t.Errorf("two schools with the short code 0021: %v", figures(got))
	}
	if rev := put(t, s, submission("22", edu.Year(2026)), two); rev.NewUnits != 0 {
		t.Errorf("a year later the short codes make %d new units", rev.NewUnits)
	}
	put(t, s, submission("333", year), table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 3)))
	put(t, s, submission("4444", edu.Year(2026)), table(edu.Section, "", section("2199000001", "primary", in("990102", "101"), "pupils", 4)))
	tree, _ := s.Tree(ctx, all)
	for y, county := range map[int]string{2025: "990101", 2026: "990102"} {
		snap := tree.On(edu.Year(y))
		i := snap.Find("school-2199000001")
		if c := snap.Above(i, edu.County); snap.Nodes[c].Code != county {
			t.Errorf("%d: the school is in %s; want %s", y, snap.Nodes[c].Code, county)
		}
	}
	// Both years read from where the school was first registered, and each
	// county sees the year in which it had the school.
	first := store.Part(store.Reader, "county-990101")
	if f := figures(read(t, s, first, store.Query{Period: edu.Year(2026)})); f["2199000001 primary pupils"] != "" {
		t.Errorf("the first county sees the school after it moved: %v", f)
	}
	second := store.Part(store.Reader, "county-990102")
	if f := figures(read(t, s, second, store.Query{Period: edu.Year(2026)})); f["2199000001 primary pupils"] != "4" {
		t.Errorf("the second county does not see the school that moved in: %v", f)
	}
	// Without upper levels: one root, and no region is made up.
	flat := table(edu.Section, "", row{key: "75119", name: "Sunol", cells: map[string]float64{"pupils": 195}})
	put(t, s, submission("flat", edu.Year(1998)), flat)
	g := read(t, s, all, store.Query{Period: edu.Year(1998)})
	if len(g) != 1 || g[0].Name.At(0) != "Sunol" {
		t.Fatalf("a file without upper levels: %v", g)
	}
	for l, p := range g[0].Path {
		if p != nil {
			t.Errorf("a %v appeared above a school without regions", edu.Level(l))
		}
	}
	twice := table(edu.Section, "", section("2199000007", "primary", in("990101", "101"), "pupils", 5), section("2199000007", "primary", in("990101", "101"), "pupils", 6))
	put(t, s, submission("twice", edu.Year(1990)), twice)
	if g := read(t, s, all, store.Query{Period: edu.Year(1990)}); g[0].N != 2 {
		t.Errorf("a school given twice: %d records; want both, for the check that names them", g[0].N)
	}
	_, err := s.Import(ctx, all, submission("none", year), []*frame.Table{})
	if err != nil {
		t.Errorf("a submission without tables: %v", err)
	}
}
