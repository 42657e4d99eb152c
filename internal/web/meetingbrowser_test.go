package web

import (
	"os"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// A meeting in a browser: the city plans it, the county checks its venue in, the
// city writes decisions and makes tasks of them in one step, signs the minutes, and
// the next meeting opens with what has come of them. Every page fits, in both
// languages, and can be used by everybody.
func TestBrowserMeeting(t *testing.T) {
	w := newTown(t)
	_, planner, _ := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, clerk, _ := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	v := visitAt(t, w.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	set := func(sel, value string) {
		t.Helper()
		v.until(`document.readyState === "complete" && document.querySelector(` + quote(sel) + `)`)
		eval[int](v, `((e, x) => { if (e.type === "checkbox") e.checked = true; else e.value = x; e.dispatchEvent(new Event("change", {bubbles: true})); return 0 })(document.querySelector(`+quote(sel)+`), `+quote(value)+`)`)
	}
	look := func(name string) {
		t.Helper()
		here := eval[string](v, `location.pathname + location.search`)
		for _, lang := range i18n.Languages {
			v.speak(lang)
			v.open(here)
			v.until(`document.querySelector("html.js")`)
			v.fits(axe)
			v.shoot(shots, lang+"-"+name)
		}
		v.speak("zh")
		v.open(here)
		v.quiet()
	}
	says := func(text string) {
		t.Helper()
		v.until(`document.readyState === "complete" && document.querySelector("main").textContent.includes(` + quote(text) + `)`)
	}
	plan := func(session, day string) string {
		t.Helper()
		v.open("/meetings/new")
		set(`[name="name"]`, "示例推进会")
		set(`[name="series"]`, "浏览器会议")
		set(`[name="session"]`, session)
		set(`[name="day"]`, day)
		set(`[name="place"]`, "一楼会议室")
		set(`[name="link"]`, "https://meet.example/j/1")
		set(`[name="chair"]`, "示例甲")
		set(`[name="recorder"]`, "示例记")
		set(`[name="signer"]`, "示例签")
		set(`[name="venue"][value=`+quote(string(w.county.Unit.ID))+`]`, "")
		set(`[name="people"]`, "示例甲|组长|||出席\n示例乙|局长|县局|"+w.county.Name.ZH+"|出席\n示例丙|副局长|县局|"+w.county.Name.ZH+"|列席")
		set(`[name="items"]`, "学位建设|规划科|示例材料")
		v.submit("#plan")
		v.until(`location.pathname.startsWith("/meetings/m")`)
		return eval[string](v, `location.pathname`)
	}
	v.comeIn(planner)
	v.open("/meetings/new")
	look("form")
	path := plan("第一次", "2026-10-13")
	says("会议已保存")
	v.leave()

	v.comeIn(clerk)
	v.open(path + "/venue")
	look("venue")
	set(`[name="mark.p3"]`, "leave")
	set(`[name="said.p3"]`, "下乡")
	set(`[name="ready"]`, "")
	v.submit("#checkin")
	says("签到已保存")
	v.open(path)
	says("议定事项在纪要签发后公布")
	look("attends")
	v.leave()

	v.comeIn(planner)
	v.open(path)
	says("示例丙（副局长） 请假（下乡）")
	v.press(`button[name="act"][value="begin"]`)
	says("会议状态已更新")
	write := func(words, class, lead string) {
		t.Helper()
		set(`#decide [name="words"]`, words)
		set(`#decide [name="class"]`, class)
		set(`#decide [name="lead"]`, lead)
		v.submit("#decide")
		says(words)
	}
	// The owner is offered while one types.
	v.typed(`#decide [name="lead"]`, w.county.Name.ZH[:6])
	v.until(`document.querySelectorAll("#bodies-lead option").length > 0`)
	write("核查学位缺口并建立清单。", "agreed", "bureau:"+string(w.county.Unit.ID))
	v.until(`document.activeElement.name === "words"`)
	write("按月报送进展。", "demanded", "")
	write("要把教育摆在优先位置。", "principle", "")
	look("running")
	v.press(`form[action$="/tasks"] button`)
	says("已将2项转为任务")
	if n := eval[int](v, `document.querySelectorAll("#t-decisions a.l").length`); n != 2 {
		t.Errorf("%d of two decisions show their task", n)
	}
	v.press(`button[name="act"][value="end"]`)
	v.until(`document.querySelector('button[name="act"][value="sign"]')`)
	v.press(`button[name="act"][value="sign"]`)
	v.until(`location.search.includes("did=step") && !document.querySelector('button[name="act"][value="sign"]')`)
	look("signed")
	v.open(path + "/minutes")
	says("应到2人，实到1人，未签到1人")
	look("minutes")

	next := plan("第二次", "2026-11-13")
	says("上次会议遗留")
	says("核查学位缺口并建立清单。")
	if text := eval[string](v, `document.querySelector("#leftover").textContent`); strings.Contains(text, "优先位置") {
		t.Error("a principle is followed up")
	}
	look("next")
	v.open(next + "/edit")
	look("edit")
	for _, p := range []string{"/meetings", "/leading", "/leading/report", "/honours"} {
		v.open(p)
		look(strings.ReplaceAll(p[1:], "/", "-"))
	}
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}
