package flow

import (
	"cmp"
	"context"
	"slices"

	"shuren/internal/edu"
)

// campus is a school as lists of drills, incidents and duties show it: with the
// county that it lies in and the stages that it has.
type campus struct {
	ID     edu.UnitID
	Code   string
	Name   edu.Text
	County edu.UnitID
	Stages []edu.Stage
}

// campuses are the schools that there are now, by county and code; colleges are
// none of a county's and are left out.
func (c *City) campuses(ctx context.Context) ([]campus, error) {
	tree, err := c.Tree(ctx)
	if err != nil {
		return nil, err
	}
	at := map[edu.UnitID]int{}
	var out []campus
	kinds := map[edu.UnitID]string{}
	codes := map[edu.UnitID]string{}
	for _, u := range tree.Units() {
		if u.Ended != 0 || len(u.Attrs) == 0 {
			continue
		}
		a := u.Attrs[len(u.Attrs)-1]
		switch u.Level {
		case edu.County:
			codes[u.ID] = a.Code
		case edu.School:
			at[u.ID], kinds[u.ID] = len(out), a.Kind
			out = append(out, campus{ID: u.ID, Code: a.Code, Name: a.Name, County: countyOver(tree, u.ID)})
		}
	}
	for _, u := range tree.Units() {
		if u.Level != edu.Section || u.Ended != 0 || len(u.Attrs) == 0 {
			continue
		}
		if i, ok := at[u.Attrs[len(u.Attrs)-1].Parent]; ok && u.Stage != "" && !slices.Contains(out[i].Stages, u.Stage) {
			out[i].Stages = append(out[i].Stages, u.Stage)
		}
	}
	for i := range out {
		if len(out[i].Stages) == 0 { // its sections are not reported yet
			out[i].Stages = slices.Clone(kindStages[kinds[out[i].ID]])
		}
		slices.SortFunc(out[i].Stages, func(a, b edu.Stage) int { return slices.Index(edu.Stages, a) - slices.Index(edu.Stages, b) })
	}
	out = slices.DeleteFunc(out, func(s campus) bool { return len(s.Stages) == 1 && s.Stages[0] == edu.Higher })
	slices.SortStableFunc(out, func(a, b campus) int {
		return cmp.Or(cmp.Compare(codes[a.County], codes[b.County]), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// countyOver is the county that a unit lies in; empty where it lies in none.
func countyOver(t *edu.Tree, id edu.UnitID) edu.UnitID {
	for id != "" {
		u, ok := t.Unit(id)
		if !ok {
			return ""
		}
		if u.Level == edu.County {
			return u.ID
		}
		id = u.Attrs[len(u.Attrs)-1].Parent
	}
	return ""
}

// namesIn gives the names of units as they are at last; the empty unit has none.
func namesIn(t *edu.Tree) func(edu.UnitID) edu.Text {
	return func(id edu.UnitID) edu.Text {
		if u, ok := t.Unit(id); ok && len(u.Attrs) > 0 {
			return u.Attrs[len(u.Attrs)-1].Name
		}
		return edu.Text{}
	}
}
