package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// taskAct is an official act that the page offers: a button that opens a dialog
// which names what it concerns. Without script the dialog is a folded form.
type taskAct struct {
	ID      string
	Name    string
	Says    string
	Href    string
	Rev     int
	Sent    string
	Primary bool
	Danger  bool
	Open    bool // it came back: what was typed stands in it
	Why     string

	// The fields that it has.
	Text     string // label of the text; empty where there is none
	Must     bool   // the text must be written
	Long     bool
	Due      string // label
	Min      string
	HandIn   bool
	Ask      bool
	Four     bool
	Transfer bool
	Into     bool
	Conclude bool
	Approval string // label
	Signs    bool
	Serve    bool
	Served   []Choice // measures that can be taken away
	Fair     bool     // a due day that is not fair needs who answers for it

	// As typed, or as known.
	Said, DueDay, Head, Progress, Problems, Next   string
	Lead, With, IntoTyped, No, Leader, Person, Tel string
	Adds                                           string
	Review                                         task.Review
	Outcomes                                       []Choice
	Files                                          []fileBox
	cited                                          []string // as typed
	unserve                                        []task.Serves
}

// fileBox is a piece of evidence that an act can cite.
type fileBox struct {
	Hash, Name string
	On         bool
}

// taskOffered is the order in which acts are offered as dialogs; progress and
// comments have their own places on the page, a draft is edited on its own.
var taskOffered = []task.Act{task.Issue, task.Request, task.Sign, task.HandIn, task.Close, task.Grant, task.TakenUp, task.Return, task.Refuse, task.Decline, task.Ask, task.Urge, task.Transfer, task.Merge, task.Serve, task.Recheck, task.Conclude, task.Reopen, task.Withdraw}

// taskActs are the acts that the reader may do now, as the page offers them.
func (r *request) taskActs(x *task.Full, typed *typedAct) []taskAct {
	var out []taskAct
	lead := r.bodyName(x.LeadName)
	for _, a := range taskOffered {
		if !slices.Contains(x.May, a) {
			continue
		}
		v := taskAct{ID: string(a), Name: r.ActName(a), Href: "/tasks/" + x.ID + "/acts", Rev: x.Rev, Sent: rand.Text(), Says: r.taskActSays(a, x.Title, lead)}
		v.Danger = a == task.Return || a == task.Refuse || a == task.Decline || a == task.Withdraw
		v.Primary = len(out) == 0 && !v.Danger && slices.Contains([]task.Act{task.Issue, task.Request, task.Sign, task.Close, task.Grant}, a)
		r.actFields(&v, a, x)
		if typed != nil && typed.act == a && typed.both == nil {
			v.Open, v.Why = true, typed.why
			v.fill(typed)
		}
		out = append(out, v)
	}
	return out
}

// actFields are what an act asks for.
func (r *request) actFields(v *taskAct, a task.Act, x *task.Full) {
	if step, ok := task.Find(x.State, a); ok && step.Reason {
		v.Text, v.Must = r.T("task.reason"), true
	}
	switch a {
	case task.Issue:
		v.Fair = true
	case task.Sign:
		v.Signs, v.Leader, v.Person, v.Tel = true, x.Leader, x.Person, x.Contact
		v.Text = r.T("task.opinion")
	case task.TakenUp:
		v.Text, v.Due = r.T("task.taken.no"), r.T("task.due.new.maybe")
	case task.Ask:
		v.Ask, v.Due, v.Min = true, r.T("task.due.new"), (x.Due + 1).String()
	case task.Grant:
		v.Due, v.DueDay, v.Min, v.Fair = r.T("task.due.new"), x.Asked.Until.String(), (x.Due + 1).String(), true
		v.Text = r.T("task.note")
	case task.HandIn:
		v.HandIn, v.Long, v.Text, v.Must = true, true, r.T("task.handed.text"), true
		v.Problems, v.Next = x.Last.Problems, x.Last.Next
	case task.Close:
		v.Four, v.Text = true, r.T("task.review.text")
	case task.Return:
		v.Four = true
		v.Review = task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}
	case task.Transfer:
		v.Transfer, v.Due, v.Fair = true, r.T("task.due.new.maybe"), true
	case task.Merge:
		v.Into = true
	case task.Serve:
		v.Serve = true
	case task.Urge:
		v.Text = r.T("task.note")
	case task.Recheck:
		v.Text = r.T("task.recheck.text")
	case task.Conclude:
		v.Conclude, v.Approval = true, r.T("task.approval")
		for _, o := range []task.Outcome{task.Carried, task.Adjusted, task.Cancelled} {
			v.Outcomes = append(v.Outcomes, Choice{Link{r.Outcome(o), string(o)}, false})
		}
	case task.Reopen:
		v.Due = r.T("task.due.new")
		v.Fair = true
	}
}

