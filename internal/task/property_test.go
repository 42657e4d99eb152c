package task_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/task"
)

var acts = func() (out []task.Act) {
	for _, s := range task.Steps {
		if !slices.Contains(out, s.Act) {
			out = append(out, s.Act)
		}
	}
	return append(out, "nonsense")
}()

// Whatever people do, in whatever order and at whatever time, a task only goes
// where the table lets it, its history is rows of the table, and the rules of lamp
// and delay hold.
func TestNoStateBesideTheTable(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		env := at(monday)
		ids := []string{"bureau:", "bureau:east", "bureau:west", "unit:own", "unit:east1", "sec:basic", "dept:finance", "gov:east", "", "nobody"}
		word := func(what string) string {
			return rapid.SampledFrom([]string{"", "写明", "　", "很长"}).Draw(r, what)
		}
		some := func(what string) edu.Date {
			if rapid.Bool().Draw(r, what+" given") {
				return collect.Today(env.Now) + edu.Date(rapid.IntRange(-5, 90).Draw(r, what))
			}
			return 0
		}
		measures := func(what string) []task.Serves {
			return rapid.SliceOfN(rapid.SampledFrom([]task.Serves{{Plan: "p", Measure: "M1"}, {Plan: "p", Measure: "M2"}, {Plan: "q", Measure: "M1"}, {}}), 0, 2).Draw(r, what)
		}
		draft := func() task.Task {
			d := whole()
			d.Lead = rapid.SampledFrom(ids[1:]).Draw(r, "lead")
			d.Due = some("due")
			d.Standing = d.Due == 0 && rapid.Bool().Draw(r, "standing")
			d.Key = rapid.Bool().Draw(r, "key")
			d.Serves = measures("serves")
			if rapid.Bool().Draw(r, "of a plan") {
				d.Source.Kind = task.FromPlan
			}
			return d
		}
		other := whole()
		other.ID, other.State = "t2", task.Working
		now, err := task.Draft(draft(), env)
		if err != nil {
			r.Fatal(err)
		}
		env.Tasks = func(id string) (task.Task, bool) { return other, id == "t2" }
		log := []task.Event{{Rev: 0, At: env.Now, Act: task.Edit, From: task.Drafted, To: task.Drafted, Due: now.Due}}
		past := map[edu.Date]task.Task{collect.Today(env.Now): now} // as it stood at the end of each day
		for range rapid.IntRange(1, 40).Draw(r, "acts") {
			env.Now = env.Now.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(r, "hours")) * time.Hour)
			env.By = rapid.SampledFrom([]string{"a", "b"}).Draw(r, "who")
			env.Name = map[string]string{"a": "甲", "b": "乙"}[env.By]
			// Half of the acts are ones that a page would offer, so that walks go far.
			act := rapid.SampledFrom(acts).Draw(r, "act")
			may := task.May(now, everybody, env)
			if now.State == task.InReview && slices.Contains(may, task.Close) == (now.Handed.Account == env.By) {
				r.Fatalf("%s handed in, and %s is offered to close it", now.Handed.Account, env.By)
			}
			if len(may) > 0 && rapid.Bool().Draw(r, "offered") {
				act = rapid.SampledFrom(may).Draw(r, "offered act")
			}
			edit := draft()
			yes := rapid.Bool().Draw(r, "yes")
			o := task.Options{Text: word("text"), Due: some("new due"), Lead: rapid.SampledFrom(ids).Draw(r, "new lead"), Into: rapid.SampledFrom([]string{"t1", "t2", ""}).Draw(r, "into"),
				Head: word("head"), Progress: word("progress"), Review: task.Review{Facts: true, Solved: yes, Done: true, Conclusion: true}, Approval: word("approval"),
				Outcome: rapid.SampledFrom(task.Outcomes).Draw(r, "outcome"), NoChange: rapid.Bool().Draw(r, "no change"), Edit: &edit, Serve: measures("serve"), Unserve: measures("unserve")}
			next, e, err := task.Next(now, act, task.Side(rapid.IntRange(0, 7).Draw(r, "side"))|task.Side(rapid.SampledFrom([]int{0, 7}).Draw(r, "all sides")), o, env)
			if err != nil {
				if next.State != now.State || next.Rev != now.Rev || e.Act != "" {
					r.Fatalf("a refused %s changed the task", act)
				}
				continue
			}
			check(r, now, next, e, env)
			now = next
			log = append(log, e)
			past[collect.Today(env.Now)] = now
		}
		for day, then := range past {
			got, there := task.AsOf(now, log, day)
			at := env
			at.Now = collect.Closes(day)
			if !there || got.State != then.State || got.Opens != then.Opens || got.Extended != then.Extended || got.Ended != then.Ended || got.Late != then.Late || then.State != task.Drafted && got.Due != then.Due || task.Overdue(got, at) != task.Overdue(then, at) {
				r.Fatalf("as of %s: %+v\nwant %+v\n%+v", day, got, then, log)
			}
		}
	})
}

