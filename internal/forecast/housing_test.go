package forecast

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Pupils of an estate come once, over the grades of their stage alike and over
// schools by what they have; where the stage has the first grade they go on
// entering it.
func TestSettle(t *testing.T) {
	two := slices.Repeat([]float64{20}, 4)
	in := &Input{Nodes: []Node{{"", -1}, {"A", 0}, {"P", 1}, {"Q", 1}, {"J", 1}}, First: 2020, Years: 4,
		Grades: []Grade{{ID: "5", Section: Primary}, {ID: "6", Section: Primary, Away: true}, {ID: "7", Section: Junior}},
		Counts: [][][]float64{nil, nil, {two, two, nothing(4)}, {slices.Repeat([]float64{60}, 4), slices.Repeat([]float64{60}, 4), nothing(4)}, {nothing(4), nothing(4), two}}}
	lost := in.Settle(3, []Estate{
		{Node: 1, Section: Primary, Year: 2025, Pupils: 80, Why: "estate"},
		{Node: 4, Section: Junior, Year: 2024, Pupils: 30, Why: "quarter"},
		{Node: 4, Section: Primary, Year: 2024, Pupils: 9}, // no such stage there
		{Node: 1, Section: Primary, Year: 2023, Pupils: 9}, // came already
		{Node: 1, Section: Primary, Year: 2027, Pupils: 9}, // beyond what is forecast
	})
	if !slices.Equal(lost, []int{2, 3, 4}) {
		t.Errorf("lost %v", lost)
	}
	got := map[[3]int]float64{}
	for _, a := range in.Added {
		got[[3]int{a.Node, a.Grade, a.Year}] += a.Pupils
	}
	for at, want := range map[[3]int]float64{
		{2, 0, 2025}: 10, {2, 1, 2025}: 10, {3, 0, 2025}: 30, {3, 1, 2025}: 30, // 80 pupils, one in four at P
		{2, 0, 2026}: 10, {3, 0, 2026}: 30, // and so many enter a year later
		{4, 2, 2024}: 30,
	} {
		if !near(got[at], want) {
			t.Errorf("%v: %v, want %v", at, got[at], want)
		}
		delete(got, at)
	}
	if len(got) > 0 {
		t.Errorf("more than wanted: %v", got)
	}
}

func nothing(years int) []float64 { return slices.Repeat([]float64{nan}, years) }

// Nobody is lost or made up: what comes in the first year is what estates bring.
func TestSettleKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		names, _ := in.sections()
		e := Estate{Node: rapid.IntRange(0, len(in.Nodes)-1).Draw(t, "node"), Section: rapid.SampledFrom(names).Draw(t, "section"),
			Year: in.First + in.Years + rapid.IntRange(0, 2).Draw(t, "when"), Pupils: float64(rapid.IntRange(-50, 500).Draw(t, "pupils"))}
		if len(in.Settle(3, []Estate{e})) > 0 {
			return
		}
		sum := 0.0
		for _, a := range in.Added {
			if a.Year == e.Year {
				sum += a.Pupils
			}
		}
		if !near(sum, e.Pupils) {
			t.Fatalf("%v come, want %v", sum, e.Pupils)
		}
		if _, err := Make(in, Options{Horizon: 3}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReadHousing(t *testing.T) {
	const head = "学校,项目,学段,入住年份,套数,每套学生数,学生数,来源\n"
	for _, tt := range []struct {
		name, text, says string
		want             []HousingLine
	}{
		{"dwellings", head + "东一小,翠湖花园,小学,2027,1200,0.3,,住建局2025年交付计划\n", "", []HousingLine{{"东一小", "翠湖花园", Primary, 2027, 1200, 0.3, 0, "住建局2025年交付计划"}}},
		{"pupils without dwellings", head + ",某矿搬迁,初中,2028年,,,-60,乡镇府会议纪要\n", "", []HousingLine{{"", "某矿搬迁", Junior, 2028, 0, 0, -60, "乡镇府会议纪要"}}},
		{"in English", "project,stage,year,dwellings,pupils per dwelling,source\nLake,preschool,2027,100,0.12,plan\n", "", []HousingLine{{"", "Lake", Preschool, 2027, 100, 0.12, 0, "plan"}}},
		{"no source", head + "东一小,翠湖花园,小学,2027,1200,0.3,,\n", "row 2, column 来源: want some words", nil},
		{"no ratio", head + "东一小,翠湖花园,小学,2027,1200,,,计划\n", "is empty, want the pupils of the stage to a dwelling", nil},
		{"a ratio in per cent", head + "东一小,翠湖花园,小学,2027,1200,30,,计划\n", `found "30", want a number from 0 to 5`, nil},
		{"no stage", head + "东一小,翠湖花园,大学,2027,1200,0.3,,计划\n", `found "大学", want preschool`, nil},
		{"nothing", head, "holds no line", nil},
		{"neither dwellings nor pupils", head + ",x,小学,2027,,,,计划\n", "want pupils, or dwellings", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, problems, err := ReadHousing(t.Context(), open(t, tt.text), "h.csv")
			if err != nil {
				t.Fatal(err)
			}
			says := ""
			for _, p := range problems {
				says += p.In("en")
			}
			if !slices.Equal(lines, tt.want) || !strings.Contains(says, tt.says) || tt.says == "" && says != "" {
				t.Errorf("%+v, %s", lines, says)
			}
		})
	}
	if _, _, err := ReadHousing(t.Context(), open(t, "项目,学段,年份,来源\na,小学,2027,b\n"), "h.csv"); err == nil || !strings.Contains(err.Error(), "dwellings") {
		t.Errorf("no column of pupils: %v", err)
	}
}

