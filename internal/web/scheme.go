package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// A city is measured by several schemes; a page shows one at a time. Which one
// stands in the address as the pack's ref, so that a link says what it shows;
// without it the pack that stands first is meant. No page knows any pack's name.

// choose reads which scheme the request asks for.
func (r *request) choose() error {
	r.packs = r.city.Packs()
	want := r.query.Get("scheme")
	if want == "" {
		if len(r.packs) > 0 {
			r.scheme = r.packs[0]
		}
		return nil
	}
	for _, p := range r.packs {
		if p.Ref() == want {
			r.scheme = p
			return nil
		}
	}
	var refs []string
	for _, p := range r.packs {
		refs = append(refs, p.Ref())
	}
	return fmt.Errorf("scheme %q: the city is measured by %s: %w", want, strings.Join(refs, ", "), fault.NotFound)
}

// ref is the scheme's name in addresses.
func (r *request) ref() string {
	if r.scheme == nil {
		return ""
	}
	return r.scheme.Ref()
}

// named is the scheme's ref where an address has to say it: the first is meant
// without.
func (r *request) schemeParam() string {
	if r.scheme == nil || r.scheme == r.packs[0] {
		return ""
	}
	return r.scheme.Ref()
}

// measuring are the city's packs that measure something; one that only asks for
// figures, which others use, is no scheme.
func (r *request) measuring() []*pack.Pack {
	var out []*pack.Pack
	for _, p := range r.packs {
		if len(p.Indicators) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// schemes are the choices of the scope bar: this page, or the nearest to it that
// another scheme has.
func (r *request) schemes() []Choice {
	packs := r.measuring()
	if r.scheme != nil && !slices.Contains(packs, r.scheme) {
		packs = append(packs, r.scheme) // asked for by its name
	}
	if len(packs) < 2 {
		return nil
	}
	var out []Choice
	for _, p := range packs {
		out = append(out, Choice{Link{r.Text(p.Name), p.Ref()}, p == r.scheme})
	}
	return out
}

// samePlace is the page to which another scheme's choice leads. Indicators and
// rules belong to one scheme; counties and schools to all of them.
func (r *request) samePlace() string {
	seg := func(parts ...string) string { path, _, _ := strings.Cut(r.to(parts), "?"); return path }
	switch {
	case r.PathValue("indicator") != "":
		return seg("indicators")
	case r.PathValue("level") == edu.Section.String(), r.PathValue("level") == edu.School.String():
		return seg("schools", r.PathValue("unit"))
	case r.PathValue("level") == edu.County.String():
		return seg("counties", r.PathValue("unit"))
	case r.PathValue("level") != "":
		return "/"
	}
	return r.URL.EscapedPath()
}

// acrossSchemes are the keys of an address that mean the same in every scheme.
var acrossSchemes = []string{"year", "county", "q", "size", "area"}

// measure is the assessment by one of the packs, in the reader's language.
func (r *request) measure(ref string, p edu.Period) (*standard.Assessment, error) {
	a, err := r.city.Measure(r.Context(), ref, p)
	if err != nil {
		return nil, fmt.Errorf("assessment of %s by %s: %w", p, ref, err)
	}
	if a == nil || r.Lang() != "en" {
		return a, nil
	}
	if r.english == nil {
		if r.english, err = r.city.English(r.Context(), p); err != nil {
			return nil, fmt.Errorf("names of units: %w", err)
		}
	}
	return a.Renamed(r.english), nil
}

// each gives every scheme's lens on the period that is shown.
func (r *request) each(do func(p *pack.Pack, l *lens)) error {
	for _, p := range r.measuring() {
		l := r.lens
		if p != r.scheme {
			a, err := r.measure(p.Ref(), r.period)
			if err != nil {
				return err
			}
			l = newLens(a)
		}
		do(p, l)
	}
	return nil
}

// asking is a scheme that knows an element: the one that is shown, or the first.
func (r *request) asking(element string) *pack.Pack {
	if r.scheme != nil && r.scheme.Element(element) != nil {
		return r.scheme
	}
	for _, p := range r.packs {
		if p.Element(element) != nil {
			return p
		}
	}
	return nil
}

// toScheme is an address in another scheme.
func (r *request) toScheme(p *pack.Pack, path []string, kv ...string) string {
	ref := p.Ref()
	if p == r.packs[0] {
		ref = ""
	}
	return r.to(path, append(kv, "scheme", ref)...)
}

// does says in words what a scheme does, where that is less than what pages are
// made for: one that has no standard, or asks nothing of single schools.
func (r *request) does() string {
	l := r.lens
	var parts []string
	switch {
	case len(l.a.Pack.Indicators) == 0:
		return r.T("scheme.asks", l.a.Pack.Name, len(l.a.Pack.Elements), len(l.a.Pack.Forms))
	case !l.sectional() && !l.declares(edu.Section):
		parts = append(parts, r.T("scheme.counties"))
	case !l.sectional():
		parts = append(parts, r.T("scheme.nosections", r.Period(r.period)))
	}
	if l.a.Standard == nil {
		parts = append(parts, r.T("scheme.measures"))
	}
	if len(parts) == 0 {
		return ""
	}
	return r.T("scheme.does", l.a.Pack.Name, strings.Join(parts, r.T("list.semicolon")))
}

// elsewherePage says that the scheme has nothing on what was asked for, and
// which schemes have.
type elsewherePage struct {
	Shell
	Text  string
	Table Table
}

// unmeasured answers for a unit, or a year, of which the chosen scheme has
// nothing.
func (s *Server) unmeasured(w http.ResponseWriter, r *request, title, section, text string, others Table) error {
	return s.render(w, r, "unmeasured.html", elsewherePage{s.shell(r, title, section), text, others})
}
