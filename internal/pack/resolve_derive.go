// Elements that nobody types: totals over the sections of a unit, and what
// follows from other elements of the same record.

package pack

import (
	"slices"
	"strings"

	"shuren/internal/edu"
)

// total checks an element that is a total over the sections of a school or a
// county, and gives what is added up; nil if that is not known.
func (v *resolver) total(e *Element) *Element {
	d := e.Derive
	switch {
	case d.Over == edu.County && e.Level != edu.County:
		v.failAt(v.at[field{e, "id"}], "%s is a total over a county's sections, so its level is county", e.ID)
	case d.Over == edu.School && e.Level == edu.County:
		v.failAt(v.at[field{e, "id"}], "%s is a total over a school's sections, so its level is not county", e.ID)
	}
	for _, st := range d.Stages {
		if len(v.p.Stages) > 0 && !e.taken && !slices.Contains(v.p.Stages, st) {
			v.failAt(v.at[field{d, "stages"}], "stage %q is not one of the pack's stages", st)
		}
	}
	if len(d.Stages) == 0 {
		d.Stages = v.p.Stages
	}
	if d.Where != nil {
		v.condition(d.Where, scope{level: edu.Section, stages: d.Stages})
	}
	if d.Of == "" {
		return nil
	}
	of := v.element(d.Of, v.at[field{d, "of"}])
	if of != nil && (of.Level != edu.Section || of.Derive != nil && of.Derive.Over != edu.NoLevel) {
		v.failAt(v.at[field{d, "of"}], "%s is no figure of a section, so it has no total over a %s's sections", of.ID, d.Over)
		return nil
	}
	return of
}

// computed checks an element that follows from others of the same record. It
// reads what stands in the record: no other level, no other year, and no total
// over sections unless it is a county's own.
func (v *resolver) computed(e *Element) {
	f := e.Derive.Formula
	where := pos{f.File, f.Line, f.Col}
	if e.By != nil || e.FilledIn != "" || e.Evidence {
		v.failAt(v.at[field{e, "id"}], "%s is computed, never typed: it has no by, filled_in or needs_evidence", e.ID)
	}
	sc := scope{level: e.Level, stages: e.Stages}
	if e.Type == edu.TypeYesNo {
		v.condition(f, sc)
	} else if u, ok := v.unit(e.Unit, v.at[field{e, "unit"}]); ok {
		v.figure(f, 0, sc, u)
	}
	if f.Expr == nil {
		return
	}
	for _, name := range f.Expr.Fields() {
		of := v.p.Element(name)
		switch {
		case strings.Contains(name, "@"):
			v.failAt(where, "a derived element follows from its own record; prev belongs in an indicator or a check")
		case of == nil:
		case (of.Level == edu.County) != (e.Level == edu.County):
			v.failAt(where, "%s is asked of a %s, and %s is computed for a %s", of.ID, of.Level, e.ID, e.Level)
		case of.Derive != nil && of.Derive.Over == edu.School:
			v.failAt(where, "%s is a total over a school's sections, which is not known yet where %s is computed", of.ID, e.ID)
		case of.Derive != nil && of.Derive.Formula != nil && slices.Index(v.p.Elements, of) >= slices.Index(v.p.Elements, e):
			v.failAt(where, "%s is computed after %s; put it before", of.ID, e.ID)
		}
	}
}
