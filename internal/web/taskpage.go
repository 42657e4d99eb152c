package web

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/store"
	"shuren/internal/task"
)

// taskView is the page of one task: where it stands and why, whose turn it is,
// what was reported, and the acts that this reader may do now.
type taskView struct {
	Shell
	ID       string
	Rev      int
	Sent     string // id for the form of progress: the same sent twice is one
	Sent2    string // for 本期无变化
	Sent3    string // for a comment
	Action   string
	Lamp     Lamp
	Sub      string
	Links    []Link
	Acts     []taskAct
	Error    string
	Said     string
	Conflict *taskConflict
	Strip    []stripStep
	Due      Lamp
	DueDay   string
	Notes    []note
	Facts    []Fact
	Live     *liveCard
	Stones   []stoneLine
	Report   *reportForm
	Entries  []entryLine
	Comment  bool
	Files    *filesCard
	Merged   Table
	Log      Table
}

type note struct{ Class, Text string }

type stoneLine struct {
	ID, Day, Mark string
	Lamp          Lamp
	Tick          bool // it can be reported as reached
}

type entryLine struct {
	Day, Who, Text string
	Percent        string
	More           []Fact
	Files          []Link
}

// reportForm is the one entry that every report reads.
type reportForm struct {
	Most     int
	Asked    string // what is asked for, until when
	Missed   bool
	Percent  bool // no indicator shows how far it is
	Stones   []stoneLine
	Text     string // as typed, where it came back
	Problems string
	Next     string
	Per      string
	Primary  bool
}

func (s *Server) taskPage(w http.ResponseWriter, r *request) error {
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	return s.showTask(w, r, http.StatusOK, x, nil)
}

// typedAct is an act that did not go through: what was typed comes back.
type typedAct struct {
	act  task.Act
	o    task.Options
	lead string // as typed
	with string
	into string
	// serve is the measure to serve, as typed
	serve string
	why   string
	both  *taskConflict
}

func (s *Server) showTask(w http.ResponseWriter, r *request, status int, x task.Full, typed *typedAct) error {
	p := taskView{Shell: s.shell(r, x.Title, taskSection(&x.Task), r.taskCrumb(&x.Task)), ID: x.ID, Rev: x.Rev, Action: "/tasks/" + x.ID + "/acts", Sent: rand.Text(), Sent2: rand.Text(), Sent3: rand.Text()}
	p.Lamp = r.taskLamp(x.Lamp, x.Why)
	p.Sub = r.taskSub(&x)
	if did := task.Act(r.query.Get("did")); did == "new" {
		p.Said = r.T("task.did.new")
	} else if did == "file" {
		p.Said = r.T("task.did.file")
	} else if did == "drop" {
		p.Said = r.T("task.did.drop")
	} else if name := r.ActName(did); did != "" && name != "" && typed == nil {
		p.Said = r.T("task.did", name)
	}
	served, err := s.served(r, x.Serves)
	if err != nil {
		return err
	}
	if s.plans == nil {
		x.May = slices.DeleteFunc(x.May, func(a task.Act) bool { return a == task.Serve })
	}
	p.Links = r.taskLinks(&x)
	p.Acts = r.taskActs(&x, typed)
	if typed != nil {
		p.Error, p.Conflict = typed.why, typed.both
	}
	p.Strip, p.DueDay, p.Due = r.taskStrip(&x), r.dueWords(&x.Task), r.taskDue(&x)
	p.Notes = r.taskNotes(&x)
	p.Facts = r.taskFacts(s, &x, served)
	p.Live = s.liveOf(r, &x)
	p.Stones = r.stones(&x.Task, collect.Today(s.now()))
	most, err := s.entryRunes(r)
	if err != nil {
		return err
	}
	p.Report = r.reportOf(&x, most, p.Stones, typed)
	p.Comment = slices.Contains(x.May, task.Comment)
	p.Merged = r.mergedTable(x.Merged)
	p.Log = r.taskLog(&x)
	uses, err := s.tasks.TaskFiles(r.Context(), r.who, x.ID)
	if err != nil {
		return fmt.Errorf("evidence of task %s: %w", x.ID, err)
	}
	p.Files = r.filesCard(&x, uses)
	for i := range p.Acts {
		switch task.Act(p.Acts[i].ID) {
		case task.HandIn:
			p.Acts[i].Files = p.Files.boxes(p.Acts[i].cited)
		case task.Serve:
			p.Acts[i].Served = servedChoices(served, p.Acts[i].unserve)
		}
	}
	p.Entries = r.entryLines(&x, uses)
	return s.write(w, r, status, "task.html", p)
}

