package teams

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name    string
		pool    Fen
		weights []int64
		want    []Fen
	}{
		{"thirds: the fen that is left goes to the first", 100, []int64{1, 1, 1}, []Fen{34, 33, 33}},
		{"the largest remainder goes first", 10, []int64{1, 2, 4}, []Fen{1, 3, 6}},
		{"nobody has a weight: all alike", 5, []int64{0, 0}, []Fen{3, 2}},
		{"who has none gets none", 7, []int64{0, 3}, []Fen{0, 7}},
		{"nothing to share", 0, []int64{1, 2}, []Fen{0, 0}},
		{"a weight below 0 is none", 7, []int64{-3, 3}, []Fen{0, 7}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Split(tt.pool, tt.weights); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// The parts add up to the pool to the fen, each lies within a fen of its exact share,
// and a larger weight never gets less.
func TestSplitLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := Fen(rapid.Int64Range(0, int64(MaxPool)).Draw(t, "pool"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 100_000_000), 1, 40).Draw(t, "weights")
		parts := Split(pool, weights)
		var sum Fen
		total := new(big.Int)
		for i := range parts {
			sum += parts[i]
			total.Add(total, big.NewInt(weights[i]))
		}
		if sum != pool {
			t.Fatalf("parts come to %d of %d", sum, pool)
		}
		for i := range parts {
			if total.Sign() > 0 {
				exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(pool)), big.NewInt(weights[i])), total)
				off := new(big.Rat).Sub(new(big.Rat).SetInt64(int64(parts[i])), exact)
				if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
					t.Fatalf("part %d is %s fen off", i, off.FloatString(3))
				}
			}
			for k := range parts {
				if weights[i] > weights[k] && parts[i] < parts[k] {
					t.Fatalf("weight %d gets %d, weight %d gets %d", weights[i], parts[i], weights[k], parts[k])
				}
			}
		}
	})
}

func scheme(change ...func(*Scheme)) *Scheme {
	s := &Scheme{Name: "绩效方案", Source: "教职工大会", School: "town", Equal: 20,
		Criteria: []Criterion{{"work", "工作量", 60, 20, "hours"}, {"head", "班主任", 20, 1, "class_head"}, {"mark", "考核", 20, 100, "mark"}},
		Levels:   []Level{{"优秀", 60, 20, 120}, {"合格", 0, 0, 100}}}
	for _, f := range change {
		f(s)
	}
	return s
}

// However a list is sorted, everybody gets the same, and the sum is the pool.
func TestShareLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scheme(func(s *Scheme) { s.Equal = rapid.IntRange(0, 100).Draw(t, "equal") })
		pool := Fen(rapid.Int64Range(0, 1_000_000_000).Draw(t, "pool"))
		n := rapid.IntRange(1, 30).Draw(t, "people")
		people := make([]Entry, n)
		for i := range people {
			st := teacher(fmt.Sprintf("p%02d", i), 0, func(x *register.Staff) {
				x.Hours = float64(rapid.IntRange(0, 20).Draw(t, "hours"))
				x.ClassHead = rapid.Bool().Draw(t, "head")
			})
			people[i] = Entry{Person: &st, Marks: map[string]float64{"mark": float64(rapid.IntRange(0, 100).Draw(t, "mark"))}}
		}
		a, err := Share(s, pool, people)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Share(s, pool, rapid.Permutation(people).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		var sum Fen
		best := 0
		for i := range a.People {
			if a.People[i] != b.People[i] {
				t.Fatalf("the order of the list changes what %s gets", a.People[i].Person.Person)
			}
			sum += a.People[i].Amount
			best += b2i(a.People[i].Level == 0)
			for k := range a.People {
				x, y := a.People[i], a.People[k]
				if x.Points == y.Points && (x.Level != y.Level || max(x.Amount-y.Amount, y.Amount-x.Amount) > 2) {
					t.Fatalf("equal points, unlike results: %+v and %+v", x, y)
				}
				if x.Points > y.Points && (x.Level > y.Level || x.Amount < y.Amount-1) {
					t.Fatalf("more points get less: %+v and %+v", x, y)
				}
			}
		}
		if sum != pool {
			t.Fatalf("parts come to %s of %s", sum.Yuan(), pool.Yuan())
		}
		if best*100 > 20*n {
			t.Fatalf("%d of %d are on the best level, at most 20 per cent may be", best, n)
		}
	})
}

func TestSchemeProblems(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Scheme)
		want   string
	}{
		{"a whole scheme", func(*Scheme) {}, ""},
		{"weights of 100 together", func(s *Scheme) { s.Criteria[0].Weight = 59 }, "99"},
		{"what it rests on", func(s *Scheme) { s.Source = " " }, "rests on"},
		{"a name that a page can show", func(s *Scheme) { s.Name = strings.Repeat("方", 81) }, "at most 80"},
		{"a name of the longest kind", func(s *Scheme) { s.Name = strings.Repeat("方", 80) }, ""},
		{"a year that can be meant", func(s *Scheme) { s.Year = 999999 }, "cannot be meant"},
		{"value added never feeds pay", func(s *Scheme) { s.Criteria[0].Name = "学校增值结果" }, "never feed pay"},
		{"pupils' results never feed pay", func(s *Scheme) { s.Criteria[0].Name = "班级升学率" }, "never feed pay"},
		{"no field beside the closed list", func(s *Scheme) { s.Criteria[0].Field = "value_added" }, "nothing that may be used"},
		{"levels from the best down", func(s *Scheme) { s.Levels[1].From = 70 }, "best down"},
		{"a worse level never pays more", func(s *Scheme) { s.Levels[1].Factor = 130 }, "pays more"},
		{"the last level takes all", func(s *Scheme) { s.Levels[1].Most = 10 }, "last level"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, p := range scheme(tt.change).Problems() {
				all = append(all, p.EN)
			}
			got := strings.Join(all, "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("problems: %s", got)
			}
			_, err := Share(scheme(tt.change), 100, nil)
			if (err != nil) != (tt.want != "") || err != nil && !errors.Is(err, fault.Invalid) {
				t.Errorf("sharing by it: %v", err)
			}
		})
	}
}

