package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/means"
	"shuren/internal/proposal"
)

// demoPrices are the fictional price list of all counties, in yuan. They are made
// up, and say so; a county's own come from its tenders and documents.
var demoPrices = []struct {
	item string
	yuan float64
}{
	{"build_rooms", 2600}, {"build_sports", 420}, {"multimedia_room", 38_000}, {"hire_year", 92_000}, {"itinerant_month", 600},
	{"move", 3000}, {"move_km", 60}, {"train_degree", 9000}, {"train_backbone", 12_000},
}

// meansDay is when the counties told their means.
var meansDay = edu.DateOf(time.Date(lastYear, 9, 1, 0, 0, 0, 0, time.UTC))

// Means lets every county that has told nothing yet tell what it has to work with,
// as its clerk would, and one of them work its proposal out. It goes the way that
// people go.
func (c *City) Means(ctx context.Context, into *flow.City) error {
	for i := range counties {
		who, id := clerk(i, auth.CountyClerk, "填报员"), counties[i].ID
		m, err := into.Means(ctx, who, id)
		if err != nil {
			return err
		}
		if len(m.Told) > 0 || i == silentCounty {
			continue
		}
		if _, err := into.KeepPrices(ctx, who, c.priceList(i)); err != nil {
			return fmt.Errorf("demo city, prices of %s: %w", counties[i].Name.EN, err)
		}
		if _, err := into.KeepStaff(ctx, who, means.Staff{County: id, AsOf: meansDay, Source: "教师系统导出（示例数据）", Groups: c.groups(i)}); err != nil {
			return fmt.Errorf("demo city, staff of %s: %w", counties[i].Name.EN, err)
		}
		if _, err := into.KeepWays(ctx, who, means.Ways{County: id, Lines: c.ways(i)}); err != nil {
			return fmt.Errorf("demo city, ways of %s: %w", counties[i].Name.EN, err)
		}
		if _, err := into.KeepMoney(ctx, who, flow.Money{County: id, Lines: c.money(i)}); err != nil {
			return fmt.Errorf("demo city, money of %s: %w", counties[i].Name.EN, err)
		}
		if i == unplannedCounty {
			continue
		}
		if _, err := into.KeepLessons(ctx, who, means.Lessons{County: id, Lines: lessons(i)}); err != nil {
			return fmt.Errorf("demo city, plan of lessons of %s: %w", counties[i].Name.EN, err)
		}
	}
	return nil
}

// demoLessons are a plan that is made up, and says so: lessons a week of a class by
// stage and subject. A county's own come from its document.
var demoLessons = []means.Lesson{
	{Stage: edu.Primary, Subject: "语文", PerClass: 6}, {Stage: edu.Primary, Subject: "数学", PerClass: 5}, {Stage: edu.Primary, Subject: "英语", PerClass: 3}, {Stage: edu.Primary, Subject: "科学", PerClass: 3}, {Stage: edu.Primary, Subject: "道德与法治", PerClass: 3},
	{Stage: edu.Primary, Subject: "体育", PerClass: 4}, {Stage: edu.Primary, Subject: "音乐", PerClass: 2}, {Stage: edu.Primary, Subject: "美术", PerClass: 2},
	{Stage: edu.Junior, Subject: "语文", PerClass: 5}, {Stage: edu.Junior, Subject: "数学", PerClass: 5}, {Stage: edu.Junior, Subject: "英语", PerClass: 5}, {Stage: edu.Junior, Subject: "物理", PerClass: 3}, {Stage: edu.Junior, Subject: "化学", PerClass: 2}, {Stage: edu.Junior, Subject: "生物", PerClass: 2},
	{Stage: edu.Junior, Subject: "历史", PerClass: 2}, {Stage: edu.Junior, Subject: "地理", PerClass: 2}, {Stage: edu.Junior, Subject: "道德与法治", PerClass: 2}, {Stage: edu.Junior, Subject: "体育", PerClass: 3}, {Stage: edu.Junior, Subject: "音乐", PerClass: 1}, {Stage: edu.Junior, Subject: "美术", PerClass: 1},
}

// unplannedCounty has told no plan of lessons: what it needs by subject is not known.
const unplannedCounty = 2

func lessons(i int) (out []means.Lesson) {
	for _, l := range demoLessons {
		l.PerTeacher, l.Year, l.Basis = 14, lastYear, fmt.Sprintf("%s教体〔%d〕示例8号（虚构）", counties[i].Short.ZH, lastYear)
		out = append(out, l)
	}
	return out
}

// silentCounty has told nothing: the pages say what it has to do.
const silentCounty = 8

// proposedCounty is the one that has worked its proposal out.
const proposedCounty = 5

// Proposal lets a county work its proposal out, in the scenario that costs least and
// in the one that waits, if it has none. The figures must be there.
func (c *City) Proposal(ctx context.Context, into *flow.City) error {
	who, id := clerk(proposedCounty, auth.CountyClerk, "填报员"), counties[proposedCounty].ID
	now, _, err := into.Proposals(ctx, who, id)
	if err != nil || len(now) > 0 {
		return err
	}
	for _, s := range []proposal.Scenario{proposal.Mixed, proposal.Wait} {
		if _, err := into.Propose(ctx, who, id, s, into.Pack().Ref(), edu.Year(lastYear)); err != nil {
			if errors.Is(err, fault.NotFound) {
				return nil // its figures are not read in
			}
			return fmt.Errorf("demo city, proposal of %s: %w", counties[proposedCounty].Name.EN, err)
		}
	}
	return into.Proposed(ctx)
}

