package flow

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/warning"
)

func dayOf(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edu.DateOf(t)
}

var warningHalves = []string{"2023-09-01", "2024-03-01", "2024-09-01", "2025-03-01"}

// madeCounty is a county in which children who miss a day or two again and again leave,
// where worn is set, and those who were away for long do not; otherwise those who were
// away for long leave, all of them, as the rules of attendance say.
func madeCounty(n int, worn bool) *warningSource {
	r := rand.New(rand.NewPCG(7, 11))
	s := &warningSource{of: map[register.PersonID]*warnChild{}, rules: retention.Default, cal: &collect.Calendar{}, logged: dayOf("2023-06-01"), opened: dayOf("2023-09-20")}
	for i := range n {
		id := register.PersonID(fmt.Sprintf("p%05d", i))
		t := s.child(id)
		for y := 2021; y <= 2025; y++ {
			c := register.Child{Person: id, Year: y, School: edu.UnitID(fmt.Sprint("s", i%5)), Stage: edu.Primary, Grade: min(6, y-2019), Born: dayOf("2014-11-01"), Sex: register.Sex(1 + i%2), Schooling: register.Enrolled}
			if i%7 == 0 {
				c.Groups = register.LeftBehind
			}
			t.rows = append(t.rows, s.row(&c))
		}
		_, week := side(id)
		for k, half := range warningHalves {
			day := dayOf(half) + lookBack + 7*week
			kind, left := r.Float64(), false
			away := func(back edu.Date, days int) {
				t.marks = append(t.marks, retention.Mark{Person: id, School: t.rows[0].School, Kind: retention.Absent, Day: day - back, Since: day - back, Days: days}, retention.Mark{Person: id, School: t.rows[0].School, Kind: retention.BackHere, Day: day - back + 1})
			}
			switch {
			case kind < 0.08: // a day or two, again and again
				away(22, 2)
				away(15, 2)
				away(8, 2)
				left = worn && r.Float64() < 0.7
			case kind < 0.16: // away for long, and nobody has said that the child is back
				t.marks = append(t.marks, retention.Mark{Person: id, School: t.rows[0].School, Kind: retention.Absent, Day: day - 10, Since: day - 18, Days: 6})
				left = !worn
			}
			if left {
				c := fmt.Sprint(id, k)
				t.steps = append(t.steps, store.CaseStep{Case: c, Person: id, Day: day + 20, Act: retention.Open, To: retention.Suspected}, store.CaseStep{Case: c, Person: id, Day: day + 25, Act: retention.Confirm, To: retention.Confirmed}, store.CaseStep{Case: c, Person: id, Day: day + 60, Act: retention.Close, To: retention.Closed})
			} else if kind >= 0.08 && kind < 0.16 {
				t.marks = append(t.marks, retention.Mark{Person: id, School: t.rows[0].School, Kind: retention.BackHere, Day: day + 5})
			}
		}
	}
	return s
}

func chosenFeatures(t testing.TB, ids ...string) []warning.Feature {
	t.Helper()
	out, ok := warning.Named(ids)
	if !ok {
		t.Fatal(ids)
	}
	return out
}

// A model may be switched on where it finds more than the rule list on other children's
// later days, and nowhere else.
func TestAModelMustBeatTheRuleList(t *testing.T) {
	today := dayOf("2025-11-20")
	chosen := chosenFeatures(t, "absent", "run", "over_age", "transfers", "earlier_case")
	for _, tt := range []struct {
		name string
		worn bool
		want bool
	}{{"what the rules do not see", true, true}, {"just what the rules see", false, false}} {
		t.Run(tt.name, func(t *testing.T) {
			m := learn(madeCounty(3000, tt.worn), today, chosen, 60, func(int) {})
			if m.Few != nil || m.Good != tt.want {
				t.Fatalf("good %v, few %v, why %v, trial %+v", m.Good, m.Few, m.Why, m.Trial)
			}
			if m.Trial.Capacity != 20 || tt.want != (m.Trial.Hits > m.Trial.RuleHits) || tt.want == (len(m.Why) > 0) {
				t.Errorf("of %d visits %d and %d by the rules; why not: %v", m.Trial.Capacity, m.Trial.Hits, m.Trial.RuleHits, m.Why)
			}
		})
	}
}

// Nobody is on both sides, and what the model learns from ended before the trial began.
func TestTheTrialIsOfOthersAndLater(t *testing.T) {
	set := madeCounty(900, true).set(dayOf("2025-11-20"), chosenFeatures(t, "absent"))
	in := map[register.PersonID]bool{}
	var last edu.Date
	for _, c := range set.Train.Cases {
		in[c.Person] = true
		last = max(last, c.Day+Horizon)
	}
	if len(set.Train.Cases) < 500 || len(set.Trial.Cases) < 100 {
		t.Fatalf("%d and %d rows", len(set.Train.Cases), len(set.Trial.Cases))
	}
	for _, c := range set.Trial.Cases {
		if in[c.Person] {
			t.Fatalf("%s is on both sides", c.Person)
		}
		if c.Day < last {
			t.Fatalf("a day of the trial, %s, before %s, when the last outcome of the training was known", c.Day, last)
		}
	}
}

