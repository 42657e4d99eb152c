// Elements, lists and checks as a pack's files write them.

package pack

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
)

// elementInherits are the keys that a group says for its elements.
var elementInherits = []string{"level", "stages", "type", "unit", "filled_in", "who", "source", "evidence", "needs_evidence", "required", "always_applies", "help", "department", "dated"}

// elementOrGroup reads an element, or a group of elements that share what the
// group says.
func (s *sections) elementOrGroup(o *object) {
	if !o.has("items") {
		s.element(o, "")
		return
	}
	group := ""
	if n := o.get("group"); n != nil {
		if g, ok := s.r.object(n, "group"); ok {
			group = g.id()
			g.need("name")
			s.group(Group{ID: group, Name: g.text("name")})
			g.done()
		}
	}
	for _, n := range o.seq("items") {
		if item, ok := s.r.object(n, "items"); ok {
			item.within(o, elementInherits...)
			s.element(item, group)
		}
	}
	o.done()
}

func (s *sections) group(g Group) {
	if !slices.ContainsFunc(s.p.Groups, func(k Group) bool { return k.ID == g.ID }) {
		s.p.Groups = append(s.p.Groups, g)
	}
}

func (s *sections) element(o *object, group string) {
	e := s.readElement(o)
	e.Group = group
	if n := o.get("group"); n != nil && group == "" {
		e.Group = s.r.scalar(n, "group")
	}
	o.done()
	if i := slices.IndexFunc(s.p.Elements, func(k *Element) bool { return k.ID == e.ID }); i >= 0 {
		s.twice(o, "element", e.ID, s.p.Elements[i])
		return
	}
	s.p.Elements = append(s.p.Elements, e)
}

var elementTypes = []string{"count", "area", "money", "ratio", "choice", "yesno", "date", "text"}

func (s *sections) readElement(o *object) *Element {
	r := s.r
	e := &Element{
		ID:       o.id(),
		Help:     o.text("help"),
		Unit:     o.str("unit"),
		FilledIn: o.str("filled_in"),
		Level:    o.level(edu.Section),
		Stages:   o.stages(),
		Headers:  o.texts("headers"),
		Required: o.flag("required"),
		Always:   o.flag("always_applies"),
		Evidence: o.flag("needs_evidence"),
		Dated:    o.dated(),
		Who:      o.oneOf("who", "school", "township", "county", "department", "city"),
		Min:      o.numPtr("min"),
		Max:      o.numPtr("max"),
	}
	e.Department = o.text("department")
	o.mark(e, "id")
	o.mark(e, "unit")
	o.mark(e, "filled_in")
	o.mark(e, "stages")
	o.need("name")
	e.Name = o.text("name")
	o.need("type")
	e.Type = edu.ElementType(o.oneOf("type", elementTypes...))
	s.cited(o, &e.Source, &e.Tag)
	switch e.Level {
	case edu.Section, edu.School, edu.County:
	default:
		r.failf(o.get("level"), "level: an element is asked of a section, school or county")
	}
	switch e.Type {
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney:
		if e.Min == nil {
			zero := 0.0
			e.Min = &zero
		}
		o.need("unit")
	case edu.TypeRatio:
		o.need("unit")
	default:
		for _, k := range []string{"unit", "filled_in", "min", "max"} {
			if o.keys[k] != nil {
				r.failf(o.keys[k], "%s: a %s has none", k, e.Type)
			}
		}
		e.Unit, e.FilledIn = "", ""
	}
	if e.Min != nil && e.Max != nil && *e.Min > *e.Max {
		r.failf(o.get("max"), "max %v is below min %v", *e.Max, *e.Min)
	}
	if why := never(e); why != "" {
		r.failf(o.node, "%s: %s", e.ID, why)
	}
	if n := o.get("by"); n != nil {
		e.By = s.breakdown(n)
	}
	for _, n := range o.seq("choices") {
		e.Choices = s.option(e.Choices, n)
	}
	if (e.Type == edu.TypeChoice) != (len(e.Choices) > 0) {
		r.failf(o.node, "choices belong to the type choice, and it needs them")
	}
	if n := o.get("derive"); n != nil {
		e.Derive = s.derive(n)
	}
	return e
}

