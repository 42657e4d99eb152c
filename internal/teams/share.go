// A pool shared by a scheme, to the fen.

package teams

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Fen is money in hundredths of a yuan: sums of it are exact.
type Fen int64

// MaxPool is the largest pool that is shared: a hundred thousand million yuan.
const MaxPool = Fen(10_000_000_000_000)

// Yuan writes an amount in yuan.
func (f Fen) Yuan() string {
	sign, v := "", uint64(f)
	if f < 0 {
		sign, v = "-", uint64(-f)
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// Split shares a pool in proportion to weights by the largest remainder: everybody
// gets what the division gives in whole fen, and the fen that are left go to the
// largest remainders, of equal ones to the first. The parts add up to the pool. Where
// no weight is above 0, all get alike.
func Split(pool Fen, weights []int64) []Fen {
	out := make([]Fen, len(weights))
	if len(weights) == 0 || pool <= 0 {
		return out
	}
	var total uint64
	for _, w := range weights {
		total += uint64(max(0, w))
	}
	if total == 0 {
		weights = slices.Repeat([]int64{1}, len(weights))
		total = uint64(len(weights))
	}
	rest := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := pool
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(pool), uint64(max(0, w)))
		q, r := bits.Div64(hi, lo, total)
		out[i], rest[i], order[i] = Fen(q), r, i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// Entry is somebody whose work is appraised, with marks by criterion that the
// register does not tell.
type Entry struct {
	Person *register.Staff
	Marks  map[string]float64
}

// Got is what the rule gives somebody: it is not kept until a [Decision] holds it.
type Got struct {
	Person *register.Staff
	Points float64 // of 100
	Level  int     // of the scheme's; 0 where it has none
	Amount Fen
	Equal  Fen // of it, the part that all get
}

// Shared is a pool shared.
type Shared struct {
	Scheme  *Scheme
	Pool    Fen
	People  []Got
	Lacking int // marks that were not given: they count as 0, and are said
}

// Share shares a pool among people by a scheme. People are taken in the order of
// their records' ids, so that the last fen falls the same way however a list is
// sorted.
func Share(s *Scheme, pool Fen, people []Entry) (*Shared, error) {
	if p := s.Problems(); len(p) > 0 {
		return nil, fmt.Errorf("scheme %q: %s: %w", s.Name, p[0].EN, fault.Invalid)
	}
	if pool < 0 || pool > MaxPool {
		return nil, fmt.Errorf("a pool of %s yuan: %w", pool.Yuan(), fault.Invalid)
	}
	out := &Shared{Scheme: s, Pool: pool}
	list := slices.Clone(people)
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Compare(a.Person.Person, b.Person.Person) })
	for i := range list {
		e := &list[i]
		g := Got{Person: e.Person}
		for _, c := range s.Criteria {
			mark, ok := e.mark(c)
			if !ok {
				out.Lacking++
			}
			g.Points += float64(c.Weight) * min(max(mark, 0), float64(c.Full)) / float64(c.Full)
		}
		g.Points = math.Round(g.Points*1000) / 1000
		out.People = append(out.People, g)
	}
	out.levels()
	weights := make([]int64, len(list))
	for i := range out.People {
		g := &out.People[i]
		factor := int64(100)
		if len(s.Levels) > 0 {
			factor = int64(s.Levels[g.Level].Factor)
		}
		weights[i] = int64(math.Round(g.Points*1000)) * factor
	}
	if len(list) == 0 {
		return out, nil
	}
	alike := pool / 100 * Fen(s.Equal)
	alike += pool % 100 * Fen(s.Equal) / 100
	equal, rest := Split(alike, make([]int64, len(list))), Split(pool-alike, weights)
	for i := range out.People {
		out.People[i].Equal, out.People[i].Amount = equal[i], equal[i]+rest[i]
	}
	return out, nil
}

// levels puts everybody on the best level that their points reach and that has room.
// Equal points get the same level: where only some of them would find room, none does.
func (x *Shared) levels() {
	s := x.Scheme
	if len(s.Levels) == 0 {
		return
	}
	order := make([]int, len(x.People))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x.People[b].Points, x.People[a].Points) })
	at, had := 0, 0
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x.People[order[j]].Points == x.People[order[i]].Points {
			j++
		}
		for at < len(s.Levels)-1 {
			l := s.Levels[at]
			if x.People[order[i]].Points >= float64(l.From) && (l.Most == 0 || (had+j-i)*100 <= l.Most*len(order)) {
				break
			}
			at, had = at+1, 0
		}
		for _, k := range order[i:j] {
			x.People[k].Level = at
		}
		had += j - i
		i = j
	}
}