func taskSection(t *task.Task) string {
	if t.Sheet.None() {
		return "tasks"
	}
	return "sheets"
}

func (r *request) taskCrumb(t *task.Task) Link {
	if t.Sheet.None() {
		return Link{r.T("task.title"), "/tasks"}
	}
	return Link{r.T("task.sheets"), "/tasks?sheet=1"}
}

func (r *request) taskSub(x *task.Full) string {
	var parts []string
	if no := r.sheetNo(x.Sheet); no != "" {
		parts = append(parts, r.T("task.sheet.no", no))
	} else {
		parts = append(parts, r.T("task.serial", x.No))
	}
	if x.Key {
		parts = append(parts, r.T("task.key"))
	}
	if !x.Sheet.None() && x.Sheet.Urgency != "" && x.Sheet.Urgency != task.Ordinary {
		parts = append(parts, r.Urgency(x.Sheet.Urgency))
	}
	return strings.Join(parts, " · ")
}

func (r *request) taskLinks(x *task.Full) []Link {
	var out []Link
	base := "/tasks/" + x.ID
	if slices.Contains(x.May, task.Edit) {
		out = append(out, Link{r.ActName(task.Edit), base + "/edit"})
	}
	if x.Paper != nil {
		out = append(out, Link{r.T("task.paper"), base + "/sheet"})
	}
	if x.Letter != nil {
		out = append(out, Link{r.T("task.letter"), base + "/letter"})
	}
	return out
}

// taskStrip is the way of a task: where it has been, where it is.
func (r *request) taskStrip(x *task.Full) []stripStep {
	at := map[task.State]task.Event{}
	for _, e := range x.Events {
		if e.From != e.To || e.Rev == 1 {
			at[e.To] = e
		}
	}
	stations := []task.State{task.Drafted}
	if _, ok := at[task.Requested]; ok {
		stations = append(stations, task.Requested)
	} else if x.Letter != nil && x.State == task.Drafted {
		stations = append(stations, task.Requested)
	} else {
		stations = append(stations, task.ToSign)
	}
	stations = append(stations, task.Working, task.InReview, task.Closed)
	now := x.State
	switch now {
	case task.Extension:
		now = task.Working
	case task.Merged, task.Withdrawn:
		now = task.Closed
	}
	var out []stripStep
	past := true
	for _, st := range stations {
		step := stripStep{Name: r.TaskState(st)}
		e, ok := at[st]
		if st == now {
			past = false
			step.Now, step.Name, step.Tone = true, r.TaskState(x.State), taskTone(x.State)
			e, ok = at[x.State]
		} else {
			step.Past = past
		}
		if ok && (step.Past || step.Now) {
			step.Note = r.T("strip.note", cmp.Or(e.Name, "–"), r.When(e.At))
		}
		out = append(out, step)
	}
	return out
}

// taskDue says how long there is, or how late it is.
func (r *request) taskDue(x *task.Full) Lamp {
	switch {
	case x.Overdue > 0:
		return Lamp{chart.Bad, r.T("due.late", x.Overdue), r.T("task.late.why")}
	case x.Extended > 0:
		return Lamp{chart.Plain, r.T("task.extended.times", x.Extended, x.FirstDue.String()), ""}
	}
	return Lamp{}
}

