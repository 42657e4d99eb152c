package demo

import (
	"context"
	"errors"
	"fmt"
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

// Bounds of the register: it shows pages, not size. The school of the demo accounts
// has enough staff for groups of ten.
const staffSchools, staffFirst, staffEach = 6, 44, 18

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
	for _, s := range c.schools {
		if len(out) < staffSchools && s.county == 0 && s != out[0] && s.closed == years && s.ownership == edu.Public && len(s.sections) > 0 && s.sections[0].compulsory() {
			out = append(out, s)
		}
	}
	return out
}

func (c *City) enterStaff(ctx context.Context, into *flow.City, who auth.Actor) ([]persons.Staff, error) {
	r := c.random("staff register", 0)
	year := c.Years()[len(c.Years())-1].Int()
	subjects := []string{"语文", "数学", "英语", "道德与法治", "科学", "体育", "音乐", "美术", "信息科技"}
	titles := []string{"二级教师", "一级教师", "一级教师", "高级教师"}
	surnames, given := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"), []rune(heads)
	var out []persons.Staff
	for k, s := range c.withStaff() {
		n := staffEach
		if k == 0 {
			n = staffFirst
		}
		for i := range n {
			st := s.sections[i%len(s.sections)]
			age := 24 + r.IntN(34)
			born := time.Date(year-age, time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
			m := persons.Staff{Year: year, Unit: s.id(), Posts: s.id(), Category: "established", Duty: "on_duty", Post: "teacher", Stage: st.stage, Subject: subjects[r.IntN(len(subjects))], Born: edu.DateOf(born), Hours: float64(8 + r.IntN(9)), Degree: "本科", Licence: "持证", Title: titles[min(len(titles)-1, (age-24)/9)], Training: float64(120 + r.IntN(30)*10), Since: september(year - min(r.IntN(14), age-23)), ClassHead: i >= 3 && i < 12 || i > 34, Mind: "none"}
			serial := 2*len(out) + 100
			m.Sex = persons.Female
			if r.chance(.4) {
				m.Sex = persons.Male
				serial++
			}
			if m.ClassHead {
				m.ClassYears = 1 + r.IntN(12)
			}
			if r.chance(.22) {
				m.Backbone, m.Awarded, m.Document = []string{"county", "county", "city", "province"}[r.IntN(4)], year-r.IntN(5), "示例认定文件"
			}
			switch {
			case i < 2: // heads
				m.HeadTerms = 1 + r.IntN(3)
				m.HeadSince = september(year - r.IntN(4))
			case i == 12:
				m.Hold = "nursing"
				m.Sex, serial = persons.Female, serial/2*2
			case i == 13:
				m.Duty = "lent"
			case i == 14:
				m.Duty = "ill"
			case i == 15:
				m.Category = "special_post"
			}
			first := fmt.Sprintf("%s%s%03d", nobodys, born.Format("20060102"), serial%1000)
			name := string(surnames[r.IntN(len(surnames))]) + string(given[r.IntN(len(given))]) + string(given[r.IntN(len(given))])
			id, err := into.Registers().KeepStaff(ctx, who, m, &persons.Identity{Name: name, Citizen: first + string(ident.Checksum(first))})
			if err != nil {
				return nil, err
			}
			m.Person = id
			out = append(out, m)
		}
	}
	return out, nil
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
		if j := teams.Default.Judge(p, day); j.State != teams.Due || n >= 14 || i%3 != 0 {
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
	if _, err := t.Decide(ctx, head, s.ID, 0, 19_800_000, "示例教职工大会决议", september(year+1)); err != nil {
		return err
	}
	if err := t.KeepPool(ctx, head, school, teams.Pool{Year: year, Basic: 46_200_000, Incentive: 19_800_000, Source: "示例核定文件"}); err != nil {
		return err
	}
	sums := func(months int, basic, more teams.Fen, source string) teams.PaySum {
		return teams.PaySum{Year: year, Months: months, Parts: map[string]teams.Fen{"基本工资": basic, "津贴补贴和绩效": more}, Source: source}
	}
	err = t.KeepPay(ctx, who, counties[0].ID, teams.Pay{Teachers: sums(2376, 1_306_800_000, 831_600_000, "示例工资台账"), Civil: sums(1200, 648_000_000, 420_000_000, "示例工资台账")})
	if errors.Is(err, fault.Conflict) {
		return nil // it was entered before
	}
	return err
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
