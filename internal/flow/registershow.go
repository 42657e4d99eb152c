package flow

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// Bounds of the reason for which a person is shown.
const (
	minReason = 4
	maxReason = 200
)

// Show gives who somebody is, for a reason. That it was shown, to whom and why is in
// the audit log before the answer is out; what was shown never is, so a reason that
// has the name or a number in it is refused.
func (r *Registers) Show(ctx context.Context, who auth.Actor, id register.PersonID, reason string) (register.Identity, error) {
	sc, ring, err := r.reach(who, auth.ShowPersons, store.Editor)
	if err != nil {
		return register.Identity{}, err
	}
	reason = strings.TrimSpace(reason)
	if err := reasoned(reason); err != nil {
		return register.Identity{}, err
	}
	sealed, unit, err := r.sealedOf(ctx, who, sc, id)
	if err != nil {
		return register.Identity{}, err
	}
	shown, err := openIdentity(ring, id, sealed)
	if err != nil {
		return shown, err
	}
	if tells(reason, shown) {
		return register.Identity{}, auth.Refuse(fault.Invalid, "理由会记入审计日志，不得写姓名、号码等个人信息", "the reason goes into the audit log: no name or number may stand in it")
	}
	rec := record(who, audit.PersonRead, "register: "+reason, r.now())
	rec.Object, rec.Unit, rec.Remote = string(id), unit, auth.Remote(ctx)
	if err := r.city.store.Log(ctx, sc, rec); err != nil {
		return register.Identity{}, err
	}
	return shown, nil
}

// sealedOf finds a person on the register that the reader may read.
func (r *Registers) sealedOf(ctx context.Context, who auth.Actor, sc store.Scope, id register.PersonID) ([]byte, edu.UnitID, error) {
	if who.May(auth.ReadPupils) {
		row, err := r.city.store.Child(ctx, sc, id)
		if err == nil || !errors.Is(err, fault.NotFound) {
			return row.Sealed, cmp.Or(row.School, row.Home), err
		}
	}
	if !who.May(auth.ReadStaff) {
		return nil, "", fault.NotFound
	}
	row, err := r.city.store.Staff(ctx, sc, id)
	return row.Sealed, row.Unit, err
}

// tells whether a text has something of a person in it.
func tells(text string, id register.Identity) bool {
	clean := ident.Clean(text)
	for _, v := range []string{id.Name, id.Citizen, id.Student, id.Guardian, id.Phone, id.Address} {
		if v = ident.Clean(v); utf8.RuneCountInString(v) > 1 && strings.Contains(clean, v) {
			return true
		}
	}
	return register.HasNumber(text)
}
