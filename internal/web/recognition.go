package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// recognitionPage is how far the counties' recognition has come, side by side.
type recognitionPage struct {
	Shell
	Counties Table
	Plan     Table // how many counties each year is planned for, and which
	Steps    Table // how many stand at each step, and which
	Hows     []how
	Missing  string // counties that recorded nothing, and who owes it
}

// recognition lists the counties' recognition by the scheme that is shown, in the
// order of their codes: what each recorded last, which is of now in any school
// year.
func (s *Server) recognition(w http.ResponseWriter, r *request) error {
	if s.dossier == nil {
		return fmt.Errorf("recognition: %w", fault.NotFound)
	}
	if r.a == nil {
		return s.empty(w, r, "counties")
	}
	p := recognitionPage{Shell: s.shell(r, r.T("recognition.title"), "counties", Link{r.T("nav.counties"), r.to([]string{"counties"})})}
	list, err := s.recognitions(r)
	if err != nil {
		return err
	}
	whole := r.query.Get("as") == "xlsx"
	p.Counties, p.Hows = r.recognitionTable(list, whole)
	p.Plan = p.counted(r, "plan", r.T("recognition.plan"), r.T("progress.year"), list, func(c recognized) string {
		if c.last.Year == 0 {
			return r.T("progress.unplanned")
		}
		return strconv.Itoa(c.last.Year)
	})
	p.Steps = p.counted(r, "steps", r.T("recognition.steps"), r.T("progress.step"), list, func(c recognized) string { return r.Text(c.last.Step.Name()) })
	var missing []string
	for _, c := range list {
		if c.last == nil {
			missing = append(missing, c.name)
		}
	}
	if len(missing) > 0 {
		p.Missing = r.T("recognition.missing", len(missing), r.List(missing))
	}
	p.Export = r.here("as", "xlsx")
	if whole {
		return s.export(w, r, p.Title, p.Counties, p.Plan, p.Steps)
	}
	return s.render(w, r, "recognition.html", p)
}

// recognized is a county with the last entry of its recognition; nil is none.
type recognized struct {
	code, name string
	lamp       Cell
	last       *county.Progress
}

// recognitions reads the counties that the reader sees.
func (s *Server) recognitions(r *request) ([]recognized, error) {
	var out []recognized
	for i, u := range r.a.Units[edu.County] {
		c := recognized{code: codeOf(u), name: u.Name, lamp: text("")}
		if r.lens.root != nil {
			c.lamp = lampCell(r.Verdict(r.a.Verdict(r.lens.root.ID, edu.County, i)))
			c.lamp.Href = r.toTrace(edu.County, c.code, r.lens.root.ID)
		}
		n, err := s.countyNode(r, u)
		if err != nil {
			return nil, err
		}
		list, err := s.dossier.Progress(r.Context(), r.who, n.Unit.ID, r.a.Pack.ID)
		if err != nil {
			return nil, fmt.Errorf("progress of %s: %w", u.Name, err)
		}
		if len(list) > 0 {
			c.last = &list[0]
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b recognized) int { return compareText(a.code, b.code) })
	return out, nil
}

