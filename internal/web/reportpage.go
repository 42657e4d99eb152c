package web

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/docx"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
)

// A document as it is kept: it looks like the paper that it becomes, and every
// figure leads to the page that shows it. What a person writes stands below.
type reportView struct {
	Shell
	Lamp      Lamp
	Sub       string
	Said      string
	Warn      string
	Error     string
	Links     []Link
	Templates []Choice
	D         *gallery.Draft
	Agency    string
	Blocks    []paperBlock
	Fields    []reportField
	Rev       int
	Action    string
	Open      bool // it may be written in, archived, dropped
	Checks    bool // it can be composed anew
	Facts     []Fact
	Sources   Table
}

// paperBlock is one block of the paper.
type paperBlock struct {
	Kind  string
	Level int
	No    string
	Runs  []paperRun
	Paras []string
	Table *paperTable
	Chart template.HTML
}

type paperRun struct{ Text, Href, How string }

type paperTable struct {
	Caption, Note, More string
	Form                bool // names and what is filled in side by side, under the paper's own title
	Quiet               bool // its caption stands over the page already
	Head                []string
	Rows                [][]paperCell
}

// NumberAt tells that a column holds numbers: its head stands over them, at the right.
func (t *paperTable) NumberAt(i int) bool {
	return slices.ContainsFunc(t.Rows, func(cells []paperCell) bool { return i < len(cells) && cells[i].Number })
}

type paperCell struct {
	Runs   []paperRun
	Number bool
	Head   bool // of a form: a name
	Span   int  // of a form: columns that it takes
}

// formCells are a row of a form: a name over the part that follows, or a name and what
// is filled in, once or twice.
func formCells(row [][]paperRun) (out []paperCell) {
	for i, c := range row {
		x := paperCell{Runs: c, Head: i%2 == 0, Span: 1}
		switch {
		case len(row) == 1:
			x.Span = 4
		case len(row) == 2 && i == 1:
			x.Span = 3
		}
		out = append(out, x)
	}
	return out
}

// Whole tells that a cell is a figure in words, as “≥2 000”, which must not break at the
// thin space of its thousands.
func (c paperCell) Whole() bool {
	var all strings.Builder
	for _, x := range c.Runs {
		all.WriteString(x.Text)
	}
	return strings.Contains(all.String(), "\u2009") && utf8.RuneCountInString(all.String()) <= 16
}

type reportField struct {
	ID, Name, Text string
	Most, Rows     int
}

// mostPaperRows is how many rows of a table a preview shows at most, and
// mostPaperElements how large its tables may be together, so that a slow desktop lays
// the page out: with many tables each shows fewer rows. All are in the files.
const (
	mostPaperRows     = 30
	mostPaperElements = 1000
)

// paperRows is how many rows of each table the preview of a document shows.
func paperRows(d *gallery.Draft) int {
	for most := mostPaperRows; most > 10; most -= 5 {
		n := 0
		for i := range d.Blocks {
			if t := d.Blocks[i].Table; t != nil {
				for _, row := range t.Rows[:min(most, len(t.Rows))] {
					for _, cell := range row {
						n += 1 + len(cell) // and a link for each of its figures
					}
				}
			}
		}
		if n <= mostPaperElements {
			return most
		}
	}
	return 10
}

