package web

import (
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Of when the figures of an export are stands in the file itself: over every
// sheet the period, its reference date and the time of the newest figure, and in
// the sheet of sources what each column is of, since money is of another year
// than pupils.

// dates are the period, its reference date and until when figures came in.
func (r *request) dates(p edu.Period) string {
	if p.IsZero() {
		return ""
	}
	parts := []string{r.T("export.dates", r.Period(p), r.Day(p.Reference()))}
	if at := r.dataAsOf(p); at != "" {
		parts = append(parts, r.T("export.dates.asof", at))
	}
	return strings.Join(parts, " · ")
}

// dataAsOf is the minute when the newest figure of a period came in; empty where
// that is not known.
func (r *request) dataAsOf(p edu.Period) string {
	at, err := r.city.AsOf(r.Context(), p)
	if err != nil || at.IsZero() {
		return ""
	}
	return r.Minute(at.In(collect.China))
}

// figuresOf says when the figures are of that an item follows from. What is no
// indicator or element, as a rule or a count of schools, is of the reference date.
func (r *request) figuresOf(p *pack.Pack, id string) string {
	said := func(t edu.Text) string {
		if s := r.Text(t); s != "" {
			return s
		}
		return r.T("sources.undated")
	}
	if d := p.Indicator(id); d != nil {
		return said(d.AsOf(r.period))
	}
	if e := p.Element(id); e != nil {
		return said(e.AsOf(r.period))
	}
	return r.T("sources.reference.day", r.Day(r.period.Reference()))
}
