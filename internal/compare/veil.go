package compare

import (
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// A rate tells how many it is made of as soon as the roll is known: 0.5 % of 400
// is two pupils. So a figure that is compared is looked at for the persons behind
// it, as a count is: the pupils that its formulas read, and those who lie between
// two counts of them, since a rate leaves them out.

// learners are the units of measure in which pupils are counted.
var learners = []string{"pupil", "child", "student"}

// Veil tells what is left out of the figures of one stage in one year. It decides
// once of each kind of persons, for all measures, tables and exports. What cannot
// be decided is left out.
type Veil struct {
	pack     *pack.Pack
	st       *standard.Stage
	least    int
	county   []int // by row
	township []int
	class    []int
	left     map[string]*Left
}

// NewVeil makes the veil of a stage, or of the counties' own answers.
func NewVeil(a *standard.Assessment, st *standard.Stage, least int) *Veil {
	n := st.Frame.Len()
	v := &Veil{pack: a.Pack, st: st, least: least, county: make([]int, n), township: make([]int, n), class: make([]int, n), left: map[string]*Left{}}
	var of [][]int
	for _, b := range Bys {
		g, _ := b.Of(a, st)
		of = append(of, g)
	}
	counties, townships := len(st.Frame.Regions[edu.County]), len(st.Frame.Regions[edu.Township])
	known := map[[3]int]int{}
	for row := range n {
		v.county[row], v.township[row] = counties, townships // those that lie in none
		if k := st.Frame.RegionOf(edu.County, row); counties > 0 && k >= 0 {
			v.county[row] = k
		}
		if k := st.Frame.RegionOf(edu.Township, row); townships > 0 && k >= 0 {
			v.township[row] = k
		}
		// Figures of regions leave out what lies outside the standard's scope, others
		// do not: the difference of the two is a sum too.
		key := [3]int{of[0][row], of[1][row], int(is(st.Scope != nil && st.Scope[row] != edu.Met))}
		c, ok := known[key]
		if !ok {
			c = len(known)
			known[key] = c
		}
		v.class[row] = c
	}
	return v
}

// Row tells that a measure of a row must not be shown beside others.
func (v *Veil) Row(d *pack.Indicator, row int) bool {
	return v.any(d, func(l *Left) bool { return l.Row[row] })
}

// Region tells it of a county, by its place in the frame.
func (v *Veil) Region(d *pack.Indicator, county int) bool {
	return v.any(d, func(l *Left) bool { return county < len(l.County) && l.County[county] })
}

// Parts tells that a measure must not be parted by groups: in a county, or in the
// whole for -1.
func (v *Veil) Parts(d *pack.Indicator, county int) bool {
	return v.any(d, func(l *Left) bool {
		return slices.Contains(l.of(county), true)
	})
}

// of are the classes of a county, or of the whole for -1.
func (l *Left) of(county int) []bool {
	switch {
	case county < 0:
		return l.Class
	case county < len(l.Cell):
		return l.Cell[county]
	}
	return nil
}

// Counted tells which counts of the pupils of some rows must not be shown.
type Counted struct {
	v *Veil
	*Left
}

// Counted is what is left out of counts of pupils.
func (v *Veil) Counted() (Counted, error) {
	l, err := v.of(Pupils, "")
	return Counted{v, l}, err
}

// Whole tells of the pupils of a class of the whole, by one of its rows.
func (c Counted) Whole(row int) bool { return c.Left.Class[c.v.class[row]] }

// County tells of the pupils of a row's class in its county.
func (c Counted) County(row int) bool { return c.Cell[c.v.county[row]][c.v.class[row]] }

// Township tells of the pupils of a row's class in its township.
func (c Counted) Township(row int) bool {
	return c.Left.Township[[2]int{c.v.township[row], c.v.class[row]}]
}

// Total tells of the pupils of a row's county.
func (c Counted) Total(row int) bool { return c.Left.County[c.v.county[row]] }

// any asks of all kinds of persons behind a measure.
func (v *Veil) any(d *pack.Indicator, hides func(*Left) bool) bool {
	ids := v.counted(d)
	for i, a := range ids {
		for _, b := range append([]string{""}, ids[:i]...) {
			if l, err := v.of(a, b); err != nil || hides(l) {
				return true
			}
		}
	}
	return false
}

// counted are the counts of pupils that a measure tells of, in one order.
func (v *Veil) counted(d *pack.Indicator) []string {
	var ids []string
	for _, id := range append(slices.Clone(d.Needs), d.Weight) {
		e := v.pack.Element(id)
		if e == nil || e.Type != edu.TypeCount || !slices.Contains(learners, e.Unit) {
			continue
		}
		if _, ok := v.st.Frame.Column(id); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// of decides of the pupils that an element counts, or of those between it and
// another one.
func (v *Veil) of(id, other string) (*Left, error) {
	if l := v.left[id+"|"+other]; l != nil {
		return l, nil
	}
	p := Population{County: v.county, Class: v.class, Count: make([]int, len(v.class))}
	col, ok := v.st.Frame.Column(id)
	less, _ := v.st.Frame.Column(other)
	if other == "" && id == Pupils {
		p.Township, p.Zero = v.township, true
	}
	if other != "" {
		p.Net = make([]int, len(v.class))
	}
	for row := range p.Count {
		p.Count[row] = Nobody
		switch {
		case !ok || !(col[row] >= 0):
			if p.Zero {
				p.Count[row] = 0 // a school that does not say
			}
		case other == "":
			p.Count[row] = int(math.Round(col[row]))
		case less[row] >= 0:
			p.Net[row] = int(math.Round(col[row])) - int(math.Round(less[row]))
			p.Count[row] = max(p.Net[row], -p.Net[row])
		}
	}
	l, err := Leave(p, v.least)
	if err != nil {
		return nil, err
	}
	v.left[id+"|"+other] = &l
	return &l, nil
}
