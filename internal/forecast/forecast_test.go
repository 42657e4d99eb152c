package forecast

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/fault"
)

var nan = math.NaN()

// one is an input of a single place.
func one(lag int, births []float64, grades ...[]float64) *Input {
	in := &Input{Nodes: []Node{{"a", -1}}, First: 2010, Years: len(grades[0]), Counts: [][][]float64{grades}, Lag: lag, BirthFirst: 2010 - lag}
	for g := range grades {
		in.Grades = append(in.Grades, Grade{ID: string(rune('1' + g)), Section: "primary"})
	}
	if births != nil {
		in.Births = [][]float64{births}
	}
	return in
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }

// A past in which nothing but births changes is foreseen exactly, as far as the
// children are born.
func TestSteadyRatiosAreForeseen(t *testing.T) {
	births := []float64{100, 110, 90, 120, 130, 70, 60, 100, 140, 150, 160, 50, 40}
	const years, lag = 10, 3
	count := func(g, y int) float64 { // of year 2010+y; children born before 2007 were 100 a year
		b := 100.0
		if i := y - g; i >= 0 {
			b = births[i]
		}
		return b * 0.9 * math.Pow(0.95, float64(g))
	}
	grades := make([][]float64, 3)
	for g := range grades {
		for y := range years {
			grades[g] = append(grades[g], count(g, y))
		}
	}
	r, err := Make(one(lag, births, grades...), Options{Horizon: 5})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains([]string{"cohort", "cohort, recent", "cohort, newest", "cohort, median"}, r.Method) {
		t.Errorf("used %s, want a cohort: %+v", r.Method, r.Test.Methods)
	}
	for g := range grades {
		for h := range 3 { // the entries of 2020 to 2022 are born
			if want := count(g, years+h); !near(r.Grade[0][g][h], want) {
				t.Errorf("grade %d, %d ahead: %v, want %v", g, h+1, r.Grade[0][g][h], want)
			}
		}
	}
	if i := slices.IndexFunc(r.Notes, func(n Note) bool { return n.Kind == BirthsAhead }); i < 0 || r.Notes[i].Year != 2023 {
		t.Errorf("notes %v: want births carried on from 2023", r.Notes)
	}
	if r.Test.Held[0].Widened != 1 || r.Ratios[0].Used < 0.949 || r.Ratios[0].Used > 0.951 {
		t.Errorf("held %v, ratio %v", r.Test.Held, r.Ratios[0])
	}
}

// R's HoltWinters(gamma = FALSE) of R 4.2.2 says the same of levels, trends and
// squares of errors, undamped.
func TestSmoothingAgreesWithR(t *testing.T) {
	x := []float64{112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135}
	for _, tt := range []struct{ alpha, beta, level, trend, sse float64 }{
		{0.3, 0.1, 135.009735009779, 1.762382067797, 4785.946276004968},
		{0.8, 0.2, 136.168692132443, 2.318267428062, 2474.766093142042},
	} {
		h := run(x, tt.alpha, tt.beta, 1)
		if !near(h.level, tt.level) || !near(h.trend, tt.trend) || !near(h.sse, tt.sse) {
			t.Errorf("alpha %v beta %v: %+v, want %+v", tt.alpha, tt.beta, h, tt)
		}
	}
}

func TestPlainMethods(t *testing.T) {
	for _, tt := range []struct {
		name   string
		run    func([]float64, int) []float64
		past   []float64
		expect []float64
	}{
		{"naive goes on", naive, []float64{1, 5, 3}, []float64{3, 3}},
		{"naive passes what is missing", naive, []float64{1, 5, nan}, []float64{5, 5}},
		{"drift", drift, []float64{2, 9, 6}, []float64{8, 10}},
		{"drift from the first count", drift, []float64{nan, 4, nan, 8}, []float64{10, 12}},
		{"drift stays above nobody", drift, []float64{9, 1}, []float64{0, 0}},
		{"drift of one count", drift, []float64{nan, 7}, []float64{7, 7}},
		{"of nothing", drift, []float64{nan, nan}, []float64{0, 0}},
		{"smoothing of a line is damped", smoothed, []float64{10, 20, 30, 40}, nil},
		{"smoothing of one count", smoothed, []float64{nan, 7}, []float64{7, 7}},
	} {
		got := tt.run(tt.past, 2)
		if tt.expect == nil {
			if got[0] <= 40 || got[1] <= got[0] || got[1]-got[0] >= got[0]-40 {
				t.Errorf("%s: %v", tt.name, got)
			}
		} else if !slices.Equal(got, tt.expect) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.expect)
		}
	}
}

