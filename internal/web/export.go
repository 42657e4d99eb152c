package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
)

// export sends tables of figures as a workbook, one sheet each: exactly the rows
// and columns that the page shows, less the drawings, with the address of every
// row's explanation and a sheet that says where each column comes from.
func (s *Server) export(w http.ResponseWriter, r *request, name string, tables ...Table) error {
	sheetNames(tables)
	if r.a == nil { // nothing is measured yet: there are no figures to explain
		return s.exportPlain(w, r, name, tables...)
	}
	from, err := s.origins(r, tables)
	if err != nil {
		return err
	}
	return s.exportPlain(w, r, name, append(s.withTraces(r, tables), from)...)
}

// exportPlain sends tables that are no figures of the assessment.
func (s *Server) exportPlain(w http.ResponseWriter, r *request, name string, tables ...Table) error {
	note := r.Text(r.city.Name())
	if r.a != nil {
		note = r.T("export.note", note, r.a.Pack.Ref())
	}
	if !r.period.IsZero() {
		name += "-" + r.period.String()
	}
	return s.sendTables(w, r, name, note, r.period, tables)
}

// sendTables sends tables of a period as a workbook under a name.
func (s *Server) sendTables(w http.ResponseWriter, r *request, name, note string, p edu.Period, tables []Table) error {
	if r.city.Fictional() {
		note = r.T("sample.mark") + " · " + note
	}
	if dates := r.dates(p); dates != "" {
		note += " · " + dates
	}
	book, err := writeWorkbook(note, tables, func(href string) string { return s.absolute(r, href) })
	if err != nil {
		return fmt.Errorf("workbook of %s: %w", name, err)
	}
	s.sendFile(w, r, name+".xlsx", book)
	return nil
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sendFile sends a workbook to be kept; where figures are made up its name says so.
func (s *Server) sendFile(w http.ResponseWriter, r *request, file string, body []byte) {
	s.sendKept(w, r, file, xlsx, "export.xlsx", body)
}

// sendKept sends a file of a type; plain is its name for old browsers.
func (s *Server) sendKept(w http.ResponseWriter, r *request, file, kind, plain string, body []byte) {
	if r.city.Fictional() {
		file = r.T("sample.file") + "-" + file
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+plain+`"; filename*=UTF-8''`+url.PathEscape(file))
	h.Set("Cache-Control", "no-store")
	if _, err := w.Write(body); err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
}

// writeWorkbook writes tables as sheets; absolute makes an address of a page one
// that can be opened from a file.
func writeWorkbook(note string, tables []Table, absolute func(href string) string) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	links := make([][]cellLink, len(tables))
	used := map[string]bool{}
	for i, t := range tables {
		name := sheetName(t, i, used)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return nil, err
		}
		if links[i], err = writeSheet(f, name, note, t, styles, absolute); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return withLinks(b.Bytes(), links)
}

type styles struct{ note, head, text int }

func newStyles(f *excelize.File) (s styles, err error) {
	border := []excelize.Border{{Type: "bottom", Color: "D7DDE5", Style: 1}}
	for _, x := range []struct {
		to    *int
		style *excelize.Style
	}{
		{&s.note, &excelize.Style{Font: &excelize.Font{Color: "526070", Size: 9}}},
		{&s.head, &excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}, Border: border, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}},
		{&s.text, &excelize.Style{Border: border, Alignment: &excelize.Alignment{Vertical: "center"}}},
	} {
		if *x.to, err = f.NewStyle(x.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// writeSheet puts the note in the first row, the head in the second, and holds
// the head and the first column when the sheet is scrolled. It gives the cells
// that lead somewhere.
func writeSheet(f *excelize.File, name, note string, t Table, st styles, absolute func(string) string) (links []cellLink, err error) {
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	var cols []int
	for i, c := range t.Cols {
		if c.Draw {
			continue
		}
		cols = append(cols, i)
		if err := sw.SetColWidth(len(cols), len(cols), width(t, i)); err != nil {
			return nil, err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 2, TopLeftCell: "B3", ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	if err := sw.SetRow("A1", []any{excelize.Cell{StyleID: st.note, Value: note}}); err != nil {
		return nil, err
	}
	head := make([]any, 0, len(cols))
	for _, i := range cols {
		head = append(head, excelize.Cell{StyleID: st.head, Value: headOf(t.Cols[i])})
	}
	if err := sw.SetRow("A2", head); err != nil {
		return nil, err
	}
	for n, row := range t.Rows {
		var cells []any
		for _, i := range cols {
			if i >= len(row.Cells) {
				break
			}
			c := row.Cells[i]
			v := any(strings.TrimSpace(c.Text))
			if c.Number {
				v = c.Value
			}
			cells = append(cells, excelize.Cell{StyleID: st.text, Value: v})
			if to := cellTrace(row, i); to != "" {
				at, err := excelize.CoordinatesToCellName(len(cells), n+3)
				if err != nil {
					return nil, err
				}
				links = append(links, cellLink{at, absolute(to)})
			}
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", n+3), cells); err != nil {
			return nil, err
		}
	}
	return links, sw.Flush()
}

// headOf is what stands over a column of a sheet.
func headOf(c Col) string {
	label := c.Label
	if c.Title != "" {
		label = c.Title
	}
	if c.Unit != "" {
		label += " (" + c.Unit + ")"
	}
	return strings.ReplaceAll(label, breakHere, "")
}

// sheetNames gives every table the name that its sheet will have.
func sheetNames(tables []Table) {
	used := map[string]bool{}
	for i := range tables {
		tables[i].Sheet = sheetName(tables[i], i, used)
	}
}

// width is how wide a column has to be for what stands in it.
func width(t Table, col int) float64 {
	w := float64(utf8.RuneCountInString(t.Cols[col].Label)) + 2
	for _, row := range t.Rows[:min(50, len(t.Rows))] {
		if col < len(row.Cells) {
			n := 0.0
			for _, c := range row.Cells[col].Text {
				n++
				if c >= 0x2E80 {
					n++
				}
			}
			w = max(w, n+2)
		}
	}
	return min(48, max(8, w))
}

// sheetName is a name that a workbook takes, each once.
func sheetName(t Table, i int, used map[string]bool) string {
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) {
			return ' '
		}
		return c
	}, t.Sheet)
	if name = strings.TrimSpace(name); name == "" {
		name = fmt.Sprintf("Table %d", i+1)
	}
	if runes := []rune(name); len(runes) > 28 {
		name = string(runes[:28])
	}
	if used[name] {
		name = fmt.Sprintf("%s %d", name, i+1)
	}
	used[name] = true
	return name
}
