package sheet

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"
)

// nation is the file of the benchmarks: 500,000 sections as the program gen of
// the folder shared/bench writes them (gen -what schools), named by
// SHUREN_NATION_CSV or SHUREN_NATION_PARQUET.
func nation(b *testing.B, env string) string {
	name := os.Getenv(env)
	if name == "" {
		b.Skip("set " + env + " to the nation's file")
	}
	return name
}

func nationColumns(head []string) []Column {
	cols := make([]Column, len(head))
	for i := range head {
		cols[i] = Column{Index: i}
		if i < 5 {
			cols[i].Kind = Texts
		}
	}
	return cols
}

func readAll(b testing.TB, r io.ReadCloser) *Data {
	book, err := Open(r, DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	head, err := book.Sheets[0].Head(context.Background(), 1)
	if err != nil {
		b.Fatal(err)
	}
	d, err := book.Sheets[0].Read(context.Background(), 2, len(head[0].Cells), nationColumns(head[0].Cells), nil)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func BenchmarkCSV(b *testing.B) {
	name := nation(b, "SHUREN_NATION_CSV")
	for b.Loop() {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		if d := readAll(b, f); d.N != 500_000 {
			b.Fatal(d.N)
		}
	}
}

func BenchmarkCSVQuoted(b *testing.B) {
	raw, err := os.ReadFile(nation(b, "SHUREN_NATION_CSV"))
	if err != nil {
		b.Fatal(err)
	}
	raw = bytes.ReplaceAll(raw, []byte("\n1"), []byte("\n\"1\",\"a\"\n1"))
	for b.Loop() {
		readAll(b, io.NopCloser(bytes.NewReader(raw)))
	}
}
