package flow

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// Paper gives a unit's paper with what was saved last, its filing and its log.
// One that was handed in shows what was handed in, and nothing besides.
func (d *Desk) Paper(ctx context.Context, issue string, unit edu.UnitID) (*form.Paper, collect.Filing, []collect.Event, error) {
	m, i, err := d.open(ctx, issue, unit, reading...)
	if err != nil {
		return nil, collect.Filing{}, nil, err
	}
	f, log, draft, err := d.filing(ctx, m, i)
	if err != nil {
		return nil, f, nil, err
	}
	p, err := d.city.paper(ctx, m, i)
	if err != nil {
		return nil, f, nil, err
	}
	if f.State.Open() || f.State == collect.Excused {
		p.Content, err = contentOf(draft)
		return p, f, log, err
	}
	h, err := d.city.store.Handed(ctx, scopeOf(d.reach(reading...), store.Reader), m.Issue, unit, f.Handed)
	if err != nil {
		return nil, f, nil, err
	}
	p.Content, err = contentOf(h.Content)
	return p.Counting(), f, log, err
}

func (d *Desk) open(ctx context.Context, issue string, unit edu.UnitID, ps ...auth.Permission) (*matter, int, error) {
	m, err := d.matter(ctx, issue)
	if err != nil {
		return nil, 0, err
	}
	i, err := d.place(m, unit, ps...)
	return m, i, err
}

// cited leaves of a content's places those that are known of what was saved.
func cited(c form.Content, draft []byte) (form.Content, error) {
	before, err := contentOf(draft)
	return c.Cited(before), err
}

// contentOf reads a saved draft.
func contentOf(draft []byte) (form.Content, error) {
	if draft == nil {
		return form.Content{}, nil
	}
	return form.ReadContent(draft)
}

// paper is a unit's paper with everything that is known and nothing filled in.
func (c *City) paper(ctx context.Context, m *matter, i int) (*form.Paper, error) {
	sources, err := c.sources(ctx, m.pack, m.form, m.Period)
	if err != nil {
		return nil, err
	}
	return m.paper(i, sources), nil
}

func (m *matter) paper(i int, sources []*form.Source) *form.Paper {
	at := m.roster.places[i]
	node := m.roster.snap.Find(at.Unit)
	unit := func(n int) form.Unit {
		k := &m.roster.snap.Nodes[n]
		return form.Unit{ID: k.Unit.ID, Level: k.Unit.Level, Code: k.Key, Name: k.Name}
	}
	var above []form.Unit
	for n := m.roster.snap.Nodes[node].Up; n >= 0; n = m.roster.snap.Nodes[n].Up {
		if m.roster.snap.Nodes[n].Unit.Level >= edu.County {
			above = append([]form.Unit{unit(n)}, above...)
		}
	}
	p := form.New(m.pack, m.form, m.Period, unit(node), above, m.roster.parts[i])
	p.Know(sources...)
	// What the county knows already and does not ask counts without a word.
	for _, id := range m.sw.Inner[at.County].Drop {
		for k, known := range p.Known {
			if k.Field == id {
				known.Sure = true
				p.Known[k] = known
			}
		}
	}
	return p
}

// filled is the paper with a content, and what is wrong with it.
func (c *City) filled(ctx context.Context, m *matter, i int, content form.Content) (*form.Paper, []form.Problem, error) {
	p, err := c.paper(ctx, m, i)
	if err != nil {
		return nil, nil, err
	}
	p.Content = content
	problems, err := p.Check()
	return p, problems, err
}

// Check lists what is wrong with a content without saving it.
func (d *Desk) Check(ctx context.Context, issue string, unit edu.UnitID, content form.Content) ([]form.Problem, error) {
	m, i, err := d.open(ctx, issue, unit, reading...)
	if err != nil {
		return nil, err
	}
	_, problems, err := d.city.filled(ctx, m, i, content)
	return problems, err
}

// Save keeps a draft. rev is the filing's as the filler saw it. Saving what is
// saved already does no harm, whatever rev was seen.
func (d *Desk) Save(ctx context.Context, issue string, unit edu.UnitID, rev int, content form.Content) (collect.Filing, error) {
	m, i, err := d.open(ctx, issue, unit, reading...)
	if err != nil {
		return collect.Filing{}, err
	}
	f, _, draft, err := d.filing(ctx, m, i)
	if err != nil {
		return f, err
	}
	if content, err = cited(content, draft); err != nil {
		return f, err
	}
	body := content.JSON()
	if f.State.Open() && draft != nil && bytes.Equal(draft, body) {
		return f, nil
	}
	step, err := d.saving(ctx, m, i, f, rev, content, body)
	if err != nil {
		return f, err
	}
	return d.take1(ctx, m, step)
}

