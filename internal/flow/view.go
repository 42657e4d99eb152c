package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// View is the city as one actor may read it: figures of schools within reach,
// and of those regions that are seen whole. It has the methods of City that
// read.
type View struct {
	city *City
	who  auth.Actor
	part
}

// part is what an actor reads: records of a scope, and of them the figures of
// some regions; nil is of all.
type part struct {
	scope   store.Scope
	regions *auth.Reach
	key     string // names it; empty where it is the whole
	// alter changes what was read of a period, in copies: it says what the
	// figures would be if something were otherwise. nil for what is.
	alter func(edu.Period, []*frame.Table) []*frame.Table
	// asOf is the moment that is read; nil is now.
	asOf *store.Snapshot
}

// As limits the city to what an actor may read.
func (c *City) As(who auth.Actor) *View {
	regions := who.Reach(auth.ReadRegion)
	reach := both(regions, who.Reach(auth.ReadSchool))
	v := &View{city: c, who: who, part: part{scope: scopeOf(reach, store.Reader)}}
	if !regions.Whole {
		v.regions = &regions
		v.key = "schools " + keyOf(reach) + " regions " + keyOf(regions)
	}
	return v
}

func keyOf(r auth.Reach) string {
	if r.Whole {
		return "*"
	}
	ids := make([]string, len(r.Units))
	for i, u := range r.Units {
		ids[i] = string(u)
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), "\x00")
}

// Name is how the part is called: by its top unit where it has one.
func (v *View) Name() edu.Text {
	if v.key == "" {
		return v.city.Name()
	}
	reach := both(v.who.Reach(auth.ReadRegion), v.who.Reach(auth.ReadSchool))
	slices.Sort(reach.Units)
	switch units := slices.Compact(reach.Units); len(units) {
	case 0:
		return v.city.Name()
	case 1:
		tree, err := v.city.store.Tree(context.Background(), local)
		if err != nil {
			return v.city.Name()
		}
		if u, ok := tree.Unit(units[0]); ok {
			return u.Attrs[len(u.Attrs)-1].Name
		}
	}
	return edu.Text{ZH: "本人可见范围", EN: "your part"}
}

// Fictional tells that the figures are made up.
func (v *View) Fictional() bool { return v.city.Fictional() }

// Pending is how many further periods are still being read in.
func (v *View) Pending() int { return v.city.Pending() }

// Place is where a county's tile stands.
func (v *View) Place(code string) (x, y int, ok bool) { return v.city.Place(code) }

// Tree is the tree of the units within reach and those above them.
func (v *View) Tree(ctx context.Context) (*edu.Tree, error) { return v.city.store.Tree(ctx, v.scope) }

// English are the English names of schools and of the units above them, by code.
func (v *View) English(ctx context.Context, p edu.Period) (map[string]string, error) {
	return v.city.english(ctx, v.scope, p)
}

// Periods are the periods that have figures within reach, oldest first.
func (v *View) Periods(ctx context.Context) ([]edu.Period, error) {
	return v.city.store.Periods(ctx, v.scope)
}

// AsOf is when the newest figure of a period came in; zero if there is none.
func (v *View) AsOf(ctx context.Context, p edu.Period) (time.Time, error) {
	return v.city.asOf(ctx, v.scope, p)
}

// Version names the state of a period's figures within reach.
func (v *View) Version(ctx context.Context, p edu.Period) (string, error) {
	return v.city.version(ctx, v.scope, p)
}

// Submission tells when a submission came in, and from whom.
func (v *View) Submission(ctx context.Context, id string) (at time.Time, by string, err error) {
	return v.city.submission(ctx, v.scope, id)
}

// Assessment is [View.Measure] by the pack that stands first.
func (v *View) Assessment(ctx context.Context, p edu.Period) (*standard.Assessment, error) {
	return v.Measure(ctx, v.city.pack.Ref(), p)
}

// Packs are the packs that the city is measured by.
func (v *View) Packs() []*pack.Pack { return v.city.Packs() }

// Measure measures and judges, by one of the city's packs, what the actor may
// read of a period. It is computed from the records within reach alone, so what
// is not there cannot be shown by mistake; readers of the same part share it.
func (v *View) Measure(ctx context.Context, ref string, p edu.Period) (*standard.Assessment, error) {
	if v.key == "" {
		return v.city.Measure(ctx, ref, p)
	}
	if v.scope.None() {
		return nil, fmt.Errorf("figures of %s: %w", p, fault.Forbidden)
	}
	by, err := v.city.packOf(ctx, ref)
	if err != nil {
		return nil, err
	}
	return v.city.assess(ctx, v.part, by, p)
}

// MeasureAll is [City.MeasureAll] of what the actor may read.
func (v *View) MeasureAll(ctx context.Context, p edu.Period) ([]*standard.Assessment, error) {
	if v.key == "" {
		return v.city.MeasureAll(ctx, p)
	}
	if v.scope.None() {
		return nil, fmt.Errorf("figures of %s: %w", p, fault.Forbidden)
	}
	return v.city.measureAll(ctx, v.part, p)
}

// narrow takes the places of records in regions that are not seen whole: their
// figures would be those of a part, under the name of the whole.
func narrow(tables []*frame.Table, on *edu.Snapshot, regions auth.Reach) []*frame.Table {
	holds := func(i int) bool {
		for ; i >= 0; i = on.Nodes[i].Up {
			if slices.Contains(regions.Units, on.Nodes[i].Unit.ID) {
				return true
			}
		}
		return false
	}
	keep := func(level edu.Level, key string) bool {
		at := on.ByKey(level, key)
		return len(at) > 0 && !slices.ContainsFunc(at, func(i int) bool { return !holds(i) })
	}
	out := tables[:0:0]
	for _, t := range tables {
		// A county's own answers are figures of a region.
		if t.Level <= edu.County && slices.ContainsFunc(t.Key.Dict, func(key string) bool { return key != "" && !keep(t.Level, key) }) {
			continue
		}
		part := *t
		for l := edu.Nation; l < edu.School; l++ {
			if t.Path[l] != nil {
				part.Path[l], part.PathName[l] = narrowed(t.Path[l], t.PathName[l], func(key string) bool { return keep(l, key) })
			}
		}
		out = append(out, &part)
	}
	return out
}

// narrowed blanks the codes that are not kept, and their names; nil if none is.
func narrowed(codes, names *frame.Strings, keep func(string) bool) (c, n *frame.Strings) {
	kept := make([]bool, len(codes.Dict))
	some := false
	for i, key := range codes.Dict {
		kept[i] = key != "" && keep(key)
		some = some || kept[i]
	}
	if !some {
		return nil, nil
	}
	blank := func(s *frame.Strings) *frame.Strings {
		if s == nil {
			return nil
		}
		out := &frame.Strings{Dict: append([]string{""}, s.Dict...), Code: make([]uint32, len(s.Code))}
		for i, code := range s.Code {
			if kept[codes.Code[i]] {
				out.Code[i] = code + 1
			}
		}
		return out
	}
	return blank(codes), blank(names)
}
