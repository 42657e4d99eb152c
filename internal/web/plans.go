package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// Plans is what the pages of the three-year action do. flow's office implements it;
// nil leaves the pages and their item of the navigation out.
type Plans interface {
	Plans(ctx context.Context, who auth.Actor) ([]flow.PlanRow, error)
	// Plan is a version of a plan; 0 is the one in force. A draft is seen by those
	// who keep or approve plans.
	Plan(ctx context.Context, who auth.Actor, id string, version int) (*flow.PlanView, error)
	// SavePlan keeps a draft. Over a revision that is not the last the answer is
	// fault.Conflict, with the draft as it is now.
	SavePlan(ctx context.Context, who auth.Actor, p plan.Plan, version, rev int) (plan.Version, error)
	FollowPlan(ctx context.Context, who auth.Actor, id string) (plan.Version, error)
	ActPlan(ctx context.Context, who auth.Actor, id string, version, rev int, act plan.Act, text string) (plan.Version, error)
	DiffPlan(ctx context.Context, who auth.Actor, id string, from, to int) ([]plan.Change, error)
	PlanTargets(ctx context.Context, who auth.Actor, v *flow.PlanView) ([]flow.TargetLive, error)
	PlanTasks(ctx context.Context, who auth.Actor, id string) (*flow.PlanTasks, error)
	TaskOfMeasure(ctx context.Context, who auth.Actor, id, measure, sent string) (task.Task, error)
	FromDraft(ctx context.Context, who auth.Actor, into flow.DraftInto, lines []draft.Line, sent string) (plan.Version, []string, []task.Task, error)
	Owner(ctx context.Context, who auth.Actor, body string) (*flow.OwnerView, error)
	PlanCounty(ctx context.Context, who auth.Actor, id string, version int, county edu.UnitID) (*flow.PlanCounty, error)
	ReachProject(ctx context.Context, who auth.Actor, id, project string, done map[string]edu.Date, text string) error
	MayReach(ctx context.Context, who auth.Actor, v *flow.PlanView) (map[string]bool, error)
	ExportPlan(ctx context.Context, who auth.Actor, id string, version int, lang string, w io.Writer) error
	ReadPlanBook(ctx context.Context, who auth.Actor, id string, r io.ReadCloser) (*flow.PlanBook, error)
	Bodies(ctx context.Context, who auth.Actor) ([]task.Body, error)
}

// planRoutes are the addresses of plans. Which act somebody may do is in plan's
// table of steps, and the office asks for it.
func (s *Server) planRoutes() []route {
	if s.plans == nil {
		return nil
	}
	return []route{
		{"GET /plan", auth.ReadTasks, aboutReach, s.planList},
		{"POST /plan", auth.KeepPlan, aboutWhole, s.newPlan},
		{"GET /plan/{plan}", auth.ReadTasks, aboutReach, s.planPage},
		{"GET /plan/{plan}/targets/{target}", auth.ReadTasks, aboutReach, s.targetPage},
		{"GET /plan/{plan}/gantt", auth.ReadTasks, aboutReach, s.ganttPage},
		{"GET /plan/{plan}/matrix", auth.ReadTasks, aboutReach, s.planMatrix},
		{"GET /plan/{plan}/counties/{county}", auth.ReadRegion, aboutCounty, s.planCounty},
		{"GET /plan/{plan}/diff", auth.ReadTasks, aboutReach, s.planDiff},
		{"GET /plan/{plan}/export", auth.ReadTasks, aboutReach, s.exportPlan},
		{"GET /plan/{plan}/edit", auth.KeepPlan, aboutWhole, s.editPlan},
		{"POST /plan/{plan}/edit", auth.KeepPlan, aboutWhole, s.savePart},
		{"POST /plan/{plan}/follow", auth.KeepPlan, aboutWhole, s.followPlan},
		{"POST /plan/{plan}/acts", auth.ReadTasks, aboutReach, s.actPlan},
		{"POST /plan/{plan}/tasks", auth.GiveTasks, aboutReach, s.taskOfMeasure},
		{"POST /plan/{plan}/projects", auth.DoTasks, aboutReach, s.reachProject},
		{"POST /plan/{plan}/upload", auth.KeepPlan, aboutWhole, s.readPlanBook},
		{"POST /plan/{plan}/import/upload", auth.KeepPlan, aboutWhole, s.importPlan},
		{"GET /owners/{body}", auth.ReadTasks, aboutReach, s.ownerPage},
	}
}

// planLight tells that an address is of plans, whose pages measure what they need
// by themselves.
func planLight(path string) bool {
	return path == "/plan" || strings.HasPrefix(path, "/plan/") || strings.HasPrefix(path, "/owners/")
}

// planNavigation adds the three-year action to the group of daily work.
func (s *Server) planNavigation(r *request, sh *Shell) {
	if s.plans != nil && r.who.May(auth.ReadTasks) {
		sh.item("plan", r.T("plan.nav"), "", "M2 3h12M2 3v11M5 6h5M7 9h6M4 12h4", "/plan", 0)
	}
}

