// Indicators, standards, the split and worked examples as a pack's files write
// them.

package pack

import (
	"math"
	"slices"

	"go.yaml.in/yaml/v3"

	"shuren/internal/edu"
)

// indicatorInherits are the keys that a group says for its indicators.
var indicatorInherits = []string{"group", "level", "stages", "unit", "decimals", "weight", "better", "source", "evidence"}

// indicatorOrGroup reads an indicator, or a group that share what it says.
func (s *sections) indicatorOrGroup(o *object) {
	if !o.has("items") {
		s.indicator(o)
		return
	}
	for _, n := range o.seq("items") {
		if item, ok := s.r.object(n, "items"); ok {
			item.within(o, indicatorInherits...)
			s.indicator(item)
		}
	}
	o.done()
}

func (s *sections) indicator(o *object) {
	i := &Indicator{
		ID:       o.id(),
		Code:     o.str("code"),
		Short:    o.text("short"),
		Words:    o.text("words"),
		Notation: o.str("notation"),
		Unit:     o.str("unit"),
		Decimals: o.whole("decimals", 2),
		Stages:   o.stages(),
		Level:    o.level(edu.Section),
		Section:  o.formula("section"),
		Region:   o.formula("region"),
		Weight:   o.str("weight"),
		Better:   o.oneOf("better", "higher", "lower"),
		Note:     o.text("note"),
		Group:    o.str("group"),
	}
	for _, k := range []string{"id", "unit", "weight", "stages", "level"} {
		o.mark(i, k)
	}
	o.need("name")
	i.Name = o.text("name")
	o.need("unit")
	o.need("section")
	o.need("better")
	s.cited(o, &i.Source, &i.Tag)
	if i.Level != edu.Section && i.Level != edu.County {
		s.r.failf(o.get("level"), "level: an indicator measures a section or a county")
	}
	if i.Short == (edu.Text{}) {
		i.Short = i.Name
	}
	if n := o.get("lack"); n != nil {
		i.Lack = s.lack(n)
	}
	o.done()
	if at := slices.IndexFunc(s.p.Indicators, func(k *Indicator) bool { return k.ID == i.ID }); at >= 0 {
		s.twice(o, "indicator", i.ID, s.p.Indicators[at])
		return
	}
	s.p.Indicators = append(s.p.Indicators, i)
}

func (s *sections) lack(n *yaml.Node) *Lack {
	o, ok := s.r.object(n, "lack")
	if !ok {
		return nil
	}
	for _, k := range []string{"have", "per", "unit"} {
		o.need(k)
	}
	l := &Lack{Have: o.formula("have"), Per: o.formula("per"), Unit: o.str("unit"), Whole: o.flag("whole")}
	o.mark(l, "unit")
	o.done()
	return l
}

func (s *sections) standard(o *object) {
	st := &Standard{ID: o.id(), Scope: o.formula("scope"), ScopeNote: o.text("scope_note"), ScopeTag: o.oneOf("scope_evidence", "V", "S", "M", "P", "E"), Root: o.str("root")}
	o.mark(st, "id")
	o.mark(st, "root")
	st.Name = o.text("name")
	if n := o.get("source"); n != nil {
		if n.Kind == yaml.SequenceNode {
			s.sources = append(s.sources, rawSource{&st.Source, o.texts("source"), s.r.here(n)})
		} else {
			st.Source = o.str("source")
		}
	}
	for _, n := range o.seq("thresholds") {
		if t, ok := s.r.object(n, "thresholds"); ok {
			s.threshold(st, t)
		}
	}
	for _, n := range o.seq("rules") {
		if ru, ok := s.r.object(n, "rules"); ok {
			s.rule(st, ru)
		}
	}
	o.done()
	if slices.ContainsFunc(s.p.Standards, func(k *Standard) bool { return k.ID == st.ID }) {
		s.r.failf(o.get("id"), "standard %q is defined twice", st.ID)
		return
	}
	s.p.Standards = append(s.p.Standards, st)
}

