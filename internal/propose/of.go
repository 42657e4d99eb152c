// From an assessment and a county's means to what Make asks. Which indicators,
// limits, floors and spreads there are, and how each can be changed, is the pack's
// to say.

package propose

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// builder makes a County.
type builder struct {
	a       *standard.Assessment
	p       *pack.Pack
	in      Means
	c       *County
	n       *Names
	county  int // index among the units
	grow    []growth
	counted map[string][]bool // what counts found, by elements
	knows   map[string][]string
	town    map[string]string // names of townships by code
}

// growth is what an element adds to the indicators.
type growth struct {
	element string
	by      [][][]float64 // by section and indicator: what one more adds, nil for nothing
}

// Of makes a County of an assessment and of what the county has to work with. The
// error is of a pack, a county or means of which nothing can be made; what is only
// left out stands in the Names' notes.
func Of(a *standard.Assessment, county edu.UnitID, in Means) (*County, *Names, error) {
	b := &builder{a: a, p: a.Pack, in: in, c: &County{}, n: &Names{County: county, Pack: a.Pack.Ref(), Period: a.Period, Prices: in.Prices, assessment: a}}
	if b.county = a.Unit(edu.County, county); b.county < 0 {
		if b.county = b.byCode(string(county)); b.county < 0 {
			return nil, nil, fmt.Errorf("county %q: not in the assessment: %w", county, fault.NotFound)
		}
	}
	u := a.Units[edu.County][b.county]
	b.c.Name, b.n.Name, b.n.County = u.Name, u.Name, u.ID
	if a.Standard == nil || len(b.p.Levers) == 0 {
		return nil, nil, fmt.Errorf("pack %s: has no standard with levers, so there is nothing to propose by: %w", b.p.Ref(), fault.Invalid)
	}
	if len(in.Years) == 0 {
		return nil, nil, fmt.Errorf("no school year of the plan is told: %w", fault.Invalid)
	}
	for _, y := range in.Years {
		b.n.Years = append(b.n.Years, y.Year)
		b.c.Years = append(b.c.Years, Year{Name: y.Year.String(), Budget: y.Yuan})
	}
	b.indicators()
	if len(b.c.Indicators) == 0 {
		return nil, nil, fmt.Errorf("pack %s: no indicator of its standard can be planned to: %w", b.p.Ref(), fault.Invalid)
	}
	b.stages()
	if err := b.sections(); err != nil {
		return nil, nil, err
	}
	b.ways()
	if err := b.growths(); err != nil {
		return nil, nil, err
	}
	if err := b.people(); err != nil {
		return nil, nil, err
	}
	b.amounts()
	b.closed()
	b.subjects()
	return b.c, b.n, nil
}

func (b *builder) byCode(code string) int {
	return slices.IndexFunc(b.a.Units[edu.County], func(u standard.Unit) bool { return u.Code == code || u.Name == code })
}

// indicators are those of the rule of sections, or without one all that sections
// are held to.
func (b *builder) indicators() {
	for _, r := range b.a.Standard.Rules {
		if r.Level == edu.Section && b.n.rule == nil && slices.ContainsFunc(r.Of, func(id string) bool { return b.p.Indicator(id) != nil }) {
			b.n.rule = r
		}
	}
	for _, d := range b.p.Indicators {
		asked := b.n.rule == nil || slices.Contains(b.n.rule.Of, d.ID)
		if !asked || d.Level != edu.Section {
			continue
		}
		if !slices.ContainsFunc(b.a.Stages, func(st *standard.Stage) bool { jd := st.Indicator(d.ID); return jd != nil && jd.Threshold != nil }) {
			continue
		}
		b.n.Indicators = append(b.n.Indicators, d)
		b.c.Indicators = append(b.c.Indicators, Indicator{ID: d.ID, Per: 1, What: Amount, Whole: d.Lack != nil && d.Lack.Whole})
	}
}

