package incident

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/auth"
	"shuren/internal/fault"
)

var noon = time.Date(2025, 10, 13, 12, 0, 0, 0, time.UTC)

func facts(level Level) *Facts {
	return &Facts{Kind: Injury, Level: level, Place: "操场", Happened: noon.Add(-30 * time.Minute), Known: noon, What: "示例：课间摔倒"}
}

// reported is an incident that was called in twenty minutes after it was known.
func reported(t testing.TB, level Level) Incident {
	t.Helper()
	x := do(t, Incident{ID: "i", Unit: "s"}, Entry{Act: Record, Facts: facts(level)}, School, noon.Add(time.Minute))
	return do(t, x, Entry{Act: Phone, At: noon.Add(20 * time.Minute), To: Official{"示例值班员", "示例县教育体育局值班室"}}, School, noon.Add(25*time.Minute))
}

func do(t testing.TB, x Incident, e Entry, by Side, now time.Time) Incident {
	t.Helper()
	next, err := Next(x, e, by, now)
	if err != nil {
		t.Fatalf("%s: %v", e.Act, err)
	}
	return next
}

// Whatever is tried and in whichever order, an incident leaves its state only by a
// row of the table, what was entered never changes, and late is never negative.
func TestIncidentWalk(t *testing.T) {
	acts := []Act{Record, Phone, Write, Follow, Finish, Correct, Pass, Accept, Return, Reopen}
	rapid.Check(t, func(t *rapid.T) {
		x, now := Incident{ID: "i", Unit: "s"}, noon
		for k := range rapid.IntRange(1, 25).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "minutes")) * time.Minute)
			was, kept := x, fmt.Sprint(x.Entries)
			e := Entry{Act: rapid.SampledFrom(acts).Draw(t, "act"), Text: rapid.SampledFrom([]string{"", "示例说明"}).Draw(t, "text"), Sent: rapid.SampledFrom([]string{"", "a", fmt.Sprint(k)}).Draw(t, "sent")}
			if rapid.Bool().Draw(t, "at") {
				e.At = now.Add(-time.Duration(rapid.IntRange(-60, 600).Draw(t, "before")) * time.Minute)
			}
			if rapid.Bool().Draw(t, "to") {
				e.To = Official{"示例值班员", "示例局"}
			}
			if rapid.Bool().Draw(t, "facts") {
				e.Facts = facts(rapid.SampledFrom(Levels).Draw(t, "level"))
				e.Facts.Known = e.Facts.Known.Add(time.Duration(rapid.IntRange(-20, 60).Draw(t, "known")) * time.Minute)
				e.Facts.Dead = rapid.SampledFrom([]int{0, 0, 1, 3, 30}).Draw(t, "dead")
			}
			e.Of = rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "of")
			by := rapid.SampledFrom([]Side{School, Above}).Draw(t, "by")
			next, err := Next(x, e, by, now)
			if !strings.HasPrefix(fmt.Sprint(next.Entries), strings.TrimSuffix(kept, "]")) {
				t.Fatal("what was entered has changed")
			}
			if err != nil {
				if next.State != was.State || len(next.Entries) != len(was.Entries) {
					t.Fatalf("refused and changed: %v", err)
				}
				if !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Forbidden) {
					t.Fatal(err)
				}
				continue
			}
			if len(next.Entries) > len(was.Entries) {
				i := slices.IndexFunc(Steps, func(s Step) bool { return s.Act == e.Act })
				st := Steps[i]
				to := st.To
				if to == "" {
					to = was.State
				}
				if was.State != "" && !slices.Contains(st.From, was.State) || st.By&by == 0 || next.State != to {
					t.Fatalf("%s by %d from %q led to %q", e.Act, by, was.State, next.State)
				}
				f := next.Facts()
				if l, ok := LevelOf(f.Harm); ok && slices.Index(Levels, f.Level) > slices.Index(Levels, l) {
					t.Fatalf("a level %s below what the figures give: %s", f.Level, l)
				}
			} else if next.State != was.State {
				t.Fatal("nothing was entered and the state has changed")
			}
			for _, c := range next.Clocks(Default) {
				if c.Late(now) < 0 || c.Due.Before(c.From) || !c.Met.IsZero() && c.Left(now) != 0 {
					t.Fatalf("clock %+v", c)
				}
			}
			if first := was.firstKnown(); !first.IsZero() && next.firstKnown().After(first) {
				t.Fatal("a correction has moved when it was known to a later time")
			}
			x = next
		}
	})
}

