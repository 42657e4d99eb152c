package web

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/demo"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/testkit"
)

var update = flag.Bool("update", false, "write docs/authorisation.md anew")

// The demo city with the real accounts, for tests of who may do what.
type town struct {
	t     testing.TB
	h     http.Handler
	s     *Server
	accts *owing
	// county is one county, with a township in it, a school in the township and
	// one beside it; foreign is a school of another county.
	county, other                   *edu.Node
	township, school, near, foreign *edu.Node
}

// owing are the real accounts, of which a test says who must change the password.
type owing struct {
	*flow.Accounts
	change atomic.Bool
}

func (o *owing) Session(ctx context.Context, secret string) (auth.Session, error) {
	s, err := o.Accounts.Session(ctx, secret)
	s.Change = s.Change || o.change.Load()
	return s, err
}

// cityLog is the audit log of a city, as cli passes it.
type cityLog struct{ *flow.City }

func (l cityLog) Verify(ctx context.Context, who auth.Actor) (int64, []audit.Problem, error) {
	c, err := l.VerifyAudit(ctx, who, nil)
	return c.Records, c.Problems, err
}

func newTown(t testing.TB, change ...func(*Config)) *town {
	t.Helper()
	city := demoCity(t)
	policy := auth.DefaultPolicy
	policy.PerMinute = 1_000_000
	accts := &owing{Accounts: flow.NewAccounts(city, flow.AccountOptions{Policy: policy, Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}})}
	cfg := Config{
		Log: quiet(), Accounts: accts, View: func(a auth.Actor) City { return city.As(a) }, Audit: cityLog{city}, Limits: Limits{API: 1_000_000, Upload: 1_000_000},
		ValueAdded: city,
		Checks:     city,
		Units:      city,
		Calendar:   city,
		Inbox:      city,
		Views:      city,
		Dossier:    city,
		Versions:   city,
		Own:        heldOwn{city.Pack()},
		Choices:    city,
		Partners:   city,
		Todos:      city,
		Tasks:      city.Office(),
		Plans:      city.Office(),
		Reports:    city.Gallery(),
		Forecasts:  city,
		Gaps:       city,
		Teams:      city.Teams(city.RegisterStaff()),
		Council:    city.Office(),
		Desk:       func(a auth.Actor) Desk { return city.Desk(a) },
		Safety:     city.Office().Safety(),
		Retention:  city.Retention(),
		Incidents:  city.Incidents(),
		DutyLists:  city.DutyLists(),
		Registers:  city.Registers(),
		Board:      city.Board(),
	}
	for _, c := range change {
		c(&cfg)
	}
	s, err := newServer(city, cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, h: s.routes(), s: s, accts: accts}
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := newest(t)
	primary := a.Stage(edu.Primary).Frame
	snap := tree.On(a.Period)
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Unit.Level != edu.School {
			continue
		}
		if _, ok := primary.Find(n.Key); !ok {
			continue
		}
		c, p := snap.Above(i, edu.County), snap.Above(i, edu.Township)
		switch {
		case p < 0:
		case w.school == nil:
			w.school, w.township, w.county = n, &snap.Nodes[p], &snap.Nodes[c]
		case w.near == nil && &snap.Nodes[c] == w.county && &snap.Nodes[p] != w.township:
			w.near = n
		case w.foreign == nil && &snap.Nodes[c] != w.county:
			w.foreign, w.other = n, &snap.Nodes[c]
		}
	}
	if w.near == nil || w.foreign == nil {
		t.Fatal("the demo city has lost its townships")
	}
	return w
}

