package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(fullEnv); path != "" {
		err := limitFiles(512 << 10)
		if err == nil {
			err = fillForever(path, 3, os.Stdout)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	storetest.Main(m)
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t testing.TB) string { return filepath.Join(t.TempDir(), "store.db") }, storetest.Begun.SQLite)
}
