package attach

import "shuren/internal/edu"

// printDo is what helps with any PDF: a print of it has its pages and nothing else.
var printDo = edu.Text{ZH: "请用“打印为 PDF”另存再上传", EN: "print it to a PDF and send that"}

func locked() error {
	return invalid("PDF 加了密码或限制：请去掉后再上传", "the PDF has a password or restrictions: remove them")
}

// forbiddenName refuses what a PDF must not have, by name wherever it stands.
// Short names that may mean something else are looked at where they count.
func forbiddenName(n pdfName) error {
	switch n {
	case "JavaScript", "JS":
		return active("脚本（JavaScript）", "scripts (JavaScript)", printDo.ZH, printDo.EN)
	case "Launch", "ImportData", "SubmitForm", "GoToR", "GoToE":
		return active("启动程序、打开文件或发送数据的动作", "actions that start programs, open files or send data", printDo.ZH, printDo.EN)
	case "EmbeddedFile", "EmbeddedFiles", "FileAttachment":
		return embedded()
	case "RichMedia", "RichMediaContent", "RichMediaExecute":
		return active("音频、视频或三维模型", "sound, video or models", printDo.ZH, printDo.EN)
	case "XFA":
		return active("动态表单（XFA）", "a dynamic form (XFA)", printDo.ZH, printDo.EN)
	}
	return nil
}
