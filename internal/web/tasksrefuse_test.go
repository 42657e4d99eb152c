package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/task"
)

// What is refused is said with its reason, beside what was typed, and changes
// nothing.
func TestTaskRefusals(t *testing.T) {
	d := newDesks(t)
	id := d.draft("消除大班额")
	noLead := d.draft("没有牵头单位的任务", "lead", "")
	government := d.draft("核定教师编制", "lead", task.GovernmentOf(d.town.county.Unit.ID))
	long := strings.Repeat("进", 201)
	for _, tt := range []struct {
		name   string
		id     string
		who    string
		act    task.Act
		fields []string
		status int
		says   []string
	}{
		{"whoever does not see a draft finds nothing", id, d.county, task.Issue, nil, 404, nil},
		{"a task without a lead is not issued, and the dialog comes back open", noLead, d.city, task.Issue, nil, 422, []string{"牵头单位待定", "data-open"}},
		{"nor is one to a government: a letter is offered", government, d.city, task.Issue, nil, 403, []string{"无权", "/tasks/" + government + "/letter"}},
		{"a day that is not one", id, d.city, task.Issue, []string{"due", "30.11.2026"}, 422, []string{"30.11.2026"}},
		{"an act that there is not", id, d.city, "explode", nil, 400, nil},
		{"a revision that is no number", id, d.city, task.Issue, []string{"rev", ""}, 400, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.t = t
			v := url.Values{"act": {string(tt.act)}, "rev": {"1"}, "sent": {fmt.Sprint(people.Add(1))}}
			for i := 0; i+1 < len(tt.fields); i += 2 {
				v.Set(tt.fields[i], tt.fields[i+1])
			}
			d.refused(d.ask(http.MethodPost, "/tasks/"+tt.id+"/acts", v.Encode(), tt.who), tt.status, tt.says...)
			d.stands(tt.id, task.Drafted)
		})
	}
	d.t = t
	d.does(id, d.city, task.Issue, task.ToSign)
	d.refused(d.act(id, d.city, task.Sign), 403, "牵头单位")
	d.refused(d.act(id, d.county, task.Decline), 422, "理由")
	d.does(id, d.county, task.Sign, task.Working)
	d.refused(d.act(id, d.county, task.Report, "text", long), 422, "201", long)
	d.refused(d.act(id, d.county, task.Report, "text", "完成", "percent", "四成"), 422, "四成")
	d.refused(d.act(id, d.county, task.Report, "text", "完成", "nochange", "1"), 422, "本期无变化")
	d.refused(d.act(id, d.county, task.Ask, "text", "等", "due", later(5), "progress", "已开工"), 422, "晚于", "已开工")
	d.refused(d.act(id, d.county, task.HandIn, "text", "全部完成，见附表"), 422, "负责人", "全部完成，见附表")
	d.refused(d.act(id, d.city, task.Transfer, "text", "职责调整", "lead", "不存在的单位"), 422, "不存在的单位")
	d.refused(d.act(id, d.city, task.Merge, "text", "同一事项", "into", "不存在的任务"), 422, "不存在的任务")
	d.refused(d.act(id, d.city, task.Conclude, "text", "行动收官", "outcome", string(task.Cancelled)), 422, "批准文号")
	d.does(id, d.county, task.HandIn, task.InReview, "text", "全部完成", "head", "某局长")
	d.refused(d.act(id, d.city, task.Close, "facts", "1", "solved", "1", "done", "1"), 422, "结论准确")
	d.refused(d.act(id, d.county, task.Close, "facts", "1", "solved", "1", "done", "1", "conclusion", "1"), 403)
	d.stands(id, task.InReview)
}

func (d *desks) refused(out *httptest.ResponseRecorder, status int, says ...string) {
	d.t.Helper()
	if out.Code != status {
		d.t.Errorf("status %d, want %d: %s", out.Code, status, firstLine(out.Body.String()))
	}
	for _, s := range says {
		if !strings.Contains(out.Body.String(), s) {
			d.t.Errorf("the answer does not say %q", s)
		}
	}
}

