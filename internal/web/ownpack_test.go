package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// ownTown is a city without figures that keeps its own pack in a folder; enter
// makes an account of the whole city and gives its session.
func ownTown(t *testing.T) (h http.Handler, city *flow.City, dir string, enter func(login string, role auth.Role) string) {
	t.Helper()
	ctx := t.Context()
	city, err := flow.Open(ctx, filepath.Join(t.TempDir(), "city.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { city.Close() })
	dir = filepath.Join(t.TempDir(), "own")
	if err := city.UseOwn(ctx, dir); err != nil {
		t.Fatal(err)
	}
	accts := flow.NewAccounts(city, flow.AccountOptions{Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}})
	s, err := newServer(city, Config{Log: quiet(), Accounts: accts, View: func(a auth.Actor) City { return city.As(a) }, Own: city})
	if err != nil {
		t.Fatal(err)
	}
	return s.routes(), city, dir, func(login string, role auth.Role) string {
		_, code, err := accts.Make(ctx, auth.Operator(), auth.Account{Login: login, Name: login, Grants: []auth.Grant{{Role: role, Whole: true}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := accts.Recover(ctx, login, code, goodPassword); err != nil {
			t.Fatal(err)
		}
		secret, _, err := accts.SignIn(ctx, auth.Attempt{Login: login, Password: goodPassword})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
}

// A planner changes a threshold on a page, sees what comes of it before it is
// proposed, and another person approves it: then the city is measured by it.
func TestOwnPackPages(t *testing.T) {
	h, city, _, enter := ownTown(t)
	send := func(method, path, secret string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "zh-CN")
		r.Header.Set("Cookie", sessionName+"="+secret)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	planner, section, leader := enter("planner1", auth.CityPlanner), enter("section1", auth.CitySection), enter("leader1", auth.Leader)

	if book := send("GET", "/own-pack?as=xlsx", leader, nil); book.Code != http.StatusOK || !strings.HasPrefix(book.Body.String(), "PK") {
		t.Errorf("the export of a city without figures: status %d", book.Code)
	}
	if page := send("GET", "/own-pack", leader, nil); page.Code != http.StatusOK || strings.Contains(page.Body.String(), `name="indicator"`) {
		t.Errorf("a leader: status %d, with a form: %t", page.Code, strings.Contains(page.Body.String(), `name="indicator"`))
	}
	change := url.Values{"do": {"threshold"}, "indicator": {"r7"}, "stage": {"junior"}, "value": {"3"}, "source": {"市文件第三条"}, "tag": {"P"}, "why": {"议定事项"}}
	if got := send("POST", "/own-pack", leader, change); got.Code != http.StatusForbidden {
		t.Errorf("a leader changes it: %d", got.Code)
	}
	page := send("POST", "/own-pack", planner, change)
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "≥3") || !strings.Contains(page.Body.String(), "≥2.4") {
		t.Fatalf("status %d: %s", page.Code, page.Body)
	}
	field := func(name string) string {
		_, rest, ok := strings.Cut(page.Body.String(), `name="`+name+`" value="`)
		if !ok {
			t.Fatalf("no field %s", name)
		}
		v, _, _ := strings.Cut(rest, `"`)
		return v
	}
	_, body, _ := strings.Cut(page.Body.String(), `class="f">`)
	body, _, _ = strings.Cut(body, "</textarea>")
	body = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&gt;", ">", "&lt;", "<", "&amp;", "&").Replace(body)
	file := url.Values{"id": {field("id")}, "file": {field("file")}, "base": {field("base")}, "body": {body}, "title": {field("title")}, "why": {"议定事项"}}
	bad := url.Values{}
	for k, v := range file {
		bad[k] = v
	}
	bad.Set("body", strings.Replace(body, "r7", "r77", 1))
	bad.Set("do", "propose")
	if got := send("POST", "/own-pack", planner, bad); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "r77") {
		t.Errorf("what does not load is proposed: %d", got.Code)
	}
	file.Set("do", "propose")
	if got := send("POST", "/own-pack", planner, file); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	id := file.Get("id")
	if page := send("GET", "/own-pack/change?id="+id, planner, nil).Body.String(); strings.Contains(page, `value="approve"`) {
		t.Error("whoever proposed is offered to approve")
	}
	if page := send("GET", "/own-pack/change?id="+id, section, nil).Body.String(); !strings.Contains(page, `value="approve"`) || !strings.Contains(page, "≥3") {
		t.Error("another person is not offered to approve")
	}
	decide := url.Values{"id": {id}, "do": {"approve"}}
	if got := send("POST", "/own-pack/decide", planner, decide); got.Code == http.StatusSeeOther {
		t.Error("approved by who proposed it")
	}
	if got := send("POST", "/own-pack/decide", section, decide); got.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	held := 0.0
	for _, th := range city.OwnPack().Standards[0].Thresholds {
		if th.Indicator == "r7" && th.Stage == "junior" {
			held = th.Value
		}
	}
	if held != 3 {
		t.Errorf("r7 is held to %v", held)
	}
	if page := send("GET", "/own-pack", leader, nil).Body.String(); !strings.Contains(page, "已生效") || !strings.Contains(page, "议定事项") {
		t.Error("the page does not tell the change")
	}
}

// heldOwn is an own pack of which nothing changes: who may ask is all that a test
// of it wants to know.
type heldOwn struct{ p *pack.Pack }

func (o heldOwn) OwnPack() *pack.Pack { return o.p }
func (heldOwn) OwnFiles(context.Context, auth.Actor) ([]flow.OwnFile, error) {
	return nil, nil
}
func (heldOwn) CheckOwn(context.Context, auth.Actor, flow.OwnChange) (*flow.OwnChecked, error) {
	return &flow.OwnChecked{}, nil
}
func (heldOwn) ProposeOwn(context.Context, auth.Actor, flow.OwnChange) error {
	return auth.Refuse(fault.Invalid, "不", "no")
}
func (heldOwn) OwnProposals(context.Context, auth.Actor) ([]store.Proposal, error) { return nil, nil }
func (heldOwn) DecideOwn(context.Context, auth.Actor, string, bool, string) error {
	return fault.NotFound
}
