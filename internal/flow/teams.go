package flow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
	"shuren/internal/teams"
)

// Named is a member of staff as lists show it: the name is masked.
type Named struct {
	register.Staff
	Name string
}

// StaffOf reads the register of staff that an actor may see, of the newest year:
// those of one unit and below it, of all in reach where the unit is empty.
type StaffOf func(ctx context.Context, who auth.Actor, unit edu.UnitID) ([]Named, error)

// Teams is where the three teams, exchanges and merit pay are read and kept. What
// one person would get of a pool that is tried out is kept nowhere; what was decided
// is kept by record id.
type Teams struct {
	city  *City
	staff StaffOf
	now   func() time.Time
}

// Teams gives the three teams of the city, from a register of staff.
func (c *City) Teams(staff StaffOf) *Teams {
	return &Teams{city: c, staff: staff, now: func() time.Time { return c.now() }}
}

// Kinds of the documents of the teams.
const (
	kindTeamRules = "team-rules"
	kindTeamMore  = "team-more"
	kindExchange  = "exchange"
	kindScheme    = "merit-scheme"
	kindPool      = "merit-pool"
	kindPay       = "pay-parity"
)

// What the audit log calls what is done about the teams.
const (
	teamRulesKept audit.Action = "teams.rules"
	teamMoreKept  audit.Action = "teams.more"
	exchangeKept  audit.Action = "exchange.keep"
	exchangeGiven audit.Action = "exchange.task"
	schemeKept    audit.Action = "merit.scheme"
	poolKept      audit.Action = "merit.pool"
	payKept       audit.Action = "pay.keep"
)

// TeamsOf is all that is known of a county's teams, or of a school's where the
// reader sees no more.
type TeamsOf struct {
	County edu.UnitID
	Name   edu.Text
	Year   int // of the register
	Rev    int // of the county's rules
	Input  teams.Input
	Names  map[register.PersonID]string // masked
}

// Counties are the counties of which somebody sees staff, in the order of the tree.
// Of who sees single schools it is the counties of these.
func (t *Teams) Counties(ctx context.Context, who auth.Actor) ([]edu.UnitID, error) {
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return nil, err
	}
	var out []edu.UnitID
	for _, u := range r.tree.Units() {
		if u.Level == edu.County && u.Ended == 0 && r.holds(u.ID) {
			out = append(out, u.ID)
		}
	}
	for _, u := range r.tree.Units() {
		if up := countyAbove(r.tree, u.ID); u.Level == edu.School && u.Ended == 0 && r.Whole && up != "" && !slices.Contains(out, up) {
			out = append(out, up) // the city, for the schools that it runs itself
		}
	}
	for _, id := range r.Units {
		if c := countyAbove(r.tree, id); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// countyAbove is the county above a unit, or the unit itself; of a school that the
// city runs it is the city.
func countyAbove(t *edu.Tree, id edu.UnitID) edu.UnitID {
	for id != "" {
		u, ok := t.Unit(id)
		if !ok {
			return ""
		}
		if u.Level == edu.County || u.Level == edu.City {
			return id
		}
		id = lastAttrs(u).Parent
	}
	return ""
}

// Of gathers a county's teams, as far as somebody sees them.
func (t *Teams) Of(ctx context.Context, who auth.Actor, county edu.UnitID) (*TeamsOf, error) {
	list, err := t.Counties(ctx, who)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(list, county) {
		return nil, fmt.Errorf("teams of %s: %w", county, fault.NotFound)
	}
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return nil, err
	}
	out := &TeamsOf{County: county, Name: nameOf(r.tree, county), Names: map[register.PersonID]string{}}
	if out.Input.Rules, out.Rev, err = t.rules(ctx, county); err != nil {
		return nil, err
	}
	all, err := t.staff(ctx, who, county)
	if err != nil {
		return nil, err
	}
	// The register answers what the reader may see; it is held against the county
	// once more, so that no other county's staff is counted here.
	at, inside := map[edu.UnitID]bool{}, unitsOf(r, county)
	out.Input.Staff, out.Names = make([]register.Staff, 0, len(all)), make(map[register.PersonID]string, len(all))
	for i := range all {
		n := &all[i]
		if !inside[n.Unit] {
			continue
		}
		out.Input.Staff = append(out.Input.Staff, n.Staff)
		out.Names[n.Person], out.Year = n.Name, max(out.Year, n.Year)
		at[n.Unit] = true
	}
	if err := t.schools(ctx, out, r, at); err != nil {
		return nil, err
	}
	m, err := t.city.means(ctx, county)
	if err != nil {
		return nil, err
	}
	for _, l := range m.Lessons.Lines {
		out.Input.Lessons = append(out.Input.Lessons, teams.Lesson{Stage: l.Stage, Subject: l.Subject, PerClass: l.PerClass, PerTeacher: l.PerTeacher})
	}
	if out.Input.Moves, err = teamDocs(ctx, t, r, kindExchange, county, func(x *teams.Exchange, d store.Document) { x.ID, x.Rev = d.ID, d.Rev }); err != nil {
		return nil, err
	}
	out.Input.More, err = teamDocs(ctx, t, r, kindTeamMore, county, func(x *teams.More, d store.Document) { x.Rev = d.Rev })
	return out, err
}

