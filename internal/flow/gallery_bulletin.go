package flow

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/standard"
	"shuren/internal/task"
)

func asRefusal(err error) (*auth.Refusal, bool) { return errors.AsType[*auth.Refusal](err) }

// bulletin gathers what a 通报 is composed of. Its figures are those that the maker
// would read on the pages.
func (g *Gallery) bulletin(ctx context.Context, who auth.Actor, o ReportOrder, m *moment) (*gallery.Bulletin, error) {
	b := &gallery.Bulletin{Kind: o.Kind, City: g.city.Name().ZH, Agency: g.agency(), Office: g.agency() + "办公室", Copies: "市人民政府办公室，各县（市、区）人民政府。", Day: o.Day, Mark: g.city.Mark("zh")}
	sw, err := g.city.Switches(ctx)
	if err != nil {
		return nil, err
	}
	b.Ranked = sw.Ranking.On
	cal, err := g.city.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	b.Until = cal.AddWorking(o.Day, 10)
	if b.Period, err = g.periodOr(ctx, o.Period); err != nil && (o.Kind != gallery.Supervision || !o.Period.IsZero()) {
		return nil, err
	}
	switch o.Kind {
	case gallery.Completeness:
		err = g.completeness(ctx, who, b)
	case gallery.Supervision:
		err = g.supervision(ctx, who, b)
	case gallery.Retention:
		err = g.retention(ctx, b, o, m)
	default:
		err = g.passing(ctx, b, o, m)
	}
	if err == nil && o.Kind != gallery.Completeness {
		err = g.lockedPapers(ctx, who, b)
	}
	return b, err
}

func (g *Gallery) desk(who auth.Actor) *Desk { return g.city.Desk(who).At(g.now) }

func matrixPage(p edu.Period) string {
	return "/work/matrix?period=" + url.QueryEscape(p.String())
}

// lockedPapers is how many of the period's papers are locked: beside papers that are
// open, figures still move.
func (g *Gallery) lockedPapers(ctx context.Context, who auth.Actor, b *gallery.Bulletin) error {
	if b.Period.IsZero() || who.Reach(auth.WatchForms).None() {
		return nil
	}
	mx, err := g.desk(who).Matrix(ctx, b.Period)
	if err != nil || len(mx.Issues) == 0 {
		return err
	}
	done, all := 0, 0
	for _, c := range mx.Sum {
		done, all = done+c.By[collect.Locked]+c.By[collect.Excused], all+c.Total
	}
	b.Locked = [2]gallery.Num{{Value: float64(done), Href: matrixPage(b.Period)}, {Value: float64(all), Href: matrixPage(b.Period)}}
	return nil
}

func (g *Gallery) completeness(ctx context.Context, who auth.Actor, b *gallery.Bulletin) error {
	d := g.desk(who)
	mx, err := d.Matrix(ctx, b.Period)
	if err != nil {
		return err
	}
	if len(mx.Issues) == 0 {
		return auth.Refuse(fault.NotFound, b.Period.Label()+"学年没有下发的报表", "no form was issued for "+b.Period.Label())
	}
	b.Sources = []gallery.Source{{Name: "数据填报 " + b.Period.Label(), Version: "截至" + b.Day.Official(), Day: b.Day.Official()}}
	b.Words = gallery.Words{Purpose: "为保证数据按时报齐、真实准确，", Subject: b.Period.Label() + "学年数据填报", Unit: "份", All: "应报", Done: "已锁定", Rate: "锁定率", Open: "未锁定", Late: "逾期", Act: "对照名单逐校催报，补齐未报、退回的报表并完成审核"}
	href := matrixPage(b.Period)
	for _, is := range mx.Issues {
		ts, err := d.Tasks(ctx, collect.Filter{Issue: is.ID, Limit: 1})
		if err != nil {
			return err
		}
		name := is.ID
		if len(ts.List) > 0 {
			name = ts.List[0].Form.ZH
		}
		b.Parts = append(b.Parts, name)
	}
	place := func(p *gallery.Place, cells []collect.Count, row string) {
		for _, c := range cells {
			num := func(n int) gallery.Num { return gallery.Num{Value: float64(n), Href: href, At: []string{row}} }
			p.All, p.Done, p.Late = append(p.All, num(c.Total)), append(p.Done, num(c.By[collect.Locked]+c.By[collect.Excused])), append(p.Late, num(c.Late))
		}
	}
	place(&b.Whole, mx.Sum, "合计")
	done, all := 0, 0
	for i, row := range mx.Rows {
		p := gallery.Place{Code: row.Code, Name: row.Name.ZH}
		place(&p, mx.Cells[i], row.Name.ZH)
		open := 0
		for _, c := range mx.Cells[i] {
			done, all = done+c.By[collect.Locked]+c.By[collect.Excused], all+c.Total
			open += c.By[collect.NotStarted] + c.By[collect.Draft] + c.By[collect.Returned]
		}
		if open > 0 {
			b.Owing = append(b.Owing, row.Name.ZH)
		}
		b.Counties = append(b.Counties, p)
	}
	b.Locked = [2]gallery.Num{{Value: float64(done), Href: href}, {Value: float64(all), Href: href}}
	return g.latePapers(ctx, d, b, mx)
}

