package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
)

// memory keeps accounts for tests of the pages: real sessions, keys and locks,
// passwords in the clear. What hashes and stores is tested where it lives.
type memory struct {
	mu       sync.Mutex
	accounts map[string]*person // by login
	sessions map[string]*visitNow
	tokens   map[string]*token
	policy   auth.Policy
	now      func() time.Time
}

type person struct {
	auth.Account
	password string
	failures int
	recovery string
	totp     string // the secret, which here is the code too
	pending  string
}

type visitNow struct {
	who         *person
	began, seen time.Time
}

type token struct {
	auth.Token
	who *person
}

func newMemory() *memory {
	return &memory{
		accounts: map[string]*person{}, sessions: map[string]*visitNow{}, tokens: map[string]*token{}, now: time.Now,
		policy: auth.Policy{MinLength: 10, Classes: 3, Failures: 5, LockFor: 15 * time.Minute, Idle: 30 * time.Minute, Longest: 12 * time.Hour,
			CodeFor: 72 * time.Hour, SetUpFor: 24 * time.Hour, PerMinute: 60, HistorySize: 3},
	}
}

const goodPassword = "Correct-Horse-9"

func (m *memory) add(login, name string, grants ...auth.Grant) *person {
	p := &person{Account: auth.Account{ID: "id-" + login, Login: login, Name: name, Grants: grants, Made: m.now()}, password: goodPassword}
	if len(grants) > 0 {
		p.Unit = grants[0].Unit
	}
	m.accounts[login] = p
	return p
}

func (m *memory) begin(p *person) string {
	s := rand.Text()
	m.sessions[s] = &visitNow{p, m.now(), m.now()}
	return s
}

func (m *memory) SignIn(_ context.Context, a auth.Attempt) (string, auth.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.accounts[strings.ToLower(a.Login)]
	switch {
	case p == nil || p.Closed:
		return "", auth.Account{}, auth.ErrRefused
	case p.LockedUntil.After(m.now()):
		return "", auth.Account{}, lockedTill{p.LockedUntil}
	case p.password != a.Password:
		if p.failures++; p.failures >= m.policy.Failures {
			p.LockedUntil = m.now().Add(m.policy.LockFor)
			return "", auth.Account{}, lockedTill{p.LockedUntil}
		}
		return "", auth.Account{}, auth.ErrRefused
	case p.TOTP && a.Code != p.totp:
		return "", auth.Account{}, auth.ErrCode
	}
	p.failures, p.LastIn = 0, m.now()
	if p.Change {
		return m.begin(p), p.Account, auth.ErrChange
	}
	return m.begin(p), p.Account, nil
}

type lockedTill struct{ until time.Time }

func (l lockedTill) Error() string          { return auth.ErrLocked.Error() }
func (l lockedTill) Unwrap() error          { return auth.ErrLocked }
func (l lockedTill) LockedUntil() time.Time { return l.until }

func (m *memory) session(v *visitNow) auth.Session {
	return auth.Session{Account: v.who.Account, Actor: v.who.Actor(), Began: v.began, Idle: v.seen.Add(m.policy.Idle), Ends: v.began.Add(m.policy.Longest), Change: v.who.Change}
}

func (m *memory) Session(_ context.Context, secret string) (auth.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.sessions[secret]
	if v == nil || v.who.Closed || m.now().Sub(v.seen) >= m.policy.Idle {
		return auth.Session{}, auth.ErrRefused
	}
	v.seen = m.now()
	return m.session(v), nil
}

func (m *memory) SignOut(_ context.Context, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, secret)
	return nil
}

