package demo

import (
	"context"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	lists "shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/incident"
)

// Duties lets two counties' schools enter drills, incidents and their lists of
// duties through the front door: some in time, some late, some not at all. What is
// there is left as it is.
func (c *City) Duties(ctx context.Context, into *flow.City, now time.Time) error {
	planner := c.actor("planner")
	have, err := into.DutyLists().Lists(ctx, planner)
	if err != nil {
		return err
	}
	for _, l := range have {
		if l.Setting.Rev > 0 {
			return nil // it was done before
		}
	}
	today := collect.Today(now)
	year := today.Time().Year()
	if today.Time().Month() < time.September {
		year--
	}
	began := edu.DateOf(time.Date(year, time.September, 1, 0, 0, 0, 0, time.UTC))
	at := func(d edu.Date, hour int) func() time.Time {
		t := min(d, today).Time().Add(time.Duration(hour-8) * time.Hour)
		if t.After(now) {
			t = now
		}
		return func() time.Time { return t }
	}
	for _, id := range []string{"home_school", "mind"} {
		s := lists.Setting{List: id, On: true, Approver: "示例局长", Reason: "示例：试行", Waived: "示例局长：试行期间"}
		if _, err := into.DutyLists().At(at(began+7, 10)).Switch(ctx, planner, s); err != nil {
			return fmt.Errorf("lists of duties of the demo city: %w", err)
		}
	}
	for k := range 2 {
		rows, err := into.Incidents().DrillRows(ctx, planner, year, counties[k].ID)
		if err != nil {
			return err
		}
		for i, row := range rows[:min(len(rows), 18)] {
			who := auth.Actor{Account: "demo-head-" + string(row.Unit), Name: "示例校长", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: row.Unit}}}
			if err := c.drills(ctx, into, who, row, began, today, i, at); err != nil {
				return fmt.Errorf("drills of the demo city: %w", err)
			}
			if i%3 != 2 {
				if err := c.ticks(ctx, into, who, row.Unit, min(began+30, today), i, at); err != nil {
					return fmt.Errorf("lists of duties of the demo city: %w", err)
				}
			}
			if i < 2 {
				if err := c.incident(ctx, into, who, k, row.Unit, now, i); err != nil {
					return fmt.Errorf("incidents of the demo city: %w", err)
				}
			}
		}
	}
	return nil
}

// drills are those of a school: every fifth school misses its second month.
func (c *City) drills(ctx context.Context, into *flow.City, who auth.Actor, row flow.DrillRow, began, today edu.Date, i int, at func(edu.Date, int) func() time.Time) error {
	kinds := []incident.DrillKind{incident.Evacuation, incident.Fire, incident.Quake}
	for m := range 3 {
		day := began + edu.Date(10+31*m+i%5)
		if day > today || i%5 == 4 && m == 1 {
			continue
		}
		d := incident.Drill{Unit: row.Unit, Sent: fmt.Sprint("demo ", m), Day: day, Kind: kinds[m], Whole: m == 0, People: 120 + 37*i, Seconds: 95 + 7*((i+m)%8), Lead: "safety"}
		if d.Seconds > incident.LowSeconds {
			d.Problems = "示例：三楼西侧楼梯口拥堵，已调整班级路线"
		}
		if _, err := into.Incidents().At(at(day, 16)).AddDrill(ctx, who, d); err != nil {
			return err
		}
	}
	return nil
}

// ticks are what a school says of its lists.
func (c *City) ticks(ctx context.Context, into *flow.City, who auth.Actor, unit edu.UnitID, day edu.Date, i int, at func(edu.Date, int) func() time.Time) error {
	x := into.DutyLists().At(at(day, 17))
	for _, id := range []string{"home_school", "mind"} {
		v, err := x.Sheet(ctx, who, id, unit, edu.Period{})
		if err != nil {
			continue // a school that does not owe the list
		}
		s := lists.Sheet{List: id, Unit: unit, Period: v.Period, Marks: map[string]lists.Mark{}}
		for n, it := range v.Of.For(v.Stages) {
			if (i+n)%4 != 3 {
				s.Marks[it.ID] = lists.Mark{Done: day - edu.Date(n), Times: it.Least, By: it.Post}
			}
		}
		if id == "mind" {
			s.Counts = map[string]int{"referred": []int{0, 2, 14, 5, 21}[i%5]}
		}
		if _, err := x.Save(ctx, who, s); err != nil {
			return err
		}
	}
	return nil
}

// incident is one that was reported in time and closed, or one that waits for its
// written report.
func (c *City) incident(ctx context.Context, into *flow.City, who auth.Actor, county int, unit edu.UnitID, now time.Time, i int) error {
	happened := now.Add(-time.Duration(30-28*i) * time.Hour)
	f := incident.Facts{Kind: incident.Injury, Level: incident.Other, Place: "操场", Happened: happened, Known: happened.Add(10 * time.Minute), What: "示例：课间活动摔倒，已送医检查，无大碍"}
	if i == 1 {
		f.Kind, f.Level, f.Place, f.What = incident.Works, incident.Major, "围墙东段", "示例：强降雨致围墙局部垮塌，无人员伤亡，已封闭"
	}
	on := func(m int) *flow.Incidents {
		t := f.Known.Add(time.Duration(m) * time.Minute)
		return into.Incidents().At(func() time.Time { return t })
	}
	x, err := on(5).RecordIncident(ctx, who, unit, f, "demo")
	if err != nil {
		return err
	}
	reviewer := clerk(county, auth.CountyReviewer, "审核员")
	steps := []struct {
		by auth.Actor
		m  int
		e  incident.Entry
	}{
		{who, 15, incident.Entry{Act: incident.Phone, To: incident.Official{Name: "示例值班员", Post: "示例" + counties[county].Short.ZH + "教育体育局值班室"}}},
		{who, 100, incident.Entry{Act: incident.Write, Number: "示例校〔2026〕1号"}},
		{who, 600, incident.Entry{Act: incident.Finish, Text: "示例：已妥善处置并开展安全提醒"}},
		{reviewer, 900, incident.Entry{Act: incident.Accept}},
	}
	if i == 1 {
		steps = steps[:1]
	}
	for _, s := range steps {
		s.e.At, s.e.Sent = f.Known.Add(time.Duration(s.m)*time.Minute), "demo "+string(s.e.Act)
		if x, err = on(s.m).ActIncident(ctx, s.by, x.ID, x.Rev, s.e); err != nil {
			return err
		}
	}
	return nil
}
