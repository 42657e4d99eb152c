package demo

import (
	"reflect"
	"testing"

	"shuren/internal/edu"
)

func TestSameSeedSameCity(t *testing.T) {
	a, b, other := New(7), New(7), New(8)
	same := func(x, y *City) bool {
		if len(x.sections) != len(y.sections) {
			return false
		}
		for i := range x.sections {
			if x.sections[i].pupils != y.sections[i].pupils || x.sections[i].stock != y.sections[i].stock || x.sections[i].school.name != y.sections[i].school.name {
				return false
			}
		}
		return true
	}
	if !same(a, b) {
		t.Error("one seed made two cities")
	}
	if same(a, other) {
		t.Error("two seeds made one city")
	}
	if !reflect.DeepEqual(a.Counties(), other.Counties()) {
		t.Error("the counties depend on the seed")
	}
}

// The ranges are those of the domain pages' rough calibration (13.2, evidence
// E); a seed may move a figure inside them only.
func TestCityIsSizedLikeAPrefecture(t *testing.T) {
	for seed := range uint64(4) {
		c := New(seed)
		number := func(want func(*section) bool, y int) (n, pupils int) {
			for _, s := range c.sections {
				if s.in(y) && want(s) {
					n++
					pupils += s.total(y)
				}
			}
			return n, pupils
		}
		stage := func(st edu.Stage) func(*section) bool {
			return func(s *section) bool { return s.stage == st && s.school.kind != "218" }
		}
		y2023 := 2023 - firstYear
		for _, tt := range []struct {
			name             string
			want             func(*section) bool
			least, most      int
			pupils, pupilsTo int // thousands in 2023
		}{
			{"kindergartens", stage(edu.Preschool), 1400, 1600, 205, 232},
			{"primary sections", stage(edu.Primary), 850, 990, 500, 545},
			{"teaching points", func(s *section) bool { return s.school.kind == "218" }, 300, 400, 5, 20},
			{"junior sections", stage(edu.Junior), 230, 270, 252, 268},
			{"nine-year schools", func(s *section) bool { return s.school.kind == "312" && s.stage == edu.Junior }, 40, 40, 10, 30},
			{"senior highs", stage(edu.Senior), 66, 74, 162, 178},
			{"vocational schools", stage(edu.Vocational), 32, 36, 108, 121},
			{"special schools", stage(edu.Special), 9, 10, 1, 2},
			{"colleges", stage(edu.Higher), 4, 4, 38, 50},
			{"all sections", func(*section) bool { return true }, 3050, 3450, 1290, 1375},
		} {
			n, pupils := number(tt.want, y2023)
			if n < tt.least || n > tt.most {
				t.Errorf("seed %d: %d %s in 2023, want %d to %d", seed, n, tt.name, tt.least, tt.most)
			}
			if pupils < 1000*tt.pupils || pupils > 1000*tt.pupilsTo {
				t.Errorf("seed %d: %d pupils of %s in 2023, want %d to %d thousand", seed, pupils, tt.name, tt.pupils, tt.pupilsTo)
			}
		}
		roll := func(st edu.Stage, y int) int {
			_, p := number(func(s *section) bool { return s.stage == st }, y)
			return p
		}
		if a, b := roll(edu.Preschool, y2023), roll(edu.Preschool, newest); float64(b) > .85*float64(a) {
			t.Errorf("seed %d: kindergartens went from %d to %d children: want them to shrink", seed, a, b)
		}
		if a, b := roll(edu.Junior, y2023-3), roll(edu.Junior, newest); b <= a {
			t.Errorf("seed %d: juniors went from %d to %d pupils: want growth", seed, a, b)
		}
	}
}

