package indicator

import (
	"math"
	"testing"

	"shuren/internal/edu"
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
