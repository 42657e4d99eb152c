package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

func on(y int, m time.Month, d int) edu.Date {
	return edu.DateOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func drilled(id string, day edu.Date) Drill {
	return Drill{ID: id, Unit: "s", Day: day, Kind: Evacuation, People: 100, Seconds: 110, Lead: "head"}
}

// Which months ask for a drill, and which are missing.
func TestSlots(t *testing.T) {
	cal := collect.Usual()
	drills := []Drill{drilled("a", on(2025, 9, 12)), drilled("b", on(2025, 9, 20)), drilled("c", on(2025, 11, 3))}
	for _, tt := range []struct {
		name    string
		rhythm  Rhythm
		stages  []edu.Stage
		drills  []Drill
		missing int
		held    int
		all     int
	}{
		{"a school, October is missing", Monthly, []edu.Stage{edu.Primary}, drills, 1, 2, 10},
		{"several in a month are one month", Monthly, []edu.Stage{edu.Primary, edu.Preschool}, drills[:2], 1, 1, 10},
		{"a kindergarten has four quarters", Quarterly, []edu.Stage{edu.Preschool}, drills, 0, 1, 4},
		{"a drill that was put right counts once", Monthly, []edu.Stage{edu.Junior}, append(slices.Clone(drills), Drill{ID: "d", Replaces: "c", Void: true}), 1, 1, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if RhythmOf(tt.stages) != tt.rhythm {
				t.Fatal("another rhythm")
			}
			slots := Slots(tt.rhythm, 2025, cal, tt.drills, on(2025, 11, 20))
			if m, h := Count(slots, Missing), Count(slots, Held); m != tt.missing || h != tt.held || len(slots) != tt.all {
				t.Errorf("%d missing, %d held of %d; want %d, %d of %d: %v", m, h, len(slots), tt.missing, tt.held, tt.all, slots)
			}
		})
	}
	for _, s := range Slots(Monthly, 2025, cal, nil, on(2026, 9, 1)) {
		if m := s.First.Time().Month(); m == time.August || m == time.February {
			t.Errorf("%s asks for a drill", m)
		}
	}
}

// A month is missing only when it is over, and whatever is held makes it held:
// slots never overlap, and every drill of the school year lies in at most one.
func TestSlotsAddUp(t *testing.T) {
	cal := collect.Usual()
	rapid.Check(t, func(t *rapid.T) {
		var ds []Drill
		for i := range rapid.IntRange(0, 20).Draw(t, "n") {
			ds = append(ds, drilled(fmt.Sprint(i), on(2025, 9, 1)+edu.Date(rapid.IntRange(0, 364).Draw(t, "day"))))
		}
		today := on(2025, 9, 1) + edu.Date(rapid.IntRange(0, 400).Draw(t, "today"))
		r := rapid.SampledFrom([]Rhythm{Monthly, Quarterly}).Draw(t, "rhythm")
		in := 0
		var last edu.Date
		for _, s := range Slots(r, 2025, cal, ds, today) {
			if s.First <= last {
				t.Fatal("slots overlap")
			}
			last = s.Last
			in += s.Drills
			if s.State == Missing && s.Last >= today || s.Drills > 0 != (s.State == Held) {
				t.Fatalf("%+v on %s", s, today)
			}
		}
		if in > len(ds) || r == Quarterly && in != len(ds) {
			t.Fatalf("%d of %d drills in slots", in, len(ds))
		}
	})
}

func TestPlanAgainst(t *testing.T) {
	p := Plan{Unit: "s", Year: 2025, Lines: []PlanLine{{3, Quake}, {9, Evacuation}, {9, Evacuation}, {10, Fire}}}
	p.Tidy()
	if len(p.Lines) != 3 || p.Lines[0].Month != 9 || p.Lines[2].Month != 3 {
		t.Fatalf("tidied to %v", p.Lines)
	}
	out := p.Against([]Drill{drilled("a", on(2025, 9, 12))}, on(2025, 11, 1))
	if out[0].Done == nil || !out[1].Late || out[2].Late || out[2].First != on(2026, 3, 1) {
		t.Errorf("%+v", out)
	}
	if len((&Plan{Year: 2025, Lines: []PlanLine{{13, Fire}}}).Wrong()) == 0 {
		t.Error("a thirteenth month is let through")
	}
}

func TestDrillWrong(t *testing.T) {
	today := on(2025, 10, 1)
	for _, tt := range []struct {
		name  string
		alter func(*Drill)
		wrong bool
	}{
		{"as it is", func(*Drill) {}, false},
		{"tomorrow", func(d *Drill) { d.Day = today + 1 }, true},
		{"cleared in no time", func(d *Drill) { d.Seconds = 0 }, true},
		{"nobody is cleared in a drill of drowning", func(d *Drill) { d.Kind, d.Seconds = Drowning, 0 }, false},
		{"nobody took part", func(d *Drill) { d.People = 0 }, true},
		{"a name where a post belongs", func(d *Drill) { d.Lead = "示例甲" }, true},
		{"put right without a reason", func(d *Drill) { d.Replaces = "x" }, true},
		{"void, with a reason", func(d *Drill) { *d = Drill{Void: true, Replaces: "x", Reason: "重复登记"} }, false},
		{"a number of a person", func(d *Drill) { d.Problems = "联系 13900000000" }, true},
	} {
		d := drilled("a", today)
		tt.alter(&d)
		if got := len(d.Wrong(today)) > 0; got != tt.wrong {
			t.Errorf("%s: wrong is %t", tt.name, got)
		}
	}
	if !Slow(Drill{Kind: Evacuation, Seconds: 121}, 4) || Slow(Drill{Kind: Evacuation, Seconds: 120}, 4) || Slow(Drill{Kind: Evacuation, Seconds: 500}, 5) || Slow(Drill{Kind: Evacuation, Seconds: 500}, 0) {
		t.Error("the norm of two minutes")
	}
}
