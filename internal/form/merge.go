// Two drafts of one paper that were saved side by side.

package form

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Conflict is a cell that two fillers changed to different things.
type Conflict struct {
	Key                string // of a cell, "list classes", "reason …", "sign filler"
	Base, Mine, Theirs string // as text; a list is its rows, one a line
}

// Merge joins two drafts that both started from base: what only one of them
// changed is taken from it. Where both changed a thing, and differently, mine
// stands in the result and the conflict is listed. A list is one thing.
func Merge(base, mine, theirs Content) (Content, []Conflict) {
	var conflicts []Conflict
	add := func(prefix string, cs []Conflict) {
		for _, c := range cs {
			c.Key = prefix + c.Key
			conflicts = append(conflicts, c)
		}
	}
	var out Content
	var cs []Conflict
	out.Cells, cs = merge(base.Cells, mine.Cells, theirs.Cells, func(s string) string { return s })
	add("", cs)
	out.Lists, cs = merge(base.Lists, mine.Lists, theirs.Lists, rowsText)
	add("list ", cs)
	out.Reasons, cs = merge(base.Reasons, mine.Reasons, theirs.Reasons, func(r Reason) string { return strings.TrimSpace(r.Code + " " + r.Text) })
	add("reason ", cs)
	// Where a cell's place says where its text came from, it follows the text.
	for k, text := range out.Cells {
		for _, c := range []Content{mine, theirs} {
			if at, ok := c.Cites[k]; ok && c.Cells[k] == text {
				if out.Cites == nil {
					out.Cites = maps.Clone(c.Cites)
					clear(out.Cites)
				}
				out.Cites[k] = at
				break
			}
		}
	}
	for _, g := range slices.Concat(mine.Same, theirs.Same) {
		was, m, t := slices.Contains(base.Same, g), slices.Contains(mine.Same, g), slices.Contains(theirs.Same, g)
		if (m == t && m || m != t && !was) && !slices.Contains(out.Same, g) {
			out.Same = append(out.Same, g)
		}
	}
	out.Sign = mine.Sign
	for _, f := range []struct {
		name          string
		to            *string
		base, mn, thr string
	}{
		{"filler", &out.Sign.Filler, base.Sign.Filler, mine.Sign.Filler, theirs.Sign.Filler},
		{"phone", &out.Sign.Phone, base.Sign.Phone, mine.Sign.Phone, theirs.Sign.Phone},
		{"reviewer", &out.Sign.Reviewer, base.Sign.Reviewer, mine.Sign.Reviewer, theirs.Sign.Reviewer},
		{"head", &out.Sign.Head, base.Sign.Head, mine.Sign.Head, theirs.Sign.Head},
	} {
		switch {
		case f.mn == f.base:
			*f.to = f.thr
		case f.thr != f.base && f.thr != f.mn:
			conflicts = append(conflicts, Conflict{"sign " + f.name, f.base, f.mn, f.thr})
		}
	}
	if mine.Sign.At.Before(theirs.Sign.At) {
		out.Sign.At = theirs.Sign.At
	}
	return out, conflicts
}

// merge joins two maps; what is in none of them stays out.
func merge[T any](base, mine, theirs map[string]T, text func(T) string) (map[string]T, []Conflict) {
	var conflicts []Conflict
	out := map[string]T{}
	for _, k := range sorted(base, mine, theirs) {
		b, inBase := base[k]
		m, inMine := mine[k]
		t, inTheirs := theirs[k]
		same := func(x T, inX bool, y T, inY bool) bool { return inX == inY && reflect.DeepEqual(x, y) }
		v, keep := m, inMine
		switch {
		case same(m, inMine, b, inBase):
			v, keep = t, inTheirs
		case !same(t, inTheirs, b, inBase) && !same(t, inTheirs, m, inMine):
			conflicts = append(conflicts, Conflict{k, text(b), text(m), text(t)})
		}
		if keep {
			out[k] = v
		}
	}
	if len(out) == 0 {
		return nil, conflicts
	}
	return out, conflicts
}

func sorted[T any](ms ...map[string]T) []string {
	var keys []string
	for _, m := range ms {
		keys = slices.AppendSeq(keys, maps.Keys(m))
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return slices.Compact(keys)
}

func rowsText(rows []Row) string {
	var lines []string
	for _, r := range rows {
		var cells []string
		for _, k := range sorted(r.Cells) {
			cells = append(cells, r.Cells[k])
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, "\n")
}
