package bulletin

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/fault"
)

// However acts follow each other, an edition moves by the table only, and is public
// only when another person than who proposed it has said so.
func TestEditionWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e Edition
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			act := rapid.SampledFrom([]Act{Propose, Approve, Refuse, Withdraw}).Draw(t, "act")
			by := Line{Account: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "who"), Reason: rapid.SampledFrom([]string{"", "理由"}).Draw(t, "reason")}
			next, err := Next(e, act, by)
			if err != nil {
				if next.State != e.State || len(next.Log) != len(e.Log) {
					t.Fatal("refused and changed")
				}
				if !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Forbidden) {
					t.Fatal(err)
				}
				continue
			}
			if !slices.ContainsFunc(Steps, func(s Step) bool { return s.From == e.State && s.Act == act && s.To == next.State }) {
				t.Fatalf("%s from %q led to %q", act, e.State, next.State)
			}
			e = next
			if e.State == Published && (len(e.Log) < 2 || e.Log[0].Account == e.Log[len(e.Log)-1].Account) {
				t.Fatalf("published by who proposed it: %+v", e.Log)
			}
		}
	})
}