// fill puts what was typed back.
func (v *taskAct) fill(t *typedAct) {
	v.Said, v.Head, v.Progress, v.Problems, v.Next = t.o.Text, t.o.Head, t.o.Progress, t.o.Problems, t.o.Next
	v.Lead, v.With, v.IntoTyped, v.No, v.Leader, v.Person, v.Tel = t.lead, t.with, t.into, t.o.Approval, t.o.Leader, t.o.Person, t.o.Contact
	v.DueDay, v.Review, v.cited = t.o.Due.String(), t.o.Review, t.o.Files
	v.Adds, v.unserve = t.serve, t.o.Unserve
	for i := range v.Outcomes {
		v.Outcomes[i].On = v.Outcomes[i].Href == string(t.o.Outcome)
	}
}

// actTyped reads an act from a form. What names no body, or several, is said to
// the person beside what was typed.
func (s *Server) actTyped(r *request) (typedAct, int, error) {
	v := func(k string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(k), "\r\n", "\n"))
	}
	t := typedAct{act: task.Act(v("act")), lead: v("lead"), with: v("with"), into: v("into"), serve: v("serve")}
	if _, known := actsKnown[t.act]; !known {
		return t, 0, fmt.Errorf("act %q: %w", t.act, fault.Invalid)
	}
	rev, err := strconv.Atoi(v("rev"))
	if err != nil || rev < 0 {
		return t, 0, fmt.Errorf("rev %q: %w", v("rev"), fault.Invalid)
	}
	o := &t.o
	*o = task.Options{Text: v("text"), Head: v("head"), Progress: v("progress"), Problems: v("problems"), Next: v("next"), Leader: v("leader"), Person: v("person"), Contact: v("contact"), Approval: v("approval"),
		Outcome: task.Outcome(v("outcome")), NoChange: v("nochange") != "", Stones: r.PostForm["stone"], Files: r.PostForm["file"], Sent: v("sent")}
	o.Unserve = servesOf(r.PostForm["unserve"])
	if v("lead.id") != "" { // a form that comes back holds what was understood
		o.Lead = v("lead.id")
	}
	o.Review = task.Review{Facts: v("facts") != "", Solved: v("solved") != "", Done: v("done") != "", Conclusion: v("conclusion") != ""}
	o.Review.Text = o.Text
	if by := v("exception.by"); by != "" {
		o.Exception = collect.Exception{Ground: collect.Urgency(v("exception.ground")), By: by}
	}
	if p := v("percent"); p != "" {
		n, err := strconv.ParseFloat(strings.TrimSuffix(p, "%"), 64)
		if err != nil || !(n >= 0 && n <= 100) {
			t.why = r.T("task.wrong.percent", p)
			return t, rev, nil
		}
		o.Percent = &n
	}
	for key, to := range map[string]*edu.Date{"due": &o.Due, "day": &o.Day} {
		if typed := v(key); typed != "" {
			if *to, err = r.dayTyped(typed); err != nil {
				t.why = r.why(err)
				return t, rev, nil
			}
		}
	}
	return t, rev, s.actNames(r, &t)
}