// mostLate is how many lines the list of what is late has at most.
const mostLate = 300

func (g *Gallery) latePapers(ctx context.Context, d *Desk, b *gallery.Bulletin, mx collect.Matrix) error {
	for i, is := range mx.Issues {
		late, err := d.Tasks(ctx, collect.Filter{Issue: is.ID, Late: true, Limit: mostLate})
		if err != nil {
			return err
		}
		for _, t := range late.List {
			if len(b.Late) == mostLate {
				return nil
			}
			b.Late = append(b.Late, gallery.Late{Unit: t.Place.Name.ZH, Matter: b.Parts[i], Due: t.Filing.Due.Official(),
				Days: gallery.Num{Value: float64(t.Late), Href: collect.PaperLink(t.Issue, t.Unit)}})
		}
	}
	return nil
}

// passing is about schools that meet a scheme's rule for schools.
func (g *Gallery) passing(ctx context.Context, b *gallery.Bulletin, o ReportOrder, m *moment) error {
	x, err := g.measuredOf(ctx, m, o, true)
	if err != nil {
		return err
	}
	level, top, err := topRow(x.A)
	if err != nil {
		return err
	}
	b.Sources = x.Sources
	b.Words = gallery.Words{Purpose: "为全面掌握各地学校达标进展，推动问题整改，", Subject: x.A.Period.Label() + "学年" + x.A.Pack.Name.ZH + "监测", Unit: "校（点）", All: "参评", Done: "达标", Rate: "达标率", Open: "未达标或缺数据", Late: "缺数据", Act: "对照未达标清单逐校制定整改措施，能改的立即改，需投入的列入年度计划"}
	if o.Kind == gallery.Safety {
		b.Words.Purpose = "为压实校园安全责任，消除安全隐患，"
	}
	fill := func(p *gallery.Place, level edu.Level, unit int) {
		p.All, p.Done, p.Late = gallery.Passing(x.A, x.Links, level, unit, 0)
		if x.Before == nil {
			return
		}
		if i := x.Before.Unit(level, x.A.Units[level][unit].ID); i >= 0 {
			p.WasAll, p.WasDone, _ = gallery.Passing(x.Before, x.Was, level, i, 1)
		}
	}
	b.Parts = gallery.StagesPassing(x.A)
	fill(&b.Whole, level, top)
	if len(b.Whole.All) == 0 {
		return auth.Refuse(fault.NotFound, "方案“"+x.A.Pack.Name.ZH+"”没有学校达标规则，不能生成这种通报", "the pack "+x.A.Pack.Ref()+" has no rule that schools pass or fail")
	}
	for i, u := range x.A.Units[edu.County] {
		p := gallery.Place{Code: u.Code, Name: u.Name}
		fill(&p, edu.County, i)
		for _, n := range p.Late {
			if n.Value > 0 && !slices.Contains(b.Owing, u.Name) {
				b.Owing = append(b.Owing, u.Name)
			}
		}
		b.Counties = append(b.Counties, p)
	}
	return nil
}

// retained is the indicator of which the bulletin of retention gives the parts: who
// finished, of the cohort.
const retained = "rt_junior_a"

func (g *Gallery) retention(ctx context.Context, b *gallery.Bulletin, o ReportOrder, m *moment) error {
	x, err := g.measuredOf(ctx, m, o, true)
	if err != nil {
		return err
	}
	level, top, err := topRow(x.A)
	if err != nil {
		return err
	}
	b.Sources = x.Sources
	b.Words = gallery.Words{Purpose: "为巩固义务教育普及成果，落实控辍保学责任，", Subject: x.A.Period.Label() + "学年初中三年巩固", Unit: "人", All: "应毕业", Done: "毕业", Rate: "巩固率", Open: "未巩固", Late: "缺数据", Act: "逐人核实未巩固学生去向，按“一人一案”开展劝返和安置，核对学籍异动"}
	fill := func(p *gallery.Place, level edu.Level, unit int) bool {
		all, done, ok := parts(x.A, x.Links, level, unit, 0)
		p.All, p.Done = []gallery.Num{all}, []gallery.Num{done}
		if x.Before != nil && ok {
			if i := x.Before.Unit(level, x.A.Units[level][unit].ID); i >= 0 {
				if all, done, ok := parts(x.Before, x.Was, level, i, 1); ok {
					p.WasAll, p.WasDone = []gallery.Num{all}, []gallery.Num{done}
				}
			}
		}
		return ok
	}
	if !fill(&b.Whole, level, top) {
		return auth.Refuse(fault.NotFound, "本学年没有巩固率数据", "there are no figures of retention in this year")
	}
	for i, u := range x.A.Units[edu.County] {
		p := gallery.Place{Code: u.Code, Name: u.Name}
		if !fill(&p, edu.County, i) {
			b.Owing = append(b.Owing, u.Name)
		}
		b.Counties = append(b.Counties, p)
	}
	return nil
}

