package web

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"shuren/internal/chart"
	"shuren/internal/task"
)

// The words of tasks: states, acts, sources, in both languages. Keys are written
// in full so that a test finds each in the catalogues.

// TaskState names a state.
func (l locale) TaskState(s task.State) string { return first(l.Text(s.Name())) }

// taskTone is the colour of a state: whose turn it is, never how good it is.
func taskTone(s task.State) chart.Tone {
	switch s {
	case task.Closed:
		return chart.Good
	case task.ToSign, task.InReview, task.Extension, task.Requested:
		return chart.Near
	default:
		return chart.Open
	}
}

// ActName names an act as a button does.
func (l locale) ActName(a task.Act) string { return first(l.Text(a.Name())) }

// first makes the first letter a capital: names of states and acts stand in
// sentences and on buttons.
func first(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// taskActSays says before an official act what it will do, to what.
func (r *request) taskActSays(a task.Act, title, lead string) string {
	switch a {
	case task.Issue:
		return r.T("task.says.issue", title, lead)
	case task.Request:
		return r.T("task.says.request", title, lead)
	case task.TakenUp:
		return r.T("task.says.taken_up", title)
	case task.Sign:
		return r.T("task.says.sign", title)
	case task.Decline:
		return r.T("task.says.decline", title)
	case task.Ask:
		return r.T("task.says.ask", title)
	case task.Grant:
		return r.T("task.says.grant", title)
	case task.Refuse:
		return r.T("task.says.refuse", title)
	case task.HandIn:
		return r.T("task.says.hand_in", title)
	case task.Close:
		return r.T("task.says.close", title)
	case task.Return:
		return r.T("task.says.return", title, lead)
	case task.Transfer:
		return r.T("task.says.transfer", title, lead)
	case task.Merge:
		return r.T("task.says.merge", title)
	case task.Urge:
		return r.T("task.says.urge", title, lead)
	case task.Conclude:
		return r.T("task.says.conclude", title)
	case task.Reopen:
		return r.T("task.says.reopen", title, lead)
	case task.Withdraw:
		return r.T("task.says.withdraw", title)
	case task.Serve:
		return r.T("task.says.serve", title)
	case task.Recheck:
		return r.T("task.says.recheck", title)
	default:
		return r.T("task.says.other", r.ActName(a), title)
	}
}

// SourceKind names where a task comes from.
func (l locale) SourceKind(k task.SourceKind) string { return first(l.Text(k.Name())) }

// Urgency names the urgency of a sheet.
func (l locale) Urgency(u task.Urgency) string { return first(l.Text(u.Name())) }

// Duty names the kind of responsibility; none is said where none is kept.
func (l locale) Duty(d task.Duty) string { return first(l.Text(d.Name())) }

// Outcome names how a task ended.
func (l locale) Outcome(o task.Outcome) string { return first(l.Text(o.Name())) }

// BodyKind names what a body is.
func (l locale) BodyKind(k task.BodyKind) string {
	switch k {
	case task.Bureau:
		return l.T("body.kind.bureau")
	case task.Section:
		return l.T("body.kind.section")
	case task.Institution:
		return l.T("body.kind.institution")
	case task.Government:
		return l.T("body.kind.government")
	case task.Department:
		return l.T("body.kind.department")
	case task.Association:
		return l.T("body.kind.association")
	default:
		return string(k)
	}
}

// sheetNo is the number of a 督办单: 〔2026〕12号; empty before it is given.
func (l locale) sheetNo(s task.Sheet) string {
	if s.No == 0 {
		return ""
	}
	return l.T("task.no", strconv.Itoa(s.Year), strconv.Itoa(s.No))
}

// dueWords are the limit as it is shown.
func (l locale) dueWords(t *task.Task) string {
	switch {
	case t.Standing:
		return l.T("task.standing")
	case t.Due == 0:
		return l.T("task.unset")
	}
	return t.Due.String()
}

// joinWith puts what is said one after another.
func joinWith(parts []string, sep string) string { return strings.Join(parts, sep) }

// percentTyped is a share as it stands in a form.
func percentTyped(p *float64) string { return strconv.FormatFloat(*p, 'f', -1, 64) }

// sourceLink leads to the meeting or the plan that a task comes from, where the
// system has it.
func sourceLink(s *Server, r *request, src task.Source) *Link {
	if src.Ref == "" {
		return nil
	}
	for _, x := range []struct {
		kind    task.SourceKind
		pattern string
	}{{task.FromMeeting, "GET /meetings/{meeting}"}, {task.FromPlan, "GET /plan/{plan}"}, {task.FromProposal, "GET /gaps/proposals/{proposal}"}, {task.FromHazard, "GET /safety/hazards/{hazard}"}} {
		if path, _, ok := strings.Cut(x.pattern, "{"); ok && src.Kind == x.kind && s.patterns[x.pattern] {
			return &Link{r.T("task.source.open"), strings.TrimPrefix(path, "GET ") + url.PathEscape(src.Ref)}
		}
	}
	return nil
}
