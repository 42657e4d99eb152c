package flow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/intake"
)

// BenchmarkReports writes 3,300 一校一策 into a folder, as shuren report does, and tells
// the seconds per hundred and what the heap holds after the first hundred and after all.
func BenchmarkReports(b *testing.B) {
	o := newOffice(b)
	must(b, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	const many = 3300
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	for b.Loop() {
		dir, n, first, begun := b.TempDir(), 0, 0.0, time.Now()
		for n < many {
			err := o.flow.Gallery().Each(o.ctx, auth.Operator(), flow.ReportOrder{Kind: gallery.SchoolPlan}, func(string, int) error { return nil }, func(one flow.One) error {
				if n == many {
					return nil
				}
				d, err := one.Compose()
				if err != nil {
					return err
				}
				f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%d-%s.docx", n, one.Code)))
				if err != nil {
					return err
				}
				if err := d.Document(nil).Write(f); err != nil {
					return err
				}
				if n++; n == 100 {
					first = heap()
				}
				return f.Close()
			})
			must(b, err)
		}
		b.ReportMetric(100*time.Since(begun).Seconds()/many, "s/100")
		b.ReportMetric(first, "MB-after-100")
		b.ReportMetric(heap(), "MB-after-3300")
	}
}
