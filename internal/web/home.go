package web

import (
	"fmt"
	"net/http"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// away is the answer that the reader belongs on another page.
type away struct{ to string }

func (a away) Error() string { return "see " + a.to }

// home is the first page: the overview for who sees several counties; every
// other reader goes where the own work is.
func (s *Server) home(w http.ResponseWriter, r *request) error {
	if r.who.May(auth.ReadRegion) && s.wide(r) {
		return s.overview(w, r)
	}
	s.ownSchool(r) // which the next page may not be able to find
	return s.nearest(r)
}

// nearest sends a reader to the page that fits the own part of the tree.
func (s *Server) nearest(r *request) error {
	to := s.place(r)
	if to == "" {
		to = s.workplace(r)
	}
	return away{to}
}

// place is the page of the one county that a reader sees figures of; empty
// where there is none, or several.
func (s *Server) place(r *request) string {
	t, err := s.tree(r)
	if err != nil {
		return ""
	}
	if in := below(t, r.who.Reach(auth.ReadRegion), edu.County, 2); len(in) == 1 {
		return r.toCounty(t.Nodes[in[0]].Key)
	}
	return ""
}

// workplace is where a reader without a region works.
func (s *Server) workplace(r *request) string {
	if r.who.May(auth.FillForm) && s.patterns["GET /work"] {
		return r.to([]string{"work"})
	}
	if to := s.ownSchool(r); to != "" {
		return to
	}
	switch {
	case r.who.May(auth.KeepUsers):
		return "/admin/accounts"
	case r.who.May(auth.GrantRoles):
		return "/admin/roles"
	case r.who.May(auth.ReadAudit) && s.audit != nil:
		return "/admin/audit"
	}
	return "/account"
}

// ownSchool is the page of the first school that a reader sees figures of; one
// that is not measured, such as a kindergarten by a pack of schools, has none.
func (s *Server) ownSchool(r *request) string {
	if r.who.Local {
		return ""
	}
	code, part := "", fmt.Sprint(r.who.Reach(auth.ReadSchool))
	if r.a == nil { // a page of forms reads no figures: what was found last will do
		if last, ok := s.ownSchools.Load(part); ok {
			code = last.(string)
		}
	} else {
		for _, st := range r.a.Stages {
			if code == "" && len(st.Frame.Rows) > 0 {
				code = st.Frame.Rows[0].Code
			}
		}
		s.ownSchools.Store(part, code)
	}
	if code == "" {
		return ""
	}
	return r.toSchool(code)
}
