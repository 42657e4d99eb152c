package demo

import (
	"context"

	"shuren/internal/edu"
	"shuren/internal/flow"
	cases "shuren/internal/retention"
)

// visits let schools say for some weeks who is not in class, as they would, and the
// officers of the counties make the lists of last week and of this. The lists are by
// the rules: the demo city has not enough closed cases for a model, and says so.
func (c *City) visits(ctx context.Context, k *casing, schools []*school) error {
	for i, s := range schools {
		if err := c.absences(ctx, k, s, i); err != nil {
			return err
		}
	}
	done := map[int]bool{}
	for _, s := range schools {
		if done[s.county] {
			continue
		}
		done[s.county] = true
		if err := k.weekly(ctx, s.county); err != nil {
			return err
		}
	}
	return nil
}

// absences are what a school said in the last five weeks of children who have no case.
func (c *City) absences(ctx context.Context, k *casing, s *school, i int) error {
	head := headOf(s.id())
	pupils, err := k.into.Retention().Classmates(ctx, head, s.id(), 0)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		child, back, days int
		kind              cases.MarkKind
	}{
		{4, 33, 2, cases.Absent}, {4, 31, 0, cases.BackHere}, {7, 24, 4, cases.Absent}, {7, 19, 0, cases.BackHere}, {1, 9, 3, cases.Absent}, {5, 9, 1, cases.Absent}, {5, 8, 0, cases.BackHere},
		{8, 8, 6, cases.Absent}, {2, 2, 4, cases.Absent}, {4, 1, 3, cases.Absent}, {10, 1, 5, cases.Absent}, {11, 1, 1, cases.Absent},
	} {
		if (x.child+i)%3 == 0 && i > 0 || x.child >= len(pupils)/2 {
			continue
		}
		m := cases.Mark{Person: pupils[x.child].Person, Kind: x.kind, Days: x.days, Since: k.today - edu.Date(x.back+x.days)}
		if err := k.at(x.back).Mark(ctx, head, m); err != nil {
			return err
		}
	}
	return nil
}

// weekly makes the lists of last week and of this, and enters what came of some lines.
func (k *casing) weekly(ctx context.Context, county int) error {
	officer, of := k.officerOf(county), counties[county].ID
	for _, back := range []int{7, 0} {
		x := k.at(back).Warnings()
		if err := x.MakeList(ctx, officer, of); err != nil {
			return err
		}
		v, err := x.Visits(ctx, officer, of, 0)
		if err != nil {
			return err
		}
		n := len(v.Lines) - 1 // nearly all of last week's
		if back == 0 {
			n = min(2, n)
		}
		for i, l := range v.Lines[:max(0, n)] {
			o := []struct{ said, note string }{{flow.VisitFine, ""}, {flow.VisitHelp, "示例：联系校内资助"}, {flow.VisitUnneeded, "示例：住院，已请假"}}[i%3]
			if err := k.at(max(0, back-2)).Warnings().Said(ctx, officer, of, v.Week, l.Person, o.said, o.note); err != nil {
				return err
			}
		}
	}
	return nil
}
