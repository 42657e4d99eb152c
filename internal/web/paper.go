package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// paperPage is one unit's paper: the sheet to fill, or the figures to review.
type paperPage struct {
	Shell
	Place    string // where the unit is
	Lamp     Lamp
	Due      Lamp
	DueDay   string
	Inner    string // the county's own earlier day
	Strip    []stripStep
	Reason   string // of a return, an excuse or a request, with who gave it
	Issue    string
	Unit     string
	Action   string // address of the paper
	Draft    string // address that takes drafts
	Done     string // where a submission leads
	Account  string // whose the local draft is
	Rev      int
	Saved    string
	Base     string // what the cells show, as JSON: what a plain form changed is what differs
	Edit     bool
	Grid     gridView
	Lists    []listView
	Choices  []datalist
	Blocking []problemView
	Asks     []problemView // 需说明
	Open     []problemView // not filled or confirmed yet
	Left     string
	Reasons  []Choice
	Sign     form.Sign
	Acts     []act
	Links    []Link
	Conflict *conflictView
	Note     string  // what just happened
	Strict   bool    // what is not filled yet stands as an error: somebody handed it in
	Tables   []Table // the figures, for the reviewer
	Log      Table
	Form     string
}

// problemView is a problem with a link to its cell.
type problemView struct {
	Key  string
	Text string
	Do   string
	Href string // "#c:primary/area"
	Cell string
	Code string
	Why  string
	Told bool // a reason was given
	// ID ties the reason's fields to their labels.
	ID int
}

// filed is a paper with where it stands, as one person may see it.
type filed struct {
	paper  *form.Paper
	filing collect.Filing
	log    []collect.Event
	task   collect.Task
}

// mayFill tells whether the one who asks may change the figures now.
func (f *filed) mayFill(who auth.Actor) bool {
	return f.filing.State.Open() && (slices.Contains(f.task.Todo, collect.Save) || slices.Contains(f.task.Todo, collect.Submit)) && who.May(auth.FillForm)
}

func (s *Server) filed(r *request) (Desk, *filed, error) {
	d := s.desk(r.who)
	issue, unit := r.PathValue("issue"), edu.UnitID(r.PathValue("unit"))
	p, f, log, err := d.Paper(r.Context(), issue, unit)
	if err != nil {
		return nil, nil, fmt.Errorf("paper of %s for %s: %w", unit, issue, err)
	}
	out := &filed{paper: p, filing: f, log: log}
	if out.task, err = taskOf(r.Context(), d, issue, unit); err != nil {
		return nil, nil, err
	}
	return d, out, nil
}

// taskOf is the filing of one unit as the work list shows it.
func taskOf(ctx context.Context, d Desk, issue string, unit edu.UnitID) (collect.Task, error) {
	for offset := 0; ; offset += 50 {
		ts, err := d.Tasks(ctx, collect.Filter{Issue: issue, Unit: unit, Offset: offset, Limit: 50})
		if err != nil {
			return collect.Task{}, fmt.Errorf("task of %s for %s: %w", unit, issue, err)
		}
		for _, t := range ts.List {
			if t.Unit == unit {
				return t, nil
			}
		}
		if offset+50 >= ts.Total {
			return collect.Task{}, fmt.Errorf("filing of %s for %s: %w", unit, issue, fault.NotFound)
		}
	}
}

// paper shows a unit's paper: as a sheet to whoever may fill it now, otherwise
// as figures with what became of them.
func (s *Server) paper(w http.ResponseWriter, r *request) error {
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	problems, err := d.Check(r.Context(), f.filing.Issue, f.filing.Unit, f.paper.Content)
	if err != nil {
		return fmt.Errorf("check of %s: %w", f.filing.Unit, err)
	}
	p := s.paperPage(r, f, problems, false)
	switch r.query.Get("done") {
	case "saved":
		p.Note = r.T("paper.saved.note")
	case "step":
		p.Note = r.T("paper.step.note", r.State(f.filing.State))
	}
	return s.renderPaper(w, r, http.StatusOK, p)
}

func (s *Server) renderPaper(w http.ResponseWriter, r *request, status int, p paperPage) error {
	w.Header().Set("Cache-Control", "no-store") // never out of a shared computer's cache
	return s.write(w, r, status, "paper.html", p)
}