// comparisons are the keys by which a threshold says its value.
var comparisons = []struct {
	key string
	op  Op
}{{"at_least", AtLeast}, {"at_most", AtMost}, {"above", Above}, {"below", Below}, {"is", Equal}}

// threshold reads one threshold, or one a stage where it gives a value for each.
func (s *sections) threshold(st *Standard, o *object) {
	r := s.r
	proto := Threshold{
		Indicator:  o.str("indicator"),
		Region:     o.oneOf("judge", "section", "region") == "region",
		When:       o.formula("when"),
		Scoped:     o.flagOr("scoped", true),
		EvidenceOf: o.str("evidence_of"),
		From:       o.date("from"),
		To:         o.date("to"),
		Note:       o.text("note"),
		File:       r.file,
		Line:       o.node.Line,
	}
	o.need("indicator")
	if proto.To != 0 && proto.To <= proto.From {
		r.failf(o.get("to"), "to: %v is not after %v", proto.To, proto.From)
	}
	found := 0
	for _, c := range comparisons {
		n := o.get(c.key)
		if n == nil {
			continue
		}
		found++
		if found > 1 {
			r.failf(n, "a threshold has one of at_least, at_most, above, below and is")
			continue
		}
		o.byStage(c.key, func(stage edu.Stage, v *yaml.Node) {
			t := new(Threshold)
			*t = proto
			t.Stage, t.Op = stage, c.op
			switch yes, isFlag := yesNo(v); {
			case c.op == Equal:
				if !isFlag {
					r.failf(v, "is: want yes or no, found %s; figures are compared with at_least, at_most, above or below", kindOf(v))
				}
				if yes {
					t.Value = 1
				}
			case v.Tag == "!!int" || v.Tag == "!!float":
				t.Value, _ = r.number(v, c.key)
			default:
				t.Formula = r.formula(v, c.key)
			}
			s.cited(o, &t.Source, &t.Tag)
			for _, k := range []string{"indicator", "evidence_of", "judge", c.key} {
				o.mark(t, k)
			}
			r.at[field{t, "value"}] = r.here(v)
			st.Thresholds = append(st.Thresholds, t)
		})
	}
	if found == 0 {
		r.failf(o.node, "a threshold needs one of at_least, at_most, above, below and is")
	}
	o.done()
}

func (s *sections) rule(st *Standard, o *object) {
	r := s.r
	ru := &Rule{
		ID:    o.id(),
		Code:  o.str("code"),
		Block: o.str("block"),
		Level: o.level(edu.County),
		Of:    o.texts("of"),
		Mean:  o.flag("mean"),
		First: o.flag("first"),
	}
	for _, k := range []string{"id", "of", "at_least", "share", "level", "statistic", "first"} {
		o.mark(ru, k)
	}
	o.need("name")
	ru.Name = o.text("name")
	o.need("of")
	ru.AtLeast = o.whole("at_least", 0)
	part := func(key string) float64 {
		v, ok := o.num(key)
		if ok && (v <= 0 || v > 1) {
			r.failf(o.get(key), "%s: want a part of one, above 0 and at most 1", key)
			return 0
		}
		return v
	}
	ru.Floor, ru.Share = part("floor"), part("share")
	ru.Statistic = o.oneOf("statistic", "wcv", "cv", "scv")
	for _, c := range comparisons[:4] {
		key := "limit_" + c.key
		o.byStage(key, func(stage edu.Stage, v *yaml.Node) {
			x, ok := r.number(v, key)
			if !ok {
				return
			}
			if ru.Op != "" && ru.Op != c.op {
				r.failf(v, "a rule has limits of one kind")
			}
			ru.Op = c.op
			if ru.Limit == nil {
				ru.Limit = map[edu.Stage]float64{}
			}
			ru.Limit[stage] = x
		})
	}
	if (ru.Statistic != "") != (ru.Limit != nil) {
		r.failf(o.node, "a rule over a statistic has a limit (such as limit_at_most), and only such a rule has")
	}
	s.cited(o, &ru.Source, &ru.Tag)
	o.done()
	if i := slices.IndexFunc(st.Rules, func(k *Rule) bool { return k.ID == ru.ID }); i >= 0 {
		s.twice(o, "rule", ru.ID, st.Rules[i])
		return
	}
	st.Rules = append(st.Rules, ru)
}

