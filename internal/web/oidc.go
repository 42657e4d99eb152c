package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"shuren/internal/auth"
	"shuren/internal/fault"
)

// OIDC is an identity provider that signs people in. The zero value is none. An
// account is tied to an identity beforehand, by its owner or an administrator;
// none is ever made because a provider knows somebody.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	// Redirect is our address that the provider sends people back to:
	// https://edu.example/sign-in/oidc/back.
	Redirect string
	HTTP     *http.Client // nil is one with a time limit
}

// provider asks the identity provider who it is when it is first needed, so that
// one that is down does not keep the server from starting.
type provider struct {
	cfg OIDC
	now func() time.Time

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	oauth    *oauth2.Config
}

func newProvider(cfg OIDC, now func() time.Time) *provider {
	if cfg.Issuer == "" {
		return nil
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	return &provider{cfg: cfg, now: now}
}

// label is what the button says; empty where there is no provider.
func (p *provider) label(l locale) string {
	if p == nil {
		return ""
	}
	return l.T("signin.oidc")
}

// found gives what the provider says of itself.
func (p *provider) found(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.oauth != nil {
		return p.oauth, p.verifier, nil
	}
	// The keys are fetched later with the same client, after this request.
	op, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.cfg.HTTP), p.cfg.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("identity provider: %w", err)
	}
	p.verifier = op.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.now})
	p.oauth = &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: op.Endpoint(), RedirectURL: p.cfg.Redirect, Scopes: []string{oidc.ScopeOpenID}}
	return p.oauth, p.verifier, nil
}

// trip is what a browser keeps while its person is at the provider: what must
// come back, and where to go then.
type trip struct {
	State, Nonce, Verifier string
	To                     string
	Link                   string // the account that is to be tied; empty for signing in
}

const (
	tripName = "shuren-trip"
	tripTime = 10 * time.Minute
)

// leave makes the address at the provider and keeps the trip in the browser.
func (s *Server) leave(w http.ResponseWriter, r *request, to, link string) (string, error) {
	oauth, _, err := s.oidc.found(r.Context())
	if err != nil {
		return "", err
	}
	t := trip{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), local(to), link}
	b, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	s.keep(w, r.Request, tripName, base64.RawURLEncoding.EncodeToString(b), tripTime)
	return oauth.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), nil
}

// signInOIDC sends a person to the provider.
func (s *Server) signInOIDC(w http.ResponseWriter, r *request) error {
	if s.oidc == nil || s.accounts == nil {
		return fmt.Errorf("identity provider: %w", fault.NotFound)
	}
	to, err := s.leave(w, r, r.query.Get("to"), "")
	if err != nil {
		s.log.Error("identity provider", "err", err)
		return s.sayAtDoor(w, r, "/", r.T("oidc.down"))
	}
	s.redirect(w, r, to)
	return nil
}

type leavingPage struct {
	Shell
	To, Issuer string
}

// linkOIDC begins to tie the own account to an identity. It is a form, so that
// no other site can begin it, and it shows where it leads, since a form may not
// lead to another host.
func (s *Server) linkOIDC(w http.ResponseWriter, r *request) error {
	if s.oidc == nil || r.session == nil || r.keyed {
		return fmt.Errorf("identity provider: %w", fault.NotFound)
	}
	to, err := s.leave(w, r, "/account", r.who.Account)
	if err != nil {
		s.log.Error("identity provider", "err", err)
		return s.showAccount(w, r, accountPage{Error: r.T("oidc.down")})
	}
	return s.render(w, r, "leaving.html", leavingPage{s.shell(r, r.T("account.link"), "account", Link{r.T("account.title"), "/account"}), to, s.oidc.cfg.Issuer})
}

// links tells that people may tie their own account to the provider.
func (s *Server) links() bool {
	_, ok := s.accounts.(ownLinker)
	return s.oidc != nil && ok
}

