package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// VisitBegun is what an inspection begins with.
type VisitBegun struct {
	ID       string // made before it is sent, so that sent twice it is one
	Plan     string
	School   edu.UnitID
	Kind     inspection.Kind
	Day      edu.Date
	Way      inspection.Way
	Lists    []string // checklists; none are the plan's, or all
	Pupils   *int     // as the checkers find it; nil is what the figures say
	Boarders *int
}

// visitID is what an id may be: made by this program or by a page, and part of
// addresses.
var visitID = regexp.MustCompile(`^[a-z0-9]{16,40}$`)

// Visit is an inspection with what a page shows beside it.
type Visit struct {
	inspection.Inspection
	Unit    SafetyUnit
	Events  []store.InspectionEvent
	Files   []store.FileUse
	Hazards []inspection.Hazard
	Fill    bool // the reader may fill it in and sign
	Counter bool // the reader may sign for the school
}

// BeginVisit begins an inspection of a school.
func (s *Safety) BeginVisit(ctx context.Context, who auth.Actor, b VisitBegun) (inspection.Inspection, error) {
	x, err := s.BlankVisit(ctx, who, b)
	if err != nil {
		return x, err
	}
	return s.putVisit(ctx, who, auth.Inspect, x, 0, visitBegun, "begin", "", nil, nil)
}

// BlankVisit is an inspection as it would begin, kept nowhere: for its sheet, which
// can be taken along before.
func (s *Safety) BlankVisit(ctx context.Context, who auth.Actor, b VisitBegun) (inspection.Inspection, error) {
	r, err := s.reach(ctx, who, auth.Inspect)
	if err != nil {
		return inspection.Inspection{}, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return inspection.Inspection{}, err
	}
	unit := u.of(b.School)
	if unit.Level != edu.School || !r.holds(b.School) {
		return inspection.Inspection{}, fmt.Errorf("school %s: %w", b.School, fault.NotFound)
	}
	if !visitID.MatchString(b.ID) {
		return inspection.Inspection{}, fmt.Errorf("id %q of an inspection: %w", b.ID, fault.Invalid)
	}
	if b.Plan != "" {
		p, err := s.VisitPlan(ctx, who, b.Plan)
		if err != nil {
			return inspection.Inspection{}, err
		}
		if p.Ended || !slices.ContainsFunc(p.Due, func(x SafetyUnit) bool { return x.ID == b.School }) {
			return inspection.Inspection{}, auth.Refuse(fault.Invalid, "检查计划已结束，或不含该学校", "the plan has ended, or the school is not in it")
		}
		b.Kind = p.Kind
		if len(b.Lists) == 0 {
			b.Lists = p.Checklists
		}
	}
	env := s.env(who)
	if b.Day == 0 {
		b.Day = env.Today
	}
	if !slices.Contains(inspection.Kinds, b.Kind) || b.Day > env.Today {
		return inspection.Inspection{}, auth.Refuse(fault.Invalid, "请选择检查类型，检查日期不晚于今天", "choose the kind, and a day that is not in the future")
	}
	pk, err := s.SafetyPack()
	if err != nil {
		return inspection.Inspection{}, err
	}
	facts, err := s.Facts(ctx, b.School)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return inspection.Inspection{}, err
	}
	for _, t := range []struct {
		typed *int
		to    **float64
	}{{b.Pupils, &facts.Pupils}, {b.Boarders, &facts.Boarders}} {
		if t.typed != nil {
			n := float64(*t.typed)
			*t.to = &n
		}
	}
	groups, items, preset := checklist(pk, b.Lists, facts, b.Day)
	if len(items) == 0 {
		return inspection.Inspection{}, auth.Refuse(fault.Invalid, "请至少选择一张检查表", "choose one checklist at least")
	}
	if b.Way == "" {
		b.Way = inspection.OnPage
	}
	x := inspection.Inspection{ID: b.ID, State: inspection.Open, Kind: b.Kind, Plan: b.Plan, School: b.School, County: unit.County, Day: b.Day, Way: b.Way, Pack: pk.Ref() + "#" + pk.Hash[:12], Groups: groups, Items: items, Answers: preset,
		Made: env.Now, Changed: env.Now, By: env.Account, ByName: who.Name}
	if facts.Pupils != nil {
		x.Pupils = int(*facts.Pupils)
	}
	if facts.Boarders != nil {
		n := int(*facts.Boarders)
		x.Boarders = &n
	}
	return x, nil
}

func (s *Safety) putVisit(ctx context.Context, who auth.Actor, p auth.Permission, x inspection.Inspection, rev int, a audit.Action, act, sent string, said any, found []inspection.Hazard) (inspection.Inspection, error) {
	e := store.InspectionEvent{At: s.now(), By: s.env(who).Account, Name: who.Name, Act: act, Sent: sent}
	if said != nil {
		body, err := json.Marshal(said)
		if err != nil {
			return x, err
		}
		e.Body = string(body)
	}
	return s.city.store.PutInspection(ctx, safetyScope(who, p, store.Editor), x, rev, e, found, s.record(who, a, x.School, x.ID, act))
}