func (s *sections) breakdown(n *yaml.Node) *Breakdown {
	o, ok := s.r.object(n, "by")
	if !ok {
		return nil
	}
	b := &Breakdown{ID: o.id()}
	o.need("parts")
	for _, n := range o.seq("parts") {
		b.Parts = s.option(b.Parts, n)
	}
	for _, part := range b.Parts {
		if !idPattern.MatchString(part.ID) {
			s.r.failf(o.get("parts"), "part %q: want small letters, digits and _, a letter first", part.ID)
		}
	}
	o.done()
	return b
}

// option reads one choice or part and appends it.
func (s *sections) option(to []Option, n *yaml.Node) []Option {
	o, ok := s.r.object(n, "choice")
	if !ok {
		return to
	}
	o.need("id")
	o.need("name")
	x := Option{ID: o.str("id"), Name: o.text("name"), Stages: o.stages(), Headers: o.texts("headers")}
	o.done()
	if slices.ContainsFunc(to, func(k Option) bool { return k.ID == x.ID }) {
		s.r.failf(n, "%q stands in the list twice", x.ID)
		return to
	}
	return append(to, x)
}

func (s *sections) derive(n *yaml.Node) *Derive {
	o, ok := s.r.object(n, "derive")
	if !ok {
		return nil
	}
	d := &Derive{List: o.str("list"), Where: o.formula("where"), Of: o.str("of"), Stages: o.stages(), Formula: o.formula("formula")}
	for _, k := range []string{"list", "of"} {
		o.mark(d, k)
	}
	o.mark(d, "stages")
	if d.Formula != nil {
		for _, k := range []string{"list", "where", "of", "stages", "agg", "over"} {
			if x := o.get(k); x != nil {
				s.r.failf(x, "derive: a formula goes without %s", k)
			}
		}
		o.done()
		return d
	}
	o.need("agg")
	d.Agg = o.oneOf("agg", "count", "sum", "max", "min")
	if n := o.get("over"); n != nil {
		switch o.str("over") {
		case "school":
			d.Over = edu.School
		case "county":
			d.Over = edu.County
		default:
			s.r.failf(n, "over: want school or county, the total over its sections")
			d.Over = edu.School
		}
	}
	if (d.List == "") == (d.Over == edu.NoLevel) {
		s.r.failf(n, "derive: want one of list, over and formula")
	}
	if d.Over == edu.NoLevel && len(d.Stages) > 0 {
		s.r.failf(n, "derive: stages go with over only")
	}
	if (d.Agg == "count") != (d.Of == "") {
		s.r.failf(n, "derive: sum, max and min need of; count has none")
	}
	o.done()
	return d
}

func (s *sections) list(o *object) {
	l := &List{ID: o.id(), Sheets: o.texts("sheets")}
	o.mark(l, "id")
	o.need("name")
	l.Name = o.text("name")
	o.need("columns")
	for _, n := range o.seq("columns") {
		c, ok := s.r.object(n, "columns")
		if !ok {
			continue
		}
		c.within(o, "source", "evidence")
		e := s.readElement(c)
		c.done()
		if e.Derive != nil || e.By != nil {
			s.r.failf(c.node, "a column of a list is typed: it has no derive and no by")
		}
		if slices.ContainsFunc(l.Columns, func(k *Element) bool { return k.ID == e.ID }) {
			s.r.failf(c.node, "column %q stands in the list twice", e.ID)
			continue
		}
		e.Pack = s.p.Ref()
		l.Columns = append(l.Columns, e)
	}
	o.done()
	if slices.ContainsFunc(s.p.Lists, func(k *List) bool { return k.ID == l.ID }) {
		s.r.failf(o.get("id"), "list %q is defined twice", l.ID)
		return
	}
	s.p.Lists = append(s.p.Lists, l)
}

func (s *sections) check(o *object) {
	c := &Check{ID: o.id(), Level: o.level(edu.Section), Stages: o.stages(), Fields: o.texts("fields")}
	o.mark(c, "id")
	o.mark(c, "fields")
	o.need("rule")
	c.Rule = o.formula("rule")
	o.need("if_broken")
	c.Error = o.oneOf("if_broken", "error", "warning") == "error"
	o.need("message")
	c.Message = o.text("message")
	s.cited(o, &c.Source, &c.Tag)
	o.done()
	if i := slices.IndexFunc(s.p.Checks, func(k *Check) bool { return k.ID == c.ID }); i >= 0 {
		s.twice(o, "check", c.ID, s.p.Checks[i])
		return
	}
	s.p.Checks = append(s.p.Checks, c)
}
