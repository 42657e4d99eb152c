package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
	"shuren/internal/store"
)

// What the audit log calls what is done about drills and incidents.
const (
	drillAdded      audit.Action = "drill.add"
	drillPlanned    audit.Action = "drill.plan"
	incidentAdded   audit.Action = "incident.add"
	incidentActed   audit.Action = "incident.act"
	incidentRuled   audit.Action = "incident.rules"
	kindDrillPlan                = "drillplan"
	metaIncidents                = "incident_rules"
	mostEvents                   = 200 // incidents and drills as to-dos
	drillsWarnAhead              = 7   // days before the end of a month
)

// Incidents is where drills and incidents meet the store.
type Incidents struct {
	city *City
	now  func() time.Time
}

// Incidents gives the drills and incidents of the city.
func (c *City) Incidents() *Incidents {
	return &Incidents{c, func() time.Time { return c.now() }}
}

// At is the same at another time: what a demonstration says was done before.
func (x *Incidents) At(now func() time.Time) *Incidents { return &Incidents{x.city, now} }

func (x *Incidents) reach(ctx context.Context, who auth.Actor, p auth.Permission) (reachIn, error) {
	return x.city.Office().reach(ctx, who, p)
}

// DrillRow is a school with its drills of a school year.
type DrillRow struct {
	Unit    edu.UnitID
	Code    string
	Name    edu.Text
	County  edu.UnitID
	Rhythm  incident.Rhythm
	Slots   []incident.Slot
	Drills  int
	Last    edu.Date // of the last drill; 0 for none
	Missing int      // slots that are over without one
}

// DrillRows are the schools of the reader's part with their drills of a school
// year, in code order; of one county where it is named.
func (x *Incidents) DrillRows(ctx context.Context, who auth.Actor, year int, county edu.UnitID) ([]DrillRow, error) {
	r, err := x.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return nil, err
	}
	return x.drillRows(ctx, who, r, year, county)
}

func (x *Incidents) drillRows(ctx context.Context, who auth.Actor, r reachIn, year int, county edu.UnitID) ([]DrillRow, error) {
	all, err := x.city.campuses(ctx)
	if err != nil {
		return nil, err
	}
	cal, err := x.city.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	first, last := schoolDays(year)
	drills, err := x.city.store.Drills(ctx, scopeOf(r.Reach, store.Reader), store.DrillFilter{From: first, Until: last})
	if err != nil {
		return nil, err
	}
	of := map[edu.UnitID][]incident.Drill{}
	for _, d := range drills {
		of[d.Unit] = append(of[d.Unit], d)
	}
	today := collect.Today(x.now())
	var out []DrillRow
	for _, s := range all {
		if county != "" && s.County != county || !r.holds(s.ID) {
			continue
		}
		row := DrillRow{Unit: s.ID, Code: s.Code, Name: s.Name, County: s.County, Rhythm: incident.RhythmOf(s.Stages), Drills: len(of[s.ID])}
		row.Slots = incident.Slots(row.Rhythm, year, cal, of[s.ID], today)
		row.Missing = incident.Count(row.Slots, incident.Missing)
		for _, d := range of[s.ID] {
			row.Last = max(row.Last, d.Day)
		}
		out = append(out, row)
	}
	return out, nil
}

// schoolDays are the first and the last day of a school year.
func schoolDays(year int) (first, last edu.Date) {
	return edu.DateOf(time.Date(year, time.September, 1, 0, 0, 0, 0, time.UTC)), edu.DateOf(time.Date(year+1, time.August, 31, 0, 0, 0, 0, time.UTC))
}

// DrillSheet is one school's drills of a school year, with its plan.
type DrillSheet struct {
	DrillRow
	Does    bool // the reader may enter drills
	List    []incident.Drill
	Past    []incident.Drill // what was put right, and what put it right
	Plan    incident.Plan
	Planned []incident.Planned
	Floors  int        // of the highest teaching building, by the school's yearly form; 0 is not known
	Asked   edu.Period // of that form
}

