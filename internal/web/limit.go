package web

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits are how often one address may do what costs much, in a minute, and how
// large what it sends may be. Zero takes the default.
type Limits struct {
	SignIn int   // attempts; the policy of the accounts goes before it
	Upload int   // files
	API    int   // calls
	Form   int64 // bytes of a form or a document
	File   int64 // bytes of an upload
}

func (l Limits) filled() Limits {
	or := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	or(&l.SignIn, 30)
	or(&l.Upload, 60)
	or(&l.API, 600)
	if l.Form == 0 {
		l.Form = 1 << 20
	}
	if l.File == 0 {
		l.File = 64 << 20
	}
	return l
}

// tooMany is the answer to an address that asks too often.
type tooMany struct{ wait time.Duration }

func (tooMany) Error() string { return "too many requests" }

// counter counts what addresses do in the minute that runs. When the minute is
// over it forgets them all, so it never grows beyond one minute's clients.
type counter struct {
	mu    sync.Mutex
	began time.Time
	seen  map[string]int
}

// add counts one act; wait is how long until the next is allowed, 0 for now.
func (c *counter) add(key string, limit int, now time.Time) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || now.Sub(c.began) >= time.Minute || now.Before(c.began) {
		c.began, c.seen = now, map[string]int{}
	}
	if c.seen[key] >= limit {
		return c.began.Add(time.Minute).Sub(now)
	}
	c.seen[key]++
	return 0
}

// counted are the routes of which the sign-in limit counts every attempt.
var counted = map[string]bool{"POST /sign-in": true, "POST /recover": true, "GET /sign-in/oidc": true, "GET /sign-in/oidc/back": true}

// limit counts a request against the limits of its address. A whole /64 of
// IPv6 is one address, since one machine has all of it.
func (s *Server) limit(r *request, rt route) error {
	if s.accounts == nil {
		return nil // one person at the machine
	}
	kind, most := "", 0
	switch {
	case counted[rt.pattern]:
		kind, most = "sign-in", s.limits.SignIn
		if n := s.accounts.Policy(r.Context()).PerMinute; n > 0 {
			most = n
		}
	case rt.files():
		kind, most = "upload", s.limits.Upload
	case rt.machine():
		kind, most = "api", s.limits.API
	default:
		return nil
	}
	if wait := s.counter.add(kind+" "+block(s.proxies.client(r.Request)), most, s.now()); wait > 0 {
		return tooMany{wait}
	}
	return nil
}

func block(addr string) string {
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Is4() {
		return addr
	}
	p, _ := a.Prefix(64)
	return p.String()
}

// bounded limits what a request may send, and for how long it may take.
func (s *Server) bounded(w http.ResponseWriter, r *http.Request, rt route) (*http.Request, time.Duration) {
	size, span := s.limits.Form, time.Minute
	if rt.files() {
		size, span = s.limits.File, 10*time.Minute
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(w, r.Body, size)
	}
	return r, span
}

// asksJSON tells that a program asks, or a script of ours.
func asksJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}
