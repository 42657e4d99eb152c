package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/retention"
)

// zeroCard is the zero reports of the month of a monthly report: a school's own, and for
// who checks them those of all schools, who owes one first.
type zeroCard struct {
	Month  string
	Sub    string
	Mine   []zeroLine
	Table  Table
	States []Choice // to narrow the list
	Export string
	Back   []Param // where in the report its form comes back to

	Pages      []Choice
	Prev, Next string
}

type zeroLine struct {
	School, Unit string
	State        Lamp
	Note         string
	Give         bool
}

// zeroStates are how a school stands with a month's report, who owes one first.
var zeroStates = []string{"late", "open", "soon", "cases", "given"}

func zeroState(z *flow.ZeroState, today edu.Date) string {
	switch {
	case z.Cases: // also where the school had said zero before: its month is counted
		return "cases"
	case z.Given:
		return "given"
	case z.Overdue:
		return "late"
	case today < z.Opens:
		return "soon"
	}
	return "open"
}

func (r *request) zeroLamp(state string, z *flow.ZeroState) Lamp {
	switch state {
	case "cases":
		return Lamp{chart.Near, r.T("retention.zero.cases"), ""}
	case "given":
		if z.Early {
			return Lamp{chart.Good, r.T("retention.zero.early"), r.T("retention.zero.early.why")}
		}
		return Lamp{chart.Good, r.T("retention.zero.given"), ""}
	case "late":
		return Lamp{chart.Bad, r.T("retention.zero.late"), ""}
	case "soon":
		return Lamp{chart.Open, r.T("retention.zero.soon", z.Opens.String()), ""}
	}
	return Lamp{chart.Open, r.T("retention.zero.open"), ""}
}

func (r *request) zeroStateName(state string) string {
	switch state {
	case "cases":
		return r.T("retention.zero.cases")
	case "given":
		return r.T("retention.zero.given")
	case "late":
		return r.T("retention.zero.late")
	case "soon":
		return r.T("retention.zero.wait")
	}
	return r.T("retention.zero.open")
}

// zeroCard gives the zero reports of the month of a report; nil for a longer period. A
// file has the whole of them, whatever the page is narrowed to.
func (s *Server) zeroCard(r *request, rep *flow.RetentionReport, whole bool) (*zeroCard, error) {
	if rep.Cadence != retention.Monthly {
		return nil, nil
	}
	c := &zeroCard{Month: rep.Span.Key}
	list, err := s.retention.Zeros(r.Context(), r.who, c.Month)
	if err != nil {
		return nil, fmt.Errorf("zero reports: %w", err)
	}
	only, today := r.query.Get("zero"), collect.Today(s.now())
	if only != "" && !slices.Contains(zeroStates, only) {
		return nil, fmt.Errorf("zero reports that are %q: %w", only, fault.Invalid)
	}
	n := map[string]int{}
	rows, mine := map[string][]Row{}, map[string][]zeroLine{}
	for i := range list {
		z := &list[i]
		state := zeroState(z, today)
		n[state]++
		if only != "" && only != state && !whole {
			continue
		}
		l := zeroLine{School: r.Text(z.Name), Unit: string(z.School), State: r.zeroLamp(state, z)}
		who, when := "", ""
		if state == "given" {
			who, when = z.Report.Name, r.When(z.Report.At)
			l.Note = r.T("strip.note", who, when)
		}
		if z.Mine && !whole {
			l.Give = state == "open" || state == "late"
			mine[state] = append(mine[state], l)
			continue
		}
		rows[state] = append(rows[state], Row{Cells: []Cell{text(l.School), lampCell(l.State), text(who), text(when)}})
	}
	c.Table = Table{ID: "zeros", Caption: r.T("retention.zero"), Tall: true, Cols: []Col{{Label: r.T("retention.school"), Wrap: true}, {Label: r.T("status")}, {Label: r.T("log.who")}, {Label: r.T("log.when")}}, Empty: r.T("retention.zero.none")}
	for _, state := range zeroStates {
		c.Table.Rows, c.Mine = append(c.Table.Rows, rows[state]...), append(c.Mine, mine[state]...)
	}
	if whole {
		return c, nil
	}
	page, err := pageBy(r, "zpage")
	if err != nil {
		return nil, err
	}
	pages := max(pagesOf(len(c.Table.Rows), reportRows), pagesOf(len(c.Mine), reportRows))
	page = min(page, pages)
	c.Table.Rows, c.Mine = onPage(c.Table.Rows, page, reportRows), onPage(c.Mine, page, reportRows)
	c.Pages, c.Prev, c.Next = r.pagerBy("zpage", page, pages)
	if len(list) > 1 {
		choice := func(name, state string, count int) {
			c.States = append(c.States, Choice{Link{r.T("retention.zero.state", name, count), r.here("zero", state, "zpage", "", "did", "")}, state == only})
		}
		choice(r.T("any"), "", len(list))
		for _, state := range zeroStates {
			if n[state] > 0 || state == only {
				choice(r.zeroStateName(state), state, n[state])
			}
		}
	}
	c.Back = r.asked(zeroPlace...)
	c.Export = r.here("as", "zero", "did", "", "zero", "", "zpage", "")
	c.Sub = r.T("retention.zero.sub", c.Month, len(list), n["given"], n["cases"], n["late"])
	return c, nil
}

// zeroPlace are the parameters that say where in the report of a month one is.
var zeroPlace = []string{"of", "page", "zero", "zpage"}

// zeroReport gives a zero report: one click.
func (s *Server) zeroReport(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	month := r.PostFormValue("month")
	back := r.askedIn([]string{"retention", "reports"}, "zero", zeroPlace...)
	err := s.retention.Zero(r.Context(), r.who, edu.UnitID(r.PostFormValue("school")), month)
	if err == nil {
		return away{back + "&" + url.Values{"by": {string(retention.Monthly)}, "period": {month}}.Encode()}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("a zero report: %w", err)
	}
	status := http.StatusUnprocessableEntity
	if errors.Is(err, fault.Conflict) {
		status = http.StatusConflict
	} else if errors.Is(err, fault.Forbidden) {
		status = http.StatusForbidden
	}
	return s.showCaseReports(w, r, status, why)
}
