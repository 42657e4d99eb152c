package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
)

// planEditPage is the form of one part of a draft.
type planEditPage struct {
	Shell
	ID         string
	Part       string // id; empty for a new one
	New, In    string
	Rev        int
	Groups     []editGroup
	Error      string
	Conflict   []string // what this form would change in what stands now
	By         string   // who saved meanwhile
	Bodies     []string
	Indicators []string
	Back       string
	Remove     bool
}

// planDraft is the draft of a plan, which alone can be edited.
func (s *Server) planDraft(r *request) (*flow.PlanView, error) {
	id := r.PathValue("plan")
	v, err := s.plans.Plan(r.Context(), r.who, id, 0)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	for _, x := range v.Versions {
		if x.State == plan.Draft {
			if v, err = s.plans.Plan(r.Context(), r.who, id, x.Version); err != nil {
				return nil, fmt.Errorf("plan: %w", err)
			}
			if v.Keeps {
				return v, nil
			}
			return nil, forbidden("edit a plan")
		}
	}
	return nil, auth.Refuse(fault.Conflict, "这个方案没有可以修改的草案：请先开始新版本", "the plan has no draft to edit: begin a new version first")
}

// part finds the part that a form is about in a plan, or makes it, and gives how
// its form is shown and read, and how it is taken out (nil where it cannot be).
func (e *editor) part(id, fresh, in string) (title string, show func() []editGroup, take func() error, remove func(), err error) {
	p, r := e.p, e.r
	notThere := func() error { return fmt.Errorf("part %q of plan %s: %w", id+fresh+in, p.ID, fault.NotFound) }
	if fresh != "" {
		switch fresh {
		case "target", "measure":
			l := p.Line(in)
			if l == nil {
				return "", nil, nil, nil, notThere()
			}
			if fresh == "target" {
				t := &plan.Target{Combine: plan.Each, BaseYear: p.From - 1}
				return r.T("plan.new.target"), func() []editGroup { return e.target(t) }, func() error {
					if err := e.takeTarget(t); err != nil {
						return err
					}
					t.ID = p.NewID(plan.TargetID)
					l.Targets = append(l.Targets, *t)
					return nil
				}, nil, nil
			}
			m := &plan.Measure{}
			return r.T("plan.new.measure"), func() []editGroup { return e.measure(m) }, func() error {
				if err := e.takeMeasure(m); err != nil {
					return err
				}
				m.ID = p.NewID(plan.MeasureID)
				l.Measures = append(l.Measures, *m)
				return nil
			}, nil, nil
		case "project":
			_, m := p.Measure(in)
			if m == nil {
				return "", nil, nil, nil, notThere()
			}
			x := &plan.Project{}
			return r.T("plan.new.project"), func() []editGroup { return e.project(x) }, func() error {
				if err := e.takeProject(x); err != nil {
					return err
				}
				x.ID = p.NewID(plan.ProjectID)
				m.Projects = append(m.Projects, *x)
				return nil
			}, nil, nil
		}
		return "", nil, nil, nil, notThere()
	}
	if id == "plan" {
		return r.T("plan.edit.head"), e.head, e.takeHead, nil, nil
	}
	if l := p.Line(id); l != nil {
		return r.T("plan.edit.line", l.Name), func() []editGroup { return e.line(l) }, func() error { return e.takeLine(l) }, nil, nil
	}
	if l, t := p.Target(id); t != nil {
		return r.T("plan.edit.target", t.Name), func() []editGroup { return e.target(t) }, func() error { return e.takeTarget(t) }, func() {
			l.Targets = slices.DeleteFunc(l.Targets, func(x plan.Target) bool { return x.ID == id })
			for i := range p.Lines {
				for k := range p.Lines[i].Measures {
					if m := &p.Lines[i].Measures[k]; m.Target == id {
						m.Target = ""
					}
				}
			}
		}, nil
	}
	if l, m := p.Measure(id); m != nil {
		return r.T("plan.edit.measure"), func() []editGroup { return e.measure(m) }, func() error { return e.takeMeasure(m) }, func() {
			l.Measures = slices.DeleteFunc(l.Measures, func(x plan.Measure) bool { return x.ID == id })
		}, nil
	}
	if m, x := p.Project(id); x != nil {
		return r.T("plan.edit.project", x.Name), func() []editGroup { return e.project(x) }, func() error { return e.takeProject(x) }, func() {
			m.Projects = slices.DeleteFunc(m.Projects, func(y plan.Project) bool { return y.ID == id })
		}, nil
	}
	return "", nil, nil, nil, notThere()
}