// issued is a form that the demo city's schools have to fill, issued once.
var issued = sync.OnceValues(func() (string, error) {
	city, err := madeDemo()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	ps, err := city.Periods(ctx)
	if err != nil {
		return "", err
	}
	desk := city.Desk(auth.Operator())
	forms, err := desk.Forms(ctx)
	if err != nil {
		return "", err
	}
	var errs []error
	for _, f := range forms {
		is, err := desk.Issue(ctx, flow.Order{Form: f.Form.ID, Period: ps[len(ps)-1], Due: edu.DateOf(time.Now().AddDate(0, 2, 0)), Approver: "test", Reason: "test"})
		if err == nil && f.Form.Level == edu.School {
			return is.ID, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(append(errs, errors.New("no form for schools"))...)
})

var people atomic.Int64

// list is a list of duties that is on while the test runs.
func (w *town) list() string {
	w.t.Helper()
	const id = "mind"
	all, err := w.s.duties.Lists(w.t.Context(), auth.Operator())
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(l flow.DutyList) bool { return l.List.ID == id })
	if all[i].On {
		return id
	}
	set := func(ctx context.Context, rev int, on bool) {
		if _, err := w.s.duties.Switch(ctx, auth.Operator(), duty.Setting{List: id, Rev: rev, On: on, Approver: "示例", Reason: "test", Waived: "test"}); err != nil {
			w.t.Error(err)
		}
	}
	set(w.t.Context(), all[i].Setting.Rev, true)
	w.t.Cleanup(func() { set(context.Background(), all[i].Setting.Rev+1, false) })
	return id
}

// gathering makes a meeting of a county with venues below it.
func (w *town) gathering(of *edu.Node, at ...*edu.Node) string {
	w.t.Helper()
	m := council.Meeting{Unit: of.Unit.ID, Name: "示例会议", Day: 20500, From: "09:00", Form: council.OnSite, Level: council.Internal}
	for _, n := range at {
		m.Venues = append(m.Venues, council.Venue{Unit: n.Unit.ID})
	}
	m, err := w.s.council.SaveMeeting(w.t.Context(), auth.Operator(), m)
	if err != nil {
		w.t.Fatal(err)
	}
	return m.ID
}

// person makes an account and signs it in.
func (w *town) person(unit edu.UnitID, grants ...auth.Grant) (id, login, secret string) {
	w.t.Helper()
	login = fmt.Sprintf("p%d", people.Add(1))
	a, code, err := w.accts.Make(w.t.Context(), auth.Operator(), auth.Account{Login: login, Name: "Person " + login, Unit: unit, Grants: grants})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.accts.Recover(w.t.Context(), login, code, goodPassword); err != nil {
		w.t.Fatal(err)
	}
	return a.ID, login, w.enter(login)
}

func (w *town) enter(login string) string {
	w.t.Helper()
	secret, _, err := w.accts.SignIn(w.t.Context(), auth.Attempt{Login: login, Password: goodPassword})
	if err != nil {
		w.t.Fatalf("%s: %v", login, err)
	}
	return secret
}

func (w *town) ask(method, path, body, secret string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", "zh-CN")
	if secret != "" {
		r.Header.Set("Cookie", sessionName+"="+secret)
	}
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	return out
}

// Where a request points, seen from the part over which a role is granted.
const (
	placeOwn     = iota // a unit of the part
	placeNear           // another unit of the same county
	placeForeign        // a unit of another county
	placeWhole          // any unit, for who has the role over everything
	places4
)

// How a request came out, as the table shows it.
const (
	answered  = 'y' // the handler answered; a form that lacks something is an answer too
	sent      = '>' // sent to the page that fits the own part
	forbade   = 'x' // 403: the role may not
	nothing   = '-' // 404: outside the part
	mustEnter = 's' // to the sign-in page, 401 for programs
	mustFirst = 'c' // to the page to change the password, 403 for programs
	none      = '·' // there is no such place for the role
)

// namesInBody are the routes whose form, or last part, names something that this
// test has not got: that it is not found is the handler's own answer.
var namesInBody = map[string]bool{
	"POST /registers/staff/export":              true,
	"POST /registers/staff/find":                true,
	"POST /registers/pupils/export":             true,
	"POST /registers/staff/{person}":            true,
	"GET /registers/staff/{person}":             true,
	"POST /registers/pupils/{person}":           true,
	"GET /registers/pupils/{person}":            true,
	"GET /retention/new":                        true,
	"POST /retention/new":                       true,
	"POST /retention/reports":                   true,
	"POST /retention/attendance":                true,
	"POST /messages/read":                       true,
	"POST /changes/undo":                        true,
	"POST /work/mapping":                        true,
	"GET /changes/new":                          true,
	"GET /work/marked/{file}":                   true,
	"GET /own-pack/change":                      true,
	"POST /own-pack/decide":                     true,
	"GET /feed/{key}":                           true,
	"GET /leading/edit":                         true,
	"GET /value-added/{run}":                    true,
	"GET /value-added/{run}/schools/{estimate}": true,
	"GET /value-added/jobs/{job}":               true,
	"POST /value-added/{run}/drop":              true,
	"GET /gaps/proposals/{proposal}":            true,
	"GET /reports/{report}":                     true,
	"POST /reports/{report}":                    true,
	"POST /report-templates/drop":               true,
	"GET /safety/plans/{visitplan}":             true,
	"POST /safety/plans/{visitplan}/end":        true,
	"GET /safety/incidents/{incident}":          true,
	"POST /safety/incidents/{incident}":         true,
	"GET /duties/counts/{list}":                 true,
	"POST /staff/exchange/task":                 true,
	"GET /staff/pay/{scheme}":                   true,
	"POST /staff/pay/{scheme}":                  true,

	"GET /staff/pay/{scheme}/marks":               true,
	"POST /staff/pay/{scheme}/marks":              true,
	"POST /staff/pay/{scheme}/marks/upload":       true,
	"GET /staff/pay/{scheme}/marks/marked/{file}": true,
	"GET /staff/pay/{scheme}/shares":              true,
}

// The rows of the route table are complete: what a path names and what the row
// says that it is about fit each other.
func TestRoutesAreComplete(t *testing.T) {
	w := newTown(t, withIssuer(issuer(t)))
	says := map[string]about{"{meeting}": aboutMeeting, "{county}": aboutCounty, "{school}": aboutSchool, "{account}": aboutAccount, "{task}": aboutTask, "{case}": aboutCase, "{inspection}": aboutSafety, "{hazard}": aboutSafety}
	seen := map[string]bool{}
	for _, rt := range w.s.table() {
		if seen[rt.pattern] {
			t.Errorf("%s stands twice", rt.pattern)
		}
		seen[rt.pattern] = true
		if rt.needs != auth.Public && rt.needs != auth.SignedIn && !slices.Contains(auth.Permissions, rt.needs) {
			t.Errorf("%s needs %q, which is no permission", rt.pattern, rt.needs)
		}
		if rt.about == 0 || rt.handler == nil {
			t.Errorf("%s: the row is not complete", rt.pattern)
		}
		want := about(0)
		for part, a := range says {
			if strings.Contains(rt.pattern, part) {
				want = a
			}
		}
		if strings.Contains(rt.pattern, "{unit}") {
			if want = aboutUnit; strings.Contains(rt.pattern, "{level}") {
				want = aboutTraced
			}
		}
		if want != 0 && rt.about != want || want == 0 && rt.about != aboutNone && rt.about != aboutReach && rt.about != aboutRegion && rt.about != aboutWhole {
			t.Errorf("%s names a unit by another value than its row says", rt.pattern)
		}
		if rt.pattern != "/" && !strings.HasPrefix(rt.pattern, "GET ") && !strings.HasPrefix(rt.pattern, "POST ") && !strings.HasPrefix(rt.pattern, "PUT ") && !strings.HasPrefix(rt.pattern, "DELETE ") {
			t.Errorf("%s answers any method", rt.pattern)
		}
	}
}

// Every route, for every role, at every place, signed in or not: what comes out
// is what the row of the route says. docs/authorisation.md is the outcome.
func TestAuthorisation(t *testing.T) {
	testkit.Sequential(t)
	w := newTown(t, withIssuer(issuer(t)))
	issue, err := issued()
	if err != nil {
		t.Fatal(err)
	}
	roles := map[auth.Role][places4]string{} // logins, by place
	ownID, _, _ := w.person(w.school.Unit.ID)
	foreignID, _, _ := w.person(w.foreign.Unit.ID)
	natural := map[auth.Role]*edu.Node{auth.SchoolClerk: w.school, auth.SchoolHead: w.school, auth.TownshipClerk: w.township, auth.CountyClerk: w.county, auth.CountyReviewer: w.county}
	secrets := map[string]string{}
	for _, role := range auth.Roles {
		part, limited := natural[role]
		if !limited {
			part = w.county
		}
		_, login, secret := w.person(part.Unit.ID, auth.Grant{Role: role, Unit: part.Unit.ID})
		secrets[login] = secret
		var at [places4]string
		at[placeOwn], at[placeForeign] = login, login
		if part != w.county {
			at[placeNear] = login
		}
		if !limited {
			_, whole, secret := w.person("", auth.Grant{Role: role, Whole: true})
			secrets[whole], at[placeWhole] = secret, whole
		}
		roles[role] = at
	}
	tasks, evidence := w.tasksOf(w.school, w.near, w.foreign)
	inspected := [places4]string{placeOwn: w.inspected(w.school), placeNear: w.inspected(w.near), placeForeign: w.inspected(w.foreign)}
	inspected[placeWhole] = inspected[placeOwn]
	cases := [places4]string{placeOwn: w.caseOf(w.school, 1), placeNear: w.caseOf(w.near, 2), placeForeign: w.caseOf(w.foreign, 3)}
	cases[placeWhole] = cases[placeOwn]
	gone, _, goneSecret := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	if err := w.accts.Close(t.Context(), auth.Operator(), gone, "test"); err != nil {
		t.Fatal(err)
	}

	// A meeting of the county with the township and the school, one of the county with
	// the near school, one of the other county.
	meeting := map[int]string{placeOwn: w.gathering(w.county, w.township, w.school), placeNear: w.gathering(w.county, w.near), placeForeign: w.gathering(w.other, w.foreign)}
	meeting[placeWhole] = meeting[placeOwn]

	// address fills the values of a path for a place.
	list := w.list()
	address := func(rt route, place int) (method, path string) {
		if strings.Contains(rt.pattern, "{list}") {
			w.list() // a request may have switched it off
		}
		school, county, account, about := w.school, w.county, ownID, tasks[0]
		switch place {
		case placeNear:
			school, about = w.near, tasks[1]
		case placeForeign:
			school, county, account, about = w.foreign, w.other, foreignID, tasks[2]
		}
		method, path, _ = strings.Cut(rt.pattern, " ")
		if path == "" {
			method, path = "GET", "/nothing-is-here"
		}
		unit := school.Key
		if rt.about == aboutUnit {
			unit = string(school.Unit.ID)
		}
		return method, strings.NewReplacer(
			"{$}", "",
			"{county}", county.Key,
			"{school}", school.Key,
			"{account}", account,
			"{unit}", unit,
			"{level}", "section",
			"{indicator}", "r5",
			"{item}", "r3",
			"{issue}", issue,
			"{task}", about,
			"{meeting}", meeting[place],
			"{inspection}", inspected[place],
			"{hazard}", inspected[place],
			"{case}", cases[place],
			"{visitplan}", "none",
			"{hash}", evidence,
			"{plan}", demo.ActionID,
			"{target}", "T12",
			"{body}", "bureau:",
			"{list}", list,
		).Replace(path)
	}
	outcome := func(rt route, place int, secret string) rune {
		method, path := address(rt, place)
		out := w.ask(method, path, "", secret)
		to := out.Header().Get("Location")
		switch {
		case out.Code == 401 && rt.needs != auth.Public, out.Code == 303 && (to == "/sign-in" || strings.HasPrefix(to, "/sign-in?to=") || to == "/sign-in?why=ended") && rt.needs != auth.Public:
			return mustEnter
		case out.Code == 303 && to == "/account/password" && rt.needs != auth.Public, out.Code == 403 && w.accts.change.Load() && rt.machine():
			return mustFirst
		case out.Code == 303 && method == "GET" && rt.needs != auth.Public:
			return sent
		case out.Code == 403:
			return forbade
		case out.Code == 404 && !namesInBody[rt.pattern]:
			return nothing
		case out.Code < 500:
			return answered
		}
		t.Errorf("%s %s: status %d: %s", method, path, out.Code, firstLine(out.Body.String()))
		return '?'
	}
	// expect reads the row alone.
	expect := func(rt route, role auth.Role, place int) rune {
		switch {
		case rt.pattern == "/":
			return nothing
		case rt.needs == auth.Public:
			return answered
		case !role.May(rt.needs):
			return forbade
		case rt.pattern == "GET /{$}":
			if role.May(auth.ReadRegion) && place == placeWhole {
				return answered
			}
			return sent
		case rt.pattern == "GET /scope": // which is there to send
			return sent
		case rt.about == aboutRegion && place != placeWhole:
			return sent
		case rt.about == aboutWhole && place != placeWhole:
			return forbade
		case place == placeOwn || place == placeWhole:
			return answered
		case rt.about == aboutNone || rt.about == aboutReach || rt.about == aboutRegion || rt.about == aboutWhole:
			return answered
		case rt.about == aboutCounty && place == placeNear:
			return nothing // a part of a county is not the county
		}
		return nothing
	}

	var doc strings.Builder
	doc.WriteString(authorisationHead)
	for _, role := range auth.Roles {
		fmt.Fprintf(&doc, " %s |", strings.ReplaceAll(string(role), "_", " "))
	}
	doc.WriteString(" not signed in | account closed | password to be changed |\n|---|---|---|" + strings.Repeat(":-:|", len(auth.Roles)+3) + "\n")
	for _, rt := range w.s.table() {
		fmt.Fprintf(&doc, "| `%s` | %s | %s |", rt.pattern, rt.needs, aboutWords[rt.about])
		varies := rt.about != aboutNone && rt.about != aboutReach && rt.about != aboutRegion && rt.about != aboutWhole
		for _, role := range auth.Roles {
			cell := []rune{none, none, none, none}
			for place, login := range roles[role] {
				if login == "" || !varies && (place == placeNear || place == placeForeign) {
					continue
				}
				if rt.pattern == "POST /sign-out" {
					secrets[login] = w.enter(login)
				}
				cell[place] = outcome(rt, place, secrets[login])
				if want := expect(rt, role, place); cell[place] != want {
					method, path := address(rt, place)
					t.Errorf("%s as %s at place %d (%s %s): %c, want %c", rt.pattern, role, place, method, path, cell[place], want)
				}
				if rt.pattern == "POST /sign-out" {
					secrets[login] = w.enter(login)
				}
			}
			fmt.Fprintf(&doc, " `%s` |", string(cell))
		}
		for _, secret := range []string{"", goneSecret} {
			got, want := outcome(rt, placeOwn, secret), mustEnter
			if rt.needs == auth.Public {
				want = expect(rt, auth.Leader, placeWhole)
			}
			if got != want {
				t.Errorf("%s, not signed in: %c, want %c", rt.pattern, got, want)
			}
			fmt.Fprintf(&doc, " `%c` |", got)
		}
		w.accts.change.Store(true)
		got, want := rune(0), mustFirst
		for i, role := range auth.Roles {
			login := roles[role][placeOwn]
			one := outcome(rt, placeOwn, secrets[login])
			if rt.pattern == "POST /sign-out" {
				secrets[login] = w.enter(login)
			}
			if i > 0 && one != got {
				t.Errorf("%s, password to be changed, as %s: %c, as others %c", rt.pattern, role, one, got)
			}
			got = one
		}
		w.accts.change.Store(false)
		if rt.needs == auth.Public || slices.Contains(whileOwing["/account/password"], rt.pattern) {
			want = expect(rt, auth.Leader, placeWhole)
		}
		if got != want {
			t.Errorf("%s, password to be changed: %c, want %c", rt.pattern, got, want)
		}
		fmt.Fprintf(&doc, " `%c` |\n", got)
	}
	file := filepath.Join(testkit.Root(), "docs", "authorisation.md")
	if *update {
		if err := os.WriteFile(file, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil || string(have) != doc.String() {
		t.Errorf("docs/authorisation.md is not what came out (%v); look at the difference after go test ./internal/web -run Authorisation -update", err)
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

func firstLine(page string) string {
	text := strings.Join(strings.Fields(tag.ReplaceAllString(page, " ")), " ")
	return text[:min(300, len(text))]
}

var aboutWords = map[about]string{
	aboutNone: "no unit", aboutReach: "what the reader may see", aboutWhole: "the whole tree", aboutRegion: "several counties", aboutCounty: "a county", aboutSchool: "a school",
	aboutMeeting: "a meeting", aboutTask: "a task", aboutCase: "a case", aboutSafety: "an inspection or a hazard", aboutTraced: "a unit of a level", aboutUnit: "a unit", aboutAccount: "an account",
}

const authorisationHead = `# Who may do what

Written by ` + "`go test ./internal/web -run Authorisation -update`" + ` from the table of routes, by asking the real handlers of the
demo city; the test fails where an answer is not what the row of the route says. Do not edit.

Each cell has four signs, for where a request points: a unit of the part over which the role is granted; another unit of the same
county; a unit of another county; any unit, for who has the role over everything. The last three columns hold for every role.

` + "`y`" + ` answered · ` + "`>`" + ` sent to the page that fits the own part · ` + "`x`" + ` 403, the role may not · ` + "`-`" + ` 404, there is nothing outside the own part ·
` + "`s`" + ` to the sign-in page, 401 for programs · ` + "`c`" + ` to change the password first · ` + "`·`" + ` no such place for this role or address

| Route | Needs | About |`
