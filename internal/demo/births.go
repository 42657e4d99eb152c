package demo

import (
	"context"
	"fmt"
	"math"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/forecast"
)

// Births tells the births of every county that has said none yet, as its clerk
// would: the fictional cohorts from which the rolls are made, by year, up to the
// last that is known.
func (c *City) Births(ctx context.Context, into *flow.City) error {
	known, err := into.Births(ctx, auth.Operator())
	if err != nil {
		return err
	}
	said := map[edu.UnitID]bool{}
	for _, b := range known {
		said[b.County] = true
	}
	for i := range counties {
		if said[counties[i].ID] {
			continue
		}
		r := c.random("births", i)
		b := forecast.Births{County: counties[i].ID, Basis: forecast.Registered, Source: "卫生健康部门（示例数据）", AsOf: edu.DateOf(time.Date(2025, 1, 10, 0, 0, 0, 0, time.UTC))}
		for year := 2012; births[year] > 0; year++ {
			b.Lines = append(b.Lines, forecast.BirthLine{Year: year, Births: int(math.Round(1000 * births[year] * countyShare(i, year) * r.between(.99, 1.01)))})
		}
		if _, err := into.KeepBirths(ctx, clerk(i, auth.CountyClerk, "填报员"), b); err != nil {
			return fmt.Errorf("demo city, births of %s: %w", counties[i].Name.EN, err)
		}
	}
	return nil
}
