// What a cell of a paper is for: typed, known, computed, or not there.

package workbook

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

type cellKind uint8

const (
	absent   cellKind = iota // the part has no such cell
	entry                    // typed
	sure                     // known for certain, locked
	computed                 // follows from a list or from other cells
)

// parts are the rows of a paper: its sections, and the whole school where
// something is asked once for it.
func parts(p *form.Paper) []edu.Stage {
	for i := range p.Fields {
		if slices.Contains(p.PartsOf(&p.Fields[i]), form.Whole) {
			return append(slices.Clone(p.Parts), form.Whole)
		}
	}
	return p.Parts
}

func kindOf(p *form.Paper, f *form.Field, part edu.Stage) (form.Key, cellKind) {
	k := form.Key{Part: part, Field: f.ID}
	switch {
	case !slices.Contains(p.PartsOf(f), part):
		return k, absent
	case f.Ask.Compute != nil && !f.Evidence:
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
	text, origin := p.Shown(k)
	switch origin {
	case form.FromKnown:
		if f.Ask.Same != "" && text == p.Prior[k].Text {
			return "", false
		}
		return text, true
	case form.FromSame:
		return "", false
	}
	return text, false
}

// group is a group of cells and lists that can be confirmed in one act.
type group struct{ id, name string }

// groups are those of a paper that have something to confirm, in the order of
// the form.
func groups(p *form.Paper, lang string) []group {
	var out []group
	for _, c := range p.Form.Same {
		any := slices.ContainsFunc(p.Lists, func(l form.List) bool { return l.Ask.Same == c.ID && len(l.Known) > 0 })
		for k, f := range p.Cells() {
			if f.Ask.Same == c.ID {
				_, prior := p.Prior[k]
				_, known := p.Known[k]
				any = any || prior || known
			}
		}
		if any {
			out = append(out, group{c.ID, c.Name.In(lang)})
		}
	}
	return out
}

func hasGroup(gs []group, id string) bool {
	return slices.ContainsFunc(gs, func(g group) bool { return g.id == id })
}

// fieldName names a field: 在校生数（七年级）.
func fieldName(f *form.Field, lang string) string {
	if f.Part == nil || f.Evidence {
		return f.Name().In(lang)
	}
	if lang == "en" {
		return f.Element.Name.In(lang) + " (" + f.Part.Name.In(lang) + ")"
	}
	return f.Element.Name.In(lang) + "（" + f.Part.Name.In(lang) + "）"
}

var powers = map[string]string{"10": "十", "100": "百", "1000": "千", "10000": "万", "100000000": "亿"}

// unitName names the unit that an element is filled in: 万元.
func unitName(p *pack.Pack, e *pack.Element, lang string) string {
	id := e.FilledIn
	if id == "" {
		id = e.Unit
	}
	if over, under, ok := strings.Cut(id, "/"); ok {
		return measureName(p, over, lang) + "/" + measureName(p, under, lang)
	}
	if id == "1" || id == pack.YesNo || !numeric(e) {
		return ""
	}
	return measureName(p, id, lang)
}

// measureName names one unit of measure, with its power of ten.
func measureName(p *pack.Pack, id, lang string) string {
	power, base, ok := strings.Cut(id, " ")
	if !ok {
		power, base = "", id
	}
	for _, u := range p.Units {
		if u.ID == base {
			if lang != "en" && powers[power] != "" {
				return powers[power] + u.Name.In(lang)
			}
			return strings.TrimSpace(power + " " + u.Name.In(lang))
		}
	}
	return id
}

func numeric(e *pack.Element) bool {
	switch e.Type {
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
		return true
	}
	return false
}

// stageName names a part of a paper.
func stageName(s edu.Stage, lang string) string {
	if s == "" {
		return ""
	}
	if n := form.StageName(s).In(lang); lang != "en" {
		return n
	} else if n = strings.TrimPrefix(n, "of the "); n != "" {
		return strings.ToUpper(n[:1]) + n[1:]
	}
	return string(s)
}
