package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Pages say the time of the country, wherever the server stands: a due day ends
// at midnight there, and a lock-out says when it ends there. A page that asked for
// the machine's own zone would be eight hours wrong on a server that keeps UTC.
func TestPagesKnowOneTimeZone(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(b), "\n") {
			if strings.Contains(line, "time.Local") || strings.Contains(line, ".Local()") || strings.Contains(line, "DateOf(s.now()") {
				t.Errorf("%s:%d asks for the zone of the machine: %s", name, n+1, strings.TrimSpace(line))
			}
		}
	}
}
