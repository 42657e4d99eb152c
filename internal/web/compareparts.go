package web

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
)

// partsView is a measure parted by groups.
type partsView struct {
	Chart *chartView
	Table Table
	Says  string
	Lacks string // what is left out, and why
	Hows  []how
}

// rows is the range of rows that is compared: the county's, or all.
func (c *compared) rows() (lo, hi int) {
	if c.county >= 0 {
		return c.a.Rows(edu.County, c.county, c.stage)
	}
	return 0, c.st.Frame.Len()
}

// region is the compared county's place in the frame; -1 is the whole.
func (c *compared) region() int {
	if c.county < 0 {
		return -1
	}
	return c.a.Units[edu.County][c.county].Region[c.stage]
}

// parts is the decomposition of the chosen measure; nil where nobody knows the
// groups, or where one has too few pupils to be shown.
func (c *compared) parts() (*partsView, error) {
	group, known := c.by.Of(c.a, c.st)
	if !known {
		return nil, nil
	}
	lo, hi := c.rows()
	d := c.focus
	if c.veil.Parts(d, c.region()) {
		return nil, nil // the shares and the sums would tell what is left out
	}
	p, err := compare.PartBy(c.st, d.ID, group, len(c.by.Groups), lo, hi)
	if err != nil {
		return nil, err
	}
	unit := c.Uom(c.a.Pack, d.Unit)
	base, _ := p.Ends()
	base = max(base, 0)
	v := &partsView{Table: Table{ID: "parts", Caption: c.T("compare.parts.caption", d.Name, c.by.Name), Sheet: c.T("compare.parts"), Tight: true, Cols: []Col{
		{Label: c.T("compare.group")}, {Label: c.T("value"), Unit: unit, Num: true}, {Label: c.T("compare.gap", c.by.Groups[base]), Unit: c.changeUnit(d), Num: true, Wrap: true},
		{Label: c.T("compare.weight"), Unit: "%", Num: true, Wrap: true}, {Label: c.T("compare.sections"), Num: true}, {Label: c.T("compare.missing"), Num: true}, {Label: c.T("compare.theil.in"), Num: true, Wrap: true},
	}}}
	spec := chart.Spec{Kind: chart.Bars, Title: v.Table.Caption, Unit: unit, Decimals: d.Decimals, XName: c.T("compare.group"), Series: []chart.Series{{Name: c.Text(d.Name)}}}
	for g, x := range p.Groups {
		name := c.Text(c.by.Groups[g])
		share := figure(100*x.Share, 1)
		trace, fragment := c.groupHref(d.ID, g), fmt.Sprintf("parts-%d", g)
		v.Table.Rows = append(v.Table.Rows, Row{Cells: []Cell{text(name), figure(x.Value, d.Decimals).to(trace), change(p.Gap(g, base), d.Decimals).to(howHref(fragment)), share.to(howHref(fragment)), count(x.N).to(trace), count(x.Missing).to(trace), figure(x.Theil, 4).to(howHref(fragment))}})
		v.Hows = append(v.Hows, c.groupHow(fragment, p, g, base, trace))
		spec.X, spec.Series[0].Values = append(spec.X, name), append(spec.Series[0].Values, x.Value)
	}
	total := func(key string, m compare.Part) {
		whole, fragment := c.wholeHref(d.ID), howHref(key)
		within := figure(m.Within, 4)
		within.Title = c.T("compare.split", chart.Number(m.Between, 4), chart.Number(m.Within, 4))
		v.Table.Rows = append(v.Table.Rows, Row{Sum: true, Cells: []Cell{text(c.T(key)), figure(m.Total, 4).to(fragment), text(""), figure(100*m.ShareBetween(), 1).to(fragment), count(p.N).to(whole), count(p.Missing).to(whole), within.to(fragment)}})
		v.Hows = append(v.Hows, c.splitHow(key, p, m))
	}
	total("compare.theil", p.Theil)
	if math.IsNaN(p.Theil.Total) {
		total("compare.variance", p.Variance)
	}
	v.Says = c.partsSays(p)
	spec.Says = v.Says
	v.Chart = view(spec)
	if p.Missing+p.Ungrouped > 0 {
		v.Lacks = c.T("compare.lacks", p.Missing, p.Ungrouped)
	}
	return v, nil
}