// What happens after a day changes nothing of what is known on it: neither a word of
// attendance nor a case nor a register of that year, corrected.
func TestNothingOfTheFutureIsAFeature(t *testing.T) {
	var all []string
	for _, f := range warning.Features {
		all = append(all, f.ID)
	}
	chosen := chosenFeatures(t, all...)
	county := madeCounty(60, true)
	rapid.Check(t, func(t *rapid.T) {
		was := county.of[register.PersonID(fmt.Sprintf("p%05d", rapid.IntRange(0, 59).Draw(t, "child")))]
		day := rapid.Custom(func(t *rapid.T) edu.Date { return dayOf("2023-09-15") + edu.Date(rapid.IntRange(0, 700).Draw(t, "d")) }).Draw(t, "day")
		x, rule := county.features(was, day, chosen), 0.0
		rule, _ = county.ruled(was, day)
		now := &warnChild{rows: slices.Clone(was.rows), marks: slices.Clone(was.marks), steps: slices.Clone(was.steps)}
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			later := day + edu.Date(rapid.IntRange(1, 200).Draw(t, "later"))
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				m := retention.Mark{School: rapid.SampledFrom([]edu.UnitID{"s0", "s9"}).Draw(t, "school"), Kind: rapid.SampledFrom([]retention.MarkKind{retention.Absent, retention.Unseen, retention.BackHere, retention.WentAway}).Draw(t, "kind"), Days: rapid.IntRange(1, 40).Draw(t, "days"), Day: later}
				m.Since = m.Day - 60 // what is said later of days before was not known
				at := slices.IndexFunc(now.marks, func(o retention.Mark) bool { return o.Day > m.Day })
				if at < 0 {
					at = len(now.marks)
				}
				now.marks = slices.Insert(now.marks, at, m)
			case 1:
				now.steps = append(now.steps, store.CaseStep{Case: "new", Day: later, Act: rapid.SampledFrom([]retention.Act{retention.Open, retention.Confirm, retention.Close}).Draw(t, "act"), To: retention.Closed})
			case 2:
				for i := range now.rows {
					if c := &now.rows[i]; c.Year >= warnYear(day) {
						c.School, c.Grade, c.Groups, c.Here, c.Boards = "s9", 1, register.Unattended, false, true
					}
				}
			}
		}
		y := county.features(now, day, chosen)
		for i := range x {
			if x[i] != y[i] && !(math.IsNaN(x[i]) && math.IsNaN(y[i])) {
				t.Fatalf("%s on %s was %v and is %v by what came later", chosen[i].ID, day, x[i], y[i])
			}
		}
		if r, _ := county.ruled(now, day); r != rule {
			t.Fatalf("the rule list's order was %v and is %v", rule, r)
		}
	})
}