func (c *City) priceList(i int) means.Prices {
	r := c.random("prices", i)
	out := means.Prices{County: counties[i].ID}
	for k, p := range demoPrices {
		it, ok := means.ItemOf(p.item)
		if !ok {
			continue
		}
		yuan := p.yuan * r.between(.92, 1.1)
		step := math.Pow10(max(0, int(math.Log10(yuan))-1))
		out.Lines = append(out.Lines, means.Price{Item: it.ID, Name: it.Name.ZH, Unit: it.Unit.ZH, Yuan: math.Round(yuan/step) * step, Year: lastYear, Basis: fmt.Sprintf("%s财评〔%d〕示例%d号（虚构）", counties[i].Short.ZH, lastYear, 11+k)})
	}
	return out
}

// money is what the county has for the three years ahead.
func (c *City) money(i int) (out []means.Budget) {
	r := c.random("money", i)
	sections := 0
	for _, s := range c.sections {
		if s.school.county == i && s.compulsory() {
			sections++
		}
	}
	for k := range 3 {
		out = append(out, means.Budget{Year: edu.Year(lastYear + 1 + k), Yuan: math.Round(float64(sections)*r.between(55, 75)) * 1e4, Source: "县级教育专项资金（示例数据）"})
	}
	return out
}

// ways are between all townships of a county that stand within a day's drive.
func (c *City) ways(i int) (out []means.Way) {
	r := c.random("ways", i)
	var names []string
	var at [][2]float64
	for _, t := range c.townships {
		if t.county == i {
			names, at = append(names, t.name.text().ZH), append(at, [2]float64{r.between(0, 55), r.between(0, 40)})
		}
	}
	for a := range names {
		for b := a + 1; b < len(names); b++ {
			if names[a] == names[b] {
				continue
			}
			km := math.Round(10*1.3*math.Hypot(at[a][0]-at[b][0], at[a][1]-at[b][1])) / 10
			out = append(out, means.Way{From: names[a], To: names[b], Km: km, Minutes: math.Round(km * 1.6)})
		}
	}
	return out
}

// general are the subjects of teachers who are none of PE and arts.
var general = map[edu.Stage][]string{
	edu.Primary: {"语文", "数学", "英语", "科学", "道德与法治"},
	edu.Junior:  {"语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "道德与法治"},
}

// groups are the county's staff by section, subject and what each of them counts to:
// they add up to what the sections reported.
func (c *City) groups(i int) (out []means.Group) {
	for _, s := range c.sections {
		if s.school.county != i || !s.compulsory() || !s.in(newest) || s.school.ownership != edu.Public {
			continue
		}
		out = append(out, c.staffOf(s)...)
	}
	return out
}

func (c *City) staffOf(s *section) []means.Group {
	st := s.at(newest)
	r := c.random("staff", s.index)
	pe, music, art, arts := divide(st.arts)
	type person struct {
		subject string
		counts  []string
	}
	var all []person
	for _, x := range []struct {
		n                int
		subject, element string
	}{{pe, "体育", "teachers_pe"}, {music, "音乐", "teachers_music"}, {art, "美术", "teachers_art"}, {arts, "艺术", "teachers_arts"}} {
		for range x.n {
			all = append(all, person{x.subject, []string{x.element}})
		}
	}
	subjects := general[s.stage]
	for k := 0; len(all) < st.teachers; k++ {
		all = append(all, person{subject: subjects[k%len(subjects)]})
	}
	// Evenly over all, from the end: so many are qualified, so many backbone.
	for k := range all {
		p := &all[len(all)-1-k]
		if (k+1)*st.qualified/len(all) > k*st.qualified/len(all) {
			p.counts = append(p.counts, "teachers_qualified")
		}
		if (k+1)*st.backbone/len(all) > k*st.backbone/len(all) {
			p.counts = append(p.counts, "teachers_backbone")
		}
	}
	var out []means.Group
	for _, p := range all {
		slices.Sort(p.counts)
		k := slices.IndexFunc(out, func(g means.Group) bool { return g.Subject == p.subject && slices.Equal(g.Counts, p.counts) })
		if k < 0 {
			k, out = len(out), append(out, means.Group{School: s.school.code, Stage: s.stage, Subject: p.subject, Counts: p.counts, Held: map[means.Hold]int{}, Retiring: map[edu.Period]int{}})
		}
		g := &out[k]
		g.People++
		if r.chance(.985) {
			g.Posts++
		}
		switch x := r.between(0, 1); {
		case x < .012:
			g.Held[means.OnLoan]++
		case x < .04:
			g.Held[means.Nursing]++
		case x < .05:
			g.Held[means.Ill]++
			g.Leave++
		case x < .13:
			g.Held[means.Retiring]++
			g.Retiring[edu.Year(lastYear+1+r.IntN(5))]++
		case x < .5:
			g.Eligible++
		}
	}
	return out
}
