// The page of marks: an appraisal typed in, or a workbook downloaded, filled in and
// read back.

package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/sheet"
	"shuren/internal/teams"
)

type marksView struct {
	Shell
	Tabs        []Choice
	Said, Error string
	Errors      []string
	Marked      string // the workbook with its bad cells red
	ID          string
	Rev         int
	Sum         string
	Book        string
	Back        string
	None        string // why there is nothing to mark
	Heads       []markedHead
	Rows        []markedLine
	Found       string
	Page        int
	Pages       []Choice
	Prev, Next  string
}

// markedHead is a consideration that people give marks in.
type markedHead struct {
	Name         string
	Full, Weight int
}

// markedLine is a person's marks as they stand in the fields.
type markedLine struct {
	Name, Record, School, Post string
	Fields                     []markField
}

type markField struct{ Name, Value, Label string }

const marksRows = 30

// appraised reads the scheme of the address with its people and marks.
func (s *Server) appraised(r *request) (*flow.Appraised, error) {
	a, err := s.teams.Appraised(r.Context(), r.who, r.PathValue("scheme"))
	if err != nil {
		return nil, fmt.Errorf("marks of a scheme: %w", err)
	}
	return a, nil
}

func (s *Server) marksPage(w http.ResponseWriter, r *request) error {
	a, err := s.appraised(r)
	if err != nil {
		return err
	}
	if r.query.Get("as") == "book" {
		rows, err := s.teams.MarkRows(r.Context(), a)
		if err != nil {
			return fmt.Errorf("workbook of marks: %w", err)
		}
		if err := s.noteRead(r, "staff list, marks", a.Scheme.School); err != nil {
			return err
		}
		body, err := s.marksBook(r, a, rows, nil)
		if err == nil {
			s.sendFile(w, r, r.T("teams.marks.title")+".xlsx", body)
		}
		return err
	}
	v := &marksView{}
	if r.query.Get("did") != "" {
		v.Said = r.T("teams.did.marks")
	}
	return s.showMarks(w, r, a, v, nil, http.StatusOK)
}

func (s *Server) marksBook(r *request, a *flow.Appraised, rows []teams.MarkRow, bad sheet.Faults) ([]byte, error) {
	note := a.Scheme.Name
	if r.city.Fictional() {
		note = r.T("sample.mark") + " · " + note
	}
	var b bytes.Buffer
	if err := teams.WriteMarks(&b, &a.Scheme, rows, bad, note, r.Lang()); err != nil {
		return nil, fmt.Errorf("workbook of marks: %w", err)
	}
	return b.Bytes(), nil
}

// showMarks shows a page of people; typed, where it is not nil, is what stood in the
// fields that could not be kept.
func (s *Server) showMarks(w http.ResponseWriter, r *request, a *flow.Appraised, v *marksView, typed func(field string) string, status int) error {
	x := &a.Scheme
	up := Link{x.Name, r.to([]string{"staff", "pay", x.ID})}
	v.Shell = s.shell(r, r.T("teams.marks.title"), "staff", Link{r.T("teams.pay.title"), r.to([]string{"staff", "pay"})}, up)
	v.Tabs, v.ID, v.Rev, v.Back = s.staffTabs(r, "pay"), x.ID, a.Marks.Rev, up.Href
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	marked := x.Marked()
	for _, c := range marked {
		v.Heads = append(v.Heads, markedHead{c.Name, c.Full, c.Weight})
	}
	n := len(marked) * len(a.People)
	if n == 0 {
		v.None = r.noMarks(a)
		return s.write(w, r, status, "teamsmarks.html", v)
	}
	v.Book = r.here("as", "book", "did", "", "page", "")
	v.Sum = r.T("teams.marks.given", n-a.Marks.Lacking(x, a.IDs()), n)
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := max(1, (len(a.People)+marksRows-1)/marksRows)
	page = min(page, pages)
	lo, hi := (page-1)*marksRows, min(page*marksRows, len(a.People))
	v.Page, v.Found = page, r.T("teams.found", len(a.People), min(lo+1, hi), hi)
	v.Pages, v.Prev, v.Next = r.pager(page, pages)
	for _, p := range a.People[lo:hi] {
		_, school := s.unitSays(r, tree, p.Unit)
		name := orElse(p.Name, r.T("teams.nameless"))
		l := markedLine{Name: name, Record: string(p.Person), School: school, Post: r.Text(teams.WordOf(register.PostKinds, p.Post))}
		for _, c := range marked {
			f := markField{Name: "m." + string(p.Person) + "." + c.ID, Label: c.Name + " · " + name}
			mark, ok := a.Marks.Of[p.Person][c.ID]
			if f.Value = teams.MarkText(mark, ok); typed != nil {
				f.Value = typed(f.Name)
			}
			l.Fields = append(l.Fields, f)
		}
		v.Rows = append(v.Rows, l)
	}
	return s.write(w, r, status, "teamsmarks.html", v)
}

