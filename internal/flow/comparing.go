// Comparing a city's lists takes minutes: it runs behind the pages, tells how far it
// is and can be stopped. What it finds is seen all at once or not at all. The
// ex-poverty list is deleted when it ends, whichever way: also where it was stopped or
// failed, and by the next look of a server where the one that compared was killed.

package flow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/store"
)

// kindComparing are the documents of comparisons under way: one a year and unit, of
// the last time.
const kindComparing = "reconciling"

// Comparing is a comparison under way, or how the last one ended.
type Comparing struct {
	Year int
	Unit edu.UnitID `json:",omitzero"`
	// Left is that the ex-poverty list could not be deleted: the server tries again.
	Left bool `json:",omitzero"`
	Making
}

// comparingLease is how long a comparison counts as under way after its process was
// heard of last, and comparingBeat how often it is heard of.
const (
	comparingLease = time.Minute
	comparingBeat  = 20 * time.Second
)

func leaseOf(id string) string { return "compare " + id }

// BeginCompare begins to compare the stored lists of a school year within the reach of
// who asks. One that is under way is given back.
func (r *Registers) BeginCompare(ctx context.Context, who auth.Actor, year int) (Comparing, error) {
	unit, err := comparedBy(who)
	if err != nil {
		return Comparing{}, err
	}
	sc, ring, err := r.reach(who, auth.EndCases, store.Editor)
	if err != nil {
		return Comparing{}, err
	}
	rows, lists, err := r.toCompare(ctx, sc, year)
	if err != nil {
		return Comparing{}, err
	}
	if lists < 2 {
		return Comparing{}, auth.Refuse(fault.Invalid, "本学年只有一份名单，没有可比对的：请先导入户籍、在校或上年名单", "there is one list of this year and nothing to compare it with: import a household list, a roll or last year's register first")
	}
	id := comparisonID(year, unit)
	if j := r.city.making.job(id); j != nil {
		if at := j.now(); at.State == MakingNow {
			return Comparing{Year: year, Unit: unit, Making: at}, nil
		}
		<-j.done // it has ended, and says so before it is gone
	}
	holder := r.city.making.run
	if free, err := r.city.store.Lease(ctx, leaseOf(id), holder, r.now(), r.now().Add(comparingLease)); err != nil {
		return Comparing{}, err
	} else if !free {
		return Comparing{}, auth.Refuse(fault.Conflict, "这一学年的名单正在比对；如果上次比对因服务中断，请一分钟后再试", "the lists of this year are being compared; if the server ended meanwhile, try again in a minute")
	}
	if err := r.clearCut(ctx, id); err != nil {
		return Comparing{}, err
	}
	var left atomic.Bool
	m, err := r.city.begin(ctx, job{kindComparing, id, unit, strconv.Itoa(year), sc, who, func(m Making) any {
		return Comparing{year, unit, left.Load(), m}
	}}, func(ctx context.Context, at *makingJob) (run string, err error) {
		defer func() { // whatever came of it, the list has been used
			if gone := r.dropPoverty(context.WithoutCancel(ctx), sc, record(who, listDeleted, "", r.now()), year, unit); gone != nil {
				left.Store(true)
				err = errors.Join(err, gone)
			}
		}()
		return r.compare(ctx, comparison{who: who, sc: sc, ring: ring, year: year, unit: unit, rows: rows}, at)
	})
	go r.beat(context.WithoutCancel(ctx), leaseOf(id), holder, r.city.making.job(id))
	return Comparing{Year: year, Unit: unit, Making: m}, err
}

// beat keeps the lease of a comparison or an import until that has ended; nil has.
func (r *Registers) beat(ctx context.Context, lease, holder string, j *makingJob) {
	clock := time.NewTicker(comparingBeat)
	defer clock.Stop()
	for j != nil {
		select {
		case <-j.done:
			j = nil
		case <-clock.C:
			_, _ = r.city.store.Lease(ctx, lease, holder, r.now(), r.now().Add(comparingLease)) // the next beat tries again
		}
	}
	_ = r.city.store.Release(ctx, lease, holder) // or it runs out
}

// toCompare is how many rows the lists of a year have, and how many lists have any.
func (r *Registers) toCompare(ctx context.Context, sc store.Scope, year int) (rows, lists int, err error) {
	for _, l := range stored {
		_, n, err := r.city.store.Children(ctx, sc, register.ChildFilter{Year: year - l.back, List: l.list, Page: 1, Size: 1})
		if err != nil {
			return 0, 0, err
		}
		if rows += n; n > 0 {
			lists++
		}
	}
	return rows, lists, nil
}

// dropPoverty deletes the ex-poverty list of a year in a part.
func (r *Registers) dropPoverty(ctx context.Context, sc store.Scope, rec audit.Record, year int, unit edu.UnitID) error {
	rec.Object, rec.Unit, rec.Remote = comparisonID(year, unit), unit, auth.Remote(ctx)
	_, err := r.city.store.DeleteList(ctx, sc, register.ExPoor, year, func(e store.Expired) audit.Record {
		rec.Detail = fmt.Sprintf("%s %d: %d rows", register.ExPoor, year, e.Rows)
		return rec
	})
	return err
}

