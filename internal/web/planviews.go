package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// ganttView is the plan by quarter.
type ganttView struct {
	Shell
	Sub   string
	Tabs  []Choice
	Lines []Choice
	Chart chart.Spec
	Data  chart.Table
	Late  string
}

// mostSpans is how many rows a page draws; a plan of more shows a line at a time.
const mostSpans = 70

func (s *Server) ganttPage(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	tasks, err := s.plans.PlanTasks(r.Context(), r.who, v.ID)
	if err != nil {
		return fmt.Errorf("tasks of plan %s: %w", v.ID, err)
	}
	p := ganttView{Shell: s.shell(r, r.T("plan.gantt.title"), "plan", r.planCrumbs(v)...), Sub: r.T("plan.matrix.sub", v.Plan.Name, v.Version.Version), Tabs: r.planTabs(v, "/gantt")}
	now := r.query.Get("line")
	_, measures, projects := v.Size()
	all := len(v.Lines)+measures+projects <= mostSpans
	if now == "" && !all && len(v.Lines) > 0 {
		now = v.Lines[0].ID
	}
	var lines []*plan.Line
	if all {
		p.Lines = append(p.Lines, Choice{Link{r.T("any"), r.here("line", "")}, now == ""})
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		if len(l.Measures) > 0 {
			p.Lines = append(p.Lines, Choice{Link{l.Name, r.here("line", l.ID)}, l.ID == now})
			if now == "" || l.ID == now {
				lines = append(lines, l)
			}
		}
	}
	today := collect.Today(s.now())
	standing := func(m *plan.Measure) plan.Standing { return measureStands(tasks.By[m.ID], m.Standing) }
	href := func(id string) string {
		line := ""
		if l, m := v.Measure(id); m != nil {
			line = l.ID
		} else if m, _ := v.Project(id); m != nil {
			l, _ := v.Measure(m.ID)
			line = l.ID
		}
		return toPlan(v.ID, "v", versionKey(v), "line", line) + "#" + id
	}
	p.Chart = v.Gantt(r.Lang(), today, lines, standing, href, v.Reached.On)
	p.Data = p.Chart.Table()
	p.Late = p.Chart.Says
	if r.query.Get("as") == "xlsx" {
		t := Table{Sheet: p.Title, Caption: p.Title}
		for _, h := range p.Data.Head {
			t.Cols = append(t.Cols, Col{Label: h, Wrap: true})
		}
		for _, row := range p.Data.Rows {
			var cells []Cell
			for _, c := range row {
				cells = append(cells, text(c))
			}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		return s.sendTables(w, r, p.Title+"-"+v.Plan.Name, p.Sub, edu.Period{}, []Table{t})
	}
	p.Export = r.here("as", "xlsx")
	return s.render(w, r, "plangantt.html", p)
}

// targetView is one target: its way through the years, and the counties' shares.
type targetView struct {
	Shell
	Sub   string
	Lamp  Lamp
	Facts []Fact
	Chart *chartView
	Share []string
	Table Table
	Edit  string
	Rule  string
}

func (s *Server) targetPage(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	id := r.PathValue("target")
	list, err := s.plans.PlanTargets(r.Context(), r.who, v)
	if err != nil {
		return fmt.Errorf("targets of plan %s: %w", v.ID, err)
	}
	i := slices.IndexFunc(list, func(t flow.TargetLive) bool { return t.Target.ID == id })
	if i < 0 {
		return fmt.Errorf("target %s of plan %s: %w", id, v.ID, fault.NotFound)
	}
	x := &list[i]
	t := x.Target
	p := targetView{Shell: s.shell(r, t.Name, "plan", append(r.planCrumbs(v), Link{x.Line.Name, toPlan(v.ID, "v", versionKey(v), "line", x.Line.ID) + "#line"})...), Rule: r.T("plan.rule", int(100*nearOf(v)+0.5))}
	p.Lamp = r.trackLamp(x.Progress)
	if !x.Seen {
		p.Lamp = r.unseen()
	}
	p.Sub = r.indicatorOf(x)
	if v.Keeps && v.State == plan.Draft {
		p.Edit = toPlanPart(v.ID, "/edit", "part", t.ID)
	}
	ind := Fact{Term: r.T("indicator"), Text: r.indicatorOf(x)}
	if t.Indicator != "" && t.Of != plan.RuleOf && x.Name.ZH != "" {
		ind.Link = &Link{r.T("plan.figure.page"), "/indicators/" + url.PathEscape(t.Indicator) + "?scheme=" + url.QueryEscape(t.Scheme)}
	}
	p.Facts = []Fact{ind, {Term: r.T("plan.of"), Text: r.Text(t.Of.Name()) + " · " + r.Text(t.Direction.Name())}, {Term: r.T("plan.progress"), Text: p.Lamp.Text() + " · " + p.Lamp.Why}}
	if t.Stage != "" {
		p.Facts = append(p.Facts, Fact{Term: r.T("stage"), Text: r.Stage(t.Stage)})
	}
	if t.BaseValue != nil {
		p.Facts = append(p.Facts, Fact{Term: r.T("plan.basesource"), Text: fmt.Sprintf("%d: %s · %s", t.BaseYear, plainNumber(*t.BaseValue), t.BaseSource)})
	}
	if t.Source != "" {
		p.Facts = append(p.Facts, Fact{Term: r.T("plan.basis"), Text: t.Source})
	}
	p.Chart = r.targetChart(v, x)
	for _, y := range v.Years() {
		if said, v := plan.ShareOf(t, y); v != edu.Exempt {
			p.Share = append(p.Share, r.Verdict(v).Tone.Shape()+" "+r.Text(said))
		}
	}
	p.Table = r.shareTable(v, x)
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, t.Name, p.Sub, r.period, []Table{r.targetTable(v, list[i:i+1], true), p.Table})
	}
	return s.render(w, r, "plantarget.html", p)
}

