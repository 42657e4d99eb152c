// When two packs speak of the same thing: whether they agree, and what they say
// of it together.

package pack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// differs says in what an element contradicts another of the same id, empty if
// the two can be one fact of the city.
func (e *Element) differs(o *Element) string {
	switch {
	case e.Type != o.Type:
		return fmt.Sprintf("type %s, not %s", e.Type, o.Type)
	case e.Unit != o.Unit:
		return fmt.Sprintf("unit %q, not %q", e.Unit, o.Unit)
	case e.Level != o.Level:
		return fmt.Sprintf("level %s, not %s", e.Level, o.Level)
	case e.FilledIn != o.FilledIn:
		return fmt.Sprintf("filled in %q, not in %q", e.FilledIn, o.FilledIn)
	case e.By != nil && o.By != nil && e.By.ID != o.By.ID:
		return fmt.Sprintf("broken down by %s, not by %s", e.By.ID, o.By.ID)
	case e.Dated != "" && o.Dated != "" && e.Dated != o.Dated:
		return fmt.Sprintf("dated %s, not %s", e.Dated, o.Dated)
	case e.Evidence != o.Evidence:
		return "only one of them needs evidence"
	}
	if why := differentChoices(e.Choices, o.Choices); why != "" {
		return why
	}
	return e.Derive.differs(o.Derive)
}

// differentChoices says in what two lists of choices differ. An answer is kept as
// the place of the choice, so the order is a part of its meaning.
func differentChoices(a, b []Option) string {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("the choice %q is not in its list", b[i].ID)
		case i >= len(b):
			return fmt.Sprintf("the choice %q is only in its own list", a[i].ID)
		case a[i].ID != b[i].ID:
			return fmt.Sprintf("choice %d is %q, not %q", i+1, a[i].ID, b[i].ID)
		}
	}
	return ""
}

func (d *Derive) differs(o *Derive) string {
	src := func(f *Formula) string {
		if f == nil {
			return ""
		}
		return f.Src
	}
	switch {
	case d == nil && o == nil:
		return ""
	case (d == nil) != (o == nil):
		return "one of them is computed, the other is asked"
	case d.List != o.List || d.Agg != o.Agg || d.Of != o.Of || d.Over != o.Over || src(d.Where) != src(o.Where) || src(d.Formula) != src(o.Formula):
		return "they are computed in different ways"
	case len(d.Stages) > 0 && len(o.Stages) > 0 && !slices.Equal(inOrder(d.Stages), inOrder(o.Stages)):
		return "they are totals over different stages"
	}
	return ""
}

// differentParts says in which stage that is asked in both packs an element has
// other parts in one than in the other: a total is known where all parts are, so
// a part more would change the figures of who does not know of it.
func differentParts(e, o *Element) string {
	if e.By == nil || o.By == nil {
		return ""
	}
	stages := []edu.Stage{""}
	if len(e.Stages) > 0 && len(o.Stages) > 0 {
		stages = filter(e.Stages, func(st edu.Stage) bool { return slices.Contains(o.Stages, st) })
	}
	for _, st := range stages {
		a, b := e.partsOf(st), o.partsOf(st)
		if slices.Equal(a, b) {
			continue
		}
		of := ""
		if st != "" {
			of = " of the stage " + string(st)
		}
		return fmt.Sprintf("the parts%s are %s, not %s", of, strings.Join(a, ", "), strings.Join(b, ", "))
	}
	return ""
}

// partsOf are the parts of an element in a stage, sorted; "" is all of them.
func (e *Element) partsOf(st edu.Stage) []string {
	var out []string
	for _, o := range e.By.Parts {
		if st == "" || len(o.Stages) == 0 || slices.Contains(o.Stages, st) {
			out = append(out, o.ID)
		}
	}
	slices.Sort(out)
	return out
}