// recognitionTable is a county a row, and the sum of the issues. The page has all
// dates in one column; the workbook has one for each step.
func (r *request) recognitionTable(list []recognized, whole bool) (Table, []how) {
	t := Table{ID: "recognition", Caption: r.T("recognition.caption", len(list), r.Text(r.a.Pack.Name)), Sheet: r.T("recognition.title"), Empty: r.T("empty.counties"), List: true, Tight: true, Cols: []Col{
		{Label: r.T("county"), Wrap: true}, {Label: r.T("recognition.measured"), Wrap: true}, {Label: r.T("progress.year"), Wrap: true}, {Label: r.T("progress.step"), Wrap: true}, {Label: r.T("progress.conclusion"), Wrap: true}}}
	if whole {
		for _, x := range county.Steps {
			t.Cols = append(t.Cols, Col{Label: r.Text(x.Name())})
		}
		t.Cols = append(t.Cols, Col{Label: r.T("recognition.checks")})
	} else {
		t.Cols = append(t.Cols, Col{Label: r.T("progress.dates"), Wrap: true})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("progress.found"), Num: true, Wrap: true}, Col{Label: r.T("progress.done"), Num: true, Wrap: true}, Col{Label: r.T("progress.updated"), Wrap: true})
	var found, closed []string
	issues, done := 0, 0
	for _, c := range list {
		to := r.to([]string{"counties", c.code, "progress"})
		row := []Cell{linked(c.name, r.toCounty(c.code)), c.lamp}
		if c.last == nil {
			row = append(row, text(""), text(r.T("recognition.none")).to(to))
			for len(row) < len(t.Cols) {
				row = append(row, text(""))
			}
			t.Rows = append(t.Rows, Row{Cells: row})
			continue
		}
		p := c.last
		facts := r.progressFacts(*p)
		row = append(row, text(facts[0].Text).to(to), text(facts[1].Text).to(to), text(p.Conclusion).to(to))
		row = append(row, r.recognitionDates(p, whole, to)...)
		row = append(row, count(p.Issues).to(to), count(p.Closed).to(to), text(r.Day(p.At.In(collect.China))).to(to))
		issues, done = issues+p.Issues, done+p.Closed
		found, closed = append(found, strconv.Itoa(p.Issues)), append(closed, strconv.Itoa(p.Closed))
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	if len(found) < 2 {
		return t, nil
	}
	sum := Row{Sum: true, Cells: []Cell{text(r.T("compare.total"))}}
	for len(sum.Cells) < len(t.Cols)-3 {
		sum.Cells = append(sum.Cells, text(""))
	}
	to := howHref("issues")
	sum.Cells = append(sum.Cells, count(issues).to(to), count(done).to(to), text(""))
	t.Rows = append(t.Rows, sum)
	return t, []how{{ID: "issues", Name: r.T("compare.total"), Lines: []string{
		r.line(r.T("progress.found"), strings.Join(found, " + ")+" = "+strconv.Itoa(issues)),
		r.line(r.T("progress.done"), strings.Join(closed, " + ")+" = "+strconv.Itoa(done))}}}
}

// recognitionDates is when the steps, and the parts of the national recognition,
// were done.
func (r *request) recognitionDates(p *county.Progress, whole bool, to string) (row []Cell) {
	if !whole {
		for _, f := range r.progressFacts(*p) {
			if f.Term == r.T("progress.dates") {
				return []Cell{text(f.Text).to(to)}
			}
		}
		return []Cell{text("")}
	}
	for _, x := range county.Steps {
		row = append(row, dayCell(p.Dates[x]).to(to))
	}
	var checks []string
	for _, x := range county.Checks {
		if d := p.Checks[x]; d != 0 {
			checks = append(checks, r.Text(x.Name())+" "+d.String())
		}
	}
	return append(row, text(strings.Join(checks, r.T("list.semicolon"))).to(to))
}

// dayCell is a day; empty where there is none.
func dayCell(d edu.Date) Cell {
	if d == 0 {
		return text("")
	}
	return text(d.String())
}

// counted counts the counties by what their last entry says, in the order of what
// is said, and names them.
func (p *recognitionPage) counted(r *request, id, caption, label string, list []recognized, of func(recognized) string) Table {
	t := Table{ID: id, Caption: caption, Sheet: caption, Empty: r.T("progress.none"), Tight: true, Cols: []Col{{Label: label, Wrap: true}, {Label: r.T("recognition.counties"), Num: true}, {Label: r.T("county"), Wrap: true}}}
	in := map[string][]recognized{}
	var keys []string
	for _, c := range list {
		if c.last == nil {
			continue
		}
		key := of(c)
		if in[key] == nil {
			keys = append(keys, key)
		}
		in[key] = append(in[key], c)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.rank(in[a], id), p.rank(in[b], id)), compareText(a, b))
	})
	for k, key := range keys {
		h := how{ID: fmt.Sprintf("%s-%d", id, k), Name: key, Lines: []string{r.T("recognition.count", len(in[key]))}}
		var names []string
		for _, c := range in[key] {
			names = append(names, c.name)
			h.Links = append(h.Links, Link{c.name, r.to([]string{"counties", c.code, "progress"})})
		}
		p.Hows = append(p.Hows, h)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(key), count(len(names)).to(howHref(h.ID)), text(r.List(names))}})
	}
	return t
}

// rank is where counties of one year, or at one step, stand in a list; those for
// which no year is planned stand last.
func (*recognitionPage) rank(of []recognized, id string) int {
	if id == "steps" {
		return slices.Index(county.Steps, of[0].last.Step)
	}
	if of[0].last.Year == 0 {
		return math.MaxInt
	}
	return of[0].last.Year
}
