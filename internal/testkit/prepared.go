package testkit

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Prepared is a database that many tests begin with. It is filled once in a test
// binary; each test gets a copy of its own.
type Prepared struct {
	// Fill makes tables and what the tests want to find in a database that is empty,
	// and leaves no connection to it.
	Fill func(dsn string) error

	file     sync.Once
	bytes    []byte
	server   sync.Once
	template string
	err      error
}

// SQLite gives the path of a copy in a file, which goes when the test ends.
func (p *Prepared) SQLite(t testing.TB) string {
	t.Helper()
	p.file.Do(func() {
		dir, err := os.MkdirTemp("", "shuren-prepared")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		made := filepath.Join(dir, "made.db")
		if err := p.Fill(made); err != nil {
			t.Fatal(err)
		}
		if p.bytes, err = os.ReadFile(made); err != nil {
			t.Fatal(err)
		}
	})
	if len(p.bytes) == 0 {
		t.Fatal("the database could not be filled: an earlier test says why")
	}
	file := filepath.Join(t.TempDir(), "city.db")
	if err := os.WriteFile(file, p.bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Postgres gives the address of a copy on the server, which goes when the test ends.
// The package's TestMain must call Main, which removes what the copies are made from.
func (p *Prepared) Postgres(t testing.TB) string {
	t.Helper()
	server := address(t)
	if !tidying {
		t.Fatal("the TestMain of this package does not call testkit.Main: the database that copies are made from would stay on the server")
	}
	p.server.Do(func() {
		name := "shuren_made_" + strings.ToLower(rand.Text())
		if p.err = create(server, name, "template0"); p.err != nil {
			return
		}
		templates = append(templates, name)
		if p.err = p.Fill(within(server, name)); p.err == nil {
			p.template = name
		}
	})
	if p.template == "" {
		t.Fatalf("the database could not be filled: %v", p.err)
	}
	return made(t, server, p.template)
}

// templates are the databases on the server that copies are made from.
var (
	templates []string
	tidying   bool
)

// Main is the TestMain of a package whose tests copy a Prepared database on a server.
func Main(m *testing.M) (code int) {
	tidying = true
	defer func() {
		for _, name := range templates {
			_ = remove(os.Getenv(serverEnv), name)
		}
	}()
	return m.Run()
}
