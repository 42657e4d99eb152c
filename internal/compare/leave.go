package compare

import "slices"

// A reader sees one population many times over: schools beside each other,
// counties beside each other, parted by urban and rural, parted by public and
// private, counted by township, on the page, in the workbook and for programs. So
// what is left out is decided once, for its finest parts, and every table shows a
// sum only where all its parts are shown, or where it is a sum of the network that
// protects those that are not.

// Population is one kind of persons by the rows that they belong to.
type Population struct {
	County   []int // of each row, from 0; every row is in one
	Township []int // of each row, from 0; nil where none are shown
	Class    []int // of each row, from 0: all groups by which rows are ever parted, crossed
	Count    []int // of each row; Nobody where the row cannot have any
	// Net are the persons of each row less those counted against them, where a
	// figure of many rows tells only that difference; nil where it is Count.
	Net []int
	// Zero tells that none is a secret of a part too, as of a published count. Of a
	// row none is told openly.
	Zero bool
}

// Left is what must not be shown of a population, in any table of it.
type Left struct {
	Row      []bool          // a row's own figure
	Cell     [][]bool        // by county and class
	County   []bool          // a county's sum over classes
	Class    []bool          // the whole's, by class
	Township map[[2]int]bool // by township and class
}

// Leave decides what is left out of a population. What is promised, of whoever
// knows every figure of every table that shows only what is not left out, and the
// population's whole besides: each figure below least that is not told openly to be
// none could be least or more, and could be any of at least as many.
//
// Counties by classes are a table that adds up, see [Suppress]. What lies within a
// class of a county that is published hides behind others of the same class there,
// since every sum that is shown holds all of them or none; of a class that is not
// published nothing within is.
func Leave(p Population, least int) (Left, error) {
	counties, classes := 0, 0
	for row := range p.Count {
		counties, classes = max(counties, p.County[row]+1), max(classes, p.Class[row]+1)
	}
	out := Left{Row: make([]bool, len(p.Count)), Cell: grid(counties, classes), County: make([]bool, counties), Class: make([]bool, classes), Township: map[[2]int]bool{}}
	if len(p.Count) == 0 {
		return out, nil
	}
	in := map[[2]int][]int{} // the rows of a class in a county
	for row, n := range p.Count {
		if n != Nobody {
			at := [2]int{p.County[row], p.Class[row]}
			in[at] = append(in[at], row)
		}
	}
	must := net(p, counties, classes, least)
	for at, rows := range in {
		if !out.within(p, rows, least) {
			must[at[0]+1][at[1]] = true // those within do not protect each other
		}
	}
	hidden, err := byCounty(p, counties, classes, must, least)
	if err != nil {
		return out, err
	}
	// Where nothing at all is published, none is not told openly either.
	nothing := true
	for at, rows := range in {
		some := slices.ContainsFunc(rows, func(row int) bool { return p.Count[row] > 0 })
		nothing = nothing && (hidden[at[0]+1][at[1]] || !some && !p.Zero)
	}
	if nothing {
		for at := range in {
			for _, r := range []int{0, at[0] + 1} {
				hidden[r][at[1]], hidden[r][classes] = true, r > 0
			}
		}
	}
	copy(out.Class, hidden[0])
	for k := range counties {
		out.County[k] = hidden[k+1][classes]
		copy(out.Cell[k], hidden[k+1])
	}
	for at, rows := range in {
		if out.Cell[at[0]][at[1]] {
			for _, row := range rows {
				out.hide(p, row)
			}
		}
	}
	return out, nil
}

func grid(rows, cols int) [][]bool {
	out := make([][]bool, rows)
	for r := range out {
		out[r] = make([]bool, cols)
	}
	return out
}

// net finds the sums of which a figure tells a difference that is small, by the
// whole and its counties, class and total.
func net(p Population, counties, classes, least int) [][]bool {
	out := grid(counties+1, classes+1)
	if p.Net == nil {
		return out
	}
	sums := make([][]int, counties+1)
	for r := range sums {
		sums[r] = make([]int, classes+1)
	}
	for row, n := range p.Net {
		for _, r := range []int{0, p.County[row] + 1} {
			sums[r][p.Class[row]] += n
			sums[r][classes] += n
		}
	}
	for r := range sums {
		for c, n := range sums[r] {
			out[r][c] = n > 0 && n < least || n < 0 && -n < least
		}
	}
	return out
}

// byCounty leaves out of the table of counties by classes. Where none is told
// openly, everybody knows that what is left out is one at least: the table is then
// that of what is beyond it.
func byCounty(p Population, counties, classes int, must [][]bool, least int) (Hidden, error) {
	t := Counts{Up: []int{-1}, Cells: [][]int{nil}, Known: true, Must: must}
	for range counties {
		row := make([]int, classes)
		for c := range row {
			row[c] = Nobody
		}
		t.Up, t.Cells = append(t.Up, 0), append(t.Cells, row)
	}
	for row, n := range p.Count {
		if n > 0 || n == 0 && p.Zero {
			cell := &t.Cells[p.County[row]+1][p.Class[row]]
			*cell = max(*cell, 0) + n
		}
	}
	if p.Zero {
		return Suppress(t, least)
	}
	for _, row := range t.Cells {
		for c := range row {
			row[c] = max(row[c]-1, Nobody)
		}
	}
	return Suppress(t, least-1)
}

// hide leaves a row out with the part of its township that it is of.
func (l *Left) hide(p Population, row int) {
	l.Row[row] = true
	if p.Township != nil {
		l.Township[[2]int{p.Township[row], p.Class[row]}] = true
	}
}

// within decides of the rows of one class in one county, should their sum be
// published: in each township, where those are shown, and then by township. It
// tells whether they protect each other.
func (l *Left) within(p Population, rows []int, least int) bool {
	if p.Township == nil {
		return l.rows(p, rows, least)
	}
	var order []int
	by := map[int][]int{}
	for _, row := range rows {
		t := p.Township[row]
		if by[t] == nil {
			order = append(order, t)
		}
		by[t] = append(by[t], row)
	}
	sums, must, sure := make([]int, len(order)), make([]bool, len(order)), 1
	if p.Zero {
		sure = 0
	}
	for i, t := range order {
		for _, row := range by[t] {
			sums[i] += p.Count[row]
		}
		if sums[i] == 0 && !p.Zero {
			sums[i] = Nobodys
		}
		must[i] = !l.rows(p, by[t], least)
	}
	hidden, enough := few(sums, must, least, sure)
	for i, t := range order {
		for _, row := range by[t] {
			if hidden[i] {
				l.hide(p, row)
			}
		}
	}
	return enough
}

// rows leaves the small of some rows out, and with them what protects them.
func (l *Left) rows(p Population, rows []int, least int) bool {
	persons := make([]int, len(rows))
	for i, row := range rows {
		if persons[i] = p.Count[row]; persons[i] == 0 {
			persons[i] = Nobodys
		}
	}
	hidden, enough := few(persons, nil, least, 1)
	for i, row := range rows {
		l.Row[row] = l.Row[row] || hidden[i]
	}
	return enough
}
