package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// metaPacks lists, as JSON, the packs that the city is measured by besides the
// first one.
const metaPacks = "packs"

// schemes are the packs of a city and their union, by which files are read and
// frames are made. They are replaced as a whole, never changed.
type schemes struct {
	packs []*pack.Pack
	joint []*pack.Pack // forms made of several packs' small ones: they are asked, and measure nothing
	union *pack.Pack
	hash  string // of all, in their order
}

// together puts packs together; they must agree.
func together(packs []*pack.Pack) (*schemes, error) {
	u, err := pack.Union(packs...)
	if err != nil {
		return nil, fmt.Errorf("the city's packs do not fit together:\n%w", err)
	}
	joint, err := pack.Joint(packs)
	if err != nil {
		return nil, fmt.Errorf("the city's forms do not fit together:\n%w", err)
	}
	s := &schemes{packs: packs, joint: joint, union: u}
	for _, p := range packs {
		s.hash += p.Hash + " "
	}
	return s, nil
}

// schemes are the city's packs now.
func (c *City) schemes() *schemes {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.packs
}

// Packs are the packs that the city is measured by, the first one first.
func (c *City) Packs() []*pack.Pack { return slices.Clone(c.schemes().packs) }

// Union is one pack that declares what any pack of the city does.
func (c *City) Union() *pack.Pack { return c.schemes().union }

// unionWith is the union for a pack that need not be one of the city's any more:
// then it speaks for itself.
func (c *City) unionWith(p *pack.Pack) *pack.Pack {
	s := c.schemes()
	if slices.Contains(s.packs, p) || slices.Contains(s.joint, p) {
		return s.union
	}
	return p
}

// asking are the packs whose forms are asked: those of the city, after the forms
// that are made of several of theirs.
func (s *schemes) asking() []*pack.Pack { return slices.Concat(s.joint, s.packs) }

// keptPack is a pack as the database's own note names it. What is not shipped is
// opened from the content that the database keeps, wherever its file is now.
type keptPack struct {
	Ref  string `json:"ref"`
	Hash string `json:"hash,omitempty"` // empty: shipped, or noted before there were hashes
}

// UnmarshalJSON reads notes of older programs too, which are refs alone.
func (k *keptPack) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &k.Ref) == nil {
		return nil
	}
	type plain keptPack
	return json.Unmarshal(b, (*plain)(k))
}

// AddPacks adds packs that the city is measured by, and whose forms it collects:
// shipped ones by id, others by path. A pack of the same id and version replaces
// the one that is there. Packs that contradict each other are refused as a whole,
// and nothing changes.
func (c *City) AddPacks(ctx context.Context, refs ...string) error {
	if len(refs) == 0 {
		return nil
	}
	all := c.Packs()
	for _, ref := range refs {
		p, err := pack.Open(ref)
		if err != nil {
			return err
		}
		switch i := slices.IndexFunc(all, func(q *pack.Pack) bool { return q.Ref() == p.Ref() }); {
		case i < 0:
			all = append(all, p)
		case i == 0 && all[0].Hash != p.Hash:
			return fmt.Errorf("%s is the first pack of the city and has another content; open the database with --pack %s instead: %w", p.Ref(), ref, fault.Invalid)
		default:
			all[i] = p
		}
	}
	return c.setPacks(ctx, all)
}

// setPacks makes packs, the first of which stays, those of the city.
func (c *City) setPacks(ctx context.Context, all []*pack.Pack) error {
	s, err := together(all)
	if err != nil {
		return err
	}
	if moved := pack.Moved(c.Union(), s.union); len(moved) > 0 {
		return fmt.Errorf("answers that are kept would read otherwise; append new choices at the end: %s: %w", strings.Join(moved, "; "), fault.Invalid)
	}
	var kept []keptPack
	for _, p := range all {
		if err := c.store.PutPack(ctx, local, p.Hash, p.Ref(), p.Files); err != nil {
			return err
		}
		k := keptPack{Ref: p.Ref()}
		if !p.IsShipped() {
			k.Hash = p.Hash
		}
		kept = append(kept, k)
	}
	b, err := json.Marshal(kept[1:])
	if err != nil {
		return err
	}
	if err := c.store.SetMeta(ctx, local, metaPacks, string(b)); err != nil {
		return err
	}
	c.mu.Lock()
	c.packs, c.note = s, string(b)
	c.mu.Unlock()
	return nil
}

// refresh opens the packs that another process has added since: a server need
// not be started again for it.
func (c *City) refresh(ctx context.Context) error {
	text, err := c.store.Meta(ctx, local, metaPacks)
	if err != nil {
		return err
	}
	c.mu.Lock()
	same := text == c.note
	c.mu.Unlock()
	if same {
		return nil
	}
	return c.openPacks(ctx)
}

