package web

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/task"
)

// taskConflict shows both versions where somebody acted on a task while another
// had its page open: what happened meanwhile, and what the reader was about to do.
// Nothing that was typed is lost.
type taskConflict struct {
	Who, When string
	Since     []Fact // what happened meanwhile
	Act       string
	Mine      []Fact // what was typed
	Again     bool   // the act can still be done
	Href      string
	Params    []Param // of the form that does it all the same
	Confirm   string
	Rows      []bothRow // of a draft: field by field
}

// bothRow is a field of a draft in both versions.
type bothRow struct {
	Key, Name, Mine, Theirs string
}

func (r *request) taskConflict(x *task.Full, t *typedAct, rev int) *taskConflict {
	c := &taskConflict{Act: r.ActName(t.act), Href: "/tasks/" + x.ID + "/acts", Again: slices.Contains(x.May, t.act), Confirm: r.T("task.conflict.again", r.ActName(t.act))}
	c.since(r, x, rev)
	keep := func(key, value string) {
		if value != "" {
			c.Params = append(c.Params, Param{key, value})
		}
	}
	say := func(term, key, value string) {
		if value != "" {
			c.Mine = append(c.Mine, Fact{Term: term, Text: value})
			keep(key, value)
		}
	}
	keep("act", string(t.act))
	keep("rev", strconv.Itoa(x.Rev))
	keep("sent", rand.Text())
	o := &t.o
	if o.NoChange {
		c.Mine = append(c.Mine, Fact{Term: r.ActName(task.Report), Text: r.T("task.nochange")})
		keep("nochange", "1")
	}
	say(r.T("task.words"), "text", o.Text)
	say(r.T("task.due.new"), "due", o.Due.String())
	say(r.T("task.lead"), "lead", t.lead)
	say(r.T("task.with"), "with", t.with)
	say(r.T("task.into.which"), "into", t.into)
	say(r.T("task.serve.add"), "serve", t.serve)
	for _, v := range o.Unserve {
		say(r.T("task.serve.drop"), "unserve", servesKey(v))
	}
	say(r.T("task.head"), "head", o.Head)
	say(r.T("task.progress"), "progress", o.Progress)
	say(r.T("task.problems"), "problems", o.Problems)
	say(r.T("task.next"), "next", o.Next)
	say(r.T("task.leader"), "leader", o.Leader)
	say(r.T("task.person"), "person", o.Person)
	say(r.T("task.contact"), "contact", o.Contact)
	say(r.T("task.approval"), "approval", o.Approval)
	if o.Outcome != "" {
		c.Mine = append(c.Mine, Fact{Term: r.T("task.outcome"), Text: r.Outcome(o.Outcome)})
		keep("outcome", string(o.Outcome))
	}
	if o.Percent != nil {
		c.Mine = append(c.Mine, Fact{Term: r.T("task.percent"), Text: percentTyped(o.Percent)})
		keep("percent", percentTyped(o.Percent))
	}
	for key, on := range map[string]bool{"facts": o.Review.Facts, "solved": o.Review.Solved, "done": o.Review.Done, "conclusion": o.Review.Conclusion} {
		if on {
			keep(key, "1")
		}
	}
	for _, f := range o.Files {
		keep("file", f)
	}
	for _, m := range o.Stones {
		keep("stone", m)
	}
	return c
}

// since lists what happened after the revision that somebody saw.
func (c *taskConflict) since(r *request, x *task.Full, rev int) {
	for _, e := range x.Events {
		if e.Rev <= rev {
			continue
		}
		c.Who, c.When = e.Name, r.When(e.At)
		said := []string{r.ActName(e.Act)}
		if e.From != e.To {
			said = append(said, r.T("task.conflict.to", r.TaskState(e.From), r.TaskState(e.To)))
		}
		if e.Due != 0 {
			said = append(said, e.Due.String())
		}
		if e.Text != "" {
			said = append(said, e.Text)
		}
		c.Since = append(c.Since, Fact{Term: r.When(e.At) + " " + e.Name, Text: strings.Join(said, r.T("list.semicolon"))})
	}
}

// draftConflict compares a draft as it was typed with the draft as it is now,
// field by field, for the writer to choose.
func (r *request) draftConflict(x *task.Full, mine taskForm, now taskForm, rev int) *taskConflict {
	c := &taskConflict{Act: r.ActName(task.Edit), Href: "/tasks/" + x.ID + "/edit", Again: slices.Contains(x.May, task.Edit), Confirm: r.T("task.conflict.save")}
	c.since(r, x, rev)
	a, b := mine.fields(r), now.fields(r)
	for i := range a {
		if a[i].Text != b[i].Text {
			c.Rows = append(c.Rows, bothRow{a[i].Key, a[i].Name, a[i].Text, b[i].Text})
		}
	}
	return c
}

// taskField is a field of a draft as it stands in the form.
type taskField struct{ Key, Name, Text string }

// chooseBoth lays what the draft holds now over what was typed, for the fields of
// which the writer wants the other's version.
func (s *Server) chooseBoth(r *request, f *taskForm) error {
	theirs := r.PostForm["theirs"]
	if len(theirs) == 0 {
		return nil
	}
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	now, err := s.draftOfTask(r, &x.Task)
	if err != nil {
		return err
	}
	for _, key := range theirs {
		switch key {
		case "title":
			f.Title = now.Title
		case "demand":
			f.Demand = now.Demand
		case "source.kind":
			f.SourceKind, f.SourceRef, f.SourceItem = now.SourceKind, now.SourceRef, now.SourceItem
		case "source.name":
			f.SourceName = now.SourceName
		case "source.text":
			f.SourceText = now.SourceText
		case "sheet":
			f.Sheet = now.Sheet
		case "urgency":
			f.Urgency = now.Urgency
		case "feedback":
			f.Feedback = now.Feedback
		case "reader":
			f.Reader = now.Reader
		case "issuer":
			f.Issuer = now.Issuer
		case "lead":
			f.Lead = now.Lead
		case "with":
			f.With = now.With
		case "duty":
			f.Duty = now.Duty
		case "leader":
			f.Leader = now.Leader
		case "person":
			f.Person = now.Person
		case "contact":
			f.Contact = now.Contact
		case "due":
			f.Due = now.Due
		case "standing":
			f.Standing = now.Standing
		case "key":
			f.Key = now.Key
		case "measure":
			f.Measure, f.OfUnit = now.Measure, now.OfUnit
		case "serves":
			f.Serves = now.Serves
		case "stones":
			f.Stones = now.Stones
		case "funds":
			f.Funds = now.Funds
		}
	}
	return nil
}
