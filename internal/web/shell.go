package web

import (
	"cmp"
	"time"

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
	Counties []Choice
	Whole    string // how the scope that is no county is called

	Other     Link // the other language
	OtherTag  string
	Fictional bool
	Pending   int
	AsOf      string
	Export    string // address of the page's tables as .xlsx
}

// NavItem is an item of the navigation; Go is its letter after g.
type NavItem struct {
	Link
	On   bool
	Go   string
	Icon string // path data
}

// Param is one key of a query.
type Param struct{ Key, Value string }

// maxScope is the longest list of counties that the scope offers; beyond it the
// page of counties and the search serve better.
const maxScope = 150

// shell is the frame of a page of a section of the navigation.
func (s *Server) shell(r *request, title, section string, crumbs ...Link) Shell {
	sh := Shell{
		Tag: r.Tag(), Title: title, City: r.Text(s.city.Name()), Section: section, Crumbs: crumbs,
		Path: r.URL.EscapedPath(), Fictional: s.city.Fictional(), Pending: s.city.Pending(),
		Home: r.to(nil), Help: r.to([]string{"help"}),
	}
	item := func(id, word, letter, icon string, path ...string) {
		sh.Nav = append(sh.Nav, NavItem{Link{word, r.to(path)}, id == section, letter, icon})
	}
	item("overview", r.T("nav.overview"), "o", "M2 8l6-5 6 5M4 7v7h8V7")
	item("counties", r.T("nav.counties"), "c", "M2 3h5v5H2zM9 3h5v5H9zM2 10h5v4H2zM9 10h5v4H9z", "counties")
	item("schools", r.T("nav.schools"), "s", "M8 2l6 3-6 3-6-3zM4 7v4c2 2 6 2 8 0V7M14 5v5", "schools")
	item("indicators", r.T("nav.indicators"), "i", "M3 14V8M7 14V3M11 14v-8M2 14h12", "indicators")

	other := "en"
	if r.Lang() == "en" {
		other = "zh"
	}
	sh.OtherTag = locale{catalogue(other)}.Tag()
	sh.Other = Link{r.T("shell.language"), r.URL.EscapedPath() + "?" + with(r.query, "lang", other).Encode()}
	for i := len(r.periods) - 1; i >= 0; i-- {
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
	if r.a == nil {
		return sh
	}
	sh.Year = r.period.String()
	sh.Whole = r.whole()
	if units := r.a.Units[edu.County]; len(units) > 1 && len(units) <= maxScope {
		now := cmp.Or(r.PathValue("county"), r.query.Get("county"))
		if r.PathValue("level") == edu.County.String() {
			now = r.PathValue("unit")
		}
		for _, u := range units {
			sh.Counties = append(sh.Counties, Choice{Link{u.Name, codeOf(u)}, codeOf(u) == now})
		}
	}
	if at, err := s.city.AsOf(r.Context(), r.period); err == nil && !at.IsZero() {
		sh.AsOf = r.Day(at.In(time.Local))
	}
	return sh
}
