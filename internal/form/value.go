// What a cell of a paper says, and what it shows.

package form

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// Origin says what a figure rests on.
type Origin string

const (
	FromNobody Origin = ""
	FromTyping Origin = "typed"
	FromSame   Origin = "same"     // confirmed with its group in one act
	FromSure   Origin = "register" // a locked register
	FromCells  Origin = "computed" // other cells or lists of the paper
	FromKnown  Origin = "known"    // known and not yet confirmed: shown, but it does not count
)

// answer is what a cell says.
type answer struct {
	value  edu.Value
	text   string // as typed, or as it would be
	origin Origin
	wanted *edu.Text // what is wrong with what was typed
}

// Value is the figure of a cell that counts when the form is handed in, and what
// it rests on. A known figure that nobody confirmed does not count.
func (p *Paper) Value(k Key) (edu.Value, Origin) {
	a := p.cell(k, false)
	return a.value, a.origin
}

// Text is what counts of a cell that holds words.
func (p *Paper) Text(k Key) string {
	if f := p.Field(k.Field); f != nil && f.IsText() {
		return p.cell(k, false).text
	}
	return ""
}

// Shown is what stands in a cell for the filler to see: what was typed, what
// follows from other cells, or what is known and waits to be confirmed.
func (p *Paper) Shown(k Key) (text string, o Origin) {
	a := p.cell(k, true)
	return a.text, a.origin
}

// Locked tells whether the cell follows from others and so is not typed.
func (p *Paper) Locked(k Key) bool {
	f := p.Field(k.Field)
	if f == nil {
		return false
	}
	_, ok := p.computed(k, f, true)
	return ok
}

// cell reads a cell; shown takes in what is known and not confirmed.
func (p *Paper) cell(k Key, shown bool) answer {
	f := p.Field(k.Field)
	if f == nil {
		return answer{}
	}
	if v, ok := p.computed(k, f, shown); ok {
		return answer{value: v, text: Format(v, f.Element), origin: FromCells}
	}
	if text, ok := p.Content.Cells[k.String()]; ok {
		return read(text, f)
	}
	known, has := p.Known[k]
	if f.Ask.Same != "" && slices.Contains(p.Content.Same, f.Ask.Same) {
		if prior, ok := p.Prior[k]; ok && slices.Contains(f.Ask.From, pack.FromLastYear) {
			return answer{value: prior.Value, text: prior.Text, origin: FromSame}
		}
		if has {
			return answer{value: known.Value, text: known.Text, origin: FromSame}
		}
	}
	switch {
	case has && known.Sure:
		return answer{value: known.Value, text: known.Text, origin: FromSure}
	case has && shown:
		return answer{value: known.Value, text: known.Text, origin: FromKnown}
	}
	return answer{}
}

// read reads what was typed in a cell.
func read(text string, f *Field) answer {
	text = strings.TrimSpace(text)
	if f.IsText() {
		if text = intake.Visible(text); text == "" {
			return answer{}
		}
		return answer{text: text, origin: FromTyping}
	}
	v, wanted := Read(text, f.Element, f.Part)
	if v.IsMissing() && wanted == nil {
		return answer{text: text}
	}
	return answer{value: v, text: text, origin: FromTyping, wanted: wanted}
}

// Rows are the rows of a list that count, and what they rest on.
func (p *Paper) Rows(list string) ([]Row, Origin) { return p.rows(list, false) }

// ShownRows are the rows of a list for the filler to see, known ones among them.
func (p *Paper) ShownRows(list string) ([]Row, Origin) { return p.rows(list, true) }

func (p *Paper) rows(list string, shown bool) ([]Row, Origin) {
	l := p.list(list)
	if l == nil {
		return nil, FromNobody
	}
	if rows, ok := p.Content.Lists[list]; ok {
		return p.placed(l, rows), FromTyping
	}
	if l.Ask.Same != "" && slices.Contains(p.Content.Same, l.Ask.Same) {
		if len(l.Prior) > 0 && slices.Contains(l.Ask.From, pack.FromLastYear) {
			return l.Prior, FromSame
		}
		if len(l.Known) > 0 {
			return l.Known, FromSame
		}
	}
	switch {
	case len(l.Known) > 0 && l.Sure:
		return l.Known, FromSure
	case len(l.Known) > 0 && shown:
		return l.Known, FromKnown
	}
	return nil, FromNobody
}

func (p *Paper) list(id string) *List {
	for i := range p.Lists {
		if p.Lists[i].List.ID == id {
			return &p.Lists[i]
		}
	}
	return nil
}

// placed says of rows which section they are of, where a school has one only or
// a choice such as the grade belongs to one only.
func (p *Paper) placed(l *List, rows []Row) []Row {
	out := slices.Clone(rows)
	for i := range out {
		if out[i].Part != "" {
			continue
		}
		if len(p.Parts) == 1 {
			out[i].Part = p.Parts[0]
			continue
		}
		for _, c := range l.List.Columns {
			if o := option(c, out[i].Cells[c.ID]); o != nil {
				if in := common(p.Parts, o.Stages); len(in) == 1 {
					out[i].Part = in[0]
				}
			}
		}
	}
	return out
}

// option is the choice that a text means, or nil.
func option(e *pack.Element, text string) *pack.Option {
	if e.Type != edu.TypeChoice || text == "" {
		return nil
	}
	v, wanted := Read(text, e, nil)
	n, ok := v.Number()
	if wanted != nil || !ok {
		return nil
	}
	return &e.Choices[int(n)]
}

// Required is how many cells must still be filled though all that is known is
// filled in. A list counts once for each section that has no row in it.
func (p *Paper) Required() int {
	n := 0
	for k, f := range p.Cells() {
		if c := f.Ask.Compute; c != nil && c.List != "" {
			if l := p.list(c.List); l != nil && slices.Contains(p.empty(l, true), k.Part) {
				continue // the list is what is asked
			}
		}
		if !f.Required() {
			continue
		}
		if a := p.cell(k, true); a.origin == FromNobody || a.wanted != nil {
			n++
		}
	}
	for i := range p.Lists {
		n += len(p.empty(&p.Lists[i], true))
	}
	return n
}

// empty are the sections without a row in a list that needs one.
func (p *Paper) empty(l *List, shown bool) []edu.Stage {
	if !l.Ask.Required {
		return nil
	}
	rows, _ := p.rows(l.List.ID, shown)
	var out []edu.Stage
	for _, part := range p.Parts {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Part == part }) {
			out = append(out, part)
		}
	}
	return out
}
