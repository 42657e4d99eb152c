package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Units is the keeping of the register of schools. flow implements it; nil
// leaves the page out.
type Units interface {
	Changes(ctx context.Context, who auth.Actor) ([]collect.UnitChange, error)
	PreviewChange(ctx context.Context, who auth.Actor, c collect.UnitChange) ([]edu.Text, error)
	ChangeUnit(ctx context.Context, who auth.Actor, c collect.UnitChange) (collect.UnitChange, error)
	UndoChange(ctx context.Context, who auth.Actor, id string) error
}

type changesPage struct {
	Shell
	Kinds []Choice
	Found string
	Rows  []changeLine
	Pages []Choice
	Prev  string
	Next  string
	Said  string
	Error string
}

type changeLine struct {
	ID, Day, Kind, Schools, Document, Reason, By, At string
	Effects                                          []string
	Undone                                           string
}

const changesPerPage = 30

// changes lists the changes of schools, the newest first.
func (s *Server) changes(w http.ResponseWriter, r *request) error {
	p := changesPage{}
	switch r.query.Get("did") {
	case "save":
		p.Said = r.T("changes.did")
	case "undo":
		p.Said = r.T("changes.did.undo")
	}
	return s.showChanges(w, r, p)
}

func (s *Server) showChanges(w http.ResponseWriter, r *request, p changesPage) error {
	if s.units == nil {
		return fmt.Errorf("changes of schools: %w", fault.NotFound)
	}
	list, err := s.units.Changes(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("changes of schools: %w", err)
	}
	tree, err := r.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	p.Shell = s.shell(r, r.T("changes.title"), "changes")
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	if r.query.Get("as") == "xlsx" && r.a != nil {
		return s.exportPlain(w, r, r.T("changes.title"), r.changesTable(tree, list))
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	for _, k := range collect.ChangeKinds {
		p.Kinds = append(p.Kinds, Choice{Link{r.T(changeWords[k].name), "/changes/new?kind=" + string(k)}, false})
	}
	pages := (len(list) + changesPerPage - 1) / changesPerPage
	page = min(page, max(1, pages))
	for _, c := range list[min(len(list), (page-1)*changesPerPage):min(len(list), page*changesPerPage)] {
		p.Rows = append(p.Rows, r.changeLine(tree, c))
	}
	p.Found = r.T("changes.found", len(list))
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusConflict
	}
	return s.write(w, r, status, "changes.html", p)
}

// changeLine is a change as it was recorded.
func (r *request) changeLine(t *edu.Tree, c collect.UnitChange) changeLine {
	made := c.Made()
	for _, u := range c.Before {
		c.Units = append(c.Units, u.ID)
	}
	if c.Kind == collect.Merged && len(made) == 0 {
		for _, u := range c.After {
			if len(u.Into) == 1 {
				c.Into = u.Into[0]
			}
		}
	}
	var names []string
	for _, u := range c.Before {
		names = append(names, r.Text(u.Attrs[len(u.Attrs)-1].Name))
	}
	if len(names) == 0 {
		for _, u := range c.After {
			names = append(names, r.Text(u.Attrs[0].Name))
		}
	}
	l := changeLine{ID: c.ID, Day: c.Day.String(), Kind: r.T(changeWords[c.Kind].name), Schools: r.List(names), Document: c.Document, Reason: c.Reason, By: c.ByName, At: r.Minute(c.At.In(collect.China))}
	for _, e := range c.Effects(t) {
		l.Effects = append(l.Effects, r.Text(e))
	}
	if !c.Undone.IsZero() {
		l.Undone = r.T("changes.undone", r.Minute(c.Undone.In(collect.China)))
	}
	return l
}

