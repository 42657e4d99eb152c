package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pack"
)

// formsPage is 报表目录: every form that there is, and whether it may be issued.
type formsPage struct {
	Shell
	Sub     string
	Periods []Choice // the newest year and the next, for which forms can be issued
	Rows    []formRow
	Note    string
	Grounds []Choice // on which a short deadline may be given
}

type formRow struct {
	ID        string
	Name      string
	Basis     string
	Frequency string
	Fills     string
	Minutes   string
	Approver  string
	Deadline  string
	Lamp      Lamp
	Against   []string
	Issue     bool // it may be issued by the one who asks
	Waive     bool // only with the reason of an approver
	Href      string
	Opens     string
	Due       string
	Period    string
	For       string // the period in words
	Says      string
	Grounds   []Choice
}

// forms shows the list of forms.
func (s *Server) forms(w http.ResponseWriter, r *request) error {
	p, err := s.formsPage(r)
	if err != nil {
		return err
	}
	return s.render(w, r, "forms.html", p)
}

func (s *Server) formList(r *request) (FormList, error) {
	l, ok := s.desk(r.who).(FormList)
	if !ok {
		return nil, fmt.Errorf("list of forms: %w", fault.NotFound)
	}
	return l, nil
}

func (s *Server) formsPage(r *request) (formsPage, error) {
	l, err := s.formList(r)
	if err != nil {
		return formsPage{}, err
	}
	period, err := formPeriod(r)
	if err != nil {
		return formsPage{}, err
	}
	list, err := l.Forms(r.Context())
	if err != nil {
		return formsPage{}, fmt.Errorf("forms: %w", err)
	}
	issues, err := s.desk(r.who).Issues(r.Context(), edu.Period{})
	if err != nil {
		return formsPage{}, fmt.Errorf("issues: %w", err)
	}
	p := formsPage{Shell: s.shell(r, r.T("forms.title"), "work", Link{r.T("work.title"), r.to([]string{"work"})})}
	for _, u := range []collect.Urgency{collect.UrgentSafety, collect.UrgentDropout, collect.UrgentTop} {
		p.Grounds = append(p.Grounds, Choice{Link: Link{r.ground(u), string(u)}})
	}
	if r.who.May(auth.IssueForm) && !r.period.IsZero() {
		for _, q := range []edu.Period{r.period, edu.Year(r.period.Int() + 1)} {
			p.Periods = append(p.Periods, Choice{Link{r.Period(q), r.to([]string{"work", "forms"}, "period", q.String())}, q == period})
		}
	}
	minutes, n := 0, 0
	for _, e := range list {
		row := r.formRow(e, period, issues)
		row.Grounds = p.Grounds
		p.Rows = append(p.Rows, row)
		if row.Href != "" && e.Form.Level == edu.School {
			minutes, n = minutes+e.Form.Minutes, n+1
		}
	}
	lists, cost, err := s.dutyForms(r)
	if err != nil {
		return p, err
	}
	p.Rows, n, minutes = append(p.Rows, lists...), n+len(lists), minutes+cost
	p.Sub = r.T("forms.sub", len(p.Rows), n, minutes)
	return p, nil
}

// dutyForms are the lists of duties that the city has switched on: they are filled in
// like any form, and stand on the list of what a school has to fill.
func (s *Server) dutyForms(r *request) (out []formRow, minutes int, err error) {
	if s.duties == nil || !r.who.May(auth.ReadReports) {
		return nil, 0, nil
	}
	all, err := s.duties.Lists(r.Context(), r.who)
	if err != nil {
		return nil, 0, fmt.Errorf("lists of duties: %w", err)
	}
	for _, l := range all {
		if !l.On {
			continue
		}
		v := formRow{ID: l.List.ID, Name: r.Text(l.Name), Basis: l.Rests(l.List, nil), Frequency: r.Text(l.Every.Name()), Fills: r.fills(pack.FillSchool), Minutes: r.T("forms.minutes", l.Minutes), Approver: l.Approver, Lamp: Lamp{chart.Good, r.T("settings.on"), ""}, Href: "/duties"}
		if round, ok := l.Round(edu.Period{}); ok {
			v.Deadline, v.Lamp.Word = round.Due.String(), r.T("forms.issued", round.Due.String())
		}
		out, minutes = append(out, v), minutes+l.YearMinutes()
	}
	return out, minutes, nil
}

func (r *request) ground(u collect.Urgency) string {
	switch u {
	case collect.UrgentSafety:
		return r.T("ground.safety")
	case collect.UrgentDropout:
		return r.T("ground.dropout")
	default:
		return r.T("ground.top")
	}
}

