package flow

import (
	"context"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// roster says who fills a form of a period: the units of its level that existed
// on the reference date, a school where it has a section of a stage that the
// form asks.
type roster struct {
	version string
	tree    *edu.Tree
	snap    *edu.Snapshot
	places  []collect.Place // in the order of the tree
	nodes   []int           // of each, in the snapshot
	parts   [][]edu.Stage   // sections of each, by stage
	at      map[edu.UnitID]int
}

type rosterKey struct {
	form   string
	period edu.Period
}

// kindStages are the stages of a school whose sections nobody has reported yet,
// by its 办学类型代码.
var kindStages = map[string][]edu.Stage{
	"111": {edu.Preschool}, "112": {edu.Preschool}, "119": {edu.Preschool},
	"211": {edu.Primary}, "218": {edu.Primary}, "219": {edu.Primary},
	"311": {edu.Junior}, "319": {edu.Junior}, "312": {edu.Primary, edu.Junior},
	"321": {edu.Junior}, "341": {edu.Junior, edu.Senior}, "342": {edu.Senior}, "349": {edu.Senior}, "345": {edu.Primary, edu.Junior, edu.Senior},
	"361": {edu.Vocational}, "362": {edu.Vocational}, "363": {edu.Vocational}, "364": {edu.Vocational}, "365": {edu.Vocational}, "366": {edu.Vocational}, "368": {edu.Vocational}, "369": {edu.Vocational},
	"411": {edu.Higher}, "412": {edu.Higher}, "413": {edu.Higher}, "414": {edu.Higher}, "415": {edu.Higher},
	"511": {edu.Special}, "512": {edu.Special}, "513": {edu.Special}, "514": {edu.Special}, "519": {edu.Special},
}

// reported are the units that reported anything in a period.
type reported struct {
	version string
	units   map[edu.UnitID]bool
}

// roster makes it, or gives the one of last time while nothing has changed.
func (c *City) roster(ctx context.Context, p *pack.Pack, f *pack.Form, period edu.Period) (*roster, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	before, err := c.reported(ctx, period.LastTime())
	if err != nil {
		return nil, err
	}
	key := rosterKey{f.ID, period}
	c.mu.Lock()
	r := c.rosters[key]
	c.mu.Unlock()
	if r != nil && r.tree == tree && r.version == before.version {
		return r, nil
	}
	r = newRoster(tree, p, f, period, before.units)
	r.version = before.version
	c.mu.Lock()
	c.rosters[key] = r
	c.mu.Unlock()
	return r, nil
}

func (c *City) reported(ctx context.Context, p edu.Period) (*reported, error) {
	version, err := c.version(ctx, local, p)
	if err != nil {
		return nil, err
	}
	version += c.schemes().hash
	c.mu.Lock()
	old := c.reports[p]
	c.mu.Unlock()
	if old != nil && old.version == version {
		return old, nil
	}
	var forms []string
	for _, q := range c.schemes().asking() {
		forms = append(forms, q.ID)
		for _, f := range q.Forms {
			forms = append(forms, f.ID)
		}
	}
	units, err := c.store.Recorded(ctx, local, p, forms)
	if err != nil {
		return nil, err
	}
	now := &reported{version, units}
	c.mu.Lock()
	c.reports[p] = now
	c.mu.Unlock()
	return now, nil
}

func newRoster(tree *edu.Tree, p *pack.Pack, f *pack.Form, period edu.Period, before map[edu.UnitID]bool) *roster {
	r := &roster{tree: tree, snap: tree.On(period), at: map[edu.UnitID]int{}}
	asked := form.Stages(p, f)
	for i := range r.snap.Nodes {
		n := &r.snap.Nodes[i]
		if n.Unit.Level != f.Level {
			continue
		}
		var parts []edu.Stage
		if f.Level == edu.School {
			if parts = r.sections(i, asked, before); len(parts) == 0 && len(asked) > 0 {
				continue
			}
		}
		r.at[n.Unit.ID] = len(r.places)
		r.places = append(r.places, r.place(i))
		r.nodes = append(r.nodes, i)
		r.parts = append(r.parts, parts)
	}
	return r
}

// sections are the stages of a school that a form asks: those that it reported
// last year, or else those that it is known to have had, or else those of its
// kind.
func (r *roster) sections(i int, asked []edu.Stage, before map[edu.UnitID]bool) []edu.Stage {
	n := &r.snap.Nodes[i]
	var last, ever []edu.Stage
	for j := i + 1; j < n.End; j++ {
		if u := r.snap.Nodes[j].Unit; u.Level == edu.Section {
			ever = append(ever, u.Stage)
			if before[u.ID] {
				last = append(last, u.Stage)
			}
		}
	}
	have := last
	if len(have) == 0 {
		have = ever
	}
	if len(have) == 0 {
		have = kindStages[n.Kind]
	}
	var out []edu.Stage
	for _, st := range asked {
		if slices.Contains(have, st) {
			out = append(out, st)
		}
	}
	return out
}

func (r *roster) place(i int) collect.Place {
	n := &r.snap.Nodes[i]
	p := collect.Place{Unit: n.Unit.ID, Level: n.Unit.Level, Code: n.Code, Name: n.Name}
	if c := r.snap.Above(i, edu.County); c >= 0 {
		p.County, p.CountyName = r.snap.Nodes[c].Unit.ID, r.snap.Nodes[c].Name
	}
	if t := r.snap.Above(i, edu.Township); t >= 0 {
		p.Township, p.TownshipName = r.snap.Nodes[t].Unit.ID, r.snap.Nodes[t].Name
	}
	return p
}

// within tells whether a unit lies in a reach on the reference date.
func (r *roster) within(reach auth.Reach, unit edu.UnitID) bool {
	if reach.Whole {
		return true
	}
	for i := r.snap.Find(unit); i >= 0; i = r.snap.Nodes[i].Up {
		if slices.Contains(reach.Units, r.snap.Nodes[i].Unit.ID) {
			return true
		}
	}
	return false
}

// below tells whether a unit is another one or stands below it; every unit
// stands below "".
func (r *roster) below(unit, top edu.UnitID) bool {
	return top == "" || r.within(auth.Reach{Units: []edu.UnitID{top}}, unit)
}

// span is a reach as ranges of the snapshot's nodes: what within tells of a unit,
// for lists that ask it of thousands.
type span [][2]int

func (r *roster) span(reach auth.Reach) span {
	if reach.Whole {
		return span{{0, len(r.snap.Nodes)}}
	}
	var out span
	for _, u := range reach.Units {
		if i := r.snap.Find(u); i >= 0 {
			out = append(out, [2]int{i, r.snap.Nodes[i].End})
		}
	}
	return out
}

func (s span) has(node int) bool {
	for _, at := range s {
		if at[0] <= node && node < at[1] {
			return true
		}
	}
	return false
}
