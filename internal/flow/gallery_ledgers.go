package flow

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/incident"
	"shuren/internal/inspection"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Bulletins that are read from ledgers: tasks, cases of dropout prevention, and safe
// campuses. Each figure is the one that the ledger's own page shows.

// tasksRead is how far tasks have come, of the whole and of each county.
type tasksRead struct {
	Whole tasksRow
	Rows  []tasksRow
	Late  []lateLine
}

type tasksRow struct {
	Code, Name         string
	Town               bool // it is a township of the county that is told of
	Open, Closed, Late int
	Longest            int
	LongestAt          string // page of the task that is late longest
}

// supervision is about tasks: those that a county has a part in, under way and closed.
func (g *Gallery) supervision(ctx context.Context, who auth.Actor, b *gallery.Bulletin, m *moment, of placeRead) error {
	name := "tasks " + string(of.Unit)
	r, err := readOnce(m, name, func() (tasksRead, error) { return g.tasksNow(ctx, who, b.Day, of) })
	if err != nil {
		return err
	}
	if r.Whole.Open+r.Whole.Closed == 0 {
		return auth.Refuse(fault.NotFound, "尚无任务", "there are no tasks yet")
	}
	b.Sources = []gallery.Source{{Name: "任务督办", Version: m.ledger(name), Day: b.AsOf.Official()}}
	b.Words = gallery.Words{Purpose: "为推动各项任务落地见效，", Subject: "重点任务和督办事项办理", Unit: "项", All: "交办", Done: "办结", Rate: "办结率", Open: "未办结", Late: "逾期", Act: "对未办结事项倒排工期，逐项明确责任人和完成日期"}
	place := func(r *tasksRow) gallery.Place {
		num := func(n int, kv ...string) gallery.Num {
			return gallery.Num{Value: float64(n), Href: address("/tasks", append(kv, placeKey(r.Town), r.Code)...)}
		}
		open, closed := num(r.Open), num(r.Closed, "state", "closed")
		p := gallery.Place{Code: r.Code, Name: r.Name, All: []gallery.Num{open, closed}, Done: []gallery.Num{closed}, Late: []gallery.Num{num(r.Late, "overdue", "1")}}
		if r.Longest > 0 {
			p.Longest = gallery.Num{Value: float64(r.Longest), Href: r.LongestAt}
		}
		return p
	}
	b.Whole = place(&r.Whole)
	for i := range r.Rows {
		b.Places = append(b.Places, place(&r.Rows[i]))
	}
	if of.Unit != "" && len(b.Places) > 0 {
		b.Says = append(b.Says, gallery.Said{Format: "由县级单位承办、没有乡镇和学校参与的事项计入" + b.Of + "，不计入乡镇（街道）。"})
	}
	b.Late = lateOnes(r.Late)
	return nil
}

// placeKey is by which parameter pages are narrowed to a row's place.
func placeKey(town bool) string {
	if town {
		return "township"
	}
	return "county"
}

// townRead is a township of a county with all that lies in it.
type townRead struct {
	Code, Name string
	Units      []edu.UnitID
}

// towns are the townships of a county on a day.
func (g *Gallery) towns(ctx context.Context, county edu.UnitID, day edu.Date) (out []townRead, err error) {
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	snap := tree.At(day)
	top := snap.Find(county)
	for i := max(top, 0); top >= 0 && i < snap.Nodes[top].End; i++ {
		if n := &snap.Nodes[i]; n.Unit.Level == edu.Township {
			out = append(out, townRead{n.Key, n.Name.ZH, snap.Under(i)})
		}
	}
	slices.SortStableFunc(out, func(a, b townRead) int { return codeOrder(a.Code, b.Code) })
	return out, nil
}

