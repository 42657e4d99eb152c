package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// draftPage is the form of a draft: a new task, or one that is not issued yet.
type taskDraft struct {
	Shell
	Action   string
	Rev      int
	Sent     string
	New      bool
	Error    string
	Conflict *taskConflict
	Form     taskForm
	Sources  []Choice
	Urgent   []Choice
	Duties   []Choice
	Issuers  []Choice
	Serves   []Choice
	Plans    bool // there are plans that it can serve
	Back     string
}

// taskForm is a draft as it stands in the form: texts, as they were typed.
type taskForm struct {
	Title, Demand                      string
	SourceKind, SourceName, SourceText string
	SourceRef, SourceItem              string
	Sheet                              bool
	Urgency, Feedback, Reader          string
	Issuer, Lead, With                 string
	Duty, Leader, Person, Contact      string
	Due                                string
	Standing, Key                      bool
	Scheme, Indicator, Measure, OfUnit string
	Serves                             []string // plan and measure, by a slash
	Serve                              string   // one more, as typed
	Stones                             []stoneTyped
	Funds                              []fundTyped
}

type stoneTyped struct{ ID, Day, Mark, Done string }

type fundTyped struct{ Year, Amount, Source string }

// spareLines is how many empty rows a form without script has for what is a list.
const spareLines = 3

// newTask is an empty form; what a page of a plan or a meeting knows stands in the
// address.
func (s *Server) newTask(w http.ResponseWriter, r *request) error {
	q := r.query
	f := taskForm{Title: q.Get("title"), Demand: q.Get("demand"), SourceKind: q.Get("source"), SourceName: q.Get("name"), SourceText: q.Get("text"), SourceRef: q.Get("ref"), SourceItem: q.Get("item"),
		Sheet: q.Get("sheet") == "1", Lead: q.Get("lead"), With: q.Get("with"), Due: q.Get("due"), Serves: q["serves"], Urgency: string(task.Ordinary), Feedback: r.T("task.feedback.usual")}
	return s.showDraftTask(w, r, http.StatusOK, taskDraft{New: true, Form: f})
}

// editTask is the form of a draft that is kept.
func (s *Server) editTask(w http.ResponseWriter, r *request) error {
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	if !slices.Contains(x.May, task.Edit) {
		return s.showTask(w, r, http.StatusConflict, x, &typedAct{why: r.T("task.edit.not")})
	}
	f, err := s.draftOfTask(r, &x.Task)
	if err != nil {
		return err
	}
	return s.showDraftTask(w, r, http.StatusOK, taskDraft{Form: f, Rev: x.Rev})
}

func (s *Server) showDraftTask(w http.ResponseWriter, r *request, status int, p taskDraft) error {
	title, section, crumb := r.T("task.new"), "tasks", Link{r.T("task.title"), "/tasks"}
	if p.Form.Sheet {
		title, section, crumb = r.T("task.new.sheet"), "sheets", Link{r.T("task.sheets"), "/tasks?sheet=1"}
	}
	p.Action, p.Back = "/tasks/new", crumb.Href
	crumbs := []Link{crumb}
	if id := r.PathValue("task"); id != "" {
		title, p.Action, p.Back = r.T("task.edit"), "/tasks/"+id+"/edit", "/tasks/"+id
		crumbs = append(crumbs, Link{cmp.Or(p.Form.Title, r.T("task.title")), p.Back})
	}
	p.Shell = s.shell(r, title, section, crumbs...)
	p.Sent = cmp.Or(p.Sent, rand.Text())
	for _, k := range task.Sources {
		p.Sources = append(p.Sources, Choice{Link{r.SourceKind(k), string(k)}, string(k) == p.Form.SourceKind})
	}
	for _, u := range task.Urgencies {
		p.Urgent = append(p.Urgent, Choice{Link{r.Urgency(u), string(u)}, string(u) == cmp.Or(p.Form.Urgency, string(task.Ordinary))})
	}
	for _, d := range task.Duties {
		p.Duties = append(p.Duties, Choice{Link{r.Duty(d), string(d)}, string(d) == p.Form.Duty})
	}
	issuers, err := s.issuers(r)
	if err != nil {
		return err
	}
	for _, b := range issuers {
		p.Issuers = append(p.Issuers, Choice{Link{r.Text(b.Name), b.ID}, b.ID == p.Form.Issuer})
	}
	serves := servesOf(p.Form.Serves)
	served, err := s.served(r, serves)
	if err != nil {
		return err
	}
	p.Serves, p.Plans = servedChoices(served, serves), s.plans != nil
	for range spareLines {
		p.Form.Stones = append(p.Form.Stones, stoneTyped{})
		if len(p.Form.Funds) < spareLines {
			p.Form.Funds = append(p.Form.Funds, fundTyped{})
		}
	}
	return s.write(w, r, status, "taskdraft.html", p)
}