// What cannot be known of the past: a school that closes, one that opens, pupils
// who will come on top, a year that is missing.
func TestPlacesChange(t *testing.T) {
	in := &Input{Nodes: []Node{{"county", -1}, {"stays", 0}, {"closes", 0}}, Grades: []Grade{{ID: "1", Section: "p"}, {ID: "2", Section: "p"}}, First: 2015, Years: 8,
		Counts: [][][]float64{nil,
			{{50, 50, 50, 50, 50, 80, 80, 80}, {50, 50, 50, 50, 50, 80, 80, 80}},
			{{30, 30, 30, 30, 30, nan, nan, nan}, {30, 30, 30, 30, 30, nan, nan, nan}}},
		Added: []Added{{Node: 1, Grade: 0, Year: 2024, Pupils: 25}}}
	r, err := Make(in, Options{Horizon: 3})
	if err != nil {
		t.Fatal(err)
	}
	for h, x := range r.Section[2][0].Mid {
		if x != 0 {
			t.Errorf("the closed school has %v pupils %d ahead", x, h+1)
		}
	}
	if past := r.Section[0][0].Past; past[7] != 160 {
		t.Errorf("the county had %v in the last year, want 160", past[7])
	}
	plain := *in
	plain.Added = nil
	without, err := Make(&plain, Options{Horizon: 3})
	if err != nil {
		t.Fatal(err)
	}
	for h, want := range []float64{0, 25, 25} { // in grade 1 in 2024, in grade 2 in 2025
		if got := r.Section[1][0].Mid[h] - without.Section[1][0].Mid[h]; math.Abs(got-want) > 1.5 {
			t.Errorf("%d ahead %v pupils came on top, want %v", h+1, got, want)
		}
	}
	gap := one(0, nil, []float64{10, 10, 10, nan}, []float64{10, 10, 10, nan})
	got, err := Make(gap, Options{Horizon: 2})
	if err != nil || len(got.Notes) == 0 || got.Notes[0].Kind != Carried || got.Notes[0].Year != 2012 {
		t.Errorf("notes %+v, %v: want that 2012 was carried", got.Notes, err)
	}
}

// Pupils who move to other schools are shared over those that have the grade.
func TestMovingAway(t *testing.T) {
	in := &Input{Nodes: []Node{{"county", -1}, {"primary", 0}, {"junior A", 0}, {"junior B", 0}}, Grades: []Grade{{ID: "6", Section: "primary", Away: true}, {ID: "7", Section: "junior"}}, First: 2015, Years: 6,
		Counts: [][][]float64{nil,
			{{100, 110, 120, 130, 140, 150}, slices.Repeat([]float64{nan}, 6)},
			{slices.Repeat([]float64{nan}, 6), {60, 60, 66, 72, 78, 84}},
			{slices.Repeat([]float64{nan}, 6), {30, 30, 33, 36, 39, 42}}}}
	p := newPast(in)
	got := p.sums(cohort{1, false, pulls}.forecast(p, 1))
	if !near(got[2][1][0], 90) || !near(got[3][1][0], 45) || !near(got[0][1][0], 135) {
		t.Errorf("junior schools enter %v and %v, want 90 and 45", got[2][1][0], got[3][1][0])
	}
}

