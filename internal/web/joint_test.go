package web

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/i18n"
)

// The form that is joined of several packs' small ones is a page like any other:
// a school finds it among its tasks, each block says of which small form it is,
// pages keep the budget in both languages, and what was filled in there is handed
// in by the button.
func TestJointFormOnThePage(t *testing.T) {
	issue, err := issued()
	if err != nil || !strings.HasPrefix(issue, "cn-school-year") {
		t.Fatalf("the first form of a school is %s, %v", issue, err)
	}
	w := newTown(t)
	unit := w.near
	_, _, clerk := w.person(unit.Unit.ID, auth.Grant{Role: auth.SchoolClerk, Unit: unit.Unit.ID})
	at := "/work/" + issue + "/" + string(unit.Unit.ID)
	if list := w.ask(http.MethodGet, "/work", "", clerk).Body.String(); !strings.Contains(list, at) || !strings.Contains(list, "学校年度综合表") {
		t.Error("the school does not find the form among its tasks")
	}
	desk := w.s.desk(auth.Operator())
	p, _, _, err := desk.Paper(t.Context(), issue, unit.Unit.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, a := range p.Form.Asks {
		said[a.Part.ZH] = false
	}
	if len(said) != 7 {
		t.Errorf("blocks of %v", slices.Collect(maps.Keys(said)))
	}
	for _, lang := range i18n.Languages {
		for page := 1; page <= 3; page++ {
			got := w.ask(http.MethodGet, at+"?p="+strconv.Itoa(page)+"&lang="+lang, "", clerk)
			body := got.Body.String()
			if n := elements(t, body); got.Code != http.StatusOK || n > 1500 || len(body) > 400_000 {
				t.Errorf("page %d in %s: status %d, %d elements, %d bytes", page, lang, got.Code, n, len(body))
			}
			for part := range said {
				said[part] = said[part] || lang == "zh" && strings.Contains(html.UnescapeString(body), "《"+part+"》")
			}
		}
	}
	for part, ok := range said {
		if !ok {
			t.Errorf("no block says that it is of %q", part)
		}
	}

	content := form.Content{Cells: map[string]string{}, Reasons: map[string]form.Reason{}, Sign: form.Sign{Filler: "甲", Phone: "1", Reviewer: "乙", Head: "丙"}}
	body := url.Values{"rev": {"0"}, "base": {"{}"}, "do": {"save"}}
	for k := range p.Cells() {
		v := "0"
		switch e := p.Pack.Element(k.Field); {
		case e.Type == edu.TypeYesNo:
			v = "否"
		case e.Type == edu.TypeChoice:
			v = e.Choices[0].Name.ZH
		case e.Min != nil:
			v = strconv.Itoa(int(*e.Min))
		}
		content.Cells[k.String()] = v
		body.Set("cell:"+k.String(), v)
	}
	for _, a := range p.Form.Asks { // what is known from last year is right
		if !slices.Contains(body["confirm"], a.Element.Group) {
			body.Add("confirm", a.Element.Group)
		}
	}
	for name, v := range map[string]string{"filler": "甲", "phone": "1", "reviewer": "乙", "head": "丙"} {
		body.Set("sign."+name, v)
	}
	if got := w.ask(http.MethodPost, at, body.Encode(), clerk); got.Code != http.StatusSeeOther {
		t.Fatalf("saved: status %d: %.600s", got.Code, got.Body)
	}
	kept, f, _, err := desk.Paper(t.Context(), issue, unit.Unit.ID)
	if err != nil || kept.Content.Cells["primary/guards"] != content.Cells["primary/guards"] && len(kept.Content.Cells) < 50 {
		t.Fatalf("kept %d cells, %v", len(kept.Content.Cells), err)
	}
	problems, err := desk.Check(t.Context(), issue, unit.Unit.ID, kept.Content)
	if err != nil {
		t.Fatal(err)
	}
	reasons := 0
	for _, q := range problems {
		if q.Blocking {
			t.Fatalf("handed in as it is it would be refused: %s", q.Text.ZH)
		}
		reasons++
		body.Set("why:"+q.Key, "other")
		body.Set("whytext:"+q.Key, "示例数据")
	}
	body.Set("rev", fmt.Sprint(f.Rev))
	if got := w.ask(http.MethodPost, at, body.Encode(), clerk); got.Code != http.StatusSeeOther {
		t.Fatalf("saved with reasons: status %d", got.Code)
	}
	if _, f, _, err = desk.Paper(t.Context(), issue, unit.Unit.ID); err != nil {
		t.Fatal(err)
	}
	got := w.ask(http.MethodPost, at+"/step", url.Values{"rev": {fmt.Sprint(f.Rev)}, "action": {"submit"}}.Encode(), clerk)
	if got.Code != http.StatusSeeOther {
		t.Errorf("handed in: status %d with %d to be explained: %.900s", got.Code, reasons, got.Body)
	}
}