// StopComparing ends a comparison under way. Nothing that it found so far is kept.
func (r *Registers) StopComparing(ctx context.Context, who auth.Actor, year int) error {
	unit, err := comparedBy(who)
	if err != nil {
		return err
	}
	return r.city.making.halt(ctx, comparisonID(year, unit))
}

// Comparing tells how far the comparison of a year is that is under way or was last;
// the zero state is that there was none.
func (r *Registers) Comparing(ctx context.Context, who auth.Actor, year int) (Comparing, error) {
	unit, err := comparedBy(who)
	if err != nil {
		return Comparing{}, err
	}
	d, err := r.city.store.Document(ctx, local, kindComparing, comparisonID(year, unit))
	if errors.Is(err, fault.NotFound) {
		return Comparing{}, nil
	} else if err != nil {
		return Comparing{}, err
	}
	return r.comparing(ctx, d)
}

func (r *Registers) comparing(ctx context.Context, d store.Document) (Comparing, error) {
	at, err := standing(ctx, r.city, d, func(x *Comparing, m Making) { x.Making = m })
	if err != nil || at.State != MakingCut || d.State != string(MakingNow) {
		return at, err
	}
	// Another server's, unless that was killed.
	if alive, err := r.city.store.Leased(ctx, leaseOf(d.ID), r.now()); err != nil {
		return at, err
	} else if alive {
		at.State = MakingNow
	}
	return at, nil
}

// Broken clears up after comparisons whose server was killed: the ex-poverty list goes,
// and so does what was written and never shown. It gives how many there were.
func (r *Registers) Broken(ctx context.Context) (n int, err error) {
	docs, err := r.city.store.Documents(ctx, local, store.DocumentFilter{Kind: kindComparing})
	if err != nil {
		return 0, err
	}
	for _, d := range docs {
		did, err := r.clear(ctx, d)
		if err != nil {
			return n, err
		}
		if did {
			n++
		}
	}
	return n, nil
}

func (r *Registers) clearCut(ctx context.Context, id string) error {
	d, err := r.city.store.Document(ctx, local, kindComparing, id)
	if errors.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	// Who begins anew holds the lease, so whatever else stands there was cut; the list
	// may be one that was imported since, and the comparison that begins deletes it.
	at, err := standing(ctx, r.city, d, func(x *Comparing, m Making) { x.Making = m })
	if err != nil || at.State != MakingCut {
		return err
	}
	return r.dropCut(ctx, d, at)
}

// clear clears up after one comparison, if it was cut or left its list.
func (r *Registers) clear(ctx context.Context, d store.Document) (bool, error) {
	at, err := r.comparing(ctx, d)
	if err != nil || at.State == MakingNow || at.State == MakingCut && d.State == string(MakingCut) && !at.Left || at.State != MakingCut && !at.Left {
		return false, err
	}
	if err := r.dropPoverty(ctx, local, audit.Record{At: r.now(), Account: "system", Action: listDeleted}, at.Year, at.Unit); err != nil {
		return false, err
	}
	at.Left = false
	return true, r.dropCut(ctx, d, at)
}

// dropCut deletes what a cut comparison wrote, and says of it that it was cut.
func (r *Registers) dropCut(ctx context.Context, d store.Document, at Comparing) error {
	kept := store.ComparedRun{Comparison: d.ID, Unit: at.Unit}
	if c, err := r.comparison(ctx, local, d.ID); err == nil {
		kept.Run = c.Run
	} else if !errors.Is(err, fault.NotFound) {
		return err
	}
	if err := r.city.store.DropCompared(ctx, local, kept); err != nil {
		return err
	}
	body, err := json.Marshal(at)
	if err != nil {
		return err
	}
	d.State, d.Body, d.At = string(at.State), string(body), r.now()
	_, err = r.city.store.PutDocument(ctx, local, d)
	return err
}

// Compare compares the stored lists and waits for the end of it: for commands, which
// have nothing else to do. tell may be nil.
func (r *Registers) Compare(ctx context.Context, who auth.Actor, year int, tell func(Comparing)) (*Reconciliation, error) {
	at, err := r.BeginCompare(ctx, who, year)
	if err != nil {
		return nil, err
	}
	clock := time.NewTicker(100 * time.Millisecond)
	defer clock.Stop()
	j := r.city.making.job(comparisonID(year, at.Unit))
	for j != nil {
		select {
		case <-j.done:
			j = nil
		case <-clock.C:
			if at.Making = j.now(); tell != nil {
				tell(at)
			}
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), r.StopComparing(context.WithoutCancel(ctx), who, year))
		}
	}
	if at, err = r.Comparing(ctx, who, year); err != nil {
		return nil, err
	}
	if at.State != MakingDone {
		return nil, &auth.Refusal{Kind: fault.Blocked, Texts: []edu.Text{{ZH: "比对没有完成：" + at.Why.ZH, EN: "the comparison did not come to its end: " + at.Why.EN}}}
	}
	return r.Comparison(ctx, who, year)
}

