// How exchanges are put on record: whole files, and forms that are sent twice.

package flow

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/teams"
)

// A file is one act: where a line cannot be kept, because somebody has left the register
// since it was read or two lines are one, no line before it is kept either.
func TestFileIsKeptWholeOrNotAtAll(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, ids := staffed(t, dsn)
		f := &moveFiles{t, b, tm, ids[0]}
		east := b.by["eastclerk"]
		for name, tt := range map[string]struct {
			spoil func(*teams.Exchange)
			want  error
		}{
			"left the register": {func(x *teams.Exchange) { x.Person = "gone" }, fault.NotFound},
			"is elsewhere":      {func(x *teams.Exchange) { x.From = "point" }, fault.NotFound},
			"another county's":  {func(x *teams.Exchange) { x.From = "far" }, fault.Forbidden},
			"is no exchange":    {func(x *teams.Exchange) { x.Way = "" }, fault.Invalid},
		} {
			moves, bad := f.read(east, "A,走教,2025-09-01,拟交流,", "B,走教,2026-03-01,拟交流,")
			if len(bad) > 0 {
				t.Fatal(bad)
			}
			tt.spoil(&moves[1])
			n, err := tm.KeepMoves(context.Background(), east, moves)
			if n != 0 || !errors.Is(err, tt.want) {
				t.Errorf("%s: %d, %v", name, n, err)
			}
			// Who is gone is nobody's mistake on the page: it is said in words, with the line.
			if no, ok := errors.AsType[*auth.Refusal](err); tt.want == fault.NotFound && (!ok || !strings.Contains(no.In("zh"), "第2条的教师已不在教职工名册中") || !strings.Contains(no.In("en"), "line 2: ")) {
				t.Errorf("%s: said in no words: %v", name, err)
			}
			f.holds()
		}
		// The store itself refuses the second: the first is taken back.
		moves, _ := f.read(east, "A,走教,2025-09-01,拟交流,", "B,走教,2026-03-01,拟交流,")
		moves[1].ID = moves[0].ID
		if n, err := tm.KeepMoves(context.Background(), east, moves); n != 0 || !errors.Is(err, fault.Conflict) {
			t.Errorf("one exchange twice: %d, %v", n, err)
		}
		f.holds()
	})
}

// A file in which nobody is arranged is not taken for one that was kept, and a day years
// ahead for a plan.
func TestFileThatArrangesNobody(t *testing.T) {
	f := newMoveFiles(t)
	var no *auth.Refusal
	_, _, err := f.tm.ReadMoves(context.Background(), f.by["head"], "a.csv", io.NopCloser(strings.NewReader("记录编号,交流校,方式,开始日期\n"+string(f.of)+",,,2025-09-01\n")))
	if !errors.As(err, &no) || !strings.Contains(no.In("zh"), "没有填写一条交流安排") {
		t.Errorf("%v", err)
	}
	ahead := f.clock.now().AddDate(aheadMost+1, 0, 0).Format(time.DateOnly)
	if _, bad := f.read(f.by["head"], "A,支教,"+ahead+",拟交流,"); len(bad) != 1 || !strings.Contains(bad[0].EN, "more than 3 years ahead") {
		t.Errorf("%v", bad)
	}
	f.holds()
}

// A form that is sent twice enters one exchange; what was called off can be planned anew.
func TestSameFormIsOneExchange(t *testing.T) {
	f := newMoveFiles(t)
	ctx, head := context.Background(), f.by["head"]
	form := teams.Exchange{Person: f.of, From: "school", To: "point", Way: teams.Transfer, Stage: teams.Planned, Begins: teams.Summer(2025)}
	first, err := f.tm.KeepMove(ctx, head, form)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.tm.KeepMove(ctx, head, form); err != nil || again.ID != first.ID || again.Rev != first.Rev {
		t.Errorf("%+v, %v", again, err)
	}
	f.holds("2025-09-01 point transfer planned")
	first.Stage = teams.Called
	if _, err := f.tm.KeepMove(ctx, head, first); err != nil {
		t.Fatal(err)
	}
	if _, err := f.tm.KeepMove(ctx, head, form); err != nil {
		t.Fatal(err)
	}
	f.holds("2025-09-01 point transfer called_off", "2025-09-01 point transfer planned")
	again, err := f.tm.KeepMove(ctx, head, form)
	if err != nil || again.Rev != 1 {
		t.Errorf("planned anew twice: %+v, %v", again, err)
	}
	f.holds("2025-09-01 point transfer called_off", "2025-09-01 point transfer planned")

	// The county confirms it. The school's form says otherwise now, and is not another.
	again.Stage, again.Document = teams.Done, "东教1号"
	if _, err := f.tm.KeepMove(ctx, f.by["eastclerk"], again); err != nil {
		t.Fatal(err)
	}
	var no *auth.Refusal
	if _, err := f.tm.KeepMove(ctx, head, form); !errors.As(err, &no) || !errors.Is(err, fault.Conflict) || !strings.Contains(no.In("zh"), "已有记录（已交流）") {
		t.Errorf("planned again when it took place: %v", err)
	}
	f.holds("2025-09-01 point transfer called_off", "2025-09-01 point transfer done 东教1号")
}

