package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// The elements that the staffing norm computes, by stage, with what is held against
// them. Posts are those of public schools; the norm of kindergartens holds for all.
var staffNorms = []staffNorm{
	{edu.Preschool, "staff_needed_kindergarten", "staff", false}, {edu.Primary, "staff_needed_primary", "staff_established", true},
	{edu.Junior, "staff_needed_junior", "staff_established", true}, {edu.Senior, "staff_needed_senior", "staff_established", true},
}

type staffNorm struct {
	stage        edu.Stage
	needed, have string
	public       bool
}

type staffView struct {
	Shell
	Tabs     []Choice
	Answer   []Fact
	Counties []Choice
	Stages   []Choice
	Stage    string
	Filtered bool
	Plain    string
	Region   bool // the reader sees a county: what counties answer is shown, or that they did not
	None     string
	Norm     Table
	Schools  Table
	Found    string
	Pages    []Choice
	Prev     string
	Next     string
	Lacks    Table
	Posts    Table
	Subjects Table
	Few      string // what was left out of the counts
	Surplus  Table  // by subject, against counties' own plans of lessons
	SurpNote string
	Retire   *chartView
	Retiring Table
	Exchange Table
	Told     string // where counts of staff come from, or where they are to be told
}

// staffPage holds staff against the norm, by county and stage, and tells who will
// leave and who is due for exchange. It knows counts only: nobody is named.
func (s *Server) staffPage(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "staff")
	}
	v, err := s.staffing(r)
	if err != nil {
		return err
	}
	p := staffView{Shell: s.shell(r, r.T("staff.title"), "staff"), Tabs: s.staffTabs(r, ""), Plain: r.to([]string{"staff"}), Filtered: v.code != "", Region: r.who.May(auth.ReadRegion)}
	if units := r.a.Units[edu.County]; len(units) > 1 {
		for _, u := range units {
			p.Counties = append(p.Counties, Choice{Link{u.Name, codeOf(u)}, codeOf(u) == v.code})
		}
	}
	for _, n := range staffNorms {
		p.Stages = append(p.Stages, Choice{Link{r.Stage(n.stage), r.here("stage", string(n.stage), "page", "")}, n.stage == v.stage})
	}
	p.Stage = string(v.stage)
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	p.Norm = v.normTable()
	rows := v.short()
	pages := max(1, (len(rows)+staffPerPage-1)/staffPerPage)
	page = min(page, pages)
	lo, hi := (page-1)*staffPerPage, min(page*staffPerPage, len(rows))
	p.Lacks, p.Posts, p.Exchange = v.lacks(), v.posts(), v.exchange()
	if p.Subjects, p.Few, err = v.subjects(); err != nil {
		return err
	}
	if p.Surplus, p.SurpNote, err = v.surplus(); err != nil {
		return err
	}
	p.Retire, p.Retiring = v.retiring()
	p.Told = v.told()
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, r.T("staff.title"), p.Norm, v.schoolTable(rows), p.Lacks, p.Posts, p.Subjects, p.Surplus, p.Retiring, p.Exchange)
	}
	if v.a == nil {
		p.None = r.T("staff.none")
	}
	p.Schools = v.schoolTable(rows[lo:hi])
	s.oneCounty(r, &p.Schools)
	p.Found = r.T("staff.found", len(rows), min(lo+1, hi), hi)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Answer = v.answer()
	return s.render(w, r, "staff.html", p)
}

// staffPerPage is how many schools of another staff than the norm a page lists.
const staffPerPage = 25

// staffing is what the page of teachers is made of.
type staffing struct {
	*request
	s      *Server
	a      *standard.Assessment // by the scheme of staffing; nil without one
	code   string
	county int // of a, -1 for all
	stage  edu.Stage
	lines  []staffLine
	means  map[edu.UnitID]*flow.Means
	wide   bool // several counties are compared: small counts are left out
}

// staffLine is a section against the norm.
type staffLine struct {
	norm         *staffNorm
	at, row      int // stage of the assessment, row
	county       int
	needed, have float64 // NaN where not known
}