// issuers are the bodies in whose name the reader may give a task.
func (s *Server) issuers(r *request) ([]task.Body, error) {
	list, err := s.tasks.Bodies(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	reach := r.who.Reach(auth.GiveTasks)
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	var out []task.Body
	for _, b := range list {
		if b.Ended || b.Kind != task.Bureau && b.Kind != task.Section && b.Kind != task.Government {
			continue
		}
		own := reach.Whole && b.County == "" || !reach.Whole && b.Unit != "" && slices.Contains(reach.Units, b.Unit)
		if !own && reach.Whole && b.Unit != "" { // the city's own unit
			if i := t.Find(b.Unit); i >= 0 && t.Nodes[i].Unit.Level == edu.City {
				own = true
			}
		}
		if own && (b.Members == nil || r.who.Local || slices.Contains(b.Members, r.who.Account)) && b.Kind != task.Government {
			out = append(out, b)
		}
	}
	return out, nil
}

// draftOfTask puts a kept draft into the form.
func (s *Server) draftOfTask(r *request, t *task.Task) (taskForm, error) {
	x, err := s.bodyIndex(r)
	if err != nil {
		return taskForm{}, err
	}
	f := taskForm{Title: t.Title, Demand: t.Demand, SourceKind: string(t.Source.Kind), SourceName: t.Source.Name, SourceText: t.Source.Text, SourceRef: t.Source.Ref, SourceItem: t.Source.Item,
		Sheet: !t.Sheet.None(), Urgency: string(t.Sheet.Urgency), Feedback: t.Sheet.Feedback, Reader: t.Sheet.Reader, Issuer: t.Issuer, Lead: x.named(t.Lead), Duty: string(t.Duty),
		Leader: t.Leader, Person: t.Person, Contact: t.Contact, Due: t.Due.String(), Standing: t.Standing, Key: t.Key, Scheme: t.Target.Scheme, Indicator: t.Target.Indicator, OfUnit: string(t.Target.Unit)}
	var names []string
	for _, id := range t.With {
		names = append(names, x.named(id))
	}
	f.With = strings.Join(names, "、")
	f.Measure = s.measureName(r, t.Target)
	for _, v := range t.Serves {
		f.Serves = append(f.Serves, servesKey(v))
	}
	for _, m := range t.Stones {
		f.Stones = append(f.Stones, stoneTyped{m.ID, m.Day.String(), m.Mark, m.Done.String()})
	}
	for _, m := range t.Funds {
		f.Funds = append(f.Funds, fundTyped{strconv.Itoa(m.Year), strconv.FormatFloat(m.Amount, 'f', -1, 64), m.Source})
	}
	return f, nil
}

// taskFormTyped reads the form as it was typed.
func taskFormTyped(r *request) taskForm {
	v := func(k string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(k), "\r\n", "\n"))
	}
	f := taskForm{Title: v("title"), Demand: v("demand"), SourceKind: v("source.kind"), SourceName: v("source.name"), SourceText: v("source.text"), SourceRef: v("source.ref"), SourceItem: v("source.item"),
		Sheet: v("sheet") != "", Urgency: v("urgency"), Feedback: v("feedback"), Reader: v("reader"), Issuer: v("issuer"), Lead: v("lead"), With: v("with"), Duty: v("duty"), Leader: v("leader"), Person: v("person"),
		Contact: v("contact"), Due: v("due"), Standing: v("standing") != "", Key: v("key") != "", Measure: v("measure"), OfUnit: v("of"), Serves: r.PostForm["serves"], Serve: v("serve")}
	at := func(list []string, i int) string {
		if i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	ids, days, marks, done := r.PostForm["stone.id"], r.PostForm["stone.day"], r.PostForm["stone.mark"], r.PostForm["stone.done"]
	for i := range min(len(marks), 60) {
		if m := (stoneTyped{at(ids, i), at(days, i), at(marks, i), at(done, i)}); m.Day+m.Mark != "" {
			f.Stones = append(f.Stones, m)
		}
	}
	years, amounts, from := r.PostForm["fund.year"], r.PostForm["fund.amount"], r.PostForm["fund.source"]
	for i := range min(len(years), 60) {
		if m := (fundTyped{at(years, i), at(amounts, i), at(from, i)}); m.Year+m.Amount+m.Source != "" {
			f.Funds = append(f.Funds, m)
		}
	}
	return f
}

