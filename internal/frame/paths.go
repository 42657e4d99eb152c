package frame

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// A unit's place in the tree is one code for each upper level. Tables need not
// agree on how much of it they give: what one record leaves out, another record
// of the same unit, or of the same county, fills in.

// upper are the levels that regions have, from the top down.
var upper = []edu.Level{edu.Nation, edu.Province, edu.City, edu.County, edu.Township}

// paths holds the place of each unit: at[level][unit] is the number of a code in
// places[level] plus one, and 0 where none is known.
type paths struct {
	places [edu.NumLevels]*registry
	at     [edu.NumLevels][]uint32
	// byName: the codes of the level are names, which need not be unique below
	// the county, so they do not tell what lies above them.
	byName [edu.NumLevels]bool
}

// placed is a table with the unit number of each record.
type placed struct {
	*Table
	unit []uint32
}

// codes gives the column that tells units of a level apart, which is the names
// where there are no codes.
func (t *Table) codes(level edu.Level) *Strings {
	if s := t.Path[level]; s != nil {
		return s
	}
	return t.PathName[level]
}

// locate reads the paths of all units from the tables of sections and schools,
// and those of the counties from the tables of counties.
func (b *builder) locate(tables, countyTables []placed, units int) {
	p := &b.paths
	for i := range p.places {
		if p.places[i] == nil {
			p.places[i] = &registry{index: map[string]uint32{}}
		}
	}
	for _, t := range tables {
		for _, level := range upper {
			col := t.codes(level)
			if col == nil && level == edu.County {
				col = b.countyOfFile(t.Table)
			}
			if col == nil {
				continue
			}
			if t.Path[level] == nil && t.PathName[level] != nil {
				p.byName[level] = true
			}
			b.take(t, level, col, units)
		}
	}
	b.locateCounties(countyTables)
	b.settle(units)
	b.unplaced(tables)
}

// take reads one level of one table.
func (b *builder) take(t placed, level edu.Level, col *Strings, units int) {
	p := &b.paths
	reg := p.places[level]
	number := make([]uint32, len(col.Dict))
	for i, code := range col.Dict {
		number[i] = none
		if code == "" {
			number[i] = 0
		}
	}
	at := p.at[level]
	if at == nil {
		at = make([]uint32, units)
	}
	any := false
	names := t.PathName[level]
	for i, u := range t.unit {
		c := col.Code[i]
		g := number[c]
		if g == none {
			g = reg.add(col.Dict[c]) + 1
			number[c] = g
		}
		if g == 0 || u == none {
			continue
		}
		any = true
		if names != nil && (int(g) > len(reg.names) || reg.names[g-1] == "") {
			reg.name(g-1, names.At(i))
		}
		switch at[u] {
		case g:
		case 0:
			at[u] = g
		default:
			b.strayed(t, i, level, at[u], g)
		}
	}
	if any {
		p.at[level] = at
	}
}

// strayed reports a unit that two records put in two places.
func (b *builder) strayed(t placed, row int, level edu.Level, first, other uint32) {
	reg := b.paths.places[level]
	cells := []edu.Cell{t.cell(row, "")}
	if c, ok := b.firstRecord(t.unit[row], level); ok {
		cells = append(cells, c)
	}
	code := t.keys().At(row)
	b.problem(Problem{
		Blocking: level <= edu.County,
		Cells:    cells,
		Message: edu.Text{
			EN: fmt.Sprintf("%s is in %s %q here but in %q elsewhere; it can be in one only", code, level, reg.codes[other-1], reg.codes[first-1]),
			ZH: fmt.Sprintf("%s 在此处属于“%s”，在别处属于“%s”，只能属于一个", code, reg.codes[other-1], reg.codes[first-1]),
		},
	})
}

// firstRecord finds the record that first placed a unit at a level. The index
// is built once, when the first contradiction is found.
func (b *builder) firstRecord(unit uint32, level edu.Level) (edu.Cell, bool) {
	if b.placedBy[level] == nil {
		b.placedBy[level] = map[uint32]edu.Cell{}
		for _, t := range b.located {
			col := t.codes(level)
			if col == nil {
				continue
			}
			for i, u := range t.unit {
				if u == none || col.At(i) == "" {
					continue
				}
				if _, ok := b.placedBy[level][u]; !ok {
					b.placedBy[level][u] = t.cell(i, "")
				}
			}
		}
	}
	c, ok := b.placedBy[level][unit]
	return c, ok
}

// countyOfFile is the county of a table that does not say it: the one county of
// the same file's county table, as in a workbook that one county filled, or the
// only county there is.
func (b *builder) countyOfFile(t *Table) *Strings {
	code := b.onlyCounty(func(c *Table) bool { return c.File == t.File && c.Submission == t.Submission })
	said := func(t *Table) bool { return t.codes(edu.County) != nil }
	if code == "" && !slices.ContainsFunc(b.sections, said) && !slices.ContainsFunc(b.schools, said) {
		code = b.onlyCounty(func(*Table) bool { return true })
	}
	if code == "" {
		return nil
	}
	return &Strings{Dict: []string{code}, Code: make([]uint32, t.N)}
}

