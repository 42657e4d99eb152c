package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
	"shuren/internal/store"
)

// IncidentRow is an incident as a list shows it.
type IncidentRow struct {
	incident.Incident
	What    incident.Facts
	Name    edu.Text // of the school
	County  edu.Text
	In      edu.UnitID // the county
	Clocks  []incident.Clock
	Running *incident.Clock // the clock that is due first; nil where none runs
	Late    bool            // a clock was met late, or is late
}

// IncidentView is one incident for a reader, with what the reader may do.
type IncidentView struct {
	IncidentRow
	Steps []incident.Step
	Rules incident.Rules
}

// Incidents lists the incidents of the reader's part, the newest first.
func (x *Incidents) Incidents(ctx context.Context, who auth.Actor, f store.IncidentFilter) ([]IncidentRow, error) {
	r, err := x.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return nil, err
	}
	all, err := x.city.store.Incidents(ctx, scopeOf(r.Reach, store.Reader), f)
	if err != nil {
		return nil, err
	}
	rules, err := x.Rules(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]IncidentRow, 0, len(all))
	for i := range all {
		out = append(out, x.row(all[i], r.tree, rules))
	}
	return out, nil
}

func (x *Incidents) row(i incident.Incident, tree *edu.Tree, rules incident.Rules) IncidentRow {
	name := namesIn(tree)
	row := IncidentRow{Incident: i, What: i.Facts(), Name: name(i.Unit), County: name(countyOver(tree, i.Unit)), In: countyOver(tree, i.Unit), Clocks: i.Clocks(rules)}
	row.Running, row.Late = incident.Worst(row.Clocks, x.now())
	return row
}

// Incident is one incident.
func (x *Incidents) Incident(ctx context.Context, who auth.Actor, id string) (IncidentView, error) {
	r, err := x.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return IncidentView{}, err
	}
	i, err := x.city.store.Incident(ctx, scopeOf(r.Reach, store.Reader), id)
	if err != nil {
		return IncidentView{}, err
	}
	rules, err := x.Rules(ctx)
	if err != nil {
		return IncidentView{}, err
	}
	v := IncidentView{IncidentRow: x.row(i, r.tree, rules), Rules: rules}
	_, side := x.sides(ctx, who, i.Unit)
	v.Steps = incident.May(i.State, side)
	return v, nil
}

// sides are the sides of an incident of a unit that an actor is on, with where.
func (x *Incidents) sides(ctx context.Context, who auth.Actor, unit edu.UnitID) (auth.Reach, incident.Side) {
	var side incident.Side
	var at auth.Reach
	for p, s := range map[auth.Permission]incident.Side{auth.DoSafety: incident.School, auth.KeepSafety: incident.Above} {
		if r, err := x.reach(ctx, who, p); err == nil && r.holds(unit) {
			side |= s
			at = both(at, r.Reach)
		}
	}
	return at, side
}

// RecordIncident enters an incident of a school. The same form sent twice makes
// one.
func (x *Incidents) RecordIncident(ctx context.Context, who auth.Actor, unit edu.UnitID, f incident.Facts, sent string) (incident.Incident, error) {
	r, err := x.does(ctx, who, unit)
	if err != nil {
		return incident.Incident{}, err
	}
	now := x.now()
	i, err := incident.Next(incident.Incident{ID: sentID(who, "incident", sent), Unit: unit}, incident.Entry{Act: incident.Record, At: now, By: who.Name, Account: record(who, "", "", now).Account, Sent: cmp.Or(sent, "-"), Facts: &f}, incident.School, now)
	if err != nil {
		return i, err
	}
	rec := record(who, incidentAdded, string(i.Facts().Level), now)
	rec.Object, rec.Unit = i.ID, unit
	return x.city.store.PutIncident(ctx, scopeOf(r.Reach, store.Editor), i, rec)
}

