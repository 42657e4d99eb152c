package inspection_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
)

var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

func envOf(day int, who string) inspection.Env {
	at := monday.AddDate(0, 0, day)
	return inspection.Env{Now: at, Today: edu.DateOf(at), Account: who, Name: map[string]string{"a": "甲", "b": "乙", "c": "丙"}[who]}
}

var hazardActs = []inspection.HazardAct{inspection.Take, inspection.Mend, inspection.Pass, inspection.Reply, inspection.Accept, inspection.Refuse, inspection.List, inspection.Escalate, inspection.Extend, inspection.Note, "nonsense"}

// Whatever people do, in whatever order and at whatever time, a hazard only goes
// where the table lets it, is closed with evidence and by another person only, and
// what is refused changes nothing.
func TestHazardsKeepToTheTable(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		word := func(what string) string { return rapid.SampledFrom([]string{"", "写明", "　"}).Draw(r, what) }
		photos := func(what string) []string { return rapid.SampledFrom([][]string{nil, {"h1"}}).Draw(r, what) }
		day := 0
		who := func() string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "who") }
		env := envOf(0, who())
		due := func(what string) edu.Date {
			return rapid.SampledFrom([]edu.Date{0, env.Today - 1, env.Today, env.Today + 10}).Draw(r, what)
		}
		first := inspection.Hazard{ID: "h", School: "s", Category: "fire", Text: "堵塞", Part: "楼梯", Source: inspection.FromSchool, FoundAt: env.Today, Major: rapid.Bool().Draw(r, "major"), Control: word("control"), Due: due("due"), Spot: rapid.Bool().Draw(r, "spot"), After: photos("after")}
		h, e, err := inspection.Report(first, env)
		if err != nil {
			if first.Due >= env.Today && !first.Spot && !first.Major {
				r.Fatal(err)
			}
			return
		}
		holds(r, h, env)
		for range rapid.IntRange(1, 25).Draw(r, "acts") {
			day += rapid.IntRange(0, 8).Draw(r, "days")
			env = envOf(day, who())
			side := inspection.Side(rapid.SampledFrom([]int{1, 2, 3, 4, 8, 12, 15, 15, 15, 0}).Draw(r, "side"))
			act := rapid.SampledFrom(hazardActs).Draw(r, "act")
			offered := inspection.HazardActs(h, side, env)
			if len(offered) > 0 && rapid.Bool().Draw(r, "offered") {
				act = rapid.SampledFrom(offered).Draw(r, "offered act")
			}
			o := inspection.HazardOptions{Text: word("text"), Measure: word("measure"), Control: word("new control"), Person: rapid.SampledFrom([]string{"", "甲", "乙", "丁"}).Draw(r, "person"), Sum: rapid.SampledFrom([]float64{0, -1, 500}).Draw(r, "sum"),
				Funds: word("funds"), Due: due("new due"), Photos: photos("photos"), Task: word("task")}
			next, ev, err := inspection.Next(h, act, side, o, env)
			if err != nil {
				if next.Rev != h.Rev || next.State != h.State || next.Due != h.Due || next.Holder != h.Holder || ev.Act != "" {
					r.Fatalf("a refused %s changed the hazard", act)
				}
				if slices.Contains(offered, act) && (errors.Is(err, fault.Forbidden) || errors.Is(err, fault.Conflict) && !(act == inspection.Escalate || act == inspection.Mend)) {
					r.Fatalf("%s is offered and then refused: %v", act, err)
				}
				continue
			}
			shown := h.Shown(env.Today)
			if !slices.ContainsFunc(inspection.HazardSteps, func(s inspection.HazardStep) bool {
				to := s.To
				if to == "" {
					to = h.State
				}
				return s.Act == act && slices.Contains(s.From, shown) && to == next.State && side&s.By != 0
			}) {
				r.Fatalf("%s from %s (%s) to %s by %d is not in the table", act, h.State, shown, next.State, side)
			}
			if next.Rev != h.Rev+1 || ev.Rev != next.Rev || ev.From != h.State || ev.To != next.State || next.FirstDue != h.FirstDue {
				r.Fatalf("rev %d after %d, event %+v, first limit %v after %v", next.Rev, h.Rev, ev, next.FirstDue, h.FirstDue)
			}
			if act == inspection.Accept && (env.Account == h.PersonBy || env.Account == h.MendedBy || env.Name == h.Person) {
				r.Fatalf("%s answers for the hazard and checked it", env.Name)
			}
			if h.State == inspection.Closed && act != inspection.Note {
				r.Fatalf("%s moved a closed hazard", act)
			}
			h, e = next, ev
			holds(r, h, env)
		}
		_ = e
	})
}

