package web

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// value is a measure of a unit; missing where it is not shown.
func (c *compared) value(d *pack.Indicator, u comparedUnit) float64 {
	if c.hides(d, u) {
		return math.NaN()
	}
	if c.county >= 0 || c.own {
		return c.st.Item(d.ID).Value(u.at)
	}
	return c.lens.value(c.stage, d.ID, edu.County, u.at)
}

// hides tells that a measure of a unit would tell of too few pupils, or is left
// out since beside it another unit's would.
func (c *compared) hides(d *pack.Indicator, u comparedUnit) bool {
	if c.county >= 0 || c.own {
		return c.veil.Row(d, u.at)
	}
	region := c.a.Units[edu.County][u.at].Region[c.stage]
	return region >= 0 && c.veil.Region(d, region)
}

// points are a measure of a unit over the years.
func (c *compared) points(d *pack.Indicator, u comparedUnit) (list []compare.Point, err error) {
	switch {
	case c.own:
		list, err = c.hist.Answer(u.code, d.ID)
	case c.county >= 0:
		list, err = c.hist.School(u.code, c.st.Frame.Stage, d.ID)
	default:
		list, err = c.hist.Region(edu.County, u.code, c.st.Frame.Stage, d.ID)
	}
	return list, err
}

// since is what a measure has changed by since last year. A figure by another
// definition is nothing to compare with.
func since(points []compare.Point, unit string) (compare.Change, compare.Break) {
	n := len(points)
	if n == 0 {
		return compare.Since(math.NaN(), math.NaN(), unit), 0
	}
	now := points[n-1]
	if n < 2 || points[n-2].Period != now.Period.LastTime() {
		ch := compare.Since(now.Value, math.NaN(), unit)
		ch.Lost = compare.NotMeasured
		return ch, 0
	}
	then := points[n-2]
	if now.Break&compare.Redefined != 0 {
		return compare.Since(now.Value, math.NaN(), unit), now.Break
	}
	ch := compare.Since(now.Value, then.Value, unit)
	ch.Lost = then.Lost
	return ch, now.Break
}

// changeUnit is the unit of measure of a change.
func (c *compared) changeUnit(d *pack.Indicator) string {
	if d.Unit == compare.Percent {
		return c.T("compare.points")
	}
	return c.Uom(c.a.Pack, d.Unit)
}

// changeWords says a change, or why there is none.
func (c *compared) changeWords(d *pack.Indicator, ch compare.Change, b compare.Break) string {
	switch {
	case b&compare.Redefined != 0:
		return c.T("compare.break.redefined")
	case math.IsNaN(ch.Diff):
		return c.lossWords(ch.Lost)
	}
	s := c.T("compare.since", c.measured(chart.Change(ch.Diff, d.Decimals), c.changeUnit(d)))
	if !math.IsNaN(ch.Part) {
		s += c.T("compare.since.part", chart.Change(100*ch.Part, 1)+"%")
	}
	if b&compare.Merged != 0 {
		s += c.T("list.semicolon") + c.T("compare.break.merged")
	}
	return s
}

func (r *request) lossWords(l compare.Loss) string {
	switch l {
	case compare.NotReported:
		return r.T("compare.lost.report")
	case compare.NewUnit:
		return r.T("compare.lost.new")
	case compare.WasSplit:
		return r.T("compare.lost.split")
	case compare.NotAdding:
		return r.T("compare.lost.adding")
	case compare.NotMeasured:
		return r.T("compare.lost.measured")
	case compare.TooFew:
		return r.T("compare.lost.few")
	}
	return ""
}

// rankWords is a place, or nothing.
func (r *request) rankWords(p compare.Place) string {
	switch {
	case p.At == 0:
		return ""
	case p.Shared:
		return r.T("compare.place.shared", p.At)
	}
	return r.T("compare.place", p.At)
}

// sort puts the units in the order that the reader asked for, where the city
// lets units be ranked. Sorting by a measure that there is not is an error.
func (c *compared) sort() error {
	key, dir := c.regionOrder("")
	if key == "" || key == byName && dir == "asc" {
		return nil
	}
	if key == byName {
		slices.Reverse(c.units)
		return nil
	}
	i := slices.IndexFunc(c.defs, func(d *pack.Indicator) bool { return d.ID == key })
	if i < 0 {
		return fmt.Errorf("sort by %q: %w", key, fault.Invalid)
	}
	slices.SortStableFunc(c.units, func(a, b comparedUnit) int {
		return compareMissingLast(c.value(c.defs[i], a), c.value(c.defs[i], b), dir)
	})
	return nil
}

