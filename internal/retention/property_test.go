package retention_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/retention"
)

// Whatever people do, in whatever order, at whatever time and as whoever: a case
// goes only where the table lets it; none is closed without the receipt of the
// receiving school, a term of observation and two persons; and no legal notice
// comes from a school.
func TestNoCaseClosesWithoutReceipt(t *testing.T) {
	acts := append(slices.Clone(retention.Acts), "nonsense", retention.Open)
	closed := 0
	rapid.Check(t, func(r *rapid.T) {
		c := begun(t)
		env := at(monday)
		units := []edu.UnitID{"", "s1", "s2", "town", "east", "city", "nowhere"}
		for range rapid.IntRange(1, 30).Draw(r, "acts") {
			env.Now = env.Now.Add(time.Duration(rapid.SampledFrom([]int{0, 5, 24, 24 * 7, 24 * 40, 24 * 200}).Draw(r, "hours")) * time.Hour)
			env.By = rapid.SampledFrom([]string{"officer", "head", "another"}).Draw(r, "who")
			today := collect.Today(env.Now)
			some := func(what string) edu.Date {
				return rapid.SampledFrom([]edu.Date{0, 0, 0, today, today - 1, today + 7, today + 100, today - 6000}).Draw(r, what)
			}
			unit := func(what string) edu.UnitID { return rapid.SampledFrom(units).Draw(r, what) }
			word := func(what string) string {
				return rapid.SampledFrom([]string{"写明", "写明", " ", ""}).Draw(r, what)
			}
			o := retention.Options{Text: word("text"), Day: some("day"), Absent: rapid.IntRange(-1, 9).Draw(r, "absent"), Cause: rapid.SampledFrom([]retention.Cause{"weary", "work", ""}).Draw(r, "cause"),
				Visit:  retention.Visit{Day: some("visited"), Way: "home", Parts: []retention.Part{"class"}, Place: word("place"), Saw: "child", Result: rapid.SampledFrom([]retention.Result{retention.Promised, "refused"}).Draw(r, "result"), Next: some("next")},
				Notice: retention.Notice{Step: retention.Legal(rapid.SampledFrom(retention.Legals).Draw(r, "legal").ID), Number: word("number"), Day: some("noticed"), Delivered: some("delivered"), Issuer: unit("issuer")},
				Place:  retention.Placement{Kind: retention.Kind(rapid.SampledFrom(retention.Kinds).Draw(r, "kind").ID), School: unit("school"), Outside: rapid.SampledFrom([]string{"", "", "外校"}).Draw(r, "outside"), Day: some("arrived")},
				Number: rapid.SampledFrom([]string{"", "A-1234", "回执1"}).Draw(r, "paper"), Where: word("where"), Proof: word("proof"), Receiver: unit("receiver"),
				Except: retention.Exception{Kind: retention.Leave, Ground: "illness", Proof: word("proved"), Approver: "局", Number: "1号", From: today - 30, Until: today + 60},
				Files:  rapid.SampledFrom([][]string{nil, {"hash"}}).Draw(r, "files"), For: rapid.IntRange(-1, 9).Draw(r, "for")}
			act := rapid.SampledFrom(acts).Draw(r, "act")
			side := retention.Side(rapid.IntRange(0, int(retention.Everybody)).Draw(r, "side"))
			if rapid.IntRange(0, 3).Draw(r, "far") > 0 { // most walks go where a page would lead
				side = retention.Everybody
				o = sensible(o, c, today)
				act = rapid.SampledFrom(retention.May(c, side)).Draw(r, "offered")
				if on := forward[c.State]; on != "" && rapid.IntRange(0, 3).Draw(r, "forward") > 0 {
					act = on
				}
			}
			next, e, err := retention.Next(c, act, side, o, env)
			if err != nil {
				if next.State != c.State || next.Rev != c.Rev || e.Act != "" {
					r.Fatalf("a refused %s changed the case", act)
				}
				continue
			}
			step, ok := retention.Row(c.State, act)
			colour, _ := retention.ColourOf(next, env)
			for _, x := range []struct {
				holds bool
				what  string
			}{
				{ok && side&step.By != 0, "the act is in the table, for the side"},
				{e.From == c.State && e.To == next.State && (step.To == next.State || step.To == "" && next.State == c.State), "it goes where the table says"},
				{next.Rev == c.Rev+1 && e.Rev == next.Rev, "each act is a revision"},
				{next.State != retention.Closed || next.Receipt.Given() && next.Placement.Day != 0, "none is closed without a receipt"},
				{act != retention.Close || c.State == retention.Observing && c.Receipt.By != env.By && today > c.Until && c.Until > c.Receipt.Day, "closed after the term, by somebody else"},
				{next.State.Live() == (next.Ended == 0), "what has ended has its day"},
				{next.State != retention.Observing || next.Receipt.Given() && next.Until > next.Receipt.Day, "observed from the receipt on"},
				{next.State != retention.Persuading || len(next.Visits) > 0, "persuaded is who was visited"},
				{next.State != retention.Elsewhere || next.Finding.Where != "" && next.Finding.Proof != "", "elsewhere is proved"},
				{act != retention.Notify || side&retention.Authority != 0, "a legal notice is an authority's"},
				{next.Receipt.School == "" || next.Receipt.School == next.Placement.School, "the receipt is of the receiving school"},
				{act != retention.Attach || len(e.Files) > 0 && 1 <= e.Step() && e.Step() <= c.Rev && next.State == c.State, "evidence belongs to a step that was taken"},
				{slices.Contains(retention.Colours, colour), "it has a colour"},
			} {
				if !x.holds {
					r.Fatalf("after %s: not so: %s\n%+v", act, x.what, next)
				}
			}
			for i, n := range next.Legal {
				if l := levels[n.Issuer]; l != edu.Township && l != edu.County {
					r.Fatalf("a legal notice of %q", n.Issuer)
				}
				if i > 0 && n.Day < next.Legal[i-1].Day {
					r.Fatalf("the legal path goes back in time: %+v", next.Legal)
				}
			}
			if next.State == retention.Closed {
				closed++
			}
			c = next
		}
	})
	if closed == 0 {
		t.Error("no walk closed a case: the test looks away")
	}
}

