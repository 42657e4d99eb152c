package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// MarkRow is a report of attendance as lists show it.
type MarkRow struct {
	retention.Mark
	Child    string
	Grade    int // and class, where the register has them: masked names are alike
	Class    string
	SchoolAt edu.Text
	Colour   retention.Colour
	Why      []retention.Warning
}

// Mark keeps what a school says of children who are not in class. The child must be
// on that school's register; the line in the log has ids and no words.
func (x *Retention) Mark(ctx context.Context, who auth.Actor, marks ...retention.Mark) error {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return err
	}
	env := d.by(who)
	var moves []store.MarkMove
	for _, m := range marks {
		row, err := x.city.Registers().Child(ctx, who, m.Person)
		if err != nil {
			return err
		}
		m.School, m.By, m.Name, m.Case = row.School, env.By, env.Name, ""
		if m, err = retention.CheckMark(m, env); err != nil {
			return err
		}
		c := retention.Case{School: m.School}
		d.place(&c, row.Home)
		moves = append(moves, store.MarkMove{Mark: m, County: c.County, Town: c.Town, Turns: retention.TurnsOf(retention.MarkWarnings(m, env))})
	}
	if len(moves) == 0 {
		return auth.Refuse(fault.Invalid, "没有选择学生", "no child is chosen")
	}
	rec := record(who, "retention.mark", fmt.Sprintf("%d", len(moves)), x.now())
	rec.Unit = moves[0].Mark.School
	return x.city.store.PutMarks(ctx, sc, moves, rec)
}

// Marks lists reports of attendance, the reddest first and of these the newest.
func (x *Retention) Marks(ctx context.Context, who auth.Actor, f store.MarkFilter) ([]MarkRow, error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return nil, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return nil, err
	}
	f.Today = retention.Today(d.Env)
	list, err := x.city.store.Marks(ctx, sc, f)
	if err != nil {
		return nil, err
	}
	out := make([]MarkRow, len(list))
	for i, m := range list {
		out[i] = MarkRow{Mark: m, Child: ShortPerson(m.Person), SchoolAt: d.name(m.School)}
		out[i].Colour, out[i].Why = retention.MarkColour(m, d.Env)
		child, ok, err := x.childOf(ctx, who, m.Person)
		if err != nil {
			return nil, err
		}
		if ok && child.Name != "" {
			out[i].Child = child.Name
		}
		out[i].Grade, out[i].Class = child.Grade, child.Class
	}
	slices.SortStableFunc(out, func(a, b MarkRow) int {
		return cmp.Compare(slices.Index(retention.Colours, a.Colour), slices.Index(retention.Colours, b.Colour))
	})
	return out, nil
}

// Classmates are the children on the register of the schools that somebody works in,
// by class: whom a school reports and opens cases of.
func (x *Retention) Classmates(ctx context.Context, who auth.Actor, school edu.UnitID, grade int) ([]ChildRow, error) {
	if who.Reach(auth.DoRetention).None() {
		return nil, fmt.Errorf("%s: %w", auth.DoRetention, fault.Forbidden)
	}
	if !x.city.HasKeys() || who.Reach(auth.ReadPupils).None() {
		return nil, nil
	}
	list, _, err := x.city.Registers().Children(ctx, who, register.ChildFilter{School: school, Grade: grade, Size: -1})
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return list, err
}

// ZeroState is a school with its zero report of a month.
type ZeroState struct {
	School  edu.UnitID
	Name    edu.Text
	County  edu.Text
	Report  store.ZeroReport // zero where it gave none
	Given   bool
	Counts  retention.Counts
	Cases   bool // the month has something to tell: no zero report is asked for
	Asked   bool // the month has school days, so a report is asked for
	Mine    bool // the reader may give it
	Overdue bool
	Early   bool     // it was given before the month's last school day
	Opens   edu.Date // from which it may be given
	LastDay edu.Date // by which it is asked for
}

