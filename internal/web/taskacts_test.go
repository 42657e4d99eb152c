package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/task"
)

// Every act that the table of steps has goes through by its page, leads to the state
// that the table says, and is in the history with what was typed.
func TestEveryActByItsPage(t *testing.T) {
	d := newDesks(t)
	_, _, planner := d.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	government, other := task.GovernmentOf(d.town.county.Unit.ID), task.BureauOf(d.town.other.Unit.ID)
	four := []string{"facts", "1", "solved", "1", "done", "1", "conclusion", "1"}
	type does struct {
		who    string
		act    task.Act
		to     task.State
		fields []string
	}
	issue, sign := does{d.city, task.Issue, task.ToSign, nil}, does{d.county, task.Sign, task.Working, nil}
	handIn := does{d.county, task.HandIn, task.InReview, []string{"text", "全部完成", "head", "某局长"}}
	standing := []string{"due", "", "standing", "1"}
	for _, tt := range []struct {
		name  string
		draft []string
		acts  []does
		holds func(x task.Full) bool // of the task at the end
	}{
		{"transfer", nil, []does{issue, sign, {d.city, task.Transfer, task.ToSign, []string{"text", "职责调整", "lead", other}}}, func(x task.Full) bool { return x.Lead == other }},
		{"conclude", nil, []does{issue, sign, {d.city, task.Conclude, task.Closed, []string{"text", "行动收官", "outcome", "adjusted", "approval", "市政办〔2026〕9号"}}}, func(x task.Full) bool { return x.Outcome == task.Adjusted && x.Approval == "市政办〔2026〕9号" }},
		{"decline", nil, []does{issue, {d.county, task.Decline, task.Drafted, []string{"text", "不属我局职责"}}}, func(x task.Full) bool { return x.Opens == 0 }},
		{"refuse", nil, []does{issue, sign, {d.county, task.Ask, task.Extension, []string{"text", "等公告", "due", later(90), "progress", "已拟公告"}}, {d.city, task.Refuse, task.Working, []string{"text", "按期完成"}}}, func(x task.Full) bool { return x.Extended == 0 && x.Asked.Until == 0 }},
		{"taken_up", []string{"lead", government}, []does{{d.city, task.Request, task.Requested, nil}, {d.city, task.TakenUp, task.Working, []string{"text", "市教组发〔2026〕3号"}}}, func(x task.Full) bool { return x.Approval == "市教组发〔2026〕3号" }},
		{"reopen", nil, []does{issue, sign, handIn, {planner, task.Close, task.Closed, append(four, "text", "属实")}, {d.city, task.Reopen, task.Working, []string{"text", "问题反弹", "due", later(90)}}}, func(x task.Full) bool { return x.Outcome == task.NoOutcome && x.Due.String() == later(90) }},
		{"recheck", standing, []does{issue, sign, {d.city, task.Recheck, task.Working, []string{"text", "机制仍在运行"}}}, func(x task.Full) bool { return x.Checked != 0 }},
		{"urge", nil, []does{issue, {d.city, task.Urge, task.ToSign, []string{"text", "请尽快签收"}}}, func(task.Full) bool { return true }},
		{"comment", nil, []does{issue, {d.county, task.Comment, task.ToSign, []string{"text", "已转人事股"}}}, func(task.Full) bool { return true }},
		{"withdraw", nil, []does{issue, sign, {d.city, task.Withdraw, task.Withdrawn, []string{"text", "与另一事项重复"}}}, func(x task.Full) bool { return x.Ended != 0 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.t = t
			id := d.draft("逐项动作："+tt.name, tt.draft...)
			for _, a := range tt.acts {
				d.does(id, a.who, a.act, a.to, a.fields...)
			}
			last := tt.acts[len(tt.acts)-1]
			x := d.stands(id, last.to)
			e := x.Events[len(x.Events)-1]
			if string(last.act) != tt.name || e.Act != last.act || !tt.holds(x) {
				t.Errorf("after %s: %+v", e.Act, x.Task)
			}
			page := d.ask(http.MethodGet, "/tasks/"+id, "", d.city).Body.String()
			for i := 0; i+1 < len(last.fields); i += 2 {
				if last.fields[i] == "text" && (e.Text != last.fields[i+1] || !strings.Contains(page, last.fields[i+1])) {
					t.Errorf("the history does not say %q", last.fields[i+1])
				}
			}
		})
	}
}

