package frame

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Options say how tables become frames.
type Options struct {
	Stages []edu.Stage // the stages in their order; others found come after
	Sums   []Sum
	Derive []Derive
	Split  Split
	// Names finds the name of a unit by code, or gives "".
	Names func(level edu.Level, code string) string
}

// Sum is an element that is the total of its parts: pupils by grade.
type Sum struct {
	Element string
	Parts   []Part
}

// Part is one part of a Sum.
type Part struct {
	ID     string // column of the part, "pupils.g7"
	Stages []edu.Stage
}

// Derive is an element that follows from rows that were filled: those of a list,
// or the sections of a larger unit.
type Derive struct {
	Element string
	List    string // rows of this list that belong to the section …
	Where   *formula.Program
	Agg     Agg
	Of      string // column that is added up or compared; Count needs none
	// Over is set instead of List: the total over the sections of a school, or
	// of a county, that belong to Stages, or to Options.Stages where that is empty.
	Over   edu.Level
	Stages []edu.Stage
	// Formula is set instead of List and Over: what the other figures of the same
	// row come to, those of sections, or of counties if Level is County. It may
	// read what was derived before it.
	Formula *formula.Program
	Level   edu.Level
}

// Agg is how a Derive sums up its rows.
type Agg string

const (
	Count   Agg = "count"
	Total   Agg = "sum"
	Largest Agg = "max"
	Least   Agg = "min"
)

// builder is the state of one Build.
type builder struct {
	opt      Options
	set      *Set
	problems []Problem

	sections, schools, lists []*Table
	counties                 []*Table

	units       registry // schools, by code
	paths       paths
	aboveCounty [edu.NumLevels][]uint32 // by county: its place in an upper level, plus one
	located     []placed                // tables that placed units
	placedBy    [edu.NumLevels]map[uint32]edu.Cell
	reported    map[[3]uint32]bool

	stages []edu.Stage
	sole   []uint8 // by unit: its stage where it has one only
}

// Build makes the frames of one period from its tables, in any order, with the
// rows of one unit in one table or several. Everything wrong is reported at
// once; what a problem concerns is left out, never guessed.
func Build(tables []*Table, opt Options) (*Set, []Problem) {
	b := &builder{opt: opt, set: &Set{sums: opt.Sums}, reported: map[[3]uint32]bool{}}
	b.sort(tables)

	sections := b.number(b.sections)
	schools := b.number(b.schools)
	lists := b.number(b.lists)
	b.located = append(slices.Clone(sections), schools...)
	counties := make([]placed, len(b.counties))
	for i, t := range b.counties {
		counties[i].Table = t
	}
	b.locate(b.located, counties, len(b.units.codes))

	b.buildSections(sections, schools, lists)
	b.formulas(b.set.sections.layer, edu.Section)
	b.buildCounties(counties)
	b.overTotals()
	if c := b.set.counties.layer; c != nil {
		b.formulas(c, edu.County)
	}
	if c := b.set.counties.tree; c != nil {
		unroot(b.set.sections.tree, c)
	} else {
		unroot(b.set.sections.tree)
	}
	b.cut()
	slices.SortStableFunc(b.problems, func(x, y Problem) int { return comparePlaces(x.Cells, y.Cells) })
	return b.set, b.problems
}

// comparePlaces orders problems as a person works through the files.
func comparePlaces(x, y []edu.Cell) int {
	if len(x) == 0 || len(y) == 0 {
		return len(x) - len(y)
	}
	if c := strings.Compare(x[0].File, y[0].File); c != 0 {
		return c
	}
	if c := strings.Compare(x[0].Sheet, y[0].Sheet); c != 0 {
		return c
	}
	return x[0].Row - y[0].Row
}

func (b *builder) problem(p Problem) { b.problems = append(b.problems, p) }

