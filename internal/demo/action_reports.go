package demo

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// Reports lets the city's section make a bulletin and have one made every month, and
// a county write its plan. Where there is a document already nothing is done.
func (c *City) Reports(ctx context.Context, into *flow.City) error {
	g, city := into.Gallery(), c.actor("city")
	_, n, err := g.Reports(ctx, city, store.ReportFilter{})
	if err != nil || n > 0 {
		return err
	}
	if _, err := g.Make(ctx, city, flow.ReportOrder{Kind: gallery.Standards}); err != nil {
		return fmt.Errorf("bulletin of the demo city: %w", err)
	}
	county := clerk(3, auth.CountyClerk, "填报员")
	r, err := g.Make(ctx, county, flow.ReportOrder{Kind: gallery.CountyPlan, Unit: counties[3].ID})
	if err == nil {
		_, err = g.Act(ctx, county, r.ID, r.Rev, gallery.Write, gallery.Edits{
			"reasons":  "乡镇寄宿制学校建设欠账较多，教学及辅助用房和体育场地不足。\n教师编制总量够用，音体美教师分布不均。（示例）",
			"measures": "第一年改造三所乡镇寄宿制学校。\n第二年补齐运动场地，教师县管校聘统筹调配。（示例）",
		})
	}
	if err != nil {
		return fmt.Errorf("plan of a county of the demo city: %w", err)
	}
	if _, err := g.KeepSchedule(ctx, c.actor("planner"), gallery.Schedule{Kind: gallery.Standards, Every: gallery.Month, On: 5, Account: "city"}); err != nil {
		return fmt.Errorf("schedule of the demo city: %w", err)
	}
	return nil
}
