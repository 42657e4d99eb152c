package teams

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/register"
)

func on(y int, m time.Month) edu.Date { return edu.DateOf(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)) }

func teacher(id string, since edu.Date, change ...func(*register.Staff)) register.Staff {
	s := register.Staff{Person: register.PersonID(id), Year: 2025, Unit: "town", Category: "established", Duty: "on_duty", Post: "teacher", Stage: edu.Primary, Sex: register.Female, Born: on(1985, 5), Since: since}
	for _, f := range change {
		f(&s)
	}
	return s
}

func TestJudge(t *testing.T) {
	rules := Default
	rules.Retirement = []Retirement{{Sex: register.Female, Post: "teacher", Months: 55 * 12, Basis: "a document of the test"}}
	six := on(2020, time.September)
	for _, tt := range []struct {
		name  string
		in    register.Staff
		want  State
		doubt bool
	}{
		{"six whole years on the first of September", teacher("a", six), Due, false},
		{"a month short of six years", teacher("a", on(2020, time.October)), NotYet, false},
		{"years that are not told are no years too few", teacher("a", 0), Unclear, false},
		{"pregnancy", teacher("a", six, func(s *register.Staff) { s.Hold = "pregnant" }), Exempt, false},
		{"nursing", teacher("a", six, func(s *register.Staff) { s.Hold = "nursing" }), Exempt, false},
		{"maternity leave", teacher("a", six, func(s *register.Staff) { s.Duty = "maternity" }), Exempt, false},
		{"serious illness", teacher("a", six, func(s *register.Staff) { s.Hold = "ill" }), Exempt, false},
		{"sick leave alone decides nothing", teacher("a", six, func(s *register.Staff) { s.Duty = "ill" }), Unclear, false},
		{"who is not long here needs no exemption", teacher("a", on(2024, time.September), func(s *register.Staff) { s.Hold = "ill" }), NotYet, false},
		{"a month less than five years before retirement", teacher("a", six, func(s *register.Staff) { s.Born = on(1976, time.August) }), Exempt, false},
		{"five years before retirement are not less than five", teacher("a", six, func(s *register.Staff) { s.Born = on(1976, time.September) }), Due, false},
		{"nobody said when men retire", teacher("a", six, func(s *register.Staff) { s.Sex = register.Male; s.Born = on(1966, 1) }), Due, true},
		{"a head of two terms, however short", teacher("a", on(2024, 9), func(s *register.Staff) { s.HeadTerms = 2; s.HeadSince = on(2024, 9) }), Due, false},
		{"a head of one term, however long", teacher("a", on(2004, 9), func(s *register.Staff) { s.HeadTerms = 1; s.HeadSince = on(2004, 9) }), NotYet, false},
		{"a head whose terms are not told", teacher("a", six, func(s *register.Staff) { s.HeadSince = six }), Unclear, false},
		{"a head who teaches no class", teacher("a", six, func(s *register.Staff) { s.Post = "admin"; s.HeadTerms = 3 }), Due, true},
		{"no full-time teacher", teacher("a", six, func(s *register.Staff) { s.Post = "worker" }), Outside, false},
		{"lent out", teacher("a", six, func(s *register.Staff) { s.Duty = "lent" }), Outside, false},
		{"a substitute", teacher("a", six, func(s *register.Staff) { s.Category = "substitute" }), Outside, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := rules.Judge(&tt.in, Summer(2026))
			if j.State != tt.want || j.Doubt != tt.doubt {
				t.Errorf("%s (%s), doubt %v; want %s, %v", j.State, j.Reason.EN, j.Doubt, tt.want, tt.doubt)
			}
			if j.Reason.ZH == "" || j.Reason.EN == "" {
				t.Error("no reason is given")
			}
		})
	}
}

