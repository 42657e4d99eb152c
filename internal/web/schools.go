package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

type schoolsPage struct {
	Shell
	Stages   []Choice
	Filter   schoolFilter
	Counties []Choice
	Verdicts []Choice
	Shorts   []Choice
	Areas    []Choice
	Sizes    []Choice
	Columns  []columnChoice
	Hidden   []Param // what the filter form carries along
	Table    Table
	Found    string
	Pages    []Choice
	Prev     string
	Next     string
	Plain    string // the list without any filter
	Views    *viewBar
	Filtered bool
}

type columnChoice struct {
	Key, Label string
	On         bool
}

// schoolFilter is what the list is narrowed to; it stands in the address.
type schoolFilter struct {
	Stage, County, Verdict, Short, Area, Q string
	Page, Size                             int
	fits                                   func(row frame.Row) bool // what Q finds; nil is all
}

var pageSizes = []int{50, 100, 200}

// schools lists the sections of one stage: filtered, sorted, page by page.
func (s *Server) schools(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "schools")
	}
	if to, err := s.opensWith(r, "/schools"); err != nil || to != "" {
		return cmp.Or(err, error(away{to}))
	}
	if !r.lens.sectional() {
		return s.unmeasured(w, r, r.T("nav.schools"), "schools", r.does(), Table{})
	}
	stage, err := r.stage()
	if err != nil {
		return err
	}
	f, err := r.schoolFilter(stage)
	if err != nil {
		return err
	}
	p := schoolsPage{Shell: s.shell(r, r.T("nav.schools"), "schools"), Stages: r.stages(stage), Filter: f}
	if f.fits, err = s.fits(r, f.Q); err != nil {
		return err
	}
	rows := r.sections(stage, f)
	cols := r.schoolColumns(stage)
	sortBy, dir := r.order("")
	if err := r.sortSections(stage, rows, cols, sortBy, dir); err != nil {
		return err
	}
	shown := r.shownColumns(cols)
	p.Export = r.here("as", "xlsx", "page", "", "size", "")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, r.T("nav.schools")+"-"+r.Stage(r.a.Stages[stage].Frame.Stage), r.schoolTable(stage, rows, shown, sortBy, dir, true))
	}
	size := f.Size
	if size == pageSizes[0] { // who asks for more rows gets more
		size = min(size, roomFor(len(cols), len(shown)))
	}
	pages := max(1, (len(rows)+size-1)/size)
	if f.Page > pages {
		f.Page = pages
	}
	lo := (f.Page - 1) * size
	hi := min(lo+size, len(rows))
	p.Table = r.schoolTable(stage, rows[lo:hi], shown, sortBy, dir, false)
	p.Found = r.T("schools.found", len(rows), r.a.Stages[stage].Frame.Len(), min(lo+1, hi), hi)
	p.pager(r, f.Page, pages)
	p.choices(r, stage, f, cols, shown)
	if p.Views, err = s.viewsOf(r, "/schools"); err != nil {
		return err
	}
	return s.render(w, r, "schools.html", p)
}

// A page has at most 1,500 elements. Of these the list of schools leaves so many to
// the frame of a large city's page: navigation, filters, pages and kept views.
const (
	mostElements = 1500
	aroundList   = 370
)

// roomFor is how many rows fit on a page, by fives: each cell is two elements, and
// so is each column that one may choose.
func roomFor(choices, shown int) int {
	return max(10, (mostElements-aroundList-2*choices)/(2*shown)/5*5)
}

func (r *request) schoolFilter(stage int) (schoolFilter, error) {
	q := r.query
	f := schoolFilter{Stage: string(r.a.Stages[stage].Frame.Stage), County: q.Get("county"), Verdict: q.Get("verdict"), Short: q.Get("short"), Area: q.Get("area"), Q: strings.TrimSpace(q.Get("q")), Page: 1, Size: pageSizes[0]}
	if f.County != "" && r.lens.county(f.County) < 0 {
		return f, fmt.Errorf("county %q: %w", f.County, fault.NotFound)
	}
	if f.Verdict != "" {
		if _, ok := edu.ParseVerdict(f.Verdict); !ok {
			return f, fmt.Errorf("verdict %q: want met, short, unknown or exempt: %w", f.Verdict, fault.Invalid)
		}
	}
	if f.Short != "" && r.a.Stages[stage].Indicator(f.Short) == nil {
		return f, fmt.Errorf("indicator %q: %w", f.Short, fault.NotFound)
	}
	for key, to := range map[string]*int{"page": &f.Page, "size": &f.Size} {
		if v := q.Get(key); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return f, fmt.Errorf("%s %q: want a whole number from 1: %w", key, v, fault.Invalid)
			}
			*to = n
		}
	}
	if !slices.Contains(pageSizes, f.Size) {
		return f, fmt.Errorf("size %d: want 50, 100 or 200: %w", f.Size, fault.Invalid)
	}
	return f, nil
}

