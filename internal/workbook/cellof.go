// The cell of a paper as a workbook shows it.

package workbook

import (
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// in makes the cell of a paper for a field in a part.
func (l *layout) in(p *form.Paper, f *form.Field, part edu.Stage) (c cell, k form.Key, kind cellKind) {
	k, kind = kindOf(p, f, part)
	switch kind {
	case absent:
		return cell{look: unused}, k, kind
	case sure:
		t, _ := p.Shown(k)
		if !numeric(f.Element) || f.IsText() {
			return cell{look: fixedText, text: l.typed(f, t)}, k, kind
		}
		return cell{look: fixed, text: t, number: true}, k, kind
	case computed:
		c = l.sum(p, f, k)
		c.look = fixed
		if f.Ask.Compute.List != "" && !p.Locked(k) {
			c.look = either
		}
		return c, k, kind
	}
	t, fromKnown := shown(p, f, k)
	c = cell{look: blank, text: l.typed(f, t), number: true}
	switch {
	case fromKnown && t != "":
		c.look = known
	case f.Required():
		c.look = needed
	case !numeric(f.Element) || f.IsText():
		c.look = choose
	}
	return c, k, kind
}

// typed is a text as the workbook's reader would choose it: the name of a choice
// instead of its id.
func (l *layout) typed(f *form.Field, t string) string {
	if f.IsText() {
		return t
	}
	return choiceName(f.Element, t, l.lang)
}

func choiceName(e *pack.Element, t, lang string) string {
	if lang == "en" && e.Type == edu.TypeYesNo {
		switch t {
		case "是":
			return "yes"
		case "否":
			return "no"
		}
	}
	if e.Type == edu.TypeChoice {
		for _, o := range e.Choices {
			if o.ID == t || lang == "en" && o.Name.ZH == t {
				return o.Name.In(lang)
			}
		}
	}
	return t
}