func (s *Server) staffing(r *request) (*staffing, error) {
	v := &staffing{request: r, s: s, county: -1, code: r.query.Get("county"), stage: edu.Stage(r.query.Get("stage")), means: map[edu.UnitID]*flow.Means{}}
	if v.stage == "" {
		v.stage = edu.Primary
	}
	if !slices.ContainsFunc(staffNorms, func(n staffNorm) bool { return n.stage == v.stage }) {
		return nil, fmt.Errorf("stage %q: %w", v.stage, fault.NotFound)
	}
	if v.code != "" && r.lens.county(v.code) < 0 {
		return nil, fmt.Errorf("county %q: %w", v.code, fault.NotFound)
	}
	var scheme *pack.Pack
	for _, p := range r.measuring() {
		if p.Element(staffNorms[1].needed) != nil {
			scheme = p
			break
		}
	}
	if scheme != nil {
		a, err := r.measure(scheme.Ref(), r.period)
		if err != nil {
			return nil, err
		}
		v.a = a
		if v.code != "" {
			v.county = slices.IndexFunc(a.Units[edu.County], func(u standard.Unit) bool { return u.Code == v.code })
		}
		v.gather()
	}
	v.wide = s.wide(r) && v.code == ""
	if s.gaps != nil && r.who.May(auth.ReadRegion) {
		for i, u := range r.a.Units[edu.County] {
			if v.code != "" && i != r.lens.county(v.code) {
				continue
			}
			m, err := s.gaps.Means(r.Context(), r.who, s.unitOfCounty(r, i))
			if errors.Is(err, fault.NotFound) {
				continue // of a county that is not the reader's own
			}
			if err != nil {
				return nil, fmt.Errorf("means of %s: %w", u.Name, err)
			}
			v.means[u.ID] = m
		}
	}
	return v, nil
}

// gather reads what the norm comes to in each section, and what there is.
func (v *staffing) gather() {
	for k := range staffNorms {
		n := &staffNorms[k]
		at := slices.IndexFunc(v.a.Stages, func(st *standard.Stage) bool { return st.Frame.Stage == n.stage })
		if at < 0 {
			continue
		}
		f := v.a.Stages[at].Frame
		needed, ok := f.Column(n.needed)
		if !ok {
			continue
		}
		have, _ := f.Column(n.have)
		for row := range f.Rows {
			if n.public && !public(v.a.Pack, f, row) {
				continue
			}
			l := staffLine{norm: n, at: at, row: row, county: -1, needed: needed[row], have: math.NaN()}
			if row < len(have) {
				l.have = have[row]
			}
			if c := f.RegionOf(edu.County, row); c >= 0 {
				l.county = v.a.Unit(edu.County, f.Regions[edu.County][c].ID)
			}
			if v.code == "" || l.county == v.county {
				v.lines = append(v.lines, l)
			}
		}
	}
}

// public tells whether a section is of a public school; one that does not say is.
func public(p *pack.Pack, f *frame.Frame, row int) bool {
	e := p.Element("ownership")
	col, ok := f.Column("ownership")
	if e == nil || !ok || row >= len(col) || math.IsNaN(col[row]) {
		return true
	}
	i := int(col[row])
	return i < 0 || i >= len(e.Choices) || e.Choices[i].ID == "public"
}

// staffSum is what sections come to together.
type staffSum struct {
	n, unknown, shortAt, overAt int
	needed, have, short, over   float64
}

func (x *staffSum) add(l *staffLine) {
	x.n++
	if math.IsNaN(l.needed) || math.IsNaN(l.have) {
		x.unknown++
		return
	}
	x.needed, x.have = x.needed+l.needed, x.have+l.have
	switch d := l.have - l.needed; {
	case d < 0:
		x.short, x.shortAt = x.short-d, x.shortAt+1
	case d > 0:
		x.over, x.overAt = x.over+d, x.overAt+1
	}
}

// normTable is the norm by county and stage, with the whole at the end.
func (v *staffing) normTable() Table {
	t := Table{ID: "norm", Caption: v.T("staff.norm") + " · " + v.Stage(v.stage), Sheet: v.T("staff.norm.sheet"), Empty: v.T("staff.none"), Tight: true, Cols: []Col{{Label: v.T("county")}, {Label: v.T("staff.sections"), Num: true}, {Label: v.T("staff.needed"), Num: true}, {Label: v.T("staff.have"), Num: true}, {Label: v.T("staff.net"), Num: true},
		{Label: v.T("staff.short"), Num: true}, {Label: v.T("staff.short.at"), Num: true}, {Label: v.T("staff.over"), Num: true}, {Label: v.T("staff.over.at"), Num: true}}}
	if v.a == nil {
		return t
	}
	row := func(name Cell, n *staffNorm, x staffSum, county int) {
		net := change(x.have-x.needed, 0)
		if x.have < x.needed {
			net = net.toned(chart.Bad)
		}
		level, at, list := edu.County, county, v.here("page", "")
		if county < 0 {
			level, at = newLens(v.a).top()
		} else {
			list = v.here("county", codeOf(v.a.Units[edu.County][county]), "page", "")
		}
		id := "ratio"
		if n.stage == edu.Preschool {
			id = "kg_staff"
		}
		trace := v.toTrace(level, codeOf(v.a.Units[level][at]), id, "stage", string(n.stage), "scheme", v.a.Pack.Ref())
		sections := count(x.n).to(list)
		if x.unknown > 0 {
			sections.Small = v.T("staff.unknown", x.unknown)
		}
		t.Rows = append(t.Rows, Row{Sum: county < 0, Cells: []Cell{name, sections, figure(x.needed, 0).to(trace), figure(x.have, 0).to(trace), net, figure(x.short, 0), count(x.shortAt).to(list), figure(x.over, 0), count(x.overAt).to(list)}})
	}
	counties := v.a.Units[edu.County]
	for i, u := range counties {
		if v.code != "" && i != v.county {
			continue
		}
		for k := range staffNorms {
			if staffNorms[k].stage != v.stage {
				continue
			}
			var x staffSum
			for j := range v.lines {
				if l := &v.lines[j]; l.county == i && l.norm == &staffNorms[k] {
					x.add(l)
				}
			}
			if x.n > 0 {
				row(linked(u.Name, v.here("county", codeOf(u), "page", "")), &staffNorms[k], x, i)
			}
		}
	}
	if len(counties) > 1 && v.code == "" {
		for k := range staffNorms {
			if staffNorms[k].stage != v.stage {
				continue
			}
			var x staffSum
			for j := range v.lines {
				if v.lines[j].norm == &staffNorms[k] {
					x.add(&v.lines[j])
				}
			}
			if x.n > 0 {
				row(text(v.T("staff.whole")), &staffNorms[k], x, -1)
			}
		}
	}
	return t
}

