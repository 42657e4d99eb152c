package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// apiAction is a task as programs read it.
type apiActionRow struct {
	ID       string        `json:"id"`
	No       int64         `json:"no"`
	Rev      int           `json:"rev"`
	State    task.State    `json:"state"`
	Title    string        `json:"title"`
	Demand   string        `json:"demand,omitempty"`
	Sheet    string        `json:"sheet,omitempty"` // 〔year〕no
	Source   apiSource     `json:"source"`
	Key      bool          `json:"key"`
	Issuer   string        `json:"issuer"`
	Lead     string        `json:"lead,omitempty"`
	LeadName string        `json:"lead_name,omitempty"`
	With     []string      `json:"with,omitempty"`
	Due      string        `json:"due,omitempty"`
	Standing bool          `json:"standing,omitempty"`
	Lamp     task.Lamp     `json:"lamp"`
	Why      string        `json:"lamp_reason,omitempty"`
	Overdue  int           `json:"overdue_days"`
	Level    int           `json:"escalation,omitempty"`
	Extended int           `json:"extensions"`
	Entries  int           `json:"entries"`
	Last     *apiEntry     `json:"last,omitempty"`
	Outcome  task.Outcome  `json:"outcome,omitempty"`
	Serves   []task.Serves `json:"serves,omitempty"`
	Changed  time.Time     `json:"changed"`
}

type apiSource struct {
	Kind task.SourceKind `json:"kind,omitempty"`
	Ref  string          `json:"ref,omitempty"`
	Item string          `json:"item,omitempty"`
	Name string          `json:"name,omitempty"`
	Text string          `json:"text,omitempty"`
}

type apiEntry struct {
	Day      string   `json:"day"`
	Text     string   `json:"text,omitempty"`
	NoChange bool     `json:"no_change,omitempty"`
	Percent  *float64 `json:"percent,omitempty"`
	Problems string   `json:"problems,omitempty"`
	Next     string   `json:"next,omitempty"`
	By       string   `json:"by,omitempty"`
	Files    []string `json:"files,omitempty"`
}

func entryJSON(e task.Entry) apiEntry {
	return apiEntry{e.Day.String(), e.Text, e.NoChange, e.Percent, e.Problems, e.Next, e.Name, e.Files}
}

func (r *request) actionJSON(x *task.Row) apiActionRow {
	v := apiActionRow{ID: x.ID, No: x.No, Rev: x.Rev, State: x.State, Title: x.Title, Demand: x.Demand, Sheet: r.sheetNo(x.Sheet), Source: apiSource{x.Source.Kind, x.Source.Ref, x.Source.Item, x.Source.Name, x.Source.Text}, Key: x.Key, Issuer: x.Issuer, Lead: x.Lead,
		LeadName: r.Text(x.LeadName), With: x.With, Due: x.Due.String(), Standing: x.Standing, Lamp: x.Lamp, Why: r.Text(x.Why), Overdue: x.Overdue, Level: x.Level, Extended: x.Extended, Entries: x.Entries, Outcome: x.Outcome, Serves: x.Serves, Changed: x.Changed.UTC()}
	if x.Entries > 0 {
		e := entryJSON(x.Last)
		v.Last = &e
	}
	return v
}

// apiActions lists tasks by the keys of the page: ?state=&lamp=&body=&county=&sheet=&key=&mine=&overdue=&q=&sort=&page=&size=.
func (s *Server) apiActions(w http.ResponseWriter, r *request) error {
	f, wrong, err := s.taskFilter(r)
	if err != nil {
		return err
	}
	if wrong != "" {
		return fmt.Errorf("%s: %w", wrong, fault.Invalid)
	}
	page, err := s.tasks.Tasks(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("list of tasks: %w", err)
	}
	out := struct {
		Total int               `json:"total"`
		Lamps map[task.Lamp]int `json:"lamps"`
		Tasks []apiActionRow    `json:"tasks"`
	}{page.Total, page.Counts, []apiActionRow{}}
	for i := range page.Tasks {
		out.Tasks = append(out.Tasks, r.actionJSON(&page.Tasks[i]))
	}
	return s.answer(w, r, out)
}

type apiActionFull struct {
	apiActionRow
	May     []task.Act      `json:"may"`
	Entries []apiEntry      `json:"progress"`
	History []apiActionStep `json:"history"`
	Asked   string          `json:"asked_until,omitempty"`
}

type apiActionStep struct {
	Rev  int        `json:"rev"`
	At   time.Time  `json:"at"`
	By   string     `json:"by,omitempty"`
	Act  task.Act   `json:"act"`
	From task.State `json:"from,omitempty"`
	To   task.State `json:"to"`
	Text string     `json:"text,omitempty"`
	Due  string     `json:"due,omitempty"`
}

