package nation

import (
	"io"
	"path/filepath"
	"testing"

	"shuren/internal/standard"
)

// The product alone, for profiles; package duck compares.

func BenchmarkAssess(b *testing.B) {
	set, err := frames()
	if err != nil {
		b.Fatal(err)
	}
	p, err := Pack()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := standard.Assess(set, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	p, err := Pack()
	if err != nil {
		b.Fatal(err)
	}
	for name, write := range map[string]func(io.Writer, int, uint64) error{"nation.csv": WriteCSV, "nation.parquet": WriteParquet} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), name)
			if err := WriteFile(path, func(w io.Writer) error { return write(w, Sections, 1) }); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Evaluate(path, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
