package web

import (
	"fmt"
	"math"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
)

// A derived statistic, a gap, a share or a distance, has no trace of its own:
// the page that shows it says how it was computed, with the numbers put in, and
// the figure leads to that place on the page.

// how is the explanation of one derived figure, or of a row of them.
type how struct {
	ID    string // the place on the page, after "how-"
	Name  string
	Lines []string // the formula with the numbers put in
	Links []Link   // to what it was computed from
}

// howHref leads to an explanation on the same page.
func howHref(id string) string { return "#how-" + id }

// line is a formula after the name of what it comes to.
func (r *request) line(name, formula string) string { return r.T("how.line", name, formula) }

// wholePlace is the unit that is compared within: the county, or the whole.
func (c *compared) wholePlace() (place, bool) {
	if c.county >= 0 {
		return c.placeOf(edu.County, c.county), true
	}
	if p, ok := c.topPlace(); ok {
		return p, true
	}
	return place{name: c.whole()}, false
}

// wholeHref explains a measure of all that is compared.
func (c *compared) wholeHref(item string, kv ...string) string {
	p, ok := c.wholePlace()
	if !ok {
		return ""
	}
	return c.traceAt(p, item, append(kv, "stage", string(c.st.Frame.Stage))...)
}

// groupHref explains a measure of one of the groups.
func (c *compared) groupHref(item string, g int) string {
	return c.wholeHref(item, "group", c.by.GroupID(g))
}

// countHref explains a count of pupils: of column k of a row of the counts,
// which has a column for each group, one for those of no group if there are any,
// and the sum of the cols.
func (c *compared) countHref(p place, k, cols int) string {
	if p.code == "" {
		return ""
	}
	kv := []string{"stage", string(c.st.Frame.Stage)}
	switch {
	case k < len(c.by.Groups):
		kv = append(kv, "group", c.by.GroupID(k))
	case k < cols:
		kv = append(kv, "group", c.by.GroupID(-1))
	}
	return c.traceAt(p, compare.Pupils, kv...)
}

// groupHow explains what the table says of one group beyond its value.
func (c *compared) groupHow(id string, p compare.Parts, g, base int, trace string) how {
	x, d := p.Groups[g], c.focus
	value := func(g int) string { return chart.Number(p.Groups[g].Value, d.Decimals) }
	sum := 0.0
	for _, y := range p.Groups {
		if !math.IsNaN(y.Weight) {
			sum += y.Weight
		}
	}
	out := how{ID: id, Name: c.Text(c.by.Groups[g]), Lines: []string{
		c.line(c.T("compare.gap", c.by.Groups[base]), value(g)+" − "+value(base)+" = "+chart.Change(p.Gap(g, base), d.Decimals)),
		c.line(c.T("compare.weight"), "W / ΣW = "+chart.Number(x.Weight, 0)+" / "+chart.Number(sum, 0)+" = "+chart.Number(100*x.Share, 1)+"%"),
		c.line(c.T("compare.theil.in"), "T = Σ (w/W)·(x/μ)·ln(x/μ) = "+chart.Number(x.Theil, 4)+c.T("how.where", "W = "+chart.Number(x.Weight, 0), "μ = "+chart.Number(x.Mean, 4))),
	}}
	if trace != "" {
		out.Links = []Link{{c.T("how.group"), trace}}
	}
	return out
}

// splitHow explains how a measure of inequality parts into what lies between
// the groups and what lies within.
func (c *compared) splitHow(key string, p compare.Parts, m compare.Part) how {
	out := how{ID: key, Name: c.T(key), Lines: []string{c.T("how.unweighted")}}
	if w := c.focus.Weight; w != "" {
		out.Lines[0] = c.T("how.weighted", c.element(w))
	}
	if math.IsNaN(m.Total) {
		out.Lines = append(out.Lines, c.T("how.undefined"))
		return out
	}
	var all, of float64 // Σ W·μ, ΣW
	for _, g := range p.Groups {
		if g.Weight > 0 {
			all, of = all+g.Weight*g.Mean, of+g.Weight
		}
	}
	mean := all / of
	n := func(v float64) string { return chart.Number(v, 4) }
	var between, within []string
	for _, g := range p.Groups {
		if !(g.Weight > 0) {
			continue
		}
		if key == "compare.theil" {
			s := n(g.Weight * g.Mean / all)
			between = append(between, s+"·ln("+n(g.Mean)+"/"+n(mean)+")")
			within = append(within, s+"·"+n(g.Theil))
		} else {
			between = append(between, n(g.Share)+"·("+n(g.Mean)+" − "+n(mean)+")²")
		}
	}
	if key == "compare.theil" {
		out.Lines = append(out.Lines, "s = W·μ / Σ(W·μ)",
			c.line(c.T("how.between"), "Σ s·ln(μ/μ̄) = "+strings.Join(between, " + ")+" = "+n(m.Between)),
			c.line(c.T("how.within"), "Σ s·T = "+strings.Join(within, " + ")+" = "+n(m.Within)))
	} else {
		out.Lines = append(out.Lines,
			c.line(c.T("how.between"), "Σ (W/ΣW)·(μ − μ̄)² = "+strings.Join(between, " + ")+" = "+n(m.Between)),
			c.line(c.T("how.within"), "Σ (w/ΣW)·(x − μ)² = "+n(m.Within)))
	}
	out.Lines = append(out.Lines,
		c.line(c.T(key), n(m.Between)+" + "+n(m.Within)+" = "+n(m.Total)),
		c.line(c.T("how.share"), n(m.Between)+" / "+n(m.Total)+" = "+chart.Number(100*m.ShareBetween(), 1)+"%"))
	if href := c.wholeHref(c.focus.ID); href != "" {
		out.Links = []Link{{c.T("how.sections"), href}}
	}
	return out
}

