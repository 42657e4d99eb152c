package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"time"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// What inspectors of two counties of the fictional city have found, through the
// front door: a plan, visits of the last weeks, and hazards in every state. Photos
// are drawn and people are invented.

// inspectedSchools is how many schools of a county are visited.
const inspectedSchools = 24

// Inspections lets two counties plan and make inspections, and schools mend what was
// found. What is there is left as it is.
func (c *City) Inspections(ctx context.Context, into *flow.City) error {
	who := c.actor("planner")
	if have, err := into.Office().Safety().VisitPlans(ctx, who); err != nil || len(have) > 0 {
		return err
	}
	for county := range 2 {
		if err := c.inspections(ctx, into, county); err != nil {
			return fmt.Errorf("inspections of the demo city: %w", err)
		}
	}
	return c.toTry(ctx, into)
}

// triedSchools is how many schools the inspector of the sign-in page has to visit.
const triedSchools = 4

// toTry plans visits for the account of the inspector, none of them done, and begins
// the first as if by it: so that all ways of filling one in can be tried.
func (c *City) toTry(ctx context.Context, into *flow.City) error {
	inspector, err := c.account(ctx, into, "inspector")
	if err != nil {
		return err
	}
	county, today := counties[0], collect.Today(time.Now())
	plan := inspection.Plan{Name: county.Short.ZH + "消防与食堂联合检查（示例）", Kind: inspection.Joint, By: "区教育体育局、消防救援大队（示例）", Unit: county.ID, From: today - 2, Until: today + 12, Checklists: []string{"fire", "canteen"}}
	n := 0
	for _, s := range c.schools {
		if s.county != 0 || s.closed != years || s.opened > 0 {
			continue
		}
		if n++; n > inspectedSchools && len(plan.Schools) < triedSchools {
			plan.Schools = append(plan.Schools, s.id())
		}
	}
	f := into.Office().Safety()
	if plan, err = f.KeepVisitPlan(ctx, clerk(0, auth.CountyReviewer, "安全科"), plan); err != nil {
		return err
	}
	_, err = f.BeginVisit(ctx, inspector, flow.VisitBegun{ID: "demoinspection00try", Plan: plan.ID, School: plan.Schools[0], Day: today})
	return err
}

func (c *City) inspections(ctx context.Context, into *flow.City, county int) error {
	keeper, inspector := clerk(county, auth.CountyReviewer, "安全科"), clerk(county, auth.Inspector, "检查员")
	at := func(day edu.Date) *flow.Safety {
		when := day.Time().Add(2 * time.Hour) // 10:00 in China
		return into.Office().At(func() time.Time { return when }).Safety()
	}
	today := collect.Today(time.Now())
	plan, err := at(today-42).KeepVisitPlan(ctx, keeper, inspection.Plan{Name: counties[county].Short.ZH + "校园安全专项检查（示例）", Kind: inspection.Special, By: "县教育体育局安全科（示例）", Unit: counties[county].ID, From: today - 42, Until: today + 14, Checklists: []string{"gate", "fire", "drowning"}})
	if err != nil {
		return err
	}
	problems := []struct{ item, part, text string }{{"fire_exits", "教学楼二楼", "疏散通道堆放课桌椅"}, {"fire_extinguishers", "教学楼一楼", "3具灭火器压力不足"}, {"gate_barrier", "", "校门外缺少硬质防冲撞设施"}, {"fire_wiring", "配电间", "配电箱线路老化裸露"}, {"gate_fence", "", "西侧围墙部分开裂"}, {"drown_waters", "校外池塘", "池塘边未设警示牌"}}
	n := 0
	for _, s := range c.schools {
		if s.county != county || s.closed != years || s.opened > 0 || n >= inspectedSchools {
			continue
		}
		day := today - 40 + edu.Date(n)
		id := fmt.Sprintf("demoinspection%02d%04d", county, n)
		f := at(day)
		x, err := f.BeginVisit(ctx, inspector, flow.VisitBegun{ID: id, Plan: plan.ID, School: s.id(), Day: day})
		if err != nil {
			return err
		}
		patch := map[string]inspection.Answer{}
		for _, it := range x.Items {
			if x.Answers[it.ID].Result == inspection.NoResult {
				patch[it.ID] = inspection.Answer{Result: inspection.Fit}
			}
		}
		p := problems[n%len(problems)]
		photo, err := drawn(n)
		if err != nil {
			return err
		}
		a := inspection.Answer{Result: inspection.Unfit, Part: p.part, Problem: p.text, Due: day + 15 + edu.Date(n%3)*25}
		switch n % 8 {
		case 0:
			a = inspection.Answer{Result: inspection.Unfit, Part: p.part, Problem: p.text, Fixed: true}
		case 5:
			a.Major, a.Control = true, "封闭该区域，安排专人值守"
		case 7:
			a = inspection.Answer{Result: inspection.Fit}
		}
		patch[p.item] = a
		if x, err = f.FillVisit(ctx, inspector, id, patch, ""); err != nil {
			return err
		}
		if a.Result == inspection.Unfit {
			if x, err = f.AddVisitPhotos(ctx, inspector, id, p.item, photo); err != nil {
				return err
			}
		}
		n++
		if n == inspectedSchools { // the last one is still under way
			return nil
		}
		if x, err = f.SignVisit(ctx, inspector, id, []inspection.Signature{{Name: "示例检查员甲"}, {Name: "示例检查员乙"}}, "demo"); err != nil {
			return err
		}
		if n%6 != 0 {
			if _, err = f.CountersignVisit(ctx, inspector, id, inspection.Signature{Name: "示例校长"}, "", "demo/school"); err != nil {
				return err
			}
		}
		if err := c.mend(ctx, at, keeper, s, id+"-"+p.item, n, day); err != nil {
			return err
		}
	}
	return nil
}

