package web

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// The three ledgers are three views of one child's one record, with the reason of each
// line. A child at school elsewhere with proof is accounted for and no dropout; leaves
// carry proof, approval and their end, and one that has ended is to be checked again; a
// number of the national platform is imported and comes with the case.
func TestThreeLedgersAreViewsOfOneRecord(t *testing.T) {
	w := newWard(t)
	number := func(first string) string { return first + string(ident.Checksum(first)) }
	never, away, away2, leave := number("53990020160410007"), number("53990020150310019"), number("53990020150310027"), number("53990020150310035")
	for list, file := range map[register.List]string{
		register.Household: "姓名,身份证号,户籍地单位,就学状态,证明材料,批准单位,批准文号,起始日期,到期日期\n周小小," + never + ",990101100,,,,,,\n吴远远," + away + ",990101100,县外就读,学籍截图1号,,,,\n吴近近," + away2 + ",990101100,县外就读,学籍截图2号,,,,\n",
		register.Platform:  "姓名,身份证号,户籍地单位,个案编号\n周小小," + never + ",990101100,P-539900-0007\n",
		register.Register:  "姓名,身份证号,学校标识码,年级,就学状态,证明材料,批准单位,批准文号,起始日期,到期日期\n郑休休," + leave + ",2199000001,五年级,休学,医院证明3号,东县教育局,东教休〔2025〕3号,2025-03-01,2025-08-31\n",
	} {
		got, err := w.city.Registers().Import(t.Context(), auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }, flow.RegisterOptions{Kind: store.AChild, List: list, Year: 2025})
		if err != nil || got.New+got.Moved+got.Changed == 0 {
			t.Fatalf("%q: %+v, %v", list, got, err)
		}
	}
	get := func(path string, want, no []string) string {
		t.Helper()
		out := w.page("officer", path, "zh", nil)
		body := out.Body.String()
		for _, x := range want {
			if !strings.Contains(body, x) {
				t.Errorf("%s does not say %q", path, x)
			}
		}
		for _, x := range no {
			if strings.Contains(body, x) {
				t.Errorf("%s says %q", path, x)
			}
		}
		return body
	}
	if out := w.page("officer", "/retention/compare", "zh", url.Values{"y": {"2025"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("compared: %d", out.Code)
	}
	w.compared(t, 2025)
	body := get("/retention/compare?y=2025", []string{"县外就读，有证明（不是辍学）", "国家平台有未销号个案", "周**"}, []string{"吴**"})
	if i, j := strings.Index(body, "不在本县课堂且不算辍学"), strings.Index(body, "县外就读，有证明"); i < 0 || j < i {
		t.Error("who is at school elsewhere does not stand first of those accounted for")
	}
	get("/retention/children?list=household", []string{"吴**", "学籍截图1号", "周**", "国家平台有未销号个案"}, nil)
	// The household list has no schools to narrow it by, and says so.
	for _, narrow := range []string{"school=2199000001", "school=none", "due=1", "grade=5", "status=on_leave"} {
		get("/retention/children?list=household&"+narrow, []string{"吴**", "周**", "户籍名单不按就读学校"}, []string{`name="school"`, `id="wrong"`})
	}
	get("/retention/children?list=household&school=&grade=&status=", []string{"吴**"}, []string{"户籍名单不按就读学校"})
	get("/retention/children?school=2199000001", []string{`name="school"`}, []string{"户籍名单不按就读学校"})
	get("/retention/children?due=1", []string{"郑**", "医院证明3号", "东县教育局 东教休〔2025〕3号", "2025-08-31", "已到期，需复核"}, []string{"钱**"})
	if n, err := w.x().DueExceptions(t.Context(), wardPeople["officer"]); err != nil || n != 1 {
		t.Errorf("%d leaves to check again, %v", n, err)
	}

	// From the ledger of the comparison to a case: its number is there already.
	child := regexp.MustCompile(`/retention/new\?source=comparison&amp;child=([^"&]+)`).FindStringSubmatch(body)
	if child == nil {
		t.Fatal("no way to a case")
	}
	out := w.page("officer", "/retention/new", "zh", url.Values{"child": {child[1]}, "source": {"comparison"}, "cause": {"moved"}, "sent": {"a"}})
	address := caseAddress.FindString(out.Header().Get("Location"))
	if address == "" {
		t.Fatalf("no case: %d %s", out.Code, out.Header().Get("Location"))
	}
	get(address, []string{"P-539900-0007"}, nil)
	if n, err := w.x().FromPlatform(t.Context(), wardPeople["officer"]); err != nil || n != 0 {
		t.Errorf("the platform's case was opened again: %d, %v", n, err)
	}
	get("/retention?ledger=suspected", []string{address, "周**"}, nil)
	get("/retention?ledger=dropouts", nil, []string{address})
	c, err := w.x().Case(t.Context(), wardPeople["officer"], strings.TrimPrefix(address, "/retention/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.x().Act(t.Context(), wardPeople["officer"], c.ID, c.Rev, retention.Confirm, retention.Options{Cause: "moved", Day: c.Opened - 1}); err != nil {
		t.Fatal(err)
	}
	get("/retention?ledger=dropouts", []string{address, "周**"}, nil)
	get("/retention?ledger=suspected", nil, []string{address})
	get("/retention/children?list=household", []string{address, "确认辍学"}, nil)
}

// The rules are shown to who follows cases up with their defaults, marks and effect;
// the city's officer alone changes them, and what makes no sense is refused.
func TestRulesOfDropoutPrevention(t *testing.T) {
	w := newWard(t)
	wardPeople["cityofficer"] = auth.Actor{Account: "cityofficer", Name: "市专员", Grants: []auth.Grant{{Role: auth.RetentionOfficer, Whole: true}}}
	t.Cleanup(func() { delete(wardPeople, "cityofficer") })
	for _, who := range []string{"head", "officer"} {
		if body := w.page(who, "/retention/rules", "zh", nil).Body.String(); !strings.Contains(body, "连续缺课，红色") || !strings.Contains(body, "[E]") || strings.Contains(body, "<button class=\"btn p\">保存规则") {
			t.Errorf("%s: no rules, or they can be changed", who)
		}
	}
	form := url.Values{}
	shipped := retention.Default
	for _, x := range retention.RuleTerms {
		form.Set(x.ID, "")
	}
	form.Set("red_days", "7")
	if out := w.page("officer", "/retention/rules", "zh", form); out.Code != http.StatusForbidden {
		t.Errorf("a county sets rules: %d", out.Code)
	}
	form.Set("red_days", "1") // below amber
	if out := w.page("cityofficer", "/retention/rules", "zh", form); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("red before amber: %d", out.Code)
	}
	form.Set("red_days", "many")
	if out := w.page("cityofficer", "/retention/rules", "zh", form); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "应为整数") {
		t.Errorf("no number: %d", out.Code)
	}
	form.Set("red_days", "7")
	if out := w.page("cityofficer", "/retention/rules", "zh", form); out.Code != http.StatusSeeOther {
		t.Fatalf("set: %d %s", out.Code, firstLine(out.Body.String()))
	}
	if got, err := w.x().Rules(t.Context()); err != nil || got.RedDays != 7 || got.AmberDays != shipped.AmberDays {
		t.Errorf("%+v, %v", got, err)
	}
	for _, lang := range []string{"zh", "en"} {
		body := w.page("cityofficer", "/retention/rules?did=set", lang, nil).Body.String()
		if !strings.Contains(body, "市专员") {
			t.Errorf("%s: who changed them is not told", lang)
		}
		t.Run(lang, func(t *testing.T) { check(t, body, lang) })
	}
}
