package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

const metaPeriods = "register_periods"

// Periods are how long registers are kept.
func (r *Registers) Periods(ctx context.Context) (register.Periods, error) {
	p := register.DefaultPeriods
	text, err := r.city.store.Meta(ctx, local, metaPeriods)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &p)
	}
	return p, err
}

// SetPeriods sets how long registers are kept. It is the whole city's.
func (r *Registers) SetPeriods(ctx context.Context, who auth.Actor, p register.Periods) error {
	if !who.Reach(auth.KeepChoices).Whole {
		return fmt.Errorf("the periods of the registers are the whole city's: %w", fault.Forbidden)
	}
	if err := p.Check(); err != nil {
		return err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return r.city.store.SetMeta(ctx, local, metaPeriods, string(b), record(who, "register.periods", string(b), r.now()))
}

// Expire deletes what has been kept long enough: who somebody was first, what was
// counted after, lists that nobody deleted, and what imports said of their files. It
// is the system's own act, and its lines in the audit log have counts.
func (r *Registers) Expire(ctx context.Context) (out store.Expired, err error) {
	p, err := r.Periods(ctx)
	if err != nil {
		return out, err
	}
	now := r.now()
	day := edu.DateOf(now)
	for _, k := range []struct {
		kind             store.PersonKind
		identities, rows int
	}{{store.AChild, p.PupilIdentity, p.PupilRows}, {store.AStaff, p.StaffIdentity, p.StaffRows}} {
		got, err := r.city.store.ExpireRegister(ctx, local, k.kind, register.YearOver(k.identities, day), register.YearOver(k.rows, day), func(e store.Expired) audit.Record {
			return audit.Record{At: now, Account: "system", Action: "register.expire", Object: kindWord(k.kind), Detail: expiredWords(e)}
		})
		out.Identities, out.Rows = out.Identities+got.Identities, out.Rows+got.Rows
		if err != nil {
			return out, err
		}
	}
	old, err := r.city.store.ListsOlder(ctx, local, now.AddDate(0, -p.Lists, 0))
	if err != nil {
		return out, err
	}
	for _, l := range old {
		got, err := r.deleteList(ctx, local, audit.Record{At: now, Account: "system"}, l.List, l.Year)
		out.Identities, out.Rows = out.Identities+got.Identities, out.Rows+got.Rows
		if err != nil {
			return out, err
		}
	}
	if err := r.dropForgotten(ctx); err != nil {
		return out, err
	}
	return out, r.city.store.ForgetRuns(ctx, local, now.AddDate(0, -p.Imports, 0))
}

func expiredWords(e store.Expired) string {
	return fmt.Sprintf("%d identities, %d rows", e.Identities, e.Rows)
}

// DeleteList deletes a list that the register was compared with, in the reader's part:
// the ex-poverty list right after the comparison, with the marks that came from it.
func (r *Registers) DeleteList(ctx context.Context, who auth.Actor, list register.List, year int) (store.Expired, error) {
	sc, err := inReach(who, auth.KeepPupils, store.Editor)
	if err != nil {
		return store.Expired{}, err
	}
	if list == register.Register || register.Words(register.Lists, string(list)) == (edu.Text{}) {
		return store.Expired{}, auth.Refuse(fault.Invalid, "只有比对用的名单可以整份删除", "only a list to compare with is deleted as a whole")
	}
	rec := record(who, "", "", r.now())
	if reach := who.Reach(auth.KeepPupils); len(reach.Units) == 1 {
		rec.Unit = reach.Units[0]
	}
	return r.deleteList(ctx, sc, rec, list, year)
}

func (r *Registers) deleteList(ctx context.Context, sc store.Scope, rec audit.Record, list register.List, year int) (store.Expired, error) {
	rec.Action, rec.Object = "register.list.delete", string(list)
	return r.city.store.DeleteList(ctx, sc, list, year, func(e store.Expired) audit.Record {
		rec.Detail = fmt.Sprintf("year %d: %s", year, expiredWords(e))
		return rec
	})
}
