// The list of gaps: each school and indicator that falls short, what is lacking,
// and what that costs by the county's price list.

package web

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gap"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// gapLine is a school's part that falls short of an indicator.
type gapLine struct {
	stage, row int
	county     int // index of the assessment's counties, -1 for none
	lack       gap.Lack
	share      float64 // of the target that there is
}

// gapLists are the gaps of assessments, found once for each.
type gapLists struct {
	mu  sync.Mutex
	all map[summaryKey]gapList
}

type gapList struct {
	of    *standard.Assessment
	lines []gapLine
}

func (c *gapLists) get(l *lens) []gapLine {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := summaryKey{l.a.Pack.Ref(), l.a.Period}
	if g, ok := c.all[key]; ok && same(g.of, l.a) {
		return g.lines
	}
	if c.all == nil {
		c.all = map[summaryKey]gapList{}
	}
	g := gapList{l.a, gapsOf(l)}
	c.all[key] = g
	return g.lines
}

// gapsOf lists all gaps, the furthest from its target first.
func gapsOf(l *lens) (out []gapLine) {
	shown := map[string]bool{}
	for _, d := range l.measures {
		shown[d.ID] = d.Lack != nil
	}
	for k, st := range l.a.Stages {
		for row := range st.Frame.Rows {
			county := -1
			if c := st.Frame.RegionOf(edu.County, row); c >= 0 {
				county = l.a.Unit(edu.County, st.Frame.Regions[edu.County][c].ID)
			}
			for _, x := range gap.Section(st, row) {
				if shown[x.Indicator.ID] && !math.IsNaN(x.Amount) && x.Target > 0 {
					out = append(out, gapLine{k, row, county, x, x.Value / x.Target})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b gapLine) int { return cmp.Compare(a.share, b.share) })
	return out
}

// priced is what a gap costs by the means of a county, with the price that says so.
type priced struct {
	yuan  float64 // NaN where no price is known
	price means.Price
	lever *pack.Lever
}

// costOf is the least that a gap costs where nobody moves: the cheapest of the acts
// that provide what is lacking, at the county's prices. A recruited teacher is
// counted for a year.
func costOf(p *pack.Pack, l gap.Lack, prices *means.Prices) priced {
	best := priced{yuan: math.NaN()}
	if l.Indicator.Lack == nil {
		return best
	}
	fields := l.Indicator.Lack.Have.Expr.Fields()
	for _, lv := range p.Levers {
		var grows []string
		switch lv.Act {
		case pack.LeverHire:
			for _, x := range lv.People {
				grows = append(grows, x.Counts...)
			}
		case pack.LeverTrain, pack.LeverBuild, pack.LeverBuy:
			grows = lv.Elements
		}
		if !slices.ContainsFunc(grows, func(e string) bool { return slices.Contains(fields, e) }) {
			continue
		}
		x := priced{yuan: l.Amount, lever: lv}
		if !lv.Worth {
			var ok bool
			if x.price, ok = prices.Price(lv.Price); !ok {
				continue
			}
			x.yuan = l.Amount * x.price.Yuan
		}
		if math.IsNaN(best.yuan) || x.yuan < best.yuan {
			best = x
		}
	}
	return best
}

// gapFilter is what the list is narrowed to; it stands in the address.
type gapFilter struct {
	County, Stage, Indicator string
	Page                     int
}

func (r *request) gapFilter() (f gapFilter, err error) {
	q := r.query
	f = gapFilter{County: q.Get("county"), Stage: q.Get("stage"), Indicator: q.Get("indicator")}
	if f.County != "" && r.lens.county(f.County) < 0 {
		return f, fmt.Errorf("county %q: %w", f.County, fault.NotFound)
	}
	if f.Stage != "" && r.a.Stage(edu.Stage(f.Stage)) == nil {
		return f, fmt.Errorf("stage %q: %w", f.Stage, fault.NotFound)
	}
	if f.Indicator != "" && r.a.Pack.Indicator(f.Indicator) == nil {
		return f, fmt.Errorf("indicator %q: %w", f.Indicator, fault.NotFound)
	}
	f.Page, err = pageOf(r)
	return f, err
}

// gapsFiltered are the gaps that a filter lets through, in their order.
func (s *Server) gapsFiltered(r *request, f gapFilter) (out []gapLine) {
	county := -1
	if f.County != "" {
		county = r.lens.county(f.County)
	}
	for _, g := range s.gapLists.get(r.lens) {
		if (county < 0 || g.county == county) && (f.Stage == "" || string(r.a.Stages[g.stage].Frame.Stage) == f.Stage) && (f.Indicator == "" || g.lack.Indicator.ID == f.Indicator) {
			out = append(out, g)
		}
	}
	return out
}

// pricesOf are the price lists of the counties, as far as the reader may see them.
type pricesOf struct {
	s    *Server
	r    *request
	seen map[int]*flow.Means
	err  error
}

// shown tells whether costs are told at all: price lists are a county's own, and a
// school reads none.
func (p *pricesOf) shown() bool { return p.r.who.May(auth.ReadRegion) }

func (p *pricesOf) of(county int) *means.Prices {
	if m := p.means(county); m != nil {
		return &m.Prices
	}
	return &means.Prices{}
}

// means are those of a county; nil where the reader sees none. What went wrong
// otherwise is kept for whoever answers the request: no price must not be read as
// none told.
func (p *pricesOf) means(county int) *flow.Means {
	if county < 0 {
		return nil
	}
	if m, ok := p.seen[county]; ok {
		return m
	}
	m, err := p.s.gaps.Means(p.r.Context(), p.r.who, p.s.unitOfCounty(p.r, county))
	if err != nil {
		m = nil
		if !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
			p.err = errors.Join(p.err, fmt.Errorf("means: %w", err))
		}
	}
	p.seen[county] = m
	return m
}

// gapTable is a part of the list.
func (r *request) gapTable(lines []gapLine, prices *pricesOf, several bool) Table {
	t := Table{ID: "gaps", Caption: r.T("gaps.caption"), Sheet: r.T("gaps.list"), Empty: r.T("gaps.none"), List: true, Tight: true, Cols: []Col{{Label: r.T("school"), Wrap: true}}}
	if several {
		t.Cols = append(t.Cols, Col{Label: r.T("county")})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("stage")}, Col{Label: r.T("indicator"), Wrap: true}, Col{Label: r.T("gaps.value"), Num: true}, Col{Label: r.T("standard"), Num: true}, Col{Label: r.T("gaps.share"), Num: true}, Col{Label: r.T("gaps.lack"), Num: true})
	if prices.shown() {
		t.Cols = append(t.Cols, Col{Label: r.T("gaps.cost"), Unit: r.T("gaps.wan"), Num: true}, Col{Label: r.T("gaps.by"), Wrap: true})
	}
	for i := range lines {
		g := &lines[i]
		st := r.a.Stages[g.stage]
		row, d, stage := st.Frame.Rows[g.row], g.lack.Indicator, string(st.Frame.Stage)
		trace := r.toTrace(edu.Section, row.Code, d.ID, "stage", stage)
		cells := []Cell{{Text: r.called(row), Href: r.toSchool(row.Code, "stage", stage)}}
		if several {
			name := ""
			if g.county >= 0 {
				name = r.a.Units[edu.County][g.county].Name
			}
			cells = append(cells, text(name))
		}
		share := Cell{Text: chart.Percent(g.share), Value: math.Round(g.share*1e5) / 1e3, Number: true}.toned(r.lens.verdictTone(st.Indicator(d.ID), g.row))
		cells = append(cells, text(r.Stage(st.Frame.Stage)), Cell{Text: shortName(r.locale, d), Title: r.Text(d.Name)},
			figure(g.lack.Value, d.Decimals).to(trace), text(r.Limit(g.lack.Target)), share, r.amount(g.lack.Amount, g.lack.Unit))
		if prices.shown() {
			cost := costOf(r.a.Pack, g.lack, prices.of(g.county))
			by := text(r.T("gaps.noprice"))
			wan := r.wanCell(cost.yuan)
			switch {
			case cost.lever == nil:
			case cost.lever.Worth:
				by = text(r.Text(cost.lever.Name))
			default:
				by = Cell{Text: r.T("gaps.price", r.Text(cost.lever.Name), chart.Number(cost.price.Yuan, 0), cost.price.Unit), Small: r.T("gaps.basis", cost.price.Basis, strconv.Itoa(cost.price.Year))}
			}
			if g.county >= 0 { // the price list, or where it is to be told
				wan.Href = prices.s.toGaps(r, codeOf(r.a.Units[edu.County][g.county])) + "/means"
			}
			cells = append(cells, wan, by)
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// gapSum is what gaps come to.
type gapSum struct {
	gaps, sections, unpriced int
	yuan                     float64
}

func (r *request) sumGaps(lines []gapLine, prices *pricesOf) (sum gapSum) {
	seen := map[[2]int]bool{}
	for i := range lines {
		g := &lines[i]
		sum.gaps++
		seen[[2]int{g.stage, g.row}] = true
		if c := costOf(r.a.Pack, g.lack, prices.of(g.county)); math.IsNaN(c.yuan) {
			sum.unpriced++
		} else {
			sum.yuan += c.yuan
		}
	}
	sum.sections = len(seen)
	return sum
}
