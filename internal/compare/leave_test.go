package compare

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sum is one figure that some table shows, or would: of which rows, and whether it
// is shown.
type sum struct {
	name  string
	of    uint // rows, by bits
	shown bool
}

// union is a population with everything that the tables of it show: rows beside
// each other, counties, townships, two ways of parting them, and the whole.
type union struct {
	p     Population
	left  Left
	sums  []sum
	all   int
	floor []int
}

// The classes of these tests cross two partings of two groups each.
func place(class int) int { return class / 2 }
func owner(class int) int { return class % 2 }

func everyTable(p Population, left Left) *union {
	u := &union{p: p, left: left, floor: make([]int, len(p.Count))}
	add := func(name string, in func(row int) bool, hidden func(row int) bool) {
		s := sum{name: name, shown: true}
		for row := range p.Count {
			if in(row) {
				s.of |= 1 << row
				s.shown = s.shown && !hidden(row)
			}
		}
		if s.of != 0 && !slices.ContainsFunc(u.sums, func(x sum) bool { return x.of == s.of && x.shown == s.shown }) {
			u.sums = append(u.sums, s)
		}
	}
	never := func(int) bool { return false }
	for row := range p.Count {
		if p.Count[row] > 0 {
			u.all += p.Count[row]
		}
		add(fmt.Sprintf("row %d", row), func(r int) bool { return r == row }, func(r int) bool { return left.Row[r] })
		k, c := p.County[row], p.Class[row]
		if !left.Cell[k][c] && left.Row[row] && (p.Township == nil || !left.Township[[2]int{p.Township[row], c}]) {
			u.floor[row] = 1 // a row of none would be shown
		}
		add(fmt.Sprintf("county %d", k), func(r int) bool { return p.County[r] == k }, func(r int) bool { return left.County[k] })
		for name, group := range map[string]func(int) int{"place": place, "owner": owner} {
			same := func(r int) bool { return group(p.Class[r]) == group(c) }
			add(fmt.Sprintf("county %d by %s %d", k, name, group(c)), func(r int) bool { return p.County[r] == k && same(r) }, func(r int) bool { return left.Cell[k][p.Class[r]] })
			add(fmt.Sprintf("whole by %s %d", name, group(c)), same, func(r int) bool { return left.Class[p.Class[r]] })
			if p.Township == nil {
				continue
			}
			hamlet := func(r int) bool { return left.Township[[2]int{p.Township[r], p.Class[r]}] }
			t := p.Township[row]
			add(fmt.Sprintf("township %d by %s %d", t, name, group(c)), func(r int) bool { return p.Township[r] == t && same(r) }, hamlet)
			add(fmt.Sprintf("township %d", t), func(r int) bool { return p.Township[r] == t }, hamlet)
		}
	}
	add("whole", func(int) bool { return true }, never)
	return u
}

func (u *union) over(of uint, count []int) int {
	n := 0
	for row, v := range count {
		if of&(1<<row) != 0 && v > 0 {
			n += v
		}
	}
	return n
}

// attack looks through every population that fits all that is shown, and gives
// the least and the most that each sum can be.
func (u *union) attack(reach int) (lo, hi []int) {
	lo, hi = make([]int, len(u.sums)), make([]int, len(u.sums))
	for i, s := range u.sums {
		lo[i] = u.over(s.of, u.p.Count)
		hi[i] = lo[i]
	}
	truth := slices.Clone(lo)
	guess := slices.Clone(u.p.Count)
	var free []int
	for row, v := range u.p.Count {
		if v != Nobody && u.left.Row[row] {
			free = append(free, row)
		}
	}
	so := slices.Clone(truth)
	var try func(k int)
	try = func(k int) {
		if k == len(free) {
			for i, s := range u.sums {
				if s.shown && so[i] != truth[i] {
					return
				}
			}
			for i := range u.sums {
				lo[i], hi[i] = min(lo[i], so[i]), max(hi[i], so[i])
			}
			return
		}
		row := free[k]
		was := guess[row]
		rest := uint(0)
		for _, r := range free[k+1:] {
			rest |= 1 << r
		}
		for v := max(u.floor[row], was-reach); v <= was+reach; v++ {
			fits := true
			for i, s := range u.sums {
				if s.of&(1<<row) != 0 {
					so[i] += v - was
					fits = fits && (!s.shown || s.of&rest != 0 || so[i] == truth[i])
				}
			}
			if fits {
				try(k + 1)
			}
			for i, s := range u.sums {
				if s.of&(1<<row) != 0 {
					so[i] -= v - was
				}
			}
		}
	}
	try(0)
	return lo, hi
}