func (s *Server) paperPage(r *request, f *filed, problems []form.Problem, strict bool) paperPage {
	fp, t := f.paper, f.task
	title := r.T("paper.title", r.Text(fp.Unit.Name), r.Text(fp.Form.Name))
	p := paperPage{
		Shell: s.shell(r, title, "work", Link{r.T("work.title"), r.to([]string{"work"})}),
		Form:  r.Text(fp.Form.Name), Place: r.placeWords(t.Place), Issue: f.filing.Issue, Unit: string(f.filing.Unit),
		Action: r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)}), Draft: "/work/" + escape(f.filing.Issue) + "/" + escape(string(f.filing.Unit)) + "/draft",
		Done: r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)}, "done", "step"), Account: r.who.Account, Rev: f.filing.Rev, Lamp: r.StateLamp(f.filing), Due: r.Due(t), DueDay: f.filing.Due.String(), Inner: r.inner(f.filing),
		Strip: r.strip(f.filing, f.log, wayOf(f.filing, f.log, fp.Unit.Level)), Edit: f.mayFill(r.who),
	}
	if f.filing.State.Open() && !f.filing.At.IsZero() {
		p.Saved = r.T("paper.saved", lastBy(f.filing, f.log), r.When(f.filing.At))
	}
	if f.filing.Reason != "" && (f.filing.State == collect.Returned || f.filing.State == collect.Excused || f.filing.Asked) {
		p.Reason = r.reasonOf(f)
	}
	p.Strict = strict
	p.problems(r, fp, problems)
	for _, c := range fp.Form.Reasons {
		p.Reasons = append(p.Reasons, Choice{Link: Link{r.Text(c.Name), c.ID}})
	}
	p.Sign = fp.Content.Sign
	p.Acts = r.acts(f)
	at := func(last string) string {
		return r.to([]string{"work", f.filing.Issue, string(f.filing.Unit), last})
	}
	p.Links = []Link{{r.T("paper.trial"), at("trial")}, {r.T("paper.sign"), at("sign")}, {r.T("paper.data"), at("data")}, {r.T("paper.template"), at("template")}, {r.T("paper.blank"), at("blank")}}
	p.Log = r.logTable(f.log)
	if !p.Edit {
		p.Tables = r.figures(fp, problems, false)
		return p
	}
	p.Grid = r.grid(fp, problems, true, r.number("p"))
	base, err := json.Marshal(p.Grid.shown())
	if err != nil {
		s.log.Error("base of a paper", "err", err) // texts only: it cannot happen
	}
	p.Base = string(base)
	rows := 0
	for _, g := range p.Grid.Groups {
		rows += len(g.Rows)
	}
	p.Lists = r.lists(fp, problems, 1240-rows*(7+3*len(fp.Parts))-8*(len(p.Blocking)+len(p.Asks))-4*len(p.Open), strict)
	p.Choices = append(r.datalists(fp), s.evidenceChoices(r, fp)...)
	if n := len(p.Open); n > 0 {
		p.Left = r.T("paper.left", n)
	}
	return p
}

func (p *paperPage) problems(r *request, fp *form.Paper, problems []form.Problem) {
	for i, q := range problems {
		v := problemView{Key: q.Key, Text: r.Text(q.Text), Do: r.Text(q.Do), ID: i}
		switch {
		case q.List != "":
			v.Href, v.Cell = "#l-"+q.List, r.listName(fp, q.List)
			if q.Row >= 0 && q.Column != "" {
				v.Cell = r.T("paper.list.at", r.listName(fp, q.List), q.Row+1)
			}
		case len(q.Cells) > 0:
			v.Href, v.Cell = "#c:"+q.Cells[0].String(), r.cellName(fp, q.Cells[0])
		}
		if q.Rule == form.RuleSign {
			v.Href = "#signatures"
		}
		if q.Reason != nil {
			v.Code, v.Why, v.Told = q.Reason.Code, q.Reason.Text, true
		}
		switch {
		case unfinished(&problems[i]) && !p.Strict:
			p.Open = append(p.Open, v)
		case q.Blocking:
			p.Blocking = append(p.Blocking, v)
		default:
			p.Asks = append(p.Asks, v)
		}
	}
}

// cellName names a cell in words: 在校生数 七年级（初中）.
func (r *request) cellName(p *form.Paper, k form.Key) string {
	for _, f := range p.Fields {
		if f.ID != k.Field {
			continue
		}
		name := r.Text(f.Element.Name)
		if f.Part != nil {
			name += " " + r.Text(f.Part.Name)
		}
		if k.Part != "" && len(p.Parts) > 1 {
			return r.T("paper.cell.of", name, r.partName(k.Part))
		}
		return name
	}
	return k.Field
}

// placeWords says where a unit is: 甲县 · 某镇 · 标识码.
func (r *request) placeWords(p collect.Place) string {
	out := ""
	for _, s := range []string{r.Text(p.CountyName), r.Text(p.TownshipName), p.Code} {
		if s != "" && out != "" {
			out += " · "
		}
		out += s
	}
	return out
}

// reasonOf is the reason that stands, with who gave it and when.
func (r *request) reasonOf(f *filed) string {
	for i := len(f.log) - 1; i >= 0; i-- {
		if e := f.log[i]; e.Reason != "" {
			return r.T("paper.reason", r.StepName(e.Action), e.Name, r.When(e.At), e.Reason)
		}
	}
	return r.T("reason.is", f.filing.Reason)
}

// savePaper keeps what a plain form sent.
func (s *Server) savePaper(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	pt, err := r.posted(f.paper, r.PostForm)
	if err != nil {
		return err
	}
	mine, err := pt.apply(f.paper)
	if err != nil && pt.Rev == f.filing.Rev {
		return err
	}
	if pt.Rev == f.filing.Rev {
		_, err = d.Save(r.Context(), f.filing.Issue, f.filing.Unit, pt.Rev, mine)
		if err == nil {
			http.Redirect(w, r.Request, r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)}, "done", "saved", "p", r.query.Get("p")), http.StatusSeeOther)
			return nil
		}
		if !errors.Is(err, fault.Conflict) {
			return fmt.Errorf("save %s: %w", f.filing.Unit, err)
		}
		if _, f, err = s.filed(r); err != nil {
			return err
		}
	}
	return s.showConflict(w, r, d, f, pt)
}
