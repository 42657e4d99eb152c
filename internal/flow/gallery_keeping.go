package flow

import (
	"context"

	"shuren/internal/edu"
	"shuren/internal/gallery"
	"shuren/internal/retention"
)

// dueRead is the period of a report of cases that is under way.
type dueRead struct {
	Cadence retention.Cadence
	Name    string
	Last    edu.Date
}

// reportsDue says who reports what, in the words of 四个一 (教基厅函〔2024〕15号).
var reportsDue = map[retention.Cadence][2]string{
	retention.Monthly: {"学校月报", "每月"}, retention.Quarterly: {"县级季报", "每季度"}, retention.Termly: {"市级学期报", "每学期"}, retention.Yearly: {"省级学年报", "每学年"},
}

// ledgerNames are the columns of the ledger of cases as a plan calls them.
var ledgerNames = []string{"疑似辍学台账：疑似", "辍学台账：未返校", "辍学台账：本期新增", "辍学台账：本期返校", "辍学台账：本期销号", "辍学台账：观察中", "不计入（缓学、免学、休学、失能）"}

// keeping is the retention plan of a county. It goes to everybody whom the plan
// binds, so it says what a reader who follows no case up is shown.
func (g *Gallery) keeping(ctx context.Context, o ReportOrder, m *moment) (*gallery.Draft, error) {
	city, err := g.cityOf(m)
	if err != nil {
		return nil, err
	}
	of, err := g.placeOf(ctx, m, o.Unit)
	if err != nil {
		return nil, err
	}
	name := "cases " + string(of.Unit)
	r, err := readOnce(m, name, func() (casesRead, error) { return g.casesNow(ctx, o.Day, of) })
	if err != nil {
		return nil, err
	}
	calendar := "calendar of reports"
	due, err := readOnce(m, calendar, func() (out []dueRead, err error) {
		d, err := g.city.Retention().At(g.now).desk(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range retention.Cadences {
			if s := retention.Spans(c, d.Env, 1); len(s) > 0 {
				out = append(out, dueRead{c, s[0].Name.ZH, s[0].Last})
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	k := &gallery.Keeping{Of: of.Name, Agency: of.Name + "教育体育局", Mark: city.Mark, Day: o.Day, Span: r.Name}
	if k.AsOf, err = g.asOf(m); err != nil {
		return nil, err
	}
	if k.Period, err = g.periodOr(ctx, m, o.Period); err != nil {
		return nil, err
	}
	k.Sources = []gallery.Source{{Name: "控辍保学台账 " + r.Name, Version: m.ledger(name, calendar), Day: k.AsOf.Official()}}
	num := casesNum(&r, of)
	k.Base = gallery.Place{Code: of.Code, Name: of.Name, All: []gallery.Num{num(r.Whole.Enrolled, wholeRow)}, Done: []gallery.Num{num(r.Whole.Present, wholeRow)}}
	k.Counts = []gallery.Count{{Name: "适龄儿童台账：应在校", Num: num(r.Whole.Enrolled, wholeRow)}}
	for i, n := range r.Whole.Counts {
		k.Counts = append(k.Counts, gallery.Count{Name: ledgerNames[i], Num: num(n, wholeRow)})
	}
	for _, x := range due {
		k.Reports = append(k.Reports, gallery.ReportDue{By: reportsDue[x.Cadence][0], Often: reportsDue[x.Cadence][1], Now: x.Name, Ends: x.Last.Official()})
	}
	return k.Compose(), nil
}