func (r *request) changesTable(tree *edu.Tree, list []collect.UnitChange) Table {
	t := Table{Caption: r.T("changes.title"), Sheet: r.T("changes.title")}
	for _, k := range []string{"changes.day", "changes.kind", "changes.schools", "changes.document", "changes.reason", "changes.effects", "changes.by", "changes.at", "status"} {
		t.Cols = append(t.Cols, Col{Label: r.T(k), Wrap: true})
	}
	for _, c := range list {
		l := r.changeLine(tree, c)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(l.Day), text(l.Kind), text(l.Schools), text(l.Document), text(l.Reason), text(strings.Join(l.Effects, " ")), text(l.By), text(l.At), text(l.Undone)}})
	}
	return t
}

// undoChange takes a change back.
func (s *Server) undoChange(w http.ResponseWriter, r *request) error {
	if s.units == nil {
		return fmt.Errorf("changes of schools: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	if err := s.units.UndoChange(r.Context(), r.who, r.PostFormValue("id")); err != nil {
		return s.orSay(err, func(why string) error { return s.showChanges(w, r, changesPage{Error: why}) }, r)
	}
	return away{"/changes?did=undo"}
}

type changePage struct {
	Shell
	Kind                                          string
	Word                                          string
	Hint                                          string
	ID                                            string
	Day, Document, Reason                         string
	Units, Into, Name, NameEN, Code, Parent       string
	AsksUnits, AsksInto, AsksName, AsksCode, Asks bool // Asks: new schools
	AsksParent, Several                           bool
	New                                           []newLine
	Upper, SchoolKinds, Ownerships, Places        []Choice
	Effects                                       []string
	Error                                         string
}

type newLine struct{ Code, Name, NameEN, Parent, Kind, Ownership, Place string }

// newChange is the form of one kind of change.
func (s *Server) newChange(w http.ResponseWriter, r *request) error {
	k := collect.ChangeKind(r.query.Get("kind"))
	if !slices.Contains(collect.ChangeKinds, k) {
		return fmt.Errorf("kind of change %q: %w", k, fault.NotFound)
	}
	return s.showChange(w, r, changePage{Kind: string(k), ID: rand.Text()})
}

func (s *Server) showChange(w http.ResponseWriter, r *request, p changePage) error {
	if s.units == nil {
		return fmt.Errorf("changes of schools: %w", fault.NotFound)
	}
	k := collect.ChangeKind(p.Kind)
	p.Word, p.Hint = r.T(changeWords[k].name), r.T(changeWords[k].help)
	p.Shell = s.shell(r, p.Word, "changes", Link{r.T("changes.title"), "/changes"})
	p.AsksUnits, p.Several = k != collect.Opened, k == collect.Merged || k == collect.Shut || k == collect.Moved
	p.AsksInto, p.AsksName, p.AsksCode, p.AsksParent = k == collect.Merged, k == collect.Renamed || k == collect.Recoded, k == collect.Recoded, k == collect.Moved
	rows := map[collect.ChangeKind]int{collect.Opened: 1, collect.Merged: 1, collect.Split: 3}[k]
	p.Asks = rows > 0
	for len(p.New) < rows {
		p.New = append(p.New, newLine{})
	}
	p.Upper = s.upperUnits(r, r.who.Reach(auth.ChangeUnits))
	p.SchoolKinds, p.Places, p.Ownerships = r.options("school_kind"), r.options("urban_rural"), r.options("ownership")
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "change.html", p)
}

// options are the choices of an element of the pack.
func (r *request) options(element string) (out []Choice) {
	if r.a == nil || r.a.Pack.Element(element) == nil {
		return nil
	}
	for _, c := range r.a.Pack.Element(element).Choices {
		out = append(out, Choice{Link{r.Text(c.Name), c.ID}, false})
	}
	return out
}