// The values of a child on a day, one rule each.
func TestWarningFeatures(t *testing.T) {
	day := dayOf("2024-10-15") // a Tuesday
	row := func(y int, school edu.UnitID, grade int, g register.Groups) warnRow {
		return warnRow{Year: y, School: school, Stage: edu.Primary, Grade: grade, Born: dayOf("2012-03-05"), Groups: g}
	}
	absent := func(on string, n int) retention.Mark {
		return retention.Mark{School: "s1", Kind: retention.Absent, Day: dayOf(on), Days: n}
	}
	nan := math.NaN()
	for _, tt := range []struct {
		name, id string
		t        warnChild
		want     float64
	}{
		{"nobody said anything: nothing was missed", "absent", warnChild{}, 0},
		{"two words of one run are one run", "absent", warnChild{marks: []retention.Mark{absent("2024-10-09", 3), absent("2024-10-11", 5)}}, 5},
		{"days before the four weeks do not count", "absent", warnChild{marks: []retention.Mark{absent("2024-09-19", 10)}}, 2},
		{"nor runs that were told before", "run", warnChild{marks: []retention.Mark{absent("2024-09-17", 10)}}, 0},
		{"the longest run", "run", warnChild{marks: []retention.Mark{absent("2024-10-09", 3), absent("2024-10-11", 5)}}, 5},
		{"not appeared", "unseen", warnChild{marks: []retention.Mark{{School: "s1", Kind: retention.Unseen, Day: dayOf("2024-09-10")}}}, 1},
		{"appeared since", "unseen", warnChild{marks: []retention.Mark{{School: "s1", Kind: retention.Unseen, Day: dayOf("2024-09-10")}, {School: "s1", Kind: retention.BackHere, Day: dayOf("2024-09-12")}}}, 0},
		{"eleven in grade 4", "over_age", warnChild{rows: []warnRow{row(2023, "s1", 4, 0)}}, 2},
		{"this year's row is no feature", "over_age", warnChild{rows: []warnRow{row(2024, "s1", 4, 0)}}, nan},
		{"two schools in two years", "transfers", warnChild{rows: []warnRow{row(2021, "s1", 2, 0), row(2022, "s2", 3, 0), row(2023, "s1", 4, 0)}}, 2},
		{"this year's change is not known yet", "transfers", warnChild{rows: []warnRow{row(2022, "s2", 3, 0), row(2023, "s2", 4, 0), row(2024, "s1", 5, 0)}}, 0},
		{"one year tells no change", "transfers", warnChild{rows: []warnRow{row(2023, "s2", 4, 0)}}, nan},
		{"the same grade twice", "repeats", warnChild{rows: []warnRow{row(2022, "s2", 4, 0), row(2023, "s2", 4, 0)}}, 1},
		{"a grade back", "repeats", warnChild{rows: []warnRow{row(2022, "s2", 5, 0), row(2023, "s2", 4, 0)}}, 1},
		{"rose every year", "repeats", warnChild{rows: []warnRow{row(2021, "s2", 2, 0), row(2022, "s2", 3, 0), row(2023, "s2", 4, 0)}}, 0},
		{"this year's grade is not known yet", "repeats", warnChild{rows: []warnRow{row(2023, "s2", 4, 0), row(2024, "s2", 4, 0)}}, 0},
		{"marked last year", "left_behind", warnChild{rows: []warnRow{row(2023, "s2", 4, register.LeftBehind), row(2024, "s2", 5, 0)}}, 1},
		{"an orphan is in difficulty", "difficulty", warnChild{rows: []warnRow{row(2023, "s2", 4, register.Orphan)}}, 1},
		{"a case that was confirmed", "earlier_case", warnChild{steps: []store.CaseStep{{Day: dayOf("2023-10-01"), Act: retention.Confirm}}}, 1},
		{"a suspicion was none", "earlier_case", warnChild{steps: []store.CaseStep{{Day: dayOf("2023-10-01"), Act: retention.Open}}}, 0},
	} {
		s := &warningSource{logged: dayOf("2024-01-01"), cal: &collect.Calendar{}, rules: retention.Default}
		if got := s.features(&tt.t, day, chosenFeatures(t, tt.id))[0]; got != tt.want && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
			t.Errorf("%s: %s is %v, want %v", tt.name, tt.id, got, tt.want)
		}
	}
	s := &warningSource{logged: day - 5, cal: &collect.Calendar{}, rules: retention.Default}
	if got := s.features(&warnChild{}, day, chosenFeatures(t, "absent"))[0]; !math.IsNaN(got) {
		t.Errorf("before schools' words were kept %v days were missed; want not known", got)
	}
}

// What a county may choose is known of a child: nothing is offered that no list ever
// tells, such as marks of single pupils.
func TestEveryFeatureIsKnown(t *testing.T) {
	county := madeCounty(30, true)
	child := county.of["p00003"]
	for _, f := range warning.Features {
		if x := county.features(child, dayOf("2025-10-15"), chosenFeatures(t, f.ID))[0]; math.IsNaN(x) {
			t.Errorf("%s (%s) is known of nobody", f.ID, f.Text.EN)
		}
	}
	for _, of := range []string{"absent", "over_age", "transfers", "repeats"} { // attendance, over-age, transfers, progress
		if !slices.Contains(firstFeatures(), of) {
			t.Errorf("%s is not among those of the start", of)
		}
	}
}

// A county of 100,000 children is learned from on a small server: a row of the register
// is a few words long, and children of whom the same is known share it.
func TestACountyIsKeptSmall(t *testing.T) {
	if n := unsafe.Sizeof(warnRow{}); n > 64 {
		t.Errorf("a row of the register takes %d bytes", n)
	}
	s := madeCounty(3000, true)
	set := s.set(dayOf("2025-11-20"), chosenFeatures(t, firstFeatures()...))
	values, groups := map[*float64]bool{}, map[*string]bool{}
	for _, c := range set.Train.Cases {
		values[&c.X[0]], groups[&c.Groups[0]] = true, true
	}
	if n := len(set.Train.Cases); n < 2000 || len(values) > n/20 || len(groups) > 8 {
		t.Errorf("%d cases hold %d values and %d lists of groups", n, len(values), len(groups))
	}
}

