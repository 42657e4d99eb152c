package flow

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// Problems of a visit become tasks once, and stay as they were when the visit is
// written anew.
func TestVisitToTasks(t *testing.T) {
	c := newCouncil(t)
	day := c.o.onDay()
	l, err := c.o.KeepLinked(ctx, c.planner, council.Linked{Leader: "示例甲", Post: "副组长", School: "school-2100000001", From: day - 100, Basis: "示例1号"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.o.KeepLinked(ctx, c.west, council.Linked{Leader: "示例乙", Post: "局长", School: "school-2100000001", From: day}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county linked another county's school: %v", err)
	}
	if _, err := c.o.KeepLinked(ctx, c.planner, council.Linked{Leader: "示例乙", Post: "局长", School: "east", From: day}); err == nil || !strings.Contains(err.Error(), "not a school") {
		t.Errorf("a county as a school: %v", err)
	}
	v := council.Visit{Leader: "示例甲", School: l.School, Day: day, Seen: "食堂改造已开工", Sent: "v1", Problems: []council.Problem{{Text: "操场排水不畅", Lead: "bureau:east", Due: day + 30}, {Text: "缺体育教师"}, {Text: " "}}}
	kept, err := c.o.KeepVisit(ctx, c.planner, v)
	if err != nil || len(kept.Problems) != 2 {
		t.Fatalf("%+v, %v", kept, err)
	}
	if again, err := c.o.KeepVisit(ctx, c.planner, v); err != nil || again.ID != kept.ID {
		t.Errorf("the same form made %s and %s, %v", kept.ID, again.ID, err)
	}
	for i, want := range []int{2, 0} {
		if n, err := c.o.ProblemsToTasks(ctx, c.planner, kept.ID, kept.Rev); n != want || err != nil {
			t.Errorf("press %d: %d tasks, %v; want %d", i+1, n, err, want)
		}
	}
	tasks, err := c.o.VisitTasks(ctx, c.planner, kept.ID)
	if got := tasks[kept.Item(1)]; err != nil || len(tasks) != 2 || got.Lead != "bureau:east" || got.Source.Kind != task.FromVisit || !strings.Contains(got.Source.Name, "一小") {
		t.Fatalf("%+v, %v", tasks, err)
	}
	all, err := c.o.Visits(ctx, c.planner)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	changed := all[0]
	changed.Problems = append([]council.Problem{{No: 1, Text: "改写"}}, council.Problem{Text: "新问题"})
	changed, err = c.o.KeepVisit(ctx, c.planner, changed)
	if err != nil || len(changed.Problems) != 3 || changed.Problems[0].Text != "操场排水不畅" {
		t.Errorf("%+v, %v", changed.Problems, err)
	}
	if n, err := c.o.ProblemsToTasks(ctx, c.planner, changed.ID, changed.Rev); n != 1 || err != nil {
		t.Errorf("the new problem: %d tasks, %v", n, err)
	}
	if _, err := c.o.ProblemsToTasks(ctx, c.east, kept.ID, 0); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a clerk gave tasks: %v", err)
	}
	if vs, err := c.o.Visits(ctx, c.west); err != nil || len(vs) != 0 {
		t.Errorf("another county sees %d visits, %v", len(vs), err)
	}
}

// A duty keeps what was done of it when its words are changed.
func TestDutyDone(t *testing.T) {
	c := newCouncil(t)
	day := c.o.onDay()
	d, err := c.o.KeepDuty(ctx, c.planner, council.Duty{Words: "听取教育工作汇报", Basis: "示例2号", Owner: "示例甲", Every: council.Month, From: day - 65})
	if err != nil {
		t.Fatal(err)
	}
	ts := d.Turns(d.From, day)
	if d, err = c.o.DutyDone(ctx, c.planner, d.ID, d.Rev, ts[0].Key, council.Done{Day: ts[0].Last, Evidence: "示例会议"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.o.DutyDone(ctx, c.planner, d.ID, d.Rev-1, ts[1].Key, council.Done{Day: ts[1].First, Evidence: "x"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("over an older one: %v", err)
	}
	d.Words, d.Marks = "专题听取教育工作汇报", nil
	if d, err = c.o.KeepDuty(ctx, c.planner, d); err != nil || len(d.Marks) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := c.o.KeepDuty(ctx, c.east, council.Duty{Words: "x", Basis: "y", Owner: "z", Every: council.Month, From: day}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county kept the city's duty: %v", err)
	}
	if ds, err := c.o.Duties(ctx, c.east); err != nil || len(ds) != 0 {
		t.Errorf("a county sees %d of the city's duties, %v", len(ds), err)
	}
	s, err := c.o.Service(ctx, c.planner, day.Time().Year(), "", "")
	if err != nil || len(s.Turns) == 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := c.o.Service(ctx, c.east, day.Time().Year(), "west", ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county read another's report: %v", err)
	}
}

// A file of honours is taken whole or not, once, and within the own part.
func TestHonours(t *testing.T) {
	c := newCouncil(t)
	const head = "获奖人或单位,身份,所在单位,荣誉名称,级别,年度,颁发单位,文号或证书号,类别\n"
	if _, err := c.o.ImportHonours(ctx, c.east, csv(head+"示例,教师,一小,优秀教师,市级,2024,示例,1号,\n示例,教师,三小,优秀教师,市级,2024,示例,2号,\n")); err == nil || !strings.Contains(err.Error(), `row 3: "三小" is not found in your part`) {
		t.Errorf("a school of another county: %v", err)
	}
	if _, err := c.o.ImportHonours(ctx, c.planner, csv(head+"示例,教师,一小,优秀教师,市级,2024,示例,1号,\n示例,学生,一小,三好学生,市级,2024,示例,2号,\n")); err == nil || !strings.Contains(err.Error(), "pupils are not on the roll") {
		t.Errorf("a pupil: %v", err)
	}
	if hs, err := c.o.Honours(ctx, c.planner); err != nil || len(hs) != 0 {
		t.Fatalf("half of a bad file is kept: %+v, %v", hs, err)
	}
	file := head + "示例甲,教师,2100000001,优秀教师,市级,2024,示例,1号,师德\n示例县,单位,,先进单位,省级,2023,示例,2号,\n"
	for i, want := range []int{2, 0} {
		if n, err := c.o.ImportHonours(ctx, c.east, csv(file)); n != want || err != nil {
			t.Errorf("time %d: %d new, %v; want %d", i+1, n, err, want)
		}
	}
	hs, err := c.o.Honours(ctx, c.east)
	if err != nil || len(hs) != 2 || hs[0].Unit != "school-2100000001" || hs[1].Unit != "east" {
		t.Fatalf("%+v, %v", hs, err)
	}
	if other, err := c.o.Honours(ctx, c.west); err != nil || len(other) != 0 {
		t.Errorf("another county sees %d, %v", len(other), err)
	}
	if err := c.o.DropHonour(ctx, c.west, hs[0].ID, hs[0].Rev); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county dropped it: %v", err)
	}
	if err := c.o.DropHonour(ctx, c.east, hs[0].ID, hs[0].Rev+1); !errors.Is(err, fault.Conflict) {
		t.Errorf("over another rev: %v", err)
	}
	if err := c.o.DropHonour(ctx, c.east, hs[0].ID, hs[0].Rev); err != nil {
		t.Error(err)
	}
	if hs, err := c.o.Honours(ctx, c.east); err != nil || len(hs) != 1 {
		t.Errorf("%d are left, %v", len(hs), err)
	}
	if err := c.o.KeepHonours(ctx, c.east, []council.Honour{{Who: "示例", Quality: council.Teacher, Title: "优秀教师", Level: council.Municipal, Year: 2024, Number: "3号"}}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county kept an honour of the city: %v", err)
	}
	if _, err := c.o.ImportHonours(ctx, actor(auth.Leader, ""), csv(file)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader: %v", err)
	}
}
