package flow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// qualified brings in a year whose schools report teachers with the required
// degree, "_" where one has not: lines of "code county pupils teachers".
func (c *town) qualified(year int, lines ...string) {
	c.t.Helper()
	var b strings.Builder
	b.WriteString(townHeader + ",高于规定学历教师数\n")
	for _, l := range lines {
		var code, county, teachers string
		var n int
		if _, err := fmt.Sscan(l, &code, &county, &n, &teachers); err != nil {
			c.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d,%s,%s,小学,990100,%s,,121,211,%d,0,0,0,0,0,%d,%s\n", year, code, code, county, n, n, strings.TrimPrefix(teachers, "_"))
	}
	text := b.String()
	err := c.Import(ctx, []intake.File{{Name: fmt.Sprintf("q%d.csv", year), Open: func() (io.ReadCloser, error) { return csv(text), nil }}}, ImportOptions{By: "clerk", Done: func(r Receipt) {
		if r.Refused {
			c.t.Log(r.Problems[0])
		}
	}})
	if err != nil {
		c.t.Fatal(err)
	}
}

// planner, section and leader of the whole city: three people.
var planner, section, leader = actor(auth.CityPlanner, ""), actor(auth.CitySection, ""), actor(auth.Leader, "")

// townPlan is a plan of the town: one target with shares, one measure.
func townPlan() plan.Plan {
	p := plan.Default("action", "三年行动", "", 2023, 2025)
	l := &p.Lines[1]
	l.Targets = []plan.Target{{ID: p.NewID(plan.TargetID), Name: "每百名学生拥有高于规定学历教师数", Scheme: "cn-compulsory@2017", Indicator: "r1", Stage: edu.Primary, BaseYear: 2022, Combine: plan.Each,
		Values: map[int]float64{2023: 4, 2025: 5}, Shares: map[edu.UnitID]map[int]float64{"east": {2023: 4, 2025: 5}, "west": {2023: 4, 2025: 5}}}}
	l.Measures = []plan.Measure{{ID: p.NewID(plan.MeasureID), Text: "补充高于规定学历的教师", Due: edu.DateOf(time.Date(2099, 6, 30, 0, 0, 0, 0, time.UTC)), Target: l.Targets[0].ID, Source: "会议要求补充教师",
		Owners: []plan.Owner{{Body: "bureau:east", Duty: task.Industry, Lead: true}, {Body: "gov:east", Duty: task.Territorial}, {Said: "市编办", Duty: task.Departmental}}}}
	l.Measures[0].Projects = []plan.Project{{ID: p.NewID(plan.ProjectID), Name: "教师公寓", School: "east", Money: []task.Fund{{Year: 2024, Amount: 300, Source: "市级"}}, Stones: []task.Milestone{{ID: p.NewID(plan.StoneID), Day: 19800, Mark: "竣工"}}}}
	return p
}

func (c *town) approved() (*Office, plan.Version) {
	c.t.Helper()
	o := c.Office()
	v, err := o.SavePlan(ctx, section, townPlan(), 1, 0)
	if err == nil {
		v, err = o.ActPlan(ctx, section, v.ID, v.Version, v.Rev, plan.HandIn, "")
	}
	if err == nil {
		v, err = o.ActPlan(ctx, leader, v.ID, v.Version, v.Rev, plan.Approve, "1号")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return o, v
}

// A version goes from a draft to its approval by another person and is frozen;
// whoever may not is refused, and the log has every step.
func TestPlanVersions(t *testing.T) {
	c := newTown(t)
	o := c.Office()
	for _, who := range []auth.Actor{leader, actor(auth.CountyClerk, "east"), actor(auth.SchoolHead, "east"), actor(auth.SystemAdmin, "")} {
		if _, err := o.SavePlan(ctx, who, townPlan(), 1, 0); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s made a plan: %v", who.Name, err)
		}
	}
	v, err := o.SavePlan(ctx, section, townPlan(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	other := v.Plan.Clone()
	other.Name = "另一个名称"
	if _, err := o.SavePlan(ctx, planner, other, 1, v.Rev); err != nil {
		t.Fatal(err)
	}
	now, err := o.SavePlan(ctx, section, v.Plan, 1, v.Rev)
	if !errors.Is(err, fault.Conflict) || now.Plan.Name != "另一个名称" || now.Rev != v.Rev+1 {
		t.Errorf("a stale save: %v, and shows %q of revision %d", err, now.Plan.Name, now.Rev)
	}
	if _, err := o.Plan(ctx, actor(auth.CountyClerk, "east"), v.ID, 0); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county sees a draft: %v", err)
	}
	if v, err = o.ActPlan(ctx, section, v.ID, 1, now.Rev, plan.HandIn, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ActPlan(ctx, planner, v.ID, 1, v.Rev, plan.Approve, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a planner approves: %v", err)
	}
	both := leader
	both.Account = section.Account // the same person with both roles
	if _, err := o.ActPlan(ctx, both, v.ID, 1, v.Rev, plan.Approve, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the own version was approved: %v", err)
	}
	if v, err = o.ActPlan(ctx, leader, v.ID, 1, v.Rev, plan.Approve, "1号"); err != nil || v.State != plan.Approved {
		t.Fatal(v.State, err)
	}
	if _, err := o.SavePlan(ctx, section, v.Plan, 1, v.Rev); !errors.Is(err, fault.Conflict) {
		t.Errorf("an approved version was written: %v", err)
	}
	if got, err := o.Plan(ctx, actor(auth.CountyClerk, "east"), v.ID, 0); err != nil || got.State != plan.Approved || got.Keeps || len(got.May) > 0 {
		t.Errorf("a county sees %+v, %v", got, err)
	}
	next, err := o.FollowPlan(ctx, planner, v.ID)
	if err != nil || next.Version != 2 {
		t.Fatal(next.Version, err)
	}
	if _, err := o.FollowPlan(ctx, section, v.ID); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second open version: %v", err)
	}
	p := next.Plan.Clone()
	p.Lines[1].Targets[0].Values[2025] = 6
	if next, err = o.SavePlan(ctx, planner, p, 2, next.Rev); err != nil {
		t.Fatal(err)
	}
	if d, err := o.DiffPlan(ctx, leader, v.ID, 1, 2); err != nil || len(d) != 1 || !strings.Contains(d[0].Text.ZH, "2025: 6") {
		t.Errorf("difference %v, %v", d, err)
	}
	if got, err := o.Plan(ctx, planner, v.ID, 0); err != nil || got.Version.Version != 1 || len(got.Versions) != 2 {
		t.Errorf("the version in force is not the one that is shown: %v", err)
	}
	log := strings.Join(c.lines(), "\n")
	for _, want := range []string{"plan.save action version 1", "plan.hand_in action", "plan.approve action version 1", "plan.follow action version 2"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %q:\n%s", want, log)
		}
	}
}

// Progress is what the figures are now: it moves when data arrive, and a school
// that has not reported keeps a target from being reached. A county sees its own.
func TestPlanTargets(t *testing.T) {
	c := newTown(t)
	o, v := c.approved()
	c.qualified(2022, "2100000001 990121 100 3", "2100000002 990122 100 3")
	judged := func(who auth.Actor) TargetLive {
		t.Helper()
		view, err := o.Plan(ctx, who, v.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		list, err := o.PlanTargets(ctx, who, view)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d targets, %v", len(list), err)
		}
		return list[0]
	}
	if x := judged(leader); x.Progress.Track != plan.NotYet || x.Progress.Base != 3 {
		t.Errorf("before the first year: %+v", x.Progress)
	}
	c.qualified(2023, "2100000001 990121 100 5", "2100000002 990122 100 3")
	x := judged(leader)
	if x.Progress.Track != plan.OnTrack || x.Progress.Now != 4 || x.Progress.Want != 4 {
		t.Errorf("the city: %+v", x.Progress)
	}
	tracks := map[string]plan.Track{}
	for _, k := range x.Counties {
		tracks[k.Name.ZH] = k.Progress.Track
	}
	if tracks["东县"] != plan.OnTrack || tracks["西县"] != plan.Late {
		t.Errorf("the counties: %v", tracks)
	}
	east := judged(actor(auth.CountyClerk, "east"))
	if east.Seen || east.Progress.Track != "" || len(east.Figures) > 0 {
		t.Errorf("a county sees the city's figure: %+v", east)
	}
	for _, k := range east.Counties {
		if k.Seen != (k.ID == "east") || (k.Progress.Track == plan.OnTrack) != (k.ID == "east") {
			t.Errorf("the county of the east sees of %s: %+v", k.ID, k.Progress)
		}
	}
	if school := judged(actor(auth.SchoolHead, "east")); school.Seen || school.Counties[0].Seen {
		t.Error("a school sees figures of regions")
	}
	c.qualified(2024, "2100000001 990121 100 9", "2100000002 990122 100 _")
	if x := judged(leader); x.Progress.Track != plan.Unheard || x.Progress.Year != 2024 || x.Progress.Owed != 1 {
		t.Errorf("one school has not reported: %+v", x.Progress)
	}
}

func TestPlanOwnersAndCounty(t *testing.T) {
	c := newTown(t)
	o, v := c.approved()
	made, err := o.TaskOfMeasure(ctx, section, v.ID, v.Lines[1].Measures[0].ID, "once")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.TaskOfMeasure(ctx, section, v.ID, v.Lines[1].Measures[0].ID, "once"); err != nil || again.ID != made.ID {
		t.Errorf("sent twice it is %s and %s: %v", made.ID, again.ID, err)
	}
	if made.Lead != "bureau:east" || made.State != task.Drafted || !slices.Equal(made.With, []string{"gov:east"}) || made.Source.Kind != task.FromPlan || made.Source.Text != "会议要求补充教师" || made.Target.Indicator != "r1" {
		t.Errorf("the task is %+v", made)
	}
	own, err := o.Owner(ctx, section, "bureau:east")
	if err != nil || len(own.Measures) != 1 || !own.Measures[0].Lead || len(own.Measures[0].Tasks) != 1 || own.Projects != 1 || own.Tasks.Total != 1 {
		t.Errorf("what the bureau owes: %+v, %v", own, err)
	}
	if own, err = o.Owner(ctx, section, "bureau:west"); err != nil || len(own.Measures) != 0 || own.Tasks.Total != 0 {
		t.Errorf("the other bureau owes nothing: %+v, %v", own, err)
	}
	east := actor(auth.CountyClerk, "east")
	k, err := o.PlanCounty(ctx, east, v.ID, 0, "east")
	if err != nil || len(k.Targets) != 1 || len(k.Measures) != 1 || len(k.Projects) != 1 {
		t.Errorf("the county's view: %+v, %v", k, err)
	}
	if _, err := o.PlanCounty(ctx, east, v.ID, 0, "west"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county's view: %v", err)
	}
	// Whoever acts for the lead says what was reached; others do not.
	project, stone := k.Projects[0].Project.ID, k.Projects[0].Project.Stones[0].ID
	if err := o.ReachProject(ctx, actor(auth.CountyClerk, "west"), v.ID, project, nil, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("another county wrote of it: %v", err)
	}
	if err := o.ReachProject(ctx, east, v.ID, project, map[string]edu.Date{stone: edu.DateOf(time.Now()) + 10}, ""); !errors.Is(err, fault.Invalid) {
		t.Errorf("reached in the future: %v", err)
	}
	if err := o.ReachProject(ctx, east, v.ID, project, map[string]edu.Date{stone: 19801}, "已竣工"); err != nil {
		t.Fatal(err)
	}
	if k, err = o.PlanCounty(ctx, leader, v.ID, 0, "east"); err != nil || k.Projects[0].Reached.Done[stone] != 19801 || k.Projects[0].Reached.Text != "已竣工" {
		t.Errorf("what was reached: %+v, %v", k.Projects, err)
	}
}

// Accepted proposals become measures and tasks in one step, or nothing does.
func TestFromDraft(t *testing.T) {
	c := newTown(t)
	o := c.Office()
	lines := []draft.Line{{Wording: "补齐音体美教师", Row: "S4", Stage: "compulsory", Lead: "东县教育体育局", Sentence: "原句", Numbers: "100名"}, {Wording: "提高待遇", Row: "S9"}}
	into := DraftInto{Name: "新的行动", From: 2026, To: 2028, Source: "会议通知", Tasks: true}
	if _, _, _, err := o.FromDraft(ctx, leader, into, lines, "a"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader put proposals into a plan: %v", err)
	}
	v, ids, tasks, err := o.FromDraft(ctx, section, into, lines, "a")
	if err != nil || len(ids) != 2 || len(tasks) != 2 || v.State != plan.Draft {
		t.Fatalf("%v measures, %d tasks, %v", ids, len(tasks), err)
	}
	_, m := v.Measure(ids[0])
	if m.Lead() == nil || m.Lead().Body != "bureau:east" || tasks[0].Lead != "bureau:east" || tasks[0].Serves[0] != (task.Serves{Plan: v.ID, Measure: ids[0]}) || tasks[1].Lead != "" || tasks[0].Source.Name != "会议通知" {
		t.Errorf("measure %+v, task %+v", m, tasks[0])
	}
	// A second notice goes into the same draft; a task that cannot be made keeps all out.
	bad := append(slices.Clone(lines), draft.Line{Wording: " "})
	if _, _, _, err := o.FromDraft(ctx, section, DraftInto{Plan: v.ID, Tasks: true}, bad, "b"); !errors.Is(err, fault.Invalid) {
		t.Errorf("a proposal without words: %v", err)
	}
	if now, err := o.Plan(ctx, section, v.ID, 0); err != nil || now.Rev != v.Rev {
		t.Errorf("half of it was kept: revision %d, %v", now.Rev, err)
	}
	w, ids, tasks, err := o.FromDraft(ctx, planner, DraftInto{Plan: v.ID}, lines[:1], "c")
	if err != nil || w.Version != v.Version || len(ids) != 1 || len(tasks) != 0 {
		t.Errorf("into the same draft: version %d, %v, %v", w.Version, ids, err)
	}
}

// A workbook shows what it would change and is refused where it is of an older
// revision.
func TestPlanBook(t *testing.T) {
	c := newTown(t)
	o := c.Office()
	v, err := o.SavePlan(ctx, section, townPlan(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := o.ExportPlan(ctx, section, v.ID, 1, "zh", &b); err != nil {
		t.Fatal(err)
	}
	read := func(who auth.Actor) (*PlanBook, error) {
		return o.ReadPlanBook(ctx, who, v.ID, io.NopCloser(bytes.NewReader(b.Bytes())))
	}
	if got, err := read(planner); err != nil || len(got.Changes) != 0 || got.Rev != v.Rev {
		t.Errorf("unchanged it changes %+v, %v", got, err)
	}
	if _, err := read(leader); !errors.Is(err, fault.Forbidden) {
		t.Errorf("read by a leader: %v", err)
	}
	p := v.Plan.Clone()
	p.Name = "改名"
	if _, err := o.SavePlan(ctx, planner, p, 1, v.Rev); err != nil {
		t.Fatal(err)
	}
	if _, err := read(section); !errors.Is(err, fault.Conflict) {
		t.Errorf("of an older revision: %v", err)
	}
	if w, err := newTown(t).Office().ImportPlan(ctx, auth.Operator(), io.NopCloser(bytes.NewReader(b.Bytes()))); err != nil || len(plan.Diff(&v.Plan, &w.Plan, nil)) != 0 {
		t.Errorf("into another database: %v", err)
	}
}
