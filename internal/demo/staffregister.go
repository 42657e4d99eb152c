package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/ident"
	persons "shuren/internal/register"
	"shuren/internal/teams"
)

// The register of staff of some schools of the first county, with what the county
// and a school make of it: exchanges of the last summer, rules of their own, a scheme
// of merit pay. Ages of retirement are not entered: even a fictional county would be
// read as a source for them.

// staffSchools have a register: the school of the demo accounts, a central school and a
// junior one in a town, and village schools. Each has all of its staff, so that classes,
// subjects and forms agree with it; all schools would only be more of the same.
const staffSchools = 6

// nobodys is a region code that was never issued, so that no identity number of the
// demo city is somebody's.
const nobodys = "539900"

// StaffRegister enters staff by the front door, where a city has the keys of its
// registers and nobody on them.
func (c *City) StaffRegister(ctx context.Context, into *flow.City) error {
	if !into.HasKeys() {
		return nil
	}
	who := c.actor("county")
	_, n, err := into.Registers().StaffList(ctx, who, persons.StaffFilter{Size: 1})
	if err != nil || n > 0 {
		return err
	}
	people, err := c.enterStaff(ctx, into, who)
	if err != nil {
		return fmt.Errorf("staff of the demo city: %w", err)
	}
	t := into.Teams(into.RegisterStaff())
	if err := c.enterRules(ctx, t, who); err != nil {
		return fmt.Errorf("rules of staff of the demo city: %w", err)
	}
	if err := c.enterMore(ctx, t, who, people); err != nil {
		return fmt.Errorf("more of staff of the demo city: %w", err)
	}
	if err := c.enterMoves(ctx, t, who, people); err != nil {
		return fmt.Errorf("exchanges of the demo city: %w", err)
	}
	if err := c.enterPay(ctx, t, who); err != nil {
		return fmt.Errorf("merit pay of the demo city: %w", err)
	}
	if err := c.enterAppraisal(ctx, t, who); err != nil {
		return fmt.Errorf("appraisal of the demo city: %w", err)
	}
	return nil
}

// withStaff are the schools that have a register: that of the demo accounts first.
func (c *City) withStaff() []*school {
	out := []*school{c.nineYear()}
	pick := func(most int, fits func(s *school) bool) {
		for _, s := range c.schools {
			if len(out) < most && s.county == 0 && s != out[0] && s.closed == years && s.ownership == edu.Public && len(s.sections) > 0 && fits(s) {
				out = append(out, s)
			}
		}
	}
	town := func(s *school) bool { return s.urban < "200" }
	pick(2, func(s *school) bool { return s.kind == "211" && town(s) })
	pick(3, func(s *school) bool { return s.kind == "311" && town(s) && s.sections[0].at(newest).teachers < 30 })
	pick(staffSchools, func(s *school) bool { return s.kind == "211" && !town(s) && s.sections[0].at(newest).teachers < 20 })
	return out
}

// manyStaff is from how many teachers of a section some are lent out, ill or nursing.
const manyStaff = 25

