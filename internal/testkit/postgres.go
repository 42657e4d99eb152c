package testkit

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // driver
)

// serverEnv names the address of a server, with a user who may make databases:
// postgres://postgres@127.0.0.1:5432/postgres.
const serverEnv = "SHUREN_POSTGRES"

// Postgres makes an empty database, which is dropped when the test ends, and
// gives its address.
func Postgres(t testing.TB) string {
	t.Helper()
	return made(t, address(t), "template0")
}

func address(t testing.TB) string {
	t.Helper()
	server := os.Getenv(serverEnv)
	if server == "" {
		Missing(t, "postgres", serverEnv+" does not give the address of a server")
	}
	if _, err := url.Parse(server); err != nil {
		t.Fatal(serverEnv + " is no address") // the error would show the password
	}
	return server
}

// made is a database like another one, for as long as the test runs.
func made(t testing.TB, server, like string) string {
	t.Helper()
	name := "shuren_" + strings.ToLower(rand.Text())
	if err := create(server, name, like); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := remove(server, name); err != nil {
			t.Errorf("drop a database: %v", err)
		}
	})
	return within(server, name)
}

func create(server, name, like string) error {
	return onServer(server, "CREATE DATABASE "+name+" ENCODING 'UTF8' TEMPLATE "+like)
}

func remove(server, name string) error {
	return onServer(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

// within is the address of a database of the server.
func within(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	return u.String()
}

func onServer(server, query string) error {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), query)
	return errors.Join(err, db.Close())
}
