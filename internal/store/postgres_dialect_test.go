package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"shuren/internal/fault"
	"shuren/internal/testkit"
)

// A password never leaves the address, whatever the address looks like.
func TestRedacted(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a file", "data/城.db", "data/城.db"},
		{"no password", "postgres://shuren@db:5432/shuren", "postgres://shuren@db:5432/shuren"},
		{"a password", "postgres://shuren:secret@db/shuren?sslmode=require", "postgres://shuren:xxxxx@db/shuren?sslmode=require"},
		{"the other name", "postgresql://shuren:secret@db/shuren", "postgresql://shuren:xxxxx@db/shuren"},
		{"as a parameter", "postgres://db/shuren?password=secret", "postgres://db/shuren?password=xxxxx"},
		{"of the key", "postgres://db/shuren?sslpassword=secret", "postgres://db/shuren?sslpassword=xxxxx"},
		{"unreadable", "postgres://shuren:secret%@db/shuren", "postgres://…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Redacted(tt.in); got != tt.want {
				t.Errorf("Redacted(%q) = %q; want %q", tt.in, got, tt.want)
			}
			if !Shared(tt.in) {
				return
			}
			// No server answers to the name "db" or port 1.
			_, err := Open(context.Background(), strings.Replace(tt.in, "@db", "@127.0.0.1:1", 1))
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("open: %v", err)
			}
		})
	}
}

func postgres(t *testing.T) (dsn string, db *sql.DB) {
	dsn = testkit.Postgres(t)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return dsn, db
}

func TestPostgresClaim(t *testing.T) {
	ctx := context.Background()
	exec := func(t *testing.T, db *sql.DB, query string) {
		t.Helper()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("another program's tables", func(t *testing.T) {
		dsn, db := postgres(t)
		exec(t, db, "CREATE TABLE theirs (x INTEGER)")
		if _, err := Open(ctx, dsn); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "tables of another program") {
			t.Errorf("%v", err)
		}
		var n int
		if err := db.QueryRow("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n); err != nil || n != 1 {
			t.Errorf("%d tables, %v; want theirs alone", n, err)
		}
	})
	t.Run("another program's table of migrations", func(t *testing.T) {
		dsn, db := postgres(t)
		exec(t, db, "CREATE TABLE migrations (no INTEGER, name TEXT, hash TEXT)")
		if _, err := Open(ctx, dsn); !errors.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a view beside ours", func(t *testing.T) {
		dsn, db := postgres(t)
		s, err := Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		exec(t, db, "CREATE VIEW mine AS SELECT * FROM shards")
		if s, err = Open(ctx, dsn); err != nil {
			t.Fatal(err)
		}
		s.Close()
	})
	t.Run("a schema of its own in a database of others", func(t *testing.T) {
		dsn, db := postgres(t)
		exec(t, db, "CREATE TABLE theirs (x INTEGER)")
		exec(t, db, `CREATE SCHEMA "Sch-ool"`)
		s, err := Open(ctx, with(dsn, "search_path", `"Sch-ool"`))
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	})
	t.Run("no schema", func(t *testing.T) {
		dsn, _ := postgres(t)
		if _, err := Open(ctx, with(dsn, "search_path", "nowhere")); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "no schema") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no database", func(t *testing.T) {
		dsn, _ := postgres(t)
		if _, err := Open(ctx, strings.Replace(dsn, "/shuren_", "/no_", 1)); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "createdb") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no server", func(t *testing.T) {
		if _, err := Open(ctx, "postgres://a:secret@127.0.0.1:1/b"); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
			t.Errorf("%v", err)
		}
	})
}

func with(dsn, name, value string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// The settings on which "an acknowledged write survives" and "readers do not
// write" rest, whatever the server's own are.
func TestPostgresSettings(t *testing.T) {
	dsn, db := postgres(t)
	u, _ := url.Parse(dsn)
	for _, set := range []string{"synchronous_commit = off", "default_transaction_isolation = 'repeatable read'"} {
		if _, err := db.Exec("ALTER DATABASE " + u.Path[1:] + " SET " + set); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	s, err := Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tx, err := s.begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for name, want := range map[string]string{"synchronous_commit": "on", "transaction_isolation": "read committed", "application_name": "shuren", "lock_timeout": "1min"} {
		var got string
		if err := tx.QueryRow("SHOW " + name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, %v; want %s", name, got, err, want)
		}
	}
	if _, err := s.r.Exec("DELETE FROM shards"); err == nil {
		t.Error("a reading connection wrote")
	}
	// Texts sort as they do in Go.
	if _, err := tx.Exec(`INSERT INTO meta (name, value) VALUES ('a', ''), ('B', '')`); err != nil {
		t.Fatal(err)
	}
	var first string
	if err := tx.QueryRow(`SELECT name FROM meta ORDER BY name`).Scan(&first); err != nil || first != "B" {
		t.Errorf("first of B and a is %q, %v; want B", first, err)
	}
}

func TestPostgresExplain(t *testing.T) {
	const dsn = "postgres://shuren:secret@db/shuren"
	for code, want := range map[string]string{
		"28P01": "does not let the user of postgres://shuren:xxxxx@db/shuren in",
		"42501": "make it the owner",
		"25006": "only be read from",
		"53100": "is full; nothing of this was saved",
		"53300": "no connection left",
		"55P03": "another program has been writing",
		"57P01": "is being stopped",
		"XX001": "restore it from a backup",
	} {
		cause := &pgconn.PgError{Code: code}
		err := explainPostgres(dsn, cause)
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v; want one that says %q", code, err, want)
		}
	}
}
