package store

import (
	"bytes"
	"context"
	"database/sql"

	"shuren/internal/edu"
)

// Withdraw takes back what a unit handed in: its figures count no longer, and
// history says so. It is an ordinary submission that says nothing.
type Withdraw struct {
	Submission Submission // with a new id; of the form and period that it takes back
}

// withdraw writes for a unit, and for each of its sections, that the form says
// nothing of it. It does nothing where nothing was handed in, or all of it was
// withdrawn before.
func (s *Store) withdraw(ctx context.Context, tx *sql.Tx, st *state, shard string, unit edu.UnitID, sub Submission) error {
	if err := checkSubmission(&sub, nil); err != nil {
		return err
	}
	im := &importer{sub: sub}
	rs := []*record{{unit: unit, shard: shard}}
	for _, stage := range edu.Stages {
		rs = append(rs, &record{unit: edu.SectionID(unit, stage), shard: shard})
	}
	w := newWriter(tx, sub.ID)
	w.atOnce = s.dialect.atOnce
	old, err := im.saved(ctx, w, st, shard, rs, withBatch(""))
	if err != nil {
		return err
	}
	none := im.digest(&record{})
	for _, r := range rs {
		if was, ok := old[r.unit]; !ok || bytes.Equal(was.digest, none) {
			continue
		}
		r.digest = none
		if err := im.writeRecord(ctx, w, r); err != nil {
			return err
		}
	}
	if len(w.seqs) == 0 {
		return nil
	}
	if err := im.writeSubmission(ctx, w, digestTables(sub, nil)); err != nil {
		return err
	}
	return w.visible(ctx)
}
