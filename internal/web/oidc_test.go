package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"shuren/internal/auth"
)

// issuer runs a provider: discovery, keys, codes with PKCE and signed tokens
// over HTTP, as a real one.
func issuer(t testing.TB) *mockoidc.MockOIDC {
	t.Helper()
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Shutdown() })
	return m
}

func withIssuer(m *mockoidc.MockOIDC) func(*Config) {
	return func(c *Config) {
		c.OIDC = OIDC{Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret, Redirect: "http://example.com/sign-in/oidc/back"}
	}
}

// twisted is a user whose token says something else than it should.
type twisted struct {
	*mockoidc.MockUser
	twist func(*mockoidc.IDTokenClaims)
}

func (u twisted) Claims(_ []string, c *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	if u.twist != nil {
		u.twist(c)
	}
	return c, nil
}

// round is one trip to the provider and back: away to it with the browser's
// cookies, and the answer to what it sends back, changed on the way if wanted.
func (w *town) round(begin *httptest.ResponseRecorder, to, secret string, change func(q url.Values, trip *http.Cookie)) *httptest.ResponseRecorder {
	w.t.Helper()
	trip := cookie(begin, tripName)
	if trip == nil || !trip.HttpOnly || trip.SameSite != http.SameSiteLaxMode {
		w.t.Fatalf("cookie of the trip: %v; status %d: %s", trip, begin.Code, firstLine(begin.Body.String()))
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(to)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil || back.Path != "/sign-in/oidc/back" {
		w.t.Fatalf("the provider answers %d to %s", res.StatusCode, back)
	}
	q := back.Query()
	if change != nil {
		change(q, trip)
	}
	r := httptest.NewRequest("GET", "/sign-in/oidc/back?"+q.Encode(), nil)
	r.Header.Set("Accept-Language", "zh-CN")
	if trip.Value != "" {
		r.AddCookie(&http.Cookie{Name: tripName, Value: trip.Value})
	}
	if secret != "" {
		r.AddCookie(&http.Cookie{Name: sessionName, Value: secret})
	}
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	return out
}

// Only a token that this provider signed, for us, now, and for this very trip
// signs anybody in, and only who is tied to an account.
func TestOIDC(t *testing.T) {
	m := issuer(t)
	w := newTown(t, withIssuer(m))
	id, _, _ := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	gone, _, _ := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	for account, subject := range map[string]string{id: "sub-known", gone: "sub-gone"} {
		if err := w.accts.Link(t.Context(), auth.Operator(), account, m.Issuer(), subject); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.accts.Close(t.Context(), auth.Operator(), gone, "test"); err != nil {
		t.Fatal(err)
	}
	stray, err := mockoidc.RandomKeypair(2048)
	if err != nil {
		t.Fatal(err)
	}
	own := m.Keypair
	for _, tt := range []struct {
		name    string
		subject string
		twist   func(*mockoidc.IDTokenClaims)
		change  func(q url.Values, trip *http.Cookie)
		says    string
	}{
		{"known", "sub-known", nil, nil, ""},
		{"not tied to an account", "sub-nobody", nil, nil, zh("oidc.unknown")},
		{"closed account", "sub-gone", nil, nil, zh("oidc.unknown")},
		{"no subject", "", nil, nil, zh("oidc.refused")},
		{"another state", "sub-known", nil, func(q url.Values, _ *http.Cookie) { q.Set("state", "x") }, zh("oidc.refused")},
		{"no state", "sub-known", nil, func(q url.Values, _ *http.Cookie) { q.Del("state") }, zh("oidc.refused")},
		{"another browser", "sub-known", nil, func(_ url.Values, trip *http.Cookie) { trip.Value = "" }, zh("oidc.refused")},
		{"nonsense for a trip", "sub-known", nil, func(_ url.Values, trip *http.Cookie) { trip.Value = "e30" }, zh("oidc.refused")},
		{"no code", "sub-known", nil, func(q url.Values, _ *http.Cookie) { q.Del("code") }, zh("oidc.refused")},
		{"a code that is none", "sub-known", nil, func(q url.Values, _ *http.Cookie) { q.Set("code", "x") }, zh("oidc.refused")},
		{"the provider says no", "sub-known", nil, func(q url.Values, _ *http.Cookie) { q.Set("error", "access_denied") }, zh("oidc.refused")},
		{"another nonce", "sub-known", func(c *mockoidc.IDTokenClaims) { c.Nonce = "x" }, nil, zh("oidc.refused")},
		{"no nonce", "sub-known", func(c *mockoidc.IDTokenClaims) { c.Nonce = "" }, nil, zh("oidc.refused")},
		{"another issuer", "sub-known", func(c *mockoidc.IDTokenClaims) { c.Issuer = "https://evil.example" }, nil, zh("oidc.refused")},
		{"for another client", "sub-known", func(c *mockoidc.IDTokenClaims) { c.Audience = jwt.ClaimStrings{"other"} }, nil, zh("oidc.refused")},
		{"expired", "sub-known", func(c *mockoidc.IDTokenClaims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Hour)) }, nil, zh("oidc.refused")},
		{"signed by a key that is not published", "sub-known", func(*mockoidc.IDTokenClaims) { m.Keypair = stray }, func(url.Values, *http.Cookie) {}, zh("oidc.refused")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m.QueueUser(twisted{&mockoidc.MockUser{Subject: tt.subject}, tt.twist})
			begin := w.ask("GET", "/sign-in/oidc?to="+url.QueryEscape("/schools?verdict=short"), "", "")
			to := begin.Header().Get("Location")
			if q := must(url.Parse(to)).Query(); q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" {
				t.Fatalf("goes to %s", to)
			}
			if strings.HasPrefix(tt.name, "signed by") {
				// The keys are asked for anew: by then they are others than the token's.
				w.s.oidc = newProvider(w.s.oidc.cfg, w.s.now)
			}
			out := w.round(begin, to, "", tt.change)
			m.Keypair = own
			in := cookie(out, sessionName)
			if tt.says == "" {
				if out.Code != 303 || out.Header().Get("Location") != "/schools?verdict=short" || in == nil || in.Value == "" {
					t.Errorf("status %d to %q with %v: %s", out.Code, out.Header().Get("Location"), in, firstLine(out.Body.String()))
				}
			} else if out.Code != 401 || !strings.Contains(out.Body.String(), tt.says) || in != nil {
				t.Errorf("status %d with %v, want 401 with %q: %s", out.Code, in, tt.says, firstLine(out.Body.String()))
			}
			if c := cookie(out, tripName); c == nil || c.MaxAge >= 0 {
				t.Errorf("the trip can be made twice: %v", c)
			}
		})
	}
}

