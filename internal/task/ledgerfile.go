package task

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
)

// WriteLedger writes tasks as a ledger: "xlsx", "csv" or "json". Note, where not
// empty, is a mark such as 示例数据; it stands above the table of a workbook.
func WriteLedger(w io.Writer, format string, l Ledger, rows []Row, lang, note string) error {
	switch format {
	case "xlsx":
		return writeLedgerXLSX(w, l, rows, lang, note)
	case "csv":
		return writeLedgerCSV(w, l, rows, lang)
	case "json":
		return writeLedgerJSON(w, l, rows)
	}
	return fmt.Errorf("format %q: want xlsx, csv or json: %w", format, fault.Invalid)
}

func writeLedgerCSV(w io.Writer, l Ledger, rows []Row, lang string) error {
	cw := csv.NewWriter(w)
	line := make([]string, len(l.Columns()))
	for i, c := range l.Columns() {
		line[i] = c.Name.In(lang)
	}
	if err := cw.Write(line); err != nil {
		return err
	}
	for _, r := range rows {
		for i, c := range l.Columns() {
			line[i] = inert(c.Of(r))
		}
		if err := cw.Write(line); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// inert keeps a program that opens the file from taking what somebody typed for a
// formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func writeLedgerJSON(w io.Writer, l Ledger, rows []Row) error {
	out := make([]map[string]string, len(rows))
	for i, r := range rows {
		out[i] = map[string]string{"id": r.ID}
		for _, c := range l.Columns() {
			out[i][c.Key] = c.Of(r)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func writeLedgerXLSX(w io.Writer, l Ledger, rows []Row, lang, note string) error {
	f := excelize.NewFile()
	defer f.Close()
	name := map[Ledger]string{Breakdown: "任务分解表", Supervision: "督办台账"}[l]
	if name == "" {
		name = string(Breakdown)
	}
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	wrapped, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, len(l.Columns()), 18); err != nil {
		return err
	}
	at := 1
	put := func(style int, cells []any) error {
		for i := range cells {
			cells[i] = excelize.Cell{StyleID: style, Value: cells[i]}
		}
		err := sw.SetRow(fmt.Sprintf("A%d", at), cells)
		at++
		return err
	}
	if note != "" {
		if err := put(bold, []any{note}); err != nil {
			return err
		}
	}
	var head []any
	for _, c := range l.Columns() {
		head = append(head, c.Name.In(lang))
	}
	if err := put(bold, head); err != nil {
		return err
	}
	for _, r := range rows {
		var line []any
		for _, c := range l.Columns() {
			line = append(line, c.Of(r))
		}
		if err := put(wrapped, line); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
