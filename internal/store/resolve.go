package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

// resolver finds the units that a submission's tables name by their codes, and
// makes up those that nobody knows.
type resolver struct {
	known *rollView
	day   edu.Date

	fresh   map[edu.UnitID]*unitRow
	freshAt map[freshKey]edu.UnitID
	say     map[edu.UnitID]edu.Attrs
	used    map[edu.UnitID]bool
	home    map[edu.UnitID]string // shards of new regions
	errs    []error
}

type levelKey struct {
	level edu.Level
	key   string
}

type freshKey struct {
	level  edu.Level
	parent edu.UnitID
	key    string
}

func (r *resolver) init(known *rollView, p edu.Period) {
	r.known, r.day = known, edu.DateOf(p.Reference())
	r.fresh = map[edu.UnitID]*unitRow{}
	r.freshAt = map[freshKey]edu.UnitID{}
	r.say = map[edu.UnitID]edu.Attrs{}
	r.used = map[edu.UnitID]bool{}
	r.home = map[edu.UnitID]string{}
}

// resolve gives the unit of each record; "" where an error was noted.
func (r *resolver) resolve(t *frame.Table) []edu.UnitID {
	top := min(t.Level, edu.School)
	type path [2 * edu.NumLevels]uint32 // codes, then names where there is no code
	type who struct{ key, stage, region uint32 }
	regions := map[path]uint32{}
	var regionID []edu.UnitID
	var regionOK []bool
	units := map[who]edu.UnitID{}
	out := make([]edu.UnitID, t.N)
	for i := range t.N {
		var p path
		for l := edu.Nation; l < top; l++ {
			if s := t.Path[l]; s.At(i) != "" {
				p[l] = s.Code[i] + 1
			} else if s := t.PathName[l]; s.At(i) != "" {
				p[edu.NumLevels+int(l)] = s.Code[i] + 1
			}
		}
		n, ok := regions[p]
		if !ok {
			n = uint32(len(regionID))
			regions[p] = n
			id, ok := r.regionOf(t, i, top)
			regionID, regionOK = append(regionID, id), append(regionOK, ok)
		}
		if !regionOK[n] {
			continue
		}
		w := who{key: t.Key.Code[i], region: n}
		if t.Stage != nil {
			w.stage = t.Stage.Code[i]
		}
		id, ok := units[w]
		if !ok {
			id = r.unitOf(t, i, regionID[n])
			units[w] = id
		}
		out[i] = id
	}
	return out
}

// regionOf resolves the units above a record, from the top down, and gives the
// lowest.
func (r *resolver) regionOf(t *frame.Table, i int, top edu.Level) (id edu.UnitID, ok bool) {
	for l := edu.Nation; l < top; l++ {
		name := t.PathName[l].At(i)
		key := cmp.Or(t.Path[l].At(i), name) // a file may know its counties by name only
		if key == "" {
			continue
		}
		next, err := r.region(l, id, key, name)
		if err != nil {
			r.note(t, i, err)
			return "", false
		}
		id = next
	}
	return id, true
}

func (r *resolver) unitOf(t *frame.Table, i int, region edu.UnitID) edu.UnitID {
	key, name := t.Key.At(i), t.Name.At(i)
	if t.Level < edu.School {
		id, err := r.region(t.Level, region, key, name)
		if err != nil {
			r.note(t, i, err)
		}
		return id
	}
	id, err := r.school(region, key, name)
	if err != nil {
		r.note(t, i, err)
		return ""
	}
	if t.Level != edu.Section {
		return id
	}
	stage := edu.Stage(t.Stage.At(i))
	sec := edu.SectionID(id, stage)
	if _, known := r.known.Unit(sec); !known && r.fresh[sec] == nil {
		r.fresh[sec] = &unitRow{unit: edu.Unit{ID: sec, Level: edu.Section, Stage: stage}, school: id}
	}
	r.use(sec)
	return sec
}

func (r *resolver) note(t *frame.Table, i int, err error) {
	r.errs = append(r.errs, fmt.Errorf("%s, row %d: %w", tableName(t), rowNo(t, i), err))
}

