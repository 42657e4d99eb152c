package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/standard"
	"shuren/internal/task"
)

// compose gathers what a kind is composed of, and composes it.
func (g *Gallery) compose(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Draft, error) {
	switch o.Kind {
	case gallery.Completeness, gallery.Standards, gallery.Supervision, gallery.Retention, gallery.Safety:
		b, err := g.bulletin(ctx, who, o, m)
		if err != nil {
			return nil, err
		}
		if err := g.since(ctx, who, b, o, m); err != nil {
			return nil, err
		}
		return b.Compose(), nil
	case gallery.Meeting:
		return g.papers(ctx, who, o, m)
	case gallery.Order:
		return g.sheet(ctx, who, o, m)
	case gallery.KeepingPlan:
		return g.keeping(ctx, o, m)
	case gallery.CountyPlan, gallery.Consolidation:
		return g.ofCounty(ctx, who, o, m)
	case gallery.SchoolPlan:
		x, err := g.measuredOf(ctx, m, o, false)
		if err != nil {
			return nil, err
		}
		code, err := g.codeOf(ctx, m, o.Unit, x.A.Period)
		if err != nil {
			return nil, err
		}
		return ofSchool(x, code)
	case gallery.Yearly:
		return g.yearly(ctx, o, m)
	}
	return nil, fmt.Errorf("document %q: %w", o.Kind, fault.NotFound)
}

// codeOf is how pages address a unit in a year.
func (g *Gallery) codeOf(ctx context.Context, m *moment, unit edu.UnitID, p edu.Period) (string, error) {
	return readOnce(m, "code "+string(unit), func() (string, error) {
		tree, err := g.city.store.Tree(ctx, local)
		if err != nil {
			return "", err
		}
		snap := tree.On(p)
		i := snap.Find(unit)
		if i < 0 {
			return "", fmt.Errorf("unit %s in %s: %w", unit, p, fault.NotFound)
		}
		return snap.Nodes[i].Key, nil
	})
}

func ofSchool(x *gallery.Measured, code string) (*gallery.Draft, error) {
	d := x.SchoolPlan(code)
	if d == nil {
		return nil, auth.Refuse(fault.NotFound, "该校本学年没有参加监测的学段", "the school has no section that is measured in this year")
	}
	d.From = d.Of
	return d, nil
}

// countyRow is where a county stands among those that are measured.
func (g *Gallery) countyRow(ctx context.Context, m *moment, x *gallery.Measured, unit edu.UnitID) (int, error) {
	code, err := g.codeOf(ctx, m, unit, x.A.Period)
	if err != nil {
		return -1, err
	}
	at := slices.IndexFunc(x.A.Units[edu.County], func(u standard.Unit) bool { return gallery.CodeOf(u) == code })
	if at < 0 {
		return at, auth.Refuse(fault.NotFound, "该县本学年没有数据", "there are no figures of the county in this year")
	}
	return at, nil
}

func (g *Gallery) ofCounty(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Draft, error) {
	x, err := g.measuredOf(ctx, m, o, o.Kind == gallery.Consolidation)
	if err != nil {
		return nil, err
	}
	at, err := g.countyRow(ctx, m, x, o.Unit)
	if err != nil {
		return nil, err
	}
	x.Agency = x.A.Units[edu.County][at].Name + "教育体育局"
	if o.Kind == gallery.Consolidation {
		d := x.Consolidation(at)
		if d == nil {
			return nil, auth.Refuse(fault.NotFound, "没有上一学年的数据，不能比较", "there are no figures of the year before to compare with")
		}
		return d, nil
	}
	// The year in which the county means to be recognised.
	year, err := readOnce(m, "planned "+string(o.Unit), func() (int, error) {
		list, err := g.city.Progress(ctx, who, o.Unit, x.A.Pack.ID)
		if err != nil || len(list) == 0 {
			return 0, err
		}
		return list[0].Year, nil
	})
	if err != nil {
		return nil, err
	}
	planned := gallery.Num{}
	if year != 0 {
		planned = gallery.Num{Value: float64(year), Href: x.Links.Progress(x.A.Units[edu.County][at].Code)}
	}
	u := x.A.Units[edu.County][at]
	ahead, err := g.ahead(ctx, who, m, x, o.Unit, gallery.CodeOf(u), u.Name)
	if err != nil {
		return nil, err
	}
	return x.CountyPlan(at, planned, ahead), nil
}

