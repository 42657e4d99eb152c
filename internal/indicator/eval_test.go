package indicator

import (
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// TestChunksCoverEveryRow: whole counties, each once, in order.
func TestChunksCoverEveryRow(t *testing.T) {
	f := nation(t, 20_000, true, 0.01)
	e, err := Prepare(f, sevenRatios(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	chunks := e.Chunks()
	for _, c := range chunks {
		if c[0] != next || c[1] <= c[0] {
			t.Fatalf("chunk %v after row %d", c, next)
		}
		next = c[1]
		if next < f.Len() && f.RegionOf(edu.County, next) == f.RegionOf(edu.County, next-1) {
			t.Fatalf("a county is cut at row %d", next)
		}
	}
	if next != f.Len() || len(chunks) < 3 {
		t.Fatalf("%d chunks cover %d of %d rows", len(chunks), next, f.Len())
	}
}

// TestChunksDoNotMatter: chunks in any order give the same figures to the last
// digit, and so does a second run over the same space.
func TestChunksDoNotMatter(t *testing.T) {
	f := nation(t, 20_000, true, 0.01)
	scope := parse(t, "pupils >= 100")
	evaluate := func(backwards bool) *Eval {
		e, err := Prepare(f, sevenRatios(t), scope)
		if err != nil {
			t.Fatal(err)
		}
		chunks := e.Chunks()
		w := e.NewWorker()
		for i := range chunks {
			if backwards {
				i = len(chunks) - 1 - i
			}
			e.Chunk(chunks[i][0], chunks[i][1], w)
		}
		e.Finish()
		return e
	}
	want := evaluate(false)
	again := evaluate(true)
	again.Run()
	for i, it := range want.Result().Items {
		got := again.Result().Items[i]
		for _, l := range f.Levels {
			for r := range f.Regions[l] {
				a, b := it.Stats[l][r], got.Stats[l][r]
				if math.Float64bits(a.Value) != math.Float64bits(b.Value) || a.N != b.N || a.Missing != b.Missing || a.Plain != b.Plain || a.Weighted != b.Weighted {
					t.Fatalf("%s of %s %d: %+v and %+v", it.Def.ID, l, r, a, b)
				}
			}
		}
	}
}

// TestAllocations holds the evaluation to one allocation for a thousand rows.
func TestAllocations(t *testing.T) {
	const rows = 500_000
	f := nation(t, rows, false, 0)
	defs := sevenRatios(t)
	if n := testing.AllocsPerRun(1, func() {
		if _, err := Evaluate(f, defs, nil); err != nil {
			t.Fatal(err)
		}
	}); n > rows/1000 {
		t.Errorf("%v allocations for %d rows", n, rows)
	}
}

// TestTracesKeepToTheScope: a region's trace is of the rows that it stands on.
func TestTracesKeepToTheScope(t *testing.T) {
	ss := []section{
		{code: "s1", county: "k1", township: "t1", pupils: edu.Some(100), area: edu.Some(500)},
		{code: "s2", county: "k1", township: "t1", pupils: edu.Some(10), area: edu.Some(90)},
	}
	defs := []*pack.Indicator{ratio(t, "x", "area / pupils", "sum(area) / sum(pupils)"), {ID: "none", Level: edu.Section}}
	res := evaluate(t, defs, parse(t, "pupils >= 50"), table("a.csv", ss))
	if got := res.Item("x").RegionTrace(edu.County, 0); got.Notation != "500 / 100" {
		t.Errorf("the county's value comes from %q", got.Notation)
	}
	if got := res.Item("x").Trace(1); got.Notation != "90 / 10" {
		t.Errorf("the section's value comes from %q", got.Notation)
	}
	none := res.Item("none")
	if none.RegionTrace(edu.County, 0).Formula != "" || none.Trace(0).Formula != "" || none.RegionReason(edu.County, 0) != "" {
		t.Error("an indicator without formulas has a trace")
	}
	if needs := none.Needs(none.Owes(edu.County, 0), 1); needs != "" {
		t.Errorf("an indicator without a formula needs %q", needs)
	}
}

// TestNeedsIsShort: at most so many rows are named.
func TestNeedsIsShort(t *testing.T) {
	var ss []section
	for _, code := range []string{"s1", "s2", "s3"} {
		ss = append(ss, section{code: code, county: "k1", township: "t1", area: edu.Some(1)})
	}
	it := evaluate(t, definitions(t), nil, table("a.csv", ss)).Item("area")
	if got, want := it.Needs(it.Owes(edu.County, 0), 2), "pupils of s1, s2, …"; got != want {
		t.Errorf("needs %q, want %q", got, want)
	}
}

// TestJoin: the items of two results stand in the order of the pack.
func TestJoin(t *testing.T) {
	defs := definitions(t)
	tab := table("a.csv", []section{{code: "s1", county: "k1", township: "t1", pupils: edu.Some(20), area: edu.Some(1)}})
	first, second := evaluate(t, defs[2:], nil, tab), evaluate(t, defs[:2], parse(t, "pupils > 50"), tab)
	joined := Join(defs, first, second)
	for i, it := range joined.Items {
		if it.Def != defs[i] || joined.Item(it.Def.ID) != it {
			t.Errorf("item %d is %s", i, it.Def.ID)
		}
	}
	if len(joined.Items) != len(defs) || joined.Scope != nil {
		t.Errorf("%d items, scope %v", len(joined.Items), joined.Scope)
	}
}
