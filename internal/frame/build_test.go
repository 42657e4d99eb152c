package frame

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// tableOf makes a table of text: the first line has the headings, which are
// "code", "name", "stage", a level, a level with "_name", or an element; the
// cells are separated by blanks, "_" is missing and "/" is not applicable.
func tableOf(file string, level edu.Level, list, text string) *Table {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	heads := strings.Fields(lines[0])
	t := &Table{Period: edu.Year(2025), Level: level, List: list, File: file, N: len(lines) - 1, Cols: map[string][]float64{}, Texts: map[string]*Strings{}, Heads: map[string]Head{}}
	cells := make([][]string, len(heads))
	for i, line := range lines[1:] {
		t.Rows = append(t.Rows, int32(i+2))
		f := strings.Fields(line)
		for j := range heads {
			cells[j] = append(cells[j], f[j])
		}
	}
	for j, h := range heads {
		where, names := h, false
		if w, ok := strings.CutSuffix(h, "_name"); ok {
			where, names = w, true
		}
		level, err := edu.ParseLevel(where)
		switch {
		case h == "code":
			t.Key = stringsOf(cells[j])
		case h == "name":
			t.Name = stringsOf(cells[j])
		case h == "stage":
			t.Stage = stringsOf(cells[j])
		case err == nil && names:
			t.PathName[level] = stringsOf(cells[j])
		case err == nil:
			t.Path[level] = stringsOf(cells[j])
		case strings.HasSuffix(h, ":text"):
			e := strings.TrimSuffix(h, ":text")
			t.Texts[e] = stringsOf(cells[j])
			t.Heads[e] = Head{Column: string(rune('A' + j)), Header: e}
		default:
			t.Heads[h] = Head{Column: string(rune('A' + j)), Header: h}
			for _, c := range cells[j] {
				v := edu.Missing()
				if c == "/" {
					v = edu.NotApplicable.Float()
				} else if c != "_" {
					f, err := strconv.ParseFloat(c, 64)
					if err != nil {
						panic(err)
					}
					v = f
				}
				t.Cols[h] = append(t.Cols[h], v)
			}
		}
	}
	return t
}

func stringsOf(cells []string) *Strings {
	s := &Strings{}
	number := map[string]uint32{}
	for _, c := range cells {
		if c == "_" {
			c = ""
		}
		if _, ok := number[c]; !ok {
			number[c] = uint32(len(s.Dict))
			s.Dict = append(s.Dict, c)
		}
		s.Code = append(s.Code, number[c])
	}
	return s
}

