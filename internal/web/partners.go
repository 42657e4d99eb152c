package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/partner"
)

// Partners are the links between schools. flow implements it.
type Partners interface {
	Links(ctx context.Context, who auth.Actor) ([]partner.Link, error)
	AddLink(ctx context.Context, who auth.Actor, l partner.Link) error
	EndLink(ctx context.Context, who auth.Actor, id string, to edu.Date, document string) error
	UndoLink(ctx context.Context, who auth.Actor, id string) error
	ImportLinks(ctx context.Context, who auth.Actor, r io.ReadCloser) (int, error)
}

const linksPerPage = 30

type partnersPage struct {
	Shell
	May    bool // keep links
	Found  string
	Kinds  []Choice
	Table  Table
	Rows   []linkLine
	Pages  []Choice
	Prev   string
	Next   string
	Effect *effectView
	Form   linkForm
	Said   string
	Error  string
}

// linkForm is a new link as it was typed.
type linkForm struct {
	ID, Kind, Lead, Member, From, To, Document string
	Open                                       bool
}

// linkLine is a link with what can be done about it.
type linkLine struct {
	ID, Kind, Lead, Member, LeadHref, MemberHref string
	From, To, Document, Closing, By, At          string
	Undone                                       string
	Ends                                         bool // it can be ended
}

// partnersPage lists the links and what came of them.
func (s *Server) partnerList(w http.ResponseWriter, r *request) error {
	p := partnersPage{}
	switch r.query.Get("did") {
	case "add":
		p.Said = r.T("partners.did.add")
	case "end":
		p.Said = r.T("partners.did.end")
	case "undo":
		p.Said = r.T("partners.did.undo")
	case "file":
		p.Said = r.T("partners.did.file")
	}
	return s.showPartners(w, r, p, http.StatusOK)
}

func (s *Server) showPartners(w http.ResponseWriter, r *request, p partnersPage, status int) error {
	if s.partners == nil {
		return fmt.Errorf("links between schools: %w", fault.NotFound)
	}
	list, err := s.partners.Links(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("links between schools: %w", err)
	}
	tree, err := r.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	p.Shell = s.shell(r, r.T("partners.title"), "partners")
	p.May = r.who.May(auth.KeepLinks)
	p.Form.ID = cmp.Or(p.Form.ID, rand.Text())
	kind := partner.Kind(r.query.Get("kind"))
	if kind != "" && !slices.Contains(partner.Kinds, kind) {
		return fmt.Errorf("kind of link %q: %w", kind, fault.Invalid)
	}
	for _, k := range partner.Kinds {
		p.Kinds = append(p.Kinds, Choice{Link{r.Text(k.Name()), string(k)}, k == kind || p.Form.Kind == string(k)})
	}
	if p.Effect, err = s.effect(r, tree, list, kind); err != nil {
		return err
	}
	lines := make([]linkLine, len(list))
	for i := range list {
		lines[i] = r.linkLine(tree, &list[i])
	}
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	if r.query.Get("as") == "xlsx" && r.a != nil {
		tables := []Table{r.linkTable(lines)}
		if p.Effect != nil {
			tables = append(tables, p.Effect.Numbers, p.Effect.Path, p.Effect.Sets)
		}
		return s.export(w, r, r.T("partners.title"), tables...)
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(lines) + linksPerPage - 1) / linksPerPage
	page = min(page, max(1, pages))
	p.Found = r.T("partners.found", len(lines))
	p.Rows = lines[min(len(lines), (page-1)*linksPerPage):min(len(lines), page*linksPerPage)]
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	return s.write(w, r, status, "partners.html", p)
}

// schoolNamed is what a school is called, and its page in the year shown.
func (r *request) schoolNamed(t *edu.Tree, id edu.UnitID) (name, href string) {
	u, ok := t.Unit(id)
	if !ok {
		return string(id), ""
	}
	a := u.Attrs[len(u.Attrs)-1]
	if r.a != nil {
		for k := range r.a.Stages {
			if r.lens.row(k, a.Code) >= 0 {
				return r.Text(a.Name), r.toSchool(a.Code)
			}
		}
	}
	return r.Text(a.Name), ""
}

func (r *request) linkLine(t *edu.Tree, l *partner.Link) linkLine {
	out := linkLine{ID: l.ID, Kind: r.Text(l.Kind.Name()), From: l.From.String(), To: l.To.String(), Document: l.Document, Closing: l.Closing, By: l.ByName, At: r.Minute(l.At.In(collect.China))}
	out.Lead, out.LeadHref = r.schoolNamed(t, l.Lead)
	out.Member, out.MemberHref = r.schoolNamed(t, l.Member)
	out.Ends = l.Undone.IsZero() && l.To == 0
	if !l.Undone.IsZero() {
		out.Undone = r.T("changes.undone", r.Minute(l.Undone.In(collect.China)))
	}
	return out
}

