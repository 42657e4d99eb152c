package plan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/sheet"
	"shuren/internal/task"
)

// Read is a workbook as it was read.
type Read struct {
	Plan    Plan
	Version int // from which it was written
	Rev     int
	Notes   []edu.Text // what was read otherwise than it stands there
}

// mostRows is how many rows of a sheet are read.
const mostRows = 6000

var bookLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns = 8<<20, 8<<20, 64<<20, mostRows+10, 100
	return l
}()

// bookReader reads the sheets one after another, each by the numbers of those
// before it.
type bookReader struct {
	names Names
	out   Read
	bad   sheet.Faults
	sheet string

	taken   map[string]bool // ids that a row has already
	line    map[string]int  // places of parts, by the number that people see
	target  map[string][2]int
	measure map[string][2]int
	project map[string][3]int
	owned   map[string]bool
}

// ReadBook reads a workbook that Write wrote and somebody has edited. have is the
// plan as it stands: it gives ids to new rows, and what is no plan's row is told
// by it. The error lists every wrong cell.
func ReadBook(ctx context.Context, r io.ReadCloser, have *Plan, names Names) (*Read, error) {
	book, err := sheet.Open(r, bookLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	b := &bookReader{names: names, taken: map[string]bool{}, line: map[string]int{}, target: map[string][2]int{}, measure: map[string][2]int{}, project: map[string][3]int{}, owned: map[string]bool{}}
	rows := map[string][]sheet.Row{}
	for _, s := range book.Sheets {
		got, err := s.Head(ctx, mostRows+1)
		if err != nil {
			return nil, err
		}
		rows[strings.TrimSpace(s.Name)] = got
	}
	if !b.action(rows, have) {
		return nil, b.bad
	}
	p := &b.out.Plan
	for _, sh := range sheets(p.Years()) {
		got, ok := rows[sh.name.ZH]
		if b.sheet = sh.name.ZH; !ok {
			got, ok = rows[sh.name.EN]
			b.sheet = sh.name.EN
		}
		if !ok {
			b.sheet = sh.name.ZH
			b.say("", "缺少这张工作表：请从本系统导出后修改", "the sheet is missing: export the plan and edit that")
			continue
		}
		b.rows(sh, got)
	}
	if len(b.bad) == 0 {
		b.settle(have)
		for _, f := range Breaking(p.Check()) {
			b.bad = append(b.bad, sheet.Fault{Text: edu.Text{ZH: f.Where.ZH + "：" + f.Text.ZH, EN: f.Where.EN + ": " + f.Text.EN}})
		}
	}
	if len(b.bad) > 0 {
		return nil, b.bad
	}
	return &b.out, nil
}

func (b *bookReader) say(cell, zh, en string, args ...any) {
	b.bad = append(b.bad, sheet.Fault{Sheet: b.sheet, Cell: cell, Text: say(zh, en, args...)})
}

// action reads the first sheet: whose plan it is.
func (b *bookReader) action(rows map[string][]sheet.Row, have *Plan) bool {
	foreign := func() bool {
		b.say("", "不是本系统导出的方案工作簿：请先从方案页导出，在导出的文件上修改", "no workbook of a plan: export one from the plan's page and edit that")
		return false
	}
	got, ok := rows[actionName.ZH]
	if !ok {
		got, ok = rows[actionName.EN]
	}
	b.sheet = actionName.ZH
	if !ok || len(got) == 0 || len(got[0].Cells) == 0 {
		return foreign()
	}
	mark := strings.Split(strings.TrimSpace(got[0].Cells[0]), ":")
	if len(mark) != 4 || mark[0] != bookMark {
		return foreign()
	}
	version, err1 := strconv.Atoi(mark[2])
	rev, err2 := strconv.Atoi(mark[3])
	if err1 != nil || err2 != nil {
		return foreign()
	}
	if have.ID != "" && mark[1] != have.ID {
		b.say("A1", "这是另一个方案（%s）的工作簿", "the workbook is of another plan (%s)", mark[1])
		return false
	}
	b.out = Read{Plan: Plan{ID: mark[1], Unit: have.Unit, Last: have.Last}, Version: version, Rev: rev}
	p := &b.out.Plan
	for i, r := range got[1:] {
		if len(r.Cells) < 2 {
			continue
		}
		label, value, at := strings.TrimSpace(r.Cells[1]), "", fmt.Sprintf("C%d", i+2)
		if len(r.Cells) > 2 {
			value = strings.TrimSpace(r.Cells[2])
		}
		k := slices.IndexFunc(actionRows, func(c column) bool { return label == c.name.ZH || label == c.name.EN })
		if k < 0 {
			continue
		}
		switch actionRows[k].key {
		case "name":
			p.Name = value
		case "basis":
			p.Basis = value
		case "from":
			p.From = int(b.whole(at, value))
		case "to":
			p.To = int(b.whole(at, value))
		case "near":
			if v, ok := b.number(at, value); ok {
				p.Near = v
			}
		}
	}
	if p.From < 2000 || p.To < p.From || p.To-p.From >= MostYears || p.To > 2999 {
		b.say("", "年份%d—%d不成立", "the years %d to %d are none", p.From, p.To)
		return false
	}
	return true
}

// cells are a row by the keys of its columns.
type cells struct {
	row int
	at  map[string]int
	r   []string
}

func (c cells) get(key string) string {
	if i, ok := c.at[key]; ok && i < len(c.r) {
		return strings.TrimSpace(c.r[i])
	}
	return ""
}

func (c cells) cell(key string) string {
	i, ok := c.at[key]
	if !ok {
		return fmt.Sprint(c.row)
	}
	return sheet.Letters(i) + strconv.Itoa(c.row)
}

func (b *bookReader) rows(sh bookSheet, got []sheet.Row) {
	if len(got) == 0 {
		b.say("", "工作表是空的，缺少表头", "the sheet is empty: its head is missing")
		return
	}
	if len(got) > mostRows {
		b.say("", "超过%d行", "more than %d rows", mostRows)
		return
	}
	at := map[string]int{}
	for i, h := range got[0].Cells {
		h = strings.TrimSpace(h)
		if k := slices.IndexFunc(sh.cols, func(c column) bool { return h != "" && (h == c.name.ZH || h == c.name.EN) }); k >= 0 {
			if _, twice := at[sh.cols[k].key]; !twice {
				at[sh.cols[k].key] = i
			}
		}
	}
	for _, c := range sh.cols {
		if _, ok := at[c.key]; c.wanted && !ok {
			b.say("1", "缺少列“%s”", "the column %q is missing", c.name.ZH)
			return
		}
	}
	for _, r := range got[1:] {
		if !slices.ContainsFunc(r.Cells, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		c := cells{int(r.Number), at, r.Cells}
		switch sh.key {
		case onLines:
			b.lineRow(c)
		case onTargets:
			b.targetRow(c)
		case onMeasures:
			b.measureRow(c)
		case onOwners:
			b.ownerRow(c)
		case onProjects:
			b.projectRow(c)
		case onMoney:
			b.moneyRow(c)
		case onStones:
			b.stoneRow(c)
		case onShares:
			b.shareRow(c)
		}
	}
}

func (b *bookReader) number(at, s string) (float64, bool) {
	s = strings.NewReplacer(",", "", "，", "", " ", "").Replace(s)
	if s == "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !finite(v) {
		b.say(at, "“%s”不是数", "%q is not a number", s)
		return 0, false
	}
	return v, true
}

func (b *bookReader) whole(at, s string) int64 {
	s = strings.TrimSuffix(strings.TrimSuffix(s, "年"), ".0")
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		b.say(at, "“%s”不是整数", "%q is not a whole number", s)
	}
	return n
}

