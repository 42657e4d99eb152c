package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// written is a workbook as excelize writes it.
func written(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t testing.TB, f *excelize.File, cells map[string]any) {
	t.Helper()
	for at, v := range cells {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
}

// packed is a workbook of hand-written parts.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		method := zip.Store // so that a test can change a byte
		if len(text) > 1<<20 {
			method = zip.Deflate
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(text))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bare is the smallest workbook around one worksheet.
func bare(sheetXML string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheetXML,
	}
}

func worksheet(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

func TestWorkbook(t *testing.T) {
	book := written(t, func(f *excelize.File) {
		set(t, f, map[string]any{
			"A1": "代码", "B1": "数", "C1": "日期", "D1": "比例", "E1": "算式",
			"A2": "530302", "B2": 12.34, "C2": time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC), "D2": 0.85, "E2": true,
			"A4": 530303, "B4": "十二", "C4": time.Date(2024, 9, 1, 13, 30, 0, 0, time.UTC), "D4": "x_x000D_y",
			"A5": "  ", "B5": "",
			"A6": 0.1, "B6": 123456789012345.0,
		})
		date, _ := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`yyyy"年"m"月"d"日"`)})
		percent, _ := f.NewStyle(&excelize.Style{NumFmt: 10})
		f.SetCellStyle("Sheet1", "C2", "C2", date)
		f.SetCellStyle("Sheet1", "D2", "D2", percent)
		f.SetCellFormula("Sheet1", "E4", "SUM(B2:B3)")
		f.SetCellRichText("Sheet1", "E6", []excelize.RichTextRun{{Text: "城关"}, {Text: "小学"}})
	})
	got, err := grid(t, book)
	if err != nil {
		t.Fatal(err)
	}
	want := "1 代码|数|日期|比例|算式\n2 530302|12.34|2024-09-01|85%|TRUE\n4 530303|十二|2024-09-01T13:30:00|x\ry|=SUM(B2:B3)\n6 0.1|123456789012345|||城关小学"
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
}

func ptr[T any](v T) *T { return &v }

// What other programs write: prefixes, inline strings, formulas with their
// values, errors, no addresses, comments, CDATA.
func TestForeignWorkbook(t *testing.T) {
	for _, tt := range []struct{ name, rows, want string }{
		{"addresses left out", `<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row><row><c><v>1</v></c><c><v>2</v></c></row>`, "1 a|b\n2 1|2"},
		{"a prefix", `<x:row r="1"><x:c r="B1" t="str"><x:v>b</x:v></x:c></x:row><x:row r="3"><x:c r="A3"><x:v>1</x:v></x:c></x:row>`, "1 |b\n3 1|"},
		{"a formula with its value", `<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>`, "1 a\n2 2"},
		{"a formula without a value", `<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><f>1+1</f><v></v></c></row><row r="3"><c r="A3"><f>1&lt;2</f></c></row>`, "1 a\n2 =1+1\n3 =1<2"},
		{"a formula whose value is the empty text", `<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>`, "1 a|b\n2 1|"},
		{"an error", `<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c></row>`, "1 a\n2 #DIV/0!"},
		{"entities, CDATA, comments, phonetics", `<row r="1"><!-- > --><c r="A1" t="inlineStr"><is><r><t>a&amp;&#x4e00;</t></r><rPh><t>no</t></rPh><r><t><![CDATA[<b>]]></t></r></is></c></row>`, "1 a&一<b>"},
		{"numbers as floats print them", `<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>0.10000000000000001</v></c></row><row r="3"><c r="A3"><v>5.30302E5</v></c></row>`, "1 a\n2 0.1\n3 530302"},
		{"an attribute with >", `<row r="1" spans=">1:1"><c r="A1" t="str"><v>a</v></c></row>`, "1 a"},
		{"a cell beside the head", `<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>9</v></c></row>`, "1 a\n2 1\nlong 2 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := grid(t, packed(t, bare(worksheet(tt.rows))))
			if err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got, "\n"); g != tt.want {
				t.Errorf("got\n%s\nwant\n%s", g, tt.want)
			}
		})
	}
}

