package store

import (
	"cmp"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// placer fills in where the units of a table stood in the tree on the period's
// reference date.
type placer struct {
	v    *view
	snap *edu.Snapshot
}

// spot is what all records of one unit share.
type spot struct {
	key, name string
	stage     edu.Stage
	up        int    // node of the lowest region above, -1 without one
	at        uint32 // its place among the units of the table at hand
	found     bool
}

func (pl *placer) spot(id edu.UnitID) spot {
	u, ok := pl.v.tree.Unit(id)
	if !ok {
		return spot{up: -1}
	}
	sp := spot{stage: u.Stage}
	if u.Level == edu.Section {
		if u, ok = pl.v.tree.Unit(u.Attrs[0].Parent); !ok {
			return spot{up: -1}
		}
	}
	// A unit that did not exist on the day, as far as we know, has records of it
	// all the same: its nearest attributes serve.
	a, ok := u.On(pl.snap.Day)
	if !ok {
		a = u.Attrs[0]
	}
	sp.key, sp.name = cmp.Or(a.Code, string(u.ID)), a.Name.In("zh")
	sp.up = pl.snap.Find(a.Parent)
	return sp
}

// unitRef is a unit that a reader has read.
type unitRef struct {
	reader *shardReader
	unit   uint32
}

// spotOf is the spot of a unit, found once for all tables.
func (pl *placer) spotOf(u unitRef) *spot {
	r := u.reader
	if r.spots == nil {
		r.spots = make([]spot, len(r.units))
	}
	sp := &r.spots[u.unit]
	if !sp.found {
		*sp = pl.spot(r.units[u.unit])
		sp.found = true
	}
	return sp
}

func (pl *placer) place(t *frame.Table, units []unitRef, staged bool) {
	// The table's units in their order, and each record's place among them.
	var spots []*spot
	at := make([]uint32, len(units))
	for i, u := range units {
		if i > 0 && u == units[i-1] {
			at[i] = at[i-1]
			continue
		}
		sp := pl.spotOf(u)
		if n := int(sp.at); n >= len(spots) || spots[n] != sp { // not of this table yet
			sp.at = uint32(len(spots))
			spots = append(spots, sp)
		}
		at[i] = sp.at
	}
	// One text for each unit, then codes for each record.
	code := make([]uint32, len(spots))
	column := func(some int, text func(*spot) string) *frame.Strings {
		s := newStrings(len(at), some)
		for n, sp := range spots {
			code[n] = s.code(text(sp))
		}
		for i, n := range at {
			s.Code[i] = code[n]
		}
		return &s.Strings
	}
	t.Key = column(len(spots), func(sp *spot) string { return sp.key })
	t.Name = column(len(spots), func(sp *spot) string { return sp.name })
	if staged {
		t.Stage = column(0, func(sp *spot) string { return string(sp.stage) })
	}
	for l := edu.Nation; l < min(t.Level, edu.School); l++ {
		some := false
		above := func(sp *spot) *edu.Node {
			if i := pl.snap.Above(sp.up, l); i >= 0 {
				some = true
				return &pl.snap.Nodes[i]
			}
			return &edu.Node{}
		}
		key := column(0, func(sp *spot) string { return above(sp).Key })
		if some {
			t.Path[l] = key
			t.PathName[l] = column(0, func(sp *spot) string { return above(sp).Name.In("zh") })
		}
	}
}
