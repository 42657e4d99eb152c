package web

import (
	"shuren/internal/auth"
)

// recordNavigation adds what the reader keeps and is told: the questions about
// figures, the register of schools, messages and the calendar.
func (s *Server) recordNavigation(r *request, sh *Shell) {
	if s.checks != nil && r.who.May(auth.CheckData) {
		sh.item("quality", r.T("quality.title"), "q", "M7 2a5 5 0 100 10A5 5 0 007 2zM10.6 10.6L14 14M7 4.5v3M7 9.3v.2", r.to([]string{"quality"}), 0)
	}
	if s.added != nil && r.who.May(auth.ReadSchool) {
		if sw, err := s.added.Switches(r.Context()); err == nil && (sw.ValueAdded.On || r.who.Reach(auth.KeepChoices).Whole) {
			sh.item("valueadded", r.T("va.title"), "v", "M2 13h12M4 13v-3M8 13V7M12 13V4M10 5l2-2 2 2", "/value-added", 0)
		}
	}
	if s.units != nil && r.who.May(auth.ChangeUnits) {
		sh.item("changes", r.T("changes.title"), "u", "M3 3h4v4H3zM9 9h4v4H9zM7 5h4v4M5 7v4h4", "/changes", 0)
	}
	if r.who.May(auth.DraftPlan) {
		sh.item("draft", r.T("nav.draft"), "d", "M3 2h7l3 3v9H3zM5 7h6M5 9h6M5 11h4", "/draft", 0)
	}
	if s.inbox != nil {
		sh.item("messages", r.T("messages.title"), "m", "M2 4h12v8H2zM2 4l6 5 6-5", "/messages", s.unread(r))
	}
	if s.days != nil {
		sh.item("calendar", r.T("calendar.title"), "t", "M2 4h12v10H2zM2 7h12M5 2v3M11 2v3", "/calendar", 0)
	}
}
