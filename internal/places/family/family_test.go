package family_test

import (
	"context"
	"testing"

	"shuren/internal/places"
	"shuren/internal/places/family"
)

// A county in parts: found within its gap, and what is said of it holds by plain
// counting.
func TestCountyIsPlanned(t *testing.T) {
	for seed := range uint64(3) {
		in := family.County(60, 15, 3, false, seed)
		p, err := places.Make(context.Background(), in, places.Options{Gap: 0.05})
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != places.Optimal && p.Status != places.Within || p.Gap > 0.06 {
			t.Fatalf("seed %d: %s, gap %v", seed, p.Status, p.Gap)
		}
		if wrong := in.Verify(p); len(wrong) > 0 {
			t.Errorf("seed %d: %v", seed, wrong)
		}
	}
}
