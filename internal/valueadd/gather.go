// Gathering rows: what is kept of a file of pupils.

package valueadd

import (
	"maps"
	"slices"
	"sync"

	"shuren/internal/fault"
)

// MaxLevels is how many different texts a column of categories may hold [E]:
// more of them is no background of pupils but a list of names or numbers.
const MaxLevels = 30

// column is one column of the design as it is gathered: the outcome first, then
// numbers, then one a text of each column of categories, as they appear.
type column struct {
	term  int // -1 is the outcome
	level string
}

// Gather takes the rows of a file, batch by batch, and keeps a few sums for each
// school. A row that lacks its school, its outcome or any term is left out of
// everything and counted. The order of the rows does not matter beyond rounding.
type Gather struct {
	Outcome string
	Terms   []Term

	cols    []column
	levels  []map[string]int // by term: text -> index in cols
	schools map[string]int
	keys    []string
	sums    []cross

	rows    int // that came
	used    int
	without Without
	plan    []place // scratch: where the rows of a batch go
}

// Without counts rows that could not be used, each under the first part it lacks.
type Without struct {
	School  int   `json:"school"`
	Outcome int   `json:"outcome"`
	Terms   []int `json:"terms"` // in the order of the terms
}

// Rows is how many rows were left out.
func (w Without) Rows() int {
	n := w.School + w.Outcome
	for _, t := range w.Terms {
		n += t
	}
	return n
}

// NewGather starts with no rows.
func NewGather(outcome string, terms []Term) *Gather {
	g := &Gather{Outcome: outcome, Terms: terms, cols: []column{{term: -1}}, levels: make([]map[string]int, len(terms)), schools: map[string]int{}}
	g.without.Terms = make([]int, len(terms))
	for i, t := range terms {
		if t.Category {
			g.levels[i] = map[string]int{}
		} else {
			g.cols = append(g.cols, column{term: i})
		}
	}
	return g
}

// Rows is how many rows came; Used how many of them count.
func (g *Gather) Rows() int        { return g.rows }
func (g *Gather) Used() int        { return g.used }
func (g *Gather) Schools() int     { return len(g.keys) }
func (g *Gather) Without() Without { return g.without }

// Keys are the schools with at least one row that counts, in the order of their
// first appearance.
func (g *Gather) Keys() []string { return slices.Clone(g.keys) }

// place is where a row goes: its school, and the columns of its categories.
type place struct {
	row    int32
	school int32
}

// Add takes a batch. It fails where a column of categories holds too many texts
// to be one.
func (g *Gather) Add(b Batch) error {
	n := len(b.Outcome)
	g.rows += n
	// Texts become places once a batch, not once a row.
	school := make([]int32, len(b.School.Dict))
	for i := range school {
		school[i] = -1
	}
	dummies := make([][]int32, len(g.Terms))
	for t := range g.Terms {
		if g.Terms[t].Category {
			dummies[t] = make([]int32, len(b.Terms[t].Text.Dict))
		}
	}
	g.plan = g.plan[:0]
rows:
	for i := range n {
		code := b.School.Code[i]
		switch {
		case b.School.Dict[code] == "":
			g.without.School++
			continue
		case b.Outcome[i] != b.Outcome[i]:
			g.without.Outcome++
			continue
		}
		for t, term := range g.Terms {
			v := &b.Terms[t]
			if term.Category && v.Text.Dict[v.Text.Code[i]] == "" || !term.Category && v.Num[i] != v.Num[i] {
				g.without.Terms[t]++
				continue rows
			}
		}
		for t, dummy := range dummies {
			if dummy == nil {
				continue
			}
			text := b.Terms[t].Text
			if c := text.Code[i]; dummy[c] == 0 {
				at, err := g.level(t, text.Dict[c])
				if err != nil {
					return err
				}
				dummy[c] = int32(at)
			}
		}
		if school[code] < 0 {
			school[code] = int32(g.school(b.School.Dict[code]))
		}
		g.plan = append(g.plan, place{int32(i), school[code]})
	}
	g.used += len(g.plan)
	for i := range g.sums {
		if len(g.sums[i].mean) < len(g.cols) {
			g.sums[i].widen(len(g.cols))
		}
	}
	g.sum(b, dummies)
	return nil
}

