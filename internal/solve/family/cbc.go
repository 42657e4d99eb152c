package family

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/solve"
)

// CBC asks CBC for the least cost of a model.
func CBC(t testing.TB, program string, m *solve.Model) (value float64, found bool) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "m.mps"), filepath.Join(dir, "out")
	f, err := os.Create(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := solve.WriteMPS(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), program, in, "-ratio", "1e-9", "-solve", "-solution", out, "-quit").CombinedOutput()
	if err != nil || strings.Contains(string(said), "errors on input") {
		t.Fatalf("cbc: %v\n%s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if !strings.HasPrefix(first, "Optimal") {
		if !strings.Contains(first, "nfeasible") {
			t.Fatalf("cbc says %q", first)
		}
		return 0, false
	}
	_, number, _ := strings.Cut(first, "objective value")
	value, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil {
		t.Fatalf("cbc says %q", first)
	}
	return value, true
}
