package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Login is an account with what only sign-in needs to know.
type Login struct {
	auth.Account
	Password  string   // its hash; empty until the account was first used
	Former    []string // hashes of earlier ones, the newest first
	Code      string   // hash of a one-time code; empty if none is out
	CodeUntil time.Time
	Secret    string // of the second factor; it counts once Account.TOTP is set
	Step      int64  // of its newest code that was used
}

// Change is what goes with a change of an account, in the same transaction.
type Change struct {
	Audit []audit.Record
	// Session begins one, Token makes one, where they are set.
	Session *SessionRow
	Token   *TokenRow
	// EndSessions ends the account's sessions but Spare; EndTokens drops its keys.
	EndSessions bool
	Spare       string
	EndTokens   bool
	// Forgive forgets failures in a row.
	Forgive bool
	// Others, where set, is asked in the same transaction whether the change may
	// be, with what all other open accounts hold.
	Others func(held []auth.Grant) error
}

// loginKey is what makes two login names the same.
func loginKey(login string) string { return strings.ToLower(login) }

const accountColumns = `a.id, a.login, a.name, a.unit, a.phone, a.mail, a.made, a.closed, a.must_change, a.password, a.last_in,
	a.code, a.code_until, a.totp, a.totp_secret, a.totp_step, a.issuer, a.subject, COALESCE(f.locked_until, '')`

const accountFrom = ` FROM accounts a LEFT JOIN failures f ON f.login_key = a.login_key`

func scanLogin(scan func(...any) error, also ...any) (*Login, error) {
	var l Login
	var made, lastIn, codeUntil, locked string
	into := append([]any{&l.ID, &l.Login, &l.Name, &l.Unit, &l.Phone, &l.Mail, &made, &l.Closed, &l.Change, &l.Password, &lastIn,
		&l.Code, &codeUntil, &l.TOTP, &l.Secret, &l.Step, &l.Issuer, &l.Subject, &locked}, also...)
	if err := scan(into...); err != nil {
		return nil, err
	}
	var errs [4]error
	l.Made, errs[0] = parseOptional(made)
	l.LastIn, errs[1] = parseOptional(lastIn)
	l.CodeUntil, errs[2] = parseOptional(codeUntil)
	l.LockedUntil, errs[3] = parseOptional(locked)
	return &l, errors.Join(errs[:]...)
}

// optional writes a time that may not have come.
func optional(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return formatTime(t)
}

func parseOptional(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return parseTime(s)
}

