package quality

import (
	"math"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Peers tells which schools are like a row: rows of one key are alike. An empty
// key is like nobody in particular and is held against all of its stage.
type Peers func(f *frame.Frame, row int) (key string, name edu.Text)

// ByStage holds every school against all of its stage.
func ByStage(*frame.Frame, int) (string, edu.Text) { return "", edu.Text{} }

// ByCounty holds a school against those of its county.
func ByCounty(f *frame.Frame, row int) (string, edu.Text) {
	r := f.RegionOf(edu.County, row)
	if r < 0 {
		return "", edu.Text{}
	}
	c := f.Regions[edu.County][r]
	return c.Code, edu.Text{ZH: c.Name, EN: c.Name}
}

// urbanRural is the element that tells town from village.
const urbanRural = "urban_rural"

// Of a school below smallSchool pupils every figure per pupil is large: such
// schools are held against each other.
const (
	pupils      = "pupils"
	smallSchool = 100
)

// ByPlace holds a school against those that stand where it does, in a city, a
// town or a village by the statistical code, and that are small if it is small.
func ByPlace(p *pack.Pack) Peers {
	e := p.Element(urbanRural)
	if e != nil && e.Type != edu.TypeChoice {
		e = nil
	}
	return func(f *frame.Frame, row int) (key string, name edu.Text) {
		if n, ok := f.Value(row, urbanRural).Number(); ok && e != nil && n >= 0 && int(n) < len(e.Choices) {
			key, name = place(e.Choices[int(n)].ID)
		}
		if n, ok := f.Value(row, pupils).Number(); ok && n < smallSchool {
			key += "small"
			name.ZH += "不足100人"
			name.EN = strings.TrimSpace(name.EN + " below 100 pupils")
		}
		return key, name
	}
}

// place reads a statistical code: 111 and 112 are the city, 121 to 123 a town,
// 210 and 220 the country.
func place(code string) (key string, name edu.Text) {
	switch {
	case strings.HasPrefix(code, "11"):
		return "11", edu.Text{ZH: "城区", EN: "urban"}
	case strings.HasPrefix(code, "12"):
		return "12", edu.Text{ZH: "镇区", EN: "town"}
	case strings.HasPrefix(code, "2"):
		return "2", edu.Text{ZH: "乡村", EN: "rural"}
	}
	return "", edu.Text{}
}

// group is a set of rows that are alike, with those of them that have a figure.
type group struct {
	name edu.Text
	rows []int
	x    []float64
}

// groups puts the figures of a column into groups. A row whose own group is too
// small is held against the whole stage; where that is too small as well, it
// is in no group. The second result is the group of each row, or nil.
func groups(f *frame.Frame, x []float64, opt Options) []*group {
	all := &group{}
	byKey := map[string]*group{"": all}
	own := make([]*group, f.Len())
	for row := range f.Len() {
		if math.IsNaN(x[row]) {
			continue
		}
		all.rows, all.x = append(all.rows, row), append(all.x, x[row])
		key, name := opt.Peers(f, row)
		g := byKey[key]
		if g == nil {
			g = &group{name: name}
			byKey[key] = g
		}
		if g != all {
			g.rows, g.x = append(g.rows, row), append(g.x, x[row])
		}
		own[row] = g
	}
	for row, g := range own {
		if g != nil && len(g.x) < opt.Group {
			g = all
		}
		if g != nil && len(g.x) < opt.Group {
			g = nil
		}
		own[row] = g
	}
	return own
}
