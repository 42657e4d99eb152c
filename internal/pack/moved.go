package pack

import (
	"fmt"
	"slices"
)

// Moved says which answers that were given by one pack would read otherwise by
// another: an answer is kept as the place of its choice, so lists of choices grow
// at their end and in no other way. It is empty where nothing is moved.
func Moved(was, now *Pack) []string {
	var out []string
	check := func(a, b *Element, of string) {
		if b == nil || len(b.Choices) == 0 {
			return
		}
		for i, o := range a.Choices {
			if i >= len(b.Choices) || b.Choices[i].ID != o.ID {
				out = append(out, fmt.Sprintf("choice %d of %s%s was %q", i+1, of, a.ID, o.ID))
				return
			}
		}
	}
	for _, e := range was.Elements {
		check(e, now.Element(e.ID), "")
	}
	for _, l := range was.Lists {
		other := now.List(l.ID)
		if other == nil {
			continue
		}
		for _, c := range l.Columns {
			check(c, other.column(c.ID), l.ID+".")
		}
	}
	slices.Sort(out)
	return out
}
