package family_test

import (
	"fmt"
	"testing"

	"shuren/internal/ident"
	"shuren/internal/register/family"
)

// Nobody shares a number, every number passes, and the next year has the same
// children a grade on.
func TestPeople(t *testing.T) {
	o := family.Options{Pupils: 60_000, Year: 2024, Schools: make([]string, 120)}
	for i := range o.Schools {
		o.Schools[i] = fmt.Sprint(2199000000 + i)
	}
	seen := map[string]int{}
	for n := range o.Pupils {
		p := o.Line(n)
		if _, why := ident.ParseCitizen(p.Citizen, 0); why != "" {
			t.Fatalf("%+v: %s", p, why)
		}
		if seen[p.Citizen] != 0 {
			t.Fatalf("lines %d and %d share a number", seen[p.Citizen]-1, n)
		}
		seen[p.Citizen] = n + 1
	}
	next, again := o, 0
	next.Year++
	for n := range next.Pupils {
		if was := seen[next.Line(n).Citizen]; was > 0 {
			if now := next.Line(n); o.Line(was-1).Grade+1 != now.Grade {
				t.Fatalf("%+v was in grade %d", now, o.Line(was-1).Grade)
			}
			again++
		}
	}
	if share := float64(again) / float64(next.Pupils); share < 0.8 {
		t.Errorf("%.2f of the children are there again; want eight in nine", share)
	}
}