// sections are the rows of a stage that a filter lets through, in the order of
// the tree.
func (r *request) sections(stage int, f schoolFilter) []int {
	st := r.a.Stages[stage]
	lo, hi := 0, st.Frame.Len()
	if f.County != "" {
		lo, hi = r.a.Rows(edu.County, r.lens.county(f.County), stage)
	}
	rule := r.lens.ruleAt(stage)
	want, _ := edu.ParseVerdict(f.Verdict)
	var short *standard.Judged
	if f.Short != "" {
		short = st.Indicator(f.Short)
	}
	area, _ := st.Frame.Column("urban_rural")
	var out []int
	for i := lo; i < hi; i++ {
		row := st.Frame.Rows[i]
		switch {
		case f.Verdict != "" && rule != nil && rule.Verdicts[i] != want:
		case short != nil && short.Verdict(i) != edu.Short:
		case f.Area != "" && (i >= len(area) || !r.inArea(f.Area, area[i])):
		case f.fits != nil && !f.fits(row):
		default:
			out = append(out, i)
		}
	}
	return out
}

// inArea tells whether an urban-rural choice begins with a digit: 1 for urban
// areas (11), 2 for rural; "12" for towns.
func (r *request) inArea(prefix string, choice float64) bool {
	e := r.a.Pack.Element("urban_rural")
	if e == nil || math.IsNaN(choice) || int(choice) >= len(e.Choices) || choice < 0 {
		return false
	}
	return strings.HasPrefix(e.Choices[int(choice)].ID, prefix)
}

// schoolCol is a column of the list: its cell, and the key that it sorts by.
type schoolCol struct {
	col  Col
	cell func(row int) Cell
	key  func(row int) float64
	base bool // always shown
	off  bool // shown only where chosen
}

