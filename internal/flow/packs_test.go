package flow_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// long is every figure and verdict of an assessment.
func long(t *testing.T, a *standard.Assessment) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, report.CSV, report.Rows(a, report.Options{Lang: "en"}), ""); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// cityPacks are the shipped packs that a city of China may be measured by.
func cityPacks(t *testing.T) []*pack.Pack {
	t.Helper()
	var all []*pack.Pack
	for _, name := range pack.Shipped() {
		if strings.HasPrefix(name, "california") || strings.HasPrefix(name, "florida") {
			continue
		}
		p, err := pack.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// Adding a pack changes no figure and no verdict of another one, in whatever
// order packs are added: what a county reports, measured by each pack alone,
// comes out the same measured by all of them together.
func TestAddingAPackChangesNoOther(t *testing.T) {
	city := demo.New(1)
	years := city.Years()
	var b bytes.Buffer
	if err := city.Workbook(&b, 6, years[len(years)-1]); err != nil {
		t.Fatal(err)
	}
	files := []intake.File{{Name: "county.xlsx", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}}
	all := cityPacks(t)
	turned := slices.Clone(all)
	slices.Reverse(turned)
	together := map[string]string{}
	for _, packs := range [][]*pack.Pack{all, turned} {
		m, err := flow.EvaluateAll(t.Context(), files, packs, intake.Options{})
		if err != nil {
			t.Fatalf("%v: %v", err, m)
		}
		for _, a := range m.Periods {
			text := long(t, a)
			if was, ok := together[a.Pack.Ref()]; ok && was != text {
				t.Errorf("%s says something else where the packs are in another order:\n%s", a.Pack.Ref(), firstDifference(was, text))
			}
			together[a.Pack.Ref()] = text
		}
	}
	compared := 0
	for _, p := range all {
		m, err := flow.Evaluate(t.Context(), files, p, intake.Options{})
		if errors.Is(err, fault.Blocked) {
			continue // nothing in the workbook is this pack's
		}
		if err != nil {
			t.Fatalf("%s: %v", p.Ref(), err)
		}
		alone := long(t, m.Periods[0])
		if strings.Count(alone, "\n") > 1 {
			compared++
		}
		if got := together[p.Ref()]; got != alone {
			t.Errorf("%s alone and beside others differ:\n%s", p.Ref(), firstDifference(alone, got))
		}
	}
	if compared == 0 || !strings.Contains(together["cn-compulsory@2017"], "short") {
		t.Error("nothing was compared")
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "alone:  " + x[i] + "\nbeside: " + y[i]
		}
	}
	return "one of them is longer"
}

// A pack is added to a city while it runs: its measure over what is there is
// there at once, its form is on the list, and what is handed in on it is measured;
// the other packs say what they said. Another process sees it too.
func TestAddPacksToARunningCity(t *testing.T) {
	o := newOffice(t)
	period := lastYear
	before, err := o.flow.Assessment(o.ctx, period)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var files []string
	for _, name := range []string{"pe-share.yaml", "gardens.yaml"} {
		text, err := os.ReadFile(filepath.Join(testkit.Root(), "testdata", "more-packs", name))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	other, err := flow.Open(o.ctx, o.dsn, "")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := o.flow.AddPacks(o.ctx, files...); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil { // the database keeps what it needs
		t.Fatal(err)
	}
	pe, err := o.flow.Measure(o.ctx, "our-pe@2026", period)
	if err != nil {
		t.Fatal(err)
	}
	if st := pe.Stage(edu.Primary); st == nil || st.Indicator("pe_share").Verdicts == nil || !slices.Contains(st.Indicator("pe_share").Verdicts, edu.Met) {
		t.Error("the new measure has no verdicts")
	}
	after, err := o.flow.Assessment(o.ctx, period)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := long(t, before), long(t, after); x != y {
		t.Error("the first pack says something else:\n" + firstDifference(x, y))
	}
	if pe.Set.Sections[0].Rows[0] != after.Set.Sections[0].Rows[0] || &pe.Set.Sections[0].Rows[0] != &after.Set.Sections[0].Rows[0] {
		t.Error("each pack has frames of its own")
	}
	there, err := other.Measure(o.ctx, "our-pe@2026", period)
	if err != nil || long(t, there) != long(t, pe) {
		t.Errorf("another process: %v", err)
	}

	is, err := o.section().Issue(o.ctx, flow.Order{Form: "our-gardens-yearly", Period: thisYear, Due: date("2025-10-24")})
	if err != nil {
		t.Fatal(err)
	}
	place := o.school(is.ID, 1, 0)
	head := o.as(auth.SchoolHead, place.Unit)
	p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
	if err != nil {
		t.Fatal(err)
	}
	stage := p.Parts[0]
	content := form.Content{Cells: map[string]string{string(stage) + "/area_garden": "90"}, Sign: form.Sign{Filler: "甲", Phone: "1", Reviewer: "乙", Head: "丙"}}
	if _, _, err := head.Step(o.ctx, is.ID, place.Unit, 0, collect.Submit, collect.StepOptions{Content: &content, ID: "gardens"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.flow.Measure(o.ctx, "our-gardens", thisYear); !errors.Is(err, fault.NotFound) {
		t.Errorf("a pack is found by its full name only: %v", err)
	}
	gardens, err := o.flow.Measure(o.ctx, "our-gardens@2026", thisYear)
	if err != nil {
		t.Fatal(err)
	}
	st, row, err := flow.FindSection(gardens, place.Code)
	if err != nil {
		t.Fatal(err)
	}
	if v := st.Frame.Value(row, "area_garden"); v != edu.Some(90) {
		t.Errorf("the garden handed in has %v m²", v)
	}
}

// A pack that contradicts the city's is refused, and nothing changes.
func TestAddPacksRefuses(t *testing.T) {
	o := newOffice(t)
	file := filepath.Join(t.TempDir(), "odd.yaml")
	odd := "id: odd\nname: {zh: 怪, en: Odd}\nsource: 测试\nstages: [primary]\nunits: [{id: tree, name: {zh: 棵, en: trees}}]\nelements:\n  - {id: pupils, name: {zh: 学生, en: Pupils}, type: count, unit: tree, source: 测试, evidence: P}\n"
	if err := os.WriteFile(file, []byte(odd), 0o600); err != nil {
		t.Fatal(err)
	}
	before := len(o.flow.Packs())
	err := o.flow.AddPacks(o.ctx, "cn-preschool", "florida-2024", file)
	if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "odd.yaml") && !strings.Contains(err.Error(), `unit "tree", not "pupil"`) {
		t.Errorf("a contradiction: %v", err)
	}
	if n := len(o.flow.Packs()); n != before {
		t.Errorf("%d packs after the refusal, %d before", n, before)
	}
}

// A pack is replaced by its newer text, but not by one that would make kept
// answers mean something else.
func TestAddPacksAgain(t *testing.T) {
	o := newOffice(t)
	file := filepath.Join(t.TempDir(), "roofs.yaml")
	write := func(choices, note string) error {
		text := "id: roofs\nname: {zh: 屋顶, en: Roofs}\nsource: 测试" + note + "\nstages: [primary]\nelements:\n  - {id: roof, name: {zh: 屋顶, en: Roof}, type: choice, choices: [" + choices + "], source: 测试, evidence: P}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return o.flow.AddPacks(o.ctx, file)
	}
	const flat, steep, none = "{id: flat, name: {zh: 平, en: Flat}}", "{id: steep, name: {zh: 坡, en: Steep}}", "{id: none, name: {zh: 无, en: None}}"
	before := len(o.flow.Packs())
	if err := write(flat+", "+steep, ""); err != nil {
		t.Fatal(err)
	}
	if err := write(flat+", "+steep+", "+none, "二"); err != nil {
		t.Error(err)
	}
	ps := o.flow.Packs()
	if len(ps) != before+1 || ps[before].Source != "测试二" || len(o.flow.Union().Element("roof").Choices) != 3 {
		t.Errorf("%d packs, %d before, the last of %s", len(ps), before, ps[len(ps)-1].Source)
	}
	if err := write(steep+", "+flat+", "+none, ""); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `choice 1 of roof was "flat"`) {
		t.Errorf("choices turned round: %v", err)
	}
}

// The form of an issue whose pack is no longer one of the city's is found in what
// the database keeps of it: one forgotten pack does not hide all tasks.
func TestIssueOfAFormerPack(t *testing.T) {
	o := newOffice(t)
	file := filepath.Join(testkit.Root(), "testdata", "more-packs", "gardens.yaml")
	if err := o.flow.AddPacks(o.ctx, file); err != nil {
		t.Fatal(err)
	}
	is, err := o.section().Issue(o.ctx, flow.Order{Form: "our-gardens-yearly", Period: thisYear, Due: date("2025-10-24")})
	if err != nil {
		t.Fatal(err)
	}
	o.issue()
	if err := o.flow.Forget(o.ctx); err != nil {
		t.Fatal(err)
	}
	tasks, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID, Limit: 1})
	if err != nil || tasks.Total == 0 {
		t.Errorf("tasks of the former pack's issue: %d, %v", tasks.Total, err)
	}
	m, err := o.section().Matrix(o.ctx, thisYear)
	if err != nil || len(m.Issues) != 2 {
		t.Errorf("the matrix has %d issues: %v", len(m.Issues), err)
	}
	if g, err := o.section().Progress(o.ctx, thisYear); err != nil || len(g) != 2 {
		t.Errorf("progress of %d issues: %v", len(g), err)
	}
	if _, err := o.flow.Compared(o.ctx, auth.Actor{Local: true}, thisYear); err != nil {
		t.Errorf("compared: %v", err)
	}
	if _, err := o.flow.Waiting(context.Background()); err != nil {
		t.Errorf("waiting: %v", err)
	}
}
