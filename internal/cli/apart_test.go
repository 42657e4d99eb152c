package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/fault"
)

// Marked workbooks are never written among those that schools sent.
func TestMarkedStandApart(t *testing.T) {
	dir := t.TempDir()
	in, link := filepath.Join(dir, "in"), filepath.Join(dir, "link")
	if err := os.MkdirAll(filepath.Join(in, "county"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(in, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		marked string
		want   error
	}{
		{"", nil}, {filepath.Join(dir, "marked"), nil}, {filepath.Join(dir, "in-marked"), nil}, {in + "/../marked", nil},
		{in, fault.Invalid}, {in + "/", fault.Invalid}, {filepath.Join(in, "county"), fault.Invalid}, {filepath.Join(in, "new"), fault.Invalid}, {link, fault.Invalid},
	} {
		if err := apart(in, tt.marked); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%q: %v, want %v", tt.marked, err, tt.want)
		}
	}
}
