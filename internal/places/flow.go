// Who goes where when the schools are given: a flow of whole children, exact.

package places

import (
	"context"
	"errors"

	"shuren/internal/solve"
)

// capacity is what the schools of a year have.
type capacity struct{ seats, beds []int }

// server places the children of a stage, year after year.
type server struct {
	in    *Input
	stage int
	arcs  []arc
}

func newServer(in *Input, stage int) *server {
	return &server{in, stage, in.arcs(stage)}
}

// served is a year of a stage.
type served struct {
	trips   []Trip
	without int
	fen     int64
	length  int64
}

// serve places as many children as there are seats in reach; of all such ways it
// takes the cheapest, and of the cheapest the shortest.
//
// One cost stands for the three: an improvement of a flow is a circle that no
// node is in twice, so a unit of what counts more must outweigh what counts less
// over one circle only.
func (v *server) serve(ctx context.Context, year int, c capacity) (*served, error) {
	in := v.in
	nodes := len(in.Areas) + 2*len(in.Schools) + 1
	sink := nodes - 1
	most, far := int64(1), int64(1)
	for _, a := range v.arcs {
		most, far = max(most, a.fen), max(far, a.length)
	}
	// Lengths are made coarser where the numbers would not fit.
	limit := (int64(1) << 60) / int64(nodes+2)
	coarse := int64(1)
	for coarse < far && float64(most+1)*float64(far/coarse+1)*float64(nodes)*float64(nodes) > float64(limit) {
		coarse *= 10
	}
	heavy := int64(nodes)*(far/coarse+1) + 1
	if float64(most+1)*float64(heavy)*float64(nodes) > float64(limit) {
		return nil, errors.New("places: costs beyond what can be added up exactly")
	}
	miss := int64(nodes) * (most*heavy + far/coarse + 1)
	g := solve.NewNetwork(nodes)
	total := int64(0)
	for a := range in.Areas {
		n := int64(in.Areas[a].Children[v.stage][year])
		total += n
		g.Supply(a, n)
	}
	g.Supply(sink, -total)
	seat := func(s int) int { return len(in.Areas) + s }
	bed := func(s int) int { return len(in.Areas) + len(in.Schools) + s }
	for _, a := range v.arcs {
		to := seat(a.school)
		if a.mode == Board {
			to = bed(a.school)
		}
		g.Arc(a.area, to, 0, solve.Unlimited, a.fen*heavy+a.length/coarse)
	}
	for s := range in.Schools {
		if in.Schools[s].Stage == v.stage {
			g.Arc(bed(s), seat(s), 0, int64(c.beds[s]), 0)
			g.Arc(seat(s), sink, 0, int64(c.seats[s]), 0)
		}
	}
	left := g.Arcs()
	for a := range in.Areas {
		g.Arc(a, sink, 0, solve.Unlimited, miss)
	}
	f, err := g.Solve(ctx)
	if err != nil {
		return nil, err
	}
	if f.Status == solve.Stopped {
		return nil, ctx.Err()
	}
	out := &served{}
	for i, a := range v.arcs {
		if n := f.Units[i]; n > 0 {
			out.trips = append(out.trips, Trip{Area: a.area, School: a.school, Year: year, Mode: a.mode, Children: int(n)})
			out.fen += n * a.fen
			out.length += n * (a.length / coarse)
		}
	}
	for a := range in.Areas {
		out.without += int(f.Units[left+a])
	}
	return out, nil
}
