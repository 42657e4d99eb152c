package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// feed finds a feed among the packs that the city collects with.
func (c *City) feed(id string) (*pack.Pack, *pack.Feed, error) {
	for _, p := range c.Packs() {
		if f := p.Feed(id); f != nil && !f.Own() {
			return p, f, nil
		}
	}
	return nil, nil, fmt.Errorf("feed %q: no pack of the city has it: %w", id, fault.NotFound)
}

// FeedOptions say how an export of another system is read.
type FeedOptions struct {
	Period edu.Period
	Map    map[string]string // headers on top of the feed's own
	Done   func(Receipt)
}

// ImportFeed reads exports of another system into the store as a submission of
// the form that is the feed. Nothing is measured by it: papers are filled in with
// it and compared with it. Schools that the tree does not know are passed over
// and named: an export registers nobody.
func (d *Desk) ImportFeed(ctx context.Context, id string, files []intake.File, opt FeedOptions) ([]Receipt, error) {
	reach := d.who.Reach(auth.ImportFiles)
	if reach.None() {
		return nil, fmt.Errorf("reading in exports needs the permission %s: %w", auth.ImportFiles, fault.Forbidden)
	}
	p, f, err := d.city.feed(id)
	if err != nil {
		return nil, err
	}
	headers := maps.Clone(f.Headers)
	if headers == nil {
		headers = map[string]string{}
	}
	maps.Copy(headers, opt.Map)
	var out []Receipt
	refused := 0
	for _, file := range files {
		r, err := d.importFeed1(ctx, p, f, file, intake.Options{Map: headers, Period: opt.Period}, reach)
		if err != nil {
			return out, err
		}
		if r.Refused {
			refused++
		}
		out = append(out, r)
		if opt.Done != nil {
			opt.Done(r)
		}
	}
	if refused > 0 {
		return out, fmt.Errorf("%d of %d files refused: %w", refused, len(files), fault.Blocked)
	}
	return out, nil
}

func (d *Desk) importFeed1(ctx context.Context, p *pack.Pack, f *pack.Feed, file intake.File, opt intake.Options, reach auth.Reach) (Receipt, error) {
	r := Receipt{File: file.Name}
	hash, err := hashOf(file)
	if err != nil {
		return r, err
	}
	tree, err := d.city.store.Tree(ctx, local)
	if err != nil {
		return r, err
	}
	if !opt.Period.IsZero() {
		opt.Named = named(&roster{snap: tree.On(opt.Period)}, reach)
	}
	b, err := intake.Read(ctx, []intake.File{file}, p, opt)
	if err != nil {
		return r, err
	}
	r.Problems, r.Unlisted = ignored(b), unlisted(b)
	for _, q := range b.Problems {
		r.Problems = append(r.Problems, fromIntake(q))
	}
	byPeriod := map[edu.Period][]*frame.Table{}
	for _, t := range b.Tables {
		if t.Period.IsZero() {
			r.Problems = append(r.Problems, Problem{true, edu.Text{ZH: file.Name + "：没有学年，请指明", EN: file.Name + ": no school year; say which"}})
			break
		}
		t, strangers := known(t, tree.On(t.Period), reach)
		r.Problems = append(r.Problems, strangers...)
		if t.N > 0 {
			byPeriod[t.Period] = append(byPeriod[t.Period], t)
		}
	}
	if len(byPeriod) == 0 {
		r.Problems = append(r.Problems, Problem{true, edu.Text{ZH: file.Name + "：没有可用的记录", EN: file.Name + ": no records to use"}})
	}
	r.Refused = slices.ContainsFunc(r.Problems, func(q Problem) bool { return q.Blocking })
	if r.Refused {
		return r, nil
	}
	r.Repeated = true
	for period, tables := range byPeriod {
		rev, err := d.city.store.Import(ctx, scopeOf(reach, store.Editor), store.Submission{
			ID: hash[:32] + "-" + f.ID + "-" + period.String(), Form: f.ID, Period: period, Title: f.Name.ZH, File: file.Name,
			Hash: hash, By: d.who.Name, At: d.now().UTC(), Fictional: d.city.Fictional(),
		}, tables)
		if err != nil {
			return r, err
		}
		r.Records, r.Changed = r.Records+rev.Records, r.Changed+rev.Changed
		r.Repeated = r.Repeated && rev.Repeated
		for _, t := range tables {
			r.Values += figures(t)
		}
	}
	return r, nil
}

