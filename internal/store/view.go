package store

import (
	"cmp"
	"slices"
	"sync"

	"shuren/internal/edu"
)

// view is the tree under one reading.
type view struct {
	tree  *edu.Tree
	shard map[edu.UnitID]string

	mu      sync.Mutex
	byDay   map[edu.Date]*edu.Snapshot
	holding map[string]map[string]bool // by the tops of a scope
}

// lazyView is the tree as it is now, made when first asked for. A state in which
// no unit changed takes it over from the one before.
type lazyView struct {
	once sync.Once
	view *view
	err  error
}

// view gives the tree as it is now.
func (st *state) view() (*view, error) {
	l := st.latest
	l.once.Do(func() { l.view, l.err = st.build(now) })
	return l.view, l.err
}

// viewOf gives the tree under a reading.
func (st *state) viewOf(r reading) (*view, error) {
	for name, sh := range st.shards {
		if !r.order(name, sh).isNow() {
			return st.build(r)
		}
	}
	return st.view()
}

func (st *state) build(r reading) (*view, error) {
	v := &view{shard: map[edu.UnitID]string{}, byDay: map[edu.Date]*edu.Snapshot{}, holding: map[string]map[string]bool{}}
	var list []edu.Unit
	for name, sh := range st.shards {
		var part []edu.Unit
		if o := r.order(name, sh); o.isNow() {
			sh.once.Do(func() { sh.now = sh.unitsUnder(o) })
			part = sh.now
		} else {
			part = sh.unitsUnder(o)
		}
		list = append(list, part...)
		for i := range part {
			v.shard[part[i].ID] = name
		}
	}
	var err error
	v.tree, err = edu.NewTree(list)
	return v, err
}

// unitsUnder gathers the units that an order lets count.
func (sh *shardState) unitsUnder(o order) []edu.Unit {
	rows := map[edu.UnitID]*unitRows{}
	sh.rows(rows, 0, 0)
	out := make([]edu.Unit, 0, len(rows))
	for _, r := range rows {
		if s, ok := r.under(o); ok {
			out = append(out, s.Unit)
		}
	}
	return out
}

// unitRows are all rows of one unit.
type unitRows struct {
	units []*unitRow
	attrs []*attrRow
}

// rows sorts the rows from given places on to their units.
func (sh *shardState) rows(into map[edu.UnitID]*unitRows, units, attrs int) {
	of := func(id edu.UnitID) *unitRows {
		r := into[id]
		if r == nil {
			r = &unitRows{}
			into[id] = r
		}
		return r
	}
	for i := units; i < len(sh.units); i++ {
		r := of(sh.units[i].unit.ID)
		r.units = append(r.units, &sh.units[i])
	}
	for i := attrs; i < len(sh.attrs); i++ {
		r := of(sh.attrs[i].unit)
		r.attrs = append(r.attrs, &sh.attrs[i])
	}
}

// standing is a unit with its attributes under one reading.
type standing struct {
	edu.Unit
	// declared: it was registered on purpose, so submissions do not rename it.
	declared bool
	// said are the days for which a submission stated attributes.
	said []edu.Date
}

// under gathers what an order lets count of a unit. ok is false if that is
// nothing.
func (r *unitRows) under(o order) (s standing, ok bool) {
	var p *unitRow
	newest := int64(0)
	for _, u := range r.units {
		if at := o.at(u.seq); at > newest {
			p, newest = u, at
		}
	}
	if p == nil {
		return s, false
	}
	s.Unit, s.declared = p.unit, p.declared
	if s.Level == edu.Section {
		s.Attrs = []edu.Attrs{{Parent: p.school}}
		return s, true
	}
	type stated struct {
		*attrRow
		at int64
	}
	var as []stated
	for _, a := range r.attrs {
		if at := o.at(a.seq); at > 0 && (!p.declared || a.seq == p.seq) {
			as = append(as, stated{a, at})
		}
	}
	// Of several statements for one day the newest counts: it stands first, where
	// CompactFunc keeps it.
	slices.SortFunc(as, func(a, b stated) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.at, a.at)) })
	as = slices.CompactFunc(as, func(a, b stated) bool { return a.From == b.From })
	for i, row := range as {
		a := row.Attrs
		if !p.declared {
			s.said = append(s.said, a.From)
			if i == 0 {
				a.From = 0 // the first that is known holds for the time before
			}
		}
		if n := len(s.Attrs); n > 0 && !p.declared {
			same := a
			same.From = s.Attrs[n-1].From
			if same == s.Attrs[n-1] {
				continue
			}
		}
		s.Attrs = append(s.Attrs, a)
	}
	return s, true
}

// movesUnits reports whether what came since an older state of the shard changes
// the tree. Statements that say again what is known do not.
func (sh *shardState) movesUnits(old *shardState) bool {
	if old == nil || len(sh.units) > len(old.units) || sh.flipped {
		return true
	}
	if len(sh.attrs) == len(old.attrs) {
		return false
	}
	rows := map[edu.UnitID]*unitRows{}
	sh.rows(rows, len(sh.units), len(old.attrs))
	touched := make([]edu.UnitID, 0, len(rows))
	for id := range rows {
		touched = append(touched, id)
	}
	rows = map[edu.UnitID]*unitRows{}
	for _, id := range touched {
		rows[id] = &unitRows{}
	}
	was := map[edu.UnitID]int{} // how many attributes there were before
	for i := range sh.units {
		if r := rows[sh.units[i].unit.ID]; r != nil {
			r.units = append(r.units, &sh.units[i])
		}
	}
	for i := range sh.attrs {
		if r := rows[sh.attrs[i].unit]; r != nil {
			r.attrs = append(r.attrs, &sh.attrs[i])
			if i < len(old.attrs) {
				was[sh.attrs[i].unit]++
			}
		}
	}
	for id, r := range rows {
		before, knew := (&unitRows{r.units, r.attrs[:was[id]]}).under(now.order("", old))
		after, knows := r.under(now.order("", sh))
		if knew != knows || !slices.Equal(before.Attrs, after.Attrs) {
			return true
		}
	}
	return false
}

// on gives the tree of a day; it is made once.
func (v *view) on(day edu.Date) *edu.Snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.byDay[day]
	if s == nil {
		s = v.tree.At(day)
		v.byDay[day] = s
	}
	return s
}
