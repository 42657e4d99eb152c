package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/store"
)

// next computes a step after checking that the person may take it.
func (d *Desk) next(m *matter, i int, f collect.Filing, rev int, a collect.Action, opt collect.StepOptions) (collect.Filing, collect.Event, error) {
	no := func(err error) (collect.Filing, collect.Event, error) {
		return f, collect.Event{}, fmt.Errorf("%s of %s: %w", m.ID, f.Unit, err)
	}
	route := m.route(m.roster.places[i])
	if m.Closed {
		return no(fmt.Errorf("the form is closed: %w", fault.Conflict))
	}
	if (a == collect.Save || a == collect.Submit) && collect.Today(m.now) < m.Opens {
		return no(fmt.Errorf("it can be filled from %s on: %w", m.Opens, fault.Conflict))
	}
	step, err := collect.May(f, route, a)
	if err != nil {
		return no(err)
	}
	if needs := step.By(route); !d.may(m, f.Unit)(needs) {
		return no(fmt.Errorf("%s needs the permission %s: %w", a, needs, fault.Forbidden))
	}
	if f.Rev != rev {
		return no(store.ErrStale)
	}
	own := f // the store keeps a due date of the filing's own only
	next, event, err := collect.Take(f, route, a, d.who, opt, m.now)
	if err != nil {
		return no(err)
	}
	if next.Due == own.Due && own.Due == m.Due {
		next.Due = 0
	}
	return next, event, nil
}

// Step takes a step with a filing. Submit hands in the content of the options,
// or the saved draft; problems that block, or that lack a reason, come back with
// an error of kind fault.Blocked and nothing changes.
func (d *Desk) Step(ctx context.Context, issue string, unit edu.UnitID, rev int, a collect.Action, opt collect.StepOptions) (collect.Filing, []form.Problem, error) {
	m, i, err := d.open(ctx, issue, unit, seeing...)
	if err != nil {
		return collect.Filing{}, nil, err
	}
	f, log, draft, err := d.filing(ctx, m, i)
	if err != nil {
		return f, nil, err
	}
	if opt.Content != nil {
		c, err := cited(*opt.Content, draft)
		if err != nil {
			return f, nil, err
		}
		opt.Content = &c
	}
	if e := sent(log, a, opt.ID); e != nil {
		return f, nil, d.same(ctx, m, i, e, draft, opt)
	}
	step, problems, err := d.step(ctx, m, i, f, draft, rev, a, opt)
	if err != nil {
		return f, problems, err
	}
	if f, err = d.take1(ctx, m, step); err == nil && a == collect.Return {
		_ = d.tellReturned(ctx, m, m.roster.places[i], f) // the step is taken; the list of work shows it
	}
	return f, problems, err
}

// sent finds the same step in the log, taken before: its answer was lost.
func sent(log []collect.Event, a collect.Action, id string) *collect.Event {
	for i := range log {
		if id != "" && log[i].Sent == id && log[i].Action == a {
			return &log[i]
		}
	}
	return nil
}

// same refuses an id that was used for other figures: whoever sends them would
// take them for handed in.
func (d *Desk) same(ctx context.Context, m *matter, i int, e *collect.Event, draft []byte, opt collect.StepOptions) error {
	if e.Action != collect.Submit || opt.Content == nil || bytes.Equal(opt.Content.JSON(), draft) {
		return nil
	}
	unit := m.roster.places[i].Unit
	h, err := d.city.store.Handed(ctx, scopeOf(d.reach(seeing...), store.Reader), m.Issue, unit, e.Handed)
	if err != nil {
		return err
	}
	p, err := d.city.paper(ctx, m, i)
	if err != nil {
		return err
	}
	p.Content = *opt.Content
	if frozen := p.Frozen(); !bytes.Equal(frozen.JSON(), h.Content) {
		return fmt.Errorf("%s of %s: the id %q was used for other figures; want a new id: %w", m.ID, unit, opt.ID, fault.Conflict)
	}
	return nil
}

// step makes a step ready to be taken: everything that needs no lock.
func (d *Desk) step(ctx context.Context, m *matter, i int, f collect.Filing, draft []byte, rev int, a collect.Action, opt collect.StepOptions) (store.Step, []form.Problem, error) {
	if a == collect.Save {
		if opt.Content == nil {
			return store.Step{}, nil, fmt.Errorf("nothing to save: %w", fault.Invalid)
		}
		s, err := d.saving(ctx, m, i, f, rev, *opt.Content, opt.Content.JSON())
		return s, nil, err
	}
	next, event, err := d.next(m, i, f, rev, a, opt)
	if err != nil {
		return store.Step{}, nil, err
	}
	s := store.Step{Filing: next, Period: m.Period, Event: &event, Role: d.role(m, a, f)}
	at := m.roster.places[i]
	if (a == collect.Recall || a == collect.Excuse) && f.Handed > 0 {
		// A unit that takes its figures back, or need not report, has none.
		s.Withdraw = &store.Withdraw{Submission: store.Submission{
			ID: fmt.Sprintf("%s/%s/back-%d", m.ID, f.Unit, next.Rev), Form: m.form.ID, Period: m.Period, Title: m.form.Name.ZH + " " + unitName(at),
			By: d.who.Name, At: m.now, Fictional: d.city.Fictional(),
		}}
	}
	if a != collect.Submit {
		return s, nil, nil
	}
	content, err := contentOf(draft)
	if err != nil {
		return s, nil, err
	}
	if opt.Content != nil {
		content = *opt.Content
		if err := content.Limits(); err != nil {
			return s, nil, fmt.Errorf("%s of %s: %w", m.ID, f.Unit, err)
		}
	}
	p, problems, err := d.city.filled(ctx, m, i, content)
	if err != nil {
		return s, nil, err
	}
	if err := form.Ready(problems); err != nil {
		return s, problems, fmt.Errorf("%s of %s: %w", m.ID, f.Unit, err)
	}
	s.Draft = content.JSON()
	s.Filing.Required, s.Filing.Blocking = 0, 0
	s.Filing.Check = p.Code(next.Handed)
	frozen := p.Frozen()
	s.Hand = &store.Hand{Content: frozen.JSON(), Tables: p.Tables(), Submission: store.Submission{
		ID: fmt.Sprintf("%s/%s/%d", m.ID, f.Unit, next.Handed), Form: m.form.ID, Period: m.Period, Title: m.form.Name.ZH + " " + unitName(at),
		By: d.who.Name, At: m.now, Fictional: d.city.Fictional(),
	}}
	return s, problems, nil
}