// The clocks of each level: who is late, and by how much.
func TestClocks(t *testing.T) {
	for _, tt := range []struct {
		name  string
		level Level
		call  int // minutes after it was known
		now   int
		kind  ClockKind
		late  int // minutes
	}{
		{"an accident called in within the hour", Accident, 60, 70, PhoneClock, 0},
		{"a minute too late", Accident, 61, 70, PhoneClock, 1},
		{"a major event has two hours", Major, 120, 130, PhoneClock, 0},
		{"another event has a day", Other, 24 * 60, 24*60 + 1, PhoneClock, 0},
		{"the written report is still owed", Accident, 10, 150, WrittenClock, 30},
		{"of a major event eight hours", Major, 10, 481, WrittenClock, 1},
		{"passed on by the level above", Accident, 10, 140, PassClock, 10},
		{"a day without a follow-up", Major, 10, 10 + 24*60 + 5, FollowClock, 5},
		{"the final report", Other, 10, 30*24*60 + 1, FinalClock, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := do(t, Incident{}, Entry{Act: Record, Facts: facts(tt.level)}, School, noon)
			called := noon.Add(time.Duration(tt.call) * time.Minute)
			x = do(t, x, Entry{Act: Phone, At: called, To: Official{"示例值班员", "示例局"}}, School, called)
			for _, c := range x.Clocks(Default) {
				if c.Kind == tt.kind {
					if got := c.Late(noon.Add(time.Duration(tt.now) * time.Minute)); got != time.Duration(tt.late)*time.Minute {
						t.Errorf("late by %s, want %d min", got, tt.late)
					}
					return
				}
			}
			t.Error("there is no such clock")
		})
	}
}

