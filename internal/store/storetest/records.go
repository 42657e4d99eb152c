package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

func roundTrip(t *testing.T, dsn string) {
	s := open(t, dsn)
	na := edu.NotApplicable.Float()
	secs := table(edu.Section, "",
		section("2199000002", "junior", in("990101", "102"), "pupils", 0, "area", 12.5, "evidence", "文号 7"),
		section("2199000001", "primary", in("990101", "101"), "pupils", na, "area", edu.Missing()))
	classes := table(edu.Section, "classes",
		section("2199000001", "primary", in("990101", "101"), "grade", 1, "class_pupils", 45),
		section("2199000002", "junior", in("990101", "102"), "grade", 7, "class_pupils", 50),
		section("2199000001", "primary", in("990101", "101"), "grade", 2, "class_pupils", na))
	county := table(edu.County, "", row{key: "990101", name: "县990101", cells: map[string]float64{"pay": 8.25}})
	// What a mixed school gives once, from the same sheet as its sections.
	shared := table(edu.School, "",
		section("2199000001", "", in("990101", "101"), "area", 23226, "equipment", na),
		section("2199000003", "", in("990101", "102"), "area", edu.Missing(), "equipment", 0.5))
	shared.Sheet, shared.Rows = secs.Sheet, []int32{7, 8}
	sub := submission("a", year)
	put(t, s, sub, secs, classes, county, shared)
	s.Close()

	s = open(t, dsn)
	got := read(t, s, all, store.Query{Period: year})
	if len(got) != 4 {
		t.Fatalf("%d tables; want 4", len(got))
	}
	for i, want := range []*frame.Table{secs, classes, county, shared} {
		want.Submission, want.Period = "a", year
		compare(t, got[i], want)
	}
	if v := edu.FromFloat(got[0].Cols["pupils"][1]); !v.IsNotApplicable() {
		t.Errorf("not applicable came back as %v", v)
	}
	if v := edu.FromFloat(got[0].Cols["area"][1]); !v.IsMissing() {
		t.Errorf("missing came back as %v", v)
	}
	subs, err := s.Submissions(context.Background(), all, store.Filter{Period: year, Form: "basic"})
	if err != nil || len(subs) != 1 {
		t.Fatalf("%v, %v", subs, err)
	}
	if subs[0] != sub {
		t.Errorf("submission came back as %+v; want %+v", subs[0], sub)
	}
	h, err := s.History(context.Background(), all, edu.SectionID("school-2199000002", "junior"), "area", year)
	if err != nil || len(h) != 1 {
		t.Fatalf("history: %v, %v", h, err)
	}
	want := edu.Cell{Submission: "a", File: "book.xlsx", Sheet: "sheet", Row: 5, Column: "D", Header: "表头 area"}
	if h[0].Cell != want || h[0].Value != edu.Some(12.5) || h[0].Submission.By != "clerk" {
		t.Errorf("history: %+v", h[0])
	}
	h, err = s.History(context.Background(), all, edu.SectionID("school-2199000002", "junior"), "evidence", year)
	if err != nil || len(h) != 1 || h[0].Text != "文号 7" {
		t.Errorf("history of a text: %+v, %v", h, err)
	}
}

// compare holds a table that was read to the one that was imported: texts, not
// their codes, and cells bit by bit.
func compare(t interface {
	Helper()
	Errorf(string, ...any)
}, got, want *frame.Table) {
	t.Helper()
	if d := cmp.Diff(plain(want), plain(got)); d != "" {
		t.Errorf("table %s/%s (-want +got):\n%s", want.Sheet, want.List, d)
	}
}

