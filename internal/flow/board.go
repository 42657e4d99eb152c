package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/bulletin"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/standard"
	"shuren/internal/store"
)

const (
	boardSwitched audit.Action = "board.switch"
	boardActed    audit.Action = "board.act"
	kindBoard                  = "board"
	boardSwitch                = "switch"
)

// Board is the public's copy of the figures: off until the city switches it on, and
// what it publishes was proposed by one person and approved by another.
type Board struct {
	city *City
	now  func() time.Time
}

// Board gives the public board of the city.
func (c *City) Board() *Board { return &Board{c, func() time.Time { return c.now() }} }

// At is the board at another time, for a demonstration.
func (b *Board) At(now func() time.Time) *Board { return &Board{b.city, now} }

// Boards are the switch and the editions, the newest first.
type Boards struct {
	On       Switch
	Rev      int // of the switch
	Editions []bulletin.Edition
	Locked   []store.Snapshot // lock-downs that an edition can be made of
	Periods  []edu.Period
	Settled  edu.Period // the newest whose forms are all locked; see settled for where there is none
}

// keeps is the scope of whoever keeps the board: it speaks for the whole city.
func (b *Board) keeps(who auth.Actor) (store.Scope, error) {
	r := who.Reach(auth.KeepReports)
	if !r.Whole {
		return store.Scope{}, fmt.Errorf("the public board is the city's: %w", fault.Forbidden)
	}
	return scopeOf(r, store.Editor), nil
}

// Boards lists what there is, for whoever keeps the board.
func (b *Board) Boards(ctx context.Context, who auth.Actor) (out Boards, err error) {
	if _, err := b.keeps(who); err != nil {
		return out, err
	}
	docs, err := b.city.store.Documents(ctx, readAll, store.DocumentFilter{Kind: kindBoard})
	if err != nil {
		return out, err
	}
	for _, d := range docs {
		if d.ID == boardSwitch {
			out.Rev = d.Rev
			if out.On, err = opened(d, func(*Switch, int) {}); err != nil {
				return out, err
			}
			continue
		}
		e, err := openEdition(d)
		if err != nil {
			return out, err
		}
		out.Editions = append(out.Editions, e)
	}
	slices.SortStableFunc(out.Editions, func(a, c bulletin.Edition) int { return c.Log[0].At.Compare(a.Log[0].At) })
	if out.Locked, err = b.city.store.Snapshots(ctx, local); err != nil {
		return out, err
	}
	if out.Periods, err = b.city.Periods(ctx); err != nil {
		return out, err
	}
	out.Settled, err = b.settled(ctx, who, out.Periods)
	return out, err
}

// settled is the year that a form offers first: figures of a year whose forms are
// still open were fixed before they were whole. A year without any form, brought in from
// files, is no such year but was handed in by nobody: it comes after those whose forms
// are all locked. The newest is what is left where all are open.
func (b *Board) settled(ctx context.Context, who auth.Actor, periods []edu.Period) (out edu.Period, err error) {
	for _, p := range slices.Backward(periods) {
		mx, err := b.city.Desk(who).At(b.now).MatrixIn(ctx, p, "")
		if err != nil {
			return p, err
		}
		read := papersRead{Sum: paperCounts(mx.Sum)}
		switch done, all := read.locked(); {
		case all > 0 && done == all:
			return p, nil
		case all == 0 && out.IsZero():
			out = p
		}
	}
	if out.IsZero() && len(periods) > 0 {
		out = periods[len(periods)-1]
	}
	return out, nil
}

func openEdition(d store.Document) (bulletin.Edition, error) {
	return opened(d, func(e *bulletin.Edition, rev int) { e.Rev = rev })
}

// Switch switches the board on or off, for a reason that is kept.
func (b *Board) Switch(ctx context.Context, who auth.Actor, on bool, rev int, reason string) error {
	sc, err := b.keeps(who)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > longestReason {
		return auth.Refuse(fault.Invalid, fmt.Sprintf("理由应为1至%d字", longestReason), fmt.Sprintf("a reason has 1 to %d characters", longestReason))
	}
	at := b.now()
	d, err := document(who, kindBoard, boardSwitch, "", rev, onOff(on), "", collect.Today(at), Switch{On: on, Reason: reason, By: who.Name, At: at.UTC()}, at)
	if err != nil {
		return err
	}
	rec := record(who, boardSwitched, fmt.Sprintf("on=%t", on), at)
	rec.Object = boardSwitch
	_, err = b.city.store.PutDocument(ctx, sc, d, rec)
	return err
}

// LockDown fixes all figures as they are (定稿), under a title: what is published is
// made of it, however figures move on. No page is closed by it.
func (b *Board) LockDown(ctx context.Context, who auth.Actor, title string) (*store.Snapshot, error) {
	if _, err := b.keeps(who); err != nil {
		return nil, err
	}
	title = strings.TrimSpace(title)
	if title == "" || len([]rune(title)) > longestReason {
		return nil, auth.Refuse(fault.Invalid, fmt.Sprintf("定稿名称应为1至%d字", longestReason), fmt.Sprintf("the name of a lock-down has 1 to %d characters", longestReason))
	}
	return b.city.Desk(who).At(b.now).LockDown(ctx, title)
}

