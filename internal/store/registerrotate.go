package store

import (
	"context"
	"database/sql"
	"fmt"

	"shuren/internal/register"
)

// SealedBy counts the people by the key that seals them.
func (s *Store) SealedBy(ctx context.Context, sc Scope) (map[uint32]int, error) {
	out := map[uint32]int{}
	if !sc.sees() || !sc.whole {
		return out, nil
	}
	err := each(ctx, s.r, `SELECT key_id, count(*) FROM persons GROUP BY key_id`, nil, func(rows *sql.Rows) error {
		var key int64
		var n int
		err := rows.Scan(&key, &n)
		out[uint32(key)] = n
		return err
	})
	return out, s.wrap("count sealed people", err)
}

// Reseal seals all people anew that another key than the newest seals, batch by batch,
// and then makes the hashes by which they are found: until the very end both the old
// and the new ones find them. Broken off anywhere it is begun again with the same key.
func (s *Store) Reseal(ctx context.Context, sc Scope, newest uint32, again func(Person) (Person, error), progress func(done int)) error {
	const what = "seal registers anew"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return s.wrap(what, err)
	}
	done := 0
	for _, shard := range shards {
		if err := s.resealShard(ctx, shard, newest, again, func(n int) {
			if done += n; progress != nil {
				progress(done)
			}
		}); err != nil {
			return s.wrap(what, err)
		}
	}
	for _, shard := range shards {
		if err := s.indexPersons(ctx, shard, `key_id = $2`, int64(newest)); err != nil {
			return s.wrap(what, err)
		}
	}
	for _, shard := range shards {
		if err := s.forgetMatches(ctx, shard, newest); err != nil {
			return s.wrap(what, err)
		}
	}
	return nil
}

// resealBatch is how many people one transaction seals anew.
const resealBatch = 4000

type resealed struct {
	Person
	run    int
	digest []byte // before
	old    uint32
}

func (s *Store) resealShard(ctx context.Context, shard string, newest uint32, again func(Person) (Person, error), progress func(int)) error {
	id, run := register.PersonID(""), 0
	for {
		var batch []resealed
		err := each(ctx, s.r, `SELECT id, from_run, kind, key_id, sealed, digest FROM persons WHERE shard = $1 AND (id > $2 OR id = $2 AND from_run > $3) AND key_id <> $4 ORDER BY id, from_run LIMIT $5`,
			[]any{shard, string(id), run, int64(newest), resealBatch}, func(rows *sql.Rows) error {
				var r resealed
				err := rows.Scan(&r.ID, &r.run, &r.Kind, &r.Key, &r.Sealed, &r.digest)
				r.old = r.Key
				batch = append(batch, r)
				return err
			})
		if err != nil || len(batch) == 0 {
			return err
		}
		for i := range batch {
			if batch[i].Person, err = again(batch[i].Person); err != nil {
				return err
			}
		}
		last := &batch[len(batch)-1]
		id, run = last.ID, last.run
		err = s.writeBulk(ctx, "seal a batch", func(_ *sql.Tx, _ *state, w *writer) error {
			for i := range batch {
				b := &batch[i]
				// Who was corrected meanwhile is left: the correction was sealed by itself.
				if err := w.later(ctx, `UPDATE persons SET key_id = $1, sealed = $2, citizen = $3, student = $4, coarse = $5, digest = $6 WHERE shard = $7 AND id = $8 AND from_run = $9 AND key_id = $10 AND digest = $11`,
					int64(b.Key), b.Sealed, some(b.Citizen), some(b.Student), some(b.Coarse), some(b.Digest), shard, string(b.ID), b.run, int64(b.old), some(b.digest)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		progress(len(batch))
	}
}

// forgetMatches deletes the hashes that other keys made, in sixteen steps.
func (s *Store) forgetMatches(ctx context.Context, shard string, newest uint32) error {
	for i := range 16 {
		low, high := []byte{byte(i << 4)}, []byte{byte(i<<4 | 15), 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}
		err := s.write(ctx, "forget hashes", func(tx *sql.Tx, _ *state) error {
			n, err := changed(tx.ExecContext(ctx, `DELETE FROM person_matches WHERE shard = $1 AND key_id <> $2 AND value >= $3 AND value <= $4`, shard, int64(newest), low, high))
			if err == nil && n == 0 {
				return errNothing
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("of %s: %w", shard, err)
		}
	}
	return nil
}