// ownLinker ties the account of who asks to an identity.
type ownLinker interface {
	LinkOwn(ctx context.Context, who auth.Actor, issuer, subject string) error
}

// backFromOIDC takes whom the provider sends back. Whatever does not fit what
// this browser set out with is refused, without saying what it was.
func (s *Server) backFromOIDC(w http.ResponseWriter, r *request) error {
	if s.oidc == nil || s.accounts == nil {
		return fmt.Errorf("identity provider: %w", fault.NotFound)
	}
	t, subject, err := s.vouched(r)
	s.keep(w, r.Request, tripName, "", -1)
	if err != nil {
		s.log.Warn("identity provider", "remote", s.proxies.client(r.Request), "err", err)
		return s.sayAtDoor(w, r, t.To, r.T("oidc.refused"))
	}
	if t.Link != "" {
		linker, ok := s.accounts.(ownLinker)
		if !ok || r.session == nil || r.who.Account != t.Link {
			return s.sayAtDoor(w, r, "/account", r.T("oidc.refused"))
		}
		if err := linker.LinkOwn(r.Context(), r.who, s.oidc.cfg.Issuer, subject); err != nil {
			return s.orSay(err, func(why string) error { return s.showAccount(w, r, accountPage{Error: why}) }, r)
		}
		return away{"/account?did=linked"}
	}
	secret, _, err := s.accounts.SignInOIDC(r.Context(), s.oidc.cfg.Issuer, subject, s.proxies.client(r.Request))
	switch {
	case err == nil || secret != "" && errors.Is(err, auth.ErrChange):
		s.enter(w, r, secret)
		return away{t.To}
	case errors.Is(err, auth.ErrRefused):
		return s.sayAtDoor(w, r, t.To, r.T("oidc.unknown"))
	case errors.Is(err, auth.ErrLocked):
		return s.sayAtDoor(w, r, t.To, r.lockedWords(err, s.now()))
	}
	return fmt.Errorf("sign in by identity provider: %w", err)
}

// vouched checks what came back and gives the subject that the provider vouches
// for.
func (s *Server) vouched(r *request) (t trip, subject string, err error) {
	t.To = "/"
	c, err := r.Cookie(s.cookieName(r.Request, tripName))
	if err != nil {
		return t, "", errors.New("no trip in this browser")
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return t, "", errors.New("the trip cannot be read")
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return trip{To: "/"}, "", errors.New("the trip cannot be read")
	}
	t.To = local(t.To)
	if t.State == "" || subtle.ConstantTimeCompare([]byte(t.State), []byte(r.query.Get("state"))) != 1 {
		return t, "", errors.New("the state is another")
	}
	if r.query.Get("error") != "" || r.query.Get("code") == "" {
		return t, "", errors.New("the provider says no")
	}
	oauth, verifier, err := s.oidc.found(r.Context())
	if err != nil {
		return t, "", err
	}
	ctx := oidc.ClientContext(r.Context(), s.oidc.cfg.HTTP)
	tokens, err := oauth.Exchange(ctx, r.query.Get("code"), oauth2.VerifierOption(t.Verifier))
	if err != nil {
		if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
			return t, "", fmt.Errorf("exchange: %s", refused.ErrorCode) // not the answer's body
		}
		return t, "", fmt.Errorf("exchange: %w", err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return t, "", errors.New("no identity came with the tokens")
	}
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return t, "", fmt.Errorf("identity: %w", err)
	}
	if t.Nonce == "" || subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(id.Nonce)) != 1 {
		return t, "", errors.New("the nonce is another")
	}
	if id.Subject == "" {
		return t, "", errors.New("the identity has no subject")
	}
	return t, id.Subject, nil
}

// sayAtDoor shows the sign-in page with what went wrong.
func (s *Server) sayAtDoor(w http.ResponseWriter, r *request, to, why string) error {
	p := s.askSignIn(r, to)
	p.Error = why
	return s.write(w, r, http.StatusUnauthorized, "signin.html", p)
}
