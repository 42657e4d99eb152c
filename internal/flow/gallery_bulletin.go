package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
)

func asRefusal(err error) (*auth.Refusal, bool) { return errors.AsType[*auth.Refusal](err) }

// bulletin gathers what a 通报 is composed of: of the city by counties, or of one
// county. Its figures are those that the maker would read on the pages.
func (g *Gallery) bulletin(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Bulletin, error) {
	city, err := g.cityOf(m)
	if err != nil {
		return nil, err
	}
	b := &gallery.Bulletin{Kind: o.Kind, Of: city.Name, Agency: city.Agency, Office: city.Agency + "办公室", Copies: "市人民政府办公室，各县（市、区）人民政府。", Day: o.Day, Mark: city.Mark}
	if b.AsOf, err = g.asOf(m); err != nil {
		return nil, err
	}
	if b.Ranked, err = readOnce(m, "ranked", func() (bool, error) {
		sw, err := g.city.Switches(ctx)
		return sw.Ranking.On, err
	}); err != nil {
		return nil, err
	}
	if b.Until, err = readOnce(m, "until", func() (edu.Date, error) {
		cal, err := g.city.Calendar(ctx)
		if err != nil {
			return 0, err
		}
		return cal.AddWorking(o.Day, 10), nil
	}); err != nil {
		return nil, err
	}
	if b.Period, err = g.periodOr(ctx, m, o.Period); err != nil && (o.Kind != gallery.Supervision || !o.Period.IsZero()) {
		return nil, err
	}
	of, err := g.placeOf(ctx, m, o.Unit)
	if err != nil {
		return nil, err
	}
	if of.Unit != "" {
		b.Of, b.Agency, b.County = of.Name, of.Name+"教育体育局", true
		b.Office, b.Copies = b.Agency+"办公室", city.Agency+"。"
	}
	switch o.Kind {
	case gallery.Completeness:
		err = g.completeness(ctx, who, b, m, of)
	case gallery.Supervision:
		err = g.supervision(ctx, who, b, m, of)
	case gallery.Retention:
		err = g.retention(ctx, b, o, m, of)
	case gallery.Safety:
		err = g.safety(ctx, who, b, m, of)
	default:
		err = g.passing(ctx, b, o, m, of)
	}
	if err == nil && o.Kind != gallery.Completeness {
		err = g.lockedPapers(ctx, who, b, m, of)
	}
	return b, err
}

// placeRead is the county that a bulletin is of, as pages address it; the zero one is
// the city.
type placeRead struct {
	Unit       edu.UnitID
	Code, Name string
}

func (g *Gallery) placeOf(ctx context.Context, m *moment, unit edu.UnitID) (placeRead, error) {
	if unit == "" {
		return placeRead{}, nil
	}
	return readOnce(m, "unit "+string(unit), func() (placeRead, error) {
		tree, err := g.city.store.Tree(ctx, local)
		if err != nil {
			return placeRead{}, err
		}
		u, ok := tree.Unit(unit)
		if !ok || len(u.Attrs) == 0 {
			return placeRead{}, fmt.Errorf("unit %s: %w", unit, fault.NotFound)
		}
		a := lastAttrs(u)
		return placeRead{unit, cmp.Or(a.Code, string(unit)), a.Name.ZH}, nil
	})
}

func (g *Gallery) desk(who auth.Actor) *Desk { return g.city.Desk(who).At(g.now) }

