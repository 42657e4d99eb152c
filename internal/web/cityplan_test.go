package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/chart"
)

// A planner works all counties out together with money that they share: the page says
// what it costs, gives each county its part and the lines in a workbook; a county may
// neither begin it nor see it.
func TestAllCountiesTogether(t *testing.T) {
	w, city := gapTown(t)
	id := demoCounty(t, city, "990122")
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, _, leader := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	year := newest(t).Period.Int() + 1
	field := "money" + strconv.Itoa(year)
	if out := w.form("/gaps/city/make", clerk, "scenario", "mixed"); out.Code != 403 && out.Code != 404 {
		t.Errorf("begun by a county: %d", out.Code)
	}
	if out := w.ask(http.MethodGet, "/gaps/city", "", clerk); out.Code != 403 && out.Code != 404 {
		t.Errorf("read by a county: %d", out.Code)
	}
	if out := w.form("/gaps/city/make", planner, "scenario", "mixed", field, "许多"); out.Code != 422 || !strings.Contains(out.Body.String(), "许多") {
		t.Errorf("much money: %d", out.Code)
	}
	if out := w.form("/gaps/city/make", planner, "scenario", "mixed", field, "900000"); out.Code != 303 {
		t.Fatalf("begun: %d %s", out.Code, out.Body)
	}
	if err := city.Proposed(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := w.ask(http.MethodGet, "/gaps/city", "", planner).Body.String()
	for _, want := range []string{"全市共用资金", chart.Number(900000, 1), "已证明", "未纳入：", `value="900000"`, "/gaps/counties/990122"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page := w.ask(http.MethodGet, "/gaps/city", "", leader).Body.String(); strings.Contains(page, "/gaps/city/make") || !strings.Contains(page, "990122") {
		t.Error("a leader sees the button, or no table")
	}
	if out := w.ask(http.MethodGet, "/gaps/city?as=xlsx", "", planner); out.Code != 200 || out.Body.Len() < 5000 {
		t.Errorf("workbook: %d, %d bytes", out.Code, out.Body.Len())
	}
	if now, _, err := city.Proposals(t.Context(), auth.Operator(), demoCounty(t, city, "990125")); err != nil || len(now) > 0 {
		t.Errorf("a county has %d proposals of its own, %v", len(now), err)
	}
}
