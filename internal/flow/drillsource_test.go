package flow

import (
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/incident"
	"shuren/internal/pack"
)

// Drills on record answer what the yearly form asks of the last school year, to be
// confirmed: months with lessons by the city's calendar, those with a drill in which
// buildings were cleared, quarters, the time of the last one of the whole school. Of
// whom none is on record nothing is said, and what is put right changes the answer.
func TestDrillsFillTheYearlyForm(t *testing.T) {
	y := newYard(t)
	p, err := pack.Open("cn-safety")
	if err != nil {
		t.Fatal(err)
	}
	period := edu.Year(2026)
	day := func(year int, m time.Month, d int) edu.Date {
		return edu.DateOf(time.Date(year, m, d, 0, 0, 0, 0, time.UTC))
	}
	y.clock = time.Date(2026, 9, 10, 10, 0, 0, 0, y.clock.Location())
	add := func(unit edu.UnitID, d incident.Drill) incident.Drill {
		t.Helper()
		d.Unit, d.People, d.Lead = unit, 100, "safety"
		if d.Kind.Clears() && d.Seconds == 0 {
			d.Seconds = 100
		}
		d.Sent = d.Day.String() + string(unit) + string(d.Kind) + d.Replaces
		got, err := y.Incidents().AddDrill(ctx, auth.Operator(), d)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	known := func(unit edu.UnitID, stages ...edu.Stage) (said map[string]string) {
		t.Helper()
		f := p.Form("cn-safety-base")
		from, err := y.sources(ctx, p, f, period)
		if err != nil {
			t.Fatal(err)
		}
		all, err := y.campuses(ctx)
		if err != nil {
			t.Fatal(err)
		}
		said = map[string]string{}
		for _, s := range all {
			if s.ID != unit {
				continue
			}
			paper := form.New(p, f, period, form.Unit{ID: s.ID, Level: edu.School, Code: s.Code, Name: s.Name}, nil, stages)
			paper.Know(from...)
			for k, v := range paper.Known {
				if !strings.Contains(v.Source.ZH, "演练登记（截至2026-09-10）") || v.Sure {
					t.Errorf("%s of %s comes from %+v, and is to be confirmed", k.Field, unit, v)
				}
				said[k.Field] = v.Text
			}
		}
		return said
	}
	if got := known("s1", edu.Primary); len(got) > 0 {
		t.Errorf("without a drill on record: %v", got)
	}
	add("s1", incident.Drill{Day: day(2025, 9, 12), Kind: incident.Fire, Whole: true, Seconds: 111})
	add("s1", incident.Drill{Day: day(2025, 9, 20), Kind: incident.Evacuation, Seconds: 60}) // a second one of the month, and not of all
	add("s1", incident.Drill{Day: day(2025, 10, 20), Kind: incident.Food})                   // clears nothing
	wrong := add("s1", incident.Drill{Day: day(2025, 11, 3), Kind: incident.Quake, Whole: true, Seconds: 240})
	add("s1", incident.Drill{Day: day(2025, 12, 3), Kind: incident.Bus})
	add("s1", incident.Drill{Day: day(2026, 9, 3), Kind: incident.Fire, Whole: true, Seconds: 77}) // of the year that runs
	add("k1", incident.Drill{Day: day(2025, 9, 12), Kind: incident.Fire, Whole: true, Seconds: 90})
	add("k1", incident.Drill{Day: day(2026, 4, 1), Kind: incident.Quake, Whole: true, Seconds: 95})
	same := func(what string, got, want map[string]string) {
		t.Helper()
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s: %s is %q, want %q", what, k, got[k], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	same("a school", known("s1", edu.Primary), map[string]string{"months_in_session": "10", "months_with_drill": "2", "evacuation_seconds": "240", "bus_drills": "1"})
	same("a kindergarten", known("k1", edu.Preschool), map[string]string{"quarters_with_drill": "2", "evacuation_seconds": "95"})
	same("who entered none", known("s2", edu.Primary), map[string]string{})
	y.clock = y.clock.Add(time.Minute)
	right := add("s1", incident.Drill{Day: wrong.Day, Kind: incident.Quake, Whole: true, Seconds: 140, Replaces: wrong.ID, Reason: "用时填错"})
	if got := known("s1", edu.Primary)["evacuation_seconds"]; got != "140" {
		t.Errorf("after it was put right: %s", got)
	}
	y.clock = y.clock.Add(time.Minute)
	add("s1", incident.Drill{Day: day(2026, 9, 4), Kind: incident.Quake, Whole: true, Seconds: 140, Replaces: right.ID, Reason: "学年填错"})
	if got := known("s1", edu.Primary)["evacuation_seconds"]; got != "111" {
		t.Errorf("after it was put right into another school year: %s", got)
	}
}