func (r *request) schoolColumns(stage int) []schoolCol {
	st := r.a.Stages[stage]
	f := st.Frame
	code := string(f.Stage)
	pos := func(row int) float64 { return -float64(row) }
	cols := []schoolCol{{
		col: Col{Key: byName, Label: r.T("school")}, base: true, key: func(row int) float64 { return float64(row) },
		cell: func(row int) Cell { return linked(r.called(f.Rows[row]), r.toSchool(f.Rows[row].Code, "stage", code)) },
	}, {
		col: Col{Key: "code", Label: r.T("school.code")}, off: true, key: pos,
		cell: func(row int) Cell { return text(f.Rows[row].Code) },
	}}
	place := func(level edu.Level, label string, off bool) {
		if len(f.Regions[level]) == 0 {
			return
		}
		cols = append(cols, schoolCol{col: Col{Key: level.String(), Label: label, Wrap: true}, off: off, key: pos, cell: func(row int) Cell {
			if k := f.RegionOf(level, row); k >= 0 {
				return text(r.unitName(f.Regions[level][k]))
			}
			return text(chart.NoNumber)
		}})
	}
	place(edu.County, r.T("county"), false)
	place(edu.Township, r.T("level.township"), true)
	element := func(id string, off bool) {
		e := r.a.Pack.Element(id)
		v, ok := f.Column(id)
		if e == nil || !ok {
			return
		}
		cols = append(cols, schoolCol{
			col: Col{Key: id, Label: r.Text(e.Name), Num: e.Type != edu.TypeChoice, Wrap: true}, off: off,
			key: func(row int) float64 { return v[row] }, cell: func(row int) Cell {
				c := r.answerCell(e, v[row])
				if c.Number {
					c = c.to(r.toTrace(edu.Section, f.Rows[row].Code, id, "stage", code))
				}
				return c
			},
		})
	}
	element("urban_rural", true)
	element("school_kind", true)
	element("pupils", false)
	element("classes", true)
	element("class_size_max", true)
	element("classes_over_norm", r.query.Get("sort") != "classes_over_norm")
	shown := 0
	for _, d := range r.lens.measures {
		jd := st.Indicator(d.ID)
		if jd == nil {
			continue
		}
		shown++
		c := Col{Key: d.ID, Label: shortName(r.locale, d), Title: r.Text(d.Name), Unit: r.Uom(r.a.Pack, d.Unit), Num: true, Wrap: true}
		if th := jd.Threshold; th != nil && th.Formula == nil {
			c.Unit = r.Op(th.Op) + r.Limit(th.Value)
			if d.Fact() {
				c.Unit = r.yesNo(th.Value)
			}
		}
		cols = append(cols, schoolCol{
			col: c, off: shown > mostMeasures && r.query.Get("sort") != d.ID, key: func(row int) float64 { return jd.Item.Value(row) },
			cell: func(row int) Cell {
				v := r.valueOf(d, jd.Item.Value(row)).toned(r.lens.verdictTone(jd, row))
				if math.IsNaN(v.Value) && jd.Verdict(row) == edu.Unknown {
					v.Text = chart.Open.Shape() + " " + r.T("verdict.unknown.short")
				}
				return v.to(r.toTrace(edu.Section, f.Rows[row].Code, d.ID, "stage", code))
			},
		})
	}
	rule := r.lens.ruleAt(stage)
	if rule == nil {
		return cols
	}
	met := func(row int) (n, of int) {
		for _, id := range rule.Rule.Of {
			if jd := st.Indicator(id); jd != nil && jd.Verdict(row) != edu.Exempt {
				of++
				if jd.Verdict(row) == edu.Met {
					n++
				}
			}
		}
		return n, of
	}
	parted := r.query.Get("as") == "xlsx" || r.query.Get("sort") == "met" || slices.Contains(r.query["col"], "met")
	return append(cols, schoolCol{
		col: Col{Key: "met", Label: r.T("schools.met"), Num: true, Wrap: true}, off: !parted, key: func(row int) float64 { n, _ := met(row); return float64(n) },
		cell: func(row int) Cell {
			n, of := met(row)
			c := count(n)
			c.Text = fmt.Sprintf("%d/%d", n, of)
			return c.to(r.toTrace(edu.Section, f.Rows[row].Code, rule.Rule.ID, "stage", code))
		},
	}, schoolCol{
		col: Col{Key: "verdict", Label: r.T("verdict")}, base: true, key: func(row int) float64 { return float64(verdictOrder(rule.Verdicts[row])) },
		cell: func(row int) Cell {
			lamp := r.Verdict(rule.Verdicts[row])
			if n, of := met(row); of > 0 && !parted { // else a column of its own has them
				lamp.Word = r.T("schools.verdict", lamp.Word, n, of)
			}
			c := lampCell(lamp)
			c.Href = r.toTrace(edu.Section, f.Rows[row].Code, rule.Rule.ID, "stage", code)
			return c
		},
	})
}

// answerCell writes an answer as its type wants: a choice by name, yes or no, a
// sum of money in the unit in which it is filled.
func (r *request) answerCell(e *pack.Element, v float64) Cell {
	if math.IsNaN(v) {
		if edu.FromFloat(v).IsNotApplicable() {
			return text("/")
		}
		return text(chart.NoNumber)
	}
	switch e.Type {
	case edu.TypeChoice:
		if i := int(v); i >= 0 && i < len(e.Choices) {
			return text(r.Text(e.Choices[i].Name))
		}
		return text(chart.NoNumber)
	case edu.TypeYesNo:
		if v != 0 {
			return text(r.T("yes"))
		}
		return text(r.T("no"))
	case edu.TypeDate:
		return text(edu.Date(v).String())
	case edu.TypeMoney:
		if scale := r.scale(e); scale != 1 {
			c := figure(v/scale, 2)
			c.Value = v
			return c
		}
	}
	if e.Unit == "year" {
		return Cell{Text: strconv.Itoa(int(v)), Value: v, Number: true}
	}
	return figure(v, digits(v))
}

// scale is what a figure is divided by to be shown as it is filled in: Chinese
// readers think in 万元, others do not.
func (r *request) scale(e *pack.Element) float64 {
	if e.Type == edu.TypeMoney && e.FilledIn == "10000 yuan" && r.Lang() == "zh" {
		return 1e4
	}
	return 1
}

// uomOf is the unit in which answerCell writes an element.
func (r *request) uomOf(e *pack.Element) string {
	if r.scale(e) != 1 {
		return r.Uom(r.a.Pack, e.FilledIn)
	}
	if e.Unit == "year" || e.Unit == "" {
		return ""
	}
	return r.Uom(r.a.Pack, e.Unit)
}

