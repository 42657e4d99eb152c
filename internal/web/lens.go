package web

import (
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// lens finds in a pack what the pages show first. No id is wired in: a pack
// with other names, without a standard, or with nothing but counties' own items,
// is shown just as well.
type lens struct {
	a *standard.Assessment
	// section is the first rule that sections pass or fail, nil without one; at
	// is the one of each stage, since a scheme may have its own for each.
	section *pack.Rule
	at      []*pack.Rule
	// stages are the indices of those stages in which something is measured.
	stages []int
	// measures are the indicators of those rules; where a stage has none, those
	// with a threshold, or all.
	measures []*pack.Indicator
	// spread is the rule that holds differences between sections to a limit.
	spread *pack.Rule
	// resources is the region rule that asks every section to pass.
	resources *pack.Rule
	// root is the verdict of the whole.
	root *pack.Rule
	// blocks are the region rules directly under the root, in its order.
	blocks []*pack.Rule
}

func newLens(a *standard.Assessment) *lens {
	l := &lens{a: a, at: make([]*pack.Rule, len(a.Stages))}
	if std := a.Standard; std != nil {
		var sections []string
		for _, r := range std.Rules {
			switch {
			case r.Level == edu.Section:
				sections = append(sections, r.ID)
				if l.section == nil {
					l.section = r
				}
			case r.Statistic != "" && l.spread == nil:
				l.spread = r
			case l.resources == nil && slices.ContainsFunc(r.Of, func(id string) bool { return slices.Contains(sections, id) }):
				l.resources = r
			}
		}
		l.root = l.rule(std.Root)
		if l.root != nil {
			for _, id := range l.root.Of {
				if r := l.rule(id); r != nil && r.Level != edu.Section {
					l.blocks = append(l.blocks, r)
				}
			}
			if len(l.blocks) == 0 && l.root.Level != edu.Section {
				l.blocks = []*pack.Rule{l.root} // which asks its items itself
			}
		}
	}
	var wanted []string
	for i, st := range a.Stages {
		if len(st.Items) > 0 {
			l.stages = append(l.stages, i)
		}
		if len(st.Rules) > 0 {
			l.at[i] = st.Rules[0].Rule
		}
		wanted = append(wanted, l.want(i)...)
	}
	for i, id := range wanted {
		if d := a.Pack.Indicator(id); d != nil && slices.Index(wanted, id) == i {
			l.measures = append(l.measures, d)
		}
	}
	return l
}

// want lists the indicators that a page shows of a stage.
func (l *lens) want(stage int) []string {
	if rule := l.at[stage]; rule != nil {
		return rule.Of
	}
	var held, all []string
	for _, jd := range l.a.Stages[stage].Judged {
		if d := jd.Item.Def; d.Unit != pack.YesNo {
			all = append(all, d.ID)
			if jd.Threshold != nil || jd.Region != nil {
				held = append(held, d.ID)
			}
		}
	}
	if len(held) > 0 {
		return held
	}
	return all
}

// sectional tells that sections are measured.
func (l *lens) sectional() bool { return len(l.stages) > 0 }

// declares tells that the pack has indicators of a level.
func (l *lens) declares(level edu.Level) bool {
	return slices.ContainsFunc(l.a.Pack.Indicators, func(d *pack.Indicator) bool {
		return d.Level == level || level == edu.Section && d.Level == edu.NoLevel
	})
}

// ruleAt is the section rule of a stage, nil where it has none.
func (l *lens) ruleAt(stage int) *standard.SectionRuled {
	if l.at[stage] == nil {
		return nil
	}
	return l.a.Stages[stage].Rule(l.at[stage].ID)
}

func (l *lens) rule(id string) *pack.Rule {
	if l.a.Standard == nil || id == "" {
		return nil
	}
	for _, r := range l.a.Standard.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// floor is the part of a threshold below which a section cannot pass; 0 where
// the standard has no such line.
func (l *lens) floor() float64 {
	if l.section == nil {
		return 0
	}
	return l.section.Floor
}

// tone compares a figure with a limit for display: met, near (not below the
// standard's own floor) or short. It is no verdict, and pages say so.
func (l *lens) tone(v float64, op pack.Op, limit float64) chart.Tone {
	switch standard.Compare(v, op, limit) {
	case edu.Met:
		return chart.Good
	case edu.Unknown:
		return chart.Plain
	}
	if f := l.floor(); f > 0 && op == pack.AtLeast && v >= f*limit {
		return chart.Near
	}
	return chart.Bad
}

// verdictTone is the tone of a verdict on one indicator of one section: a short
// one is near where it does not lie below the floor.
func (l *lens) verdictTone(jd *standard.Judged, row int) chart.Tone {
	switch jd.Verdict(row) {
	case edu.Met:
		return chart.Good
	case edu.Short:
		if l.tone(jd.Item.Value(row), jd.Threshold.Op, jd.Limit(row)) == chart.Near && l.asks(jd.Item.Def.ID) {
			return chart.Near
		}
		return chart.Bad
	case edu.Exempt:
		if jd.Threshold == nil {
			return chart.Plain
		}
		return chart.Open
	default:
		return chart.Open
	}
}

// asks tells that a section rule asks for an indicator.
func (l *lens) asks(id string) bool {
	return slices.ContainsFunc(l.at, func(r *pack.Rule) bool { return r != nil && slices.Contains(r.Of, id) })
}

// top is the level and index of the whole: the first unit of the highest level.
func (l *lens) top() (edu.Level, int) {
	for lv := range l.a.Units {
		if len(l.a.Units[lv]) > 0 {
			return edu.Level(lv), 0
		}
	}
	return edu.NoLevel, -1
}

// county finds a county by its code, or -1.
func (l *lens) county(code string) int {
	return slices.IndexFunc(l.a.Units[edu.County], func(u standard.Unit) bool { return u.Code == code })
}

// stat is an indicator over a unit in a stage: value, n, and its moments.
func (l *lens) value(stage int, id string, level edu.Level, unit int) float64 {
	if s, ok := l.stat(stage, id, level, unit); ok {
		return s.value
	}
	return math.NaN()
}

type unitStat struct {
	value, spread float64
	n, missing    int
}

func (l *lens) stat(stage int, id string, level edu.Level, unit int) (unitStat, bool) {
	if unit < 0 {
		return unitStat{}, false
	}
	st := l.a.Stages[stage]
	it := st.Item(id)
	ri := l.a.Units[level][unit].Region[stage]
	if it == nil || ri < 0 || ri >= len(it.Stats[level]) {
		return unitStat{}, false
	}
	s := it.Stats[level][ri]
	out := unitStat{value: s.Value, n: s.N, missing: s.Missing, spread: math.NaN()}
	if l.spread != nil {
		out.spread = standard.Dispersion(s, l.spread.Statistic)
	}
	return out, true
}

// limit is the dispersion rule's limit of a stage.
func (l *lens) limit(stage int) float64 {
	if l.spread == nil {
		return math.NaN()
	}
	if v, ok := l.spread.Limit[l.a.Stages[stage].Frame.Stage]; ok {
		return v
	}
	if v, ok := l.spread.Limit[""]; ok {
		return v
	}
	return math.NaN()
}

// widest is the largest dispersion among the measures of a unit, whose it is
// (nil where there is none), and how many figures the measures lack.
func (l *lens) widest(stage int, level edu.Level, unit int) (most float64, of *pack.Indicator, missing int) {
	most = math.NaN()
	for _, d := range l.measures {
		s, ok := l.stat(stage, d.ID, level, unit)
		if !ok {
			continue
		}
		missing += s.missing
		if !math.IsNaN(s.spread) && !(s.spread <= most) {
			most, of = s.spread, d
		}
	}
	return most, of, missing
}

// heldTo is the verdict of a rule on one coefficient.
func (l *lens) heldTo(v float64, rule *pack.Rule, limit float64, missing int) edu.Verdict {
	verdict := standard.Compare(v, rule.Op, limit)
	if verdict == edu.Met && missing > 0 {
		return edu.Unknown
	}
	return verdict
}

// spreadVerdict is the verdict on a dispersion from which figures are missing:
// open unless it is over its limit already.
func (l *lens) spreadVerdict(v float64, missing, stage int) edu.Verdict {
	return l.heldTo(v, l.spread, l.limit(stage), missing)
}

// spreadTone is the tone of that verdict.
func (l *lens) spreadTone(v float64, missing, stage int) chart.Tone {
	if l.spreadVerdict(v, missing, stage) == edu.Unknown {
		return chart.Open
	}
	return l.tone(v, l.spread.Op, l.limit(stage))
}

// tally counts the section rules' verdicts over a unit; stage -1 is all.
func (l *lens) tally(level edu.Level, unit, stage int) edu.AllOf {
	var sum edu.AllOf
	for i, rule := range l.at {
		if rule == nil || unit < 0 || stage >= 0 && i != stage {
			continue
		}
		t := l.a.Sections(rule.ID, level, unit, i)
		for k := range t.Count {
			sum.Count[k] += t.Count[k]
		}
	}
	return sum
}

// judged is how many sections were asked, whatever came out.
func judged(t edu.AllOf) int { return t.Count[edu.Met] + t.Count[edu.Short] + t.Count[edu.Unknown] }

// row finds a section of a school in a stage by the school's code, or -1.
func (l *lens) row(stage int, code string) int {
	if row, ok := l.a.Stages[stage].Frame.Find(code); ok {
		return row
	}
	return -1
}

// sum adds up a column over rows lo to hi-1; n is how many have a figure.
func sum(col []float64, lo, hi int) (total float64, n int) {
	for i := lo; i < hi && i < len(col); i++ {
		if !math.IsNaN(col[i]) {
			total += col[i]
			n++
		}
	}
	return total, n
}
