// Making a proposal takes minutes in a large county: it runs behind the pages,
// tells how far it is, can be stopped, and keeps the best that it found.

package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

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

// longestProposing is how long a proposal is worked on; what was found by then is
// kept, with the bound that is proven by then.
const longestProposing = 10 * time.Minute

// maxProposing is how many are made or wait at once, over all counties.
const maxProposing = 60

// ProposingState is how far the making of a proposal is.
type ProposingState string

const (
	ProposingNow     ProposingState = "running"
	ProposingDone    ProposingState = "done"
	ProposingStopped ProposingState = "stopped" // somebody stopped it, or it took too long: the best so far is kept
	ProposingFailed  ProposingState = "failed"
	ProposingCut     ProposingState = "cut" // the server ended meanwhile
)

// Proposing is the making of a proposal.
type Proposing struct {
	County   edu.UnitID
	Scenario proposal.Scenario
	State    ProposingState
	ByName   string
	Began    time.Time
	Ended    time.Time `json:",omitzero"`
	Why      edu.Text  // it failed
	Proposal string    // that came of it; empty for none
	Run      string    // of the process that makes it

	Waits    bool           `json:"-"` // for others to end
	Progress solve.Progress `json:"-"` // while it is made; no nodes before the search began
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
}

type proposingKey struct {
	county   edu.UnitID
	scenario proposal.Scenario
}

// proposingJob is one that is being made.
type proposingJob struct {
	mu   sync.Mutex
	at   Proposing
	stop context.CancelFunc
	done chan struct{}
}

func (j *proposingJob) now() Proposing {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at
}

// proposingJobs are those of this process.
type proposingJobs struct {
	mu    sync.Mutex
	run   string
	all   map[proposingKey]*proposingJob
	slots chan struct{}
	shut  bool
}