// address is a page with the parameters that are not empty, in the order of their
// names.
func address(path string, kv ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			q.Set(kv[i], kv[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// papersRead is how far the forms of a period have come: of the city by counties, of
// a county by townships.
type papersRead struct {
	Issues []string
	Rows   []papersRow
	Sum    []paperCount
}

type papersRow struct {
	Code, Name string
	Cells      []paperCount
}

type paperCount struct{ All, Done, Late, Open int }

func paperCounts(cells []collect.Count) []paperCount {
	out := make([]paperCount, 0, len(cells))
	for _, c := range cells {
		out = append(out, paperCount{c.Total, c.By[collect.Locked] + c.By[collect.Excused], c.Late, c.By[collect.NotStarted] + c.By[collect.Draft] + c.By[collect.Returned]})
	}
	return out
}

func (p papersRead) locked() (done, all int) {
	for _, c := range p.Sum {
		done, all = done+c.Done, all+c.All
	}
	return done, all
}

// papers reads the matrix of a period as its page shows it to the maker.
func (g *Gallery) papersOf(ctx context.Context, who auth.Actor, m *moment, p edu.Period, of placeRead) (name string, out papersRead, err error) {
	name = "forms " + p.String() + string(of.Unit)
	out, err = readOnce(m, name, func() (papersRead, error) {
		var out papersRead
		if p.IsZero() || who.Reach(auth.WatchForms).None() {
			return out, nil
		}
		mx, err := g.desk(who).MatrixIn(ctx, p, of.Unit)
		if err != nil {
			return out, err
		}
		for _, is := range mx.Issues {
			out.Issues = append(out.Issues, is.ID)
		}
		for i, row := range mx.Rows {
			out.Rows = append(out.Rows, papersRow{row.Code, row.Name.ZH, paperCounts(mx.Cells[i])})
		}
		out.Sum = paperCounts(mx.Sum)
		return out, nil
	})
	return name, out, err
}

func matrixPage(p edu.Period, of placeRead) string {
	return address("/work/matrix", "period", p.String(), "county", of.Code)
}

// lockedPapers is how many of the period's papers are locked: beside papers that are
// open, figures still move.
func (g *Gallery) lockedPapers(ctx context.Context, who auth.Actor, b *gallery.Bulletin, m *moment, of placeRead) error {
	_, mx, err := g.papersOf(ctx, who, m, b.Period, of)
	if err != nil || len(mx.Issues) == 0 {
		return err
	}
	done, all := mx.locked()
	href := matrixPage(b.Period, of)
	b.Locked = [2]gallery.Num{{Value: float64(done), Href: href}, {Value: float64(all), Href: href}}
	return nil
}

// lateRead are the lines of the list of what is late, and what the forms are called.
type lateRead struct {
	Parts []string
	Lines []lateLine
}

type lateLine struct {
	Unit, Matter, Due string
	Days              int
	Href              string
}

func lateOnes(lines []lateLine) (out []gallery.Late) {
	for _, l := range lines {
		out = append(out, gallery.Late{Unit: l.Unit, Matter: l.Matter, Due: l.Due, Days: gallery.Num{Value: float64(l.Days), Href: l.Href}})
	}
	return out
}

// allOfThem is a limit that nothing reaches: a list of names that is cut short would
// spare those at its end.
const allOfThem = 1 << 30

// mostUnmet is how many lines the list of what is unmet has at most.
const mostUnmet = 300

func (g *Gallery) completeness(ctx context.Context, who auth.Actor, b *gallery.Bulletin, m *moment, of placeRead) error {
	name, mx, err := g.papersOf(ctx, who, m, b.Period, of)
	if err != nil {
		return err
	}
	if len(mx.Issues) == 0 {
		return auth.Refuse(fault.NotFound, b.Period.Label()+"学年没有下发的报表", "no form was issued for "+b.Period.Label())
	}
	late, err := readOnce(m, name+" late", func() (lateRead, error) { return g.latePapers(ctx, who, mx.Issues, of) })
	if err != nil {
		return err
	}
	b.Parts, b.Late = late.Parts, lateOnes(late.Lines)
	b.Sources = []gallery.Source{{Name: "数据填报 " + b.Period.Label(), Version: m.ledger(name, name+" late"), Day: b.AsOf.Official()}}
	b.Words = gallery.Words{Purpose: "为保证数据按时报齐、真实准确，", Subject: b.Period.Label() + "学年数据填报", Unit: "份", All: "应报", Done: "已锁定", Rate: "锁定率", Open: "未锁定", Late: "逾期", Act: "对照名单逐校催报，补齐未报、退回的报表并完成审核"}
	href := matrixPage(b.Period, of)
	place := func(p *gallery.Place, cells []paperCount, row string) {
		for _, c := range cells {
			num := func(n int) gallery.Num { return gallery.Num{Value: float64(n), Href: href, At: []string{row}} }
			p.All, p.Done, p.Late = append(p.All, num(c.All)), append(p.Done, num(c.Done)), append(p.Late, num(c.Late))
		}
	}
	place(&b.Whole, mx.Sum, "合计")
	for _, row := range mx.Rows {
		p := gallery.Place{Code: row.Code, Name: row.Name}
		place(&p, row.Cells, row.Name)
		if slices.ContainsFunc(row.Cells, func(c paperCount) bool { return c.Open > 0 }) {
			b.Owing = append(b.Owing, row.Name)
		}
		b.Places = append(b.Places, p)
	}
	done, all := mx.locked()
	b.Locked = [2]gallery.Num{{Value: float64(done), Href: href}, {Value: float64(all), Href: href}}
	return nil
}

func (g *Gallery) latePapers(ctx context.Context, who auth.Actor, issues []string, of placeRead) (out lateRead, err error) {
	d := g.desk(who)
	for _, is := range issues {
		first, err := d.Tasks(ctx, collect.Filter{Issue: is, Limit: 1})
		if err != nil {
			return out, err
		}
		name := is
		if len(first.List) > 0 {
			name = first.List[0].Form.ZH
		}
		out.Parts = append(out.Parts, name)
		late, err := d.Tasks(ctx, collect.Filter{Issue: is, Unit: of.Unit, Late: true, Limit: allOfThem})
		if err != nil {
			return out, err
		}
		for _, t := range late.List {
			out.Lines = append(out.Lines, lateLine{t.Place.Name.ZH, name, t.Filing.Due.Official(), t.Late, collect.PaperLink(t.Issue, t.Unit)})
		}
	}
	return out, nil
}
