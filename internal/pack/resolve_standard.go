// Standards: thresholds that fit their indicators, rules that stand on each
// other.

package pack

import (
	"maps"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

func (v *resolver) standard(st *Standard) {
	at := v.at[field{st, "id"}]
	if st.Name == (edu.Text{}) {
		v.failAt(at, "\"name\" is missing")
	}
	if st.Source == "" {
		v.failAt(at, "\"source\" is missing")
	}
	if st.Scope != nil {
		v.condition(st.Scope, scope{level: edu.Section})
		if st.ScopeTag == "" {
			v.failAt(at, "\"scope_evidence\" is missing: what the scope rests on")
		}
	}
	for _, t := range st.Thresholds {
		v.threshold(st, t)
	}
	v.overlaps(st)
	v.order(st)
	for _, ru := range st.Rules {
		v.rule(st, ru)
	}
	switch {
	case len(st.Rules) == 0 && st.Root == "":
	case st.rule(st.Root) == nil:
		v.failAt(v.at[field{st, "root"}], "root: unknown rule %q%s", st.Root, formula.DidYouMean(st.Root, st.ruleIDs()))
	}
}

func (st *Standard) rule(id string) *Rule {
	for _, r := range st.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (st *Standard) ruleIDs() []string {
	var ids []string
	for _, r := range st.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

// unknownIndicator reports a name that is no indicator.
func (v *resolver) unknownIndicator(id string, at pos, more ...string) {
	v.failAt(at, "unknown indicator %q%s", id, formula.DidYouMean(id, append(slices.Collect(maps.Keys(v.p.indicator)), more...)))
}

func (v *resolver) threshold(st *Standard, t *Threshold) {
	at := v.at[field{t, "indicator"}]
	i := v.p.indicator[t.Indicator]
	if i == nil {
		v.unknownIndicator(t.Indicator, at)
		return
	}
	value := v.at[field{t, "value"}]
	stages := i.Stages
	if len(stages) == 0 {
		stages = v.p.Stages
	}
	switch {
	case t.Stage != "" && i.Level != edu.Section:
		v.failAt(value, "%s is measured once for the county, so its threshold has no stage", i.ID)
	case t.Stage != "" && !slices.Contains(stages, t.Stage):
		v.failAt(value, "%s is not measured at the stage %s", i.ID, t.Stage)
	case t.Stage != "":
		stages = []edu.Stage{t.Stage}
	}
	if (i.Unit == YesNo) != (t.Op == Equal) {
		v.failAt(value, "a judgement (unit %s) is held to is: yes or is: no, and only a judgement is", YesNo)
	}
	if t.Region && (i.Level != edu.Section || i.Region == nil) {
		v.failAt(v.at[field{t, "judge"}], "judge: region needs an indicator of sections with a region formula")
	}
	sc := scope{level: i.Level, stages: stages}
	if t.Formula != nil {
		if u, ok := v.unit(i.Unit, v.at[field{i, "unit"}]); ok {
			v.figure(t.Formula, formula.Section, sc, u)
		}
		if t.Region {
			v.failAt(value, "a region is held to a number, not to a formula")
		}
	}
	if t.When != nil {
		v.condition(t.When, sc)
	}
	if t.EvidenceOf != "" {
		if e := v.element(t.EvidenceOf, v.at[field{t, "evidence_of"}]); e != nil && !e.Evidence {
			v.failAt(v.at[field{t, "evidence_of"}], "%s does not ask for evidence (needs_evidence)", e.ID)
		}
	}
}

// overlaps reports two thresholds that would hold one figure at one time.
func (v *resolver) overlaps(st *Standard) {
	for k, t := range st.Thresholds {
		for _, o := range st.Thresholds[:k] {
			if o.Indicator != t.Indicator || o.Stage != t.Stage && o.Stage != "" && t.Stage != "" {
				continue
			}
			if (o.To == 0 || t.From < o.To) && (t.To == 0 || o.From < t.To) {
				v.failAt(v.at[field{t, "value"}], "%s already has a threshold for this stage and time, in %s:%d", t.Indicator, o.File, o.Line)
			}
		}
	}
}

// order puts rules after those that they refer to, and reports circles.
func (v *resolver) order(st *Standard) {
	const (
		begun = 1
		done  = 2
	)
	state := map[*Rule]int{}
	var sorted []*Rule
	var visit func(r *Rule)
	visit = func(r *Rule) {
		if state[r] == begun {
			v.failAt(v.at[field{r, "of"}], "rule %q refers to itself, directly or through others", r.ID)
		}
		if state[r] != 0 {
			return
		}
		state[r] = begun
		for _, id := range r.Of {
			if o := st.rule(id); o != nil {
				visit(o)
			}
		}
		state[r] = done
		sorted = append(sorted, r)
	}
	for _, r := range st.Rules {
		visit(r)
	}
	st.Rules = sorted
}

func (v *resolver) rule(st *Standard, ru *Rule) {
	at := v.at[field{ru, "of"}]
	if v.p.indicator[ru.ID] != nil {
		v.failAt(v.at[field{ru, "id"}], "rule %q has the id of an indicator", ru.ID)
	}
	if ru.Level == edu.NoLevel || ru.Level == edu.School || ru.Level == edu.Township {
		v.failAt(v.at[field{ru, "level"}], "level: a rule is judged for a section, a county or a level above")
	}
	if ru.AtLeast > len(ru.Of) {
		v.failAt(v.at[field{ru, "at_least"}], "at_least %d of %d cannot be met", ru.AtLeast, len(ru.Of))
	}
	if ru.Share != 0 && ru.Level == edu.Section {
		v.failAt(v.at[field{ru, "share"}], "share is about the sections of a region")
	}
	if ru.First && (ru.Level == edu.Section || ru.AtLeast != 0 || ru.Floor != 0 || ru.Share != 0 || ru.Statistic != "") {
		v.failAt(v.at[field{ru, "first"}], "first is about the findings of a region, and goes without at_least, floor, share and statistic")
	}
	for st := range ru.Limit {
		if st != "" && !slices.Contains(v.p.Stages, st) {
			v.failAt(v.at[field{ru, "statistic"}], "limit: stage %q is not one of the pack's stages", st)
		}
	}
	for _, id := range ru.Of {
		if o := st.rule(id); o != nil {
			if ru.Level == edu.Section && o.Level != edu.Section {
				v.failAt(at, "%q is judged for a %s, so it is no part of a rule for sections", id, o.Level)
			}
			if ru.Statistic != "" || ru.Floor != 0 {
				v.failAt(at, "statistic and floor are about indicators; %q is a rule", id)
			}
			continue
		}
		i := v.p.indicator[id]
		if i == nil {
			v.unknownIndicator(id, at, st.ruleIDs()...)
			continue
		}
		if ru.Statistic != "" {
			v.dispersion(ru, i, at)
			continue
		}
		v.judged(st, ru, i, at)
	}
}

// dispersion checks an indicator whose spread over sections is judged.
func (v *resolver) dispersion(ru *Rule, i *Indicator, at pos) {
	if i.Level != edu.Section || i.Unit == YesNo {
		v.failAt(at, "%s has no spread over sections", i.ID)
		return
	}
	if strings.HasPrefix(ru.Statistic, "w") && i.Weight == "" {
		v.failAt(at, "%s is weighted, and %s has no weight", ru.Statistic, i.ID)
	}
	for _, st := range v.stagesOf(i) {
		if _, ok := ru.Limit[st]; !ok {
			if _, all := ru.Limit[""]; !all {
				v.failAt(v.at[field{ru, "statistic"}], "no limit for the stage %q", st)
				return
			}
		}
	}
}

// judged checks an indicator whose thresholds a rule combines.
func (v *resolver) judged(st *Standard, ru *Rule, i *Indicator, at pos) {
	has := map[edu.Stage]bool{}
	for _, t := range st.Thresholds {
		if t.Indicator != i.ID {
			continue
		}
		has[t.Stage] = true
		if ru.Level == edu.Section && (t.Region || i.Level != edu.Section) {
			v.failAt(at, "%s is judged for a region, so it is no part of a rule for sections", i.ID)
			return
		}
		if ru.Floor != 0 && t.Op != AtLeast && t.Op != Above {
			v.failAt(at, "a floor is a part of a least value, and %s is not held to one", i.ID)
			return
		}
	}
	if has[""] {
		return
	}
	if i.Level != edu.Section || len(v.stagesOf(i)) == 0 {
		v.failAt(at, "%s has no threshold in this standard", i.ID)
		return
	}
	for _, s := range v.stagesOf(i) {
		if !has[s] {
			v.failAt(at, "%s has no threshold for the stage %s in this standard", i.ID, s)
		}
	}
}

func (v *resolver) stagesOf(i *Indicator) []edu.Stage {
	if len(i.Stages) > 0 {
		return i.Stages
	}
	return v.p.Stages
}
