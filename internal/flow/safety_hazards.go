package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/store"
	"shuren/internal/task"
)

// HazardRow is a hazard as lists show it.
type HazardRow struct {
	inspection.Hazard
	Unit  SafetyUnit
	Shown inspection.HazardState
	Days  int // late
}

// HazardView is a hazard with all that its page shows.
type HazardView struct {
	HazardRow
	Events []inspection.HazardEvent
	Files  []store.FileUse
	May    []inspection.HazardAct
}

// Hazards lists the hazards of somebody's part.
func (s *Safety) Hazards(ctx context.Context, who auth.Actor, f store.HazardFilter) ([]HazardRow, int, error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, 0, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	f.Today = s.today()
	list, total, err := s.city.store.Hazards(ctx, safetyScope(who, auth.ReadSafety, store.Reader), f)
	if err != nil {
		return nil, 0, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, 0, err
	}
	out := make([]HazardRow, len(list))
	for i, h := range list {
		out[i] = HazardRow{h, u.of(h.School), h.Shown(f.Today), h.Late(f.Today)}
	}
	return out, total, nil
}

// CountHazards counts the hazards of somebody's part by county and state.
func (s *Safety) CountHazards(ctx context.Context, who auth.Actor, f store.HazardFilter) ([]store.HazardCount, error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	f.Today = s.today()
	return s.city.store.CountHazards(ctx, safetyScope(who, auth.ReadSafety, store.Reader), f)
}

