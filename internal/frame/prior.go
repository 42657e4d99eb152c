package frame

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Prior says whose figures of the previous set are a unit's past, where that is
// not the unit of the same code: it was renumbered, merged or split.
type Prior struct {
	// Schools and Counties give, by code now, the codes of then. With none the
	// past cannot be told; a code that is not here is its own past.
	Schools, Counties map[string][]string
	// Adds tells whether an element's figures of several units add up to that of
	// one; nil is none does.
	Adds func(element string) bool
}

// codes are those that a unit had one step back.
func (p *Prior) codes(code string, county bool) []string {
	of := p.Schools
	if county {
		of = p.Counties
	}
	if codes, ok := of[code]; ok {
		return codes
	}
	return []string{code}
}

// earlier is the frame of the same units so many periods back, and nil where a
// set in between is not there.
func (f *Frame) earlier(back int) *Frame {
	s := f.set
	for range back {
		if s = s.Prev; s == nil {
			return nil
		}
	}
	if f.Base == edu.County {
		return s.Counties
	}
	return s.Stage(f.Stage)
}

// past finds the rows of an earlier frame that are a row's past, for an element;
// none where it has no past, or one that does not add up. Units are followed step
// by step, whether or not they reported in between.
func (f *Frame) past(then *Frame, back, row int, element string) []int {
	codes := []string{f.Rows[row].Code}
	adds := true
	for s := f.set; back > 0; s, back = s.Prev, back-1 {
		p := s.Prior
		if p == nil {
			continue
		}
		if then.Base != f.Base || len(f.Levels) == 0 {
			return nil
		}
		adds = p.Adds != nil && p.Adds(element)
		var were []string
		for _, c := range codes {
			of := p.codes(c, f.set.Counties == f)
			if len(of) == 0 {
				return nil
			}
			for _, w := range of {
				if !slices.Contains(were, w) {
					were = append(were, w)
				}
			}
		}
		codes = were
	}
	var rows []int
	for _, c := range codes {
		if j, ok := then.Find(c); ok {
			rows = append(rows, j)
		}
	}
	if len(rows) > 1 && !adds {
		return nil
	}
	return rows
}

// prior is the column of what an element was in an earlier set. A sum that lacks
// a part is missing.
func (f *Frame) prior(field string) []float64 {
	element, back := formula.Past(field)
	then := f.earlier(back)
	if then == nil {
		return nil
	}
	col, ok := then.Column(element)
	if !ok {
		return nil
	}
	out := missingColumn(f.Len())
	for i := range out {
		rows := f.past(then, back, i, element)
		switch {
		case len(rows) == 1:
			out[i] = col[rows[0]]
		case len(rows) > 1 && !slices.ContainsFunc(rows, func(j int) bool { return isMissing(col[j]) }):
			out[i] = 0
			for _, j := range rows {
				out[i] += col[j] // one that does not apply has none to add, and makes the sum open
			}
		}
	}
	return out
}
