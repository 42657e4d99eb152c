// Package flow runs the steps end to end: read files, keep them, make frames,
// measure, judge. It alone knows the whole path; pages, commands and the demo
// city are callers of the same steps.
package flow

import (
	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Frames makes the frames of one period. What the tables say that contradicts
// itself comes back as problems.
func Frames(tables []*frame.Table, p *pack.Pack) (*frame.Set, []frame.Problem, error) {
	opt, err := p.FrameOptions()
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