// partsSays is the decomposition in one sentence.
func (c *compared) partsSays(p compare.Parts) string {
	d, unit := c.focus, c.Uom(c.a.Pack, c.focus.Unit)
	first, last := p.Ends()
	switch {
	case first < 0:
		return c.T("compare.parts.open", d.Name)
	case first == last:
		return c.T("compare.parts.one", d.Name, c.by.Groups[first])
	}
	value := func(g int) string { return c.measured(chart.Number(p.Groups[g].Value, d.Decimals), unit) }
	m := p.Theil
	if math.IsNaN(m.Total) {
		m = p.Variance
	}
	key := "compare.parts.says"
	if a, b := p.Groups[first].Value, p.Groups[last].Value; a < b {
		key = "compare.parts.less"
	} else if a > b {
		key = "compare.parts.more"
	}
	s := c.T(key, c.by.Groups[first], value(first), c.by.Groups[last], value(last), c.measured(chart.Number(math.Abs(p.Gap(first, last)), d.Decimals), c.changeUnit(d)))
	if x := m.ShareBetween(); !math.IsNaN(x) {
		s += c.T("compare.parts.share", chart.Percent(x))
	}
	return s
}

// trendsView is small charts side by side, all on one scale where they show one
// measure.
type trendsView struct {
	Title  string
	Charts []smallChart
	Data   dataTable
	Table  Table
	Breaks []string // why lines are broken, in words
	More   string
}

type smallChart struct {
	Name, Href string
	chart.Spec
}

const maxSmall = 12

// trends are the years of the chosen measure for each unit of the page; of one
// county's schools, the county's years of each measure.
func (c *compared) trends() (trendsView, error) {
	v := trendsView{Title: c.T("compare.trends.measure", c.focus.Name)}
	type line struct {
		trace      func(year string) string
		name, href string
		points     []compare.Point
		unit       string
		decimals   int
	}
	var lines []line
	if c.county >= 0 {
		v.Title = c.T("compare.trends.county", c.a.Units[edu.County][c.county].Name)
		for _, d := range c.defs {
			ps, err := c.hist.Region(edu.County, codeOf(c.a.Units[edu.County][c.county]), c.st.Frame.Stage, d.ID)
			if err != nil {
				return v, err
			}
			trace := func(year string) string {
				return c.toTrace(edu.County, codeOf(c.a.Units[edu.County][c.county]), d.ID, "stage", string(c.st.Frame.Stage), "year", year)
			}
			lines = append(lines, line{trace, c.Text(d.Name), c.here("indicator", d.ID, "page", ""), ps, c.Uom(c.a.Pack, d.Unit), d.Decimals})
		}
	} else {
		for _, u := range c.units {
			ps, err := c.points(c.focus, u)
			if err != nil {
				return v, err
			}
			trace := func(year string) string { return c.traceHref(c.focus, u, year) }
			lines = append(lines, line{trace, u.name, c.traceHref(c.focus, u), ps, c.Uom(c.a.Pack, c.focus.Unit), c.focus.Decimals})
		}
	}
	v.Table = Table{ID: "trends", Caption: v.Title, Sheet: c.T("compare.trends"), Cols: []Col{{Label: c.T("compare.unit"), Wrap: true}}}
	var years []string
	for _, y := range c.hist.Years {
		years = append(years, y.Period.String())
		v.Table.Cols = append(v.Table.Cols, Col{Label: c.Period(y.Period), Num: true})
	}
	var scale []float64
	var broken []brokenLines
	for _, l := range lines {
		if c.county < 0 {
			for _, p := range l.points {
				scale = append(scale, p.Value)
			}
		}
		row := Row{Cells: []Cell{text(l.name)}}
		spec := chart.Spec{Kind: chart.Line, Width: 250, Height: 120, Title: l.name, Unit: l.unit, Decimals: l.decimals, XName: c.T("shell.year"), X: years, Series: []chart.Series{{Name: l.name}}}
		first, last := math.NaN(), math.NaN()
		for i, p := range l.points {
			cell := figure(p.Value, l.decimals)
			if p.Lost == compare.TooFew {
				cell = c.hidden()
			}
			spec.Series[0].Values = append(spec.Series[0].Values, p.Value)
			if math.IsNaN(first) {
				first = p.Value
			}
			if !math.IsNaN(p.Value) {
				last = p.Value
			} else {
				cell.Title = c.lossWords(p.Lost)
			}
			if w := c.breakWords(p.Break); w != "" {
				says := c.T("compare.break.at", l.name, p.Period.String(), w)
				broken = brokenAt(broken, p.Period.String(), w, l.name)
				if p.Break&^compare.NewLimit != 0 {
					spec.Series[0].Cuts = append(spec.Series[0].Cuts, chart.Cut{At: i, Says: says})
					cell.Small = "†"
				}
				cell.Title = w
			}
			// A sum of several units has no page of its own in that year, and what is
			// missing has none either: the newest year's page shows all years.
			at := p
			if !cell.Number || p.Units > 1 {
				at = l.points[len(l.points)-1]
			}
			cell = cell.to(l.trace(at.Period.String()))
			row.Cells = append(row.Cells, cell)
		}
		spec.Says = c.T("spark.says", l.name, c.measured(chart.Number(first, l.decimals), l.unit), c.measured(chart.Number(last, l.decimals), l.unit), numbers(spec.Series[0].Values))
		v.Table.Rows = append(v.Table.Rows, row)
		if len(v.Charts) < maxSmall {
			v.Charts = append(v.Charts, smallChart{l.name, l.href, spec})
		}
	}
	for i := range v.Charts {
		v.Charts[i].Holds = scale
	}
	if n := len(lines) - len(v.Charts); n > 0 {
		v.More = c.T("compare.trends.more", n)
	}
	for _, b := range broken {
		who := c.List(b.names)
		if len(b.names) == len(lines) && len(lines) > 1 {
			who = c.T("compare.break.every", len(lines))
		}
		v.Breaks = append(v.Breaks, c.T("compare.break.at", who, b.year, b.why))
	}
	v.Data = plainTable(v.Table)
	return v, nil
}

