package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// periodsPage is how long registers are kept.
type periodsPage struct {
	Shell
	Fields []periodField
	Said   string
	Error  string
}

type periodField struct{ Name, Label, Value, Hint string }

// periodsOf names the periods, by the fields of the form.
func periodsOf(p *register.Periods) []struct {
	name   string
	months *int
	years  bool // counted from the end of a school year
} {
	return []struct {
		name   string
		months *int
		years  bool
	}{
		{"pupil_identity", &p.PupilIdentity, true}, {"pupil_rows", &p.PupilRows, true},
		{"staff_identity", &p.StaffIdentity, true}, {"staff_rows", &p.StaffRows, true},
		{"lists", &p.Lists, false}, {"imports", &p.Imports, false},
	}
}

func (s *Server) registerPeriods(w http.ResponseWriter, r *request) error {
	p, err := s.registers.Periods(r.Context())
	if err != nil {
		return fmt.Errorf("periods of the registers: %w", err)
	}
	said := ""
	if r.query.Get("did") == "keep" {
		said = r.T("register.kept")
	}
	return s.showPeriods(w, r, p, said, "", http.StatusOK)
}

func (s *Server) showPeriods(w http.ResponseWriter, r *request, p register.Periods, said, wrong string, status int) error {
	page := periodsPage{Shell: s.shell(r, r.T("register.periods"), "settings", Link{r.T("settings.title"), "/settings"}), Said: said, Error: wrong}
	today := collect.Today(s.now())
	for _, f := range periodsOf(&p) {
		hint := r.T("register.period.since")
		if f.years && *f.months > 0 && *f.months <= 1200 {
			hint = r.T("register.period.over", edu.Year(register.YearOver(*f.months, today)).Label())
		}
		page.Fields = append(page.Fields, periodField{f.name, r.periodName(f.name), strconv.Itoa(*f.months), hint})
	}
	return s.write(w, r, status, "registerperiods.html", page)
}

func (r *request) periodName(name string) string {
	switch name {
	case "pupil_identity":
		return r.T("register.period.pupil.identity")
	case "pupil_rows":
		return r.T("register.period.pupil.rows")
	case "staff_identity":
		return r.T("register.period.staff.identity")
	case "staff_rows":
		return r.T("register.period.staff.rows")
	case "lists":
		return r.T("register.period.lists")
	}
	return r.T("register.period.imports")
}

// keepRegisterPeriods sets the periods. What is over is deleted by the server's tick,
// not here.
func (s *Server) keepRegisterPeriods(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("periods of the registers: %w: %w", err, fault.Invalid)
	}
	var p register.Periods
	for _, f := range periodsOf(&p) {
		*f.months, _ = strconv.Atoi(strings.TrimSpace(r.PostFormValue(f.name))) // what is no number is refused as 0 months
	}
	if p.Check() != nil {
		return s.showPeriods(w, r, p, "", r.T("register.periods.wrong"), http.StatusUnprocessableEntity)
	}
	if err := s.registers.SetPeriods(r.Context(), r.who, p); err != nil {
		return fmt.Errorf("periods of the registers: %w", err)
	}
	return away{"/settings/registers?did=keep"}
}