func populations(t *rapid.T) Population {
	n := rapid.IntRange(1, 6).Draw(t, "rows")
	p := Population{Zero: rapid.Bool().Draw(t, "none is a secret")}
	townships := p.Zero && rapid.Bool().Draw(t, "townships")
	for range n {
		k := rapid.IntRange(0, 1).Draw(t, "county")
		p.County = append(p.County, k)
		p.Class = append(p.Class, rapid.IntRange(0, 3).Draw(t, "class"))
		p.Count = append(p.Count, rapid.OneOf(rapid.IntRange(0, 7), rapid.IntRange(1, 9), rapid.Just(Nobody)).Draw(t, "count"))
		if townships {
			p.Township = append(p.Township, 2*k+rapid.IntRange(0, 1).Draw(t, "township"))
		}
	}
	return p
}

// Nobody can work a small figure out from all tables of a comparison together: the
// list of schools, that of counties, both partings of each, the counts by township,
// whether they stand on a page, in a workbook or in an answer to a program, which
// show no others.
func TestNoUnionOfTablesGivesAFewAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := populations(t)
		left, err := Leave(p, least)
		if err != nil {
			t.Fatal(err)
		}
		u := everyTable(p, left)
		if u.all < least {
			for _, s := range u.sums { // everybody knows that the whole is so few
				if v := u.over(s.of, p.Count); s.shown && v > 0 && v != u.all {
					t.Fatalf("%s: %d of %d is shown", s.name, v, u.all)
				}
			}
			return
		}
		lo, hi := u.attack(least)
		for i, s := range u.sums {
			v := u.over(s.of, p.Count)
			one := s.of&(s.of-1) == 0
			told := v == 0 && (!p.Zero || one) || u.nobody(s.of)
			if v >= least || told {
				continue
			}
			if s.shown {
				t.Fatalf("%s: %d is shown\n%+v\n%+v", s.name, v, p, left)
			}
			if hi[i] < least || hi[i]-lo[i]+1 < least {
				t.Fatalf("%s: %d can only be %d to %d\n%+v\n%+v", s.name, v, lo[i], hi[i], p, left)
			}
		}
	})
}

// nobody tells that rows can have nobody.
func (u *union) nobody(of uint) bool {
	for row, v := range u.p.Count {
		if of&(1<<row) != 0 && v != Nobody {
			return false
		}
	}
	return true
}

// The attacker is worth something: with each table left to decide for itself, as
// it was once, two of them together give a school away.
func TestUnionGivesAwayWhatEachTableHides(t *testing.T) {
	p := Population{County: []int{0, 0, 0, 0}, Class: []int{0, 1, 2, 3}, Count: []int{1, 5, 6, 7}}
	alone := Left{Row: []bool{true, true, false, false}, Cell: grid(1, 4), County: []bool{false}, Class: make([]bool, 4)}
	u := everyTable(p, alone)
	if lo, hi := u.attack(9); lo[0] != 1 || hi[0] != 1 {
		t.Errorf("the attacker knows %d to %d, want 1 to 1", lo[0], hi[0])
	}
	left, err := Leave(p, least)
	if err != nil {
		t.Fatal(err)
	}
	if lo, hi := everyTable(p, left).attack(9); lo[0] > 1 || hi[0] < least {
		t.Errorf("decided once, the attacker knows %d to %d", lo[0], hi[0])
	}
}
