package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/docx"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/retention"
)

// caseReportsPage is one of the four reports, with the zero reports of a month; for who
// follows no cases up, the counts that leaders see.
type caseReportsPage struct {
	Shell
	Sub      string
	Said     string
	Error    string
	Few      bool
	Action   string
	Back     []Link
	Tabs     []Choice
	By       string
	Spans    []Choice
	Counties []Choice
	Table    Table
	Word     string
	None     string // why no count of cases is shown at all
	Notes    []string
	Zero     *zeroCard
	Hidden   []Param

	Pages      []Choice
	Prev, Next string
}

func (r *request) cadenceName(c retention.Cadence) string {
	switch c {
	case retention.Monthly:
		return r.T("retention.month")
	case retention.Quarterly:
		return r.T("retention.quarter")
	case retention.Termly:
		return r.T("retention.term")
	}
	return r.T("retention.year")
}

func (s *Server) caseReports(w http.ResponseWriter, r *request) error {
	return s.showCaseReports(w, r, http.StatusOK, "")
}

func (s *Server) showCaseReports(w http.ResponseWriter, r *request, status int, why string) error {
	q := r.query
	does := r.who.May(auth.DoRetention)
	usual := string(retention.Quarterly)
	if does {
		usual = string(retention.Monthly)
	}
	cadence := retention.Cadence(cmp.Or(q.Get("by"), usual))
	rep, err := s.retention.Report(r.Context(), r.who, cadence, q.Get("period"), edu.UnitID(q.Get("of")))
	if err != nil {
		return fmt.Errorf("report of cases: %w", err)
	}
	p := caseReportsPage{Shell: s.shell(r, r.T("retention.reports"), "retention", Link{r.T("retention.title"), "/retention"}), Few: rep.Few, By: string(cadence), Action: "/retention/reports", Error: why}
	if !does {
		p.Action, p.Crumbs, p.Title = "/retention/counts", nil, r.T("retention.title")
		p.Notes = []string{r.T("retention.few")}
		if n := untold(&rep); n > 0 {
			p.Notes = append(p.Notes, r.T("retention.few.schools", n))
		}
		if allUntold(&rep) {
			p.None = r.T("retention.few.all")
		}
	}
	p.Sub = r.cadenceName(cadence) + " · " + r.Text(rep.Span.Name)
	for _, c := range retention.Cadences {
		v := url.Values{"by": {string(c)}}
		if rep.Of != "" {
			v.Set("of", string(rep.Of))
		}
		p.Tabs = append(p.Tabs, Choice{Link{r.cadenceName(c), p.Action + "?" + v.Encode()}, c == cadence})
	}
	for _, sp := range rep.Spans {
		p.Spans = append(p.Spans, Choice{Link{r.Text(sp.Name), sp.Key}, sp.Key == rep.Span.Key})
	}
	if len(rep.Counties) > 1 {
		for _, c := range rep.Counties {
			p.Counties = append(p.Counties, Choice{Link{r.Text(rep.Names[c]), string(c)}, c == rep.Of})
		}
	}
	if rep.Roll != 0 {
		p.Notes = append(p.Notes, r.T("retention.report.roll", edu.Year(rep.Roll).Label()))
	}
	p.Table = r.reportTable(&rep)
	switch q.Get("as") {
	case "xlsx":
		return s.exportPlain(w, r, r.T("retention.reports")+"-"+rep.Span.Key, p.Table)
	case "zero":
		z, err := s.zeroCard(r, &rep, true)
		if err != nil || z == nil {
			return cmp.Or(err, fmt.Errorf("zero reports by %s: %w", cadence, fault.NotFound))
		}
		return s.exportPlain(w, r, r.T("retention.zero")+"-"+rep.Span.Key, z.Table)
	case "docx":
		zh := r.inChinese()
		title := zh.T("retention.report.title", zh.Text(rep.Span.Name))
		note := zh.T("retention.report.note")
		if rep.Roll != 0 {
			note += zh.T("retention.report.roll", edu.Year(rep.Roll).Label())
		}
		if allUntold(&rep) {
			note = zh.T("retention.few.all") + note
		}
		if n := untold(&rep); n > 0 {
			note = zh.T("retention.few") + zh.T("retention.few.schools", n) + note
		}
		return s.sendDocument(w, r, title, reportDocument(title, zh.reportTable(&rep), note, rep.Span.Last))
	}
	p.Export, p.Word = r.here("as", "xlsx"), r.here("as", "docx")
	if err := p.page(r); err != nil {
		return err
	}
	if does {
		if p.Zero, err = s.zeroCard(r, &rep, false); err != nil {
			return err
		}
	}
	if q.Get("did") == "zero" {
		p.Said = r.T("retention.did.zero")
	}
	return s.write(w, r, status, "retentionreport.html", p)
}

