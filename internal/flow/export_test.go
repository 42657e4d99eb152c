package flow

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"shuren/internal/edu"
	"shuren/internal/store"
)

// SetClock sets what time it is.
func (c *City) SetClock(now func() time.Time) { c.now = now }

// Fingerprint changes with every record, unit and sequence number of the store.
func (c *City) Fingerprint(ctx context.Context, p edu.Period) (string, error) {
	v, err := c.version(ctx, local, p)
	if err != nil {
		return "", err
	}
	snap, err := c.store.Snapshot(ctx, local)
	if err != nil {
		return "", err
	}
	packs, err := c.store.Meta(ctx, local, metaPacks)
	return fmt.Sprint(v, snap.Seqs, packs), err
}

// Forget leaves the city with its first pack.
func (c *City) Forget(ctx context.Context) error {
	if err := c.store.SetMeta(ctx, local, metaPacks, "[]"); err != nil {
		return err
	}
	return c.refresh(ctx)
}

// ApproveOnly approves a change and dies before its file is written.
func (c *City) ApproveOnly(ctx context.Context, id, by string) error {
	return c.store.DecideProposal(ctx, local, id, store.Approved, by, "乙", "同意", time.Now())
}

// WriteOnly writes an approved change's file and dies before that is noted.
func (c *City) WriteOnly(ctx context.Context, dir, id string) error {
	p, err := c.proposal(ctx, id)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, p.File), []byte(withHead(p)))
}

// Drop forgets every frame and assessment.
func (c *City) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.whole)
	c.parts = lru{}
}
