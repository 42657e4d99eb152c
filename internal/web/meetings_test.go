package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/task"
)

// hall are people around a meeting of the city with a venue in one county.
type hall struct {
	*town
	planner, clerk, rival, leader string // secrets
}

func newHall(t testing.TB) *hall {
	w := newTown(t)
	h := &hall{town: w}
	_, _, h.planner = w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, _, h.clerk = w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	_, _, h.rival = w.person(w.other.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.other.Unit.ID})
	_, _, h.leader = w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	return h
}

func (h *hall) send(path, secret string, kv ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return h.ask(http.MethodPost, path, v.Encode(), secret)
}

// form is a whole meeting as it is typed.
func (h *hall) form(more ...string) []string {
	unit := string(h.town.county.Unit.ID)
	return append([]string{"sent", fmt.Sprint(people.Add(1)), "name", "示例工作会议", "series", h.t.Name(), "session", "第一次", "day", "2026-10-13", "from", "09:00", "until", "11:00", "place", "一楼", "form", "mixed", "level", "internal", "link", "https://meet.example/j/9", "chair", "示例甲", "recorder", "示例记", "signer", "示例签",
		"venue", unit, "place." + unit, "县会议室", "reader", unit, "people", "示例甲|组长|||出席\n示例乙\t局长\t县局\t" + h.town.county.Name.ZH + "\t出席\n示例丙，督学，督导室，，列席", "items", "学位建设|规划科|示例材料1\n校园安全"}, more...)
}

func (h *hall) plan(more ...string) string {
	h.t.Helper()
	out := h.send("/meetings/new", h.planner, h.form(more...)...)
	to := out.Header().Get("Location")
	if out.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/meetings/m") {
		h.t.Fatalf("new meeting: %d %s: %s", out.Code, to, firstLine(out.Body.String()))
	}
	path, _, _ := strings.Cut(to, "?")
	return path
}

// page reads a page that must be there.
func (h *hall) page(path, secret string) string {
	h.t.Helper()
	out := h.ask(http.MethodGet, path, "", secret)
	if out.Code != http.StatusOK {
		h.t.Fatalf("%s: %d: %s", path, out.Code, firstLine(out.Body.String()))
	}
	return out.Body.String()
}

func (h *hall) step(path string, act council.Act, want int) *httptest.ResponseRecorder {
	h.t.Helper()
	rev := ""
	if m := revIn.FindStringSubmatch(h.page(path, h.planner)); m != nil {
		rev = m[1]
	}
	out := h.send(path+"/step", h.planner, "rev", rev, "act", string(act), "reason", "示例")
	if out.Code != want {
		h.t.Fatalf("%s: %d, want %d: %s", act, out.Code, want, firstLine(out.Body.String()))
	}
	return out
}

func shows(t *testing.T, page string, want bool, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if strings.Contains(page, x) != want {
			t.Errorf("that the page has %q is %v, want %v", x, !want, want)
		}
	}
}

