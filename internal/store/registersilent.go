// An import that nobody carries out any more gives way to the next one.

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"shuren/internal/audit"
	"shuren/internal/fault"
)

// RunSilent is how long nothing is heard of an import before it counts as broken off.
const RunSilent = 5 * time.Minute

// What chunks says of an import that was taken from whoever carried it out.
const (
	takenToDrop   = -1
	takenToRefuse = -2
)

// Goes tells that an import was taken from whoever carried it out and what it wrote is
// being deleted: nobody goes on with it, and the same file begins anew.
func (r Run) Goes() bool { return r.State == RunWrites && r.Chunks < 0 }

// RunLease is the lease of who carries an import out behind a page.
func RunLease(run int) string { return "import " + strconv.Itoa(run) }

// ErrRunWrites is that an import has not ended.
var ErrRunWrites = fmt.Errorf("an import of a register is under way or was broken off: %w", fault.Conflict)

var errRunEnded = fmt.Errorf("the import has ended already, or gave way: %w", fault.Conflict)

// DropSilent drops the import of a kind of person, 0 for either, that has not ended and
// that nobody carries out any more: nobody holds its lease and nothing was heard of it
// for so long. One whose rows are being deleted ([Run.Goes]) needs no waiting: who
// began that may have died, and two may delete the same rows. It tells whether there
// was one. The log gets rec with which it was, where it was not taken before: then the
// log has why.
func (s *Store) DropSilent(ctx context.Context, sc Scope, kind PersonKind, now time.Time, silent time.Duration, rec audit.Record) (bool, error) {
	const what = "drop an import that was broken off"
	if err := sc.mayWrite(what); err != nil {
		return false, err
	}
	var r Run
	var to RunState
	err := s.write(ctx, what, func(tx *sql.Tx, st *state) (err error) {
		to = RunDropped
		r, err = scanRun(tx.QueryRowContext(ctx, `SELECT `+runColumns+` FROM register_runs WHERE state = $1`, string(RunWrites)))
		if errors.Is(err, sql.ErrNoRows) || err == nil && (kind != 0 && kind != r.Kind || !r.Goes() && now.Sub(r.Touched) < silent) {
			return errRunEnded
		} else if err != nil {
			return err
		}
		if r.Goes() {
			if r.Chunks == takenToRefuse {
				to = RunRefused
			}
			return nil
		}
		if err := takeRun(ctx, tx, &r, to, now, ` AND touched = $6 AND NOT EXISTS (SELECT 1 FROM leases WHERE name = $7 AND until > $2)`, formatTime(r.Touched), RunLease(r.No)); err != nil {
			return err
		}
		rec.Object, rec.Unit = fmt.Sprintf("run-%d", r.No), r.Unit
		if rec.Shard, err = st.auditShard(rec.Unit); err != nil {
			return err
		}
		return appendAudit(ctx, tx, rec)
	})
	if errors.Is(err, errRunEnded) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return true, s.deleteRun(ctx, what, &r, to, now)
}

// takeRun takes an import from whoever carries it out, before its rows are deleted: it
// can be neither written nor finished nor gone on with after this. It notes what is to
// become of it and of its file: whoever deletes the rest knows.
func takeRun(ctx context.Context, tx *sql.Tx, r *Run, to RunState, now time.Time, cond string, args ...any) error {
	taken := takenToDrop
	if to == RunRefused {
		taken = takenToRefuse
	}
	n, err := changed(tx.ExecContext(ctx, `UPDATE register_runs SET chunks = $4, hash = '', touched = $2, body = $5 WHERE run = $1 AND state = $3`+cond,
		append([]any{r.No, formatTime(now), string(RunWrites), taken, r.Body}, args...)...))
	if err == nil && n == 0 {
		err = errRunEnded
	}
	return err
}

// touchRun tells that an import is carried out still.
func (s *Store) touchRun(ctx context.Context, r *Run, now time.Time) error {
	return s.write(ctx, "touch an import", func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE register_runs SET touched = $1 WHERE run = $2 AND state = $3 AND chunks = $4`, formatTime(now), r.No, string(RunWrites), r.Chunks))
		if err == nil && n == 0 {
			err = errRunEnded
		}
		return err
	})
}

// noRunWrites refuses a new record while an import of its kind has not ended: both might
// make one of the same person.
func noRunWrites(ctx context.Context, tx *sql.Tx, kind PersonKind) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM register_runs WHERE state = $1 AND kind = $2`, string(RunWrites), kindNames[kind]).Scan(&n); err != nil || n == 0 {
		return err
	}
	return ErrRunWrites
}