// dump writes everything that a set holds, in order.
func dump(s *Set, elements ...string) string {
	var b strings.Builder
	frames := slices.Clone(s.Sections)
	if s.Counties != nil {
		frames = append(frames, s.Counties)
	}
	for _, f := range frames {
		fmt.Fprintf(&b, "%s %s\n", f.Base, f.Stage)
		for _, l := range f.Levels {
			for _, r := range f.Regions[l] {
				fmt.Fprintf(&b, "  %s %q %q %d..%d in %d\n", l, r.Code, r.Name, r.Lo, r.Hi, r.Parent)
			}
		}
		for i, r := range f.Rows {
			fmt.Fprintf(&b, "  %s %s:", r.Code, r.Name)
			for _, e := range append(f.Elements(), elements...) {
				fmt.Fprintf(&b, " %s=%s%s", e, f.Value(i, e), f.Text(i, e))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func program(t testing.TB, src string) *formula.Program {
	t.Helper()
	e, err := formula.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Section()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBuild(t *testing.T) {
	stages := []edu.Stage{edu.Primary, edu.Junior}
	section := func(text string) *Table { return tableOf("s.csv", edu.Section, "", text) }
	for _, tt := range []struct {
		name     string
		tables   []*Table
		opt      Options
		elements []string // asked for beside those that rows hold
		want     string
		problems []string
	}{
		{
			name:   "no upper levels: one root holds everything",
			tables: []*Table{section("code pupils\nb 2\na 1")},
			want: `section 
  all "all" "all" 0..2 in -1
  a a: pupils=1
  b b: pupils=2
`,
		},
		{
			name:   "several top units get a root, one does not",
			tables: []*Table{section("code city county pupils\ns3 c1 k2 3\ns1 c1 k1 1\ns2 c1 k1 2")},
			want: `section 
  city "c1" "c1" 0..3 in -1
  county "k1" "k1" 0..2 in 0
  county "k2" "k2" 2..3 in 0
  s1 s1: pupils=1
  s2 s2: pupils=2
  s3 s3: pupils=3
county 
  city "c1" "c1" 0..2 in -1
  k1 k1:
  k2 k2:
`,
		},
		{
			name:   "stages are frames of their own, in the order of the pack",
			tables: []*Table{section("code stage county pupils\ns1 junior k1 1\ns1 primary k1 2\ns2 senior k1 3")},
			opt:    Options{Stages: stages},
			want: `section primary
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s1 s1: pupils=2
section junior
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s1 s1: pupils=1
section senior
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s2 s2: pupils=3
county 
  all "all" "all" 0..1 in -1
  k1 k1:
`,
		},
		{
			name: "names of regions: as given, as known, else the code",
			tables: []*Table{section("code county county_name\ns1 k1 East\ns2 k2 _\ns3 k3 _"),
				section("code pupils\ns1 1\ns2 2\ns3 3")},
			opt: Options{Names: func(l edu.Level, code string) string { return map[string]string{"k2": "West"}[code] }},
			want: `section 
  all "all" "all" 0..3 in -1
  county "k1" "East" 0..1 in 0
  county "k2" "West" 1..2 in 0
  county "k3" "k3" 2..3 in 0
  s1 s1: pupils=1
  s2 s2: pupils=2
  s3 s3: pupils=3
county 
  all "all" "all" 0..3 in -1
  k1 East:
  k2 West:
  k3 k3:
`,
		},
		{
			name:   "townships known by name only are told apart by their county",
			tables: []*Table{section("code county township_name pupils\ns1 k1 城关 1\ns2 k2 城关 2")},
			want: `section 
  all "all" "all" 0..2 in -1
  county "k1" "k1" 0..1 in 0
  county "k2" "k2" 1..2 in 0
  township "城关" "城关" 0..1 in 0
  township "城关" "城关" 1..2 in 1
  s1 s1: pupils=1
  s2 s2: pupils=2
county 
  all "all" "all" 0..2 in -1
  k1 k1:
  k2 k2:
`,
		},
		{
			name: "a unit's columns may come from several tables; what one leaves out the other gives",
			tables: []*Table{section("code county pupils area\ns1 k1 10 _\ns2 k1 20 5"),
				section("code area\ns1 7\ns2 5")},
			want: `section 
  all "all" "all" 0..2 in -1
  county "k1" "k1" 0..2 in 0
  s1 s1: area=7 pupils=10
  s2 s2: area=5 pupils=20
county 
  all "all" "all" 0..1 in -1
  k1 k1:
`,
		},
		{
			name: "two different figures for one element block, and both cells are named",
			tables: []*Table{tableOf("a.csv", edu.Section, "", "code pupils\ns1 10"),
				tableOf("b.csv", edu.Section, "", "code pupils\ns1 11")},
			want: `section 
  all "all" "all" 0..1 in -1
  s1 s1: pupils=10
`,
			problems: []string{"! b.csv, row 2, column pupils: pupils of s1 is 11 here but 10 in a.csv, row 2, column pupils"},
		},
		{
			name:   "a unit twice in one table blocks, and both rows are named",
			tables: []*Table{tableOf("a.csv", edu.Section, "", "code pupils\ns1 10\ns2 3\ns1 11")},
			want: `section 
  all "all" "all" 0..2 in -1
  s1 s1: pupils=10
  s2 s2: pupils=3
`,
			problems: []string{"! a.csv, row 4: s1 stands here a second time, after a.csv, row 2; a unit may stand in a table once for each stage"},
		},
		{
			name:   "a record without a county that others have",
			tables: []*Table{section("code county township\ns1 k1 t1\ns2 _ t2\ns3 k1 _")},
			want: `section 
  all "all" "all" 0..3 in -1
  county "" "" 0..1 in 0
  county "k1" "k1" 1..3 in 0
  township "t2" "t2" 0..1 in 0
  township "" "" 1..2 in 1
  township "t1" "t1" 2..3 in 1
  s2 s2:
  s3 s3:
  s1 s1:
county 
  all "all" "all" 0..1 in -1
  k1 k1:
`,
			problems: []string{"! s.csv, row 3: s2 has no county, which other records have", "? s.csv, row 4: s3 has no township, which other records have"},
		},
		{
			name: "a record that leaves out its city is in the city of its county",
			tables: []*Table{section("code county city\ns1 k1 c1\ns2 k1 _\ns3 k2 _"),
				tableOf("k.csv", edu.County, "", "code city\nk2 c2")},
			want: `section 
  all "all" "all" 0..3 in -1
  city "c1" "c1" 0..2 in 0
  city "c2" "c2" 2..3 in 0
  county "k1" "k1" 0..2 in 0
  county "k2" "k2" 2..3 in 1
  s1 s1:
  s2 s2:
  s3 s3:
county 
  all "all" "all" 0..2 in -1
  city "c1" "c1" 0..1 in 0
  city "c2" "c2" 1..2 in 0
  k1 k1:
  k2 k2:
`,
		},
		{
			name:     "a county in two cities",
			tables:   []*Table{section("code county city\ns1 k1 c1\ns2 k1 c2")},
			problems: []string{`! s.csv, row 3: county "k1" is in city "c2" here but in "c1" elsewhere; give codes where names are not unique`},
		},
		{
			name:     "a school in two counties",
			tables:   []*Table{section("code stage county\ns1 primary k1\ns1 junior k2")},
			problems: []string{`! s.csv, row 3: s1 is in county "k2" here but in "k1" elsewhere; it can be in one only`},
		},
		{
			name: "answers of schools and counties are broadcast to the sections",
			tables: []*Table{section("code stage county pupils\ns1 primary k1 5\ns1 junior k1 6\ns2 primary k2 7"),
				tableOf("school.csv", edu.School, "", "code built_year note:text\ns1 1990 alt"),
				tableOf("county.csv", edu.County, "", "code base name g1:text\nk1 800 East doc1\nk2 650 West _")},
			opt:      Options{Stages: stages},
			elements: []string{"built_year", "base", "note", "g1"},
			want: `section primary
  all "all" "all" 0..2 in -1
  county "k1" "East" 0..1 in 0
  county "k2" "West" 1..2 in 0
  s1 s1: pupils=5 built_year=1990 base=800 note=_alt g1=_doc1
  s2 s2: pupils=7 built_year=_ base=650 note=_ g1=_
section junior
  all "all" "all" 0..1 in -1
  county "k1" "East" 0..1 in 0
  s1 s1: pupils=6 built_year=1990 base=800 note=_alt g1=_doc1
county 
  all "all" "all" 0..2 in -1
  k1 East: base=800 built_year=_ base=800 note=_ g1=_doc1
  k2 West: base=650 built_year=_ base=650 note=_ g1=_
`,
		},
		{
			name: "a workbook's sections lie in the one county that the workbook answers for",
			tables: []*Table{tableOf("k1.xlsx", edu.Section, "", "code pupils\ns1 5"), tableOf("k1.xlsx", edu.County, "", "code base\nk1 800"),
				tableOf("k2.xlsx", edu.Section, "", "code pupils\ns2 6"), tableOf("k2.xlsx", edu.County, "", "code base\nk2 700")},
			elements: []string{"base"},
			want: `section 
  all "all" "all" 0..2 in -1
  county "k1" "k1" 0..1 in 0
  county "k2" "k2" 1..2 in 0
  s1 s1: pupils=5 base=800
  s2 s2: pupils=6 base=700
county 
  all "all" "all" 0..2 in -1
  k1 k1: base=800 base=800
  k2 k2: base=700 base=700
`,
		},
		{
			name: "a list: no rows is missing, rows of which none counts is zero, a missing figure makes it missing",
			tables: []*Table{section("code\ns1\ns2\ns3\ns4"),
				tableOf("l.csv", edu.Section, "classes", "code kind size\ns1 1 40\ns1 1 50\ns1 2 10\ns2 2 12\ns4 1 _\ns4 1 44\nsX 1 1\nsX 1 2")},
			opt: Options{Derive: []Derive{
				{Element: "classes", List: "classes", Agg: Count},
				{Element: "normal", List: "classes", Where: program(t, "kind == 1"), Agg: Count},
				{Element: "class_size_max", List: "classes", Where: program(t, "kind == 1"), Agg: Largest, Of: "size"},
				{Element: "class_pupils", List: "classes", Agg: Total, Of: "size"},
				{Element: "big", List: "classes", Where: program(t, "size > 45"), Agg: Count},
			}},
			want: `section 
  all "all" "all" 0..4 in -1
  s1 s1: big=1 class_pupils=100 class_size_max=50 classes=3 normal=2
  s2 s2: big=0 class_pupils=12 class_size_max=_ classes=1 normal=0
  s3 s3: big=_ class_pupils=_ class_size_max=_ classes=_ normal=_
  s4 s4: big=_ class_pupils=_ class_size_max=_ classes=2 normal=2
`,
			problems: []string{"? l.csv, row 8: sX  is in this list but in no table of sections; its rows were left out"},
		},
		{
			name:   "totals over a school's sections count the pack's stages, and are missing where a part is",
			tables: []*Table{section("code stage pupils\ns1 primary 10\ns1 junior 5\ns1 senior 100\ns2 primary 3\ns2 junior _\ns3 junior 8")},
			opt:    Options{Stages: stages, Derive: []Derive{{Element: "school_pupils", Agg: Total, Of: "pupils", Over: edu.School}}},
			want: `section primary
  all "all" "all" 0..2 in -1
  s1 s1: pupils=10 school_pupils=15
  s2 s2: pupils=3 school_pupils=_
section junior
  all "all" "all" 0..3 in -1
  s1 s1: pupils=5 school_pupils=15
  s2 s2: pupils=_ school_pupils=_
  s3 s3: pupils=8 school_pupils=8
section senior
  all "all" "all" 0..1 in -1
  s1 s1: pupils=100 school_pupils=15
`,
		},
		{
			name:     "totals over a county are answers of the county",
			tables:   []*Table{section("code stage county pupils\ns1 primary k1 10\ns2 junior k1 5\ns3 junior k2 4")},
			opt:      Options{Stages: stages, Derive: []Derive{{Element: "county_pupils", Agg: Total, Of: "pupils", Over: edu.County}}},
			elements: []string{"county_pupils"},
			want: `section primary
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s1 s1: pupils=10 county_pupils=15
section junior
  all "all" "all" 0..2 in -1
  county "k1" "k1" 0..1 in 0
  county "k2" "k2" 1..2 in 0
  s2 s2: pupils=5 county_pupils=15
  s3 s3: pupils=4 county_pupils=4
county 
  all "all" "all" 0..2 in -1
  k1 k1: county_pupils=15 county_pupils=15
  k2 k2: county_pupils=4 county_pupils=4
`,
		},
		{
			name:   "totals over a county of some stages, and of the sections for which a condition holds",
			tables: []*Table{section("code stage county kind pupils\ns1 primary k1 1 10\ns1 junior k1 1 5\ns2 junior k1 2 4\ns3 senior k1 1 100\ns4 primary k2 1 _\ns5 junior k2 1 7")},
			opt: Options{Stages: stages, Derive: []Derive{
				{Element: "enrol_junior", Agg: Total, Of: "pupils", Over: edu.County, Stages: []edu.Stage{edu.Junior}},
				{Element: "enrol_senior", Agg: Total, Of: "pupils", Over: edu.County, Stages: []edu.Stage{edu.Senior}},
				{Element: "enrol_kind2", Agg: Total, Of: "pupils", Over: edu.County, Where: program(t, "kind == 2")},
				{Element: "schools", Agg: Count, Over: edu.County},
			}},
			want: `section primary
  all "all" "all" 0..2 in -1
  county "k1" "k1" 0..1 in 0
  county "k2" "k2" 1..2 in 0
  s1 s1: kind=1 pupils=10
  s4 s4: kind=1 pupils=_
section junior
  all "all" "all" 0..3 in -1
  county "k1" "k1" 0..2 in 0
  county "k2" "k2" 2..3 in 0
  s1 s1: kind=1 pupils=5
  s2 s2: kind=2 pupils=4
  s5 s5: kind=1 pupils=7
section senior
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s3 s3: kind=1 pupils=100
county 
  all "all" "all" 0..2 in -1
  k1 k1: enrol_junior=9 enrol_kind2=4 enrol_senior=100 schools=3
  k2 k2: enrol_junior=7 enrol_kind2=0 enrol_senior=_ schools=2
`,
		},
		{
			name:   "what follows from the same record: before totals, in order, and / only where nothing is owed",
			tables: []*Table{section("code stage county men women\ns1 primary k1 10 5\ns2 junior k1 / 4\ns3 junior k1 / _\ns4 junior k2 0 7")},
			opt: Options{Stages: stages, Derive: []Derive{
				{Element: "people", Formula: program(t, "men + women"), Level: edu.Section},
				{Element: "double", Formula: program(t, "2 * people"), Level: edu.Section},
				{Element: "all_people", Agg: Total, Of: "people", Over: edu.County},
				{Element: "half", Formula: program(t, "all_people / 2"), Level: edu.County},
				{Element: "nothing", Formula: program(t, "never_asked + 1"), Level: edu.Section},
			}},
			elements: []string{"people", "double", "nothing"},
			want: `section primary
  all "all" "all" 0..1 in -1
  county "k1" "k1" 0..1 in 0
  s1 s1: double=30 men=10 people=15 women=5 people=15 double=30 nothing=_
section junior
  all "all" "all" 0..3 in -1
  county "k1" "k1" 0..2 in 0
  county "k2" "k2" 2..3 in 0
  s2 s2: double=/ men=/ people=/ women=4 people=/ double=/ nothing=_
  s3 s3: double=_ men=/ people=_ women=_ people=_ double=_ nothing=_
  s4 s4: double=14 men=0 people=7 women=7 people=7 double=14 nothing=_
county 
  all "all" "all" 0..2 in -1
  k1 k1: all_people=_ half=_ people=_ double=_ nothing=_
  k2 k2: all_people=7 half=3.5 people=_ double=_ nothing=_
`,
		},
		{
			name: "a total of parts: missing where a part is, typed where no part is, never two figures",
			tables: []*Table{section(`code stage pupils pupils.g1 pupils.g2 pupils.g7
s1 primary _ 1 2 _
s2 primary _ 1 _ _
s3 primary 9 _ _ _
s4 primary 4 1 2 _
s5 primary _ 1 / _
s6 junior  _ _ _ 7`)},
			opt: Options{Stages: stages, Sums: []Sum{{"pupils", []Part{{"pupils.g1", []edu.Stage{edu.Primary}}, {"pupils.g2", []edu.Stage{edu.Primary}}, {"pupils.g7", []edu.Stage{edu.Junior}}}}}},
			want: `section primary
  all "all" "all" 0..5 in -1
  s1 s1: pupils=3 pupils.g1=1 pupils.g2=2
  s2 s2: pupils=_ pupils.g1=1 pupils.g2=_
  s3 s3: pupils=9 pupils.g1=_ pupils.g2=_
  s4 s4: pupils=4 pupils.g1=1 pupils.g2=2
  s5 s5: pupils=1 pupils.g1=1 pupils.g2=/
section junior
  all "all" "all" 0..1 in -1
  s6 s6: pupils=7 pupils.g7=7
`,
			problems: []string{"! s.csv, row 5, column pupils: pupils of s4 is 4, but its parts come to 3"},
		},
		{
			name: "a table without stages speaks of a school's only section",
			tables: []*Table{section("code stage pupils\ns1 primary 10\ns2 primary 3\ns2 junior 2"),
				tableOf("x.csv", edu.Section, "", "code area\ns1 7\ns2 8")},
			opt: Options{Stages: stages},
			want: `section primary
  all "all" "all" 0..2 in -1
  s1 s1: area=7 pupils=10
  s2 s2: area=_ pupils=3
section junior
  all "all" "all" 0..1 in -1
  s2 s2: pupils=2
`,
			problems: []string{"! x.csv, row 3: s2 has several stages, and this table does not say which; add a stage column"},
		},
		{
			name:     "a table of another period, and one without a key",
			tables:   []*Table{section("code\ns1"), {Period: edu.Year(2024), Level: edu.Section, File: "old.csv", N: 1, Key: stringsOf([]string{"s1"})}, {Level: edu.Section, File: "none.csv", N: 1}},
			problems: []string{"! none.csv: no column gives the code or the name of the section", "! old.csv: these are figures of 2024 among those of 2025; take one period at a time"},
		},
		{
			name:     "rows of another level",
			tables:   []*Table{{Level: edu.City, File: "city.csv", N: 1, Key: stringsOf([]string{"c1"})}},
			problems: []string{"! city.csv: a row here is a city; want section, school or county"},
		},
		{name: "nothing at all", want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, problems := Build(tt.tables, tt.opt)
			var got []string
			for _, p := range problems {
				mark := "? "
				if p.Blocking {
					mark = "! "
				}
				got = append(got, mark+p.String())
				if p.Message.ZH == "" {
					t.Errorf("%s: no Chinese message", p)
				}
			}
			if !slices.Equal(got, tt.problems) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(tt.problems, "\n"))
			}
			if d := dump(set, tt.elements...); d != tt.want && (tt.want != "" || len(tt.problems) == 0) {
				t.Errorf("got:\n%s\nwant:\n%s", d, tt.want)
			}
		})
	}
}

func TestPrevious(t *testing.T) {
	now, _ := Build([]*Table{tableOf("a.csv", edu.Section, "", "code stage county pupils\ns1 primary k1 10\ns2 primary k1 20")}, Options{})
	if _, ok := now.Sections[0].Column("pupils@prev"); ok {
		t.Error("there is a previous year before one was given")
	}
	now, _ = Build([]*Table{tableOf("a.csv", edu.Section, "", "code stage county pupils\ns1 primary k1 10\ns2 primary k1 20"), tableOf("c.csv", edu.County, "", "code base\nk1 3")}, Options{})
	now.Prev, _ = Build([]*Table{tableOf("b.csv", edu.Section, "", "code stage county pupils\ns2 primary k1 19\ns3 primary k1 1"), tableOf("d.csv", edu.County, "", "code base\nk1 2")}, Options{})
	f := now.Sections[0]
	for row, want := range []string{"_", "19"} {
		if got := f.Value(row, "pupils@prev").String(); got != want {
			t.Errorf("last year's pupils of %s: %s, want %s", f.Rows[row].Code, got, want)
		}
	}
	if got := f.Value(0, "base@prev").String(); got != "_" {
		t.Errorf("last year's county answer of a section that did not exist is %s", got)
	}
	if got := f.Value(1, "base@prev").String(); got != "2" {
		t.Errorf("last year's county answer: %s", got)
	}
	if got := now.Counties.Value(0, "base@prev").String(); got != "2" {
		t.Errorf("last year's answer of the county itself: %s", got)
	}
	if cells := f.Origin(1, "pupils@prev"); len(cells) != 1 || Place(cells[0]) != "b.csv, row 2, column pupils" {
		t.Errorf("origin of last year's figure: %v", cells)
	}
	if cells := f.Origin(0, "pupils@prev"); len(cells) != 0 {
		t.Errorf("origin of a figure that is not there: %v", cells)
	}
}

func TestOrigin(t *testing.T) {
	long := "code kind size\ns2 1 40\ns1 2 9\ns1 1 50\n" + strings.Repeat("s9 1 30\n", 300)
	set, problems := Build([]*Table{
		tableOf("s.csv", edu.Section, "", "code stage county pupils pupils.g1 pupils.g2\ns2 primary k1 _ 1 2\ns1 primary k1 8 _ _\ns9 primary k1 7 _ _\ns1 junior k1 5 _ _"),
		tableOf("t.csv", edu.Section, "", "code stage area ev:text\ns1 primary 7 doc\ns2 primary 8 _"),
		tableOf("school.csv", edu.School, "", "code built\ns1 1990"),
		tableOf("county.csv", edu.County, "", "code base\nk1 800"),
		tableOf("l.csv", edu.Section, "classes", long),
	}, Options{
		Stages: []edu.Stage{edu.Primary, edu.Junior},
		Sums:   []Sum{{"pupils", []Part{{ID: "pupils.g1"}, {ID: "pupils.g2"}}}},
		Derive: []Derive{
			{Element: "normal", List: "classes", Where: program(t, "kind == 1"), Agg: Count},
			{Element: "school_pupils", Agg: Total, Of: "pupils", Over: edu.School},
			{Element: "county_pupils", Agg: Total, Of: "pupils", Over: edu.County},
			{Element: "small_pupils", Agg: Total, Of: "pupils", Over: edu.County, Stages: []edu.Stage{edu.Primary}, Where: program(t, "pupils < 8")},
		},
	})
	// s1 has two stages, so its rows of the list cannot be told apart.
	if len(problems) != 2 {
		t.Errorf("problems: %v", problems)
	}
	f := set.Sections[0]
	for _, tt := range []struct {
		code, element string
		want          string
	}{
		{"s1", "pupils", "s.csv, row 3, column pupils"},
		{"s2", "pupils", "s.csv, row 2, column pupils.g1; s.csv, row 2, column pupils.g2"},
		{"s1", "area", "t.csv, row 2, column area"},
		{"s1", "ev", "t.csv, row 2, column ev"},
		{"s9", "area", ""},
		{"s1", "built", "school.csv, row 2, column built"},
		{"s2", "built", ""},
		{"s2", "base", "county.csv, row 2, column base"},
		{"s2", "normal", "l.csv, row 2"},
		{"s1", "school_pupils", "s.csv, row 3, column pupils; s.csv, row 5, column pupils"},
		{"s1", "county_pupils", "s.csv, row 3, column pupils; s.csv, row 2, column pupils.g1; s.csv, row 2, column pupils.g2; s.csv, row 4, column pupils; s.csv, row 5, column pupils"},
		{"s1", "small_pupils", "s.csv, row 2, column pupils.g1; s.csv, row 2, column pupils.g2; s.csv, row 4, column pupils"},
		{"s1", "nonsense", ""},
	} {
		row, ok := f.Find(tt.code)
		if !ok {
			t.Fatalf("no row %s", tt.code)
		}
		var places []string
		for _, c := range f.Origin(row, tt.element) {
			places = append(places, Place(c))
		}
		if got := strings.Join(places, "; "); got != tt.want {
			t.Errorf("%s of %s comes from %q, want %q", tt.element, tt.code, got, tt.want)
		}
	}
	row, _ := f.Find("s9")
	if cells, n := f.Origin(row, "normal"), f.Counted(row, "normal"); len(cells) != 200 || n != 300 {
		t.Errorf("%d cells of %d, want 200 of 300", len(cells), n)
	}
	if cells := set.Counties.Origin(0, "base"); len(cells) != 1 {
		t.Errorf("origin of a county's answer: %v", cells)
	}
}
