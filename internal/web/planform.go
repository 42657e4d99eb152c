package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// The form of a part of a plan: its fields, and rows of fields for what it has
// several of. One template shows all of them; each part reads its own.

// editField is a field of the form.
type editField struct {
	Name, Label, Value string
	Kind               string // "", area, date, number, check, select, body
	Hint               string
	Max                int
	Rows               int
	On                 bool // of a check
	Choices            []Choice
	Wide, Must         bool
}

// editRows are the rows of one kind of thing that a part has.
type editRows struct {
	Legend, Hint string
	Heads        []string
	Rows         [][]editField
}

type editGroup struct {
	Fields []editField
	Rows   *editRows
}

// editor makes and reads the form of one part.
type editor struct {
	r      *request
	s      *Server
	v      *flow.PlanView
	p      *plan.Plan // that is edited
	form   url.Values // as it came in
	bodies []task.Body
	retype bool // fields show what was typed
}

func (e *editor) get(name string) string { return strings.TrimSpace(e.form.Get(name)) }

// bad is a field that a person can mend.
func bad(zh, en string, args ...any) error {
	return auth.Refuse(fault.Invalid, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

func (e *editor) year(name string) (int, error) {
	s := e.get(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(s, "年"))
	if err != nil {
		return 0, bad("“%s”不是年份", "%q is not a year", s)
	}
	return n, nil
}

func numberTyped(s string) (float64, bool, error) {
	s = strings.NewReplacer(",", "", "，", "", " ", "").Replace(strings.TrimSpace(s))
	if s == "" {
		return 0, false, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e15 || v < -1e15 {
		return 0, false, bad("“%s”不是数", "%q is not a number", s)
	}
	return v, true, nil
}

func dayOrNone(s string) (edu.Date, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	d, ok := plan.Day(s)
	if !ok {
		return 0, bad("日期“%s”应为2025-09-01的形式", "%q is not a date such as 2025-09-01", s)
	}
	return d, nil
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// head is the form of the plan itself.
func (e *editor) head() []editGroup {
	near := ""
	if e.p.Near != 0 {
		near = plainNumber(e.p.Near)
	}
	rows := &editRows{Legend: e.r.T("plan.lines"), Hint: e.r.T("plan.lines.hint"), Heads: []string{e.r.T("plan.name"), e.r.T("draft.row"), e.r.T("stage"), e.r.T("plan.remove")}}
	for i := 0; i < len(e.p.Lines)+1; i++ {
		l, id := plan.Line{}, "new"
		if i < len(e.p.Lines) {
			l = e.p.Lines[i]
			id = l.ID
		}
		row := []editField{{Name: "name." + id, Label: e.r.T("plan.name"), Value: l.Name, Max: 100}, e.rowField("row."+id, l.Row), e.stageField("stage."+id, l.Stage)}
		if id != "new" && len(l.Targets)+len(l.Measures) == 0 {
			row = append(row, editField{Name: "drop." + id, Label: e.r.T("plan.remove"), Kind: "check"})
		}
		rows.Rows = append(rows.Rows, row)
	}
	return []editGroup{{Fields: []editField{{Name: "name", Label: e.r.T("plan.name"), Value: e.p.Name, Max: 100, Wide: true, Must: true}, {Name: "basis", Label: e.r.T("plan.basis"), Value: e.p.Basis, Max: 300, Wide: true},
		{Name: "from", Label: e.r.T("plan.from"), Value: strconv.Itoa(e.p.From), Kind: "number", Must: true}, {Name: "to", Label: e.r.T("plan.to"), Value: strconv.Itoa(e.p.To), Kind: "number", Must: true}, {Name: "near", Label: e.r.T("plan.near"), Value: near, Hint: e.r.T("plan.near.hint"), Max: 6}}}, {Rows: rows}}
}

func (e *editor) takeHead() error {
	var err error
	p := e.p
	p.Name, p.Basis = e.get("name"), e.get("basis")
	if p.From, err = e.year("from"); err != nil {
		return err
	}
	if p.To, err = e.year("to"); err != nil {
		return err
	}
	if p.Near, _, err = numberTyped(e.get("near")); err != nil {
		return err
	}
	lines := p.Lines[:0:0]
	for _, l := range p.Lines {
		if e.form.Has("name." + l.ID) {
			l.Name, l.Row, l.Stage = e.get("name."+l.ID), e.get("row."+l.ID), draft.Stage(e.get("stage."+l.ID))
		}
		if e.get("drop."+l.ID) != "" && len(l.Targets)+len(l.Measures) == 0 {
			continue
		}
		lines = append(lines, l)
	}
	if n := e.get("name.new"); n != "" {
		lines = append(lines, plan.Line{ID: p.NewID(plan.LineID), Name: n, Row: e.get("row.new"), Stage: draft.Stage(e.get("stage.new"))})
	}
	p.Lines = lines
	return nil
}

func (e *editor) rowField(name, now string) editField {
	f := editField{Name: name, Label: e.r.T("draft.row"), Kind: "select", Choices: []Choice{{Link{e.r.T("draft.unset"), ""}, now == ""}}}
	for _, row := range draft.Words().Rows {
		f.Choices = append(f.Choices, Choice{Link{row.ID + " " + e.r.Text(draft.Words().Row(row.ID)), row.ID}, row.ID == now})
	}
	return f
}

func (e *editor) stageField(name string, now draft.Stage) editField {
	f := editField{Name: name, Label: e.r.T("stage"), Kind: "select", Choices: []Choice{{Link{e.r.T("stage.every"), ""}, now == ""}}}
	for _, st := range draft.Stages {
		f.Choices = append(f.Choices, Choice{Link{e.r.Text(st.Name()), string(st)}, st == now})
	}
	return f
}

func (e *editor) line(l *plan.Line) []editGroup {
	return []editGroup{{Fields: []editField{{Name: "name", Label: e.r.T("plan.name"), Value: l.Name, Max: 100, Must: true}, e.rowField("row", l.Row), e.stageField("stage", l.Stage)}}}
}

func (e *editor) takeLine(l *plan.Line) error {
	l.Name, l.Row, l.Stage = e.get("name"), e.get("row"), draft.Stage(e.get("stage"))
	return nil
}

// target is the form of a target, with the shares of the counties.
func (e *editor) target(t *plan.Target) []editGroup {
	r := e.r
	scheme := t.Scheme + " " + t.Indicator
	fig := editField{Name: "indicator", Label: r.T("plan.indicator"), Value: strings.TrimSpace(scheme), Hint: r.T("plan.indicator.hint"), Max: 120, Kind: "list", Wide: true}
	stage := editField{Name: "istage", Label: r.T("plan.istage"), Kind: "select", Choices: []Choice{{Link{r.T("plan.istage.only"), ""}, t.Stage == ""}}}
	for _, st := range e.stages() {
		stage.Choices = append(stage.Choices, Choice{Link{r.Stage(st), string(st)}, st == t.Stage})
	}
	of := editField{Name: "of", Label: r.T("plan.of"), Kind: "select"}
	for _, o := range []plan.Of{plan.Value, plan.Passed, plan.Spread, plan.RuleOf} {
		of.Choices = append(of.Choices, Choice{Link{r.Text(o.Name()), string(o)}, o == t.Of})
	}
	dir := editField{Name: "direction", Label: r.T("plan.direction"), Kind: "select"}
	for _, d := range []plan.Direction{plan.Up, plan.Down} {
		dir.Choices = append(dir.Choices, Choice{Link{r.Text(d.Name()), string(d)}, d == t.Direction})
	}
	com := editField{Name: "combine", Label: r.T("plan.combine"), Kind: "select"}
	for _, c := range []plan.Combine{plan.Sum, plan.Each} {
		com.Choices = append(com.Choices, Choice{Link{r.Text(c.Name()), string(c)}, c == t.Combine})
	}
	base, value := "", ""
	if t.BaseYear != 0 {
		base = strconv.Itoa(t.BaseYear)
	}
	if t.BaseValue != nil {
		value = plainNumber(*t.BaseValue)
	}
	years := &editRows{Legend: r.T("plan.values"), Hint: r.T("plan.values.hint"), Heads: []string{r.T("plan.who")}}
	all := []editField{{Name: "", Label: r.T("plan.whole"), Kind: "text"}}
	for _, y := range e.p.Years() {
		years.Heads = append(years.Heads, strconv.Itoa(y))
		all = append(all, editField{Name: fmt.Sprintf("value.%d", y), Label: fmt.Sprintf("%s %d", r.T("plan.whole"), y), Value: shareTyped(t.Values, y), Kind: "number"})
	}
	years.Rows = append(years.Rows, all)
	for _, c := range e.counties() {
		row := []editField{{Label: r.Text(c.Name), Kind: "text"}}
		for _, y := range e.p.Years() {
			row = append(row, editField{Name: fmt.Sprintf("share.%s.%d", c.ID, y), Label: fmt.Sprintf("%s %d", r.Text(c.Name), y), Value: shareTyped(t.Shares[c.ID], y), Kind: "number"})
		}
		years.Rows = append(years.Rows, row)
	}
	return []editGroup{{Fields: []editField{{Name: "name", Label: r.T("plan.target"), Value: t.Name, Max: 200, Wide: true, Must: true}, fig, stage, of, {Name: "unit", Label: r.T("plan.unit"), Value: t.Unit, Max: 20}, dir}},
		{Fields: []editField{{Name: "base", Label: r.T("plan.baseyear"), Value: base, Kind: "number"}, {Name: "basevalue", Label: r.T("plan.basevalue"), Value: value, Hint: r.T("plan.basevalue.hint"), Kind: "number"}, {Name: "basesource", Label: r.T("plan.basesource"), Value: t.BaseSource, Max: 300}, com, {Name: "source", Label: r.T("plan.basis"), Value: t.Source, Max: 300}}}, {Rows: years}}
}

func shareTyped(by map[int]float64, y int) string {
	if v, ok := by[y]; ok {
		return plainNumber(v)
	}
	return ""
}

func (e *editor) takeTarget(t *plan.Target) error {
	var err error
	t.Name, t.Unit, t.BaseSource, t.Source = e.get("name"), e.get("unit"), e.get("basesource"), e.get("source")
	t.Of, t.Direction, t.Combine, t.Stage = plan.Of(e.get("of")), plan.Direction(e.get("direction")), plan.Combine(e.get("combine")), edu.Stage(e.get("istage"))
	t.Scheme, t.Indicator, _ = strings.Cut(e.get("indicator"), " ")
	t.Indicator, _, _ = strings.Cut(strings.TrimSpace(t.Indicator), " ") // a name may follow the id
	if t.Scheme != "" && !e.known(t) {
		return bad("本市的指标体系中没有“%s”：请写“指标体系 指标代码”，如 cn-compulsory@2017 r1", "no scheme of the city has %q: give scheme and id, such as cn-compulsory@2017 r1", e.get("indicator"))
	}
	if t.BaseYear, err = e.year("base"); err != nil {
		return err
	}
	t.BaseValue = nil
	if v, ok, err := numberTyped(e.get("basevalue")); err != nil {
		return err
	} else if ok {
		t.BaseValue = &v
	}
	years := func(prefix string) (map[int]float64, error) {
		var out map[int]float64
		for _, y := range e.p.Years() {
			v, ok, err := numberTyped(e.form.Get(fmt.Sprintf("%s.%d", prefix, y)))
			if err != nil {
				return nil, err
			}
			if ok {
				if out == nil {
					out = map[int]float64{}
				}
				out[y] = v
			}
		}
		return out, nil
	}
	if t.Values, err = years("value"); err != nil {
		return err
	}
	shares := map[edu.UnitID]map[int]float64{}
	for u, by := range t.Shares { // of a county that is no more, or not shown
		if !e.form.Has(fmt.Sprintf("share.%s.%d", u, e.p.From)) {
			shares[u] = by
		}
	}
	for _, c := range e.counties() {
		by, err := years("share." + string(c.ID))
		if err != nil {
			return err
		}
		if by != nil {
			shares[c.ID] = by
		}
	}
	if t.Shares = shares; len(shares) == 0 {
		t.Shares = nil
	}
	return nil
}

// known tells whether the city is measured by what a target names.
func (e *editor) known(t *plan.Target) bool {
	for _, p := range e.r.packs {
		if p.Ref() == t.Scheme {
			if t.Of == plan.RuleOf {
				for _, st := range p.Standards {
					for _, x := range st.Rules {
						if x.ID == t.Indicator {
							return true
						}
					}
				}
				return false
			}
			return p.Indicator(t.Indicator) != nil
		}
	}
	return false
}

// indicators are offered while one types.
func (e *editor) indicators() []string {
	var out []string
	for _, p := range e.r.packs {
		for _, d := range p.Indicators {
			out = append(out, p.Ref()+" "+d.ID+" "+e.r.Text(d.Name))
		}
	}
	return out
}

func (e *editor) stages() []edu.Stage {
	var out []edu.Stage
	for _, p := range e.r.packs {
		for _, st := range p.Stages {
			if !slices.Contains(out, st) {
				out = append(out, st)
			}
		}
	}
	return out
}

type countyOf struct {
	ID   edu.UnitID
	Name edu.Text
}

func (e *editor) counties() []countyOf {
	t, err := e.s.tree(e.r)
	if err != nil {
		return nil
	}
	var out []countyOf
	for i := range t.Nodes {
		if n := &t.Nodes[i]; n.Unit.Level == edu.County && len(out) < maxScope {
			out = append(out, countyOf{n.Unit.ID, n.Name})
		}
	}
	return out
}

// measure is the form of a measure with its owners.
func (e *editor) measure(m *plan.Measure) []editGroup {
	r := e.r
	target := editField{Name: "target", Label: r.T("plan.moves"), Kind: "select", Choices: []Choice{{Link{r.T("draft.unset"), ""}, m.Target == ""}}}
	for i := range e.p.Lines {
		for k := range e.p.Lines[i].Targets {
			t := &e.p.Lines[i].Targets[k]
			target.Choices = append(target.Choices, Choice{Link{t.Name, t.ID}, t.ID == m.Target})
		}
	}
	rows := &editRows{Legend: r.T("plan.owners"), Hint: r.T("plan.owners.hint"), Heads: []string{r.T("plan.owner"), r.T("plan.duty"), r.T("plan.lead")}}
	for i := range max(len(m.Owners)+2, 5) {
		o := plan.Owner{}
		if i < len(m.Owners) {
			o = m.Owners[i]
		}
		name := o.Said
		if o.Body != "" {
			name = r.Text(e.v.Name(o.Body))
		}
		duty := editField{Name: fmt.Sprintf("duty.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.duty"), i+1), Kind: "select", Choices: []Choice{{Link{r.T("draft.unset"), ""}, o.Duty == ""}}}
		for _, d := range plan.Duties {
			duty.Choices = append(duty.Choices, Choice{Link{r.Text(plan.DutyName(d)), string(d)}, d == o.Duty})
		}
		rows.Rows = append(rows.Rows, []editField{{Name: fmt.Sprintf("body.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.owner"), i+1), Value: name, Kind: "body", Max: 200}, duty, {Name: fmt.Sprintf("lead.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.lead"), i+1), Kind: "check", On: o.Lead}})
	}
	return []editGroup{{Fields: []editField{{Name: "text", Label: r.T("plan.measure"), Value: m.Text, Kind: "area", Rows: 3, Max: 1000, Wide: true, Must: true}}}, {Fields: []editField{{Name: "begin", Label: r.T("plan.begin"), Value: m.From.String(), Kind: "date"}, {Name: "due", Label: r.T("plan.due"), Value: m.Due.String(), Kind: "date"},
		{Name: "standing", Label: r.T("plan.standing"), Kind: "check", On: m.Standing, Hint: r.T("plan.standing.hint")}, target, {Name: "figures", Label: r.T("draft.numbers"), Value: m.Figures, Max: 300}}}, {Rows: rows}, {Fields: []editField{{Name: "source", Label: r.T("plan.source"), Value: m.Source, Kind: "area", Rows: 2, Max: 3000, Wide: true}}}}
}

func (e *editor) takeMeasure(m *plan.Measure) error {
	var err error
	m.Text, m.Figures, m.Source, m.Target, m.Standing = e.get("text"), e.get("figures"), strings.ReplaceAll(e.get("source"), "\r\n", "\n"), e.get("target"), e.get("standing") != ""
	if m.From, err = dayOrNone(e.get("begin")); err != nil {
		return err
	}
	if m.Due, err = dayOrNone(e.get("due")); err != nil {
		return err
	}
	var owners []plan.Owner
	for i := 0; i < 100 && e.form.Has(fmt.Sprintf("body.%d", i)); i++ {
		typed := e.get(fmt.Sprintf("body.%d", i))
		if typed == "" {
			continue
		}
		o := plan.Owner{Duty: task.Duty(e.get(fmt.Sprintf("duty.%d", i))), Lead: e.get(fmt.Sprintf("lead.%d", i)) != ""}
		if o.Body = e.body(typed); o.Body == "" {
			o.Said = typed
		} else if o.Duty == "" {
			o.Duty = plan.DutyOf(o.Body)
		}
		owners = append(owners, o)
	}
	m.Owners = owners
	return nil
}

// body finds a body by its name or id; empty where there is none of it, or several.
func (e *editor) body(typed string) string {
	found := ""
	for _, b := range e.bodies {
		if b.ID == typed {
			return b.ID
		}
		if b.Name.ZH == typed || b.Name.EN == typed {
			if found != "" {
				return ""
			}
			found = b.ID
		}
	}
	return found
}

// project is the form of a project with its money and milestones.
func (e *editor) project(p *plan.Project) []editGroup {
	r := e.r
	school := ""
	if p.School != "" {
		school = r.Text(e.v.Name(string(p.School)))
		if code := e.code(p.School); code != "" {
			school = code
		}
	}
	money := &editRows{Legend: r.T("plan.funds"), Hint: r.T("plan.funds.hint"), Heads: []string{r.T("year"), r.T("plan.amount"), r.T("plan.fundsource")}}
	for i := range len(p.Money) + 2 {
		f, year, amount := task.Fund{}, "", ""
		if i < len(p.Money) {
			f = p.Money[i]
			year, amount = strconv.Itoa(f.Year), plainNumber(f.Amount)
		}
		money.Rows = append(money.Rows, []editField{{Name: fmt.Sprintf("year.%d", i), Label: fmt.Sprintf("%s %d", r.T("year"), i+1), Value: year, Kind: "number"}, {Name: fmt.Sprintf("amount.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.amount"), i+1), Value: amount, Kind: "number"}, {Name: fmt.Sprintf("from.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.fundsource"), i+1), Value: f.Source, Max: 100}})
	}
	stones := &editRows{Legend: r.T("plan.stones"), Heads: []string{r.T("plan.day"), r.T("plan.mark")}}
	for i := range len(p.Stones) + 2 {
		st := task.Milestone{}
		if i < len(p.Stones) {
			st = p.Stones[i]
		}
		stones.Rows = append(stones.Rows, []editField{{Name: fmt.Sprintf("day.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.day"), i+1), Value: st.Day.String(), Kind: "date"}, {Name: fmt.Sprintf("mark.%d", i), Label: fmt.Sprintf("%s %d", r.T("plan.mark"), i+1), Value: st.Mark, Max: 200}, {Name: fmt.Sprintf("stone.%d", i), Value: st.ID, Kind: "hidden"}})
	}
	return []editGroup{{Fields: []editField{{Name: "name", Label: r.T("plan.project"), Value: p.Name, Max: 200, Wide: true, Must: true}, {Name: "kind", Label: r.T("plan.kind"), Value: p.Kind, Max: 60}, {Name: "school", Label: r.T("plan.school"), Value: school, Hint: r.T("plan.school.hint"), Max: 60}, {Name: "scale", Label: r.T("plan.scale"), Value: p.Scale, Max: 100}, {Name: "place", Label: r.T("plan.place"), Value: p.Place, Max: 100}}}, {Rows: money}, {Rows: stones}}
}

