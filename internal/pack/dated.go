// The time that figures are of. A school year's frame holds headcounts of its
// first day beside money of the calendar year before: whoever reads a figure is
// told which.

package pack

import (
	"cmp"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Dating is the time that an element's figures are of, seen from the period in
// which they are reported.
type Dating string

const (
	// DatedStart is the period's reference date: 1 September. It is what an
	// element is that says nothing.
	DatedStart Dating = "school_year"
	// DatedLastYear is the school year that ended before that date.
	DatedLastYear Dating = "last_school_year"
	// DatedTerm and DatedMonth are each term and month of that school year.
	DatedTerm  Dating = "term"
	DatedMonth Dating = "month"
	// DatedCalendar is the calendar, and fiscal, year before that date.
	DatedCalendar Dating = "calendar_year"
	// DatedUnsaid is of figures whose source does not say: no date is shown.
	DatedUnsaid Dating = "unsaid"
)

// datings in the order in which a sentence names them.
var datings = []Dating{DatedStart, DatedLastYear, DatedTerm, DatedMonth, DatedCalendar, DatedUnsaid}

// dated reads when the figures of an element are of, or those of a whole pack.
func (o *object) dated() Dating {
	words := make([]string, len(datings))
	for i, d := range datings {
		words[i] = string(d)
	}
	return Dating(o.oneOf("dated", words...))
}

// Dated is one of the times that an indicator's figures are of.
type Dated struct {
	When     Dating
	Before   int        // the same so many years earlier: a formula reads that year's figure
	Elements []*Element // those that the indicator reads, by id
}

// Dating is when the element's own figures are of.
func (e *Element) Dating() Dating { return cmp.Or(e.Dated, DatedStart) }

// dates finds out when the figures are of that an indicator reads, in the order
// in which a sentence names them.
func (p *Pack) dates(i *Indicator) []Dated {
	var out []Dated
	for _, f := range []*Formula{i.Section, i.Region} {
		if f == nil || f.Expr == nil {
			continue
		}
		for _, name := range f.Expr.Fields() {
			id, before := formula.Past(name)
			e := p.Element(id)
			if e == nil {
				continue
			}
			for _, when := range p.datingsOf(e) {
				k := slices.IndexFunc(out, func(d Dated) bool { return d.When == when && d.Before == before })
				if k < 0 {
					k = len(out)
					out = append(out, Dated{When: when, Before: before})
				}
				if !slices.Contains(out[k].Elements, e) {
					out[k].Elements = append(out[k].Elements, e)
				}
			}
		}
	}
	for _, d := range out {
		slices.SortFunc(d.Elements, func(a, b *Element) int { return cmp.Compare(a.ID, b.ID) })
	}
	slices.SortFunc(out, func(a, b Dated) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(slices.Index(datings, a.When), slices.Index(datings, b.When)))
	})
	return out
}

// datingsOf are the times of what an element follows from, or its own.
func (p *Pack) datingsOf(e *Element) []Dating {
	d := e.Derive
	if d == nil || e.Dated != "" {
		return []Dating{e.Dating()}
	}
	var of []*Element
	switch {
	case d.Formula != nil && d.Formula.Expr != nil:
		for _, name := range d.Formula.Expr.Fields() {
			of = append(of, p.Element(name))
		}
	case d.Over != edu.NoLevel:
		of = append(of, p.Element(d.Of))
	case d.List != "" && d.Of != "":
		if l := p.List(d.List); l != nil {
			of = append(of, l.column(d.Of))
		}
	}
	var out []Dating
	for _, k := range of {
		if k != nil && k != e {
			out = unite(out, p.datingsOf(k))
		}
	}
	if len(out) == 0 {
		return []Dating{DatedStart}
	}
	return out
}
