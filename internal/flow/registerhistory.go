package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/register"
	"shuren/internal/store"
)

// longestHistory is how many corrections of one record are listed.
const longestHistory = 50

// Corrections lists what was corrected by hand of a record, the newest first: field by
// field, and never who it is.
func (r *Registers) Corrections(ctx context.Context, who auth.Actor, kind store.PersonKind, id register.PersonID) ([]store.Corrected, error) {
	p := auth.ReadPupils
	if kind == store.AStaff {
		p = auth.ReadStaff
	}
	sc, err := inReach(who, p, store.Reader)
	if err != nil {
		return nil, err
	}
	return r.city.store.Corrections(ctx, sc, kind, id, longestHistory)
}
