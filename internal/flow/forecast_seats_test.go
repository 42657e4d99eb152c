package flow

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/pack"
)

// Seats stand against the pupils of the sections that say how many they have: one
// that does not is left out on both sides, and counted.
func TestSeatsAgainstPupils(t *testing.T) {
	year := func(n ...float64) []float64 { return n }
	g := gathering{seats: map[edu.UnitID]float64{"a primary": 100, "b primary": 45}, places: []ForecastPlace{
		{Level: edu.City, County: -1}, {Level: edu.County, County: 1}, {Unit: "a", Level: edu.Section, County: 1}, {Unit: "b", Level: edu.Section, County: 1}, {Unit: "c", Level: edu.Section, County: 1}}}
	g.in = forecast.Input{Nodes: []forecast.Node{{ID: "", Up: -1}, {ID: "x", Up: 0}, {ID: "a", Up: 1}, {ID: "b", Up: 1}, {ID: "c", Up: 1}}, First: 2020, Years: 3,
		Grades: []forecast.Grade{{ID: "g1", Section: "primary"}}, Counts: [][][]float64{nil, nil, {year(70, 80, 90)}, {year(40, 40, 40)}, {year(10, 10, 10)}}}
	r, err := forecast.Make(&g.in, forecast.Options{Horizon: 4})
	if err != nil {
		t.Fatal(err)
	}
	city := forecastTown(t, 2023, 2024)
	got := g.weigh(r, city.Union())
	if got.Elements[0] == nil || got.Elements[0].ID != "seats_primary" || got.Elements[0].Source == "" {
		t.Fatalf("seats are read from %+v", got.Elements[0])
	}
	x := got.At[1][0]
	if x.Seats != 145 || x.Said != 2 || x.Missing != 1 || x.Now != 130 {
		t.Errorf("%+v", x)
	}
	for h := range 4 {
		if want := r.Section[2][0].Mid[h] + r.Section[3][0].Mid[h]; math.Abs(x.Mid[h]-want) > 1e-9 || math.Abs(got.At[0][0].High[h]-x.High[h]) > 1e-9 {
			t.Errorf("%d ahead: %v, want %v", h+1, x.Mid[h], want)
		}
	}
	if got := g.weigh(r, &pack.Pack{}); got.At != nil {
		t.Error("packs without seats tell of some")
	}
}

// A county keeps its new housing with its source; the forecast follows, of the school
// that is named, and a line without a school of its own is refused.
func TestKeepHousing(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	line := forecast.HousingLine{Place: "东一小", Project: "翠湖花园", Stage: "primary", Year: 2027, Dwellings: 400, Per: 0.3, Source: "住建局"}
	for name, h := range map[string]forecast.Housing{
		"another county": {County: "west", Lines: []forecast.HousingLine{line}}, "no county": {County: "nowhere"},
		"a school of another county": {County: "east", Lines: []forecast.HousingLine{{Place: "西一小", Project: "x", Stage: "primary", Year: 2027, Pupils: 5, Source: "y"}}},
		"a stage that it has not":    {County: "east", Lines: []forecast.HousingLine{{Place: "东一小", Project: "x", Stage: "junior", Year: 2027, Pupils: 5, Source: "y"}}},
	} {
		if _, err := c.KeepHousing(ctx, clerk, h); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	before, err := c.Forecast(ctx, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.KeepHousing(ctx, clerk, forecast.Housing{County: "east", Lines: []forecast.HousingLine{line}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.KeepHousing(ctx, clerk, forecast.Housing{County: "east"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("over what was not seen: %v", err)
	}
	after, err := c.Forecast(ctx, clerk)
	if err != nil {
		t.Fatal(err)
	}
	came := func(node, h int) float64 {
		return after.Result.Section[node][0].Mid[h] - before.Result.Section[node][0].Mid[h]
	}
	if x := came(2, 1); math.Abs(x-120) > 1e-6 || math.Abs(came(2, 0)) > 1e-6 || math.Abs(came(3, 1)) > 1e-6 || len(after.Housing) != 1 || len(after.Lost) != 0 {
		t.Errorf("120 pupils come to 东一小 in 2027; there are %v more, %v the year before, %v at another school", x, came(2, 0), came(3, 1))
	}
	if west, err := c.Forecast(ctx, of(auth.CountyClerk, "west")); err != nil || len(west.Housing) != 0 {
		t.Errorf("the other county sees %v, %v", west.Housing, err)
	}
}

// Planners of a county read the pupils of its own sections, in order.
func TestPupilsOfSections(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	all, err := c.Pupils(t.Context(), of(auth.CountyClerk, "east"))
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, p := range all {
		places = append(places, p.Place)
		if p.Stage != edu.Primary || p.County != "east" || p.First != 2026 || len(p.Mid) != 10 {
			t.Errorf("%+v", p)
		}
	}
	if got := strings.Join(places, " "); got != "2199012101 2199012102" || !slices.IsSorted(places) {
		t.Errorf("sections %s", got)
	}
}