// A meeting by its pages: planned by the city, checked in by the county, decided,
// made tasks, signed; the next one opens with it.
func TestMeetingPages(t *testing.T) {
	h := newHall(t)
	path := h.plan()
	unit := string(h.town.county.Unit.ID)

	shows(t, h.page(path, h.planner), true, "示例工作会议", "https://meet.example/j/9", "开始会议", "学位建设", "规划科", "县会议室", "应到")
	shows(t, h.page(path, h.clerk), true, "https://meet.example/j/9", "会场签到", "议定事项在纪要签发后公布")
	shows(t, h.page(path, h.clerk), false, "开始会议", path+"/edit")
	shows(t, h.page(path, h.leader), false, "https://meet.example/j/9", "开始会议")
	if out := h.ask(http.MethodGet, path, "", h.rival); out.Code != http.StatusNotFound {
		t.Errorf("a county that does not attend: %d", out.Code)
	}
	if out := h.ask(http.MethodGet, path+"/minutes", "", h.clerk); out.Code != http.StatusConflict {
		t.Errorf("minutes before they are signed: %d", out.Code)
	}

	venue := h.page(path+"/venue", h.clerk)
	shows(t, venue, true, "示例乙（局长）", `name="mark.p2"`)
	shows(t, venue, false, "示例甲（组长）")
	if out := h.send(path+"/venue", h.clerk, "unit", "", "person", "p1", "mark.p1", "present"); out.Code != http.StatusForbidden {
		t.Errorf("the main venue by a county: %d", out.Code)
	}
	if out := h.send(path+"/venue", h.clerk, "unit", unit, "rev", "0", "person", "p2", "mark.p2", "leave"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("leave without a reason: %d", out.Code)
	}
	if out := h.send(path+"/venue", h.clerk, "unit", unit, "rev", "0", "person", "p2", "mark.p2", "present", "said.p2", "示例代", "ready", "1"); out.Code != http.StatusSeeOther {
		t.Errorf("check-in: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := h.send(path+"/venue", h.planner, "unit", unit, "rev", "0", "person", "p2", "mark.p2", "absent"); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "示例代") {
		t.Errorf("a second check-in over the first: %d", out.Code)
	}

	if out := h.send(path+"/decisions", h.planner, "no", "0", "words", "早了", "class", "agreed", "sent", "x"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("a decision before the meeting: %d", out.Code)
	}
	h.step(path, council.Begin, http.StatusSeeOther)
	if out := h.send(path+"/step", h.planner, "rev", "1", "act", "end"); out.Code != http.StatusConflict {
		t.Errorf("a step over an older page: %d", out.Code)
	}
	out := h.send(path+"/decisions", h.planner, "no", "0", "words", "编制方案并报批。", "class", "agreed", "lead", "没有这个单位", "sent", "d0")
	shows(t, out.Body.String(), true, "编制方案并报批。", "没有这个单位")
	if out.Code != http.StatusUnprocessableEntity {
		t.Errorf("an owner that is none: %d", out.Code)
	}
	if out := h.send(path+"/decisions", h.planner, "no", "0", "words", "转发机密★5年文件", "class", "agreed", "sent", "d9"); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "不处理涉密") {
		t.Errorf("a state secret: %d", out.Code)
	}
	for i, d := range [][]string{{"编制方案并报批。", "agreed", task.BureauOf(h.town.county.Unit.ID), later(40)}, {"按月报送进展。", "demanded", "", ""}, {"要高度重视。", "principle", "", ""}} {
		if out := h.send(path+"/decisions", h.planner, "no", "0", "words", d[0], "class", d[1], "lead", d[2], "due", d[3], "sent", fmt.Sprint("d", i)); out.Code != http.StatusSeeOther {
			t.Fatalf("decision %d: %d: %s", i, out.Code, firstLine(out.Body.String()))
		}
	}
	page := h.page(path, h.planner)
	shows(t, page, true, "2项转为任务", "待定", "不转任务", "会议结束")
	edit := h.page(path+"?edit=2", h.planner)
	shows(t, edit, true, "修改事项", "删除事项")
	for i, want := range []string{"n=2", "n=0"} {
		if out := h.send(path+"/tasks", h.planner); out.Code != http.StatusSeeOther || !strings.Contains(out.Header().Get("Location"), want) {
			t.Errorf("press %d: %d %s, want %s", i+1, out.Code, out.Header().Get("Location"), want)
		}
	}
	if out := h.send(path+"/tasks", h.clerk); out.Code != http.StatusForbidden {
		t.Errorf("tasks by a county's clerk: %d", out.Code)
	}
	h.step(path, council.End, http.StatusSeeOther)
	h.step(path, council.Sign, http.StatusSeeOther)
	minutes := h.page(path+"/minutes", h.clerk)
	shows(t, minutes, true, "示例工作会议纪要", "应到2人，实到1人（其中替会1人），未签到1人", "编制方案并报批。", "完成时限：待定", "会议强调")

	next := h.plan("session", "第二次", "day", "2026-11-13")
	page = h.page(next, h.planner)
	shows(t, page, true, "上次会议遗留", "编制方案并报批。", "按月报送进展。", "议题建议")
	shows(t, page, false, "要高度重视。")
	if n := elements(t, page); n > 1500 {
		t.Errorf("%d elements", n)
	}
}