func (r *request) actionFull(x *task.Full) apiActionFull {
	out := apiActionFull{apiActionRow: r.actionJSON(&x.Row), May: slices.Concat([]task.Act{}, x.May), Entries: []apiEntry{}, History: []apiActionStep{}, Asked: x.Asked.Until.String()}
	for _, e := range x.Entries {
		out.Entries = append(out.Entries, entryJSON(e))
	}
	for _, e := range x.Events {
		out.History = append(out.History, apiActionStep{e.Rev, e.At.UTC(), e.Name, e.Act, e.From, e.To, e.Text, e.Due.String()})
	}
	return out
}

// apiAction is one task with its history and what the caller may do now.
func (s *Server) apiAction(w http.ResponseWriter, r *request) error {
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	return s.answer(w, r, r.actionFull(&x))
}

// apiActBody is an act as programs send it. Bodies and tasks are named by id.
type apiActBody struct {
	Rev       int         `json:"rev"`
	Act       task.Act    `json:"act"`
	Sent      string      `json:"id"` // the same sent twice is one
	Text      string      `json:"text"`
	Due       string      `json:"due"`
	Lead      string      `json:"lead"`
	With      []string    `json:"with"`
	Into      string      `json:"into"`
	Head      string      `json:"head"`
	Progress  string      `json:"progress"`
	Problems  string      `json:"problems"`
	Next      string      `json:"next"`
	Leader    string      `json:"leader"`
	Person    string      `json:"person"`
	Contact   string      `json:"contact"`
	Review    apiReview   `json:"review"`
	Outcome   string      `json:"outcome"`
	Approval  string      `json:"approval"`
	NoChange  bool        `json:"no_change"`
	Percent   *float64    `json:"percent"`
	Stones    []string    `json:"milestones"`
	Files     []string    `json:"files"`
	Exception *apiExcused `json:"exception"`

	Serve   []task.Serves `json:"serve"` // measures to add, and to take away
	Unserve []task.Serves `json:"unserve"`
}

type apiReview struct {
	Facts      bool `json:"facts"`
	Solved     bool `json:"solved"`
	Done       bool `json:"done"`
	Conclusion bool `json:"conclusion"`
}

type apiExcused struct {
	Ground string `json:"ground"`
	By     string `json:"by"`
}

// apiAct does an act. Over a revision that is not the last the answer is 409 with
// the task as it is now.
func (s *Server) apiAct(w http.ResponseWriter, r *request) error {
	var b apiActBody
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("act: %w: %w", err, fault.Invalid)
	}
	if !actsKnown[b.Act] {
		return fmt.Errorf("act %q: %w", b.Act, fault.Invalid)
	}
	o := task.Options{Text: b.Text, Lead: b.Lead, With: b.With, Into: b.Into, Head: b.Head, Progress: b.Progress, Problems: b.Problems, Next: b.Next, Leader: b.Leader, Person: b.Person, Contact: b.Contact,
		Review:  task.Review{Facts: b.Review.Facts, Solved: b.Review.Solved, Done: b.Review.Done, Conclusion: b.Review.Conclusion, Text: b.Text},
		Outcome: task.Outcome(b.Outcome), Approval: b.Approval, NoChange: b.NoChange, Percent: b.Percent, Stones: b.Stones, Files: b.Files, Sent: b.Sent, Serve: b.Serve, Unserve: b.Unserve}
	if b.Due != "" {
		due, err := parseDate(b.Due)
		if err != nil {
			return err
		}
		o.Due = due
	}
	if b.Exception != nil {
		o.Exception = collect.Exception{Ground: collect.Urgency(b.Exception.Ground), By: b.Exception.By}
	}
	id := r.PathValue("task")
	_, err := s.tasks.Act(r.Context(), r.who, id, b.Rev, b.Act, o)
	if err != nil && !errors.Is(err, fault.Conflict) {
		return fmt.Errorf("%s task %s: %w", b.Act, id, err)
	}
	x, got := s.tasks.Task(r.Context(), r.who, id)
	if got != nil {
		return fmt.Errorf("task: %w", got)
	}
	if err != nil {
		if x.Rev == b.Rev { // not overtaken: the state does not allow it
			return fmt.Errorf("%s task %s: %w", b.Act, id, err)
		}
		both, err := json.Marshal(struct {
			problem
			Task apiActionFull `json:"task"`
		}{problem{Type: "about:blank", Title: r.T("error.conflict"), Status: http.StatusConflict, Detail: r.why(err)}, r.actionFull(&x)})
		if err != nil {
			return fmt.Errorf("answer of %s: %w", r.URL.Path, err)
		}
		return s.send(w, r, http.StatusConflict, "application/problem+json", both)
	}
	return s.answer(w, r, r.actionFull(&x))
}
