package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// Fillers gives, for each unit, the open accounts that fill its papers: those of
// the unit itself, or where it has none those of the nearest unit above, since a
// teaching point's papers are filled by its central school.
func (c *City) Fillers(ctx context.Context, units []edu.UnitID) (map[edu.UnitID][]auth.Account, error) {
	accounts, err := c.store.Accounts(ctx, local)
	if err != nil {
		return nil, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	at := map[edu.UnitID][]auth.Account{}
	for _, a := range accounts {
		seen := map[edu.UnitID]bool{}
		for _, g := range a.Grants {
			if !a.Closed && !g.Whole && g.Role.May(auth.FillForm) && !seen[g.Unit] {
				seen[g.Unit] = true
				at[g.Unit] = append(at[g.Unit], a)
			}
		}
	}
	out := map[edu.UnitID][]auth.Account{}
	for _, id := range units {
		for up := id; up != ""; {
			if len(at[up]) > 0 {
				out[id] = at[up]
				break
			}
			u, ok := tree.Unit(up)
			if !ok {
				break
			}
			up = u.Attrs[len(u.Attrs)-1].Parent
		}
	}
	return out, nil
}
