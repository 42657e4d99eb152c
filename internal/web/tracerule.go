package web

import (
	"fmt"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// ruleSteps explains what a rule comes to for a unit above sections: where it is
// judged by its members, above that by the units below; a rule of sections by
// the sections themselves.
func (r *request) ruleSteps(rule *pack.Rule, at place) (steps []step, stage string, err error) {
	if rule.Level == edu.Section {
		return r.sectionsRuled(rule, at)
	}
	own := r.a.RuleLevel(rule.ID)
	switch {
	case at.level == own:
		return r.membersOf(rule, at), "", nil
	case at.level < own:
		return r.rolledSteps(rule, at, own), "", nil
	default:
		return nil, "", fmt.Errorf("rule %s is judged at the level %s: %w", rule.ID, own, fault.NotFound)
	}
}

// membersOf explains a rule by its members.
func (r *request) membersOf(rule *pack.Rule, at place) []step {
	lamp := r.Verdict(r.a.Verdict(rule.ID, at.level, at.i))
	verdict := step{Title: r.T("trace.verdict"), Lamp: &lamp}
	if rule.Statistic != "" {
		_, why := r.a.RuleReason(rule, at.level, at.i)
		verdict.Text = r.Text(why)
		return []step{verdict, r.ruleStep(rule), r.spreadStep(rule, at)}
	}
	t := Table{Caption: r.T("trace.members"), Sheet: r.T("trace.members"), List: true, Cols: []Col{{Label: r.T("item"), Wrap: true}, {Label: r.T("duties.value"), Wrap: true}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("why"), Wrap: true}, {Label: r.T("verdict")}}}
	var tally edu.AllOf
	for _, id := range rule.Of {
		v := r.a.Member(rule, id, at.level, at.i)
		tally.Add(v)
		it := blockItem{block: rule, id: id, rule: r.lens.rule(id), def: r.a.Pack.Indicator(id)}
		if it.rule == nil && it.def == nil {
			continue
		}
		href := r.traceAt(at, id)
		value, limit := text(""), text("")
		switch {
		case it.rule != nil && it.rule.Level == edu.Section:
			value = text(r.tallyWords(r.a.Sections(id, at.level, at.i, -1)))
			limit = text(r.T("trace.every"))
		case at.level == edu.County:
			value, limit = r.itemFigure(it, at.i)
		}
		c := lampCell(r.Verdict(v))
		c.Href = href
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(it.name(r.locale), href), value, limit, text(r.memberWhy(it, at)), c}})
	}
	verdict.Text = r.T("trace.tally", r.tallyWords(tally))
	return []step{verdict, r.ruleStep(rule), {Title: r.T("trace.members"), Tables: []Table{t}}}
}

// memberWhy says why a member of a rule came out as it did.
func (r *request) memberWhy(it blockItem, at place) string {
	switch {
	case it.rule != nil && it.rule.Level != edu.Section:
		_, why := r.a.RuleReason(it.rule, at.level, at.i)
		return r.Text(why)
	case it.def != nil && it.def.Level == edu.County && at.level == edu.County:
		row := r.a.Units[edu.County][at.i].Row
		if r.a.Counties == nil || row < 0 || r.a.Counties.Indicator(it.id) == nil {
			return r.T("trace.noanswers", at.name)
		}
		return r.Text(r.a.Reason(r.a.Counties, r.a.Counties.Indicator(it.id), row))
	}
	return ""
}

// rolledSteps explains a verdict above the level at which the rule is judged:
// every unit below must meet it.
func (r *request) rolledSteps(rule *pack.Rule, at place, own edu.Level) []step {
	lamp := r.Verdict(r.a.Verdict(rule.ID, at.level, at.i))
	n, _ := r.a.RuleReason(rule, at.level, at.i)
	t := Table{ID: "members", Caption: r.T("trace.units"), Sheet: r.T("trace.units"), List: true, Cols: []Col{{Label: r.Level(own), Wrap: true}, {Label: r.T("why"), Wrap: true}, {Label: r.T("verdict")}}}
	for _, i := range r.inside(at, own) {
		u := r.a.Units[own][i]
		_, why := r.a.RuleReason(rule, own, i)
		href := r.toTrace(own, addressOf(u), rule.ID)
		c := lampCell(r.Verdict(r.a.Verdict(rule.ID, own, i)))
		c.Href = href
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(u.Name, href), text(r.Text(why)), c}})
	}
	return []step{{Title: r.T("trace.verdict"), Lamp: &lamp, Text: r.T("trace.rolled", r.Level(own), r.tallyWords(n))}, r.ruleStep(rule), {Title: r.T("trace.units"), Tables: []Table{t}}}
}