// actNames resolves the bodies, the measure and the task that an act names.
func (s *Server) actNames(r *request, t *typedAct) error {
	if t.lead != "" && t.o.Lead == "" {
		b, why, err := s.bodyTyped(r, t.lead)
		if err != nil {
			return err
		}
		t.o.Lead, t.why = b.ID, cmp.Or(t.why, why)
	}
	if t.with != "" {
		ids, why, err := s.bodiesTyped(r, t.with)
		if err != nil {
			return err
		}
		t.o.With, t.why = ids, cmp.Or(t.why, why)
	}
	if t.serve != "" {
		m, why, err := s.servesTyped(r, t.serve)
		if err != nil {
			return err
		}
		t.o.Serve, t.why = []task.Serves{m}, cmp.Or(t.why, why)
	}
	if t.into != "" {
		id, why, err := s.taskTyped(r, t.into)
		if err != nil {
			return err
		}
		t.o.Into, t.why = id, cmp.Or(t.why, why)
	}
	return nil
}

// bodiesTyped reads several names, one after another.
func (s *Server) bodiesTyped(r *request, typed string) (ids []string, why string, err error) {
	x, err := s.bodyIndex(r)
	if err != nil {
		return nil, "", err
	}
	for _, name := range strings.FieldsFunc(typed, func(c rune) bool { return strings.ContainsRune("、;；,，\n", c) }) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		b, says := x.one(r, name)
		if says != "" {
			return ids, says, nil
		}
		if !slices.Contains(ids, b.ID) {
			ids = append(ids, b.ID)
		}
	}
	return ids, "", nil
}

// taskTyped is the task that somebody means by its address, number or title.
func (s *Server) taskTyped(r *request, typed string) (id, why string, err error) {
	if _, after, ok := strings.Cut(typed, "/tasks/"); ok {
		typed, _, _ = strings.Cut(after, "?")
		typed, _, _ = strings.Cut(typed, "/")
	}
	switch x, err := s.tasks.Task(r.Context(), r.who, typed); {
	case err == nil:
		return x.ID, "", nil
	case !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Invalid):
		return "", "", err
	}
	page, err := s.tasks.Tasks(r.Context(), r.who, task.Filter{Query: typed, Live: true, Size: 6})
	if err != nil {
		return "", "", err
	}
	switch page.Total {
	case 0:
		return "", r.T("task.wrong.into", typed), nil
	case 1:
		return page.Tasks[0].ID, "", nil
	}
	var names []string
	for _, x := range page.Tasks {
		names = append(names, fmt.Sprintf("%d %s", x.No, x.Title))
	}
	return "", r.T("task.wrong.several", typed, r.List(names)), nil
}

// actsKnown are the acts that people do; the others follow from them.
var actsKnown = func() map[task.Act]bool {
	m := map[task.Act]bool{task.Report: true, task.Comment: true}
	for _, a := range taskOffered {
		m[a] = true
	}
	return m
}()

// doTask does an act. Which may be done by whom is in the table of steps: the
// office asks there.
func (s *Server) doTask(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("task")
	t, rev, err := s.actTyped(r)
	if err != nil {
		return err
	}
	if t.why == "" {
		_, err = s.tasks.Act(r.Context(), r.who, id, rev, t.act, t.o)
		if err == nil {
			return away{backOf(r, "/tasks/"+id, t.act)}
		}
		if t.why = r.why(err); t.why == "" {
			return fmt.Errorf("%s task %s: %w", t.act, id, err)
		}
	}
	x, got := s.tasks.Task(r.Context(), r.who, id)
	if got != nil {
		return cmp.Or(err, got)
	}
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, fault.Conflict):
		status = http.StatusConflict
		if x.Rev != rev {
			t.both = r.taskConflict(&x, &t, rev)
		}
	case errors.Is(err, fault.Forbidden):
		status = http.StatusForbidden
	}
	return s.showTask(w, r, status, x, &t)
}

// backOf is where an act that is done leads: the page that it came from, or the
// task.
func backOf(r *request, page string, a task.Act) string {
	if to := r.PostFormValue("back"); to != "" {
		to = local(to)
		u, err := url.Parse(to)
		if err == nil && to != "/" {
			u.RawQuery = with(u.Query(), "did", string(a)).Encode()
			return u.String()
		}
	}
	return page + "?did=" + string(a)
}

func queryEscape(s string) string { return url.QueryEscape(s) }
