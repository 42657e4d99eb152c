package flow

import (
	"context"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/register"
)

// RegisterStaff reads the city's register of staff: names are masked there. A city
// without the keys of its registers has nobody on them.
func (c *City) RegisterStaff() StaffOf {
	return func(ctx context.Context, who auth.Actor, unit edu.UnitID) ([]Named, error) {
		if !c.HasKeys() {
			return nil, nil
		}
		f := register.StaffFilter{Size: -1}
		if unit != "" {
			tree, err := c.Tree(ctx)
			if err != nil {
				return nil, err
			}
			if u, ok := tree.Unit(unit); ok && u.Level == edu.School {
				f.School = unit
			} else {
				f.County = unit
			}
		}
		list, _, err := c.Registers().StaffList(ctx, who, f)
		out := make([]Named, len(list))
		for i, r := range list {
			out[i] = Named(r)
		}
		return out, err
	}
}
