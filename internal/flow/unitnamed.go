package flow

import (
	"context"
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// UnitNamed finds the unit that a person means: by id, by code, or by a name
// that no other unit has, as they are at last.
func (c *City) UnitNamed(ctx context.Context, what string) (edu.UnitID, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return "", err
	}
	if _, ok := tree.Unit(edu.UnitID(what)); ok {
		return edu.UnitID(what), nil
	}
	var codes, names []edu.UnitID
	for _, u := range tree.Units() {
		if len(u.Attrs) == 0 || u.Level == edu.Section {
			continue
		}
		switch a := u.Attrs[len(u.Attrs)-1]; what {
		case a.Code:
			codes = append(codes, u.ID)
		case a.Name.ZH, a.Name.EN:
			names = append(names, u.ID)
		}
	}
	for _, found := range [][]edu.UnitID{codes, names} {
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("unit %q: %d units answer to it; give an id: %v: %w", what, len(found), found[:min(8, len(found))], fault.Invalid)
		}
	}
	return "", fmt.Errorf("unit %q: no unit has this code, name or id: %w", what, fault.NotFound)
}

// UnitTitle is how a unit is called, its id where it has no name.
func (c *City) UnitTitle(ctx context.Context, id edu.UnitID, lang string) string {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return string(id)
	}
	u, ok := tree.Unit(id)
	if !ok || len(u.Attrs) == 0 || u.Attrs[len(u.Attrs)-1].Name == (edu.Text{}) {
		return string(id)
	}
	return u.Attrs[len(u.Attrs)-1].Name.In(lang)
}
