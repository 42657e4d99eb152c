package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// Decide writes a decision during a meeting (No 0), changes one, or takes out the
// one whose words are empty. Writing needs no rev: two recorders write side by side.
// Changing names the rev that was seen; where the meeting was saved meanwhile the
// answer is fault.Conflict with the meeting as it is now.
func (o *Office) Decide(ctx context.Context, who auth.Actor, id string, rev int, d council.Decision) (council.Meeting, error) {
	for try := 0; ; try++ {
		m, sc, err := o.meeting(ctx, who, auth.KeepMeeting, id)
		if err != nil {
			return m, err
		}
		next := m
		if d.No == 0 {
			next, _, err = council.Write(m, d)
			if err == nil && len(next.Decisions) == len(m.Decisions) {
				return m, nil // sent twice
			}
		} else {
			if m.Rev != rev {
				return m, fmt.Errorf("meeting %s was saved meanwhile: %w", id, fault.Conflict)
			}
			next, err = council.Rewrite(m, d)
		}
		if err != nil {
			return m, err
		}
		if err := o.knownBodies(ctx, append(slices.Clone(d.With), d.Lead)); err != nil {
			return m, err
		}
		kept, err := o.keepMeeting(ctx, who, sc, next, meetingDecided, next.NumberOf(max(d.No, next.Given)))
		if d.No == 0 && errors.Is(err, fault.Conflict) && try < 10 {
			continue
		}
		return kept, err
	}
}

// knownBodies refuses an owner that is none.
func (o *Office) knownBodies(ctx context.Context, ids []string) error {
	b, err := o.bodyList(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if x, ok := b.find(id); id != "" && (!ok || x.Ended) {
			return auth.Refuse(fault.Invalid, "没有“"+id+"”这个责任单位", fmt.Sprintf("there is no body %q", id))
		}
	}
	return nil
}

// DecisionsToTasks makes tasks of the decisions and demands of a meeting that are
// none yet, all of them or none; nos chooses some, nil all. Pressed twice, or by two
// at once, it makes each task once: a decision is first claimed under a key, over
// the revision that was read, and tasks are made under that key.
func (o *Office) DecisionsToTasks(ctx context.Context, who auth.Actor, id string, nos []int) (made int, err error) {
	for try := 0; ; try++ {
		m, sc, err := o.meeting(ctx, who, auth.GiveTasks, id)
		if err != nil {
			return 0, err
		}
		if !m.Giving() {
			return 0, auth.Refuse(fault.Conflict, "会议现为“"+m.State.Name().ZH+"”，不能转为任务", "the meeting is in the state “"+m.State.Name().EN+"”, in which nothing becomes a task")
		}
		key := fmt.Sprintf("meeting:%s:%d", m.ID, m.Rev)
		claimed := m
		claimed.Decisions = slices.Clone(m.Decisions)
		n := 0
		for i := range claimed.Decisions {
			d := &claimed.Decisions[i]
			if d.Tasks() && d.Made == "" && (nos == nil || slices.Contains(nos, d.No)) {
				d.Made = key
				n++
			}
		}
		if n > 0 {
			if claimed, err = o.keepMeeting(ctx, who, sc, claimed, meetingGiven, fmt.Sprint(n)); err != nil {
				if errors.Is(err, fault.Conflict) && try < 10 {
					continue
				}
				return 0, err
			}
		}
		if made, err = o.giveClaimed(ctx, who, &claimed); err != nil && n > 0 {
			// Nothing was made of the claim: give it back, so that the decisions can
			// be mended.
			for i := range claimed.Decisions {
				if claimed.Decisions[i].Made == key {
					claimed.Decisions[i].Made = ""
				}
			}
			if _, undo := o.keepMeeting(ctx, who, sc, claimed, meetingGiven, "0"); undo != nil {
				err = errors.Join(err, undo)
			}
		}
		return made, err
	}
}

// giveClaimed makes the tasks of claimed decisions that are not there yet: those of
// this moment, and those of a claim at which the server went down.
func (o *Office) giveClaimed(ctx context.Context, who auth.Actor, m *council.Meeting) (made int, err error) {
	have, err := o.tasksOf(ctx, auth.Operator(), m)
	if err != nil {
		return 0, err
	}
	lacking := map[string]bool{}
	for _, d := range m.Decisions {
		if _, ok := have[m.NumberOf(d.No)]; d.Made != "" && !ok {
			lacking[d.Made] = true
		}
	}
	for _, d := range m.Decisions { // in their order
		key := d.Made
		if !lacking[key] {
			continue
		}
		delete(lacking, key)
		var ts []task.Task
		for _, x := range m.Decisions {
			if x.Made == key {
				ts = append(ts, council.TaskOf(m, x, task.BureauOf(m.Unit)))
			}
		}
		n, err := o.newTasksOnce(ctx, who, ts, key)
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// newTasksOnce makes tasks whose ids are known beforehand. Where another made the
// same ones in this moment, they are there and none is made.
func (o *Office) newTasksOnce(ctx context.Context, who auth.Actor, ts []task.Task, key string) (made int, err error) {
	if _, err = o.NewTasks(ctx, who, ts, key); err == nil {
		return len(ts), nil
	}
	there, e := o.tasksBySource(ctx, auth.Operator(), ts[0].Source.Ref)
	if e != nil || slices.ContainsFunc(ts, func(t task.Task) bool { return there[t.Source.Item].ID == "" }) {
		return 0, err
	}
	return 0, nil
}

// tasksOf are the tasks of a meeting's decisions that somebody may see, by the
// number of the decision.
func (o *Office) tasksOf(ctx context.Context, who auth.Actor, m *council.Meeting) (map[string]task.Row, error) {
	return o.tasksBySource(ctx, who, m.ID)
}

// Last is what has come of the decisions before a meeting: all of the last one of
// its series, and of earlier ones those that are still open.
func (o *Office) Last(ctx context.Context, who auth.Actor, id string) ([]council.Followed, error) {
	r, err := o.reach(ctx, who, auth.ReadTasks)
	if err != nil {
		return nil, err
	}
	all, err := o.meetings(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m council.Meeting) bool { return m.ID == id })
	if i < 0 || !r.sees(&all[i]) {
		return nil, fmt.Errorf("meeting %s: %w", id, fault.NotFound)
	}
	names, err := o.names(ctx)
	if err != nil {
		return nil, err
	}
	var out []council.Followed
	const most = 12 // meetings back
	m := council.Before(&all[i], all)
	for n := 0; m != nil && n < most; n++ {
		if r.holds(m.Unit) || r.reads(m) {
			rows, err := o.tasksOf(ctx, who, m)
			if err != nil {
				return nil, err
			}
			out = append(out, council.Follow(m, rows, n == 0, names)...)
		}
		m = council.Before(m, all)
	}
	return out, nil
}

// names are the words for units and bodies, as documents write them.
func (o *Office) names(ctx context.Context) (council.Names, error) {
	b, err := o.bodyList(ctx)
	if err != nil {
		return council.Names{}, err
	}
	return council.Names{
		Unit: func(id edu.UnitID) string {
			if u, ok := b.tree.Unit(id); ok {
				return lastAttrs(u).Name.ZH
			}
			return string(id)
		},
		Body: b.name,
	}, nil
}