func (b *bookReader) day(c cells, key string) edu.Date {
	s := c.get(key)
	if s == "" || s == "待定" {
		return 0
	}
	d, ok := Day(s)
	if !ok {
		b.say(c.cell(key), "日期“%s”应为2025-09-01的形式", "%q is not a date such as 2025-09-01", s)
	}
	return d
}

// own gives the number by which other rows point to this one; ok is false where
// another row has it.
func own[T any](b *bookReader, c cells, key string, have map[string]T) (string, bool) {
	n := strings.TrimSuffix(c.get(key), ".0")
	_, twice := have[n]
	switch {
	case n == "":
		b.say(c.cell(key), "未填序号", "the number is missing")
	case twice:
		b.say(c.cell(key), "序号%s重复", "the number %s stands twice", n)
	default:
		return n, true
	}
	return n, false
}

// up finds the row that this one belongs to.
func up[T any](b *bookReader, c cells, key string, have map[string]T) (T, bool) {
	n := strings.TrimSuffix(c.get(key), ".0")
	x, ok := have[n]
	if !ok {
		b.say(c.cell(key), "没有序号为“%s”的行", "no row has the number %q", n)
	}
	return x, ok
}

// id takes a row's hidden id. A row that was copied has the id of the other: it
// is a new part.
func (b *bookReader) id(c cells, prefix string) string {
	id := c.get("id")
	switch {
	case id == "":
	case !strings.HasPrefix(id, prefix) || len(id) > 12 || strings.Trim(id[len(prefix):], "0123456789") != "" || id == prefix:
		b.say(c.cell("id"), "隐藏列中的编号“%s”不是本方案的", "the hidden id %q is none of this plan's", id)
	case b.taken[id]:
		b.out.Notes = append(b.out.Notes, say("%s第%d行是复制的行，作为新增处理", "%s, row %d, is a copied row and taken as a new one", b.sheet, c.row))
	default:
		b.taken[id] = true
		return id
	}
	return ""
}

