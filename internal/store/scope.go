package store

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Role is what a caller may do inside its part of the tree.
type Role uint8

const (
	NoRole Role = iota
	// Reader may see.
	Reader
	// Editor may see and write.
	Editor
)

// Scope is a part of the tree and a role. Every call takes one; the zero Scope
// sees nothing and may do nothing.
type Scope struct {
	role  Role
	whole bool
	tops  []edu.UnitID
}

// Whole is the scope of the whole tree. The local server and the command line
// pass it; it is made in one place there, so that one edit gives them accounts.
func Whole(role Role) Scope { return Scope{role: role, whole: true} }

// Part is the scope of some units and everything below them.
func Part(role Role, tops ...edu.UnitID) Scope {
	return Scope{role: role, tops: slices.Clone(tops)}
}

// None tells that the scope sees nothing.
func (sc Scope) None() bool { return !sc.sees() }

func (sc Scope) sees() bool { return sc.role >= Reader && (sc.whole || len(sc.tops) > 0) }

// mayWrite refuses a scope that may not write at all.
func (sc Scope) mayWrite(what string) error {
	if !sc.sees() || sc.role < Editor {
		return fmt.Errorf("%s needs the right to write: %w", what, fault.Forbidden)
	}
	return nil
}

// mayWriteWhole refuses whoever may not write what belongs to no one part.
func (sc Scope) mayWriteWhole(what string) error {
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	if !sc.whole {
		return fmt.Errorf("%s concerns the whole tree: %w", what, fault.Forbidden)
	}
	return nil
}

// finder is a tree, or what an import knows of it.
type finder interface {
	Unit(id edu.UnitID) (*edu.Unit, bool)
}

// holds reports whether a unit lay in the scope on a day.
func (sc Scope) holds(t finder, id edu.UnitID, day edu.Date) bool {
	if !sc.sees() {
		return false
	}
	for !sc.whole {
		if id == "" {
			return false
		}
		if slices.Contains(sc.tops, id) {
			return true
		}
		u, ok := t.Unit(id)
		if !ok {
			return false
		}
		a, ok := u.On(day)
		if !ok {
			a = u.Attrs[0]
		}
		id = a.Parent
	}
	return true
}
