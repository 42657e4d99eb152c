package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// trialPage is 试算: the unit against the standard by what is filled in now.
type trialPage struct {
	Shell
	Sub      string
	Back     string
	Sections []sectionView
	Empty    string
}

// trial judges a unit by its draft, before it is handed in.
func (s *Server) trial(w http.ResponseWriter, r *request) error {
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	trials, err := d.Trial(r.Context(), f.filing.Issue, f.filing.Unit, f.paper.Content)
	if err != nil {
		return fmt.Errorf("trial of %s: %w", f.filing.Unit, err)
	}
	p := trialPage{Shell: s.paperShell(r, f, r.T("paper.trial")), Sub: r.T("trial.sub"), Back: r.paperHref(f), Empty: r.T("trial.empty")}
	for _, a := range trials {
		r.a, r.lens, r.period = a, newLens(a), a.Period
		for i, st := range a.Stages {
			for row := range st.Frame.Rows {
				if code := st.Frame.Rows[row].Code; code == f.paper.Unit.Code || code == "" || len(st.Frame.Rows) == 1 {
					v := r.trialView(i, row)
					if len(trials) > 1 {
						v.Name = r.T("trial.of", v.Name, r.Text(a.Pack.Name))
					}
					p.Sections = append(p.Sections, v)
				}
			}
		}
	}
	return s.render(w, r, "trial.html", p)
}

// trialView is one section: no links lead from it, because these figures are in
// no record yet.
func (r *request) trialView(stage, row int) sectionView {
	code := r.a.Stages[stage].Frame.Rows[row].Code
	v := r.sectionView([]year{{period: r.period, lens: r.lens, code: code}}, stage, row, code)
	v.LampHref, v.Basics, v.History = "", nil, dataTable{}
	keep := []int{0, 1, 2, 3, 4, 7, 8} // without change and history, of which there is none
	for _, t := range []*Table{&v.Measures, &v.Others} {
		if len(t.Cols) > 8 {
			t.Cols = pick(t.Cols, keep)
		}
		for i := range t.Rows {
			if len(t.Rows[i].Cells) > 8 {
				t.Rows[i].Cells = pick(t.Rows[i].Cells, keep)
			}
			for k := range t.Rows[i].Cells {
				t.Rows[i].Cells[k].Href = ""
			}
		}
		t.List = false
	}
	return v
}

func pick[T any](list []T, at []int) []T {
	out := make([]T, 0, len(at))
	for _, i := range at {
		out = append(out, list[i])
	}
	return out
}

func (r *request) paperHref(f *filed) string {
	return r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)})
}

// paperShell is the frame of a page that hangs on a paper.
func (s *Server) paperShell(r *request, f *filed, title string) Shell {
	paper := r.T("paper.title", r.Text(f.paper.Unit.Name), r.Text(f.paper.Form.Name))
	return s.shell(r, title, "work", Link{r.T("work.title"), r.to([]string{"work"})}, Link{paper, r.paperHref(f)})
}

// signPage is what is printed, signed and sealed. Its check code is that of the
// revision that was handed in; a draft has none and says so.
type signPage struct {
	Shell
	Back   string
	Unit   string
	Form   string
	Period string
	Code   string // of the school
	Basis  string
	State  string
	Check  string
	Rev    string
	Handed string
	Tables []Table
	Lists  []Table
	Sign   []Fact
	Blank  bool
	Note   string
}

// sign shows the page to sign and seal.
func (s *Server) sign(w http.ResponseWriter, r *request) error { return s.printed(w, r, false) }

// blank shows the same page without figures, to be filled by hand.
func (s *Server) blank(w http.ResponseWriter, r *request) error { return s.printed(w, r, true) }

func (s *Server) printed(w http.ResponseWriter, r *request, blank bool) error {
	_, f, err := s.filed(r)
	if err != nil {
		return err
	}
	fp := f.paper
	title := r.T("paper.sign")
	if blank {
		title = r.T("paper.blank")
	}
	p := signPage{Shell: s.paperShell(r, f, title), Back: r.paperHref(f), Unit: r.Text(fp.Unit.Name), Form: r.Text(fp.Form.Name), Period: r.Period(fp.Period), Code: fp.Unit.Code, Basis: r.Text(fp.Form.Rests()), State: r.State(f.filing.State), Blank: blank}
	if blank {
		f.paper = emptied(fp)
	} else if f.filing.Check != "" && f.filing.State.Done() && f.filing.State != collect.Excused {
		p.Check, p.Rev, p.Handed = f.filing.Check, r.T("sign.rev", f.filing.Handed), r.When(handedAt(f))
	} else {
		p.Note = r.T("sign.draft")
	}
	if blank {
		for _, l := range fp.Lists {
			p.Lists = append(p.Lists, r.emptyList(fp, l))
		}
	}
	for _, t := range r.figures(f.paper, nil, blank) {
		if strings.HasPrefix(t.ID, "list-") {
			p.Lists = append(p.Lists, t)
			continue
		}
		t.Cols, t.Tight = pick(t.Cols, []int{0, 1, 2}), true
		for i := range t.Rows {
			t.Rows[i].Cells = pick(t.Rows[i].Cells, []int{0, 1, 2})
			if blank {
				t.Rows[i].Cells[1] = text("")
			}
		}
		p.Tables = append(p.Tables, t)
	}
	sg := fp.Content.Sign
	if blank {
		sg = form.Sign{}
	}
	p.Sign = []Fact{{Term: r.T("sign.filler"), Text: sg.Filler}, {Term: r.T("sign.phone"), Text: sg.Phone}, {Term: r.T("sign.reviewer"), Text: sg.Reviewer}, {Term: r.T("sign.head"), Text: sg.Head}}
	if sg.Filler+sg.Phone+sg.Reviewer+sg.Head != "" {
		if err := s.noteRead(r, "signature block", f.filing.Unit); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.write(w, r, http.StatusOK, "sign.html", p)
}

// emptyList is a list to be filled by hand: as many rows as last year and a few.
func (r *request) emptyList(p *form.Paper, l form.List) Table {
	const least, most, spare = 8, 40, 2
	t := r.listTable(p, l, make([]form.Row, min(max(least, len(l.Prior)+spare), most)))
	t.Caption, t.Tall = r.Text(l.List.Name), false
	for i := range t.Rows {
		for k := range t.Rows[i].Cells[1:] {
			t.Rows[i].Cells[k+1] = text("")
		}
	}
	return t
}

// emptied is a paper without any figure of this year.
func emptied(p *form.Paper) *form.Paper {
	out := *p
	out.Content, out.Known, out.Lists = form.Content{}, nil, nil
	return &out
}

// handedAt is when the last revision was handed in.
func handedAt(f *filed) (at time.Time) {
	for _, e := range f.log {
		if e.Action == "submit" {
			at = e.At
		}
	}
	return at
}

// template sends the workbook of a form for a unit and all below it.
func (s *Server) template(w http.ResponseWriter, r *request) error {
	var b bytes.Buffer
	name, err := s.desk(r.who).Template(r.Context(), &b, r.PathValue("issue"), edu.UnitID(r.PathValue("unit")), r.Lang())
	if err != nil {
		return fmt.Errorf("template of %s for %s: %w", r.PathValue("issue"), r.PathValue("unit"), err)
	}
	if name == "" {
		return fmt.Errorf("template without a name: %w", fault.Invalid)
	}
	// Whoever signed before stands in it, with a telephone number.
	if err := s.noteRead(r, "workbook", edu.UnitID(r.PathValue("unit"))); err != nil {
		return err
	}
	s.sendFile(w, r, name, b.Bytes())
	return nil
}
