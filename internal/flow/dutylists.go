package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/store"
)

const (
	dutySwitched audit.Action = "dutylist.switch"
	dutyMarked   audit.Action = "dutylist.mark"
	kindDutyList              = "dutylist"
)

// DutyLists is where lists of duties meet the store: what the city switches on,
// and what schools say of a term.
type DutyLists struct {
	city *City
	now  func() time.Time
}

// DutyLists gives the lists of duties of the city.
func (c *City) DutyLists() *DutyLists {
	return &DutyLists{c, func() time.Time { return c.now() }}
}

// At is the same at another time: what a demonstration says was done before.
func (x *DutyLists) At(now func() time.Time) *DutyLists { return &DutyLists{x.city, now} }

// DutyList is a list as it stands in the city.
type DutyList struct {
	*duty.List
	duty.Setting
	Past   []duty.Setting // what was decided before, the newest first
	Rounds []duty.Round   // that have begun, oldest first
}

// Round finds a round that is asked; the newest for the zero period.
func (l *DutyList) Round(p edu.Period) (duty.Round, bool) {
	for i := len(l.Rounds) - 1; i >= 0; i-- {
		if r := l.Rounds[i]; r.Asked && (p.IsZero() || r.Period == p) {
			return r, true
		}
	}
	return duty.Round{}, false
}

// Lists are the lists with what the city decided of each. Everybody may know them:
// they say what may be asked.
func (x *DutyLists) Lists(ctx context.Context, who auth.Actor) ([]DutyList, error) {
	if who.Reach(auth.ReadReports).None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadReports, fault.Forbidden)
	}
	return x.lists(ctx)
}

func (x *DutyLists) lists(ctx context.Context) ([]DutyList, error) {
	all, err := duty.Shipped()
	if err != nil {
		return nil, err
	}
	docs, err := x.city.store.Documents(ctx, readAll, store.DocumentFilter{Kind: kindDutyList})
	if err != nil {
		return nil, err
	}
	cal, err := x.city.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	today := collect.Today(x.now())
	out := make([]DutyList, 0, len(all))
	for _, l := range all {
		d := DutyList{List: l, Setting: duty.Setting{List: l.ID}}
		if i := slices.IndexFunc(docs, func(d store.Document) bool { return d.ID == l.ID }); i >= 0 {
			if d.Setting, err = openSetting(docs[i]); err != nil {
				return nil, err
			}
			d.Rounds = duty.Rounds(l, d.Setting, cal, today)
		}
		out = append(out, d)
	}
	return out, nil
}

func openSetting(d store.Document) (duty.Setting, error) {
	return opened(d, func(s *duty.Setting, rev int) { s.Rev = rev })
}

func (x *DutyLists) list(ctx context.Context, id string) (DutyList, error) {
	all, err := x.lists(ctx)
	if err != nil {
		return DutyList{}, err
	}
	i := slices.IndexFunc(all, func(l DutyList) bool { return l.List.ID == id })
	if i < 0 {
		return DutyList{}, fmt.Errorf("list of duties %q: %w", id, fault.NotFound)
	}
	return all[i], nil
}

// List is one list with what was decided of it before.
func (x *DutyLists) List(ctx context.Context, who auth.Actor, id string) (DutyList, error) {
	if _, err := x.Lists(ctx, who); err != nil {
		return DutyList{}, err
	}
	l, err := x.list(ctx, id)
	if err != nil || l.Setting.Rev == 0 {
		return l, err
	}
	past, err := x.city.store.DocumentHistory(ctx, readAll, kindDutyList, id)
	if err != nil {
		return l, err
	}
	for _, d := range past {
		s, err := openSetting(d)
		if err != nil {
			return l, err
		}
		l.Past = append(l.Past, s)
	}
	return l, nil
}

