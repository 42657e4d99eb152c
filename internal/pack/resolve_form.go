// Forms and feeds: whether what they ask is there, asked once, and not known
// from what is asked anyway.

package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/formula"
)

func (v *resolver) forms() {
	for _, f := range v.p.Forms {
		v.form(f)
	}
	// One fact, one form: within a pack every element has one owner.
	var open []OpenForm
	for _, f := range v.p.Forms {
		open = append(open, OpenForm{Pack: v.p, Form: f})
	}
	for _, c := range clashes(open) {
		v.failAt(v.at[field{c.ask, "element"}], "%s", c.text)
	}
}

func (v *resolver) form(f *Form) {
	v.stages(f, f.Stages)
	if f.Level == edu.County && f.Fills == FillSchool || f.Level == edu.School && f.Fills == FillCounty {
		v.failAt(v.at[field{f, "level"}], "form %q is about a %s, but a %s fills it", f.ID, f.Level, f.Fills)
	}
	for _, l := range f.Lists {
		at := v.at[field{l, "list"}]
		if l.List = v.p.List(l.id); l.List == nil {
			v.failAt(at, "unknown list %q%s", l.id, formula.DidYouMean(l.id, v.listIDs()))
		} else if f.Level != edu.School {
			v.failAt(at, "list %q is of sections, and the form is about a %s", l.id, f.Level)
		}
		v.sameGroup(f, l.Same, v.at[field{l, "same"}])
	}
	for _, a := range f.Asks {
		v.ask(f, a)
	}
	for _, a := range f.Asks {
		if a.Element != nil {
			v.compute(f, a)
			v.partsNotTotals(f, a)
		}
	}
}

func (v *resolver) listIDs() (ids []string) {
	for _, l := range v.p.Lists {
		ids = append(ids, l.ID)
	}
	return ids
}

func (v *resolver) sameGroup(f *Form, id string, at pos) {
	if id != "" && !slices.ContainsFunc(f.Same, func(c Choice) bool { return c.ID == id }) {
		v.failAt(at, "same: %q is none of the form's same_groups", id)
	}
}

func (v *resolver) ask(f *Form, a *Ask) {
	at := v.at[field{a, "element"}]
	e := v.element(a.id, at)
	if e == nil {
		return
	}
	if e.ID != a.id {
		v.failAt(at, "%s is a part; a form asks an element with all of its parts", a.id)
		return
	}
	if a.Element != nil && a.Element != e { // the form of a base whose element was replaced
		a.Element = nil
	}
	a.Element, a.Required = e, e.Required
	if a.required != nil {
		a.Required = *a.required
	}
	v.sameGroup(f, a.Same, v.at[field{a, "same"}])
	if own := e.Level; own == edu.County != (f.Level == edu.County) {
		v.failAt(at, "%s is asked of a %s, and the form is about a %s", e.ID, own, f.Level)
	}
	if e.Who == "city" {
		v.failAt(at, "%s is answered by the city, and a %s fills the form", e.ID, f.Fills)
	}
	v.earlier(a)
	if a.Whole && (v.p.Split == nil || !slices.Contains(v.p.Split.Elements, e.ID)) {
		v.failAt(v.at[field{a, "whole"}], "whole: %s is none of the elements that the pack's split shares out", e.ID)
	}
	if len(f.stagesOf(v.p, a)) == 0 && len(v.p.Stages) > 0 && e.Level != edu.County {
		v.failAt(at, "%s is asked of no stage of the form", e.ID)
	}
}

// earlier checks that a figure of some years ago can be the answer.
func (v *resolver) earlier(a *Ask) {
	x := a.Earlier
	if (x != nil) != slices.Contains(a.From, FromEarlier) {
		v.failAt(v.at[field{a, "element"}], "%s: from earlier and the key earlier, which says of what and when, belong together", a.Element.ID)
	}
	if x == nil {
		return
	}
	at := v.at[field{x, "of"}]
	if x.Years < 1 || x.Years > 12 {
		v.failAt(at, "earlier: years is from 1 to 12, found %d", x.Years)
	}
	if of := v.element(x.Of, at); of != nil && (of.Unit != a.Element.Unit || of.Level != a.Element.Level || a.Element.By != nil) {
		v.failAt(at, "%s cannot be what %s was: want the same level and unit of measure, and no parts", a.Element.ID, x.Of)
	}
}