// targetChart draws the figures beside what is wanted of each year.
func (r *request) targetChart(v *flow.PlanView, x *flow.TargetLive) *chartView {
	t := x.Target
	from := v.From
	if t.BaseYear != 0 {
		from = min(from, t.BaseYear)
	}
	var names []string
	var have, want []float64
	for y := from; y <= v.To && y < from+15; y++ {
		names = append(names, strconv.Itoa(y))
		h, w := edu.Missing(), edu.Missing()
		if f, ok := x.Figures[y]; ok {
			h = f.Value
		}
		if g, ok := t.Values[y]; ok {
			w = g
		}
		have, want = append(have, h), append(want, w)
	}
	if x.Progress.Typed {
		have[0] = x.Progress.Base
	}
	spec := chart.Spec{Kind: chart.Line, Title: t.Name, Unit: t.Unit, Decimals: x.Decimals, XName: r.T("year"), X: names, Series: []chart.Series{{Name: r.T("plan.now"), Values: have}, {Name: r.T("plan.want"), Values: want, Dashed: true}}, Says: r.Text(x.Progress.Why)}
	if !x.Seen {
		spec.Series = spec.Series[1:]
		spec.Says = r.T("plan.unseen.why")
	}
	return view(spec)
}

// shareTable are the counties' shares with how far each is.
func (r *request) shareTable(v *flow.PlanView, x *flow.TargetLive) Table {
	t := Table{ID: "shares", Caption: r.T("plan.shares"), Sheet: r.T("plan.shares"), Empty: r.T("plan.shares.none"), Cols: []Col{{Label: r.T("plan.county")}, {Label: r.T("plan.base"), Num: true}, {Label: r.T("plan.now"), Num: true}}}
	for _, y := range v.Years() {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(y), Title: r.T("plan.share.of", y), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("plan.progress")}, Col{Label: r.T("plan.why"), Wrap: true})
	for _, c := range x.Counties {
		row := []Cell{linked(r.Text(c.Name), toPlanPart(v.ID, "/counties/"+c.Code, "v", versionKey(v)))}
		if c.Seen {
			row = append(row, figure(c.Progress.Base, x.Decimals), figure(c.Progress.Now, x.Decimals))
		} else {
			row = append(row, text(chart.NoNumber), text(chart.NoNumber))
			row[0] = text(r.Text(c.Name))
		}
		for _, y := range v.Years() {
			g, ok := c.Share.Values[y]
			row = append(row, goalFigure(g, ok))
		}
		if c.Seen {
			row = append(row, lampCell(r.trackLamp(c.Progress)), text(r.Text(c.Progress.Why)))
		} else {
			row = append(row, lampCell(r.unseen()), text(r.T("plan.unseen.why")))
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

// planDiff says in words what one version changes against another.
func (s *Server) planDiff(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	from, to := v.Version.Version, v.Version.Version
	for name, into := range map[string]*int{"from": &from, "to": &to} {
		if q := r.query.Get(name); q != "" {
			if *into, err = strconv.Atoi(q); err != nil || *into < 1 {
				return fmt.Errorf("version %q: %w", q, fault.Invalid)
			}
		}
	}
	changes, err := s.plans.DiffPlan(r.Context(), r.who, v.ID, from, to)
	if err != nil {
		return fmt.Errorf("versions of plan %s: %w", v.ID, err)
	}
	p := struct {
		Shell
		Sub   string
		Table Table
	}{Shell: s.shell(r, r.T("plan.diff.title", from, to), "plan", r.planCrumbs(v)...), Sub: r.T("plan.diff.sub", len(changes))}
	p.Table = Table{ID: "diff", Caption: p.Title, Empty: r.T("plan.diff.none"), Cols: []Col{{Label: r.T("plan.diff.kind")}, {Label: r.T("plan.diff.what"), Wrap: true}}}
	kinds := map[plan.ChangeKind]string{plan.Added: r.T("plan.diff.added"), plan.Removed: r.T("plan.diff.removed"), plan.Edited: r.T("plan.diff.edited")}
	for _, c := range changes {
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{text(kinds[c.Kind]), text(r.Text(c.Text))}})
	}
	return s.render(w, r, "plandiff.html", p)
}

