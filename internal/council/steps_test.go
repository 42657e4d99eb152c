package council

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

func planned() Meeting {
	return Meeting{
		ID: "m2025-3", Year: 2025, No: 3, Series: "领导小组会议", Name: "领导小组第三次会议", Day: 20000, From: "14:30", Until: "16:00", Place: "一楼会议室", Form: Mixed, Link: "https://meet.example/j/1",
		Venues: []Venue{{"c1", "县分会场"}, {"c2", ""}}, Chair: "示例甲", Level: Internal, State: Planned, Recorder: "示例记", Signer: "示例签",
		People: []Person{{"p1", "示例甲", "组长", "", "", Member}, {"p2", "示例乙", "局长", "示例县局", "c1", Member}, {"p3", "", "分管负责人", "示例二县", "c2", Member}, {"p4", "示例丁", "", "示例办", "", Observer}},
		Items:  []Item{{"学位建设情况", "规划科", "示例1号"}},
	}
}

// What the table has not cannot happen, and what an act needs is asked for.
func TestSteps(t *testing.T) {
	now := time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)
	draft := &Draft{Title: "x"}
	for _, tt := range []struct {
		name  string
		from  State
		act   Act
		alter func(*Meeting, *Options)
		to    State
		kind  error
	}{
		{"a planned meeting opens", Planned, Begin, nil, Running, nil},
		{"not without a chair", Planned, Begin, func(m *Meeting, _ *Options) { m.Chair = "" }, Planned, fault.Invalid},
		{"not without an agenda", Planned, Begin, func(m *Meeting, _ *Options) { m.Items = nil }, Planned, fault.Invalid},
		{"not where only observers come", Planned, Begin, func(m *Meeting, _ *Options) { m.People = m.People[3:] }, Planned, fault.Invalid},
		{"called off for a reason", Planned, CallOff, nil, Dropped, nil},
		{"not without one", Planned, CallOff, func(_ *Meeting, o *Options) { o.Reason = " " }, Planned, fault.Invalid},
		{"an open one is not called off", Running, CallOff, nil, Running, fault.Conflict},
		{"ends", Running, End, nil, Held, nil},
		{"is not signed before it ends", Running, Sign, nil, Running, fault.Conflict},
		{"is signed", Held, Sign, nil, Minuted, nil},
		{"not without a signer", Held, Sign, func(m *Meeting, _ *Options) { m.Signer = "" }, Held, fault.Invalid},
		{"the recorder does not sign", Held, Sign, func(m *Meeting, _ *Options) { m.Signer = m.Recorder }, Held, fault.Invalid},
		{"minutes are taken back for a reason", Minuted, Correct, nil, Held, nil},
		{"a dropped one stays dropped", Dropped, Begin, nil, Dropped, fault.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, o := planned(), Options{Reason: "示例理由", Name: "示例", Now: now, Minutes: draft}
			m.State = tt.from
			if tt.alter != nil {
				tt.alter(&m, &o)
			}
			got, err := Next(m, tt.act, o)
			if got.State != tt.to || !errors.Is(err, tt.kind) {
				t.Errorf("to %s, %v; want %s, %v", got.State, err, tt.to, tt.kind)
			}
			if err == nil && len(got.Log) != 1 {
				t.Error("the step is not in the history")
			}
		})
	}
}