// New housing of a file is for places of the file of pupils.
func TestHousingOfAFile(t *testing.T) {
	pupils := "year,county,school,grade,pupils\n"
	for _, y := range []string{"2022", "2023", "2024"} {
		pupils += y + ",A,P,1,20\n" + y + ",A,Q,1,60\n"
	}
	got, err := Read(t.Context(), open(t, pupils), "p.csv", Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.ReadHousing(t.Context(), open(t, "place,project,stage,year,dwellings,pupils per dwelling,source\nA,Lake,primary,2026,100,0.4,plan\nP,Hill,senior,2026,1,1,plan\n"), "h.csv", 3); err != nil {
		t.Fatal(err)
	}
	if len(got.Input.Added) != 4 || got.Input.Added[0].Pupils != 10 || !strings.Contains(got.Problems[0].In("en"), `"Hill" (2026) is not counted`) {
		t.Errorf("%+v, %v", got.Input.Added, got.Problems)
	}
	if err := got.ReadHousing(t.Context(), open(t, "place,project,stage,year,dwellings,pupils per dwelling,source\nZ,Lake,primary,2026,100,0.4,plan\n"), "h.csv", 3); !errors.Is(err, fault.Blocked) {
		t.Errorf("an unknown place: %v", err)
	}
}

// Pupils lists what every leaf will have, section by section.
func TestPupilsOfLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		r, err := Make(in, Options{Horizon: 2})
		if err != nil {
			t.Fatal(err)
		}
		sum := make([]float64, len(r.Sections))
		for _, p := range r.Pupils(in) {
			if in.Counts[p.Node] == nil || p.First != in.First+in.Years || p.Place != in.Nodes[p.Node].ID {
				t.Fatalf("%+v", p)
			}
			sum[slices.Index(r.Sections, p.Section)] += p.Mid[1]
		}
		for s, x := range sum {
			if !near(x, r.Section[0][s].Mid[1]) {
				t.Fatalf("section %d: %v, and the whole has %v", s, x, r.Section[0][s].Mid[1])
			}
		}
	})
}

// Who came and went is seen where the same children are counted a year later.
func TestMoves(t *testing.T) {
	in := one(0, nil, []float64{10, 20, 30, 30}, []float64{9, 12, 20, nan}, []float64{8, 9, 15, 18}, []float64{0, 0, 0, 0})
	in.Grades[2].Section, in.Grades[3].Section = "other", "other" // its second grade was never counted
	r := &Result{GradePast: in.Counts, Grade: [][][]float64{{{5}, {33}, {0}, {0}}}, Years: []int{2014}}
	got := r.Moves(in, 0)
	want := []float64{nan, 2, 0, nan, 3}
	for y := range want {
		if got[y] != want[y] && !(math.IsNaN(got[y]) && math.IsNaN(want[y])) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

func FuzzReadHousing(f *testing.F) {
	f.Add([]byte("project,stage,year,dwellings,pupils per dwelling,source\nLake,preschool,2027,100,0.12,plan\n"))
	f.Add([]byte("学校,项目,学段,入住年份,套数,每套学生数,学生数,来源\n,a,小学,2027,,,-3,b\n"))
	lim := sheet.DefaultLimits
	lim.File, lim.Text, lim.Unzipped, lim.Strings, lim.Rows, lim.Columns, lim.Cells = 1<<16, 1<<16, 1<<18, 1<<16, 500, 30, 10_000
	f.Fuzz(func(t *testing.T, text []byte) {
		book, err := sheet.Open(io.NopCloser(bytes.NewReader(text)), lim)
		if err != nil {
			return
		}
		defer book.Close()
		lines, problems, err := ReadHousing(context.Background(), book, "h")
		if err != nil {
			return
		}
		if len(lines) == 0 && len(problems) == 0 {
			t.Fatal("nothing was read, and nothing said")
		}
		for _, l := range lines {
			if x := l.Brings(); math.IsNaN(x) || math.Abs(x) > 1e10 || l.Source == "" || l.Project == "" {
				t.Fatalf("%+v", l)
			}
		}
	})
}

// Without any past to err on there is no band, and the result says so.
func TestNoBandWithoutErrors(t *testing.T) {
	for years, want := range map[int]bool{3: false, 8: true} {
		var past []float64
		for y := range years {
			past = append(past, float64(50+7*y%11))
		}
		r, err := Make(one(0, nil, past, past), Options{})
		if err != nil || r.Banded != want {
			t.Errorf("%d years: %v, %v", years, r.Banded, err)
		}
	}
}
