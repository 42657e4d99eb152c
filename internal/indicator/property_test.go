package indicator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/stats"
)

// section is one section in a form that is easy to shuffle, split and rename.
type section struct {
	code, county, township string
	pupils, area, teachers edu.Value
}

func figure(lo, hi int) *rapid.Generator[edu.Value] {
	number := rapid.Map(rapid.IntRange(lo*10, hi*10), func(i int) edu.Value { return edu.Some(float64(i) / 10) })
	return rapid.Custom(func(t *rapid.T) edu.Value {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return edu.Value{}
		case 1:
			return edu.NotApplicable
		default:
			return number.Draw(t, "number")
		}
	})
}

func drawSections(t *rapid.T) []section {
	n := rapid.IntRange(1, 50).Draw(t, "sections")
	out := make([]section, n)
	for i := range out {
		c := rapid.IntRange(0, 3).Draw(t, "county")
		out[i] = section{
			code: fmt.Sprintf("s%02d", i*7%53), county: fmt.Sprint("k", c), township: fmt.Sprint("t", c, rapid.IntRange(0, 2).Draw(t, "township")),
			pupils: figure(0, 50).Draw(t, "pupils"), area: figure(0, 900).Draw(t, "area"), teachers: figure(0, 9).Draw(t, "teachers"),
		}
	}
	return out
}

func table(file string, ss []section) *frame.Table {
	t := &frame.Table{Level: edu.Section, File: file, N: len(ss), Cols: map[string][]float64{}}
	column := func(get func(section) string) *frame.Strings {
		s := &frame.Strings{}
		for i, x := range ss {
			s.Dict = append(s.Dict, get(x))
			s.Code = append(s.Code, uint32(i))
		}
		return s
	}
	t.Key = column(func(s section) string { return s.code })
	t.Path[edu.County] = column(func(s section) string { return s.county })
	t.Path[edu.Township] = column(func(s section) string { return s.township })
	for _, s := range ss {
		t.Cols["pupils"] = append(t.Cols["pupils"], s.pupils.Float())
		t.Cols["area"] = append(t.Cols["area"], s.area.Float())
		t.Cols["teachers"] = append(t.Cols["teachers"], s.teachers.Float())
	}
	return t
}

func definitions(t testing.TB) []*pack.Indicator {
	return []*pack.Indicator{
		ratio(t, "area", "area / pupils", "sum(area) / sum(pupils)"),
		ratio(t, "teachers", "100 * teachers / pupils", "100 * sum(teachers) / sum(pupils)"),
		ratio(t, "spread", "area", "quantile(area, 0.9) - quantile(area, 0.1) + gini(pupils)"),
		{ID: "plain", Level: edu.Section, Section: parse(t, "teachers > 5 ? pupils : area"), Region: parse(t, "share(coalesce(teachers, 0) > 5)")},
		{ID: "alone", Level: edu.Section, Section: parse(t, "pupils - teachers")},
	}
}

