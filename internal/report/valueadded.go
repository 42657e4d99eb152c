// Value-added estimates as files: schools in the order given, then the model.

package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// ValueAdded is a result with the schools that the reader may see.
type ValueAdded struct {
	Result  *valueadd.Result
	Schools []ValueAddedSchool
	Lang    string
	Mark    string // 示例数据 where the data are fictional
	// Period and At say of when the figures are: of which school year, and when the
	// file was read. Either may be unknown.
	Period edu.Period
	At     time.Time
	// Explain is where, or by which command, it is said how a school's figures come
	// about; nil where there is no such place.
	Explain func(school string) string
}

// trace is where a line's figures are explained.
func (v *ValueAdded) trace(s *ValueAddedSchool) string {
	if v.Explain == nil {
		return ""
	}
	return v.Explain(s.Code)
}

// dates are the period and when the file was read; empty where not known.
func (v *ValueAdded) dates() (period, at string) {
	if !v.Period.IsZero() {
		period = v.Period.String()
	}
	return period, Minute(v.At)
}

// ValueAddedSchool is a line: of a school that is not shown, nothing but its name.
type ValueAddedSchool struct {
	Code string
	Name string
	valueadd.Effect
}

// ValueAddedColumns are the columns of a school's line.
var ValueAddedColumns = []string{"school", "school_name", "pupils", "raw_mean", "expected", "value_added", "se", "low", "high", "reliability", "reading", "reading_text", "note", "period", "data_as_of", "explain"}

// numbers of a line, in the order of the columns from raw_mean on.
func (s *ValueAddedSchool) numbers() [7]float64 {
	lo, hi := s.Interval()
	out := [7]float64{s.Raw, s.Expected, s.Value, s.SE, lo, hi, s.Reliability}
	if s.Reliability == 0 { // no difference between schools was found: there is no interval to give
		out[3], out[4], out[5] = math.NaN(), math.NaN(), math.NaN()
	}
	if !s.Shown {
		for i := range out {
			out[i] = math.NaN()
		}
	}
	return out
}

// texts of a line: what it reads, in code and in words, and a note.
func (v *ValueAdded) texts(s *ValueAddedSchool) (reading, words, note string) {
	if !s.Shown {
		note = "too few pupils to be shown"
		if v.Lang == "zh" {
			note = "人数少，不公布"
		}
		return "", "", note
	}
	r := s.Reading()
	return r.String(), r.Text().In(v.Lang), v.Mark
}

// WriteValueAdded writes a result as CSV (the schools only), JSON or a workbook.
func WriteValueAdded(w io.Writer, f Format, v *ValueAdded) error {
	switch f {
	case CSV:
		return v.csv(w)
	case JSON:
		return v.json(w)
	case XLSX:
		return v.xlsx(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", f, fault.Invalid)
}

func (v *ValueAdded) csv(w io.Writer) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(ValueAddedColumns); err != nil {
		return err
	}
	period, at := v.dates()
	for i := range v.Schools {
		s := &v.Schools[i]
		line := []string{s.Code, s.Name, ""}
		if s.Shown {
			line[2] = strconv.Itoa(s.Pupils)
		}
		for _, x := range s.numbers() {
			line = append(line, Number(x))
		}
		a, b, c := v.texts(s)
		if err := cw.Write(append(line, a, b, c, period, at, v.trace(s))); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// valueAddedJSON is the whole result.
type valueAddedJSON struct {
	Mark       string                 `json:"mark,omitempty"`
	Period     string                 `json:"period,omitempty"`
	DataAsOf   string                 `json:"data_as_of,omitempty"`
	Conclusion string                 `json:"conclusion"`
	ICC        float64                `json:"icc"`
	LogLik     float64                `json:"log_likelihood"`
	Formulas   string                 `json:"formulas"` // where they are written down
	Model      *valueadd.Result       `json:"model"`
	Findings   []string               `json:"findings"`
	CannotSay  []string               `json:"cannot_say"`
	Schools    []valueAddedSchoolJSON `json:"schools"`
}

type valueAddedSchoolJSON struct {
	School      string   `json:"school"`
	Name        string   `json:"school_name,omitempty"`
	Pupils      *int     `json:"pupils"`
	Raw         *float64 `json:"raw_mean"`
	Expected    *float64 `json:"expected"`
	Value       *float64 `json:"value_added"`
	SE          *float64 `json:"se"`
	Low         *float64 `json:"low"`
	High        *float64 `json:"high"`
	Reliability *float64 `json:"reliability"`
	Reading     string   `json:"reading,omitempty"`
	Note        string   `json:"note,omitempty"`
	Explain     string   `json:"explain,omitempty"`
}

func (v *ValueAdded) json(w io.Writer) error {
	out := valueAddedJSON{Mark: v.Mark, Conclusion: v.Result.Conclusion().In(v.Lang), ICC: v.Result.Variances.ICC(), LogLik: v.Result.LogLik(), Formulas: valueadd.Doc, Model: v.Result, Schools: []valueAddedSchoolJSON{}}
	out.Period, out.DataAsOf = v.dates()
	for _, f := range v.Result.Diagnose() {
		out.Findings = append(out.Findings, f.Text.In(v.Lang))
	}
	for _, t := range valueadd.CannotSay() {
		out.CannotSay = append(out.CannotSay, t.In(v.Lang))
	}
	for i := range v.Schools {
		s := &v.Schools[i]
		line := valueAddedSchoolJSON{School: s.Code, Name: s.Name, Explain: v.trace(s)}
		if line.Reading, _, line.Note = v.texts(s); s.Shown {
			line.Pupils = &s.Pupils
			to := [7]**float64{&line.Raw, &line.Expected, &line.Value, &line.SE, &line.Low, &line.High, &line.Reliability}
			for k, x := range s.numbers() {
				if !math.IsNaN(x) {
					*to[k] = &x
				}
			}
		}
		out.Schools = append(out.Schools, line)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}
