package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// The rules of supervision are set on the page of settings, and hold: what is no
// number changes nothing and is said by the name of its field.
func TestRulesOfSupervision(t *testing.T) {
	d := newDesks(t)
	_, _, planner := d.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	rules := func() task.Rules {
		t.Helper()
		x, err := d.s.tasks.TaskRules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	page := d.ask(http.MethodGet, "/settings", "", planner).Body.String()
	for _, want := range []string{`id="rules"`, `name="amber_days" value="7"`, `name="amber_share" value="15"`, `name="level3" value="30"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	form := url.Values{"amber_days": {"9"}, "amber_share": {"20"}, "sign_days": {"2"}, "sign_extra": {"1.5"}, "ordinary": {"8"}, "first_days": {"5"}, "extensions": {"1"}, "level0": {"2"}, "level1": {"8"}, "level2": {"16"}, "level3": {"31"}}
	if out := d.ask(http.MethodPost, "/settings/tasks", form.Encode(), planner); out.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", out.Code, firstLine(out.Body.String()))
	}
	if x := rules(); x.AmberDays != 9 || x.AmberShare != 0.2 || x.SignExtra.Minutes() != 90 || x.Extensions != 1 || x.Levels[3].Days != 31 {
		t.Errorf("%+v", x)
	}
	form.Set("ordinary", "bald")
	form.Set("amber_days", "5")
	out := d.ask(http.MethodPost, "/settings/tasks", form.Encode(), planner)
	if page := out.Body.String(); out.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "bald") || !strings.Contains(page, `name="amber_days" value="5"`) {
		t.Errorf("%d: the page does not say what was typed, or lost it", out.Code)
	}
	if x := rules(); x.AmberDays != 9 {
		t.Errorf("what was refused changed %+v", x)
	}
	if out := d.ask(http.MethodPost, "/settings/tasks", "reset=1", planner); out.Code != http.StatusSeeOther || rules().AmberDays != task.Default.AmberDays {
		t.Errorf("reset: %d, %+v", out.Code, rules())
	}
	if out := d.ask(http.MethodPost, "/settings/tasks", form.Encode(), d.county); out.Code < 400 {
		t.Errorf("a county set the city's rules: %d", out.Code)
	}
}

// How long an entry may be is the city's rule on every page that asks for one, and
// where it is kept.
func TestPagesKeepTheCitysLengthOfAnEntry(t *testing.T) {
	d := newDesks(t)
	rules := task.Default
	rules.EntryRunes = 120
	office := d.s.tasks.(*flow.Office)
	if err := office.SetTaskRules(t.Context(), auth.Operator(), rules); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the city is every test's
		if err := office.SetTaskRules(context.Background(), auth.Operator(), task.Default); err != nil {
			t.Error(err)
		}
	})
	id := d.draft("补齐音体美教师")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working)
	for _, at := range []string{"/tasks/" + id, "/cadence/open"} {
		page := d.ask(http.MethodGet, at, "", d.county).Body.String()
		if !strings.Contains(page, `data-most="120"`) || strings.Contains(page, `data-most="200"`) {
			t.Errorf("%s does not ask for at most 120 characters", at)
		}
	}
	d.refused(d.act(id, d.county, task.Report, "text", strings.Repeat("进", 121)), http.StatusUnprocessableEntity, "121")
	d.does(id, d.county, task.Report, task.Working, "text", strings.Repeat("进", 120))
}

// Whoever acts for the issuer and keeps the tasks of a government hands them in,
// and cannot close them: another person of the issuer does.
func TestReviewByAnother(t *testing.T) {
	d := newDesks(t)
	_, _, other := d.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	id := d.draft("核定教师编制", "lead", task.GovernmentOf(d.town.county.Unit.ID))
	d.does(id, d.city, task.Request, task.Requested)
	d.does(id, d.city, task.TakenUp, task.Working, "text", "市教组发〔2026〕3号")
	d.does(id, d.city, task.HandIn, task.InReview, "text", "已核定", "head", "某主任")
	page := d.ask(http.MethodGet, "/tasks/"+id, "", d.city).Body.String()
	if strings.Contains(page, `id="act-close"`) || !strings.Contains(page, "须由交办单位的其他人员审核办结") {
		t.Error("who handed it in is offered to close it, or is not told why not")
	}
	four := []string{"facts", "1", "solved", "1", "done", "1", "conclusion", "1"}
	d.refused(d.act(id, d.city, task.Close, four...), http.StatusForbidden, "不能审核自己报结")
	d.stands(id, task.InReview)
	if strings.Contains(d.ask(http.MethodGet, "/todo", "", d.city).Body.String(), "核定教师编制") || !strings.Contains(d.ask(http.MethodGet, "/todo", "", other).Body.String(), "核定教师编制") {
		t.Error("the review is a to-do of the wrong person")
	}
	d.does(id, other, task.Close, task.Closed, four...)
}