// formPeriod is the period for which forms are issued: the one that was sent or
// that the address names, otherwise the newest.
func formPeriod(r *request) (edu.Period, error) {
	if y := cmp.Or(r.PostFormValue("period"), r.query.Get("period")); y != "" {
		p, err := edu.ParsePeriod(y)
		if err != nil {
			return p, fmt.Errorf("period: %w: %w", err, fault.Invalid)
		}
		return p, nil
	}
	return r.period, nil
}

func (r *request) formRow(e collect.Entry, period edu.Period, issues []collect.Issue) formRow {
	f := e.Form
	v := formRow{ID: f.ID, Name: r.Text(f.Name), Basis: r.Text(f.Rests()), Frequency: r.frequency(f.Frequency), Fills: r.fills(f.Fills), Minutes: r.T("forms.minutes", f.Minutes), Approver: r.Text(f.ApprovedBy()),
		Deadline: fmt.Sprintf("%02d-%02d—%02d-%02d", f.Opens.Month, f.Opens.Day, f.Closes.Month, f.Closes.Day), Period: period.String(), For: r.Period(period)}
	at := slices.IndexFunc(issues, func(is collect.Issue) bool { return is.Form == f.ID && is.Period == period })
	switch {
	case at >= 0 && issues[at].Closed:
		v.Lamp = Lamp{chart.Open, r.T("forms.closed"), ""}
	case at >= 0:
		v.Lamp = Lamp{chart.Good, r.T("forms.issued", issues[at].Due.String()), ""}
		v.Href = r.to([]string{"work"}, "issue", issues[at].ID, "list", "all")
	case e.Why != edu.Text{}:
		v.Lamp, v.Against = Lamp{chart.Bad, r.T("forms.against"), ""}, []string{r.Text(e.Why)}
	default:
		v.Lamp = Lamp{chart.Open, r.T("forms.ready"), ""}
	}
	v.Issue = at < 0 && len(v.Against) == 0 && r.who.May(auth.IssueForm)
	v.Says = r.T("forms.says", v.Name, v.Fills)
	return v
}

func (r *request) frequency(s string) string {
	switch s {
	case "yearly":
		return r.T("frequency.yearly")
	case "termly":
		return r.T("frequency.termly")
	case "monthly":
		return r.T("frequency.monthly")
	}
	return s
}

func (r *request) fills(f pack.Filler) string {
	switch f {
	case pack.FillSchool:
		return r.T("level.school")
	case pack.FillTownship:
		return r.T("level.township")
	default:
		return r.T("level.county")
	}
}

// issueForm issues a form; where a burden rule stands against it, the page says
// which, and what would have to be given.
func (s *Server) issueForm(w http.ResponseWriter, r *request) error {
	l, err := s.formList(r)
	if err != nil {
		return err
	}
	o, err := orderOf(r)
	if err != nil {
		return err
	}
	_, err = l.Issue(r.Context(), o)
	var words interface{ Text() edu.Text }
	var no *auth.Refusal
	refused := errors.As(err, &words)
	if err != nil && !refused && !errors.Is(err, fault.Invalid) {
		return fmt.Errorf("issue %s: %w", o.Form, err)
	}
	p, pageErr := s.formsPage(r)
	if pageErr != nil {
		return pageErr
	}
	status := http.StatusOK
	p.Note = r.T("forms.issued.note")
	if err != nil {
		says := err.Error()
		if refused {
			says = r.Text(words.Text())
		} else if errors.As(err, &no) {
			says = no.In(r.Lang())
		}
		status, p.Note = http.StatusUnprocessableEntity, r.T("forms.refused", says)
		if i := slices.IndexFunc(p.Rows, func(v formRow) bool { return v.ID == o.Form }); i >= 0 {
			p.Rows[i].Waive, p.Rows[i].Against, p.Rows[i].Lamp = true, []string{says}, Lamp{chart.Bad, r.T("forms.against"), ""}
			p.Rows[i].Opens, p.Rows[i].Due = r.PostFormValue("opens"), r.PostFormValue("due")
		}
	}
	return s.write(w, r, status, "forms.html", p)
}

// orderOf reads what a form is issued with; dates that are left out are the
// form's own.
func orderOf(r *request) (flow.Order, error) {
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	o := flow.Order{Form: v("form"), Approver: v("approver"), Reason: v("reason")}
	var err error
	if o.Period, err = edu.ParsePeriod(v("period")); err != nil {
		return o, fmt.Errorf("period: %w: %w", err, fault.Invalid)
	}
	for key, to := range map[string]*edu.Date{"opens": &o.Opens, "due": &o.Due} {
		if v(key) == "" {
			continue
		}
		if *to, err = parseDate(v(key)); err != nil {
			return o, err
		}
	}
	if g := collect.Urgency(v("ground")); g != collect.NotUrgent {
		o.Except = collect.Exception{Ground: g, By: o.Approver}
	}
	return o, nil
}