// short are the sections with fewer or more than the norm, the shortest first, then
// those with most over.
func (v *staffing) short() (out []staffLine) {
	for _, l := range v.lines {
		if d := l.have - l.needed; l.norm.stage == v.stage && d != 0 && !math.IsNaN(d) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b staffLine) int {
		da, db := a.have-a.needed, b.have-b.needed
		switch {
		case da < 0 && db < 0:
			return int(da - db)
		case da < 0:
			return -1
		case db < 0:
			return 1
		}
		return int(db - da)
	})
	return out
}

func (v *staffing) schoolTable(lines []staffLine) Table {
	t := Table{ID: "each", Caption: v.T("staff.each"), Sheet: v.T("staff.each"), Empty: v.T("staff.each.none"), List: true, Tight: true, Cols: []Col{{Label: v.T("school"), Wrap: true}, {Label: v.T("county")}, {Label: v.T("staff.needed"), Num: true}, {Label: v.T("staff.have"), Num: true}, {Label: v.T("staff.net"), Num: true}}}
	for i := range lines {
		l := &lines[i]
		f := v.a.Stages[l.at].Frame
		row := f.Rows[l.row]
		name := ""
		if l.county >= 0 {
			name = v.a.Units[edu.County][l.county].Name
		}
		trace := func(id string) string {
			return v.toTrace(edu.Section, row.Code, id, "stage", string(l.norm.stage), "scheme", v.a.Pack.Ref())
		}
		net := change(l.have-l.needed, 0)
		if l.have < l.needed {
			net = net.toned(chart.Bad)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(v.called(row), v.toSchool(row.Code)), text(name), figure(l.needed, 0).to(trace(l.norm.needed)), figure(l.have, 0).to(trace(l.norm.have)), net}})
	}
	return t
}

// answer says first how many are lacking, where they are too many, and what is not
// known.
func (v *staffing) answer() []Fact {
	var x staffSum
	for i := range v.lines {
		if v.lines[i].norm.public {
			x.add(&v.lines[i])
		}
	}
	if x.n == 0 {
		return nil
	}
	out := []Fact{{Term: v.T("staff.answer"), Text: v.T("staff.answer.text", chart.Number(x.needed, 0), chart.Number(x.have, 0), chart.Number(x.short, 0), x.shortAt)},
		{Term: v.T("staff.uneven"), Text: v.T("staff.uneven.text", chart.Number(x.over, 0), x.overAt, chart.Number(math.Min(x.over, x.short), 0))}}
	retiring, told := 0, 0
	each := map[string]int{} // what the tables of the stages show, year by year
	for _, m := range v.means {
		if len(m.Staff.Groups) > 0 {
			told++
		}
		for i := range m.Staff.Groups {
			for y, n := range m.Staff.Groups[i].Retiring {
				retiring += n
				each[string(m.Staff.Groups[i].Stage)+y.String()] += n
			}
		}
	}
	hidden, cells := 0, 0
	for _, n := range each {
		if v.few(n) {
			hidden, cells = hidden+n, cells+1
		}
	}
	// The sum less what the tables show must not tell a count that they leave out.
	if told > 0 && (cells == 0 || cells > 1 && !v.few(hidden)) {
		out = append(out, Fact{Term: v.T("staff.leaving"), Text: v.T("staff.leaving.text", chart.Number(float64(retiring), 0), told)})
	}
	return out
}