// brokenLines are the lines that are broken in one year for one reason, which is
// said once for all of them.
type brokenLines struct {
	year, why string
	names     []string
}

func brokenAt(all []brokenLines, year, why, name string) []brokenLines {
	i := slices.IndexFunc(all, func(b brokenLines) bool { return b.year == year && b.why == why })
	if i < 0 {
		i, all = len(all), append(all, brokenLines{year: year, why: why})
	}
	all[i].names = append(all[i].names, name)
	return all
}

func numbers(v []float64) (n int) {
	for _, x := range v {
		if !math.IsNaN(x) {
			n++
		}
	}
	return n
}

// breakWords says why a figure does not simply go on from the one before.
func (r *request) breakWords(b compare.Break) string {
	var parts []string
	for _, x := range []struct {
		b   compare.Break
		key string
	}{{compare.Redefined, "compare.break.redefined"}, {compare.NewLimit, "compare.break.limit"}, {compare.Merged, "compare.break.merged"}, {compare.Gap, "compare.break.gap"}} {
		if b&x.b != 0 {
			parts = append(parts, r.T(x.key))
		}
	}
	return r.List(parts)
}

// plainTable is a table as the data behind a chart, each figure with the address
// of its explanation.
func plainTable(t Table) dataTable {
	out := dataTable{Table: chart.Table{Caption: t.Caption}}
	for _, c := range t.Cols {
		out.Head = append(out.Head, c.Label)
	}
	for _, row := range t.Rows {
		var cells, hrefs []string
		for _, c := range row.Cells {
			cells, hrefs = append(cells, c.Text+c.Small), append(hrefs, c.Href)
		}
		out.Rows, out.Href = append(out.Rows, cells), append(out.Href, hrefs)
	}
	return out
}