// holds is what is true of a hazard at any time.
func holds(r *rapid.T, h inspection.Hazard, env inspection.Env) {
	for _, c := range []struct {
		ok   bool
		what string
	}{
		{h.State != inspection.Closed || len(h.After) > 0, "closed without a photo"},
		{h.State != inspection.Closed || h.Spot || h.RecheckBy != "" && h.RecheckBy != h.MendedBy && h.RecheckBy != h.PersonBy && h.Rechecker != h.Person, "closed by the one who answers for it"},
		{h.State != inspection.Overdue, "overdue was kept as a state"},
		{(h.Holder == inspection.HeldBySchool) == (h.State != inspection.PassedUp), "held above without being passed up"},
		{h.State != inspection.PassedUp || h.Sum > 0, "passed up without a sum"},
		{!h.Major || h.Control != "", "a major hazard without control"},
		{h.State != inspection.Mending && h.State != inspection.ToCheck || h.Due > 0, "no limit"},
		{h.State != inspection.ToCheck || len(h.After) > 0 && h.Person != "" && h.Measure != "", "to be checked without photo, person or measure"},
		{(h.Shown(env.Today) == inspection.Overdue) == (h.State.Runs() && h.Due > 0 && env.Today > h.Due), "overdue is not what the calendar says"},
		{h.State != inspection.Closed || !h.OnTime() || h.Spot || h.MendedAt <= h.FirstDue, "on time and late"},
	} {
		if !c.ok {
			r.Fatalf("%s: %+v", c.what, h)
		}
	}
}

// Whatever is typed, an inspection is signed by two at least and with every item
// answered and every problem placed, it is never changed after that, and its hazards are its unfit items.
func TestInspectionsAreWholeWhenSigned(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		env := envOf(0, "a")
		x := inspection.Inspection{ID: "i", State: inspection.Open, School: "s", Day: env.Today, Groups: []inspection.Group{{ID: "g"}}}
		for _, id := range []string{"one", "two", "three"}[:rapid.IntRange(1, 3).Draw(r, "items")] {
			it := inspection.Item{ID: id, Group: "g", What: edu.Text{ZH: id, EN: id}}
			if id == "one" {
				it.Parts, it.Where = []string{"gate"}, edu.Text{ZH: "校门", EN: "Gate"}
			}
			x.Items = append(x.Items, it)
		}
		answer := func() inspection.Answer {
			return inspection.Answer{Result: rapid.SampledFrom([]inspection.Result{"", "fit", "bad", "none", "x"}).Draw(r, "result"), Part: rapid.SampledFrom([]string{"", "校门", " Gate", "楼梯"}).Draw(r, "part"), Problem: rapid.SampledFrom([]string{"", "堵"}).Draw(r, "problem"), Fixed: rapid.Bool().Draw(r, "fixed"), Major: rapid.Bool().Draw(r, "major"),
				Control: rapid.SampledFrom([]string{"", "封闭"}).Draw(r, "control"), Due: rapid.SampledFrom([]edu.Date{0, env.Today - 1, env.Today + 5}).Draw(r, "due"), Photos: rapid.SampledFrom([][]string{nil, {"p"}}).Draw(r, "photos")}
		}
		for range rapid.IntRange(1, 12).Draw(r, "acts") {
			was := x
			var err error
			switch rapid.IntRange(0, 3).Draw(r, "act") {
			case 0, 1:
				x, err = inspection.Fill(x, map[string]inspection.Answer{rapid.SampledFrom([]string{"one", "two", "three", "four"}).Draw(r, "item"): answer()}, env)
			case 2:
				var cs []inspection.Signature
				for range rapid.IntRange(0, 3).Draw(r, "checkers") {
					cs = append(cs, inspection.Signature{Name: rapid.SampledFrom([]string{"", "甲", "乙", " 甲 "}).Draw(r, "checker")})
				}
				x, err = inspection.Sign(x, cs, env)
			case 3:
				x, err = inspection.Countersign(x, inspection.Signature{Name: rapid.SampledFrom([]string{"", "甲", "校长"}).Draw(r, "school")}, rapid.SampledFrom([]string{"", "不同意"}).Draw(r, "refused"), env)
			}
			if err != nil && x.State != was.State {
				r.Fatal("a refused act changed the state")
			}
			if was.State != inspection.Open && len(x.Answers) != len(was.Answers) {
				r.Fatal("answers changed after the signature")
			}
			if !x.State.Counts() {
				continue
			}
			n, fixed := x.Count()
			if len(x.Checkers) < 2 || x.Checkers[0].Name == x.Checkers[1].Name || n[inspection.NoResult] > 0 {
				r.Fatalf("signed by %v with %v", x.Checkers, n)
			}
			found := inspection.Found(x, env)
			spot := 0
			for _, h := range found {
				holds(r, h, env)
				if h.Part != "gate" && h.Part != "楼梯" && (h.Item == "one" || h.Part == "") {
					r.Fatalf("a hazard of %s at %q", h.Item, h.Part)
				}
				if h.Spot {
					spot++
				}
			}
			if len(found) != n[inspection.Unfit] || spot != fixed {
				r.Fatalf("%d hazards, %d on the spot, of %d unfit, %d fixed", len(found), spot, n[inspection.Unfit], fixed)
			}
		}
	})
}
