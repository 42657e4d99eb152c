// From a pack to what frames need to know of it.

package pack

import (
	"fmt"

	"shuren/internal/frame"
)

// FrameOptions says in a frame's words how the pack's elements hang together:
// which are totals of parts, which follow from lists or from a unit's sections,
// which a school may give once for all its sections.
func (p *Pack) FrameOptions() (frame.Options, error) {
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
		d := frame.Derive{Element: e.ID, List: e.Derive.List, Agg: frame.Agg(e.Derive.Agg), Of: e.Derive.Of, Over: e.Derive.Over, Stages: e.Derive.Stages}
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
