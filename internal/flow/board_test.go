package flow

import (
	"bytes"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/bulletin"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// The board is off, takes nothing but what was locked down, is approved by another
// person, and is the same bytes when figures have changed since.
func TestBoard(t *testing.T) {
	c := newTown(t)
	c.year(2025, "9901210001 甲小 990121 60", "9901210002 乙小 990121 1", "9901220001 丙小 990122 80")
	b := c.Board()
	y := &yard{c.City, t, c.now()}
	lock, err := c.Desk(auth.Operator()).LockDown(ctx, "2025年定稿")
	if err != nil {
		t.Fatal(err)
	}
	p := edu.Year(2025)
	_, err = b.Propose(ctx, yardPlanner, lock.ID, p, "", "a")
	y.wants("while it is off", err, fault.Conflict)
	for _, who := range []auth.Actor{yardCounty, yardLeader, yardSchool, holder("x", auth.CitySection, "east")} {
		y.wants("by "+who.Account, b.Switch(ctx, who, true, 0, "试行"), fault.Forbidden)
	}
	y.wants("without a reason", b.Switch(ctx, yardCity, true, 0, " "), fault.Invalid)
	y.wants("on", b.Switch(ctx, yardCity, true, 0, "试行"), nil)
	_, err = b.Propose(ctx, yardPlanner, "none", p, "", "a")
	y.wants("what was not fixed", err, fault.Invalid)
	e, err := b.Propose(ctx, yardPlanner, lock.ID, p, "", "a")
	y.wants("proposed", err, nil)
	if again, err := b.Propose(ctx, yardPlanner, lock.ID, p, "", "a"); err != nil || again.ID != e.ID {
		t.Errorf("sent twice: %s, %v", again.ID, err)
	}
	_, err = b.Published(ctx, yardCity)
	y.wants("before it is approved", err, fault.NotFound)
	_, err = b.Act(ctx, yardPlanner, e.ID, e.Rev, bulletin.Approve, "")
	y.wants("approved by who proposed it", err, fault.Forbidden)
	e, err = b.Act(ctx, yardCity, e.ID, e.Rev, bulletin.Approve, "")
	y.wants("approved by another", err, nil)

	files, _, at, err := b.Files(ctx, yardCity, e.ID)
	y.wants("files", err, nil)
	var first bytes.Buffer
	if err := bulletin.WriteZip(&first, files, at); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, school := range []string{"甲小", "乙小", "丙小", "9901210001"} {
			if strings.Contains(string(f.Body), school) {
				t.Errorf("%s names a school", f.Name)
			}
		}
		if f.Name == "data/pupils.csv" && !strings.Contains(string(f.Body), "990122") {
			t.Errorf("no county in %s", f.Body)
		}
	}
	// Figures that come later, and a new name, change nothing that is public.
	c.year(2025, "9901210001 甲小 990121 99", "9901220001 丙小 990122 20")
	if err := c.Describe(ctx, edu.Text{ZH: "新名市", EN: "New name"}, nil); err != nil {
		t.Fatal(err)
	}
	files, _, at, err = b.Files(ctx, yardCity, e.ID)
	y.wants("made again", err, nil)
	var second bytes.Buffer
	if err := bulletin.WriteZip(&second, files, at); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("what is public has changed")
	}
	e, err = b.Act(ctx, yardPlanner, e.ID, e.Rev, bulletin.Withdraw, "更正")
	y.wants("withdrawn", err, nil)
	_, err = b.Published(ctx, yardCity)
	y.wants("after it", err, fault.NotFound)
}
