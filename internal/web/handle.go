package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"shuren/internal/fault"
)

// handler answers a request or says why it cannot.
type handler func(w http.ResponseWriter, r *request) error

// handle turns a handler's error into status, log line and page.
func (s *Server) handle(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := s.begin(w, r)
		if err == nil && !req.who.May(rt.needs) {
			err = fmt.Errorf("%s: %w", rt.pattern, fault.Forbidden)
		}
		if err == nil {
			err = rt.handler(w, req)
		}
		if err != nil {
			s.fail(w, req, err)
		}
	})
}

type errorPage struct {
	Shell
	Status int
	What   string // what happened
	Kept   string // what was kept
	Do     string // what to do
	Found  string // what was wrong with the request, for the person who sent it
	Code   string
}

func (s *Server) fail(w http.ResponseWriter, r *request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the reader has gone
	}
	p := errorPage{Status: http.StatusInternalServerError, What: r.T("error.internal"), Kept: r.T("error.kept"), Do: r.T("error.internal.do")}
	switch {
	case errors.Is(err, fault.NotFound):
		p.Status, p.What, p.Do, p.Found = http.StatusNotFound, r.T("error.notfound"), r.T("error.notfound.do"), err.Error()
	case errors.Is(err, fault.Invalid):
		p.Status, p.What, p.Do, p.Found = http.StatusBadRequest, r.T("error.invalid"), r.T("error.invalid.do"), err.Error()
	case errors.Is(err, fault.Forbidden):
		p.Status, p.What, p.Do = http.StatusForbidden, r.T("error.forbidden"), r.T("error.forbidden.do")
	}
	if p.Status == http.StatusInternalServerError {
		var id [4]byte
		rand.Read(id[:])
		p.Code = hex.EncodeToString(id[:])
		s.log.Error("request", "code", p.Code, "method", r.Method, "path", r.URL.Path, "err", err)
	} else {
		s.log.Info("request", "status", p.Status, "method", r.Method, "path", r.URL.Path, "err", err)
	}
	p.Shell = s.shell(r, p.What, "")
	if err := s.write(w, r, p.Status, "error.html", p); err != nil {
		s.log.Error("error page", "path", r.URL.Path, "err", err)
		http.Error(w, p.What, p.Status)
	}
}

func (s *Server) nowhere(_ http.ResponseWriter, r *request) error {
	return fmt.Errorf("%s: %w", r.URL.Path, fault.NotFound)
}

// empty is every page while there are no data.
func (s *Server) empty(w http.ResponseWriter, r *request, section string) error {
	return s.render(w, r, "empty.html", struct{ Shell }{s.shell(r, r.T("empty.title"), section)})
}

// render writes a page, whole or not at all.
func (s *Server) render(w http.ResponseWriter, r *request, name string, data any) error {
	return s.write(w, r, http.StatusOK, name, data)
}

func (s *Server) write(w http.ResponseWriter, r *request, status int, name string, data any) error {
	var b bytes.Buffer
	if err := s.pages[r.Lang()].ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}
