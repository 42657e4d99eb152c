package reconcile_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/ident"
	"shuren/internal/reconcile"
	"shuren/internal/register"
)

func on(y int, m time.Month, d int) edu.Date {
	return edu.DateOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

var today = on(2025, 10, 20)

// number is an identity number of a county that was never issued.
func number(born edu.Date, serial int) string {
	first := "539999" + born.Time().Format("20060102") + fmt.Sprintf("%03d", serial)
	return first + string(ident.Checksum(first))
}

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
}

func keyer(t tester) *reconcile.Keyer {
	t.Helper()
	k, err := reconcile.NewKeyer([]byte("a secret of 16 b"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// rows builds lists of rows, by their source.
type rows map[reconcile.Source][]reconcile.Entry

func (rs rows) lists(t tester) []*reconcile.List {
	t.Helper()
	var out []*reconcile.List
	for s := reconcile.Register; s <= reconcile.Platform; s++ {
		list, ok := rs[s]
		if !ok {
			continue
		}
		b := reconcile.NewBuilder(s, keyer(t), today)
		for i, e := range list {
			if e.Row = i + 1; e.Row > 0 {
				b.Add(&e)
			}
		}
		out = append(out, b.List)
	}
	return out
}

func compare(t testing.TB, rs rows, ds ...reconcile.Decision) *reconcile.Result {
	t.Helper()
	r, err := reconcile.Compare(context.Background(), rs.lists(t), reconcile.Options{Today: today, Year: 2025, Decisions: ds})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(o reconcile.Outcome) string {
	var out []string
	for _, r := range o.Reasons {
		out = append(out, r.ID())
	}
	return strings.Join(out, " ")
}

var (
	tenBorn = on(2015, 3, 1)
	wang    = reconcile.Entry{Identity: register.Identity{Name: "王晓明", Citizen: number(tenBorn, 101), Guardian: "王大力"}, Home: "t1"}
)

func with(e reconcile.Entry, change ...func(*reconcile.Entry)) reconcile.Entry {
	for _, c := range change {
		c(&e)
	}
	return e
}

func in(unit edu.UnitID, grade int) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Unit, e.Grade = unit, grade }
}

func being(s register.Schooling, m reconcile.Mark) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Status, e.Marks = s, e.Marks|m }
}

func term(from, until edu.Date) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.From, e.Until = from, until }
}

func left(day edu.Date, m reconcile.Mark) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Left, e.Marks = day, m }
}

func bornOn(d edu.Date) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Born, e.Citizen = d, number(d, 101) }
}

const (
	R = reconcile.Register
	L = reconcile.Last
	A = reconcile.Roll
	H = reconcile.Household
	P = reconcile.Poverty
	C = reconcile.Platform
)

// one is a list of one row, and none an empty list that was handed in.
func one(e reconcile.Entry) []reconcile.Entry { return []reconcile.Entry{e} }

var none = []reconcile.Entry{}