// saving makes the step that saves a draft.
func (d *Desk) saving(ctx context.Context, m *matter, i int, f collect.Filing, rev int, content form.Content, body []byte) (store.Step, error) {
	var none store.Step
	if len(body) > form.MaxContent {
		return none, fmt.Errorf("the draft of %s is larger than %d bytes: %w", f.Unit, form.MaxContent, fault.TooLarge)
	}
	if err := content.Limits(); err != nil {
		return none, fmt.Errorf("the draft of %s: %w", f.Unit, err)
	}
	next, event, err := d.next(m, i, f, rev, collect.Save, collect.StepOptions{})
	if err != nil {
		return none, err
	}
	p, problems, err := d.city.filled(ctx, m, i, content)
	if err != nil {
		return none, err
	}
	next.Required, next.Blocking = p.Required(), blocking(problems)
	step := store.Step{Filing: next, Period: m.Period, Draft: body}
	if f.State != next.State {
		step.Event, step.Role = &event, d.role(m, collect.Save, f)
	}
	return step, nil
}

func blocking(problems []form.Problem) (n int) {
	for _, q := range problems {
		if q.Blocking {
			n++
		}
	}
	return n
}

// Trial judges the unit by a content without saving it (试算): its own figures
// in place of what it handed in before, beside the answers of its county, and
// last year's where a formula looks at them. It sees no other unit.
// A form that is made of several packs' is judged by each of them.
func (d *Desk) Trial(ctx context.Context, issue string, unit edu.UnitID, content form.Content) ([]*standard.Assessment, error) {
	m, i, err := d.open(ctx, issue, unit, reading...)
	if err != nil {
		return nil, err
	}
	p, err := d.city.paper(ctx, m, i)
	if err != nil {
		return nil, err
	}
	p.Content = content
	at := m.roster.places[i]
	own := store.Part(store.Reader, unit)
	tables, err := d.city.tablesOf(ctx, own, m.Period, m.form.ID)
	if err != nil {
		return nil, err
	}
	tables = without(tables, p.Tables())
	tables = append(tables, p.Tables()...)
	if m.form.Level != edu.County && at.County != "" {
		all, err := d.city.tablesOf(ctx, store.Part(store.Reader, at.County), m.Period, "")
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			if t.Level == edu.County {
				tables = append(tables, t)
			}
		}
	}
	union := d.city.unionWith(m.pack)
	set, _, err := Frames(tables, union)
	if err != nil {
		return nil, err
	}
	set.Period = m.Period
	by, years := []*pack.Pack{m.pack}, 0
	if m.pack.IsJoint() {
		by = m.pack.Members
	}
	for _, p := range by {
		years = max(years, looksBack(p))
	}
	if years > 0 {
		if err := d.city.addPast(ctx, m, unit, set, years); err != nil {
			return nil, err
		}
	}
	var out []*standard.Assessment
	for _, p := range by {
		a, err := standard.Assess(set, p)
		if err != nil {
			return nil, err
		}
		if a != nil {
			out = append(out, a)
		}
	}
	return out, nil
}

// addPast gives a trial's set the figures that the unit, or those that went into
// it, had in so many earlier years.
func (c *City) addPast(ctx context.Context, m *matter, unit edu.UnitID, set *frame.Set, years int) error {
	union := c.unionWith(m.pack)
	for p := m.Period; years > 0; years-- {
		last := p.LastTime()
		past := m.roster.tree.Past(unit, edu.DateOf(last.Reference()), m.roster.snap.Day).Sum
		tables, err := c.tablesOf(ctx, store.Part(store.Reader, past...), last, "")
		if err != nil {
			return err
		}
		if set.Prev, _, err = Frames(tables, union); err != nil {
			return err
		}
		set.Prev.Period = last
		set.Prior = prior(m.roster.tree, m.roster.tree, p, union)
		set, p = set.Prev, last
	}
	return nil
}

// without takes out of tables what others say instead: columns, and whole lists.
func without(tables, by []*frame.Table) []*frame.Table {
	type column struct {
		level edu.Level
		list  string
		id    string
	}
	said := map[column]bool{}
	for _, t := range by {
		if t.List != "" {
			said[column{t.Level, t.List, ""}] = true
			continue
		}
		for id := range t.Cols {
			said[column{t.Level, "", id}] = true
		}
		for id := range t.Texts {
			said[column{t.Level, "", id}] = true
		}
	}
	var out []*frame.Table
	for _, t := range tables {
		if t.List != "" {
			if !said[column{t.Level, t.List, ""}] {
				out = append(out, t)
			}
			continue
		}
		for id := range t.Cols {
			if said[column{t.Level, "", id}] {
				delete(t.Cols, id)
			}
		}
		for id := range t.Texts {
			if said[column{t.Level, "", id}] {
				delete(t.Texts, id)
			}
		}
		out = append(out, t)
	}
	return out
}

// Handed gives what a unit handed in under a number, 0 for the last time, as it
// was signed: the content and its check code.
func (d *Desk) Handed(ctx context.Context, issue string, unit edu.UnitID, no int) (*form.Paper, string, error) {
	m, i, err := d.open(ctx, issue, unit, reading...)
	if err != nil {
		return nil, "", err
	}
	h, err := d.city.store.Handed(ctx, scopeOf(d.reach(reading...), store.Reader), m.Issue, unit, no)
	if err != nil {
		return nil, "", err
	}
	p, err := d.city.paper(ctx, m, i)
	if err != nil {
		return nil, "", err
	}
	p.Content, err = contentOf(h.Content)
	return p.Counting(), h.Check, err
}

// unitName is what a unit is called in titles.
func unitName(p collect.Place) string { return cmp.Or(p.Name.In("zh"), p.Code, string(p.Unit)) }
