package flow

import (
	"context"
	"slices"
	"sync"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/store"
)

// staffKept are counties' registers of staff as lists show them, names masked, held as
// long as neither the register nor the tree of units has moved: a page of a county's
// teams is looked at more often than somebody of it is changed.
type staffKept struct {
	mu    sync.Mutex
	stamp string
	tree  *edu.Tree
	of    map[edu.UnitID][]Named
	held  int // people in all
}

// mostHeld is how many people are held at once: beyond, the others are let go.
const mostHeld = 100_000

// RegisterStaff reads the city's register of staff: names are masked there. A city
// without the keys of its registers has nobody on them.
func (c *City) RegisterStaff() StaffOf {
	kept := &staffKept{}
	return func(ctx context.Context, who auth.Actor, unit edu.UnitID) ([]Named, error) {
		if !c.HasKeys() {
			return nil, nil
		}
		r, err := c.Office().reach(ctx, who, auth.ReadStaff)
		if err != nil {
			return nil, err
		}
		if u, ok := r.tree.Unit(unit); ok && u.Level == edu.School {
			return c.staffOf(ctx, who, register.StaffFilter{School: unit, Size: -1})
		}
		all, err := kept.read(ctx, c, r.tree, unit)
		if err != nil || r.Whole {
			return all, err
		}
		// What is held is of all units: the reader gets those in reach.
		in := map[edu.UnitID]bool{}
		var out []Named
		for i := range all {
			at := all[i].Unit
			held, known := in[at]
			if !known {
				held = r.holds(at)
				in[at] = held
			}
			if held {
				out = append(out, all[i])
			}
		}
		return out, nil
	}
}

// read gives a county's register, or that of all. Who waits for the same waits once.
// Callers do not change what they get.
func (k *staffKept) read(ctx context.Context, c *City, tree *edu.Tree, unit edu.UnitID) ([]Named, error) {
	stamp, _, err := c.store.RegisterStamp(ctx, store.AStaff)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stamp != stamp || k.tree != tree || k.held > mostHeld {
		k.stamp, k.tree, k.of, k.held = stamp, tree, map[edu.UnitID][]Named{}, 0
	}
	if all, ok := k.of[unit]; ok {
		return all, nil
	}
	all, err := c.staffOf(ctx, auth.Operator(), register.StaffFilter{County: unit, Size: -1})
	if err != nil {
		return nil, err
	}
	all = slices.Clip(all)
	k.of[unit], k.held = all, k.held+len(all)
	return all, nil
}

func (c *City) staffOf(ctx context.Context, who auth.Actor, f register.StaffFilter) ([]Named, error) {
	list, _, err := c.Registers().StaffList(ctx, who, f)
	out := make([]Named, len(list))
	for i, r := range list {
		out[i] = Named(r)
	}
	return out, err
}
