package workbook

// The cases of TestBadInput: what people, programs and attackers do to a file.

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

var badCases = append(append(append(append([]badCase{}, badFiles...), badTemplates...), badShapes...), badCells...)

func constant(s string) func(*kit, []byte) []byte {
	return func(*kit, []byte) []byte { return []byte(s) }
}

// archive is a zip of parts.
func archive(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			panic(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// with is a workbook with another part in it, or with a part replaced.
func with(name string, content func(old string) string) func(*kit, []byte) []byte {
	return func(k *kit, b []byte) []byte {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		k.ok(err)
		var parts []string
		done := false
		for _, f := range z.File {
			r, err := f.Open()
			k.ok(err)
			var old bytes.Buffer
			_, err = old.ReadFrom(r)
			k.ok(err)
			text := old.String()
			if f.Name == name {
				text, done = content(text), true
			}
			parts = append(parts, f.Name, text)
		}
		if !done {
			parts = append(parts, name, content(""))
		}
		return archive(parts...)
	}
}

var ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 2000)

var badFiles = []badCase{
	{zh: "空文件", en: "an empty file", bytes: constant(""), kind: isRefused, rule: RuleFile},
	{zh: "上传了 CSV", en: "a CSV file", name: "填报.csv", bytes: constant("学校代码,在校生数\n530000000001,120\n"), kind: isRefused, rule: RuleForeign},
	{zh: "GBK 编码的 CSV 改名为 .xlsx", en: "a CSV file in GBK, renamed to .xlsx", bytes: func(k *kit, _ []byte) []byte {
		b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("学校代码,在校生数\n530000000001,120\n"))
		k.ok(err)
		return b
	}, kind: isRefused, rule: RuleForeign},
	{zh: "旧版 .xls", en: "an old .xls file", name: "填报.xls", bytes: constant(ole), kind: isRefused, rule: RuleFile},
	{zh: "WPS 的 .et", en: "a .et file of WPS", name: "填报.et", bytes: constant(ole), kind: isRefused, rule: RuleFile},
	{zh: "网页另存成的 .xls", en: "a web page saved as .xls", name: "填报.xls", bytes: constant("<html><body><table><tr><td>学校代码</td></tr></table></body></html>"), kind: isRefused, rule: RuleForeign},
	{zh: "加了密码", en: "a workbook with a password", bytes: func(k *kit, b []byte) []byte {
		f, err := excelize.OpenReader(bytes.NewReader(b))
		k.ok(err)
		var out bytes.Buffer
		k.ok(f.Write(&out, excelize.Options{Password: "secret"}))
		return out.Bytes()
	}, kind: isRefused, rule: RuleFile},
	{zh: "只传了一半", en: "cut off in the middle", bytes: func(_ *kit, b []byte) []byte { return b[:len(b)/2] }, kind: isRefused, rule: RuleFile},
	{zh: "末尾少了几个字节", en: "cut off by some bytes", bytes: func(_ *kit, b []byte) []byte { return b[:len(b)-30] }, kind: isRefused, rule: RuleFile},
	{zh: "中间坏了一段", en: "damaged inside", bytes: func(_ *kit, b []byte) []byte {
		i := bytes.Index(b, []byte("xl/worksheets/sheet1.xml")) + 100
		for j := range 300 {
			b[i+j] ^= 0x55
		}
		return b
	}, kind: isRefused, rule: RuleFile},
	{zh: "压缩包", en: "an archive of workbooks", name: "填报.zip", bytes: func(_ *kit, b []byte) []byte { return archive("a.xlsx", string(b), "b.xlsx", string(b)) }, kind: isRefused, rule: RuleFile},
	{zh: "Word 文档", en: "a Word document", name: "填报.docx", bytes: func(*kit, []byte) []byte {
		return archive("[Content_Types].xml", "<Types/>", "word/document.xml", "<w/>")
	}, kind: isRefused, rule: RuleFile},
	{zh: "OpenDocument .ods", en: "an OpenDocument sheet", name: "填报.ods", bytes: func(*kit, []byte) []byte {
		return archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>")
	}, kind: isRefused, rule: RuleFile},
	{zh: "二进制 .xlsb", en: "a binary workbook", name: "填报.xlsb", bytes: func(*kit, []byte) []byte {
		return archive("[Content_Types].xml", "<Types/>", "xl/workbook.bin", "x")
	}, kind: isRefused, rule: RuleFile},
	{zh: "带宏的 .xlsm", en: "a workbook with macros", name: "填报.xlsm", bytes: with("xl/vbaProject.bin", func(string) string { return "macro" }), kind: isRefused, rule: RuleFile},
	{zh: "带旧式宏表", en: "a workbook with a macro sheet", bytes: with("xl/macrosheets/sheet1.xml", func(string) string { return "<x/>" }), kind: isRefused, rule: RuleFile},
	{zh: "PDF", en: "a PDF file", name: "填报.pdf", bytes: constant("%PDF-1.7\n1 0 obj"), kind: isRefused, rule: RuleFile},
	{zh: "照片改名为 .xlsx", en: "a picture renamed to .xlsx", bytes: constant("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x00"), kind: isRefused},
	{zh: "gzip 压缩过", en: "a compressed workbook", bytes: func(k *kit, b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, err := z.Write(b)
		k.ok(err)
		k.ok(z.Close())
		return out.Bytes()
	}, kind: isRefused},
	{zh: "压缩炸弹", en: "a zip bomb", bytes: with("xl/media/a.bin", func(string) string { return strings.Repeat("\x00", 64<<20) }), kind: isRefused, rule: RuleFile},
	{zh: "内部文件极多", en: "thousands of parts", bytes: func(*kit, []byte) []byte {
		parts := []string{"[Content_Types].xml", "<Types/>"}
		for i := range 3000 {
			parts = append(parts, fmt.Sprintf("xl/p%d.xml", i), "<x/>")
		}
		return archive(parts...)
	}, kind: isRefused, rule: RuleFile},
	{zh: "XML 实体炸弹", en: "an XML entity bomb", bytes: with("xl/workbook.xml", func(string) string {
		return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><workbook>&a;</workbook>`
	}), kind: isRefused, rule: RuleFile},
	{zh: "工作表内部损坏", en: "broken XML in a sheet", bytes: with("xl/worksheets/sheet1.xml", func(s string) string { return s[:len(s)/2] + "<<<" }), kind: isRefused, rule: RuleFile},
	{zh: "单元格文字超长", en: "a text of 40,000 characters in a cell", bytes: with("xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, "学校年度基本情况表", strings.Repeat("长", 40_000), 1)
	}), kind: isRefused, rule: RuleFile},
}

var badTemplates = []badCase{
	{zh: "县里自用的表", en: "the county's own workbook", edit: func(k *kit) {
		for _, s := range k.file.GetSheetList()[1:] {
			k.ok(k.file.DeleteSheet(s))
		}
		for range 60 {
			k.ok(k.file.RemoveRow(mainSheet, 1))
		}
		k.ok(k.file.SetSheetRow(mainSheet, "A1", &[]string{"学校代码", "学校名称", "在校生数"}))
	}, kind: isRefused, rule: RuleForeign},
	{zh: "旧版本的模板", en: "a template of an older version", find: func(k *kit) func(Meta) ([]*form.Paper, error) {
		p := *k.papers[0]
		pk := *p.Pack
		pk.Hash = "0000aaaa1111"
		p.Pack = &pk
		return finder([]*form.Paper{&p})
	}, kind: isRefused, rule: RuleVersion},
	{zh: "没有这一期填报", en: "of a collection that nobody knows", find: failing(fault.NotFound), kind: isRefused, rule: RuleIssue},
	{zh: "这一期已截止", en: "of a collection that is closed", find: failing(fault.Conflict), kind: isRefused, rule: RuleIssue},
	{zh: "没有填报权限", en: "of units that are not the uploader's to fill", find: failing(fault.Forbidden), kind: isRefused, rule: RuleIssue},
	{zh: "去年的模板", en: "last year's template", find: func(k *kit) func(Meta) ([]*form.Paper, error) {
		p := *k.papers[0]
		p.Period = edu.Year(2026)
		return finder([]*form.Paper{&p})
	}, kind: isRefused, rule: RuleIssue},
	{zh: "别校的文件", en: "another school's file", find: func(*kit) func(Meta) ([]*form.Paper, error) { return finder(nil) }, kind: isRefused, rule: RuleUnit},
	{zh: "多校文件里有一所不归本人", en: "one of six schools is not the uploader's", many: true, find: func(k *kit) func(Meta) ([]*form.Paper, error) { return finder(k.papers[:5]) }, kind: isRefused, rule: RuleUnit},
	{zh: "粘贴了别校的工作表", en: "a sheet of another school was pasted in", edit: func(k *kit) {
		k.copySheet("别校", func(m Meta, v id) string {
			v.Set(keyUnit, "someone-else")
			return m.mark(v)
		})
	}, kind: isRefused, rule: RuleUnit},
	{zh: "粘贴了旧模板的工作表", en: "a sheet of an older template was pasted in", edit: func(k *kit) {
		k.copySheet("旧表", func(m Meta, v id) string {
			m.Hash = "00ff00ff"
			return m.mark(v)
		})
	}, kind: isRefused, rule: RuleVersion},
	{zh: "粘贴了另一期的工作表", en: "a sheet of another collection was pasted in", edit: func(k *kit) {
		k.copySheet("另一期", func(m Meta, v id) string {
			m.Issue = "other-2024"
			return m.mark(v)
		})
	}, kind: isRefused, rule: RuleIssue},
	{zh: "把自己的工作表复制了一份", en: "the sheet was copied within the file", edit: func(k *kit) {
		k.copySheet("填报表 (2)", func(m Meta, v id) string { return m.mark(v) })
	}, kind: isRefused, rule: RuleDuplicate},
	{zh: "把名册复制了一份", en: "the class list was copied within the file", edit: func(k *kit) {
		from, err := k.file.GetSheetIndex(classesSheet)
		k.ok(err)
		to, err := k.file.NewSheet("名册 (2)")
		k.ok(err)
		k.ok(k.file.CopySheet(from, to))
	}, kind: isRefused, rule: RuleDuplicate},
}

// copySheet copies the sheet of figures under a new name and corner.
func (k *kit) copySheet(name string, corner func(Meta, id) string) {
	from, err := k.file.GetSheetIndex(mainSheet)
	k.ok(err)
	to, err := k.file.NewSheet(name)
	k.ok(err)
	k.ok(k.file.CopySheet(from, to))
	text, err := k.file.GetCellValue(name, "A1")
	k.ok(err)
	m, v, ok := parseMark(text)
	if !ok {
		k.Fatalf("no corner: %q", text)
	}
	set(k, k.file, name, "A1", corner(m, v))
}
