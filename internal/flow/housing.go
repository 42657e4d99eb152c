package flow

import (
	"context"
	"fmt"
	"io"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
)

// housingDocs are the documents of counties' new housing.
var housingDocs = countyDoc[forecast.Housing]{"housing", "housing.keep", func(h *forecast.Housing) (*edu.UnitID, *int) { return &h.County, &h.Rev }, func(h *forecast.Housing) int { return len(h.Lines) }}

// housing is that of all counties that said some.
func (c *City) housing(ctx context.Context) ([]forecast.Housing, error) {
	return housingDocs.all(ctx, c)
}

// KeepHousing keeps a county's new housing over the rev that its writer saw, for
// whoever keeps the county. Lines without a school of theirs are refused, so that
// none is lost unseen. At fault.Conflict it is as it is now.
func (c *City) KeepHousing(ctx context.Context, who auth.Actor, h forecast.Housing) (forecast.Housing, error) {
	if err := refuse(h.Check()); err != nil {
		return h, err
	}
	if _, _, err := housingDocs.may(ctx, c, who, h.County); err != nil {
		return h, err
	}
	all, err := c.forecast(ctx)
	if err != nil {
		return h, err
	}
	for _, l := range h.Lines {
		if all.placeOf(h.County, l) < 0 {
			return h, auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”：本县没有名为“%s”的%s", l.Project, l.Place, forecast.SectionName(l.Stage).ZH), fmt.Sprintf("%s: the county has no %s called %s", l.Project, forecast.SectionName(l.Stage).EN, l.Place))
		}
	}
	return housingDocs.keep(ctx, c, who, h, "", edu.DateOf(c.now()))
}

// placeOf is the node of a line of a county's housing: its county, or the school's
// section of the stage; -1 for none.
func (f *Forecast) placeOf(county edu.UnitID, l forecast.HousingLine) int {
	return placeOf(f.Places, f.Input, county, l)
}

func placeOf(places []ForecastPlace, in *forecast.Input, county edu.UnitID, l forecast.HousingLine) int {
	found := -1
	for i, p := range places {
		switch {
		case l.Place == "" && p.Level == edu.County && p.Unit == county:
			return i
		case l.Place != "" && p.Level == edu.Section && p.County > 0 && places[p.County].Unit == county && (p.Code == l.Place || p.Name == l.Place):
			for g, x := range in.Grades {
				if x.Section == l.Stage && slices.ContainsFunc(in.Counts[i][g], func(x float64) bool { return x > 0 }) {
					found = i
				}
			}
		}
	}
	return found
}

// settle puts new housing on top of what the past tells, and gives the lines that
// cannot be placed.
func (g *gathering) settle(all []forecast.Housing) (lost []forecast.HousingLine) {
	var lines []forecast.HousingLine
	var estates []forecast.Estate
	for _, h := range all {
		for _, l := range h.Lines {
			if node := placeOf(g.places, &g.in, h.County, l); node >= 0 {
				lines, estates = append(lines, l), append(estates, l.At(node, &g.in))
			} else {
				lost = append(lost, l)
			}
		}
	}
	for _, i := range g.in.Settle(forecastAhead, estates) {
		lost = append(lost, lines[i])
	}
	return lost
}

// ReadHousing takes a county's lines from a table that was typed, pasted or sent. It
// closes r. Where something must be mended it says what.
func (c *City) ReadHousing(ctx context.Context, name string, r io.ReadCloser) ([]forecast.HousingLine, []forecast.Problem, error) {
	book, err := sheet.Open(r, birthLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	return forecast.ReadHousing(ctx, book, name)
}

// SectionPupils are the pupils of a school's stage in the years ahead.
type SectionPupils struct {
	Unit   edu.UnitID // the school
	County edu.UnitID
	Stage  edu.Stage
	forecast.Pupils
}

// Pupils gives the pupils ahead of every section whose school the actor may read, in
// the order of counties' codes and schools': for plans of staff and places. Figures
// are persons by school year from First on, not rounded; low and high are scenarios
// that add up to the county's and the city's.
func (c *City) Pupils(ctx context.Context, who auth.Actor) ([]SectionPupils, error) {
	f, err := c.Forecast(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []SectionPupils
	for _, p := range f.Result.Pupils(f.Input) {
		if at := f.Places[p.Node]; f.Shown[p.Node] && at.Level == edu.Section {
			out = append(out, SectionPupils{at.Unit, f.Places[at.County].Unit, edu.Stage(p.Section), p})
		}
	}
	return out, nil
}
