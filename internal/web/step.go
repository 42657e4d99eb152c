package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// act is an official step that a page offers: a button that opens a dialog which
// names what it concerns. Without script the dialog is a folded form.
type act struct {
	ID      string
	Action  string
	Href    string
	Name    string
	Says    string // names object and count
	Primary bool
	Danger  bool
	Reason  bool // a reason must be given
	Hint    string
	Date    bool
	Min     string // earliest date
	Rev     int
	Draft   bool // the draft is sent first
	Units   bool // over the chosen units of a list
}

// offered is the order in which steps are offered; saving is not a step to offer.
var offered = []collect.Action{collect.Submit, collect.Lock, collect.Pass, collect.Return, collect.GrantUnlock, collect.RefuseUnlock, collect.Extend, collect.Excuse, collect.Unexcuse, collect.Recall, collect.AskUnlock}

// acts are the steps that the one who asks may take with a filing now.
func (r *request) acts(f *filed) []act {
	var out []act
	for _, a := range offered {
		if !slices.Contains(f.task.Todo, a) {
			continue
		}
		v := act{ID: string(a), Action: string(a), Name: r.StepName(a), Href: r.to([]string{"work", f.filing.Issue, string(f.filing.Unit), "step"}), Rev: f.filing.Rev}
		v.Says = r.actSays(a, r.Text(f.paper.Unit.Name), r.Text(f.paper.Form.Name))
		step, err := collect.Find(a, f.filing.State)
		v.Reason = err == nil && step.Reason
		v.Primary = len(out) == 0 && (a == collect.Submit || a == collect.Lock || a == collect.Pass || a == collect.GrantUnlock)
		v.Danger = a == collect.Return || a == collect.RefuseUnlock
		v.Draft = a == collect.Submit
		if a == collect.Extend {
			v.Date, v.Min = true, (f.filing.Due + 1).String()
		}
		if a == collect.Return {
			v.Hint = r.T("step.return.hint")
		}
		out = append(out, v)
	}
	return out
}

// actSays names what a step will do to what.
func (r *request) actSays(a collect.Action, unit, form string) string {
	switch a {
	case collect.Submit:
		return r.T("says.submit", unit, form)
	case collect.Lock:
		return r.T("says.lock", unit, form)
	case collect.Pass:
		return r.T("says.pass", unit, form)
	case collect.Return:
		return r.T("says.return", unit, form)
	case collect.Recall:
		return r.T("says.recall", unit, form)
	case collect.Extend:
		return r.T("says.extend", unit, form)
	case collect.Excuse:
		return r.T("says.excuse", unit, form)
	case collect.AskUnlock:
		return r.T("says.ask_unlock", unit, form)
	case collect.GrantUnlock:
		return r.T("says.grant_unlock", unit, form)
	default:
		return r.T("says.other", r.StepName(a), unit, form)
	}
}

// stepOf reads a step from a form.
func stepOf(r *http.Request) (collect.Action, collect.StepOptions, error) {
	a := collect.Action(r.PostFormValue("action"))
	opt := collect.StepOptions{Reason: strings.TrimSpace(r.PostFormValue("reason")), ID: r.PostFormValue("id")}
	if !slices.Contains(offered, a) {
		return a, opt, fmt.Errorf("step %q: %w", a, fault.Invalid)
	}
	if due := r.PostFormValue("due"); due != "" {
		d, err := parseDate(due)
		if err != nil {
			return a, opt, err
		}
		opt.Due = d
	}
	return a, opt, nil
}

// parseDate reads 2026-11-30.
func parseDate(s string) (edu.Date, error) {
	p, err := edu.ParsePeriod(s)
	if err != nil {
		return 0, fmt.Errorf("date %q: want 2026-11-30: %w", s, fault.Invalid)
	}
	d := edu.DateOf(p.Reference())
	if d.String() != s {
		return 0, fmt.Errorf("date %q: want 2026-11-30: %w", s, fault.Invalid)
	}
	return d, nil
}

// step takes an official step with a filing. Which permission it needs is in the
// table of steps: the desk asks there.
func (s *Server) step(w http.ResponseWriter, r *request) error {
	a, opt, err := stepOf(r.Request)
	if err != nil {
		return err
	}
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	rev, err := revOf(r.Request)
	if err != nil {
		return err
	}
	step, err := collect.Find(a, f.filing.State)
	if err != nil {
		return err
	}
	if step.Reason && opt.Reason == "" {
		return fmt.Errorf("%s: %s: %w", r.StepName(a), r.T("step.reason.must"), fault.Invalid)
	}
	_, problems, err := d.Step(r.Context(), f.filing.Issue, f.filing.Unit, rev, a, opt)
	if errors.Is(err, fault.Blocked) {
		p := s.paperPage(r, f, problems, true)
		p.Note = r.T("paper.blocked", len(p.Blocking))
		return s.renderPaper(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return fmt.Errorf("%s of %s for %s: %w", a, f.filing.Unit, f.filing.Issue, err)
	}
	http.Redirect(w, r.Request, r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)}, "done", "step"), http.StatusSeeOther)
	return nil
}
