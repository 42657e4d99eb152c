package flow

import (
	"context"

	"shuren/internal/edu"
)

// Current is which of some periods, oldest first, is to be shown first: the
// newest one that at least half as many units have reported as the one before
// it. While the schools fill in a new year, leaders go on seeing the last one
// that is whole; the new one can be chosen.
func (c *City) Current(ctx context.Context, periods []edu.Period) (edu.Period, error) {
	for i := len(periods) - 1; i > 0; i-- {
		now, err := c.reported(ctx, periods[i])
		if err != nil {
			return edu.Period{}, err
		}
		before, err := c.reported(ctx, periods[i-1])
		if err != nil {
			return edu.Period{}, err
		}
		if len(now.units) > 0 && 2*len(now.units) >= len(before.units) {
			return periods[i], nil
		}
	}
	if len(periods) == 0 {
		return edu.Period{}, nil
	}
	return periods[0], nil
}

// Current is that of the whole city: everybody speaks of the same year.
func (v *View) Current(ctx context.Context, periods []edu.Period) (edu.Period, error) {
	return v.city.Current(ctx, periods)
}
