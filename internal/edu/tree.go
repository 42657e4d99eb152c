package edu

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Tree is the tree of units over time: every unit with its dated attributes,
// those that have ended too. It does not change once it is built, so many
// readers may share it.
//
// A tree may have several tops: a file that has no upper levels gives a forest.
type Tree struct {
	units []Unit // by id
	index map[UnitID]int
	// from lists, for a unit, the ended units that went into it.
	from map[UnitID][]UnitID

	mu    sync.Mutex
	drawn []*Snapshot // asked for last, the newest first
}

// Bounds of the snapshots that a tree keeps, and of the nodes in them: the
// reference days of a city's years. A nation keeps the last one.
const (
	maxDrawn = 32
	maxNodes = 200_000
)

// Zone is the Kind of a development zone.
const Zone = "zone"

// SectionID is the permanent id of a school's section of a stage. Neither part
// ever changes, so the id needs no register of its own.
func SectionID(school UnitID, stage Stage) UnitID {
	return school + "/" + UnitID(cmp.Or(stage, "all"))
}

// NewTree checks units and joins them. The error names every fault at once.
func NewTree(units []Unit) (*Tree, error) {
	t := &Tree{units: slices.Clone(units), index: make(map[UnitID]int, len(units)), from: map[UnitID][]UnitID{}}
	slices.SortStableFunc(t.units, func(a, b Unit) int { return cmp.Compare(a.ID, b.ID) })
	var errs []error
	for i, u := range t.units {
		if i > 0 && t.units[i-1].ID == u.ID {
			errs = append(errs, fmt.Errorf("unit %q is given twice", u.ID))
		}
		t.index[u.ID] = i
	}
	for i := range t.units {
		errs = t.check(errs, &t.units[i])
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, u := range t.units {
		for _, id := range u.Into {
			t.from[id] = append(t.from[id], u.ID)
		}
	}
	return t, nil
}

func (t *Tree) check(errs []error, u *Unit) []error {
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("unit %q: "+format, append([]any{u.ID}, args...)...))
	}
	if u.ID == "" {
		bad("has no id")
	}
	if u.Level == NoLevel || int(u.Level) >= NumLevels {
		bad("has no level")
	}
	if (u.Stage != "") && u.Level != Section {
		bad("has the stage %s; only a section has one", u.Stage)
	}
	if len(u.Attrs) == 0 {
		bad("has no attributes")
	}
	for i, a := range u.Attrs {
		if i > 0 && a.From <= u.Attrs[i-1].From {
			bad("attributes from %s stand after those from %s; want the oldest first", a.From, u.Attrs[i-1].From)
		}
		if a.Parent != "" {
			p, ok := t.Unit(a.Parent)
			switch {
			case !ok:
				bad("its parent %q is not in the tree", a.Parent)
			case p.Level >= u.Level:
				bad("a %s cannot stand under %q, a %s", u.Level, p.ID, p.Level)
			}
		}
		if a.Kind == Zone {
			t.checkZone(u, a, bad)
		} else if a.Statutory != "" {
			bad("names the statutory county %q but is not a development zone", a.Statutory)
		}
	}
	if len(u.Into) > 0 && u.Ended == 0 {
		bad("went into another unit but has no day on which it ended")
	}
	for _, id := range u.Into {
		if v, ok := t.Unit(id); !ok {
			bad("went into %q, which is not in the tree", id)
		} else if id == u.ID || v.Level != u.Level {
			bad("cannot go into %q, a %s", id, v.Level)
		}
	}
	return errs
}

func (t *Tree) checkZone(u *Unit, a Attrs, bad func(string, ...any)) {
	if u.Level != County {
		bad("a development zone is a unit of county level, not a %s", u.Level)
	}
	if a.Code != "" {
		bad("a development zone has no GB/T 2260 code, but %q is given", a.Code)
	}
	s, ok := t.Unit(a.Statutory)
	switch {
	case !ok:
		bad("a development zone names its statutory county; %q is not in the tree", a.Statutory)
	case s.Level != County || slices.ContainsFunc(s.Attrs, func(a Attrs) bool { return a.Kind == Zone }):
		bad("%q is not a statutory county", a.Statutory)
	}
}

