package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/means"
)

// surplusOf are the rows of the table of subjects on the page of teachers, as text.
func surplusOf(page string) []string {
	_, table, _ := strings.Cut(page, `id="surplus"`)
	table, _, _ = strings.Cut(table, "</section>")
	var out []string
	for _, row := range strings.Split(table, "<tr")[1:] {
		out = append(out, strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>|^[^>]*>`).ReplaceAllString(row, " ")), " "))
	}
	return out
}

// Surplus and shortage by subject follow from the plan that the county typed on the
// page of its means; before there is one they are unknown in words.
func TestSurplusBySubject(t *testing.T) {
	w, city := gapTown(t)
	code, id := small(t, city)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	m, err := city.Means(t.Context(), auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := city.KeepLessons(t.Context(), auth.Operator(), means.Lessons{County: id, Rev: m.Lessons.Rev}); err != nil {
		t.Fatal(err)
	}
	staff := "/staff?county=" + code + "&stage=primary"
	before := surplusOf(w.ask(http.MethodGet, staff, "", clerk).Body.String())
	if len(before) < 4 || !strings.Contains(strings.Join(before, "\n"), "本县未填写该学段的课程课时计划") || strings.Contains(strings.Join(before[1:], "\n"), "P)") {
		t.Fatalf("without a plan: %q", before)
	}
	path := "/gaps/counties/" + code + "/means"
	page := w.ask(http.MethodGet, path, "", clerk).Body.String()
	_, form, _ := strings.Cut(page, `name="kind" value="lessons"`)
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(form)[1]
	if out := w.form(path, clerk, "kind", "lessons", "rev", rev, "lines", "小学\t语文\t0\t14\t2025\t示例1号"); out.Code != 422 || !strings.Contains(out.Body.String(), "示例1号</textarea>") && !strings.Contains(out.Body.String(), "示例1号") {
		t.Errorf("no lessons: %d", out.Code)
	}
	if out := w.form(path, clerk, "kind", "lessons", "rev", rev, "lines", "小学\t语文\t60\t1\t2025\t示例1号\n小学\t书法\t1\t14\t2025\t示例1号"); out.Code != 303 {
		t.Fatalf("kept: %d %s", out.Code, out.Body.String())
	}
	if out := w.form(path, clerk, "kind", "lessons", "rev", rev, "lines", "小学\t语文\t6\t14\t2025\t示例2号"); out.Code != 409 || !strings.Contains(out.Body.String(), "示例1号") || !strings.Contains(out.Body.String(), "示例2号") {
		t.Errorf("over what was not seen: %d", out.Code)
	}
	after := surplusOf(w.ask(http.MethodGet, staff, "", clerk).Body.String())
	if len(after) < 3 || !regexp.MustCompile(`^语文 .* −[\d  ,]+\.\d 示例1号 \(2025, P\)$`).MatchString(after[1]) || !strings.HasPrefix(after[2], "书法 0 ") {
		t.Errorf("with a plan: %q", after)
	}
	if !strings.Contains(strings.Join(after, "\n"), "课程课时计划中没有该学科") {
		t.Errorf("a subject that the plan has not is not said to be unknown: %q", after)
	}
}

// Where counties stand side by side a surplus is left out with the count that it
// would tell.
func TestSurplusTellsNoSmallCount(t *testing.T) {
	w, city := gapTown(t)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	page := w.ask(http.MethodGet, "/staff?stage=primary", "", planner).Body.String()
	rows := surplusOf(page)
	if len(rows) < 5 || !strings.Contains(strings.Join(rows, "\n"), "未知：未填课程课时计划") {
		t.Fatalf("%q", rows)
	}
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	few := 0
	for _, u := range tree.Units() {
		if u.Level != edu.County {
			continue
		}
		m, err := city.Means(t.Context(), auth.Operator(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		few += smallCounts(m, edu.Primary)
	}
	if hidden := strings.Count(strings.Join(rows, " "), hiddenMark); few > 0 && hidden == 0 {
		t.Errorf("%d small counts, and none is left out: %q", few, rows)
	}
}

// smallCounts are the subjects of a stage that fewer than ten teach.
func smallCounts(m *flow.Means, st edu.Stage) (n int) {
	by := map[string]int{}
	for _, g := range m.Staff.Groups {
		if g.Stage == st {
			by[g.Subject] += g.People
		}
	}
	for _, k := range by {
		if k > 0 && k < 10 && len(m.Lessons.Lines) > 0 {
			n++
		}
	}
	return n
}
