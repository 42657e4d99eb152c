package web

import (
	"errors"
	"net/http"
	"strings"

	"shuren/internal/auth"
)

type recoverPage struct {
	Shell
	Login  string
	Policy []string
	Min    int
	Error  string
}

// recoverPage sets a new password by a one-time code from an administrator.
func (s *Server) recoverPage(w http.ResponseWriter, r *request) error {
	return s.askRecover(w, r, "", "")
}

func (s *Server) askRecover(w http.ResponseWriter, r *request, login, why string) error {
	if s.accounts == nil {
		return away{"/"}
	}
	policy := s.accounts.Policy(r.Context())
	status := http.StatusOK
	if why != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "recover.html", recoverPage{s.bare(r, r.T("recover.title")), login, r.rules(policy), policy.MinLength, why})
}

func (s *Server) recover(w http.ResponseWriter, r *request) error {
	if s.accounts == nil {
		return away{"/"}
	}
	if err := r.parse(); err != nil {
		return err
	}
	login, next := strings.TrimSpace(r.PostFormValue("login")), r.PostFormValue("new")
	if next != r.PostFormValue("again") {
		return s.askRecover(w, r, login, r.T("password.differ"))
	}
	err := s.accounts.Recover(r.Context(), login, strings.TrimSpace(r.PostFormValue("code")), next)
	switch {
	case err == nil:
		return away{"/sign-in?why=changed"}
	case errors.Is(err, auth.ErrLocked):
		return s.askRecover(w, r, login, r.lockedWords(err, s.now()))
	case errors.Is(err, auth.ErrRefused):
		return s.askRecover(w, r, login, r.T("recover.refused"))
	}
	return s.orSay(err, func(why string) error { return s.askRecover(w, r, login, why) }, r)
}
