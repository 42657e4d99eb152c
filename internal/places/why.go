package places

import (
	"context"
	"slices"

	"shuren/internal/solve"
)

// Why names rules of an input without a plan which contradict each other, each of
// which is needed for that. Where seats within reach of some areas are too few
// whatever is built, these areas and schools are the answer; else the solver's
// models are searched, which may take much longer. Where ctx ends first, the
// answer is solve.Unclear; where there are plans, solve.Possible.
func Why(ctx context.Context, in *Input) ([]Conflict, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	for st := range in.Stages {
		v := newServer(in, st)
		for y := range in.Years {
			out, err := v.tooFew(ctx, y)
			if err != nil || out != nil {
				return out, err
			}
		}
	}
	for _, p := range in.parts() {
		out, err := p.explain(ctx)
		if err == solve.Possible {
			continue
		}
		return out, err
	}
	return nil, solve.Possible
}

// tooFew looks for areas of a year that together have more children than all
// schools in their reach can ever seat. It leaves out areas as long as the others
// are still too many; whatever school these reach is then needed.
func (v *server) tooFew(ctx context.Context, y int) ([]Conflict, error) {
	in := v.in
	reach := make([][]int, len(in.Areas))
	for _, a := range v.arcs {
		if !slices.Contains(reach[a.area], a.school) {
			reach[a.area] = append(reach[a.area], a.school)
		}
	}
	most := capacity{make([]int, len(in.Schools)), make([]int, len(in.Schools))}
	for s := range in.Schools {
		most.seats[s], most.beds[s] = in.most(s, y), 1<<40
	}
	whole := v.in.Areas
	defer func() { v.in = in }()
	lacking := func(areas []int) (bool, error) {
		some := *in
		some.Areas = slices.Clone(whole)
		for a := range some.Areas {
			if !slices.Contains(areas, a) {
				none := make([][]int, len(in.Stages))
				none[v.stage] = make([]int, len(in.Years))
				some.Areas[a] = Area{Children: none}
			}
		}
		v.in = &some
		r, err := v.serve(ctx, y, most)
		v.in = in
		if err != nil {
			return false, err
		}
		return r.without > 0, nil
	}
	var areas []int
	for a := range in.Areas {
		if in.Areas[a].Children[v.stage][y] > 0 {
			areas = append(areas, a)
		}
	}
	if bad, err := lacking(areas); err != nil || !bad {
		return nil, err
	}
	for size := len(areas); size >= 1; size /= 2 { // by halves, at last one by one
		for i := 0; i < len(areas); {
			rest := slices.Concat(areas[:i], areas[min(i+size, len(areas)):])
			bad, err := lacking(rest)
			if err != nil {
				return nil, err
			}
			if bad {
				areas = rest
			} else {
				i += size
			}
		}
	}
	var out []Conflict
	var schools []int
	for _, a := range areas {
		rule := AllPlaced
		if len(reach[a]) == 0 {
			rule = NoWay
		}
		out = append(out, Conflict{Rule: rule, Area: a, School: -1, Stage: v.stage, Year: y, To: -1, Number: float64(in.Areas[a].Children[v.stage][y])})
		for _, s := range reach[a] {
			if !slices.Contains(schools, s) {
				schools = append(schools, s)
			}
		}
	}
	slices.Sort(schools)
	for _, s := range schools {
		out = append(out, Conflict{Rule: MostSeats, Area: -1, School: s, Stage: v.stage, Year: y, To: -1, Number: float64(in.most(s, y))})
	}
	return out, nil
}

// explain asks the solver which rules of a part contradict each other, in the
// numbers of the whole.
func (p *part) explain(ctx context.Context) ([]Conflict, error) {
	b := newModel(p.in)
	found, err := solve.Explain(ctx, &b.m)
	if err != nil {
		return nil, err
	}
	var out []Conflict
	add := func(c Conflict, ok bool) {
		if !ok {
			return // a row that only adds up
		}
		if c.Area >= 0 {
			c.Area = p.areas[c.Area]
		}
		if c.School >= 0 {
			c.School = p.schools[c.School]
		}
		if c.To >= 0 {
			c.To = p.schools[c.To]
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, r := range found.Rows {
		c, ok := b.why[r]
		add(c, ok)
	}
	for _, v := range found.Upper {
		c, ok := b.bound[v]
		add(c, ok)
	}
	return out, nil
}