// A person ties the own account, in the same session and not over a tie that is
// there; another's account is not tied by a trip that somebody else began.
func TestOIDCLink(t *testing.T) {
	m := issuer(t)
	w := newTown(t, withIssuer(m))
	_, _, mine := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	_, _, other := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	link := func(begin, end, subject string) *httptest.ResponseRecorder {
		t.Helper()
		m.QueueUser(twisted{MockUser: &mockoidc.MockUser{Subject: subject}})
		page := w.ask("POST", "/account/oidc", "", begin)
		_, rest, _ := strings.Cut(page.Body.String(), `<a class="btn p" href="`)
		to, _, _ := strings.Cut(rest, `"`)
		return w.round(page, strings.ReplaceAll(to, "&amp;", "&"), end, nil)
	}
	if out := link(mine, other, "sub-a"); out.Code != 401 {
		t.Errorf("tied in another's session: %d", out.Code)
	}
	if out := link(mine, "", "sub-a"); out.Code != 401 {
		t.Errorf("tied without a session: %d", out.Code)
	}
	if out := link(mine, mine, "sub-a"); out.Header().Get("Location") != "/account?did=linked" {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := link(mine, mine, "sub-b"); out.Code != 400 || !strings.Contains(out.Body.String(), "已关联") {
		t.Errorf("tied anew: %d %s", out.Code, firstLine(out.Body.String()))
	}
	if out := link(other, other, "sub-a"); out.Code == 303 {
		t.Error("one identity is tied to two accounts")
	}
	m.QueueUser(twisted{MockUser: &mockoidc.MockUser{Subject: "sub-a"}})
	begin := w.ask("GET", "/sign-in/oidc", "", "")
	if out := w.round(begin, begin.Header().Get("Location"), "", nil); cookie(out, sessionName) == nil {
		t.Errorf("the tie does not sign in: %d %s", out.Code, firstLine(out.Body.String()))
	}
}

// A provider that is down keeps nobody from the other way in.
func TestOIDCDown(t *testing.T) {
	w := newTown(t, func(c *Config) {
		c.OIDC = OIDC{Issuer: "http://127.0.0.1:1", ClientID: "x", Redirect: "http://example.com/sign-in/oidc/back"}
	})
	if out := w.ask("GET", "/sign-in/oidc", "", ""); out.Code != 401 || !strings.Contains(out.Body.String(), zh("oidc.down")) {
		t.Errorf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
}
