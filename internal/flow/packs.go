package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// metaPacks lists, as JSON, the refs of the packs whose forms are collected
// besides the one that the city is measured by.
const metaPacks = "packs"

// Packs are the packs whose forms the city collects, the measuring one first.
func (c *City) Packs() []*pack.Pack {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*pack.Pack{c.pack}, c.more...)
}

// CollectWith adds packs whose forms the city collects.
func (c *City) CollectWith(ctx context.Context, refs ...string) error {
	all := c.Packs()
	var kept []string
	for _, p := range all[1:] {
		kept = append(kept, p.Ref())
	}
	for _, ref := range refs {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(q *pack.Pack) bool { return q.Ref() == p.Ref() }) {
			continue
		}
		if err := c.store.PutPack(ctx, local, p.Hash, p.Ref(), p.Files); err != nil {
			return err
		}
		all, kept = append(all, p), append(kept, ref)
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := c.store.SetMeta(ctx, local, metaPacks, string(b)); err != nil {
		return err
	}
	c.mu.Lock()
	c.more = all[1:]
	c.mu.Unlock()
	return nil
}

// openPacks opens the packs that the database says are collected with.
func (c *City) openPacks(ctx context.Context) error {
	text, err := c.store.Meta(ctx, local, metaPacks)
	if err != nil || text == "" {
		return err
	}
	var refs []string
	if err := json.Unmarshal([]byte(text), &refs); err != nil {
		return fmt.Errorf("the database's own note %q: %w", metaPacks, err)
	}
	for _, ref := range refs {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		if p.Ref() == c.pack.Ref() {
			continue
		}
		if err := c.store.PutPack(ctx, local, p.Hash, p.Ref(), p.Files); err != nil {
			return err
		}
		c.more = append(c.more, p)
	}
	return nil
}

// form finds a form among the packs that the city collects with.
func (c *City) form(id string) (*pack.Pack, *pack.Form, error) {
	for _, p := range c.Packs() {
		if f := p.Form(id); f != nil {
			return p, f, nil
		}
	}
	return nil, nil, fmt.Errorf("form %q: no pack of the city has it: %w", id, fault.NotFound)
}

// measuring are the forms whose records are measured by a pack in a period, the
// strongest last: files as they were imported, then what was handed in on forms
// of the pack. Exports of other systems and forms of other packs are kept apart.
func (c *City) measuring(ctx context.Context, by *pack.Pack, p edu.Period) ([]string, error) {
	all, err := c.store.Forms(ctx, local, p)
	if err != nil {
		return nil, err
	}
	var apart []string
	for _, q := range c.Packs() {
		for _, f := range q.Feeds {
			apart = append(apart, f.ID)
		}
		if q.Ref() == by.Ref() {
			continue
		}
		if q.ID != by.ID {
			apart = append(apart, q.ID)
		}
		for _, f := range q.Forms {
			if by.Form(f.ID) == nil {
				apart = append(apart, f.ID)
			}
		}
	}
	rank := func(form string) int {
		switch {
		case by.Form(form) != nil:
			return 2
		case form == by.ID:
			return 1
		}
		return 0
	}
	forms := slices.DeleteFunc(all, func(f string) bool { return slices.Contains(apart, f) })
	slices.SortStableFunc(forms, func(a, b string) int { return rank(a) - rank(b) })
	return forms, nil
}
