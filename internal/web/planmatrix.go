package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

const matrixPerPage = 40

// matrixView is the responsibility matrix: measures against the three kinds of
// owners, with gaps and double leads marked.
type matrixView struct {
	Shell
	Sub     string
	Tabs    []Choice
	Answer  []Fact
	Gaps    []Choice
	Lines   []Choice
	Bodies  []Choice
	Hidden  []Param
	Path    string
	Found   string
	Rows    []matrixLine
	Pages   []Choice
	Prev    string
	Next    string
	Columns []string
}

type matrixLine struct {
	Line, Text, Href, Due string
	Kinds                 []ownerGroup // territorial, departmental, industry, to be set
	Lead                  []ownerMark
	Gap                   string
	Bad                   bool
	Lacks                 []bool // parallel to Kinds
}

func (s *Server) planMatrix(w http.ResponseWriter, r *request) error {
	v, err := s.version(r)
	if err != nil {
		return err
	}
	m := plan.MatrixOf(&v.Plan)
	gap, line, body := r.query.Get("gap"), r.query.Get("line"), r.query.Get("body")
	kinds := []struct {
		key, word string
		has       func(plan.Gap) bool
	}{
		{"any", r.T("plan.gap.any"), func(g plan.Gap) bool { return !g.Sound() }},
		{"nolead", r.T("plan.gap.nolead"), func(g plan.Gap) bool { return g.Leads == 0 }},
		{"double", r.T("plan.gap.doubles"), func(g plan.Gap) bool { return g.Leads > 1 }},
		{"territorial", r.T("plan.gap.kind", r.Text(plan.DutyName(task.Territorial))), func(g plan.Gap) bool { return slices.Contains(g.Missing, task.Territorial) }},
		{"departmental", r.T("plan.gap.kind", r.Text(plan.DutyName(task.Departmental))), func(g plan.Gap) bool { return slices.Contains(g.Missing, task.Departmental) }},
		{"industry", r.T("plan.gap.kind", r.Text(plan.DutyName(task.Industry))), func(g plan.Gap) bool { return slices.Contains(g.Missing, task.Industry) }},
		{"unset", r.T("plan.gap.unsets"), func(g plan.Gap) bool { return g.Unset > 0 }},
	}
	at := slices.IndexFunc(kinds, func(k struct {
		key, word string
		has       func(plan.Gap) bool
	}) bool {
		return k.key == gap
	})
	if gap != "" && at < 0 {
		return fmt.Errorf("gap %q: %w", gap, fault.Invalid)
	}
	p := matrixView{Shell: s.shell(r, r.T("plan.matrix.title"), "plan", r.planCrumbs(v)...), Tabs: r.planTabs(v, "/matrix"), Path: toPlanPart(v.ID, "/matrix")}
	p.Sub = r.T("plan.matrix.sub", v.Plan.Name, v.Version.Version)
	for _, k := range kinds {
		p.Gaps = append(p.Gaps, Choice{Link{k.word, k.key}, k.key == gap})
	}
	if k := versionKey(v); k != "" {
		p.Hidden = append(p.Hidden, Param{"v", k})
	}
	var bodies []string
	for i := range v.Lines {
		p.Lines = append(p.Lines, Choice{Link{v.Lines[i].Name, v.Lines[i].ID}, v.Lines[i].ID == line})
		for k := range v.Lines[i].Measures {
			for _, o := range v.Lines[i].Measures[k].Owners {
				if o.Body != "" && !slices.Contains(bodies, o.Body) {
					bodies = append(bodies, o.Body)
				}
			}
		}
	}
	slices.SortFunc(bodies, func(a, b string) int { return strings.Compare(r.Text(v.Name(a)), r.Text(v.Name(b))) })
	for _, b := range bodies {
		p.Bodies = append(p.Bodies, Choice{Link{r.Text(v.Name(b)), b}, b == body})
	}
	var rows []matrixLine
	for _, x := range m.Rows {
		_, _, owes := x.Measure.Owes(body)
		if at >= 0 && !kinds[at].has(x.Gap) || line != "" && x.Line.ID != line || body != "" && !owes {
			continue
		}
		rows = append(rows, s.matrixLine(r, v, &x))
	}
	p.Answer = []Fact{{Term: r.T("plan.gap.nolead"), Text: r.T("plan.matrix.n", m.NoLead)}, {Term: r.T("plan.gap.doubles"), Text: r.T("plan.matrix.n", m.Double)},
		{Term: r.T("plan.gap.kinds"), Text: r.T("plan.matrix.kinds", m.Lacks[task.Territorial], m.Lacks[task.Departmental], m.Lacks[task.Industry])}}
	p.Export = r.here("as", "xlsx", "page", "")
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title+"-"+v.Plan.Name, p.Sub, edu.Period{}, []Table{r.matrixTable(rows)})
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(rows) + matrixPerPage - 1) / matrixPerPage
	page = min(page, max(1, pages))
	p.Found = r.T("plan.matrix.found", len(rows), len(m.Rows))
	p.Rows = rows[min(len(rows), (page-1)*matrixPerPage):min(len(rows), page*matrixPerPage)]
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return s.render(w, r, "planmatrix.html", p)
}

func (s *Server) matrixLine(r *request, v *flow.PlanView, x *plan.MatrixRow) matrixLine {
	l := matrixLine{Line: x.Line.Name, Text: x.Measure.Text, Href: toPlan(v.ID, "v", versionKey(v), "line", x.Line.ID) + "#" + x.Measure.ID, Due: r.measureDue(x.Measure), Gap: r.gapWords(x.Gap), Bad: x.Gap.Leads != 1}
	for _, d := range append(slices.Clone(plan.Duties), "") {
		l.Kinds = append(l.Kinds, r.ownerGroup("", s.ownerMarks(r, v, x.By[d])))
		l.Lacks = append(l.Lacks, slices.Contains(x.Gap.Missing, d))
	}
	for _, o := range x.Measure.Owners {
		if o.Lead {
			l.Lead = append(l.Lead, s.ownerMarks(r, v, []plan.Owner{o})...)
		}
	}
	return l
}

func (r *request) matrixTable(rows []matrixLine) Table {
	t := Table{Sheet: r.T("plan.matrix.title"), Caption: r.T("plan.matrix.title")}
	for _, k := range []string{r.T("plan.line"), r.T("plan.measure"), r.T("plan.lead"), r.Text(plan.DutyName(task.Territorial)), r.Text(plan.DutyName(task.Departmental)), r.Text(plan.DutyName(task.Industry)), r.T("draft.unset"), r.T("plan.due"), r.T("plan.gap")} {
		t.Cols = append(t.Cols, Col{Label: k, Wrap: true})
	}
	names := func(marks ...ownerMark) Cell {
		var out []string
		for _, m := range marks {
			out = append(out, m.Name)
		}
		return text(r.List(out))
	}
	group := func(g ownerGroup) Cell { return names(slices.Concat(g.First, g.Rest)...) }
	for _, l := range rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(l.Line), text(l.Text), names(l.Lead...), group(l.Kinds[0]), group(l.Kinds[1]), group(l.Kinds[2]), group(l.Kinds[3]), text(l.Due), text(l.Gap)}})
	}
	return t
}