// role is the role by which the person takes a step, for the audit log.
func (d *Desk) role(m *matter, a collect.Action, f collect.Filing) string {
	step, err := collect.Find(a, f.State)
	if err != nil {
		return ""
	}
	route := m.route(m.roster.places[m.roster.at[f.Unit]])
	for _, g := range d.who.Grants {
		one := auth.Actor{Grants: []auth.Grant{g}}
		if m.roster.within(one.Reach(step.By(route)), f.Unit) {
			return string(g.Role)
		}
	}
	return ""
}

// take takes steps with filings, all of them or none.
func (d *Desk) take(ctx context.Context, m *matter, steps []store.Step, up *store.Uploaded) ([]collect.Filing, error) {
	out, err := d.city.store.Take(ctx, scopeOf(d.reach(seeing...), store.Editor), steps, up)
	if err != nil {
		return nil, err
	}
	for n := range out {
		if i, ok := m.roster.at[out[n].Unit]; ok {
			out[n] = m.fill(out[n], m.roster.places[i])
		}
	}
	return out, nil
}

func (d *Desk) take1(ctx context.Context, m *matter, s store.Step) (collect.Filing, error) {
	out, err := d.take(ctx, m, []store.Step{s}, nil)
	if err != nil {
		return collect.Filing{}, err
	}
	return out[0], nil
}

// Outcome is what became of one of many filings.
type Outcome = collect.Outcome

// batch is how many filings are stepped in one transaction: a lock of a county
// is a few of them, and nobody waits long for the one writer.
const batch = 200

// Steps takes the same step with many filings and tells of each what became of
// it: one that cannot be stepped does not hold the others up.
func (d *Desk) Steps(ctx context.Context, issue string, units []collect.Seen, a collect.Action, opt collect.StepOptions) ([]Outcome, error) {
	m, err := d.matter(ctx, issue)
	if err != nil {
		return nil, err
	}
	if a == collect.Save || a == collect.Submit {
		return nil, fmt.Errorf("%s is done one by one: %w", a, fault.Invalid)
	}
	filings, err := d.city.store.Filings(ctx, scopeOf(d.reach(seeing...), store.Reader), m.Issue, "")
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(units))
	var steps []store.Step
	var of []int
	flush := func() {
		done, err := d.take(ctx, m, steps, nil)
		if err != nil && len(steps) > 1 { // somebody changed one of them: one by one
			for n := range steps {
				one, err := d.take(ctx, m, steps[n:n+1], nil)
				if out[of[n]].Err = err; err == nil {
					out[of[n]].Filing = one[0]
				}
			}
		} else {
			for n := range steps {
				if out[of[n]].Err = err; err == nil {
					out[of[n]].Filing = done[n]
				}
			}
		}
		steps, of = steps[:0], of[:0]
	}
	seen := map[edu.UnitID]bool{}
	for n, u := range units {
		out[n].Unit = u.Unit
		i, err := d.place(m, u.Unit, seeing...)
		if err == nil && seen[u.Unit] {
			err = fmt.Errorf("unit %q is named twice: %w", u.Unit, fault.Invalid)
		}
		if err != nil {
			out[n].Err = err
			continue
		}
		seen[u.Unit] = true
		f := m.fill(filings[u.Unit], m.roster.places[i])
		s, _, err := d.step(ctx, m, i, f, nil, u.Rev, a, opt)
		if err != nil {
			out[n].Filing, out[n].Err = f, err
			continue
		}
		if steps, of = append(steps, s), append(of, n); len(steps) == batch {
			flush()
		}
	}
	if len(steps) > 0 {
		flush()
	}
	return out, ctx.Err()
}

// LockAll locks everything below a unit that waits for it; "" is the whole
// issue. It gives how many were locked and how many units are not locked yet.
func (d *Desk) LockAll(ctx context.Context, issue string, below edu.UnitID) (locked, open int, err error) {
	m, err := d.matter(ctx, issue)
	if err != nil {
		return 0, 0, err
	}
	tasks, err := d.tasks(ctx, m, below)
	if err != nil {
		return 0, 0, err
	}
	var units []collect.Seen
	for i := range tasks {
		switch t := &tasks[i]; t.State {
		case collect.AtCity:
			units = append(units, collect.Seen{Unit: t.Unit, Rev: t.Rev})
		case collect.Locked, collect.Excused:
		default:
			open++
		}
	}
	out, err := d.Steps(ctx, issue, units, collect.Lock, collect.StepOptions{})
	var errs []error
	for _, o := range out {
		if o.Err != nil {
			open++
			errs = append(errs, o.Err)
		} else {
			locked++
		}
	}
	if locked == 0 && len(errs) > 0 {
		err = errors.Join(err, errs[0])
	}
	return locked, open, err
}