// openPacks opens the packs that the database names, beside the first.
func (c *City) openPacks(ctx context.Context) error {
	all := []*pack.Pack{c.pack}
	text, err := c.store.Meta(ctx, local, metaPacks)
	if err != nil {
		return err
	}
	var kept []keptPack
	if text != "" {
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			return fmt.Errorf("the database's own note %q: %w", metaPacks, err)
		}
	}
	for _, k := range kept {
		p, err := c.openKept(ctx, k)
		if err != nil {
			return fmt.Errorf("pack %s: %w", k.Ref, err)
		}
		if slices.ContainsFunc(all, func(q *pack.Pack) bool { return q.Ref() == p.Ref() }) {
			continue
		}
		if err := c.store.PutPack(ctx, local, p.Hash, p.Ref(), p.Files); err != nil {
			return err
		}
		all = append(all, p)
	}
	s, err := together(all)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.packs, c.note = s, text
	c.mu.Unlock()
	return nil
}

func (c *City) openKept(ctx context.Context, k keptPack) (*pack.Pack, error) {
	if k.Hash == "" {
		return pack.Open(k.Ref)
	}
	return packOfHash(ctx, c.store, k.Hash)
}

// packOfHash loads a pack from the content that a database keeps.
func packOfHash(ctx context.Context, s *store.Store, hash string) (*pack.Pack, error) {
	_, files, err := s.Pack(ctx, local, hash)
	if err != nil {
		return nil, err
	}
	joins, of, ok := pack.JointOf(files)
	if !ok {
		return pack.Kept(files)
	}
	var members []*pack.Pack
	for _, h := range of {
		p, err := packOfHash(ctx, s, h)
		if err != nil {
			return nil, err
		}
		members = append(members, p)
	}
	all, err := pack.Joint(members)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == joins {
			return p, nil
		}
	}
	return nil, fmt.Errorf("the form %s of several packs: %w", joins, fault.NotFound)
}

// keepJoint keeps of what a form is made that is asked.
func (c *City) keepJoint(ctx context.Context, p *pack.Pack) error {
	if !p.IsJoint() {
		return nil
	}
	for _, q := range append(slices.Clone(p.Members), p) {
		if err := c.store.PutPack(ctx, local, q.Hash, q.Ref(), q.Files); err != nil {
			return err
		}
	}
	return nil
}

// form finds a form among the packs of the city.
func (c *City) form(id string) (*pack.Pack, *pack.Form, error) {
	for _, p := range c.schemes().asking() {
		if f := p.Form(id); f != nil {
			return p, f, nil
		}
	}
	return nil, nil, fmt.Errorf("form %q: no pack of the city has it: %w", id, fault.NotFound)
}

// issued finds the form of an issue: among the packs of the city, or, where its
// pack is no longer one of them, in the pack that it was issued by, which the
// database keeps. A form that is made of several packs' stays what it was when it
// was issued, whatever packs have come since.
func (c *City) issued(ctx context.Context, form, hash string) (*pack.Pack, *pack.Form, error) {
	p, f, err := c.form(form)
	if hash == "" || err == nil && (p.Hash == hash || !p.IsJoint()) {
		return p, f, err
	}
	c.mu.Lock()
	p = c.former[hash]
	c.mu.Unlock()
	if p == nil {
		var gone error
		if p, gone = packOfHash(ctx, c.store, hash); gone != nil {
			if err == nil {
				err = gone
			}
			return nil, nil, err
		}
		c.mu.Lock()
		if c.former == nil {
			c.former = map[string]*pack.Pack{}
		}
		c.former[hash] = p
		c.mu.Unlock()
	}
	if f := p.Form(form); f != nil {
		return p, f, nil
	}
	return nil, nil, fmt.Errorf("form %q: its pack has none of that id: %w", form, fault.NotFound)
}

// figures are the forms whose records are figures of a period, the strongest
// last: files as they were imported, then what was handed in on forms. Exports of
// other systems are none.
func (c *City) figures(ctx context.Context, p edu.Period) ([]string, error) {
	all, err := c.store.Forms(ctx, local, p)
	if err != nil {
		return nil, err
	}
	s := c.schemes()
	rank := map[string]int{}
	for _, q := range s.asking() {
		rank[q.ID] = max(rank[q.ID], 1)
		for _, f := range q.Forms {
			rank[f.ID] = 2
		}
	}
	forms := slices.DeleteFunc(all, func(id string) bool { return s.union.Feed(id) != nil })
	slices.SortFunc(forms, func(a, b string) int {
		if rank[a] != rank[b] {
			return rank[a] - rank[b]
		}
		return strings.Compare(a, b)
	})
	return forms, nil
}
