package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/i18n"
)

// handler answers a request or says why it cannot.
type handler func(w http.ResponseWriter, r *request) error

// handle turns a handler's error into status, log line and page.
func (s *Server) handle(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, span := s.bounded(w, r, rt)
		ctx, cancel := context.WithTimeout(auth.WithRemote(r.Context(), s.proxies.client(r)), span)
		defer cancel()
		req := &request{Request: r.WithContext(ctx), query: r.URL.Query(), city: s.city, locale: locale{i18n.For(s.language(w, r))}}
		defer req.sweep()
		err := s.limit(req, rt)
		if err == nil {
			err = s.identify(req)
		}
		if err == nil {
			err = s.begin(req, rt)
		}
		if err == nil {
			err = s.admit(req, rt)
		}
		if err == nil {
			err = rt.handler(w, req)
		}
		if err != nil {
			s.fail(w, req, err)
		}
	})
}

// sweep removes what an upload left on the disk. The server does so for the
// request that it made; handlers read a copy, of which it knows nothing.
func (r *request) sweep() {
	if r.MultipartForm != nil {
		r.MultipartForm.RemoveAll() // what cannot be removed is the system's to tidy up
	}
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
	if to, ok := errors.AsType[away](err); ok && !r.keyed {
		s.redirect(w, r, to.to)
		return
	}
	if errors.Is(err, errSignIn) && !asksJSON(r.Request) {
		s.redirect(w, r, r.toSignIn())
		return
	}
	p := s.explain(w, r, err)
	if p.Status == http.StatusInternalServerError || p.Status == http.StatusInsufficientStorage {
		var id [4]byte
		rand.Read(id[:])
		p.Code = hex.EncodeToString(id[:])
		s.log.Error("request", "code", p.Code, "method", r.Method, "path", r.URL.Path, "err", err)
	} else {
		s.log.Info("request", "status", p.Status, "method", r.Method, "path", r.URL.Path, "err", err)
	}
	if asksJSON(r.Request) {
		err = s.complain(w, r, p)
	} else {
		p.Shell = s.shell(r, p.What, "")
		err = s.write(w, r, p.Status, "error.html", p)
	}
	if err != nil {
		s.log.Error("error page", "path", r.URL.Path, "err", err)
		http.Error(w, p.What, p.Status)
	}
}

// explain is an error in words, with its status.
func (s *Server) explain(w http.ResponseWriter, r *request, err error) errorPage {
	p := errorPage{Status: http.StatusInternalServerError, What: r.T("error.internal"), Kept: r.T("error.kept"), Do: r.T("error.internal.do")}
	say := func(status int, what, do string) { p.Status, p.What, p.Do = status, what, do }
	_, owing := errors.AsType[away](err)
	large, isLarge := errors.AsType[*http.MaxBytesError](err)
	often, isOften := errors.AsType[tooMany](err)
	switch {
	case isOften:
		seconds := max(1, int(math.Ceil(often.wait.Seconds())))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		say(http.StatusTooManyRequests, r.T("error.often"), r.T("error.often.do", seconds))
	case errors.Is(err, errElsewhere):
		say(http.StatusForbidden, r.T("error.elsewhere"), r.T("error.elsewhere.do"))
	case errors.Is(err, errSignIn):
		say(http.StatusUnauthorized, r.T("error.signin"), r.T("error.signin.do"))
	case owing:
		say(http.StatusForbidden, r.T("error.forbidden"), r.T("error.owing.do"))
	case isLarge:
		say(http.StatusRequestEntityTooLarge, r.T("error.large"), r.T("error.large.do", int(large.Limit>>20)))
	case errors.Is(err, fault.TooLarge):
		say(http.StatusRequestEntityTooLarge, r.T("error.large"), r.T("error.invalid.do"))
		p.Found = err.Error()
	case errors.Is(err, fault.Full):
		say(http.StatusInsufficientStorage, r.T("error.full"), r.T("error.full.do"))
	case errors.Is(err, context.DeadlineExceeded):
		say(http.StatusServiceUnavailable, r.T("error.slow"), r.T("error.slow.do"))
	case errors.Is(err, fault.NotFound):
		say(http.StatusNotFound, r.T("error.notfound"), r.T("error.notfound.do"))
		p.Found = err.Error()
	case errors.Is(err, fault.Invalid):
		say(http.StatusBadRequest, r.T("error.invalid"), r.T("error.invalid.do"))
		p.Found = err.Error()
	case errors.Is(err, fault.Blocked):
		say(http.StatusUnprocessableEntity, r.T("error.blocked"), r.T("error.invalid.do"))
		p.Found = err.Error()
	case errors.Is(err, fault.Conflict):
		say(http.StatusConflict, r.T("error.conflict"), r.T("error.conflict.do"))
		p.Found = err.Error()
	case errors.Is(err, fault.Forbidden):
		say(http.StatusForbidden, r.T("error.forbidden"), r.T("error.forbidden.do"))
	}
	return p
}

// errElsewhere is the answer to a form that another site's page sent.
var errElsewhere = errors.New("sent by another site")

func (s *Server) elsewhere(w http.ResponseWriter, r *http.Request) {
	s.fail(w, &request{Request: r, query: r.URL.Query(), city: s.city, locale: locale{i18n.For(s.language(w, r))}}, errElsewhere)
}

func (s *Server) redirect(w http.ResponseWriter, r *request, to string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
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
	if r.session != nil || s.accounts != nil {
		h.Set("Cache-Control", "no-store") // a shared computer's Back button shows no one else's page
	}
	h.Add("Vary", "Cookie, Accept-Language")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}
