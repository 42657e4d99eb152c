package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// Retention is where cases of dropout prevention (控辍保学) meet the store: it asks
// the permission, works an act out, and writes it with its line in the audit log.
//
// A case is read by who has DoRetention in its part. Everybody else sees counts, and
// none below [compare.Least].
type Retention struct {
	city *City
	now  func() time.Time
	site string // address of the pages, for links in mails
}

// NewRetention gives the cases of a city. site may be empty.
func NewRetention(c *City, site string) *Retention {
	return &Retention{city: c, now: func() time.Time { return c.now() }, site: site}
}

// Retention gives the cases of the city.
func (c *City) Retention() *Retention { return NewRetention(c, "") }

// At is the same at another time: what a demonstration says was done some weeks ago.
func (x *Retention) At(now func() time.Time) *Retention {
	return &Retention{city: x.city, now: now, site: x.site}
}

// desk is what cases are judged and shown with.
type caseDesk struct {
	retention.Env
	tree  *edu.Tree
	holds auth.Holds
}

func (x *Retention) desk(ctx context.Context) (caseDesk, error) {
	var d caseDesk
	cal, err := x.city.Calendar(ctx)
	if err != nil {
		return d, err
	}
	rules, err := x.Rules(ctx)
	if err != nil {
		return d, err
	}
	if d.tree, err = x.city.Tree(ctx); err != nil {
		return d, err
	}
	d.holds = holdsIn(d.tree)
	d.Env = retention.Env{Now: x.now(), Calendar: cal, Rules: rules, Level: func(id edu.UnitID) (edu.Level, bool) {
		u, ok := d.tree.Unit(id)
		if !ok {
			return 0, false
		}
		return u.Level, true
	}}
	return d, nil
}

// by is the environment of somebody's act.
func (d caseDesk) by(who auth.Actor) retention.Env {
	d.By, d.Name = record(who, "", "", d.Now).Account, who.Name
	return d.Env
}

// up is the unit of a level at or above another; empty where there is none.
func (d caseDesk) up(id edu.UnitID, level edu.Level) edu.UnitID {
	for id != "" {
		u, ok := d.tree.Unit(id)
		if !ok {
			return ""
		}
		if u.Level == level {
			return id
		}
		id = lastAttrs(u).Parent
	}
	return ""
}

// place sets the township and the county of a case from its school, or from the
// household where the child is on no roll.
func (d caseDesk) place(c *retention.Case, home edu.UnitID) {
	at := c.School
	if at == "" {
		at = home
	}
	if c.Town = d.up(at, edu.Township); c.Town == "" {
		c.Town = d.up(home, edu.Township)
	}
	if c.County = d.up(at, edu.County); c.County == "" {
		c.County = d.up(at, edu.City) // a school of the city itself
	}
}

// sides are all sides on which somebody stands to a case.
func (d caseDesk) sides(who auth.Actor, c *retention.Case) (s retention.Side) {
	if who.Local {
		return retention.Everybody
	}
	covers := func(g auth.Grant, units ...edu.UnitID) bool {
		return slices.ContainsFunc(units, func(u edu.UnitID) bool { return g.Whole || u != "" && d.holds(g.Unit, u) })
	}
	for _, g := range who.Grants {
		if !g.Role.May(auth.DoRetention) {
			continue
		}
		if covers(g, c.County, c.Town, c.School) {
			s |= retention.Worker
			level, _ := d.Level(g.Unit)
			if g.Role.May(auth.EndCases) && (g.Whole || level != edu.School) {
				s |= retention.Officer
				if !g.Whole && (level == edu.Township || level == edu.County) {
					s |= retention.Authority
				}
			}
		}
		if !g.Role.May(auth.EndCases) && c.Placement.School != "" && covers(g, c.Placement.School) {
			s |= retention.Receiver
		}
	}
	return s
}

// issuer is the township or county for which somebody sends a legal notice about a
// case.
func (d caseDesk) issuer(who auth.Actor, c *retention.Case) edu.UnitID {
	for _, g := range who.Grants {
		level, _ := d.Level(g.Unit)
		if g.Role.May(auth.EndCases) && !g.Whole && (level == edu.Township || level == edu.County) && slices.ContainsFunc([]edu.UnitID{c.County, c.Town, c.School}, func(u edu.UnitID) bool { return d.holds(g.Unit, u) }) {
			return g.Unit
		}
	}
	return ""
}

// move is a case as the store keeps it.
func (d caseDesk) move(c retention.Case, e retention.Event, sent string) store.CaseMove {
	e.Sent = sent
	m := store.CaseMove{Case: c, Event: e, Turns: retention.TurnsOf(retention.Warnings(c, d.Env)), Due: retention.Never, Day: retention.Today(d.Env)}
	if k, ok := retention.ClockOf(c, d.Env); ok {
		m.Due = k.Due
	}
	return m
}

// record is the line of an act in the audit log: ids, and no words that somebody
// typed.
func (x *Retention) record(who auth.Actor, c *retention.Case, a retention.Act, p auth.Permission) audit.Record {
	rec := record(who, audit.Action("retention."+string(a)), string(c.State), x.now())
	rec.Object, rec.Unit = c.ID, c.School
	if rec.Unit == "" {
		rec.Unit = c.County
	}
	if i := slices.IndexFunc(who.Grants, func(g auth.Grant) bool { return g.Role.May(p) }); i >= 0 {
		rec.Role = string(who.Grants[i].Role)
	}
	return rec
}

