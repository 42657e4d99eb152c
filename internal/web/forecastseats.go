package web

import (
	"math"
	"strconv"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/report"
)

// seatsView is where and when seats run short of pupils, and when they are too many.
type seatsView struct {
	Says  string
	From  string // the element and its source
	Chart *chartView
	Table Table
}

// seats are those of a stage, place by place, with the chart of the one that is looked
// at; nil where no section says how many it has.
func (v forecastOf) seats(at, stage int) *seatsView {
	s := v.f.Seats
	if s.At == nil || s.Elements[stage] == nil || s.At[at][stage].Said == 0 {
		return nil
	}
	out := &seatsView{From: v.seatSource(stage), Table: v.seatTable(stage), Says: v.seatsSay(stage)}
	x := &s.At[at][stage]
	name := v.Stage(edu.Stage(v.f.Result.Sections[stage]))
	spec := chart.Spec{Kind: chart.Line, Title: v.T("forecast.seats.path", v.name(at), name), Unit: v.T("forecast.pupils"), XName: v.T("year"), Width: 760, Height: 240, Holds: []float64{0}, Says: v.seatWords(x),
		Series: []chart.Series{{Name: v.T("forecast.seats.n")}, {Name: v.T("forecast.mid"), Dashed: true}, {Name: v.T("forecast.low"), Dashed: true}, {Name: v.T("forecast.high"), Dashed: true}}}
	put := func(year int, figures ...float64) {
		spec.X = append(spec.X, strconv.Itoa(year))
		for k := range spec.Series {
			spec.Series[k].Values = append(spec.Series[k].Values, figures[k])
		}
	}
	put(v.f.Result.Years[0]-1, x.Seats, x.Now, x.Now, x.Now)
	for h, year := range v.f.Result.Years {
		low, high := x.Low[h], x.High[h]
		if !v.f.Result.Banded {
			low, high = math.NaN(), math.NaN()
		}
		put(year, x.Seats, x.Mid[h], low, high)
	}
	out.Chart = view(spec)
	return out
}

// seatSource names the element that seats are read from, with its pack's source.
func (v forecastOf) seatSource(stage int) string {
	e := v.f.Seats.Elements[stage]
	return v.T("forecast.seats.from", v.Text(e.Name), e.Pack, v.Text(e.Help), e.Source, e.Tag)
}

// seatWords is what becomes of the seats of a place.
func (v forecastOf) seatWords(x *flow.SeatsAt) string {
	year := strconv.Itoa
	switch {
	case !v.f.Result.Banded && x.Short == 0:
		return v.T("forecast.seats.over.mid", chart.Number(x.Left, 0))
	case x.Short > 0 && x.Over > 0:
		return v.T("forecast.seats.short.over", year(x.Short), chart.Number(x.Most, 0), year(x.MostYear), year(x.Over), chart.Number(x.Left, 0))
	case x.Short > 0:
		return v.T("forecast.seats.short", year(x.Short), chart.Number(x.Most, 0), year(x.MostYear))
	case x.May > 0 && x.Over > 0:
		return v.T("forecast.seats.may.over", year(x.May), year(x.Over), chart.Number(x.Left, 0))
	case x.May > 0:
		return v.T("forecast.seats.may", year(x.May))
	}
	return v.T("forecast.seats.over", year(x.Over), chart.Number(x.Left, 0))
}

// seatLamp is how the seats of a place stand.
func (v forecastOf) seatLamp(x *flow.SeatsAt) Lamp {
	switch {
	case x.Short > 0:
		return Lamp{chart.Bad, v.T("forecast.seats.lamp.short"), v.seatWords(x)}
	case x.May > 0:
		return Lamp{chart.Near, v.T("forecast.seats.lamp.may"), v.seatWords(x)}
	}
	return Lamp{chart.Good, v.T("forecast.seats.lamp.over"), v.seatWords(x)}
}