// unitsOf are a unit and what lies in it as a county, as far as it is in reach.
func unitsOf(r reachIn, top edu.UnitID) map[edu.UnitID]bool {
	out := map[edu.UnitID]bool{}
	for _, u := range r.tree.Units() {
		if (u.ID == top || countyAbove(r.tree, u.ID) == top) && r.holds(u.ID) {
			out[u.ID] = true
		}
	}
	return out
}

// teamDocs are the documents of a kind of a county, or of a school, that lie in reach.
func teamDocs[T any](ctx context.Context, t *Teams, r reachIn, kind string, county edu.UnitID, mark func(*T, store.Document)) (out []T, err error) {
	units := slices.Sorted(maps.Keys(unitsOf(r, county)))
	if len(units) == 0 {
		return nil, nil
	}
	docs, err := t.city.store.Documents(ctx, scopeOf(r.Reach, store.Reader), store.DocumentFilter{Kind: kind, Units: units})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if d.State == dropped {
			continue
		}
		x, err := opened(d, func(*T, int) {})
		if err != nil {
			return nil, err
		}
		mark(&x, d)
		out = append(out, x)
	}
	return out, nil
}

// schools tells of the county's schools in reach what the tree and the newest
// figures know: urban or rural, and classes by stage.
func (t *Teams) schools(ctx context.Context, out *TeamsOf, r reachIn, at map[edu.UnitID]bool) error {
	class, classes, err := t.figures(ctx)
	if err != nil {
		return err
	}
	for _, u := range r.tree.Units() {
		if u.Level != edu.School || u.Ended != 0 && !at[u.ID] || !r.holds(u.ID) || countyAbove(r.tree, u.ID) != out.County {
			continue
		}
		a := lastAttrs(&u)
		s := teams.School{ID: u.ID, Name: a.Name.ZH, County: out.County, Class: a.UrbanRural, Classes: classes[a.Code]}
		if s.Class == "" {
			s.Class = class[a.Code]
		}
		if at[u.ID] || s.Classes != nil {
			out.Input.Schools = append(out.Input.Schools, s)
		}
	}
	return nil
}