// Len is the number of units, ended ones included.
func (t *Tree) Len() int { return len(t.units) }

// Units lists all units, ordered by id. The caller must not change them.
func (t *Tree) Units() []Unit { return t.units }

// Unit finds a unit by its permanent id. The caller must not change it.
func (t *Tree) Unit(id UnitID) (*Unit, bool) {
	i, ok := t.index[id]
	if !ok {
		return nil, false
	}
	return &t.units[i], true
}

// Begins is the day from which the unit exists; zero is "always".
func (u *Unit) Begins() Date { return u.Attrs[0].From }

// Exists reports whether the unit exists on a day.
func (u *Unit) Exists(on Date) bool {
	return len(u.Attrs) > 0 && u.begun(on) && (u.Ended == 0 || on < u.Ended)
}

func (u *Unit) begun(on Date) bool { return u.Attrs[0].From == 0 || u.Attrs[0].From <= on }

// On gives the attributes in force on a day, whether or not the unit still
// exists on it; ok is false before the unit begins.
func (u *Unit) On(day Date) (a Attrs, ok bool) {
	for i := len(u.Attrs) - 1; i >= 0; i-- {
		if f := u.Attrs[i].From; f == 0 || f <= day {
			return u.Attrs[i], true
		}
	}
	return Attrs{}, false
}

// Past says what a unit's figures of an earlier day are made of.
type Past struct {
	// Sum lists the units of that day whose counts add up to the unit's past;
	// empty where there is none.
	Sum []UnitID
	// Lost says why there is no past; PastKnown where there is one.
	Lost PastLoss
	// By is, after a split, the unit that was split.
	By UnitID
}

// PastLoss is a reason why a unit has no comparable past.
type PastLoss uint8

const (
	PastKnown PastLoss = iota
	PastNone           // nothing came before it: a new unit
	PastSplit          // a part of its past belongs to a unit that went into several
)

// Past finds what makes up the past of a unit: its figures on the day "then",
// as comparable with those of the day "now". The past of a merged unit is the
// sum of its predecessors'; nobody can divide the past of a split one, so it is
// missing. A section follows its school: its past is that of the same stage.
func (t *Tree) Past(id UnitID, then, now Date) Past {
	if u, ok := t.Unit(id); ok && u.Level == Section {
		return t.pastSection(u, then, now)
	}
	var p Past
	seen := map[UnitID]bool{}
	var walk func(id UnitID)
	walk = func(id UnitID) {
		u, ok := t.Unit(id)
		if !ok || seen[id] || p.Lost == PastSplit {
			return
		}
		seen[id] = true
		if u.Exists(then) {
			p.Sum = append(p.Sum, id)
		}
		for _, f := range t.from[id] {
			v, _ := t.Unit(f)
			if v.Ended <= then || v.Ended > now {
				continue
			}
			if len(v.Into) > 1 {
				p = Past{Lost: PastSplit, By: f}
				return
			}
			walk(f)
		}
	}
	walk(id)
	if p.Lost == PastSplit {
		return p
	}
	if len(p.Sum) == 0 {
		return Past{Lost: PastNone}
	}
	slices.Sort(p.Sum)
	return p
}

func (t *Tree) pastSection(u *Unit, then, now Date) Past {
	p := t.Past(u.Attrs[0].Parent, then, now)
	var sum []UnitID
	for _, school := range p.Sum {
		if id := SectionID(school, u.Stage); t.has(id) {
			sum = append(sum, id)
		}
	}
	if p.Sum = sum; sum == nil && p.Lost == PastKnown {
		p.Lost = PastNone
	}
	return p
}

func (t *Tree) has(id UnitID) bool {
	_, ok := t.index[id]
	return ok
}

// Node is a unit as it stands in a snapshot.
type Node struct {
	Unit  *Unit
	Attrs        // in force on the snapshot's day
	Up    int    // index of the unit above, -1 at a top
	End   int    // the units below are the nodes from the next one to End-1
	Key   string // its code, or its id where it has none
}

// Snapshot is the tree of one day in pre-order, so that everything below a unit
// is one contiguous range.
type Snapshot struct {
	Day   Date
	Nodes []Node

	byID  map[UnitID]int
	byKey [NumLevels]map[string][]int
}

