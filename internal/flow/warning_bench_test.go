package flow

import (
	"fmt"
	"runtime"
	"testing"

	"shuren/internal/warning"
)

// BenchmarkLearn trains a model on counties of 10,000 and 100,000 children
// (docs/performance.md). MB-held is what is known of them before.
func BenchmarkLearn(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := madeCounty(n, true)
			chosen, _ := warning.Named(firstFeatures())
			runtime.GC()
			var held runtime.MemStats
			runtime.ReadMemStats(&held)
			b.ReportAllocs()
			for b.Loop() {
				if m := learn(s, dayOf("2025-11-20"), chosen, 40, func(int) {}); m.Model == nil {
					b.Fatal(m.Few)
				}
			}
			b.ReportMetric(float64(held.HeapAlloc)/1e6, "MB-held")
		})
	}
}
