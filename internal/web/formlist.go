package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// formsPage is 报表目录: every form that there is, and whether it may be issued.
type formsPage struct {
	Shell
	Sub   string
	Rows  []formRow
	Table Table // what the whole asks of one school
	Note  string
}

type formRow struct {
	ID, Pack  string
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
	Says      string
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
	list, err := l.Forms(r.Context(), period)
	if err != nil {
		return formsPage{}, fmt.Errorf("forms: %w", err)
	}
	p := formsPage{Shell: s.shell(r, r.T("forms.title"), "work", Link{r.T("work.title"), r.to([]string{"work"})})}
	minutes, n := 0, 0
	for _, x := range list {
		p.Rows = append(p.Rows, r.formRow(x, period))
		if x.Issued != nil && x.Form.Level == edu.School {
			minutes, n = minutes+x.Form.Minutes, n+1
		}
	}
	p.Sub = r.T("forms.sub", len(list), n, minutes)
	return p, nil
}

// formPeriod is the period for which forms are issued: the one that the address
// names, otherwise the newest.
func formPeriod(r *request) (edu.Period, error) {
	if y := r.query.Get("period"); y != "" {
		p, err := edu.ParsePeriod(y)
		if err != nil {
			return p, fmt.Errorf("period: %w: %w", err, fault.Invalid)
		}
		return p, nil
	}
	return r.period, nil
}

func (r *request) formRow(x Listed, period edu.Period) formRow {
	f := x.Form
	v := formRow{ID: f.ID, Pack: x.Pack, Name: r.Text(f.Name), Basis: f.Basis, Frequency: r.frequency(f.Frequency), Fills: r.fills(f.Fills), Minutes: r.T("forms.minutes", f.Minutes), Approver: f.Approver,
		Deadline: fmt.Sprintf("%02d-%02d—%02d-%02d", f.Opens.Month, f.Opens.Day, f.Closes.Month, f.Closes.Day), Period: period.String()}
	year := period.Int()
	if year > 0 {
		v.Opens, v.Due = fmt.Sprintf("%04d-%02d-%02d", year, f.Opens.Month, f.Opens.Day), fmt.Sprintf("%04d-%02d-%02d", year, f.Closes.Month, f.Closes.Day)
	}
	for _, a := range x.Against {
		v.Against = append(v.Against, r.Text(a))
	}
	switch {
	case x.Issued != nil && x.Issued.Closed:
		v.Lamp = Lamp{chart.Open, r.T("forms.closed"), ""}
	case x.Issued != nil:
		v.Lamp = Lamp{chart.Good, r.T("forms.issued", x.Issued.Due.String()), ""}
		v.Href = r.to([]string{"work"}, "issue", x.Issued.ID, "list", "all")
	case len(v.Against) > 0:
		v.Lamp = Lamp{chart.Bad, r.T("forms.against"), ""}
		v.Waive = true
	default:
		v.Lamp = Lamp{chart.Open, r.T("forms.ready"), ""}
	}
	v.Issue = x.Issued == nil && r.who.May(auth.IssueForm)
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
// which, and the form stays as it was.
func (s *Server) issueForm(w http.ResponseWriter, r *request) error {
	l, err := s.formList(r)
	if err != nil {
		return err
	}
	ask := IssueAsk{Form: r.PostFormValue("form"), Pack: r.PostFormValue("pack"), Reason: r.PostFormValue("reason")}
	if ask.Period, err = edu.ParsePeriod(r.PostFormValue("period")); err != nil {
		return fmt.Errorf("period: %w: %w", err, fault.Invalid)
	}
	if ask.Opens, err = parseDate(r.PostFormValue("opens")); err != nil {
		return err
	}
	if ask.Due, err = parseDate(r.PostFormValue("due")); err != nil {
		return err
	}
	_, against, err := l.IssueForm(r.Context(), ask)
	if err != nil && !errors.Is(err, fault.Blocked) {
		return fmt.Errorf("issue %s: %w", ask.Form, err)
	}
	p, pageErr := s.formsPage(r)
	if pageErr != nil {
		return pageErr
	}
	status := http.StatusOK
	p.Note = r.T("forms.issued.note")
	if err != nil {
		status, p.Note = http.StatusUnprocessableEntity, r.T("forms.against")
		if i := slices.IndexFunc(p.Rows, func(v formRow) bool { return v.ID == ask.Form }); i >= 0 {
			p.Rows[i].Against = nil
			for _, a := range against {
				p.Rows[i].Against = append(p.Rows[i].Against, r.Text(a))
			}
			p.Rows[i].Waive, p.Rows[i].Lamp = true, Lamp{chart.Bad, r.T("forms.against"), ""}
		}
	}
	return s.write(w, r, status, "forms.html", p)
}
