package web

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/i18n"
	"shuren/internal/proposal"
	"shuren/internal/testkit"
)

// The pages of gaps, proposals, means and teachers are read in both languages without
// a fault that axe can see, fit a screen and stay light; a county presses the
// button that makes a proposal and waits for it, changes how much a line does, rejects
// one, accepts the rest and makes tasks of them, without any script.
func TestGapsInABrowser(t *testing.T) {
	testkit.OutOfProcess(t)
	w, city := gapTown(t)
	// A county of its own: another test makes tasks of what the small one is proposed,
	// and no task is made twice.
	code := "990122"
	id := demoCounty(t, city, code)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id}, auth.Grant{Role: auth.CountyReviewer, Unit: id})
	v := visitAt(t, w.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	base := "/gaps/counties/" + code

	// Without script: forms and links alone.
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	v.as(clerk)
	click := func(sel string) { v.run(chromedp.WaitVisible(sel), chromedp.Click(sel)) }
	did := func(what string) { v.until(`location.search.includes("did=` + what + `")`) }
	v.open(base)
	for _, s := range proposal.Scenarios[1:] {
		click(`#t-scenarios [value="` + string(s) + `"]`) // only the cheapest is wanted
	}
	click(`[form="make"].btn`)
	v.until(`document.querySelector("#t-lines tbody td a")`) // the page asks again by itself
	p := newestOf(t, city, id)
	// A line that may be changed is done by less.
	k := slices.IndexFunc(p.Lines, func(l proposal.Line) bool { return l.No > 1 && l.Amount >= 2 && l.Act != proposal.Keep })
	if k < 0 {
		t.Fatalf("no line to change among %d", len(p.Lines))
	}
	v.open(fmt.Sprintf("%s?line=%d#edit", base, p.Lines[k].No))
	v.set(`#edit [name="amount"]`, "1")
	click(`#edit [name="do"]`)
	did("edit")
	v.open(base)
	click(`#t-lines [name="no"][value="1"]`)
	v.typed(`.bulk [name="note"]`, "学校另有安排")
	click(`.bulk [value="reject"]`)
	did("reject")
	v.open(base + "?state=open")
	click(`.bulk [name="which"][value="all"]`)
	click(`.bulk [value="accept"]`)
	did("accept")
	command(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
	now, err := city.Proposal(t.Context(), auth.Operator(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := now.Lines[k]; got.State != proposal.Edited || got.Chosen != 1 {
		t.Errorf("the line is %s, %v", got.State, got.Chosen)
	}
	if n := now.Counts(); n.By["edited"] != 1 || n.By["rejected"] != 1 || n.By["accepted"] != len(now.Lines)-2 || now.Checked.Sections == 0 {
		t.Fatalf("lines stand at %v, checked %v", n, now.Checked)
	}
	v.open(base)
	v.until(`document.querySelector("#give")`)
	eval[int](v, `(document.querySelector("#give button").click(), 0)`)
	v.until(`document.querySelector('#t-lines a[href^="/tasks/"]')`)
	v.open("/tasks?state=all")
	v.until(`document.querySelector("html.js")`)
	if n := eval[int](v, `document.querySelectorAll('main a[href^="/tasks/"]').length`); n == 0 {
		t.Error("the tasks are not in the list")
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for i, x := range []struct{ who, path string }{
			{planner, "/gaps"},
			{planner, "/staff"},
			{clerk, base},
			{clerk, base + "?line=2"},
			{clerk, base + "/means"},
			{clerk, base + "/places"},
			{planner, "/gaps/city"},
			{planner, "/gaps/counties/990126"},
			{planner, "/reports?make=county"},
			{clerk, "/reports?make=school"},
			{planner, "/report-templates"},
			{planner, "/report-schedules"},
			{planner, "/board"},
		} {
			t.Run(fmt.Sprintf("%s %s", lang, x.path), func(t *testing.T) {
				v.t = t
				v.as(x.who)
				v.open(x.path)
				v.until(`document.querySelector("html.js")`)
				v.fits(axe)
				v.shoot(shots, fmt.Sprintf("%s-gaps-%d", lang, i))
			})
		}
	}
	v.t = t
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}