func (r *request) linkTable(lines []linkLine) Table {
	t := Table{Caption: r.T("partners.title"), Sheet: r.T("partners.title")}
	for _, k := range []string{"partners.kind", "partners.lead", "partners.member", "partners.from", "partners.to", "partners.document", "partners.closing", "changes.by", "changes.at", "status"} {
		t.Cols = append(t.Cols, Col{Label: r.T(k), Wrap: true})
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(l.Kind), text(l.Lead), text(l.Member), text(l.From), text(l.To), text(l.Document), text(l.Closing), text(l.By), text(l.At), text(l.Undone)}})
	}
	return t
}

// addLink keeps a new link; what is wrong comes back with what was typed.
func (s *Server) addLink(w http.ResponseWriter, r *request) error {
	if s.partners == nil {
		return fmt.Errorf("links between schools: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := linkForm{ID: v("id"), Kind: v("kind"), Lead: v("lead"), Member: v("member"), From: v("from"), To: v("to"), Document: v("document"), Open: true}
	err := s.saveLink(r, f)
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showPartners(w, r, partnersPage{Form: f, Error: why}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/partners?did=add"}
}

func (s *Server) saveLink(r *request, f linkForm) error {
	l := partner.Link{ID: f.ID, Kind: partner.Kind(f.Kind), Document: f.Document}
	var err error
	if l.From, err = r.dayTyped(f.From); err != nil {
		return err
	}
	if l.To, err = r.dayTyped(f.To); err != nil {
		return err
	}
	tree, err := r.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	on := tree.At(l.From)
	for _, x := range []struct {
		typed string
		into  *edu.UnitID
	}{{f.Lead, &l.Lead}, {f.Member, &l.Member}} {
		if x.typed == "" {
			continue // which is said together with the rest
		}
		switch found := findUnit(on, r.who.Reach(auth.KeepLinks), x.typed); len(found) {
		case 0:
			return auth.Refuse(fault.Invalid, fmt.Sprintf("在您的管辖范围内没有找到“%s”", x.typed), fmt.Sprintf("%q is not found in your part", x.typed))
		case 1:
			*x.into = on.Nodes[found[0]].Unit.ID
		default:
			return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”对应%d个单位，请填代码", x.typed, len(found)), fmt.Sprintf("%q fits %d units; give the code", x.typed, len(found)))
		}
	}
	return s.partners.AddLink(r.Context(), r.who, l)
}

// dayTyped reads a day of a form; an empty one is none.
func (r *request) dayTyped(typed string) (edu.Date, error) {
	if typed == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, typed)
	if err != nil {
		return 0, auth.Refuse(fault.Invalid, fmt.Sprintf("日期“%s”应为2025-09-01的形式", typed), fmt.Sprintf("%q is not a date such as 2025-09-01", typed))
	}
	return edu.DateOf(t), nil
}

// changeLink ends a link or takes it back.
func (s *Server) changeLink(did string, do func(r *request, id string) error) handler {
	return func(w http.ResponseWriter, r *request) error {
		if s.partners == nil {
			return fmt.Errorf("links between schools: %w", fault.NotFound)
		}
		if err := r.parse(); err != nil {
			return err
		}
		id := r.PostFormValue("id")
		if id == "" {
			return fmt.Errorf("which link is not said: %w", fault.Invalid)
		}
		if err := do(r, id); err != nil {
			return s.orSay(err, func(why string) error {
				return s.showPartners(w, r, partnersPage{Error: why}, http.StatusUnprocessableEntity)
			}, r)
		}
		return away{"/partners?did=" + did}
	}
}

func (s *Server) endLink(r *request, id string) error {
	to, err := r.dayTyped(strings.TrimSpace(r.PostFormValue("to")))
	if err != nil {
		return err
	}
	return s.partners.EndLink(r.Context(), r.who, id, to, r.PostFormValue("document"))
}

func (s *Server) undoLink(r *request, id string) error {
	return s.partners.UndoLink(r.Context(), r.who, id)
}

// takeLinks reads a file of links: all of them, or none.
func (s *Server) takeLinks(w http.ResponseWriter, r *request) error {
	if s.partners == nil {
		return fmt.Errorf("links between schools: %w", fault.NotFound)
	}
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no file was sent: %w", fault.Invalid)
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of links: %w", err)
	}
	if _, err := s.partners.ImportLinks(r.Context(), r.who, f); err != nil {
		return s.orSay(err, func(why string) error {
			return s.showPartners(w, r, partnersPage{Error: why}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{"/partners?did=file"}
}

// linkTemplate is an empty file of links.
func (s *Server) linkTemplate(w http.ResponseWriter, r *request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="links.csv"`)
	h.Set("Cache-Control", "no-store")
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that a spreadsheet reads it as UTF-8
		return nil
	}
	out := csv.NewWriter(w)
	out.Write(partner.Head())
	out.Flush()
	return nil
}