// Switch switches a list on or off, for a reason that is kept. It concerns all
// schools, so that whoever does it has the right over the whole city; a list that
// costs schools more than their yearly budget of forms is let through only for a
// named approver.
func (x *DutyLists) Switch(ctx context.Context, who auth.Actor, s duty.Setting) (duty.Setting, error) {
	r := who.Reach(auth.KeepDuties)
	if !r.Whole {
		return s, fmt.Errorf("lists of duties are switched on by the city: %w", fault.Forbidden)
	}
	l, err := x.list(ctx, s.List)
	if err != nil {
		return s, err
	}
	s.Approver, s.Reason, s.Basis, s.Waived = strings.TrimSpace(s.Approver), strings.TrimSpace(s.Reason), strings.TrimSpace(s.Basis), strings.TrimSpace(s.Waived)
	if err := refuse(s.Wrong(l.List)); err != nil {
		return s, err
	}
	if s.On && !l.On && s.Waived == "" {
		if err := x.overBudget(ctx, l.List); err != nil {
			return s, err
		}
	}
	at := x.now()
	s.By, s.At = who.Name, at
	if s.On && l.On {
		s.At = l.At // only what it rests on is put right: it has been asked since then
	}
	d, err := document(who, kindDutyList, s.List, "", s.Rev, onOff(s.On), l.Name.ZH, collect.Today(at), s, at)
	if err != nil {
		return s, err
	}
	rec := record(who, dutySwitched, fmt.Sprintf("on=%t", s.On), at)
	rec.Object = s.List
	now, err := x.city.store.PutDocument(ctx, scopeOf(r, store.Editor), d, rec)
	if errors.Is(err, fault.Conflict) {
		return asKept(now, s, err, func(s *duty.Setting, rev int) { s.Rev = rev })
	}
	s.Rev = now.Rev
	return s, err
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// dutySpent is what the lists that are on cost schools with some stages in a school
// year, and how they are called. Each list is a form of the list of forms.
func (c *City) dutySpent(ctx context.Context, kind []edu.Stage) (spent collect.Budget, names []string, err error) {
	all, err := c.DutyLists().lists(ctx)
	for _, l := range all {
		if l.On && len(l.For(kind)) > 0 {
			spent.Forms++
			spent.Minutes += l.YearMinutes()
			names = append(names, l.Name.ZH)
		}
	}
	return spent, names, err
}

// overBudget is burden rule 5 of a list that is switched on: with it no school may
// be asked more than the city's yearly budget of forms.
func (x *DutyLists) overBudget(ctx context.Context, l *duty.List) error {
	limit, err := x.city.Budget(ctx)
	if err != nil {
		return err
	}
	issues, err := x.city.store.Issues(ctx, local, edu.Period{})
	if err != nil {
		return err
	}
	year := schoolYear(collect.Today(x.now()))
	for _, st := range edu.Stages {
		kind := []edu.Stage{st}
		if len(l.For(kind)) == 0 {
			continue
		}
		o := &collect.Over{Budget: limit}
		if o.Spent, o.Names, err = x.city.dutySpent(ctx, kind); err != nil {
			return err
		}
		for _, is := range issues {
			if schoolYear(is.Opens) != year {
				continue
			}
			p, f, err := x.city.issued(ctx, is.Form, is.Hash)
			if err != nil || f.Level != edu.School || !overlap(form.Stages(p, f), kind) {
				continue // a form that is no more costs nobody anything
			}
			o.Spent.Forms++
			o.Spent.Minutes += f.Minutes
			o.Names = append(o.Names, f.Name.ZH)
		}
		o.Spent.Forms++
		o.Spent.Minutes += l.YearMinutes()
		o.Names = append(o.Names, l.Name.ZH)
		if o.Spent.Forms > limit.Forms || o.Spent.Minutes > limit.Minutes {
			name := form.StageName(st)
			o.Kind = edu.Text{ZH: "设" + name.ZH + "的学校", EN: name.In("en")}
			t := o.Text()
			return auth.Refuse(fault.Invalid, t.ZH, t.EN)
		}
	}
	return nil
}
