package frame

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// weighted shares by figures times weights, written here without the pack.
func weighted(weights map[edu.Stage]float64) func(map[edu.Stage]float64) map[edu.Stage]float64 {
	return func(by map[edu.Stage]float64) map[edu.Stage]float64 {
		total := 0.0
		for stage, n := range by {
			w, ok := weights[stage]
			if !ok || !(n >= 0) {
				return nil
			}
			total += w * n
		}
		if total == 0 {
			return nil
		}
		out := map[edu.Stage]float64{}
		for stage, n := range by {
			out[stage] = weights[stage] * n / total
		}
		return out
	}
}

var splitOptions = Options{
	Stages: []edu.Stage{edu.Primary, edu.Junior},
	Split:  Split{Elements: []string{"books", "area"}, By: "pupils", Shares: weighted(map[edu.Stage]float64{edu.Primary: 1, edu.Junior: 1.1, edu.Senior: 1.32})},
}

func TestShares(t *testing.T) {
	for _, tt := range []struct {
		name             string
		sections, school string
		element          string
		want             map[edu.Stage]float64 // by stage; NaN is missing
		problems         []string
		blocking         bool
	}{
		{
			name:     "the published nine-year school",
			sections: "code stage pupils\na primary 166\na junior 210",
			school:   "code books\na 23226",
			want:     map[edu.Stage]float64{edu.Primary: 9711.63, edu.Junior: 13514.37},
		},
		{
			name:     "a senior section takes its part too",
			sections: "code stage pupils\na junior 300\na senior 500",
			school:   "code books\na 900",
			want:     map[edu.Stage]float64{edu.Junior: 300, edu.Senior: 600}, // 1 : 1.2
		},
		{
			name:     "what is not shared out is repeated",
			sections: "code stage pupils\na primary 166\na junior 210",
			school:   "code founded\na 1952",
			element:  "founded",
			want:     map[edu.Stage]float64{edu.Primary: 1952, edu.Junior: 1952},
		},
		{
			name:     "a section without pupils gets nothing",
			sections: "code stage pupils\na primary 100\na junior 0",
			school:   "code books\na 900",
			want:     map[edu.Stage]float64{edu.Primary: 900, edu.Junior: 0},
		},
		{
			name:     "missing pupils of one section: nobody's part is known",
			sections: "code stage pupils\na primary 166\na junior _",
			school:   "code books\na 23226",
			want:     map[edu.Stage]float64{edu.Primary: math.NaN(), edu.Junior: math.NaN()},
			problems: []string{"school.csv, row 2, column books: a gives books for the whole school: pupils of its section junior is missing, so nobody's part is known"},
		},
		{
			name:     "a stage that the split does not know",
			sections: "code stage pupils\na preschool 60\na primary 166",
			school:   "code books\na 100",
			want:     map[edu.Stage]float64{edu.Preschool: math.NaN(), edu.Primary: math.NaN()},
			problems: []string{"school.csv, row 2, column books: a gives books for the whole school: the split has no weight for its section preschool, so nobody's part is known"},
		},
		{
			name:     "one section gets all, with a word of warning",
			sections: "code stage pupils\na junior 300",
			school:   "code books area\na 900 50",
			want:     map[edu.Stage]float64{edu.Junior: 900},
			problems: []string{"school.csv, row 2, column books: a gives books, area for the whole school: only its section junior is here and gets them whole; if the school has others, give their pupils too"},
		},
		{
			name:     "a school without sections",
			sections: "code stage pupils books\na junior 300 40",
			school:   "code books\nb 900",
			want:     map[edu.Stage]float64{edu.Junior: 40},
			problems: []string{"school.csv, row 2, column books: b gives books for the whole school: no table has a section of it, so they fall to nobody"},
		},
		{
			name:     "given for the school and for a section",
			sections: "code stage pupils books\na primary 166 9000\na junior 210 _",
			school:   "code books\na 23226",
			want:     map[edu.Stage]float64{edu.Primary: 9000, edu.Junior: math.NaN()},
			problems: []string{"school.csv, row 2, column books: books of a is given for the whole school here (23226) and for its section primary in sections.csv, row 2, column books (9000); leave one of them empty"},
			blocking: true,
		},
		{
			name:     "one resource as a whole, another by section",
			sections: "code stage pupils area\na primary 100 10\na junior 100 20",
			school:   "code books area\na 210 _",
			want:     map[edu.Stage]float64{edu.Primary: 100, edu.Junior: 110},
		},
		{
			name:     "a stroke in a section's cell leaves it to the whole",
			sections: "code stage pupils books\na primary 100 /\na junior 100 _",
			school:   "code books\na 210",
			want:     map[edu.Stage]float64{edu.Primary: 100, edu.Junior: 110},
		},
		{
			name:     "other schools keep their own",
			sections: "code stage pupils books\na primary 100 _\na junior 100 _\nb primary 7 70",
			school:   "code books\na 210",
			want:     map[edu.Stage]float64{edu.Primary: 100, edu.Junior: 110},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sections, school := tableOf("sections.csv", edu.Section, "", tt.sections), tableOf("school.csv", edu.School, "", tt.school)
			before := fmt.Sprint(sections.Cols, school.Cols)
			set, problems := Build([]*Table{school, sections}, splitOptions)
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
				if p.Blocking != tt.blocking || p.Message.ZH == "" {
					t.Errorf("blocking %v, in Chinese %q", p.Blocking, p.Message.ZH)
				}
			}
			if !slices.Equal(got, tt.problems) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(tt.problems, "\n"))
			}
			element := tt.element
			if element == "" {
				element = "books"
			}
			for stage, want := range tt.want {
				f := set.Stage(stage)
				row, _ := f.Find("a")
				if got := f.Value(row, element).Float(); math.Abs(got-want) > 0.005 || (got != got) != (want != want) {
					t.Errorf("%s has %v, want %v", stage, got, want)
				}
			}
			if after := fmt.Sprint(sections.Cols, school.Cols); after != before {
				t.Errorf("Build changed its tables:\n%s\n%s", before, after)
			}
		})
	}
}

