// Names, levels and units of measure: whether the parts of a pack fit together.

package pack

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// resolver fits the parts of a pack together.
type resolver struct {
	*reader
	p     *Pack
	bases formula.Bases
	units map[string]formula.Unit
	// badUnit holds units of measure that were reported already.
	badUnit map[string]bool
}

// scope is what a formula can see.
type scope struct {
	level  edu.Level   // of its rows
	stages []edu.Stage // that its rows may have; none is all
	list   *List       // set for a condition over a list's rows
}

func (r *reader) resolve(p *Pack) {
	v := &resolver{reader: r, p: p, bases: formula.Bases{}, units: map[string]formula.Unit{}, badUnit: map[string]bool{}}
	p.element, p.indicator = map[string]*Element{}, map[string]*Indicator{}
	for _, u := range p.Units {
		v.bases[u.ID] = true
	}
	for _, e := range p.Elements {
		p.element[e.ID] = e
	}
	for _, i := range p.Indicators {
		p.indicator[i.ID] = i
	}
	for _, e := range p.Elements {
		v.elementUnits(e)
		v.stages(e, e.Stages)
	}
	for _, l := range p.Lists {
		for _, c := range l.Columns {
			v.elementUnits(c)
		}
	}
	v.headers()
	for _, e := range p.Elements {
		if e.Derive != nil {
			v.derive(e)
		}
	}
	for _, c := range p.Checks {
		v.check(c)
	}
	for _, i := range p.Indicators {
		v.indicator(i)
	}
	for _, st := range p.Standards {
		v.standard(st)
	}
	if p.Split != nil {
		v.split(p.Split)
	} else if at, ok := v.at[field{p, "values"}]; ok {
		v.failAt(at, "values: rows about a %s as a whole need a split, which says what of it falls to which section", WholeSchool)
	}
	for _, x := range p.Examples {
		v.example(x)
	}
	for _, l := range v.p.Levers {
		v.lever(l)
	}
	v.checklists()
	v.forms()
	for _, f := range p.Feeds {
		v.feed(f)
	}
}

func (v *resolver) elementIDs() []string { return slices.Collect(maps.Keys(v.p.element)) }

// element finds an element that something at a place refers to.
func (v *resolver) element(id string, at pos) *Element {
	e := v.p.Element(id)
	if e == nil {
		v.failAt(at, "unknown element %q%s", id, formula.DidYouMean(id, v.elementIDs()))
		return nil
	}
	if _, part, ok := strings.Cut(id, "."); ok && e.part(part) == nil {
		v.failAt(at, "element %q has no part %q", e.ID, part)
	}
	return e
}

func (e *Element) part(id string) *Option {
	if e.By != nil {
		for i := range e.By.Parts {
			if e.By.Parts[i].ID == id {
				return &e.By.Parts[i]
			}
		}
	}
	return nil
}

// split reports what cannot be shared out: it takes figures of sections that
// add up, and never those that decide on the shares.
func (v *resolver) split(sp *Split) {
	by := v.element(sp.By, v.at[field{sp, "by"}])
	if by != nil && (by.Type != edu.TypeCount || by.Level != edu.Section) {
		v.failAt(v.at[field{sp, "by"}], "by: %s is no count of a section", sp.By)
	}
	for _, id := range sp.Elements {
		e := v.element(id, v.at[field{sp, "elements"}])
		switch {
		case e == nil:
		case e == by:
			v.failAt(v.at[field{sp, "elements"}], "elements: %s decides on the shares, so it cannot be shared out", id)
		case e.ID != id || e.Level < edu.School || e.Type != edu.TypeCount && e.Type != edu.TypeArea && e.Type != edu.TypeMoney:
			v.failAt(v.at[field{sp, "elements"}], "elements: only a count, an area or money of a section can be shared out, and %s is none", id)
		}
	}
}

// stages reports stages that the pack does not tell apart.
func (v *resolver) stages(item any, stages []edu.Stage) {
	for _, st := range stages {
		if !slices.Contains(v.p.Stages, st) {
			v.failAt(v.at[field{item, "stages"}], "stage %q is not one of the pack's stages", st)
		}
	}
}

// unit reads a unit of measure; ok is false where it is none.
func (v *resolver) unit(src string, at pos) (formula.Unit, bool) {
	if u, ok := v.units[src]; ok {
		return u, true
	}
	u, err := formula.ParseUnit(src, v.bases)
	if err != nil {
		if !v.badUnit[src] {
			v.failAt(at, "%v", err)
			v.badUnit[src] = true
		}
		return u, false
	}
	v.units[src] = u
	return u, true
}

func (v *resolver) elementUnits(e *Element) {
	if e.Unit == "" {
		return
	}
	u, ok := v.unit(e.Unit, v.at[field{e, "unit"}])
	if !ok || e.FilledIn == "" {
		return
	}
	if f, ok := v.unit(e.FilledIn, v.at[field{e, "filled_in"}]); ok {
		factor, ok := formula.Factor(f, u)
		if !ok {
			v.failAt(v.at[field{e, "filled_in"}], "%s is filled in %s, which cannot be turned into %s", e.ID, e.FilledIn, e.Unit)
			return
		}
		e.shift = int(math.Round(math.Log10(factor)))
	}
}

