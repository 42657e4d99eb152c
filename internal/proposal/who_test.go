package proposal_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// English output names people in English, and a document that was kept before says
// what it has.
func TestWhoIsSaidInBothLanguages(t *testing.T) {
	d := ruralDraft(t)
	d.set(0, "teachers_pe", 0)
	d.set(0, "teachers_music", 0)
	d.set(1, "teachers_pe", 4)
	d.in.Staff.Groups[1].Subject, d.in.Staff.Groups[1].Counts, d.in.Staff.Groups[1].People = "体育", []string{"teachers_pe"}, 4
	d.in.Staff.Groups = append(d.in.Staff.Groups, means.Group{School: "b", Stage: d.stage[1], Subject: "语文", Counts: []string{"teachers_qualified"}, People: 9})
	c, n, err := propose.Of(d.assess(t), "530300", d.in)
	if err != nil {
		t.Fatal(err)
	}
	p, err := proposal.Solve(t.Context(), c, n, proposal.Mixed, solve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	people := 0
	for _, l := range p.Lines {
		if !l.Act.People() {
			continue
		}
		people++
		if l.WhoIn("zh") == "" || l.WhoIn("en") == "" || strings.ContainsFunc(l.WhoIn("en"), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("zh %q, en %q", l.WhoIn("zh"), l.WhoIn("en"))
		}
	}
	if people == 0 {
		t.Errorf("nobody moves: %s %+v", p.Status, p.Conflict)
	}
	var old proposal.Line
	if err := json.Unmarshal([]byte(`{"No":1,"Act":"hire","Who":"音乐"}`), &old); err != nil || old.WhoIn("en") != "音乐" || old.WhoIn("zh") != "音乐" {
		t.Errorf("of before: %+v, %v", old, err)
	}
}
