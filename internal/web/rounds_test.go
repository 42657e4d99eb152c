package web

import (
	"encoding/csv"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/net/html"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/testkit"
)

// A reader of every kind finds only links that lead somewhere: what a role may
// not see is not offered.
func TestLinksForEveryReader(t *testing.T) {
	testkit.Sequential(t)
	w := newTown(t)
	if _, err := issued(); err != nil { // a form to fill, whichever test runs first
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		role auth.Role
		unit *edu.Node
		min  int
	}{
		{"school clerk", auth.SchoolClerk, w.school, 14},
		{"township clerk", auth.TownshipClerk, w.township, 14},
		{"county reviewer", auth.CountyReviewer, w.county, 60},
		{"inspector of a township", auth.Inspector, w.township, 20},
		{"leader", auth.Leader, nil, 100},
		{"system administrator", auth.SystemAdmin, w.county, 3},
		{"audit administrator", auth.AuditAdmin, w.county, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := auth.Grant{Role: tt.role, Whole: tt.unit == nil}
			if tt.unit != nil {
				g.Unit = tt.unit.Unit.ID
			}
			_, _, secret := w.person(g.Unit, g)
			seen, kinds := map[string]bool{}, map[string]int{}
			digits := regexp.MustCompile(`[0-9]{6,}`)
			var visit func(from, path string, depth int)
			visit = func(from, path string, depth int) {
				kind := digits.ReplaceAllString(path, "#")
				if seen[path] || depth == 0 || kinds[kind] > 1 {
					return
				}
				seen[path] = true
				kinds[kind]++
				out := w.ask("GET", path, "", secret)
				if to := out.Header().Get("Location"); out.Code == 303 && !strings.HasPrefix(to, "/sign-in") {
					visit(path, to, depth)
					return
				}
				if out.Code != 200 {
					t.Errorf("%s leads to %s: status %d to %s", from, path, out.Code, out.Header().Get("Location"))
					return
				}
				if !strings.HasPrefix(out.Header().Get("Content-Type"), "text/html") {
					return
				}
				doc, err := html.Parse(out.Body)
				if err != nil {
					t.Fatal(err)
				}
				walk(doc, func(n *html.Node) {
					if n.Type == html.ElementNode && n.Data == "a" {
						if h := attrOf(n, "href"); strings.HasPrefix(h, "/") {
							visit(path, h, depth-1)
						} else if h == "" {
							t.Errorf("%s has a link that leads nowhere: %q", path, textOf(n))
						}
					}
				})
			}
			visit("the test", "/", 4)
			if len(seen) < tt.min {
				t.Errorf("only %d pages: the reader has lost them", len(seen))
			}
		})
	}
}

// No page of a reader names a school of another county.
func TestNothingFromOutside(t *testing.T) {
	w := newTown(t)
	_, _, county := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: w.county.Unit.ID})
	_, _, school := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	for _, tt := range []struct{ who, secret, path string }{
		{"county", county, "/schools?size=200"}, {"county", county, "/schools?size=200&county=" + url.QueryEscape(w.other.Key)}, {"county", county, "/search?q=" + url.QueryEscape(w.foreign.Key)},
		{"county", county, "/search?q=" + url.QueryEscape(w.other.Name.ZH)}, {"county", county, "/indicators/r5"}, {"county", county, "/counties/" + w.county.Key},
		{"school", school, "/schools/" + w.school.Key}, {"school", school, "/indicators"}, {"school", school, "/indicators/r5"}, {"school", school, "/trace/section/" + w.school.Key + "/r3?stage=primary"},
	} {
		out := w.ask("GET", tt.path, "", tt.secret)
		if out.Code == 404 {
			continue
		}
		page := out.Body.String()
		q, _ := url.QueryUnescape(tt.path)
		for _, name := range []string{w.foreign.Name.ZH, w.other.Name.ZH} {
			if strings.Contains(page, name) && !strings.Contains(q, name) {
				t.Errorf("%s at %s reads of %s", tt.who, tt.path, name)
			}
		}
		if tt.who == "school" && strings.Contains(page, ">"+w.near.Name.ZH+"<") {
			t.Errorf("a school at %s reads of its neighbour", tt.path)
		}
	}
}

