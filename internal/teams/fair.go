// A fairness view: what groups get on average, before and after a change.

package teams

import (
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/stats"
)

// Cuts are the ways in which people are grouped.
var Cuts = []register.Term{
	{ID: "age", Text: edu.Text{ZH: "年龄段", EN: "Age band"}},
	{ID: "sex", Text: edu.Text{ZH: "性别", EN: "Sex"}},
	{ID: "title", Text: edu.Text{ZH: "职称", EN: "Title"}},
	{ID: "post", Text: edu.Text{ZH: "岗位", EN: "Post"}},
	{ID: "class_head", Text: edu.Text{ZH: "班主任", EN: "Class teacher"}},
}

// Part is a group of people.
type Part struct {
	Cut    string
	Name   edu.Text
	People int     // 0 where it is Hidden
	Mean   float64 // yuan
	Ratio  float64 // of the mean, to that of all
	Gini   float64 // within the group
	Hidden bool    // too few people, or another hidden group would follow from it

	// With a second distribution beside the first:
	Before float64 // mean before
	More   int     // who get more than before
	Less   int
}

// Fairness is how a pool falls on groups.
type Fairness struct {
	People int
	Mean   float64 // yuan
	Gini   float64
	Parts  []Part
	Few    bool // fewer people than are told of at all
}

// Fair groups who shares a pool; before, if not nil, is another sharing of it among
// the same people. year is the calendar year by whose end ages count.
func Fair(now, before *Shared, year int) *Fairness {
	out := &Fairness{People: len(now.People), Mean: math.NaN(), Gini: math.NaN()}
	if len(now.People) < Fewest {
		out.Few, out.People = true, 0
		return out
	}
	was := map[register.PersonID]Fen{}
	if before != nil {
		for _, g := range before.People {
			was[g.Person.Person] = g.Amount
		}
	}
	var scratch stats.Scratch
	all := make([]float64, len(now.People))
	for i, g := range now.People {
		all[i] = float64(g.Amount) / 100
	}
	out.Mean, out.Gini = stats.Mean(all), stats.Gini(all, &scratch)
	for _, c := range Cuts {
		var order []string
		names, at := map[string]edu.Text{}, map[string][]int{}
		for i, g := range now.People {
			key, name := groupOf(c.ID, g.Person, year)
			if _, there := names[key]; !there {
				order = append(order, key)
				names[key] = name
			}
			at[key] = append(at[key], i)
		}
		slices.Sort(order)
		hidden := hide(order, func(k string) int { return len(at[k]) })
		for _, key := range order {
			p := Part{Cut: c.ID, Name: names[key], Mean: math.NaN(), Ratio: math.NaN(), Gini: math.NaN(), Before: math.NaN()}
			if hidden[key] {
				p.Hidden = true
				out.Parts = append(out.Parts, p)
				continue
			}
			var x, old []float64
			for _, i := range at[key] {
				g := now.People[i]
				x = append(x, float64(g.Amount)/100)
				if before != nil {
					w := was[g.Person.Person]
					old = append(old, float64(w)/100)
					p.More, p.Less = p.More+b2i(g.Amount > w), p.Less+b2i(g.Amount < w)
				}
			}
			p.People, p.Mean, p.Gini = len(x), stats.Mean(x), stats.Gini(x, &scratch)
			p.Ratio = p.Mean / out.Mean
			if before != nil {
				p.Before = stats.Mean(old)
			}
			out.Parts = append(out.Parts, p)
		}
	}
	return out
}

// hide tells which groups are not told of: those of fewer than Fewest people and,
// as long as those hidden are too few together, the smallest of the others, so that
// nothing follows by taking the shown ones from the whole.
func hide(keys []string, size func(string) int) map[string]bool {
	out := map[string]bool{}
	sum := 0
	for _, k := range keys {
		if n := size(k); n < Fewest {
			out[k] = true
			sum += n
		}
	}
	for len(out) > 0 && len(out) < len(keys) && (sum < Fewest || len(out) == 1) {
		next := ""
		for _, k := range keys {
			if !out[k] && (next == "" || size(k) < size(next)) {
				next = k
			}
		}
		out[next] = true
		sum += size(next)
	}
	return out
}

// groupOf is the group of somebody in a cut; keys are in the order of showing.
func groupOf(cut string, s *register.Staff, year int) (string, edu.Text) {
	unknown := edu.Text{ZH: "未填", EN: "Not told"}
	switch cut {
	case "age":
		if s.Born == 0 {
			return "9", unknown
		}
		age := year - s.Born.Time().Year()
		lo := min(max(age/10*10, 20), 60)
		switch {
		case lo == 20:
			return "2", edu.Text{ZH: "30岁以下", EN: "Under 30"}
		case lo == 60:
			return "6", edu.Text{ZH: "60岁及以上", EN: "60 and over"}
		}
		return strconv.Itoa(lo / 10), edu.Text{ZH: strconv.Itoa(lo) + "–" + strconv.Itoa(lo+9) + "岁", EN: strconv.Itoa(lo) + "–" + strconv.Itoa(lo+9)}
	case "sex":
		switch s.Sex {
		case register.Female:
			return "1", edu.Text{ZH: "女", EN: "Women"}
		case register.Male:
			return "2", edu.Text{ZH: "男", EN: "Men"}
		}
		return "9", unknown
	case "post":
		t := WordOf(register.PostKinds, s.Post)
		return s.Post, t
	case "class_head":
		if s.ClassHead {
			return "1", edu.Text{ZH: "班主任", EN: "Class teachers"}
		}
		return "2", edu.Text{ZH: "非班主任", EN: "Others"}
	}
	if s.Title == "" {
		return "\uffff", unknown
	}
	return s.Title, edu.Text{ZH: s.Title, EN: s.Title}
}
