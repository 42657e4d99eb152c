package docx

import (
	"strings"
	"unicode"
)

// Punctuate makes the punctuation of Chinese text full-width: the commas, colons,
// brackets and quotes that touch a Chinese character. What stands between digits
// or Latin letters stays: 1,428, 14:30, https://…. Every character becomes one
// character.
func Punctuate(s string) string {
	r := []rune(s)
	punctuate(r)
	return string(r)
}

// chinese tells that punctuation beside a character belongs to Chinese text.
func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3001 && r <= 0x303F && r != '〔' && r != '〕' || r >= 0xFF01 && r <= 0xFF5E || r == '“' || r == '”'
}

var fullWidth = map[rune]rune{',': '，', ';': '；', ':': '：', '!': '！', '?': '？', '.': '。'}

// punctuate goes on until nothing changes: a bracket that became full-width makes
// the comma behind it one that touches Chinese.
func punctuate(r []rune) {
	at := func(i int) rune {
		if i < 0 || i >= len(r) {
			return 0
		}
		return r[i]
	}
	for marks(r, at) || brackets(r, at) || quotes(r, at) {
	}
}

func marks(r []rune, at func(int) rune) (changed bool) {
	for i, c := range r {
		full, ok := fullWidth[c]
		if !ok || !chinese(at(i-1)) && !(c != '.' && chinese(at(i+1)) && !isASCIIPunct(at(i-1)) && at(i-1) != 0 && at(i-1) != ' ') {
			continue
		}
		next := at(i + 1)
		// 总计1.5 keeps its point, and so do … written as points, and 2.总体.
		if c == '.' && (next == '.' || at(i-1) == '.' || isLatin(next)) {
			continue
		}
		// A colon before // is that of an address.
		if c == ':' && next == '/' && at(i+2) == '/' {
			continue
		}
		r[i], changed = full, true
	}
	return changed
}

// brackets turns pairs that stand in Chinese text, both or neither.
func brackets(r []rune, at func(int) rune) (changed bool) {
	var open []int
	for i, c := range r {
		switch c {
		case '(':
			open = append(open, i)
		case ')':
			if len(open) == 0 {
				continue
			}
			o := open[len(open)-1]
			open = open[:len(open)-1]
			if chinese(at(o-1)) || chinese(at(o+1)) || chinese(at(i-1)) || chinese(at(i+1)) {
				r[o], r[i], changed = '（', '）', true
			}
		}
	}
	return changed
}

// quotes turns pairs of straight quotes of which one touches Chinese.
func quotes(r []rune, at func(int) rune) (changed bool) {
	open := -1
	for i, c := range r {
		if c != '"' {
			continue
		}
		if open < 0 {
			open = i
			continue
		}
		if chinese(at(open-1)) || chinese(at(open+1)) || chinese(at(i-1)) || chinese(at(i+1)) {
			r[open], r[i], changed = '“', '”', true
		}
		open = -1
	}
	return changed
}

func isLatin(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func isASCIIPunct(r rune) bool { return r > ' ' && r < 0x7F && !isLatin(r) && r != '%' && r != ')' }

// number sets the year of a document number in the brackets that it has to have;
// where it is left blank the blanks are as wide as what will stand there.
func number(s string) string {
	r := []rune(strings.ReplaceAll(s, "  ", "　"))
	for i := 0; i+5 < len(r); i++ {
		if !isBracket(r[i], "[(（【﹝") || !isBracket(r[i+5], "])）】﹞") {
			continue
		}
		year := true
		for _, c := range r[i+1 : i+5] {
			year = year && c >= '0' && c <= '9'
		}
		if year {
			r[i], r[i+5] = '〔', '〕'
		}
	}
	return string(r)
}

func isBracket(r rune, set string) bool {
	for _, c := range set {
		if c == r {
			return true
		}
	}
	return false
}
