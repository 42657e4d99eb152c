package docx

import (
	"io"
	"time"
)

// pack writes all parts of the document, what they are first.
func (w *writer) pack(d *Document, to io.Writer, letter bool) error {
	type part struct {
		name string
		kind string // content type; empty for parts that go by their extension
		body []byte
		same *fixed // in the place of body
	}
	b := newPart()
	defer b.done()
	own := func(write func(b *xmlPart)) []byte {
		from := b.Len()
		write(b)
		return append([]byte(nil), b.Bytes()[from:]...)
	}
	parts := []part{
		{"_rels/.rels", "", nil, rootPart},
		{"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", own(d.core), nil},
		{"docProps/app.xml", ctXML + "extended-properties+xml", nil, appPart},
		{"word/document.xml", ctDoc + "document.main+xml", w.b.Bytes(), nil},
	}
	rels := w.rels
	for i, c := range w.charts {
		n := itoa(i + 1)
		rels = append(rels, rel{c.id, relDoc + "chart", "charts/chart" + n + ".xml", ""})
		parts = append(parts, part{"word/charts/chart" + n + ".xml", ctXML + "drawingml.chart+xml", c.drawing, nil},
			part{"word/charts/_rels/chart" + n + ".xml.rels", "", own(func(b *xmlPart) {
				relations(b, []rel{{"rId1", relDoc + "package", "../embeddings/Microsoft_Excel_Sheet" + n + ".xlsx", ""}})
			}), nil},
			part{"word/embeddings/Microsoft_Excel_Sheet" + n + ".xlsx", "", c.book, nil})
	}
	parts = append(parts,
		part{"word/_rels/document.xml.rels", "", own(func(b *xmlPart) { relations(b, rels) }), nil},
		part{"word/styles.xml", ctDoc + "styles+xml", nil, stylesPart},
		part{"word/settings.xml", ctDoc + "settings+xml", nil, settingsPart},
		part{"word/fontTable.xml", ctDoc + "fontTable+xml", nil, fontsPart},
		part{"word/footer1.xml", ctDoc + "footer+xml", nil, oddPart},
		part{"word/footer2.xml", ctDoc + "footer+xml", nil, evenPart})
	if letter {
		parts = append(parts, part{"word/footer3.xml", ctDoc + "footer+xml", nil, firstPart}, part{"word/header1.xml", ctDoc + "header+xml", own(d.Head.top), nil})
	}
	types := own(func(b *xmlPart) {
		b.put(xmlHead, `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
		if len(w.charts) > 0 {
			b.put(`<Default Extension="xlsx" ContentType="`, ctXML, `spreadsheetml.sheet"/>`)
		}
		for _, p := range parts {
			if p.kind != "" {
				b.put(`<Override PartName="/`, p.name, `" ContentType="`, p.kind, `"/>`)
			}
		}
		b.put(`</Types>`)
	})
	a := newArchive(to)
	if err := a.add("[Content_Types].xml", types); err != nil {
		return err
	}
	for _, p := range parts {
		if p.same != nil {
			if err := a.addFixed(p.name, p.same); err != nil {
				return err
			}
			continue
		}
		if err := a.add(p.name, p.body); err != nil {
			return err
		}
	}
	return a.z.Close()
}

func relations(b *xmlPart, all []rel) {
	b.put(xmlHead, `<Relationships xmlns="`, nsPack, `">`)
	for _, r := range all {
		b.put(`<Relationship Id="`, r.id, `" Type="`, r.kind, `" Target="`)
		b.say(r.target)
		b.put(`"`)
		if r.mode != "" {
			b.put(` TargetMode="`, r.mode, `"`)
		}
		b.put(`/>`)
	}
	b.put(`</Relationships>`)
}

// rootRelations lead to the document and its properties.
func rootRelations() string {
	var b xmlPart
	relations(&b, []rel{{"rId1", relDoc + "officeDocument", "word/document.xml", ""}, {"rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml", ""}, {"rId3", relDoc + "extended-properties", "docProps/app.xml", ""}})
	return b.String()
}

// core are the properties of the file. Its time is the document's, never the clock's.
func (d *Document) core(b *xmlPart) {
	b.put(xmlHead, `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	tag := func(name, attr, value string) {
		if value != "" {
			b.put(`<`, name, attr, `>`)
			b.say(value)
			b.put(`</`, name, `>`)
		}
	}
	tag("dc:title", "", d.Title)
	tag("dc:subject", "", d.Subject)
	tag("dc:creator", "", d.Author)
	if !d.Made.IsZero() {
		at := d.Made.UTC().Format(time.RFC3339)
		tag("dcterms:created", ` xsi:type="dcterms:W3CDTF"`, at)
		tag("dcterms:modified", ` xsi:type="dcterms:W3CDTF"`, at)
	}
	b.put(`</cp:coreProperties>`)
}
