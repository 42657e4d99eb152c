// A county's plan of places: the tables that it keeps, the plan that is worked out of
// them behind the pages, and who may see it.

package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/places"
	"shuren/internal/sheet"
	"shuren/internal/solve"
	"shuren/internal/store"
)

// PlaceTables are the tables that a county keeps for its plan of places, by their kind
// (places.Tables), each as lines with tabs.
type PlaceTables struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Tables map[string]string
	Told   store.Document `json:"-"` // who kept them last
}

// Lines is how many lines a table has below its headings.
func (t *PlaceTables) Lines(id string) int { return max(0, strings.Count(t.Tables[id], "\n")-1) }

var placeDocs = countyDoc[PlaceTables]{"place-tables", "places.keep", func(t *PlaceTables) (*edu.UnitID, *int) { return &t.County, &t.Rev }, func(t *PlaceTables) (n int) {
	for id := range t.Tables {
		n += t.Lines(id)
	}
	return n
}}

const (
	kindPlacing = "placing"    // how far the making is, one a county
	kindPlaces  = "place-plan" // the plan that was made last, one a county

	placesMade audit.Action = "places.make"
)

// placeYears is how many years a plan has where children of one year are carried on.
const placeYears = 6

// placeLimits are far above what a county's tables need.
var placeLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns, l.Cells = 8<<20, 8<<20, 32<<20, 100_000, 200, 2_000_000
	return l
}()

// PlaceTables gives the tables of a county to whoever reads it.
func (c *City) PlaceTables(ctx context.Context, who auth.Actor, of edu.UnitID) (PlaceTables, error) {
	if err := c.overCounty(ctx, who, auth.ReadRegion, of); err != nil {
		return PlaceTables{}, err
	}
	t, d, err := placeDocs.of(ctx, c, of)
	t.Told = d
	return t, err
}

// ReadPlaces takes tables of places out of a file or of lines. It closes r. Where
// something must be mended it says what.
func (c *City) ReadPlaces(ctx context.Context, name string, r io.ReadCloser) (map[string]string, []places.Problem, error) {
	book, err := sheet.Open(r, placeLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	return places.Kept(ctx, places.File{Name: name, Book: book})
}

// KeepPlaces keeps tables of a county over those of the same kind, over the rev that
// their writer saw; an empty one is taken away. At fault.Conflict they are as they are
// now.
func (c *City) KeepPlaces(ctx context.Context, who auth.Actor, of edu.UnitID, rev int, tables map[string]string) (PlaceTables, error) {
	if _, _, err := placeDocs.may(ctx, c, who, of); err != nil {
		return PlaceTables{}, err
	}
	t, _, err := placeDocs.of(ctx, c, of)
	if err != nil {
		return t, err
	}
	t.Rev, t.Tables = rev, maps.Clone(t.Tables)
	if t.Tables == nil {
		t.Tables = map[string]string{}
	}
	known := places.Tables()
	for id, text := range tables {
		if !slices.ContainsFunc(known, func(k places.Table) bool { return k.ID == id }) {
			return t, fmt.Errorf("table %q: %w", id, fault.Invalid)
		}
		if t.Tables[id] = text; strings.TrimSpace(text) == "" {
			delete(t.Tables, id)
		}
	}
	return placeDocs.keep(ctx, c, who, t, "", edu.DateOf(c.now()))
}

// PlaceChoice says how a plan of places is made.
type PlaceChoice struct {
	Scenario string // mid, low or high
	Winding  float64
}

// PlaceInput puts a county's tables together. What must be mended stands in
// Taken.Problems; the error is then fault.Blocked.
func (c *City) PlaceInput(ctx context.Context, who auth.Actor, of edu.UnitID, ch PlaceChoice) (*places.Taken, error) {
	t, err := c.PlaceTables(ctx, who, of)
	if err != nil {
		return nil, err
	}
	return c.placeInput(ctx, &t, ch)
}

func (c *City) placeInput(ctx context.Context, t *PlaceTables, ch PlaceChoice) (*places.Taken, error) {
	var files []places.File
	for _, k := range places.Tables() {
		text := t.Tables[k.ID]
		if text == "" {
			continue
		}
		book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), placeLimits)
		if err != nil {
			return nil, err
		}
		defer book.Close()
		files = append(files, places.File{Name: k.Name.ZH, Book: book})
	}
	choice := places.Choice{Scenario: ch.Scenario, Winding: ch.Winding}
	if f, err := c.forecast(ctx); err == nil {
		choice.Growth = f.growth(t.County, ch.Scenario)
		choice.Until = f.Result.Years[min(placeYears, len(f.Result.Years))-1]
	} else if !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	return places.Read(ctx, files, choice)
}