// fields are the fields of a draft with their names, for comparing two.
func (f taskForm) fields(r *request) []taskField {
	var stones, funds []string
	for _, m := range f.Stones {
		stones = append(stones, strings.TrimSpace(m.Day+" "+m.Mark))
	}
	for _, m := range f.Funds {
		funds = append(funds, strings.TrimSpace(m.Year+" "+m.Amount+" "+m.Source))
	}
	return []taskField{{"title", r.T("task.col.title"), f.Title}, {"demand", r.T("task.demand"), f.Demand}, {"source.kind", r.T("task.source"), r.SourceKind(task.SourceKind(f.SourceKind))}, {"source.name", r.T("task.source.name"), f.SourceName},
		{"source.text", r.T("task.source.text"), f.SourceText}, {"sheet", r.T("task.is.sheet"), r.yes(f.Sheet)}, {"urgency", r.T("task.urgency"), r.Urgency(task.Urgency(f.Urgency))}, {"feedback", r.T("task.feedback"), f.Feedback}, {"reader", r.T("task.reader"), f.Reader},
		{"issuer", r.T("task.issuer"), f.Issuer}, {"lead", r.T("task.lead"), f.Lead}, {"with", r.T("task.with"), f.With}, {"duty", r.T("task.duty"), r.Duty(task.Duty(f.Duty))}, {"leader", r.T("task.leader"), f.Leader}, {"person", r.T("task.person"), f.Person},
		{"contact", r.T("task.contact"), f.Contact}, {"due", r.T("task.due"), f.Due}, {"standing", r.T("task.standing"), r.yes(f.Standing)}, {"key", r.T("task.key"), r.yes(f.Key)}, {"measure", r.T("task.target"), f.Measure},
		{"serves", r.T("task.serves"), r.List(f.Serves)}, {"stones", r.T("task.stones"), strings.Join(stones, r.T("list.semicolon"))}, {"funds", r.T("task.funds"), strings.Join(funds, r.T("list.semicolon"))}}
}