func toOwner(body string) string { return "/owners/" + url.PathEscape(body) }

// ownerView is all that a body owes.
type ownerView struct {
	Shell
	Sub      string
	Answer   []Fact
	Measures Table
	Projects Table
	Tasks    Table
}

func (s *Server) ownerPage(w http.ResponseWriter, r *request) error {
	x, err := s.plans.Owner(r.Context(), r.who, r.PathValue("body"))
	if err != nil {
		return fmt.Errorf("owner: %w", err)
	}
	name := r.Text(x.Body.Name)
	p := ownerView{Shell: s.shell(r, name, "plan", Link{r.T("plan.title"), "/plan"}), Sub: r.T("plan.owner.sub")}
	leads := 0
	p.Measures, p.Projects = r.owedTables(x.Measures, true)
	for _, m := range x.Measures {
		if m.Lead {
			leads++
		}
	}
	p.Tasks = s.owedTasks(r, x.Tasks.Tasks)
	p.Answer = []Fact{{Term: r.T("plan.measures"), Text: r.T("plan.owner.measures", len(x.Measures), leads)}, {Term: r.T("plan.projects"), Text: r.T("plan.owner.projects", len(p.Projects.Rows))},
		{Term: r.T("plan.tasks"), Text: r.T("plan.owner.tasks", x.Tasks.Total, x.Tasks.Counts[task.Red], x.Tasks.Counts[task.Amber])}}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, name, p.Sub, edu.Period{}, []Table{p.Measures, p.Projects, p.Tasks})
	}
	return s.render(w, r, "planowner.html", p)
}

// owedTables are measures with their duties, and the projects under them.
func (r *request) owedTables(list []flow.Owed, plans bool) (measures, projects Table) {
	measures = Table{ID: "owed", Caption: r.T("plan.measures"), Sheet: r.T("plan.measures"), Empty: r.T("plan.owed.none"), Cols: []Col{{Label: r.T("plan.measure"), Wrap: true}}}
	if plans {
		measures.Cols = append(measures.Cols, Col{Label: r.T("plan.title"), Wrap: true})
	}
	measures.Cols = append(measures.Cols, Col{Label: r.T("plan.line")}, Col{Label: r.T("plan.duty")}, Col{Label: r.T("plan.due")}, Col{Label: r.T("plan.tasks")})
	projects = Table{ID: "projects", Caption: r.T("plan.projects"), Sheet: r.T("plan.projects"), Empty: r.T("plan.projects.none"), Cols: []Col{{Label: r.T("plan.project"), Wrap: true}, {Label: r.T("plan.kind")}, {Label: r.T("plan.scale"), Wrap: true}, {Label: r.T("plan.amount"), Num: true}, {Label: r.T("plan.stones"), Wrap: true}, {Label: r.T("plan.reached"), Wrap: true}}}
	for _, o := range list {
		name := text(o.Measure.Text)
		if plans {
			name = linked(o.Measure.Text, toPlan(o.Plan.ID, "line", o.Line.ID)+"#"+o.Measure.ID)
		}
		var duties []string
		for _, d := range o.Duties {
			duties = append(duties, r.Text(plan.DutyName(d)))
		}
		duty := text(r.List(duties))
		if o.Lead {
			duty.Small = r.T("plan.leads")
		}
		st := measureStands(o.Tasks, o.Measure.Standing)
		row := []Cell{name}
		if plans {
			row = append(row, text(o.Plan.Name))
		}
		measures.Rows = append(measures.Rows, Row{Cells: append(row, text(o.Line.Name), duty, text(r.measureDue(o.Measure)), lampCell(Lamp{Tone: st.Tone, Word: r.Text(st.Says)}))})
		for n := range o.Measure.Projects {
			projects.Rows = append(projects.Rows, r.projectRow(&o.Measure.Projects[n], o.Reached[o.Measure.Projects[n].ID]))
		}
	}
	return measures, projects
}