// taskNotes are what a reader has to know first: why the lamp shows, to whom it
// was escalated, what was returned or asked for.
func (r *request) taskNotes(x *task.Full) []note {
	var out []note
	say := func(class, text string) {
		if text != "" {
			out = append(out, note{class, text})
		}
	}
	class := ""
	switch x.Lamp {
	case task.Red:
		class = "bad"
	case task.Amber:
		class = "warn"
	}
	why := r.Text(x.Why)
	if why != "" {
		why = r.T("task.lamp.is", r.taskLamp(x.Lamp, x.Why).Text(), why)
	}
	if x.Level > 0 {
		why += r.T("task.level", x.Level, r.Text(x.LevelWho))
	}
	say(class, why)
	if x.Letter != nil && x.State == task.Drafted {
		say("warn", r.T("task.letter.why", r.bodyName(x.IssuerName), r.bodyName(x.LeadName)))
	}
	if x.State == task.Extension {
		say("warn", r.T("task.asked", x.Asked.Until.String(), x.Asked.Reason))
		if x.Asked.Progress != "" {
			say("", r.T("task.asked.progress", x.Asked.Progress))
		}
	}
	if x.State == task.Working && !x.Review.At.IsZero() && x.Review.Text != "" && !allFour(x.Review) {
		say("bad", r.T("task.returned", x.Review.Text))
	}
	if x.State == task.InReview && x.Side&task.Giver != 0 && !slices.Contains(x.May, task.Close) {
		say("", r.T("task.review.other"))
	}
	if x.Into != "" {
		say("", r.T("task.into"))
	}
	return out
}

func allFour(v task.Review) bool { return v.Facts && v.Solved && v.Done && v.Conclusion }

// taskFacts is what was decided: source, demand, who, until when, with what money.
func (r *request) taskFacts(s *Server, x *task.Full, served []planMeasure) []Fact {
	var out []Fact
	fact := func(term, text string, link *Link) {
		if text != "" || link != nil {
			out = append(out, Fact{Term: term, Text: text, Link: link})
		}
	}
	fact(r.T("task.source"), r.sourceWords(x.Source), sourceLink(s, r, x.Source))
	fact(r.T("task.source.text"), x.Source.Text, nil)
	fact(r.T("task.demand"), x.Demand, nil)
	fact(r.T("task.issuer"), r.Text(x.IssuerName), nil)
	fact(r.T("task.lead"), r.bodyName(x.LeadName), &Link{r.T("task.owes"), "/tasks?body=" + queryEscape(x.Lead)})
	if x.Lead == "" {
		out[len(out)-1].Link = nil
	}
	fact(r.T("task.with"), r.names(x.WithNames), nil)
	fact(r.T("task.duty"), r.Duty(x.Duty), nil)
	fact(r.T("task.leader"), x.Leader, nil)
	fact(r.T("task.person"), r.List(slices.DeleteFunc([]string{x.Person, x.Contact}, func(s string) bool { return s == "" })), nil)
	fact(r.T("task.opens"), x.Opens.String(), nil)
	if !x.Signed.IsZero() {
		fact(r.T("task.signed"), x.SignedBy+" "+r.When(x.Signed), nil)
	} else if x.State == task.ToSign && !x.SignBy.IsZero() {
		fact(r.T("task.signby"), r.When(x.SignBy), nil)
	}
	if !x.Sheet.None() {
		fact(r.T("task.feedback"), x.Sheet.Feedback, nil)
		fact(r.T("task.reader"), x.Sheet.Reader, nil)
	}
	var funds []string
	for _, f := range x.Funds {
		funds = append(funds, r.T("task.fund", strconv.Itoa(f.Year), chart.Number(f.Amount, 2), f.Source))
	}
	fact(r.T("task.funds"), strings.Join(funds, r.T("list.semicolon")), nil)
	out = append(out, r.servedFacts(served)...)
	if x.Outcome != "" {
		fact(r.T("task.outcome"), r.endWords(&x.Task), nil)
	}
	return out
}

// stones are the milestones with how they stand on a day.
func (r *request) stones(t *task.Task, today edu.Date) []stoneLine {
	var out []stoneLine
	for _, m := range t.Stones {
		l := stoneLine{ID: m.ID, Day: m.Day.String(), Mark: m.Mark, Tick: m.Done == 0 && t.State == task.Working}
		switch {
		case m.Done != 0:
			l.Lamp = Lamp{chart.Good, r.T("task.stone.done", m.Done.String()), ""}
		case m.Day != 0 && m.Day < today && t.State.Live():
			l.Lamp = Lamp{chart.Bad, r.T("task.stone.late"), ""}
		default:
			l.Lamp = Lamp{chart.Open, r.T("task.stone.open"), ""}
		}
		out = append(out, l)
	}
	return out
}