// A double click is one exchange: the second form, which found nothing on record when it
// came and the first one's when it was kept, answers what the first made; another form
// that came so is told.
func TestFormsThatComeAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		way  string
		want error
	}{"the same": {teams.Transfer, nil}, "another": {teams.Support, fault.Conflict}} {
		t.Run(name, func(t *testing.T) {
			f := newMoveFiles(t)
			ctx, head := context.Background(), f.by["head"]
			form := teams.Exchange{Person: f.of, From: "school", To: "point", Way: teams.Transfer, Stage: teams.Planned, Begins: teams.Summer(2025)}
			var first teams.Exchange
			f.tm.now = func() time.Time { // asked on the way, after the second form looked
				f.tm.now = f.clock.now
				var err error
				if first, err = f.tm.KeepMove(ctx, head, form); err != nil {
					t.Error(err)
				}
				return f.clock.now()
			}
			second := form
			second.Way = tt.way
			got, err := f.tm.KeepMove(ctx, head, second)
			if !errors.Is(err, tt.want) || first.ID == "" || err == nil && (got.ID != first.ID || got.Rev != first.Rev) {
				t.Errorf("%+v, %v; the first is %+v", got, err, first)
			}
			var no *auth.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Errorf("not in words: %v", err)
			}
			f.holds("2025-09-01 point transfer planned")
		})
	}
}

// What came onto record before there were limits of its day and number comes off it;
// as it is called off, neither changes to what is beyond them.
func TestWhatIsBeyondLimitsIsCalledOff(t *testing.T) {
	f := newMoveFiles(t)
	ctx, head := context.Background(), f.by["head"]
	x := teams.Exchange{Person: f.of, From: "school", To: "point", Way: teams.Transfer, Stage: teams.Planned, Begins: teams.Summer(2150), Document: strings.Repeat("号", teams.MaxDocument+1)}
	d, err := document(head, kindExchange, "old", x.From, 0, x.Stage, "", x.Begins, x, f.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.city.store.PutDocument(ctx, store.Whole(store.Editor), d, record(head, exchangeKept, x.Stage, d.At)); err != nil {
		t.Fatal(err)
	}
	x.ID, x.Rev = "old", 1
	for name, change := range map[string]func(*teams.Exchange){
		"still planned":           func(x *teams.Exchange) { x.Way = teams.Support },
		"with another day":        func(x *teams.Exchange) { x.Stage, x.Begins = teams.Called, x.Begins+1 },
		"with another number":     func(x *teams.Exchange) { x.Stage, x.Document = teams.Called, x.Document+"号" },
		"another one, called off": func(x *teams.Exchange) { x.Stage, x.ID, x.Rev = teams.Called, "", 0 },
	} {
		y := x
		change(&y)
		if _, err := f.tm.KeepMove(ctx, head, y); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x.Stage = teams.Called
	if kept, err := f.tm.KeepMove(ctx, head, x); err != nil || kept.Rev != 2 {
		t.Errorf("called off: %+v, %v", kept, err)
	}
}

// Whether somebody was due is kept as of the summer that the exchange belongs to: one
// that begins in spring was due on the first of September before, as the page counts it.
func TestSpringExchangeIsOfTheSummerBefore(t *testing.T) {
	f := newMoveFiles(t) // in the school since September 2015
	for day, want := range map[string]struct {
		years int
		due   bool
	}{"2021-03-01": {5, false}, "2021-07-01": {6, true}, "2022-06-30": {6, true}} {
		at, ok := teams.Month(day)
		if !ok {
			t.Fatal(day)
		}
		x, err := f.tm.KeepMove(context.Background(), f.by["head"], teams.Exchange{Person: f.of, From: "school", To: "point", Way: teams.Walking, Stage: teams.Planned, Begins: at})
		if err != nil || x.Years != want.years || x.Due != want.due {
			t.Errorf("%s: %d years, due %v, %v", day, x.Years, x.Due, err)
		}
	}
}