func (e *editor) code(u edu.UnitID) string {
	t, err := e.s.tree(e.r)
	if err != nil {
		return ""
	}
	if i := t.Find(u); i >= 0 {
		return t.Nodes[i].Code
	}
	return ""
}

func (e *editor) takeProject(p *plan.Project) error {
	p.Name, p.Kind, p.Scale, p.Place = e.get("name"), e.get("kind"), e.get("scale"), e.get("place")
	p.School = ""
	if typed := e.get("school"); typed != "" {
		t, err := e.s.tree(e.r)
		if err != nil {
			return err
		}
		var found []int
		for i := range t.Nodes {
			if n := &t.Nodes[i]; (n.Unit.Level == edu.School || n.Unit.Level == edu.County) && (n.Code == typed || string(n.Unit.ID) == typed || n.Name.ZH == typed || n.Name.EN == typed) {
				found = append(found, i)
			}
		}
		if len(found) != 1 {
			return bad("“%s”对应%d个单位，请填学校标识码或县区代码", "%q fits %d units; give the code of the school or county", typed, len(found))
		}
		p.School = t.Nodes[found[0]].Unit.ID
	}
	p.Money = nil
	for i := 0; i < 50 && e.form.Has(fmt.Sprintf("amount.%d", i)); i++ {
		v, ok, err := numberTyped(e.get(fmt.Sprintf("amount.%d", i)))
		if err != nil {
			return err
		}
		year, err := e.year(fmt.Sprintf("year.%d", i))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		p.Money = append(p.Money, task.Fund{Year: year, Amount: v, Source: e.get(fmt.Sprintf("from.%d", i))})
	}
	old := p.Stones
	p.Stones = nil
	for i := 0; i < 50 && e.form.Has(fmt.Sprintf("mark.%d", i)); i++ {
		day, err := dayOrNone(e.get(fmt.Sprintf("day.%d", i)))
		if err != nil {
			return err
		}
		st := task.Milestone{ID: e.get(fmt.Sprintf("stone.%d", i)), Day: day, Mark: e.get(fmt.Sprintf("mark.%d", i))}
		if st.Mark == "" && st.Day == 0 {
			continue
		}
		if !slices.ContainsFunc(old, func(o task.Milestone) bool { return o.ID == st.ID }) {
			st.ID = e.p.NewID(plan.StoneID)
		}
		p.Stones = append(p.Stones, st)
	}
	return nil
}

// shape of a plan's figure for the page of a target.
func goalFigure(v float64, ok bool) Cell {
	if !ok {
		return text(chart.NoNumber)
	}
	return figure(v, decimalsOf(v, 2))
}
