package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Service is the yearly report on duties of a leader, or of a unit's leading group
// where no leader is named: counted from tasks, duties, visits and honours, and
// from nothing else. The empty unit is the city.
func (o *Office) Service(ctx context.Context, who auth.Actor, year int, unit edu.UnitID, leader string) (*council.Service, error) {
	r, err := o.reach(ctx, who, auth.ReadTasks)
	if err != nil {
		return nil, err
	}
	if !r.holds(unit) {
		return nil, fmt.Errorf("the report of %q: %w", unit, fault.NotFound)
	}
	today := o.onDay()
	if year < 2000 || year > today.Time().Year() {
		return nil, auth.Refuse(fault.Invalid, fmt.Sprintf("年度%d不可用", year), fmt.Sprintf("there is no report of %d", year))
	}
	first := edu.DateOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
	last := edu.DateOf(time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC))
	day := min(last, today)
	s := &council.Service{Year: year, Leader: leader, Unit: unit, Day: day}
	stood, err := o.stood(ctx, who, day)
	if err != nil {
		return nil, err
	}
	below := func(u edu.UnitID) bool { return unit == "" || holdsIn(r.tree)(unit, u) }

	duties, err := o.Duties(ctx, who)
	if err != nil {
		return nil, err
	}
	for i := range duties {
		d := &duties[i]
		if d.Unit == unit && (leader == "" || d.Owner == leader) {
			s.Turns = append(s.Turns, d.Turns(first, day)...)
		}
	}
	council.SortTurns(s.Turns)
	links, err := o.LinkedSchools(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		if l.Within(first, day) && below(l.School) && (leader == "" || l.Leader == leader) {
			s.Links = append(s.Links, l)
		}
	}
	visits, err := o.Visits(ctx, who)
	if err != nil {
		return nil, err
	}
	for i := range visits {
		v := &visits[i]
		if v.Day < first || v.Day > day || !below(v.School) || leader != "" && v.Leader != leader {
			continue
		}
		s.Visits = append(s.Visits, *v)
		tasks, err := o.VisitTasks(ctx, who, v.ID)
		if err != nil {
			return nil, err
		}
		for _, now := range tasks {
			t, there := stood(now.Task)
			if !there {
				continue
			}
			s.Problems++
			if t.State == task.Closed {
				s.Solved++
			}
		}
	}
	honours, err := o.Honours(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, h := range honours {
		if h.Year == year && (unit == "" || h.Unit != "" && below(h.Unit)) && (leader == "" || h.Who == leader) {
			s.Honours = append(s.Honours, h)
		}
	}
	if err := o.countTasks(ctx, who, s, first, stood); err != nil {
		return nil, err
	}
	if leader == "" {
		if err := o.countMeetings(ctx, who, s, stood); err != nil {
			return nil, err
		}
	}
	s.Count(day)
	return s, nil
}

// stood tells how tasks stood on the day of a report: as they are now, where that is
// today; else by their history, for a year that is over. It is false for a task that
// was not there yet.
func (o *Office) stood(ctx context.Context, who auth.Actor, day edu.Date) (func(task.Task) (task.Task, bool), error) {
	if day >= o.onDay() {
		return func(t task.Task) (task.Task, bool) { return t, true }, nil
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return nil, err
	}
	news, err := o.city.store.TaskNews(ctx, o.view(who, b, store.Reader), task.Filter{}, 1, day)
	if err != nil {
		return nil, err
	}
	return func(t task.Task) (task.Task, bool) { return task.AsOf(t, news.Events[t.ID], day) }, nil
}

// countTasks counts what was owed in the year: tasks that were given by the day of
// the report and not closed before the year began. Who leads is as it is now.
func (o *Office) countTasks(ctx context.Context, who auth.Actor, s *council.Service, first edu.Date, stood func(task.Task) (task.Task, bool)) error {
	f := task.Filter{Size: -1}
	switch {
	case s.Leader != "":
	case s.Unit == "":
		f.Issuer = task.BureauOf("")
	default:
		f.Lead = task.BureauOf(s.Unit)
	}
	page, err := o.Tasks(ctx, who, f)
	if err != nil {
		return err
	}
	at := task.Env{Now: collect.Closes(s.Day)}
	for _, now := range page.Tasks {
		t, there := stood(now.Task)
		if !there || t.Opens == 0 || s.Leader != "" && t.Leader != s.Leader || t.State == task.Merged || t.State == task.Withdrawn || t.State == task.Closed && t.Ended < first {
			continue
		}
		s.Given++
		if t.Extended > 0 {
			s.Extended++
		}
		late := task.Overdue(t, at) > 0
		switch {
		case t.State == task.Closed && late:
			s.Closed, s.ClosedLate = s.Closed+1, s.ClosedLate+1
		case t.State == task.Closed:
			s.Closed++
		case late:
			s.Open, s.Overdue = s.Open+1, s.Overdue+1
		default:
			s.Open++
		}
	}
	return nil
}

func (o *Office) countMeetings(ctx context.Context, who auth.Actor, s *council.Service, stood func(task.Task) (task.Task, bool)) error {
	all, err := o.meetings(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		m := &all[i]
		if m.Unit != s.Unit || m.Day.Time().Year() != s.Year || !slices.Contains([]council.State{council.Held, council.Minuted}, m.State) {
			continue
		}
		s.Meetings++
		rows, err := o.tasksOf(ctx, who, m)
		if err != nil {
			return err
		}
		for _, now := range rows {
			t, there := stood(now.Task)
			if !there {
				continue
			}
			s.Decisions++
			if t.State == task.Closed {
				s.Decided++
			}
		}
	}
	return nil
}