// oneOf reads a field that has few values; an empty one is the first.
func oneOf[T comparable](b *bookReader, c cells, key string, words map[T]edu.Text, none T) T {
	s := c.get(key)
	if s == "" {
		return none
	}
	for v, w := range words {
		if s == w.ZH || s == w.EN {
			return v
		}
	}
	var want []string
	for _, w := range words {
		want = append(want, w.ZH)
	}
	slices.Sort(want)
	b.say(c.cell(key), "“%s”应为%s之一", "%q is none of %s", s, strings.Join(want, "、"))
	return none
}

func (b *bookReader) lineRow(c cells) {
	n, ok := own(b, c, "line", b.line)
	l := Line{ID: b.id(c, LineID), Name: c.get("name"), Row: c.get("row")}
	words := map[draft.Stage]edu.Text{}
	for _, s := range draft.Stages {
		words[s] = s.Name()
	}
	l.Stage = oneOf(b, c, "stage", words, "")
	if l.Name == "" {
		b.say(c.cell("name"), "未填名称", "the name is missing")
	}
	if l.Row != "" && draft.Words().Row(l.Row).ZH == "" {
		b.say(c.cell("row"), "没有“%s”这一行（S1至S20）", "there is no row %q (S1 to S20)", l.Row)
	}
	if ok {
		b.line[n] = len(b.out.Plan.Lines)
		b.out.Plan.Lines = append(b.out.Plan.Lines, l)
	}
}

func (b *bookReader) years(c cells) map[int]float64 {
	var out map[int]float64
	for _, y := range b.out.Plan.Years() {
		k := fmt.Sprint(y)
		if v, ok := b.number(c.cell(k), c.get(k)); ok {
			if out == nil {
				out = map[int]float64{}
			}
			out[y] = v
		}
	}
	return out
}

