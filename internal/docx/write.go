package docx

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/fault"
)

// writer makes the main part of a document, and gathers what it leads to.
type writer struct {
	b      *xmlPart
	rels   []rel
	links  map[string]string // ids of relations by address
	charts []*chartParts
	keep   string // markup that keeps the next paragraph with the one after it
	wide   int    // of the text, in twips
}

// rel is a relation of a part: to another part, or to an address.
type rel struct{ id, kind, target, mode string }

// Fixed relations of the main part.
const relStyles, relSettings, relFonts, relOdd, relEven, relFirst, relTop = "rId1", "rId2", "rId3", "rId4", "rId5", "rId6", "rId7"

// Write writes the document. It fails where a link leads anywhere but to a page
// or a mailbox, and where w does.
func (d *Document) Write(to io.Writer) error {
	w := &writer{b: newPart(), links: map[string]string{}, wide: areaWidth}
	defer w.b.done()
	w.rels = []rel{{relStyles, relDoc + "styles", "styles.xml", ""}, {relSettings, relDoc + "settings", "settings.xml", ""}, {relFonts, relDoc + "fontTable", "fontTable.xml", ""},
		{relOdd, relDoc + "footer", "footer1.xml", ""}, {relEven, relDoc + "footer", "footer2.xml", ""}}
	letter := d.Head != nil && d.Head.Kind == Letter
	if letter {
		w.rels = append(w.rels, rel{relFirst, relDoc + "footer", "footer3.xml", ""}, rel{relTop, relDoc + "header", "header1.xml", ""})
	}
	w.b.put(xmlHead, `<w:document xmlns:w="`, nsWord, `" xmlns:r="`, nsRel, `" xmlns:wp="`, nsDWP, `" xmlns:a="`, nsDraw, `" xmlns:c="`, nsCht, `"><w:body>`)
	w.head(d)
	if err := w.blocks(d.Body); err != nil {
		return err
	}
	w.colophon(d.Footer)
	w.section(letter)
	w.b.put(`</w:body></w:document>`)
	return w.pack(d, to, letter)
}

func (w *writer) blocks(all []Block) error {
	for i, b := range all {
		w.keep = ""
		if i+1 < len(all) {
			if _, signed := all[i+1].(Signature); signed {
				w.keep = `<w:keepNext/>` // a signature never stands alone on a page
			}
		}
		if b == nil {
			return fmt.Errorf("block %d of the document is nil", i)
		}
		if err := b.write(w); err != nil {
			return err
		}
	}
	return nil
}

// section ends the body: the paper, its margins and the grid of 22 lines. The 28
// characters of a line come from the style of the text: where a grid of characters
// is finer than the letters, LibreOffice gives each of them two places.
func (w *writer) section(letter bool) {
	w.b.put(`<w:sectPr>`)
	if letter {
		w.b.put(`<w:headerReference w:type="first" r:id="`, relTop, `"/>`)
	}
	w.b.put(`<w:footerReference w:type="default" r:id="`, relOdd, `"/><w:footerReference w:type="even" r:id="`, relEven, `"/>`)
	if letter {
		w.b.put(`<w:footerReference w:type="first" r:id="`, relFirst, `"/>`)
	}
	w.b.put(`<w:pgSz w:w="`, itoa(pageWidth), `" w:h="`, itoa(pageHeight), `"/><w:pgMar w:top="`, itoa(marginTop), `" w:right="`, itoa(marginRight), `" w:bottom="`, itoa(marginBottom), `" w:left="`, itoa(marginLeft),
		`" w:header="`, itoa(headerDown), `" w:footer="`, itoa(footerUp), `" w:gutter="0"/>`)
	if letter {
		w.b.put(`<w:titlePg/>`)
	}
	w.b.put(`<w:docGrid w:type="lines" w:linePitch="`, itoa(line), `"/></w:sectPr>`)
}

// link gives the id of the relation to an address.
func (w *writer) link(href string) (string, error) {
	if id, ok := w.links[href]; ok {
		return id, nil
	}
	u, err := url.Parse(href)
	if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
		return "", fmt.Errorf("a document cannot lead to %q: %w", href, fault.Invalid)
	}
	id := "rIdL" + itoa(len(w.links)+1)
	w.links[href] = id
	w.rels = append(w.rels, rel{id, relDoc + "hyperlink", href, "External"})
	return id, nil
}

// para writes a paragraph. More is markup of its properties that stands where its
// style leaves off, in the order of the schema.
func (w *writer) para(style, more string, runs []Run) error {
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, w.keep, more, `</w:pPr>`)
	if err := w.runs(runs, ""); err != nil {
		return err
	}
	w.b.put(`</w:p>`)
	return nil
}

// plain is a paragraph of one run that leads nowhere.
func (w *writer) plain(style, more, text string) {
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, more, `</w:pPr>`)
	w.run(Punctuate(text), "", "")
	w.b.put(`</w:p>`)
}

func (w *writer) runs(runs []Run, rpr string) error {
	for i, text := range punctuated(runs) {
		r := runs[i]
		style := ""
		if r.Strong {
			style = stStrong
		}
		if r.Href == "" {
			w.run(text, style, rpr)
			continue
		}
		id, err := w.link(r.Href)
		if err != nil {
			return err
		}
		w.b.put(`<w:hyperlink r:id="`, id, `">`)
		w.run(text, stLink, rpr)
		w.b.put(`</w:hyperlink>`)
	}
	return nil
}

// punctuated are the texts of runs with the punctuation that the whole paragraph
// asks for. A raw run is a neighbour only by its letters.
func punctuated(runs []Run) []string {
	var all []rune
	for _, r := range runs {
		for _, c := range r.Text {
			if r.Raw && isASCIIPunct(c) || r.Raw && c == ')' {
				c = 'x'
			}
			all = append(all, c)
		}
	}
	punctuate(all)
	out := make([]string, len(runs))
	at := 0
	for i, r := range runs {
		n := len([]rune(r.Text))
		if out[i] = r.Text; !r.Raw {
			out[i] = string(all[at : at+n])
		}
		at += n
	}
	return out
}

// shared are characters that Chinese and Latin fonts both have: the first wins
// where a run says so.
const shared = "“”‘’…—·×÷°±§①②③④⑤⑥⑦⑧⑨⑩■●▲○□☑"

func (w *writer) run(text, style, rpr string) {
	if text == "" {
		return
	}
	w.b.put(`<w:r>`)
	hint := ""
	if strings.ContainsAny(text, shared) && !strings.Contains(rpr, "<w:rFonts") {
		hint = `<w:rFonts w:hint="eastAsia"/>`
	}
	if style != "" {
		style = `<w:rStyle w:val="` + style + `"/>`
	}
	if style+hint+rpr != "" {
		w.b.put(`<w:rPr>`, style, hint, rpr, `</w:rPr>`)
	}
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			w.b.put(`<w:br/>`)
		}
		for k, p := range strings.Split(part, "\t") {
			if k > 0 {
				w.b.put(`<w:tab/>`)
			}
			if p != "" {
				w.b.put(`<w:t xml:space="preserve">`)
				w.b.say(p)
				w.b.put(`</w:t>`)
			}
		}
	}
	w.b.put(`</w:r>`)
}
