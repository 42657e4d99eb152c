// Drills that schools entered as a source of what papers ask of the last school year.

package flow

import (
	"context"
	"fmt"
	"math"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/incident"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// drillSource is what drills of the school year before a period come to; nil where
// none is on record. It is made again when a drill was entered or a term has moved.
// A school with none on record is not told of: it may have kept its list elsewhere.
func (c *City) drillSource(ctx context.Context, p *pack.Pack, f *pack.Feed, period edu.Period) (*form.Source, error) {
	year := period.LastTime().Int()
	first, last := schoolDays(year)
	stamp, at, err := c.store.DrillStamp(ctx, first, last)
	if err != nil || stamp == "" {
		return nil, err
	}
	cal, err := c.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	return c.source(sourceKey{p.Ref(), f.ID, period.LastTime(), period}, fmt.Sprint(stamp, cal.Terms()), func() (*form.Source, error) {
		drills, err := c.store.Drills(ctx, local, store.DrillFilter{From: first, Until: last})
		if err != nil {
			return nil, err
		}
		of := map[edu.UnitID][]incident.Drill{}
		for _, d := range drills {
			of[d.Unit] = append(of[d.Unit], d)
		}
		all, err := c.campuses(ctx)
		if err != nil {
			return nil, err
		}
		today := collect.Today(c.now())
		sections := &frame.Table{Period: period, Level: edu.Section, Stage: &frame.Strings{}, Key: &frame.Strings{}, Name: &frame.Strings{}}
		schools := &frame.Table{Period: period, Level: edu.School, Key: &frame.Strings{}, Name: &frame.Strings{}, Cols: map[string][]float64{}}
		for _, s := range all {
			if len(of[s.ID]) == 0 {
				continue
			}
			for _, st := range s.Stages {
				addCampus(sections, s, map[*frame.Strings]string{sections.Stage: string(st)})
			}
			addCampus(schools, s, nil)
			has := incident.Reckon(year, cal, of[s.ID], today)
			for word, v := range map[string]float64{pack.DrillTaught: some(has.Taught), pack.DrillMonths: float64(has.Months), pack.DrillQuarters: float64(has.Quarters), pack.DrillSeconds: some(has.Seconds), pack.DrillBuses: some(has.Buses)} {
				if id, ok := f.Headers[word]; ok && id != "-" {
					schools.Cols[id] = append(schools.Cols[id], v)
				}
			}
		}
		if schools.N == 0 {
			return nil, nil
		}
		day := at.In(collect.China).Format("2006-01-02")
		src, err := form.NewSource(p, pack.FromRegister, edu.Text{ZH: f.Name.ZH + "（截至" + day + "）", EN: f.Name.EN + " as of " + day}, []*frame.Table{sections, schools})
		if src != nil {
			src.Open = true // whoever fills in the form confirms it
		}
		return src, err
	})
}

// some is a count of which none is not known: a school without a bus has no drills
// of one, and says so itself.
func some(n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return float64(n)
}

// addCampus adds a school to a table, with what else tells the row apart.
func addCampus(t *frame.Table, s campus, more map[*frame.Strings]string) {
	appendText(t.Key, s.Code)
	appendText(t.Name, s.Name.ZH)
	for c, v := range more {
		appendText(c, v)
	}
	t.N++
	t.Rows = append(t.Rows, int32(t.N))
}
