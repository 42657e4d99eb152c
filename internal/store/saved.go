package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	views "shuren/internal/saved"
)

// Saved views belong to accounts, not to parts of the tree: whoever reads names
// the own account, and flow takes it from the session and leaves out what is
// shared with others.

const sharedWithAll = "*"

func sharedText(s views.Shared) string {
	if s.All {
		return sharedWithAll
	}
	return string(s.Unit)
}

// SavedViews lists an account's views of a page and all that others share, by
// name; the own ones first.
func (s *Store) SavedViews(ctx context.Context, account, page string) (out []views.View, err error) {
	err = each(ctx, s.r, `SELECT v.id, v.account, v.page, v.name, v.query, v.shared, v.by_name, v.at_time, coalesce(d.view_id, '')
		FROM saved_views v LEFT JOIN saved_defaults d ON d.account = $1 AND d.page = $2
		WHERE v.page = $2 AND (v.account = $1 OR v.shared <> '')
		ORDER BY CASE WHEN v.account = $1 THEN 0 ELSE 1 END, v.name, v.id`, []any{account, page}, func(rows *sql.Rows) error {
		var v views.View
		var shared, at, opens string
		if err := rows.Scan(&v.ID, &v.Account, &v.Page, &v.Name, &v.Query, &shared, &v.By, &at, &opens); err != nil {
			return err
		}
		if shared == sharedWithAll {
			v.Shared.All = true
		} else {
			v.Shared.Unit = edu.UnitID(shared)
		}
		v.Default = v.ID == opens
		var err error
		v.At, err = parseTime(at)
		out = append(out, v)
		return err
	})
	return out, s.wrap("read saved views", err)
}

// SaveView keeps a view. One of the same name of the same account and page is
// replaced under its old id, which is given.
func (s *Store) SaveView(ctx context.Context, v views.View) (id string, err error) {
	err = s.write(ctx, "keep a view", func(tx *sql.Tx, _ *state) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM saved_views WHERE account = $1 AND page = $2 AND name <> $3`, v.Account, v.Page, v.Name).Scan(&n); err != nil {
			return err
		}
		if n >= views.MostNamed {
			return fmt.Errorf("%d views of the page are kept already: %w", n, fault.TooLarge)
		}
		return tx.QueryRowContext(ctx, `INSERT INTO saved_views (id, account, page, name, query, shared, by_name, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (account, page, name) DO UPDATE SET query = excluded.query, shared = excluded.shared, by_name = excluded.by_name, at_time = excluded.at_time
			RETURNING id`, v.ID, v.Account, v.Page, v.Name, v.Query, sharedText(v.Shared), v.By, formatTime(v.At)).Scan(&id)
	})
	return id, err
}

// RenameView gives a view of the account's own another name.
func (s *Store) RenameView(ctx context.Context, account, id, name string) error {
	return s.write(ctx, "rename a view", func(tx *sql.Tx, _ *state) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM saved_views a JOIN saved_views b ON b.account = a.account AND b.page = a.page
			WHERE a.id = $1 AND b.id <> $1 AND b.name = $2`, id, name).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("another view is called %q: %w", name, fault.Conflict)
		}
		return one(tx.ExecContext(ctx, `UPDATE saved_views SET name = $1 WHERE id = $2 AND account = $3`, name, id, account))
	})
}

// DropView deletes a view of the account's own; lists that opened with it open
// plain.
func (s *Store) DropView(ctx context.Context, account, id string) error {
	return s.write(ctx, "delete a view", func(tx *sql.Tx, _ *state) error {
		if err := one(tx.ExecContext(ctx, `DELETE FROM saved_views WHERE id = $1 AND account = $2`, id, account)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM saved_defaults WHERE view_id = $1`, id)
		return err
	})
}

// SetDefaultView makes a page open with a view for an account; an empty id makes
// it open plain.
func (s *Store) SetDefaultView(ctx context.Context, account, page, id string) error {
	return s.write(ctx, "choose a view", func(tx *sql.Tx, _ *state) error {
		if id == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM saved_defaults WHERE account = $1 AND page = $2`, account, page)
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM saved_views WHERE id = $1 AND page = $2 AND (account = $3 OR shared <> '')`, id, page, account).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("view %s of %s: %w", strings.ToValidUTF8(id, "?"), page, fault.NotFound)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO saved_defaults (account, page, view_id) VALUES ($1, $2, $3)
			ON CONFLICT (account, page) DO UPDATE SET view_id = excluded.view_id`, account, page, id)
		return err
	})
}

// one is the answer of a write that must touch a row of the account's own.
func one(r sql.Result, err error) error {
	n, err := affected(r, err)
	if err == nil && n == 0 {
		return fmt.Errorf("view: %w", fault.NotFound)
	}
	return err
}
