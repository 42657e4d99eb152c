package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// pupilFilter is what a query asks for.
func (s *Server) pupilFilter(r *request) (f register.ChildFilter, years []int, err error) {
	if years, err = s.registers.Years(r.Context(), r.who, store.AChild); err != nil {
		return f, nil, err
	}
	if f.Year, err = yearOf(r, years); err != nil {
		return f, nil, err
	}
	if f.Page, err = pageOf(r); err != nil {
		return f, nil, err
	}
	f.Size = registerPerPage
	f.List = register.List(oneTerm(register.Lists, r.query.Get("list")))
	f.Stage = edu.Stage(r.query.Get("stage"))
	f.Grade, _ = strconv.Atoi(r.query.Get("grade")) // none is all
	f.Schooling = register.Schooling(oneTerm(register.Schoolings, r.query.Get("schooling")))
	for i, t := range register.GroupTerms {
		if r.query.Get("group") == t.ID {
			f.Groups = 1 << i
		}
	}
	f.Boards = r.query.Get("boards") == "1"
	f.Left, f.Awaited = r.query.Get("left") == "1", r.query.Get("left") == "awaited"
	f.County, err = s.registerUnit(r, auth.ReadPupils, r.query.Get("unit"))
	return f, years, err
}

// pupilList is the register of pupils, a page of it.
func (s *Server) pupilList(w http.ResponseWriter, r *request) error { return s.listPupils(w, r, "") }

// listPupils shows the list, and why an export of it was refused.
func (s *Server) listPupils(w http.ResponseWriter, r *request, refused string) error {
	f, years, err := s.pupilFilter(r)
	status, wrong := http.StatusOK, ""
	if err != nil {
		if wrong = r.why(err); wrong == "" {
			return fmt.Errorf("register of pupils: %w", err)
		}
		status = http.StatusUnprocessableEntity
	}
	p := s.registerShell(r, "pupils", auth.KeepPupils, years, f.Year)
	if p.Error = wrong; refused != "" {
		p.Error, status = refused, http.StatusUnprocessableEntity
	}
	p.Filters = []registerFilter{
		{"stage", r.T("stage"), r.stageChoices(f.Stage)}, {"grade", r.T("register.grade"), r.numberChoices(1, 12, f.Grade)},
		{"schooling", r.T("register.schooling"), r.termChoices(register.Schoolings, string(f.Schooling))},
		{"group", r.T("register.group"), r.termChoices(register.GroupTerms, r.query.Get("group"))},
		{"boards", r.T("register.boards"), []Choice{{Link{r.T("register.yes"), "1"}, f.Boards}}},
		{"left", r.T("register.leaving.short"), []Choice{{Link{r.T("register.left.all"), "1"}, f.Left}, {Link{r.T("register.left.awaited"), "awaited"}, f.Awaited}}},
	}
	if r.query.Get("as") == "xlsx" && wrong == "" {
		f.Size = -1
		list, _, err := s.registers.Children(r.Context(), r.who, f)
		if err != nil {
			return fmt.Errorf("register of pupils: %w", err)
		}
		children, names := make([]register.Child, len(list)), make([]string, len(list))
		for i := range list {
			children[i], names[i] = list[i].Child, list[i].Name
		}
		t := s.pupilTable(r, children, names, nil)
		r.addLeaving(&t, children)
		return s.exportPlain(w, r, r.registerTitle("pupils"), t)
	}
	if wrong != "" {
		p.Table = s.pupilTable(r, nil, nil, nil)
		return s.writeRegister(w, r, p, 0, 1, status)
	}
	list, total, err := s.registers.Children(r.Context(), r.who, f)
	if err != nil {
		if why := r.why(err); why != "" {
			p.Error = why
			p.Table = s.pupilTable(r, nil, nil, nil)
			return s.writeRegister(w, r, p, 0, 1, http.StatusUnprocessableEntity)
		}
		return fmt.Errorf("register of pupils: %w", err)
	}
	children, names := make([]register.Child, len(list)), make([]string, len(list))
	for i := range list {
		children[i], names[i] = list[i].Child, list[i].Name
	}
	p.Table = s.pupilTable(r, children, names, nil)
	p.Table.List = true
	return s.writeRegister(w, r, p, total, f.Page, status)
}