// Where the data have them, senior schools are entered from grade 9 of their county
// by the part that went on before; those of one county do not enter another's.
func TestSeniorEntry(t *testing.T) {
	in := &Input{Nodes: []Node{{"city", -1}, {"A", 0}, {"A junior", 1}, {"A senior", 1}, {"B", 0}, {"B junior", 4}, {"B senior", 4}},
		Grades: []Grade{{ID: "9", Section: Junior}, {ID: "10", Section: Senior}, {ID: "11", Section: Senior}}, First: 2018, Years: 6,
		Counts: [][][]float64{nil, nil,
			{{200, 220, 240, 260, 280, 300}, nothing(6), nothing(6)}, {nothing(6), {110, 120, 132, 144, 156, 168}, {110, 110, 120, 132, 144, 156}},
			nil,
			{{400, 400, 400, 400, 400, 100}, nothing(6), nothing(6)}, {nothing(6), {120, 120, 120, 120, 120, 120}, {120, 120, 120, 120, 120, 120}}}}
	in.SetAway()
	if !in.Grades[0].Away || in.Grades[1].Away {
		t.Fatalf("moves away: %+v", in.Grades)
	}
	p := newPast(in)
	got := p.sums(cohort{1, false, 0}.forecast(p, 2))
	for _, tt := range []struct {
		node, grade, ahead int
		want               float64
	}{{3, 1, 0, 180}, {3, 2, 0, 168}, {3, 2, 1, 180}, {6, 1, 0, 30}} { // 0.6 of 300, 0.3 of 100
		if !near(got[tt.node][tt.grade][tt.ahead], tt.want) {
			t.Errorf("%s grade %s: %v, want %v", in.Nodes[tt.node].ID, in.Grades[tt.grade].ID, got[tt.node][tt.grade][tt.ahead], tt.want)
		}
	}
}

// past draws a tree with counts, some of them missing.
func anyInput(t *rapid.T) *Input {
	in := &Input{First: 2000, Years: rapid.IntRange(2, 14).Draw(t, "years"), Lag: rapid.IntRange(0, 6).Draw(t, "lag"), BirthFirst: 2000 - rapid.IntRange(0, 8).Draw(t, "before")}
	for g := range rapid.IntRange(1, 4).Draw(t, "grades") {
		in.Grades = append(in.Grades, Grade{ID: string(rune('1' + g)), Section: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "section"), Away: rapid.IntRange(0, 3).Draw(t, "away") == 0})
	}
	in.Nodes = []Node{{"0", -1}}
	for i := 1; i < rapid.IntRange(1, 7).Draw(t, "nodes"); i++ {
		in.Nodes = append(in.Nodes, Node{string(rune('0' + i)), rapid.IntRange(0, i-1).Draw(t, "up")})
	}
	inner := map[int]bool{}
	for _, n := range in.Nodes {
		inner[n.Up] = true
	}
	size := rapid.SampledFrom([]int{5, 300}).Draw(t, "size")
	in.Counts = make([][][]float64, len(in.Nodes))
	in.Births = make([][]float64, len(in.Nodes))
	for i := range in.Nodes {
		if rapid.IntRange(0, 3).Draw(t, "born") == 0 {
			for range rapid.IntRange(0, 16).Draw(t, "births") {
				in.Births[i] = append(in.Births[i], float64(rapid.IntRange(0, size).Draw(t, "b")))
			}
		}
		if inner[i] {
			continue
		}
		for range in.Grades {
			var years []float64
			for range in.Years {
				x := float64(rapid.IntRange(-size/10, size).Draw(t, "n"))
				if x < 0 {
					x = nan
				}
				years = append(years, x)
			}
			in.Counts[i] = append(in.Counts[i], years)
		}
	}
	return in
}

// Sections add to counties and counties to the city, in the middle and in both
// scenarios; nothing is below nobody, and bands hold the middle.
func TestForecastsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		r, err := Make(in, Options{Horizon: rapid.IntRange(1, 6).Draw(t, "ahead")})
		if err != nil {
			t.Fatal(err)
		}
		for s := range r.Sections {
			for h := range r.Years {
				sums := make([][3]float64, len(in.Nodes))
				inner := make([]bool, len(in.Nodes))
				for i := len(in.Nodes) - 1; i >= 0; i-- {
					w := r.Section[i][s]
					x := [3]float64{w.Mid[h], w.Low[h], w.High[h]}
					for k := range x {
						if inner[i] && !near(x[k], sums[i][k]) {
							t.Fatalf("node %d section %d ahead %d: %v, and its children come to %v", i, s, h, x, sums[i])
						}
						if !(x[k] >= -1e-9) || math.IsInf(x[k], 0) {
							t.Fatalf("node %d: %v", i, x)
						}
					}
					if x[1] > x[0]+1e-9 || x[2] < x[0]-1e-9 || w.OwnLow[h] > x[0]+1e-9 || w.OwnHigh[h] < x[0]-1e-9 || w.OwnLow[h] < 0 {
						t.Fatalf("node %d section %d ahead %d: bands do not hold the middle: %+v", i, s, h, w)
					}
					if up := in.Nodes[i].Up; up >= 0 {
						inner[up] = true
						for k := range x {
							sums[up][k] += x[k]
						}
					}
				}
			}
		}
	})
}

