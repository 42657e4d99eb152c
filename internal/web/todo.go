package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/todo"
)

// Todos are what people have to do, and what of it they hear outside the system.
type Todos interface {
	// Todos may give items and an error: those of the sources that did not fail.
	Todos(ctx context.Context, who auth.Actor) ([]todo.Item, error)
	TodoCount(ctx context.Context, who auth.Actor) (int, error)
	TodoSettings(ctx context.Context, who auth.Actor) (todo.Settings, error)
	SetDigest(ctx context.Context, who auth.Actor, on bool) error
	// MakeFeed makes the secret address of the own calendar anew.
	MakeFeed(ctx context.Context, who auth.Actor) (key string, err error)
	DropFeed(ctx context.Context, who auth.Actor) error
	// Feed gives the to-dos of whose secret address it is.
	Feed(ctx context.Context, key string) ([]todo.Item, error)
}

// todoRoutes are the addresses of to-dos. That of a calendar is public, since the
// programs that read it cannot sign in: its key is the proof.
func (s *Server) todoRoutes() []route {
	if s.todos == nil {
		return nil
	}
	return []route{
		{"GET /todo", auth.SignedIn, aboutNone, s.todoList},
		{"POST /account/digest", auth.SignedIn, aboutNone, s.setDigest},
		{"POST /account/feed", auth.SignedIn, aboutNone, s.makeFeed},
		{"POST /account/feed/drop", auth.SignedIn, aboutNone, s.dropFeed},
		{"GET /feed/{key}", auth.Public, aboutNone, s.feed},
	}
}

// mostTodos is how many to-dos a page lists; the export has all.
const mostTodos = 80

type todoPage struct {
	Shell
	Sub    string
	Groups []todoGroup
	More   string
	Failed bool
	Own    bool // there is an account, which has settings
}

type todoGroup struct {
	Name  string
	Lamp  *Lamp
	Table Table
}

// todoList is what the reader has to do, by day.
func (s *Server) todoList(w http.ResponseWriter, r *request) error {
	items, err := s.todos.Todos(r.Context(), r.who)
	if err != nil && (len(items) == 0 || errors.Is(err, context.Canceled)) {
		return fmt.Errorf("to-dos: %w", err)
	}
	if err != nil {
		s.log.Error("to-dos", "err", err) // what the others gave is shown
	}
	p := todoPage{Shell: s.shell(r, r.T("todo.title"), "todo"), Failed: err != nil, Own: r.session != nil}
	p.Export = r.here("as", "xlsx")
	today := collect.Today(s.now())
	groups := todo.Groups(items, today)
	late := 0
	if len(groups) > 0 && groups[0].When == todo.Overdue {
		late = todo.Count(groups[0].Items)
	}
	p.Sub = r.T("todo.sub", todo.Count(items), late)
	if r.query.Get("as") == "xlsx" {
		t := r.todoTable(items, today, true)
		t.Sheet = p.Title
		return s.sendTables(w, r, p.Title+"-"+today.String(), r.T("todo.note", today), edu.Period{}, []Table{t})
	}
	left := mostTodos
	for _, g := range groups {
		v := todoGroup{Name: r.T("todo.group", r.Text(g.When.Name()), todo.Count(g.Items))}
		if g.When == todo.Overdue {
			v.Lamp = &Lamp{Tone: chart.Bad, Word: r.T("todo.red")}
		}
		shown := g.Items[:min(left, len(g.Items))]
		if left -= len(shown); len(shown) > 0 {
			v.Table = r.todoTable(shown, today, false)
			v.Table.Caption = v.Name
			p.Groups = append(p.Groups, v)
		}
	}
	if len(items) > mostTodos {
		p.More = r.T("todo.more", mostTodos, len(items))
	}
	return s.render(w, r, "todo.html", p)
}

// todoTable has a line for each item; the export says the part of the list too.
func (r *request) todoTable(items []todo.Item, today edu.Date, grouped bool) Table {
	t := Table{Caption: r.T("todo.title"), Empty: r.T("todo.none"), List: true}
	t.Cols = []Col{{Label: r.T("todo.what"), Wrap: true}, {Label: r.T("todo.kind")}, {Label: r.T("todo.from"), Wrap: true}, {Label: r.T("todo.due")}, {Label: r.T("todo.left")}, {Label: r.T("todo.since")}}
	if grouped {
		t.Cols = append(t.Cols, Col{Label: r.T("todo.when")})
	}
	for _, i := range items {
		what := Cell{Text: r.Text(i.Do) + r.T("todo.colon") + r.Text(i.Title), Href: i.Link}
		if i.N > 1 {
			what.Small = r.T("todo.many", i.N)
			if grouped { // the export has no small type
				what.Text, what.Small = what.Text+" "+what.Small, ""
			}
		}
		day := ""
		if i.Due != 0 {
			day = i.Due.String()
		}
		since := ""
		if !i.Since.IsZero() {
			since = r.Day(i.Since.In(collect.China))
		}
		row := Row{Cells: []Cell{what, text(r.Text(i.Kind.Name())), text(r.Text(i.From)), text(day), lampCell(r.todoLamp(i, today)), text(since)}}
		if grouped {
			row.Cells = append(row.Cells, text(r.Text(todo.WhenOf(i, today).Name())))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// todoLamp says how long there is, by shape and word.
func (r *request) todoLamp(i todo.Item, today edu.Date) Lamp {
	tone := map[todo.Lamp]chart.Tone{todo.Plain: chart.Plain, todo.Amber: chart.Near, todo.Red: chart.Bad}[i.Lamp]
	why := r.Text(i.Why)
	switch left := int(i.Due - today); {
	case i.Due == 0 && i.Lamp == todo.Plain:
		return Lamp{chart.Plain, r.T("todo.open"), why}
	case i.Due == 0 && i.Lamp == todo.Amber:
		return Lamp{tone, r.T("todo.amber"), why}
	case i.Due == 0:
		return Lamp{tone, r.T("todo.red"), why}
	case left < 0:
		return Lamp{chart.Bad, r.T("todo.late", -left), why}
	case left == 0:
		return Lamp{chart.Near, r.T("due.today"), why}
	default:
		return Lamp{tone, r.T("due.left", left), why}
	}
}

// todoItem is the first item of daily work, for everybody who is somebody.
func (s *Server) todoItem(r *request, sh *Shell) {
	if s.todos == nil || r.who.Account == "" && !r.who.Local {
		return
	}
	n, err := s.todos.TodoCount(r.Context(), r.who)
	if err != nil {
		s.log.Warn("count of to-dos", "err", err) // the page itself is still good
	}
	sh.item("todo", r.T("todo.title"), "y", "M2 3h12v11H2zM5 7l2 2 4-4M5 12h6", "/todo", n)
}

// feed is somebody's to-dos as a calendar, for whoever knows its secret address.
func (s *Server) feed(w http.ResponseWriter, r *request) error {
	key, ok := strings.CutSuffix(r.PathValue("key"), ".ics")
	if !ok || s.accounts == nil {
		return fmt.Errorf("calendar: %w", fault.NotFound)
	}
	items, err := s.todos.Feed(r.Context(), key)
	if err != nil {
		// Half a list would take the rest off somebody's calendar.
		return fmt.Errorf("calendar: %w", err)
	}
	site := strings.TrimSuffix(s.absolute(r, "/"), "/")
	w.Header().Set("Content-Disposition", `attachment; filename="todo.ics"`)
	return s.send(w, r, http.StatusOK, "text/calendar; charset=utf-8", todo.Calendar(items, s.now(), r.Lang(), site))
}