// However acts follow each other, a meeting never leaves the table: minutes are
// there exactly while they are signed, numbers of decisions are never given twice,
// and a principle never becomes a task.
func TestMeetingWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := planned()
		acts := []Act{Begin, End, Resume, Sign, Correct, CallOff}
		given := map[int]bool{}
		for range rapid.IntRange(1, 25).Draw(t, "n") {
			was := m
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				act := rapid.SampledFrom(acts).Draw(t, "act")
				next, err := Next(m, act, Options{Reason: rapid.SampledFrom([]string{"", "理由"}).Draw(t, "reason"), Minutes: &Draft{}})
				listed := slices.ContainsFunc(Steps, func(s Step) bool { return s.From == was.State && s.Act == act && s.To == next.State })
				if err == nil && !listed {
					t.Fatalf("%s from %s led to %s", act, was.State, next.State)
				}
				if err != nil && next.State != was.State {
					t.Fatalf("refused and changed: %s to %s", was.State, next.State)
				}
				m = next
			case 2:
				d := Decision{Words: "示例事项", Class: rapid.SampledFrom(Classes).Draw(t, "class"), Lead: "a", Due: 20010, Sent: rapid.SampledFrom([]string{"", "s1", "s2"}).Draw(t, "sent")}
				next, got, err := Write(m, d)
				if err == nil && len(next.Decisions) > len(was.Decisions) {
					if given[got.No] {
						t.Fatalf("number %d given twice", got.No)
					}
					given[got.No] = true
				}
				if err == nil && !m.Deciding() && len(next.Decisions) != len(was.Decisions) {
					t.Fatalf("written in state %s", m.State)
				}
				m = next
			case 3:
				if len(m.Decisions) == 0 {
					continue
				}
				d := m.Decisions[rapid.IntRange(0, len(m.Decisions)-1).Draw(t, "which")]
				d.Words = rapid.SampledFrom([]string{"", "改过"}).Draw(t, "words")
				m, _ = Rewrite(m, d)
			}
			if (m.Minutes != nil) != (m.State == Minuted) {
				t.Fatalf("in state %s minutes are %v", m.State, m.Minutes)
			}
			sent := map[string]bool{}
			for _, d := range m.Decisions {
				if d.Class == Principle && (d.Lead != "" || d.Due != 0 || d.Tasks()) {
					t.Fatalf("a principle with an owner: %+v", d)
				}
				if d.Sent != "" && sent[d.Sent] {
					t.Fatal("a form sent twice wrote two decisions")
				}
				sent[d.Sent] = true
			}
		}
	})
}

// Everybody who must attend is counted exactly once, whatever the venues say.
func TestRollAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := planned()
		m.People = nil
		units := []edu.UnitID{"", "c1", "c2"}
		for i := range rapid.IntRange(0, 12).Draw(t, "people") {
			m.People = append(m.People, Person{ID: string(rune('a' + i)), Name: "示例", Unit: rapid.SampledFrom(units).Draw(t, "unit"), As: rapid.SampledFrom([]As{Member, Observer}).Draw(t, "as")})
		}
		var ins []CheckIn
		for _, u := range units {
			if !rapid.Bool().Draw(t, "in") {
				continue
			}
			c := CheckIn{Meeting: m.ID, Unit: u, Leave: map[string]string{}, Instead: map[string]string{}}
			for _, p := range m.People {
				switch rapid.IntRange(0, 3).Draw(t, "mark") {
				case 0:
					c.Present = append(c.Present, p.ID)
				case 1:
					c.Leave[p.ID] = "公务"
				case 2:
					c.Present, c.Instead[p.ID] = append(c.Present, p.ID), "示例代"
				}
			}
			ins = append(ins, c)
		}
		venues, all := Roll(&m, ins)
		must, people := 0, 0
		for _, p := range m.People {
			if p.As == Member {
				must++
			}
		}
		for _, v := range venues {
			people += len(v.People)
			if v.CheckIn != nil && v.Unsaid > 0 {
				t.Fatal("a venue that has checked in says nothing of somebody")
			}
		}
		if all.Must != must || all.Present+all.OnLeave+all.Absent+all.Unsaid != must || all.Instead > all.Present {
			t.Fatalf("%+v of %d", all, must)
		}
		if people != len(m.People) {
			t.Fatalf("%d people at the venues, %d on the list", people, len(m.People))
		}
	})
}

// A meeting's own last one is of its series and its unit, was held, and came before.
func TestBefore(t *testing.T) {
	at := func(id string, unit edu.UnitID, series string, day edu.Date, s State) Meeting {
		return Meeting{ID: id, Unit: unit, Series: series, Day: day, State: s}
	}
	all := []Meeting{
		at("old", "", "甲", 10, Minuted), at("last", "", "甲", 20, Held), at("planned", "", "甲", 25, Planned), at("dropped", "", "甲", 26, Dropped),
		at("other", "", "乙", 27, Held), at("county", "c1", "甲", 28, Held), at("me", "", "甲", 30, Planned), at("later", "", "甲", 40, Held),
	}
	for id, want := range map[string]string{"me": "last", "last": "old", "old": "", "later": "last", "county": ""} {
		i := slices.IndexFunc(all, func(m Meeting) bool { return m.ID == id })
		got := Before(&all[i], all)
		if got == nil && want != "" || got != nil && got.ID != want {
			t.Errorf("before %s: %v, want %q", id, got, want)
		}
	}
}
