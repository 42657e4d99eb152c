package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/inspection"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// CountyCover is how many schools of a county were visited in a time.
type CountyCover struct {
	Unit             SafetyUnit
	Schools, Visited int
	Visits           int
}

// SchoolVisited is when a school was visited last.
type SchoolVisited struct {
	Unit  SafetyUnit
	Last  edu.Date // 0: never
	Total int      // visits ever
}

// Cover is which schools were visited.
type Cover struct {
	From, Until edu.Date
	Counties    []CountyCover
	All         CountyCover
	Oldest      []SchoolVisited // schools not visited for longest first, those never visited before all
}

// SafetyCover tells which schools of somebody's part were visited between two days;
// 0 begins with the school year.
func (s *Safety) SafetyCover(ctx context.Context, who auth.Actor, from, until edu.Date) (*Cover, error) {
	r, err := s.reach(ctx, who, auth.ReadSafety)
	if err != nil {
		return nil, err
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	today := s.today()
	if until == 0 {
		until = today
	}
	if from == 0 {
		from = schoolYearBegins(today)
	}
	out := &Cover{From: from, Until: until}
	sc := safetyScope(who, auth.ReadSafety, store.Reader)
	ever, err := s.city.store.Visits(ctx, sc, "", 0, 0)
	if err != nil {
		return nil, err
	}
	now, err := s.city.store.Visits(ctx, sc, "", from, until)
	if err != nil {
		return nil, err
	}
	last := map[edu.UnitID]store.Visited{}
	for _, v := range ever {
		last[v.School] = v
	}
	here := map[edu.UnitID]int{}
	for _, v := range now {
		here[v.School] = v.N
	}
	covered, err := s.covered(ctx)
	if err != nil {
		return nil, err
	}
	at := map[edu.UnitID]int{}
	for _, x := range u.schools(r) {
		if !covered[x.ID] {
			continue
		}
		i, ok := at[x.County]
		if !ok {
			i = len(out.Counties)
			at[x.County] = i
			out.Counties = append(out.Counties, CountyCover{Unit: u.of(x.County)})
		}
		n := here[x.ID]
		for _, c := range []*CountyCover{&out.Counties[i], &out.All} {
			c.Schools++
			c.Visits += n
			if n > 0 {
				c.Visited++
			}
		}
		out.Oldest = append(out.Oldest, SchoolVisited{x, last[x.ID].Last, last[x.ID].N})
	}
	slices.SortStableFunc(out.Counties, func(a, b CountyCover) int { return cmp.Compare(a.Unit.Code, b.Unit.Code) })
	slices.SortStableFunc(out.Oldest, func(a, b SchoolVisited) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.Unit.Code, b.Unit.Code))
	})
	return out, nil
}

// covered are the schools of which coverage and plans for all schools speak: the same
// as those of drills. A college may be visited, and is counted nowhere.
func (s *Safety) covered(ctx context.Context) (map[edu.UnitID]bool, error) {
	all, err := s.city.campuses(ctx)
	out := make(map[edu.UnitID]bool, len(all))
	for _, x := range all {
		out[x.ID] = true
	}
	return out, err
}

// schoolYearBegins is the 1 September on or before a day.
func schoolYearBegins(day edu.Date) edu.Date {
	t := day.Time()
	y := t.Year()
	if t.Month() < 9 {
		y--
	}
	return edu.DateOf(edu.Year(y).Reference())
}

// mostHazardTodos is how many hazards stand one by one among somebody's to-dos.
const mostHazardTodos = 20

