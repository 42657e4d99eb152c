package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// matrixPage is the completeness of a period: counties by forms.
type matrixPage struct {
	Shell
	Sub     string
	Of      string // what a row is
	Below   []Link // the townships of each county
	Periods []Choice
	Forms   []matrixForm
	Rows    []matrixRow
	Sum     matrixRow
	Legend  []Lamp
	Acts    []act
	Says    *reminded
	Export  string
}

type matrixForm struct {
	Name string
	Due  string
	Note string
}

type matrixRow struct {
	Name  string
	Href  string
	Cells []matrixCell
}

// matrixCell is how many filings stand where: a small bar, and the same in words.
type matrixCell struct {
	Bar    []barPart
	Done   string
	Words  string
	Late   int
	Href   string
	LateTo string
	Remind string // value of the button that reminds
	Label  string
	Empty  bool
}

// barPart is one colour of the bar, in percent of its width.
type barPart struct {
	Tone string
	X, W float64
}

// matrix shows how complete a period is, and offers to remind the late.
func (s *Server) matrix(w http.ResponseWriter, r *request) error {
	d := s.desk(r.who)
	p, err := s.matrixPage(r, d)
	if err != nil {
		return err
	}
	return s.render(w, r, "matrix.html", p)
}

func (s *Server) matrixPage(r *request, d Desk) (matrixPage, error) {
	issues, err := d.Issues(r.Context(), edu.Period{})
	if err != nil {
		return matrixPage{}, fmt.Errorf("issues: %w", err)
	}
	p := matrixPage{Shell: s.shell(r, r.T("matrix.work"), "work", Link{r.T("work.title"), r.to([]string{"work"})})}
	period, err := periodOf(r, issues)
	if err != nil {
		return p, err
	}
	var county edu.UnitID
	code := r.query.Get("county")
	if code != "" {
		ok := false
		if county, ok = s.countyID(r, code); !ok {
			return p, fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
	}
	seen := map[edu.Period]bool{}
	for _, is := range issues {
		if !seen[is.Period] {
			seen[is.Period] = true
			p.Periods = append(p.Periods, Choice{Link{r.Period(is.Period), r.to([]string{"work", "matrix"}, "period", is.Period.String(), "county", code)}, is.Period == period})
		}
	}
	m, err := d.MatrixIn(r.Context(), period, county)
	if err != nil {
		return p, fmt.Errorf("matrix of %s: %w", period, err)
	}
	names := map[string]string{}
	for _, is := range m.Issues {
		ts, err := d.Tasks(r.Context(), collect.Filter{Issue: is.ID, Limit: 1})
		if err != nil {
			return p, err
		}
		names[is.ID] = r.issueName(is, ts.List)
		p.Forms = append(p.Forms, matrixForm{strings.TrimSuffix(names[is.ID], " "+is.Period.Label()), is.Due.String(), r.T("matrix.due", is.Due.String())})
	}
	for i, c := range m.Rows {
		unit := cmp.Or(c.Unit, county)
		row := matrixRow{Name: r.Text(c.Name), Href: r.to([]string{"work"}, "unit", string(unit), "list", "all")}
		if key := cmp.Or(c.Code, string(c.Unit)); county == "" && key != "" && c.Level == edu.County {
			p.Below = append(p.Below, Link{row.Name, r.to([]string{"work", "matrix"}, "period", period.String(), "county", key)})
		}
		for k, is := range m.Issues {
			cell := r.matrixCell(m.Cells[i][k], is, unit, r.Text(c.Name)+r.T("mark.comma")+names[is.ID])
			if c.Unit == "" {
				cell.Remind = "" // there is no unit of which these are all
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Sum = matrixRow{Name: r.T("matrix.sum")}
	total, done := 0, 0
	for k, is := range m.Issues {
		p.Sum.Cells = append(p.Sum.Cells, r.matrixCell(m.Sum[k], is, county, names[is.ID]))
		total += m.Sum[k].Total
		done += m.Sum[k].By[collect.Locked] + m.Sum[k].By[collect.Excused]
	}
	p.Sub, p.Of = r.T("matrix.sub.work", r.Period(period), done, total), r.T("county")
	if county != "" {
		units, err := s.unitWords(r)
		if err != nil {
			return p, err
		}
		p.Of, p.Sub = r.T("level.township"), joinWords(" · ", units(county), p.Sub)
		p.Crumbs = append(p.Crumbs, Link{p.Title, r.to([]string{"work", "matrix"}, "period", period.String())})
	}
	for _, st := range collect.States {
		p.Legend = append(p.Legend, Lamp{chart.Tone(barTone(st)), r.State(st), ""})
	}
	return p, nil
}

// periodOf is the period that the address names, otherwise the newest issued.
func periodOf(r *request, issues []collect.Issue) (edu.Period, error) {
	if s := r.query.Get("period"); s != "" {
		p, err := edu.ParsePeriod(s)
		if err != nil {
			return p, fmt.Errorf("period: %w: %w", err, fault.Invalid)
		}
		return p, nil
	}
	var newest edu.Period
	for _, is := range issues {
		if newest.IsZero() || is.Period.Compare(newest) > 0 {
			newest = is.Period
		}
	}
	return newest, nil
}

// barTone is the colour of a state in the bar; every state has its own.
func barTone(s collect.State) string { return "s-" + strings.ReplaceAll(string(s), "_", "-") }

func (r *request) matrixCell(c collect.Count, is collect.Issue, unit edu.UnitID, label string) matrixCell {
	if c.Total == 0 {
		return matrixCell{Empty: true}
	}
	out := matrixCell{Label: label, Late: c.Late}
	var words []string
	x := 0.0
	// From done to not begun: the bar fills from the left.
	for _, st := range []collect.State{collect.Locked, collect.Excused, collect.AtCity, collect.AtCounty, collect.AtTownship, collect.Returned, collect.Draft, collect.NotStarted} {
		n := c.By[st]
		if n == 0 {
			continue
		}
		w := 100 * float64(n) / float64(c.Total)
		out.Bar = append(out.Bar, barPart{barTone(st), x, w})
		x += w
		words = append(words, r.T("tally", r.State(st), n))
	}
	out.Words = r.List(words)
	out.Done = r.T("matrix.of", c.By[collect.Locked]+c.By[collect.Excused], c.Total)
	kv := []string{"issue", is.ID, "list", "all"}
	if unit != "" {
		kv = append(kv, "unit", string(unit))
	}
	out.Href = r.to([]string{"work"}, kv...)
	if c.Late > 0 {
		out.LateTo = r.to([]string{"work"}, append(kv, "list", "late")...)
		if r.who.May(auth.WatchForms) {
			out.Remind = is.ID + " " + string(unit)
		}
	}
	return out
}

// reminded is what 催报 did, with the text to paste into a chat group.
type reminded struct {
	Head  string
	Text  string
	Lines int
}

// remind reminds the late units below a county, and gives the text to paste.
func (s *Server) remind(w http.ResponseWriter, r *request) error {
	issue, unit, ok := strings.Cut(r.PostFormValue("late"), " ")
	if !ok || issue == "" {
		return fmt.Errorf("whom to remind: %q: %w", r.PostFormValue("late"), fault.Invalid)
	}
	d := s.desk(r.who)
	rem, err := d.Remind(r.Context(), issue, edu.UnitID(unit))
	if err != nil {
		return fmt.Errorf("remind of %s: %w", issue, err)
	}
	p, err := s.matrixPage(r, d)
	if err != nil {
		return err
	}
	p.Says = &reminded{r.T("remind.done", len(rem.Units), rem.Sent), r.Text(rem.Text), min(8, 2+len([]rune(r.Text(rem.Text)))/60)}
	return s.render(w, r, "matrix.html", p)
}