func plain(t *frame.Table) map[string]any {
	texts := func(s *frame.Strings) []string {
		out := make([]string, t.N)
		for i := range out {
			out[i] = s.At(i)
		}
		return out
	}
	m := map[string]any{"period": t.Period.String(), "level": t.Level, "list": t.List, "submission": t.Submission, "file": t.File, "sheet": t.Sheet,
		"n": t.N, "rows": t.Rows, "stage": texts(t.Stage), "staged": t.Stage != nil, "key": texts(t.Key), "name": texts(t.Name), "heads": t.Heads}
	for l := range t.Path {
		m[fmt.Sprint("path ", l)], m[fmt.Sprint("names ", l)] = texts(t.Path[l]), texts(t.PathName[l])
	}
	for id, col := range t.Cols {
		var bits []uint64
		for _, f := range col {
			bits = append(bits, math.Float64bits(f))
		}
		m["col "+id] = bits
	}
	for id, s := range t.Texts {
		m["text "+id] = texts(s)
	}
	return m
}

// anyTable: whatever goes in comes out, for tables of any shape.
func anyTable(t *testing.T, dsn string) {
	s := open(t, dsn)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		p := edu.OnDay(2001, 1, n) // a period of its own for each try
		var rows []row
		cols := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9_]{0,4}(\.g[1-9])?`), 1, 6, rapid.ID).Draw(rt, "cols")
		keys := rapid.SliceOfNDistinct(rapid.IntRange(1, 999), 1, 12, rapid.ID).Draw(rt, "keys")
		cell := rapid.OneOf(rapid.Float64Range(-1e300, 1e300), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), edu.Missing(), edu.NotApplicable.Float(), math.SmallestNonzeroFloat64, math.MaxFloat64}))
		for _, k := range keys {
			// The place of a school follows from its code: it does not move.
			r := section(fmt.Sprintf("2199000%03d", k), []string{"primary", "junior"}[k%2], in(fmt.Sprintf("99%04d", k%3), fmt.Sprintf("1%02d", k%2)))
			for _, c := range cols {
				r.cells[c] = cell.Draw(rt, "cell")
			}
			if rapid.Bool().Draw(rt, "text") {
				r.texts = map[string]string{"note": rapid.String().Draw(rt, "note")}
			}
			rows = append(rows, r)
		}
		if rows[0].texts == nil {
			for i := range rows {
				rows[i].texts = nil
			}
		}
		want := table(edu.Section, rapid.SampledFrom([]string{"", "rooms"}).Draw(rt, "list"), rows...)
		sub := submission(fmt.Sprintf("any-%d", n), p)
		rev, err := s.Import(context.Background(), all, sub, []*frame.Table{want})
		if err != nil {
			rt.Fatal(err)
		}
		if rev.Records != len(keys) || rev.Changed != len(keys) {
			rt.Errorf("%+v; want %d records, all changed", rev, len(keys))
		}
		got, err := s.Tables(context.Background(), all, store.Query{Period: p})
		if err != nil || len(got) != 1 {
			rt.Fatalf("%d tables, %v", len(got), err)
		}
		want.Period, want.Submission = p, sub.ID
		compare(rt, got[0], want)
	})
}

func revisions(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	a := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	b := section("2199000002", "primary", in("990101", "101"), "pupils", 20)
	put(t, s, submission("1", year), table(edu.Section, "", a, b))
	before, err := s.Snapshot(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	a.cells = map[string]float64{"pupils": 11}
	rev := put(t, s, submission("22", year), table(edu.Section, "", a, b))
	if rev.Records != 2 || rev.Changed != 1 || rev.NewUnits != 0 {
		t.Errorf("second import: %+v; want 1 of 2 changed", rev)
	}
	got := read(t, s, all, store.Query{Period: year})
	if f := figures(got); f["2199000001 primary pupils"] != "11" || f["2199000002 primary pupils"] != "20" || len(f) != 2 {
		t.Errorf("now: %v", f)
	}
	// An unchanged figure keeps the submission that first gave it.
	for _, tab := range got {
		want := map[string]string{"2199000001": "22", "2199000002": "1"}[tab.Key.At(0)]
		if tab.N != 1 || tab.Submission != want {
			t.Errorf("%d records of %s come from submission %s; want %s", tab.N, tab.Key.At(0), tab.Submission, want)
		}
	}
	if f := figures(read(t, s, all, store.Query{Period: year, AsOf: before})); f["2199000001 primary pupils"] != "10" {
		t.Errorf("as of before: %v", f)
	}
	h, err := s.History(ctx, all, edu.SectionID("school-2199000001", "primary"), "pupils", year)
	if err != nil || len(h) != 2 || h[0].Value != edu.Some(11) || h[1].Value != edu.Some(10) || h[0].Seq <= h[1].Seq {
		t.Errorf("history: %+v, %v", h, err)
	}
	// Back to the first figure: a third revision, not the first one again.
	a.cells = map[string]float64{"pupils": 10}
	if rev := put(t, s, submission("333", year), table(edu.Section, "", a)); rev.Changed != 1 {
		t.Errorf("third import: %+v", rev)
	}
	if h, _ := s.History(ctx, all, edu.SectionID("school-2199000001", "primary"), "pupils", year); len(h) != 3 {
		t.Errorf("%d revisions; want 3", len(h))
	}
	if f := figures(read(t, s, all, store.Query{Period: year})); f["2199000001 primary pupils"] != "10" {
		t.Errorf("at last: %v", f)
	}
}

func columns(t *testing.T, dsn string) {
	s := open(t, dsn)
	path := in("990101", "101")
	put(t, s, submission("1", year), table(edu.Section, "", section("2199000001", "primary", path, "a", 1, "b", 2, "note", "old")))
	put(t, s, submission("22", year), table(edu.Section, "", section("2199000001", "primary", path, "b", edu.Missing(), "c", 3)))
	want := map[string]string{"2199000001 primary a": "1", "2199000001 primary c": "3", "2199000001 primary text note": "old"}
	if d := cmp.Diff(want, figures(read(t, s, all, store.Query{Period: year}))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	// Another form stands beside it.
	sub := submission("333", year)
	sub.Form = "other"
	put(t, s, sub, table(edu.Section, "", section("2199000001", "primary", path, "z", 9)))
	want["2199000001 primary z"] = "9"
	if d := cmp.Diff(want, figures(read(t, s, all, store.Query{Period: year}))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func lists(t *testing.T, dsn string) {
	s := open(t, dsn)
	path := in("990101", "101")
	sec := table(edu.Section, "", section("2199000001", "primary", path, "pupils", 80))
	class := func(ns ...int) *frame.Table {
		var rows []row
		for _, n := range ns {
			rows = append(rows, section("2199000001", "primary", path, "class_pupils", n))
		}
		if len(rows) == 0 { // a sheet with rows of another school only
			rows = append(rows, section("2199000009", "primary", path, "class_pupils", 1))
		}
		return table(edu.Section, "classes", rows...)
	}
	count := func() (n int) {
		for k := range figures(read(t, s, all, store.Query{Period: year})) {
			if strings.Contains(k, "2199000001 primaryclasses") {
				n++
			}
		}
		return n
	}
	put(t, s, submission("1", year), sec, class(40, 40))
	if n := count(); n != 2 {
		t.Errorf("%d classes; want 2", n)
	}
	put(t, s, submission("22", year), sec, class(30, 30, 20))
	if n := count(); n != 3 {
		t.Errorf("%d classes after the second list; want 3", n)
	}
	put(t, s, submission("333", year), table(edu.Section, "", section("2199000001", "primary", path, "pupils", 81)))
	if n := count(); n != 3 {
		t.Errorf("%d classes after a submission without list; want 3", n)
	}
	// A list of senior classes says nothing of primary ones, though the file speaks
	// of the primary section otherwise.
	put(t, s, submission("seniors", year), table(edu.Section, "", section("2199000001", "primary", path, "pupils", 82), section("3499000001", "senior", path, "pupils", 50)),
		table(edu.Section, "classes", section("3499000001", "senior", path, "class_pupils", 50)))
	if n := count(); n != 3 {
		t.Errorf("%d classes after a list of another stage; want 3", n)
	}
	put(t, s, submission("4444", year), sec, class())
	if n := count(); n != 0 {
		t.Errorf("%d classes after a list without the section; want 0", n)
	}
}

func complete(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	a := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	b := section("2199000002", "primary", in("990101", "101"), "pupils", 20)
	other := section("2199000003", "primary", in("990102", "101"), "pupils", 30)
	put(t, s, submission("1", year), table(edu.Section, "", a, b, other), table(edu.County, "", row{key: "990101", cells: map[string]float64{"pay": 1}}))
	sub := submission("22", year)
	sub.Complete = true
	rev := put(t, s, sub, table(edu.Section, "", a))
	if rev.Withdrawn != 1 || rev.Changed != 0 {
		t.Errorf("%+v; want 1 withdrawn, none changed", rev)
	}
	want := []string{"2199000001 primary pupils", "2199000003 primary pupils", "990101  pay"}
	if got := slices.Sorted(maps.Keys(figures(read(t, s, all, store.Query{Period: year})))); !slices.Equal(got, want) {
		t.Errorf("left: %v; want %v", got, want)
	}
	h, err := s.History(ctx, all, edu.SectionID("school-2199000002", "primary"), "pupils", year)
	if err != nil || len(h) != 2 || !h[0].Withdrawn || h[1].Value != edu.Some(20) {
		t.Errorf("history of the withdrawn: %+v, %v", h, err)
	}
	sub.ID = "333"
	if rev := put(t, s, sub, table(edu.Section, "", a)); rev.Withdrawn != 0 {
		t.Errorf("withdrawn twice: %+v", rev)
	}
	if rev := put(t, s, submission("4444", year), table(edu.Section, "", b)); rev.Changed != 1 {
		t.Errorf("a withdrawn record that is given again: %+v", rev)
	}
	if got := figures(read(t, s, all, store.Query{Period: year})); got["2199000002 primary pupils"] != "20" {
		t.Errorf("given again: %v", got)
	}
}

func idempotent(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	a := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	put(t, s, submission("1", year), table(edu.Section, "", a))
	before, _ := s.Snapshot(ctx, all)
	if rev := put(t, s, submission("1", year), table(edu.Section, "", a)); !rev.Repeated {
		t.Errorf("the same submission again: %+v", rev)
	}
	if rev := put(t, s, submission("22", year), table(edu.Section, "", a)); rev.Changed != 0 || len(rev.Seqs) != 0 {
		t.Errorf("the same content in a new submission: %+v", rev)
	}
	after, _ := s.Snapshot(ctx, all)
	if !maps.Equal(before.Seqs, after.Seqs) {
		t.Errorf("sequence numbers moved from %v to %v", before.Seqs, after.Seqs)
	}
	a.cells["pupils"] = 11
	_, err := s.Import(ctx, all, submission("1", year), []*frame.Table{table(edu.Section, "", a)})
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("the same id with other content: %v; want a conflict", err)
	}
}

func door(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	path := in("990101", "101")
	zero := 0.0
	bad := table(edu.Section, "",
		section("2199000001", "primary", path, "a", math.Inf(1), "b", 1),
		section("2199000002", "primary", path, "a", 1, "b", math.Inf(-1)),
		section("", "primary", path, "a", 1, "b", -(zero/zero)))
	_, err := s.Import(ctx, all, submission("1", year), []*frame.Table{bad})
	if !errors.Is(err, fault.Invalid) {
		t.Fatalf("%v; want invalid", err)
	}
	for _, want := range []string{"row 5, column a: +Inf", "row 6, column b: -Inf", "row 7, column b: NaN", "row 7: it names no unit", "book.xlsx, sheet sheet"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	_, err = s.Import(ctx, all, store.Submission{}, nil)
	for _, want := range []string{"no id", "no form", "no period", "no time"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("an empty submission: the error does not say %q: %v", want, err)
		}
	}
	sub := submission("1", edu.Year(20255))
	if _, err := s.Import(ctx, all, sub, []*frame.Table{table(edu.Section, "", section("2199000001", "primary", path, "a", 1))}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a period that cannot be read back: %v", err)
	}
	wrong := table(edu.Section, "", section("2199000001", "primary", path, "a", 1))
	wrong.Period = edu.Year(1999)
	if _, err := s.Import(ctx, all, submission("1", year), []*frame.Table{wrong}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a table of another period: %v", err)
	}
	if ps, _ := s.Periods(ctx, all); len(ps) != 0 {
		t.Errorf("something was saved: %v", ps)
	}
}

func batch(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	a := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	put(t, s, submission("0", year), table(edu.Section, "", a))
	hidden := func(id string, r row) store.Submission {
		sub := submission(id, year)
		sub.Batch = "big"
		put(t, s, sub, table(edu.Section, "", r))
		return sub
	}
	a.cells = map[string]float64{"pupils": 11}
	hidden("b1", a)
	b := section("2199000002", "primary", in("990102", "101"), "pupils", 20)
	hidden("b2", b)
	c := section("2199000003", "primary", in("990102", "101"), "pupils", 30) // stands in a county that only the batch knows
	hidden("b3", c)
	// Within the batch the first figure comes back: it must win after the flip.
	a.cells = map[string]float64{"pupils": 10}
	hidden("b4", a)

	before := figures(read(t, s, all, store.Query{Period: year}))
	if len(before) != 1 || before["2199000001 primary pupils"] != "10" {
		t.Errorf("before the flip: %v", before)
	}
	if tree, _ := s.Tree(ctx, all); tree.On(year).Find("county-990102") >= 0 {
		t.Error("a unit of a hidden batch is in the tree")
	}
	if subs, _ := s.Submissions(ctx, all, store.Filter{}); len(subs) != 1 {
		t.Errorf("submissions before the flip: %v", subs)
	}
	// Somebody else needs a unit that so far only the batch knows.
	d := section("2199000004", "primary", in("990102", "101"), "pupils", 40)
	put(t, s, submission("d", year), table(edu.Section, "", d))
	snap, err := s.Snapshot(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	seen := figures(read(t, s, all, store.Query{Period: year}))
	if len(seen) != 2 || seen["2199000004 primary pupils"] != "40" {
		t.Errorf("before the flip, with another import: %v", seen)
	}
	if err := s.Publish(ctx, all, "big"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"2199000001 primary pupils": "10", "2199000002 primary pupils": "20", "2199000003 primary pupils": "30", "2199000004 primary pupils": "40"}
	if d := cmp.Diff(want, figures(read(t, s, all, store.Query{Period: year}))); d != "" {
		t.Errorf("after the flip (-want +got):\n%s", d)
	}
	if d := cmp.Diff(seen, figures(read(t, s, all, store.Query{Period: year, AsOf: snap}))); d != "" {
		t.Errorf("as of before the flip (-want +got):\n%s", d)
	}
	if err := s.Publish(ctx, all, "big"); err != nil {
		t.Errorf("the flip again: %v", err)
	}
	if err := s.Publish(ctx, all, "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a batch that is not there: %v", err)
	}
}

func failed(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	put(t, s, submission("0", year), table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 10)))
	if err := s.RegisterUnits(ctx, all, []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "9901"}}},
		{ID: "ours", Level: edu.County, Attrs: []edu.Attrs{{Code: "990105", Parent: "city"}}},
		{ID: "far", Level: edu.City, Attrs: []edu.Attrs{{Code: "9902"}}},
	}); err != nil {
		t.Fatal(err)
	}
	before, _ := s.Snapshot(ctx, all)
	good := section("2199000002", "primary", in("990101", "101"), "pupils", 10)
	wrong := section("2199000003", "primary", map[edu.Level][2]string{edu.City: {"9902", ""}, edu.County: {"990105", ""}}, "pupils", 10)
	_, err := s.Import(ctx, all, submission("1", year), []*frame.Table{table(edu.Section, "", good), table(edu.Section, "", wrong)})
	if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "row 5") || !strings.Contains(err.Error(), "990105") {
		t.Errorf("a county in the wrong city: %v", err)
	}
	after, _ := s.Snapshot(ctx, all)
	if !maps.Equal(before.Seqs, after.Seqs) {
		t.Errorf("a failed import moved %v to %v", before.Seqs, after.Seqs)
	}
	if tree, _ := s.Tree(ctx, all); tree != nil {
		if _, ok := tree.Unit("school-2199000002"); ok {
			t.Error("a failed import registered a school")
		}
	}
}
