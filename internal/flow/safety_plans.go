package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// kindVisitPlan are the documents of plans of inspections.
const kindVisitPlan = "inspection_plan"

// VisitPlan is a plan with how far it has come, of the reader's part.
type VisitPlan struct {
	inspection.Plan
	Due     []SafetyUnit // its schools of the reader's part
	Visited map[edu.UnitID]store.Visited
	Keep    bool // the reader may change it
	Visit   bool // the reader may visit for it
}

// Left are the schools that nobody has visited yet.
func (p *VisitPlan) Left() (out []SafetyUnit) {
	for _, u := range p.Due {
		if p.Visited[u.ID].N == 0 {
			out = append(out, u)
		}
	}
	return out
}

// VisitPlans lists the plans that concern somebody's part, the latest limit first.
func (s *Safety) VisitPlans(ctx context.Context, who auth.Actor) ([]VisitPlan, error) {
	return s.visitPlans(ctx, who, func(inspection.Plan) bool { return true })
}

func (s *Safety) visitPlans(ctx context.Context, who auth.Actor, want func(inspection.Plan) bool) ([]VisitPlan, error) {
	r, err := s.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return nil, err
	}
	docs, err := s.city.store.Documents(ctx, readAll, store.DocumentFilter{Kind: kindVisitPlan})
	if err != nil {
		return nil, err
	}
	var out []VisitPlan
	for _, d := range docs {
		plan, err := opened(d, func(p *inspection.Plan, rev int) { p.Rev = rev })
		if err != nil {
			return nil, err
		}
		if !want(plan) {
			continue
		}
		p, err := s.visitPlan(ctx, who, r, plan)
		if err != nil {
			return nil, err
		}
		if len(p.Due) > 0 || p.Keep {
			out = append(out, *p)
		}
	}
	return out, nil
}

// VisitPlan gives one plan.
func (s *Safety) VisitPlan(ctx context.Context, who auth.Actor, id string) (*VisitPlan, error) {
	r, err := s.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return nil, err
	}
	d, err := s.city.store.Document(ctx, readAll, kindVisitPlan, id)
	if err != nil {
		return nil, err
	}
	plan, err := opened(d, func(p *inspection.Plan, rev int) { p.Rev = rev })
	if err != nil {
		return nil, err
	}
	p, err := s.visitPlan(ctx, who, r, plan)
	if err == nil && len(p.Due) == 0 && !p.Keep {
		return nil, fmt.Errorf("plan %s: %w", id, fault.NotFound)
	}
	return p, err
}

func (s *Safety) visitPlan(ctx context.Context, who auth.Actor, r reachIn, plan inspection.Plan) (*VisitPlan, error) {
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	keep := reachIn{who.Reach(auth.KeepSafety), r.tree}
	visit := reachIn{who.Reach(auth.Inspect), r.tree}
	out := &VisitPlan{Plan: plan, Visited: map[edu.UnitID]store.Visited{}, Keep: keep.holds(plan.Unit)}
	covered, err := s.covered(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range u.schools(r) {
		if len(plan.Schools) > 0 && slices.Contains(plan.Schools, x.ID) || len(plan.Schools) == 0 && covered[x.ID] && (plan.Unit == "" || under(r.tree, x.ID, plan.Unit)) {
			out.Due = append(out.Due, x)
			out.Visit = out.Visit || !plan.Ended && visit.holds(x.ID)
		}
	}
	list, err := s.city.store.Visits(ctx, safetyScope(who, auth.ReadSafety, store.Reader), plan.ID, 0, 0)
	for _, v := range list {
		out.Visited[v.School] = v
	}
	return out, err
}

// KeepVisitPlan keeps a plan over the revision that was seen; 0 is a new one.
func (s *Safety) KeepVisitPlan(ctx context.Context, who auth.Actor, p inspection.Plan) (inspection.Plan, error) {
	r, err := s.reach(ctx, who, auth.KeepSafety)
	if err != nil {
		return p, err
	}
	if !r.holds(p.Unit) {
		return p, fmt.Errorf("plan inspections of %q: %w", p.Unit, fault.Forbidden)
	}
	pk, err := s.SafetyPack()
	if err != nil {
		return p, err
	}
	p.Name, p.By = strings.TrimSpace(p.Name), strings.TrimSpace(p.By)
	var no []edu.Text
	say := func(bad bool, zh, en string) {
		if bad {
			no = append(no, edu.Text{ZH: zh, EN: en})
		}
	}
	say(p.Name == "" || utf8.RuneCountInString(p.Name) > 80, "请填写名称，不超过80字", "give a name of at most 80 characters")
	say(p.By == "" || utf8.RuneCountInString(p.By) > 80, "请写明由谁检查，不超过80字", "say who visits, in at most 80 characters")
	say(!slices.Contains(inspection.Kinds, p.Kind), "请选择检查类型", "choose the kind")
	say(p.From == 0 || p.Until < p.From, "请填起止日期，止不早于起", "give the first and the last day")
	for _, id := range p.Checklists {
		say(pk.Checklist(id) == nil, "没有检查表“"+id+"”", "there is no checklist "+id)
	}
	for _, id := range p.Schools {
		u, ok := r.tree.Unit(id)
		say(!ok || u.Level != edu.School || !r.holds(id) || p.Unit != "" && !under(r.tree, id, p.Unit), "学校"+string(id)+"不在范围内", "school "+string(id)+" is not in the part that is planned for")
	}
	if no != nil {
		return p, &auth.Refusal{Kind: fault.Invalid, Texts: no}
	}
	if p.ID == "" {
		p.ID = strings.ToLower(rand.Text())
	}
	state := "open"
	if p.Ended {
		state = "ended"
	}
	d, err := document(who, kindVisitPlan, p.ID, p.Unit, p.Rev, state, p.Name, p.Until, p, s.now())
	if err != nil {
		return p, err
	}
	kept, err := s.city.store.PutDocument(ctx, safetyScope(who, auth.KeepSafety, store.Editor), d, s.record(who, visitPlanned, p.Unit, p.ID, string(p.Kind)))
	p.Rev = kept.Rev
	return p, err
}