// figures are the urban-rural class and the classes of schools, by code, in the
// newest year that is shown.
func (t *Teams) figures(ctx context.Context) (class map[string]string, classes map[string]map[edu.Stage]int, err error) {
	class, classes = map[string]string{}, map[string]map[edu.Stage]int{}
	periods, err := t.city.Periods(ctx)
	if err != nil || len(periods) == 0 {
		return class, classes, err
	}
	p, err := t.city.Current(ctx, periods)
	if err != nil {
		return nil, nil, err
	}
	a, err := t.city.Assessment(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	e := a.Pack.Element("urban_rural")
	for _, st := range a.Stages {
		area, _ := st.Frame.Column("urban_rural")
		n, _ := st.Frame.Column("classes")
		for i, row := range st.Frame.Rows {
			if i < len(area) && e != nil && area[i] >= 0 && int(area[i]) < len(e.Choices) {
				class[row.Code] = e.Choices[int(area[i])].ID
			}
			if i < len(n) && n[i] >= 0 {
				if classes[row.Code] == nil {
					classes[row.Code] = map[edu.Stage]int{}
				}
				classes[row.Code][st.Frame.Stage] = int(n[i])
			}
		}
	}
	return class, classes, nil
}

// nameOf is what a unit is called at last.
func nameOf(t *edu.Tree, id edu.UnitID) edu.Text {
	if u, ok := t.Unit(id); ok {
		return lastAttrs(u).Name
	}
	return edu.Text{ZH: string(id), EN: string(id)}
}

func (t *Teams) reach(ctx context.Context, who auth.Actor, p auth.Permission) (reachIn, error) {
	return t.city.Office().reach(ctx, who, p)
}

// mayKeep refuses who does not keep staff where a unit is.
func (t *Teams) mayKeep(ctx context.Context, who auth.Actor, unit edu.UnitID) (reachIn, error) {
	r, err := t.reach(ctx, who, auth.KeepStaff)
	if err != nil {
		return r, err
	}
	if unit == "" {
		return r, auth.Refuse(fault.Invalid, "没有说明是哪个单位", "which unit it is about is not said")
	}
	if !r.holds(unit) {
		return r, fmt.Errorf("keep staff of %q: %w", unit, fault.Forbidden)
	}
	return r, nil
}

// put keeps a document of the teams over the revision that its writer saw.
func (t *Teams) put(ctx context.Context, who auth.Actor, r reachIn, kind, id string, unit edu.UnitID, rev int, state string, day edu.Date, body any, a audit.Action, detail string) (store.Document, error) {
	d, err := document(who, kind, id, unit, rev, state, "", day, body, t.now())
	if err != nil {
		return d, err
	}
	rec := record(who, a, detail, d.At)
	rec.Object, rec.Unit = id, unit
	return t.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
}

// rules are a county's rules: what was found in documents where it has none of its own.
func (t *Teams) rules(ctx context.Context, county edu.UnitID) (teams.Rules, int, error) {
	d, err := t.city.store.Document(ctx, local, kindTeamRules, kindTeamRules+"-"+string(county))
	if errors.Is(err, fault.NotFound) {
		return teams.Default, 0, nil
	}
	if err != nil {
		return teams.Rules{}, 0, err
	}
	r, err := opened(d, func(*teams.Rules, int) {})
	return r, d.Rev, err
}

// KeepRules keeps what a county enters with its own documents. The lines that
// documents of the state set stay as they were found.
func (t *Teams) KeepRules(ctx context.Context, who auth.Actor, county edu.UnitID, rules teams.Rules, rev int) error {
	r, err := t.mayKeep(ctx, who, county)
	if err != nil {
		return err
	}
	d := teams.Default
	rules.Years, rules.Terms, rules.Near, rules.Share, rules.Backbone, rules.Hours, rules.Cycle, rules.BasicPart = d.Years, d.Terms, d.Near, d.Share, d.Backbone, d.Hours, d.Cycle, d.BasicPart
	if len(rules.Categories) == 0 {
		rules.Categories = d.Categories
	}
	if len(rules.Ways) == 0 {
		rules.Ways = d.Ways
	}
	if err := refuse(rules.Problems()); err != nil {
		return err
	}
	_, err = t.put(ctx, who, r, kindTeamRules, kindTeamRules+"-"+string(county), county, rev, "", 0, rules, teamRulesKept, "")
	return err
}

// KeepMore keeps what the teams need to know of a person beside the register.
func (t *Teams) KeepMore(ctx context.Context, who auth.Actor, m teams.More) error {
	m.Studio = strings.TrimSpace(m.Studio)
	r, err := t.mayKeep(ctx, who, m.Unit)
	if err != nil {
		return err
	}
	p, err := t.person(ctx, who, m.Unit, m.Person)
	if err != nil {
		return err
	}
	if m.Duty < 0 || m.Duty > 5000 || m.Duty != m.Duty {
		return auth.Refuse(fault.Invalid, "服务课时应在0至5000之间", "hours of service are not from 0 to 5000")
	}
	_, err = t.put(ctx, who, r, kindTeamMore, string(p.Person), p.Unit, m.Rev, "", 0, m, teamMoreKept, "")
	return err
}

// person is somebody on the register of a unit.
func (t *Teams) person(ctx context.Context, who auth.Actor, unit edu.UnitID, id register.PersonID) (Named, error) {
	all, err := t.staff(ctx, who, unit)
	if err != nil {
		return Named{}, err
	}
	if i := slices.IndexFunc(all, func(n Named) bool { return n.Person == id && n.Unit == unit }); i >= 0 {
		return all[i], nil
	}
	return Named{}, fmt.Errorf("member of staff %s: %w", id, fault.NotFound)
}
