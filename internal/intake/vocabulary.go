// The words of a pack: which header means what.

package intake

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// target is what a column can be.
type target struct {
	role     string        // a key of the pack, or one of the roles below
	el       *pack.Element // a figure …
	part     string        // … or one part of its breakdown
	evidence bool          // the evidence of el
}

// Roles of columns that are no keys.
const (
	roleItem     = "item"     // the name of what is answered, in a tall sheet
	roleValue    = "value"    // the answer
	roleEvidence = "evidence" // where the answer can be checked
	roleMeasure  = "measure"  // its unit of measure
	roleIgnored  = "-"        // a map file says that the column means nothing
)

// id names the target for people and for columns of a table.
func (t target) id() string {
	switch {
	case t.el == nil:
		return t.role
	case t.part != "":
		return t.el.ID + "." + t.part
	}
	return t.el.ID
}

func (t target) label() edu.Text {
	if t.el == nil {
		return edu.Text{ZH: t.role, EN: t.role}
	}
	l := edu.Text{ZH: t.el.Name.In("zh") + "(" + t.id() + ")", EN: t.id()}
	if t.evidence {
		l.ZH, l.EN = l.ZH+"佐证", "evidence of "+l.EN
	}
	return l
}

// words maps folded headers to what they may mean.
type words map[string][]target

func (w words) add(header string, t target) {
	h := fold(header)
	if h != "" && !slices.Contains(w[h], t) {
		w[h] = append(w[h], t)
	}
}

// vocabulary is all the words of a pack, and of a map file.
type vocabulary struct {
	pack     *pack.Pack
	measures measures
	main     words // elements of units
	lists    map[*pack.List]words
	tall     words
	keys     words
	weak     words // parts named alone: they mean something if only one does
	mapped   map[string]target
	stages   map[string]edu.Stage // folded text of a cell -> stage
}

// Words of a tall sheet: one row for each item.
var tallWords = map[string][]string{
	roleItem:     {"项目", "填报项目", "指标", "指标名称", "item", "element"},
	roleValue:    {"数值", "填报值", "数据", "value"},
	roleEvidence: {"佐证材料", "佐证", "佐证材料(文号、页码)", "佐证材料(文号,页码)", "evidence"},
	roleMeasure:  {"计量单位", "单位", "unit"},
}

func newVocabulary(p *pack.Pack, mapped map[string]string) (*vocabulary, error) {
	v := &vocabulary{pack: p, measures: newMeasures(p), main: words{}, lists: map[*pack.List]words{}, tall: words{}, keys: words{},
		weak: words{}, mapped: map[string]target{}, stages: map[string]edu.Stage{}}
	for _, k := range p.Keys {
		for _, h := range k.Headers {
			v.keys.add(h, target{role: k.Role})
		}
		if k.Role == "stage" {
			for word, s := range k.Values {
				v.stages[fold(word)] = edu.Stage(s)
			}
		}
	}
	for _, k := range p.Keys { // a role is a header too, where no key claims it
		if len(v.keys[fold(k.Role)]) == 0 {
			v.keys.add(k.Role, target{role: k.Role})
		}
	}
	for _, s := range edu.Stages {
		v.stages[string(s)] = s
	}
	for _, e := range p.Elements {
		v.element(v.main, e)
	}
	for _, l := range p.Lists {
		w := words{}
		for _, e := range l.Columns {
			v.element(w, e)
		}
		v.lists[l] = w
	}
	for role, ws := range tallWords {
		for _, w := range ws {
			v.tall.add(w, target{role: role})
		}
	}
	for header, id := range mapped {
		t, err := v.target(id)
		if err != nil {
			return nil, fmt.Errorf("map of %q: %w", header, err)
		}
		v.mapped[fold(header)] = t
	}
	return v, nil
}

