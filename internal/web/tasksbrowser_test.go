package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

// as goes on as another person, by the secret of their session.
func (v *visitor) as(secret string) {
	v.t.Helper()
	command(v, network.SetCookie, network.SetCookieParams{Name: sessionName, Value: secret, URL: v.base, HTTPOnly: new(true)})
}

// window makes the window as wide as a screen.
func (v *visitor) window(width int64) {
	v.t.Helper()
	command(v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 768, DeviceScaleFactor: 1})
}

// holds fails the test where the page is too wide or too heavy, or axe complains.
func (v *visitor) holds(axe string, width int) {
	v.t.Helper()
	v.until(`document.querySelector("html.js")`)
	if nodes := eval[int](v, `document.querySelectorAll("*").length`); nodes > 1500 {
		v.t.Errorf("%d elements; the limit is 1,500", nodes)
	}
	if got := eval[int](v, `document.documentElement.scrollWidth`); got > width {
		v.t.Errorf("the page is %d px wide: it scrolls sideways at %d", got, width)
	}
	if width >= 1366 {
		if cut := eval[[]string](v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("details:not([open])")).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
			v.t.Errorf("tables that do not fit at %d: %v", width, cut)
		}
	}
	v.judge(axe)
	v.quiet()
}

// manyTasks gives the list more than a page of tasks with long names, in all
// states that an owner can bring about: through the office, since the forms have
// tests of their own and a page for each act would take minutes.
func (d *desks) manyTasks(n int) (ids []string) {
	d.t.Helper()
	ctx := d.t.Context()
	act := func(who auth.Actor, t task.Task, a task.Act, o task.Options) task.Task {
		d.t.Helper()
		next, err := d.s.tasks.Act(ctx, who, t.ID, t.Rev, a, o)
		if err != nil {
			d.t.Fatalf("%s: %v", a, err)
		}
		return next
	}
	actor := func(secret string) auth.Actor {
		d.t.Helper()
		x, err := d.accts.Session(ctx, secret)
		if err != nil {
			d.t.Fatal(err)
		}
		return x.Actor
	}
	city, county := actor(d.city), actor(d.county)
	due, err := time.Parse(time.DateOnly, later(60))
	if err != nil {
		d.t.Fatal(err)
	}
	target := d.stands(d.draft("第0项：关联指标", "measure", "r3"), task.Drafted).Target // as the form understands it
	for i := range n {
		x := task.Task{Title: fmt.Sprintf("第%d项：补齐乡村小学和教学点音乐、体育、美术教师，开齐开足国家课程", i+1), Demand: "年底前配齐", Lead: d.bureau, Due: edu.DateOf(due), Person: "某科长", Key: i%4 == 0,
			Sheet: task.Sheet{Urgency: task.Ordinary}, Source: task.Source{Kind: task.FromMeeting, Name: "全市教育工作会议暨教育高质量发展三年行动推进会议纪要〔2026〕12号"}, Stones: []task.Milestone{{Day: edu.DateOf(due) - 30, Mark: "完成摸底和工作方案"}}}
		if i%6 == 0 {
			x.Target = target
		}
		x, err := d.s.tasks.NewTask(ctx, city, x, fmt.Sprint("many-", people.Add(1)))
		if err != nil {
			d.t.Fatal(err)
		}
		ids = append(ids, x.ID)
		if i%5 == 4 {
			continue
		}
		x = act(city, x, task.Issue, task.Options{})
		if i%5 == 3 {
			continue
		}
		x = act(county, x, task.Sign, task.Options{})
		if i%5 > 0 {
			act(county, x, task.Report, task.Options{Text: "完成摸底，缺体育教师二十一人、美术教师十四人，拟通过公开招聘和走教解决，正在与编办、人社部门会商招聘计划", Problems: "编制总量不足", Next: "会商招聘计划"})
		}
	}
	return ids
}

