package demo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// placedCounty is the one that has worked its plan of places out.
const placedCounty = 4

// Of a county's schools the plan has those of so many townships, a few of each: a plan
// to look at, made in a moment.
const (
	placedTowns   = 8
	placedPrimary = 2
	placedJunior  = 1
)

// Places lets a county tell its tables of places and work the plan out, as its clerk
// would, if it has told none.
func (c *City) Places(ctx context.Context, into *flow.City) error {
	who, id := clerk(placedCounty, auth.CountyClerk, "填报员"), counties[placedCounty].ID
	t, err := into.PlaceTables(ctx, who, id)
	if err != nil || t.Rev > 0 {
		return err
	}
	name := counties[placedCounty].Name.EN
	if _, err := into.KeepPlaces(ctx, who, id, 0, c.placeTables(placedCounty)); err != nil {
		return fmt.Errorf("demo city, places of %s: %w", name, err)
	}
	if _, err := into.PlanPlaces(ctx, who, id, flow.PlaceChoice{Scenario: "mid"}); err != nil {
		return fmt.Errorf("demo city, plan of places of %s: %w", name, err)
	}
	return into.Proposed(ctx)
}

// placeStage is a stage in the tables: the norm of a class, how children of it change in
// a year, and how far is too far. All but the norm is made up.
type placeStage struct {
	stage       edu.Stage
	name        string
	class, most int
	change, far float64
}

var placeStages = []placeStage{{edu.Primary, "小学", 45, placedPrimary, .97, 6}, {edu.Junior, "初中", 50, placedJunior, 1.06, 12}}

// placeTables are the tables of a county, as lines with tabs.
func (c *City) placeTables(i int) map[string]string {
	r := c.random("places", i)
	var areas, children, schools strings.Builder
	areas.WriteString("片区\t名称\tx\ty\n")
	children.WriteString("片区\t学段\t年份\t儿童数\n")
	schools.WriteString("学校代码\t名称\t学段\t学位\t可增班数\t乡村小规模\tx\ty\n")
	in := map[*township]map[edu.Stage][]*section{}
	size := map[*township]int{}
	for _, s := range c.sections {
		if s.school.county != i || !s.compulsory() || !s.in(newest) || s.school.ownership != edu.Public {
			continue
		}
		t := s.school.township
		if in[t] == nil {
			in[t] = map[edu.Stage][]*section{}
		}
		in[t][s.stage] = append(in[t][s.stage], s)
		size[t] += s.total(newest)
	}
	var towns []*township
	for _, t := range c.townships {
		if size[t] > 0 {
			towns = append(towns, t)
		}
	}
	slices.SortStableFunc(towns, func(a, b *township) int { return cmp.Compare(size[b], size[a]) })
	towns = towns[:min(placedTowns, len(towns))]
	pupils := map[edu.Stage]int{}
	small := map[*township]int{} // primary pupils: juniors live where they do
	for k, t := range towns {
		x, y := math.Round(10*r.between(0, 30))/10, math.Round(10*r.between(0, 20))/10
		fmt.Fprintf(&areas, "T%02d\t%s\t%.1f\t%.1f\n", k+1, t.name.text().ZH, x, y)
		for _, st := range placeStages {
			list := in[t][st.stage]
			slices.SortStableFunc(list, func(a, b *section) int { return cmp.Compare(b.total(newest), a.total(newest)) })
			for _, s := range list[:min(st.most, len(list))] {
				n := s.total(newest)
				pupils[st.stage] += n
				if st.stage == edu.Primary {
					small[t] += n
				}
				rural := ""
				if st.stage == edu.Primary && n < 100 {
					rural = "是"
				}
				seats := (n + st.class - 1) / st.class * st.class
				fmt.Fprintf(&schools, "%s\t%s\t%s\t%d\t%d\t%s\t%.1f\t%.1f\n", s.school.code, s.school.name.text().ZH, st.name, seats, 2+r.IntN(8), rural, x+r.between(-1, 1), y+r.between(-1, 1))
			}
		}
	}
	for k, t := range towns {
		for _, st := range placeStages {
			n := float64(small[t])
			if st.stage == edu.Junior {
				n *= float64(pupils[edu.Junior]) / float64(max(1, pupils[edu.Primary]))
			}
			for y := range 3 {
				n *= st.change
				fmt.Fprintf(&children, "T%02d\t%s\t%d\t%.0f\n", k+1, st.name, lastYear+1+y, n)
			}
		}
	}
	stages := "学段\t班额\t路程上限\t校车上限\t依据\n"
	for _, st := range placeStages {
		stages += fmt.Sprintf("%s\t%d\t%.0f\t60\t班额：教督〔2017〕6号 G5；路程：示例（虚构）\n", st.name, st.class, st.far)
	}
	prices := "项目\t学段\t单价\t依据\n"
	for _, p := range []struct {
		item, stage string
		yuan        int
	}{{"扩建", "小学", 15000}, {"扩建", "初中", 18000}, {"运行", "小学", 260_000}, {"运行", "初中", 900_000}, {"校车", "", 1800}, {"路程", "", 30}} {
		prices += fmt.Sprintf("%s\t%s\t%d\t示例单价（虚构）\n", p.item, p.stage, p.yuan)
	}
	return map[string]string{"areas": areas.String(), "children": children.String(), "schools": schools.String(), "stages": stages, "prices": prices}
}
