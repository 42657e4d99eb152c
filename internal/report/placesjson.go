package report

import (
	"encoding/json"
	"io"
	"math"

	"shuren/internal/places"
)

type placesJSON struct {
	Status     places.Status      `json:"status"`
	Scenario   string             `json:"children"`
	Conclusion string             `json:"conclusion"`
	Cost       *float64           `json:"cost_yuan"`
	Bound      *float64           `json:"bound_yuan"`
	Gap        *float64           `json:"gap"`
	Spent      []float64          `json:"building_by_year"`
	Years      []int              `json:"years"`
	Lines      []placesLineJSON   `json:"lines"`
	Compare    []placesServedJSON `json:"compared"`
	Trips      []placesTripJSON   `json:"trips"`
	Why        []string           `json:"contradicting_rules,omitempty"`
	Notes      []string           `json:"notes"`
}

type placesLineJSON struct {
	Year   int           `json:"year"`
	Act    places.Act    `json:"act"`
	School string        `json:"school"`
	Name   string        `json:"name"`
	Stage  string        `json:"stage"`
	To     string        `json:"to,omitempty"`
	Rooms  int           `json:"rooms"`
	Seats  int           `json:"seats"`
	Cost   float64       `json:"cost_yuan"`
	Why    places.Reason `json:"why"`
	Lacks  []places.Step `json:"lacks,omitempty"`
	Reason string        `json:"reason"`
}

type placesServedJSON struct {
	Name   string             `json:"scenario"`
	Travel float64            `json:"bus_beds_and_ways_yuan"`
	Years  []placesTravelJSON `json:"by_stage_and_year"`
}

type placesTravelJSON struct {
	Stage    string   `json:"stage"`
	Year     int      `json:"year"`
	Children int      `json:"children"`
	Seats    int      `json:"seats"`
	Without  int      `json:"without_a_seat"`
	Over     int      `json:"beyond_the_limit"`
	Bus      int      `json:"by_bus"`
	Board    int      `json:"boarding"`
	Straight int      `json:"by_straight_line"`
	MeanKm   *float64 `json:"mean_km"`
	P95Km    *float64 `json:"p95_km"`
	MostKm   *float64 `json:"most_km"`
	MeanMin  *float64 `json:"mean_minutes"`
	P95Min   *float64 `json:"p95_minutes"`
	MostMin  *float64 `json:"most_minutes"`
}

type placesTripJSON struct {
	Year     int      `json:"year"`
	Area     string   `json:"area"`
	School   string   `json:"school"`
	Stage    string   `json:"stage"`
	Children *int     `json:"children"` // null below ten
	Km       *float64 `json:"km"`
	Minutes  *float64 `json:"minutes"`
	How      string   `json:"how"`
}

func (f *Places) json(w io.Writer) error {
	in, p := f.in(), f.Plan
	out := placesJSON{Status: p.Status, Scenario: f.Taken.Scenario, Conclusion: f.text(p.Conclusion()), Cost: known(p.Cost), Bound: known(p.Bound), Gap: known(p.Gap),
		Spent: p.Spent, Years: []int{}, Lines: []placesLineJSON{}, Trips: []placesTripJSON{}, Notes: f.Notes()}
	if p.Travel == nil {
		out.Cost, out.Gap = known(math.NaN()), known(math.NaN())
	}
	for _, y := range in.Years {
		out.Years = append(out.Years, y.First)
	}
	for _, l := range p.Lines {
		sc, to := in.Schools[l.School], ""
		if l.To >= 0 {
			to = in.Schools[l.To].ID
		}
		out.Lines = append(out.Lines, placesLineJSON{in.Years[l.Year].First, l.Act, sc.ID, sc.Name, in.Stages[sc.Stage].ID, to, l.Rooms, l.Seats, l.Cost, l.Why, l.Lacks, f.text(in.Reason(p, l))})
	}
	names, list := f.served()
	for i, v := range list {
		s := placesServedJSON{Name: names[i], Travel: v.Cost}
		for st := range in.Stages {
			for y := range in.Years {
				t := v.Travel[st][y]
				s.Years = append(s.Years, placesTravelJSON{in.Stages[st].ID, in.Years[y].First, t.Children + v.Without[st][y], t.Seats, v.Without[st][y], t.Over, t.Bus, t.Board, t.Straight,
					known(t.MeanKm), known(t.P95Km), known(t.MostKm), known(t.MeanMin), known(t.P95Min), known(t.MostMin)})
			}
		}
		out.Compare = append(out.Compare, s)
	}
	for _, t := range p.Trips {
		sc, way := in.Schools[t.School], in.Ways[t.Area][t.School]
		row := placesTripJSON{in.Years[t.Year].First, in.Areas[t.Area].ID, sc.ID, in.Stages[sc.Stage].ID, nil, known(way.Km), known(way.Minutes), [...]string{"within", "bus", "board"}[t.Mode]}
		if t.Children >= small {
			row.Children = &t.Children
		}
		out.Trips = append(out.Trips, row)
	}
	for _, c := range f.Why {
		out.Why = append(out.Why, f.text(in.Words(c)))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
