package workbook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
)

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1, 20, 300} {
		papers := testPapers(b, n)
		b.Run(fmt.Sprintf("units=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, papers, Options{Issue: "test-annual-2025", Unit: county}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1, 20, 300} {
		papers := testPapers(b, n)
		file := written(b, papers, Options{})
		b.Run(fmt.Sprintf("units=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := Read(context.Background(), "a.xlsx", bytes.NewReader(file), int64(len(file)), finder(papers))
				if err != nil || r.Blocked() || len(r.Units) != n {
					b.Fatal(err, r.Problems)
				}
			}
		})
	}
}

func BenchmarkMark(b *testing.B) {
	for _, n := range []int{1, 300} {
		papers := testPapers(b, n)
		file := written(b, papers, Options{})
		r := reading(b, file, papers)
		b.Run(fmt.Sprintf("units=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Mark(io.Discard, bytes.NewReader(file), int64(len(file)), r, papers, "zh"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