// Figures at, below and above the boundaries of the grades.
// A clock warns when its end is near: two hours, or 15 % of its time. What is met warns
// no more.
func TestClocksThatAreNear(t *testing.T) {
	for _, tt := range []struct {
		name         string
		minutes, now int
		met          bool
		want         bool
	}{
		{"an hour is near from the beginning", 60, 0, false, true},
		{"eight hours, five left", 480, 180, false, false},
		{"eight hours, two left", 480, 360, false, true},
		{"a month, 30 days left", 30 * day, 0, false, false},
		{"a month, 5 days left", 30 * day, 25 * day, false, false},
		{"a month, 4 days left", 30 * day, 26 * day, false, true},
		{"late", 60, 90, false, true},
		{"met", 60, 50, true, false},
	} {
		c := Clock{From: noon, Due: noon.Add(time.Duration(tt.minutes) * time.Minute)}
		if tt.met {
			c.Met = noon.Add(time.Minute)
		}
		if got := c.Near(noon.Add(time.Duration(tt.now) * time.Minute)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestLevelOf(t *testing.T) {
	for _, tt := range []struct {
		harm Harm
		want Level
		is   bool
	}{
		{Harm{}, Accident, false},
		{Harm{Hurt: 1}, Accident, true},
		{Harm{Dead: 2, Hurt: 9, Loss: 999}, Accident, true},
		{Harm{Dead: 3}, Serious, true}, {Harm{Hurt: 10}, Serious, true}, {Harm{Loss: 1000}, Serious, true},
		{Harm{Dead: 10}, Grave, true}, {Harm{Hurt: 49}, Serious, true}, {Harm{Hurt: 50}, Grave, true}, {Harm{Loss: 5000}, Grave, true},
		{Harm{Dead: 29}, Grave, true}, {Harm{Dead: 30}, Extreme, true}, {Harm{Hurt: 100}, Extreme, true}, {Harm{Loss: 10000}, Extreme, true},
	} {
		if got, ok := LevelOf(tt.harm); ok != tt.is || ok && got != tt.want {
			t.Errorf("%+v: %s %t, want %s %t", tt.harm, got, ok, tt.want, tt.is)
		}
	}
}

// What an entry needs, one by one, and who may not make it.
func TestNextRefuses(t *testing.T) {
	later := noon.Add(3 * time.Hour)
	alter := func(f func(*Facts)) *Facts {
		x := facts(Other)
		f(x)
		return x
	}
	for _, tt := range []struct {
		name string
		from Incident
		e    Entry
		by   Side
		kind error
	}{
		{"a call without who took it", do(t, Incident{}, Entry{Act: Record, Facts: facts(Other)}, School, noon), Entry{Act: Phone, At: later}, School, fault.Invalid},
		{"a call in the time to come", do(t, Incident{}, Entry{Act: Record, Facts: facts(Other)}, School, noon), Entry{Act: Phone, At: later.Add(time.Hour), To: Official{"示例", "示例局"}}, School, fault.Invalid},
		{"a call before it was known", do(t, Incident{}, Entry{Act: Record, Facts: facts(Other)}, School, noon), Entry{Act: Phone, At: noon.Add(-time.Minute), To: Official{"示例", "示例局"}}, School, fault.Invalid},
		{"known before it happened", Incident{}, Entry{Act: Record, Facts: alter(func(f *Facts) { f.Known = f.Happened.Add(-time.Minute) })}, School, fault.Invalid},
		{"an identity number in the words", Incident{}, Entry{Act: Record, Facts: alter(func(f *Facts) { f.What = "学生 000000201501011234 摔倒" })}, School, fault.Invalid},
		{"a parent's telephone", reported(t, Other), Entry{Act: Follow, Text: "家长电话 13900000000"}, School, fault.Invalid},
		{"the school closes nothing", do(t, do(t, reported(t, Other), Entry{Act: Write, At: later}, School, later), Entry{Act: Finish, Text: "已妥善处置"}, School, later), Entry{Act: Accept}, School, fault.Forbidden},
		{"a written report before the call", do(t, Incident{}, Entry{Act: Record, Facts: facts(Other)}, School, noon), Entry{Act: Write, At: later}, School, fault.Conflict},
		{"a correction of nothing", reported(t, Other), Entry{Act: Correct, Text: "更正"}, School, fault.Invalid},
		{"a correction of a time that is none", reported(t, Other), Entry{Act: Correct, Text: "更正", Of: 1, At: later}, School, fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Next(tt.from, tt.e, tt.by, later); !errors.Is(err, tt.kind) {
				t.Errorf("%v, want %v", err, tt.kind)
			}
			if _, err := Next(tt.from, tt.e, tt.by, later); err != nil {
				if _, ok := errors.AsType[*auth.Refusal](err); !ok {
					t.Errorf("%v is not said to the person", err)
				}
			}
		})
	}
}

// A time is put right by a further entry: the old one stays, the clock takes the new.
func TestCorrectTime(t *testing.T) {
	x := reported(t, Accident)
	x = do(t, x, Entry{Act: Correct, Of: 2, At: noon.Add(90 * time.Minute), Text: "首报时间填错"}, School, noon.Add(3*time.Hour))
	if got := x.Clocks(Default)[0].Late(noon.Add(3 * time.Hour)); got != 30*time.Minute {
		t.Errorf("late by %s", got)
	}
	if !x.Entries[1].At.Equal(noon.Add(20 * time.Minute)) {
		t.Error("the first entry was changed")
	}
	f := *facts(Accident)
	f.Known = noon.Add(10 * time.Minute)
	x = do(t, x, Entry{Act: Correct, Facts: &f, Text: "知悉时间填错"}, School, noon.Add(3*time.Hour))
	if got := x.Clocks(Default)[0].Late(noon.Add(3 * time.Hour)); got != 30*time.Minute {
		t.Errorf("known later on paper, late by %s: a correction excuses nothing", got)
	}
}

// Nothing that is kept of an incident or a drill has room for a child's name.
func TestNoRoomForAName(t *testing.T) {
	var walk func(path string, typ reflect.Type)
	seen := map[reflect.Type]bool{}
	walk = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(path, typ.Elem())
		case reflect.Struct:
			if seen[typ] || typ == reflect.TypeFor[time.Time]() {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				at := path + "." + f.Name
				for _, bad := range []string{"Name", "Pupil", "Student", "Child", "Person", "Guardian", "Parent", "Photo", "File"} {
					if strings.Contains(f.Name, bad) && at != "Incident.Entries.To.Name" {
						t.Errorf("%s could hold who a child is", at)
					}
				}
				walk(at, f.Type)
			}
		}
	}
	walk("Incident", reflect.TypeFor[Incident]())
	walk("Drill", reflect.TypeFor[Drill]())
	walk("Plan", reflect.TypeFor[Plan]())
}

func TestRulesShipped(t *testing.T) {
	if why := Default.Wrong(); len(why) > 0 {
		t.Errorf("the shipped rules are wrong: %v", why)
	}
	for _, l := range Levels {
		lim := Default.Of(l)
		for k, on := range map[ClockKind]bool{PhoneClock: true, WrittenClock: true, PassClock: lim.Pass > 0, FollowClock: lim.Follow > 0, FinalClock: true} {
			if s := lim.Sources[k]; on && (s.Text == "" || !strings.Contains("VSMPE", s.Evidence) || s.Evidence == "") {
				t.Errorf("%s: the clock %s has no source", l, k)
			}
		}
	}
	bad := Rules{Major: {Phone: 60, Written: 30, Pass: 60, Final: day}}
	if len(bad.Wrong()) == 0 {
		t.Error("a written report due before the call is let through")
	}
}
