// The city's own register of staff as a source of what papers ask: counts by school
// and stage, by the rules of a pack's feed.

package flow

import (
	"context"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/register"
	"shuren/internal/store"
)

// staffSource is what the register of staff of a school year comes to; nil where the
// city keeps none of that year. It is made again when the register has moved.
func (c *City) staffSource(ctx context.Context, p *pack.Pack, f *pack.Feed, period edu.Period) (*form.Source, error) {
	stamp, at, err := c.store.RegisterStamp(ctx, store.AStaff)
	if err != nil || stamp == "" {
		return nil, err
	}
	return c.source(sourceKey{p.Ref(), f.ID, period, period}, stamp, func() (*form.Source, error) {
		people, err := c.store.StaffFacts(ctx, local, register.StaffFilter{Year: period.Int()})
		if err != nil || len(people) == 0 {
			return nil, err
		}
		tree, err := c.store.Tree(ctx, local)
		if err != nil {
			return nil, err
		}
		t := staffTable(tree, period, f.Tally().Count(people))
		if t.N == 0 {
			return nil, nil
		}
		day := at.In(collect.China).Format("2006-01-02")
		s, err := form.NewSource(p, pack.FromRegister, edu.Text{ZH: f.Name.ZH + "（截至" + day + "）", EN: f.Name.EN + " as of " + day}, []*frame.Table{t})
		if s != nil {
			s.Feed, s.Open = f, true
		}
		return s, err
	})
}

// staffTable is a table of counts, a record for each school's stage.
func staffTable(tree *edu.Tree, period edu.Period, all []pack.Counted) *frame.Table {
	t := &frame.Table{Period: period, Level: edu.Section, Stage: &frame.Strings{}, Key: &frame.Strings{}, Name: &frame.Strings{}, Cols: map[string][]float64{}}
	for _, c := range all {
		u, ok := tree.Unit(c.School)
		if !ok || u.Level != edu.School {
			continue
		}
		a := lastAttrs(u)
		for s, v := range map[*frame.Strings]string{t.Stage: string(c.Stage), t.Key: a.Code, t.Name: a.Name.ZH} {
			s.Code = append(s.Code, uint32(len(s.Dict)))
			s.Dict = append(s.Dict, v)
		}
		for id, v := range c.Of {
			t.Cols[id] = append(t.Cols[id], v)
		}
		t.N++
		t.Rows = append(t.Rows, int32(t.N))
	}
	return t
}
