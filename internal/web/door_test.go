package web

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// door is the demo city with accounts behind its door.
type door struct {
	t testing.TB
	http.Handler
	*memory
	logged *bytes.Buffer
}

func behindDoor(t testing.TB, change ...func(*Config)) door {
	t.Helper()
	m := newMemory()
	logged := &bytes.Buffer{}
	cfg := Config{Log: slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug})), Accounts: m, View: viewOf(t), Clock: func() time.Time { return m.now() }}
	for _, c := range change {
		c(&cfg)
	}
	h, err := New(demoCity(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return door{t, h, m, logged}
}

// send makes a request; pairs of headers follow.
func (d door) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Accept-Language", "zh-CN")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if r.Header.Get("TLS") != "" {
		r.TLS = &tls.ConnectionState{}
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func fields(kv ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		q.Set(kv[i], kv[i+1])
	}
	return q.Encode()
}

// as is the cookie of a new session.
func (d door) as(login string) string {
	d.t.Helper()
	w := d.send("POST", "/sign-in", fields("login", login, "password", d.accounts[login].password, "code", d.accounts[login].totp))
	for _, c := range w.Result().Cookies() {
		if c.Name == sessionName && c.Value != "" {
			return sessionName + "=" + c.Value
		}
	}
	d.t.Fatalf("%s did not get in: status %d: %s", login, w.Code, w.Body)
	return ""
}

func cookie(w *httptest.ResponseRecorder, name string) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func zh(key string, args ...any) string { return locale{i18n.For("zh")}.T(key, args...) }

// Sign-in says what was wrong without saying which part, keeps the name and
// never the password, and leads back to the page that was asked for.
func TestSignIn(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	d.add("new", "New", auth.Grant{Role: auth.Leader, Whole: true}).Change = true
	d.add("gone", "Gone", auth.Grant{Role: auth.Leader, Whole: true}).Closed = true
	two := d.add("two", "Two", auth.Grant{Role: auth.Leader, Whole: true})
	two.TOTP, two.totp = true, "654321"
	for _, tt := range []struct {
		name, fields, to, says string
		status                 int
	}{
		{"right", fields("login", "leader", "password", goodPassword, "to", "/schools?verdict=short"), "/schools?verdict=short", "", 303},
		{"spaces round the name", fields("login", " leader ", "password", goodPassword), "/", "", 303},
		{"wrong password", fields("login", "leader", "password", "nonsense-1"), "", zh("signin.refused"), 401},
		{"nobody of that name", fields("login", "nobody", "password", goodPassword), "", zh("signin.refused"), 401},
		{"closed", fields("login", "gone", "password", goodPassword), "", zh("signin.refused"), 401},
		{"nothing typed", "", "", zh("signin.refused"), 401},
		{"code is wanted", fields("login", "two", "password", goodPassword), "", zh("signin.code.wanted"), 401},
		{"code is wrong", fields("login", "two", "password", goodPassword, "code", "1"), "", zh("signin.code.wrong"), 401},
		{"code with spaces", fields("login", "two", "password", goodPassword, "code", "654 321"), "/", "", 303},
		{"must change", fields("login", "new", "password", goodPassword, "to", "/schools"), "/account/password", "", 303},
		{"not to another host", fields("login", "leader", "password", goodPassword, "to", "https://evil.example/"), "/", "", 303},
		{"not to another host without scheme", fields("login", "leader", "password", goodPassword, "to", "//evil.example/"), "/", "", 303},
		{"not to another host by backslash", fields("login", "leader", "password", goodPassword, "to", `/\evil.example/`), "/", "", 303},
		{"not to itself", fields("login", "leader", "password", goodPassword, "to", "/sign-in?to=/"), "/", "", 303},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := d.send("POST", "/sign-in", tt.fields)
			if w.Code != tt.status || w.Header().Get("Location") != tt.to || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("status %d to %q, want %d to %q with %q", w.Code, w.Header().Get("Location"), tt.status, tt.to, tt.says)
			}
			c := cookie(w, sessionName)
			if (c != nil) != (tt.status == 303) {
				t.Errorf("cookie %v", c)
			}
			if c != nil && (!c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" || c.MaxAge != 0 || c.Domain != "") {
				t.Errorf("cookie %v", c)
			}
			if strings.Contains(w.Body.String(), goodPassword) || strings.Contains(w.Body.String(), "nonsense-1") {
				t.Error("the page shows the password")
			}
		})
	}
	for _, secret := range []string{goodPassword, "nonsense-1", "654321"} {
		if strings.Contains(d.logged.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for secret := range d.sessions {
		if strings.Contains(d.logged.String(), secret) {
			t.Error("the log holds a session's secret")
		}
	}
}

// A locked account is told until when.
func TestSignInLocked(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	var w *httptest.ResponseRecorder
	for range d.policy.Failures {
		w = d.send("POST", "/sign-in", fields("login", "leader", "password", "nonsense-1"))
	}
	until := d.accounts["leader"].LockedUntil
	if want := zh("signin.locked.until", until.In(collect.China).Format("15:04"), 15); w.Code != 401 || !strings.Contains(w.Body.String(), want) {
		t.Errorf("status %d, want %q in:\n%s", w.Code, want, w.Body)
	}
}

// Over TLS the cookie is bound to the host, and a cookie of the other name is
// not taken there: whoever plants it over plain http gains nothing.
func TestSessionCookieOverTLS(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	w := d.send("POST", "/sign-in", fields("login", "leader", "password", goodPassword), "TLS", "1")
	c := cookie(w, hostPrefix+sessionName)
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Fatalf("cookie %v", c)
	}
	if w := d.send("GET", "/account", "", "TLS", "1", "Cookie", sessionName+"="+c.Value); w.Code != 303 {
		t.Errorf("the cookie without the prefix is taken over TLS: %d", w.Code)
	}
	if w := d.send("GET", "/account", "", "TLS", "1", "Cookie", hostPrefix+sessionName+"="+c.Value); w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// A session that was planted in the browser is not the one that one signs in
// to, and the one before ends.
func TestSessionFixation(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	first := d.as("leader")
	w := d.send("POST", "/sign-in", fields("login", "leader", "password", goodPassword), "Cookie", first)
	second := cookie(w, sessionName)
	if second == nil || sessionName+"="+second.Value == first {
		t.Fatalf("cookie %v after %s", second, first)
	}
	if w := d.send("GET", "/", "", "Cookie", first); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
		t.Errorf("the session before is still good: %d", w.Code)
	}
	w = d.send("POST", "/sign-in", fields("login", "leader", "password", goodPassword), "Cookie", sessionName+"=planted")
	if c := cookie(w, sessionName); c == nil || c.Value == "planted" {
		t.Errorf("cookie %v", c)
	}
}