// Once the county has said how long a term is, a head who has only begun the second one
// is not due: two terms are served when the second is over, and the list of heads says
// the same as the judgement.
func TestHeadsAreDueWhenTheLastTermIsOver(t *testing.T) {
	rules := Default
	rules.TermYears = Param{Value: 5, Source: "a document of the test"}
	for _, tt := range []struct {
		name  string
		terms int
		since edu.Date
		want  State
	}{
		{"the second term ends on the day", 2, on(2021, 9), Due},
		{"the second term ends a month later", 2, on(2021, 10), NotYet},
		{"the second term has begun", 2, on(2025, 9), NotYet},
		{"the third term has begun", 3, on(2025, 9), Due},
		{"since when the term runs is not told: their number decides", 2, 0, Due},
		{"one term, however long", 1, on(2004, 9), NotYet},
		{"terms are not told", 0, on(2015, 9), Unclear},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := teacher("a", on(2010, 9), func(s *register.Staff) { s.HeadTerms, s.HeadSince = tt.terms, tt.since })
			if j := rules.Judge(&s, Summer(2026)); j.State != tt.want || j.Reason.EN == "" {
				t.Errorf("%s (%s), want %s", j.State, j.Reason.EN, tt.want)
			}
			for _, h := range Heads(&Input{Rules: rules, Staff: []register.Staff{s}}, Summer(2026)) {
				if h.Over != (tt.want == Due) {
					t.Errorf("the list of heads says due: %v", h.Over)
				}
			}
		})
	}
}

// What a figure rests on can be read in English too, and what a county entered stays
// in its own words.
func TestSourcesAreToldInEnglish(t *testing.T) {
	d := Default
	for _, p := range []Param{d.Years, d.Terms, d.Near, d.Share, d.Backbone, d.Hours, d.Cycle, d.BasicPart, TrainingOn(&Input{Rules: d}, Summer(2026)).Share.Line} {
		if b := p.Basis(); b.ZH == "" || b.ZH != p.Source || strings.ContainsFunc(b.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%g: %+v", p.Value, b)
		}
	}
	if b := (Param{Value: 5, Source: "某县〔2024〕1号"}).Basis(); b.EN != "某县〔2024〕1号" {
		t.Errorf("%+v", b)
	}
}

func TestExchanges(t *testing.T) {
	six := on(2015, time.September)
	in := &Input{Rules: Default, Schools: []School{{ID: "town", Class: "121"}, {ID: "village", Class: "220"}, {ID: "good", Class: "210"}, {ID: "dark"}}}
	in.Rules.Good = []edu.UnitID{"good"}
	at := func(unit string) func(*register.Staff) {
		return func(s *register.Staff) { s.Unit = edu.UnitID(unit) }
	}
	for i := range 8 {
		in.Staff = append(in.Staff, teacher("t"+string(rune('0'+i)), six))
	}
	in.Staff = append(in.Staff,
		teacher("b", six, func(s *register.Staff) { s.Backbone = "county" }),
		teacher("g1", six, at("good")), teacher("g2", six, at("good")),
		teacher("new", on(2024, 9)), teacher("v", six, at("village")), teacher("d", six, at("dark")))
	move := func(id, from, to, way, stage string, day edu.Date) Exchange {
		return Exchange{ID: id, Person: register.PersonID(id), From: edu.UnitID(from), To: edu.UnitID(to), Way: way, Stage: stage, Begins: day, Document: "x"}
	}
	summer := on(2026, time.September)
	in.Moves = []Exchange{
		move("b", "town", "village", Transfer, Done, summer),
		move("t1", "town", "village", Transfer, Planned, summer),
		move("t2", "town", "village", Transfer, Called, summer),
		move("t3", "town", "village", Transfer, Done, on(2025, time.September)), // of the summer before
		move("new", "town", "village", Support, Done, summer),                   // not due
		move("v", "village", "town", Shadowing, Done, summer),                   // leaves a village
		move("t4", "good", "village", Transfer, Done, summer),                   // the register says another school
		move("gone", "town", "village", Transfer, Done, summer),                 // not on the register
		move("g1", "good", "village", Walking, Done, on(2027, time.June)),       // in term time
	}
	r := Exchanges(in, 2026)
	if r.Moved.Num != 2 || r.Moved.Den != 11 || r.Moved.Verdict != edu.Met || r.Moved.Lacks != 0 {
		t.Errorf("moved %+v, want 2 of 11, met (2 of 11 is 18 per cent)", r.Moved)
	}
	if r.Planned.Num != 3 || r.Backbone.Num != 1 || r.Backbone.Den != 2 {
		t.Errorf("planned %+v, backbone %+v", r.Planned, r.Backbone)
	}
	if r.Count[Due] != 13 || r.InScope[Due] != 11 || r.Unknown != 1 || r.Doubts != 13 {
		t.Errorf("due %d, in scope %d, of unknown schools %d, doubts %d", r.Count[Due], r.InScope[Due], r.Unknown, r.Doubts)
	}
	if len(r.Apart) != 4 {
		t.Errorf("apart %+v", r.Apart)
	}
	in.Moves = nil
	if r = Exchanges(in, 2026); r.Moved.Lacks != 2 || r.Moved.Verdict != edu.Short || r.Backbone.Verdict != edu.Exempt {
		t.Errorf("nobody moved: %+v, %+v", r.Moved, r.Backbone)
	}
}

