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
	Nav     []NavItem
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

	Work []NavItem // the group of daily work; its items have counts

	Other     Link // the other language
	OtherTag  string
	Fictional bool
	Parts     []Choice // tabs of the pages of one item of the navigation
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
	Admin  []NavItem
	Own    bool // the page of the own account exists
}

// NavItem is an item of the navigation; Go is its letter after g.
type NavItem struct {
	Link
	On   bool
	Go   string
	Icon string // path data
	N    int    // open work, 0 shows none
}

// Param is one key of a query.
type Param struct{ Key, Value string }

// maxScope is the longest list of counties that the scope offers; beyond it the
// page of counties and the search serve better.
const maxScope = 150

// bare is the frame of a page that needs no account.
func (s *Server) bare(r *request, title string) Shell {
	sh := s.shell(r, title, "")
	sh.Bare, sh.Nav, sh.Work, sh.Admin, sh.Years, sh.Counties, sh.Search, sh.User, sh.Idle = true, nil, nil, nil, nil, nil, false, "", 0
	return sh
}

// navigation is what the reader can go to, and nothing else.
func (s *Server) navigation(r *request, sh *Shell) {
	item := func(into *[]NavItem, id, word, letter, icon, href string) {
		*into = append(*into, NavItem{Link{word, href}, id == sh.Section, letter, icon, 0})
	}
	const home, tiles, cap, bars = "M2 8l6-5 6 5M4 7v7h8V7", "M2 3h5v5H2zM9 3h5v5H9zM2 10h5v4H2zM9 10h5v4H9z", "M8 2l6 3-6 3-6-3zM4 7v4c2 2 6 2 8 0V7M14 5v5", "M3 14V8M7 14V3M11 14v-8M2 14h12"
	sh.Search = r.who.May(auth.ReadRegion)
	switch {
	case !sh.Search && r.who.May(auth.ReadSchool):
		if to := s.ownSchool(r); to != "" {
			item(&sh.Nav, "schools", r.T("nav.school"), "s", cap, to)
		}
		item(&sh.Nav, "indicators", r.T("nav.indicators"), "i", bars, r.to([]string{"indicators"}))
	case sh.Search:
		if s.wide(r) {
			item(&sh.Nav, "overview", r.T("nav.overview"), "o", home, r.to(nil))
			item(&sh.Nav, "counties", r.T("nav.counties"), "c", tiles, r.to([]string{"counties"}))
		} else if to := s.place(r); to != "" {
			item(&sh.Nav, "counties", r.T("nav.county"), "c", tiles, to)
		}
		item(&sh.Nav, "schools", r.T("nav.schools"), "s", cap, r.to([]string{"schools"}))
		item(&sh.Nav, "indicators", r.T("nav.indicators"), "i", bars, r.to([]string{"indicators"}))
		item(&sh.Nav, "compare", r.T("compare.title"), "b", "M2 14h12M3 12V6h3v6M10 12V3h3v9M7 8h2", r.to([]string{"compare"}))
		if s.partners != nil {
			item(&sh.Nav, "partners", r.T("partners.title"), "p", "M5 7a2 2 0 100-4 2 2 0 000 4zM11 7a2 2 0 100-4 2 2 0 000 4zM2 13c0-2 1-4 3-4s3 2 3 4c0-2 1-4 3-4s3 2 3 4", r.to([]string{"partners"}))
		}
	}
	s.recordNavigation(r, sh, item)
	s.todoItem(r, sh)
	s.workItem(r, sh)
	s.planNavigation(r, sh)
	s.registerNavigation(r, sh)
	s.forecastNavigation(r, sh)
	s.gapNavigation(r, sh)
	s.taskNavigation(r, sh)
	s.councilNavigation(r, sh)
	s.safetyNavigation(r, sh)
	s.reportNavigation(r, sh)
	s.dutyNavigation(r, sh)
	s.retentionNavigation(r, sh)
	if s.board != nil && r.who.Reach(auth.KeepReports).Whole {
		item(&sh.Admin, "board", r.T("board.title"), "", "M2 3h12v8H2zM8 11v3M5 14h6", "/board")
	}
	if s.choices != nil && r.who.Reach(auth.KeepChoices).Whole {
		item(&sh.Admin, "settings", r.T("settings.title"), "z", "M2 4h8M13 4h1M10 2v4M2 11h2M7 11h7M5 9v4", "/settings")
	}
	if s.accounts == nil {
		return
	}
	const person = "M8 8a3 3 0 100-6 3 3 0 000 6zM2 14c0-3 3-5 6-5s6 2 6 5"
	if r.who.May(auth.KeepUsers) {
		item(&sh.Admin, "accounts", r.T("accounts.title"), "a", person, "/admin/accounts")
	}
	if r.who.May(auth.GrantRoles) {
		item(&sh.Admin, "roles", r.T("roles.title"), "a", person, "/admin/roles")
	}
	if r.who.May(auth.ReadAudit) && s.audit != nil {
		item(&sh.Admin, "audit", r.T("nav.audit"), "l", "M3 2h10v12H3zM5 5h6M5 8h6M5 11h4", "/admin/audit")
	}
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
