// Making a proposal takes minutes in a large county: it runs behind the pages,
// tells how far it is, can be stopped, and keeps the best that it found.

package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/solve"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// kindProposing are the documents of the making: one a county and scenario, of
// the last time.
const kindProposing = "proposing"

// Proposing is the making of a proposal.
type Proposing struct {
	County   edu.UnitID
	Scenario proposal.Scenario
	Making
	Proposal string // that came of it; empty for none
}

// ProposalInput is what a proposal is made of.
type ProposalInput struct {
	Assessment *standard.Assessment // of the whole city
	Tree       *edu.Tree
	County     edu.UnitID
	Within     edu.UnitID // the county as the assessment knows it
	Means      *Means
	Scenario   proposal.Scenario
	// Data names the version of the figures.
	Data string
}

// proposer makes and checks proposals; a test has another than the city.
type proposer interface {
	make(ctx context.Context, in ProposalInput, tell func(solve.Progress)) (*proposal.Proposal, error)
	check(ctx context.Context, in ProposalInput, p *proposal.Proposal) (proposal.Met, error)
	all(ctx context.Context, ins []ProposalInput, wish CityWish, tell func(solve.Progress)) (*proposal.City, error)
}

type proposingKey struct {
	county   edu.UnitID
	scenario proposal.Scenario
}

func proposingID(k proposingKey) string {
	return kindProposing + "-" + string(k.county) + "-" + string(k.scenario)
}

// proposalInput reads what a proposal is made of and checked against.
func (c *City) proposalInput(ctx context.Context, of edu.UnitID, ref string, p edu.Period, s proposal.Scenario) (in ProposalInput, err error) {
	in = ProposalInput{County: of, Scenario: s}
	if in.Assessment, err = c.Measure(ctx, ref, p); err != nil {
		return in, err
	}
	if in.Tree, err = c.store.Tree(ctx, local); err != nil {
		return in, err
	}
	if in.Within = countyIn(in.Assessment, in.Tree, of); in.Within == "" {
		return in, fmt.Errorf("county %s has no figures of %s: %w", of, p, fault.NotFound)
	}
	if in.Means, err = c.meansToPropose(ctx, in.Tree, of, p); err != nil {
		return in, err
	}
	in.Data, err = c.version(ctx, local, p)
	return in, err
}

// meansToPropose are a county's means with the posts of its form, where its staff
// do not come with posts.
func (c *City) meansToPropose(ctx context.Context, tree *edu.Tree, of edu.UnitID, p edu.Period) (*Means, error) {
	m, err := c.means(ctx, of)
	if err == nil && m.Staff.Posts == nil {
		m.Staff.Posts, err = c.postsOf(ctx, tree, of, p)
	}
	return m, err
}

// MeansIn gives what a proposal is made of to whoever reads the county, which is
// named as an assessment knows it: by the code that it had then.
func (c *City) MeansIn(ctx context.Context, who auth.Actor, a *standard.Assessment, county edu.UnitID) (*Means, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	for _, u := range tree.Units() {
		if u.Level != edu.County || countyIn(a, tree, u.ID) != county {
			continue
		}
		if err := c.overCounty(ctx, who, auth.ReadRegion, u.ID); err != nil {
			return nil, err
		}
		return c.meansToPropose(ctx, tree, u.ID, a.Period)
	}
	return nil, fmt.Errorf("county %s: %w", county, fault.NotFound)
}

// postsOf are a county's posts as its form says them already: known is not asked.
// nil where it did not say.
func (c *City) postsOf(ctx context.Context, tree *edu.Tree, of edu.UnitID, p edu.Period) (*means.Posts, error) {
	for _, by := range c.Packs() {
		if by.Element("posts_approved") == nil || by.Element("county_established") == nil {
			continue
		}
		a, err := c.Measure(ctx, by.Ref(), p)
		if err != nil {
			return nil, err
		}
		if a.Counties == nil {
			return nil, nil
		}
		i := a.Unit(edu.County, countyIn(a, tree, of))
		if i < 0 {
			return nil, nil
		}
		row, ok := a.Counties.Frame.Find(cmp.Or(a.Units[edu.County][i].Code, string(a.Units[edu.County][i].ID)))
		if !ok {
			return nil, nil
		}
		approved, ok1 := a.Counties.Frame.Value(row, "posts_approved").Number()
		held, ok2 := a.Counties.Frame.Value(row, "county_established").Number()
		if ok1 && ok2 {
			return &means.Posts{Approved: int(approved), Established: int(held), Source: by.Name.ZH}, nil
		}
		return nil, nil
	}
	return nil, nil
}

// countyIn is a county as an assessment knows it, which is by a code that it had;
// empty where it has no figures.
func countyIn(a *standard.Assessment, tree *edu.Tree, of edu.UnitID) edu.UnitID {
	u, ok := tree.Unit(of)
	for _, x := range a.Units[edu.County] {
		if x.ID == of || ok && slices.ContainsFunc(u.Attrs, func(at edu.Attrs) bool { return at.Code != "" && at.Code == x.Code }) {
			return x.ID
		}
	}
	return ""
}

// placed gives the places of a proposal the units that they are in the tree.
func placed(p *proposal.Proposal, tree *edu.Tree) {
	units := unitsByCode(tree)
	set := func(at *proposal.Place) {
		if id, ok := units[codeAt{edu.School, at.Code}]; ok {
			at.Unit = id
		}
	}
	for i := range p.Lines {
		set(&p.Lines[i].At)
		if p.Lines[i].From != nil {
			set(p.Lines[i].From)
		}
	}
	for _, m := range []*proposal.Met{&p.Before, &p.After, &p.Checked} {
		for i := range m.Failing {
			set(&m.Failing[i])
		}
	}
	for i := range p.Short {
		set(&p.Short[i].At)
	}
}

