package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// The form by which a hazard is entered that no inspection found.

type newHazardPage struct {
	Shell
	Action  string
	Error   string
	ID      string
	Schools []Choice // of who has few
	Typed   map[string]string
	Cats    []Choice
	Parts   []string
	Sources []Choice
	Today   string
}

// newHazard is the form of who reports: a school what it found itself, an inspector
// what was found outside an inspection.
func (s *Server) newHazard(perm auth.Permission) handler {
	return func(w http.ResponseWriter, r *request) error {
		return s.showNewHazard(w, r, perm, http.StatusOK, url.Values{}, "")
	}
}

func (s *Server) showNewHazard(w http.ResponseWriter, r *request, perm auth.Permission, status int, v url.Values, why string) error {
	p := newHazardPage{Shell: s.shell(r, r.T("safety.hazard.new"), "safety"), Error: why, ID: v.Get("id"), Typed: map[string]string{}, Today: s.today().String()}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.hazards"), "/safety/hazards"})
	if p.ID == "" {
		p.ID = strings.ToLower(rand.Text())
	}
	for _, k := range []string{"school", "part", "text", "due", "found", "control", "category", "source", "spot", "major"} {
		p.Typed[k] = v.Get(k)
	}
	if p.Typed["found"] == "" {
		p.Typed["found"] = p.Today
	}
	p.Action = "/safety/hazards/new/upload"
	if perm == auth.Inspect {
		p.Action = "/safety/hazards/found/upload"
	}
	all, err := s.safety.SafetySchools(r.Context(), r.who, perm)
	if err != nil {
		return err
	}
	if len(all) <= 30 {
		for _, u := range all {
			p.Schools = append(p.Schools, Choice{Link{r.Text(u.Name), u.Code}, u.Code == v.Get("school")})
		}
	}
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return err
	}
	for _, c := range pk.Checklists {
		p.Cats = append(p.Cats, Choice{Link{r.Text(c.Name), c.ID}, c.ID == v.Get("category")})
	}
	p.Parts = s.keyParts(r)
	for _, src := range []inspection.Source{inspection.FromSchool, inspection.FromReport} {
		p.Sources = append(p.Sources, Choice{Link{r.label(src.Name()), string(src)}, string(src) == v.Get("source") || v.Get("source") == "" && (src == inspection.FromSchool) == (perm == auth.DoSafety)})
	}
	return s.write(w, r, status, "newhazard.html", p)
}

func (s *Server) reportHazard(perm auth.Permission) handler {
	return func(w http.ResponseWriter, r *request) error { return s.takeHazard(w, r, perm) }
}

func (s *Server) takeHazard(w http.ResponseWriter, r *request, perm auth.Permission) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	show := func(why string) error {
		return s.showNewHazard(w, r, perm, http.StatusUnprocessableEntity, r.PostForm, why)
	}
	all, err := s.safety.SafetySchools(r.Context(), r.who, perm)
	if err != nil {
		return fmt.Errorf("schools: %w", err)
	}
	u, ok := schoolNamed(all, v("school"))
	if !ok {
		return show(r.noSchool(all, v("school")))
	}
	h := inspection.Hazard{ID: v("id"), School: u.ID, Source: inspection.Source(v("source")), Part: v("part"), Category: v("category"), Text: v("text"), Major: v("major") != "", Control: v("control"), Spot: v("spot") != ""}
	for _, x := range []struct {
		k  string
		to *edu.Date
	}{{"due", &h.Due}, {"found", &h.FoundAt}} {
		if *x.to, err = r.dayTyped(v(x.k)); err != nil {
			return s.orSay(err, show, r)
		}
	}
	photos, err := s.takePhotos(r, "file")
	if err == nil {
		h, err = s.safety.ReportHazard(r.Context(), r.who, h, photos)
	}
	if err != nil {
		return s.orSay(err, show, r)
	}
	return away{flow.HazardLink(h.ID) + "?did=new"}
}
