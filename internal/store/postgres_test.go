package store_test

import (
	"testing"

	"shuren/internal/store/storetest"
	"shuren/internal/testkit"
)

func TestPostgres(t *testing.T) {
	testkit.Postgres(t) // says once, rather than for each test, that there is none
	storetest.Run(t, testkit.Postgres, storetest.Begun.Postgres)
}
