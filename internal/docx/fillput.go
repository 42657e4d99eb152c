package docx

// Where the values of fields go: which bytes of a part give way to which others.

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

func (f *filler) endControl(c *control) {
	if c.name == "" || len(c.nodes) == 0 {
		return
	}
	for i, n := range c.nodes {
		text := ""
		if i == 0 {
			text = f.fields[c.name]
		}
		f.edits = append(f.edits, edit{n.from, n.to, texts(text)})
	}
	for _, d := range c.drop {
		f.edits = append(f.edits, edit{d[0], d[1], ""})
	}
	if c.hint {
		for _, d := range c.styles {
			f.edits = append(f.edits, edit{d[0], d[1], ""})
		}
	}
	f.filled[c.name] = true
}

// endPara fills the fields in the text of a paragraph, over however many runs Word
// has spread them.
func (f *filler) endPara(p *para, to int) {
	if p.controls > 0 || f.holding() > 0 {
		return
	}
	var all strings.Builder
	for _, n := range p.nodes {
		all.WriteString(n.text)
	}
	text := all.String()
	found := fieldIn.FindAllStringSubmatchIndex(text, -1)
	known := found[:0:0]
	for _, m := range found {
		name := strings.TrimSpace(text[m[2]:m[3]])
		if _, ok := f.fields[name]; !ok {
			f.unknown[name] = true
			continue
		}
		f.filled[name] = true
		known = append(known, m)
	}
	if len(known) == 0 {
		return
	}
	value := func(m []int) string { return f.fields[strings.TrimSpace(text[m[2]:m[3]])] }
	if first := known[0]; p.simple && len(known) == 1 && strings.TrimSpace(text) == text[first[0]:first[1]] && strings.Contains(value(first), "\n") {
		f.edits = append(f.edits, edit{p.from, to, f.clones(p, value(first))})
		return
	}
	at := 0 // where the node begins in the text
	for _, n := range p.nodes {
		end := at + len(n.text)
		var out strings.Builder
		pos, changed := at, false
		for _, m := range known {
			if m[1] <= at || m[0] >= end {
				continue
			}
			changed = true
			if m[0] >= at { // it begins here
				out.WriteString(text[pos:m[0]])
				out.WriteString(value(m))
			}
			pos = min(m[1], end)
		}
		if changed {
			out.WriteString(text[pos:end])
			f.edits = append(f.edits, edit{n.from, n.to, texts(out.String())})
		}
		at = end
	}
}

// clones are as many paragraphs as a value has lines, each as the one they take the
// place of.
func (f *filler) clones(p *para, value string) string {
	var b strings.Builder
	rpr := p.nodes[0].rpr
	for _, line := range strings.Split(value, "\n") {
		b.WriteString(`<w:p>`)
		b.Write(f.src[p.ppr[0]:p.ppr[1]])
		b.WriteString(`<w:r>`)
		b.Write(f.src[rpr[0]:rpr[1]])
		b.WriteString(texts(line) + `</w:r></w:p>`)
	}
	return b.String()
}

// texts is a text as the content of a run, its lines broken.
func texts(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = `<w:t xml:space="preserve">` + said(l) + `</w:t>`
	}
	return strings.Join(lines, `<w:br/>`)
}

// applied are the bytes with all edits. What lies in an edited place is not edited
// again.
func (f *filler) applied() []byte {
	slices.SortStableFunc(f.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out bytes.Buffer
	at := 0
	for _, e := range f.edits {
		if e.from < at {
			continue
		}
		out.Write(f.src[at:e.from])
		out.WriteString(e.put)
		at = e.to
	}
	out.Write(f.src[at:])
	return out.Bytes()
}
