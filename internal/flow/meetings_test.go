package flow

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// council is a town with an office, and a meeting with a venue in each county.
type councilTown struct {
	*town
	o                              *Office
	planner, city, east, west, rev auth.Actor
}

func newCouncil(t *testing.T) *councilTown {
	c := newTown(t)
	c.year(2025, "2100000001 一小 990121 30", "2100000002 二小 990121 20", "2100000003 三小 990122 20")
	return &councilTown{c, c.City.Office(), actor(auth.CityPlanner, ""), actor(auth.CitySection, ""), actor(auth.CountyClerk, "east"), actor(auth.CountyClerk, "west"), actor(auth.CountyReviewer, "east")}
}

func (c *councilTown) meeting() council.Meeting {
	day := c.o.onDay()
	return council.Meeting{Series: "领导小组会议", Name: "领导小组会议", Session: "第一次", Sent: "s1", Day: day, From: "09:00", Place: "一楼", Form: council.Mixed, Link: "https://meet.example/1", Chair: "示例甲", Recorder: "示例记", Signer: "示例签",
		Venues: []council.Venue{{Unit: "east"}, {Unit: "west"}},
		People: []council.Person{{ID: "1", Name: "示例甲", As: council.Member}, {ID: "2", Name: "示例乙", Unit: "east", As: council.Member}, {ID: "3", Name: "示例丙", Unit: "west", As: council.Member}},
		Items:  []council.Item{{Title: "学位建设"}}}
}

func (c *councilTown) save(who auth.Actor, m council.Meeting) council.Meeting {
	c.t.Helper()
	got, err := c.o.SaveMeeting(ctx, who, m)
	if err != nil {
		c.t.Fatal(err)
	}
	return got
}

func (c *councilTown) step(m council.Meeting, act council.Act) council.Meeting {
	c.t.Helper()
	now, err := c.o.Meeting(ctx, c.planner, m.ID)
	if err == nil {
		m, err = c.o.StepMeeting(ctx, c.planner, m.ID, now.Rev, act, "示例")
	}
	if err != nil {
		c.t.Fatalf("%s: %v", act, err)
	}
	return m
}

