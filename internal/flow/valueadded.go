package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/store"
	"shuren/internal/valueadd"
)

const (
	valueAddedRun     audit.Action = "valueadded.run"
	valueAddedDropped audit.Action = "valueadded.drop"
)

// wholeCity is the scope of whoever decides for the whole city how its figures
// are looked at.
func wholeCity(who auth.Actor) (store.Scope, error) {
	sc, err := inReach(who, auth.CheckData, store.Editor)
	if err == nil && !who.Reach(auth.CheckData).Whole {
		err = fmt.Errorf("it concerns the whole city: %w", fault.Forbidden)
	}
	return sc, err
}

// mayValueAdd refuses what a city has not switched on.
func (c *City) mayValueAdd(ctx context.Context) error {
	sw, err := c.Switches(ctx)
	if err == nil && !sw.ValueAdded.On {
		err = auth.Refuse(fault.NotFound, "本市没有开启增值评价", "value-added estimates are not switched on in this city")
	}
	return err
}

// LookAtPupils gives the tables of a file of pupils, without any of their cells.
// It closes r.
func (c *City) LookAtPupils(ctx context.Context, who auth.Actor, r io.ReadCloser) ([]valueadd.Table, error) {
	if _, err := wholeCity(who); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if err := c.mayValueAdd(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	book, err := sheet.Open(r, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	return valueadd.Look(ctx, book)
}

// EstimateValueAdded estimates what schools add from a file of pupils, and keeps
// the model and the schools' effects: no pupil, and not the file. It closes r. On
// fault.Blocked the receipt says what to mend, and nothing was kept.
func (c *City) EstimateValueAdded(ctx context.Context, who auth.Actor, o valueadd.Order, r io.ReadCloser, progress func(done, total int64)) (*valueadd.Receipt, error) {
	sc, err := wholeCity(who)
	if err == nil {
		err = c.mayValueAdd(ctx)
	}
	if o.Title = strings.TrimSpace(o.Title); err == nil && (o.ID == "" || o.Title == "" || len(o.Title) > 200 || o.Period.IsZero()) {
		err = auth.Refuse(fault.Invalid, "请填写名称和学年", "give it a name and a school year")
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	file, err := valueadd.Fingerprint(r)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	book, err := sheet.Open(r, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	got, err := valueadd.Read(ctx, book, o.File, o.Choice, progress)
	if err != nil {
		if got == nil {
			return nil, err
		}
		return &valueadd.Receipt{Problems: got.Problems}, err
	}
	out := &valueadd.Receipt{Problems: got.Problems}
	known, err := c.nameSchools(ctx, o.Period, got.Gather, out)
	if err != nil {
		return out, err
	}
	fit, err := valueadd.Fit(got.Gather, o.Options)
	if err != nil {
		return out, err
	}
	fit.File = file
	rec := record(who, valueAddedRun, fmt.Sprintf("%s: %d pupils of %d schools", o.Period, fit.Pupils, fit.Schools), c.now())
	rec.Object = o.ID
	out.Run = valueadd.Run{ID: o.ID, Period: o.Period, Title: o.Title, By: rec.Account, ByName: who.Name, At: rec.At, Result: *fit}
	out.Run.Result.Effects = nil
	var effects []valueadd.UnitEffect
	for _, e := range fit.Effects {
		if unit := edu.UnitID(e.School); known[unit] {
			effects = append(effects, valueadd.UnitEffect{Unit: unit, Effect: e})
		} else {
			out.Run.Unknown++
		}
	}
	return out, c.store.PutValueAdded(ctx, sc, out.Run, effects, rec)
}

// maxUnknown is how many unknown schools are named.
const maxUnknown = 100

// nameSchools calls the schools of a file by the ids of the register: by code,
// else by a name that only one school has. The others stay in the model and are
// told.
func (c *City) nameSchools(ctx context.Context, p edu.Period, g *valueadd.Gather, out *valueadd.Receipt) (map[edu.UnitID]bool, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	snap := tree.On(p)
	codes, names, known := map[string]edu.UnitID{}, map[string][]edu.UnitID{}, map[edu.UnitID]bool{}
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Unit.Level != edu.School {
			continue
		}
		codes[n.Key] = n.Unit.ID
		names[sameName(n.Name.ZH)] = append(names[sameName(n.Name.ZH)], n.Unit.ID)
		known[n.Unit.ID] = true
	}
	unknown := 0
	told := func(zh, en string) {
		if unknown++; unknown <= maxUnknown {
			out.Problems = append(out.Problems, valueadd.Problem{Text: edu.Text{ZH: zh, EN: en}})
		}
	}
	g.Rename(func(key string) string {
		if id, ok := codes[key]; ok {
			return string(id)
		}
		switch ids := names[sameName(key)]; len(ids) {
		case 1:
			return string(ids[0])
		case 0:
			told(fmt.Sprintf("学校“%s”不在名册中：参加估计，不显示", key), fmt.Sprintf("school %q is not in the register: it is in the model and not shown", key))
		default:
			told(fmt.Sprintf("有 %d 所学校名为“%s”，请改用代码：参加估计，不显示", len(ids), key), fmt.Sprintf("%d schools are called %q; give codes: it is in the model and not shown", len(ids), key))
		}
		return "? " + key
	})
	if unknown > maxUnknown {
		out.Problems = append(out.Problems, valueadd.Problem{Text: edu.Text{ZH: fmt.Sprintf("共有 %d 所学校不在名册中", unknown), EN: fmt.Sprintf("%d schools in all are not in the register", unknown)}})
	}
	return known, nil
}

// ValueAddedRuns lists the estimates, the newest first.
func (c *City) ValueAddedRuns(ctx context.Context, who auth.Actor) ([]valueadd.Run, error) {
	sc, err := inReach(who, auth.ReadSchool, store.Reader)
	if err == nil {
		err = c.mayValueAdd(ctx)
	}
	if err != nil {
		return nil, err
	}
	return c.store.ValueAddedRuns(ctx, sc)
}

// ValueAdded gives an estimate with the schools that the actor may see, in the
// order of the tree: by county, then by code.
func (c *City) ValueAdded(ctx context.Context, who auth.Actor, id string) (valueadd.Run, []valueadd.School, error) {
	sc, err := inReach(who, auth.ReadSchool, store.Reader)
	if err == nil {
		err = c.mayValueAdd(ctx)
	}
	if err != nil {
		return valueadd.Run{}, nil, err
	}
	run, effects, err := c.store.ValueAdded(ctx, sc, id)
	if err != nil {
		return run, nil, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return run, nil, err
	}
	snap := tree.On(run.Period)
	at := make(map[edu.UnitID]int, len(effects))
	out := make([]valueadd.School, 0, len(effects))
	for _, e := range effects {
		i := snap.Find(e.Unit)
		if i < 0 { // gone from the register since
			continue
		}
		n := &snap.Nodes[i]
		s := valueadd.School{UnitEffect: e, Code: n.Key, Name: n.Name}
		if k := snap.Above(i, edu.County); k >= 0 {
			s.County = snap.Nodes[k].Name
		}
		at[e.Unit] = i
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b valueadd.School) int { return cmp.Compare(at[a.Unit], at[b.Unit]) })
	return run, out, nil
}

// DropValueAdded takes an estimate away.
func (c *City) DropValueAdded(ctx context.Context, who auth.Actor, id string) error {
	sc, err := wholeCity(who)
	if err != nil {
		return err
	}
	rec := record(who, valueAddedDropped, id, c.now())
	rec.Object = id
	return c.store.DropValueAdded(ctx, sc, id, rec)
}
