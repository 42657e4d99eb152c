package places

import (
	"context"
	"slices"

	"shuren/internal/solve"
)

// planner has what is worked out once for an input.
type planner struct {
	in      *Input
	servers []*server
}

func newPlanner(in *Input) *planner {
	p := &planner{in: in}
	for st := range in.Stages {
		p.servers = append(p.servers, newServer(in, st))
	}
	return p
}

func (p *planner) serve(ctx context.Context, stage, y int, d *design) (*served, error) {
	return p.servers[stage].serve(ctx, y, p.in.capacity(d, y))
}

// Make finds the cheapest plan by which every child has a seat, and what comes of
// doing nothing. The error is of an input that cannot be read; where there is no
// plan the answer says so, and Why says by which rules.
//
// Progress and ctx are those of solve: a long search can be watched and stopped,
// and keeps the best so far.
func Make(ctx context.Context, in *Input, o Options) (*Plan, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	p := newPlanner(in)
	// What follows the search is short: it is done even after the search was stopped.
	calm := context.WithoutCancel(ctx)
	still, err := p.all(calm, in.today())
	if err != nil {
		return nil, err
	}
	d, r, err := in.search(ctx, o)
	if err != nil {
		return nil, err
	}
	out := &Plan{Bound: r.Bound, Nodes: r.Nodes, Still: *still}
	switch r.Status {
	case solve.Infeasible:
		out.Status = Infeasible
		return out, nil
	case solve.Stopped, solve.Unbounded:
		out.Status = Stopped
		return out, nil
	}
	if err := p.reopen(calm, d); err != nil {
		return nil, err
	}
	if err := p.putOff(calm, d); err != nil {
		return nil, err
	}
	got, err := p.all(calm, d)
	if err != nil {
		return nil, err
	}
	out.Served, out.Lines = *got, in.lines(d)
	// Kilometres decide, but nobody pays them: they are in what is compared.
	out.Cost = out.Served.Cost
	for _, l := range out.Lines {
		out.Cost += l.Cost
	}
	for y := range in.Years {
		out.Spent = append(out.Spent, in.spent(d, y))
	}
	out.Bound = min(out.Bound, out.Cost)
	out.Gap = (out.Cost - out.Bound) / max(1, out.Cost, -out.Cost)
	if out.Status = Within; r.Status == solve.Optimal || out.Gap <= 1e-6 {
		out.Status = Optimal
	}
	return out, nil
}

// all serves every stage and year.
func (p *planner) all(ctx context.Context, d *design) (*Served, error) {
	in := p.in
	out := &Served{Seats: table(len(in.Schools), len(in.Years)), Used: table(len(in.Schools), len(in.Years)), Without: table(len(in.Stages), len(in.Years))}
	paid := int64(0)
	for y := range in.Years {
		for s, n := range in.capacity(d, y).seats {
			out.Seats[s][y] = n
		}
		for st := range in.Stages {
			v, err := p.serve(ctx, st, y, d)
			if err != nil {
				return nil, err
			}
			for _, t := range v.trips {
				out.Used[t.School][y] += t.Children
			}
			out.Trips = append(out.Trips, v.trips...)
			out.Without[st][y] = v.without
			paid += v.fen
		}
	}
	out.Cost = float64(paid) / 100
	out.Travel = in.travel(out)
	return out, nil
}

func table(n, m int) [][]int {
	t := make([][]int, n)
	for i := range t {
		t[i] = make([]int, m)
	}
	return t
}

// lines put a design in lines, by year; what is kept stands last.
func (in *Input) lines(d *design) (out []Line) {
	for y := range in.Years {
		left := float64(len(in.Years) - y)
		for s := range in.Schools {
			sc := &in.Schools[s]
			st := &in.Stages[sc.Stage]
			now, before := at(d.rooms[s], y)
			opens := d.open[s][y] && (y == 0 && sc.New || y > 0 && !d.open[s][y-1])
			closes := !d.open[s][y] && (y == 0 && !sc.New || y > 0 && d.open[s][y-1])
			if now > before || opens {
				l := Line{Act: Expand, Year: y, School: s, To: -1, Rooms: now - before, Seats: (now - before) * st.Class, Cost: in.building(d, s, y), Why: Seats}
				if opens {
					l.Act, l.Cost = Build, l.Cost+left*st.Prices.Run
				}
				out = append(out, l)
			}
			if closes {
				out = append(out, Line{Act: Merge, Year: y, School: s, To: -1, Seats: -sc.Seats, Cost: -left * st.Prices.Run, Why: Cheaper})
			}
		}
		for i, c := range in.Convert {
			to := &in.Stages[in.Schools[c.To].Stage]
			if now, before := at(d.given[i], y); now > before {
				n := now - before
				out = append(out, Line{Act: Convert, Year: y, School: c.From, To: c.To, Rooms: n, Seats: n * to.Class, Cost: float64(n*to.Class) * to.Prices.Convert, Why: Seats})
			}
		}
	}
	for s := range in.Schools {
		touched := slices.ContainsFunc(out, func(l Line) bool { return l.School == s && l.Act != Convert })
		if in.Schools[s].New || touched {
			continue
		}
		may, why, lacks := in.closing(s)
		if may {
			why = Needed
		}
		out = append(out, Line{Act: Keep, School: s, To: -1, Why: why, Lacks: lacks})
	}
	return out
}
