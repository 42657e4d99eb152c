// The objects of a PDF: names, numbers, texts, references, lists, dictionaries.

package attach

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
)

type (
	pdfName string
	pdfText string
	pdfRef  int
	pdfWord string // a keyword, or a number that is none we need
	pdfList []any
	pdfDict map[pdfName]any
)

var errPDF = errors.New("not as PDF is written")

// pdfLexer reads objects, and hands over each name and each entry of a
// dictionary that it meets.
type pdfLexer struct {
	b     []byte
	at    int
	depth int
	name  func(pdfName) error
	entry func(key pdfName, v any) error
}

func pdfSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func pdfDelim(c byte) bool { return strings.IndexByte("()<>[]{}/%", c) >= 0 }

// skip goes over blanks and comments.
func (l *pdfLexer) skip() error {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case pdfSpace(c):
			l.at++
		case c == '%':
			from := l.at
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
			if hidden(l.b[from:l.at]) || markups.Match(l.b[from:l.at]) {
				return errHidden
			}
		default:
			return nil
		}
	}
	return nil
}

// next reads an object; done at the end. A closing bracket comes as a word.
func (l *pdfLexer) next() (v any, done bool, err error) {
	if err := l.skip(); err != nil {
		return nil, false, err
	}
	if l.at >= len(l.b) {
		return nil, true, nil
	}
	rest := l.b[l.at:]
	switch c := rest[0]; {
	case c == '/':
		n := l.readName()
		if v = n; l.name != nil {
			err = l.name(n)
		}
	case c == '(':
		v, err = l.literal()
	case bytes.HasPrefix(rest, []byte("<<")):
		l.at += 2
		v, err = l.dict()
	case bytes.HasPrefix(rest, []byte(">>")):
		l.at += 2
		return pdfWord(">>"), false, nil
	case c == '<':
		v, err = l.hex()
	case c == '[':
		l.at++
		v, err = l.list("]")
	case pdfDelim(c):
		l.at++
		return pdfWord(c), false, nil
	default:
		from := l.at
		for l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelim(l.b[l.at]) {
			l.at++
		}
		word := string(l.b[from:l.at])
		if n, err := strconv.Atoi(word); err == nil {
			return n, false, nil
		}
		return pdfWord(word), false, nil
	}
	return v, false, err
}

func (l *pdfLexer) readName() pdfName {
	var out []byte
	for l.at++; l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelim(l.b[l.at]); l.at++ {
		c := l.b[l.at]
		if c == '#' && l.at+2 < len(l.b) {
			if n, err := strconv.ParseUint(string(l.b[l.at+1:l.at+3]), 16, 8); err == nil {
				c, l.at = byte(n), l.at+2
			}
		}
		out = append(out, c)
	}
	return pdfName(out)
}

// literal reads a text in round brackets. Escapes of line ends and digits do not
// matter here and are left as they are.
func (l *pdfLexer) literal() (pdfText, error) {
	from, open := l.at+1, 0
	for ; l.at < len(l.b); l.at++ {
		switch l.b[l.at] {
		case '\\':
			l.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				text := l.b[from:l.at]
				l.at++
				if hidden(text) {
					return "", errHidden
				}
				return pdfText(unescape(text)), nil
			}
		}
	}
	return "", errPDF
}

// unescape undoes the escapes by which letters can be written otherwise.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '\\') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			out = append(out, b[i])
			continue
		}
		n, digits := 0, 0
		for digits < 3 && i+1+digits < len(b) && b[i+1+digits] >= '0' && b[i+1+digits] <= '7' {
			n, digits = n*8+int(b[i+1+digits]-'0'), digits+1
		}
		if digits > 0 {
			out, i = append(out, byte(n)), i+digits
			continue
		}
		if i++; b[i] != '\n' && b[i] != '\r' {
			out = append(out, b[i])
		}
	}
	return string(out)
}

func (l *pdfLexer) hex() (pdfText, error) {
	end := bytes.IndexByte(l.b[l.at:], '>')
	if end < 0 {
		return "", errPDF
	}
	var digits, out []byte
	for _, c := range l.b[l.at+1 : l.at+end] {
		if !pdfSpace(c) {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	for i := 0; i < len(digits); i += 2 {
		n, err := strconv.ParseUint(string(digits[i:i+2]), 16, 8)
		if err != nil {
			return "", errPDF
		}
		out = append(out, byte(n))
	}
	l.at += end + 1
	return pdfText(out), nil
}

// list reads objects up to a bracket; two numbers and R are one reference.
func (l *pdfLexer) list(until pdfWord) (out pdfList, err error) {
	if l.depth++; l.depth > maxDepth {
		return nil, errPDF
	}
	defer func() { l.depth-- }()
	for {
		v, done, err := l.next()
		if err != nil {
			return nil, err
		}
		switch w, word := v.(pdfWord); {
		case done:
			return nil, errPDF
		case word && w == until:
			return out, nil
		case word && (w == "]" || w == ">>" || w == ")" || w == ">" || w == "obj" || w == "endobj" || w == "stream"):
			return nil, errPDF
		case word && w == "R" && len(out) >= 2:
			n, ok := out[len(out)-2].(int)
			if !ok {
				return nil, errPDF
			}
			out = append(out[:len(out)-2], pdfRef(n))
		default:
			out = append(out, v)
		}
	}
}

// onlyOnce are keys of which one program takes the first, another the last.
var onlyOnce = []pdfName{"S", "Next", "Type", "Length", "Filter", "DecodeParms", "First", "N", "F"}

func (l *pdfLexer) dict() (pdfDict, error) {
	list, err := l.list(">>")
	if err != nil {
		return nil, err
	}
	if len(list)%2 != 0 {
		return nil, errPDF
	}
	d := pdfDict{}
	for i := 0; i < len(list); i += 2 {
		key, ok := list[i].(pdfName)
		if _, twice := d[key]; !ok || twice && slices.Contains(onlyOnce, key) {
			return nil, errPDF
		}
		d[key] = list[i+1]
		if l.entry != nil {
			if err := l.entry(key, list[i+1]); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}
