// The three teams, one list each.

package teams

import (
	"cmp"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Head is a secretary or principal.
type Head struct {
	Person *register.Staff
	School *School
	Terms  int      // served here, this one included; 0 if unknown
	Years  int      // whole, in this term; -1 if unknown
	Due    edu.Date // end of the second term; 0 until the county says how long a term is
	Over   bool     // two terms served: due for exchange now
	Cert   edu.Date // 任职资格培训; 0 if none is known
	Moved  edu.Date // began the last exchange; 0 if none is known
}

// Heads lists who has a term, those longest in office first.
func Heads(in *Input, day edu.Date) (out []Head) {
	schools, more, moved := in.schools(), in.more(), in.lastMoves(day)
	for i := range in.Staff {
		s := &in.Staff[i]
		if !HeadOf(s) {
			continue
		}
		h := Head{Person: s, School: schools[s.Unit], Terms: s.HeadTerms, Years: -1, Due: in.Rules.served(s), Over: in.Rules.servedBy(s, day), Cert: more[s.Person].HeadCert, Moved: moved[s.Person]}
		if s.HeadSince != 0 && s.HeadSince <= day {
			h.Years = monthsFrom(s.HeadSince, day) / 12
		}
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(a, b Head) int {
		return cmp.Or(-cmp.Compare(a.Terms, b.Terms), cmp.Compare(a.Person.HeadSince, b.Person.HeadSince), cmp.Compare(a.Person.Person, b.Person.Person))
	})
	return out
}

// ClassHead is a class teacher.
type ClassHead struct {
	Person *register.Staff
	School *School
	Years  int     // of service as such
	Hours  float64 // weekly lessons beside it; 0 if none is told
}

// ClassCount holds class teachers against classes, by school: one for each class.
type ClassCount struct {
	School  *School
	Classes int // -1 if unknown
	Heads   int
	Verdict edu.Verdict // Unknown where classes are not known
}

// ClassHeads lists class teachers, the longest in service first, and counts them
// against classes in each school of the register.
func ClassHeads(in *Input) (list []ClassHead, counts []ClassCount) {
	schools := in.schools()
	n := map[edu.UnitID]int{}
	for i := range in.Staff {
		s := &in.Staff[i]
		if !s.ClassHead {
			continue
		}
		n[s.Unit]++
		list = append(list, ClassHead{s, schools[s.Unit], s.ClassYears, s.Hours})
	}
	slices.SortStableFunc(list, func(a, b ClassHead) int {
		return cmp.Or(-cmp.Compare(a.Years, b.Years), cmp.Compare(a.Person.Person, b.Person.Person))
	})
	staffed := in.staffed()
	for i := range in.Schools {
		s := &in.Schools[i]
		if !staffed[s.ID] {
			continue // no register is no school without class teachers
		}
		c := ClassCount{School: s, Classes: -1, Heads: n[s.ID], Verdict: edu.Unknown}
		if s.Classes != nil {
			c.Classes = 0
			for _, k := range s.Classes {
				c.Classes += k
			}
			if c.Verdict = edu.Met; c.Heads != c.Classes {
				c.Verdict = edu.Short
			}
		}
		if c.Heads > 0 || c.Classes > 0 {
			counts = append(counts, c)
		}
	}
	return list, counts
}

// Rung is a backbone teacher on the ladder.
type Rung struct {
	Person *register.Staff
	School *School
	Studio string
	Duty   float64  // hours of service in the year
	Moved  edu.Date // began the last exchange; 0 if none is known
}

// Ladder lists backbone teachers, the highest level first.
func Ladder(in *Input, day edu.Date) (out []Rung) {
	schools, more, moved := in.schools(), in.more(), in.lastMoves(day)
	for i := range in.Staff {
		s := &in.Staff[i]
		if s.Backbone == "" {
			continue
		}
		m := more[s.Person]
		out = append(out, Rung{s, schools[s.Unit], m.Studio, m.Duty, moved[s.Person]})
	}
	slices.SortStableFunc(out, func(a, b Rung) int {
		return cmp.Or(-cmp.Compare(level(a.Person.Backbone), level(b.Person.Backbone)), cmp.Compare(a.Person.Subject, b.Person.Subject), cmp.Compare(a.Person.Person, b.Person.Person))
	})
	return out
}

// level is the height of a rung.
func level(id string) int {
	return slices.IndexFunc(register.Backbones, func(t register.Term) bool { return t.ID == id })
}

func (in *Input) more() map[register.PersonID]More {
	out := make(map[register.PersonID]More, len(in.More))
	for _, m := range in.More {
		out[m.Person] = m
	}
	return out
}

// lastMoves is when each person's last exchange began, of those that took place.
func (in *Input) lastMoves(day edu.Date) map[register.PersonID]edu.Date {
	out := map[register.PersonID]edu.Date{}
	for i := range in.Moves {
		if x := &in.Moves[i]; x.Stage == Done && x.Begins <= day {
			out[x.Person] = max(out[x.Person], x.Begins)
		}
	}
	return out
}
