package web

import (
	"cmp"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Shell is the frame around every page.
type Shell struct {
	Tag     string // language, for HTML
	Title   string
	City    string
	Section string // which item of the navigation is the current one
	Crumbs  []Link
	Nav     []NavGroup
	Help    string
	Home    string

	Years    []Choice
	Keep     []Param // what the year's form must carry along
	Path     string
	Year     string // of the scope, for the other forms
	Scheme   string // of the scope, where it is not the first
	Schemes  []Choice
	Same     string  // where another scheme's choice leads
	Across   []Param // what its form carries along
	Counties []Choice
	Whole    string // how the scope that is no county is called

	Other     Link // the other language
	OtherTag  string
	Fictional bool
	Parts     []Choice // tabs: the pages of the item of the navigation that is on
	Family    string   // what that item is called
	Pending   int
	AsOf      string
	Locked    string // how much of the year's forms is locked; empty where none was issued
	Export    string // address of the page's tables as .xlsx

	Bare   bool   // a page before signing in: no navigation, no scope
	Search bool   // there is something to search
	Query  string // what is searched for
	User   string // who is signed in; empty without accounts
	Person string // id of the account, under which this browser keeps drafts
	Role   string // as what
	Idle   int    // seconds until the session ends by itself; 0 never
	Here   string // this page, to come back to
	Own    bool   // the page of the own account exists

	pages []NavItem // what the reader can go to, before it is put in order
}

// Param is one key of a query.
type Param struct{ Key, Value string }

// maxScope is the longest list of counties that the scope offers; beyond it the
// page of counties and the search serve better.
const maxScope = 150

// bare is the frame of a page that needs no account.
func (s *Server) bare(r *request, title string) Shell {
	sh := s.shell(r, title, "")
	sh.Bare, sh.Nav, sh.Parts, sh.Years, sh.Counties, sh.Search, sh.User, sh.Idle = true, nil, nil, nil, nil, false, "", 0
	return sh
}

// open leaves out the steps of a way that the reader cannot go.
func (s *Server) open(r *request, crumbs []Link) []Link {
	if r.who.Local {
		return crumbs
	}
	var out []Link
	for _, c := range crumbs {
		path, _, _ := strings.Cut(c.Href, "?")
		switch {
		case path == "/" || path == "/counties":
			if !s.wide(r) {
				continue
			}
		case path == "/schools":
			if !r.who.May(auth.ReadRegion) {
				continue
			}
		case strings.HasPrefix(path, "/counties/"):
			if t, err := s.tree(r); err != nil || len(below(t, r.who.Reach(auth.ReadRegion), edu.County, 1)) == 0 {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// locked says how many of the year's papers are locked: figures beside which
// papers are still open will move. Only whoever watches forms is told, of the
// county that the page is about or of all that they see.
func (s *Server) locked(r *request) string {
	if s.desk == nil || !r.who.May(auth.WatchForms) || r.PathValue("school") != "" {
		return ""
	}
	m, err := s.desk(r.who).Matrix(r.Context(), r.period)
	if err != nil {
		s.log.Warn("how much is locked", "err", err) // the page itself is still good
		return ""
	}
	code, done, all := cmp.Or(r.PathValue("county"), r.query.Get("county")), 0, 0
	for i, row := range m.Cells {
		if code != "" && m.Rows[i].Code != code {
			continue
		}
		for _, c := range row {
			done += c.By[collect.Locked]
			all += c.Total - c.By[collect.Excused]
		}
	}
	if all == 0 {
		return ""
	}
	return r.T("shell.locked", done, all)
}

// shell is the frame of a page of a section of the navigation.
func (s *Server) shell(r *request, title, section string, crumbs ...Link) Shell {
	sh := Shell{
		Tag: r.Tag(), Title: title, City: r.Text(r.city.Name()), Section: section, Crumbs: s.open(r, crumbs),
		Path: r.URL.EscapedPath(), Fictional: r.city.Fictional(), Pending: r.city.Pending(),
		Home: r.to(nil), Help: r.to([]string{"help"}), Here: r.here(),
	}
	if s.accounts != nil && r.session == nil {
		sh.Bare = true
	}
	if r.session != nil {
		sh.Person = r.who.Account
		sh.User, sh.Role, sh.Idle, sh.Own = r.who.Name, r.roleWords(r.who.Grants), s.idle(r), true
	}
	if s.owes(r) == "" {
		s.navigation(r, &sh)
	}

	other := "en"
	if r.Lang() == "en" {
		other = "zh"
	}
	sh.OtherTag = locale{catalogue(other)}.Tag()
	sh.Other = Link{r.T("shell.language"), r.URL.EscapedPath() + "?" + with(r.query, "lang", other).Encode()}
	for i := len(r.periods) - 1; i >= 0 && section != "work"; i-- { // issues have their own periods
		p := r.periods[i]
		sh.Years = append(sh.Years, Choice{Link{r.Period(p), p.String()}, p == r.period})
	}
	for k, vs := range r.query {
		if k != "year" && k != "lang" && k != "page" {
			for _, v := range vs {
				sh.Keep = append(sh.Keep, Param{k, v})
			}
		}
	}
	switch section {
	case // which no year changes
		"account",
		"todo",
		"accounts",
		"roles",
		"audit",
		"settings",
		"valueadded",
		"tasks",
		"sheets",
		"cadence",
		"meetings",
		"leading",
		"honours",
		"plan",
		"forecast",
		"reports",
		"safety",
		"drills",
		"board",
		"duties":
		sh.Years = nil
		return sh
	}
	if r.a == nil || sh.Bare {
		return sh
	}
	sh.Year, sh.Scheme = r.period.String(), r.schemeParam()
	switch section {
	case "overview", "counties", "schools", "indicators", "compare", "partners", "gaps", "":
		sh.Schemes, sh.Same = r.schemes(), r.samePlace()
		for _, k := range acrossSchemes {
			if v := r.query.Get(k); v != "" {
				sh.Across = append(sh.Across, Param{k, v})
			}
		}
	}
	sh.Whole = r.whole()
	if units := r.a.Units[edu.County]; len(units) > 1 && sh.Search && len(units) <= maxScope {
		now := cmp.Or(r.PathValue("county"), r.query.Get("county"))
		if r.PathValue("level") == edu.County.String() {
			now = r.PathValue("unit")
		}
		for _, u := range units {
			sh.Counties = append(sh.Counties, Choice{Link{u.Name, codeOf(u)}, codeOf(u) == now})
		}
	}
	if at, err := r.city.AsOf(r.Context(), r.period); err == nil && !at.IsZero() {
		sh.AsOf = r.Day(at.In(collect.China))
	}
	switch section {
	case "overview", "counties", "schools":
		sh.Locked = s.locked(r)
	}
	return sh
}
