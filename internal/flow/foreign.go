package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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
	var best *fit
	for _, p := range d.city.Packs() {
		seen, err := intake.Look(ctx, f, p, sheet.Limits{})
		if err != nil {
			return nil, err
		}
		x, err := d.fit(ctx, p, seen)
		if err != nil {
			return nil, err
		}
		if best == nil || x.hits > best.hits {
			best = x
		}
		for _, feed := range p.Feeds {
			if feed.Own() {
				continue
			}
			out.Feeds = append(out.Feeds, collect.Target{ID: feed.ID, Name: feed.Name})
		}
	}
	if best == nil || len(best.seen) == 0 {
		return nil, fmt.Errorf("%s: no sheet of it has a head: %w", name, fault.Invalid)
	}
	out.Targets = targets(best.pack)
	if best.feed != nil {
		out.Feed = best.feed.ID
	}
	if err := d.fillable(ctx, best.pack, out); err != nil {
		return nil, err
	}
	if out.Feed == "" && len(out.Issues) > 0 {
		out.Issue = out.Issues[0].ID
	}
	out.Ready = true
	for i, s := range best.seen {
		saved := best.saved[i]
		if saved != nil {
			out.Feed, out.Issue = saved.Feed, ""
			for _, is := range out.Issues {
				if saved.Form != "" && strings.HasPrefix(is.ID, saved.Form+"-") {
					out.Issue = is.ID
				}
			}
		}
		out.Ready = out.Ready && saved != nil && (out.Feed != "" || out.Issue != "")
		sh, err := foreignSheet(s, best.pack, best.feed, saved)
		if err != nil {
			return nil, err
		}
		out.Sheets = append(out.Sheets, sh)
	}
	return out, nil
}

// fit is a file as a pack reads it, with the feed whose columns it has and what
// was confirmed of its sheets before.
type fit struct {
	pack  *pack.Pack
	feed  *pack.Feed // nil where it has the columns of none
	seen  []intake.Preview
	saved []*intake.Mapping
	hits  int
}

// knownBefore outweighs any number of columns that are only alike.
const knownBefore = 1_000_000

func (d *Desk) fit(ctx context.Context, p *pack.Pack, seen []intake.Preview) (*fit, error) {
	x := &fit{pack: p, seen: seen}
	for _, s := range seen {
		saved, err := d.savedMapping(ctx, p, s.Signature)
		if err != nil {
			return nil, err
		}
		if x.saved = append(x.saved, saved); saved != nil {
			x.hits += knownBefore
		}
		x.hits += s.Known
	}
	most := 0
	for _, feed := range p.Feeds {
		if feed.Own() {
			continue
		}
		n, all := 0, 0
		for _, s := range seen {
			all += len(s.Columns)
			for _, c := range s.Columns {
				if _, ok := feed.Headers[c.Header]; ok {
					n++
				}
			}
		}
		if n > most && 2*n > all { // a code and a name every table has
			most, x.feed = n, feed
		}
	}
	x.hits += most
	return x, nil
}

func foreignSheet(s intake.Preview, p *pack.Pack, feed *pack.Feed, saved *intake.Mapping) (collect.ForeignSheet, error) {
	out := collect.ForeignSheet{Name: s.Sheet, Head: s.Row}
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

// Take reads a file by a mapping, as the export of a feed or as answers to an
// issue, and keeps the mapping for the next file with the same head.
func (d *Desk) Take(ctx context.Context, name string, r io.ReaderAt, size int64, m collect.Mapping) (*collect.Taken, error) {
	reach, err := d.mayImport()
	if err != nil {
		return nil, err
	}
	var p *pack.Pack
	var to *matter
	if m.Issue != "" {
		if to, err = d.matter(ctx, m.Issue); err != nil {
			return nil, err
		}
		p = to.pack
	} else if p, _, err = d.city.feed(m.Feed); err != nil {
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
	out := &collect.Taken{Issue: m.Issue}
	headers := map[string]string{}
	var keep []store.Mapping
	for _, s := range seen {
		mp := intake.Mapping{Signature: s.Signature, Pack: p.Ref(), Feed: m.Feed, Headers: map[string]string{}}
		if to != nil {
			mp.Feed, mp.Form = "", to.form.ID
		}
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
	// What was matched is kept even where the file is refused: whoever mends it
	// does not match it again.
	for _, mp := range keep {
		if err := d.SaveMapping(ctx, mp); err != nil {
			return out, err
		}
	}
	if to != nil {
		return out, d.takeAnswers(ctx, to, f, headers, out)
	}
	return out, d.takeFeed(ctx, f, m, headers, out)
}

func (d *Desk) takeFeed(ctx context.Context, f intake.File, m collect.Mapping, headers map[string]string, out *collect.Taken) error {
	got, err := d.ImportFeed(ctx, m.Feed, []intake.File{f}, FeedOptions{Period: m.Period, Map: headers})
	if len(got) == 1 {
		out.Units, out.Values = got[0].Records, got[0].Values
		for _, q := range got[0].Problems {
			out.Problems = append(out.Problems, workbook.FileProblem{Blocking: q.Blocking, Cell: edu.Cell{File: f.Name}, Text: q.Text})
		}
	}
	return err
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
