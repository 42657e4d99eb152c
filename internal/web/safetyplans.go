package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// Plans of inspections: which schools, by whom, until when.

type visitPlansPage struct {
	Shell
	Sub   string
	Said  string
	Error string
	Table Table
	New   bool
	Open  bool
	Form  planTyped
	Kinds []Choice
	Lists []Choice
}

type planTyped struct{ Name, Kind, By, From, Until, Schools string }

func (s *Server) visitPlans(w http.ResponseWriter, r *request) error {
	return s.showVisitPlans(w, r, http.StatusOK, planTyped{From: s.today().String()}, nil, "")
}

func (s *Server) today() edu.Date { return collect.Today(s.now()) }

func (s *Server) showVisitPlans(w http.ResponseWriter, r *request, status int, form planTyped, lists []string, why string) error {
	plans, err := s.safety.VisitPlans(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	p := visitPlansPage{Shell: s.shell(r, r.T("safety.plans"), "safety"), Sub: r.T("safety.plans.sub", len(plans)), Error: why, Open: why != "", New: r.who.May(auth.KeepSafety), Form: form}
	p.Crumbs = r.safetyCrumbs()
	if r.query.Get("did") == "keep" {
		p.Said = r.T("safety.plan.kept")
	}
	t := Table{ID: "visitplans", Caption: p.Title, Empty: r.T("safety.plans.none"), List: true, Cols: []Col{{Label: r.T("safety.plan.name"), Wrap: true}, {Label: r.T("safety.kind")}, {Label: r.T("safety.plan.by"), Wrap: true}, {Label: r.T("safety.plan.days")}, {Label: r.T("safety.schools"), Num: true}, {Label: r.T("safety.visited"), Num: true}, {Label: r.T("safety.share"), Num: true}, {Label: r.T("status")}}}
	for _, x := range plans {
		left := len(x.Left())
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(x.Name, "/safety/plans/"+x.ID), text(r.label(x.Kind.Name())), text(x.By), text(x.From.String() + "—" + x.Until.String()), count(len(x.Due)), count(len(x.Due) - left), share(len(x.Due)-left, len(x.Due)), text(r.planWord(&x, s.today()))}})
	}
	p.Table = t
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return err
	}
	for _, k := range inspection.Kinds {
		p.Kinds = append(p.Kinds, Choice{Link{r.label(k.Name()), string(k)}, string(k) == form.Kind})
	}
	for _, c := range pk.Checklists {
		p.Lists = append(p.Lists, Choice{Link{r.Text(c.Name), c.ID}, slices.Contains(lists, c.ID)})
	}
	return s.write(w, r, status, "visitplans.html", p)
}

func (r *request) planWord(p *flow.VisitPlan, today edu.Date) string {
	switch {
	case p.Ended:
		return r.T("safety.plan.ended")
	case len(p.Left()) == 0:
		return r.T("safety.plan.whole")
	case p.Until < today:
		return r.T("safety.plan.late")
	}
	return r.T("safety.plan.runs")
}

func (s *Server) newVisitPlan(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := planTyped{v("name"), v("kind"), v("by"), v("from"), v("until"), v("schools")}
	lists := r.PostForm["list"]
	show := func(why string) error {
		return s.showVisitPlans(w, r, http.StatusUnprocessableEntity, f, lists, why)
	}
	p := inspection.Plan{Name: f.Name, Kind: inspection.Kind(f.Kind), By: f.By, Checklists: lists}
	for _, d := range []struct {
		typed string
		to    *edu.Date
	}{{f.From, &p.From}, {f.Until, &p.Until}} {
		var err error
		if *d.to, err = r.dayTyped(d.typed); err != nil {
			return s.orSay(err, show, r)
		}
	}
	if reach := r.who.Reach(auth.KeepSafety); !reach.Whole && len(reach.Units) > 0 {
		p.Unit = reach.Units[0]
	}
	if f.Schools != "" {
		all, err := s.safety.SafetySchools(r.Context(), r.who, auth.KeepSafety)
		if err != nil {
			return err
		}
		for _, name := range strings.FieldsFunc(f.Schools, func(c rune) bool { return strings.ContainsRune("、;；,，\r\n", c) }) {
			u, ok := schoolNamed(all, name)
			if !ok {
				return show(r.noSchool(all, name))
			}
			if !slices.Contains(p.Schools, u.ID) {
				p.Schools = append(p.Schools, u.ID)
			}
		}
	}
	kept, err := s.safety.KeepVisitPlan(r.Context(), r.who, p)
	if err != nil {
		return s.orSay(err, show, r)
	}
	return away{"/safety/plans/" + kept.ID}
}