// On gives the tree as it stands on a period's reference date.
func (t *Tree) On(p Period) *Snapshot { return t.At(DateOf(p.Reference())) }

// At gives the tree as it stands on a day. Siblings are ordered by code, those
// without one last. A unit whose parent does not exist on that day stands at
// the top rather than vanish. The snapshot is shared and must not be changed.
func (t *Tree) At(day Date) *Snapshot {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.drawn, func(s *Snapshot) bool { return s.Day == day })
	var s *Snapshot
	if i >= 0 {
		s = t.drawn[i]
		t.drawn = slices.Delete(t.drawn, i, i+1)
	} else {
		s = t.draw(day)
	}
	t.drawn = newest(slices.Insert(t.drawn, 0, s), maxDrawn, maxNodes)
	return s
}

// newest are the first of some snapshots, within bounds; one stays in any case.
func newest(drawn []*Snapshot, most, mostNodes int) []*Snapshot {
	nodes := 0
	for i, k := range drawn {
		if nodes += len(k.Nodes); i > 0 && (i == most || nodes > mostNodes) {
			clear(drawn[i:])
			return drawn[:i]
		}
	}
	return drawn
}

// draw makes the snapshot of a day.
func (t *Tree) draw(day Date) *Snapshot {
	flat := make([]Node, 0, len(t.units))
	at := make(map[UnitID]int, len(t.units))
	for i := range t.units {
		u := &t.units[i]
		if !u.Exists(day) {
			continue
		}
		a, _ := u.On(day)
		at[u.ID] = len(flat)
		flat = append(flat, Node{Unit: u, Attrs: a, Up: -1, Key: cmp.Or(a.Code, string(u.ID))})
	}
	kids := make([][]int, len(flat)+1) // the last holds the tops
	for i := range flat {
		up := len(flat)
		if p, ok := at[flat[i].Parent]; ok && flat[i].Parent != "" {
			up = p
		}
		kids[up] = append(kids[up], i)
	}
	s := &Snapshot{Day: day, Nodes: make([]Node, 0, len(flat)), byID: make(map[UnitID]int, len(flat))}
	for l := range s.byKey {
		s.byKey[l] = map[string][]int{}
	}
	var put func(up int, ks []int)
	put = func(up int, ks []int) {
		slices.SortFunc(ks, func(x, y int) int {
			a, b := &flat[x], &flat[y]
			if uncoded := a.Code == ""; uncoded != (b.Code == "") {
				if uncoded {
					return 1
				}
				return -1
			}
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Unit.ID, b.Unit.ID))
		})
		for _, k := range ks {
			i := len(s.Nodes)
			n := flat[k]
			n.Up = up
			s.Nodes = append(s.Nodes, n)
			s.byID[n.Unit.ID] = i
			m := s.byKey[n.Unit.Level]
			m[n.Key] = append(m[n.Key], i)
			put(i, kids[k])
			s.Nodes[i].End = len(s.Nodes)
		}
	}
	put(-1, kids[len(flat)])
	return s
}

// Find gives the index of a unit, or -1 where it does not exist on the day.
func (s *Snapshot) Find(id UnitID) int {
	if i, ok := s.byID[id]; ok {
		return i
	}
	return -1
}

// ByKey lists the units of a level that have a code, or an id where a unit has
// no code. Codes of schools and regions are unique in a sound tree; a caller
// that must have one unit checks that there is one.
func (s *Snapshot) ByKey(level Level, key string) []int { return s.byKey[level][key] }

// Above gives the unit of a level that holds node i, node i itself if it is of
// that level, or -1.
func (s *Snapshot) Above(i int, level Level) int {
	for i >= 0 && s.Nodes[i].Unit.Level > level {
		i = s.Nodes[i].Up
	}
	if i >= 0 && s.Nodes[i].Unit.Level == level {
		return i
	}
	return -1
}

// Under lists node i and all that stands below it.
func (s *Snapshot) Under(i int) (out []UnitID) {
	for k := i; k < s.Nodes[i].End; k++ {
		out = append(out, s.Nodes[k].Unit.ID)
	}
	return out
}

// Within reports whether node i is the node top or stands below it.
func (s *Snapshot) Within(i, top int) bool { return top <= i && i < s.Nodes[top].End }
