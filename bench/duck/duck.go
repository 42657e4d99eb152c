// Package duck asks DuckDB what the product is asked, in one process and one
// run, so that only ratios are compared and never figures of two days.
//
// It needs cgo and DuckDB's library, which is why the benchmarks are a module of
// their own.
package duck

import (
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

//go:embed evaluate.sql
var evaluate string

// DB is a database in memory.
type DB struct{ db *sql.DB }

// Open makes one, with DuckDB's own settings: a thread for each processor.
func Open() (*DB, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // every connection to "" would be another database
	return &DB{db}, nil
}

// Close lets go of the database.
func (d *DB) Close() error { return d.db.Close() }

// Version is DuckDB's version.
func (d *DB) Version() (v string, err error) {
	err = d.db.QueryRow("select version()").Scan(&v)
	return v, err
}

// Load makes a table of the CSV file as DuckDB types it, and one that suits the
// question best: sorted by county and stage, figures as doubles.
func (d *DB) Load(path string) error {
	for _, q := range []string{
		"create table nation as select * from " + CSV(path),
		`create table sorted as select province, city, county, stage::int as stage, students::double as students, t_degree::double as t_degree,
			t_backbone::double as t_backbone, t_art::double as t_art, room_area, sport_area, equip, mm_rooms::double as mm_rooms
		from nation order by county, stage`,
	} {
		if _, err := d.db.Exec(q); err != nil {
			return fmt.Errorf("%s: %w", strings.Fields(q)[2], err)
		}
	}
	return nil
}

// Export writes the nation as a Parquet file as DuckDB writes them.
func (d *DB) Export(path string) error {
	_, err := d.db.Exec("copy nation to " + quoted(path) + " (format parquet)")
	return err
}

// CSV and Parquet name a file as a source of Evaluate.
func CSV(path string) string     { return "read_csv(" + quoted(path) + ")" }
func Parquet(path string) string { return "read_parquet(" + quoted(path) + ")" }

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Evaluate judges the nation in a table or file, and reads every row of the
// answer: the nation, its provinces and its cities.
func (d *DB) Evaluate(source string) (counties, sections, rows int, err error) {
	answer, err := d.db.Query(strings.ReplaceAll(evaluate, "SRC", source))
	if err != nil {
		return 0, 0, 0, err
	}
	defer answer.Close()
	for answer.Next() {
		var province, city sql.NullInt64
		var c, s int
		if err := answer.Scan(&province, &city, &c, &s); err != nil {
			return 0, 0, 0, err
		}
		if !province.Valid {
			counties, sections = c, s
		}
		rows++
	}
	return counties, sections, rows, answer.Err()
}
