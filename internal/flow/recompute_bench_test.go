package flow_test

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"shuren/internal/demo"
	"shuren/internal/flow"
)

// BenchmarkRecompute measures and judges the whole demo city anew from its
// database, with nothing kept from before: ten counties, eight years, every pack
// that the demo city reports for. "make bench-recompute" runs it.
func BenchmarkRecompute(b *testing.B) {
	ctx := context.Background()
	city := demo.New(1)
	into, err := flow.Open(ctx, filepath.Join(b.TempDir(), "city.db"), city.Packs()[0])
	if err != nil {
		b.Fatal(err)
	}
	defer into.Close()
	if err := city.Found(ctx, into); err != nil {
		b.Fatal(err)
	}
	for _, y := range city.Years() {
		if err := city.ReadIn(ctx, into, y, nil); err != nil {
			b.Fatal(err)
		}
	}
	from := flow.CPU()
	for b.Loop() {
		into.Drop()
		if err := into.Recompute(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if spent := flow.CPU() - from; spent > 0 { // of all processors; what others ran meanwhile is not in it
		b.ReportMetric(float64(spent.Milliseconds())/float64(b.N), "cpu-ms/op")
	}
	// What it came to, so that nobody measures an empty city.
	years, err := into.Periods(ctx)
	if err != nil {
		b.Fatal(err)
	}
	var values, packs, sections int
	var mu sync.Mutex
	for _, y := range years {
		as, err := into.MeasureAll(ctx, y)
		if err != nil {
			b.Fatal(err)
		}
		packs = len(as)
		for i, a := range as {
			for _, st := range a.Stages {
				mu.Lock()
				values += len(st.Items) * st.Frame.Len()
				mu.Unlock()
			}
			if i == 0 {
				for _, f := range a.Set.Sections {
					sections += f.Len()
				}
			}
		}
	}
	if len(years) != 8 || sections < 20_000 {
		b.Fatalf("%d years, %d sections", len(years), sections)
	}
	b.ReportMetric(float64(packs), "packs")
	b.ReportMetric(float64(sections), "sections")
	b.ReportMetric(float64(values), "values")
	b.ReportMetric(float64(runtime.GOMAXPROCS(0)), "procs")
}