func evaluate(t interface{ Fatal(...any) }, defs []*pack.Indicator, scope *pack.Formula, tables ...*frame.Table) *Result {
	set, problems := frame.Build(tables, frame.Options{})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	res, err := Evaluate(set.Sections[0], defs, scope)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// same compares two regions' figures, to the last digit if tolerance is 0.
func sameStats(a, b Stat, tolerance float64) bool {
	close := func(x, y float64) bool {
		return x == y || x != x && y != y || math.Abs(x-y) <= tolerance*math.Max(1, math.Max(math.Abs(x), math.Abs(y)))
	}
	// The spread itself and not its ratio to the mean: where figures cancel out,
	// the mean is nothing or the noise of adding them up in another order.
	spread := stats.Moments.Variance
	return a.N == b.N && a.Missing == b.Missing && close(a.Value, b.Value) &&
		a.Plain.N == b.Plain.N && close(a.Plain.Mean(), b.Plain.Mean()) && close(spread(a.Plain), spread(b.Plain)) &&
		a.Weighted.N == b.Weighted.N && close(a.Weighted.W, b.Weighted.W) && close(a.Weighted.Mean(), b.Weighted.Mean()) && close(spread(a.Weighted), spread(b.Weighted))
}

func compareResults(t *rapid.T, what string, got, want *Result, rename func(string) string, tolerance float64) {
	for i, it := range want.Items {
		g := got.Items[i]
		for row, r := range want.Frame.Rows {
			j, ok := got.Frame.Find(rename(r.Code))
			if !ok || edu.FromFloat(g.Value(j)) != edu.FromFloat(it.Value(row)) {
				t.Fatalf("%s: %s of %s changed", what, it.Def.ID, r.Code)
			}
		}
		for _, level := range want.Frame.Levels {
			for k, r := range want.Frame.Regions[level] {
				j := slices.IndexFunc(got.Frame.Regions[level], func(x frame.Region) bool { return x.Code == r.Code })
				if j < 0 || !sameStats(g.Stats[level][j], it.Stats[level][k], tolerance) {
					t.Fatalf("%s: %s of %s %s: %+v, was %+v", what, it.Def.ID, level, r.Code, g.Stats[level], it.Stats[level])
				}
			}
		}
	}
}

func TestFiguresStayTheSame(t *testing.T) {
	defs := definitions(t)
	scopes := []*pack.Formula{nil, parse(t, "pupils >= 10")}
	same := func(code string) string { return code }
	rapid.Check(t, func(t *rapid.T) {
		ss := drawSections(t)
		scope := rapid.SampledFrom(scopes).Draw(t, "scope")
		want := evaluate(t, defs, scope, table("all.csv", ss))

		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		mixed := slices.Clone(ss)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		compareResults(t, "rows shuffled", evaluate(t, defs, scope, table("all.csv", mixed)), want, same, 0)

		cut := r.IntN(len(ss) + 1)
		compareResults(t, "file split", evaluate(t, defs, scope, table("b.csv", mixed[cut:]), table("a.csv", mixed[:cut])), want, same, 0)

		// Other codes give another order of rows, so the last digits may change.
		rename := func(code string) string { return "x" + string(code[2]) + string(code[1]) }
		renamed := slices.Clone(ss)
		for i := range renamed {
			renamed[i].code = rename(renamed[i].code)
		}
		compareResults(t, "units renamed", evaluate(t, defs, scope, table("all.csv", renamed)), want, rename, 1e-9)

		for k, county := range want.Frame.Regions[edu.County] {
			var own []section
			for _, s := range ss {
				if s.county == county.Code {
					own = append(own, s)
				}
			}
			alone := evaluate(t, defs, scope, table("own.csv", own))
			for i, it := range want.Items {
				if a, b := alone.Items[i].Stats[edu.County][0], it.Stats[edu.County][k]; !sameStats(a, b, 0) {
					t.Fatalf("%s evaluated alone: %s is %+v, in the whole %+v", county.Code, it.Def.ID, a, b)
				}
			}
		}
	})
}

// TestAgainstPlainArithmetic computes the region figures of one indicator in
// the most direct way, over every level.
func TestAgainstPlainArithmetic(t *testing.T) {
	defs := definitions(t)[:1]
	scope := parse(t, "pupils >= 10")
	rapid.Check(t, func(t *rapid.T) {
		ss := drawSections(t)
		res := evaluate(t, defs, scope, table("all.csv", ss))
		it := res.Items[0]
		for _, level := range res.Frame.Levels {
			for k, r := range res.Frame.Regions[level] {
				var area, pupils float64
				var xs, ws []float64
				n, missing := 0, 0
				for _, s := range ss {
					if level == edu.County && s.county != r.Code || level == edu.Township && s.township != r.Code {
						continue
					}
					p, hasPupils := s.pupils.Number()
					a, hasArea := s.area.Number()
					switch {
					case !hasPupils: // nobody can tell whether it is in scope
						missing++
						continue
					case p < 10:
						continue
					case s.area.IsNotApplicable():
						continue
					case !hasArea:
						missing++
						continue
					}
					n++
					area += a
					pupils += p
					xs = append(xs, a/p)
					ws = append(ws, p)
				}
				st := it.Stats[level][k]
				if st.N != n || st.Missing != missing {
					t.Fatalf("%s %s: n=%d missing=%d, want %d and %d", level, r.Code, st.N, st.Missing, n, missing)
				}
				if n == 0 {
					if st.Value == st.Value {
						t.Fatalf("%s %s has a value of nothing", level, r.Code)
					}
					continue
				}
				near(t, "value", st.Value, area/pupils)
				near(t, "weighted mean", st.Weighted.Mean(), area/pupils)
				var v float64
				for i, x := range xs {
					v += ws[i] / pupils * (x - area/pupils) * (x - area/pupils)
				}
				if area > 0 {
					near(t, "wcv", st.Weighted.CV(), math.Sqrt(v)/(area/pupils))
				}
			}
		}
	})
}

func near(t interface {
	Fatalf(string, ...any)
}, what string, got, want float64) {
	if !(math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want))) {
		t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// TestMissingIsWhatOwes: the count beside a value is the list behind it.
func TestMissingIsWhatOwes(t *testing.T) {
	defs := definitions(t)
	scope := parse(t, "pupils >= 10")
	rapid.Check(t, func(t *rapid.T) {
		res := evaluate(t, defs, scope, table("all.csv", drawSections(t)))
		for _, it := range res.Items {
			for _, level := range res.Frame.Levels {
				for k := range res.Frame.Regions[level] {
					if owes := it.Owes(level, k); len(owes) != it.Stats[level][k].Missing {
						t.Fatalf("%s: %d missing, but %d owe something: %v", it.Def.ID, it.Stats[level][k].Missing, len(owes), owes)
					}
				}
			}
		}
	})
}
