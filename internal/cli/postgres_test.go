package cli_test

import (
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// A server's database is there before the city is: what is in it counts.
func TestInitOnServer(t *testing.T) {
	db := testkit.Postgres(t)
	if code, out, errs := run(t, "", "init", "--db="+db); code != 0 || !strings.Contains(out, db) {
		t.Fatalf("an empty database: exit %d, %s%s", code, out, errs)
	}
	if code, _, errs := run(t, "", "init", "--db="+db); code != 2 || !strings.Contains(errs, "holds a city already") {
		t.Errorf("a second time: exit %d, %s", code, errs)
	}
}

// No command says the password, also where nothing works.
func TestPasswordUnsaid(t *testing.T) {
	for _, db := range []string{
		"postgres://clerk:tiger@127.0.0.1:1/shuren?connect_timeout=2",
		"postgres://127.0.0.1:1/shuren?user=clerk&password=tiger",
		"postgres://clerk:tiger%@127.0.0.1:1/shuren",
	} {
		for _, args := range [][]string{
			{"init"}, {"demo", "--no-serve"}, {"serve", "--addr=localhost:0"}, {"import", caschools()}, {"export", "--out=-"}, {"explain", "x", "y"},
		} {
			code, out, errs := run(t, "", append(args, "--db="+db)...)
			if code == 0 || strings.Contains(out+errs, "tiger") || !strings.Contains(errs, "postgres://") {
				t.Errorf("%s: exit %d, %s%s", args[0], code, out, errs)
			}
		}
	}
}
