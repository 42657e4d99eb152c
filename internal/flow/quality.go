package flow

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/quality"
)

// checked keeps the findings of one period until its figures, or those of the
// year before, change.
type checked struct {
	mu      sync.Mutex
	version string
	found   []quality.Finding
}

// Findings are the questions about a period's figures that somebody may see.
// Every school is held against all like schools of the city, whoever asks.
func (c *City) Findings(ctx context.Context, who auth.Actor, p edu.Period) ([]quality.Finding, error) {
	reach := who.Reach(auth.CheckData)
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.CheckData, fault.Forbidden)
	}
	found, err := c.findings(ctx, p)
	if err != nil || reach.Whole {
		return found, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	// A school and the one that it is compared with must both be in reach.
	on := tree.On(p)
	within := func(s *quality.School) bool {
		if s == nil {
			return true
		}
		i := on.Find(s.ID)
		if at := on.ByKey(edu.School, s.Code); i < 0 && len(at) == 1 {
			i = at[0]
		}
		for ; i >= 0; i = on.Nodes[i].Up {
			if slices.Contains(reach.Units, on.Nodes[i].Unit.ID) {
				return true
			}
		}
		return false
	}
	return slices.DeleteFunc(slices.Clone(found), func(f quality.Finding) bool { return !within(&f.School) || !within(f.Other) }), nil
}

// findings finds all of a period, or gives what is still true from last time.
func (c *City) findings(ctx context.Context, p edu.Period) ([]quality.Finding, error) {
	c.mu.Lock()
	if c.checks == nil {
		c.checks = map[edu.Period]*checked{}
	}
	e := c.checks[p]
	if e == nil {
		e = &checked{}
		c.checks[p] = e
	}
	c.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	now, err := c.version(ctx, local, p)
	if err != nil {
		return nil, err
	}
	before, err := c.version(ctx, local, p.LastTime())
	if err != nil {
		return nil, err
	}
	if v := now + "|" + before; e.version != v {
		set, err := c.withPast(ctx, part{scope: local}, p)
		if err != nil {
			return nil, err
		}
		tree, err := c.store.Tree(ctx, local)
		if err != nil {
			return nil, err
		}
		found, err := quality.Find(set, nil, c.pack, quality.Options{Snapshot: tree.On(p)})
		if err != nil {
			return nil, fmt.Errorf("look through the figures of %s: %w", p, err)
		}
		e.found, e.version = found, v
	}
	return e.found, nil
}
