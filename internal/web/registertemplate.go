// The empty workbook of a register: our own heads, cells that keep long numbers whole,
// and the words that columns take.

package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/register"
	"shuren/internal/store"
)

// templateRows are the rows in which a closed column offers its words.
const templateRows = 5000

// maxOffered is how many characters of words Excel takes for one cell.
const maxOffered = 255

// registerTemplate sends the empty workbook of a register. Every cell is text: a
// spreadsheet rounds an identity number that it takes for a figure.
func (s *Server) registerTemplate(w http.ResponseWriter, r *request, kind store.PersonKind, fields []register.Field) error {
	name := r.T("register.template.pupils")
	if kind == store.AStaff {
		name = r.T("register.template.staff")
	}
	book, err := templateOf(r, fields)
	if err != nil {
		return fmt.Errorf("empty workbook of a register: %w", err)
	}
	s.sendFile(w, r, name+".xlsx", book)
	return nil
}

func templateOf(r *request, fields []register.Field) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	rows, notes := r.T("register.template.rows"), r.T("register.template.notes")
	if err := f.SetSheetName("Sheet1", rows); err != nil {
		return nil, err
	}
	if _, err := f.NewSheet(notes); err != nil {
		return nil, err
	}
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, err
	}
	head, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: fill, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return nil, err
	}
	said := [][]any{{r.T("register.template.column"), r.T("register.template.must"), r.T("register.template.words"), r.T("register.template.also")}}
	for i, x := range fields {
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		if err := f.SetColStyle(rows, col, text); err != nil {
			return nil, err
		}
		if err := f.SetColWidth(rows, col, col, 16); err != nil {
			return nil, err
		}
		title := x.Heads[0]
		if x.Must {
			title += "*"
		}
		if err := f.SetCellStr(rows, col+"1", title); err != nil {
			return nil, err
		}
		if err := f.SetCellStyle(rows, col+"1", col+"1", head); err != nil {
			return nil, err
		}
		words, err := offer(f, rows, col, x.ID)
		if err != nil {
			return nil, err
		}
		must := ""
		if x.Must {
			must = r.T("register.template.yes")
		}
		said = append(said, []any{x.Heads[0], must, strings.Join(words, "、"), strings.Join(x.Heads[1:], "、")})
	}
	for i, row := range said {
		if err := f.SetSheetRow(notes, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return nil, err
		}
	}
	if err := f.SetCellStyle(notes, "A1", "D1", head); err != nil {
		return nil, err
	}
	if err := f.SetColWidth(notes, "A", "D", 32); err != nil {
		return nil, err
	}
	if err := f.SetPanes(rows, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// offer lets the cells of a closed column choose among its words, and gives them. A
// cell of groups takes several, so it is told which there are and refuses nothing.
func offer(f *excelize.File, sheet, col, field string) ([]string, error) {
	var words []string
	n := 0
	for _, t := range register.Choices(field) {
		words, n = append(words, t.ZH), n+len([]rune(t.ZH))+1
	}
	if len(words) == 0 || field == "groups" || n > maxOffered {
		return words, nil
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", col, col, templateRows))
	if err := v.SetDropList(words); err != nil {
		return nil, err
	}
	return words, f.AddDataValidation(sheet, v)
}
