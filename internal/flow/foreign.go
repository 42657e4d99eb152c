package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/sheet"
	"shuren/internal/store"
	"shuren/internal/workbook"
)

// Files that are no template of ours: their columns are guessed, a person
// confirms them, and what was confirmed is used for the next file with the same
// head. Nobody types twice, neither figures nor columns.

// mayImport is the reach over which a person reads in other files.
func (d *Desk) mayImport() (auth.Reach, error) {
	reach := d.who.Reach(auth.ImportFiles)
	if reach.None() {
		return reach, fmt.Errorf("reading in exports needs the permission %s: %w", auth.ImportFiles, fault.Forbidden)
	}
	return reach, nil
}

func foreignFile(name string, r io.ReaderAt, size int64) (intake.File, error) {
	body := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), body); err != nil {
		return intake.File{}, fmt.Errorf("%s: %w", name, err)
	}
	return intake.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }}, nil
}

// Look reads a file's head and says what it may be.
func (d *Desk) Look(ctx context.Context, name string, r io.ReaderAt, size int64) (*collect.Foreign, error) {
	if _, err := d.mayImport(); err != nil {
		return nil, err
	}
	f, err := foreignFile(name, r, size)
	if err != nil {
		return nil, err
	}
	out := &collect.Foreign{}
	type fit struct {
		pack *pack.Pack
		feed *pack.Feed
		seen []intake.Preview
		hits int
	}
	var best *fit
	for _, p := range d.city.Packs() {
		seen, err := intake.Look(ctx, f, p, sheet.Limits{})
		if err != nil {
			return nil, err
		}
		for _, feed := range p.Feeds {
			out.Feeds = append(out.Feeds, collect.Target{ID: feed.ID, Name: feed.Name})
			x := &fit{pack: p, feed: feed, seen: seen}
			for _, s := range seen {
				for _, c := range s.Columns {
					if _, ok := feed.Headers[c.Header]; ok {
						x.hits++
					}
				}
			}
			if best == nil || x.hits > best.hits {
				best = x
			}
		}
	}
	if best == nil || len(best.seen) == 0 {
		return nil, fmt.Errorf("%s: no sheet of it has a head: %w", name, fault.Invalid)
	}
	out.Feed, out.Targets = best.feed.ID, targets(best.pack)
	for _, s := range best.seen {
		saved, err := d.savedMapping(ctx, best.pack, s.Signature)
		if err != nil {
			return nil, err
		}
		if saved != nil && saved.Feed != "" {
			out.Feed = saved.Feed
		}
		sh, err := foreignSheet(s, best.pack, best.feed, saved)
		if err != nil {
			return nil, err
		}
		out.Sheets = append(out.Sheets, sh)
	}
	return out, nil
}

func foreignSheet(s intake.Preview, p *pack.Pack, feed *pack.Feed, saved *intake.Mapping) (collect.ForeignSheet, error) {
	out := collect.ForeignSheet{Name: s.Sheet}
	guessed, err := intake.Guess(s.Columns, p, feed)
	if err != nil {
		return out, err
	}
	for i, m := range guessed {
		c := collect.ForeignColumn{Head: m.Header, Sample: s.Columns[i].Samples, Target: m.Target, Sure: m.Sure}
		if saved != nil {
			if t, ok := saved.Headers[m.Header]; ok {
				c.Saved, c.Target, c.Sure = true, t, 1
			}
		}
		if c.Target == leftOut {
			c.Target = ""
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// leftOut stands in a mapping for a column that is not read.
const leftOut = "-"

// savedMapping is the newest mapping of a kind of file that can still be read.
func (d *Desk) savedMapping(ctx context.Context, p *pack.Pack, signature string) (*intake.Mapping, error) {
	kept, err := d.Mappings(ctx, signature)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(kept, func(a, b store.Mapping) int { return b.At.Compare(a.At) })
	for _, k := range kept {
		if m, err := intake.ReadMapping(k.Body, p); err == nil && m.Pack == p.Ref() {
			return m, nil
		}
	}
	return nil, nil
}

// targets are what a column of a school's row may mean.
func targets(p *pack.Pack) []collect.Target {
	var out []collect.Target
	for _, k := range p.Keys {
		if len(k.Headers) > 0 {
			out = append(out, collect.Target{ID: k.Role, Name: edu.Text{ZH: k.Headers[0], EN: k.Role}})
		}
	}
	for _, e := range p.Elements {
		if e.Derive != nil || e.Level == edu.County {
			continue
		}
		out = append(out, collect.Target{ID: e.ID, Name: e.Name})
		if e.By == nil {
			continue
		}
		for _, part := range e.By.Parts {
			out = append(out, collect.Target{ID: e.ID + "." + part.ID, Name: edu.Text{ZH: e.Name.ZH + " " + part.Name.ZH, EN: e.Name.EN + ", " + part.Name.EN}})
		}
	}
	return out
}

// Take reads a file as the export of a feed by a mapping, and keeps the mapping
// for the next file with the same head.
func (d *Desk) Take(ctx context.Context, name string, r io.ReaderAt, size int64, m collect.Mapping) (*collect.Taken, error) {
	reach, err := d.mayImport()
	if err != nil {
		return nil, err
	}
	p, _, err := d.city.feed(m.Feed)
	if err != nil {
		return nil, fmt.Errorf("say of which system the file is an export: %w", err)
	}
	f, err := foreignFile(name, r, size)
	if err != nil {
		return nil, err
	}
	seen, err := intake.Look(ctx, f, p, sheet.Limits{})
	if err != nil {
		return nil, err
	}
	owner, err := d.keeper(ctx, reach)
	if err != nil {
		return nil, err
	}
	out := &collect.Taken{}
	headers := map[string]string{}
	var keep []store.Mapping
	for _, s := range seen {
		mp := intake.Mapping{Signature: s.Signature, Pack: p.Ref(), Feed: m.Feed, Headers: map[string]string{}}
		for head, target := range m.Columns[s.Sheet] {
			if target == "" {
				target = leftOut
				out.Left++
			}
			mp.Headers[head] = target
		}
		if err := mp.Check(p); err != nil {
			return nil, err
		}
		maps.Copy(headers, mp.Headers)
		body, err := json.Marshal(mp)
		if err != nil {
			return nil, err
		}
		keep = append(keep, store.Mapping{Owner: owner, Signature: s.Signature, Title: name, Body: body})
	}
	got, err := d.ImportFeed(ctx, m.Feed, []intake.File{f}, FeedOptions{Period: m.Period, Map: headers})
	if len(got) == 1 {
		out.Units = got[0].Records
		for _, q := range got[0].Problems {
			out.Problems = append(out.Problems, workbook.FileProblem{Blocking: q.Blocking, Cell: edu.Cell{File: name}, Text: q.Text})
		}
	}
	if err != nil {
		return out, err
	}
	for _, mp := range keep {
		if err := d.SaveMapping(ctx, mp); err != nil {
			return out, err
		}
	}
	return out, nil
}

// keeper is the unit to which a person's mappings belong: all below it use them.
func (d *Desk) keeper(ctx context.Context, reach auth.Reach) (edu.UnitID, error) {
	if !reach.Whole {
		return reach.Units[0], nil
	}
	tree, err := d.city.store.Tree(ctx, local)
	if err != nil {
		return "", err
	}
	units := tree.Units()
	if len(units) == 0 {
		return "", fmt.Errorf("there are no units yet: %w", fault.Invalid)
	}
	return slices.MinFunc(units, func(a, b edu.Unit) int { return int(a.Level) - int(b.Level) }).ID, nil
}