// The pages of tasks, supervision and cadence are whole, fit and can be used by
// everybody, in both languages and on both widths.
func TestBrowserTaskPages(t *testing.T) {
	testkit.OutOfProcess(t)
	d := newDesks(t)
	ids := d.manyTasks(56)
	government := d.draft("核定乡镇中心幼儿园教师编制", "lead", task.GovernmentOf(d.town.county.Unit.ID))
	v := visitAt(t, d.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	code := d.town.county.Key
	pages := []struct{ who, path string }{
		{d.city, "/tasks?state=all"}, {d.city, "/tasks?sheet=1&state=all"}, {d.city, "/tasks?q=nothing-is-called-so"}, {d.city, "/tasks/new?sheet=1"}, {d.city, "/tasks/" + ids[4] + "/edit"}, {d.city, "/tasks/" + ids[0]}, {d.city, "/tasks/" + ids[0] + "/sheet"},
		{d.city, "/tasks/" + government}, {d.city, "/tasks/" + government + "/letter"}, {d.city, "/cadence"}, {d.city, "/cadence?kind=year"}, {d.city, "/bodies"}, {d.city, "/counties/" + code},
		{d.county, "/tasks?mine=1"}, {d.county, "/tasks/" + ids[1]}, {d.county, "/cadence/open"},
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for _, width := range []int64{1366, 1024} {
			v.window(width)
			for i, p := range pages {
				t.Run(fmt.Sprintf("%s %d %s", lang, width, strings.NewReplacer(ids[0], "A", ids[1], "B", ids[4], "C", government, "G").Replace(p.path)), func(t *testing.T) {
					v.t = t
					v.as(p.who)
					v.open(p.path)
					v.holds(axe, int(width))
					if shots != "" {
						png := ask(v, chromedp.FullScreenshot(100))
						if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("tasks-%s-%d-%02d.png", lang, width, i)), png, 0o644); err != nil {
							t.Fatal(err)
						}
					}
				})
			}
		}
	}
	v.t = t
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// 督办单 prints on one sheet of A4, whatever stands in it.
func TestBrowserSheetIsOnePage(t *testing.T) {
	d := newDesks(t)
	long := strings.Repeat("按照标准配齐专任教师，开齐开足国家课程，建立走教制度并落实补助。", 6)
	id := d.draft("补齐音体美教师", "demand", long, "source.name", "全市教育工作会议", "source.text", long, "reader", "分管副市长")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working, "text", "由人事股办理")
	d.does(id, d.county, task.HandIn, task.InReview, "text", long, "problems", long[:len(long)/2], "next", long[:len(long)/2], "head", "某局长")
	v := visitAt(t, d.h)
	v.as(d.city)
	v.open("/tasks/" + id + "/sheet")
	pdf := ask(v, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if n := len(pdfPage.FindAll(pdf, -1)); n != 1 || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("the sheet prints on %d pages", n)
	}
	v.quiet()
}

// dialog opens the dialog of an act, as a click on its button does.
func (v *visitor) dialog(a task.Act) {
	v.t.Helper()
	v.press(`summary[data-key="act-` + string(a) + `"]`)
	v.until(`document.querySelector("dialog[open] form.ask")`)
}

// into types into a field of the open dialog.
func (v *visitor) says(name, text string) {
	v.t.Helper()
	eval[int](v, `(e => { e.value = `+quote(text)+`; e.dispatchEvent(new Event("input", {bubbles: true})); return 0 })(document.querySelector('dialog[open] [name="`+name+`"]'))`)
}

func (v *visitor) confirms(want string) {
	v.t.Helper()
	v.press(`dialog[open] .btn.p`)
	v.until(`!document.querySelector("dialog[open]") && document.readyState === "complete" && document.querySelector(".strip .now").textContent.includes(` + quote(want) + `)`)
}