// growth is how many pupils of a stage a county will have for each of an earlier
// year, in a scenario. What was counted is the same in all.
func (f *Forecast) growth(county edu.UnitID, scenario string) func(stage string, first, year int) (float64, bool) {
	at := slices.IndexFunc(f.Places, func(p ForecastPlace) bool { return p.Level == edu.County && p.Unit == county })
	return func(stage string, first, year int) (float64, bool) {
		k := slices.Index(f.Result.Sections, stage)
		if at < 0 || k < 0 {
			return 0, false
		}
		p := &f.Result.Section[at][k]
		figure := func(y int) float64 {
			if i := y - f.Input.First; i >= 0 && i < len(p.Past) {
				return p.Past[i]
			}
			h := slices.Index(f.Result.Years, y)
			if h < 0 {
				return math.NaN()
			}
			switch {
			case scenario == "low" && f.Result.Banded:
				return p.Low[h]
			case scenario == "high" && f.Result.Banded:
				return p.High[h]
			}
			return p.Mid[h]
		}
		by := figure(year) / figure(first)
		return by, by >= 0 && !math.IsInf(by, 0)
	}
}

// PlacePlan is what came of the last making, with what it was made of.
type PlacePlan struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Made   time.Time
	By     string
	Tables int // revision of the tables that it was made of
	Taken  places.Taken
	Plan   places.Plan
	Why    []places.Conflict `json:",omitempty"` // where there is no plan
	// Ways are those that somebody goes; the others are not kept.
	Ways []keptReach
}

// keptReach is a way that somebody goes. JSON knows no NaN: what is not known is -1.
type keptReach struct {
	Area, School int
	Km, Minutes  float64
	Straight     bool `json:",omitempty"`
}

// Placing is the making of a plan of places.
type Placing struct {
	County edu.UnitID
	Making
}

// PlanPlaces begins to work out a county's plan of places.
func (c *City) PlanPlaces(ctx context.Context, who auth.Actor, of edu.UnitID, ch PlaceChoice) (Placing, error) {
	sc, _, err := placeDocs.may(ctx, c, who, of)
	if err != nil {
		return Placing{}, err
	}
	t, _, err := placeDocs.of(ctx, c, of)
	if err != nil {
		return Placing{}, err
	}
	got, err := c.placeInput(ctx, &t, ch)
	if errors.Is(err, fault.Blocked) && got != nil {
		var says []edu.Text
		for _, p := range got.Problems {
			if p.Blocking && len(says) < 5 {
				says = append(says, edu.Text{ZH: p.In("zh"), EN: p.In("en")})
			}
		}
		return Placing{}, &auth.Refusal{Kind: fault.Invalid, Texts: says}
	}
	if err != nil {
		return Placing{}, err
	}
	at, err := c.begin(ctx, job{kindPlacing, kindPlacing + "-" + string(of), of, got.Scenario, sc, who, func(m Making) any { return Placing{of, m} }}, func(ctx context.Context, at *makingJob) (string, error) {
		p, err := places.Make(ctx, &got.Input, places.Options{Gap: placeGap, Progress: func(x places.Progress) { at.tell(x.Progress) }})
		if err != nil {
			return "", err
		}
		out := &PlacePlan{County: of, Made: c.now(), Tables: t.Rev, Taken: *got, Plan: *p}
		if p.Status == places.Infeasible {
			out.Why, err = places.Why(ctx, &got.Input)
			if err != nil && !errors.Is(err, solve.Unclear) && ctx.Err() == nil {
				return "", err
			}
		}
		if c.making.closing() {
			return "", nil
		}
		return c.keepPlaces(context.WithoutCancel(ctx), who, sc, out)
	})
	return Placing{of, at}, err
}

