// Where figures came from, as far as it can be believed.

package form

import (
	"maps"
	"slices"

	"shuren/internal/edu"
)

// Cited is the content with only those places that a content saved before has
// for the very same text. A place is known of what a workbook brought; whoever
// types something else over it, on the page or by a program, brought it from
// nowhere, and cannot say otherwise.
func (c Content) Cited(before Content) Content {
	c.Cites = nil
	for k, at := range before.Cites {
		// How a file wrote the unit's name is no cell, and stays.
		if text, typed := c.Cells[k]; typed && text == before.Cells[k] || k == NameCite {
			if c.Cites == nil {
				c.Cites = map[string]edu.Cell{}
			}
			c.Cites[k] = at
		}
	}
	c.Lists = maps.Clone(c.Lists)
	for id, rows := range c.Lists {
		known := map[edu.Cell]Row{}
		for _, r := range before.Lists[id] {
			known[r.Cite] = r
		}
		out := slices.Clone(rows)
		for i, r := range out {
			if was, ok := known[r.Cite]; !ok || was.Part != r.Part || !maps.Equal(was.Cells, r.Cells) {
				out[i].Cite = edu.Cell{}
			}
		}
		c.Lists[id] = out
	}
	return c
}
