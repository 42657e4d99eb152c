package frame

import "slices"

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

// past finds the rows of the previous frame that are a row's past, for an
// element; none where it has no past, or one that does not add up.
func (f *Frame) past(then *Frame, row int, element string) []int {
	code := f.Rows[row].Code
	if p := f.set.Prior; p != nil {
		of := p.Schools
		if then.Base != f.Base || len(f.Levels) == 0 {
			return nil
		}
		if f.set.Counties == f {
			of = p.Counties
		}
		if codes, ok := of[code]; ok {
			var rows []int
			for _, c := range codes {
				if j, ok := then.Find(c); ok {
					rows = append(rows, j)
				}
			}
			if len(rows) > 1 && (p.Adds == nil || !p.Adds(element)) {
				return nil
			}
			return rows
		}
	}
	if j, ok := then.Find(code); ok {
		return []int{j}
	}
	return nil
}

// prior is the column of what an element was in the previous set. A sum that
// lacks a part is missing.
func (f *Frame) prior(then *Frame, element string) []float64 {
	col, ok := then.Column(element)
	if !ok {
		return nil
	}
	out := missingColumn(f.Len())
	for i := range out {
		rows := f.past(then, i, element)
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
