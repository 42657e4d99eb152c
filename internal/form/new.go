// From a form to a unit's paper: which cells it has.

package form

import (
	"iter"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Whole is the part of a paper that holds what is asked once for a school.
const Whole = pack.WholeSchool

// evidence is what the id of a cell ends in that cites evidence.
const evidence = ".evidence"

// New makes the paper of a unit. parts are the stages that a school teaches;
// those that the form does not ask are left out. A county needs none.
func New(p *pack.Pack, f *pack.Form, period edu.Period, unit Unit, above []Unit, parts []edu.Stage) *Paper {
	paper := &Paper{Pack: p, Form: f, Period: period, Unit: unit, Above: above,
		Known: map[Key]Known{}, Prior: map[Key]Known{}, fields: map[string]int{}, rank: map[Key]int{}, ranks: map[string]int{}}
	asked := Stages(p, f)
	switch {
	case f.Level == edu.County, len(asked) == 0:
		paper.Parts = []edu.Stage{""}
	default:
		for _, st := range asked {
			if slices.Contains(parts, st) {
				paper.Parts = append(paper.Parts, st)
			}
		}
	}
	for _, field := range Fields(p, f) {
		if len(paper.PartsOf(&field)) > 0 {
			paper.fields[field.ID] = len(paper.Fields)
			paper.Fields = append(paper.Fields, field)
		}
	}
	for _, l := range f.Lists {
		paper.Lists = append(paper.Lists, List{List: l.List, Ask: l})
	}
	return paper
}

// Stages are the stages that a form asks, none where its pack does not tell
// stages apart.
func Stages(p *pack.Pack, f *pack.Form) []edu.Stage {
	if len(f.Stages) == 0 {
		return p.Stages
	}
	return f.Stages
}

// Fields are all fields of a form, whichever unit fills it: the columns of a
// workbook of many schools.
func Fields(p *pack.Pack, f *pack.Form) []Field {
	stages := Stages(p, f)
	var out []Field
	for _, a := range f.Asks {
		e := a.Element
		in := stages
		if len(e.Stages) > 0 {
			in = common(stages, e.Stages)
		}
		if f.Level == edu.County {
			in = nil
		}
		if e.By == nil {
			out = append(out, Field{ID: e.ID, Element: e, Ask: a, Stages: in})
		}
		for i := range parts(e) {
			part := &e.By.Parts[i]
			of := in
			if len(part.Stages) > 0 && f.Level != edu.County {
				if of = common(in, part.Stages); len(of) == 0 {
					continue
				}
			}
			out = append(out, Field{ID: e.ID + "." + part.ID, Element: e, Part: part, Ask: a, Stages: of})
		}
		if e.Evidence {
			out = append(out, Field{ID: e.ID + evidence, Element: e, Ask: a, Stages: in, Evidence: true})
		}
	}
	return out
}

func parts(e *pack.Element) []pack.Option {
	if e.By == nil {
		return nil
	}
	return e.By.Parts
}

func common(a, b []edu.Stage) []edu.Stage {
	var out []edu.Stage
	for _, st := range a {
		if slices.Contains(b, st) {
			out = append(out, st)
		}
	}
	return out
}

// PartsOf are the parts of the paper that have a cell for a field: sections, or
// [Whole] alone for what is asked once for the whole school.
func (p *Paper) PartsOf(f *Field) []edu.Stage {
	var out []edu.Stage
	for _, part := range p.Parts {
		if len(f.Stages) == 0 || part == "" || slices.Contains(f.Stages, part) {
			out = append(out, part)
		}
	}
	// A school with one section is that section: nothing is shared out.
	if len(out) > 0 && (f.Ask.Whole && len(p.Parts) > 1 || f.Element.Level == edu.School) {
		return []edu.Stage{Whole}
	}
	return out
}

// Field finds a field by id, or nil.
func (p *Paper) Field(id string) *Field {
	if i, ok := p.fields[id]; ok {
		return &p.Fields[i]
	}
	return nil
}

// Cells are the cells of the paper in the order of the form, all parts of a
// field together.
func (p *Paper) Cells() iter.Seq2[Key, *Field] {
	return func(yield func(Key, *Field) bool) {
		for i := range p.Fields {
			f := &p.Fields[i]
			for _, part := range p.PartsOf(f) {
				if !yield(Key{part, f.ID}, f) {
					return
				}
			}
		}
	}
}

// Has tells whether the paper has a cell.
func (p *Paper) Has(k Key) bool {
	f := p.Field(k.Field)
	return f != nil && slices.Contains(p.PartsOf(f), k.Part)
}

// Name is what the field is called: its element, with the part of it.
func (f *Field) Name() edu.Text {
	switch {
	case f.Evidence:
		return edu.Text{ZH: f.Element.Name.ZH + "佐证材料", EN: f.Element.Name.EN + ", evidence"}
	case f.Part != nil:
		return edu.Text{ZH: f.Element.Name.ZH + "：" + f.Part.Name.ZH, EN: f.Element.Name.EN + ": " + f.Part.Name.EN}
	}
	return f.Element.Name
}

// IsText tells whether the cell holds words and no figure.
func (f *Field) IsText() bool { return f.Evidence || f.Element.Type == edu.TypeText }

// Required tells whether the cell must be filled before the form is handed in.
func (f *Field) Required() bool { return f.Ask.Required && !f.Evidence }

// ParseKey reads what [Key.String] wrote.
func ParseKey(s string) (Key, bool) {
	for i := range len(s) {
		if s[i] == '/' {
			return Key{edu.Stage(s[:i]), s[i+1:]}, i+1 < len(s)
		}
	}
	return Key{}, false
}
