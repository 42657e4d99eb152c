package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/store"
	"shuren/internal/task"
)

// PlanTasks are the tasks that serve a plan, by measure. A task that serves
// several measures stands under each, and is one all the same.
type PlanTasks struct {
	By      map[string][]task.Row
	All     []task.Row
	Outcome map[task.Outcome]int // 收官: how the closed ones ended
	Closed  int
}

// PlanTasks gives the tasks that serve a plan, of the reader's part.
func (o *Office) PlanTasks(ctx context.Context, who auth.Actor, id string) (*PlanTasks, error) {
	page, err := o.Tasks(ctx, who, task.Filter{Plan: id, Size: -1})
	if err != nil {
		return nil, err
	}
	out := &PlanTasks{By: map[string][]task.Row{}, All: page.Tasks, Outcome: map[task.Outcome]int{}}
	for _, t := range page.Tasks {
		for _, s := range t.Serves {
			if s.Plan == id {
				out.By[s.Measure] = append(out.By[s.Measure], t)
			}
		}
		if t.State == task.Closed {
			out.Closed++
			out.Outcome[t.Outcome]++
		}
	}
	return out, nil
}

// measureTask is the task that a measure becomes: its words, its owners, its limit. The
// bureau of whose plan it is gives it; who owes it is the measure's lead.
func measureTask(p *plan.Plan, m *plan.Measure) task.Task {
	t := task.Task{
		Title: clipRunes(m.Text, 500), Demand: clipRunes(m.Text, 2000), Issuer: task.BureauOf(p.Unit), Due: m.Due, Standing: m.Standing,
		Source: task.Source{Kind: task.FromPlan, Ref: p.ID, Item: m.ID, Name: clipRunes(p.Name, 300), Text: clipRunes(m.Source, 4000)},
		Serves: []task.Serves{{Plan: p.ID, Measure: m.ID}},
	}
	lead := m.Lead()
	if lead != nil {
		t.Lead, t.Duty = lead.Body, lead.Duty
	}
	for i := range m.Owners {
		if o := &m.Owners[i]; o.Body != "" && o.Body != t.Lead {
			t.With = appendNew(t.With, o.Body)
		}
	}
	if _, x := p.Target(m.Target); x != nil && x.Indicator != "" && (x.Of == plan.Value || x.Of == plan.Passed) {
		t.Target = task.Target{Scheme: x.Scheme, Indicator: x.Indicator, Unit: p.Unit}
	}
	for i := range m.Projects {
		t.Funds = append(t.Funds, m.Projects[i].Money...)
	}
	return t
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

func clipRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// TaskOfMeasure drafts a task for a measure of the version in force.
func (o *Office) TaskOfMeasure(ctx context.Context, who auth.Actor, id, measure, sent string) (task.Task, error) {
	v, err := o.Plan(ctx, who, id, 0)
	if err != nil {
		return task.Task{}, err
	}
	_, m := v.Measure(measure)
	if m == nil {
		return task.Task{}, fmt.Errorf("measure %s of plan %s: %w", measure, id, fault.NotFound)
	}
	return o.NewTask(ctx, who, measureTask(&v.Plan, m), sent)
}

// DraftInto is where accepted proposals go: a plan that there is, or a new one.
type DraftInto struct {
	Plan     string // id
	Name     string // of a new plan
	From, To int
	Source   string // the notice: its name
	Tasks    bool   // a task is drafted for each as well
}

// FromDraft puts proposals of a notice that a clerk accepted into the draft version
// of a plan, opening one where none is open, and drafts their tasks: all in one
// step. It gives the draft, the ids of the measures, parallel to the lines, and the
// tasks.
func (o *Office) FromDraft(ctx context.Context, who auth.Actor, into DraftInto, lines []draft.Line, sent string) (plan.Version, []string, []task.Task, error) {
	none := plan.Version{}
	if len(lines) == 0 {
		return none, nil, nil, auth.Refuse(fault.Invalid, "没有采纳的任务建议", "no proposal was accepted")
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return none, nil, nil, err
	}
	next, err := o.open(ctx, who, into)
	if err != nil {
		return next, nil, nil, err
	}
	p := next.Plan.Clone()
	ids := plan.FromDraft(&p, lines, b.said)
	next, err = o.over(b, who, next, p)
	if err != nil {
		return next, nil, nil, err
	}
	var moves []store.TaskMove
	var recs []audit.Record
	if into.Tasks {
		var ts []task.Task
		for _, id := range ids {
			_, m := p.Measure(id)
			t := measureTask(&p, m)
			if into.Source != "" {
				t.Source.Name = clipRunes(into.Source, 300)
			}
			ts = append(ts, t)
		}
		if moves, recs, err = o.drafted(ctx, who, ts, sent); err != nil {
			return next, nil, nil, err
		}
	}
	next, tasks, err := o.put(ctx, who, next, "plan.draft", moves, recs...)
	return next, ids, tasks, err
}

// open gives the draft of a plan: the open one, the one after the version in
// force, or that of a new plan.
func (o *Office) open(ctx context.Context, who auth.Actor, into DraftInto) (plan.Version, error) {
	if into.Plan == "" {
		id := "p" + strings.ToLower(rand.Text()[:10])
		if strings.TrimSpace(into.Name) == "" {
			return plan.Version{}, auth.Refuse(fault.Invalid, "未填方案名称", "the plan's name is missing")
		}
		return plan.Version{Plan: plan.Default(id, strings.TrimSpace(into.Name), "", into.From, into.To), Version: 1, State: plan.Draft}, nil
	}
	all, _, err := o.versions(ctx, who, into.Plan)
	if err != nil {
		return plan.Version{}, err
	}
	list := all[into.Plan]
	if len(list) == 0 {
		return plan.Version{}, fmt.Errorf("plan %s: %w", into.Plan, fault.NotFound)
	}
	for _, v := range list {
		switch v.State {
		case plan.Draft:
			return v, nil
		case plan.HandedIn:
			return v, auth.Refuse(fault.Conflict, "这个方案有一个版本正待批准，批准或退回后才能列入", "a version of the plan waits for approval: it must be decided on first")
		}
	}
	now := list[shown(list)]
	next := plan.Following(now)
	next.Version = list[0].Version + 1
	return next, nil
}

// OwnerView is all that a body owes.
type OwnerView struct {
	Body     task.Body
	Measures []Owed
	Projects int
	Tasks    task.Page
}

// Owed is a measure for which a body answers.
type Owed struct {
	Plan    PlanRow
	Line    *plan.Line
	Measure *plan.Measure
	Duties  []task.Duty
	Lead    bool
	Tasks   []task.Row
	Reached Reached
}

// Owner gives all that a body owes: measures of plans in force, their projects, and
// tasks.
func (o *Office) Owner(ctx context.Context, who auth.Actor, body string) (*OwnerView, error) {
	all, b, err := o.versions(ctx, who, "")
	if err != nil {
		return nil, err
	}
	x, ok := b.find(body)
	if !ok {
		return nil, fmt.Errorf("body %s: %w", body, fault.NotFound)
	}
	x.Members = nil
	out := &OwnerView{Body: x}
	rows, err := o.Plans(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.State != plan.Approved {
			continue
		}
		list := all[r.ID]
		v := &list[shown(list)]
		var tasks *PlanTasks
		reached, _, err := o.reached(ctx, r.ID, v.Unit)
		if err != nil {
			return nil, err
		}
		for i := range v.Lines {
			for k := range v.Lines[i].Measures {
				m := &v.Lines[i].Measures[k]
				duties, lead, any := m.Owes(body)
				if !any {
					continue
				}
				if tasks == nil {
					if tasks, err = o.PlanTasks(ctx, who, r.ID); err != nil {
						return nil, err
					}
				}
				out.Measures = append(out.Measures, Owed{r, &v.Lines[i], m, duties, lead, tasks.By[m.ID], reached})
				out.Projects += len(m.Projects)
			}
		}
	}
	out.Tasks, err = o.Tasks(ctx, who, task.Filter{Body: body, Live: true, Sort: "due", Size: 100})
	return out, err
}

// PlanCounty is what a plan asks of a county: 一县一案.
type PlanCounty struct {
	View     *PlanView
	ID       edu.UnitID
	Name     edu.Text
	Targets  []CountyTarget
	Measures []Owed
	Projects []CountyProject
	Tasks    []task.Row
}

// CountyTarget is a target with the county's share of it.
type CountyTarget struct {
	TargetLive
	County CountyLive
}

// CountyProject is a project that lies in the county, or that its bodies lead.
type CountyProject struct {
	Measure *plan.Measure
	Project *plan.Project
	Reached ProjectReached
}

// PlanCounty gives a county's view of a plan: of its own readers, and of those who
// see it.
func (o *Office) PlanCounty(ctx context.Context, who auth.Actor, id string, version int, county edu.UnitID) (*PlanCounty, error) {
	v, err := o.Plan(ctx, who, id, version)
	if err != nil {
		return nil, err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return nil, err
	}
	u, ok := b.tree.Unit(county)
	if r := who.Reach(auth.ReadTasks); !ok || u.Level != edu.County || !withinReach(b.tree, r, county) {
		return nil, fmt.Errorf("county %s: %w", county, fault.NotFound)
	}
	out := &PlanCounty{View: v, ID: county, Name: lastAttrs(u).Name}
	targets, err := o.PlanTargets(ctx, who, v)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		for _, c := range t.Counties {
			if c.ID == county {
				out.Targets = append(out.Targets, CountyTarget{t, c})
			}
		}
	}
	tasks, err := o.PlanTasks(ctx, who, id)
	if err != nil {
		return nil, err
	}
	mine := func(body string) bool {
		x, ok := b.find(body)
		return ok && x.County == county
	}
	for i := range v.Lines {
		for k := range v.Lines[i].Measures {
			m := &v.Lines[i].Measures[k]
			x := Owed{Line: &v.Lines[i], Measure: m, Reached: v.Reached}
			for _, ow := range m.Owners {
				if ow.Body != "" && mine(ow.Body) {
					x.Duties, x.Lead = append(x.Duties, ow.Duty), x.Lead || ow.Lead
				}
			}
			for _, t := range tasks.By[m.ID] {
				if mine(t.Lead) || anyOf(t.With, mine) {
					x.Tasks = append(x.Tasks, t)
				}
			}
			if len(x.Duties) > 0 || len(x.Tasks) > 0 {
				out.Measures = append(out.Measures, x)
			}
			for n := range m.Projects {
				p := &m.Projects[n]
				if p.School != "" && under(b.tree, p.School, county) {
					out.Projects = append(out.Projects, CountyProject{m, p, v.Reached[p.ID]})
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, m := range out.Measures {
		for _, t := range m.Tasks {
			if !seen[t.ID] {
				seen[t.ID] = true
				out.Tasks = append(out.Tasks, t)
			}
		}
	}
	return out, nil
}

func anyOf(list []string, ok func(string) bool) bool {
	for _, s := range list {
		if ok(s) {
			return true
		}
	}
	return false
}
