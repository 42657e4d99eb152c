// Excel workbooks: what is in the package, and which of it may be read.
//
// Excelize writes our workbooks, but is not used to read: its streaming rows
// do not tell the type or style of a cell, hide a formula without a value, end
// quietly where the XML is broken, and merged ranges load the whole sheet.

package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// maxPart bounds the parts that are held as a tree: the list of sheets, the
// styles.
const maxPart = 32 << 20

// workbook is an open workbook.
type workbook struct {
	lim     Limits
	parts   map[string]*zip.File // by lower-case name
	size    int64
	done    int64 // packed bytes of the sheets read so far
	date04  bool
	styles  []style
	strings sharedStrings
	loaded  bool // the shared strings are
	shared  string
}

// style is what a cell's number format makes of its number.
type style uint8

const (
	plainStyle style = iota
	dateStyle
	percentStyle
)

func openXLSX(r io.ReaderAt, size int64, lim Limits) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, invalid("工作簿已损坏或不完整", "the workbook is damaged or cut off")
	}
	w := &workbook{lim: lim, parts: map[string]*zip.File{}, size: size}
	if err := w.inspect(z); err != nil {
		return nil, err
	}
	book := &Book{Format: XLSX}
	if book.Sheets, err = w.sheets(); err != nil {
		return nil, err
	}
	return book, nil
}

// inspect refuses what is no plain workbook, before anything is unpacked.
func (w *workbook) inspect(z *zip.Reader) error {
	if len(z.File) > w.lim.Entries {
		return tooLarge(fmt.Sprintf("工作簿内部文件超过 %d 个", w.lim.Entries), fmt.Sprintf("the workbook has more than %d parts", w.lim.Entries))
	}
	var unpacked, packed uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, "\\", "/"), "/"))
		if f.Flags&1 != 0 {
			return invalid("工作簿已加密：请去掉密码", "the workbook is encrypted: remove the password")
		}
		if _, twice := w.parts[name]; twice {
			return damagedXML("two parts have the same name")
		}
		w.parts[name] = f
		// One by one, so that a sum of forged sizes cannot wrap around.
		if f.UncompressedSize64 > uint64(w.lim.Unzipped) {
			return w.bomb()
		}
		unpacked, packed = unpacked+f.UncompressedSize64, packed+f.CompressedSize64
	}
	if unpacked > uint64(w.lim.Unzipped) || unpacked > 16<<20 && float64(unpacked) > w.lim.Ratio*float64(max(packed, 1)) {
		return w.bomb()
	}
	has := func(name string) bool { return w.parts[name] != nil }
	for name := range w.parts {
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "xl/macrosheets/") {
			return invalid("工作簿含有宏：请另存为不带宏的 .xlsx", "the workbook has macros: save it as .xlsx without macros")
		}
	}
	switch {
	case has("xl/workbook.bin"):
		return invalid("是二进制工作簿 .xlsb:请另存为 .xlsx", "a binary workbook (.xlsb): save it as .xlsx")
	case has("content.xml") && has("mimetype"):
		return invalid("是 OpenDocument 表格 .ods:请另存为 .xlsx", "an OpenDocument sheet (.ods): save it as .xlsx")
	case has("word/document.xml"), has("ppt/presentation.xml"):
		return invalid("是文档，不是表格：需要 xlsx、CSV 或 Parquet", "a document, not a table: want xlsx, CSV or Parquet")
	case !has("[content_types].xml"):
		return invalid("是压缩包，不是工作簿：请先解压", "a zip archive, not a workbook: unpack it first")
	}
	return nil
}

func (w *workbook) bomb() error {
	return tooLarge(fmt.Sprintf("工作簿解压后超过 %s 或压缩比超过 %g 倍", megabytes(w.lim.Unzipped), w.lim.Ratio),
		fmt.Sprintf("the workbook unpacks to more than %s, or to more than %g times its size", megabytes(w.lim.Unzipped), w.lim.Ratio))
}

// part opens a part of the package for reading.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	f := w.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, damagedXML("part " + name + " is not there")
	}
	rc, err := f.Open()
	if err != nil {
		return nil, damagedXML(err.Error())
	}
	return &unzip{rc}, nil
}

// unzip words the errors of a damaged part.
type unzip struct{ io.ReadCloser }

func (u *unzip) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = invalid("工作簿已损坏或不完整", "the workbook is damaged or cut off")
	}
	return n, err
}

// tree reads a small part as a whole.
func (w *workbook) tree(name string, into any) error {
	r, err := w.part(name)
	if err != nil {
		return err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil {
		return err
	}
	if len(b) > maxPart {
		return tooLarge("工作簿的样式或目录过大", "the styles or the contents of the workbook are too large")
	}
	if bytes.Contains(b, []byte("<!DOCTYPE")) {
		return damagedXML("a document type is not allowed")
	}
	if err := xml.Unmarshal(b, into); err != nil {
		return damagedXML(err.Error())
	}
	return nil
}

type relations struct {
	Relationship []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	}
}

// relationsOf reads where a part's links lead, as names of parts.
func (w *workbook) relationsOf(part string) (*relations, error) {
	var rels relations
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		name = "_rels/.rels"
	}
	if err := w.tree(name, &rels); err != nil {
		return nil, err
	}
	for i, r := range rels.Relationship {
		if strings.HasPrefix(r.Target, "/") {
			rels.Relationship[i].Target = r.Target[1:]
		} else {
			rels.Relationship[i].Target = path.Join(path.Dir(part), r.Target)
		}
	}
	return &rels, nil
}

