// What kind of file it is: its content says so, and its name must agree.

package attach

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shuren/internal/edu"
)

// Type is a kind of file that is taken, as its media type.
type Type string

const (
	PDF  Type = "application/pdf"
	OFD  Type = "application/ofd"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX Type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	PNG  Type = "image/png"
	JPEG Type = "image/jpeg"
	TXT  Type = "text/plain"
	CSV  Type = "text/csv"
)

// Types are all that are taken, in the order in which people read of them.
var Types = []Type{PDF, OFD, DOCX, XLSX, PPTX, JPEG, PNG, TXT, CSV}

var typeNames = map[Type]edu.Text{
	PDF: {ZH: "PDF", EN: "PDF"}, OFD: {ZH: "OFD", EN: "OFD"}, DOCX: {ZH: "Word", EN: "Word"}, XLSX: {ZH: "Excel", EN: "Excel"},
	PPTX: {ZH: "PowerPoint", EN: "PowerPoint"}, JPEG: {ZH: "JPG", EN: "JPEG"}, PNG: {ZH: "PNG", EN: "PNG"}, TXT: {ZH: "文本", EN: "text"}, CSV: {ZH: "CSV", EN: "CSV"},
}

var extensions = map[string]Type{".pdf": PDF, ".ofd": OFD, ".docx": DOCX, ".xlsx": XLSX, ".pptx": PPTX, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".txt": TXT, ".csv": CSV}

func (t Type) name() edu.Text { return typeNames[t] }

// Image tells that it is a picture, which pages may show small.
func (t Type) Image() bool { return t == PNG || t == JPEG }

func (t Type) zipped() bool { return slices.Contains([]Type{DOCX, XLSX, PPTX, OFD}, t) }

// Accept is what a form's field of files says that it takes.
func Accept() string {
	return ".pdf,.ofd,.docx,.xlsx,.pptx,.jpg,.jpeg,.png,.txt,.csv"
}

// magics are kinds that are known and not taken, with what to do instead.
var magics = []struct {
	begins string
	at     int
	why    edu.Text
	// binary: two letters alone may begin a text.
	binary bool
}{
	{"MZ", 0, edu.Text{ZH: "这是 Windows 程序，不收", EN: "this is a program for Windows, which is not taken"}, true},
	{"\x7fELF", 0, edu.Text{ZH: "这是程序，不收", EN: "this is a program, which is not taken"}, false},
	{"\xcf\xfa\xed\xfe", 0, edu.Text{ZH: "这是程序，不收", EN: "this is a program, which is not taken"}, false},
	{"\xca\xfe\xba\xbe", 0, edu.Text{ZH: "这是程序，不收", EN: "this is a program, which is not taken"}, false},
	{"#!", 0, edu.Text{ZH: "这是脚本，不收", EN: "this is a script, which is not taken"}, false},
	{"\xd0\xcf\x11\xe0", 0, edu.Text{ZH: "这是旧版 Office 文件（.doc、.xls、.ppt、.wps、.et）或加了密码的文件：请去掉密码，另存为 .docx、.xlsx 或 .pptx", EN: "this is a file of old Office (.doc, .xls, .ppt) or one with a password: remove the password and save it as .docx, .xlsx or .pptx"}, false},
	{"{\\rtf", 0, edu.Text{ZH: "这是 RTF 文档：请另存为 .docx", EN: "this is an RTF document: save it as .docx"}, false},
	{"Rar!", 0, edu.Text{ZH: "这是压缩包：请解开后逐个上传", EN: "this is an archive: unpack it and send the files one by one"}, false},
	{"7z\xbc\xaf", 0, edu.Text{ZH: "这是压缩包：请解开后逐个上传", EN: "this is an archive: unpack it and send the files one by one"}, false},
	{"\x1f\x8b", 0, edu.Text{ZH: "这是压缩包：请解开后逐个上传", EN: "this is an archive: unpack it and send the files one by one"}, false},
	{"GIF8", 0, edu.Text{ZH: "这是 GIF 图片：请另存为 PNG 或 JPG", EN: "this is a GIF picture: save it as PNG or JPEG"}, false},
	{"BM", 0, edu.Text{ZH: "这是 BMP 图片：请另存为 PNG 或 JPG", EN: "this is a BMP picture: save it as PNG or JPEG"}, true},
	{"WEBP", 8, edu.Text{ZH: "这是 WebP 图片：请另存为 PNG 或 JPG", EN: "this is a WebP picture: save it as PNG or JPEG"}, false},
	{"II*\x00", 0, edu.Text{ZH: "这是 TIFF 图片：请另存为 PNG、JPG 或 PDF", EN: "this is a TIFF picture: save it as PNG, JPEG or PDF"}, false},
	{"MM\x00*", 0, edu.Text{ZH: "这是 TIFF 图片：请另存为 PNG、JPG 或 PDF", EN: "this is a TIFF picture: save it as PNG, JPEG or PDF"}, false},
	{"ftyphei", 4, edu.Text{ZH: "这是 HEIC 照片：请在手机的相机格式中选“兼容性最佳”，或另存为 JPG", EN: "this is a HEIC photo: let the phone take the most compatible format, or save it as JPEG"}, false},
	{"ftypmif", 4, edu.Text{ZH: "这是 HEIC 照片：请在手机的相机格式中选“兼容性最佳”，或另存为 JPG", EN: "this is a HEIC photo: let the phone take the most compatible format, or save it as JPEG"}, false},
	{"ftyp", 4, edu.Text{ZH: "这是视频，不收：请上传照片或文字材料", EN: "this is a video, which is not taken: send photos or papers"}, false},
}

