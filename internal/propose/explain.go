package propose

import (
	"context"
	"slices"

	"shuren/internal/solve"
)

// Why names rules of a county that cannot pass which contradict each other, each
// of which is needed for that. Rows that only add up what there is are no rules
// and are left out. It may take much longer than finding that there is no plan;
// where ctx ends first, the answer is solve.Unclear.
func Why(ctx context.Context, c *County) (out []Conflict, err error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b := newModel(c)
	found, err := solve.Explain(ctx, &b.m)
	if err != nil {
		return nil, err
	}
	add := func(x Conflict) {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	for _, r := range found.Rows {
		if why, ok := b.why[r]; ok {
			add(why)
		}
	}
	for _, r := range found.Rules {
		add(b.spread[r])
	}
	// A bound that is needed is that of free people, or of what cannot be hired, built
	// or trained.
	for s := range b.out {
		for k := range b.out[s] {
			if slices.Contains(found.Upper, b.out[s][k]) || slices.Contains(found.Upper, b.in[s][k]) {
				add(Conflict{Rule: "people", Section: s, Indicator: -1})
			}
		}
	}
	return out, nil
}