func newProposingJobs() *proposingJobs {
	return &proposingJobs{run: rand.Text(), all: map[proposingKey]*proposingJob{}, slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// close stops all and waits for them.
func (q *proposingJobs) close() {
	q.mu.Lock()
	q.shut = true
	var all []*proposingJob
	for _, j := range q.all {
		j.stop()
		all = append(all, j)
	}
	q.mu.Unlock()
	for _, j := range all {
		<-j.done
	}
}

// closing tells that the server ends: what is under way is cut, and said to be.
func (q *proposingJobs) closing() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.shut
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
	q := c.proposing
	q.mu.Lock()
	defer q.mu.Unlock()
	if j := q.all[k]; j != nil {
		return j.now(), nil
	}
	if q.shut || len(q.all) >= maxProposing {
		return Proposing{}, auth.Refuse(fault.Conflict, "正在测算的方案太多，请稍后再试", "too many proposals are being made: try again later")
	}
	j := &proposingJob{done: make(chan struct{}), at: Proposing{County: of, Scenario: s, State: ProposingNow, ByName: who.Name, Began: c.now(), Run: q.run, Waits: true}}
	if err := c.noteProposing(ctx, sc, who, k, j.at); err != nil {
		return Proposing{}, err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	j.stop = stop
	q.all[k] = j
	begun := j.at // from here on it is the work's
	go func() {
		defer close(j.done)
		defer stop()
		c.runProposing(work, sc, who, k, j, in)
		q.mu.Lock()
		delete(q.all, k)
		q.mu.Unlock()
	}()
	return begun, nil
}

// noteProposing keeps how far a making is: when it begins, and when it ends.
func (c *City) noteProposing(ctx context.Context, sc store.Scope, who auth.Actor, k proposingKey, at Proposing) error {
	id := proposingID(k)
	old, err := c.store.Document(ctx, local, kindProposing, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	d, err := document(who, kindProposing, id, k.county, old.Rev, string(at.State), string(k.scenario), edu.DateOf(at.Began), at, c.now())
	if err != nil {
		return err
	}
	_, err = c.store.PutDocument(ctx, sc, d)
	return err
}

// runProposing makes the proposal and keeps it. The end is written even where the
// making was stopped; where the server ends it is not, and readers are told that
// it was cut.
func (c *City) runProposing(ctx context.Context, sc store.Scope, who auth.Actor, k proposingKey, j *proposingJob, in ProposalInput) {
	finish := func(state ProposingState, id string, why edu.Text) {
		if c.proposing.closing() {
			return
		}
		j.mu.Lock()
		j.at.State, j.at.Proposal, j.at.Why, j.at.Ended, j.at.Waits = state, id, why, c.now(), false
		at := j.at
		j.mu.Unlock()
		_ = c.noteProposing(context.WithoutCancel(ctx), sc, who, k, at) // the proposal itself is kept
	}
	select {
	case c.proposing.slots <- struct{}{}:
		defer func() { <-c.proposing.slots }()
	case <-ctx.Done():
		finish(ProposingStopped, "", edu.Text{})
		return
	}
	j.mu.Lock()
	j.at.Waits, j.at.Began = false, c.now()
	j.mu.Unlock()
	limit, cancel := context.WithTimeout(ctx, longestProposing)
	defer cancel()
	p, err := c.tryPropose(limit, in, func(x solve.Progress) {
		j.mu.Lock()
		j.at.Progress = x
		j.mu.Unlock()
	})
	stopped := limit.Err() != nil
	switch {
	case err != nil && stopped:
		finish(ProposingStopped, "", edu.Text{})
		return
	case err != nil:
		finish(ProposingFailed, "", whyFailed(err))
		return
	}
	p.ID, p.Rev, p.County, p.Scenario, p.Pack, p.Period = newProposalID(rand.Text()), 0, in.County, in.Scenario, in.Assessment.Pack.Ref(), in.Assessment.Period
	p.Made, p.Data = c.now(), in.Data
	rec := record(who, proposalMade, string(k.scenario), p.Made)
	p.By = rec.Account
	placed(p, in.Tree)
	for i := range p.Lines {
		p.Lines[i].No, p.Lines[i].State = i+1, proposal.Open
	}
	if p.Checked.Sections == 0 {
		p.Checked = p.After
	}
	if c.proposing.closing() {
		return
	}
	if _, err := c.putProposal(context.WithoutCancel(ctx), who, *p, rec); err != nil {
		finish(ProposingFailed, "", whyFailed(err))
		return
	}
	state := ProposingDone
	if stopped {
		state = ProposingStopped
	}
	finish(state, p.ID, edu.Text{})
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

// whyFailed says to people why nothing came of it.
func whyFailed(err error) edu.Text {
	err = refusedIn(err)
	if no, ok := errors.AsType[*auth.Refusal](err); ok && len(no.Texts) > 0 {
		return no.Texts[0]
	}
	return edu.Text{ZH: err.Error(), EN: err.Error()}
}

// StopProposing ends the making of a proposal; what it found so far is kept.
func (c *City) StopProposing(ctx context.Context, who auth.Actor, of edu.UnitID, s proposal.Scenario) error {
	if err := c.overCounty(ctx, who, auth.KeepCounty, of); err != nil {
		return err
	}
	c.proposing.mu.Lock()
	j := c.proposing.all[proposingKey{of, s}]
	c.proposing.mu.Unlock()
	if j == nil {
		return nil // it ended by itself
	}
	j.stop()
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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
		at, err := opened(d, func(*Proposing, int) {})
		if err != nil {
			return nil, err
		}
		if at.State == ProposingNow {
			c.proposing.mu.Lock()
			j := c.proposing.all[proposingKey{of, at.Scenario}]
			c.proposing.mu.Unlock()
			switch {
			case j != nil:
				at = j.now()
			case at.Run == c.proposing.run: // it ended between the two looks
				if d, err = c.store.Document(ctx, local, kindProposing, d.ID); err == nil {
					at, err = opened(d, func(*Proposing, int) {})
				}
				if err != nil {
					return nil, err
				}
			}
			if j == nil && at.State == ProposingNow {
				at.State = ProposingCut
			}
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
	c.proposing.mu.Lock()
	var all []*proposingJob
	for _, j := range c.proposing.all {
		all = append(all, j)
	}
	c.proposing.mu.Unlock()
	for _, j := range all {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Found tells that the search has a plan already.
func (p Proposing) Found() bool {
	return p.Progress.Nodes > 0 && !math.IsInf(p.Progress.Best, 0) && !math.IsNaN(p.Progress.Best)
}
