// The city's own registers of staff and of pupils as sources of what papers ask: counts
// by school and stage, by the rules of a pack's feed, and of pupils the class list.

package flow

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/register"
	"shuren/internal/store"
)

// countedFor is how long a count of pupils is taken for new: a city has a million, and
// somebody corrects one every minute.
const countedFor = time.Minute

// ownSource is what a register of a school year comes to; nil where the city keeps none
// of that year. It is made again when the register has moved.
func (c *City) ownSource(ctx context.Context, p *pack.Pack, f *pack.Feed, period edu.Period) (*form.Source, error) {
	kind, tables, old := store.AStaff, c.staffTables, time.Duration(0)
	if f.Kind == pack.OwnPupils {
		kind, tables, old = store.AChild, c.pupilTables, countedFor
	}
	stamp, at, err := c.store.RegisterStamp(ctx, kind)
	if err != nil || stamp == "" {
		return nil, err
	}
	return c.sourceWithin(old, sourceKey{p.Ref(), f.ID, period, period}, stamp, func() (*form.Source, error) {
		tree, err := c.store.Tree(ctx, local)
		if err != nil {
			return nil, err
		}
		made, err := tables(ctx, tree, p, f, period)
		if err != nil || len(made) == 0 || made[0].N == 0 {
			return nil, err
		}
		day := at.In(collect.China).Format("2006-01-02")
		s, err := form.NewSource(p, pack.FromRegister, edu.Text{ZH: f.Name.ZH + "（截至" + day + "）", EN: f.Name.EN + " as of " + day}, made)
		if s != nil {
			s.Feed, s.Open = f, true
		}
		return s, err
	})
}

// staffTables is a record for each school's stage.
func (c *City) staffTables(ctx context.Context, tree *edu.Tree, _ *pack.Pack, f *pack.Feed, period edu.Period) ([]*frame.Table, error) {
	people, err := c.store.StaffFacts(ctx, local, register.StaffFilter{Year: period.Int()})
	if err != nil {
		return nil, err
	}
	t := newOwnTable(tree, period, "")
	for _, x := range f.Tally().Count(people) {
		t.add(x.School, x.Stage, x.Of, nil)
	}
	return []*frame.Table{t.Table}, nil
}

// pupilTables are a record for each school's stage, and one for each of its classes.
// What kind of class it is no register of pupils says.
func (c *City) pupilTables(ctx context.Context, tree *edu.Tree, p *pack.Pack, f *pack.Feed, period edu.Period) ([]*frame.Table, error) {
	counts, err := c.store.ClassCounts(ctx, local, period.Int())
	if err != nil {
		return nil, err
	}
	holds := caseDesk{tree: tree}
	t, of := newOwnTable(tree, period, ""), listOfClasses(p, f)
	var classes *ownTable
	if of != nil {
		classes = newOwnTable(tree, period, of.ID)
	}
	for _, x := range p.Roll(f, counts, func(school edu.UnitID) edu.UnitID { return holds.up(school, edu.County) }) {
		t.add(x.School, x.Stage, x.Of, nil)
		if classes == nil {
			continue
		}
		for _, k := range x.Classes {
			cells, texts := map[string]float64{}, map[string]string{}
			for h, v := range map[string]float64{pack.RollCount: k.Pupils, pack.RollBoarders: k.Boarders, pack.RollGrade: gradeChoice(of, f.Headers[pack.RollGrade], k.Grade)} {
				if id := f.Headers[h]; id != "" {
					cells[id] = v
				}
			}
			if id := f.Headers[pack.RollClass]; id != "" {
				texts[id] = k.Class
			}
			classes.add(x.School, x.Stage, cells, texts)
		}
	}
	if classes == nil {
		return []*frame.Table{t.Table}, nil
	}
	return []*frame.Table{t.Table, classes.Table}, nil
}

// listOfClasses is the list whose columns a feed of pupils fills in.
func listOfClasses(p *pack.Pack, f *pack.Feed) *pack.List {
	for _, l := range p.Lists {
		if slices.ContainsFunc(l.Columns, func(e *pack.Element) bool { return e.ID == f.Headers[pack.RollClass] }) {
			return l
		}
	}
	return nil
}

// gradeChoice is the index of a grade among the choices of a column; NaN where it has
// none, as the sixth grade of a junior school.
func gradeChoice(l *pack.List, id string, grade int) float64 {
	for _, e := range l.Columns {
		if e.ID == id {
			if at := slices.IndexFunc(e.Choices, func(o pack.Option) bool { return o.ID == "g"+strconv.Itoa(grade) }); at >= 0 {
				return float64(at)
			}
		}
	}
	return math.NaN()
}

// ownTable is a table of counts that is made record by record.
type ownTable struct {
	*frame.Table
	tree *edu.Tree
}

func newOwnTable(tree *edu.Tree, period edu.Period, list string) *ownTable {
	return &ownTable{&frame.Table{Period: period, Level: edu.Section, List: list, Stage: &frame.Strings{}, Key: &frame.Strings{}, Name: &frame.Strings{},
		Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}}, tree}
}

// add adds a record of a school; what an earlier or a later one has no figure of is
// missing there.
func (t *ownTable) add(school edu.UnitID, stage edu.Stage, cells map[string]float64, texts map[string]string) {
	u, ok := t.tree.Unit(school)
	if !ok || u.Level != edu.School {
		return
	}
	a := lastAttrs(u)
	for s, v := range map[*frame.Strings]string{t.Stage: string(stage), t.Key: a.Code, t.Name: a.Name.ZH} {
		appendText(s, v)
	}
	for id := range cells {
		for len(t.Cols[id]) < t.N {
			t.Cols[id] = append(t.Cols[id], math.NaN())
		}
	}
	for id, v := range texts {
		if t.Texts[id] == nil {
			t.Texts[id] = &frame.Strings{}
		}
		appendText(t.Texts[id], v)
	}
	t.N++
	for id, v := range cells {
		t.Cols[id] = append(t.Cols[id], v)
	}
	for id := range t.Cols {
		for len(t.Cols[id]) < t.N {
			t.Cols[id] = append(t.Cols[id], math.NaN())
		}
	}
	t.Rows = append(t.Rows, int32(t.N))
}

func appendText(s *frame.Strings, v string) {
	s.Code = append(s.Code, uint32(len(s.Dict)))
	s.Dict = append(s.Dict, v)
}
