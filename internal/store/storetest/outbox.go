package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

var noon = time.Date(2025, 11, 26, 4, 0, 0, 0, time.UTC)

func message(account, id string, at time.Time) collect.Message {
	return collect.Message{Account: account, ID: id, At: at, Kind: "remind", Title: edu.Text{ZH: "题" + id, EN: "title " + id}, Body: edu.Text{ZH: "文", EN: "body"}, Link: "/papers/" + id}
}

// messages: an account sees its own, the newest first, and telling the same
// again does nothing.
func messages(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	list := []collect.Message{message("a", "1", noon), message("a", "2", noon.Add(time.Hour)), message("b", "1", noon)}
	mail := list[0].Mail("a@example.org", "zh", "https://edu.example/")
	for i, want := range []int{3, 0} {
		n, err := s.Notify(ctx, list, []collect.Mail{mail})
		if err != nil || n != want {
			t.Fatalf("time %d: %d new messages, %v; want %d", i+1, n, err, want)
		}
	}
	in, err := s.Messages(ctx, "a", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(collect.Inbox{List: []collect.Message{list[1], list[0]}, Total: 2, Unread: 2}, in); d != "" {
		t.Errorf("messages of a (-want +got):\n%s", d)
	}
	if in, _ := s.Messages(ctx, "a", 1, 10); len(in.List) != 1 || in.List[0].ID != "1" || in.Total != 2 {
		t.Errorf("from the second on: %+v", in)
	}
	if n, err := s.MarkRead(ctx, "a", "1", noon); n != 1 || err != nil {
		t.Errorf("marked %d read, %v", n, err)
	}
	if n, _ := s.MarkRead(ctx, "a", "1", noon.Add(time.Hour)); n != 0 {
		t.Errorf("marked %d read a second time", n)
	}
	in, _ = s.Messages(ctx, "a", 0, 10)
	if in.Unread != 1 || !in.List[1].Read.Equal(noon) {
		t.Errorf("after one was read: %+v", in)
	}
	if n, _ := s.MarkRead(ctx, "a", "", noon); n != 1 {
		t.Errorf("marked %d of the rest read", n)
	}
	if in, _ := s.Messages(ctx, "b", 0, 10); in.Unread != 1 {
		t.Errorf("b has %d unread; what a does is not b's", in.Unread)
	}
	if counts, _ := s.CountMail(ctx); counts[collect.MailWaiting] != 1 {
		t.Errorf("the outbox: %v", counts)
	}
}

// outbox: what waits comes out when its time has come, until it is done.
func outbox(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	var mails []collect.Mail
	for i := range 3 {
		mails = append(mails, collect.Mail{ID: fmt.Sprint(i), To: "x@example.org", Subject: "s", Body: "b", Made: noon.Add(time.Duration(i) * time.Minute)})
	}
	if _, err := s.Notify(ctx, nil, mails); err != nil {
		t.Fatal(err)
	}
	ids := func(now time.Time, limit int) (out string) {
		t.Helper()
		ms, err := s.DueMail(ctx, now, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			out += m.ID
		}
		return out
	}
	if got := ids(noon.Add(time.Minute), 10); got != "01" {
		t.Errorf("due after a minute: %s", got)
	}
	if got := ids(noon.Add(time.Hour), 2); got != "01" {
		t.Errorf("two at most: %s", got)
	}
	ms, _ := s.DueMail(ctx, noon, 1)
	m := ms[0]
	m.Attempts, m.Next, m.Error = 1, noon.Add(10*time.Minute), "greylisted"
	if err := s.SetMail(ctx, m); err != nil {
		t.Fatal(err)
	}
	if got := ids(noon.Add(5*time.Minute), 10); got != "12" {
		t.Errorf("while 0 is put off: %s", got)
	}
	ms, _ = s.DueMail(ctx, noon.Add(10*time.Minute), 10)
	if d := cmp.Diff(m, ms[2]); d != "" {
		t.Errorf("put off (-want +got):\n%s", d)
	}
	m.State, m.Done = collect.MailSent, noon.Add(11*time.Minute)
	if err := s.SetMail(ctx, m); err != nil {
		t.Fatal(err)
	}
	m1 := ms[0]
	m1.State, m1.Done, m1.Error = collect.MailFailed, noon, "no such box"
	if err := s.SetMail(ctx, m1); err != nil {
		t.Fatal(err)
	}
	if got := ids(noon.Add(time.Hour), 10); got != "2" {
		t.Errorf("after one was sent and one given up: %s", got)
	}
	counts, err := s.CountMail(ctx)
	if d := cmp.Diff(map[collect.MailState]int{"waiting": 1, "sent": 1, "failed": 1}, counts); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
}

// leases: of many who ask at once one gets the work.
func leases(t *testing.T, dsn string) {
	s1, s2, ctx := open(t, dsn), open(t, dsn), context.Background()
	ask := func(s *store.Store, holder string, after time.Duration) bool {
		t.Helper()
		got, err := s.Lease(ctx, "tick", holder, noon.Add(after), noon.Add(after+2*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var got atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s := s1
			if i%2 == 1 {
				s = s2
			}
			if ok, err := s.Lease(ctx, "race", fmt.Sprint(i), noon, noon.Add(time.Minute)); err != nil {
				t.Error(err)
			} else if ok {
				got.Add(1)
			}
		})
	}
	wg.Wait()
	if got.Load() != 1 {
		t.Errorf("%d of eight got the work; want one", got.Load())
	}
	for i, step := range []struct {
		s      *store.Store
		holder string
		after  time.Duration
		want   bool
	}{
		{s1, "one", 0, true},
		{s2, "two", time.Minute, false},
		{s1, "one", time.Minute, true},        // goes on
		{s2, "two", 150 * time.Second, false}, // which moved the end
		{s2, "two", 3 * time.Minute, true},    // one has stopped
		{s1, "one", 3 * time.Minute, false},
	} {
		if got := ask(step.s, step.holder, step.after); got != step.want {
			t.Errorf("step %d: %s asks after %s: %v", i, step.holder, step.after, got)
		}
	}
	if err := s1.Release(ctx, "tick", "one"); err != nil || ask(s1, "one", 3*time.Minute) {
		t.Errorf("released what somebody else has: %v", err)
	}
	if err := s2.Release(ctx, "tick", "two"); err != nil || !ask(s1, "one", 3*time.Minute) {
		t.Errorf("not to be had after its release: %v", err)
	}
}

// calendar: what the city enters is there for everybody; entering needs the
// whole tree.
func calendar(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	term, _ := edu.ParsePeriod("2026T1")
	mark := collect.Mark{Day: 20600, Off: true, Name: edu.Text{ZH: "火把节", EN: "Torch Festival"}, Source: "县政府通知", Tag: "V"}
	dates := collect.TermDates{Period: term, First: 20600, Last: 20700, Source: "校历", Tag: "V"}
	for _, sc := range []store.Scope{{}, reader, store.Part(store.Editor, "county")} {
		if err := s.SetDay(ctx, sc, mark, "clerk", noon); !errors.Is(err, fault.Forbidden) {
			t.Errorf("SetDay: %v; want forbidden", err)
		}
		if err := s.DropDay(ctx, sc, mark.Day); !errors.Is(err, fault.Forbidden) {
			t.Errorf("DropDay: %v; want forbidden", err)
		}
		if err := s.SetTerm(ctx, sc, dates, "clerk", noon); !errors.Is(err, fault.Forbidden) {
			t.Errorf("SetTerm: %v; want forbidden", err)
		}
	}
	if err := errors.Join(s.SetDay(ctx, all, collect.Mark{Day: 20600}, "clerk", noon), s.SetDay(ctx, all, mark, "clerk", noon),
		s.SetDay(ctx, all, collect.Mark{Day: 20601, Off: true}, "clerk", noon), s.DropDay(ctx, all, 20601), s.SetTerm(ctx, all, dates, "clerk", noon)); err != nil {
		t.Fatal(err)
	}
	marks, terms, err := s.Calendar(ctx)
	if d := cmp.Diff([]collect.Mark{mark}, marks); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if len(terms) != 1 || terms[0] != dates {
		t.Errorf("terms: %+v", terms)
	}
}