func (s *sections) split(n *yaml.Node) *Split {
	o, ok := s.r.object(n, "split")
	if !ok {
		return nil
	}
	sp := &Split{Weights: map[edu.Stage]float64{}, Elements: o.texts("elements"), Note: o.text("note")}
	sp.By = o.str("by")
	o.mark(sp, "by")
	o.mark(sp, "elements")
	o.need("by")
	o.need("weights")
	o.need("elements")
	o.byStage("weights", func(st edu.Stage, v *yaml.Node) {
		w, ok := s.r.number(v, "weights")
		switch {
		case !ok:
		case st == "":
			s.r.failf(v, "weights: want one a stage, such as {primary: 1, junior: 1.1}")
		case w < 0:
			s.r.failf(v, "weights: want 0 or more, found %v", w)
		default:
			sp.Weights[st] = w
		}
	})
	s.cited(o, &sp.Source, &sp.Tag)
	o.done()
	return sp
}

func (s *sections) example(o *object) {
	r := s.r
	x := &Example{Name: o.str("name"), File: r.file, Line: o.node.Line, Within: 1e-9, Source: o.str("source"), Expect: map[string]float64{}}
	o.need("name")
	o.need("given")
	o.need("expect")
	o.need("source")
	o.mark(x, "given")
	o.mark(x, "expect")
	if n := o.get("stage"); n != nil {
		x.Stage, _ = r.stage(n)
	}
	if v, ok := o.num("within"); ok {
		x.Within = math.Abs(v)
	}
	if n := o.get("given"); n != nil {
		if n.Kind == yaml.MappingNode {
			x.Given = append(x.Given, s.given(x, n))
		} else {
			for _, row := range o.seq("given") {
				x.Given = append(x.Given, s.given(x, row))
			}
		}
	}
	if n := o.get("expect"); n != nil {
		if m, ok := r.object(n, "expect"); ok {
			for i := 0; i+1 < len(n.Content); i += 2 {
				key := n.Content[i].Value
				v := m.get(key)
				if v == nil {
					continue
				}
				r.at[field{x, key}] = r.here(n.Content[i])
				if yes, ok := yesNo(v); ok {
					x.Expect[key] = number(yes)
				} else if v.Value == "missing" {
					x.Expect[key] = edu.Missing()
				} else if f, ok := r.number(v, key); ok {
					x.Expect[key] = f
				}
			}
		}
	}
	o.done()
	s.p.Examples = append(s.p.Examples, x)
}

// given reads one row of an example: figures, yes or no, or the id of a choice.
func (s *sections) given(x *Example, n *yaml.Node) map[string]float64 {
	r, row := s.r, map[string]float64{}
	o, ok := r.object(n, "given")
	if !ok {
		return row
	}
	at := len(x.Given)
	for i := 0; i+1 < len(o.node.Content); i += 2 {
		key := o.node.Content[i].Value
		v := o.get(key)
		if v == nil {
			continue
		}
		r.at[rowField{x, at, key}] = r.here(o.node.Content[i])
		if yes, ok := yesNo(v); ok {
			row[key] = number(yes)
		} else if v.Tag == "!!str" {
			// The id of a choice: its index is known when elements are.
			x.words = append(x.words, word{at, key, v.Value, r.here(v)})
		} else if f, ok := r.number(v, key); ok {
			row[key] = f
		}
	}
	return row
}

// rowField is the key of a reader's at for one figure of an example.
type rowField struct {
	example *Example
	row     int
	element string
}

// word is a choice in an example, by id.
type word struct {
	row     int
	element string
	choice  string
	at      pos
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