func (s *Server) editor(r *request, v *flow.PlanView) (*editor, error) {
	bodies, err := s.plans.Bodies(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	p := v.Plan.Clone()
	return &editor{r: r, s: s, v: v, p: &p, form: r.PostForm, bodies: bodies}, nil
}

// editPlan shows the form of a part.
func (s *Server) editPlan(w http.ResponseWriter, r *request) error {
	v, err := s.planDraft(r)
	if err != nil {
		return err
	}
	e, err := s.editor(r, v)
	if err != nil {
		return err
	}
	return s.showPart(w, r, e, http.StatusOK, planEditPage{Part: r.query.Get("part"), New: r.query.Get("new"), In: r.query.Get("in")})
}

func (s *Server) showPart(w http.ResponseWriter, r *request, e *editor, status int, p planEditPage) error {
	if p.Part == "" && p.New == "" {
		p.Part = "plan"
	}
	title, show, _, remove, err := e.part(p.Part, p.New, p.In)
	if err != nil {
		return err
	}
	p.Shell = s.shell(r, title, "plan", r.planCrumbs(e.v)...)
	p.ID, p.Groups, p.Remove = e.v.ID, e.retyped(show()), remove != nil
	if p.Rev == 0 {
		p.Rev = e.v.Rev
	}
	for _, b := range e.bodies {
		if !strings.HasPrefix(b.ID, "unit:") {
			p.Bodies = append(p.Bodies, r.Text(b.Name))
		}
	}
	if p.New == "target" || strings.HasPrefix(p.Part, plan.TargetID) {
		p.Bodies, p.Indicators = nil, e.indicators()
	} else if !strings.HasPrefix(p.Part, plan.MeasureID) && p.New != "measure" {
		p.Bodies = nil
	}
	p.Back = toPlan(e.v.ID, "v", versionKey(e.v), "line", e.lineOf(p.Part, p.In))
	return s.write(w, r, status, "planedit.html", p)
}

// lineOf is the line to which a part belongs.
func (e *editor) lineOf(part, in string) string {
	for _, id := range []string{part, in} {
		if e.p.Line(id) != nil {
			return id
		}
		if l, t := e.p.Target(id); t != nil {
			return l.ID
		}
		m, x := e.p.Project(id)
		if x != nil {
			id = m.ID
		}
		if l, m := e.p.Measure(id); m != nil {
			return l.ID
		}
	}
	return ""
}

// savePart takes the form of a part. It changes that part alone; where somebody
// saved meanwhile it says what the form would change in what stands now.
func (s *Server) savePart(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	f := planEditPage{Part: r.PostFormValue("part"), New: r.PostFormValue("new"), In: r.PostFormValue("in")}
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil || f.Part == "" && f.New == "" {
		return fmt.Errorf("the form names no part: %w", fault.Invalid)
	}
	v, err := s.planDraft(r)
	if err != nil {
		return err
	}
	e, err := s.editor(r, v)
	if err != nil {
		return err
	}
	_, _, take, remove, err := e.part(f.Part, f.New, f.In)
	if err != nil {
		return err
	}
	line := e.lineOf(f.Part, f.In)
	again := func(why string) error {
		f.Error, f.Rev = why, v.Rev
		return s.showTyped(w, r, e, http.StatusUnprocessableEntity, f)
	}
	switch do := r.PostFormValue("do"); {
	case do == "remove" && remove != nil:
		remove()
	default:
		if err := take(); err != nil {
			return s.orSay(err, again, r)
		}
	}
	if rev != v.Rev {
		return s.planConflict(w, r, e, v, f)
	}
	now, err := s.plans.SavePlan(r.Context(), r.who, *e.p, v.Version.Version, rev)
	if errors.Is(err, fault.Conflict) && now.Rev != rev && now.Rev > 0 {
		v.Version = now
		return s.planConflict(w, r, e, v, f)
	}
	if err != nil {
		return s.orSay(err, again, r)
	}
	return away{toPlan(v.ID, "v", strconv.Itoa(v.Version.Version), "line", line, "did", "save")}
}

// planConflict shows what stands now, and what the form would change in it.
func (s *Server) planConflict(w http.ResponseWriter, r *request, e *editor, v *flow.PlanView, f planEditPage) error {
	f.By = v.ByName
	for _, c := range plan.Diff(&v.Plan, e.p, v.Name) {
		f.Conflict = append(f.Conflict, r.Text(c.Text))
	}
	f.Error, f.Rev = r.T("plan.conflict", v.ByName), v.Rev
	return s.showTyped(w, r, e, http.StatusConflict, f)
}

// showTyped shows a form again as it was typed.
func (s *Server) showTyped(w http.ResponseWriter, r *request, e *editor, status int, f planEditPage) error {
	e.retype = true
	fresh := e.v.Plan.Clone()
	e.p = &fresh
	return s.showPart(w, r, e, status, f)
}

// retyped puts what was typed into the fields of a form.
func (e *editor) retyped(groups []editGroup) []editGroup {
	if !e.retype {
		return groups
	}
	put := func(f *editField) {
		if f.Name == "" {
			return
		}
		v := e.form.Get(f.Name)
		f.Value, f.On = v, v != ""
		for i := range f.Choices {
			f.Choices[i].On = f.Choices[i].Href == v
		}
	}
	for g := range groups {
		for i := range groups[g].Fields {
			put(&groups[g].Fields[i])
		}
		if groups[g].Rows != nil {
			for _, row := range groups[g].Rows.Rows {
				for i := range row {
					put(&row[i])
				}
			}
		}
	}
	return groups
}

// followPlan opens the next version.
func (s *Server) followPlan(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	if r.PostFormValue("from") == "" {
		return fmt.Errorf("the form does not say which version to follow: %w", fault.Invalid)
	}
	next, err := s.plans.FollowPlan(r.Context(), r.who, r.PathValue("plan"))
	if err != nil {
		return s.planSays(w, r, err)
	}
	return away{toPlan(next.ID, "v", strconv.Itoa(next.Version))}
}

// planSays shows the plan again with what was wrong.
func (s *Server) planSays(w http.ResponseWriter, r *request, err error) error {
	return s.orSay(err, func(why string) error {
		n, _ := strconv.Atoi(r.PostFormValue("v"))
		v, err := s.plans.Plan(r.Context(), r.who, r.PathValue("plan"), n)
		if err != nil {
			return fmt.Errorf("plan: %w", err)
		}
		return s.showPlan(w, r, v, http.StatusConflict, why)
	}, r)
}

// actPlan hands a version in, approves it, returns or drops it.
func (s *Server) actPlan(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	act := plan.Act(r.PostFormValue("act"))
	version, err1 := strconv.Atoi(r.PostFormValue("v"))
	rev, err2 := strconv.Atoi(r.PostFormValue("rev"))
	if act.Needs() == "" || act == plan.Save || err1 != nil || err2 != nil {
		return fmt.Errorf("act %q: %w", act, fault.Invalid)
	}
	v, err := s.plans.ActPlan(r.Context(), r.who, r.PathValue("plan"), version, rev, act, r.PostFormValue("text"))
	if err != nil {
		return s.planSays(w, r, err)
	}
	if v.State == plan.Dropped {
		return away{toPlan(v.ID, "did", string(act))}
	}
	return away{toPlan(v.ID, "v", strconv.Itoa(v.Version), "did", string(act))}
}

// exportPlan sends a version as a workbook.
func (s *Server) exportPlan(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := s.plans.ExportPlan(r.Context(), r.who, v.ID, v.Version.Version, r.Lang(), &b); err != nil {
		return fmt.Errorf("workbook of plan %s: %w", v.ID, err)
	}
	s.sendFile(w, r, fmt.Sprintf("%s-v%d.xlsx", v.Plan.Name, v.Version.Version), []byte(b.String()))
	return nil
}

// planImportPage shows what an edited workbook would change.
type planImportPage struct {
	Shell
	ID      string
	Rev     int
	Changes []string
	Notes   []string
	Faults  []Fact
	Errors  []string
	Body    string
	Back    string
}

// readPlanBook reads an edited workbook and shows what it would change; nothing is
// kept yet.
func (s *Server) readPlanBook(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	v, err := s.planDraft(r)
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	p := planImportPage{ID: v.ID, Back: toPlan(v.ID, "v", versionKey(v)), Shell: s.shell(r, r.T("plan.import.title"), "plan", r.planCrumbs(v)...)}
	book, err := s.plans.ReadPlanBook(r.Context(), r.who, v.ID, f)
	if err != nil {
		return s.orSay(err, func(why string) error {
			p.Errors = strings.Split(why, "\n")
			return s.write(w, r, http.StatusUnprocessableEntity, "planimport.html", p)
		}, r)
	}
	p.Rev = book.Rev
	for _, c := range book.Changes {
		p.Changes = append(p.Changes, r.Text(c.Text))
	}
	for _, n := range book.Notes {
		p.Notes = append(p.Notes, r.Text(n))
	}
	for _, x := range book.Faults {
		p.Faults = append(p.Faults, Fact{Term: r.Text(x.Where), Text: r.Text(x.Text)})
	}
	if len(p.Changes) > 0 {
		body, err := json.Marshal(book.Plan)
		if err != nil {
			return err
		}
		p.Body = string(body)
	}
	return s.render(w, r, "planimport.html", p)
}

// importPlan keeps what an edited workbook says. It travels in the form, so it is
// checked like any other edit.
func (s *Server) importPlan(w http.ResponseWriter, r *request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	var p plan.Plan
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if bad := json.Unmarshal([]byte(r.PostFormValue("plan")), &p); bad != nil || err != nil {
		return fmt.Errorf("the form holds no plan: %w", fault.Invalid)
	}
	v, err := s.planDraft(r)
	if err != nil {
		return err
	}
	if p.ID != v.ID || p.Unit != v.Unit {
		return fmt.Errorf("the form holds another plan: %w", fault.Invalid)
	}
	if _, err := s.plans.SavePlan(r.Context(), r.who, p, v.Version.Version, rev); err != nil {
		return s.planSays(w, r, err)
	}
	return away{toPlan(v.ID, "v", strconv.Itoa(v.Version.Version), "did", "save")}
}
