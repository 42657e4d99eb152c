package reconcile_test

import (
	"testing"

	"shuren/internal/reconcile"
	"shuren/internal/register"
)

// bare has no numbers: a child that only name, birth and guardian tell.
func bare(e reconcile.Entry) reconcile.Entry {
	e.Citizen, e.Student, e.Born = "", "", tenBorn
	return e
}

func named(name string) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Name = name }
}

func numbered(n string) func(*reconcile.Entry) {
	return func(e *reconcile.Entry) { e.Citizen = n }
}

// joined, listed and apart are what may become of two rows.
func TestRowsWithoutACommonNumber(t *testing.T) {
	reg := with(wang, in("s1", 4))
	wrong := []byte(wang.Citizen)
	wrong[15] = '0' + (wrong[15]-'0'+1)%10
	for _, tt := range []struct {
		name             string
		reg, house       reconcile.Entry
		children, listed int
	}{
		{"the same number", reg, wang, 1, 0},
		{"no number, all else alike", reg, bare(wang), 1, 0},
		{"the name in another script", reg, bare(with(wang, named("王曉明"))), 1, 0},
		{"pinyin behind a character", reg, bare(with(wang, named("王晓(xiǎo)明"))), 1, 0},
		{"another character of the same sound", reg, bare(with(wang, named("王小明"))), 1, 0},
		{"pinyin for a rare character", with(reg, named("王䶮")), bare(with(wang, named("王yan"))), 1, 0},
		{"a name with dots", with(reg, named("买买提·吐尔逊")), bare(with(wang, named("买买提．吐尔逊"))), 1, 0},
		{"no number and no guardian: a person decides", with(reg, func(e *reconcile.Entry) { e.Home = "" }), with(bare(wang), func(e *reconcile.Entry) { e.Guardian = "" }), 2, 1},
		{"born on another day: a person decides", reg, with(bare(wang), func(e *reconcile.Entry) { e.Born++ }), 2, 1},
		{"one digit of the number is wrong", reg, with(wang, numbered(string(wrong)), func(e *reconcile.Entry) { e.Born = tenBorn }), 1, 0},
		{"two numbers that can both be right are never joined", reg, with(wang, numbered(number(tenBorn, 105))), 2, 1},
		{"twins are two", reg, bare(with(wang, named("王晓红"))), 2, 0},
		{"with a grandmother in another township: a person decides", reg, with(bare(wang), func(e *reconcile.Entry) { e.Guardian, e.Home = "李大力", "t2" }), 2, 1},
		{"the same, a boy and a girl", reg, with(bare(wang), func(e *reconcile.Entry) { e.Guardian, e.Home, e.Sex = "李大力", "t2", register.Female }), 2, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := compare(t, rows{R: one(tt.reg), H: one(tt.house)})
			if r.Len() != tt.children || len(r.Pairs) != tt.listed {
				t.Errorf("%d children, %d pairs %+v; want %d and %d", r.Len(), len(r.Pairs), r.Pairs, tt.children, tt.listed)
			}
			for i := range r.Len() {
				if got := r.Reasons[i].Has(reconcile.MaybeSame); got != (tt.listed > 0) {
					t.Errorf("child %d: %v", i, r.Outcome(i))
				}
			}
		})
	}
}

// Two children of the register fit a row without a number: neither is taken.
func TestRivalsGoToAPerson(t *testing.T) {
	a, b := with(wang, in("s1", 4)), with(wang, in("s1", 4), numbered(number(tenBorn, 105)))
	r := compare(t, rows{R: []reconcile.Entry{a, b}, H: one(bare(wang))})
	if r.Len() != 3 || len(r.Pairs) != 2 {
		t.Errorf("%d children, pairs %+v; want 3 and two pairs", r.Len(), r.Pairs)
	}
}