// Open opens a case of a child of the register. Where the child is and what marks it
// has are the register's; what was found is who opens it. The same sent twice is one.
func (x *Retention) Open(ctx context.Context, who auth.Actor, c retention.Case, sent string) (retention.Case, error) {
	out, err := x.open(ctx, who, []retention.Case{c}, sent)
	if err != nil {
		return c, err
	}
	return out[0], nil
}

func (x *Retention) open(ctx context.Context, who auth.Actor, list []retention.Case, sent string) ([]retention.Case, error) {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return nil, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return nil, err
	}
	moves, recs := make([]store.CaseMove, len(list)), make([]audit.Record, len(list))
	for i, c := range list {
		row, err := x.city.Registers().Child(ctx, who, c.Person)
		if err != nil {
			return nil, err
		}
		c.School, c.Stage, c.Grade, c.Groups = row.School, row.Stage, row.Grade, row.Groups
		if c.Platform == "" {
			c.Platform = row.Case
		}
		d.place(&c, row.Home)
		if err := x.told(ctx, sc, &c, row.Child); err != nil {
			return nil, err
		}
		if c.ID == "" {
			c.ID = strings.ToLower(rand.Text())
		}
		next, e, err := retention.Begin(c, d.by(who))
		if err != nil {
			return nil, err
		}
		if sent != "" {
			e.Sent = fmt.Sprintf("%s#%d", sent, i)
		}
		moves[i], recs[i] = d.move(next, e, e.Sent), x.record(who, &next, retention.Open, auth.DoRetention)
	}
	return x.city.store.OpenCases(ctx, sc, moves, recs...)
}

// told notes what had been said of a child before its case: a suspicion does not forget
// the warning that it came from. Of days that nobody typed those of attendance count.
func (x *Retention) told(ctx context.Context, sc store.Scope, c *retention.Case, row register.Child) error {
	m, err := x.markOf(ctx, sc, c.Person)
	if err != nil {
		return err
	}
	c.Mark, c.Out = m.Kind, m.Since
	if m.Kind == "" && row.AwaitsReceipt() && (row.Leaving == register.Transfer || row.Leaving == "") {
		c.Mark, c.Out = retention.WentAway, row.Left
	}
	if c.Absent == 0 {
		c.Absent = m.Days
	}
	return nil
}

// markOf is the newest report of attendance of a child that no case was opened from;
// a zero one where there is none.
func (x *Retention) markOf(ctx context.Context, sc store.Scope, id register.PersonID) (retention.Mark, error) {
	list, err := x.city.store.Marks(ctx, sc, store.MarkFilter{Person: id, Open: true})
	if err != nil || len(list) == 0 {
		return retention.Mark{}, err
	}
	return list[0], nil
}

// Act takes an act on a case over the revision that was seen. A stale one is a
// conflict, and comes back with the case as it is now; the same act sent twice is
// one. Files are evidence that comes with it: they were checked, and stand with the act
// or not at all.
func (x *Retention) Act(ctx context.Context, who auth.Actor, id string, rev int, act retention.Act, o retention.Options, files ...Attached) (retention.Case, error) {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return retention.Case{}, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return retention.Case{}, err
	}
	c, events, err := x.city.store.Case(ctx, sc, id)
	if err != nil {
		return c, err
	}
	env := d.by(who)
	if o.Sent != "" && slices.ContainsFunc(events, func(e retention.Event) bool { return e.Sent == o.Sent && e.By == env.By && e.Act == act }) {
		return c, nil
	}
	if c.Rev != rev {
		return c, store.ErrStale
	}
	side := d.sides(who, &c)
	if side&retention.Receiver != 0 {
		o.Receiver = c.Placement.School
	}
	if !who.Local {
		o.Notice.Issuer = d.issuer(who, &c)
	}
	o.Files = nil
	for _, f := range files {
		if !slices.Contains(o.Files, f.Hash) {
			o.Files = append(o.Files, f.Hash)
		}
	}
	next, e, err := retention.Next(c, act, side, o, env)
	if err != nil {
		return c, err
	}
	p := auth.DoRetention
	if step, ok := retention.Row(c.State, act); ok && step.By&(retention.Worker|retention.Receiver) == 0 {
		p = auth.EndCases
	}
	move, recs := d.move(next, e, o.Sent), []audit.Record{x.record(who, &next, act, p)}
	if err := x.evidence(ctx, who, &move, files, &recs); err != nil {
		return c, err
	}
	done, err := x.city.store.ActCase(ctx, sc, move, recs...)
	if err != nil {
		if done.ID == "" {
			done = c
		}
		return done, err
	}
	_ = x.tell(ctx, d, who, done, e) // the act stands, and lists show it
	return done, nil
}

// childOf is who a child of a case is, as the reader may see it: the masked name, or
// the short form of its id where there is no register, no key or no right.
func (x *Retention) childOf(ctx context.Context, who auth.Actor, id register.PersonID) (row ChildRow, ok bool, err error) {
	if who.Reach(auth.ReadPupils).None() || !x.city.HasKeys() {
		return ChildRow{}, false, nil
	}
	row, err = x.city.Registers().Child(ctx, who, id)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Forbidden) {
		return ChildRow{}, false, nil
	}
	return row, err == nil, err
}

// ShortPerson is how a child is called where its name is not shown: by the end of its
// id, since ids that were made together begin alike.
func ShortPerson(id register.PersonID) string {
	s := string(id)
	if len(s) > 6 {
		s = s[len(s)-6:]
	}
	return "№" + strings.ToUpper(s)
}
