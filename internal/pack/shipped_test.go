package pack_test

import (
	"testing"

	"shuren/internal/pack"
)

// A pack is a shipped one by its content, not by its name.
func TestIsShipped(t *testing.T) {
	for range 2 { // before and after the hash is known
		p, err := pack.Open("cn-safety")
		if err != nil {
			t.Fatal(err)
		}
		kept, err := pack.Kept(p.Files)
		if err != nil {
			t.Fatal(err)
		}
		if !p.IsShipped() || !kept.IsShipped() {
			t.Error("a shipped pack is not taken for one")
		}
		kept.Hash = "other"
		if kept.IsShipped() {
			t.Error("a pack of other content is taken for the shipped one of its name")
		}
	}
	if (&pack.Pack{ID: "mine", Version: "1"}).IsShipped() {
		t.Error("a pack that nobody ships is taken for a shipped one")
	}
}