// From a new account to its end, by the pages alone: made by one administrator,
// given a role by another, used, locked, unlocked, recovered, closed.
func TestLifeOfAnAccount(t *testing.T) {
	w := newTown(t)
	_, _, keeper := w.person("", auth.Grant{Role: auth.SystemAdmin, Whole: true})
	_, _, guard := w.person("", auth.Grant{Role: auth.SecurityAdmin, Whole: true})
	say := func(out *httptest.ResponseRecorder, status int, want string) {
		t.Helper()
		if out.Code != status || !strings.Contains(out.Body.String(), want) {
			t.Fatalf("status %d, want %d with %q: %s", out.Code, status, want, firstLine(out.Body.String()))
		}
	}
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)
	login := "life" + strings.ToLower(auth.NewID()[:6])
	say(w.ask("POST", "/admin/accounts", fields("login", login, "name", ""), keeper), 400, zh("accounts.wanted"))
	say(w.ask("POST", "/admin/accounts", fields("login", login, "name", "A <b>Name</b>", "unit", "no-such-unit"), keeper), 400, zh("accounts.unit.none", "no-such-unit"))
	say(w.ask("POST", "/admin/accounts", fields("login", "a b", "name", "Name", "unit", w.school.Key), keeper), 400, "登录名")
	out := w.ask("POST", "/admin/accounts", fields("login", login, "name", "A <b>Name</b>", "unit", w.school.Key), keeper)
	say(out, 200, zh("slip.title"))
	if strings.Contains(out.Body.String(), "<b>Name") {
		t.Error("a name becomes an element")
	}
	first := code.FindString(out.Body.String())
	say(w.ask("POST", "/admin/accounts", fields("login", login, "name", "Again", "unit", w.school.Key), keeper), 400, "")

	say(w.ask("POST", "/recover", fields("login", login, "code", "AAAA-AAAA-AAAA", "new", goodPassword, "again", goodPassword), ""), 400, zh("recover.refused"))
	say(w.ask("POST", "/recover", fields("login", login, "code", first, "new", goodPassword, "again", "x"), ""), 400, zh("password.differ"))
	say(w.ask("POST", "/recover", fields("login", login, "code", first, "new", "short", "again", "short"), ""), 400, "密码")
	if out := w.ask("POST", "/recover", fields("login", login, "code", first, "new", goodPassword, "again", goodPassword), ""); out.Header().Get("Location") != "/sign-in?why=changed" {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	mine := w.enter(login)
	if out := w.ask("GET", "/", "", mine); out.Header().Get("Location") != "/account" {
		t.Errorf("without a role one is sent to %q", out.Header().Get("Location"))
	}
	page := w.ask("GET", "/admin/roles?q="+login, "", guard).Body.String()
	id := regexp.MustCompile(`/admin/roles/([a-z0-9]+)"`).FindStringSubmatch(page)
	if id == nil || !strings.Contains(page, zh("accounts.norole")) {
		t.Fatalf("the list: %s", firstLine(page))
	}
	at := "/admin/roles/" + id[1]
	say(w.ask("POST", at+"/grant", fields("role", "school_clerk", "unit", w.county.Key), guard), 400, "角色")
	say(w.ask("POST", at+"/grant", fields("role", "king", "unit", w.school.Key), guard), 400, "king")
	say(w.ask("POST", at+"/grant", fields("role", "school_clerk", "unit", w.school.Key), guard), 200, "已授予")
	say(w.ask("GET", "/schools/"+w.school.Key, "", mine), 200, w.school.Name.ZH)
	say(w.ask("POST", at+"/revoke", fields("role", "school_clerk", "unit", string(w.school.Unit.ID)), guard), 200, "已收回")
	say(w.ask("GET", "/schools/"+w.school.Key, "", mine), 403, "")

	for range auth.DefaultPolicy.Failures {
		w.ask("POST", "/sign-in", fields("login", login, "password", "wrong-Password-1"), "")
	}
	say(w.ask("POST", "/sign-in", fields("login", login, "password", goodPassword), ""), 401, "锁定")
	say(w.ask("POST", at+"/unlock", "", guard), 200, zh("roles.did.unlock"))

	at = "/admin/accounts/" + id[1]
	out = w.ask("POST", at+"/code", "", keeper)
	say(out, 200, zh("slip.title"))
	if second := code.FindString(out.Body.String()); second == "" || second == first {
		t.Errorf("the second code is %q", second)
	}
	say(w.ask("POST", at+"/close", "", keeper), 400, zh("accounts.reason.wanted"))
	say(w.ask("POST", at+"/close", fields("reason", "moved"), keeper), 200, zh("accounts.closed"))
	if out := w.ask("GET", "/account", "", mine); out.Code != 303 {
		t.Errorf("a closed account's session is good: %d", out.Code)
	}
}

