package web

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// The last sheet of an export says of every column of figures what it is: by
// which formula, of which document, with what evidence, by which content of the
// pack and of which version of the data; and every row ends with the address
// that explains it. It is read off the links of the page, so a figure that can
// be explained on the page can be in the file.

// origins is the sheet of sources of some tables.
func (s *Server) origins(r *request, tables []Table) (Table, error) {
	t := Table{Sheet: r.T("sources.sheet"), Cols: []Col{{Label: r.T("sources.table")}, {Label: r.T("sources.column")}, {Label: r.T("sources.what")}, {Label: r.T("sources.formula")}, {Label: r.T("sources.region")}, {Label: r.T("standard")}, {Label: r.T("source")}, {Label: r.T("evidence")}, {Label: r.T("sources.address")}, {Label: r.T("sources.reference")}}}
	line := func(cells ...string) {
		var row Row
		for _, c := range cells {
			row.Cells = append(row.Cells, text(c))
		}
		t.Rows = append(t.Rows, row)
	}
	version, err := r.city.Version(r.Context(), r.period)
	if err != nil {
		return t, fmt.Errorf("version of the data of %s: %w", r.period, err)
	}
	line(r.T("pack"), r.a.Pack.Ref(), r.Text(r.a.Pack.Name), "", "", "", r.a.Pack.Source)
	line(r.T("sources.hash"), r.a.Pack.Hash)
	line(r.T("sources.version"), version)
	line(r.T("year"), r.Period(r.period))
	if !r.period.IsZero() {
		line(r.T("catalogue.reference"), r.Day(r.period.Reference()))
	}
	if at := r.dataAsOf(r.period); at != "" {
		line(r.T("sources.asof"), at)
	}
	line(r.T("sources.cells"), r.T("sources.cells.how"))
	for _, x := range tables {
		for i, c := range x.Cols {
			if c.Draw || i == 0 {
				continue
			}
			for _, o := range r.originsOf(x, i) {
				line(x.Sheet, headOf(c), o.what, o.formula, o.region, o.held, o.source, o.tag, s.absolute(r, o.address), o.dated)
			}
		}
	}
	return t, nil
}

// origin is what stands behind the figures of a column.
type origin struct{ what, formula, region, held, source, tag, address, dated string }

// figured tells that a cell holds a figure.
func figured(c Cell) bool { return c.Number || strings.ContainsAny(c.Text, "0123456789") }

var (
	traced = regexp.MustCompile(`^/trace/([a-z]+)/([^/]+)/([^/?]+)`)
	ofPage = regexp.MustCompile(`^/(counties|schools|indicators)(/.*)?$`)
)

// originsOf lists what stands behind a column, each once.
func (r *request) originsOf(t Table, col int) []origin {
	var out []origin
	var units [][]string // by origin, the units whose figures they are
	var keys []string
	own := false
	for _, row := range t.Rows {
		if col >= len(row.Cells) || !figured(row.Cells[col]) {
			continue
		}
		own = true
		href := row.Cells[col].Href
		if href == "" && traced.MatchString(row.Cells[0].Href) {
			href = row.Cells[0].Href
		}
		if href == "" {
			continue
		}
		if strings.HasPrefix(href, "#") { // a formula on the page itself
			href = r.here("as", "") + href
		}
		u, err := url.Parse(href)
		if err != nil {
			continue
		}
		unit := ""
		key := u.Path
		if m := traced.FindStringSubmatch(u.Path); m != nil {
			unit, key = m[2], m[1]+"/"+m[3]
		} else if m := ofPage.FindStringSubmatch(u.Path); m != nil {
			key = m[1]
			unit = strings.Trim(m[2], "/") + u.Query().Get("county")
		}
		key += "?" + u.Query().Get("stage") + "&" + u.Query().Get("scheme") + "&" + u.Query().Get("group")
		if i := slices.Index(keys, key); i >= 0 {
			units[i] = appendNew(units[i], unit)
			continue
		}
		keys, units, out = append(keys, key), append(units, []string{unit}), append(out, r.originOf(u))
	}
	for i := range out {
		if len(units[i]) > 1 { // one address for many: with the place of the code
			out[i].address = strings.Replace(out[i].address, units[i][0], "{"+r.T("sources.code")+"}", 1)
		}
	}
	if own && len(out) == 0 { // a table that carries its sources itself
		return []origin{{what: r.T("sources.row"), dated: r.figuresOf(r.a.Pack, "")}}
	}
	return out
}

