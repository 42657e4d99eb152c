package demo

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/partner"
	"shuren/internal/store"
)

func founded(t *testing.T, c *City, dir string) *flow.City {
	t.Helper()
	into, err := flow.Open(t.Context(), filepath.Join(dir, "demo.db"), c.Packs()[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { into.Close() })
	if err := c.Found(t.Context(), into); err != nil {
		t.Fatal(err)
	}
	return into
}

// What the demo shows of links and value added is there after one start and not
// doubled by a second; what people chose since stays, and no pupil is kept.
func TestShow(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into := founded(t, c, dir)
	for range 2 {
		if err := c.Show(ctx, into); err != nil {
			t.Fatal(err)
		}
	}
	links, err := into.Links(ctx, c.actor("planner"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[partner.Kind]int{}
	for _, l := range links {
		count[l.Kind]++
		first, end := partner.YearsOf(&l, c.Years())
		if after := end - first; (l.Kind == partner.Paired) != (after < partner.LeastYears) || first < partner.LeastYears {
			t.Errorf("%s since %s: %d years before, %d after", l.Kind, l.From, first, after)
		}
	}
	if len(links) != len(c.links()) || count[partner.Group] < 20 || count[partner.Custody] < 5 || count[partner.Paired] < 4 {
		t.Errorf("%d links: %v", len(links), count)
	}
	sw, err := into.Switches(ctx)
	if err != nil || !sw.ValueAdded.On || sw.Ranking.On || sw.ValueAdded.Reason == "" {
		t.Errorf("%+v, %v", sw, err)
	}
	runs, err := into.ValueAddedRuns(ctx, c.actor("city"))
	if err != nil || len(runs) != 1 || runs[0].Unknown != 0 || runs[0].Result.Schools != monitoredSchools || runs[0].Period != edu.Year(lastYear) {
		t.Fatalf("%+v, %v", runs, err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	kept := false
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		kept = kept || bytes.Contains(b, []byte(runs[0].Title))
		if bytes.Contains(b, []byte("G9901002010")) {
			t.Errorf("%s holds a pupil's number", p)
		}
	}
	if !kept {
		t.Error("the database is not where this test looks")
	}
	if err := into.SetSwitch(ctx, c.actor("planner"), flow.ValueAdded, false, "试行结束"); err != nil {
		t.Fatal(err)
	}
	if err := c.Show(ctx, into); err != nil {
		t.Fatal(err)
	}
	if sw, err := into.Switches(ctx); err != nil || sw.ValueAdded.On {
		t.Errorf("switched on again: %v", err)
	}
}

func TestShowIsTheSameForTheSameSeed(t *testing.T) {
	a, b := New(3), New(3)
	if a.linkFile() != b.linkFile() || a.pupilFile() != b.pupilFile() {
		t.Error("the same seed gave other files")
	}
	if a.pupilFile() == New(4).pupilFile() {
		t.Error("another seed gave the same pupils")
	}
}

// One change waits, which all who can sign in may decide on; nothing is measured
// otherwise meanwhile.
func TestPropose(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into := founded(t, c, dir)
	if err := into.UseOwn(ctx, filepath.Join(dir, "own")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Propose(ctx, into); err != nil {
			t.Fatal(err)
		}
	}
	list, err := into.OwnProposals(ctx, c.actor("city"))
	if err != nil || len(list) != 1 || list[0].State != store.Proposed {
		t.Fatalf("%+v, %v", list, err)
	}
	held := func() float64 {
		for _, th := range into.OwnPack().Standards[0].Thresholds {
			if th.Indicator == "r7" && th.Stage == edu.Junior {
				return th.Value
			}
		}
		return 0
	}
	if held() != 2.4 {
		t.Errorf("r7 is held to %v while the change waits", held())
	}
	if err := into.DecideOwn(ctx, c.actor("city"), list[0].ID, true, "同意"); err != nil {
		t.Fatal(err)
	}
	if held() != 2.6 {
		t.Errorf("r7 is held to %v after it was approved", held())
	}
}