// Only a closed case tells that a child left; an open one tells nothing yet.
func TestOutcomes(t *testing.T) {
	day := dayOf("2024-10-15")
	step := func(after edu.Date, a retention.Act, to retention.State) store.CaseStep {
		return store.CaseStep{Case: "c", Day: day + after, Act: a, To: to}
	}
	open, confirm := step(10, retention.Open, retention.Suspected), step(15, retention.Confirm, retention.Confirmed)
	for _, tt := range []struct {
		name        string
		steps       []store.CaseStep
		left, known bool
	}{
		{"nothing", nil, false, true},
		{"confirmed and closed", []store.CaseStep{open, confirm, step(300, retention.Close, retention.Closed)}, true, true},
		{"confirmed and open still", []store.CaseStep{open, confirm, step(30, retention.Persuade, retention.Persuading)}, false, false},
		{"confirmed, and found at another school", []store.CaseStep{open, confirm, step(30, retention.Find, retention.Elsewhere)}, false, true},
		{"suspected still", []store.CaseStep{open}, false, false},
		{"suspected and excluded", []store.CaseStep{open, step(12, retention.Exclude, retention.Excluded)}, false, true},
		{"before the day", []store.CaseStep{step(-30, retention.Confirm, retention.Confirmed), step(-5, retention.Close, retention.Closed)}, false, true},
		{"after the term", []store.CaseStep{step(150, retention.Confirm, retention.Confirmed), step(300, retention.Close, retention.Closed)}, false, true},
	} {
		c := warnChild{steps: tt.steps}
		if left, known := c.outcome(day); left != tt.left || known != tt.known {
			t.Errorf("%s: left %v, known %v", tt.name, left, known)
		}
	}
}

// Too few closed cases make no model: it is said how many there are and are wanted.
func TestTooFewClosedCases(t *testing.T) {
	m := learn(madeCounty(120, true), dayOf("2025-11-20"), chosenFeatures(t, "absent"), 40, func(int) {})
	if m.Model != nil || m.Good || len(m.Few) == 0 || m.Closed == 0 {
		t.Fatalf("%+v", m)
	}
	if want := fmt.Sprintf("现有%d名，需要30名", m.Learn[0]); !slices.ContainsFunc(m.Few, func(x edu.Text) bool { return len(x.ZH) > 0 && x.ZH[len(x.ZH)-len(want):] == want }) {
		t.Errorf("%v", m.Few)
	}
}

// A group is told where ten left and ten stayed in each of its family, and the rows of
// the calibration likewise; a group alone in its family is not told, since it says that
// there is nobody else.
func TestSmallGroupsOfATrialAreNotTold(t *testing.T) {
	for _, tt := range []struct {
		name string
		held bool // the five disabled children are among those held back, or all learned from
	}{{"few are held back", true}, {"none is held back", false}} {
		t.Run(tt.name, func(t *testing.T) {
			s := madeCounty(3000, true)
			for i, n := 0, 0; n < 5; i++ {
				id := register.PersonID(fmt.Sprintf("p%05d", i))
				if held, _ := side(id); held != tt.held {
					continue
				}
				for k := range s.of[id].rows {
					s.of[id].rows[k].Groups |= register.Disabled
				}
				n++
			}
			m := learn(s, dayOf("2025-11-20"), chosenFeatures(t, "absent", "run"), 60, func(int) {})
			var names []string
			for _, g := range m.Groups {
				names = append(names, g.Group)
				if g.Left < warning.Smallest || g.N-g.Left < warning.Smallest {
					t.Errorf("%+v is told", g)
				}
			}
			if !slices.Equal(names, []string{"sex:female", "sex:male"}) || m.Hidden == 0 {
				t.Errorf("told are %v, hidden %d", names, m.Hidden)
			}
			for _, b := range m.Table {
				if left := int(math.Round(b.Share * float64(b.N))); left < warning.Smallest || b.N-left < warning.Smallest {
					t.Errorf("row %+v is told", b)
				}
			}
			if len(m.Table) == 0 || m.Trial.Table != nil || m.Trial.Groups != nil {
				t.Error("no table, or what is not told is kept")
			}
		})
	}
}

// Drift is seen in a mark that few children have.
func TestDriftOfAFewChildren(t *testing.T) {
	chosen := chosenFeatures(t, "left_behind")
	data := func(share int) *warning.Data {
		d := &warning.Data{Features: chosen}
		for i := range 2000 {
			x := 0.0
			if i%100 < share {
				x = 1
			}
			d.Cases = append(d.Cases, warning.Case{X: []float64{x}})
		}
		return d
	}
	p := warning.ProfileOf(data(6))
	if got := p.Against(data(6))[0].PSI; got > 1e-9 {
		t.Errorf("the same children: %v", got)
	}
	if got := p.Against(data(30))[0].PSI; got < warning.Drifted {
		t.Errorf("five times as many: %v", got)
	}
}
