// From a pack to what frames need to know of it.

package pack

import (
	"fmt"

	"shuren/internal/formula"
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
		d := frame.Derive{Element: e.ID, List: e.Derive.List, Agg: frame.Agg(e.Derive.Agg), Of: e.Derive.Of, Over: e.Derive.Over, Stages: e.Derive.Stages, Level: e.Level}
		var err error
		if d.Where, err = program(e.Derive.Where); err != nil {
			return opt, fmt.Errorf("condition of %s: %w", e.ID, err)
		}
		if d.Formula, err = program(e.Derive.Formula); err != nil {
			return opt, fmt.Errorf("formula of %s: %w", e.ID, err)
		}
		opt.Derive = append(opt.Derive, d)
	}
	return opt, nil
}

// program is a formula over rows made ready, nil where there is none.
func program(f *Formula) (*formula.Program, error) {
	if f == nil {
		return nil, nil
	}
	return f.Expr.Section()
}
