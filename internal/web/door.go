package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
)

// errSignIn is the answer to a reader who has to sign in first.
var errSignIn = errors.New("sign in first")

// sessionName is the cookie that holds a session's secret. Over TLS it carries
// the prefix with which a browser keeps it from every other host.
const (
	sessionName = "shuren"
	hostPrefix  = "__Host-"
)

// who are the reader and the session, from the cookie or the key of a program.
// Without accounts everybody is the operator at the machine.
func (s *Server) identify(r *request) error {
	if s.accounts == nil {
		r.who = auth.Actor{Local: true}
		return nil
	}
	secret, ask := "", s.accounts.Session
	if key, ok := bearer(r.Request); ok {
		secret, ask, r.keyed = key, s.accounts.Token, true
	} else if c, err := r.Cookie(s.cookieName(r.Request, sessionName)); err == nil {
		secret = c.Value
	}
	if secret == "" {
		return nil
	}
	got, err := ask(r.Context(), secret)
	switch {
	case errors.Is(err, auth.ErrRefused), errors.Is(err, auth.ErrLocked):
		r.ended = true
		return nil
	case err != nil && !errors.Is(err, auth.ErrChange):
		return fmt.Errorf("session: %w", err)
	}
	r.session, r.who = &got, got.Actor
	if !r.keyed {
		r.secret = secret
	}
	return nil
}

// bearer is the key that a program sends.
func bearer(r *http.Request) (string, bool) {
	kind, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(kind, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(key), true
}

// admit says who may not pass, and where to go instead.
func (s *Server) admit(r *request, rt route) error {
	if rt.needs == auth.Public {
		return nil
	}
	if !r.who.May(auth.SignedIn) {
		return errSignIn
	}
	if to := s.owes(r); to != "" && !slices.Contains(whileOwing[to], rt.pattern) {
		return away{to}
	}
	if !r.who.May(rt.needs) {
		return forbidden(rt.pattern)
	}
	return s.named(r, rt)
}

// whileOwing are the only addresses that answer somebody who must do something
// first, by what it is.
var whileOwing = map[string][]string{
	"/account/password": {"GET /account/password", "POST /account/password", "POST /sign-out", "POST /session"},
	"/account/totp":     {"GET /account/totp", "POST /account/totp", "POST /sign-out", "POST /session"},
}

// owes is the page of what a reader must do before anything else: change a
// password that somebody else has set, or set up the second factor that the
// role must have. A key of a program owes nothing: it was made by somebody who
// had done it.
func (s *Server) owes(r *request) string {
	if r.session == nil {
		return ""
	}
	if r.session.Change || r.session.Account.Change {
		return "/account/password"
	}
	if r.keyed || r.session.Account.TOTP {
		return ""
	}
	must := s.accounts.Policy(r.Context()).TOTPRoles
	for _, g := range r.who.Grants {
		if slices.Contains(must, g.Role) {
			return "/account/totp"
		}
	}
	return ""
}

// cookieName is what a cookie is called over this connection.
func (s *Server) cookieName(r *http.Request, name string) string {
	if s.proxies.secure(r) {
		return hostPrefix + name
	}
	return name
}

// keep sets a cookie that only we can read and only our own pages send; age 0
// ends with the browser, a negative one now.
func (s *Server) keep(w http.ResponseWriter, r *http.Request, name, value string, age time.Duration) {
	c := &http.Cookie{
		Name: s.cookieName(r, name), Value: value, Path: "/", MaxAge: int(age / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.proxies.secure(r),
	}
	if age < 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// local is an address on this server to go back to, or the first page. Whatever
// a browser could read as another host is none.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/sign-in") {
		return "/"
	}
	return to
}

// backTo is the address that a reader wanted before signing in: of a form, the
// page on which it stood.
func backTo(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return local(r.URL.RequestURI())
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return "/"
	}
	return local(from.RequestURI())
}