func (g *Gallery) tasksNow(ctx context.Context, who auth.Actor, day edu.Date, of placeRead) (out tasksRead, err error) {
	office := NewOffice(g.city, "").At(g.now)
	fill := func(r *tasksRow, county edu.UnitID, units []edu.UnitID) error {
		for _, x := range []struct {
			to *int
			f  task.Filter
		}{{&r.Open, task.Filter{Live: true}}, {&r.Closed, task.Filter{State: []task.State{task.Closed}}}, {&r.Late, task.Filter{Live: true, Overdue: true}}} {
			x.f.County, x.f.Units, x.f.Size = county, units, 1
			page, err := office.Tasks(ctx, who, x.f)
			if err != nil {
				return err
			}
			*x.to = page.Total
		}
		return nil
	}
	out.Whole = tasksRow{Code: of.Code}
	if err := fill(&out.Whole, of.Unit, nil); err != nil {
		return out, err
	}
	late, err := office.Tasks(ctx, who, task.Filter{County: of.Unit, Live: true, Overdue: true, Size: -1})
	if err != nil {
		return out, err
	}
	for _, t := range late.Tasks {
		out.Late = append(out.Late, lateLine{t.LeadName.ZH, t.Title, t.Due.Official(), t.Overdue, "/tasks/" + url.PathEscape(t.ID)})
	}
	longest := func(r *tasksRow, in func(edu.UnitID) bool) {
		for _, t := range late.Tasks {
			if id, ok := task.UnitOf(t.Lead); ok && in(id) && t.Overdue > r.Longest {
				r.Longest, r.LongestAt = t.Overdue, "/tasks/"+url.PathEscape(t.ID)
			}
		}
	}
	if of.Unit != "" {
		towns, err := g.towns(ctx, of.Unit, day)
		if err != nil {
			return out, err
		}
		for _, x := range towns {
			r := tasksRow{Code: x.Code, Name: x.Name, Town: true}
			if err := fill(&r, "", x.Units); err != nil {
				return out, err
			}
			if r.Open+r.Closed == 0 {
				continue // nothing was given to anybody there
			}
			longest(&r, func(id edu.UnitID) bool { return slices.Contains(x.Units, id) })
			out.Rows = append(out.Rows, r)
		}
		return out, nil
	}
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return out, err
	}
	below := holdsIn(tree)
	snap := tree.At(day)
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Unit.Level != edu.County {
			continue
		}
		r := tasksRow{Code: n.Key, Name: n.Name.ZH}
		if err := fill(&r, n.Unit.ID, nil); err != nil {
			return out, err
		}
		longest(&r, func(id edu.UnitID) bool { return below(n.Unit.ID, id) })
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

