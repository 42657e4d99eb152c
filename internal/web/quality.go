package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/quality"
)

// Checks are the questions about figures that an actor may see. flow implements
// it; nil leaves the page out.
type Checks interface {
	Findings(ctx context.Context, who auth.Actor, p edu.Period) ([]quality.Finding, error)
}

// schoolsPerPage is how many schools with questions a page shows.
const schoolsPerPage = 25

type qualityPage struct {
	Shell
	Methods  []Choice
	Counties []Choice
	Q        string
	Method   string
	County   string
	Filtered bool
	Found    string
	Sources  string // the three-source check
	Groups   []qualityGroup
	Pages    []Choice
	Prev     string
	Next     string
}

// qualityGroup are the questions about one school.
type qualityGroup struct {
	Name, Where string
	Href        string
	Lines       []qualityLine
}

type qualityLine struct {
	About, Stage, Reason string
	Methods              []methodName
	Href                 string // to the figures behind it
	Cells                string // where they stand
	item                 string
}

// methodName is a method and what it looks at.
type methodName struct{ Name, Help string }

// quality lists the questions about figures, school by school.
func (s *Server) quality(w http.ResponseWriter, r *request) error {
	if s.checks == nil {
		return fmt.Errorf("data quality: %w", fault.NotFound)
	}
	if r.a == nil {
		return s.empty(w, r, "quality")
	}
	found, err := s.checks.Findings(r.Context(), r.who, r.period)
	if err != nil {
		return fmt.Errorf("questions about figures: %w", err)
	}
	p := qualityPage{Shell: s.shell(r, r.T("quality.title"), "quality"), Q: strings.TrimSpace(r.query.Get("q")), Method: r.query.Get("method"), County: r.query.Get("county")}
	if p.Method != "" && !slices.Contains(quality.Methods, quality.Method(p.Method)) {
		return fmt.Errorf("method %q: %w", p.Method, fault.Invalid)
	}
	p.choices(r, found)
	found = slices.DeleteFunc(slices.Clone(found), func(f quality.Finding) bool {
		return p.Method != "" && string(f.Method) != p.Method || p.County != "" && f.School.County != p.County ||
			p.Q != "" && !strings.Contains(f.School.Name, p.Q) && !strings.HasPrefix(f.School.Code, p.Q)
	})
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, r.T("quality.title"), r.qualityTable(found))
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	groups := r.qualityGroups(found)
	pages := (len(groups) + schoolsPerPage - 1) / schoolsPerPage
	page = min(page, max(1, pages))
	if _, ok := s.checks.(Sources); ok {
		p.Sources = r.to([]string{"quality", "sources"})
	}
	p.Found = r.T("quality.found", len(groups), len(found))
	p.Groups = groups[min(len(groups), (page-1)*schoolsPerPage):min(len(groups), page*schoolsPerPage)]
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return s.render(w, r, "quality.html", p)
}

// choices are the filters, each with how many questions it leaves.
func (p *qualityPage) choices(r *request, found []quality.Finding) {
	p.Filtered = p.Q+p.Method+p.County != ""
	methods, counties, names := map[quality.Method]int{}, map[string]int{}, map[string]string{}
	var order []string
	for _, f := range found {
		methods[f.Method]++
		if counties[f.School.County]++; names[f.School.County] == "" {
			names[f.School.County] = f.School.Of
			order = append(order, f.School.County)
		}
	}
	for _, m := range quality.Methods {
		if n := methods[m]; n > 0 || string(m) == p.Method {
			p.Methods = append(p.Methods, Choice{Link{r.T("quality.count", r.T(methodWords[m].name), n), string(m)}, string(m) == p.Method})
		}
	}
	for _, c := range order {
		p.Counties = append(p.Counties, Choice{Link{r.T("quality.count", r.countyCalled(c, names[c]), counties[c]), c}, c == p.County})
	}
}

// countyCalled is a county's name in the reader's language.
func (r *request) countyCalled(code, name string) string {
	for _, u := range r.a.Units[edu.County] {
		if codeOf(u) == code {
			return u.Name
		}
	}
	return name
}

func (r *request) qualityGroups(found []quality.Finding) (out []qualityGroup) {
	last := ""
	for _, f := range found {
		if f.School.Code != last || len(out) == 0 {
			last = f.School.Code
			out = append(out, qualityGroup{Name: f.School.Name, Where: r.T("quality.where", r.countyCalled(f.School.County, f.School.Of), f.School.Code), Href: r.toSchool(f.School.Code)})
		}
		g := &out[len(out)-1]
		l := r.qualityLine(f)
		// What several methods say of one figure is one line: the first says why.
		if n := len(g.Lines); n > 0 && f.Item != "" {
			if i := slices.IndexFunc(g.Lines, func(o qualityLine) bool { return o.item == f.Item && o.Stage == l.Stage }); i >= 0 {
				g.Lines[i].Methods = append(g.Lines[i].Methods, l.Methods...)
				continue
			}
		}
		g.Lines = append(g.Lines, l)
	}
	return out
}

func (r *request) qualityLine(f quality.Finding) qualityLine {
	w := methodWords[f.Method]
	l := qualityLine{Methods: []methodName{{r.T(w.name), r.T(w.help)}}, About: r.Text(f.Name), Reason: r.Text(f.Reason), item: f.Item}
	if f.School.Stage != "" {
		l.Stage = r.Stage(f.School.Stage)
	}
	if f.Measure {
		l.Href = r.toTrace(edu.Section, f.School.Code, f.Item, "stage", string(f.School.Stage))
	}
	if n := len(f.Cells); n > 0 {
		c := f.Cells[0]
		l.Cells = fmt.Sprintf("%s %s%s%d", c.File, sheetOf(c), c.Column, c.Row)
		if n > 1 {
			l.Cells = r.T("quality.more", l.Cells, n)
		}
	}
	return l
}

func sheetOf(c edu.Cell) string {
	if c.Sheet == "" {
		return ""
	}
	return c.Sheet + "!"
}

func (r *request) qualityTable(found []quality.Finding) Table {
	t := Table{Caption: r.T("quality.title"), Sheet: r.T("quality.title")}
	for _, k := range []string{"county", "quality.code", "quality.school", "stage", "quality.method", "quality.about", "quality.reason", "quality.cells"} {
		t.Cols = append(t.Cols, Col{Label: r.T(k), Wrap: true})
	}
	for _, f := range found {
		l := r.qualityLine(f)
		var cells []string
		for _, c := range f.Cells {
			cells = append(cells, fmt.Sprintf("%s %s%s%d", c.File, sheetOf(c), c.Column, c.Row))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.countyCalled(f.School.County, f.School.Of)), text(f.School.Code), text(f.School.Name), text(l.Stage), text(l.Methods[0].Name), text(l.About), text(l.Reason), text(strings.Join(cells, "; "))}})
	}
	return t
}
