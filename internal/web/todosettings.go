package web

import (
	"errors"
	"fmt"
	"net/http"

	"shuren/internal/collect"
	"shuren/internal/fault"
)

// todoSettings is the part of the page of the own account that says what of the
// to-dos leaves the system.
type todoSettings struct {
	Mail   string // where the digest goes; empty without an address
	Digest bool
	Made   string // when the calendar got its address; empty without one
}

func (s *Server) todoSettings(r *request) (*todoSettings, error) {
	if s.todos == nil {
		return nil, nil
	}
	set, err := s.todos.TodoSettings(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("settings of to-dos: %w", err)
	}
	out := &todoSettings{Mail: r.session.Account.Mail, Digest: set.Digest}
	if !set.Feed.IsZero() {
		out.Made = r.Day(set.Feed.In(collect.China))
	}
	return out, nil
}

// setDigest switches the daily digest. A program's key switches nothing.
func (s *Server) setDigest(_ http.ResponseWriter, r *request) error {
	on, err := s.ownTodos(r)
	if err != nil {
		return err
	}
	if on && r.session.Account.Mail == "" {
		return fmt.Errorf("%s: %w", r.T("todo.digest.nomail"), fault.Invalid)
	}
	if err := s.todos.SetDigest(r.Context(), r.who, on); err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	if on {
		return away{"/account?did=digest#todo"}
	}
	return away{"/account?did=undigest#todo"}
}

// makeFeed makes the address of the calendar. It is shown once, on this page.
func (s *Server) makeFeed(w http.ResponseWriter, r *request) error {
	if _, err := s.ownTodos(r); err != nil {
		return err
	}
	key, err := s.todos.MakeFeed(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	address := s.absolute(r, "/feed/"+key+".ics")
	if r.Lang() != "zh" {
		address += "?lang=" + r.Lang()
	}
	return s.showAccount(w, r, accountPage{FeedURL: address})
}

func (s *Server) dropFeed(_ http.ResponseWriter, r *request) error {
	if _, err := s.ownTodos(r); err != nil {
		return err
	}
	if err := s.todos.DropFeed(r.Context(), r.who); err != nil && !errors.Is(err, fault.NotFound) {
		return fmt.Errorf("calendar: %w", err)
	}
	return away{"/account?did=unfeed#todo"}
}

// ownTodos tells what a form of the own settings switches, and refuses whoever is
// not there in person.
func (s *Server) ownTodos(r *request) (on bool, err error) {
	if err := r.parse(); err != nil {
		return false, err
	}
	switch {
	case r.session == nil:
		return false, away{"/"}
	case r.keyed:
		return false, forbidden("a key that changes an account")
	}
	return r.PostFormValue("on") == "1", nil
}