// forward is the act that leads on to the end.
var forward = map[retention.State]retention.Act{
	retention.Suspected: retention.Confirm, retention.Confirmed: retention.Persuade, retention.Persuading: retention.Return, retention.Returned: retention.Accept,
	retention.Transferred: retention.Accept, retention.Placed: retention.Accept, retention.Observing: retention.Close,
}

// sensible is what an act says where people know what it needs.
func sensible(o retention.Options, c retention.Case, today edu.Date) retention.Options {
	o.Receiver, o.Day, o.Text, o.Proof, o.Where, o.Cause, o.Number = c.Placement.School, today, "写明", "材料1", "外校", "weary", "A-1234"
	o.Visit.Day, o.Visit.Place, o.Visit.Next, o.Visit.Result = 0, "家中", 0, retention.Promised
	o.Place.Day, o.Place.Outside = 0, ""
	if o.Place.School = "s1"; o.Place.Kind != retention.SameClass {
		o.Place.School = "s2"
	}
	return o
}

// A case that is left alone only gets worse, and turns when it was said to.
func TestColoursOnlyGetWorse(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := begun(t)
		c.State = rapid.SampledFrom(retention.States).Draw(r, "state")
		c.Absent = rapid.IntRange(0, 8).Draw(r, "absent")
		c.Visits = []retention.Visit{{Day: c.Found, Next: c.Found + edu.Date(rapid.IntRange(0, 30).Draw(r, "next"))}}
		c.Placement = retention.Placement{School: "s2", Day: c.Found}
		c.Until = c.Found + 100
		c.Exception = retention.Exception{Kind: retention.Leave, From: c.Found - 10, Until: c.Found + edu.Date(rapid.IntRange(1, 300).Draw(r, "until"))}
		turns := retention.TurnsOf(retention.Warnings(c, at(monday)))
		last := len(retention.Colours)
		for i := range 60 {
			env := at(monday.AddDate(0, 0, i*7))
			got, why := retention.ColourOf(c, env)
			n := slices.Index(retention.Colours, got)
			if n > last || got != turns.On(collect.Today(env.Now)) || (got != retention.Plain) != (len(why) > 0) {
				r.Fatalf("on %s it is %s for %v; it turns %+v", env.Now, got, why, turns)
			}
			last = n
		}
	})
}
