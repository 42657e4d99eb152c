// Whoever waits for an import that nobody carries out any more need not wait.

package flow

import (
	"context"
	"errors"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// pastSilent does what no import may stand in the way of. One that nobody carries out
// any more is dropped; the log has who needed the way.
func (r *Registers) pastSilent(ctx context.Context, who auth.Actor, sc store.Scope, kind store.PersonKind, do func() error) error {
	err := do()
	if !errors.Is(err, store.ErrRunWrites) {
		return err
	}
	rec := record(who, "register.import.drop", "it was broken off, and somebody else began", r.now())
	rec.Remote = auth.Remote(ctx)
	if dropped, gone := r.city.store.DropSilent(ctx, sc, kind, r.now(), ImportSilent, rec); gone != nil || !dropped {
		return errors.Join(err, gone)
	}
	return do()
}

// brokenOffKept is how long half an import stays that nobody goes on with and nobody
// needs the way of: people of whom nothing counts are not kept for ever.
const brokenOffKept = 7 * 24 * time.Hour

// dropForgotten drops such a half, and what is left of one whose server ended while it
// was being dropped.
func (r *Registers) dropForgotten(ctx context.Context) error {
	_, err := r.city.store.DropSilent(ctx, local, 0, r.now(), brokenOffKept, audit.Record{At: r.now(), Account: "system", Action: "register.import.drop", Detail: "it was broken off, and nobody went on with it"})
	return err
}

// standsInTheWay tells somebody why an import cannot begin: who sees the one that
// stands in the way on the page of imports is told what to do with it there.
func standsInTheWay(run store.Run, who auth.Actor, holds auth.Holds) error {
	if who.Reach(keepsOf(run.Kind)).Covers(run.Unit, holds) {
		return auth.Refuse(fault.Conflict, "本单位的另一个名册导入尚未结束：请等它完成；如已中断，请在该名册的导入页用同一文件继续，或放弃它；中断满5分钟后，新的导入会取代它",
			"another import of yours has not ended: wait for it; if it was broken off, go on with the same file or give it up on the page of imports of that register; once it is silent for 5 minutes, a new one takes its place")
	}
	return auth.Refuse(fault.Conflict, "其他单位正在导入名册：请等它完成后再试；如它已中断，最多5分钟后即可导入",
		"somebody elsewhere imports a register: try again when that has ended; if it was broken off, it gives way within 5 minutes")
}
