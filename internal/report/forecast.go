// A forecast as files: what was and what will be, what the method was worth, and
// what it rests on.

package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
)

// Forecast is a result with the names that its reader knows places by.
type Forecast struct {
	Input  *forecast.Input
	Result *forecast.Result
	Level  float64
	Lang   string
	Mark   string              // 示例数据 where the data are fictional
	At     time.Time           // when it was made; may be unknown
	Source []string            // what it rests on, each a line
	Name   func(int) string    // of a node; its ID without
	Year   func(int) string    // of a year; the number without
	Stage  func(string) string // of a section; forecast.SectionName without
	Grade  func(int) string    // of a grade; its ID without
	Shown  func(int) bool      // the nodes that the reader may see; all without
	// Few tells which figures would tell of too few: of a node, a section or a grade
	// (-1 for the section), and a year. None without.
	Few func(node, section, grade, year int) bool
	// Seats are held against the pupils of the sections that say how many they have;
	// none without.
	Seats []ForecastSeats
	// Added are the projects that bring pupils, each a line with its source.
	Added []string
}

// ForecastSeats are the seats of a stage at a place and the pupils that want them.
type ForecastSeats struct {
	Node, Section  int
	Seats, Now     float64
	Said, Missing  int
	Mid, Low, High []float64
	forecast.Balance
	Source string // the element that seats are read from, and its source
}

// ForecastColumns are the columns of the long form. Lines without a grade are of
// a whole stage; lines of a grade have scenarios and no band of their own.
var ForecastColumns = []string{"place", "within", "stage", "grade", "year", "kind", "pupils", "low", "high", "own_low", "own_high", "method", "data_as_of", "note"}

// forecastLine is a line of the long form.
type forecastLine struct {
	node, grade       int // grade -1: the stage
	stage             string
	year              int
	ahead             bool
	pupils, low, high float64
	ownLow, ownHigh   float64
}

func (f *Forecast) say(zh, en string) string {
	if f.Lang == "en" {
		return en
	}
	return zh
}

func (f *Forecast) text(t edu.Text) string { return f.say(t.ZH, t.EN) }

func (f *Forecast) name(i int) string {
	switch {
	case i < 0:
		return ""
	case f.Name != nil:
		return f.Name(i)
	case f.Input.Nodes[i].ID == "":
		return f.say("合计", "all")
	}
	return f.Input.Nodes[i].ID
}

func (f *Forecast) year(y int) string {
	if f.Year != nil {
		return f.Year(y)
	}
	return strconv.Itoa(y)
}

func (f *Forecast) stage(s string) string {
	if f.Stage != nil {
		return f.Stage(s)
	}
	return f.text(forecast.SectionName(s))
}

func (f *Forecast) grade(g int) string {
	if f.Grade != nil {
		return f.Grade(g)
	}
	return f.Input.Grades[g].ID
}

// few tells that a line's figure would tell of too few persons.
func (f *Forecast) few(l forecastLine) bool {
	return f.Few != nil && f.Few(l.node, slices.Index(f.Result.Sections, l.stage), l.grade, l.year)
}

// count is a cell of a line: left out where it would tell of too few.
func (f *Forecast) count(l forecastLine, x float64) SheetCell {
	if f.few(l) {
		return say(fewMark)
	}
	return number(x, 0)
}

// banded is a line without low and high where no error was seen to draw them from.
func (f *Forecast) banded(l forecastLine) forecastLine {
	if !f.Result.Banded {
		nan := math.NaN()
		l.low, l.high, l.ownLow, l.ownHigh = nan, nan, nan, nan
	}
	return l
}

// fewMark stands where a figure would tell of too few persons.
const fewMark = "<10"

func (f *Forecast) shown(i int) bool { return f.Shown == nil || f.Shown(i) }

// WriteForecast writes a forecast as CSV (the figures only), JSON or a workbook.
func WriteForecast(w io.Writer, format Format, f *Forecast) error {
	switch format {
	case CSV:
		return f.csv(w)
	case JSON:
		return f.json(w)
	case XLSX:
		return f.book().Write(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", format, fault.Invalid)
}

// some tells that a place has, or had, anybody.
func some(p *forecast.Path) bool {
	for _, years := range [][]float64{p.Past, p.Mid} {
		for _, x := range years {
			if x > 0 {
				return true
			}
		}
	}
	return false
}

// stages gives the lines of whole stages, what was before what will be.
func (f *Forecast) stages() iter.Seq[forecastLine] {
	nan := math.NaN()
	return func(yield func(forecastLine) bool) {
		for i := range f.Input.Nodes {
			for s, stage := range f.Result.Sections {
				p := &f.Result.Section[i][s]
				if !f.shown(i) || !some(p) {
					continue
				}
				for y, x := range p.Past {
					if !yield(forecastLine{i, -1, stage, f.Input.First + y, false, x, nan, nan, nan, nan}) {
						return
					}
				}
				for h, x := range p.Mid {
					if !yield(f.banded(forecastLine{i, -1, stage, f.Result.Years[h], true, x, p.Low[h], p.High[h], p.OwnLow[h], p.OwnHigh[h]})) {
						return
					}
				}
			}
		}
	}
}

// byGrade gives the lines of grades, what was before what will be.
func (f *Forecast) byGrade() iter.Seq[forecastLine] {
	nan := math.NaN()
	return func(yield func(forecastLine) bool) {
		for i := range f.Input.Nodes {
			if !f.shown(i) {
				continue
			}
			for g, grade := range f.Input.Grades {
				r := f.Result
				past, mid := r.GradePast[i][g], r.Grade[i][g]
				if !some(&forecast.Path{Past: past, Mid: mid}) {
					continue
				}
				for y, x := range past {
					if !yield(forecastLine{i, g, grade.Section, f.Input.First + y, false, x, nan, nan, nan, nan}) {
						return
					}
				}
				for h, x := range mid {
					if !yield(f.banded(forecastLine{i, g, grade.Section, r.Years[h], true, x, r.GradeLow[i][g][h], r.GradeHigh[i][g][h], nan, nan})) {
						return
					}
				}
			}
		}
	}
}

func (f *Forecast) csv(w io.Writer) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(ForecastColumns); err != nil {
		return err
	}
	for _, lines := range []iter.Seq[forecastLine]{f.stages(), f.byGrade()} {
		for l := range lines {
			kind, grade, method := "past", "", ""
			if l.ahead {
				kind, method = "forecast", f.Result.Method
			}
			if l.grade >= 0 {
				grade = f.grade(l.grade)
			}
			figures := []string{Number(l.pupils), Number(l.low), Number(l.high), Number(l.ownLow), Number(l.ownHigh)}
			if f.few(l) {
				figures = []string{fewMark, "", "", "", ""}
			}
			if err := cw.Write(slices.Concat([]string{f.name(l.node), f.name(f.Input.Nodes[l.node].Up), f.stage(l.stage), grade, strconv.Itoa(l.year), kind}, figures, []string{method, Minute(f.At), f.Mark})); err != nil {
				return err
			}
		}
	}
	cw.Flush()
	return cw.Error()
}