// findLogin gives the account for which a column has a value.
func findLogin(ctx context.Context, q querier, where string, args ...any) (*Login, error) {
	l, err := scanLogin(q.QueryRowContext(ctx, `SELECT `+accountColumns+accountFrom+` WHERE `+where, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	return l, loadGrants(ctx, q, l)
}

func loadGrants(ctx context.Context, q querier, l *Login) error {
	return each(ctx, q, `SELECT role, unit FROM grants WHERE account = $1 ORDER BY role, unit`, []any{l.ID}, func(rows *sql.Rows) error {
		var g auth.Grant
		err := rows.Scan(&g.Role, &g.Unit)
		g.Whole = g.Unit == ""
		l.Grants = append(l.Grants, g)
		return err
	})
}

func loadFormer(ctx context.Context, q querier, l *Login) error {
	return each(ctx, q, `SELECT hash FROM former_passwords WHERE account = $1 ORDER BY no`, []any{l.ID}, func(rows *sql.Rows) error {
		var h string
		err := rows.Scan(&h)
		l.Former = append(l.Former, h)
		return err
	})
}

// LoginByName gives an account by its login name, without its grants and former
// passwords. Sign-in asks, so there is no scope yet. It is one look-up whether
// the name exists or not: the time it takes must not tell.
func (s *Store) LoginByName(ctx context.Context, login string) (*Login, error) {
	l, err := scanLogin(s.r.QueryRowContext(ctx, `SELECT `+accountColumns+accountFrom+` WHERE a.login_key = $1`, loginKey(login)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound
	}
	return l, s.wrap("find an account", err)
}

// LoginByID gives an account with all that is kept of it, for its owner's own
// acts.
func (s *Store) LoginByID(ctx context.Context, id string) (*Login, error) {
	l, err := findLogin(ctx, s.r, `a.id = $1`, id)
	if err == nil {
		err = loadFormer(ctx, s.r, l)
	}
	return l, s.wrap("find an account", err)
}

// LoginBySubject gives the account that is tied to an identity.
func (s *Store) LoginBySubject(ctx context.Context, issuer, subject string) (*Login, error) {
	if issuer == "" || subject == "" {
		return nil, fmt.Errorf("find an account: %w", fault.NotFound)
	}
	l, err := findLogin(ctx, s.r, `a.issuer = $1 AND a.subject = $2`, issuer, subject)
	return l, s.wrap("find an account", err)
}

// Account gives one account of the scope.
func (s *Store) Account(ctx context.Context, sc Scope, id string) (auth.Account, error) {
	what := "account " + id
	if !sc.sees() {
		return auth.Account{}, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	l, err := findLogin(ctx, s.r, `a.id = $1`, id)
	if err != nil {
		return auth.Account{}, s.wrap(what, err)
	}
	if ok, err := s.covers(ctx, sc, &l.Account); err != nil || !ok {
		return auth.Account{}, s.wrap(what, errors.Join(err, fault.NotFound))
	}
	return l.Account, nil
}

// Accounts lists the accounts of a scope, by login name: those whose unit lies
// in it.
func (s *Store) Accounts(ctx context.Context, sc Scope) ([]auth.Account, error) {
	const what = "list accounts"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var out []auth.Account
	at := map[string]int{}
	err = each(ctx, s.r, `SELECT `+accountColumns+accountFrom+` ORDER BY a.login_key`, nil, func(rows *sql.Rows) error {
		l, err := scanLogin(rows.Scan)
		if err == nil && sc.holds(v.tree, l.Unit, lastDay) {
			at[l.ID] = len(out)
			out = append(out, l.Account)
		}
		return err
	})
	if err != nil {
		return nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT account, role, unit FROM grants ORDER BY account, role, unit`, nil, func(rows *sql.Rows) error {
		var id string
		var g auth.Grant
		if err := rows.Scan(&id, &g.Role, &g.Unit); err != nil {
			return err
		}
		g.Whole = g.Unit == ""
		if i, ok := at[id]; ok {
			out[i].Grants = append(out[i].Grants, g)
		}
		return nil
	})
	return out, s.wrap(what, err)
}

// HasAccounts tells whether anybody can sign in.
func (s *Store) HasAccounts(ctx context.Context) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM accounts`).Scan(&n)
	return n > 0, s.wrap("count accounts", err)
}

// covers tells whether an account is of the scope alone: its unit, and all of
// what it may do.
func (s *Store) covers(ctx context.Context, sc Scope, a *auth.Account) (bool, error) {
	if sc.whole {
		return sc.sees(), nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return false, err
	}
	v, err := st.view()
	if err != nil {
		return false, err
	}
	return sc.coversAccount(v.tree, a), nil
}

func (sc Scope) coversAccount(t *edu.Tree, a *auth.Account) bool {
	return sc.holds(t, a.Unit, lastDay) && !slices.ContainsFunc(a.Grants, func(g auth.Grant) bool {
		return !sc.whole && (g.Whole || !sc.holds(t, g.Unit, lastDay))
	})
}

// MakeLogins adds accounts, all of them or none. A login name that is taken is
// a conflict.
func (s *Store) MakeLogins(ctx context.Context, sc Scope, ls []Login, do func(i int) Change) error {
	const what = "make accounts"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		for i := range ls {
			l := &ls[i]
			if !sc.coversAccount(v.tree, &l.Account) {
				return fmt.Errorf("account %s: outside the scope: %w", l.Login, fault.Forbidden)
			}
			res, err := tx.ExecContext(ctx, `INSERT INTO accounts (id, login, login_key, name, unit, phone, mail, made, rev, closed, must_change, password, last_in, code, code_until, totp, totp_secret, totp_step, issuer, subject)
				VALUES ($1, $2, $3, '', '', '', '', $4, 0, 0, 0, '', '', '', '', 0, '', 0, '', '') ON CONFLICT (login_key) DO NOTHING`, l.ID, l.Login, loginKey(l.Login), formatTime(l.Made))
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				return errors.Join(err, auth.Refuse(fault.Conflict, "登录名“"+l.Login+"”已有人使用", "the login name "+l.Login+" is taken"))
			}
			if err := saveLogin(ctx, tx, &Login{}, l); err != nil {
				return err
			}
			if err := s.apply(ctx, tx, st, l, do(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ChangeLogin changes one account. The account is locked while do looks at it
// and changes it, so that of two changes at once each sees the other's.
func (s *Store) ChangeLogin(ctx context.Context, sc Scope, id string, do func(*Login) (Change, error)) (auth.Account, error) {
	what := "account " + id
	var out auth.Account
	if err := sc.mayWrite(what); err != nil {
		return out, err
	}
	err := s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		if _, err := tx.ExecContext(ctx, `UPDATE accounts SET rev = rev + 1 WHERE id = $1`, id); err != nil {
			return err
		}
		l, err := findLogin(ctx, tx, `a.id = $1`, id)
		if err != nil {
			return err
		}
		v, err := st.view()
		if err != nil {
			return err
		}
		if !sc.coversAccount(v.tree, &l.Account) {
			return fault.NotFound
		}
		if err := loadFormer(ctx, tx, l); err != nil {
			return err
		}
		old := *l
		old.Grants, old.Former = slices.Clone(l.Grants), slices.Clone(l.Former)
		c, err := do(l)
		if err != nil {
			return err
		}
		if err := saveLogin(ctx, tx, &old, l); err != nil {
			return err
		}
		out = l.Account
		return s.apply(ctx, tx, st, l, c)
	})
	return out, err
}

// saveLogin writes an account where it differs from what it was.
func saveLogin(ctx context.Context, tx *sql.Tx, old, l *Login) error {
	if l.Issuer != "" && (l.Issuer != old.Issuer || l.Subject != old.Subject) {
		var other string
		err := tx.QueryRowContext(ctx, `SELECT login FROM accounts WHERE issuer = $1 AND subject = $2 AND id <> $3`, l.Issuer, l.Subject, l.ID).Scan(&other)
		if err == nil {
			return auth.Refuse(fault.Conflict, "该统一身份已绑定账号“"+other+"”", "this identity is tied to the account "+other)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE accounts SET name = $2, unit = $3, phone = $4, mail = $5, closed = $6, must_change = $7, password = $8,
		last_in = $9, code = $10, code_until = $11, totp = $12, totp_secret = $13, totp_step = $14, issuer = $15, subject = $16 WHERE id = $1`,
		l.ID, l.Name, string(l.Unit), l.Phone, l.Mail, bit(l.Closed), bit(l.Change), l.Password, optional(l.LastIn), l.Code, optional(l.CodeUntil),
		bit(l.TOTP), l.Secret, l.Step, l.Issuer, l.Subject); err != nil {
		return err
	}
	for _, g := range old.Grants {
		if !slices.Contains(l.Grants, g) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM grants WHERE account = $1 AND role = $2 AND unit = $3`, l.ID, string(g.Role), string(g.Unit)); err != nil {
				return err
			}
		}
	}
	for _, g := range l.Grants {
		if !slices.Contains(old.Grants, g) {
			if _, err := tx.ExecContext(ctx, `INSERT INTO grants (account, role, unit) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, l.ID, string(g.Role), string(g.Unit)); err != nil {
				return err
			}
		}
	}
	if slices.Equal(old.Former, l.Former) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM former_passwords WHERE account = $1`, l.ID); err != nil {
		return err
	}
	for i, h := range l.Former {
		if _, err := tx.ExecContext(ctx, `INSERT INTO former_passwords (account, no, hash) VALUES ($1, $2, $3)`, l.ID, i, h); err != nil {
			return err
		}
	}
	return nil
}

// apply does what goes with a change.
func (s *Store) apply(ctx context.Context, tx *sql.Tx, st *state, l *Login, c Change) error {
	exec := func(query string, args ...any) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	if c.Others != nil {
		held, err := heldByOthers(ctx, tx, l.ID)
		if err == nil {
			err = c.Others(held)
		}
		if err != nil {
			return err
		}
	}
	var errs []error
	if c.EndSessions {
		errs = append(errs, exec(`DELETE FROM sessions WHERE account = $1 AND hash <> $2`, l.ID, c.Spare))
	}
	if c.EndTokens {
		errs = append(errs, exec(`DELETE FROM tokens WHERE account = $1`, l.ID))
	}
	if c.Forgive {
		errs = append(errs, exec(`DELETE FROM failures WHERE login_key = $1`, loginKey(l.Login)))
	}
	if r := c.Session; r != nil {
		errs = append(errs, exec(`INSERT INTO sessions (hash, account, began, seen) VALUES ($1, $2, $3, $4)`, r.Hash, l.ID, formatTime(r.Began), formatTime(r.Seen)))
	}
	if r := c.Token; r != nil {
		errs = append(errs, exec(`INSERT INTO tokens (id, hash, account, label, made, until, used) VALUES ($1, $2, $3, $4, $5, $6, '')`,
			r.ID, r.Hash, l.ID, r.Label, formatTime(r.Made), formatTime(r.Until)))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	shard, err := st.auditShard(l.Unit)
	if err != nil {
		return err
	}
	for _, rec := range c.Audit {
		rec.Shard, rec.Unit = shard, l.Unit
		if err := appendAudit(ctx, tx, rec); err != nil {
			return err
		}
	}
	return nil
}

// heldByOthers are the grants of all open accounts but one.
func heldByOthers(ctx context.Context, tx *sql.Tx, id string) (held []auth.Grant, err error) {
	err = each(ctx, tx, `SELECT g.role, g.unit FROM grants g JOIN accounts a ON a.id = g.account WHERE a.closed = 0 AND a.id <> $1`, []any{id}, func(rows *sql.Rows) error {
		var g auth.Grant
		if err := rows.Scan(&g.Role, &g.Unit); err != nil {
			return err
		}
		g.Whole = g.Unit == ""
		held = append(held, g)
		return nil
	})
	return held, err
}