// saveChange says what a change would do, or makes it.
func (s *Server) saveChange(w http.ResponseWriter, r *request) error {
	if s.units == nil {
		return fmt.Errorf("changes of schools: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	f := func(key string) string { return strings.TrimSpace(r.PostFormValue(key)) }
	p := changePage{Kind: f("kind"), ID: f("id"), Day: f("day"), Document: f("document"), Reason: f("reason"), Units: f("units"), Into: f("into"), Name: f("name"), NameEN: f("name_en"), Code: f("code"), Parent: f("parent")}
	if !slices.Contains(collect.ChangeKinds, collect.ChangeKind(p.Kind)) || len(p.ID) > 64 {
		return fmt.Errorf("kind of change %q: %w", p.Kind, fault.Invalid)
	}
	for i, code := range r.PostForm["new_code"] {
		at := func(key string) string {
			if v := r.PostForm[key]; i < len(v) {
				return strings.TrimSpace(v[i])
			}
			return ""
		}
		p.New = append(p.New, newLine{strings.TrimSpace(code), at("new_name"), at("new_name_en"), at("new_parent"), at("new_kind"), at("new_ownership"), at("new_place")})
	}
	show := func(why string) error { p.Error = why; return s.showChange(w, r, p) }
	if done, err := s.recorded(r, p.ID); err != nil || done {
		if err != nil {
			return fmt.Errorf("changes of schools: %w", err)
		}
		return away{"/changes?did=save"}
	}
	c, err := s.change(r, &p)
	if err != nil {
		return s.orSay(err, show, r)
	}
	if f("do") != "save" {
		effects, err := s.units.PreviewChange(r.Context(), r.who, c)
		if err != nil {
			return s.orSay(err, show, r)
		}
		for _, e := range effects {
			p.Effects = append(p.Effects, r.Text(e))
		}
		return s.showChange(w, r, p)
	}
	if _, err := s.units.ChangeUnit(r.Context(), r.who, c); err != nil {
		return s.orSay(err, show, r)
	}
	return away{"/changes?did=save"}
}

// recorded tells whether a form was sent before: the schools that it names may
// be no more.
func (s *Server) recorded(r *request, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	list, err := s.units.Changes(r.Context(), r.who)
	return slices.ContainsFunc(list, func(c collect.UnitChange) bool { return c.ID == id }), err
}

// change reads the form.
func (s *Server) change(r *request, p *changePage) (collect.UnitChange, error) {
	c := collect.UnitChange{ID: p.ID, Kind: collect.ChangeKind(p.Kind), Document: p.Document, Reason: p.Reason, Name: edu.Text{ZH: p.Name, EN: p.NameEN}, Code: p.Code}
	var err error
	if c.Day, err = dayOf(p.Day); err != nil {
		return c, err
	}
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return c, fmt.Errorf("tree of units: %w", err)
	}
	on := s.places.on(tree, c.Day)
	find := func(typed string) (edu.UnitID, error) {
		switch found := findUnit(on, r.who.Reach(auth.ChangeUnits), typed); len(found) {
		case 0:
			return "", auth.Refuse(fault.Invalid, fmt.Sprintf("在您的管辖范围内没有找到“%s”", typed), fmt.Sprintf("%q is not found in your part", typed))
		case 1:
			return on.Nodes[found[0]].Unit.ID, nil
		default:
			return "", auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”对应%d个单位，请填代码", typed, len(found)), fmt.Sprintf("%q fits %d units; give the code", typed, len(found)))
		}
	}
	for _, typed := range strings.FieldsFunc(p.Units, func(c rune) bool { return strings.ContainsRune(",，、;；\n\r\t", c) }) {
		if typed = strings.TrimSpace(typed); typed == "" {
			continue
		}
		id, err := find(typed)
		if err != nil {
			return c, err
		}
		c.Units = append(c.Units, id)
	}
	for _, x := range []struct {
		typed string
		into  *edu.UnitID
	}{{p.Into, &c.Into}, {p.Parent, &c.Parent}} {
		if x.typed != "" {
			if *x.into, err = find(x.typed); err != nil {
				return c, err
			}
		}
	}
	for _, n := range p.New {
		if n.Code == "" && n.Name == "" {
			continue
		}
		parent, err := find(n.Parent)
		if err != nil {
			return c, err
		}
		c.New = append(c.New, collect.NewUnit{Code: n.Code, Name: edu.Text{ZH: n.Name, EN: n.NameEN}, Parent: parent, Kind: n.Kind, Ownership: edu.Ownership(n.Ownership), UrbanRural: n.Place})
	}
	return c, nil
}
