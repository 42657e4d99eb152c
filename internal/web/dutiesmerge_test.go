package web

import (
	"crypto/rand"
	"html"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// hidden is what a page's form sends back in a hidden field.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	_, v, ok := strings.Cut(page, `name="`+name+`" value="`)
	if !ok {
		t.Fatalf("no field %s", name)
	}
	v, _, _ = strings.Cut(v, `"`)
	return html.UnescapeString(v)
}

// A sheet that two people fill in at once loses nobody's ticks: what was not changed
// on the older form is shown as it is now, and where both changed the same duty it is
// said what the other saved. Counts are shown as stated to who does not write them.
func TestDutySheetKeepsWhatOthersTickedOff(t *testing.T) {
	w, head, _, county, city, planner := newYardPages(t)
	_, _, township := w.person(w.township.Unit.ID, auth.Grant{Role: auth.TownshipClerk, Unit: w.township.Unit.ID})
	ctx, op, unit := t.Context(), auth.Operator(), w.school.Unit.ID
	setting := func() string {
		l, err := w.s.duties.List(ctx, op, "mind")
		if err != nil {
			t.Fatal(err)
		}
		return strconv.Itoa(l.Rev)
	}
	if out := w.post("/duties/lists", planner, "list", "mind", "to", "on", "rev", setting(), "reason", "试行", "approver", "示例局长", "waived", "示例局长：试行"); out.Code != http.StatusSeeOther {
		t.Fatalf("on: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	defer func() {
		w.post("/duties/lists", planner, "list", "mind", "to", "off", "rev", setting(), "reason", "test")
	}()
	own, day := strings.ToLower(rand.Text()[:4]), collect.Today(time.Now())
	kept := func() flow.DutySheet {
		t.Helper()
		v, err := w.s.duties.Sheet(ctx, op, "mind", unit, edu.Period{})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	save := func(marks map[string]duty.Mark, n int) {
		t.Helper()
		if _, err := w.s.duties.Save(ctx, op, duty.Sheet{List: "mind", Unit: unit, Rev: kept().Rev, Marks: marks, Counts: map[string]int{"referred": n}}); err != nil {
			t.Fatal(err)
		}
	}
	mark := func(remark string) duty.Mark { return duty.Mark{Done: day - 1, By: "mind", Remark: remark + own} }
	// The sheet is the demo city's: it is left with nothing on it.
	defer func() {
		if _, err := w.s.duties.Save(ctx, op, duty.Sheet{List: "mind", Unit: unit, Rev: kept().Rev}); err != nil {
			t.Error(err)
		}
	}()
	save(map[string]duty.Mark{"care": mark("先"), "watch": mark("先")}, 3)
	sheet := flow.DutyLink("mind", unit)
	first := w.want(sheet, head, http.StatusOK, `value="先`+own+`"`)
	save(map[string]duty.Mark{"care": mark("他"), "watch": mark("他"), "counsel": mark("他")}, 4)

	// As the older form stands, with one duty changed that the other changed too, and one that it did not.
	form := []string{"rev", hidden(t, first, "rev"), "shown", hidden(t, first, "shown"), "count.referred", "3",
		"day.watch", (day - 1).String(), "post.watch", "mind", "remark.watch", "先" + own,
		"day.counsel", "", "post.counsel", "mind", "remark.counsel", "",
		"day.care", (day - 1).String(), "post.care", "mind", "remark.care", "我" + own,
		"day.education", day.String(), "post.education", "mind", "remark.education", "我" + own}
	out := w.post(sheet, head, form...)
	page := out.Body.String()
	if out.Code != http.StatusConflict {
		t.Fatalf("%d: %s", out.Code, firstLine(page))
	}
	for _, want := range []string{`name="remark.watch" value="他` + own, `name="remark.counsel" value="他` + own, `name="remark.care" value="我` + own, `name="remark.education" value="我` + own, `name="count.referred" value="4"`, "他人刚才填写并已保存：" + (day - 1).String()} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a conflict has no %s", want)
		}
	}
	if n := strings.Count(page, "他人刚才填写并已保存"); n != 1 {
		t.Errorf("%d duties are said to be changed by both", n)
	}
	form = []string{"rev", hidden(t, page, "rev"), "shown", hidden(t, page, "shown"), "count.referred", "4"}
	for id, whose := range map[string]string{"watch": "他", "counsel": "他", "care": "我", "education": "我"} {
		form = append(form, "day."+id, (day - 1).String(), "post."+id, "mind", "remark."+id, whose+own)
	}
	if out := w.post(sheet, head, form...); out.Code != http.StatusSeeOther {
		t.Fatalf("saved again: %d: %s", out.Code, firstLine(out.Body.String()))
	}
	if v := kept(); v.Marks["watch"].Remark != "他"+own || v.Marks["counsel"].Remark != "他"+own || v.Marks["care"].Remark != "我"+own || v.Marks["education"].Remark != "我"+own || v.Counts["referred"] != 4 {
		t.Errorf("kept: %+v", v.Sheet)
	}

	// A central school that may tick off but not state the count sees that it is stated.
	page = w.want(sheet, township, http.StatusOK)
	out = w.post(sheet, township, "rev", hidden(t, page, "rev"), "shown", hidden(t, page, "shown"), "day.care", day.String(), "post.care", "mind", "remark.care", "电话13900000000")
	if page := out.Body.String(); out.Code != http.StatusUnprocessableEntity || !strings.Contains(page, "不足10人或为保护而不显示") || strings.Contains(page, "<p>未填</p>") || strings.Contains(page, "referred") {
		t.Errorf("a refused sheet of who does not state counts: %d", out.Code)
	}

	// A school reads no county from its own figure; the county and the city do.
	if page := w.want("/duties/counts/mind", head, http.StatusOK, "分校"); strings.Contains(page, "分县") {
		t.Error("a school is shown its county, of which it has one school")
	}
	asked := 0
	c, err := w.s.duties.Counts(ctx, op, "mind", "referred", edu.Period{})
	for _, x := range c.Counties {
		if x.Unit == w.county.Unit.ID {
			asked = x.Asked
		}
	}
	if err != nil || asked < 2 {
		t.Fatalf("%d schools of the county are asked, %v", asked, err)
	}
	for _, who := range []string{county, city} {
		w.want("/duties/counts/mind", who, http.StatusOK, "分县", "1/"+strconv.Itoa(asked))
	}
}
