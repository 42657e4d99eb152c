package docx

func (h Heading) write(w *writer) error {
	level := min(max(h.Level, 1), 4)
	if len(h.Then) == 0 {
		w.plain("Heading"+itoa(level), "", h.Text)
		return nil
	}
	// A heading that its text follows in one paragraph: the heading keeps its look
	// and does not stand in the outline.
	runs := append([]Run{{Text: h.Text}}, h.Then...)
	texts := punctuated(runs)
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stBody, `"/>`, w.keep, `</w:pPr>`)
	look := ""
	switch level {
	case 1:
		look = letters(heiti, latin)
	case 2:
		look = letters(kaiti, latin)
	}
	w.run(texts[0], "", look)
	if err := w.runs(h.Then, ""); err != nil {
		return err
	}
	w.b.put(`</w:p>`)
	return nil
}

func (p Para) write(w *writer) error {
	style := stBody
	switch p.Set {
	case Flush:
		style = stFlush
	case Centred:
		style = stCentre
	case Right:
		style = stRight
	case Note:
		style = stNote
	case Big:
		style = stBig
	case Indented:
	}
	return w.para(style, "", p.Runs)
}

func (PageBreak) write(w *writer) error {
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stFlush, `"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>`)
	return nil
}

// Enclosures stand one blank line below the text, two characters in; a name that
// goes on stands under its own beginning.
func (e Enclosures) write(w *writer) error {
	for i, name := range e.Names {
		lead := "附件："
		first, hang := 2*char, 3*char
		if len(e.Names) > 1 {
			lead = "附件：" + itoa(i+1) + "."
			if i > 0 {
				lead = itoa(i+1) + "."
				first = 5 * char
			}
			hang = 6*char - first
		}
		before := 0
		if i == 0 {
			before = line
		}
		w.plain(stEnclosed, w.keep+spaced(before, 0)+`<w:ind w:left="`+itoa(first+hang)+`" w:hanging="`+itoa(hang)+`"/>`, lead+name)
	}
	return nil
}

// Attachment begins a page with its number on the first line and its title on the
// third.
func (a Attachment) write(w *writer) error {
	no := "附件"
	if a.No > 0 {
		no += itoa(a.No)
	}
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stAttachNo, `"/><w:pageBreakBefore/></w:pPr>`)
	w.run(no, "", "")
	w.b.put(`</w:p>`)
	if a.Title != "" {
		w.plain(stTitle, "", a.Title)
	}
	return w.blocks(a.Body)
}

// Signature: under a seal the day stands four characters from the right and the
// agency is centred over it; without one the agency stands two characters from the
// right and the day begins two characters after it.
func (s Signature) write(w *writer) error {
	name, day := halves(s.Agency), halves(s.Day) // in halves of a character
	const half = char / 2
	var nameIn, dayIn, before int
	if s.Bare {
		before = line
		nameIn, dayIn = 4*half, 4*half+(name-day-4)*half
		if dayIn < 4*half {
			dayIn, nameIn = 4*half, 4*half+(day-name+4)*half
		}
	} else {
		before = 2 * line
		dayIn = 8 * half
		nameIn = max(0, dayIn+(day-name)*half/2)
		if name > day+16 { // it is longer than the day and both its margins
			dayIn = nameIn + (name-day)*half/2
		}
	}
	in := func(n int) string { return `<w:ind w:right="` + itoa(n) + `"/>` }
	if s.Agency != "" {
		w.plain(stSign, spaced(before, 0)+in(nameIn), s.Agency)
		before = 0
	}
	if s.Day != "" {
		w.plain(stDay, spaced(before, 0)+in(dayIn), s.Day)
	}
	return nil
}

// colophon is a table that stands at the foot of the page on which the document
// ends. Its outer rules are 0.35 mm, the one between 0.25 mm.
func (w *writer) colophon(c Colophon) {
	if c == (Colophon{}) {
		return
	}
	const lineOf = 480 // of its letters, which are 14 pt
	type row struct{ text, more string }
	var rows []row
	lines := 0
	if c.Copies != "" {
		// One empty character on either side; what goes on stands behind 抄送：.
		rows = append(rows, row{"抄送：" + c.Copies, `<w:ind w:left="1120" w:right="280" w:hanging="840"/>`})
		lines = 1 + (halves(c.Copies)-1)/((areaWidth-1120-280)/275*2)
	}
	if c.Office+c.Day != "" {
		day := c.Day
		if day != "" {
			day += "印发"
		}
		rows = append(rows, row{c.Office + "\t" + day, `<w:tabs><w:tab w:val="right" w:pos="` + itoa(areaWidth-280) + `"/></w:tabs><w:ind w:left="280"/>`})
		lines++
	}
	// At the foot, says tblpYSpec; LibreOffice goes by the distance from the top.
	y := pageHeight - marginTop - marginBottom - lines*lineOf - 40
	rule := func(name string, eighths int) string {
		return `<w:` + name + ` w:val="single" w:sz="` + itoa(eighths) + `" w:space="0" w:color="auto"/>`
	}
	w.b.put(`<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="page" w:tblpX="1587" w:tblpYSpec="bottom" w:tblpY="`, itoa(y), `"/><w:tblOverlap w:val="never"/><w:tblW w:w="`, itoa(areaWidth), `" w:type="dxa"/><w:tblBorders>`,
		rule("top", 8), rule("bottom", 8), rule("insideH", 6), `</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="`, itoa(areaWidth), `"/></w:tblGrid>`)
	for _, r := range rows {
		w.b.put(`<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="`, itoa(areaWidth), `" w:type="dxa"/></w:tcPr>`)
		w.plain(stColophon, r.more, r.text)
		w.b.put(`</w:tc></w:tr>`)
	}
	w.b.put(`</w:tbl><w:p><w:pPr><w:pStyle w:val="`, stFlush, `"/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>`)
}