// region finds a unit above the schools by its code, its id or, under its
// parent, its name.
func (r *resolver) region(level edu.Level, parent edu.UnitID, key, name string) (edu.UnitID, error) {
	if id, ok := r.freshAt[freshKey{level, parent, key}]; ok {
		return id, nil
	}
	found := r.known.byCode(level, key, r.day)
	if parent != "" {
		under := slices.DeleteFunc(slices.Clone(found), func(id edu.UnitID) bool { return !r.under(id, parent) })
		if len(under) == 0 && len(found) > 0 && level <= edu.County {
			return "", fmt.Errorf("%s %s does not belong to %q but to %q: %w", level, key, parent, r.parent(found[0]), fault.Invalid)
		}
		found = under
		if len(found) == 0 {
			for _, n := range []string{key, name} {
				if id, ok := r.known.byName(level, parent, n, r.day); ok && n != "" {
					found = []edu.UnitID{id}
					break
				}
			}
		}
	}
	switch len(found) {
	case 0:
		id := r.make(level, parent, key, name)
		r.freshAt[freshKey{level, parent, key}] = id
		return id, nil
	case 1:
		r.state(found[0], name, "")
		r.use(found[0])
		return found[0], nil
	}
	return "", fmt.Errorf("the code %s means several units: %q; name the units above: %w", key, found, fault.Invalid)
}

// school finds a school by its code. A 学校标识码 has ten digits and is unique
// in the country, so it is followed when the school moves to another county. A
// shorter code may be unique only inside its county.
func (r *resolver) school(region edu.UnitID, key, name string) (edu.UnitID, error) {
	county := r.above(region, edu.County)
	local := freshKey{edu.School, county, key}
	if national(key) {
		local.parent = ""
	}
	if id, ok := r.freshAt[local]; ok {
		r.state(id, name, region)
		return id, nil
	}
	found := r.known.byCode(edu.School, key, r.day)
	if !national(key) {
		found = slices.DeleteFunc(slices.Clone(found), func(id edu.UnitID) bool { return r.above(id, edu.County) != county })
	}
	switch len(found) {
	case 0:
		id := r.make(edu.School, region, key, name)
		r.freshAt[local] = id
		return id, nil
	case 1:
		r.state(found[0], name, region)
		r.use(found[0])
		return found[0], nil
	}
	return "", fmt.Errorf("the code %s means several schools: %q: %w", key, found, fault.Invalid)
}

func national(code string) bool {
	return len(code) == 10 && strings.Trim(code, "0123456789") == ""
}

// make registers a new unit. Its id is made of its first code, and never read:
// it stays when the code changes.
func (r *resolver) make(level edu.Level, parent edu.UnitID, code, name string) edu.UnitID {
	base := level.String() + "-" + code
	id := edu.UnitID(base)
	for n := 2; ; n++ {
		_, known := r.known.Unit(id)
		if !known && r.fresh[id] == nil {
			break
		}
		id = edu.UnitID(base + "~" + strconv.Itoa(n))
	}
	r.fresh[id] = &unitRow{unit: edu.Unit{ID: id, Level: level}}
	r.say[id] = edu.Attrs{From: r.day, Code: code, Name: edu.Text{ZH: name}, Parent: parent}
	r.use(id)
	return id
}

// state notes what a submission says about a unit's name and parent. A region
// above the parent that is known is no news.
func (r *resolver) state(id edu.UnitID, name string, parent edu.UnitID) {
	if r.known.declared(id) {
		return
	}
	was, ok := r.say[id]
	if !ok {
		was = r.attrs(id)
	}
	now := was
	now.From = r.day
	if name != "" && name != was.Name.In("zh") {
		now.Name.ZH = name
	}
	if parent != "" && !r.under(was.Parent, parent) {
		now.Parent = parent
	}
	if was.From = r.day; ok || now != was || !r.known.said(id, r.day) {
		r.say[id] = now
	}
}

// attrs gives the attributes that a unit is known to have on the day.
func (r *resolver) attrs(id edu.UnitID) edu.Attrs {
	u, ok := r.known.Unit(id)
	if !ok {
		return edu.Attrs{}
	}
	a, ok := u.On(r.day)
	if !ok {
		a = u.Attrs[0]
	}
	return a
}

func (r *resolver) parent(id edu.UnitID) edu.UnitID {
	if f := r.fresh[id]; f != nil && f.school != "" {
		return f.school
	}
	if a, ok := r.say[id]; ok {
		return a.Parent
	}
	return r.attrs(id).Parent
}

