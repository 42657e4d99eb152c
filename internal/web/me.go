package web

import (
	"net/http"

	"shuren/internal/auth"
)

// me tells a program whose key it holds, and what it may do where.
func (s *Server) me(w http.ResponseWriter, r *request) error {
	type grant struct {
		Role  auth.Role `json:"role"`
		Unit  string    `json:"unit,omitempty"`
		Whole bool      `json:"whole,omitempty"`
	}
	out := struct {
		Account string            `json:"account"`
		Login   string            `json:"login,omitempty"`
		Name    string            `json:"name"`
		Roles   []grant           `json:"roles"`
		May     []auth.Permission `json:"may"`
	}{Account: r.who.Account, Name: r.who.Name, Roles: []grant{}, May: []auth.Permission{}}
	if r.session != nil {
		out.Login = r.session.Account.Login
	}
	for _, g := range r.who.Grants {
		out.Roles = append(out.Roles, grant{g.Role, string(g.Unit), g.Whole})
	}
	for _, p := range auth.Permissions {
		if r.who.May(p) {
			out.May = append(out.May, p)
		}
	}
	return s.answer(w, r, out)
}