// mend takes a hazard as far as the school has come with it.
func (c *City) mend(ctx context.Context, at func(edu.Date) *flow.Safety, keeper auth.Actor, s *school, id string, n int, found edu.Date) error {
	head := auth.Actor{Account: "demo-head-" + s.code, Name: "示例校长", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: s.id()}}}
	rev := 1
	act := func(who auth.Actor, after edu.Date, a inspection.HazardAct, o inspection.HazardOptions, photos []flow.Attached) error {
		h, err := at(found+after).ActHazard(ctx, who, id, rev, a, o, photos)
		rev = h.Rev
		return err
	}
	take := func() error {
		return act(head, 2, inspection.Take, inspection.HazardOptions{Person: "示例总务主任", Measure: "限期整改到位", Control: "封闭该区域，安排专人值守"}, nil)
	}
	done := func() error {
		photo, err := drawn(100 + n)
		if err != nil {
			return err
		}
		return act(head, 9, inspection.Mend, inspection.HazardOptions{}, photo)
	}
	switch n % 8 { // n counts from one here
	case 2, 3:
		for _, step := range []func() error{take, done, func() error {
			return act(keeper, 11, inspection.Accept, inspection.HazardOptions{Text: "现场复查，整改到位（示例）"}, nil)
		}} {
			if err := step(); err != nil {
				return err
			}
		}
	case 4:
		if err := take(); err != nil {
			return err
		}
		return done()
	case 5:
		return act(head, 3, inspection.Pass, inspection.HazardOptions{Text: "学校公用经费不足（示例）", Sum: 46000, Due: found + 30}, nil)
	case 6:
		if err := act(keeper, 1, inspection.List, inspection.HazardOptions{Text: "县安委会办公室（示例）"}, nil); err != nil {
			return err
		}
		return take()
	}
	return nil
}

// drawn is a picture of nothing, for a photo.
func drawn(n int) ([]flow.Attached, error) {
	pic := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			c := color.RGBA{uint8(170 + n%60), uint8(180 - y/4), uint8(150 + x/8), 255}
			if (x/40+y/40+n)%2 == 0 {
				c = color.RGBA{uint8(120 + y/3), uint8(140 + n%80), 160, 255}
			}
			pic.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, pic); err != nil {
		return nil, err
	}
	f, body, err := attach.Photo("示例照片.png", bytes.NewReader(b.Bytes()), int64(b.Len()))
	return []flow.Attached{{File: f, Body: body}}, err
}
