package flow

import (
	"context"
	"fmt"
	"time"

	"shuren/internal/edu"
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