// reportRows is how many lines of a report a page shows: the sum and the zero reports
// still owed stand beside them. A file has all.
const reportRows = 40

// page keeps the lines of the page that is asked for, and the sum.
func (p *caseReportsPage) page(r *request) error {
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	lines, sum := p.Table.Rows, []Row(nil)
	if n := len(lines); n > 0 && lines[n-1].Sum {
		lines, sum = lines[:n-1], lines[n-1:]
	}
	pages := pagesOf(len(lines), reportRows)
	page = min(page, pages)
	p.Table.Rows = append(slices.Clone(onPage(lines, page, reportRows)), sum...)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return nil
}

// untold is how many schools of a county are left out of a report since no count of
// theirs may be read: a page of asterisks tells no more than their number.
func untold(rep *flow.RetentionReport) (n int) {
	if rep.Few && rep.Of != "" {
		for i := range rep.Lines {
			if rep.Lines[i].Untold() {
				n++
			}
		}
	}
	return n
}

// allUntold tells that a report has no count of cases that may be read.
func allUntold(rep *flow.RetentionReport) bool {
	return rep.Few && rep.Total.Untold() && !slices.ContainsFunc(rep.Lines, func(l flow.RetentionLine) bool { return !l.Untold() })
}

// reportTable is a report: should be in school, are in school, and the counts of cases.
// What is left out says so, and is no number.
func (r *request) reportTable(rep *flow.RetentionReport) Table {
	name := r.cadenceName(rep.Cadence)
	t := Table{ID: "report", Caption: name, Sheet: name, Empty: r.T("retention.report.none")}
	first := r.T("retention.county")
	if rep.Of != "" {
		first = r.T("retention.school")
	}
	t.Cols = []Col{{Label: first, Wrap: true}, {Label: r.T("retention.col.enrolled"), Num: true}}
	none := allUntold(rep) // then columns of asterisks say nothing that the page does not
	for _, label := range []string{r.T("retention.col.present"), r.T("retention.col.suspects"), r.T("retention.col.away"), r.T("retention.col.new"), r.T("retention.col.back"), r.T("retention.col.closed"), r.T("retention.col.observed"), r.T("retention.col.excepted")} {
		if !none {
			t.Cols = append(t.Cols, Col{Label: label, Num: true})
		}
	}
	line := func(name string, l *flow.RetentionLine, sum bool) {
		known := func(n int, hidden bool) Cell {
			switch {
			case hidden:
				return Cell{Text: r.T("retention.hidden"), Title: r.T("retention.few")}
			case n < 0:
				return text(chart.NoNumber)
			}
			return count(n)
		}
		cells := []Cell{text(name), known(l.Counts.Enrolled, false), known(l.Counts.Present, l.Hidden[7])}
		for i, n := range l.Counts.Columns() {
			cells = append(cells, known(n, l.Hidden[i]))
		}
		cells = cells[:len(t.Cols)]
		t.Rows = append(t.Rows, Row{Cells: cells, Sum: sum})
	}
	hidden := untold(rep) > 0
	for i := range rep.Lines {
		if hidden && rep.Lines[i].Untold() {
			continue
		}
		line(r.Text(rep.Lines[i].Name), &rep.Lines[i], false)
	}
	if len(rep.Lines) > 1 || hidden {
		line(r.T("retention.total"), &rep.Total, true)
	}
	return t
}

// reportDocument is a report as a paper.
func reportDocument(title string, t Table, note string, day edu.Date) *docx.Document {
	table := docx.Table{}
	row := func(cells []string, head bool) {
		var out []docx.Cell
		for i, c := range cells {
			x := docx.Cell{Text: c, Head: head}
			if i == 0 {
				x.Align = docx.Left
			}
			out = append(out, x)
		}
		table.Rows = append(table.Rows, out)
	}
	var head []string
	for i, c := range t.Cols {
		head = append(head, c.Label)
		share := 8.0
		if i == 0 {
			share = 28
		}
		table.Shares = append(table.Shares, share)
	}
	row(head, true)
	for _, x := range t.Rows {
		var cells []string
		for _, c := range x.Cells {
			cells = append(cells, c.Text)
		}
		row(cells, false)
	}
	return &docx.Document{Title: title, Made: madeOn(day), Body: []docx.Block{table, docx.Para{Set: docx.Note, Runs: []docx.Run{{Text: note}}}}}
}
