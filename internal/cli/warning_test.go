package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// The commands say that a model is off and why, and a county must be named by its code.
func TestWarningCommands(t *testing.T) {
	db := "--db=" + filepath.Join(t.TempDir(), "c.db")
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"init", db}, 0, "keys of the registers"},
		{[]string{"warning", "show", db, "--county=530302"}, 0, "the model is off; lists are by the rules"},
		{[]string{"warning", "train", db, "--county=530302"}, 0, "there are 0, 30 are wanted"},
		{[]string{"warning", "show", db, "--county=530302"}, 0, "0 cases confirmed and closed"},
		{[]string{"warning", "list", db, "--county=530302"}, 0, "not made yet"},
		{[]string{"warning", "list", db, "--county=530302", "--make"}, 0, "people decide"},
		{[]string{"warning", "train", db, "--county=999999"}, 2, "there is no such county"},
	} {
		code, out, errs := run(t, "", step.args...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Fatalf("%v: exit %d, want %d with %q\n%s%s", step.args, code, step.code, step.says, out, errs)
		}
	}
}
