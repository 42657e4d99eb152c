// What differs where a file is read by the union of several packs: a header that
// means one thing in a kindergarten's row and another in a school's, and whose
// required elements a file is asked for.

package intake

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// stagesOf are the stages in whose rows a target can stand; none is all.
func (v *vocabulary) stagesOf(t target) []edu.Stage {
	if t.el == nil || levelOf(t.el) != edu.Section {
		return nil
	}
	stages := t.el.StagesIn(v.pack)
	if t.part != "" {
		for _, o := range t.el.By.Parts {
			if o.ID == t.part && len(o.Stages) > 0 {
				stages = o.Stages
			}
		}
	}
	return stages
}

// byStage tells whether targets of one header are told apart by the stage of the
// row: none can stand in a row of another.
func (v *vocabulary) byStage(ts []target) bool {
	seen := map[edu.Stage]bool{}
	for _, t := range ts {
		stages := v.stagesOf(t)
		if t.el == nil || t.evidence || len(stages) == 0 {
			return false
		}
		for _, st := range stages {
			if seen[st] {
				return false
			}
			seen[st] = true
		}
	}
	return len(ts) > 1
}

// readAlike tells whether a column can be read once for several fields.
func readAlike(fields []*field) bool {
	for _, f := range fields[1:] {
		if f.texts != fields[0].texts || f.shift != fields[0].shift {
			return false
		}
	}
	return true
}

// others marks, beside what is no record, the records that are not of a field's
// stages.
func (w *work) others(f *field, gone []bool) []bool {
	out := make([]bool, w.data.N)
	copy(out, gone)
	for i := range out {
		if w.stageOf == nil || !slices.Contains(f.only, edu.Stage(w.stageOf.At(i))) {
			out[i] = true
		}
	}
	return out
}

// asking are the packs whose required elements files are asked for: of a union
// those of whose own elements the files give any, for a file may well be about
// one scheme only; the first where they give none.
func asking(p *pack.Pack, tables []*frame.Table) []*pack.Pack {
	if len(p.Members) == 0 {
		return []*pack.Pack{p}
	}
	own := map[string]bool{}
	for _, t := range tables {
		for id := range t.Heads {
			if e := p.Element(id); e != nil {
				own[e.Pack] = true
			}
		}
	}
	var out []*pack.Pack
	for _, q := range p.Members {
		if own[q.Ref()] {
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		out = p.Members[:1]
	}
	return out
}
