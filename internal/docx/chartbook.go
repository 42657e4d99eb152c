package docx

import "bytes"

const nsSheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// bookParts are the parts of the workbook beside its one sheet.
var bookParts = []struct {
	name string
	part *fixed
}{
	{"[Content_Types].xml", fixedPart(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + ctXML + `spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + ctXML + `spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="` + ctXML + `spreadsheetml.styles+xml"/></Types>`)},
	{"_rels/.rels", fixedPart(xmlHead + `<Relationships xmlns="` + nsPack + `"><Relationship Id="rId1" Type="` + relDoc + `officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
	{"xl/workbook.xml", fixedPart(xmlHead + `<workbook xmlns="` + nsSheet + `" xmlns:r="` + nsRel + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
	{"xl/_rels/workbook.xml.rels", fixedPart(xmlHead + `<Relationships xmlns="` + nsPack + `"><Relationship Id="rId1" Type="` + relDoc + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relDoc + `styles" Target="styles.xml"/></Relationships>`)},
	{"xl/styles.xml", fixedPart(xmlHead + `<styleSheet xmlns="` + nsSheet + `"><fonts count="1"><font><sz val="11"/><name val="` + songti + `"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`)},
}

// workbook holds the figures of a chart, so that a clerk can change them: the
// smallest one that an office program opens.
func (g *graph) workbook() []byte {
	b := newPart()
	defer b.done()
	b.put(xmlHead)
	b.put(`<worksheet xmlns="`, nsSheet, `"><sheetData><row r="1">`)
	word := func(ref, text string) {
		b.put(`<c r="`, ref, `" t="inlineStr"><is><t xml:space="preserve">`)
		b.say(text)
		b.put(`</t></is></c>`)
	}
	word("A1", g.spec.XName)
	for i, c := range g.cols {
		word(letter(i+1)+"1", c.name)
	}
	b.put(`</row>`)
	for k, x := range g.x {
		n := itoa(k + 2)
		b.put(`<row r="`, n, `">`)
		word("A"+n, x)
		for i, c := range g.cols {
			if v := at(c.values, k); known(v) {
				b.put(`<c r="`, letter(i+1), n, `"><v>`, float(v), `</v></c>`)
			}
		}
		b.put(`</row>`)
	}
	b.put(`</sheetData></worksheet>`)
	var out bytes.Buffer
	a := newArchive(&out)
	for _, p := range bookParts {
		must(a.addFixed(p.name, p.part))
	}
	must(a.add("xl/worksheets/sheet1.xml", b.Bytes()))
	must(a.z.Close())
	return out.Bytes()
}

// must is for writing into memory, which does not fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