// Zero gives a school's zero report of a month: one click, with the person and the
// time. A month with cases has none.
func (x *Retention) Zero(ctx context.Context, who auth.Actor, school edu.UnitID, month string) error {
	sc, err := inReach(who, auth.DoRetention, store.Editor)
	if err != nil {
		return err
	}
	states, err := x.Zeros(ctx, who, month)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(states, func(z ZeroState) bool { return z.School == school })
	switch {
	case i < 0:
		return fmt.Errorf("a zero report of %s: %w", school, fault.NotFound)
	case !states[i].Mine:
		return auth.Refuse(fault.Forbidden, "零报告由学校或中心学校报送", "a zero report is given by the school or its central school")
	case states[i].Cases:
		return auth.Refuse(fault.Conflict, "本月有疑似或在办个案，不能零报告；月报由系统从个案汇总", "the month has cases: its report is counted from them")
	case states[i].Given:
		return nil
	}
	d, err := x.desk(ctx)
	if err != nil {
		return err
	}
	if z := states[i]; retention.Today(d.Env) < z.Opens {
		return auth.Refuse(fault.Conflict, fmt.Sprintf("%s的零报告从%s起报送：月份还没有过完", month, z.Opens), fmt.Sprintf("the zero report of %s may be given from %s on: the month is not over", month, z.Opens))
	}
	c := retention.Case{School: school}
	d.place(&c, "")
	env := d.by(who)
	rec := record(who, "retention.zero", month, x.now())
	rec.Object, rec.Unit = string(school), school
	return x.city.store.PutZero(ctx, sc, store.ZeroReport{School: school, County: c.County, Town: c.Town, Month: month, By: env.By, Name: env.Name, At: env.Now}, rec)
}

// Zeros lists the schools within reach with their zero reports of a month. A month
// that has not begun has none.
func (x *Retention) Zeros(ctx context.Context, who auth.Actor, month string) ([]ZeroState, error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return nil, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return nil, err
	}
	first, last, ok := retention.MonthDays(month)
	today := retention.Today(d.Env)
	if !ok || first > today {
		return nil, auth.Refuse(fault.Invalid, "月份应如2025-09，且不晚于本月", "want a month such as 2025-09 that has begun")
	}
	given, err := x.city.store.Zeros(ctx, sc, month)
	if err != nil {
		return nil, err
	}
	cells, err := x.city.store.CaseCells(ctx, sc, first, min(last, today))
	if err != nil {
		return nil, err
	}
	counts := map[edu.UnitID]*retention.Counts{}
	for _, c := range cells {
		if counts[c.School] == nil {
			counts[c.School] = &retention.Counts{}
		}
		counts[c.School].Add(c)
	}
	days, _ := retention.ZeroDaysOf(month, d.Calendar, d.Rules)
	var out []ZeroState
	for _, u := range x.schools(d, who.Reach(auth.DoRetention)) {
		z := ZeroState{School: u.ID, Name: lastAttrs(&u).Name, County: d.name(d.up(u.ID, edu.County)), Opens: days.Open, LastDay: days.Due}
		z.Report, z.Given = given[u.ID]
		if c := counts[u.ID]; c != nil {
			z.Counts, z.Cases = *c, !c.None()
		}
		z.Early = z.Given && collect.Today(z.Report.At) < days.Last
		z.Mine, z.Asked = mayZero(d, who, u.ID), days.Asked
		z.Overdue = z.Asked && !z.Given && !z.Cases && today > z.LastDay
		out = append(out, z)
	}
	return out, nil
}

// mayZero tells whether somebody reports for a school: who works there or at its
// central school, and not who checks.
func mayZero(d caseDesk, who auth.Actor, school edu.UnitID) bool {
	if who.Local {
		return true
	}
	return slices.ContainsFunc(who.Grants, func(g auth.Grant) bool {
		return g.Role.May(auth.DoRetention) && !g.Role.May(auth.EndCases) && !g.Whole && d.holds(g.Unit, school)
	})
}

// compulsory tells whether a school has pupils of compulsory age, by its kind; of one
// without a kind that is not known, and it is asked.
func compulsory(a edu.Attrs) bool {
	stages, ok := kindStages[a.Kind]
	if !ok {
		return true
	}
	return slices.ContainsFunc(stages, func(s edu.Stage) bool { return s == edu.Primary || s == edu.Junior || s == edu.Special })
}

// lastMonth is the month before a time.
func lastMonth(now time.Time) string {
	t := now.In(collect.China)
	return time.Date(t.Year(), t.Month()-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}
