package bulletin

import (
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/compare"
)

// decided is a decision over a population, as the veil tells it.
type decided struct {
	p compare.Population
	l compare.Left
}

func (d decided) Whole(row int) bool  { return d.l.Class[d.p.Class[row]] }
func (d decided) County(row int) bool { return d.l.Cell[d.p.County[row]][d.p.Class[row]] }
func (d decided) Total(row int) bool  { return d.l.County[d.p.County[row]] }

const places, parts = 3, 2 // the city and two counties, urban and rural

// truth adds a population up by place and group, and at the end in all.
func truth(rows []Row) (sum [places][parts + 1]int, some [places][parts + 1]bool) {
	for _, r := range rows {
		for _, p := range []int{0, r.County + 1} {
			for _, g := range []int{r.Group, parts} {
				sum[p][g] += max(r.N, 0)
				some[p][g] = true
			}
		}
	}
	return sum, some
}

// attack tries every table that fits what is shown, and gives the least and the
// most that each cell can be.
func attack(rows []Row, shown func(p, g int) bool) (lo, hi [places][parts + 1]int) {
	sum, some := truth(rows)
	lo, hi = sum, sum
	const reach = compare.Least
	now := sum
	var try func(k int)
	try = func(k int) {
		if k == 4 {
			for p := range places {
				for g := range parts + 1 {
					if now[p][g] < 0 || shown(p, g) && now[p][g] != sum[p][g] {
						return
					}
				}
			}
			if now[0][parts] != sum[0][parts] { // how many there are in all is known
				return
			}
			for p := range places {
				for g := range parts + 1 {
					lo[p][g], hi[p][g] = min(lo[p][g], now[p][g]), max(hi[p][g], now[p][g])
				}
			}
			return
		}
		p, g := 1+k/2, k%2
		if !some[p][g] || shown(p, g) {
			try(k + 1)
			return
		}
		for d := -min(reach, sum[p][g]); d <= reach; d++ {
			for _, at := range [][2]int{{p, g}, {p, parts}, {0, g}, {0, parts}} {
				now[at[0]][at[1]] += d
			}
			try(k + 1)
			for _, at := range [][2]int{{p, g}, {p, parts}, {0, g}, {0, parts}} {
				now[at[0]][at[1]] -= d
			}
		}
	}
	try(0)
	return lo, hi
}

// Nobody who has the whole board, and knows how many there are in all, can work out
// a count below ten.
func TestNobodyLearnsAFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := compare.Population{Zero: true}
		var rows []Row
		for range rapid.IntRange(1, 7).Draw(t, "rows") {
			k, c, n := rapid.IntRange(0, 1).Draw(t, "county"), rapid.IntRange(0, 3).Draw(t, "class"), rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 40)).Draw(t, "n")
			p.County, p.Class, p.Count = append(p.County, k), append(p.Class, c), append(p.Count, n)
			rows = append(rows, Row{County: k, Group: c / 2, N: n})
		}
		left, err := compare.Leave(p, compare.Least)
		if err != nil {
			t.Fatal(err)
		}
		cells := countTable(rows, decided{p, left}, places-1, parts)
		sum, some := truth(rows)
		shown := func(p, g int) bool { return cells[p][g].State == Shown }
		for p := range places {
			for g := range parts + 1 {
				if shown(p, g) && (sum[p][g] < compare.Least || int(cells[p][g].Number) != sum[p][g]) {
					t.Fatalf("%d is shown as %v", sum[p][g], cells[p][g])
				}
				if (cells[p][g].State == Missing) == some[p][g] {
					t.Fatalf("%v where there are rows: %t", cells[p][g], some[p][g])
				}
			}
		}
		if sum[0][parts] < compare.Least {
			return // everybody knows that all are so few
		}
		lo, hi := attack(rows, shown)
		for p := range places {
			for g := range parts + 1 {
				if some[p][g] && sum[p][g] < compare.Least && (hi[p][g] < compare.Least || hi[p][g]-lo[p][g]+1 < compare.Least) {
					t.Fatalf("%d can only be %d to %d: %v of %v", sum[p][g], lo[p][g], hi[p][g], cells, rows)
				}
			}
		}
	})
}

// open is a decision that hides nothing: what each table left to itself would be.
type open struct{}

func (open) Whole(int) bool  { return false }
func (open) County(int) bool { return false }
func (open) Total(int) bool  { return false }

// The attacker is worth something: where only what is small is left out, it is found.
func TestAttackerFindsWhatIsNotProtected(t *testing.T) {
	rows := []Row{{0, 0, 3}, {0, 1, 40}, {1, 0, 50}, {1, 1, 60}}
	cells := countTable(rows, open{}, places-1, parts)
	lo, hi := attack(rows, func(p, g int) bool { return cells[p][g].State == Shown })
	if cells[1][0].State != Hidden || lo[1][0] != 3 || hi[1][0] != 3 {
		t.Errorf("the attacker knows %d to %d of a hidden 3", lo[1][0], hi[1][0])
	}
}
