package flow

import (
	"context"
	"slices"
	"strings"
	"sync"

	"shuren/internal/pack"
)

// maxVersions is how many versions of a pack are shown.
const maxVersions = 12

// keptPacks are packs that were loaded from the store, by hash: content under a
// hash never changes.
type keptPacks struct {
	mu sync.Mutex
	by map[string]*pack.Pack
}

func (k *keptPacks) get(hash string, load func() (*pack.Pack, error)) (*pack.Pack, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p := k.by[hash]; p != nil {
		return p, nil
	}
	p, err := load()
	if err != nil {
		return nil, err
	}
	if k.by == nil || len(k.by) > 4*maxVersions {
		k.by = map[string]*pack.Pack{}
	}
	k.by[hash] = p
	return p, nil
}

// Versions lists the versions of a pack that are known, oldest first: those that
// the city was ever measured by, what they stand on, and those that are shipped.
// The pack itself is the last. One that can no longer be read is left out; its
// content is still kept.
func (c *City) Versions(ctx context.Context, of *pack.Pack) ([]*pack.Pack, error) {
	ids := []string{of.ID}
	for b := of.Base; b != nil; b = b.Base {
		ids = append(ids, b.ID)
	}
	list, err := c.store.Packs(ctx, local)
	if err != nil {
		return nil, err
	}
	var out []*pack.Pack
	add := func(p *pack.Pack) {
		if p.Hash != of.Hash && !slices.ContainsFunc(out, func(q *pack.Pack) bool { return q.Hash == p.Hash }) {
			out = append(out, p)
		}
	}
	for _, k := range list {
		id, _, _ := strings.Cut(k.Ref, "@")
		if !slices.Contains(ids, id) || k.Hash == of.Hash {
			continue
		}
		p, err := c.kept.get(k.Hash, func() (*pack.Pack, error) {
			_, files, err := c.store.Pack(ctx, local, k.Hash)
			if err != nil {
				return nil, err
			}
			return pack.Kept(files)
		})
		if err == nil {
			add(p)
		}
	}
	for _, ref := range pack.Shipped() {
		if id, _, _ := strings.Cut(ref, "@"); slices.Contains(ids, id) && !slices.ContainsFunc(out, func(q *pack.Pack) bool { return q.Ref() == ref }) && of.Ref() != ref {
			p, err := c.kept.get("shipped "+ref, func() (*pack.Pack, error) { return pack.Open(ref) })
			if err == nil {
				add(p)
			}
		}
	}
	// What the pack stands on comes first, then its own versions.
	slices.SortStableFunc(out, func(a, b *pack.Pack) int {
		if a.ID != b.ID {
			return slices.Index(ids, b.ID) - slices.Index(ids, a.ID)
		}
		return pack.CompareVersions(a.Version, b.Version)
	})
	return append(out[max(0, len(out)-maxVersions+1):], of), nil
}