// level is the column of a text of a column of categories.
func (g *Gather) level(t int, text string) (int, error) {
	at, ok := g.levels[t][text]
	if !ok {
		if len(g.levels[t]) == MaxLevels {
			return 0, refuse("“%s”列有超过 %d 种不同的文字，不能作为分类；如果是人名或编号，请不要选它", "column %q holds more than %d different texts: it is no category; if it holds names or numbers of persons, leave it out", g.Terms[t].Name, MaxLevels)
		}
		at = len(g.cols)
		g.cols = append(g.cols, column{term: t, level: text})
		g.levels[t][text] = at
	}
	return at, nil
}

// school is the index of a school.
func (g *Gather) school(key string) int {
	j, ok := g.schools[key]
	if !ok {
		j = len(g.keys)
		g.schools[key] = j
		g.keys = append(g.keys, key)
		g.sums = append(g.sums, newCross(len(g.cols)))
	}
	return j
}

// many is how many rows are worth a second goroutine.
const many = 8192

// sum adds the planned rows. Each school belongs to one of the two lanes, which
// takes its rows in order: the sums do not depend on how the lanes run.
func (g *Gather) sum(b Batch, dummies [][]int32) {
	lane := func(which, of int32) {
		row, away := make([]float64, len(g.cols)), make([]float64, len(g.cols))
		for _, p := range g.plan {
			if p.school%of != which {
				continue
			}
			i, k := p.row, 1
			row[0] = b.Outcome[i]
			for t, term := range g.Terms {
				if !term.Category {
					row[k] = b.Terms[t].Num[i]
					k++
				}
			}
			clear(row[k:])
			for t, dummy := range dummies {
				if dummy != nil {
					row[dummy[b.Terms[t].Text.Code[i]]] = 1
				}
			}
			g.sums[p.school].add(row, away)
		}
	}
	if len(g.plan) < many {
		lane(0, 1)
		return
	}
	var wg sync.WaitGroup
	for w := range int32(2) {
		wg.Go(func() { lane(w, 2) })
	}
	wg.Wait()
}

// Merge takes in the rows of another file of the same columns.
func (g *Gather) Merge(o *Gather) error {
	if g.Outcome != o.Outcome || !slices.Equal(g.Terms, o.Terms) {
		return fault.Invalid
	}
	to := make([]int, len(o.cols)) // column there -> here
	for k, c := range o.cols {
		to[k] = k
		if c.level == "" {
			continue
		}
		var err error
		if to[k], err = g.level(c.term, c.level); err != nil {
			return err
		}
	}
	d := len(g.cols)
	for i := range g.sums {
		g.sums[i].widen(d)
	}
	for j, key := range o.keys {
		from, moved := &o.sums[j], newCross(d)
		moved.n = from.n
		for i, a := range to {
			moved.mean[a] = from.mean[i]
			for k := i; k < len(to); k++ {
				moved.c[sym(d, a, to[k])] = from.c[at(len(to), i, k)]
			}
		}
		at := g.school(key) // which may move the sums
		g.sums[at].merge(&moved)
	}
	g.rows, g.used = g.rows+o.rows, g.used+o.used
	g.without.School += o.without.School
	g.without.Outcome += o.without.Outcome
	for t, n := range o.without.Terms {
		g.without.Terms[t] += n
	}
	return nil
}

// texts are the categories of a term, sorted.
func (g *Gather) texts(t int) []string { return slices.Sorted(maps.Keys(g.levels[t])) }

// Rename calls the schools otherwise: by the register's ids instead of what the
// file has. Schools that come to one name are one school.
func (g *Gather) Rename(name func(key string) string) {
	keys, sums := g.keys, g.sums
	g.keys, g.sums, g.schools = nil, nil, map[string]int{}
	for j, key := range keys {
		to := g.school(name(key)) // which may move the sums
		g.sums[to].merge(&sums[j])
	}
}