func (b *bookReader) targetRow(c cells) {
	n, ok := own(b, c, "target", b.target)
	line, in := up(b, c, "line", b.line)
	t := Target{ID: b.id(c, TargetID), Name: c.get("name"), Scheme: c.get("scheme"), Indicator: c.get("indicator"), Stage: edu.Stage(c.get("istage")), Unit: c.get("unit"), BaseSource: c.get("basesource"), Source: c.get("source"), Values: b.years(c)}
	t.Of, t.Direction, t.Combine = oneOf(b, c, "of", ofWords, Value), oneOf(b, c, "direction", directionWords, Up), oneOf(b, c, "combine", combineWords, Sum)
	t.BaseYear = int(b.whole(c.cell("base"), c.get("base")))
	if v, ok := b.number(c.cell("basevalue"), c.get("basevalue")); ok {
		t.BaseValue = &v
	}
	if t.Name == "" {
		b.say(c.cell("name"), "未填名称", "the name is missing")
	}
	if (t.Scheme == "") != (t.Indicator == "") {
		b.say(c.cell("indicator"), "指标体系与指标须同时填写", "scheme and indicator go together")
	} else if t.Indicator != "" && b.names.Indicators != nil && !b.names.Indicators(t.Scheme, t.Indicator) {
		b.say(c.cell("indicator"), "本市的指标体系中没有“%s %s”", "no scheme of the city has %q %q", t.Scheme, t.Indicator)
	}
	if ok && in {
		l := &b.out.Plan.Lines[line]
		b.target[n] = [2]int{line, len(l.Targets)}
		l.Targets = append(l.Targets, t)
	}
}

func (b *bookReader) measureRow(c cells) {
	n, ok := own(b, c, "measure", b.measure)
	line, in := up(b, c, "line", b.line)
	m := Measure{ID: b.id(c, MeasureID), Text: c.get("text"), From: b.day(c, "from"), Figures: c.get("figures"), Source: c.get("source")}
	if s := c.get("due"); s == standing.ZH || s == standing.EN {
		m.Standing = true
	} else {
		m.Due = b.day(c, "due")
	}
	if m.Text == "" {
		b.say(c.cell("text"), "未填内容", "the text is missing")
	}
	if c.get("target") != "" {
		if _, ok := up(b, c, "target", b.target); ok {
			m.Target = "#" + strings.TrimSuffix(c.get("target"), ".0") // its id may still have to be given
		}
	}
	if ok && in {
		l := &b.out.Plan.Lines[line]
		b.measure[n] = [2]int{line, len(l.Measures)}
		l.Measures = append(l.Measures, m)
	}
}

func (b *bookReader) at(m [2]int) *Measure { return &b.out.Plan.Lines[m[0]].Measures[m[1]] }

func (b *bookReader) ownerRow(c cells) {
	at, ok := up(b, c, "measure", b.measure)
	o := Owner{Lead: oneOf(b, c, "lead", map[bool]edu.Text{true: yes, false: {ZH: "否", EN: "no"}}, false)}
	typed := c.get("body")
	switch found := b.names.Bodies(typed); {
	case typed == "":
		b.say(c.cell("body"), "未填责任单位", "the body is missing")
	case len(found) == 1:
		o.Body = found[0]
	case len(found) > 1:
		b.say(c.cell("body"), "“%s”对应%d个单位，请写全称", "%q fits %d bodies; give the full name", typed, len(found))
	default:
		o.Said = typed // nobody whom the system knows: 待定
	}
	d, known := dutyNamed(c.get("duty"))
	if o.Duty = d; !known {
		b.say(c.cell("duty"), "责任类型“%s”应为属地、部门或行业", "duty %q; want territorial, departmental or industry", c.get("duty"))
	}
	if k := fmt.Sprint(at, o.Body, "|", o.Said, "|", o.Duty); ok && typed != "" {
		if b.owned[k] {
			b.say(c.cell("body"), "“%s”的同一责任写了两次", "%q has the same duty twice", typed)
		}
		b.owned[k] = true
		m := b.at(at)
		m.Owners = append(m.Owners, o)
	}
}

