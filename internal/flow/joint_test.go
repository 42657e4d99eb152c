package flow_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// Small forms of several packs are one form for a school: it is issued, checked
// by the checks of each, judged by each, and read by each; its parts are not
// issued beside it; and an open one stays as it was when a further pack comes.
func TestJointForm(t *testing.T) {
	const joint = "cn-school-year"
	o := newOffice(t)
	entries, err := o.section().Forms(o.ctx)
	if err != nil {
		t.Fatal(err)
	}
	var in []string
	for _, e := range entries {
		if e.In != nil {
			in = append(in, e.Form.ID)
		}
		if (e.In != nil) != (e.Why != edu.Text{}) || e.In != nil && e.In.ID != joint {
			t.Errorf("%s: %v", e.Form.ID, e.Why)
		}
	}
	slices.Sort(in)
	if want := strings.Fields("cn-basic-school cn-retention-base cn-safety-base cn-staffing-school cn-teachers-base cn-wellbeing-base uis-school"); !slices.Equal(in, want) {
		t.Errorf("parts on the list of forms: %v", in)
	}
	order := flow.Order{Form: "cn-safety-base", Period: thisYear, Due: date("2025-10-24")}
	if _, err := o.section().Issue(o.ctx, order); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), joint) {
		t.Errorf("a part beside the whole: %v", err)
	}
	order.Form = joint
	is, err := o.section().Issue(o.ctx, order)
	if err != nil {
		t.Fatal(err)
	}

	place := o.school(is.ID, 1, 0)
	head := o.as(auth.SchoolHead, place.Unit)
	p, f, _, err := head.Paper(o.ctx, is.ID, place.Unit)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	at := map[string]string{} // the cell of a field
	for k := range p.Cells() {
		fields[k.String()], at[k.Field] = true, k.String()
	}
	for _, id := range []string{"guards", "heads", "pupils_age.a7", "books"} {
		if at[id] == "" {
			t.Errorf("the paper does not ask %s", id)
		}
	}
	c := form.Content{Cells: map[string]string{}, Reasons: map[string]form.Reason{}, Sign: form.Sign{Filler: "甲", Phone: "1", Reviewer: "乙", Head: "丙"}}
	for k := range p.Cells() {
		switch e := p.Pack.Element(k.Field); e.Type {
		case edu.TypeYesNo:
			c.Cells[k.String()] = "否"
		case edu.TypeChoice:
			c.Cells[k.String()] = e.Choices[0].Name.ZH
		default:
			c.Cells[k.String()] = "0"
			if e.Min != nil {
				c.Cells[k.String()] = strconv.Itoa(int(*e.Min))
			}
		}
	}
	set := func(id, v string) (was string) {
		was, c.Cells[at[id]] = c.Cells[at[id]], v
		return was
	}
	trained, parts := set("heads_trained", "1"), set("key_parts_covered", "1")
	problems, err := head.Check(o.ctx, is.ID, place.Unit, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{"tc_heads_trained", "sf_parts"} {
		if !slices.ContainsFunc(problems, func(q form.Problem) bool { return q.Rule == rule && q.Blocking }) {
			t.Errorf("nobody checks %s", rule)
		}
	}
	set("heads_trained", trained)
	set("key_parts_covered", parts)
	if problems, err = head.Check(o.ctx, is.ID, place.Unit, c); err != nil {
		t.Fatal(err)
	}
	for _, q := range problems {
		if q.Blocking {
			t.Fatal(q.Text.ZH)
		}
		c.Reasons[q.Key] = form.Reason{Code: "other", Text: "示例数据"}
	}
	trials, err := head.Trial(o.ctx, is.ID, place.Unit, c)
	if err != nil || len(trials) != 7 {
		t.Fatalf("%d trials, %v", len(trials), err)
	}
	o.step(head, f, collect.Submit, collect.StepOptions{Content: &c})
	for ref, id := range map[string]string{"cn-safety": "guards", "cn-teachers": "heads"} {
		a, err := o.flow.Measure(o.ctx, ref, thisYear)
		if err != nil {
			t.Fatal(err)
		}
		st, row, err := flow.FindSection(a, place.Code)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := st.Frame.Value(row, id).String(), c.Cells[at[id]]; got != want {
			t.Errorf("%s reads %s of %s, and %s was handed in", ref, got, id, want)
		}
	}

	file := filepath.Join(t.TempDir(), "trees.yaml")
	text := `id: our-trees
name: {zh: 校园树木, en: Trees}
source: 测试
uses: [cn-common]
stages: [primary, junior]
units: [{id: tree, name: {zh: 棵, en: trees}}]
elements:
  - {id: school_trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, source: 测试, evidence: P}
forms:
  - {id: our-trees-yearly, name: {zh: 树木, en: Trees}, basis: 测试, frequency: yearly, fills: school, level: school, opens: 09-01, closes: 10-31, minutes: 5, approver: 市教育局,
     joins: {id: cn-school-year, name: {zh: 另一名称, en: Another name}}, source: 测试, evidence: P, asks: [{element: school_trees}]}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.flow.AddPacks(o.ctx, file); err != nil {
		t.Fatal(err)
	}
	again, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for k := range again.Cells() {
		if n++; !fields[k.String()] {
			t.Fatalf("an open form asks %s since a pack was added", k)
		}
	}
	if n != len(fields) {
		t.Errorf("an open form asks %d figures, and asked %d", n, len(fields))
	}
	now, err := o.section().Forms(o.ctx)
	if err != nil {
		t.Fatal(err)
	}
	whole := now[slices.IndexFunc(now, func(e collect.Entry) bool { return e.Form.ID == joint })].Form
	if whole.Minutes != 125 || whole.Name.EN != "Yearly questions to schools" || !slices.ContainsFunc(whole.Asks, func(a *pack.Ask) bool { return a.Element.ID == "school_trees" }) {
		t.Errorf("the next one is %+v", whole)
	}
}
