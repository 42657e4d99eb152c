package flow

import (
	"context"
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// hashes are the hashes of the packs that the city is measured by, the first one
// first: what a lock-down keeps beside its moment.
func (c *City) hashes() string {
	var out []string
	for _, p := range c.Packs() {
		out = append(out, p.Hash)
	}
	return strings.Join(out, " ")
}

// Locked measures a period as a lock-down published it: the records of that
// moment under the packs of that moment, whatever has been handed in and
// whichever version has come since. An empty ref is the pack that stood first.
func (c *City) Locked(ctx context.Context, id, ref string, p edu.Period) (*standard.Assessment, error) {
	snap, err := c.store.LoadSnapshot(ctx, local, id)
	if err != nil {
		return nil, err
	}
	return c.measuredAt(ctx, snap, ref, p)
}

// measuredAt measures a period as the records and the packs of a moment have it.
func (c *City) measuredAt(ctx context.Context, snap *store.Snapshot, ref string, p edu.Period) (*standard.Assessment, error) {
	id := snap.ID
	var kept []*pack.Pack
	var by *pack.Pack
	for _, hash := range strings.Fields(snap.Pack) {
		q, err := c.packKept(ctx, id, hash)
		if err != nil {
			return nil, err
		}
		kept = append(kept, q)
		if by == nil && (ref == "" || q.Ref() == ref) {
			by = q
		}
	}
	if by == nil {
		return nil, fmt.Errorf("lock-down %s was not measured by %q: %w", id, ref, fault.NotFound)
	}
	union, err := pack.Union(kept...)
	if err != nil {
		return nil, fmt.Errorf("lock-down %s: %w", id, err)
	}
	set, err := c.unkept(ctx, part{scope: local, asOf: snap}, union, by, p)
	if err != nil {
		return nil, err
	}
	return standard.Assess(set, by)
}

// packKept is the pack that has a hash: one in force, or what was kept of it.
func (c *City) packKept(ctx context.Context, id, hash string) (*pack.Pack, error) {
	for _, p := range c.Packs() {
		if p.Hash == hash {
			return p, nil // it need not be read again: its hash is of all that is in it
		}
	}
	was, files, err := c.store.Pack(ctx, local, hash)
	if err != nil {
		return nil, err
	}
	q, err := pack.Kept(files)
	if err != nil {
		return nil, fmt.Errorf("lock-down %s: the pack %s that was kept: %w", id, was, err)
	}
	if q.Hash != hash {
		return nil, fmt.Errorf("lock-down %s: the files kept under %s make another pack: %w", id, hash, fault.Conflict)
	}
	return q, nil
}