// noMarks says why a scheme has nothing to mark: nobody is within it, or all that
// counts comes from the register.
func (r *request) noMarks(a *flow.Appraised) string {
	if len(a.People) == 0 {
		return r.T("teams.marks.nobody")
	}
	return r.T("teams.marks.none")
}

// keepMarks keeps the marks of a page of people.
func (s *Server) keepMarks(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	a, err := s.appraised(r)
	if err != nil {
		return err
	}
	changes := map[register.PersonID]map[string]float64{}
	var wrong []string
	for _, p := range a.People {
		for _, c := range a.Scheme.Marked() {
			field := "m." + string(p.Person) + "." + c.ID
			if !r.PostForm.Has(field) {
				continue
			}
			v, why := c.Mark(r.PostFormValue(field))
			if why.ZH != "" {
				wrong = append(wrong, orElse(p.Name, r.T("teams.nameless"))+"："+r.Text(why))
				continue
			}
			if changes[p.Person] == nil {
				changes[p.Person] = map[string]float64{}
			}
			changes[p.Person][c.ID] = v
		}
	}
	r.query.Set("page", r.PostFormValue("page"))
	again := func(v *marksView) error {
		return s.showMarks(w, r, a, v, r.PostFormValue, http.StatusUnprocessableEntity)
	}
	if len(wrong) > 0 {
		return again(&marksView{Errors: wrong})
	}
	rev, _ := strconv.Atoi(r.PostFormValue("rev")) // none is of nothing, and conflicts
	if _, err = s.teams.KeepMarks(r.Context(), r.who, a.Scheme.ID, rev, changes); err == nil {
		return away{r.to([]string{"staff", "pay", a.Scheme.ID, "marks"}, "page", r.PostFormValue("page"), "did", "marks")}
	}
	return s.orSay(err, func(why string) error { return again(&marksView{Error: why}) }, r)
}

// sendMarks reads a filled workbook: all of it is kept, or it comes back with its bad
// cells red and nothing is.
func (s *Server) sendMarks(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	a, err := s.appraised(r)
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("workbook of marks: %w", err)
	}
	rows, changes, err := s.teams.ReadMarks(r.Context(), a, f)
	v := &marksView{}
	if bad, ok := errors.AsType[sheet.Faults](err); ok {
		v.Errors = strings.Split(bad.In(r.Lang()), "\n")
		if len(rows) > 0 {
			body, err := s.marksBook(r, a, rows, bad)
			if err != nil {
				return err
			}
			v.Marked = r.to([]string{"staff", "pay", a.Scheme.ID, "marks", "marked", s.kept.put(r.who.Account, r.T("teams.marks.title")+".xlsx", body)})
		}
		return s.showMarks(w, r, a, v, nil, http.StatusUnprocessableEntity)
	}
	if err == nil {
		_, err = s.teams.KeepMarks(r.Context(), r.who, a.Scheme.ID, a.Marks.Rev, changes)
	}
	if err == nil {
		return away{r.to([]string{"staff", "pay", a.Scheme.ID, "marks"}, "did", "marks")}
	}
	return s.orSay(err, func(why string) error {
		v.Error = why
		return s.showMarks(w, r, a, v, nil, http.StatusUnprocessableEntity)
	}, r)
}

// countyAboveOf is the county, or the city, that a unit belongs to.
func countyAboveOf(tree *edu.Tree, id edu.UnitID) edu.UnitID {
	for id != "" {
		u, ok := tree.Unit(id)
		if !ok {
			return ""
		}
		if u.Level == edu.County || u.Level == edu.City {
			return id
		}
		id = u.Attrs[len(u.Attrs)-1].Parent
	}
	return ""
}