// featureHow explains a feature: the unit's own figure from what was reported,
// and the mean and spread over all that were compared.
func (g *peerGroup) featureHow(f int) how {
	x := g.Features[f]
	_, own := g.codeName(g.at)
	var sum, squares float64
	for _, v := range g.values {
		if !someMissing(v) {
			sum += v[f]
			squares += (v[f] - g.Mean[f]) * (v[f] - g.Mean[f])
		}
	}
	n := func(v float64) string { return chart.Number(v, 3) }
	out := how{ID: "feature-" + x.ID, Name: g.Text(x.Name), Lines: []string{
		g.line(own, g.Text(x.How)+" = "+n(g.values[g.at][f])),
		g.line(g.T("peers.mean"), "Σx / n = "+n(sum)+fmt.Sprintf(" / %d = ", g.Among)+n(g.Mean[f])),
		g.line(g.T("peers.spread"), "√( Σ(x − x̄)² / n ) = √( "+n(squares)+fmt.Sprintf(" / %d ) = ", g.Among)+n(g.Spread[f])),
		g.line(g.T("peers.weight"), chart.Number(x.Weight, 1)+" "+g.T("how.equal")),
	}}
	code, _ := g.codeName(g.at)
	for _, e := range x.Reads {
		if g.a.Pack.Element(e) == nil {
			continue
		}
		out.Links = append(out.Links, Link{g.element(e), g.toTrace(g.level, code, e, "stage", string(g.a.Stages[g.stage].Frame.Stage))})
	}
	return out
}

func someMissing(v []float64) bool {
	for _, x := range v {
		if math.IsNaN(x) {
			return true
		}
	}
	return false
}

// distanceHow explains how far one peer lies.
func (g *peerGroup) distanceHow(i int) how {
	x := g.Nearest[i]
	code, name := g.codeName(x.Unit)
	out := how{ID: fmt.Sprintf("peer-%d", i), Name: name}
	n := func(v float64) string { return chart.Number(v, 3) }
	var squares []string
	weight := 0.0
	for f, y := range g.Features {
		weight += y.Weight
		squares = append(squares, chart.Number(y.Weight, 0)+"·"+bracketed(x.Apart[f])+"²")
		d := " = 0"
		if g.Spread[f] > 0 {
			d = " / " + n(g.Spread[f]) + " = " + n(x.Apart[f])
		}
		out.Lines = append(out.Lines, g.line(g.Text(y.Name), "("+n(g.values[x.Unit][f])+" − "+bracketed(g.values[g.at][f])+")"+d))
		for _, e := range y.Reads {
			l := Link{g.element(e), g.toTrace(g.level, code, e, "stage", string(g.a.Stages[g.stage].Frame.Stage))}
			if g.a.Pack.Element(e) != nil && !hasLink(out.Links, l) {
				out.Links = append(out.Links, l)
			}
		}
	}
	out.Lines = append(out.Lines, g.line(g.T("peers.distance"), "√( ("+strings.Join(squares, " + ")+") / "+chart.Number(weight, 0)+" ) = "+n(x.Distance)))
	return out
}

func hasLink(list []Link, l Link) bool {
	for _, x := range list {
		if x == l {
			return true
		}
	}
	return false
}

// bracketed is a number to put after an operator.
func bracketed(v float64) string {
	s := chart.Number(v, 3)
	if v < 0 {
		return "(" + s + ")"
	}
	return s
}

// meanHow explains the mean of the similar units in one measure, and how far the
// unit lies from it.
func (g *peerGroup) meanHow(id, name string, values []float64, mean, own, diff float64, decimals int) how {
	out := how{ID: "mean-" + id, Name: name}
	n := func(v float64) string { return chart.Number(v, decimals) }
	var parts []string
	for _, v := range values {
		if !math.IsNaN(v) {
			parts = append(parts, n(v))
		}
	}
	if len(parts) == 0 {
		out.Lines = []string{g.line(g.T("peers.average"), g.T("how.nofigure"))}
		return out
	}
	out.Lines = []string{
		g.line(g.T("peers.average"), "("+strings.Join(parts, " + ")+fmt.Sprintf(") / %d = ", len(parts))+n(mean)),
		g.line(g.T("peers.difference"), n(own)+" − "+n(mean)+" = "+chart.Change(diff, decimals)),
	}
	return out
}
