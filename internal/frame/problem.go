package frame

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

// Problem is something in the tables that a person has to look at.
type Problem struct {
	// Blocking: what was given contradicts itself, so no figure may count until
	// it is mended. Otherwise a row or a cell was left out, and this says which.
	Blocking bool
	Cells    []edu.Cell // the places, the first one first; never empty where known
	Message  edu.Text
}

// String is the problem on one line, in English.
func (p Problem) String() string {
	if len(p.Cells) == 0 {
		return p.Message.EN
	}
	return Place(p.Cells[0]) + ": " + p.Message.EN
}

// Place names a cell for a person: "a.xlsx, sheet 小学, row 14, column 专任教师数".
func Place(c edu.Cell) string {
	var parts []string
	if c.File != "" {
		parts = append(parts, c.File)
	}
	if c.Sheet != "" {
		parts = append(parts, "sheet "+c.Sheet)
	}
	if c.Row > 0 {
		parts = append(parts, fmt.Sprintf("row %d", c.Row))
	}
	switch {
	case c.Header != "":
		parts = append(parts, "column "+c.Header)
	case c.Column != "":
		parts = append(parts, "column "+c.Column)
	}
	if len(parts) == 0 {
		return "a table without a name"
	}
	return strings.Join(parts, ", ")
}

// PlaceZH is Place in Chinese.
func PlaceZH(c edu.Cell) string {
	var parts []string
	if c.File != "" {
		parts = append(parts, c.File)
	}
	if c.Sheet != "" {
		parts = append(parts, "工作表“"+c.Sheet+"”")
	}
	if c.Row > 0 {
		parts = append(parts, fmt.Sprintf("第 %d 行", c.Row))
	}
	switch {
	case c.Header != "":
		parts = append(parts, "“"+c.Header+"”列")
	case c.Column != "":
		parts = append(parts, c.Column+" 列")
	}
	if len(parts) == 0 {
		return "未命名的表"
	}
	return strings.Join(parts, "，")
}

// cell is where a record, or one element of it, stood.
func (t *Table) cell(row int, element string) edu.Cell {
	c := edu.Cell{Submission: t.Submission, File: t.File, Sheet: t.Sheet}
	if row < len(t.Rows) {
		c.Row = int(t.Rows[row])
	}
	if h, ok := t.Heads[element]; ok {
		c.Column, c.Header = h.Column, h.Header
		if h.Row != 0 {
			c.Row = int(h.Row)
		}
	}
	return c
}
