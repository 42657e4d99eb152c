package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Figures holds a part of a page of docs to what a test found: the lines between
// "<!-- figures: name -->" and "<!-- end of figures -->". With update it writes
// them.
func Figures(t testing.TB, page, name, found string, update bool) {
	t.Helper()
	file := filepath.Join(Root(), filepath.FromSlash(page))
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head := "<!-- figures: " + name + " -->\n"
	before, rest, ok := strings.Cut(string(b), head)
	old, after, ended := strings.Cut(rest, "<!-- end of figures -->")
	switch {
	case !ok || !ended:
		t.Fatalf("%s has no place for the figures %q", page, name)
	case old == found:
	case update:
		if err := os.WriteFile(file, []byte(before+head+found+"<!-- end of figures -->"+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the figures %q of %s are not what comes out; run with -update.\nfound:\n%s\nwritten:\n%s", name, page, found, old)
	}
}
