// A draft as a file: .xlsx, .csv or .json.

package draft

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Format is a file format of a draft.
type Format string

// Formats that a draft can be written in.
const (
	CSV  Format = "csv"
	JSON Format = "json"
	XLSX Format = "xlsx"
)

// FormatOf chooses the format by a file name's ending.
func FormatOf(name string) (Format, error) {
	switch f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")); f {
	case CSV, JSON, XLSX:
		return f, nil
	}
	return "", fmt.Errorf("%s: the ending says the format; want .xlsx, .csv or .json: %w", name, fault.Invalid)
}

// note stands over a draft, so that nobody takes it for a decision.
var note = edu.Text{ZH: "草稿：由程序按规则从原文提取，须经人工逐条确认；待定＝原文没有给出", EN: "Draft: taken from the text by rules; each line must be confirmed by a person. To be set: the text does not give it"}

// Write writes lines in a format.
func Write(w io.Writer, f Format, lines []Line, lang string, g *Glossary) error {
	switch f {
	case CSV:
		return writeCSV(w, lines, lang, g)
	case JSON:
		if lines == nil {
			lines = []Line{}
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(lines)
	case XLSX:
		return writeXLSX(w, lines, lang, g)
	}
	return fmt.Errorf("format %q: %w", f, fault.Invalid)
}

func head(lang string) []string {
	out := make([]string, len(Columns))
	for i, c := range Columns {
		out[i] = c.In(lang)
	}
	return out
}

func writeCSV(w io.Writer, lines []Line, lang string, g *Glossary) error {
	// The mark at the front makes Excel read it as UTF-8.
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	cw := csv.NewWriter(w)
	if err := cw.Write(head(lang)); err != nil {
		return err
	}
	for i, l := range lines {
		cells := l.Cells(strconv.Itoa(i+1), lang, g)
		for k, c := range cells {
			// A spreadsheet must not take words of a notice for a formula.
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				cells[k] = "'" + c
			}
		}
		if err := cw.Write(cells); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

func writeXLSX(w io.Writer, lines []Line, lang string, g *Glossary) error {
	f := excelize.NewFile()
	defer f.Close()
	name := edu.Text{ZH: "任务草稿", EN: "Draft"}.In(lang)
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}, Alignment: &excelize.Alignment{WrapText: true}})
	if err != nil {
		return err
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range []float64{6, 10, 12, 40, 20, 8, 24, 18, 24, 16, 12, 14, 10, 60} {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := sw.SetRow("A1", []any{note.In(lang)}); err != nil {
		return err
	}
	row := func(n, style int, cells []string) error {
		out := make([]any, len(cells))
		for i, c := range cells {
			out[i] = excelize.Cell{StyleID: style, Value: clip(c)}
		}
		return sw.SetRow(fmt.Sprintf("A%d", n), out)
	}
	if err := row(2, bold, head(lang)); err != nil {
		return err
	}
	for i, l := range lines {
		if err := row(i+3, wrap, l.Cells(strconv.Itoa(i+1), lang, g)); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// clip keeps a text within what a cell can hold, and says so.
func clip(s string) string {
	if rs := []rune(s); len(rs) > 32_000 {
		return string(rs[:32_000]) + "……"
	}
	return s
}
