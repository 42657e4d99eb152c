package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// nation is the file of the benchmarks: 500,000 sections as the program gen of
// the folder shared/bench writes them (gen -what schools).
func nation(b *testing.B) string {
	name := os.Getenv("SHUREN_NATION_CSV")
	if name == "" {
		b.Skip("set SHUREN_NATION_CSV to the nation's file")
	}
	return name
}

func nationColumns(head []string) []Column {
	cols := make([]Column, len(head))
	for i, name := range head {
		cols[i] = Column{Index: i}
		switch name {
		case "school_id", "province", "city", "county", "stage":
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
	name := nation(b)
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
	raw, err := os.ReadFile(nation(b))
	if err != nil {
		b.Fatal(err)
	}
	raw = bytes.ReplaceAll(raw, []byte("\n1"), []byte("\n\"1\",\"a\"\n1"))
	for b.Loop() {
		readAll(b, io.NopCloser(bytes.NewReader(raw)))
	}
}

// parquetOf writes a CSV of numbers as Parquet, the first five columns as whole
// numbers.
func parquetOf(tb testing.TB, csvText []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(csvText)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	group := parquet.Group{}
	for i, name := range rows[0] {
		node := parquet.Leaf(parquet.DoubleType)
		if i < 9 {
			node = parquet.Int(64)
		}
		group[name] = parquet.Optional(node)
	}
	schema := parquet.NewSchema("t", group)
	at := map[string]int{}
	for i, c := range schema.Columns() {
		at[c[0]] = i
	}
	var out bytes.Buffer
	w := parquet.NewWriter(&out, schema, parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(122_880))
	for _, rec := range rows[1:] {
		row := make(parquet.Row, len(rec))
		for i, s := range rec {
			c := at[rows[0][i]]
			f, _ := strconv.ParseFloat(s, 64)
			switch {
			case s == "":
				row[c] = parquet.NullValue().Level(0, 0, c)
			case i < 9:
				row[c] = parquet.Int64Value(int64(f)).Level(0, 1, c)
			default:
				row[c] = parquet.DoubleValue(f).Level(0, 1, c)
			}
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkParquet(b *testing.B) {
	raw, err := os.ReadFile(nation(b))
	if err != nil {
		b.Fatal(err)
	}
	name := filepath.Join(b.TempDir(), "nation.parquet")
	if err := os.WriteFile(name, parquetOf(b, raw), 0o600); err != nil {
		b.Fatal(err)
	}
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