// A section is kept on its page with who acts for it, changed over the revision that
// was seen, and refused to a county.
func TestBodiesAreKept(t *testing.T) {
	d := newDesks(t)
	_, _, planner := d.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	form := url.Values{"id": {"section-acts"}, "name": {"示例督导科"}, "english": {"Inspection section"}, "kind": {"section"}, "rev": {"0"}}
	send := func(secret string, status int, says ...string) {
		t.Helper()
		d.refused(d.ask(http.MethodPost, "/bodies", form.Encode(), secret), status, says...)
	}
	send(d.county, http.StatusForbidden)
	send(planner, http.StatusSeeOther)
	send(planner, http.StatusConflict, "示例督导科")
	form.Set("rev", "1")
	form.Set("name", "示例督导室")
	send(planner, http.StatusSeeOther)
	if page := d.ask(http.MethodGet, "/bodies", "", planner).Body.String(); !strings.Contains(page, "示例督导室") || strings.Contains(page, "示例督导科") {
		t.Error("the list does not show the body as it was changed")
	}
	form.Set("rev", "2")
	form.Set("members", "没有这个人")
	send(planner, http.StatusUnprocessableEntity, "没有这个人")
}

// Reports are written from the page of open ones: in a click or in words, once, and
// what is refused stays in the answer.
func TestReportsFromThePageOfOpenOnes(t *testing.T) {
	d := newDesks(t)
	for _, tt := range []struct {
		name   string
		who    string
		fields url.Values
		status int
		says   string
		last   string // of the task afterwards; "-" is 本期无变化
		count  int
	}{
		{"in a click", d.county, url.Values{"nochange": {"1"}}, http.StatusSeeOther, "", "-", 1},
		{"in words", d.county, url.Values{"text": {"已排定计划"}}, http.StatusSeeOther, "", "已排定计划", 1},
		{"nothing", d.county, url.Values{}, http.StatusUnprocessableEntity, "本期无变化", "", 0},
		{"201 characters", d.county, url.Values{"text": {strings.Repeat("长", 201)}}, http.StatusUnprocessableEntity, "201", "", 0},
		{"over an older revision", d.county, url.Values{"text": {"晚了一步"}, "rev": {"1"}}, http.StatusConflict, "晚了一步", "", 0},
		{"by whom it does not concern", d.rival(), url.Values{"text": {"别县"}}, http.StatusNotFound, "", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d.t = t
			id := d.draft("批量填报："+tt.name, "key", "1")
			d.does(id, d.city, task.Issue, task.ToSign)
			d.does(id, d.county, task.Sign, task.Working)
			form := url.Values{"task": {id}, "rev": {"3"}, "sent": {"open-" + id}}
			for k, v := range tt.fields {
				form[k] = v
			}
			for range 2 {
				d.refused(d.ask(http.MethodPost, "/cadence/open", form.Encode(), tt.who), tt.status, tt.says)
			}
			x := d.stands(id, task.Working)
			if last := map[bool]string{true: "-", false: x.Last.Text}[x.Last.NoChange]; last != tt.last || x.Task.Entries != tt.count {
				t.Errorf("%d entries, the last %q", x.Task.Entries, last)
			}
		})
	}
}

// rival is somebody of another county.
func (d *desks) rival() string {
	_, _, secret := d.person(d.town.other.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: d.town.other.Unit.ID})
	return secret
}
