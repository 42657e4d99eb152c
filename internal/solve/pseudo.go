package solve

import "math"

// pseudo is what branching on each variable has cost so far, for each unit that
// it was moved: by that the next variable to branch on is chosen. While too
// little is known of a variable, both sides are tried for a few iterations.
type pseudo struct {
	sum   [2][]float64 // down, up
	count [2][]int32
	all   [2]float64
	known [2]int32
}

func (p *pseudo) init(n int) {
	for d := range 2 {
		p.sum[d], p.count[d] = make([]float64, n), make([]int32, n)
	}
}

func (p *pseudo) learn(j int32, side int, by, moved float64) {
	if moved < 1e-6 || math.IsInf(by, 0) {
		return
	}
	v := math.Max(by, 0) / moved
	p.sum[side][j] += v
	p.count[side][j]++
	p.all[side] += v
	p.known[side]++
}

// cost is what one unit costs on a side.
func (p *pseudo) cost(j int32, side int) float64 {
	if c := p.count[side][j]; c > 0 {
		return p.sum[side][j] / float64(c)
	}
	if p.known[side] > 0 {
		return p.all[side] / float64(p.known[side])
	}
	return 1
}

// sure is how often the less known side was seen.
func (p *pseudo) sure(j int32) int32 { return min(p.count[0][j], p.count[1][j]) }

// score is large where both sides cost much.
func score(down, up float64) float64 { return math.Max(down, 1e-6) * math.Max(up, 1e-6) }

// A branching is a variable to branch on, and what the sides are thought to cost.
type branching struct {
	j        int32
	down, up float64
}

const (
	reliable  = 4  // observations after which no more trying is needed
	tryMost   = 12 // variables tried at a node
	tryLonger = 4  // tried without finding a better one
)

// choose picks the variable to branch on at x. Where trying shows that one side
// of a variable is empty, the other side is entered at once and again is true:
// the node must be solved again. none is true if both are empty.
func (s *search) choose(x []float64, bound, cutoff float64) (b branching, again, none bool) {
	var list, rest []branching
	for _, j := range s.whole {
		f := x[j] - math.Floor(x[j])
		if math.Min(f, 1-f) <= Integral {
			continue
		}
		c := branching{j, f * s.pseudo.cost(j, 0), (1 - f) * s.pseudo.cost(j, 1)}
		if s.switches[j] {
			list = append(list, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(list) == 0 {
		list = rest
	}
	// The most promising first; ties by number.
	sortBranchings(list)
	b = list[0]
	best := -1.0
	worse, tried := 0, 0
	for k := range list {
		c := list[k]
		if s.pseudo.sure(c.j) >= reliable {
			if v := score(c.down, c.up); v > best {
				best, b = v, c
			}
			if worse++; worse > tryLonger {
				break
			}
			continue
		}
		if tried >= tryMost || s.halt() {
			break
		}
		tried++
		f := x[c.j] - math.Floor(x[c.j])
		k := s.l.mark()
		down, empty := s.try(c.j, s.lo[c.j], math.Floor(x[c.j]), bound, cutoff)
		s.l.back(k)
		up, full := s.try(c.j, math.Ceil(x[c.j]), s.hi[c.j], bound, cutoff)
		s.l.back(k)
		switch {
		case empty && full:
			return b, false, true
		case empty:
			_, good := s.narrowHere(c.j, math.Ceil(x[c.j]), s.hi[c.j])
			return b, good, !good
		case full:
			_, good := s.narrowHere(c.j, s.lo[c.j], math.Floor(x[c.j]))
			return b, good, !good
		}
		s.pseudo.learn(c.j, 0, down, f)
		s.pseudo.learn(c.j, 1, up, 1-f)
		c.down, c.up = down, up
		if v := score(down, up); v > best {
			best, b, worse = v, c, 0
		} else if worse++; worse > tryLonger {
			break
		}
	}
	return b, false, false
}

// narrowHere narrows at the current node, which remembers it.
func (s *search) narrowHere(j int32, lo, hi float64) ([]change, bool) {
	changes, good := s.narrow(j, lo, hi)
	s.current.changes = append(s.current.changes, changes...)
	return changes, good
}

// try looks for a few iterations how much the bound rises with other bounds of a
// variable; empty is true if no wanted point is there.
func (s *search) try(j int32, lo, hi, bound, cutoff float64) (rise float64, empty bool) {
	s.l.setBounds(int(j), lo, hi)
	end := s.l.run(cutoff, 60)
	s.l.setBounds(int(j), s.lo[j], s.hi[j])
	switch end {
	case impossible:
		return 0, true
	case above:
		s.leave(math.Max(cutoff, bound))
		return 0, true
	}
	b := s.l.bound()
	if b > cutoff {
		s.leave(b)
		return 0, true
	}
	return math.Max(b-bound, 0), false
}
