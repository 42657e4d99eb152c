package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// What is changed of forms for many, as the audit log calls it.
const (
	formIssued   audit.Action = "form.issue"
	formClosed   audit.Action = "form.close"
	formListed   audit.Action = "form.list"
	formBudget   audit.Action = "form.budget"
	formRouted   audit.Action = "form.route"
	formAdapted  audit.Action = "form.adapt"
	figuresFixed audit.Action = "figures.lockdown"
)

// note is the line of the audit log about what is done. It is written with it.
func (d *Desk) note(a audit.Action, object string, unit edu.UnitID, detail string) audit.Record {
	rec := record(d.who, a, detail, d.now())
	rec.Object, rec.Unit = object, unit
	return rec
}

// metaBudget is, as JSON, what forms may cost a school in a year.
const metaBudget = "budget"

// Forms is the list of forms (报表目录): those of the city's packs, with what
// the bureau changed.
func (d *Desk) Forms(ctx context.Context) ([]collect.Entry, error) {
	scope := scopeOf(d.reach(seeing...), store.Reader)
	listed, err := d.city.store.ListedForms(ctx, scope)
	if err != nil {
		return nil, err
	}
	if d.reach(seeing...).None() {
		return nil, nil
	}
	if err := d.city.refresh(ctx); err != nil {
		return nil, err
	}
	var out []collect.Entry
	seen := map[string]bool{}
	s := d.city.schemes()
	for _, p := range s.asking() {
		for _, f := range p.Forms {
			if seen[f.ID] {
				continue
			}
			seen[f.ID] = true
			e := collect.Entry{Form: f, Pack: p, In: s.partOf(f)}
			if l, ok := listed[f.ID]; ok {
				g := *f
				if l.Basis != f.Basis {
					g.BasisEN = ""
				}
				if l.Approver != f.Approver {
					g.ByEN = ""
				}
				g.Basis, g.Frequency, g.Minutes, g.Approver, g.Valid = l.Basis, l.Frequency, l.Minutes, l.Approver, l.Valid
				e.Form, e.Struck, e.By, e.At = &g, l.Struck, l.By, l.At
			}
			if err := e.Issuable(collect.Today(d.now())); err != nil {
				e.Why = edu.Text{ZH: "不在有效的报表目录中", EN: "not on the list of forms in force"}
				if e.In != nil {
					e.Why = edu.Text{ZH: fmt.Sprintf("已并入“%s”", e.In.Name.ZH), EN: fmt.Sprintf("asked as a part of “%s”", e.In.Name.EN)}
				}
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// partOf is the form of several packs that a form is a part of, nil where it
// stands for itself.
func (s *schemes) partOf(f *pack.Form) *pack.Form {
	for _, p := range s.joint {
		if f.Joins != nil && f.Joins.ID == p.ID && p.Forms[0].Has(f) {
			return p.Forms[0]
		}
	}
	return nil
}

// ListForm changes what the list says of a form, or strikes it off.
func (d *Desk) ListForm(ctx context.Context, l store.Listed) error {
	if !d.who.Reach(auth.IssueForm).Whole {
		return fmt.Errorf("the list of forms is kept by the city: %w", fault.Forbidden)
	}
	p, _, err := d.city.form(l.Form)
	if err != nil {
		return err
	}
	l.Pack, l.By, l.At = p.Ref(), d.who.Account, d.now()
	return d.city.store.ListForm(ctx, local, l, d.note(formListed, l.Form, "", fmt.Sprintf("minutes=%d valid=%s struck=%t", l.Minutes, l.Valid, l.Struck)))
}

// Budget is what forms may cost a school in a school year.
func (c *City) Budget(ctx context.Context) (collect.Budget, error) {
	text, err := c.store.Meta(ctx, local, metaBudget)
	if err != nil || text == "" {
		return collect.DefaultBudget, err
	}
	var b collect.Budget
	return b, json.Unmarshal([]byte(text), &b)
}

// SetBudget changes it.
func (d *Desk) SetBudget(ctx context.Context, b collect.Budget) error {
	if !d.who.Reach(auth.IssueForm).Whole {
		return fmt.Errorf("the budget of forms is the city's: %w", fault.Forbidden)
	}
	if b.Forms < 1 || b.Minutes < 1 {
		return fmt.Errorf("a budget of %d forms and %d minutes lets nothing be asked: %w", b.Forms, b.Minutes, fault.Invalid)
	}
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return d.city.store.SetMeta(ctx, local, metaBudget, string(text), d.note(formBudget, "", "", fmt.Sprintf("forms=%d minutes=%d", b.Forms, b.Minutes)))
}

// Order is what a form is issued with.
type Order struct {
	Form   string
	Period edu.Period
	Opens  edu.Date // 0 is today
	Due    edu.Date // 0 is the form's own closing day
	// Approver and Reason waive the yearly budget; both must be given.
	Approver, Reason string
	// Except waives the rule of fair time.
	Except collect.Exception
}

// Issue issues a form for a period. It refuses one that is not on the list or
// has expired, one that asks what an open form asks already, one that would cost
// schools more than their yearly budget, and a deadline that is not fair.
func (d *Desk) Issue(ctx context.Context, o Order) (collect.Issue, error) {
	c, now := d.city, d.now()
	none := func(err error) (collect.Issue, error) {
		return collect.Issue{}, fmt.Errorf("issue %s: %w", o.Form, err)
	}
	if !d.who.Reach(auth.IssueForm).Whole {
		return none(fmt.Errorf("forms are issued by the city: %w", fault.Forbidden))
	}
	if o.Period.IsZero() {
		return none(fmt.Errorf("for which period? %w", fault.Invalid))
	}
	entries, err := d.Forms(ctx)
	if err != nil {
		return none(err)
	}
	i := slices.IndexFunc(entries, func(e collect.Entry) bool { return e.Form.ID == o.Form })
	if i < 0 {
		return none(fmt.Errorf("it is not on the list of forms: %w", fault.NotFound))
	}
	e := entries[i]
	today := collect.Today(now)
	o.Opens = cmp.Or(o.Opens, today)
	if o.Due == 0 {
		o.Due = closing(e.Form, o.Period)
	}
	if err := e.Issuable(max(today, o.Opens)); err != nil {
		return none(err)
	}
	if o.Due < o.Opens {
		return none(auth.Refuse(fault.Invalid, fmt.Sprintf("截止日期%s早于开始日期%s，请另定截止日期", o.Due, o.Opens), fmt.Sprintf("it would be due on %s, before it opens on %s: give another day", o.Due, o.Opens)))
	}
	cal, err := c.Calendar(ctx)
	if err != nil {
		return none(err)
	}
	from := now
	if o.Opens > today {
		from = collect.Opens(o.Opens)
	}
	if err := collect.FairDue(from, collect.Closes(o.Due), cal, o.Except); err != nil {
		return none(err)
	}
	all, err := c.store.Issues(ctx, local, edu.Period{})
	if err != nil {
		return none(err)
	}
	is := collect.Issue{ID: o.Form + "-" + o.Period.String(), Form: o.Form, Pack: e.Pack.Ref(), Hash: e.Pack.Hash, Period: o.Period,
		Opens: o.Opens, Due: o.Due, By: d.who.Account, At: now}
	all = slices.DeleteFunc(all, func(k collect.Issue) bool { return k.ID == is.ID })
	if err := c.askedTwice(ctx, e, is, all); err != nil {
		return none(err)
	}
	approver, reason := strings.TrimSpace(o.Approver), strings.TrimSpace(o.Reason)
	if err := d.budget(ctx, e, is, all, entries); err != nil {
		if approver == "" || reason == "" {
			return none(err)
		}
		is.Reason = approver + "：" + reason
	}
	if o.Except.By != "" {
		is.Reason = strings.Trim(is.Reason+"；"+o.Except.By+"（"+string(o.Except.Ground)+"）", "；")
	}
	if err := c.keepJoint(ctx, e.Pack); err != nil {
		return none(err)
	}
	return is, c.store.PutIssue(ctx, local, is, d.note(formIssued, is.ID, "", fmt.Sprintf("due %s", is.Due)))
}

// closing is the day of the year on which a form closes, in a period.
func closing(f *pack.Form, p edu.Period) edu.Date {
	ref := edu.DateOf(p.Reference())
	for y := p.Int(); ; y++ {
		d, err := edu.ParsePeriod(fmt.Sprintf("%04d-%02d-%02d", y, f.Closes.Month, f.Closes.Day))
		if err != nil {
			return 0
		}
		if day := edu.DateOf(d.Reference()); day >= ref {
			return day
		}
	}
}

// askedTwice is burden rule 1: two open forms may not ask the same element of
// the same units and period. It names both.
func (c *City) askedTwice(ctx context.Context, e collect.Entry, is collect.Issue, issues []collect.Issue) error {
	var open []pack.OpenForm
	for _, k := range issues {
		if k.Closed {
			continue
		}
		if p, f, err := c.issued(ctx, k.Form, k.Hash); err == nil {
			open = append(open, pack.OpenForm{Pack: p, Form: f, Period: k.Period})
		}
	}
	return pack.CheckOpen(append(open, pack.OpenForm{Pack: e.Pack, Form: e.Form, Period: is.Period}))
}

func overlap(a, b []edu.Stage) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(s edu.Stage) bool { return slices.Contains(b, s) })
}

// budget is burden rule 5: it adds up what the forms of the school year cost the
// schools that the new one asks, kind by kind.
func (d *Desk) budget(ctx context.Context, e collect.Entry, is collect.Issue, all []collect.Issue, entries []collect.Entry) error {
	if e.Form.Level != edu.School {
		return nil
	}
	limit, err := d.city.Budget(ctx)
	if err != nil {
		return err
	}
	// What a school is asked follows from its stages.
	r, err := d.city.roster(ctx, e.Pack, e.Form, is.Period)
	if err != nil {
		return err
	}
	var kinds [][]edu.Stage
	for i := range r.places {
		if k := r.stages(i); !slices.ContainsFunc(kinds, func(o []edu.Stage) bool { return slices.Equal(o, k) }) {
			kinds = append(kinds, k)
		}
	}
	year := schoolYear(is.Opens)
	for _, kind := range kinds {
		o := &collect.Over{Budget: limit}
		if o.Spent, o.Names, err = d.city.dutySpent(ctx, kind); err != nil {
			return err
		}
		for _, k := range append(slices.Clone(all), is) {
			i := slices.IndexFunc(entries, func(x collect.Entry) bool { return x.Form.ID == k.Form })
			if i < 0 || schoolYear(k.Opens) != year || entries[i].Form.Level != edu.School || !overlap(form.Stages(entries[i].Pack, entries[i].Form), kind) {
				continue
			}
			o.Spent.Forms++
			o.Spent.Minutes += entries[i].Form.Minutes
			o.Names = append(o.Names, entries[i].Form.Name.ZH)
		}
		if o.Spent.Forms > limit.Forms || o.Spent.Minutes > limit.Minutes {
			var zh, en []string
			for _, s := range kind {
				name := form.StageName(s)
				zh, en = append(zh, name.ZH), append(en, name.EN)
			}
			o.Kind = edu.Text{ZH: "设" + strings.Join(zh, "、") + "的学校", EN: strings.Join(en, ", ")}
			return o
		}
	}
	return nil
}

// stages are all stages that a school is known to have.
func (r *roster) stages(i int) []edu.Stage {
	out := slices.Clone(r.parts[i])
	n := r.snap.Find(r.places[i].Unit)
	for j := n + 1; j < r.snap.Nodes[n].End; j++ {
		if st := r.snap.Nodes[j].Unit.Stage; st != "" && !slices.Contains(out, st) {
			out = append(out, st)
		}
	}
	slices.SortFunc(out, func(a, b edu.Stage) int { return slices.Index(edu.Stages, a) - slices.Index(edu.Stages, b) })
	return out
}

// schoolYear is the year in which the school year of a day began.
func schoolYear(d edu.Date) int {
	t := d.Time()
	if t.Month() < 9 {
		return t.Year() - 1
	}
	return t.Year()
}

// CloseIssue ends an issue, or opens it again.
func (d *Desk) CloseIssue(ctx context.Context, issue string, closed bool) error {
	if !d.who.Reach(auth.IssueForm).Whole {
		return fmt.Errorf("forms are issued and closed by the city: %w", fault.Forbidden)
	}
	return d.city.store.CloseIssue(ctx, local, issue, closed, d.note(formClosed, issue, "", fmt.Sprintf("closed=%t", closed)))
}

// SetRoute turns the review by central schools on or off for a form in a county.
func (d *Desk) SetRoute(ctx context.Context, issue string, county edu.UnitID, township bool) error {
	m, err := d.countyOf(ctx, issue, county)
	if err != nil {
		return err
	}
	return d.city.store.SetRoute(ctx, scopeOf(d.reach(auth.ReviewForm, auth.IssueForm), store.Editor), county, m.Form, township, d.who.Account, m.now,
		d.note(formRouted, m.Form, county, fmt.Sprintf("township=%t", township)))
}

// countyOf opens an issue for whoever answers for it in a county.
func (d *Desk) countyOf(ctx context.Context, issue string, county edu.UnitID) (*matter, error) {
	m, err := d.matter(ctx, issue)
	if err != nil {
		return nil, err
	}
	i := m.roster.snap.Find(county)
	if i < 0 || m.roster.snap.Nodes[i].Unit.Level != edu.County || !m.roster.within(d.reach(seeing...), county) {
		return nil, fmt.Errorf("county %q: %w", county, fault.NotFound)
	}
	if !m.roster.within(d.reach(auth.ReviewForm, auth.IssueForm), county) {
		return nil, fmt.Errorf("how %s goes on in %s is for the county's reviewers to say: %w", m.ID, county, fault.Forbidden)
	}
	return m, nil
}

// Change is what a lower level asks to change of an upper form for its own
// units. Most of it is refused: see Adapt.
type Change struct {
	Due   edu.Date        // an earlier day for its own units; 0 keeps the form's
	Drop  []string        // fields that it knows already and will not ask
	Add   []string        // fields on top of the form's
	Fills []pack.Filler   // who fills besides the form's fillers
	Asks  map[string]bool // field -> required, where the form does not require it
}

// Adapt changes an issue for the units of a county. This is burden rule 6: a
// lower level cannot add fields, widen the fillers or shorten the time by more
// than a fifth; it may only drop what it already knows.
func (d *Desk) Adapt(ctx context.Context, issue string, county edu.UnitID, ch Change) error {
	m, err := d.countyOf(ctx, issue, county)
	if err != nil {
		return err
	}
	no := func(format string, args ...any) error {
		return fmt.Errorf("%s in %s: "+format+": %w", append(append([]any{m.ID, county}, args...), fault.Forbidden)...)
	}
	switch earliest := collect.EarliestInner(m.Issue); {
	case len(ch.Add) > 0:
		return no("a lower level cannot add fields (%s)", strings.Join(ch.Add, ", "))
	case len(ch.Fills) > 0:
		return no("a lower level cannot widen who fills the form")
	case len(ch.Asks) > 0:
		return no("a lower level cannot require what the form does not")
	case ch.Due != 0 && ch.Due < earliest:
		return no("%s would shorten the time by more than a fifth; the earliest day is %s", ch.Due, earliest)
	case ch.Due > m.Due:
		return no("the form is due on %s; more time is given unit by unit", m.Due)
	}
	if err := d.knows(ctx, m, county, ch.Drop); err != nil {
		return err
	}
	return d.city.store.SetInner(ctx, scopeOf(d.reach(auth.ReviewForm, auth.IssueForm), store.Editor), county, m.ID, store.Inner{Due: ch.Due, Drop: ch.Drop}, d.who.Account, m.now,
		d.note(formAdapted, m.ID, county, fmt.Sprintf("due=%s drop=%s", ch.Due, strings.Join(ch.Drop, ","))))
}

// knows tells that fields are known of units of a county: only what is known may
// be dropped. A unit of which one is not known is asked all the same.
func (d *Desk) knows(ctx context.Context, m *matter, county edu.UnitID, fields []string) error {
	if len(fields) == 0 {
		return nil
	}
	all := form.Fields(m.pack, m.form)
	known := map[string]bool{}
	sources, err := d.city.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return err
	}
	for i, at := range m.roster.places {
		if at.County == county {
			for k := range m.paper(i, sources).Known {
				known[k.Field] = true
			}
		}
	}
	for _, id := range fields {
		switch {
		case !slices.ContainsFunc(all, func(f form.Field) bool { return f.ID == id }):
			return fmt.Errorf("field %q of %s: %w", id, m.ID, fault.NotFound)
		case !known[id]:
			return fmt.Errorf("%s in %s: %s is known of nobody; only what is known may be dropped: %w", m.ID, county, id, fault.Forbidden)
		}
	}
	return nil
}

// LockDown saves the present moment of the figures, to publish from: whoever
// asks for it as of then gets the same figures for ever.
func (d *Desk) LockDown(ctx context.Context, title string) (*store.Snapshot, error) {
	if !d.who.Reach(auth.LockForm).Whole {
		return nil, fmt.Errorf("figures are locked down by the city: %w", fault.Forbidden)
	}
	snap, err := d.city.store.Snapshot(ctx, local)
	if err != nil {
		return nil, err
	}
	now := d.now()
	snap.ID, snap.Title, snap.By, snap.At, snap.Pack = now.UTC().Format("20060102T150405.000"), title, d.who.Account, now, d.city.hashes()
	if err := d.city.store.SaveSnapshot(ctx, local, snap, d.note(figuresFixed, snap.ID, "", "")); err != nil {
		return nil, err
	}
	return snap, nil
}
