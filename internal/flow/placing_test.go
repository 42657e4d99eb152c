package flow

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/places"
	"shuren/internal/testkit"
)

// placeFiles are the tables of the example, each read as a file that is sent.
func placeFiles(t *testing.T, c *City, names ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range names {
		f, err := os.Open(filepath.Join(testkit.Root(), "testdata", "places", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		got, bad, err := c.ReadPlaces(t.Context(), name+".csv", f)
		if err != nil || len(bad) > 0 || len(got) != 1 {
			t.Fatalf("%s: %v, %v, %v", name, got, bad, err)
		}
		for id, text := range got {
			out[id] = text
		}
	}
	return out
}

// A county keeps its tables one by one or together, a plan is worked out of them
// behind the pages, and comes back as it was made: that of the command.
func TestPlanOfPlaces(t *testing.T) {
	c := forecastTown(t, 2025).City
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	if _, err := c.PlanPlaces(ctx, clerk, "east", PlaceChoice{}); !errors.Is(err, fault.Invalid) {
		t.Errorf("without tables: %v", err)
	}
	if _, bad, err := c.ReadPlaces(ctx, "x.csv", io.NopCloser(strings.NewReader("学段,班额,路程上限,依据\n小学,许多,5,x\n"))); err != nil || len(bad) != 1 || !strings.Contains(bad[0].In("zh"), "许多") || bad[0].Cell.Row != 2 {
		t.Errorf("a class of many: %v, %v", bad, err)
	}
	first := placeFiles(t, c, "儿童", "片区", "学校")
	kept, err := c.KeepPlaces(ctx, clerk, "east", 0, first)
	if err != nil || kept.Rev != 1 {
		t.Fatalf("%+v, %v", kept.Rev, err)
	}
	rest := placeFiles(t, c, "选址", "路程", "学段", "单价", "转用", "资金")
	if _, err := c.KeepPlaces(ctx, clerk, "east", 0, rest); !errors.Is(err, fault.Conflict) {
		t.Errorf("over what was not seen: %v", err)
	}
	if kept, err = c.KeepPlaces(ctx, clerk, "east", kept.Rev, rest); err != nil || len(kept.Tables) != 9 || kept.Lines("areas") != 10 {
		t.Fatalf("%d tables, %v", len(kept.Tables), err)
	}
	for name, err := range map[string]error{
		"another county":         second(c.KeepPlaces(ctx, of(auth.CountyClerk, "west"), "east", 2, rest)),
		"a leader":               second(c.KeepPlaces(ctx, of(auth.Leader), "east", 2, rest)),
		"a table that is none":   second(c.KeepPlaces(ctx, clerk, "east", 2, map[string]string{"x": "y"})),
		"read by another county": second(c.PlaceTables(ctx, of(auth.CountyClerk, "west"), "east")),
		"made by a leader":       second(c.PlanPlaces(ctx, of(auth.Leader), "east", PlaceChoice{})),
	} {
		if !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	at, err := c.PlanPlaces(ctx, clerk, "east", PlaceChoice{Scenario: "mid"})
	if err != nil || at.State != MakingNow {
		t.Fatalf("%+v, %v", at, err)
	}
	if err := c.Proposed(ctx); err != nil {
		t.Fatal(err)
	}
	p, at, err := c.Places(ctx, of(auth.Leader), "east")
	if err != nil || p == nil || at.State != MakingDone || p.Plan.Status != places.Optimal || math.Abs(p.Plan.Cost-1101000) > 1e3 {
		t.Fatalf("%+v, %+v, %v", at, p, err)
	}
	in, err := c.PlaceInput(ctx, clerk, "east", PlaceChoice{})
	if err != nil {
		t.Fatal(err)
	}
	if wrong := in.Input.Verify(&p.Plan); len(wrong) > 0 {
		t.Errorf("what came back is no plan of the tables: %v", wrong)
	}
	for st := range p.Plan.Travel {
		for y, x := range p.Plan.Travel[st] {
			if x.Children > 0 && (math.IsNaN(x.MeanKm) || x.MeanKm < 0) {
				t.Errorf("stage %d, year %d: %+v", st, y, x)
			}
		}
	}
}

// Children of one year are carried on by the county's forecast of their stage, and
// add up to it; the high scenario has no fewer.
func TestChildrenFollowTheForecast(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025).City
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	f, err := c.forecast(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tables := placeFiles(t, c, "学段", "单价")
	tables["children"] = "片区\t学段\t年份\t儿童数\n甲\t小学\t2025\t101\n乙\t小学\t2025\t50\n丙\t小学\t2025\t7\n"
	tables["schools"] = "学校代码\t学段\t学位\nP\t小学\t400\n"
	tables["ways"] = "片区\t学校\t路程\n甲\tP\t1\n乙\tP\t2\n丙\tP\t3\n"
	if _, err := c.KeepPlaces(ctx, clerk, "east", 0, tables); err != nil {
		t.Fatal(err)
	}
	sums := map[string][]int{}
	for _, s := range []string{"low", "mid", "high"} {
		got, err := c.PlaceInput(ctx, clerk, "east", PlaceChoice{Scenario: s})
		if err != nil {
			t.Fatalf("%s: %v, %v", s, err, got.Problems)
		}
		grow := f.growth("east", s)
		if len(got.Input.Years) != 1+placeYears {
			t.Fatalf("%s: years %v", s, got.Input.Years)
		}
		k := -1
		for i, st := range got.Input.Stages {
			if st.ID == "primary" {
				k = i
			}
		}
		for y, year := range got.Input.Years {
			sum := 0
			for _, a := range got.Input.Areas {
				sum += a.Children[k][y]
			}
			by := 1.0
			if y > 0 {
				by, _ = grow("primary", 2025, year.First)
			}
			if want := math.Round(158 * by); float64(sum) != want {
				t.Errorf("%s %d: %d children, the forecast says %v", s, year.First, sum, want)
			}
			sums[s] = append(sums[s], sum)
		}
	}
	for y := range sums["mid"] {
		if sums["low"][y] > sums["mid"][y] || sums["mid"][y] > sums["high"][y] {
			t.Errorf("year %d: %v", y, sums)
		}
	}
}