// A cohort must be found again one grade higher a year later: forecasts and
// retention are tried on it.
func TestCohortsMoveUp(t *testing.T) {
	c := New(1)
	for county := range counties {
		var grades [years][9]float64
		for _, s := range c.sections {
			if s.school.county == county && s.compulsory() {
				for y := range years {
					for g, n := range s.pupils[y] {
						grades[y][g] += float64(n)
					}
				}
			}
		}
		for y := 1; y < years; y++ {
			for g := 1; g < 9; g++ {
				if g == 6 {
					continue // juniors come from several primary schools and other places
				}
				if r := grades[y][g] / grades[y-1][g-1]; r < .95 || r > 1.03 {
					t.Errorf("%s: grade %d of %d is %.3f of the grade below a year before", counties[county].Name.EN, g+1, firstYear+y, r)
				}
			}
		}
	}
}

// What the checks of the pack would refuse must not be in the demo.
func TestFiguresAgree(t *testing.T) {
	c := New(3)
	for _, s := range c.sections {
		if !s.compulsory() {
			continue
		}
		for y := range years {
			if !s.in(y) || s.total(y) == 0 {
				continue
			}
			st := s.at(y)
			bad := func(what string) { t.Errorf("%s %s %d: %s: %+v", s.school.name.zh, s.stage, firstYear+y, what, st) }
			switch {
			case st.qualified > st.teachers || st.backbone > st.teachers || st.arts > st.teachers:
				bad("more of one kind of teacher than teachers")
			case st.indoor > st.teaching:
				bad("more indoor sports rooms than rooms")
			case st.qualified < 0 || st.backbone < 0 || st.arts < 0 || st.field < 0 || st.multimedia < 0:
				bad("a negative figure")
			}
			if e := st.equipment / float64(s.total(y)); e < 50 || e > 50000 {
				bad("implausible equipment")
			}
			sum := map[int]int{}
			all := 0
			for _, x := range c.classes(s, y) {
				sum[x.grade-1] += x.pupils
				all += x.pupils
				if x.boarders > x.pupils || x.pupils <= 0 {
					t.Errorf("%s %d: class %+v", s.school.name.zh, firstYear+y, x)
				}
				if x.kind == "multigrade" {
					sum[x.grade-1] = -1
				}
			}
			if all != s.total(y) {
				t.Errorf("%s %d: classes add up to %d of %d pupils", s.school.name.zh, firstYear+y, all, s.total(y))
			}
			for g, n := range sum {
				if n != s.pupils[y][g] && s.school.setting != point {
					t.Errorf("%s %d: classes of grade %d hold %d of %d pupils", s.school.name.zh, firstYear+y, g+1, n, s.pupils[y][g])
				}
			}
			f := c.record(s, y)
			if g, ok := f["graduates"].(int); ok {
				have := f["entrants_3y"].(int) + f["transfer_in_3y"].(int)
				if g > have || f["transfer_out_3y"].(int) < 0 || f["transfer_in_3y"].(int) < 0 {
					t.Errorf("%s %d: %d graduates of %d", s.school.name.zh, firstYear+y, g, have)
				}
			}
			if f["zone_enrolled"].(int) > f["zone_pupils"].(int) {
				t.Errorf("%s %d: more enrolled than in the zone", s.school.name.zh, firstYear+y)
			}
		}
	}
}

func TestUnitsMakeATree(t *testing.T) {
	c := New(1)
	tree, err := edu.NewTree(c.Units())
	if err != nil {
		t.Fatal(err)
	}
	snap := tree.On(edu.Year(lastYear))
	if got := len(snap.ByKey(edu.County, "YX-JKQ")); got != 1 {
		t.Errorf("the zone is found %d times by the key that workbooks give", got)
	}
	open := 0
	for _, s := range c.sections {
		if s.in(newest) {
			open++
		}
	}
	n := 0
	for i := range snap.Nodes {
		if snap.Nodes[i].Unit.Level == edu.Section {
			n++
		}
	}
	if n != open {
		t.Errorf("the tree of %d has %d sections, want %d", lastYear, n, open)
	}
}
