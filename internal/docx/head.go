package docx

// The red head, the title and the addressee: everything above the text.

const (
	headerDown   = 1629 // the letters of a letter's mark begin a little below it, 30 mm from the edge of the paper
	letterIndent = `<w:ind w:left="-454" w:right="-340"/>`
)

// letterRule is one of the two double rules of a letter: 170 mm wide, the thick
// line outside.
func letterRule(side, kind, space string) string {
	return `<w:pBdr><w:` + side + ` w:val="` + kind + `" w:sz="24" w:space="` + space + `" w:color="FF0000"/></w:pBdr>`
}

// markSize is how large the name of the agency can be, in half points, so that it
// stays on one line.
func markSize(agency string, most int) int {
	n := max(halves(agency), 2)
	return min(max(areaWidth*96/100/10*2/n, 36), most)
}

func (w *writer) head(d *Document) {
	if h := d.Head; h != nil {
		no := h.Number
		if no == "" {
			no = Blank
		}
		switch {
		case h.Kind == Letter:
			w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stNumber, `"/>`, spaced(150, 2*line), `<w:jc w:val="right"/></w:pPr>`)
			w.run(number(no), "", "")
			w.b.put(`</w:p>`)
		default:
			w.mark(h)
			w.number(h, number(no))
		}
	}
	if d.Title != "" {
		more := ""
		if d.Head == nil {
			more = spaced(0, line)
		}
		w.plain(stTitle, more, d.Title)
	}
	if d.To != "" {
		w.plain(stTo, "", trimColon(d.To)+"：")
	}
}

// mark is the name of the agency: its upper edge is 35 mm below that of the type
// area.
func (w *writer) mark(h *Head) {
	size := markSize(h.Agency, 96)
	tall := size * 12 // twips: the letters and a tenth of them above and below
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stMark, `"/><w:spacing w:before="`, itoa(twips(35)-size), `" w:after="0" w:line="`, itoa(tall), `" w:lineRule="exact"/></w:pPr>`)
	w.run(h.Agency, "", sized(size))
	w.b.put(`</w:p>`)
}

// number is the number of the document with the red rule 4 mm below it. Where
// somebody signs for a document that goes up, the number stands on the left.
func (w *writer) number(h *Head, no string) {
	const rule = `<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="5" w:color="FF0000"/></w:pBdr>`
	if h.Signer == "" {
		w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stNumber, `"/>`, rule, `</w:pPr>`)
		w.run(no, "", "")
		w.b.put(`</w:p>`)
		return
	}
	// A paragraph with an indent would have a shorter rule: blanks make it.
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stNumber, `"/>`, rule, `<w:tabs><w:tab w:val="right" w:pos="`, itoa(areaWidth-char), `"/></w:tabs><w:jc w:val="left"/></w:pPr>`)
	w.run("　"+no+"\t签发人：", "", "")
	w.run(h.Signer, stSigner, "")
	w.b.put(`</w:p>`)
}

// top is the header of a letter's first page: the agency and the first rule.
func (h *Head) top(b *xmlPart) {
	size := markSize(h.Agency, 72)
	w := &writer{b: b}
	b.put(xmlHead, `<w:hdr xmlns:w="`, nsWord, `"><w:p><w:pPr><w:pStyle w:val="`, stMark, `"/>`, letterRule("bottom", "thickThinSmallGap", "5"),
		`<w:spacing w:before="0" w:after="0" w:line="`, itoa(size*12), `" w:lineRule="exact"/>`, letterIndent, `</w:pPr>`)
	w.run(h.Agency, "", sized(size))
	b.put(`</w:p></w:hdr>`)
}

func trimColon(s string) string {
	r := []rune(s)
	for len(r) > 0 && (r[len(r)-1] == ':' || r[len(r)-1] == '：') {
		r = r[:len(r)-1]
	}
	return string(r)
}
