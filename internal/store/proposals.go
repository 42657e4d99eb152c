package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/fault"
)

// Proposal is a change of one file of the city's own pack.
type Proposal struct {
	ID    string
	No    int64
	File  string // in the pack's folder
	Base  string // hash of the file that the proposer saw; empty for a new one
	Body  string // the whole file as it is to be
	Title string
	Why   string
	By    string
	Name  string // who proposes, as shown to others
	At    time.Time
	State ProposalState
	// Who decided, when and why.
	Decider     string
	DeciderName string
	Decided     time.Time
	Reason      string
	Written     string // hash of the file as it was written
}

// ProposalState is how far a proposal has come. Between approved and written the
// file is put in its place: whoever was killed there goes on from approved.
type ProposalState string

const (
	Proposed ProposalState = "proposed"
	Approved ProposalState = "approved"
	Rejected ProposalState = "rejected"
	Written  ProposalState = "written"
)

// AddProposal keeps a proposal. Sending it again, by its id, does no harm.
func (s *Store) AddProposal(ctx context.Context, sc Scope, p Proposal, recs ...audit.Record) error {
	what := "propose a change of the pack"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		var body string
		err := tx.QueryRowContext(ctx, `SELECT body FROM pack_proposals WHERE id = $1`, p.ID).Scan(&body)
		switch {
		case err == nil && body == p.Body:
			return errNothing
		case err == nil:
			return fmt.Errorf("another proposal has this id: %w", fault.Conflict)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO pack_proposals (id, no, file, base, body, title, why, by_whom, by_name, at_time, state, decided_by, decided_name, decided_at, reason, written)
			SELECT $1, coalesce(max(no), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', '', '' FROM pack_proposals`,
			p.ID, p.File, p.Base, p.Body, p.Title, p.Why, p.By, p.Name, formatTime(p.At), string(Proposed))
		return err
	})
}

// DecideProposal approves or rejects a proposal that waits. Whoever proposed it
// cannot decide it, whatever the caller thinks.
func (s *Store) DecideProposal(ctx context.Context, sc Scope, id string, to ProposalState, by, name, reason string, at time.Time, recs ...audit.Record) error {
	what := "decide on a change of the pack"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	if to != Approved && to != Rejected {
		return fmt.Errorf("%s: %q: %w", what, to, fault.Invalid)
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		var state, proposer string
		err := tx.QueryRowContext(ctx, `SELECT state, by_whom FROM pack_proposals WHERE id = $1`, id).Scan(&state, &proposer)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.NotFound
		}
		if err != nil {
			return err
		}
		if proposer == by {
			return fmt.Errorf("whoever proposes a change does not decide on it: %w", fault.Forbidden)
		}
		if ProposalState(state) != Proposed {
			return fmt.Errorf("it is %s already: %w", state, fault.Conflict)
		}
		_, err = tx.ExecContext(ctx, `UPDATE pack_proposals SET state = $1, decided_by = $2, decided_name = $3, decided_at = $4, reason = $5 WHERE id = $6`, string(to), by, name, formatTime(at), reason, id)
		return err
	})
}

// ProposalWritten notes that an approved proposal's file is in its place.
func (s *Store) ProposalWritten(ctx context.Context, sc Scope, id, hash string, recs ...audit.Record) error {
	what := "note a change of the pack"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		res, err := tx.ExecContext(ctx, `UPDATE pack_proposals SET state = $1, written = $2 WHERE id = $3 AND state = $4`, string(Written), hash, id, string(Approved))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errNothing
		}
		return nil
	})
}

// Proposals lists the changes of the pack, the newest first.
func (s *Store) Proposals(ctx context.Context, sc Scope) ([]Proposal, error) {
	if !sc.sees() {
		return nil, nil
	}
	var out []Proposal
	err := each(ctx, s.r, `SELECT id, no, file, base, body, title, why, by_whom, by_name, at_time, state, decided_by, decided_name, decided_at, reason, written FROM pack_proposals ORDER BY no DESC`, nil, func(rows *sql.Rows) error {
		var p Proposal
		var at, decided string
		err := rows.Scan(&p.ID, &p.No, &p.File, &p.Base, &p.Body, &p.Title, &p.Why, &p.By, &p.Name, &at, &p.State, &p.Decider, &p.DeciderName, &decided, &p.Reason, &p.Written)
		if err != nil {
			return err
		}
		if p.At, err = parseTime(at); err != nil {
			return err
		}
		if decided != "" {
			if p.Decided, err = parseTime(decided); err != nil {
				return err
			}
		}
		out = append(out, p)
		return nil
	})
	return out, s.wrap("list the changes of the pack", err)
}