// stagesOf are the stages in which a form asks an element.
func (f *Form) stagesOf(p *Pack, a *Ask) []edu.Stage {
	of := f.Stages
	if len(of) == 0 {
		of = p.Stages
	}
	var out []edu.Stage
	for _, st := range of {
		if in := a.Element.StagesIn(p); slices.Contains(in, st) {
			out = append(out, st)
		}
	}
	return out
}

func (f *Form) list(id string) *List {
	for _, l := range f.Lists {
		if l.List != nil && l.List.ID == id {
			return l.List
		}
	}
	return nil
}

func (f *Form) ask(element string) *Ask {
	for _, a := range f.Asks {
		if a.Element != nil && a.Element.ID == element {
			return a
		}
	}
	return nil
}

// compute checks that a computed ask follows from what the same form asks.
func (v *resolver) compute(f *Form, a *Ask) {
	c := a.Compute
	if c == nil {
		if slices.Contains(a.From, FromComputed) {
			v.failAt(v.at[field{a, "element"}], "%s is from computed, but the form does not say how: compute is missing", a.Element.ID)
		}
		return
	}
	switch a.Element.Type {
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney:
	default:
		v.failAt(v.at[field{a, "element"}], "%s is a %s, which cannot be added up", a.Element.ID, a.Element.Type)
		return
	}
	if c.List == "" {
		v.computeSum(f, a)
		return
	}
	l := f.list(c.List)
	if l == nil {
		v.failAt(v.at[field{c, "list"}], "%s is computed from the list %q, which the form does not ask", a.Element.ID, c.List)
		return
	}
	for _, cond := range []*Formula{c.Where, c.Unless} {
		if cond != nil {
			v.condition(cond, scope{level: edu.Section, list: l})
		}
	}
	if c.Of != "" {
		of := l.column(c.Of)
		switch {
		case of == nil:
			v.failAt(v.at[field{c, "of"}], "list %q has no column %q", l.ID, c.Of)
		case of.Unit != a.Element.Unit:
			v.failAt(v.at[field{c, "of"}], "%s adds up %s, which is measured in %q, not in %q", a.Element.ID, of.ID, of.Unit, a.Element.Unit)
		}
	}
	if (c.PartBy != "") != (a.Element.By != nil) {
		v.failAt(v.at[field{c, "part_by"}], "part_by tells the parts of a broken-down element apart, and belongs to no other")
		return
	}
	if c.PartBy == "" {
		return
	}
	by := l.column(c.PartBy)
	if by == nil || by.Type != edu.TypeChoice {
		v.failAt(v.at[field{c, "part_by"}], "part_by: list %q has no choice column %q", l.ID, c.PartBy)
		return
	}
	for _, part := range a.Element.By.Parts {
		if !slices.ContainsFunc(by.Choices, func(o Option) bool { return o.ID == part.ID }) {
			v.failAt(v.at[field{c, "part_by"}], "part_by: column %q has no choice %q, which is a part of %s", by.ID, part.ID, a.Element.ID)
		}
	}
}

// computeSum checks a total of other cells of the same form.
func (v *resolver) computeSum(f *Form, a *Ask) {
	at := v.at[field{a.Compute, "sum"}]
	if a.Element.By != nil {
		v.failAt(at, "%s has parts, so it is added up from them", a.Element.ID)
	}
	for _, ids := range a.Compute.Parts {
		for _, id := range ids {
			e := v.element(id, at)
			if e == nil {
				continue
			}
			from := f.ask(e.ID)
			switch {
			case from == nil:
				v.failAt(at, "%s is the total of %s, which the form does not ask", a.Element.ID, id)
			case from.Compute != nil || from == a:
				v.failAt(at, "%s is the total of %s, which is computed itself", a.Element.ID, id)
			case e.Unit != a.Element.Unit:
				v.failAt(at, "%s adds up %s, which is measured in %q, not in %q", a.Element.ID, id, e.Unit, a.Element.Unit)
			}
		}
	}
}

// sumOf finds a check that says what a figure is the total of: "a == b + c".
var sumOf = regexp.MustCompile(`^\s*([a-z][a-z0-9_.]*(?:\s*\+\s*[a-z][a-z0-9_.]*)*)\s*==\s*([a-z][a-z0-9_.]*(?:\s*\+\s*[a-z][a-z0-9_.]*)*)\s*$`)

