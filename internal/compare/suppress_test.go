package compare

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSuppress(t *testing.T) {
	flat := func(rows ...[]int) Counts {
		c := Counts{Up: []int{-1}, Cells: [][]int{nil}}
		for _, r := range rows {
			c.Up, c.Cells = append(c.Up, 0), append(c.Cells, r)
		}
		return c
	}
	for _, tt := range []struct {
		name   string
		in     Counts
		hidden []string // "row,col" of those left out, by digits; the last column is the total
	}{
		{"nothing below ten", flat([]int{20, 30}, []int{40, 50}), nil},
		{"ten is published", flat([]int{10, 10}, []int{10, 10}), nil},
		{"one small cell takes three more", flat([]int{3, 300}, []int{40, 50}, []int{100, 200}), []string{"10", "11", "20", "21"}},
		{"zero is below ten", flat([]int{0, 300}, []int{40, 50}), []string{"10", "11", "20", "21"}},
		{"nobody is no secret", flat([]int{Nobody, 300}, []int{40, 50}), nil},
		{"nobody protects nobody else", flat([]int{3, Nobody, 200}, []int{40, Nobody, 50}, []int{70, 30, 20}), []string{"10", "12", "30", "32"}},
		{"a lone figure", Counts{Up: []int{-1}, Cells: [][]int{{4}}}, []string{"00", "01"}},
		{"two small ones in a row whose sum is small too", flat([]int{2, 3, 500}, []int{60, 70, 80}), []string{"10", "11", "12", "20", "21", "22"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := Suppress(tt.in, Least)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for r := range h {
				for c := range h[r] {
					if h[r][c] {
						got = append(got, string(rune('0'+r))+string(rune('0'+c)))
					}
				}
			}
			if len(got) != len(tt.hidden) {
				t.Fatalf("left out %v, want %v", got, tt.hidden)
			}
			for i := range got {
				if got[i] != tt.hidden[i] {
					t.Fatalf("left out %v, want %v", got, tt.hidden)
				}
			}
		})
	}
	for name, bad := range map[string]Counts{
		"a negative count":       flat([]int{-2, 2}),
		"rows of unequal length": flat([]int{1, 2}, []int{1}),
		"two tops":               {Up: []int{-1, -1}, Cells: [][]int{{1}, {2}}},
		"a row before its upper": {Up: []int{-1, 2, 0}, Cells: [][]int{nil, {1}, nil}},
		"counts for other rows":  {Up: []int{-1}},
	} {
		if _, err := Suppress(bad, Least); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// attacker knows what is published and how the table adds up, and looks by brute
// force through every table that fits, with lowest-level figures so and so far
// from the true ones.
type attacker struct {
	t      Counts
	hidden Hidden
	sums   [][]int // true figures with totals
	leaf   []bool
	reach  int
	lo, hi [][]int // of every figure over all tables that fit
}

func look(t Counts, hidden Hidden, reach int) *attacker {
	a := &attacker{t: t, hidden: hidden, reach: reach, leaf: make([]bool, len(t.Up))}
	for r := range t.Up {
		a.leaf[r] = true
		if t.Up[r] >= 0 {
			a.leaf[t.Up[r]] = false
		}
	}
	a.sums = a.add(t.Cells)
	a.lo, a.hi = a.add(t.Cells), a.add(t.Cells)
	var free [][2]int
	guess := make([][]int, len(t.Cells))
	for r := range guess {
		guess[r] = append([]int(nil), t.Cells[r]...)
		if a.leaf[r] {
			for c := range guess[r] {
				if guess[r][c] == Nobody {
					guess[r][c] = 0
				} else if hidden[r][c] {
					free = append(free, [2]int{r, c})
				}
			}
		}
	}
	a.guess(guess, free)
	return a
}

func (a *attacker) cols() int { return len(a.sums[0]) - 1 }

// add is the whole table of lowest-level figures.
func (a *attacker) add(cells [][]int) [][]int {
	cols := 0
	for r := range cells {
		if a.leaf[r] {
			cols = len(cells[r])
		}
	}
	out := make([][]int, len(cells))
	for r := range out {
		out[r] = make([]int, cols+1)
	}
	for r := len(cells) - 1; r >= 0; r-- {
		if a.leaf[r] {
			for c, v := range cells[r] {
				out[r][c] = max(v, 0)
				out[r][cols] += max(v, 0)
			}
		}
		if up := a.t.Up[r]; up >= 0 {
			for c := range out[r] {
				out[up][c] += out[r][c]
			}
		}
	}
	return out
}

func (a *attacker) guess(cells [][]int, free [][2]int) {
	if len(free) == 0 {
		sums := a.add(cells)
		for r := range sums {
			for c := range sums[r] {
				if !a.hidden[r][c] && sums[r][c] != a.sums[r][c] {
					return
				}
			}
		}
		for r := range sums {
			for c := range sums[r] {
				a.lo[r][c], a.hi[r][c] = min(a.lo[r][c], sums[r][c]), max(a.hi[r][c], sums[r][c])
			}
		}
		return
	}
	r, c := free[0][0], free[0][1]
	was := cells[r][c]
	for v := max(0, was-a.reach); v <= was+a.reach; v++ {
		cells[r][c] = v
		if a.over(cells, free[1:], r, c) {
			break // more only makes it worse
		}
		a.guess(cells, free[1:])
	}
	cells[r][c] = was
}

// over tells that a published sum over a row or a column is passed already by
// what is fixed, those that are still free counted as nothing.
func (a *attacker) over(cells [][]int, free [][2]int, row, col int) bool {
	least := func(r, c int) int {
		for _, f := range free {
			if f == [2]int{r, c} {
				return 0
			}
		}
		return cells[r][c]
	}
	sum := 0
	for c := range cells[row] {
		sum += least(row, c)
	}
	if !a.hidden[row][a.cols()] && sum > a.sums[row][a.cols()] {
		return true
	}
	for up := a.t.Up[row]; up >= 0; up = a.t.Up[up] {
		if a.hidden[up][col] {
			continue
		}
		sum := 0
		for r := range cells {
			if a.leaf[r] && a.below(r, up) {
				sum += least(r, col)
			}
		}
		if sum > a.sums[up][col] {
			return true
		}
	}
	return false
}

// nobody tells that a figure is known to be none.
func (a *attacker) nobody(row, col int) bool {
	for r := range a.t.Cells {
		if !a.leaf[r] || !a.below(r, row) {
			continue
		}
		for c, v := range a.t.Cells[r] {
			if (c == col || col == a.cols()) && v != Nobody {
				return false
			}
		}
	}
	return true
}

func (a *attacker) below(r, top int) bool {
	for ; r >= 0; r = a.t.Up[r] {
		if r == top {
			return true
		}
	}
	return false
}

// least is small here, so that brute force comes to an end; the rule is the same.
const least = 3

func tables(t *rapid.T) Counts {
	// A top, up to two rows below it, and rows below the first of them: rows,
	// columns and the hierarchy at once.
	up := rapid.SampledFrom([][]int{{-1}, {-1, 0}, {-1, 0, 0}, {-1, 0, 1, 1}, {-1, 0, 1, 1, 0}, {-1, 0, 0, 0}}).Draw(t, "up")
	cols := rapid.IntRange(1, 3).Draw(t, "cols")
	if len(up) > 3 {
		cols = min(cols, 2) // brute force grows by powers
	}
	c := Counts{Up: up, Cells: make([][]int, len(up))}
	for r := range up {
		leaf := true
		for _, u := range up {
			leaf = leaf && u != r
		}
		if leaf {
			c.Cells[r] = rapid.SliceOfN(rapid.IntRange(Nobody, 7), cols, cols).Draw(t, "row")
		}
	}
	return c
}

// No small count can be worked out from what is published: over rows, columns
// and the hierarchy, by whoever tries every table there is.
func TestSuppressedCannotBeRecovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tables(t)
		hidden, err := Suppress(in, least)
		if err != nil {
			t.Fatal(err)
		}
		a := look(in, hidden, least) // a figure that must move by least moves no other by more
		for r := range a.sums {
			for c, v := range a.sums[r] {
				if v >= least || a.nobody(r, c) {
					continue
				}
				if !hidden[r][c] {
					t.Fatalf("row %d column %d: %d is published", r, c, v)
				}
				if a.hi[r][c] < least || a.hi[r][c]-a.lo[r][c] < least {
					t.Fatalf("row %d column %d: %d can only be %d to %d; left out %v of %v", r, c, v, a.lo[r][c], a.hi[r][c], hidden, a.sums)
				}
			}
		}
	})
}

