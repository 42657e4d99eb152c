// A file to text. What is not a notice is refused with words.

package draft

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Limits of what is read. A notice of a city has some thousand characters.
const (
	MaxFile  = 20 << 20 // bytes of a file
	MaxChars = 200_000  // characters of its text
	maxXML   = 32 << 20 // bytes of the text part of a Word file, unpacked
	maxParts = 2_000    // parts of a Word file
	maxDepth = 256      // of its elements
)

// Refusal says why a text is not read, for the person who gave it. It wraps
// fault.Invalid or fault.TooLarge.
type Refusal struct {
	Kind error
	Text edu.Text
}

func (r *Refusal) Error() string { return r.Text.EN }

func (r *Refusal) Unwrap() error { return r.Kind }

// In is the refusal in a language.
func (r *Refusal) In(lang string) string { return r.Text.In(lang) }

func refuse(kind error, zh, en string) error {
	return &Refusal{Kind: kind, Text: edu.Text{ZH: zh, EN: en}}
}

// Read gives the text of a file: .docx by what is in it, everything else as
// text in UTF-8, UTF-16 or GB18030.
func Read(name string, b []byte) (string, error) {
	if len(b) > MaxFile {
		return "", refuse(fault.TooLarge, fmt.Sprintf("文件超过 %d MB", MaxFile>>20), fmt.Sprintf("the file has more than %d MB", MaxFile>>20))
	}
	var text string
	var err error
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		text, err = docx(b)
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")):
		err = refuse(fault.Invalid, "这是旧版 .doc 文件或加密文件，请另存为不加密的 .docx 后再试", "this is an old .doc or an encrypted file: save it as .docx without a password")
	case bytes.HasPrefix(b, []byte("%PDF")):
		err = refuse(fault.Invalid, "不能读取 PDF，请复制其中的文字，或使用 .docx、.txt 文件", "a PDF is not read: copy its text, or use the .docx or .txt file")
	case strings.EqualFold(filepath.Ext(name), ".docx"):
		err = refuse(fault.Invalid, "文件名是 .docx，内容却不是 Word 文档", "the name says .docx, but this is no Word document")
	default:
		text, err = plain(b)
	}
	if err == nil {
		err = Check(text)
	}
	if err != nil {
		return "", err
	}
	return text, nil
}

// Check refuses a text that is too long or says nothing.
func Check(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return refuse(fault.Invalid, "没有文字", "there is no text")
	case utf8.RuneCountInString(text) > MaxChars:
		return refuse(fault.TooLarge, fmt.Sprintf("文字超过 %d 个字，请只保留会议通知或方案的正文", MaxChars), fmt.Sprintf("the text has more than %d characters: keep the notice or plan itself", MaxChars))
	}
	return nil
}

func plain(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", notText()
		}
		b = out
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		b = b[3:]
	case !utf8.Valid(b):
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", notText()
		}
		b = out
	}
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return "", notText()
	}
	return string(b), nil
}

func notText() error {
	return refuse(fault.Invalid, "不是文本文件：文字既不是 UTF-8 也不是 GB18030 编码", "this is no text file: it is neither UTF-8 nor GB18030")
}