func wanted() edu.Text {
	return edu.Text{ZH: "只收 PDF、OFD、Word（.docx）、Excel（.xlsx）、PowerPoint（.pptx）、JPG、PNG、文本（.txt）和 CSV", EN: "want PDF, OFD, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), JPEG, PNG, text (.txt) or CSV"}
}

// typeOf finds the kind by content and holds the name against it.
func typeOf(name string, b []byte) (Type, error) {
	for _, m := range magics {
		if len(b) > m.at && bytes.HasPrefix(b[m.at:], []byte(m.begins)) && (!m.binary || bytes.IndexByte(b[:min(len(b), 64)], 0) >= 0) {
			return "", invalid(m.why.ZH, m.why.EN)
		}
	}
	ext := strings.ToLower(path.Ext(name))
	says, known := extensions[ext]
	var is Type
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")):
		is = PDF
	case bytes.HasPrefix(b, []byte(pngMagic)):
		is = PNG
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		is = JPEG
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		t, err := packageType(b)
		if err != nil {
			return "", err
		}
		is = t
	default:
		if kind, bad := markup(b); bad {
			return "", invalid("这是"+kind.ZH+"，不收："+wanted().ZH, "this is "+kind.EN+", which is not taken: "+wanted().EN)
		}
		if known && says != TXT && says != CSV {
			return "", invalid("文件名是 "+ext+"，内容却不是 "+says.name().ZH+" 文件", "the name says "+ext+", but this is no "+says.name().EN+" file")
		}
		is = TXT
		if says == CSV {
			is = CSV
		}
	}
	switch {
	case !known:
		if ext == "" {
			return "", invalid("文件名没有扩展名："+wanted().ZH, "the name has no extension: "+wanted().EN)
		}
		return "", invalid("不收 "+ext+" 文件："+wanted().ZH, ext+" files are not taken: "+wanted().EN)
	case says != is:
		return "", invalid("文件名是 "+ext+"，内容却是 "+is.name().ZH+" 文件：请改用正确的扩展名", "the name says "+ext+", but this is a "+is.name().EN+" file: give it the right extension")
	}
	return is, nil
}

// cleanName makes of what a browser sent a name to show and to send: no folders,
// nothing that a file system minds. A name with characters that do not show, or
// that turn the direction of writing, hides what it is.
func cleanName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", invalid("文件名不是有效的文字", "the name of the file is no valid text")
	}
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return "", invalid("文件名中有看不见的字符：请改名再上传", "the name of the file has characters that do not show: rename it")
		}
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, strings.Join(strings.Fields(name), " "))
	name = strings.TrimRight(name, ". ")
	ext := path.Ext(name)
	stem := []rune(strings.TrimSuffix(name, ext))
	if len(stem) == 0 || utf8.RuneCountInString(ext) > 10 {
		return "", invalid("文件没有名字", "the file has no name")
	}
	if most := MaxName - utf8.RuneCountInString(ext); len(stem) > most {
		stem = stem[:most]
	}
	return string(stem) + ext, nil
}
