// An import that somebody began on a page runs behind it: it tells how far it is, can
// be stopped, and goes on with the same file. What it has written so far is in the
// database, hidden; the file lies sealed in the server until the import has ended.

package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

// kindImporting are the documents of imports that pages began: one a register and
// unit, of the last time.
const kindImporting = "importing"

// Importing is an import under way, or how the last one ended. What became of the
// file is in its receipt ([Registers.Imports]).
type Importing struct {
	Kind store.PersonKind
	No   int        // of the run
	Unit edu.UnitID `json:",omitzero"`
	Making
}

var (
	stepRows   = edu.Text{ZH: "读取、核对并写入", EN: "reading, checking and writing"}
	stepEnding = edu.Text{ZH: "使新名册生效", EN: "making the register count"}
)

// importingShare is how much of the work is done when the last row is written.
const importingShare = 0.8

func importingID(kind store.PersonKind, unit edu.UnitID) string {
	return "import-" + kindWord(kind) + "-" + string(unit)
}

// FileOfRegister is a file that is read behind a page, from its beginning each time.
// Close removes it.
type FileOfRegister interface {
	Again() (io.ReadCloser, error)
	io.Closer
}

// BeginImport begins to read a file into a register behind the page and takes the file
// over: it is closed however this ends.
func (r *Registers) BeginImport(ctx context.Context, who auth.Actor, file FileOfRegister, opt RegisterOptions) (Importing, error) {
	in, err := r.beginImport(ctx, who, file.Again, opt)
	if err != nil {
		return Importing{}, errors.Join(err, file.Close())
	}
	out := Importing{Kind: opt.Kind, No: in.run.No, Unit: in.places.top}
	id, lease, holder := importingID(opt.Kind, in.places.top), store.RunLease(in.run.No), rand.Text()
	take := func() error {
		free, err := r.city.store.Lease(ctx, lease, holder, r.now(), r.now().Add(comparingLease))
		if err == nil && !free {
			err = errImporting
		}
		return err
	}
	err = take()
	if j := r.city.making.job(id); err == nil && j != nil { // of another run, which has ended but for its sweeping
		select {
		case <-j.done:
			err = take() // that may have taken longer than the lease
		case <-ctx.Done():
			err = errors.Join(ctx.Err(), r.city.store.Release(context.WithoutCancel(ctx), lease, holder))
		}
	}
	if err != nil {
		return Importing{}, errors.Join(err, file.Close())
	}
	out.Making, err = r.city.beginAlone(ctx, job{kindImporting, id, in.places.top, strconv.Itoa(opt.Year), in.sc, who, func(m Making) any {
		return Importing{opt.Kind, in.run.No, in.places.top, m}
	}}, func(ctx context.Context, at *makingJob) (made string, err error) {
		defer func() { // the next one need not wait for a beat
			err = errors.Join(err, file.Close(), r.city.store.Release(context.WithoutCancel(ctx), lease, holder))
		}()
		in.opt.Progress = func(_ int, done, total int64) {
			if r.between != nil {
				r.between(ctx)
			}
			at.step(stepRows, importingShare*float64(done)/float64(max(done, total, 1)))
		}
		in.opt.Ending = func(done, total int) {
			at.step(stepEnding, importingShare+(1-importingShare)*float64(done)/float64(max(total, 1)))
		}
		_, err = in.carryOut(ctx, file.Again)
		if errors.Is(err, fault.Blocked) {
			err = nil // it was read to its end; why it was refused is in its receipt
		}
		if no, unreadable := errors.AsType[*sheet.Refusal](err); unreadable {
			err = &auth.Refusal{Kind: fault.Invalid, Texts: []edu.Text{no.Text}}
		}
		return "", err
	})
	if err != nil {
		if !in.resumed { // it would stand in the way of others
			err = errors.Join(err, r.city.store.DropRun(ctx, in.sc, &in.run, store.RunDropped, r.now()))
		}
		return Importing{}, errors.Join(err, file.Close(), r.city.store.Release(ctx, lease, holder))
	}
	go r.beat(context.WithoutCancel(ctx), lease, holder, r.city.making.job(id))
	return out, nil
}

var errImporting = auth.Refuse(fault.Conflict, "这份文件正在导入，请等它完成；如果服务曾中断，请一分钟后再试", "this file is being imported: wait for the end of it; if the server ended meanwhile, try again in a minute")

// StopImport ends an import under way, by its number: a page may be older than the one
// that runs by now. What it has written stays hidden: the same file goes on from there,
// or [Registers.DropImport] gives it up.
func (r *Registers) StopImport(ctx context.Context, who auth.Actor, kind store.PersonKind, no int) error {
	unit, err := r.importsFor(who, kind)
	if err != nil {
		return err
	}
	if at, err := r.Importing(ctx, who, kind); err != nil || at.No != no {
		return err
	}
	return r.city.making.halt(ctx, importingID(kind, unit))
}

// Importing tells how far the import is that a page of who asks began last; the zero
// state is that there was none.
func (r *Registers) Importing(ctx context.Context, who auth.Actor, kind store.PersonKind) (Importing, error) {
	unit, err := r.importsFor(who, kind)
	if err != nil {
		return Importing{}, err
	}
	d, err := r.city.store.Document(ctx, local, kindImporting, importingID(kind, unit))
	if errors.Is(err, fault.NotFound) {
		return Importing{}, nil
	} else if err != nil {
		return Importing{}, err
	}
	at, err := standing(ctx, r.city, d, func(x *Importing, m Making) { x.Making = m })
	if err != nil || at.State != MakingCut {
		return at, err
	}
	if alive, err := r.city.store.Leased(ctx, store.RunLease(at.No), r.now()); err != nil {
		return at, err
	} else if alive { // another server's
		at.State = MakingNow
	}
	return at, nil
}

// importsFor is the unit by which imports of somebody are known.
func (r *Registers) importsFor(who auth.Actor, kind store.PersonKind) (edu.UnitID, error) {
	p := keepsOf(kind)
	switch reach := who.Reach(p); {
	case reach.None():
		return "", fmt.Errorf("%s: %w", p, fault.Forbidden)
	case reach.Whole:
		return "", nil
	default:
		return reach.Units[0], nil
	}
}

func keepsOf(kind store.PersonKind) auth.Permission {
	if kind == store.AStaff {
		return auth.KeepStaff
	}
	return auth.KeepPupils
}

// ImportSilent is how long nothing is heard of an import that no page began before it
// counts as broken off, and before any gives way to the next one.
const ImportSilent = store.RunSilent
