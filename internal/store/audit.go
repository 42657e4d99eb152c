package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/edu"
)

// appendAudit adds a record to the audit chain of its shard, in the transaction
// that does what it tells. It holds the chain until the transaction ends: who
// writes to several shards goes through them in order. Number and hashes are
// made here; an empty Shard is the central one.
func appendAudit(ctx context.Context, tx *sql.Tx, rec audit.Record) error {
	h := audit.Head{Shard: rec.Shard}
	if h.Shard == "" {
		h.Shard = audit.Central
	}
	// The hash that comes back is still that of the record before.
	err := tx.QueryRowContext(ctx, `INSERT INTO audit_heads (shard, no, hash) VALUES ($1, 1, '')
		ON CONFLICT (shard) DO UPDATE SET no = audit_heads.no + 1 RETURNING no, hash`, h.Shard).Scan(&h.No, &h.Hash)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	h.No--
	rec.After(h)
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (shard, no, at_time, account, role, action, object, unit, detail, remote, prev, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		rec.Shard, rec.No, formatTime(rec.At), rec.Account, rec.Role, string(rec.Action), rec.Object, string(rec.Unit), rec.Detail, rec.Remote, rec.Prev, rec.Hash)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if _, err = tx.ExecContext(ctx, `UPDATE audit_heads SET hash = $1 WHERE shard = $2`, rec.Hash, rec.Shard); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// auditShard is the chain that tells what was done to a unit.
func (st *state) auditShard(unit edu.UnitID) (string, error) {
	if unit == "" {
		return audit.Central, nil
	}
	v, err := st.view()
	if err != nil {
		return "", err
	}
	if sh := v.shard[unit]; sh != "" {
		return sh, nil
	}
	return audit.Central, nil
}

// Log adds one record by itself: of a read, of something that changed nothing
// else. Its shard is that of its unit.
func (s *Store) Log(ctx context.Context, sc Scope, rec audit.Record) error {
	const what = "write the audit log"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) (err error) {
		if rec.Shard, err = st.auditShard(rec.Unit); err != nil {
			return err
		}
		return appendAudit(ctx, tx, rec)
	})
}

// audited is a write with its lines in the audit log: both are there or none.
// A write that changes nothing leaves no line.
func (s *Store) audited(ctx context.Context, what string, recs []audit.Record, do func(*sql.Tx, *state) error) error {
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		if err := do(tx, st); err != nil {
			return err
		}
		for _, rec := range recs {
			var err error
			if rec.Shard, err = st.auditShard(rec.Unit); err != nil {
				return err
			}
			if err := appendAudit(ctx, tx, rec); err != nil {
				return err
			}
		}
		return nil
	})
}

const auditColumns = `shard, no, at_time, account, role, action, object, unit, detail, remote, prev, hash`

func scanAudit(rows *sql.Rows) (r audit.Record, err error) {
	var at string
	if err = rows.Scan(&r.Shard, &r.No, &at, &r.Account, &r.Role, &r.Action, &r.Object, &r.Unit, &r.Detail, &r.Remote, &r.Prev, &r.Hash); err != nil {
		return r, err
	}
	// A time that somebody spoilt must not end the check that would find it: the
	// hash cannot be right for the zero time either.
	r.At, _ = parseTime(at)
	return r, nil
}

// AuditHeads gives the ends of the chains, by shard.
func (s *Store) AuditHeads(ctx context.Context, sc Scope) ([]audit.Head, error) {
	var heads []audit.Head
	if !sc.sees() || !sc.whole {
		return nil, nil
	}
	err := each(ctx, s.r, `SELECT shard, no, hash FROM audit_heads ORDER BY shard`, nil, func(rows *sql.Rows) error {
		var h audit.Head
		err := rows.Scan(&h.Shard, &h.No, &h.Hash)
		heads = append(heads, h)
		return err
	})
	return heads, s.wrap("read the heads of the audit log", err)
}

// WalkAudit passes all records of the log by, in the order of shard and number.
// Only the whole scope may walk it.
func (s *Store) WalkAudit(ctx context.Context, sc Scope, visit func(audit.Record) error) error {
	if !sc.sees() || !sc.whole {
		return nil
	}
	err := each(ctx, s.r, `SELECT `+auditColumns+` FROM audit ORDER BY shard, no`, nil, func(rows *sql.Rows) error {
		r, err := scanAudit(rows)
		if err != nil {
			return err
		}
		return visit(r)
	})
	return s.wrap("read the audit log", err)
}

// Audit lists records, the newest first, and how many there are. A part of the
// tree sees what was done to its units.
func (s *Store) Audit(ctx context.Context, sc Scope, f audit.Filter) (list []audit.Record, total int, err error) {
	const what = "list the audit log"
	if !sc.sees() {
		return nil, 0, nil
	}
	var where []string
	var args []any
	also := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	if !sc.whole {
		units, err := s.unitsOf(ctx, sc)
		if err != nil {
			return nil, 0, s.wrap(what, err)
		}
		if len(units) == 0 {
			return nil, 0, nil
		}
		var in []string
		for _, u := range units {
			args = append(args, string(u))
			in = append(in, fmt.Sprintf("$%d", len(args)))
		}
		where = append(where, "unit IN ("+strings.Join(in, ", ")+")")
	}
	if f.Account != "" {
		also("account = $%d", f.Account)
	}
	if f.Action != "" {
		also("action = $%d", string(f.Action))
	}
	if f.Object != "" {
		also("object = $%d", f.Object)
	}
	if f.Unit != "" {
		also("unit = $%d", string(f.Unit))
	}
	if !f.From.IsZero() {
		also("at_time >= $%d", formatTime(f.From))
	}
	if !f.To.IsZero() {
		also("at_time < $%d", formatTime(f.To))
	}
	cond := ""
	if len(where) > 0 {
		cond = " WHERE " + strings.Join(where, " AND ")
	}
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM audit`+cond, args...).Scan(&total); err != nil {
		return nil, 0, s.wrap(what, err)
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	page := fmt.Sprintf(` ORDER BY at_time DESC, shard, no DESC LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)
	err = each(ctx, s.r, `SELECT `+auditColumns+` FROM audit`+cond+page, append(args, f.Limit, max(0, f.Offset)), func(rows *sql.Rows) error {
		r, err := scanAudit(rows)
		list = append(list, r)
		return err
	})
	return list, total, s.wrap(what, err)
}

// unitsOf lists the units of a partial scope, at any time.
func (s *Store) unitsOf(ctx context.Context, sc Scope) ([]edu.UnitID, error) {
	st, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	v, err := st.view()
	if err != nil {
		return nil, err
	}
	var ids []edu.UnitID
	for _, u := range v.tree.Units() {
		if u.Level != edu.Section && sc.holds(v.tree, u.ID, lastDay) {
			ids = append(ids, u.ID)
		}
	}
	return ids, nil
}

// lastDay is later than any change of the tree: what an account or a line of
// the log belongs to is asked of the tree as it is at last.
const lastDay = edu.Date(1 << 30)
