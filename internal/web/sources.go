package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Sources is the three-source check as a list: figures of forms beside those of
// other systems. The page is there where Checks is one too.
type Sources interface {
	// Compared gives the zero period as the newest that is being collected.
	Compared(ctx context.Context, who auth.Actor, p edu.Period) (collect.Comparisons, error)
}

// differencesPerPage is how many differences a page shows.
const differencesPerPage = 50

type sourcesPage struct {
	Shell
	Back     string // questions about figures
	Periods  string
	Q        string
	Open     bool // only those without a reason
	Counties []Choice
	Found    string
	Table    Table
	Pages    []Choice
	Prev     string
	Next     string
}

// sources lists where forms and other systems differ.
func (s *Server) sources(w http.ResponseWriter, r *request) error {
	src, ok := s.checks.(Sources)
	if !ok {
		return fmt.Errorf("three-source check: %w", fault.NotFound)
	}
	period := edu.Period{}
	if y := r.query.Get("period"); y != "" {
		var err error
		if period, err = edu.ParsePeriod(y); err != nil {
			return fmt.Errorf("period: %w: %w", err, fault.Invalid)
		}
	}
	all, err := src.Compared(r.Context(), r.who, period)
	if err != nil {
		return fmt.Errorf("three-source check: %w", err)
	}
	p := sourcesPage{Shell: s.shell(r, r.T("sources.title"), "quality", Link{r.T("quality.title"), r.to([]string{"quality"})}), Q: strings.TrimSpace(r.query.Get("q")), Open: r.query.Get("open") != ""}
	county := r.query.Get("county")
	p.counties(r, all.List, county)
	list := slices.DeleteFunc(slices.Clone(all.List), func(x collect.Compared) bool {
		return p.Open && x.Reason != (edu.Text{}) || county != "" && string(x.Place.County) != county ||
			p.Q != "" && !strings.Contains(x.Place.Name.ZH, p.Q) && !strings.HasPrefix(x.Place.Code, p.Q)
	})
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		name := r.T("sources.title") + "-" + all.Period.String()
		return s.sendTables(w, r, name, r.T("sources.note"), all.Period, []Table{r.sourcesTable(list)})
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(list) + differencesPerPage - 1) / differencesPerPage
	page = min(page, max(1, pages))
	p.Table = r.sourcesTable(list[min(len(list), (page-1)*differencesPerPage):min(len(list), page*differencesPerPage)])
	p.Found = r.T("sources.found", all.Total, len(all.List), all.Open)
	p.Periods = all.Period.String()
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return s.render(w, r, "sources.html", p)
}

// counties are the filter, each with how many differences it has.
func (p *sourcesPage) counties(r *request, list []collect.Compared, on string) {
	n := map[edu.UnitID]int{}
	var order []collect.Place
	for _, x := range list {
		if n[x.Place.County]++; n[x.Place.County] == 1 {
			order = append(order, x.Place)
		}
	}
	if len(order) < 2 {
		return
	}
	for _, at := range order {
		p.Counties = append(p.Counties, Choice{Link{r.T("quality.count", r.Text(at.CountyName), n[at.County]), string(at.County)}, string(at.County) == on})
	}
}

// sourcesTable has a line for each difference.
func (r *request) sourcesTable(list []collect.Compared) Table {
	t := Table{Caption: r.T("sources.title"), Sheet: r.T("sources.title"), Tight: true, Empty: r.T("sources.none")}
	for _, k := range []string{"county", "quality.code", "quality.school", "stage", "quality.about", "sources.ours", "sources.theirs", "sources.diff", "sources.system", "sources.allowed", "sources.reason", "log.state"} {
		t.Cols = append(t.Cols, Col{Label: r.T(k), Wrap: true, Num: k == "sources.ours" || k == "sources.theirs" || k == "sources.diff"})
	}
	for _, x := range list {
		stage := ""
		if x.Stage != "" {
			stage = r.Stage(x.Stage)
		}
		allowed := chart.Number(x.Within, 0)
		if x.Share {
			allowed = chart.Percent(x.Within)
		}
		school := linked(r.Text(x.Place.Name), r.to([]string{"work", x.Issue, string(x.Place.Unit)}))
		if !r.who.May(auth.ReadForm) {
			school.Href = ""
		}
		reason := lampCell(Lamp{chart.Near, r.T("sources.unsaid"), ""})
		if x.Reason != (edu.Text{}) {
			reason = Cell{Text: r.Text(x.Reason), Small: x.Words}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(x.Place.CountyName)), text(x.Place.Code), school, text(stage), text(r.Text(x.Name)),
			figure(x.Ours, 0), figure(x.Theirs, 0), figure(x.Ours-x.Theirs, 0), text(r.Text(x.Feed)), text(allowed), reason, text(r.Text(x.State.Name()))}})
	}
	return t
}