func TestRules(t *testing.T) {
	other := reconcile.Entry{Identity: register.Identity{Name: "李四", Citizen: number(tenBorn, 202)}, Unit: "s1", Grade: 4}
	for _, tt := range []struct {
		name   string
		in     rows
		ledger reconcile.Ledger
		status register.Schooling
		why    string
	}{
		{"on all lists, nothing to say", rows{R: one(with(wang, in("s1", 4))), L: one(with(wang, in("s1", 3))), A: one(with(wang, in("s1", 4))), H: one(wang)}, reconcile.SchoolAge, register.Enrolled, ""},
		{"household list against register: never enrolled", rows{R: none, H: one(wang)}, reconcile.Suspected, register.NotYet, "never_enrolled"},
		{"the same, of an ex-poverty household", rows{R: none, H: one(wang), P: one(wang)}, reconcile.Suspected, register.NotYet, "never_enrolled ex_poverty"},
		{"on the ex-poverty list alone", rows{R: none, H: none, P: one(wang)}, reconcile.Suspected, register.NotYet, "never_enrolled ex_poverty"},
		{"ex-poverty and at school is no reason", rows{R: one(with(wang, in("s1", 4))), P: one(wang)}, reconcile.SchoolAge, register.Enrolled, ""},
		{"too young", rows{R: none, H: one(with(wang, bornOn(on(2019, 9, 1))))}, reconcile.NoLedger, "", ""},
		{"six on the last day of August", rows{R: none, H: one(with(wang, bornOn(on(2019, 8, 31))))}, reconcile.Suspected, register.NotYet, "never_enrolled"},
		{"fifteen on the last day of August", rows{R: none, H: one(with(wang, bornOn(on(2010, 8, 31))))}, reconcile.NoLedger, "", ""},
		{"fifteen a day later", rows{R: none, H: one(with(wang, bornOn(on(2010, 9, 1))))}, reconcile.Suspected, register.NotYet, "never_enrolled"},
		{"no register was handed in: nothing is compared", rows{H: one(wang)}, reconcile.SchoolAge, "", ""},

		{"register against roll: name there, person not", rows{R: one(with(wang, in("s1", 4))), A: one(with(other, in("s1", 4)))}, reconcile.Suspected, register.Enrolled, "not_in_class"},
		{"the school handed in no roll", rows{R: one(with(wang, in("s1", 4))), A: one(with(other, in("s2", 4)))}, reconcile.SchoolAge, register.Enrolled, ""},
		{"senior pupils are not of compulsory schooling", rows{R: one(with(wang, in("s1", 10))), A: one(with(other, in("s1", 4)))}, reconcile.NoLedger, register.Enrolled, ""},
		{"in class, on no register", rows{R: none, A: one(with(wang, in("s1", 4))), H: one(wang)}, reconcile.SchoolAge, register.Enrolled, "unregistered"},
		{"in class elsewhere than registered", rows{R: one(with(wang, in("s1", 4))), A: []reconcile.Entry{other, with(wang, in("s2", 4))}}, reconcile.SchoolAge, register.Enrolled, "other_school"},

		{"last year and not this year", rows{R: none, L: one(with(wang, in("s1", 4)))}, reconcile.Suspected, "", "vanished"},
		{"finished primary, entered no junior school", rows{R: none, L: one(with(wang, in("s1", 6)))}, reconcile.Suspected, "", "not_promoted"},
		{"in the last grade last year", rows{R: none, L: one(with(wang, in("s1", 9)))}, reconcile.NoLedger, register.Graduated, "finished"},
		{"rose by two grades", rows{R: one(with(wang, in("s1", 5))), L: one(with(wang, in("s1", 3)))}, reconcile.SchoolAge, register.Enrolled, "grade_jump"},
		{"fell back", rows{R: one(with(wang, in("s1", 2))), L: one(with(wang, in("s1", 3)))}, reconcile.SchoolAge, register.Enrolled, "grade_back"},
		{"repeats", rows{R: one(with(wang, in("s1", 3))), L: one(with(wang, in("s1", 3)))}, reconcile.SchoolAge, register.Enrolled, "repeats"},

		{"no receipt after 31 days", rows{R: one(with(wang, in("s1", 4), left(today-31, 0)))}, reconcile.Suspected, "", "no_receipt"},
		{"30 days are in time", rows{R: one(with(wang, in("s1", 4), left(today-30, 0))), H: one(wang)}, reconcile.SchoolAge, "", "receipt_awaited"},
		{"the receipt came", rows{R: one(with(wang, in("s1", 4), left(today-90, reconcile.Receipt))), H: one(wang)}, reconcile.SchoolAge, "", ""},
		{"no receipt, and on another school's register", rows{R: []reconcile.Entry{with(wang, in("s1", 4), left(today-90, 0)), with(wang, in("s2", 4))}}, reconcile.SchoolAge, register.Enrolled, ""},
		{"left last year, without receipt", rows{R: none, L: one(with(wang, in("s1", 4), left(today-200, 0)))}, reconcile.Suspected, "", "no_receipt"},

		{"on two schools' registers", rows{R: []reconcile.Entry{with(wang, in("s1", 4)), with(wang, in("s2", 4))}}, reconcile.SchoolAge, register.Enrolled, "two_schools"},
		{"twice on one register", rows{R: []reconcile.Entry{with(wang, in("s1", 4)), with(wang, in("s1", 4))}}, reconcile.SchoolAge, register.Enrolled, "twice_in_school"},
		{"registered, on no household list", rows{R: one(with(wang, in("s1", 4))), H: none}, reconcile.SchoolAge, register.Enrolled, "not_on_household"},

		{"at school elsewhere with proof is no dropout", rows{R: none, H: one(with(wang, being(register.Elsewhere, reconcile.Proof)))}, reconcile.SchoolAge, register.Elsewhere, "elsewhere"},
		{"and answers last year's register", rows{R: none, L: one(with(wang, in("s1", 4))), H: one(with(wang, being(register.Elsewhere, reconcile.Proof)))}, reconcile.SchoolAge, register.Elsewhere, "elsewhere"},
		{"at school elsewhere without proof", rows{R: none, H: one(with(wang, being(register.Elsewhere, 0)))}, reconcile.Suspected, register.Elsewhere, "elsewhere_unproven"},
		{"said to be elsewhere, and on the register here", rows{R: one(with(wang, in("s1", 4))), H: one(with(wang, being(register.Elsewhere, 0)))}, reconcile.SchoolAge, register.Elsewhere, ""},
		{"deferred, approved, in time", rows{R: none, H: one(with(wang, being(register.Deferred, reconcile.Proof|reconcile.Approved), term(today-10, today)))}, reconcile.SchoolAge, register.Deferred, "excused"},
		{"exempted, run out yesterday", rows{R: none, H: one(with(wang, being(register.Exempted, reconcile.Proof|reconcile.Approved), term(today-10, today-1)))}, reconcile.Suspected, register.Exempted, "never_enrolled due_for_review"},
		{"run out, but in class", rows{R: one(with(wang, in("s1", 4), being(register.OnLeave, reconcile.Proof|reconcile.Approved), term(today-60, today-1))), A: one(with(wang, in("s1", 4)))}, reconcile.SchoolAge, register.OnLeave, "due_for_review"},
		{"on leave without approval, not in class", rows{R: one(with(wang, in("s1", 4), being(register.OnLeave, reconcile.Proof), term(today-10, today+10))), A: one(other)}, reconcile.Suspected, register.OnLeave, "not_in_class exception_unproven"},
		{"an exception without an end excuses nothing", rows{R: none, H: one(with(wang, being(register.Deferred, reconcile.Proof|reconcile.Approved)))}, reconcile.Suspected, register.Deferred, "exception_unproven"},
		{"on leave for more than three months", rows{R: one(with(wang, in("s1", 4), being(register.OnLeave, reconcile.Proof|reconcile.Approved), term(today-93, today+10))), A: one(other)}, reconcile.SchoolAge, register.OnLeave, "excused long_leave"},
		{"taught at home", rows{R: one(with(wang, in("s1", 4), being(register.AtHome, 0))), A: one(other)}, reconcile.SchoolAge, register.AtHome, "at_home"},
		{"graduated", rows{R: none, H: one(with(wang, being(register.Graduated, reconcile.Proof)))}, reconcile.NoLedger, register.Graduated, "finished"},
		{"moved away with proof", rows{R: none, L: one(with(wang, in("s1", 4))), H: one(with(wang, being(register.MovedAway, reconcile.Proof)))}, reconcile.NoLedger, register.MovedAway, "moved_away"},
		{"dead, and the proof is missing", rows{R: none, H: one(with(wang, being(register.Dead, 0)))}, reconcile.NoLedger, register.Dead, "dead proof_missing"},
		{"nobody found, proven", rows{R: none, H: one(with(wang, being(register.NotFound, reconcile.Proof)))}, reconcile.SchoolAge, register.NotFound, "not_found"},
		{"nobody found, unproven", rows{R: none, H: one(with(wang, being(register.NotFound, 0)))}, reconcile.Suspected, register.NotFound, "not_found_unproven"},

		{"an open case is a dropout", rows{R: none, H: one(wang), C: one(with(wang, func(e *reconcile.Entry) { e.Case = "G-17" }))}, reconcile.Dropout, register.NotYet, "platform_case never_enrolled"},
		{"an open case, and in class", rows{R: one(with(wang, in("s1", 4))), A: one(with(wang, in("s1", 4))), C: one(with(wang, func(e *reconcile.Entry) { e.Case = "G-17" }))}, reconcile.Dropout, register.Enrolled, "platform_case case_in_class"},
		{"a closed case", rows{R: one(with(wang, in("s1", 4))), C: one(with(wang, func(e *reconcile.Entry) { e.Case, e.Marks = "G-17", reconcile.Closed }))}, reconcile.SchoolAge, register.Enrolled, "case_closed"},

		{"one number, two names", rows{R: one(with(wang, in("s1", 4))), H: one(with(wang, func(e *reconcile.Entry) { e.Name = "赵六" }))}, reconcile.SchoolAge, register.Enrolled, "identity_conflict"},
		{"a name in another script is the same name", rows{R: one(with(wang, in("s1", 4))), H: one(with(wang, func(e *reconcile.Entry) { e.Name = "王曉明" }))}, reconcile.SchoolAge, register.Enrolled, ""},
		{"the number's birth is not the column's", rows{R: one(with(wang, in("s1", 4), func(e *reconcile.Entry) { e.Born = tenBorn + 1 }))}, reconcile.SchoolAge, register.Enrolled, "birth_differs"},
		{"a number that cannot be", rows{R: one(with(wang, in("s1", 4), func(e *reconcile.Entry) { e.Citizen = "539999201503011010" }))}, reconcile.SchoolAge, register.Enrolled, "number_wrong"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := compare(t, tt.in)
			// The child is that of the first row; rolls have another pupil, too.
			for _, src := range []reconcile.Source{R, L, H, P, C} {
				for i := range r.Len() {
					o := r.Outcome(i)
					if len(tt.in[src]) == 0 || !slices.Contains(o.Rows, reconcile.Row{Source: src, Number: 1}) {
						continue
					}
					if o.Ledger != tt.ledger || o.Status != tt.status || ids(o) != tt.why {
						t.Errorf("%s, %q, %q; want %s, %q, %q", o.Ledger.ID(), o.Status, ids(o), tt.ledger.ID(), tt.status, tt.why)
					}
					return
				}
			}
			t.Error("the child is not there")
		})
	}
}