// placeGap is what a plan of places may cost too much: a hundredth of a per cent.
const placeGap = 1e-4

func (c *City) keepPlaces(ctx context.Context, who auth.Actor, sc store.Scope, p *PlacePlan) (string, error) {
	id := kindPlaces + "-" + string(p.County)
	old, err := c.store.Document(ctx, local, kindPlaces, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return id, err
	}
	rec := record(who, placesMade, string(p.Plan.Status), p.Made)
	p.By, rec.Unit, rec.Object = rec.Account, p.County, id
	d, err := document(who, kindPlaces, id, p.County, old.Rev, string(p.Plan.Status), p.Taken.Scenario, edu.DateOf(p.Made), p.storable(), c.now())
	if err != nil {
		return id, err
	}
	_, err = c.store.PutDocument(ctx, sc, d, rec)
	return id, err
}

// StopPlaces ends the making; the best so far is kept.
func (c *City) StopPlaces(ctx context.Context, who auth.Actor, of edu.UnitID) error {
	if err := c.overCounty(ctx, who, auth.KeepCounty, of); err != nil {
		return err
	}
	return c.making.halt(ctx, kindPlacing+"-"+string(of))
}

// Places gives a county's plan that was made last, nil before the first, and how far
// the making is that is under way or was last.
func (c *City) Places(ctx context.Context, who auth.Actor, of edu.UnitID) (plan *PlacePlan, at Placing, err error) {
	if err := c.overCounty(ctx, who, auth.ReadRegion, of); err != nil {
		return nil, at, err
	}
	d, err := c.store.Document(ctx, local, kindPlacing, kindPlacing+"-"+string(of))
	if err == nil {
		at, err = standing(ctx, c, d, func(p *Placing, m Making) { p.Making = m })
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, at, err
	}
	if d, err = c.store.Document(ctx, local, kindPlaces, kindPlaces+"-"+string(of)); errors.Is(err, fault.NotFound) {
		return nil, at, nil
	}
	if err != nil {
		return nil, at, err
	}
	p, err := opened(d, func(p *PlacePlan, rev int) { p.Rev = rev })
	if err != nil {
		return nil, at, err
	}
	p.whole()
	return &p, at, nil
}

// PlaceTemplate writes a workbook with a sheet for each table, to fill in.
func (c *City) PlaceTemplate(w io.Writer) error { return places.Template(w) }

// PlaceSchools are the schools of a county with their seats, as the packs count
// them, to begin the table of schools with.
func (c *City) PlaceSchools(ctx context.Context, who auth.Actor, of edu.UnitID) (string, error) {
	f, err := c.Forecast(ctx, who)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("学校代码\t名称\t学段\t学位\n")
	for i, p := range f.Places {
		if p.Level != edu.Section || !f.Shown[i] || p.County < 0 || f.Places[p.County].Unit != of {
			continue
		}
		for k, stage := range f.Result.Sections {
			if i < len(f.Seats.At) && k < len(f.Seats.At[i]) && f.Seats.At[i][k].Seats > 0 {
				fmt.Fprintf(&b, "%s\t%s\t%s\t%.0f\n", p.Code, p.Name, forecast.SectionName(stage).ZH, f.Seats.At[i][k].Seats)
			}
		}
	}
	return b.String(), nil
}