// onlyCounty is the county that some county tables speak of, if it is one.
func (b *builder) onlyCounty(among func(*Table) bool) string {
	code := ""
	for _, c := range b.counties {
		if !among(c) {
			continue
		}
		for i := range c.N {
			switch k := c.keys().At(i); {
			case code == "":
				code = k
			case k != "" && k != code:
				return ""
			}
		}
	}
	return code
}

// locateCounties numbers the counties of the county tables beside those that
// sections name, and notes what the tables say each county belongs to.
func (b *builder) locateCounties(countyTables []placed) {
	p := &b.paths
	reg := p.places[edu.County]
	for i := range countyTables {
		t := &countyTables[i]
		t.unit = reg.number(t.keys(), t.N)
		for j, g := range t.unit {
			if g != none && t.Name != nil {
				reg.name(g, t.Name.At(j))
			}
		}
	}
	for _, level := range upper {
		if level >= edu.County {
			break
		}
		above := make([]uint32, len(reg.codes))
		b.aboveCounty[level] = above
		places := p.places[level]
		for _, t := range countyTables {
			col := t.codes(level)
			if col == nil {
				continue
			}
			p.byName[level] = p.byName[level] || t.Path[level] == nil
			for i, c := range t.unit {
				code := col.At(i)
				if code == "" || c == none {
					continue
				}
				g := places.add(code) + 1
				if t.PathName[level] != nil {
					places.name(g-1, t.PathName[level].At(i))
				}
				if above[c] == 0 {
					above[c] = g
				} else if above[c] != g {
					b.twoParents(edu.County, c, level, above[c], g, t.cell(i, ""))
				}
			}
		}
	}
}

// twoParents reports a region that lies in two regions of an upper level.
func (b *builder) twoParents(level edu.Level, place uint32, parent edu.Level, first, other uint32, cell edu.Cell) {
	key := [3]uint32{uint32(level), place, other}
	if b.reported[key] {
		return
	}
	b.reported[key] = true
	code := b.paths.places[level].codes[place]
	up := b.paths.places[parent]
	b.problem(Problem{
		Blocking: level <= edu.County,
		Cells:    []edu.Cell{cell},
		Message: edu.Text{
			EN: fmt.Sprintf("%s %q is in %s %q here but in %q elsewhere; give codes where names are not unique", level, code, parent, up.codes[other-1], up.codes[first-1]),
			ZH: fmt.Sprintf("“%s”在此处属于“%s”，在别处属于“%s”；名称不唯一时请填代码", code, up.codes[other-1], up.codes[first-1]),
		},
	})
}

// settle completes paths from below, a unit that gives its county but not its
// city being in the city of that county, and reports regions with two parents.
func (b *builder) settle(units int) {
	p := &b.paths
	for i := len(upper) - 1; i >= 0; i-- {
		level := upper[i]
		if p.at[level] == nil && slices.ContainsFunc(b.aboveCounty[level], known) {
			p.at[level] = make([]uint32, units)
		}
		at := p.at[level]
		if at == nil {
			continue
		}
		nearest := true
		for _, lower := range upper[i+1:] {
			if p.at[lower] == nil || p.byName[lower] && lower > edu.County {
				continue
			}
			gaps := slices.Contains(at, 0)
			if !nearest && !gaps && lower != edu.County {
				continue
			}
			nearest = false
			above := b.above(lower, level)
			if gaps {
				for u, g := range p.at[lower] {
					if g != 0 && at[u] == 0 {
						at[u] = above[g-1]
					}
				}
			}
		}
		if !slices.ContainsFunc(at, known) {
			p.at[level] = nil
		}
	}
}

func known(g uint32) bool { return g != 0 }

// above tells for each region of a lower level which region of an upper level
// it lies in, by the units that give both.
func (b *builder) above(lower, level edu.Level) []uint32 {
	above := make([]uint32, len(b.paths.places[lower].codes))
	if lower == edu.County {
		above = b.aboveCounty[level]
	}
	at := b.paths.at[level]
	for u, g := range b.paths.at[lower] {
		if g == 0 || above[g-1] == at[u] || at[u] == 0 {
			continue
		}
		if above[g-1] == 0 {
			above[g-1] = at[u]
			continue
		}
		cell, _ := b.firstRecord(uint32(u), level)
		b.twoParents(lower, g-1, level, above[g-1], at[u], cell)
	}
	return above
}

// unplaced reports the records that lie in no region of a level that others
// have.
func (b *builder) unplaced(tables []placed) {
	for _, level := range upper {
		at := b.paths.at[level]
		if at == nil || !slices.Contains(at, 0) {
			continue
		}
		told := map[uint32]bool{}
		for _, t := range tables {
			if t.Level != edu.Section {
				continue
			}
			for i, u := range t.unit {
				if u == none || at[u] != 0 || told[u] {
					continue
				}
				told[u] = true
				b.problem(Problem{
					Blocking: level <= edu.County,
					Cells:    []edu.Cell{t.cell(i, "")},
					Message: edu.Text{
						EN: fmt.Sprintf("%s has no %s, which other records have", t.keys().At(i), level),
						ZH: fmt.Sprintf("%s 没有填写所属%s，其他记录都有", t.keys().At(i), levelZH[level]),
					},
				})
			}
		}
	}
}

var levelZH = map[edu.Level]string{edu.Nation: "国家", edu.Province: "省", edu.City: "市(州)", edu.County: "县(市、区)", edu.Township: "乡镇(街道)", edu.School: "学校", edu.Section: "学段"}
