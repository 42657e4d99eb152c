package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// orphanage is the shard of units of a file that has no upper levels.
const orphanage = "all"

// Tree gives the units that the scope sees, over all time, and the units above
// them.
func (s *Store) Tree(ctx context.Context, sc Scope) (*edu.Tree, error) {
	if !sc.sees() {
		return edu.NewTree(nil)
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap("read the tree", err)
	}
	v, err := st.view()
	if err != nil || sc.whole {
		if v == nil {
			return nil, s.wrap("read the tree", err)
		}
		return v.tree, s.wrap("read the tree", err)
	}
	keep := map[edu.UnitID]bool{}
	var above func(id edu.UnitID)
	above = func(id edu.UnitID) {
		if u, ok := v.tree.Unit(id); ok && !keep[id] {
			keep[id] = true
			for _, a := range u.Attrs {
				above(a.Parent)
				above(a.Statutory)
			}
		}
	}
	for _, u := range v.tree.Units() {
		for _, a := range u.Attrs {
			if sc.holds(v.tree, u.ID, a.From) {
				above(u.ID)
			}
		}
	}
	var part []edu.Unit
	for _, u := range v.tree.Units() {
		if keep[u.ID] {
			u.Into = slices.DeleteFunc(slices.Clone(u.Into), func(id edu.UnitID) bool { return !keep[id] })
			part = append(part, u)
		}
	}
	return edu.NewTree(part)
}

// RegisterUnits adds units to the tree, or gives known ones new attributes: the
// attributes given replace all earlier ones. What is registered like this is
// not renamed by submissions. Registering the same again changes nothing.
func (s *Store) RegisterUnits(ctx context.Context, sc Scope, units []edu.Unit) error {
	const what = "register units"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		return s.registerUnits(ctx, tx, st, sc, units)
	})
}

// registerUnits is RegisterUnits as a part of a bigger write.
func (s *Store) registerUnits(ctx context.Context, tx *sql.Tx, st *state, sc Scope, units []edu.Unit) error {
	v, err := st.viewOf(withHidden())
	if err != nil {
		return err
	}
	declared := s.roll.under(st, withHidden())
	all := slices.Clone(v.tree.Units())
	var changed []edu.Unit
	for _, u := range units {
		i, known := slices.BinarySearchFunc(all, u.ID, func(a edu.Unit, id edu.UnitID) int { return cmp.Compare(a.ID, id) })
		switch {
		case u.Level == edu.Section:
			return fmt.Errorf("unit %q is a section; sections follow from the records of their schools: %w", u.ID, fault.Invalid)
		case known && all[i].Level != u.Level:
			return fmt.Errorf("unit %q is a %s; it cannot become a %s: %w", u.ID, all[i].Level, u.Level, fault.Invalid)
		case known && declared.declared(u.ID) && reflect.DeepEqual(all[i], u):
		case known:
			all[i] = u
			changed = append(changed, u)
		default:
			changed = append(changed, u)
		}
	}
	var taken []error
	for _, u := range changed {
		if _, known := v.tree.Unit(u.ID); known {
			continue
		}
		taken = append(taken, codesTaken(v.tree, &u)...)
		all = append(all, u)
	}
	if len(taken) > 0 {
		return errors.Join(taken...)
	}
	tree, err := edu.NewTree(all)
	if err != nil {
		return errors.Join(fault.Invalid, err)
	}
	var outside []error
	for _, u := range changed {
		_, known := v.tree.Unit(u.ID)
		if !sc.holds(tree, u.ID, u.Begins()) || known && !sc.holds(v.tree, u.ID, u.Begins()) {
			outside = append(outside, fmt.Errorf("unit %q: %w", u.ID, fault.Forbidden))
		}
	}
	if len(outside) > 0 {
		return errors.Join(outside...)
	}
	if len(changed) == 0 {
		return errNothing
	}
	w := newWriter(tx, "")
	w.atOnce = s.dialect.atOnce
	for _, u := range changed {
		shard := v.shard[u.ID]
		if shard == "" {
			shard = homeShard(tree, v, &u)
		}
		if err := w.unit(ctx, shard, unitRow{unit: u, declared: true}); err != nil {
			return err
		}
		for _, a := range u.Attrs {
			if err := w.attrs(ctx, shard, u.ID, a); err != nil {
				return err
			}
		}
	}
	return w.visible(ctx)
}

// codesTaken names the known units that have a code of a new one: two units of
// one code would make every later file ambiguous.
func codesTaken(t *edu.Tree, u *edu.Unit) (errs []error) {
	for _, v := range t.Units() {
		for _, a := range v.Attrs {
			same := func(b edu.Attrs) bool { return a.Code != "" && a.Code == b.Code }
			if v.Level == u.Level && u.Level <= edu.County && slices.ContainsFunc(u.Attrs, same) {
				errs = append(errs, fmt.Errorf("unit %q: the code %s is that of %q, which a file brought or somebody registered before: %w", u.ID, a.Code, v.ID, fault.Conflict))
			}
		}
	}
	return errs
}

// homeShard is the shard of a unit at its first registration: its county's
// permanent id; a unit at or above county level has its own.
func homeShard(t *edu.Tree, v *view, u *edu.Unit) string {
	for u.Level > edu.County {
		p, ok := t.Unit(u.Attrs[0].Parent)
		if !ok {
			return orphanage
		}
		if sh := v.shard[p.ID]; sh != "" {
			return sh
		}
		u = p
	}
	return string(u.ID)
}

// bit writes a yes/no as both databases' INTEGER.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