// Both versions are shown where two changed a meeting, and what was typed is kept
// where something is wrong with it.
func TestMeetingFormConflict(t *testing.T) {
	h := newHall(t)
	path := h.plan()
	rev := revIn.FindStringSubmatch(h.page(path+"/edit", h.planner))[1]
	if out := h.send(path+"/edit", h.planner, h.form("rev", rev)...); out.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", out.Code, firstLine(out.Body.String()))
	}
	mine := h.form("rev", rev)
	for i := 0; i+1 < len(mine); i += 2 {
		if mine[i] == "place" {
			mine[i+1] = "三楼礼堂"
		}
	}
	out := h.send(path+"/edit", h.planner, mine...)
	if out.Code != http.StatusConflict {
		t.Fatalf("over an older one: %d", out.Code)
	}
	shows(t, out.Body.String(), true, `id="conflict"`, "三楼礼堂", "一楼")
	if m := revIn.FindStringSubmatch(out.Body.String()); m == nil || m[1] == rev {
		t.Error("the form does not name the revision that is there now")
	}
	bad := h.send("/meetings/new", h.planner, "name", "示例", "day", "2026-10-13", "from", "09:00", "level", "secret", "form", "video", "people", "示例丁|科员||不存在的县|出席")
	if bad.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a venue that is none: %d", bad.Code)
	}
	shows(t, bad.Body.String(), true, "没有“不存在的县”这个分会场", "示例丁|科员||不存在的县|出席")
	bad = h.send("/meetings/new", h.planner, "name", "示例", "day", "2026-10-13", "from", "09:00", "level", "secret", "form", "video")
	shows(t, bad.Body.String(), true, "本系统不处理涉密内容")
	if out := h.send(path+"/edit", h.clerk, mine...); out.Code != http.StatusForbidden {
		t.Errorf("the city's meeting by a county: %d", out.Code)
	}
}

