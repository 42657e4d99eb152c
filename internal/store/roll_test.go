package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// What is kept up to date piece by piece is what a program that starts now
// reads, and the roll finds the units that the tree has.
func TestKeptUpToDate(t *testing.T) {
	ctx := context.Background()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s, err := Open(ctx, filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", n)))
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		for step := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			anyWrite(rt, s, step)
			st, err := s.current(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			anew := &Store{dialect: s.dialect, w: s.w, r: s.r, state: newState(), subs: map[string]*submission{}, roll: newRoll()}
			fresh, err := anew.current(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			for name, read := range map[string]reading{"now": now, "hidden": withHidden(), "batch": withBatch("b1")} {
				got, err := st.viewOf(read)
				if err != nil {
					rt.Fatal(err)
				}
				want, err := fresh.viewOf(read)
				if err != nil {
					rt.Fatal(err)
				}
				if d := cmp.Diff(want.tree.Units(), got.tree.Units()); d != "" {
					rt.Fatalf("step %d, %s: tree (-read anew +kept):\n%s", step, name, d)
				}
				if d := cmp.Diff(want.shard, got.shard); d != "" {
					rt.Fatalf("step %d, %s: shards (-read anew +kept):\n%s", step, name, d)
				}
				onRoll(rt, s.roll.under(st, read), got)
			}
		}
	})
}

// anyWrite imports, registers or publishes something.
func anyWrite(rt *rapid.T, s *Store, step int) {
	ctx, all := context.Background(), Whole(Editor)
	one := func(x string) *frame.Strings { return &frame.Strings{Dict: []string{x}, Code: []uint32{0}} }
	var err error
	switch rapid.IntRange(0, 5).Draw(rt, "kind") {
	case 0:
		town := edu.Unit{ID: "town", Level: edu.Township, Attrs: []edu.Attrs{{Code: "99010101", Name: edu.Text{ZH: rapid.SampledFrom([]string{"河镇", "江镇"}).Draw(rt, "name")}}}}
		err = s.RegisterUnits(ctx, all, []edu.Unit{town})
	case 1:
		// There may be nothing to publish yet.
		_ = s.Publish(ctx, all, rapid.SampledFrom([]string{"b1", "b2"}).Draw(rt, "published"))
	default:
		school := rapid.IntRange(1, 3).Draw(rt, "school")
		county := fmt.Sprintf("99010%d", rapid.IntRange(1, 2).Draw(rt, "county"))
		code := fmt.Sprintf("219900000%d", school)
		if school == 3 {
			code = "0021" // unique in its county only
		}
		tab := &frame.Table{Level: edu.Section, File: "a.xlsx", N: 1, Cols: map[string][]float64{"pupils": {float64(rapid.IntRange(0, 2).Draw(rt, "pupils"))}},
			Key: one(code), Name: one(rapid.SampledFrom([]string{"旧校", "新校"}).Draw(rt, "school name")), Stage: one(rapid.SampledFrom([]string{"primary", "junior"}).Draw(rt, "stage"))}
		tab.Path[edu.County], tab.PathName[edu.County] = one(county), one("县"+county)
		sub := Submission{ID: fmt.Sprint(step), Form: "f", Period: edu.Year(rapid.IntRange(2023, 2025).Draw(rt, "year")), At: time.Unix(int64(step), 0),
			Batch: rapid.SampledFrom([]string{"", "", "b1", "b2"}).Draw(rt, "batch")}
		_, err = s.Import(ctx, all, sub, []*frame.Table{tab})
	}
	if err != nil {
		rt.Fatal(err)
	}
}

// onRoll holds a register to the tree of the same reading.
func onRoll(rt *rapid.T, r *rollView, v *view) {
	for id := range r.roll.units {
		want, in := v.tree.Unit(id)
		got, found := r.Unit(id)
		if in != found {
			rt.Fatalf("%s: on the roll %v, in the tree %v", id, found, in)
		}
		if in && !cmp.Equal(want, got) || r.shard(id) != v.shard[id] {
			rt.Fatalf("%s: %+v of %q; want %+v of %q", id, got, r.shard(id), want, v.shard[id])
		}
	}
	for year := 2022; year < 2027; year++ {
		snap := v.tree.On(edu.Year(year))
		for _, u := range v.tree.Units() {
			for _, a := range u.Attrs {
				for _, key := range []string{a.Code, string(u.ID)} {
					var want []edu.UnitID
					for _, i := range snap.ByKey(u.Level, key) {
						want = append(want, snap.Nodes[i].Unit.ID)
					}
					slices.Sort(want)
					if got := r.byCode(u.Level, key, snap.Day); key != "" && len(want) > 0 && !slices.Equal(got, want) {
						rt.Fatalf("%s %q in %d: %q; want %q", u.Level, key, year, got, want)
					}
				}
				if id, ok := r.byName(u.Level, a.Parent, a.Name.ZH, snap.Day); ok && snap.Nodes[snap.Find(id)].Name != a.Name {
					rt.Fatalf("%q in %d: %s", a.Name.ZH, year, id)
				}
			}
		}
		for _, n := range snap.Nodes {
			if n.Unit.Level >= edu.School {
				continue
			}
			if id, ok := r.byName(n.Unit.Level, n.Parent, n.Name.ZH, snap.Day); !ok || snap.Nodes[snap.Find(id)].Name != n.Name {
				rt.Fatalf("%q of %d is not found by its name", n.Name.ZH, year)
			}
		}
	}
}