// Without the further figures that are left out, brute force does find small
// counts: the attacker of the test is worth something.
func TestAttackerFindsWhatIsNotProtected(t *testing.T) {
	in := Counts{Up: []int{-1, 0, 0}, Cells: [][]int{nil, {1, 5}, {6, 7}}}
	hidden := Hidden{{false, false, false}, {true, false, false}, {false, false, false}}
	if a := look(in, hidden, 12); a.lo[1][0] != 1 || a.hi[1][0] != 1 {
		t.Errorf("the attacker knows %d to %d, want 1 to 1", a.lo[1][0], a.hi[1][0])
	}
	hidden[1][1], hidden[2][0], hidden[2][1] = true, true, true
	if a := look(in, hidden, 12); a.lo[1][0] != 0 || a.hi[1][0] != 6 {
		t.Errorf("the attacker knows %d to %d, want 0 to 6", a.lo[1][0], a.hi[1][0])
	}
}

// Nothing is left out for nothing: publishing any one of the figures that are
// not small would give a small one away.
func TestSuppressLeavesOutNoMoreThanItMust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tables(t)
		hidden, err := Suppress(in, least)
		if err != nil {
			t.Fatal(err)
		}
		n, err := newNetwork(in)
		if err != nil {
			t.Fatal(err)
		}
		var primary []int
		for i := range n.arcs {
			n.arcs[i].open = hidden[i/(n.cols+1)][i%(n.cols+1)]
			if n.arcs[i].value < least && !n.arcs[i].none {
				primary = append(primary, i)
			}
		}
		for i := range n.arcs {
			if !n.arcs[i].open || n.arcs[i].value < least {
				continue
			}
			n.arcs[i].open = false
			safe := true
			for _, a := range primary {
				safe = safe && n.safe(a, least)
			}
			n.arcs[i].open = true
			if safe {
				t.Fatalf("arc %d is left out for nothing: %v of %+v", i, hidden, in)
			}
		}
	})
}