// Propose proposes an edition of a lock-down's figures of a period.
func (b *Board) Propose(ctx context.Context, who auth.Actor, lockdown string, p edu.Period, note, sent string) (bulletin.Edition, error) {
	all, err := b.Boards(ctx, who)
	if err != nil {
		return bulletin.Edition{}, err
	}
	switch {
	case !all.On.On:
		return bulletin.Edition{}, auth.Refuse(fault.Conflict, "公众公告板没有启用", "the public board is off")
	case !slices.ContainsFunc(all.Locked, func(s store.Snapshot) bool { return s.ID == lockdown }):
		return bulletin.Edition{}, auth.Refuse(fault.Invalid, "请选择一次定稿：只公布已定稿的数据", "choose a lock-down: only what was fixed is published")
	case !slices.Contains(all.Periods, p):
		return bulletin.Edition{}, auth.Refuse(fault.Invalid, "请选择学年", "choose a school year")
	case len([]rune(note)) > longestReason:
		return bulletin.Edition{}, auth.Refuse(fault.Invalid, "说明过长", "the note is too long")
	}
	e := bulletin.Edition{ID: sentID(who, kindBoard, sent), Lockdown: lockdown, Period: p, Note: strings.TrimSpace(note), City: b.city.Name()}
	if b.city.Fictional() {
		e.Mark = "示例数据 / Sample data"
	}
	if e.EN, err = b.city.countyNames(ctx); err != nil {
		return e, err
	}
	if _, err := b.make(ctx, e); err != nil {
		return e, err // what cannot be made is not proposed
	}
	return b.step(ctx, who, e, bulletin.Propose, "")
}

// Act approves, refuses or withdraws an edition, over the revision that was seen.
func (b *Board) Act(ctx context.Context, who auth.Actor, id string, rev int, act bulletin.Act, reason string) (bulletin.Edition, error) {
	if _, err := b.keeps(who); err != nil {
		return bulletin.Edition{}, err
	}
	e, err := b.edition(ctx, id)
	if err != nil {
		return e, err
	}
	if e.Rev != rev {
		return e, fmt.Errorf("edition %s was changed meanwhile: %w", id, fault.Conflict)
	}
	return b.step(ctx, who, e, act, reason)
}

func (b *Board) edition(ctx context.Context, id string) (bulletin.Edition, error) {
	d, err := b.city.store.Document(ctx, readAll, kindBoard, id)
	if err == nil && id == boardSwitch {
		err = fmt.Errorf("edition %s: %w", id, fault.NotFound)
	}
	if err != nil {
		return bulletin.Edition{}, err
	}
	return openEdition(d)
}

func (b *Board) step(ctx context.Context, who auth.Actor, e bulletin.Edition, act bulletin.Act, reason string) (bulletin.Edition, error) {
	sc, err := b.keeps(who)
	if err != nil {
		return e, err
	}
	at := b.now()
	rec := record(who, boardActed, string(act)+" "+e.Lockdown, at)
	next, err := bulletin.Next(e, act, bulletin.Line{At: at.UTC(), Account: rec.Account, Name: who.Name, Reason: reason})
	if err != nil {
		return e, err
	}
	d, err := document(who, kindBoard, e.ID, "", e.Rev, string(next.State), "", collect.Today(at), next, at)
	if err != nil {
		return e, err
	}
	rec.Object = e.ID
	now, err := b.city.store.PutDocument(ctx, sc, d, rec)
	if act == bulletin.Propose && errors.Is(err, fault.Conflict) {
		return openEdition(now) // the same form was sent before
	}
	next.Rev = now.Rev
	return next, err
}

// make makes what an edition publishes from what its lock-down fixed.
func (b *Board) make(ctx context.Context, e bulletin.Edition) (bulletin.Board, error) {
	snap, err := b.city.store.LoadSnapshot(ctx, local, e.Lockdown)
	if err != nil {
		return bulletin.Board{}, err
	}
	out := bulletin.Board{City: e.City, Period: e.Period, Lockdown: snap.ID, LockedAt: snap.At, Engine: snap.Engine, Fictional: e.Mark}
	var all []*standard.Assessment
	for _, hash := range strings.Fields(snap.Pack) {
		ref, _, err := b.city.store.Pack(ctx, local, hash)
		if err != nil {
			return out, err
		}
		a, err := b.city.Locked(ctx, e.Lockdown, ref, e.Period)
		if err != nil {
			return out, err
		}
		all = append(all, a)
	}
	return bulletin.Make(out, all, e.EN)
}

// Files are the files of an edition: of a proposed one for whoever keeps the board,
// to be looked at; of a published one for the command that writes it out.
func (b *Board) Files(ctx context.Context, who auth.Actor, id string) ([]bulletin.File, bulletin.Edition, time.Time, error) {
	var none time.Time
	if _, err := b.keeps(who); err != nil {
		return nil, bulletin.Edition{}, none, err
	}
	e, err := b.edition(ctx, id)
	if err != nil {
		return nil, e, none, err
	}
	board, err := b.make(ctx, e)
	if err != nil {
		return nil, e, none, err
	}
	files, err := bulletin.Files(&board)
	return files, e, board.LockedAt, err
}

// Published is the newest edition that is public.
func (b *Board) Published(ctx context.Context, who auth.Actor) (bulletin.Edition, error) {
	all, err := b.Boards(ctx, who)
	if err != nil {
		return bulletin.Edition{}, err
	}
	if !all.On.On {
		return bulletin.Edition{}, auth.Refuse(fault.Conflict, "公众公告板没有启用", "the public board is off")
	}
	for _, e := range all.Editions {
		if e.State == bulletin.Published {
			return e, nil
		}
	}
	return bulletin.Edition{}, auth.Refuse(fault.NotFound, "没有已批准公布的版本", "no edition was approved")
}

// countyNames are the English names of the counties, by code.
func (c *City) countyNames(ctx context.Context) (map[string]string, error) {
	tree, err := c.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, u := range tree.Units() {
		if u.Level == edu.County && len(u.Attrs) > 0 {
			if a := u.Attrs[len(u.Attrs)-1]; a.Name.EN != "" {
				out[a.Code] = a.Name.EN
			}
		}
	}
	return out, nil
}
