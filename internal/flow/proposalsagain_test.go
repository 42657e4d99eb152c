package flow

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/proposal"
	"shuren/internal/task"
)

// again proposes the same county the same once more.
func again(t *testing.T, c *town) proposal.Proposal {
	t.Helper()
	clerk := of(auth.CountyClerk, "east")
	if _, err := c.Propose(t.Context(), clerk, "east", proposal.Mixed, c.Pack().Ref(), edu.Year(2025)); err != nil {
		t.Fatal(err)
	}
	<-c.proposer.(stubProposer).began
	if err := c.StopProposing(t.Context(), clerk, "east", proposal.Mixed); err != nil {
		t.Fatal(err)
	}
	now, _, err := c.Proposals(t.Context(), clerk, "east")
	if err != nil || len(now) != 1 {
		t.Fatalf("%d, %v", len(now), err)
	}
	return now[0]
}

// A proposal that a newer one replaced is only read; what it made tasks of is not
// made again by the newer one until those are withdrawn, and its school still sees it.
func TestReplacedProposalIsOnlyRead(t *testing.T) {
	c, old := proposed(t)
	ctx, o := t.Context(), c.Office()
	both := auth.Actor{Account: "x", Name: "某人", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: "east"}, {Role: auth.CountyReviewer, Unit: "east"}}}
	accept := proposal.Choice{Decision: proposal.Accept}
	old, err := c.DecideProposal(ctx, both, old.ID, old.Rev, []int{3}, accept)
	if err != nil {
		t.Fatal(err)
	}
	old, made, err := o.TasksOfProposal(ctx, both, old.ID, old.Rev, ProposalInto{}, "s1")
	if err != nil || len(made) != 1 {
		t.Fatalf("%d tasks, %v", len(made), err)
	}
	p := again(t, c)
	if p.ID == old.ID {
		t.Fatal("nothing new was proposed")
	}
	for name, got := range map[string]error{
		"decided": second(c.DecideProposal(ctx, both, old.ID, old.Rev, []int{1}, accept)),
		"undone":  second(c.UndoProposal(ctx, both, old.ID, old.Rev)),
		"tasks": func() error {
			_, _, err := o.TasksOfProposal(ctx, both, old.ID, old.Rev, ProposalInto{}, "s2")
			return err
		}(),
	} {
		if no, ok := errors.AsType[*auth.Refusal](got); !ok || !errors.Is(got, fault.Conflict) || !strings.Contains(no.Texts[0].ZH, "替代") {
			t.Errorf("%s: %v", name, got)
		}
	}
	if p, err = c.DecideProposal(ctx, both, p.ID, p.Rev, []int{1, 2, 3}, accept); err != nil {
		t.Fatal(err)
	}
	_, _, err = o.TasksOfProposal(ctx, both, p.ID, p.Rev, ProposalInto{}, "s3")
	if no, ok := errors.AsType[*auth.Refusal](err); !ok || len(no.Texts) != 1 || !strings.Contains(no.Texts[0].ZH, "第3行") || !strings.Contains(no.Texts[0].ZH, "东二小") {
		t.Errorf("made twice: %v", err)
	}
	head := of(auth.SchoolHead, old.Lines[2].At.Unit)
	list, err := c.SchoolLines(ctx, head, old.Lines[2].At.Unit)
	if err != nil || len(list) != 2 || list[1].ID != old.ID || len(list[1].Lines) != 1 || list[1].Lines[0].Task != made[0].ID {
		t.Errorf("the school sees %+v, %v", list, err)
	}
	if p, made, err = o.TasksOfProposal(ctx, both, p.ID, p.Rev, ProposalInto{Nos: []int{1, 2}}, "s4"); err != nil || len(made) != 1 || p.Lines[0].Task == "" {
		t.Errorf("of other lines: %d tasks, %v", len(made), err)
	}
}

// Whoever gives the tasks, each line's own school owes them where no other body is
// named: a city's planner too.
func TestSchoolsOweTasksOfTheCity(t *testing.T) {
	c, p := proposed(t)
	ctx := t.Context()
	planner := auth.Actor{Account: "y", Name: "规划科", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}
	p, err := c.DecideProposal(ctx, planner, p.ID, p.Rev, []int{3}, proposal.Choice{Decision: proposal.Accept})
	if err != nil {
		t.Fatal(err)
	}
	_, made, err := c.Office().TasksOfProposal(ctx, planner, p.ID, p.Rev, ProposalInto{}, "s1")
	if err != nil || len(made) != 1 || made[0].Lead != task.InstitutionOf(p.Lines[2].At.Unit) || made[0].Issuer != task.BureauOf("") {
		t.Errorf("%+v, %v", made, err)
	}
}

// One of a thing is not called several.
func TestQuantityOfOne(t *testing.T) {
	for unit, want := range map[string]string{"person": "1 person", "teacher": "1 person", "room": "1 room", "yuan": "1 yuan"} {
		if got := Quantity(1, unit).EN; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := Quantity(2, "person").EN; got != "2 persons" {
		t.Errorf("%q", got)
	}
}
