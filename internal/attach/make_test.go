// Makers of files for the tests: good ones, to be spoilt. All are made here, none
// is copied from anywhere.

package attach

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// zipOf makes an archive of names and contents. A name that begins with "=" is
// stored as it is, not packed.
func zipOf(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		h := &zip.FileHeader{Name: parts[i], Method: zip.Deflate}
		if name, ok := strings.CutPrefix(parts[i], "="); ok {
			h.Name, h.Method = name, zip.Store
		}
		must(must(z.CreateHeader(h)).Write([]byte(parts[i+1])))
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	relBase = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordNS  = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
)

// rels makes a part of relations; each is kind, target and, after a bar, External.
func rels(list ...string) string {
	out := xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(list); i += 2 {
		target, mode, _ := strings.Cut(list[i+1], "|")
		if mode != "" {
			mode = ` TargetMode="` + mode + `"`
		}
		out += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s%s" Target="%s"%s/>`, i, relBase, list[i], target, mode)
	}
	return out + `</Relationships>`
}

// officeFile makes a document of Office around its main part, with more parts or
// others in the place of its own.
func officeFile(t Type, main, body string, more ...string) []byte {
	parts := []string{
		"[Content_Types].xml", contentTypes(string(t)+".main+xml", main),
		"_rels/.rels", rels("officeDocument", main),
		main, xmlHead + body,
	}
next:
	for i := 0; i < len(more); i += 2 {
		for k := 0; k < len(parts); k += 2 {
			if parts[k] == more[i] {
				parts[k+1] = more[i+1]
				continue next
			}
		}
		parts = append(parts, more[i], more[i+1])
	}
	return zipOf(parts...)
}

func contentTypes(kind, main string, more ...string) string {
	out := xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/` + main + `" ContentType="` + kind + `"/>`
	for i := 0; i < len(more); i += 2 {
		out += `<Override PartName="/` + more[i] + `" ContentType="` + more[i+1] + `"/>`
	}
	return out + `</Types>`
}

const (
	wordMain  = "word/document.xml"
	sheetMain = "xl/workbook.xml"
	showMain  = "ppt/presentation.xml"
	wordRels  = "word/_rels/document.xml.rels"
)

func word(body string, more ...string) []byte {
	return officeFile(DOCX, wordMain, `<w:document`+wordNS+`><w:body><w:p><w:r><w:t>正文</w:t></w:r>`+body+`</w:p></w:body></w:document>`, more...)
}

// wordField is a field of Word in the long way of writing.
func wordField(runs ...string) string {
	out := `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`
	for _, r := range runs {
		if strings.HasPrefix(r, "<") {
			out += r
		} else {
			out += `<w:r><w:instrText xml:space="preserve">` + r + `</w:instrText></w:r>`
		}
	}
	return out + `<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

func sheetOf(formula string, more ...string) []byte {
	return officeFile(XLSX, sheetMain, `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="表" sheetId="1"/></sheets></workbook>`,
		append([]string{"xl/worksheets/sheet1.xml", xmlHead + `<worksheet><sheetData><row r="1"><c r="A1"><f>` + formula + `</f><v>1</v></c></row></sheetData></worksheet>`}, more...)...)
}

func show(slide string, more ...string) []byte {
	return officeFile(PPTX, showMain, `<p:presentation xmlns:p="p"/>`, append([]string{"ppt/slides/slide1.xml", xmlHead + `<p:sld xmlns:p="p" xmlns:a="a">` + slide + `</p:sld>`}, more...)...)
}

// charted is a Word file with a chart, whose figures are in a workbook.
func charted(book []byte, more ...string) []byte {
	return word("", append([]string{
		"[Content_Types].xml", contentTypes(string(DOCX)+".main+xml", wordMain, "word/charts/chart1.xml", officeTypes+"drawingml.chart+xml"),
		wordRels, rels("chart", "charts/chart1.xml"),
		"word/charts/chart1.xml", xmlHead + `<c:chartSpace xmlns:c="c"/>`,
		"word/charts/_rels/chart1.xml.rels", rels("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx"),
		"word/embeddings/Microsoft_Excel_Sheet1.xlsx", string(book),
	}, more...)...)
}

// ole begins files of old Office and objects.
const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// pdfOf makes a PDF of objects, numbered from 1; the first is its catalog.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	from := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, from)
	return b.Bytes()
}

// paper is a PDF of one page whose catalog says more, with more objects from 5.
func paper(catalog string, more ...string) []byte {
	return pdfOf(append([]string{
		"<< /Type /Catalog /Pages 2 0 R " + catalog + " >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
		stream("", "BT (text \\(1\\)) Tj ET"),
	}, more...)...)
}

func stream(dict, body string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(body), dict, body)
}

func packed(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	must(z.Write([]byte(s)))
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// objectStream packs one object, number 9.
func objectStream(object string) string {
	head := "9 0 "
	return stream(fmt.Sprintf("/Type /ObjStm /N 1 /First %d /Filter /FlateDecode", len(head)), packed(head+object))
}

func picture1(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	return m
}

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture1(w, h)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture1(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// chunk is a chunk of a PNG.
func chunk(kind, body string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

// withChunk puts a chunk behind the head of a PNG.
func withChunk(b []byte, c string) []byte {
	at := len(pngMagic) + 25
	return bytes.Join([][]byte{b[:at], b[at:]}, []byte(c))
}

// pngSaying makes a PNG that says that it is w by h.
func pngSaying(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return []byte(pngMagic + chunk("IHDR", string(head)+"\x08\x00\x00\x00\x00") + chunk("IDAT", packed(strings.Repeat("\x00", 1000))) + chunk("IEND", ""))
}

// segment is a segment of a JPEG.
func segment(marker byte, body string) string {
	return string([]byte{0xFF, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
}

// withSegments puts segments behind the begin of a JPEG.
func withSegments(b []byte, s ...string) []byte {
	return bytes.Join([][]byte{b[:2], b[2:]}, []byte(strings.Join(s, "")))
}

// exif is a block of Exif with the turn of a picture and the place where it was
// taken.
func exif(turn byte) string {
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02")
	b = append(b, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0) // Orientation
	b = append(b, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38)   // the directory of GPS
	b = append(b, 0, 0, 0, 0)
	return string(b) + "\x00\x01\x00\x02\x00\x05\x00\x00\x00\x03\x00\x00\x00\x38\x00\x00\x00\x00GPS 25.0N 102.7E"
}

func jpegSaying(w, h uint16) []byte {
	b := jpegOf(8, 8)
	at := bytes.Index(b, []byte{0xFF, mSOF0})
	binary.BigEndian.PutUint16(b[at+5:], h)
	binary.BigEndian.PutUint16(b[at+7:], w)
	return b
}

// ofdOf makes an OFD around a page.
func ofdOf(page string, more ...string) []byte {
	return zipOf(append([]string{
		"OFD.xml", xmlHead + `<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
		"Doc_0/Document.xml", xmlHead + `<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>`,
		"Doc_0/Pages/Page_0/Content.xml", xmlHead + `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">` + page + `</ofd:Page>`,
		"Doc_0/Res/image.png", string(pngOf(4, 4)),
		"Doc_0/Signs/Sign_0/SignedValue.dat", "\x30\x03\x02\x01\x01",
	}, more...)...)
}