// Visits lists the inspections of somebody's part.
func (s *Safety) Visits(ctx context.Context, who auth.Actor, f store.InspectionFilter) ([]store.InspectionRow, int, error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, 0, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	return s.city.store.Inspections(ctx, safetyScope(who, auth.ReadSafety, store.Reader), f)
}

// Visit gives one inspection.
func (s *Safety) Visit(ctx context.Context, who auth.Actor, id string) (*Visit, error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	x, events, err := s.city.store.Inspection(ctx, safetyScope(who, auth.ReadSafety, store.Reader), id)
	if err != nil {
		return nil, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	out := &Visit{Inspection: x, Unit: u.of(x.School), Events: events}
	inspects := reachIn{who.Reach(auth.Inspect), u.tree}.holds(x.School)
	out.Fill = x.State == inspection.Open && inspects
	out.Counter = x.State == inspection.Signed && (inspects || s.forSchool(who, u, x.School))
	if out.Files, err = s.city.store.Uses(ctx, local, FilesOfInspections, id); err != nil {
		return nil, err
	}
	out.Hazards, _, err = s.city.store.Hazards(ctx, safetyScope(who, auth.ReadSafety, store.Reader), store.HazardFilter{Inspection: id, Today: s.today(), Size: -1})
	return out, err
}

// forSchool tells whether somebody acts for a school: with a role of the school
// itself or of the township above it.
func (s *Safety) forSchool(who auth.Actor, u safetyUnits, school edu.UnitID) bool {
	return who.Local || slices.ContainsFunc(who.Grants, func(g auth.Grant) bool {
		if !g.Role.May(auth.DoSafety) || g.Whole {
			return false
		}
		x, ok := u.tree.Unit(g.Unit)
		return ok && x.Level > edu.County && under(u.tree, school, g.Unit)
	})
}

// openVisit reads an inspection for who may do something with it.
func (s *Safety) openVisit(ctx context.Context, who auth.Actor, p auth.Permission, id string) (inspection.Inspection, error) {
	if who.Reach(p).None() {
		return inspection.Inspection{}, fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	x, _, err := s.city.store.Inspection(ctx, safetyScope(who, p, store.Reader), id)
	return x, err
}

// anew is how often an act that somebody else came before is worked out anew:
// several fill the same inspection at once, each item for itself.
const anew = 8

// FillVisit puts answers over those that are there. Two people who fill different
// items do not undo each other; the same patch twice is one.
func (s *Safety) FillVisit(ctx context.Context, who auth.Actor, id string, patch map[string]inspection.Answer, sent string) (inspection.Inspection, error) {
	pk, err := s.SafetyPack()
	if err != nil {
		return inspection.Inspection{}, err
	}
	return s.changeVisit(ctx, who, id, "fill", sent, patch, func(x inspection.Inspection) (inspection.Inspection, error) {
		files, err := s.city.store.Uses(ctx, local, FilesOfInspections, id)
		if err != nil {
			return x, err
		}
		own := map[string]inspection.Answer{}
		for item, a := range patch {
			// Photos are added where they are sent; a patch may only take some away.
			had := x.Answers[item].Photos
			a.Photos = slices.DeleteFunc(slices.Clone(had), func(h string) bool {
				return patch[item].Photos != nil && !slices.Contains(patch[item].Photos, h) || !slices.ContainsFunc(files, func(f store.FileUse) bool { return f.Hash == h })
			})
			a.Part = partSaid(pk, a.Part)
			own[item] = a
		}
		return inspection.Fill(x, own, s.env(who))
	})
}

func (s *Safety) changeVisit(ctx context.Context, who auth.Actor, id, act, sent string, said any, do func(inspection.Inspection) (inspection.Inspection, error)) (inspection.Inspection, error) {
	for n := 0; ; n++ {
		x, err := s.openVisit(ctx, who, auth.Inspect, id)
		if err != nil {
			return x, err
		}
		if sent != "" && x.State != inspection.Open { // a late repetition of what was saved is no error
			if was, err := s.sentVisit(ctx, id, sent, s.env(who).Account); was || err != nil {
				return x, err
			}
		}
		next, err := do(x)
		if err != nil {
			return x, err
		}
		got, err := s.putVisit(ctx, who, auth.Inspect, next, x.Rev, visitFilled, act, sent, said, nil)
		if !errors.Is(err, store.ErrStale) || n >= anew {
			return got, err
		}
	}
}

func (s *Safety) sentVisit(ctx context.Context, id, sent, by string) (bool, error) {
	_, events, err := s.city.store.Inspection(ctx, local, id)
	return slices.ContainsFunc(events, func(e store.InspectionEvent) bool { return e.Sent == sent && e.By == by }), err
}

// AddVisitPhotos stores photos of an item of an open inspection. The same photo
// twice is one.
func (s *Safety) AddVisitPhotos(ctx context.Context, who auth.Actor, id, item string, files []Attached) (inspection.Inspection, error) {
	x, err := s.openVisit(ctx, who, auth.Inspect, id)
	if err != nil {
		return x, err
	}
	have := x.Answers[item].Photos
	if !slices.ContainsFunc(files, func(f Attached) bool { return !slices.Contains(have, f.Hash) }) {
		return x, nil // sent again after a lost answer
	}
	if x.State != inspection.Open || x.Item(item) == nil {
		return x, auth.Refuse(fault.Conflict, "检查已签字或没有该项，不再收照片", "the inspection is signed, or has no such item, and takes no more photos")
	}
	add := func(x inspection.Inspection) (inspection.Inspection, error) {
		a := x.Answers[item]
		a.Photos = slices.Clone(a.Photos)
		for _, f := range files {
			a.Photos = appendNew(a.Photos, f.Hash)
		}
		return inspection.Fill(x, map[string]inspection.Answer{item: a}, s.env(who))
	}
	if _, err := add(x); err != nil { // too many: nothing is stored
		return x, err
	}
	if _, err := s.city.attach(ctx, who, FilesOfInspections, id, x.School, files, s.now()); err != nil {
		return x, err
	}
	return s.changeVisit(ctx, who, id, "photo", "", map[string]int{item: len(files)}, add)
}

// SignVisit is the checkers' signature, from which on hazards run.
func (s *Safety) SignVisit(ctx context.Context, who auth.Actor, id string, checkers []inspection.Signature, sent string) (inspection.Inspection, error) {
	for n := 0; ; n++ {
		x, err := s.openVisit(ctx, who, auth.Inspect, id)
		if err != nil {
			return x, err
		}
		if x.State != inspection.Open {
			if was, err := s.sentVisit(ctx, id, sent, s.env(who).Account); sent != "" && was || err != nil {
				return x, err
			}
		}
		next, err := inspection.Sign(x, checkers, s.env(who))
		if err != nil {
			return x, err
		}
		names := len(next.Checkers)
		got, err := s.putVisit(ctx, who, auth.Inspect, next, x.Rev, visitSigned, "sign", sent, map[string]int{"checkers": names}, inspection.Found(next, s.env(who)))
		if !errors.Is(err, store.ErrStale) || n >= anew {
			return got, err
		}
	}
}

// CountersignVisit is the school's signature: by its own account, or by somebody of
// the school on the checkers' page.
func (s *Safety) CountersignVisit(ctx context.Context, who auth.Actor, id string, by inspection.Signature, refused, sent string) (inspection.Inspection, error) {
	u, err := s.units(ctx)
	if err != nil {
		return inspection.Inspection{}, err
	}
	x, err := s.openVisit(ctx, who, auth.ReadSafety, id)
	if err != nil {
		return x, err
	}
	p := auth.Inspect
	if !(reachIn{who.Reach(p), u.tree}).holds(x.School) {
		if p = auth.DoSafety; !s.forSchool(who, u, x.School) {
			return x, auth.Refuse(fault.Forbidden, "只有学校或检查人员可以办理学校签字", "only the school, or who inspects it, enters the school's signature")
		}
	}
	if x.State != inspection.Signed {
		if was, err := s.sentVisit(ctx, id, sent, s.env(who).Account); sent != "" && was || err != nil {
			return x, err
		}
	}
	next, err := inspection.Countersign(x, by, refused, s.env(who))
	if err != nil {
		return x, err
	}
	return s.putVisit(ctx, who, p, next, x.Rev, visitCounter, "countersign", sent, nil, nil)
}

// ScrapVisit makes an inspection void that was begun by mistake.
func (s *Safety) ScrapVisit(ctx context.Context, who auth.Actor, id, why string) (inspection.Inspection, error) {
	x, err := s.openVisit(ctx, who, auth.Inspect, id)
	if err != nil {
		return x, err
	}
	next, err := inspection.Scrap(x, why, s.env(who))
	if err != nil {
		return x, err
	}
	return s.putVisit(ctx, who, auth.Inspect, next, x.Rev, visitScrapped, "scrap", "", nil, nil)
}

// VisitFile gives a photo of an inspection that somebody may read.
func (s *Safety) VisitFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error) {
	if _, err := s.openVisit(ctx, who, auth.ReadSafety, id); err != nil {
		return store.FileUse{}, nil, err
	}
	return s.city.store.File(ctx, safetyScope(who, auth.ReadSafety, store.Reader), FilesOfInspections, id, hash)
}