func TestDates1904(t *testing.T) {
	parts := bare(worksheet(`<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2" s="1"><v>0</v></c></row>`))
	parts["xl/workbook.xml"] = strings.Replace(parts["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
	parts["xl/styles.xml"] = `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	parts["xl/_rels/workbook.xml.rels"] = strings.Replace(parts["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="s" Type="http://x/styles" Target="/xl/styles.xml"/></Relationships>`, 1)
	got, err := grid(t, packed(t, parts))
	if err != nil || strings.Join(got, "\n") != "1 a\n2 1904-01-01" {
		t.Errorf("got %q, %v", got, err)
	}
}

// The text of a merged cell applies to its range in the head, and downwards in
// columns of texts; never to figures.
func TestMerged(t *testing.T) {
	b := written(t, func(f *excelize.File) {
		set(t, f, map[string]any{"A1": "代码", "B1": "教师", "B2": "专任", "C2": "骨干", "A3": "s1", "B3": 7, "C3": 1, "C4": 2, "A5": "s2", "C5": 3})
		for _, m := range [][2]string{{"A1", "A2"}, {"B1", "C1"}, {"A3", "A4"}, {"B3", "B4"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	book, err := open(t, b, sheet.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	head, err := book.Sheets[0].Head(context.Background(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(head); got != "[{1 [代码 教师 教师]} {2 [代码 专任 骨干]}]" {
		t.Errorf("head %s", got)
	}
	d, err := book.Sheets[0].Read(context.Background(), 3, 3, []sheet.Column{{Index: 0, Kind: sheet.Texts}, {Index: 1}, {Index: 2}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %s %s %v %v %v", d.Text[0].At(0), d.Text[0].At(1), d.Text[0].At(2), d.Num[1], d.Num[2], d.Rows); got != "s1 s1 s2 [7 NaN NaN] [1 2 3] [3 4 5]" {
		t.Errorf("data %s", got)
	}
}

func TestRefusedWorkbooks(t *testing.T) {
	few := sheet.DefaultLimits
	few.Entries, few.Unzipped = 6, 1<<20
	with := func(name, text string) []byte {
		parts := bare(worksheet(""))
		parts[name] = text
		return packed(t, parts)
	}
	entries := bare(worksheet(""))
	for i := range 10 {
		entries[fmt.Sprint("xl/media/", i)] = ""
	}
	good := packed(t, bare(worksheet(`<row r="1"><c r="A1" t="str"><v>a</v></c></row>`)))
	overlap := func(ref, row string, n int) []byte {
		return packed(t, bare(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>a</v></c></row>`+row+`</sheetData><mergeCells>`+strings.Repeat(`<mergeCell ref="`+ref+`"/>`, n)+`</mergeCells></worksheet>`))
	}
	twice := bare(worksheet(""))
	twice["xl/workbook.xml"] = strings.Replace(twice["xl/workbook.xml"], "</sheets>", `<sheet name="T" sheetId="2" r:id="rId1"/></sheets>`, 1)
	damaged := bytes.Replace(good, []byte("<v>a</v>"), []byte("<v>b</v>"), 1)
	for _, tt := range []struct {
		name string
		in   []byte
		lim  sheet.Limits
		kind error
		says string
	}{
		{"macros", with("xl/vbaProject.bin", "x"), sheet.DefaultLimits, fault.Invalid, "macros"},
		{"old macros", with("xl/macrosheets/sheet1.xml", "x"), sheet.DefaultLimits, fault.Invalid, "macros"},
		{"xlsb", with("xl/workbook.bin", "x"), sheet.DefaultLimits, fault.Invalid, ".xlsb"},
		{"ods", packed(t, map[string]string{"mimetype": "x", "content.xml": "x"}), sheet.DefaultLimits, fault.Invalid, ".ods"},
		{"docx", packed(t, map[string]string{"word/document.xml": "x", "[Content_Types].xml": ""}), sheet.DefaultLimits, fault.Invalid, "document"},
		{"zip", packed(t, map[string]string{"a.csv": "a,b\n"}), sheet.DefaultLimits, fault.Invalid, "unpack it first"},
		{"many parts", packed(t, entries), few, fault.TooLarge, "parts"},
		{"a bomb by size", with("xl/media/x", strings.Repeat("\x00", 2<<20)), few, fault.TooLarge, "unpacks to more"},
		{"a bomb by ratio", with("xl/media/x", strings.Repeat("\x00", 32<<20)), sheet.DefaultLimits, fault.TooLarge, "times its size"},
		{"cut off", good[:len(good)-30], sheet.DefaultLimits, fault.Invalid, "damaged"},
		{"bytes changed", damaged, sheet.DefaultLimits, fault.Invalid, "damaged"},
		{"a document type", packed(t, bare(`<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`)), sheet.DefaultLimits, fault.Invalid, "document type"},
		{"XML that ends early", packed(t, bare(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>`)), sheet.DefaultLimits, fault.Invalid, "ends too early"},
		{"rows out of order", packed(t, bare(worksheet(`<row r="2"/><row r="1"/>`))), sheet.DefaultLimits, fault.Invalid, "out of order"},
		{"two sheets in one part", packed(t, twice), sheet.DefaultLimits, fault.Invalid, "the same part"},
		{"merged cells that overlap in the head", overlap("A1:XFD1048576", "", 1000), sheet.DefaultLimits, fault.Invalid, "overlap"},
		{"merged cells that overlap below it", overlap("A2:A9", `<row r="2"><c r="A2" t="str"><v>b</v></c></row>`, 2), sheet.DefaultLimits, fault.Invalid, "row 2: the workbook is damaged: merged cells overlap"},
		{"cells out of order", packed(t, bare(worksheet(`<row r="1"><c r="B1"/><c r="A1"/></row>`))), sheet.DefaultLimits, fault.Invalid, "out of order"},
		{"a row beyond the last", packed(t, bare(worksheet(`<row r="1048577"/>`))), sheet.DefaultLimits, fault.TooLarge, "1048576"},
		{"a column beyond the last", packed(t, bare(worksheet(`<row r="1"><c r="XFE1"/></row>`))), sheet.DefaultLimits, fault.TooLarge, "columns"},
		{"a cell that is too long", packed(t, bare(worksheet(`<row r="1"><c r="A1" t="str"><v>`+strings.Repeat("x", 40000)+`</v></c></row>`))), sheet.DefaultLimits, fault.TooLarge, "more than 32767 characters"},
		{"a shared text that is not there", packed(t, bare(worksheet(`<row r="1"><c r="A1" t="s"><v>4</v></c></row>`))), sheet.DefaultLimits, fault.Invalid, "not there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := gridOf(t, tt.in, 0, tt.lim)
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v saying %q", err, tt.kind, tt.says)
			}
		})
	}
}

func TestEncryptedWorkbook(t *testing.T) {
	f := excelize.NewFile()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	locked, err := excelize.Encrypt(b.Bytes(), &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := grid(t, locked); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("got %v", err)
	}
}
