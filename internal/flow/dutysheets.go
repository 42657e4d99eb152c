package flow

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// DutySheet is a school's sheet of a list, for a reader.
type DutySheet struct {
	duty.Sheet
	Of       DutyList
	Round    duty.Round
	Name     edu.Text
	Stages   []edu.Stage
	Progress duty.Progress
	Does     bool       // the reader may tick off
	Shown    duty.Shown // of the first count: what the reader may see unless it is the own school's
	Own      bool       // the counts are the reader's own school's
	By       string     // who kept it last, as shown
}

// sheetsKind is the kind of the documents of a list's round.
func sheetsKind(list string, p edu.Period) string { return "dutysheet/" + list + "/" + p.String() }

// reach is where somebody may see sheets.
func (x *DutyLists) reach(ctx context.Context, who auth.Actor) (reachIn, error) {
	return x.city.Office().reach(ctx, who, auth.ReadReports)
}

// sheets are the sheets of a round, by school.
func (x *DutyLists) sheets(ctx context.Context, sc store.Scope, list string, p edu.Period) (map[edu.UnitID]duty.Sheet, error) {
	docs, err := x.city.store.Documents(ctx, sc, store.DocumentFilter{Kind: sheetsKind(list, p)})
	if err != nil {
		return nil, err
	}
	out := make(map[edu.UnitID]duty.Sheet, len(docs))
	for _, d := range docs {
		if out[d.Unit], err = opened(d, func(s *duty.Sheet, rev int) { s.Rev = rev }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Sheet is a school's sheet of a list in a round; the zero period is the newest.
func (x *DutyLists) Sheet(ctx context.Context, who auth.Actor, list string, unit edu.UnitID, p edu.Period) (DutySheet, error) {
	none := func(err error) (DutySheet, error) {
		return DutySheet{}, fmt.Errorf("sheet of %s of %s: %w", list, unit, err)
	}
	r, err := x.reach(ctx, who)
	if err != nil {
		return none(err)
	}
	l, err := x.list(ctx, list)
	if err != nil {
		return none(err)
	}
	round, ok := l.Round(p)
	if !ok || !r.holds(unit) {
		return none(fault.NotFound)
	}
	all, err := x.city.campuses(ctx)
	if err != nil {
		return none(err)
	}
	i := slices.IndexFunc(all, func(s campus) bool { return s.ID == unit })
	if i < 0 || len(l.For(all[i].Stages)) == 0 {
		return none(fault.NotFound)
	}
	out := DutySheet{Sheet: duty.Sheet{List: list, Unit: unit, Period: round.Period}, Of: l, Round: round, Name: all[i].Name, Stages: all[i].Stages}
	d, err := x.city.store.Document(ctx, scopeOf(r.Reach, store.Reader), sheetsKind(list, round.Period), string(unit))
	if err == nil {
		out.By = d.Name
		out.Sheet, err = opened(d, func(s *duty.Sheet, rev int) { s.Rev = rev })
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return none(err)
	}
	out.Progress = out.Sheet.Progress(l.List, out.Stages)
	does := reachIn{who.Reach(auth.DoDuties), r.tree}
	out.Does, out.Own = does.holds(unit), x.own(who, unit)
	if len(l.Counts) > 0 && !out.Own {
		c, err := x.Counts(ctx, who, list, l.Counts[0].ID, round.Period)
		if err != nil {
			return none(err)
		}
		out.Shown = c.Shown
		out.hide()
	}
	return out, nil
}

// own tells whether a school is the actor's own: granted as such, and not as a part
// of a county.
func (x *DutyLists) own(who auth.Actor, unit edu.UnitID) bool {
	return who.Local || slices.Contains(who.Reach(auth.DoDuties).Units, unit)
}

// hide takes out the counts that the reader may not see. A sheet that is hidden
// still says that a number was given.
func (s *DutySheet) hide() {
	if s.Shown.Unit[s.Unit] {
		return
	}
	for id := range s.Counts {
		s.Counts[id] = Hidden
	}
}

// Hidden stands for a count that was given and is not shown.
const Hidden = -1

// Save keeps a school's sheet, over the revision that was seen.
func (x *DutyLists) Save(ctx context.Context, who auth.Actor, s duty.Sheet) (duty.Sheet, error) {
	now, err := x.Sheet(ctx, who, s.List, s.Unit, s.Period)
	if err != nil {
		return s, err
	}
	if !now.Does {
		return s, fmt.Errorf("sheet of %s: %w", s.Unit, fault.Forbidden)
	}
	at := x.now()
	s.Period = now.Period
	if !now.Own { // whoever may not see a count does not write it
		kept, err := x.counts(ctx, s.List, s.Unit, s.Period)
		if err != nil {
			return s, err
		}
		s.Counts = kept
	}
	s.Tidy()
	if err := refuse(s.Wrong(now.Of.List, now.Stages, collect.Today(at))); err != nil {
		return s, err
	}
	p := s.Progress(now.Of.List, now.Stages)
	d, err := document(who, sheetsKind(s.List, s.Period), string(s.Unit), s.Unit, s.Rev, onOff(p.Whole()), "", now.Round.Due, s, at)
	if err != nil {
		return s, err
	}
	rec := record(who, dutyMarked, fmt.Sprintf("%s %s", s.List, s.Period), at)
	rec.Object, rec.Unit = s.List, s.Unit
	kept, err := x.city.store.PutDocument(ctx, scopeOf(who.Reach(auth.DoDuties), store.Editor), d, rec)
	if errors.Is(err, fault.Conflict) {
		return asKept(kept, s, err, func(s *duty.Sheet, rev int) { s.Rev = rev })
	}
	s.Rev = kept.Rev
	return s, err
}

func (x *DutyLists) counts(ctx context.Context, list string, unit edu.UnitID, p edu.Period) (map[string]int, error) {
	d, err := x.city.store.Document(ctx, readAll, sheetsKind(list, p), string(unit))
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := opened(d, func(*duty.Sheet, int) {})
	return s.Counts, err
}

// todos are the lists that a school, or the schools of a township, owe.
func (x *DutyLists) todos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	r := who.Reach(auth.DoDuties)
	if r.Whole || r.None() || who.May(auth.ReadRegion) {
		return nil, nil // a county chases by its matrix, not by to-dos
	}
	m, err := x.Matrix(ctx, who, edu.Period{}, "")
	if err != nil {
		return nil, err
	}
	today := collect.Today(x.now())
	for _, row := range m.Rows {
		for i, c := range row.Cells {
			round := m.Rounds[i]
			if c.Owed == 0 || c.Whole() || len(out) == mostEvents {
				continue
			}
			item := todo.Item{Kind: todo.List, ID: m.Lists[i].List.ID + "/" + round.Period.String() + "/" + string(row.Unit), Do: edu.Text{ZH: "逐项登记", EN: "Tick off"}, Title: m.Lists[i].Name, From: row.Name, Link: DutyLink(m.Lists[i].List.ID, row.Unit), Due: round.Due, Outside: edu.Text{ZH: "单位责任清单", EN: "List of duties"}}
			if round.Due < today {
				item.Lamp, item.Why = todo.Red, edu.Text{ZH: "学期已结束，未登记齐", EN: "the term is over and it is not complete"}
			}
			out = append(out, item)
		}
	}
	return out, nil
}

// DutyLink is the page of a school's sheet of a list.
func DutyLink(list string, unit edu.UnitID) string {
	return "/duties/" + url.PathEscape(list) + "/" + url.PathEscape(string(unit))
}
