package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/proposal"
)

// gapTown is the demo city with its counties' means.
func gapTown(t testing.TB) (*town, *flow.City) {
	t.Helper()
	city := demoCity(t)
	return newTown(t, func(c *Config) { c.Gaps = city }), city
}

// small is a county of the demo city that is soon proposed something.
func small(t testing.TB, city *flow.City) (code string, id edu.UnitID) {
	t.Helper()
	return "990124", demoCounty(t, city, "990124")
}

// demoCounty is the county of the demo city with a code.
func demoCounty(t testing.TB, city *flow.City, code string) edu.UnitID {
	t.Helper()
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(newest(t).Period)
	at := on.ByKey(edu.County, code)
	if len(at) != 1 {
		t.Fatalf("the demo city has lost its county %s", code)
	}
	return on.Nodes[at[0]].Unit.ID
}

// proposedMixed works the mixed scenario of a county out.
func proposedMixed(t testing.TB, city *flow.City, id edu.UnitID) proposal.Proposal {
	t.Helper()
	if _, err := city.Propose(t.Context(), auth.Operator(), id, proposal.Mixed, city.Pack().Ref(), newest(t).Period); err != nil {
		t.Fatal(err)
	}
	if err := city.Proposed(t.Context()); err != nil {
		t.Fatal(err)
	}
	return newestOf(t, city, id)
}

// newestOf is a county's first proposal, which has some lines.
func newestOf(t testing.TB, city *flow.City, id edu.UnitID) proposal.Proposal {
	t.Helper()
	now, _, err := city.Proposals(t.Context(), auth.Operator(), id)
	if err != nil || len(now) == 0 || len(now[0].Lines) < 3 {
		t.Fatalf("%d proposals, %v", len(now), err)
	}
	return now[0]
}

func (w *town) form(path, secret string, kv ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		f.Add(kv[i], kv[i+1])
	}
	return w.ask(http.MethodPost, path, f.Encode(), secret)
}

// Gaps are listed by what they lack, with the county's own price and where it is
// from; the filter narrows the page and the export alike, and a school sees its own.
func TestGapsPage(t *testing.T) {
	w, city := gapTown(t)
	code, _ := small(t, city)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	out := w.ask(http.MethodGet, "/gaps?county="+code, "", planner)
	for _, want := range []string{"差距与方案", "处缺口", "元/人", "示例", "各县（市、区）"} {
		if !strings.Contains(out.Body.String(), want) {
			t.Errorf("%d: the page does not say %q", out.Code, want)
		}
	}
	rows := func(path string) int {
		out := w.ask(http.MethodGet, path, "", planner)
		f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
		if err != nil {
			t.Fatalf("%s: %d, %v", path, out.Code, err)
		}
		defer f.Close()
		list, err := f.GetRows(f.GetSheetList()[0])
		if err != nil {
			t.Fatal(err)
		}
		return len(list) - 2
	}
	found := regexp.MustCompile(`>(\d+) 处缺口，涉及`).FindStringSubmatch(out.Body.String())
	if found == nil || fmt.Sprint(rows("/gaps?as=xlsx&county="+code)) != found[1] {
		t.Errorf("the page finds %v, the export has %d rows", found, rows("/gaps?as=xlsx&county="+code))
	}
	for path, status := range map[string]int{"/gaps?county=1": 404, "/gaps?stage=x": 404, "/gaps?indicator=x": 404, "/gaps?page=x": 400, "/gaps?page=99": 200, "/gaps/counties/1": 404, "/gaps/counties/" + code: 200, "/gaps/counties/" + code + "?scenario=x": 404, "/gaps/counties/" + code + "?proposal=x": 404, "/gaps/proposals/x": 404, "/staff?stage=x": 404, "/staff?county=1": 404} {
		if out := w.ask(http.MethodGet, path, "", planner); out.Code != status {
			t.Errorf("%s: %d, want %d", path, out.Code, status)
		}
	}
	_, _, head := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	out = w.ask(http.MethodGet, "/gaps", "", head)
	if out.Code != 200 || strings.Contains(out.Body.String(), "各县（市、区）") || strings.Contains(out.Body.String(), w.foreign.Name.ZH) || !strings.Contains(out.Body.String(), "县里已采纳的措施") {
		t.Errorf("a school's own: %d", out.Code)
	}
	if out := w.ask(http.MethodGet, "/gaps/counties/"+code, "", head); out.Code != 403 && out.Code != 404 {
		t.Errorf("a school opens a county: %d", out.Code)
	}
}

