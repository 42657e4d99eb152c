package web

import (
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// The page of comparison: units beside each other, what has changed, what lies
// between urban and rural, and how it went. Units stand in the order of their
// codes; places, and sorting by a figure, are there only where the city has
// switched ranking on.

const (
	// comparedAtOnce is how many units a page shows.
	comparedAtOnce = 25
	// maxOwn is how many of the counties' own answers stand side by side.
	maxOwn = 10
)

type comparePage struct {
	Shell
	Stages   []Choice
	Sub      string
	Order    string // in what order units stand, and whether there are places
	Settings string // where that is changed, for who may
	Matrix   Table
	Note     string
	Measures []Choice
	Hidden   []Param // what the form of the measure carries along
	Focus    string
	Bys      []Choice
	Parts    *partsView
	Trends   trendsView
	Counts   Table
	Few      string // what was left out of the counts
	Pages    []Choice
	Prev     string
	Next     string
}

// compared is what one page compares.
type compared struct {
	*request
	stage  int
	st     *standard.Stage
	defs   []*pack.Indicator
	focus  *pack.Indicator
	by     compare.By
	county int  // the county whose schools are compared, -1 for counties
	own    bool // what is compared are the counties' own answers
	units  []comparedUnit
	hist   *compare.History
	veil   *compare.Veil // what is left out of whatever this comparison shows
}

// comparedUnit is a unit of the comparison: a county, or a section of a stage.
type comparedUnit struct {
	code, name string
	at         int // index of the county, or row of the section
}

// compare shows the comparison.
func (s *Server) compare(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "compare")
	}
	c, err := s.comparison(r)
	if err != nil {
		return err
	}
	p := comparePage{Shell: s.shell(r, r.T("compare.title"), "compare"), Stages: r.stages(c.stage), Sub: c.scopeWords(), Order: r.T("compare.order.code"), Note: r.T("compare.note")}
	if r.ranks {
		p.Order = r.T("compare.order.ranks")
	}
	if s.choices != nil && r.who.Reach(auth.KeepChoices).Whole {
		p.Settings = "/settings"
	}
	if left := len(c.defs) - len(c.beside(false)); left > 0 {
		p.Note += " " + r.T("compare.more", left)
	}
	for _, d := range c.defs {
		p.Measures = append(p.Measures, Choice{Link{joinCode(d.Code, r.Text(d.Name)), d.ID}, d == c.focus})
	}
	for k, vs := range r.query {
		if k != "indicator" && k != "lang" && k != "page" && k != "as" && len(vs) > 0 {
			p.Hidden = append(p.Hidden, Param{k, vs[0]})
		}
	}
	slices.SortFunc(p.Hidden, func(a, b Param) int { return compareText(a.Key, b.Key) })
	for _, b := range compare.Bys {
		p.Bys = append(p.Bys, Choice{Link{r.Text(b.Name), r.here("by", b.ID)}, b.ID == c.by.ID})
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	if err := c.sort(); err != nil {
		return err
	}
	p.Export = r.here("as", "xlsx", "page", "")
	whole := r.query.Get("as") == "xlsx"
	all := c.units
	pages := (len(all) + comparedAtOnce - 1) / comparedAtOnce
	page = min(page, max(1, pages))
	if !whole {
		c.units = all[(page-1)*comparedAtOnce : min(len(all), page*comparedAtOnce)]
	}
	if p.Matrix, err = c.matrix(all, whole); err != nil {
		return err
	}
	if c.focus != nil {
		p.Focus = joinCode(c.focus.Code, r.Text(c.focus.Name))
		if p.Parts, err = c.parts(); err != nil {
			return err
		}
		if p.Trends, err = c.trends(); err != nil {
			return err
		}
	}
	if p.Counts, p.Few, err = c.counts(); err != nil {
		return err
	}
	if whole {
		tables := []Table{p.Matrix}
		if p.Parts != nil {
			tables = append(tables, p.Parts.Table)
		}
		return s.export(w, r, p.Title, append(tables, p.Trends.Table, p.Counts)...)
	}
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return s.render(w, r, "compare.html", p)
}

