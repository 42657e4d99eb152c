package teams

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However acts follow, a scheme is approved only by the county, straight after it was
// sent, and no change keeps an approval.
func TestSchemeStepsLaw(t *testing.T) {
	acts := []Act{Save, Send, Approve, Return}
	rapid.Check(t, func(t *rapid.T) {
		s := &Scheme{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			was := *s
			a := rapid.SampledFrom(acts).Draw(t, "act")
			if s.Can(a) != (s.Step(a) == nil) {
				t.Fatalf("%s of %q: what may be done and what is done differ", a, was.State)
			}
			if a == Approve && s.State == SchemeApproved && was.State == SchemeSent {
				s.Approval = "a number"
			}
			switch {
			case s.State == SchemeApproved && was.State != SchemeApproved && (was.State != SchemeSent || !a.ByCounty()):
				t.Fatalf("approved from %q by %s", was.State, a)
			case s.State != SchemeApproved && s.State != was.State && !a.ByCounty() && s.Approval != "":
				t.Fatalf("%s keeps the approval", a)
			}
		}
	})
	if slices.ContainsFunc(acts[:2], Act.ByCounty) {
		t.Error("the school's acts are the county's")
	}
}