// Three rows of three lists become one child, although each has two that fit.
func TestRowsOfThreeListsAreNoRivals(t *testing.T) {
	r := compare(t, rows{R: one(with(bare(wang), in("s1", 4))), L: one(with(bare(wang), in("s1", 3))), H: one(bare(wang))})
	if r.Len() != 1 || len(r.Pairs) != 0 || !r.Reasons[0].Has(reconcile.JoinedByName) {
		t.Errorf("%d children, pairs %+v", r.Len(), r.Pairs)
	}
}

// What a person decided stands, against the score too, and is not asked again.
func TestDecisionsStand(t *testing.T) {
	asked := rows{R: one(with(wang, in("s1", 4))), H: one(with(wang, numbered(number(tenBorn, 105))))}
	first := compare(t, asked)
	if len(first.Pairs) != 1 || !first.Pairs[0].Numbers {
		t.Fatalf("pairs %+v; want one of two numbers", first.Pairs)
	}
	p := first.Pairs[0]
	for _, same := range []bool{true, false} {
		r := compare(t, asked, reconcile.Decision{A: p.B, B: p.A, Same: same})
		want := 2
		if same {
			want = 1
		}
		if r.Len() != want || len(r.Pairs) != 0 || r.Reasons[0].Has(reconcile.MaybeSame) {
			t.Errorf("same %v: %d children, pairs %+v", same, r.Len(), r.Pairs)
		}
	}
	// A pair that the score would join stays apart.
	both := rows{R: one(with(wang, in("s1", 4))), H: one(bare(wang))}
	if r := compare(t, both); r.Len() != 1 {
		t.Fatalf("%d children; want 1", r.Len())
	}
	ls := both.lists(t)
	var keys []reconcile.Key
	for _, l := range ls {
		keys = append(keys, l.Record(0))
	}
	if r := compare(t, both, reconcile.Decision{A: keys[0], B: keys[1]}); r.Len() != 2 || len(r.Pairs) != 0 {
		t.Errorf("%d children, pairs %+v; want 2 and none", r.Len(), r.Pairs)
	}
}

func TestRowsOfOneRecordAreOneChild(t *testing.T) {
	record := func(id register.PersonID) func(*reconcile.Entry) { return func(e *reconcile.Entry) { e.Person = id } }
	r := compare(t, rows{
		R: []reconcile.Entry{with(wang, in("s1", 4), record("p1")), with(wang, in("s1", 4), record("p2"), named("李四"), numbered(number(tenBorn, 202)))},
		H: []reconcile.Entry{{Identity: register.Identity{Name: "某人"}, Person: "p1"}, {Identity: register.Identity{Name: "某人"}, Person: "p3"}},
	})
	if r.Len() != 3 || len(r.Outcome(0).Rows) != 2 || r.Outcome(0).Person != "p1" {
		t.Errorf("%d children, the first %+v", r.Len(), r.Outcome(0))
	}
}

// nothing is no reason.
const nothing = reconcile.Reason(255)

func TestStudentNumbersJoin(t *testing.T) {
	student := func(s string) func(*reconcile.Entry) { return func(e *reconcile.Entry) { e.Student = s } }
	stranger := reconcile.Entry{Identity: register.Identity{Name: "李四", Citizen: number(tenBorn, 202)}}
	for _, tt := range []struct {
		name      string
		reg, last reconcile.Entry
		children  int
		why       reconcile.Reason
	}{
		{"G and the identity number", with(wang, in("s1", 4)), with(bare(wang), in("s1", 3), student("G"+wang.Citizen)), 1, nothing},
		{"a number of a school's own", with(wang, in("s1", 4), student("J123456789012345678")), with(bare(wang), in("s1", 3), named("某人"), student("J123456789012345678")), 1, nothing},
		{"one for two identity numbers", with(wang, in("s1", 4), student("J123456789012345678")), with(stranger, in("s1", 3), student("J123456789012345678")), 2, reconcile.SharedStudent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := compare(t, rows{R: one(tt.reg), L: one(tt.last)})
			if r.Len() != tt.children || tt.why != nothing && !r.Reasons[0].Has(tt.why) {
				t.Errorf("%d children, %v; want %d, %s", r.Len(), r.Outcome(0), tt.children, tt.why.ID())
			}
		})
	}
}