// Grades add to their stages and up the tree, in the middle and in both scenarios,
// and none has less than nobody.
func TestGradesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		r, err := Make(in, Options{Horizon: rapid.IntRange(1, 6).Draw(t, "ahead")})
		if err != nil {
			t.Fatal(err)
		}
		_, of := in.sections()
		for i := range in.Nodes {
			for h := range r.Years {
				sums := make([][3]float64, len(r.Sections))
				for g := range in.Grades {
					x := [3]float64{r.Grade[i][g][h], r.GradeLow[i][g][h], r.GradeHigh[i][g][h]}
					if !(x[1] >= -1e-9 && x[1] <= x[0]+1e-9 && x[2] >= x[0]-1e-9) || math.IsInf(x[2], 0) {
						t.Fatalf("node %d grade %d ahead %d: %v", i, g, h, x)
					}
					below := [3]float64{}
					leaf := true
					for c, n := range in.Nodes {
						if n.Up == i {
							leaf = false
							below[0], below[1], below[2] = below[0]+r.Grade[c][g][h], below[1]+r.GradeLow[c][g][h], below[2]+r.GradeHigh[c][g][h]
						}
					}
					for k := range x {
						sums[of[g]][k] += x[k]
						if !leaf && !near(x[k], below[k]) {
							t.Fatalf("node %d grade %d ahead %d: %v, and its children come to %v", i, g, h, x, below)
						}
					}
				}
				for s, w := range r.Section[i] {
					if x := [3]float64{w.Mid[h], w.Low[h], w.High[h]}; !near(sums[s][0], x[0]) || !near(sums[s][1], x[1]) || !near(sums[s][2], x[2]) {
						t.Fatalf("node %d section %d ahead %d: %v, and its grades come to %v", i, s, h, x, sums[s])
					}
				}
			}
		}
	})
}

// Which method is used is decided by what was known when the earlier origins were
// over: whatever came later has no say.
func TestLaterYearsHaveNoSayInTheMethod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		from := origins(in.Years)
		earlier := (len(from) + 1) / 2
		if earlier >= len(from) {
			t.Skip("no later origin")
		}
		r, err := Make(in, Options{Horizon: 3})
		if err != nil {
			t.Fatal(err)
		}
		for i := range in.Counts {
			for _, years := range in.Counts[i] {
				// What a place has at the end tells whether it is closed, so only its size changes.
				for y := from[earlier]; y < len(years); y++ {
					if !math.IsNaN(years[y]) {
						years[y] = float64(rapid.IntRange(1, 900).Draw(t, "later"))
					}
				}
			}
		}
		other, err := Make(in, Options{Horizon: 3})
		if err != nil {
			t.Fatal(err)
		}
		if r.Method != other.Method {
			t.Fatalf("%s was used, and %s after later years changed", r.Method, other.Method)
		}
	})
}

// The mean of all methods is the mean of what they foresee.
func TestMeanOfAllMethods(t *testing.T) {
	in := one(0, nil, []float64{10, 14, 12, 20, 30}, []float64{9, 9, 13, 12, 19})
	p, ms := newPast(in), methods()
	got := p.forecastBy(ms, indexOf(ms, equal), 3)
	for g := range in.Grades {
		for h := range 3 {
			sum, n := 0.0, 0
			for m := range ms {
				if ms[m].run != nil {
					sum, n = sum+ms[m].run(p, 3)[0][g][h], n+1
				}
			}
			if !near(got[0][g][h], sum/float64(n)) || n != 7 {
				t.Errorf("grade %d, %d ahead: %v, want %v of %d methods", g, h+1, got[0][g][h], sum/float64(n), n)
			}
		}
	}
}

