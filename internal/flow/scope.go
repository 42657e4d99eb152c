package flow

import (
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/store"
)

// scopeOf makes of what an actor may reach the scope of store calls. It is made
// here and nowhere else; nothing within reach is a scope that sees nothing.
func scopeOf(r auth.Reach, role store.Role) store.Scope {
	switch {
	case r.None():
		return store.Scope{}
	case r.Whole:
		return store.Whole(role)
	}
	return store.Part(role, r.Units...)
}

// holdsIn tells which unit stands below which, in the tree as it is at last: a
// right over a county covers what has been moved into it.
func holdsIn(t *edu.Tree) auth.Holds {
	return func(top, unit edu.UnitID) bool {
		for unit != "" {
			if unit == top {
				return true
			}
			u, ok := t.Unit(unit)
			if !ok {
				return false
			}
			unit = u.Attrs[len(u.Attrs)-1].Parent
		}
		return false
	}
}

// both is what lies in one reach or in the other.
func both(a, b auth.Reach) auth.Reach {
	if a.Whole || b.Whole {
		return auth.Reach{Whole: true}
	}
	return auth.Reach{Units: append(append([]edu.UnitID(nil), a.Units...), b.Units...)}
}