// mark is what somebody has in a criterion; false where nothing is told.
func (e *Entry) mark(c Criterion) (float64, bool) {
	full := float64(c.Full)
	switch c.Field {
	case "hours":
		return e.Person.Hours, e.Person.Hours > 0
	case "training":
		return nz(e.Person.Training), !math.IsNaN(e.Person.Training)
	case "class_head":
		if e.Person.ClassHead {
			return full, true
		}
		return 0, true
	case "backbone":
		top := len(register.Backbones) - 1
		return full * float64(max(0, level(e.Person.Backbone))) / float64(top), true
	}
	m, ok := e.Marks[c.ID]
	return nz(m), ok && !math.IsNaN(m)
}

func nz(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// BasicCheck holds the structure of merit pay against the reform of 2008: about 70 %
// basic. It is a structure and no line to reach, so there is no verdict.
type BasicCheck struct {
	Basic, Incentive Fen
	Percent          float64 // basic, of both; NaN of nothing
	Line             Param
	Points           float64 // above the line, in points of per cent
}

// CheckBasic works the structure out from sums.
func (r *Rules) CheckBasic(basic, incentive Fen) BasicCheck {
	out := BasicCheck{Basic: basic, Incentive: incentive, Percent: math.NaN(), Line: r.BasicPart, Points: math.NaN()}
	if basic >= 0 && incentive >= 0 && basic+incentive > 0 {
		out.Percent = 100 * float64(basic) / float64(basic+incentive)
		out.Points = out.Percent - r.BasicPart.Value
	}
	return out
}

// PaySum is what a group of people was paid in a calendar year: sums only.
type PaySum struct {
	Year   int
	Months int // person-months, so that who came or left during the year counts right
	Parts  map[string]Fen
	Source string
}

// Parity holds teachers' pay against civil servants'.
type Parity struct {
	Teachers, Civil float64 // yuan a person and year
	Ratio           float64 // NaN where they cannot be compared
	Parts           []ParityPart
	Verdict         edu.Verdict
	Why             edu.Text // why they cannot be compared
}

// ParityPart is one component on both sides, in yuan a person and year.
type ParityPart struct {
	Name            string
	Teachers, Civil float64
}

// Compare compares pay on the same components in the same year; where either
// differs there is no ratio, because it would say nothing.
func Compare(teachers, civil PaySum) Parity {
	p := Parity{Teachers: math.NaN(), Civil: math.NaN(), Ratio: math.NaN(), Verdict: edu.Unknown}
	why := func(zh, en string) Parity { p.Why = edu.Text{ZH: zh, EN: en}; return p }
	switch {
	case teachers.Year != civil.Year:
		return why("年份不同，不能比较", "of different years, so not compared")
	case teachers.Months <= 0 || civil.Months <= 0:
		return why("人月数未填", "person-months are not told")
	case len(teachers.Parts) == 0 || len(civil.Parts) == 0:
		return why("工资构成未填", "components are not told")
	}
	var names []string
	for n := range teachers.Parts {
		names = append(names, n)
		if _, ok := civil.Parts[n]; !ok {
			return why("口径不同：公务员没有“"+n+"”", "of different components: civil servants have no "+n)
		}
	}
	for n := range civil.Parts {
		if _, ok := teachers.Parts[n]; !ok {
			return why("口径不同：教师没有“"+n+"”", "of different components: teachers have no "+n)
		}
	}
	slices.Sort(names)
	var t, c Fen
	year := func(f Fen, months int) float64 { return float64(f) / 100 * 12 / float64(months) }
	for _, n := range names {
		t, c = t+teachers.Parts[n], c+civil.Parts[n]
		p.Parts = append(p.Parts, ParityPart{n, year(teachers.Parts[n], teachers.Months), year(civil.Parts[n], civil.Months)})
	}
	p.Teachers, p.Civil = year(t, teachers.Months), year(c, civil.Months)
	if c <= 0 {
		return why("公务员工资合计为0", "civil servants' pay comes to 0")
	}
	p.Ratio = p.Teachers / p.Civil
	if p.Verdict = edu.Short; p.Teachers >= p.Civil {
		p.Verdict = edu.Met
	}
	return p
}