// Every reason that the rules can give has words in both languages and a code of
// its own.
func TestReasonsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range reconcile.Reasons() {
		if w := r.Words(); r.ID() == "" || w.ZH == "" || w.EN == "" || seen[r.ID()] {
			t.Errorf("reason %d: %q, %q, %q", r, r.ID(), w.ZH, w.EN)
		}
		seen[r.ID()] = true
	}
}

func TestOutcomeKnowsItsRows(t *testing.T) {
	r := compare(t, rows{
		R: one(with(wang, in("s1", 4), func(e *reconcile.Entry) { e.Person = "p1" })),
		H: one(with(wang, func(e *reconcile.Entry) { e.Home, e.Groups = "t9", register.Orphan })),
		C: one(with(wang, func(e *reconcile.Entry) { e.Case = "G-17" })),
	})
	if r.Len() != 1 {
		t.Fatalf("%d children; want 1", r.Len())
	}
	o := r.Outcome(0)
	want := []reconcile.Row{{Source: R, Number: 1, Person: "p1"}, {Source: H, Number: 1}, {Source: C, Number: 1}}
	if o.Person != "p1" || o.Case != "G-17" || o.Unit != "s1" || o.Home != "t9" || o.Groups != register.Orphan || !slices.Equal(o.Rows, want) {
		t.Errorf("%+v", o)
	}
	c := r.Counts()
	if c.Ledgers[reconcile.Dropout] != 1 || c.Reasons[reconcile.PlatformCase] != 1 {
		t.Errorf("%+v", c)
	}
}

func TestLevels(t *testing.T) {
	second := with(wang, func(e *reconcile.Entry) { e.Citizen = number(tenBorn, 303) })
	r := compare(t, rows{R: []reconcile.Entry{with(wang, in("s1", 4)), with(wang, in("s2", 4)), with(second, in("s2", 5)), with(second, in("s3", 5), left(today-5, 0))}})
	above := func(u edu.UnitID) edu.UnitID {
		if strings.HasPrefix(string(u), "s") {
			return "county"
		}
		return ""
	}
	got := r.Levels([]reconcile.Total{{"county", 0, 4}, {"s1", 0, 1}, {"s2", 0, 2}, {"s2", 5, 1}, {"county", 5, 1}}, above)
	want := []reconcile.Disagreement{{reconcile.Total{"county", 0, 4}, 3, 2, 3}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v; want %+v", got, want)
	}
}