// Every exchange belongs to the summer that it says, and to no other.
func TestExchangeBelongsToOneSummer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := Exchange{Begins: edu.Date(rapid.IntRange(int(on(1990, 1)), int(on(2060, 1))).Draw(t, "day"))}
		for y := 1988; y < 2062; y++ {
			if x.InSummer(y) != (y == x.SummerOf()) {
				t.Fatalf("%s: in summer %d %v, of %d", x.Begins, y, x.InSummer(y), x.SummerOf())
			}
		}
	})
}

// A person who is entered twice counts once, and what took place goes first.
func TestExchangesOnce(t *testing.T) {
	in := &Input{Rules: Default, Schools: []School{{ID: "town", Class: "111"}}, Staff: []register.Staff{teacher("a", on(2010, 9))}}
	in.Moves = []Exchange{{ID: "1", Person: "a", From: "town", To: "x", Way: Transfer, Stage: Planned, Begins: Summer(2026)}, {ID: "2", Person: "a", From: "town", To: "x", Way: Support, Stage: Done, Begins: Summer(2026)}}
	if r := Exchanges(in, 2026); r.Moved.Num != 1 || r.Planned.Num != 1 || len(r.Apart) != 1 || r.Apart[0].Move.ID != "1" {
		t.Errorf("%+v", r)
	}
}

func TestHeads(t *testing.T) {
	in := &Input{Rules: Default, Schools: []School{{ID: "town"}}, Staff: []register.Staff{
		teacher("one", on(2022, 9), func(s *register.Staff) { s.HeadTerms, s.HeadSince = 1, on(2022, 9) }),
		teacher("two", on(2018, 9), func(s *register.Staff) { s.HeadTerms, s.HeadSince = 2, on(2023, 9) }),
		teacher("none", on(2018, 9)),
	}}
	h := Heads(in, Summer(2026))
	if len(h) != 2 || h[0].Person.Person != "two" || !h[0].Over || h[1].Over || h[1].Years != 4 || h[0].Due != 0 {
		t.Fatalf("%+v", h)
	}
	in.Rules.TermYears = Param{Value: 5, Source: "a document of the test"}
	h = Heads(in, Summer(2026))
	if h[0].Due != on(2028, 9) || h[1].Due != on(2032, 9) {
		t.Errorf("due %s and %s", h[0].Due, h[1].Due)
	}
}

func TestClassHeads(t *testing.T) {
	in := &Input{Rules: Default, Schools: []School{{ID: "town", Classes: map[edu.Stage]int{edu.Primary: 2}}, {ID: "other"}, {ID: "no register", Classes: map[edu.Stage]int{edu.Primary: 6}}}, Staff: []register.Staff{
		teacher("a", 0, func(s *register.Staff) { s.ClassHead, s.ClassYears = true, 3 }),
		teacher("b", 0, func(s *register.Staff) { s.ClassHead, s.ClassYears = true, 9 }),
		teacher("c", 0, func(s *register.Staff) { s.ClassHead, s.Unit = true, "other" }),
		teacher("d", 0),
	}}
	list, counts := ClassHeads(in)
	if len(list) != 3 || list[0].Person.Person != "b" || len(counts) != 2 || counts[0].Verdict != edu.Met || counts[1].Verdict != edu.Unknown {
		t.Errorf("%+v %+v", list, counts)
	}
}
