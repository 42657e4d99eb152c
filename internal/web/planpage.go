package web

import (
	"crypto/rand"
	"fmt"
	"html/template"
	"math"
	"net/http"
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

// planView is the page of a plan: how its targets stand, its lines, and of one
// line the measures with their projects and tasks.
type planView struct {
	Shell
	ID       string
	Sub      string
	Lamp     Lamp
	Said     string
	Error    string
	Tabs     []Choice
	Answer   []Fact
	Targets  Table
	Rule     string
	Lines    []Choice
	Line     *lineCard
	Faults   []Fact
	FaultsOf string
	Acts     []planAct
	Edit     string // address of the plan's head; empty where it cannot be edited
	Follow   bool
	Rev      int
	V        int
	Versions Table
	Counties []Link
	Import   bool
	Draft    bool
	Outcome  string
}

// planAct is an official act with its dialog.
type planAct struct {
	ID, Name, Says string
	Reason         string // label of the text; empty asks for none
	Must           bool
	Primary        bool
	Danger         bool
}

// lineCard is one line of the plan.
type lineCard struct {
	ID, Name, Sub string
	Edit          string
	NewTarget     string
	NewMeasure    string
	Measures      []measureCard
}

type measureCard struct {
	ID, Text, Due, Source string
	Lamp                  Lamp
	Owners                []ownerGroup
	Gap                   string
	Edit, NewProject      string
	Projects              []projectCard
	Tasks                 []taskMark
	More                  string
	Task                  string // id for a task that is sent once; empty where none can be made
}

type ownerMark struct {
	Name, Href, Duty string
	Lead             bool
}

// ownerGroup are the owners of one kind; of many the first are shown.
type ownerGroup struct {
	Duty  string
	First []ownerMark
	Rest  []ownerMark
	More  string
}

// mostOwners is how many owners of a kind are shown before they are folded.
const mostOwners = 3

func (r *request) ownerGroup(duty string, marks []ownerMark) ownerGroup {
	g := ownerGroup{Duty: duty, First: marks}
	if len(marks) > mostOwners+1 {
		g.First, g.Rest, g.More = marks[:mostOwners], marks[mostOwners:], r.T("plan.owners.more", len(marks))
	}
	return g
}

// ownerGroups are the owners of a measure: who leads, then the others by kind.
func (s *Server) ownerGroups(r *request, v *flow.PlanView, owners []plan.Owner) []ownerGroup {
	var out []ownerGroup
	var rest []plan.Owner
	for _, o := range owners {
		if o.Lead {
			out = append(out, r.ownerGroup(r.Text(plan.DutyName(o.Duty))+" · "+r.T("plan.lead"), s.ownerMarks(r, v, []plan.Owner{o})))
		} else {
			rest = append(rest, o)
		}
	}
	for _, d := range append(slices.Clone(plan.Duties), "") {
		var of []plan.Owner
		for _, o := range rest {
			if o.Duty == d {
				of = append(of, o)
			}
		}
		if len(of) > 0 {
			out = append(out, r.ownerGroup(r.Text(plan.DutyName(d)), s.ownerMarks(r, v, of)))
		}
	}
	return out
}

type taskMark struct {
	Title, Href string
	Who         string // of which owner: the same is asked of several
	Lamp        Lamp
}

type projectCard struct {
	ID, Name, Sub, Money, Edit, Text string
	Stones                           []stoneMark
	May                              bool
}

type stoneMark struct {
	ID, Day, Mark, Done string
	Lamp                Lamp
}

func (s *Server) planPage(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	return s.showPlan(w, r, v, http.StatusOK, "")
}

func (s *Server) showPlan(w http.ResponseWriter, r *request, v *flow.PlanView, status int, why string) error {
	targets, err := s.plans.PlanTargets(r.Context(), r.who, v)
	if err != nil {
		return fmt.Errorf("targets of plan %s: %w", v.ID, err)
	}
	tasks, err := s.plans.PlanTasks(r.Context(), r.who, v.ID)
	if err != nil {
		return fmt.Errorf("tasks of plan %s: %w", v.ID, err)
	}
	reach, err := s.plans.MayReach(r.Context(), r.who, v)
	if err != nil {
		return fmt.Errorf("projects of plan %s: %w", v.ID, err)
	}
	p := planView{Shell: s.shell(r, v.Plan.Name, "plan", Link{r.T("plan.title"), "/plan"}), ID: v.ID, Error: why, Rev: v.Rev, V: v.Version.Version, Draft: v.State == plan.Draft}
	p.Sub = r.T("plan.sub", strconv.Itoa(v.From), strconv.Itoa(v.To), v.Version.Version)
	if v.Basis != "" {
		p.Sub += " · " + v.Basis
	}
	p.Lamp = r.planState(v.State)
	if act := plan.Act(r.query.Get("did")); act.Name().ZH != "" && why == "" {
		p.Said = r.T("plan.did", r.Text(act.Name()))
	}
	p.Tabs = r.planTabs(v, "")
	p.Answer = r.planAnswer(v, targets, tasks)
	p.Targets = r.targetTable(v, targets, true)
	p.Rule = r.T("plan.rule", int(math.Round(100*nearOf(v))))
	edits := v.Keeps && p.Draft
	if edits {
		p.Edit, p.Import = toPlanPart(v.ID, "/edit", "part", "plan"), true
	}
	p.Follow = v.Keeps && !v.Open && v.State == plan.Approved
	for _, a := range v.May {
		if a != plan.Save {
			p.Acts = append(p.Acts, r.planAct(v, a))
		}
	}
	now := r.query.Get("line")
	if now == "" && len(v.Lines) > 0 {
		now = v.Lines[0].ID
		for i := range v.Lines { // the first in which there is something
			if len(v.Lines[i].Measures) > 0 {
				now = v.Lines[i].ID
				break
			}
		}
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		p.Lines = append(p.Lines, Choice{Link{fmt.Sprintf("%s %d", l.Name, len(l.Measures)), toPlan(v.ID, "v", versionKey(v), "line", l.ID) + "#line"}, l.ID == now})
	}
	if l := v.Line(now); l != nil {
		p.Line = s.lineCard(r, v, l, tasks, reach, edits)
	} else if r.query.Get("line") != "" {
		return fmt.Errorf("line %q of plan %s: %w", now, v.ID, fault.NotFound)
	}
	if v.State != plan.Approved {
		p.Faults, p.FaultsOf = r.planFaults(v, edits)
	}
	p.Versions = r.versionTable(v)
	p.Counties = s.planCounties(r, v)
	p.Outcome = r.outcomes(tasks)
	p.Export = toPlanPart(v.ID, "/export", "v", strconv.Itoa(v.Version.Version))
	return s.write(w, r, status, "plan.html", p)
}

func nearOf(v *flow.PlanView) float64 {
	if v.Near > 0 {
		return v.Near
	}
	return plan.DefaultNear
}

func (r *request) planAct(v *flow.PlanView, a plan.Act) planAct {
	x := planAct{ID: string(a), Name: first2(r.Text(a.Name()))}
	switch a {
	case plan.HandIn:
		x.Primary, x.Says = true, r.T("plan.says.hand_in", v.Plan.Name, v.Version.Version)
	case plan.Approve:
		x.Primary, x.Says, x.Reason = true, r.T("plan.says.approve", v.Plan.Name, v.Version.Version), r.T("plan.approval")
	case plan.Return:
		x.Danger, x.Must, x.Says, x.Reason = true, true, r.T("plan.says.return", v.Plan.Name, v.Version.Version), r.T("plan.reason")
	case plan.Drop:
		x.Danger, x.Must, x.Says, x.Reason = true, true, r.T("plan.says.drop", v.Plan.Name, v.Version.Version), r.T("plan.reason")
	}
	return x
}

// first2 makes the first letter of an English name a capital, as on a button.
func first2(s string) string {
	if s != "" && s[0] < 0x80 {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// trackLamp is a target's progress as it is shown: the rule that fired is in words.
func (l locale) trackLamp(p plan.Progress) Lamp {
	out := Lamp{Word: l.Text(p.Track.Name()), Why: l.Text(p.Why), Tone: chart.Open}
	switch p.Track {
	case plan.OnTrack:
		out.Tone = chart.Good
	case plan.Close:
		out.Tone = chart.Near
	case plan.Late, plan.Failed:
		out.Tone = chart.Bad
	}
	return out
}

// unseen is the lamp of a figure that lies outside the reader's part.
func (l locale) unseen() Lamp {
	return Lamp{Tone: chart.Open, Word: l.T("plan.unseen"), Why: l.T("plan.unseen.why")}
}

// planAnswer is what a leader reads first: what is late, who, and what of it is
// nobody's.
func (r *request) planAnswer(v *flow.PlanView, targets []flow.TargetLive, tasks *flow.PlanTasks) []Fact {
	by := map[plan.Track]int{}
	seen := 0
	var late []string
	for _, t := range targets {
		if !t.Seen {
			continue
		}
		seen++
		by[t.Progress.Track]++
		if t.Progress.Track == plan.Late || t.Progress.Track == plan.Failed {
			late = append(late, t.Target.Name)
		}
	}
	f := Fact{Term: r.T("plan.answer.targets")}
	switch {
	case seen == 0 && len(targets) > 0:
		f.Text = r.T("plan.answer.part")
	default:
		f.Text = r.T("plan.answer.targets.text", len(targets), by[plan.OnTrack], by[plan.Close], len(late), by[plan.Unheard]+by[plan.NotYet])
		if len(late) > 0 {
			names := r.List(late[:min(3, len(late))])
			f.Text += r.T("plan.answer.late", names)
		}
	}
	m := plan.MatrixOf(&v.Plan)
	lacks := 0
	for _, row := range m.Rows {
		if !row.Gap.Sound() {
			lacks++
		}
	}
	g := Fact{Term: r.T("plan.answer.owners"), Text: r.T("plan.answer.owners.text", len(m.Rows), lacks, m.NoLead, m.Double), Link: &Link{r.T("plan.tab.matrix"), toPlanPart(v.ID, "/matrix", "v", versionKey(v), "gap", "any")}}
	red, amber := 0, 0
	for _, t := range tasks.All {
		switch t.Lamp {
		case task.Red:
			red++
		case task.Amber:
			amber++
		}
	}
	h := Fact{Term: r.T("plan.answer.tasks"), Text: r.T("plan.answer.tasks.text", len(tasks.All), tasks.Closed, red, amber)}
	return []Fact{f, g, h}
}

// targetTable lists targets with their progress.
func (r *request) targetTable(v *flow.PlanView, list []flow.TargetLive, lines bool) Table {
	t := Table{ID: "targets", Caption: r.T("plan.targets.table"), Sheet: r.T("plan.targets"), Empty: r.T("plan.targets.none"), Tight: true, Cols: []Col{{Label: r.T("plan.target"), Wrap: true}}}
	if lines {
		t.Cols = append(t.Cols, Col{Label: r.T("plan.line")})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("plan.base"), Num: true}, Col{Label: r.T("plan.now"), Num: true}, Col{Label: r.T("plan.want"), Num: true}, Col{Label: r.T("plan.end", strconv.Itoa(v.To)), Num: true}, Col{Label: r.T("plan.progress")}, Col{Label: r.T("plan.trend"), Draw: true}, Col{Label: r.T("plan.counties.late")})
	for _, x := range list {
		name := linked(x.Target.Name, toPlanPart(v.ID, "/targets/"+x.Target.ID, "v", versionKey(v)))
		name.Small, name.Title = x.Target.Unit, r.indicatorOf(&x)
		cells := []Cell{name}
		if lines {
			cells = append(cells, text(x.Line.Name))
		}
		p := x.Progress
		if !x.Seen {
			end := text(chart.NoNumber)
			if e, ok := x.Target.Values[v.To]; ok {
				end = figure(e, decimalsOf(e, x.Decimals))
			}
			cells = append(cells, text(chart.NoNumber), text(chart.NoNumber), text(chart.NoNumber), end, lampCell(r.unseen()), text(""))
		} else {
			now := figure(p.Now, x.Decimals)
			if p.Year > 0 {
				now.Small = strconv.Itoa(p.Year)
			}
			base := figure(p.Base, x.Decimals)
			if p.Typed {
				base.Title, base.Small = x.Target.BaseSource, r.T("plan.typed")
			}
			cells = append(cells, base, now, figure(p.Want, decimalsOf(p.Want, x.Decimals)), figure(p.End, decimalsOf(p.End, x.Decimals)), lampCell(r.trackLamp(p)), Cell{Chart: r.targetSpark(&x)})
		}
		cells = append(cells, r.countiesLate(&x))
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// decimalsOf shows a goal with no more digits than it has.
func decimalsOf(v float64, most int) int {
	for d := range most {
		if p := math.Pow(10, float64(d)); math.Abs(math.Round(v*p)-v*p) < 1e-9*math.Max(1, math.Abs(v)) {
			return d
		}
	}
	return most
}

func (r *request) indicatorOf(x *flow.TargetLive) string {
	if x.Name.ZH == "" {
		return r.T("plan.noindicator")
	}
	return joinCode(x.Code, r.Text(x.Name)) + " · " + x.Target.Scheme
}

func (r *request) countiesLate(x *flow.TargetLive) Cell {
	late, seen := 0, 0
	for _, c := range x.Counties {
		if c.Seen && c.Progress.Track != plan.Unheard {
			seen++
			if c.Progress.Track == plan.Late || c.Progress.Track == plan.Failed {
				late++
			}
		}
	}
	if seen == 0 {
		return text(chart.NoNumber)
	}
	return text(r.T("plan.counties.of", late, seen))
}

func (r *request) targetSpark(x *flow.TargetLive) template.HTML {
	var values []float64
	from := 0
	for y := range x.Figures {
		if from == 0 || y < from {
			from = y
		}
	}
	for y := from; y > 0 && y <= x.Progress.Year; y++ {
		v := math.NaN()
		if f, ok := x.Figures[y]; ok {
			v = f.Value
		}
		values = append(values, v)
	}
	if len(values) < 2 {
		return ""
	}
	return draw(r.spark(x.Target.Name, values, x.Decimals, x.Target.Unit))
}

func (s *Server) lineCard(r *request, v *flow.PlanView, l *plan.Line, tasks *flow.PlanTasks, reach map[string]bool, edits bool) *lineCard {
	c := &lineCard{ID: l.ID, Name: l.Name, Sub: r.T("plan.line.sub", len(l.Targets), len(l.Measures))}
	edit := func(part string) string {
		if !edits {
			return ""
		}
		return toPlanPart(v.ID, "/edit", "part", part)
	}
	c.Edit = edit(l.ID)
	if edits {
		c.NewTarget, c.NewMeasure = toPlanPart(v.ID, "/edit", "new", "target", "in", l.ID), toPlanPart(v.ID, "/edit", "new", "measure", "in", l.ID)
	}
	gives := r.who.May(auth.GiveTasks) && v.State == plan.Approved && s.patterns["GET /tasks/{task}"]
	for k := range l.Measures {
		m := &l.Measures[k]
		x := measureCard{ID: m.ID, Text: m.Text, Due: r.measureDue(m), Source: m.Source, Owners: s.ownerGroups(r, v, m.Owners), Gap: r.gapWords(plan.GapOf(m)), Edit: edit(m.ID)}
		st := measureStands(tasks.By[m.ID], m.Standing)
		x.Lamp = Lamp{Tone: st.Tone, Word: r.Text(st.Says)}
		if edits {
			x.NewProject = toPlanPart(v.ID, "/edit", "new", "project", "in", m.ID)
		}
		if gives {
			x.Task = rand.Text()
		}
		for n := range m.Projects {
			x.Projects = append(x.Projects, s.projectCard(r, v, &m.Projects[n], reach[m.ID], edit(m.Projects[n].ID)))
		}
		for i, t := range tasks.By[m.ID] {
			if i == 4 {
				x.More = r.T("plan.tasks.more", len(tasks.By[m.ID])-4)
				break
			}
			x.Tasks = append(x.Tasks, s.taskMark(r, &t))
		}
		c.Measures = append(c.Measures, x)
	}
	return c
}

func (s *Server) taskMark(r *request, t *task.Row) taskMark {
	m := taskMark{Title: t.Title, Who: r.Text(t.LeadName), Lamp: Lamp{Tone: toneOf(t.Lamp), Word: r.Text(t.State.Name()), Why: r.Text(t.Why)}}
	if s.patterns["GET /tasks/{task}"] {
		m.Href = "/tasks/" + t.ID
	}
	return m
}

func toneOf(l task.Lamp) chart.Tone {
	switch l {
	case task.Red:
		return chart.Bad
	case task.Amber:
		return chart.Near
	case task.Green:
		return chart.Good
	}
	return chart.Open
}

func (r *request) measureDue(m *plan.Measure) string {
	switch {
	case m.Standing:
		return r.T("plan.standing")
	case m.Due == 0:
		return r.T("draft.unset")
	}
	return m.Due.String()
}

// measureStands is what a measure's tasks make of it: the worst of them; without
// tasks nothing has begun. A standing measure is never late: what is late of it is
// its tasks that have a day, and it is at risk.
func measureStands(tasks []task.Row, standing bool) plan.Standing {
	if len(tasks) == 0 {
		return plan.Standing{Tone: chart.Open, Says: edu.Text{ZH: "未下达任务", EN: "no task yet"}}
	}
	closed, worst := 0, task.Grey
	for _, t := range tasks {
		if t.State == task.Closed {
			closed++
			continue
		}
		switch {
		case t.Lamp == task.Red, worst == task.Red:
			worst = task.Red
		case t.Lamp == task.Amber, worst == task.Amber:
			worst = task.Amber
		case t.Lamp == task.Green:
			worst = task.Green
		}
	}
	if standing && worst == task.Red {
		worst = task.Amber
	}
	st := plan.Standing{Tone: toneOf(worst), Says: edu.Text{ZH: fmt.Sprintf("%s，%d项任务办结%d项", worst.Name().ZH, len(tasks), closed), EN: fmt.Sprintf("%s, %d of %d tasks closed", worst.Name().EN, closed, len(tasks))}}
	if closed == len(tasks) {
		st = plan.Standing{Tone: chart.Good, Says: edu.Text{ZH: fmt.Sprintf("%d项任务全部办结", closed), EN: fmt.Sprintf("all %d tasks closed", closed)}}
	}
	return st
}

func (s *Server) ownerMarks(r *request, v *flow.PlanView, owners []plan.Owner) []ownerMark {
	var out []ownerMark
	for _, o := range owners {
		m := ownerMark{Name: o.Said, Duty: r.Text(plan.DutyName(o.Duty)), Lead: o.Lead}
		if o.Body != "" {
			m.Name, m.Href = r.Text(v.Name(o.Body)), toOwner(o.Body)
		}
		out = append(out, m)
	}
	return out
}

// gapWords says what a measure's owners lack; empty where nothing does.
func (r *request) gapWords(g plan.Gap) string {
	var parts []string
	switch {
	case g.Leads == 0:
		parts = append(parts, r.T("plan.gap.nolead"))
	case g.Leads > 1:
		parts = append(parts, r.T("plan.gap.double", g.Leads))
	}
	for _, d := range g.Missing {
		parts = append(parts, r.T("plan.gap.kind", r.Text(plan.DutyName(d))))
	}
	if g.Unset > 0 {
		parts = append(parts, r.T("plan.gap.unset", g.Unset))
	}
	return r.List(parts)
}

func (s *Server) projectCard(r *request, v *flow.PlanView, p *plan.Project, may bool, edit string) projectCard {
	got := v.Reached[p.ID]
	c := projectCard{ID: p.ID, Name: p.Name, Edit: edit, Text: got.Text, May: may && v.State == plan.Approved}
	var sub []string
	for _, x := range []string{p.Kind, p.Scale, p.Place} {
		if x != "" {
			sub = append(sub, x)
		}
	}
	if p.School != "" {
		sub = append(sub, r.Text(v.Name(string(p.School))))
	}
	c.Sub = strings.Join(sub, " · ")
	var money []string
	for _, f := range p.Money {
		money = append(money, strings.TrimSpace(fmt.Sprintf("%d %s %s", f.Year, chart.Number(f.Amount, decimalsOf(f.Amount, 2)), f.Source)))
	}
	if len(money) > 0 {
		c.Money = r.T("plan.money", chart.Number(p.Total(), decimalsOf(p.Total(), 2)), r.List(money))
	}
	today := collect.Today(s.now())
	for _, st := range p.Stones {
		m := stoneMark{ID: st.ID, Day: st.Day.String(), Mark: st.Mark}
		switch done := got.Done[st.ID]; {
		case done != 0:
			m.Done, m.Lamp = done.String(), Lamp{Tone: chart.Good, Word: r.T("plan.stone.done", done.String())}
		case st.Day != 0 && st.Day < today:
			m.Lamp = Lamp{Tone: chart.Bad, Word: r.T("plan.stone.late", int(today-st.Day))}
		default:
			m.Lamp = Lamp{Tone: chart.Open, Word: r.T("plan.stone.open")}
		}
		c.Stones = append(c.Stones, m)
	}
	return c
}

// planFaults says what is still to be mended before the version can be handed in,
// and what its readers should know.
func (r *request) planFaults(v *flow.PlanView, edits bool) ([]Fact, string) {
	var out []Fact
	blocks, notes := 0, 0
	for _, g := range []plan.Grade{plan.Blocks, plan.Note} {
		for _, f := range v.Check() {
			if f.Grade < plan.Blocks != (g == plan.Note) {
				continue
			}
			if g == plan.Note {
				notes++
			} else {
				blocks++
			}
			if len(out) == 12 {
				continue
			}
			x := Fact{Term: r.Text(f.Where), Text: r.Text(f.Text)}
			if g != plan.Note {
				x.Text = chart.Bad.Shape() + " " + x.Text
			}
			if edits && f.ID != "" && !strings.HasPrefix(f.ID, plan.StoneID) {
				x.Link = &Link{r.T("plan.edit"), toPlanPart(v.ID, "/edit", "part", f.ID)}
			}
			out = append(out, x)
		}
	}
	return out, r.T("plan.faults", blocks, notes)
}

func (r *request) versionTable(v *flow.PlanView) Table {
	t := Table{ID: "versions", Caption: r.T("plan.versions"), Cols: []Col{{Label: r.T("plan.version")}, {Label: r.T("status")}, {Label: r.T("plan.acts"), Wrap: true}, {Label: r.T("plan.compare")}}}
	for i, x := range v.Versions {
		var acts []string
		for _, a := range x.Acts {
			line := r.Text(a.Act.Name()) + " " + a.Name + " " + r.Minute(a.At.In(collect.China))
			if a.Text != "" {
				line += " " + a.Text
			}
			acts = append(acts, line)
		}
		if len(acts) == 0 {
			acts = append(acts, x.ByName)
		}
		diff := text("")
		if i+1 < len(v.Versions) {
			diff = linked(r.T("plan.compare.with", v.Versions[i+1].Version), toPlanPart(v.ID, "/diff", "from", strconv.Itoa(v.Versions[i+1].Version), "to", strconv.Itoa(x.Version)))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.T("plan.v", x.Version), toPlan(v.ID, "v", strconv.Itoa(x.Version))), lampCell(r.planState(x.State)), text(strings.Join(acts, "；")), diff}})
	}
	return t
}

// planCounties leads to what the plan asks of each county that the reader sees.
func (s *Server) planCounties(r *request, v *flow.PlanView) []Link {
	t, err := s.tree(r)
	if err != nil || !r.who.May(auth.ReadRegion) {
		return nil
	}
	var out []Link
	for _, i := range below(t, r.who.Reach(auth.ReadRegion), edu.County, maxScope) {
		n := t.Nodes[i]
		out = append(out, Link{r.Text(n.Name), toPlanPart(v.ID, "/counties/"+n.Key, "v", versionKey(v))})
	}
	return out
}

// outcomes says how the tasks of the action ended (收官); empty before any did.
func (r *request) outcomes(tasks *flow.PlanTasks) string {
	if tasks.Closed == 0 {
		return ""
	}
	done := tasks.Outcome[task.Completed] + tasks.Outcome[task.NoOutcome]
	return r.T("plan.outcome", tasks.Closed, done, tasks.Outcome[task.Carried], tasks.Outcome[task.Adjusted], tasks.Outcome[task.Cancelled], len(tasks.All)-tasks.Closed)
}
