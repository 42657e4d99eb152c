package flow

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/warning"
)

// What a row of the data set is: one child on one day, and what became of it in the
// term after. A child is looked at once each half of a school year, on a day that
// follows from its id and from nothing that happens to it.
const (
	// Horizon is the term after: twenty weeks.
	Horizon edu.Date = 140
	// lookBack are the four weeks of which attendance is counted.
	lookBack edu.Date = 28
	// halves are how many half years back a model learns from.
	halves = 8
	// rowsBack are the years of the register before that are looked at.
	rowsBack = 4
	// markedFor is how long an open mark is looked for.
	markedFor edu.Date = 366
)

// warnChild is what is known of one child, each with the day from which on it was known.
type warnChild struct {
	rows  []warnRow        // of the schools' register, by year
	marks []retention.Mark // by day
	steps []store.CaseStep // of its cases, case by case
}

// warnRow is what a model may know of a row of the register: a county has a million of
// them, so texts are shared and the rest is left where it is.
type warnRow struct {
	School      edu.UnitID
	Stage       edu.Stage
	Year, Grade int
	Born        edu.Date
	Groups      register.Groups
	Sex         register.Sex
	Boards      bool
	Here        bool // enrolled, or nothing else is said
}

// warningSource is all that is known of a county's children. Nothing here has a name.
type warningSource struct {
	of     map[register.PersonID]*warnChild
	school map[edu.UnitID]edu.UnitID // one text for all rows of a school
	stage  map[edu.Stage]edu.Stage
	logged edu.Date // since when schools' words are kept day by day; 0 for never
	opened edu.Date // the first case
	cal    *collect.Calendar
	rules  retention.Rules
}

// row is what is kept of a row of the register.
func (s *warningSource) row(c *register.Child) warnRow {
	return warnRow{School: shared(&s.school, c.School), Stage: shared(&s.stage, c.Stage), Year: c.Year, Grade: c.Grade, Born: c.Born, Groups: c.Groups, Sex: c.Sex, Boards: c.Boards,
		Here: c.Schooling == "" || c.Schooling == register.Enrolled}
}

// shared gives the same text for equal texts.
func shared[T ~string](all *map[T]T, x T) T {
	if *all == nil {
		*all = map[T]T{}
	}
	if same, ok := (*all)[x]; ok {
		return same
	}
	(*all)[x] = x
	return x
}

func (s *warningSource) child(id register.PersonID) *warnChild {
	t := s.of[id]
	if t == nil {
		t = &warnChild{}
		s.of[id] = t
	}
	return t
}

// warnYear is the school year that a day lies in.
func warnYear(d edu.Date) int {
	t := d.Time()
	if t.Month() < time.September {
		return t.Year() - 1
	}
	return t.Year()
}