func (c *City) enterStaff(ctx context.Context, into *flow.City, who auth.Actor) (out []persons.Staff, err error) {
	r := c.random("staff register", 0)
	keep := func(m persons.Staff) error {
		surnames, given := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"), []rune(heads)
		serial := 2*len(out) + 100
		if m.Sex == persons.Male {
			serial++
		}
		first := fmt.Sprintf("%s%s%03d", nobodys, m.Born.Time().Format("20060102"), serial%1000)
		name := string(surnames[r.IntN(len(surnames))]) + string(given[r.IntN(len(given))]) + string(given[r.IntN(len(given))])
		id, err := into.Registers().KeepStaff(ctx, who, m, &persons.Identity{Name: name, Citizen: first + string(ident.Checksum(first))})
		m.Person = id
		out = append(out, m)
		return err
	}
	for k, s := range c.withStaff() {
		for _, st := range s.sections {
			n, classes := st.at(newest).teachers, len(c.classes(st, newest))
			if k == 1 {
				classes-- // one class has no teacher of its own: the page of class teachers says so
			}
			for i := range n {
				m := c.teacher(r, st, i, i >= 2 && i < 2+classes)
				switch {
				case i < 2 && st == s.sections[0]: // heads
					m.HeadTerms, m.HeadSince = 1+r.IntN(3), september(m.Year-r.IntN(6))
				case n >= manyStaff && i == n-1:
					m.Hold, m.Sex = "nursing", persons.Female
				case n >= manyStaff && i == n-2:
					m.Duty = "ill"
				case n >= manyStaff && i == n-3:
					m.Category = "special_post"
				}
				if err := keep(m); err != nil {
					return nil, err
				}
			}
			if n >= manyStaff { // lent out, and not among those who teach here
				m := c.teacher(r, st, n, false)
				m.Duty = "lent"
				if err := keep(m); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// teacher is the i-th of a section.
func (c *City) teacher(r random, st *section, i int, classHead bool) persons.Staff {
	year := c.Years()[len(c.Years())-1].Int()
	titles := []string{"二级教师", "一级教师", "一级教师", "高级教师"}
	age := 24 + r.IntN(34)
	born := time.Date(year-age, time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	m := persons.Staff{Year: year, Unit: st.school.id(), Posts: st.school.id(), Category: "established", Duty: "on_duty", Post: "teacher", Stage: st.stage, Subject: subjectOf(st.stage, i), Sex: persons.Female, Born: edu.DateOf(born), Hours: float64(8 + r.IntN(9)), Degree: "本科", Licence: "持证", Title: titles[min(len(titles)-1, (age-24)/9)], Training: float64(120 + r.IntN(30)*10), Since: september(year - min(r.IntN(14), age-23)), ClassHead: classHead, Mind: "none"}
	if r.chance(.4) {
		m.Sex = persons.Male
	}
	if classHead {
		m.ClassYears = 1 + r.IntN(12)
	}
	if r.chance(.22) {
		m.Backbone, m.Awarded, m.Document = []string{"county", "county", "city", "province"}[r.IntN(4)], year-r.IntN(5), "示例认定文件"
	}
	return m
}

// subjectOf spreads subjects over the teachers of a stage as the plan of lessons
// spreads lessons, neighbours apart.
func subjectOf(stage edu.Stage, i int) string {
	total := 1.0 // a lesson of computing, which is in no plan
	for _, l := range demoLessons {
		if l.Stage == stage {
			total += l.PerClass
		}
	}
	const golden = 0.618033988749895
	_, x := math.Modf(float64(i+1) * golden)
	x *= total
	for _, l := range demoLessons {
		if l.Stage != stage {
			continue
		}
		if x -= l.PerClass; x < 0 {
			return l.Subject
		}
	}
	return "信息科技"
}

// enterMore enters what the register does not hold: certificates of heads, and what
// backbone teachers of two schools give beside their lessons.
func (c *City) enterMore(ctx context.Context, t *flow.Teams, who auth.Actor, people []persons.Staff) error {
	r, all := c.random("more of staff", 0), c.withStaff()
	for i := range people {
		p := &people[i]
		m := teams.More{Person: p.Person, Unit: p.Unit}
		switch {
		case teams.HeadOf(p) && r.chance(.75):
			m.HeadCert = september(p.Year - 2 - r.IntN(4))
		case p.Backbone != "" && (p.Unit == all[0].id() || p.Unit == all[1].id()):
			m.Duty = float64(12 + 4*r.IntN(9))
			if p.Backbone != "county" {
				m.Studio = p.Subject + "名师工作室（示例）"
			}
		default:
			continue
		}
		if err := t.KeepMore(ctx, who, m); err != nil {
			return err
		}
	}
	return nil
}

func (c *City) enterRules(ctx context.Context, t *flow.Teams, who auth.Actor) error {
	year := c.Years()[len(c.Years())-1].Int()
	const basis = "示例文件（虚构）"
	r := teams.Default
	r.TermYears = teams.Param{Value: 5, Source: basis, Evidence: "P"}
	r.Allowance = teams.Param{Value: 300, Source: basis, Evidence: "P"}
	r.CycleFrom, r.CycleBasis = september(year-2), basis
	err := t.KeepRules(ctx, who, counties[0].ID, r, 0)
	if errors.Is(err, fault.Conflict) {
		return nil // the county has its own already
	}
	return err
}

// enterMoves enters who moved last summer and who is planned to.
func (c *City) enterMoves(ctx context.Context, t *flow.Teams, who auth.Actor, people []persons.Staff) error {
	all := c.withStaff()
	day := teams.Summer(c.Years()[len(c.Years())-1].Int() + 1)
	n := 0
	for i := range people {
		p := &people[i]
		if j := teams.Default.Judge(p, day); j.State != teams.Due || n >= 21 || i%5 != 0 {
			continue
		}
		to := all[n%len(all)]
		if to.id() == p.Unit {
			to = all[(n+1)%len(all)]
		}
		x := teams.Exchange{Person: p.Person, From: p.Unit, To: to.id(), Way: []string{teams.Transfer, teams.Support, teams.Group}[n%3], Stage: teams.Done, Begins: day, Document: "示例交流文件"}
		if n%3 == 2 {
			x.Stage, x.Document = teams.Planned, ""
		}
		if _, err := t.KeepMove(ctx, who, x); err != nil {
			return err
		}
		n++
	}
	return nil
}

// enterPay enters a school's scheme, which the county approves, and sums.
func (c *City) enterPay(ctx context.Context, t *flow.Teams, who auth.Actor) error {
	head, school := c.actor("head"), c.nineYear().id()
	year := c.Years()[len(c.Years())-1].Int()
	s := teams.Scheme{School: school, Year: year, Name: fmt.Sprintf("%d学年奖励性绩效分配方案", year), Source: "示例教职工大会决议", Equal: 30,
		Criteria: []teams.Criterion{{ID: "c1", Name: "工作量", Weight: 50, Full: 16, Field: "hours"}, {ID: "c2", Name: "班主任工作", Weight: 20, Full: 1, Field: "class_head"}, {ID: "c3", Name: "骨干作用", Weight: 30, Full: 4, Field: "backbone"}},
		Levels:   []teams.Level{{Name: "优秀", From: 70, Most: 20, Factor: 115}, {Name: "合格", Factor: 100}}}
	s, err := t.StepScheme(ctx, head, s, teams.Save, "")
	if err == nil {
		s, err = t.StepScheme(ctx, head, s, teams.Send, "")
	}
	if err == nil {
		s, err = t.StepScheme(ctx, who, s, teams.Approve, "示例批准文件")
	}
	if err != nil {
		return err
	}
	if _, err := t.Decide(ctx, head, s.ID, 0, 34_320_000, "示例教职工大会决议", september(year+1)); err != nil {
		return err
	}
	if err := t.KeepPool(ctx, head, school, teams.Pool{Year: year, Basic: 80_080_000, Incentive: 34_320_000, Source: "示例核定文件"}); err != nil {
		return err
	}
	return c.enterCountyPay(ctx, t, year)
}

// enterCountyPay enters what three counties paid in a year. In one of them teachers
// get less than civil servants.
func (c *City) enterCountyPay(ctx context.Context, t *flow.Teams, year int) error {
	sums := func(people int, basic, more teams.Fen) teams.PaySum {
		n := teams.Fen(people)
		return teams.PaySum{Year: year, Months: 12 * people, Parts: map[string]teams.Fen{"基本工资": n * basic, "津贴补贴和绩效": n * more}, Source: "示例工资台账"}
	}
	for i, teachers := range map[int]teams.PaySum{0: sums(8960, 6_600_000, 4_200_000), 3: sums(5120, 6_380_000, 3_950_000), 5: sums(3040, 6_520_000, 4_260_000)} {
		err := t.KeepPay(ctx, clerk(i, auth.CountyClerk, "填报员"), counties[i].ID, teams.Pay{Teachers: teachers, Civil: sums(2400, 6_480_000, 4_200_000)})
		if err != nil && !errors.Is(err, fault.Conflict) { // a conflict: it was entered before
			return err
		}
	}
	return nil
}

// enterAppraisal enters the county's own scheme for heads, whose appraisal has come
// half way.
func (c *City) enterAppraisal(ctx context.Context, t *flow.Teams, who auth.Actor) error {
	year := c.Years()[len(c.Years())-1].Int()
	s := teams.Scheme{School: counties[0].ID, Whom: teams.ForHeads, Year: year, Name: fmt.Sprintf("%d学年书记校长考核方案", year), Source: "示例县级文件", Equal: 20,
		Criteria: []teams.Criterion{{ID: "c1", Name: "办学管理", Weight: 40, Full: 100, Field: "mark"}, {ID: "c2", Name: "教师队伍", Weight: 30, Full: 100, Field: "mark"}, {ID: "c3", Name: "安全稳定", Weight: 30, Full: 100, Field: "mark"}},
		Levels:   []teams.Level{{Name: "优秀", From: 85, Most: 25, Factor: 120}, {Name: "合格", Factor: 100}}}
	for _, act := range []teams.Act{teams.Save, teams.Send, teams.Approve} {
		var err error
		if s, err = t.StepScheme(ctx, who, s, act, "示例批准文件"); err != nil {
			return err
		}
	}
	a, err := t.Appraised(ctx, who, s.ID)
	if err != nil {
		return err
	}
	r, marks := c.random("appraisal", 0), map[persons.PersonID]map[string]float64{}
	for _, p := range a.IDs()[:len(a.People)/2] {
		marks[p] = map[string]float64{"c1": float64(75 + r.IntN(21)), "c2": float64(75 + r.IntN(21)), "c3": float64(80 + r.IntN(16))}
	}
	_, err = t.KeepMarks(ctx, who, s.ID, 0, marks)
	return err
}

// september is the first day of a school year, of any.
func september(year int) edu.Date { return teams.Summer(year) }