type visitPlanPage struct {
	Shell
	Sub   string
	Facts []Fact
	Table Table
	End   string
	Rev   int
}

func (s *Server) visitPlan(w http.ResponseWriter, r *request) error {
	x, err := s.safety.VisitPlan(r.Context(), r.who, r.PathValue("visitplan"))
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	left := len(x.Left())
	p := visitPlanPage{Shell: s.shell(r, x.Name, "safety"), Sub: r.T("safety.plan.sub", len(x.Due)-left, len(x.Due)), Rev: x.Rev}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.plans"), "/safety/plans"})
	p.Export = "/safety/plans/" + x.ID + "?as=xlsx"
	if x.Keep && !x.Ended {
		p.End = "/safety/plans/" + x.ID + "/end"
	}
	p.Facts = []Fact{{Term: r.T("safety.kind"), Text: r.label(x.Kind.Name())}, {Term: r.T("safety.plan.by"), Text: x.By}, {Term: r.T("safety.plan.days"), Text: x.From.String() + "—" + x.Until.String()}, {Term: r.T("safety.checklists"), Text: s.listNames(r, x.Checklists)}, {Term: r.T("status"), Text: r.planWord(x, s.today())}}
	t := Table{ID: "visitplan", Caption: r.T("safety.schools"), Empty: r.T("safety.none"), List: true, Cols: []Col{{Label: r.T("level.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.T("safety.visits"), Num: true}, {Label: r.T("safety.last")}, {Label: r.T("safety.todo")}}}
	due := slices.Clone(x.Due)
	slices.SortStableFunc(due, func(a, b flow.SafetyUnit) int { return min(x.Visited[a.ID].N, 1) - min(x.Visited[b.ID].N, 1) })
	total := len(due)
	if r.query.Get("as") != "xlsx" {
		due = due[:min(100, len(due))]
	}
	for _, u := range due {
		v := x.Visited[u.ID]
		last, do := r.T("safety.never"), text("")
		if v.Last != 0 {
			last = v.Last.String()
		}
		if x.Visit {
			do = linked(r.T("safety.begin"), "/safety/inspections/new?plan="+x.ID+"&school="+u.Code)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.Text(u.Name), "/safety/inspections?plan="+x.ID+"&school="+u.Code), text(r.Text(names(u.County).Name)), count(v.N), text(last), do}})
	}
	if total > len(due) {
		p.Sub += " · " + r.T("safety.first", len(due))
	}
	s.oneCounty(r, &t)
	p.Table = t
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, x.Name, t)
	}
	return s.render(w, r, "visitplan.html", p)
}

// listNames are the names of checklists; none are all.
func (s *Server) listNames(r *request, ids []string) string {
	pk, err := s.safety.SafetyPack()
	if err != nil || len(ids) == 0 {
		return r.T("safety.checklists.all")
	}
	var out []string
	for _, id := range ids {
		if c := pk.Checklist(id); c != nil {
			out = append(out, r.Text(c.Name))
		}
	}
	return r.List(out)
}

func (s *Server) endVisitPlan(_ http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		return fmt.Errorf("rev: %w", fault.Invalid)
	}
	x, err := s.safety.VisitPlan(r.Context(), r.who, r.PathValue("visitplan"))
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	p := x.Plan
	p.Ended, p.Rev = true, rev
	if _, err := s.safety.KeepVisitPlan(r.Context(), r.who, p); err != nil {
		return fmt.Errorf("end plan %s: %w", p.ID, err)
	}
	return away{"/safety/plans?did=keep"}
}