// A forecast from an origin knows nothing of what came after it: changing the
// years after it changes nothing that was foreseen.
func TestNothingIsKnownAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		known := rapid.IntRange(1, in.Years).Draw(t, "known")
		other := *in
		other.Counts = make([][][]float64, len(in.Counts))
		for i := range in.Counts {
			for _, years := range in.Counts[i] {
				years = slices.Clone(years)
				for y := known; y < len(years); y++ {
					years[y] = rapid.SampledFrom([]float64{0, 7, 1000, nan}).Draw(t, "later")
				}
				other.Counts[i] = append(other.Counts[i], years)
			}
		}
		other.Births = slices.Clone(in.Births)
		for i, b := range other.Births {
			b = slices.Clone(b)
			for y := max(0, in.First+known-in.BirthFirst); y < len(b); y++ {
				b[y] = 999
			}
			other.Births[i] = b
		}
		ms := methods()
		for i, m := range ms {
			a, b := newPast(in).after(known).forecastBy(ms, i, 4), newPast(&other).after(known).forecastBy(ms, i, 4)
			for k := range a {
				for g := range a[k] {
					if !slices.Equal(a[k][g], b[k][g]) {
						t.Fatalf("%s: leaf %d grade %d: %v and %v", m.name, k, g, a[k][g], b[k][g])
					}
				}
			}
		}
	})
}

// Bands of errors that are like those to come hold as often as the level says.
func TestBandsHoldAsOftenAsTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		errs := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 60).Draw(t, "errors")
		level := rapid.Float64Range(0.5, 0.95).Draw(t, "level")
		low, high := sides(errs, level)
		in := 0
		for _, e := range errs {
			if e >= low && e <= high {
				in++
			}
		}
		if float64(in) < level*float64(len(errs))-1e-9 {
			t.Fatalf("[%v, %v] holds %d of %d, want %v", low, high, in, len(errs), level)
		}
	})
}

// An error beyond a side that the band does not have at all lies outside it.
func TestOutsideOfABandWithOneSide(t *testing.T) {
	for _, tt := range []struct{ x, low, high, want float64 }{
		{-0.1, 0, 0.5, math.Inf(1)}, {0.1, -0.5, 0, math.Inf(1)}, {0, 0, 0.5, 0}, {-0.1, -0.2, 0, 0.5}, {0.6, -0.1, 0.3, 2},
	} {
		if got := ofBand(tt.x, tt.low, tt.high); !(got == tt.want || near(got, tt.want)) {
			t.Errorf("%v of [%v, %v]: %v, want %v", tt.x, tt.low, tt.high, got, tt.want)
		}
	}
}

func TestInputIsRefused(t *testing.T) {
	good := func() *Input { return one(3, []float64{5, 5}, []float64{1, 2, 3}) }
	for name, spoil := range map[string]func(*Input){
		"no place": func(in *Input) { in.Nodes = nil },
		"no grade": func(in *Input) { in.Grades = nil },
		"one year": func(in *Input) { in.Years = 1 },
		"two roots": func(in *Input) {
			in.Nodes = append(in.Nodes, Node{"b", -1})
			in.Counts = append(in.Counts, in.Counts[0])
			in.Births = nil
		},
		"below itself":      func(in *Input) { in.Nodes[0].Up = 0 },
		"years differ":      func(in *Input) { in.Counts[0][0] = in.Counts[0][0][:2] },
		"less than nobody":  func(in *Input) { in.Counts[0][0][1] = -1 },
		"no number":         func(in *Input) { in.Counts[0][0][1] = math.Inf(1) },
		"births of nobody":  func(in *Input) { in.Births[0][0] = -4 },
		"added nowhere":     func(in *Input) { in.Added = []Added{{Node: 4}} },
		"added no number":   func(in *Input) { in.Added = []Added{{Pupils: nan}} },
		"lag":               func(in *Input) { in.Lag = 50 },
		"counts of a place": func(in *Input) { in.Counts = nil },
	} {
		in := good()
		spoil(in)
		if _, err := Make(in, Options{}); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, o := range []Options{{Horizon: -1}, {Horizon: 99}, {Level: 1}, {Level: -0.1}} {
		if _, err := Make(good(), o); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
