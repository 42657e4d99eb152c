package compare

import (
	"math"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Elements that units are alike or parted by. An element's id is its name in the
// whole city, so every scheme that asks it means the same; where nobody gave it,
// what rests on it is left out.
const (
	Pupils     = "pupils"
	Boarders   = "boarders"
	UrbanRural = "urban_rural"
	Ownership  = "ownership"
)

// What schools and counties are matched on. All weigh alike: there is no ground
// to say that one of them matters more, and the page shows each.
var (
	size      = Feature{ID: "size", Weight: 1, Reads: []string{Pupils}, Name: edu.Text{ZH: "规模", EN: "Size"}, How: edu.Text{ZH: "在校生数的自然对数", EN: "natural logarithm of pupils"}}
	urban     = Feature{ID: "urban", Weight: 1, Reads: []string{UrbanRural}, Name: edu.Text{ZH: "城乡", EN: "Urban or rural"}, How: edu.Text{ZH: "城区1、镇区0.5、乡村0", EN: "urban 1, town 0.5, rural 0"}}
	boarding  = Feature{ID: "boarders", Weight: 1, Reads: []string{Boarders, Pupils}, Name: edu.Text{ZH: "寄宿生占比", EN: "Share of boarders"}, How: edu.Text{ZH: "寄宿生数除以在校生数", EN: "boarders over pupils"}}
	public    = Feature{ID: "public", Weight: 1, Reads: []string{Ownership}, Name: edu.Text{ZH: "公办", EN: "Public"}, How: edu.Text{ZH: "公办1、民办0", EN: "public 1, private 0"}}
	rural     = Feature{ID: "rural", Weight: 1, Reads: []string{UrbanRural, Pupils}, Name: edu.Text{ZH: "乡村学生占比", EN: "Share of rural pupils"}, How: edu.Text{ZH: "乡村学校在校生占比", EN: "pupils of rural schools over all"}}
	inPrivate = Feature{ID: "private", Weight: 1, Reads: []string{Ownership, Pupils}, Name: edu.Text{ZH: "民办学生占比", EN: "Share of private pupils"}, How: edu.Text{ZH: "民办学校在校生占比", EN: "pupils of private schools over all"}}
	perSchool = Feature{ID: "per_school", Weight: 1, Reads: []string{Pupils}, Name: edu.Text{ZH: "校均规模", EN: "School size"}, How: edu.Text{ZH: "每校平均在校生数的自然对数", EN: "natural logarithm of pupils for each school"}}
)

// Matched stands for what units are matched on where it is asked which counts of
// pupils it tells of.
var Matched = &pack.Indicator{ID: "matched", Needs: []string{Pupils, Boarders}}

// known is the part of the units that must have a feature for it to count: one
// that most do not give would leave most of them without peers.
const known = 0.5

// grouper tells the group of a row, -1 where nobody knows.
type grouper func(row int) int

// By is what sections are parted by.
type By struct {
	ID     string
	Name   edu.Text
	Groups []edu.Text
	IDs    []string // of the groups, as addresses name them
	of     func(f *frame.Frame, choice func(element string, row int) string) grouper
}

// Bys are the partings in the order in which they are shown.
var Bys = []By{
	{ID: "place", Name: edu.Text{ZH: "城乡", EN: "Urban and rural"},
		Groups: []edu.Text{{ZH: "城区", EN: "Urban"}, {ZH: "镇区", EN: "Town"}, {ZH: "乡村", EN: "Rural"}},
		IDs:    []string{"urban", "town", "rural"},
		of: func(_ *frame.Frame, choice func(string, int) string) grouper {
			return func(row int) int { return placeOf(choice(UrbanRural, row)) }
		}},
	{ID: "ownership", Name: edu.Text{ZH: "公办与民办", EN: "Public and private"},
		Groups: []edu.Text{{ZH: "公办", EN: "Public"}, {ZH: "民办", EN: "Private"}},
		IDs:    []string{"public", "private"},
		of: func(_ *frame.Frame, choice func(string, int) string) grouper {
			return func(row int) int { return ownerOf(choice(Ownership, row)) }
		}},
}

// placeOf reads a code of 统计用城乡划分代码: 11x urban, 12x town, 2xx rural.
func placeOf(code string) int {
	switch {
	case strings.HasPrefix(code, "11"):
		return 0
	case strings.HasPrefix(code, "12"):
		return 1
	case strings.HasPrefix(code, "2"):
		return 2
	}
	return -1
}

func ownerOf(code string) int {
	switch {
	case code == "":
		return -1
	case code == string(edu.Public):
		return 0
	}
	return 1
}

// choiceOf gives the id of the choice that a row made, empty where it made none.
func choiceOf(a *standard.Assessment, f *frame.Frame) func(element string, row int) string {
	return func(element string, row int) string {
		e := a.Pack.Element(element)
		if e == nil {
			return ""
		}
		v, ok := f.Value(row, element).Number()
		if i := int(v); ok && i >= 0 && i < len(e.Choices) {
			return e.Choices[i].ID
		}
		return ""
	}
}

// GroupID names a group in addresses; -1 are those of whom nobody knows it.
func (b By) GroupID(g int) string {
	if g < 0 || g >= len(b.IDs) {
		return b.ID + "-none"
	}
	return b.IDs[g]
}

// GroupOf finds the parting and the group of an id that [By.GroupID] gave.
func GroupOf(id string) (b By, group int, ok bool) {
	for _, b := range Bys {
		for g := -1; g < len(b.IDs); g++ {
			if b.GroupID(g) == id {
				return b, g, true
			}
		}
	}
	return By{}, 0, false
}

// Of gives the group of each row of a stage, and whether any is known.
func (b By) Of(a *standard.Assessment, st *standard.Stage) (group []int, any bool) {
	group = make([]int, st.Frame.Len())
	g := b.of(st.Frame, choiceOf(a, st.Frame))
	for row := range group {
		group[row] = g(row)
		any = any || group[row] >= 0
	}
	return group, any
}

// SchoolFeatures are the features of the sections of a stage, by row. A feature
// that fewer than half of them have is left out for all; unknown lists those.
func SchoolFeatures(a *standard.Assessment, st *standard.Stage) (features []Feature, values [][]float64, unknown []Feature) {
	f := st.Frame
	choice := choiceOf(a, f)
	cols := []struct {
		feature Feature
		of      func(row int) float64
	}{
		{size, func(row int) float64 { return logOf(number(f, row, Pupils)) }},
		{urban, func(row int) float64 {
			if g := placeOf(choice(UrbanRural, row)); g >= 0 {
				return 1 - float64(g)/2
			}
			return math.NaN()
		}},
		{boarding, func(row int) float64 { return finite(number(f, row, Boarders) / number(f, row, Pupils)) }},
		{public, func(row int) float64 {
			if g := ownerOf(choice(Ownership, row)); g >= 0 {
				return 1 - float64(g)
			}
			return math.NaN()
		}},
	}
	table := make([][]float64, len(cols))
	for c := range cols {
		table[c] = make([]float64, f.Len())
		for row := range table[c] {
			table[c][row] = cols[c].of(row)
		}
	}
	for c := range cols {
		if !mostly(table[c]) {
			unknown = append(unknown, cols[c].feature)
			table[c] = nil
			continue
		}
		features = append(features, cols[c].feature)
	}
	return features, across(table, f.Len()), unknown
}

// CountyFeatures are the features of the counties of a stage, in their order. A
// share leaves out schools that do not say; it is missing where nobody says.
func CountyFeatures(a *standard.Assessment, stage int) (features []Feature, values [][]float64, unknown []Feature) {
	st := a.Stages[stage]
	choice := choiceOf(a, st.Frame)
	units := a.Units[edu.County]
	all := []Feature{size, perSchool, rural, boarding, inPrivate}
	table := make([][]float64, len(all))
	for c := range table {
		table[c] = make([]float64, len(units))
	}
	for u := range units {
		lo, hi := a.Rows(edu.County, u, stage)
		var pupils, schools float64
		var inRural, boarders, inPrivate share
		for row := lo; row < hi; row++ {
			n := number(st.Frame, row, Pupils)
			if math.IsNaN(n) {
				continue
			}
			pupils, schools = pupils+n, schools+1
			if g := placeOf(choice(UrbanRural, row)); g >= 0 {
				inRural.add(n, is(g == 2)*n)
			}
			if g := ownerOf(choice(Ownership, row)); g >= 0 {
				inPrivate.add(n, is(g == 1)*n)
			}
			if b := number(st.Frame, row, Boarders); !math.IsNaN(b) {
				boarders.add(n, b)
			}
		}
		for c, v := range []float64{logOf(pupils), logOf(pupils / schools), inRural.value(), boarders.value(), inPrivate.value()} {
			table[c][u] = v
		}
	}
	for c := range all {
		if !mostly(table[c]) {
			unknown = append(unknown, all[c])
			table[c] = nil
			continue
		}
		features = append(features, all[c])
	}
	return features, across(table, len(units)), unknown
}

type share struct{ part, whole float64 }

func (s *share) add(whole, part float64) { s.whole, s.part = s.whole+whole, s.part+part }

func (s *share) value() float64 { return finite(s.part / s.whole) }

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func number(f *frame.Frame, row int, element string) float64 {
	v, ok := f.Value(row, element).Number()
	if !ok {
		return math.NaN()
	}
	return v
}

// logOf is the logarithm of a count; nobody is no size.
func logOf(v float64) float64 {
	if !(v > 0) {
		return math.NaN()
	}
	return finite(math.Log(v))
}

func mostly(col []float64) bool {
	n := 0
	for _, v := range col {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n > 0 && float64(n) >= known*float64(len(col))
}

// across turns columns into rows, leaving out those that are nil.
func across(table [][]float64, n int) [][]float64 {
	out := make([][]float64, n)
	for row := range out {
		for _, col := range table {
			if col != nil {
				out[row] = append(out[row], col[row])
			}
		}
	}
	return out
}