// stages are the rules of each stage: how many indicators must be reached, the
// floor of the others, and the limits of spread.
func (b *builder) stages() {
	n := len(b.c.Indicators)
	for _, r := range b.a.Standard.Rules {
		if r.Statistic == "" || r.Level == edu.Section || !slices.ContainsFunc(r.Of, func(id string) bool { return b.index(id) >= 0 }) {
			continue
		}
		if r.Statistic != "wcv" || r.Mean || r.Op != pack.AtMost {
			b.n.note(fmt.Sprintf("“%s”未纳入测算：只能按逐项加权差异系数测算。", r.Name.ZH), fmt.Sprintf("%q is not planned to: only weighted coefficients of single indicators are.", r.Name.EN))
			continue
		}
		b.n.spreads = append(b.n.spreads, r)
	}
	b.c.Bounded = len(b.n.spreads) > 0
	for _, st := range b.a.Stages {
		s := Stage{Name: string(st.Frame.Stage), Limit: make([]float64, n), Spread: make([]float64, n), Need: n, Floor: 1}
		if r := b.n.rule; r != nil {
			s.Floor = r.Floor
			if r.AtLeast > 0 {
				s.Need = max(0, n-(len(r.Of)-r.AtLeast))
			}
		}
		for i, d := range b.n.Indicators {
			if jd := st.Indicator(d.ID); jd != nil && jd.Threshold != nil && jd.Limits == nil {
				s.Limit[i] = jd.Threshold.Value
			}
			for _, r := range b.n.spreads {
				if limit, ok := r.Limit[st.Frame.Stage]; ok && slices.Contains(r.Of, d.ID) && st.Item(d.ID) != nil {
					s.Spread[i] = limit
				}
			}
		}
		b.c.Stages = append(b.c.Stages, s)
	}
}

// subjects holds who teaches what against the county's own plan of lessons, in the
// schools whose people are the county's.
func (b *builder) subjects() {
	var all []means.Section
	for s, w := range b.n.Sections {
		if b.c.Sections[s].Closed.Move {
			continue
		}
		x := means.Section{School: w.Code, Stage: w.Stage, Classes: math.NaN()}
		if n, ok := b.a.Stages[w.StageAt].Frame.Value(w.Row, "classes").Number(); ok {
			x.Classes = n
		}
		all = append(all, x)
	}
	b.n.Subjects = means.Needs(all, &b.in.Staff, &b.in.Lessons, means.ElementsOf(b.p))
}

func (b *builder) index(id string) int {
	return slices.IndexFunc(b.n.Indicators, func(d *pack.Indicator) bool { return d.ID == id })
}

// sections are all of the county, with what each has.
func (b *builder) sections() error {
	n := len(b.c.Indicators)
	for si, st := range b.a.Stages {
		lo, hi := b.a.Rows(edu.County, b.county, si)
		pupils := b.weights(st)
		for row := lo; row < hi; row++ {
			r := st.Frame.Rows[row]
			w := Where{Unit: r.ID, Code: r.Code, Name: r.Name, Stage: st.Frame.Stage, StageAt: si, Row: row}
			sec := Section{ID: r.Code, Name: r.Name, Stage: si, Have: make([]float64, n), Limit: make([]float64, n), Unit: make([]float64, n), Pupils: pupils[row]}
			sec.Township = b.township(st, row, &w)
			sec.Counted = b.judged(st, row)
			var missing []int
			for i, d := range b.n.Indicators {
				ok, err := b.figure(st, row, i, d, &sec)
				if err != nil {
					return err
				}
				if !ok && sec.Counted {
					missing = append(missing, i)
				}
			}
			if len(missing) > 0 || sec.Counted && !(sec.Pupils > 0) {
				sec.Counted = false
				why := edu.Text{ZH: "缺少数据，无法测算", EN: "figures are missing, so it cannot be planned for"}
				for _, i := range missing {
					why.ZH += "、" + b.n.Indicators[i].Short.ZH
					why.EN += ", " + b.n.Indicators[i].Short.EN
				}
				b.n.Left = append(b.n.Left, Left{w, why})
			}
			for i := range sec.Unit {
				if !(sec.Unit[i] > 0) {
					sec.Unit[i] = 1
				}
			}
			if !(sec.Pupils >= 0) {
				sec.Pupils = 0
			}
			b.c.Sections, b.n.Sections = append(b.c.Sections, sec), append(b.n.Sections, w)
		}
	}
	if len(b.c.Sections) == 0 {
		return fmt.Errorf("%s has no section: %w", b.c.Name, fault.NotFound)
	}
	for i := range b.c.Indicators {
		for s := range b.c.Sections {
			if sec := &b.c.Sections[s]; sec.Counted {
				b.c.Indicators[i].Per = sec.Pupils / sec.Unit[i]
				break
			}
		}
		if !(b.c.Indicators[i].Per > 0) {
			b.c.Indicators[i].Per = 1
		}
	}
	if len(b.n.Left) > 0 {
		b.n.note(fmt.Sprintf("%d 个学段缺少数据，未纳入方案；补报后方能判定差异系数。", len(b.n.Left)), fmt.Sprintf("%d sections lack figures and are left out; the spread cannot be judged until they are reported.", len(b.n.Left)))
	}
	return nil
}

