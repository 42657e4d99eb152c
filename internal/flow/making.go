// What takes minutes to work out runs behind the pages, tells how far it is, can be
// stopped, and keeps the best that it found: proposals of counties and of the city,
// plans of places, comparisons of lists.

package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/solve"
	"shuren/internal/store"
)

// longestMaking is how long something is worked on; what was found by then is kept,
// with the bound that is proven by then.
const longestMaking = 10 * time.Minute

// maxMaking is how many are made or wait at once, over all counties.
const maxMaking = 60

// MakingState is how far the making is.
type MakingState string

const (
	MakingNow     MakingState = "running"
	MakingDone    MakingState = "done"
	MakingStopped MakingState = "stopped" // somebody stopped it, or it took too long: the best so far is kept
	MakingFailed  MakingState = "failed"
	MakingCut     MakingState = "cut" // the server ended meanwhile
)

// Making is how far something is that takes minutes.
type Making struct {
	State  MakingState
	ByName string
	Began  time.Time
	Ended  time.Time `json:",omitzero"`
	Why    edu.Text  // it failed
	Run    string    // of the process that makes it

	Waits    bool           `json:"-"` // for others to end
	Progress solve.Progress `json:"-"` // while it is made; no nodes before the search began
	Step     edu.Text       `json:"-"` // of what is no search: what is being done
	Share    float64        `json:"-"` // of it that is done, 0 to 1
	made     string         // what came of it
}

// Found tells that the search has a plan already.
func (m Making) Found() bool {
	return m.Progress.Nodes > 0 && !math.IsInf(m.Progress.Best, 0) && !math.IsNaN(m.Progress.Best)
}

// job is something to be made: the document that says how far it is, of whom it is,
// and who asked.
type job struct {
	kind, id string
	unit     edu.UnitID
	title    string
	sc       store.Scope
	who      auth.Actor
	body     func(Making) any
}

// makingJob is one that is being made.
type makingJob struct {
	alone bool
	mu    sync.Mutex
	at    Making
	stop  context.CancelFunc
	done  chan struct{}
}

// tell takes how far a search is.
func (j *makingJob) tell(x solve.Progress) {
	j.mu.Lock()
	j.at.Progress = x
	j.mu.Unlock()
}

// step takes how far something is that is no search.
func (j *makingJob) step(what edu.Text, share float64) {
	j.mu.Lock()
	j.at.Step, j.at.Share = what, share
	j.mu.Unlock()
}

func (j *makingJob) now() Making {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.at
}

// makings are those of this process, by the id of their document.
type makings struct {
	mu    sync.Mutex
	run   string
	all   map[string]*makingJob
	slots chan struct{}
	shut  bool
}

