package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/fault"
)

//go:embed migrations
var embedded embed.FS

// migration is one numbered text, the same for every database unless a file
// with the dialect's name stands beside it.
type migration struct {
	no   int
	name string
	text string
	hash string
}

func migrations(dir fs.FS, dialect string) ([]migration, error) {
	names, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return nil, err
	}
	var ms []migration
	last := 0 // numbers rise; work done side by side leaves gaps
	for _, n := range names {
		parts := strings.Split(n, ".") // 0007_task_due_date[.postgres].sql
		if len(parts) == 3 && parts[1] != dialect {
			continue
		}
		if len(parts) == 2 && slices.Contains(names, parts[0]+"."+dialect+".sql") {
			continue
		}
		num, _, _ := strings.Cut(parts[0], "_")
		no, err := strconv.Atoi(num)
		if err != nil || no <= last {
			return nil, fmt.Errorf("migration %s: want a number above %04d", n, last)
		}
		last = no
		b, err := fs.ReadFile(dir, n)
		if err != nil {
			return nil, err
		}
		// A checkout with other line ends is the same migration.
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		sum := sha256.Sum256([]byte(text))
		ms = append(ms, migration{no, n, text, hex.EncodeToString(sum[:])})
	}
	return ms, nil
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS migrations (
	no   INTEGER NOT NULL PRIMARY KEY,
	name TEXT    NOT NULL,
	hash TEXT    NOT NULL)`

// migrate applies the migrations that the database has not gone through yet. ddl
// fits a statement to the database.
func migrate(ctx context.Context, tx *sql.Tx, ms []migration, ddl func(string) string) error {
	if _, err := tx.ExecContext(ctx, ddl(migrationsTable)); err != nil {
		return err
	}
	done, err := applied(ctx, tx)
	if err != nil {
		return err
	}
	for i, d := range done {
		if i >= len(ms) {
			return fmt.Errorf("the database was brought to version %d by a newer Shuren; this one knows %d: %w", len(done), len(ms), fault.Invalid)
		}
		if d != ms[i].hash {
			return fmt.Errorf("migration %s is not the one that this database went through: %w", ms[i].name, fault.Invalid)
		}
	}
	for _, m := range ms[len(done):] {
		for _, stmt := range statements(m.text) {
			if _, err := tx.ExecContext(ctx, ddl(stmt)); err != nil {
				return fmt.Errorf("migration %s: %w", m.name, err)
			}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO migrations (no, name, hash) VALUES ($1, $2, $3)`, m.no, m.name, m.hash); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

func applied(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT hash FROM migrations ORDER BY no`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var done []string
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			return nil, err
		}
		done = append(done, h)
	}
	return done, rows.Err()
}

// statements splits a migration at the semicolons that end lines, which is all
// that our migrations need: not every driver runs several at once.
func statements(text string) []string {
	var out []string
	for s := range strings.SplitSeq(text, ";\n") {
		lines := strings.Split(s, "\n")
		lines = slices.DeleteFunc(lines, func(l string) bool {
			l = strings.TrimSpace(l)
			return l == "" || strings.HasPrefix(l, "--")
		})
		if len(lines) > 0 {
			out = append(out, strings.TrimSuffix(strings.Join(lines, "\n"), ";"))
		}
	}
	return out
}
