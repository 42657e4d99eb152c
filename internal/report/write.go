package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
)

// Format is a file format of the long form.
type Format string

const (
	CSV     Format = "csv"
	JSON    Format = "json" // one JSON array of objects
	XLSX    Format = "xlsx"
	Parquet Format = "parquet"
)

// FormatOf chooses the format by a file name's ending.
func FormatOf(name string) (Format, error) {
	switch f := Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")); f {
	case CSV, JSON, XLSX, Parquet:
		return f, nil
	default:
		return "", fmt.Errorf("%s: the ending says the format; want .csv, .json, .xlsx or .parquet: %w", name, fault.Invalid)
	}
}

// Write writes rows in a format. Note, where not empty, is a mark such as
// 示例数据: it stands above the table of a workbook.
func Write(w io.Writer, f Format, rows iter.Seq[Row], note string) error {
	switch f {
	case CSV:
		return writeCSV(w, rows)
	case JSON:
		return writeJSON(w, rows)
	case XLSX:
		return writeXLSX(w, rows, note)
	case Parquet:
		return writeParquet(w, rows)
	default:
		return fmt.Errorf("format %q: %w", f, fault.Invalid)
	}
}

func writeCSV(w io.Writer, rows iter.Seq[Row]) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(Columns); err != nil {
		return err
	}
	buf := make([]string, 0, len(Columns))
	for r := range rows {
		buf = r.fields(buf)
		if err := cw.Write(buf); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// record is a row as JSON and Parquet write it: a missing number is null.
type record struct {
	Period    string   `json:"period" parquet:"period,dict"`
	Level     string   `json:"level" parquet:"level,dict"`
	Unit      string   `json:"unit" parquet:"unit,dict"`
	UnitName  string   `json:"unit_name" parquet:"unit_name,dict"`
	Stage     string   `json:"stage" parquet:"stage,dict"`
	Indicator string   `json:"indicator" parquet:"indicator,dict"`
	Statistic string   `json:"statistic" parquet:"statistic,dict"`
	Value     *float64 `json:"value" parquet:"value,optional"`
	UOM       string   `json:"uom" parquet:"uom,dict"`
	N         int64    `json:"n" parquet:"n"`
	Missing   int64    `json:"missing" parquet:"missing"`
	Standard  *float64 `json:"standard" parquet:"standard,optional"`
	Op        string   `json:"op" parquet:"op,dict"`
	Verdict   string   `json:"verdict" parquet:"verdict,dict"`
	Reason    string   `json:"reason" parquet:"reason"`
	Source    string   `json:"source" parquet:"source,dict"`
	Reference string   `json:"reference" parquet:"reference,dict"`
	AsOf      string   `json:"data_as_of" parquet:"data_as_of,dict"`
}

func (r *Row) record() record {
	opt := func(x float64) *float64 {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	return record{r.Period, r.Level, r.Unit, r.UnitName, r.Stage, r.Indicator, r.Statistic, opt(r.Value), r.UOM,
		int64(r.N), int64(r.Missing), opt(r.Standard), r.Op, r.Verdict, r.Reason, r.Source, r.Reference, r.AsOf}
}

func writeJSON(w io.Writer, rows iter.Seq[Row]) error {
	bw := bufio.NewWriterSize(w, 1<<16)
	sep := "[\n"
	for r := range rows {
		b, err := json.Marshal(r.record())
		if err != nil {
			return err
		}
		bw.WriteString(sep)
		bw.Write(b)
		sep = ",\n"
	}
	if sep == "[\n" {
		bw.WriteString("[")
	}
	bw.WriteString("\n]\n")
	return bw.Flush()
}

func writeParquet(w io.Writer, rows iter.Seq[Row]) error {
	pw := parquet.NewGenericWriter[record](w, parquet.Compression(&parquet.Zstd))
	batch := make([]record, 0, 1024)
	for r := range rows {
		batch = append(batch, r.record())
		if len(batch) == cap(batch) {
			if _, err := pw.Write(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if _, err := pw.Write(batch); err != nil {
		return err
	}
	return pw.Close()
}

// maxSheetRows is what a worksheet can hold, less the note and the header.
const maxSheetRows = 1<<20 - 2

func writeXLSX(w io.Writer, rows iter.Seq[Row], note string) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "result"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}})
	if err != nil {
		return err
	}
	for i, width := range []float64{9, 9, 14, 24, 10, 22, 12, 14, 16, 7, 8, 10, 5, 9, 40, 40, 30, 17} {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	line := 1
	if note != "" {
		line++
	}
	// The panes stand before the rows in the file, so they are written first.
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: line, TopLeftCell: fmt.Sprintf("A%d", line+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if note != "" {
		if err := sw.SetRow("A1", []any{note}); err != nil {
			return err
		}
	}
	head := make([]any, len(Columns))
	for i, c := range Columns {
		head[i] = excelize.Cell{Value: c, StyleID: bold}
	}
	if err := sw.SetRow(fmt.Sprintf("A%d", line), head); err != nil {
		return err
	}
	first, cells := line, make([]any, len(Columns))
	for r := range rows {
		line++
		if line > maxSheetRows {
			return fmt.Errorf("more than %d lines do not fit a worksheet; write .csv or .parquet, or fewer levels with --by: %w", maxSheetRows, fault.TooLarge)
		}
		for i, s := range r.fields(nil) {
			cells[i] = s
		}
		for i, x := range map[int]float64{7: r.Value, 11: r.Standard} {
			cells[i] = nil
			if !math.IsNaN(x) && !math.IsInf(x, 0) {
				cells[i] = x
			}
		}
		cells[9], cells[10] = r.N, r.Missing
		if err := sw.SetRow(fmt.Sprintf("A%d", line), cells); err != nil {
			return err
		}
	}
	if line > first {
		end, _ := excelize.CoordinatesToCellName(len(Columns), line)
		if err := sw.AddTable(&excelize.Table{Range: fmt.Sprintf("A%d:%s", first, end), Name: "result", StyleName: "TableStyleLight9"}); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}