// comparison is what is compared, for whom.
type comparison struct {
	who  auth.Actor
	sc   store.Scope
	ring *ident.Ring
	year int
	unit edu.UnitID
	rows int
}

var (
	stepRead    = edu.Text{ZH: "读取名单", EN: "reading the lists"}
	stepCompare = edu.Text{ZH: "比对", EN: "comparing"}
	stepKeep    = edu.Text{ZH: "保存结果", EN: "keeping what was found"}
)

// tellRows is after how many rows it is told how far it is, and a stop is looked for.
const tellRows = 4096

// compare compares, and keeps the counts and the ids. What persons said of pairs
// before stands. Two records are never made one by it. It gives the run that it wrote.
func (r *Registers) compare(ctx context.Context, c comparison, at *makingJob) (string, error) {
	today := edu.DateOf(r.now())
	secret := make([]byte, 32)
	rand.Read(secret) // never fails; forgotten when the comparison is done
	keyer, err := reconcile.NewKeyer(secret)
	if err != nil {
		return "", err
	}
	out := &Reconciliation{Year: c.year, Day: today, Unit: c.unit, Lists: map[string]int{}, Ledgers: map[string]int{}, Reasons: map[string]int{}, By: c.who.Name, At: r.now(), Run: rand.Text()}
	var lists []*reconcile.List
	read := 0
	for _, s := range stored {
		b := reconcile.NewBuilder(s.source, keyer, today)
		err := r.city.store.EachChild(ctx, c.sc, c.year-s.back, s.list, func(row store.ChildRow) error {
			if read++; read%tellRows == 1 {
				at.step(stepRead, 0.7*float64(read)/float64(max(read, c.rows)))
				if r.between != nil {
					r.between(ctx)
				}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			id, err := openIdentity(c.ring, row.Person, row.Sealed)
			if err != nil {
				return err
			}
			e := entryOf(row.Child, id)
			e.Row = b.List.Len() + 1
			b.Add(&e)
			return nil
		})
		if err != nil {
			return "", err
		}
		if n := b.List.Len(); n > 0 {
			lists = append(lists, b.List)
			out.Lists[s.source.ID()] = n
		}
	}
	at.step(stepCompare, 0.7)
	o := reconcile.Options{Today: today, Year: c.year}
	said, err := r.decided(ctx, c.sc, c.year, c.unit)
	if err != nil {
		return "", err
	}
	for _, d := range said {
		o.Decisions = append(o.Decisions, reconcile.Decision{A: reconcile.PersonKey(d.A), B: reconcile.PersonKey(d.B), Same: d.Said == SameChild})
	}
	res, err := reconcile.Compare(ctx, lists, o)
	if err != nil {
		return "", err
	}
	at.step(stepKeep, 0.9)
	found := out.take(res)
	id := comparisonID(c.year, c.unit)
	old, err := r.comparison(ctx, c.sc, id)
	switch {
	case err == nil:
		out.Rev = old.Rev
		if out.Lists[reconcile.Poverty.ID()] == 0 {
			if err := r.remember(ctx, c.sc, out, found, old); err != nil {
				return "", err
			}
		}
	case !errors.Is(err, fault.NotFound):
		return "", err
	}
	levels, silent, err := r.levels(ctx, c, res)
	if err != nil {
		return "", err
	}
	out.Levels, out.Silent, out.Pairs = len(levels), silent, len(res.Pairs)
	pairs := make([]Doubtful, len(res.Pairs))
	for i, p := range res.Pairs {
		pairs[i] = Doubtful{A: p.RowA.Person, B: p.RowB.Person, Score: p.Score, Numbers: p.Numbers}
	}
	run := store.ComparedRun{Comparison: id, Unit: c.unit, Run: out.Run}
	if err := errors.Join(keepLines(ctx, r, c.sc, run, partFound, found), keepLines(ctx, r, c.sc, run, partPairs, pairs), keepLines(ctx, r, c.sc, run, partLevels, levels)); err != nil {
		return "", err
	}
	// From here on it stands, whoever asks it to stop.
	ctx = context.WithoutCancel(ctx)
	if err := r.keepCompared(ctx, c.who, c.sc, out); err != nil {
		return "", err
	}
	return out.Run, r.city.store.DropCompared(ctx, c.sc, run)
}

// remember takes over who was of an ex-poverty household from the comparison that
// had the list: it is deleted since.
func (r *Registers) remember(ctx context.Context, sc store.Scope, out *Reconciliation, list []Reconciled, old *Reconciliation) error {
	was, err := lines[Reconciled](ctx, r, sc, old, partFound, 0, old.ToFind())
	if err != nil {
		return err
	}
	poor := map[register.PersonID]bool{}
	for _, x := range was {
		for _, why := range x.Reasons {
			poor[x.Person] = poor[x.Person] || why == reconcile.ExPoverty.ID()
		}
	}
	for i := range list {
		x := &list[i]
		if poor[x.Person] && (x.Ledger == reconcile.Suspected.ID() || x.Ledger == reconcile.Dropout.ID()) {
			x.Reasons = append(x.Reasons, reconcile.ExPoverty.ID())
			out.Reasons[reconcile.ExPoverty.ID()]++
		}
	}
	return nil
}