// A share is a figure like any other: regions add it up, and it leads back to
// the cell of the whole and to the pupils that decide on it.
func TestShareIsSeenEverywhere(t *testing.T) {
	sections := tableOf("sections.csv", edu.Section, "", "code stage county pupils\na primary k 166\na junior k 210\nb primary k 34")
	own := tableOf("own.csv", edu.Section, "", "code stage books\nb primary 288.37")
	school := tableOf("school.csv", edu.School, "", "code books\na 23226")
	opt := splitOptions
	opt.Derive = []Derive{{Element: "school_books", Agg: Total, Of: "books", Over: edu.School}}
	set, problems := Build([]*Table{sections, own, school}, opt)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	f := set.Stage(edu.Primary)
	if !slices.Contains(f.Elements(), "books") {
		t.Errorf("elements %v", f.Elements())
	}
	region := regionProgram(t, "sum(books) / sum(pupils)").Bind(f.Column)
	acc := region.NewAcc()
	region.Add(acc, 0, f.Len(), nil, formula.NewScratch())
	if v, n, missing := acc.Result(); math.Abs(v-(9711.63+288.37)/200) > 1e-4 || n != 2 || missing != 0 {
		t.Errorf("the region has %v over %d, %d missing", v, n, missing)
	}
	var places []string
	for _, c := range f.Origin(0, "books") {
		places = append(places, Place(c))
	}
	if want := []string{"school.csv, row 2, column books", "sections.csv, row 2, column pupils", "sections.csv, row 3, column pupils"}; !slices.Equal(places, want) {
		t.Errorf("origin %q, want %q", places, want)
	}
	if got := f.Value(0, "school_books").Float(); math.Abs(got-23226) > 1e-9 {
		t.Errorf("the school's total is %v", got)
	}
	sh, ok := f.Share(0, "books")
	if part, _ := sh.Part.Number(); !ok || sh.Whole != edu.Some(23226) || math.Abs(part-166/397.0) > 1e-12 ||
		!slices.Equal(sh.Sections, []ShareOf{{edu.Primary, edu.Some(166)}, {edu.Junior, edu.Some(210)}}) {
		t.Errorf("share %+v, %v", sh, ok)
	}
	for _, no := range []struct {
		row     int
		element string
	}{{1, "books"}, {0, "pupils"}, {0, "area"}} {
		if sh, ok := f.Share(no.row, no.element); ok {
			t.Errorf("row %d, %s: share %+v of a figure that is none", no.row, no.element, sh)
		}
	}
}

func regionProgram(t *testing.T, src string) *formula.RegionProgram {
	t.Helper()
	e, err := formula.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Region()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSharesAddUp: the parts of a whole are the whole, or all of them missing.
func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sections := &Table{Period: edu.Year(2025), Level: edu.Section, File: "sections.csv", Cols: map[string][]float64{}}
		school := &Table{Period: edu.Year(2025), Level: edu.School, File: "school.csv", Cols: map[string][]float64{}}
		var keys, stages, schools []string
		whole := map[string]float64{}
		known, parts := map[string]bool{}, map[string]int{}
		for i := range rapid.IntRange(1, 20).Draw(t, "schools") {
			code := fmt.Sprint("s", i*7%20)
			known[code] = true
			pupils := 0.0
			for _, stage := range []string{"primary", "junior", "senior"} {
				if !rapid.Bool().Draw(t, stage) {
					continue
				}
				n := rapid.OneOf(rapid.Just(edu.Missing()), rapid.Map(rapid.IntRange(0, 3000), func(i int) float64 { return float64(i) })).Draw(t, "pupils")
				keys, stages = append(keys, code), append(stages, stage)
				sections.Cols["pupils"] = append(sections.Cols["pupils"], n)
				pupils += n
				parts[code]++
			}
			known[code] = pupils > 0 // false for missing, too
			if rapid.Bool().Draw(t, "whole") {
				whole[code] = rapid.Float64Range(0, 1e9).Draw(t, "books")
				schools = append(schools, code)
				school.Cols["books"] = append(school.Cols["books"], whole[code])
			}
		}
		sections.N, sections.Key, sections.Stage = len(keys), stringsOf(keys), stringsOf(stages)
		school.N, school.Key = len(schools), stringsOf(schools)
		set, problems := Build([]*Table{sections, school}, splitOptions)
		for _, p := range problems {
			if p.Blocking {
				t.Fatal(p)
			}
		}
		sum, seen := map[string]float64{}, map[string]int{}
		for _, f := range set.Sections {
			for i, r := range f.Rows {
				v, given := f.Value(i, "books").Number()
				if _, whole := whole[r.Code]; given != (whole && known[r.Code]) {
					t.Fatalf("%s %s: books %v, whole given %v, pupils known %v", r.Code, f.Stage, f.Value(i, "books"), whole, known[r.Code])
				}
				if given {
					sum[r.Code] += v
					seen[r.Code]++
				}
			}
		}
		for code, n := range seen {
			if n != parts[code] || math.Abs(sum[code]-whole[code]) > 1e-9*whole[code] {
				t.Fatalf("%s: %d parts of %d come to %v of %v", code, n, parts[code], sum[code], whole[code])
			}
		}
	})
}
