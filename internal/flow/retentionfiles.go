package flow

import (
	"context"
	"fmt"
	"path"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// The evidence of a case: photos of a visit, a notice, the school's receipt. It is
// read by who reads the case and by nobody else, each reading is logged, and it goes
// with the case.

// CaseFile is a file of a case.
type CaseFile struct {
	store.FileUse
	Step int // rev of the line of history to which it belongs
}

// evidence stores the files of an act and adds them to it, with their lines in the
// audit log. What is stored and comes to nothing is swept after a day.
func (x *Retention) evidence(ctx context.Context, who auth.Actor, m *store.CaseMove, files []Attached, recs *[]audit.Record) error {
	for _, f := range files {
		if slices.ContainsFunc(m.Files, func(u store.FileUse) bool { return u.Hash == f.Hash }) {
			continue
		}
		now := x.now()
		if err := x.city.store.PutFile(ctx, local, f.File, f.Body, now); err != nil {
			return err
		}
		rec := x.fileRecord(who, &m.Case, fileAdded, f.Hash)
		m.Files = append(m.Files, store.FileUse{Hash: f.Hash, Type: f.Type, Size: f.Size, Name: caseFileName(m.Event, f), Unit: rec.Unit, By: rec.Account, ByName: who.Name, At: now})
		*recs = append(*recs, rec)
	}
	return nil
}

// caseFileName is how a file of a case is called. The name that it came with is not
// kept: people call a photo by the child that is on it.
func caseFileName(e retention.Event, f Attached) string {
	return fmt.Sprintf("%s-%s-%s%s", e.Act, e.Day, f.Hash[:6], path.Ext(f.Name))
}

func (x *Retention) fileRecord(who auth.Actor, c *retention.Case, a audit.Action, hash string) audit.Record {
	rec := record(who, a, hash, x.now())
	rec.Object, rec.Unit = store.FilesOfCases+"/"+c.ID, c.School
	if rec.Unit == "" {
		rec.Unit = c.County
	}
	return rec
}

// files are those of a case by their steps. What was taken off is in the history
// still, and no file any more.
func (x *Retention) files(ctx context.Context, c *retention.Case, events []retention.Event) (out []CaseFile, err error) {
	uses, err := x.city.store.Uses(ctx, local, store.FilesOfCases, c.ID)
	if err != nil || len(uses) == 0 {
		return nil, err
	}
	for _, e := range events {
		for _, h := range e.Files {
			if i := slices.IndexFunc(uses, func(u store.FileUse) bool { return u.Hash == h }); i >= 0 {
				out = append(out, CaseFile{FileUse: uses[i], Step: e.Step()})
			}
		}
	}
	return out, nil
}

// File gives a file of a case that somebody follows up, and writes that it was read:
// where that cannot be written, nothing is given.
func (x *Retention) File(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return store.FileUse{}, nil, err
	}
	c, _, err := x.city.store.Case(ctx, sc, id)
	if err != nil {
		return store.FileUse{}, nil, err
	}
	// The case was found in the reader's part, and so is what belongs to it.
	u, body, err := x.city.store.File(ctx, local, store.FilesOfCases, id, hash)
	if err != nil {
		return store.FileUse{}, nil, err
	}
	rec := x.fileRecord(who, &c, audit.PersonRead, "case file "+hash)
	rec.Remote = auth.Remote(ctx)
	if err := x.city.store.Log(ctx, local, rec); err != nil {
		return store.FileUse{}, nil, err
	}
	return u, body, nil
}

// DropFile takes a file off a case, by who added it, while the case is not at its end:
// a photo of another child must not stay.
func (x *Retention) DropFile(ctx context.Context, who auth.Actor, id, hash string) error {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return err
	}
	c, _, err := x.city.store.Case(ctx, sc, id)
	if err != nil {
		return err
	}
	uses, err := x.city.store.Uses(ctx, local, store.FilesOfCases, id)
	if err != nil {
		return err
	}
	rec := x.fileRecord(who, &c, fileDropped, hash)
	switch i := slices.IndexFunc(uses, func(u store.FileUse) bool { return u.Hash == hash }); {
	case i < 0:
		return fmt.Errorf("file of case %s: %w", id, fault.NotFound)
	case !c.State.Live():
		return auth.Refuse(fault.Conflict, "个案已结束，佐证材料不能撤下", "the case has ended, and its evidence stays")
	case uses[i].By != rec.Account:
		return auth.Refuse(fault.Forbidden, "只有上传者本人可以撤下", "only who added it may take it off")
	}
	return x.city.store.DropUse(ctx, local, store.FilesOfCases, id, hash, rec)
}

// Expire deletes what has been kept of cases long enough, by the periods of the
// registers: the files say who a child is and go like that, counted from the end of the
// school year in which the case ended; the case with its history goes like what was
// counted.
func (x *Retention) Expire(ctx context.Context) (store.ExpiredCases, error) {
	p, err := x.city.Registers().Periods(ctx)
	if err != nil {
		return store.ExpiredCases{}, err
	}
	now := x.now()
	until := func(months int) time.Time {
		return time.Date(register.YearOver(months, edu.DateOf(now))+1, time.September, 1, 0, 0, 0, 0, collect.China)
	}
	return x.city.store.ExpireCases(ctx, local, until(p.PupilIdentity), until(p.PupilRows), func(e store.ExpiredCases) audit.Record {
		return audit.Record{At: now, Account: "system", Action: "retention.expire", Detail: fmt.Sprintf("%d files, %d cases", e.Files, e.Cases)}
	})
}