// source reads what is known of a county's children up to a day, for rows of that year
// and of some years before.
func (w *Warnings) source(ctx context.Context, d caseDesk, of edu.UnitID, today edu.Date, back int) (*warningSource, error) {
	s := &warningSource{of: map[register.PersonID]*warnChild{}, cal: d.Calendar, rules: d.Rules}
	sc, st := scopeOfCounty(of), w.city.store
	for y := warnYear(today) - back - rowsBack; y <= warnYear(today); y++ {
		if err := st.EachPlace(ctx, sc, of, y, func(c register.Child) error {
			t := s.child(c.Person)
			if n := len(t.rows); n > 0 && t.rows[n-1].Year == c.Year {
				return nil // at two schools: the first counts
			}
			if t.rows == nil {
				t.rows = make([]warnRow, 0, back+rowsBack+1)
			}
			t.rows = append(t.rows, s.row(&c))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	if err := st.AttendanceLog(ctx, sc, of, 0, today, func(m retention.Mark) error {
		if s.logged == 0 {
			s.logged = m.Day
		}
		t := s.child(m.Person)
		t.marks = append(t.marks, m)
		return nil
	}); err != nil {
		return nil, err
	}
	err := st.CaseSteps(ctx, sc, of, func(x store.CaseStep) error {
		if s.opened == 0 || x.Day < s.opened {
			s.opened = x.Day
		}
		t := s.child(x.Person)
		t.steps = append(t.steps, x)
		return nil
	})
	return s, err
}

// row is a child's row of the register in a school year.
func (t *warnChild) row(year int) (warnRow, bool) {
	for _, c := range t.rows {
		if c.Year == year {
			return c, true
		}
	}
	return warnRow{}, false
}

// before are the rows of the years before, in order. Only they are features: a row of
// the running year is corrected when a child has left, and would tell what is to come.
func (t *warnChild) before(year int) []warnRow {
	from := 0
	for from < len(t.rows) && t.rows[from].Year < year-rowsBack {
		from++
	}
	n := from
	for n < len(t.rows) && t.rows[n].Year < year {
		n++
	}
	return t.rows[from:n]
}

// live tells that a case of the child was under way on a day.
func (t *warnChild) live(day edu.Date) bool {
	if len(t.steps) == 0 {
		return false
	}
	at := map[string]retention.State{}
	for _, x := range t.steps {
		if x.Day <= day {
			at[x.Case] = x.To
		}
	}
	for _, s := range at {
		if s.Live() {
			return true
		}
	}
	return false
}

// features are the values of a child on a day, by what was known on that day.
func (s *warningSource) features(t *warnChild, day edu.Date, chosen []warning.Feature) []float64 {
	year := warnYear(day)
	before := t.before(year)
	absent, run, unseen := s.absences(t, day)
	out := make([]float64, len(chosen))
	for i, f := range chosen {
		x := math.NaN()
		switch f.ID {
		case "absent":
			x = absent
		case "run":
			x = run
		case "unseen":
			x = unseen
		case "over_age":
			x = overAge(before)
		case "transfers":
			x = transfersIn(before, year)
		case "repeats":
			x = repeats(before)
		case "earlier_case":
			x = 0
			if slices.ContainsFunc(t.steps, func(c store.CaseStep) bool { return c.Day <= day && c.Act == retention.Confirm }) {
				x = 1
			}
		default:
			if len(before) > 0 {
				x = mark(&before[len(before)-1], f.ID)
			}
		}
		out[i] = x
	}
	return out
}

// absences are the school days missed in the four weeks to a day, the longest run
// that was told in them, and whether the child has not appeared since term began.
// They are not known while schools' words were not kept yet.
func (s *warningSource) absences(t *warnChild, day edu.Date) (absent, run, unseen float64) {
	if s.logged == 0 || s.logged > day-lookBack {
		nan := math.NaN()
		return nan, nan, nan
	}
	var gone [lookBack]bool
	for _, m := range t.marks {
		if m.Day > day {
			break
		}
		switch m.Kind {
		case retention.Unseen:
			unseen = 1
		default:
			unseen = 0
		}
		if m.Kind != retention.Absent || m.Day <= day-lookBack {
			continue
		}
		run = max(run, float64(m.Days))
		for d, left := m.Day, m.Days; left > 0 && d > day-lookBack; d-- {
			if s.cal.Working(d) {
				gone[day-d] = true
				left--
			}
		}
	}
	for _, g := range gone {
		if g {
			absent++
		}
	}
	return absent, run, unseen
}

// overAge is by how many years a child was older than its grade at the end of the last
// school year that it was on the register.
func overAge(before []warnRow) float64 {
	if len(before) == 0 {
		return math.NaN()
	}
	c := before[len(before)-1]
	if c.Born == 0 || c.Grade == 0 {
		return math.NaN()
	}
	born := c.Born.Time()
	age := c.Year - born.Year()
	if born.Month() >= time.September { // six full years by the end of August
		age--
	}
	return float64(max(0, age-5-c.Grade))
}

// transfersIn counts changes of school within a stage over the two last school years.
func transfersIn(before []warnRow, year int) float64 {
	n, pairs := 0.0, 0
	for i := 1; i < len(before); i++ {
		a, b := before[i-1], before[i]
		if b.Year != a.Year+1 || b.Year < year-2 {
			continue
		}
		pairs++
		if a.Stage == b.Stage && a.School != b.School {
			n++
		}
	}
	if pairs == 0 {
		return math.NaN()
	}
	return n
}

func repeats(before []warnRow) float64 {
	if len(before) == 0 {
		return math.NaN()
	}
	n := 0.0
	for i := 1; i < len(before); i++ {
		if a, b := before[i-1], before[i]; b.Year == a.Year+1 && b.Grade != 0 && b.Grade <= a.Grade {
			n++
		}
	}
	return n
}

// mark is a mark of a row, 1 or 0.
func mark(c *warnRow, id string) float64 {
	on := false
	switch id {
	case "left_behind":
		on = c.Groups.Has(register.LeftBehind)
	case "difficulty":
		on = c.Groups&(register.InNeed|register.Orphan|register.Unattended) != 0
	case "migrant":
		on = c.Groups.Has(register.Migrant)
	case "disabled":
		on = c.Groups.Has(register.Disabled)
	case "monitored":
		on = c.Groups.Has(register.Monitored)
	case "boards":
		on = c.Boards
	default:
		return math.NaN()
	}
	if on {
		return 1
	}
	return 0
}

// ruled is the order of the rule list on a day: red before amber before watch, and the
// longer absence first. why are the rules.
func (s *warningSource) ruled(t *warnChild, day edu.Date) (order float64, why []retention.Warning) {
	if len(t.marks) == 0 {
		return 0, nil
	}
	open := map[edu.UnitID]retention.Mark{}
	for _, m := range t.marks {
		if m.Day > day {
			break
		}
		open[m.School] = m
	}
	for _, m := range open {
		if m.Day < day-markedFor || slices.ContainsFunc(t.steps, func(c store.CaseStep) bool { return c.Act == retention.Open && c.Day >= m.Day && c.Day <= day }) {
			continue // what a case was opened from is no reason for another visit
		}
		env := retention.Env{Now: collect.Opens(day), Calendar: s.cal, Rules: s.rules}
		colour, rules := retention.MarkColour(m, env)
		x := 0.0
		switch colour {
		case retention.Red:
			x = 3
		case retention.Amber:
			x = 2
		case retention.Watch:
			x = 1
		}
		if x += math.Min(float64(m.Days), 900) / 1000; x >= 1 && x > order {
			order, why = x, rules
		}
	}
	if order < 1 {
		return 0, nil
	}
	return order, why
}

// outcome is what became of a child in the term after a day. Only cases that were
// closed count as dropouts; while one is open it is not known.
func (t *warnChild) outcome(day edu.Date) (left, known bool) {
	known = true
	for i, x := range t.steps {
		if x.Day <= day || x.Day > day+Horizon {
			continue
		}
		if x.Act != retention.Confirm && x.Act != retention.Relapse {
			continue
		}
		switch end := t.endOf(x.Case, i); {
		case end == retention.Closed:
			return true, true
		case end.Live():
			known = false
		}
	}
	for i, x := range t.steps { // a suspicion that nobody has decided
		if x.Act == retention.Open && x.Day > day && x.Day <= day+Horizon {
			if end := t.endOf(x.Case, i); end == retention.Suspected || end == retention.Excepted {
				known = false
			}
		}
	}
	return false, known
}

// endOf is how a case ended after one of its steps: as Closed where it was closed at any
// time since, otherwise as it stands.
func (t *warnChild) endOf(id string, from int) (end retention.State) {
	for _, x := range t.steps[from:] {
		if x.Case != id {
			continue
		}
		if end = x.To; end == retention.Closed {
			return end
		}
	}
	return end
}

// groupsOf are the groups that lists are compared by; they weigh nothing.
func groupsOf(c *warnRow) []string {
	out := []string{"stage:" + string(c.Stage)}
	switch c.Sex {
	case register.Female:
		out = append(out, "sex:female")
	case register.Male:
		out = append(out, "sex:male")
	}
	for _, m := range []struct {
		id string
		is register.Groups
	}{{"left_behind", register.LeftBehind}, {"migrant", register.Migrant}, {"disabled", register.Disabled}} {
		if c.Groups.Has(m.is) {
			out = append(out, m.id+":yes")
		} else {
			out = append(out, m.id+":no")
		}
	}
	return out
}

// side parts children by their ids alone: one in three is held back, whatever becomes
// of it. week is the week of a half year in which the child is looked at.
func side(id register.PersonID) (held bool, week edu.Date) {
	h := fnv.New64a()
	h.Write([]byte(id))
	n := h.Sum64()
	n ^= n >> 29
	n *= 0xbf58476d1ce4e5b9
	n ^= n >> 32
	return n%3 == 0, edu.Date(n / 3 % 12)
}

// compulsoryChild tells that a row is of a child whom a list may be about.
func compulsoryChild(c *warnRow) bool {
	return c.School != "" && (c.Stage == edu.Primary || c.Stage == edu.Junior || c.Stage == edu.Special)
}

// warningSet is the data set of a county: what a model learns from, and what it is
// tried on: later days of other children.
type warningSet struct {
	Train, Trial *warning.Data
	Rounds       int // half years that the trial is of
	Open         int // children of whom it is not known yet, since their case is open
}

// set makes the data set of a county as of today. Nothing of it is later than the day
// of its row, but for the outcome.
func (s *warningSource) set(today edu.Date, chosen []warning.Feature) *warningSet {
	if s.opened == 0 {
		return &warningSet{Train: &warning.Data{Features: chosen}, Trial: &warning.Data{Features: chosen}}
	}
	var starts []edu.Date
	for y := warnYear(today) - halves/2; y <= warnYear(today); y++ {
		for _, at := range []edu.Date{edu.DateOf(time.Date(y, time.September, 1, 0, 0, 0, 0, time.UTC)), edu.DateOf(time.Date(y+1, time.March, 1, 0, 0, 0, 0, time.UTC))} {
			if at+lookBack+Horizon <= today && at+lookBack+11*7 >= s.opened {
				starts = append(starts, at)
			}
		}
	}
	set := &warningSet{Train: &warning.Data{Features: chosen}, Trial: &warning.Data{Features: chosen}, Rounds: max(1, len(starts)/3)}
	if len(starts) < 2 {
		return set
	}
	cut := starts[len(starts)-set.Rounds]
	ids := make([]register.PersonID, 0, len(s.of))
	for id := range s.of {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	open := map[register.PersonID]bool{}
	alike := sharing{}
	for _, id := range ids {
		t := s.of[id]
		held, week := side(id)
		for _, start := range starts {
			day := start + lookBack + 7*week
			c, ok := t.row(warnYear(day))
			late := start >= cut
			if !ok || !compulsoryChild(&c) || day < s.opened || day+Horizon > today || late != held || !late && day+Horizon > cut || t.live(day) {
				continue
			}
			left, known := t.outcome(day)
			if !known {
				open[id] = true
				continue
			}
			rule, _ := s.ruled(t, day)
			row := warning.Case{Person: id, Day: day, X: alike.values(s.features(t, day, chosen)), Left: left, Groups: alike.groups(&c), Rule: rule}
			to := set.Train
			if late {
				to = set.Trial
			}
			to.Cases = append(to.Cases, row)
		}
	}
	set.Open = len(open)
	for _, d := range []*warning.Data{set.Train, set.Trial} {
		slices.SortStableFunc(d.Cases, func(a, b warning.Case) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Person, b.Person)) })
	}
	return set
}

// sharing keeps what is the same of many children once: most of a county's have missed
// no day and have no mark.
type sharing struct {
	x   map[string][]float64
	of  map[warnRow][]string
	key []byte
}

func (s *sharing) values(x []float64) []float64 {
	if s.x == nil {
		s.x = map[string][]float64{}
	}
	s.key = warning.Key(s.key[:0], x)
	if same, ok := s.x[string(s.key)]; ok {
		return same
	}
	s.x[string(s.key)] = x
	return x
}

func (s *sharing) groups(c *warnRow) []string {
	if s.of == nil {
		s.of = map[warnRow][]string{}
	}
	like := warnRow{Stage: c.Stage, Sex: c.Sex, Groups: c.Groups}
	same, ok := s.of[like]
	if !ok {
		same = groupsOf(&like)
		s.of[like] = same
	}
	return same
}

// nowData are the children of a county whom a list of today may name, with their values
// and their schools.
func (s *warningSource) nowData(today edu.Date, chosen []warning.Feature) (*warning.Data, []edu.UnitID) {
	d := &warning.Data{Features: chosen}
	var schools []edu.UnitID
	alike := sharing{}
	ids := make([]register.PersonID, 0, len(s.of))
	for id := range s.of {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	year := s.newest(today)
	for _, id := range ids {
		t := s.of[id]
		if len(t.rows) == 0 {
			continue
		}
		c := t.rows[len(t.rows)-1]
		if c.Year < year || !compulsoryChild(&c) || !c.Here || t.live(today) {
			continue
		}
		rule, _ := s.ruled(t, today)
		d.Cases = append(d.Cases, warning.Case{Person: id, Day: today, X: alike.values(s.features(t, today, chosen)), Rule: rule})
		schools = append(schools, c.School)
	}
	return d, schools
}

// newest is the newest school year that the register has rows of.
func (s *warningSource) newest(today edu.Date) (year int) {
	for _, t := range s.of {
		if n := len(t.rows); n > 0 {
			year = max(year, t.rows[n-1].Year)
		}
	}
	return min(year, warnYear(today))
}

func isNotFound(err error) bool { return errors.Is(err, fault.NotFound) }

// people is how many different children of cases left and stayed.
func people(d *warning.Data) (left, stayed int) {
	seen := map[register.PersonID]bool{}
	for _, c := range d.Cases {
		seen[c.Person] = seen[c.Person] || c.Left
	}
	for _, l := range seen {
		if l {
			left++
		} else {
			stayed++
		}
	}
	return left, stayed
}
