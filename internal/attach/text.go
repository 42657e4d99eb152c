// Plain texts and tables as text: in UTF-8 or GB18030, and nothing that a
// browser or a spreadsheet would run.

package attach

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shuren/internal/edu"
)

// markups begin, after blanks and comments, what a browser shows as a page.
var markups = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|script|iframe|svg|\?xml|\?php|%@|object|embed|meta|style|link|img|form|xsl:)`)

// markup tells that a file that is no known kind is a page, a drawing or a
// script.
func markup(b []byte) (edu.Text, bool) {
	head := b[:min(len(b), 4096)]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) >= 0 {
		// A page in UTF-16 has a zero in every other byte.
		head = bytes.ReplaceAll(head, []byte{0}, nil)
	}
	m := markups.Find(head)
	switch {
	case bytes.EqualFold(m, []byte("<svg")):
		return edu.Text{ZH: " SVG 图形", EN: "an SVG drawing"}, true
	case m != nil && (bytes.Contains(bytes.ToLower(head), []byte("<svg")) || bytes.Contains(head, []byte("www.w3.org/2000/svg"))):
		return edu.Text{ZH: " SVG 图形", EN: "an SVG drawing"}, true
	case m != nil:
		return edu.Text{ZH: "网页或脚本", EN: "a web page or a script"}, true
	}
	return edu.Text{}, false
}

func checkText(t Type, b []byte) error {
	text := string(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if !utf8.ValidString(text) {
		out, err := simplifiedchinese.GB18030.NewDecoder().String(text)
		if err != nil || strings.ContainsRune(out, utf8.RuneError) {
			return notText()
		}
		text = out
	}
	for _, r := range text {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			return notText()
		}
	}
	if markups.MatchString(text) {
		return invalid("这是网页或脚本，不收："+wanted().ZH, "this is a web page or a script, which is not taken: "+wanted().EN)
	}
	if t == CSV && formulaIn(text) {
		return active("公式", "formulas", "请只保留数值后另存", "keep the values only and save it anew")
	}
	return nil
}

func notText() error {
	return invalid("不是文本文件：文字既不是 UTF-8 也不是 GB18030 编码", "this is no text file: it is neither UTF-8 nor GB18030")
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// formulaIn finds a cell that a spreadsheet would work out: it begins as a
// formula and calls or links something. A sign before a number, a telephone
// number or ="0871" are none.
func formulaIn(text string) bool {
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		for _, cell := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t，；", r) }) {
			cell = strings.TrimLeft(cell, " \"'\u00a0\u3000")
			if cell == "" || !strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
				continue
			}
			if strings.ContainsAny(quoted.ReplaceAllString(cell, ""), "(|!") {
				return true
			}
		}
	}
	return false
}
