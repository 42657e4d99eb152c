package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/fault"
)

// problem is an error as programs get it (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code,omitempty"`
	// Problems are those of a paper or file, where that was what was wrong.
	Problems any `json:"problems,omitempty"`
	// Rev is the revision that stands now, where another one was meant.
	Rev int `json:"rev,omitempty"`
}

// answer sends a value as JSON.
func (s *Server) answer(w http.ResponseWriter, r *request, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("answer of %s: %w", r.URL.Path, err)
	}
	return s.send(w, r, http.StatusOK, "application/json", b)
}

func (s *Server) send(w http.ResponseWriter, r *request, status int, kind string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}

// complain sends an error page as JSON.
func (s *Server) complain(w http.ResponseWriter, r *request, p errorPage) error {
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="shuren"`)
	}
	b, err := json.Marshal(problem{Type: "about:blank", Title: p.What, Status: p.Status, Detail: strings.TrimSpace(p.Found + " " + p.Do), Code: p.Code})
	if err != nil {
		return err
	}
	return s.send(w, r, p.Status, "application/problem+json", b)
}

func forbidden(what string) error { return fmt.Errorf("%s: %w", what, fault.Forbidden) }
