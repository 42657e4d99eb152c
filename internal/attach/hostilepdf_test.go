package attach

import (
	"bytes"
	"strings"
)

func hostilePapers() []fileCase {
	var out []fileCase
	add := func(zh, en string, body []byte, refused string) {
		out = append(out, fileCase{zh, en, "a.pdf", body, refused})
	}
	const js = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
	add("PDF 打开时运行脚本", "a PDF that runs a script when opened", paper("/OpenAction "+js), "JavaScript")
	add("PDF 名字写成 #4A 形式", "a PDF with names written as #4A", paper("/OpenAction << /S /#4aava#53cript /#4A#53 (x) >>"), "JavaScript")
	add("PDF 脚本藏在压缩对象里", "a script in packed objects of a PDF", paper("/OpenAction 9 0 R", objectStream(js)), "JavaScript")
	add("PDF 压缩对象没有标明类型", "packed objects that do not say so", paper("/OpenAction 9 0 R", stream("/N 1 /First 4 /Filter [/FlateDecode]", packed("9 0 "+js))), "JavaScript")
	add("PDF 压缩对象藏在文字里", "packed objects in a text", paper("/OpenAction 9 0 R", objectStream("("+strings.NewReplacer("(", "", ")", "", "\\", "").Replace(js)+")")), "JavaScript")
	add("PDF 压缩对象用少见的压缩", "objects packed in a rare way", paper("", stream("/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]", "00>")), "damaged")
	add("PDF 压缩对象炸弹", "a bomb of packed objects", paper("", stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed("9 0 ("+strings.Repeat(" ", maxObjects)+")"))), "unpack to more")
	add("PDF 对象藏在数据流里", "an object in a stream", paper("/OpenAction 9 0 R", stream("", "x\n9 0 obj\n"+js+"\nendobj\n")), "hidden")
	add("PDF 对象藏在注释里", "an object in a comment", paper("/OpenAction 9 0 R", "1 %9 0 obj "+js+"\n"), "hidden")
	add("PDF 对象藏在文字里", "an object in a text", paper("/OpenAction 9 0 R", "(9 0 obj << /S /Java >> endobj)"), "hidden")
	add("PDF 脚本在名字树里", "a script in the names of a PDF", paper("/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", "<< >>"), "JavaScript")
	add("PDF 启动程序", "a PDF that starts a program", paper("", "<< /S /Launch /F (cmd.exe) >>"), "start programs")
	add("PDF 打开别的文件", "a PDF that opens another file", paper("", "<< /S /GoToR /F (\\\\\\\\server\\\\x) >>"), "open files")
	add("PDF 发送表单数据", "a PDF that sends data", paper("", "<< /S /SubmitForm /F (http://example.org) >>"), "send data")
	add("PDF 打开时访问网址", "a PDF that asks the network when opened", paper("/OpenAction << /S /URI /URI (http://example.org) >>"), "runs when it is opened")
	add("PDF 打开时的动作藏在另一个对象里", "the same in another object", paper("/OpenAction 5 0 R", "<< /S /URI /URI (http://example.org) >>"), "runs when it is opened")
	add("PDF 打开时的动作后面还有动作", "an action behind the one that opens a page", paper("/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>", "<< /S /URI /URI (http://a) >>"), "runs when it is opened")
	add("PDF 打开时的动作绕了一道", "an action behind a reference to a reference", paper("/OpenAction 5 0 R", "6 0 R", "<< /S /URI /URI (http://a) >>"), "damaged")
	add("PDF 自动动作", "actions of a page that run by themselves", paper("/AA << /WC 5 0 R >>", "<< /S /URI >>"), "by themselves")
	add("PDF 链接到本机文件", "a link to a file", paper("", "<< /S /URI /URI (f\\151le:///c:/x) >>"), "outside")
	add("PDF 带附件", "a PDF with files attached", paper("/Names << /EmbeddedFiles << >> >>"), "embedded")
	add("PDF 附件藏在文件说明里", "a file in a file specification", paper("", "<< /Type /Filespec /EF << /F 6 0 R >> >>"), "embedded")
	add("PDF 富媒体", "a PDF with rich media", paper("", "<< /Subtype /RichMedia >>"), "sound, video")
	add("PDF 三维模型", "a PDF with a model", paper("", "<< /Subtype /3D >>"), "sound, video")
	add("PDF 动态表单", "a PDF with a dynamic form", paper("/AcroForm << /XFA [(a) 5 0 R] >>", "<< >>"), "XFA")
	add("PDF 数据在外部文件里", "a stream in another file", paper("", stream("/F (http://example.org/x)", "x")), "outside")
	add("PDF 加密", "an encrypted PDF", bytes.Replace(paper(""), []byte("/Root 1 0 R"), []byte("/Root 1 0 R /Encrypt 5 0 R"), 1), "password")
	add("PDF 前面有别的内容", "something before a PDF", append([]byte("GARBAGE\n"), paper("")...), "no PDF file")
	add("PDF 后面跟着网页", "a page behind a PDF", append(paper(""), "<html><script>alert(1)</script>"...), "hidden")
	add("PDF 后面跟着压缩包", "an archive behind a PDF", append(paper(""), zipOf("a.exe", "MZ")...), "hidden")
	add("PDF 注释里藏网页", "a page in a comment of a PDF", bytes.Replace(paper(""), []byte("%\xe2"), []byte("%<html><script>alert(1)</script>\n%\xe2"), 1), "hidden")
	add("PDF 对象之间夹有别的内容", "words between the objects of a PDF", bytes.Replace(paper(""), []byte("2 0 obj"), []byte("var x = 1 ; 2 0 obj"), 1), "damaged")
	add("PDF 同一键写两次", "a key that comes twice", paper("", "<< /S /GoTo /S /Named >>"), "damaged")
	add("PDF 嵌套极深", "a PDF nested very deep", paper("", strings.Repeat("[", 100_000)), "damaged")
	add("PDF 只传了一半", "a PDF that is cut off", paper("")[:200], "damaged")
	ofd := func(zh, en string, body []byte, refused string) {
		out = append(out, fileCase{zh, en, "a.ofd", body, refused})
	}
	ofd("OFD 带附件程序", "an OFD with a program attached", ofdOf("", "Doc_0/Attachs/a.exe", "MZ\x90"), "embedded")
	ofd("OFD 附件程序改名为字体", "an OFD with a program named as a font", ofdOf("", "Doc_0/Res/a.ttf", "MZ\x90"), "embedded")
	ofd("OFD 打开时访问网址", "an OFD that asks the network when opened", ofdOf(`<ofd:Action Event="DO"><ofd:URI URI="https://example.org"/></ofd:Action>`), "outside")
	ofd("OFD 链接到本机文件", "an OFD with a link to a file", ofdOf(`<ofd:Action Event="CLICK"><ofd:URI URI="file:///c:/x"/></ofd:Action>`), "outside")
	ofd("OFD 打开附件的动作", "an OFD that opens what is attached", ofdOf(`<ofd:Action Event="CLICK"><ofd:GotoA AttachID="1"/></ofd:Action>`), "actions")
	ofd("OFD 根文件是别的内容", "an OFD whose root is something else", zipOf("OFD.xml", "<html/>"), "damaged")
	return out
}
