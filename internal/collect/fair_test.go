package collect

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/fault"
)

// Burden rule 8, first half.
func TestBurdenRule8FairDue(t *testing.T) {
	for _, tt := range []struct {
		name, issued, due string
		x                 Exception
		why               string // part of the reason; empty where it is fair
		next              string
	}{
		{"three working days to the minute", "2025-11-24 10:00", "2025-11-27 10:00", Exception{}, "", ""},
		{"a minute less", "2025-11-24 10:00", "2025-11-27 09:59", Exception{}, "3个工作日", "2025-11-27 10:00"},
		{"issued at night, the night does not count", "2025-11-24 22:00", "2025-11-27 17:00", Exception{}, "3个工作日", "2025-11-27 17:30"},
		{"issued at night, due on the third day after it", "2025-11-24 22:00", "2025-11-27 17:30", Exception{}, "", ""},
		{"over a weekend", "2025-11-28 16:00", "2025-12-02 17:30", Exception{}, "3个工作日", "2025-12-03 16:00"},
		{"over the long holiday", "2025-09-30 09:00", "2025-10-10 17:00", Exception{}, "3个工作日", "2025-10-11 09:00"},
		{"a make-up workday counts", "2025-09-26 09:00", "2025-09-30 09:00", Exception{}, "", ""},
		{"at night", "2025-11-24 10:00", "2025-11-28 23:59", Exception{}, "上班时间", "2025-11-27 10:00"},
		{"before the office opens", "2025-11-24 10:00", "2025-11-28 08:00", Exception{}, "上班时间", "2025-11-27 10:00"},
		{"on a holiday", "2025-09-15 10:00", "2025-10-03 10:00", Exception{}, "国庆节", "2025-09-18 10:00"},
		{"on a weekend", "2025-11-24 10:00", "2025-11-30 10:00", Exception{}, "周末", "2025-11-27 10:00"},
		{"in the first teaching week", "2025-08-25 10:00", "2025-09-03 10:00", Exception{}, "开学第一周", "2025-08-28 10:00"},
		{"the first fair time is after that week", "2025-08-28 10:00", "2025-09-02 10:00", Exception{}, "开学第一周", "2025-09-08 08:30"},
		{"the week after it", "2025-08-25 10:00", "2025-09-08 17:00", Exception{}, "", ""},
		{"safety, with a name", "2025-11-24 10:00", "2025-11-24 20:00", Exception{UrgentSafety, "王某"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := FairDue(clockAt(t, tt.issued), clockAt(t, tt.due), Usual(), tt.x)
			var u *Unfair
			switch {
			case tt.why == "" && err != nil:
				t.Fatalf("refused: %v", err)
			case tt.why == "":
			case !errors.As(err, &u) || !errors.Is(err, fault.Invalid) || !strings.Contains(u.Text().ZH, tt.why):
				t.Fatalf("error %v; want one that says %q", err, tt.why)
			case u.Next != clockAt(t, tt.next):
				t.Errorf("the earliest fair time is %s, want %s", u.Next, tt.next)
			}
		})
	}
}

func TestBurdenRule8Exception(t *testing.T) {
	issued := clockAt(t, "2025-11-24 10:00")
	for _, tt := range []struct {
		name string
		due  time.Time
		x    Exception
	}{
		{"without a name", issued.Add(time.Hour), Exception{Ground: UrgentDropout, By: " "}},
		{"a ground that is none", issued.Add(time.Hour), Exception{Ground: "leader", By: "王某"}},
		{"due before it is issued", issued.Add(-time.Hour), Exception{Ground: UrgentTop, By: "王某"}},
		{"a name without a ground waives nothing", issued.Add(time.Hour), Exception{By: "王某"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := FairDue(issued, tt.due, Usual(), tt.x); !errors.Is(err, fault.Invalid) {
				t.Errorf("error %v; want one of kind Invalid", err)
			}
		})
	}
}

func TestNextFairIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := Opens(date("2024-01-01"))
		issued := from.Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "minute")) * time.Minute)
		next := NextFair(issued, Usual())
		if err := FairDue(issued, next, Usual(), Exception{}); err != nil {
			t.Fatalf("issued %s, the earliest fair time %s is refused: %v", issued, next, err)
		}
		sooner := next.Add(-time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "sooner")) * time.Minute)
		if err := FairDue(issued, sooner, Usual(), Exception{}); err == nil {
			t.Fatalf("issued %s, the earliest fair time is said to be %s, but %s is fair", issued, next, sooner)
		}
	})
}
