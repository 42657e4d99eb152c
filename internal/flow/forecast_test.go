package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/intake"
)

// forecastTown is a city of two counties with primary schools of which every grade
// keeps its pupils as they move up.
func forecastTown(t *testing.T, years ...int) *town {
	t.Helper()
	c := newTown(t)
	for _, year := range years {
		var b strings.Builder
		b.WriteString(townHeader + "\n")
		for _, s := range []struct {
			code, name, county string
			n                  int
		}{{"2199012101", "东一小", "990121", 30}, {"2199012102", "东二小", "990121", 60}, {"2199012201", "西一小", "990122", 40}} {
			fmt.Fprintf(&b, "%d,%s,%s,小学,990100,%s,,121,211", year, s.code, s.name, s.county)
			for g := range 6 {
				fmt.Fprintf(&b, ",%d", s.n+year-g-2018)
			}
			b.WriteString(",10\n")
		}
		text := b.String()
		if err := c.Import(context.Background(), []intake.File{{Name: fmt.Sprintf("%d.csv", year), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}, ImportOptions{By: "clerk"}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func of(role auth.Role, units ...edu.UnitID) auth.Actor {
	who := auth.Actor{Account: "x", Name: "某人"}
	for _, u := range units {
		who.Grants = append(who.Grants, auth.Grant{Role: role, Unit: u})
	}
	if units == nil {
		who.Grants = []auth.Grant{{Role: role, Whole: true}}
	}
	return who
}

func someBirths(county edu.UnitID, first int, births ...int) forecast.Births {
	b := forecast.Births{County: county, Basis: forecast.Registered, Source: "卫健局", AsOf: 20000}
	for i, n := range births {
		b.Lines = append(b.Lines, forecast.BirthLine{Year: first + i, Births: n})
	}
	return b
}

// Grades come from the rolls of all years, schools stand below their counties, and
// pupils move up.
func TestForecastFromRolls(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	f, err := c.Forecast(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	in := f.Input
	if in.First != 2023 || in.Years != 3 || len(in.Grades) != 6 || in.Lag != 6 || len(f.Places) != 6 {
		t.Fatalf("from %d, %d years, %d grades, lag %d, %d places", in.First, in.Years, len(in.Grades), in.Lag, len(f.Places))
	}
	var codes []string
	for _, p := range f.Places {
		codes = append(codes, p.Code)
	}
	if got := strings.Join(codes, " "); got != " 990121 2199012101 2199012102 990122 2199012201" {
		t.Errorf("places %s", got)
	}
	if got := in.Counts[3][0]; got[0] != 65 || got[2] != 67 {
		t.Errorf("grade 1 of 东二小: %v", got)
	}
	// 37 pupils of grade 1 in 2025 are 37 of grade 2 a year later: nobody leaves here.
	if got := f.Result.Grade[2][1][0]; math.Abs(got-37) > 1e-6 {
		t.Errorf("grade 2 of 东一小 in 2026: %v, want 37", got)
	}
}

// All readers are told the same of a county, and nobody of another's.
func TestForecastIsReadByReach(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	whole, err := c.Forecast(t.Context(), of(auth.CitySection))
	if err != nil {
		t.Fatal(err)
	}
	east, err := c.Forecast(t.Context(), of(auth.CountyClerk, "east"))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range east.Places {
		if want := i > 0 && east.Places[p.County].Code == "990121"; east.Shown[i] != want || !whole.Shown[i] {
			t.Errorf("%s: shown %v to the county and %v to the city", p.Name, east.Shown[i], whole.Shown[i])
		}
	}
	if east.Result != whole.Result {
		t.Error("the county was told by another forecast")
	}
	if _, err := c.Forecast(t.Context(), auth.Actor{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("nobody: %v", err)
	}
}

// A county keeps its own births, over what it saw; the forecast follows.
func TestKeepBirths(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	before, err := c.Forecast(ctx, clerk)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]forecast.Births{
		"another county": someBirths("west", 2017, 1), "no county": someBirths("nowhere", 2017, 1), "nothing": someBirths("east", 2017),
	} {
		if _, err := c.KeepBirths(ctx, clerk, b); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.KeepBirths(ctx, of(auth.Leader), someBirths("east", 2017, 1)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader: %v", err)
	}
	// As many again are born as enter, and then half of them.
	kept, err := c.KeepBirths(ctx, clerk, someBirths("east", 2017, 200, 202, 204, 102, 102, 102))
	if err != nil || kept.Rev != 1 {
		t.Fatalf("rev %d, %v", kept.Rev, err)
	}
	if _, err := c.KeepBirths(ctx, clerk, someBirths("east", 2017, 1)); !errors.Is(err, fault.Conflict) {
		t.Errorf("over what was not seen: %v", err)
	}
	after, err := c.Forecast(ctx, clerk)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Births) != 1 || len(before.Births) != 0 {
		t.Errorf("%d births, %d before", len(after.Births), len(before.Births))
	}
	was, is := before.Result.Grade[1][0][0], after.Result.Grade[1][0][0]
	if !(is < 0.6*was) {
		t.Errorf("half as many were born for 2026; grade 1 goes from %v to %v", was, is)
	}
	if west, err := c.Forecast(ctx, of(auth.CountyClerk, "west")); err != nil || len(west.Births) != 0 {
		t.Errorf("the other county sees %v, %v", west.Births, err)
	}
}

func TestForecastNeedsTwoYears(t *testing.T) {
	c := forecastTown(t, 2025)
	if _, err := c.Forecast(t.Context(), auth.Operator()); !errors.Is(err, fault.NotFound) {
		t.Errorf("one year: %v", err)
	}
}
