// Waiting in the comparison of scenarios: year by year what is met because fewer pupils
// come, by the middle, low and high figures of the forecast.

package web

import (
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/proposal"
)

// waitWords says by which year everything is met by waiting.
func (r *request) waitWords(p *proposal.Proposal) string {
	return r.T("proposal.wait.all", r.byYear(p, p.AllBy(proposal.PathMid)), r.byYear(p, p.AllBy(proposal.PathLow)), r.byYear(p, p.AllBy(proposal.PathHigh)))
}

// pathName is a path of the forecast in words.
func (r *request) pathName(path proposal.Path) string {
	switch path {
	case proposal.PathLow:
		return r.T("forecast.low")
	case proposal.PathHigh:
		return r.T("forecast.high")
	}
	return r.T("forecast.mid")
}

// byYear is a year by which something is met, or that it is not within the years.
func (r *request) byYear(p *proposal.Proposal, y edu.Period) string {
	if !y.IsZero() {
		return r.Period(y)
	}
	return r.T("proposal.wait.never", r.Period(p.Waits[len(p.Waits)-1].Period))
}

// easing lists the requirements with the year by which waiting meets each.
func (r *request) easing(p *proposal.Proposal) Table {
	t := Table{ID: "easing", Caption: r.T("proposal.wait.easing"), Sheet: r.T("proposal.wait.easing"), Empty: r.T("proposal.wait.none"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("indicator"), Wrap: true}, {Label: r.T("proposal.wait.now"), Num: true}, {Label: r.T("forecast.mid")}, {Label: r.T("forecast.low")}, {Label: r.T("forecast.high")}}}
	pk := r.packOf(p.Pack)
	if len(p.Waits) == 0 {
		return t
	}
	for _, e := range p.Easing() {
		name := e.Indicator
		if pk != nil {
			if d := pk.Indicator(e.Indicator); d != nil {
				name = joinCode(d.Code, shortName(r.locale, d))
			}
		}
		row := Row{Cells: []Cell{text(r.Stage(e.Stage)), text(name), count(e.Sections)}}
		for _, path := range []proposal.Path{proposal.PathMid, proposal.PathLow, proposal.PathHigh} {
			c := text(r.byYear(p, e.By[path]))
			if _, ok := e.By[path]; !p.Told(path) {
				c = text(chart.NoNumber)
			} else if !ok {
				c = c.toned(chart.Bad)
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// waiting is the county in each year ahead, by path of the forecast.
func (r *request) waiting(p *proposal.Proposal) Table {
	t := Table{ID: "waiting", Caption: r.T("proposal.wait.years"), Sheet: r.T("proposal.wait.years"), Empty: r.T("proposal.wait.none"), Tight: true, Cols: []Col{{Label: r.T("shell.year")}}}
	paths := []proposal.Path{proposal.PathMid, proposal.PathLow, proposal.PathHigh}
	for _, path := range paths {
		if p.Told(path) {
			name := r.pathName(path)
			t.Cols = append(t.Cols, Col{Label: name, Unit: r.T("forecast.pupils"), Num: true}, Col{Label: r.T("proposal.after"), Num: true}, Col{Label: r.T("proposal.spread")})
		}
	}
	var years []edu.Period
	for _, w := range p.Waits {
		if w.Path == proposal.PathMid {
			years = append(years, w.Period)
		}
	}
	for _, y := range years {
		row := Row{Cells: []Cell{text(r.Period(y))}}
		for _, path := range paths {
			for _, w := range p.Waits {
				if w.Path == path && w.Period == y {
					row.Cells = append(row.Cells, figure(w.Pupils, 0), text(metWords(proposal.Met{Sections: w.Sections, Passing: w.Passing})), lampCell(r.spreadLamp(proposal.Met{Spread: w.Spread})))
				}
			}
		}
		if len(row.Cells) == len(t.Cols) { // a making that was stopped may lack paths of its last year
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