// Name is what one of the documents is called.
func (k MeansKind) Name() edu.Text {
	return map[MeansKind]edu.Text{MeansPrices: {ZH: "单价表", EN: "price list"}, MeansStaff: {ZH: "教职工人数", EN: "staff counts"}, MeansWays: {ZH: "乡镇间路程", EN: "ways between townships"}, MeansMoney: {ZH: "年度资金", EN: "money of years"}, MeansLessons: {ZH: "课程课时计划", EN: "plan of lessons"}}[k]
}

// Propose begins to make a proposal for a county, by the standard of a pack. One
// that is being made is given back: nothing is made twice at a time.
func (c *City) Propose(ctx context.Context, who auth.Actor, of edu.UnitID, s proposal.Scenario, ref string, p edu.Period) (Proposing, error) {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	if err != nil {
		return Proposing{}, err
	}
	if err := c.overCounty(ctx, who, auth.KeepCounty, of); err != nil {
		return Proposing{}, err
	}
	if !slices.Contains(proposal.Scenarios, s) {
		return Proposing{}, fmt.Errorf("scenario %q: %w", s, fault.Invalid)
	}
	in, err := c.proposalInput(ctx, of, ref, p, s)
	if err != nil {
		return Proposing{}, err
	}
	if lacks := in.Means.Lacks(); len(lacks) > 0 && s != proposal.Wait {
		var zh, en []string
		for _, k := range lacks {
			zh, en = append(zh, k.Name().ZH), append(en, k.Name().EN)
		}
		return Proposing{}, auth.Refuse(fault.Invalid, "还缺："+strings.Join(zh, "、")+"。请先填写，再测算", "still missing: "+strings.Join(en, ", ")+"; tell these first")
	}
	k := proposingKey{of, s}
	at, err := c.begin(ctx, job{kindProposing, proposingID(k), of, string(s), sc, who, func(m Making) any {
		return Proposing{of, s, m, m.made}
	}}, func(ctx context.Context, at *makingJob) (string, error) {
		p, err := c.tryPropose(ctx, in, at.tell)
		if err != nil {
			return "", err
		}
		return c.keepProposal(context.WithoutCancel(ctx), who, p, in)
	})
	return Proposing{of, s, at, ""}, err
}

// keepProposal keeps a proposal that was made, and gives its id.
func (c *City) keepProposal(ctx context.Context, who auth.Actor, p *proposal.Proposal, in ProposalInput) (string, error) {
	p.ID, p.Rev, p.County, p.Scenario, p.Pack, p.Period = newProposalID(rand.Text()), 0, in.County, in.Scenario, in.Assessment.Pack.Ref(), in.Assessment.Period
	p.Made, p.Data = c.now(), in.Data
	rec := record(who, proposalMade, string(in.Scenario), p.Made)
	p.By = rec.Account
	placed(p, in.Tree)
	for i := range p.Lines {
		p.Lines[i].No, p.Lines[i].State = i+1, proposal.Open
	}
	if p.Checked.Sections == 0 {
		p.Checked = p.After
	}
	if c.making.closing() {
		return "", nil
	}
	_, err := c.putProposal(ctx, who, *p, rec)
	return p.ID, err
}

// tryPropose makes a proposal; what panics in a search must not end the server.
func (c *City) tryPropose(ctx context.Context, in ProposalInput, tell func(solve.Progress)) (p *proposal.Proposal, err error) {
	defer func() {
		if x := recover(); x != nil {
			p, err = nil, fmt.Errorf("proposal of %s: %v", in.County, x)
		}
	}()
	p, err = c.proposer.make(ctx, in, tell)
	if err == nil && p == nil {
		err = fmt.Errorf("proposal of %s: nothing came of it", in.County)
	}
	return p, err
}

// StopProposing ends the making of a proposal; what it found so far is kept.
func (c *City) StopProposing(ctx context.Context, who auth.Actor, of edu.UnitID, s proposal.Scenario) error {
	if err := c.overCounty(ctx, who, auth.KeepCounty, of); err != nil {
		return err
	}
	return c.making.halt(ctx, proposingID(proposingKey{of, s}))
}

// ProposingOf lists the last making of each scenario of a county: what is under
// way, and how the others ended.
func (c *City) ProposingOf(ctx context.Context, who auth.Actor, of edu.UnitID) ([]Proposing, error) {
	if err := c.overCounty(ctx, who, auth.ReadRegion, of); err != nil {
		return nil, err
	}
	docs, err := c.store.Documents(ctx, local, store.DocumentFilter{Kind: kindProposing, Unit: of})
	if err != nil {
		return nil, err
	}
	var out []Proposing
	for _, d := range docs {
		at, err := standing(ctx, c, d, func(p *Proposing, m Making) { p.Making = m })
		if err != nil {
			return nil, err
		}
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b Proposing) int {
		return cmp.Compare(slices.Index(proposal.Scenarios, a.Scenario), slices.Index(proposal.Scenarios, b.Scenario))
	})
	return out, nil
}

// Proposed waits until nothing is being made any more: for commands, which end.
func (c *City) Proposed(ctx context.Context) error {
	return c.making.wait(ctx)
}
