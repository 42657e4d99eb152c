// The rows of a sheet with their ids, whatever stands around them.

package workbook

import (
	"net/url"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// line is one row of a sheet.
type line struct {
	number int // in the sheet, from 1
	id     id
	text   []string // by column that has an id
}

// parseID reads an id; what is none comes back empty.
func parseID(s string) id {
	if len(s) < 2 || len(s) > 2000 || s[1] != '=' {
		return nil
	}
	v, err := url.ParseQuery(s)
	if err != nil {
		return nil
	}
	return v
}

// idColumn is a column of a sheet that has an id.
type idColumn struct {
	index int
	id    id
}

// named are the columns with an id, right of the corner or, should somebody have
// moved them, left of it.
func (s *opened) named() []idColumn {
	var out []idColumn
	for c, text := range s.columns {
		if c == s.col {
			continue
		}
		if v := parseID(text); len(v) > 0 {
			out = append(out, idColumn{c, v})
		}
	}
	return out
}

// each walks through the rows below the corner.
func (rd *reader) each(s *opened, visit func(line) error) error {
	cols := []sheet.Column{{Index: s.col, Kind: sheet.Texts}}
	for _, c := range s.named() {
		cols = append(cols, sheet.Column{Index: c.index, Kind: sheet.Texts})
	}
	data, err := s.Read(rd.ctx, s.row+1, Limits.Columns, cols, nil)
	if err != nil {
		return err
	}
	ids := map[uint32]id{}
	l := line{text: make([]string, len(cols)-1)}
	for i := range data.N {
		code := data.Text[0].Code[i]
		v, ok := ids[code]
		if !ok {
			v = parseID(data.Text[0].Dict[code])
			ids[code] = v
		}
		l.number, l.id = int(data.Rows[i]), v
		for c := range l.text {
			l.text[c] = data.Text[c+1].At(i)
		}
		if err := visit(l); err != nil {
			return err
		}
	}
	return nil
}

// place is the place of a cell.
func (s *opened) place(row, column int, header, text string) edu.Cell {
	return edu.Cell{Sheet: s.Name, Row: row, Column: sheet.Letters(column), Header: header, Text: text}
}

// fold makes texts comparable that mean the same.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), ""))
}
