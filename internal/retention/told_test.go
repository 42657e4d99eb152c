package retention_test

import (
	"testing"
	"time"

	"shuren/internal/retention"
)

// A case does not forget the warning that it was opened from: who did not appear, or
// was transferred out without a receipt, has the colour of the standards as long as
// nobody has found out where the child is.
func TestACaseKeepsTheWarningItCameFrom(t *testing.T) {
	elsewhere := step{retention.Find, 0, retention.Options{Where: "示例市外小学", Proof: "示例截图"}, "", 0}
	for _, tt := range []struct {
		name  string
		mark  retention.MarkKind
		out   string
		steps []step
		on    string
		want  retention.Colour
	}{
		{"transferred out 30 days ago", retention.WentAway, "2025-08-10", nil, "2025-09-09", retention.Plain},
		{"31 days ago, without a receipt", retention.WentAway, "2025-08-10", nil, "2025-09-10", retention.Red},
		{"and confirmed", retention.WentAway, "2025-08-10", []step{confirm}, "2025-09-10", retention.Red},
		{"and found at another school", retention.WentAway, "2025-08-10", []step{elsewhere}, "2025-09-10", retention.Plain},
		{"not appeared 13 days after the start of term", retention.Unseen, "2025-09-01", nil, "2025-09-14", retention.Plain},
		{"not appeared in two weeks", retention.Unseen, "2025-09-01", nil, "2025-09-15", retention.Amber},
		{"on leave for more than three months", retention.OnLeave, "2025-06-08", nil, "2025-09-09", retention.Watch},
		{"nothing was said", "", "", nil, "2025-09-10", retention.Plain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := retention.Case{ID: "c1", Person: "p1", School: "s1", Town: "town", County: "east", Source: retention.ByTransfer, Guess: "moved", Mark: tt.mark}
			if tt.out != "" {
				c.Out = day(tt.out)
			}
			c, _, err := retention.Begin(c, at(monday))
			if err != nil {
				t.Fatal(err)
			}
			if c, err = walk(c, tt.steps...); err != nil {
				t.Fatal(err)
			}
			if got, why := retention.ColourOf(c, at(day(tt.on).Time().Add(2*time.Hour))); got != tt.want {
				t.Errorf("%+v; want %s", why, tt.want)
			}
		})
	}
}

// Of two rules the worse is said first: messages and to-dos give one.
func TestTheWorstRuleIsSaidFirst(t *testing.T) {
	c, _, err := retention.Begin(retention.Case{ID: "c1", Person: "p1", School: "s1", Town: "town", County: "east", Source: retention.ByTransfer, Guess: "moved", Absent: 3, Mark: retention.WentAway, Out: day("2025-07-01")}, at(monday))
	if err != nil {
		t.Fatal(err)
	}
	if _, why := retention.ColourOf(c, at(monday)); len(why) != 2 || why[0].Colour != retention.Red || why[1].Colour != retention.Amber {
		t.Errorf("%+v", why)
	}
}

// Who answers for a child on both lines is often settled once it is confirmed to be
// out of school, and what is found out then belongs to the case too.
func TestWhoAnswersIsSetAfterConfirming(t *testing.T) {
	amend := step{retention.Amend, 0, retention.Options{Text: "落实责任人", Guard: []retention.Part{"township", "village", "head", "class"}}, "", retention.Worker}
	c, err := walk(begun(t), confirm, amend, persuad, amend)
	if err != nil || len(c.Guard) != 4 || c.State != retention.Persuading {
		t.Errorf("%v: %+v", err, c)
	}
	if _, err := walk(begun(t), confirm, persuad, back, amend); err == nil {
		t.Error("what was found out is added to a child that is back")
	}
}
