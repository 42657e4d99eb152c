package chart

import (
	"math"
	"slices"
	"strings"
)

// Kind is how a Spec is drawn.
type Kind string

const (
	// Spark is a bare line of the size of a word.
	Spark Kind = "spark"
	// Line is lines over time with axes.
	Line Kind = "line"
	// Bars are horizontal bars, one a category, from zero.
	Bars Kind = "bars"
	// Bullet is one bar against the standard, for a row of a table.
	Bullet Kind = "bullet"
	// Histogram is how many units lie in each class of values.
	Histogram Kind = "histogram"
	// Interval is one estimate with its interval around zero, for a row of a table.
	Interval Kind = "interval"
	// Caterpillar is many of them side by side, from the lowest to the highest.
	Caterpillar Kind = "caterpillar"
	// Tiles are links in rough geographic place.
	Tiles Kind = "tiles"
	// Moves are tiles with arrows between them: who goes where.
	Moves Kind = "moves"
	// Routes are places on a plain map with lines between them: who goes to which school.
	Routes Kind = "routes"
	// Gantt is what is under way from when to when, a row each.
	Gantt Kind = "gantt"
)

// Tone is what a figure means. It becomes a class, and a shape beside words.
type Tone string

const (
	Plain Tone = ""  // no judgement
	Good  Tone = "g" // ● met
	Near  Tone = "y" // ▲ near
	Bad   Tone = "r" // ■ short
	Open  Tone = "n" // ○ unknown, exempt or not begun
)

// Shape is the sign that goes with a tone, so that colour never stands alone.
func (t Tone) Shape() string {
	switch t {
	case Good:
		return "●"
	case Near:
		return "▲"
	case Bad:
		return "■"
	case Open:
		return "○"
	default:
		return ""
	}
}

// Spec is one chart: what it shows, and the sentence that it says.
type Spec struct {
	Kind     Kind
	Title    string // caption of the table
	Says     string // one sentence: the accessible name
	Unit     string
	One      string // the unit of exactly one, where it is another word
	Decimals int
	Width    int // 0: the kind's own size
	Height   int
	XName    string   // heading of the table's first column
	X        []string // categories, years or classes of values
	Series   []Series
	Target   *Target
	// Holds are figures that the scale of a Line must hold besides its own, so
	// that several charts can share one.
	Holds []float64
	// Full is the figure at the right end of a Bullet; 0 is half as much again as
	// the target.
	Full  float64
	Cells []Cell // Tiles and Moves
	Spots []Spot // Routes
	Flows []Flow // Moves and Routes, between Cells or Spots; Heads are the heads of its table behind XName: to, how many
	// Spans are the rows of a Gantt chart, along X; Target.At is today there. Heads
	// are the heads of its table behind XName: from, to, how it stands, marks.
	Spans []Span
	Heads []string
}

// Series is one set of figures along X; NaN is missing.
type Series struct {
	Name   string
	Values []float64
	Tones  []Tone   // one a value, or none
	Hrefs  []string // one a value, or none
	Dashed bool     // a forecast
	// Low and High are the ends of the intervals around Values, or none; Ends are
	// their names in the table.
	Low, High []float64
	Ends      [2]string
	// Cuts are the places of figures that do not go on from the one before: the
	// line begins anew there, and Cut says why.
	Cuts []Cut
}

// Cut is a break in a series before one of its figures.
type Cut struct {
	At   int
	Says string // why, as a tooltip
}

func (r Series) cut(i int) bool {
	return slices.ContainsFunc(r.Cuts, func(c Cut) bool { return c.At == i })
}

// Target is the standard that figures are held to.
type Target struct {
	Name  string
	Value float64
	// At is, in a histogram, where the target lies along X in classes: 2.5 is in
	// the middle of the third.
	At float64
}

// label names the standard with its figure, without needless zeros.
func (t Target) label() string {
	s := Number(t.Value, 4)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return t.Name + " " + s
}

// Cell is a tile.
type Cell struct {
	X, Y  int
	Label string
	Value string // as it is read: 48.2%
	Says  string // tooltip
	Tone  Tone
	Href  string
}

// Table is the data behind a chart.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
}

// Table gives the data behind the chart.
func (s Spec) Table() Table {
	if s.Kind == Gantt {
		return s.spanTable()
	}
	if s.Kind == Moves {
		return s.moveTable()
	}
	if s.Kind == Routes {
		return s.routeTable()
	}
	t := Table{Caption: s.Title, Head: []string{s.XName}}
	if s.Kind == Tiles {
		t.Head = append(t.Head, s.Unit)
		for _, c := range s.Cells {
			t.Rows = append(t.Rows, []string{c.Label, c.Tone.Shape() + " " + c.Value})
		}
		return t
	}
	for _, r := range s.Series {
		t.Head = append(t.Head, withUnit(r.Name, s.Unit))
		if r.Low != nil {
			t.Head = append(t.Head, withUnit(r.Ends[0], s.Unit), withUnit(r.Ends[1], s.Unit))
		}
	}
	byRow := s.Target != nil && s.Kind != Histogram
	if byRow {
		t.Head = append(t.Head, withUnit(s.Target.Name, s.Unit))
	}
	for i, x := range s.X {
		row := []string{x}
		for _, r := range s.Series {
			row = append(row, Number(r.at(i), s.Decimals))
			if r.Low != nil {
				lo, hi := r.ends(i)
				row = append(row, Number(lo, s.Decimals), Number(hi, s.Decimals))
			}
		}
		if byRow {
			row = append(row, Number(s.Target.Value, s.Decimals))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func withUnit(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + " (" + unit + ")"
}

func (r Series) at(i int) float64 {
	if i < len(r.Values) {
		return r.Values[i]
	}
	return math.NaN()
}

func (r Series) tone(i int) Tone {
	if i < len(r.Tones) {
		return r.Tones[i]
	}
	return Plain
}

// span is the range of all figures and the target; ok is false without any.
func (s Spec) span() (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	for _, r := range s.Series {
		for _, ends := range [][]float64{r.Values, r.Low, r.High} {
			for _, v := range ends {
				take(v)
			}
		}
	}
	for _, v := range s.Holds {
		take(v)
	}
	if s.Target != nil && s.Kind != Histogram {
		take(s.Target.Value)
	}
	return lo, hi, lo <= hi
}

// unit is what a figure is counted in.
func (s Spec) unit(v float64) string {
	if v == 1 && s.One != "" {
		return s.One
	}
	return s.Unit
}
