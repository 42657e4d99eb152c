package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// bodiesPage is the register of who can give and who can owe. Bureaus,
// governments and schools exist because their units do; sections and other
// departments are kept here, with the accounts that act for them.
type bodiesPage struct {
	Shell
	May        bool
	Said       string
	Error      string
	Query      string
	Kinds      []Choice
	Kept       []bodyLine
	Table      Table
	Found      string
	Pages      []Choice
	Prev, Next string
	Form       bodyForm
	NewKinds   []Choice
}

type bodyLine struct {
	ID, Name, English, Kind, Place, Members string
	Rev, Count                              int
	Ended                                   bool
	KindID                                  string
	Unit                                    string
}

type bodyForm struct {
	ID, Name, English, Kind, Unit, Members string
	Rev                                    int
}

const bodiesSize = 50

func (s *Server) bodies(w http.ResponseWriter, r *request) error {
	p := bodiesPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("body.did")
	}
	return s.showBodies(w, r, http.StatusOK, p)
}

var keptKinds = []task.BodyKind{task.Section, task.Department, task.Association}

func (s *Server) showBodies(w http.ResponseWriter, r *request, status int, p bodiesPage) error {
	p.Shell = s.shell(r, r.T("body.title"), "tasks", Link{r.T("task.title"), "/tasks"})
	p.May = r.who.May(auth.KeepPlan)
	x, err := s.bodyIndex(r)
	if err != nil {
		return err
	}
	p.Query = strings.TrimSpace(r.query.Get("q"))
	kind := task.BodyKind(r.query.Get("kind"))
	p.Kinds = append(p.Kinds, Choice{Link{r.T("any"), ""}, kind == ""})
	for _, k := range []task.BodyKind{task.Bureau, task.Section, task.Institution, task.Government, task.Department, task.Association} {
		p.Kinds = append(p.Kinds, Choice{Link{r.BodyKind(k), string(k)}, k == kind})
	}
	for _, k := range keptKinds {
		p.NewKinds = append(p.NewKinds, Choice{Link{r.BodyKind(k), string(k)}, string(k) == cmp.Or(p.Form.Kind, string(task.Section))})
	}
	list := x.list
	if p.Query != "" {
		list = x.find(p.Query, len(x.list))
	}
	var lines []bodyLine
	for _, b := range list {
		if kind != "" && b.Kind != kind {
			continue
		}
		l := bodyLine{ID: b.ID, Name: b.Name.ZH, English: b.Name.EN, Kind: r.BodyKind(b.Kind), KindID: string(b.Kind), Place: s.bodyPlace(r, b), Rev: b.Rev, Count: len(b.Members), Ended: b.Ended, Unit: string(b.Unit)}
		logins, err := s.memberLogins(r, b.Members)
		if err != nil {
			return fmt.Errorf("members of %s: %w", b.ID, err)
		}
		l.Members = strings.Join(logins, "、")
		if b.Rev > 0 || slices.Contains(keptKinds, b.Kind) {
			p.Kept = append(p.Kept, l)
		} else {
			lines = append(lines, l)
		}
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := max(1, (len(lines)+bodiesSize-1)/bodiesSize)
	page = min(page, pages)
	p.Found = r.T("body.found", len(lines))
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Table = Table{ID: "bodies", Caption: r.T("body.self"), Empty: r.T("body.none"), List: true}
	p.Table.Cols = []Col{{Label: r.T("body.name"), Wrap: true}, {Label: r.T("body.kind")}, {Label: r.T("body.place")}}
	for _, l := range lines[min(len(lines), (page-1)*bodiesSize):min(len(lines), page*bodiesSize)] {
		name := l.Name
		if r.Lang() == "en" {
			name = cmp.Or(l.English, l.Name)
		}
		p.Table.Rows = append(p.Table.Rows, Row{Cells: []Cell{linked(name, "/tasks?body="+queryEscape(l.ID)), text(l.Kind), text(l.Place)}})
	}
	return s.write(w, r, status, "bodies.html", p)
}

// members says the login names of accounts and back, for those who keep bodies.
type members interface {
	MemberLogins(ctx context.Context, who auth.Actor, ids []string) ([]string, error)
	MembersNamed(ctx context.Context, who auth.Actor, logins []string) ([]string, error)
}

// memberLogins are the accounts of a body as its keeper types them.
func (s *Server) memberLogins(r *request, ids []string) ([]string, error) {
	m, ok := s.tasks.(members)
	if !ok || len(ids) == 0 || !r.who.Reach(auth.KeepPlan).Whole {
		return ids, nil
	}
	return m.MemberLogins(r.Context(), r.who, ids)
}

// membersTyped are the accounts that were named.
func (s *Server) membersTyped(r *request, typed string) ([]string, error) {
	names := strings.FieldsFunc(typed, func(c rune) bool { return strings.ContainsRune("、,，;； \n\t", c) })
	m, ok := s.tasks.(members)
	if !ok || len(names) == 0 {
		return names, nil
	}
	return m.MembersNamed(r.Context(), r.who, names)
}

// keepBody saves a section, a department or an association. Over one that was
// saved meanwhile it is refused, and what was typed stays in the form.
func (s *Server) keepBody(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := bodyForm{ID: v("id"), Name: v("name"), English: v("english"), Kind: v("kind"), Unit: v("unit"), Members: v("members")}
	rev, err := strconv.Atoi(cmp.Or(v("rev"), "0"))
	if err != nil {
		return fmt.Errorf("rev %q: %w", v("rev"), fault.Invalid)
	}
	f.Rev = rev
	b := task.Body{ID: cmp.Or(f.ID, strings.ToLower(rand.Text())), Name: edu.Text{ZH: f.Name, EN: f.English}, Kind: task.BodyKind(f.Kind), Unit: edu.UnitID(f.Unit), Ended: v("ended") != ""}
	if b.Members, err = s.membersTyped(r, f.Members); err == nil {
		err = s.tasks.KeepBody(r.Context(), r.who, b, rev)
	}
	if err != nil {
		return s.orSay(err, func(why string) error {
			status := http.StatusUnprocessableEntity
			if errors.Is(err, fault.Conflict) {
				status = http.StatusConflict
			}
			return s.showBodies(w, r, status, bodiesPage{Form: f, Error: why})
		}, r)
	}
	return away{"/bodies?did=keep"}
}
