package docxtest

import (
	"encoding/xml"
	"strconv"
)

// tables follows the tables of a part: every row fills the columns, every cell
// ends with a paragraph, and what goes on downwards has a beginning.
type tables struct{ open []*table }

type table struct {
	columns   int
	row       int         // columns that the row has so far
	span      int         // of the cell
	merge     string      // of the cell
	down      map[int]int // columns in which a cell goes on, with its span
	next      map[int]int
	paragraph bool // the last thing in the cell
}

func (s *tables) begin(f *file, name, own string, e xml.StartElement) {
	if own == "w:tbl" {
		s.open = append(s.open, &table{down: map[int]int{}})
		return
	}
	if len(s.open) == 0 {
		return
	}
	t := s.open[len(s.open)-1]
	switch own {
	case "w:gridCol":
		t.columns++
	case "w:tr":
		t.row, t.next = 0, map[int]int{}
	case "w:tc":
		t.span, t.merge, t.paragraph = 1, "", false
	case "w:gridSpan":
		t.span, _ = strconv.Atoi(attr(e, "w:val"))
	case "w:vMerge":
		if t.merge = attr(e, "w:val"); t.merge == "" {
			t.merge = "continue"
		}
	}
}

func (s *tables) end(f *file, name, own string) {
	if len(s.open) == 0 {
		return
	}
	t := s.open[len(s.open)-1]
	switch own {
	case "w:p":
		t.paragraph = true
	case "w:tc":
		if !t.paragraph {
			f.bad("%s: a cell does not end with a paragraph", name)
		}
		if t.merge == "continue" && t.down[t.row] != t.span {
			f.bad("%s: a cell goes on from none above it", name)
		}
		if t.merge != "" {
			t.next[t.row] = t.span
		}
		t.row += t.span
	case "w:tr":
		if t.row != t.columns {
			f.bad("%s: a row has %d columns of %d", name, t.row, t.columns)
		}
		t.down = t.next
	case "w:tbl":
		if s.open = s.open[:len(s.open)-1]; len(s.open) > 0 {
			s.open[len(s.open)-1].paragraph = false
		}
	}
}