// spreadStep lists the coefficients of a dispersion rule, stage by stage.
func (r *request) spreadStep(rule *pack.Rule, at place) step {
	t := Table{Caption: r.T("trace.members"), Sheet: r.T("trace.members"), List: true, Cols: []Col{{Label: r.T("indicator")}, {Label: r.T("stage")}, {Label: r.Text(rule.Name), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("bycounty.missing"), Num: true}, {Label: r.T("verdict")}}}
	for i, st := range r.a.Stages {
		limit, ok := rule.Limit[st.Frame.Stage]
		if !ok {
			continue
		}
		for _, id := range rule.Of {
			s, ok := r.lens.stat(i, id, at.level, at.i)
			if !ok || s.n == 0 && s.missing == 0 {
				continue
			}
			s.spread = standard.Dispersion(st.Item(id).Stats[at.level][r.a.Units[at.level][at.i].Region[i]], rule.Statistic)
			d := r.a.Pack.Indicator(id)
			trace := r.traceAt(at, id, "stage", string(st.Frame.Stage))
			v := r.lens.heldTo(s.spread, rule, limit, s.missing)
			lamp := lampCell(r.Verdict(v))
			t.Rows = append(t.Rows, Row{Cells: []Cell{linked(joinCode(d.Code, r.Text(d.Name)), trace), text(r.Stage(st.Frame.Stage)), figure(s.spread, 4), text(r.Op(rule.Op) + r.Limit(limit)), count(s.missing), lamp}})
		}
	}
	return step{Title: r.T("trace.members"), Tables: []Table{t}}
}

// sectionsRuled explains how many sections of a unit meet a rule, by the list of
// them: worst first.
func (r *request) sectionsRuled(rule *pack.Rule, at place) ([]step, string, error) {
	stage, err := r.stage()
	if err != nil {
		return nil, "", err
	}
	if stage < 0 {
		return nil, "", fmt.Errorf("sections by %s: %w", r.ref(), fault.NotFound)
	}
	var all edu.AllOf
	var byStage []Fact
	for i, st := range r.a.Stages {
		if st.Rule(rule.ID) == nil {
			continue
		}
		n := r.a.Sections(rule.ID, at.level, at.i, i)
		for k := range n.Count {
			all.Count[k] += n.Count[k]
		}
		byStage = append(byStage, Fact{Term: r.Stage(st.Frame.Stage), Text: r.T("trace.share", n.Count[edu.Met], judged(n), chart.Percent(ratio(n.Count[edu.Met], judged(n))), r.tallyWords(n)),
			Link: &Link{r.T("trace.list"), r.traceAt(at, rule.ID, "stage", string(st.Frame.Stage))}})
	}
	st := r.a.Stages[stage]
	ruled := st.Rule(rule.ID)
	if ruled == nil {
		return nil, "", fmt.Errorf("rule %s of %s: %w", rule.ID, st.Frame.Stage, fault.NotFound)
	}
	lo, hi := r.a.Rows(at.level, at.i, stage)
	var rows []int
	for _, v := range []edu.Verdict{edu.Short, edu.Unknown, edu.Met, edu.Exempt} {
		for row := lo; row < hi; row++ {
			if ruled.Verdicts[row] == v && (r.query.Get("verdict") == "" || r.query.Get("verdict") == v.String()) {
				rows = append(rows, row)
			}
		}
	}
	shown, list, err := r.part(rows)
	if err != nil {
		return nil, "", err
	}
	t := Table{ID: "sections", Caption: r.T("trace.ruled", len(rows)), Show: true, Sheet: r.T("sections"), List: true, Cols: []Col{{Label: r.T("school")}, {Label: r.T("why"), Wrap: true}, {Label: r.T("shortest.lacks"), Wrap: true}, {Label: r.T("verdict")}}}
	for _, row := range shown {
		x := st.Frame.Rows[row]
		href := r.toTrace(edu.Section, x.Code, rule.ID, "stage", string(st.Frame.Stage))
		lacks := ""
		if ruled.Verdicts[row] == edu.Short {
			lacks = r.steps(gap.WayOf(st, rule, stage, row).Steps)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.called(x), href), text(r.Text(r.a.SectionRuleReason(st, ruled, row))), text(lacks), lampCell(r.Verdict(ruled.Verdicts[row]))}})
	}
	list.Title, list.Tables = r.T("trace.inputs"), []Table{t}
	verdict := step{Title: r.T("trace.verdict"), Text: r.T("trace.tally", r.tallyWords(all)), Facts: byStage}
	return []step{verdict, r.ruleStep(rule), list}, r.Stage(st.Frame.Stage), nil
}
