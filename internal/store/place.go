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
	up        int // node of the lowest region above, -1 without one
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

func (pl *placer) place(t *frame.Table, units []edu.UnitID, staged bool) {
	known := make(map[edu.UnitID]uint32)
	var spots []spot
	at := make([]uint32, len(units))
	for i, id := range units {
		n, ok := known[id]
		if !ok {
			n = uint32(len(spots))
			known[id] = n
			spots = append(spots, pl.spot(id))
		}
		at[i] = n
	}
	// One text for each unit, then codes for each record.
	column := func(text func(*spot) string) *frame.Strings {
		s := newStrings(len(at))
		code := make([]uint32, len(spots))
		for n := range spots {
			code[n] = s.code(text(&spots[n]))
		}
		for i, n := range at {
			s.Code[i] = code[n]
		}
		return &s.Strings
	}
	t.Key = column(func(sp *spot) string { return sp.key })
	t.Name = column(func(sp *spot) string { return sp.name })
	if staged {
		t.Stage = column(func(sp *spot) string { return string(sp.stage) })
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
		key := column(func(sp *spot) string { return above(sp).Key })
		if some {
			t.Path[l] = key
			t.PathName[l] = column(func(sp *spot) string { return above(sp).Name.In("zh") })
		}
	}
}