// counties are the shown counties whose sections say their seats.
func (v forecastOf) counties(stage int) (out []int) {
	for i, p := range v.f.Places {
		if v.f.Shown[i] && p.Level == edu.County && v.f.Seats.At[i][stage].Said > 0 {
			out = append(out, i)
		}
	}
	return out
}

// seatsSay is the answer in one sentence: where and when seats run short first, and
// how many counties have too many.
func (v forecastOf) seatsSay(stage int) string {
	short, over, first, most := 0, 0, -1, -1
	all := v.counties(stage)
	at := func(i int) *flow.SeatsAt { return &v.f.Seats.At[i][stage] }
	for _, i := range all {
		x := at(i)
		if x.Over > 0 {
			over++
		}
		if x.Short == 0 {
			continue
		}
		short++
		if first < 0 || x.Short < at(first).Short {
			first = i
		}
		if most < 0 || x.Most > at(most).Most {
			most = i
		}
	}
	name := v.Stage(edu.Stage(v.f.Result.Sections[stage]))
	if short == 0 {
		return v.T("forecast.seats.say.none", name, len(all), over)
	}
	return v.T("forecast.seats.say", name, short, len(all), strconv.Itoa(at(first).Short), v.name(first), v.name(most), chart.Number(at(most).Most, 0), strconv.Itoa(at(most).MostYear), over)
}

// seatTable is seats against pupils, place by place in the order of their codes.
func (v forecastOf) seatTable(stage int) Table {
	years := v.f.Result.Years
	t := Table{ID: "seats", Caption: v.T("forecast.seats.caption", v.Stage(edu.Stage(v.f.Result.Sections[stage]))), Sheet: v.T("forecast.seats"), List: true,
		Cols: []Col{{Label: v.T("county"), Wrap: true}, {Label: v.T("forecast.seats.n"), Num: true}, {Label: v.T("forecast.seats.now"), Num: true}}}
	at := []int{2, 4, len(years) - 1}
	for _, h := range at {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(years[h]), Num: true}, Col{Label: v.T("forecast.between"), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: v.T("status")}, Col{Label: v.T("forecast.seats.what"), Wrap: true})
	for i, p := range v.f.Places {
		x := &v.f.Seats.At[i][stage]
		if !v.f.Shown[i] || p.Level == edu.Section || x.Said == 0 {
			continue
		}
		name := linked(v.name(i), v.here("of", v.key(i), "did", ""))
		if x.Missing > 0 {
			name.Small = v.T("forecast.seats.missing", x.Missing)
		}
		year := years[0] - 1
		seats := figure(x.Seats, 0).to(v.tracing(i, v.f.Seats.Elements[stage].ID, v.f.Result.Sections[stage], year))
		row := Row{Cells: []Cell{name, seats, figure(x.Now, 0).to(v.roll(i, stage, year))}, Sum: i == 0}
		for _, h := range at {
			row.Cells = append(row.Cells, figure(x.Mid[h], 0), text(v.between(x.Low[h], x.High[h])))
		}
		t.Rows = append(t.Rows, Row{Sum: row.Sum, Cells: append(row.Cells, lampCell(v.seatLamp(x)), text(v.seatWords(x)))})
	}
	return t
}

// seatFile are the seats of all stages as they are exported.
func (v forecastOf) seatFile() (out []report.ForecastSeats) {
	for i, of := range v.f.Seats.At {
		for s, x := range of {
			if !v.f.Shown[i] || v.f.Places[i].Level == edu.Section || x.Said == 0 || math.IsNaN(x.Seats) {
				continue
			}
			out = append(out, report.ForecastSeats{Node: i, Section: s, Seats: x.Seats, Now: x.Now, Said: x.Said, Missing: x.Missing, Mid: x.Mid, Low: x.Low, High: x.High, Balance: x.Balance, Source: v.seatSource(s)})
		}
	}
	return out
}