func (s *Server) reportPage(w http.ResponseWriter, r *request) error {
	d, err := s.reports.Report(r.Context(), r.who, r.PathValue("report"))
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	name := fileName(d.Title)
	var b bytes.Buffer
	switch as := r.query.Get("as"); {
	case as == "docx" && r.query.Get("template") != "":
		name, file, _, err := s.reports.Filled(r.Context(), r.who, d.ID, r.query.Get("template"))
		if err != nil {
			return fmt.Errorf("document %s in a template: %w", d.ID, err)
		}
		s.sendKept(w, r, fileName(name)+".docx", docx.Type, "export.docx", file)
		return nil
	case as == "docx":
		if err := d.Draft.Document(d.Edits).Write(&b); err != nil {
			return fmt.Errorf("document %s: %w", d.ID, err)
		}
		s.sendKept(w, r, name+".docx", docx.Type, "export.docx", b.Bytes())
		return nil
	case as == "xlsx":
		if err := d.Draft.Book(strings.TrimSuffix(s.absolute(r, "/"), "/")).Write(&b); err != nil {
			return fmt.Errorf("tables of %s: %w", d.ID, err)
		}
		s.sendFile(w, r, name+".xlsx", b.Bytes())
		return nil
	}
	p := reportView{}
	switch r.query.Get("did") {
	case "made":
		p.Said = r.T("report.did.made")
	case string(gallery.Write):
		p.Said = r.T("report.did.write")
	case string(gallery.Finish):
		p.Said = r.T("report.did.finish")
	case string(gallery.Drop):
		p.Said = r.T("report.did.drop")
	case "same":
		p.Said = r.T("report.did.same")
	case "other":
		p.Warn = r.T("report.did.other")
	}
	return s.showReport(w, r, &d, p, nil, http.StatusOK)
}