func (m *memory) byID(id string) (*person, error) {
	for _, p := range m.accounts {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("account %s: %w", id, fault.NotFound)
}

// weak is a refusal with words for the person, as the real one has.
type weak struct{}

func (weak) Error() string { return "the password is too short" }
func (weak) Unwrap() error { return fault.Invalid }
func (weak) In(lang string) string {
	return map[string]string{"zh": "密码太短", "en": "the password is too short"}[lang]
}

func (m *memory) ChangePassword(_ context.Context, who auth.Actor, old, new string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(who.Account)
	if err != nil {
		return err
	}
	if p.password != old {
		return auth.ErrRefused
	}
	if len(new) < m.policy.MinLength {
		return weak{}
	}
	p.password, p.Change = new, false
	return nil
}

func (m *memory) Recover(_ context.Context, name, code, password string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.accounts[name]
	if p == nil || p.recovery == "" || p.recovery != code {
		return auth.ErrRefused
	}
	if len(password) < m.policy.MinLength {
		return weak{}
	}
	p.password, p.recovery = password, ""
	return nil
}

func (m *memory) BeginTOTP(_ context.Context, who auth.Actor) (string, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(who.Account)
	if err != nil {
		return "", "", err
	}
	p.pending = "JBSWY3DPEHPK3PXP"
	return p.pending, "otpauth://totp/Shuren:" + p.Login + "?secret=" + p.pending + "&issuer=Shuren", nil
}

func (m *memory) ConfirmTOTP(_ context.Context, who auth.Actor, code string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(who.Account)
	if err != nil {
		return err
	}
	if p.pending == "" || code != "123456" {
		return auth.ErrCode
	}
	p.TOTP, p.totp = true, code
	return nil
}

func (m *memory) DropTOTP(_ context.Context, who auth.Actor, password string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(who.Account)
	if err != nil {
		return err
	}
	if p.password != password {
		return auth.ErrRefused
	}
	p.TOTP = false
	return nil
}

func (m *memory) SignInOIDC(_ context.Context, issuer, subject, _ string) (string, auth.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.accounts {
		if p.Issuer == issuer && p.Subject == subject && subject != "" && !p.Closed {
			return m.begin(p), p.Account, nil
		}
	}
	return "", auth.Account{}, auth.ErrRefused
}

func (m *memory) keeps(who auth.Actor, ps ...auth.Permission) error {
	if !slices.ContainsFunc(ps, who.May) {
		return fault.Forbidden
	}
	return nil
}

func (m *memory) List(_ context.Context, who auth.Actor, f auth.AccountFilter) ([]auth.Account, int, error) {
	if err := m.keeps(who, auth.KeepUsers, auth.GrantRoles); err != nil {
		return nil, 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []auth.Account
	for _, p := range m.accounts {
		hasRole := f.Role == "" || slices.ContainsFunc(p.Grants, func(g auth.Grant) bool { return g.Role == f.Role })
		if hasRole && (f.Unit == "" || p.Unit == f.Unit) && strings.Contains(p.Login+p.Name+p.ID, f.Query) {
			all = append(all, p.Account)
		}
	}
	slices.SortFunc(all, func(a, b auth.Account) int { return strings.Compare(a.Login, b.Login) })
	lo := min(f.Offset, len(all))
	return all[lo:min(lo+f.Limit, len(all))], len(all), nil
}

func (m *memory) Make(_ context.Context, who auth.Actor, a auth.Account) (auth.Account, string, error) {
	if err := m.keeps(who, auth.KeepUsers); err != nil {
		return a, "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.accounts[a.Login] != nil {
		return a, "", fmt.Errorf("login %s is taken: %w", a.Login, fault.Conflict)
	}
	p := m.add(a.Login, a.Name)
	p.Unit, p.Phone, p.Mail, p.recovery = a.Unit, a.Phone, a.Mail, "RK7Q-2MFD-9XPT"
	return p.Account, p.recovery, nil
}

func (m *memory) change(who auth.Actor, id string, do func(*person), ps ...auth.Permission) error {
	if err := m.keeps(who, ps...); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(id)
	if err == nil {
		do(p)
	}
	return err
}

func (m *memory) Close(_ context.Context, who auth.Actor, id, _ string) error {
	return m.change(who, id, func(p *person) { p.Closed = true }, auth.KeepUsers)
}

func (m *memory) RecoveryCode(_ context.Context, who auth.Actor, id string) (string, time.Time, error) {
	err := m.change(who, id, func(p *person) { p.recovery = "RK7Q-2MFD-9XPT" }, auth.KeepUsers)
	return "RK7Q-2MFD-9XPT", m.now().Add(m.policy.CodeFor), err
}

func (m *memory) Grant(_ context.Context, who auth.Actor, id string, g auth.Grant) error {
	return m.change(who, id, func(p *person) { p.Grants = append(p.Grants, g) }, auth.GrantRoles)
}

func (m *memory) Revoke(_ context.Context, who auth.Actor, id string, g auth.Grant) error {
	return m.change(who, id, func(p *person) {
		p.Grants = slices.DeleteFunc(slices.Clone(p.Grants), func(x auth.Grant) bool { return x == g })
	}, auth.GrantRoles)
}

func (m *memory) Unlock(_ context.Context, who auth.Actor, id string) error {
	return m.change(who, id, func(p *person) { p.LockedUntil, p.failures = time.Time{}, 0 }, auth.GrantRoles)
}

func (m *memory) MakeToken(_ context.Context, who auth.Actor, label string, days int) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.byID(who.Account)
	if err != nil {
		return "", err
	}
	s := rand.Text()
	m.tokens[s] = &token{auth.Token{ID: "t-" + s[:6], Label: label, Made: m.now(), Until: m.now().AddDate(0, 0, days)}, p}
	return s, nil
}

func (m *memory) Tokens(_ context.Context, who auth.Actor) ([]auth.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []auth.Token
	for _, t := range m.tokens {
		if t.who.ID == who.Account {
			out = append(out, t.Token)
		}
	}
	return out, nil
}

func (m *memory) DropToken(_ context.Context, who auth.Actor, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for s, t := range m.tokens {
		if t.ID == id && t.who.ID == who.Account {
			delete(m.tokens, s)
			return nil
		}
	}
	return fault.NotFound
}

func (m *memory) Token(_ context.Context, secret string) (auth.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.tokens[secret]
	if t == nil || t.who.Closed || t.Until.Before(m.now()) {
		return auth.Session{}, auth.ErrRefused
	}
	return auth.Session{Account: t.who.Account, Actor: t.who.Actor(), Ends: t.Until}, nil
}

func (m *memory) Policy(context.Context) auth.Policy { return m.policy }
