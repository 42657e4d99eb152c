// Package report writes an assessment in long form: one line for each figure
// and each verdict, for machines and for people with a spreadsheet.
//
// Numbers are written with the fewest digits that read back the same, and a
// missing one is empty: never zero.
package report

import (
	"math"
	"strconv"

	"shuren/internal/edu"
)

// Row is one line of the long form. NaN numbers are missing.
type Row struct {
	Period    string
	Level     string // nation, province, city, county, township, school, section, or all
	Unit      string // code of the unit, its id where it has no code
	UnitName  string
	Stage     string
	Indicator string // id of the indicator, or of the rule for a rule's verdict
	Statistic string // value, wcv, …, or verdict
	Value     float64
	UOM       string
	N         int // sections that entered the value
	Missing   int // sections in scope that lack an input
	Standard  float64
	Op        string
	Verdict   string // met, short, unknown, exempt, or empty where nothing is asked
	Reason    string
	Source    string
	Reference string // of when the figure is, in words; empty where its definition does not say
	AsOf      string // when the newest figure of the period came in; empty where not known
}

// Columns are the names of the columns of the long form, in order.
var Columns = []string{"period", "level", "unit", "unit_name", "stage", "indicator", "statistic", "value", "uom",
	"n", "missing", "standard", "op", "verdict", "reason", "source", "reference", "data_as_of"}

// Number is the shortest text that reads back as x; empty for a missing one.
func Number(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// fields gives a row as texts, in the order of Columns.
func (r *Row) fields(buf []string) []string {
	return append(buf[:0], r.Period, r.Level, r.Unit, r.UnitName, r.Stage, r.Indicator, r.Statistic, Number(r.Value), r.UOM,
		strconv.Itoa(r.N), strconv.Itoa(r.Missing), Number(r.Standard), r.Op, r.Verdict, r.Reason, r.Source, r.Reference, r.AsOf)
}

// verdictWord is the verdict as machines get it.
func verdictWord(v edu.Verdict) string { return v.String() }