// parts are what the rate of retention of a unit is a quotient of, as the page that
// explains it writes them.
func parts(a *standard.Assessment, l gallery.Links, level edu.Level, unit, source int) (all, done gallery.Num, ok bool) {
	u := a.Units[level][unit]
	for si, st := range a.Stages {
		jd := st.Indicator(retained)
		if jd == nil || u.Region[si] < 0 {
			continue
		}
		t := jd.Item.RegionTrace(level, u.Region[si])
		href := l.Trace(level, gallery.CodeOf(u), retained, string(st.Frame.Stage))
		over, under := t.Over.Float(), t.Under.Float()
		if !t.Ratio || math.IsNaN(over) || math.IsNaN(under) {
			continue
		}
		return gallery.Num{Value: under, Href: href, Source: source}, gallery.Num{Value: over, Href: href, Source: source}, true
	}
	none := gallery.Num{Value: math.NaN(), Href: l.County(u.Code), Source: source}
	return none, none, false
}

// supervision is about tasks: those that a county has a part in, under way and closed.
func (g *Gallery) supervision(ctx context.Context, who auth.Actor, b *gallery.Bulletin) error {
	office := NewOffice(g.city, "").At(g.now)
	count := func(f task.Filter, query string) (gallery.Num, error) {
		f.Size = 1
		page, err := office.Tasks(ctx, who, f)
		return gallery.Num{Value: float64(page.Total), Href: "/tasks" + query}, err
	}
	fill := func(p *gallery.Place, county edu.UnitID, code string) error {
		with := func(kv string) string {
			q := url.Values{}
			if code != "" {
				q.Set("county", code)
			}
			if kv != "" {
				k, v, _ := strings.Cut(kv, "=")
				q.Set(k, v)
			}
			if len(q) == 0 {
				return ""
			}
			return "?" + q.Encode()
		}
		open, err := count(task.Filter{County: county, Live: true}, with(""))
		if err != nil {
			return err
		}
		closed, err := count(task.Filter{County: county, State: []task.State{task.Closed}}, with("state=closed"))
		if err != nil {
			return err
		}
		late, err := count(task.Filter{County: county, Live: true, Overdue: true}, with("overdue=1"))
		p.All, p.Done, p.Late = []gallery.Num{open, closed}, []gallery.Num{closed}, []gallery.Num{late}
		return err
	}
	b.Sources = []gallery.Source{{Name: "任务督办", Version: "截至" + b.Day.Official(), Day: b.Day.Official()}}
	b.Words = gallery.Words{Purpose: "为推动各项任务落地见效，", Subject: "重点任务和督办事项办理", Unit: "项", All: "交办", Done: "办结", Rate: "办结率", Open: "未办结", Late: "逾期", Act: "对未办结事项倒排工期，逐项明确责任人和完成日期"}
	if err := fill(&b.Whole, "", ""); err != nil {
		return err
	}
	if b.Whole.All[0].Value+b.Whole.All[1].Value == 0 {
		return auth.Refuse(fault.NotFound, "尚无任务", "there are no tasks yet")
	}
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	late, err := office.Tasks(ctx, who, task.Filter{Live: true, Overdue: true, Size: -1})
	if err != nil {
		return err
	}
	snap := tree.At(b.Day)
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Unit.Level != edu.County {
			continue
		}
		p := gallery.Place{Code: n.Key, Name: n.Name.ZH}
		if err := fill(&p, n.Unit.ID, n.Key); err != nil {
			return err
		}
		below := holdsIn(tree)
		for _, t := range late.Tasks {
			if id, ok := task.UnitOf(t.Lead); ok && below(n.Unit.ID, id) && float64(t.Overdue) > p.Longest.Value {
				p.Longest = gallery.Num{Value: float64(t.Overdue), Href: "/tasks/" + url.PathEscape(t.ID)}
			}
		}
		b.Counties = append(b.Counties, p)
	}
	for _, t := range late.Tasks[:min(mostLate, len(late.Tasks))] {
		b.Late = append(b.Late, gallery.Late{Unit: t.LeadName.ZH, Matter: t.Title, Due: t.Due.Official(), Days: gallery.Num{Value: float64(t.Overdue), Href: "/tasks/" + url.PathEscape(t.ID)}})
	}
	return nil
}