// Todos are what safety asks of somebody: hazards to mend, to answer and to check
// again, inspections to sign, and overdue hazards that are not under supervision.
func (s *Safety) Todos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	if who.Reach(auth.ReadSafety).None() || who.Local {
		return nil, nil
	}
	u, err := s.units(ctx)
	if err != nil {
		return nil, err
	}
	today := s.today()
	own := scopeOf(who.Reach(auth.ReadSafety), store.Reader)
	hazards := func(f store.HazardFilter, want func(inspection.Side) bool, zh, en, many string) error {
		f.Today, f.Size = today, mostHazardTodos
		list, total, err := s.city.store.Hazards(ctx, own, f)
		if err != nil {
			return err
		}
		n := 0
		for _, h := range list {
			if !want(s.side(who, u, &h)) || f.State == inspection.ToCheck && !slices.Contains(inspection.HazardActs(h, s.side(who, u, &h), s.env(who)), inspection.Accept) {
				continue
			}
			n++
			i := todo.Item{Kind: todo.Hazard, ID: h.ID + "/" + string(h.State), Do: edu.Text{ZH: zh, EN: en}, Title: edu.Text{ZH: h.Text, EN: h.Text}, From: u.of(h.School).Name, Link: HazardLink(h.ID), Due: h.Due, Since: h.Since}
			if h.State == inspection.ToCheck {
				i.Due = 0
			}
			switch left := i.Due - today; {
			case i.Due != 0 && left < 0:
				i.Lamp = todo.Red
			case i.Due != 0 && left <= 7:
				i.Lamp = todo.Amber
			}
			out = append(out, i)
		}
		if total > len(list) && n > 0 {
			out = append(out, todo.Item{Kind: todo.Hazard, ID: "more/" + many, Do: edu.Text{ZH: zh, EN: en}, Title: edu.Text{ZH: "其余隐患", EN: "further hazards"}, Link: "/safety/hazards?state=" + many, N: total - len(list)})
		}
		return nil
	}
	school := func(side inspection.Side) bool { return side&inspection.SideSchool != 0 }
	holder := func(side inspection.Side) bool { return side&inspection.SideHolder != 0 }
	if slices.ContainsFunc(who.Grants, func(g auth.Grant) bool { return !g.Whole && s.forSchool(who, u, g.Unit) }) {
		if err := hazards(store.HazardFilter{Holder: inspection.HeldBySchool, Live: true, State: inspection.ToMend}, school, "整改", "Mend", "to_mend"); err != nil {
			return nil, err
		}
		for _, st := range []inspection.HazardState{inspection.Mending, inspection.Overdue} {
			if err := hazards(store.HazardFilter{Holder: inspection.HeldBySchool, State: st}, school, "整改", "Mend", string(st)); err != nil {
				return nil, err
			}
		}
		rows, _, err := s.city.store.Inspections(ctx, own, store.InspectionFilter{State: inspection.Signed, Size: mostHazardTodos})
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if s.forSchool(who, u, x.School) {
				out = append(out, todo.Item{Kind: todo.Hazard, ID: x.ID + "/sign", Do: edu.Text{ZH: "签字确认检查", EN: "Sign the inspection"}, Title: edu.Text{ZH: x.Day.String() + x.Kind.Name().ZH, EN: x.Kind.Name().EN + " of " + x.Day.String()}, From: u.of(x.School).Name, Link: VisitLink(x.ID)})
			}
		}
	}
	for _, st := range []inspection.HazardState{inspection.PassedUp, inspection.Overdue} {
		for _, by := range []inspection.Holder{inspection.HeldByCounty, inspection.HeldByCity} {
			if err := hazards(store.HazardFilter{State: st, Holder: by}, holder, "答复上报的隐患", "Answer a hazard that was passed up", string(st)); err != nil {
				return nil, err
			}
		}
	}
	inspects := who.Reach(auth.Inspect)
	if !inspects.None() {
		rows, _, err := s.city.store.Inspections(ctx, scopeOf(inspects, store.Reader), store.InspectionFilter{State: inspection.Open, Size: mostHazardTodos})
		if err != nil {
			return nil, err
		}
		me := s.env(who).Account
		for _, x := range rows {
			if x.By == me {
				out = append(out, todo.Item{Kind: todo.Hazard, ID: x.ID + "/fill", Do: edu.Text{ZH: "完成检查", EN: "Finish the inspection"}, Title: edu.Text{ZH: x.Day.String() + x.Kind.Name().ZH, EN: x.Kind.Name().EN + " of " + x.Day.String()}, From: u.of(x.School).Name, Link: VisitLink(x.ID)})
			}
		}
		plans, err := s.planTodos(ctx, who)
		if err != nil {
			return nil, err
		}
		out = append(out, plans...)
		if !inspects.Whole { // of the whole city they are the counties' to check
			if err := hazards(store.HazardFilter{State: inspection.ToCheck}, func(side inspection.Side) bool { return side&inspection.SideChecker != 0 }, "复查", "Check again", "to_check"); err != nil {
				return nil, err
			}
		}
	}
	if keeps := who.Reach(auth.KeepSafety); !keeps.None() && !keeps.Whole {
		_, n, err := s.city.store.Hazards(ctx, scopeOf(keeps, store.Reader), store.HazardFilter{State: inspection.Overdue, Unasked: true, Holder: inspection.HeldBySchool, Today: today, Size: 1})
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, todo.Item{Kind: todo.Hazard, ID: "overdue", Do: edu.Text{ZH: "转督办", EN: "Put under supervision"}, Title: edu.Text{ZH: "超期隐患", EN: "overdue hazards"}, Link: "/safety/hazards?state=overdue", N: n, Lamp: todo.Red})
		}
	}
	return out, nil
}

// planTodos are the plans in force with schools that somebody has still to visit:
// of the whole city's inspectors those of the city, as a county's are its own.
func (s *Safety) planTodos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	today := s.today()
	plans, err := s.visitPlans(ctx, who, func(p inspection.Plan) bool {
		return !p.Ended && p.From <= today && (p.Unit == "" || !who.Reach(auth.Inspect).Whole)
	})
	for _, p := range plans {
		left := len(p.Left())
		if !p.Visit || left == 0 {
			continue
		}
		i := todo.Item{Kind: todo.Hazard, ID: p.ID + "/visit", Do: edu.Text{ZH: "实施检查", EN: "Visit the schools of the plan"}, Title: edu.Text{ZH: fmt.Sprintf("%s（还有%d所）", p.Name, left), EN: fmt.Sprintf("%s (%d to go)", p.Name, left)}, From: edu.Text{ZH: p.By, EN: p.By}, Link: VisitPlanLink(p.ID), Due: p.Until}
		switch days := p.Until - today; {
		case days < 0:
			i.Lamp = todo.Red
		case days <= 7:
			i.Lamp = todo.Amber
		}
		out = append(out, i)
	}
	return out, err
}

// HazardLink is the page of a hazard, VisitLink that of an inspection.
func HazardLink(id string) string { return "/safety/hazards/" + id }
func VisitLink(id string) string  { return "/safety/inspections/" + id }

// VisitPlanLink is the page of a plan.
func VisitPlanLink(id string) string { return "/safety/plans/" + id }
