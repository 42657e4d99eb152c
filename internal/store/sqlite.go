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
	"time"

	"modernc.org/sqlite"

	"shuren/internal/fault"
)

// applicationID marks a SQLite file as ours ("SHUR"): another program's file is
// refused rather than filled with our tables.
const applicationID = 0x53485552

// sqliteDialect is a file. Its transactions that write begin as such, so that
// they hold the lock from then on.
var sqliteDialect = dialect{
	name:    "sqlite",
	open:    openSQLite,
	lock:    func(context.Context, *sql.Tx) error { return nil },
	claim:   claimSQLite,
	ddl:     func(stmt string) string { return stmt },
	atOnce:  1, // several rows in a statement cost it a journal of its own
	read:    sql.TxOptions{ReadOnly: true},
	explain: explainSQLite,
}

// mapped has readers look at the file's pages where the system keeps them. The
// driver's SQLite guards its own cache of pages by one lock for all connections
// and takes it for every page, so readers would wait for each other.
const mapped = "mmap_size(1073741824)"

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
	if err == nil {
		if err := notForeign(ctx, path); err != nil {
			return nil, nil, err
		}
	}
	if w, err = sql.Open("sqlite", sqliteDSN(path)); err != nil {
		return nil, nil, err
	}
	// One connection writes: two would only wait for each other's lock.
	w.SetMaxOpenConns(1)
	if err = connect(ctx, w); err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	if r, err = sql.Open("sqlite", sqliteDSN(path, "query_only(1)", mapped)); err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(4 + 2*runtime.NumCPU())
	r.SetMaxIdleConns(4)
	return w, r, nil
}

// connect makes the first connection. A new file becomes one with a WAL then,
// and of several programs that want that at once SQLite turns all but one away
// without waiting.
func connect(ctx context.Context, w *sql.DB) error {
	const patience, pause = 15 * time.Second, 10 * time.Millisecond
	for waited := time.Duration(0); ; waited += pause {
		err := w.PingContext(ctx)
		var e *sqlite.Error
		if !errors.As(err, &e) || e.Code()&0xff != sqliteBusy || waited > patience {
			return err
		}
		time.Sleep(pause)
	}
}

// notForeign refuses another program's file before it is opened for writing:
// that alone would turn its journal into a WAL. Only SQLite may open the file
// here: to close it behind SQLite's back would drop every lock that the process
// has on it.
func notForeign(ctx context.Context, path string) error {
	u, err := url.Parse(sqliteDSN(path))
	if err != nil {
		return err
	}
	u.RawQuery = url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(15000)"}}.Encode()
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = ours(ctx, db, path)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqliteCantOpen {
		return nil // a WAL that nobody may make; claim will say whose the file is
	}
	return err
}

// ours tells whether a file is marked as ours; one that is neither that nor
// empty is an error.
func ours(ctx context.Context, q querier, path string) (bool, error) {
	// The mark last: a program that makes its tables meanwhile sets both at once.
	var id, tables int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return false, err
	}
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return false, err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return false, fmt.Errorf("%s is the SQLite file of another program; want a new file or one that Shuren made: %w", path, fault.Invalid)
	}
	return id == applicationID, nil
}

// claimSQLite marks an empty file as ours and refuses one that is somebody
// else's.
func claimSQLite(ctx context.Context, tx *sql.Tx, path string) error {
	if mine, err := ours(ctx, tx, path); err != nil || mine {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}

// SQLite's result codes for what is wrong about a file or its place.
const (
	sqliteBusy     = 5
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteCorrupt  = 11
	sqliteFull     = 13
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
	case sqliteBusy:
		return fmt.Errorf("another program has been writing to %s for some time; try again when it is done: %w", path, err)
	case sqliteReadOnly:
		return fmt.Errorf("%s, or its folder, may not be written to; reading needs that too, so use a copy elsewhere: %w", path, errors.Join(fault.Invalid, err))
	case sqliteIOErr:
		return fmt.Errorf("the disk that holds %s did not do as it was told; is it at a limit, or faulty? Nothing of this was acknowledged: %w", path, errors.Join(fault.Full, err))
	case sqliteFull:
		return fmt.Errorf("the disk that holds %s is full; nothing of this was saved: %w", path, errors.Join(fault.Full, err))
	case sqliteCantOpen:
		return fmt.Errorf("%s cannot be opened or made; is its folder there and writable? %w", path, errors.Join(fault.Invalid, err))
	}
	return err
}