// element adds the headers that mean an element or a part of it.
func (v *vocabulary) element(w words, e *pack.Element) {
	names := append([]string{e.ID, e.Name.ZH, e.Name.EN}, e.Headers...)
	for _, n := range names {
		w.add(n, target{el: e})
		if base, inside, ok := bracket(fold(n)); ok {
			if _, ok := v.measures.parse(inside); ok {
				w.add(base, target{el: e})
			}
		}
		if e.Evidence && n != "" {
			for _, mark := range []string{"佐证", "佐证材料", " evidence"} {
				w.add(n+mark, target{el: e, evidence: true})
			}
			w.add(n+"_evidence", target{el: e, evidence: true})
		}
	}
	if e.By == nil {
		return
	}
	for _, o := range e.By.Parts {
		t := target{el: e, part: o.ID}
		w.add(e.ID+"."+o.ID, t)
		for _, h := range o.Headers {
			w.add(h, t)
		}
		for _, p := range append([]string{o.ID, o.Name.ZH, o.Name.EN}, o.Headers...) {
			if p == "" {
				continue
			}
			v.weak.add(p, t)
			for _, n := range names {
				if n != "" {
					w.add(n+p, t)
					w.add(p+n, t)
					w.add(n+"("+p+")", t)
					w.add(n+"-"+p, t)
				}
			}
		}
	}
}

// target reads the right side of a line of a map file.
func (v *vocabulary) target(id string) (target, error) {
	if id == "" || id == roleIgnored {
		return target{role: roleIgnored}, nil
	}
	for _, k := range v.pack.Keys {
		if k.Role == id {
			return target{role: id}, nil
		}
	}
	for _, w := range v.all() {
		for _, t := range w[fold(id)] {
			if t.el != nil && !t.evidence && t.id() == id {
				return t, nil
			}
		}
	}
	var known []string
	for _, k := range v.pack.Keys {
		known = append(known, k.Role)
	}
	for _, e := range v.pack.Elements {
		known = append(known, e.ID)
	}
	hint := ""
	if n := nearest(id, known); n != "" {
		hint = fmt.Sprintf("; did you mean %q?", n)
	}
	return target{}, fmt.Errorf("%q is no element or key of %s%s: %w", id, v.pack.Ref(), hint, fault.Invalid)
}

func (v *vocabulary) all() []words {
	all := []words{v.main}
	for _, l := range v.pack.Lists {
		all = append(all, v.lists[l])
	}
	return all
}

// nearest is the known word that is at most two letters away, or "".
func nearest(word string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(word, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance counts the letters to change, add or leave out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// lookup finds what a text above a column means, given the words of one kind
// of sheet. A unit of measure in a bracket at the end is told apart; any other
// bracket belongs to the name, for 专任教师(女) is not 专任教师.
func (v *vocabulary) lookup(w words, text string) (ts []target, unit string) {
	f := fold(text)
	base, inside, ok := bracket(f)
	if ok {
		if _, known := v.measures.parse(inside); known {
			unit = inside
		}
	}
	forms := []string{f}
	if unit != "" {
		forms = append(forms, base)
	}
	for _, form := range forms {
		for _, form := range []string{form, strings.TrimPrefix(strings.TrimPrefix(form, "其中:"), "其中")} {
			if t, ok := v.mapped[form]; ok {
				return []target{t}, unit
			}
			if ts := append(slices.Clone(v.keys[form]), w[form]...); len(ts) > 0 {
				return ts, unit
			}
		}
	}
	return nil, unit
}

// meaning finds what the texts above a column mean, from the top row of the
// header down: together, without the upper ones, or without a last one that is
// only a unit of measure.
func (v *vocabulary) meaning(w words, levels []string) (ts []target, unit string) {
	if n := len(levels); n > 1 {
		if _, ok := v.measures.parse(fold(levels[n-1])); ok {
			if ts, _ := v.meaning(w, levels[:n-1]); len(ts) > 0 {
				return ts, fold(levels[n-1])
			}
		}
	}
	for i := range levels {
		if ts, unit := v.lookup(w, strings.Join(levels[i:], "")); len(ts) > 0 {
			return ts, unit
		}
	}
	if len(levels) > 0 {
		// A part named alone, such as 一年级.
		var weak []target
		for _, t := range v.weak[fold(levels[len(levels)-1])] {
			if slices.Contains(w[fold(t.el.ID)], target{el: t.el}) {
				weak = append(weak, t)
			}
		}
		if len(weak) == 1 || v.byStage(weak) {
			return weak, ""
		}
	}
	return nil, unit
}
