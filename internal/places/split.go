// An input is solved in parts where it falls apart: stages that share no rooms,
// valleys that share no school.

package places

// part is an input of its own, with where its schools, areas and conversions stand
// in the whole.
type part struct {
	in                       *Input
	schools, areas, converts []int
}

// parts takes an input apart. Money of a year that is limited holds everything
// together.
func (in *Input) parts() []part {
	n := len(in.Schools)
	up := make([]int, n+len(in.Areas)*len(in.Stages)) // schools, then areas by stage
	for i := range up {
		up[i] = i
	}
	var top func(i int) int
	top = func(i int) int {
		if up[i] != i {
			up[i] = top(up[i])
		}
		return up[i]
	}
	join := func(i, j int) { up[max(top(i), top(j))] = min(top(i), top(j)) }
	child := func(a, st int) int { return n + a*len(in.Stages) + st }
	for st := range in.Stages {
		for _, a := range in.arcs(st) {
			if in.some(a.area, st) {
				join(a.school, child(a.area, st))
			}
		}
	}
	for _, c := range in.Convert {
		join(c.From, c.To)
	}
	for _, y := range in.Years {
		for i := range up {
			if y.Budget >= 0 {
				join(0, i)
			}
		}
	}
	at := map[int]int{}
	var out []part
	of := func(i int) *part {
		k, ok := at[top(i)]
		if !ok {
			k = len(out)
			at[top(i)] = k
			out = append(out, part{in: &Input{Years: in.Years, Stages: in.Stages}})
		}
		return &out[k]
	}
	place := make([]int, n)
	for s := range n {
		p := of(s)
		place[s] = len(p.schools)
		p.schools, p.in.Schools = append(p.schools, s), append(p.in.Schools, in.Schools[s])
	}
	for i, c := range in.Convert {
		p := of(c.From)
		p.converts = append(p.converts, i)
		p.in.Convert = append(p.in.Convert, Conversion{place[c.From], place[c.To], c.Most})
	}
	zero := make([]int, len(in.Years))
	for a := range in.Areas {
		for st := range in.Stages {
			if !in.some(a, st) {
				continue
			}
			p := of(child(a, st))
			if k := len(p.areas); k == 0 || p.areas[k-1] != a {
				area := Area{ID: in.Areas[a].ID, Name: in.Areas[a].Name}
				for range in.Stages {
					area.Children = append(area.Children, zero)
				}
				p.areas, p.in.Areas = append(p.areas, a), append(p.in.Areas, area)
			}
			p.in.Areas[len(p.areas)-1].Children[st] = in.Areas[a].Children[st]
		}
	}
	for k := range out {
		p := &out[k]
		for _, a := range p.areas {
			ways := make([]Way, len(p.schools))
			for i, s := range p.schools {
				ways[i] = in.Ways[a][s]
			}
			p.in.Ways = append(p.in.Ways, ways)
		}
	}
	return out
}

// some tells that an area has children of a stage in some year.
func (in *Input) some(a, st int) bool {
	for _, n := range in.Areas[a].Children[st] {
		if n > 0 {
			return true
		}
	}
	return false
}

// take puts what was decided for a part into the whole.
func (p *part) take(d, from *design) {
	for i, s := range p.schools {
		d.rooms[s], d.open[s] = from.rooms[i], from.open[i]
	}
	for i, c := range p.converts {
		d.given[c] = from.given[i]
	}
}
