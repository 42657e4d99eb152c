package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// An inspection as a workbook: taken along, filled in, and read back whole or not at
// all. Photos are added on the page.

func (s *Server) visitBook(w http.ResponseWriter, r *request) error {
	x, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection"))
	if err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	note := ""
	if r.city.Fictional() {
		note = r.T("sample.mark")
	}
	var b bytes.Buffer
	if err := inspection.WriteBook(&b, &x.Inspection, r.Text(x.Unit.Name), r.Lang(), note); err != nil {
		return fmt.Errorf("workbook of inspection %s: %w", x.ID, err)
	}
	s.sendFile(w, r, r.T("safety.book.name", strconv.FormatInt(x.No, 10))+".xlsx", b.Bytes())
	return nil
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
