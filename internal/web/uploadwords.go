package web

import (
	"errors"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// What the page of uploads says beside the files: which workbooks there are to
// download, and why a file was not read.

// unread says why nothing of a file was read.
func (r *request) unread(err error) string {
	switch {
	case errors.Is(err, fault.NotFound):
		return r.T("upload.unknown")
	case errors.Is(err, fault.Conflict):
		return r.T("upload.shut")
	}
	return r.T("upload.unread")
}

// wholes are the workbooks that hold all units of a form below the places where
// the reader fills: what a county or a central school sends round and collects.
func (s *Server) wholes(r *request, d Desk) ([]Link, error) {
	issues, err := d.Issues(r.Context(), edu.Period{})
	if err != nil {
		return nil, fmt.Errorf("issues: %w", err)
	}
	var out []Link
	for _, unit := range r.who.Reach(auth.FillForm).Units {
		for _, is := range issues {
			ts, err := d.Tasks(r.Context(), collect.Filter{Issue: is.ID, Unit: unit, Limit: 1})
			if err != nil {
				return nil, fmt.Errorf("tasks of %s: %w", is.ID, err)
			}
			if ts.Total > 1 && !is.Closed {
				out = append(out, Link{r.T("upload.whole", s.unitLabel(r, unit), r.issueName(is, ts.List)), r.to([]string{"work", is.ID, string(unit), "template"})})
			}
		}
	}
	return out, nil
}
