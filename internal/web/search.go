package web

import (
	"net/http"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// hits is how many of each kind a search shows.
const hits = 30

type searchPage struct {
	Shell
	Q          string
	Short      bool // too short to search for
	Schools    []hit
	Counties   []hit
	Indicators []hit
	More       *Link
	None       bool
}

// hit is one thing that was found, its name cut into what was typed and the rest.
type hit struct {
	Href  string
	Parts []piece
	Note  string
	Of    string // the scheme of an indicator, where there are several
	loose bool   // only in order, with other characters between
}

// search finds schools, counties and indicators by name, pinyin, initials or
// code.
func (s *Server) search(w http.ResponseWriter, r *request) error {
	p := searchPage{Shell: s.shell(r, r.T("search.title"), ""), Q: strings.TrimSpace(r.query.Get("q"))}
	if r.a == nil {
		return s.empty(w, r, p.Shell.Section)
	}
	p.Query = p.Q
	if p.Q == "" {
		p.Short = true
		return s.render(w, r, "search.html", p)
	}
	var all int
	var err error
	if p.Counties, p.Schools, all, err = s.findUnits(r.Context(), r, p.Q); err != nil {
		return err
	}
	if all == 0 && len(p.Counties) == 0 {
		p.Counties, p.Schools, all = r.findRows(p.Q)
	}
	p.Indicators = s.findIndicators(r, p.Q)
	units := slices.Concat(p.Counties, p.Schools)
	switch firm := func(h hit) bool { return !h.loose }; { // what fits loosely only where nothing fits better
	case slices.ContainsFunc(units, firm):
		p.Indicators = slices.DeleteFunc(p.Indicators, func(h hit) bool { return h.loose })
	case slices.ContainsFunc(p.Indicators, firm):
		p.Counties, p.Schools, all = nil, nil, 0
	}
	if all > hits {
		p.More = &Link{r.T("search.more", all), r.to([]string{"schools"}, "q", p.Q)}
	}
	p.None = len(p.Schools)+len(p.Counties)+len(p.Indicators) == 0
	return s.render(w, r, "search.html", p)
}

// findRows looks through the figures themselves: data that came in without a
// register of units have their names there only.
func (r *request) findRows(q string) (counties, schools []hit, all int) {
	needle := strings.ToLower(q)
	found := func(texts ...string) bool {
		return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), needle)
	}
	for _, u := range r.a.Units[edu.County] {
		if found(u.Name, u.Code) && len(counties) < hits {
			counties = append(counties, hit{Href: r.toCounty(codeOf(u)), Parts: []piece{{Text: u.Name}}, Note: u.Code})
		}
	}
	seen := map[string]bool{}
	for _, k := range r.lens.stages {
		for _, row := range r.a.Stages[k].Frame.Rows {
			if seen[row.Code] || !found(row.Name, row.Code, r.english[row.Code]) {
				continue
			}
			seen[row.Code] = true
			if len(schools) < hits {
				schools = append(schools, hit{Href: r.toSchool(row.Code), Parts: []piece{{Text: r.called(row)}}, Note: row.Code})
			}
		}
	}
	return counties, schools, len(seen)
}

// scope goes to the county that the scope bar names, or to the whole.
func (s *Server) scope(w http.ResponseWriter, r *request) error {
	to := r.to(nil)
	if c := r.query.Get("county"); c != "" {
		to = r.toCounty(c)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}
