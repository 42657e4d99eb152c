package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What the audit log calls what is done about meetings.
const (
	meetingKept     audit.Action = "meeting.keep"
	meetingMoved    audit.Action = "meeting.step"
	meetingAttended audit.Action = "meeting.checkin"
	meetingDecided  audit.Action = "meeting.decide"
	meetingGiven    audit.Action = "meeting.tasks"
)

// Kinds of the documents of meetings.
const (
	kindMeeting = "meeting"
	kindCheckIn = "checkin"
)

// read is the scope in which documents are read before it is asked which of them
// somebody may see: who attends a meeting stands in the meeting itself.
var readAll = store.Whole(store.Reader)

// document makes a document of what is kept in it.
func document(who auth.Actor, kind, id string, unit edu.UnitID, rev int, state, title string, day edu.Date, body any, at time.Time) (store.Document, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return store.Document{}, fmt.Errorf("%s %s: %w", kind, id, err)
	}
	return store.Document{Kind: kind, ID: id, Unit: unit, Rev: rev, State: state, Title: title, Day: day, Body: string(text), By: record(who, "", "", at).Account, Name: who.Name, At: at}, nil
}

// opened reads what is kept in a document.
func opened[T any](d store.Document, rev func(*T, int)) (out T, err error) {
	if err = json.Unmarshal([]byte(d.Body), &out); err != nil {
		return out, fmt.Errorf("%s %s: %w", d.Kind, d.ID, err)
	}
	rev(&out, d.Rev)
	return out, nil
}

func openMeeting(d store.Document) (council.Meeting, error) {
	return opened(d, func(m *council.Meeting, rev int) { m.Rev = rev })
}

// part is where an actor may do something, in the tree as it is at last.
type reachIn struct {
	auth.Reach
	tree *edu.Tree
}

