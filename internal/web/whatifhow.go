package web

import (
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/gap"
	"shuren/internal/standard"
)

// Where the figures of a scenario come from: what is now has its trace, what
// would be rests on the changes made, which stand on the page with what each of
// them changes.

// changesMade are the changes in words, each leading to the figure or threshold
// that it changes. words stand in the order in which a scenario keeps its parts.
func (r *request) changesMade(s flow.Scenario, words []string) []Link {
	var hrefs []string
	stage := func(x edu.Stage) []string { return []string{"stage", string(x)} }
	for _, x := range s.Thresholds {
		hrefs = append(hrefs, r.to([]string{"indicators", x.Indicator}, stage(x.Stage)...))
	}
	for _, x := range s.Limits {
		hrefs = append(hrefs, r.toTop(x.Rule, stage(x.Stage)...))
	}
	for _, x := range s.Inputs {
		level := edu.Section
		if r.lens.county(x.Unit) >= 0 {
			level = edu.County
		}
		hrefs = append(hrefs, r.toTrace(level, x.Unit, x.Element, stage(x.Stage)...))
	}
	for _, x := range s.Factors {
		if x.County != "" {
			hrefs = append(hrefs, r.toTrace(edu.County, x.County, x.Element, stage(x.Stage)...))
		} else {
			hrefs = append(hrefs, r.toTop(x.Element, stage(x.Stage)...))
		}
	}
	out := make([]Link, len(words))
	for i, w := range words {
		out[i] = Link{Text: w}
		if i < len(hrefs) {
			out[i].Href = hrefs[i]
		}
	}
	return out
}

// beforeSection explains the verdict that a section has now.
func (r *request) beforeSection(x gap.SectionFlip, st *standard.Stage, code string) string {
	item := ""
	switch {
	case x.Indicator != nil:
		item = x.Indicator.ID
	case len(st.Rules) > 0:
		item = st.Rules[0].Rule.ID
	}
	if item == "" {
		return ""
	}
	return r.toTrace(edu.Section, code, item, "stage", string(st.Frame.Stage))
}

// beforeLack explains what is lacking of an indicator now: its figure over the
// whole, which says what the sections that are short lack together.
func (r *request) beforeLack(x gap.LackChange, a *standard.Assessment) string {
	if x.Stage < 0 || x.Stage >= len(a.Stages) {
		return r.toTop(x.Indicator.ID)
	}
	return r.toTop(x.Indicator.ID, "stage", string(a.Stages[x.Stage].Frame.Stage))
}

// lampTo is a verdict that leads to its explanation.
func lampTo(l Lamp, href string) Cell {
	c := lampCell(l)
	c.Href = href
	return c
}
