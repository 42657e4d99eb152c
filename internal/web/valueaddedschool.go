package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// The explanation of one school's estimate: the formula with the numbers put in,
// as far as they are kept. The pupils behind it are not, so it says from which file
// they came and where the formulas are written down.

type valueAddedSchoolPage struct {
	Shell
	Sub   string
	Says  string
	Facts []Fact // the arithmetic
	From  []Fact // the model and the file
	Links []Link
}

// valueAddedHref is the explanation of a school's estimate.
func valueAddedHref(run, school string) string {
	return "/value-added/" + url.PathEscape(run) + "/schools/" + url.PathEscape(school)
}

// valueAddedSchool explains one school's estimate.
func (s *Server) valueAddedSchool(w http.ResponseWriter, r *request) error {
	sw, err := s.valueAddedOn(r)
	if err != nil {
		return err
	}
	if !sw.On {
		return fmt.Errorf("%s: %w", r.T("va.off"), fault.NotFound)
	}
	run, all, err := s.added.ValueAdded(r.Context(), r.who, r.PathValue("run"))
	if err != nil {
		return r.inWords(err)
	}
	i := slices.IndexFunc(all, func(x valueadd.School) bool { return x.Code == r.PathValue("estimate") })
	if i < 0 {
		return fmt.Errorf("school %s: %w", r.PathValue("estimate"), fault.NotFound)
	}
	e, res, of := &all[i], &run.Result, "/value-added/"+url.PathEscape(run.ID)
	p := valueAddedSchoolPage{Shell: s.shell(r, r.Text(e.Name), "valueadded", Link{r.T("va.title"), "/value-added"}, Link{run.Title, of}),
		Sub: r.T("va.sub", r.Period(run.Period), res.Outcome, r.Day(run.At.In(collect.China)), run.ByName), Says: r.T("va.held.why"), From: r.valueAddedFacts(&run)}
	if e.Shown {
		p.Says = r.Text(e.Reading().Text())
	}
	for _, l := range res.Explain(&e.Effect) {
		p.Facts = append(p.Facts, Fact{Term: r.Text(l.Name), Text: l.Says})
	}
	p.From = append(p.From, Fact{Term: r.T("va.formulas"), Text: valueadd.Doc})
	if res.File != "" {
		p.From = append(p.From, Fact{Term: r.T("va.source"), Text: "SHA-256 " + res.File})
	}
	p.Links = []Link{{r.T("va.model"), of}, {r.Text(e.Name), r.toSchool(e.Code)}}
	return s.render(w, r, "vaschool.html", p)
}