func (s *Server) showReport(w http.ResponseWriter, r *request, d *flow.Report, p reportView, typed gallery.Edits, status int) error {
	k := d.Draft.Kind
	st := gallery.State(d.State)
	p.Shell = s.shell(r, d.Title, "reports", Link{r.T("report.title"), "/reports"})
	p.D, p.Rev, p.Action, p.Lamp = d.Draft, d.Rev, "/reports/"+d.ID, r.reportLamp(st)
	p.Agency = strings.TrimSuffix(d.Draft.Agency, "文件")
	p.Sub = r.Text(k.Name()) + " · " + d.Day.String()
	_, err := gallery.Next(st, gallery.Write)
	p.Open = err == nil && !r.who.Reach(auth.MakeReports).None()
	p.Checks = d.Version.Sum != ""
	p.Blocks = r.paper(d)
	if p.Open {
		for _, f := range k.Fields() {
			text := d.Edits[f.ID]
			if typed != nil {
				text = typed[f.ID]
			}
			p.Fields = append(p.Fields, reportField{f.ID, r.Text(f.Name), text, f.Most, 5})
		}
	}
	list, err := s.reports.Templates(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	for _, t := range list {
		p.Templates = append(p.Templates, Choice{Link{t.Name, t.Hash}, false})
	}
	if v := d.Version; v.Sum != "" {
		p.Facts = []Fact{{Term: r.T("report.snapshot"), Text: v.Sum[:16]}, {Term: r.T("report.ledgers"), Text: r.T("report.ledgers.sub", len(v.Read))}}
	}
	p.Facts = append(p.Facts, []Fact{{Term: r.T("report.version"), Text: cmp.Or(d.Version.Pack, "—") + " · " + d.Version.Engine}, {Term: r.T("report.made"), Text: r.Minute(d.At.In(collect.China)) + " " + d.ByName}, {Term: r.T("report.changed"), Text: r.Minute(d.ChangedAt.In(collect.China)) + " " + d.ChangedN}, {Term: r.T("report.figures"), Text: strconv.Itoa(len(d.Draft.Figures))}}...)
	p.Sources = Table{ID: "sources", Caption: r.T("report.sources"), Cols: []Col{{Label: r.T("report.data"), Wrap: true}, {Label: r.T("report.data.version"), Wrap: true}, {Label: r.T("report.data.day")}}}
	for _, x := range d.Draft.Sources {
		p.Sources.Rows = append(p.Sources.Rows, Row{Cells: []Cell{text(x.Name), text(x.Version), text(x.Day)}})
	}
	return s.write(w, r, status, "report.html", p)
}

// paper is the document as the preview shows it.
func (r *request) paper(d *flow.Report) (out []paperBlock) {
	runs := func(rs []gallery.Run) (out []paperRun) {
		for _, x := range rs {
			if x.Figure == 0 {
				out = append(out, paperRun{Text: docx.Punctuate(x.Text)})
				continue
			}
			f := d.Draft.Figures[x.Figure-1]
			out = append(out, paperRun{f.Text, f.Href, d.Draft.How(x.Figure)})
		}
		return out
	}
	most, attached := paperRows(d.Draft), ""
	for i := range d.Draft.Blocks {
		b := &d.Draft.Blocks[i]
		x := paperBlock{Kind: string(b.Kind), Level: b.Level, Runs: runs(b.Text)}
		switch b.Kind {
		case gallery.Attach:
			x.No, attached = d.Draft.AttachmentNo(b), d.Draft.Plain(b.Text)
		case gallery.Written:
			text := strings.TrimSpace(d.Edits[b.Field])
			if text == "" {
				text = gallery.BlankField
			}
			x.Paras = strings.Split(text, "\n")
		case gallery.Grid:
			t := b.Table
			x.Table = &paperTable{Caption: t.Caption, Note: t.Note, Head: t.Head, Form: t.Form, Quiet: t.Form || t.Caption == attached}
			for k, row := range t.Rows {
				if k == most {
					x.Table.More = r.T("report.more", len(t.Rows)-most)
					break
				}
				var cells []paperCell
				var said [][]paperRun
				for _, c := range row {
					said = append(said, runs(c))
					cells = append(cells, paperCell{Runs: said[len(said)-1], Number: len(c) == 1 && c[0].Figure > 0})
				}
				if t.Form {
					cells = formCells(said)
				}
				x.Table.Rows = append(x.Table.Rows, cells)
			}
		case gallery.Bars:
			if spec, ok := d.Draft.ChartBefore(i); ok {
				x.Chart = draw(spec)
			}
		case gallery.Heading, gallery.Para, gallery.Note, gallery.Sign:
		}
		out = append(out, x)
	}
	return out
}

// actOnReport keeps what was written, archives, drops, or composes anew to compare.
func (s *Server) actOnReport(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, act := r.PathValue("report"), r.PostFormValue("act")
	if act == "again" {
		same, err := s.reports.Again(r.Context(), r.who, id)
		if err != nil {
			return s.reportWrong(w, r, id, nil, err)
		}
		did := "other"
		if same {
			did = "same"
		}
		return away{"/reports/" + id + "?did=" + did}
	}
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		return fmt.Errorf("revision %q: %w", r.PostFormValue("rev"), fault.Invalid)
	}
	e := gallery.Edits{}
	if act == string(gallery.Write) {
		for key, v := range r.PostForm {
			if name, ok := strings.CutPrefix(key, "field."); ok && len(v) > 0 {
				e[name] = strings.ReplaceAll(v[0], "\r\n", "\n")
			}
		}
	}
	if _, err := s.reports.Act(r.Context(), r.who, id, rev, gallery.Act(act), e); err != nil {
		return s.reportWrong(w, r, id, e, err)
	}
	return away{"/reports/" + id + "?did=" + act}
}

// reportWrong shows the document as it is now, with what was typed kept in its boxes.
func (s *Server) reportWrong(w http.ResponseWriter, r *request, id string, typed gallery.Edits, err error) error {
	now, e := s.reports.Report(r.Context(), r.who, id)
	if e != nil {
		return fmt.Errorf("document: %w", e)
	}
	if len(typed) == 0 {
		typed = nil
	}
	if errors.Is(err, fault.Conflict) && r.why(err) == "" {
		return s.showReport(w, r, &now, reportView{Error: r.T("report.conflict", now.ChangedN)}, typed, http.StatusConflict)
	}
	return s.orSay(err, func(why string) error {
		return s.showReport(w, r, &now, reportView{Error: why}, typed, http.StatusBadRequest)
	}, r)
}