// pupilTable is a list as a page and an export show it; with identities it has their
// numbers too.
func (s *Server) pupilTable(r *request, list []register.Child, names []string, ids []register.Identity) Table {
	t := Table{ID: "pupils", Caption: r.registerTitle("pupils"), Sheet: r.T("register.pupils"), Empty: r.T("register.none"),
		Cols: []Col{{Label: r.T("register.name")}, {Label: r.T("register.school"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("register.grade"), Num: true}, {Label: r.T("register.class")}, {Label: r.T("register.sex")}, {Label: r.T("register.schooling")}, {Label: r.T("register.group"), Wrap: true}, {Label: r.T("register.boards")}}}
	if ids != nil {
		t.Cols = append(t.Cols, Col{Label: r.T("register.student")}, Col{Label: r.T("register.citizen")}, Col{Label: r.T("register.guardian")}, Col{Label: r.T("register.phone")})
	}
	for i := range list {
		c := &list[i]
		name := Cell{Text: cmp.Or(names[i], r.T("register.deleted")), Href: "/registers/pupils/" + string(c.Person)}
		boards := ""
		if c.Boards {
			boards = r.T("register.yes")
		}
		row := Row{Cells: []Cell{name, {Text: s.placeLabel(r, auth.ReadPupils, cmp.Or(c.School, c.Home))}, {Text: r.stageName(c.Stage)}, {Text: countText(c.Grade)}, {Text: c.Class}, {Text: r.sexText(c.Sex)},
			{Text: r.Text(register.Words(register.Schoolings, string(c.Schooling))), Small: r.leftText(c.Move)}, {Text: r.groupText(c.Groups)}, {Text: boards}}}
		if ids != nil {
			row.Cells[0].Href = ""
			row.Cells = append(row.Cells, Cell{Text: ids[i].Student}, Cell{Text: ids[i].Citizen}, Cell{Text: ids[i].Guardian}, Cell{Text: ids[i].Phone})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (r *request) stageName(s edu.Stage) string {
	if s == "" {
		return ""
	}
	return r.Stage(s)
}

func (r *request) sexText(s register.Sex) string {
	switch s {
	case register.Female:
		return r.T("register.female")
	case register.Male:
		return r.T("register.male")
	}
	return ""
}

func (r *request) groupText(g register.Groups) (out string) {
	for i, t := range register.GroupTerms {
		if g.Has(1 << i) {
			if out != "" {
				out += r.T("register.and")
			}
			out += r.Text(t.Text)
		}
	}
	return out
}

// exportPupils sends the list with names and numbers, for a reason that is logged.
func (s *Server) exportPupils(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("export of pupils: %w: %w", err, fault.Invalid)
	}
	r.query = r.PostForm
	f, _, err := s.pupilFilter(r)
	if err != nil {
		return fmt.Errorf("export of pupils: %w", err)
	}
	list, ids, err := s.registers.ShowChildren(r.Context(), r.who, f, r.PostFormValue("reason"))
	if err != nil {
		return s.refuseExport(w, r, "/registers/pupils", fmt.Errorf("export of pupils: %w", err), s.listPupils)
	}
	if len(list) == 0 {
		return fmt.Errorf("export of nobody: %w", fault.Invalid)
	}
	names := make([]string, len(ids))
	for i := range ids {
		names[i] = ids[i].Name
	}
	t := s.pupilTable(r, list, names, ids)
	r.addLeaving(&t, list)
	return s.exportPlain(w, r, r.registerTitle("pupils"), t)
}
