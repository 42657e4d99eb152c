package reconcile_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/reconcile"
	"shuren/internal/register"
)

// place is a row of the lists that a property draws.
type place struct {
	source reconcile.Source
	at     int
}

// naive joins rows by the definition, every row with every other: by identity
// number, and rows without one by student number unless several identity numbers
// have that. G and a number stands for the number.
func naive(rs rows) [][]place {
	var all []place
	number, student := map[place]string{}, map[place]string{}
	for s := reconcile.Register; s <= reconcile.Platform; s++ {
		for i, e := range rs[s] {
			p := place{s, i}
			all = append(all, p)
			number[p], student[p] = e.Citizen, e.Student
			if e.Citizen == "" && len(e.Student) == 19 && e.Student[0] == 'G' {
				number[p] = e.Student[1:]
			}
		}
	}
	one := map[place]map[place]bool{}
	link := func(a, b place) {
		if one[a] == nil {
			one[a] = map[place]bool{}
		}
		one[a][b] = true
	}
	for _, a := range all {
		for _, b := range all {
			switch {
			case number[a] != "" && number[a] == number[b]:
				link(a, b)
			case student[a] == "" || student[a] != student[b] || number[a] != "" && number[b] != "":
			default:
				numbers := map[string]bool{}
				for _, c := range all {
					if student[c] == student[a] && number[c] != "" {
						numbers[number[c]] = true
					}
				}
				if len(numbers) < 2 {
					link(a, b)
				}
			}
		}
	}
	var out [][]place
	seen := map[place]bool{}
	for _, a := range all {
		if seen[a] {
			continue
		}
		group := []place{a}
		seen[a] = true
		for i := 0; i < len(group); i++ {
			for _, b := range all {
				if !seen[b] && (one[group[i]][b] || one[b][group[i]]) {
					seen[b] = true
					group = append(group, b)
				}
			}
		}
		out = append(out, group)
	}
	return out
}

// Joining by partitions gives what comparing every row with every other gives.
func TestLinksAreThoseOfTheDefinition(t *testing.T) {
	numbers := []string{"", number(tenBorn, 1), number(tenBorn, 2), number(tenBorn, 3), number(tenBorn, 4)}
	students := []string{"", "", "J000000000000000001", "J000000000000000002", "G" + numbers[1], "G" + numbers[2]}
	rapid.Check(t, func(t *rapid.T) {
		rs := rows{}
		for s := reconcile.Register; s <= reconcile.Platform; s++ {
			for range rapid.IntRange(0, 5).Draw(t, "n") {
				rs[s] = append(rs[s], reconcile.Entry{Identity: register.Identity{
					Citizen: rapid.SampledFrom(numbers).Draw(t, "number"), Student: rapid.SampledFrom(students).Draw(t, "student")}})
			}
		}
		want := naive(rs)
		r, err := reconcile.Compare(context.Background(), rs.lists(t), reconcile.Options{Today: today, Year: 2025, NoGuessing: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range r.Len() {
			got = append(got, fmt.Sprint(r.Outcome(i).Rows))
		}
		var expect []string
		for _, group := range want {
			var list []reconcile.Row
			for s := reconcile.Register; s <= reconcile.Platform; s++ {
				for i := range rs[s] {
					if slices.Contains(group, place{s, i}) {
						list = append(list, reconcile.Row{Source: s, Number: i + 1})
					}
				}
			}
			expect = append(expect, fmt.Sprint(list))
		}
		slices.Sort(got)
		slices.Sort(expect)
		if !slices.Equal(got, expect) {
			t.Fatalf("children %v; want %v", got, expect)
		}
	})
}

// The three questions as they are asked: who is in the one list and not in the
// other. Everybody has a number, is ten, and nothing excuses anybody.
func TestComparisonsAreThoseOfTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs, has := rows{R: {}, L: {}, A: {}, H: {}, P: {}}, map[reconcile.Source]map[int]int{}
		for _, s := range []reconcile.Source{R, L, A, H, P} {
			has[s] = map[int]int{}
			for range rapid.IntRange(0, 8).Draw(t, "n") {
				who := rapid.IntRange(0, 5).Draw(t, "who")
				unit := in("s1", 4)
				if s == L {
					unit = in("s1", 3)
				}
				rs[s] = append(rs[s], with(wang, numbered(number(tenBorn, who)), unit))
				has[s][who]++
			}
		}
		r, err := reconcile.Compare(context.Background(), rs.lists(t), reconcile.Options{Today: today, Year: 2025, NoGuessing: true})
		if err != nil {
			t.Fatal(err)
		}
		want := map[reconcile.Reason]int{}
		suspects := 0
		for who := range 6 {
			h := func(s reconcile.Source) bool { return has[s][who] > 0 }
			before := suspects
			switch {
			case h(A):
			case h(R):
				if len(rs[A]) > 0 {
					want[reconcile.NotInClass]++
					suspects++
				}
			case h(L):
				want[reconcile.Vanished]++
				suspects++
			case h(H), h(P):
				want[reconcile.NeverEnrolled]++
				suspects++
			}
			if suspects > before && h(P) {
				want[reconcile.ExPoverty]++
			}
			if has[R][who] > 1 {
				want[reconcile.TwiceInSchool]++
			}
		}
		c := r.Counts()
		for _, reason := range []reconcile.Reason{reconcile.NotInClass, reconcile.Vanished, reconcile.NeverEnrolled, reconcile.ExPoverty, reconcile.TwiceInSchool} {
			if c.Reasons[reason] != want[reason] {
				t.Fatalf("%s: %d; want %d", reason.ID(), c.Reasons[reason], want[reason])
			}
		}
		if c.Ledgers[reconcile.Suspected] != suspects {
			t.Fatalf("%d suspected; want %d", c.Ledgers[reconcile.Suspected], suspects)
		}
	})
}

// The order of the lists and of their rows changes nothing that is counted.
func TestOrderChangesNothing(t *testing.T) {
	names, guardians := []string{"王晓明", "王小明", "王曉明", "李四"}, []string{"", "王大力", "李大力"}
	rapid.Check(t, func(t *rapid.T) {
		rs := rows{R: {}, H: {}, L: {}}
		for s := range rs {
			for range rapid.IntRange(0, 4).Draw(t, "n") {
				e := reconcile.Entry{Identity: register.Identity{Name: rapid.SampledFrom(names).Draw(t, "name"), Guardian: rapid.SampledFrom(guardians).Draw(t, "guardian")}, Born: tenBorn}
				if rapid.Bool().Draw(t, "has a number") {
					e.Citizen = number(tenBorn, rapid.IntRange(1, 3).Draw(t, "number"))
				}
				rs[s] = append(rs[s], e)
			}
		}
		o := reconcile.Options{Today: today, Year: 2025}
		ls := rs.lists(t)
		first, err := reconcile.Compare(context.Background(), ls, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range rs {
			slices.Reverse(l)
		}
		again := rs.lists(t)
		slices.Reverse(again)
		second, err := reconcile.Compare(context.Background(), again, o)
		if err != nil {
			t.Fatal(err)
		}
		if first.Counts() != second.Counts() || first.Len() != second.Len() || len(first.Pairs) != len(second.Pairs) {
			t.Fatalf("%+v with %d pairs; turned round %+v with %d", first.Counts(), len(first.Pairs), second.Counts(), len(second.Pairs))
		}
	})
}
