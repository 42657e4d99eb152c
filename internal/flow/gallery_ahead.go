package flow

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/url"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/proposal"
)

// What a county's plan takes from the forecast and from the county's proposal. Both
// are read once and kept in the data version: a proposal is decided upon, and the
// forecast moves with every year that is handed in.

// seatsRead are the seats of a stage of a county against its pupils ahead.
type seatsRead struct {
	Stage        edu.Stage
	Have, Most   float64
	Missing      int
	Years        []int
	Pupils       []float64 // by year; -1: too few to be told
	Short, Worst int
	Few          bool // of a year ahead, shown or not: then Short, Most and Worst are none
}

// seatYears are the years ahead that a plan shows, as the page of the forecast does.
func seatYears(n int) []int { return []int{min(2, n-1), min(4, n-1), n - 1} }

func (g *Gallery) seatsNow(ctx context.Context, unit edu.UnitID) (out []seatsRead, err error) {
	f, err := g.city.forecastToAll(ctx)
	if _, no := asRefusal(err); no || errors.Is(err, fault.NotFound) {
		return nil, nil // there is nothing to forecast from
	}
	if err != nil {
		return nil, err
	}
	if f.Seats.At == nil || len(f.Result.Years) == 0 {
		return nil, nil
	}
	for i, p := range f.Places {
		if p.Unit != unit || p.Level != edu.County {
			continue
		}
		for s, stage := range f.Result.Sections {
			x := &f.Seats.At[i][s]
			if x.Said == 0 || math.IsNaN(x.Seats) {
				continue
			}
			r := seatsRead{Stage: edu.Stage(stage), Have: x.Seats, Missing: x.Missing}
			few := make([]bool, len(f.Result.Years))
			for h, year := range f.Result.Years {
				n := math.Round(x.Mid[h]) // of the schools that say their seats, which may be one
				few[h] = f.Few(i, s, -1, year) || n > 0 && n < gallery.FewerThan
				r.Few = r.Few || few[h]
			}
			if !r.Few { // seats and what is short of them come to the pupils
				r.Short, r.Worst, r.Most = x.Short, x.MostYear, x.Most
			}
			last := -1
			for _, h := range seatYears(len(f.Result.Years)) {
				if h <= last {
					continue
				}
				last = h
				n := x.Mid[h]
				if few[h] {
					n = -1
				}
				r.Years, r.Pupils = append(r.Years, f.Result.Years[h]), append(r.Pupils, n)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// offerRead is the proposal that a county works with.
type offerRead struct {
	ID                      string
	Scenario, Year          string
	Yuan                    float64
	Before, After, Sections int
	Row                     string // of the proposal's page that says After and Sections; "": the scenario's
	Lines                   []offerLineRead
}

type offerLineRead struct {
	What, ActID, Act, Code, School string
	Year, Authority, State         string
	Yuan                           float64
	Price, Unit, Basis             string
	Each                           float64 // yuan; 0: the list of today has not the price that the line was counted by
}

// offerNow is the proposal of which the county has taken most lines, among equals the
// first scenario; nil where there is no plan by the pack that the document is about.
func (g *Gallery) offerNow(ctx context.Context, who auth.Actor, unit edu.UnitID, by string) (*offerRead, error) {
	now, _, err := g.city.Proposals(ctx, who, unit)
	if err != nil {
		return nil, err
	}
	var p *proposal.Proposal
	taken := func(x *proposal.Proposal) int {
		n := x.Counts()
		return n.By[proposal.Accepted] + n.By[proposal.Edited]
	}
	for i := range now {
		if x := &now[i]; x.Pack == by && x.Planned() && x.Scenario != proposal.Wait && (p == nil || taken(x) > taken(p)) {
			p = x
		}
	}
	if p == nil {
		return nil, nil
	}
	m, err := g.city.means(ctx, unit)
	if err != nil {
		return nil, err
	}
	pk, err := g.city.packOf(ctx, p.Pack)
	if err != nil {
		return nil, err
	}
	out := &offerRead{ID: p.ID, Scenario: p.Scenario.Name().ZH, Year: p.Period.Label(), Yuan: p.CostNow(), Before: p.Before.Passing, After: p.Checked.Passing, Sections: p.Checked.Sections, Row: "现在各行做完"}
	if p.Checked.Sections == 0 { // whatever is decided is checked: all stands as promised
		out.After, out.Sections, out.Row = p.After.Passing, p.After.Sections, "方案承诺"
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.State == proposal.Rejected {
			continue
		}
		r := offerLineRead{What: LineWords(pk, l).ZH, ActID: string(l.Act), Act: ActName(l.Act).ZH, Code: l.At.Code, School: l.At.Name, Year: l.Year().Label(),
			Authority: l.Authority.ZH, State: cmp.Or(l.State, proposal.Open).Name().ZH, Yuan: l.CostNow(), Price: cmp.Or(l.PriceName.ZH, m.Prices.Name(l.Price).ZH), Basis: l.Basis}
		if l.Task != "" {
			r.State = "已列入任务"
		}
		if price, ok := m.Prices.Price(l.Price); ok && p.CountedBy(l, price.Yuan) {
			r.Unit, r.Each = price.Unit, price.Yuan
		}
		out.Lines = append(out.Lines, r)
	}
	return out, nil
}

// ahead gathers both for a county's plan, and adds their sources to the document's.
func (g *Gallery) ahead(ctx context.Context, who auth.Actor, m *moment, x *gallery.Measured, unit edu.UnitID, code, name string) (out gallery.Ahead, err error) {
	asOf, err := g.asOf(m)
	if err != nil {
		return out, err
	}
	ledger := "seats " + string(unit)
	seats, err := readOnce(m, ledger, func() ([]seatsRead, error) { return g.seatsNow(ctx, unit) })
	if err != nil {
		return out, err
	}
	if len(seats) > 0 {
		source := len(x.Sources)
		x.Sources = append(x.Sources, gallery.Source{Name: "学龄人口预测", Version: m.ledger(ledger), Day: asOf.Official()})
		for _, r := range seats {
			num := func(n float64) gallery.Num {
				return gallery.Num{Value: n, Href: address("/forecast", "of", code, "stage", string(r.Stage)), At: []string{name}, Source: source, Few: n < 0}
			}
			s := gallery.Seats{Stage: r.Stage, Have: num(r.Have), Missing: num(float64(r.Missing))}
			switch {
			case r.Few:
				s.Short = num(-1)
			case r.Short > 0:
				s.Short, s.Most, s.Worst = num(float64(r.Short)), num(r.Most), num(float64(r.Worst))
			}
			for i, y := range r.Years {
				s.Years = append(s.Years, gallery.SeatsIn{Year: y, Pupils: num(r.Pupils[i])})
			}
			out.Seats = append(out.Seats, s)
		}
	}
	ledger = "proposal " + string(unit)
	o, err := readOnce(m, ledger, func() (*offerRead, error) { return g.offerNow(ctx, who, unit, x.A.Pack.Ref()) })
	if err != nil || o == nil {
		return out, err
	}
	source, page := len(x.Sources), "/gaps/counties/"+url.PathEscape(code)
	x.Sources = append(x.Sources, gallery.Source{Name: "差距与方案（" + o.Scenario + "）", Version: m.ledger(ledger), Day: asOf.Official()})
	whole := func(n float64, decimals int) gallery.Num {
		return gallery.Num{Value: n, Decimals: decimals, Href: address(page, "proposal", o.ID), At: []string{o.Scenario}, Source: source}
	}
	after := func(n int) gallery.Num {
		x := whole(float64(n), 0)
		x.At = []string{cmp.Or(o.Row, o.Scenario)}
		return x
	}
	out.Offer = &gallery.Offer{Scenario: o.Scenario, Year: o.Year, Cost: whole(o.Yuan/wan, 1), Before: whole(float64(o.Before), 0), After: after(o.After), Sections: after(o.Sections)}
	for _, l := range o.Lines {
		at := func(n float64, decimals int) gallery.Num {
			return gallery.Num{Value: n, Decimals: decimals, Href: address(page, "act", l.ActID, "proposal", o.ID, "q", l.Code), At: []string{l.What}, Source: source}
		}
		line := gallery.OfferLine{What: l.What, Act: l.Act, School: l.School, Year: l.Year, Authority: l.Authority, State: l.State, Cost: at(l.Yuan/wan, 1), Price: gallery.OfferPrice{Name: l.Price, Unit: l.Unit, Basis: l.Basis}}
		if l.Each > 0 {
			line.Price.Yuan = at(l.Each, 0)
		}
		out.Offer.Lines = append(out.Offer.Lines, line)
	}
	return out, nil
}

// wan is 万元.
const wan = 1e4
