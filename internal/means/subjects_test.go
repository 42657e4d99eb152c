package means

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// Surplus and shortage of a subject follow from the county's own plan, and what was
// not told is unknown with its reason: never nothing.
func TestSubjectsAreHeldAgainstTheCountysOwnPlan(t *testing.T) {
	staff := &Staff{Groups: []Group{
		{School: "a", Stage: edu.Primary, Subject: "语文", People: 9, Counts: []string{"q"}, Retiring: map[edu.Period]int{edu.Year(2027): 2}},
		{School: "a", Stage: edu.Primary, Subject: "语文", People: 1, Leave: 1},
		{School: "a", Stage: edu.Primary, Subject: "音乐", People: 1},
		{School: "a", Stage: edu.Primary, Subject: "书法", People: 3},
		{School: "a", Stage: edu.Primary, People: 2},
		{School: "c", Stage: edu.Primary, Subject: "语文", People: 50},
		{School: "a", Stage: edu.Junior, Subject: "物理", People: 4},
	}}
	plan := &Lessons{Lines: []Lesson{{edu.Primary, "语文", 7, 14, 2025, "县教〔2025〕1号"}, {edu.Primary, "音乐", 2, 16, 2025, "x"}, {edu.Primary, "科学", 2, 16, 2025, "x"}}}
	sections := []Section{{"a", edu.Primary, 16}, {"b", edu.Primary, 99}, {"c", edu.Primary, math.NaN()}, {"a", edu.Junior, 8}}
	got := Needs(sections, staff, plan, []Element{{"q", edu.Text{ZH: "合格"}, nil}})
	if len(got) != 2 || got[0].Stage != edu.Primary || got[0].Sections != 3 || got[0].NoStaff != 1 || got[0].NoClasses != 1 || got[0].Classes != 16 || got[0].Untold != 2 {
		t.Fatalf("stages %+v", got)
	}
	var names []string
	for _, n := range got[0].Subjects {
		names = append(names, n.Subject)
	}
	if strings.Join(names, " ") != "语文 音乐 科学 书法" {
		t.Fatalf("subjects %v, want those of the plan in its order first", names)
	}
	for i, want := range []struct {
		people int
		net    float64
	}{{10, 2}, {1, -1}, {0, -2}} {
		if n := got[0].Subjects[i]; !n.Known || n.People != want.people || n.Net() != want.net {
			t.Errorf("%s: %+v, want %+v", names[i], n, want)
		}
	}
	if n := got[0].Subjects[0]; n.Leave != 1 || n.Leaving != 2 || len(n.Counts) != 1 || n.Counts[0].People != 9 {
		t.Errorf("of those who teach it: %+v", n)
	}
	if n := got[0].Subjects[3]; n.Known || n.People != 3 || !strings.Contains(n.Why.ZH, "没有该学科") {
		t.Errorf("a subject that the plan has not: %+v", n)
	}
	if n := got[1].Subjects[0]; n.Known || !strings.Contains(n.Why.ZH, "未填写") {
		t.Errorf("a stage without a plan: %+v", n)
	}
	none := Needs([]Section{{"a", edu.Primary, math.NaN()}}, staff, plan, nil)
	if n := none[0].Subjects[0]; n.Known || n.People != 0 || !strings.Contains(n.Why.EN, "none has told") {
		t.Errorf("nothing that can be counted: %+v", n)
	}
}

// What lacks and what is over add up, whatever was told of whom.
func TestNeedsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var staff Staff
		var plan Lessons
		var sections []Section
		stages := []edu.Stage{edu.Primary, edu.Junior}
		for range rapid.IntRange(0, 6).Draw(t, "schools") {
			x := Section{rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "school"), rapid.SampledFrom(stages).Draw(t, "stage"), rapid.SampledFrom([]float64{math.NaN(), 0, 3, 12}).Draw(t, "classes")}
			sections = append(sections, x)
		}
		for range rapid.IntRange(0, 8).Draw(t, "groups") {
			staff.Groups = append(staff.Groups, Group{School: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "of"), Stage: rapid.SampledFrom(stages).Draw(t, "in"), Subject: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "teach"), People: rapid.IntRange(0, 9).Draw(t, "people")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "plan") {
			plan.Lines = append(plan.Lines, Lesson{Stage: rapid.SampledFrom(stages).Draw(t, "of plan"), Subject: rapid.SampledFrom([]string{"x", "z"}).Draw(t, "asked"), PerClass: 4, PerTeacher: 16})
		}
		for _, s := range Needs(sections, &staff, &plan, nil) {
			people := s.Untold
			for _, n := range s.Subjects {
				people += n.People
				if n.Known != (n.Why == edu.Text{}) || n.Known && n.Needed != s.Classes/4 || n.Known && s.Counted() == 0 {
					t.Fatalf("%+v of %+v", n, s)
				}
			}
			told := 0
			for _, g := range staff.Groups {
				for _, x := range sections {
					if g.Stage == s.Stage && x.Stage == s.Stage && x.School == g.School && !math.IsNaN(x.Classes) {
						told += g.People
						break
					}
				}
			}
			if people != told {
				t.Fatalf("%d people of %d that can be counted: %+v", people, told, s)
			}
		}
	})
}
