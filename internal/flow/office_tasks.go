package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

// row is a task as lists show it.
func row(t task.Task, env task.Env, b *bodyList) task.Row {
	r := task.Row{Task: t, LeadName: b.name(t.Lead), IssuerName: b.name(t.Issuer), Overdue: task.Overdue(t, env), Wanted: task.Open(t, env)}
	for _, w := range t.With {
		r.WithNames = append(r.WithNames, b.name(w))
	}
	r.Lamp, r.Why = task.LampOf(t, env)
	r.Level, r.LevelWho = task.Level(t, env)
	return r
}

// Tasks gives a page of the tasks that somebody may see.
func (o *Office) Tasks(ctx context.Context, who auth.Actor, f task.Filter) (task.Page, error) {
	if who.Reach(auth.ReadTasks).None() {
		return task.Page{}, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	env, b, err := o.env(ctx)
	if err != nil {
		return task.Page{}, err
	}
	if f.Size == 0 {
		f.Size = 50
	}
	f.Page = max(f.Page, 1)
	if who.Local {
		f.Mine = false // it acts for all
	}
	list, err := o.city.store.Tasks(ctx, o.view(who, b, store.Reader), f, env.Now)
	if err != nil {
		return task.Page{}, err
	}
	p := task.Page{Total: list.Total, Page: f.Page, Size: f.Size, Counts: list.Counts, States: list.States}
	for _, t := range list.Tasks {
		p.Tasks = append(p.Tasks, row(t, env, b))
	}
	return p, nil
}

// Task gives one task with all that belongs to it.
func (o *Office) Task(ctx context.Context, who auth.Actor, id string) (task.Full, error) {
	var out task.Full
	if who.Reach(auth.ReadTasks).None() {
		return out, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	env, b, err := o.env(ctx)
	if err != nil {
		return out, err
	}
	v := o.view(who, b, store.Reader)
	t, events, entries, err := o.city.store.Task(ctx, v, id)
	if err != nil {
		return out, err
	}
	out = task.Full{Row: row(t, env, b), Events: events, Entries: entries, Side: b.sides(who, t)}
	env.By, env.Name = o.record(who, b, t, "").Account, who.Name
	out.May = task.May(t, out.Side, env)
	for _, p := range append([]string{t.Lead, t.Issuer}, t.With...) {
		if x, ok := b.find(p); ok {
			x.Members = nil
			out.Parties = append(out.Parties, x)
		}
	}
	merged, err := o.city.store.Tasks(ctx, v, task.Filter{Into: id, Size: -1}, env.Now)
	if err != nil {
		return out, err
	}
	for _, m := range merged.Tasks {
		out.Merged = append(out.Merged, row(m, env, b))
	}
	out.Live = o.live(ctx, t.Target)
	out.Paper, out.Letter = task.PaperOf(t, b.name, events), task.LetterOf(t, env, b.name)
	return out, nil
}

// NewTask keeps a new task as a draft of its issuer.
func (o *Office) NewTask(ctx context.Context, who auth.Actor, t task.Task, sent string) (task.Task, error) {
	out, err := o.NewTasks(ctx, who, []task.Task{t}, sent)
	if err != nil {
		return t, err
	}
	return out[0], nil
}

// NewTasks keeps new tasks as drafts of their issuers, all of them or none. The
// same sent twice makes them once.
func (o *Office) NewTasks(ctx context.Context, who auth.Actor, ts []task.Task, sent string) ([]task.Task, error) {
	moves, recs, err := o.drafted(ctx, who, ts, sent)
	if err != nil {
		return nil, err
	}
	return o.city.store.NewTasks(ctx, scopeOf(who.Reach(auth.GiveTasks), store.Editor), moves, recs...)
}

// drafted are new tasks as the store keeps them, with their lines in the log: none
// where one of them cannot be.
func (o *Office) drafted(ctx context.Context, who auth.Actor, ts []task.Task, sent string) ([]store.TaskMove, []audit.Record, error) {
	if len(ts) == 0 {
		return nil, nil, auth.Refuse(fault.Invalid, "没有任务", "there is no task")
	}
	env, b, err := o.env(ctx)
	if err != nil {
		return nil, nil, err
	}
	moves, recs := make([]store.TaskMove, len(ts)), make([]audit.Record, len(ts))
	var lacks []edu.Text
	for i, t := range ts {
		if t.Issuer == "" {
			t.Issuer = task.BureauOf("")
		}
		if x, ok := b.find(t.Issuer); !ok || !b.acts(who, x) || !b.gives(who, t.Issuer) {
			return nil, nil, fmt.Errorf("give a task for %s: %w", t.Issuer, fault.Forbidden)
		}
		d, err := task.Draft(t, env)
		if err != nil {
			if no, ok := err.(*auth.Refusal); ok && len(ts) > 1 {
				for _, x := range no.Texts {
					lacks = append(lacks, edu.Text{ZH: fmt.Sprintf("第%d项：%s", i+1, x.ZH), EN: fmt.Sprintf("no. %d: %s", i+1, x.EN)})
				}
				continue
			}
			return nil, nil, err
		}
		if d.ID == "" {
			d.ID = strings.ToLower(rand.Text())
		}
		if !d.Sheet.None() && d.Due == 0 && !d.Standing {
			d.Due = env.Limit()
		}
		recs[i] = o.record(who, b, d, "task.draft")
		e := task.Event{Rev: 1, At: env.Now, By: recs[i].Account, Name: who.Name, Body: d.Issuer, Act: task.Edit, From: task.Drafted, To: task.Drafted, Due: d.Due}
		if sent != "" {
			e.Sent = fmt.Sprintf("%s#%d", sent, i)
		}
		moves[i] = o.moveOf(d, e, nil, env, b)
	}
	if lacks != nil {
		return nil, nil, &auth.Refusal{Kind: fault.Invalid, Texts: lacks}
	}
	return moves, recs, nil
}

// moveOf is a task as the store keeps it.
func (o *Office) moveOf(t task.Task, e task.Event, entry *task.Entry, env task.Env, b *bodyList) store.TaskMove {
	m := store.TaskMove{Task: t, Event: e, Entry: entry}
	m.Rest, m.Amber, m.Red = task.Turns(t, env)
	party := func(id, role string) {
		if x, ok := b.find(id); ok {
			m.Parties = append(m.Parties, store.TaskParty{Body: id, Role: role, County: string(x.County), Unit: string(x.Unit)})
		}
	}
	party(t.Issuer, store.TaskIssuer)
	party(t.Lead, store.TaskLead)
	for _, w := range t.With {
		party(w, store.TaskHelper)
	}
	return m
}

// record is the line of an act in the audit log: ids, and no words that somebody
// typed.
func (o *Office) record(who auth.Actor, b *bodyList, t task.Task, a audit.Action) audit.Record {
	rec := record(who, a, t.Lead, o.now())
	rec.Object = t.ID
	if x, ok := b.find(t.Lead); ok {
		rec.Unit = x.Unit
	}
	p := auth.DoTasks
	if b.sides(who, t)&task.Giver != 0 {
		p = auth.GiveTasks
	}
	if i := slices.IndexFunc(who.Grants, func(g auth.Grant) bool { return g.Role.May(p) }); i >= 0 {
		rec.Role = string(who.Grants[i].Role)
	}
	return rec
}

// Act takes an act with a task over the revision that was seen. A stale one is a
// conflict, and comes back with the task as it is now; the same act sent twice is
// one.
func (o *Office) Act(ctx context.Context, who auth.Actor, id string, rev int, act task.Act, opt task.Options) (task.Task, error) {
	env, b, err := o.env(ctx)
	if err != nil {
		return task.Task{}, err
	}
	if who.Reach(auth.ReadTasks).None() {
		return task.Task{}, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	v := o.view(who, b, store.Editor)
	t, events, _, err := o.city.store.Task(ctx, v, id)
	if err != nil {
		return t, err
	}
	rec := o.record(who, b, t, audit.Action("task."+string(act)))
	if i := slices.IndexFunc(events, func(e task.Event) bool {
		return opt.Sent != "" && e.Sent == opt.Sent && e.By == rec.Account && e.Act == act
	}); i >= 0 {
		return t, nil
	}
	if t.Rev != rev {
		return t, store.ErrStale
	}
	if act == task.Absorb {
		return t, auth.Refuse(fault.Invalid, "请在要并入的任务上选择“并办”", "choose merge on the task that is to be merged")
	}
	if step, ok := task.Find(t.State, act); ok {
		env.Body = b.actingBody(who, t, step.By)
	}
	env.By, env.Name = rec.Account, who.Name
	env.Tasks = func(id string) (task.Task, bool) {
		x, _, _, err := o.city.store.Task(ctx, v, id)
		return x, err == nil
	}
	if act == task.Edit && opt.Edit != nil && opt.Edit.Issuer != t.Issuer {
		if x, ok := b.find(opt.Edit.Issuer); !ok || !b.acts(who, x) || !b.gives(who, opt.Edit.Issuer) {
			return t, fmt.Errorf("give a task for %s: %w", opt.Edit.Issuer, fault.Forbidden)
		}
	}
	if err := o.cites(ctx, id, opt.Files); err != nil {
		return t, err
	}
	if act == task.Serve {
		if opt.Text, err = o.servesWords(ctx, who, opt); err != nil {
			return t, err
		}
	}
	next, event, err := task.Next(t, act, b.sides(who, t), opt, env)
	if err != nil {
		return t, err
	}
	var entry *task.Entry
	if act == task.Report {
		entry = &next.Last
	}
	moves := []store.TaskMove{o.moveOf(next, event, entry, env, b)}
	recs := []audit.Record{rec}
	if act == task.Merge {
		into, _ := env.Tasks(next.Into)
		taken, e, err := task.Next(into, task.Absorb, b.sides(who, into), task.Options{Into: t.ID, Text: t.Title}, env)
		if err != nil {
			return t, err
		}
		moves = append(moves, o.moveOf(taken, e, nil, env, b))
		recs = append(recs, o.record(who, b, into, "task.absorb"))
	}
	done, err := o.city.store.ActTasks(ctx, v, moves, recs...)
	if err != nil {
		if done.ID == "" {
			done = t
		}
		return done, err
	}
	_ = o.tell(ctx, b, env, t, done, event) // the act stands, and lists show it
	return done, nil
}

// SetTaskRules sets the city's rules of supervision and lights the lamps of all
// tasks anew.
func (o *Office) SetTaskRules(ctx context.Context, who auth.Actor, r task.Rules) error {
	if !who.Reach(auth.GiveTasks).Whole {
		return fmt.Errorf("the rules of supervision are the whole city's: %w", fault.Forbidden)
	}
	if err := r.Check(); err != nil {
		return err
	}
	return o.setRules(ctx, who, r)
}
