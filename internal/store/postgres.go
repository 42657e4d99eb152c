package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"shuren/internal/fault"
)

// postgresDialect is the shared database. As on SQLite one transaction writes at
// a time, here by an advisory lock that the server gives up when a program dies.
var postgresDialect = dialect{
	name:    "postgres",
	open:    openPostgres,
	lock:    lockPostgres,
	claim:   claimPostgres,
	explain: explainPostgres,
	// Texts compare byte by byte, as on SQLite and in Go, and no update of the
	// server's locales can put an index out of order.
	ddl: func(stmt string) string { return textType.ReplaceAllString(stmt, `${1}TEXT COLLATE "C"`) },
	// Each statement is a journey to the server.
	atOnce: 64,
	copy:   copyPostgres,
	many:   manyPostgres,
	// Numbers and rows of the state must be of one moment.
	read: sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
}

var textType = regexp.MustCompile(`(?m)^(\s+\w+\s+)TEXT\b`)

// Shared reports whether a data source name means a database server, and not a
// file.
func Shared(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Redacted is a data source name as it may be shown and logged: without its
// password. The path of a file is shown as it is.
func Redacted(dsn string) string {
	if !Shared(dsn) {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn[:strings.Index(dsn, "//")+2] + "…"
	}
	q := u.Query()
	for name := range q {
		if strings.Contains(strings.ToLower(name), "password") {
			q.Set(name, "xxxxx")
			u.RawQuery = q.Encode()
		}
	}
	return u.Redacted()
}

func openPostgres(_ context.Context, dsn string) (w, r *sql.DB, err error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		// What pgx says of it may hold parts of the password.
		return nil, nil, fmt.Errorf("%s is not a PostgreSQL address; want postgres://user:password@host:5432/database, with %%40 for an @ in the password: %w", Redacted(dsn), fault.Invalid)
	}
	for name, value := range map[string]string{
		"application_name": "shuren",
		// Another program's import may take a while, but not for ever.
		"lock_timeout": "60s",
		// A program whose machine lost its power gives the lock back.
		"idle_in_transaction_session_timeout": "10min",
		"tcp_keepalives_idle":                 "60",
		"tcp_keepalives_interval":             "10",
		"tcp_keepalives_count":                "3",
	} {
		if _, given := cfg.RuntimeParams[name]; !given {
			cfg.RuntimeParams[name] = value
		}
	}
	// On: an acknowledged write survives a crash of the server.
	cfg.RuntimeParams["synchronous_commit"] = "on"
	w = stdlib.OpenDB(*cfg)
	// One connection writes: two would only wait for each other's lock.
	w.SetMaxOpenConns(1)
	reading := cfg.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	r = stdlib.OpenDB(*reading)
	r.SetMaxOpenConns(4 + 2*runtime.NumCPU())
	r.SetMaxIdleConns(4)
	return w, r, nil
}

// postgresLock is the number of the lock ("SHUR"); each database has its own.
const postgresLock = applicationID

func lockPostgres(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(postgresLock))
	return err
}

func copyPostgres(ctx context.Context, conn *sql.Conn, table string, columns []string, rows [][]any) error {
	return conn.Raw(func(driver any) error {
		n, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		if err == nil && n != int64(len(rows)) {
			err = fmt.Errorf("%d of %d rows of %s arrived", n, len(rows), table)
		}
		return err
	})
}

func manyPostgres(ctx context.Context, conn *sql.Conn, query string, args [][]any) error {
	return conn.Raw(func(driver any) error {
		var b pgx.Batch
		for _, a := range args {
			b.Queue(query, a...)
		}
		return driver.(*stdlib.Conn).Conn().SendBatch(ctx, &b).Close()
	})
}

// ourComment marks a schema as ours, on its table of migrations.
const ourComment = "Shuren"

// claimPostgres marks an empty schema as ours and refuses one with the tables of
// another program. Tables that an extension brought are nobody's.
func claimPostgres(ctx context.Context, tx *sql.Tx, dsn string) error {
	var encoding string
	var schema, comment sql.NullString
	var others int
	err := tx.QueryRowContext(ctx, `SELECT current_setting('server_encoding'), current_schema(),
			obj_description(to_regclass(quote_ident(current_schema()) || '.migrations'), 'pg_class'),
			(SELECT count(*) FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
				AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))`).
		Scan(&encoding, &schema, &comment, &others)
	switch {
	case err != nil:
		return err
	case encoding != "UTF8":
		return fmt.Errorf("the database %s has the encoding %s; want one made with ENCODING 'UTF8': %w", Redacted(dsn), encoding, fault.Invalid)
	case !schema.Valid:
		return fmt.Errorf("the database %s has no schema that the user may use; make one, or the user the owner of the database: %w", Redacted(dsn), fault.Invalid)
	case comment.String == ourComment:
		return nil
	case others > 0:
		return fmt.Errorf("the schema %s of %s holds the tables of another program; want an empty database or one that Shuren made: %w", schema.String, Redacted(dsn), fault.Invalid)
	}
	if _, err := tx.ExecContext(ctx, migrationsTable); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `COMMENT ON TABLE migrations IS '`+ourComment+`'`)
	return err
}

// explainPostgres says in words what is wrong with the server, the address or
// the rights. Class 08 and the like are left to the driver's own words, which
// hold no password.
func explainPostgres(dsn string, err error) error {
	at := Redacted(dsn)
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var n net.Error
		var c *pgconn.ConnectError
		switch {
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return err
		case errors.As(err, &c), errors.As(err, &n):
			return fmt.Errorf("the PostgreSQL server of %s cannot be reached; does it run, and does it listen there? %w", at, err)
		}
		return err
	}
	switch e.Code {
	case "28P01", "28000":
		return fmt.Errorf("the PostgreSQL server does not let the user of %s in; check the name, the password and pg_hba.conf: %w", at, errors.Join(fault.Invalid, err))
	case "3D000":
		return fmt.Errorf("the server has no database for %s; make it with: createdb --encoding UTF8 --owner USER DATABASE: %w", at, errors.Join(fault.Invalid, err))
	case "42501":
		return fmt.Errorf("the user of %s may not do this; make it the owner of the database: %w", at, errors.Join(fault.Invalid, err))
	case "25006":
		return fmt.Errorf("%s may only be read from; is it a standby? %w", at, errors.Join(fault.Invalid, err))
	case "53100":
		return fmt.Errorf("the disk of the server of %s is full; nothing of this was saved: %w", at, errors.Join(fault.Full, err))
	case "53300":
		return fmt.Errorf("the server of %s has no connection left; raise its max_connections: %w", at, err)
	case "55P03":
		return fmt.Errorf("another program has been writing to %s for some time; try again when it is done: %w", at, err)
	case "57P01", "57P02", "57P03":
		return fmt.Errorf("the server of %s is being stopped or started; try again: %w", at, err)
	case "XX001", "XX002":
		return fmt.Errorf("%s is damaged; restore it from a backup: %w", at, errors.Join(fault.Invalid, err))
	}
	return err
}
