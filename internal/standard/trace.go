package standard

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Trace is the whole way from a verdict to the cells: rule and article,
// indicator, formula, observations, cells.
type Trace struct {
	Stage   edu.Stage
	Judged  *Judged
	Value   edu.Value
	Limit   float64 // NaN where nothing is asked
	Verdict edu.Verdict
	// Formula is the indicator's section formula with the row's numbers put in.
	Formula *pack.Formula
	Calc    formula.Trace
	Inputs  []Input
	Scope   edu.Verdict // Met where the standard's scope holds the row
	Rules   []RuleTrace // the rules that this indicator enters, nearest first
}

// Input is one figure that a formula read.
type Input struct {
	Field   string
	Element *pack.Element // nil only for a field that the pack does not declare
	Part    *pack.Option  // the part of a breakdown, or nil
	Value   edu.Value
	Cells   []edu.Cell
	Share   *Share // how the figure follows from what the school gave once, or nil
}

// Share says that a figure is a section's part of what its school gave as a
// whole, and by which rule.
type Share struct {
	frame.Share
	Rule *pack.Split
	By   *pack.Element // what decides on the parts
}

// RuleTrace is one rule that a judgement enters, and what it came to.
type RuleTrace struct {
	Rule    *pack.Rule
	Verdict edu.Verdict
	Tally   edu.AllOf // over the rule's members for a section, over sections for a region
	Reason  edu.Text  // how many members came to what, and which are short or unknown
}

// Trace explains one indicator of one row of a stage.
func (a *Assessment) Trace(st *Stage, row int, id string) (Trace, bool) {
	jd := st.Indicator(id)
	if jd == nil {
		return Trace{}, false
	}
	def := jd.Item.Def
	t := Trace{
		Stage: st.Frame.Stage, Judged: jd, Value: edu.FromFloat(jd.Item.Value(row)),
		Limit: jd.Limit(row), Verdict: jd.Verdict(row), Formula: def.Section, Scope: edu.Met,
	}
	if st.Scope != nil {
		t.Scope = st.Scope[row]
	}
	get := func(field string) edu.Value { return st.Frame.Value(row, field) }
	var fields []string
	if def.Section != nil {
		t.Calc = def.Section.Expr.Explain(get)
		fields = append(fields, def.Section.Expr.Fields()...)
	}
	if th := jd.Threshold; th != nil {
		for _, f := range []*pack.Formula{th.Formula, th.When} {
			if f != nil {
				fields = append(fields, f.Expr.Fields()...)
			}
		}
	}
	if a.Standard != nil && a.Standard.Scope != nil && st.Frame.Base == edu.Section {
		fields = append(fields, a.Standard.Scope.Expr.Fields()...)
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if !seen[f] {
			seen[f] = true
			t.Inputs = append(t.Inputs, a.Input(st.Frame, row, f))
		}
	}
	t.Rules = a.rulesOf(st, row, id)
	return t, true
}

// Input is one figure of a row with everything behind it.
func (a *Assessment) Input(f *frame.Frame, row int, field string) Input {
	in := Input{Field: field, Value: f.Value(row, field), Cells: f.Origin(row, field), Element: a.Pack.Element(field)}
	if sh, ok := f.Share(row, field); ok {
		in.Share = &Share{sh, a.Pack.Split, a.Pack.Element(a.Pack.Split.By)}
	}
	if in.Element != nil && in.Element.By != nil {
		for i, p := range in.Element.By.Parts {
			if field == in.Element.ID+"."+p.ID {
				in.Part = &in.Element.By.Parts[i]
			}
		}
	}
	return in
}

// rulesOf lists the rules that an indicator enters, from the nearest to the
// root, with their outcome for the row or for the row's county.
func (a *Assessment) rulesOf(st *Stage, row int, id string) []RuleTrace {
	if a.Standard == nil {
		return nil
	}
	within := []string{id}
	var out []RuleTrace
	for _, r := range a.Standard.Rules {
		if !slices.ContainsFunc(r.Of, func(x string) bool { return slices.Contains(within, x) }) {
			continue
		}
		within = append(within, r.ID)
		if r.Level == edu.Section {
			sr := st.Rule(r.ID)
			if sr == nil {
				continue
			}
			rt := RuleTrace{Rule: r, Verdict: sr.Verdicts[row], Reason: a.SectionRuleReason(st, sr, row)}
			for _, m := range r.Of {
				if jd := st.Indicator(m); jd != nil && jd.Threshold != nil {
					rt.Tally.Add(jd.Verdict(row))
				}
			}
			out = append(out, rt)
			continue
		}
		level := a.RuleLevel(r.ID)
		var unit int
		if st.Frame.Base == level {
			unit = a.Unit(level, st.Frame.Rows[row].ID)
		} else if ri := st.Frame.RegionOf(level, row); ri >= 0 {
			unit = a.Unit(level, st.Frame.Regions[level][ri].ID)
		} else {
			continue
		}
		if unit < 0 {
			continue
		}
		rt := RuleTrace{Rule: r, Verdict: a.Verdict(r.ID, level, unit)}
		_, rt.Reason = a.RuleReason(r, level, unit)
		for _, m := range r.Of {
			if x := a.rule(m); x != nil && x.Level == edu.Section {
				rt.Tally = a.Sections(m, level, unit, -1)
			}
		}
		out = append(out, rt)
	}
	return out
}

func (a *Assessment) rule(id string) *pack.Rule {
	for _, r := range a.Standard.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}
