package web

import (
	"fmt"
	"math"
	"net/http"

	"shuren/internal/auth"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// apiFigure is a measure of a unit as programs read it. A figure that is missing
// is left out. Place is there only where the city has switched ranking on.
type apiFigure struct {
	Value  *float64 `json:"value,omitempty"`
	Change *float64 `json:"change,omitempty"`
	Points bool     `json:"points,omitempty"`     // the change is in percentage points
	Lost   string   `json:"lost,omitempty"`       // why there is no change
	Few    bool     `json:"suppressed,omitempty"` // it would tell of fewer than ten pupils
	Place  int      `json:"place,omitempty"`
	Shared bool     `json:"place_shared,omitempty"`
}

// apiCompare is the comparison's table for programs: ?year=&stage=&county=.
func (s *Server) apiCompare(w http.ResponseWriter, r *request) error {
	if err := s.begin(r, route{pattern: "GET /compare", needs: auth.ReadRegion}); err != nil {
		return err
	}
	if r.a == nil {
		return fmt.Errorf("there are no figures: %w", fault.NotFound)
	}
	c, err := s.comparison(r)
	if err != nil {
		return err
	}
	type unit struct {
		Code    string                `json:"code"`
		Name    string                `json:"name"`
		Figures map[string]*apiFigure `json:"figures"`
	}
	out := struct {
		Year      string            `json:"year"`
		Stage     string            `json:"stage,omitempty"`
		Scheme    string            `json:"scheme"`
		Level     string            `json:"level"`
		Ranking   bool              `json:"ranking"`
		Reference string            `json:"reference_date"`
		AsOf      string            `json:"data_as_of,omitempty"`
		Measures  []string          `json:"measures"`
		Dated     map[string]string `json:"measures_are_of"` // of when the figures of each measure are
		Units     []unit            `json:"units"`
	}{Year: r.period.String(), Reference: r.Day(r.period.Reference()), AsOf: r.dataAsOf(r.period), Dated: map[string]string{}, Scheme: r.a.Pack.Ref(), Level: edu.County.String(), Ranking: r.ranks, Measures: []string{}, Units: []unit{}}
	if c.st != nil {
		out.Stage = string(c.st.Frame.Stage)
	}
	if c.county >= 0 {
		out.Level = edu.Section.String()
	}
	places := map[string][]compare.Place{}
	for _, d := range c.defs {
		out.Measures = append(out.Measures, d.ID)
		out.Dated[d.ID] = r.figuresOf(r.a.Pack, d.ID)
		if r.ranks {
			values := make([]float64, len(c.units))
			for i, u := range c.units {
				values[i] = c.value(d, u)
			}
			places[d.ID] = compare.Places(values, d.Better)
		}
	}
	for i, u := range c.units {
		x := unit{u.code, u.name, map[string]*apiFigure{}}
		for _, d := range c.defs {
			points, err := c.points(d, u)
			if err != nil {
				return err
			}
			ch, broken := since(points, d.Unit)
			f := &apiFigure{Value: number(c.value(d, u)), Change: number(ch.Diff), Points: ch.Points}
			if f.Change == nil {
				f.Points, f.Lost = false, c.changeWords(d, ch, broken)
			}
			if c.hides(d, u) {
				f.Few, f.Lost = true, r.T("compare.few")
			}
			if r.ranks {
				f.Place, f.Shared = places[d.ID][i].At, places[d.ID][i].Shared
			}
			x.Figures[d.ID] = f
		}
		out.Units = append(out.Units, x)
	}
	return s.answer(w, r, out)
}

// number is a figure that may be missing, for JSON.
func number(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