// taskOf makes the task of what was typed; wrong says what cannot be understood.
func (s *Server) taskOf(r *request, f taskForm) (t task.Task, wrong []string, err error) {
	t = task.Task{Title: f.Title, Demand: f.Demand, Source: task.Source{Kind: task.SourceKind(f.SourceKind), Ref: f.SourceRef, Item: f.SourceItem, Name: f.SourceName, Text: f.SourceText},
		Duty: task.Duty(f.Duty), Key: f.Key, Issuer: f.Issuer, Leader: f.Leader, Person: f.Person, Contact: f.Contact, Standing: f.Standing}
	say := func(why string) {
		if why != "" {
			wrong = append(wrong, why)
		}
	}
	if f.Title == "" {
		say(r.T("task.wrong.title"))
	}
	day := func(typed string) edu.Date {
		d, err := r.dayTyped(typed)
		if err != nil {
			say(r.why(err))
		}
		return d
	}
	if f.Sheet {
		t.Sheet = task.Sheet{Urgency: task.Urgency(cmp.Or(f.Urgency, string(task.Ordinary))), Feedback: f.Feedback, Reader: f.Reader}
	}
	if f.Lead != "" {
		b, why, err := s.bodyTyped(r, f.Lead)
		if err != nil {
			return t, nil, err
		}
		t.Lead = b.ID
		say(why)
	}
	ids, why, err := s.bodiesTyped(r, f.With)
	if err != nil {
		return t, nil, err
	}
	t.With = ids
	say(why)
	if t.Issuer == "" {
		list, err := s.issuers(r)
		if err != nil {
			return t, nil, err
		}
		if len(list) > 0 {
			t.Issuer = list[0].ID
		}
	}
	t.Due = day(f.Due)
	t.Serves = servesOf(f.Serves)
	if f.Serve != "" {
		m, why, err := s.servesTyped(r, f.Serve)
		if err != nil {
			return t, nil, err
		}
		if say(why); why == "" && !slices.Contains(t.Serves, m) {
			t.Serves = append(t.Serves, m)
		}
	}
	for _, m := range f.Stones {
		t.Stones = append(t.Stones, task.Milestone{ID: m.ID, Day: day(m.Day), Mark: m.Mark, Done: day(m.Done)})
	}
	for _, m := range f.Funds {
		year, e1 := strconv.Atoi(m.Year)
		amount, e2 := strconv.ParseFloat(cmp.Or(m.Amount, "0"), 64)
		if e1 != nil || e2 != nil || year < 1949 || year > 2200 || !(amount >= 0 && amount < 1e9) {
			say(r.T("task.wrong.fund", m.Year+" "+m.Amount))
			continue
		}
		t.Funds = append(t.Funds, task.Fund{Year: year, Amount: amount, Source: m.Source})
	}
	if f.Measure != "" {
		var why string
		if t.Target, why, err = s.targetTyped(r, f.Measure, f.OfUnit, t.Lead); err != nil {
			return t, nil, err
		}
		say(why)
	}
	return t, wrong, nil
}

// saveTask keeps a draft, new or changed, and issues it where that was asked for
// in the same breath.
func (s *Server) saveTask(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("task")
	p := taskDraft{Form: taskFormTyped(r), New: id == "", Sent: r.PostFormValue("sent")}
	if id != "" {
		rev, err := revOf(r.Request)
		if err != nil {
			return err
		}
		if p.Rev = rev; r.PostFormValue("both") != "" {
			if err := s.chooseBoth(r, &p.Form); err != nil {
				return err
			}
		}
	}
	t, wrong, err := s.taskOf(r, p.Form)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		p.Error = strings.Join(wrong, r.T("list.semicolon"))
		return s.showDraftTask(w, r, http.StatusUnprocessableEntity, p)
	}
	if id == "" {
		t, err = s.tasks.NewTask(r.Context(), r.who, t, p.Sent)
	} else {
		t, err = s.tasks.Act(r.Context(), r.who, id, p.Rev, task.Edit, task.Options{Edit: &t, Sent: p.Sent})
	}
	if err == nil {
		return away{"/tasks/" + t.ID + "?did=" + cmp.Or(map[bool]string{true: "new"}[id == ""], string(task.Edit))}
	}
	if p.Error = r.why(err); p.Error == "" {
		return fmt.Errorf("keep a draft: %w", err)
	}
	status := http.StatusUnprocessableEntity
	if errors.Is(err, fault.Forbidden) {
		status = http.StatusForbidden
	}
	if id != "" && errors.Is(err, fault.Conflict) {
		status = http.StatusConflict
		x, err := s.tasks.Task(r.Context(), r.who, id)
		if err != nil {
			return fmt.Errorf("task: %w", err)
		}
		if x.Rev != p.Rev {
			now, err := s.draftOfTask(r, &x.Task)
			if err != nil {
				return err
			}
			p.Conflict = r.draftConflict(&x, p.Form, now, p.Rev)
			p.Rev, p.Sent = x.Rev, ""
		}
	}
	return s.showDraftTask(w, r, status, p)
}