// Two people take a task from a draft to its close by the page: draft, issue,
// sign, progress, extension, hand in, return, hand in again, close.
func TestBrowserTaskLoop(t *testing.T) {
	d := newDesks(t)
	name := func(s task.State) string { return locale{i18n.For("zh")}.TaskState(s) }
	v := visitAt(t, d.h)
	axe := axeScript(t)
	v.as(d.city)
	v.open("/tasks/new?sheet=1")
	v.until(`document.querySelector("html.js")`)
	bureau := d.town.county.Name.ZH + "教育体育局"
	for field, text := range map[string]string{"title": "补齐县域音体美教师", "demand": "年底前每百名学生达到0.9人", "source.name": "全市教育工作会议", "lead": bureau, "due": later(60)} {
		eval[int](v, `(e => { e.value = `+quote(text)+`; return 0 })(document.querySelector('#draft [name="`+field+`"]'))`)
	}
	eval[int](v, `(e => { e.value = "meeting"; return 0 })(document.querySelector('[name="source.kind"]'))`)
	// While one types, the field offers bodies by pinyin initials.
	eval[int](v, `(e => { e.value = "jytyj"; e.dispatchEvent(new Event("input", {bubbles: true})); return 0 })(document.querySelector('[name="lead"]'))`)
	v.until(`[...document.querySelectorAll("#bodies-lead option")].some(o => o.value === ` + quote(bureau) + `)`)
	eval[int](v, `(e => { e.value = `+quote(bureau)+`; return 0 })(document.querySelector('[name="lead"]'))`)
	v.submit("#draft")
	v.until(`location.pathname !== "/tasks/new" && document.querySelector(".strip .now")`)
	path := eval[string](v, `location.pathname`)

	v.dialog(task.Issue)
	v.judge(axe)
	if says := eval[string](v, `document.querySelector("dialog[open]").textContent`); !strings.Contains(says, "补齐县域音体美教师") || !strings.Contains(says, bureau) {
		t.Errorf("the dialog names neither task nor owner: %s", says)
	}
	v.confirms(name(task.ToSign))

	v.as(d.county)
	v.open(path)
	v.dialog(task.Sign)
	v.says("person", "某科长")
	v.confirms(name(task.Working))
	// Two hundred and one characters are one too many, and the page says so.
	over := strings.Repeat("进", 201)
	eval[int](v, `(e => { e.value = `+quote(over)+`; e.dispatchEvent(new Event("input", {bubbles: true})); return 0 })(document.querySelector('#report textarea'))`)
	v.until(`document.querySelector("#count").textContent === "201 / 200" && !document.querySelector("#report").checkValidity()`)
	eval[int](v, `(e => { e.value = "已完成摸底，缺口四十人"; e.dispatchEvent(new Event("input", {bubbles: true})); return 0 })(document.querySelector('#report textarea'))`)
	v.submit("#report")
	v.until(`document.querySelector(".entries li")?.textContent.includes("缺口四十人")`)
	v.press("#nochange")
	v.until(`document.querySelectorAll(".entries li").length === 2`)
	v.dialog(task.Ask)
	v.says("text", "招聘公告须延后")
	v.says("due", later(90))
	v.says("progress", "已拟公告")
	v.confirms(name(task.Extension))

	v.as(d.city)
	v.open(path)
	v.dialog(task.Grant)
	v.confirms(name(task.Working))

	v.as(d.county)
	v.open(path)
	v.dialog(task.HandIn)
	v.says("text", "已招录三十八人")
	v.says("head", "某局长")
	v.confirms(name(task.InReview))

	v.as(d.city)
	v.open(path)
	v.dialog(task.Return)
	v.says("text", "还差两人的去向")
	v.confirms(name(task.Working))

	v.as(d.county)
	v.open(path)
	v.dialog(task.HandIn)
	v.says("text", "四十人全部到岗")
	v.says("head", "某局长")
	v.confirms(name(task.InReview))

	v.as(d.city)
	v.open(path)
	// Three of the four do not close it: the dialog comes back with what was said.
	v.dialog(task.Close)
	for _, q := range []string{"facts", "solved", "done"} {
		eval[int](v, `(e => { e.checked = true; return 0 })(document.querySelector('dialog[open] [name="`+q+`"]'))`)
	}
	v.says("text", "属实")
	v.press(`dialog[open] .btn.p`)
	v.until(`document.readyState === "complete" && document.querySelector("#wrong") && document.querySelector("dialog[open] [name=text]")?.value === "属实"`)
	v.forget("422")
	v.judge(axe)
	eval[int](v, `(e => { e.checked = true; return 0 })(document.querySelector('dialog[open] [name="conclusion"]'))`)
	v.confirms(name(task.Closed))
	v.holds(axe, 1366)
}

// Two people have the page open at once. The second is shown what the first did
// and what itself was about to do, and nothing is lost.
func TestBrowserTaskTogether(t *testing.T) {
	d := newDesks(t)
	_, _, other := d.person(d.town.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: d.town.county.Unit.ID})
	id := d.draft("补齐音体美教师")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working)
	v := visitAt(t, d.h)
	axe := axeScript(t)
	v.as(d.county)
	v.open("/tasks/" + id)
	v.until(`document.querySelector("html.js")`)
	eval[int](v, `(e => { e.value = "第二个人写的进展"; return 0 })(document.querySelector('#report textarea'))`)
	// The other one is faster, in another window.
	if out := d.ask(http.MethodPost, "/tasks/"+id+"/acts", url.Values{"act": {"report"}, "rev": {d.rev(id, other)}, "sent": {"fast"}, "text": {"第一个人写的进展"}}.Encode(), other); out.Code != http.StatusSeeOther {
		t.Fatalf("status %d", out.Code)
	}
	v.submit("#report")
	v.until(`document.querySelector("#conflict")`)
	v.forget("409")
	v.judge(axe)
	both := eval[string](v, `document.querySelector("#conflict").textContent`)
	for _, want := range []string{"第一个人写的进展", "第二个人写的进展"} {
		if !strings.Contains(both, want) {
			t.Errorf("the page does not show %q: %s", want, both)
		}
	}
	v.submit("#conflict form")
	v.until(`document.querySelectorAll(".entries li").length === 2`)
	v.quiet()
}

// Without script an act is a folded form on the page, and does the same.
func TestBrowserTaskWithoutScript(t *testing.T) {
	d := newDesks(t)
	id := d.draft("补齐音体美教师")
	v := visitAt(t, d.h)
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	v.as(d.city)
	v.open("/tasks/" + id)
	v.run(chromedp.Click(`summary[data-key="act-issue"]`), chromedp.WaitVisible(`#act-issue form .btn.p`), chromedp.Click(`#act-issue form .btn.p`), chromedp.WaitVisible(`.strip .now`), chromedp.WaitVisible(`summary[data-key="act-urge"]`))
	d.stands(id, task.ToSign)
	v.quiet()
}
