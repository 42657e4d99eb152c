package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/incident"
)

// yardPages are the pages of drills, incidents and duties with people of each side.
func newYardPages(t *testing.T) (w *town, head, rival, county, city, planner string) {
	w = newTown(t)
	_, _, head = w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	_, _, rival = w.person(w.foreign.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.foreign.Unit.ID})
	_, _, county = w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: w.county.Unit.ID})
	_, _, city = w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	_, _, planner = w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	return
}

func (w *town) post(path, secret string, kv ...string) *httptest.ResponseRecorder {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return w.ask(http.MethodPost, path, v.Encode(), secret)
}

func (w *town) want(path, secret string, status int, texts ...string) string {
	w.t.Helper()
	out := w.ask(http.MethodGet, path, "", secret)
	if out.Code != status {
		w.t.Fatalf("%s: %d, want %d: %s", path, out.Code, status, firstLine(out.Body.String()))
	}
	for _, x := range texts {
		if !strings.Contains(out.Body.String(), x) {
			w.t.Errorf("%s does not say %q", path, x)
		}
	}
	return out.Body.String()
}

// A drill, an incident and a list of duties on their pages: who sees them, what they
// say, and that what was typed comes back where it is wrong.
func TestDrillIncidentAndDutyPages(t *testing.T) {
	w, head, rival, county, city, planner := newYardPages(t)
	own := strings.ToLower(rand.Text()) // what this run sends is its own
	unit := url.PathEscape(string(w.school.Unit.ID))
	today := collect.Today(time.Now())

	w.want("/safety/drills", county, http.StatusOK, "教基一厅〔2014〕2号", "每月至少开展一次")
	w.want("/safety/drills/"+unit, rival, http.StatusNotFound)
	if out := w.post("/safety/drills/"+unit, head, "do", "add", "sent", "d1"+own, "day", today.String(), "kind", "evacuation", "people", "两百"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("a drill of nobody: %d", out.Code)
	}
	if out := w.post("/safety/drills/"+unit, head, "do", "add", "sent", "d1"+own, "day", today.String(), "kind", "evacuation", "people", "200", "minutes", "2", "seconds", "10", "lead", "safety"); out.Code != http.StatusSeeOther {
		t.Fatalf("a drill: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	// The two minutes are judged by the floors that the school reported, and the page says so.
	v, err := w.s.incidents.DrillSheet(t.Context(), auth.Operator(), w.school.Unit.ID, 2025)
	if err != nil || v.Floors < 1 {
		t.Fatalf("%d floors, %v", v.Floors, err)
	}
	page := w.want("/safety/drills/"+unit, head, http.StatusOK, "2分10秒", fmt.Sprintf("教学楼最高%d层（", v.Floors))
	if strings.Contains(page, "2分10秒 · 超过2分钟") != (v.Floors <= incident.LowFloors) {
		t.Errorf("of %d floors 2 min 10 s are judged wrongly", v.Floors)
	}
	if out := w.post("/safety/drills/"+unit, county, "do", "add", "day", today.String()); out.Code != http.StatusForbidden {
		t.Errorf("a drill by the county's reviewer: %d", out.Code)
	}

	w.want("/safety/incidents/new", head, http.StatusOK, "不代替110、119、120", "严禁迟报、漏报、谎报、瞒报", "不填写学生姓名")
	ago := func(m int) string {
		return time.Now().In(collect.China).Add(-time.Duration(m) * time.Minute).Format("2006-01-02T15:04")
	}
	out := w.post("/safety/incidents/new", head, "school", string(w.school.Unit.ID), "sent", "i1"+own, "kind", "injury", "level", "other", "place", "操场", "happened", ago(300), "known", ago(290), "dead", "0", "hurt", "1", "loss", "0", "what", "示例：课间摔倒")
	if out.Code != http.StatusSeeOther {
		t.Fatalf("an incident: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	path, _, _ := strings.Cut(out.Header().Get("Location"), "?")
	w.want(path, head, http.StatusOK, "一般事故", `<span class="l r">■ 电话首报超时`, "不代替110", "登记电话首报")
	w.want(path, rival, http.StatusNotFound)
	call := ago(5)
	refused := w.post(path, head, "rev", "1", "sent", "i2"+own, "act", "phone", "at", call, "body", "示例县局值班室")
	if refused.Code != http.StatusUnprocessableEntity {
		t.Errorf("a call to nobody: %d", refused.Code)
	}
	for _, kept := range []string{`id="do-phone" open`, `value="` + call + `"`, `value="示例县局值班室"`} {
		if !strings.Contains(refused.Body.String(), kept) {
			t.Errorf("what was typed for a call to nobody is gone: no %s", kept)
		}
	}
	if out := w.post(path, head, "rev", "1", "sent", "i2"+own, "act", "phone", "at", ago(5), "to", "示例值班员", "body", "示例县局值班室"); out.Code != http.StatusSeeOther {
		t.Errorf("a call: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := w.post(path, head, "rev", "1", "sent", "i3"+own, "act", "follow", "at", ago(1), "text", "示例"); out.Code != http.StatusConflict {
		t.Errorf("over an older page: %d", out.Code)
	}
	w.want("/safety/incidents", county, http.StatusOK, "意外伤害")
	w.want("/safety/limits", city, http.StatusOK, "国务院令第493号", "本系统默认值，由市级设定", "<small>30天</small>")
	if page := w.want("/safety/limits?lang=en", city, http.StatusOK, "国务院令第493号: to the county", "default; the city sets its own"); strings.Contains(page, "本系统默认值") {
		t.Error("our own words about a source are not in English")
	}
	if out := w.post("/safety/incidents/new", head, "named", "不存在的学校", "kind", "injury", "level", "other"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("of a school that there is not: %d", out.Code)
	}

	w.want("/duties/lists", head, http.StatusOK, "待市级填写", "意识形态工作责任制")
	w.want("/duties", county, http.StatusOK, "没有启用的清单")
	if page := w.want("/work/forms", head, http.StatusOK); strings.Contains(page, "学生心理健康工作") {
		t.Error("a list that is off stands among the forms")
	}
	rev := func() string {
		l, err := w.s.duties.List(t.Context(), auth.Operator(), "mind")
		if err != nil {
			t.Fatal(err)
		}
		return strconv.Itoa(l.Rev)
	}
	if out := w.post("/duties/lists", planner, "list", "mind", "to", "on", "rev", rev(), "reason", "试行"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("without who approved it: %d", out.Code)
	}
	if out := w.post("/duties/lists", planner, "list", "mind", "to", "on", "rev", rev(), "reason", "试行", "approver", "示例局长", "waived", "示例局长：试行"); out.Code != http.StatusSeeOther {
		t.Fatalf("on: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	on := rev()
	defer func() {
		w.post("/duties/lists", planner, "list", "mind", "to", "off", "rev", on, "reason", "test")
	}()
	w.want("/work/forms", head, http.StatusOK, "学生心理健康工作", "教体艺〔2023〕1号", "示例局长", `href="/duties"`)
	sheet := flow.DutyLink("mind", w.school.Unit.ID)
	w.want(sheet, head, http.StatusOK, "教体艺〔2023〕1号", "不足10人的数字不对外单位显示")
	w.want(sheet, rival, http.StatusNotFound)
	seen, err := w.s.duties.Sheet(t.Context(), auth.Operator(), "mind", w.school.Unit.ID, edu.Period{})
	if err != nil {
		t.Fatal(err)
	}
	old, now := strconv.Itoa(seen.Rev), strconv.Itoa(seen.Rev+1)
	if out := w.post(sheet, head, "rev", old, "day.care", today.String(), "post.care", "mind", "count.referred", "3", "remark.care", "电话13900000000"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "13900000000") {
		t.Errorf("a telephone in a remark: %d", out.Code)
	}
	if out := w.post(sheet, head, "rev", old, "day.care", today.String(), "post.care", "mind", "count.referred", "3", "remark.care", own[:4]); out.Code != http.StatusSeeOther {
		t.Errorf("ticked off: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := w.post(sheet, head, "rev", now, "day.care", today.String(), "post.care", "mind", "times.care", "两次"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "次数应为整数") {
		t.Errorf("how many times in words: %d", out.Code)
	}
	if out := w.post(sheet, head, "rev", old, "day.care", today.String(), "post.care", "mind", "remark.care", "迟到的备注"); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "迟到的备注") {
		t.Errorf("over what somebody else saved, what was typed is gone: %d", out.Code)
	}
	if text := w.want(sheet, county, http.StatusOK, "不足10人或为保护而不显示"); strings.Contains(text, `name="count.referred"`) {
		t.Error("the county sees a count below ten")
	}
	w.want("/duties/counts/mind", county, http.StatusOK, "分县")
	// A county whose schools have said nothing has no figure, which is not none.
	if whole, _, _ := strings.Cut(w.want("/duties/counts/mind", city, http.StatusOK, "分县", "分校"), "分校"); !strings.Contains(whole, "未填") || !strings.Contains(whole, "0/") || strings.Contains(whole, `<td class="n">0<`) {
		t.Error("counties where nobody has stated anything are shown with a number")
	}
	w.want("/duties", city, http.StatusOK, "不作排名")
	w.want("/board", city, http.StatusOK, "默认关闭")
	for _, p := range []string{"/safety/drills", "/safety/drills/" + unit, "/safety/incidents", path, "/duties", sheet, "/duties/lists", "/duties/counts/mind"} {
		join := "?"
		if out := w.ask(http.MethodGet, p+join+"as=xlsx", "", county); out.Code != http.StatusOK || !strings.HasPrefix(out.Body.String(), "PK") {
			t.Errorf("%s as a workbook: %d", p, out.Code)
		}
		if out := w.ask(http.MethodGet, p+"?lang=en", "", county); out.Code != http.StatusOK {
			t.Errorf("%s in English: %d", p, out.Code)
		}
	}
}
