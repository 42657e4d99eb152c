package docx

import (
	"io"
	"runtime"
	"testing"
)

// What a hundred documents cost, with a table of ten rows and two charts each. The
// heap is that after them: it does not grow with their number.
func BenchmarkDocuments(b *testing.B) {
	d := sample()
	b.ReportAllocs()
	for b.Loop() {
		for range 100 {
			if err := d.Write(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.StopTimer()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-heap")
}

// A template of the same text filled.
func BenchmarkFill(b *testing.B) {
	in := template(b, `<w:p>`+run0+`{{a}}`+run1+`</w:p>`)
	b.ReportAllocs()
	for b.Loop() {
		for range 100 {
			if _, err := Fill(io.Discard, in, map[string]string{"a": "x"}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
