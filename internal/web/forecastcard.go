package web

import (
	"errors"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/report"
)

// aheadCard is the forecast on the page of something else: of the city, or a county.
type aheadCard struct {
	Title string
	Table Table
	Note  string
	More  string
}

// aheadCard gives the card of a county, or of the city where the code is empty; nil
// where there is none to be shown. It takes the forecast that was made last: a page
// does not wait for one.
func (s *Server) aheadCard(r *request, code string) (*aheadCard, error) {
	if s.ahead == nil || !r.who.May(auth.ReadRegion) {
		return nil, nil
	}
	f, err := s.ahead.LastForecast(r.Context(), r.who)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Forbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := forecastOf{request: r, f: f}
	for i, p := range f.Places {
		if f.Shown[i] && (code == "" && i == 0 || code != "" && p.Level == edu.County && p.Code == code) {
			return v.card(i), nil
		}
	}
	return nil, nil
}

// card is a place stage by stage: pupils now and ahead, and how its seats stand.
func (v forecastOf) card(at int) *aheadCard {
	c := &aheadCard{Title: v.T("forecast.card"), More: "/forecast?of=" + v.key(at), Note: v.T("forecast.made", report.Minute(v.f.AsOf))}
	t := Table{ID: "ahead", Caption: v.T("forecast.card.sub"), Sheet: v.T("forecast.card"), Tight: true, Cols: []Col{{Label: v.T("stage")}, {Label: strconv.Itoa(v.f.Result.Years[0] - 1), Num: true}}}
	ahead := []int{4, len(v.f.Result.Years) - 1}
	for _, h := range ahead {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(v.f.Result.Years[h]), Num: true})
	}
	seats := v.f.Seats.At != nil
	if seats {
		c.Title = v.T("forecast.seats.card")
		t.Cols = append(t.Cols, Col{Label: v.T("forecast.seats.n"), Num: true}, Col{Label: v.T("forecast.seats.what"), Wrap: true})
	}
	for s, stage := range v.f.Result.Sections {
		w := &v.f.Result.Section[at][s]
		now := w.Past[len(w.Past)-1]
		if !(now > 0) && !(w.Mid[0] > 0) {
			continue
		}
		row := Row{Cells: []Cell{linked(v.Stage(edu.Stage(stage)), c.More+"&stage="+stage), v.count(at, s, v.f.Result.Years[0]-1, now)}}
		for _, h := range ahead {
			cell := v.count(at, s, v.f.Result.Years[h], w.Mid[h])
			if cell.Number && v.f.Result.Banded {
				cell.Small = "(" + v.between(w.Low[h], w.High[h]) + ")"
			}
			row.Cells = append(row.Cells, cell)
		}
		if seats {
			if x := &v.f.Seats.At[at][s]; x.Said > 0 && v.f.Seats.Elements[s] != nil {
				lamp := lampCell(v.seatLamp(x))
				lamp.Small = v.seatWords(x)
				row.Cells = append(row.Cells, figure(x.Seats, 0), lamp)
			} else {
				row.Cells = append(row.Cells, text(chart.NoNumber), Cell{})
			}
		}
		t.Rows = append(t.Rows, row)
	}
	c.Table = t
	return c
}
