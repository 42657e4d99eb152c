package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/saved"
)

// SavedViews lists one's own views of a page and those that are shared with the
// place where one works.
func (c *City) SavedViews(ctx context.Context, who auth.Actor, page string) ([]saved.View, error) {
	account, err := own(who)
	if err != nil {
		return nil, err
	}
	all, err := c.store.SavedViews(ctx, account, page)
	if err != nil {
		return nil, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	reach := both(who.Reach(auth.ReadRegion), who.Reach(auth.ReadSchool))
	return slices.DeleteFunc(all, func(v saved.View) bool {
		if v.Account == account || v.Shared.All {
			return false
		}
		return reach.Whole || !slices.ContainsFunc(reach.Units, func(u edu.UnitID) bool { return under(tree, u, v.Shared.Unit) })
	}), nil
}

// under tells that a unit is another one, or lies in it as it stands last.
func under(tree *edu.Tree, unit, in edu.UnitID) bool {
	for range edu.NumLevels {
		if unit == in {
			return true
		}
		u, ok := tree.Unit(unit)
		if !ok || len(u.Attrs) == 0 {
			return false
		}
		unit = u.Attrs[len(u.Attrs)-1].Parent
	}
	return false
}

// SaveView keeps a view of one's own. Sharing it needs the permission over the
// unit that it is shared with.
func (c *City) SaveView(ctx context.Context, who auth.Actor, v saved.View) (string, error) {
	account, err := own(who)
	if err != nil {
		return "", err
	}
	if err := v.Check(); err != nil {
		return "", err
	}
	if reach := who.Reach(auth.ShareViews); !v.Shared.None() && !reach.Whole && (v.Shared.All || !slices.Contains(reach.Units, v.Shared.Unit)) {
		return "", fmt.Errorf("share a view with %s: %w", v.Shared.Unit, fault.Forbidden)
	}
	v.ID, v.Account, v.By, v.At = rand.Text(), account, who.Name, c.now()
	return c.store.SaveView(ctx, v)
}

// RenameView gives one of one's own views another name.
func (c *City) RenameView(ctx context.Context, who auth.Actor, id, name string) error {
	account, err := own(who)
	if err != nil {
		return err
	}
	v := saved.View{Page: "/", Name: name}
	if err := v.Check(); err != nil {
		return err
	}
	return c.store.RenameView(ctx, account, id, v.Name)
}

// DropView deletes one of one's own views.
func (c *City) DropView(ctx context.Context, who auth.Actor, id string) error {
	account, err := own(who)
	if err != nil {
		return err
	}
	return c.store.DropView(ctx, account, id)
}

// SetDefaultView makes a page open with a view that one sees; an empty id makes
// it open plain.
func (c *City) SetDefaultView(ctx context.Context, who auth.Actor, page, id string) error {
	account, err := own(who)
	if err != nil {
		return err
	}
	if id != "" {
		seen, err := c.SavedViews(ctx, who, page)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(seen, func(v saved.View) bool { return v.ID == id }) {
			return fmt.Errorf("view %s: %w", id, fault.NotFound)
		}
	}
	return c.store.SetDefaultView(ctx, account, page, id)
}