// check is what must hold after any act.
func check(r *rapid.T, was, now task.Task, e task.Event, env task.Env) {
	row := slices.ContainsFunc(task.Steps, func(s task.Step) bool {
		to := s.To
		if to == "" {
			to = e.From
		}
		return s.Act == e.Act && slices.Contains(s.From, e.From) && to == e.To
	})
	today := collect.Today(env.Now)
	lamp, why := task.LampOf(now, env)
	_, amber, red := task.Turns(now, env)
	level, _ := task.Level(now, env)
	for _, c := range []struct {
		holds bool
		what  string
	}{
		{row && e.From == was.State && e.To == now.State, "the line of history is a row of the table"},
		{e.Rev == was.Rev+1 && now.Rev == e.Rev, "each act is a revision"},
		{slices.Contains(task.States, now.State), "the state is one of the table's"},
		{now.Extended <= env.Rules.Extensions, "no more extensions than the rules allow"},
		{!now.State.Given() || now.Lead != "" && (now.Standing != (now.Due != 0) || now.State == task.Requested && !now.Standing), "what is given has a lead and a limit or is standing"},
		{now.State.Live() == (now.Ended == 0), "what is at its end has the day of it"},
		{now.State != task.Closed || now.Outcome != task.NoOutcome, "what is closed has an outcome"},
		{now.State != task.Closed || now.Outcome != task.Completed || was.State != task.InReview || now.Review.Facts && now.Review.Solved && now.Review.Done && now.Review.Conclusion, "closed only with four yes"},
		{e.Act != task.Close || e.By != was.Handed.Account && was.Handed.Account != "", "who closed is not who handed in"},
		{!(now.Outcome == task.Adjusted || now.Outcome == task.Cancelled) || now.Approval != "", "adjusted and cancelled have their number"},
		{!now.Standing || lamp != task.Red, "what is standing is never red"},
		{lamp != task.Red || now.State.Held() && today > now.Due || now.Late > 0, "red only past the limit"},
		{why.ZH != "" && why.EN != "", "a lamp has its reason in words"},
		{(lamp == task.Red) == !env.Now.Before(red) && (lamp == task.Amber) == (!env.Now.Before(amber) && env.Now.Before(red)), "the lamp turns when it is said to"},
		{level == 0 || lamp == task.Red && now.State.Held(), "nobody is told of what is not late"},
		{now.Late <= was.Late || was.State.Held() && !now.State.Held(), "late time grows only while the owner has the task"},
		{e.Act != task.Report || !task.Open(now, env).Asked(), "after an entry nothing more is asked"},
		{e.Act != task.Report || now.Entries == was.Entries+1 && now.Last.No == now.Entries, "entries are counted"},
		{now.State != task.ToSign || task.Authority(bodies[now.Issuer], bodies[now.Lead]), "given only where there is authority"},
		{slices.Equal(was.Serves, now.Serves) || slices.Contains([]task.Act{task.Edit, task.Absorb, task.Serve}, e.Act), "only some acts change what it serves"},
		{e.Act != task.Serve || !slices.Equal(was.Serves, now.Serves) && reflect.DeepEqual(servesBut(was), servesBut(now)), "what it serves is changed without anything else"},
		{was.Due == now.Due || slices.Contains([]task.Act{task.Edit, task.TakenUp, task.Grant, task.Transfer, task.Reopen}, e.Act), "only some acts move a limit"},
	} {
		if !c.holds {
			r.Fatalf("after %s on %s: not so: %s\n%+v", e.Act, today, c.what, now)
		}
	}
}

// servesBut is a task but for what it serves and the mark of an act.
func servesBut(t task.Task) task.Task {
	t.Serves, t.Rev, t.Changed = nil, 0, time.Time{}
	return t
}

// A lamp that is left alone only gets worse, and turns when it was said to.
func TestLampsOnlyGetWorse(t *testing.T) {
	worse := func(l task.Lamp) int { return []int{3, 2, 1, 1}[slices.Index(task.Lamps, l)] }
	rapid.Check(t, func(r *rapid.T) {
		d := whole()
		d.State = rapid.SampledFrom(task.States).Draw(r, "state")
		d.Key, d.Standing = rapid.Bool().Draw(r, "key"), rapid.Bool().Draw(r, "standing")
		d.Opens, d.Due = day(4, 14), day(4, 14)+edu.Date(rapid.IntRange(0, 400).Draw(r, "span"))
		d.Ball, d.Signed, d.SignBy = monday, monday, monday.AddDate(0, 0, 1)
		if d.Entries = rapid.IntRange(0, 1).Draw(r, "entries"); d.Entries > 0 {
			d.Last.Day = day(4, 14) + edu.Date(rapid.IntRange(0, 60).Draw(r, "entry"))
		}
		last := 0
		_, amber0, red0 := task.Turns(d, at(monday))
		for i := range 120 {
			env := at(monday.AddDate(0, 0, i*4))
			lamp, _ := task.LampOf(d, env)
			_, amber, red := task.Turns(d, env)
			if worse(lamp) < last || !amber.Equal(amber0) || !red.Equal(red0) {
				r.Fatalf("on %s: %s, turning %s and %s; before: %d, %s, %s", env.Now, lamp, amber, red, last, amber0, red0)
			}
			last = worse(lamp)
		}
	})
}

// Periods follow each other without a gap and hold their days.
func TestSpans(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := rapid.SampledFrom(task.Cadences).Draw(r, "cadence")
		d := edu.Date(rapid.IntRange(10_000, 40_000).Draw(r, "day"))
		from, until := c.Span(d)
		next, _ := c.Span(until + 1)
		a, b := c.Span(until)
		if d < from || d > until || next != until+1 || a != from || b != until {
			r.Fatalf("%s of %s: %s to %s, then %s", c, d, from, until, next)
		}
	})
}