func newMakings() *makings {
	return &makings{run: rand.Text(), all: map[string]*makingJob{}, slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// close stops all and waits for them.
func (q *makings) close() {
	q.mu.Lock()
	q.shut = true
	var all []*makingJob
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
func (q *makings) closing() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.shut
}

func (q *makings) job(id string) *makingJob {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.all[id]
}

// halt ends one and waits for it; what it found so far is kept.
func (q *makings) halt(ctx context.Context, id string) error {
	j := q.job(id)
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

// wait waits until nothing is being made any more.
func (q *makings) wait(ctx context.Context) error {
	q.mu.Lock()
	var all []*makingJob
	for _, j := range q.all {
		all = append(all, j)
	}
	q.mu.Unlock()
	for _, j := range all {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// begin begins to make something, which is told how far it is and keeps what comes of
// it. One that is being made is given back: nothing is made twice at a time.
func (c *City) begin(ctx context.Context, b job, do func(ctx context.Context, at *makingJob) (made string, err error)) (Making, error) {
	return c.beginJob(ctx, b, &makingJob{done: make(chan struct{})}, do)
}

// beginAlone begins what waits for the database more than for a processor, and of which
// there is one at a time anyway: it takes no place from what is worked out, and may last
// as long as it does.
func (c *City) beginAlone(ctx context.Context, b job, do func(ctx context.Context, at *makingJob) (made string, err error)) (Making, error) {
	return c.beginJob(ctx, b, &makingJob{done: make(chan struct{}), alone: true}, do)
}

func (c *City) beginJob(ctx context.Context, b job, j *makingJob, do func(ctx context.Context, at *makingJob) (made string, err error)) (Making, error) {
	q := c.making
	q.mu.Lock()
	defer q.mu.Unlock()
	if now := q.all[b.id]; now != nil {
		return now.now(), nil
	}
	if q.shut || len(q.all) >= maxMaking {
		return Making{}, auth.Refuse(fault.Conflict, "正在测算的方案太多，请稍后再试", "too many proposals are being made: try again later")
	}
	j.at = Making{State: MakingNow, ByName: b.who.Name, Began: c.now(), Run: q.run, Waits: true}
	if err := c.noteMaking(ctx, b, j.at); err != nil {
		return Making{}, err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	j.stop = stop
	q.all[b.id] = j
	begun := j.at // from here on it is the work's
	go func() {
		defer close(j.done)
		defer stop()
		c.work(work, b, j, do)
		q.mu.Lock()
		delete(q.all, b.id)
		q.mu.Unlock()
	}()
	return begun, nil
}

// noteMaking keeps how far a making is: when it begins, and when it ends.
func (c *City) noteMaking(ctx context.Context, b job, at Making) error {
	old, err := c.store.Document(ctx, local, b.kind, b.id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	d, err := document(b.who, b.kind, b.id, b.unit, old.Rev, string(at.State), b.title, edu.DateOf(at.Began), b.body(at), c.now())
	if err != nil {
		return err
	}
	_, err = c.store.PutDocument(ctx, b.sc, d)
	return err
}

// work makes it. The end is written even where the making was stopped; where the
// server ends it is not, and readers are told that it was cut.
func (c *City) work(ctx context.Context, b job, j *makingJob, do func(context.Context, *makingJob) (string, error)) {
	finish := func(state MakingState, made string, why edu.Text) {
		if c.making.closing() {
			return
		}
		j.mu.Lock()
		j.at.State, j.at.made, j.at.Why, j.at.Ended, j.at.Waits = state, made, why, c.now(), false
		at := j.at
		j.mu.Unlock()
		_ = c.noteMaking(context.WithoutCancel(ctx), b, at) // what was made is kept
	}
	limit, cancel := ctx, func() {}
	if !j.alone {
		select {
		case c.making.slots <- struct{}{}:
			defer func() { <-c.making.slots }()
		case <-ctx.Done():
			finish(MakingStopped, "", edu.Text{})
			return
		}
		limit, cancel = context.WithTimeout(ctx, longestMaking)
	}
	defer cancel()
	j.mu.Lock()
	j.at.Waits, j.at.Began = false, c.now()
	j.mu.Unlock()
	made, err := safely(b.id, func() (string, error) { return do(limit, j) })
	stopped := limit.Err() != nil
	switch {
	case err != nil && made != "":
		finish(MakingFailed, "", whyFailed(err))
	case err != nil && stopped:
		finish(MakingStopped, "", edu.Text{})
	case err != nil:
		finish(MakingFailed, "", whyFailed(err))
	case stopped:
		finish(MakingStopped, made, edu.Text{})
	default:
		finish(MakingDone, made, edu.Text{})
	}
}

// safely calls do: what panics in a search must not end the server.
func safely(id string, do func() (string, error)) (made string, err error) {
	defer func() {
		if x := recover(); x != nil {
			made, err = "", fmt.Errorf("%s: %v", id, x)
		}
	}()
	return do()
}

// whyFailed says to people why nothing came of it.
func whyFailed(err error) edu.Text {
	err = refusedIn(err)
	if no, ok := errors.AsType[*auth.Refusal](err); ok && len(no.Texts) > 0 {
		return no.Texts[0]
	}
	return edu.Text{ZH: err.Error(), EN: err.Error()}
}

// standing is how far a making is, by its document and by this process: one that
// another process made and did not end was cut.
func standing[T any](ctx context.Context, c *City, d store.Document, set func(*T, Making)) (T, error) {
	read := func() (x T, m Making, err error) {
		if x, err = opened(d, func(*T, int) {}); err == nil {
			m, err = opened(d, func(*Making, int) {})
		}
		return x, m, err
	}
	x, m, err := read()
	if err != nil || m.State != MakingNow {
		return x, err
	}
	j := c.making.job(d.ID)
	switch {
	case j != nil:
		set(&x, j.now())
		return x, nil
	case m.Run == c.making.run: // it ended between the two looks
		if d, err = c.store.Document(ctx, local, d.Kind, d.ID); err != nil {
			return x, err
		}
		if x, m, err = read(); err != nil {
			return x, err
		}
	}
	if m.State == MakingNow {
		m.State = MakingCut
		set(&x, m)
	}
	return x, nil
}
