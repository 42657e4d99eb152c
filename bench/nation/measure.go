package nation

import (
	"context"
	"fmt"
	"io/fs"

	"shuren/bench/packs"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Pack loads the rules through the loader that every pack goes through.
func Pack() (*pack.Pack, error) {
	sub, err := fs.Sub(packs.FS, "bench-nation@1")
	if err != nil {
		return nil, err
	}
	return pack.Load(sub)
}

// Evaluate is the step of `shuren evaluate`: a file is read, measured and judged.
func Evaluate(path string, p *pack.Pack) (*standard.Assessment, error) {
	m, err := flow.Evaluate(context.Background(), []intake.File{intake.Path(path)}, p, intake.Options{})
	if err != nil {
		return nil, err
	}
	return m.Periods[0], nil
}

// Load makes the frames of a file, so that Assess alone can be measured.
func Load(path string, p *pack.Pack) (*frame.Set, error) {
	b, err := intake.Read(context.Background(), []intake.File{intake.Path(path)}, p, intake.Options{})
	if err != nil {
		return nil, err
	}
	if err := b.Err(); err != nil {
		return nil, fmt.Errorf("%w: %v", err, b.Problems[0])
	}
	set, problems, err := flow.Frames(b.Tables, p)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", problems[0])
	}
	return set, nil
}

// Met counts the counties and the sections that meet the standard.
func Met(a *standard.Assessment) (counties, sections int) {
	for u := range a.Units[edu.County] {
		if a.Verdict(a.Standard.Root, edu.County, u) == edu.Met {
			counties++
		}
	}
	for _, st := range a.Stages {
		all := standard.Tally(st.Rule("school").Verdicts, 0, st.Frame.Len())
		sections += all.Count[edu.Met]
	}
	return counties, sections
}
