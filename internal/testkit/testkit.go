// Package testkit finds what tests need beside Go: shared data, a browser.
//
// A test that lacks its part is skipped and says so; where the environment
// variable SHUREN_REQUIRE names the part (comma separated), it fails instead,
// so that a CI run cannot pass by skipping.
package testkit

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Missing skips the test because a part is not there, or fails it where the
// part is required.
func Missing(t testing.TB, part, why string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("SHUREN_REQUIRE"), ","), part) {
		t.Fatalf("%s is required here: %s", part, why)
	}
	t.Skipf("skipped, no %s: %s", part, why)
}

// Root is the folder that holds go.mod.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Shared is the path of a file in the folder "shared" beside the project. Some
// data sets may be read there but not copied into the project.
func Shared(t testing.TB, name string) string {
	t.Helper()
	p := filepath.Join(Root(), "..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(p); err != nil {
		Missing(t, "shared", "no file "+name+" in the folder \"shared\" beside the project")
	}
	return p
}

// Sequential skips a long test under the race detector that does one thing after
// the other: no two goroutines of it could race, and it would take many minutes.
func Sequential(t testing.TB) {
	t.Helper()
	if racing {
		t.Skip("skipped under the race detector: one thing after the other")
	}
}

// OutOfProcess skips a test under the race detector because another program does
// the work: a browser, an office suite, a built server. The detector sees
// nothing of that and makes the rest ten times slower; `make check` runs these
// tests without it.
func OutOfProcess(t testing.TB) {
	t.Helper()
	if racing {
		t.Skip("skipped under the race detector: another program does the work")
	}
}
