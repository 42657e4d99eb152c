package flow

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// prior lists the units whose past is not the unit of the same code. A past of
// which a part is not seen cannot be told: half a sum would pass for the whole.
func prior(t, seen *edu.Tree, p edu.Period, by *pack.Pack) *frame.Prior {
	return priorOf(t, seen, p, p.LastTime(), by)
}

// priorOf is prior for a period further back.
func priorOf(t, seen *edu.Tree, p, was edu.Period, by *pack.Pack) *frame.Prior {
	day, then := edu.DateOf(p.Reference()), edu.DateOf(was.Reference())
	now, before := t.At(day), t.At(then)
	out := &frame.Prior{Schools: map[string][]string{}, Counties: map[string][]string{}, Adds: adds(by)}
	for i := range now.Nodes {
		n := &now.Nodes[i]
		into := out.Schools
		switch n.Unit.Level {
		case edu.County:
			into = out.Counties
		case edu.School:
		default:
			continue
		}
		codes := pastCodes(t, seen, before, n.Unit.ID, then, day)
		if len(codes) == 1 && codes[0] == n.Key {
			continue
		}
		into[n.Key] = codes
	}
	return out
}

// pastCodes are the codes, on an earlier day, of the units that make up a unit's
// past.
func pastCodes(t, seen *edu.Tree, before *edu.Snapshot, id edu.UnitID, then, now edu.Date) []string {
	var codes []string
	for _, u := range t.Past(id, then, now).Sum {
		if _, ok := seen.Unit(u); !ok {
			return nil
		}
		if j := before.Find(u); j >= 0 {
			codes = append(codes, before.Nodes[j].Key)
		}
	}
	return codes
}

// adds tells which elements add up over units: amounts, but neither the largest
// of something, nor a year, a level or an average.
func adds(p *pack.Pack) func(string) bool {
	return func(id string) bool {
		e := p.Element(id)
		if e == nil || e.Unit == "year" || e.Unit == "1" || strings.Contains(e.Unit, "/") {
			return false
		}
		if e.Level == edu.County && e.Type != edu.TypeCount { // pay is a county's average
			return false
		}
		if e.Derive != nil && e.Derive.Agg != "" && e.Derive.Agg != string(frame.Count) && e.Derive.Agg != string(frame.Total) {
			return false
		}
		return slices.Contains([]edu.ElementType{edu.TypeCount, edu.TypeArea, edu.TypeMoney}, e.Type)
	}
}
