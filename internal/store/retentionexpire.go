package store

import (
	"context"
	"database/sql"
	"time"

	"shuren/internal/audit"
)

// FilesOfCases is the kind of the files that are evidence of a case of dropout
// prevention; the id is the case's. Its history says to which step each belongs.
const FilesOfCases = "case"

// ExpiredCases says what the cases of dropout prevention lost because its time was
// over.
type ExpiredCases struct {
	Files int // uses of files as evidence
	Cases int // with their history
}

// ExpireCases takes the evidence off cases that ended before a time, and deletes those
// that ended before another with all that belongs to them. What follows a child up
// still is never old. The bytes go with the next SweepFiles, unless something else
// uses them.
func (s *Store) ExpireCases(ctx context.Context, sc Scope, files, cases time.Time, log func(ExpiredCases) audit.Record) (out ExpiredCases, err error) {
	const what = "expire cases"
	if err := sc.mayWriteWhole(what); err != nil {
		return out, err
	}
	ids := func(query string, before time.Time) (ids []string, err error) {
		err = each(ctx, s.r, query, []any{formatTime(before)}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
		return ids, s.wrap(what, err)
	}
	bare, err := ids(`SELECT DISTINCT u.id FROM file_uses u JOIN retention_cases c ON c.id = u.id WHERE u.kind = '`+FilesOfCases+`' AND c.live = 0 AND c.changed_at < $1 ORDER BY u.id`, laterOf(files, cases))
	if err != nil {
		return out, err
	}
	gone, err := ids(`SELECT id FROM retention_cases WHERE live = 0 AND changed_at < $1 ORDER BY id`, cases)
	if err != nil || len(bare)+len(gone) == 0 {
		return out, err
	}
	var did ExpiredCases
	err = s.inWrites(ctx, what, bare, func(tx *sql.Tx, id string) error {
		// Looked at again in the write: a case may have been taken up meanwhile.
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM file_uses WHERE kind = '`+FilesOfCases+`' AND id = $1 AND EXISTS (SELECT 1 FROM retention_cases c WHERE c.id = $1 AND c.live = 0 AND c.changed_at < $2)`, id, formatTime(laterOf(files, cases))))
		did.Files += int(n)
		return err
	})
	if err != nil {
		return did, err
	}
	err = s.inWrites(ctx, what, gone, func(tx *sql.Tx, id string) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM retention_cases WHERE id = $1 AND live = 0 AND changed_at < $2`, id, formatTime(cases)))
		if err != nil || n == 0 {
			return err
		}
		did.Cases++
		for _, query := range []string{`DELETE FROM retention_bodies WHERE case_id = $1`, `DELETE FROM retention_events WHERE case_id = $1`, `DELETE FROM attendance_marks WHERE case_id = $1`} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || did == (ExpiredCases{}) {
		return did, err
	}
	return did, s.audited(ctx, what, []audit.Record{log(did)}, func(*sql.Tx, *state) error { return nil })
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// inWrites does something for each of many ids, some hundred in a write.
func (s *Store) inWrites(ctx context.Context, what string, ids []string, do func(*sql.Tx, string) error) error {
	for len(ids) > 0 {
		part := ids[:min(len(ids), atATime)]
		ids = ids[len(part):]
		if err := s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
			for _, id := range part {
				if err := do(tx, id); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