func (r *request) projectRow(p *plan.Project, got flow.ProjectReached) Row {
	var stones []string
	for _, st := range p.Stones {
		mark := chart.Open
		if got.Done[st.ID] != 0 {
			mark = chart.Good
		}
		stones = append(stones, mark.Shape()+" "+st.Day.String()+" "+st.Mark)
	}
	return Row{Cells: []Cell{text(p.Name), text(p.Kind), text(p.Scale), figure(p.Total(), decimalsOf(p.Total(), 2)), text(strings.Join(stones, "；")), text(got.Text)}}
}

func (s *Server) owedTasks(r *request, list []task.Row) Table {
	t := Table{ID: "tasks", Caption: r.T("plan.tasks"), Sheet: r.T("plan.tasks"), Empty: r.T("plan.tasks.none"), Cols: []Col{{Label: r.T("plan.task"), Wrap: true}, {Label: r.T("plan.lead")}, {Label: r.T("plan.due")}, {Label: r.T("status")}, {Label: r.T("plan.lamp")}}}
	for i := range list {
		x := &list[i]
		m := s.taskMark(r, x)
		due := x.Due.String()
		if x.Standing {
			due = r.T("plan.standing")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(m.Title, m.Href), text(r.Text(x.LeadName)), text(due), text(r.Text(x.State.Name())), lampCell(Lamp{Tone: toneOf(x.Lamp), Word: r.Text(x.Lamp.Name()), Why: r.Text(x.Why)})}})
	}
	return t
}

// planCountyView is what a plan asks of a county (一县一案), to be printed.
type planCountyView struct {
	Shell
	Sub      string
	Answer   []Fact
	Targets  Table
	Measures Table
	Projects Table
	Tasks    Table
	Rule     string
}