// headers reports a header that could mean two elements of one table.
func (v *resolver) headers() {
	type place struct{ table, header string }
	seen := map[place]*Element{}
	claim := func(table string, e *Element) {
		for _, h := range slices.Concat([]string{e.ID, e.Name.ZH, e.Name.EN}, e.Headers) {
			k := place{table, strings.ToLower(strings.TrimSpace(h))}
			if k.header == "" {
				continue
			}
			if other := seen[k]; other != nil && other != e {
				v.failAt(v.at[field{e, "id"}], "the header %q already means the element %q", h, other.ID)
				continue
			}
			seen[k] = e
		}
	}
	for _, e := range v.p.Elements {
		if e.Derive == nil {
			claim(e.Level.String(), e)
		}
	}
	for _, l := range v.p.Lists {
		for _, c := range l.Columns {
			claim("list "+l.ID, c)
		}
	}
}

func (v *resolver) derive(e *Element) {
	d := e.Derive
	at := v.at[field{d, "list"}]
	var of *Element
	if d.Formula != nil {
		v.computed(e)
		return
	}
	if d.Over != edu.NoLevel {
		of = v.total(e)
	} else {
		l := v.p.List(d.List)
		if l == nil {
			var ids []string
			for _, k := range v.p.Lists {
				ids = append(ids, k.ID)
			}
			v.failAt(at, "unknown list %q%s", d.List, formula.DidYouMean(d.List, ids))
			return
		}
		if d.Where != nil {
			v.condition(d.Where, scope{level: edu.Section, list: l})
		}
		if d.Of != "" {
			if of = l.column(d.Of); of == nil {
				var ids []string
				for _, c := range l.Columns {
					ids = append(ids, c.ID)
				}
				v.failAt(v.at[field{d, "of"}], "list %q has no column %q%s", l.ID, d.Of, formula.DidYouMean(d.Of, ids))
			}
		}
	}
	if of != nil && of.Unit != e.Unit {
		v.failAt(v.at[field{e, "unit"}], "%s is the %s of %s, which is measured in %q, not in %q", e.ID, d.Agg, of.ID, of.Unit, e.Unit)
	}
	if e.By != nil || e.FilledIn != "" || e.Evidence {
		v.failAt(v.at[field{e, "id"}], "%s is computed, never typed: it has no by, filled_in or needs_evidence", e.ID)
	}
}