func (r *request) sortSections(stage int, rows []int, cols []schoolCol, sortBy, dir string) error {
	if sortBy == "" {
		return nil
	}
	i := slices.IndexFunc(cols, func(c schoolCol) bool { return c.col.Key == sortBy })
	if i < 0 {
		return fmt.Errorf("sort by %q: %w", sortBy, fault.Invalid)
	}
	key := cols[i].key
	slices.SortStableFunc(rows, func(a, b int) int { return compareMissingLast(key(a), key(b), dir) })
	return nil
}

// shownColumns are the columns that the address names, otherwise the usual ones.
func (r *request) shownColumns(cols []schoolCol) []schoolCol {
	chosen := r.query["col"]
	var out []schoolCol
	for _, c := range cols {
		if c.base || len(chosen) == 0 && !c.off || slices.Contains(chosen, c.col.Key) {
			out = append(out, c)
		}
	}
	return out
}

func (r *request) schoolTable(stage int, rows []int, cols []schoolCol, sortBy, dir string, whole bool) Table {
	st := r.a.Stages[stage]
	t := Table{ID: "schools", Caption: r.T("schools.caption", r.Stage(st.Frame.Stage)), List: true, Tall: true, Tight: true, Empty: r.T("schools.none"), Sheet: r.Stage(st.Frame.Stage)}
	if whole { // the export always says which school and place it is
		t.Cols = append(t.Cols, Col{Label: r.T("school.code")})
	}
	for _, c := range cols {
		if whole && c.col.Key == "code" {
			continue
		}
		col := c.col
		col.Sort, col.Dir = r.sortLink(col.Key, sortBy, dir)
		t.Cols = append(t.Cols, col)
	}
	for _, i := range rows {
		var row Row
		if whole {
			row.Cells = append(row.Cells, text(st.Frame.Rows[i].Code))
		}
		for _, c := range cols {
			if whole && c.col.Key == "code" {
				continue
			}
			row.Cells = append(row.Cells, c.cell(i))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p *schoolsPage) pager(r *request, page, pages int) {
	if pages < 2 {
		return
	}
	at := func(n int) string { return r.here("page", strconv.Itoa(n)) }
	if page > 1 {
		p.Prev = at(page - 1)
	}
	if page < pages {
		p.Next = at(page + 1)
	}
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-2 || n > page+2) {
			continue
		}
		if n > last+1 {
			p.Pages = append(p.Pages, Choice{Link: Link{Text: "…"}})
		}
		p.Pages = append(p.Pages, Choice{Link{strconv.Itoa(n), at(n)}, n == page})
		last = n
	}
}

// choices fills the form's lists.
func (p *schoolsPage) choices(r *request, stage int, f schoolFilter, cols, shown []schoolCol) {
	st := r.a.Stages[stage]
	for _, u := range r.a.Units[edu.County] {
		p.Counties = append(p.Counties, Choice{Link{u.Name, codeOf(u)}, codeOf(u) == f.County})
	}
	if r.lens.ruleAt(stage) != nil {
		for _, v := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown, edu.Exempt} {
			p.Verdicts = append(p.Verdicts, Choice{Link{r.Verdict(v).Word, v.String()}, v.String() == f.Verdict})
		}
	}
	for _, d := range r.lens.measures {
		if jd := st.Indicator(d.ID); jd != nil && jd.Threshold != nil {
			p.Shorts = append(p.Shorts, Choice{Link{shortName(r.locale, d), d.ID}, d.ID == f.Short})
		}
	}
	if r.a.Pack.Element("urban_rural") != nil {
		for _, a := range []Link{{r.T("area.urban"), "11"}, {r.T("area.town"), "12"}, {r.T("area.rural"), "2"}} {
			p.Areas = append(p.Areas, Choice{a, a.Href == f.Area})
		}
	}
	for _, n := range pageSizes {
		p.Sizes = append(p.Sizes, Choice{Link{strconv.Itoa(n), strconv.Itoa(n)}, n == f.Size})
	}
	for _, c := range cols {
		if !c.base {
			p.Columns = append(p.Columns, columnChoice{c.col.Key, c.col.Label, slices.ContainsFunc(shown, func(x schoolCol) bool { return x.col.Key == c.col.Key })})
		}
	}
	for _, k := range []string{"year", "scheme", "sort", "dir", "stage"} {
		if v := r.query.Get(k); v != "" {
			p.Hidden = append(p.Hidden, Param{k, v})
		}
	}
	p.Filtered = f.County+f.Verdict+f.Short+f.Area+f.Q != ""
	p.Plain = r.to([]string{"schools"}, "stage", f.Stage)
}
