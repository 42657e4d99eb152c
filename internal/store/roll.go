package store

import (
	"cmp"
	"slices"

	"shuren/internal/edu"
)

// roll finds units by id, code and name for whoever writes. The tree would have
// to be built anew after every import that brings a school; the roll takes in
// only what came.
type roll struct {
	taken map[string]taken // by shard
	units map[edu.UnitID]*entry
	// codes and names hold every code and name that was ever written, also where
	// it does not count.
	codes map[levelKey][]edu.UnitID
	names map[freshKey][]edu.UnitID // of units above the schools, by parent
}

// taken is how many of a shard's rows the roll has.
type taken struct{ units, attrs int }

type entry struct {
	unitRows
	shard string
}

func newRoll() *roll {
	return &roll{taken: map[string]taken{}, units: map[edu.UnitID]*entry{}, codes: map[levelKey][]edu.UnitID{}, names: map[freshKey][]edu.UnitID{}}
}

// extend takes in what a state has beyond the roll. States only grow, and
// writing is done by one at a time.
func (r *roll) extend(st *state) {
	for name, sh := range st.shards {
		has := r.taken[name]
		for i := has.units; i < len(sh.units); i++ {
			u := &sh.units[i]
			e := r.units[u.unit.ID]
			if e == nil {
				e = &entry{shard: name}
				r.units[u.unit.ID] = e
			}
			e.units = append(e.units, u)
		}
		for i := has.attrs; i < len(sh.attrs); i++ {
			a := &sh.attrs[i]
			e := r.units[a.unit]
			if e == nil {
				continue // attributes are written after their unit
			}
			e.attrs = append(e.attrs, a)
			level := e.units[0].unit.Level
			if a.Code != "" {
				add(r.codes, levelKey{level, a.Code}, a.unit)
			}
			if level < edu.School {
				add(r.names, freshKey{level, a.Parent, a.Name.ZH}, a.unit)
			}
		}
		r.taken[name] = taken{len(sh.units), len(sh.attrs)}
	}
}

func add[K comparable](m map[K][]edu.UnitID, k K, id edu.UnitID) {
	if !slices.Contains(m[k], id) {
		m[k] = append(m[k], id)
	}
}

// under is the roll under a reading. It serves one write.
func (r *roll) under(st *state, read reading) *rollView {
	r.extend(st)
	return &rollView{roll: r, st: st, read: read, found: map[edu.UnitID]*standing{}}
}

// rollView is a roll under one reading.
type rollView struct {
	roll  *roll
	st    *state
	read  reading
	found map[edu.UnitID]*standing // nil is a unit that does not count
}

func (r *rollView) find(id edu.UnitID) *standing {
	e := r.roll.units[id]
	if e == nil {
		return nil
	}
	s, ok := r.found[id]
	if ok {
		return s
	}
	if x, ok := e.under(r.read.order(e.shard, r.st.shards[e.shard])); ok {
		s = &x
	}
	r.found[id] = s
	return s
}

// Unit finds a unit by its permanent id.
func (r *rollView) Unit(id edu.UnitID) (*edu.Unit, bool) {
	if s := r.find(id); s != nil {
		return &s.Unit, true
	}
	return nil, false
}

// shard is where a unit's rows are, "" for one that does not count.
func (r *rollView) shard(id edu.UnitID) string {
	if r.find(id) == nil {
		return ""
	}
	return r.roll.units[id].shard
}

func (r *rollView) declared(id edu.UnitID) bool {
	s := r.find(id)
	return s != nil && s.declared
}

// said reports whether a submission stated a known unit's attributes for a day.
func (r *rollView) said(id edu.UnitID, day edu.Date) bool {
	s := r.find(id)
	return s != nil && slices.Contains(s.said, day)
}

// byCode finds the units of a level by a code in force on a day, or else by one
// that was in force at another time: files of the past carry old codes. A unit
// without a code answers to its id, a region always.
func (r *rollView) byCode(level edu.Level, key string, day edu.Date) []edu.UnitID {
	var then, ever []edu.UnitID
	known := r.roll.codes[levelKey{level, key}]
	if !slices.Contains(known, edu.UnitID(key)) {
		known = append(slices.Clip(known), edu.UnitID(key))
	}
	for _, id := range known {
		u, ok := r.Unit(id)
		if !ok || u.Level != level {
			continue
		}
		if a, ok := u.On(day); ok && u.Exists(day) && cmp.Or(a.Code, string(id)) == key {
			then = append(then, id)
		}
		had := slices.ContainsFunc(u.Attrs, func(a edu.Attrs) bool { return a.Code == key })
		if had || level < edu.School && string(id) == key {
			ever = append(ever, id)
		}
	}
	if len(then) == 0 {
		then = ever
	}
	slices.Sort(then)
	return then
}

// byName finds a region by its name under a parent on a day.
func (r *rollView) byName(level edu.Level, parent edu.UnitID, name string, day edu.Date) (found edu.UnitID, ok bool) {
	for _, id := range r.roll.names[freshKey{level, parent, name}] {
		u, known := r.Unit(id)
		if !known || !u.Exists(day) {
			continue
		}
		if a, in := u.On(day); in && a.Parent == parent && a.Name.ZH == name {
			found, ok = max(found, id), true
		}
	}
	return found, ok
}