// Who must have a second factor gets nothing before it is set up; then the code
// of the phone is asked for, and each code is good once.
func TestSecondFactor(t *testing.T) {
	now := time.Now()
	policy := auth.DefaultPolicy
	policy.PerMinute, policy.TOTPRoles = 1000, []auth.Role{auth.Leader}
	w := newTown(t, func(c *Config) {
		c.Accounts.(*owing).Accounts = flow.NewAccounts(demoCity(t), flow.AccountOptions{Policy: policy, Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}, Now: func() time.Time { return now }})
		c.Clock = func() time.Time { return now }
	})
	_, login, secret := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	for _, path := range []string{"/", "/schools", "/account", "/account/password", "/help"} {
		if out := w.ask("GET", path, "", secret); out.Header().Get("Location") != "/account/totp" {
			t.Errorf("%s: status %d to %q before the second factor", path, out.Code, out.Header().Get("Location"))
		}
	}
	page := w.ask("POST", "/account/totp", "do=begin", secret).Body.String()
	m := regexp.MustCompile(`<code>([A-Z2-7 ]{20,})</code>`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, `<svg class="qr"`) || strings.Contains(page, "otpauth:") {
		t.Fatalf("no secret to type, no picture, or the address in the clear: %s", firstLine(page))
	}
	key := strings.ReplaceAll(m[1], " ", "")
	if out := w.ask("POST", "/account/totp", fields("do", "confirm", "code", "000000"), secret); out.Code != 400 || !strings.Contains(out.Body.String(), zh("signin.code.wrong")) {
		t.Errorf("a wrong first code: %d", out.Code)
	}
	first := must(totp.GenerateCode(key, now))
	if out := w.ask("POST", "/account/totp", fields("do", "confirm", "code", first[:3]+" "+first[3:]), secret); out.Header().Get("Location") != "/account?did=totp" {
		t.Fatalf("the first code: %d %s", out.Code, firstLine(out.Body.String()))
	}
	if out := w.ask("GET", "/", "", secret); out.Code != 200 {
		t.Errorf("with the second factor: %d to %s", out.Code, out.Header().Get("Location"))
	}
	now = now.Add(time.Minute)
	try := func(code string) *httptest.ResponseRecorder {
		return w.ask("POST", "/sign-in", fields("login", login, "password", goodPassword, "code", code), "")
	}
	if out := try(""); out.Code != 401 || !strings.Contains(out.Body.String(), `name="code"`) {
		t.Errorf("without a code: %d", out.Code)
	}
	next := must(totp.GenerateCode(key, now))
	if out := try(next); out.Code != 303 || cookie(out, codeName) == nil {
		t.Errorf("with the code: %d", out.Code)
	}
	if out := try(next); out.Code != 401 {
		t.Errorf("the same code again: %d", out.Code)
	}
}

// The log shows who did what, can be narrowed, verified and taken away whole.
func TestAuditPages(t *testing.T) {
	w := newTown(t)
	_, login, _ := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolClerk, Unit: w.school.Unit.ID})
	_, _, auditor := w.person("", auth.Grant{Role: auth.AuditAdmin, Whole: true})
	_, _, local := w.person(w.other.Unit.ID, auth.Grant{Role: auth.AuditAdmin, Unit: w.other.Unit.ID})
	page := w.ask("GET", "/admin/audit?account="+login+"&action=session.begin", "", auditor).Body.String()
	if !strings.Contains(page, zh("audit.found", 1)) || !strings.Contains(page, zh("audit.session.begin")) || !strings.Contains(page, login+" Person") {
		t.Errorf("one sign-in of %s: %s", login, firstLine(page))
	}
	if page := w.ask("GET", "/admin/audit?account="+login, "", local).Body.String(); strings.Contains(page, login+" Person") {
		t.Error("the auditor of another county reads of it")
	}
	if out := w.ask("GET", "/admin/audit?from=soon", "", auditor); out.Code != 400 {
		t.Errorf("a day that is none: %d", out.Code)
	}
	if out := w.ask("POST", "/admin/audit", "", auditor); !strings.Contains(out.Body.String(), "校验通过") {
		t.Errorf("verify: %d %s", out.Code, firstLine(out.Body.String()))
	}
	out := w.ask("GET", "/admin/audit?as=csv", "", auditor)
	rows, err := csv.NewReader(strings.NewReader(out.Body.String())).ReadAll()
	if err != nil || len(rows) < 4 || len(rows[0]) != 12 {
		t.Fatalf("export of %d rows: %v", len(rows), err)
	}
	if again := w.ask("GET", "/admin/audit?action=audit.read", "", auditor).Body.String(); !strings.Contains(again, zh("audit.audit.read")) {
		t.Error("the export is not in the log")
	}
	if out := w.ask("GET", "/admin/audit?as=csv", "", local); out.Code != 403 {
		t.Errorf("the auditor of a county takes the whole log: %d", out.Code)
	}
}