// figures counts the figures of a table that are not missing.
func figures(t *frame.Table) (n int) {
	for _, c := range t.Cols {
		for _, v := range c {
			if !edu.FromFloat(v).IsMissing() {
				n++
			}
		}
	}
	return n
}

// maxStrangers is how many unknown units of a table are named one by one.
const maxStrangers = 20

// known leaves the rows of a table whose unit the tree has, within a reach.
func known(t *frame.Table, snap *edu.Snapshot, reach auth.Reach) (*frame.Table, []Problem) {
	r := roster{snap: snap}
	keep := make([]bool, t.N)
	strangers := map[string]bool{}
	for i := range t.N {
		at := snap.ByKey(min(t.Level, edu.School), t.Key.At(i))
		keep[i] = len(at) == 1 && r.within(reach, snap.Nodes[at[0]].Unit.ID)
		if !keep[i] {
			strangers[t.Key.At(i)] = true
		}
	}
	if len(strangers) == 0 {
		return t, nil
	}
	var out []Problem
	for _, code := range slices.Sorted(maps.Keys(strangers)) {
		if len(out) == maxStrangers {
			n := len(strangers) - maxStrangers
			out = append(out, Problem{false, edu.Text{ZH: fmt.Sprintf("另有%d个单位不在册，已略过", n), EN: fmt.Sprintf("%d more units are not known and were passed over", n)}})
			break
		}
		out = append(out, Problem{false, edu.Text{ZH: t.File + "：" + code + "不在本级的学校名册中，已略过", EN: t.File + ": " + code + " is no unit of yours; it was passed over"}})
	}
	return rows(t, keep), out
}

// rows is a table of some rows of another.
func rows(t *frame.Table, keep []bool) *frame.Table {
	out := *t
	var at []int
	for i, k := range keep {
		if k {
			at = append(at, i)
		}
	}
	out.N = len(at)
	column := func(s *frame.Strings) *frame.Strings {
		if s == nil {
			return nil
		}
		c := &frame.Strings{Dict: s.Dict, Code: make([]uint32, len(at))}
		if len(s.Code) > 0 {
			for j, i := range at {
				c.Code[j] = s.Code[i]
			}
		}
		return c
	}
	out.Rows = make([]int32, len(at))
	for j, i := range at {
		if t.Rows != nil {
			out.Rows[j] = t.Rows[i]
		}
	}
	out.Stage, out.Key, out.Name = column(t.Stage), column(t.Key), column(t.Name)
	for l := range t.Path {
		out.Path[l], out.PathName[l] = column(t.Path[l]), column(t.PathName[l])
	}
	out.Cols, out.Texts = map[string][]float64{}, map[string]*frame.Strings{}
	for id, c := range t.Cols {
		v := make([]float64, len(at))
		for j, i := range at {
			v[j] = c[i]
		}
		out.Cols[id] = v
	}
	for id, s := range t.Texts {
		out.Texts[id] = column(s)
	}
	return &out
}

// Feeds lists the exports of a period that were read in, the newest first.
func (d *Desk) Feeds(ctx context.Context, p edu.Period) ([]collect.FeedState, error) {
	scope := scopeOf(d.reach(append(seeing, auth.ImportFiles, auth.CheckData)...), store.Reader)
	var out []collect.FeedState
	for _, q := range d.city.Packs() {
		for _, f := range q.Feeds {
			if f.Own() {
				continue // nobody reads it in
			}
			subs, err := d.city.store.Submissions(ctx, scope, store.Filter{Period: p, Form: f.ID})
			if err != nil {
				return nil, err
			}
			s := collect.FeedState{Feed: f.ID, Name: f.Name, Files: len(subs)}
			if len(subs) > 0 {
				s.At, s.By, s.File = subs[0].At, subs[0].By, subs[0].File
			}
			out = append(out, s)
		}
	}
	return out, nil
}