// DrillSheet gives the drills of one school.
func (x *Incidents) DrillSheet(ctx context.Context, who auth.Actor, unit edu.UnitID, year int) (DrillSheet, error) {
	r, err := x.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return DrillSheet{}, err
	}
	rows, err := x.drillRows(ctx, who, reachIn{auth.Reach{Units: []edu.UnitID{unit}}, r.tree}, year, "")
	if err != nil || len(rows) != 1 || !r.holds(unit) {
		return DrillSheet{}, errors.Join(err, fmt.Errorf("drills of %s: %w", unit, fault.NotFound))
	}
	out := DrillSheet{DrillRow: rows[0]}
	first, last := schoolDays(year)
	sc := scopeOf(r.Reach, store.Reader)
	all, err := x.city.store.Drills(ctx, sc, store.DrillFilter{Unit: unit, From: first, Until: last, Past: true})
	if err != nil {
		return out, err
	}
	out.List = incident.Standing(all)
	for _, d := range all {
		if !slices.ContainsFunc(out.List, func(o incident.Drill) bool { return o.ID == d.ID }) {
			out.Past = append(out.Past, d)
		}
	}
	slices.Reverse(out.List)
	facts, err := x.city.Office().Safety().Facts(ctx, unit)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return out, err
	}
	if facts.Floors != nil {
		out.Floors, out.Asked = int(*facts.Floors), facts.Period
	}
	out.Plan = incident.Plan{Unit: unit, Year: year}
	d, err := x.city.store.Document(ctx, sc, kindDrillPlan, drillPlanID(unit, year))
	if err == nil {
		out.Plan, err = opened(d, func(p *incident.Plan, rev int) { p.Rev = rev })
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return out, err
	}
	out.Planned = out.Plan.Against(out.List, collect.Today(x.now()))
	does, err := x.reach(ctx, who, auth.DoSafety)
	out.Does = err == nil && does.holds(unit)
	return out, nil
}

func drillPlanID(unit edu.UnitID, year int) string { return fmt.Sprintf("%s/%d", unit, year) }

// AddDrill keeps a drill, or one that puts another right. Sent twice it is one.
func (x *Incidents) AddDrill(ctx context.Context, who auth.Actor, d incident.Drill) (incident.Drill, error) {
	r, err := x.does(ctx, who, d.Unit)
	if err != nil {
		return d, err
	}
	at := x.now()
	if err := refuse(d.Wrong(collect.Today(at))); err != nil {
		return d, err
	}
	d.ID, d.At, d.By = sentID(who, "drill", d.Sent), at, who.Name
	rec := record(who, drillAdded, string(d.Kind), at)
	if d.Replaces != "" {
		rec.Detail = "right " + d.Replaces
	}
	rec.Object, rec.Unit = d.ID, d.Unit
	return x.city.store.AddDrill(ctx, scopeOf(r.Reach, store.Editor), d, rec)
}

// does is whoever enters what happened at a school.
func (x *Incidents) does(ctx context.Context, who auth.Actor, unit edu.UnitID) (reachIn, error) {
	r, err := x.reach(ctx, who, auth.DoSafety)
	if err != nil {
		return r, err
	}
	u, ok := r.tree.Unit(unit)
	if !ok || !r.holds(unit) {
		return r, fmt.Errorf("unit %s: %w", unit, fault.NotFound)
	}
	if u.Level != edu.School {
		return r, auth.Refuse(fault.Invalid, "请选择学校", "choose a school")
	}
	return r, nil
}

// KeepDrillPlan keeps what a school means to practise in a school year.
func (x *Incidents) KeepDrillPlan(ctx context.Context, who auth.Actor, p incident.Plan) (incident.Plan, error) {
	r, err := x.does(ctx, who, p.Unit)
	if err != nil {
		return p, err
	}
	p.Tidy()
	if err := refuse(p.Wrong()); err != nil {
		return p, err
	}
	at := x.now()
	d, err := document(who, kindDrillPlan, drillPlanID(p.Unit, p.Year), p.Unit, p.Rev, "", "", edu.DateOf(at), p, at)
	if err != nil {
		return p, err
	}
	rec := record(who, drillPlanned, fmt.Sprintf("%d lines=%d", p.Year, len(p.Lines)), at)
	rec.Object, rec.Unit = d.ID, p.Unit
	now, err := x.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
	if errors.Is(err, fault.Conflict) {
		return asKept(now, p, err, func(p *incident.Plan, rev int) { p.Rev = rev })
	}
	p.Rev = now.Rev
	return p, err
}