// sort tells the tables apart by what their rows are.
func (b *builder) sort(tables []*Table) {
	for _, t := range tables {
		if b.set.Period.IsZero() {
			b.set.Period = t.Period
		}
		here := []edu.Cell{{Submission: t.Submission, File: t.File, Sheet: t.Sheet}}
		switch {
		case t.N == 0:
		case t.Period != b.set.Period && !t.Period.IsZero():
			b.problem(Problem{Blocking: true, Cells: here, Message: edu.Text{
				EN: fmt.Sprintf("these are figures of %s among those of %s; take one period at a time", t.Period, b.set.Period),
				ZH: fmt.Sprintf("这是 %s 的数据，与 %s 的数据不属同一时期", t.Period.Label(), b.set.Period.Label()),
			}})
		case t.keys() == nil:
			b.problem(Problem{Blocking: true, Cells: here, Message: edu.Text{
				EN: fmt.Sprintf("no column gives the code or the name of the %s", t.Level),
				ZH: "没有标识码列，也没有名称列",
			}})
		case t.List != "":
			b.lists = append(b.lists, t)
		case t.Level == edu.Section:
			b.sections = append(b.sections, t)
		case t.Level == edu.School:
			b.schools = append(b.schools, t)
		case t.Level == edu.County:
			b.counties = append(b.counties, t)
		default:
			b.problem(Problem{Blocking: true, Cells: here, Message: edu.Text{
				EN: fmt.Sprintf("a row here is a %s; want section, school or county", t.Level),
				ZH: "此表的行不是学段、学校或县",
			}})
		}
	}
}

// number gives the schools of tables their numbers.
func (b *builder) number(tables []*Table) []placed {
	out := make([]placed, len(tables))
	for i, t := range tables {
		out[i] = placed{t, b.units.number(t.keys(), t.N)}
	}
	return out
}

// buildSections joins everything given about sections, and what follows from
// lists; schools are joined by themselves, and broadcast when asked for unless
// what they give is shared out.
func (b *builder) buildSections(sections, schools, lists []placed) {
	s := &b.set.sections
	s.tree = newTree(len(b.units.codes), b.present(edu.Section), func(l edu.Level) []uint32 { return b.paths.at[l] }, &b.paths.places)
	stage := b.stageOf(sections) // may leave records out, so it comes first
	s.layer = newLayer(sections)
	s.order = arrange(s.unit, stage, len(b.stages), s.tree, &b.units)
	s.duplicates(b)
	s.layer.units()
	s.join(b)
	b.addSums(s.layer)
	b.fromLists(s.layer, lists)

	if len(schools) == 0 {
		return
	}
	l := newLayer(schools)
	flat := &tree{levels: []edu.Level{edu.Root}, nodes: [][]node{{{}}}, leaf: make([]uint32, len(b.units.codes))}
	l.order = arrange(l.unit, nil, 1, flat, &b.units)
	l.duplicates(b)
	l.units()
	l.join(b)
	b.set.schools = l
	b.set.schoolRow = slices.Repeat([]uint32{none}, len(b.units.codes))
	for row, u := range l.row {
		b.set.schoolRow[u] = uint32(row)
	}
	b.shareOut(s.layer)
}

// buildCounties joins the county answers; its rows are the counties that either
// the sections or the county tables name.
func (b *builder) buildCounties(tables []placed) {
	reg := b.paths.places[edu.County]
	if len(reg.codes) == 0 {
		return
	}
	// A table that names every county once, without columns, makes the union.
	every := &Table{Level: edu.County, N: len(reg.codes)}
	unit := make([]uint32, every.N)
	for i := range unit {
		unit[i] = uint32(i)
	}
	every.Key = &Strings{Dict: reg.codes, Code: unit}
	c := &b.set.counties
	c.layer = newLayer(append(slices.Clone(tables), placed{every, unit}))
	plus := func(l edu.Level) []uint32 { return b.aboveCounty[l] }
	c.tree = newTree(len(reg.codes), b.present(edu.County), plus, &b.paths.places)
	c.order = arrange(c.unit, nil, 1, c.tree, reg)
	c.duplicates(b)
	c.layer.units()
	c.join(b)
	b.addSums(c.layer)
}

