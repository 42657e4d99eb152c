package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/saved"
)

// Views are the views of lists that people keep. flow implements it; nil leaves
// them out.
type Views interface {
	// SavedViews lists one's own views of a page and those shared with one.
	SavedViews(ctx context.Context, who auth.Actor, page string) ([]saved.View, error)
	SaveView(ctx context.Context, who auth.Actor, v saved.View) (id string, err error)
	RenameView(ctx context.Context, who auth.Actor, id, name string) error
	DropView(ctx context.Context, who auth.Actor, id string) error
	// SetDefaultView makes a page open with a view; an empty id makes it open plain.
	SetDefaultView(ctx context.Context, who auth.Actor, page, id string) error
}

// plainly is the value of the key view by which a list is asked for without the
// view that it would open with.
const plainly = "-"

// viewBar is what stands above a list: the views as chips, and the forms to keep,
// rename and delete them.
type viewBar struct {
	Page   string
	Query  string // what would be kept now
	Back   string // this page, to come back to
	Chips  []chip
	Own    []saved.View
	All    []saved.View // with those that others share
	Shares []Choice     // with whom the reader may share
	Opens  string       // id of the view that the list opens with
}

type chip struct {
	Choice
	By   string // whose it is, where it is shared
	Star bool   // the list opens with it
}

// viewsOf makes the bar of a page; nil where nobody keeps views.
func (s *Server) viewsOf(r *request, page string) (*viewBar, error) {
	if s.views == nil {
		return nil, nil
	}
	list, err := s.views.SavedViews(r.Context(), r.who, page)
	if err != nil {
		return nil, fmt.Errorf("saved views: %w", err)
	}
	b := &viewBar{Page: page, Query: saved.Query(page, r.query), Back: r.here("page", ""), All: list}
	b.Chips = append(b.Chips, chip{Choice: Choice{Link{r.T("views.plain"), r.viewAddress(page, "", "view", plainly)}, b.Query == ""}})
	for _, v := range list {
		c := chip{Choice: Choice{Link{v.Name, r.viewAddress(page, v.Query)}, b.Query != "" && v.Query == b.Query}, Star: v.Default}
		if v.Default {
			b.Opens = v.ID
		}
		if r.mine(v) {
			b.Own = append(b.Own, v)
		}
		if !v.Shared.None() {
			c.By = v.By
		}
		b.Chips = append(b.Chips, c)
	}
	b.Shares = s.shares(r)
	return b, nil
}

// mine tells that a view is the reader's own.
func (r *request) mine(v saved.View) bool {
	return v.Account == r.who.Account || r.who.Local && v.Account == "local"
}

// shares are the places with which the reader may share a view.
func (s *Server) shares(r *request) []Choice {
	if s.accounts == nil {
		return nil // there is nobody else
	}
	reach := r.who.Reach(auth.ShareViews)
	if reach.Whole {
		return []Choice{{Link: Link{r.T("views.share.all"), "*"}}}
	}
	var out []Choice
	for _, u := range reach.Units {
		out = append(out, Choice{Link: Link{s.unitLabel(r, u), string(u)}})
	}
	return out
}

// viewAddress is a page in a view, in the year that is shown.
func (r *request) viewAddress(page, query string, kv ...string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return page
	}
	q = with(q, kv...)
	if !r.period.IsZero() {
		q.Set("year", r.period.String())
	}
	if len(q) == 0 {
		return page
	}
	return page + "?" + q.Encode()
}

// opensWith is where a list that was asked for without any choice opens; empty
// where it opens plain.
func (s *Server) opensWith(r *request, page string) (string, error) {
	if s.views == nil {
		return "", nil
	}
	for k := range r.query {
		if k != "year" && k != "lang" {
			return "", nil
		}
	}
	list, err := s.views.SavedViews(r.Context(), r.who, page)
	if err != nil {
		return "", fmt.Errorf("saved views: %w", err)
	}
	for _, v := range list {
		if v.Default && v.Query != "" {
			return r.viewAddress(page, v.Query), nil
		}
	}
	return "", nil
}

// viewBack is where a form of the bar goes back to: a list of ours.
func viewBack(r *request) string {
	to := r.FormValue("back")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

// saveView keeps the list as it stands under a name.
func (s *Server) saveView(w http.ResponseWriter, r *request) error {
	if s.views == nil {
		return fmt.Errorf("saved views: %w", fault.NotFound)
	}
	v := saved.View{Page: r.FormValue("page"), Name: r.FormValue("name"), Query: r.FormValue("query")}
	switch with := r.FormValue("share"); {
	case with == "":
	case !slices.ContainsFunc(s.shares(r), func(c Choice) bool { return c.Href == with }):
		return fmt.Errorf("share with %q: %w", with, fault.Forbidden)
	case with == "*":
		v.Shared.All = true
	default:
		v.Shared.Unit = edu.UnitID(with)
	}
	id, err := s.views.SaveView(r.Context(), r.who, v)
	if err != nil {
		return err
	}
	if r.FormValue("opens") != "" {
		if err := s.views.SetDefaultView(r.Context(), r.who, v.Page, id); err != nil {
			return err
		}
	}
	s.redirect(w, r, viewBack(r))
	return nil
}

// changeView renames or deletes one of the reader's own views.
func (s *Server) changeView(w http.ResponseWriter, r *request) error {
	if s.views == nil {
		return fmt.Errorf("saved views: %w", fault.NotFound)
	}
	var err error
	switch id := r.FormValue("id"); r.FormValue("do") {
	case "rename":
		err = s.views.RenameView(r.Context(), r.who, id, r.FormValue("name"))
	case "drop":
		err = s.views.DropView(r.Context(), r.who, id)
	default:
		err = fmt.Errorf("do %q: want rename or drop: %w", r.FormValue("do"), fault.Invalid)
	}
	if err != nil {
		return err
	}
	s.redirect(w, r, viewBack(r))
	return nil
}

// openWith chooses the view that a list opens with.
func (s *Server) openWith(w http.ResponseWriter, r *request) error {
	if s.views == nil {
		return fmt.Errorf("saved views: %w", fault.NotFound)
	}
	if err := s.views.SetDefaultView(r.Context(), r.who, r.FormValue("page"), r.FormValue("id")); err != nil {
		return err
	}
	s.redirect(w, r, viewBack(r))
	return nil
}
