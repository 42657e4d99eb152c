package store

import (
	"context"
	"database/sql"
)

// dialect holds what truly differs between databases. Everything else is SQL in
// the subset that SQLite and PostgreSQL share.
type dialect struct {
	name string
	// open gives the connection that writes and those that read.
	open func(ctx context.Context, dsn string) (w, r *sql.DB, err error)
	// lock takes the lock of writing, which is given back when tx ends.
	lock func(ctx context.Context, tx *sql.Tx) error
	// claim marks an empty database as ours and refuses another program's.
	claim func(ctx context.Context, tx *sql.Tx, dsn string) error
	// ddl fits a statement of a migration to the database.
	ddl func(stmt string) string
	// atOnce is how many rows of an import one statement writes.
	atOnce int
	// copy takes rows into a table of the transaction that conn has open; nil where
	// statements are as good.
	copy func(ctx context.Context, conn *sql.Conn, table string, columns []string, rows [][]any) error
	// many runs a statement for each of some arguments in the transaction that conn has
	// open, in one journey; nil where there is none to save.
	many func(ctx context.Context, conn *sql.Conn, query string, args [][]any) error
	// read begins a transaction that sees one moment.
	read sql.TxOptions
	// explain turns a driver's error into one that says what is wrong with the
	// database itself, or gives it back.
	explain func(dsn string, err error) error
}