// partsNotTotals is burden rule 3: no input is asked that the pack's own
// formulas can derive from what is asked anyway.
func (v *resolver) partsNotTotals(f *Form, a *Ask) {
	at, e := v.at[field{a, "element"}], a.Element
	if e.Derive != nil {
		v.failAt(at, "%s is derived by the pack, so it is never asked", e.ID)
		return
	}
	if a.Compute != nil || e.By != nil {
		return
	}
	for _, c := range v.p.Checks {
		m := sumOf.FindStringSubmatch(c.Rule.Src)
		if m == nil || !c.Error {
			continue
		}
		for i, side := range m[1:] {
			if strings.TrimSpace(side) == e.ID && f.gives(v.p, m[2-i]) {
				v.failAt(at, "%s is the total of %s (check %s), which the form asks already; compute it instead", e.ID, strings.TrimSpace(m[2-i]), c.ID)
			}
		}
	}
}

// gives tells whether a form asks every term of a sum, or what it derives from.
func (f *Form) gives(p *Pack, sum string) bool {
	for _, term := range strings.Split(sum, "+") {
		e := p.Element(strings.TrimSpace(term))
		switch {
		case e == nil:
			return false
		case e.Derive != nil && e.Derive.List != "":
			if f.list(e.Derive.List) == nil {
				return false
			}
		case e.Derive != nil:
			if f.ask(e.Derive.Of) == nil {
				return false
			}
		case f.ask(e.ID) == nil:
			return false
		}
	}
	return true
}

// feed checks that a feed's column map leads to something.
func (v *resolver) feed(f *Feed) {
	for h, id := range f.Headers {
		at, why := v.at[field{f, "headers " + h}], ""
		switch f.Kind {
		case OwnStaff:
			_, why = tallyOf(h)
		case OwnPupils:
			why = rollWord(h)
		case OwnDrills:
			why = drillWord(h)
		}
		if why != "" {
			v.failAt(at, "%s", why)
		}
		known := id == "-" || slices.ContainsFunc(v.p.Keys, func(k Key) bool { return k.Role == id }) ||
			slices.ContainsFunc(v.p.Lists, func(l *List) bool { return l.column(id) != nil })
		if known {
			continue
		}
		if e := v.element(id, at); e != nil && e.Derive != nil {
			v.failAt(at, "%s is derived, so no file gives it", e.ID)
		}
	}
	for _, c := range f.Compare {
		if e := v.element(c.Element, v.at[field{c, "element"}]); e != nil && e.Unit == "" {
			v.failAt(v.at[field{c, "element"}], "%s is no number, so nothing differs from it by so much", e.ID)
		}
	}
}

// OpenForm is a form that is open for one period.
type OpenForm struct {
	Pack   *Pack
	Form   *Form
	Period edu.Period
}

type clash struct {
	ask  *Ask
	text string
}

// clashes lists the elements that two forms ask of the same unit and period.
func clashes(open []OpenForm) []clash {
	type owner struct {
		form OpenForm
		ask  *Ask
	}
	var out []clash
	seen := map[string][]owner{}
	for _, o := range open {
		for _, a := range o.Form.Asks {
			if a.Element == nil {
				continue
			}
			id := a.Element.ID
			for _, was := range seen[id] {
				if was.form.Period == o.Period && was.ask.Element.Level == a.Element.Level && meets(was.form, was.ask, o, a) {
					out = append(out, clash{a, fmt.Sprintf("%s is asked by the form %q already, and %q asks it again of the same units and period",
						id, was.form.Form.ID, o.Form.ID)})
					break
				}
			}
			seen[id] = append(seen[id], owner{o, a})
		}
	}
	return out
}

// meets tells whether two asks are of the same units.
func meets(f OpenForm, a *Ask, g OpenForm, b *Ask) bool {
	if a.Element.Level == edu.County {
		return true
	}
	one, two := f.Form.stagesOf(f.Pack, a), g.Form.stagesOf(g.Pack, b)
	if len(one) == 0 || len(two) == 0 { // a pack that does not tell stages apart means every stage
		return true
	}
	return slices.ContainsFunc(one, func(st edu.Stage) bool { return slices.Contains(two, st) })
}

// CheckOpen is burden rule 1 across packs: of the forms that are open at a time,
// no two may ask the same element of the same units and period. The error names
// every such pair.
func CheckOpen(open []OpenForm) error {
	var lines []string
	for _, c := range clashes(open) {
		if !slices.Contains(lines, c.text) {
			lines = append(lines, c.text)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", strings.Join(lines, "; "), fault.Conflict)
}