// originOf is what an address explains.
func (r *request) originOf(u *url.URL) origin {
	o := origin{what: r.T("sources.list"), address: u.String(), dated: r.figuresOf(r.a.Pack, "")}
	p := r.a.Pack
	if ref := u.Query().Get("scheme"); ref != "" && ref != p.Ref() {
		for _, x := range r.packs {
			if x.Ref() == ref {
				p = x
			}
		}
	}
	m := traced.FindStringSubmatch(u.Path)
	if u.Fragment != "" {
		o.what = r.T("how.title")
		return o
	}
	if m == nil {
		if id, ok := strings.CutPrefix(u.Path, "/indicators/"); ok {
			return r.originOfItem(p, id, o)
		}
		return o
	}
	return r.originOfItem(p, m[3], o)
}

func (r *request) originOfItem(p *pack.Pack, id string, o origin) origin {
	o.dated = r.figuresOf(p, id)
	if d := p.Indicator(id); d != nil {
		o.what, o.source, o.tag = joinCode(d.Code, r.Text(d.Name)), d.Source, d.Tag
		if d.Section != nil {
			o.formula = d.Section.Src
		}
		if d.Region != nil {
			o.region = d.Region.Src
		}
		var held []string
		for _, std := range p.Standards {
			for _, t := range std.Thresholds {
				if t.Indicator != id || !r.inTime(t) {
					continue
				}
				words := r.Op(t.Op) + r.Limit(t.Value)
				if t.Formula != nil {
					words = r.Op(t.Op) + " " + t.Formula.Src
				}
				held = appendNew(held, strings.TrimSpace(stageName(r, t.Stage)+" "+words))
				o.source, o.tag = joined(o.source, t.Source), joined(o.tag, t.Tag)
			}
		}
		o.held = strings.Join(held, r.T("list.semicolon"))
		return o
	}
	for _, std := range p.Standards {
		for _, x := range std.Rules {
			if x.ID == id {
				o.what, o.source, o.tag = joinCode(x.Code, r.Text(x.Name)), x.Source, x.Tag
				o.formula = r.T("sources.members", strings.Join(x.Of, ", "))
				if p == r.a.Pack {
					o.held = r.ruleWords(x)
				}
				return o
			}
		}
	}
	if e := p.Element(id); e != nil {
		o.what, o.source, o.tag = r.element(id), e.Source, e.Tag
		o.formula = r.T("sources.reported")
		if e.Derive != nil {
			o.formula = r.T("cell.derived")
		}
		o.region = "sum(" + id + ")"
	}
	return o
}

// joined puts together what is not the same.
func joined(a, b string) string {
	if a == "" || b == "" || strings.Contains(a, b) {
		return a + map[bool]string{true: b}[a == ""]
	}
	return a + "；" + b
}

// rowTrace is the explanation of a row: of its verdict, where it has one,
// otherwise of its first figure, otherwise the page of what it names, otherwise
// a place on its own page.
func rowTrace(row Row) string {
	for i := len(row.Cells) - 1; i >= 0; i-- {
		if c := row.Cells[i]; c.Lamp != nil && traced.MatchString(c.Href) {
			return c.Href
		}
	}
	for _, c := range row.Cells {
		if traced.MatchString(c.Href) {
			return c.Href
		}
	}
	here := ""
	for _, c := range row.Cells {
		if c.Href != "" && c.Href[0] != '#' {
			return c.Href
		}
		here = cmp.Or(here, c.Href)
	}
	return here
}

// withTraces gives the tables with the address of every row's explanation at its
// end.
func (s *Server) withTraces(r *request, tables []Table) []Table {
	out := make([]Table, len(tables))
	for i, t := range tables {
		out[i] = t
		if !slices.ContainsFunc(t.Rows, func(row Row) bool { return rowTrace(row) != "" }) {
			continue
		}
		out[i].Cols = append(slices.Clone(t.Cols), Col{Label: r.T("sources.trace")})
		out[i].Rows = make([]Row, len(t.Rows))
		for k, row := range t.Rows {
			cells := slices.Clone(row.Cells)
			for len(cells) < len(t.Cols) {
				cells = append(cells, text(""))
			}
			out[i].Rows[k] = Row{Cells: append(cells, Cell{Text: s.absolute(r, rowTrace(row)), Href: rowTrace(row)}), Sum: row.Sum}
		}
	}
	return out
}

// absolute is an address as it can be opened from a file.
func (s *Server) absolute(r *request, path string) string {
	if path == "" {
		return ""
	}
	if path[0] == '#' { // a place on the page itself
		path = r.here("as", "") + path
	}
	scheme := "http"
	if s.proxies.secure(r.Request) {
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}

func (r *request) inTime(t *pack.Threshold) bool {
	if r.period.IsZero() {
		return true
	}
	on := edu.DateOf(r.period.Reference())
	return (t.From == 0 || on >= t.From) && (t.To == 0 || on < t.To)
}
