package cli

import (
	"fmt"

	"shuren/internal/fault"
	"shuren/internal/report"
)

// outFormat is the format of a result by the name that --out gives it: CSV where it
// goes to standard output, or nowhere.
func outFormat(out string) (report.Format, error) {
	if out == "" || out == "-" {
		return report.CSV, nil
	}
	format, err := report.FormatOf(out)
	if err == nil && format == report.Parquet {
		err = fmt.Errorf("%s: want .csv, .json or .xlsx: %w", out, fault.Invalid)
	}
	if err != nil {
		return format, fmt.Errorf("--out: %w", err)
	}
	return format, nil
}