// Hazard gives one hazard.
func (s *Safety) Hazard(ctx context.Context, who auth.Actor, id string) (*HazardView, error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	h, events, err := s.city.store.Hazard(ctx, safetyScope(who, auth.ReadSafety, store.Reader), id)
	if err != nil {
		return nil, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	today := s.today()
	out := &HazardView{HazardRow: HazardRow{h, u.of(h.School), h.Shown(today), h.Late(today)}, Events: events}
	if out.Files, err = s.city.store.Uses(ctx, local, FilesOfHazards, id); err != nil {
		return nil, err
	}
	if h.Inspection != "" {
		more, err := s.city.store.Uses(ctx, local, FilesOfInspections, h.Inspection)
		if err != nil {
			return nil, err
		}
		for _, f := range more {
			if slices.Contains(h.Before, f.Hash) || slices.Contains(h.After, f.Hash) {
				out.Files = append(out.Files, f)
			}
		}
	}
	out.May = inspection.HazardActs(h, s.side(who, u, &h), s.env(who))
	if out.Task != "" || s.gives(ctx, who, &h) == "" {
		out.May = slices.DeleteFunc(out.May, func(a inspection.HazardAct) bool { return a == inspection.Escalate })
	}
	return out, nil
}

// side are the sides of a hazard on which an actor stands.
func (s *Safety) side(who auth.Actor, u safetyUnits, h *inspection.Hazard) (out inspection.Side) {
	if who.Local {
		return inspection.SideSchool | inspection.SideHolder | inspection.SideChecker | inspection.SideKeeper
	}
	holds := func(p auth.Permission) bool { return reachIn{who.Reach(p), u.tree}.holds(h.School) }
	if s.forSchool(who, u, h.School) {
		out |= inspection.SideSchool
	}
	if holds(auth.Inspect) {
		out |= inspection.SideChecker
	}
	if holds(auth.KeepSafety) {
		out |= inspection.SideKeeper
	}
	switch h.Holder {
	case inspection.HeldBySchool:
		if out&inspection.SideSchool != 0 {
			out |= inspection.SideHolder
		}
	case inspection.HeldByCounty:
		if slices.ContainsFunc(who.Grants, func(g auth.Grant) bool {
			return !g.Whole && g.Unit == h.County && h.County != "" && (g.Role.May(auth.DoSafety) || g.Role.May(auth.KeepSafety))
		}) {
			out |= inspection.SideHolder
		}
	case inspection.HeldByCity:
		if who.Reach(auth.KeepSafety).Whole {
			out |= inspection.SideHolder
		}
	}
	// A school without a county passes up to the city at once.
	if h.Holder == inspection.HeldByCounty && h.County == "" && who.Reach(auth.KeepSafety).Whole {
		out |= inspection.SideHolder
	}
	return out
}

// ReportHazard keeps a hazard that was found outside an inspection: by the school
// itself, or from a report. photos were added to it before.
func (s *Safety) ReportHazard(ctx context.Context, who auth.Actor, h inspection.Hazard, photos []Attached) (inspection.Hazard, error) {
	u, err := s.units(ctx)
	if err != nil {
		return h, err
	}
	unit := u.of(h.School)
	p := auth.Inspect
	if !(reachIn{who.Reach(p), u.tree}).holds(h.School) {
		if p = auth.DoSafety; !s.forSchool(who, u, h.School) {
			return h, fmt.Errorf("school %s: %w", h.School, fault.NotFound)
		}
	}
	pk, err := s.SafetyPack()
	if err != nil {
		return h, err
	}
	if !visitID.MatchString(h.ID) || unit.Level != edu.School {
		return h, fmt.Errorf("a hazard of %q: %w", h.School, fault.Invalid)
	}
	if h.Category != "" && pk.Checklist(h.Category) == nil {
		return h, fmt.Errorf("category %q: %w", h.Category, fault.Invalid)
	}
	h.County, h.Part = unit.County, partSaid(pk, h.Part)
	hashes := photoHashes(photos)
	if h.Spot {
		h.After, h.Before = hashes, nil
	} else {
		h.Before, h.After = hashes, nil
	}
	made, e, err := inspection.Report(h, s.env(who))
	if err != nil {
		return h, err
	}
	if _, _, err := s.city.store.Hazard(ctx, local, h.ID); errors.Is(err, fault.NotFound) {
		if _, err := s.city.attach(ctx, who, FilesOfHazards, h.ID, h.School, photos, s.now()); err != nil {
			return h, err
		}
	}
	return s.city.store.NewHazard(ctx, safetyScope(who, p, store.Editor), made, e, s.record(who, hazardMade, h.School, h.ID, string(h.Source)))
}

func photoHashes(files []Attached) (out []string) {
	for _, f := range files {
		out = appendNew(out, f.Hash)
	}
	return out
}

// ActHazard takes an act with a hazard over the revision that was seen, with the
// photos that it shows. A stale one is a conflict, and comes back with the hazard as
// it is now; the same act sent twice is one.
func (s *Safety) ActHazard(ctx context.Context, who auth.Actor, id string, rev int, act inspection.HazardAct, o inspection.HazardOptions, photos []Attached) (inspection.Hazard, error) {
	if who.Reach(auth.ReadSafety).None() {
		return inspection.Hazard{}, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	h, events, err := s.city.store.Hazard(ctx, safetyScope(who, auth.ReadSafety, store.Reader), id)
	if err != nil {
		return h, err
	}
	env := s.env(who)
	if o.Sent != "" && slices.ContainsFunc(events, func(e inspection.HazardEvent) bool { return e.Sent == o.Sent && e.By == env.Account }) {
		return h, nil
	}
	if h.Rev != rev {
		return h, store.ErrStale
	}
	u, err := s.units(ctx)
	if err != nil {
		return h, err
	}
	var move *store.TaskMove
	var recs []audit.Record
	if act == inspection.Escalate {
		move, recs, err = s.taskOf(ctx, who, u, &h, o.Sent)
		if err != nil {
			return h, err
		}
		o.Task = move.Task.ID
	}
	o.Photos = photoHashes(photos)
	next, e, err := inspection.Next(h, act, s.side(who, u, &h), o, env)
	if err != nil {
		return h, err
	}
	if _, err := s.city.attach(ctx, who, FilesOfHazards, id, h.School, photos, env.Now); err != nil {
		return h, err
	}
	recs = append(recs, s.record(who, audit.Action("hazard."+string(act)), h.School, id, ""))
	got, _, err := s.city.store.ActHazard(ctx, s.actScope(who), next, e, move, recs...)
	return got, err
}

// actScope is where somebody may act on hazards: which act, the table says.
func (s *Safety) actScope(who auth.Actor) store.Scope {
	return scopeOf(both(both(who.Reach(auth.DoSafety), who.Reach(auth.Inspect)), who.Reach(auth.KeepSafety)), store.Editor)
}

// gives is the bureau in whose name an actor may give a task about a hazard: that of
// the county, or the city's; one that holds the hazard itself only where there is no
// other. Empty where there is none.
func (s *Safety) gives(ctx context.Context, who auth.Actor, h *inspection.Hazard) string {
	b, err := s.office.bodyList(ctx)
	if err != nil {
		return ""
	}
	own := ""
	for _, id := range []string{task.BureauOf(h.County), task.BureauOf("")} {
		x, ok := b.find(id)
		switch {
		case !ok || !b.acts(who, x) || !b.gives(who, id):
		case h.Holder == inspection.HeldByCounty && id == task.BureauOf(h.County):
			own = id
		default:
			return id
		}
	}
	return own
}

// taskOf is the task under supervision that an overdue hazard becomes: a draft of the
// bureau, owed by the holder.
func (s *Safety) taskOf(ctx context.Context, who auth.Actor, u safetyUnits, h *inspection.Hazard, sent string) (*store.TaskMove, []audit.Record, error) {
	issuer := s.gives(ctx, who, h)
	if issuer == "" {
		return nil, nil, auth.Refuse(fault.Forbidden, "您不能以教育行政部门的名义交办任务", "you may not give tasks for a bureau")
	}
	lead := task.InstitutionOf(h.School)
	switch h.Holder {
	case inspection.HeldByCounty:
		lead = task.BureauOf(h.County)
	case inspection.HeldByCity:
		lead = task.BureauOf("")
	}
	if issuer == task.BureauOf("") && h.Holder == inspection.HeldBySchool && h.County != "" {
		lead = task.BureauOf(h.County) // the city gives to the county's bureau, which gives to the school
	}
	if lead == issuer {
		return nil, nil, auth.Refuse(fault.Conflict, "该隐患由本部门承办，请直接答复，或由上级督办", "the hazard is this bureau's own to answer: whoever is above it makes a task of it")
	}
	name := u.of(h.School).Name.ZH
	due := s.today() + 7
	kind := "一般隐患"
	if h.Major {
		kind = "重大隐患"
	}
	t := task.Task{ID: strings.ToLower(rand.Text()), Title: clipRunes(name+"超期"+kind+"整改："+h.Text, 500), Demand: clipRunes(fmt.Sprintf("隐患第%d号已于%s到期，超期%d天。请整改到位并报整改后照片，由他人复查销号。", h.No, h.Due, h.Late(s.today())), 2000),
		Issuer: issuer, Lead: lead, Due: due, Duty: task.Territorial, Sheet: task.Sheet{Urgency: task.Ordinary},
		Source: task.Source{Kind: task.FromHazard, Ref: h.ID, Name: fmt.Sprintf("安全隐患台账第%d号", h.No), Text: clipRunes(h.Text, 4000)}}
	if h.Sum > 0 {
		t.Funds = []task.Fund{{Year: s.today().Time().Year(), Amount: h.Sum / 1e4, Source: clipRunes(h.Funds, 100)}}
	}
	moves, recs, err := s.office.drafted(ctx, who, []task.Task{t}, sent)
	if err != nil {
		return nil, nil, err
	}
	return &moves[0], recs, nil
}

// Escalated is what a round over the overdue hazards did.
type Escalated struct {
	Made    int
	Skipped int // that somebody else changed meanwhile, or that are the bureau's own
}

// EscalateOverdue makes draft tasks of all overdue hazards of somebody's part that are
// not under supervision yet. A round that is repeated makes none twice.
func (s *Safety) EscalateOverdue(ctx context.Context, who auth.Actor) (out Escalated, err error) {
	r := who.Reach(auth.KeepSafety)
	if r.None() {
		return out, fmt.Errorf("%s: %w", auth.KeepSafety, fault.Forbidden)
	}
	list, _, err := s.city.store.Hazards(ctx, scopeOf(r, store.Reader), store.HazardFilter{State: inspection.Overdue, Unasked: true, Today: s.today(), Size: -1})
	if err != nil {
		return out, err
	}
	for _, h := range list {
		_, err := s.ActHazard(ctx, who, h.ID, h.Rev, inspection.Escalate, inspection.HazardOptions{Sent: "overdue/" + h.ID}, nil)
		switch {
		case err == nil:
			out.Made++
		case errors.Is(err, fault.Conflict), errors.Is(err, fault.Forbidden):
			out.Skipped++
		default:
			return out, err
		}
	}
	return out, nil
}

// EscalateDue is what the server does by itself: draft tasks of all overdue hazards of
// the city. They are drafts: a person sends them. It gives how many are new.
func (s *Safety) EscalateDue(ctx context.Context) (int, error) {
	done, err := s.EscalateOverdue(ctx, auth.Operator())
	return done.Made, err
}

// HazardFile gives a photo of a hazard that somebody may read, of its own or of the
// inspection that found it.
func (s *Safety) HazardFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error) {
	if who.Reach(auth.ReadSafety).None() {
		return store.FileUse{}, nil, fmt.Errorf("%s: %w", auth.ReadSafety, fault.Forbidden)
	}
	sc := safetyScope(who, auth.ReadSafety, store.Reader)
	h, _, err := s.city.store.Hazard(ctx, sc, id)
	if err != nil {
		return store.FileUse{}, nil, err
	}
	u, body, err := s.city.store.File(ctx, sc, FilesOfHazards, id, hash)
	if errors.Is(err, fault.NotFound) && h.Inspection != "" && (slices.Contains(h.Before, hash) || slices.Contains(h.After, hash)) {
		return s.city.store.File(ctx, sc, FilesOfInspections, h.Inspection, hash)
	}
	return u, body, err
}
