package web

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// An inspection as a workbook: taken along, filled in, and read back whole or not at
// all. Photos are added on the page. Sheets and workbooks can also be taken along
// before an inspection begins; what comes back begins it.

func (s *Server) visitBook(w http.ResponseWriter, r *request) error {
	x, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection"))
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	return s.sendBook(w, r, x, r.T("safety.book.name", strconv.FormatInt(x.No, 10)))
}

func (s *Server) sendBook(w http.ResponseWriter, r *request, x *flow.Visit, name string) error {
	note := ""
	if r.city.Fictional() {
		note = r.T("sample.mark")
	}
	var b bytes.Buffer
	said := x.Inspection
	said.Answers = maps.Clone(x.Answers)
	for id, a := range said.Answers {
		a.Part = s.partName(r, a.Part)
		said.Answers[id] = a
	}
	if err := inspection.WriteBook(&b, &said, r.Text(x.Unit.Name), r.Lang(), note); err != nil {
		return fmt.Errorf("workbook of inspection %s: %w", x.ID, err)
	}
	s.sendFile(w, r, name+".xlsx", b.Bytes())
	return nil
}

// blankVisit is the sheet of an inspection that has not begun, to print, or as a
// workbook.
func (s *Server) blankVisit(w http.ResponseWriter, r *request) error {
	show := func(why string) error { return s.showNewVisit(w, r, http.StatusUnprocessableEntity, r.query, why) }
	b, err := s.visitTyped(r, r.query)
	if err != nil {
		return s.orSay(err, show, r)
	}
	x, err := s.safety.BlankVisit(r.Context(), r.who, b)
	if err != nil {
		return s.orSay(err, show, r)
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	x.Day = 0
	v := &flow.Visit{Inspection: x, Unit: names(x.School)}
	if r.query.Get("as") == "xlsx" {
		return s.sendBook(w, r, v, r.T("safety.sheet", r.Text(v.Unit.Name)))
	}
	p := r.visitSheet(s, v)
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.inspections"), "/safety/inspections"})
	p.Sub = r.Text(x.Kind.Name())
	return s.render(w, r, "visitprint.html", p)
}

// takeBlank takes a workbook whose inspection need not have begun.
func (s *Server) takeBlank(w http.ResponseWriter, r *request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	show := func(why string) error { return s.showNewVisit(w, r, http.StatusUnprocessableEntity, r.PostForm, why) }
	day, err := r.dayTyped(r.PostFormValue("day"))
	if err != nil {
		return s.orSay(err, show, r)
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return show(r.T("upload.none"))
	}
	body, err := io.ReadAll(io.LimitReader(f, inspection.MaxBook+1))
	if err != nil {
		return err
	}
	x, err := s.safety.TakeBook(r.Context(), r.who, body, day)
	if err != nil {
		return s.orSay(err, show, r)
	}
	return away{flow.VisitLink(x.ID) + "?did=book"}
}

func (s *Server) takeVisitBook(w http.ResponseWriter, r *request) error {
	id := r.PathValue("inspection")
	x, err := s.safety.Visit(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	show := func(why string) error { return s.showVisit(w, r, http.StatusUnprocessableEntity, nil, why) }
	f, _, err := r.FormFile("file")
	if err != nil {
		return show(r.T("upload.none"))
	}
	patch, err := inspection.ReadBook(r.Context(), f, &x.Inspection)
	if err == nil {
		_, err = s.safety.FillVisit(r.Context(), r.who, id, patch, "")
	}
	if err != nil {
		return s.orSay(err, show, r)
	}
	return away{flow.VisitLink(id) + "?did=book"}
}
