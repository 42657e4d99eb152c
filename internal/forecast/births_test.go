package forecast

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
)

// Part of a county is not the county: a year counts where all townships said it,
// or the county did.
func TestBirthsByYear(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name  string
		lines []BirthLine
		first int
		want  []float64
	}{
		{"none", nil, 0, nil},
		{"the county", []BirthLine{{Place: "", Year: 2018, Births: 9}, {Place: "", Year: 2016, Births: 7}}, 2016, []float64{7, nan, 9}},
		{"all townships", []BirthLine{{Place: "a", Year: 2016, Births: 3}, {Place: "b", Year: 2016, Births: 4}}, 2016, []float64{7}},
		{"a township is missing", []BirthLine{{Place: "a", Year: 2016, Births: 3}, {Place: "b", Year: 2016, Births: 4}, {Place: "a", Year: 2017, Births: 3}}, 2016, []float64{7}},
		{"the county stands above its townships", []BirthLine{{Place: "a", Year: 2016, Births: 3}, {Place: "", Year: 2016, Births: 8}, {Place: "", Year: 2017, Births: 5}}, 2016, []float64{8, 5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, got := (&Births{Lines: tt.lines}).ByYear()
			if first != tt.first || len(got) != len(tt.want) {
				t.Fatalf("from %d: %v, want from %d: %v", first, got, tt.first, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] && !(math.IsNaN(got[i]) && math.IsNaN(tt.want[i])) {
					t.Errorf("%v, want %v", got, tt.want)
				}
			}
		})
	}
}

func TestBirthsCheck(t *testing.T) {
	whole := Births{County: "c", Basis: Registered, Source: "卫健局", AsOf: 1, Lines: []BirthLine{{Place: "", Year: 2018, Births: 9}}}
	if why := whole.Check(); why != nil {
		t.Errorf("refused: %v", why)
	}
	for what, change := range map[string]func(*Births){
		"choose a county":        func(b *Births) { b.County = "" },
		"what the figures count": func(b *Births) { b.Basis = "hearsay" },
		"name the office":        func(b *Births) { b.Source = " " },
		"of which day":           func(b *Births) { b.AsOf = edu.Date(0) },
		"1 to 5000 lines":        func(b *Births) { b.Lines = nil },
	} {
		b := whole
		change(&b)
		if why := b.Check(); len(why) != 1 || !strings.Contains(why[0].EN, what) {
			t.Errorf("said %v, want %s", why, what)
		}
	}
}

func TestReadBirthLines(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []BirthLine
		says       string
	}{
		{"pasted", "乡镇\t出生年份\t男\t女\n城关镇\t2018\t120\t101\n全县\t2018\t300\t280\n", []BirthLine{{"城关镇", 2018, 221, true, 120}, {"", 2018, 580, true, 300}}, ""},
		{"without places", "年份,出生人数\n2018,9\n2019,\n", []BirthLine{{Place: "", Year: 2018, Births: 9}}, ""},
		{"a word", "年份,出生人数\n2018,若干\n", nil, `row 2, column 出生人数: found "若干"`},
		{"twice", "年份,出生人数\n2018,1\n2018,2\n", []BirthLine{{Place: "", Year: 2018, Births: 1}}, "is the same place and year as row 2"},
		{"twice by two names of the whole", "乡镇,年份,出生人数\n合计,2018,1\n全县,2018,2\n", []BirthLine{{Place: "", Year: 2018, Births: 1}}, "is the same place and year as row 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines, problems, err := ReadBirthLines(context.Background(), open(t, tt.text), "b")
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, p := range problems {
				said += p.In("en")
			}
			if !strings.Contains(said, tt.says) || (tt.says == "") != (said == "") {
				t.Errorf("said %s, want %s", said, tt.says)
			}
			if len(lines) != len(tt.want) {
				t.Fatalf("%v, want %v", lines, tt.want)
			}
			for i := range lines {
				if lines[i] != tt.want[i] {
					t.Errorf("%v, want %v", lines, tt.want)
				}
			}
		})
	}
}

// Children are kept by township: a village's few are neither asked nor kept. Boys
// and girls stay apart where they were said so.
func TestBirthsOfTownshipsOnly(t *testing.T) {
	for _, tt := range []struct {
		text  string
		lines []BirthLine
		says  string
	}{
		{"乡镇,出生年份,男,女\n白石江街道,2020,31,29\n", []BirthLine{{"白石江街道", 2020, 60, true, 31}}, ""},
		{"乡镇,出生年份,出生人数\n三宝镇,2020,60\n合计,2020,90\n", []BirthLine{{"三宝镇", 2020, 60, false, 0}, {"", 2020, 90, false, 0}}, ""},
		{"乡镇,出生年份,出生人数\n大村乡,2020,60\n", []BirthLine{{"大村乡", 2020, 60, false, 0}}, ""},
		{"乡镇,出生年份,出生人数\n红星村,2020,6\n", nil, "figures of villages are not taken"},
		{"乡镇,出生年份,出生人数\n潇湘社区居民委员会,2020,6\n", nil, "figures of villages are not taken"},
		{"乡镇,出生年份,出生人数\n南宁社区,2020,6\n", nil, "figures of villages are not taken"},
	} {
		lines, problems, err := ReadBirthLines(t.Context(), open(t, tt.text), "b.csv")
		if err != nil {
			t.Fatal(err)
		}
		says := ""
		for _, p := range problems {
			says += p.In("en")
		}
		if !slices.Equal(lines, tt.lines) || !strings.Contains(says, tt.says) || tt.says == "" && says != "" {
			t.Errorf("%s: %v, %s; want %v, %s", tt.text, lines, says, tt.lines, tt.says)
		}
	}
}
