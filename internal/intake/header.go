// Headers: texts folded so that the same header written differently is the same.

package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold writes a text in one form: half-width, lower case, without white space
// and marks that only decorate. ㎡ becomes m2.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		switch r {
		case '【', '[', '〔', '{', '「', '〈':
			return '('
		case '】', ']', '〕', '}', '」', '〉':
			return ')'
		case '—', '–', '‐', '−', '~':
			return '-'
		case '*', '★', '☆', '※', '\u200b', '\u200c', '\u200d', '\ufeff', '"', '“', '”':
			return -1
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	// What stood apart may compose once the space between is gone.
	return strings.TrimRight(norm.NFC.String(s), ":")
}

// bracket splits a folded header into what stands before its last bracket and
// what stands inside, where the bracket ends the header.
func bracket(folded string) (base, inside string, ok bool) {
	if !strings.HasSuffix(folded, ")") {
		return folded, "", false
	}
	i := strings.LastIndexByte(folded, '(')
	if i <= 0 {
		return folded, "", false
	}
	return folded[:i], folded[i+1 : len(folded)-1], true
}