// What a school adds to its pupils' results must not reach pay: nothing here can
// even name it.
func TestNoValueAdded(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		ast, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range ast.Imports {
			if strings.Contains(i.Path.Value, "valueadd") || strings.Contains(i.Path.Value, "quality") {
				t.Errorf("%s imports %s", f.Name(), i.Path.Value)
			}
		}
	}
}

func TestFair(t *testing.T) {
	var people []Entry
	for i := range 36 {
		s := teacher(fmt.Sprintf("p%02d", i), 0, func(x *register.Staff) {
			x.Hours, x.ClassHead, x.Title = float64(10+i%8), i < 12, "一级教师"
			if i < 4 {
				x.Sex = register.Male
			}
			if i < 15 {
				x.Title = "高级教师"
			}
		})
		people = append(people, Entry{Person: &s})
	}
	plain := scheme(func(s *Scheme) { s.Criteria = []Criterion{{"work", "工作量", 100, 20, "hours"}}; s.Levels = nil })
	before, err := Share(plain, 3_600_000, people)
	if err != nil {
		t.Fatal(err)
	}
	now, err := Share(scheme(func(s *Scheme) {
		s.Criteria = []Criterion{{"work", "工作量", 50, 20, "hours"}, {"head", "班主任", 50, 1, "class_head"}}
		s.Levels = nil
	}), 3_600_000, people)
	if err != nil {
		t.Fatal(err)
	}
	f := Fair(now, before, 2026)
	if f.Few || f.People != 36 || math.Abs(f.Mean-1000) > 1e-9 || !(f.Gini > 0) {
		t.Fatalf("%+v", f)
	}
	for _, p := range f.Parts {
		switch {
		case p.Cut == "sex":
			if !p.Hidden || p.People != 0 || !math.IsNaN(p.Mean) {
				t.Errorf("four men are told of, or follow from the rest: %+v", p)
			}
		case p.Cut == "class_head" && p.Name.EN == "Class teachers":
			if p.People != 12 || p.More != 12 || p.Less != 0 || p.Ratio <= 1 || p.Mean <= p.Before {
				t.Errorf("class teachers: %+v", p)
			}
		case p.Cut == "class_head":
			if p.People != 24 || p.Less != 24 {
				t.Errorf("others: %+v", p)
			}
		}
	}
	now.People = now.People[:9]
	if f = Fair(now, nil, 2026); !f.Few || f.People != 0 || len(f.Parts) != 0 {
		t.Errorf("nine people are told of: %+v", f)
	}
}

// Hidden groups are too many or too large to follow from the whole.
func TestHideLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 6).Draw(t, "sizes")
		keys, size := []string{}, map[string]int{}
		for i, n := range sizes {
			k := fmt.Sprint(i)
			keys, size[k] = append(keys, k), n
		}
		hidden := hide(keys, func(k string) int { return size[k] })
		sum := 0
		for k := range hidden {
			sum += size[k]
		}
		for _, k := range keys {
			if size[k] < Fewest && !hidden[k] {
				t.Fatalf("%d people are shown", size[k])
			}
		}
		if len(hidden) > 0 && len(hidden) < len(keys) && (sum < Fewest || len(hidden) == 1) {
			t.Fatalf("of %v the hidden %v follow from the rest", sizes, hidden)
		}
	})
}

func TestCheckBasic(t *testing.T) {
	r := Default
	if got := r.CheckBasic(7_000, 3_000); got.Percent != 70 || got.Points != 0 || got.Line.Evidence != "M" {
		t.Errorf("%+v", got)
	}
	if got := r.CheckBasic(0, 0); !math.IsNaN(got.Percent) {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestCompare(t *testing.T) {
	sum := func(year, months int, parts ...Fen) PaySum {
		p := PaySum{Year: year, Months: months, Parts: map[string]Fen{}}
		for i, f := range parts {
			p.Parts[[]string{"基本工资", "津贴补贴", "年终奖"}[i]] = f
		}
		return p
	}
	for _, tt := range []struct {
		name    string
		t, c    PaySum
		want    edu.Verdict
		compare bool
	}{
		{"exactly as much", sum(2025, 24, 200, 40), sum(2025, 12, 100, 20), edu.Met, true},
		{"a fen less", sum(2025, 12, 100, 19), sum(2025, 12, 100, 20), edu.Short, true},
		{"of different years", sum(2024, 12, 100), sum(2025, 12, 100), edu.Unknown, false},
		{"on different components", sum(2025, 12, 100, 20), sum(2025, 12, 100), edu.Unknown, false},
		{"no person-months", sum(2025, 0, 100), sum(2025, 12, 100), edu.Unknown, false},
		{"no components", sum(2025, 12), sum(2025, 12), edu.Unknown, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Compare(tt.t, tt.c)
			if got.Verdict != tt.want || math.IsNaN(got.Ratio) == tt.compare || (got.Why.ZH == "") != tt.compare {
				t.Errorf("%+v", got)
			}
		})
	}
}
