package flow

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// clock is a time that the test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	c.at = c.at.Add(d)
	c.mu.Unlock()
}

func (c *clock) set(t testing.TB, s string) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, collect.China)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.at = at
	c.mu.Unlock()
}

// Two servers tick on one database; each reminder is told once, to whoever
// fills for the unit, at the times of the calendar.
func TestTick(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "a.db")
	var at clock
	day := func(s string) edu.Date { d, _ := time.Parse(time.DateOnly, s); return edu.DateOf(d) }
	due := day("2025-10-10")
	var servers []*Ticker
	for _, name := range []string{"one", "two"} {
		c, err := Open(ctx, path, "cn-compulsory@2017")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		servers = append(servers, &Ticker{City: c, Holder: name, Now: at.now, Site: "https://edu.example",
			Waiting: func(context.Context) ([]collect.Waiting, error) {
				return []collect.Waiting{{Issue: "base-2025", Form: edu.Text{ZH: "基础数据表"}, Due: due, Place: collect.Place{Unit: "s1", Name: edu.Text{ZH: "甲小学"}}}}, nil
			},
			Fillers: func(_ context.Context, units []edu.UnitID) (map[edu.UnitID][]auth.Account, error) {
				return map[edu.UnitID][]auth.Account{"s1": {{ID: "a1", Mail: "a1@edu.example"}, {ID: "a2"}, {ID: "a3", Mail: "a3@edu.example", Closed: true}}}, nil
			}})
	}
	city := servers[0].City
	tick := func(s *Ticker) Ticked {
		t.Helper()
		done, err := s.Tick(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	for _, tt := range []struct {
		now  string
		want int // messages of a1 by then
	}{
		{"2025-09-28 10:00", 0},
		{"2025-09-29 07:00", 0}, // before the office opens
		{"2025-09-29 10:00", 1}, // three working days: 30 September, 9 and 10 October
		{"2025-09-29 16:00", 1},
		{"2025-10-08 10:00", 1}, // a holiday
		{"2025-10-09 09:00", 2},
		{"2025-10-10 09:00", 2},
		{"2025-10-11 09:00", 3}, // a Saturday that is worked
		{"2025-10-13 09:00", 3},
	} {
		at.set(t, tt.now)
		var wg sync.WaitGroup
		for _, s := range servers {
			wg.Go(func() { tick(s) })
		}
		wg.Wait()
		for _, account := range []string{"a1", "a2"} {
			in, err := city.Messages(ctx, auth.Actor{Account: account}, 0, 50)
			if err != nil || in.Total != tt.want || in.Unread != tt.want {
				t.Errorf("%s: %s has %d messages (%v), want %d", tt.now, account, in.Total, err, tt.want)
			}
		}
	}
	if n, err := city.store.CountMail(ctx); err != nil || n[collect.MailWaiting] != 3 {
		t.Errorf("%v mails wait, %v; want 3, all for the one who has an address and an open account", n, err)
	}
	// More time: the new day has its own reminders.
	due = day("2025-10-20")
	at.set(t, "2025-10-15 09:00")
	if done := []Ticked{tick(servers[0]), tick(servers[1])}; done[0].Reminded+done[1].Reminded != 3 || done[0].Held == done[1].Held {
		t.Errorf("after an extension: %+v", done)
	}
	// The holder stops; the other takes over.
	due = day("2025-10-30")
	at.set(t, "2025-10-27 09:00")
	first, second := servers[0], servers[1]
	if tick(first).Held {
		first, second = second, first
		tick(first)
	}
	if !tick(second).Held {
		t.Error("two servers have the work")
	}
	if err := first.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if tick(second).Held {
		t.Error("nobody takes the work over")
	}
	if err := city.MarkRead(ctx, auth.Actor{Account: "a1"}, ""); err != nil {
		t.Fatal(err)
	}
	if in, _ := city.Messages(ctx, auth.Actor{Account: "a1"}, 0, 50); in.Unread != 0 || in.Total != 5 {
		t.Errorf("after reading: %d of %d unread", in.Unread, in.Total)
	}
	if _, err := city.Messages(ctx, auth.Actor{}, 0, 50); !errors.Is(err, fault.Forbidden) {
		t.Errorf("messages of nobody: %v", err)
	}
}

// What goes wrong with the list of filings does not stop the mail, and is told.
func TestTickTellsErrors(t *testing.T) {
	c := newTown(t)
	broken := errors.New("broken")
	s := &Ticker{City: c.City, Holder: "one", Now: time.Now, Waiting: func(context.Context) ([]collect.Waiting, error) { return nil, broken },
		Fillers: func(context.Context, []edu.UnitID) (map[edu.UnitID][]auth.Account, error) { return nil, nil }}
	if _, err := s.Tick(context.Background()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	told := 0
	if err := s.Run(ctx, time.Hour, func(err error) {
		told++
		cancel()
	}); !errors.Is(err, context.Canceled) || told != 1 {
		t.Errorf("Run: %v, told %d times", err, told)
	}
}

// A forecast that cannot be made does not stop the reminders, and is told.
func TestTickWithoutAForecast(t *testing.T) {
	c := newTown(t)
	broken, reminded := errors.New("broken"), false
	s := &Ticker{City: c.City, Holder: "one", Now: time.Now, Ahead: func(context.Context) error { return broken },
		Waiting: func(context.Context) ([]collect.Waiting, error) { reminded = true; return nil, nil },
		Fillers: func(context.Context, []edu.UnitID) (map[edu.UnitID][]auth.Account, error) { return nil, nil }}
	if done, err := s.Tick(context.Background()); !errors.Is(err, broken) || done.Held || !reminded {
		t.Errorf("%+v, %v; reminded: %v", done, err, reminded)
	}
}

// The calendar is the whole city's, and what is entered must hold together.
func TestKeepCalendar(t *testing.T) {
	ctx, c := context.Background(), newTown(t)
	day := edu.DateOf(time.Date(2026, 8, 6, 0, 0, 0, 0, time.UTC))
	mark := collect.Mark{Day: day, Off: true, Name: edu.Text{ZH: "火把节"}, Source: "通知"}
	section := func(g auth.Grant) auth.Actor { return auth.Actor{Account: "a", Grants: []auth.Grant{g}} }
	for _, who := range []auth.Actor{section(auth.Grant{Role: auth.CitySection, Unit: "east"}), section(auth.Grant{Role: auth.Leader, Whole: true}), {}} {
		if err := c.SetDay(ctx, who, mark); !errors.Is(err, fault.Forbidden) {
			t.Errorf("entered by %+v: %v", who, err)
		}
	}
	who := section(auth.Grant{Role: auth.CitySection, Whole: true})
	for _, bad := range []collect.Mark{{Off: true, Name: mark.Name, Source: "x"}, {Day: day, Source: "x"}, {Day: day, Name: mark.Name}} {
		if err := c.SetDay(ctx, who, bad); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	autumn, _ := edu.ParsePeriod("2026T1")
	if err := c.SetTerm(ctx, who, collect.TermDates{Period: autumn, First: day, Last: day + 300, Source: "校历"}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a term that runs into the next: %v", err)
	}
	if err := errors.Join(c.SetDay(ctx, who, mark), c.SetTerm(ctx, who, collect.TermDates{Period: autumn, First: day + 25, Last: day + 160, Source: "校历"})); err != nil {
		t.Fatal(err)
	}
	cal, err := c.Calendar(ctx)
	if err != nil || cal.Working(day) || cal.Working(edu.DateOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))) {
		t.Errorf("the day does not count, or the shipped ones do not: %v", err)
	}
	if _, week, ok := cal.Week(day + 25); !ok || week != 1 {
		t.Error("the term does not count")
	}
	if err := c.DropDay(ctx, who, day); err != nil {
		t.Fatal(err)
	}
	if cal, _ := c.Calendar(ctx); !cal.Working(day) {
		t.Error("the day counts after it was taken back")
	}
}
