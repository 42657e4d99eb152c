package web

import (
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/store"
)

// registerQuery is whom a form looks for. It is posted: no address, and so no log of a
// server on the way, has a name or a number.
func registerQuery(r *request) (q flow.RegisterQuery, err error) {
	if err := r.ParseForm(); err != nil {
		return q, fmt.Errorf("look up a person: %w: %w", err, fault.Invalid)
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	q = flow.RegisterQuery{Number: v("number"), Name: v("name"), Guardian: v("guardian")}
	if t := v("born"); t != "" {
		day, ok := register.ParseDay(t)
		if !ok {
			return q, auth.Refuse(fault.Invalid, "日期不可用", "a date that cannot be read")
		}
		q.Born = day
	}
	return q, nil
}

// findPupil shows whom a number, or name, birth and guardian, mean.
func (s *Server) findPupil(w http.ResponseWriter, r *request) error {
	var list []flow.ChildRow
	q, err := registerQuery(r)
	if err == nil {
		list, err = s.registers.FindChildren(r.Context(), r.who, q)
	}
	children, names := make([]register.Child, len(list)), make([]string, len(list))
	for i := range list {
		children[i], names[i] = list[i].Child, list[i].Name
	}
	return s.showFound(w, r, "pupils", store.AChild, auth.KeepPupils, s.pupilTable(r, children, names, nil), err)
}

// findStaffMember is the same of staff, by number.
func (s *Server) findStaffMember(w http.ResponseWriter, r *request) error {
	if !r.who.May(auth.ReadStaff) {
		return fmt.Errorf("look up a member of staff: %w", fault.NotFound)
	}
	var list []flow.StaffRow
	q, err := registerQuery(r)
	if err == nil {
		list, err = s.registers.FindStaff(r.Context(), r.who, q)
	}
	members, names := make([]register.Staff, len(list)), make([]string, len(list))
	for i := range list {
		members[i], names[i] = list[i].Staff, list[i].Name
	}
	return s.showFound(w, r, "staff", store.AStaff, auth.KeepStaff, s.staffTable(r, members, names, nil), err)
}

// showFound is the page of the register with who was found in place of its list.
func (s *Server) showFound(w http.ResponseWriter, r *request, of string, kind store.PersonKind, keeps auth.Permission, found Table, failed error) error {
	years, err := s.registers.Years(r.Context(), r.who, kind)
	if err != nil {
		return fmt.Errorf("look up a person: %w", err)
	}
	status, why := http.StatusOK, ""
	if failed != nil {
		if why = r.why(failed); why == "" {
			return fmt.Errorf("look up a person: %w", failed)
		}
		status = http.StatusUnprocessableEntity
	}
	p := s.registerShell(r, of, keeps, years, 0)
	p.Error, p.Table, p.Found = why, found, r.T("register.find.found", len(found.Rows))
	p.Table.Empty = r.T("register.find.none")
	w.Header().Set("Cache-Control", "no-store")
	return s.write(w, r, status, "registers.html", p)
}
