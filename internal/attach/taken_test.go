package attach

import "strings"

// a case of the table in docs/attachments.md.
type fileCase struct {
	zh, en, name string
	body         []byte
	refused      string // part of the English refusal; empty for what is taken
}

// takenCases are files that people have, as their programs write them.
func takenCases() []fileCase {
	return []fileCase{
		{"PDF，打开时停在某一页", "a PDF that opens at a page", "批复.pdf", paper("/OpenAction [3 0 R /Fit]"), ""},
		{"PDF，打开时转到某一页", "a PDF that goes to a page when opened", "批复.pdf", paper("/OpenAction 5 0 R", "<< /S /GoTo /D [3 0 R /Fit] >>"), ""},
		{"PDF，带网页链接", "a PDF with a link to a page of the web", "批复.pdf", paper("", "<< /Subtype /Link /A << /S /URI /URI (https://example.org/a\\)b) >> >>"), ""},
		{"PDF，对象压缩存放", "a PDF with packed objects", "批复.pdf", paper("", objectStream("<< /Title (a) >>")), ""},
		{"PDF，正文里出现 /JavaScript 字样", "a PDF whose text speaks of /JavaScript", "讲义.pdf", paper("", stream("", "BT (about /JavaScript and /JS) Tj ET")), ""},
		{"OFD，带签章和链接", "an OFD with a seal and a link", "通知.ofd", ofdOf(`<ofd:Action Event="CLICK"><ofd:URI URI="https://example.org"/></ofd:Action>`), ""},
		{"OFD，附带 XML 数据（电子发票）", "an OFD with XML data attached, as invoices have", "发票.ofd", ofdOf("", "Doc_0/Attachs/invoice.xml", xmlHead+"<i>1</i>"), ""},
		{"Word，带页码、目录、网页链接", "a Word file with page numbers, contents and links", "报告.docx",
			word(wordField(" PAGE ")+wordField(" TOC \\o &quot;1-3&quot; ", wordField(" PAGEREF _Toc1 ")), wordRels, rels("hyperlink", "https://example.org|External", "hyperlink", "mailto:a@example.org|External")), ""},
		{"Word，带图片和 SVG 图形", "a Word file with pictures and a drawing", "报告.docx", word("", "word/media/image1.png", string(pngOf(4, 4)), "word/media/image2.svg", `<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(#g)" d="M0 0"/></svg>`), ""},
		{"Word，带图表（图表自带数据表）", "a Word file with a chart and its own figures", "报告.docx", charted(sheetOf("SUM(A2:A3)")), ""},
		{"Word 打包时用不压缩方式", "a Word file whose parts are not packed", "报告.docx", zipOf("=[Content_Types].xml", contentTypes(string(DOCX)+".main+xml", wordMain), "=_rels/.rels", rels("officeDocument", wordMain), "="+wordMain, "<w:document"+wordNS+"/>"), ""},
		{"Excel，带公式", "an Excel file with formulas", "台账.xlsx", sheetOf(`IF(A2="a|b",SUM('表|1'!A1:A3),HYPERLINK("#表!A1","x"))`), ""},
		{"Excel，带打印设置和批注", "an Excel file with print settings and notes", "台账.xlsx", sheetOf("1", "xl/printerSettings/printerSettings1.bin", "\x01\x02", "xl/drawings/vmlDrawing1.vml", `<xml xmlns:v="v"><v:shape><v:shadow on="t"/><v:textbox><div><br></div></v:textbox></v:shape></xml>`), ""},
		{"PowerPoint，带跳页动作", "a PowerPoint file with a jump to a slide", "汇报.pptx", show(`<a:hlinkClick action="ppaction://hlinksldjump"/>`), ""},
		{"JPG 照片（去掉拍摄地点等信息后保存）", "a JPEG photo: saved without place and camera", "现场.jpg", withSegments(jpegOf(40, 30), segment(mAPP1, exif(6)), segment(0xFE, "note")), ""},
		{"JPG 照片，手机在后面附了第二张图", "a JPEG photo with a second picture behind it, as phones write", "现场.jpeg", append(jpegOf(40, 30), append(make([]byte, 8), jpegOf(8, 8)...)...), ""},
		{"PNG 截图（去掉文字信息后保存）", "a PNG picture: saved without its texts", "截图.png", withChunk(pngOf(20, 20), chunk("tEXt", "Author\x00x")+chunk("eXIf", "MM\x00*")), ""},
		{"UTF-8 文本", "a text in UTF-8", "说明.txt", []byte("\xef\xbb\xbf说明：5<6，BMI 指数见附件。\r\n"), ""},
		{"GB18030 文本", "a text in GB18030", "说明.txt", []byte("\xcb\xb5\xc3\xf7\n"), ""},
		{"以 MZ、BM 开头的普通文本", "a text that begins with MZ", "a.txt", []byte("MZ 是人名缩写，BM 也是"), ""},
		{"CSV，负数、电话、=\"001\" 写法", "a CSV file with signs, telephones and =\"001\"", "名单.csv", []byte("a,-5,+86 871,=\"001\",-\n"), ""},
		{"大写扩展名", "an extension in capitals", "批复.PDF", paper(""), ""},
	}
}

func bigXML(n int) string { return "<a>" + strings.Repeat(" ", n) + "</a>" }
