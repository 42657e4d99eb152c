package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"

	"shuren/internal/fault"
)

// dialect holds what truly differs between databases. Everything else is SQL in
// the subset that SQLite and PostgreSQL share.
type dialect struct {
	name string
	// open gives the connection that writes and those that read.
	open func(ctx context.Context, dsn string) (w, r *sql.DB, err error)
	// explain turns a driver's error into one that says what is wrong with the
	// database itself, or gives it back.
	explain func(dsn string, err error) error
}

// applicationID marks a SQLite file as ours ("SHUR"): another program's file is
// refused rather than filled with our tables.
const applicationID = 0x53485552

var sqliteDialect = dialect{name: "sqlite", open: openSQLite, explain: explainSQLite}

func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}}
	// FULL: an acknowledged write survives a power cut.
	for _, p := range append(pragmas, "busy_timeout(15000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-32768)") {
		q.Add("_pragma", p)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	if !strings.HasPrefix(u.Path, "/") {
		u.Opaque, u.Path = (&url.URL{Path: u.Path}).EscapedPath(), ""
	}
	return u.String()
}

func openSQLite(ctx context.Context, path string) (w, r *sql.DB, err error) {
	fi, err := os.Stat(path)
	if err == nil && fi.IsDir() {
		return nil, nil, fmt.Errorf("database %s is a folder; want a file: %w", path, fault.Invalid)
	}
	if w, err = sql.Open("sqlite", sqliteDSN(path)); err != nil {
		return nil, nil, err
	}
	// One connection writes: two would only wait for each other's lock.
	w.SetMaxOpenConns(1)
	if err = claim(ctx, w, path); err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	if r, err = sql.Open("sqlite", sqliteDSN(path, "query_only(1)")); err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(4 + 2*runtime.NumCPU())
	r.SetMaxIdleConns(4)
	return w, r, nil
}

// claim marks an empty file as ours and refuses one that is somebody else's.
func claim(ctx context.Context, w *sql.DB, path string) error {
	tx, err := w.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var id, tables int
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	switch {
	case id == applicationID:
		return nil
	case id != 0 || tables > 0:
		return fmt.Errorf("%s is the SQLite file of another program; want a new file or one that Shuren made: %w", path, fault.Invalid)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return err
	}
	return tx.Commit()
}

// SQLite's result codes for a file that cannot be trusted.
const (
	sqliteCorrupt  = 11
	sqliteCantOpen = 14
	sqliteNotADB   = 26
)

func explainSQLite(path string, err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqliteNotADB:
		return fmt.Errorf("%s is not a database of Shuren, or its first page is damaged; restore it from a backup, or move it away to begin anew: %w", path, errors.Join(fault.Invalid, err))
	case sqliteCorrupt:
		return fmt.Errorf("%s is damaged; restore it from a backup: %w", path, errors.Join(fault.Invalid, err))
	case sqliteCantOpen:
		return fmt.Errorf("%s cannot be opened or made; is its folder there and writable? %w", path, errors.Join(fault.Invalid, err))
	}
	return err
}