// A county's price list is typed on the page; what is wrong comes back as it was
// typed, and over what somebody else kept meanwhile both stand on the page.
func TestMeansAreTyped(t *testing.T) {
	w, city := gapTown(t)
	code, id := small(t, city)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	m, err := city.Means(t.Context(), auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	path := "/gaps/counties/" + code + "/means"
	rev := fmt.Sprint(m.Money.Rev)
	if out := w.form(path, clerk, "kind", "money", "rev", rev, "year", "2026", "wan", "很多", "source", "县财政"); out.Code != 422 || !strings.Contains(out.Body.String(), `value="很多"`) {
		t.Errorf("a word: %d", out.Code)
	}
	if out := w.form(path, clerk, "kind", "money", "rev", "0", "year", "2026", "wan", "1234.5", "source", "另一来源"); out.Code != 409 || !strings.Contains(out.Body.String(), `value="1234.5"`) || !strings.Contains(out.Body.String(), "现在保存的是") {
		t.Errorf("over what was not seen: %d", out.Code)
	}
	if out := w.form(path, clerk, "kind", "money", "rev", rev, "year", "2026", "wan", "80000", "source", "县财政"); out.Code != 303 {
		t.Errorf("kept: %d", out.Code)
	}
	if m, err = city.Means(t.Context(), auth.Operator(), id); err != nil || len(m.Money.Lines) != 1 || m.Money.Lines[0].Yuan != 8e8 {
		t.Errorf("%+v, %v", m.Money, err)
	}
	out := w.ask(http.MethodGet, path+"/template", "", clerk)
	f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
	if err != nil {
		t.Fatalf("%d: %v", out.Code, err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "单价表 教职工人数 乡镇间路程 编制 年度资金 课程课时计划" {
		t.Errorf("sheets %s", got)
	}
	if out := w.form(path, clerk, "kind", "staff", "rev", fmt.Sprint(m.Staff.Rev), "asof", "2025-09-01", "source", "x", "lines", "1\t小学\t语文\t\t2"); out.Code != 422 || !strings.Contains(out.Body.String(), "不是本县的学校") {
		t.Errorf("staff of another county: %d", out.Code)
	}
}

// A county's proposal is answered first, decided on line by line, and becomes tasks
// once; a program sees and does the same.
func TestProposalPage(t *testing.T) {
	w, city := gapTown(t)
	code, id := small(t, city)
	p := proposedMixed(t, city, id)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	_, _, both := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id}, auth.Grant{Role: auth.CountyReviewer, Unit: id})
	base := "/gaps/counties/" + code
	page := w.ask(http.MethodGet, base, "", clerk).Body.String()
	for _, want := range []string{"没有更省的方案", "达标学段由", "综合", "调配", "建设", "不动、等自然缓解", "待定 ", "按标准复核"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	rev := func() string {
		x, err := city.Proposal(t.Context(), auth.Operator(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(x.Rev)
	}
	act := func(secret string, kv ...string) int {
		return w.form(base+"/decide", secret, append([]string{"proposal", p.ID, "rev", rev()}, kv...)...).Code
	}
	if got := act(clerk, "do", "reject", "no", "1"); got != 422 {
		t.Errorf("rejected without a reason: %d", got)
	}
	if got := act(clerk, "do", "reject", "no", "1", "note", "学校另有安排"); got != 303 {
		t.Errorf("rejected: %d", got)
	}
	if out := w.form(base+"/decide", clerk, "proposal", p.ID, "rev", "1", "do", "accept", "no", "2"); out.Code != 409 || !strings.Contains(out.Body.String(), "刚被别人改过") {
		t.Errorf("over what was not seen: %d", out.Code)
	}
	if got := act(clerk, "do", "undo"); got != 303 {
		t.Errorf("undone: %d", got)
	}
	if got := act(clerk, "do", "accept", "which", "all"); got != 303 {
		t.Errorf("all accepted: %d", got)
	}
	if x, err := city.Proposal(t.Context(), auth.Operator(), p.ID); err != nil || x.Counts().By[proposal.Accepted] != len(x.Lines) || x.Checked.Passing != p.After.Passing {
		t.Errorf("%v accepted, %d pass of %d promised, %v", x.Counts(), x.Checked.Passing, p.After.Passing, err)
	}
	if page := w.ask(http.MethodGet, base, "", clerk).Body.String(); strings.Contains(page, `id="give"`) || !strings.Contains(page, "由县级审核") {
		t.Error("who gives no tasks is offered to")
	}
	if out := w.form(base+"/tasks", clerk, "proposal", p.ID, "rev", rev()); out.Code != 403 {
		t.Errorf("who gives no tasks makes some: %d", out.Code)
	}
	old := rev()
	if out := w.form(base+"/tasks", both, "proposal", p.ID, "rev", old, "sent", "x"); out.Code != 303 {
		t.Errorf("tasks: %d", out.Code)
	}
	if out := w.form(base+"/tasks", both, "proposal", p.ID, "rev", old, "sent", "x"); out.Code != 409 {
		t.Errorf("sent twice: %d", out.Code)
	}
	out := w.ask(http.MethodGet, base+"?as=xlsx", "", clerk)
	f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
	if err != nil {
		t.Fatalf("%d: %v", out.Code, err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "摘要 方案各行 分年资金 按标准复核 做完仍不达标" {
		t.Errorf("sheets %s", got)
	}
	var got struct {
		Proposals []struct {
			ID    string
			Rev   int
			Lines []struct{ Task string }
		}
	}
	out = w.ask(http.MethodGet, "/api/v1/counties/"+code+"/proposals", "", clerk)
	if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil || len(got.Proposals) == 0 || got.Proposals[0].Lines[0].Task == "" {
		t.Errorf("a program: %d, %v", out.Code, err)
	}
	if out := w.ask(http.MethodPost, "/api/v1/counties/"+code+"/proposals/"+p.ID+"/decisions", fmt.Sprintf(`{"rev": %d, "lines": [1], "decision": "reopen"}`, got.Proposals[0].Rev), clerk); out.Code != 409 {
		t.Errorf("a program reopens what is a task: %d", out.Code)
	}
	for _, path := range []string{"/api/v1/gaps?county=" + code, "/api/v1/staff", "/api/v1/counties/" + code + "/means"} {
		if out := w.ask(http.MethodGet, path, "", clerk); out.Code != 200 || !json.Valid(out.Body.Bytes()) {
			t.Errorf("%s: %d", path, out.Code)
		}
	}
	if out := w.ask(http.MethodGet, "/gaps/proposals/"+p.ID, "", clerk); out.Code != 303 || !strings.HasPrefix(out.Header().Get("Location"), base) {
		t.Errorf("the way back: %d %s", out.Code, out.Header().Get("Location"))
	}
}

// Staff is held against the norm by county; where counties stand side by side no
// count below ten is shown, and nobody is named.
func TestStaffPage(t *testing.T) {
	w, city := gapTown(t)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	out := w.ask(http.MethodGet, "/staff?stage=junior", "", planner)
	page := out.Body.String()
	for _, want := range []string{"应配与在编", "交流轮岗", "今后退休", "按学科", "音乐"} {
		if !strings.Contains(page, want) {
			t.Errorf("%d: the page does not say %q", out.Code, want)
		}
	}
	_, body, _ := strings.Cut(page, `id="t-subjects"`)
	body, _, _ = strings.Cut(body, "</table>")
	if few := regexp.MustCompile(`<td class="n">([1-9])</td>`).FindStringSubmatch(body); few != nil {
		t.Errorf("a count of %s is shown beside others", few[1])
	}
	_, id := small(t, city)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	if out := w.ask(http.MethodGet, "/staff", "", clerk); out.Code != 200 || strings.Contains(out.Body.String(), w.foreign.Name.ZH) {
		t.Errorf("a county's own: %d", out.Code)
	}
	_, _, head := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	if out := w.ask(http.MethodGet, "/staff", "", head); out.Code != 200 {
		t.Errorf("a school's own: %d", out.Code)
	}
}
