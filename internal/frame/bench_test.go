package frame

import (
	"fmt"
	"strconv"
	"testing"

	"shuren/internal/edu"
)

// nation is a table of n sections in 2,844 counties, in two stages; sorted gives
// them in the order of the tree.
func nation(n int, sorted bool) *Table {
	const counties, cities, provinces = 2844, 333, 31
	t := &Table{Period: edu.Year(2025), Level: edu.Section, File: "nation.csv", N: n, Rows: make([]int32, n), Cols: map[string][]float64{}}
	key := &Strings{Dict: make([]string, n), Code: make([]uint32, n)}
	stage := &Strings{Dict: []string{"primary", "junior"}, Code: make([]uint32, n)}
	levels := []struct {
		level edu.Level
		n     int
	}{{edu.Province, provinces}, {edu.City, cities}, {edu.County, counties}}
	for _, l := range levels {
		s := &Strings{Code: make([]uint32, n)}
		for i := range l.n {
			s.Dict = append(s.Dict, fmt.Sprintf("%06d", i))
		}
		t.Path[l.level] = s
	}
	for e := range 8 {
		t.Cols["e"+strconv.Itoa(e)] = make([]float64, n)
	}
	for i := range n {
		county := i % counties
		if sorted {
			county = i * counties / n
		}
		city := county * cities / counties
		t.Rows[i] = int32(i + 2)
		key.Dict[i] = strconv.Itoa(1000000000 + i)
		key.Code[i] = uint32(i)
		if i*7%10 < 3 && !sorted || sorted && i >= n*7/10 {
			stage.Code[i] = 1
		}
		t.Path[edu.County].Code[i] = uint32(county)
		t.Path[edu.City].Code[i] = uint32(city)
		t.Path[edu.Province].Code[i] = uint32(city * provinces / cities)
		for e := range 8 {
			t.Cols["e"+strconv.Itoa(e)][i] = float64((i*31 + e*17) % 1000)
		}
	}
	t.Key, t.Name, t.Stage = key, key, stage
	return t
}

func BenchmarkBuildNation(b *testing.B) {
	for _, c := range []struct {
		name    string
		shuffle func(*Table)
		sorted  bool
	}{
		{"sorted", nil, true},
		{"by_code", nil, false},
		{"codes_mixed", func(t *Table) {
			for i := range t.Key.Dict {
				t.Key.Dict[i] = strconv.Itoa(1000000000 + i*7919%1000003)
			}
		}, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			t := nation(500_000, c.sorted)
			if c.shuffle != nil {
				c.shuffle(t)
			}
			b.ReportAllocs()
			for b.Loop() {
				set, problems := Build([]*Table{t}, Options{Stages: []edu.Stage{edu.Primary, edu.Junior}})
				if len(problems) > 0 || set.Sections[0].Len() == 0 {
					b.Fatal(len(problems), problems[0])
				}
			}
		})
	}
}
