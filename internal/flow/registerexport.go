package flow

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// ShowChildren gives a list with who its children are, for an export that shows names:
// for a reason, which the audit log keeps with how many were shown.
func (r *Registers) ShowChildren(ctx context.Context, who auth.Actor, f register.ChildFilter, reason string) ([]register.Child, []register.Identity, error) {
	f.Size = -1
	sc, ring, err := r.reach(who, auth.ShowPersons, store.Editor)
	if err != nil {
		return nil, nil, err
	}
	if err := reasoned(reason); err != nil {
		return nil, nil, err
	}
	rows, _, err := r.city.store.Children(ctx, sc, f)
	if err != nil {
		return nil, nil, err
	}
	list, ids := make([]register.Child, len(rows)), make([]register.Identity, len(rows))
	for i, row := range rows {
		list[i] = row.Child
		if ids[i], err = openIdentity(ring, row.Person, row.Sealed); err != nil {
			return nil, nil, err
		}
	}
	return list, ids, r.logShown(ctx, who, sc, "pupils", len(rows), reason)
}

// ShowStaff is the same of staff.
func (r *Registers) ShowStaff(ctx context.Context, who auth.Actor, f register.StaffFilter, reason string) ([]register.Staff, []register.Identity, error) {
	f.Size = -1
	sc, ring, err := r.reach(who, auth.ShowPersons, store.Editor)
	if err != nil {
		return nil, nil, err
	}
	if err := reasoned(reason); err != nil {
		return nil, nil, err
	}
	rows, _, err := r.city.store.StaffList(ctx, sc, f)
	if err != nil {
		return nil, nil, err
	}
	list, ids := make([]register.Staff, len(rows)), make([]register.Identity, len(rows))
	for i, row := range rows {
		list[i] = row.Staff
		if ids[i], err = openIdentity(ring, row.Person, row.Sealed); err != nil {
			return nil, nil, err
		}
	}
	return list, ids, r.logShown(ctx, who, sc, "staff", len(rows), reason)
}

func (r *Registers) logShown(ctx context.Context, who auth.Actor, sc store.Scope, what string, n int, reason string) error {
	rec := record(who, audit.PersonRead, fmt.Sprintf("register export, %s, %d people: %s", what, n, strings.TrimSpace(reason)), r.now())
	rec.Remote = auth.Remote(ctx)
	if reach := who.Reach(auth.ShowPersons); len(reach.Units) == 1 {
		rec.Unit = reach.Units[0]
	}
	return r.city.store.Log(ctx, sc, rec)
}

// reasoned refuses what is no reason to show somebody.
func reasoned(reason string) error {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < minReason || n > maxReason || !utf8.ValidString(reason) {
		return auth.Refuse(fault.Invalid, "请用4至200个字写明查看理由", "give a reason of 4 to 200 characters")
	}
	if register.HasNumber(reason) {
		return auth.Refuse(fault.Invalid, "理由会记入审计日志，不得写姓名、号码等个人信息", "the reason goes into the audit log: no name or number may stand in it")
	}
	return nil
}
