package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// conflictView shows both versions where two people filled the same paper, or
// one person filled it in two windows: cell by cell, for the filler to choose.
type conflictView struct {
	Who    string
	When   string
	Action string
	Rev    int
	Cells  []conflictCell
	// Whole parts that differ are named; they cannot be chosen cell by cell.
	Lists []conflictCell
}

type conflictCell struct {
	Key    string
	Name   string
	Mine   string
	Theirs string
	// Text is what stands in the hidden field for mine: a list as JSON.
	Text string
}

// conflict compares what the filler sent with what stands now.
func (r *request) conflict(f *filed, pt patch) *conflictView {
	v := &conflictView{Rev: f.filing.Rev, Who: lastBy(f.filing, f.log), When: r.When(f.filing.At), Action: r.to([]string{"work", f.filing.Issue, string(f.filing.Unit), "merge"})}
	for i := range f.paper.Fields {
		fd := &f.paper.Fields[i]
		for _, k := range keysOf(f.paper, fd) {
			mine, ok := pt.Cells[k.String()]
			if !ok || mine == nil {
				continue
			}
			theirs, _ := f.paper.Shown(k)
			if *mine != theirs && *mine != r.shownChoice(fd.Element, theirs) {
				v.Cells = append(v.Cells, conflictCell{Key: k.String(), Name: r.cellName(f.paper, k), Mine: thin(*mine), Theirs: thin(r.shownChoice(fd.Element, theirs)), Text: *mine})
			}
		}
	}
	for _, l := range f.paper.Lists {
		if lp, ok := pt.Lists[l.List.ID]; ok {
			mine := lp.within(shownRows(f.paper, l.List.ID))
			body, err := json.Marshal(mine)
			if err != nil {
				continue // rows are texts: this cannot happen
			}
			v.Lists = append(v.Lists, conflictCell{Key: l.List.ID, Name: r.Text(l.List.Name), Mine: r.T("paper.list.rows", len(mine)), Theirs: r.T("paper.list.rows", len(shownRows(f.paper, l.List.ID))), Text: string(body)})
		}
	}
	return v
}

// within lays the rows of a page over a list that has changed meanwhile.
func (l listPatch) within(rows []form.Row) []form.Row {
	from := min(max(0, l.From), len(rows))
	to := min(from+max(0, l.Count), len(rows))
	return slices.Concat(rows[:from], l.Rows, rows[to:])
}

// showConflict writes the page with both versions. The sheet shows what was
// saved; the filler's own cells stand in the comparison, so that nothing is lost.
func (s *Server) showConflict(w http.ResponseWriter, r *request, d Desk, f *filed, pt patch) error {
	problems, err := d.Check(r.Context(), f.filing.Issue, f.filing.Unit, f.paper.Content)
	if err != nil {
		return fmt.Errorf("check of %s: %w", f.filing.Unit, err)
	}
	p := s.paperPage(r, f, problems, false)
	p.Conflict = r.conflict(f, pt)
	return s.renderPaper(w, r, http.StatusConflict, p)
}

// resolve lays the chosen cells of a comparison over the paper and saves it.
func (s *Server) resolve(w http.ResponseWriter, r *request) error {
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	pt, err := r.posted(f.paper, r.PostForm)
	if err != nil {
		return err
	}
	for _, k := range r.PostForm["mine"] {
		text := r.PostForm.Get("text:" + k)
		pt.Cells[k] = &text
	}
	for _, id := range r.PostForm["minelist"] {
		var rows []form.Row
		if err := json.Unmarshal([]byte(r.PostForm.Get("rows:"+id)), &rows); err != nil {
			return fmt.Errorf("rows of %s: %w: %w", id, err, fault.Invalid)
		}
		pt.Lists[id] = listPatch{Count: len(shownRows(f.paper, id)), Rows: rows}
	}
	if pt.Rev != f.filing.Rev {
		return s.showConflict(w, r, d, f, pt)
	}
	c, err := pt.apply(f.paper)
	if err != nil {
		return err
	}
	if _, err := d.Save(r.Context(), f.filing.Issue, f.filing.Unit, pt.Rev, c); err != nil {
		return fmt.Errorf("save %s: %w", f.filing.Unit, err)
	}
	http.Redirect(w, r.Request, r.to([]string{"work", f.filing.Issue, string(f.filing.Unit)}, "done", "saved"), http.StatusSeeOther)
	return nil
}

// lastBy is who did the last step, by the name in the log.
func lastBy(f collect.Filing, log []collect.Event) string {
	i := slices.IndexFunc(log, func(e collect.Event) bool { return e.By == f.By })
	if i < 0 {
		return ""
	}
	return log[i].Name
}
