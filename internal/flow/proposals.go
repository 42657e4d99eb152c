package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/proposal"
	"shuren/internal/store"
)

// kindProposal are the documents of proposals: one for each time that one was
// made. The newest of a county and scenario is the one that is worked with.
const kindProposal = "proposal"

const (
	proposalMade    audit.Action = "proposal.make"
	proposalDecided audit.Action = "proposal.decide"
	proposalUndone  audit.Action = "proposal.undo"
	proposalTasks   audit.Action = "proposal.tasks"
)

func openProposal(d store.Document) (proposal.Proposal, error) {
	return opened(d, func(p *proposal.Proposal, rev int) { p.Rev = rev })
}

// Proposals gives what a county is proposed now: the newest proposal of each
// scenario, in the order of scenarios. Older are those that came before, newest
// first, without their lines.
func (c *City) Proposals(ctx context.Context, who auth.Actor, of edu.UnitID) (now, older []proposal.Proposal, err error) {
	if err := c.overCounty(ctx, who, auth.ReadRegion, of); err != nil {
		return nil, nil, err
	}
	return c.proposals(ctx, of)
}

func (c *City) proposals(ctx context.Context, of edu.UnitID) (now, older []proposal.Proposal, err error) {
	now, older, err = c.allProposals(ctx, of)
	for i := range older {
		p := &older[i]
		p.Lines, p.Before.Failing, p.After.Failing, p.Checked.Failing = nil, nil, nil, nil
	}
	return now, older, err
}

// allProposals are those of a county with all their lines, in the order of proposals.
func (c *City) allProposals(ctx context.Context, of edu.UnitID) (now, older []proposal.Proposal, err error) {
	docs, err := c.store.Documents(ctx, local, store.DocumentFilter{Kind: kindProposal, Unit: of})
	if err != nil {
		return nil, nil, err
	}
	var all []proposal.Proposal
	for _, d := range docs {
		p, err := openProposal(d)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b proposal.Proposal) int { return b.Made.Compare(a.Made) })
	for _, p := range all {
		if slices.ContainsFunc(now, func(q proposal.Proposal) bool { return q.Scenario == p.Scenario }) {
			older = append(older, p)
			continue
		}
		now = append(now, p)
	}
	slices.SortFunc(now, func(a, b proposal.Proposal) int {
		return cmp.Compare(slices.Index(proposal.Scenarios, a.Scenario), slices.Index(proposal.Scenarios, b.Scenario))
	})
	return now, older, nil
}

// ProposedCounties counts what counties within reach are proposed: by county, the
// scenarios that there are.
func (c *City) ProposedCounties(ctx context.Context, who auth.Actor) (map[edu.UnitID][]proposal.Scenario, error) {
	r := who.Reach(auth.ReadRegion)
	if r.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadRegion, fault.Forbidden)
	}
	docs, err := c.store.Documents(ctx, scopeOf(r, store.Reader), store.DocumentFilter{Kind: kindProposal})
	if err != nil {
		return nil, err
	}
	out := map[edu.UnitID][]proposal.Scenario{}
	for _, d := range docs {
		if s := proposal.Scenario(d.State); !slices.Contains(out[d.Unit], s) {
			out[d.Unit] = append(out[d.Unit], s)
		}
	}
	return out, nil
}

// Proposal gives one proposal to whoever reads its county.
func (c *City) Proposal(ctx context.Context, who auth.Actor, id string) (proposal.Proposal, error) {
	d, err := c.store.Document(ctx, local, kindProposal, id)
	if err != nil {
		return proposal.Proposal{}, err
	}
	if err := c.overCounty(ctx, who, auth.ReadRegion, d.Unit); err != nil {
		return proposal.Proposal{}, fmt.Errorf("proposal %s: %w", id, fault.NotFound)
	}
	return openProposal(d)
}