// present are the upper levels that the data have, above a base.
func (b *builder) present(base edu.Level) []edu.Level {
	var out []edu.Level
	for _, l := range upper {
		if l < base && b.paths.at[l] != nil {
			out = append(out, l)
		} else if base == edu.County && l < base && slices.ContainsFunc(b.aboveCounty[l], known) {
			out = append(out, l)
		}
	}
	return out
}

// cut makes the frames.
func (b *builder) cut() {
	s := &b.set.sections
	lo := 0
	for i, stage := range b.stages {
		count := s.order.count[i*s.order.leaves : (i+1)*s.order.leaves]
		n := 0
		for _, c := range count {
			n += int(c)
		}
		if n > 0 {
			b.set.Sections = append(b.set.Sections, b.frame(s, edu.Section, stage, count, lo, lo+n))
		}
		lo += n
	}
	if c := &b.set.counties; c.layer != nil {
		b.set.Counties = b.frame(c, edu.County, "", c.order.count, 0, c.order.rows)
	}
}

// frame cuts the rows lo to hi-1 out of a layer.
func (b *builder) frame(g *grove, base edu.Level, stage edu.Stage, count []uint32, lo, hi int) *Frame {
	f := &Frame{Period: b.set.Period, Stage: stage, Base: base, Rows: make([]Row, hi-lo), set: b.set, grove: g, lo: lo,
		cols: make(map[string][]float64, len(g.cols)), texts: make(map[string]*Strings, len(g.texts))}
	f.Levels, f.Regions = g.tree.regions(count, func(level edu.Level, place uint32) (string, string) {
		switch {
		case level == edu.Root:
			name := ""
			if b.opt.Names != nil {
				name = b.opt.Names(edu.Root, edu.Root.String())
			}
			if name == "" {
				name = edu.Root.String()
			}
			return edu.Root.String(), name
		case place == 0:
			return "", ""
		}
		reg := b.paths.places[level]
		return reg.codes[place-1], reg.nameOf(place-1, level, b.opt.Names)
	})
	for e, col := range g.cols {
		if part := col[lo:hi:hi]; slices.ContainsFunc(part, func(v float64) bool { return !isMissing(v) }) {
			f.cols[e] = part
		}
	}
	for e, t := range g.texts {
		f.texts[e] = &Strings{Dict: t.Dict, Code: t.Code[lo:hi:hi]}
	}
	reg, level := &b.units, edu.School
	if base == edu.County {
		reg, level = b.paths.places[edu.County], edu.County
	}
	parallel(hi-lo, 1<<14, func(a, z int) {
		for i := a; i < z; i++ {
			f.Rows[i] = b.rowAt(g.layer, reg, level, lo+i)
		}
	})
	return f
}

// rowAt describes a row of a layer.
func (b *builder) rowAt(l *layer, reg *registry, level edu.Level, i int) Row {
	u := l.row[i]
	code := reg.codes[u]
	row := Row{ID: edu.UnitID(code), Code: code}
	if l.order.perm == nil && len(l.tables) == 1 {
		row.Name = l.tables[0].Name.At(i)
	} else {
		for _, r := range l.order.records(i) {
			t, j := l.record(r)
			if row.Name = t.Name.At(j); row.Name != "" {
				break
			}
		}
	}
	if row.Name == "" && level == edu.School && b.set.schools != nil && b.set.schoolRow[u] != none {
		school := b.set.schools
		for _, r := range school.order.records(int(b.set.schoolRow[u])) {
			t, j := school.record(r)
			if row.Name = t.Name.At(j); row.Name != "" {
				break
			}
		}
	}
	if row.Name == "" {
		row.Name = reg.nameOf(u, level, b.opt.Names)
	}
	return row
}