// sheets lists the worksheets in the order of the workbook.
func (w *workbook) sheets() ([]*Sheet, error) {
	main := "xl/workbook.xml"
	if top, err := w.relationsOf(""); err == nil {
		for _, r := range top.Relationship {
			if strings.HasSuffix(r.Type, "/officeDocument") {
				main = r.Target
			}
		}
	}
	if w.parts[strings.ToLower(main)] == nil {
		return nil, invalid("是压缩包，不是工作簿：请先解压", "a zip archive, not a workbook: unpack it first")
	}
	var wb struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.tree(main, &wb); err != nil {
		return nil, err
	}
	w.date04 = wb.Pr.Date1904 == "1" || wb.Pr.Date1904 == "true"
	rels, err := w.relationsOf(main)
	if err != nil {
		return nil, err
	}
	byID, kind := map[string]string{}, map[string]string{}
	for _, r := range rels.Relationship {
		byID[r.ID], kind[r.ID] = r.Target, r.Type
		switch {
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			w.shared = r.Target
		case strings.HasSuffix(r.Type, "/styles"):
			if err := w.readStyles(r.Target); err != nil {
				return nil, err
			}
		}
	}
	var sheets []*Sheet
	seen := map[string]bool{}
	for _, s := range wb.Sheets {
		id := ""
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				id = a.Value
			}
		}
		if strings.HasSuffix(kind[id], "/worksheet") {
			// A list that names one part again and again would have it read as often.
			part := strings.ToLower(byID[id])
			if seen[part] {
				return nil, damagedXML("two sheets are the same part")
			}
			seen[part] = true
			sheets = append(sheets, &Sheet{Name: s.Name, Hidden: s.State != "" && s.State != "visible", src: &xlsxSource{book: w, part: byID[id]}})
		}
	}
	if len(sheets) == 0 {
		return nil, invalid("工作簿没有工作表", "the workbook has no worksheet")
	}
	return sheets, nil
}

// readStyles learns which styles show a number as a date or a percentage.
func (w *workbook) readStyles(part string) error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.tree(part, &sheet); err != nil {
		return err
	}
	own := map[int]style{}
	for _, f := range sheet.Formats {
		own[f.ID] = styleOf(f.Code)
	}
	for _, c := range sheet.Cells {
		s, ok := own[c.Format]
		if !ok {
			switch id := c.Format; {
			case id == 9 || id == 10:
				s = percentStyle
			case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
				s = dateStyle
			}
		}
		w.styles = append(w.styles, s)
	}
	return nil
}

// styleOf reads a number format: letters of dates and the percent sign count
// outside of quotes, escapes and brackets.
func styleOf(format string) style {
	if strings.EqualFold(format, "general") {
		return plainStyle
	}
	format, _, _ = strings.Cut(format, ";")
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '"':
			if n := strings.IndexByte(format[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			if n := strings.IndexByte(format[i:], ']'); n >= 0 {
				if n == 2 && strings.ContainsAny(format[i+1:i+2], "hmsHMS") {
					return dateStyle
				}
				i += n
			}
		case '%':
			return percentStyle
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return dateStyle
		}
	}
	return plainStyle
}

// sharedStrings are the texts of a workbook, one after the other.
type sharedStrings struct {
	arena []byte
	ends  []int
}

func (s *sharedStrings) at(i int) ([]byte, bool) {
	if i < 0 || i >= len(s.ends) {
		return nil, false
	}
	lo := 0
	if i > 0 {
		lo = s.ends[i-1]
	}
	return s.arena[lo:s.ends[i]], true
}

// loadStrings reads the shared strings once, when the first sheet is read.
func (w *workbook) loadStrings() error {
	if w.loaded || w.shared == "" {
		return nil
	}
	r, err := w.part(w.shared)
	if err != nil {
		return err
	}
	defer r.Close()
	x := newXMLScanner(r)
	text, phonetic := false, 0
	for {
		tok, err := x.next()
		if err != nil {
			return err
		}
		switch tok {
		case xmlEOF:
			w.loaded = true
			return nil
		case xmlStart:
			switch string(x.name) {
			case "t":
				text = phonetic == 0
			case "rPh":
				phonetic++
			}
		case xmlEnd:
			switch string(x.name) {
			case "t":
				text = false
			case "rPh":
				phonetic--
			case "si":
				w.strings.arena = unescapeExcel(w.strings.arena, lastEnd(w.strings.ends))
				w.strings.ends = append(w.strings.ends, len(w.strings.arena))
			}
		case xmlText:
			if text {
				if w.strings.arena, err = x.appendText(w.strings.arena); err != nil {
					return err
				}
				if int64(len(w.strings.arena)) > w.lim.Strings {
					return tooLarge("工作簿文字超过 "+megabytes(w.lim.Strings), "the workbook has more than "+megabytes(w.lim.Strings)+" of text")
				}
			}
		}
		if len(w.strings.ends) > w.lim.Cells {
			return tooManyCells(w.lim)
		}
	}
}

func lastEnd(ends []int) int {
	if len(ends) == 0 {
		return 0
	}
	return ends[len(ends)-1]
}

// unescapeExcel resolves _x000D_ and the like in the text from lo on.
func unescapeExcel(b []byte, lo int) []byte {
	if !bytes.Contains(b[lo:], []byte("_x")) {
		return b
	}
	in := append([]byte(nil), b[lo:]...)
	b = b[:lo]
	for i := 0; i < len(in); i++ {
		if in[i] == '_' && i+7 <= len(in) && in[i+1] == 'x' && in[i+6] == '_' {
			if n, err := strconv.ParseUint(string(in[i+2:i+6]), 16, 16); err == nil && (n < 0xD800 || n > 0xDFFF) {
				b = append(b, string(rune(n))...)
				i += 6
				continue
			}
		}
		b = append(b, in[i])
	}
	return b
}