func (s *Server) planCounty(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	t, err := s.tree(r)
	if err != nil {
		return err
	}
	found := t.ByKey(edu.County, r.PathValue("county"))
	if len(found) != 1 {
		return fmt.Errorf("county %q: %w", r.PathValue("county"), fault.NotFound)
	}
	x, err := s.plans.PlanCounty(r.Context(), r.who, v.ID, v.Version.Version, t.Nodes[found[0]].Unit.ID)
	if err != nil {
		return fmt.Errorf("county of plan %s: %w", v.ID, err)
	}
	name := r.Text(x.Name)
	p := planCountyView{Shell: s.shell(r, r.T("plan.county.title", name), "plan", r.planCrumbs(v)...), Sub: r.T("plan.matrix.sub", v.Plan.Name, v.Version.Version), Rule: r.T("plan.rule", int(100*nearOf(v)+0.5))}
	p.Targets = Table{ID: "shares", Caption: r.T("plan.county.targets"), Sheet: r.T("plan.targets"), Empty: r.T("plan.shares.none"), Cols: []Col{{Label: r.T("plan.target"), Wrap: true}, {Label: r.T("plan.base"), Num: true}, {Label: r.T("plan.now"), Num: true}}}
	for _, y := range v.Years() {
		p.Targets.Cols = append(p.Targets.Cols, Col{Label: strconv.Itoa(y), Title: r.T("plan.share.of", y), Num: true})
	}
	p.Targets.Cols = append(p.Targets.Cols, Col{Label: r.T("plan.progress")}, Col{Label: r.T("plan.why"), Wrap: true})
	by := map[plan.Track]int{}
	for i := range x.Targets {
		c := &x.Targets[i]
		by[c.County.Progress.Track]++
		target := linked(c.Target.Name, toPlanPart(v.ID, "/targets/"+c.Target.ID, "v", versionKey(v)))
		target.Small = c.Target.Unit
		row := []Cell{target, figure(c.County.Progress.Base, c.Decimals), figure(c.County.Progress.Now, c.Decimals)}
		for _, y := range v.Years() {
			g, ok := c.County.Share.Values[y]
			row = append(row, goalFigure(g, ok))
		}
		p.Targets.Rows = append(p.Targets.Rows, Row{Cells: append(row, lampCell(r.trackLamp(c.County.Progress)), text(r.Text(c.County.Progress.Why)))})
	}
	p.Measures, _ = r.owedTables(x.Measures, false)
	_, p.Projects = r.owedTables(nil, false)
	for _, c := range x.Projects {
		p.Projects.Rows = append(p.Projects.Rows, r.projectRow(c.Project, c.Reached))
	}
	p.Tasks = s.owedTasks(r, x.Tasks)
	red := 0
	for _, k := range x.Tasks {
		if k.Lamp == task.Red {
			red++
		}
	}
	p.Answer = []Fact{{Term: r.T("plan.answer.targets"), Text: r.T("plan.answer.targets.text", len(x.Targets), by[plan.OnTrack], by[plan.Close], by[plan.Late]+by[plan.Failed], by[plan.Unheard]+by[plan.NotYet])},
		{Term: r.T("plan.measures"), Text: r.T("plan.county.measures", len(x.Measures), len(p.Projects.Rows))}, {Term: r.T("plan.tasks"), Text: r.T("plan.county.tasks", len(x.Tasks), red)}}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title, p.Sub, r.period, []Table{p.Targets, p.Measures, p.Projects, p.Tasks})
	}
	return s.render(w, r, "plancounty.html", p)
}

// taskOfMeasure drafts a task for a measure.
func (s *Server) taskOfMeasure(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	measure := r.PostFormValue("measure")
	if measure == "" {
		return fmt.Errorf("which measure is not said: %w", fault.Invalid)
	}
	t, err := s.plans.TaskOfMeasure(r.Context(), r.who, r.PathValue("plan"), measure, r.PostFormValue("sent"))
	if err != nil {
		return s.planSays(w, r, err)
	}
	if s.patterns["GET /tasks/{task}"] {
		return away{"/tasks/" + url.PathEscape(t.ID)}
	}
	return away{toPlan(r.PathValue("plan"))}
}

// reachProject keeps what was reached of a project.
func (s *Server) reachProject(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	project := r.PostFormValue("project")
	if project == "" {
		return fmt.Errorf("which project is not said: %w", fault.Invalid)
	}
	done := map[string]edu.Date{}
	for key := range r.PostForm {
		if stone, ok := strings.CutPrefix(key, "done."); ok {
			d, err := dayOrNone(r.PostForm.Get(key))
			if err != nil {
				return s.planSays(w, r, err)
			}
			done[stone] = d
		}
	}
	if err := s.plans.ReachProject(r.Context(), r.who, r.PathValue("plan"), project, done, r.PostFormValue("text")); err != nil {
		return s.planSays(w, r, err)
	}
	return away{toPlan(r.PathValue("plan"), "line", r.PostFormValue("line")) + "#" + url.PathEscape(project)}
}

// plansToDraftInto are the plans into which a notice's proposals can go.
func (s *Server) plansToDraftInto(r *request) []Choice {
	if s.plans == nil || !r.who.Reach(auth.KeepPlan).Whole {
		return nil
	}
	list, err := s.plans.Plans(r.Context(), r.who)
	if err != nil {
		s.log.Warn("plans to draft into", "err", err)
		return nil
	}
	var out []Choice
	for _, x := range list {
		out = append(out, Choice{Link{x.Name, x.ID}, len(out) == 0})
	}
	return append(out, Choice{Link{r.T("plan.new"), ""}, len(out) == 0})
}
