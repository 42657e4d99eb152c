package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// The workbook of a county: 2,000 sections with fifty figures each, so that a
// hundred counties are ten million figures of a province.
const (
	bulkSections = 2_000
	bulkElements = 50
)

func bulkTable(county, sections int) *frame.Table {
	t := benchTables(2024, 0, sections, 0)[0]
	for id := range t.Cols {
		if id >= fmt.Sprintf("e%02d", bulkElements) {
			delete(t.Cols, id)
			delete(t.Heads, id)
		}
	}
	for i := range t.Key.Dict {
		t.Key.Dict[i] = fmt.Sprintf("3%03d%06d", county, i)
	}
	for _, l := range []edu.Level{edu.County, edu.Township} {
		for i := range t.Path[l].Dict {
			t.Path[l].Dict[i] = fmt.Sprintf("%d%03d%02d", 7+l, county, i)
		}
	}
	return t
}

// BenchmarkBulk reads in one workbook of a county after the other, and copies the
// same figures into a plain table of PostgreSQL: ten million with -benchtime
// 100x. What the first and the last three tenths took tells whether the rate is flat.
func BenchmarkBulk(b *testing.B) {
	ctx := context.Background()
	for _, db := range []struct {
		name string
		dsn  func(b *testing.B) string
	}{
		{"sqlite", func(b *testing.B) string { return filepath.Join(b.TempDir(), "s.db") }},
		{"postgres", func(b *testing.B) string { return testkit.Postgres(b) }},
	} {
		b.Run(db.name, func(b *testing.B) {
			s, err := store.Open(ctx, db.dsn(b))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			counties(b, func(county int, t *frame.Table) error {
				sub := store.Submission{ID: fmt.Sprint(county), Form: "f", Period: edu.Year(2024), At: time.Unix(int64(county), 0)}
				_, err := s.Import(ctx, store.Whole(store.Editor), sub, []*frame.Table{t})
				return err
			})
		})
	}
	b.Run("copy", func(b *testing.B) {
		conn, err := pgx.Connect(ctx, testkit.Postgres(b))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close(ctx)
		names, query := []string{"county", "code", "name", "stage"}, "county TEXT, code TEXT, name TEXT, stage TEXT"
		for e := range bulkElements {
			names = append(names, fmt.Sprintf("e%02d", e))
			query += fmt.Sprintf(", e%02d DOUBLE PRECISION", e)
		}
		if _, err := conn.Exec(ctx, "CREATE TABLE plain ("+query+", PRIMARY KEY (county, code, stage))"); err != nil {
			b.Fatal(err)
		}
		counties(b, func(county int, t *frame.Table) error {
			_, err := conn.CopyFrom(ctx, pgx.Identifier{"plain"}, names, pgx.CopyFromSlice(t.N, func(i int) ([]any, error) {
				row := []any{t.Path[edu.County].At(i), t.Key.At(i), t.Name.At(i), t.Stage.At(i)}
				for _, n := range names[4:] {
					if f := t.Cols[n][i]; f == f {
						row = append(row, f)
					} else {
						row = append(row, nil)
					}
				}
				return row, nil
			}))
			return err
		})
	})
}

// counties loads one county for each iteration.
func counties(b *testing.B, load func(county int, t *frame.Table) error) {
	var took []time.Duration
	values := 0
	for county := range b.N {
		t := bulkTable(county, bulkSections)
		values = t.N * bulkElements
		began := time.Now()
		if err := load(county, t); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	rate := func(some []time.Duration) float64 {
		var all time.Duration
		for _, d := range some {
			all += d
		}
		return float64(values*len(some)) / all.Seconds()
	}
	b.ReportMetric(rate(took), "values/s")
	// A busy machine shows in single rates, less in what three tenths take.
	if tenth := 3 * b.N / 10; tenth > 0 {
		b.ReportMetric(rate(took[:tenth]), "values/s-first-3/10")
		b.ReportMetric(rate(took[b.N-tenth:]), "values/s-last-3/10")
	}
}