// weights are what the spread is weighted by: one element for all indicators.
func (b *builder) weights(st *standard.Stage) []float64 {
	for _, d := range b.n.Indicators {
		if d.Weight == "" {
			continue
		}
		if col, ok := st.Frame.Column(d.Weight); ok {
			return col
		}
	}
	ones := make([]float64, st.Frame.Len())
	for i := range ones {
		ones[i] = 1
	}
	return ones
}

// judged tells that a section is held to the standard at all.
func (b *builder) judged(st *standard.Stage, row int) bool {
	if b.n.rule != nil {
		if r := st.Rule(b.n.rule.ID); r != nil {
			return r.Verdicts[row] != edu.Exempt
		}
	}
	return slices.ContainsFunc(b.n.Indicators, func(d *pack.Indicator) bool {
		jd := st.Indicator(d.ID)
		return jd != nil && jd.Verdict(row) != edu.Exempt
	})
}

// figure takes what a section has of an indicator. What has no numerator that could
// change is 1 where it is met and 0 where it is not, held to 1. ok is false where a
// figure that is asked is missing.
func (b *builder) figure(st *standard.Stage, row, i int, d *pack.Indicator, sec *Section) (ok bool, err error) {
	jd := st.Indicator(d.ID)
	if jd == nil || jd.Threshold == nil {
		return true, nil
	}
	v := jd.Verdict(row)
	sec.Unit[i] = 1
	if d.Lack == nil || jd.Threshold.Op != pack.AtLeast || d.Better != "higher" {
		if v == edu.Met {
			sec.Have[i] = 1
		}
		if v == edu.Met || v == edu.Short {
			sec.Limit[i] = 1
		}
		return v != edu.Unknown, nil
	}
	get := func(field string) edu.Value { return st.Frame.Value(row, field) }
	have, ok1 := d.Lack.Have.Expr.Explain(get).Value.Number()
	per, ok2 := d.Lack.Per.Expr.Explain(get).Value.Number()
	if ok1 {
		sec.Have[i] = math.Max(0, have)
	}
	if ok2 && per > 0 {
		sec.Unit[i] = per
	}
	if v == edu.Exempt {
		return true, nil
	}
	sec.Limit[i] = jd.Limit(row)
	value := jd.Item.Value(row)
	if !ok1 || !ok2 || !(per > 0) || v == edu.Unknown || math.IsNaN(sec.Limit[i]) || have < 0 {
		sec.Limit[i] = 0
		return false, nil
	}
	if math.Abs(have/per-value) > 1e-9*math.Max(1, math.Abs(value)) {
		return false, fmt.Errorf("indicator %s of %s: lack says %v per %v, and the value is %v: %w", d.ID, sec.ID, have, per, value, fault.Invalid)
	}
	return true, nil
}
