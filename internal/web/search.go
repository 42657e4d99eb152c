package web

import (
	"net/http"
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

type hit struct {
	Link
	Note string
}

// search finds schools, counties and indicators by name or code.
func (s *Server) search(w http.ResponseWriter, r *request) error {
	p := searchPage{Shell: s.shell(r, r.T("search.title"), ""), Q: strings.TrimSpace(r.query.Get("q"))}
	if r.a == nil {
		return s.empty(w, r, p.Shell.Section)
	}
	if p.Q == "" {
		p.Short = true
		return s.render(w, r, "search.html", p)
	}
	needle := strings.ToLower(p.Q)
	found := func(texts ...string) bool {
		return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), needle)
	}
	for _, u := range r.a.Units[edu.County] {
		if found(u.Name, u.Code) && len(p.Counties) < hits {
			p.Counties = append(p.Counties, hit{Link{u.Name, r.toCounty(codeOf(u))}, u.Code})
		}
	}
	for _, d := range r.a.Pack.Indicators {
		if found(d.Code, d.ID, d.Name.ZH, d.Name.EN, d.Short.ZH, d.Short.EN) && len(p.Indicators) < hits {
			p.Indicators = append(p.Indicators, hit{Link{joinCode(d.Code, r.Text(d.Name)), r.to([]string{"indicators", d.ID})}, r.Text(d.Words)})
		}
	}
	seen := map[string]bool{}
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		for i, row := range st.Frame.Rows {
			if seen[row.Code] || !found(row.Name, row.Code) {
				continue
			}
			seen[row.Code] = true
			if len(p.Schools) < hits {
				note := row.Code
				if k := st.Frame.RegionOf(edu.County, i); k >= 0 {
					note = r.unitName(st.Frame.Regions[edu.County][k]) + " · " + note
				}
				p.Schools = append(p.Schools, hit{Link{row.Name, r.toSchool(row.Code)}, note})
			}
		}
	}
	if len(seen) > hits {
		p.More = &Link{r.T("search.more", len(seen)), r.to([]string{"schools"}, "q", p.Q)}
	}
	p.None = len(p.Schools)+len(p.Counties)+len(p.Indicators) == 0
	return s.render(w, r, "search.html", p)
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