// Who is not signed in is sent to sign in, a program is told so, and the way
// back is kept; of a form the way back is its page.
func TestNotSignedIn(t *testing.T) {
	d := behindDoor(t)
	for _, tt := range []struct {
		name, method, path string
		headers            []string
		status             int
		to                 string
	}{
		{"page", "GET", "/schools?verdict=short", nil, 303, "/sign-in?to=%2Fschools%3Fverdict%3Dshort"},
		{"first page", "GET", "/", nil, 303, "/sign-in"},
		{"ended session", "GET", "/help", []string{"Cookie", sessionName + "=old"}, 303, "/sign-in?to=%2Fhelp&why=ended"},
		{"form", "POST", "/sign-out", []string{"Referer", "http://example.com/help"}, 303, "/sign-in?to=%2Fhelp"},
		{"form from elsewhere", "POST", "/sign-out", []string{"Referer", "http://evil.example/help"}, 303, "/sign-in"},
		{"script", "POST", "/session", []string{"Accept", "application/json"}, 401, ""},
		{"program", "GET", "/api/v1/me", nil, 401, ""},
		{"program with a wrong key", "GET", "/api/v1/me", []string{"Authorization", "Bearer nonsense"}, 401, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := d.send(tt.method, tt.path, "", tt.headers...)
			if w.Code != tt.status || w.Header().Get("Location") != tt.to {
				t.Errorf("status %d to %q, want %d to %q", w.Code, w.Header().Get("Location"), tt.status, tt.to)
			}
			if tt.status == 401 {
				var p problem
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != 401 || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("WWW-Authenticate") == "" {
					t.Errorf("%v %s", w.Header(), w.Body)
				}
			}
		})
	}
}

