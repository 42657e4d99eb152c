package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"shuren/internal/attach"
	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// FileUse is a file as evidence of one thing: a task, a hazard. Who may see it is
// decided by the unit of the use, so nobody reaches a file by its hash alone.
type FileUse struct {
	Hash string
	Type attach.Type
	Size int64

	Kind, ID   string // of what it is evidence: task, 12
	Name       string
	Unit       edu.UnitID // whose it is; empty for the whole city's
	By, ByName string
	At         time.Time
}

// PutFile stores a file under its hash. One that is there stays as it is, and is
// kept for another day.
func (s *Store) PutFile(ctx context.Context, sc Scope, f attach.File, body []byte, at time.Time) error {
	what := "store the file " + f.Hash
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != f.Hash || int64(len(body)) != f.Size || f.Size == 0 || f.Size > attach.MaxFile {
		return fmt.Errorf("%s: the bytes are others: %w", what, fault.Invalid)
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO files (hash, type, size, body, at_time) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (hash) DO UPDATE SET at_time = excluded.at_time`, f.Hash, string(f.Type), f.Size, body, formatTime(at))
		return err
	})
}

// UseFile makes a stored file evidence of something. A second time changes
// nothing. It fails where the file is not stored or the thing has many already.
func (s *Store) UseFile(ctx context.Context, sc Scope, u FileUse, recs ...audit.Record) error {
	what := "use the file " + u.Hash
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		if err := st.heldUse(sc, u.Unit); err != nil {
			return err
		}
		return putUse(ctx, tx, u)
	})
}

func putUse(ctx context.Context, tx *sql.Tx, u FileUse) error {
	var stored, used, same int
	if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM files WHERE hash = $1), (SELECT count(*) FROM file_uses WHERE kind = $2 AND id = $3),
			(SELECT count(*) FROM file_uses WHERE kind = $2 AND id = $3 AND hash = $1)`, u.Hash, u.Kind, u.ID).Scan(&stored, &used, &same); err != nil {
		return err
	}
	switch {
	case stored == 0:
		return fmt.Errorf("file: %w", fault.NotFound)
	case same > 0:
		return errNothing
	case used >= attach.MaxUses:
		return fmt.Errorf("%d files are there already: %w", used, fault.TooLarge)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO file_uses (kind, id, hash, name, unit, by_whom, by_name, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		u.Kind, u.ID, u.Hash, u.Name, string(u.Unit), u.By, u.ByName, formatTime(u.At))
	return err
}

// heldUse refuses a unit outside the scope. What is the whole city's needs it all.
func (st *state) heldUse(sc Scope, unit edu.UnitID) error {
	if unit == "" {
		if !sc.whole {
			return fault.NotFound
		}
		return nil
	}
	v, err := st.viewOf(withHidden())
	if err != nil {
		return err
	}
	if !sc.holds(v.tree, unit, lastDay) {
		return fault.NotFound
	}
	return nil
}

const fileUses = `SELECT u.kind, u.id, u.hash, u.name, u.unit, u.by_whom, u.by_name, u.at_time, f.type, f.size FROM file_uses u JOIN files f ON f.hash = u.hash`

func scanUse(scan func(...any) error) (u FileUse, err error) {
	var at string
	if err = scan(&u.Kind, &u.ID, &u.Hash, &u.Name, &u.Unit, &u.By, &u.ByName, &at, &u.Type, &u.Size); err != nil {
		return u, err
	}
	u.At, err = parseTime(at)
	return u, err
}

// Uses lists the files of things of one kind within the scope, by thing and age.
func (s *Store) Uses(ctx context.Context, sc Scope, kind string, ids ...string) ([]FileUse, error) {
	const what = "list files"
	if !sc.sees() {
		return nil, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	var out []FileUse
	for _, id := range ids {
		err := each(ctx, s.r, fileUses+` WHERE u.kind = $1 AND u.id = $2 ORDER BY u.at_time, u.name, u.hash`, []any{kind, id}, func(rows *sql.Rows) error {
			u, err := scanUse(rows.Scan)
			if err == nil && st.heldUse(sc, u.Unit) == nil {
				out = append(out, u)
			}
			return err
		})
		if err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}

// File gives a file with its bytes, as evidence of something within the scope.
func (s *Store) File(ctx context.Context, sc Scope, kind, id, hash string) (FileUse, []byte, error) {
	what := "read a file of " + kind + " " + id
	if !sc.sees() {
		return FileUse{}, nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	st, err := s.current(ctx)
	if err != nil {
		return FileUse{}, nil, s.wrap(what, err)
	}
	u, err := scanUse(s.r.QueryRowContext(ctx, fileUses+` WHERE u.kind = $1 AND u.id = $2 AND u.hash = $3`, kind, id, hash).Scan)
	if errors.Is(err, sql.ErrNoRows) || err == nil && st.heldUse(sc, u.Unit) != nil {
		return FileUse{}, nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	var body []byte
	if err == nil {
		err = s.r.QueryRowContext(ctx, `SELECT body FROM files WHERE hash = $1`, hash).Scan(&body)
	}
	return u, body, s.wrap(what, err)
}

// DropUse takes a file away from something. The file goes when nothing uses it.
func (s *Store) DropUse(ctx context.Context, sc Scope, kind, id, hash string, recs ...audit.Record) error {
	what := "take a file off " + kind + " " + id
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		var unit edu.UnitID
		err := tx.QueryRowContext(ctx, `DELETE FROM file_uses WHERE kind = $1 AND id = $2 AND hash = $3 RETURNING unit`, kind, id, hash).Scan(&unit)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.NotFound
		}
		if err != nil {
			return err
		}
		return st.heldUse(sc, unit) // or else the write is undone
	})
}

// SweepFiles deletes files that were stored before a time and are evidence of
// nothing: of forms that were not sent, of what was taken away.
func (s *Store) SweepFiles(ctx context.Context, before time.Time) (n int, err error) {
	err = s.write(ctx, "delete unused files", func(tx *sql.Tx, _ *state) error {
		var err error
		n, err = affected(tx.ExecContext(ctx, `DELETE FROM files WHERE at_time < $1 AND NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.hash = files.hash)`, formatTime(before)))
		if err == nil && n == 0 {
			return errNothing
		}
		return err
	})
	return n, err
}
