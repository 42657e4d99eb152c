package register_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/register"
)

func TestYearOver(t *testing.T) {
	for _, tt := range []struct {
		name   string
		months int
		day    string
		want   int
	}{
		{"the day on which three years are over", 36, "2025-09-01", 2021},
		{"the day before", 36, "2025-08-31", 2020},
		{"one month", 1, "2025-10-01", 2024},
		{"nothing is kept for less than to the end of the year", 1, "2025-09-30", 2023},
	} {
		day, _ := time.Parse(time.DateOnly, tt.day)
		if got := register.YearOver(tt.months, edu.DateOf(day)); got != tt.want {
			t.Errorf("%s: %d; want %d", tt.name, got, tt.want)
		}
	}
}

// A longer period never deletes a year that a shorter one keeps, and no year goes
// before it has ended.
func TestLongerPeriodsKeepMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := edu.Date(rapid.IntRange(12000, 40000).Draw(t, "day"))
		a := rapid.IntRange(1, 300).Draw(t, "a")
		b := rapid.IntRange(a, 600).Draw(t, "b")
		short, long := register.YearOver(a, day), register.YearOver(b, day)
		if long > short {
			t.Fatalf("%d months delete %d, %d months %d", a, short, b, long)
		}
		if end := time.Date(short+1, 9, 1, 0, 0, 0, 0, time.UTC); day.Time().Before(end) {
			t.Fatalf("year %d goes on %s", short, day)
		}
	})
}