// ActIncident adds an entry to an incident, over the revision that was seen.
func (x *Incidents) ActIncident(ctx context.Context, who auth.Actor, id string, rev int, e incident.Entry) (incident.Incident, error) {
	seen, err := x.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return incident.Incident{}, err
	}
	i, err := x.city.store.Incident(ctx, scopeOf(seen.Reach, store.Reader), id)
	if err != nil {
		return i, err
	}
	at, side := x.sides(ctx, who, i.Unit)
	if side == 0 {
		return i, fmt.Errorf("incident %s: %w", id, fault.Forbidden)
	}
	now := x.now()
	e.By, e.Account = who.Name, record(who, "", "", now).Account
	if e.Sent != "" && slices.ContainsFunc(i.Entries, func(o incident.Entry) bool { return o.Sent == e.Sent && o.Account == e.Account }) {
		return i, nil
	}
	if i.Rev != rev {
		return i, fmt.Errorf("incident %s was added to meanwhile: %w", id, fault.Conflict)
	}
	if who.Local {
		e.Account = "" // the operator is every side, and accepts what the operator entered
	}
	step, ok := incident.StepOf(e.Act)
	if ok && step.By&side != 0 {
		side = step.By
	}
	next, err := incident.Next(i, e, side, now)
	if err != nil {
		return i, err
	}
	rec := record(who, incidentActed, string(e.Act), now)
	rec.Object, rec.Unit = id, i.Unit
	return x.city.store.PutIncident(ctx, scopeOf(at, store.Editor), next, rec)
}

// Rules are the limits in force.
func (x *Incidents) Rules(ctx context.Context) (incident.Rules, error) {
	text, err := x.city.store.Meta(ctx, local, metaIncidents)
	out := maps.Clone(incident.Default)
	if err != nil || text == "" {
		return out, err
	}
	own := incident.Rules{}
	if err := json.Unmarshal([]byte(text), &own); err != nil {
		return nil, fmt.Errorf("the database's own note %q: %w", metaIncidents, err)
	}
	for l, lim := range own {
		out[l] = lim
	}
	return out, nil
}

// SetRules sets the limits of the city; nil takes the shipped ones back. What a city
// set is marked as its own.
func (x *Incidents) SetRules(ctx context.Context, who auth.Actor, rules incident.Rules) error {
	r := who.Reach(auth.KeepSafety)
	if !r.Whole {
		return fmt.Errorf("the limits of incidents are the city's: %w", fault.Forbidden)
	}
	if err := refuse(rules.Wrong()); err != nil {
		return err
	}
	own := incident.Rules{}
	for l, lim := range rules {
		was := incident.Default.Of(l)
		lim.Sources = maps.Clone(was.Sources)
		for k, changed := range map[incident.ClockKind]bool{incident.PhoneClock: lim.Phone != was.Phone, incident.WrittenClock: lim.Written != was.Written, incident.PassClock: lim.Pass != was.Pass, incident.FollowClock: lim.Follow != was.Follow, incident.FinalClock: lim.Final != was.Final} {
			if changed {
				lim.Sources[k] = incident.CitySet
			}
		}
		own[l] = lim
	}
	text := ""
	if len(rules) > 0 {
		b, err := json.Marshal(own)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return x.city.store.SetMeta(ctx, scopeOf(r, store.Editor), metaIncidents, text, record(who, incidentRuled, fmt.Sprintf("levels=%d", len(own)), x.now()))
}

// SafetyCounts are the figures of drills and incidents for an overview.
type SafetyCounts struct {
	Schools   int // of the reader's part
	Missing   int // of them without a drill in a month or quarter that is over
	Open      int // incidents that are not closed
	Late      int // of them with a clock that is late
	OfYear    int // incidents of the school year
	YearBegan time.Time
}

// Counts are the figures of the reader's part for the school year of today.
func (x *Incidents) Counts(ctx context.Context, who auth.Actor) (out SafetyCounts, err error) {
	year := schoolYear(edu.DateOf(x.now()))
	rows, err := x.DrillRows(ctx, who, year, "")
	if err != nil {
		return out, err
	}
	out.Schools = len(rows)
	for _, r := range rows {
		if r.Missing > 0 {
			out.Missing++
		}
	}
	first, _ := schoolDays(year)
	out.YearBegan = first.Time()
	list, err := x.Incidents(ctx, who, store.IncidentFilter{})
	for _, i := range list {
		if i.State != incident.Closed {
			out.Open++
			if i.Running != nil && i.Running.Late(x.now()) > 0 {
				out.Late++
			}
		}
		if !i.What.Happened.Before(out.YearBegan) {
			out.OfYear++
		}
	}
	return out, errors.Join(err)
}
