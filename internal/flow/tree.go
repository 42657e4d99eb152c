package flow

import (
	"context"

	"shuren/internal/edu"
)

// Tree is the whole tree of units. Whoever shows it to a person limits it to
// that person's part first.
func (c *City) Tree(ctx context.Context) (*edu.Tree, error) { return c.store.Tree(ctx, local) }