// SchoolLines gives the lines of which a school is a part and that its county has
// taken, with the proposals in which they stand: what is still open is the
// county's own affair. Of a proposal that a newer one replaced, those that are
// tasks still hold.
func (c *City) SchoolLines(ctx context.Context, who auth.Actor, school edu.UnitID) ([]proposal.Proposal, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	if !who.Reach(auth.ReadSchool).Covers(school, holdsIn(tree)) {
		return nil, fmt.Errorf("school %s: %w", school, fault.NotFound)
	}
	of := school
	for of != "" {
		u, ok := tree.Unit(of)
		if !ok {
			return nil, fmt.Errorf("school %s: %w", school, fault.NotFound)
		}
		if u.Level == edu.County {
			break
		}
		of = lastAttrs(u).Parent
	}
	now, older, err := c.allProposals(ctx, of)
	if err != nil {
		return nil, err
	}
	var out []proposal.Proposal
	for i, p := range slices.Concat(now, older) {
		p.Lines = slices.DeleteFunc(p.Lines, func(l proposal.Line) bool {
			return !l.Taken() || i >= len(now) && l.Task == "" || l.At.Unit != school && (l.From == nil || l.From.Unit != school)
		})
		if len(p.Lines) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// DecideProposal makes a decision on lines of a proposal over the rev that its
// writer saw, and checks the whole again by the standard's own engine. At
// fault.Conflict the proposal is as it is now.
func (c *City) DecideProposal(ctx context.Context, who auth.Actor, id string, rev int, nos []int, ch proposal.Choice) (proposal.Proposal, error) {
	p, err := c.writable(ctx, who, id, rev)
	if err != nil {
		return p, err
	}
	rec := record(who, proposalDecided, fmt.Sprintf("%s, %d lines", ch.Decision, len(nos)), c.now())
	ch.Actor, ch.At = rec.Account, rec.At
	if err := p.Decide(nos, ch); err != nil {
		return p, refusedIn(err)
	}
	if err := c.recheck(ctx, &p); err != nil {
		return p, err
	}
	return c.putProposal(ctx, who, p, rec)
}

// UndoProposal puts the lines back to where they stood before the last decision.
// What became a task meanwhile is not undone: then it is refused.
func (c *City) UndoProposal(ctx context.Context, who auth.Actor, id string, rev int) (proposal.Proposal, error) {
	p, err := c.writable(ctx, who, id, rev)
	if err != nil {
		return p, err
	}
	past, err := c.store.DocumentHistory(ctx, local, kindProposal, id)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(past, func(d store.Document) bool { return d.Rev == rev-1 })
	if i < 0 {
		return p, auth.Refuse(fault.Conflict, "没有可撤销的操作", "there is nothing to undo")
	}
	was, err := openProposal(past[i])
	if err != nil {
		return p, err
	}
	if was.Counts().Tasks != p.Counts().Tasks {
		return p, auth.Refuse(fault.Conflict, "上一步已生成任务，请在任务中撤销", "the last step made tasks: withdraw those")
	}
	p.Lines, p.Checked = was.Lines, was.Checked
	return c.putProposal(ctx, who, p, record(who, proposalUndone, fmt.Sprintf("revision %d", rev), c.now()))
}

// writable is a proposal as somebody may change it. One that a newer one of its
// county and scenario replaced is only read: two plans for the same gaps would be
// carried out beside each other.
func (c *City) writable(ctx context.Context, who auth.Actor, id string, rev int) (proposal.Proposal, error) {
	p, err := c.Proposal(ctx, who, id)
	if err != nil {
		return p, err
	}
	if r := who.Reach(auth.KeepCounty); r.None() || c.overCounty(ctx, who, auth.KeepCounty, p.County) != nil {
		return p, fmt.Errorf("proposal %s: %w", id, fault.Forbidden)
	}
	if p.Rev != rev {
		return p, fmt.Errorf("proposal %s was changed meanwhile, revision %d over %d: %w", id, p.Rev, rev, fault.Conflict)
	}
	now, _, err := c.proposals(ctx, p.County)
	if err != nil {
		return p, err
	}
	if !slices.ContainsFunc(now, func(q proposal.Proposal) bool { return q.ID == id }) {
		return p, auth.Refuse(fault.Conflict, "本方案已被同一情景的新方案替代，只能查看", "a newer proposal of this scenario has replaced this one: it can only be read")
	}
	return p, nil
}

// putProposal keeps a proposal over its rev.
func (c *City) putProposal(ctx context.Context, who auth.Actor, p proposal.Proposal, rec audit.Record) (proposal.Proposal, error) {
	d, err := c.proposalDocument(who, p)
	if err != nil {
		return p, err
	}
	rec.Unit, rec.Object = p.County, p.ID
	kept, err := c.store.PutDocument(ctx, scopeOf(who.Reach(auth.KeepCounty), store.Editor), d, rec)
	if err != nil && !errors.Is(err, fault.Conflict) {
		return p, err
	}
	if kept.Body == "" {
		return p, err
	}
	now, bad := openProposal(kept)
	return now, errors.Join(err, bad)
}

func (c *City) proposalDocument(who auth.Actor, p proposal.Proposal) (store.Document, error) {
	storable(&p)
	return document(who, kindProposal, p.ID, p.County, p.Rev, string(p.Scenario), p.Pack+" "+p.Period.String(), edu.DateOf(p.Made), p, c.now())
}

// storable replaces what JSON cannot say: a cost that is not known is -1.
func storable(p *proposal.Proposal) {
	for _, x := range []*float64{&p.Cost, &p.Bound, &p.Gap} {
		if math.IsNaN(*x) || math.IsInf(*x, 0) {
			*x = -1
		}
	}
	for i := range p.Lines {
		if l := &p.Lines[i]; math.IsNaN(l.Km) || math.IsInf(l.Km, 0) {
			l.Km = -1
		}
	}
}

// refusedIn turns a proposal's own no into the one that pages show.
func refusedIn(err error) error {
	if no, ok := errors.AsType[*proposal.Refusal](err); ok {
		return auth.Refuse(no.Kind, no.Text.ZH, no.Text.EN)
	}
	return err
}

// recheck judges what of a proposal still stands by the standard's own engine.
func (c *City) recheck(ctx context.Context, p *proposal.Proposal) error {
	in, err := c.proposalInput(ctx, p.County, p.Pack, p.Period, p.Scenario)
	if err != nil {
		return err
	}
	if p.Checked, err = c.proposer.check(ctx, in, p); err != nil {
		return fmt.Errorf("check proposal %s: %w", p.ID, err)
	}
	return nil
}

// RecheckProposal checks a proposal against the figures as they are now, and keeps
// what came of it.
func (c *City) RecheckProposal(ctx context.Context, who auth.Actor, id string, rev int) (proposal.Proposal, error) {
	p, err := c.writable(ctx, who, id, rev)
	if err != nil {
		return p, err
	}
	if err := c.recheck(ctx, &p); err != nil {
		return p, err
	}
	return c.putProposal(ctx, who, p, record(who, proposalDecided, "check", c.now()))
}

// newProposalID is of a county, a scenario and chance: an address that tells
// nothing.
func newProposalID(text string) string { return strings.ToLower(text[:12]) }