func (o *Office) reach(ctx context.Context, who auth.Actor, p auth.Permission) (reachIn, error) {
	r := who.Reach(p)
	if r.None() {
		return reachIn{}, fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	tree, err := o.city.Tree(ctx)
	return reachIn{r, tree}, err
}

// holds tells whether a unit lies within reach; what is the whole city's is "".
func (r reachIn) holds(unit edu.UnitID) bool {
	if r.Whole {
		return true
	}
	if unit == "" || r.tree == nil {
		return false
	}
	below := holdsIn(r.tree)
	return slices.ContainsFunc(r.Units, func(top edu.UnitID) bool { return below(top, unit) })
}

// attends tells whether the reader's part attends a meeting: somebody of it, or a
// venue.
func (r reachIn) attends(m *council.Meeting) bool {
	return slices.ContainsFunc(m.Venues, func(v council.Venue) bool { return r.holds(v.Unit) }) || slices.ContainsFunc(m.People, func(p council.Person) bool { return r.holds(p.Unit) })
}

// reads tells whether the minutes may be read by the reader's part.
func (r reachIn) reads(m *council.Meeting) bool {
	return m.State == council.Minuted && (m.Level == council.Public || r.attends(m) || slices.ContainsFunc(m.Range, r.holds))
}

// sees tells whether the reader may know of a meeting.
func (r reachIn) sees(m *council.Meeting) bool {
	return r.holds(m.Unit) || r.attends(m) || r.reads(m)
}

// Meetings lists the meetings of which somebody may know, the newest first. Of
// those that are not the reader's own only the frame is given.
func (o *Office) Meetings(ctx context.Context, who auth.Actor) ([]council.Meeting, error) {
	r, err := o.reach(ctx, who, auth.ReadTasks)
	if err != nil {
		return nil, err
	}
	all, err := o.meetings(ctx)
	if err != nil {
		return nil, err
	}
	var out []council.Meeting
	for i := range all {
		if m := &all[i]; r.sees(m) {
			m.Link, m.People, m.Decisions, m.Minutes, m.Log = "", nil, nil, nil, nil
			out = append(out, *m)
		}
	}
	return out, nil
}

func (o *Office) meetings(ctx context.Context) ([]council.Meeting, error) {
	docs, err := o.city.store.Documents(ctx, readAll, store.DocumentFilter{Kind: kindMeeting})
	if err != nil {
		return nil, err
	}
	out := make([]council.Meeting, 0, len(docs))
	for _, d := range docs {
		m, err := openMeeting(d)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// meeting reads a meeting as it is kept, for who has a permission where it belongs.
func (o *Office) meeting(ctx context.Context, who auth.Actor, p auth.Permission, id string) (council.Meeting, store.Scope, error) {
	r, err := o.reach(ctx, who, p)
	if err != nil {
		return council.Meeting{}, store.Scope{}, err
	}
	d, err := o.city.store.Document(ctx, readAll, kindMeeting, id)
	if err != nil {
		return council.Meeting{}, store.Scope{}, err
	}
	m, err := openMeeting(d)
	if err != nil {
		return m, store.Scope{}, err
	}
	if !r.holds(m.Unit) {
		seen, err := o.reach(ctx, who, auth.ReadTasks)
		if err == nil && seen.sees(&m) {
			return m, store.Scope{}, fmt.Errorf("meeting %s is another's to keep: %w", id, fault.Forbidden)
		}
		return m, store.Scope{}, fmt.Errorf("meeting %s: %w", id, fault.NotFound)
	}
	return m, scopeOf(r.Reach, store.Editor), nil
}

func (o *Office) keepMeeting(ctx context.Context, who auth.Actor, sc store.Scope, m council.Meeting, a audit.Action, detail string) (council.Meeting, error) {
	at := o.now()
	d, err := document(who, kindMeeting, m.ID, m.Unit, m.Rev, string(m.State), m.Name, m.Day, m, at)
	if err != nil {
		return m, err
	}
	rec := record(who, a, detail, at)
	rec.Object, rec.Unit = m.ID, m.Unit
	now, err := o.city.store.PutDocument(ctx, sc, d, rec)
	if err != nil {
		if errors.Is(err, fault.Conflict) {
			if m, e := openMeeting(now); e == nil {
				return m, err
			}
		}
		return m, err
	}
	m.Rev = now.Rev
	return m, nil
}

// SaveMeeting keeps what a meeting is: its time, venues, people, agenda. A new one
// has no id and is given its number; the same form sent twice makes one. Over a
// meeting that was saved meanwhile nothing is kept: the answer is fault.Conflict
// with the meeting as it is now.
func (o *Office) SaveMeeting(ctx context.Context, who auth.Actor, m council.Meeting) (council.Meeting, error) {
	m.Tidy()
	if m.ID == "" {
		return o.newMeeting(ctx, who, m)
	}
	was, sc, err := o.meeting(ctx, who, auth.KeepMeeting, m.ID)
	if err != nil {
		return m, err
	}
	if was.Rev != m.Rev {
		return was, fmt.Errorf("meeting %s was saved meanwhile: %w", m.ID, fault.Conflict)
	}
	if !was.Editable() {
		return was, auth.Refuse(fault.Conflict, "会议现为“"+was.State.Name().ZH+"”，不能修改", "the meeting is in the state “"+was.State.Name().EN+"” and cannot be changed")
	}
	m.Unit, m.Sent, m.Year, m.No, m.State, m.Decisions, m.Given, m.Minutes, m.SignedOn, m.Log = was.Unit, was.Sent, was.Year, was.No, was.State, was.Decisions, was.Given, was.Minutes, was.SignedOn, was.Log
	if err := o.checkMeeting(ctx, &m); err != nil {
		return m, err
	}
	return o.keepMeeting(ctx, who, sc, m, meetingKept, m.Number())
}

func (o *Office) newMeeting(ctx context.Context, who auth.Actor, m council.Meeting) (council.Meeting, error) {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return m, err
	}
	if !r.holds(m.Unit) {
		return m, fmt.Errorf("a meeting of %q: %w", m.Unit, fault.Forbidden)
	}
	m.State, m.Decisions, m.Given, m.Minutes, m.Log, m.Year = council.Planned, nil, 0, nil, nil, m.Day.Time().Year()
	if err := o.checkMeeting(ctx, &m); err != nil {
		return m, err
	}
	sc := scopeOf(r.Reach, store.Editor)
	for range 20 { // others make meetings too
		have, err := o.meetings(ctx)
		if err != nil {
			return m, err
		}
		if i := slices.IndexFunc(have, func(h council.Meeting) bool { return m.Sent != "" && h.Sent == m.Sent && h.Unit == m.Unit }); i >= 0 {
			return have[i], nil
		}
		m.No = council.NextNo(have, m.Unit, m.Year)
		m.ID = council.IDOf(m.Unit, m.Year, m.No)
		kept, err := o.keepMeeting(ctx, who, sc, m, meetingKept, m.Number())
		if !errors.Is(err, fault.Conflict) {
			return kept, err
		}
	}
	return m, fmt.Errorf("a number for the meeting: %w", fault.Conflict)
}

// checkMeeting refuses what is wrong with a meeting, units that are not there among it.
func (o *Office) checkMeeting(ctx context.Context, m *council.Meeting) error {
	why := m.Problems()
	tree, err := o.city.Tree(ctx)
	if err != nil {
		return err
	}
	below := holdsIn(tree)
	for _, u := range slices.Concat(venueUnits(m), m.Range) {
		if _, ok := tree.Unit(u); !ok || m.Unit != "" && !below(m.Unit, u) {
			why = append(why, edu.Text{ZH: "分会场或印发范围中有不属于本级的单位", EN: "a venue or a reader of the minutes is no unit of this part"})
			break
		}
	}
	return refuse(why)
}

func venueUnits(m *council.Meeting) []edu.UnitID {
	out := make([]edu.UnitID, len(m.Venues))
	for i, v := range m.Venues {
		out[i] = v.Unit
	}
	return out
}

// StepMeeting moves a meeting on by the table of its steps. Signing keeps the
// minutes as they read at that moment.
func (o *Office) StepMeeting(ctx context.Context, who auth.Actor, id string, rev int, act council.Act, reason string) (council.Meeting, error) {
	m, sc, err := o.meeting(ctx, who, auth.KeepMeeting, id)
	if err != nil {
		return m, err
	}
	if m.Rev != rev {
		return m, fmt.Errorf("meeting %s was saved meanwhile: %w", id, fault.Conflict)
	}
	opt := council.Options{Reason: reason, Name: who.Name, Now: o.now()}
	if act == council.Sign {
		ins, err := o.checkIns(ctx, &m)
		if err != nil {
			return m, err
		}
		names, err := o.names(ctx)
		if err != nil {
			return m, err
		}
		opt.Minutes = council.MinutesOf(&m, ins, names)
	}
	next, err := council.Next(m, act, opt)
	if err != nil {
		return m, err
	}
	return o.keepMeeting(ctx, who, sc, next, meetingMoved, string(act))
}

// checkIns are what the venues of a meeting have said.
func (o *Office) checkIns(ctx context.Context, m *council.Meeting) ([]council.CheckIn, error) {
	var out []council.CheckIn
	for _, u := range append([]edu.UnitID{m.Unit}, venueUnits(m)...) {
		d, err := o.city.store.Document(ctx, readAll, kindCheckIn, checkInID(m.ID, u))
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c, err := opened(d, func(c *council.CheckIn, rev int) { c.Rev = rev })
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func checkInID(meeting string, unit edu.UnitID) string { return meeting + "/" + string(unit) }

// CheckIn keeps what a venue says of itself, by whoever keeps the meetings of that
// venue's unit: a county's account checks its own venue in and no other.
func (o *Office) CheckIn(ctx context.Context, who auth.Actor, c council.CheckIn) (council.CheckIn, error) {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return c, err
	}
	d, err := o.city.store.Document(ctx, readAll, kindMeeting, c.Meeting)
	if err != nil {
		return c, err
	}
	m, err := openMeeting(d)
	if err != nil {
		return c, err
	}
	venue := c.Unit == m.Unit || slices.Contains(venueUnits(&m), c.Unit)
	switch {
	case !venue, !r.holds(c.Unit) && !r.attends(&m):
		return c, fmt.Errorf("venue %q of meeting %s: %w", c.Unit, c.Meeting, fault.NotFound)
	case !r.holds(c.Unit):
		return c, auth.Refuse(fault.Forbidden, "只能为本单位的会场签到", "a venue is checked in by its own unit")
	}
	if err := refuse(c.Problems(&m)); err != nil {
		return c, err
	}
	at := o.now()
	c.At, c.Name = at, who.Name
	doc, err := document(who, kindCheckIn, checkInID(m.ID, c.Unit), c.Unit, c.Rev, "", m.Name, collect.Today(at), c, at)
	if err != nil {
		return c, err
	}
	rec := record(who, meetingAttended, fmt.Sprintf("%d", len(c.Present)), at)
	rec.Object, rec.Unit = m.ID, c.Unit
	now, err := o.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), doc, rec)
	if errors.Is(err, fault.Conflict) {
		if is, e := opened(now, func(c *council.CheckIn, rev int) { c.Rev = rev }); e == nil {
			return is, err
		}
	}
	c.Rev = now.Rev
	return c, err
}