// codeOrder is the order of codes; what has none stands last.
func codeOrder(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// anyReader is a reader who follows no case up. A bulletin goes to everybody, so
// whoever makes it, it says what such a reader is shown and no more.
var anyReader = auth.Actor{Account: "bulletin", Grants: []auth.Grant{{Role: auth.Leader, Whole: true}}}

// casesRead is a report of cases as its page shows it to a reader who follows no case
// up: a number that is left out is not read at all.
type casesRead struct {
	Key, Name string // of the quarter
	Whole     casesRow
	Rows      []casesRow
}

type casesRow struct {
	Code, Name string
	Enrolled   int // casesHidden where there is hardly any of the register, casesUnknown where there is none
	Present    int // as well
	Counts     []int
}

// caseColumns are the columns of the ledger of cases, as its page heads them.
var caseColumns = []string{"疑似", "未返校", "新增", "返校", "销号", "观察", "不计入"}

// What stands for a number that is not told: one that would point to persons, and one
// that nobody knows. A paper says which.
const (
	casesHidden  = -1
	casesUnknown = -2
)

func rowOf(l *RetentionLine) casesRow {
	out := casesRow{l.Code, l.Name.ZH, l.Counts.Enrolled, l.Counts.Present, nil}
	if l.Hidden[7] {
		out.Present = casesHidden
	}
	switch n := l.Counts.Enrolled; {
	case n < 0:
		out.Enrolled, out.Present = casesUnknown, casesUnknown
	case n < gallery.FewerThan:
		out.Enrolled, out.Present = casesHidden, casesHidden // no county has so few: its register was hardly begun
	}
	for i, n := range l.Counts.Columns() {
		if l.Hidden[i] {
			n = casesHidden
		}
		out.Counts = append(out.Counts, n)
	}
	return out
}

func (g *Gallery) casesNow(ctx context.Context, day edu.Date, of placeRead) (out casesRead, err error) {
	x := g.city.Retention().At(g.now)
	rep, err := x.Report(ctx, anyReader, retention.Quarterly, "", "")
	if err != nil {
		return out, err
	}
	for _, s := range rep.Spans {
		if s.First <= day && day <= s.Last && s.Key != rep.Span.Key {
			if rep, err = x.Report(ctx, anyReader, retention.Quarterly, s.Key, ""); err != nil {
				return out, err
			}
			break
		}
	}
	out.Key, out.Name, out.Whole = rep.Span.Key, rep.Span.Name.ZH, rowOf(&rep.Total)
	for i := range rep.Lines {
		row := rowOf(&rep.Lines[i])
		if of.Unit == "" {
			out.Rows = append(out.Rows, row)
		} else if rep.Lines[i].Unit == of.Unit {
			out.Whole = row
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b casesRow) int { return codeOrder(a.Code, b.Code) })
	return out, nil
}

// wholeRow is the row of the whole on the page of counts.
const wholeRow = "合计"

// casesNum makes figures of a report of cases.
func casesNum(r *casesRead, of placeRead) func(n int, row string) gallery.Num {
	href := address("/retention/counts", "by", string(retention.Quarterly), "period", r.Key, "of", string(of.Unit))
	return func(n int, row string) gallery.Num {
		num := gallery.Num{Value: float64(n), Href: href, At: []string{row}, Few: n == casesHidden}
		if n == casesUnknown {
			num.Value = math.NaN()
		}
		return num
	}
}

// retention is about cases: who should be in school and is, and what was done.
func (g *Gallery) retention(ctx context.Context, b *gallery.Bulletin, o ReportOrder, m *moment, of placeRead) error {
	name := "cases " + string(of.Unit)
	r, err := readOnce(m, name, func() (casesRead, error) { return g.casesNow(ctx, b.Day, of) })
	if err != nil {
		return err
	}
	b.Sources = []gallery.Source{{Name: "控辍保学台账 " + r.Name, Version: m.ledger(name), Day: b.AsOf.Official()}}
	b.Words = gallery.Words{Purpose: "为巩固义务教育普及成果，落实控辍保学责任，", Subject: r.Name + "控辍保学", Unit: "人", All: "应在校", Done: "实在校", Rate: "在校率", Open: "疑似辍学和未返校", Act: "逐人核实疑似辍学和未返校学生去向，按“一人一案”开展劝返和安置，核对学籍异动"}
	num := casesNum(&r, of)
	cases := gallery.Extra{Caption: r.Name + "控辍保学工作情况", Head: append([]string{"单位"}, caseColumns...), Note: "单位：人。不足10人的不写，为防由合计推算另隐去若干，均以“—”表示。"}
	place := func(r *casesRow, row string) gallery.Place {
		line := gallery.ExtraRow{Name: cmp.Or(r.Name, wholeRow)}
		for _, n := range r.Counts {
			line.Cells = append(line.Cells, num(n, row))
		}
		cases.Rows = append(cases.Rows, line)
		return gallery.Place{Code: r.Code, Name: r.Name, All: []gallery.Num{num(r.Enrolled, row)}, Done: []gallery.Num{num(r.Present, row)}}
	}
	for i := range r.Rows {
		b.Places = append(b.Places, place(&r.Rows[i], r.Rows[i].Name))
	}
	b.Whole = place(&r.Whole, wholeRow)
	b.More = append(b.More, cases)
	return g.rates(ctx, b, o, m, of)
}

// retained is the indicator of retention over the three years of junior school.
const retained = "rt_junior_a"

// rates adds the rate of retention, where the city is measured by a pack that has it.
func (g *Gallery) rates(ctx context.Context, b *gallery.Bulletin, o ReportOrder, m *moment, of placeRead) error {
	x, err := g.measuredOf(ctx, m, o, false)
	if _, no := asRefusal(err); no {
		return nil // not measured by it
	}
	if err != nil {
		return err
	}
	source := len(b.Sources)
	t := gallery.Extra{Caption: x.A.Period.Label() + "学年初中三年巩固率", Head: []string{"单位", "巩固率（%）"}, Note: "未巩固不足10人的单位不写，为防由合计推算另隐去一个单位，均以“—”表示。"}
	all := x.Rates(retained, source)
	for _, c := range all {
		if of.Unit == "" || c.Code == of.Code {
			t.Rows = append(t.Rows, c.ExtraRow)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	b.Sources = append(b.Sources, x.Sources...)
	b.More = append(b.More, t)
	return nil
}

// safetyRead are the ledgers of safe campuses: hazards, inspections, drills and
// incidents.
type safetyRead struct {
	From, Until edu.Date // of the inspections
	Year        int      // of the drills
	Incidents   [3]int   // on record, not closed, late with a report; -1: left out
	Whole       safetyRow
	Rows        []safetyRow
	Late        []lateLine
}

type safetyRow struct {
	Unit                     edu.UnitID
	Code, Name               string
	Town                     bool // it is a township: of it only hazards are told
	Hazards, Closed, Late    int
	Schools, Visited, Visits int
	Campuses, Missing        int // schools with a rhythm of drills, and those that lack one
}

func (r *safetyRow) add(x *safetyRow) {
	r.Hazards, r.Closed, r.Late = r.Hazards+x.Hazards, r.Closed+x.Closed, r.Late+x.Late
	r.Schools, r.Visited, r.Visits = r.Schools+x.Schools, r.Visited+x.Visited, r.Visits+x.Visits
	r.Campuses, r.Missing = r.Campuses+x.Campuses, r.Missing+x.Missing
}

func (r *safetyRow) count(c store.HazardCount) {
	r.Hazards += c.N
	switch c.State {
	case inspection.Closed:
		r.Closed += c.N
	case inspection.Overdue:
		r.Late += c.N
	}
}

func (g *Gallery) safetyNow(ctx context.Context, who auth.Actor, day edu.Date, of placeRead) (out safetyRead, err error) {
	s := NewOffice(g.city, "").At(g.now).Safety()
	cover, err := s.SafetyCover(ctx, who, 0, 0)
	if err != nil {
		return out, err
	}
	out.From, out.Until = cover.From, cover.Until
	rows := map[edu.UnitID]*safetyRow{}
	var order []edu.UnitID
	row := func(county edu.UnitID, code, name string) *safetyRow {
		if rows[county] == nil {
			rows[county] = &safetyRow{Unit: county, Code: cmp.Or(code, string(county)), Name: cmp.Or(name, "市直属")}
			order = append(order, county)
		}
		return rows[county]
	}
	for _, c := range cover.Counties {
		r := row(c.Unit.ID, c.Unit.Code, c.Unit.Name.ZH)
		r.Schools, r.Visited, r.Visits = c.Schools, c.Visited, c.Visits
	}
	names, err := s.SafetyNames(ctx)
	if err != nil {
		return out, err
	}
	at := func(county edu.UnitID) *safetyRow {
		u := names(county)
		return row(county, u.Code, u.Name.ZH)
	}
	counts, err := s.CountHazards(ctx, who, store.HazardFilter{})
	if err != nil {
		return out, err
	}
	for _, c := range counts {
		at(c.County).count(c)
	}
	x := g.city.Incidents().At(g.now)
	out.Year = schoolYear(collect.Today(g.now()))
	drills, err := x.DrillRows(ctx, who, out.Year, "")
	if err != nil {
		return out, err
	}
	for _, d := range drills {
		r := at(d.County)
		r.Campuses++
		if d.Missing > 0 {
			r.Missing++
		}
	}
	few, err := g.incidentsNow(ctx, of)
	if err != nil {
		return out, err
	}
	for _, id := range order {
		if of.Unit != "" && id != of.Unit {
			continue
		}
		out.Whole.add(rows[id])
		if of.Unit == "" {
			out.Rows = append(out.Rows, *rows[id])
		}
	}
	if of.Unit != "" {
		towns, err := g.towns(ctx, of.Unit, day)
		if err != nil {
			return out, err
		}
		for _, x := range towns {
			r := safetyRow{Code: x.Code, Name: x.Name, Town: true}
			counts, err := s.CountHazards(ctx, who, store.HazardFilter{Schools: x.Units})
			if err != nil {
				return out, err
			}
			for _, c := range counts {
				r.count(c)
			}
			if r.Hazards > 0 {
				out.Rows = append(out.Rows, r)
			}
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b safetyRow) int { return codeOrder(a.Code, b.Code) })
	out.Whole.Unit, out.Whole.Code, out.Whole.Name, out.Incidents = of.Unit, of.Code, of.Name, few
	late, _, err := s.Hazards(ctx, who, store.HazardFilter{State: inspection.Overdue, County: of.Unit, Size: -1})
	for _, h := range late {
		out.Late = append(out.Late, lateLine{h.Unit.Name.ZH, strings.TrimSpace(h.Text), h.Due.Official(), h.Days, HazardLink(h.ID)})
	}
	slices.SortStableFunc(out.Late, func(a, b lateLine) int { return cmp.Compare(b.Days, a.Days) })
	return out, err
}

// safety is about safe campuses: hazards found and closed, schools visited, drills
// that are missing, incidents.
func (g *Gallery) safety(ctx context.Context, who auth.Actor, b *gallery.Bulletin, m *moment, of placeRead) error {
	name := "safety " + string(of.Unit)
	r, err := readOnce(m, name, func() (safetyRead, error) { return g.safetyNow(ctx, who, b.Day, of) })
	if err != nil {
		return err
	}
	if r.Whole.Schools == 0 {
		return auth.Refuse(fault.NotFound, "没有可以检查的学校", "there is no school to inspect")
	}
	b.Sources = []gallery.Source{{Name: "平安校园台账", Version: m.ledger(name), Day: b.AsOf.Official()}}
	b.Words = gallery.Words{Purpose: "为压实校园安全责任，消除安全隐患，", Subject: "平安校园建设和隐患整改", Unit: "条", All: "登记隐患", Done: "已销号", Rate: "销号率", Open: "未销号", Late: "超期", Act: "对未销号隐患逐条明确责任人和完成日期，超期的提级督办"}
	place := func(x *safetyRow) gallery.Place {
		num := func(n int, state, word string) gallery.Num {
			return gallery.Num{Value: float64(n), Href: address("/safety/hazards", placeKey(x.Town), x.Code, "state", state), At: []string{"", word}}
		}
		return gallery.Place{Code: x.Code, Name: x.Name, All: []gallery.Num{num(x.Hazards, "all", "全部")}, Done: []gallery.Num{num(x.Closed, string(inspection.Closed), inspection.Closed.Name().ZH)}, Late: []gallery.Num{num(x.Late, string(inspection.Overdue), inspection.Overdue.Name().ZH)}}
	}
	cover := gallery.Extra{Caption: "检查、演练情况", Head: []string{"单位", "学校数", "已检查", "检查次数", "应演练学校", "有缺的学校"}, Note: "检查自" + r.From.Official() + "起计。"}
	b.Whole = place(&r.Whole)
	line := func(x *safetyRow) {
		if x.Unit != "" && of.Unit == "" {
			b.Places = append(b.Places, place(x))
		}
		visits := func(n int) gallery.Num {
			return gallery.Num{Value: float64(n), Href: address("/safety", "from", r.From.String()), At: []string{x.Name}}
		}
		drills := func(n int) gallery.Num {
			if x.Unit == "" {
				return gallery.Num{} // the page has no list of theirs alone
			}
			return gallery.Num{Value: float64(n), Href: drillsPage(r.Year, x.Unit)}
		}
		cover.Rows = append(cover.Rows, gallery.ExtraRow{Name: x.Name, Cells: []gallery.Num{visits(x.Schools), visits(x.Visited), visits(x.Visits), drills(x.Campuses), drills(x.Missing)}})
	}
	for i := range r.Rows {
		if x := &r.Rows[i]; x.Town {
			b.Places = append(b.Places, place(x))
		} else {
			line(x)
		}
	}
	if of.Unit != "" {
		line(&r.Whole)
	} else {
		drills := func(n int) gallery.Num {
			return gallery.Num{Value: float64(n), Href: drillsPage(r.Year, "")}
		}
		cover.Rows = append(cover.Rows, gallery.ExtraRow{Name: "合计", Cells: []gallery.Num{{Added: true}, {Added: true}, {Added: true}, drills(r.Whole.Campuses), drills(r.Whole.Missing)}})
	}
	b.More = append(b.More, cover)
	incidents := func(n int) gallery.Num {
		return gallery.Num{Value: float64(n), Href: address("/safety/incidents", "county", string(of.Unit)), Few: n < 0}
	}
	b.Says = []gallery.Said{{Format: "在册突发事件{}件，未办结{}件，曾超报告时限{}件（涉及人员，不足10件的不写，以“—”表示）。", Nums: []gallery.Num{incidents(r.Incidents[0]), incidents(r.Incidents[1]), incidents(r.Incidents[2])}}}
	b.Late = lateOnes(r.Late)
	return nil
}

func drillsPage(year int, county edu.UnitID) string {
	return address("/safety/drills", "of", strconv.Itoa(year), "county", string(county))
}

// incidentsNow counts incidents: behind each stands somebody who was hurt. What is
// left out is decided of the whole city at once, whoever makes the document, so that
// bulletins of several counties do not give away together what none may say.
func (g *Gallery) incidentsNow(ctx context.Context, of placeRead) (out [3]int, err error) {
	list, err := g.city.Incidents().At(g.now).Incidents(ctx, anyReader, store.IncidentFilter{})
	if err != nil {
		return out, err
	}
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return out, err
	}
	number := map[edu.UnitID]int{"": 0} // of the city's own schools, which have no county
	for _, u := range tree.Units() {
		if u.Level == edu.County {
			number[u.ID] = len(number)
		}
	}
	for k, counts := range []func(*IncidentRow) bool{func(*IncidentRow) bool { return true }, func(i *IncidentRow) bool { return i.State != incident.Closed }, func(i *IncidentRow) bool { return i.Late }} {
		pop := compare.Population{County: make([]int, len(number)), Class: make([]int, len(number)), Count: make([]int, len(number)), Zero: true}
		for i := range pop.County {
			pop.County[i] = i
		}
		for i := range list {
			if counts(&list[i]) {
				at := number[list[i].In]
				pop.Count[at]++
				if of.Unit == "" || at == number[of.Unit] {
					out[k]++
				}
			}
		}
		left, err := compare.Leave(pop, compare.Least)
		if err != nil {
			return out, err
		}
		if of.Unit == "" && left.Class[0] || of.Unit != "" && left.Cell[number[of.Unit]][0] {
			out[k] = -1
		}
	}
	return out, nil
}

// passing is about schools that meet a scheme's rule for schools.
func (g *Gallery) passing(ctx context.Context, b *gallery.Bulletin, o ReportOrder, m *moment, of placeRead) error {
	x, err := g.measuredOf(ctx, m, o, true)
	if err != nil {
		return err
	}
	level, top, err := topRow(x.A)
	if err != nil {
		return err
	}
	below := edu.County
	if of.Unit != "" {
		level, below = edu.County, edu.Township
		if top, err = g.countyRow(ctx, m, x, of.Unit); err != nil {
			return err
		}
	}
	b.Sources = x.Sources
	b.Words = gallery.Words{Purpose: "为全面掌握各地学校达标进展，推动问题整改，", Subject: x.A.Period.Label() + "学年" + x.A.Pack.Name.ZH + "监测", Unit: "所", All: "参评", Done: "达标", Rate: "达标率", Open: "未达标或缺数据", Late: "缺数据", Than: "较上年", How: gallery.ByStage, Act: "对照未达标清单逐校制定整改措施，能改的立即改，需投入的列入年度计划"}
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
	for i, u := range x.A.Units[below] {
		if of.Unit != "" && u.Parent != top {
			continue
		}
		p := gallery.Place{Code: u.Code, Name: u.Name}
		if fill(&p, below, i); len(p.All) == 0 {
			continue // nothing there is held to the rule
		}
		for _, n := range p.Late {
			if n.Value > 0 && !slices.Contains(b.Owing, u.Name) {
				b.Owing = append(b.Owing, u.Name)
			}
		}
		b.Places = append(b.Places, p)
	}
	b.Late = x.Untold(level, top)
	if of.Unit != "" {
		if t := x.Unmet(top, mostUnmet); len(t.Rows) > 0 {
			b.More = append(b.More, t)
		}
	}
	return nil
}
