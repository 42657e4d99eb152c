package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

func shipped(t *testing.T) []migration {
	t.Helper()
	dir, err := fs.Sub(embedded, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	ms, err := migrations(dir, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

// bring brings a file to a version.
func bring(w *sql.DB, ms []migration) error {
	return (&Store{w: w, dialect: sqliteDialect}).migrate(context.Background(), ms)
}

// A file from each earlier version opens, with what was in it.
func TestOlderFile(t *testing.T) {
	ctx := context.Background()
	ms := shipped(t)
	for n := range ms {
		path := filepath.Join(t.TempDir(), "old.db")
		w, r, err := openSQLite(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := bring(w, ms[:n]); err != nil {
			t.Fatalf("version %d: %v", n, err)
		}
		if n > 0 {
			if _, err := w.Exec(`INSERT INTO shards (shard, seq) VALUES ('old', 7)`); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(r.Close(), w.Close()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			s, err := Open(ctx, path)
			if err != nil {
				t.Fatalf("version %d: %v", n, err)
			}
			var done int
			if err := s.r.QueryRow(`SELECT count(*) FROM migrations`).Scan(&done); err != nil || done != len(ms) {
				t.Errorf("version %d: %d migrations, %v; want %d", n, done, err, len(ms))
			}
			snap, err := s.Snapshot(ctx, Whole(Reader))
			if err != nil || n > 0 && snap.Seqs["old"] != 7 {
				t.Errorf("version %d: %v, %v", n, snap, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestMigrations(t *testing.T) {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	dir := fstest.MapFS{
		"0001_a.sql":          text("CREATE TABLE a (x INTEGER);\n\n-- a comment; with a semicolon\nCREATE TABLE b (x TEXT);\r\n"),
		"0002_b.sql":          text("this is for others"),
		"0002_b.sqlite.sql":   text("CREATE TABLE c (x INTEGER)"),
		"0003_c.sql":          text("CREATE TABLE d (x INTEGER);"),
		"0003_c.postgres.sql": text("this is for PostgreSQL"),
	}
	ms, err := migrations(dir, "sqlite")
	if err != nil || len(ms) != 3 || ms[1].name != "0002_b.sqlite.sql" || ms[2].name != "0003_c.sql" {
		t.Fatalf("%v, %v", ms, err)
	}
	ctx := context.Background()
	w, r, err := openSQLite(ctx, filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	if err := bring(w, ms); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"a", "b", "c", "d"} {
		if _, err := w.Exec("SELECT x FROM " + table); err != nil {
			t.Error(err)
		}
	}
	if err := bring(w, ms[:2]); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "newer Shuren") {
		t.Errorf("a file of a newer version: %v", err)
	}
	dir["0001_a.sql"] = text("CREATE TABLE a (x TEXT);\nCREATE TABLE b (x TEXT);")
	edited, _ := migrations(dir, "sqlite")
	if err := bring(w, edited); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "0001_a.sql") {
		t.Errorf("a migration that was edited: %v", err)
	}
	// One that breaks leaves nothing behind.
	dir["0001_a.sql"] = text("CREATE TABLE a (x INTEGER);\n\n-- a comment; with a semicolon\nCREATE TABLE b (x TEXT);\n")
	dir["0004_d.sql"] = text("CREATE TABLE e (x INTEGER);\nCREATE TABLE a (x INTEGER);")
	broken, err := migrations(dir, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	if err := bring(w, broken); err == nil || !strings.Contains(err.Error(), "0004_d.sql") {
		t.Errorf("a broken migration: %v", err)
	}
	if _, err := w.Exec("SELECT x FROM e"); err == nil {
		t.Error("a broken migration left a table behind")
	}
	delete(dir, "0003_c.sql")
	delete(dir, "0003_c.postgres.sql")
	if left, err := migrations(dir, "sqlite"); err != nil || len(left) != 3 || left[2].no != 4 {
		t.Errorf("a number is left out: %v %v", left, err)
	} else if err := bring(w, left); !errors.Is(err, fault.Invalid) {
		t.Errorf("one that the database went through is gone: %v", err)
	}
	dir["0004_e.sql"] = text("CREATE TABLE e (x INTEGER);")
	if _, err := migrations(dir, "sqlite"); err == nil || !strings.Contains(err.Error(), "0004_e") {
		t.Errorf("a number twice: %v", err)
	}
}

func filled(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	tab := &frame.Table{Level: edu.Section, File: "a.csv", N: 400, Cols: map[string][]float64{"pupils": make([]float64, 400)}, Key: &frame.Strings{Code: make([]uint32, 400)}}
	for i := range tab.N {
		tab.Key.Dict = append(tab.Key.Dict, "s"+string(rune('一'+i)))
		tab.Key.Code[i] = uint32(i)
	}
	if _, err := s.Import(ctx, Whole(Editor), Submission{ID: "1", Form: "f", Period: edu.Year(2025), At: time.Now()}, []*frame.Table{tab}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// use opens a file and reads everything, and gives the first error.
func use(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	tables, err := s.Tables(ctx, Whole(Reader), Query{Period: edu.Year(2025)})
	if err == nil && (len(tables) != 1 || tables[0].N != 400) {
		return errors.New("figures are gone without an error")
	}
	return err
}

func TestDamagedFile(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	filled(t, whole)
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	if err := use(whole); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE theirs (x INTEGER)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	theirs, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(do func(b []byte) []byte) []byte { return do(bytes.Clone(good)) }
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"a spreadsheet", []byte("PK\x03\x04" + strings.Repeat("x", 5000)), "is not a database of Shuren"},
		{"another program's file", theirs, "the SQLite file of another program"},
		{"first page overwritten", edit(func(b []byte) []byte { copy(b, make([]byte, 100)); return b }), "is not a database of Shuren"},
		{"cut in half", edit(func(b []byte) []byte { return b[:len(b)/2/4096*4096] }), "is damaged"},
		{"pages overwritten", edit(func(b []byte) []byte {
			for i := 4096; i < len(b); i++ {
				b[i] ^= 0x5a
			}
			return b
		}), "is damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.db")
			if err := os.WriteFile(path, tt.file, 0o644); err != nil {
				t.Fatal(err)
			}
			err := use(path)
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%v; want one that names the file and says %q", err, tt.want)
			}
			if now, _ := os.ReadFile(path); !bytes.Equal(now, tt.file) {
				t.Error("the file that was refused is not what it was")
			}
		})
	}
	t.Run("an empty file is a new database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "empty.db")
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		filled(t, path)
	})
	t.Run("no such folder", func(t *testing.T) {
		if _, err := Open(context.Background(), filepath.Join(t.TempDir(), "no", "x.db")); err == nil || !strings.Contains(err.Error(), "folder") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a full disk", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "full.db")
		filled(t, path)
		s, err := Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.w.Exec("PRAGMA max_page_count = 1"); err != nil { // no more than it has
			t.Fatal(err)
		}
		err = s.write(context.Background(), "import", func(tx *sql.Tx, _ *state) error {
			_, err := tx.Exec("CREATE TABLE more AS SELECT zeroblob(1000000) AS x")
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "the disk that holds "+path+" is full") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		if _, err := Open(context.Background(), t.TempDir()); !errors.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a name with spaces, percent and question mark", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "城 100%?#.db")
		filled(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		if err := use(path); err != nil {
			t.Error(err)
		}
	})
	t.Run("a figure changed behind our back", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "bit.db")
		filled(t, path)
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`UPDATE records SET body = CAST(x'01' || substr(body, 2, length(body) - 3) || x'0000' AS BLOB)`); err != nil {
			t.Fatal(err)
		}
		db.Close()
		if err := use(path); !errors.Is(err, errDamaged) {
			t.Errorf("%v; want a damaged record", err)
		}
	})
}

// The settings on which "an acknowledged write survives" rests.
func TestSettings(t *testing.T) {
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "application_id": "1397249362"} {
		for who, db := range map[string]*sql.DB{"writer": s.w, "reader": s.r} {
			var got string
			if err := db.QueryRow("PRAGMA " + name).Scan(&got); err != nil || got != want {
				t.Errorf("%s, %s is %s, %v; want %s", who, name, got, err, want)
			}
		}
	}
	var size int64
	if err := s.r.QueryRow("PRAGMA mmap_size").Scan(&size); err != nil || size == 0 {
		t.Errorf("readers map %d bytes of the file, %v; want some, or they wait for each other page by page", size, err)
	}
	if _, err := s.r.Exec("DELETE FROM shards"); err == nil {
		t.Error("a reading connection wrote")
	}
}

func TestTimeText(t *testing.T) {
	for _, in := range []time.Time{
		time.Date(2025, 11, 23, 18, 4, 5, 6e6, time.UTC),
		time.Date(2025, 1, 2, 0, 0, 0, 0, time.FixedZone("", 8*3600)),
		time.Date(999, 1, 2, 0, 0, 0, 0, time.UTC),
	} {
		s := formatTime(in)
		out, err := parseTime(s)
		if len(s) != 24 || err != nil || !out.Equal(in) {
			t.Errorf("%v is written %q, which reads as %v, %v", in, s, out, err)
		}
	}
}
