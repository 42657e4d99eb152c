package web

import (
	"slices"

	"shuren/internal/auth"
)

// NavItem is an item of the navigation, or a part of one: a page that stands
// there. Go is its letter after g.
type NavItem struct {
	Link
	On   bool
	Go   string
	Icon string // path data
	N    int    // open work, 0 shows none

	section string // which says in which family it belongs
}

// NavGroup is a heading of the navigation with its items.
type NavGroup struct {
	Title string
	Items []NavItem
}

// family is one item of the navigation: the page of its first section that the
// reader has, with those of the others as tabs beside it. Word is what it is called
// where it has more than one, if that is not the first one's word.
type family struct {
	word     string
	sections []string
}

// families are the headings of the navigation and what stands under each. A list of
// all that the system can do is longer than a screen, and nobody reads it: what
// belongs together is one item, and its other parts are one click further.
func (r *request) families() []struct {
	title string
	items []family
} {
	return []struct {
		title string
		items []family
	}{
		{r.T("nav.state"), []family{
			{"", []string{"overview"}},
			{"", []string{"counties"}},
			{"", []string{"schools", "compare", "partners", "valueadded", "changes"}},
			{"", []string{"indicators"}},
		}},
		{r.T("nav.work"), []family{
			{"", []string{"todo", "messages", "calendar"}},
			{"", []string{"work", "quality", "registers"}},
			{"", []string{"gaps"}},
			{"", []string{"forecast"}},
			{"", []string{"staff"}},
			{"", []string{"plan", "draft"}},
			{r.T("nav.tasks"), []string{"tasks", "sheets", "cadence", "meetings", "leading", "honours"}},
			{r.T("safety.title"), []string{"safety", "drills", "duties"}},
			{"", []string{"retention"}},
		}},
		{r.T("nav.output"), []family{
			{"", []string{"reports", "board"}},
			{r.T("nav.admin"), []string{"accounts", "roles", "audit", "settings"}},
			{"", []string{"help"}},
		}},
	}
}

// item adds a page to what the reader can go to.
func (sh *Shell) item(section, word, letter, icon, href string, n int) {
	sh.pages = append(sh.pages, NavItem{Link{word, href}, section == sh.Section, letter, icon, n, section})
}

// fold puts the pages into their families: the groups of the navigation, and the
// tabs of the one that the page is of.
func (r *request) fold(sh *Shell) {
	for _, g := range r.families() {
		group := NavGroup{Title: g.title}
		for _, f := range g.items {
			var parts []NavItem
			for _, s := range f.sections {
				for _, p := range sh.pages {
					if p.section == s {
						parts = append(parts, p)
					}
				}
			}
			if len(parts) == 0 {
				continue
			}
			it := parts[0]
			if len(parts) > 1 {
				if f.word != "" {
					it.Text = f.word
				}
				it.N = 0
				for _, p := range parts {
					it.N += p.N
				}
			}
			it.On = slices.Contains(f.sections, sh.Section)
			group.Items = append(group.Items, it)
			if it.On && len(parts) > 1 {
				sh.Family = it.Text
				for _, p := range parts {
					if p.N > 0 {
						p.Text = r.T("nav.tab", p.Text, p.N)
					}
					sh.Parts = append(sh.Parts, Choice{p.Link, p.On})
				}
			}
		}
		if len(group.Items) > 0 {
			sh.Nav = append(sh.Nav, group)
		}
	}
}

// navigation is what the reader can go to, and nothing else.
func (s *Server) navigation(r *request, sh *Shell) {
	s.stateNavigation(r, sh)
	s.recordNavigation(r, sh)
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
	s.adminNavigation(r, sh)
	r.fold(sh)
}

// stateNavigation adds how things stand: the city, its counties and schools, or
// the own one.
func (s *Server) stateNavigation(r *request, sh *Shell) {
	const home, tiles, cap, bars = "M2 8l6-5 6 5M4 7v7h8V7", "M2 3h5v5H2zM9 3h5v5H9zM2 10h5v4H2zM9 10h5v4H9z", "M8 2l6 3-6 3-6-3zM4 7v4c2 2 6 2 8 0V7M14 5v5", "M3 14V8M7 14V3M11 14v-8M2 14h12"
	sh.Search = r.who.May(auth.ReadRegion)
	switch {
	case !sh.Search && r.who.May(auth.ReadSchool):
		if to := s.ownSchool(r); to != "" {
			sh.item("schools", r.T("nav.school"), "s", cap, to, 0)
		}
		sh.item("indicators", r.T("nav.indicators"), "i", bars, r.to([]string{"indicators"}), 0)
	case sh.Search:
		if s.wide(r) {
			sh.item("overview", r.T("nav.overview"), "o", home, r.to(nil), 0)
			sh.item("counties", r.T("nav.counties"), "c", tiles, r.to([]string{"counties"}), 0)
		} else if to := s.place(r); to != "" {
			sh.item("counties", r.T("nav.county"), "c", tiles, to, 0)
		}
		sh.item("schools", r.T("nav.schools"), "s", cap, r.to([]string{"schools"}), 0)
		sh.item("indicators", r.T("nav.indicators"), "i", bars, r.to([]string{"indicators"}), 0)
		sh.item("compare", r.T("compare.title"), "b", "", r.to([]string{"compare"}), 0)
		if s.partners != nil {
			sh.item("partners", r.T("partners.title"), "p", "", r.to([]string{"partners"}), 0)
		}
	}
}

// adminNavigation adds what the city and its administrators keep, and the help.
func (s *Server) adminNavigation(r *request, sh *Shell) {
	if s.board != nil && r.who.Reach(auth.KeepReports).Whole {
		sh.item("board", r.T("board.title"), "", "M2 3h12v8H2zM8 11v3M5 14h6", "/board", 0)
	}
	if s.choices != nil && r.who.Reach(auth.KeepChoices).Whole {
		sh.item("settings", r.T("settings.title"), "z", "M2 4h8M13 4h1M10 2v4M2 11h2M7 11h7M5 9v4", "/settings", 0)
	}
	sh.item("help", r.T("help.title"), "help", "M8 14A6 6 0 108 2a6 6 0 000 12zM6.3 6.3a1.7 1.7 0 113 1.1c-.6.6-1.3.9-1.3 1.8M8 11.2v.6", r.to([]string{"help"}), 0)
	if s.accounts == nil {
		return
	}
	const person = "M8 8a3 3 0 100-6 3 3 0 000 6zM2 14c0-3 3-5 6-5s6 2 6 5"
	if r.who.May(auth.KeepUsers) {
		sh.item("accounts", r.T("accounts.title"), "a", person, "/admin/accounts", 0)
	}
	if r.who.May(auth.GrantRoles) {
		sh.item("roles", r.T("roles.title"), "a", person, "/admin/roles", 0)
	}
	if r.who.May(auth.ReadAudit) && s.audit != nil {
		sh.item("audit", r.T("nav.audit"), "l", "M3 2h10v12H3zM5 5h6M5 8h6M5 11h4", "/admin/audit", 0)
	}
}
