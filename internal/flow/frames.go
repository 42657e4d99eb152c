// Package flow runs the steps end to end: read files, keep them, make frames,
// measure, judge. It alone knows the whole path; pages, commands and the demo
// city are callers of the same steps.
package flow

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// frameOptions says in a frame's words how the pack's elements hang together:
// which are totals of parts, which follow from lists or from a unit's sections,
// which a school may give once for all its sections.
func frameOptions(p *pack.Pack) (frame.Options, error) {
	opt := frame.Options{Stages: p.Stages}
	if p.Split != nil {
		opt.Split = frame.Split{Elements: p.Split.Elements, By: p.Split.By, Shares: p.Split.Shares}
	}
	for _, e := range p.Elements {
		if e.By != nil {
			s := frame.Sum{Element: e.ID}
			for _, part := range e.By.Parts {
				s.Parts = append(s.Parts, frame.Part{ID: e.ID + "." + part.ID, Stages: part.Stages})
			}
			opt.Sums = append(opt.Sums, s)
		}
		if e.Derive == nil {
			continue
		}
		d := frame.Derive{Element: e.ID, List: e.Derive.List, Agg: frame.Agg(e.Derive.Agg), Of: e.Derive.Of, Over: e.Derive.Over}
		if e.Derive.Where != nil {
			prog, err := e.Derive.Where.Expr.Section()
			if err != nil {
				return opt, fmt.Errorf("condition of %s: %w", e.ID, err)
			}
			d.Where = prog
		}
		opt.Derive = append(opt.Derive, d)
	}
	return opt, nil
}

// Frames makes the frames of one period. What the tables say that contradicts
// itself comes back as problems.
func Frames(tables []*frame.Table, p *pack.Pack) (*frame.Set, []frame.Problem, error) {
	opt, err := frameOptions(p)
	if err != nil {
		return nil, nil, err
	}
	set, problems := frame.Build(tables, opt)
	return set, problems, nil
}

// periods lists the periods that tables are for, the newest last.
func periods(tables []*frame.Table) []edu.Period {
	var ps []edu.Period
	seen := map[edu.Period]bool{}
	for _, t := range tables {
		if !seen[t.Period] {
			seen[t.Period] = true
			ps = append(ps, t.Period)
		}
	}
	return ps
}