// under reports whether a unit is another one or stands below it.
func (r *resolver) under(id, top edu.UnitID) bool {
	for id != "" && id != top {
		id = r.parent(id)
	}
	return id != ""
}

// above gives the unit of a level that a unit stands below or is, or "".
func (r *resolver) above(id edu.UnitID, level edu.Level) edu.UnitID {
	for id != "" && r.level(id) != level {
		id = r.parent(id)
	}
	return id
}

func (r *resolver) level(id edu.UnitID) edu.Level {
	if u, ok := r.known.Unit(id); ok {
		return u.Level
	}
	return r.fresh[id].unit.Level
}

// stage is that of a section, "" for other units.
func (r *resolver) stage(id edu.UnitID) edu.Stage {
	if u, ok := r.known.Unit(id); ok {
		return u.Stage
	}
	return r.fresh[id].unit.Stage
}

// within reports whether a scope holds a unit: where the submission puts it and
// where it is known to be, so that nobody can draw a unit into his own part.
func (r *resolver) within(sc Scope, id edu.UnitID) bool {
	if _, known := r.known.Unit(id); known && !sc.holds(r.known, id, r.day) {
		return false
	}
	for id != "" && !slices.Contains(sc.tops, id) {
		id = r.parent(id)
	}
	return id != ""
}

// use notes that the submission rests on a unit.
func (r *resolver) use(id edu.UnitID) { r.used[id] = true }

// shardOf is the shard of a unit, for a new one that of its county.
func (r *resolver) shardOf(id edu.UnitID) string {
	if id == "" {
		return orphanage
	}
	if sh := r.home[id]; sh != "" {
		return sh
	}
	if sh := r.known.shard(id); sh != "" {
		return sh
	}
	l := r.level(id)
	if l <= edu.County {
		return string(id)
	}
	sh := r.shardOf(r.parent(id))
	if l < edu.School { // few, and asked for by all their schools
		r.home[id] = sh
	}
	return sh
}

// writeUnits saves the units that cannot be seen yet, with everything that they
// stand below, and what was said about all of them.
func (im *importer) writeUnits(ctx context.Context, w *writer, mine *rollView, rev *Revision) error {
	im.useAbove(mine)
	for _, id := range slices.Sorted(maps.Keys(im.used)) {
		said, news := im.say[id]
		if _, seen := mine.Unit(id); !seen {
			rev.NewUnits++
			if err := im.writeUnit(ctx, w, id, said.From); err != nil {
				return err
			}
		}
		if news {
			if err := w.attrs(ctx, im.shardOf(id), id, said); err != nil {
				return err
			}
		}
	}
	return nil
}

// useAbove notes everything that the units in use stand below, or stood below
// as far as it will be written once more.
func (im *importer) useAbove(mine *rollView) {
	var need func(id edu.UnitID)
	above := func(id edu.UnitID) {
		need(im.parent(id))
		if _, seen := mine.Unit(id); seen {
			return
		}
		if u, known := im.known.Unit(id); known {
			for _, a := range u.Attrs {
				need(a.Parent)
				need(a.Statutory)
			}
		}
	}
	need = func(id edu.UnitID) {
		if id != "" && !im.used[id] {
			im.used[id] = true
			above(id)
		}
	}
	for _, id := range slices.Collect(maps.Keys(im.used)) {
		above(id)
	}
}

// writeUnit saves a new unit, or once more one that only a hidden batch knows,
// with its attributes except for those from a day for which there are newer.
func (im *importer) writeUnit(ctx context.Context, w *writer, id edu.UnitID, except edu.Date) error {
	shard := im.shardOf(id)
	if f := im.fresh[id]; f != nil {
		return w.unit(ctx, shard, *f)
	}
	u, _ := im.known.Unit(id)
	row := unitRow{unit: *u, declared: im.known.declared(id)}
	if u.Level == edu.Section {
		row.school = u.Attrs[0].Parent
	}
	if err := w.unit(ctx, shard, row); err != nil || u.Level == edu.Section {
		return err
	}
	for _, a := range u.Attrs {
		if a.From != except || except == 0 {
			if err := w.attrs(ctx, shard, id, a); err != nil {
				return err
			}
		}
	}
	return nil
}