func (b *bookReader) projectRow(c cells) {
	n, ok := own(b, c, "project", b.project)
	at, in := up(b, c, "measure", b.measure)
	p := Project{ID: b.id(c, ProjectID), Name: c.get("name"), Kind: c.get("kind"), Scale: c.get("scale"), Place: c.get("place")}
	if p.Name == "" {
		b.say(c.cell("name"), "未填名称", "the name is missing")
	}
	if typed := c.get("school"); typed != "" {
		switch found := b.names.Schools(typed); len(found) {
		case 1:
			p.School = edu.UnitID(found[0])
		case 0:
			b.say(c.cell("school"), "没有找到“%s”", "%q is not found", typed)
		default:
			b.say(c.cell("school"), "“%s”对应%d个单位，请填代码", "%q fits %d units; give the code", typed, len(found))
		}
	}
	if ok && in {
		m := b.at(at)
		b.project[n] = [3]int{at[0], at[1], len(m.Projects)}
		m.Projects = append(m.Projects, p)
	}
}

func (b *bookReader) in(p [3]int) *Project { return &b.at([2]int{p[0], p[1]}).Projects[p[2]] }

func (b *bookReader) moneyRow(c cells) {
	at, ok := up(b, c, "project", b.project)
	f := task.Fund{Year: int(b.whole(c.cell("year"), c.get("year"))), Source: c.get("source")}
	if f.Year < 2000 || f.Year > 2999 {
		b.say(c.cell("year"), "年份“%s”不成立", "the year %q is none", c.get("year"))
	}
	v, has := b.number(c.cell("amount"), c.get("amount"))
	if f.Amount = v; !has || v < 0 {
		b.say(c.cell("amount"), "金额应为非负数", "the amount must be a number that is not negative")
	}
	if ok {
		p := b.in(at)
		p.Money = append(p.Money, f)
	}
}

func (b *bookReader) stoneRow(c cells) {
	at, ok := up(b, c, "project", b.project)
	s := task.Milestone{ID: b.id(c, StoneID), Day: b.day(c, "day"), Mark: c.get("mark")}
	if s.Mark == "" {
		b.say(c.cell("mark"), "未填标志性成果", "the mark is missing")
	}
	if ok {
		p := b.in(at)
		p.Stones = append(p.Stones, s)
	}
}

func (b *bookReader) shareRow(c cells) {
	at, ok := up(b, c, "target", b.target)
	typed := c.get("county")
	found := b.names.Counties(typed)
	if len(found) != 1 {
		b.say(c.cell("county"), "没有找到县（市、区）“%s”", "county %q is not found", typed)
		return
	}
	by := b.years(c)
	if !ok || by == nil {
		return
	}
	t := &b.out.Plan.Lines[at[0]].Targets[at[1]]
	u := edu.UnitID(found[0])
	if _, twice := t.Shares[u]; twice {
		b.say(c.cell("county"), "“%s”在这个目标下写了两次", "%q stands twice under the target", typed)
	}
	if t.Shares == nil {
		t.Shares = map[edu.UnitID]map[int]float64{}
	}
	t.Shares[u] = by
}

// settle gives new rows their ids, and measures the ids of their targets.
func (b *bookReader) settle(have *Plan) {
	p := &b.out.Plan
	p.Last = max(p.Last, have.Last)
	for id := range b.taken { // of a plan that is new here
		if n, err := strconv.Atoi(strings.TrimLeft(id, "LTMPN")); err == nil {
			p.Last = max(p.Last, n)
		}
	}
	give := func(id *string, prefix string) {
		if *id == "" {
			*id = p.NewID(prefix)
		}
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		give(&l.ID, LineID)
		for k := range l.Targets {
			give(&l.Targets[k].ID, TargetID)
		}
		for k := range l.Measures {
			m := &l.Measures[k]
			give(&m.ID, MeasureID)
			for n := range m.Projects {
				x := &m.Projects[n]
				give(&x.ID, ProjectID)
				for s := range x.Stones {
					give(&x.Stones[s].ID, StoneID)
				}
			}
		}
	}
	for i := range p.Lines {
		for k := range p.Lines[i].Measures {
			m := &p.Lines[i].Measures[k]
			if n, ok := strings.CutPrefix(m.Target, "#"); ok {
				at := b.target[n]
				m.Target = p.Lines[at[0]].Targets[at[1]].ID
			}
		}
	}
}
