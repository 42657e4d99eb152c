package places

import (
	"fmt"
	"math"
)

// Verify counts a plan again without the solver and tells what is not as it says:
// everybody seated once, no school over its seats or beds, nobody on a way that
// the rules do not allow, every budget kept, the cost what its lines add up to.
func (in *Input) Verify(p *Plan) (wrong []string) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if p.Status == Infeasible || p.Status == Stopped {
		return nil // there is nothing to count
	}
	years := len(in.Years)
	seats, used, beds := table(len(in.Schools), years), table(len(in.Schools), years), table(len(in.Schools), years)
	spent, cost := make([]float64, years), 0.0
	for s := range in.Schools {
		for y := range years {
			seats[s][y] = in.Schools[s].Seats
		}
	}
	for _, l := range p.Lines {
		cost += l.Cost
		sc := &in.Schools[l.School]
		run := in.Stages[sc.Stage].Prices.Run * float64(years-l.Year)
		for y := l.Year; y < years; y++ {
			switch l.Act {
			case Expand, Build:
				seats[l.School][y] += l.Seats
			case Convert:
				seats[l.School][y] -= l.Rooms * in.Stages[sc.Stage].Class
				seats[l.To][y] += l.Seats
			}
		}
		switch l.Act {
		case Build:
			spent[l.Year] += l.Cost - run
		case Expand, Convert:
			spent[l.Year] += l.Cost
		}
		if l.Act != Keep && l.Act != Merge && (l.Seats <= 0 || l.Year < sc.From && l.Act != Convert) {
			bad("line %+v", l)
		}
	}
	for _, l := range p.Lines {
		if l.Act == Merge {
			for y := l.Year; y < years; y++ {
				seats[l.School][y] = 0
			}
		}
	}
	placed := make([][][]int, len(in.Areas))
	for a := range placed {
		placed[a] = table(len(in.Stages), years)
	}
	for _, t := range p.Trips {
		sc := &in.Schools[t.School]
		st, w := &in.Stages[sc.Stage], in.Ways[t.Area][t.School]
		n := float64(t.Children)
		placed[t.Area][sc.Stage][t.Year] += t.Children
		used[t.School][t.Year] += t.Children
		km := w.Km
		if math.IsNaN(km) {
			km = 0
		}
		switch t.Mode {
		case Daily:
			if !w.known() || !st.within(w) {
				bad("a way beyond the limit counts as within: %+v", t)
			}
			cost += n * float64(fen(st.Prices.PerKm*km)) / 100
		case Bus:
			if !(w.Km <= st.BusKm) {
				bad("a bus that goes too far: %+v", t)
			}
			cost += n * float64(fen(st.Prices.Bus+st.Prices.PerKm*km)) / 100
		case Board:
			beds[t.School][t.Year] += t.Children
			cost += n * float64(fen(st.Prices.Board)) / 100
		}
	}
	for a := range in.Areas {
		for st := range in.Stages {
			for y := range years {
				if got, want := placed[a][st][y], in.Areas[a].Children[st][y]; got != want {
					bad("of %d children of area %d, stage %d, year %d, %d are seated", want, a, st, y, got)
				}
			}
		}
	}
	for s := range in.Schools {
		for y := range years {
			if used[s][y] > seats[s][y] || beds[s][y] > in.Schools[s].Beds || used[s][y] != p.Used[s][y] || seats[s][y] != p.Seats[s][y] {
				bad("school %d, year %d: %d children (said %d), %d seats (said %d), %d of %d beds", s, y, used[s][y], p.Used[s][y], seats[s][y], p.Seats[s][y], beds[s][y], in.Schools[s].Beds)
			}
		}
	}
	for y := range years {
		if b := in.Years[y].Budget; b >= 0 && spent[y] > b+1e-6 || math.Abs(spent[y]-p.Spent[y]) > 1e-6 {
			bad("year %d: spends %v (said %v) of %v", y, spent[y], p.Spent[y], b)
		}
	}
	if math.Abs(cost-p.Cost) > 1e-6*math.Max(1, math.Abs(cost)) {
		bad("costs %v, said %v", cost, p.Cost)
	}
	return wrong
}
