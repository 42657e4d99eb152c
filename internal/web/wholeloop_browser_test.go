package web

import (
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

// loopCity is a city of its own with the figures of an earlier year; the newest
// come in when they are told to.
func loopCity(t *testing.T) (w *town, arrive func()) {
	t.Helper()
	ctx := t.Context()
	city, err := flow.Open(ctx, filepath.Join(t.TempDir(), "loop.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { city.Close() })
	d := demo.New(1)
	if err := d.Found(ctx, city); err != nil {
		t.Fatal(err)
	}
	years, err := d.Wanting(ctx, city)
	if err != nil {
		t.Fatal(err)
	}
	read := func(y edu.Period) {
		t.Helper()
		if err := d.ReadIn(ctx, city, y, nil); err != nil {
			t.Fatal(err)
		}
	}
	read(years[1])
	policy := auth.DefaultPolicy
	policy.PerMinute = 1_000_000
	accts := &owing{Accounts: flow.NewAccounts(city, flow.AccountOptions{Policy: policy, Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}})}
	office := city.Office()
	s, err := newServer(city, Config{Log: quiet(), Accounts: accts, View: func(a auth.Actor) City { return city.As(a) }, Inbox: city, Views: city, Versions: city, Dossier: city, Tasks: office, Plans: office, Council: office, Desk: func(a auth.Actor) Desk { return city.Desk(a) }})
	if err != nil {
		t.Fatal(err)
	}
	w = &town{t: t, h: s.routes(), s: s, accts: accts}
	tree, err := city.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(years[1])
	for i := range on.Nodes {
		if on.Nodes[i].Unit.Level == edu.County {
			w.county = &on.Nodes[i]
			break
		}
	}
	return w, func() { read(years[0]) }
}

// set puts a value into a field of the page, as somebody who types does.
func (v *visitor) set(sel, value string) {
	v.t.Helper()
	v.until(`document.readyState === "complete" && document.querySelector(` + quote(sel) + `)`)
	eval[int](v, `((e, x) => { if (e.type === "checkbox") e.checked = x !== ""; else e.value = x; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.querySelector(`+quote(sel)+`), `+quote(value)+`)`)
}

// seesText waits until the page says something.
func (v *visitor) seesText(text string) {
	v.t.Helper()
	v.until(`document.readyState === "complete" && document.querySelector("main").textContent.includes(` + quote(text) + `)`)
}

// From a conference to what came of it, in a browser: a notice is read into the
// draft of a plan and of its tasks; another person approves the plan; the meeting
// decides and its decision becomes a task, into which the plan's own is merged;
// the county reports and hands in, the city reviews and closes; data arrive and
// the task's indicator moves; the next meeting opens with it.
func TestBrowserWholeLoop(t *testing.T) {
	testkit.OutOfProcess(t)
	w, arrive := loopCity(t)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, _, leader := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	_, _, county := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	bureau := w.county.Name.ZH + "教育体育局"
	state := func(s task.State) string { return locale{i18n.For("zh")}.TaskState(s) }
	v := visitAt(t, w.h)

	// The notice becomes the draft of a plan, with a task for each proposal.
	v.as(planner)
	v.open("/draft")
	v.set(`form[action="/draft/upload"] textarea`, "全市教育工作会议纪要\n会议决定，由"+bureau+"牵头，2027年6月底前配齐乡村小学体育、艺术专任教师，每百名学生不少于0.9人。\n")
	v.submit(`form[action="/draft/upload"]`)
	v.until(`document.querySelector('#draft button[value="accept"]')`)
	v.press(`#draft button[value="accept"]`)
	v.until(`document.readyState === "complete" && document.querySelector('#draft select[name^="state."]')?.value === "accepted"`)
	v.set(`[name="into.name"]`, "教育高质量发展三年行动")
	v.press(`#into button[value="plan"]`)
	v.until(`document.readyState === "complete" && location.pathname.startsWith("/plan/")`)
	plan := eval[string](v, `location.pathname`)
	here := eval[string](v, `location.pathname + location.search`)

	// One person hands the plan in, another approves it.
	v.press(`summary[data-key="hand_in"]`)
	v.press(`dialog[open] .btn.p`)
	v.until(`document.readyState === "complete" && location.search.includes("did=hand_in")`)
	v.as(leader)
	v.open(here)
	v.press(`summary[data-key="approve"]`)
	v.press(`dialog[open] .btn.p`)
	v.until(`document.readyState === "complete" && location.search.includes("did=approve")`)

	// The meeting decides, and its decision becomes a task.
	v.as(planner)
	meeting := func(session, day string) string {
		t.Helper()
		v.open("/meetings/new")
		for name, text := range map[string]string{"name": "教育工作推进会", "series": "推进会", "session": session, "day": day, "place": "一楼会议室", "chair": "示例甲", "recorder": "示例记", "signer": "示例签", "people": "示例甲|组长|||出席", "items": "教师配备|规划科|"} {
			v.set(`#plan [name="`+name+`"]`, text)
		}
		v.submit("#plan")
		v.until(`location.pathname.startsWith("/meetings/m") && document.readyState === "complete"`)
		return eval[string](v, `location.pathname`)
	}
	first := meeting("第一次", "2026-10-13")
	v.press(`button[name="act"][value="begin"]`)
	v.set(`#decide [name="words"]`, "配齐乡村小学体育、艺术专任教师。")
	v.set(`#decide [name="class"]`, "agreed")
	v.set(`#decide [name="lead"]`, bureau)
	v.set(`#decide [name="due"]`, later(120))
	v.submit("#decide")
	v.seesText("配齐乡村小学体育、艺术专任教师。")
	v.press(`form[action$="/tasks"] button`)
	v.until(`document.readyState === "complete" && document.querySelector('#t-decisions a[href^="/tasks/"]')`)
	at := eval[string](v, `new URL(document.querySelector('#t-decisions a[href^="/tasks/"]').href).pathname`)
	for _, act := range []string{"end", "sign"} {
		v.press(`button[name="act"][value="` + act + `"]`)
		v.until(`document.readyState === "complete" && location.search.includes("did=step") && !document.querySelector('button[name="act"][value="` + act + `"]')`)
	}

	// It gets its indicator, is issued, and the plan's own draft is merged into it.
	v.open(at + "/edit")
	v.set(`[name="measure"]`, "r3")
	v.submit("#draft")
	v.until(`document.readyState === "complete" && document.querySelector("#live-target .figs3")`)
	before := eval[string](v, `document.querySelector("#live-target .figs3").textContent`)
	v.dialog(task.Issue)
	v.confirms(state(task.ToSign))
	v.open("/tasks?state=drafted&plan=" + strings.TrimPrefix(plan, "/plan/"))
	v.press(`#t-tasks tbody a`)
	v.until(`document.readyState === "complete" && document.querySelector('summary[data-key="act-merge"]')`)
	v.dialog(task.Merge)
	v.says("into", at)
	v.says("text", "与会议议定事项是同一件事")
	v.confirms(state(task.Merged))

	// The county signs, reports and hands in; the city reviews and closes.
	v.as(county)
	v.open(at)
	v.dialog(task.Sign)
	v.confirms(state(task.Working))
	v.set("#report textarea", "已公开招聘三十八人，走教补助落实到位")
	v.submit("#report")
	v.seesText("已公开招聘三十八人")
	v.dialog(task.HandIn)
	v.says("text", "四十人全部到岗")
	v.says("head", "某局长")
	v.confirms(state(task.InReview))
	v.as(planner)
	v.open(at)
	v.dialog(task.Close)
	for _, q := range []string{"facts", "solved", "done", "conclusion"} {
		v.set(`dialog[open] [name="`+q+`"]`, "1")
	}
	v.confirms(state(task.Closed))

	// Data arrive, and the indicator moves by itself; its value leads to its trace.
	arrive()
	v.open(at)
	v.until(`document.querySelector("#live-target .figs3")`)
	after := eval[string](v, `document.querySelector("#live-target .figs3").textContent`)
	if after == before || !eval[bool](v, `document.querySelectorAll("#live-target .figs3 > div").length === 3`) {
		t.Errorf("the indicator was %q and is %q after new figures came in", before, after)
	}
	v.press("#live-target a")
	v.until(`document.readyState === "complete" && location.pathname.startsWith("/trace/county/")`)

	// It serves the plan's measure, and the next meeting opens with it.
	v.open("/tasks?state=closed&plan=" + strings.TrimPrefix(plan, "/plan/"))
	v.seesText("配齐乡村小学体育、艺术专任教师")
	meeting("第二次", "2026-11-13")
	v.until(`document.querySelector("#t-last, #leftover")`)
	left := eval[string](v, `document.querySelector("main").textContent`)
	for _, want := range []string{"配齐乡村小学体育、艺术专任教师", state(task.Closed), "已公开招聘三十八人"} {
		if !strings.Contains(left, want) {
			t.Errorf("the next meeting does not say %q", want)
		}
	}
	v.open(first)
	v.seesText(state(task.Closed))
	v.quiet()
}
