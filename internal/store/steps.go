package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

// Step is a filing as it is to be after one step, and what comes with it.
type Step struct {
	Filing collect.Filing // its Rev is one more than the one that the writer saw
	Period edu.Period     // of the issue
	// Event is nil where there is nothing to log, as for a further save of a draft.
	// One that was sent before with the same id is not taken again.
	Event *collect.Event
	Role  string // that allowed it, for the audit log
	Draft []byte // JSON of the content; nil keeps what is saved
	// Hand is set where figures are handed in.
	Hand *Hand
	// Withdraw is set where what was handed in is taken back.
	Withdraw *Withdraw
}

// Hand is what handing in brings: the content as it was, and its figures as an
// ordinary submission.
type Hand struct {
	Content    []byte
	Submission Submission
	Tables     []*frame.Table
}

// ErrStale is the error of a step whose writer did not see the newest revision.
var ErrStale = fmt.Errorf("somebody else has changed it meanwhile: %w", fault.Conflict)

// Take takes steps with filings, all or none of them, in one transaction: the
// filings, their log, drafts, what was handed in and its figures. What needs no
// lock is done before. The filings come back as they are then, in the order of
// the steps.
func (s *Store) Take(ctx context.Context, sc Scope, steps []Step, up *Uploaded) ([]collect.Filing, error) {
	what := "take a step"
	if len(steps) > 0 {
		what = fmt.Sprintf("%s: filing of %s", steps[0].Filing.Issue, steps[0].Filing.Unit)
	}
	if err := sc.mayWrite(what); err != nil {
		return nil, err
	}
	out := make([]collect.Filing, len(steps))
	err := s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		turn, shards, err := inTurn(st, sc, steps)
		if err != nil {
			return err
		}
		taken := make([]bool, len(steps))
		for _, i := range turn {
			if taken[i], out[i], err = s.take(ctx, tx, shards[i], &steps[i]); err != nil {
				return fmt.Errorf("unit %q: %w", steps[i].Filing.Unit, err)
			}
		}
		for _, i := range turn {
			if back := steps[i].Withdraw; back != nil && taken[i] {
				if err := s.withdraw(ctx, tx, st, shards[i], steps[i].Filing.Unit, back.Submission); err != nil {
					return err
				}
			}
			h := steps[i].Hand
			if h == nil || !taken[i] {
				continue
			}
			// The units are different ones, so that none needs what another brings.
			if _, err := s.importIn(ctx, tx, st, sc, h.Submission, h.Tables); err != nil {
				return err
			}
		}
		for _, i := range turn {
			if !taken[i] || steps[i].Event == nil {
				continue
			}
			if err := appendAudit(ctx, tx, steps[i].record(shards[i])); err != nil {
				return err
			}
		}
		return up.write(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// inTurn gives the order of the steps by shard and unit, and the shard of each:
// rows are locked in one order, so that two writers cannot wait for each other.
func inTurn(st *state, sc Scope, steps []Step) (turn []int, shards []string, err error) {
	shards = make([]string, len(steps))
	for i := range steps {
		turn = append(turn, i)
		p := &steps[i]
		if shards[i], err = st.shardIn(sc, p.Filing.Unit, edu.DateOf(p.Period.Reference())); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(turn, func(a, b int) int {
		return cmp.Or(cmp.Compare(shards[a], shards[b]), cmp.Compare(steps[a].Filing.Unit, steps[b].Filing.Unit))
	})
	return turn, shards, nil
}

// record is the step's line in the audit log.
func (p *Step) record(shard string) audit.Record {
	e := p.Event
	rec := audit.Record{Shard: shard, At: e.At, Account: cmp.Or(e.By, "local"), Role: p.Role, Action: audit.Action("filing." + string(e.Action)),
		Object: p.Filing.Issue, Unit: p.Filing.Unit}
	if e.Handed > 0 {
		rec.Detail = fmt.Sprintf("revision %d", e.Handed)
	}
	return rec
}

// take writes one step. It reports false where the same step was taken before.
func (s *Store) take(ctx context.Context, tx *sql.Tx, shard string, p *Step) (bool, collect.Filing, error) {
	f := p.Filing
	key := []any{shard, f.Issue, string(f.Unit)}
	if again, now, err := sentBefore(ctx, tx, p, key); again || err != nil {
		return false, now, err
	}
	n, err := writeFiling(ctx, tx, f, key)
	if err != nil {
		return false, f, err
	}
	if n == 0 {
		// The answer to the first sending was lost while this one waited.
		if again, now, err := sentBefore(ctx, tx, p, key); again || err != nil {
			return false, now, err
		}
		return false, f, ErrStale
	}
	if p.Draft != nil {
		if _, err := tx.ExecContext(ctx, `INSERT INTO drafts (shard, issue, unit, rev, content) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (shard, issue, unit) DO UPDATE SET rev = excluded.rev, content = excluded.content`, append(slices.Clone(key), f.Rev, p.Draft)...); err != nil {
			return false, f, err
		}
	}
	if e := p.Event; e != nil {
		if _, err := tx.ExecContext(ctx, `INSERT INTO filing_events (shard, issue, unit, no, at_time, by_whom, name, action, from_state, to_state, handed, reason, due, sent)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, append(slices.Clone(key),
			f.Rev, formatTime(e.At), e.By, e.Name, string(e.Action), string(e.From), string(e.To), e.Handed, e.Reason, int64(e.Due), e.Sent)...); err != nil {
			return false, f, err
		}
	}
	if h := p.Hand; h != nil {
		if _, err := tx.ExecContext(ctx, `INSERT INTO handed (shard, issue, unit, no, content, check_code, by_whom, at_time, submission)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, append(slices.Clone(key), f.Handed, h.Content, f.Check, f.By, formatTime(f.At), h.Submission.ID)...); err != nil {
			return false, f, err
		}
	}
	return true, f, nil
}

// sentBefore finds a step that was sent before with the same id, and gives the
// filing as it is now. Figures under the same id must be the same figures.
func sentBefore(ctx context.Context, tx *sql.Tx, p *Step, key []any) (bool, collect.Filing, error) {
	if p.Event == nil || p.Event.Sent == "" {
		return false, p.Filing, nil
	}
	var action collect.Action
	err := tx.QueryRowContext(ctx, `SELECT action FROM filing_events WHERE shard = $1 AND issue = $2 AND unit = $3 AND sent = $4`, append(slices.Clone(key), p.Event.Sent)...).Scan(&action)
	if errors.Is(err, sql.ErrNoRows) {
		return false, p.Filing, nil
	}
	if err != nil {
		return false, p.Filing, err
	}
	if action != p.Event.Action {
		return false, p.Filing, fmt.Errorf("the id %q was used for another step; want a new id: %w", p.Event.Sent, fault.Conflict)
	}
	if p.Hand != nil {
		// Both saw the same revision, so that they are of the same number; flow has
		// compared what comes later.
		var check string
		err := tx.QueryRowContext(ctx, `SELECT check_code FROM handed WHERE shard = $1 AND issue = $2 AND unit = $3 AND no = $4`, append(slices.Clone(key), p.Filing.Handed)...).Scan(&check)
		if err == nil && check != p.Filing.Check {
			err = fmt.Errorf("the id %q was used for other figures; want a new id: %w", p.Event.Sent, fault.Conflict)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, p.Filing, err
		}
	}
	f, err := filing(ctx, tx, key[0].(string), p.Filing.Issue, p.Filing.Unit)
	return true, f, err
}

// writeFiling writes the row unless it has moved on. It gives how many rows it
// wrote.
func writeFiling(ctx context.Context, tx *sql.Tx, f collect.Filing, key []any) (int64, error) {
	args := append(slices.Clone(key), string(f.State), f.Rev, f.Handed, f.Check, int64(f.Due), bit(f.Asked), f.Returns, f.Required, f.Blocking, f.Reason, f.By, formatTime(f.At), formatTime(f.Since))
	if f.Rev == 1 {
		return changed(tx.ExecContext(ctx, `INSERT INTO filings (shard, issue, unit, state, rev, handed, check_code, due, asked, returned, required, blocking, reason, by_whom, at_time, since)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (shard, issue, unit) DO NOTHING`, args...))
	}
	return changed(tx.ExecContext(ctx, `UPDATE filings SET state = $4, rev = $5, handed = $6, check_code = $7, due = $8, asked = $9, returned = $10, required = $11, blocking = $12,
		reason = $13, by_whom = $14, at_time = $15, since = $16 WHERE shard = $1 AND issue = $2 AND unit = $3 AND rev = $5 - 1`, args...))
}

// Uploaded notes what became of a file, with the steps that it led to.
type Uploaded struct {
	Hash   string
	Also   string // a further name that the same is found by, "" for none
	Result []byte
	By     string
	At     time.Time
}

func (u *Uploaded) write(ctx context.Context, tx *sql.Tx) error {
	if u == nil {
		return nil
	}
	for _, name := range []string{u.Hash, u.Also} {
		if name == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO uploads (hash, result, by_whom, at_time) VALUES ($1, $2, $3, $4)
			ON CONFLICT (hash) DO UPDATE SET result = excluded.result, by_whom = excluded.by_whom, at_time = excluded.at_time`, name, u.Result, u.By, formatTime(u.At)); err != nil {
			return err
		}
	}
	return nil
}
