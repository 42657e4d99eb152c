// What of a paper was handed in, apart from what was merely known that day.

package form

import (
	"maps"
	"slices"
)

// Frozen is the content with everything in it that counts: cells that rest on a
// register or on a group that was confirmed as last year are written out. What
// was handed in stays what it was when a register or last year's figure is
// mended later, and so does its check code.
func (p *Paper) Frozen() Content {
	c := p.Content
	c.Cells, c.Lists = maps.Clone(c.Cells), maps.Clone(c.Lists)
	for k, f := range p.Cells() {
		a := p.cell(k, false)
		if a.origin != FromSame && a.origin != FromSure {
			continue
		}
		if again := read(a.text, f); again.value != a.value {
			continue // known more exactly than anybody would type it
		}
		if c.Cells == nil {
			c.Cells = map[string]string{}
		}
		c.Cells[k.String()] = a.text
	}
	for i := range p.Lists {
		id := p.Lists[i].List.ID
		rows, origin := p.rows(id, false)
		if origin != FromSame && origin != FromSure {
			continue
		}
		if c.Lists == nil {
			c.Lists = map[string][]Row{}
		}
		c.Lists[id] = slices.Clone(rows)
	}
	return c
}

// Counting is the paper without what is known and was not confirmed: that was
// not handed in, and a reader must not take it for an answer.
func (p *Paper) Counting() *Paper {
	out := *p
	out.Known = maps.Clone(p.Known)
	for k := range p.Known {
		if _, shown := p.Shown(k); shown == FromKnown {
			delete(out.Known, k)
		}
	}
	out.Lists = slices.Clone(p.Lists)
	for i := range out.Lists {
		if _, shown := p.rows(out.Lists[i].List.ID, true); shown == FromKnown {
			out.Lists[i].Known = nil
		}
	}
	return &out
}