// Planning tells that the page is of a plan: it has the styles of those.
func (sh Shell) Planning() bool { return sh.Section == "plan" }

type planListPage struct {
	Shell
	Sub   string
	Table Table
	New   bool
	Form  newPlanForm
	Error string
}

type newPlanForm struct {
	Name, ID, From, To string
	Open               bool
}

func (s *Server) planList(w http.ResponseWriter, r *request) error {
	return s.showPlans(w, r, http.StatusOK, newPlanForm{}, "")
}

func (s *Server) showPlans(w http.ResponseWriter, r *request, status int, form newPlanForm, why string) error {
	list, err := s.plans.Plans(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("plans: %w", err)
	}
	p := planListPage{Shell: s.shell(r, r.T("plan.title"), "plan"), New: r.who.Reach(auth.KeepPlan).Whole, Form: form, Error: why}
	if year := s.now().Year(); form.From == "" {
		p.Form.From, p.Form.To = strconv.Itoa(year), strconv.Itoa(year+2)
	}
	p.Sub = r.T("plan.list.sub", len(list))
	t := Table{ID: "plans", Caption: r.T("plan.title"), Empty: r.T("plan.none"), List: true, Cols: []Col{{Label: r.T("plan.name"), Wrap: true}, {Label: r.T("plan.years")}, {Label: r.T("plan.version")}, {Label: r.T("status")},
		{Label: r.T("plan.targets"), Num: true}, {Label: r.T("plan.measures"), Num: true}, {Label: r.T("plan.projects"), Num: true}, {Label: r.T("plan.open")}}}
	for _, x := range list {
		open := text("")
		if x.Newest.Version != x.Version {
			open = linked(r.T("plan.open.version", x.Newest.Version, r.Text(x.Newest.State.Name())), toPlan(x.ID, "v", strconv.Itoa(x.Newest.Version)))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(x.Name, toPlan(x.ID)), text(fmt.Sprintf("%d—%d", x.From, x.To)), text(r.T("plan.v", x.Version)), lampCell(r.planState(x.State)), count(x.Targets), count(x.Measures), count(x.Projects), open}})
	}
	p.Table = t
	return s.write(w, r, status, "plans.html", p)
}

// planState is a state as a lamp; it says where a version is, not how good it is.
func (l locale) planState(st plan.State) Lamp {
	out := Lamp{Word: l.Text(st.Name()), Tone: chart.Open}
	switch st {
	case plan.Approved:
		out.Tone = chart.Good
	case plan.HandedIn:
		out.Tone = chart.Near
	}
	return out
}

// toPlan is the address of a plan with some keys.
func toPlan(id string, kv ...string) string { return toPlanPart(id, "", kv...) }

func toPlanPart(id, part string, kv ...string) string {
	to := "/plan/" + url.PathEscape(id) + part
	if q := with(nil, kv...); len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

// newPlan makes a plan with the lines that every action has.
func (s *Server) newPlan(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := newPlanForm{Name: v("name"), ID: strings.ToLower(v("id")), From: v("from"), To: v("to"), Open: true}
	from, err1 := strconv.Atoi(f.From)
	to, err2 := strconv.Atoi(f.To)
	again := func(why string) error { return s.showPlans(w, r, http.StatusUnprocessableEntity, f, why) }
	if err1 != nil || err2 != nil || f.Name == "" || f.ID == "" {
		return again(r.T("plan.new.lacks"))
	}
	made, err := s.plans.SavePlan(r.Context(), r.who, plan.Default(f.ID, f.Name, "", from, to), 1, 0)
	if err != nil {
		return s.orSay(err, again, r)
	}
	return away{toPlan(made.ID, "v", "1", "did", "save")}
}

// version is the version of a plan that the address names.
func (s *Server) version(r *request) (*flow.PlanView, error) {
	n := 0
	if v := r.query.Get("v"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 {
			return nil, fmt.Errorf("version %q: %w", v, fault.Invalid)
		}
	}
	v, err := s.plans.Plan(r.Context(), r.who, r.PathValue("plan"), n)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return v, nil
}

// versionKey is the key of a version for addresses: none for the one in force.
func versionKey(v *flow.PlanView) string {
	for _, x := range v.Versions {
		if x.State == plan.Approved {
			if x.Version == v.Version.Version {
				return ""
			}
			break
		}
	}
	return strconv.Itoa(v.Version.Version)
}

// planCrumbs lead from a part of a plan to the plan.
func (r *request) planCrumbs(v *flow.PlanView) []Link {
	return []Link{{r.T("plan.title"), "/plan"}, {v.Plan.Name, toPlan(v.ID, "v", versionKey(v))}}
}

// planTabs are the pages of a plan.
func (r *request) planTabs(v *flow.PlanView, now string) []Choice {
	var out []Choice
	for _, x := range []struct{ key, word string }{{"", r.T("plan.tab.plan")}, {"/matrix", r.T("plan.tab.matrix")}, {"/gantt", r.T("plan.tab.gantt")}} {
		out = append(out, Choice{Link{x.word, toPlanPart(v.ID, x.key, "v", versionKey(v))}, x.key == now})
	}
	return out
}
