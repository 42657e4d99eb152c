package collect

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// log makes events of "when state" pairs.
func log(t testing.TB, steps ...string) (events []Event) {
	for i := 0; i < len(steps); i += 2 {
		events = append(events, Event{At: clockAt(t, steps[i]), To: State(steps[i+1])})
	}
	return events
}

// Burden rule 8, second half: late time runs only while the unit has the ball.
// The due day is Friday 26 September 2025; the Sunday after it is worked, and
// from 1 to 8 October nobody works.
func TestBurdenRule8LateOnlyWithTheBall(t *testing.T) {
	due := date("2025-09-26")
	for _, tt := range []struct {
		name string
		log  []string
		now  string
		want int
	}{
		{"the last day is in time", nil, "2025-09-26 23:00", 0},
		{"a weekend passes for nothing", nil, "2025-09-27 12:00", 0},
		{"a Sunday that is worked counts", nil, "2025-09-28 12:00", 1},
		{"the holiday passes for nothing", nil, "2025-10-08 12:00", 3},
		{"and goes on after it", nil, "2025-10-09 09:00", 4},
		{"handed in on the last day", []string{"2025-09-26 22:00", "at_county"}, "2025-10-09 09:00", 0},
		{"handed in late stays as late as it was", []string{"2025-09-29 08:00", "at_county"}, "2025-10-09 09:00", 2},
		{"a draft does not stop it", []string{"2025-09-25 08:00", "draft"}, "2025-09-28 12:00", 1},
		{"days with the reviewer are not the unit's", []string{"2025-09-26 08:00", "at_county", "2025-10-10 08:00", "returned"}, "2025-10-10 18:00", 0},
		{"after the return it runs from the next day", []string{"2025-09-26 08:00", "at_county", "2025-10-10 08:00", "returned"}, "2025-10-11 18:00", 1},
		{"handed in again on the day of the return", []string{"2025-09-26 08:00", "at_county", "2025-10-10 08:00", "returned", "2025-10-10 16:00", "at_county"}, "2025-10-20 18:00", 0},
		{"returned before the due day", []string{"2025-09-24 08:00", "at_county", "2025-09-25 08:00", "returned"}, "2025-09-28 18:00", 1},
		{"late twice adds up", []string{"2025-09-28 08:00", "at_county", "2025-09-29 08:00", "returned", "2025-09-30 08:00", "at_county"}, "2025-10-20 18:00", 2},
		{"excused", []string{"2025-09-25 08:00", "excused"}, "2025-10-20 18:00", 0},
		{"just after midnight in China it is the next day", nil, "2025-09-28 00:10", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := LateDays(log(t, tt.log...), due, Usual(), clockAt(t, tt.now)); got != tt.want {
				t.Errorf("late by %d working days, want %d", got, tt.want)
			}
		})
	}
	if got := LateDays(nil, date("2025-10-10"), Usual(), clockAt(t, "2025-10-09 09:00")); got != 0 {
		t.Errorf("late by %d under an extension that has not run out", got)
	}
}

func TestDaysLeft(t *testing.T) {
	for _, tt := range []struct {
		now, due string
		want     int
	}{
		{"2025-09-26 12:00", "2025-09-26", 0},
		{"2025-09-26 12:00", "2025-09-28", 1}, // the Sunday is worked
		{"2025-09-30 12:00", "2025-10-09", 1},
		{"2025-10-09 12:00", "2025-09-30", -1},
	} {
		if got := DaysLeft(date(tt.due), Usual(), clockAt(t, tt.now)); got != tt.want {
			t.Errorf("on %s until %s: %d working days left, want %d", tt.now, tt.due, got, tt.want)
		}
	}
}

// anyLog draws a filing's log in the order of time.
func anyLog(t *rapid.T) []Event {
	var at []int
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		at = append(at, rapid.IntRange(20000*24, 20060*24).Draw(t, "hour"))
	}
	slices.Sort(at)
	var out []Event
	for _, h := range at {
		out = append(out, Event{At: time.Unix(int64(h)*3600, 0), To: rapid.SampledFrom(States).Draw(t, "state")})
	}
	return out
}

func TestLateDaysLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, events := anyCalendar(t), anyLog(t)
		due := edu.Date(rapid.IntRange(19990, 20050).Draw(t, "due"))
		now := time.Unix(int64(rapid.IntRange(20000*24, 20080*24).Draw(t, "now"))*3600, 0)
		late := LateDays(events, due, c, now)
		most := max(0, c.WorkingBetween(due, Today(now)))
		if late < 0 || late > most {
			t.Fatalf("late by %d of %d working days since the due day", late, most)
		}
		if later := LateDays(events, due, c, now.Add(24*time.Hour)); later < late {
			t.Fatalf("late by %d, and a day later by %d", late, later)
		}
		if more := LateDays(events, due+1, c, now); more > late {
			t.Fatalf("an extension by a day makes %d out of %d", more, late)
		}
		// Day by day, in another way: a working day counts where the unit had the
		// ball from before it until it, or until some moment of it.
		count := 0
		for d := due + 1; d <= Today(now); d++ {
			has := true
			for _, e := range events {
				if Today(e.At) < d {
					has = e.To.Open()
				}
			}
			if has && c.Working(d) {
				count++
			}
		}
		if late != count {
			t.Fatalf("late by %d, counted day by day %d", late, count)
		}
	})
}
