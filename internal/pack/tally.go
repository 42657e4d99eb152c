// How people of the city's own register of staff are counted: the headers of a feed
// of the kind "staff".

package pack

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Tally counts people of the register of staff by a feed's headers, each a field of
// the register, a space, and a word of it: "学历 本科: staff_education.bachelor".
//
//   - "field word: -" leaves out whoever has the word: 代课, 病休, 行政.
//   - "field word: element" counts who has it; of several words the longest counts, and
//   - is any other that is told. 无 is told and counts nowhere but by itself.
//   - "field ≥360: element" counts who reaches a figure.
//   - "*: element" counts everybody that is left.
//
// Where somebody's field is not told, what is counted by that field is unknown and
// not less: a register that is half filled in says nothing.
type Tally struct {
	all    []string // elements that everybody counts to
	fields []tallied
}

type tallied struct {
	field string
	rules []tallyRule
}

type tallyRule struct {
	field, word string
	least       float64 // NaN without one
	to          string
}

const toldNone = "无"

// tallyFields are the fields of the register that can be counted by, with what a
// person has there.
var tallyFields = map[string]func(*register.Staff) string{
	"人员类别": func(s *register.Staff) string { return wordOf(register.Categories, s.Category) },
	"在岗状态": func(s *register.Staff) string { return wordOf(register.Duties, s.Duty) },
	"岗位":   func(s *register.Staff) string { return wordOf(register.PostKinds, s.Post) },
	"骨干层级": func(s *register.Staff) string { return wordOf(register.Backbones, s.Backbone) },
	"学历":   func(s *register.Staff) string { return s.Degree },
	"职称":   func(s *register.Staff) string { return s.Title },
	"主教学科": func(s *register.Staff) string { return s.Subject },
	"教师资格": func(s *register.Staff) string { return s.Licence },
	"五年学时": func(s *register.Staff) string {
		if math.IsNaN(s.Training) {
			return ""
		}
		return strconv.FormatFloat(s.Training, 'f', -1, 64)
	},
}

func wordOf(terms []register.Term, id string) string { return register.Words(terms, id).ZH }

// tallyOf reads a header.
func tallyOf(h string) (r tallyRule, why string) {
	r.least = math.NaN()
	if h == "*" {
		return r, ""
	}
	var ok bool
	if r.field, r.word, ok = strings.Cut(h, " "); !ok || strings.TrimSpace(r.word) == "" {
		return r, fmt.Sprintf("%q: want a field of the register of staff, a space and a word", h)
	}
	if tallyFields[r.field] == nil {
		return r, fmt.Sprintf("%q is no field that staff are counted by", r.field)
	}
	if least, ok := strings.CutPrefix(r.word, "≥"); ok {
		v, err := strconv.ParseFloat(least, 64)
		if err != nil {
			return r, fmt.Sprintf("%q: want a number after ≥", h)
		}
		r.least = v
	}
	return r, ""
}

// Tally makes the counting of a feed of the kind "staff".
func (f *Feed) Tally() *Tally {
	out := &Tally{}
	for h, to := range f.Headers {
		r, why := tallyOf(h)
		if why != "" {
			continue // refused when the pack was read
		}
		if r.to = to; r.field == "" {
			out.all = append(out.all, to)
			continue
		}
		at := slices.IndexFunc(out.fields, func(t tallied) bool { return t.field == r.field })
		if at < 0 {
			at = len(out.fields)
			out.fields = append(out.fields, tallied{field: r.field})
		}
		out.fields[at].rules = append(out.fields[at].rules, r)
	}
	slices.SortFunc(out.fields, func(a, b tallied) int { return strings.Compare(a.field, b.field) })
	return out
}

// elements are those that a field counts to.
func (t *tallied) elements() (out []string) {
	for _, r := range t.rules {
		if r.to != "-" && !slices.Contains(out, r.to) {
			out = append(out, r.to)
		}
	}
	return out
}

// rule is the one that holds for a word, nil for none.
func (t *tallied) rule(has string) (best *tallyRule) {
	v, err := strconv.ParseFloat(has, 64)
	for i := range t.rules {
		r := &t.rules[i]
		switch {
		case !math.IsNaN(r.least):
			if err == nil && v >= r.least {
				return r
			}
		case r.word == "*" && has != "" && has != toldNone && best == nil,
			strings.Contains(has, r.word) && (best == nil || best.word == "*" || len(r.word) > len(best.word)):
			best = r
		}
	}
	return best
}

// Counted is what people come to at one school and stage.
type Counted struct {
	School edu.UnitID
	Stage  edu.Stage
	People int                // who were counted
	Left   int                // who were left out by a word
	Of     map[string]float64 // by element or part; NaN where somebody's field is not told
	Untold map[string]int     // by field, of how many it is not told
}

// Count counts people, by school and stage in the order in which they first come. Who
// has no stage counts at none; a school with such people is not told of at all.
func (t *Tally) Count(people []register.Staff) []Counted {
	type key struct {
		school edu.UnitID
		stage  edu.Stage
	}
	at, nowhere := map[key]*Counted{}, map[edu.UnitID]bool{}
	var order []key
	for i := range people {
		s := &people[i]
		out := false
		for j := range t.fields {
			r := t.fields[j].rule(tallyFields[t.fields[j].field](s))
			out = out || r != nil && r.to == "-"
		}
		k := key{s.Unit, s.Stage}
		if s.Stage == "" {
			nowhere[s.Unit] = nowhere[s.Unit] || !out
			continue
		}
		c := at[k]
		if c == nil {
			c = &Counted{School: s.Unit, Stage: s.Stage, Of: map[string]float64{}, Untold: map[string]int{}}
			at[k], order = c, append(order, k)
			for _, id := range t.all {
				c.Of[id] = 0
			}
			for j := range t.fields {
				for _, id := range t.fields[j].elements() {
					c.Of[id] = 0
				}
			}
		}
		if out {
			c.Left++
			continue
		}
		c.People++
		for _, id := range t.all {
			c.Of[id]++
		}
		for j := range t.fields {
			f := &t.fields[j]
			has := tallyFields[f.field](s)
			switch r := f.rule(has); {
			case r != nil:
				c.Of[r.to]++
			case len(f.elements()) > 0 && has != toldNone && !(has != "" && f.figures()):
				c.Untold[f.field]++
			}
		}
	}
	var got []Counted
	for _, k := range order {
		c := at[k]
		if nowhere[k.school] || c.People == 0 {
			continue
		}
		for j := range t.fields {
			if f := &t.fields[j]; c.Untold[f.field] > 0 {
				for _, id := range f.elements() {
					c.Of[id] = math.NaN()
				}
			}
		}
		got = append(got, *c)
	}
	return got
}

// figures tells whether a field is counted by figures: one below them all is told.
func (t *tallied) figures() bool {
	return slices.ContainsFunc(t.rules, func(r tallyRule) bool { return !math.IsNaN(r.least) })
}
