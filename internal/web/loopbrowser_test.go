package web

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// One paper goes the whole way in a browser: a school fills from last year, is
// stopped by what is missing, hands in; the county returns it with a reason and
// passes it when mended; the city locks it, and the overview counts it.
func TestBrowserLoop(t *testing.T) {
	browses(t)
	c, is := deskCity(t)
	ts, err := c.Desk(auth.Operator()).Tasks(context.Background(), collect.Filter{Issue: is.ID, Query: "小学", Limit: 1})
	if err != nil || len(ts.List) == 0 {
		t.Fatalf("tasks %v, %v", ts, err)
	}
	place := ts.List[0].Place
	var now atomic.Pointer[auth.Actor] // at whose desk the browser sits
	h, err := New(c, Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Desk: func(auth.Actor) Desk {
		if a := now.Load(); a != nil {
			return c.Desk(*a)
		}
		return c.Desk(auth.Operator())
	}})
	if err != nil {
		t.Fatal(err)
	}
	v := visitAt(t, h)
	paper := "/work/" + is.ID + "/" + url.PathEscape(string(place.Unit))
	sit := func(role auth.Role, unit edu.UnitID) {
		t.Helper()
		now.Store(&auth.Actor{Account: string(role), Name: "某" + string(role), Grants: []auth.Grant{{Role: role, Unit: unit, Whole: unit == ""}}})
		v.open(paper)
		v.until(`document.querySelector("html.js .strip")`)
	}
	// act takes the step of a name, through its dialog.
	act := func(name, reason, then string) {
		t.Helper()
		eval[int](v, `[...document.querySelectorAll("details.act summary")].find(e => e.textContent === `+quote(name)+`).click(), 0`)
		v.until(`document.querySelector("dialog[open] .btn.p")`)
		eval[int](v, `(d => { const r = d.querySelector("textarea"); if (r) r.value = `+quote(reason)+`; d.querySelector(".btn.p").click(); return 0 })(document.querySelector("dialog[open]"))`)
		v.until(then)
	}
	is1 := func(state string) string {
		return `document.querySelector(".hd .l")?.textContent.includes(` + quote(state) + `) && !document.querySelector("dialog[open]")`
	}

	sit(auth.SchoolHead, place.Unit)
	v.shot("loop-1-empty")
	act("提交", "", `document.querySelectorAll("#found li").length > 5`) // of an empty paper: it is stopped, and told where
	if links := eval[[]string](v, `[...document.querySelectorAll("#found a")].map(a => a.textContent)`); len(links) == 0 || strings.Contains(strings.Join(links, "|"), "||") {
		t.Errorf("what stops the paper does not name its cells: %q", links)
	}
	v.forget("422")
	eval[int](v, fillFromLastYear)
	v.saved()
	for range 8 {
		if !eval[bool](v, `!!document.querySelector("#paper input[name=confirm]:not(:checked)")`) {
			break
		}
		eval[int](v, `document.querySelector("#paper input[name=confirm]:not(:checked)").click(), 0`)
		v.saved()
	}
	eval[int](v, `document.querySelector("[data-add=classes]").click(), 0`)
	eval[int](v, pasteClasses)
	v.saved()
	eval[int](v, signAndExplain)
	v.saved()
	if says := eval[string](v, `document.querySelector("#l-classes [data-found]").textContent`); says == "0 行" {
		t.Error("the list that was pasted is said to have no rows")
	}
	v.shot("loop-2-filled")
	act("提交", "", is1("待县审"))
	v.open(paper + "/sign")
	if check := eval[string](v, `document.querySelector(".check")?.textContent || ""`); len(check) < 8 {
		t.Errorf("the sign-and-seal page has no check code: %q", check)
	}
	v.shot("loop-3-sign")

	sit(auth.CountyReviewer, place.County)
	const why = "一年级人数与学籍系统相差 3 人，请核对"
	act("退回", why, is1("已退回"))
	sit(auth.SchoolHead, place.Unit)
	v.until(`document.querySelector(".said.bad").textContent.includes(` + quote(why) + `)`)
	act("提交", "", is1("待县审"))
	sit(auth.CountyReviewer, place.County)
	act("审核通过", "", is1("待市审"))
	sit(auth.CitySection, "")
	act("锁定", "", is1("已锁定"))
	v.shot("loop-4-locked")

	v.open("/?year=" + is.Period.String())
	v.until(`document.querySelector(".hd .sub")?.textContent.includes("已锁定 1/")`)
	v.shot("loop-5-overview")
	v.quiet()
}

// What a clerk does with a paper, as script: take last year's figure where
// nothing is known, paste a list of classes that fits the roll, sign, and give a
// reason for whatever asks for one.
const (
	fillFromLastYear = `(() => {
		for (const i of document.querySelectorAll("#paper table.entry:not(.rows) td.c input:not([readonly])")) {
			const was = i.closest("td").nextElementSibling.textContent.trim();
			if (i.value || !was || i.dataset.from) continue;
			i.focus(); i.value = was;
			for (const e of ["input", "change"]) i.dispatchEvent(new Event(e, {bubbles: true}));
		}
		return 0 })()`
	pasteClasses = `(() => {
		const rows = [];
		for (const tr of document.querySelectorAll("#paper tr.part")) {
			const name = tr.querySelector("th").textContent.replace("*", "").trim();
			const n = Number(tr.querySelector("td.c input").value);
			if (!/年级$/.test(name) || !n) continue;
			const k = Math.ceil(n / 45);
			for (let c = 0; c < k; c++) rows.push([name, c + 1 + "班", "普通", Math.floor(n / k) + (c < n % k ? 1 : 0), 0].join("\t"));
		}
		const first = document.querySelector("[data-rows=classes] tbody tr input");
		first.focus();
		const d = new DataTransfer(); d.setData("text/plain", rows.join("\n"));
		first.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true}));
		return 0 })()`
	signAndExplain = `(() => {
		const type = (i, text) => { i.focus(); i.value = text; for (const e of ["input", "change"]) i.dispatchEvent(new Event(e, {bubbles: true})) };
		for (const k of ["filler", "phone", "reviewer", "head"]) type(document.querySelector('[name="sign.' + k + '"]'), k === "phone" ? "0000-0000000" : "示例");
		for (const s of document.querySelectorAll("#found select")) type(s, s.options[1].value);
		return 0 })()`
)
