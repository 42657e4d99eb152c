package testkit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // driver
)

// Postgres makes an empty database, which is dropped when the test ends, and
// gives its address. SHUREN_POSTGRES is the address of a server, with a user who
// may make databases: postgres://postgres@127.0.0.1:5432/postgres.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("SHUREN_POSTGRES")
	if server == "" {
		Missing(t, "postgres", "SHUREN_POSTGRES does not give the address of a server")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("SHUREN_POSTGRES is no address") // the error would show the password
	}
	name := "shuren_" + strings.ToLower(rand.Text())
	do := func(query string) {
		t.Helper()
		db, err := sql.Open("pgx", server)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(context.Background(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do("CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0")
	t.Cleanup(func() { do("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	u.Path = "/" + name
	return u.String()
}