func (l *List) column(id string) *Element {
	for _, c := range l.Columns {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// formulaIn parses and checks a formula. ok is false where something is wrong,
// which is then reported.
func (v *resolver) formulaIn(f *Formula, mode formula.Mode, sc scope) (t formula.Type, ok bool) {
	before := len(v.problems)
	element := v.p.Element
	if sc.list != nil {
		element = sc.list.column
	}
	src, err := withChoices(f.Src, element)
	if err != nil {
		v.failAt(pos{f.File, f.Line, f.Col}, "%v", err)
		return t, false
	}
	report := func(err error) {
		problems := formula.Problems(err)
		for _, e := range problems {
			v.failAt(pos{f.File, f.Line + e.Line - 1, f.Col + e.Col - 1}, "%s", e.Msg)
		}
		if len(problems) == 0 {
			v.failAt(pos{f.File, f.Line, f.Col}, "%v", err)
		}
	}
	f.Expr, err = formula.Parse(src)
	if err != nil {
		report(err)
		return t, false
	}
	var refused []string
	lookup := func(name string) (formula.Type, bool) {
		e := element(name)
		if sc.list != nil || e == nil {
			return v.fieldType(e, name)
		}
		if why := v.unseen(e, name, sc); why != "" && !slices.Contains(refused, why) {
			refused = append(refused, why)
			v.failAt(pos{f.File, f.Line, f.Col + max(0, strings.Index(f.Src, name))}, "%s", why)
		}
		return v.fieldType(e, name)
	}
	known := func() []string {
		if sc.list == nil {
			return v.elementIDs()
		}
		var ids []string
		for _, c := range sc.list.Columns {
			ids = append(ids, c.ID)
		}
		return ids
	}
	t, err = f.Expr.Check(mode, lookup, v.bases, known)
	if err != nil {
		report(err)
	}
	return t, len(v.problems) == before
}

// fieldType is the type of an element in formulas; ok is false where it is no
// field.
func (v *resolver) fieldType(e *Element, name string) (formula.Type, bool) {
	if e == nil {
		return formula.Type{}, false
	}
	if _, part, ok := strings.Cut(name, "."); ok && e.part(part) == nil {
		return formula.Type{}, false
	}
	switch e.Type {
	case edu.TypeYesNo:
		return formula.Type{Bool: true}, true
	case edu.TypeText:
		return formula.Type{}, false
	case edu.TypeChoice, edu.TypeDate:
		return formula.Type{Unit: formula.One}, true
	}
	u, ok := v.unit(e.Unit, v.at[field{e, "unit"}])
	if !ok {
		u = formula.Any // reported where the unit stands
	}
	return formula.Type{Unit: u}, true
}

// unseen says why a formula cannot read an element, empty if it can.
func (v *resolver) unseen(e *Element, name string, sc scope) string {
	if sc.level == edu.County && e.Level != edu.County {
		return fmt.Sprintf("%s is asked of a %s, and this formula is about a county's answers", e.ID, e.Level)
	}
	have := e.Stages
	if _, part, ok := strings.Cut(name, "."); ok {
		if o := e.part(part); o != nil && len(o.Stages) > 0 {
			have = o.Stages
		}
	}
	if len(have) == 0 || e.Level == edu.County {
		return ""
	}
	want := sc.stages
	if len(want) == 0 {
		want = v.p.Stages
	}
	for _, st := range want {
		if !slices.Contains(have, st) {
			return fmt.Sprintf("%s is not asked of the stage %s; say which stages this is for", name, st)
		}
	}
	return ""
}

// condition checks a formula that must give yes or no.
func (v *resolver) condition(f *Formula, sc scope) {
	if t, ok := v.formulaIn(f, formula.Section, sc); ok && !t.Bool {
		v.failAt(pos{f.File, f.Line, f.Col}, "want a condition, found a number in %s", t.Unit)
	}
}

// figure checks a formula that must give numbers in a unit of measure.
func (v *resolver) figure(f *Formula, mode formula.Mode, sc scope, declared formula.Unit) {
	t, ok := v.formulaIn(f, mode, sc)
	switch at := (pos{f.File, f.Line, f.Col}); {
	case !ok:
	case t.Bool:
		v.failAt(at, "want a number in %s, found a condition", declared)
	case !formula.Fits(t.Unit, declared) && len(v.badUnit) == 0: // a unit that is unknown fits nothing
		v.failAt(at, "%s", formula.Misfit(t.Unit, declared))
	}
}

func (v *resolver) check(c *Check) {
	if c.Level != edu.Section && c.Level != edu.County {
		v.failAt(v.at[field{c, "id"}], "check %q: a check is about a section or a county", c.ID)
	}
	v.condition(c.Rule, scope{level: c.Level, stages: c.Stages})
	for _, id := range c.Fields {
		v.element(id, v.at[field{c, "fields"}])
	}
}

func (v *resolver) indicator(i *Indicator) {
	v.stages(i, i.Stages)
	sc := scope{level: i.Level, stages: i.Stages}
	if i.Unit == YesNo {
		v.condition(i.Section, sc)
		if i.Region != nil {
			v.failAt(pos{i.Region.File, i.Region.Line, i.Region.Col}, "a judgement (unit %s) has no value over a region", YesNo)
		}
		if i.Lack != nil {
			v.failAt(v.at[field{i.Lack, "unit"}], "a judgement (unit %s) lacks nothing that can be counted", YesNo)
		}
	} else if u, ok := v.unit(i.Unit, v.at[field{i, "unit"}]); ok {
		v.figure(i.Section, formula.Section, sc, u)
		if i.Region != nil {
			v.figure(i.Region, formula.Region, sc, u)
		}
		if i.Lack != nil {
			v.lack(i, sc, u)
		}
	}
	if i.Weight != "" {
		at := v.at[field{i, "weight"}]
		if e := v.element(i.Weight, at); e != nil {
			if t, ok := v.fieldType(e, i.Weight); !ok || t.Bool || e.Type == edu.TypeChoice {
				v.failAt(at, "%s is no number, so it weights nothing", i.Weight)
			} else if e.Level != i.Level {
				v.failAt(at, "%s is asked of a %s, and the indicator measures a %s", i.Weight, e.Level, i.Level)
			}
		}
	}
	i.Needs = nil
	for _, f := range []*Formula{i.Section, i.Region} {
		if f == nil || f.Expr == nil {
			continue
		}
		for _, name := range f.Expr.Fields() {
			id, _ := formula.Past(name)
			i.Needs = append(i.Needs, id)
		}
	}
	slices.Sort(i.Needs)
	i.Needs = slices.Compact(i.Needs)
	i.Dated = v.p.dates(i)
}

// lack checks that target * per - have counts things of one kind.
func (v *resolver) lack(i *Indicator, sc scope, u formula.Unit) {
	l := i.Lack
	t, ok := v.unit(l.Unit, v.at[field{l, "unit"}])
	if !ok {
		return
	}
	v.figure(l.Have, formula.Section, sc, t)
	if _, ok := v.formulaIn(l.Per, formula.Section, sc); !ok {
		return
	}
	ratio := &Formula{Src: "(" + l.Have.Src + ") / (" + l.Per.Src + ")", File: l.Per.File, Line: l.Per.Line, Col: l.Per.Col}
	if t, ok := v.formulaIn(ratio, formula.Section, sc); ok && !formula.Fits(t.Unit, u) && len(v.badUnit) == 0 {
		v.failAt(pos{l.Per.File, l.Per.Line, l.Per.Col}, "have / per should count like the indicator itself: %s", formula.Misfit(t.Unit, u))
	}
}