// comparison reads what is to be compared from the address.
func (s *Server) comparison(r *request) (*compared, error) {
	stage, err := r.stage()
	if err != nil {
		return nil, err
	}
	c := &compared{request: r, stage: stage, county: -1}
	if stage >= 0 && stage < len(r.a.Stages) {
		c.st = r.a.Stages[stage]
	}
	if code := r.query.Get("county"); code != "" {
		if c.county = r.lens.county(code); c.county < 0 {
			return nil, fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
	} else if len(r.a.Units[edu.County]) == 1 {
		c.county = 0 // one county beside nobody says nothing; its schools do
	}
	c.find()
	if id := r.query.Get("indicator"); id != "" {
		i := slices.IndexFunc(c.defs, func(d *pack.Indicator) bool { return d.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("indicator %q: %w", id, fault.NotFound)
		}
		c.focus = c.defs[i]
	} else if len(c.defs) > 0 {
		c.focus = c.defs[0]
	}
	c.by = compare.Bys[0]
	if id := r.query.Get("by"); id != "" {
		i := slices.IndexFunc(compare.Bys, func(b compare.By) bool { return b.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("parted by %q: %w", id, fault.Invalid)
		}
		c.by = compare.Bys[i]
	}
	if c.hist, err = s.history(r); err != nil {
		return nil, err
	}
	if c.st != nil {
		c.veil = c.hist.Veil(r.a, c.st)
	}
	return c, nil
}

// find lists the units, in the order of their codes, and the measures.
func (c *compared) find() {
	if c.st != nil {
		for _, d := range c.lens.measures {
			if c.st.Item(d.ID) != nil && d.Unit != pack.YesNo {
				c.defs = append(c.defs, d)
			}
		}
	}
	if len(c.defs) == 0 { // a scheme that measures counties by what they answer
		if c.st, c.own = c.a.Counties, true; c.st == nil {
			return
		}
		c.county = -1
		for _, it := range c.st.Items {
			if it.Def.Unit != pack.YesNo && len(c.defs) < maxOwn {
				c.defs = append(c.defs, it.Def)
			}
		}
		if len(c.defs) == 0 { // one that only asks
			c.st = nil
			return
		}
		for row, x := range c.st.Frame.Rows {
			u := comparedUnit{x.Code, c.called(x), row}
			if i := slices.IndexFunc(c.a.Units[edu.County], func(v standard.Unit) bool { return codeOf(v) == x.Code }); i >= 0 {
				u.name = c.a.Units[edu.County][i].Name
			}
			c.units = append(c.units, u)
		}
		return
	}
	if c.county < 0 {
		for i, u := range c.a.Units[edu.County] {
			c.units = append(c.units, comparedUnit{codeOf(u), u.Name, i})
		}
		return
	}
	lo, hi := c.a.Rows(edu.County, c.county, c.stage)
	for row := lo; row < hi; row++ {
		x := c.st.Frame.Rows[row]
		c.units = append(c.units, comparedUnit{x.Code, c.called(x), row})
	}
	slices.SortStableFunc(c.units, func(a, b comparedUnit) int { return compareText(a.code, b.code) })
}

// history is what the reader's units were in earlier years.
func (s *Server) history(r *request) (*compare.History, error) {
	years, err := s.years(r)
	if err != nil {
		return nil, err
	}
	tree, err := r.city.Tree(r.Context())
	if err != nil {
		return nil, fmt.Errorf("tree of units: %w", err)
	}
	h := &compare.History{Tree: tree, Least: compare.Least}
	for _, y := range years[max(0, len(years)-compare.Years):] {
		h.Years = append(h.Years, compare.Year{Period: y.period, A: y.lens.a, On: s.places.on(tree, edu.DateOf(y.period.Reference()))})
	}
	return h, nil
}

// scopeWords says what is compared.
func (c *compared) scopeWords() string {
	if c.st == nil {
		return ""
	}
	stage := c.Stage(c.st.Frame.Stage)
	if c.own {
		return c.T("compare.own", len(c.units))
	}
	if c.county < 0 {
		return c.T("compare.counties", stage, len(c.units))
	}
	return c.T("compare.schools", c.a.Units[edu.County][c.county].Name, stage, len(c.units))
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