func (c *councilTown) decide(m council.Meeting, d council.Decision) council.Meeting {
	c.t.Helper()
	m, err := c.o.Decide(ctx, c.planner, m.ID, 0, d)
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// A whole meeting: county check-in, decisions, tasks, minutes, and the next one
// that opens with what has come of them.
func TestMeetingFromPlanToTheNext(t *testing.T) {
	c := newCouncil(t)
	m := c.save(c.planner, c.meeting())
	if again := c.save(c.planner, c.meeting()); again.ID != m.ID {
		t.Errorf("the same form made %s and %s", m.ID, again.ID)
	}
	if _, err := c.o.CheckIn(ctx, c.east, council.CheckIn{Meeting: m.ID, Unit: "west", Present: []string{"3"}}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("east checked west in: %v", err)
	}
	if _, err := c.o.CheckIn(ctx, c.east, council.CheckIn{Meeting: m.ID, Unit: "", Present: []string{"1"}}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("east checked the main venue in: %v", err)
	}
	in, err := c.o.CheckIn(ctx, c.east, council.CheckIn{Meeting: m.ID, Unit: "east", Present: []string{"2"}, Ready: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.o.CheckIn(ctx, c.east, council.CheckIn{Meeting: m.ID, Unit: "east"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a check-in over another one: %v", err)
	}
	in.Note = "迟到5分钟"
	if _, err := c.o.CheckIn(ctx, c.east, in); err != nil {
		t.Errorf("a check-in that saw the other one: %v", err)
	}
	c.step(m, council.Begin)
	env, _, err := c.o.env(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c.decide(m, council.Decision{Words: "编制学位建设方案。", Class: council.Agreed, Lead: "bureau:east", With: []string{"bureau:west"}, Due: env.Limit(), Sent: "d1"})
	c.decide(m, council.Decision{Words: "编制学位建设方案。", Class: council.Agreed, Lead: "bureau:east", Sent: "d1"})
	c.decide(m, council.Decision{Words: "按月报送进展。", Class: council.Demanded, Sent: "d2"})
	m = c.decide(m, council.Decision{Words: "要高度重视。", Class: council.Principle, Sent: "d3"})
	if len(m.Decisions) != 3 {
		t.Fatalf("%+v", m.Decisions)
	}
	if _, err := c.o.Decide(ctx, c.planner, m.ID, 0, council.Decision{Words: "x", Class: council.Agreed, Lead: "nobody"}); err == nil || !strings.Contains(err.Error(), "no body") {
		t.Errorf("an owner that is none: %v", err)
	}
	if _, err := c.o.DecisionsToTasks(ctx, c.east, m.ID, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county made tasks of the city's decisions: %v", err)
	}
	for i, want := range []int{2, 0} {
		if n, err := c.o.DecisionsToTasks(ctx, c.planner, m.ID, nil); n != want || err != nil {
			t.Errorf("press %d: %d tasks, %v; want %d", i+1, n, err, want)
		}
	}
	page, err := c.o.Tasks(ctx, c.planner, task.Filter{Meeting: m.ID})
	if err != nil || page.Total != 2 {
		t.Fatalf("%d tasks, %v", page.Total, err)
	}
	for _, r := range page.Tasks {
		switch r.Source.Item {
		case m.NumberOf(1):
			if r.Lead != "bureau:east" || r.State != task.Drafted || r.Source.Kind != task.FromMeeting {
				t.Errorf("%+v", r.Task)
			}
		case m.NumberOf(2):
			if r.Lead != "" || r.Due != 0 {
				t.Errorf("what the meeting left open was made up: %+v", r.Task)
			}
		default:
			t.Errorf("a task of %s", r.Source.Item)
		}
	}
	c.step(m, council.End)
	// Before the minutes are signed, a county sees no decision.
	if v, err := c.o.Meeting(ctx, c.east, m.ID); err != nil || len(v.Decisions) != 0 || v.Draft != nil || len(v.Rolls) != 1 {
		t.Errorf("east sees %+v, %v", v, err)
	}
	m = c.step(m, council.Sign)
	v, err := c.o.Meeting(ctx, c.east, m.ID)
	if err != nil || len(v.Decisions) != 3 || v.Draft == nil || !strings.Contains(v.Draft.Plain(), "应到3人，实到1人，未签到2人") || len(v.People) != 1 {
		t.Errorf("east reads %+v, %v", v, err)
	}
	// The next one opens with them; after a task is issued its lamp shows.
	next := c.meeting()
	next.Sent, next.Session, next.Day = "s2", "第二次", next.Day+30
	n := c.save(c.planner, next)
	if n.No != 2 {
		t.Errorf("the second meeting is number %d", n.No)
	}
	for _, r := range page.Tasks {
		if r.Lead != "" {
			if _, err := c.o.Act(ctx, c.planner, r.ID, r.Rev, task.Issue, task.Options{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	nv, err := c.o.Meeting(ctx, c.planner, n.ID)
	if err != nil || len(nv.Last) != 2 || nv.Last[0].Task == nil || nv.Last[0].Task.State != task.ToSign || !nv.Last[0].Last {
		t.Fatalf("%+v, %v", nv.Last, err)
	}
	if len(nv.Says) == 0 || nv.Says[0].Kind != council.LeftOver || len(nv.Says[0].Matters) != 2 {
		t.Errorf("agenda: %+v", nv.Says)
	}
	// Of an earlier meeting only what is open is told.
	third := c.meeting()
	third.Sent, third.Day = "s3", third.Day+60
	th := c.save(c.planner, third)
	c.step(n, council.Begin)
	c.step(n, council.End)
	last, err := c.o.Last(ctx, c.planner, th.ID)
	if err != nil || len(last) != 2 || last[0].Last {
		t.Errorf("%+v, %v", last, err)
	}
}

// Two who press at once make each task once, and what a county may see of a
// meeting that is not its own is little or nothing.
func TestDecisionsAtOnce(t *testing.T) {
	c := newCouncil(t)
	m := c.save(c.planner, c.meeting())
	c.step(m, council.Begin)
	var wg sync.WaitGroup
	for _, who := range []auth.Actor{c.planner, c.city, c.planner, c.city} {
		wg.Go(func() {
			for range 3 {
				if _, err := c.o.Decide(ctx, who, m.ID, 0, council.Decision{Words: "同时记录。", Class: council.Agreed}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var sum sync.Mutex
	made := 0
	for _, who := range []auth.Actor{c.planner, c.city, c.planner} {
		wg.Go(func() {
			n, err := c.o.DecisionsToTasks(ctx, who, m.ID, nil)
			if err != nil {
				t.Error(err)
			}
			sum.Lock()
			made += n
			sum.Unlock()
		})
	}
	wg.Wait()
	page, err := c.o.Tasks(ctx, c.planner, task.Filter{Meeting: m.ID})
	if err != nil || page.Total != 12 || made < 12 {
		t.Errorf("%d tasks of 12 decisions, %v; %d were told", page.Total, err, made)
	}
}

// A claim at which the server went down is made good by the next press, and a
// decision that cannot become a task is given back.
func TestClaimIsMadeGood(t *testing.T) {
	c := newCouncil(t)
	m := c.save(c.planner, c.meeting())
	c.step(m, council.Begin)
	m = c.decide(m, council.Decision{Words: "一", Class: council.Agreed})
	m = c.decide(m, council.Decision{Words: "二", Class: council.Agreed})
	for i := range m.Decisions {
		m.Decisions[i].Made = "meeting:lost"
	}
	_, sc, err := c.o.meeting(ctx, c.planner, auth.KeepMeeting, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if m, err = c.o.keepMeeting(ctx, c.planner, sc, m, meetingGiven, ""); err != nil {
		t.Fatal(err)
	}
	if n, err := c.o.DecisionsToTasks(ctx, c.planner, m.ID, nil); n != 2 || err != nil {
		t.Errorf("%d made of a claim that was left, %v", n, err)
	}
	// The reviewer gives tasks in east, and not for the city: nothing is claimed.
	own := c.meeting()
	own.Unit, own.Sent, own.Link = "east", "e1", ""
	own.Venues, own.People = nil, []council.Person{{ID: "1", Name: "示例", Unit: "east", As: council.Member}}
	e := c.save(c.east, own)
	if e.ID != council.IDOf("east", e.Year, 1) {
		t.Errorf("the county's first meeting is %s", e.ID)
	}
	if _, err := c.o.StepMeeting(ctx, c.east, e.ID, e.Rev, council.Begin, ""); err != nil {
		t.Fatal(err)
	}
	if e, err = c.o.Decide(ctx, c.east, e.ID, 0, council.Decision{Words: "县内事项", Class: council.Agreed, Lead: "unit:school-2100000001"}); err != nil {
		t.Fatal(err)
	}
	if n, err := c.o.DecisionsToTasks(ctx, c.rev, e.ID, nil); n != 1 || err != nil {
		t.Errorf("the county's reviewer made %d tasks, %v", n, err)
	}
	// A bureau whose accounts are named: the planner is not one of them, so the
	// tasks cannot be given, and the decisions are as they were.
	e, err = c.o.Decide(ctx, c.east, e.ID, 0, council.Decision{Words: "县内另一事项", Class: council.Agreed})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.o.DecisionsToTasks(ctx, c.planner, e.ID, nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the city gave a county's tasks for it: %v", err)
	}
	v, err := c.o.Meeting(ctx, c.east, e.ID)
	if err != nil || v.Decisions[1].Made != "" || v.Decisions[0].Made == "" {
		t.Errorf("%+v, %v", v.Decisions, err)
	}
}

// Who sees what of a meeting.
func TestMeetingSeenBy(t *testing.T) {
	c := newCouncil(t)
	m := c.meeting()
	m.Venues, m.People, m.Range = []council.Venue{{Unit: "east"}}, m.People[:2], []edu.UnitID{"west"}
	m = c.save(c.planner, m)
	school := actor(auth.SchoolClerk, "school-2100000001")
	for _, tt := range []struct {
		name  string
		who   auth.Actor
		sees  bool
		link  bool
		keeps bool
		own   int
	}{
		{"the keeper", c.planner, true, true, true, 2},
		{"another keeper", c.city, true, true, true, 2},
		{"a leader reads, without the link", actor(auth.Leader, ""), true, false, false, 0},
		{"a county with a venue", c.east, true, true, false, 1},
		{"its reviewer, who keeps no meetings", c.rev, true, true, false, 0},
		{"a county that does not attend", c.west, false, false, false, 0},
		{"a school of the county", school, false, false, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := c.o.Meeting(ctx, tt.who, m.ID)
			list, lerr := c.o.Meetings(ctx, tt.who)
			if tt.sees != (err == nil) || !tt.sees && !errors.Is(err, fault.NotFound) || lerr != nil || tt.sees != (len(list) == 1) {
				t.Fatalf("%v, %d in the list, %v", err, len(list), lerr)
			}
			if (v.Link != "") != tt.link || v.Keeps != tt.keeps || len(v.Own) != tt.own {
				t.Errorf("link %q, keeps %v, own %v", v.Link, v.Keeps, v.Own)
			}
			if len(list) > 0 && (list[0].Link != "" || list[0].People != nil) {
				t.Error("the list tells more than the frame")
			}
		})
	}
	if _, err := c.o.Meetings(ctx, actor(auth.SystemAdmin, "")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("an administrator: %v", err)
	}
	c.step(m, council.Begin)
	c.step(m, council.End)
	c.step(m, council.Sign)
	if v, err := c.o.Meeting(ctx, c.west, m.ID); err != nil || v.Draft == nil || len(v.People) != 0 || v.Link != "" {
		t.Errorf("whom the minutes go to: %+v, %v", v, err)
	}
}

// Two who change a meeting at once: the second is told, and sees what the first
// has kept.
func TestMeetingConflict(t *testing.T) {
	c := newCouncil(t)
	m := c.save(c.planner, c.meeting())
	a, b := m, m
	a.Place, b.Place = "二楼", "三楼"
	c.save(c.city, a)
	now, err := c.o.SaveMeeting(ctx, c.planner, b)
	if !errors.Is(err, fault.Conflict) || now.Place != "二楼" {
		t.Errorf("%q, %v", now.Place, err)
	}
	if _, err := c.o.SaveMeeting(ctx, c.east, a); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county changed the city's meeting: %v", err)
	}
	bad := c.meeting()
	bad.Sent, bad.Venues = "bad", []council.Venue{{Unit: "nowhere"}}
	bad.People = bad.People[:1]
	if _, err := c.o.SaveMeeting(ctx, c.planner, bad); err == nil || !strings.Contains(err.Error(), "no unit of this part") {
		t.Errorf("a venue that is none: %v", err)
	}
	if log := c.lines(); !slices.ContainsFunc(log, func(s string) bool { return strings.HasPrefix(s, "meeting.keep "+m.ID) }) {
		t.Errorf("not logged: %v", log)
	}
}
