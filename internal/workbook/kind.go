// What a cell of a paper is for: typed, known, computed, or not there.

package workbook

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// WholeSchool is the part of figures that are asked once for the whole school.
const WholeSchool = pack.WholeSchool

type cellKind uint8

const (
	absent   cellKind = iota // the part has no such cell
	entry                    // typed
	sure                     // known for certain, locked
	computed                 // added up from a list
)

// parts are the rows of a paper: its sections, and the whole school where
// something is asked once for it.
func parts(p *form.Paper) []edu.Stage {
	for i := range p.Fields {
		if slices.Contains(partsOf(p, &p.Fields[i]), WholeSchool) {
			return append(slices.Clone(p.Parts), WholeSchool)
		}
	}
	return p.Parts
}

// partsOf are the parts that have a cell for a field. A school with one section
// is that section.
func partsOf(p *form.Paper, f *form.Field) []edu.Stage {
	var out []edu.Stage
	for _, s := range p.Parts {
		if inStages(f.Stages, s) {
			out = append(out, s)
		}
	}
	if len(out) > 0 && (f.Ask != nil && f.Ask.Whole && len(p.Parts) > 1 || f.Element.Level == edu.School) {
		return []edu.Stage{WholeSchool}
	}
	return out
}

// keyOf is the key of a field in a part; ok is false where there is no such cell.
func keyOf(p *form.Paper, f *form.Field, part edu.Stage) (k form.Key, ok bool) {
	return form.Key{Part: part, Field: f.ID}, slices.Contains(partsOf(p, f), part)
}

func inStages(stages []edu.Stage, s edu.Stage) bool {
	return len(stages) == 0 || s == "" || slices.Contains(stages, s)
}

func kindOf(p *form.Paper, f *form.Field, part edu.Stage) (form.Key, cellKind) {
	k, ok := keyOf(p, f, part)
	switch {
	case !ok:
		return k, absent
	case f.Ask != nil && f.Ask.Compute != nil && listOf(p, f.Ask.Compute.List) != nil:
		return k, computed
	case p.Known[k].Sure:
		return k, sure
	}
	return k, entry
}

func listOf(p *form.Paper, id string) *form.List {
	for i := range p.Lists {
		if p.Lists[i].List.ID == id {
			return &p.Lists[i]
		}
	}
	return nil
}

// shown is what stands in a cell when the workbook is handed out: what was
// filled in, or what is known. A figure that is only known from last year, of a
// group that can be confirmed in one act, stays out of the cell: it must be
// confirmed, not sent back unseen.
func shown(p *form.Paper, f *form.Field, k form.Key) (text string, known bool) {
	if t, ok := p.Content.Cells[k.String()]; ok {
		return t, false
	}
	kn, ok := p.Known[k]
	if !ok || f.Ask != nil && f.Ask.Same != "" && !kn.Sure && kn.Text == p.Prior[k].Text {
		return "", false
	}
	return kn.Text, true
}

// rowsOf are the rows of a list as they stand: filled in, or known.
func rowsOf(p *form.Paper, l *form.List) []form.Row {
	if rows, ok := p.Content.Lists[l.List.ID]; ok {
		return rows
	}
	return l.Known
}

// groups are the groups of cells that can be confirmed as last year, in the
// order of the form.
func groups(p *form.Paper) []string {
	var out []string
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Ask == nil || f.Ask.Same == "" || slices.Contains(out, f.Ask.Same) {
			continue
		}
		for _, part := range parts(p) {
			if k, kind := kindOf(p, f, part); kind == entry {
				if _, ok := p.Prior[k]; ok {
					out = append(out, f.Ask.Same)
					break
				}
			}
		}
	}
	return out
}

// fieldName names a field: 在校生数（七年级）.
func fieldName(f *form.Field, lang string) string {
	n := f.Element.Name.In(lang)
	if f.Part == nil {
		return n
	}
	if lang == "en" {
		return n + " (" + f.Part.Name.In(lang) + ")"
	}
	return n + "（" + f.Part.Name.In(lang) + "）"
}

var powers = map[string]string{"10": "十", "100": "百", "1000": "千", "10000": "万", "100000000": "亿"}

// unitName names the unit that an element is filled in: 万元.
func unitName(p *pack.Pack, e *pack.Element, lang string) string {
	id := e.FilledIn
	if id == "" {
		id = e.Unit
	}
	power, base, ok := strings.Cut(id, " ")
	if !ok {
		power, base = "", id
	}
	for _, u := range p.Units {
		if u.ID == base {
			if lang == "zh" && powers[power] != "" {
				return powers[power] + u.Name.In(lang)
			}
			return strings.TrimSpace(power + " " + u.Name.In(lang))
		}
	}
	switch {
	case id == "1", id == pack.YesNo, e.Type == edu.TypeChoice, e.Type == edu.TypeYesNo, e.Type == edu.TypeText, e.Type == edu.TypeDate:
		return ""
	}
	return id
}

// stageName names a part of a paper.
func stageName(s edu.Stage, lang string) string {
	if n, ok := stageNames[s]; ok {
		return n.In(lang)
	}
	return string(s)
}

var stageNames = map[edu.Stage]edu.Text{
	edu.Preschool: {ZH: "学前", EN: "Preschool"}, edu.Primary: {ZH: "小学", EN: "Primary"}, edu.Junior: {ZH: "初中", EN: "Junior"},
	edu.Senior: {ZH: "高中", EN: "Senior"}, edu.Vocational: {ZH: "中职", EN: "Vocational"}, edu.Special: {ZH: "特殊教育", EN: "Special"},
	edu.Higher: {ZH: "高等教育", EN: "Higher"}, WholeSchool: {ZH: "全校", EN: "Whole school"}, "": {ZH: "本年", EN: "This year"},
}