// Two people act over the same revision: the second sees what happened meanwhile
// and what it was about to do, and can do it all the same. The same form sent
// twice is one act.
func TestTaskConflicts(t *testing.T) {
	d := newDesks(t)
	_, _, other := d.person(d.town.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: d.town.county.Unit.ID})
	id := d.draft("补齐音体美教师")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working)
	rev := d.rev(id, d.county)
	form := url.Values{"act": {"report"}, "rev": {rev}, "sent": {"one"}, "text": {"第一个人写的进展"}}
	for range 2 {
		if out := d.ask(http.MethodPost, "/tasks/"+id+"/acts", form.Encode(), d.county); out.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
		}
	}
	if x := d.stands(id, task.Working); x.Last.No != 1 {
		t.Fatalf("%d entries of one form that was sent twice", x.Last.No)
	}
	mine := url.Values{"act": {"hand_in"}, "rev": {rev}, "sent": {"two"}, "text": {"第二个人写的办理情况"}, "head": {"某局长"}, "problems": {"尚缺两人"}}
	out := d.ask(http.MethodPost, "/tasks/"+id+"/acts", mine.Encode(), other)
	d.refused(out, http.StatusConflict, `id="conflict"`, "第一个人写的进展", "第二个人写的办理情况", "某局长", "尚缺两人")
	check(t, out.Body.String(), "zh")
	d.stands(id, task.Working)
	again := formIn(t, out.Body.String(), "conflict")
	if again.Get("rev") == rev || again.Get("text") != "第二个人写的办理情况" {
		t.Fatalf("the form to go on with holds %v", again)
	}
	if out := d.ask(http.MethodPost, "/tasks/"+id+"/acts", again.Encode(), other); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	d.stands(id, task.InReview)

	// An act that the state does not allow any more is not offered again, and what
	// was typed is still there to be copied.
	out = d.ask(http.MethodPost, "/tasks/"+id+"/acts", url.Values{"act": {"ask"}, "rev": {rev}, "sent": {"three"}, "text": {"还要一个月"}, "due": {later(90)}, "progress": {"已公告"}}.Encode(), d.county)
	d.refused(out, http.StatusConflict, "还要一个月", "已公告")
	if f := formIn(t, out.Body.String(), "conflict"); f != nil {
		t.Errorf("it is offered again: %v", f)
	}
}