// join puts what another pack says of the same element beside what e says: parts,
// headers and stages of both, and the wider limits. It says why where the two
// cannot be one. Both must have their stages spelled out.
func (e *Element) join(o *Element) string {
	if why := o.differs(e); why != "" {
		return why
	}
	if why := differentParts(o, e); why != "" {
		return why
	}
	parts := joinParts(e, o)
	for _, h := range o.words() {
		if !slices.ContainsFunc(e.words(), func(k string) bool { return strings.EqualFold(k, h) }) {
			e.Headers = append(slices.Clip(e.Headers), h)
		}
	}
	if len(e.Stages) == 0 || len(o.Stages) == 0 {
		e.Stages = nil
	} else {
		e.Stages = inOrder(unite(e.Stages, o.Stages))
	}
	e.Required, e.Always = e.Required || o.Required, e.Always || o.Always
	e.Min, e.Max = wider(e.Min, o.Min, func(a, b float64) float64 { return min(a, b) }), wider(e.Max, o.Max, func(a, b float64) float64 { return max(a, b) })
	if e.Who == "" {
		e.Who = o.Who
	}
	if e.Group == "" {
		e.Group = o.Group
	}
	e.Dated = cmp.Or(e.Dated, o.Dated)
	if len(e.Choices) > 0 {
		e.Choices = joinOptions(e.Choices, o.Choices)
	}
	e.By = parts
	return ""
}

// joinParts is the breakdown of both. Parts of every stage become parts of every
// stage of the element that they belong to.
func joinParts(e, o *Element) *Breakdown {
	spelt := func(e *Element) *Breakdown {
		if e.By == nil {
			return nil
		}
		by := &Breakdown{ID: e.By.ID, Parts: slices.Clone(e.By.Parts)}
		for i := range by.Parts {
			if len(by.Parts[i].Stages) == 0 {
				by.Parts[i].Stages = e.Stages
			}
		}
		return by
	}
	a, b := spelt(e), spelt(o)
	switch {
	case a == nil:
		return b
	case b != nil:
		a.Parts = joinOptions(a.Parts, b.Parts)
	}
	return a
}

// wider is the limit that lets more through; none lets everything through.
func wider(a, b *float64, of func(a, b float64) float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	v := of(*a, *b)
	return &v
}

// joinOptions puts choices or parts together: those of both with the headers of
// both, then those of the other alone.
func joinOptions(a, b []Option) []Option {
	out := slices.Clone(a)
	for _, o := range b {
		i := slices.IndexFunc(out, func(k Option) bool { return k.ID == o.ID })
		if i < 0 {
			out = append(out, o)
			continue
		}
		k := &out[i]
		if k.Name != o.Name {
			k.Headers = unite(k.Headers, []string{o.Name.ZH, o.Name.EN})
		}
		k.Headers = unite(k.Headers, o.Headers)
		if len(k.Stages) == 0 || len(o.Stages) == 0 {
			k.Stages = nil
		} else {
			k.Stages = inOrder(unite(k.Stages, o.Stages))
		}
	}
	return out
}

// join puts what another pack says of the same list beside what l says.
func (l *List) join(o *List) string {
	for _, c := range o.Columns {
		own := l.column(c.ID)
		if own == nil {
			l.Columns = append(l.Columns, c)
			continue
		}
		if why := own.join(c); why != "" {
			return fmt.Sprintf("column %q: %s", c.ID, why)
		}
	}
	l.Sheets = unite(l.Sheets, o.Sheets)
	return ""
}

// uniteKeys puts the keys of two packs together by their roles. What stands in
// a cell of the stage means one stage.
func uniteKeys(a, b []Key) (out []Key, why string) {
	out = slices.Clone(a)
	for _, k := range b {
		i := slices.IndexFunc(out, func(x Key) bool { return x.Role == k.Role })
		if i < 0 {
			out = append(out, k)
			continue
		}
		x := Key{Role: k.Role, Headers: unite(slices.Clone(out[i].Headers), k.Headers), Values: maps.Clone(out[i].Values)}
		for _, word := range slices.Sorted(maps.Keys(k.Values)) {
			if x.Values == nil {
				x.Values = map[string]string{}
			}
			if was, ok := x.Values[word]; ok && was != k.Values[word] {
				why = fmt.Sprintf("%q means the stage %s in one and %s in the other", word, was, k.Values[word])
			}
			x.Values[word] = k.Values[word]
		}
		out[i] = x
	}
	return out, why
}

// unite appends what is not there yet.
func unite[T comparable](to, more []T) []T {
	out := slices.Clip(to)
	for _, v := range more {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// inOrder puts stages in the order in which they follow each other.
func inOrder(stages []edu.Stage) []edu.Stage {
	out := slices.Clone(stages)
	slices.SortStableFunc(out, func(a, b edu.Stage) int { return slices.Index(edu.Stages, a) - slices.Index(edu.Stages, b) })
	return out
}