// A session ends when nothing happens, and with sign-out, on the server too.
func TestSessionEnds(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	now := time.Now()
	d.memory.now = func() time.Time { return now }
	c := d.as("leader")
	w := d.send("GET", "/help", "", "Cookie", c)
	if !strings.Contains(w.Body.String(), `data-seconds="1800"`) {
		t.Error("the page does not say when the session ends")
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q: the next person at this computer could go back to the page", w.Header().Get("Cache-Control"))
	}
	now = now.Add(29 * time.Minute)
	if w := d.send("POST", "/session", "", "Cookie", c, "Accept", "application/json"); w.Body.String() != `{"idle":1800}` {
		t.Errorf("stay: %d %s", w.Code, w.Body)
	}
	now = now.Add(29 * time.Minute)
	if w := d.send("GET", "/help", "", "Cookie", c); w.Code != 200 {
		t.Errorf("after staying: %d", w.Code)
	}
	now = now.Add(31 * time.Minute)
	if w := d.send("GET", "/help", "", "Cookie", c); w.Code != 303 {
		t.Errorf("after half an hour of nothing: %d", w.Code)
	}
	c = d.as("leader")
	w = d.send("POST", "/sign-out", "", "Cookie", c)
	if gone := cookie(w, sessionName); gone == nil || gone.MaxAge >= 0 {
		t.Errorf("the browser keeps %v", gone)
	}
	if w := d.send("GET", "/help", "", "Cookie", c); w.Code != 303 {
		t.Errorf("after sign-out: %d", w.Code)
	}
	if w := d.send("GET", "/sign-out", "", "Cookie", d.as("leader")); w.Code == 303 && w.Header().Get("Location") == "/sign-in?why=out" {
		t.Error("a link signs out")
	}
}

// A form that another site sends is refused, whichever way the browser says
// where it comes from. Browsers on plain http send only Origin.
func TestCrossSite(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	for _, tt := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"own page", []string{"Sec-Fetch-Site", "same-origin"}, 303},
		{"own page, Origin only", []string{"Origin", "http://example.com"}, 303},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another site, Origin only", []string{"Origin", "http://evil.example"}, 403},
		{"a page without an origin", []string{"Origin", "null"}, 403},
		{"another port", []string{"Origin", "http://example.com:8080"}, 403},
		{"a sister site", []string{"Sec-Fetch-Site", "same-site"}, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := d.send("POST", "/sign-out", "x=1", append(tt.headers, "Cookie", d.as("leader"))...)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if tt.status == 403 && !strings.Contains(w.Body.String(), zh("error.elsewhere")) {
				t.Errorf("the refusal is not in words: %s", w.Body)
			}
		})
	}
}

// Only a proxy that is trusted may say from where a request came.
func TestProxies(t *testing.T) {
	p := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, tt := range []struct{ name, peer, via, proto, client string }{
		{"direct", "203.0.113.9:1", "", "", "203.0.113.9"},
		{"a client's own word", "203.0.113.9:1", "198.51.100.1", "https", "203.0.113.9"},
		{"a proxy's word", "10.0.0.1:1", "198.51.100.1", "https", "198.51.100.1"},
		{"what the client told the proxy", "10.0.0.1:1", "1.2.3.4, 198.51.100.1", "https", "198.51.100.1"},
		{"two proxies", "10.0.0.1:1", "198.51.100.1, 10.2.2.2", "https", "198.51.100.1"},
		{"nonsense", "10.0.0.1:1", "x", "https", "10.0.0.1"},
		{"nothing", "10.0.0.1:1", "", "https", "10.0.0.1"},
		{"IPv6", "[::1]:1", "2001:db8::5", "https", "2001:db8::5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			r.Header.Set("X-Forwarded-For", tt.via)
			r.Header.Set("X-Forwarded-Proto", tt.proto)
			if got := p.client(r); got != tt.client {
				t.Errorf("client %s, want %s", got, tt.client)
			}
			if got, want := p.secure(r), tt.proto == "https" && !strings.HasPrefix(tt.peer, "203"); got != want {
				t.Errorf("secure %v, want %v", got, want)
			}
		})
	}
}