// A draft that two people edit comes back with both versions, field by field.
func TestDraftConflict(t *testing.T) {
	d := newDesks(t)
	_, _, planner := d.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	id := d.draft("县中托管帮扶")
	edit := func(who, rev string, more ...string) *httptest.ResponseRecorder {
		v := url.Values{"rev": {rev}, "sent": {fmt.Sprint(people.Add(1))}, "title": {"县中托管帮扶"}, "demand": {"年底前配齐"}, "source.kind": {"meeting"}, "source.name": {"教育工作会议"}, "lead": {d.bureau}, "due": {later(60)}, "sheet": {"1"}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return d.ask(http.MethodPost, "/tasks/"+id+"/edit", v.Encode(), who)
	}
	if out := edit(d.city, "1", "demand", "签订协议并派出骨干教师"); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	out := edit(planner, "1", "demand", "每所县中至少一个托管学校", "person", "某科长")
	d.refused(out, http.StatusConflict, `id="conflict"`, "签订协议并派出骨干教师", "每所县中至少一个托管学校")
	check(t, out.Body.String(), "zh")
	if out := edit(planner, "2", "demand", "每所县中至少一个托管学校", "person", "某科长", "both", "1", "theirs", "demand"); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if x := d.stands(id, task.Drafted); x.Demand != "签订协议并派出骨干教师" || x.Person != "某科长" {
		t.Errorf("demand %q, person %q: want their demand and my person", x.Demand, x.Person)
	}
}

// Evidence is taken apart before it is kept, sent to be kept, and seen only by
// whoever sees the task.
func TestTaskEvidence(t *testing.T) {
	d := newDesks(t)
	_, _, foreign := d.person(d.other.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: d.other.Unit.ID})
	id := d.draft("校园安防")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working)
	send := func(who, name, body string) *httptest.ResponseRecorder {
		var b bytes.Buffer
		mw := multipart.NewWriter(&b)
		part, err := mw.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(part, body)
		mw.Close()
		r := httptest.NewRequest(http.MethodPost, "/tasks/"+id+"/files/upload", &b)
		r.Header.Set("Content-Type", mw.FormDataContentType())
		r.Header.Set("Accept-Language", "zh-CN")
		r.Header.Set("Cookie", sessionName+"="+who)
		out := httptest.NewRecorder()
		d.h.ServeHTTP(out, r)
		return out
	}
	d.refused(send(d.county, "验收.exe", "MZ\x00"), 422, "验收.exe")
	d.refused(send(foreign, "验收.txt", "已验收"), 404)
	if out := send(d.county, "验收.txt", "十二所学校已验收"); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	uses, err := d.s.tasks.TaskFiles(t.Context(), auth.Operator(), id)
	if err != nil || len(uses) != 1 {
		t.Fatalf("%v %v", uses, err)
	}
	file := fileHref(id, uses[0].Hash)
	d.does(id, d.county, task.Report, task.Working, "text", "已验收", "file", uses[0].Hash)
	page := d.ask(http.MethodGet, "/tasks/"+id, "", d.city).Body.String()
	if strings.Count(page, `href="`+file+`"`) != 2 {
		t.Error("the page does not lead to the file from the list and from the entry")
	}
	out := d.ask(http.MethodGet, file, "", d.city)
	if out.Code != 200 || out.Body.String() != "十二所学校已验收" || !strings.HasPrefix(out.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("file: %d %v", out.Code, out.Header())
	}
	d.refused(d.ask(http.MethodGet, file, "", foreign), 404)
	d.refused(d.ask(http.MethodPost, "/tasks/"+id+"/files/drop", "hash="+uses[0].Hash, d.city), 403, "上传者")
	d.refused(d.ask(http.MethodPost, "/tasks/"+id+"/files/drop", "hash="+uses[0].Hash, d.county), 409, "引用")
	if out := send(d.county, "多余.txt", "传错了"); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if uses, err = d.s.tasks.TaskFiles(t.Context(), auth.Operator(), id); err != nil || len(uses) != 2 {
		t.Fatalf("%v %v", uses, err)
	}
	for _, u := range uses {
		if u.Name == "多余.txt" {
			if out := d.ask(http.MethodPost, "/tasks/"+id+"/files/drop", "hash="+u.Hash, d.county); out.Code != http.StatusSeeOther {
				t.Errorf("status %d: %s", out.Code, firstLine(out.Body.String()))
			}
		}
	}
	if uses, err = d.s.tasks.TaskFiles(t.Context(), auth.Operator(), id); err != nil || len(uses) != 1 {
		t.Errorf("%v %v", uses, err)
	}
	d.refused(d.ask(http.MethodGet, "/tasks/"+id, "", foreign), 404)
}

// Programs do what the pages do; an act that was overtaken gets the task as it is.
func TestActionsForPrograms(t *testing.T) {
	d := newDesks(t)
	id := d.draft("控辍保学台账")
	d.does(id, d.city, task.Issue, task.ToSign)
	send := func(who, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/actions/"+id+"/acts", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Cookie", sessionName+"="+who)
		out := httptest.NewRecorder()
		d.h.ServeHTTP(out, r)
		return out
	}
	d.refused(send(d.county, `{"rev": 2, "act": "sign", "id": "a", "colour": "red"}`), 400)
	d.refused(send(d.city, `{"rev": 2, "act": "sign", "id": "a"}`), 403)
	d.refused(send(d.county, `{"rev": 2, "act": "sign", "id": "a", "person": "某科长"}`), 200, `"state":"working"`)
	d.refused(send(d.county, `{"rev": 2, "act": "report", "id": "b", "no_change": true}`), 409, `"state":"working"`, `"rev":3`)
	d.refused(send(d.county, `{"rev": 3, "act": "report", "id": "c", "no_change": true}`), 200, `"no_change":true`)
	for path, want := range map[string]int{"/api/v1/actions?q=控辍保学台账&state=all": 1, "/api/v1/actions?q=控辍保学台账&state=closed": 0} {
		out := d.ask(http.MethodGet, path, "", d.county)
		var list struct {
			Total int
			Tasks []struct{ ID string }
		}
		if err := json.Unmarshal(out.Body.Bytes(), &list); err != nil || list.Total != want || want == 1 && list.Tasks[0].ID != id {
			t.Errorf("%s: %d %s %v", path, out.Code, out.Body, err)
		}
	}
	for _, path := range []string{"/api/v1/actions?state=gone", "/api/v1/actions?lamp=pink", "/api/v1/actions?size=7", "/api/v1/actions?sort=beauty"} {
		d.refused(d.ask(http.MethodGet, path, "", d.county), 400)
	}
}