// The leading group's pages: a duty and its turns, a link, a visit whose problems
// become tasks once, the yearly report, and honours of adults only.
func TestLeadingPages(t *testing.T) {
	h := newHall(t)
	who := "示例" + fmt.Sprint(people.Add(1))
	if out := h.send("/leading", h.planner, "do", "duty", "words", "听取汇报"+who, "basis", "示例1号", "owner", who, "every", "month", "from", "2026-01-01"); out.Code != http.StatusSeeOther {
		t.Fatalf("duty: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	shows(t, h.page("/leading", h.planner), true, "听取汇报"+who, "未完成")
	ds, err := h.s.council.Duties(context.Background(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		if d.Owner == who {
			turn := fmt.Sprintf("%s 2026-01 %d", d.ID, d.Rev)
			if out := h.send("/leading", h.planner, "do", "done", "turn", turn, "day", "2026-01-20", "evidence", "示例会议记录"); out.Code != http.StatusSeeOther {
				t.Errorf("done: %d: %s", out.Code, firstLine(out.Body.String()))
			}
			if out := h.send("/leading", h.planner, "do", "done", "turn", turn, "day", "2026-01-20", "evidence", "示例会议记录"); out.Code != http.StatusConflict {
				t.Errorf("done over an older one: %d", out.Code)
			}
		}
	}
	if out := h.send("/leading", h.planner, "do", "link", "leader", who, "post", "副组长", "school", h.school.Key, "from", "2026-01-01"); out.Code != http.StatusSeeOther {
		t.Fatalf("link: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := h.send("/leading", h.clerk, "do", "link", "leader", who, "post", "副组长", "school", h.foreign.Key, "from", "2026-01-01"); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("a school of another county: %d", out.Code)
	}
	if out := h.send("/leading", h.planner, "do", "visit", "sent", who, "leader", who, "school", h.school.Key, "day", "2026-03-01", "seen", "食堂已改造", "problems", "排水不畅|"+task.BureauOf(h.town.county.Unit.ID)+"|\n缺体育教师"); out.Code != http.StatusSeeOther {
		t.Fatalf("visit: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	vs, err := h.s.council.Visits(context.Background(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vs {
		if v.Leader != who {
			continue
		}
		for range 2 {
			if out := h.send("/leading/tasks", h.planner, "visit", v.ID, "rev", fmt.Sprint(v.Rev)); out.Code != http.StatusSeeOther {
				t.Errorf("tasks: %d: %s", out.Code, firstLine(out.Body.String()))
			}
		}
		if ts, err := h.s.council.VisitTasks(context.Background(), auth.Operator(), v.ID); err != nil || len(ts) != 2 {
			t.Errorf("%d tasks of two problems, %v", len(ts), err)
		}
	}
	report := h.page("/leading/report?of=2026&leader="+url.QueryEscape(who), h.planner)
	shows(t, report, true, "挂联学校1所，走访1次，走访到1所；发现的问题转为任务2项", "按期1次")
	if out := h.ask(http.MethodGet, "/leading/report?of=2026&unit="+url.QueryEscape(string(h.town.other.Unit.ID)), "", h.clerk); out.Code != http.StatusNotFound {
		t.Errorf("another county's report: %d", out.Code)
	}
	if out := h.ask(http.MethodGet, "/leading/report?as=xlsx", "", h.planner); out.Code != http.StatusOK || !strings.Contains(out.Header().Get("Content-Type"), "sheet") {
		t.Errorf("report as a workbook: %d %s", out.Code, out.Header().Get("Content-Type"))
	}
	honour := []string{"do", "keep", "who", who, "quality", "teacher", "title", "优秀教师", "level", "municipal", "year", "2025", "number", "示例9号", "unit", h.school.Key}
	if out := h.send("/honours", h.planner, honour...); out.Code != http.StatusSeeOther {
		t.Errorf("honour: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if out := h.send("/honours", h.planner, append(honour[:6:6], "title", "三好学生", "level", "municipal", "year", "2025", "number", "示例9号")...); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "不收未成年人") {
		t.Errorf("a pupil's honour: %d", out.Code)
	}
	shows(t, h.page("/honours?q="+url.QueryEscape(who), h.clerk), true, "优秀教师", "共1条")
	shows(t, h.page("/honours?q="+url.QueryEscape(who), h.rival), false, "优秀教师")
}

// The pages are small enough for a slow line.
func TestCouncilBudget(t *testing.T) {
	h := newHall(t)
	path := h.plan()
	for _, p := range []string{"/meetings", path, path + "/edit", path + "/venue", path + "/minutes", "/leading", "/leading/report", "/honours"} {
		r := httptest.NewRequest(http.MethodGet, p, nil)
		r.Header.Set("Cookie", sessionName+"="+h.planner)
		r.Header.Set("Accept-Encoding", "gzip")
		out := httptest.NewRecorder()
		h.h.ServeHTTP(out, r)
		if size := out.Body.Len(); out.Code != http.StatusOK || size > 30<<10 {
			t.Errorf("%s: %d, %d bytes", p, out.Code, size)
		}
		if _, err := gzip.NewReader(out.Body); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

// What the leading group's pages list is changed and taken off on its own page; over
// an older revision both versions are shown, and a form that is sent twice makes one.
func TestLeadingEditPages(t *testing.T) {
	h := newHall(t)
	who := "示例" + fmt.Sprint(people.Add(1))
	for _, tt := range []struct {
		of, shown, changed string
		fields, change     []string
	}{
		{"duty", "每季汇报" + who, "专题汇报" + who, []string{"words", "每季汇报" + who, "basis", "示例1号", "owner", who, "every", "quarter", "from", "2026-01-01"}, []string{"words", "专题汇报" + who}},
		{"link", "副组长" + who, "组长" + who, []string{"leader", who, "post", "副组长" + who, "school", h.school.Key, "from", "2026-01-01"}, []string{"post", "组长" + who}},
		{"visit", "食堂已改造" + who, "食堂验收" + who, []string{"leader", who, "school", h.school.Key, "day", "2026-03-01", "seen", "食堂已改造" + who, "problems", "排水不畅" + who}, []string{"seen", "食堂验收" + who, "problems", "排水不畅" + who + "\n缺体育教师" + who}},
	} {
		for range 2 {
			if out := h.send("/leading", h.planner, append([]string{"do", tt.of, "sent", "once" + who}, tt.fields...)...); out.Code != http.StatusSeeOther {
				t.Fatalf("%s: %d: %s", tt.of, out.Code, firstLine(out.Body.String()))
			}
		}
		list := h.page("/leading", h.planner)
		id := h.idOf(tt.of, tt.shown)
		at := "/leading/edit?of=" + tt.of + "&id=" + id
		if !strings.Contains(list, html.EscapeString(at)) {
			t.Fatalf("%s: the list does not lead to %s", tt.of, at)
		}
		form := h.page(at, h.planner)
		shows(t, form, true, tt.shown, `name="id" value="`+id+`"`)
		check(t, form, "zh")
		again := slices.Concat([]string{"do", tt.of, "id", id, "rev", "1"}, tt.change, tt.fields) // the first value counts
		if out := h.send("/leading", h.planner, again...); out.Code != http.StatusSeeOther {
			t.Fatalf("%s changed: %d: %s", tt.of, out.Code, firstLine(out.Body.String()))
		}
		shows(t, h.page("/leading", h.planner), true, tt.changed)
		shows(t, h.page("/leading", h.planner), false, tt.shown)
		stale := h.send("/leading", h.planner, append([]string{"do", tt.of, "id", id, "rev", "1"}, tt.fields...)...)
		if stale.Code != http.StatusConflict {
			t.Errorf("%s over an older revision: %d", tt.of, stale.Code)
		}
		shows(t, stale.Body.String(), true, tt.shown, tt.changed, `name="rev" value="2"`)
		if out := h.send("/leading", h.rival, "do", "drop", "of", tt.of, "id", id, "rev", "2"); out.Code < 400 {
			t.Errorf("another county took the %s off: %d", tt.of, out.Code)
		}
		if tt.of == "visit" {
			continue // what was found stays for the tasks below
		}
		if out := h.send("/leading", h.planner, "do", "drop", "of", tt.of, "id", id, "rev", "2"); out.Code != http.StatusSeeOther {
			t.Errorf("%s taken off: %d: %s", tt.of, out.Code, firstLine(out.Body.String()))
		}
		shows(t, h.page("/leading", h.planner), false, tt.changed)
		if out := h.ask(http.MethodGet, at, "", h.planner); out.Code != http.StatusNotFound {
			t.Errorf("the page of a %s that is gone: %d", tt.of, out.Code)
		}
	}
	id := h.idOf("visit", "食堂验收"+who)
	if out := h.send("/leading/tasks", h.planner, "visit", id, "rev", "2"); out.Code != http.StatusSeeOther {
		t.Fatalf("tasks: %d", out.Code)
	}
	if out := h.send("/leading", h.planner, "do", "drop", "of", "visit", "id", id, "rev", "3"); out.Code != http.StatusUnprocessableEntity && out.Code != http.StatusConflict {
		t.Errorf("a visit whose problems are tasks is taken off: %d", out.Code)
	}
	shows(t, h.page("/leading/edit?of=visit&id="+id, h.planner), true, "已转为任务的问题", "排水不畅"+who, "走访记录不能移除")
}

// idOf is the id of what the leading group has with some words.
func (h *hall) idOf(of, words string) string {
	h.t.Helper()
	ctx, op := h.t.Context(), auth.Operator()
	switch of {
	case "duty":
		all, _ := h.s.council.Duties(ctx, op)
		for _, x := range all {
			if x.Words == words {
				return x.ID
			}
		}
	case "link":
		all, _ := h.s.council.LinkedSchools(ctx, op)
		for _, x := range all {
			if x.Post == words {
				return x.ID
			}
		}
	case "visit":
		all, _ := h.s.council.Visits(ctx, op)
		for _, x := range all {
			if x.Seen == words {
				return x.ID
			}
		}
	}
	h.t.Fatalf("there is no %s %s", of, words)
	return ""
}
