package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
)

// codeName is the cookie of a browser in which somebody signed in with a second
// factor: the page asks for the code at once there.
const codeName = "shuren-code"

type signInPage struct {
	Shell
	To, Login string
	Error     string
	Note      string
	Code      bool // the code of the second factor is asked for
	Provider  string
	Demo      []demoLine
}

type demoLine struct{ Login, Password, What string }

// signInPage asks for name and password. Who is signed in already goes on.
func (s *Server) signInPage(w http.ResponseWriter, r *request) error {
	if s.accounts == nil {
		return away{"/"}
	}
	if r.session != nil {
		return away{local(r.query.Get("to"))}
	}
	p := s.askSignIn(r, r.query.Get("to"))
	switch r.query.Get("why") {
	case "idle":
		p.Note = r.T("signin.idle")
	case "ended":
		p.Note = r.T("signin.ended")
	case "out":
		p.Note = r.T("signin.out")
	case "changed":
		p.Note = r.T("signin.changed")
	}
	return s.render(w, r, "signin.html", p)
}

func (s *Server) askSignIn(r *request, to string) signInPage {
	p := signInPage{Shell: s.bare(r, r.T("signin.title")), To: local(to), Provider: s.oidc.label(r.locale)}
	if _, err := r.Cookie(s.cookieName(r.Request, codeName)); err == nil {
		p.Code = true
	}
	for _, d := range s.demo {
		p.Demo = append(p.Demo, demoLine{d.Login, d.Password, r.Text(d.What)})
	}
	return p
}

// signIn checks what was typed. A session always begins with a new secret, so
// that a cookie which was planted before is worth nothing.
func (s *Server) signIn(w http.ResponseWriter, r *request) error {
	if s.accounts == nil {
		return away{"/"}
	}
	if err := r.parse(); err != nil {
		return err
	}
	try := auth.Attempt{
		Login: strings.TrimSpace(r.PostFormValue("login")), Password: r.PostFormValue("password"),
		Code: digitsOf(r.PostFormValue("code")), Remote: s.proxies.client(r.Request),
	}
	secret, _, err := s.accounts.SignIn(r.Context(), try)
	to := local(r.PostFormValue("to"))
	if secret != "" && (err == nil || errors.Is(err, auth.ErrChange)) {
		s.enter(w, r, secret)
		if try.Code != "" {
			s.keep(w, r.Request, codeName, "1", 365*24*time.Hour)
		}
		if err != nil {
			to = "/account/password"
		}
		return away{to}
	}
	p := s.askSignIn(r, to)
	p.Login = try.Login
	switch {
	case errors.Is(err, auth.ErrLocked):
		p.Error = r.lockedWords(err, s.now())
	case errors.Is(err, auth.ErrCode):
		p.Error, p.Code = r.T("signin.code.wanted"), true
		if try.Code != "" {
			p.Error = r.T("signin.code.wrong")
		}
	case errors.Is(err, auth.ErrRefused):
		p.Error = r.T("signin.refused")
	default:
		return fmt.Errorf("sign in: %w", err)
	}
	// The name is not logged: people type passwords into that field.
	s.log.Info("sign-in refused", "remote", try.Remote, "err", err)
	return s.write(w, r, http.StatusUnauthorized, "signin.html", p)
}

// enter begins a session in this browser and ends the one that was.
func (s *Server) enter(w http.ResponseWriter, r *request, secret string) {
	if r.secret != "" && r.secret != secret {
		if err := s.accounts.SignOut(r.Context(), r.secret); err != nil && !errors.Is(err, auth.ErrRefused) {
			s.log.Error("end the session before", "err", err)
		}
	}
	s.keep(w, r.Request, sessionName, secret, 0)
}

// signOut ends the session. What the browser kept for it goes too, where the
// browser can be told.
func (s *Server) signOut(w http.ResponseWriter, r *request) error {
	if s.accounts == nil {
		return away{"/"}
	}
	if r.secret != "" {
		if err := s.accounts.SignOut(r.Context(), r.secret); err != nil && !errors.Is(err, auth.ErrRefused) {
			return fmt.Errorf("sign out: %w", err)
		}
	}
	s.keep(w, r.Request, sessionName, "", -1)
	return away{"/sign-in?why=out"}
}

// stay counts a visit and says how long the session lasts without another.
func (s *Server) stay(w http.ResponseWriter, r *request) error {
	return s.answer(w, r, map[string]int{"idle": s.idle(r)})
}

// idle is how many seconds are left before the session ends by itself; 0 is no
// end.
func (s *Server) idle(r *request) int {
	if r.session == nil || r.session.Idle.IsZero() {
		return 0
	}
	ends := r.session.Idle
	if r.session.Ends.Before(ends) && !r.session.Ends.IsZero() {
		ends = r.session.Ends
	}
	return max(1, int(ends.Sub(s.now()).Seconds()))
}

// lockedWords says until when nothing can be tried.
func (r *request) lockedWords(err error, now time.Time) string {
	var until time.Time
	if l, ok := errors.AsType[interface {
		error
		LockedUntil() time.Time
	}](err); ok {
		until = l.LockedUntil()
	}
	if until.IsZero() {
		return r.T("signin.locked")
	}
	return r.T("signin.locked.until", until.In(collect.China).Format("15:04"), max(1, int(until.Sub(now).Minutes()+0.99)))
}

// parse reads a form whole, within the limits.
func (r *request) parse() error {
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return err
		}
		return fmt.Errorf("form: %w", fault.Invalid) // not the cause: it may quote what was sent
	}
	return nil
}

// digitsOf is a code as it was meant: people type spaces and hyphens into it.
func digitsOf(code string) string {
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' || c == '\u3000' {
			return -1
		}
		if c >= '０' && c <= '９' {
			return c - '０' + '0'
		}
		return c
	}, code)
}
