package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
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