// beside are the measures that stand beside each other: as many as the page has
// room for, the one that is looked at among them; an export has all.
func (c *compared) beside(export bool) []*pack.Indicator {
	if export || len(c.defs) <= mostBeside {
		return c.defs
	}
	out := slices.Clone(c.defs[:mostBeside])
	if c.focus != nil && !slices.Contains(out, c.focus) {
		out[mostBeside-1] = c.focus
	}
	return out
}

// mostBeside is how many measures with their changes fit at 1366 px.
const mostBeside = 8

// matrix is units by measures. The page has the change in small type under each
// figure; the export has it, and the place, in columns of their own.
func (c *compared) matrix(all []comparedUnit, export bool) (Table, error) {
	t := Table{ID: "compare", Caption: c.T("compare.matrix", c.scopeWords()), List: true, Sheet: c.T("compare.title"), Empty: c.T("compare.none")}
	sortBy, dir := c.regionOrder("")
	col := func(x Col) {
		if !export && x.Key != "" {
			x.Sort, x.Dir = c.regionSort(x.Key, sortBy, dir)
		}
		t.Cols = append(t.Cols, x)
	}
	name := c.T("county")
	if c.county >= 0 {
		name = c.T("school")
	}
	col(Col{Key: byName, Label: name, Wrap: true})
	if export {
		col(Col{Label: c.T("school.code")})
	}
	places := map[string][]compare.Place{}
	at := map[string]int{}
	for i, u := range all {
		at[u.code] = i
	}
	defs := c.beside(export)
	for _, d := range defs {
		unit := c.Uom(c.a.Pack, d.Unit)
		col(Col{Key: d.ID, Label: shortName(c.locale, d), Title: c.Text(d.Name), Unit: unit, Num: true, Wrap: true})
		if export {
			col(Col{Label: c.T("compare.change.of", d.Name), Unit: c.changeUnit(d), Num: true})
		}
		if c.ranks {
			values := make([]float64, len(all))
			for i, u := range all {
				values[i] = c.value(d, u)
			}
			places[d.ID] = compare.Places(values, d.Better)
			if export {
				col(Col{Label: c.T("compare.place.of", d.Name), Num: true})
			}
		}
	}
	for _, u := range c.units {
		row := Row{Cells: []Cell{linked(u.name, c.unitHref(u))}}
		if export {
			row.Cells = append(row.Cells, text(u.code))
		}
		for _, d := range defs {
			points, err := c.points(d, u)
			if err != nil {
				return t, err
			}
			ch, broken := since(points, d.Unit)
			v := figure(c.value(d, u), d.Decimals).to(c.traceHref(d, u))
			v.Title = c.changeWords(d, ch, broken)
			if c.hides(d, u) {
				v = c.hidden()
			}
			var place compare.Place
			if c.ranks {
				place = places[d.ID][at[u.code]]
			}
			if export {
				row.Cells = append(row.Cells, v, change(ch.Diff, d.Decimals))
				if c.ranks {
					p := text(c.rankWords(place))
					p.Value, p.Number = float64(place.At), place.At > 0
					row.Cells = append(row.Cells, p)
				}
				continue
			}
			if !math.IsNaN(ch.Diff) {
				v.Small = chart.Change(ch.Diff, d.Decimals)
			}
			if w := c.rankWords(place); w != "" {
				v.Small = strings.TrimSpace(w + " " + v.Small)
			}
			row.Cells = append(row.Cells, v)
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// hidden stands for a figure that is not shown.
func (r *request) hidden() Cell { return Cell{Text: hiddenMark, Title: r.T("compare.few")} }

func (c *compared) unitHref(u comparedUnit) string {
	stage := string(c.st.Frame.Stage)
	if c.own {
		return c.toCounty(u.code)
	}
	if c.county >= 0 {
		return c.toSchool(u.code, "stage", stage)
	}
	return c.to([]string{"compare"}, "county", u.code, "stage", stage)
}

// traceHref explains a measure of a unit in the year that is shown, or in
// another one.
func (c *compared) traceHref(d *pack.Indicator, u comparedUnit, year ...string) string {
	level := edu.County
	if c.county >= 0 {
		level = edu.Section
	}
	kv := []string{"stage", string(c.st.Frame.Stage)}
	if len(year) > 0 {
		kv = append(kv, "year", year[0])
	}
	return c.toTrace(level, u.code, d.ID, kv...)
}