// One address may not try for ever; another is not held up by it, and the next
// minute begins anew.
func TestLimits(t *testing.T) {
	d := behindDoor(t)
	d.add("leader", "Leader", auth.Grant{Role: auth.Leader, Whole: true})
	now := time.Now()
	d.memory.now = func() time.Time { return now }
	d.policy.PerMinute = 3
	try := func(addr string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/sign-in", strings.NewReader(fields("login", "nobody", "password", "x")))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", now.String()) // nobody's word here
		r.RemoteAddr = addr
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w
	}
	for i := range 3 {
		if w := try("203.0.113.1:9"); w.Code != 401 {
			t.Fatalf("attempt %d: %d", i, w.Code)
		}
	}
	now = now.Add(20 * time.Second)
	w := try("203.0.113.1:10")
	if w.Code != 429 || w.Header().Get("Retry-After") != "40" || !strings.Contains(w.Body.String(), zh("error.often")) {
		t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := try("203.0.113.2:9"); w.Code != 401 {
		t.Errorf("another address: %d", w.Code)
	}
	for i := range 4 {
		if w := try("[2001:db8::" + string(rune('1'+i)) + "]:9"); (w.Code == 429) != (i == 3) {
			t.Errorf("address %d of one /64: %d", i, w.Code)
		}
	}
	now = now.Add(41 * time.Second)
	if w := try("203.0.113.1:9"); w.Code != 401 {
		t.Errorf("the next minute: %d", w.Code)
	}
}

// A body beyond the limit is refused before it is read.
func TestBodyLimit(t *testing.T) {
	d := behindDoor(t)
	w := d.send("POST", "/sign-in", "login="+strings.Repeat("a", 1<<20))
	if w.Code != 413 || !strings.Contains(w.Body.String(), zh("error.large.do", 1)) {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// Accounts without a view for each would show everybody everything.
func TestAccountsNeedAView(t *testing.T) {
	if _, err := New(demoCity(t), Config{Accounts: newMemory()}); err == nil {
		t.Error("a server without views was made")
	}
}

// A program's key has the reach of its account, on pages and calls; it needs no
// cookie and gets no redirects.
func TestKeys(t *testing.T) {
	d := behindDoor(t)
	county := newest(t).Units[edu.County][0]
	p := d.add("clerk", "Clerk", auth.Grant{Role: auth.CountyReviewer, Unit: county.ID})
	key, err := d.MakeToken(t.Context(), p.Actor(), "test", 30)
	if err != nil {
		t.Fatal(err)
	}
	w := d.send("GET", "/api/v1/me", "", "Authorization", "Bearer "+key)
	var me struct {
		Login string
		Roles []struct{ Role, Unit string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &me); err != nil || me.Login != "clerk" || len(me.Roles) != 1 || me.Roles[0].Unit != string(county.ID) {
		t.Errorf("%d %s: %v", w.Code, w.Body, err)
	}
	if w := d.send("GET", "/api/v1/nothing", "", "Authorization", "Bearer "+key); w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", w.Code, w.Header())
	}
	p.Closed = true
	if w := d.send("GET", "/api/v1/me", "", "Authorization", "Bearer "+key); w.Code != 401 {
		t.Errorf("the key of a closed account: %d", w.Code)
	}
	if strings.Contains(d.logged.String(), key) {
		t.Error("the log holds a key")
	}
}

// A program that calls too often is told so in its own way, and when to come back.
func TestLimitOfCalls(t *testing.T) {
	d := behindDoor(t, func(c *Config) { c.Limits.API = 2 })
	for i := range 3 {
		w := d.send("GET", "/api/v1/me", "")
		if want := []int{401, 401, 429}[i]; w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" || (want == 429) != (w.Header().Get("Retry-After") != "") {
			t.Errorf("call %d: status %d, %v", i+1, w.Code, w.Header())
		}
	}
}

// Whatever stands in an address, the way back after signing in stays here: a
// browser takes it for a path of this server.
func FuzzLocal(f *testing.F) {
	for _, s := range []string{"/", "/schools?x=1", "//evil.example", `/\evil.example`, "https://evil.example", "/%2f/evil.example", "javascript:alert(1)", "/sign-in", "/a\nb", "///x", "/.//x"} {
		f.Add(s)
	}
	base, err := url.Parse("http://here.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := local(to)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("%q leads to %q, which is %v", to, got, u)
		}
	})
}
