package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/county"
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
		return b.Compose(), nil
	case gallery.Meeting:
		return g.papers(ctx, who, o, m)
	case gallery.Order:
		return g.sheet(ctx, who, o)
	case gallery.CountyPlan, gallery.Consolidation:
		return g.ofCounty(ctx, who, o, m)
	case gallery.SchoolPlan:
		x, err := g.measuredOf(ctx, m, o, false)
		if err != nil {
			return nil, err
		}
		code, err := g.codeOf(ctx, o.Unit, x.A.Period)
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
func (g *Gallery) codeOf(ctx context.Context, unit edu.UnitID, p edu.Period) (string, error) {
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
}

func ofSchool(x *gallery.Measured, code string) (*gallery.Draft, error) {
	d := x.SchoolPlan(code)
	if d == nil {
		return nil, auth.Refuse(fault.NotFound, "该校本学年没有参加监测的学段", "the school has no section that is measured in this year")
	}
	d.From = d.Of
	return d, nil
}

func (g *Gallery) ofCounty(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Draft, error) {
	x, err := g.measuredOf(ctx, m, o, o.Kind == gallery.Consolidation)
	if err != nil {
		return nil, err
	}
	code, err := g.codeOf(ctx, o.Unit, x.A.Period)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(x.A.Units[edu.County], func(u standard.Unit) bool { return gallery.CodeOf(u) == code })
	if at < 0 {
		return nil, auth.Refuse(fault.NotFound, "该县本学年没有数据", "there are no figures of the county in this year")
	}
	x.Agency = x.A.Units[edu.County][at].Name + "教育体育局"
	if o.Kind == gallery.Consolidation {
		d := x.Consolidation(at)
		if d == nil {
			return nil, auth.Refuse(fault.NotFound, "没有上一学年的数据，不能比较", "there are no figures of the year before to compare with")
		}
		return d, nil
	}
	planned := gallery.Num{}
	if m.kept == nil {
		list, err := g.city.Progress(ctx, who, o.Unit, x.A.Pack.ID)
		if err != nil {
			return nil, err
		}
		planned = plannedIn(list, x, at)
	} else {
		planned = plannedOf(m.kept)
	}
	return x.CountyPlan(at, planned, nil), nil
}

// plannedIn is the year in which a county means to be recognised.
func plannedIn(list []county.Progress, x *gallery.Measured, at int) gallery.Num {
	if len(list) == 0 || list[0].Year == 0 {
		return gallery.Num{}
	}
	u := x.A.Units[edu.County][at]
	return gallery.Num{Value: float64(list[0].Year), Href: x.Links.Progress(u.Code)}
}

// plannedOf is that year as a document has it: what a county says of itself is no
// figure of a submission, and a later word changes no earlier paper.
func plannedOf(d *gallery.Draft) gallery.Num {
	for _, f := range d.Figures {
		if gallery.ToProgress(f.Href) {
			return gallery.Num{Value: f.Value, Href: f.Href}
		}
	}
	return gallery.Num{}
}

func (g *Gallery) yearly(ctx context.Context, o ReportOrder, m *moment) (*gallery.Draft, error) {
	x, err := g.measuredOf(ctx, m, o, false)
	if err != nil {
		return nil, err
	}
	periods, err := g.city.Periods(ctx)
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
	p := &gallery.Papers{City: g.city.Name().ZH, Agency: g.agency(), Mark: g.city.Mark("zh"), Day: o.Day}
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
func (g *Gallery) sheet(ctx context.Context, who auth.Actor, o ReportOrder) (*gallery.Draft, error) {
	t, err := NewOffice(g.city, "").At(g.now).Task(ctx, who, o.Subject)
	if err != nil {
		return nil, err
	}
	if t.Paper == nil {
		return nil, auth.Refuse(fault.Invalid, "该任务不是督办事项，没有督办单", "the task is not under supervision and has no sheet")
	}
	d := gallery.SheetOf(t.Paper, t.LeadName.ZH, o.Day, gallery.Source{Name: "任务 " + t.ID, Version: fmt.Sprintf("%s@%d", t.ID, t.Rev), Day: o.Day.Official()})
	d.Mark = g.city.Mark("zh")
	return d, nil
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