// entryRunes is how long an entry may be by the city's rules.
func (s *Server) entryRunes(r *request) (int, error) {
	rules, err := s.tasks.TaskRules(r.Context())
	if err != nil {
		return 0, fmt.Errorf("rules of supervision: %w", err)
	}
	return rules.EntryRunes, nil
}

func (r *request) reportOf(x *task.Full, most int, stones []stoneLine, typed *typedAct) *reportForm {
	if !slices.Contains(x.May, task.Report) {
		return nil
	}
	f := &reportForm{Most: most, Percent: x.Target.Indicator == "", Missed: x.Wanted.Missed, Primary: true}
	for _, m := range stones {
		if m.Tick {
			f.Stones = append(f.Stones, m)
		}
	}
	if x.Wanted.Asked() {
		f.Asked = r.wantedWords(x.Wanted)
	}
	if typed != nil && typed.act == task.Report {
		f.Text, f.Problems, f.Next = typed.o.Text, typed.o.Problems, typed.o.Next
		if typed.o.Percent != nil {
			f.Per = chart.Number(*typed.o.Percent, 1)
		}
	}
	return f
}

// wantedWords says what entry is asked for.
func (r *request) wantedWords(v task.Wanted) string {
	switch {
	case v.Every == "":
		return ""
	case v.First:
		return r.T("task.wanted.first", v.Due.String())
	case v.Every == task.Week:
		return r.T("task.wanted.week", v.Due.String())
	}
	return r.T("task.wanted.month", v.Due.String())
}

func (r *request) entryLines(x *task.Full, uses []store.FileUse) []entryLine {
	var out []entryLine
	for _, e := range x.Entries {
		l := entryLine{Day: e.Day.String(), Who: e.Name, Text: e.Text, Files: fileLinks(x.ID, e.Files, uses)}
		if e.NoChange {
			l.Text = r.T("task.nochange")
		}
		if e.Percent != nil {
			l.Percent = chart.Number(*e.Percent, 1) + "%"
		}
		if e.Problems != "" {
			l.More = append(l.More, Fact{Term: r.T("task.problems"), Text: e.Problems})
		}
		if e.Next != "" {
			l.More = append(l.More, Fact{Term: r.T("task.next"), Text: e.Next})
		}
		if out = append(out, l); len(out) == entriesShown {
			break
		}
	}
	return out
}

// entriesShown is how many entries a page shows: those of a year of weeks.
const entriesShown = 40

// eventsShown is how many lines of the history a page shows.
const eventsShown = 60

func (r *request) taskLog(x *task.Full) Table {
	t := Table{Caption: r.T("task.log")}
	t.Cols = []Col{{Label: r.T("log.when")}, {Label: r.T("log.who")}, {Label: r.T("log.step")}, {Label: r.T("log.state")}, {Label: r.T("task.log.text"), Wrap: true}}
	for i := len(x.Events) - 1; i >= 0 && len(t.Rows) < eventsShown; i-- {
		e := x.Events[i]
		state := ""
		if e.From != e.To {
			state = r.TaskState(e.To)
		}
		said := e.Text
		if e.Due != 0 {
			said = strings.TrimSpace(e.Due.String() + " " + said)
		}
		name := r.ActName(e.Act)
		if e.Rev == 1 {
			name = r.T("task.made")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(e.Name), text(name), text(state), text(said)}})
	}
	return t
}

func (r *request) mergedTable(rows []task.Row) Table {
	t := Table{Caption: r.T("task.merged")}
	t.Cols = []Col{{Label: r.T("task.col.title"), Wrap: true}, {Label: r.T("task.lead")}, {Label: r.T("task.due")}}
	for i := range rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(rows[i].Title, "/tasks/"+rows[i].ID), text(r.bodyName(rows[i].LeadName)), text(r.dueWords(&rows[i].Task))}})
	}
	return t
}
