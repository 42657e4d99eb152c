package web

import (
	"fmt"
	"math"

	"shuren/internal/compare"
	"shuren/internal/edu"
)

// hiddenMark stands for a count that is not published.
const hiddenMark = "∗"

// counts is how many pupils the groups have, by the units below: with totals,
// and with as much left out that no count below ten can be worked out. note says
// what is missing and what was left out.
func (c *compared) counts() (t Table, note string, err error) {
	if c.st == nil {
		return t, "", nil
	}
	group, known := c.by.Of(c.a, c.st)
	pupils, ok := c.st.Frame.Column(compare.Pupils)
	if !known || !ok {
		return t, "", nil
	}
	t = Table{ID: "counts", Caption: c.T("compare.counts.caption", c.by.Name), Sheet: c.T("compare.counts"), Tight: true, Cols: []Col{{Label: c.T("compare.unit"), Wrap: true}}}
	groups := len(c.by.Groups)
	lo, hi := c.rows()
	cols := groups
	for row := lo; row < hi; row++ {
		if group[row] < 0 {
			cols = groups + 1 // those of whom nobody knows the group
			break
		}
	}
	for _, g := range c.by.Groups {
		t.Cols = append(t.Cols, Col{Label: c.Text(g), Num: true})
	}
	if cols > groups {
		t.Cols = append(t.Cols, Col{Label: c.T("compare.group.none"), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: c.T("compare.total"), Num: true})

	places, ranges := c.below(lo, hi)
	in := compare.Counts{Up: []int{-1}, Cells: [][]int{nil}}
	missing := 0
	add := func(lo, hi int) []int {
		cells := make([]int, cols)
		for k := range cells {
			cells[k] = compare.Nobody // until a school of the group is met
		}
		for row := lo; row < hi; row++ {
			g := group[row]
			if g < 0 {
				g = groups
			}
			cells[g] = max(cells[g], 0)
			if v := pupils[row]; math.IsNaN(v) || v < 0 {
				missing++
			} else {
				cells[g] += int(math.Round(v))
			}
		}
		return cells
	}
	if len(ranges) == 0 {
		in.Cells[0] = add(lo, hi)
	}
	for _, x := range ranges {
		in.Up, in.Cells = append(in.Up, 0), append(in.Cells, add(x[0], x[1]))
	}
	counted, err := c.veil.Counted()
	if err != nil {
		return t, "", fmt.Errorf("counts of pupils: %w", err)
	}
	left, nobody := 0, false
	sums, some := totals(in)
	hidden := make([][]bool, len(sums))
	for r := range sums {
		hidden[r] = make([]bool, cols+1)
		hide := c.hiddenIn(counted, r, places[r].level)
		from, to := lo, hi
		if r > 0 {
			from, to = ranges[r-1][0], ranges[r-1][1]
		}
		for row := from; row < to; row++ {
			g := group[row]
			if g < 0 {
				g = groups
			}
			cell, total := hide(row)
			hidden[r][g], hidden[r][cols] = hidden[r][g] || cell, hidden[r][cols] || total
		}
		hidden[r][cols] = hidden[r][cols] || sums[r][cols] < compare.Least
	}
	for r := range sums {
		row := Row{Sum: r == 0, Cells: []Cell{text(places[r].name)}}
		for k, v := range sums[r] {
			cell := count(v)
			switch {
			case !some[r][k]:
				cell, nobody = text("/"), true
			case hidden[r][k]:
				cell = Cell{Text: hiddenMark, Title: c.T("compare.hidden")}
				left++
			default:
				cell = cell.to(c.countHref(places[r], k, cols))
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	note = c.T("compare.counts.note", compare.Least)
	if left > 0 {
		note += c.T("compare.counts.left", hiddenMark, left)
	}
	if nobody {
		note += c.T("compare.counts.nobody")
	}
	if missing > 0 {
		note += c.T("compare.counts.missing", missing)
	}
	return t, note, nil
}

// hiddenIn tells of a row of the counts what of a section's class, and of the
// row's total, is not shown: the first row is the whole or the county, the others
// are counties or townships.
func (c *compared) hiddenIn(x compare.Counted, row int, level edu.Level) func(int) (cell, total bool) {
	switch {
	case row == 0 && c.county < 0:
		return func(at int) (bool, bool) { return x.Whole(at), false }
	case row == 0 || level == edu.County:
		return func(at int) (bool, bool) { return x.County(at), x.Total(at) }
	}
	return func(at int) (bool, bool) { hidden := x.Township(at); return hidden, hidden }
}

// below are the units below the whole: counties of the city, townships of a
// county, none where the data have none, with their ranges of rows. The first
// place is the whole.
func (c *compared) below(lo, hi int) (places []place, ranges [][2]int) {
	level := edu.County
	if c.county >= 0 {
		level = edu.Township
	}
	whole, _ := c.wholePlace()
	places = []place{whole}
	at := lo
	for _, reg := range c.st.Frame.Regions[level] {
		if reg.Hi <= lo || reg.Lo >= hi {
			continue
		}
		if reg.Lo != at {
			return places[:1], nil // some rows lie in none: they would be missing from the sum
		}
		places, ranges, at = append(places, place{level: level, code: regionCode(reg.Code, reg.ID), name: c.unitName(reg)}), append(ranges, [2]int{reg.Lo, reg.Hi}), reg.Hi
	}
	if at != hi {
		return places[:1], nil
	}
	return places, ranges
}

// totals is a table of one top row with its sums, the last column being each
// row's; some tells where there is anybody to count.
func totals(t compare.Counts) (out [][]int, some [][]bool) {
	cols := len(t.Cells[len(t.Cells)-1])
	out, some = make([][]int, len(t.Up)), make([][]bool, len(t.Up))
	for r := range out {
		out[r], some[r] = make([]int, cols+1), make([]bool, cols+1)
	}
	for r := range t.Up {
		for k, v := range t.Cells[r] {
			for at := r; at >= 0 && v != compare.Nobody; at = t.Up[at] {
				out[at][k] += v
				out[at][cols] += v
				some[at][k], some[at][cols] = true, true
			}
		}
	}
	return out, some
}
