package web

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// byName is the order of a table that nobody sorted: units by their codes.
const byName = "name"

// order reads by what, and in which direction, a table is to be sorted.
func (r *request) order(usual string) (key, dir string) {
	key, dir = r.query.Get("sort"), r.query.Get("dir")
	switch {
	case key == "" && usual == byName:
		return usual, "asc"
	case key == "":
		return usual, "desc"
	}
	if dir != "asc" {
		dir = "desc"
	}
	return key, dir
}

// sortLink is the address that sorts by a column, the other way round where the
// table is already sorted by it; dir is how it is sorted now, in ARIA's words.
func (r *request) sortLink(key, now, dir string) (href, aria string) {
	if key != now {
		first := "desc" // the largest first, but names from the first code on
		if key == byName {
			first = "asc"
		}
		return r.here("sort", key, "dir", first, "page", ""), ""
	}
	if dir == "asc" {
		return r.here("sort", key, "dir", "desc", "page", ""), "ascending"
	}
	return r.here("sort", key, "dir", "asc", "page", ""), "descending"
}

// sortRows puts a table into the order of the column that the address names, and gives
// each column that has a key its link. Without one, or with one that the table does not
// have, the rows stay as they are; what is not known comes last either way, and what is
// equal stays in its order. Lamps go by how bad they are.
func (r *request) sortRows(t *Table) {
	now, dir := r.order("")
	for i := range t.Cols {
		c := &t.Cols[i]
		if c.Key == "" {
			continue
		}
		c.Sort, c.Dir = r.sortLink(c.Key, now, dir)
		if c.Key != now {
			continue
		}
		slices.SortStableFunc(t.Rows, func(a, b Row) int {
			x, y := &a.Cells[i], &b.Cells[i]
			rank := x.rank()
			if out := compareMissingLast(rank, y.rank(), dir); out != 0 || math.IsNaN(rank) || x.Number || x.Lamp != nil {
				return out
			}
			if dir == "asc" {
				return compareText(x.Text, y.Text)
			}
			return compareText(y.Text, x.Text)
		})
	}
}

// rank is what a cell is ordered by before its text: a figure, or the value that a text
// was given for it; how bad a lamp is; nothing where nothing is known.
func (c *Cell) rank() float64 {
	switch {
	case c.Number || c.Value != 0:
		return c.Value
	case c.Lamp != nil:
		return map[chart.Tone]float64{chart.Bad: 4, chart.Near: 3, chart.Open: 2, chart.Good: 1}[c.Lamp.Tone]
	case c.Text == "" || c.Text == "–" || c.Text == "—":
		return math.NaN()
	}
	return 0
}

// regionOrder is order for regions. Ranking is the city's choice; until it is
// made, regions stand by their codes, and no address sorts them by a figure.
func (r *request) regionOrder(usual string) (key, dir string) {
	key, dir = r.order(usual)
	if !r.ranks && key != byName {
		return usual, "asc"
	}
	return key, dir
}

// regionSort is sortLink for regions: without ranking it is not offered.
func (r *request) regionSort(key, now, dir string) (href, aria string) {
	if !r.ranks && key != byName {
		return "", ""
	}
	return r.sortLink(key, now, dir)
}

// compareMissingLast orders figures, those that are missing last either way.
func compareMissingLast(a, b float64, dir string) int {
	switch am, bm := math.IsNaN(a), math.IsNaN(b); {
	case am && bm:
		return 0
	case am:
		return 1
	case bm:
		return -1
	case dir == "asc":
		return cmp.Compare(a, b)
	default:
		return cmp.Compare(b, a)
	}
}

// verdictOrder puts the worst first: short, unknown, met, exempt.
func verdictOrder(v edu.Verdict) int {
	return map[edu.Verdict]int{edu.Short: 3, edu.Unknown: 2, edu.Met: 1, edu.Exempt: 0}[v]
}

func shortName(l locale, d *pack.Indicator) string {
	if t := l.Text(d.Short); t != "" {
		return t
	}
	return l.Text(d.Name)
}

// element names an element, or one part of it: 在校生数 · 七年级.
func (r *request) element(id string) string {
	e := r.a.Pack.Element(id)
	if e == nil {
		return id
	}
	name := r.Text(e.Name)
	if e.By != nil {
		for _, p := range e.By.Parts {
			if id == e.ID+"."+p.ID {
				name += " · " + r.Text(p.Name)
			}
		}
	}
	return name
}

// amount is a lack in things to provide; large sums of money in 万元.
func (r *request) amount(v float64, unit string) Cell {
	c := figure(v, 0)
	name := r.Uom(r.a.Pack, unit)
	if unit == "yuan" && v >= 1e6 && r.Lang() == "en" {
		c = figure(v/1e6, 2)
		c.Value, name = v, r.T("uom.million", name)
	} else if unit == "yuan" && v >= 1e5 && r.Lang() == "zh" {
		c = figure(v/1e4, 1)
		c.Value, name = v, r.Uom(r.a.Pack, "10000 yuan")
	} else if v != math.Trunc(v) && v < 100 {
		c = figure(v, 1)
	}
	if c.Text != chart.NoNumber && name != "" {
		c.Text += "\u00a0" + name
	}
	return c
}

// valueOf is an indicator's figure of one row: of a fact yes or no.
func (r *request) valueOf(d *pack.Indicator, v float64) Cell {
	if !d.Fact() || math.IsNaN(v) {
		return figure(v, d.Decimals)
	}
	return Cell{Text: r.yesNo(v), Value: v}
}

func (l locale) yesNo(v float64) string {
	if v == 0 {
		return l.T("no")
	}
	return l.T("yes")
}

// heldOf is what one row is held to, with how it is compared: of a fact that it
// must be so.
func (r *request) heldOf(jd *standard.Judged, row int) string {
	if v := jd.Limit(row); jd.Item.Def.Fact() && !math.IsNaN(v) {
		return r.yesNo(v)
	}
	return r.Op(jd.Threshold.Op) + r.limitOf(jd, row)
}

// limitOf writes the threshold of one row; one that a formula gives is cut to
// two decimals for the eye.
func (r *request) limitOf(jd *standard.Judged, row int) string {
	v := jd.Limit(row)
	if jd.Limits != nil {
		return chart.Number(v, min(2, digits(v)))
	}
	return r.Limit(v)
}
