package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// MeetingView is a meeting as its reader may see it, with what follows from it.
type MeetingView struct {
	council.Meeting
	Keeps  bool                // may change it
	Gives  bool                // may make tasks of its decisions
	Whole  bool                // sees every venue
	Rolls  []council.VenueRoll // those that the reader sees
	Counts council.Counts      // of those
	Own    []edu.UnitID        // venues that the reader may check in
	Tasks  map[int]task.Row    // by the number of the decision, those that the reader may see
	Last   []council.Followed
	Draft  *council.Draft // the minutes as they read now, or as they were signed; nil where the reader may not see them
	Says   []council.Suggestion
}

// Meeting is one meeting. Who keeps it sees all; a unit that attends sees the
// frame, its own venue and the link by which it joins; the words of decisions are
// shown to those when the minutes are signed.
func (o *Office) Meeting(ctx context.Context, who auth.Actor, id string) (MeetingView, error) {
	r, err := o.reach(ctx, who, auth.ReadTasks)
	if err != nil {
		return MeetingView{}, err
	}
	d, err := o.city.store.Document(ctx, readAll, kindMeeting, id)
	if err != nil {
		return MeetingView{}, err
	}
	m, err := openMeeting(d)
	if err != nil {
		return MeetingView{}, err
	}
	if !r.sees(&m) {
		return MeetingView{}, fmt.Errorf("meeting %s: %w", id, fault.NotFound)
	}
	v := MeetingView{Meeting: m, Whole: r.holds(m.Unit)}
	keeper, err := o.reach(ctx, who, auth.KeepMeeting)
	v.Keeps = err == nil && keeper.holds(m.Unit)
	giver, err := o.reach(ctx, who, auth.GiveTasks)
	v.Gives = err == nil && giver.holds(m.Unit)
	ins, err := o.checkIns(ctx, &m)
	if err != nil {
		return v, err
	}
	rolls, _ := council.Roll(&m, ins)
	for _, roll := range rolls {
		if v.Whole || r.holds(roll.Unit) {
			v.Rolls = append(v.Rolls, roll)
			v.Counts.Add(roll.Counts)
		}
		if keeper.holds(roll.Unit) {
			v.Own = append(v.Own, roll.Unit)
		}
	}
	if v.Whole || r.reads(&m) {
		if v.Draft = m.Minutes; v.Draft == nil {
			names, err := o.names(ctx)
			if err != nil {
				return v, err
			}
			v.Draft = council.MinutesOf(&m, ins, names)
		}
		rows, err := o.tasksOf(ctx, who, &m)
		if err != nil {
			return v, err
		}
		v.Tasks = map[int]task.Row{}
		for _, d := range m.Decisions {
			if t, ok := rows[m.NumberOf(d.No)]; ok {
				v.Tasks[d.No] = t
			}
		}
		if v.Last, err = o.Last(ctx, who, id); err != nil {
			return v, err
		}
	}
	v.hide(r, keeper)
	if v.Keeps && m.State == council.Planned {
		v.Says, err = o.suggest(ctx, who, v.Last)
	}
	return v, err
}

// hide takes out what the reader may not see.
func (v *MeetingView) hide(r, keeper reachIn) {
	m := &v.Meeting
	mine := slices.ContainsFunc(m.Venues, func(x council.Venue) bool { return !r.Whole && r.holds(x.Unit) })
	if m.State != council.Planned && m.State != council.Running || !keeper.holds(m.Unit) && !mine {
		m.Link = ""
	}
	if v.Whole {
		return
	}
	m.People = slices.DeleteFunc(slices.Clone(m.People), func(p council.Person) bool { return !r.holds(p.Unit) })
	m.Log = nil
	if !r.reads(m) {
		m.Decisions, m.Minutes = nil, nil
	}
}

// suggest says what the agenda could have: what is left from the last meeting, what
// is late, what was not reported.
func (o *Office) suggest(ctx context.Context, who auth.Actor, last []council.Followed) ([]council.Suggestion, error) {
	var all []council.Matter
	for _, f := range last {
		if f.Task == nil || f.Task.State.Live() {
			m := council.Matter{Kind: council.LeftOver, Body: f.LeadName, Title: f.No + " " + council.TitleOf(f.Words), Ref: "/meetings/" + f.Meeting}
			if f.Task != nil {
				m.Days, m.Ref = f.Task.Overdue, "/tasks/"+f.Task.ID
			}
			all = append(all, m)
		}
	}
	d, err := o.Digest(ctx, who, task.Week, o.onDay())
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		kind council.MatterKind
		rows []task.Row
	}{{council.Overdue, d.Late}, {council.Missed, d.Missed}} {
		for _, t := range x.rows {
			m := council.Matter{Kind: x.kind, Body: t.LeadName, Title: t.Title, Ref: "/tasks/" + t.ID}
			if x.kind == council.Overdue {
				m.Days = t.Overdue
			}
			all = append(all, m)
		}
	}
	behind, err := o.behind(ctx, who)
	if err != nil {
		return nil, err
	}
	return council.Suggest(append(all, behind...)), nil
}

// behind are the targets of plans in force that fall short of the year's value.
func (o *Office) behind(ctx context.Context, who auth.Actor) ([]council.Matter, error) {
	rows, err := o.Plans(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []council.Matter
	for _, r := range rows {
		if r.State != plan.Approved || r.Targets == 0 {
			continue
		}
		v, err := o.Plan(ctx, who, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		targets, err := o.PlanTargets(ctx, who, v)
		if err != nil {
			return nil, err
		}
		for _, t := range targets {
			if t.Seen && (t.Progress.Track == plan.Late || t.Progress.Track == plan.Failed) {
				out = append(out, council.Matter{Kind: council.Behind, Body: edu.Text{ZH: r.Name, EN: r.Name}, Title: t.Target.Name, Ref: "/plan/" + r.ID + "/targets/" + t.Target.ID})
			}
		}
	}
	return out, nil
}
