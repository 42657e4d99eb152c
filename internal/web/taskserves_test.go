package web

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"shuren/internal/demo"
	"shuren/internal/task"
)

// The issuer lets a task that is under way serve a measure of a plan, chosen from
// what the picker offers, and takes it away again; the owner is not offered it and
// is refused.
func TestTaskServes(t *testing.T) {
	d := newDesks(t)
	id := d.draft("统筹县中教研帮扶")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working)
	var offered struct {
		Items []struct{ Plan, Measure, Label string }
	}
	out := d.ask(http.MethodGet, "/api/v1/plan-measures?q=M26", "", d.city)
	if err := json.Unmarshal(out.Body.Bytes(), &offered); err != nil || len(offered.Items) == 0 || offered.Items[0].Plan != demo.ActionID || offered.Items[0].Measure != "M26" {
		t.Fatalf("offered: %s (%v)", firstLine(out.Body.String()), err)
	}
	label := offered.Items[0].Label
	page := func(secret string) string {
		return html.UnescapeString(d.ask(http.MethodGet, "/tasks/"+id, "", secret).Body.String())
	}
	if p := page(d.city); !strings.Contains(p, `id="act-serve"`) || !strings.Contains(p, `data-pick="/api/v1/plan-measures"`) {
		t.Error("the issuer is not offered to link a measure")
	}
	if strings.Contains(page(d.county), `id="act-serve"`) {
		t.Error("the owner is offered to link a measure")
	}
	d.refused(d.act(id, d.county, task.Serve, "serve", label), http.StatusForbidden, "只有交办单位")
	d.refused(d.act(id, d.city, task.Serve), http.StatusUnprocessableEntity, "没有变化")
	d.refused(d.act(id, d.city, task.Serve, "serve", "无此措施甲乙丙"), http.StatusUnprocessableEntity, "没有找到措施", `value="无此措施甲乙丙"`)
	d.refused(d.act(id, d.city, task.Serve, "unserve", "none/M1"), http.StatusUnprocessableEntity, "没有变化")

	// Over an older revision both are shown, and it can be done all the same.
	rev := d.rev(id, d.city)
	d.does(id, d.county, task.Report, task.Working, "text", "已排定帮扶安排")
	stale := url.Values{"act": {"serve"}, "rev": {rev}, "sent": {"stale"}, "serve": {label}}
	out = d.ask(http.MethodPost, "/tasks/"+id+"/acts", stale.Encode(), d.city)
	d.refused(out, http.StatusConflict, `id="conflict"`, "已排定帮扶安排")
	again := formIn(t, out.Body.String(), "conflict")
	if again.Get("serve") != label {
		t.Fatalf("the form to go on with holds %v", again)
	}
	if out := d.ask(http.MethodPost, "/tasks/"+id+"/acts", again.Encode(), d.city); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	m := task.Serves{Plan: demo.ActionID, Measure: "M26"}
	if x := d.stands(id, task.Working); !slices.Equal(x.Serves, []task.Serves{m}) || x.Last.Text != "已排定帮扶安排" {
		t.Fatalf("it serves %v", x.Serves)
	}
	for _, secret := range []string{d.city, d.county} {
		if p := page(secret); !strings.Contains(p, `href="/plan/`+demo.ActionID+`?line=`) || !strings.Contains(p, "#M26") || !strings.Contains(p, label) {
			t.Error("the page does not link to the measure")
		}
	}
	check(t, d.ask(http.MethodGet, "/tasks/"+id, "", d.city).Body.String(), "zh")
	d.does(id, d.city, task.Serve, task.Working, "unserve", servesKey(m))
	if x := d.stands(id, task.Working); len(x.Serves) != 0 {
		t.Errorf("taken away, it serves %v", x.Serves)
	}
}

// The form of a draft adds a measure to those that the draft serves and drops the
// one whose box is empty.
func TestDraftServes(t *testing.T) {
	d := newDesks(t)
	id := d.draft("统筹县中教研帮扶", "serve", demo.ActionID+"/M26")
	if x := d.stands(id, task.Drafted); !slices.Equal(x.Serves, []task.Serves{{Plan: demo.ActionID, Measure: "M26"}}) {
		t.Fatalf("the new draft serves %v", x.Serves)
	}
	form := formIn(t, d.ask(http.MethodGet, "/tasks/"+id+"/edit", "", d.city).Body.String(), "draft")
	if !slices.Equal(form["serves"], []string{demo.ActionID + "/M26"}) {
		t.Fatalf("the form holds %v", form["serves"])
	}
	send := func(rev, serve string, serves ...string) int {
		t.Helper()
		v := url.Values{"rev": {rev}, "sent": {rev + serve}, "title": {"统筹县中教研帮扶"}, "source.kind": {"meeting"}, "source.name": {"教育工作会议"}, "lead": {d.bureau}, "due": {later(60)}, "sheet": {"1"}, "serve": {serve}, "serves": serves}
		out := d.ask(http.MethodPost, "/tasks/"+id+"/edit", v.Encode(), d.city)
		if out.Code == http.StatusConflict {
			d.refused(out, http.StatusConflict, `id="conflict"`, "服务于措施", demo.ActionID+"/M27")
		}
		return out.Code
	}
	kept := form["serves"]
	if code := send("1", demo.ActionID+"/M27", kept...); code != http.StatusSeeOther {
		t.Fatalf("status %d", code)
	}
	if x := d.stands(id, task.Drafted); len(x.Serves) != 2 || x.Serves[1].Measure != "M27" {
		t.Errorf("it serves %v", x.Serves)
	}
	if code := send("1", "", kept...); code != http.StatusConflict {
		t.Errorf("over an older revision: status %d", code)
	}
	if code := send("2", ""); code != http.StatusSeeOther {
		t.Fatalf("status %d", code)
	}
	if x := d.stands(id, task.Drafted); len(x.Serves) != 0 {
		t.Errorf("with no box it serves %v", x.Serves)
	}
}