func (g *Gallery) yearly(ctx context.Context, o ReportOrder, m *moment) (*gallery.Draft, error) {
	x, err := g.measuredOf(ctx, m, o, false)
	if err != nil {
		return nil, err
	}
	periods, err := g.periods(ctx, m)
	if err != nil {
		return nil, err
	}
	var years []gallery.YearOf
	for _, p := range periods {
		if p.Compare(x.A.Period) > 0 || p.Compare(edu.Year(x.A.Period.Int()-yearsBack)) < 0 {
			continue
		}
		a := x.A
		if p != x.A.Period {
			if a, err = g.measure(ctx, m, x.A.Pack.Ref(), p); err != nil {
				return nil, err
			}
		}
		level, top := gallery.Top(a)
		if top < 0 {
			continue
		}
		all, done, _ := gallery.Passing(a, gallery.Links{Year: p, Scheme: x.Links.Scheme}, level, top, 0)
		years = append(years, gallery.YearOf{Period: p, All: all, Done: done})
	}
	return x.Yearly(years), nil
}

// yearsBack is how many years before its own a yearly report shows.
const yearsBack = 4

// papers are those of a meeting: what there is of standards, collection and tasks.
func (g *Gallery) papers(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Draft, error) {
	city, err := g.cityOf(m)
	if err != nil {
		return nil, err
	}
	p := &gallery.Papers{City: city.Name, Agency: city.Agency, Mark: city.Mark, Day: o.Day}
	for _, k := range []gallery.Kind{gallery.Standards, gallery.Completeness, gallery.Supervision} {
		part := o
		part.Kind = k
		b, err := g.bulletin(ctx, who, part, m)
		if _, no := asRefusal(err); no {
			continue // nothing of this was begun
		}
		if err != nil {
			return nil, err
		}
		p.Period, p.Parts = b.Period, append(p.Parts, b)
	}
	if len(p.Parts) == 0 {
		return nil, auth.Refuse(fault.NotFound, "系统内尚无数据", "there are no figures yet")
	}
	return p.Compose(), nil
}

// sheet is the 督办单 of a task.
func (g *Gallery) sheet(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Draft, error) {
	type sheetRead struct {
		Paper *task.Paper
		Lead  string
		Rev   int
	}
	t, err := readOnce(m, "task "+o.Subject, func() (sheetRead, error) {
		t, err := NewOffice(g.city, "").At(g.now).Task(ctx, who, o.Subject)
		if err != nil {
			return sheetRead{}, err
		}
		if t.Paper == nil {
			return sheetRead{}, auth.Refuse(fault.Invalid, "该任务不是督办事项，没有督办单", "the task is not under supervision and has no sheet")
		}
		return sheetRead{t.Paper, t.LeadName.ZH, t.Rev}, nil
	})
	if err != nil {
		return nil, err
	}
	asOf, err := g.asOf(m)
	if err != nil {
		return nil, err
	}
	city, err := g.cityOf(m)
	d := gallery.SheetOf(t.Paper, t.Lead, o.Day, gallery.Source{Name: "任务 " + o.Subject, Version: fmt.Sprintf("%s@%d", o.Subject, t.Rev), Day: asOf.Official()})
	d.Mark = city.Mark
	return d, err
}

// sheets lists the tasks of which a sheet can be made.
func (g *Gallery) Sheets(ctx context.Context, who auth.Actor) ([]task.Row, error) {
	page, err := NewOffice(g.city, "").At(g.now).Tasks(ctx, who, task.Filter{Sheet: true, Live: true, Size: 200})
	return page.Tasks, err
}

// topRow is the whole of an assessment, or an error where there is nothing.
func topRow(a *standard.Assessment) (edu.Level, int, error) {
	level, top := gallery.Top(a)
	if top < 0 || len(a.Units[edu.County]) == 0 || !slices.ContainsFunc(a.Stages, func(st *standard.Stage) bool { return len(st.Rules) > 0 }) && a.Counties == nil {
		return level, top, auth.Refuse(fault.NotFound, "没有可以通报的达标数据", "there is nothing measured that could be reported")
	}
	return level, top, nil
}
