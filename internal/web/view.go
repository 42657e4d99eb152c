package web

import (
	"html/template"
	"math"
	"net/url"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
)

// Lamp is a judgement as it is shown: colour, shape, word, and why.
type Lamp struct {
	Tone chart.Tone
	Word string
	Why  string // the rule that fired; a tooltip
}

// Text is the lamp without colour.
func (l Lamp) Text() string { return strings.TrimSpace(l.Tone.Shape() + " " + l.Word) }

// Link is a text that may lead somewhere.
type Link struct{ Text, Href string }

// Choice is one side of a switch.
type Choice struct {
	Link
	On bool
}

// Col is a column of a table.
type Col struct {
	Key   string
	Label string
	Unit  string
	Title string // the long name, where Label is short
	Num   bool
	Wrap  bool
	// Draw marks a column of small charts: the export leaves it out.
	Draw bool
	Sort string // address that sorts by it; empty where the order is fixed
	Dir  string // "ascending" or "descending" where the table is sorted by it
}

// breakHere lets a head of Chinese characters break at a sensible place.
const breakHere = "\u200b"

// Head is the label with a place to break: before the last two characters, which
// are most often a word of their own (高学历 教师).
func (c Col) Head() string {
	runes := []rune(c.Label)
	if !c.Wrap || len(runes) < 5 || strings.Contains(c.Label, breakHere) {
		return c.Label
	}
	if len(runes) > 7 { // a long name breaks after every fourth character
		var b strings.Builder
		for i, r := range runes {
			if i > 0 && i%4 == 0 && r >= 0x4E00 && runes[i-1] >= 0x4E00 {
				b.WriteString(breakHere)
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	for _, r := range runes {
		if r < 0x4E00 || r > 0x9FFF {
			return c.Label
		}
	}
	return string(runes[:len(runes)-2]) + breakHere + string(runes[len(runes)-2:])
}

// Cell is one cell of a table.
type Cell struct {
	Text  string
	Small string // after the text, in small type
	Tail  string // after the text, as it is: one element less than Small, where a table has very many
	Href  string
	Tone  chart.Tone
	Title string
	Lamp  *Lamp
	Chart template.HTML
	// Value is what the export writes where Number is set; otherwise it writes
	// the text.
	Value  float64
	Number bool
	Quiet  bool // a link that is drawn like text
	Mark   bool // an evidence mark
}

// Row is a row of a table.
type Row struct {
	Cells []Cell
	Sum   bool // a total
}

// Table is a table as a page shows it and as the export writes it.
type Table struct {
	ID      string
	Caption string
	Show    bool // the caption is visible, not only for screen readers
	Cols    []Col
	Rows    []Row
	Empty   string // what to say without rows
	List    bool   // rows can be walked with j and k
	Tall    bool   // scrolls in itself under a standing head
	Tight   bool
	Sheet   string // name of the sheet in the export
	Cut     string // how many of all rows these are, where the page shows the first only
	// Lamp is a verdict over the whole table, shown in its heading.
	Lamp     *Lamp
	LampHref string
}

// KPI is a card with one figure.
type KPI struct {
	Label  string
	Href   string
	Value  string
	Unit   string
	Target string
	Title  string // tooltip: what the figure counts
	Trace  string // explains the figure
	Lamp   Lamp
	Spark  template.HTML
	Meter  template.HTML

	to func(edu.Period) string // the explanation in a year
}

// dataTable is the data behind a chart, each figure with the address of its
// explanation.
type dataTable struct {
	chart.Table
	Href [][]string // by row and column, as far as there are any
}

// Link is where a cell leads, empty where it does not.
func (d dataTable) Link(row, col int) string {
	if row < len(d.Href) && col < len(d.Href[row]) {
		return d.Href[row][col]
	}
	return ""
}

// Fact is a term with what is to be said of it.
type Fact struct {
	Term string
	Text string
	Link *Link
	Code bool
}

// draw renders a chart for a page. The chart package escapes every text.
func draw(s chart.Spec) template.HTML { return template.HTML(s.SVG()) }

// text is a plain cell.
func text(s string) Cell { return Cell{Text: s} }

// figure is a number as people read it; missing is a dash.
func figure(v float64, decimals int) Cell {
	c := Cell{Text: chart.Number(v, decimals), Value: v}
	c.Number = !math.IsNaN(v)
	return c
}

// count is a whole number.
func count(n int) Cell { return figure(float64(n), 0) }

// share is a part of a whole in percent; nothing of nothing is a dash.
func share(part, whole int) Cell {
	v := ratio(part, whole)
	return Cell{Text: chart.Percent(v), Value: math.Round(v*1e5) / 1e3, Number: whole > 0}
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

// lampCell shows a lamp.
func lampCell(l Lamp) Cell { return Cell{Text: l.Text(), Lamp: &l, Title: l.Why} }

// mark is an evidence mark with what it means.
func (r *request) mark(tag string) Cell {
	return Cell{Text: tag, Title: r.Evidence(tag), Mark: tag != ""}
}

// cite is a source for a table: the first document, the others in the tooltip.
func (r *request) cite(source string) Cell {
	first, rest, more := strings.Cut(source, "；")
	c := Cell{Text: first, Title: source}
	if more {
		c.Small = r.T("source.more", 1+strings.Count(rest, "；"))
	}
	return c
}

// toned gives a figure the shape and tint of a tone.
func (c Cell) toned(t chart.Tone) Cell {
	c.Tone = t
	if s := t.Shape(); s != "" && c.Text != chart.NoNumber {
		c.Text = s + " " + c.Text
	}
	return c
}

// to makes the cell a link that is drawn like text; what shows nothing is none.
func (c Cell) to(href string) Cell {
	if c.Text == "" && c.Small == "" && c.Lamp == nil {
		return c
	}
	c.Href, c.Quiet = href, true
	return c
}

// linked is a name that leads to its page.
func linked(name, href string) Cell { return Cell{Text: name, Href: href} }

// with gives a copy of a query with one key set, or left out where empty.
func with(q url.Values, kv ...string) url.Values {
	out := url.Values{}
	for k, v := range q {
		out[k] = append([]string(nil), v...)
	}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] == "" {
			out.Del(kv[i])
		} else {
			out.Set(kv[i], kv[i+1])
		}
	}
	return out
}

// colCell is a cell with its column, for the template.
type colCell struct {
	Col  Col
	Cell Cell
}

// classes are the style classes of a cell.
func classes(col Col, c Cell) string {
	var out []string
	if col.Num {
		out = append(out, "n")
	}
	if col.Wrap && !col.Num && c.Lamp == nil {
		out = append(out, "w")
	}
	switch {
	case c.Tone == chart.Open:
		out = append(out, "o")
	case c.Tone != chart.Plain:
		out = append(out, string(c.Tone))
	case c.Quiet:
		out = append(out, "q")
	}
	return strings.Join(out, " ")
}
